/* Which existing records may be the same thing as the one at hand?  Ground, date and identifier are compared; the
 * score is the mean of what can be compared, weighted: docs/formats/api.md, "Candidates". */
#include "app/review.h"

#include "base/utf8.h"
#include "checks/name_match.h"
#include "geo/area.h"
#include "geo/overlay.h"
#include "geo/wkb.h"
#include "store/listing.h"

#include <math.h>
#include <stdlib.h>

enum { NEAR_MAX = 2000, BEGIN_MAX = 20, CORNERS_MAX = 200 };

/* Half-widths of the boxes searched, degrees: a little over 1 km, then over 10. */
static const double reach_deg[] = {0.01, 0.1};

static const struct {
	double overlap, distance, date, identifier;
} weight = {40, 25, 15, 20};

#define NEAR_M 200.0    /* the distance at which 1/e of its weight is left */
#define NEAR_DAYS 365.0 /* the same for dates */
#define ALIKE_FROM 0.7  /* Jaro and Winkler give this to identifiers that have little in common */

struct search {
	struct sl_arena *a;
	const struct sl_revision *rev;
	const struct sl_kind *kind;    /* of the records sought */
	struct sl_str identity;        /* what is compared with theirs */
	struct sl_geom ground; /* NONE: none that may be shown */
	struct sl_str key;
	struct sl_candidate *v;
	size_t n, cap;
};

/* The ground of a record: the proposed repair where it is not valid. */
static enum sl_code ground_of(struct sl_arena *a, const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_geom *out, struct sl_err *e)
{
	const struct sl_kind *k = rev->kind;

	*out = (struct sl_geom){0};
	if (k->geometry < 0 || k->field[k->geometry].sensitive)
		return SL_OK;
	if (rev->geometry.repaired.n)
		return sl_wkb_read(a, rev->geometry.repaired, out, e);
	if (!rev->geometry.reason[0])
		*out = rec->geometry;
	return SL_OK;
}

/* From the corners of either to the other: up to CORNERS_MAX of them, evenly taken. */
static double distance_between(const struct sl_geom *x, const struct sl_geom *y)
{
	double best = (double)INFINITY;

	for (int turn = 0; turn < 2; turn++) {
		const struct sl_geom *from = turn ? y : x, *to = turn ? x : y;
		size_t step = from->n_points / CORNERS_MAX + 1;

		for (size_t i = 0; i < from->n_points && best > 0; i += step)
			best = fmin(best, sl_geom_distance_m(to, from->xy[2 * i], from->xy[2 * i + 1]));
	}
	return best;
}

static enum sl_code compare_ground(const struct search *s, const struct sl_geom *other, struct sl_candidate *c,
                                   struct sl_err *e)
{
	double shared, all;

	c->distance_m = c->overlap = (double)NAN;
	if (s->ground.type == SL_GEOM_NONE || other->type == SL_GEOM_NONE)
		return SL_OK;
	c->distance_m = distance_between(&s->ground, other);
	if (s->ground.type != SL_GEOM_POLYGON || other->type != SL_GEOM_POLYGON)
		return SL_OK;
	if (sl_overlay_area_m2(&s->ground, other, &shared, e))
		return e->code;
	all = sl_geom_area_m2(&s->ground) + sl_geom_area_m2(other) - shared;
	c->overlap = all > 0 ? fmin(1, shared / all) : 0;
	if (shared > 0)
		c->distance_m = 0;
	return SL_OK;
}

static double score_of(const struct sl_candidate *c)
{
	double sum = 0, of = weight.identifier;

	sum += weight.identifier * fmax(0, (c->likeness - ALIKE_FROM) / (1 - ALIKE_FROM));
	if (!isnan(c->overlap)) {
		sum += weight.overlap * c->overlap;
		of += weight.overlap;
	}
	if (!isnan(c->distance_m)) {
		sum += weight.distance * exp(-c->distance_m / NEAR_M);
		of += weight.distance;
	}
	if (c->days >= 0) {
		sum += weight.date * exp(-c->days / NEAR_DAYS);
		of += weight.date;
	}
	return 100 * sum / of;
}

static enum sl_code consider(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct search *s = ctx;
	struct sl_candidate c = {
	    .record = rev->record, .number = rev->record_number, .effective = rev->effective, .days = -1};
	struct sl_arena scratch = {0};
	struct sl_geom ground;
	struct sl_str key;
	char *id;

	if (sl_uuid_eq(rev->record, s->rev->record) || s->n >= NEAR_MAX)
		return SL_OK;
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].number == rev->record_number)
			return SL_OK;
	if (!sl_date_is_none(rev->effective) && !sl_date_is_none(s->rev->effective)) {
		int64_t days = llabs((int64_t)rev->effective.day - s->rev->effective.day);

		c.days = days > INT32_MAX ? INT32_MAX : (int32_t)days;
	}
	if (!ground_of(&scratch, rev, rec, &ground, e) && !compare_ground(s, &ground, &c, e) &&
	    !sl_utf8_key(&scratch, rev->identity, &key, e))
		c.likeness = sl_str_eq(key, s->key) ? 1 : sl_jaro_winkler(key.p, key.n, s->key.p, s->key.n);
	sl_arena_done(&scratch);
	id = e->code ? NULL : sl_str_dup(s->a, rev->identity, e);
	if (!id)
		return e->code;
	c.id = (struct sl_str){id, rev->identity.n};
	c.score = score_of(&c);
	s->v = sl_arena_grow(s->a, s->v, &s->cap, s->n + 1, sizeof *s->v, e);
	if (!s->v)
		return e->code;
	s->v[s->n++] = c;
	return SL_OK;
}

static enum sl_code by_ground(struct sl_programme *p, struct search *s, struct sl_err *e)
{
	for (size_t i = 0; i < sizeof reach_deg / sizeof *reach_deg && s->n < SL_CANDIDATES; i++) {
		struct sl_box box = sl_geom_box(&s->ground);

		box.x0 -= reach_deg[i];
		box.y0 -= reach_deg[i];
		box.x1 += reach_deg[i];
		box.y1 += reach_deg[i];
		if (sl_store_near(p->db, s->kind, box, consider, s, e))
			return e->code;
	}
	return SL_OK;
}

/* Identifiers that begin like this one up to its last separator: "HA-12" and "HA-12/b". */
static enum sl_code by_identifier(struct sl_programme *p, struct search *s, struct sl_err *e)
{
	struct sl_str begin = s->identity;
	int64_t number[BEGIN_MAX];

	for (int turn = 0; turn < 2 && begin.n > 2; turn++) {
		size_t n = BEGIN_MAX;

		if (sl_store_identity_begins(p->db, begin, number, &n, e))
			return e->code;
		for (size_t i = 0; i < n; i++) {
			struct sl_arena scratch = {0};
			struct sl_revision rev;
			struct sl_record rec;

			if (!sl_store_by_number(p->db, &scratch, number[i], &rev, &rec, e) && rev.kind == s->kind)
				(void)!consider(s, &rev, &rec, e);
			if (e->code == SL_NOT_FOUND || e->code == SL_UNSUPPORTED)
				sl_err_clear(e); /* nothing of it is approved */
			sl_arena_done(&scratch);
			if (e->code)
				return e->code;
		}
		do
			begin.n--;
		while (begin.n && begin.p[begin.n] != '-' && begin.p[begin.n] != '/' && begin.p[begin.n] != ' ' &&
		       begin.p[begin.n] != '_' && begin.p[begin.n] != '.');
	}
	return SL_OK;
}

static int by_score(const void *pa, const void *pb)
{
	const struct sl_candidate *a = pa, *b = pb;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static enum sl_code best_of(struct sl_programme *p, struct search *s, const struct sl_record *rec,
                            struct sl_candidate out[SL_CANDIDATES], size_t *n, struct sl_err *e)
{
	if (ground_of(s->a, s->rev, rec, &s->ground, e) || sl_utf8_key(s->a, s->identity, &s->key, e) ||
	    (s->ground.type != SL_GEOM_NONE && by_ground(p, s, e)) || by_identifier(p, s, e))
		return e->code;
	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, by_score);
	*n = s->n < SL_CANDIDATES ? s->n : SL_CANDIDATES;
	for (size_t i = 0; i < *n; i++)
		out[i] = s->v[i];
	return SL_OK;
}

enum sl_code sl_candidates(struct sl_programme *p, struct sl_arena *a, const struct sl_revision *rev,
                           const struct sl_record *rec, struct sl_candidate out[SL_CANDIDATES], size_t *n,
                           struct sl_err *e)
{
	struct search s = {.a = a, .rev = rev, .kind = rev->kind, .identity = rev->identity};

	return best_of(p, &s, rec, out, n, e);
}

enum sl_code sl_reference_candidates(struct sl_programme *p, struct sl_arena *a, const struct sl_revision *rev,
                                     const struct sl_record *rec, const struct sl_field *field,
                                     struct sl_candidate out[SL_CANDIDATES], size_t *n, struct sl_err *e)
{
	struct search s = {.a = a, .rev = rev, .kind = sl_dictionary_kind(p->dict, field->ref)};

	*n = 0;
	if (!s.kind)
		return SL_OK;
	if (rec->value[field->index].type == SL_VALUE_TEXT)
		s.identity = rec->value[field->index].text;
	return best_of(p, &s, rec, out, n, e);
}
