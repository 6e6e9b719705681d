/* Export: the approved records of a kind as a file that other programs read.  What is sealed never leaves.
 * The file is whole or absent. */
#ifndef SL_APP_EXPORT_H
#define SL_APP_EXPORT_H

#include "app/programme.h"

struct sl_export_options {
	const char *kind; /* NULL: hazard; "all": every kind that has records, a layer each (.gpkg, .xlsx) */
	struct sl_date as_of; /* what was in force on that day; none: the latest */
};

struct sl_export_result {
	uint64_t records;
	uint64_t layers;
	uint64_t without_geometry; /* of these, records that have no place */
	uint64_t left_out;         /* GPX, FlatGeobuf: records without a place, which they cannot hold */
	uint64_t texts_cut;        /* shapefile: texts longer than 254 bytes; XLSX: longer than a cell holds */
	uint64_t names_cut;        /* shapefile: columns whose names were cut to 10 letters */
	uint64_t outlines;         /* GPX: polygons written as tracks along their edge */
	uint64_t like_numbers;     /* GPX: texts such as "07", which its readers take for numbers */
	const char *also[4];       /* files beside the output, in the programme's arena */
	size_t n_also;
};

/* Whether a file can be called so and hold this kind, whatever the programme: else SL_INVALID. */
SL_CHECKED enum sl_code sl_export_possible(const char *output, const char *kind, struct sl_err *e);
/* The format follows from the ending of `output`: .geojson (.json), .gpkg, .fgb, .kml, .gpx, .shp, .csv,
 * .xlsx; a device such as /dev/stdout gets GeoJSON.  SL_INVALID for another ending or kind, SL_UNSUPPORTED
 * when the format cannot hold it, SL_IO, SL_CANCELLED. */
SL_CHECKED enum sl_code sl_export(struct sl_programme *p, const char *output,
                                  const struct sl_export_options *o, struct sl_export_result *out,
                                  struct sl_err *e);

#endif
