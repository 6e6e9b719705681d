#include "app/neutralising_parts.h"

#include "model/locale.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS_MAX = 2000, GROUPS_MAX = 20000 };

#define T(text) SL_TEXT("analysis", text)
#define U(text) SL_TEXT("analysis-unit", text)

static const struct sl_analysis_parameter parameters[] = {
    {.name = "hazard", .says = T("Only this hazard; without it and without items, all that name such a model"), .type = SL_ANALYSIS_RECORD},
    {.name = "items", .says = T("Items laid"), .type = SL_ANALYSIS_COUNT, .low = 0, .high = SL_NEUTRAL_ITEMS_MAX},
    {.name = "items-most", .says = T("Items laid, at most"), .type = SL_ANALYSIS_COUNT, .low = 0, .high = SL_NEUTRAL_ITEMS_MAX},
    {.name = "laid", .says = T("Laid on, or from"), .type = SL_ANALYSIS_DATE},
    {.name = "laid-until", .says = T("Laid until"), .type = SL_ANALYSIS_DATE},
    {.name = "type", .says = T("Type: as the catalogue calls it, or as sources call what their claims are about")},
    {.name = "date", .says = T("On which date"), .type = SL_ANALYSIS_DATE},
    {.name = "limits", .says = T("Count the design limits of the treaty as a claim"), .type = SL_ANALYSIS_FLAG},
    {.name = "fails-least", .says = T("Share that fails to neutralise itself, at least"), .type = SL_ANALYSIS_SHARE},
    {.name = "fails-most", .says = T("Share that fails to neutralise itself, at most"), .type = SL_ANALYSIS_SHARE},
    {.name = "fails-source", .says = T("Who says so")},
    {.name = "interval", .says = T("Level of the interval"), .type = SL_ANALYSIS_SHARE, .otherwise = "0.9"},
    {0}};

struct clock {
	struct sl_programme *p;
	struct sl_arena *a;
	const struct sl_analysis_question *q;
	struct sl_statement *s;
	struct sl_date date;
	double level;
	struct clock_fields fields;
	struct clock_claim given;
	bool one; /* one field, given or a record */
};

struct reckoned {
	double able_low, able_high;         /* interval */
	double expected_low, expected_high;
	double lying_low, lying_high;
};

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
		return sl_fail(e, SL_INVALID, "fails-least %g is more than fails-most %g", least->number, most->number);
	if (least->given)
		m->given = (struct clock_claim){.c = {.kind = SL_NEUTRAL_FAILURE, .low = least->number, .high = most->number,
		                                      .after_hours = (double)NAN},
		                                .label = SL_STR("-"), .said_by = given(m, "fails-source")->text};
	return SL_OK;
}

/* One field, of what was given: the record's own number, years and type hold where nothing is. */
static enum sl_code override(struct clock *m, struct sl_err *e)
{
	const struct sl_analysis_answer *items = given(m, "items"), *most = given(m, "items-most"), *laid = given(m, "laid"),
	                                *until = given(m, "laid-until"), *type = given(m, "type");
	struct clock_field *f = m->fields.v;
	struct clock_type *t;

	if (items->given) {
		f->items_low = (int64_t)items->number;
		f->items_high = most->given ? (int64_t)most->number : f->items_low;
		if (f->items_high < f->items_low)
			return sl_fail(e, SL_INVALID, "items-most %lld is less than items %lld", (long long)f->items_high,
			               (long long)f->items_low);
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
		f->type = t;
	}
	if (sl_str_is(f->told, "items"))
		return sl_fail(e, SL_INVALID, "%s: give items", f->record.n ? "the record has no number of items (many is none)" : "no number of items");
	if (sl_date_is_none(f->from))
		return sl_fail(e, SL_INVALID, "%s: give laid", f->record.n ? "the record does not say when it was laid" : "no date of laying");
	if (m->date.day < f->from.day)
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
			return sl_fail(e, SL_INVALID, "%s is of one hazard or number: give hazard or items too", of_one[i]);
	if (given(m, "items-most")->given && !given(m, "items")->given)
		return sl_fail(e, SL_INVALID, "items-most: give items too, the least that was laid");
	if (given(m, "laid-until")->given && !given(m, "laid")->given)
		return sl_fail(e, SL_INVALID, "laid-until: give laid too, the first day");
	if (hazard->given || !m->one) {
		if (sl_clock_hazards(m->p, m->a, hazard->given ? hazard->text : SL_STR(""), &m->fields, e))
			return e->code;
	}
	if (m->one && !m->fields.n) {
		if (!given(m, "type")->given)
			return sl_fail(e, SL_INVALID, hazard->given ? "the record names no model that the catalogue says to neutralise itself: give type"
			                                            : "no type: name what was laid, as the catalogue or the sources call it");
		m->fields.v = sl_arena_alloc(m->a, 1, sizeof *m->fields.v, e);
		if (!m->fields.v)
			return e->code;
		m->fields.n = 1;
		m->fields.v[0] = (struct clock_field){.from = sl_date_none(), .to = sl_date_none(), .told = SL_STR("items")};
		if (hazard->given)
			m->fields.v[0].name = hazard->text;
	}
	if (m->one && override(m, e))
		return e->code;
	if (!m->fields.n)
		return sl_fail(e, SL_INVALID, "no hazard names a model that the catalogue says to neutralise itself; give items, laid and type");
	for (size_t i = 0; i < m->fields.n_types; i++)
		if (sl_clock_claims(m->p, m->a, m->fields.type[i], given(m, "fails-least")->given ? &m->given : NULL,
		                    given(m, "limits")->given, e))
			return e->code;
	return SL_OK;
}

/* ---- reckoning ---- */

/* Laid at any hour of its days and looked at in any hour of `date`. */
static void ages_at(const struct clock_field *f, struct sl_date date, double *low, double *high)
{
	*low = fmax(0, ((double)date.day - f->to.day - 1) * 24);
	*high = fmax(0, ((double)date.day - f->from.day + 1) * 24);
}

static enum sl_code reckon(const struct clock *m, const struct clock_field *f, struct sl_date date,
                           struct sl_neutral_view *view, struct reckoned *sum, struct sl_err *e)
{
	struct sl_neutral_count count;
	struct sl_share share;
	double low, high;

	if (date.day < f->from.day)
		return SL_OK; /* nothing lies there yet */
	ages_at(f, date, &low, &high);
	sl_neutral_shares(f->type->plain, f->type->n, low, high, view, &share);
	/* While it is being laid, less may lie there than in the end. */
	if (sl_neutral_items(date.day < f->to.day ? 0 : f->items_low, f->items_high, share, m->level, &count, e))
		return e->code;
	sum->able_low += count.low;
	sum->able_high += count.high;
	sum->expected_low += count.expected_low;
	sum->expected_high += count.expected_high;
	sum->lying_low += date.day < f->to.day ? 0 : (double)f->items_low;
	sum->lying_high += (double)f->items_high;
	return SL_OK;
}

static int by_type_and_days(const void *x, const void *y)
{
	const struct clock_field *a = x, *b = y;

	if (a->told.n != b->told.n)
		return a->told.n < b->told.n ? -1 : 1;
	if (a->type != b->type)
		return sl_str_cmp(a->type->name, b->type->name) < 0 ? -1 : 1;
	if (a->from.day != b->from.day)
		return a->from.day < b->from.day ? -1 : 1;
	return a->to.day < b->to.day ? -1 : a->to.day > b->to.day;
}

/* Fields of one type and one time of laying are one: the sum of independent items is binomial again. */
static struct clock_field *groups(const struct clock *m, size_t *n, struct sl_err *e)
{
	struct clock_field *g = sl_arena_alloc(m->a, m->fields.n + 1, sizeof *g, e);
	size_t count = 0;

	if (!g)
		return NULL;
	for (size_t i = 0; i < m->fields.n && !m->fields.v[i].told.n; i++) {
		const struct clock_field *f = &m->fields.v[i];
		struct clock_field *last = count ? &g[count - 1] : NULL;

		if (last && last->type == f->type && last->from.day == f->from.day && last->to.day == f->to.day &&
		    last->items_high + f->items_high <= SL_NEUTRAL_ITEMS_MAX) {
			last->items_low += f->items_low;
			last->items_high += f->items_high;
		} else {
			g[count++] = *f;
		}
	}
	*n = count;
	return g;
}

static enum sl_code reckon_all(const struct clock *m, const struct clock_field *g, size_t n, struct sl_date date,
                               struct reckoned *out, struct sl_err *e)
{
	struct reckoned sum = {0};
	size_t most = 0;
	struct sl_arena_mark mark = sl_arena_mark(m->a);
	struct sl_neutral_view *view;

	for (size_t i = 0; i < n; i++)
		most = g[i].type->n > most ? g[i].type->n : most;
	view = sl_arena_alloc(m->a, most + 1, sizeof *view, e);
	for (size_t i = 0; view && i < n; i++)
		if (reckon(m, &g[i], date, view, &sum, e))
			break;
	sl_arena_reset(m->a, mark);
	if (!e->code)
		*out = sum;
	return e->code;
}

/* ---- through time ---- */

/* The line is what lies there, and does not fall; the band is what may still function. */
static const struct sl_statement_column step_columns[] = {
    {.name = "from", .label = T("From"), .is_text = true},
    {.name = "lying", .label = T("Lying there, at most"), .unit = U("items")},
    {.name = "able_least", .label = T("May still function, at least"), .unit = U("items")},
    {.name = "able_most", .label = T("May still function, at most"), .unit = U("items")},
    {.name = "lying_least", .label = T("Lying there, at least"), .unit = U("items")},
};

static int by_day(const void *a, const void *b)
{
	return *(const int32_t *)a < *(const int32_t *)b ? -1 : *(const int32_t *)a > *(const int32_t *)b;
}

static void add_day(int32_t *day, size_t *n, double at, int32_t not_before)
{
	if (*n < STEPS_MAX && at >= not_before && at < 3e6)
		day[(*n)++] = (int32_t)at;
}

/* The days on which something changes: of laying, and those on which an age passes what a claim names. */
static size_t days_of_change(const struct clock_field *g, size_t n, int32_t *day)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		add_day(day, &count, g[i].from.day, g[i].from.day);
		add_day(day, &count, g[i].to.day, g[i].from.day);
		for (size_t k = 0; k < g[i].type->n; k++) {
			const struct sl_neutral_claim *c = &g[i].type->claim[k].c;
			const double at[] = {c->kind == SL_NEUTRAL_LIFE ? c->low : c->after_hours,
			                     c->kind == SL_NEUTRAL_LIFE ? c->high : (double)NAN};

			for (int j = 0; j < 2; j++) {
				if (isnan(at[j]))
					continue;
				/* One past the threshold: "under its lower end" and "from its upper end on" both have turned. */
				add_day(day, &count, g[i].from.day - 1 + ceil(at[j] / 24), g[i].from.day);
				add_day(day, &count, g[i].to.day + 1 + ceil(at[j] / 24), g[i].from.day);
			}
		}
	}
	qsort(day, count, sizeof *day, by_day);
	return count;
}

static void say_steps(const struct clock *m, const struct clock_field *g, size_t n, struct sl_err *e)
{
	struct sl_statement_table *t;
	struct reckoned last = {.able_low = -1};
	int32_t *day = sl_arena_alloc(m->a, STEPS_MAX, sizeof *day, e);
	size_t count = day ? days_of_change(g, n, day) : 0;

	t = sl_statement_table(m->s, "steps", T("Through time: each row holds until the next"), step_columns, 5, e);
	for (size_t i = 0; i < count && !e->code; i++) {
		struct reckoned r;
		struct sl_statement_cell *c;
		char text[11];

		if ((i && day[i] == day[i - 1]) || reckon_all(m, g, n, (struct sl_date){day[i]}, &r, e) ||
		    (r.able_low == last.able_low && r.able_high == last.able_high && r.lying_low == last.lying_low &&
		     r.lying_high == last.lying_high) ||
		    !(c = sl_statement_row(m->s, t, e)))
			continue;
		last = r;
		sl_date_text((struct sl_date){day[i]}, text);
		c[0].text = sl_str_from(sl_arena_strndup(m->a, text, 10, e));
		c[1].number = r.lying_high;
		c[2].number = r.able_low;
		c[3].number = r.able_high;
		c[4].number = r.lying_low;
	}
	if (t)
		t->chart = t->n_rows > 1;
	if (count == STEPS_MAX)
		sl_statement_say(m->s, SL_SAYS_WARNING, T("More days of change than the table holds: its end is left out."), NULL, 0, e);
}

/* ---- claims ---- */

static const struct sl_statement_column claim_columns[] = {
    {.name = "claim", .label = T("Claim"), .is_text = true},
    {.name = "said_by", .label = T("On whose word"), .is_text = true},
    {.name = "grade", .label = T("Grade"), .is_text = true},
    {.name = "origin", .label = T("Origin")},
    {.name = "life_least", .label = T("Active life, at least"), .unit = U("hours")},
    {.name = "life_most", .label = T("Active life, at most"), .unit = U("hours")},
    {.name = "fails_least", .label = T("Share that fails, at least"), .unit = "%", .decimals = 1},
    {.name = "fails_most", .label = T("Share that fails, at most"), .unit = "%", .decimals = 1},
    {.name = "fails_after", .label = T("From the age of"), .unit = U("hours")},
    {.name = "word_least", .label = T("At its word function, at least"), .unit = "%", .decimals = 1},
    {.name = "word_most", .label = T("At its word function, at most"), .unit = "%", .decimals = 1},
    {.name = "open_least", .label = T("It leaves open, at least"), .unit = "%", .decimals = 1},
    {.name = "open_most", .label = T("It leaves open, at most"), .unit = "%", .decimals = 1},
    {.name = "type", .label = T("About"), .is_text = true},
};
enum { CLAIM_COLUMNS = sizeof claim_columns / sizeof *claim_columns };

static void say_claims_of(const struct clock *m, const struct clock_type *t, struct sl_statement_table *table,
                          struct sl_err *e)
{
	struct sl_neutral_view *view = sl_arena_alloc(m->a, t->n + 1, sizeof *view, e);
	struct sl_share all;
	double low = 0, high = 0;
	bool aged = false;

	for (size_t i = 0; i < m->fields.n; i++) { /* at the ages of all its fields */
		double young, old;

		if (m->fields.v[i].type != t || m->fields.v[i].told.n || m->date.day < m->fields.v[i].from.day)
			continue;
		ages_at(&m->fields.v[i], m->date, &young, &old);
		low = aged ? fmin(low, young) : young;
		high = aged ? fmax(high, old) : old;
		aged = true;
	}
	if (!view)
		return;
	sl_neutral_shares(t->plain, t->n, low, high, view, &all);
	for (size_t i = 0; i < t->n && !e->code; i++) {
		const struct clock_claim *x = &t->claim[i];
		struct sl_statement_cell *c = sl_statement_row(m->s, table, e);

		if (!c)
			return;
		c[0].text = x->label;
		c[0].record = x->record;
		c[1].text = x->said_by;
		c[2].text = x->grade;
		c[3].number = x->c.origin + 1;
		c[x->c.kind == SL_NEUTRAL_LIFE ? 4 : 6].number = x->c.kind == SL_NEUTRAL_LIFE ? x->c.low : 100 * x->c.low;
		c[x->c.kind == SL_NEUTRAL_LIFE ? 5 : 7].number = x->c.kind == SL_NEUTRAL_LIFE ? x->c.high : 100 * x->c.high;
		if (x->c.kind == SL_NEUTRAL_FAILURE)
			c[8].number = x->c.after_hours;
		if (table->n_columns == CLAIM_COLUMNS)
			c[13].text = t->name;
		if (!aged)
			continue;
		c[9].number = 100 * view[i].word.low;
		c[10].number = 100 * view[i].word.high;
		if (view[i].alone) {
			c[11].number = 100 * view[i].bound.low;
			c[12].number = 100 * view[i].bound.high;
		}
	}
}

static struct sl_str hours_text(const struct clock *m, const struct sl_neutral_claim *c, struct sl_err *e)
{
	double scale = c->kind == SL_NEUTRAL_LIFE ? 1 : 100;
	const char *unit = c->kind == SL_NEUTRAL_LIFE ? "h" : "%";
	char low[32] = "?", high[32] = "?";

	if (!isnan(c->low))
		sl_double_text(c->low * scale, low);
	if (!isnan(c->high))
		sl_double_text(c->high * scale, high);
	return e->code ? SL_STR("") : sl_str_from(sl_arena_printf(m->a, e, "%s-%s %s", low, high, unit));
}

/* The first claim of its origin and kind. */
static bool is_first(const struct clock_type *t, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (t->claim[k].c.origin == t->claim[i].c.origin && t->claim[k].c.kind == t->claim[i].c.kind)
			return false;
	return true;
}

/* Claims that differ, side by side, an origin once. */
static void say_differing(const struct clock *m, const struct clock_type *t, struct sl_err *e)
{
	size_t said = 0, unsaid = 0, no_life = 0, unreadable = 0;
	bool fails = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct clock_claim *x = &t->claim[i];

		fails |= x->c.kind == SL_NEUTRAL_FAILURE;
		no_life += x->c.kind == SL_NEUTRAL_LIFE;
		unsaid += x->c.kind == SL_NEUTRAL_LIFE && isnan(x->c.high);
		unreadable += x->unreadable;
		for (size_t k = i + 1; k < t->n && said < 5; k++) {
			const struct clock_claim *y = &t->claim[k];

			if (!sl_neutral_differ(&x->c, &y->c) || isnan(x->c.high) || isnan(y->c.high) || !is_first(t, i) || !is_first(t, k))
				continue;
			said++;
			sl_statement_say(m->s, SL_SAYS_WARNING, T("The claims {a} ({says_a}) and {b} ({says_b}) contradict each other; the interval takes in both and averages nothing."),
			                 SL_SAID({"a", .text = x->label}, {"says_a", .text = hours_text(m, &x->c, e)}, {"b", .text = y->label},
			                         {"says_b", .text = hours_text(m, &y->c, e)}), e);
		}
	}
	if (unsaid)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 T("{n} claims about {type} name no time after which all are over (\"a certain period\" is every period): by them up to all items may still function."),
		                 SL_SAID({"n", .number = (double)unsaid}, {"type", .text = t->name}), e);
	if (!fails)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 T("No source says which share of {type} fails to neutralise itself. Unknown is not zero: up to all may still function, however old."),
		                 SL_SAID({"type", .text = t->name}), e);
	if (!no_life)
		sl_statement_say(m->s, SL_SAYS_WARNING, T("No source names an active life of {type}."), SL_SAID({"type", .text = t->name}), e);
	if (unreadable)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 T("{n} claims about {type} have a unit that is no time and no share; they count as not saying anything."),
		                 SL_SAID({"n", .number = (double)unreadable}, {"type", .text = t->name}), e);
	sl_statement_say(m->s, SL_SAYS_ANSWER, T("{n} claims about {type}, of {origins} origins; a claim that repeats another counts once."),
	                 SL_SAID({"n", .number = (double)t->n}, {"type", .text = t->name}, {"origins", .number = t->n_origins}), e);
}

/* ---- the answer ---- */

static const struct sl_statement_column field_columns[] = {
    {.name = "hazard", .label = T("Hazard"), .is_text = true},
    {.name = "type", .label = T("Type"), .is_text = true},
    {.name = "able_least", .label = T("May still function, at least"), .unit = U("items")},
    {.name = "able_most", .label = T("May still function, at most"), .unit = U("items")},
    {.name = "lying_least", .label = T("Lying there, at least"), .unit = U("items")},
    {.name = "lying_most", .label = T("Lying there, at most"), .unit = U("items")},
};

/* Each hazard: rows, and a layer for the map.  What lacks a number or a date has no number here either. */
static void say_fields(const struct clock *m, struct sl_err *e)
{
	struct sl_statement_table *t = NULL;
	size_t lacking = 0;

	m->s->shape_label = T("May still function, at most");
	m->s->shape_unit = U("items");
	for (size_t i = 0; i < m->fields.n && !e->code; i++) {
		const struct clock_field *f = &m->fields.v[i];
		struct reckoned r = {0};
		bool known = !f->told.n && m->date.day >= f->from.day;
		struct sl_statement_cell *c;

		lacking += f->told.n > 0;
		if (!f->record.n || (known && reckon_all(m, f, 1, m->date, &r, e)))
			continue;
		if (!t)
			t = sl_statement_table(m->s, "hazards", T("Hazard by hazard"), field_columns, 6, e);
		if (!t || !(c = sl_statement_row(m->s, t, e)))
			return;
		c[0].text = f->name;
		c[0].record = f->record;
		c[1].text = f->type->name;
		if (known) {
			c[2].number = r.able_low;
			c[3].number = r.able_high;
			c[4].number = r.lying_low;
			c[5].number = r.lying_high;
		}
		if (f->place && f->place->type != SL_GEOM_NONE)
			sl_statement_shape(m->s, (struct sl_statement_shape){.geometry = f->place, .name = f->name, .record = f->record,
			                                                     .value = known ? r.able_high : (double)NAN,
			                                                     .low = known ? r.able_low : (double)NAN,
			                                                     .high = known ? r.able_high : (double)NAN}, e);
	}
	if (lacking)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 T("{n} hazards name such a model without a number of items or a year of laying: they are in no sum. Unknown is not zero."),
		                 SL_SAID({"n", .number = (double)lacking}), e);
}

static void say_figures(const struct clock *m, const struct clock_field *g, size_t n, struct sl_err *e)
{
	struct reckoned r = {0}, design = {0};
	struct sl_neutral_view view[SL_NEUTRAL_LIMITS];
	char date[11];

	if (reckon_all(m, g, n, m->date, &r, e))
		return;
	for (size_t i = 0; i < n && !e->code; i++) {
		struct sl_neutral_count count;
		struct sl_share share;
		double low, high;

		ages_at(&g[i], m->date, &low, &high);
		sl_neutral_shares(sl_neutral_limit, SL_NEUTRAL_LIMITS, low, high, view, &share);
		if (m->date.day >= g[i].from.day && !sl_neutral_items(g[i].items_low, g[i].items_high, share, m->level, &count, e))
			design.expected_high += count.expected_high;
	}
	sl_date_text(m->date, date);
	sl_statement_figure(m->s, (struct sl_quantity){.name = "lying", .label = T("Lying there, as ordnance to be cleared"), .unit = U("items"),
	                                               .value = r.lying_low == r.lying_high ? r.lying_low : (double)NAN,
	                                               .low = r.lying_low, .high = r.lying_high, .level = r.lying_low < r.lying_high}, e);
	sl_statement_figure(m->s, (struct sl_quantity){.name = "able", .label = T("May still function"), .unit = U("items"),
	                                               .value = r.expected_low == r.expected_high ? r.expected_low : (double)NAN,
	                                               .low = r.able_low, .high = r.able_high, .level = m->level}, e);
	sl_statement_figure(m->s, (struct sl_quantity){.name = "able_expected_least", .label = T("Expected to function, by the lowest claim"),
	                                               .unit = U("items"), .value = r.expected_low, .decimals = 1}, e);
	sl_statement_figure(m->s, (struct sl_quantity){.name = "able_expected_most", .label = T("Expected to function, by the highest claim"),
	                                               .unit = U("items"), .value = r.expected_high, .decimals = 1}, e);
	sl_statement_figure(m->s, (struct sl_quantity){.name = "design_limit", .label = T("For comparison: as many as the treaty's design limits allow"),
	                                               .unit = U("items"), .value = design.expected_high, .decimals = 1,
	                                               .source = SL_STR("CCW AP II, technical annex")}, e);
	sl_statement_say(m->s, SL_SAYS_ANSWER,
	                 T("On {date} between {low} and {high} items may still function, of {lying} that lie there. All of them stay ordnance to be cleared: that number does not fall by itself."),
	                 SL_SAID({"date", .text = sl_str_from(sl_arena_strndup(m->a, date, 10, e))}, {"low", .number = r.able_low},
	                         {"high", .number = r.able_high}, {"lying", .number = r.lying_high}), e);
}

static void say_rest(const struct clock *m, struct sl_err *e)
{
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION,
	                 T("Within what the claims leave open each item functions or not by itself. Items of one lot share cold, age and faults, and then the spread is wider than this."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION,
	                 T("Laid at any hour of the days given, looked at in any hour of the date. What was set off, removed or destroyed since is not taken off: the numbers are upper ends in this respect."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION,
	                 T("Claims are not averaged and not weighed. Grades are shown and change no number: F and 6 mean that it cannot be judged, not that it is the worst."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_WARNING,
	                 T("Design limits are what a treaty allows on paper: 10 % after 30 days, 1 in 1,000 after 120 days. What was found in the field was worse."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_VALIDATION,
	                 T("Checked against exact binomial sums, hand-made cases of claims and a million simulated items; how good the claims are was not checked and cannot be here."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_NOT_SHOWN,
	                 T("It can never lower the status of a hazard. Ordnance that is said to have neutralised itself is dangerous until it has been found and destroyed, and so is every other item on the ground."),
	                 NULL, 0, e);
}

static enum sl_code run(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
                        struct sl_statement *out, struct sl_err *e)
{
	struct clock m = {.p = p, .a = a, .q = q, .s = out};
	struct sl_statement_table *claims;
	struct clock_field *g;
	size_t n = 0;

	if (read_given(&m, e) || find_fields(&m, e))
		return e->code;
	qsort(m.fields.v, m.fields.n, sizeof *m.fields.v, by_type_and_days);
	if (!(g = groups(&m, &n, e)))
		return e->code;
	if (!n)
		return sl_fail(e, SL_INVALID, "no hazard of such a model has both a number of items and a year of laying: nothing to reckon");
	sl_statement_begin(out, a, "clock/1", T("Ordnance that is said to neutralise itself"),
	                   "Claims as sourced; binomial distribution (exact quantiles); CCW Amended Protocol II, technical annex");
	say_figures(&m, g, n, e);
	claims = sl_statement_table(out, "claims", T("What is claimed, and what it leaves open on this date"), claim_columns,
	                            m.fields.n_types > 1 ? CLAIM_COLUMNS : CLAIM_COLUMNS - 1, e);
	for (size_t i = 0; i < m.fields.n_types && claims; i++) {
		say_differing(&m, m.fields.type[i], e);
		say_claims_of(&m, m.fields.type[i], claims, e);
	}
	say_fields(&m, e);
	say_steps(&m, g, n, e);
	say_rest(&m, e);
	for (const struct sl_analysis_parameter *x = parameters; x->name; x++) {
		const struct sl_analysis_answer *y = sl_analysis_given(q, x->name);

		if (y->given)
			sl_statement_input(out, (struct sl_quantity){.name = x->name, .label = x->says, .unit = x->unit, .value = y->number,
			                                             .decimals = y->number < 1 ? 3 : 0,
			                                             .text = isnan(y->number) ? y->text : (struct sl_str){0}}, e);
	}
	return e->code;
}

const struct sl_analysis sl_analysis_clock = {
    "clock", T("Ordnance that is said to neutralise itself"),
    T("How many items may still function at a date by what is claimed, beside how many lie there to be cleared."), parameters,
    run};
