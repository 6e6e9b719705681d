/* Squares of ground drawn at random on a polygon: which of them an inspector digs up again.  Pure.
 *
 * The grid: squares of one size on the azimuthal equidistant plane around the middle of the polygon's box
 * (WGS 84, rounded to 1e-6 degrees), where lengths are right to 1e-5 within 50 km; corners at whole
 * multiples of the size.  A square counts when it lies wholly inside: the strip along the outline that is
 * left out is told, since a sample says nothing about it.  Squares are numbered from 0, row by row from the
 * south, each row from the west.
 *
 * The draw: without replacement, every set of squares equally likely (R. W. Floyd in J. Bentley, B. Floyd
 * 1987, doi:10.1145/30401.315746), from SplitMix64 (base/env.h) started at the seed; a number below n is
 * the first output under the largest multiple of n, modulo n.  So the same outline, size, number and seed
 * give the same squares on every machine, and anybody can check that they were not chosen by hand. */
#ifndef SL_ANALYSIS_SAMPLE_SQUARES_H
#define SL_ANALYSIS_SAMPLE_SQUARES_H

#include "geo/geometry.h"

struct sl_square_run {
	int32_t row, column; /* of its first square: its south-west corner is at (column, row) times the size */
	int32_t count;
	int64_t before; /* squares in the runs before it */
};

struct sl_square_grid {
	double lon_deg, lat_deg; /* the plane's middle */
	double size_m;
	int64_t units;
	double area_m2; /* of the outline on that plane */
	struct sl_square_run *run;
	size_t n_runs;
};

/* SL_INVALID: no polygon, a size that is no length from 0.1 to 1000 m, an outline longer than 100 km, more
 * than SL_SAMPLING_LOT_MAX squares, or none that fits. */
SL_CHECKED enum sl_code sl_square_grid(struct sl_arena *a, const struct sl_geom *polygon, double size_m,
                                       struct sl_square_grid *out, struct sl_err *e);

/* `count` numbers below `units`, rising, in `a`.  SL_INVALID: more than there are, or none. */
SL_CHECKED enum sl_code sl_square_draw(struct sl_arena *a, int64_t units, int64_t count, uint64_t seed,
                                       int64_t **out, struct sl_err *e);

/* The squares of those numbers as polygons of one part each, and their middles (two numbers each, longitude
 * first). */
SL_CHECKED enum sl_code sl_square_shapes(struct sl_arena *a, const struct sl_square_grid *g,
                                         const int64_t *number, size_t n, struct sl_geom *out,
                                         double *middle, struct sl_err *e);

#endif
