/* Fade-out: the distance searched beyond the last item found.  If the places of items scatter round the
 * place found as a normal distribution in the plane, of which half lies within r50 (the circular error
 * probable), then the share beyond R is 2^-(R/r50)^2, and one in a million lies beyond 4.46 r50 (the
 * two-dimensional normal has a Rayleigh distance: 1 - exp(-R^2/2s^2), r50 = s sqrt(2 ln 2)).  Pure. */
#ifndef SL_ANALYSIS_FADE_OUT_H
#define SL_ANALYSIS_FADE_OUT_H

#include "base/err.h"

/* Share of the scatter beyond `distance_m`. */
SL_CHECKED enum sl_code sl_fade_out_beyond(double distance_m, double r50_m, double *out, struct sl_err *e);

/* The distance beyond which `share` (between 0 and 1) of the scatter lies. */
SL_CHECKED enum sl_code sl_fade_out_distance(double share, double r50_m, double *out, struct sl_err *e);

/* The widest r50 for which `distance_m` leaves no more than `share` outside. */
SL_CHECKED enum sl_code sl_fade_out_scatter(double distance_m, double share, double *out, struct sl_err *e);

#endif
