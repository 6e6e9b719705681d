#include "app/import_parts.h"

#include <string.h>

/* A thread's tools: which column of the file is which, found once and remembered by its place. */

enum sl_code import_worker_init(struct import_worker *w, const struct import_plan *plan, struct sl_err *e)
{
	*w = (struct import_worker){.plan = plan};
	w->cell = sl_arena_alloc(&w->arena, plan->mapping.n, sizeof *w->cell, e);
	if (!w->cell)
		return e->code;
	if (plan->crs.n && !plan->wgs84)
		return sl_crs_open(&w->arena, plan->crs, &w->crs, e);
	return SL_OK;
}

void import_worker_done(struct import_worker *w)
{
	sl_map_done(&w->by_name);
	sl_buf_done(&w->text);
	sl_arena_done(&w->arena);
	*w = (struct import_worker){0};
}

static bool known_at_start(const struct sl_source *s, struct sl_str name)
{
	for (size_t i = 0; i < s->n_columns; i++)
		if (sl_str_eq(s->column[i], name))
			return true;
	return false;
}

/* A column that appears only late in the file (GeoJSON) maps by its name like the others, unless its
 * field has a column already. */
static enum sl_code make_column(struct import_worker *w, struct sl_str name, struct import_column *c,
                                struct sl_err *e)
{
	const struct import_plan *plan = w->plan;
	const bool late = !known_at_start(plan->source, name);
	struct sl_arena *a = &w->arena;
	char *copy = sl_str_dup(a, name, e);

	*c = (struct import_column){.name = {copy, name.n}};
	c->late = copy ? sl_arena_alloc(a, plan->mapping.n_kinds, sizeof *c->late, e) : NULL;
	c->personal = c->late ? sl_arena_alloc(a, plan->mapping.n_kinds, sizeof *c->personal, e) : NULL;
	if (!c->personal)
		return e->code;
	for (size_t i = 0; i < plan->mapping.n; i++) {
		size_t *v;

		if (!plan->mapping.rule[i].source.n || !sl_str_eq(plan->mapping.rule[i].source, name))
			continue;
		v = sl_arena_grow(a, c->rule, &c->cap_rules, c->n_rules + 1, sizeof *v, e);
		if (!v)
			return e->code;
		c->rule = v;
		c->rule[c->n_rules++] = i;
		c->used = true;
	}
	for (size_t k = 0; k < plan->mapping.n_kinds; k++) {
		const struct sl_kind *kind = plan->mapping.kind[k];
		const struct sl_field *f = sl_kind_field_meant(kind, a, name);
		const bool hides =
		    (f && f->sensitive) || (plan->kind[k].hides_geometry && sl_mapping_shows_place(name));

		c->personal[k] = hides || (!f && kind->seals_extra);
		if (c->used)
			continue;
		/* It goes to the kind that hides it, when one does. */
		if (hides && !c->sealed) {
			c->sealed = true;
			c->owner = k;
		}
		if (f && late && f->index != kind->geometry && !sl_mapping_gives(&plan->mapping, f, kind))
			c->late[k] = f;
	}
	for (size_t k = 0; k < plan->mapping.n_kinds; k++)
		c->used |= c->late[k] != NULL;
	return SL_OK;
}

static enum sl_code column_index(struct import_worker *w, struct sl_str name, size_t *out, struct sl_err *e)
{
	struct import_column *v;
	const uint64_t *at = sl_map_get(&w->by_name, name);

	if (at) {
		*out = (size_t)*at;
		return SL_OK;
	}
	v = sl_arena_grow(&w->arena, w->column, &w->cap_columns, w->n_columns + 1, sizeof *v, e);
	if (!v)
		return e->code;
	w->column = v;
	if (make_column(w, name, &w->column[w->n_columns], e) ||
	    !sl_map_put(&w->by_name, w->column[w->n_columns].name, w->n_columns, NULL, e))
		return e->code;
	*out = w->n_columns++;
	return SL_OK;
}

enum sl_code import_columns_of(struct import_worker *w, const struct sl_row *row, struct sl_err *e)
{
	if (row->n > IMPORT_COLUMNS_MAX)
		return sl_fail(e, SL_INVALID, "row %llu has %zu columns; more than %d are not read",
		               (unsigned long long)row->number, row->n, IMPORT_COLUMNS_MAX);
	for (size_t i = 0; i < w->plan->mapping.n; i++)
		w->cell[i] = NULL;
	for (size_t i = 0; i < row->n; i++) {
		const struct sl_cell *cell = &row->cell[i];
		const struct import_column *c;

		if (w->guess[i] >= w->n_columns || !sl_str_eq(w->column[w->guess[i]].name, cell->name))
			if (column_index(w, cell->name, &w->guess[i], e))
				return e->code;
		c = &w->column[w->guess[i]];
		for (size_t r = 0; r < c->n_rules; r++)
			w->cell[c->rule[r]] = cell;
	}
	return SL_OK;
}

enum sl_code import_find(struct import_chunk *c, size_t item, const struct sl_finding *f, struct sl_err *e)
{
	struct import_pending *v =
	    sl_arena_grow(&c->arena, c->pending, &c->cap_pending, c->n_pending + 1, sizeof *v, e);

	if (!v)
		return e->code;
	c->pending = v;
	c->pending[c->n_pending++] = (struct import_pending){.item = item, .finding = *f};
	return SL_OK;
}

enum sl_code import_chunk_read(struct import_worker *w, struct import_chunk *c, struct sl_err *e)
{
	const struct sl_source *s = w->plan->source;

	c->mended = sl_arena_alloc(&c->arena, w->plan->mapping.n, sizeof *c->mended, e);
	if (!c->mended)
		return e->code;
	for (size_t i = 0; i < c->rows.n; i++) {
		struct sl_row row;

		if (s->read(s, &c->arena, &c->rows, i, &row, e) || import_row_records(w, c, &row, e))
			return e->code;
	}
	return SL_OK;
}
