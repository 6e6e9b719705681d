/* A polygon cut into square cells, with the geodesic area of each piece: for counts by cell.  One pass over
 * its edges, exact in the plane of longitude and latitude (signed areas, as rasterisers of fonts accumulate
 * coverage), without GEOS; the pieces are scaled so that they sum to the geodesic area of the whole. */
#ifndef SL_GEO_CELLS_H
#define SL_GEO_CELLS_H

#include "geo/geometry.h"

struct sl_cell_grid {
	double lon0, lat0;   /* south-west corner of cell (0, 0) */
	double d_lon, d_lat; /* size of a cell in degrees */
	double cell_m;       /* and in metres */
	uint32_t nx, ny;
	double *m2; /* nx * ny pieces, west to east, then northward; 0 outside */
};

/* Cells of `cell_m` metres, or as much larger as keeps them at most `most`.  SL_INVALID for what is no
 * polygon or has no area, and for a cell that is no length above 0.  Rings must not cross: give the
 * proposed repair of one that does. */
SL_CHECKED enum sl_code sl_geom_cells(struct sl_arena *a, const struct sl_geom *g, double cell_m,
                                      size_t most, struct sl_cell_grid *out, struct sl_err *e);

/* The cell of a point: false when it lies outside the grid. */
bool sl_cell_at(const struct sl_cell_grid *g, double lon, double lat, size_t *cell);

#endif
