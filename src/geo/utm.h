/* Projecting to and from the grids behind UTM and MGRS.  For the .c files of this floor. */
#ifndef SL_GEO_UTM_H
#define SL_GEO_UTM_H

#include "geo/coord.h"
#include "geo/thread_state.h"

/* The zone of a position, with the exceptions of Norway (32V) and Svalbard (31X to 37X). */
int sl_utm_zone(double lat_deg, double lon_deg);

/* Metres on the grid; for transverse Mercator with the zone's false easting and without the southern
 * false northing.  `zone` means nothing to UPS. */
SL_CHECKED enum sl_code sl_grid_forward(enum sl_grid_projection which, int zone, double lat_deg,
                                        double lon_deg, double *x, double *y, struct sl_err *e);
SL_CHECKED enum sl_code sl_grid_inverse(enum sl_grid_projection which, int zone, double x, double y,
                                        double *lat_deg, double *lon_deg, struct sl_err *e);

#endif
