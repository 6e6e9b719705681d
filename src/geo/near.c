#include "geo/near.h"

#include "base/parallel.h"
#include "geo/boxtree.h"
#include "geo/near_measure.h"
#include "geo/near_parts.h"
#include "geo/orientation.h"

#include <math.h>
#include <string.h>

/* ---- shapes cut into chunks ---- */

struct cutting {
	struct sl_arena *a;
	struct sl_chunks *out;
	size_t cap_chunks, cap_xy, n_xy;
	uint32_t shape;
};

static enum sl_code put(struct cutting *c, double x, double y, struct sl_err *e)
{
	c->out->xy = sl_arena_grow(c->a, c->out->xy, &c->cap_xy, 2 * (c->n_xy + 1), sizeof *c->out->xy, e);
	if (!c->out->xy)
		return e->code;
	c->out->xy[2 * c->n_xy] = x;
	c->out->xy[2 * c->n_xy + 1] = y;
	c->n_xy++;
	return SL_OK;
}

static struct sl_box chunk_box(const double *xy, size_t n)
{
	struct sl_box b = {xy[0], xy[1], xy[0], xy[1]};

	for (size_t i = 1; i < n; i++) {
		b.x0 = fmin(b.x0, xy[2 * i]);
		b.x1 = fmax(b.x1, xy[2 * i]);
		b.y0 = fmin(b.y0, xy[2 * i + 1]);
		b.y1 = fmax(b.y1, xy[2 * i + 1]);
	}
	return b;
}

/* Points first to the end of what was put are one chain; neighbouring chunks share a point. */
static enum sl_code cut_chain(struct cutting *c, size_t first, bool points, struct sl_err *e)
{
	size_t n = c->n_xy - first;

	for (size_t at = 0; at == 0 || at + 1 < n;) {
		size_t left = n - at, take = points || left == 1           ? 1
		                             : left <= SL_CHUNK_POINTS + 4 ? left
		                                                           : SL_CHUNK_POINTS;
		struct sl_chunks *k = c->out;

		k->v = sl_arena_grow(c->a, k->v, &c->cap_chunks, k->n + 1, sizeof *k->v, e);
		if (!k->v)
			return e->code;
		k->v[k->n] = (struct sl_chunk){.shape = c->shape,
		                               .n = (uint32_t)take,
		                               .first = first + at,
		                               .box = chunk_box(k->xy + 2 * (first + at), take)};
		k->n++;
		if (take == 1)
			break;
		at += take - 1;
	}
	return SL_OK;
}

/* One ring, its longitudes made to run on: a step of more than half the globe goes the short way round.  A
 * ring round a pole is closed through it.  `outer`: the box of the ring that it is a hole of, so that both
 * are in one turn. */
static enum sl_code cut_ring(struct cutting *c, const struct sl_geom *g, size_t start, size_t end,
                             const struct sl_box *outer, struct sl_err *e)
{
	size_t first = c->n_xy;
	double lon = g->xy[2 * start], turn = !outer ? 0 : lon < outer->x0 ? 360 : lon > outer->x1 ? -360 : 0;
	bool closed = g->type == SL_GEOM_POLYGON && end - start > 1;

	for (size_t i = start; i < end + closed; i++) {
		const double *p = g->xy + 2 * (i < end ? i : start);
		double x;

		if (i > start) {
			double step = p[0] + turn - c->out->xy[2 * (c->n_xy - 1)];

			turn -= step > 180 ? 360 : step < -180 ? -360 : 0;
		}
		x = p[0] + turn;
		if (put(c, x, p[1], e))
			return e->code;
	}
	if (closed && c->out->xy[2 * first] != c->out->xy[2 * (c->n_xy - 1)]) {
		double pole = c->out->xy[2 * first + 1] > 0 ? 90 : -90, from = c->out->xy[2 * first],
		       lat = c->out->xy[2 * first + 1];

		if (put(c, c->out->xy[2 * (c->n_xy - 1)], pole, e) || put(c, from, pole, e) || put(c, from, lat, e))
			return e->code;
	}
	return cut_chain(c, first, g->type == SL_GEOM_POINT, e);
}

enum sl_code sl_chunks_cut(struct sl_arena *a, const struct sl_geom *shapes, size_t n,
                           struct sl_chunks *out, struct sl_err *e)
{
	struct cutting c = {.a = a, .out = out};
	size_t points = 0, rings = 0;

	for (size_t i = 0; i < n; i++) {
		if (!sl_geom_in_range(&shapes[i]))
			return sl_fail(e, SL_INVALID, "shape %zu has a position that is nowhere on Earth", i + 1);
		points += shapes[i].n_points;
		rings += shapes[i].n_rings;
	}
	if (n >= SL_NEAR_NONE / 4 || points >= UINT32_MAX / 2)
		return sl_fail(e, SL_UNSUPPORTED, "too many shapes for one index");
	*out = (struct sl_chunks){0};
	c.cap_xy = 2 * (points + rings + 8);
	c.cap_chunks = rings + points / (SL_CHUNK_POINTS - 1) + 8;
	out->xy = sl_arena_alloc(a, c.cap_xy, sizeof *out->xy, e);
	out->v = out->xy ? sl_arena_alloc(a, c.cap_chunks, sizeof *out->v, e) : NULL;
	if (!out->v)
		return e->code;
	for (c.shape = 0; c.shape < n; c.shape++) {
		const struct sl_geom *g = &shapes[c.shape];
		size_t start = 0, before = out->n, part = 0;
		struct sl_box outer = {0};

		for (size_t ring = 0; g->type != SL_GEOM_NONE && ring < g->n_rings; ring++) {
			bool hole = g->type == SL_GEOM_POLYGON && ring > sl_geom_part_start(g, part);
			size_t xy = c.n_xy;

			if (g->ring_end[ring] > start &&
			    cut_ring(&c, g, start, g->ring_end[ring], hole ? &outer : NULL, e))
				return e->code;
			if (!hole && c.n_xy > xy)
				outer = chunk_box(out->xy + 2 * xy, c.n_xy - xy);
			start = g->ring_end[ring];
			part += part + 1 < g->n_parts && ring + 1 == g->part_end[part];
		}
		for (size_t i = before; i < out->n; i++) {
			out->v[i].ground = g->type == SL_GEOM_POLYGON;
			out->v[i].whole = out->n == before + 1;
		}
	}
	return SL_OK;
}

/* ---- the index ---- */

/* Room for what the box of a chunk leaves out: a geodesic between two of its points runs nearer to the pole
 * than both, by about L² tan(lat) / 8R; twice that, and all of the way to the pole for edges over 20
 * degrees. */
static struct sl_box bulged(struct sl_box b)
{
	double wide = b.x1 - b.x0, top = fmax(fabs(b.y0), fabs(b.y1)), more;

	if (wide <= 0)
		return b;
	more = wide > 20
	           ? 90
	           : fmin(90, wide * wide / 229.0 * fabs(sin(2 * top * 0.017453292519943295)) / 2 * 2 + 1e-9);
	b.y1 = b.y1 > 0 ? fmin(90, b.y1 + more) : b.y1;
	b.y0 = b.y0 < 0 ? fmax(-90, b.y0 - more) : b.y0;
	return b;
}

static struct sl_grid_box grid_box(struct sl_box b)
{
	return (struct sl_grid_box){
	    (int64_t)floor(b.x0 * SL_GRID_PER_DEGREE), (int64_t)floor(b.y0 * SL_GRID_PER_DEGREE),
	    (int64_t)ceil(b.x1 * SL_GRID_PER_DEGREE), (int64_t)ceil(b.y1 * SL_GRID_PER_DEGREE)};
}

static enum sl_code build_tree(struct sl_arena *a, struct sl_near *near, struct sl_err *e)
{
	struct sl_arena making = {0};
	size_t n = near->chunks.n;
	struct sl_grid_box *box = sl_arena_alloc(&making, n, sizeof *box, e);
	struct sl_chunk *old = box ? sl_arena_alloc(&making, n, sizeof *old, e) : NULL;

	if (!old)
		goto done;
	for (size_t i = 0; i < n; i++) {
		box[i] = grid_box(bulged(near->chunks.v[i].box));
		near->all = i ? sl_box_join(near->all, near->chunks.v[i].box) : near->chunks.v[i].box;
	}
	if (sl_boxtree_build(a, box, n, &near->tree, e))
		goto done;
	memcpy(old, near->chunks.v, n * sizeof *old);
	/* Chunks in the tree's order: what is near lies together. */
	for (size_t i = 0; i < n; i++) {
		near->chunks.v[i] = old[near->tree.item[i]];
		near->tree.item[i] = (uint32_t)i;
	}
done:
	sl_arena_done(&making);
	return e->code;
}

/* Polygons of several chunks: a point may be inside and far from all of them. */
static enum sl_code build_ground(struct sl_arena *a, struct sl_near *near, size_t n_shapes,
                                 struct sl_err *e)
{
	struct sl_arena making = {0};
	struct sl_grid_box *box;
	size_t n = 0;

	near->first_of = sl_arena_alloc(a, n_shapes + 1, sizeof *near->first_of, e);
	near->chunk_of = near->first_of ? sl_arena_alloc(a, near->chunks.n, sizeof *near->chunk_of, e) : NULL;
	near->ground_shape = near->chunk_of ? sl_arena_alloc(a, n_shapes, sizeof *near->ground_shape, e) : NULL;
	box = near->ground_shape ? sl_arena_alloc(&making, n_shapes, sizeof *box, e) : NULL;
	if (!box)
		goto done;
	for (size_t i = 0; i < near->chunks.n; i++)
		near->first_of[near->chunks.v[i].shape + 1]++;
	for (size_t i = 0; i < n_shapes; i++)
		near->first_of[i + 1] += near->first_of[i];
	for (size_t i = near->chunks.n; i-- > 0;)
		near->chunk_of[--near->first_of[near->chunks.v[i].shape + 1]] = (uint32_t)i;
	/* The counting left each start one place too far on. */
	memmove(near->first_of, near->first_of + 1, n_shapes * sizeof *near->first_of);
	near->first_of[n_shapes] = (uint32_t)near->chunks.n;
	for (uint32_t s = 0; s < n_shapes; s++) {
		struct sl_box all = {1, 0, 0, 0};

		for (uint32_t k = near->first_of[s]; k < near->first_of[s + 1]; k++) {
			const struct sl_chunk *c = &near->chunks.v[near->chunk_of[k]];

			if (c->ground && !c->whole)
				all = all.x0 > all.x1 ? c->box : sl_box_join(all, c->box);
		}
		if (all.x0 > all.x1)
			continue;
		box[n] = grid_box(all);
		near->ground_shape[n++] = s;
	}
	(void)!sl_boxtree_build(a, box, n, &near->ground, e);
done:
	sl_arena_done(&making);
	return e->code;
}

enum sl_code sl_near_build(struct sl_arena *a, const struct sl_geom *shapes, size_t n, struct sl_near **out,
                           struct sl_err *e)
{
	struct sl_near *near = sl_arena_alloc(a, 1, sizeof *near, e);

	if (!near || sl_chunks_cut(a, shapes, n, &near->chunks, e) || build_tree(a, near, e) ||
	    build_ground(a, near, n, e))
		return e->code;
	near->n_shapes = n;
	*out = near;
	return SL_OK;
}

/* ---- inside ---- */

/* Crossings of a ray to the east, chunk by chunk: the chunks of a shape hold each of its edges once. */
static int crossings(const double *xy, size_t n, double x, double y, bool *on_edge)
{
	int crossed = 0;

	for (size_t i = 0; i + 1 < n; i++) {
		const double *a = xy + 2 * i, *b = a + 2;
		int side;

		if ((a[1] > y && b[1] > y) || (a[1] < y && b[1] < y) || (a[0] < x && b[0] < x))
			continue;
		if (a[0] > x && b[0] > x) {
			crossed += (a[1] > y) != (b[1] > y);
			continue;
		}
		side = sl_orientation(a, b, (double[]){x, y});
		if (!side)
			*on_edge = true;
		else if ((a[1] > y) != (b[1] > y) && (side > 0) == (b[1] > a[1]))
			crossed++;
	}
	return crossed;
}

bool sl_near_chunk_holds(const struct sl_near *near, const struct sl_chunk *c, double x, double y)
{
	bool on_edge = false;
	int crossed = crossings(near->chunks.xy + 2 * c->first, c->n, x, y, &on_edge);

	return on_edge || crossed % 2;
}

static bool shape_holds(const struct sl_near *near, uint32_t shape, double x, double y)
{
	bool on_edge = false;
	int crossed = 0;

	for (uint32_t k = near->first_of[shape]; k < near->first_of[shape + 1]; k++) {
		const struct sl_chunk *c = &near->chunks.v[near->chunk_of[k]];

		if (c->box.y0 <= y && c->box.y1 >= y && c->box.x1 >= x)
			crossed += crossings(near->chunks.xy + 2 * c->first, c->n, x, y, &on_edge);
	}
	return on_edge || crossed % 2;
}

struct holding {
	const struct sl_near *near;
	double x, y;
	void (*fn)(void *ctx, uint32_t shape);
	void *ctx;
};

static bool look_inside(void *ctx, uint32_t item)
{
	const struct holding *h = ctx;
	uint32_t shape = h->near->ground_shape[item];

	if (shape_holds(h->near, shape, h->x, h->y))
		h->fn(h->ctx, shape);
	return true;
}

void sl_near_holders(const struct sl_near *near, double x, double y, void (*fn)(void *ctx, uint32_t shape),
                     void *ctx)
{
	struct holding h = {near, x, y, fn, ctx};

	sl_boxtree_search(&near->ground, grid_box((struct sl_box){x, y, x, y}), look_inside, &h);
}

/* ---- one point ---- */

void sl_near_turns(const struct sl_near *near, struct sl_box box,
                   void (*fn)(void *ctx, double turn, struct sl_grid_box b), void *ctx)
{
	if (!near->chunks.n)
		return;
	for (double turn = -720; turn <= 720; turn += 360)
		if (box.x0 + turn <= near->all.x1 && box.x1 + turn >= near->all.x0)
			fn(ctx, turn, grid_box((struct sl_box){box.x0 + turn, box.y0, box.x1 + turn, box.y1}));
}

struct pointing {
	const struct sl_near *near;
	struct sl_eye eye;
	double lon, best;
	uint32_t shape;
};

static void found(struct pointing *p, double m, uint32_t shape)
{
	if (m < p->best || (m <= p->best && shape < p->shape)) {
		p->best = m;
		p->shape = shape;
	}
}

static void found_inside(void *ctx, uint32_t shape)
{
	found(ctx, 0, shape);
}

static bool point_at_chunk(void *ctx, uint32_t item)
{
	struct pointing *p = ctx;
	const struct sl_chunk *c = &p->near->chunks.v[item];
	double x = p->eye.lon, y = p->eye.lat, m;

	if (c->whole && c->ground && c->box.x0 <= x && c->box.x1 >= x && c->box.y0 <= y && c->box.y1 >= y &&
	    sl_near_chunk_holds(p->near, c, x, y))
		m = 0;
	else
		m = sl_eye_chain_m(&p->eye, p->near->chunks.xy + 2 * c->first, c->n, p->best);
	if (isfinite(m))
		found(p, m, c->shape);
	return true;
}

static void point_turned(void *ctx, double turn, struct sl_grid_box box)
{
	struct pointing *p = ctx;

	p->eye.lon = p->lon + turn;
	sl_near_holders(p->near, p->eye.lon, p->eye.lat, found_inside, p);
	sl_boxtree_search(&p->near->tree, box, point_at_chunk, p);
}

double sl_near_point(const struct sl_near *near, double lon, double lat, double reach_m, uint32_t *shape)
{
	struct pointing p = {.near = near, .lon = lon, .best = reach_m, .shape = SL_NEAR_NONE};
	double dlon, dlat;

	sl_eye_at(&p.eye, lon, lat);
	sl_reach_deg(lat, reach_m, &dlon, &dlat);
	sl_near_turns(near, (struct sl_box){lon - dlon, lat - dlat, lon + dlon, lat + dlat}, point_turned, &p);
	if (shape)
		*shape = p.shape;
	return p.shape == SL_NEAR_NONE ? HUGE_VAL : p.best;
}
