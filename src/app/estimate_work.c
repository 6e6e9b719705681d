/* Years and cost to finish, under stated productivity or what the last years achieved. */
#include "app/achieved.h"
#include "app/estimate_parts.h"

#include <math.h>
#include <string.h>

/* One whole year alone says nothing of the spread between years. */
#define SPREAD_OF_ONE_YEAR 0.5

static const enum sl_flow surveyed[] = {SL_FLOW_CANCELLED, SL_FLOW_REDUCED, SL_FLOW_CONFIRMED};
static const enum sl_flow cleared[] = {SL_FLOW_CLEARED};

static struct sl_str year_text(struct sl_statement *s, int year, struct sl_err *e)
{
	char *t = e->code ? NULL : sl_arena_printf(s->a, e, "%d", year);

	return sl_str_from(t);
}

static struct sl_str years_text(struct sl_statement *s, const struct sl_achieved_years *x, struct sl_err *e)
{
	char *t =
	    e->code || !x->n ? NULL : sl_arena_printf(s->a, e, "account %d-%d", x->year[x->n - 1], x->year[0]);

	return sl_str_from(t);
}

static struct sl_spread_of rate(struct sl_estimating *x, struct sl_statement *s, const char *name,
                                const char *label, const struct sl_account *years, const enum sl_flow *flow,
                                size_t n_flows, struct sl_err *e)
{
	const struct sl_analysis_answer *given = sl_analysis_given(x->q, name);
	struct sl_spread_of out = {given->number, sl_analysis_given(x->q, "rate-spread")->number};
	struct sl_str source = SL_STR("given");

	if (!given->given) {
		struct sl_achieved_years achieved;
		struct sl_achieved mean;

		sl_achieved_years(years, x->as_of, flow, n_flows, &achieved);
		mean = sl_achieved_of(achieved.m2, (size_t)achieved.n, SPREAD_OF_ONE_YEAR);
		out = (struct sl_spread_of){mean.mean > 0 ? mean.mean : (double)NAN, mean.spread};
		source = years_text(s, &achieved, e);
	}
	sl_statement_input(s,
	                   (struct sl_quantity){.name = name,
	                                        .label = label,
	                                        .unit = SL_TEXT("analysis-unit", "m² a year"),
	                                        .value = out.mean,
	                                        .source = source},
	                   e);
	return out;
}

static struct sl_spread_of cost(struct sl_estimating *x, struct sl_statement *s, const char *name,
                                const char *label, struct sl_err *e)
{
	const struct sl_analysis_answer *given = sl_analysis_given(x->q, name);
	struct sl_spread_of out = {given->number, sl_analysis_given(x->q, "cost-spread")->number};

	if (given->given)
		sl_statement_input(
		    s,
		    (struct sl_quantity){
		        .name = name, .label = label, .value = out.mean, .decimals = 2, .source = SL_STR("given")},
		    e);
	return out;
}

static void say_years(struct sl_estimating *x, struct sl_statement *s, const struct sl_work *w,
                      struct sl_err *e)
{
	int year = sl_date_year(x->as_of);

	sl_statement_figure(s,
	                    (struct sl_quantity){.name = "years",
	                                         .label = SL_TEXT("analysis", "Estimated: years to finish"),
	                                         .unit = SL_TEXT("analysis-unit", "years"),
	                                         .value = w->years,
	                                         .low = w->years_low,
	                                         .high = w->years_high,
	                                         .level = x->level,
	                                         .decimals = 1},
	                    e);
	if (isfinite(w->years))
		sl_statement_say(
		    s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis",
		            "At these rates the work ends around {year}: half of the runs end earlier, half "
		            "later."),
		    SL_SAID({"year", .text = year_text(s, (int)fmin(year + w->years, 99999), e)}), e);
	if (w->never > 0)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "In {percent} % of the runs the work never ends: as much is newly found as is "
		            "finished."),
		    SL_SAID({"percent", .number = w->never * 100, .decimals = 1}), e);
	sl_statement_say(
	    s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis",
	            "Survey and clearance run side by side at steady rates; the rates are as uncertain as "
	            "stated, or as the mean of the last whole years is."),
	    NULL, 0, e);
	sl_statement_say(
	    s, SL_SAYS_NOT_SHOWN,
	    SL_TEXT("analysis",
	            "Years and cost are arithmetic on rates, no promise: access, funding and seasons are "
	            "not in them."),
	    NULL, 0, e);
}

static void say_cost(struct sl_estimating *x, struct sl_statement *s, const struct sl_work *w,
                     const struct sl_work_ask *q, struct sl_err *e)
{
	const struct sl_analysis_answer *includes = sl_analysis_given(x->q, "cost-includes");
	char *unit =
	    e->code ? NULL : sl_arena_printf(s->a, e, "%.*s %d", SL_STR_ARG(q->currency), (int)q->cost_year);

	if (!unit)
		return;
	sl_statement_input(s,
	                   (struct sl_quantity){.name = "prices",
	                                        .label = SL_TEXT("analysis", "Currency and year of prices"),
	                                        .text = sl_str_from(unit),
	                                        .source = SL_STR("given")},
	                   e);
	sl_statement_input(s,
	                   (struct sl_quantity){.name = "cost-includes",
	                                        .label = SL_TEXT("analysis", "Costs include"),
	                                        .text = includes->given ? includes->text : SL_STR("?"),
	                                        .source = includes->given ? SL_STR("given") : SL_STR("")},
	                   e);
	sl_statement_figure(s,
	                    (struct sl_quantity){.name = "cost",
	                                         .label = SL_TEXT("analysis", "Estimated: cost to finish"),
	                                         .unit = unit,
	                                         .value = w->cost,
	                                         .low = w->cost_low,
	                                         .high = w->cost_high,
	                                         .level = x->level},
	                    e);
	if (!includes->given)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "What the costs include is not stated: they cannot be compared with others."),
		    NULL, 0, e);
	if (isnan(q->survey_cost.mean))
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "The cost of survey is not stated: the cost is that of clearance alone."),
		    NULL, 0, e);
}

void sl_estimate_say_work(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	struct sl_account_answer years = {0};
	struct sl_work_ask q = {.clear_m2 = x->clear_m2, .share = x->share, .seed = x->seed, .level = x->level};
	char day[11];
	struct sl_account_request r = {.as_of = day, .by = "year", .ledger = &x->account.ledger};
	struct sl_work w;

	sl_date_text(x->as_of, day);
	if (e->code || sl_account_answer(x->p, &r, &years, e)) {
		sl_account_done(&years);
		return;
	}
	q.n_draws = x->n_draws;
	q.suspected_m2 = x->has[SL_GROUND_SUSPECTED] ? x->of[SL_GROUND_SUSPECTED].total.open_m2 : 0;
	q.survey =
	    rate(x, s, "survey-rate", SL_TEXT("analysis", "Rate of survey"), &years.account, surveyed, 3, e);
	q.clearance = rate(x, s, "clearance-rate", SL_TEXT("analysis", "Rate of clearance"), &years.account,
	                   cleared, 1, e);
	q.found = (struct sl_spread_of){sl_analysis_given(x->q, "found-rate")->number,
	                                sl_analysis_given(x->q, "rate-spread")->number};
	sl_account_done(&years);
	q.survey_cost = cost(x, s, "survey-cost", SL_TEXT("analysis", "Cost of surveying one m²"), e);
	q.clearance_cost = cost(x, s, "clearance-cost", SL_TEXT("analysis", "Cost of clearing one m²"), e);
	q.currency = sl_str_trim(sl_analysis_given(x->q, "currency")->text);
	q.cost_year = sl_analysis_given(x->q, "cost-year")->number;
	if (e->code || sl_work_project(x->a, &q, &w, e))
		return;
	if (w.has_years)
		say_years(x, s, &w, e);
	else
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "Years to finish are not estimated: no rate is given, and none was achieved in the "
		            "last whole years."),
		    NULL, 0, e);
	sl_statement_say(
	    s, SL_SAYS_ASSUMPTION,
	    isnan(q.found.mean)
	        ? SL_TEXT("analysis",
	                  "Nothing new is found while the work goes on; --found-rate says otherwise.")
	        : SL_TEXT("analysis", "What is newly found each year is surveyed, cleared and paid for, too."),
	    NULL, 0, e);
	if (w.has_cost)
		say_cost(x, s, &w, &q, e);
}
