#include "app/finding_sum.h"

#include <stdlib.h>

#define DAY_MS 86400000

static enum sl_code take_owner(void *ctx, const struct sl_owner *o, struct sl_err *e)
{
	struct sl_finding_sums *s = ctx;
	struct sl_finding_owner *v =
	    sl_arena_grow(&s->check.arena, s->owner, &s->cap_owners, s->n_owners + 1, sizeof *v, e);

	if (!v)
		return e->code;
	s->owner = v;
	v[s->n_owners++] = (struct sl_finding_owner){o->uuid, o->organisation, o->recorded_ms};
	return SL_OK;
}

static int by_uuid(const void *a, const void *b)
{
	const struct sl_finding_owner *x = a, *y = b;

	return sl_str_cmp((struct sl_str){(const char *)&x->uuid, sizeof x->uuid},
	                  (struct sl_str){(const char *)&y->uuid, sizeof y->uuid});
}

enum sl_code sl_finding_sums_open(struct sl_programme *p, struct sl_finding_sums *out, struct sl_err *e)
{
	struct sl_check_request all = {0};

	*out = (struct sl_finding_sums){0};
	if (sl_check_answer(p, &all, &out->check, e) || sl_store_each_owner(p->db, take_owner, out, e))
		return e->code;
	if (out->n_owners)
		qsort(out->owner, out->n_owners, sizeof *out->owner, by_uuid);
	return SL_OK;
}

void sl_finding_sums_done(struct sl_finding_sums *s)
{
	sl_check_answer_done(&s->check);
	*s = (struct sl_finding_sums){0};
}

const struct sl_finding_owner *sl_finding_owner_of(const struct sl_finding_sums *s, const struct sl_finding *f)
{
	struct sl_finding_owner key = {.uuid = f->uuid};

	return s->n_owners ? bsearch(&key, s->owner, s->n_owners, sizeof key, by_uuid) : NULL;
}

static bool is_within(const struct sl_finding_owner *o, const struct sl_finding_query *q)
{
	int64_t day = o ? o->recorded_ms / DAY_MS : 0;

	if (sl_date_is_none(q->from) && sl_date_is_none(q->to))
		return true;
	return o && (sl_date_is_none(q->from) || day >= q->from.day) && (sl_date_is_none(q->to) || day <= q->to.day);
}

bool sl_finding_is_of(const struct sl_finding_sums *s, const struct sl_finding *f, const struct sl_finding_query *q)
{
	const struct sl_finding_owner *o = sl_finding_owner_of(s, f);
	struct sl_str organisation = o && o->organisation.n ? o->organisation : SL_STR("UNK");

	return (!q->rule.n || sl_str_is(q->rule, f->rule)) &&
	       (!q->organisation.n || sl_str_eq(q->organisation, organisation)) &&
	       (!q->kind.n || sl_str_eq(q->kind, f->kind)) &&
	       (!q->severity.n || sl_str_is(q->severity, sl_severity_name(f->severity))) && is_within(o, q);
}

sl_mm2 sl_finding_units(const struct sl_finding_sums *s, const struct sl_finding *f, const struct sl_finding_query *q)
{
	const struct sl_finding_owner *o;

	if (q->what == SL_FINDINGS_COUNT)
		return 1;
	if (q->what == SL_FINDINGS_AREA)
		return sl_square_millimetres(f->area_m2);
	o = sl_finding_owner_of(s, f);
	return o ? (sl_mm2)q->on.day - o->recorded_ms / DAY_MS : -1;
}

sl_mm2 sl_finding_sum(const struct sl_finding_sums *s, const struct sl_finding_query *q)
{
	sl_mm2 sum = 0;

	for (size_t i = 0; i < s->check.findings.n; i++) {
		const struct sl_finding *f = &s->check.findings.v[i];
		sl_mm2 units;

		if (!sl_finding_is_of(s, f, q))
			continue;
		units = sl_finding_units(s, f, q);
		if (q->what != SL_FINDINGS_OLDEST)
			sum += units;
		else if (units > sum)
			sum = units;
	}
	return sum;
}
