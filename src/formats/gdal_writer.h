/* Every other vector format, written through GDAL: GeoPackage, FlatGeobuf, KML, GPX, Shapefile, XLSX.
 * All files of an export are made in a folder of their own beside the target and moved into place at the
 * end: the export is whole or absent. WGS 84 only. */
#ifndef SL_FORMATS_GDAL_WRITER_H
#define SL_FORMATS_GDAL_WRITER_H

#include "geo/geometry.h"
#include "model/record.h"

struct sl_gdal_writer;

struct sl_gdal_column {
	struct sl_str name;      /* as the file shall call it */
	enum sl_field_type type; /* INTEGER, DECIMAL, DATE; everything else is text */
};

/* What a layer's geometries are; a shapefile holds one kind only. */
enum sl_gdal_shapes {
	SL_GDAL_NO_SHAPES,
	SL_GDAL_POINTS,
	SL_GDAL_MULTIPOINTS,
	SL_GDAL_LINES,
	SL_GDAL_POLYGONS,
	SL_GDAL_ANY_SHAPES,
};

/* `driver` is GDAL's name of the format.  Lives in `a`; an unfinished export vanishes with it. */
SL_CHECKED enum sl_code sl_gdal_writer_open(struct sl_arena *a, const char *driver, const char *target,
                                            struct sl_gdal_writer **out, struct sl_err *e);
/* A new layer; a shapefile's layers other than the first are files "NAME_<layer>.shp".  Rows go to the
 * layer made last.  GPX and FlatGeobuf hold no rows without a geometry among others. */
SL_CHECKED enum sl_code sl_gdal_writer_layer(struct sl_gdal_writer *w, const char *name,
                                             const struct sl_gdal_column *column, size_t n,
                                             enum sl_gdal_shapes shapes, struct sl_err *e);
/* One value for each column; geometry as WKB, empty for none. */
SL_CHECKED enum sl_code sl_gdal_writer_row(struct sl_gdal_writer *w, const struct sl_value *value,
                                           struct sl_str wkb, struct sl_err *e);
/* The text of an additional file of the export: NAME + suffix. */
SL_CHECKED enum sl_code sl_gdal_writer_beside(struct sl_gdal_writer *w, const char *suffix,
                                              struct sl_str text, struct sl_err *e);
/* Closes, opens what was written and counts it again, moves it into place. */
SL_CHECKED enum sl_code sl_gdal_writer_close(struct sl_gdal_writer *w, struct sl_err *e);

#endif
