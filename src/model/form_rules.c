/* A submission before its form.  ODK leaves out what is not relevant and everything reads it as empty; so relevance
 * is asked first, again and again until nothing changes, and then the rest. */
#include "model/form_rules.h"

#include "model/expression_parts.h"
#include "model/form_functions.h"

#include <libxml/parser.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

enum {
	BYTES_MAX = 8 << 20,
	NAMES_BYTES_MAX = 1 << 20,  /* that one parser keeps: then it is made anew */
	ELEMENTS_MAX = 200000,
	OPERATIONS_MAX = 1000000,   /* steps of one expression */
	ALL_OPERATIONS = 100000000, /* of all expressions of one submission: some seconds */
	ROUNDS_MAX = 12
};

enum rule { RULE_RELEVANT, RULE_REQUIRED, RULE_CONSTRAINT, RULE_CALCULATION, RULES };

/* What a question says, read once. */
struct question {
	const struct sl_form_node *node;
	struct sl_str xpath[RULES]; /* with a NUL behind it; empty: no such rule */
	bool always[RULES];         /* "yes", "true()" */
	size_t below;               /* questions in it, itself too: so far is the next beside it */
	bool changes;               /* its calculation has another value at another time */
};

/* One for each thread that judges at the same time: libxml2 writes into what it compiled. */
struct judge {
	xmlParserCtxtPtr parser;       /* knows the names of the form from one submission to the next */
	struct sl_form_asked asked;
	xmlXPathCompExprPtr *compiled; /* RULES a question */
	bool *broken;                  /* cannot be compiled */
	struct judge *next;            /* idle */
};

struct sl_form_rules {
	const struct sl_form *form;
	struct question *question;
	size_t n;
	struct sl_arena arena; /* of the judges */
	struct judge *idle;
	struct judge **every;
	size_t n_every, every_cap;
	pthread_mutex_t lock;
};

/* An answer: one element of the submission. */
struct answer {
	xmlNodePtr element;
	const struct question *question;
	size_t parent;      /* index of the answer of the group around it; 0: the form */
	struct sl_str text; /* as submitted; of questions */
	bool relevant;      /* of itself and all around it */
	bool filled_in;     /* the submission had no such element */
};

struct judging {
	struct sl_form_rules *rules;
	struct judge *judge;
	struct sl_arena *a;
	struct sl_form_verdict *out;
	struct answer *answer;
	size_t n, cap;
	unsigned long operations;
	int language;
	struct sl_err *e;
};

static void keep_quiet(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

/* ---- the form, once ---- */

static void judges_done(void *ptr)
{
	struct sl_form_rules *rules = ptr;

	for (size_t i = 0; i < rules->n_every; i++) {
		struct judge *j = rules->every[i];

		for (size_t k = 0; k < rules->n * RULES; k++)
			xmlXPathFreeCompExpr(j->compiled[k]);
		for (size_t k = 0; k < rules->form->n_lists; k++)
			xmlFreeDoc(j->asked.list[k]);
		xmlXPathFreeContext(j->asked.xpath);
		xmlFreeParserCtxt(j->parser);
	}
	sl_arena_done(&rules->arena);
	pthread_mutex_destroy(&rules->lock);
}

static bool is_no(struct sl_str s)
{
	return !s.n || sl_str_is_nocase(s, "no") || sl_str_is_nocase(s, "false") || sl_str_is(s, "false()");
}

static bool is_yes(struct sl_str s)
{
	return sl_str_is_nocase(s, "yes") || sl_str_is_nocase(s, "true") || sl_str_is(s, "true()");
}

static enum sl_code read_rule(struct sl_arena *a, const struct sl_form *form, struct question *q, enum rule rule,
                              struct sl_str text, struct sl_err *e)
{
	struct sl_buf expanded = {0}, xpath = {0};
	struct sl_expression x;
	const char *copy;

	q->always[rule] = rule == RULE_REQUIRED && is_yes(text);
	if (!text.n || q->always[rule] || (rule == RULE_REQUIRED && is_no(text)))
		return SL_OK;
	/* Terms keep views of the text that they were read from. */
	if (!sl_form_expand(form, q->node, text, false, &expanded, e)) {
		copy = sl_arena_strndup(a, expanded.p, expanded.n, e);
		if (copy && !sl_expression_parse(a, (struct sl_str){copy, expanded.n}, &x, e)) {
			q->changes = q->changes || (rule == RULE_CALCULATION && x.changes);
			sl_expression_xpath(&x, &xpath);
			if (!sl_buf_check(&xpath, e)) {
				copy = sl_arena_strndup(a, xpath.p, xpath.n, e);
				q->xpath[rule] = (struct sl_str){copy, copy ? xpath.n : 0};
			}
		}
	}
	sl_buf_done(&expanded);
	sl_buf_done(&xpath);
	if (e->code == SL_INVALID) { /* sl_form_read said so already: this rule judges nothing */
		*e = (struct sl_err){0};
		q->xpath[rule] = SL_STR("sl-unreadable()");
	}
	return e->code;
}

static enum sl_code read_question(struct sl_arena *a, const struct sl_form *form, struct question *q, struct sl_err *e)
{
	const struct sl_form_node *node = q->node;

	if (read_rule(a, form, q, RULE_RELEVANT, node->relevant, e) || node->type->control >= SL_CONTROL_GROUP ||
	    read_rule(a, form, q, RULE_REQUIRED, node->required, e) ||
	    read_rule(a, form, q, RULE_CONSTRAINT, node->constraint, e))
		return e->code;
	/* One that a trigger sets, or that people may overwrite, need not be what it would be now. */
	if (node->trigger.n || node->type->preload || sl_form_is_identifier(node) ||
	    (node->type->control != SL_CONTROL_NONE && is_no(node->readonly)))
		return SL_OK;
	return read_rule(a, form, q, RULE_CALCULATION, node->calculation, e);
}

enum sl_code sl_form_rules_new(struct sl_arena *a, const struct sl_form *form, struct sl_form_rules **out, struct sl_err *e)
{
	struct sl_form_rules *rules = sl_arena_alloc(a, 1, sizeof *rules, e);
	size_t i = 0;

	if (!rules)
		return e->code;
	xmlInitParser();
	*rules = (struct sl_form_rules){.form = form, .lock = PTHREAD_MUTEX_INITIALIZER};
	if (sl_arena_defer(a, judges_done, rules, e))
		return e->code;
	for (struct sl_form_node *node = form->root; node; node = sl_form_next(form->root, node))
		i++;
	rules->question = sl_arena_alloc(a, i, sizeof *rules->question, e);
	if (!rules->question)
		return e->code;
	for (struct sl_form_node *node = form->root; node; node = sl_form_next(form->root, node)) {
		rules->question[rules->n].node = node;
		if (read_question(a, form, &rules->question[rules->n++], e))
			return e->code;
	}
	for (i = rules->n; i-- > 0;) {
		rules->question[i].below = 1;
		for (const struct sl_form_node *child = rules->question[i].node->child; child; child = child->next)
			rules->question[i].below += rules->question[i + rules->question[i].below].below;
	}
	*out = rules;
	return SL_OK;
}

/* ---- one judge a thread ---- */

static enum sl_code make_judge(struct sl_form_rules *rules, struct judge **out, struct sl_err *e)
{
	struct judge *j = sl_arena_alloc(&rules->arena, 1, sizeof *j, e);

	if (!j)
		return e->code;
	j->compiled = sl_arena_alloc(&rules->arena, rules->n * RULES, sizeof(*j->compiled), e);
	j->broken = j->compiled ? sl_arena_alloc(&rules->arena, rules->n * RULES, sizeof *j->broken, e) : NULL;
	j->asked.list = j->broken ? sl_arena_alloc(&rules->arena, rules->form->n_lists + 1, sizeof(*j->asked.list), e) : NULL;
	j->asked.form = rules->form;
	if (!j->asked.list)
		return e->code;
	if (rules->n_every == rules->every_cap) {
		void *grown = sl_arena_grow(&rules->arena, rules->every, &rules->every_cap, rules->n_every + 1,
		                            sizeof(*rules->every), e);

		if (!grown)
			return e->code;
		rules->every = grown;
	}
	j->asked.xpath = xmlXPathNewContext(NULL);
	if (!j->asked.xpath)
		return sl_fail(e, SL_NOMEM, "out of memory");
	rules->every[rules->n_every++] = j; /* freed with the others from here on */
	j->asked.xpath->error = keep_quiet;
	if (sl_form_functions(&j->asked, e))
		return e->code;
	*out = j;
	return SL_OK;
}

static enum sl_code take_judge(struct sl_form_rules *rules, struct judge **out, struct sl_err *e)
{
	enum sl_code code = SL_OK;

	pthread_mutex_lock(&rules->lock);
	*out = rules->idle;
	if (*out)
		rules->idle = (*out)->next;
	else
		code = make_judge(rules, out, e);
	pthread_mutex_unlock(&rules->lock);
	return code;
}

static void give_back(struct sl_form_rules *rules, struct judge *j)
{
	pthread_mutex_lock(&rules->lock);
	j->next = rules->idle;
	rules->idle = j;
	pthread_mutex_unlock(&rules->lock);
}

/* ---- the submission ---- */

static bool is_named(xmlNodePtr element, struct sl_str name)
{
	return element->type == XML_ELEMENT_NODE && strlen((const char *)element->name) == name.n &&
	       !memcmp(element->name, name.p, name.n);
}

static struct sl_str text_of(struct judging *j, xmlNodePtr element)
{
	const xmlNode *only = element->children;
	xmlChar *owned = NULL;
	const char *text, *copy;

	if (!only)
		return SL_STR("");
	if (only->type == XML_TEXT_NODE && !only->next) /* as nearly all are: no buffer is made for it */
		text = (const char *)only->content;
	else
		text = (const char *)(owned = xmlNodeGetContent(element));
	copy = text ? sl_arena_strndup(j->a, text, strlen(text), j->e) : "";
	xmlFree(owned);
	return sl_str_from(copy);
}

static enum sl_code add_answer(struct judging *j, xmlNodePtr element, const struct question *question, size_t parent,
                               bool filled_in)
{
	struct answer *grown;
	if (j->n == ELEMENTS_MAX)
		return sl_fail(j->e, SL_INVALID, "more than %d answers: this is no answer to a form", ELEMENTS_MAX);
	if (j->n == j->cap) {
		grown = sl_arena_grow(j->a, j->answer, &j->cap, j->n + 1, sizeof *j->answer, j->e);
		if (!grown)
			return j->e->code;
		j->answer = grown;
	}
	j->answer[j->n] = (struct answer){.element = element, .question = question, .parent = parent, .relevant = true,
	                                  .filled_in = filled_in};
	element->_private = NULL;
	if (question->node->type->control < SL_CONTROL_GROUP)
		j->answer[j->n].text = text_of(j, element);
	j->n++;
	return j->e->code;
}

/* Web forms and phones leave out what was not relevant: expressions find an empty element in its place. */
static xmlNodePtr fill_in(xmlNodePtr parent, struct sl_str name)
{
	xmlChar *copy = xmlStrndup((const xmlChar *)name.p, (int)name.n);
	xmlNodePtr node = copy ? xmlNewChild(parent, parent->ns, copy, NULL) : NULL;

	xmlFree(copy);
	return node;
}

/* Do the elements stand as the questions of the group do?  Those of phones and web forms do: then one walk finds all,
 * where looking for each among all of them is the square of their number. */
static bool in_order(const struct question *group, xmlNodePtr element)
{
	const struct question *question = group + 1, *end = group + group->below;

	for (xmlNodePtr child = element->children; child; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		while (question < end && (question->node->type->in_meta || !is_named(child, question->node->name)))
			question += question->below;
		if (question == end)
			return false;
	}
	return true;
}

static enum sl_code collect(struct judging *j, const struct question *group, xmlNodePtr element, size_t parent)
{
	const bool ordered = in_order(group, element);
	xmlNodePtr from = element->children;

	for (const struct question *question = group + 1; question < group + group->below && !j->e->code;
	     question += question->below) {
		const struct sl_form_node *node = question->node;
		xmlNodePtr found = NULL, next;

		if (node->type->in_meta)
			continue;
		for (xmlNodePtr child = from; child && !j->e->code; child = next) {
			size_t here = j->n;

			next = child->next;
			if (!is_named(child, node->name)) {
				if (ordered && child->type == XML_ELEMENT_NODE)
					break;
				continue;
			}
			found = child;
			from = ordered ? next : from;
			if (add_answer(j, child, question, parent, false) || collect(j, question, child, here))
				return j->e->code;
		}
		if (!found && node->type->control != SL_CONTROL_REPEAT) {
			size_t here = j->n;

			found = fill_in(element, node->name);
			if (!found)
				return sl_fail(j->e, SL_NOMEM, "out of memory");
			if (add_answer(j, found, question, parent, true) || collect(j, question, found, here))
				return j->e->code;
		}
	}
	return j->e->code;
}

/* Expressions name elements without a namespace; submissions often have a default one. */
static void drop_namespaces(xmlNodePtr node)
{
	for (xmlNodePtr n = node; n;) {
		n->ns = NULL;
		if (n->type == XML_ELEMENT_NODE && n->children) {
			n = n->children;
			continue;
		}
		while (n && n != node && !n->next)
			n = n->parent;
		if (!n || n == node)
			return;
		n = n->next;
	}
}

/* What people answer is not to fill a parser that goes on living. */
static xmlParserCtxtPtr parser_of(struct judge *judge)
{
	if (judge->parser && xmlDictGetUsage(judge->parser->dict) > NAMES_BYTES_MAX) {
		xmlFreeParserCtxt(judge->parser);
		judge->parser = NULL;
	}
	if (!judge->parser)
		judge->parser = xmlNewParserCtxt();
	return judge->parser;
}

static enum sl_code parse(struct judge *judge, struct sl_str xml, xmlDocPtr *out, struct sl_err *e)
{
	xmlParserCtxtPtr parser;
	xmlDocPtr doc;

	if (!xml.n || xml.n > BYTES_MAX)
		return sl_fail(e, SL_INVALID, "the submission has %zu bytes: 1 to %d can be judged", xml.n, BYTES_MAX);
	parser = parser_of(judge);
	if (!parser)
		return sl_fail(e, SL_NOMEM, "out of memory");
	doc = xmlCtxtReadMemory(parser, xml.p, (int)xml.n, NULL, NULL,
	                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	if (doc && !doc->intSubset && xmlDocGetRootElement(doc)) {
		*out = doc;
		return SL_OK;
	}
	if (doc && doc->intSubset)
		(void)!sl_fail(e, SL_INVALID, "the submission has a DTD: a submission never needs one");
	else
		(void)!sl_fail(e, SL_INVALID, "the submission is not XML");
	xmlFreeDoc(doc);
	return e->code;
}

/* ---- asking ---- */

/* NULL: it cannot be told. */
static xmlXPathObjectPtr ask(struct judging *j, const struct answer *answer, enum rule rule)
{
	struct judge *judge = j->judge;
	size_t at = (size_t)(answer->question - j->rules->question) * RULES + rule;
	xmlXPathContextPtr c = judge->asked.xpath;
	xmlXPathObjectPtr o = NULL;

	if (!judge->compiled[at] && !judge->broken[at]) {
		judge->compiled[at] = xmlXPathCtxtCompile(c, (const xmlChar *)answer->question->xpath[rule].p);
		judge->broken[at] = !judge->compiled[at];
	}
	judge->asked.untold = false;
	judge->asked.current = answer->element;
	if (judge->compiled[at] && j->operations < ALL_OPERATIONS) {
		c->doc = answer->element->doc;
		c->node = answer->element;
		c->opLimit = OPERATIONS_MAX;
		c->opCount = 0;
		o = xmlXPathCompiledEval(judge->compiled[at], c);
		j->operations += c->opCount + 1;
	}
	if (o && judge->asked.untold) {
		xmlXPathFreeObject(o);
		o = NULL;
	}
	return o;
}

/* An answer that cannot be told is taken for what finds nothing. */
static bool ask_truth(struct judging *j, const struct answer *answer, enum rule rule, bool otherwise, bool count)
{
	xmlXPathObjectPtr o;
	bool is;

	if (answer->question->always[rule] || !answer->question->xpath[rule].n)
		return answer->question->always[rule] || otherwise;
	o = ask(j, answer, rule);
	is = o ? sl_form_object_true(o) : otherwise;
	j->out->asked += count && o;
	j->out->untold += count && !o;
	xmlXPathFreeObject(o);
	return is;
}

static void set_text(xmlNodePtr element, struct sl_str text)
{
	xmlNodePtr content;

	xmlNodeSetContent(element, NULL);
	content = text.n ? xmlNewTextLen((const xmlChar *)text.p, (int)text.n) : NULL;
	if (content)
		xmlAddChild(element, content);
}

static void find_relevance(struct judging *j)
{
	bool changed = true;

	for (int round = 0; changed && round < ROUNDS_MAX; round++) {
		changed = false;
		for (size_t i = 0; i < j->n; i++) {
			struct answer *a = &j->answer[i];
			bool relevant = (!i || j->answer[a->parent].relevant) && ask_truth(j, a, RULE_RELEVANT, true, !round);

			if (relevant == a->relevant)
				continue;
			a->relevant = relevant;
			changed = true;
			if (a->question->node->type->control < SL_CONTROL_GROUP && a->text.n)
				set_text(a->element, relevant ? a->text : (struct sl_str){0});
		}
	}
}

/* ---- saying ---- */

/* "/data/victim[2]/age": a number where an element of the same name stands beside it. */
static void put_path(const struct judging *j, const struct answer *a, struct sl_buf *b)
{
	size_t place = 0, all = 0;

	if (a != j->answer)
		put_path(j, &j->answer[a->parent], b);
	sl_buf_putc(b, '/');
	sl_buf_str(b, a->question->node->name);
	if (a->question->node->type->control != SL_CONTROL_REPEAT)
		return;
	for (const xmlNode *n = a->element->parent->children; n; n = n->next) {
		all += n->type == XML_ELEMENT_NODE && xmlStrEqual(n->name, a->element->name);
		if (n == a->element)
			place = all;
	}
	sl_buf_printf(b, "[%zu]", place);
}

static enum sl_code say(struct judging *j, const struct answer *a, enum sl_form_breach_kind kind, struct sl_str expected)
{
	static const char *const rule[] = {"I07", "I14", "I15", "I16"};
	const struct sl_form_node *node = a->question->node;
	const struct sl_str *words = kind == SL_BREACH_MISSING      ? node->words.text[SL_WORD_REQUIRED]
	                             : kind == SL_BREACH_CONSTRAINT ? node->words.text[SL_WORD_CONSTRAINT]
	                                                            : NULL;
	const struct sl_str *label = node->words.text[SL_WORD_LABEL];
	struct sl_form_breach *grown;
	struct sl_buf path = {0};
	const char *copy;

	if (j->out->n == SL_FORM_BREACHES_MAX) {
		j->out->too_many = true;
		return SL_OK;
	}
	grown = sl_arena_grow(j->a, j->out->breach, &j->out->cap, j->out->n + 1, sizeof *j->out->breach, j->e);
	if (!grown)
		return j->e->code;
	j->out->breach = grown;
	put_path(j, a, &path);
	copy = sl_buf_check(&path, j->e) ? NULL : sl_arena_strndup(j->a, path.p, path.n, j->e);
	if (copy)
		j->out->breach[j->out->n++] = (struct sl_form_breach){
		    .kind = kind, .rule = rule[kind], .node = node, .path = {copy, path.n}, .value = a->text, .expected = expected,
		    .label = label ? label[j->language] : (struct sl_str){0}, .message = words ? words[j->language] : (struct sl_str){0}};
	sl_buf_done(&path);
	return j->e->code;
}

/* Numbers within what the shortest text of one may differ by between two engines. */
static bool same_value(struct sl_str a, struct sl_str b)
{
	double x = sl_form_number(a), y = sl_form_number(b);

	if (sl_str_eq(sl_str_trim(a), sl_str_trim(b)))
		return true;
	if (isnan(x) && isnan(y) && (sl_str_is(b, "NaN") || sl_str_is(b, "Invalid Date")))
		return !a.n;
	return fabs(x - y) <= 1e-9 * fmax(1, fmax(fabs(x), fabs(y)));
}

static enum sl_code judge_calculation(struct judging *j, const struct answer *a)
{
	xmlXPathObjectPtr o;
	xmlChar *owned;
	struct sl_str text;
	const char *copy;

	if (!a->question->xpath[RULE_CALCULATION].n || a->filled_in)
		return SL_OK;
	o = a->question->changes ? NULL : ask(j, a, RULE_CALCULATION);
	j->out->asked += o != NULL;
	j->out->untold += !o;
	if (!o)
		return SL_OK;
	text = sl_form_object_text(o, &owned);
	if (!same_value(a->text, text)) {
		copy = sl_arena_strndup(j->a, text.p ? text.p : "", text.n, j->e);
		if (copy)
			(void)!say(j, a, SL_BREACH_CALCULATION, (struct sl_str){copy, text.n});
	}
	xmlFree(owned);
	xmlXPathFreeObject(o);
	return j->e->code;
}

static enum sl_code judge_answer(struct judging *j, const struct answer *a)
{
	if (a->question->node->type->control >= SL_CONTROL_GROUP)
		return SL_OK;
	if (!a->relevant)
		return a->text.n && a->question->node->type->control != SL_CONTROL_NONE
		           ? say(j, a, SL_BREACH_IRRELEVANT, (struct sl_str){0})
		           : SL_OK;
	if (!a->text.n) {
		if (ask_truth(j, a, RULE_REQUIRED, false, true) && say(j, a, SL_BREACH_MISSING, (struct sl_str){0}))
			return j->e->code;
	} else if (!ask_truth(j, a, RULE_CONSTRAINT, true, true) && say(j, a, SL_BREACH_CONSTRAINT, (struct sl_str){0})) {
		return j->e->code;
	}
	return judge_calculation(j, a);
}

/* "fr" means "French (fr)" too. */
static int language_of(const struct sl_form *form, struct sl_str wanted)
{
	for (size_t i = 0; wanted.n && i < form->n_languages; i++) {
		struct sl_str have = form->language[i];

		if (sl_str_eq(have, wanted) ||
		    (have.n > wanted.n + 2 && have.p[have.n - 1] == ')' && have.p[have.n - wanted.n - 2] == '(' &&
		     !memcmp(have.p + have.n - wanted.n - 1, wanted.p, wanted.n)))
			return (int)i;
	}
	return 0;
}

static enum sl_code judge_all(struct judging *j, xmlNodePtr root)
{
	drop_namespaces(root);
	if (!is_named(root, j->rules->form->root->name))
		return sl_fail(j->e, SL_INVALID, "the submission is of another form: its root is %s, not %.*s", root->name,
		               SL_STR_ARG(j->rules->form->root->name));
	if (add_answer(j, root, &j->rules->question[0], 0, false) || collect(j, &j->rules->question[0], root, 0))
		return j->e->code;
	find_relevance(j);
	for (size_t i = 0; i < j->n && !j->e->code; i++)
		(void)!judge_answer(j, &j->answer[i]);
	return j->e->code;
}

enum sl_code sl_form_rules_judge(struct sl_form_rules *rules, struct sl_arena *a, struct sl_str xml,
                                 const struct sl_form_moment *at, struct sl_form_verdict *out, struct sl_err *e)
{
	struct sl_form_verdict verdict = {0};
	struct judging j = {.rules = rules, .a = a, .out = &verdict, .e = e};
	xmlDocPtr doc = NULL;

	if (take_judge(rules, &j.judge, e))
		return e->code;
	if (!parse(j.judge, xml, &doc, e)) {
		j.language = language_of(rules->form, at->language);
		if (j.judge->asked.language != j.language) /* labels in another language: lists are made again */
			for (size_t i = 0; i < rules->form->n_lists; i++) {
				xmlFreeDoc(j.judge->asked.list[i]);
				j.judge->asked.list[i] = NULL;
			}
		j.judge->asked.language = j.language;
		j.judge->asked.now_ms = at->now_ms;
		if (!judge_all(&j, xmlDocGetRootElement(doc)))
			*out = verdict;
		xmlFreeDoc(doc); /* its names are the parser's, which the next thread may have */
	}
	give_back(rules, j.judge);
	return e->code;
}
