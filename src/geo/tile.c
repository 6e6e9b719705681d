#include "geo/tile.h"

#include "geo/arrangement.h"
#include "geo/tile_ring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Holes of up to this area (half square units, doubled) are filled where lines are simplified. */
enum { SMALL_HOLE2 = 8 };

void sl_tile_scratch_done(struct sl_tile_scratch *s)
{
	sl_arena_done(&s->arena);
	sl_arena_done(&s->keep);
	*s = (struct sl_tile_scratch){0};
}

struct sl_world_point sl_world_on_grid(struct sl_world_point p, double grid_deg)
{
	double lon, lat;

	if (!(grid_deg > 0))
		return p;
	sl_world_degrees(p.x, p.y, &lon, &lat);
	return sl_world_from((floor(lon / grid_deg) + 0.5) * grid_deg, (floor(lat / grid_deg) + 0.5) * grid_deg);
}

int32_t sl_tile_grid_units(double grid_deg, uint32_t z)
{
	return (int32_t)ceil(grid_deg / 360 * SL_TILE_EXTENT * (double)(1u << z) - 0.5);
}

/* ---- reading the packed form ---- */

struct reader {
	const unsigned char *p, *end;
	bool failed;
};

static inline uint64_t varint(struct reader *r)
{
	uint64_t v = 0;

	for (int shift = 0; shift < 64; shift += 7) {
		if (r->p == r->end)
			break;
		v |= (uint64_t)(*r->p & 127) << shift;
		if (!(*r->p++ & 128))
			return v;
	}
	r->failed = true;
	return 0;
}

static inline int64_t difference(struct reader *r)
{
	uint64_t v = varint(r);

	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

struct work {
	struct sl_tile_scratch *s;
	struct sl_tile_id tile;
	double tolerance;
	int32_t width; /* of what encloses nothing */
	struct reader in;
	struct sl_world_point last;
	size_t n_out, n_rings; /* what is ready, in s->point and s->ring_end */
	bool doubtful;         /* some ring needs the arrangement whatever the quick test says */
	bool begun;            /* an exterior ring was there: the first one is, whatever it says */
	bool exterior_gone;    /* the exterior ring lies outside: its holes do too */
};

static enum sl_code room(struct work *w, size_t more, struct sl_err *e)
{
	struct sl_tile_scratch *s = w->s;
	size_t need = w->n_out + more;

	if (need > s->cap_point) {
		s->point = sl_arena_grow(&s->keep, s->point, &s->cap_point, need, sizeof *s->point, e);
		if (!s->point)
			return e->code;
	}
	if (w->n_rings + 1 > s->cap_ring) {
		s->ring_end =
		    sl_arena_grow(&s->keep, s->ring_end, &s->cap_ring, w->n_rings + 1, sizeof *s->ring_end, e);
		if (!s->ring_end)
			return e->code;
	}
	return SL_OK;
}

static enum sl_code helpers(struct sl_tile_scratch *s, size_t n, struct sl_err *e)
{
	if (n > s->cap_other) {
		s->other = sl_arena_grow(&s->keep, s->other, &s->cap_other, n, sizeof *s->other, e);
		if (!s->other)
			return e->code;
	}
	if (n > s->cap_stack) { /* a number and a mark for each point */
		s->stack = sl_arena_grow(&s->keep, s->stack, &s->cap_stack, n, sizeof(uint32_t) + 1, e);
		if (!s->stack)
			return e->code;
	}
	return SL_OK;
}

/* The next ring's points behind those that are ready, rounded to the tile's grid, without repeats. */
static enum sl_code read_ring(struct work *w, bool ring, size_t *n_read, bool *begins, struct sl_err *e)
{
	uint64_t head = varint(&w->in), n = head >> 1;
	struct sl_tile_point *p;
	struct sl_world_point at = w->last;
	size_t k = 0;

	/* Each point has at least two bytes.  Each side that a ring is clipped at may make it half as long
	 * again. */
	if (w->in.failed || n > (uint64_t)(w->in.end - w->in.p) / 2)
		return sl_fail(e, SL_CORRUPT, "a packed geometry is damaged");
	if (room(w, 6 * (size_t)n + 16, e) || helpers(w->s, 6 * (size_t)n + 16, e))
		return e->code;
	p = w->s->point + w->n_out;
	for (uint64_t i = 0; i < n; i++) {
		struct sl_world_point moved;
		struct sl_tile_point q;

		at.x = (int32_t)((uint32_t)at.x + (uint32_t)difference(&w->in));
		at.y = (int32_t)((uint32_t)at.y + (uint32_t)difference(&w->in));
		moved = sl_world_on_grid(at, w->s->grid_deg);
		q.x = sl_tile_unit(moved.x, w->tile.x, w->tile.z);
		q.y = sl_tile_unit(moved.y, w->tile.y, w->tile.z);
		if (!k || p[k - 1].x != q.x || p[k - 1].y != q.y)
			p[k++] = q;
	}
	if (w->in.failed)
		return sl_fail(e, SL_CORRUPT, "a packed geometry is damaged");
	while (ring && k > 1 && p[k - 1].x == p[0].x && p[k - 1].y == p[0].y)
		k--;
	w->last = at;
	*n_read = k;
	*begins = head & 1;
	return SL_OK;
}

static void close_ring(struct work *w, size_t n)
{
	w->n_out += n;
	w->s->ring_end[w->n_rings++] = (uint32_t)w->n_out;
}

static size_t simplify(struct work *w, struct sl_tile_point *p, size_t n, bool ring)
{
	uint32_t *stack = w->s->stack;

	return w->tolerance > 0
	           ? sl_tile_simplify(p, n, ring, w->tolerance, stack, (unsigned char *)(stack + n))
	           : n;
}

static void reverse(struct sl_tile_point *p, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct sl_tile_point swap = p[i];

		p[i] = p[n - 1 - i];
		p[n - 1 - i] = swap;
	}
}

/* A ring that is narrower than the grid, as a band along one of its sides from one end to the other: there
 * and, one unit (of the grid that positions were moved to, if any) aside, back again. */
static size_t band(struct work *w, struct sl_tile_point *p, size_t n)
{
	struct sl_tile_bounds b = sl_tile_bounds_of(p, n);
	bool level = (int64_t)b.x1 - b.x0 >= (int64_t)b.y1 - b.y0;
	struct sl_tile_point *side = w->s->other;
	const int32_t wide = w->width;
	size_t low = 0, high = 0, k = 0, area;

	for (size_t i = 1; i < n; i++) {
		if (level ? p[i].x < p[low].x : p[i].y < p[low].y)
			low = i;
		if (level ? p[i].x > p[high].x : p[i].y > p[high].y)
			high = i;
	}
	for (size_t i = low;; i = (i + 1) % n) {
		side[k++] = p[i];
		if (i == high)
			break;
	}
	k = simplify(w, side, k, false);
	if (k == 1) {
		p[0] = side[0];
		p[1] = (struct sl_tile_point){side[0].x + wide, side[0].y};
		p[2] = (struct sl_tile_point){side[0].x + wide, side[0].y + wide};
		p[3] = (struct sl_tile_point){side[0].x, side[0].y + wide};
		return 4;
	}
	for (size_t i = 0; i < k; i++) {
		p[i] = side[i];
		p[2 * k - 1 - i] = (struct sl_tile_point){side[i].x + wide, side[i].y + wide};
	}
	area = sl_tile_ring_tidy(p, 2 * k);
	if (area >= 3)
		return area;
	/* It runs along the diagonal. */
	for (size_t i = 0; i < k; i++) {
		p[i] = side[i];
		p[2 * k - 1 - i] = (struct sl_tile_point){side[i].x + wide, side[i].y};
	}
	return sl_tile_ring_tidy(p, 2 * k);
}

static enum sl_code take_ring(struct work *w, struct sl_err *e)
{
	struct sl_tile_point *p;
	struct sl_tile_bounds bounds;
	size_t n, before;
	int64_t area2;
	bool exterior, bent;

	if (read_ring(w, true, &n, &exterior, e))
		return e->code;
	exterior |= !w->begun;
	w->begun = true;
	p = w->s->point + w->n_out;
	bounds = sl_tile_bounds_of(p, n);
	if (exterior)
		w->exterior_gone = !n || !sl_tile_bounds_meet(bounds);
	if (w->exterior_gone || !sl_tile_bounds_meet(bounds))
		return SL_OK;
	memcpy(w->s->other, p, n * sizeof *p);
	before = n;
	n = sl_tile_ring_tidy(p, n);
	if (n >= 3)
		n = sl_tile_ring_tidy(p, simplify(w, p, n, true));
	area2 = n >= 3 ? sl_tile_ring_area2(p, n) : 0;
	bent = n >= 4 && !area2; /* crosses itself, with loops that weigh each other up */
	if (!area2 && !bent) {
		if (!exterior)
			return SL_OK;
		memcpy(p, w->s->other, before * sizeof *p);
		n = band(w, p, before);
		w->doubtful |= n > 4;
		area2 = sl_tile_ring_area2(p, n);
		bounds = sl_tile_bounds_of(p, n);
	}
	if (!exterior && w->tolerance > 0 && llabs(area2) <= SMALL_HOLE2 && !bent)
		return SL_OK;
	if (!sl_tile_bounds_inside(bounds)) {
		n = sl_tile_ring_tidy(p, sl_tile_clip_ring(p, n, w->s->other));
		area2 = n >= 3 ? sl_tile_ring_area2(p, n) : 0;
		if (!area2 && n < 4) {
			w->exterior_gone |= exterior;
			return SL_OK;
		}
	}
	w->doubtful |= !area2;
	if (exterior ? area2 < 0 : area2 > 0)
		reverse(p, n);
	close_ring(w, n);
	return SL_OK;
}

/* ---- the arrangement, when the rings meet ---- */

/* From positions of the arrangement back to the tile's grid. */
static int32_t from_degrees(double v)
{
	return (int32_t)lrint(v * SL_GRID_PER_DEGREE);
}

/* Even-odd, as the arrangement sees all polygons: sides that lie on each other along the tile's border
 * cancel. */
static enum sl_code mend(struct work *w, struct sl_err *e)
{
	struct sl_tile_scratch *s = w->s;
	struct sl_grid_point *point = sl_arena_alloc(&s->arena, w->n_out, sizeof *point, e);
	struct sl_grid_shape shape = {.point = point, .ring_end = s->ring_end, .n_rings = (uint32_t)w->n_rings};
	struct sl_arrangement cut;

	if (!point)
		return e->code;
	for (size_t i = 0; i < w->n_out; i++)
		point[i] = (struct sl_grid_point){s->point[i].x, s->point[i].y};
	shape.box =
	    (struct sl_grid_box){SL_TILE_CLIP_LOW, SL_TILE_CLIP_LOW, SL_TILE_CLIP_HIGH, SL_TILE_CLIP_HIGH};
	if (sl_arrange(&s->arena, &shape, 1, 1, true, &cut, e))
		return e->code;
	w->n_out = w->n_rings = 0;
	for (size_t f = 0; f < cut.n_faces; f++) {
		const struct sl_geom *g = &cut.face[f].geometry;
		size_t start = 0;

		for (size_t r = 0; r < g->n_rings; start = g->ring_end[r++]) {
			size_t n = g->ring_end[r] - start;

			if (room(w, n, e))
				return e->code;
			for (size_t i = 0; i < n; i++)
				s->point[w->n_out + i] = (struct sl_tile_point){from_degrees(g->xy[2 * (start + i)]),
				                                                from_degrees(g->xy[2 * (start + i) + 1])};
			close_ring(w, n);
		}
	}
	return SL_OK;
}

static enum sl_code fit_polygon(struct work *w, uint64_t n_rings, struct sl_tile_shape *out,
                                struct sl_err *e)
{
	struct sl_tile_scratch *s = w->s;
	struct sl_tile_point first = {0, 0};
	bool any = false;

	for (uint64_t r = 0; r < n_rings; r++) {
		size_t had = w->n_rings;

		if (take_ring(w, e))
			return e->code;
		if (!any && w->n_rings > had) {
			any = true;
			first = s->point[0];
		}
	}
	if (!w->n_rings)
		return SL_OK;
	if (w->n_out > s->cap_edge) {
		s->edge = sl_arena_grow(&s->keep, s->edge, &s->cap_edge, w->n_out, sizeof(struct sl_tile_edge), e);
		if (!s->edge)
			return e->code;
	}
	out->type = SL_GEOM_POLYGON;
	if (!w->doubtful && sl_tile_rings_apart(s->point, s->ring_end, w->n_rings, s->edge) &&
	    sl_tile_rings_nested(s->point, s->ring_end, w->n_rings))
		return SL_OK;
	out->mended = true;
	if (mend(w, e))
		return e->code;
	if (w->n_rings)
		return SL_OK;
	/* All of it lay twice on itself.  What is recorded is shown all the same. */
	if (room(w, 4, e))
		return e->code;
	first.x = first.x < SL_TILE_CLIP_HIGH ? first.x : SL_TILE_CLIP_HIGH - 1;
	first.y = first.y < SL_TILE_CLIP_HIGH ? first.y : SL_TILE_CLIP_HIGH - 1;
	for (int i = 0; i < 4; i++)
		s->point[i] = (struct sl_tile_point){first.x + (i == 1 || i == 2), first.y + (i >= 2)};
	close_ring(w, 4);
	return SL_OK;
}

/* ---- lines and points ---- */

/* The piece of a-b within the tile and its buffer (Liang and Barsky 1984, doi:10.1145/357332.357333). */
static bool clip_segment(struct sl_tile_point *a, struct sl_tile_point *b)
{
	double dx = (double)b->x - a->x, dy = (double)b->y - a->y, t0 = 0, t1 = 1;
	double p[4] = {-dx, dx, -dy, dy};
	double q[4] = {(double)a->x - SL_TILE_CLIP_LOW, SL_TILE_CLIP_HIGH - (double)a->x,
	               (double)a->y - SL_TILE_CLIP_LOW, SL_TILE_CLIP_HIGH - (double)a->y};
	struct sl_tile_point from = *a;

	for (int i = 0; i < 4; i++) {
		if (p[i] == 0) {
			if (q[i] < 0)
				return false;
		} else if (p[i] < 0) {
			t0 = fmax(t0, q[i] / p[i]);
		} else {
			t1 = fmin(t1, q[i] / p[i]);
		}
	}
	if (t0 > t1)
		return false;
	if (t0 > 0)
		*a = (struct sl_tile_point){(int32_t)lrint(from.x + t0 * dx), (int32_t)lrint(from.y + t0 * dy)};
	if (t1 < 1)
		*b = (struct sl_tile_point){(int32_t)lrint(from.x + t1 * dx), (int32_t)lrint(from.y + t1 * dy)};
	return true;
}

static bool equal(struct sl_tile_point a, struct sl_tile_point b)
{
	return a.x == b.x && a.y == b.y;
}

static enum sl_code take_line(struct work *w, struct sl_err *e)
{
	struct sl_tile_point *from;
	size_t n, open = 0; /* points of the piece being made */
	bool begins;

	if (read_ring(w, false, &n, &begins, e))
		return e->code;
	from = w->s->other;
	memcpy(from, w->s->point + w->n_out, n * sizeof *from);
	n = simplify(w, from, n, false);
	if (n == 1) { /* shorter than a unit */
		if (!sl_tile_bounds_meet(sl_tile_bounds_of(from, 1)))
			return SL_OK;
		from[1] = from[0];
		from[n++].x += from[0].x < SL_TILE_CLIP_HIGH ? 1 : -1;
	}
	for (size_t i = 0; i + 1 < n; i++) {
		struct sl_tile_point a = from[i], b = from[i + 1];
		struct sl_tile_point *to;

		if (!clip_segment(&a, &b) || equal(a, b))
			continue;
		if (open && !equal(w->s->point[w->n_out + open - 1], a)) {
			close_ring(w, open);
			open = 0;
		}
		if (room(w, open + 2, e))
			return e->code;
		to = w->s->point + w->n_out;
		if (!open)
			to[open++] = a;
		to[open++] = b;
	}
	if (open)
		close_ring(w, open);
	return SL_OK;
}

static enum sl_code take_point(struct work *w, struct sl_err *e)
{
	bool begins;
	size_t n;

	if (read_ring(w, false, &n, &begins, e))
		return e->code;
	if (n && sl_tile_bounds_inside(sl_tile_bounds_of(w->s->point + w->n_out, n)))
		close_ring(w, n);
	return SL_OK;
}

enum sl_code sl_tile_fit(struct sl_tile_scratch *s, struct sl_str packed, struct sl_tile_id t,
                         double tolerance, struct sl_tile_shape *out, struct sl_err *e)
{
	const unsigned char *p = (const unsigned char *)packed.p;
	const int32_t grid = sl_tile_grid_units(s->grid_deg, t.z);
	struct work w = {.s = s,
	                 .tile = t,
	                 .tolerance = tolerance,
	                 .width = grid > 1 ? grid : 1,
	                 .in = {p, p + packed.n, false}};
	struct sl_tile_shape shape = {0};
	struct sl_arena_mark mark = sl_arena_mark(&s->arena);
	uint64_t type = varint(&w.in), n_rings = varint(&w.in);

	if (w.in.failed || type < SL_GEOM_POINT || type > SL_GEOM_POLYGON)
		return sl_fail(e, SL_CORRUPT, "a packed geometry is damaged");
	if (type == SL_GEOM_POLYGON)
		fit_polygon(&w, n_rings, &shape, e);
	else
		for (uint64_t r = 0; r < n_rings && !e->code; r++)
			(void)!(type == SL_GEOM_LINE ? take_line : take_point)(&w, e);
	sl_arena_reset(&s->arena, mark);
	if (e->code)
		return e->code;
	shape.type = w.n_rings ? (enum sl_geom_type)type : SL_GEOM_NONE;
	shape.point = s->point;
	shape.ring_end = s->ring_end;
	shape.n_points = (uint32_t)w.n_out;
	shape.n_rings = (uint32_t)w.n_rings;
	*out = shape;
	return SL_OK;
}
