/* Is a polygon's boundary a boundary, and what would mend it?  Through GEOS. */
#ifndef SL_GEO_VALIDITY_H
#define SL_GEO_VALIDITY_H

#include "geo/geometry.h"

struct sl_validity {
	bool valid;
	char reason[80];    /* GEOS's words, e.g. "Self-intersection"; empty when valid */
	double lon, lat;    /* where; NAN when nowhere in particular */
};

/* Quick exact path for simple rings without GEOS; GEOS decides the rest.  Thread-safe. */
SL_CHECKED enum sl_code sl_geom_validity(const struct sl_geom *g, struct sl_validity *out,
                                         struct sl_err *e);
/* The proposed repair (GEOS MakeValid, structure method, polygons kept); only ever proposed.
 * type SL_GEOM_NONE when nothing with an area is left. */
SL_CHECKED enum sl_code sl_geom_repair(struct sl_arena *a, const struct sl_geom *g,
                                       struct sl_geom *out, struct sl_err *e);

#endif
