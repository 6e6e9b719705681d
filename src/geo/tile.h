/* A geometry as one tile shows it: on the tile's grid, simplified, clipped, and valid there.
 *
 * Polygons come out as Mapbox Vector Tile 2.1, 4.3.4.4 wants them: an exterior ring has a positive area by
 * the surveyor's formula in tile coordinates (y downwards), its holes follow with a negative one, no ring
 * crosses or touches itself, none is without area.  Most rings stay simple when rounded, which a quick
 * exact test shows; the others go through the arrangement (geo/arrangement.h) on the tile's own grid.
 * Ground that is too small for the grid is never dropped: see sl_tile_fit.  docs/method/tiles.md. */
#ifndef SL_GEO_TILE_H
#define SL_GEO_TILE_H

#include "geo/mercator.h"

/* ---- a geometry in world units, packed: differences from point to point as varints ---- */

/* Appends it to `b` and gives its box; SL_INVALID when it holds no point or a number that is not finite. */
SL_CHECKED enum sl_code sl_world_pack(struct sl_buf *b, const struct sl_geom *g, struct sl_world_box *box,
                                      struct sl_err *e);

/* ---- a geometry on the grid of a tile ---- */
struct sl_tile_point {
	int32_t x, y;
};

struct sl_tile_shape {
	enum sl_geom_type type; /* SL_GEOM_NONE: nothing of it lies in the tile and its buffer */
	const struct sl_tile_point *point;
	const uint32_t *ring_end; /* index of the point after the ring's last; polygon rings are open */
	uint32_t n_points, n_rings;
	bool mended; /* went through the arrangement */
};

/* Working memory, kept from one geometry to the next.  Zeroed is empty.  Not thread-safe. */
struct sl_tile_scratch {
	struct sl_arena arena; /* of the arrangement; reset by each call */
	struct sl_arena keep;  /* of the lists below; they only grow */
	struct sl_tile_point *point, *other;
	uint32_t *ring_end, *other_end;
	size_t cap_point, cap_other, cap_ring, cap_other_end;
	void *edge, *stack;
	size_t cap_edge, cap_stack;
	double grid_deg; /* set by the caller: positions are moved to a grid so wide; 0: they stay */
};
/* To the middle of its square of the grid. */
struct sl_world_point sl_world_on_grid(struct sl_world_point p, double grid_deg);
/* How wide the grid is in units of a zoom's tiles; 0 when it is finer than they are. */
int32_t sl_tile_grid_units(double grid_deg, uint32_t z);
void sl_tile_scratch_done(struct sl_tile_scratch *s);

/* Put a packed geometry on the tile's grid, clipped to the tile and its buffer.  Points of lines and rings
 * that lie within `tolerance` units of the line without them are left out (0: only those exactly on it). A
 * polygon or line whose box meets the tile and that vanishes on the grid (narrower than a unit) comes out
 * as the box of what is left of it, at least one unit wide: land is never dropped for being small. The
 * shape lives in `s` until the next call.  SL_CORRUPT when the bytes are no packed geometry. */
SL_CHECKED enum sl_code sl_tile_fit(struct sl_tile_scratch *s, struct sl_str packed, struct sl_tile_id t,
                                    double tolerance, struct sl_tile_shape *out, struct sl_err *e);

/* Twice the area by the surveyor's formula; positive for exterior rings. */
int64_t sl_tile_ring_area2(const struct sl_tile_point *p, size_t n);

#endif
