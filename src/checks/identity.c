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

enum { SHARES = 4 };

/* Those that could name one record are in one share: "-DUP01" of "-DUP01" and so on has the root of all. */
static unsigned share_of(const char *s, size_t n)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t root; (root = without_dup(s, n)) < n;)
		n = root;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return (h >> 16) % SHARES;
}

/* A share of the identifiers at a time, so that not all of them are kept at once. */
static enum sl_code compare_share(struct sl_check_programme *p, unsigned share, struct sl_err *e)
{
	struct sl_map seen = {0};

	for (size_t i = 0; i < p->item.n && !e->code; i++) {
		const struct sl_item *item = &p->item.v[i];
		struct sl_arena_mark mark = sl_arena_mark(&p->rule);
		struct sl_str key, text;
		char *bones, *copy;
		size_t n, base;
		uint64_t *slot;
		bool is_new;

		if (!item->id_term)
			continue;
		text = p->term.v[item->id_term];
		if (!sl_utf8_valid(text) || sl_utf8_key(&p->rule, text, &key, e))
			continue;
		bones = sl_arena_alloc(&p->rule, key.n + 12, 1, e);
		if (!bones)
			break;
		n = (size_t)snprintf(bones, 12, "%u:", (unsigned)item->what);
		n += skeleton(key, bones + n);
		if (share_of(bones, n) != share) {
			sl_arena_reset(&p->rule, mark);
			continue;
		}
		base = without_dup(bones, n);
		slot = base < n ? sl_map_get(&seen, (struct sl_str){bones, base}) : NULL;
		if (!slot)
			slot = sl_map_get(&seen, (struct sl_str){bones, n});
		if (slot) {
			const struct sl_item *first = &p->item.v[*slot];
			bool same = first->id_term == item->id_term;

			sl_arena_reset(&p->rule, mark);
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
			        SL_STR_ARG(sl_item_id(p, first))))
				break;
			continue;
		}
		copy = sl_arena_strndup(&p->rule, bones, n, e);
		if (!copy || !sl_map_put(&seen, (struct sl_str){copy, n}, i, &is_new, e))
			break;
	}
	sl_map_done(&seen);
	sl_arena_done(&p->rule);
	return e->code;
}

enum sl_code sl_i01_identifiers(struct sl_check_programme *p, struct sl_err *e)
{
	for (unsigned share = 0; share < SHARES; share++)
		if (compare_share(p, share, e))
			return e->code;
	return SL_OK;
}

/* ---- I06 ---- */

/* Kinds that many programmes do not keep as records: a name that is not among them is worth a word only
 * when some are kept. */
static bool optional(enum sl_check_kind target)
{
	return target == SL_CHECK_ORGANISATION || target == SL_CHECK_PLACE || target == SL_CHECK_SOURCE ||
	       target == SL_CHECK_FUNDING || target == SL_CHECK_TASK || target == SL_CHECK_QUALITY;
}

struct sought {
	struct sl_check_programme *p;
	struct sl_map uuids; /* of all records; made when the first reference looks like one */
};

/* A record may be named by Safelane's own identifier. */
static bool known_by_uuid(struct sought *s, uint32_t term, struct sl_err *e)
{
	struct sl_uuid uuid;

	if (!sl_uuid_parse(s->p->term.v[term], &uuid))
		return false;
	for (size_t i = s->uuids.n; i < s->p->item.n; i++) { /* all of them, once */
		struct sl_uuid *own = &s->p->item.v[i].uuid;

		if (!sl_map_put(&s->uuids, (struct sl_str){(const char *)own->b, sizeof own->b}, i, NULL, e))
			return false;
	}
	return sl_map_get(&s->uuids, (struct sl_str){(const char *)uuid.b, sizeof uuid.b}) != NULL;
}

static bool known(struct sought *s, enum sl_check_kind target, uint32_t term, struct sl_err *e)
{
	return sl_index_find_named(s->p, target, term) != SL_NO_ITEM || known_by_uuid(s, term, e);
}

static enum sl_code say_missing(struct sl_check_programme *p, const struct sl_reference *first, size_t n,
                                struct sl_err *e)
{
	const struct sl_field *f = sl_reference_field(p, first);
	char field[64], more[60];

	snprintf(field, sizeof field, "%.*s", SL_STR_ARG(f->name));
	more[0] = 0;
	if (n > 1)
		snprintf(more, sizeof more, ", as do %zu more records", n - 1);
	return sl_index_say(p, "I06", &p->item.v[first->item], (struct sl_spot){.field = field}, e,
	                    "Names %.*s %.*s%s: there is no such approved record.", SL_STR_ARG(f->ref),
	                    SL_STR_ARG(p->term.v[first->term]), more);
}

/* No record at all of the kind that is named: one word for each kind of record and field. */
struct absent {
	struct sl_reference first;
	enum sl_check_kind what;
	size_t n;
};

enum { ABSENT_MAX = 64 };

static void note_absent(struct sl_check_programme *p, struct absent *list, size_t *n,
                        const struct sl_reference *r)
{
	size_t i = 0;

	while (i < *n && (list[i].what != p->item.v[r->item].what || list[i].first.field != r->field))
		i++;
	if (i == ABSENT_MAX)
		return;
	if (i == *n)
		list[(*n)++] = (struct absent){*r, p->item.v[r->item].what, 0};
	list[i].n++;
}

static enum sl_code say_absent(struct sl_check_programme *p, const struct absent *a, struct sl_err *e)
{
	const struct sl_field *f = sl_reference_field(p, &a->first);
	const struct sl_item *item = &p->item.v[a->first.item];
	char field[64];

	snprintf(field, sizeof field, "%.*s", SL_STR_ARG(f->name));
	return sl_index_say(p, "I06", item, (struct sl_spot){.field = field, .graded = true, .severity = SL_NOTE}, e,
	                    "%zu %.*s record%s a %.*s, this one %.*s; no %.*s is recorded at all.", a->n,
	                    SL_STR_ARG(sl_item_kind(p, item)->name), a->n == 1 ? " names" : "s name",
	                    SL_STR_ARG(f->ref), SL_STR_ARG(p->term.v[a->first.term]), SL_STR_ARG(f->ref));
}

static enum sl_code seek(struct sought *s, struct absent *absent, size_t *n_absent, struct sl_err *e)
{
	struct sl_check_programme *p = s->p;

	for (size_t i = 0; i < p->reference.n && !e->code; i++) {
		const struct sl_reference *r = &p->reference.v[i];
		enum sl_check_kind target = sl_reference_target(p, r);
		bool there = p->count_of_kind[sl_check_bit(target)] > 0;

		if ((!there && optional(target)) || known(s, target, r->term, e))
			continue;
		if (!there)
			note_absent(p, absent, n_absent, r);
		else if (!e->code && say_missing(p, r, 1, e))
			break;
	}
	for (size_t i = 0; i < p->named.n && !e->code; i++) {
		const struct sl_named *named = &p->named.v[i];
		enum sl_check_kind target = sl_reference_target(p, &named->first);

		if (p->count_of_kind[sl_check_bit(target)] && !known(s, target, named->first.term, e) && !e->code &&
		    say_missing(p, &named->first, named->n, e))
			break;
	}
	return e->code;
}

enum sl_code sl_i06_references(struct sl_check_programme *p, struct sl_err *e)
{
	struct absent absent[ABSENT_MAX];
	struct sought s = {.p = p};
	size_t n = 0;

	seek(&s, absent, &n, e);
	sl_map_done(&s.uuids);
	for (size_t i = 0; i < n && !e->code; i++)
		if (say_absent(p, &absent[i], e))
			break;
	return e->code;
}
