/* Who and what lies within some metres of hazards.  Everything near several hazards counts once: what is
 * asked is how far the nearest one is.  Shares of lines, outlines and cells that are only partly near are
 * found by halving until a piece lies on one side of the limit (the distance to the nearest hazard changes
 * by no more than one goes), and what stays open is the width between `low` and `high`.
 * docs/method/exposure.md.
 *
 * Pure: no I/O; positions are WGS 84.  Nothing here changes the status of land. */
#ifndef SL_ANALYSIS_EXPOSURE_H
#define SL_ANALYSIS_EXPOSURE_H

#include "geo/near.h"

enum { SL_EXPOSURE_BANDS_MAX = 4 };

/* How much of something is near: of 1 for shares, in metres for lines. */
struct sl_exposed {
	double value, low, high;
};

/* ---- places ---- */
struct sl_exposure_place {
	struct sl_geom at;
	double people; /* NAN: not known, which is not 0 */
};

struct sl_exposure_of_place {
	double m;        /* to the nearest hazard: 0 on it; INFINITY: none within the widest distance */
	uint32_t hazard; /* which; SL_NEAR_NONE */
	uint32_t hazards[SL_EXPOSURE_BANDS_MAX]; /* how many are within each distance */
	double share[SL_EXPOSURE_BANDS_MAX];     /* of it that is near: 0 or 1 for a point or a line */
};
struct sl_exposure_of_hazard { /* overlaps: a place near several hazards is in each */
	double m;                  /* to its nearest place */
	uint32_t place;            /* SL_NEAR_NONE */
	uint32_t places[SL_EXPOSURE_BANDS_MAX];
	uint32_t unknown[SL_EXPOSURE_BANDS_MAX]; /* of them without a number of people */
	double people[SL_EXPOSURE_BANDS_MAX];    /* of the others, all of each place */
};
struct sl_exposure_sum { /* each place once */
	size_t places, unknown;
	struct sl_exposed people;
};
struct sl_exposure {
	struct sl_exposure_of_place *place;
	struct sl_exposure_of_hazard *hazard;
	struct sl_exposure_sum band[SL_EXPOSURE_BANDS_MAX];
	struct sl_exposure_sum all; /* near or not: what the others are shares of */
};
/* `within_m` ascending, `n_bands` of them; a place that is a polygon counts as near with any ground, its
 * people by the share of its ground.  SL_INVALID: a number of people that is negative or infinite, a
 * distance that is none. In `a`. */
SL_CHECKED enum sl_code sl_exposure_of_places(struct sl_arena *a, const struct sl_env *env,
                                              const struct sl_near *hazards, size_t n_hazards,
                                              const struct sl_exposure_place *places, size_t n,
                                              const double *within_m, size_t n_bands,
                                              struct sl_exposure *out, struct sl_err *e);

/* ---- parts ---- */
/* Metres of a line that are near. */
struct sl_exposed sl_exposed_line(const struct sl_near *hazards, const struct sl_geom *line,
                                  double within_m);
/* Share of a polygon's ground that is near. */
SL_CHECKED enum sl_code sl_exposed_ground(const struct sl_near *hazards, const struct sl_geom *polygon,
                                          double within_m, struct sl_exposed *out, struct sl_err *e);

/* ---- rasters ---- */
/* Rows of cells: a value each, and the positions of all corners ((columns + 1) x (rows + 1), longitude
 * latitude). */
struct sl_exposure_cells {
	size_t columns, rows;
	const double *value; /* NAN: no data */
	const double *corner;
	bool density; /* people per square kilometre; else people */
};
struct sl_exposure_grid { /* add rows to it, again and again */
	double people;        /* of all cells */
	size_t cells, empty;  /* with a value; without data */
	struct sl_exposed near[SL_EXPOSURE_BANDS_MAX];
};
/* SL_INVALID: a negative or infinite value (the cell is named by its place in the rows). */
SL_CHECKED enum sl_code sl_exposure_add_cells(const struct sl_near *hazards, const struct sl_env *env,
                                              const struct sl_exposure_cells *cells, size_t first_row,
                                              const double *within_m, size_t n_bands,
                                              struct sl_exposure_grid *io, struct sl_err *e);

#endif
