/* The precision grid: positions as whole numbers of 1e-11 degree (about a micrometre on the ground), so
 * that orientation tests are exact and rounding happens once, at an intersection.  Why not a millimetre:
 * docs/decisions/0003-grid.md. */
#ifndef SL_GEO_GRID_H
#define SL_GEO_GRID_H

#include "geo/geometry.h"

#define SL_GRID_PER_DEGREE 1e11

struct sl_grid_point {
	int64_t x, y;
};

struct sl_grid_box {
	int64_t x0, y0, x1, y1;
};

struct sl_grid_point sl_grid_from(double lon, double lat);
static inline double sl_grid_degrees(int64_t v)
{
	return (double)v / SL_GRID_PER_DEGREE;
}

static inline bool sl_grid_same(struct sl_grid_point a, struct sl_grid_point b)
{
	return a.x == b.x && a.y == b.y;
}

/* Sign of the area of the triangle a, b, c: +1 when c lies left of a->b.  Exact. */
static inline int sl_grid_side(struct sl_grid_point a, struct sl_grid_point b, struct sl_grid_point c)
{
	__extension__ typedef __int128 wide;
	wide d = (wide)(b.x - a.x) * (c.y - a.y) - (wide)(b.y - a.y) * (c.x - a.x);

	return (d > 0) - (d < 0);
}

/* A polygon on the grid: rings of open point lists, in memory of the caller. */
struct sl_grid_shape {
	const struct sl_grid_point *point;
	const uint32_t *ring_end; /* index after the ring's last point, from point[0] */
	uint32_t n_rings;
	struct sl_grid_box box;
};

/* Do the two shapes share any ground or boundary point?  Exact. */
bool sl_grid_meet(const struct sl_grid_shape *a, const struct sl_grid_shape *b);
/* Is p inside by the even-odd rule?  Points on the boundary count as outside or inside, consistently. */
bool sl_grid_inside(const struct sl_grid_shape *s, struct sl_grid_point p);

static inline bool sl_grid_boxes_meet(struct sl_grid_box a, struct sl_grid_box b)
{
	return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}

#endif
