/* Small counts of people are withheld, because neighbours know who is meant; and as many others beside them
 * as it takes so that none can be worked out from a total (complementary suppression: Statistical Policy
 * Working Paper 22, Federal Committee on Statistical Methodology, 2005, chapter IV).  0 is not small: it
 * points at nobody.  What is withheld in one place of a document is withheld in all: docs/method/small-counts.md. */
#include "app/report_parts.h"

#include <stdlib.h>
#include <string.h>

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

static enum sl_code open_matrix(struct sl_arena *a, struct sl_doc_table *t, struct matrix *x, struct sl_err *e)
{
	size_t *column = sl_arena_alloc(a, t->n_columns + 1, sizeof *column, e);

	*x = (struct matrix){.margin_row = SIZE_MAX};
	if (!column)
		return e->code;
	x->n_columns = find_columns(t, column, &x->margin_column);
	x->n_rows = t->n_rows;
	x->cell = sl_arena_alloc(a, x->n_rows * x->n_columns + 1, sizeof *x->cell, e);
	if (!x->cell)
		return e->code;
	for (size_t r = 0; r < x->n_rows; r++) {
		if (t->row[r].type == SL_ROW_TOTAL)
			x->margin_row = r;
		for (size_t c = 0; c < x->n_columns; c++)
			x->cell[r * x->n_columns + c] = &t->row[r].cell[column[c]].amount;
	}
	return SL_OK;
}

static void protect_all(const struct matrix *x)
{
	for (bool again = true; again;) {
		again = false;
		for (size_t r = 0; r < x->n_rows; r++)
			again |= protect(x, true, r);
		for (size_t c = 0; c < x->n_columns; c++)
			again |= protect(x, false, c);
	}
}

enum sl_code sl_suppress_mark(struct sl_arena *a, struct sl_doc_table *t, int64_t below, struct sl_err *e)
{
	struct matrix x;

	if (open_matrix(a, t, &x, e))
		return e->code;
	/* The last line is of the whole country: it points at nobody, and is withheld only where nothing else
	 * helps. */
	for (size_t i = 0; i < x.n_rows * x.n_columns; i++)
		if (i / (x.n_columns ? x.n_columns : 1) != x.margin_row && small(x.cell[i], below))
			x.cell[i]->state = SL_AMOUNT_SUPPRESSED;
	protect_all(&x);
	return SL_OK;
}

/* What is withheld is nowhere in the document, and its records are not to be listed through it. */
static void wipe(struct sl_amount *m)
{
	if (!withheld(m))
		return;
	m->units = 0;
	m->cell = SL_STR("");
}

void sl_suppress_wipe(struct sl_doc_table *t)
{
	for (size_t r = 0; r < t->n_rows; r++)
		for (size_t c = 0; c < t->n_columns; c++)
			if (t->row[r].cell[c].type == SL_DOC_AMOUNT)
				wipe(&t->row[r].cell[c].amount);
}

enum sl_code sl_suppress(struct sl_arena *a, struct sl_doc_table *t, int64_t below, struct sl_err *e)
{
	if (sl_suppress_mark(a, t, below, e))
		return e->code;
	sl_suppress_wipe(t);
	return SL_OK;
}

/* ---- all tables of a document ---- */

struct sameness {
	struct sl_arena *a;
	struct sl_map hidden; /* cells that are withheld somewhere, their parts in one order */
	bool grown;
};

static int by_text(const void *a, const void *b)
{
	return sl_str_cmp(*(const struct sl_str *)a, *(const struct sl_str *)b);
}

/* "count.victim?b=2&a=1": what is asked is the same in any order. */
static struct sl_str in_order(struct sl_arena *a, struct sl_str cell, struct sl_err *e)
{
	struct sl_str part[SL_CELL_CONDITIONS_MAX + 8], rest = cell, name, out = {0};
	struct sl_buf b = {0};
	size_t n = 0;

	if (!sl_str_split(&rest, '?', &name))
		return cell;
	while (n < sizeof part / sizeof *part && sl_str_split(&rest, '&', &part[n]))
		n++;
	qsort(part, n, sizeof *part, by_text);
	sl_buf_str(&b, name);
	for (size_t i = 0; i < n; i++) {
		sl_buf_putc(&b, '&');
		sl_buf_str(&b, part[i]);
	}
	if (!sl_buf_check(&b, e))
		out = (struct sl_str){sl_str_dup(a, sl_buf_view(&b), e), b.n};
	sl_buf_done(&b);
	return out;
}

static enum sl_code hide(struct sameness *x, const struct sl_amount *m, struct sl_err *e)
{
	struct sl_str key;
	bool is_new;

	if (!withheld(m) || !m->cell.n)
		return SL_OK;
	key = in_order(x->a, m->cell, e);
	if (e->code || !sl_map_put(&x->hidden, key, 1, &is_new, e))
		return e->code;
	x->grown |= is_new;
	return SL_OK;
}

/* True when it is now withheld and was not. */
static bool follow(struct sameness *x, struct sl_amount *m, struct sl_err *e)
{
	struct sl_str key;

	if (e->code || m->state != SL_AMOUNT_KNOWN || m->unit != SL_UNIT_COUNT || !m->cell.n)
		return false;
	key = in_order(x->a, m->cell, e);
	if (e->code || !sl_map_get(&x->hidden, key))
		return false;
	m->state = SL_AMOUNT_SUPPRESSED;
	return true;
}

static enum sl_code walk_table(struct sameness *x, struct sl_doc_table *t, struct sl_err *e)
{
	struct matrix matrix;
	bool changed = false;

	if (open_matrix(x->a, t, &matrix, e))
		return e->code;
	for (size_t i = 0; i < matrix.n_rows * matrix.n_columns; i++)
		changed |= follow(x, matrix.cell[i], e);
	if (changed)
		protect_all(&matrix);
	for (size_t i = 0; i < matrix.n_rows * matrix.n_columns && !e->code; i++)
		(void)!hide(x, matrix.cell[i], e);
	return e->code;
}

static void walk_runs(struct sameness *x, struct sl_node *node, struct sl_err *e)
{
	for (; node; node = node->next) {
		for (size_t i = 0; i < node->runs.n; i++)
			if (node->runs.v[i].type == SL_RUN_AMOUNT && follow(x, &node->runs.v[i].amount, e))
				wipe(&node->runs.v[i].amount);
		if (node->type == SL_NODE_LIST)
			walk_runs(x, node->child, e);
		for (size_t k = 0; node->type == SL_NODE_CHART && k < node->chart->n_series; k++)
			for (size_t i = 0; i < node->chart->n_categories; i++) {
				struct sl_amount *m = (struct sl_amount *)(uintptr_t)&node->chart->series[k].value[i];

				if (follow(x, m, e)) /* made by sl_maker_chart */
					wipe(m);
			}
	}
}

enum sl_code sl_suppress_document(struct sl_report_maker *m, struct sl_err *e)
{
	struct sameness x = {.a = m->a};

	if (!m->n_held)
		return SL_OK;
	do {
		x.grown = false;
		for (struct sl_node *node = m->d->first; node && !e->code; node = node->next)
			if (node->type == SL_NODE_TABLE && !node->table->each)
				(void)!walk_table(&x, node->table, e);
	} while (x.grown && !e->code);
	walk_runs(&x, m->d->first, e);
	for (struct sl_node *node = m->d->first; node && !e->code; node = node->next)
		if (node->type == SL_NODE_TABLE && !node->table->each)
			sl_suppress_wipe(node->table);
	for (size_t i = 0; i < m->n_held && !e->code; i++)
		sl_maker_percents(m->held[i].spec, m->held[i].table);
	sl_map_done(&x.hidden);
	return e->code;
}
