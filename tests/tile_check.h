/* Is a shape on the grid of a tile what Mapbox Vector Tile 2.1, 4.3.4 demands?  Used on what the geometry
 * floor makes and on what a decoder reads from finished tiles. */
#ifndef SL_TESTS_TILE_CHECK_H
#define SL_TESTS_TILE_CHECK_H

#include "check.h"
#include "geo/tile.h"
#include "geo/validity.h"

#include <stdlib.h>

static inline const char *tile_rings_wrong(const struct sl_tile_shape *s)
{
	uint32_t first = 0;

	if (s->type == SL_GEOM_NONE || !s->n_rings)
		return "empty";
	if (s->ring_end[s->n_rings - 1] != s->n_points)
		return "points behind the last ring";
	for (uint32_t i = 0; i < s->n_points; i++)
		if (s->point[i].x < -SL_TILE_BUFFER || s->point[i].x > SL_TILE_EXTENT + SL_TILE_BUFFER ||
		    s->point[i].y < -SL_TILE_BUFFER || s->point[i].y > SL_TILE_EXTENT + SL_TILE_BUFFER)
			return "outside the tile and its buffer";
	for (uint32_t r = 0; r < s->n_rings; first = s->ring_end[r++]) {
		uint32_t n = s->ring_end[r] - first;
		int64_t area2 = n < 3 ? 0 : sl_tile_ring_area2(s->point + first, n);

		for (uint32_t i = first; i + 1 < s->ring_end[r] && s->type != SL_GEOM_POINT; i++)
			if (s->point[i].x == s->point[i + 1].x && s->point[i].y == s->point[i + 1].y)
				return "a point twice in a row";
		if (s->type == SL_GEOM_LINE && n < 2)
			return "a line of one point";
		if (s->type == SL_GEOM_POLYGON && !area2)
			return "a ring without area";
		if (s->type == SL_GEOM_POLYGON && area2 < 0 && !r)
			return "a hole before any exterior ring";
	}
	return NULL;
}

/* NULL when it is right, else what is wrong. */
static inline const char *tile_shape_wrong(const struct sl_tile_shape *s)
{
	const char *wrong = tile_rings_wrong(s);
	static char text[600];
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom_builder b;
	struct sl_validity v = {0};
	struct sl_geom g;
	uint32_t first = 0;

	if (wrong)
		return wrong;
	sl_geom_build(&b, &a, s->type);
	for (uint32_t r = 0; r < s->n_rings && !e.code; first = s->ring_end[r++]) {
		bool hole =
		    s->type == SL_GEOM_POLYGON && sl_tile_ring_area2(s->point + first, s->ring_end[r] - first) < 0;

		if ((!hole && sl_geom_add_part(&b, &e)) || sl_geom_add_ring(&b, &e))
			break;
		for (uint32_t i = first; i < s->ring_end[r] && !e.code; i++)
			(void)!sl_geom_add_point(&b, s->point[i].x, s->point[i].y, &e);
	}
	sl_geom_finish(&b, &g);
	if (!e.code && sl_geom_validity(&g, &v, &e))
		v.valid = false;
	snprintf(text, sizeof text, "%s%s at %g %g", v.reason, e.msg, v.lon, v.lat);
	sl_arena_done(&a);
	return v.valid ? NULL : text;
}

#endif
