/* One hazard on one sheet for who goes there: its map with numbered turning points, bearings and distances from point
 * to point, coordinates, and a code that a phone reads; and the same points as GPX for a receiver. */
#ifndef SL_APP_FIELD_MAP_H
#define SL_APP_FIELD_MAP_H

#include "app/report.h"

struct sl_field_map_request {
	const char *record;   /* UUID, identifier or kind:identifier of a hazard */
	const char *language; /* NULL: English */
	const char *as_of;    /* of the state of the ground and of the declination; NULL: today */
	bool a3;
	int64_t sample; /* squares to inspect that are drawn on it, of a hazard or a release; 0: none */
	double unit_side_m, seed; /* of those: analysis/sample_squares.h; a side of 0 is 1 m */
};

/* The document is in `out` (sl_report_done); the points are added to `gpx`.  SL_INVALID when the record is no hazard
 * (nor a release, for squares to inspect) or has no place. */
SL_CHECKED enum sl_code sl_field_map_make(struct sl_programme *p, const struct sl_field_map_request *r,
                                          struct sl_report *out, struct sl_buf *gpx, struct sl_err *e);

/* Parts of that sheet for other documents: the map of a record (hazard, release, task) with what lies around it and at
 * least `also` (empty: nothing), and rows of points, under `heading` when there is one; `out` without columns gets
 * them.  `date` is that of the declination. */
SL_CHECKED enum sl_code sl_field_map_node(struct sl_programme *p, struct sl_document *d, int64_t record_number,
                                          struct sl_box also, struct sl_date date, struct sl_str name,
                                          struct sl_err *e);
/* The same of a place that somebody asks about. */
SL_CHECKED enum sl_code sl_field_map_place(struct sl_programme *p, struct sl_document *d, const struct sl_geom *place,
                                           struct sl_box also, struct sl_date date, struct sl_str name,
                                           struct sl_err *e);
SL_CHECKED enum sl_code sl_field_points(struct sl_programme *p, struct sl_document *d, const struct sl_record *rec,
                                        struct sl_str heading, struct sl_date date, struct sl_doc_table *out,
                                        struct sl_err *e);

#endif
