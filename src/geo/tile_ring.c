#include "geo/tile_ring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

struct sl_tile_bounds sl_tile_bounds_of(const struct sl_tile_point *p, size_t n)
{
	struct sl_tile_bounds b = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};

	for (size_t i = 0; i < n; i++) {
		b.x0 = p[i].x < b.x0 ? p[i].x : b.x0;
		b.x1 = p[i].x > b.x1 ? p[i].x : b.x1;
		b.y0 = p[i].y < b.y0 ? p[i].y : b.y0;
		b.y1 = p[i].y > b.y1 ? p[i].y : b.y1;
	}
	return b;
}

bool sl_tile_bounds_inside(struct sl_tile_bounds b)
{
	return b.x0 >= SL_TILE_CLIP_LOW && b.y0 >= SL_TILE_CLIP_LOW && b.x1 <= SL_TILE_CLIP_HIGH &&
	       b.y1 <= SL_TILE_CLIP_HIGH;
}

bool sl_tile_bounds_meet(struct sl_tile_bounds b)
{
	return b.x0 <= SL_TILE_CLIP_HIGH && b.y0 <= SL_TILE_CLIP_HIGH && b.x1 >= SL_TILE_CLIP_LOW &&
	       b.y1 >= SL_TILE_CLIP_LOW;
}

/* Sign of the area of a, b, c.  Differences have up to 33 bits. */
static int side(struct sl_tile_point a, struct sl_tile_point b, struct sl_tile_point c)
{
	wide d = (wide)((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) -
	         (wide)((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);

	return (d > 0) - (d < 0);
}

static bool same(struct sl_tile_point a, struct sl_tile_point b)
{
	return a.x == b.x && a.y == b.y;
}

int64_t sl_tile_ring_area2(const struct sl_tile_point *p, size_t n)
{
	wide sum = 0;

	for (size_t i = 0, j = n - 1; i < n; j = i++)
		sum += (wide)((int64_t)p[j].x - p[0].x) * ((int64_t)p[i].y - p[0].y) -
		       (wide)((int64_t)p[i].x - p[0].x) * ((int64_t)p[j].y - p[0].y);
	return sum > INT64_MAX ? INT64_MAX : sum < -INT64_MAX ? -INT64_MAX : (int64_t)sum;
}

size_t sl_tile_ring_tidy(struct sl_tile_point *p, size_t n)
{
	size_t k = 0, first = 0;

	for (size_t i = 0; i < n; i++) {
		struct sl_tile_point next = p[i];

		for (;;) {
			if (k >= 1 && same(p[k - 1], next))
				k--;
			else if (k >= 2 && !side(p[k - 2], p[k - 1], next))
				k--;
			else
				break;
		}
		p[k++] = next;
	}
	/* Round the corner where the list begins. */
	while (k - first >= 3) {
		if (same(p[k - 1], p[first]) || !side(p[k - 2], p[k - 1], p[first]))
			k--;
		else if (!side(p[k - 1], p[first], p[first + 1]))
			first++;
		else
			break;
	}
	if (k - first < 3)
		return k - first < 1 ? 0 : 1;
	if (first)
		memmove(p, p + first, (k - first) * sizeof *p);
	return k - first;
}

static double distance2(struct sl_tile_point p, struct sl_tile_point a, struct sl_tile_point b)
{
	double dx = (double)b.x - a.x, dy = (double)b.y - a.y, px = (double)p.x - a.x, py = (double)p.y - a.y;
	double length2 = dx * dx + dy * dy, t;

	if (length2 <= 0)
		return px * px + py * py;
	t = (px * dx + py * dy) / length2;
	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return (px - t * dx) * (px - t * dx) + (py - t * dy) * (py - t * dy);
}

/* Between two kept points, first < last; last may be n: the first point again. */
static void keep_between(const struct sl_tile_point *p, uint32_t n, uint32_t first, uint32_t last,
                         double tolerance2, uint32_t *stack, unsigned char *keep)
{
	size_t top = 0;

	for (;;) {
		double far = tolerance2;
		uint32_t at = 0;

		for (uint32_t i = first + 1; i < last; i++) {
			double d = distance2(p[i], p[first], p[last == n ? 0 : last]);

			if (d > far) {
				far = d;
				at = i;
			}
		}
		if (at) { /* first..at now, at..last later */
			keep[at] = 1;
			stack[top++] = last;
			last = at;
			continue;
		}
		if (!top)
			return;
		first = last;
		last = stack[--top];
	}
}

size_t sl_tile_simplify(struct sl_tile_point *p, size_t n, bool ring, double tolerance, uint32_t *stack,
                        unsigned char *keep)
{
	size_t k = 0;
	uint32_t far = 0;
	double most = 0;

	if (n < (ring ? 5 : 3))
		return n;
	memset(keep, 0, n);
	keep[0] = 1;
	if (ring) {
		/* A ring has no ends: it is cut at its first point and at the one furthest from it. */
		for (uint32_t i = 1; i < n; i++) {
			double dx = (double)p[i].x - p[0].x, dy = (double)p[i].y - p[0].y;

			if (dx * dx + dy * dy > most) {
				most = dx * dx + dy * dy;
				far = i;
			}
		}
		keep[far] = 1;
		keep_between(p, (uint32_t)n, 0, far, tolerance * tolerance, stack, keep);
		keep_between(p, (uint32_t)n, far, (uint32_t)n, tolerance * tolerance, stack, keep);
	} else {
		keep[n - 1] = 1;
		keep_between(p, UINT32_MAX, 0, (uint32_t)n - 1, tolerance * tolerance, stack, keep);
	}
	for (size_t i = 0; i < n; i++)
		k += keep[i];
	if (ring && k < 3)
		return n;
	k = 0;
	for (size_t i = 0; i < n; i++)
		if (keep[i])
			p[k++] = p[i];
	return k;
}

/* ---- clipping ---- */

enum side { WEST, EAST, NORTH, SOUTH };

static bool within(struct sl_tile_point p, enum side s)
{
	switch (s) {
	case WEST: return p.x >= SL_TILE_CLIP_LOW;
	case EAST: return p.x <= SL_TILE_CLIP_HIGH;
	case NORTH: return p.y >= SL_TILE_CLIP_LOW;
	default: return p.y <= SL_TILE_CLIP_HIGH;
	}
}

static struct sl_tile_point on_border(struct sl_tile_point a, struct sl_tile_point b, enum side s)
{
	int32_t at = s == WEST || s == NORTH ? SL_TILE_CLIP_LOW : SL_TILE_CLIP_HIGH;
	struct sl_tile_point swap;
	double t;

	/* In a fixed order, so that the same line gives the same point in both directions. */
	if (b.x < a.x || (b.x == a.x && b.y < a.y))
		swap = a, a = b, b = swap;
	if (s == WEST || s == EAST) {
		t = ((double)at - a.x) / ((double)b.x - a.x);
		return (struct sl_tile_point){at, (int32_t)lrint(a.y + t * ((double)b.y - a.y))};
	}
	t = ((double)at - a.y) / ((double)b.y - a.y);
	return (struct sl_tile_point){(int32_t)lrint(a.x + t * ((double)b.x - a.x)), at};
}

static size_t clip_side(const struct sl_tile_point *p, size_t n, struct sl_tile_point *out, enum side s)
{
	size_t k = 0;

	for (size_t i = 0, j = n - 1; i < n; j = i++) {
		bool in = within(p[i], s), was_in = within(p[j], s);

		if (in != was_in)
			out[k++] = on_border(p[j], p[i], s);
		if (in)
			out[k++] = p[i];
	}
	return k;
}

size_t sl_tile_clip_ring(struct sl_tile_point *p, size_t n, struct sl_tile_point *out)
{
	if (n)
		n = clip_side(p, n, out, WEST);
	if (n)
		n = clip_side(out, n, p, EAST);
	if (n)
		n = clip_side(p, n, out, NORTH);
	if (n)
		n = clip_side(out, n, p, SOUTH);
	return n;
}

/* ---- is it valid as it is? ---- */

enum { SORT_FROM = 40 };

static int by_x0(const void *pa, const void *pb)
{
	const struct sl_tile_edge *a = pa, *b = pb;

	return (a->x0 > b->x0) - (a->x0 < b->x0);
}

static bool edges_meet(struct sl_tile_point a, struct sl_tile_point b, struct sl_tile_point c,
                       struct sl_tile_point d)
{
	/* Clipped points have 13 bits. */
	int32_t abx = b.x - a.x, aby = b.y - a.y, cdx = d.x - c.x, cdy = d.y - c.y;
	int32_t s1 = abx * (c.y - a.y) - aby * (c.x - a.x), s2 = abx * (d.y - a.y) - aby * (d.x - a.x);
	int32_t s3, s4;

	if ((s1 > 0 && s2 > 0) || (s1 < 0 && s2 < 0))
		return false;
	s3 = cdx * (a.y - c.y) - cdy * (a.x - c.x);
	s4 = cdx * (b.y - c.y) - cdy * (b.x - c.x);
	return !((s3 > 0 && s4 > 0) || (s3 < 0 && s4 < 0));
}

bool sl_tile_rings_apart(const struct sl_tile_point *p, const uint32_t *ring_end, size_t n_rings,
                         struct sl_tile_edge *edge)
{
	uint32_t n = n_rings ? ring_end[n_rings - 1] : 0, first = 0;
	bool sorted = n > SORT_FROM;

	for (uint32_t r = 0; r < n_rings; first = ring_end[r++])
		for (uint32_t i = first; i < ring_end[r]; i++) {
			struct sl_tile_point a = p[i], b = p[i + 1 < ring_end[r] ? i + 1 : first];

			edge[i] = (struct sl_tile_edge){a.x < b.x ? a.x : b.x,
			                                a.x > b.x ? a.x : b.x,
			                                a.y < b.y ? a.y : b.y,
			                                a.y > b.y ? a.y : b.y,
			                                r,
			                                i};
		}
	if (sorted)
		qsort(edge, n, sizeof *edge, by_x0);
	for (uint32_t i = 0; i < n; i++) {
		struct sl_tile_edge d = edge[i];
		uint32_t from = d.ring ? ring_end[d.ring - 1] : 0, end = ring_end[d.ring];
		uint32_t next = d.at + 1 < end ? d.at + 1 : from, before = d.at > from ? d.at - 1 : end - 1;

		for (uint32_t k = i + 1; k < n; k++) {
			const struct sl_tile_edge *o = &edge[k];

			if (o->x0 > d.x1) {
				if (sorted)
					break;
				continue;
			}
			if (o->x1 < d.x0 || o->y0 > d.y1 || o->y1 < d.y0)
				continue;
			/* A triangle's edges are all neighbours.  Neighbours in a tidy ring share just a point. */
			if (o->at == next || o->at == before)
				continue;
			if (edges_meet(p[d.at], p[next], p[o->at],
			               p[o->at + 1 < ring_end[o->ring] ? o->at + 1
			                 : o->ring                     ? ring_end[o->ring - 1]
			                                               : 0]))
				return false;
		}
	}
	return true;
}

static bool inside(const struct sl_tile_point *ring, size_t n, struct sl_tile_point p)
{
	bool in = false;

	for (size_t i = 0, j = n - 1; i < n; j = i++) {
		struct sl_tile_point a = ring[j], b = ring[i];

		if ((a.y <= p.y) == (b.y <= p.y))
			continue;
		if (side(a.y < b.y ? a : b, a.y < b.y ? b : a, p) < 0)
			in = !in;
	}
	return in;
}

bool sl_tile_rings_nested(const struct sl_tile_point *p, const uint32_t *ring_end, size_t n_rings)
{
	size_t exterior = 0;

	if (n_rings <= 1)
		return true;
	if (n_rings > 64) /* the arrangement does this quicker than pair by pair */
		return false;
	for (size_t r = 0; r < n_rings; r++) {
		size_t from = r ? ring_end[r - 1] : 0, holders = 0, holder = 0;
		bool is_exterior = sl_tile_ring_area2(p + from, ring_end[r] - from) > 0;

		if (is_exterior)
			exterior = r;
		for (size_t k = 0; k < n_rings; k++) {
			size_t start = k ? ring_end[k - 1] : 0;

			if (k != r && inside(p + start, ring_end[k] - start, p[from])) {
				holders++;
				holder = k;
			}
		}
		if (is_exterior ? holders != 0 : holders != 1 || holder != exterior)
			return false;
	}
	return true;
}
