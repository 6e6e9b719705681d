/* The list that a server keeps: exact counts, pages that join, and nothing of others for an operator. */
#include "training.h"

#include "app/check.h"
#include "app/finding_list.h"
#include "check.h"

#include <ctype.h>
#include <string.h>

struct listed {
	struct training t;
	struct sl_finding_list *list;
	struct sl_check_answer all;
	struct sl_arena arena;
};

static void listed_open(struct listed *x)
{
	*x = (struct listed){0};
	training_open(&x->t, 120, 5, 0.1);
	CHECK_OK(sl_finding_list_make(&x->t.p, &x->list, &x->t.e), &x->t.e);
	CHECK_OK(sl_check_answer(&x->t.p, &(struct sl_check_request){0}, &x->all, &x->t.e), &x->t.e);
}

static void listed_close(struct listed *x)
{
	sl_finding_list_free(x->list);
	sl_check_answer_done(&x->all);
	sl_arena_done(&x->arena);
	training_close(&x->t);
}

static struct sl_finding_query query_of(const struct listed *x)
{
	struct sl_env env = x->t.env;

	return (struct sl_finding_query){.limit = 1000000, .today = (int32_t)(sl_env_now_ms(&env) / 86400000)};
}

static struct sl_json *asked(struct listed *x, const struct sl_finding_query *q, bool counts)
{
	struct sl_buf b = {0};
	struct sl_json *json = NULL;
	char *copy;

	CHECK_OK((counts ? sl_finding_list_counts : sl_finding_list_page)(x->list, q, &b, &x->t.e), &x->t.e);
	copy = sl_arena_strndup(&x->arena, b.p, b.n, &x->t.e);
	CHECK_OK(sl_json_parse(&x->arena, (struct sl_str){copy, b.n}, &json, &x->t.e), &x->t.e);
	sl_buf_done(&b);
	return json;
}

static size_t length(const struct sl_json *list)
{
	size_t n = 0;

	for (const struct sl_json *c = list->child; c; c = c->next)
		n++;
	return n;
}

static int64_t number(const struct sl_json *o, const char *key)
{
	return (int64_t)sl_json_get(o, key)->number;
}

static int64_t matched(const struct sl_json *answer)
{
	const struct sl_json *c = sl_json_get(answer, "counts");

	return number(c, "error") + number(c, "warning") + number(c, "note");
}

TEST(finding_list_says_what_check_found)
{
	struct listed x;
	struct sl_finding_query q;
	const struct sl_json *page, *f;
	size_t i = 0;

	listed_open(&x);
	q = query_of(&x);
	page = asked(&x, &q, false);
	CHECK(x.all.findings.n > 65);
	CHECK_INT(number(page, "records"), x.all.n_records);
	CHECK_INT(matched(page), x.all.findings.n);
	CHECK_INT(length(sl_json_get(page, "findings")), x.all.findings.n);
	for (f = sl_json_get(page, "findings")->child; f && i < x.all.findings.n; f = f->next, i++) {
		CHECK_STR(sl_json_get_str(f, "rule"), x.all.findings.v[i].rule);
		CHECK(sl_str_eq(sl_json_get_str(f, "text"), x.all.findings.v[i].text));
		CHECK(sl_str_eq(sl_json_get_str(f, "record"), x.all.findings.v[i].record) || !x.all.findings.v[i].record.n);
	}
	/* Pages of seven join to the same. */
	i = 0;
	q.limit = 7;
	for (q.offset = 0; q.offset < (int64_t)x.all.findings.n; q.offset += 7)
		for (f = sl_json_get(asked(&x, &q, false), "findings")->child; f; f = f->next, i++)
			CHECK(sl_str_eq(sl_json_get_str(f, "text"), x.all.findings.v[i].text));
	CHECK_INT(i, x.all.findings.n);
	listed_close(&x);
}

/* What the counts promise is what a page with that choice finds. */
TEST(finding_list_counts_are_exact)
{
	static const char *const lists[] = {"rules", "kinds", "organisations"},
	                         *const keys[] = {"rule", "kind", "organisation"},
	                         *const ages[] = {"month", "year", "older", "none"};
	struct listed x;
	struct sl_finding_query q;
	struct sl_json *counts;
	int64_t sum;

	listed_open(&x);
	q = query_of(&x);
	q.least = SL_WARNING;
	counts = asked(&x, &q, true);
	for (int l = 0; l < 3; l++) {
		CHECK(length(sl_json_get(counts, lists[l])) > 1);
		for (const struct sl_json *c = sl_json_get(counts, lists[l])->child; c; c = c->next) {
			struct sl_finding_query one = q;
			struct sl_str name = sl_json_get_str(c, keys[l]);

			if (!name.n && l < 2)
				continue;
			one.rule = l == 0 ? name : one.rule;
			one.kind = l == 1 ? name : one.kind;
			one.organisation = l == 2 ? &name : NULL;
			CHECK_INT(matched(asked(&x, &one, false)), number(c, "count"));
			CHECK(number(c, "count") > 0);
		}
	}
	sum = 0;
	for (int i = 0; i < 4; i++) {
		struct sl_finding_query one = q;

		CHECK(sl_finding_age_from(sl_str_from(ages[i]), &one.age));
		CHECK_INT(matched(asked(&x, &one, false)), number(sl_json_get(counts, "ages"), ages[i]));
		sum += number(sl_json_get(counts, "ages"), ages[i]);
	}
	q.age = SL_AGE_ANY;
	CHECK_INT(matched(asked(&x, &q, false)), sum);
	CHECK_INT(matched(counts), x.all.findings.n); /* as if no severity were chosen */
	q.rule = SL_STR("no such rule");
	CHECK_INT(matched(asked(&x, &q, false)), 0);
	listed_close(&x);
}


static bool word_in(struct sl_str text, struct sl_str word)
{
	for (size_t i = 0; word.n && i + word.n <= text.n; i++)
		if (!memcmp(text.p + i, word.p, word.n) &&
		    (i + word.n == text.n || (!isalnum((unsigned char)text.p[i + word.n]) && text.p[i + word.n] != '-')))
			return true;
	return false;
}

struct record {
	struct sl_str id, organisation;
};
struct records {
	struct sl_arena *a;
	struct record *v;
	size_t n, cap;
};

static enum sl_code take(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct records *r = ctx;
	struct record *v = sl_arena_grow(r->a, r->v, &r->cap, r->n + 1, sizeof *v, e);

	(void)rec;
	if (!v)
		return e->code;
	r->v = v;
	v[r->n].id = (struct sl_str){sl_str_dup(r->a, rev->identity, e), rev->identity.n};
	v[r->n].organisation = (struct sl_str){sl_str_dup(r->a, rev->organisation, e), rev->organisation.n};
	r->n++;
	return e->code;
}

/* How many texts of the answer name a record of another organisation than `own`. */
static size_t named(const struct sl_json *answer, const struct records *r, struct sl_str own)
{
	size_t n = 0;

	for (const struct sl_json *f = sl_json_get(answer, "findings")->child; f; f = f->next) {
		if (!sl_str_eq(sl_json_get_str(f, "organisation"), own))
			continue;
		for (size_t i = 0; i < r->n; i++)
			n += r->v[i].id.n > 6 && !sl_str_eq(r->v[i].organisation, own) && r->v[i].organisation.n &&
			     (word_in(sl_json_get_str(f, "text"), r->v[i].id) ||
			      word_in(sl_json_get_str(f, "suggestion"), r->v[i].id));
	}
	return n;
}

/* Rules that compare records name the other one: an operator must not learn of it. */
TEST(finding_list_tells_an_operator_nothing_of_others)
{
	struct sl_query every = {.as_of = sl_date_none()};
	struct records records = {0};
	struct listed x;
	struct sl_finding_query q;
	struct sl_json *all, *own;
	size_t told = 0;

	listed_open(&x);
	records.a = &x.arena;
	CHECK_OK(sl_store_each(x.t.p.db, &every, false, take, &records, &x.t.e), &x.t.e);
	q = query_of(&x);
	all = asked(&x, &q, false);
	for (const struct sl_json *o = sl_json_get(asked(&x, &q, true), "organisations")->child; o; o = o->next) {
		const struct sl_person who = {.name = SL_STR("Olga"),
		                              .organisation = sl_json_get_str(o, "organisation"),
		                              .role = SL_ROLE_OPERATOR,
		                              .scope = SL_SCOPE_FULL};

		if (!who.organisation.n)
			continue;
		q.only = &who;
		own = asked(&x, &q, false);
		CHECK_INT(sl_json_get(own, "records")->type, SL_JSON_NULL);
		CHECK_INT(length(sl_json_get(own, "findings")), number(o, "count"));
		for (const struct sl_json *f = sl_json_get(own, "findings")->child; f; f = f->next) {
			CHECK(sl_str_eq(sl_json_get_str(f, "organisation"), who.organisation));
			CHECK(!sl_json_get(f, "source"));
		}
		CHECK_INT(named(own, &records, who.organisation), 0);
		told += named(all, &records, who.organisation); /* who may see all is told */
		q.only = NULL;
	}
	CHECK(told > 0);
	listed_close(&x);
}
