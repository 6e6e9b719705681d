/* Training programmes in a temporary folder, made and imported as `safelane debug simulate` does it. */
#ifndef SL_TESTS_APP_TRAINING_H
#define SL_TESTS_APP_TRAINING_H

#include "app/import.h"
#include "app/simulate.h"

struct training {
	char folder[64], files[96], path[96];
	struct sl_env env;
	struct sl_simulated made;
	struct sl_programme p;
	struct sl_err e;
};

/* A folder, a clock and random numbers; no programme yet. */
void training_folder(struct training *t);
/* The files of a simulated country, imported and approved, and the programme open for reading. */
void training_open(struct training *t, uint32_t hazards, uint64_t seed, double faults);
/* An empty programme at FOLDER/name, open for writing as *p. */
bool training_empty(struct training *t, const char *name, char path[96], struct sl_programme *p);
void training_close(struct training *t); /* and remove the folder */

#endif
