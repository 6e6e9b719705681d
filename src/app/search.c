/* One field for everything: an identifier, the name of a place, a position. */
#include "app/browse.h"

#include "app/people.h"
#include "base/utf8.h"
#include "checks/judge.h"
#include "geo/coord.h"

#include <string.h>

/* Who sees a part of the records has so many looked through for the first that they may see. */
enum { HITS_MAX = 50, LOOKED_THROUGH = 5000 };

/* ---- names of places ---- */

struct naming {
	struct sl_place_names *out;
	struct sl_arena scratch;
};

static enum sl_code add_name(struct naming *n, int64_t number, struct sl_str name, struct sl_err *e)
{
	struct sl_place_names *out = n->out;
	struct sl_arena_mark m = sl_arena_mark(&n->scratch);
	struct sl_str key;

	name = sl_str_trim(name);
	if (!name.n)
		return SL_OK;
	out->number = sl_arena_grow(&out->arena, out->number, &out->cap_number, out->n + 1, sizeof *out->number, e);
	out->at = out->number ? sl_arena_grow(&out->arena, out->at, &out->cap_at, out->n + 1, sizeof *out->at, e) : NULL;
	if (out->at && !sl_utf8_key(&n->scratch, name, &key, e)) {
		out->number[out->n] = number;
		out->at[out->n++] = out->keys.n;
		sl_buf_str(&out->keys, key);
		sl_buf_putc(&out->keys, '\n');
	}
	sl_arena_reset(&n->scratch, m);
	return e->code;
}

static enum sl_code take_place(void *ctx, const struct sl_cell *cell, size_t n, struct sl_err *e)
{
	int64_t number = 0;

	for (size_t i = 0; i < n; i++) {
		struct sl_str rest = cell[i].text, one;

		if (sl_str_is(cell[i].name, "number"))
			number = cell[i].integer;
		if (!sl_str_is(cell[i].name, "name") && !sl_str_is(cell[i].name, "alternative_names") &&
		    !sl_str_is(cell[i].name, "code"))
			continue;
		while (rest.n && sl_str_split(&rest, ';', &one))
			if (add_name(ctx, number, one, e))
				return e->code;
	}
	return SL_OK;
}

enum sl_code sl_place_names_make(struct sl_programme *p, struct sl_place_names *out, struct sl_err *e)
{
	const struct sl_kind *place = sl_dictionary_kind(p->dict, SL_STR("place"));
	const struct sl_listing q = {.kind = place, .limit = INT64_MAX};
	struct naming n = {.out = out};

	if (place && !sl_store_list(p->db, &q, take_place, &n, NULL, e))
		(void)!sl_buf_check(&out->keys, e);
	sl_arena_done(&n.scratch);
	if (e->code)
		sl_place_names_done(out);
	return e->code;
}

void sl_place_names_done(struct sl_place_names *n)
{
	sl_buf_done(&n->keys);
	sl_arena_done(&n->arena);
	*n = (struct sl_place_names){0};
}

struct hits {
	int64_t *number;
	size_t n, room;
};

static void add_hit(struct hits *h, int64_t number)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->number[i] == number)
			return;
	if (h->n < h->room)
		h->number[h->n++] = number;
}

/* The line that holds the byte at `offset`. */
static size_t line_of(const struct sl_place_names *n, size_t offset)
{
	size_t low = 0, high = n->n;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (n->at[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Names that begin with the text first, then those that hold it. */
static void search_names(const struct sl_place_names *n, const char *key, struct hits *h)
{
	for (int anywhere = 0; anywhere < 2; anywhere++) {
		const char *at = n->keys.p;

		while (*key && at && h->n < h->room && (at = strstr(at, key)) != NULL) {
			size_t offset = (size_t)(at - n->keys.p), line = line_of(n, offset);

			if (anywhere || n->at[line] == offset)
				add_hit(h, n->number[line]);
			at++;
		}
	}
}

/* ---- the answer ---- */

static bool may_see(const struct sl_person *who, const struct sl_revision *rev)
{
	struct sl_standing standing = sl_standing_of(rev);

	return !who || sl_may_see_record(who, &standing);
}

static enum sl_code put_hit(struct sl_programme *p, struct sl_json_writer *w, int64_t number,
                            const struct sl_person *who, size_t *put, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_revision rev;
	struct sl_record rec;
	char uuid[37];
	double lon, lat;

	if (sl_store_by_number(p->db, &a, number, &rev, &rec, e)) {
		if (e->code == SL_NOT_FOUND || e->code == SL_UNSUPPORTED)
			sl_err_clear(e); /* waits for approval, or is of a kind of a newer version */
	} else if (may_see(who, &rev)) {
		const struct sl_kind *k = rev.kind;

		++*put;
		sl_uuid_text(rev.record, uuid);
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "what", SL_STR("record"));
		sl_json_kv_str(w, "kind", k->name);
		sl_json_kv_str(w, "id", rev.identity);
		sl_json_kv_str(w, "record", sl_str_from(uuid));
		sl_json_kv_str(w, "name", sl_record_text(&rec, "name"));
		if (k->geometry >= 0 && !k->field[k->geometry].sensitive && sl_geom_somewhere(&rec.geometry, &lon, &lat)) {
			sl_json_kv_double(w, "lat", lat);
			sl_json_kv_double(w, "lon", lon);
		}
		sl_json_end(w, '}');
	}
	sl_arena_done(&a);
	return e->code;
}

static void put_position(struct sl_json_writer *w, struct sl_str text)
{
	struct sl_err none = {0};
	struct sl_coord at;
	char dd[64];

	if (sl_coord_parse(text, false, &at, &none) || sl_coord_text(at.lat_deg, at.lon_deg, SL_COORD_DD, dd, &none))
		return;
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "what", SL_STR("position"));
	sl_json_kv_str(w, "text", sl_str_from(dd));
	sl_json_kv_double(w, "lat", at.lat_deg);
	sl_json_kv_double(w, "lon", at.lon_deg);
	sl_json_end(w, '}');
}

enum sl_code sl_search_json(struct sl_programme *p, const struct sl_place_names *names, struct sl_str text,
                            size_t limit, const struct sl_person *who, struct sl_buf *b, struct sl_err *e)
{
	struct sl_arena a = {0};
	bool all = !who || sl_person_may(who, SL_RIGHT_READ_APPROVED) == SL_EXTENT_ALL;
	size_t most = limit < HITS_MAX ? limit : HITS_MAX, n = all ? most : LOOKED_THROUGH, put = 0;
	struct hits h = {.number = sl_arena_alloc(&a, n, sizeof *h.number, e), .room = n};
	int64_t *found = h.number ? sl_arena_alloc(&a, n, sizeof *found, e) : NULL;
	struct sl_json_writer w;
	struct sl_str key;
	const char *ended = NULL;

	if (found && !sl_utf8_key(&a, text, &key, e))
		ended = sl_str_dup(&a, key, e);
	if (ended && !sl_store_identity_begins(p->db, text, found, &n, e)) {
		for (size_t i = 0; i < n; i++)
			add_hit(&h, found[i]);
		search_names(names, ended, &h);
		sl_json_writer_init(&w, b);
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "q", text);
		sl_json_put_key(&w, SL_STR("results"));
		sl_json_begin(&w, '[');
		put_position(&w, text);
		for (size_t i = 0; i < h.n && put < most && !e->code; i++)
			(void)!put_hit(p, &w, h.number[i], who, &put, e);
		sl_json_end(&w, ']');
		sl_json_end(&w, '}');
		sl_buf_putc(b, '\n');
	}
	sl_arena_done(&a);
	return e->code ? e->code : sl_buf_check(b, e);
}
