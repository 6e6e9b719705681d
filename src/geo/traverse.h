/* A field traverse on the ground: from a start point by bearings and distances to positions, its closure, and
 * the adjustment of Bowditch.  docs/method/traverse.md. */
#ifndef SL_GEO_TRAVERSE_H
#define SL_GEO_TRAVERSE_H

#include "base/arena.h"
#include "geo/legs.h"

enum sl_north { SL_NORTH_MAGNETIC, SL_NORTH_TRUE, SL_NORTH_GRID /* of the UTM zone of the start point */ };

struct sl_station {
	double lat_deg, lon_deg; /* WGS 84 */
	double azimuth_deg;      /* of the leg that led here, from true north */
	double distance_m;       /* of the leg that led here, horizontal */
};

struct sl_traverse {
	struct sl_station *station; /* n: where each leg ends, as measured; the last one ought to be the start */
	struct sl_station *adjusted; /* n: the same after the adjustment, the last one is the start exactly */
	size_t n;
	double perimeter_m;
	double misclosure_m;           /* from the end of the last leg to the start */
	double misclosure_azimuth_deg; /* the direction in which the start lies from there */
	double area_m2, adjusted_area_m2; /* of the ring of the start and the n - 1 first stations, geodesic; not signed */
};

/* Azimuth from true north: magnetic + declination (east positive), grid + convergence at the station; IMAS 07.11,
 * domain.md 2.7.  Each leg is a geodesic.  Positions lie in `a`.
 * Bowditch (compass rule): station k moves by misclosure · (length of legs 1..k) / perimeter towards the start.
 * SL_INVALID: no legs, a start that is no position, a station outside of UTM when bearings are against the grid. */
SL_CHECKED enum sl_code sl_traverse_walk(struct sl_arena *a, double lat_deg, double lon_deg, enum sl_north north,
                                         double declination_deg, const struct sl_leg *legs, size_t n,
                                         struct sl_traverse *out, struct sl_err *e);
/* One leg, without closure: from a reference point to a benchmark, from there to the start. */
SL_CHECKED enum sl_code sl_traverse_step(double lat_deg, double lon_deg, enum sl_north north, double declination_deg,
                                         const struct sl_leg *leg, struct sl_station *out, struct sl_err *e);

#endif
