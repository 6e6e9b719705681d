/* The training programme: a fictional country with its hazards, surveys, clearance, accidents, education
 * and quality visits, written as the files that real programmes send (GeoJSON, CSV).  Everything follows
 * from the seed, byte for byte; no real hazard, place or person is described.
 *
 * With a fault rate above 0, mistakes of the kinds in docs/manual/rules.md are planted; truth.csv says
 * which rule should find which record. */
#ifndef SL_APP_SIMULATE_H
#define SL_APP_SIMULATE_H

#include "base/env.h"

struct sl_simulation {
	uint64_t seed;
	uint32_t hazards; /* 200 to 1,000,000 */
	double faults;    /* share of records with a planted fault, 0 to 0.3 */
	double overlap;   /* share of hazards laid across another one, besides those with a common border */
};

#define SL_SIMULATION_HAZARDS_MIN 50u
#define SL_SIMULATION_HAZARDS_MAX 1000000u
#define SL_SIMULATION_COUNTRY "XVE" /* a user-assigned code of ISO 3166 */
#define SL_SIMULATION_NAME "Verania (training)"

enum sl_simulated_file {
	SL_SIMULATED_EARLY, /* hazards that were recorded before the report of the last year was closed */
	SL_SIMULATED_ORGANISATION,
	SL_SIMULATED_PLACE,
	SL_SIMULATED_TASK,
	SL_SIMULATED_HAZARD,
	SL_SIMULATED_ACTIVITY,
	SL_SIMULATED_RELEASE,
	SL_SIMULATED_ORDNANCE,
	SL_SIMULATED_ACCIDENT,
	SL_SIMULATED_VICTIM,
	SL_SIMULATED_EDUCATION,
	SL_SIMULATED_QUALITY,
	SL_SIMULATED_FILES,
};

struct sl_simulated {
	struct {
		const char *kind;
		char path[1024];
		uint64_t records;
		int64_t recorded_ms;    /* when its records reached the office; 0: now */
	} file[SL_SIMULATED_FILES]; /* in the order in which they should be imported; those without records not
	                             */
	char truth[1024];
	uint64_t faults;
	uint64_t vertices; /* of the first outline of each hazard */
};

/* Writes the files into `folder`, which must exist. SL_INVALID for numbers out of range; SL_CANCELLED and
 * SL_IO leave no file behind that is not whole. */
SL_CHECKED enum sl_code sl_simulate(const struct sl_simulation *s, const char *folder,
                                    const struct sl_env *env, struct sl_simulated *out, struct sl_err *e);

#endif
