/* Web Mercator (EPSG:3857) as tiles use it: WebMercatorQuad of OGC 17-083r4 "Two Dimensional Tile Matrix
 * Set", annex D.1.  Row 0 is in the north.  Positions are whole numbers: the world is 2^31 units wide and
 * high (19 mm at the equator), so a position at any zoom up to 19 is a shift of it. For display only:
 * nothing is measured here. */
#ifndef SL_GEO_MERCATOR_H
#define SL_GEO_MERCATOR_H

#include "geo/geometry.h"

enum {
	SL_WORLD_BITS = 31,
	SL_TILE_EXTENT_BITS = 12,
	SL_TILE_ZOOM_MAX = SL_WORLD_BITS - SL_TILE_EXTENT_BITS
};

#define SL_TILE_EXTENT (1 << SL_TILE_EXTENT_BITS) /* units along the side of a tile */
#define SL_TILE_BUFFER 64                         /* units drawn around it, so that borders do not show */
#define SL_MERCATOR_LAT_MAX 85.05112877980659     /* latitudes beyond it lie on the edge of the world */

struct sl_world_point {
	int32_t x, y; /* x to the east, y to the south, 0 .. 2^31 - 1 */
};

struct sl_world_box {
	int32_t x0, y0, x1, y1; /* both ends included; empty when x0 > x1 */
};

struct sl_tile_id {
	uint32_t z, x, y;
};

/* Degrees; finite.  Beyond the edge of the world: on it. */
struct sl_world_point sl_world_from(double lon, double lat);
void sl_world_degrees(double x, double y, double *lon, double *lat);

/* z at most SL_TILE_ZOOM_MAX, column and row within the zoom. */
bool sl_tile_exists(struct sl_tile_id t);
/* The tile that holds a point. */
struct sl_tile_id sl_tile_at(struct sl_world_point p, uint32_t z);
/* The tile grown by `margin` units of its own grid on every side, cut at the edge of the world. */
struct sl_world_box sl_tile_world_box(struct sl_tile_id t, int margin);
/* The same in degrees. */
struct sl_box sl_tile_box(struct sl_tile_id t, int margin);

/* World position -> the tile's grid, to the nearest unit. */
static inline int32_t sl_tile_unit(int32_t world, uint32_t tile, uint32_t z)
{
	uint32_t shift = SL_TILE_ZOOM_MAX - z;
	int64_t from_corner = (int64_t)world - ((int64_t)tile << (SL_WORLD_BITS - z));

	return (int32_t)((from_corner + ((INT64_C(1) << shift) >> 1)) >> shift);
}

static inline bool sl_world_boxes_meet(struct sl_world_box a, struct sl_world_box b)
{
	return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}

#endif
