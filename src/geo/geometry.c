#include "geo/geometry.h"

#include <math.h>
#include <string.h>

struct sl_box sl_geom_box(const struct sl_geom *g)
{
	struct sl_box box = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};

	for (size_t i = 0; i < g->n_points; i++) {
		double x = g->xy[2 * i], y = g->xy[2 * i + 1];

		box.x0 = x < box.x0 ? x : box.x0;
		box.x1 = x > box.x1 ? x : box.x1;
		box.y0 = y < box.y0 ? y : box.y0;
		box.y1 = y > box.y1 ? y : box.y1;
	}
	return box;
}

bool sl_box_meets(struct sl_box a, struct sl_box b)
{
	return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}

struct sl_box sl_box_join(struct sl_box a, struct sl_box b)
{
	if (!(a.x0 <= a.x1))
		return b;
	if (!(b.x0 <= b.x1))
		return a;
	return (struct sl_box){fmin(a.x0, b.x0), fmin(a.y0, b.y0), fmax(a.x1, b.x1), fmax(a.y1, b.y1)};
}

size_t sl_geom_ring_start(const struct sl_geom *g, size_t ring)
{
	return ring ? g->ring_end[ring - 1] : 0;
}

size_t sl_geom_part_start(const struct sl_geom *g, size_t part)
{
	return part ? g->part_end[part - 1] : 0;
}

bool sl_geom_in_range(const struct sl_geom *g)
{
	/* NaN fails both comparisons. */
	for (size_t i = 0; i < g->n_points; i++)
		if (!(fabs(g->xy[2 * i]) <= 180) || !(fabs(g->xy[2 * i + 1]) <= 90))
			return false;
	return true;
}

bool sl_geom_equal(const struct sl_geom *a, const struct sl_geom *b)
{
	if (a->type != b->type || a->n_points != b->n_points || a->n_rings != b->n_rings ||
	    a->n_parts != b->n_parts)
		return false;
	for (size_t i = 0; i < 2 * a->n_points; i++)
		if (a->xy[i] != b->xy[i])
			return false;
	return (!a->n_rings || !memcmp(a->ring_end, b->ring_end, a->n_rings * sizeof *a->ring_end)) &&
	       (!a->n_parts || !memcmp(a->part_end, b->part_end, a->n_parts * sizeof *a->part_end));
}

static bool same_point(const double *a, const double *b)
{
	return a[0] == b[0] && a[1] == b[1];
}

static bool ring_runs_along(const double *a, const double *b, size_t n, size_t start, bool forward)
{
	for (size_t i = 0; i < n; i++)
		if (!same_point(a + 2 * i, b + 2 * ((forward ? start + i : start + n - i) % n)))
			return false;
	return true;
}

/* A ring that passes its first point more often than this is compared from the first passes only. */
#define STARTS_MAX 8

static bool same_ring(const double *a, const double *b, size_t n)
{
	unsigned tried = 0;

	for (size_t start = 0; start < n && tried < STARTS_MAX; start++)
		if (same_point(a, b + 2 * start)) {
			if (ring_runs_along(a, b, n, start, true) || ring_runs_along(a, b, n, start, false))
				return true;
			tried++;
		}
	return false;
}

bool sl_geom_same_outline(const struct sl_geom *a, const struct sl_geom *b)
{
	if (a->type != SL_GEOM_POLYGON || b->type != SL_GEOM_POLYGON)
		return sl_geom_equal(a, b);
	if (a->n_points != b->n_points || a->n_rings != b->n_rings || a->n_parts != b->n_parts)
		return false;
	for (size_t part = 0; part < a->n_parts; part++)
		if (a->part_end[part] != b->part_end[part])
			return false;
	for (size_t r = 0; r < a->n_rings; r++) {
		size_t start = sl_geom_ring_start(a, r);

		if (a->ring_end[r] != b->ring_end[r] ||
		    !same_ring(a->xy + 2 * start, b->xy + 2 * start, a->ring_end[r] - start))
			return false;
	}
	return true;
}

static void *copy_array(struct sl_arena *a, const void *from, size_t n, size_t size, struct sl_err *e)
{
	void *to = sl_arena_alloc(a, n, size, e);

	if (to && n)
		memcpy(to, from, n * size);
	return to;
}

enum sl_code sl_geom_copy(struct sl_arena *a, const struct sl_geom *from, struct sl_geom *to,
                          struct sl_err *e)
{
	struct sl_geom g = *from;

	if (!(g.xy = copy_array(a, from->xy, from->n_points, 2 * sizeof *g.xy, e)) ||
	    !(g.ring_end = copy_array(a, from->ring_end, from->n_rings, sizeof *g.ring_end, e)) ||
	    !(g.part_end = copy_array(a, from->part_end, from->n_parts, sizeof *g.part_end, e)))
		return e->code;
	*to = g;
	return SL_OK;
}

void sl_geom_build(struct sl_geom_builder *b, struct sl_arena *a, enum sl_geom_type type)
{
	*b = (struct sl_geom_builder){.a = a, .g.type = type};
}

enum sl_code sl_geom_add_part(struct sl_geom_builder *b, struct sl_err *e)
{
	uint32_t *parts = sl_arena_grow(b->a, b->g.part_end, &b->cap_parts, b->g.n_parts + 1,
	                                sizeof *parts, e);

	if (!parts)
		return e->code;
	b->g.part_end = parts;
	parts[b->g.n_parts++] = (uint32_t)b->g.n_rings;
	return SL_OK;
}

enum sl_code sl_geom_add_ring(struct sl_geom_builder *b, struct sl_err *e)
{
	uint32_t *rings;

	if (!b->g.n_parts && sl_geom_add_part(b, e))
		return e->code;
	if (b->g.n_rings >= SL_GEOM_POINTS_MAX)
		return sl_fail(e, SL_INVALID, "the geometry has more than %u rings; split it", SL_GEOM_POINTS_MAX);
	rings = sl_arena_grow(b->a, b->g.ring_end, &b->cap_rings, b->g.n_rings + 1, sizeof *rings, e);
	if (!rings)
		return e->code;
	b->g.ring_end = rings;
	rings[b->g.n_rings++] = (uint32_t)b->g.n_points;
	b->g.part_end[b->g.n_parts - 1] = (uint32_t)b->g.n_rings;
	return SL_OK;
}

static enum sl_code make_room(struct sl_geom_builder *b, size_t n, struct sl_err *e)
{
	double *xy;

	if (!b->g.n_rings && sl_geom_add_ring(b, e))
		return e->code;
	if (n > SL_GEOM_POINTS_MAX - b->g.n_points)
		return sl_fail(e, SL_INVALID, "the geometry has more than %u points; split it", SL_GEOM_POINTS_MAX);
	xy = sl_arena_grow(b->a, b->g.xy, &b->cap_points, b->g.n_points + n, 2 * sizeof *xy, e);
	if (!xy)
		return e->code;
	b->g.xy = xy;
	return SL_OK;
}

enum sl_code sl_geom_add_point(struct sl_geom_builder *b, double x, double y, struct sl_err *e)
{
	if ((b->g.n_points >= b->cap_points || !b->g.n_rings) && make_room(b, 1, e))
		return e->code;
	b->g.xy[2 * b->g.n_points] = x;
	b->g.xy[2 * b->g.n_points + 1] = y;
	b->g.ring_end[b->g.n_rings - 1] = (uint32_t)++b->g.n_points;
	return SL_OK;
}

enum sl_code sl_geom_add_points(struct sl_geom_builder *b, const void *xy, size_t n, struct sl_err *e)
{
	if (make_room(b, n, e))
		return e->code;
	if (n)
		memcpy(b->g.xy + 2 * b->g.n_points, xy, n * 2 * sizeof *b->g.xy);
	b->g.n_points += n;
	b->g.ring_end[b->g.n_rings - 1] = (uint32_t)b->g.n_points;
	return SL_OK;
}

void sl_geom_finish(struct sl_geom_builder *b, struct sl_geom *out)
{
	struct sl_geom *g = &b->g;
	size_t n_points = 0, n_rings = 0, n_parts = 0, ring = 0, start = 0;

	/* Everything only ever moves towards the front, so it is done in place. */
	for (size_t part = 0; part < g->n_parts; part++) {
		size_t first_ring = n_rings;
		bool dropped_outer = false;

		for (; ring < g->part_end[part]; ring++) {
			size_t end = g->ring_end[ring], n = end - start;
			const double *xy = n ? g->xy + 2 * start : NULL;

			start = end;
			if (g->type == SL_GEOM_POLYGON && n) {
				if (n > 1 && xy[0] == xy[2 * n - 2] && xy[1] == xy[2 * n - 1])
					n--;
				else
					g->was_open = true;
			}
			/* A hole in an empty outer ring is a hole in nothing. */
			if (!n && n_rings == first_ring)
				dropped_outer = g->type == SL_GEOM_POLYGON;
			if (!n || dropped_outer)
				continue;
			memmove(g->xy + 2 * n_points, xy, n * 2 * sizeof *xy);
			n_points += n;
			g->ring_end[n_rings++] = (uint32_t)n_points;
		}
		if (n_rings > first_ring)
			g->part_end[n_parts++] = (uint32_t)n_rings;
	}
	g->n_points = n_points;
	g->n_rings = n_rings;
	g->n_parts = n_parts;
	if (!n_parts)
		*g = (struct sl_geom){.type = SL_GEOM_NONE, .had_z = g->had_z};
	*out = *g;
}
