/* A parcel from a file of any format: one polygon on WGS 84. */
#ifndef SL_APP_PARCEL_H
#define SL_APP_PARCEL_H

#include "geo/geometry.h"

/* SL_INVALID when the file holds no polygon, more than one feature, or states no CRS and `crs` is NULL. */
SL_CHECKED enum sl_code sl_parcel_read(struct sl_arena *a, const char *path, const char *crs,
                                       struct sl_geom *out, struct sl_err *e);
/* The same from GeoJSON text: a geometry, a feature or a collection of one. */
SL_CHECKED enum sl_code sl_parcel_from_geojson(struct sl_arena *a, struct sl_str text, struct sl_geom *out,
                                               struct sl_err *e);

#endif
