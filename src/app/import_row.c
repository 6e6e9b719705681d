#include "app/import_making.h"

#include "base/utf8.h"
#include "geo/wkb.h"

#include <math.h>
#include <string.h>

/* One row of a file becomes one record of each kind of the mapping.  Runs on any thread: everything lives
 * in the arena of the chunk. */

enum sl_code import_making_find(struct import_making *m, const char *rule, enum sl_severity severity,
                                const struct sl_field *field, const char *text, const char *suggestion,
                                struct sl_err *e)
{
	struct sl_finding f = {.rule = rule,
	                       .severity = severity,
	                       .kind = m->k->kind->name,
	                       .lon = (double)NAN,
	                       .lat = (double)NAN};

	if (!text)
		return e->code;
	m->has_error |= severity == SL_ERROR;
	f.field = field ? field->name : (struct sl_str){"", 0};
	f.text = sl_str_from(text);
	f.suggestion = sl_str_from(suggestion);
	return import_find(m->c, m->item, &f, e);
}

static enum sl_code keep_raw(struct import_making *m, const struct sl_field *f, struct sl_str column,
                             struct sl_str text, struct sl_err *e)
{
	struct import_raw *v;

	/* The entry is sealed for kinds whose place is: elsewhere it must not show what the field hides. */
	if (f && f->sensitive && !m->k->hides_geometry)
		return SL_OK;
	v = sl_arena_grow(&m->c->arena, m->raw, &m->cap_raw, m->n_raw + 1, sizeof *v, e);
	if (!v)
		return e->code;
	m->raw = v;
	m->raw[m->n_raw++] = (struct import_raw){column, text};
	return SL_OK;
}

/* ---- extras ---- */

static bool plain_ascii(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7f || s.p[i] == '"' ||
		    s.p[i] == '\\')
			return false;
	return true;
}

static enum sl_code json_of(struct import_making *m, const struct sl_cell *cell, struct sl_str *out,
                            struct sl_err *e)
{
	struct sl_json_writer w;
	char *p;

	if (cell->type != SL_CELL_TEXT) {
		*out = cell->text;
		return SL_OK;
	}
	if (cell->json.n) {
		*out = cell->json;
		return SL_OK;
	}
	if (plain_ascii(cell->text)) {
		p = sl_arena_alloc(&m->c->arena, cell->text.n + 2, 1, e);
		if (!p)
			return e->code;
		p[0] = p[cell->text.n + 1] = '"';
		memcpy(p + 1, cell->text.p, cell->text.n);
		*out = (struct sl_str){p, cell->text.n + 2};
		return SL_OK;
	}
	sl_buf_clear(&m->w->text);
	sl_json_writer_init(&w, &m->w->text);
	sl_json_put_str(&w, cell->text);
	if (sl_buf_check(&m->w->text, e))
		return e->code;
	p = sl_arena_strndup(&m->c->arena, m->w->text.p, m->w->text.n, e);
	if (!p)
		return e->code;
	*out = (struct sl_str){p, m->w->text.n};
	return SL_OK;
}

/* Kinds about people seal all their extras by themselves (sl_record_sealed_json). */
static enum sl_code add_extra(struct import_making *m, const struct sl_cell *cell, bool hide,
                              struct sl_err *e)
{
	const bool sealed = hide && !m->k->kind->seals_extra;
	struct sl_extra **list = sealed ? &m->sealed : &m->rec.extra, *v;
	size_t *n = sealed ? &m->n_sealed : &m->rec.n_extra, *cap = sealed ? &m->cap_sealed : &m->cap_extra;
	struct sl_extra one = {.key = cell->name};
	size_t at;

	if (cell->type == SL_CELL_EMPTY)
		return SL_OK;
	if (json_of(m, cell, &one.value, e))
		return e->code;
	v = sl_arena_grow(&m->c->arena, *list, cap, *n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	*list = v;
	/* In the order of their names: of the sealed ones the same said in other columns is the same, and what
	 * is written of the others is sorted; that also when a row has very many. */
	for (at = *n; (sealed || *n < 64) && at && sl_str_cmp(v[at - 1].key, one.key) > 0; at--)
		v[at] = v[at - 1];
	v[at] = one;
	++*n;
	m->said = true;
	return SL_OK;
}

/* ---- values ---- */

static bool value_says(const struct sl_value *v, struct sl_str text)
{
	char out[32];
	size_t n = 0;

	switch (v->type) {
	case SL_VALUE_NONE: return true;
	case SL_VALUE_UNKNOWN: return sl_str_is(text, "UNK");
	case SL_VALUE_NA: return sl_str_is(text, "NA");
	case SL_VALUE_TEXT: return sl_str_eq(v->text, text);
	case SL_VALUE_INTEGER: n = sl_int_text(v->integer, out); break;
	case SL_VALUE_DECIMAL: n = sl_double_text(v->decimal, out); break;
	case SL_VALUE_DATE:
		sl_date_text(v->date, out);
		n = strlen(out);
		break;
	}
	return sl_str_eq(text, (struct sl_str){out, n});
}

/* "label: problem." */
static const char *labelled(struct sl_arena *a, struct sl_str label, const char *problem, struct sl_err *e)
{
	const size_t n = strlen(problem);
	char *p = sl_arena_alloc(a, label.n + n + sizeof ": .", 1, e);

	if (!p)
		return NULL;
	if (label.n)
		memcpy(p, label.p, label.n);
	memcpy(p + label.n, ": ", 2);
	memcpy(p + label.n + 2, problem, n);
	p[label.n + 2 + n] = '.';
	return p;
}

/* A value that cannot be read: the record is kept, the text too, and the finding says so. */
static enum sl_code unreadable(struct import_making *m, const struct sl_field *f,
                               const struct sl_cell *cell, const char *problem, struct sl_err *e)
{
	const bool code = f->type == SL_FIELD_SELECT_ONE || f->type == SL_FIELD_SELECT_MULTIPLE;
	const bool date = f->type == SL_FIELD_DATE || f->type == SL_FIELD_DATETIME;
	const char *rule = code ? "I02" : date ? "T07" : "I11";
	const char *text;

	if (keep_raw(m, f, cell->name, cell->text, e) || add_extra(m, cell, f->sensitive, e))
		return e->code;
	if (f->sensitive)
		text = sl_arena_printf(&m->c->arena, e, "The %.*s in the column '%.*s' cannot be read.",
		                       SL_STR_ARG(f->label), SL_STR_ARG(cell->name));
	else
		text = labelled(&m->c->arena, f->label, problem, e);
	return import_making_find(
	    m, rule, SL_WARNING, f, text,
	    code   ? "Map the value, or add the code or its alias to dictionary/choices.csv."
	    : date ? "Say the order in the mapping (date:DMY, date:MDY), or write YYYY-MM-DD."
	           : "Correct the value, or say in the mapping how it is written.",
	    e);
}

/* ["APM","UXO"] of a JSON source is a list of codes. */
static enum sl_code list_text(struct import_making *m, const struct sl_cell *cell, struct sl_str *text,
                              struct sl_err *e)
{
	struct sl_json *v;
	struct sl_err inner = {0};
	char *copy;

	if (cell->type != SL_CELL_JSON || sl_json_parse(&m->c->arena, cell->text, &v, &inner) ||
	    v->type != SL_JSON_ARRAY)
		return inner.code == SL_NOMEM ? sl_fail(e, SL_NOMEM, "out of memory") : SL_OK;
	sl_buf_clear(&m->w->text);
	for (const struct sl_json *i = v->child; i; i = i->next) {
		if (i != v->child)
			sl_buf_putc(&m->w->text, ';');
		sl_buf_str(&m->w->text, i->text);
	}
	if (sl_buf_check(&m->w->text, e))
		return e->code;
	copy = sl_arena_strndup(&m->c->arena, m->w->text.p, m->w->text.n, e);
	if (!copy)
		return e->code;
	*text = (struct sl_str){copy, m->w->text.n};
	return SL_OK;
}

/* A code of digits that a spreadsheet made a number of: 5,313 and 5313.0 were 05313 once; and one digit
 * fewer than the others of the column has lost its zero (rule I03). */
static enum sl_code look_at_code(struct import_making *m, const struct sl_mapping_rule *r, size_t rule,
                                 struct sl_str text, struct sl_err *e)
{
	const size_t width = m->w->plan->code_width[rule];
	size_t digits = 0;
	const char *why = NULL;

	if (!width)
		return SL_OK;
	for (size_t i = 0; i < text.n; i++)
		digits += text.p[i] >= '0' && text.p[i] <= '9';
	if (!digits)
		return SL_OK;
	if (digits < text.n) {
		double x;
		struct sl_str out;
		const char *problem = NULL;

		if (sl_transform_text(&m->c->arena, &(struct sl_transform_step){.what = SL_TRANSFORM_NUMBER}, text,
		                      &out, &problem, e))
			return e->code;
		if (!problem && sl_str_double(out, &x))
			why = "is written as a number, not as a code";
	} else if (digits + 1 == width) {
		why = "has one digit fewer than the others: a leading zero may be lost";
	}
	if (!why)
		return SL_OK;
	return import_making_find(
	    m, "I03", SL_WARNING, r->field,
	    sl_arena_printf(&m->c->arena, e, "%.*s: '%.*s' %s.", SL_STR_ARG(r->field->label), SL_STR_ARG(text),
	                    why),
	    "Restore the code as the gazetteer has it (transform number and lpad:N in a mapping); keep codes "
	    "as text.",
	    e);
}

static enum sl_code map_value(struct import_making *m, const struct sl_mapping_rule *r, struct sl_str *text,
                              struct sl_err *e)
{
	struct sl_str key, trimmed = sl_str_trim(*text);

	for (size_t i = 0; i < r->n_map; i++)
		if (sl_str_eq(r->map[i].from, trimmed)) {
			*text = r->map[i].to;
			return SL_OK;
		}
	if (r->n_map) {
		if (sl_utf8_key(&m->c->arena, trimmed, &key, e))
			return e->code;
		for (size_t i = 0; i < r->n_map; i++)
			if (sl_str_eq(r->map[i].from_key, key)) {
				*text = r->map[i].to;
				return SL_OK;
			}
	}
	if (r->has_fallback && trimmed.n)
		*text = r->fallback;
	return SL_OK;
}

static enum sl_code date_part(struct import_making *m, const struct sl_mapping_rule *r,
                              const struct sl_cell *cell, struct sl_str text, struct sl_err *e)
{
	struct import_dated *d = NULL;
	const char *problem = NULL;

	for (size_t i = 0; i < m->n_dated; i++)
		if (m->dated[i].field == r->field)
			d = &m->dated[i];
	if (!d) {
		if (m->n_dated == sizeof m->dated / sizeof *m->dated)
			return sl_fail(e, SL_INVALID, "the mapping makes more than four dates of parts");
		d = &m->dated[m->n_dated++];
		*d = (struct import_dated){.field = r->field};
	}
	if (keep_raw(m, r->field, cell->name, cell->text, e) ||
	    sl_date_part_add(&m->c->arena, &d->parts, r->step[r->n_steps - 1].what, text, &problem, e))
		return e->code;
	return problem ? unreadable(m, r->field, cell, problem, e) : SL_OK;
}

static enum sl_code set_value(struct import_making *m, const struct sl_field *f, const struct sl_cell *cell,
                              struct sl_str text, struct sl_err *e)
{
	struct sl_value *v = &m->rec.value[f->index];
	const char *problem;

	if ((f->type == SL_FIELD_SELECT_MULTIPLE || f->type == SL_FIELD_SELECT_ONE) && cell &&
	    list_text(m, cell, &text, e))
		return e->code;
	if (sl_value_read(&m->c->arena, f, text, v, &problem, e))
		return e->code;
	if (problem)
		return cell ? unreadable(m, f, cell, problem, e) : SL_OK;
	if (!cell)
		return SL_OK;
	/* The field was given, but as nothing ("x=" in the value map): what was written stays on record. */
	if (v->type == SL_VALUE_NONE || !value_says(v, cell->text))
		if (keep_raw(m, f, cell->name, cell->text, e))
			return e->code;
	return SL_OK;
}

static enum sl_code apply(struct import_making *m, size_t rule, struct sl_err *e)
{
	const struct sl_mapping_rule *r = &m->w->plan->mapping.rule[rule];
	const struct sl_cell *cell = m->w->cell[rule];
	const bool constant = r->n_steps && r->step[0].what == SL_TRANSFORM_CONST;
	struct sl_str text = {"", 0};
	const char *problem = NULL;
	struct sl_transform_step last = {0};

	if (constant)
		cell = NULL;
	else if (!cell || (cell->type == SL_CELL_EMPTY && !r->n_map))
		return SL_OK;
	if (cell)
		text = cell->text;
	if (!r->field) {
		/* Left without a field on purpose: a column that means a sensitive one is sealed all the same. */
		const struct sl_field *meant = cell ? sl_kind_field_meant(r->kind, &m->c->arena, cell->name) : NULL;

		return cell ? add_extra(m, cell, meant && meant->sensitive, e) : SL_OK;
	}
	if (r->n_steps)
		last = r->step[r->n_steps - 1];
	if (cell && cell->type != SL_CELL_EMPTY) {
		m->said = true;
		/* Someone has said it before, in a surer column. */
		if (!sl_transform_is_place(last.what) && !sl_transform_is_date_part(last.what) &&
		    m->rec.value[r->field->index].type != SL_VALUE_NONE)
			return add_extra(m, cell, r->field->sensitive, e);
	} else if (m->rec.value[r->field->index].type != SL_VALUE_NONE) {
		return SL_OK;
	}
	for (size_t i = 0; i < r->n_steps && !problem; i++)
		if (sl_transform_text(&m->c->arena, &r->step[i], text, &text, &problem, e))
			return e->code;
	if (problem)
		return unreadable(m, r->field, cell, problem, e);
	if (cell && r->n_steps && (r->step[0].what == SL_TRANSFORM_NUMBER || last.what == SL_TRANSFORM_LPAD) &&
	    !sl_str_eq(text, cell->text))
		m->c->mended[rule]++;
	if ((r->n_map || r->has_fallback) && map_value(m, r, &text, e))
		return e->code;
	if (cell && r->n_steps && sl_transform_is_place(last.what)) {
		m->place.part[sl_place_part_of(last.what)] = sl_str_trim(text);
		m->place.any = true;
		/* The text of a boundary stands in the entry by itself, where it must. */
		return last.what == SL_TRANSFORM_WKT || last.what == SL_TRANSFORM_WKB
		           ? SL_OK
		           : keep_raw(m, r->field, cell->name, cell->text, e);
	}
	if (cell && r->n_steps && sl_transform_is_date_part(last.what))
		return date_part(m, r, cell, text, e);
	if (set_value(m, r->field, cell, text, e))
		return e->code;
	return cell && r->field->type == SL_FIELD_TEXT ? look_at_code(m, r, rule, sl_str_trim(text), e) : SL_OK;
}

static enum sl_code settle_dates(struct import_making *m, struct sl_err *e)
{
	for (size_t i = 0; i < m->n_dated; i++) {
		struct import_dated *d = &m->dated[i];
		struct sl_value *v = &m->rec.value[d->field->index];
		struct sl_date date;

		if (!d->parts.any || v->type != SL_VALUE_NONE)
			continue;
		if (sl_date_parts_date(&d->parts, &date))
			*v = (struct sl_value){.type = SL_VALUE_DATE, .date = date};
		else if (import_making_find(
		             m, "T07", SL_WARNING, d->field,
		             sl_arena_printf(
		                 &m->c->arena, e, "%.*s: year %d, month %d, day %d make no date (0: empty).",
		                 SL_STR_ARG(d->field->label), d->parts.year, d->parts.month, d->parts.day),
		             "Say in the mapping which day stands for a month (date:month_end), or enter the date.",
		             e))
			return e->code;
	}
	return SL_OK;
}

/* ---- a row ---- */

static enum sl_code make_record(struct import_worker *w, struct import_chunk *c, const struct sl_row *row,
                                size_t kind, struct sl_err *e)
{
	const struct import_plan *plan = w->plan;
	struct import_making m = {
	    .w = w, .c = c, .row = row, .k = &plan->kind[kind], .kind = kind, .item = c->n};
	size_t n_pending = c->n_pending;

	if (sl_record_new(&c->arena, m.k->kind, &m.rec, e))
		return e->code;
	for (size_t i = 0; i < plan->mapping.n; i++)
		if (plan->mapping.rule[i].kind == m.k->kind && apply(&m, i, e))
			return e->code;
	for (size_t i = 0; i < row->n; i++) {
		const struct sl_cell *cell = &row->cell[i];
		const struct import_column *col = &w->column[w->guess[i]];
		const struct sl_field *late;

		if (cell->type == SL_CELL_EMPTY)
			continue;
		late = col->late[kind];
		if (late && m.rec.value[late->index].type == SL_VALUE_NONE) {
			m.said = true;
			if (set_value(&m, late, cell, cell->text, e))
				return e->code;
		} else if (!col->used && col->owner == kind) {
			if (add_extra(&m, cell, col->sealed, e))
				return e->code;
		}
		if (cell->hex.n &&
		    (keep_raw(&m, NULL, sl_str_from("hex"), cell->hex, e) ||
		     import_making_find(&m, "I10", SL_WARNING, NULL,
		                        sl_arena_printf(&c->arena, e, "The text in the column '%.*s' is not UTF-8.",
		                                        SL_STR_ARG(cell->name)),
		                        "Say the encoding of the file with --encoding (for instance windows-1252); "
		                        "the bytes are kept.",
		                        e)))
			return e->code;
	}
	/* A further kind of a row exists only when the row says something of it. */
	if (kind && !m.said) {
		c->n_pending = n_pending;
		return SL_OK;
	}
	return settle_dates(&m, e) ? e->code : import_making_finish(&m, e);
}

static enum sl_code row_finding(struct import_chunk *c, const char *rule, enum sl_severity severity,
                                const char *text, const char *suggestion, struct sl_err *e)
{
	struct sl_finding f = {.rule = rule, .severity = severity, .lon = (double)NAN, .lat = (double)NAN};

	if (!text)
		return e->code;
	f.text = sl_str_from(text);
	f.suggestion = sl_str_from(suggestion);
	return import_find(c, SIZE_MAX, &f, e);
}

static bool is_empty(const struct sl_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (row->cell[i].type != SL_CELL_EMPTY)
			return false;
	return row->has == SL_ROW_NO_GEOMETRY || row->has == SL_ROW_NULL_GEOMETRY;
}

enum sl_code import_row_records(struct import_worker *w, struct import_chunk *c, const struct sl_row *row,
                                struct sl_err *e)
{
	size_t first = c->n;

	c->n_rows++;
	if (row->unreadable) {
		c->n_unreadable++;
		return row_finding(
		    c, "I09", SL_ERROR,
		    sl_arena_printf(&c->arena, e, "Row %llu cannot be read and is no record: %s.",
		                    (unsigned long long)row->number, row->problem),
		    "Correct the row in the file and import it again: what is known is not added twice.", e);
	}
	if (is_empty(row)) {
		uint64_t *v = sl_arena_grow(&c->arena, c->empty, &c->cap_empty, c->n_empty + 1, sizeof *v, e);

		if (!v)
			return e->code;
		c->empty = v;
		c->empty[c->n_empty++] = row->number;
		return SL_OK;
	}
	if (import_columns_of(w, row, e))
		return e->code;
	for (size_t k = 0; k < w->plan->mapping.n_kinds; k++)
		if (make_record(w, c, row, k, e))
			return e->code;
	if (row->remark && c->n > first && strcmp(row->remark, "text that is not UTF-8")) {
		struct sl_finding f = {.rule = "I12",
		                       .severity = SL_WARNING,
		                       .lon = (double)NAN,
		                       .lat = (double)NAN,
		                       .kind = c->item[first].kind->kind->name};
		const char *text = sl_arena_printf(&c->arena, e, "The row has %s.", row->remark);

		if (!text)
			return e->code;
		f.text = sl_str_from(text);
		f.suggestion = SL_STR("Look whether a separator or a quote is missing in this row of the file.");
		return import_find(c, first, &f, e);
	}
	return SL_OK;
}
