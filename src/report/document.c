#include "report/document.h"

#include <math.h>
#include <string.h>

enum sl_code sl_document_new(struct sl_arena *a, const struct sl_locale *locale, struct sl_document **out,
                             struct sl_err *e)
{
	struct sl_document *d = sl_arena_alloc(a, 1, sizeof *d, e);

	if (!d)
		return e->code;
	d->a = a;
	d->locale = locale ? locale : sl_locale_at(0);
	d->right_to_left = sl_locale_right_to_left(d->locale);
	d->as_of = d->from = sl_date_none();
	d->unknown = sl_str_from(sl_text(locale, "report", "unknown"));
	d->suppressed = sl_str_from(sl_text(locale, "report", "withheld"));
	d->not_applicable = sl_str_from(sl_text(locale, "report", "not applicable"));
	d->notes_title = sl_str_from(sl_text(locale, "report", "Definitions and notes"));
	*out = d;
	return SL_OK;
}

struct sl_node *sl_doc_add(struct sl_document *d, enum sl_node_type type, struct sl_err *e)
{
	struct sl_node *node = sl_arena_alloc(d->a, 1, sizeof *node, e);

	if (!node)
		return NULL;
	node->type = type;
	if (type == SL_NODE_TABLE)
		node->table = sl_arena_alloc(d->a, 1, sizeof *node->table, e);
	else if (type == SL_NODE_CHART)
		node->chart = sl_arena_alloc(d->a, 1, sizeof *node->chart, e);
	else if (type == SL_NODE_MAP)
		node->map = sl_arena_alloc(d->a, 1, sizeof *node->map, e);
	if (e->code)
		return NULL;
	if (type == SL_NODE_MAP)
		node->map->declination_deg = (double)NAN;
	if (d->last)
		d->last->next = node;
	else
		d->first = node;
	d->last = node;
	return node;
}

enum sl_code sl_doc_note(struct sl_document *d, struct sl_note note, size_t *number, struct sl_err *e)
{
	struct sl_note *v;

	for (size_t i = 0; i < d->n_notes; i++)
		if (sl_str_eq(d->note[i].key, note.key)) {
			*number = i;
			return SL_OK;
		}
	v = sl_arena_grow(d->a, d->note, &d->cap_notes, d->n_notes + 1, sizeof *v, e);
	if (!v)
		return e->code;
	d->note = v;
	*number = d->n_notes;
	d->note[d->n_notes++] = note;
	return SL_OK;
}

enum sl_code sl_runs_add(struct sl_arena *a, struct sl_runs *r, struct sl_run run, struct sl_err *e)
{
	struct sl_run *v = sl_arena_grow(a, r->v, &r->cap, r->n + 1, sizeof *v, e);

	if (!v)
		return e->code;
	r->v = v;
	r->v[r->n++] = run;
	return SL_OK;
}

enum sl_code sl_runs_text(struct sl_arena *a, struct sl_runs *r, struct sl_str text, struct sl_err *e)
{
	return text.n ? sl_runs_add(a, r, (struct sl_run){.type = SL_RUN_TEXT, .text = text}, e) : SL_OK;
}

enum sl_code sl_doc_row_add(struct sl_arena *a, struct sl_doc_table *t, enum sl_row_type type,
                            struct sl_doc_cell **cell, struct sl_err *e)
{
	struct sl_doc_row *v = sl_arena_grow(a, t->row, &t->cap_rows, t->n_rows + 1, sizeof *v, e);
	struct sl_doc_cell *cells = v ? sl_arena_alloc(a, t->n_columns, sizeof *cells, e) : NULL;

	if (!cells)
		return e->code;
	t->row = v;
	t->row[t->n_rows++] = (struct sl_doc_row){type, cells};
	*cell = cells;
	return SL_OK;
}

struct sl_doc_cell sl_doc_text(struct sl_str text)
{
	return (struct sl_doc_cell){.type = SL_DOC_TEXT, .text = text, .date = sl_date_none()};
}

struct sl_doc_cell sl_doc_amount(struct sl_amount amount)
{
	return (struct sl_doc_cell){.type = SL_DOC_AMOUNT, .amount = amount, .date = sl_date_none()};
}

struct sl_doc_cell sl_doc_date(struct sl_date date)
{
	return (struct sl_doc_cell){.type = SL_DOC_DATE, .date = date};
}

enum sl_code sl_doc_table_each(const struct sl_doc_table *t, sl_doc_row_fn *fn, void *ctx, struct sl_err *e)
{
	if (t->each)
		return t->each(t->source, fn, ctx, e);
	for (size_t i = 0; i < t->n_rows; i++)
		if (fn(ctx, &t->row[i], e))
			return e->code;
	return SL_OK;
}

enum sl_code sl_doc_map_each(const struct sl_doc_map *m, sl_map_shape_fn *fn, void *ctx, struct sl_err *e)
{
	for (size_t i = 0; i < m->n_shapes; i++)
		if (fn(ctx, &m->shape[i], e))
			return e->code;
	return m->each ? m->each(m->source, fn, ctx, e) : SL_OK;
}
