#include "base/map.h"

#include "base/mem.h"

#include <string.h>

/* Multiply and fold, eight bytes at a time.  Keys come from files, so probe lengths are bounded by the load
 * factor of two thirds, not by trust in the input. */
static uint64_t hash_of(struct sl_str s)
{
	const uint64_t k = 0x9e3779b97f4a7c15u;
	uint64_t h = s.n * k, w;

	for (; s.n >= 8; s.p += 8, s.n -= 8) {
		memcpy(&w, s.p, 8);
		h = (h ^ w) * k;
		h ^= h >> 32;
	}
	w = 0;
	if (s.n)
		memcpy(&w, s.p, s.n);
	h = (h ^ w) * k;
	h ^= h >> 32;
	return h * k;
}

static struct sl_map_slot *find(const struct sl_map *m, struct sl_str key, uint64_t hash)
{
	size_t i = (size_t)(hash >> 32) & (m->cap - 1);

	while (m->slot[i].key.p && !(m->slot[i].hash == hash && sl_str_eq(m->slot[i].key, key)))
		i = (i + 1) & (m->cap - 1);
	return &m->slot[i];
}

/* Full at two thirds: short probes, and little to touch. */
static bool is_full(size_t n, size_t cap)
{
	return n >= cap / 3 * 2;
}

static bool resize(struct sl_map *m, size_t cap)
{
	struct sl_map old = *m;
	size_t bytes;

	if (__builtin_mul_overflow(cap, sizeof *m->slot, &bytes))
		return false;
	m->slot = sl_mem_alloc(bytes);
	if (!m->slot) {
		*m = old;
		return false;
	}
	m->cap = cap;
	memset(m->slot, 0, bytes);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slot[i].key.p)
			*find(m, old.slot[i].key, old.slot[i].hash) = old.slot[i];
	sl_mem_free(old.slot);
	return true;
}

enum sl_code sl_map_reserve(struct sl_map *m, size_t n, struct sl_err *e)
{
	size_t cap = m->cap ? m->cap : 16;

	while (is_full(n, cap) && cap <= SIZE_MAX / 2)
		cap *= 2;
	return cap == m->cap || resize(m, cap) ? SL_OK : sl_fail(e, SL_NOMEM, "out of memory");
}

void sl_map_done(struct sl_map *m)
{
	sl_mem_free(m->slot);
	*m = (struct sl_map){0};
}

uint64_t *sl_map_get(const struct sl_map *m, struct sl_str key)
{
	struct sl_map_slot *s;

	if (!m->n)
		return NULL;
	if (!key.p)
		key.p = "";
	s = find(m, key, hash_of(key));
	return s->key.p ? &s->value : NULL;
}

uint64_t *sl_map_put(struct sl_map *m, struct sl_str key, uint64_t initial, bool *is_new, struct sl_err *e)
{
	uint64_t hash;
	struct sl_map_slot *s;

	if (!key.p)
		key.p = "";
	hash = hash_of(key);
	if (is_full(m->n, m->cap) && !resize(m, m->cap ? m->cap * 2 : 16)) {
		sl_fail(e, SL_NOMEM, "out of memory");
		return NULL;
	}
	s = find(m, key, hash);
	if (is_new)
		*is_new = !s->key.p;
	if (!s->key.p) {
		*s = (struct sl_map_slot){.key = key, .value = initial, .hash = hash};
		m->n++;
	}
	return &s->value;
}
