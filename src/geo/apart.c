/* How far two shapes are apart.  What cannot be nearest is passed over by boxes, so that a route of thousands of
 * points is measured against thousands of outlines in a moment. */
#include "geo/area.h"

#include "geo/orientation.h"

#include <math.h>

static const double rad = 0.017453292519943295;

/* Never more than the metres between two boxes: the smallest radius of curvature of WGS 84 (6,335,439 m), the parallel
 * nearer to a pole, and one part in a hundred for the way that a geodesic is shorter than a parallel. */
static double gap_m(struct sl_box a, struct sl_box b)
{
	double x = fmax(0, fmax(a.x0 - b.x1, b.x0 - a.x1)), y = fmax(0, fmax(a.y0 - b.y1, b.y0 - a.y1));
	double high = fmin(89.9, fmax(fmax(fabs(a.y0), fabs(a.y1)), fmax(fabs(b.y0), fabs(b.y1))));

	return x > 90 ? 0 : 0.99 * 6335439.0 * rad * hypot(x * cos(high * rad), y);
}

static struct sl_box box_of(const double *p, const double *q)
{
	return (struct sl_box){fmin(p[0], q[0]), fmin(p[1], q[1]), fmax(p[0], q[0]), fmax(p[1], q[1])};
}

static bool cross(const double *a, const double *b, const double *c, const double *d)
{
	return sl_box_meets(box_of(a, b), box_of(c, d)) && sl_orientation(a, b, c) * sl_orientation(a, b, d) <= 0 &&
	       sl_orientation(c, d, a) * sl_orientation(c, d, b) <= 0;
}

/* Walks the edges of a geometry; a point is an edge to itself. */
struct edges {
	const struct sl_geom *g;
	size_t ring, i, start;
};

static bool next_edge(struct edges *w, const double **p, const double **q)
{
	const struct sl_geom *g = w->g;

	while (w->ring < g->n_rings) {
		size_t n = g->ring_end[w->ring] - w->start;
		size_t edges = g->type == SL_GEOM_POLYGON || n == 1 ? n : n - 1;

		if (w->i < edges) {
			*p = g->xy + 2 * (w->start + w->i);
			*q = g->xy + 2 * (w->start + (w->i + 1) % n);
			w->i++;
			return true;
		}
		w->start = g->ring_end[w->ring++];
		w->i = 0;
	}
	return false;
}

static bool edge_meets(const double *p, const double *q, const struct sl_geom *b)
{
	struct edges w = {.g = b};
	const double *c, *d;

	while (next_edge(&w, &c, &d))
		if (cross(p, q, c, d))
			return true;
	return false;
}

static double from_edge(const double *p, const double *q, const struct sl_geom *b, double best)
{
	double xy[] = {p[0], p[1], q[0], q[1]};
	uint32_t ring = 2, part = 1;
	const struct sl_geom edge = {
	    .type = SL_GEOM_LINE, .xy = xy, .n_points = 2, .ring_end = &ring, .n_rings = 1, .part_end = &part, .n_parts = 1};
	struct sl_box box = box_of(p, q);

	best = fmin(best, sl_geom_distance_m(b, p[0], p[1]));
	for (size_t i = 0; i < b->n_points; i++) {
		const double *v = b->xy + 2 * i;

		if (gap_m(box, (struct sl_box){v[0], v[1], v[0], v[1]}) < best)
			best = fmin(best, sl_geom_distance_m(&edge, v[0], v[1]));
	}
	return best;
}

/* A part lies inside the other as a whole, or crosses its edge. */
static bool holds_a_part(const struct sl_geom *outer, const struct sl_geom *inner)
{
	for (size_t part = 0; part < inner->n_parts; part++) {
		const double *p = inner->xy + 2 * sl_geom_ring_start(inner, sl_geom_part_start(inner, part));

		if (sl_geom_contains(outer, p[0], p[1]))
			return true;
	}
	return false;
}

double sl_geom_apart_m(const struct sl_geom *a, const struct sl_geom *b)
{
	struct sl_box whole = sl_geom_box(b);
	double best = HUGE_VAL, lowest = HUGE_VAL;
	const double *p, *q, *near_p = NULL, *near_q = NULL;

	if (sl_box_meets(sl_geom_box(a), whole) && (holds_a_part(a, b) || holds_a_part(b, a)))
		return 0;
	/* The edge that looks nearest first: it shuts out most of the others. */
	for (struct edges w = {.g = a}; next_edge(&w, &p, &q);) {
		double gap = gap_m(box_of(p, q), whole);

		if (gap <= 0 && edge_meets(p, q, b))
			return 0;
		if (gap < lowest || !near_p) {
			lowest = gap;
			near_p = p;
			near_q = q;
		}
	}
	if (near_p)
		best = from_edge(near_p, near_q, b, best);
	for (struct edges w = {.g = a}; next_edge(&w, &p, &q);)
		if (p != near_p && gap_m(box_of(p, q), whole) < best)
			best = from_edge(p, q, b, best);
	/* The last point of a line begins no edge. */
	for (size_t ring = 0; a->type == SL_GEOM_LINE && ring < a->n_rings; ring++) {
		const double *v = a->xy + 2 * (a->ring_end[ring] - 1);

		best = fmin(best, sl_geom_distance_m(b, v[0], v[1]));
	}
	return best;
}
