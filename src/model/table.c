#include "base/utf8.h"
#include "model/parts.h"

#include <string.h>

enum sl_code sl_table_open(struct sl_table *t, struct sl_arena *a, const char *file, struct sl_str text,
                           struct sl_err *e)
{
	struct sl_table table = {.a = a};
	bool more;

	if (sl_csv_open(&table.csv, file, text, 0, e))
		return e->code;
	if (!sl_utf8_valid(text))
		return sl_fail(e, SL_INVALID, "%s: the text is not UTF-8; save it as CSV in UTF-8", file);
	if (sl_csv_next(&table.csv, a, &table.header, &more, e))
		return e->code;
	if (!more)
		return sl_fail(e, SL_INVALID, "%s: the file is empty; its first row names the columns", file);
	table.csv.share = true;
	*t = table;
	return SL_OK;
}

enum sl_code sl_table_column(const struct sl_table *t, const char *name, int *column, struct sl_err *e)
{
	int first = sl_csv_column(&t->header, name);

	for (size_t i = (size_t)(first + 1); first >= 0 && i < t->header.n; i++)
		if (sl_str_is(sl_str_trim(t->header.field[i]), name))
			return sl_fail(e, SL_INVALID, "%s: line %zu: two columns are headed '%s'", t->csv.name,
			               t->header.line, name);
	*column = first;
	return SL_OK;
}

enum sl_code sl_table_need(const struct sl_table *t, const char *name, int *column, struct sl_err *e)
{
	int found;

	if (sl_table_column(t, name, &found, e))
		return e->code;
	if (found < 0)
		return sl_fail(e, SL_INVALID, "%s: line %zu: no column is headed '%s'", t->csv.name, t->header.line,
		               name);
	*column = found;
	return SL_OK;
}

size_t sl_table_lines(const struct sl_table *t)
{
	size_t n = 1;

	for (const char *p = t->csv.p; p < t->csv.end; p++, n++) {
		p = memchr(p, '\n', (size_t)(t->csv.end - p));
		if (!p)
			break;
	}
	return n;
}

static bool blank_row(const struct sl_csv_row *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (sl_str_trim(r->field[i]).n)
			return false;
	return true;
}

enum sl_code sl_table_next(struct sl_table *t, bool *more, struct sl_err *e)
{
	do {
		if (sl_csv_next(&t->csv, t->a, &t->row, more, e))
			return e->code;
	} while (*more && blank_row(&t->row));
	if (*more && t->row.n > t->header.n)
		for (size_t i = t->header.n; i < t->row.n; i++)
			if (sl_str_trim(t->row.field[i]).n)
				return sl_fail(e, SL_INVALID,
				               "%s: line %zu, column %zu: the row has more fields than headings",
				               t->csv.name, t->row.line, i + 1);
	return SL_OK;
}

enum sl_code sl_table_within(const struct sl_table *t, int column, struct sl_err *e)
{
	struct sl_str heading = sl_csv_get(&t->header, column);

	return sl_err_within(e, "%s: line %zu, column '%.*s'", t->csv.name, t->row.line, SL_STR_ARG(heading));
}
