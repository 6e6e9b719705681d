/* Private to app/field_map*.c. */
#ifndef SL_APP_FIELD_MAP_PARTS_H
#define SL_APP_FIELD_MAP_PARTS_H

#include "app/field_map.h"
#include "app/sample.h"

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
	struct sl_sample_drawn *drawn; /* squares to inspect; NULL: none */
	struct sl_str fill[FILL_MAX]; /* {0}, {1}, ... of a sentence that is being made */
};

/* field_map.c, for its other files */
struct sl_str sl_field_map_keep(struct field_map *m, struct sl_buf *b, struct sl_err *e); /* in its arena; ends `b` */
struct sl_str sl_field_map_say(struct field_map *m, const char *phrase, struct sl_err *e);
struct sl_str sl_field_map_number(struct field_map *m, double x, int decimals, struct sl_err *e);
SL_CHECKED enum sl_code sl_field_map_shape(struct field_map *m, const struct sl_geom *g, enum sl_doc_style style,
                                           struct sl_str label, struct sl_err *e);

/* field_map_squares.c: draws them and says which, puts them on the map, lists them */
SL_CHECKED enum sl_code sl_field_map_squares(struct field_map *m, const struct sl_field_map_request *r, struct sl_err *e);
SL_CHECKED enum sl_code sl_field_map_square_shapes(struct field_map *m, struct sl_err *e);
SL_CHECKED enum sl_code sl_field_map_square_table(struct field_map *m, struct sl_err *e);

/* field_map_state.c: how much of a hazard's ground is left, and whose corners the points are */
SL_CHECKED enum sl_code sl_field_map_state(struct field_map *m, struct sl_err *e);

/* field_map_gpx.c */
void sl_field_map_gpx(const struct field_map *m, struct sl_buf *b);

#endif
