/* How much of the recorded ground that still stands is contaminated: an estimate with an interval from what
 * became of the hazards that were surveyed.  Pure; chance comes from the seed alone.
 *
 * Each class of ground (suspected, confirmed) is a population of hazards of its own.  A hazard is in the
 * sample when what became of (nearly) all of its ground is known.  Hazards are post-stratified by size and
 * group; a class with too few surveyed hazards takes the ratio of a larger one.  Each region has an effect
 * of its own.
 *
 * Value: separate ratio estimator, standing area times (area found contaminated / area surveyed); Cochran,
 * Sampling Techniques, 3rd ed. 1977, section 6.10; times the region's effect by indirect standardisation,
 * drawn towards 1 as far as chance explains it (composite estimator; Rao and Molina, Small Area Estimation,
 * 2nd ed. 2015, doi:10.1002/9781118735855, chapters 3 and 7).  Nearly unbiased when the surveyed are a
 * random part of their class. Interval: Bayesian bootstrap (Rubin 1981, doi:10.1214/aos/1176345338) over
 * the surveyed hazards, with half a pseudo-observation each of an empty and of a contaminated hazard
 * (Jeffreys; Brown, Cai and DasGupta 2001, doi:10.1214/ss/1009213286), so that a sample in which nothing
 * was found does not claim that nothing is there; the standing hazards are then predicted, not their mean
 * (finite population: Lo 1988, doi:10.1214/aos/1176351061); and widened as Student's t is, by the effective
 * number of contaminated hazards behind the figure (Kish 1965).  These choices are those that held their
 * level in simulated countries: docs/method/estimate.md.
 *
 * What it does not know: ground never recorded; why these hazards were surveyed first and not others. */
#ifndef SL_ANALYSIS_ESTIMATE_H
#define SL_ANALYSIS_ESTIMATE_H

#include "base/str.h"

struct sl_estimate_unit { /* a hazard's ground of one class */
	int32_t region;       /* 0..n_regions-1 */
	int32_t group;        /* 0..n_groups-1: contamination, evidence, or all 0 */
	double open_m2;       /* standing: not surveyed or not finished */
	double settled_m2;    /* what became of it is known */
	double found_m2;      /* of settled_m2: contaminated */
	double age_years;     /* since it was recorded; NAN: not known */
};

enum { SL_ESTIMATE_SIZES = 4, SL_ESTIMATE_LEAST = 2, SL_ESTIMATE_CELL = 15, SL_ESTIMATE_FEW = 10 };
/* A hazard counts as surveyed when so much of its ground has an outcome: what is settled first of a hazard
 * is no random part of it. */
#define SL_ESTIMATE_COMPLETE 0.95
#define SL_ESTIMATE_UNLIKE                                                                                 \
	0.25 /* of a standardised difference, or of a mix: the surveyed are unlike the rest */

struct sl_estimate_ask {
	const char *what; /* names the population in messages: "suspected ground" */
	const struct sl_estimate_unit *unit;
	size_t n_units;
	int32_t n_regions, n_groups;
	uint64_t seed;
	size_t n_draws; /* 200 or more; 0: values without intervals */
	double level;   /* of the interval: 0.9 */
};

struct sl_estimate_row {
	size_t n_standing, n_surveyed, n_partly; /* hazards: with standing ground, in the sample, begun */
	size_t n_found;                          /* in the sample, with contaminated ground */
	double open_m2;                          /* recorded and standing */
	double settled_m2, found_m2;             /* of the sample */
	double value_m2, low_m2, high_m2;        /* estimated */
	bool borrowed; /* fewer than SL_ESTIMATE_FEW surveyed here: rests mostly on other regions */
};

/* Do the surveyed hazards resemble those that stand? */
struct sl_estimate_balance {
	double size_surveyed_m2, size_standing_m2; /* medians */
	double age_surveyed, age_standing;         /* medians in years; NAN: not known */
	double size_d, age_d; /* standardised difference of log size and of age; NAN: cannot be told */
	double group_d;       /* half the sum of differences of the groups' shares */
	double region_d;
};

struct sl_estimate {
	struct sl_estimate_row total, *region;
	size_t n_regions;
	double size_limit_m2[SL_ESTIMATE_SIZES - 1]; /* limits of the classes of size */
	double between;                              /* relative spread of the share between regions */
	bool between_assumed;                        /* too few regions were surveyed to measure it */
	double *draw;  /* n_draws totals in m2, in the arena: what stands, predicted */
	double *ratio; /* n_draws contaminated shares of such ground in general, for what is yet to come */
	size_t n_draws;
	struct sl_estimate_balance balance;
};

/* SL_INVALID, with a sentence and without any number, for: no survey at all (fewer than SL_ESTIMATE_LEAST
 * hazards in the sample), an area that is negative or no number, more found than surveyed, a level outside
 * 0..1. */
SL_CHECKED enum sl_code sl_estimate_make(struct sl_arena *a, const struct sl_estimate_ask *ask,
                                         struct sl_estimate *out, struct sl_err *e);

/* In the sample? */
bool sl_estimate_surveyed(const struct sl_estimate_unit *u);
/* estimate_balance.c: made by sl_estimate_make, too. */
SL_CHECKED enum sl_code sl_estimate_weigh(struct sl_arena *a, const struct sl_estimate_ask *ask,
                                          struct sl_estimate_balance *out, struct sl_err *e);

/* The quantile `p` of n values, sorted in place. */
double sl_estimate_quantile(double *v, size_t n, double p);

#endif
