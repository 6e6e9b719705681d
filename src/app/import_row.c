#include "app/import_parts.h"

#include "base/utf8.h"
#include "geo/wkb.h"

#include <math.h>
#include <string.h>

/* One row of a file becomes one record of each kind of the mapping.  Runs on any thread: everything lives
 * in the arena of the chunk. */

/* A column whose text was changed on the way into a field, or could not be read as one. */
struct raw {
	struct sl_str column, text;
};

struct dated { /* a date that stands in several columns */
	const struct sl_field *field;
	struct sl_date_parts parts;
};

struct making {
	struct import_worker *w;
	struct import_chunk *c;
	const struct sl_row *row;
	const struct import_kind *k;
	size_t kind; /* index in the mapping */
	size_t item; /* index in the chunk */
	struct sl_record rec;
	size_t cap_extra;
	struct raw *raw;
	size_t n_raw, cap_raw;
	struct sl_extra *sealed; /* extras that would show what is sealed */
	size_t n_sealed, cap_sealed;
	struct sl_place_texts place;
	struct dated dated[4];
	size_t n_dated;
	bool said; /* some column of this kind said something */
};

static enum sl_code find(struct making *m, const char *rule, enum sl_severity severity,
                         const struct sl_field *field, const char *text, const char *suggestion,
                         struct sl_err *e)
{
	struct sl_finding f = {.rule = rule, .severity = severity, .kind = m->k->kind->name,
	                       .lon = (double)NAN, .lat = (double)NAN};

	if (!text)
		return e->code;
	f.field = field ? field->name : (struct sl_str){"", 0};
	f.text = sl_str_from(text);
	f.suggestion = sl_str_from(suggestion);
	return import_find(m->c, m->item, &f, e);
}

static enum sl_code keep_raw(struct making *m, const struct sl_field *f, struct sl_str column,
                             struct sl_str text, struct sl_err *e)
{
	struct raw *v;

	/* The entry is sealed for kinds whose place is: elsewhere it must not show what the field hides. */
	if (f && f->sensitive && !m->k->hides_geometry)
		return SL_OK;
	v = sl_arena_grow(&m->c->arena, m->raw, &m->cap_raw, m->n_raw + 1, sizeof *v, e);
	if (!v)
		return e->code;
	m->raw = v;
	m->raw[m->n_raw++] = (struct raw){column, text};
	return SL_OK;
}

/* ---- extras ---- */

static bool plain_ascii(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7f || s.p[i] == '"' || s.p[i] == '\\')
			return false;
	return true;
}

static enum sl_code json_of(struct making *m, const struct sl_cell *cell, struct sl_str *out,
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
static enum sl_code add_extra(struct making *m, const struct sl_cell *cell, bool hide, struct sl_err *e)
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
	/* The sealed ones in the order of their names: the same said in other columns is the same. */
	for (at = *n; sealed && at && sl_str_cmp(v[at - 1].key, one.key) > 0; at--)
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

/* A value that cannot be read: the record is kept, the text too, and the finding says so. */
static enum sl_code unreadable(struct making *m, const struct sl_field *f, const struct sl_cell *cell,
                               const char *problem, struct sl_err *e)
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
		text = sl_arena_printf(&m->c->arena, e, "%.*s: %s.", SL_STR_ARG(f->label), problem);
	return find(m, rule, SL_WARNING, f, text,
	            code   ? "Map the value, or add the code or its alias to dictionary/choices.csv."
	            : date ? "Say the order in the mapping (date:DMY, date:MDY), or write YYYY-MM-DD."
	                   : "Correct the value, or say in the mapping how it is written.",
	            e);
}

/* ["APM","UXO"] of a JSON source is a list of codes. */
static enum sl_code list_text(struct making *m, const struct sl_cell *cell, struct sl_str *text,
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
static enum sl_code look_at_code(struct making *m, const struct sl_mapping_rule *r, size_t rule,
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

		if (sl_transform_text(&m->c->arena, &(struct sl_transform_step){.what = SL_TRANSFORM_NUMBER}, text, &out,
		                      &problem, e))
			return e->code;
		if (!problem && sl_str_double(out, &x))
			why = "is written as a number, not as a code";
	} else if (digits + 1 == width) {
		why = "has one digit fewer than the others: a leading zero may be lost";
	}
	if (!why)
		return SL_OK;
	return find(m, "I03", SL_WARNING, r->field,
	            sl_arena_printf(&m->c->arena, e, "%.*s: '%.*s' %s.", SL_STR_ARG(r->field->label),
	                            SL_STR_ARG(text), why),
	            "Restore the code as the gazetteer has it (transform number and lpad:N in a mapping); keep codes "
	            "as text.",
	            e);
}

static enum sl_code map_value(struct making *m, const struct sl_mapping_rule *r, struct sl_str *text,
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

static enum sl_code date_part(struct making *m, const struct sl_mapping_rule *r, const struct sl_cell *cell,
                              struct sl_str text, struct sl_err *e)
{
	struct dated *d = NULL;
	const char *problem = NULL;

	for (size_t i = 0; i < m->n_dated; i++)
		if (m->dated[i].field == r->field)
			d = &m->dated[i];
	if (!d) {
		if (m->n_dated == sizeof m->dated / sizeof *m->dated)
			return sl_fail(e, SL_INVALID, "the mapping makes more than four dates of parts");
		d = &m->dated[m->n_dated++];
		*d = (struct dated){.field = r->field};
	}
	if (keep_raw(m, r->field, cell->name, cell->text, e) ||
	    sl_date_part_add(&m->c->arena, &d->parts, r->step[r->n_steps - 1].what, text, &problem, e))
		return e->code;
	return problem ? unreadable(m, r->field, cell, problem, e) : SL_OK;
}

static enum sl_code set_value(struct making *m, const struct sl_field *f, const struct sl_cell *cell,
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

static enum sl_code apply(struct making *m, size_t rule, struct sl_err *e)
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
	if (!r->field)
		return cell ? add_extra(m, cell, false, e) : SL_OK;
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

static enum sl_code settle_dates(struct making *m, struct sl_err *e)
{
	for (size_t i = 0; i < m->n_dated; i++) {
		struct dated *d = &m->dated[i];
		struct sl_value *v = &m->rec.value[d->field->index];
		struct sl_date date;

		if (!d->parts.any || v->type != SL_VALUE_NONE)
			continue;
		if (sl_date_parts_date(&d->parts, &date))
			*v = (struct sl_value){.type = SL_VALUE_DATE, .date = date};
		else if (find(m, "T07", SL_WARNING, d->field,
		              sl_arena_printf(&m->c->arena, e, "%.*s: year %d, month %d, day %d make no date (0: empty).",
		                              SL_STR_ARG(d->field->label), d->parts.year, d->parts.month, d->parts.day),
		              "Say in the mapping which day stands for a month (date:month_end), or enter the date.", e))
			return e->code;
	}
	return SL_OK;
}

/* ---- what the record is kept with ---- */

/* {"crs","file","geometry","layer","precision_m","raw","row"}: keys in order, as everywhere. */
static enum sl_code write_entry(struct making *m, const struct import_geometry *g, struct import_item *item,
                                struct sl_err *e)
{
	const struct import_plan *plan = m->w->plan;
	struct sl_str crs = g->crs.n ? g->crs : plan->crs;
	struct sl_json_writer w;

	sl_buf_clear(&m->w->text);
	sl_json_writer_init(&w, &m->w->text);
	sl_json_begin(&w, '{');
	if (g->original.n && crs.n)
		sl_json_kv_str(&w, "crs", crs);
	sl_json_kv_str(&w, "file", plan->source->file);
	if (g->original.n)
		sl_json_kv_str(&w, "geometry", g->original);
	if (plan->source->layer.n)
		sl_json_kv_str(&w, "layer", plan->source->layer);
	if (g->precision_m > 0)
		sl_json_kv_double(&w, "precision_m", g->precision_m);
	if (m->n_raw) {
		sl_json_put_key(&w, SL_STR("raw"));
		sl_json_begin(&w, '{');
		for (size_t i = 0; i < m->n_raw; i++) {
			sl_json_put_key(&w, m->raw[i].column);
			sl_json_put_str(&w, m->raw[i].text);
		}
		sl_json_end(&w, '}');
	}
	sl_json_kv_int(&w, "row", (int64_t)m->row->number);
	sl_json_end(&w, '}');
	if (sl_buf_check(&m->w->text, e))
		return e->code;
	item->entry.p = sl_arena_strndup(&m->c->arena, m->w->text.p, m->w->text.n, e);
	item->entry.n = m->w->text.n;
	return item->entry.p ? SL_OK : e->code;
}

/* What hides, with the extras that would show it under "_extra" (records read unknown keys as extras). */
static enum sl_code write_sealed(struct making *m, struct import_item *item, struct sl_err *e)
{
	struct sl_buf *b = &m->w->text;
	struct sl_json_writer w;
	bool any;

	sl_buf_clear(b);
	sl_record_sealed_json(b, &m->rec, &any);
	if (sl_buf_check(b, e))
		return e->code;
	if (!any && !m->n_sealed)
		return SL_OK;
	if (m->n_sealed) {
		b->n--; /* the closing brace */
		sl_json_writer_init(&w, b);
		w.comma = any;
		sl_json_put_key(&w, SL_STR("_extra"));
		sl_json_begin(&w, '{');
		for (size_t i = 0; i < m->n_sealed; i++) {
			sl_json_put_key(&w, m->sealed[i].key);
			sl_json_put_raw(&w, m->sealed[i].value);
		}
		sl_json_end(&w, '}');
		sl_buf_putc(b, '}');
		if (sl_buf_check(b, e))
			return e->code;
	}
	item->sealed.p = sl_arena_strndup(&m->c->arena, b->p, b->n, e);
	item->sealed.n = b->n;
	return item->sealed.p ? SL_OK : e->code;
}

static enum sl_code write_document(struct making *m, struct import_item *item, struct sl_err *e)
{
	sl_buf_clear(&m->w->text);
	sl_record_json(&m->w->text, &m->rec);
	if (sl_buf_check(&m->w->text, e))
		return e->code;
	item->document.p = sl_arena_strndup(&m->c->arena, m->w->text.p, m->w->text.n, e);
	item->document.n = m->w->text.n;
	return item->document.p ? SL_OK : e->code;
}

static void set_organisation(struct making *m, struct import_item *item)
{
	const char *given = m->w->plan->options->organisation;
	struct sl_value *v = m->k->organisation < 0 ? NULL : &m->rec.value[m->k->organisation];

	if (given && v && v->type == SL_VALUE_NONE)
		*v = (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_str_from(given)};
	item->organisation = v && v->type == SL_VALUE_TEXT ? v->text : sl_str_from(given);
}

static void set_effective(struct making *m, struct import_item *item)
{
	item->effective = sl_date_none();
	for (size_t i = 0; i < m->k->n_dates && sl_date_is_none(item->effective); i++) {
		const struct sl_value *v = &m->rec.value[m->k->date[i]];

		if (v->type == SL_VALUE_DATE)
			item->effective = v->date;
		else if (v->type == SL_VALUE_TEXT && v->text.n > 10) /* a moment: its day, as written */
			if (!sl_date_parse((struct sl_str){v->text.p, 10}, &item->effective))
				item->effective = sl_date_none();
	}
}

/* The row as it came, without what is about a person: its hash names a record that has no identifier, and a
 * hash of a name would let anyone who guesses the name confirm it.  It follows from the names of the columns
 * and not from what a mapping makes of them: a better mapping later means the same records. */
static struct sl_hash content_of(struct making *m)
{
	struct sl_hasher h;
	const struct sl_row *row = m->row;

	sl_hash_begin(&h);
	for (size_t i = 0; i < row->n; i++) {
		const struct sl_cell *cell = &row->cell[i];
		const struct import_column *col = &m->w->column[m->w->guess[i]];
		bool hidden = cell->type == SL_CELL_EMPTY || col->personal[m->kind];

		for (size_t r = 0; r < col->n_rules; r++) {
			const struct sl_field *f = m->w->plan->mapping.rule[col->rule[r]].field;

			hidden |= f && f->sensitive;
		}
		if (hidden)
			continue;
		sl_hash_part(&h, cell->name.p, cell->name.n);
		sl_hash_part(&h, cell->text.p, cell->text.n);
	}
	if (!m->k->hides_geometry && row->has == SL_ROW_GEOMETRY) {
		const struct sl_geom *g = &row->geometry;

		sl_hash_int(&h, g->type);
		sl_hash_part(&h, g->xy, g->n_points * 2 * sizeof *g->xy);
		sl_hash_part(&h, g->ring_end, g->n_rings * sizeof *g->ring_end);
		sl_hash_part(&h, g->part_end, g->n_parts * sizeof *g->part_end);
	}
	if (!m->k->hides_geometry && row->has == SL_ROW_BAD_GEOMETRY)
		sl_hash_part(&h, row->geometry_text.p, row->geometry_text.n);
	return sl_hash_end(&h);
}

/* "-", "?" and "none" stand in the column of identifiers and are none. */
static bool is_identifier(struct sl_str s)
{
	static const char *const words[] = {"none", "null", "nil", "n.a.", "nan", "tbd"};
	bool sign = false;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sl_str_is_nocase(s, words[i]))
			return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		sign |= c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
	}
	return sign;
}

static enum sl_code look_at_place(struct making *m, const struct import_geometry *g, struct sl_err *e)
{
	struct sl_arena *a = &m->c->arena;

	if (g->problem) {
		const char *text = strcmp(g->rule, "G24") || g->severity != SL_ERROR
		                       ? g->problem
		                       : sl_arena_printf(a, e, "The geometry cannot be read: %s.", g->problem);

		return find(m, g->rule, g->severity, NULL, text, g->suggestion, e);
	}
	if (g->g.type == SL_GEOM_NONE && m->k->kind->geometry >= 0 &&
	    (m->k->place_rules || m->row->has == SL_ROW_NULL_GEOMETRY))
		return find(m, "G25", m->k->land ? SL_WARNING : SL_NOTE, NULL, "The row has no geometry.",
		            "Enter the place or the boundary when it is known; the record is kept without.", e);
	return SL_OK;
}

static enum sl_code finish(struct making *m, struct sl_err *e)
{
	struct import_item item = {.kind = m->k, .row = m->row->number, .lon = (double)NAN, .lat = (double)NAN};
	struct import_geometry g = {0};
	const int id = m->k->id;
	struct import_item *v;

	if (settle_dates(m, e) || import_place(m->w, &m->c->arena, m->row, m->k, &m->place, &g, e) ||
	    look_at_place(m, &g, e))
		return e->code;
	set_organisation(m, &item);
	set_effective(m, &item);
	m->rec.geometry = m->k->kind->geometry < 0 ? (struct sl_geom){.type = SL_GEOM_NONE} : g.g;
	if (m->k->kind->geometry < 0 && g.g.type != SL_GEOM_NONE && !g.original.n) {
		/* The kind has no place; what the file says is not thrown away. */
		sl_buf_clear(&m->w->text);
		sl_wkt_write(&m->w->text, &g.g);
		if (sl_buf_check(&m->w->text, e))
			return e->code;
		g.original.p = sl_arena_strndup(&m->c->arena, m->w->text.p, m->w->text.n, e);
		g.original.n = m->w->text.n;
		if (!g.original.p)
			return e->code;
	}
	if (write_document(m, &item, e) || write_sealed(m, &item, e) || write_entry(m, &g, &item, e))
		return e->code;
	if (!m->k->hides_geometry && m->rec.geometry.type != SL_GEOM_NONE) {
		if (sl_geometry_prepare(&m->c->arena, &m->rec.geometry, &item.geometry, e))
			return sl_err_within(e, "row %llu", (unsigned long long)m->row->number);
		item.lon = m->rec.geometry.xy[0];
		item.lat = m->rec.geometry.xy[1];
	}
	/* What is sealed does not go on in the open, not even to the writer. */
	if (m->k->hides_geometry)
		m->rec.geometry = (struct sl_geom){.type = SL_GEOM_NONE};
	item.record = m->rec;
	if (m->k->kind->seals_extra)
		item.record.n_extra = 0;
	if (id >= 0 && m->rec.value[id].type == SL_VALUE_TEXT && is_identifier(m->rec.value[id].text))
		item.identity = m->rec.value[id].text;
	else
		item.content = content_of(m);
	v = sl_arena_grow(&m->c->arena, m->c->item, &m->c->cap, m->c->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	m->c->item = v;
	m->c->item[m->c->n++] = item;
	return SL_OK;
}

/* ---- a row ---- */

static enum sl_code make_record(struct import_worker *w, struct import_chunk *c, const struct sl_row *row,
                                size_t kind, struct sl_err *e)
{
	const struct import_plan *plan = w->plan;
	struct making m = {.w = w, .c = c, .row = row, .k = &plan->kind[kind], .kind = kind, .item = c->n};
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
		     find(&m, "I10", SL_WARNING, NULL,
		          sl_arena_printf(&c->arena, e, "The text in the column '%.*s' is not UTF-8.", SL_STR_ARG(cell->name)),
		          "Say the encoding of the file with --encoding (for instance windows-1252); the bytes are kept.", e)))
			return e->code;
	}
	/* A further kind of a row exists only when the row says something of it. */
	if (kind && !m.said) {
		c->n_pending = n_pending;
		return SL_OK;
	}
	return finish(&m, e);
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
		return row_finding(c, "I09", SL_ERROR,
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
		struct sl_finding f = {.rule = "I12", .severity = SL_WARNING, .lon = (double)NAN, .lat = (double)NAN,
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
