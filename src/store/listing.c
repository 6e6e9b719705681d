#include "store/listing.h"

#include "base/utf8.h"
#include "store/db.h"
#include "store/feature_query.h"

#include <string.h>

enum { OWN_BEFORE = 2, OWN_BEHIND = 4, BOUND_MAX = 64 };

struct list {
	const struct sl_layer *layer;
	bool *missing;                /* cells whose column the file does not have: it is older than the dictionary */
	struct sl_buf where;          /* " WHERE ..." or nothing */
	struct sl_str bound[BOUND_MAX]; /* texts; numbers are bound as numbers */
	bool number[BOUND_MAX];
	size_t n_bound;
	struct sl_arena *a;
};

/* ---- columns ---- */

static const char *const own_behind[OWN_BEHIND] = {"unknown", "extra", "recorded_at", "area_m2"};

static size_t n_cells(const struct sl_layer *l)
{
	return OWN_BEFORE + l->n_columns + OWN_BEHIND - !l->has_geometry;
}

static struct sl_str cell_name(const struct sl_layer *l, size_t i)
{
	if (i < OWN_BEFORE)
		return i ? SL_STR("record") : SL_STR("number");
	i -= OWN_BEFORE;
	if (i < l->n_columns)
		return l->kind->field[l->column[i]].name;
	return sl_str_from(own_behind[i - l->n_columns]);
}

static enum sl_code find_missing(struct sl_db *db, struct list *l, struct sl_err *e)
{
	size_t n = n_cells(l->layer);
	struct sl_sql *s;
	bool row;

	l->missing = sl_arena_alloc(l->a, n, sizeof *l->missing, e);
	if (!l->missing || sl_dialect_columns(db, l->layer->kind->name, &s, e))
		return e->code;
	for (size_t i = OWN_BEFORE; i < n; i++)
		l->missing[i] = true;
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_str have = sl_sql_get_text(s, 0);

		for (size_t i = OWN_BEFORE; i < n; i++)
			if (sl_str_eq(cell_name(l->layer, i), have) ||
			    (sl_str_has_prefix(have, "field_") && /* named like one of our own columns */
			     sl_str_eq(cell_name(l->layer, i), (struct sl_str){have.p + 6, have.n - 6})))
				l->missing[i] = false;
	}
	sl_sql_close(s);
	return e->code;
}

static void put_column(struct sl_buf *b, const struct list *list, size_t i)
{
	const struct sl_layer *l = list->layer;

	if (list->missing[i])
		sl_buf_puts(b, "NULL");
	else if (i < OWN_BEFORE)
		sl_buf_puts(b, i ? "\"record\"" : "\"fid\"");
	else if (i - OWN_BEFORE < l->n_columns)
		sl_layer_column_name(b, l, i - OWN_BEFORE);
	else
		sl_sql_quote(b, sl_str_from(own_behind[i - OWN_BEFORE - l->n_columns]));
}

static enum sl_code column_of(const struct sl_layer *l, struct sl_str name, size_t *out, struct sl_err *e)
{
	for (size_t i = 0; i < n_cells(l); i++)
		if (sl_str_eq(cell_name(l, i), name)) {
			*out = i;
			return SL_OK;
		}
	return sl_fail(e, SL_INVALID, "%.*s has no column '%.*s'", SL_STR_ARG(l->kind->name), SL_STR_ARG(name));
}

enum sort_of_value { WORDS, CODES, NUMBERS, DATES };

static enum sort_of_value sort_of(const struct sl_layer *l, size_t i)
{
	const struct sl_field *f;

	if (i < OWN_BEFORE || i - OWN_BEFORE >= l->n_columns) {
		struct sl_str name = cell_name(l, i);

		return sl_str_is(name, "number") || sl_str_is(name, "area_m2") ? NUMBERS
		       : sl_str_is(name, "recorded_at")                      ? DATES
		                                                             : WORDS;
	}
	f = &l->kind->field[l->column[i - OWN_BEFORE]];
	switch (f->type) {
	case SL_FIELD_INTEGER:
	case SL_FIELD_DECIMAL: return NUMBERS;
	case SL_FIELD_DATE:
	case SL_FIELD_DATETIME: return DATES;
	case SL_FIELD_SELECT_ONE:
	case SL_FIELD_SELECT_MULTIPLE: return CODES;
	default: return WORDS;
	}
}

/* ---- conditions ---- */

static enum sl_code bind_later(struct list *l, struct sl_str text, bool number, struct sl_err *e)
{
	if (l->n_bound == BOUND_MAX)
		return sl_fail(e, SL_INVALID, "too many conditions");
	l->bound[l->n_bound] = text;
	l->number[l->n_bound++] = number;
	sl_buf_printf(&l->where, "$%zu", l->n_bound);
	return SL_OK;
}

/* `text` inside % and %, its own signs of LIKE escaped. */
static enum sl_code like_text(struct list *l, struct sl_str text, struct sl_str *out, struct sl_err *e)
{
	char *p = sl_arena_alloc(l->a, 2 * text.n + 3, 1, e);
	size_t n = 0;

	if (!p)
		return e->code;
	p[n++] = '%';
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '\\')
			p[n++] = '\\';
		p[n++] = text.p[i];
	}
	p[n++] = '%';
	*out = (struct sl_str){p, n};
	return SL_OK;
}

static enum sl_code put_bound_of(struct list *l, size_t column, const char *comparison, struct sl_str text, bool number,
                                 struct sl_err *e)
{
	double x;

	if (number && !sl_str_double(text, &x))
		return sl_fail(e, SL_INVALID, "%.*s=%.*s: not a number", SL_STR_ARG(cell_name(l->layer, column)),
		               SL_STR_ARG(text));
	put_column(&l->where, l, column);
	sl_buf_puts(&l->where, comparison);
	return bind_later(l, text, number, e);
}

/* "3", "3..8", "..2024-12-31".  Dates are compared as ISO 8601 text; a last day takes its whole day. */
static enum sl_code range(struct list *l, size_t column, struct sl_str text, bool number, struct sl_err *e)
{
	struct sl_str low = text, high = text;
	bool open_low = false, open_high = false;
	char *last;

	for (size_t i = 0; i + 1 < text.n; i++)
		if (text.p[i] == '.' && text.p[i + 1] == '.') {
			low = (struct sl_str){text.p, i};
			high = (struct sl_str){text.p + i + 2, text.n - i - 2};
			open_low = !low.n;
			open_high = !high.n;
			break;
		}
	if (open_low && open_high)
		return sl_fail(e, SL_INVALID, "%.*s=..: give at least one end", SL_STR_ARG(cell_name(l->layer, column)));
	if (!number && !open_high) {
		last = sl_arena_printf(l->a, e, "%.*s\x7f", SL_STR_ARG(high));
		if (!last)
			return e->code;
		high = sl_str_from(last);
	}
	if (!open_low && put_bound_of(l, column, " >= ", low, number, e))
		return e->code;
	if (!open_low && !open_high)
		sl_buf_puts(&l->where, " AND ");
	return open_high ? SL_OK : put_bound_of(l, column, " <= ", high, number, e);
}

static enum sl_code put_condition(struct list *l, const struct sl_list_condition *c, struct sl_err *e)
{
	struct sl_str text;
	size_t column;

	if (column_of(l->layer, c->column, &column, e))
		return e->code;
	sl_buf_puts(&l->where, l->where.n ? " AND " : " WHERE ");
	if (sl_str_is(c->text, "none")) {
		put_column(&l->where, l, column);
		sl_buf_puts(&l->where, " IS NULL");
		return SL_OK;
	}
	switch (sort_of(l->layer, column)) {
	case NUMBERS: return range(l, column, c->text, true, e);
	case DATES: return range(l, column, c->text, false, e);
	case CODES: /* codes stand in one text, separated by blanks */
		text = (struct sl_str){sl_arena_printf(l->a, e, " %.*s ", SL_STR_ARG(c->text)), 0};
		if (!text.p)
			return e->code;
		text = (struct sl_str){text.p, strlen(text.p)};
		sl_buf_puts(&l->where, "' ' || ");
		put_column(&l->where, l, column);
		sl_buf_puts(&l->where, " || ' ' LIKE ");
		break;
	case WORDS:
	default:
		text = c->text;
		put_column(&l->where, l, column);
		if (text.n > 1 && text.p[0] == '=') {
			sl_buf_puts(&l->where, " = ");
			if (bind_later(l, (struct sl_str){text.p + 1, text.n - 1}, false, e))
				return e->code;
			sl_buf_puts(&l->where, " COLLATE NOCASE");
			return SL_OK;
		}
		sl_buf_puts(&l->where, " LIKE ");
		break;
	}
	if (like_text(l, text, &text, e) || bind_later(l, text, false, e))
		return e->code;
	sl_buf_puts(&l->where, " ESCAPE '\\'");
	return SL_OK;
}

static enum sl_code put_organisation(struct sl_db *db, struct list *l, struct sl_str organisation,
                                     struct sl_err *e)
{
	sl_buf_puts(&l->where, l->where.n ? " AND " : " WHERE ");
	return sl_sql_own(db, &l->where, "\"fid\"", organisation, e);
}

static void bind_all(const struct list *l, struct sl_sql *s)
{
	double x = 0;

	for (size_t i = 0; i < l->n_bound; i++)
		if (l->number[i] && sl_str_double(l->bound[i], &x))
			sl_sql_double(s, (int)i + 1, x);
		else
			sl_sql_text(s, (int)i + 1, l->bound[i]);
}

/* ---- rows ---- */

static struct sl_cell read_cell(const struct sl_layer *l, struct sl_sql *s, size_t i)
{
	struct sl_cell c = {.name = cell_name(l, i)};

	switch (sl_sql_column_type(s, (int)i)) {
	case SL_SQL_INT:
		c.type = SL_CELL_INTEGER;
		c.integer = sl_sql_get_int(s, (int)i);
		break;
	case SL_SQL_DOUBLE:
		c.type = SL_CELL_DECIMAL;
		c.decimal = sl_sql_get_double(s, (int)i);
		break;
	case SL_SQL_TEXT:
		c.type = SL_CELL_TEXT;
		c.text = sl_sql_get_text(s, (int)i);
		break;
	default: break;
	}
	return c;
}

static enum sl_code walk(struct sl_db *db, struct list *l, const struct sl_listing *q, sl_list_fn *fn, void *ctx,
                         struct sl_err *e)
{
	size_t n = n_cells(l->layer), sort = 0;
	struct sl_cell *cell = sl_arena_alloc(l->a, n, sizeof *cell, e);
	struct sl_buf b = {0};
	struct sl_sql *s;
	bool row;

	if (!cell || (q->sort.n && column_of(l->layer, q->sort, &sort, e)))
		return e->code;
	for (size_t i = 0; i < n; i++) {
		sl_buf_puts(&b, i ? ", " : "SELECT ");
		put_column(&b, l, i);
	}
	sl_buf_puts(&b, " FROM ");
	sl_sql_quote(&b, l->layer->kind->name);
	sl_buf_str(&b, sl_buf_view(&l->where));
	sl_buf_puts(&b, " ORDER BY ");
	if (sort) { /* what is not stated comes last, whichever way */
		put_column(&b, l, sort);
		sl_buf_puts(&b, " IS NULL, ");
		put_column(&b, l, sort);
		sl_buf_puts(&b, q->descending ? " DESC, " : ", ");
	}
	sl_buf_printf(&b, "\"fid\"%s LIMIT $%zu OFFSET $%zu", q->descending ? " DESC" : "", l->n_bound + 1,
	              l->n_bound + 2);
	if (sl_buf_check(&b, e) || sl_sql_open_text(db->driver, sl_buf_view(&b), &s, e)) {
		sl_buf_done(&b);
		return e->code;
	}
	bind_all(l, s);
	sl_sql_int(s, (int)l->n_bound + 1, q->limit);
	sl_sql_int(s, (int)l->n_bound + 2, q->offset);
	while (!sl_sql_step(s, &row, e) && row) {
		for (size_t i = 0; i < n; i++)
			cell[i] = read_cell(l->layer, s, i);
		if (fn(ctx, cell, n, e))
			break;
	}
	sl_sql_close(s);
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code count_rows(struct sl_db *db, const struct list *l, int64_t *out, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_sql *s;
	bool row;

	sl_buf_puts(&b, "SELECT count(*) FROM ");
	sl_sql_quote(&b, l->layer->kind->name);
	sl_buf_str(&b, sl_buf_view(&l->where));
	if (!sl_buf_check(&b, e) && !sl_sql_open_text(db->driver, sl_buf_view(&b), &s, e)) {
		bind_all(l, s);
		if (!sl_sql_step(s, &row, e))
			*out = row ? sl_sql_get_int(s, 0) : 0;
		sl_sql_close(s);
	}
	sl_buf_done(&b);
	return e->code;
}

enum sl_code sl_store_list(struct sl_db *db, const struct sl_listing *q, sl_list_fn *fn, void *ctx, int64_t *total,
                           struct sl_err *e)
{
	struct sl_arena a = {0};
	struct list l = {.layer = &db->layer[q->kind->number], .a = &a};

	sl_noted(find_missing(db, &l, e));
	for (size_t i = 0; i < q->n_conditions && !e->code; i++)
		sl_noted(put_condition(&l, &q->condition[i], e));
	if (!e->code && q->organisation)
		sl_noted(put_organisation(db, &l, *q->organisation, e));
	if (!e->code && !sl_buf_check(&l.where, e) && (!total || !count_rows(db, &l, total, e)) && q->limit > 0)
		sl_noted(walk(db, &l, q, fn, ctx, e));
	sl_buf_done(&l.where);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_store_counts(struct sl_db *db, int64_t *count, struct sl_date *first, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	for (size_t i = 0; i < db->dict->n_kinds; i++) {
		struct list l = {.layer = &db->layer[i]};
		uint64_t n = 0;

		/* Layers are broad; log and spatial index, which are narrow, tell as well what stands in them. */
		if (l.layer->has_geometry ? sl_feature_count(db, l.layer->kind, &n, e) : count_rows(db, &l, &count[i], e))
			return e->code;
		if (l.layer->has_geometry)
			count[i] = (int64_t)n;
	}
	if (sl_sql_open(db->driver, "SELECT min(effective) FROM sl_revision WHERE state = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, SL_APPROVED);
	if (!sl_sql_step(s, &row, e))
		first->day = row && !sl_sql_is_null(s, 0) ? (int32_t)sl_sql_get_int(s, 0) : SL_DAY_NONE;
	sl_sql_close(s);
	return e->code;
}

/* ---- names ---- */

enum sl_code sl_store_identity_begins(struct sl_db *db, struct sl_str text, int64_t *number, size_t *n,
                                      struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_str key;
	size_t room = *n, found = 0;
	struct sl_sql *s;
	char *end = NULL;
	bool row;

	if (!sl_terms_load(db, e) && !sl_identity_key(db, &a, text, &key, e)) /* no key is above the last character of all */
		end = sl_arena_printf(&a, e, "%.*s\xf4\x8f\xbf\xbf", SL_STR_ARG(key));
	for (size_t i = 0; end && key.n && key.n <= 200 && i < db->dict->n_kinds && found < room && !e->code; i++) {
		uint64_t *term = sl_map_get(&db->terms.by_text, db->dict->kind[i].name);

		if (!term || sl_sql_open(db->driver,
		                         "SELECT record FROM sl_identity WHERE kind = $1 AND key >= $2 AND key < $3 "
		                         "ORDER BY key LIMIT $4",
		                         &s, e))
			continue;
		sl_sql_int(s, 1, (int64_t)*term);
		sl_sql_text(s, 2, key);
		sl_sql_text(s, 3, sl_str_from(end));
		sl_sql_int(s, 4, (int64_t)(room - found));
		while (!sl_sql_step(s, &row, e) && row)
			number[found++] = sl_sql_get_int(s, 0);
		sl_sql_close(s);
	}
	sl_arena_done(&a);
	if (!e->code)
		*n = found;
	return e->code;
}

enum sl_code sl_store_number_of(struct sl_db *db, struct sl_uuid record, int64_t *number, struct sl_err *e)
{
	struct sl_sql *s;
	char text[37];
	bool row = false;

	if (sl_sql_open(db->driver, "SELECT number FROM sl_record WHERE uuid = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, record.b, sizeof record.b);
	if (!sl_sql_step(s, &row, e) && row)
		*number = sl_sql_get_int(s, 0);
	sl_sql_close(s);
	sl_uuid_text(record, text);
	return e->code || row ? e->code : sl_fail(e, SL_NOT_FOUND, "there is no record %s", text);
}
