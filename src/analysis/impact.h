/* The score of the Landmine Impact Survey for one community: what is there, what it blocks, who was hurt of late.
 * Survey Working Group protocols as in domain reference 7.3: mines 2, unexploded ordnance 1, each of ten kinds of blockage 1,
 * each victim of the 24 months before the interview 2; none 0, low to 5, medium to 10, high from 11.  The weights are those
 * mostly used; a country may share out ten points among the blockages otherwise.
 *
 * It counts kinds and not how much, and only victims weigh by their number: it says who is asked first, not how dangerous
 * a place is.  A victim or a blockage nobody recorded is missing in it. */
#ifndef SL_ANALYSIS_IMPACT_H
#define SL_ANALYSIS_IMPACT_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { SL_IMPACT_BLOCKAGES = 10 };
struct sl_impact_weights {
	double mines, ordnance, victim;
	double blockage[SL_IMPACT_BLOCKAGES];
};
extern const struct sl_impact_weights sl_impact_usual;

enum sl_impact_class { SL_IMPACT_NONE, SL_IMPACT_LOW, SL_IMPACT_MEDIUM, SL_IMPACT_HIGH };
struct sl_impact {
	bool mines, ordnance;
	bool blocked[SL_IMPACT_BLOCKAGES]; /* in the order of the choice list "blockage" */
	int64_t victims;                   /* recent ones, killed and injured */
};
/* SL_INVALID: a number of victims below 0, a weight that is negative or no number, or blockages that share out more than
 * ten points. */
SL_CHECKED enum sl_code sl_impact_score(const struct sl_impact *community, const struct sl_impact_weights *weights,
                                        double *score, enum sl_impact_class *class, struct sl_err *e);

#endif
