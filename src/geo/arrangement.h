/* Polygons that overlap, cut once into faces that do not.
 * All boundaries are noded together on the grid (geo/grid.h) with exact orientation tests; each face knows
 * which polygons cover it.  Faces with the same cover are one face (it may have several parts). */
#ifndef SL_GEO_ARRANGEMENT_H
#define SL_GEO_ARRANGEMENT_H

#include "geo/grid.h"

struct sl_face {
	double area_m2;
	const uint32_t *cover; /* indices of the shapes, ascending; at least one */
	uint32_t n_cover;
	double lon, lat;       /* a vertex of the face: where to look on the map */
	struct sl_geom geometry; /* when asked for: valid, outer rings counter-clockwise */
};

struct sl_arrangement {
	struct sl_face *face;
	size_t n_faces;
};

/* Shapes must be valid (even-odd parity decides what is inside, so ring directions do not matter).
 * `label_only` shapes from index `first_label` on cut faces and stand in covers, but a face needs a shape
 * below `first_label` to exist (administrative units cut land, they do not make it).
 * Everything lives in `a`.  The order of faces is by cover, and equal for equal input sets.
 * SL_UNSUPPORTED when the lines cannot be noded on any grid (never seen; the message says where). */
SL_CHECKED enum sl_code sl_arrange(struct sl_arena *a, const struct sl_grid_shape *shapes, size_t n,
                                   size_t first_label, bool with_geometry, struct sl_arrangement *out,
                                   struct sl_err *e);

/* Read a polygon onto the grid: drops points that coincide there and rings that vanish; in `a`. */
SL_CHECKED enum sl_code sl_grid_shape_from(struct sl_arena *a, const struct sl_geom *g,
                                           struct sl_grid_shape *out, struct sl_err *e);

#endif
