#include "report/csv_report.h"

#include "base/csv.h"
#include "report/wording.h"

#include <stdio.h>

enum { PIECE = 1 << 16 };

struct writing {
	const struct sl_sink *sink;
	struct sl_buf b;
	struct sl_csv_writer w;
	const struct sl_doc_table *table;
	int64_t n;
};

const char *sl_unit_code(enum sl_unit unit)
{
	static const char *const codes[] = {
	    [SL_UNIT_COUNT] = "count",
	    [SL_UNIT_M2] = "m2",
	    [SL_UNIT_HA] = "m2",
	    [SL_UNIT_KM2] = "m2",
	    [SL_UNIT_KM2_PER_YEAR] = "m2_per_year",
	    [SL_UNIT_M] = "m",
	    [SL_UNIT_CM] = "cm",
	    [SL_UNIT_DEGREES] = "degrees",
	    [SL_UNIT_DAYS] = "days",
	    [SL_UNIT_YEARS] = "years",
	    [SL_UNIT_PERCENT] = "percent",
	    [SL_UNIT_MONEY] = "money",
	};

	return codes[unit];
}

static const char *state_code(const struct sl_amount *m)
{
	static const char *const codes[] = {"none", "known", "unknown", "withheld", "not_applicable"};

	return m->state == SL_AMOUNT_KNOWN && m->at_least ? "at_least" : codes[m->state];
}

static void put_exact(struct writing *w, const struct sl_amount *m)
{
	struct sl_buf text = {0};

	sl_amount_exact(&text, m);
	sl_csv_put(&w->w, sl_buf_view(&text));
	w->b.failed |= text.failed;
	sl_buf_done(&text);
}

static void put_date(struct writing *w, struct sl_date date)
{
	char text[11];

	sl_date_text(date, text);
	sl_csv_put(&w->w, sl_str_from(text));
}

static void put_plain(struct writing *w, const struct sl_doc_cell *c)
{
	static const char *const nothing[] = {"", "", "UNK", "WITHHELD", "NA"};

	switch (c->type) {
	case SL_DOC_EMPTY: sl_csv_put(&w->w, SL_STR("")); return;
	case SL_DOC_TEXT: sl_csv_put(&w->w, c->text); return;
	case SL_DOC_DATE:
		if (sl_date_is_none(c->date))
			sl_csv_put(&w->w, SL_STR("UNK"));
		else
			put_date(w, c->date);
		return;
	case SL_DOC_AMOUNT:
		if (c->amount.state == SL_AMOUNT_KNOWN)
			put_exact(w, &c->amount);
		else
			sl_csv_put(&w->w, sl_str_from(nothing[c->amount.state]));
	}
}

static enum sl_code row_as_it_stands(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct writing *w = ctx;

	for (size_t i = 0; i < w->table->n_columns; i++) {
		const struct sl_doc_cell *c = &row->cell[i];

		put_plain(w, c);
		if (w->table->column[i].mixed)
			sl_csv_put(&w->w, sl_str_from(c->type == SL_DOC_AMOUNT ? sl_unit_code(c->amount.unit)
			                              : c->type == SL_DOC_DATE ? "date"
			                                                       : ""));
	}
	sl_csv_end(&w->w);
	return sl_sink_drain(w->sink, &w->b, PIECE, e);
}

/* The cells that name the row, "P03 / North"; a total keeps its own word. */
static void put_label(struct writing *w, const struct sl_doc_row *row)
{
	struct sl_buf text = {0};

	for (size_t i = 0; i < w->table->n_heads; i++) {
		const struct sl_doc_cell *c = &row->cell[i];
		char day[11];

		if (c->type == SL_DOC_EMPTY)
			continue;
		if (text.n)
			sl_buf_puts(&text, " / ");
		if (c->type == SL_DOC_TEXT)
			sl_buf_str(&text, c->text);
		if (c->type == SL_DOC_AMOUNT)
			sl_amount_exact(&text, &c->amount);
		if (c->type == SL_DOC_DATE) {
			sl_date_text(c->date, day);
			sl_buf_puts(&text, day);
		}
	}
	sl_csv_put(&w->w, sl_buf_view(&text));
	w->b.failed |= text.failed;
	sl_buf_done(&text);
}

static enum sl_code row_in_figures(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct writing *w = ctx;
	const struct sl_doc_table *t = w->table;

	w->n++;
	for (size_t i = t->n_heads; i < t->n_columns && row->type != SL_ROW_GROUP; i++) {
		const struct sl_doc_cell *c = &row->cell[i];
		bool amount = c->type == SL_DOC_AMOUNT;

		if (c->type == SL_DOC_EMPTY || (amount && c->amount.state == SL_AMOUNT_NONE))
			continue;
		sl_csv_put(&w->w, t->name);
		sl_csv_put_int(&w->w, w->n);
		put_label(w, row);
		sl_csv_put(&w->w, t->column[i].name);
		if (amount)
			put_exact(w, &c->amount);
		else if (c->type == SL_DOC_TEXT)
			sl_csv_put(&w->w, c->text);
		else
			put_date(w, c->date);
		sl_csv_put(&w->w, sl_str_from(amount                   ? sl_unit_code(c->amount.unit)
		                              : c->type == SL_DOC_DATE ? "date"
		                                                       : "text"));
		sl_csv_put(&w->w, sl_str_from(amount ? state_code(&c->amount)
		                              : c->type == SL_DOC_DATE && sl_date_is_none(c->date) ? "unknown"
		                                                                                   : "known"));
		sl_csv_put(&w->w, amount ? c->amount.cell : SL_STR(""));
		sl_csv_end(&w->w);
	}
	return sl_sink_drain(w->sink, &w->b, PIECE, e);
}

static enum sl_code one_table(struct writing *w, struct sl_err *e)
{
	for (size_t i = 0; i < w->table->n_columns; i++) {
		sl_csv_put(&w->w, w->table->column[i].name);
		if (w->table->column[i].mixed)
			sl_csv_put(&w->w, SL_STR("unit"));
	}
	sl_csv_end(&w->w);
	return sl_doc_table_each(w->table, row_as_it_stands, w, e);
}

static enum sl_code not_found(const struct sl_document *d, struct sl_str table, struct sl_err *e)
{
	char names[200] = "";
	size_t n = 0;

	for (const struct sl_node *node = d->first; node; node = node->next)
		if (node->type == SL_NODE_TABLE && n < sizeof names)
			n += (size_t)snprintf(names + n, sizeof names - n, "%s%.*s", n ? ", " : "",
			                      SL_STR_ARG(node->table->name));
	return sl_fail(e, SL_NOT_FOUND, "the report has no table '%.*s'; it has %s", SL_STR_ARG(table),
	               *names ? names : "none");
}

enum sl_code sl_csv_report(const struct sl_document *d, struct sl_str table, const struct sl_sink *s,
                           struct sl_err *e)
{
	static const char *const heads[] = {"table", "row",  "label", "column",
	                                    "value", "unit", "state", "cell"};
	struct writing w = {.sink = s};
	bool found = !table.n;

	sl_csv_writer_init(&w.w, &w.b, ',', true);
	for (size_t i = 0; !table.n && i < sizeof heads / sizeof *heads; i++)
		sl_csv_put(&w.w, sl_str_from(heads[i]));
	if (!table.n)
		sl_csv_end(&w.w);
	for (const struct sl_node *node = d->first; node && !e->code; node = node->next) {
		if (node->type != SL_NODE_TABLE)
			continue;
		w.table = node->table;
		w.n = 0;
		if (!table.n) {
			(void)!sl_doc_table_each(node->table, row_in_figures, &w, e);
		} else if (sl_str_eq(table, node->table->name)) {
			found = true;
			(void)!one_table(&w, e);
		}
	}
	if (!e->code && !found)
		(void)not_found(d, table, e);
	if (!e->code)
		(void)!sl_sink_drain(s, &w.b, 0, e);
	sl_buf_done(&w.b);
	return e->code;
}
