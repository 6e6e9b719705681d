/* I01 and I06: is it the same record, and is the record that is named there? */
#include "base/utf8.h"
#include "checks/index.h"

#include <stdio.h>
#include <string.h>

/* Letters of other scripts that look like Latin ones, in lower case (from the confusables of Unicode TS
 * 39). */
static const struct {
	const char *from;
	char to;
} lookalikes[] = {
    {"а", 'a'}, {"в", 'b'}, {"с", 'c'}, {"е", 'e'}, {"н", 'h'}, {"і", 'i'}, {"ј", 'j'}, {"к", 'k'},
    {"м", 'm'}, {"о", 'o'}, {"р", 'p'}, {"ѕ", 's'}, {"т", 't'}, {"у", 'y'}, {"х", 'x'}, {"α", 'a'},
    {"β", 'b'}, {"ε", 'e'}, {"η", 'h'}, {"ι", 'i'}, {"κ", 'k'}, {"μ", 'm'}, {"ν", 'n'}, {"ο", 'o'},
    {"ρ", 'p'}, {"τ", 't'}, {"υ", 'y'}, {"χ", 'x'}, {"ζ", 'z'},
};

/* What is left of an identifier when look-alike letters are one letter and blanks, '_', '.' and '/' are
 * '-'. */
static size_t skeleton(struct sl_str key, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < key.n;) {
		bool found = false;

		if ((unsigned char)key.p[i] >= 0x80)
			for (size_t k = 0; k < sizeof lookalikes / sizeof *lookalikes && !found; k++) {
				size_t len = strlen(lookalikes[k].from);

				if (i + len <= key.n && !memcmp(key.p + i, lookalikes[k].from, len)) {
					out[n++] = lookalikes[k].to;
					i += len;
					found = true;
				}
			}
		if (found)
			continue;
		out[n++] =
		    key.p[i] == ' ' || key.p[i] == '_' || key.p[i] == '.' || key.p[i] == '/' ? '-' : key.p[i];
		i++;
	}
	return n;
}

/* "HA-12-DUP01": GICHD's tools name a second record so. */
static size_t without_dup(const char *s, size_t n)
{
	size_t k = n;

	while (k > 0 && s[k - 1] >= '0' && s[k - 1] <= '9')
		k--;
	return k < n && k >= 5 && !memcmp(s + k - 4, "-dup", 4) ? k - 4 : n;
}

enum sl_code sl_i01_identifiers(struct sl_check_programme *p, struct sl_err *e)
{
	struct sl_map seen = {0};

	for (size_t i = 0; i < p->item.n && !e->code; i++) {
		const struct sl_item *item = &p->item.v[i];
		struct sl_arena_mark mark = sl_arena_mark(p->a);
		struct sl_str key, text;
		char *bones, *copy;
		size_t n, base;
		uint64_t *slot;
		bool is_new;

		if (!item->id_term)
			continue;
		text = p->term.v[item->id_term];
		if (!sl_utf8_valid(text) || sl_utf8_key(p->a, text, &key, e))
			continue;
		bones = sl_arena_alloc(p->a, key.n + 12, 1, e);
		if (!bones)
			break;
		n = (size_t)snprintf(bones, 12, "%u:", (unsigned)item->what);
		n += skeleton(key, bones + n);
		base = without_dup(bones, n);
		slot = base < n ? sl_map_get(&seen, (struct sl_str){bones, base}) : NULL;
		if (!slot)
			slot = sl_map_get(&seen, (struct sl_str){bones, n});
		if (slot) {
			const struct sl_item *first = &p->item.v[*slot];
			bool same = first->id_term == item->id_term;

			sl_arena_reset(p->a, mark);
			if (sl_index_say(
			        p, "I01", item,
			        (struct sl_spot){.field = "id",
			                         .graded = !same,
			                         .severity = SL_WARNING,
			                         .m2 = item->shape == SL_NO_ITEM ? 0 : p->shape.v[item->shape].area_m2},
			        e,
			        same ? "A second record has this identifier (the first is written %.*s)."
			             : "The identifier differs from %.*s only in its separators, look-alike letters or "
			               "a mark of "
			               "duplication.",
			        SL_STR_ARG(first->id)))
				break;
			continue;
		}
		copy = sl_arena_strndup(p->a, bones, n, e);
		if (!copy || !sl_map_put(&seen, (struct sl_str){copy, n}, i, &is_new, e))
			break;
	}
	sl_map_done(&seen);
	return e->code;
}

/* ---- I06 ---- */

/* Kinds that many programmes do not keep as records: a name that is not among them is worth a word only
 * when some are kept. */
static bool optional(enum sl_check_kind target)
{
	return target == SL_CHECK_ORGANISATION || target == SL_CHECK_PLACE || target == SL_CHECK_SOURCE ||
	       target == SL_CHECK_FUNDING || target == SL_CHECK_TASK || target == SL_CHECK_QUALITY;
}

/* Names repeated in very many records: said once for each name. */
static bool by_name(enum sl_check_kind target)
{
	return target == SL_CHECK_ORGANISATION || target == SL_CHECK_PLACE || target == SL_CHECK_SOURCE ||
	       target == SL_CHECK_FUNDING;
}

static bool known(const struct sl_check_programme *p, const struct sl_reference *r)
{
	struct sl_uuid uuid;

	return sl_index_find_named(p, r->target, r->term) != SL_NO_ITEM ||
	       (sl_uuid_parse(p->term.v[r->term], &uuid) &&
	        sl_map_get(&p->item_by_uuid, (struct sl_str){(const char *)uuid.b, sizeof uuid.b}));
}

static size_t count_of(const struct sl_check_programme *p, enum sl_check_kind what)
{
	for (unsigned bit = 0; bit < 16; bit++)
		if ((unsigned)what >> bit & 1u)
			return p->count_of_kind[bit];
	return 0;
}

struct missing { /* one name, or one field whose whole kind is not there */
	const struct sl_reference *first;
	size_t n;
};

static enum sl_code say_missing(struct sl_check_programme *p, const struct missing *m, struct sl_err *e)
{
	const struct sl_item *item = &p->item.v[m->first->item];
	const struct sl_field *f = m->first->field;
	char field[64], more[60];

	snprintf(field, sizeof field, "%.*s", SL_STR_ARG(f->name));
	more[0] = 0;
	if (m->n > 1)
		snprintf(more, sizeof more, ", as do %zu more records", m->n - 1);
	return sl_index_say(p, "I06", item, (struct sl_spot){.field = field}, e,
	                    "Names %.*s %.*s%s: there is no such approved record.", SL_STR_ARG(f->ref),
	                    SL_STR_ARG(p->term.v[m->first->term]), more);
}

/* The list entry for a reference that is told once for many. */
static enum sl_code count(struct sl_check_programme *p, struct sl_map *map, struct missing **list,
                          size_t *n, size_t *cap, const struct sl_reference *r, const char *key,
                          struct sl_err *e)
{
	struct missing *v;
	uint64_t *slot;
	bool is_new;
	char *copy = sl_arena_strndup(p->a, key, strlen(key), e);

	slot = copy ? sl_map_put(map, sl_str_from(copy), *n, &is_new, e) : NULL;
	if (!slot)
		return e->code;
	if (!is_new) {
		(*list)[*slot].n++;
		return SL_OK;
	}
	v = sl_arena_grow(p->a, *list, cap, *n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	*list = v;
	v[(*n)++] = (struct missing){r, 1};
	return SL_OK;
}

enum sl_code sl_i06_references(struct sl_check_programme *p, struct sl_err *e)
{
	struct sl_map names = {0};
	struct missing *list = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < p->reference.n && !e->code; i++) {
		const struct sl_reference *r = &p->reference.v[i];
		size_t there = count_of(p, r->target);
		char key[80];

		if ((!there && optional(r->target)) || known(p, r))
			continue;
		if (!there) /* the whole kind is missing: one word for each field */
			snprintf(key, sizeof key, "%u/%u/%.*s", (unsigned)p->item.v[r->item].what, (unsigned)r->target,
			         (int)(r->field->name.n > 40 ? 40 : r->field->name.n), r->field->name.p);
		else if (by_name(r->target))
			snprintf(key, sizeof key, "%u:%u", (unsigned)r->target, (unsigned)r->term);
		if (!there || by_name(r->target))
			count(p, &names, &list, &n, &cap, r, key, e);
		else
			say_missing(p, &(struct missing){r, 1}, e);
	}
	for (size_t i = 0; i < n && !e->code; i++) {
		const struct sl_reference *r = list[i].first;

		if (count_of(p, r->target)) {
			say_missing(p, &list[i], e);
			continue;
		}
		if (sl_index_say(
		        p, "I06", &p->item.v[r->item], (struct sl_spot){.graded = true, .severity = SL_NOTE}, e,
		        "%zu %.*s record%s a %.*s, this one %.*s; no %.*s is recorded at all.", list[i].n,
		        SL_STR_ARG(p->item.v[r->item].kind->name), list[i].n == 1 ? " names" : "s name",
		        SL_STR_ARG(r->field->ref), SL_STR_ARG(p->term.v[r->term]), SL_STR_ARG(r->field->ref)))
			break;
	}
	sl_map_done(&names);
	return e->code;
}
