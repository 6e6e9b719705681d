#include "geo/noding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a segment is to be split: segment index and point; kept in a list, sorted at the end. */
struct split {
	uint32_t segment;
	struct sl_grid_point at;
	double along; /* squared distance from p, for the order */
};

struct splits {
	struct split *v;
	size_t n, cap;
};

static enum sl_code add_split(struct sl_arena *a, struct splits *list, const struct sl_segment *s,
                              uint32_t index, struct sl_grid_point at, struct sl_err *e)
{
	double dx, dy;

	if (sl_grid_same(at, s->p) || sl_grid_same(at, s->q))
		return SL_OK;
	list->v = sl_arena_grow(a, list->v, &list->cap, list->n + 1, sizeof *list->v, e);
	if (!list->v)
		return e->code;
	dx = (double)(at.x - s->p.x);
	dy = (double)(at.y - s->p.y);
	list->v[list->n++] = (struct split){index, at, dx * dx + dy * dy};
	return SL_OK;
}

static bool between(const struct sl_segment *s, struct sl_grid_point c)
{
	return c.x >= (s->p.x < s->q.x ? s->p.x : s->q.x) && c.x <= (s->p.x > s->q.x ? s->p.x : s->q.x) &&
	       c.y >= (s->p.y < s->q.y ? s->p.y : s->q.y) && c.y <= (s->p.y > s->q.y ? s->p.y : s->q.y);
}

/* The crossing of two properly crossing segments, to the nearest grid point.  Taken in a canonical order,
 * so that the same two lines always give the same point whichever shape or direction they come from. */
static struct sl_grid_point crossing(const struct sl_segment *s, const struct sl_segment *t)
{
	struct sl_grid_point a = s->p, b = s->q, c = t->p, d = t->q, swap;
	long double den, num, k;

	if (b.x < a.x || (b.x == a.x && b.y < a.y))
		swap = a, a = b, b = swap;
	if (d.x < c.x || (d.x == c.x && d.y < c.y))
		swap = c, c = d, d = swap;
	if (c.x < a.x || (c.x == a.x && (c.y < a.y || (c.y == a.y && (d.x < b.x || (d.x == b.x && d.y < b.y)))))) {
		swap = a, a = c, c = swap;
		swap = b, b = d, d = swap;
	}
	den = (long double)(b.x - a.x) * (long double)(d.y - c.y) -
	      (long double)(b.y - a.y) * (long double)(d.x - c.x);
	num = (long double)(c.x - a.x) * (long double)(d.y - c.y) -
	      (long double)(c.y - a.y) * (long double)(d.x - c.x);
	k = num / den;
	if (!(k >= 0))
		k = 0;
	if (k > 1)
		k = 1;
	return (struct sl_grid_point){a.x + (int64_t)llrintl(k * (long double)(b.x - a.x)),
	                              a.y + (int64_t)llrintl(k * (long double)(b.y - a.y))};
}

static enum sl_code compare(struct sl_arena *a, struct splits *list, const struct sl_segment *v,
                            uint32_t i, uint32_t k, struct sl_err *e)
{
	const struct sl_segment *s = &v[i], *t = &v[k];
	int s1, s2, s3, s4;

	s1 = sl_grid_side(s->p, s->q, t->p);
	s2 = sl_grid_side(s->p, s->q, t->q);
	if (s1 * s2 > 0)
		return SL_OK;
	s3 = sl_grid_side(t->p, t->q, s->p);
	s4 = sl_grid_side(t->p, t->q, s->q);
	if (s3 * s4 > 0)
		return SL_OK;
	if (s1 && s2 && s3 && s4) {
		struct sl_grid_point at = crossing(s, t);

		return add_split(a, list, s, i, at, e) || add_split(a, list, t, k, at, e) ? e->code : SL_OK;
	}
	if ((!s1 && between(s, t->p) && add_split(a, list, s, i, t->p, e)) ||
	    (!s2 && between(s, t->q) && add_split(a, list, s, i, t->q, e)) ||
	    (!s3 && between(t, s->p) && add_split(a, list, t, k, s->p, e)) ||
	    (!s4 && between(t, s->q) && add_split(a, list, t, k, s->q, e)))
		return e->code;
	return SL_OK;
}

struct extent {
	int64_t x0, x1, y0, y1;
	uint32_t segment;
};

static int by_x0(const void *pa, const void *pb)
{
	const struct extent *a = pa, *b = pb;

	if (a->x0 != b->x0)
		return a->x0 < b->x0 ? -1 : 1;
	return (a->segment > b->segment) - (a->segment < b->segment);
}

static int by_segment(const void *pa, const void *pb)
{
	const struct split *a = pa, *b = pb;

	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	if (a->along != b->along)
		return a->along < b->along ? -1 : 1;
	if (a->at.x != b->at.x)
		return a->at.x < b->at.x ? -1 : 1;
	return (a->at.y > b->at.y) - (a->at.y < b->at.y);
}

/* Strips of y: a pair is compared in the strip where its common y-range begins, once. They keep the sweep
 * from comparing everything that shares an x-range (a country outline with all it holds). */
static enum sl_code find_splits(struct sl_arena *a, struct sl_segments *s, struct splits *list,
                                struct sl_err *e)
{
	struct extent *x = sl_arena_alloc(a, s->n, sizeof *x, e), *strip;
	int64_t y0 = INT64_MAX, y1 = INT64_MIN, height;
	size_t n_strips = s->n / 64 + 1, total = 0, *start;

	if (!x)
		return e->code;
	if (n_strips > 65536)
		n_strips = 65536;
	for (size_t i = 0; i < s->n; i++) {
		const struct sl_segment *g = &s->v[i];

		x[i] = (struct extent){g->p.x < g->q.x ? g->p.x : g->q.x, g->p.x > g->q.x ? g->p.x : g->q.x,
		                       g->p.y < g->q.y ? g->p.y : g->q.y, g->p.y > g->q.y ? g->p.y : g->q.y,
		                       (uint32_t)i};
		y0 = x[i].y0 < y0 ? x[i].y0 : y0;
		y1 = x[i].y1 > y1 ? x[i].y1 : y1;
	}
	height = (y1 - y0) / (int64_t)n_strips + 1;
	start = sl_arena_alloc(a, n_strips + 1, sizeof *start, e);
	if (!start)
		return e->code;
	qsort(x, s->n, sizeof *x, by_x0);
	for (size_t i = 0; i < s->n; i++)
		for (int64_t k = (x[i].y0 - y0) / height; k <= (x[i].y1 - y0) / height; k++, total++)
			start[k + 1]++;
	for (size_t k = 0; k < n_strips; k++)
		start[k + 1] += start[k];
	strip = sl_arena_alloc(a, total, sizeof *strip, e);
	if (!strip)
		return e->code;
	for (size_t i = s->n; i-- > 0;) /* from the back, filling each strip from its end: x order is kept */
		for (int64_t k = (x[i].y0 - y0) / height; k <= (x[i].y1 - y0) / height; k++)
			strip[--start[k + 1]] = x[i];
	/* start[k + 1] is now the beginning of strip k; its end is the beginning of the next. */
	for (size_t k = 0; k < n_strips; k++) {
		size_t first = start[k + 1], last = k + 1 < n_strips ? start[k + 2] : total;

		for (size_t i = first; i < last; i++)
			for (size_t j = i + 1; j < last && strip[j].x0 <= strip[i].x1; j++) {
				int64_t low = strip[i].y0 > strip[j].y0 ? strip[i].y0 : strip[j].y0;

				if (low > strip[i].y1 || low > strip[j].y1 || (size_t)((low - y0) / height) != k)
					continue;
				if (!s->v[strip[i].segment].dirty && !s->v[strip[j].segment].dirty)
					continue;
				if (compare(a, list, s->v, strip[i].segment, strip[j].segment, e))
					return e->code;
			}
	}
	return SL_OK;
}

static enum sl_code push(struct sl_arena *a, struct sl_segments *s, struct sl_segment seg, struct sl_err *e)
{
	if (sl_grid_same(seg.p, seg.q))
		return SL_OK;
	s->v = sl_arena_grow(a, s->v, &s->cap, s->n + 1, sizeof *s->v, e);
	if (!s->v)
		return e->code;
	s->v[s->n++] = seg;
	return SL_OK;
}

enum sl_code sl_node(struct sl_arena *a, struct sl_segments *s, struct sl_err *e)
{
	for (size_t i = 0; i < s->n; i++)
		s->v[i].dirty = true;
	for (int round = 0; round < 100; round++) {
		struct splits list = {0};
		struct sl_segments next = {0};
		size_t k = 0;

		if (find_splits(a, s, &list, e))
			return e->code;
		if (!list.n)
			return SL_OK;
		qsort(list.v, list.n, sizeof *list.v, by_segment);
		for (size_t i = 0; i < s->n; i++) {
			struct sl_segment seg = s->v[i];
			struct sl_grid_point from = seg.p;

			/* Pieces may bend by up to a grid unit, so they are compared again. */
			seg.dirty = k < list.n && list.v[k].segment == i;
			for (; k < list.n && list.v[k].segment == i; k++) {
				struct sl_segment piece = seg;

				piece.p = from;
				piece.q = from = list.v[k].at;
				if (push(a, &next, piece, e))
					return e->code;
			}
			seg.p = from;
			if (push(a, &next, seg, e))
				return e->code;
		}
		*s = next;
	}
	return sl_fail(e, SL_UNSUPPORTED, "boundaries near longitude %.7f latitude %.7f cannot be separated",
	               sl_grid_degrees(s->v[0].p.x), sl_grid_degrees(s->v[0].p.y));
}
