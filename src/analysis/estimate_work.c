#include "analysis/estimate_work.h"

#include "analysis/estimate.h"
#include "analysis/estimate_chance.h"

#include <gsl/gsl_randist.h>
#include <math.h>

static enum sl_code judge_spread(const struct sl_spread_of *s, const char *what, bool above,
                                 struct sl_err *e)
{
	if (isnan(s->mean))
		return SL_OK;
	if (isinf(s->mean) || s->mean < 0 || (above && !(s->mean > 0)))
		return sl_fail(e, SL_INVALID, "%s is %g: it must be %s; state another", what, s->mean,
		               above ? "above 0" : "0 or more");
	if (!(s->spread >= 0 && s->spread <= 10))
		return sl_fail(e, SL_INVALID,
		               "the spread of %s lies between 0 and 10 times its mean; state another", what);
	return SL_OK;
}

static enum sl_code judge(const struct sl_work_ask *q, struct sl_err *e)
{
	bool costs = !isnan(q->survey_cost.mean) || !isnan(q->clearance_cost.mean);

	if (judge_spread(&q->survey, "the rate of survey", true, e) ||
	    judge_spread(&q->clearance, "the rate of clearance", true, e) ||
	    judge_spread(&q->found, "what is newly found a year", false, e) ||
	    judge_spread(&q->survey_cost, "the cost of survey", false, e) ||
	    judge_spread(&q->clearance_cost, "the cost of clearance", false, e))
		return e->code;
	if (costs && q->currency.n != 3)
		return sl_fail(e, SL_INVALID, "a cost needs its currency: state it by three letters, such as USD");
	if (costs && !(q->cost_year >= 1900 && q->cost_year <= 2200))
		return sl_fail(e, SL_INVALID, "a cost needs the year of its prices: state it");
	if (!(q->suspected_m2 >= 0) || isinf(q->suspected_m2))
		return sl_fail(e, SL_INVALID, "the suspected area is no area; correct its records");
	if (!(q->level > 0 && q->level < 1))
		return sl_fail(e, SL_INVALID, "the level of an interval lies between 0 and 1, such as 0.9");
	for (size_t i = 0; i < q->n_draws; i++)
		if (!(q->clear_m2[i] >= 0) || isinf(q->clear_m2[i]) || !(q->share[i] >= 0 && q->share[i] <= 1))
			return sl_fail(e, SL_INVALID, "the estimate has no area to work from");
	return q->n_draws ? SL_OK : sl_fail(e, SL_INVALID, "there is no estimate to work from");
}

static double one(gsl_rng *rng, const struct sl_spread_of *s, double otherwise)
{
	double sigma2 = log1p(s->spread * s->spread);

	if (isnan(s->mean))
		return otherwise;
	return s->mean > 0 ? gsl_ran_lognormal(rng, log(s->mean) - sigma2 / 2, sqrt(sigma2)) : 0;
}

static double years_for(double m2, double rate, double found)
{
	if (!(m2 > 0))
		return 0;
	return rate > found ? m2 / (rate - found) : (double)INFINITY;
}

/* Quantiles of values of which some are infinite: they sort last, and nothing is interpolated towards them.
 */
static double at(double *v, size_t n, double p)
{
	double q = sl_estimate_quantile(v, n, p);

	return isnan(q) ? (double)INFINITY : q;
}

enum sl_code sl_work_project(struct sl_arena *a, const struct sl_work_ask *q, struct sl_work *out,
                             struct sl_err *e)
{
	struct sl_work w = {.has_years =
	                        !isnan(q->clearance.mean) && (!isnan(q->survey.mean) || !(q->suspected_m2 > 0)),
	                    .has_cost = !isnan(q->clearance_cost.mean)};
	struct sl_estimate_chance chance;
	gsl_rng *rng = sl_estimate_chance(&chance, q->seed ^ 0x776f726b);
	double *years, *cost;

	if (judge(q, e))
		return e->code;
	years = sl_arena_alloc(a, q->n_draws, sizeof *years, e);
	cost = years ? sl_arena_alloc(a, q->n_draws, sizeof *cost, e) : NULL;
	if (!cost)
		return e->code;
	for (size_t i = 0; i < q->n_draws; i++) {
		double found = one(rng, &q->found, 0), survey = one(rng, &q->survey, (double)INFINITY);
		double clearance = one(rng, &q->clearance, (double)INFINITY), newly;

		years[i] = fmax(years_for(q->suspected_m2, survey, found),
		                years_for(q->clear_m2[i], clearance, found * q->share[i]));
		w.never += isinf(years[i]);
		/* Without rates the years are not known, and so is not what is found in them. */
		newly = w.has_years && found > 0 ? found * years[i] : 0;
		cost[i] = (q->suspected_m2 + newly) * one(rng, &q->survey_cost, 0) +
		          (q->clear_m2[i] + newly * q->share[i]) * one(rng, &q->clearance_cost, 0);
	}
	w.never /= (double)q->n_draws;
	w.years_low = at(years, q->n_draws, (1 - q->level) / 2);
	w.years = at(years, q->n_draws, 0.5);
	w.years_high = at(years, q->n_draws, (1 + q->level) / 2);
	w.cost_low = at(cost, q->n_draws, (1 - q->level) / 2);
	w.cost = at(cost, q->n_draws, 0.5);
	w.cost_high = at(cost, q->n_draws, (1 + q->level) / 2);
	*out = w;
	return SL_OK;
}

struct sl_achieved sl_achieved_of(const double *m2, size_t n, double alone)
{
	struct sl_achieved out = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
	double square = 0;

	if (!n)
		return out;
	out.mean = 0;
	for (size_t i = 0; i < n; i++) {
		out.low = i && out.low <= m2[i] ? out.low : m2[i];
		out.high = i && out.high >= m2[i] ? out.high : m2[i];
		out.mean += m2[i];
	}
	out.mean /= (double)n;
	for (size_t i = 0; i < n; i++)
		square += (m2[i] - out.mean) * (m2[i] - out.mean);
	out.spread = n > 1 && out.mean > 0 ? sqrt(square / (double)(n - 1) / (double)n) / out.mean : alone;
	return out;
}
