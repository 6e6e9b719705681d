#include "base/csv.h"

#include <math.h>
#include <string.h>

/* Column in characters of the place `at`, counted from the start of its line, from 1. */
static size_t column_of(const struct sl_csv *c, const char *at)
{
	size_t n = 1;

	while (at > c->start && at[-1] != '\n' && at[-1] != '\r') {
		at--;
		n += ((unsigned char)*at & 0xc0) != 0x80;
	}
	return n;
}

/* The text of a "sep=" line, or 0. */
static char declared_separator(const char *p, const char *end)
{
	if (end - p < 5 || memcmp(p, "sep=", 4) || !p[4])
		return 0;
	return end - p == 5 || p[5] == '\n' || p[5] == '\r' ? p[4] : 0;
}

static char detect(const char *p, const char *end)
{
	size_t commas = 0, semicolons = 0, tabs = 0;
	bool quoted = false;

	for (; p < end && (quoted || (*p != '\n' && *p != '\r')); p++) {
		if (*p == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		commas += *p == ',';
		semicolons += *p == ';';
		tabs += *p == '\t';
	}
	if (tabs > commas && tabs > semicolons)
		return '\t';
	return semicolons > commas ? ';' : ',';
}

static const char *skip_line_end(const char *p, const char *end)
{
	if (p < end && *p == '\r')
		return p + 1 < end && p[1] == '\n' ? p + 2 : p + 1;
	return p < end && *p == '\n' ? p + 1 : p;
}

enum sl_code sl_csv_open(struct sl_csv *c, const char *name, struct sl_str text, char separator,
                         struct sl_err *e)
{
	struct sl_csv csv = {.name = name, .line = 1, .separator = separator};
	char declared;

	csv.start = csv.p = text.n ? text.p : "";
	csv.end = csv.p + text.n;
	if (text.n >= 2 && (!memcmp(text.p, "\xff\xfe", 2) || !memcmp(text.p, "\xfe\xff", 2)))
		return sl_fail(e, SL_INVALID, "%s: the text is UTF-16; save it as CSV in UTF-8", name);
	if (text.n >= 3 && !memcmp(text.p, "\xef\xbb\xbf", 3))
		csv.p = csv.start += 3;
	declared = declared_separator(csv.p, csv.end);
	if (declared) {
		csv.p = skip_line_end(csv.p + 5, csv.end);
		csv.line++;
	}
	if (!csv.separator)
		csv.separator = declared ? declared : detect(csv.p, csv.end);
	*c = csv;
	return SL_OK;
}

/* A quoted field; c->p stands on its opening quote and ends after its closing one. */
static enum sl_code quoted_field(struct sl_csv *c, struct sl_arena *a, struct sl_str *out, struct sl_err *e)
{
	const char *open = c->p, *p = open + 1;
	size_t doubled = 0, lines = 0, k = 0;
	char *text;

	for (;; p++) {
		if (p >= c->end)
			return sl_fail(e, SL_INVALID,
			               "%s: line %zu, column %zu: the quote that opens here is never closed", c->name,
			               c->line, column_of(c, open));
		if (*p == '"') {
			if (p + 1 >= c->end || p[1] != '"')
				break;
			doubled++;
			p++;
		} else if (*p == '\n' || (*p == '\r' && (p + 1 >= c->end || p[1] != '\n'))) {
			lines++;
		}
	}
	c->p = p + 1;
	c->line += lines;
	if (c->p < c->end && *c->p != c->separator && *c->p != '\n' && *c->p != '\r')
		return sl_fail(
		    e, SL_INVALID,
		    "%s: line %zu, column %zu: text after a closing quote; double the quotes inside a field",
		    c->name, c->line, column_of(c, c->p));
	*out = (struct sl_str){open + 1, (size_t)(p - open - 1)};
	if (!doubled)
		return SL_OK;
	text = sl_arena_alloc(a, out->n - doubled + 1, 1, e);
	if (!text)
		return e->code;
	for (const char *q = open + 1; q < p; q++) {
		text[k++] = *q;
		q += *q == '"';
	}
	*out = (struct sl_str){text, k};
	return SL_OK;
}

enum sl_code sl_csv_next(struct sl_csv *c, struct sl_arena *a, struct sl_csv_row *row, bool *more,
                         struct sl_err *e)
{
	struct sl_csv_row r = {0};
	size_t cap = 0;

	for (const char *next; (next = skip_line_end(c->p, c->end)) != c->p; c->p = next)
		c->line++;
	if (c->p >= c->end) {
		*more = false;
		return SL_OK;
	}
	r.line = c->line;
	if (c->share) {
		r.field = c->shared;
		cap = c->shared_cap;
	}
	for (;;) {
		struct sl_str field;
		struct sl_str *grown =
		    sl_arena_grow(a, r.field, &cap, r.n < c->width ? c->width : r.n + 1, sizeof *r.field, e);

		if (!grown)
			return e->code;
		r.field = grown;
		if (c->p < c->end && *c->p == '"') {
			if (quoted_field(c, a, &field, e))
				return e->code;
		} else {
			const char *from = c->p;

			while (c->p < c->end && *c->p != c->separator && *c->p != '\n' && *c->p != '\r')
				c->p++;
			field = (struct sl_str){from, (size_t)(c->p - from)};
		}
		r.field[r.n++] = field;
		if (c->p >= c->end || *c->p != c->separator)
			break;
		c->p++;
	}
	if (c->p < c->end) {
		c->p = skip_line_end(c->p, c->end);
		c->line++;
	}
	if (r.n > c->width)
		c->width = r.n;
	if (c->share) {
		c->shared = r.field;
		c->shared_cap = cap;
	}
	*row = r;
	*more = true;
	return SL_OK;
}

int sl_csv_column(const struct sl_csv_row *header, const char *name)
{
	for (size_t i = 0; i < header->n; i++)
		if (sl_str_is(sl_str_trim(header->field[i]), name))
			return (int)i;
	return -1;
}

struct sl_str sl_csv_get(const struct sl_csv_row *row, int column)
{
	if (column < 0 || (size_t)column >= row->n)
		return (struct sl_str){"", 0};
	return sl_str_trim(row->field[column]);
}

void sl_csv_writer_init(struct sl_csv_writer *w, struct sl_buf *b, char separator, bool guard)
{
	*w = (struct sl_csv_writer){.b = b, .separator = separator, .guard = guard};
}

static void before_field(struct sl_csv_writer *w)
{
	if (w->in_row)
		sl_buf_putc(w->b, w->separator);
	else
		w->row_start = w->b->n;
	w->in_row = true;
}

static bool reads_as_formula(struct sl_str s)
{
	double x;

	return s.n && memchr("=+-@\t\r", s.p[0], 6) && !sl_str_double(s, &x);
}

static bool needs_quotes(const struct sl_csv_writer *w, struct sl_str s)
{
	if (!s.n)
		return false;
	if (s.p[0] == ' ' || s.p[s.n - 1] == ' ')
		return true;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '"' || s.p[i] == w->separator || s.p[i] == '\n' || s.p[i] == '\r')
			return true;
	return false;
}

void sl_csv_put(struct sl_csv_writer *w, struct sl_str s)
{
	bool guard = w->guard && reads_as_formula(s), quote = needs_quotes(w, s);
	size_t from = 0;

	before_field(w);
	if (quote)
		sl_buf_putc(w->b, '"');
	if (guard)
		sl_buf_putc(w->b, '\'');
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '"') {
			sl_buf_add(w->b, s.p + from, i + 1 - from);
			from = i; /* the quote goes out a second time with what follows */
		}
	sl_buf_add(w->b, s.p + from, s.n - from);
	if (quote)
		sl_buf_putc(w->b, '"');
}

void sl_csv_put_double(struct sl_csv_writer *w, double x)
{
	char text[32];

	before_field(w);
	if (isfinite(x))
		sl_buf_add(w->b, text, sl_double_text(x, text));
}

void sl_csv_put_int(struct sl_csv_writer *w, int64_t x)
{
	char text[32];

	before_field(w);
	sl_buf_add(w->b, text, sl_int_text(x, text));
}

void sl_csv_end(struct sl_csv_writer *w)
{
	if (w->in_row && w->b->n == w->row_start)
		sl_buf_puts(w->b, "\"\""); /* one empty field is a row, an empty line is none */
	sl_buf_putc(w->b, '\n');
	w->in_row = false;
}
