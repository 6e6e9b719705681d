/* A raster of one band as rows of numbers, and where its cells lie on WGS 84.  GeoTIFF and Arc/Info ASCII
 * grids, by their content, through GDAL.  What the file does not say (where the cells lie, in which
 * coordinate system) is not guessed. */
#ifndef SL_FORMATS_RASTER_H
#define SL_FORMATS_RASTER_H

#include "geo/crs.h"

struct sl_raster {
	const char *path;
	size_t columns, rows;
	double transform[6]; /* x = t0 + column t1 + row t2, y = t3 + column t4 + row t5, at the corners of
	                        cells */
	struct sl_str crs;   /* definition for sl_crs_open; empty: the file does not say */
	bool has_nodata;
	void *state;
};

/* Lives in `a`.  SL_NOT_FOUND no such file; SL_INVALID no raster, more than one band, no georeference, too
 * many cells. */
SL_CHECKED enum sl_code sl_raster_open(struct sl_arena *a, const char *path, struct sl_raster *out,
                                       struct sl_err *e);
/* n rows from `first` on, columns x n values, NAN where there is no data.  SL_CORRUPT: they cannot be read.
 */
SL_CHECKED enum sl_code sl_raster_read(const struct sl_raster *r, size_t first, size_t n, double *out,
                                       struct sl_err *e);
/* The corners of those rows: (columns + 1) x (n + 1) positions, longitude and latitude; `crs` of its x and
 * y.  SL_INVALID when one of them is nowhere on Earth. */
SL_CHECKED enum sl_code sl_raster_corners(const struct sl_raster *r, struct sl_crs *crs, size_t first,
                                          size_t n, double *out, struct sl_err *e);

/* More cells than any country has at 30 m; a file that says so is hostile or meant for another purpose. */
#define SL_RASTER_CELLS_MAX 20000000000.0
#define SL_RASTER_SIDE_MAX 2000000
/* Cells that GDAL decompresses at once. */
#define SL_RASTER_BLOCK_MAX 67108864.0

#endif
