/* How long and how much: years and cost to survey the suspected and clear the contaminated ground, from an
 * estimate and stated productivity, with the spread of both.  Pure; chance comes from the seed alone.
 *
 * Each run takes one draw of the estimate, one long-run rate of survey and of clearance and one cost
 * (log-normal with the stated mean and relative standard deviation), and works out years of survey    =
 * suspected ground / (rate of survey - newly found ground a year) years of clearance = ground to clear  /
 * (rate of clearance - share x newly found ground a year) side by side: the longer of the two.  What is
 * newly found in these years is surveyed, cleared and paid for, too. A rate that does not exceed what is
 * newly found never ends.  A projection is arithmetic, no promise. */
#ifndef SL_ANALYSIS_ESTIMATE_WORK_H
#define SL_ANALYSIS_ESTIMATE_WORK_H

#include "base/str.h"

struct sl_spread_of { /* mean and relative standard deviation; mean NAN: not stated */
	double mean, spread;
};
struct sl_work_ask {
	double suspected_m2; /* standing, to be surveyed */
	const double *clear_m2,
	    *share; /* n_draws each: ground to clear; share of suspected ground that is contaminated */
	size_t n_draws;
	struct sl_spread_of survey, clearance; /* m2 a year */
	struct sl_spread_of found;             /* m2 a year newly recorded as suspected; mean NAN: none */
	struct sl_spread_of survey_cost, clearance_cost; /* of a m2 */
	struct sl_str currency;                          /* ISO 4217: "USD" */
	double cost_year;                                /* of which the prices are; NAN: not stated */
	uint64_t seed;
	double level;
};
struct sl_work {
	bool has_years, has_cost;
	double years, years_low, years_high; /* median and interval; INFINITY: never */
	double never;                        /* share of the runs that never end */
	double cost, cost_low, cost_high;
};
/* SL_INVALID, in a sentence, for: a rate that is not above 0, a spread below 0, a negative cost, a cost
 * without its currency or year.  Rates that are not stated give no years; costs that are not stated give no
 * cost. */
SL_CHECKED enum sl_code sl_work_project(struct sl_arena *a, const struct sl_work_ask *ask,
                                        struct sl_work *out, struct sl_err *e);

/* Mean, least and most of the last years' areas, and the relative spread of their mean: sd / (mean sqrt n),
 * for one year `alone`.  n 0: NAN. */
struct sl_achieved {
	double mean, low, high, spread;
};
struct sl_achieved sl_achieved_of(const double *m2, size_t n, double alone);

#endif
