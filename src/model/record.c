#include "model/record.h"

#include "base/utf8.h"
#include "geo/wkb.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum sl_code sl_record_new(struct sl_arena *a, const struct sl_kind *kind, struct sl_record *out,
                           struct sl_err *e)
{
	struct sl_value *v = sl_arena_alloc(a, kind->n_fields, sizeof *v, e);

	if (!v)
		return e->code;
	*out = (struct sl_record){.kind = kind, .value = v};
	return SL_OK;
}

static const struct sl_value *value_of(const struct sl_record *r, const char *field)
{
	const struct sl_field *f = sl_kind_field(r->kind, field);

	return f ? &r->value[f->index] : NULL;
}

struct sl_value sl_record_get(const struct sl_record *r, const char *field)
{
	const struct sl_value *v = value_of(r, field);

	return v ? *v : (struct sl_value){.type = SL_VALUE_NONE};
}

struct sl_str sl_record_text(const struct sl_record *r, const char *field)
{
	const struct sl_value *v = value_of(r, field);

	return v && v->type == SL_VALUE_TEXT ? v->text : (struct sl_str){"", 0};
}

struct sl_date sl_record_date(const struct sl_record *r, const char *field)
{
	const struct sl_value *v = value_of(r, field);
	struct sl_date day;

	if (v && v->type == SL_VALUE_DATE)
		return v->date;
	/* A moment: its day, as it was written. */
	if (v && v->type == SL_VALUE_TEXT && v->text.n > 10 && v->text.p[10] == 'T' &&
	    sl_date_parse((struct sl_str){v->text.p, 10}, &day))
		return day;
	return sl_date_none();
}

double sl_record_number(const struct sl_record *r, const char *field)
{
	const struct sl_value *v = value_of(r, field);

	if (v && v->type == SL_VALUE_INTEGER)
		return (double)v->integer;
	return v && v->type == SL_VALUE_DECIMAL ? v->decimal : (double)NAN;
}

bool sl_record_has_code(const struct sl_record *r, const char *field, const char *code)
{
	const struct sl_value *v = value_of(r, field);
	struct sl_str rest, word;

	if (!v)
		return false;
	if (v->type == SL_VALUE_UNKNOWN || v->type == SL_VALUE_NA)
		return !strcmp(code, v->type == SL_VALUE_NA ? "NA" : "UNK");
	if (v->type != SL_VALUE_TEXT)
		return false;
	rest = v->text;
	while (sl_str_split(&rest, ' ', &word))
		if (sl_str_is(word, code))
			return true;
	return false;
}

/* ---- to JSON ---- */

static bool has_value(const struct sl_value *v)
{
	switch (v->type) {
	case SL_VALUE_NONE: return false;
	case SL_VALUE_DECIMAL: return isfinite(v->decimal);
	case SL_VALUE_DATE: return !sl_date_is_none(v->date);
	default: return true;
	}
}

static void put_value(struct sl_json_writer *w, const struct sl_value *v)
{
	char day[11];

	switch (v->type) {
	case SL_VALUE_NONE: sl_json_put_null(w); break;
	case SL_VALUE_UNKNOWN: sl_json_put_raw(w, SL_STR("\"UNK\"")); break;
	case SL_VALUE_NA: sl_json_put_raw(w, SL_STR("\"NA\"")); break;
	case SL_VALUE_TEXT: sl_json_put_str(w, v->text); break;
	case SL_VALUE_INTEGER: sl_json_put_int(w, v->integer); break;
	case SL_VALUE_DECIMAL: sl_json_put_double(w, v->decimal); break;
	case SL_VALUE_DATE:
		sl_date_text(v->date, day);
		sl_json_put_str(w, (struct sl_str){day, 10});
		break;
	}
}

static int by_key(const void *pa, const void *pb)
{
	const struct sl_extra *a = pa, *b = pb;
	int c = sl_str_cmp(a->key, b->key);

	return c ? c : sl_str_cmp(a->value, b->value);
}

/* Sorted extras.  Few records have any and few of those many: a copy on the stack mostly does. */
static void put_extras(struct sl_json_writer *w, const struct sl_record *r)
{
	struct sl_extra few[32], *v = few;
	struct sl_buf many = {0};

	if (!r->n_extra)
		return;
	if (r->n_extra > sizeof few / sizeof *few) {
		v = r->n_extra > SIZE_MAX / sizeof *v
		        ? NULL
		        : (struct sl_extra *)(void *)sl_buf_room(&many, r->n_extra * sizeof *v);
		if (!v) {
			w->b->failed = true;
			sl_buf_done(&many);
			return;
		}
	}
	memcpy(v, r->extra, r->n_extra * sizeof *v);
	qsort(v, r->n_extra, sizeof *v, by_key);
	sl_json_put_key(w, SL_STR("_extra"));
	sl_json_begin(w, '{');
	for (size_t i = 0; i < r->n_extra; i++) {
		sl_json_put_key(w, v[i].key);
		sl_json_put_raw(w, v[i].value);
	}
	sl_json_end(w, '}');
	sl_buf_done(&many);
}

void sl_record_json(struct sl_buf *b, const struct sl_record *r)
{
	const struct sl_kind *k = r->kind;
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	for (size_t i = 0; i <= k->n_fields; i++) {
		const struct sl_field *f;

		if (i == (size_t)k->extra_at && !k->seals_extra)
			put_extras(&w, r);
		if (i == k->n_fields)
			break;
		f = &k->field[k->sorted[i]];
		if (f->sensitive || f->index == k->geometry || !has_value(&r->value[f->index]))
			continue;
		sl_json_put_key(&w, f->name);
		put_value(&w, &r->value[f->index]);
	}
	sl_json_end(&w, '}');
}

static void put_geometry(struct sl_json_writer *w, const struct sl_geom *g)
{
	struct sl_buf wkt = {0};

	sl_wkt_write(&wkt, g);
	sl_json_put_str(w, sl_buf_view(&wkt));
	w->b->failed |= wkt.failed;
	sl_buf_done(&wkt);
}

void sl_record_sealed_json(struct sl_buf *b, const struct sl_record *r, bool *any)
{
	const struct sl_kind *k = r->kind;
	struct sl_json_writer w;

	*any = false;
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	for (size_t i = 0; i <= k->n_fields; i++) {
		const struct sl_field *f;
		bool geometry;

		if (i == (size_t)k->extra_at && k->seals_extra && r->n_extra) {
			*any = true;
			put_extras(&w, r);
		}
		if (i == k->n_fields)
			break;
		f = &k->field[k->sorted[i]];
		geometry = f->index == k->geometry;
		if (!f->sensitive ||
		    (geometry ? r->geometry.type == SL_GEOM_NONE : !has_value(&r->value[f->index])))
			continue;
		*any = true;
		sl_json_put_key(&w, f->name);
		if (geometry)
			put_geometry(&w, &r->geometry);
		else
			put_value(&w, &r->value[f->index]);
	}
	sl_json_end(&w, '}');
}

void sl_record_sealed_json_with(struct sl_buf *b, const struct sl_record *r, const struct sl_extra *extra, size_t n,
                                bool *any)
{
	struct sl_json_writer w;

	sl_record_sealed_json(b, r, any);
	if (!n || b->failed)
		return;
	b->n--; /* the closing brace */
	sl_json_writer_init(&w, b);
	w.comma = *any;
	sl_json_put_key(&w, SL_STR("_extra"));
	sl_json_begin(&w, '{');
	for (size_t i = 0; i < n; i++) {
		sl_json_put_key(&w, extra[i].key);
		sl_json_put_raw(&w, extra[i].value);
	}
	sl_json_end(&w, '}');
	sl_buf_putc(b, '}');
	*any = true;
}

/* ---- from JSON ---- */

struct reader {
	struct sl_arena *a;
	struct sl_json_cursor c;
	struct sl_record *r;
	size_t next; /* in kind->sorted: canonical text names the fields in this order */
	size_t cap_extra;
};

static const struct sl_field *field_named(struct reader *rd, struct sl_str key)
{
	const struct sl_kind *k = rd->r->kind;
	const uint64_t *slot;
	int c = 1;

	while (rd->next < k->n_fields && (c = sl_str_cmp(k->field[k->sorted[rd->next]].name, key)) < 0)
		rd->next++;
	if (rd->next < k->n_fields && !c)
		return &k->field[k->sorted[rd->next++]];
	slot = sl_map_get(&k->by_name, key); /* not in order, or no field */
	return slot ? &k->field[*slot] : NULL;
}

static enum sl_code add_extra(struct reader *rd, struct sl_str key, struct sl_str value, struct sl_err *e)
{
	struct sl_record *r = rd->r;
	struct sl_extra *v = sl_arena_grow(rd->a, r->extra, &rd->cap_extra, r->n_extra + 1, sizeof *v, e);

	if (!v)
		return e->code;
	r->extra = v;
	r->extra[r->n_extra++] = (struct sl_extra){key, value};
	return SL_OK;
}

static enum sl_code text_value(struct reader *rd, const struct sl_field *f, struct sl_str s, bool *taken,
                               struct sl_err *e)
{
	struct sl_value *v = &rd->r->value[f->index];
	int64_t ms;

	*taken = true;
	if (f->index == rd->r->kind->geometry) {
		int srid;

		if (sl_wkt_read(rd->a, s, &rd->r->geometry, &srid, e)) {
			if (e->code == SL_NOMEM)
				return e->code;
			sl_err_clear(e);
			*taken = false;
		}
		return SL_OK;
	}
	if (sl_str_is(s, "UNK")) {
		v->type = SL_VALUE_UNKNOWN;
	} else if (sl_str_is(s, "NA")) {
		v->type = SL_VALUE_NA;
	} else if (f->type == SL_FIELD_DATE || f->type == SL_FIELD_DATETIME) {
		if (sl_date_parse(s, &v->date))
			v->type = SL_VALUE_DATE;
		else if (f->type == SL_FIELD_DATETIME && sl_time_parse(s, &ms))
			*v = (struct sl_value){.type = SL_VALUE_TEXT, .text = s};
		else
			*taken = false;
	} else if (f->type == SL_FIELD_INTEGER || f->type == SL_FIELD_DECIMAL) {
		*taken = false;
	} else {
		*v = (struct sl_value){.type = SL_VALUE_TEXT, .text = s};
	}
	return SL_OK;
}

/* A value that does not fit its field (the dictionary has changed since) stays as it came, an extra. */
static enum sl_code read_member(struct reader *rd, const struct sl_field *f, struct sl_str key,
                                struct sl_err *e)
{
	struct sl_json_cursor at = rd->c;
	enum sl_json_type type;
	struct sl_str raw;
	bool taken = false;

	if (sl_json_peek(&rd->c, &type, e))
		return e->code;
	if (type == SL_JSON_STRING) {
		if (sl_json_string(&rd->c, rd->a, &raw, e) || text_value(rd, f, raw, &taken, e))
			return e->code;
	} else if (type == SL_JSON_NUMBER && (f->type == SL_FIELD_INTEGER || f->type == SL_FIELD_DECIMAL)) {
		struct sl_value *v = &rd->r->value[f->index];
		double x;

		if (sl_json_number(&rd->c, &x, &raw, e))
			return e->code;
		taken = true;
		if (f->type == SL_FIELD_DECIMAL)
			*v = (struct sl_value){.type = SL_VALUE_DECIMAL, .decimal = x == 0 ? 0 : x};
		else if (sl_str_int64(raw, &v->integer))
			v->type = SL_VALUE_INTEGER;
		else
			taken = false;
	}
	if (taken)
		return SL_OK;
	rd->c = at;
	if (sl_json_skip(&rd->c, &raw, e))
		return e->code;
	return type == SL_JSON_NULL ? SL_OK : add_extra(rd, key, raw, e);
}

static enum sl_code read_extras(struct reader *rd, struct sl_err *e)
{
	bool first = true, more;
	struct sl_str key, raw;

	if (sl_json_open(&rd->c, '{', e))
		return e->code;
	for (;;) {
		if (sl_json_more(&rd->c, &first, '}', &more, e))
			return e->code;
		if (!more)
			return SL_OK;
		if (sl_json_key(&rd->c, rd->a, &key, e) || sl_json_skip(&rd->c, &raw, e) ||
		    add_extra(rd, key, raw, e))
			return e->code;
	}
}

static enum sl_code read_members(struct reader *rd, struct sl_err *e)
{
	bool first = true, more;
	struct sl_str key, raw;

	if (sl_json_open(&rd->c, '{', e))
		return e->code;
	for (;;) {
		const struct sl_field *f;

		if (sl_json_more(&rd->c, &first, '}', &more, e))
			return e->code;
		if (!more)
			break;
		if (sl_json_key(&rd->c, rd->a, &key, e))
			return e->code;
		if (sl_str_is(key, "_extra")) {
			enum sl_json_type type;

			if (sl_json_peek(&rd->c, &type, e))
				return e->code;
			if (type == SL_JSON_OBJECT) {
				if (read_extras(rd, e))
					return e->code;
				continue;
			}
		}
		f = field_named(rd, key);
		if (f) {
			if (read_member(rd, f, key, e))
				return e->code;
		} else if (sl_json_skip(&rd->c, &raw, e) || add_extra(rd, key, raw, e)) {
			return e->code;
		}
	}
	return sl_json_finish(&rd->c, e);
}

enum sl_code sl_record_from_json(struct sl_arena *a, const struct sl_kind *kind, struct sl_str json,
                                 struct sl_record *out, struct sl_err *e)
{
	struct sl_record r;
	struct reader rd = {.a = a, .r = &r};

	/* Our own text is UTF-8; what comes from elsewhere must not come back otherwise than it is written. */
	if (sl_record_new(a, kind, &r, e) || sl_utf8_scrub(a, json, &json, e))
		return e->code;
	sl_json_cursor_init(&rd.c, json);
	if (read_members(&rd, e))
		return sl_err_within(e, "record of kind %.*s", SL_STR_ARG(kind->name));
	*out = r;
	return SL_OK;
}
