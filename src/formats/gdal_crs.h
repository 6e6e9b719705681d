/* Inside formats/ only: what GDAL says of a coordinate system, as a definition for sl_crs_open. */
#ifndef SL_FORMATS_GDAL_CRS_H
#define SL_FORMATS_GDAL_CRS_H

#include "base/str.h"
#include "formats/gdal_library.h"

/* "EPSG:28992" when the file names an authority, else the definition itself.  A file may also say that
 * it does not know (GeoPackage srs_id -1 and 0, local systems): that is no CRS. */
SL_CHECKED enum sl_code sl_gdal_crs(struct sl_arena *a, OGRSpatialReferenceH srs, struct sl_str *out,
                                    struct sl_err *e);

#endif
