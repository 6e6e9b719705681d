/* Areas and lengths on the WGS 84 ellipsoid; never square degrees, never a sphere. */
#ifndef SL_GEO_AREA_H
#define SL_GEO_AREA_H

#include "geo/geometry.h"

/* Geodesic area in m² of a valid polygon (holes subtracted, either ring direction); 0 for others.
 * Edges are geodesics.  Short rings use the series explained in docs/method/area.md (agrees with
 * C. F. F. Karney, "Algorithms for geodesics", J. Geod. 87 (2013), doi:10.1007/s00190-012-0578-z,
 * to 1e-11 relative); rings over 250 km high, with edges over some 9 km times the cosine of the latitude,
 * across the antimeridian or near a pole use PROJ's geodesic.h itself. */
double sl_geom_area_m2(const struct sl_geom *g);
/* Signed area of one open ring of n points lon,lat: counter-clockwise is positive. */
double sl_ring_area_m2(const double *lonlat, size_t n);
/* The same by geodesic.h alone: the yardstick of the tests. */
double sl_ring_area_reference_m2(const double *lonlat, size_t n);

double sl_geom_length_m(const struct sl_geom *g); /* perimeter of polygons, closing legs included */
double sl_distance_m(double lon1, double lat1, double lon2, double lat2);
void sl_geodesic_direct(double lon, double lat, double azimuth_deg, double distance_m, double *lon2,
                        double *lat2);
/* From one to the other: azimuth at the first, clockwise from true north, 0 to 360; either may be NULL. */
void sl_geodesic_inverse(double lon1, double lat1, double lon2, double lat2, double *azimuth_deg, double *distance_m);
/* Distance from a point to the nearest ground of `g`; 0 inside a polygon. Geodesic to 1e-4 relative
 * within 100 km. INFINITY for none. */
double sl_geom_distance_m(const struct sl_geom *g, double lon, double lat);
/* Distance between the nearest grounds of two geometries, as exact; 0 where they touch. INFINITY for none. */
double sl_geom_apart_m(const struct sl_geom *a, const struct sl_geom *b);
bool sl_geom_contains(const struct sl_geom *g, double lon, double lat); /* polygon, boundary counts */

#endif
