/* What all threads share: records and faces ready to draw, and the keys and values that repeat. */
#include "app/tile_parts.h"

#include "base/mem.h"

#include <string.h>

#define MIB ((size_t)1 << 20)
enum { RECORDS_MIB = 72, FACES_MIB = 8, CACHE_MIB = 8, POOL_PART = 8 };

enum sl_code sl_tiles_new(const struct sl_tile_limits *limits, struct sl_tiles **out, struct sl_err *e)
{
	struct sl_tiles *t = sl_mem_zeroed(sizeof *t);
	size_t cache = limits && limits->cache_bytes ? limits->cache_bytes : CACHE_MIB * MIB;

	if (!t)
		return sl_fail(e, SL_NOMEM, "out of memory");
	t->seq = -1;
	t->record.bytes_max = limits && limits->record_bytes ? limits->record_bytes : RECORDS_MIB * MIB;
	t->face.bytes_max = limits && limits->face_bytes ? limits->face_bytes : FACES_MIB * MIB;
	if (sl_tile_cache_new(cache, &t->cache, e)) {
		sl_mem_free(t);
		return e->code;
	}
	if (pthread_rwlock_init(&t->lock, NULL) || pthread_rwlock_init(&t->land_lock, NULL)) {
		sl_tile_cache_free(t->cache);
		sl_mem_free(t);
		return sl_fail(e, SL_IO, "a lock cannot be made");
	}
	*out = t;
	return SL_OK;
}

static void forget_all(struct sl_tile_keeper *k)
{
	for (size_t i = 0; i < k->n; i++)
		sl_mem_free(k->at[i]);
	sl_mem_free(k->at);
	*k = (struct sl_tile_keeper){0};
}

static void pool_done(struct sl_tile_pool *p)
{
	sl_mem_free(p->text);
	sl_map_done(&p->number_of);
}

void sl_tiles_free(struct sl_tiles *t)
{
	if (!t)
		return;
	sl_tile_land_free(t->land);
	forget_all(&t->record);
	forget_all(&t->face);
	sl_map_done(&t->key_of);
	pool_done(&t->value);
	pool_done(&t->word);
	sl_arena_done(&t->arena);
	sl_tile_cache_free(t->cache);
	pthread_rwlock_destroy(&t->lock);
	pthread_rwlock_destroy(&t->land_lock);
	sl_mem_free(t);
}

struct sl_tile_cache *sl_tiles_cache(struct sl_tiles *t)
{
	return t->cache;
}

enum sl_code sl_tile_maker_new(struct sl_tiles *t, struct sl_db *db, struct sl_tile_maker **out,
                               struct sl_err *e)
{
	struct sl_tile_maker *m = sl_mem_zeroed(sizeof *m);

	if (!m)
		return sl_fail(e, SL_NOMEM, "out of memory");
	m->tiles = t;
	m->db = db;
	*out = m;
	return SL_OK;
}

void sl_tile_maker_free(struct sl_tile_maker *m)
{
	if (!m)
		return;
	sl_arena_done(&m->arena);
	sl_arena_done(&m->keep);
	sl_arena_done(&m->mine.arena);
	sl_tile_scratch_done(&m->scratch);
	sl_mvt_layer_done(&m->layer);
	sl_buf_done(&m->tile);
	sl_buf_done(&m->row);
	sl_buf_done(&m->value);
	sl_mem_free(m);
}

enum { LARGE_TILE = 1 << 18 };

void sl_tile_maker_rest(struct sl_tile_maker *m)
{
	sl_arena_reset(&m->arena, (struct sl_arena_mark){0});
	if (m->tile.n < LARGE_TILE)
		return;
	sl_tile_scratch_done(&m->scratch);
	sl_mvt_layer_done(&m->layer);
	sl_buf_done(&m->tile);
	sl_buf_done(&m->row);
	sl_buf_done(&m->value);
}

/* ---- keys and values ---- */

enum sl_code sl_tile_key_number(struct sl_tiles *t, struct sl_str name, bool basic, uint32_t *number,
                                struct sl_err *e)
{
	uint64_t *known = sl_map_get(&t->key_of, name);
	struct sl_tile_key_name k = {.basic = basic};
	bool is_new;

	if (known) {
		*number = (uint32_t)*known;
		return SL_OK;
	}
	k.name = (struct sl_str){sl_arena_strndup(&t->arena, name.p, name.n, e), name.n};
	if (!k.name.p)
		return e->code;
	t->key = sl_arena_grow(&t->arena, t->key, &t->cap_keys, t->n_keys + 1, sizeof *t->key, e);
	if (!t->key || !sl_map_put(&t->key_of, k.name, t->n_keys, &is_new, e))
		return e->code;
	t->pool_bytes += name.n + sizeof k + 2 * sizeof(struct sl_map_slot);
	t->key[t->n_keys] = k;
	*number = (uint32_t)t->n_keys++;
	return SL_OK;
}

enum sl_code sl_tile_share(struct sl_tiles *t, struct sl_tile_pool *pool, struct sl_str text, bool must,
                           uint32_t *number, struct sl_err *e)
{
	size_t more = text.n + 2 * sizeof(struct sl_str) + 2 * sizeof(struct sl_map_slot);
	uint64_t *known = sl_map_get(&pool->number_of, text);
	struct sl_str copy;
	bool is_new;

	if (known) {
		*number = (uint32_t)*known;
		return SL_OK;
	}
	if (!must && t->pool_bytes + more > t->record.bytes_max / POOL_PART) {
		*number = UINT32_MAX;
		return SL_OK;
	}
	if (pool->n == pool->cap) {
		size_t cap = pool->cap ? 2 * pool->cap : 1024;
		struct sl_str *list = sl_mem_realloc(pool->text, cap * sizeof *list);

		if (!list)
			return sl_fail(e, SL_NOMEM, "out of memory");
		pool->text = list;
		pool->cap = cap;
	}
	copy = (struct sl_str){sl_arena_strndup(&t->arena, text.p, text.n, e), text.n};
	if (!copy.p || !sl_map_put(&pool->number_of, copy, pool->n, &is_new, e))
		return e->code;
	t->pool_bytes += more;
	pool->text[pool->n] = copy;
	*number = (uint32_t)pool->n++;
	return SL_OK;
}

/* ---- records and faces ---- */

static size_t size_of(const struct sl_packed *p)
{
	return sizeof *p + p->n_tags + p->n_geometry;
}

/* The allocator's own share of a piece. */
enum { PIECE = 16 };

const struct sl_packed *sl_tile_keep(struct sl_tile_keeper *k, uint64_t number, const struct sl_packed *p)
{
	size_t size = size_of(p);
	struct sl_packed *copy;

	if (number >= UINT32_MAX || k->bytes + size + PIECE > k->bytes_max)
		return NULL;
	if (number >= k->n) {
		size_t n = number + number / 4 + 1024, more = (n - k->n) * sizeof(struct sl_packed *);
		struct sl_packed **at =
		    k->bytes + more > k->bytes_max ? NULL : sl_mem_realloc(k->at, n * sizeof *at);

		if (!at)
			return NULL;
		memset(at + k->n, 0, more);
		k->bytes += more;
		k->at = at;
		k->n = n;
	}
	copy = sl_mem_alloc(size);
	if (!copy)
		return NULL;
	memcpy(copy, p, size);
	sl_tile_forget(k, number);
	k->at[number] = copy;
	k->bytes += size + PIECE;
	return copy;
}

void sl_tile_forget(struct sl_tile_keeper *k, uint64_t number)
{
	if (number >= k->n || !k->at[number])
		return;
	k->bytes -= size_of(k->at[number]) + PIECE;
	sl_mem_free(k->at[number]);
	k->at[number] = NULL;
}

/* ---- following the log ---- */

static enum sl_code changed(void *ctx, int64_t record, const struct sl_kind *kind, struct sl_box box,
                            struct sl_err *e)
{
	struct sl_tiles *t = ctx;

	(void)e;
	sl_tile_forget(&t->record, (uint64_t)record);
	sl_tile_cache_changed(t->cache, kind->number, box);
	return SL_OK;
}

enum sl_code sl_tiles_follow(struct sl_tile_maker *m, int64_t *seq, uint64_t *epoch, struct sl_err *e)
{
	struct sl_tiles *t = m->tiles;
	int64_t newest;
	bool behind;

	if (sl_store_newest(m->db, &newest, e))
		return e->code;
	pthread_rwlock_rdlock(&t->lock);
	behind = t->seq < newest;
	/* Read while nobody can move `seq` on: a tile made from this moment's programme is worth keeping. */
	*epoch = sl_tile_cache_epoch(t->cache);
	if (t->seq >
	    newest) /* this thread looks at an older moment than others already do: keep nothing of it */
		*epoch = UINT64_MAX;
	pthread_rwlock_unlock(&t->lock);
	*seq = newest;
	if (!behind)
		return SL_OK;
	pthread_rwlock_wrlock(&t->lock);
	if (t->seq < newest) {
		if (t->seq >= 0)
			(void)!sl_store_changed(m->db, t->seq, changed, t, e);
		if (!e->code)
			t->seq = newest;
	}
	*epoch = t->seq == newest ? sl_tile_cache_epoch(t->cache) : UINT64_MAX;
	pthread_rwlock_unlock(&t->lock);
	return e->code;
}
