/* GeoJSON geometries (RFC 7946) for many readers: a fixed number of decimals, rounded exactly, outer rings
 * counter-clockwise and holes clockwise; straight from the stored bytes.  An export that must equal what
 * was entered uses sl_geojson_write (geo/wkb.h). */
#ifndef SL_GEO_GEOJSON_FIXED_H
#define SL_GEO_GEOJSON_FIXED_H

#include "geo/geometry.h"

#define SL_GEOJSON_DEGREE_DECIMALS 7 /* a centimetre */
#define SL_GEOJSON_METRE_DECIMALS 2

/* `x` to the nearest unit of the last decimal, ties to even, without trailing zeros; "null" when it is not
 * finite.  decimals: 0 to 9. */
void sl_geojson_put_fixed(struct sl_buf *b, double x, int decimals);

struct sl_geojson_style {
	int decimals;
	bool swapped; /* second coordinate first: systems whose axes are latitude, longitude */
};
void sl_geojson_fixed(struct sl_buf *b, const struct sl_geom *g, struct sl_geojson_style style);
/* The same of WKB or GeoPackage bytes; "null" when empty. SL_INVALID when malformed. */
SL_CHECKED enum sl_code sl_geojson_fixed_bytes(struct sl_buf *b, struct sl_str bytes,
                                               struct sl_geojson_style style, struct sl_err *e);

#endif
