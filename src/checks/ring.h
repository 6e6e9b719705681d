/* What a ring of points looks like, wherever it starts and whichever way it runs. */
#ifndef SL_CHECKS_RING_H
#define SL_CHECKS_RING_H

#include "geo/geometry.h"

/* Metres that one degree of longitude and of latitude measure at a latitude (WGS 84, 1e-5 relative). */
void sl_metres_per_degree(double lat_deg, double *lon_m, double *lat_m);

/* Equal for equal rings of n points, wherever they start and whichever way they run; positions are taken
 * to 1e-7 degree (1 cm). */
uint64_t sl_ring_key(const double *lonlat, size_t n);
/* The same for all rings of one part of a geometry, and for a whole geometry (order of parts is free). */
uint64_t sl_part_key(const struct sl_geom *g, size_t part);
uint64_t sl_geom_key(const struct sl_geom *g);

/* One part as a geometry of its own: views into `g`, index arrays in `a`. */
SL_CHECKED enum sl_code sl_geom_part(struct sl_arena *a, const struct sl_geom *g, size_t part,
                                     struct sl_geom *out, struct sl_err *e);

/* Is the ring a drawn circle: at least `min_vertices` points, all within `tolerance` (relative) of one
 * distance from their centre, none missing?  Then *radius_m is that distance. */
bool sl_ring_is_circle(const double *lonlat, size_t n, double tolerance, size_t min_vertices,
                       double *radius_m);

/* Decimals of degrees that every coordinate gets by with, 0 to 7; 8 when one needs more. */
int sl_geom_decimals(const struct sl_geom *g);

#endif
