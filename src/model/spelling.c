#include "base/mem.h"
#include "base/utf8.h"
#include "model/parts.h"

#include <string.h>

static bool blank_like(char c)
{
	return c == ' ' || c == '-';
}

/* The key of `text`; empty when it is not UTF-8. */
static enum sl_code key_of(struct sl_arena *a, bool underscores, struct sl_str text, struct sl_str *key,
                           struct sl_err *e)
{
	struct sl_arena_mark before = sl_arena_mark(a);
	char *p;

	if (sl_utf8_key(a, text, key, e)) {
		if (e->code != SL_INVALID)
			return e->code;
		sl_err_clear(e);
		*key = (struct sl_str){"", 0};
	}
	p = (char *)(uintptr_t)key->p; /* just made in our arena */
	for (size_t i = 0; underscores && i < key->n; i++)
		if (blank_like(p[i]))
			p[i] = '_';
	/* Most spellings in the dictionary are their own keys: no copy of those. */
	if (key->n && sl_str_eq(*key, text)) {
		*key = text;
		sl_arena_reset(a, before);
	}
	return SL_OK;
}

/* '\1' and the key without blanks, '_', '-' and '.'; *squashed is NULL when that changes nothing. */
static enum sl_code squash(struct sl_arena *a, struct sl_str key, struct sl_str *out, struct sl_err *e)
{
	size_t k = 1;
	char *p = NULL;

	*out = (struct sl_str){0};
	for (size_t i = 0; i < key.n; i++) {
		bool drop = blank_like(key.p[i]) || key.p[i] == '_' || key.p[i] == '.';

		if (drop && !p) {
			p = sl_arena_alloc(a, key.n + 1, 1, e);
			if (!p)
				return e->code;
			p[0] = '\1';
			memcpy(p + 1, key.p, i);
			k = i + 1;
		} else if (!drop && p) {
			p[k++] = key.p[i];
		}
	}
	if (p && k > 1)
		*out = (struct sl_str){p, k};
	return SL_OK;
}

static enum sl_code add_squashed(struct sl_spellings *s, struct sl_str key, size_t index, struct sl_err *e)
{
	struct sl_str squashed;
	uint64_t *slot;
	bool is_new;

	if (squash(s->a, key, &squashed, e))
		return e->code;
	if (!squashed.p)
		return SL_OK;
	slot = sl_map_put(&s->map, squashed, index, &is_new, e);
	if (!slot)
		return e->code;
	if (*slot != index)
		*slot = SL_SPELLING_UNCLEAR;
	return SL_OK;
}

size_t sl_spelling_count(struct sl_str list)
{
	size_t n = 1;

	for (size_t i = 0; i < list.n; i++)
		n += list.p[i] == '|';
	return list.n ? 2 * n : 0; /* each may bring its squashed form */
}

enum sl_code sl_spelling_add(struct sl_spellings *s, struct sl_str text, size_t index, size_t *old,
                             struct sl_err *e)
{
	struct sl_str key;
	uint64_t *slot;
	bool is_new;

	if (key_of(s->a, s->underscores, text, &key, e))
		return e->code;
	if (!sl_str_trim(text).n)
		return SL_OK;
	if (!key.n || key.p[0] == '\1')
		return sl_fail(e, SL_INVALID, "there is no letter in it");
	slot = sl_map_put(&s->map, key, index, &is_new, e);
	if (!slot)
		return e->code;
	if (*slot != index) {
		*old = (size_t)*slot;
		return sl_fail(e, SL_CONFLICT, "it names another one too");
	}
	return is_new ? add_squashed(s, key, index, e) : SL_OK;
}

enum sl_code sl_spelling_add_all(struct sl_spellings *s, struct sl_str list, size_t index, size_t *old,
                                 struct sl_str *part, struct sl_err *e)
{
	if (!list.n)
		return SL_OK;
	while (sl_str_split(&list, '|', part))
		if (sl_spelling_add(s, *part, index, old, e))
			return e->code;
	return SL_OK;
}

enum sl_code sl_spelling_add_label(struct sl_spellings *s, struct sl_map *labels, struct sl_str text,
                                   size_t index, struct sl_err *e)
{
	struct sl_str key;
	uint64_t *slot;

	if (key_of(s->a, s->underscores, text, &key, e))
		return e->code;
	if (!key.n || key.p[0] == '\1')
		return SL_OK;
	slot = sl_map_put(labels, key, index, NULL, e);
	if (!slot)
		return e->code;
	if (*slot != index)
		*slot = SL_SPELLING_UNCLEAR;
	return SL_OK;
}

enum sl_code sl_spelling_labels_done(struct sl_spellings *s, struct sl_map *labels, struct sl_err *e)
{
	for (size_t i = 0; i < labels->cap; i++) {
		const struct sl_map_slot *l = &labels->slot[i];
		uint64_t *slot;
		bool is_new;

		if (!l->key.p || l->value == SL_SPELLING_UNCLEAR)
			continue;
		slot = sl_map_put(&s->map, l->key, l->value, &is_new, e);
		if (!slot || (is_new && add_squashed(s, l->key, (size_t)l->value, e)))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_spelling_find(const struct sl_map *map, bool underscores, struct sl_arena *a,
                              struct sl_str text, bool *found, size_t *index, struct sl_err *e)
{
	struct sl_str key, squashed;
	const uint64_t *exact, *loose;
	uint64_t hit = SL_SPELLING_UNCLEAR;

	*found = false;
	if (key_of(a, underscores, text, &key, e))
		return e->code;
	if (!key.n || key.p[0] == '\1')
		return SL_OK;
	exact = sl_map_get(map, key);
	if (!exact) {
		if (squash(a, key, &squashed, e))
			return e->code;
		if (squashed.p) {
			exact = sl_map_get(map, (struct sl_str){squashed.p + 1, squashed.n - 1});
		} else {
			char *p = sl_arena_alloc(a, key.n + 1, 1, e);

			if (!p)
				return e->code;
			p[0] = '\1';
			memcpy(p + 1, key.p, key.n);
			squashed = (struct sl_str){p, key.n + 1};
		}
		loose = sl_map_get(map, squashed);
		/* Two readings that differ name nothing: a clerk decides. */
		if (exact && loose && *exact != *loose)
			return SL_OK;
		exact = exact ? exact : loose;
	}
	if (exact)
		hit = *exact;
	if (hit == SL_SPELLING_UNCLEAR)
		return SL_OK;
	*found = true;
	*index = (size_t)hit;
	return SL_OK;
}

enum sl_code sl_spellings_keep(struct sl_arena *a, struct sl_map *map, struct sl_map *out, struct sl_err *e)
{
	struct sl_map done = *map;

	/* From here on it is only read, so its slots stay where they are. */
	*map = (struct sl_map){0};
	if (done.slot && sl_arena_defer(a, sl_mem_free, done.slot, e))
		return e->code;
	*out = done;
	return SL_OK;
}
