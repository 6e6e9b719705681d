/* What the clock says: claims beside each other, hazard by hazard, and in words. */
#include "app/neutralising_parts.h"

#include "model/locale.h"

#include <math.h>

/* ---- claims ---- */

static const struct sl_statement_column claim_columns[] = {
    {.name = "claim", .label = SL_TEXT("analysis", "Claim"), .is_text = true},
    {.name = "said_by", .label = SL_TEXT("analysis", "On whose word"), .is_text = true},
    {.name = "grade", .label = SL_TEXT("analysis", "Grade"), .is_text = true},
    {.name = "origin", .label = SL_TEXT("analysis", "Origin")},
    {.name = "life_least",
     .label = SL_TEXT("analysis", "Active life, at least"),
     .unit = SL_TEXT("analysis-unit", "hours")},
    {.name = "life_most",
     .label = SL_TEXT("analysis", "Active life, at most"),
     .unit = SL_TEXT("analysis-unit", "hours")},
    {.name = "fails_least",
     .label = SL_TEXT("analysis", "Share that fails, at least"),
     .unit = "%",
     .decimals = 1},
    {.name = "fails_most",
     .label = SL_TEXT("analysis", "Share that fails, at most"),
     .unit = "%",
     .decimals = 1},
    {.name = "fails_after",
     .label = SL_TEXT("analysis", "From the age of"),
     .unit = SL_TEXT("analysis-unit", "hours")},
    {.name = "word_least",
     .label = SL_TEXT("analysis", "At its word function, at least"),
     .unit = "%",
     .decimals = 1},
    {.name = "word_most",
     .label = SL_TEXT("analysis", "At its word function, at most"),
     .unit = "%",
     .decimals = 1},
    {.name = "open_least",
     .label = SL_TEXT("analysis", "It leaves open, at least"),
     .unit = "%",
     .decimals = 1},
    {.name = "open_most",
     .label = SL_TEXT("analysis", "It leaves open, at most"),
     .unit = "%",
     .decimals = 1},
    {.name = "type", .label = SL_TEXT("analysis", "About"), .is_text = true},
};
enum { CLAIM_COLUMNS = sizeof claim_columns / sizeof *claim_columns };

static void say_claims_of(const struct clock *m, const struct clock_type *t,
                          struct sl_statement_table *table, struct sl_err *e)
{
	struct sl_neutral_view *view = sl_arena_alloc(m->a, t->n + 1, sizeof *view, e);
	struct sl_share all;
	double low = 0, high = 0;
	bool aged = false;

	for (size_t i = 0; i < m->fields.n; i++) { /* at the ages of all its fields */
		double young, old;

		if (m->fields.v[i].type != t || m->fields.v[i].told.n || m->date.day < m->fields.v[i].from.day)
			continue;
		sl_clock_ages(&m->fields.v[i], m->date, &young, &old);
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
		c[x->c.kind == SL_NEUTRAL_LIFE ? 4 : 6].number =
		    x->c.kind == SL_NEUTRAL_LIFE ? x->c.low : 100 * x->c.low;
		c[x->c.kind == SL_NEUTRAL_LIFE ? 5 : 7].number =
		    x->c.kind == SL_NEUTRAL_LIFE ? x->c.high : 100 * x->c.high;
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

			if (!sl_neutral_differ(&x->c, &y->c) || isnan(x->c.high) || isnan(y->c.high) ||
			    !is_first(t, i) || !is_first(t, k))
				continue;
			said++;
			sl_statement_say(m->s, SL_SAYS_WARNING,
			                 SL_TEXT("analysis",
			                         "The claims {a} ({says_a}) and {b} ({says_b}) contradict each other; "
			                         "the interval takes in both and averages nothing."),
			                 SL_SAID({"a", .text = x->label}, {"says_a", .text = hours_text(m, &x->c, e)},
			                         {"b", .text = y->label}, {"says_b", .text = hours_text(m, &y->c, e)}),
			                 e);
		}
	}
	if (unsaid)
		sl_statement_say(
		    m->s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "Claims about {type} that name no time after which all are over: {n}. A certain period "
		            "is every period: by them up to all items may still function."),
		    SL_SAID({"n", .number = (double)unsaid}, {"type", .text = t->name}), e);
	if (!fails)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis",
		                         "No source says which share of {type} fails to neutralise itself. Unknown "
		                         "is not zero: up to all may still function, however old."),
		                 SL_SAID({"type", .text = t->name}), e);
	if (!no_life)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis", "No source names an active life of {type}."),
		                 SL_SAID({"type", .text = t->name}), e);
	if (unreadable)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis", "Claims about {type} with a unit that is no time and no "
		                                     "share: {n}. They count as not saying anything."),
		                 SL_SAID({"n", .number = (double)unreadable}, {"type", .text = t->name}), e);
	sl_statement_say(m->s, SL_SAYS_ANSWER,
	                 SL_TEXT("analysis", "Claims about {type}: {n}. Origins: {origins}; a claim that "
	                                     "repeats another is of its origin, and counts once."),
	                 SL_SAID({"n", .number = (double)t->n}, {"type", .text = t->name},
	                         {"origins", .number = t->n_origins}),
	                 e);
}

void sl_clock_say_claims(const struct clock *m, struct sl_err *e)
{
	struct sl_statement_table *t;

	if (!m->fields.n_types)
		return;
	t = sl_statement_table(m->s, "claims",
	                       SL_TEXT("analysis", "What is claimed, and what it leaves open on this date"),
	                       claim_columns, m->fields.n_types > 1 ? CLAIM_COLUMNS : CLAIM_COLUMNS - 1, e);
	for (size_t i = 0; i < m->fields.n_types && t; i++) {
		say_differing(m, m->fields.type[i], e);
		say_claims_of(m, m->fields.type[i], t, e);
	}
}

/* ---- the answer ---- */

static const struct sl_statement_column field_columns[] = {
    {.name = "hazard", .label = SL_TEXT("analysis", "Hazard"), .is_text = true},
    {.name = "type", .label = SL_TEXT("analysis", "Type"), .is_text = true},
    {.name = "able_least",
     .label = SL_TEXT("analysis", "May still function, at least"),
     .unit = SL_TEXT("analysis-unit", "items")},
    {.name = "able_most",
     .label = SL_TEXT("analysis", "May still function, at most"),
     .unit = SL_TEXT("analysis-unit", "items")},
    {.name = "lying_least",
     .label = SL_TEXT("analysis", "Lying there, at least"),
     .unit = SL_TEXT("analysis-unit", "items")},
    {.name = "lying_most",
     .label = SL_TEXT("analysis", "Lying there, at most"),
     .unit = SL_TEXT("analysis-unit", "items")},
};

/* Each hazard: rows, and a layer for the map.  What lacks a number or a date has no number here either. */
void sl_clock_say_fields(const struct clock *m, struct sl_err *e)
{
	struct sl_statement_table *t = NULL;
	size_t lacking = 0;

	m->s->shape_label = SL_TEXT("analysis", "May still function, at most");
	m->s->shape_unit = SL_TEXT("analysis-unit", "items");
	for (size_t i = 0; i < m->fields.n && !e->code; i++) {
		const struct clock_field *f = &m->fields.v[i];
		struct reckoned r = {0};
		bool known = !f->told.n && m->date.day >= f->from.day;
		struct sl_statement_cell *c;

		lacking += f->told.n > 0;
		if (!f->record.n || (known && sl_clock_reckon(m, f, 1, m->date, &r, e)))
			continue;
		if (!t)
			t = sl_statement_table(m->s, "hazards", SL_TEXT("analysis", "Hazard by hazard"), field_columns,
			                       6, e);
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
			sl_statement_shape(m->s,
			                   (struct sl_statement_shape){.geometry = f->place,
			                                               .name = f->name,
			                                               .record = f->record,
			                                               .value = known ? r.able_high : (double)NAN,
			                                               .low = known ? r.able_low : (double)NAN,
			                                               .high = known ? r.able_high : (double)NAN},
			                   e);
	}
	if (lacking)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis",
		                         "Hazards that name such a model without a number of items or a year of "
		                         "laying: {n}. They are in no sum; unknown is not zero."),
		                 SL_SAID({"n", .number = (double)lacking}), e);
}

void sl_clock_say_figures(const struct clock *m, const struct clock_field *g, size_t n, struct sl_err *e)
{
	struct reckoned r = {0}, design = {0};
	struct sl_neutral_view view[SL_NEUTRAL_LIMITS];
	char date[11];

	if (sl_clock_reckon(m, g, n, m->date, &r, e))
		return;
	for (size_t i = 0; i < n && !e->code; i++) {
		struct sl_neutral_count count;
		struct sl_share share;
		double low, high;

		sl_clock_ages(&g[i], m->date, &low, &high);
		sl_neutral_shares(sl_neutral_limit, SL_NEUTRAL_LIMITS, low, high, view, &share);
		if (m->date.day >= g[i].from.day &&
		    !sl_neutral_items(g[i].items_low, g[i].items_high, share, m->level, &count, e))
			design.expected_high += count.expected_high;
	}
	sl_date_text(m->date, date);
	sl_statement_figure(
	    m->s,
	    (struct sl_quantity){.name = "lying",
	                         .label = SL_TEXT("analysis", "Lying there, as ordnance to be cleared"),
	                         .unit = SL_TEXT("analysis-unit", "items"),
	                         .value = r.lying_low == r.lying_high ? r.lying_low : (double)NAN,
	                         .low = r.lying_low,
	                         .high = r.lying_high,
	                         .level = r.lying_low < r.lying_high},
	    e);
	sl_statement_figure(
	    m->s,
	    (struct sl_quantity){.name = "able",
	                         .label = SL_TEXT("analysis", "May still function"),
	                         .unit = SL_TEXT("analysis-unit", "items"),
	                         .value = r.expected_low == r.expected_high ? r.expected_low : (double)NAN,
	                         .low = r.able_low,
	                         .high = r.able_high,
	                         .level = m->level},
	    e);
	sl_statement_figure(
	    m->s,
	    (struct sl_quantity){.name = "able_expected_least",
	                         .label = SL_TEXT("analysis", "Expected to function, by the lowest claim"),
	                         .unit = SL_TEXT("analysis-unit", "items"),
	                         .value = r.expected_low,
	                         .decimals = 1},
	    e);
	sl_statement_figure(
	    m->s,
	    (struct sl_quantity){.name = "able_expected_most",
	                         .label = SL_TEXT("analysis", "Expected to function, by the highest claim"),
	                         .unit = SL_TEXT("analysis-unit", "items"),
	                         .value = r.expected_high,
	                         .decimals = 1},
	    e);
	sl_statement_figure(
	    m->s,
	    (struct sl_quantity){
	        .name = "design_limit",
	        .label = SL_TEXT("analysis", "For comparison: as many as the treaty's design limits allow"),
	        .unit = SL_TEXT("analysis-unit", "items"),
	        .value = design.expected_high,
	        .decimals = 1,
	        .source = SL_STR("CCW AP II, technical annex")},
	    e);
	sl_statement_say(
	    m->s, SL_SAYS_ANSWER,
	    SL_TEXT("analysis",
	            "On {date} between {low} and {high} items may still function, of {lying} that lie there. "
	            "All of them stay ordnance to be cleared: that number does not fall by itself."),
	    SL_SAID({"date", .text = sl_str_from(sl_arena_strndup(m->a, date, 10, e))},
	            {"low", .number = r.able_low}, {"high", .number = r.able_high},
	            {"lying", .number = r.lying_high}),
	    e);
}

void sl_clock_say_rest(const struct clock *m, struct sl_err *e)
{
	sl_statement_say(
	    m->s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis",
	            "Within what the claims leave open each item functions or not by itself. Items of one lot "
	            "share cold, age and faults, and then the spread is wider than this."),
	    NULL, 0, e);
	sl_statement_say(
	    m->s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis",
	            "Laid at any hour of the days given, looked at in any hour of the date. What was set off, "
	            "removed or destroyed since is not taken off: the numbers are upper ends in this respect."),
	    NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION,
	                 SL_TEXT("analysis",
	                         "Claims are not averaged and not weighed. Grades are shown and change no "
	                         "number: F and 6 mean that it cannot be judged, not that it is the worst."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_WARNING,
	                 SL_TEXT("analysis",
	                         "Design limits are what a treaty allows on paper: 10 % after 30 days, 1 in "
	                         "1,000 after 120 days. What was found in the field was worse."),
	                 NULL, 0, e);
	sl_statement_say(
	    m->s, SL_SAYS_VALIDATION,
	    SL_TEXT("analysis", "Checked against exact binomial sums, hand-made cases of claims and a million "
	                        "simulated items; how good the claims are was not checked and cannot be here."),
	    NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_NOT_SHOWN,
	                 SL_TEXT("analysis", "It can never lower the status of a hazard. Ordnance that is said "
	                                     "to have neutralised itself is dangerous until it has been found "
	                                     "and destroyed, and so is every other item on the ground."),
	                 NULL, 0, e);
}
