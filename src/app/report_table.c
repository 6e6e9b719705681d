/* Tables and charts: rows by what the template says, one line below for all of them. */
#include "app/report_parts.h"

#include <math.h>
#include <string.h>

enum { ROWS_MAX = 20000 };

/* Hundredths of a percent more than anybody reads, from two exact numbers. */
static struct sl_amount percent(const struct sl_amount *of, const struct sl_amount *by, uint8_t decimals)
{
	struct sl_amount v = {.unit = SL_UNIT_PERCENT, .decimals = decimals, .scale = 4};
	double x = sl_amount_number(of), y = sl_amount_number(by);

	if (!isfinite(x) || !isfinite(y)) {
		v.state = of->state == SL_AMOUNT_SUPPRESSED || by->state == SL_AMOUNT_SUPPRESSED
		              ? SL_AMOUNT_SUPPRESSED
		              : SL_AMOUNT_UNKNOWN;
		return v;
	}
	v.state = y != 0.0 ? SL_AMOUNT_KNOWN : SL_AMOUNT_NOT_APPLICABLE;
	if (y != 0.0)
		v.units = (sl_mm2)llround(x / y * 1e6);
	return v;
}

void sl_maker_percents(const struct sl_spec *s, struct sl_doc_table *t)
{
	for (size_t c = 0; c < s->n_columns; c++) {
		const struct sl_measure *x = &s->column[c].measure;
		size_t of = SIZE_MAX, by = SIZE_MAX;

		if (x->type != SL_MEASURE_PERCENT)
			continue;
		for (size_t i = 0; i < s->n_columns; i++) {
			of = sl_str_eq(s->column[i].name, x->of) ? i : of;
			by = sl_str_eq(s->column[i].name, x->by) ? i : by;
		}
		if (of == SIZE_MAX || by == SIZE_MAX)
			continue;
		for (size_t r = 0; r < t->n_rows; r++) {
			struct sl_doc_cell *cell = t->row[r].cell + s->n_by;

			if (t->row[r].type != SL_ROW_GROUP)
				cell[c] = sl_doc_amount(percent(&cell[of].amount, &cell[by].amount, x->decimals));
		}
	}
}

/* ---- columns ---- */

enum sl_code sl_maker_column_notes(struct sl_report_maker *m, const struct sl_spec_column *c,
                                   struct sl_doc_column *out, struct sl_err *e)
{
	struct sl_str rest = c->notes, key;
	struct sl_runs runs = {0};
	size_t *v;

	if (!c->notes.n)
		return SL_OK;
	v = sl_arena_alloc(m->a, c->notes.n, sizeof *v, e);
	while (v && sl_str_split(&rest, ',', &key)) {
		char *name = sl_arena_printf(m->a, e, "{note:%.*s}", SL_STR_ARG(sl_str_trim(key)));

		runs = (struct sl_runs){0};
		if (!name || sl_maker_runs(m, sl_str_from(name), c->line, &runs, e))
			return e->code;
		v[out->n_notes++] = runs.v[0].note;
	}
	out->note = v;
	return e->code;
}

static enum sl_code make_columns(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                                 struct sl_err *e)
{
	t->n_columns = s->n_by + s->n_columns;
	t->n_heads = s->n_by;
	t->column = sl_arena_alloc(m->a, t->n_columns, sizeof *t->column, e);
	if (!t->column)
		return e->code;
	for (size_t i = 0; i < s->n_by; i++)
		t->column[i] =
		    (struct sl_doc_column){.name = s->by[i], .heading = sl_maker_text(m, s->by_heading[i], e)};
	for (size_t i = 0; i < s->n_columns && !e->code; i++) {
		const struct sl_spec_column *c = &s->column[i];
		bool text = c->measure.type == SL_MEASURE_KEY;

		t->column[s->n_by + i] = (struct sl_doc_column){.name = c->name,
		                                                .heading = sl_maker_text(m, c->heading, e),
		                                                .group = sl_maker_text(m, c->group, e),
		                                                .type = text ? SL_COLUMN_TEXT : SL_COLUMN_AMOUNT,
		                                                .unit = c->measure.unit};
		(void)!sl_maker_column_notes(m, c, &t->column[s->n_by + i], e);
	}
	return e->code;
}

/* ---- rows ---- */

static enum sl_code fill_row(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                             enum sl_row_type type, const struct sl_account_line *line,
                             const struct sl_tally_condition *row, size_t n_row, struct sl_str key,
                             struct sl_err *e)
{
	struct sl_doc_cell *cell;
	struct sl_amount amount;

	if (t->n_rows == ROWS_MAX)
		return sl_fail(e, SL_UNSUPPORTED,
		               "table %.*s of %s has more than %d rows; choose a coarser breakdown",
		               SL_STR_ARG(t->name), m->template.name, ROWS_MAX);
	if (sl_doc_row_add(m->a, t, type, &cell, e))
		return e->code;
	for (size_t i = 0; i < n_row && i < s->n_by; i++) {
		cell[i].type = SL_DOC_TEXT;
		if (sl_maker_label(m, s, s->by[i], row[i].values, &cell[i].text, e))
			return e->code;
	}
	if (type == SL_ROW_TOTAL && s->n_by)
		cell[0] = sl_doc_text(sl_str_from(sl_text(m->locale, "report", "Total")));
	for (size_t i = 0; i < s->n_columns; i++) {
		if (s->column[i].measure.type == SL_MEASURE_KEY) {
			cell[s->n_by + i] = sl_doc_text(key);
			continue;
		}
		if (sl_maker_value(m, s, &s->column[i].measure, line, row, n_row, &amount, e))
			return e->code;
		cell[s->n_by + i] = sl_doc_amount(amount);
	}
	return SL_OK;
}

static bool all_zero(const struct sl_spec *s, const struct sl_doc_row *row)
{
	for (size_t i = 0; i < s->n_columns; i++)
		if (row->cell[s->n_by + i].type == SL_DOC_AMOUNT && row->cell[s->n_by + i].amount.units != 0)
			return false;
	return true;
}

/* Of ground, a condition is on what the rows are by: "where contamination=SUB" takes the lines that have
 * it. */
static bool line_wanted(const struct sl_spec *s, struct sl_str key)
{
	for (size_t i = 0; i < s->n_where; i++) {
		struct sl_str rest = key, part;
		bool found = false;

		while (sl_str_split(&rest, '+', &part)) {
			struct sl_str values = s->where[i].values, value;

			while (sl_str_split(&values, ',', &value))
				found |= sl_str_eq(part, value);
		}
		if (!found || !sl_str_eq(s->where[i].attribute, s->by[0]))
			return false;
	}
	return true;
}

static enum sl_code ground_rows(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                                struct sl_err *e)
{
	struct sl_account_answer *answer;

	if (sl_maker_account(m, s->n_by ? s->by[0] : SL_STR(""), !s->all_time, &answer, e))
		return e->code;
	for (size_t i = 0; i < answer->account.n_lines; i++) {
		const struct sl_account_line *line = &answer->account.line[i];
		struct sl_tally_condition row = {s->n_by ? s->by[0] : SL_STR(""), line->key};

		if (!line_wanted(s, line->key))
			continue;
		if (fill_row(m, s, t, SL_ROW_BODY, line, &row, s->n_by, line->key, e))
			return e->code;
		if (s->drop_zeros && all_zero(s, &t->row[t->n_rows - 1]))
			t->n_rows--;
	}
	return SL_OK;
}

/* Values of the first dimension, and within each those of the second. */
static enum sl_code record_rows(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                                struct sl_tally_condition *row, size_t depth, struct sl_err *e)
{
	struct sl_tally_condition room[2 * SL_SPEC_CONDITIONS_MAX + SL_SPEC_BY_MAX + 1];
	struct sl_measure all = {.type = SL_MEASURE_RECORDS};
	struct sl_tally_query q;
	struct sl_str *value;
	size_t n;

	if (depth == s->n_by)
		return s->n_by ? fill_row(m, s, t, SL_ROW_BODY, NULL, row, depth, row[0].values, e) : SL_OK;
	sl_maker_query(m, s, &all, row, depth, room, &q);
	if (sl_tally_values(&m->tally[s->kind->number], &q, s->by[depth], m->a, &value, &n, e))
		return sl_err_within(e, "%s, line %d", m->template.name, s->item->line);
	for (size_t i = 0; i < n; i++) {
		row[depth] = (struct sl_tally_condition){s->by[depth], value[i]};
		if (record_rows(m, s, t, row, depth + 1, e))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_maker_rows(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                           struct sl_err *e)
{
	struct sl_tally_condition row[SL_SPEC_BY_MAX];

	if (make_columns(m, s, t, e) ||
	    (s->source == SL_FROM_GROUND ? ground_rows(m, s, t, e) : record_rows(m, s, t, row, 0, e)))
		return e->code;
	/* A choice of lines has no line of its own in the account. */
	if (!s->n_by || (!s->no_total && t->n_rows && !(s->source == SL_FROM_GROUND && s->n_where)))
		if (fill_row(m, s, t, s->n_by ? SL_ROW_TOTAL : SL_ROW_BODY, NULL, NULL, 0, SL_STR(""), e))
			return e->code;
	if (s->suppress && sl_suppress_mark(m->a, t, (int64_t)sl_setting_number(m->p->dict, "small_cell"), e))
		return e->code;
	sl_maker_percents(s, t);
	return SL_OK;
}

/* No record of a kind at all is not the same as none: the programme does not know. */
static enum sl_code nothing_known(struct sl_report_maker *m, const struct sl_spec *s,
                                  struct sl_doc_table *t, struct sl_err *e)
{
	struct sl_str said = sl_template_property(s->item, "empty");

	t->n_rows = 0;
	if (said.n)
		return sl_maker_plain(m, said, s->item->line, &t->empty, e);
	t->empty = sl_str_from(
	    sl_text(m->locale, "report",
	            "The programme holds no records for this table; that is not the same as none."));
	return SL_OK;
}

static enum sl_code hold(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t, struct sl_err *e)
{
	void *v = sl_arena_grow(m->a, m->held, &m->cap_held, m->n_held + 1, sizeof *m->held, e);

	if (!v)
		return e->code;
	m->held = v;
	m->held[m->n_held].spec = s;
	m->held[m->n_held++].table = t;
	return SL_OK;
}

enum sl_code sl_maker_table(struct sl_report_maker *m, const struct sl_spec *s, struct sl_err *e)
{
	struct sl_node *node = NULL;
	struct sl_doc_table *t;

	if (s->source == SL_FROM_PLACE && !m->answer.parcel)
		return SL_OK; /* a point has no ground to share out */
	node = sl_doc_add(m->d, SL_NODE_TABLE, e);
	t = node ? node->table : NULL;
	if (!t)
		return e->code;
	t->name = s->item->text;
	if (sl_maker_plain(m, sl_template_property(s->item, "caption"), s->item->line, &t->caption, e))
		return e->code;
	switch (s->source) {
	case SL_FROM_GROUND:
	case SL_FROM_RECORDS:
		if (sl_maker_rows(m, s, t, e) || (s->suppress && hold(m, s, t, e)))
			return e->code;
		break;
	case SL_FROM_LIST: return sl_maker_list(m, s, t, e);
	case SL_FROM_AREAS: return sl_maker_areas(m, s, t, e);
	case SL_FROM_FINDINGS: return sl_maker_findings(m, s, t, e);
	case SL_FROM_ARTICLE5: return sl_maker_article5(m, s, t, e);
	case SL_FROM_POINTS: return sl_maker_points(m, s, t, e);
	case SL_FROM_PLACE: return sl_maker_ground(m, t, e);
	case SL_FROM_NEAR: return sl_maker_near(m, t, e);
	case SL_FROM_CHANGES: return sl_maker_changes(m, t, e);
	}
	if (s->source == SL_FROM_RECORDS && !m->tally[s->kind->number].n)
		return nothing_known(m, s, t, e);
	if (!t->n_rows) {
		struct sl_str said = sl_template_property(s->item, "empty");

		if (said.n)
			return sl_maker_plain(m, said, s->item->line, &t->empty, e);
		t->empty = sl_str_from(sl_text(m->locale, "report", "Nothing was recorded in the period."));
	}
	return SL_OK;
}

/* ---- charts ---- */

static enum sl_doc_style style_of(struct sl_str name)
{
	static const struct {
		const char *name;
		enum sl_doc_style style;
	} styles[] = {
	    {"SHA", SL_STYLE_SHA},          {"CHA", SL_STYLE_CHA},         {"cancelled", SL_STYLE_CANCELLED},
	    {"reduced", SL_STYLE_REDUCED},  {"cleared", SL_STYLE_CLEARED}, {"target", SL_STYLE_TARGET},
	    {"forecast", SL_STYLE_FORECAST}};

	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
		if (sl_str_is(name, styles[i].name))
			return styles[i].style;
	return SL_STYLE_PLAIN;
}

static enum sl_chart_type type_of(struct sl_str name)
{
	return sl_str_is(name, "stacked") ? SL_CHART_STACKED_BARS
	       : sl_str_is(name, "areas") ? SL_CHART_STACKED_AREAS
	       : sl_str_is(name, "lines") ? SL_CHART_LINES
	                                  : SL_CHART_BARS;
}

/* Some value that is known and not nought. */
static bool shows_something(const struct sl_spec *s, const struct sl_doc_table *rows)
{
	for (size_t i = 0; i < rows->n_rows; i++)
		for (size_t k = 0; k < s->n_columns; k++) {
			const struct sl_amount *v = &rows->row[i].cell[s->n_by + k].amount;

			if (v->state == SL_AMOUNT_KNOWN && v->units)
				return true;
		}
	return false;
}

enum sl_code sl_maker_chart(struct sl_report_maker *m, const struct sl_spec *s, struct sl_err *e)
{
	struct sl_doc_table rows = {.name = s->item->text};
	struct sl_spec plain = *s;
	struct sl_node *node;
	struct sl_doc_chart *c;

	plain.no_total = true;
	if (!s->n_by)
		return sl_fail(e, SL_INVALID, "%s, line %d: a chart has a 'by'", m->template.name, s->item->line);
	if (sl_maker_rows(m, &plain, &rows, e))
		return e->code;
	sl_suppress_wipe(&rows);
	if (!shows_something(s, &rows) || (s->source == SL_FROM_RECORDS && !m->tally[s->kind->number].n))
		return SL_OK; /* an empty chart says nothing */
	node = sl_doc_add(m->d, SL_NODE_CHART, e);
	c = node ? node->chart : NULL;
	if (!c)
		return e->code;
	c->name = s->item->text;
	c->type = type_of(sl_template_property(s->item, "type"));
	c->category_title = sl_maker_text(m, s->by_heading[0], e);
	c->unit = s->column[0].measure.unit;
	c->n_categories = rows.n_rows;
	c->category = sl_arena_alloc(m->a, rows.n_rows, sizeof *c->category, e);
	c->series = sl_arena_alloc(m->a, s->n_columns, sizeof *c->series, e);
	if (!c->category || !c->series ||
	    sl_maker_plain(m, sl_template_property(s->item, "caption"), s->item->line, &c->caption, e) ||
	    sl_maker_plain(m, sl_template_property(s->item, "describe"), s->item->line, &c->description, e) ||
	    sl_maker_plain(m, sl_template_property(s->item, "axis"), s->item->line, &c->value_title, e))
		return e->code;
	if (!c->description.n)
		c->description = c->caption;
	for (size_t i = 0; i < rows.n_rows; i++)
		c->category[i] = rows.row[i].cell[0].text;
	for (size_t k = 0; k < s->n_columns; k++) {
		struct sl_amount *value = sl_arena_alloc(m->a, rows.n_rows, sizeof *value, e);

		if (!value)
			return e->code;
		for (size_t i = 0; i < rows.n_rows; i++)
			value[i] = rows.row[i].cell[s->n_by + k].amount;
		c->series[c->n_series++] =
		    (struct sl_chart_series){.name = sl_maker_text(m, s->column[k].heading, e),
		                             .style = style_of(s->column[k].style),
		                             .value = value};
	}
	return e->code;
}
