/* Inside geo/tile: rings on the grid of a tile.  Everything here is exact but the simplification. */
#ifndef SL_GEO_TILE_RING_H
#define SL_GEO_TILE_RING_H

#include "geo/tile.h"

#define SL_TILE_CLIP_LOW (-SL_TILE_BUFFER)
#define SL_TILE_CLIP_HIGH (SL_TILE_EXTENT + SL_TILE_BUFFER)

struct sl_tile_bounds {
	int32_t x0, y0, x1, y1;
};
struct sl_tile_bounds sl_tile_bounds_of(const struct sl_tile_point *p, size_t n);
bool sl_tile_bounds_inside(struct sl_tile_bounds b); /* of the tile and its buffer */
bool sl_tile_bounds_meet(struct sl_tile_bounds b);   /* it */

/* Drops points that repeat, lie on a line with their neighbours or end a spike.  Returns how many are left,
 * in place: fewer than three mean that the ring encloses nothing. */
size_t sl_tile_ring_tidy(struct sl_tile_point *p, size_t n);

/* Douglas and Peucker (1973, doi:10.3138/FM57-6770-U75U-7727): keeps a subset of the points, so that none
 * of the others is further than `tolerance` from the line; in place.  `stack`: room for n numbers. */
size_t sl_tile_simplify(struct sl_tile_point *p, size_t n, bool ring, double tolerance, uint32_t *stack,
                        unsigned char *keep);

/* Sutherland and Hodgman (1974, doi:10.1145/360767.360802) against the tile and its buffer, from `p` to
 * `out` and back for each side; both have room for 6 * n points.  The result is in `p`.  Pieces stay joined
 * along the border: the caller looks for that. */
size_t sl_tile_clip_ring(struct sl_tile_point *p, size_t n, struct sl_tile_point *out);

struct sl_tile_edge {
	int32_t x0, x1, y0, y1;
	uint32_t ring, at; /* from point `at` of the ring list to its successor */
};
/* No two edges of all rings meet, but neighbours in their common point.  Rings are tidy.  `edge` has room
 * for all points. */
bool sl_tile_rings_apart(const struct sl_tile_point *p, const uint32_t *ring_end, size_t n_rings,
                         struct sl_tile_edge *edge);
/* Of rings that do not meet: does each hole lie in the exterior ring before it, and no exterior ring or
 * hole in another one?  Rings with a positive area are exterior. */
bool sl_tile_rings_nested(const struct sl_tile_point *p, const uint32_t *ring_end, size_t n_rings);

#endif
