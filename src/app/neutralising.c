#include "app/neutralising_parts.h"

#include "model/locale.h"

#include <math.h>

static const struct sl_analysis_parameter parameters[] = {
    {.name = "hazard",
     .says =
         SL_TEXT("analysis", "Only this hazard; without it and without items, all that name such a model"),
     .type = SL_ANALYSIS_RECORD},
    {.name = "items",
     .says = SL_TEXT("analysis", "Items laid"),
     .type = SL_ANALYSIS_COUNT,
     .low = 0,
     .high = SL_NEUTRAL_ITEMS_MAX},
    {.name = "items-most",
     .says = SL_TEXT("analysis", "Items laid, at most"),
     .type = SL_ANALYSIS_COUNT,
     .low = 0,
     .high = SL_NEUTRAL_ITEMS_MAX},
    {.name = "laid", .says = SL_TEXT("analysis", "Laid on, or from"), .type = SL_ANALYSIS_DATE},
    {.name = "laid-until", .says = SL_TEXT("analysis", "Laid until"), .type = SL_ANALYSIS_DATE},
    {.name = "type",
     .says = SL_TEXT("analysis",
                     "Type: as the catalogue calls it, or as sources call what their claims are about")},
    {.name = "date", .says = SL_TEXT("analysis", "On which date"), .type = SL_ANALYSIS_DATE},
    {.name = "limits",
     .says = SL_TEXT("analysis", "Count the design limits of the treaty as a claim"),
     .type = SL_ANALYSIS_FLAG},
    {.name = "fails-least",
     .says = SL_TEXT("analysis", "Share that fails to neutralise itself, at least"),
     .type = SL_ANALYSIS_SHARE},
    {.name = "fails-most",
     .says = SL_TEXT("analysis", "Share that fails to neutralise itself, at most"),
     .type = SL_ANALYSIS_SHARE},
    {.name = "fails-source", .says = SL_TEXT("analysis", "Who says so")},
    {.name = "interval",
     .says = SL_TEXT("analysis", "Level of the interval"),
     .type = SL_ANALYSIS_SHARE,
     .otherwise = "0.9"},
    {0}};

static const struct sl_analysis_answer *given(const struct clock *m, const char *name)
{
	return sl_analysis_given(m->q, name);
}

/* ---- what is asked about ---- */

static enum sl_code read_given(struct clock *m, struct sl_err *e)
{
	const struct sl_analysis_answer *least = given(m, "fails-least"), *most = given(m, "fails-most");

	m->level = given(m, "interval")->number;
	if (!(m->level > 0 && m->level < 1))
		return sl_fail(e, SL_INVALID, "interval: its level lies between 0 and 1, as 0.9");
	m->date = given(m, "date")->given ? given(m, "date")->date
	                                  : (struct sl_date){(int32_t)(sl_env_now_ms(m->p->env) / 86400000)};
	if (least->given != most->given)
		return sl_fail(e, SL_INVALID, "a share that fails has two ends: give fails-least and fails-most");
	if (least->given && !given(m, "fails-source")->given)
		return sl_fail(e, SL_INVALID, "fails-source: a share that fails is somebody's claim; say whose");
	if (least->given && least->number > most->number)
		return sl_fail(e, SL_INVALID, "fails-least %g is more than fails-most %g", least->number,
		               most->number);
	if (least->given)
		m->given = (struct clock_claim){.c = {.kind = SL_NEUTRAL_FAILURE,
		                                      .low = least->number,
		                                      .high = most->number,
		                                      .after_hours = (double)NAN},
		                                .label = SL_STR("-"),
		                                .said_by = given(m, "fails-source")->text};
	return SL_OK;
}

/* One field, of what was given: the record's own number, years and type hold where nothing is. */
static enum sl_code override(struct clock *m, struct sl_err *e)
{
	const struct sl_analysis_answer *items = given(m, "items"), *most = given(m, "items-most"),
	                                *laid = given(m, "laid"), *until = given(m, "laid-until"),
	                                *type = given(m, "type");
	struct clock_field *f = m->fields.v;
	struct clock_type *t;

	if (items->given) {
		f->items_low = (int64_t)items->number;
		f->items_high = most->given ? (int64_t)most->number : f->items_low;
		if (f->items_high < f->items_low)
			return sl_fail(e, SL_INVALID, "items-most %lld is less than items %lld",
			               (long long)f->items_high, (long long)f->items_low);
		f->told = sl_date_is_none(f->from) ? SL_STR("laid") : SL_STR("");
	}
	if (laid->given) {
		f->from = laid->date;
		f->to = until->given ? until->date : laid->date;
		if (f->to.day < f->from.day)
			return sl_fail(e, SL_INVALID, "laid-until is before laid");
		if (sl_str_is(f->told, "laid"))
			f->told = SL_STR("");
	}
	if (type->given) {
		if (sl_clock_type_of(m->p, m->a, &m->fields, type->text, &t, e))
			return e->code;
		f->type = m->fields.type[0] = t;
		m->fields.n_types = 1;
	}
	if (f->record.n && sl_str_is(f->told, "items"))
		m->lacks = SL_TEXT("analysis",
		                   "The record has no number of items (many is none): give one to reckon with.");
	else if (f->record.n && sl_date_is_none(f->from))
		m->lacks =
		    SL_TEXT("analysis", "The record does not say when they were laid: give a day to reckon with.");
	else if (sl_str_is(f->told, "items"))
		return sl_fail(e, SL_INVALID, "no number of items: give items");
	else if (sl_date_is_none(f->from))
		return sl_fail(e, SL_INVALID, "no date of laying: give laid");
	if (!m->lacks && m->date.day < f->from.day)
		return sl_fail(e, SL_INVALID, "the date is before the day of laying");
	return SL_OK;
}

static enum sl_code find_fields(struct clock *m, struct sl_err *e)
{
	static const char *const of_one[] = {"items-most", "laid", "laid-until", "type"};
	const struct sl_analysis_answer *hazard = given(m, "hazard");

	m->one = hazard->given || given(m, "items")->given;
	for (size_t i = 0; i < sizeof of_one / sizeof *of_one; i++)
		if (!m->one && given(m, of_one[i])->given)
			return sl_fail(e, SL_INVALID, "%s is of one hazard or number: give hazard or items too",
			               of_one[i]);
	if (given(m, "items-most")->given && !given(m, "items")->given)
		return sl_fail(e, SL_INVALID, "items-most: give items too, the least that was laid");
	if (given(m, "laid-until")->given && !given(m, "laid")->given)
		return sl_fail(e, SL_INVALID, "laid-until: give laid too, the first day");
	if (hazard->given || !m->one) {
		if (sl_clock_hazards(m->p, m->a, hazard->given ? hazard->text : SL_STR(""), &m->fields, e))
			return e->code;
	}
	if (hazard->given && !m->fields.n && !given(m, "type")->given) {
		m->lacks =
		    SL_TEXT("analysis", "The record names no model that the catalogue says to neutralise itself.");
		return SL_OK;
	}
	if (m->one && !m->fields.n) {
		if (!given(m, "type")->given)
			return sl_fail(e, SL_INVALID,
			               "no type: name what was laid, as the catalogue or the sources call it");
		m->fields.v = sl_arena_alloc(m->a, 1, sizeof *m->fields.v, e);
		if (!m->fields.v)
			return e->code;
		m->fields.n = 1;
		m->fields.v[0] =
		    (struct clock_field){.from = sl_date_none(), .to = sl_date_none(), .told = SL_STR("items")};
		if (hazard->given)
			m->fields.v[0].name = hazard->text;
	}
	if (m->one && override(m, e))
		return e->code;
	if (!m->fields.n)
		m->lacks =
		    SL_TEXT("analysis", "No hazard names a model that the catalogue says to neutralise itself.");
	for (size_t i = 0; i < m->fields.n_types; i++)
		if (sl_clock_claims(m->p, m->a, m->fields.type[i],
		                    given(m, "fails-least")->given ? &m->given : NULL, given(m, "limits")->given,
		                    e))
			return e->code;
	return SL_OK;
}

static enum sl_code run(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
                        struct sl_statement *out, struct sl_err *e)
{
	struct clock m = {.p = p, .a = a, .q = q, .s = out};
	struct clock_field *g;
	size_t n = 0;

	if (read_given(&m, e) || find_fields(&m, e))
		return e->code;
	if (!(g = sl_clock_groups(&m, &n, e)))
		return e->code;
	if (!n && !m.lacks)
		m.lacks = SL_TEXT("analysis",
		                  "No hazard of such a model has both a number of items and a year of laying.");
	sl_statement_begin(out, a, "clock/1", SL_TEXT("analysis", "Ordnance that is said to neutralise itself"),
	                   "Claims as sourced; binomial distribution (exact quantiles); CCW Amended Protocol "
	                   "II, technical annex");
	if (m.lacks)
		sl_statement_say(out, SL_SAYS_ANSWER, m.lacks, NULL, 0, e);
	else
		sl_clock_say_figures(&m, g, n, e);
	sl_clock_say_claims(&m, e);
	sl_clock_say_fields(&m, e);
	if (!m.lacks)
		sl_clock_say_steps(&m, g, n, e);
	sl_clock_say_rest(&m, e);
	for (const struct sl_analysis_parameter *x = parameters; x->name; x++) {
		const struct sl_analysis_answer *y = sl_analysis_given(q, x->name);

		if (y->given)
			sl_statement_input(
			    out,
			    (struct sl_quantity){.name = x->name,
			                         .label = x->says,
			                         .unit = x->unit,
			                         .value = y->number,
			                         .decimals = y->number < 1 ? 3 : 0,
			                         .text = isnan(y->number) ? y->text : (struct sl_str){0}},
			    e);
	}
	return e->code;
}

const struct sl_analysis sl_analysis_clock = {
    "clock", SL_TEXT("analysis", "Ordnance that is said to neutralise itself"),
    SL_TEXT("analysis", "How many items may still function at a date by what is claimed, beside how many "
                        "lie there to be cleared."),
    parameters, run};

enum sl_code sl_clock_append(struct sl_programme *p, struct sl_arena *a, struct sl_str hazard,
                             struct sl_date date, struct sl_statement *out, struct sl_err *e)
{
	struct sl_analysis_question q;
	struct sl_statement s;
	char *text = sl_arena_alloc(a, 11, 1, e);

	if (!text || sl_analysis_ask(&sl_analysis_clock, a, &q, e) ||
	    (hazard.n && sl_analysis_answer(&q, SL_STR("hazard"), hazard, e)))
		return e->code;
	if (!sl_date_is_none(date)) {
		sl_date_text(date, text);
		if (sl_analysis_answer(&q, SL_STR("date"), sl_str_from(text), e))
			return e->code;
	}
	if (sl_analysis_run(p, a, &q, &s, e))
		return e->code;
	for (size_t i = 0; i < s.n_sentences; i++)
		sl_statement_say(out, s.sentence[i].sort, s.sentence[i].text, s.sentence[i].said, s.sentence[i].n,
		                 e);
	for (size_t i = 0; i < s.n_figures; i++)
		sl_statement_figure(out, s.figure[i], e);
	for (size_t i = 0; i < s.n_tables; i++) {
		struct sl_statement_table *t = sl_statement_table(out, s.table[i]->name, s.table[i]->caption,
		                                                  s.table[i]->column, s.table[i]->n_columns, e);

		if (t)
			*t = *s.table[i];
	}
	return e->code;
}
