/* Evidence-scored technical survey as the Thai programme does it: the score of a sector fixes the share of
 * it that has to be sampled, and completing the sample releases the sector.
 * Sirindhorn Congress Proceedings, p. 228.  Pure. */
#ifndef SL_CHECKS_SURVEY_EFFORT_H
#define SL_CHECKS_SURVEY_EFFORT_H

#include "base/str.h"

struct sl_survey_effort {
	double sample_m2;   /* ESA: to be sampled */
	double done_ratio;  /* TSP / ESA */
	double released_m2; /* completion; only the processed part of it was physically searched */
};

/* `class_code`: VHPM 30 %, MHPM 10 %, LPM 5 %, VLPM 3 % of the sector.  False for another class, a sector
 * without area or negative figures. Work beyond the sample releases no more than the sector. */
bool sl_thai_technical_survey(struct sl_str class_code, double sector_m2, double processed_m2,
                              struct sl_survey_effort *out);

#endif
