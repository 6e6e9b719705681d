/* Small counts of people are withheld, because neighbours know who is meant; and as many others beside them
 * as it takes so that none can be worked out from a total (complementary suppression: Statistical Policy
 * Working Paper 22, Federal Committee on Statistical Methodology, 2005, chapter IV).  0 is not small: it
 * points at nobody. */
#include "app/report_parts.h"

struct matrix {
	struct sl_amount **cell; /* n_rows by n_columns */
	size_t n_rows, n_columns;
	size_t margin_row, margin_column; /* SIZE_MAX: there is none */
};

static bool withheld(const struct sl_amount *m)
{
	return m->state == SL_AMOUNT_SUPPRESSED;
}

/* Units stay until the end: which cell is the smallest is asked on the way. */
static bool small(const struct sl_amount *m, int64_t below)
{
	return m->state == SL_AMOUNT_KNOWN && m->units > 0 && m->units < below;
}

static struct sl_amount *at(const struct matrix *x, bool across, size_t line, size_t i)
{
	return across ? x->cell[line * x->n_columns + i] : x->cell[i * x->n_columns + line];
}

/* A line in which exactly one is withheld gives it away: withhold the smallest other, a total last.  False
 * when nothing had to be done. */
static bool protect(const struct matrix *x, bool across, size_t line)
{
	size_t n = across ? x->n_columns : x->n_rows, margin = across ? x->margin_column : x->margin_row,
	       hidden = 0;
	struct sl_amount *best = NULL;

	if (margin == SIZE_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct sl_amount *m = at(x, across, line, i);

		if (withheld(m)) {
			hidden++;
		} else if (i != margin && m->state == SL_AMOUNT_KNOWN &&
		           (!best || (best->units == 0 && m->units > 0) ||
		            (m->units > 0 && m->units < best->units))) {
			best = m;
		}
	}
	if (hidden != 1)
		return false;
	if (!best)
		best = withheld(at(x, across, line, margin)) ? NULL : at(x, across, line, margin);
	if (!best)
		return false;
	best->state = SL_AMOUNT_SUPPRESSED;
	return true;
}

static size_t find_columns(const struct sl_doc_table *t, size_t *column, size_t *margin)
{
	size_t n = 0;

	*margin = SIZE_MAX;
	for (size_t i = t->n_heads; i < t->n_columns; i++) {
		if (t->column[i].type != SL_COLUMN_AMOUNT || t->column[i].unit != SL_UNIT_COUNT)
			continue;
		if (sl_str_is(t->column[i].name, "total"))
			*margin = n;
		column[n++] = i;
	}
	return n;
}

enum sl_code sl_suppress(struct sl_arena *a, struct sl_doc_table *t, int64_t below, struct sl_err *e)
{
	struct matrix x = {.margin_row = SIZE_MAX};
	size_t *column = sl_arena_alloc(a, t->n_columns + 1, sizeof *column, e);
	bool again = true;

	if (!column)
		return e->code;
	x.n_columns = find_columns(t, column, &x.margin_column);
	x.n_rows = t->n_rows;
	x.cell = sl_arena_alloc(a, x.n_rows * x.n_columns + 1, sizeof *x.cell, e);
	if (!x.cell)
		return e->code;
	for (size_t r = 0; r < x.n_rows; r++) {
		if (t->row[r].type == SL_ROW_TOTAL)
			x.margin_row = r;
		for (size_t c = 0; c < x.n_columns; c++)
			x.cell[r * x.n_columns + c] = &t->row[r].cell[column[c]].amount;
	}
	/* The last line is of the whole country: it points at nobody, and is withheld only where nothing else
	 * helps. */
	for (size_t i = 0; i < x.n_rows * x.n_columns; i++)
		if (i / (x.n_columns ? x.n_columns : 1) != x.margin_row && small(x.cell[i], below))
			x.cell[i]->state = SL_AMOUNT_SUPPRESSED;
	while (again) {
		again = false;
		for (size_t r = 0; r < x.n_rows; r++)
			again |= protect(&x, true, r);
		for (size_t c = 0; c < x.n_columns; c++)
			again |= protect(&x, false, c);
	}
	/* What is withheld is nowhere in the document, and its records are not to be listed through it. */
	for (size_t i = 0; i < x.n_rows * x.n_columns; i++)
		if (withheld(x.cell[i])) {
			x.cell[i]->units = 0;
			x.cell[i]->cell = SL_STR("");
		}
	return SL_OK;
}
