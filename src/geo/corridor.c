#include "geo/corridor.h"

#include "geo/area.h"
#include "geo/crs.h"
#include "geo/thread_state.h"
#include "geo/wkb.h"

#include <geos_c.h>
#include <math.h>

enum { POINTS_MAX = 2000, QUARTER = 8 };

static enum sl_code to_plane(struct sl_arena *a, const struct sl_geom *line, struct sl_geom *plane,
                             struct sl_crs **crs, struct sl_err *e)
{
	struct sl_box box = sl_geom_box(line);
	const char *definition = sl_arena_printf(
	    a, e, "+proj=aeqd +lat_0=%.6f +lon_0=%.6f +datum=WGS84 +units=m +no_defs +type=crs", (box.y0 + box.y1) / 2,
	    (box.x0 + box.x1) / 2);

	if (!definition || sl_crs_open(a, sl_str_from(definition), crs, e) || sl_geom_copy(a, line, plane, e))
		return e->code;
	return sl_crs_from_wgs84(*crs, plane, e);
}

static GEOSGeometry *read_line(GEOSContextHandle_t h, const struct sl_geom *plane)
{
	GEOSWKBReader *reader = GEOSWKBReader_create_r(h);
	struct sl_buf b = {0};
	GEOSGeometry *line = NULL;

	sl_wkb_write(&b, plane);
	if (reader && !b.failed)
		line = GEOSWKBReader_read_r(h, reader, (const unsigned char *)b.p, b.n);
	if (reader)
		GEOSWKBReader_destroy_r(h, reader);
	sl_buf_done(&b);
	return line;
}

static enum sl_code read_back(struct sl_arena *a, GEOSContextHandle_t h, const GEOSGeometry *ground, struct sl_geom *out,
                              struct sl_err *e)
{
	GEOSWKBWriter *writer = GEOSWKBWriter_create_r(h);
	size_t n = 0;
	unsigned char *bytes = writer ? GEOSWKBWriter_write_r(h, writer, ground, &n) : NULL;

	if (bytes)
		(void)!sl_wkb_read(a, (struct sl_str){(const char *)bytes, n}, out, e);
	else
		(void)!sl_geos_fail(e, "making a corridor");
	if (bytes)
		GEOSFree_r(h, bytes);
	if (writer)
		GEOSWKBWriter_destroy_r(h, writer);
	return e->code;
}

/* Simplifying moves the edge by no more than the slack, by which it was moved out before: what has to be inside stays
 * inside. */
static enum sl_code widen(struct sl_arena *a, GEOSContextHandle_t h, const GEOSGeometry *line, double half_m,
                          double slack_m, struct sl_geom *out, struct sl_err *e)
{
	/* A chord of a quarter cut in eight runs up to (1 - cos(π/32)) of the radius inside the circle. */
	double r = (half_m + slack_m) / cos(3.14159265358979 / (4 * QUARTER));
	GEOSGeometry *ground = GEOSBuffer_r(h, line, r, QUARTER), *simple = NULL;

	if (ground && slack_m > 0)
		simple = GEOSTopologyPreserveSimplify_r(h, ground, slack_m);
	if (!ground || (slack_m > 0 && !simple))
		(void)!sl_geos_fail(e, "making a corridor");
	else
		(void)!read_back(a, h, simple ? simple : ground, out, e);
	if (ground)
		GEOSGeom_destroy_r(h, ground);
	if (simple)
		GEOSGeom_destroy_r(h, simple);
	return e->code;
}

enum sl_code sl_corridor(struct sl_arena *a, const struct sl_geom *line, double width_m, struct sl_geom *out,
                         double *slack_m, struct sl_err *e)
{
	struct sl_geom plane, ground = {0};
	struct sl_crs *crs;
	GEOSContextHandle_t h;
	GEOSGeometry *taken;
	double slack = 0;

	if (line->type != SL_GEOM_LINE || !sl_geom_in_range(line) || line->n_points < 2)
		return sl_fail(e, SL_INVALID, "the route is no line in longitude and latitude");
	if (!(width_m >= 1 && width_m <= SL_CORRIDOR_WIDTH_MAX_M))
		return sl_fail(e, SL_INVALID, "give the width of the corridor in metres, 1 to %.0f", SL_CORRIDOR_WIDTH_MAX_M);
	if (!(sl_geom_length_m(line) <= SL_CORRIDOR_LENGTH_MAX_M))
		return sl_fail(e, SL_INVALID, "the route is longer than %.0f km; ask about one part at a time",
		               SL_CORRIDOR_LENGTH_MAX_M / 1000);
	h = sl_geos(e);
	if (!h || to_plane(a, line, &plane, &crs, e))
		return e->code;
	taken = read_line(h, &plane);
	if (!taken)
		return sl_geos_fail(e, "taking over a route");
	do {
		if (widen(a, h, taken, width_m / 2, slack, &ground, e))
			break;
		slack = slack > 0 ? 2 * slack : 0.5;
	} while (ground.n_points > POINTS_MAX && slack < width_m + 1000);
	GEOSGeom_destroy_r(h, taken);
	if (e->code || sl_crs_to_wgs84(crs, &ground, e))
		return e->code;
	if (ground.n_points > POINTS_MAX)
		return sl_fail(e, SL_INVALID, "the route has too many bends; simplify it");
	*out = ground;
	*slack_m = slack > 0.5 ? slack / 2 : 0;
	return SL_OK;
}
