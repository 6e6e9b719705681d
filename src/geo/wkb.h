/* Well-known binary and text.  Reading accepts WKB, EWKB, ISO WKB with Z and M, and GeoPackage blobs;
 * a collection of one kind of member becomes a multi-part geometry.  Hostile until parsed: every count
 * is checked against the bytes that are there. */
#ifndef SL_GEO_WKB_H
#define SL_GEO_WKB_H

#include "geo/geometry.h"

/* SL_INVALID when malformed, SL_UNSUPPORTED for mixed collections and curves. */
SL_CHECKED enum sl_code sl_wkb_read(struct sl_arena *a, struct sl_str bytes, struct sl_geom *out,
                                    struct sl_err *e);
/* Little-endian ISO WKB; multi type when there is more than one part. SL_GEOM_NONE writes nothing. */
void sl_wkb_write(struct sl_buf *b, const struct sl_geom *g);
/* GeoPackage blob, srs_id 4326, with envelope (none for points). */
void sl_gpkg_write(struct sl_buf *b, const struct sl_geom *g);

/* Text: POINT, LINESTRING, POLYGON and their MULTI forms, Z and M dropped, EWKT "SRID=n;" gives *srid. */
SL_CHECKED enum sl_code sl_wkt_read(struct sl_arena *a, struct sl_str text, struct sl_geom *out,
                                    int *srid, struct sl_err *e);
void sl_wkt_write(struct sl_buf *b, const struct sl_geom *g);

/* GeoJSON geometry object (RFC 7946), shortest exact numbers; "null" for none. */
void sl_geojson_write(struct sl_buf *b, const struct sl_geom *g);

#endif
