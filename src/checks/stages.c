/* S02, S03, S05, S06, S07, T03: does what was done to land follow from what it was? */
#include "base/parallel.h"
#include "checks/index.h"
#include "geo/overlay.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct sl_item *named_hazard(const struct sl_check_programme *p, size_t release,
                                          const struct sl_hazard_item **h)
{
	uint32_t i = p->hazard_of_release[release];

	if (i == SL_NO_ITEM)
		return NULL;
	*h = &p->hazard.v[i];
	return &p->item.v[(*h)->item];
}

enum sl_code sl_t03_before_identified(struct sl_check_programme *p, struct sl_err *e)
{
	for (size_t i = 0; i < p->release.n; i++) {
		const struct sl_item *item = &p->item.v[p->release.v[i].item], *hazard;
		const struct sl_hazard_item *h = NULL;
		char a[11], b[11];
		int32_t since;

		hazard = named_hazard(p, i, &h);
		if (!hazard || item->day == SL_DAY_NONE || (since = sl_hazard_since(p, h)) == SL_DAY_NONE ||
		    item->day >= since)
			continue;
		if (sl_index_say(p, "T03", item, (struct sl_spot){.field = "effective_date"}, e,
		                 "Released on %s; hazard %.*s is known only since %s.",
		                 sl_day_text((struct sl_date){item->day}, a), SL_STR_ARG(sl_item_id(p, hazard)),
		                 sl_day_text((struct sl_date){since}, b)))
			return e->code;
	}
	return SL_OK;
}

/* ---- S02: closed, and land remains ---- */

struct remaining {
	struct sl_check_programme *p;
	struct sl_ground *ground; /* one for each hazard */
	bool *any;                /* a release touches it, or names it */
};

struct taken {
	const struct sl_check_programme *p;
	uint32_t hazard, hazard_term;
	int32_t since;
	struct sl_grounds *grounds;
	bool same; /* one release covers all of it, point for point */
	uint64_t key;
	struct sl_err *e;
};

static bool take(void *ctx, uint32_t shape)
{
	struct taken *t = ctx;
	const struct sl_release_item *r = sl_index_release(t->p, shape);
	int32_t day = r ? t->p->item.v[r->item].day : SL_DAY_NONE;

	if (!r || day == SL_DAY_NONE || (t->since != SL_DAY_NONE && day < t->since))
		return true;
	/* A cancellation ends the hazard that it names, or every one when it names none. */
	if (r->product == SL_PRODUCT_CANCELLED && r->hazard && r->hazard != t->hazard_term)
		return true;
	t->same |= t->p->shape.v[shape].key == t->key;
	return !sl_grounds_add(t->grounds, &t->p->shape.v[shape].g, t->e);
}

static bool is_closed(const struct sl_hazard_item *h)
{
	return h->class != SL_CLASS_OTHER && (h->state == SL_HAZARD_CLOSED || h->state == SL_HAZARD_HANDED);
}

static enum sl_code remaining_slice(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct remaining *m = ctx;

	(void)worker;
	for (size_t i = first; i < last; i++) {
		const struct sl_hazard_item *h = &m->p->hazard.v[i];
		const struct sl_item *item = &m->p->item.v[h->item];
		struct sl_grounds grounds = {0};
		struct taken t = {.p = m->p,
		                  .hazard = (uint32_t)i,
		                  .hazard_term = item->id_term,
		                  .since = sl_hazard_since(m->p, h),
		                  .grounds = &grounds,
		                  .e = e};
		const struct sl_geom *in;

		m->ground[i] = (struct sl_ground){0, NAN, NAN};
		m->any[i] = m->p->release_of_hazard[i] != SL_NO_ITEM;
		if (!is_closed(h) || item->shape == SL_NO_ITEM)
			continue;
		in = &m->p->shape.v[item->shape].g;
		t.key = m->p->shape.v[item->shape].key;
		sl_index_near(m->p, m->p->shape.v[item->shape].box, take, &t);
		m->any[i] |= grounds.n > 0;
		if (t.same && !e->code)
			sl_arena_done(&grounds.a);
		else if (sl_grounds_overlay(m->p, &in, 1, &grounds, &m->ground[i], e))
			return e->code;
	}
	return SL_OK;
}

/* What the releases of a hazard report that have no outline. */
static double reported_releases(const struct sl_check_programme *p, size_t hazard, bool all)
{
	double m2 = 0;

	for (uint32_t r = p->release_of_hazard[hazard]; r != SL_NO_ITEM; r = p->next_release[r])
		if (p->release.v[r].product != SL_PRODUCT_NONE && p->release.v[r].reported_m2 > 0 &&
		    (all || p->item.v[p->release.v[r].item].shape == SL_NO_ITEM))
			m2 += p->release.v[r].reported_m2;
	return m2;
}

enum sl_code sl_s02_remaining(struct sl_check_programme *p, struct sl_err *e)
{
	struct remaining m = {.p = p, .ground = sl_arena_alloc(&p->rule, p->hazard.n, sizeof *m.ground, e)};

	m.any = m.ground ? sl_arena_alloc(&p->rule, p->hazard.n, sizeof *m.any, e) : NULL;
	if (!m.any || sl_parallel(p->env, p->hazard.n, 64, remaining_slice, &m, e))
		return e->code;
	for (size_t i = 0; i < p->hazard.n; i++) {
		const struct sl_hazard_item *h = &p->hazard.v[i];
		const struct sl_item *item = &p->item.v[h->item];
		struct sl_spot at = {.field = "status",
		                     .placed = isfinite(m.ground[i].lon),
		                     .lon = m.ground[i].lon,
		                     .lat = m.ground[i].lat};
		double area, left;
		const char *how = h->state == SL_HAZARD_HANDED ? "handed over" : "closed";
		char a[40], b[40];

		if (!is_closed(h))
			continue;
		if (item->shape != SL_NO_ITEM) {
			area = p->shape.v[item->shape].area_m2;
			left = m.ground[i].m2 - reported_releases(p, i, false);
			if (left <= p->c->limit.closed_remaining_m2)
				continue;
		} else {
			area = h->reported_m2;
			left = area - reported_releases(p, i, true);
			if (!(area > 0) || left <= 0.01 * area || left <= p->c->limit.closed_remaining_m2)
				continue;
		}
		at.m2 = left;
		if (!m.any[i]) {
			if (sl_index_say(p, "S02", item, at, e,
			                 "The hazard (%s m²) is %s, and no release of it is recorded.",
			                 sl_number_text(area, a), how))
				return e->code;
		} else if (sl_index_say(p, "S02", item, at, e,
		                        "The hazard is %s, and %s of its %s m² were never released.", how,
		                        sl_number_text(left, a), sl_number_text(area, b))) {
			return e->code;
		}
	}
	return SL_OK;
}

/* ---- S03: confirmed and counted as released on one day ---- */

enum sl_code sl_s03_confirmed_and_released(struct sl_check_programme *p, struct sl_err *e)
{
	for (size_t i = 0; i < p->release.n; i++) {
		const struct sl_release_item *r = &p->release.v[i];
		const struct sl_item *item = &p->item.v[r->item], *hazard;
		const struct sl_hazard_item *h = NULL;
		double m2, area;
		char a[40], day[11];

		hazard = named_hazard(p, i, &h);
		if (!hazard || r->product == SL_PRODUCT_NONE || item->shape == SL_NO_ITEM ||
		    hazard->shape == SL_NO_ITEM)
			continue;
		if (h->class != SL_CLASS_CHA || h->first_sha == SL_DAY_NONE || h->first_cha == SL_DAY_NONE ||
		    h->first_sha >= h->first_cha || h->first_cha != item->day)
			continue;
		area = p->shape.v[item->shape].area_m2;
		if (sl_overlay_area_m2(&p->shape.v[item->shape].g, &p->shape.v[hazard->shape].g, &m2, e))
			return e->code;
		if (m2 < 0.5 * area)
			continue;
		if (sl_index_say(p, "S03", item, (struct sl_spot){.field = "product", .m2 = m2}, e,
		                 "%s m² count as released on %s, the day on which hazard %.*s was confirmed on the "
		                 "same ground.",
		                 sl_number_text(m2, a), sl_day_text((struct sl_date){item->day}, day),
		                 SL_STR_ARG(sl_item_id(p, hazard))))
			return e->code;
	}
	return SL_OK;
}

/* ---- S05: product and activity ---- */

static bool fits(enum sl_product product, const char *type)
{
	bool survey = !strcmp(type, "NTS"), technical = !strcmp(type, "TS"),
	     clearance = !strcmp(type, "CLR") || !strcmp(type, "BAC");

	switch (product) {
	case SL_PRODUCT_CANCELLED: return !technical && !clearance;
	/* Clearance may end in reduction when that was agreed (IMAS 09.10). */
	case SL_PRODUCT_REDUCED: return !survey;
	case SL_PRODUCT_CLEARED: return !survey;
	default: return true;
	}
}

enum sl_code sl_s05_activity(struct sl_check_programme *p, struct sl_err *e)
{
	static const char *const words[] = {"", "cancelled", "reduced", "cleared"};

	for (size_t i = 0; i < p->release.n; i++) {
		const struct sl_release_item *r = &p->release.v[i];
		uint32_t at = sl_index_find(p, SL_CHECK_ACTIVITY, r->activity);
		const struct sl_activity_item *activity;
		const struct sl_item *item = &p->item.v[r->item];

		if (at == SL_NO_ITEM)
			continue;
		activity = &p->activity.v[p->item.v[at].detail];
		if (fits(r->product, activity->type))
			continue;
		if (sl_index_say(
		        p, "S05", item,
		        (struct sl_spot){.field = "product",
		                         .m2 = item->shape == SL_NO_ITEM ? 0 : p->shape.v[item->shape].area_m2},
		        e, "Said to be %s by activity %.*s, which is %s.", words[r->product],
		        SL_STR_ARG(sl_item_id(p, &p->item.v[at])),
		        !strcmp(activity->type, "NTS")  ? "a non-technical survey"
		        : !strcmp(activity->type, "TS") ? "a technical survey"
		                                        : "clearance"))
			return e->code;
	}
	return SL_OK;
}

/* ---- S06: a hazard over land that was released, without naming the release ---- */

struct over {
	const struct sl_check_programme *p;
	uint32_t shape, hazard_term;
	int32_t since;
	uint32_t found;
	struct sl_ground ground;
	double least_m2;
	struct sl_err *e;
};

static bool over_release(void *ctx, uint32_t shape)
{
	struct over *o = ctx;
	const struct sl_release_item *r = sl_index_release(o->p, shape);
	const struct sl_geom *both[2];
	struct sl_ground ground;
	int32_t day = r ? o->p->item.v[r->item].day : SL_DAY_NONE;

	/* Released before the hazard that it names was known: T03 says that. */
	if (!r || day == SL_DAY_NONE || day >= o->since || (r->hazard && r->hazard == o->hazard_term))
		return true;
	both[0] = &o->p->shape.v[o->shape].g;
	both[1] = &o->p->shape.v[shape].g;
	if (sl_overlay_ground(both, 2, NULL, 0, o->p->c->limit.overlap_sliver_width_m, &ground, o->e))
		return false;
	if (ground.m2 > o->least_m2 && ground.m2 > o->ground.m2) {
		o->ground = ground;
		o->found = r->item;
	}
	return true;
}

struct overs {
	struct sl_check_programme *p;
	struct over *v; /* one for each hazard */
};

static enum sl_code over_slice(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct overs *all = ctx;
	const struct sl_check_programme *p = all->p;

	(void)worker;
	for (size_t i = first; i < last; i++) {
		const struct sl_hazard_item *h = &p->hazard.v[i];
		const struct sl_item *item = &p->item.v[h->item];
		struct over *o = &all->v[i];

		*o = (struct over){.p = p,
		                   .hazard_term = item->id_term,
		                   .shape = item->shape,
		                   .since = sl_hazard_since(p, h),
		                   .found = SL_NO_ITEM,
		                   .e = e};
		if (item->shape == SL_NO_ITEM || h->class == SL_CLASS_OTHER || h->state == SL_HAZARD_WITHDRAWN ||
		    h->reopens || o->since == SL_DAY_NONE)
			continue;
		o->least_m2 = fmax(p->c->limit.release_outside_m2,
		                   p->c->limit.release_outside_ratio * p->shape.v[item->shape].area_m2);
		sl_index_near(p, p->shape.v[item->shape].box, over_release, o);
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_s06_over_released(struct sl_check_programme *p, struct sl_err *e)
{
	struct overs all = {p, sl_arena_alloc(&p->rule, p->hazard.n, sizeof *all.v, e)};

	if (!all.v || sl_parallel(p->env, p->hazard.n, 64, over_slice, &all, e))
		return e->code;
	for (size_t i = 0; i < p->hazard.n; i++) {
		const struct over *o = &all.v[i];
		const struct sl_item *release;
		char m2[40], day[11];

		if (o->found == SL_NO_ITEM)
			continue;
		release = &p->item.v[o->found];
		if (sl_index_say(
		        p, "S06", &p->item.v[p->hazard.v[i].item],
		        (struct sl_spot){.field = "reopens",
		                         .placed = true,
		                         .lon = o->ground.lon,
		                         .lat = o->ground.lat,
		                         .m2 = o->ground.m2},
		        e, "Lies on %s m² that release %.*s released on %s, and does not say that it reopens them.",
		        sl_number_text(o->ground.m2, m2), SL_STR_ARG(sl_item_id(p, release)),
		        sl_day_text((struct sl_date){release->day}, day)))
			return e->code;
	}
	return SL_OK;
}

/* ---- S07: handed over ---- */

enum sl_code sl_s07_handed_over(struct sl_check_programme *p, struct sl_err *e)
{
	bool *certificate = sl_arena_alloc(&p->rule, p->hazard.n, sizeof *certificate, e);

	if (!certificate)
		return e->code;
	for (size_t i = 0; i < p->activity.n; i++) {
		uint32_t at = sl_index_find(p, SL_CHECK_HAZARD, p->activity.v[i].hazard);

		if (at != SL_NO_ITEM && !strcmp(p->activity.v[i].type, "HOVC"))
			certificate[p->item.v[at].detail] = true;
	}
	for (size_t i = 0; i < p->release.n; i++)
		if (p->release.v[i].certificate && p->hazard_of_release[i] != SL_NO_ITEM)
			certificate[p->hazard_of_release[i]] = true;
	for (size_t i = 0; i < p->hazard.n; i++)
		if (p->hazard.v[i].state == SL_HAZARD_HANDED && !certificate[i] &&
		    sl_index_say(p, "S07", &p->item.v[p->hazard.v[i].item], (struct sl_spot){.field = "status"}, e,
		                 "The hazard is handed over; neither a release with a certificate nor a handover "
		                 "activity names it."))
			return e->code;
	return SL_OK;
}
