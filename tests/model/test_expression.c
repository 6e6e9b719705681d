/* Expressions of forms asked of values alone, and of the same values as XML by libxml2: the answers agree. */
#include "dict.h"

#include "model/expression.h"
#include "model/form_functions.h"

#include <libxml/xpath.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

struct bench {
	struct sl_arena a;
	struct sl_err e;
	struct sl_form_asked asked;
	xmlDocPtr doc;
	const struct sl_kind *kind;
	struct sl_answer *answer; /* of each field */
	size_t self, differ;
	uint64_t state;
};

static uint64_t chance(struct bench *b)
{
	b->state ^= b->state << 13;
	b->state ^= b->state >> 7;
	b->state ^= b->state << 17;
	return b->state;
}

enum { TODAY = 19700 };

static struct sl_answer an_answer(struct bench *b, const struct sl_field *f)
{
	static const double numbers[] = {0, 1, -1, 0.5, 2, 10, 90, -90, 180, 181, 1900, 2100, 2101, 1e9};
	static const char *const texts[] = {"yes", "no", "a b", "0", "12", "RTE", "x", "Ünïcødé 𝌆", "123456"};
	struct sl_answer v = {.type = SL_ANSWER_NODE};

	if (chance(b) % 4 == 0)
		return v;
	if (f->type == SL_FIELD_DATE) {
		v.counted = v.is_date = true;
		v.number = TODAY - 2 + (double)(chance(b) % 5);
	} else if (f->type == SL_FIELD_INTEGER || f->type == SL_FIELD_DECIMAL) {
		v.counted = true;
		v.number = numbers[chance(b) % (sizeof numbers / sizeof *numbers)];
		if (f->type == SL_FIELD_INTEGER)
			v.number = floor(v.number);
	} else if (f->list && f->list->n && chance(b) % 5) {
		v.text = f->list->choice[chance(b) % f->list->n].code;
		if (f->type == SL_FIELD_SELECT_MULTIPLE && chance(b) % 2) {
			struct sl_str more = f->list->choice[chance(b) % f->list->n].code;

			v.text = sl_str_from(sl_arena_printf(&b->a, &b->e, "%.*s %.*s", SL_STR_ARG(v.text), SL_STR_ARG(more)));
		}
	} else {
		v.text = sl_str_from(texts[chance(b) % (sizeof texts / sizeof *texts)]);
	}
	return v;
}

static bool answer_of(void *ctx, int ref, struct sl_answer *out)
{
	const struct bench *b = ctx;

	*out = b->answer[ref < 0 ? b->self : (size_t)ref];
	return true;
}

static void make_document(struct bench *b)
{
	xmlNodePtr root = xmlNewNode(NULL, (const xmlChar *)"record");

	xmlFreeDoc(b->doc);
	b->doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlDocSetRootElement(b->doc, root);
	for (size_t i = 0; i < b->kind->n_fields; i++) {
		char space[32], name[100];
		struct sl_str text;
		xmlNodePtr node;

		b->answer[i] = an_answer(b, &b->kind->field[i]);
		text = b->answer[i].text.n || !b->answer[i].counted ? b->answer[i].text : sl_answer_text(&b->answer[i], space);
		snprintf(name, sizeof name, "%.*s", SL_STR_ARG(b->kind->field[i].name));
		node = xmlNewChild(root, NULL, (const xmlChar *)name, NULL);
		if (text.n)
			xmlAddChild(node, xmlNewTextLen((const xmlChar *)text.p, (int)text.n));
	}
}

/* The same question in XML: 1 true, 0 false, -1 it cannot be told. */
static int in_xml(struct bench *b, const struct sl_expression *x)
{
	struct sl_buf xpath = {0};
	xmlXPathObjectPtr o;
	xmlNodePtr node = xmlDocGetRootElement(b->doc)->children;
	int is = -1;

	for (size_t i = 0; i < b->self; i++)
		node = node->next;
	sl_expression_xpath(x, &xpath);
	sl_buf_putc(&xpath, 0);
	b->asked.xpath->doc = b->doc;
	b->asked.xpath->node = b->asked.current = node;
	b->asked.untold = false;
	b->asked.xpath->opLimit = 1000000; /* as form_rules.c and expression_call.c have it */
	b->asked.xpath->opCount = 0;
	o = xmlXPathEval((const xmlChar *)xpath.p, b->asked.xpath);
	if (o && !b->asked.untold)
		is = sl_form_object_true(o);
	xmlXPathFreeObject(o);
	sl_buf_done(&xpath);
	return is;
}

static void agree(struct bench *b, const struct sl_expression *x, size_t self, size_t *asked)
{
	struct sl_answer v;
	int fast, slow;

	b->self = self;
	fast = sl_expression_value(x, (struct sl_date){TODAY}, answer_of, b, &v) ? sl_answer_is_true(&v) : -1;
	slow = in_xml(b, x);
	b->differ += fast != slow;
	if (fast != slow)
		printf("%.*s, field %.*s: %d by values, %d in XML\n", (int)x->text.n, x->text.p,
		       SL_STR_ARG(b->kind->field[self].name), fast, slow);
	CHECK_INT(fast, slow);
	(*asked)++;
}

static void begin(struct bench *b)
{
	const char *seed = getenv("SAFELANE_SEED");

	*b = (struct bench){.state = seed ? strtoull(seed, NULL, 10) : 20261123};
	printf("seed %llu\n", (unsigned long long)b->state);
	b->asked.xpath = xmlXPathNewContext(NULL);
	b->asked.now_ms = (int64_t)TODAY * 86400000 + 86399999;
	CHECK_OK(sl_form_functions(&b->asked, &b->e), &b->e);
}

static void end(struct bench *b)
{
	xmlXPathFreeContext(b->asked.xpath);
	xmlFreeDoc(b->doc);
	sl_arena_done(&b->a);
}

static void use_kind(struct bench *b, const struct sl_kind *kind)
{
	b->kind = kind;
	b->answer = sl_arena_alloc(&b->a, kind->n_fields, sizeof *b->answer, &b->e);
	CHECK(b->answer != NULL);
}

TEST(every_rule_of_the_dictionary_agrees_with_libxml2)
{
	const struct sl_dictionary *d = test_dictionary();
	size_t asked = 0, rules = 0;
	struct bench b;

	begin(&b);
	for (size_t k = 0; k < d->n_kinds; k++) {
		CHECK_INT(d->kind[k].n_unjudged, 0);
		use_kind(&b, &d->kind[k]);
		for (int round = 0; round < 60; round++) {
			make_document(&b);
			for (size_t i = 0; i < b.kind->n_fields; i++) {
				const struct sl_field *f = &b.kind->field[i];

				CHECK(!f->relevant.n == !f->relevance && !f->constraint.n == !f->limit);
				rules += !round && f->relevance;
				rules += !round && f->limit;
				if (f->relevance)
					agree(&b, f->relevance, i, &asked);
				if (f->limit)
					agree(&b, f->limit, i, &asked);
			}
		}
	}
	printf("%zu rules, %zu times asked, %zu differ\n", rules, asked, b.differ);
	CHECK(rules > 150 && asked > 10000);
	end(&b);
}

static int number_of(const void *ctx, struct sl_str name)
{
	const struct sl_kind *k = ctx;

	for (size_t i = 0; i < k->n_fields; i++)
		if (sl_str_eq(k->field[i].name, name))
			return (int)i;
	return -1;
}

/* What a country's own sheet may say: functions that the tree calls in libxml2 one by one. */
TEST(functions_agree_with_libxml2)
{
	static const char *const text[] = {
	    "regex(., '^[0-9]{6}$')", "if(${status} = 'OPEN', . != '', true())", "if(. > 5, ${name}, '') = 'yes'",
	    "count-selected(${contamination}) <= 1", "selected-at(${contamination}, 0) = 'AP'", "selected(${contamination}, 'AP')",
	    "coalesce(${name}, ${id}) != ''", "coalesce(., 'x') = 'x'", ". <= now()", ". < date('2023-12-10')",
	    ". = date('2023-12-09')", "date(.) != today()", "format-date(${effective_date}, '%Y-%m') = '2023-12'",
	    "decimal-date-time(${effective_date}) > 19699", "int(${priority_score}) = ${priority_score}",
	    "round(${priority_score}, 1) != ${priority_score}", "abs(.) < 100", "min(${depth_from_cm}, ${depth_to_cm}) >= 0",
	    "max(${depth_from_cm}, ${depth_to_cm}) < 90", "pow(., 2) <= 8100", "concat(${name}, '-', ${id}) = 'x-x'",
	    "contains(${name}, 'e')", "starts-with(${name}, 'y') or ends-with(${name}, 's')", "substr(${name}, 1, 2) = 'e'",
	    "substring-after(${name}, ' ') = 'b'", "normalize-space(${name}) = ${name}", "translate(${name}, 'yes', 'no') != ''",
	    "boolean(${name})", "string(${effective_date}) = '2023-12-09'", "boolean-from-string(${name})",
	    "count(${name}) = 1", "sum(${depth_from_cm}) > 1", "count-non-empty(${name}) = 1", "join(',', ${name}, ${id}) != ','",
	    "string-length(concat(., .)) mod 2 = 0", "not(regex(${name}, '(a+)+$'))", "checklist(1, 2, ${name} = 'yes', . = '')",
	    "weighted-checklist(1, 9, ${name} = 'yes', 2)", "floor(${priority_score}) = ceiling(${priority_score})",
	    "if(${name}, if(${id}, 1, 0), 2) = 1", "-abs(${priority_score}) < 0 and number(${name}) != 1"};
	const struct sl_kind *kind = test_kind("hazard");
	size_t asked = 0;
	struct bench b;

	begin(&b);
	use_kind(&b, kind);
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		struct sl_expression x;

		CHECK_OK(sl_expression_parse(&b.a, sl_str_from(text[i]), &x, &b.e), &b.e);
		sl_expression_bind(&x, number_of, kind);
		if (!x.simple)
			printf("%s\n", text[i]);
		CHECK(x.simple);
		for (int round = 0; x.simple && round < 40; round++) {
			static const char *const self[] = {"name", "effective_date", "priority_score", "id"};

			make_document(&b);
			for (size_t k = 0; k < sizeof self / sizeof *self; k++)
				agree(&b, &x, (size_t)number_of(kind, sl_str_from(self[k])), &asked);
		}
	}
	printf("%zu expressions, %zu times asked, %zu differ\n", sizeof text / sizeof *text, asked, b.differ);
	end(&b);
}

/* What decides alone need not know the rest, also through a function; else nothing is said. */
static bool half_known(void *ctx, int ref, struct sl_answer *out)
{
	(void)ctx;
	*out = (struct sl_answer){.type = SL_ANSWER_NODE, .text = SL_STR("yes")};
	return ref < 0;
}

TEST(what_is_not_known_is_not_told)
{
	static const struct {
		const char *text;
		int is;
	} cases[] = {{"regex(${name}, 'y')", -1}, {"regex(., 'y')", 1},          {"regex(., 'y') or ${name} = 'x'", 1},
	             {"${name} = 'x' and regex(., 'n')", 0}, {"if(. = 'yes', regex(., 'n'), ${name})", 0},
	             {"if(${name}, true(), true())", -1},    {"coalesce(${name}, .) = 'yes'", -1}, {"regex(., '(')", -1}};
	struct sl_arena a = {0};
	struct sl_err e = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_expression x;
		struct sl_answer v;
		bool told;

		CHECK_OK(sl_expression_parse(&a, sl_str_from(cases[i].text), &x, &e), &e);
		sl_expression_bind(&x, number_of, test_kind("hazard"));
		told = sl_expression_value(&x, (struct sl_date){TODAY}, half_known, NULL, &v);
		CHECK_INT(told ? sl_answer_is_true(&v) : -1, cases[i].is);
	}
	sl_arena_done(&a);
}

/* A rule that no record can be asked is named with its row; the others of the sheet are read all the same. */
TEST(rules_that_cannot_be_asked_are_listed)
{
	static const char sheet[] = "type,name,label,relevant,constraint\n"
	                            "text,id,Id,,\n"
	                            "text,a,A,\"pulldata('f', 'c', 'k', ${id}) = 1\",\"regex(., '^a')\"\n"
	                            "text,b,B,${nobody} = 1,. = (\n"
	                            "text,c,C,position(..) > 1,../a = 1\n";
	struct sl_dictionary d = {0};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_kind k;

	CHECK_OK(sl_kind_parse(&a, &d, "x/bird.csv", SL_STR(sheet), &k, &e), &e);
	CHECK_INT(k.n_unjudged, 5);
	CHECK(k.field[1].limit && k.field[1].limit->calls && !k.field[1].relevance);
	if (k.n_unjudged == 5) {
		static const struct {
			size_t line;
			const char *column, *why;
		} wanted[] = {{3, "relevant", "pulldata() is known only to the phone"},
		              {4, "relevant", "there is no field nobody"},
		              {4, "constraint", "character 6: something is missing at the end"},
		              {5, "relevant", "it needs more than the values of one record"},
		              {5, "constraint", "it needs more than the values of one record"}};

		for (size_t i = 0; i < 5; i++) {
			CHECK_INT(k.unjudged[i].line, wanted[i].line);
			CHECK_STR(sl_str_from(k.unjudged[i].column), wanted[i].column);
			CHECK_STR(sl_str_from(k.unjudged[i].why), wanted[i].why);
		}
	}
	sl_arena_done(&a);
}
