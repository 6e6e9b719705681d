/* Simulated countries whose contamination is known: hazards of log-normal size in several regions, most of
 * them empty, the others contaminated in a beta-distributed part; regions differ, and large hazards may be
 * emptier.  Some hazards were surveyed. */
#ifndef SL_TESTS_ESTIMATE_COUNTRY_H
#define SL_TESTS_ESTIMATE_COUNTRY_H

#include "analysis/estimate.h"

struct country_design {
	int hazards[2];       /* least, most */
	double prevalence[2]; /* of hazards that hold anything */
	int surveyed[2];
	double between;    /* spread of prevalence between regions */
	double by_size;    /* how much prevalence falls with log size, in standard deviations */
	double unsurveyed; /* chance of a region to have no survey at all */
	double preference; /* how much likelier a contaminated hazard is surveyed: 1: at random */
};
struct country {
	struct sl_estimate_unit *unit;    /* as surveyed */
	double *contaminated_m2, *chance; /* of each hazard; chance of being surveyed first, relative */
	bool *reached;
	size_t n, n_surveyed;
	int32_t n_regions;
	double truth_m2; /* contaminated in what stands */
};

SL_CHECKED enum sl_code country_make(struct sl_arena *a, const struct country_design *d, uint64_t seed,
                                     struct country *out, struct sl_err *e);
/* Survey the country: which hazards is chance, and so is the seed's. */
SL_CHECKED enum sl_code country_survey(struct sl_arena *a, struct country *c, uint64_t seed,
                                       struct sl_err *e);

#endif
