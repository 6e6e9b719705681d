/* Sampling of land by attributes: how many units of ground, how many failures are allowed, and what a clean
 * sample shows.  Pure.  Sources: ISO 2859-1 (single sampling, normal inspection, general levels I to III);
 * the exact hypergeometric distribution; C. J. Clopper, E. S. Pearson 1934, doi:10.1093/biomet/26.4.404. A
 * sample accepts or rejects a lot.  It never shows that no ordnance is left: see sl_sampling_accepts. */
#ifndef SL_ANALYSIS_SAMPLING_H
#define SL_ANALYSIS_SAMPLING_H

#include "base/str.h"

enum sl_sampling_level { SL_SAMPLING_I, SL_SAMPLING_II, SL_SAMPLING_III };

/* The acceptance quality limits in the tables here, in percent: 0.65, 1.0, 1.5, 2.5, 4.0, 6.5. */
enum { SL_SAMPLING_LIMITS = 6 };
extern const double sl_sampling_limit_percent[SL_SAMPLING_LIMITS];

struct sl_sampling_plan {
	char letter;      /* by lot and level; A to R without I and O */
	char plan_letter; /* of the plan that is used: the arrows of the table lead to another one, with another
	                     n */
	int64_t units;    /* to inspect: all of them when the plan asks for as many or more */
	int accept;       /* accept with at most so many failed units */
	int reject;       /* reject with so many or more */
	bool all;         /* 100 % inspection */
};

/* SL_INVALID: a lot under 2 units, a level or a limit that the tables lack. */
SL_CHECKED enum sl_code sl_sampling_letter(int64_t lot, enum sl_sampling_level level, char *out,
                                           struct sl_err *e);
SL_CHECKED enum sl_code sl_sampling_plan(int64_t lot, enum sl_sampling_level level, double limit_percent,
                                         struct sl_sampling_plan *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_sampling_level_read(struct sl_str text, enum sl_sampling_level *out,
                                               struct sl_err *e);

/* The switching rules, lot after lot from normal inspection: `decisions` is A (accepted) or R (rejected)
 * for each, oldest first; blanks and commas are passed over.  Reduced inspection asks for a switching score
 * and a steady process; land has neither, so it is never proposed. */
enum sl_sampling_severity { SL_SAMPLING_NORMAL, SL_SAMPLING_TIGHTENED, SL_SAMPLING_STOPPED };
SL_CHECKED enum sl_code sl_sampling_switch(struct sl_str decisions, enum sl_sampling_severity *out,
                                           struct sl_err *e);

/* The largest lot, in units. */
#define SL_SAMPLING_LOT_MAX 100000000

/* P(accept): at most `accept` failed units among `sample` drawn without replacement from `lot`, of which
 * `failed` fail.  Exact; the two approximations are for comparison.  SL_INVALID: numbers that are no sample
 * of a lot. */
SL_CHECKED enum sl_code sl_sampling_accepts(int64_t lot, int64_t sample, int64_t accept, int64_t failed,
                                            double *out, struct sl_err *e);
double sl_sampling_accepts_binomial(int64_t sample, int64_t accept, double share);
double sl_sampling_accepts_poisson(int64_t sample, int64_t accept, double share);

/* Units without a failure that are needed to say with `confidence` that less than `share` of all fail: of a
 * lot without end, ceil(ln(1 - confidence) / ln(1 - share)); or of this lot, when `failed` units in it are
 * to be excluded (all but a few, when that is one). */
SL_CHECKED enum sl_code sl_sampling_clean_units(double share, double confidence, int64_t *out,
                                                struct sl_err *e);
SL_CHECKED enum sl_code sl_sampling_clean_units_of(int64_t lot, int64_t failed, double confidence,
                                                   int64_t *out, struct sl_err *e);

/* Lower bound of the probability of detection when `detected` of `laid` targets were found
 * (Clopper-Pearson, one side; (1 - confidence)^(1/laid) when all were). */
SL_CHECKED enum sl_code sl_sampling_detection_bound(int64_t laid, int64_t detected, double confidence,
                                                    double *out, struct sl_err *e);

#endif
