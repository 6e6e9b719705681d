/* What sources say about an area, beside what an estimate says: converted to m2, compared, never added.
 * Pure. */
#ifndef SL_ANALYSIS_ESTIMATE_CLAIM_H
#define SL_ANALYSIS_ESTIMATE_CLAIM_H

#include "base/str.h"

/* One `unit` in m2, as people write it: "km2", "square miles", "ha", "dunam".  The mile and the acre are
 * international (1 ft = 0.3048 m exactly, 1959).  False when it is no unit of area. */
bool sl_area_unit(struct sl_str unit, double *m2);

struct sl_area_claim {
	struct sl_str subject, attribute, unit, origin;
	struct sl_str admin1; /* empty: of the country */
	double low, high;     /* as given; NAN: open on that side */
	bool denies;
	/* made by sl_area_claim_read: */
	double low_m2, high_m2; /* NAN: open on that side */
};

/* SL_INVALID, in a sentence, for: no unit, a unit that is none of area, a value that is negative or no
 * number. */
SL_CHECKED enum sl_code sl_area_claim_read(struct sl_area_claim *io, const char *name, struct sl_err *e);

enum sl_claim_verdict {
	SL_CLAIM_AGREES, /* it and the interval have something in common */
	SL_CLAIM_ABOVE,  /* the least that it says is above the interval */
	SL_CLAIM_BELOW,  /* the most that it says is below the interval */
	SL_CLAIM_OPEN    /* it says no number */
};
/* *times: how often the nearer end of the interval goes into the claim's nearer end (above: >= 1; below: <=
 * 1); NAN when they agree or the interval ends at 0. */
enum sl_claim_verdict sl_area_claim_against(const struct sl_area_claim *c, double low_m2, double high_m2,
                                            double *times);

/* Do two claims of one subject and attribute have no value in common, or does one deny the other? */
bool sl_area_claims_contradict(const struct sl_area_claim *a, const struct sl_area_claim *b);

#endif
