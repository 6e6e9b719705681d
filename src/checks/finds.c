/* E02, E03, E04: what was found, where, and what became of it. */
#include "checks/index.h"
#include "geo/area.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum sl_code sl_e02_unresolved(struct sl_check_programme *p, struct sl_err *e)
{
	for (size_t i = 0; i < p->ordnance.n; i++) {
		const struct sl_ordnance_item *o = &p->ordnance.v[i];
		double left = o->quantity - (o->destroyed > 0 ? o->destroyed : 0);
		int32_t days = o->found_day == SL_DAY_NONE ? 0 : p->horizon - o->found_day;
		char a[40], day[11];

		if (!o->counts || o->gone || !(left > 0) || days <= (int32_t)p->c->limit.unresolved_days)
			continue;
		if (sl_index_say(
		        p, "E02", &p->item.v[o->item], (struct sl_spot){.field = "destroyed_quantity"}, e,
		        "%s item%s found on %s and not reported destroyed, moved or handed over after %d days.",
		        sl_number_text(left, a), left == 1 ? "" : "s",
		        sl_day_text((struct sl_date){o->found_day}, day), (int)days))
			return e->code;
	}
	return SL_OK;
}

/* ---- E03 ---- */

struct pit {
	double lon, lat;
	uint32_t ordnance;
};

static int by_place(const void *a, const void *b)
{
	const struct pit *p = a, *q = b;

	if (p->lat != q->lat)
		return p->lat < q->lat ? -1 : 1;
	if (p->lon != q->lon)
		return p->lon < q->lon ? -1 : 1;
	return (p->ordnance > q->ordnance) - (p->ordnance < q->ordnance);
}

/* Items at one demolition site, told together: positions within the tolerance of the first. */
static enum sl_code tell_pit(struct sl_check_programme *p, struct pit *pits, size_t n, bool *told,
                             size_t first, struct sl_err *e)
{
	double reach_deg = p->c->limit.disposal_same_m / 110000, items = 0;
	const struct sl_item *item;
	size_t records = 0;
	char a[40];

	for (size_t k = first; k < n && pits[k].lat - pits[first].lat <= reach_deg; k++) {
		double q = p->ordnance.v[pits[k].ordnance].quantity;

		if (told[k] || sl_distance_m(pits[first].lon, pits[first].lat, pits[k].lon, pits[k].lat) >
		                   p->c->limit.disposal_same_m)
			continue;
		told[k] = true;
		records++;
		items += q > 0 ? q : 1;
	}
	if (items < p->c->limit.disposal_same_n)
		return SL_OK;
	item = &p->item.v[p->ordnance.v[pits[first].ordnance].item];
	return sl_index_say(
	    p, "E03", item, (struct sl_spot){.field = "geometry"}, e,
	    "%s items in %zu record%s have the place of their disposal as the place where they were found.",
	    sl_number_text(items, a), records, records == 1 ? "" : "s");
}

enum sl_code sl_e03_disposal(struct sl_check_programme *p, struct sl_err *e)
{
	struct pit *pits = sl_arena_alloc(&p->rule, p->ordnance.n, sizeof *pits, e);
	bool *told = pits ? sl_arena_alloc(&p->rule, p->ordnance.n, sizeof *told, e) : NULL;
	size_t n = 0;

	if (!told)
		return e->code;
	for (size_t i = 0; i < p->ordnance.n; i++) {
		const struct sl_ordnance_item *o = &p->ordnance.v[i];
		const struct sl_item *item = &p->item.v[o->item];

		/* Destroyed where it lay, the two places are one. */
		if (o->in_place || !isfinite(item->lon) || !isfinite(o->disposal_lon) || !isfinite(o->disposal_lat))
			continue;
		if (sl_distance_m(item->lon, item->lat, o->disposal_lon, o->disposal_lat) <=
		    p->c->limit.disposal_same_m)
			pits[n++] = (struct pit){item->lon, item->lat, (uint32_t)i};
	}
	qsort(pits, n, sizeof *pits, by_place);
	for (size_t i = 0; i < n; i++)
		if (!told[i] && tell_pit(p, pits, n, told, i, e))
			return e->code;
	return SL_OK;
}

/* ---- E04 ---- */

/* Distance from inside a polygon to its boundary. */
static double depth_inside_m(struct sl_arena *a, const struct sl_geom *g, double lon, double lat,
                             struct sl_err *e)
{
	double nearest = INFINITY;

	for (size_t r = 0; r < g->n_rings; r++) {
		size_t start = sl_geom_ring_start(g, r), n = g->ring_end[r] - start;
		uint32_t ring_end = (uint32_t)n + 1, part_end = 1;
		struct sl_geom line = {.type = SL_GEOM_LINE,
		                       .n_points = n + 1,
		                       .ring_end = &ring_end,
		                       .n_rings = 1,
		                       .part_end = &part_end,
		                       .n_parts = 1};

		line.xy = sl_arena_alloc(a, 2 * (n + 1), sizeof *line.xy, e);
		if (!line.xy)
			return nearest;
		memcpy(line.xy, g->xy + 2 * start, 2 * n * sizeof *line.xy);
		memcpy(line.xy + 2 * n, g->xy + 2 * start, 2 * sizeof *line.xy);
		nearest = fmin(nearest, sl_geom_distance_m(&line, lon, lat));
	}
	return nearest;
}

struct spot_query {
	struct sl_check_programme *p;
	double lon, lat, accuracy_m;
	int32_t day; /* of an accident; SL_DAY_NONE for finds */
	bool accident;
	uint32_t release; /* found: item of the release; SL_NO_ITEM */
	struct sl_arena scratch;
	struct sl_err *e;
};

/* Has somebody answered already, with a hazard that reopens this release? */
static bool answered(const struct sl_check_programme *p, const struct sl_item *release)
{
	for (size_t i = 0; i < p->hazard.n; i++)
		if (p->hazard.v[i].reopens && p->hazard.v[i].reopens == release->id_term)
			return true;
	return false;
}

static bool in_release(void *ctx, uint32_t shape)
{
	struct spot_query *q = ctx;
	const struct sl_release_item *r = sl_index_release(q->p, shape);
	const struct sl_geom *g = &q->p->shape.v[shape].g;

	if (!r || (!q->accident && r->product == SL_PRODUCT_CLEARED))
		return true;
	if (q->accident && (q->day == SL_DAY_NONE || q->p->item.v[r->item].day == SL_DAY_NONE ||
	                    q->day <= q->p->item.v[r->item].day))
		return true;
	if (!sl_geom_contains(g, q->lon, q->lat))
		return true;
	if (q->accuracy_m > 0 && depth_inside_m(&q->scratch, g, q->lon, q->lat, q->e) <= q->accuracy_m)
		return !q->e->code; /* so near the boundary that it may lie beside it */
	if (q->e->code || answered(q->p, &q->p->item.v[r->item]))
		return !q->e->code;
	q->release = r->item;
	return false;
}

static enum sl_code released_around(struct sl_check_programme *p, const struct sl_item *item,
                                    double accuracy_m, int32_t day, bool accident, uint32_t *release,
                                    struct sl_err *e)
{
	struct spot_query q = {.p = p,
	                       .lon = item->lon,
	                       .lat = item->lat,
	                       .accuracy_m = accuracy_m,
	                       .day = day,
	                       .accident = accident,
	                       .release = SL_NO_ITEM,
	                       .e = e};

	if (isfinite(item->lon))
		sl_index_near(p, (struct sl_box){item->lon, item->lat, item->lon, item->lat}, in_release, &q);
	sl_arena_done(&q.scratch);
	*release = q.release;
	return e->code;
}

/* The release that a record names itself, when ordnance in it contradicts it. */
static uint32_t named_release(const struct sl_check_programme *p, uint32_t term, bool accident)
{
	uint32_t at = sl_index_find(p, SL_CHECK_RELEASE, term);
	enum sl_product product;

	if (at == SL_NO_ITEM)
		return SL_NO_ITEM;
	product = p->release.v[p->item.v[at].detail].product;
	if (product == SL_PRODUCT_NONE || (product == SL_PRODUCT_CLEARED && !accident) ||
	    answered(p, &p->item.v[at]))
		return SL_NO_ITEM;
	return at;
}

static enum sl_code say_e04(struct sl_check_programme *p, const struct sl_item *item, uint32_t release,
                            bool accident, struct sl_err *e)
{
	static const char *const words[] = {"", "cancelled", "reduced", "cleared"};
	const struct sl_item *r = &p->item.v[release];
	char day[11], area[40];
	double m2 = r->shape == SL_NO_ITEM ? 0 : p->shape.v[r->shape].area_m2;

	return sl_index_say(p, "E04", item, (struct sl_spot){.field = "geometry", .m2 = m2}, e,
	                    "%s in land that release %.*s %s on %s (%s m²).",
	                    accident ? "An accident" : "Explosive ordnance", SL_STR_ARG(sl_item_id(p, r)),
	                    words[p->release.v[r->detail].product], sl_day_text((struct sl_date){r->day}, day),
	                    sl_number_text(m2, area));
}

enum sl_code sl_e04_released(struct sl_check_programme *p, struct sl_err *e)
{
	for (size_t i = 0; i < p->ordnance.n; i++) {
		const struct sl_ordnance_item *o = &p->ordnance.v[i];
		uint32_t release = o->counts ? named_release(p, o->release, false) : SL_NO_ITEM;

		if (!o->counts)
			continue;
		if (release == SL_NO_ITEM &&
		    released_around(p, &p->item.v[o->item], o->accuracy_m, o->found_day, false, &release, e))
			return e->code;
		if (release != SL_NO_ITEM && say_e04(p, &p->item.v[o->item], release, false, e))
			return e->code;
	}
	for (size_t i = 0; i < p->accident.n; i++) {
		const struct sl_accident_item *x = &p->accident.v[i];
		uint32_t release = named_release(p, x->release, true);

		if (release == SL_NO_ITEM && x->exact &&
		    released_around(p, &p->item.v[x->item], x->accuracy_m, x->day, true, &release, e))
			return e->code;
		if (release != SL_NO_ITEM && say_e04(p, &p->item.v[x->item], release, true, e))
			return e->code;
	}
	return SL_OK;
}
