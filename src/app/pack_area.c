/* Which ground a pack is of: what was asked for, that of the task, or that of the hazards that the task names. */
#include "app/pack_parts.h"

#include "app/browse.h"
#include "geo/area.h"

#include <math.h>

/* One of several references, apart by semicolons. */
static enum sl_code join_hazards(struct sl_packing *k, struct sl_str list, struct sl_geom_builder *b, bool *any,
                                 struct sl_err *e)
{
	const struct sl_kind *hazard = sl_dictionary_kind(k->p->dict, SL_STR("hazard"));
	struct sl_str one;

	while (sl_str_split(&list, ';', &one)) {
		struct sl_revision rev;
		struct sl_record rec;

		one = sl_str_trim(one);
		if (!one.n)
			continue;
		if (sl_record_seen(k->p, k->a, hazard, one, k->wish->person, &rev, &rec, e)) {
			if (e->code != SL_NOT_FOUND)
				return e->code;
			sl_err_clear(e); /* named, and not here: the check says so (rule I06), the pack goes by the others */
			continue;
		}
		for (size_t part = 0; part < rec.geometry.n_parts && rec.geometry.type == SL_GEOM_POLYGON; part++) {
			size_t ring = sl_geom_part_start(&rec.geometry, part), start = sl_geom_ring_start(&rec.geometry, ring);

			if ((!*any && (sl_geom_build(b, k->a, SL_GEOM_POLYGON), false)) || sl_geom_add_part(b, e) ||
			    sl_geom_add_ring(b, e) ||
			    sl_geom_add_points(b, rec.geometry.xy + 2 * start, rec.geometry.ring_end[ring] - start, e))
				return e->code;
			*any = true;
		}
	}
	return SL_OK;
}

static enum sl_code of_task(struct sl_packing *k, struct sl_err *e)
{
	const struct sl_kind *task = sl_dictionary_kind(k->p->dict, SL_STR("task"));
	struct sl_geom_builder b;
	struct sl_revision rev;
	struct sl_record rec;
	bool any = false;

	if (sl_record_seen(k->p, k->a, task, k->wish->task, k->wish->person, &rev, &rec, e))
		return e->code;
	k->task = rev.identity;
	k->area = rec.geometry;
	if (rec.geometry.type != SL_GEOM_NONE)
		return SL_OK;
	if (join_hazards(k, sl_record_text(&rec, "hazard"), &b, &any, e) ||
	    join_hazards(k, sl_record_text(&rec, "other_hazards"), &b, &any, e))
		return e->code;
	if (!any)
		return sl_fail(e, SL_INVALID,
		               "task %.*s has no ground, and names no hazard that has: draw it, or give the area",
		               SL_STR_ARG(k->task));
	sl_geom_finish(&b, &k->area);
	return SL_OK;
}

/* The box around the area, wider by the margin on all sides: of meridians, where they stand closest. */
static struct sl_box reach_of(const struct sl_geom *g, double margin_m)
{
	const double metres = 110574; /* of a degree of latitude where it is shortest */
	struct sl_box b = sl_geom_box(g);
	double up = margin_m / metres, far = fmax(fabs(b.y0), fabs(b.y1)) + up;
	double along = far < 89 ? up / cos(far * 0.017453292519943295) : 360;

	return (struct sl_box){fmax(b.x0 - along, -180), fmax(b.y0 - up, -90), fmin(b.x1 + along, 180), fmin(b.y1 + up, 90)};
}

enum sl_code sl_pack_find_area(struct sl_packing *k, struct sl_err *e)
{
	const struct sl_pack_wish *w = k->wish;
	struct sl_box b;

	if (!(w->margin_m >= 0 && w->margin_m <= SL_PACK_MARGIN_MAX_M))
		return sl_fail(e, SL_INVALID, "the margin is from 0 to %g metres", SL_PACK_MARGIN_MAX_M);
	if (w->task.n) {
		if (of_task(k, e))
			return e->code;
	} else {
		k->area = w->area;
	}
	if (k->area.type == SL_GEOM_NONE || !sl_geom_in_range(&k->area))
		return sl_fail(e, SL_INVALID, "name a task, or give the area as a polygon on WGS 84");
	b = sl_geom_box(&k->area);
	if (b.x1 - b.x0 > SL_PACK_AREA_MAX_DEG || b.y1 - b.y0 > SL_PACK_AREA_MAX_DEG)
		return sl_fail(e, SL_INVALID, "the area is wider or higher than %g degrees: a pack is for the ground of one team",
		               SL_PACK_AREA_MAX_DEG);
	k->reach = reach_of(&k->area, w->margin_m);
	return SL_OK;
}
