/* How two geometries lie to each other, in the plane of longitude and latitude (the DE-9IM predicates of
 * OGC 06-103r4, through GEOS), and whether one meets a box (without GEOS). */
#ifndef SL_GEO_PREDICATE_H
#define SL_GEO_PREDICATE_H

#include "geo/geometry.h"

enum sl_spatial_predicate {
	SL_SPATIAL_INTERSECTS,
	SL_SPATIAL_EQUALS,
	SL_SPATIAL_DISJOINT,
	SL_SPATIAL_TOUCHES,
	SL_SPATIAL_WITHIN,
	SL_SPATIAL_OVERLAPS,
	SL_SPATIAL_CROSSES,
	SL_SPATIAL_CONTAINS,
	SL_SPATIAL_PREDICATES
};
/* The predicate that says the same with the two sides exchanged. */
enum sl_spatial_predicate sl_spatial_turned(enum sl_spatial_predicate p);

/* One geometry made ready to be compared with many, by the thread that made it. */
struct sl_spatial_test;
/* Ends with the arena.  A boundary that is not valid is compared by its proposed repair. */
SL_CHECKED enum sl_code sl_spatial_prepare(struct sl_arena *a, const struct sl_geom *g,
                                           struct sl_spatial_test **out, struct sl_err *e);
/* Is `predicate` true of the prepared geometry and `other`, in this order?  Nothing holds of an empty
 * geometry but that it is disjoint. */
SL_CHECKED enum sl_code sl_spatial_ask(struct sl_spatial_test *t, enum sl_spatial_predicate predicate,
                                       const struct sl_geom *other, bool *yes, struct sl_err *e);

/* Have they a point in common?  A border that touches counts; a box may be a line or a point. */
bool sl_geom_meets_box(const struct sl_geom *g, struct sl_box box);

#endif
