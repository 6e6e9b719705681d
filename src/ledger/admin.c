#include "ledger/admin.h"

#include "geo/arrangement.h"

#include <stdlib.h>
#include <string.h>

struct admin_edge {
	struct sl_grid_point p, q; /* p below or at q */
	uint32_t unit;
};

struct loading {
	struct sl_arena *a;
	struct sl_admin *ad;
	size_t cap;
	struct sl_hasher hash;
	bool digest_only;
	int64_t last_seq;
};

static enum sl_code take(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                         struct sl_err *e)
{
	struct loading *l = ctx;
	bool first = sl_record_has_code(rec, "level", "admin1"), second = sl_record_has_code(rec, "level", "admin2");
	struct sl_admin_unit u = {.record = rev->record_number, .level = second ? 2 : 1};

	if ((!first && !second) || rec->geometry.type != SL_GEOM_POLYGON)
		return SL_OK;
	sl_hash_int(&l->hash, rev->record_number * 4 + u.level);
	sl_hash_part(&l->hash, rec->geometry.xy, 2 * rec->geometry.n_points * sizeof(double));
	sl_hash_part(&l->hash, rec->geometry.ring_end, rec->geometry.n_rings * sizeof(uint32_t));
	if (l->digest_only)
		return SL_OK;
	l->ad->unit = sl_arena_grow(l->a, l->ad->unit, &l->cap, l->ad->n_units + 1, sizeof u, e);
	if (!l->ad->unit || sl_grid_shape_from(l->a, &rec->geometry, &u.shape, e))
		return e->code;
	if (u.shape.n_rings)
		l->ad->unit[l->ad->n_units++] = u;
	return SL_OK;
}

static enum sl_code each_place(struct sl_db *db, struct loading *l, struct sl_err *e)
{
	struct sl_query q = {.kind = sl_dictionary_kind(sl_store_dictionary(db), SL_STR("place")), .as_of = sl_date_none(),
	                     .last_seq = l->last_seq};

	sl_hash_begin(&l->hash);
	return sl_store_each(db, &q, true, take, l, e);
}

enum sl_code sl_admin_digest(struct sl_db *db, struct sl_hash *out, struct sl_err *e)
{
	struct loading l = {.digest_only = true};

	if (each_place(db, &l, e))
		return e->code;
	*out = sl_hash_end(&l.hash);
	return SL_OK;
}

static enum sl_code index_edges(struct sl_admin *ad, struct sl_arena *a, struct sl_err *e)
{
	struct sl_grid_box *box;
	size_t n = 0;

	for (size_t u = 0; u < ad->n_units; u++)
		n += ad->unit[u].shape.ring_end[ad->unit[u].shape.n_rings - 1];
	ad->edge = sl_arena_alloc(a, n, sizeof *ad->edge, e);
	box = ad->edge ? sl_arena_alloc(a, n, sizeof *box, e) : NULL;
	if (!box)
		return e->code;
	for (uint32_t u = 0; u < ad->n_units; u++) {
		const struct sl_grid_shape *s = &ad->unit[u].shape;
		uint32_t first = 0;

		for (uint32_t r = 0; r < s->n_rings; first = s->ring_end[r++])
			for (uint32_t i = first, j = s->ring_end[r] - 1; i < s->ring_end[r]; j = i++) {
				struct sl_grid_point p = s->point[j], q = s->point[i];
				bool up = p.y <= q.y;

				box[ad->n_edges] = (struct sl_grid_box){p.x < q.x ? p.x : q.x, up ? p.y : q.y,
				                                        p.x > q.x ? p.x : q.x, up ? q.y : p.y};
				ad->edge[ad->n_edges++] = (struct admin_edge){up ? p : q, up ? q : p, u};
			}
	}
	return sl_boxtree_build(a, box, n, &ad->tree, e);
}

enum sl_code sl_admin_load(struct sl_arena *a, struct sl_db *db, struct sl_admin **out, struct sl_err *e)
{
	return sl_admin_load_at(a, db, 0, out, e);
}

enum sl_code sl_admin_load_at(struct sl_arena *a, struct sl_db *db, int64_t last_seq, struct sl_admin **out,
                              struct sl_err *e)
{
	struct sl_admin *ad = sl_arena_alloc(a, 1, sizeof *ad, e);
	struct loading l = {.a = a, .ad = ad, .last_seq = last_seq};

	if (!ad || each_place(db, &l, e) || index_edges(ad, a, e))
		return e->code;
	ad->digest = sl_hash_end(&l.hash);
	for (size_t i = 0; i < ad->n_units; i++) {
		ad->has1 |= ad->unit[i].level == 1;
		ad->has2 |= ad->unit[i].level == 2;
	}
	*out = ad;
	return SL_OK;
}

struct ray {
	const struct sl_admin *ad;
	struct sl_grid_point p;
	uint32_t crossed[64]; /* units whose box holds p, with an odd number of crossings so far */
	size_t n;
};

static bool cross(void *ctx, uint32_t item)
{
	struct ray *r = ctx;
	const struct admin_edge *d = &r->ad->edge[item];

	const struct sl_grid_box at = {r->p.x, r->p.y, r->p.x, r->p.y};

	if (!sl_grid_boxes_meet(r->ad->unit[d->unit].shape.box, at) ||
	    (d->p.y <= r->p.y) == (d->q.y <= r->p.y) || sl_grid_side(d->p, d->q, r->p) >= 0)
		return true;
	for (size_t i = 0; i < r->n; i++)
		if (r->crossed[i] == d->unit) {
			r->crossed[i] = r->crossed[--r->n];
			return true;
		}
	if (r->n < sizeof r->crossed / sizeof *r->crossed)
		r->crossed[r->n++] = d->unit;
	return true;
}

/* A ray to the left: inside are the units of which it crosses an odd number of edges. */
void sl_admin_at(const struct sl_admin *ad, struct sl_grid_point p, int64_t *admin1, int64_t *admin2)
{
	struct ray r = {.ad = ad, .p = p};
	struct sl_grid_box box = {INT64_MIN, p.y, p.x, p.y};
	uint32_t best[3] = {0, UINT32_MAX, UINT32_MAX};

	*admin1 = *admin2 = 0;
	sl_boxtree_search(&ad->tree, box, cross, &r);
	for (size_t i = 0; i < r.n; i++) {
		int level = ad->unit[r.crossed[i]].level;

		if (r.crossed[i] < best[level])
			best[level] = r.crossed[i];
	}
	if (best[1] != UINT32_MAX)
		*admin1 = ad->unit[best[1]].record;
	if (best[2] != UINT32_MAX)
		*admin2 = ad->unit[best[2]].record;
}

struct nearby {
	const struct sl_admin *ad;
	struct sl_grid_box box;
	uint32_t unit[256];
	size_t n;
	bool overflow;
};

/* Does the edge pass through the box?  Its box does; it misses only when all corners lie on one side. */
static bool passes(const struct admin_edge *d, struct sl_grid_box b)
{
	int s1 = sl_grid_side(d->p, d->q, (struct sl_grid_point){b.x0, b.y0});
	int s2 = sl_grid_side(d->p, d->q, (struct sl_grid_point){b.x1, b.y0});
	int s3 = sl_grid_side(d->p, d->q, (struct sl_grid_point){b.x1, b.y1});
	int s4 = sl_grid_side(d->p, d->q, (struct sl_grid_point){b.x0, b.y1});

	return !(s1 == s2 && s2 == s3 && s3 == s4 && s1);
}

static bool near_edge(void *ctx, uint32_t item)
{
	struct nearby *n = ctx;
	const struct admin_edge *d = &n->ad->edge[item];

	if (!passes(d, n->box))
		return true;
	for (size_t i = 0; i < n->n; i++)
		if (n->unit[i] == d->unit)
			return true;
	if (n->n == sizeof n->unit / sizeof *n->unit) {
		n->overflow = true;
		return false;
	}
	n->unit[n->n++] = d->unit;
	return true;
}

/* Where the segment a-b crosses x = at (or y = at): from the end that is lower in order, so that neighbours
 * sharing the segment get the same point. */
static int64_t at_line(int64_t a, int64_t b, int64_t av, int64_t bv, int64_t at)
{
	if (a > b || (a == b && av > bv)) {
		int64_t t = a;

		a = b, b = t;
		t = av, av = bv, bv = t;
	}
	return av + (int64_t)((long double)(bv - av) * ((long double)(at - a) / (long double)(b - a)));
}

static bool within(struct sl_grid_point p, int side, struct sl_grid_box b)
{
	switch (side) {
	case 0: return p.x >= b.x0;
	case 1: return p.x <= b.x1;
	case 2: return p.y >= b.y0;
	default: return p.y <= b.y1;
	}
}

/* Sutherland and Hodgman 1974 (doi:10.1145/360767.360802), one ring.  Edges that run along the box more than
 * once cancel: inside is even-odd. */
static enum sl_code clip_ring(struct sl_arena *a, const struct sl_grid_point *ring, size_t n,
                              struct sl_grid_box b, struct sl_grid_point **out, size_t *n_out,
                              struct sl_err *e)
{
	const struct sl_grid_point *in = ring;

	for (int side = 0; side < 4 && n; side++) {
		struct sl_grid_point *to = sl_arena_alloc(a, 2 * n, sizeof *to, e);
		size_t k = 0;

		if (!to)
			return e->code;
		for (size_t i = 0, j = n - 1; i < n; j = i++) {
			bool here = within(in[i], side, b), there = within(in[j], side, b);

			if (here != there) {
				int64_t at = side == 0 ? b.x0 : side == 1 ? b.x1 : side == 2 ? b.y0 : b.y1;

				to[k++] = side < 2 ? (struct sl_grid_point){at, at_line(in[j].x, in[i].x, in[j].y, in[i].y, at)}
				                   : (struct sl_grid_point){at_line(in[j].y, in[i].y, in[j].x, in[i].x, at), at};
			}
			if (here)
				to[k++] = in[i];
		}
		in = to;
		n = k;
	}
	*out = (struct sl_grid_point *)(uintptr_t)in;
	*n_out = n;
	return SL_OK;
}

static enum sl_code clip(struct sl_arena *a, const struct sl_grid_shape *s, struct sl_grid_box b,
                         struct sl_grid_shape *out, struct sl_err *e)
{
	struct sl_grid_point **ring = sl_arena_alloc(a, s->n_rings, sizeof *ring, e), *point;
	size_t *length = ring ? sl_arena_alloc(a, s->n_rings, sizeof *length, e) : NULL, total = 0, n = 0;
	uint32_t *ring_end = length ? sl_arena_alloc(a, s->n_rings, sizeof *ring_end, e) : NULL, first = 0;

	if (!ring_end)
		return e->code;
	for (uint32_t r = 0; r < s->n_rings; first = s->ring_end[r++]) {
		if (clip_ring(a, s->point + first, s->ring_end[r] - first, b, &ring[r], &length[r], e))
			return e->code;
		total += length[r];
	}
	point = sl_arena_alloc(a, total, sizeof *point, e);
	if (!point)
		return e->code;
	*out = (struct sl_grid_shape){.point = point, .ring_end = ring_end, .box = b};
	for (uint32_t r = 0; r < s->n_rings; r++) {
		if (length[r] < 3)
			continue;
		memcpy(point + n, ring[r], length[r] * sizeof *point);
		n += length[r];
		ring_end[out->n_rings++] = (uint32_t)n;
	}
	return SL_OK;
}

static int unit_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

enum sl_code sl_admin_pieces(const struct sl_admin *ad, struct sl_arena *a, struct sl_grid_box box,
                             struct sl_admin_piece **out, size_t *n, struct sl_err *e)
{
	/* A margin, so that rounding on the clip line never reaches the shapes themselves. */
	struct nearby found = {.ad = ad, .box = {box.x0 - 64, box.y0 - 64, box.x1 + 64, box.y1 + 64}};
	struct sl_admin_piece *piece;
	uint32_t *unit = found.unit;

	*n = 0;
	sl_boxtree_search(&ad->tree, found.box, near_edge, &found);
	if (!found.n)
		return SL_OK;
	if (found.overflow) { /* a box across much of the country: take every unit */
		found.n = ad->n_units;
		unit = sl_arena_alloc(a, found.n, sizeof *unit, e);
		if (!unit)
			return e->code;
		for (uint32_t i = 0; i < found.n; i++)
			unit[i] = i;
	}
	qsort(unit, found.n, sizeof *unit, unit_order);
	piece = sl_arena_alloc(a, found.n, sizeof *piece, e);
	if (!piece)
		return e->code;
	for (size_t i = 0; i < found.n; i++) {
		piece[*n].unit = &ad->unit[unit[i]];
		if (clip(a, &ad->unit[unit[i]].shape, found.box, &piece[*n].shape, e))
			return e->code;
		*n += piece[*n].shape.n_rings > 0;
	}
	*out = piece;
	return SL_OK;
}
