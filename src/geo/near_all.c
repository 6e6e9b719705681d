#include "geo/near.h"

#include "base/parallel.h"
#include "geo/near_measure.h"
#include "geo/near_parts.h"
#include "geo/orientation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one shape asks of the index, and what it found; used again for the next. */
struct asking {
	const struct sl_near *near;
	double reach_m;
	struct sl_buf hits; /* struct sl_near_hit */
	struct sl_eye eye;  /* of a point */
	double lon, turn;
	const struct sl_near *own; /* of a line or a polygon */
	const struct sl_chunk *chunk;
};

static void hit(struct asking *q, uint32_t shape, double m)
{
	struct sl_near_hit h = {.shape = shape, .m = m};

	sl_buf_add(&q->hits, &h, sizeof h);
}

static void hit_inside(void *ctx, uint32_t shape)
{
	hit(ctx, shape, 0);
}

/* ---- a point ---- */

static bool point_at_chunk(void *ctx, uint32_t item)
{
	struct asking *q = ctx;
	const struct sl_chunk *c = &q->near->chunks.v[item];
	double x = q->eye.lon, y = q->eye.lat, m;

	if (c->whole && c->ground && c->box.x0 <= x && c->box.x1 >= x && c->box.y0 <= y && c->box.y1 >= y &&
	    sl_near_chunk_holds(q->near, c, x, y))
		m = 0;
	else
		m = sl_eye_chain_m(&q->eye, q->near->chunks.xy + 2 * c->first, c->n, q->reach_m);
	if (isfinite(m))
		hit(q, c->shape, m);
	return true;
}

static void point_turned(void *ctx, double turn, struct sl_grid_box box)
{
	struct asking *q = ctx;

	q->eye.lon = q->lon + turn;
	sl_near_holders(q->near, q->eye.lon, q->eye.lat, hit_inside, q);
	sl_boxtree_search(&q->near->tree, box, point_at_chunk, q);
}

static void ask_point(struct asking *q, double lon, double lat)
{
	double dlon, dlat;

	q->lon = lon;
	sl_eye_at(&q->eye, lon, lat);
	sl_reach_deg(lat, q->reach_m, &dlon, &dlat);
	sl_near_turns(q->near, (struct sl_box){lon - dlon, lat - dlat, lon + dlon, lat + dlat}, point_turned,
	              q);
}

/* ---- lines and polygons ---- */

static bool cross(const double *a, const double *b, const double *c, const double *d)
{
	return fmin(a[0], b[0]) <= fmax(c[0], d[0]) && fmin(c[0], d[0]) <= fmax(a[0], b[0]) &&
	       fmin(a[1], b[1]) <= fmax(c[1], d[1]) && fmin(c[1], d[1]) <= fmax(a[1], b[1]) &&
	       sl_orientation(a, b, c) * sl_orientation(a, b, d) <= 0 &&
	       sl_orientation(c, d, a) * sl_orientation(c, d, b) <= 0;
}

/* Chains whose longitudes are `turn` apart. */
static bool chains_cross(const double *a, size_t n, const double *b, size_t m, double turn)
{
	for (size_t i = 0; i + 1 < n; i++) {
		double p[] = {a[2 * i] + turn, a[2 * i + 1]}, q[] = {a[2 * i + 2] + turn, a[2 * i + 3]};

		for (size_t k = 0; k + 1 < m; k++)
			if (cross(p, q, b + 2 * k, b + 2 * k + 2))
				return true;
	}
	return false;
}

/* Of two chains that do not cross the nearest places are a corner of one and somewhere on the other. */
static double from_corners(const double *a, size_t n, const double *b, size_t m, double turn,
                           double reach_m)
{
	double best = reach_m;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct sl_eye eye;
		double d;

		sl_eye_at(&eye, a[2 * i] + turn, a[2 * i + 1]);
		d = sl_eye_chain_m(&eye, b, m, best);
		if (isfinite(d)) {
			best = d;
			any = true;
		}
	}
	return any ? best : HUGE_VAL;
}

static bool chunk_at_chunk(void *ctx, uint32_t item)
{
	struct asking *q = ctx;
	const struct sl_chunk *c = &q->near->chunks.v[item], *o = q->chunk;
	const double *there = q->near->chunks.xy + 2 * c->first, *here = q->own->chunks.xy + 2 * o->first;
	struct sl_box moved = {o->box.x0 + q->turn, o->box.y0, o->box.x1 + q->turn, o->box.y1};
	double m;

	if (sl_box_meets(moved, c->box) && chains_cross(here, o->n, there, c->n, q->turn)) {
		hit(q, c->shape, 0);
		return true;
	}
	m = from_corners(here, o->n, there, c->n, q->turn, q->reach_m);
	m = fmin(m, from_corners(there, c->n, here, o->n, -q->turn, fmin(m, q->reach_m)));
	if (isfinite(m))
		hit(q, c->shape, m);
	return true;
}

static void chunk_turned(void *ctx, double turn, struct sl_grid_box box)
{
	struct asking *q = ctx;

	q->turn = turn;
	sl_boxtree_search(&q->near->tree, box, chunk_at_chunk, q);
}

struct inside_own {
	bool yes;
};

static void is_inside(void *ctx, uint32_t shape)
{
	(void)shape;
	((struct inside_own *)ctx)->yes = true;
}

static bool own_holds(const struct sl_near *own, double x, double y)
{
	struct inside_own in = {false};

	for (size_t i = 0; i < own->chunks.n; i++)
		if (own->chunks.v[i].whole)
			return own->chunks.v[i].ground && sl_near_chunk_holds(own, &own->chunks.v[i], x, y);
	sl_near_holders(own, x, y, is_inside, &in);
	return in.yes;
}

static bool chunk_inside(void *ctx, uint32_t item)
{
	struct asking *q = ctx;
	const struct sl_chunk *c = &q->near->chunks.v[item];
	const double *p = q->near->chunks.xy + 2 * c->first;

	if (own_holds(q->own, p[0] - q->turn, p[1]))
		hit(q, c->shape, 0);
	return true;
}

static void inside_turned(void *ctx, double turn, struct sl_grid_box box)
{
	struct asking *q = ctx;

	q->turn = turn;
	sl_boxtree_search(&q->near->tree, box, chunk_inside, q);
}

/* The ground of the index under a point of ours. */
struct under {
	struct asking *q;
	double x, y;
};

static bool point_under_chunk(void *ctx, uint32_t item)
{
	struct under *u = ctx;
	const struct sl_chunk *c = &u->q->near->chunks.v[item];

	if (c->whole && c->ground && sl_near_chunk_holds(u->q->near, c, u->x, u->y))
		hit(u->q, c->shape, 0);
	return true;
}

static void under_turned(void *ctx, double turn, struct sl_grid_box box)
{
	struct under *u = ctx;
	double x = u->x;

	u->x = x + turn;
	sl_near_holders(u->q->near, u->x, u->y, hit_inside, u->q);
	sl_boxtree_search(&u->q->near->tree, box, point_under_chunk, u);
	u->x = x;
}

static enum sl_code ask_shape(struct asking *q, const struct sl_geom *g, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_near *own;

	if (sl_near_build(&a, g, 1, &own, e))
		goto done;
	q->own = own;
	for (size_t i = 0; i < own->chunks.n; i++) {
		const struct sl_chunk *c = q->chunk = &own->chunks.v[i];
		double high = fmax(fabs(c->box.y0), fabs(c->box.y1)), dlon, dlat;
		struct under u = {q, own->chunks.xy[2 * c->first], own->chunks.xy[2 * c->first + 1]};

		sl_reach_deg(high, q->reach_m, &dlon, &dlat);
		sl_near_turns(
		    q->near,
		    (struct sl_box){c->box.x0 - dlon, c->box.y0 - dlat, c->box.x1 + dlon, c->box.y1 + dlat},
		    chunk_turned, q);
		sl_near_turns(q->near, (struct sl_box){u.x, u.y, u.x, u.y}, under_turned, &u);
	}
	if (g->type == SL_GEOM_POLYGON && own->chunks.n)
		sl_near_turns(q->near, own->all, inside_turned, q);
done:
	sl_arena_done(&a);
	return e->code;
}

/* ---- many ---- */

static int by_shape(const void *pa, const void *pb)
{
	const struct sl_near_hit *a = pa, *b = pb;

	if (a->shape != b->shape)
		return a->shape < b->shape ? -1 : 1;
	return (a->m > b->m) - (a->m < b->m);
}

/* Hits from `from` on: each shape once, at its nearest. */
static void tidy(struct sl_buf *hits, size_t from)
{
	struct sl_near_hit *v = (struct sl_near_hit *)(void *)(hits->p + from);
	size_t n = (hits->n - from) / sizeof *v, kept = 0;

	if (hits->failed || n < 2)
		return;
	if (n < 24)
		for (size_t i = 1; i < n; i++) {
			struct sl_near_hit h = v[i];
			size_t k = i;

			for (; k && by_shape(&v[k - 1], &h) > 0; k--)
				v[k] = v[k - 1];
			v[k] = h;
		}
	else
		qsort(v, n, sizeof *v, by_shape);
	for (size_t i = 0; i < n; i++)
		if (!kept || v[i].shape != v[kept - 1].shape)
			v[kept++] = v[i];
	hits->n = from + kept * sizeof *v;
}

static enum sl_code ask(struct asking *q, const struct sl_geom *g, struct sl_err *e)
{
	size_t from = q->hits.n;

	if (g->type == SL_GEOM_NONE)
		return SL_OK;
	if (!(q->reach_m >= 0 && q->reach_m <= SL_NEAR_REACH_MAX_M))
		return sl_fail(e, SL_INVALID, "a distance of %g m; it has to lie between 0 and %g", q->reach_m,
		               SL_NEAR_REACH_MAX_M);
	if (g->type == SL_GEOM_POINT) {
		if (!sl_geom_in_range(g))
			return sl_fail(e, SL_INVALID, "a position that is nowhere on Earth");
		for (size_t i = 0; i < g->n_points; i++)
			ask_point(q, g->xy[2 * i], g->xy[2 * i + 1]);
	} else if (ask_shape(q, g, e)) {
		return e->code;
	}
	tidy(&q->hits, from);
	return sl_buf_check(&q->hits, e);
}

enum sl_code sl_near_each(const struct sl_near *near, const struct sl_geom *g, double reach_m,
                          bool (*fn)(void *ctx, const struct sl_near_hit *hit), void *ctx, struct sl_err *e)
{
	struct asking q = {.near = near, .reach_m = reach_m};

	if (!ask(&q, g, e)) {
		const struct sl_near_hit *v = (const struct sl_near_hit *)(const void *)q.hits.p;

		for (size_t i = 0; i < q.hits.n / sizeof *v; i++)
			if (!fn(ctx, &v[i]))
				break;
	}
	sl_buf_done(&q.hits);
	return e->code;
}

enum { SLICE = 512 };

struct many {
	const struct sl_near *near;
	const struct sl_geom *shapes;
	const uint32_t *order; /* what is near is asked one after another */
	double reach_m;
	struct slice {
		struct sl_buf hits;
	} * slice;
	size_t *count, *at; /* of each shape; where its hits begin in those of its slice */
};

static enum sl_code ask_some(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct many *m = ctx;
	struct slice *s = &m->slice[first / SLICE];
	struct asking q = {.near = m->near, .reach_m = m->reach_m};

	(void)worker;
	for (size_t i = first; i < last && !e->code; i++) {
		uint32_t shape = m->order[i];

		m->at[shape] = q.hits.n / sizeof(struct sl_near_hit);
		if (!ask(&q, &m->shapes[shape], e))
			m->count[shape] = q.hits.n / sizeof(struct sl_near_hit) - m->at[shape];
	}
	s->hits = q.hits;
	return e->code;
}

/* Shapes in the order of the Hilbert curve, by the tree that is made of their boxes. */
static enum sl_code put_in_order(struct sl_arena *a, const struct sl_geom *shapes, size_t n,
                                 uint32_t **order, struct sl_err *e)
{
	struct sl_grid_box *box = sl_arena_alloc(a, n, sizeof *box, e);
	struct sl_boxtree tree;

	if (!box)
		return e->code;
	for (size_t i = 0; i < n; i++) {
		struct sl_grid_point p = {0};

		if (shapes[i].n_points && sl_geom_in_range(&shapes[i]))
			p = sl_grid_from(shapes[i].xy[0], shapes[i].xy[1]);
		box[i] = (struct sl_grid_box){p.x, p.y, p.x, p.y};
	}
	if (sl_boxtree_build(a, box, n, &tree, e))
		return e->code;
	*order = tree.item;
	return SL_OK;
}

enum sl_code sl_near_all(const struct sl_near *near, const struct sl_env *env, struct sl_arena *a,
                         const struct sl_geom *shapes, size_t n, double reach_m, struct sl_near_table *out,
                         struct sl_err *e)
{
	struct sl_arena making = {0};
	struct many m = {.near = near, .shapes = shapes, .reach_m = reach_m};
	size_t slices = (n + SLICE - 1) / SLICE, total = 0;
	struct sl_near_table t = {.n = n};
	uint32_t *order;

	if (put_in_order(&making, shapes, n, &order, e))
		goto done;
	m.order = order;
	m.slice = sl_arena_alloc(&making, slices, sizeof *m.slice, e);
	m.count = m.slice ? sl_arena_alloc(&making, n, sizeof *m.count, e) : NULL;
	m.at = m.count ? sl_arena_alloc(&making, n, sizeof *m.at, e) : NULL;
	if (!m.at || sl_parallel(env, n, SLICE, ask_some, &m, e))
		goto done;
	t.first = sl_arena_alloc(a, n + 1, sizeof *t.first, e);
	if (!t.first)
		goto done;
	for (size_t i = 0; i < n; i++) {
		t.first[i] = total;
		total += m.count[i];
	}
	t.first[n] = total;
	t.hit = sl_arena_alloc(a, total, sizeof *t.hit, e);
	if (!t.hit)
		goto done;
	for (size_t i = 0; i < n; i++) {
		const struct sl_buf *from = &m.slice[i / SLICE].hits;
		uint32_t shape = order[i];

		if (m.count[shape])
			memcpy(t.hit + t.first[shape], from->p + m.at[shape] * sizeof *t.hit,
			       m.count[shape] * sizeof *t.hit);
	}
	*out = t;
done:
	for (size_t i = 0; m.slice && i < slices; i++)
		sl_buf_done(&m.slice[i].hits);
	sl_arena_done(&making);
	return e->code;
}
