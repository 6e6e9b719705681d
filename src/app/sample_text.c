/* What sampling says: its figures, its power, and in words what a clean sample does and does not show. */
#include "app/sample_parts.h"

#include "model/locale.h"

#include <math.h>

static const struct sl_analysis_answer *given(const struct sampling *m, const char *name)
{
	return sl_analysis_given(m->q, name);
}

/* ---- figures ---- */

static double passes(const struct sampling *m, int64_t accept, int64_t failed, struct sl_err *e)
{
	double p = (double)NAN;

	if (!e->code)
		(void)!sl_sampling_accepts(m->units, m->sample, accept, failed, &p, e);
	return p;
}

void sl_sample_figures(struct sampling *m, struct sl_err *e)
{
	double pass = passes(m, 0, m->missed, e), bound = (double)NAN;
	bool trial = given(m, "targets")->given;

	sl_statement_figure(m->s,
	                    (struct sl_quantity){.name = "lot_units",
	                                         .label = SL_TEXT("analysis", "Units of ground in the lot"),
	                                         .unit = SL_TEXT("analysis-unit", "units"),
	                                         .value = (double)m->units},
	                    e);
	sl_statement_figure(m->s,
	                    (struct sl_quantity){.name = "sample_units",
	                                         .label = SL_TEXT("analysis", "Units to inspect"),
	                                         .unit = SL_TEXT("analysis-unit", "units"),
	                                         .value = (double)m->sample},
	                    e);
	sl_statement_figure(
	    m->s,
	    (struct sl_quantity){.name = "sampled_share",
	                         .label = SL_TEXT("analysis", "Share of the lot that is inspected"),
	                         .unit = "%",
	                         .value = 100 * (double)m->sample / (double)m->units,
	                         .decimals = 3},
	    e);
	if (!given(m, "sample")->given) {
		sl_statement_figure(
		    m->s,
		    (struct sl_quantity){
		        .name = "rejection_number",
		        .label = SL_TEXT(
		            "analysis",
		            "Rejection number of the standard (for depth and other failures, never for ordnance)"),
		        .value = m->plan.reject},
		    e);
	}
	sl_statement_figure(
	    m->s,
	    (struct sl_quantity){
	        .name = "passes_missed",
	        .label = SL_TEXT("analysis", "Probability that the sample finds none of the missed items"),
	        .unit = "%",
	        .value = 100 * pass,
	        .decimals = 3},
	    e);
	if (trial && !e->code &&
	    !sl_sampling_detection_bound((int64_t)given(m, "targets")->number,
	                                 (int64_t)given(m, "detected")->number, m->confidence, &bound, e))
		sl_statement_figure(
		    m->s,
		    (struct sl_quantity){
		        .name = "detection_bound",
		        .label = SL_TEXT("analysis", "Lower bound of the probability of detection in that trial"),
		        .unit = "%",
		        .value = 100 * bound,
		        .decimals = 2},
		    e);
}

static const struct sl_statement_column pass_columns[] = {
    {.name = "missed", .label = SL_TEXT("analysis", "Missed items, each in a unit of its own")},
    {.name = "passes", .label = SL_TEXT("analysis", "The sample finds none"), .unit = "%", .decimals = 3},
    {.name = "passes_standard",
     .label = SL_TEXT("analysis", "The standard accepts"),
     .unit = "%",
     .decimals = 3},
};

static const struct sl_statement_column beside_columns[] = {
    {.name = "missed", .label = SL_TEXT("analysis", "Missed items, each in a unit of its own")},
    {.name = "exact", .label = SL_TEXT("analysis", "Finds none, exactly"), .unit = "%", .decimals = 3},
    {.name = "binomial",
     .label = SL_TEXT("analysis", "Finds none, binomial approximation"),
     .unit = "%",
     .decimals = 3},
    {.name = "poisson",
     .label = SL_TEXT("analysis", "Finds none, Poisson approximation"),
     .unit = "%",
     .decimals = 3},
};

/* What the sample lets pass, by how much was missed. */
void sl_sample_power(struct sampling *m, struct sl_err *e)
{
	static const int64_t missed[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
	struct sl_statement_table *t = sl_statement_table(m->s, "power",
	                                                  SL_TEXT("analysis", "What the sample lets pass"),
	                                                  pass_columns, given(m, "sample")->given ? 2 : 3, e),
	                          *beside;

	if (t)
		t->chart = true;
	beside = sl_statement_table(m->s, "approximations",
	                            SL_TEXT("analysis", "The two approximations, for comparison"),
	                            beside_columns, 4, e);
	for (size_t i = 0; i < sizeof missed / sizeof *missed && missed[i] <= m->units && !e->code; i++) {
		double share = (double)missed[i] / (double)m->units;
		struct sl_statement_cell *c = sl_statement_row(m->s, t, e);

		if (!c)
			return;
		c[0].number = (double)missed[i];
		c[0].text = sl_str_from(sl_arena_printf(m->a, e, "%lld", (long long)missed[i])); /* of the chart */
		c[1].number = 100 * passes(m, 0, missed[i], e);
		if (!given(m, "sample")->given)
			c[2].number = 100 * passes(m, m->plan.accept, missed[i], e);
		if (!(c = sl_statement_row(m->s, beside, e)))
			return;
		c[0].number = (double)missed[i];
		c[1].number = 100 * passes(m, 0, missed[i], e);
		c[2].number = 100 * sl_sampling_accepts_binomial(m->sample, 0, share);
		c[3].number = 100 * sl_sampling_accepts_poisson(m->sample, 0, share);
	}
}

static const struct sl_statement_column clean_columns[] = {
    {.name = "failed", .label = SL_TEXT("analysis", "To exclude so many missed items or more")},
    {.name = "units",
     .label = SL_TEXT("analysis", "Units to inspect, all clean"),
     .unit = SL_TEXT("analysis-unit", "units")},
    {.name = "share", .label = SL_TEXT("analysis", "Share of the lot"), .unit = "%", .decimals = 2},
};

void sl_sample_clean(struct sampling *m, struct sl_err *e)
{
	static const int64_t failed[] = {1, 2, 5, 10, 50, 100, 1000};
	struct sl_statement_table *t = sl_statement_table(
	    m->s, "clean",
	    SL_TEXT("analysis", "How much has to be inspected and clean, to say so with this confidence"),
	    clean_columns, 3, e);

	for (size_t i = 0; i < sizeof failed / sizeof *failed && failed[i] <= m->units && !e->code; i++) {
		struct sl_statement_cell *c = sl_statement_row(m->s, t, e);
		int64_t n;

		if (!c || sl_sampling_clean_units_of(m->units, failed[i], m->confidence, &n, e))
			return;
		c[0].number = (double)failed[i];
		c[1].number = (double)n;
		c[2].number = 100 * (double)n / (double)m->units;
	}
}

/* ---- the quality form ---- */

static const struct sl_statement_column form_columns[] = {
    {.name = "field", .label = SL_TEXT("analysis", "Field of the quality form"), .is_text = true},
    {.name = "value", .label = SL_TEXT("analysis", "What to write there"), .is_text = true},
};

static void put_field(struct sampling *m, struct sl_statement_table *t, const char *field, double value,
                      struct sl_str text, struct sl_err *e)
{
	struct sl_statement_cell *c = t ? sl_statement_row(m->s, t, e) : NULL;
	char number[32] = "";

	if (!c)
		return;
	if (!text.n)
		sl_double_text(value, number);
	c[0].text = sl_str_from(field);
	c[1].text = text.n ? text : sl_str_from(sl_arena_printf(m->a, e, "%s", number));
}

/* With these in the record of the visit, anybody can draw the squares again. */
void sl_sample_form(struct sampling *m, struct sl_err *e)
{
	double unit = m->grid.size_m * m->grid.size_m;
	struct sl_statement_table *t = sl_statement_table(
	    m->s, "quality", SL_TEXT("analysis", "What to write in the quality form"), form_columns, 2, e);

	put_field(m, t, "lot", 0, m->lot.name, e);
	put_field(m, t, "lot_area_m2", round((double)m->units * unit * 100) / 100, SL_STR(""), e);
	put_field(m, t, "sample_area_m2", round((double)m->sample * unit * 100) / 100, SL_STR(""), e);
	put_field(m, t, "lot_units", (double)m->units, SL_STR(""), e);
	put_field(m, t, "unit_side_m", m->grid.size_m, SL_STR(""), e);
	put_field(m, t, "sample_units", (double)m->sample, SL_STR(""), e);
	put_field(m, t, "sample_seed", given(m, "seed")->number, SL_STR(""), e);
}

/* ---- words ---- */

void sl_sample_words(struct sampling *m, struct sl_err *e)
{
	struct sl_str letter = {&m->plan.letter, 1}, used = {&m->plan.plan_letter, 1};
	double pass = passes(m, 0, m->missed, e);
	uint8_t decimals = pass > 0.999 || pass < 0.01 ? 3 : 1; /* never "100.0 %" of what is less */
	static const char *const severity[] = {
	    SL_TEXT("analysis", "After the earlier lots, inspection is normal: these tables hold."),
	    SL_TEXT("analysis", "After the earlier lots, inspection is tightened: two of five were rejected. "
	                        "Take the tightened plan of the standard, which is not in these tables, until "
	                        "five lots in a row are accepted."),
	    SL_TEXT("analysis",
	            "After the earlier lots, inspection stops: five lots were rejected on tightened "
	            "inspection. Sample again when the search itself has been put right."),
	};

	if (given(m, "sample")->given)
		sl_statement_say(m->s, SL_SAYS_ANSWER, SL_TEXT("analysis", "{n} of {lot} units are inspected."),
		                 SL_SAID({"n", .number = (double)m->sample}, {"lot", .number = (double)m->units}),
		                 e);
	else
		sl_statement_say(
		    m->s, SL_SAYS_ANSWER,
		    m->plan.letter == m->plan.plan_letter
		        ? SL_TEXT("analysis", "{n} of {lot} units are inspected (code letter {letter}); the "
		                              "standard rejects the lot when {re} or more of them fail.")
		        : SL_TEXT(
		              "analysis",
		              "{n} of {lot} units are inspected (code letter {letter}; the table leads to the plan "
		              "of letter {used}); the standard rejects the lot when {re} or more of them fail."),
		    SL_SAID({"n", .number = (double)m->sample}, {"lot", .number = (double)m->units},
		            {"letter", .text = sl_str_from(sl_arena_strndup(m->a, letter.p, 1, e))},
		            {"used", .text = sl_str_from(sl_arena_strndup(m->a, used.p, 1, e))},
		            {"re", .number = m->plan.reject}),
		    e);
	sl_statement_say(m->s, SL_SAYS_ANSWER,
	                 SL_TEXT("analysis", "For explosive ordnance no number is acceptable: one item found "
	                                     "rejects the lot, whatever the table allows."),
	                 NULL, 0, e);
	if (m->missed == 1)
		sl_statement_say(
		    m->s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis", "With one missed item in {lot} units the sample passes it with {p} %: it "
		                        "finds the item only as often as the share of the ground that it opens."),
		    SL_SAID({"lot", .number = (double)m->units}, {"p", .number = 100 * pass, .decimals = decimals}),
		    e);
	else
		sl_statement_say(
		    m->s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis",
		            "With {missed} missed items in {lot} units the sample finds none of them with {p} %."),
		    SL_SAID({"missed", .number = (double)m->missed}, {"lot", .number = (double)m->units},
		            {"p", .number = 100 * pass, .decimals = decimals}),
		    e);
	if (given(m, "earlier")->given) {
		enum sl_sampling_severity now;

		if (e->code || sl_sampling_switch(given(m, "earlier")->text, &now, e))
			return;
		sl_statement_say(m->s, now == SL_SAMPLING_NORMAL ? SL_SAYS_ANSWER : SL_SAYS_WARNING, severity[now],
		                 NULL, 0, e);
	}
	if (m->has_grid)
		sl_statement_say(
		    m->s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "{left} m² of {area} m² lie along the outline in squares that are not wholly inside: "
		            "they are in no lot, and the sample says nothing about them."),
		    SL_SAID({"left", .number = fmax(0, m->grid.area_m2 -
		                                           (double)m->units * m->grid.size_m * m->grid.size_m)},
		            {"area", .number = m->grid.area_m2}),
		    e);
	if (m->plan.all && !given(m, "sample")->given)
		sl_statement_say(
		    m->s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "The plan asks for as many units as the lot has: all of it is inspected."),
		    NULL, 0, e);
	if (!given(m, "seed")->given && m->has_grid)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis", "No squares are drawn: give a seed, a number that neither the "
		                                     "team nor the inspector chose, and write it down."),
		                 NULL, 0, e);
	sl_statement_say(
	    m->s, SL_SAYS_ASSUMPTION,
	    SL_TEXT(
	        "analysis",
	        "Every unit is as likely to be inspected as every other, and the inspection of a unit finds "
	        "whatever lies in it: a search that misses items makes the sample worth less than this."),
	    NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION,
	                 SL_TEXT("analysis", "A missed item fails one unit of ground."), NULL, 0, e);
	sl_statement_say(
	    m->s, SL_SAYS_VALIDATION,
	    SL_TEXT("analysis",
	            "All cells of the tables, published vectors and exact fractions are tests; acceptance "
	            "agrees with 500,000 simulated samples within five standard errors."),
	    NULL, 0, e);
	sl_statement_say(
	    m->s, SL_SAYS_NOT_SHOWN,
	    SL_TEXT("analysis",
	            "A clean sample never shows that land is free of mines. It judges the work on the lot, and "
	            "even that weakly; what was searched, how and how deep is the evidence."),
	    NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_NOT_SHOWN,
	                 SL_TEXT("analysis", "The binomial and Poisson approximations are there for comparison "
	                                     "only: they forget that a lot comes to an end."),
	                 NULL, 0, e);
}
