#include "app/import_seen.h"

#include <string.h>

struct slot {
	uint64_t hash;
	uint32_t count; /* 0: free */
};

static struct slot *slots(const struct import_seen *s)
{
	return (struct slot *)(void *)s->memory.p;
}

static struct slot *find(struct slot *v, size_t cap, uint64_t hash)
{
	size_t i = (size_t)(hash * 0x9e3779b97f4a7c15u >> 20) & (cap - 1);

	while (v[i].count && v[i].hash != hash)
		i = (i + 1) & (cap - 1);
	return &v[i];
}

static enum sl_code grow(struct import_seen *s, struct sl_err *e)
{
	const size_t cap = s->cap ? s->cap * 2 : 1024;
	struct sl_buf memory = {0};
	struct slot *v;

	if (cap > SIZE_MAX / sizeof *v)
		return sl_fail(e, SL_NOMEM, "out of memory");
	v = (struct slot *)(void *)sl_buf_room(&memory, cap * sizeof *v);
	if (!v)
		return sl_fail(e, SL_NOMEM, "out of memory");
	memset(v, 0, cap * sizeof *v);
	for (size_t i = 0; i < s->cap; i++)
		if (slots(s)[i].count)
			*find(v, cap, slots(s)[i].hash) = slots(s)[i];
	sl_buf_done(&s->memory);
	s->memory = memory;
	s->cap = cap;
	return SL_OK;
}

enum sl_code import_seen_add(struct import_seen *s, uint64_t hash, uint32_t *count, struct sl_err *e)
{
	struct slot *slot;

	if (4 * (s->n + 1) > 3 * s->cap && grow(s, e))
		return e->code;
	slot = find(slots(s), s->cap, hash);
	*count = slot->count;
	if (!slot->count)
		s->n++;
	*slot = (struct slot){hash, slot->count + 1};
	return SL_OK;
}

uint32_t import_seen_count(const struct import_seen *s, uint64_t hash)
{
	return s->cap ? find(slots(s), s->cap, hash)->count : 0;
}

void import_seen_done(struct import_seen *s)
{
	sl_buf_done(&s->memory);
	*s = (struct import_seen){0};
}
