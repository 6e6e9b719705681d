/* Reading the @words of a template that ask for numbers: docs/formats/template.md. */
#include "app/report_parts.h"

#include <string.h>

static enum sl_code wrong(struct sl_report_maker *m, int line, const char *what, struct sl_str which,
                          struct sl_err *e)
{
	return sl_fail(e, SL_INVALID, "%s, line %d: %s '%.*s'", m->template.name, line, what,
	               SL_STR_ARG(which));
}

static struct sl_str take_word(struct sl_str *rest)
{
	struct sl_str word;

	*rest = sl_str_trim(*rest);
	if (!sl_str_split(rest, ' ', &word))
		return SL_STR("");
	*rest = sl_str_trim(*rest);
	return word;
}

/* "outcome=K,KL sex=F" */
static enum sl_code read_conditions(struct sl_report_maker *m, int line, struct sl_str text,
                                    struct sl_tally_condition *v, size_t *n, struct sl_err *e)
{
	struct sl_str rest = text, one;

	while ((one = take_word(&rest)).n) {
		struct sl_str values = one, name = {0};

		if (!memchr(one.p, '=', one.n))
			return wrong(m, line, "a condition is FIELD=VALUE, not", one, e);
		if (*n == SL_SPEC_CONDITIONS_MAX)
			return wrong(m, line, "there are too many conditions in", text, e);
		(void)!sl_str_split(&values, '=', &name);
		v[(*n)++] = (struct sl_tally_condition){name, values};
	}
	return SL_OK;
}

/* "km2 2", "count", "percent 1" */
static enum sl_code read_unit(struct sl_report_maker *m, int line, struct sl_str text, struct sl_measure *x,
                              struct sl_err *e)
{
	static const struct {
		const char *name;
		enum sl_unit unit;
		uint8_t decimals;
	} units[] = {{"count", SL_UNIT_COUNT, 0},
	             {"m2", SL_UNIT_M2, 0},
	             {"ha", SL_UNIT_HA, 2},
	             {"km2", SL_UNIT_KM2, 2},
	             {"percent", SL_UNIT_PERCENT, 1},
	             {"days", SL_UNIT_DAYS, 0},
	             {"cm", SL_UNIT_CM, 0},
	             {"m", SL_UNIT_M, 0},
	             {"money", SL_UNIT_MONEY, 0},
	             {"years", SL_UNIT_YEARS, 1},
	             {"km2_per_year", SL_UNIT_KM2_PER_YEAR, 2}};
	struct sl_str rest = text, name = take_word(&rest);
	int64_t decimals;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (sl_str_is(name, units[i].name)) {
			x->unit = units[i].unit;
			x->decimals = units[i].decimals;
			if (!rest.n)
				return SL_OK;
			if (!sl_str_int64(rest, &decimals) || decimals < 0 || decimals > 6)
				return wrong(m, line, "decimals are 0 to 6, not", rest, e);
			x->decimals = (uint8_t)decimals;
			return SL_OK;
		}
	return wrong(m, line, "there is no unit", name, e);
}

static enum sl_code read_measure(struct sl_report_maker *m, const struct sl_spec *s, int line,
                                 struct sl_str text, struct sl_measure *x, struct sl_err *e)
{
	struct sl_str rest = text, word = take_word(&rest);

	if (sl_str_is(word, "key")) {
		x->type = SL_MEASURE_KEY;
		return SL_OK;
	}
	if (sl_str_is(word, "percent")) {
		x->type = SL_MEASURE_PERCENT;
		x->of = take_word(&rest);
		x->by = take_word(&rest);
		x->unit = SL_UNIT_PERCENT;
		x->decimals = 1;
		return x->by.n ? SL_OK : wrong(m, line, "percent names two columns, not", text, e);
	}
	if (s->source == SL_FROM_GROUND) {
		x->type = SL_MEASURE_GROUND;
		if (sl_cell_terms_parse(text, x->term, &x->n_terms, e))
			return sl_err_within(e, "%s, line %d", m->template.name, line);
		x->unit = x->term[0].hazards ? SL_UNIT_COUNT : SL_UNIT_M2;
		return SL_OK;
	}
	if (s->source != SL_FROM_RECORDS) {
		x->type = SL_MEASURE_FIELD;
		x->field = word;
		return SL_OK;
	}
	x->type = SL_MEASURE_RECORDS;
	x->query.kind = s->kind;
	if (sl_str_is(word, "sum") || sl_str_is(word, "distinct")) {
		x->query.what = sl_str_is(word, "sum") ? SL_TALLY_SUM : SL_TALLY_DISTINCT;
		x->query.field = take_word(&rest);
	} else if (!sl_str_is(word, "count")) {
		return wrong(m, line, "a number of records is count, sum FIELD or distinct FIELD, not", word, e);
	}
	return read_conditions(m, line, rest, x->condition, &x->query.n_conditions, e);
}

/* name | heading | measure | unit | group | style | notes */
static enum sl_code read_column(struct sl_report_maker *m, const struct sl_spec *s,
                                const struct sl_template_property *p, struct sl_spec_column *c,
                                struct sl_err *e)
{
	struct sl_str unit = sl_template_part(p->value, 3);

	c->line = p->line;
	c->name = sl_template_part(p->value, 0);
	c->heading = sl_template_part(p->value, 1);
	c->group = sl_template_part(p->value, 4);
	c->style = sl_template_part(p->value, 5);
	c->notes = sl_template_part(p->value, 6);
	if (!c->name.n)
		return wrong(m, p->line, "a column has a name:", p->value, e);
	if (read_measure(m, s, p->line, sl_template_part(p->value, 2), &c->measure, e))
		return e->code;
	return unit.n ? read_unit(m, p->line, unit, &c->measure, e) : SL_OK;
}

static enum sl_code read_source(struct sl_report_maker *m, const struct sl_template_property *p,
                                struct sl_spec *s, struct sl_err *e)
{
	static const struct {
		const char *name;
		enum sl_spec_source source;
		bool of_kind;
	} sources[] = {{"ground", SL_FROM_GROUND, false},     {"records", SL_FROM_RECORDS, true},
	               {"list", SL_FROM_LIST, true},          {"areas", SL_FROM_AREAS, false},
	               {"findings", SL_FROM_FINDINGS, false}, {"article5", SL_FROM_ARTICLE5, false},
	               {"points", SL_FROM_POINTS, false},     {"place", SL_FROM_PLACE, false},
	               {"near", SL_FROM_NEAR, false},         {"changes", SL_FROM_CHANGES, false}};
	struct sl_str rest = p->value, word = take_word(&rest);

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (sl_str_is(word, sources[i].name)) {
			s->source = sources[i].source;
			s->kind = sources[i].of_kind ? sl_dictionary_kind(m->p->dict, rest) : NULL;
			if ((s->source == SL_FROM_PLACE || s->source == SL_FROM_NEAR) && !m->has_answer)
				return wrong(m, p->line, "only a template with '@of place' has the source", word, e);
			return sources[i].of_kind && !s->kind ? wrong(m, p->line, "there is no kind of record", rest, e)
			                                      : SL_OK;
		}
	return wrong(m, p->line, "there is no source", word, e);
}

static enum sl_code read_property(struct sl_report_maker *m, struct sl_spec *s,
                                  const struct sl_template_property *p, struct sl_err *e)
{
	if (sl_str_is(p->key, "from"))
		return read_source(m, p, s, e);
	if (sl_str_is(p->key, "by")) {
		if (s->n_by == SL_SPEC_BY_MAX)
			return wrong(m, p->line, "a table is by at most two things; this is the third:", p->value, e);
		s->by[s->n_by] = sl_template_part(p->value, 0);
		s->by_heading[s->n_by++] = sl_template_part(p->value, 1);
	} else if (sl_str_is(p->key, "date")) {
		s->dates = p->value;
	} else if (sl_str_is(p->key, "period")) {
		s->all_time = sl_str_is(p->value, "all");
		if (!s->all_time && !sl_str_is(p->value, "report"))
			return wrong(m, p->line, "period is all or report, not", p->value, e);
	} else if (sl_str_is(p->key, "where")) {
		return read_conditions(m, p->line, p->value, s->where, &s->n_where, e);
	} else if (sl_str_is(p->key, "total")) {
		s->no_total = sl_str_is(p->value, "no");
	} else if (sl_str_is(p->key, "zeros")) {
		s->drop_zeros = sl_str_is(p->value, "drop");
	} else if (sl_str_is(p->key, "of")) {
		s->of_record = true;
		if (!sl_str_is(p->value, "record") || !m->subject.number)
			return wrong(m, p->line, "only a template with '@of record' can say 'of record', not", p->value, e);
	} else if (sl_str_is(p->key, "suppress")) {
		s->suppress = true;
	} else if (!sl_str_is(p->key, "column") && !sl_str_is(p->key, "caption") &&
	           !sl_str_is(p->key, "empty") && !sl_str_is(p->key, "most") && !sl_str_is(p->key, "beyond") &&
	           !sl_str_is(p->key, "type") && !sl_str_is(p->key, "value") &&
	           !sl_str_is(p->key, "describe") && !sl_str_is(p->key, "axis")) {
		return wrong(m, p->line, "there is no property", p->key, e);
	}
	return SL_OK;
}

enum sl_code sl_spec_read(struct sl_report_maker *m, const struct sl_template_item *item,
                          struct sl_spec **out, struct sl_err *e)
{
	struct sl_spec *s = sl_arena_alloc(m->a, 1, sizeof *s, e);

	if (!s)
		return e->code;
	s->item = item;
	s->column = sl_arena_alloc(m->a, item->n_properties + 1, sizeof *s->column, e);
	if (!s->column)
		return e->code;
	for (size_t i = 0; i < item->n_properties; i++)
		if (read_property(m, s, &item->property[i], e))
			return e->code;
	/* Measures depend on the source, wherever it stands. */
	for (size_t i = 0; i < item->n_properties; i++) {
		const struct sl_template_property *p = &item->property[i];
		struct sl_spec_column *c = &s->column[s->n_columns];

		if (sl_str_is(p->key, "column")) {
			if (s->n_columns == SL_SPEC_COLUMNS_MAX)
				return wrong(m, p->line, "there are too many columns; this is the first beyond:", p->value,
				             e);
			if (read_column(m, s, p, c, e))
				return e->code;
			s->n_columns++;
		} else if (sl_str_is(p->key, "value")) {
			struct sl_str unit = sl_template_part(p->value, 1);

			c->line = p->line;
			c->name = item->text;
			if (read_measure(m, s, p->line, sl_template_part(p->value, 0), &c->measure, e) ||
			    (unit.n && read_unit(m, p->line, unit, &c->measure, e)))
				return e->code;
			s->n_columns++;
		}
	}
	if (!s->n_columns && s->source < SL_FROM_POINTS)
		return wrong(m, item->line, "no column and no value stands under", item->text, e);
	*out = s;
	return SL_OK;
}

/* ---- what has to be loaded ---- */

static enum sl_code want(struct sl_report_maker *m, const struct sl_spec *s, struct sl_str attribute,
                         struct sl_err *e)
{
	struct sl_tally *t = &m->tally[s->kind->number];

	if (sl_str_is(attribute, "year") || sl_str_is(attribute, "month")) {
		char *full = sl_arena_printf(m->a, e, "%.*s:%.*s", SL_STR_ARG(attribute), SL_STR_ARG(s->dates));

		if (!full)
			return e->code;
		attribute = sl_str_from(full);
	}
	if (sl_tally_want(t, attribute, e))
		return sl_err_within(e, "%s, line %d", m->template.name, s->item->line);
	return SL_OK;
}

enum sl_code sl_spec_want(struct sl_report_maker *m, const struct sl_spec *s, struct sl_err *e)
{
	struct sl_tally *t;

	if (s->source != SL_FROM_RECORDS)
		return SL_OK;
	t = &m->tally[s->kind->number];
	if (!t->kind)
		*t = (struct sl_tally){.p = m->p, .kind = s->kind, .as_of = m->to};
	if (m->request->known_at && !sl_time_parse(sl_str_from(m->request->known_at), &t->known_at_ms))
		return sl_fail(e, SL_INVALID, "--known-at '%.40s' is no moment", m->request->known_at);
	if (s->dates.n) {
		char *when = sl_arena_printf(m->a, e, "when:%.*s", SL_STR_ARG(s->dates));

		if (!when || want(m, s, sl_str_from(when), e))
			return e->code;
	}
	for (size_t i = 0; i < s->n_by; i++)
		if (want(m, s, s->by[i], e))
			return e->code;
	for (size_t i = 0; i < s->n_where; i++)
		if (want(m, s, s->where[i].attribute, e))
			return e->code;
	for (size_t i = 0; i < s->n_columns; i++) {
		const struct sl_measure *x = &s->column[i].measure;

		if (x->query.field.n && want(m, s, x->query.field, e))
			return e->code;
		for (size_t k = 0; k < x->query.n_conditions; k++)
			if (want(m, s, x->condition[k].attribute, e))
				return e->code;
	}
	return SL_OK;
}
