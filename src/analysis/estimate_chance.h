/* GSL's distributions on the seeded generator of the house: the same seed, the same numbers, on every
 * machine. */
#ifndef SL_ANALYSIS_ESTIMATE_CHANCE_H
#define SL_ANALYSIS_ESTIMATE_CHANCE_H

#include <gsl/gsl_rng.h>

#include <stdint.h>

struct sl_estimate_chance {
	uint64_t state;
	gsl_rng rng;
};
/* `c` stays where it is while its rng is used. */
gsl_rng *sl_estimate_chance(struct sl_estimate_chance *c, uint64_t seed);

#endif
