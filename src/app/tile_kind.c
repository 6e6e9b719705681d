#include "app/tile_parts.h"

#include <string.h>

/* How many records are read while others wait. */
enum { AT_ONCE = 256 };

struct loading {
	struct sl_tile_maker *m;
	const struct sl_kind *kind;
	const int64_t *number;      /* those that were missing */
	const struct sl_packed **own; /* and where to put those that cannot be kept */
	size_t n, at;
	bool keep;
};

static enum sl_code load_row(void *ctx, const struct sl_layer_row *row, struct sl_err *e)
{
	struct loading *l = ctx;
	struct sl_tile_maker *m = l->m;
	struct sl_packed *copy;

	while (l->at < l->n && l->number[l->at] != row->number)
		l->at++;
	if (sl_tile_pack_row(m, l->kind, row, e) || !m->row.n)
		return e->code;
	if (l->keep && sl_tile_keep(&m->tiles->record, (uint64_t)row->number, (struct sl_packed *)(void *)m->row.p))
		return SL_OK;
	copy = sl_arena_alloc(&m->arena, 1, m->row.n, e);
	if (!copy)
		return e->code;
	memcpy(copy, m->row.p, m->row.n);
	l->own[l->at] = copy;
	return SL_OK;
}

/* Read those that nobody has, some at a time.  tried[i]: it was read and there is nothing to draw. */
static enum sl_code load(struct sl_tile_maker *m, const struct sl_kind *kind, const int64_t *number,
                         const struct sl_packed **own, bool *tried, size_t n, int64_t seq, struct sl_err *e)
{
	struct sl_tiles *t = m->tiles;
	int64_t missing[AT_ONCE];
	const struct sl_packed *made[AT_ONCE];
	size_t place[AT_ONCE];

	for (size_t i = 0; i < n && !e->code;) {
		struct loading l = {.m = m, .kind = kind, .number = missing, .own = made};

		pthread_rwlock_wrlock(&t->lock);
		for (; i < n && l.n < AT_ONCE; i++)
			if (!own[i] && !tried[i] && !sl_tile_kept(&t->record, (uint64_t)number[i])) {
				missing[l.n] = number[i];
				made[l.n] = NULL;
				place[l.n++] = i;
			}
		l.keep = t->seq == seq;
		(void)!sl_store_layer_rows(m->db, kind, missing, l.n, load_row, &l, e);
		for (size_t k = 0; k < l.n; k++) {
			own[place[k]] = made[k];
			tried[place[k]] = !made[k] && !sl_tile_kept(&t->record, (uint64_t)missing[k]);
		}
		pthread_rwlock_unlock(&t->lock);
	}
	return e->code;
}

enum sl_code sl_tile_with_records(struct sl_tile_maker *m, const struct sl_kind *kind, const int64_t *number,
                                  size_t n, int64_t seq, sl_tile_items_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_tiles *t = m->tiles;
	struct sl_tile_item *item = sl_arena_alloc(&m->arena, n + 1, sizeof *item, e);
	const struct sl_packed **own = item ? sl_arena_alloc(&m->arena, n + 1, sizeof *own, e) : NULL;
	bool *tried = own ? sl_arena_alloc(&m->arena, n + 1, sizeof *tried, e) : NULL;

	if (!tried)
		return e->code;
	for (;;) {
		size_t k = 0, missing = 0;

		pthread_rwlock_rdlock(&t->lock);
		for (size_t i = 0; i < n; i++) {
			const struct sl_packed *p = own[i] ? own[i] : sl_tile_kept(&t->record, (uint64_t)number[i]);

			if (p)
				item[k++] = (struct sl_tile_item){.id = (uint64_t)number[i], .packed = p};
			else
				missing += !tried[i];
		}
		if (!missing) {
			fn(ctx, item, k, e);
			pthread_rwlock_unlock(&t->lock);
			return e->code;
		}
		pthread_rwlock_unlock(&t->lock);
		if (load(m, kind, number, own, tried, n, seq, e))
			return e->code;
	}
}

/* ---- one tile ---- */

struct request {
	struct sl_tile_maker *m;
	const struct sl_kind *kind;
	struct sl_tile_id tile;
	const struct sl_tile_options *o;
};

static enum sl_code write_tile(void *ctx, const struct sl_tile_item *item, size_t n, struct sl_err *e)
{
	struct request *r = ctx;

	return sl_tile_write(r->m, r->kind->name, r->tile, r->o, item, n, false, e);
}

static enum sl_code make(struct request *r, int64_t seq, struct sl_err *e)
{
	struct sl_tile_maker *m = r->m;
	int64_t *number;
	size_t n;

	if (sl_store_layer_find(m->db, &m->arena, r->kind, sl_tile_box(r->tile, SL_TILE_REACH), &number, &n, e))
		return e->code;
	return sl_tile_with_records(m, r->kind, number, n, seq, write_tile, r, e);
}

enum sl_code sl_tile_kind(struct sl_tile_maker *m, const struct sl_kind *kind, struct sl_tile_id t,
                          const struct sl_tile_options *o, struct sl_tile_bytes **out, struct sl_err *e)
{
	struct sl_tile_key key = {.layer = kind->number, .variant = sl_tile_variant(o), .tile = t};
	struct request r = {m, kind, t, o};
	struct sl_tile_bytes *tile = NULL;
	uint64_t epoch;
	int64_t seq;

	if (sl_tile_check_id(t, e))
		return e->code;
	if (!sl_store_has_places(m->db, kind))
		return sl_fail(e, SL_NOT_FOUND, "records of the kind '%.*s' have no place on a map", SL_STR_ARG(kind->name));
	if (sl_store_read_begin(m->db, e))
		return e->code;
	if (!sl_tiles_follow(m, &seq, &epoch, e)) {
		if (!o->no_cache)
			tile = sl_tile_cache_get(m->tiles->cache, &key);
		if (!tile && !make(&r, seq, e) &&
		    !sl_tile_bytes_new(sl_buf_view(&m->tile), m->layer.n_features, seq, &tile, e) && !o->no_cache)
			sl_tile_cache_put(m->tiles->cache, &key, tile, epoch);
	}
	sl_store_read_end(m->db);
	sl_arena_reset(&m->arena, (struct sl_arena_mark){0});
	if (!e->code)
		*out = tile;
	return e->code;
}

/* ---- all tiles ---- */

struct walk {
	struct sl_tile_maker *m;
	const struct sl_kind *kind;
	const struct sl_tile_options *o;
	uint32_t from, to;
	int64_t seq;
	sl_tile_fn *fn;
	void *ctx;
	struct sl_tile_id top;
};

/* The tile itself, then the four inside it, each with those of its records that reach it. */
static enum sl_code descend(struct walk *w, struct sl_tile_id t, const struct sl_tile_item *item, size_t n,
                            struct sl_err *e)
{
	struct sl_tile_maker *m = w->m;
	struct sl_tile_bytes *tile;
	struct sl_tile_item *part;

	if (sl_tile_write(m, w->kind->name, t, w->o, item, n, false, e))
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

static enum sl_code from_top(void *ctx, const struct sl_tile_item *item, size_t n, struct sl_err *e)
{
	struct walk *w = ctx;

	return n ? descend(w, w->top, item, n, e) : SL_OK;
}

enum sl_code sl_tile_walk(struct sl_tile_maker *m, const struct sl_kind *kind, uint32_t from, uint32_t to,
                          const struct sl_tile_options *o, sl_tile_fn *fn, void *ctx, struct sl_err *e)
{
	struct walk w = {.m = m, .kind = kind, .o = o, .from = from, .to = to, .fn = fn, .ctx = ctx};
	struct sl_tile_id nw, se;
	struct sl_box box;
	uint64_t epoch;

	if (to > SL_TILE_MAX_ZOOM || from > to)
		return sl_fail(e, SL_INVALID, "zooms go from %d to %d", SL_TILE_MIN_ZOOM, SL_TILE_MAX_ZOOM);
	if (!sl_store_has_places(m->db, kind))
		return sl_fail(e, SL_NOT_FOUND, "records of the kind '%.*s' have no place on a map", SL_STR_ARG(kind->name));
	if (sl_store_read_begin(m->db, e))
		return e->code;
	if (!sl_tiles_follow(m, &w.seq, &epoch, e) && !sl_store_layer_box(m->db, kind, &box, e) && box.x0 <= box.x1) {
		nw = sl_tile_at(sl_world_from(box.x0, box.y1), from);
		se = sl_tile_at(sl_world_from(box.x1, box.y0), from);
		/* One more on each side: buffers reach over. */
		for (uint32_t y = nw.y ? nw.y - 1 : 0; y <= se.y + 1 && y < 1u << from && !e->code; y++)
			for (uint32_t x = nw.x ? nw.x - 1 : 0; x <= se.x + 1 && x < 1u << from && !e->code; x++) {
				int64_t *number;
				size_t n;

				w.top = (struct sl_tile_id){from, x, y};
				if (!sl_store_layer_find(m->db, &m->arena, kind, sl_tile_box(w.top, SL_TILE_REACH), &number, &n,
				                         e))
					(void)!sl_tile_with_records(m, kind, number, n, w.seq, from_top, &w, e);
				sl_arena_reset(&m->arena, (struct sl_arena_mark){0});
			}
	}
	sl_store_read_end(m->db);
	return e->code;
}
