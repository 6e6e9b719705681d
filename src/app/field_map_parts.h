/* Private to app/field_map*.c. */
#ifndef SL_APP_FIELD_MAP_PARTS_H
#define SL_APP_FIELD_MAP_PARTS_H

#include "app/field_map.h"

enum { FILL_MAX = 6 };

struct field_map {
	struct sl_programme *p;
	struct sl_arena *a;
	struct sl_document *d;
	const struct sl_locale *l;
	int64_t number;              /* of the record; 0: a place that somebody asks about */
	struct sl_revision rev;
	struct sl_record rec;
	const char *id;
	struct sl_date date;
	double declination_deg; /* NAN where a compass is of no use */
	struct sl_box also; /* what the map has to show besides; empty: nothing */
	size_t n_outlines;
	bool again;         /* looking on the other side of the antimeridian, */
	struct sl_box seen; /* for what is not on this one */
	struct sl_map_shape *shape;
	size_t n_shapes, cap_shapes;
	struct sl_str fill[FILL_MAX]; /* {0}, {1}, ... of a sentence that is being made */
};

/* field_map_gpx.c */
void sl_field_map_gpx(const struct field_map *m, struct sl_buf *b);

#endif
