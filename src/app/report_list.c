/* Tables with one row for each record: not kept, but read from the programme whenever a renderer asks for
 * them. */
#include "app/report_parts.h"

#include "geo/coord.h"
#include "report/wording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct standing { /* a hazard that holds ground on the closing date, as suspected or confirmed */
	int64_t record;
	sl_mm2 mm2;
};

struct listing {
	struct sl_report_maker *m;
	const struct sl_spec *s;
	const struct sl_kind *kind;
	const struct sl_account_answer *answer; /* areas only */
	struct standing *standing;              /* by record, ascending */
	size_t n_standing;
	/* while rows are handed out */
	sl_doc_row_fn *fn;
	void *ctx;
	struct sl_arena scratch;
	bool count_only;
	int64_t n;
};

/* ---- a field as a cell ---- */

static enum sl_code select_label(struct listing *x, const struct sl_field *f, struct sl_str codes,
                                 struct sl_str *out, struct sl_err *e)
{
	const struct sl_dictionary *dict = x->m->p->dict;
	struct sl_str rest = codes, code;
	struct sl_buf b = {0};

	while (sl_str_split(&rest, ' ', &code)) {
		struct sl_str label = code;

		for (size_t i = 0; i < f->list->n; i++)
			if (sl_str_eq(f->list->choice[i].code, code))
				label = sl_choice_label(dict, &f->list->choice[i], x->m->language);
		if (b.n)
			sl_buf_puts(&b, sl_text(x->m->locale, "report:separator", ", "));
		sl_buf_str(&b, label);
	}
	if (!sl_buf_check(&b, e))
		*out = (struct sl_str){sl_arena_strndup(&x->scratch, b.n ? b.p : "", b.n, e), b.n};
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code number_cell(struct listing *x, const struct sl_spec_column *c, const struct sl_field *f,
                                const struct sl_value *v, struct sl_str id, struct sl_doc_cell *out,
                                struct sl_err *e)
{
	struct sl_tally_condition own = {SL_STR("id"), id};
	struct sl_tally_query q = {.kind = x->kind,
	                           .what = SL_TALLY_SUM,
	                           .field = f->name,
	                           .from = sl_date_none(),
	                           .to = sl_date_none(),
	                           .condition = &own,
	                           .n_conditions = 1};
	struct sl_amount m = {
	    .unit = c->measure.unit, .decimals = c->measure.decimals, .state = SL_AMOUNT_KNOWN};
	struct sl_buf b = {0};

	if (v->type == SL_VALUE_NA)
		m.state = SL_AMOUNT_NOT_APPLICABLE;
	else if (v->type == SL_VALUE_INTEGER)
		m.units = v->integer;
	else if (v->type == SL_VALUE_DECIMAL && isfinite(v->decimal))
		m.units = sl_square_millimetres(fabs(v->decimal)) * (v->decimal < 0 ? -1 : 1);
	else
		m.state = SL_AMOUNT_UNKNOWN;
	m.scale = v->type == SL_VALUE_DECIMAL ? 6 : 0;
	if (m.state == SL_AMOUNT_KNOWN && id.n) {
		sl_record_cell_text(&b, &q, x->m->to, x->m->request->known_at);
		if (!sl_buf_check(&b, e))
			m.cell = (struct sl_str){sl_arena_strndup(&x->scratch, b.p, b.n, e), b.n};
	}
	sl_buf_done(&b);
	*out = sl_doc_amount(m);
	return e->code;
}

static enum sl_code field_cell(struct listing *x, const struct sl_spec_column *c, int field,
                               const struct sl_record *rec, struct sl_str id, struct sl_doc_cell *out,
                               struct sl_err *e)
{
	const struct sl_field *f = &x->kind->field[field];
	const struct sl_value *v = &rec->value[field];

	switch (f->type) {
	case SL_FIELD_INTEGER:
	case SL_FIELD_DECIMAL: return number_cell(x, c, f, v, id, out, e);
	case SL_FIELD_DATE:
		*out = sl_doc_date(v->type == SL_VALUE_DATE ? v->date : sl_date_none());
		return SL_OK;
	default: break;
	}
	*out = sl_doc_text(v->type == SL_VALUE_TEXT ? v->text
	                   : v->type == SL_VALUE_NA ? x->m->d->not_applicable
	                                            : x->m->d->unknown);
	if (v->type == SL_VALUE_TEXT && sl_maker_is_organisation(f->name))
		out->text = sl_maker_organisation(x->m, v->text);
	if (v->type == SL_VALUE_TEXT && f->list)
		return select_label(x, f, v->text, &out->text, e);
	return SL_OK;
}

/* "position": where the record lies, when it is a point. */
static enum sl_code position_cell(struct listing *x, const struct sl_record *rec, struct sl_doc_cell *out,
                                  struct sl_err *e)
{
	const struct sl_geom *g = &rec->geometry;
	char text[64], *copy;

	*out = sl_doc_text(x->m->d->unknown);
	if (g->type != SL_GEOM_POINT || g->n_points != 1)
		return SL_OK;
	if (sl_coord_text(g->xy[1], g->xy[0], SL_COORD_DD, text, e))
		return e->code;
	copy = sl_str_dup(&x->scratch, sl_str_from(text), e);
	out->text = sl_str_from(copy);
	return e->code;
}

static int field_index(const struct sl_kind *kind, struct sl_str name)
{
	for (size_t i = 0; i < kind->n_fields; i++)
		if (sl_str_eq(kind->field[i].name, name) && !kind->field[i].sensitive && (int)i != kind->geometry)
			return (int)i;
	return -1;
}

/* ---- what only hazards have ---- */

static struct sl_str place_name(const struct listing *x, const struct sl_record *rec, const char *name,
                                const char *code)
{
	struct sl_str key = sl_record_text(rec, code), text = sl_record_text(rec, name);
	uint64_t *at = sl_map_get(&x->m->places, key);

	return at ? x->m->name[*at] : text.n ? text : key.n ? key : x->m->d->unknown;
}

static enum sl_code emplaced(struct listing *x, const struct sl_record *rec, struct sl_str *out,
                             struct sl_err *e)
{
	double from = sl_record_number(rec, "emplaced_from_year"),
	       to = sl_record_number(rec, "emplaced_to_year");
	char *text;

	if (!isfinite(from) && !isfinite(to)) {
		*out = x->m->d->unknown;
		return SL_OK;
	}
	if (!isfinite(from) || !isfinite(to) || from == to)
		text = sl_arena_printf(&x->scratch, e, "%.0f", isfinite(from) ? from : to);
	else
		text = sl_arena_printf(&x->scratch, e, "%.0f–%.0f", from, to);
	*out = sl_str_from(text);
	return e->code;
}

static enum sl_code area_amount(struct listing *x, const struct sl_spec_column *c,
                                const struct standing *st, struct sl_str id, struct sl_doc_cell *out,
                                struct sl_err *e)
{
	struct sl_amount m = {.unit = c->measure.unit,
	                      .decimals = c->measure.decimals,
	                      .state = SL_AMOUNT_KNOWN,
	                      .scale = 6,
	                      .units = st->mm2};
	const struct sl_cell_term terms[] = {{1, false, SL_FIGURE_STOCK_SHA}, {1, false, SL_FIGURE_STOCK_CHA}};
	struct sl_buf b = {0};

	sl_account_cell_text(&b, x->answer, SL_STR(""), terms, 2);
	sl_buf_puts(&b, "&record=");
	for (size_t i = 0; i < id.n; i++) {
		unsigned char k = (unsigned char)id.p[i];

		if (k <= ' ' || k >= 127 || strchr("%&=?#\"+", k))
			sl_buf_printf(&b, "%%%02X", k);
		else
			sl_buf_putc(&b, (char)k);
	}
	if (!sl_buf_check(&b, e))
		m.cell = (struct sl_str){sl_arena_strndup(&x->scratch, b.p, b.n, e), b.n};
	sl_buf_done(&b);
	*out = sl_doc_amount(m);
	return e->code;
}

static enum sl_code area_cell(struct listing *x, const struct sl_spec_column *c,
                              const struct sl_record *rec, const struct standing *st, struct sl_str id,
                              struct sl_doc_cell *out, bool *mine, struct sl_err *e)
{
	struct sl_str name = c->measure.field;

	*mine = true;
	if (sl_str_is(name, "area"))
		return area_amount(x, c, st, id, out, e);
	if (sl_str_is(name, "province")) {
		*out = sl_doc_text(place_name(x, rec, "admin1_name", "admin1"));
	} else if (sl_str_is(name, "admin2")) {
		*out = sl_doc_text(place_name(x, rec, "admin2_name", "admin2"));
	} else if (sl_str_is(name, "class")) {
		*out = sl_doc_text(sl_str_from(sl_record_has_code(rec, "class", "CHA") ? "CHA" : "SHA"));
	} else if (sl_str_is(name, "emplaced")) {
		*out = sl_doc_text(SL_STR(""));
		return emplaced(x, rec, &out->text, e);
	} else if (sl_str_is(name, "identified")) {
		struct sl_date d = sl_record_date(rec, "date_identified");

		*out = sl_doc_date(sl_date_is_none(d) ? sl_record_date(rec, "effective_date") : d);
	} else {
		*mine = false;
	}
	return SL_OK;
}

/* ---- rows ---- */

static const struct standing *standing_of(const struct listing *x, int64_t record)
{
	size_t low = 0, high = x->n_standing;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->standing[middle].record == record)
			return &x->standing[middle];
		if (x->standing[middle].record < record)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool has_value(const struct sl_value *v, struct sl_str wanted)
{
	struct sl_str rest = wanted, one, text = SL_STR("UNK");
	char stated[32];

	switch (v->type) {
	case SL_VALUE_NONE:
	case SL_VALUE_UNKNOWN: break;
	case SL_VALUE_NA: text = SL_STR("NA"); break;
	case SL_VALUE_TEXT: text = v->text; break;
	case SL_VALUE_DATE:
		sl_date_text(v->date, stated);
		text = sl_str_from(stated);
		break;
	default: text = SL_STR(""); break; /* a measure is no choice: it is none of those wanted, UNK least of all */
	}
	while (sl_str_split(&rest, ',', &one))
		if (sl_str_eq(text, one))
			return true;
	return false;
}

/* The conditions and the period; a record that states no date of the chain is in no period. */
static bool wanted(const struct listing *x, const struct sl_record *rec)
{
	const struct sl_spec *s = x->s;
	struct sl_str rest = s->dates, one;
	struct sl_date d = sl_date_none();

	if (s->of_record && !sl_subject_has(x->m, x->kind, rec))
		return false;
	for (size_t i = 0; i < s->n_where; i++) {
		int field = field_index(x->kind, s->where[i].attribute);

		if (field < 0 || !has_value(&rec->value[field], s->where[i].values))
			return false;
	}
	if (!s->dates.n)
		return true;
	while (sl_date_is_none(d) && sl_str_split(&rest, ',', &one)) {
		int field = field_index(x->kind, one);

		if (field >= 0 && rec->value[field].type == SL_VALUE_DATE)
			d = rec->value[field].date;
	}
	return !sl_date_is_none(d) && d.day <= x->m->to.day &&
	       (s->all_time || sl_date_is_none(x->m->from) || d.day >= x->m->from.day);
}

static enum sl_code take(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                         struct sl_err *e)
{
	struct listing *x = ctx;
	const struct standing *st = x->answer ? standing_of(x, rev->record_number) : NULL;
	struct sl_arena_mark mark = sl_arena_mark(&x->scratch);
	struct sl_doc_row row = {.type = SL_ROW_BODY};
	struct sl_str id = sl_record_text(rec, "id");
	char *uuid;

	if ((x->answer && !st) || !wanted(x, rec))
		return SL_OK;
	x->n++;
	if (x->count_only)
		return SL_OK;
	row.cell = sl_arena_alloc(&x->scratch, x->s->n_columns, sizeof *row.cell, e);
	uuid = row.cell ? sl_arena_alloc(&x->scratch, 37, 1, e) : NULL;
	if (!uuid)
		return e->code;
	sl_uuid_text(rev->record, uuid);
	for (size_t i = 0; i < x->s->n_columns; i++) {
		const struct sl_spec_column *c = &x->s->column[i];
		int field = field_index(x->kind, c->measure.field);
		bool mine = false;

		if (st && area_cell(x, c, rec, st, rev->identity.n ? rev->identity : id, &row.cell[i], &mine, e))
			return e->code;
		if (!mine && sl_str_is(c->measure.field, "position")) {
			if (position_cell(x, rec, &row.cell[i], e))
				return e->code;
		} else if (!mine && field_cell(x, c, field, rec, id, &row.cell[i], e))
			return e->code;
		if (sl_str_is(c->measure.field, "id"))
			row.cell[i].record = sl_str_from(uuid);
	}
	if (x->fn(x->ctx, &row, e))
		return e->code;
	sl_arena_reset(&x->scratch, mark);
	return SL_OK;
}

static enum sl_code each(void *source, sl_doc_row_fn *fn, void *ctx, struct sl_err *e)
{
	struct listing *x = source;
	struct sl_query q = {.kind = x->kind, .as_of = x->m->to};

	if (x->m->request->known_at && !sl_time_parse(sl_str_from(x->m->request->known_at), &q.known_at_ms))
		return sl_fail(e, SL_INVALID, "--known-at '%.40s' is no moment", x->m->request->known_at);
	x->fn = fn;
	x->ctx = ctx;
	x->n = 0;
	(void)!sl_store_each(x->m->p->db, &q, false, take, x, e);
	sl_arena_done(&x->scratch);
	return e->code;
}

/* ---- the table ---- */

static enum sl_code columns(struct listing *x, struct sl_doc_table *t, struct sl_err *e)
{
	static const char *const own[] = {"area", "province", "admin2", "class", "emplaced", "identified"};
	struct sl_report_maker *m = x->m;

	t->n_columns = x->s->n_columns;
	t->n_heads = 1;
	t->column = sl_arena_alloc(m->a, t->n_columns, sizeof *t->column, e);
	for (size_t i = 0; t->column && i < t->n_columns && !e->code; i++) {
		const struct sl_spec_column *c = &x->s->column[i];
		int field = field_index(x->kind, c->measure.field);
		bool known = field >= 0 || sl_str_is(c->measure.field, "position");
		enum sl_field_type type = field >= 0 ? x->kind->field[field].type : SL_FIELD_TEXT;

		for (size_t k = 0; x->answer && k < sizeof own / sizeof *own; k++)
			known |= sl_str_is(c->measure.field, own[k]);
		if (!known)
			return sl_fail(
			    e, SL_INVALID, "%s, line %d: records of kind %.*s have no field '%.*s' for a report",
			    m->template.name, c->line, SL_STR_ARG(x->kind->name), SL_STR_ARG(c->measure.field));
		t->column[i] = (struct sl_doc_column){.name = c->name,
		                                      .heading = sl_maker_text(m, c->heading, e),
		                                      .group = sl_maker_text(m, c->group, e),
		                                      .unit = c->measure.unit};
		if (type == SL_FIELD_INTEGER || type == SL_FIELD_DECIMAL ||
		    (x->answer && sl_str_is(c->measure.field, "area")))
			t->column[i].type = SL_COLUMN_AMOUNT;
		else if (type == SL_FIELD_DATE || (x->answer && sl_str_is(c->measure.field, "identified")))
			t->column[i].type = SL_COLUMN_DATE;
		if (!e->code)
			(void)!sl_maker_column_notes(m, c, &t->column[i], e);
	}
	return e->code;
}

static enum sl_code finish(struct listing *x, struct sl_doc_table *t, struct sl_err *e)
{
	struct sl_str most = sl_template_property(x->s->item, "most"),
	              said = sl_template_property(x->s->item, "empty");
	int64_t limit = INT64_MAX;

	if (columns(x, t, e))
		return e->code;
	if (most.n && !sl_str_int64(most, &limit))
		return sl_fail(e, SL_INVALID, "%s, line %d: most is a number of rows", x->m->template.name,
		               x->s->item->line);
	/* How many areas there are is known from the ground: reading all of a nation's to count them takes
	 * seconds. */
	x->count_only = true;
	x->n = (int64_t)x->n_standing;
	if ((!x->answer || x->s->n_where || x->s->dates.n || x->s->of_record) && each(x, NULL, NULL, e))
		return e->code;
	x->count_only = false;
	if (x->n > limit) {
		struct sl_named_amount n = {SL_STR("n"), {.units = x->n, .state = SL_AMOUNT_KNOWN}};
		struct sl_named_amount *figure = x->m->figure;
		size_t n_figures = x->m->n_figures;

		x->m->figure = &n;
		x->m->n_figures = 1;
		(void)!sl_maker_plain(x->m, sl_template_property(x->s->item, "beyond"), x->s->item->line, &t->empty,
		                      e);
		x->m->figure = figure;
		x->m->n_figures = n_figures;
		return e->code;
	}
	if (!x->n && said.n)
		return sl_maker_plain(x->m, said, x->s->item->line, &t->empty, e);
	if (!x->n) {
		t->empty = sl_str_from(sl_text(x->m->locale, "report", "Nothing was recorded in the period."));
		return SL_OK;
	}
	t->each = each;
	t->source = x;
	return SL_OK;
}

enum sl_code sl_maker_list(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                           struct sl_err *e)
{
	struct listing *x = sl_arena_alloc(m->a, 1, sizeof *x, e);

	if (!x)
		return e->code;
	*x = (struct listing){.m = m, .s = s, .kind = s->kind};
	return finish(x, t, e);
}

/* ---- areas ---- */

static enum sl_code add_parts(struct listing *x, struct sl_map *map, size_t *cap, enum sl_figure figure,
                              struct sl_err *e)
{
	struct sl_account_answer *answer = (struct sl_account_answer *)(uintptr_t)x->answer;
	struct sl_parts parts;

	if (sl_why(&x->scratch, &answer->ledger, &answer->spec, &answer->names, SL_STR(""), figure, &parts, e))
		return e->code;
	for (size_t i = 0; i < parts.n; i++)
		for (size_t k = 0; k < parts.v[i].n_records; k++) {
			struct standing *v;
			bool is_new;
			struct sl_str key = {(const char *)&parts.v[i].record[k], sizeof(int64_t)};
			uint64_t *at = sl_map_put(map, key, x->n_standing, &is_new, e);

			if (!at)
				return e->code;
			if (is_new) {
				v = sl_arena_grow(x->m->a, x->standing, cap, x->n_standing + 1, sizeof *v, e);
				if (!v)
					return e->code;
				x->standing = v;
				x->standing[x->n_standing++] = (struct standing){parts.v[i].record[k], 0};
			}
			x->standing[*at].mm2 += parts.v[i].mm2;
		}
	return SL_OK;
}

static int by_record(const void *a, const void *b)
{
	const struct standing *x = a, *y = b;

	return (x->record > y->record) - (x->record < y->record);
}

/* Slivers are no areas left: ledger/account.h. */
static void drop_slivers(struct listing *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n_standing; i++)
		if (x->standing[i].mm2 >= SL_COUNT_MM2)
			x->standing[n++] = x->standing[i];
	x->n_standing = n;
}

/* The account has counted them already: which they are need not be known where only their number is said. */
static bool too_many(struct listing *x)
{
	const struct sl_stock *stock = &x->answer->account.total.closing;
	int64_t limit;

	if (x->s->n_where || x->s->dates.n || x->s->of_record ||
	    !sl_str_int64(sl_template_property(x->s->item, "most"), &limit) || stock->count[0] + stock->count[1] <= limit)
		return false;
	x->n_standing = (size_t)(stock->count[0] + stock->count[1]);
	return true;
}

enum sl_code sl_maker_areas(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                            struct sl_err *e)
{
	struct listing *x = sl_arena_alloc(m->a, 1, sizeof *x, e);
	struct sl_account_answer *answer;
	struct sl_map map = {0};
	size_t cap = 0;

	if (!x || sl_maker_account(m, SL_STR(""), true, &answer, e))
		return e->code;
	*x = (struct listing){
	    .m = m, .s = s, .kind = sl_dictionary_kind(m->p->dict, SL_STR("hazard")), .answer = answer};
	if (too_many(x))
		return finish(x, t, e);
	if (!add_parts(x, &map, &cap, SL_FIGURE_STOCK_SHA, e))
		(void)!add_parts(x, &map, &cap, SL_FIGURE_STOCK_CHA, e);
	sl_map_done(&map);
	sl_arena_done(&x->scratch);
	if (e->code)
		return e->code;
	drop_slivers(x);
	if (x->n_standing)
		qsort(x->standing, x->n_standing, sizeof *x->standing, by_record);
	return finish(x, t, e);
}
