/* tests/cases/rules.txt: which records each rule finds, and which it leaves alone. */
#include "support.h"

#include <stdlib.h>

enum { RECORDS_MAX = 40, SHAPES_MAX = 40, RULES_MAX = 128 };

struct line {
	struct sl_revision rev;
	struct sl_record rec;
	bool replaced; /* a later line is the current state */
};

struct approval {
	struct sl_str id, entered, approved;
};

struct trial {
	struct bench b;
	struct sl_str shape_name[SHAPES_MAX], shape_wkt[SHAPES_MAX];
	size_t n_shapes;
	struct line line[RECORDS_MAX];
	size_t n;
	struct approval approval[8];
	size_t n_approvals;
	struct sl_str rule, wanted; /* ids, split by blanks; empty: silent */
	bool open;
	size_t line_no, started;
	size_t fired[RULES_MAX], silent[RULES_MAX];
	size_t n_cases;
};

static struct sl_str word(struct sl_str *rest)
{
	struct sl_str w = {0};

	*rest = sl_str_trim(*rest);
	sl_str_split(rest, ' ', &w);
	return w;
}

static struct line *current(struct trial *t, struct sl_str id)
{
	for (size_t i = 0; i < t->n; i++)
		if (!t->line[i].replaced && sl_str_eq(t->line[i].rev.identity, id))
			return &t->line[i];
	return NULL;
}

/* Numbers of the record: equal kind and id are one record, unless the line says that it is a twin. */
static void place_line(struct trial *t, struct line *l)
{
	l->rev.record.b[15] = (unsigned char)(t->n + 1);
	l->rev.record_number = (int64_t)t->n + 1;
	for (size_t i = 0; i < t->n; i++) {
		struct line *o = &t->line[i];

		if (o->rec.kind != l->rec.kind || !sl_str_eq(o->rev.identity, l->rev.identity))
			continue;
		l->rev.record = o->rev.record;
		l->rev.record_number = o->rev.record_number;
		l->rev.n_parents = 1;
		if (o->replaced)
			continue;
		if (l->rev.effective.day >= o->rev.effective.day)
			o->replaced = true;
		else
			l->replaced = true;
	}
}

/* "_20000" stands for a text of so many letters. */
static void blow_up(struct trial *t, struct sl_record *r)
{
	for (size_t i = 0; i < r->kind->n_fields; i++) {
		struct sl_value *v = &r->value[i];
		struct sl_str digits = {v->text.p + 1, v->text.n - 1};
		int64_t n;
		char *p;

		if (v->type != SL_VALUE_TEXT || v->text.n < 2 || v->text.p[0] != '_' || !sl_str_int64(digits, &n))
			continue;
		p = sl_arena_alloc(&t->b.a, (size_t)n, 1, &t->b.e);
		memset(p, 'x', (size_t)n);
		v->text = (struct sl_str){p, (size_t)n};
	}
}

static void read_record(struct trial *t, struct sl_str rest)
{
	struct line *l = &t->line[t->n];
	struct sl_json_cursor c;
	struct sl_str kind, json, wkt;
	struct sl_json *tree;
	const struct sl_json *flag;
	char name[32];
	int64_t recorded = 1577836800000 + (int64_t)t->n * 86400000;

	CHECK(t->n < RECORDS_MAX);
	*l = (struct line){0};
	if (rest.p[0] == '@') {
		struct sl_str when = word(&rest);
		struct sl_date d;

		CHECK(sl_date_parse((struct sl_str){when.p + 1, when.n - 1}, &d));
		recorded = (int64_t)d.day * 86400000 + 43200000;
		l->rev.author = word(&rest);
	}
	kind = word(&rest);
	snprintf(name, sizeof name, "%.*s", SL_STR_ARG(kind));
	sl_json_cursor_init(&c, rest);
	CHECK_OK(sl_json_skip(&c, &json, &t->b.e), &t->b.e);
	if (t->b.e.code) {
		printf("rules.txt:%zu\n", t->line_no);
		exit(1);
	}
	wkt = sl_str_trim((struct sl_str){c.p, (size_t)(c.end - c.p)});
	for (size_t i = 0; wkt.n && wkt.p[0] == '$' && i < t->n_shapes; i++)
		if (sl_str_eq((struct sl_str){wkt.p + 1, wkt.n - 1}, t->shape_name[i]))
			wkt = t->shape_wkt[i];
	CHECK(!wkt.n || wkt.p[0] != '$');
	bench_record(&t->b, name, json, wkt, &l->rec);
	blow_up(t, &l->rec);
	CHECK_OK(sl_json_parse(&t->b.a, json, &tree, &t->b.e), &t->b.e);
	flag = sl_json_get(tree, "_correction");
	l->rev.kind = l->rec.kind;
	l->rev.correction = flag && flag->boolean;
	l->rev.identity = sl_str_trim(sl_record_text(&l->rec, "id"));
	l->rev.effective = sl_record_date(&l->rec, "effective_date");
	l->rev.recorded_ms = recorded;
	l->rev.state = SL_APPROVED;
	l->rev.said = sl_hash_of(json.p, json.n);
	place_line(t, l);
	if (sl_json_get(tree, "_twin")) {
		l->rev.record.b[14] = 1;
		l->rev.record_number += 100;
	}
	t->n++;
}

static void add_name(struct trial *t, struct sl_check_programme *p, const struct line *l)
{
	struct sl_str given = sl_record_text(&l->rec, "given_name"),
	              family = sl_record_text(&l->rec, "family_name");

	if (!given.n && !family.n)
		return;
	CHECK_OK(sl_check_programme_name(p,
	                                 sl_str_from(sl_arena_printf(&t->b.a, &t->b.e, "%.*s %.*s",
	                                                             SL_STR_ARG(given), SL_STR_ARG(family))),
	                                 &t->b.e),
	         &t->b.e);
}

static void judge_history(struct trial *t, struct sl_check_programme *p, const struct line *last)
{
	struct sl_check_version v[RECORDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct line *l = &t->line[i];

		if (!sl_uuid_eq(l->rev.record, last->rev.record))
			continue;
		v[n++] = (struct sl_check_version){.effective = l->rev.effective,
		                                   .recorded_ms = l->rev.recorded_ms,
		                                   .author = l->rev.author,
		                                   .status = sl_record_text(&l->rec, "status"),
		                                   .class = sl_record_text(&l->rec, "class"),
		                                   .reopens = sl_record_text(&l->rec, "reopens"),
		                                   .correction = l->rev.correction,
		                                   .content = l->rev.said};
		CHECK_OK(sl_check_programme_version(p, &l->rev, &l->rec, &t->b.e), &t->b.e);
	}
	if (n > 1)
		CHECK_OK(sl_check_history(&t->b.c, &last->rev, &last->rec, v, n, &t->b.found, &t->b.e), &t->b.e);
}

static void judge(struct trial *t)
{
	struct sl_check_programme *p;

	t->b.found.n = 0;
	CHECK_OK(sl_check_programme_new(&t->b.a, &t->b.c, &t->b.env, &p, &t->b.e), &t->b.e);
	for (size_t i = 0; i < t->n; i++) {
		if (t->line[i].replaced)
			continue;
		CHECK_OK(sl_check_record(&t->b.c, &t->line[i].rec, &t->line[i].rev, &t->b.found, &t->b.e), &t->b.e);
		CHECK_OK(sl_check_programme_add(p, &t->line[i].rev, &t->line[i].rec, &t->b.e), &t->b.e);
		add_name(t, p, &t->line[i]);
	}
	for (size_t i = 0; i < t->n; i++)
		if (!t->line[i].replaced)
			judge_history(t, p, &t->line[i]);
	for (size_t i = 0; i < t->n_approvals; i++) {
		const struct line *l = current(t, t->approval[i].id);

		CHECK(l != NULL);
		if (l)
			CHECK_OK(sl_check_programme_approval(p, l->rev.record_number, t->approval[i].entered,
			                                     t->approval[i].approved, &t->b.e),
			         &t->b.e);
	}
	CHECK_OK(sl_check_programme_finish(p, &t->b.found, &t->b.e), &t->b.e);
}

static bool listed(struct sl_str list, struct sl_str id)
{
	while ((list = sl_str_trim(list)).n)
		if (sl_str_eq(word(&list), id))
			return true;
	return false;
}

static void compare(struct trial *t)
{
	struct sl_str wanted = t->wanted, id;
	const struct sl_rule *rule = sl_rule_find(t->rule);
	bool good = rule != NULL;

	for (size_t i = 0; i < t->b.found.n; i++) {
		const struct sl_finding *f = &t->b.found.v[i];

		if (!sl_str_is(t->rule, f->rule))
			continue;
		CHECK(f->text.n > 10 && f->text.p[f->text.n - 1] == '.');
		CHECK(f->suggestion.n > 5);
		CHECK(isnan(f->area_m2) == 0 && f->area_m2 >= 0);
		if (!listed(t->wanted, f->record.n ? f->record : SL_STR("programme"))) {
			printf("rules.txt:%zu: %s also finds %.*s: %.*s\n", t->started, f->rule, SL_STR_ARG(f->record),
			       SL_STR_ARG(f->text));
			good = false;
		}
	}
	while ((wanted = sl_str_trim(wanted)).n) {
		bool found = false;

		id = word(&wanted);
		for (size_t i = 0; i < t->b.found.n; i++)
			found |= sl_str_is(t->rule, t->b.found.v[i].rule) &&
			         sl_str_eq(t->b.found.v[i].record.n ? t->b.found.v[i].record : SL_STR("programme"), id);
		if (!found) {
			printf("rules.txt:%zu: %.*s does not find %.*s\n", t->started, SL_STR_ARG(t->rule),
			       SL_STR_ARG(id));
			good = false;
		}
	}
	CHECK(good);
	if (rule)
		(t->wanted.n ? t->fired : t->silent)[rule - sl_rules]++;
}

static void close_case(struct trial *t)
{
	if (!t->open)
		return;
	judge(t);
	compare(t);
	t->n_cases++;
	t->open = false;
	t->n = t->n_approvals = 0;
}

static void read_line(struct trial *t, struct sl_str line)
{
	struct sl_str rest = line, first = word(&rest);

	if (sl_str_is(first, "shape")) {
		t->shape_name[t->n_shapes] = word(&rest);
		t->shape_wkt[t->n_shapes++] = sl_str_trim(rest);
	} else if (sl_str_is(first, "case")) {
		close_case(t);
		t->open = true;
		t->started = t->line_no;
		t->rule = word(&rest);
		t->wanted = (struct sl_str){0};
		if (sl_str_is(word(&rest), "fires"))
			t->wanted = sl_str_trim(rest);
	} else if (sl_str_is(first, "approval")) {
		struct approval *a = &t->approval[t->n_approvals++];

		a->id = word(&rest);
		a->entered = word(&rest);
		a->approved = word(&rest);
	} else {
		read_record(t, line);
	}
}

TEST(rules_find_what_the_cases_say)
{
	static struct trial t;
	struct sl_str text, line;

	t = (struct trial){0};
	bench_begin(&t.b, "2025-06-30");
	text = bench_case_file(&t.b, "rules.txt");
	while (sl_str_split(&text, '\n', &line)) {
		t.line_no++;
		line = sl_str_trim(line);
		if (line.n && line.p[0] != '#')
			read_line(&t, line);
	}
	close_case(&t);
	CHECK(t.n_cases > 100);
	for (size_t i = 0; i < sl_rules_n; i++) {
		if (sl_rules[i].scope == SL_RULE_READING || !strcmp(sl_rules[i].id, "R05"))
			continue; /* found by other code; needs many records: test_conduct.c */
		if (!t.fired[i] || !t.silent[i])
			printf("rule %s fires in %zu cases and is silent in %zu\n", sl_rules[i].id, t.fired[i],
			       t.silent[i]);
		CHECK(t.fired[i] && t.silent[i]);
	}
	printf("%zu cases\n", t.n_cases);
	bench_end(&t.b);
}
