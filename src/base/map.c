#include "base/map.h"

#include "base/mem.h"

#include <string.h>

/* FNV-1a with a final mix; keys come from files, so probe lengths are bounded by the load factor of
 * one half, not by trust in the input. */
static uint64_t hash_of(struct sl_str s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	h ^= h >> 32;
	return h * 0x9e3779b97f4a7c15u;
}

static struct sl_map_slot *find(const struct sl_map *m, struct sl_str key, uint64_t hash)
{
	size_t i = (size_t)(hash >> 32) & (m->cap - 1);

	while (m->slot[i].key.p && !(m->slot[i].hash == hash && sl_str_eq(m->slot[i].key, key)))
		i = (i + 1) & (m->cap - 1);
	return &m->slot[i];
}

static bool grow(struct sl_map *m)
{
	struct sl_map old = *m;

	m->cap = old.cap ? old.cap * 2 : 64;
	m->slot = sl_mem_alloc(m->cap * sizeof *m->slot);
	if (!m->slot) {
		*m = old;
		return false;
	}
	memset(m->slot, 0, m->cap * sizeof *m->slot);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slot[i].key.p)
			*find(m, old.slot[i].key, old.slot[i].hash) = old.slot[i];
	sl_mem_free(old.slot);
	return true;
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

uint64_t *sl_map_put(struct sl_map *m, struct sl_str key, uint64_t initial, bool *is_new,
                     struct sl_err *e)
{
	uint64_t hash;
	struct sl_map_slot *s;

	if (!key.p)
		key.p = "";
	hash = hash_of(key);
	if (2 * (m->n + 1) > m->cap && !grow(m)) {
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
