/* G10, G11, G23: ground that two records share, or should share.  Candidates come from the box tree; the
 * overlays run on all cores, each result in its own place, and are told in the order of the records. */
#include "base/parallel.h"
#include "checks/index.h"
#include "geo/overlay.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct pair {
	uint32_t a, b; /* shapes; `a` belongs to the earlier record */
	struct sl_ground ground;
};

struct pairs {
	struct pair *v;
	size_t n, cap;
};

struct search {
	struct sl_check_programme *p;
	struct pairs *pairs;
	bool (*wanted)(const struct sl_check_programme *p, uint32_t a, uint32_t b);
	uint32_t shape;
	struct sl_err *e;
};

static bool collect(void *ctx, uint32_t shape)
{
	struct search *s = ctx;
	struct pair *v;

	if (shape <= s->shape || !s->wanted(s->p, s->shape, shape))
		return true;
	v = sl_arena_grow(&s->p->rule, s->pairs->v, &s->pairs->cap, s->pairs->n + 1, sizeof *v, s->e);
	if (!v)
		return false;
	s->pairs->v = v;
	v[s->pairs->n++] = (struct pair){s->shape, shape, {0, NAN, NAN}};
	return true;
}

static enum sl_code find_pairs(struct sl_check_programme *p, enum sl_check_kind kind, struct pairs *pairs,
                               bool (*wanted)(const struct sl_check_programme *, uint32_t, uint32_t),
                               struct sl_err *e)
{
	struct search s = {.p = p, .pairs = pairs, .wanted = wanted, .e = e};

	for (uint32_t i = 0; i < p->shape.n; i++) {
		if (!p->shape.v[i].current || p->item.v[p->shape.v[i].item].what != kind)
			continue;
		s.shape = i;
		sl_index_near(p, p->shape.v[i].box, collect, &s);
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

/* ---- what two records both claim, less what happened in between ---- */

/* What settles a pair: grounds that `add` finds between the days of its two records. */
struct between {
	const struct sl_check_programme *p;
	int32_t from, to;
	struct sl_grounds *grounds;
	struct sl_err *e;
};

struct work {
	struct sl_check_programme *p;
	struct pairs *pairs;
	int32_t (*day)(const struct sl_check_programme *p, uint32_t shape);
	bool (*add)(void *between, uint32_t shape);
};

static enum sl_code pair_slice(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct work *w = ctx;

	(void)worker;
	for (size_t i = first; i < last; i++) {
		struct pair *pair = &w->pairs->v[i];
		const struct sl_shape *a = &w->p->shape.v[pair->a], *b = &w->p->shape.v[pair->b];
		const struct sl_geom *const both[] = {&a->g, &b->g};
		int32_t day_a = w->day(w->p, pair->a), day_b = w->day(w->p, pair->b);
		struct sl_grounds grounds = {0};
		struct between between = {w->p, day_a < day_b ? day_a : day_b, day_a < day_b ? day_b : day_a,
		                          &grounds, e};

		if (sl_grounds_overlay(w->p, both, 2, &grounds, &pair->ground, e))
			return e->code;
		if (pair->ground.m2 <= w->p->c->limit.overlap_min_m2)
			continue;
		sl_index_near(w->p, a->box, w->add, &between);
		if ((grounds.n || e->code) && sl_grounds_overlay(w->p, both, 2, &grounds, &pair->ground, e))
			return e->code;
	}
	return SL_OK;
}

/* ---- G10: two hazards, both open ---- */

static const struct sl_hazard_item *open_hazard(const struct sl_check_programme *p, uint32_t shape)
{
	const struct sl_shape *s = &p->shape.v[shape];
	const struct sl_item *item = &p->item.v[s->item];
	const struct sl_hazard_item *h;

	if (!s->current || item->what != SL_CHECK_HAZARD)
		return NULL;
	h = &p->hazard.v[item->detail];
	return h->state == SL_HAZARD_OPEN && h->class != SL_CLASS_OTHER ? h : NULL;
}

static bool both_open(const struct sl_check_programme *p, uint32_t a, uint32_t b)
{
	return open_hazard(p, a) && open_hazard(p, b);
}

static int32_t hazard_day(const struct sl_check_programme *p, uint32_t shape)
{
	return sl_hazard_since(p, open_hazard(p, shape));
}

/* Releases that ended the older hazard before the newer one was recorded. */
static bool add_release(void *ctx, uint32_t shape)
{
	struct between *b = ctx;
	const struct sl_release_item *r = sl_index_release(b->p, shape);
	int32_t day = r ? b->p->item.v[r->item].day : SL_DAY_NONE;

	if (!r || day == SL_DAY_NONE || b->from == SL_DAY_NONE || b->from == b->to || day < b->from ||
	    day > b->to)
		return true;
	return !sl_grounds_add(b->grounds, &b->p->shape.v[shape].g, b->e);
}

static const char *who(const struct sl_check_programme *p, const struct sl_item *a, const struct sl_item *b,
                       char out[160])
{
	out[0] = 0;
	if (a->organisation && b->organisation && a->organisation != b->organisation)
		snprintf(out, 160, ", by %.*s and %.*s",
		         (int)(p->term.v[a->organisation].n > 40 ? 40 : p->term.v[a->organisation].n),
		         p->term.v[a->organisation].p,
		         (int)(p->term.v[b->organisation].n > 40 ? 40 : p->term.v[b->organisation].n),
		         p->term.v[b->organisation].p);
	return out;
}

enum sl_code sl_g10_overlap(struct sl_check_programme *p, struct sl_err *e)
{
	struct pairs pairs = {0};
	struct work work = {p, &pairs, hazard_day, add_release};

	if (find_pairs(p, SL_CHECK_HAZARD, &pairs, both_open, e) ||
	    sl_parallel(p->env, pairs.n, 64, pair_slice, &work, e))
		return e->code;
	for (size_t i = 0; i < pairs.n; i++) {
		const struct pair *pair = &pairs.v[i];
		const struct sl_shape *a = &p->shape.v[pair->a], *b = &p->shape.v[pair->b];
		const struct sl_item *older = &p->item.v[a->item], *newer = &p->item.v[b->item];
		double both = pair->ground.m2, iou = both / (a->area_m2 + b->area_m2 - both);
		struct sl_spot at = {.field = "geometry",
		                     .placed = true,
		                     .lon = pair->ground.lon,
		                     .lat = pair->ground.lat,
		                     .m2 = both};
		char m2[40], by[160];

		if (both <= p->c->limit.overlap_min_m2)
			continue;
		if (iou >= p->c->limit.overlap_iou) {
			at.graded = true;
			at.severity = iou >= p->c->limit.overlap_duplicate_iou ? SL_ERROR : SL_WARNING;
			at.advice = "Compare the two reports; when they are one field, merge them: one stays, the "
			            "other is withdrawn as "
			            "merged, which is not a release.";
			if (sl_index_say(p, "G10", newer, at, e,
			                 "Shares %s m² with hazard %.*s, %.0f %% of the ground of both together%s: "
			                 "probably one field "
			                 "recorded twice%s.",
			                 sl_number_text(both, m2), SL_STR_ARG(sl_item_id(p, older)), 100 * iou,
			                 a->key == b->key ? ", with equal outlines" : "", who(p, older, newer, by)))
				return e->code;
		} else if (sl_index_say(p, "G10", newer, at, e,
		                        "Overlaps hazard %.*s, open too, on %s m² (%.1f %% of this one).",
		                        SL_STR_ARG(sl_item_id(p, older)), sl_number_text(both, m2),
		                        100 * both / b->area_m2)) {
			return e->code;
		}
	}
	return SL_OK;
}

/* ---- G11: a release outside the hazard that it names ---- */

struct outside {
	struct sl_check_programme *p;
	struct sl_ground *ground; /* one for each release */
};

static enum sl_code outside_slice(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct outside *o = ctx;
	struct sl_check_programme *p = o->p;

	(void)worker;
	for (size_t i = first; i < last; i++) {
		const struct sl_release_item *r = &p->release.v[i];
		uint32_t shape = p->item.v[r->item].shape, h = p->hazard_of_release[i], s;
		const struct sl_geom *in;
		struct sl_grounds grounds = {0};
		bool same = false;

		o->ground[i] = (struct sl_ground){0, NAN, NAN};
		if (shape == SL_NO_ITEM || h == SL_NO_ITEM || r->extension)
			continue;
		s = p->item.v[p->hazard.v[h].item].shape;
		if (s == SL_NO_ITEM)
			continue;
		in = &p->shape.v[shape].g;
		for (; s != SL_NO_ITEM && !e->code; s = p->shape.v[s].older) {
			same |= p->shape.v[s].key == p->shape.v[shape].key;
			if (sl_grounds_add(&grounds, &p->shape.v[s].g, e))
				break;
		}
		if (same && !e->code)
			sl_arena_done(&grounds.a);
		else if (sl_grounds_overlay(p, &in, 1, &grounds, &o->ground[i], e))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_g11_outside_hazard(struct sl_check_programme *p, struct sl_err *e)
{
	struct outside o = {p, sl_arena_alloc(&p->rule, p->release.n, sizeof *o.ground, e)};

	if (!o.ground || sl_parallel(p->env, p->release.n, 64, outside_slice, &o, e))
		return e->code;
	for (size_t i = 0; i < p->release.n; i++) {
		const struct sl_release_item *r = &p->release.v[i];
		const struct sl_item *item = &p->item.v[r->item];
		double m2 = o.ground[i].m2, area, agreed = r->agreed_outside_m2 > 0 ? r->agreed_outside_m2 : 0;
		struct sl_spot at = {
		    .field = "geometry", .placed = true, .lon = o.ground[i].lon, .lat = o.ground[i].lat, .m2 = m2};
		const struct sl_item *hazard;
		char a[40], b[40];
		bool all;

		if (!(m2 > 0))
			continue;
		area = p->shape.v[item->shape].area_m2;
		m2 -= agreed;
		if (m2 <= p->c->limit.release_outside_m2 || m2 <= p->c->limit.release_outside_ratio * area)
			continue;
		hazard = &p->item.v[p->hazard.v[p->hazard_of_release[i]].item];
		all = o.ground[i].m2 >= 0.999 * area;
		at.graded = all;
		at.severity = SL_ERROR;
		if (sl_index_say(p, "G11", item, at, e,
		                 all ? "All of its %s m² lie outside hazard %.*s, which it names."
		                     : "%s m² lie outside hazard %.*s, which it names (%s m² in all).",
		                 sl_number_text(o.ground[i].m2, a), SL_STR_ARG(sl_item_id(p, hazard)),
		                 sl_number_text(area, b)))
			return e->code;
	}
	return SL_OK;
}

/* ---- G23: ground that two releases both release ---- */

/* A cancellation ends the hazard that it names; another hazard on the same ground may well be released too.
 */
static bool for_different_hazards(const struct sl_release_item *a, const struct sl_release_item *b)
{
	return a->hazard && b->hazard && a->hazard != b->hazard &&
	       (a->product == SL_PRODUCT_CANCELLED || b->product == SL_PRODUCT_CANCELLED);
}

static bool both_release(const struct sl_check_programme *p, uint32_t a, uint32_t b)
{
	const struct sl_release_item *x = sl_index_release(p, a), *y = sl_index_release(p, b);

	return x && y && !for_different_hazards(x, y);
}

static int32_t release_day(const struct sl_check_programme *p, uint32_t shape)
{
	return p->item.v[p->shape.v[shape].item].day;
}

/* Hazards recorded on the ground after the first release. */
static bool add_reopened(void *ctx, uint32_t shape)
{
	struct between *r = ctx;
	const struct sl_shape *s = &r->p->shape.v[shape];
	const struct sl_item *item = &r->p->item.v[s->item];
	int32_t since;

	if (item->what != SL_CHECK_HAZARD || r->p->hazard.v[item->detail].state == SL_HAZARD_WITHDRAWN)
		return true;
	since = sl_hazard_since(r->p, &r->p->hazard.v[item->detail]);
	if (since == SL_DAY_NONE || since <= r->from || since > r->to)
		return true;
	return !sl_grounds_add(r->grounds, &s->g, r->e);
}

enum sl_code sl_g23_released_twice(struct sl_check_programme *p, struct sl_err *e)
{
	struct pairs pairs = {0};
	struct work work = {p, &pairs, release_day, add_reopened};

	if (find_pairs(p, SL_CHECK_RELEASE, &pairs, both_release, e) ||
	    sl_parallel(p->env, pairs.n, 64, pair_slice, &work, e))
		return e->code;
	for (size_t i = 0; i < pairs.n; i++) {
		const struct pair *pair = &pairs.v[i];
		const struct sl_shape *a = &p->shape.v[pair->a], *b = &p->shape.v[pair->b];
		const struct sl_item *x = &p->item.v[a->item], *y = &p->item.v[b->item];
		double m2 = pair->ground.m2, iou = m2 / (a->area_m2 + b->area_m2 - m2);
		struct sl_spot at = {.field = "geometry",
		                     .placed = true,
		                     .lon = pair->ground.lon,
		                     .lat = pair->ground.lat,
		                     .m2 = m2};
		char area[40], by[160], day[11];

		if (m2 <= p->c->limit.overlap_min_m2)
			continue;
		if (sl_index_say(p, "G23", y, at, e,
		                 iou >= p->c->limit.overlap_iou
		                     ? "Releases %s m² that release %.*s of %s has: probably one product "
		                       "reported twice%s."
		                     : "Releases %s m² that release %.*s of %s has too%s.",
		                 sl_number_text(m2, area), SL_STR_ARG(sl_item_id(p, x)),
		                 sl_day_text((struct sl_date){x->day}, day), who(p, x, y, by)))
			return e->code;
	}
	return SL_OK;
}
