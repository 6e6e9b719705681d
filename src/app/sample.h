/* Sampling of land that is said to be cleared: the plan, what it shows, and the squares to open again. */
#ifndef SL_APP_SAMPLE_H
#define SL_APP_SAMPLE_H

#include "analysis/sample_squares.h"
#include "app/analysis.h"


/* The ground that is sampled, and its name. */
struct sl_sample_lot {
	struct sl_geom outline;     /* type NONE: only a number of units was given */
	struct sl_str name, record; /* UUID; empty: from a file */
};
/* A record with a polygon (hazard, release, activity, task). */
SL_CHECKED enum sl_code sl_sample_lot(struct sl_programme *p, struct sl_arena *a, struct sl_str record,
                                      struct sl_sample_lot *out, struct sl_err *e);

struct sl_sample_drawn {
	struct sl_geom square[1]; /* all of them as one */
	double *middle;           /* longitude, latitude of each */
	int64_t *number;          /* of each, in the grid */
	size_t n;
};
/* The same outline, grid, count and seed: the same squares. */
SL_CHECKED enum sl_code sl_sample_draw(struct sl_arena *a, const struct sl_square_grid *grid, int64_t count,
                                       double seed, struct sl_sample_drawn *out, struct sl_err *e);

#endif
