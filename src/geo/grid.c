#include "geo/grid.h"

#include <math.h>

struct sl_grid_point sl_grid_from(double lon, double lat)
{
	return (struct sl_grid_point){llrint(lon * SL_GRID_PER_DEGREE), llrint(lat * SL_GRID_PER_DEGREE)};
}

/* Crossings of the ray from p to the left with a ring, half-open in y, so that a vertex counts once. */
bool sl_grid_inside(const struct sl_grid_shape *s, struct sl_grid_point p)
{
	bool in = false;
	uint32_t first = 0;

	for (uint32_t r = 0; r < s->n_rings; r++) {
		uint32_t end = s->ring_end[r];

		for (uint32_t i = first, j = end - 1; i < end; j = i++) {
			struct sl_grid_point a = s->point[j], b = s->point[i];

			if ((a.y <= p.y) == (b.y <= p.y))
				continue;
			/* p right of the edge taken upwards: the crossing lies left of p */
			if (sl_grid_side(a.y < b.y ? a : b, a.y < b.y ? b : a, p) < 0)
				in = !in;
		}
		first = end;
	}
	return in;
}

static bool on_segment(struct sl_grid_point a, struct sl_grid_point b, struct sl_grid_point p)
{
	return p.x >= (a.x < b.x ? a.x : b.x) && p.x <= (a.x > b.x ? a.x : b.x) &&
	       p.y >= (a.y < b.y ? a.y : b.y) && p.y <= (a.y > b.y ? a.y : b.y);
}

static bool segments_meet(struct sl_grid_point a, struct sl_grid_point b, struct sl_grid_point c,
                          struct sl_grid_point d)
{
	int s1 = sl_grid_side(a, b, c), s2 = sl_grid_side(a, b, d);
	int s3 = sl_grid_side(c, d, a), s4 = sl_grid_side(c, d, b);

	if (s1 * s2 < 0 && s3 * s4 < 0)
		return true;
	return (!s1 && on_segment(a, b, c)) || (!s2 && on_segment(a, b, d)) ||
	       (!s3 && on_segment(c, d, a)) || (!s4 && on_segment(c, d, b));
}

static struct sl_grid_box edge_box(struct sl_grid_point a, struct sl_grid_point b)
{
	return (struct sl_grid_box){a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y, a.x > b.x ? a.x : b.x,
	                            a.y > b.y ? a.y : b.y};
}

/* Does the edge c-d meet any edge of `s`? */
static bool edge_meets(const struct sl_grid_shape *s, struct sl_grid_point c, struct sl_grid_point d)
{
	struct sl_grid_box box = edge_box(c, d);
	uint32_t first = 0;

	if (!sl_grid_boxes_meet(box, s->box))
		return false;
	for (uint32_t r = 0; r < s->n_rings; r++) {
		uint32_t end = s->ring_end[r];

		for (uint32_t i = first, j = end - 1; i < end; j = i++)
			if (sl_grid_boxes_meet(edge_box(s->point[j], s->point[i]), box) &&
			    segments_meet(s->point[j], s->point[i], c, d))
				return true;
		first = end;
	}
	return false;
}

bool sl_grid_meet(const struct sl_grid_shape *a, const struct sl_grid_shape *b)
{
	uint32_t first = 0;

	if (!a->n_rings || !b->n_rings || !sl_grid_boxes_meet(a->box, b->box))
		return false;
	for (uint32_t r = 0; r < a->n_rings; r++) {
		uint32_t end = a->ring_end[r];

		for (uint32_t i = first, j = end - 1; i < end; j = i++)
			if (edge_meets(b, a->point[j], a->point[i]))
				return true;
		first = end;
	}
	/* No boundary meets: one holds the other, or they are apart.  A part lying in the other shape has
	 * all its points there, so one point of each ring decides. */
	first = 0;
	for (uint32_t r = 0; r < a->n_rings; first = a->ring_end[r++])
		if (sl_grid_inside(b, a->point[first]))
			return true;
	first = 0;
	for (uint32_t r = 0; r < b->n_rings; first = b->ring_end[r++])
		if (sl_grid_inside(a, b->point[first]))
			return true;
	return false;
}
