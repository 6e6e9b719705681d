/* A field traverse as it was written down: bearing and distance, leg by leg.  Pure. */
#ifndef SL_CHECKS_TRAVERSE_H
#define SL_CHECKS_TRAVERSE_H

#include "base/str.h"

struct sl_traverse {
	size_t legs;
	double perimeter_m;
	double east_m, north_m; /* from where it began to where it ends */
	size_t bad;             /* number of the first leg that cannot be read, from 1; 0: all can */
	struct sl_str bad_text;
};

/* "45 120; 135 80; 225,5 120,2; 315 80": legs are split by semicolons or lines; a leg is a bearing in
 * degrees clockwise from north and a horizontal distance in metres, between them a blank, a slash or (when
 * there is nothing else) a comma; "TP2:" before it, a degree sign and an m behind the numbers may stand. */
void sl_traverse_read(struct sl_str text, struct sl_traverse *out);

/* How far from its first point the last one lies. */
double sl_traverse_misclosure_m(const struct sl_traverse *t);

#endif
