/* A statement for the terminal and as rows for a spreadsheet. */
#include "app/statement_words.h"

#include "base/csv.h"

#include <math.h>

enum { ROWS_SHOWN = 40, WIDTH_MAX = 40 };

/* Code points: close enough to what a terminal shows. */
static size_t columns(struct sl_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static void put_quantity(struct sl_buf *b, const struct sl_quantity *q, const struct sl_locale *l)
{
	sl_buf_printf(b, "  %s: ", sl_text(l, "analysis", q->label));
	sl_quantity_value(b, q, l);
	if (q->unit)
		sl_buf_printf(b, " %s", sl_quantity_unit(q->unit, l));
	if (q->level > 0) {
		sl_buf_puts(b, ", ");
		sl_quantity_interval(b, q, l);
	}
	if (q->source.n)
		sl_buf_printf(b, "  [%.*s]", SL_STR_ARG(q->source));
	sl_buf_putc(b, '\n');
}

static void put_sentences(struct sl_buf *b, const struct sl_statement *s, enum sl_sentence_sort sort,
                          const struct sl_locale *l)
{
	bool first = true;

	for (size_t i = 0; i < s->n_sentences; i++) {
		if (s->sentence[i].sort != sort)
			continue;
		if (first)
			sl_buf_printf(b, "\n%s\n", sl_sentences_heading(sort, l));
		first = false;
		sl_buf_puts(b, "  - ");
		sl_sentence_text(b, &s->sentence[i], l);
		sl_buf_putc(b, '\n');
	}
}

static struct sl_str cell_text(struct sl_buf *b, const struct sl_statement_column *column,
                               const struct sl_statement_cell *cell, const struct sl_locale *l)
{
	const struct sl_quantity q = {.value = cell->number, .decimals = column->decimals};

	sl_buf_clear(b);
	if (column->is_text)
		sl_buf_str(b, cell->text);
	else
		sl_quantity_value(b, &q, l);
	return sl_buf_view(b);
}

static void put_table(struct sl_buf *b, const struct sl_statement_table *t, const struct sl_locale *l)
{
	size_t shown = t->n_rows < ROWS_SHOWN ? t->n_rows : ROWS_SHOWN;
	struct sl_buf text = {0};

	sl_buf_printf(b, "\n%s\n", sl_text(l, "analysis", t->caption));
	for (size_t row = 0; row <= shown; row++) {
		sl_buf_putc(b, ' ');
		for (size_t c = 0; c < t->n_columns; c++) {
			const struct sl_statement_column *column = &t->column[c];
			size_t width = 0, own;

			for (size_t k = 0; k < shown; k++) {
				own = columns(cell_text(&text, column, &t->cell[k * t->n_columns + c], l));
				width = own > width ? own : width;
			}
			own = columns(sl_str_from(column->name));
			width = own > width ? own : width;
			width = width > WIDTH_MAX ? WIDTH_MAX : width;
			sl_buf_clear(&text);
			if (row)
				(void)cell_text(&text, column, &t->cell[(row - 1) * t->n_columns + c], l);
			else
				sl_buf_puts(&text, column->name);
			own = columns(sl_buf_view(&text));
			sl_buf_printf(b, " %*s", column->is_text || own >= width ? 0 : (int)(width - own), "");
			sl_buf_str(b, sl_buf_view(&text));
			if (c + 1 < t->n_columns)
				sl_buf_printf(b, "%*s", column->is_text && own < width ? (int)(width - own) : 0, "");
		}
		sl_buf_putc(b, '\n');
	}
	if (shown < t->n_rows)
		sl_buf_printf(b, "  ... %zu more rows: --format csv\n", t->n_rows - shown);
	b->failed |= text.failed;
	sl_buf_done(&text);
}

void sl_statement_text(struct sl_buf *b, const struct sl_statement *s, const struct sl_locale *l)
{
	sl_buf_printf(b, "%s\n", sl_text(l, "analysis", s->title));
	put_sentences(b, s, SL_SAYS_ANSWER, l);
	put_sentences(b, s, SL_SAYS_WARNING, l);
	if (s->n_figures)
		sl_buf_printf(b, "\n%s\n", sl_text(l, "analysis", "Figures"));
	for (size_t i = 0; i < s->n_figures; i++)
		put_quantity(b, &s->figure[i], l);
	for (size_t i = 0; i < s->n_tables; i++)
		put_table(b, s->table[i], l);
	if (s->n_inputs)
		sl_buf_printf(b, "\n%s\n", sl_text(l, "analysis", "What went in"));
	for (size_t i = 0; i < s->n_inputs; i++)
		put_quantity(b, &s->input[i], l);
	for (int sort = SL_SAYS_ASSUMPTION; sort < SL_SENTENCE_SORTS; sort++)
		put_sentences(b, s, (enum sl_sentence_sort)sort, l);
	sl_buf_printf(b, "\n%s: %s. %s\n%s\n", sl_text(l, "analysis", "Method"), s->method, s->source,
	              sl_statement_changes_nothing(l));
}

static void put_row(struct sl_csv_writer *w, const char *part, const struct sl_quantity *q)
{
	sl_csv_put(w, sl_str_from(part));
	sl_csv_put(w, sl_str_from(q->name));
	if (q->text.n)
		sl_csv_put(w, q->text);
	else
		sl_csv_put_double(w, q->value);
	sl_csv_put_double(w, q->level > 0 ? q->low : (double)NAN);
	sl_csv_put_double(w, q->level > 0 ? q->high : (double)NAN);
	sl_csv_put_double(w, q->level > 0 ? q->level : (double)NAN);
	sl_csv_put(w, sl_str_from(q->unit));
	sl_csv_put(w, q->source);
	sl_csv_end(w);
}

void sl_statement_csv(struct sl_buf *b, const struct sl_statement *s)
{
	static const char *const head[] = {"part", "name", "value", "low", "high", "level", "unit", "source"};
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, b, ',', true);
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		sl_csv_put(&w, sl_str_from(head[i]));
	sl_csv_end(&w);
	for (size_t i = 0; i < s->n_figures; i++)
		put_row(&w, "figure", &s->figure[i]);
	for (size_t i = 0; i < s->n_inputs; i++)
		put_row(&w, "input", &s->input[i]);
	for (size_t i = 0; i < s->n_tables; i++) {
		const struct sl_statement_table *t = s->table[i];

		sl_buf_putc(b, '\n');
		for (size_t c = 0; c < t->n_columns; c++)
			sl_csv_put(&w, sl_str_from(t->column[c].name));
		sl_csv_end(&w);
		for (size_t k = 0; k < t->n_rows * t->n_columns; k++) {
			if (t->column[k % t->n_columns].is_text)
				sl_csv_put(&w, t->cell[k].text);
			else
				sl_csv_put_double(&w, t->cell[k].number);
			if (k % t->n_columns + 1 == t->n_columns)
				sl_csv_end(&w);
		}
	}
}
