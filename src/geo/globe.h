/* The antimeridian: boxes of what lies on both sides of it.  Such a box runs over 180 degrees instead of around the
 * world (x0 from -180 to 180, x1 from x0 to x0 + 360), as the box of Fiji from 177 to 182. */
#ifndef SL_GEO_GLOBE_H
#define SL_GEO_GLOBE_H

#include "geo/geometry.h"

enum { SL_GLOBE_BINS = 720 };

struct sl_globe { /* zeroed: nothing yet */
	double low[SL_GLOBE_BINS], high[SL_GLOBE_BINS]; /* of the longitudes in each half degree */
	bool taken[SL_GLOBE_BINS];
	struct sl_box plain; /* as if there were no antimeridian */
	bool any;
};

void sl_globe_add(struct sl_globe *globe, const struct sl_geom *g);
void sl_globe_add_box(struct sl_globe *globe, struct sl_box box); /* empty: nothing; may run over 180 */
/* The smallest box of all of it; the plain one where that is no wider than half the world.  Empty when there is
 * nothing. */
struct sl_box sl_globe_box(const struct sl_globe *globe);

double sl_lon_wrapped(double lon);             /* -180..180 */
double sl_lon_near(double lon, double middle); /* the same meridian, at most 180 degrees from `middle` */
/* The boxes from -180 to 180 that a box is made of: one or two. */
int sl_box_halves(struct sl_box box, struct sl_box half[2]);
/* Longitudes near `middle`, rings whole. */
void sl_geom_near(struct sl_geom *g, double middle);

#endif
