#include "geo/validity.h"

#include "geo/thread_state.h"
#include "geo/orientation.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>

/* Above this the quadratic test is no longer quicker than GEOS. */
enum { QUICK_POINTS_MAX = 64, QUICK_PARTS_MAX = 16 };

static bool segments_meet(const double *a, const double *b, const double *c, const double *d)
{
	/* Their boxes first: nearly all pairs of a real boundary end here. */
	if ((a[0] < c[0] && a[0] < d[0] && b[0] < c[0] && b[0] < d[0]) ||
	    (a[0] > c[0] && a[0] > d[0] && b[0] > c[0] && b[0] > d[0]) ||
	    (a[1] < c[1] && a[1] < d[1] && b[1] < c[1] && b[1] < d[1]) ||
	    (a[1] > c[1] && a[1] > d[1] && b[1] > c[1] && b[1] > d[1]))
		return false;
	return sl_orientation(a, b, c) * sl_orientation(a, b, d) <= 0 &&
	       sl_orientation(c, d, a) * sl_orientation(c, d, b) <= 0;
}

/* Certainly a simple ring: no two edges meet but neighbours, and those only in their common point.
 * Anything less certain (repeated points, spikes, touching) is left to GEOS. */
static bool ring_is_simple(const double *xy, size_t n)
{
	if (n < 3)
		return false;
	for (size_t i = 0; i < n; i++) {
		const double *a = xy + 2 * i, *b = xy + 2 * ((i + 1) % n), *c = xy + 2 * ((i + 2) % n);

		/* Along one line the next edge must go on, not come back. */
		if ((a[0] == b[0] && a[1] == b[1]) ||
		    (!sl_orientation(a, b, c) &&
		     ((a[0] < b[0] && c[0] < b[0]) || (a[0] > b[0] && c[0] > b[0]) ||
		      (a[1] < b[1] && c[1] < b[1]) || (a[1] > b[1] && c[1] > b[1]))))
			return false;
		for (size_t k = i + 2; k < n; k++) {
			if (i == 0 && k == n - 1)
				continue;
			if (segments_meet(a, b, xy + 2 * k, xy + 2 * ((k + 1) % n)))
				return false;
		}
	}
	return true;
}

static struct sl_box ring_box(const struct sl_geom *g, size_t ring)
{
	size_t start = sl_geom_ring_start(g, ring);

	return sl_geom_box(&(struct sl_geom){.xy = g->xy + 2 * start, .n_points = g->ring_end[ring] - start});
}

static bool quickly_valid(const struct sl_geom *g)
{
	struct sl_box all = sl_geom_box(g);
	const double limit = 1e100; /* so that the exact side test cannot overflow */

	if (!(all.x0 > -limit && all.y0 > -limit && all.x1 < limit && all.y1 < limit))
		return false;
	if (g->type != SL_GEOM_POLYGON || g->n_points > QUICK_POINTS_MAX || g->n_parts > QUICK_PARTS_MAX ||
	    g->n_rings != g->n_parts)
		return false;
	for (size_t ring = 0; ring < g->n_rings; ring++) {
		size_t start = sl_geom_ring_start(g, ring);
		struct sl_box box = ring_box(g, ring);

		for (size_t other = 0; other < ring; other++)
			if (sl_box_meets(box, ring_box(g, other)))
				return false;
		if (!ring_is_simple(g->xy + 2 * start, g->ring_end[ring] - start))
			return false;
	}
	return true;
}

static bool all_finite(const struct sl_geom *g, size_t *bad)
{
	for (size_t i = 0; i < g->n_points; i++)
		if (!isfinite(g->xy[2 * i]) || !isfinite(g->xy[2 * i + 1])) {
			*bad = i;
			return false;
		}
	return true;
}

static GEOSCoordSequence *to_sequence(GEOSContextHandle_t h, const double *xy, size_t n, bool close)
{
	GEOSCoordSequence *s = GEOSCoordSeq_create_r(h, (unsigned)(n + close), 2);

	for (size_t i = 0; s && i < n + close; i++)
		GEOSCoordSeq_setXY_r(h, s, (unsigned)i, xy[2 * (i % n)], xy[2 * (i % n) + 1]);
	return s;
}

static void destroy_all(GEOSContextHandle_t h, GEOSGeometry **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		GEOSGeom_destroy_r(h, v[i]);
}

/* One part as a GEOS polygon; rings of fewer than three points are left out (an outer one with its holes:
 * then NULL without a complaint).  `rings` has room for the part's rings. */
static GEOSGeometry *to_polygon(GEOSContextHandle_t h, const struct sl_geom *g, size_t part,
                                GEOSGeometry **rings, bool *failed)
{
	size_t first = sl_geom_part_start(g, part), n = 0;
	GEOSGeometry *polygon;

	for (size_t ring = first; ring < g->part_end[part]; ring++) {
		size_t start = sl_geom_ring_start(g, ring), n_points = g->ring_end[ring] - start;
		GEOSCoordSequence *s;

		if (n_points < 3) {
			if (ring == first)
				return NULL;
			continue;
		}
		s = to_sequence(h, g->xy + 2 * start, n_points, true);
		rings[n] = s ? GEOSGeom_createLinearRing_r(h, s) : NULL;
		if (!rings[n]) {
			destroy_all(h, rings, n);
			*failed = true;
			return NULL;
		}
		n++;
	}
	polygon = n ? GEOSGeom_createPolygon_r(h, rings[0], rings + 1, (unsigned)(n - 1)) : NULL;
	*failed = !polygon && n;
	return polygon;
}

/* All parts as one GEOS (multi)polygon. */
static enum sl_code to_geos(struct sl_arena *a, GEOSContextHandle_t h, const struct sl_geom *g,
                            GEOSGeometry **out, struct sl_err *e)
{
	GEOSGeometry **parts = sl_arena_alloc(a, g->n_parts, sizeof *parts, e), **rings, *whole;
	size_t n = 0;
	bool failed = false;

	if (!parts || !(rings = sl_arena_alloc(a, g->n_rings, sizeof *rings, e)))
		return e->code;
	for (size_t part = 0; part < g->n_parts && !failed; part++) {
		parts[n] = to_polygon(h, g, part, rings, &failed);
		n += parts[n] != NULL;
	}
	if (failed) {
		destroy_all(h, parts, n);
		return sl_geos_fail(e, "taking over a polygon");
	}
	whole = n == 1 ? parts[0] : GEOSGeom_createCollection_r(h, GEOS_MULTIPOLYGON, parts, (unsigned)n);
	if (!whole)
		return sl_geos_fail(e, "taking over a polygon");
	*out = whole;
	return SL_OK;
}

static void say(struct sl_validity *v, const char *reason, double lon, double lat)
{
	*v = (struct sl_validity){.valid = false, .lon = lon, .lat = lat};
	snprintf(v->reason, sizeof v->reason, "%s", reason);
}

/* What GEOS cannot even be given.  True when that settles it. */
static bool unfit_for_geos(const struct sl_geom *g, struct sl_validity *out)
{
	size_t bad, least = g->type == SL_GEOM_POLYGON ? 3 : g->type == SL_GEOM_LINE ? 2 : 1;

	if (!all_finite(g, &bad)) {
		say(out, "Invalid Coordinate", (double)NAN, (double)NAN);
		return true;
	}
	for (size_t ring = 0; ring < g->n_rings; ring++) {
		size_t start = sl_geom_ring_start(g, ring);

		if (g->ring_end[ring] - start < least) {
			say(out, "Too few points in geometry component", g->xy[2 * start], g->xy[2 * start + 1]);
			return true;
		}
	}
	return false;
}

static enum sl_code ask_geos(struct sl_arena *a, const struct sl_geom *g, struct sl_validity *out,
                             struct sl_err *e)
{
	GEOSContextHandle_t h = sl_geos(e);
	GEOSGeometry *whole = NULL, *where = NULL;
	char *reason = NULL, answer;

	if (!h || to_geos(a, h, g, &whole, e))
		return e->code;
	answer = GEOSisValidDetail_r(h, whole, 0, &reason, &where);
	GEOSGeom_destroy_r(h, whole);
	if (answer == 1) {
		*out = (struct sl_validity){.valid = true, .lon = (double)NAN, .lat = (double)NAN};
	} else if (answer == 0) {
		double x = (double)NAN, y = (double)NAN;

		if (where && (!GEOSGeomGetX_r(h, where, &x) || !GEOSGeomGetY_r(h, where, &y)))
			x = y = (double)NAN;
		say(out, reason ? reason : "Invalid", x, y);
	}
	if (reason)
		GEOSFree_r(h, reason);
	if (where)
		GEOSGeom_destroy_r(h, where);
	return answer == 2 ? sl_geos_fail(e, "checking a polygon") : SL_OK;
}

enum sl_code sl_geom_validity(const struct sl_geom *g, struct sl_validity *out, struct sl_err *e)
{
	struct sl_arena a = {0};
	enum sl_code code;

	if (unfit_for_geos(g, out))
		return SL_OK;
	if (g->type != SL_GEOM_POLYGON || quickly_valid(g)) {
		*out = (struct sl_validity){.valid = true, .lon = (double)NAN, .lat = (double)NAN};
		return SL_OK;
	}
	code = ask_geos(&a, g, out, e);
	sl_arena_done(&a);
	return code;
}

static enum sl_code add_ring(struct sl_geom_builder *b, GEOSContextHandle_t h, const GEOSGeometry *ring,
                             struct sl_err *e)
{
	const GEOSCoordSequence *s = GEOSGeom_getCoordSeq_r(h, ring);
	unsigned n = 0;

	if (!s || !GEOSCoordSeq_getSize_r(h, s, &n))
		return sl_geos_fail(e, "reading a repaired polygon");
	if (sl_geom_add_ring(b, e))
		return e->code;
	for (unsigned i = 0; i < n; i++) {
		double x, y;

		if (!GEOSCoordSeq_getXY_r(h, s, i, &x, &y))
			return sl_geos_fail(e, "reading a repaired polygon");
		if (sl_geom_add_point(b, x, y, e))
			return e->code;
	}
	return SL_OK;
}

/* Polygons of a repair, however deep in collections; lines and points left over have no area. */
static enum sl_code add_polygons(struct sl_geom_builder *b, GEOSContextHandle_t h, const GEOSGeometry *g,
                                 struct sl_err *e)
{
	int n;

	if (GEOSisEmpty_r(h, g))
		return SL_OK;
	if (GEOSGeomTypeId_r(h, g) == GEOS_POLYGON) {
		if (sl_geom_add_part(b, e) || add_ring(b, h, GEOSGetExteriorRing_r(h, g), e))
			return e->code;
		n = GEOSGetNumInteriorRings_r(h, g);
		for (int i = 0; i < n; i++)
			if (add_ring(b, h, GEOSGetInteriorRingN_r(h, g, i), e))
				return e->code;
		return SL_OK;
	}
	if (GEOSGeomTypeId_r(h, g) < GEOS_MULTIPOINT)
		return SL_OK;
	n = GEOSGetNumGeometries_r(h, g);
	for (int i = 0; i < n; i++)
		if (add_polygons(b, h, GEOSGetGeometryN_r(h, g, i), e))
			return e->code;
	return SL_OK;
}

/* Crossings are rounded to doubles, and now and then a rounded one lies on the wrong side of a third edge:
 * then the repair is put on a grid of 1e-9 degrees (0.1 mm), which GEOS nodes for good (snap rounding). */
static GEOSGeometry *settle(GEOSContextHandle_t h, GEOSGeometry *mended)
{
	GEOSGeometry *settled;

	if (!mended || GEOSisValid_r(h, mended) == 1)
		return mended;
	settled = GEOSGeom_setPrecision_r(h, mended, 1e-9, 0);
	GEOSGeom_destroy_r(h, mended);
	if (settled && GEOSisValid_r(h, settled) != 1) {
		GEOSGeom_destroy_r(h, settled);
		return NULL;
	}
	return settled;
}

static enum sl_code repair(struct sl_arena *scratch, struct sl_geom_builder *b, const struct sl_geom *g,
                           struct sl_err *e)
{
	GEOSContextHandle_t h = sl_geos(e);
	GEOSGeometry *whole = NULL, *mended = NULL;
	GEOSMakeValidParams *params;
	enum sl_code code;

	if (!h || to_geos(scratch, h, g, &whole, e))
		return e->code;
	params = GEOSMakeValidParams_create_r(h);
	if (params && GEOSMakeValidParams_setMethod_r(h, params, GEOS_MAKE_VALID_STRUCTURE) &&
	    GEOSMakeValidParams_setKeepCollapsed_r(h, params, 0))
		mended = settle(h, GEOSMakeValidWithParams_r(h, whole, params));
	code = mended ? add_polygons(b, h, mended, e) : sl_geos_fail(e, "mending a polygon");
	if (params)
		GEOSMakeValidParams_destroy_r(h, params);
	GEOSGeom_destroy_r(h, whole);
	if (mended)
		GEOSGeom_destroy_r(h, mended);
	return code;
}

enum sl_code sl_geom_repair(struct sl_arena *a, const struct sl_geom *g, struct sl_geom *out,
                            struct sl_err *e)
{
	struct sl_geom_builder b;
	struct sl_arena scratch = {0};
	enum sl_code code;
	size_t bad;

	if (g->type != SL_GEOM_POLYGON) {
		*out = (struct sl_geom){.type = SL_GEOM_NONE};
		return SL_OK;
	}
	if (!all_finite(g, &bad))
		return sl_fail(e, SL_INVALID, "point %zu of the polygon has no finite coordinates", bad + 1);
	sl_geom_build(&b, a, SL_GEOM_POLYGON);
	code = repair(&scratch, &b, g, e);
	sl_arena_done(&scratch);
	if (code)
		return code;
	sl_geom_finish(&b, out);
	return SL_OK;
}
