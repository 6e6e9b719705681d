/* How much is there?  From the ledger's survey outcomes to an estimate, beside what sources report. */
#include "app/estimate_parts.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS = 2000 };

#define METHOD_SOURCE                                                                                      \
	"Separate ratio estimator (Cochran 1977, 6.10) with composite regional effects (Rao and Molina 2015, " \
	"doi:10.1002/9781118735855); interval: Bayesian bootstrap (Rubin 1981, doi:10.1214/aos/1176345338) "   \
	"with prediction "                                                                                     \
	"of the standing hazards (Lo 1988, doi:10.1214/aos/1176351061). docs/method/estimate.md"

static enum sl_code ground_of(struct sl_estimating *x, struct sl_err *e)
{
	struct sl_account_request r = {.by = "admin1", .ledger = x->q->ledger};
	struct sl_str strata = sl_analysis_given(x->q, "strata")->text;
	char day[11];

	sl_date_text(x->as_of, day);
	r.as_of = day;
	if (sl_account_answer(x->p, &r, &x->account, e))
		return e->code;
	return sl_estimate_gather(x->a, &x->account,
	                          sl_str_is(strata, "contamination") ? SL_STRATA_CONTAMINATION
	                          : sl_str_is(strata, "evidence")    ? SL_STRATA_EVIDENCE
	                                                             : SL_STRATA_NONE,
	                          &x->ground, e);
}

static double standing(const struct sl_estimating *x, enum sl_ground_class class)
{
	double sum = 0;

	for (size_t i = 0; i < x->ground.n[class]; i++)
		sum += x->ground.unit[class][i].open_m2;
	return sum;
}

static enum sl_code estimate_class(struct sl_estimating *x, enum sl_ground_class class, bool must,
                                   struct sl_err *e)
{
	static const char *const what[] = {"suspected ground", "confirmed ground"};
	const struct sl_estimate_ask ask = {.what = what[class],
	                                    .unit = x->ground.unit[class],
	                                    .n_units = x->ground.n[class],
	                                    .n_regions = (int32_t)x->ground.n_regions,
	                                    .n_groups = x->ground.n_groups,
	                                    .seed = x->seed + (uint64_t) class,
	                                    .n_draws = DRAWS,
	                                    .level = x->level};
	size_t n = 0;

	for (size_t i = 0; i < ask.n_units; i++)
		n += sl_estimate_surveyed(&ask.unit[i]);
	if (n < SL_ESTIMATE_LEAST && !must)
		return SL_OK;
	x->has[class] = true;
	return sl_estimate_make(x->a, &ask, &x->of[class], e);
}

static double ratio_of(const struct sl_estimate_row *r)
{
	return r->found_m2 / r->settled_m2; /* a sample has surveyed ground */
}

/* Ground to clear, by a model of all that stands: what is confirmed and what survey of the suspected would
 * confirm, as far as confirmed ground was cleared and not cancelled or reduced after all.  The two draws
 * are of two samples: they are combined draw by draw.  Where no confirmed ground was finished nothing says
 * that, and there is no such figure; years and cost then take all of it. */
static enum sl_code combine(struct sl_estimating *x, struct sl_err *e)
{
	const struct sl_estimate *suspected = &x->of[SL_GROUND_SUSPECTED],
	                         *confirmed = &x->of[SL_GROUND_CONFIRMED];
	double *sorted = sl_arena_alloc(x->a, DRAWS, sizeof *sorted, e),
	       open = standing(x, SL_GROUND_CONFIRMED);

	x->clear_m2 = sorted ? sl_arena_alloc(x->a, DRAWS, sizeof *x->clear_m2, e) : NULL;
	x->share = x->clear_m2 ? sl_arena_alloc(x->a, DRAWS, sizeof *x->share, e) : NULL;
	x->n_draws = DRAWS;
	if (!x->share)
		return e->code;
	for (size_t i = 0; i < DRAWS; i++) {
		double s = x->has[0] ? suspected->draw[i] : 0, r = x->has[1] ? confirmed->ratio[i] : 1;

		x->share[i] = x->has[0] ? suspected->ratio[i] * r : 0;
		sorted[i] = x->clear_m2[i] = s * r + (x->has[1] ? confirmed->draw[i] : open);
	}
	if (!x->has[1]) {
		x->beside = suspected->total;
		return SL_OK;
	}
	x->beside.value_m2 = (x->has[0] ? suspected->total.value_m2 * ratio_of(&confirmed->total) : 0) +
	                     confirmed->total.value_m2;
	x->beside.low_m2 = fmin(x->beside.value_m2, sl_estimate_quantile(sorted, DRAWS, (1 - x->level) / 2));
	x->beside.high_m2 = fmax(x->beside.value_m2, sl_estimate_quantile(sorted, DRAWS, (1 + x->level) / 2));
	return SL_OK;
}

static enum sl_code take_land(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_err *e)
{
	double *land = ctx;

	(void)e;
	if (sl_record_has_code(rec, "level", "admin1") && rev->geometry.repaired_area_m2 > 0)
		*land = (isnan(*land) ? 0 : *land) + rev->geometry.repaired_area_m2;
	return SL_OK;
}

static enum sl_code work_out(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	struct sl_query places = {.kind = sl_dictionary_kind(x->p->dict, SL_STR("place")), .as_of = x->as_of};
	double suspected, confirmed;

	if (ground_of(x, e))
		return e->code;
	suspected = standing(x, SL_GROUND_SUSPECTED);
	confirmed = standing(x, SL_GROUND_CONFIRMED);
	if (!(suspected + confirmed > 0) && !x->ground.n[0] && !x->ground.n[1])
		return sl_fail(
		    e, SL_INVALID,
		    "no hazardous ground with a boundary is recorded, so there is nothing to estimate from; import "
		    "hazards first");
	if (estimate_class(x, SL_GROUND_SUSPECTED, suspected > 0, e) ||
	    estimate_class(x, SL_GROUND_CONFIRMED, !x->has[SL_GROUND_SUSPECTED], e) || combine(x, e) ||
	    sl_store_each(x->p->db, &places, true, take_land, &x->land_m2, e) ||
	    sl_estimate_claims_read(x->p, x->a, x->as_of, &x->claims, e))
		return e->code;
	sl_statement_begin(s, x->a, "estimate/1", SL_TEXT("analysis", "How much is there?"), METHOD_SOURCE);
	sl_estimate_say(x, s, e);
	sl_estimate_say_work(x, s, e);
	sl_estimate_say_outside(x, s, e);
	if (e->code || sl_estimate_own_stock(s, x->p, x->as_of, &x->account.ledger, x->land_m2, e))
		return e->code;
	return sl_estimate_claimed_stock(s, &x->claims, x->land_m2, e);
}

static enum sl_code run(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
                        struct sl_statement *out, struct sl_err *e)
{
	struct sl_estimating x = {.p = p, .a = a, .q = q, .land_m2 = (double)NAN};
	const struct sl_analysis_answer *day = sl_analysis_given(q, "as-of");
	struct sl_statement s;

	x.as_of = day->given ? day->date : (struct sl_date){(int32_t)(sl_env_now_ms(p->env) / 86400000)};
	x.level = sl_analysis_given(q, "level")->number;
	x.seed = (uint64_t)sl_analysis_given(q, "seed")->number;
	if (!work_out(&x, &s, e))
		*out = s;
	sl_account_done(&x.account);
	return e->code;
}

static const struct sl_analysis_parameter parameters[] = {
    {.name = "as-of",
     .says = SL_TEXT("analysis", "Closing date; today when it is not given"),
     .type = SL_ANALYSIS_DATE},
    {.name = "level",
     .says = SL_TEXT("analysis", "Level of the intervals"),
     .type = SL_ANALYSIS_SHARE,
     .low = 0.5,
     .high = 0.99,
     .otherwise = "0.9"},
    {.name = "seed",
     .says = SL_TEXT("analysis", "Seed of the random numbers: the same seed gives the same figures"),
     .type = SL_ANALYSIS_COUNT,
     .otherwise = "1"},
    {.name = "strata",
     .says = SL_TEXT("analysis", "What hazards are told apart by, beside size and region"),
     .type = SL_ANALYSIS_TEXT,
     .choices = "none|contamination|evidence",
     .otherwise = "none"},
    {.name = "survey-rate",
     .says =
         SL_TEXT("analysis",
                 "Suspected ground surveyed in a year; what the last years achieved when it is not given"),
     .type = SL_ANALYSIS_NUMBER,
     .unit = SL_TEXT("analysis-unit", "m² a year")},
    {.name = "clearance-rate",
     .says =
         SL_TEXT("analysis", "Ground cleared in a year; what the last years achieved when it is not given"),
     .type = SL_ANALYSIS_NUMBER,
     .unit = SL_TEXT("analysis-unit", "m² a year")},
    {.name = "rate-spread",
     .says = SL_TEXT("analysis", "Standard deviation of the given rates, as a share of them"),
     .type = SL_ANALYSIS_NUMBER,
     .otherwise = "0.3"},
    {.name = "found-rate",
     .says = SL_TEXT("analysis", "Suspected ground newly recorded in a year; none when it is not given"),
     .type = SL_ANALYSIS_NUMBER,
     .unit = SL_TEXT("analysis-unit", "m² a year")},
    {.name = "survey-cost",
     .says = SL_TEXT("analysis", "Cost of surveying one m²"),
     .type = SL_ANALYSIS_NUMBER},
    {.name = "clearance-cost",
     .says = SL_TEXT("analysis", "Cost of clearing one m²"),
     .type = SL_ANALYSIS_NUMBER},
    {.name = "cost-spread",
     .says = SL_TEXT("analysis", "Standard deviation of the costs, as a share of them"),
     .type = SL_ANALYSIS_NUMBER,
     .otherwise = "0.3"},
    {.name = "currency",
     .says = SL_TEXT("analysis", "Currency of the costs, such as USD"),
     .type = SL_ANALYSIS_TEXT},
    {.name = "cost-year", .says = SL_TEXT("analysis", "Year of the prices"), .type = SL_ANALYSIS_COUNT},
    {.name = "cost-includes",
     .says = SL_TEXT("analysis", "What the costs include: staff, equipment, quality control, overheads"),
     .type = SL_ANALYSIS_TEXT},
    {.name = "outside-squares",
     .says = SL_TEXT("analysis", "Sample squares surveyed outside recorded ground, chosen at random"),
     .type = SL_ANALYSIS_COUNT},
    {.name = "outside-found",
     .says = SL_TEXT("analysis", "Of these squares, how many showed an indication"),
     .type = SL_ANALYSIS_COUNT},
    {.name = "outside-km2",
     .says = SL_TEXT("analysis", "Area from which the squares were drawn"),
     .type = SL_ANALYSIS_NUMBER,
     .unit = SL_TEXT("analysis-unit", "km²")},
    {0}};

const struct sl_analysis sl_analysis_estimate = {
    "estimate", SL_TEXT("analysis", "How much is there?"),
    SL_TEXT("analysis", "Contaminated ground of the country and its regions, estimated from what surveys "
                        "found, beside what "
                        "sources report; years and cost to finish."),
    parameters, run};
