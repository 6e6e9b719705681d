/* Inside geo/ only: how far the edges of a chunk are from one point. */
#ifndef SL_GEO_NEAR_MEASURE_H
#define SL_GEO_NEAR_MEASURE_H

#include "geo/geometry.h"

/* A point with the plane around it: metres east and north by the radii of curvature half-way, turned by
 * half of the convergence of the meridians, which leaves an error of the third order. */
struct sl_eye {
	double lon, lat;
	double x0, x1, x2, y0, y1, y2, s0, s1;
	double third; /* the error of a position D metres away is at most third * D^3 */
	double far2;  /* beyond this D^2 nothing is said about the error */
};
void sl_eye_at(struct sl_eye *eye, double lon, double lat);

/* Distance to the chain of n points (one point: to it), in longitudes that run on from those of the eye:
 * right to SL_NEAR_TOLERANCE_M where it is at most `reach_m`, and exact on the question whether it is;
 * INFINITY otherwise. */
double sl_eye_chain_m(const struct sl_eye *eye, const double *xy, size_t n, double reach_m);
/* The same with geodesics alone: the yardstick of the tests. */
double sl_eye_chain_exact_m(const struct sl_eye *eye, const double *xy, size_t n);

/* Half-sizes in degrees of a box that holds all within m metres of a latitude. */
void sl_reach_deg(double lat, double m, double *dlon, double *dlat);

#endif
