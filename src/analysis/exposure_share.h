/* Inside analysis/ only: pieces of ground with four corners. */
#ifndef SL_ANALYSIS_EXPOSURE_SHARE_H
#define SL_ANALYSIS_EXPOSURE_SHARE_H

#include "analysis/exposure.h"

struct sl_quad {
	double lon[4], lat[4]; /* in the order of a ring */
};
/* Its piece in column i and row j of n by n. */
struct sl_quad sl_quad_part(const struct sl_quad *q, int i, int j, int n);
/* Its middle, and metres that reach from there over all of it. */
void sl_quad_middle(const struct sl_quad *q, double *lon, double *lat, double *reach_m);
/* Share of it that is near, each part of it having the same weight; halved `depth` times at most. */
struct sl_exposed sl_exposed_quad(const struct sl_near *hazards, const struct sl_quad *q, double within_m,
                                  int depth);

#endif
