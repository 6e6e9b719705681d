/* The shape that somebody asks about, from a file of any format that is read here: a parcel (one polygon) or a route
 * (one line), on WGS 84.  A table gives it as well-known text, or as latitude and longitude of its corners, a row
 * each, in order. */
#ifndef SL_APP_PARCEL_H
#define SL_APP_PARCEL_H

#include "geo/geometry.h"

/* An outline is one polygon, else one line that was walked along its edge, else points in order: a line is given back
 * as it was walked, points as a line. */
enum sl_asked { SL_ASKED_PARCEL, SL_ASKED_ROUTE, SL_ASKED_OUTLINE };

/* More than this is no parcel and no route: simplify it. */
enum { SL_ASKED_POINTS_MAX = 20000, SL_ASKED_ROWS_MAX = 20000 };

/* SL_INVALID when the file holds no such shape or more than one, has too many points, or states no CRS and `crs` is
 * NULL. */
SL_CHECKED enum sl_code sl_asked_read(struct sl_arena *a, const char *path, const char *crs, enum sl_asked wanted,
                                      struct sl_geom *out, struct sl_err *e);
/* The same of a file that was sent: its bytes, and its name, whose ending says what they are. */
SL_CHECKED enum sl_code sl_asked_from_bytes(struct sl_arena *a, struct sl_str name, struct sl_str bytes,
                                            const char *crs, enum sl_asked wanted, struct sl_geom *out,
                                            struct sl_err *e);
/* The same from GeoJSON text: a geometry, a feature or a collection of one. */
SL_CHECKED enum sl_code sl_asked_from_geojson(struct sl_arena *a, struct sl_str text, enum sl_asked wanted,
                                              struct sl_geom *out, struct sl_err *e);

#endif
