/* A function of libxml2 or ODK called with plain values: regex(), count-selected(), date functions.  The answer of a
 * question is passed as a node with its text, so that a function sees what it would see in a submission. */
#include "model/form_function_parts.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct compiled { /* "regex($a, $b)" */
	char name[64];
	size_t n;
	xmlXPathCompExprPtr call; /* NULL: it is none */
	struct compiled *next;
};

struct sl_caller {
	struct sl_form_asked asked;
	struct sl_arena calls;
	struct compiled *first;
	const struct sl_answer *argument; /* of the call that is being made */
	size_t n;
	xmlDocPtr doc;
	xmlNodePtr record;           /* nodes that were passed; gone when given back */
	struct sl_arena texts;
	struct sl_caller *next;
};

/* Kept for the next who evaluates: making one costs a hundred times what a call does.  Never more than there were
 * threads at once. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sl_caller *idle;

static void keep_quiet(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

static void caller_free(struct sl_caller *c)
{
	for (struct compiled *x = c->first; x; x = x->next)
		xmlXPathFreeCompExpr(x->call);
	sl_arena_done(&c->calls);
	xmlXPathFreeContext(c->asked.xpath);
	xmlFreeDoc(c->doc);
	sl_arena_done(&c->texts);
	sl_mem_free(c);
}

static xmlXPathObjectPtr object_of(struct sl_caller *c, const struct sl_answer *v)
{
	char space[32];
	struct sl_str text = sl_answer_text(v, space);
	xmlNodePtr node, content;

	if (v->type == SL_ANSWER_BOOLEAN)
		return xmlXPathNewBoolean(v->boolean);
	if (v->type == SL_ANSWER_NUMBER && !v->is_date)
		return xmlXPathNewFloat(v->number);
	if (v->type != SL_ANSWER_NODE)
		return xmlXPathWrapString(xmlStrndup((const xmlChar *)(text.p ? text.p : ""), (int)text.n));
	node = xmlNewChild(c->record, NULL, (const xmlChar *)"answer", NULL);
	content = node && text.n ? xmlNewTextLen((const xmlChar *)text.p, (int)text.n) : NULL;
	if (content)
		xmlAddChild(node, content);
	return node ? xmlXPathNewNodeSet(node) : NULL;
}

static bool answer_of(struct sl_caller *c, xmlXPathObjectPtr o, struct sl_answer *out)
{
	struct sl_err e = {0};
	xmlChar *owned = NULL;
	struct sl_str text;
	const char *copy;

	if (o->type == XPATH_BOOLEAN) {
		*out = (struct sl_answer){.type = SL_ANSWER_BOOLEAN, .boolean = o->boolval, .number = o->boolval};
		return true;
	}
	if (o->type == XPATH_NUMBER) {
		*out = (struct sl_answer){.type = SL_ANSWER_NUMBER, .number = o->floatval};
		return true;
	}
	text = sl_form_object_text(o, &owned);
	copy = sl_arena_strndup(&c->texts, text.p ? text.p : "", text.n, &e);
	*out = (struct sl_answer){.type = o->type == XPATH_NODESET ? SL_ANSWER_NODE : SL_ANSWER_TEXT, .text = {copy, text.n}};
	xmlFree(owned);
	return copy;
}

/* libxml2 asks for the arguments as for variables: $a is the first.  What it is given is its own. */
static xmlXPathObjectPtr give_argument(void *data, const xmlChar *name, const xmlChar *space)
{
	struct sl_caller *c = data;
	size_t i = (size_t)(name[0] - 'a');

	return !space && i < c->n ? object_of(c, &c->argument[i]) : NULL;
}

static struct sl_caller *caller_new(void)
{
	struct sl_caller *c = sl_mem_zeroed(sizeof *c);
	struct sl_err e = {0};

	if (!c)
		return NULL;
	xmlInitParser();
	c->doc = xmlNewDoc((const xmlChar *)"1.0");
	c->record = c->doc ? xmlNewDocNode(c->doc, NULL, (const xmlChar *)"record", NULL) : NULL;
	c->asked.xpath = c->record ? xmlXPathNewContext(c->doc) : NULL;
	if (c->record)
		xmlDocSetRootElement(c->doc, c->record);
	if (c->asked.xpath) {
		c->asked.xpath->error = keep_quiet;
		xmlXPathRegisterVariableLookup(c->asked.xpath, give_argument, c);
	}
	if (c->asked.xpath && !sl_form_functions(&c->asked, &e))
		return c;
	caller_free(c);
	return NULL;
}

struct sl_caller *sl_caller_take(struct sl_date today)
{
	struct sl_caller *c;

	pthread_mutex_lock(&lock);
	c = idle;
	if (c)
		idle = c->next;
	pthread_mutex_unlock(&lock);
	c = c ? c : caller_new();
	/* The end of the day: of a moment of today it cannot be said that it has not come yet. */
	if (c)
		c->asked.now_ms = (int64_t)today.day * 86400000 + 86399999;
	return c;
}

void sl_caller_give_back(struct sl_caller *c)
{
	for (xmlNodePtr n = c->record->children, next; n; n = next) {
		next = n->next;
		xmlUnlinkNode(n);
		xmlFreeNode(n);
	}
	sl_arena_reset(&c->texts, (struct sl_arena_mark){0});
	pthread_mutex_lock(&lock);
	c->next = idle;
	idle = c;
	pthread_mutex_unlock(&lock);
}

static struct compiled *compile(struct sl_caller *c, struct sl_str name, size_t n)
{
	struct sl_err e = {0};
	struct compiled *x = sl_arena_alloc(&c->calls, 1, sizeof *x, &e);
	char text[64 + 5 * SL_CALL_ARGUMENTS_MAX];
	size_t at;

	if (!x || name.n >= sizeof x->name)
		return NULL;
	memcpy(x->name, name.p, name.n);
	at = (size_t)snprintf(text, sizeof text, "%s(", x->name);
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s$%c", i ? ", " : "", (int)('a' + i));
	snprintf(text + at, sizeof text - at, ")");
	x->n = n;
	x->call = xmlXPathCtxtCompile(c->asked.xpath, (const xmlChar *)text);
	x->next = c->first;
	return c->first = x;
}

bool sl_caller_call(struct sl_caller *c, struct sl_str name, const struct sl_answer *argument, size_t n,
                    struct sl_answer *out)
{
	struct compiled *x = c->first;
	xmlXPathObjectPtr o;
	bool told;

	while (x && !(x->n == n && sl_str_is(name, x->name)))
		x = x->next;
	x = x ? x : compile(c, name, n);
	if (!x || !x->call)
		return false;
	c->asked.untold = false;
	c->asked.current = c->asked.xpath->node = c->record;
	c->asked.xpath->opCount = 0;
	c->asked.xpath->opLimit = 1000000;
	c->argument = argument;
	c->n = n;
	o = xmlXPathCompiledEval(x->call, c->asked.xpath);
	told = o && !c->asked.untold && answer_of(c, o, out);
	xmlXPathFreeObject(o);
	return told;
}

/* Not those that ask where they stand, or for lists of a form. */
bool sl_expression_callable(struct sl_str name, size_t arguments)
{
	static const char *const placed[] = {"current", "once", "position", "indexed-repeat", "instance", "last", "id", "name",
	                                     "local-name", "namespace-uri", "jr:choice-name"};

	for (size_t i = 0; i < sizeof placed / sizeof *placed; i++)
		if (sl_str_is(name, placed[i]))
			return false;
	return arguments <= SL_CALL_ARGUMENTS_MAX && sl_form_function_is_here(name);
}
