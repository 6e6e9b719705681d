#include "formats/source.h"

#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "formats/encoding.h"

#include <string.h>

/* GeoJSON (RFC 7946), a sequence of features (RFC 8142, or one a line), one feature, or a bare geometry.
 * The hot path of an import: a scanner that knows only strings and braces cuts features off the mapped
 * file; parsing is done by many threads. */

#define USUAL_COLUMNS 32
#define KEPT_BYTES ((size_t)32 << 20)

struct geojson {
	struct sl_str text;
	const char *start; /* of the first feature */
	const char *p;     /* next */
	const char *kept;  /* pages before it were let go */
	uint64_t n;        /* features cut off so far */
	bool list;         /* inside "features": [ ... ]; else a sequence to the end of the text */
	bool bare;         /* the text is one geometry */
	bool ended;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0x1e;
}

/* From '{' to behind its '}'; NULL when the text ends before.  Brackets inside are the parser's matter. */
static const char *object_end(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		char c = *p++;

		if (c == '"') {
			for (;;) {
				const char *q = memchr(p, '"', (size_t)(end - p)), *back;

				if (!q)
					return NULL;
				for (back = q; back > p && back[-1] == '\\'; back--)
					;
				p = q + 1;
				if (!((q - back) & 1))
					break;
			}
		} else if (c == '{') {
			depth++;
		} else if (c == '}' && !--depth) {
			return p;
		}
	}
	return NULL;
}

static enum sl_code take(struct sl_source *s, struct sl_arena *a, struct sl_rows *out, struct sl_err *e)
{
	struct geojson *g = s->state;
	const char *end = g->text.p + g->text.n;
	struct sl_rows r = {.first = g->n + 1};

	r.text = sl_arena_alloc(a, SL_ROWS_MAX, sizeof *r.text, e);
	if (!r.text)
		return e->code;
	while (r.n < SL_ROWS_MAX && r.bytes < SL_ROWS_BYTES && !g->ended) {
		const char *from;

		while (g->p < end && (is_blank(*g->p) || *g->p == ','))
			g->p++;
		if (g->p == end || (g->list && *g->p == ']')) {
			if (g->list && g->p == end)
				return sl_fail(e, SL_INVALID,
				               "%s: the list of features has no end after feature %llu; the file was cut",
				               s->path, (unsigned long long)g->n);
			g->ended = true;
			break;
		}
		from = g->p;
		if (*g->p == '{') {
			g->p = object_end(g->p, end);
		} else {
			struct sl_json_cursor c = {.p = g->p, .end = end, .start = g->text.p};
			struct sl_err ignored = {0};

			g->p = sl_json_skip(&c, NULL, &ignored) ? NULL : c.p;
		}
		if (!g->p) {
			g->p = from;
			return sl_fail(e, SL_INVALID,
			               "%s: feature %llu (byte %llu) has no end; the file was cut or is no GeoJSON",
			               s->path, (unsigned long long)g->n + 1, (unsigned long long)(from - g->text.p));
		}
		r.text[r.n++] = (struct sl_str){from, (size_t)(g->p - from)};
		r.bytes += (size_t)(g->p - from);
		g->n++;
	}
	r.behind = (uint64_t)(g->p - g->text.p);
	/* Features under way may still be read; they are at most so much behind. */
	if ((size_t)(g->p - g->kept) > 2 * KEPT_BYTES) {
		sl_source_forget(s, (struct sl_str){g->kept, (size_t)(g->p - g->kept) - KEPT_BYTES});
		g->kept = g->p - KEPT_BYTES;
	}
	*out = r;
	return SL_OK;
}

static enum sl_code again(struct sl_source *s, struct sl_err *e)
{
	struct geojson *g = s->state;

	(void)e;
	g->p = g->kept = g->start;
	g->n = 0;
	g->ended = false;
	return SL_OK;
}

/* ---- one feature ---- */

/* Eight bytes at a time: nearly all text is ASCII. */
static bool is_ascii(struct sl_str s)
{
	uint64_t x, high = 0;
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&x, s.p + i, 8);
		high |= x;
	}
	for (; i < s.n; i++)
		high |= (uint64_t)(unsigned char)s.p[i];
	return !(high & 0x8080808080808080u);
}

struct cells {
	struct sl_cell *v;
	size_t n, cap;
};

static enum sl_code add_cell(struct sl_arena *a, struct sl_json_cursor *c, struct cells *list,
                             struct sl_str name, struct sl_err *e)
{
	enum sl_json_type type;
	struct sl_cell cell = {.name = name};
	struct sl_cell *v;
	double x;

	if (sl_json_peek(c, &type, e))
		return e->code;
	switch (type) {
	case SL_JSON_STRING:
		cell.type = SL_CELL_TEXT;
		if (sl_json_string(c, a, &cell.text, e))
			return e->code;
		/* A view into the text had no escapes: with its quotes it is JSON as we would write it. */
		if (cell.text.p >= c->start && cell.text.p < c->end)
			cell.json = (struct sl_str){cell.text.p - 1, cell.text.n + 2};
		if (!cell.text.n)
			cell.type = SL_CELL_EMPTY;
		break;
	case SL_JSON_NUMBER:
		cell.type = SL_CELL_NUMBER;
		if (sl_json_number(c, &x, &cell.text, e))
			return e->code;
		break;
	case SL_JSON_NULL:
	case SL_JSON_BOOL:
	case SL_JSON_ARRAY:
	case SL_JSON_OBJECT:
		cell.type = type == SL_JSON_NULL   ? SL_CELL_EMPTY
		            : type == SL_JSON_BOOL ? SL_CELL_BOOL
		                                   : SL_CELL_JSON;
		if (sl_json_skip(c, &cell.text, e))
			return e->code;
		if (type == SL_JSON_NULL)
			cell.text.n = 0;
		break;
	}
	v = sl_arena_grow(a, list->v, &list->cap, list->cap ? list->n + 1 : USUAL_COLUMNS, sizeof *v, e);
	if (!v)
		return e->code;
	list->v = v;
	list->v[list->n++] = cell;
	return SL_OK;
}

static enum sl_code add_properties(struct sl_arena *a, struct sl_json_cursor *c, struct cells *list,
                                   struct sl_err *e)
{
	enum sl_json_type type;
	bool first = true, more;
	struct sl_str key;

	if (sl_json_peek(c, &type, e))
		return e->code;
	if (type != SL_JSON_OBJECT) /* null is allowed; anything else says nothing */
		return sl_json_skip(c, NULL, e);
	if (sl_json_open(c, '{', e))
		return e->code;
	for (;;) {
		if (sl_json_more(c, &first, '}', &more, e))
			return e->code;
		if (!more)
			return SL_OK;
		if (sl_json_key(c, a, &key, e) || add_cell(a, c, list, key, e))
			return e->code;
	}
}

static enum sl_code add_geometry(struct sl_arena *a, struct sl_json_cursor *c, struct sl_row *row,
                                 struct sl_err *e)
{
	enum sl_json_type type;
	const char *from;

	if (sl_json_peek(c, &type, e))
		return e->code;
	if (type == SL_JSON_NULL) {
		row->has = SL_ROW_NULL_GEOMETRY;
		return sl_json_skip(c, NULL, e);
	}
	from = c->p;
	if (sl_geojson_geometry_at(a, c, &row->geometry, &row->problem, e))
		return e->code;
	if (row->problem && sl_json_skip(c, &row->geometry_text, e))
		return e->code;
	if (row->geometry.had_z)
		row->geometry_text = (struct sl_str){from, (size_t)(c->p - from)};
	row->has = row->problem                         ? SL_ROW_BAD_GEOMETRY
	           : row->geometry.type == SL_GEOM_NONE ? SL_ROW_NULL_GEOMETRY
	                                                : SL_ROW_GEOMETRY;
	return SL_OK;
}

static enum sl_code feature(struct sl_arena *a, struct sl_json_cursor *c, struct sl_row *row,
                            struct sl_err *e)
{
	struct cells cells = {0};
	struct sl_cell id = {.name = SL_STR("id")};
	bool first = true, more, has_id = false;
	struct sl_str key, text;

	if (sl_json_open(c, '{', e))
		return e->code;
	for (;;) {
		if (sl_json_more(c, &first, '}', &more, e))
			return e->code;
		if (!more)
			break;
		if (sl_json_key(c, a, &key, e))
			return e->code;
		if (sl_str_is(key, "properties")) {
			if (add_properties(a, c, &cells, e))
				return e->code;
		} else if (sl_str_is(key, "geometry")) {
			if (add_geometry(a, c, row, e))
				return e->code;
		} else if (sl_str_is(key, "id")) {
			struct cells one = {0};

			if (add_cell(a, c, &one, id.name, e))
				return e->code;
			id = one.v[0];
			has_id = id.type != SL_CELL_EMPTY;
		} else if (sl_str_is(key, "type")) {
			enum sl_json_type type;

			if (sl_json_peek(c, &type, e))
				return e->code;
			if (type != SL_JSON_STRING)
				return sl_fail(e, SL_INVALID, "the feature's type is no text");
			if (sl_json_string(c, a, &text, e))
				return e->code;
			if (!sl_str_is(text, "Feature"))
				return sl_fail(e, SL_INVALID, "'%.*s' is no Feature", SL_STR_ARG(text));
		} else if (sl_str_is(key, "bbox")) {
			if (sl_json_skip(c, NULL, e))
				return e->code;
		} else if (add_cell(a, c, &cells, key, e)) { /* a foreign member is data like a property */
			return e->code;
		}
	}
	/* A property "id" is what the source itself calls its identifier; the member is GeoJSON's own. */
	for (size_t i = 0; has_id && i < cells.n; i++)
		if (sl_str_is_nocase(cells.v[i].name, "id"))
			has_id = false;
	if (has_id) {
		struct sl_cell *v = sl_arena_grow(a, cells.v, &cells.cap, cells.n + 1, sizeof *v, e);

		if (!v)
			return e->code;
		cells.v = v;
		cells.v[cells.n++] = id;
	}
	row->cell = cells.v;
	row->n = cells.n;
	return SL_OK;
}

/* Bytes that are not UTF-8 are shown as U+FFFD and kept in hexadecimal, cell by cell. */
static enum sl_code scrub_row(struct sl_arena *a, struct sl_row *row, struct sl_err *e)
{
	for (size_t i = 0; i < row->n; i++) {
		struct sl_cell *cell = &row->cell[i];
		struct sl_str raw = cell->text;

		if (sl_utf8_scrub(a, cell->name, &cell->name, e))
			return e->code;
		if (sl_utf8_valid(raw))
			continue;
		cell->json = (struct sl_str){0};
		if (sl_encoding_hex(a, raw, &cell->hex, e) || sl_utf8_scrub(a, raw, &cell->text, e))
			return e->code;
		row->remark = "text that is not UTF-8";
	}
	return row->geometry_text.n ? sl_utf8_scrub(a, row->geometry_text, &row->geometry_text, e) : SL_OK;
}

static enum sl_code read_row(const struct sl_source *s, struct sl_arena *a, const struct sl_rows *rows,
                             size_t i, struct sl_row *out, struct sl_err *e)
{
	const struct geojson *g = s->state;
	struct sl_row row = {.number = rows->first + i};
	struct sl_str text = rows->text[i];
	struct sl_json_cursor c;
	struct sl_err inner = {0};

	sl_json_cursor_init(&c, text);
	if (g->bare ? add_geometry(a, &c, &row, &inner) : feature(a, &c, &row, &inner)) {
		if (inner.code == SL_NOMEM) {
			*e = inner;
			return e->code;
		}
		row = (struct sl_row){.number = row.number, .unreadable = true};
		row.geometry_text = (struct sl_str){text.p, text.n > 4096 ? 4096 : text.n};
		row.problem = sl_arena_printf(a, e, "%s", inner.msg);
		if (!row.problem)
			return e->code;
	}
	if (!is_ascii(text) && scrub_row(a, &row, e))
		return e->code;
	if (text.n > KEPT_BYTES && !row.geometry_text.n)
		sl_source_forget(s, text);
	*out = row;
	return SL_OK;
}

/* ---- opening ---- */

/* {"type":"name","properties":{"name":"EPSG:28992"}}; null means "none can be assumed" (GeoJSON 2008). */
static enum sl_code crs_member(struct sl_arena *a, struct sl_json_cursor *c, struct sl_str *crs,
                               struct sl_err *e)
{
	struct sl_json *v;
	struct sl_str name;

	if (sl_json_value(c, a, &v, e))
		return e->code;
	name = sl_json_get_str(sl_json_get(v, "properties"), "name");
	if (name.n) {
		char *copy = sl_str_dup(a, name, e);

		if (!copy)
			return e->code;
		*crs = (struct sl_str){copy, name.n};
	} else {
		*crs = (struct sl_str){0};
	}
	return SL_OK;
}

/* "crs" behind the features, as some writers put it: only the last bytes are looked at, and it counts
 * only when the text from there on closes the collection. */
static enum sl_code crs_behind(struct sl_arena *a, struct sl_str text, struct sl_str *crs, struct sl_err *e)
{
	const char *end = text.p + text.n, *p = text.n > 4096 ? end - 4096 : text.p;

	for (; p + 5 <= end; p++) {
		struct sl_json_cursor c = {.p = p, .end = end, .start = text.p};
		struct sl_err ignored = {0};
		struct sl_str key, found = {0};

		if (memcmp(p, "\"crs\"", 5) || sl_json_key(&c, a, &key, &ignored) ||
		    crs_member(a, &c, &found, &ignored))
			continue;
		while (c.p < end && is_blank(*c.p))
			c.p++;
		if (c.p == end || *c.p++ != '}')
			continue;
		while (c.p < end && is_blank(*c.p))
			c.p++;
		if (c.p == end)
			*crs = found;
	}
	(void)e;
	return SL_OK;
}

struct columns {
	struct sl_map seen;
	size_t cap;
};

static enum sl_code note_columns(struct sl_source *s, struct sl_arena *a, struct columns *c,
                                 const struct sl_row *row, struct sl_err *e)
{
	for (size_t k = 0; k < row->n; k++) {
		struct sl_str *v;
		char *name;

		if (sl_map_get(&c->seen, row->cell[k].name))
			continue;
		name = sl_str_dup(a, row->cell[k].name, e);
		v = name ? sl_arena_grow(a, s->column, &c->cap, s->n_columns + 1, sizeof *v, e) : NULL;
		if (!v)
			return e->code;
		s->column = v;
		s->column[s->n_columns] = (struct sl_str){name, row->cell[k].name.n};
		if (!sl_map_put(&c->seen, s->column[s->n_columns], 0, NULL, e))
			return e->code;
		s->n_columns++;
	}
	return SL_OK;
}

/* The names that the first rows have; others may come later. */
static enum sl_code find_columns(struct sl_source *s, struct sl_arena *a, struct sl_err *e)
{
	struct sl_arena scratch = {0};
	struct sl_rows rows;
	struct columns c = {0};
	enum sl_code code = SL_OK;

	for (int round = 0; round < 4 && !code; round++) {
		code = s->take(s, &scratch, &rows, e);
		if (code || !rows.n)
			break;
		for (size_t i = 0; i < rows.n && !code; i++) {
			struct sl_arena_mark m = sl_arena_mark(&scratch);
			struct sl_row row = {0};

			code = s->read(s, &scratch, &rows, i, &row, e);
			s->has_geometry |= !code && row.has != SL_ROW_NO_GEOMETRY;
			if (!code)
				code = note_columns(s, a, &c, &row, e);
			sl_arena_reset(&scratch, m);
		}
	}
	sl_map_done(&c.seen);
	sl_arena_done(&scratch);
	return code ? code : s->rewind(s, e);
}

enum sl_code sl_geojson_source(struct sl_arena *a, struct sl_str text, struct sl_source *s,
                               struct sl_err *e)
{
	struct geojson *g = sl_arena_alloc(a, 1, sizeof *g, e);
	struct sl_json_cursor c;
	bool first = true, more, collection = false, told = false;
	struct sl_str key, type = {0};

	if (!g)
		return e->code;
	if (text.n >= 3 && !memcmp(text.p, "\xef\xbb\xbf", 3))
		text = (struct sl_str){text.p + 3, text.n - 3};
	while (text.n && is_blank(*text.p))
		text = (struct sl_str){text.p + 1, text.n - 1};
	*g = (struct geojson){.text = text, .start = text.p};
	s->format = SL_STR("GeoJSON");
	s->crs = SL_STR("OGC:CRS84"); /* RFC 7946 section 4: the default */
	sl_json_cursor_init(&c, text);
	if (sl_json_open(&c, '{', e))
		return sl_err_within(e, "%s", s->path);
	while (!collection) {
		if (sl_json_more(&c, &first, '}', &more, e))
			return sl_err_within(e, "%s", s->path);
		if (!more)
			break;
		if (sl_json_key(&c, a, &key, e))
			return sl_err_within(e, "%s", s->path);
		if (sl_str_is(key, "features")) {
			if (sl_json_open(&c, '[', e))
				return sl_err_within(e, "%s", s->path);
			g->start = c.p;
			g->list = collection = true;
		} else if (sl_str_is(key, "crs") && !sl_str_is(type, "Feature")) {
			if (crs_member(a, &c, &s->crs, e))
				return sl_err_within(e, "%s", s->path);
			told = true;
		} else if (sl_str_is(key, "type")) {
			if (sl_json_string(&c, a, &type, e))
				return sl_err_within(e, "%s", s->path);
		} else if (sl_json_skip(&c, NULL, e)) {
			return sl_err_within(e, "%s", s->path);
		}
	}
	if (!collection && sl_geojson_is_geometry(type))
		g->bare = true;
	else if (!collection && !sl_str_is(type, "Feature"))
		return sl_fail(e, SL_INVALID, "%s: JSON, but no GeoJSON (its type is '%.*s')", s->path,
		               SL_STR_ARG(type));
	if (collection && !told && crs_behind(a, text, &s->crs, e))
		return e->code;
	s->take = take;
	s->read = read_row;
	s->rewind = again;
	s->state = g;
	s->total = text.n;
	if (again(s, e))
		return e->code;
	return find_columns(s, a, e);
}
