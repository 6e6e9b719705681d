#include "app/tile_parts.h"

#include <stdlib.h>
#include <string.h>

/* How many records are read while others wait. */
enum { AT_ONCE = 256 };

struct loading {
	struct sl_tile_maker *m;
	const struct sl_kind *kind;
	const int64_t *number;        /* those that were missing */
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
	if (l->keep &&
	    sl_tile_keep(&m->tiles->record, (uint64_t)row->number, (struct sl_packed *)(void *)m->row.p))
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

enum sl_code sl_tile_with_records(struct sl_tile_maker *m, const struct sl_kind *kind,
                                  const int64_t *number, size_t n, int64_t seq, sl_tile_items_fn *fn,
                                  void *ctx, struct sl_err *e)
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

struct owning {
	const struct sl_person *only;
	struct sl_tile_mine *mine;
	struct sl_arena *a;
};

static enum sl_code take_own(void *ctx, const struct sl_owner *o, struct sl_err *e)
{
	struct owning *w = ctx;
	const struct sl_standing s = {.organisation = o->organisation, .approved = o->approved, .draft = o->draft};
	int64_t *more;

	if (!sl_may_see_record(w->only, &s))
		return SL_OK;
	more = sl_arena_grow(w->a, w->mine->number, &w->mine->cap, w->mine->n + 1, sizeof *more, e);
	if (!more)
		return e->code;
	w->mine->number = more;
	more[w->mine->n++] = o->number;
	return SL_OK;
}

static int ascending(const void *pa, const void *pb)
{
	const int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return (a > b) - (a < b);
}

/* The records that the person may see, kept by the maker for the next tiles of the same organisation. */
static enum sl_code find_own(struct sl_tile_maker *m, const struct sl_person *only, int64_t seq, struct sl_err *e)
{
	struct sl_tile_mine *mine = &m->mine;
	struct owning w = {only, mine, &mine->arena};
	char *name;

	if (mine->seq == seq && sl_str_eq(mine->organisation, only->organisation))
		return SL_OK;
	sl_arena_done(&mine->arena);
	*mine = (struct sl_tile_mine){0};
	name = sl_str_dup(&mine->arena, only->organisation, e);
	if (!name || sl_store_each_owner(m->db, take_own, &w, e))
		return e->code;
	if (mine->n)
		qsort(mine->number, mine->n, sizeof *mine->number, ascending);
	mine->organisation = (struct sl_str){name, only->organisation.n};
	mine->seq = seq;
	return SL_OK;
}

/* Both lists ascend. */
static size_t keep_own(const struct sl_tile_mine *mine, int64_t *number, size_t n)
{
	size_t k = 0, at = 0;

	for (size_t i = 0; i < n; i++) {
		while (at < mine->n && mine->number[at] < number[i])
			at++;
		if (at < mine->n && mine->number[at] == number[i])
			number[k++] = number[i];
	}
	return k;
}

static enum sl_code make(struct request *r, int64_t seq, struct sl_err *e)
{
	const int reach = sl_tile_reach(r->o, r->tile.z);
	struct sl_tile_maker *m = r->m;
	int64_t *number;
	size_t n;

	if (sl_store_layer_find(m->db, &m->arena, r->kind, sl_tile_box(r->tile, reach), &number, &n, e))
		return e->code;
	if (r->o->only) {
		if (find_own(m, r->o->only, seq, e))
			return e->code;
		n = keep_own(&m->mine, number, n);
	}
	return sl_tile_with_records(m, r->kind, number, n, seq, write_tile, r, e);
}

enum sl_code sl_tile_kind(struct sl_tile_maker *m, const struct sl_kind *kind, struct sl_tile_id t,
                          const struct sl_tile_options *o, struct sl_tile_bytes **out, struct sl_err *e)
{
	struct sl_tile_key key = {.layer = kind->number, .variant = sl_tile_variant(o), .tile = t};
	struct request r = {m, kind, t, o};
	const bool keep = !o->no_cache && !o->only;
	struct sl_tile_bytes *tile = NULL;
	uint64_t epoch;
	int64_t seq;

	if (sl_tile_check_id(t, e))
		return e->code;
	if (!sl_store_has_places(m->db, kind))
		return sl_fail(e, SL_NOT_FOUND, "records of the kind '%.*s' have no place on a map",
		               SL_STR_ARG(kind->name));
	if (sl_store_read_begin(m->db, e))
		return e->code;
	if (!sl_tiles_follow(m, &seq, &epoch, e)) {
		if (keep)
			tile = sl_tile_cache_get(m->tiles->cache, &key);
		if (!tile && !make(&r, seq, e) &&
		    !sl_tile_bytes_new(sl_buf_view(&m->tile), m->layer.n_features, seq, &tile, e) && keep)
			sl_tile_cache_put(m->tiles->cache, &key, tile, epoch);
	}
	sl_store_read_end(m->db);
	sl_tile_maker_rest(m);
	if (!e->code)
		*out = tile;
	return e->code;
}
