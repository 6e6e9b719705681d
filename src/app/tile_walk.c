/* All tiles of a kind, each record read once: a tile hands its records down to the four inside it. */
#include "app/tile_parts.h"

#include <string.h>

struct walk {
	struct sl_tile_maker *m;
	const struct sl_kind *kind;
	const struct sl_tile_options *o; /* NULL: the usual ones of each zoom */
	uint32_t to;
	int64_t seq;
	sl_tile_fn *fn;
	void *ctx;
	struct sl_tile_item *item; /* of the tile at the top */
	size_t n;
};

/* The tile itself, then the four inside it, each with those of its records that reach it. */
static enum sl_code descend(struct walk *w, struct sl_tile_id t, const struct sl_tile_item *item, size_t n,
                            struct sl_err *e)
{
	const struct sl_tile_options usual = sl_tile_usual(t.z);
	struct sl_tile_maker *m = w->m;
	struct sl_tile_bytes *tile;
	struct sl_tile_item *part;

	pthread_rwlock_rdlock(&m->tiles->lock); /* of keys and values */
	(void)!sl_tile_write(m, w->kind->name, t, w->o ? w->o : &usual, item, n, false, e);
	pthread_rwlock_unlock(&m->tiles->lock);
	if (e->code)
		return e->code;
	if (m->tile.n) {
		if (sl_tile_bytes_new(sl_buf_view(&m->tile), m->layer.n_features, w->seq, &tile, e))
			return e->code;
		w->fn(w->ctx, t, tile, e);
		sl_tile_bytes_release(tile);
	}
	if (e->code || t.z >= w->to)
		return e->code;
	for (uint32_t i = 0; i < 4 && !e->code; i++) {
		struct sl_tile_id inner = {t.z + 1, 2 * t.x + i % 2, 2 * t.y + i / 2};
		struct sl_world_box reach = sl_tile_world_box(inner, SL_TILE_REACH);
		struct sl_arena_mark mark = sl_arena_mark(&m->arena);
		size_t k = 0;

		part = sl_arena_alloc(&m->arena, n, sizeof *part, e);
		if (!part)
			return e->code;
		for (size_t j = 0; j < n; j++)
			if (sl_world_boxes_meet(item[j].packed->box, reach))
				part[k++] = item[j];
		if (k)
			descend(w, inner, part, k, e);
		sl_arena_reset(&m->arena, mark);
	}
	return e->code;
}

/* Copies, so that nobody waits for the walk. */
static enum sl_code copy_items(void *ctx, const struct sl_tile_item *item, size_t n, struct sl_err *e)
{
	struct walk *w = ctx;

	w->item = sl_arena_alloc(&w->m->arena, n + 1, sizeof *w->item, e);
	for (w->n = 0; w->item && w->n < n; w->n++) {
		const struct sl_packed *p = item[w->n].packed;
		size_t size = sizeof *p + p->n_tags + p->n_geometry;
		struct sl_packed *copy = sl_arena_alloc(&w->m->arena, 1, size, e);

		if (!copy)
			break;
		memcpy(copy, p, size);
		w->item[w->n] = item[w->n];
		w->item[w->n].packed = copy;
	}
	return e->code;
}

static enum sl_code walk_top(struct walk *w, struct sl_tile_id top, struct sl_err *e)
{
	struct sl_tile_maker *m = w->m;
	int64_t *number;
	size_t n;

	if (!sl_store_layer_find(m->db, &m->arena, w->kind, sl_tile_box(top, SL_TILE_REACH), &number, &n, e) &&
	    !sl_tile_with_records(m, w->kind, number, n, w->seq, copy_items, w, e) && w->n)
		descend(w, top, w->item, w->n, e);
	sl_arena_reset(&m->arena, (struct sl_arena_mark){0});
	return e->code;
}

enum sl_code sl_tile_tops(struct sl_tile_maker *m, const struct sl_kind *kind, uint32_t z, struct sl_arena *a,
                          struct sl_tile_id **out, size_t *n, struct sl_err *e)
{
	struct sl_tile_id nw, se, *list;
	struct sl_box box;
	size_t k = 0;

	if (!sl_store_has_places(m->db, kind))
		return sl_fail(e, SL_NOT_FOUND, "records of the kind '%.*s' have no place on a map",
		               SL_STR_ARG(kind->name));
	if (sl_store_layer_box(m->db, kind, &box, e))
		return e->code;
	*n = 0;
	if (box.x0 > box.x1)
		return SL_OK;
	nw = sl_tile_at(sl_world_from(box.x0, box.y1), z);
	se = sl_tile_at(sl_world_from(box.x1, box.y0), z);
	/* One more on each side: buffers reach over. */
	nw.x -= nw.x > 0;
	nw.y -= nw.y > 0;
	se.x += se.x + 1 < 1u << z;
	se.y += se.y + 1 < 1u << z;
	list = sl_arena_alloc(a, (size_t)(se.x - nw.x + 1) * (se.y - nw.y + 1), sizeof *list, e);
	if (!list)
		return e->code;
	for (uint32_t y = nw.y; y <= se.y; y++)
		for (uint32_t x = nw.x; x <= se.x; x++)
			list[k++] = (struct sl_tile_id){z, x, y};
	*out = list;
	*n = k;
	return SL_OK;
}

enum sl_code sl_tile_walk_top(struct sl_tile_maker *m, const struct sl_kind *kind, struct sl_tile_id top,
                              uint32_t to, const struct sl_tile_options *o, sl_tile_fn *fn, void *ctx,
                              struct sl_err *e)
{
	struct walk w = {.m = m, .kind = kind, .o = o, .to = to, .fn = fn, .ctx = ctx};
	uint64_t epoch;

	return sl_tiles_follow(m, &w.seq, &epoch, e) ? e->code : walk_top(&w, top, e);
}

enum sl_code sl_tile_walk(struct sl_tile_maker *m, const struct sl_kind *kind, uint32_t from, uint32_t to,
                          const struct sl_tile_options *o, sl_tile_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_tile_id *top;
	size_t n;

	if (to > SL_TILE_MAX_ZOOM || from > to)
		return sl_fail(e, SL_INVALID, "zooms go from %d to %d", SL_TILE_MIN_ZOOM, SL_TILE_MAX_ZOOM);
	if (sl_store_read_begin(m->db, e))
		return e->code;
	if (!sl_tile_tops(m, kind, from, &a, &top, &n, e))
		for (size_t i = 0; i < n && !e->code; i++)
			(void)!sl_tile_walk_top(m, kind, top[i], to, o, fn, ctx, e);
	sl_store_read_end(m->db);
	sl_arena_done(&a);
	return e->code;
}
