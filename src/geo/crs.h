/* Coordinate reference systems, through PROJ.  A missing one is asked for, never guessed. */
#ifndef SL_GEO_CRS_H
#define SL_GEO_CRS_H

#include "geo/geometry.h"

struct sl_crs; /* a transformation to WGS 84 longitude, latitude */

/* `definition`: anything PROJ knows: "EPSG:28992", WKT, PROJ string, PROJJSON.  Axis order is
 * normalised to x (east) then y (north).  SL_INVALID when PROJ does not know it. Lives in `a`. */
SL_CHECKED enum sl_code sl_crs_open(struct sl_arena *a, struct sl_str definition,
                                    struct sl_crs **out, struct sl_err *e);
bool sl_crs_is_wgs84(const struct sl_crs *crs);
const char *sl_crs_name(const struct sl_crs *crs);       /* for people */
const char *sl_crs_identifier(const struct sl_crs *crs); /* "EPSG:28992", or the definition */
/* Stated accuracy of the transformation in metres; negative when PROJ does not know. */
double sl_crs_accuracy_m(const struct sl_crs *crs);
/* PROJ knows no way from its datum to WGS 84, so the datum shift is left out: positions may be off by hundreds
 * of metres. */
bool sl_crs_lacks_datum_shift(const struct sl_crs *crs);
/* In place.  SL_INVALID when a point has no image (it names the point). */
SL_CHECKED enum sl_code sl_crs_to_wgs84(struct sl_crs *crs, struct sl_geom *g, struct sl_err *e);
/* The way back.  SL_INVALID when a point has no image there (a pole in Mercator). */
SL_CHECKED enum sl_code sl_crs_from_wgs84(struct sl_crs *crs, struct sl_geom *g, struct sl_err *e);

#endif
