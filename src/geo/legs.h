/* Bearings and distances as they were written down in the field, leg by leg.  Pure. */
#ifndef SL_GEO_LEGS_H
#define SL_GEO_LEGS_H

#include "base/str.h"

struct sl_leg {
	struct sl_str label; /* "TP2"; empty when none was written */
	double bearing_deg;  /* clockwise from a north that the text does not name, 0 to 360 */
	double distance_m;   /* as written, along the slope if there is one */
	double slope_deg;    /* up or down, below 90; 0 when none was written */
	struct sl_str text;  /* the leg as written */
};

enum sl_leg_read { SL_LEG_END, SL_LEG_READ, SL_LEG_BAD };

/* The next leg of *rest, which moves on.  Legs are split by semicolons or lines: "45 120; 135 80; TP3: 225,5
 * 120,2; 315 80".  A leg is a bearing in degrees and a distance in metres, between them a blank, a slash or
 * (when there is nothing else) a comma; a label and a colon before it, a degree sign and an m behind the
 * numbers, and "slope 12" at the end may stand.  SL_LEG_BAD: it cannot be read; only label and text are set. */
enum sl_leg_read sl_leg_next(struct sl_str *rest, struct sl_leg *out);

double sl_leg_horizontal_m(const struct sl_leg *leg);

struct sl_legs_sum {
	size_t legs;
	double perimeter_m;
	double east_m, north_m; /* from where it began to where it ends, on the plane */
	size_t bad;             /* number of the first leg that cannot be read, from 1; 0: all can */
	struct sl_str bad_text;
};

void sl_legs_sum(struct sl_str text, struct sl_legs_sum *out);
/* How far from its first point the last one lies. */
double sl_legs_misclosure_m(const struct sl_legs_sum *t);

#endif
