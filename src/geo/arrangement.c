#include "geo/arrangement.h"

#include "geo/edge_area.h"
#include "geo/noding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps: segments -> noded segments -> edges (each pair of points once, with the shapes whose inside changes
 * across it) -> half-edges sorted round each vertex -> cycles (walks with one face on their left) -> covers,
 * spread across edges from the outside -> areas summed by cover.  Holes need no search for the face they lie
 * in: a cycle round a hole has the cover of the ground around it and counts with a negative area. */

__extension__ typedef __int128 wide;

struct edge {
	struct sl_grid_point p, q; /* p before q in (x, y) order */
	uint32_t toggle, n_toggle; /* shapes with odd multiplicity: toggles[toggle..] */
	uint32_t origin;
	uint32_t vp, vq;           /* vertex numbers */
	double area_m2;            /* signed, p to q */
};

struct work {
	struct sl_arena *a;
	const struct sl_grid_shape *shape;
	size_t n_shapes, first_label;
	struct sl_segments segments;
	struct sl_segment *origin; /* the segments as they came */
	size_t n_origins;
	struct edge *edge;
	size_t n_edges;
	uint32_t *toggles;
	uint32_t *next;    /* half-edge -> next half-edge of its cycle; half-edge 2k is p->q, 2k+1 is q->p */
	uint32_t *cycle;   /* half-edge -> cycle */
	uint32_t *first;   /* cycle -> a half-edge of it */
	uint32_t *cover;   /* cycle -> cover number */
	size_t n_cycles;
	/* covers: interned sorted lists */
	uint32_t **list;
	uint32_t *length;
	size_t n_covers, cap_covers, cap_lengths;
	uint32_t *slot;    /* hash table of cover numbers + 1 */
	size_t slots;
};

enum sl_code sl_grid_shape_from(struct sl_arena *a, const struct sl_geom *g, struct sl_grid_shape *out,
                                struct sl_err *e)
{
	struct sl_grid_shape s = {.box = {INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN}};
	struct sl_grid_point *point = sl_arena_alloc(a, g->n_points, sizeof *point, e);
	uint32_t *ring_end = point ? sl_arena_alloc(a, g->n_rings, sizeof *ring_end, e) : NULL;
	uint32_t n = 0;

	if (!ring_end)
		return e->code;
	for (size_t r = 0; r < g->n_rings && g->type == SL_GEOM_POLYGON; r++) {
		uint32_t from = n;

		for (size_t i = sl_geom_ring_start(g, r); i < g->ring_end[r]; i++) {
			struct sl_grid_point p = sl_grid_from(g->xy[2 * i], g->xy[2 * i + 1]);

			if (n == from || !sl_grid_same(point[n - 1], p))
				point[n++] = p;
		}
		while (n > from + 1 && sl_grid_same(point[n - 1], point[from]))
			n--;
		if (n < from + 3) {
			n = from;
			continue;
		}
		ring_end[s.n_rings++] = n;
		for (uint32_t i = from; i < n; i++) {
			s.box.x0 = point[i].x < s.box.x0 ? point[i].x : s.box.x0;
			s.box.x1 = point[i].x > s.box.x1 ? point[i].x : s.box.x1;
			s.box.y0 = point[i].y < s.box.y0 ? point[i].y : s.box.y0;
			s.box.y1 = point[i].y > s.box.y1 ? point[i].y : s.box.y1;
		}
	}
	s.point = point;
	s.ring_end = ring_end;
	*out = s;
	return SL_OK;
}

static bool before(struct sl_grid_point a, struct sl_grid_point b)
{
	return a.x < b.x || (a.x == b.x && a.y < b.y);
}

static enum sl_code collect_segments(struct work *w, struct sl_err *e)
{
	size_t total = 0, k = 0;

	for (size_t s = 0; s < w->n_shapes; s++)
		total += w->shape[s].n_rings ? w->shape[s].ring_end[w->shape[s].n_rings - 1] : 0;
	w->segments.v = sl_arena_alloc(w->a, total, sizeof *w->segments.v, e);
	w->origin = w->segments.v ? sl_arena_alloc(w->a, total, sizeof *w->origin, e) : NULL;
	if (!w->origin)
		return e->code;
	for (size_t s = 0; s < w->n_shapes; s++) {
		const struct sl_grid_shape *g = &w->shape[s];
		uint32_t first = 0;

		for (uint32_t r = 0; r < g->n_rings; first = g->ring_end[r++])
			for (uint32_t i = first, j = g->ring_end[r] - 1; i < g->ring_end[r]; j = i++, k++)
				w->segments.v[k] = w->origin[k] = (struct sl_segment){
					.p = g->point[j], .q = g->point[i], .shape = (uint32_t)s, .origin = (uint32_t)k};
	}
	w->segments.n = w->segments.cap = w->n_origins = total;
	return SL_OK;
}

static int segment_order(const void *pa, const void *pb)
{
	const struct sl_segment *a = pa, *b = pb;

	if (!sl_grid_same(a->p, b->p))
		return before(a->p, b->p) ? -1 : 1;
	if (!sl_grid_same(a->q, b->q))
		return before(a->q, b->q) ? -1 : 1;
	if (a->shape != b->shape)
		return a->shape < b->shape ? -1 : 1;
	return (a->origin > b->origin) - (a->origin < b->origin);
}

static double length2(const struct sl_segment *s)
{
	double dx = (double)(s->q.x - s->p.x), dy = (double)(s->q.y - s->p.y);

	return dx * dx + dy * dy;
}

/* Equal pieces become one edge.  A shape that comes twice over an edge has the same side on both and does
 * not count.  Of several original lines the longest one gives the curve of the edge. */
static enum sl_code merge_edges(struct work *w, struct sl_err *e)
{
	struct sl_segment *v = w->segments.v;
	size_t n = w->segments.n, n_toggles = 0;

	for (size_t i = 0; i < n; i++)
		if (before(v[i].q, v[i].p)) {
			struct sl_grid_point swap = v[i].p;

			v[i].p = v[i].q;
			v[i].q = swap;
		}
	qsort(v, n, sizeof *v, segment_order);
	w->edge = sl_arena_alloc(w->a, n, sizeof *w->edge, e);
	w->toggles = w->edge ? sl_arena_alloc(w->a, n, sizeof *w->toggles, e) : NULL;
	if (!w->toggles)
		return e->code;
	for (size_t i = 0, j; i < n; i = j) {
		struct edge d = {.p = v[i].p, .q = v[i].q, .toggle = (uint32_t)n_toggles, .origin = v[i].origin};

		for (j = i; j < n && sl_grid_same(v[j].p, d.p) && sl_grid_same(v[j].q, d.q);) {
			uint32_t shape = v[j].shape, times = 0;

			for (; j < n && sl_grid_same(v[j].p, d.p) && sl_grid_same(v[j].q, d.q) &&
			       v[j].shape == shape; j++, times++)
				if (length2(&w->origin[v[j].origin]) > length2(&w->origin[d.origin]))
					d.origin = v[j].origin;
			if (times % 2)
				w->toggles[n_toggles++] = shape;
		}
		d.n_toggle = (uint32_t)(n_toggles - d.toggle);
		if (d.n_toggle)
			w->edge[w->n_edges++] = d;
	}
	return SL_OK;
}

/* Fraction of the origin's chord at point p, along its longer axis. */
static double fraction(const struct sl_segment *o, struct sl_grid_point p)
{
	double dx = (double)(o->q.x - o->p.x), dy = (double)(o->q.y - o->p.y);

	return dx * dx > dy * dy ? (double)(p.x - o->p.x) / dx : (double)(p.y - o->p.y) / dy;
}

static void measure_edges(struct work *w)
{
	struct sl_edge_frame frame;
	struct sl_box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};

	for (size_t i = 0; i < w->n_edges; i++) {
		double y0 = sl_grid_degrees(w->edge[i].p.y), y1 = sl_grid_degrees(w->edge[i].q.y);

		box.y0 = fmin(box.y0, fmin(y0, y1));
		box.y1 = fmax(box.y1, fmax(y0, y1));
	}
	sl_edge_frame_init(&frame, box);
	for (size_t i = 0; i < w->n_edges; i++) {
		struct edge *d = &w->edge[i];
		const struct sl_segment *o = &w->origin[d->origin];
		double lon1 = sl_grid_degrees(d->p.x), lat1 = sl_grid_degrees(d->p.y);
		double lon2 = sl_grid_degrees(d->q.x), lat2 = sl_grid_degrees(d->q.y);
		double bulge = sl_edge_bulge_m2(&frame, sl_grid_degrees(o->p.x), sl_grid_degrees(o->p.y),
		                                sl_grid_degrees(o->q.x), sl_grid_degrees(o->q.y));

		d->area_m2 = sl_edge_chord_m2(&frame, lon1, lat1, lon2, lat2);
		if (bulge != 0)
			d->area_m2 += bulge * (sl_edge_bulge_share(fraction(o, d->q)) -
			                       sl_edge_bulge_share(fraction(o, d->p)));
	}
}

static struct sl_grid_point tail(const struct work *w, uint32_t h)
{
	return h & 1 ? w->edge[h >> 1].q : w->edge[h >> 1].p;
}

static struct sl_grid_point head(const struct work *w, uint32_t h)
{
	return tail(w, h ^ 1);
}

/* Counter-clockwise from the direction of +x: upper half-plane first. */
static bool upper(struct sl_grid_point from, struct sl_grid_point to)
{
	return to.y > from.y || (to.y == from.y && to.x > from.x);
}

static int angle_order(const struct work *w, uint32_t g, uint32_t h)
{
	struct sl_grid_point o = tail(w, g), a = head(w, g), b = head(w, h);
	bool ua = upper(o, a), ub = upper(o, b);

	if (ua != ub)
		return ua ? -1 : 1;
	return -sl_grid_side(o, a, b);
}

struct outgoing {
	struct sl_grid_point at;
	uint32_t half;
};

static int by_place(const void *pa, const void *pb)
{
	const struct outgoing *a = pa, *b = pb;

	if (!sl_grid_same(a->at, b->at))
		return before(a->at, b->at) ? -1 : 1;
	return (a->half > b->half) - (a->half < b->half);
}

/* next(h): at the head of h, turn to the outgoing half-edge just clockwise of the way back. */
static enum sl_code link_half_edges(struct work *w, struct sl_err *e)
{
	size_t n = 2 * w->n_edges;
	struct outgoing *out = sl_arena_alloc(w->a, n, sizeof *out, e);

	w->next = out ? sl_arena_alloc(w->a, n, sizeof *w->next, e) : NULL;
	if (!w->next)
		return e->code;
	for (uint32_t h = 0; h < n; h++)
		out[h] = (struct outgoing){tail(w, h), h};
	qsort(out, n, sizeof *out, by_place);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && sl_grid_same(out[j].at, out[i].at); j++) {
			struct outgoing x = out[j]; /* insertion sort: few edges meet at a vertex */
			size_t k = j;

			for (; k > i && angle_order(w, out[k - 1].half, x.half) > 0; k--)
				out[k] = out[k - 1];
			out[k] = x;
		}
		for (size_t k = i; k < j; k++)
			w->next[out[k].half ^ 1] = out[k == i ? j - 1 : k - 1].half;
	}
	return SL_OK;
}

static enum sl_code trace_cycles(struct work *w, struct sl_err *e)
{
	size_t n = 2 * w->n_edges;

	w->cycle = sl_arena_alloc(w->a, n, sizeof *w->cycle, e);
	w->first = w->cycle ? sl_arena_alloc(w->a, n, sizeof *w->first, e) : NULL;
	if (!w->first)
		return e->code;
	memset(w->cycle, 0xff, n * sizeof *w->cycle);
	for (uint32_t h = 0; h < n; h++) {
		if (w->cycle[h] != UINT32_MAX)
			continue;
		w->first[w->n_cycles] = h;
		for (uint32_t k = h; w->cycle[k] == UINT32_MAX; k = w->next[k])
			w->cycle[k] = (uint32_t)w->n_cycles;
		w->n_cycles++;
	}
	return SL_OK;
}

/* ---- covers ---- */

static enum sl_code intern(struct work *w, const uint32_t *v, uint32_t n, uint32_t *number,
                           struct sl_err *e)
{
	uint64_t h = 0xcbf29ce484222325u;
	uint32_t *copy;
	size_t i;

	for (uint32_t k = 0; k < n; k++)
		h = (h ^ v[k]) * 0x100000001b3u;
	h ^= h >> 29;
	if (2 * (w->n_covers + 1) > w->slots) {
		size_t slots = w->slots ? 2 * w->slots : 32;
		uint32_t *table = sl_arena_alloc(w->a, slots, sizeof *table, e);

		if (!table)
			return e->code;
		for (size_t c = 0; c < w->n_covers; c++) {
			uint64_t g = 0xcbf29ce484222325u;

			for (uint32_t k = 0; k < w->length[c]; k++)
				g = (g ^ w->list[c][k]) * 0x100000001b3u;
			for (i = (g ^ g >> 29) & (slots - 1); table[i]; i = (i + 1) & (slots - 1))
				;
			table[i] = (uint32_t)c + 1;
		}
		w->slot = table;
		w->slots = slots;
	}
	for (i = h & (w->slots - 1); w->slot[i]; i = (i + 1) & (w->slots - 1)) {
		uint32_t c = w->slot[i] - 1;

		if (w->length[c] == n && (!n || !memcmp(w->list[c], v, n * sizeof *v))) {
			*number = c;
			return SL_OK;
		}
	}
	w->list = sl_arena_grow(w->a, w->list, &w->cap_covers, w->n_covers + 1, sizeof *w->list, e);
	w->length = w->list ? sl_arena_grow(w->a, w->length, &w->cap_lengths, w->n_covers + 1,
	                                    sizeof *w->length, e) : NULL;
	copy = w->length ? sl_arena_alloc(w->a, n, sizeof *copy, e) : NULL;
	if (!copy)
		return e->code;
	if (n)
		memcpy(copy, v, n * sizeof *v);
	w->list[w->n_covers] = copy;
	w->length[w->n_covers] = n;
	*number = (uint32_t)w->n_covers++;
	w->slot[i] = *number + 1;
	return SL_OK;
}

/* Symmetric difference of two sorted lists into `to`; returns its length. */
static uint32_t toggle_lists(const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb, uint32_t *to)
{
	uint32_t n = 0, i = 0, k = 0;

	while (i < na || k < nb) {
		if (k == nb || (i < na && a[i] < b[k]))
			to[n++] = a[i++];
		else if (i == na || b[k] < a[i])
			to[n++] = b[k++];
		else
			i++, k++;
	}
	return n;
}

/* For the outside of a connected piece: what covers the ground just left of its leftmost vertex.  Edges are
 * looked up in strips of y, so that many pieces inside one large polygon stay cheap. */
struct strips {
	int64_t y0, height;
	size_t n;
	uint32_t *start, *edge;
};

static enum sl_code make_strips(struct work *w, struct strips *s, struct sl_err *e)
{
	int64_t y0 = INT64_MAX, y1 = INT64_MIN;
	size_t total = 0;

	for (size_t i = 0; i < w->n_edges; i++) {
		struct edge *d = &w->edge[i];

		y0 = d->p.y < y0 ? d->p.y : y0;
		y0 = d->q.y < y0 ? d->q.y : y0;
		y1 = d->p.y > y1 ? d->p.y : y1;
		y1 = d->q.y > y1 ? d->q.y : y1;
	}
	s->n = w->n_edges / 32 + 1;
	if (s->n > 65536)
		s->n = 65536;
	s->y0 = y0;
	s->height = (y1 - y0) / (int64_t)s->n + 1;
	s->start = sl_arena_alloc(w->a, s->n + 2, sizeof *s->start, e);
	if (!s->start)
		return e->code;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < w->n_edges; i++) {
			struct edge *d = &w->edge[i];
			int64_t lo = d->p.y < d->q.y ? d->p.y : d->q.y, hi = d->p.y > d->q.y ? d->p.y : d->q.y;

			if (lo == hi)
				continue; /* a level edge is never crossed by a level ray */
			for (int64_t k = (lo - y0) / s->height; k <= (hi - y0) / s->height; k++) {
				if (pass)
					s->edge[s->start[k + 1]++] = (uint32_t)i;
				else
					s->start[k + 2]++, total++;
			}
		}
		if (!pass) {
			for (size_t k = 2; k <= s->n + 1; k++)
				s->start[k] += s->start[k - 1];
			s->edge = sl_arena_alloc(w->a, total, sizeof *s->edge, e);
			if (!s->edge)
				return e->code;
		}
	}
	return SL_OK;
}

static int number_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static enum sl_code cover_left_of(struct work *w, const struct strips *s, struct sl_grid_point v,
                                  uint32_t *number, struct sl_err *e)
{
	size_t k = (size_t)((v.y - s->y0) / s->height), n = 0, cap = 0, kept = 0;
	struct sl_arena_mark mark = sl_arena_mark(w->a);
	uint32_t *hits = NULL;

	for (uint32_t i = s->start[k]; i < s->start[k + 1]; i++) {
		const struct edge *d = &w->edge[s->edge[i]];
		bool up = d->p.y < d->q.y;

		if ((d->p.y <= v.y) == (d->q.y <= v.y))
			continue;
		if (sl_grid_side(up ? d->p : d->q, up ? d->q : d->p, v) >= 0)
			continue; /* the crossing is not left of v */
		for (uint32_t t = 0; t < d->n_toggle; t++) {
			hits = sl_arena_grow(w->a, hits, &cap, n + 1, sizeof *hits, e);
			if (!hits)
				return e->code;
			hits[n++] = w->toggles[d->toggle + t];
		}
	}
	if (!n) {
		sl_arena_reset(w->a, mark);
		return intern(w, NULL, 0, number, e);
	}
	qsort(hits, n, sizeof *hits, number_order);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && hits[j] == hits[i]; j++)
			;
		if ((j - i) % 2)
			hits[kept++] = hits[i];
	}
	return intern(w, hits, (uint32_t)kept, number, e);
}

/* Give every cycle its cover: from the outer cycle of each connected piece inwards. */
static enum sl_code spread_covers(struct work *w, struct sl_err *e)
{
	size_t top = 0;
	uint32_t *stack = sl_arena_alloc(w->a, w->n_cycles, sizeof *stack, e);
	uint32_t *order = stack ? sl_arena_alloc(w->a, w->n_edges, sizeof *order, e) : NULL;
	uint32_t *next_list, largest = 16;
	struct strips strips;
	size_t cap = 0;

	w->cover = order ? sl_arena_alloc(w->a, w->n_cycles, sizeof *w->cover, e) : NULL;
	if (!w->cover || make_strips(w, &strips, e))
		return e->code;
	memset(w->cover, 0xff, w->n_cycles * sizeof *w->cover);
	next_list = sl_arena_grow(w->a, NULL, &cap, largest, sizeof *next_list, e);
	if (!next_list)
		return e->code;
	/* Edges stand in order of their first point: the first edge of a piece not yet reached starts at the
	 * piece's leftmost, lowest vertex.  Its outside is the cycle of the half-edge that leaves this vertex
	 * with the outside on its left: of the outgoing ones the first clockwise, which is where the way back
	 * along the last one turns to. */
	for (size_t i = 0; i < w->n_edges; i++) {
		uint32_t h = (uint32_t)(2 * i), best = h, outer, number;
		struct sl_grid_point v = w->edge[i].p;

		if (w->cover[w->cycle[h]] != UINT32_MAX)
			continue;
		/* All edges at v go right (or straight up); the lowest by angle has the outside below it. */
		for (size_t k = i; k < w->n_edges && sl_grid_same(w->edge[k].p, v); k++)
			if (sl_grid_side(v, w->edge[best >> 1].q, w->edge[k].q) < 0)
				best = (uint32_t)(2 * k);
		outer = w->cycle[best ^ 1]; /* the way back along the lowest edge has the outside on its left */
		if (cover_left_of(w, &strips, v, &number, e))
			return e->code;
		w->cover[outer] = number;
		stack[top++] = outer;
		while (top) {
			uint32_t c = stack[--top], k = w->first[c];

			do {
				uint32_t other = w->cycle[k ^ 1];

				if (w->cover[other] == UINT32_MAX) {
					const struct edge *d = &w->edge[k >> 1];
					uint32_t from = w->cover[c], n;

					next_list = sl_arena_grow(w->a, next_list, &cap, w->length[from] + d->n_toggle,
					                          sizeof *next_list, e);
					if (!next_list)
						return e->code;
					n = toggle_lists(w->list[from], w->length[from], w->toggles + d->toggle,
					                 d->n_toggle, next_list);
					if (intern(w, next_list, n, &number, e))
						return e->code;
					w->cover[other] = number;
					stack[top++] = other;
				}
				k = w->next[k];
			} while (k != w->first[c]);
		}
	}
	return SL_OK;
}

/* ---- faces ---- */

struct listed_cover {
	const uint32_t *list;
	uint32_t length, number;
};

static int cover_order(const void *pa, const void *pb)
{
	const struct listed_cover *a = pa, *b = pb;

	for (uint32_t k = 0; k < a->length && k < b->length; k++)
		if (a->list[k] != b->list[k])
			return a->list[k] < b->list[k] ? -1 : 1;
	return (a->length > b->length) - (a->length < b->length);
}

static bool wanted(const struct work *w, uint32_t cover)
{
	return w->length[cover] && w->list[cover][0] < w->first_label;
}

static double half_area(const struct work *w, uint32_t h)
{
	/* The area beside an edge counts to the ground below it: going east is clockwise. */
	return h & 1 ? w->edge[h >> 1].area_m2 : -w->edge[h >> 1].area_m2;
}

/* A cycle may pass a vertex twice (parts that touch at a point): cut it there into simple rings. */
struct ring_list {
	struct sl_grid_point *point;
	size_t n_points, cap_points;
	struct found { size_t from, n; wide area; struct sl_grid_box box; } *ring;
	size_t n_rings, cap_rings;
};

static enum sl_code add_ring(struct work *w, struct ring_list *l, const struct sl_grid_point *p, size_t n,
                             struct sl_err *e)
{
	struct found f = {.from = l->n_points, .n = n, .box = {INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN}};

	l->point = sl_arena_grow(w->a, l->point, &l->cap_points, l->n_points + n, sizeof *l->point, e);
	l->ring = l->point ? sl_arena_grow(w->a, l->ring, &l->cap_rings, l->n_rings + 1, sizeof *l->ring, e)
	                   : NULL;
	if (!l->ring)
		return e->code;
	memcpy(l->point + l->n_points, p, n * sizeof *p);
	for (size_t i = 0, j = n - 1; i < n; j = i++) {
		f.area += (wide)(p[j].x - p[0].x) * (p[i].y - p[0].y) - (wide)(p[i].x - p[0].x) * (p[j].y - p[0].y);
		f.box.x0 = p[i].x < f.box.x0 ? p[i].x : f.box.x0;
		f.box.x1 = p[i].x > f.box.x1 ? p[i].x : f.box.x1;
		f.box.y0 = p[i].y < f.box.y0 ? p[i].y : f.box.y0;
		f.box.y1 = p[i].y > f.box.y1 ? p[i].y : f.box.y1;
	}
	l->n_points += n;
	l->ring[l->n_rings++] = f;
	return SL_OK;
}

static int point_order(const void *pa, const void *pb)
{
	const struct sl_grid_point *a = pa, *b = pb;

	return sl_grid_same(*a, *b) ? 0 : before(*a, *b) ? -1 : 1;
}

/* The points that a cycle passes more than once, sorted: mostly none. */
static enum sl_code repeated_points(struct work *w, uint32_t cycle, struct sl_grid_point **out,
                                    size_t *n_out, struct sl_err *e)
{
	struct sl_grid_point *v = NULL;
	size_t n = 0, cap = 0, kept = 0;
	uint32_t h = w->first[cycle];

	do {
		v = sl_arena_grow(w->a, v, &cap, n + 1, sizeof *v, e);
		if (!v)
			return e->code;
		v[n++] = tail(w, h);
		h = w->next[h];
	} while (h != w->first[cycle]);
	qsort(v, n, sizeof *v, point_order);
	for (size_t i = 1; i < n; i++)
		if (sl_grid_same(v[i], v[i - 1]))
			v[kept++] = v[i];
	*out = v;
	*n_out = kept;
	return SL_OK;
}

static enum sl_code cut_cycle(struct work *w, struct ring_list *l, uint32_t cycle, struct sl_err *e)
{
	struct sl_grid_point *path = NULL, *repeated = NULL;
	size_t n = 0, cap = 0, n_repeated = 0;
	uint32_t h = w->first[cycle];

	if (repeated_points(w, cycle, &repeated, &n_repeated, e))
		return e->code;
	do {
		struct sl_grid_point p = tail(w, h);
		size_t k = n;

		if (!n_repeated || !bsearch(&p, repeated, n_repeated, sizeof p, point_order))
			k = 0;
		while (k > 0 && !sl_grid_same(path[k - 1], p))
			k--;
		if (k > 0) { /* path[k-1..n) came back to p: a ring of its own */
			if (add_ring(w, l, path + k - 1, n - k + 1, e))
				return e->code;
			n = k - 1;
		}
		path = sl_arena_grow(w->a, path, &cap, n + 1, sizeof *path, e);
		if (!path)
			return e->code;
		path[n++] = p;
		h = w->next[h];
	} while (h != w->first[cycle]);
	return n >= 3 ? add_ring(w, l, path, n, e) : SL_OK;
}

static bool ring_holds(const struct ring_list *l, const struct found *outer, const struct found *hole)
{
	const uint32_t end = (uint32_t)outer->n;
	struct sl_grid_shape s = {l->point + outer->from, &end, 1, outer->box};

	if (hole->box.x0 < outer->box.x0 || hole->box.x1 > outer->box.x1 || hole->box.y0 < outer->box.y0 ||
	    hole->box.y1 > outer->box.y1)
		return false;
	/* A hole may touch the outer ring at a point; then another point of it decides, or an edge's middle. */
	for (size_t i = 0; i < hole->n; i++) {
		struct sl_grid_point p = l->point[hole->from + i], q = l->point[hole->from + (i + 1) % hole->n];
		struct sl_grid_point mid = {p.x + (q.x - p.x) / 2, p.y + (q.y - p.y) / 2};
		bool on = false;

		for (size_t k = 0; k < outer->n && !on; k++)
			on = sl_grid_same(l->point[outer->from + k], p);
		if (!on)
			return sl_grid_inside(&s, p);
		if (i + 1 == hole->n)
			return sl_grid_inside(&s, mid);
	}
	return false;
}

static enum sl_code put_ring(struct sl_geom_builder *b, const struct ring_list *l, const struct found *f,
                             struct sl_err *e)
{
	if (sl_geom_add_ring(b, e))
		return e->code;
	for (size_t i = 0; i < f->n; i++)
		if (sl_geom_add_point(b, sl_grid_degrees(l->point[f->from + i].x),
		                      sl_grid_degrees(l->point[f->from + i].y), e))
			return e->code;
	return SL_OK;
}

/* The geometry of all cycles with one cover. */
static enum sl_code face_geometry(struct work *w, const uint32_t *cycles, size_t n, struct sl_geom *out,
                                  struct sl_err *e)
{
	struct sl_geom_builder b;
	struct ring_list l = {0};
	size_t *owner;

	for (size_t i = 0; i < n; i++)
		if (cut_cycle(w, &l, cycles[i], e))
			return e->code;
	owner = sl_arena_alloc(w->a, l.n_rings, sizeof *owner, e);
	if (!owner)
		return e->code;
	for (size_t i = 0; i < l.n_rings; i++) { /* each hole to the smallest outer ring around it */
		owner[i] = SIZE_MAX;
		if (l.ring[i].area > 0)
			continue;
		for (size_t k = 0; k < l.n_rings; k++)
			if (l.ring[k].area > 0 && (owner[i] == SIZE_MAX || l.ring[k].area < l.ring[owner[i]].area) &&
			    ring_holds(&l, &l.ring[k], &l.ring[i]))
				owner[i] = k;
	}
	sl_geom_build(&b, w->a, SL_GEOM_POLYGON);
	for (size_t k = 0; k < l.n_rings; k++) {
		if (l.ring[k].area <= 0)
			continue;
		if (sl_geom_add_part(&b, e) || put_ring(&b, &l, &l.ring[k], e))
			return e->code;
		for (size_t i = 0; i < l.n_rings; i++)
			if (owner[i] == k && put_ring(&b, &l, &l.ring[i], e))
				return e->code;
	}
	sl_geom_finish(&b, out);
	return SL_OK;
}

static enum sl_code make_faces(struct work *w, bool with_geometry, struct sl_arrangement *out,
                               struct sl_err *e)
{
	struct listed_cover *sorted = sl_arena_alloc(w->a, w->n_covers, sizeof *sorted, e);
	uint32_t *start = sorted ? sl_arena_alloc(w->a, w->n_covers + 1, sizeof *start, e) : NULL;
	uint32_t *cycles = start ? sl_arena_alloc(w->a, w->n_cycles, sizeof *cycles, e) : NULL;
	double *area = cycles ? sl_arena_alloc(w->a, w->n_covers, sizeof *area, e) : NULL;
	struct sl_face *face = area ? sl_arena_alloc(w->a, w->n_covers, sizeof *face, e) : NULL;
	size_t n = 0;

	if (!face)
		return e->code;
	for (uint32_t c = 0; c < w->n_cycles; c++) {
		uint32_t h = w->first[c];

		start[w->cover[c] + 1]++;
		do {
			area[w->cover[c]] += half_area(w, h);
			h = w->next[h];
		} while (h != w->first[c]);
	}
	for (size_t c = 0; c < w->n_covers; c++)
		start[c + 1] += start[c];
	for (uint32_t c = (uint32_t)w->n_cycles; c-- > 0;)
		cycles[--start[w->cover[c] + 1]] = c;
	/* start[c + 1] is now where cover c begins; it ends where the next begins. */
	for (uint32_t c = 0; c < w->n_covers; c++)
		if (wanted(w, c))
			sorted[n++] = (struct listed_cover){w->list[c], w->length[c], c};
	qsort(sorted, n, sizeof *sorted, cover_order);
	for (size_t i = 0; i < n; i++) {
		uint32_t c = sorted[i].number;
		size_t from = start[c + 1], to = c + 1 < w->n_covers ? start[c + 2] : w->n_cycles;
		struct sl_face *f = &face[i];
		struct sl_grid_point at;

		/* A sliver of a few grid units may sum to a negative nothing. */
		f->area_m2 = area[c] > 0 ? area[c] : 0;
		f->cover = w->list[c];
		f->n_cover = w->length[c];
		at = tail(w, w->first[cycles[from]]);
		f->lon = sl_grid_degrees(at.x);
		f->lat = sl_grid_degrees(at.y);
		if (with_geometry && face_geometry(w, cycles + from, to - from, &f->geometry, e))
			return e->code;
	}
	out->face = face;
	out->n_faces = n;
	return SL_OK;
}

enum sl_code sl_arrange(struct sl_arena *a, const struct sl_grid_shape *shapes, size_t n,
                        size_t first_label, bool with_geometry, struct sl_arrangement *out,
                        struct sl_err *e)
{
	struct work w = {.a = a, .shape = shapes, .n_shapes = n, .first_label = first_label};

	if (collect_segments(&w, e))
		return e->code;
	if (!w.segments.n) {
		*out = (struct sl_arrangement){0};
		return SL_OK;
	}
	if (sl_node(a, &w.segments, e) || merge_edges(&w, e))
		return e->code;
	if (!w.n_edges) {
		*out = (struct sl_arrangement){0};
		return SL_OK;
	}
	measure_edges(&w);
	if (link_half_edges(&w, e) || trace_cycles(&w, e) || spread_covers(&w, e) ||
	    make_faces(&w, with_geometry, out, e))
		return e->code;
	return SL_OK;
}
