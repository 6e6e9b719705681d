#include "geo/predicate.h"

#include "geo/orientation.h"
#include "geo/thread_state.h"
#include "geo/validity.h"
#include "geo/wkb.h"

#include <geos_c.h>

struct sl_spatial_test {
	GEOSContextHandle_t h;
	GEOSGeometry *g; /* NULL: nothing */
	const GEOSPreparedGeometry *prepared;
	struct sl_box box;
};

enum sl_spatial_predicate sl_spatial_turned(enum sl_spatial_predicate p)
{
	return p == SL_SPATIAL_WITHIN ? SL_SPATIAL_CONTAINS : p == SL_SPATIAL_CONTAINS ? SL_SPATIAL_WITHIN : p;
}

static GEOSGeometry *taken_over(GEOSContextHandle_t h, const struct sl_geom *g, struct sl_err *e)
{
	struct sl_buf wkb = {0};
	GEOSWKBReader *reader = NULL;
	GEOSGeometry *out = NULL;

	sl_wkb_write(&wkb, g);
	if (!sl_buf_check(&wkb, e)) {
		reader = GEOSWKBReader_create_r(h);
		out = reader ? GEOSWKBReader_read_r(h, reader, (const unsigned char *)wkb.p, wkb.n) : NULL;
		if (reader)
			GEOSWKBReader_destroy_r(h, reader);
	}
	sl_buf_done(&wkb);
	return out;
}

/* As GEOS has it, mended where it is not valid: the predicates of GEOS do not hold of invalid polygons.
 * NULL without an error when nothing is left. */
static enum sl_code make(const struct sl_geom *g, GEOSContextHandle_t h, GEOSGeometry **out,
                         struct sl_err *e)
{
	struct sl_arena scratch = {0};
	struct sl_validity v;
	struct sl_geom mended;

	*out = NULL;
	if (g->type != SL_GEOM_NONE && !sl_geom_validity(g, &v, e)) {
		if (v.valid || g->type != SL_GEOM_POLYGON)
			mended = *g;
		else if (sl_geom_repair(&scratch, g, &mended, e))
			mended.type = SL_GEOM_NONE;
		if (!e->code && mended.type != SL_GEOM_NONE)
			*out = taken_over(h, &mended, e);
	}
	sl_arena_done(&scratch);
	return e->code;
}

static void end_test(void *p)
{
	struct sl_spatial_test *t = p;

	if (t->prepared)
		GEOSPreparedGeom_destroy_r(t->h, t->prepared);
	if (t->g)
		GEOSGeom_destroy_r(t->h, t->g);
}

enum sl_code sl_spatial_prepare(struct sl_arena *a, const struct sl_geom *g, struct sl_spatial_test **out,
                                struct sl_err *e)
{
	struct sl_spatial_test *t = sl_arena_alloc(a, 1, sizeof *t, e);

	if (!t || !(t->h = sl_geos(e)) || make(g, t->h, &t->g, e))
		return e->code;
	if (t->g && !(t->prepared = GEOSPrepare_r(t->h, t->g))) {
		GEOSGeom_destroy_r(t->h, t->g);
		return sl_geos_fail(e, "preparing a geometry");
	}
	t->box = sl_geom_box(g);
	if (sl_arena_defer(a, end_test, t, e))
		return e->code;
	*out = t;
	return SL_OK;
}

static char asked(const struct sl_spatial_test *t, enum sl_spatial_predicate p, const GEOSGeometry *o)
{
	switch (p) {
	case SL_SPATIAL_INTERSECTS: return GEOSPreparedIntersects_r(t->h, t->prepared, o);
	case SL_SPATIAL_DISJOINT: return GEOSPreparedDisjoint_r(t->h, t->prepared, o);
	case SL_SPATIAL_TOUCHES: return GEOSPreparedTouches_r(t->h, t->prepared, o);
	case SL_SPATIAL_WITHIN: return GEOSPreparedWithin_r(t->h, t->prepared, o);
	case SL_SPATIAL_OVERLAPS: return GEOSPreparedOverlaps_r(t->h, t->prepared, o);
	case SL_SPATIAL_CROSSES: return GEOSPreparedCrosses_r(t->h, t->prepared, o);
	case SL_SPATIAL_CONTAINS: return GEOSPreparedContains_r(t->h, t->prepared, o);
	case SL_SPATIAL_EQUALS: return GEOSEquals_r(t->h, t->g, o);
	case SL_SPATIAL_PREDICATES: break;
	}
	return 2;
}

enum sl_code sl_spatial_ask(struct sl_spatial_test *t, enum sl_spatial_predicate predicate,
                            const struct sl_geom *other, bool *yes, struct sl_err *e)
{
	GEOSGeometry *o = NULL;
	char answer;

	/* Boxes apart settle nearly all, without a word to GEOS. */
	if (!t->g || other->type == SL_GEOM_NONE || !sl_box_meets(t->box, sl_geom_box(other))) {
		*yes = predicate == SL_SPATIAL_DISJOINT;
		return SL_OK;
	}
	if (make(other, t->h, &o, e))
		return e->code;
	answer = o ? asked(t, predicate, o) : predicate == SL_SPATIAL_DISJOINT;
	if (o)
		GEOSGeom_destroy_r(t->h, o);
	if (answer == 2)
		return sl_geos_fail(e, "comparing two geometries");
	*yes = answer == 1;
	return SL_OK;
}

/* ---- a box ---- */

static bool in_box(const double *p, struct sl_box b)
{
	return p[0] >= b.x0 && p[0] <= b.x1 && p[1] >= b.y0 && p[1] <= b.y1;
}

/* Neither end lies in the box: the segment meets it when their boxes meet and the corners are not all
 * strictly on one side of it. */
static bool segment_meets(const double *p, const double *q, struct sl_box b)
{
	const double corner[4][2] = {{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}};
	bool left = false, right = false;

	if ((p[0] < b.x0 && q[0] < b.x0) || (p[0] > b.x1 && q[0] > b.x1) || (p[1] < b.y0 && q[1] < b.y0) ||
	    (p[1] > b.y1 && q[1] > b.y1))
		return false;
	for (int i = 0; i < 4; i++) {
		int side = sl_orientation(p, q, corner[i]);

		left |= side >= 0;
		right |= side <= 0;
	}
	return left && right;
}

/* Does the ray to the east from c cross the edge?  Half-open in y, so that a corner counts once. */
static bool ray_crosses(const double *p, const double *q, const double *c)
{
	if ((p[1] > c[1]) == (q[1] > c[1]))
		return false;
	return (sl_orientation(p, q, c) > 0) == (q[1] > p[1]);
}

bool sl_geom_meets_box(const struct sl_geom *g, struct sl_box box)
{
	const double c[2] = {box.x0, box.y0};
	size_t start = 0;

	for (size_t i = 0; i < g->n_points; i++)
		if (in_box(g->xy + 2 * i, box))
			return true;
	if (g->type != SL_GEOM_LINE && g->type != SL_GEOM_POLYGON)
		return false;
	for (size_t part = 0, ring = 0; part < g->n_parts; part++) {
		bool inside = false;

		for (; ring < g->part_end[part]; start = g->ring_end[ring], ring++) {
			const size_t n = g->ring_end[ring] - start, edges = g->type == SL_GEOM_POLYGON ? n : n - 1;

			for (size_t i = 0; n && i < edges; i++) {
				const double *p = g->xy + 2 * (start + i), *q = g->xy + 2 * (start + (i + 1) % n);

				if (segment_meets(p, q, box))
					return true;
				inside ^= ray_crosses(p, q, c);
			}
		}
		/* No edge meets the box: it lies wholly within the part or wholly outside. */
		if (inside && g->type == SL_GEOM_POLYGON)
			return true;
	}
	return false;
}
