/* Common ground of polygons: what they share, and what is left of one when others are taken away.
 * Through the arrangement (exact on the grid, geodesic areas).  Polygons must be valid: give the proposed
 * repair of one that is not. */
#ifndef SL_GEO_OVERLAY_H
#define SL_GEO_OVERLAY_H

#include "geo/geometry.h"

struct sl_ground {
	double m2;
	double lon, lat; /* a vertex of its largest piece; NAN when there is no ground */
};

/* Area that `a` and `b` share; 0 when either is no polygon. */
SL_CHECKED enum sl_code sl_overlay_area_m2(const struct sl_geom *a, const struct sl_geom *b, double *m2,
                                           struct sl_err *e);

/* Ground under all of `in` and under none of `out`.  Pieces whose mean width (area over half of the
 * perimeter) is below `min_width_m` are one boundary written twice, not ground, and are left out; 0 keeps
 * everything. */
SL_CHECKED enum sl_code sl_overlay_ground(const struct sl_geom *const *in, size_t n_in,
                                          const struct sl_geom *const *out, size_t n_out,
                                          double min_width_m, struct sl_ground *ground, struct sl_err *e);

#endif
