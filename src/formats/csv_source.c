#include "formats/source.h"

#include "base/csv.h"
#include "base/date.h"
#include "base/utf8.h"
#include "formats/encoding.h"

#include <string.h>

/* A table of text.  Which columns are a place is the mapping's matter: here they are cells. */

#define KEPT_BYTES ((size_t)32 << 20)

struct table {
	struct sl_csv csv, start; /* `start` stands behind the headings */
	struct sl_str text;
	struct sl_str *name; /* of the columns */
	size_t n_names;
	const char *kept;             /* pages before it were let go */
	uint64_t n;                   /* rows taken */
	struct sl_encoding *encoding; /* NULL: the text is UTF-8 */
};

static enum sl_code column_name(struct sl_arena *a, struct table *t, size_t i, struct sl_str *out,
                                struct sl_err *e)
{
	char *name;

	if (i < t->n_names) {
		*out = t->name[i];
		return SL_OK;
	}
	name = sl_arena_printf(a, e, "column %zu", i + 1);
	if (!name)
		return e->code;
	*out = sl_str_from(name);
	return SL_OK;
}

static bool is_blank(struct sl_str s)
{
	return !sl_str_trim(s).n;
}

/* Bytes that are not UTF-8 are shown as U+FFFD and kept in hexadecimal: nothing is guessed. */
static enum sl_code cell_text(struct table *t, struct sl_arena *a, struct sl_str raw, struct sl_cell *cell,
                              struct sl_err *e)
{
	if (t->encoding) {
		if (sl_encoding_text(t->encoding, a, raw, &cell->text, e))
			return e->code;
	} else if (sl_utf8_valid(raw)) {
		cell->text = raw;
	} else if (sl_utf8_scrub(a, raw, &cell->text, e) || sl_encoding_hex(a, raw, &cell->hex, e)) {
		return e->code;
	}
	cell->type = is_blank(cell->text) ? SL_CELL_EMPTY : SL_CELL_TEXT;
	return SL_OK;
}

static enum sl_code fill_row(struct table *t, struct sl_arena *a, const struct sl_csv_row *line,
                             struct sl_row *row, struct sl_err *e)
{
	row->n = line->n;
	row->cell = sl_arena_alloc(a, line->n, sizeof *row->cell, e);
	if (!row->cell)
		return e->code;
	for (size_t i = 0; i < line->n; i++) {
		if (column_name(a, t, i, &row->cell[i].name, e) ||
		    cell_text(t, a, line->field[i], &row->cell[i], e))
			return e->code;
		if (row->cell[i].hex.n)
			row->remark = "text that is not UTF-8";
	}
	if (line->n != t->n_names) {
		row->remark = sl_arena_printf(a, e, "%zu values under %zu headings", line->n, t->n_names);
		if (!row->remark)
			return e->code;
	}
	return SL_OK;
}

static enum sl_code take(struct sl_source *s, struct sl_arena *a, struct sl_rows *out, struct sl_err *e)
{
	struct table *t = s->state;
	struct sl_rows r = {.first = t->n + 1};
	bool more = true;

	r.row = sl_arena_alloc(a, SL_ROWS_MAX, sizeof *r.row, e);
	if (!r.row)
		return e->code;
	while (r.n < SL_ROWS_MAX && r.bytes < SL_ROWS_BYTES) {
		const char *from = t->csv.p;
		struct sl_csv_row line;

		if (sl_csv_next(&t->csv, a, &line, &more, e))
			return e->code;
		if (!more)
			break;
		r.row[r.n].number = ++t->n;
		if (fill_row(t, a, &line, &r.row[r.n], e))
			return e->code;
		r.n++;
		r.bytes += (size_t)(t->csv.p - from);
	}
	r.behind = (uint64_t)(t->csv.p - t->csv.start);
	if ((size_t)(t->csv.p - t->kept) > 2 * KEPT_BYTES) {
		sl_source_forget(s, (struct sl_str){t->kept, (size_t)(t->csv.p - t->kept) - KEPT_BYTES});
		t->kept = t->csv.p - KEPT_BYTES;
	}
	*out = r;
	return SL_OK;
}

static enum sl_code read_row(const struct sl_source *s, struct sl_arena *a, const struct sl_rows *rows,
                             size_t i, struct sl_row *out, struct sl_err *e)
{
	(void)s;
	(void)a;
	(void)e;
	*out = rows->row[i];
	return SL_OK;
}

static enum sl_code again(struct sl_source *s, struct sl_err *e)
{
	struct table *t = s->state;

	(void)e;
	t->csv = t->start;
	t->kept = t->start.start;
	t->n = 0;
	return SL_OK;
}

static bool is_value(struct sl_str s)
{
	struct sl_date d;
	double x;
	bool swappable = false;

	s = sl_str_trim(s);
	return sl_str_double(s, &x) || sl_date_parse_loose(s, &d, &swappable) || swappable;
}

/* Headings, or the first row of data when more than half of the first line are numbers and dates. */
static enum sl_code headings(struct sl_source *s, struct sl_arena *a, struct table *t, struct sl_err *e)
{
	struct sl_csv before = t->csv;
	struct sl_csv_row line;
	size_t values = 0;
	bool more, named;

	if (sl_csv_next(&t->csv, a, &line, &more, e))
		return e->code;
	if (!more)
		return sl_fail(e, SL_INVALID, "%s: the file has no rows", s->path);
	for (size_t i = 0; i < line.n; i++)
		values += is_value(line.field[i]);
	named = 2 * values <= line.n;
	if (!named) {
		t->csv = before;
		t->csv.width = line.n;
		s->no_headings = true;
	}
	t->name = sl_arena_alloc(a, line.n, sizeof *t->name, e);
	if (!t->name)
		return e->code;
	for (size_t i = 0; i < line.n; i++) {
		struct sl_cell cell = {0};
		char *name;

		if (cell_text(t, a, line.field[i], &cell, e))
			return e->code;
		cell.text = sl_str_trim(cell.text);
		for (size_t k = 0; named && k < i; k++)
			if (cell.text.n && sl_str_eq(t->name[k], cell.text)) {
				name = sl_arena_printf(a, e, "%.*s (column %zu)", SL_STR_ARG(cell.text), i + 1);
				if (!name)
					return e->code;
				cell.text = sl_str_from(name);
			}
		if (!named || !cell.text.n) {
			name = sl_arena_printf(a, e, "column %zu", i + 1);
			if (!name)
				return e->code;
			cell.text = sl_str_from(name);
		}
		t->name[i] = cell.text;
	}
	t->n_names = line.n;
	t->start = t->csv;
	s->column = t->name;
	s->n_columns = t->n_names;
	return SL_OK;
}

enum sl_code sl_csv_source(struct sl_arena *a, struct sl_str text, const char *encoding,
                           struct sl_source *s, struct sl_err *e)
{
	struct table *t = sl_arena_alloc(a, 1, sizeof *t, e);
	struct sl_str utf8;

	if (!t)
		return e->code;
	s->format = SL_STR("CSV");
	if (sl_encoding_is_utf16(text)) {
		if (sl_encoding_from_utf16(a, s->path, text, &utf8, e))
			return e->code;
		text = utf8;
		s->mapped = false;
	} else if (encoding && !sl_encoding_is_utf8(encoding) &&
	           sl_encoding_open(a, encoding, &t->encoding, e)) {
		return sl_err_within(e, "%s", s->path);
	}
	t->text = text;
	if (sl_csv_open(&t->csv, s->path, text, 0, e) || headings(s, a, t, e))
		return e->code;
	s->take = take;
	s->read = read_row;
	s->rewind = again;
	s->state = t;
	s->total = text.n;
	return again(s, e);
}
