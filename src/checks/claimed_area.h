/* The area that a report claims beside the area of its polygon.  Pure. */
#ifndef SL_CHECKS_CLAIMED_AREA_H
#define SL_CHECKS_CLAIMED_AREA_H

#include "checks/check.h"

enum sl_area_verdict { SL_AREA_AGREES, SL_AREA_DIFFERS, SL_AREA_FAR, SL_AREA_SLIP };

struct sl_claimed_area {
	enum sl_area_verdict verdict;
	double difference;  /* |reported - polygon| / polygon */
	double factor;      /* of a slip: 10, 100, 1000, 1e4, 1e6 or a land measure in m²; above 1 always */
	bool too_small;     /* the reported figure is the smaller one */
	const char *likely; /* what a slip most likely was, as part of a sentence */
};

/* Both in m²; polygon_m2 > 0. */
struct sl_claimed_area sl_claimed_area(const struct sl_check_limits *limit, double reported_m2,
                                       double polygon_m2);

#endif
