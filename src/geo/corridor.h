/* The ground within some distance of a line: what a route takes in. */
#ifndef SL_GEO_CORRIDOR_H
#define SL_GEO_CORRIDOR_H

#include "geo/geometry.h"

#define SL_CORRIDOR_LENGTH_MAX_M 300000.0
#define SL_CORRIDOR_WIDTH_MAX_M 20000.0

/* All that lies within width_m / 2 of the line, as a valid polygon of at most 2000 points on WGS 84, ends round.
 * Never less than that: where the line has so many bends that points are left out, the corridor is wider by up to
 * twice *slack_m.  The buffer is made in the azimuthal equidistant plane around the line's middle, whose lengths are
 * right to 1e-4 within the longest line that is taken.  SL_INVALID: no line, too long, no width or too wide. */
SL_CHECKED enum sl_code sl_corridor(struct sl_arena *a, const struct sl_geom *line, double width_m, struct sl_geom *out,
                                    double *slack_m, struct sl_err *e);

#endif
