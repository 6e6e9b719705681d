/* A frozen account as text: one line a cell, so that two can be compared cell by cell.  docs/formats/snapshot.md. */
#include "app/snapshot.h"

#include "base/csv.h"

#include <string.h>

#define HEAD "safelane snapshot 1\n"
#define COLUMNS "by,key,figure,value\n"

void sl_definition_text(struct sl_buf *b, const struct sl_dictionary *dict)
{
	struct sl_str reduced = sl_setting_text(dict, "reduced_without_asset_is");

	sl_buf_printf(b, "fold %d, reduced without asset is %.*s, a hazard is at least %d mm2", SL_FOLD_VERSION,
	              SL_STR_ARG(reduced), SL_COUNT_MM2);
}

void sl_snapshot_head(struct sl_buf *b, const struct sl_frozen *f)
{
	char day[11], moment[32];

	sl_date_text(f->as_of, day);
	sl_time_text(f->known_at_ms, moment);
	sl_buf_printf(b, HEAD "as of %s\nknown at %s\nlast revision %lld\ndefinition %.*s\n" COLUMNS, day, moment,
	              (long long)f->last_seq, SL_STR_ARG(f->definition));
}

void sl_mm2_digits(struct sl_buf *b, sl_mm2 v)
{
	char text[48];
	size_t n = sizeof text;
	bool minus = v < 0;

	do {
		text[--n] = (char)('0' + (int)(minus ? -(v % 10) : v % 10));
		v /= 10;
	} while (v);
	if (minus)
		text[--n] = '-';
	sl_buf_add(b, text + n, sizeof text - n);
}

static bool read_digits(struct sl_str s, sl_mm2 *out)
{
	bool minus = s.n && s.p[0] == '-';
	sl_mm2 v = 0;

	if (s.n <= (size_t)minus || s.n > 30)
		return false;
	for (size_t i = minus; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = minus ? -v : v;
	return true;
}

static void put_cell(struct sl_csv_writer *w, const char *by, struct sl_str key, const char *figure,
                     const char *ending, sl_mm2 v)
{
	struct sl_buf text = {0};

	if (!v)
		return;
	sl_csv_put(w, sl_str_from(by));
	sl_csv_put(w, key);
	sl_buf_printf(&text, "%s%s", figure, ending);
	sl_csv_put(w, sl_buf_view(&text));
	sl_buf_clear(&text);
	sl_mm2_digits(&text, v);
	sl_csv_put(w, sl_buf_view(&text));
	sl_csv_end(w);
	w->b->failed |= text.failed;
	sl_buf_done(&text);
}

void sl_snapshot_lines(struct sl_buf *b, const char *by, const struct sl_account_line *line, size_t n)
{
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, b, ',', false);
	for (size_t i = 0; i < n; i++) {
		const struct sl_account_line *l = &line[i];
		const struct sl_stock *const stock[2] = {&l->opening, &l->closing};

		for (int f = 0; f < SL_FIGURES; f++)
			put_cell(&w, by, l->key, sl_figure_name((enum sl_figure)f), "", sl_line_figure(l, (enum sl_figure)f));
		for (int f = 0; f <= SL_FIGURE_STOCK_CHA; f++)
			put_cell(&w, by, l->key, sl_figure_name((enum sl_figure)f), ".count", stock[f / 2]->count[f % 2]);
		put_cell(&w, by, l->key, "without_boundary", ".count", l->without_boundary);
		put_cell(&w, by, l->key, "without_boundary", ".size_not_stated", l->without_boundary_unstated);
	}
}

/* ---- reading ---- */

/* "by", "key" and "figure" with their lengths told apart. */
static enum sl_code name_cell(struct sl_arena *a, struct sl_str by, struct sl_str key, struct sl_str figure,
                              struct sl_str *out, struct sl_err *e)
{
	const struct sl_str part[3] = {by, key, figure};
	char *p = sl_arena_alloc(a, by.n + key.n + figure.n + 3, 1, e);

	if (!p)
		return e->code;
	*out = (struct sl_str){p, 0};
	for (int i = 0; i < 3; i++) {
		if (part[i].n)
			memcpy(p + out->n, part[i].p, part[i].n);
		out->n += part[i].n;
		p[out->n++] = '\n';
	}
	return SL_OK;
}

static enum sl_code take_row(struct sl_arena *a, const struct sl_csv_row *row, struct sl_frozen_cells *out,
                             struct sl_err *e)
{
	struct sl_frozen_cell c;
	struct sl_str name;

	if (row->n != 4 || !read_digits(row->field[3], &c.value))
		return sl_fail(e, SL_CORRUPT, "line %zu of the frozen account is no cell", row->line);
	c.by = row->field[0];
	c.key = row->field[1];
	c.figure = row->field[2];
	out->v = sl_arena_grow(a, out->v, &out->cap, out->n + 1, sizeof c, e);
	if (!out->v || name_cell(a, c.by, c.key, c.figure, &name, e) || !sl_map_put(&out->index, name, out->n, NULL, e))
		return e->code;
	out->v[out->n++] = c;
	return SL_OK;
}

enum sl_code sl_frozen_cells_read(struct sl_arena *a, struct sl_str text, struct sl_frozen_cells *out,
                                  struct sl_err *e)
{
	const char *cells = sl_str_has_prefix(text, HEAD) ? sl_str_find(text, COLUMNS) : NULL;
	struct sl_csv_row row;
	struct sl_csv csv;
	bool more;

	*out = (struct sl_frozen_cells){0};
	if (!cells)
		return sl_fail(e, SL_CORRUPT, "the frozen account does not begin as one");
	cells += sizeof COLUMNS - 1;
	if (cells == text.p + text.n)
		return SL_OK;
	if (sl_csv_open(&csv, "snapshot", (struct sl_str){cells, text.n - (size_t)(cells - text.p)}, ',', e))
		return e->code;
	while (!sl_csv_next(&csv, a, &row, &more, e) && more && !take_row(a, &row, out, e))
		;
	return e->code;
}

sl_mm2 sl_frozen_cell_value(const struct sl_frozen_cells *c, struct sl_arena *scratch, struct sl_str by,
                            struct sl_str key, struct sl_str figure, struct sl_err *e)
{
	struct sl_str name;
	uint64_t *at;

	if (name_cell(scratch, by, key, figure, &name, e))
		return 0;
	at = sl_map_get(&c->index, name);
	return at ? c->v[*at].value : 0;
}
