/* The textbook answers about a density of items, each in closed form: the checks on the full model of
 * residual.h and the sentence "nothing found does not prove that nothing is there" as a number.  Pure.
 * Gamma prior, Poisson counts: Gelman et al., Bayesian Data Analysis, 3rd edition, 2.6. */
#ifndef SL_ANALYSIS_DENSITY_H
#define SL_ANALYSIS_DENSITY_H

#include "base/err.h"

/* Items a hectare; an interval with equal tails at the level asked for. */
struct sl_density {
	double mean, low, high;
};

/* Prior Gamma(shape, rate) of items a hectare, the rate in hectares; `found` items in `area_m2` searched
 * with an effective probability of detection (coverage and all passes): Gamma(shape + found, rate +
 * hectares * detection). */
SL_CHECKED enum sl_code sl_density_posterior(double shape, double rate_ha, double found, double area_m2,
                                             double detection, double level, struct sl_density *out,
                                             struct sl_err *e);

/* Nothing found: the upper bound of items a hectare at this level under a flat prior,
 * -ln(1-level)/(area*detection): 2.996/(hectares * detection) at 95 %. */
SL_CHECKED enum sl_code sl_density_nothing_found(double area_m2, double detection, double level,
                                                 double *out, struct sl_err *e);

/* density * area * P(miss): items that a search with this probability of a miss is expected to leave. */
SL_CHECKED enum sl_code sl_expected_remaining(double per_ha, double area_m2, double miss, double *out,
                                              struct sl_err *e);

#endif
