/* What the parts of a map share; for the map*.c files. */
#ifndef SL_REPORT_MAP_PARTS_H
#define SL_REPORT_MAP_PARTS_H

#include "geo/coord.h"
#include "geo/crs.h"
#include "report/chart.h"
#include "report/map.h"
#include "report/wording.h"

enum { SL_MAP_STYLES = SL_STYLE_VALUE + 1 };
#define SL_MAP_TEXT 7.5
#define SL_MAP_SMALL 6.5

/* What lies on the paper in one style. */
struct sl_map_layer {
	struct sl_drawing path; /* one path of all that is large enough to have a form */
	struct sl_map_cells {
		uint8_t *bit;
		size_t n;
	} speck; /* where something lies that is too small for a form */
	struct sl_draw_spot {
		float x, y;
	} * spot; /* points */
	size_t n_spots, cap_spots;
};

struct sl_map_label {
	struct sl_str text;
	double x, y, size;
	double wide, high; /* of the area that it names */
	enum sl_doc_style style;
	bool point;
};

struct sl_map_value {
	double value;
	struct sl_draw_item *item;
};

struct sl_mapping {
	struct sl_arena *a;
	struct sl_arena *scratch; /* of one shape */
	struct sl_fonts *f;
	const struct sl_document *doc;
	const struct sl_doc_map *map;
	struct sl_drawing *d;
	struct sl_crs *crs;
	bool is_utm;
	struct sl_utm centre;
	double lat_deg, lon_deg; /* of the middle */
	double fx, fy, fw, fh;   /* the frame, in points */
	double east_m, north_m;  /* of its upper left corner */
	double per_m;            /* points a metre */
	double denominator;      /* of the scale on paper */
	struct sl_box seen;      /* degrees: all of the frame and a little around it */
	double per_lon, per_lat; /* points a degree, about */
	struct sl_map_layer layer[SL_MAP_STYLES];
	struct sl_map_label *label;
	size_t n_labels, cap_labels, n_hazards;
	struct sl_drawing values;
	struct sl_map_value *value;
	size_t n_values, cap_values;
	struct sl_ticks classes;
};

/* Degrees to points of the drawing, in place. */
SL_CHECKED enum sl_code sl_map_project(struct sl_mapping *m, double *xy, size_t n, struct sl_err *e);
/* The way back. */
SL_CHECKED enum sl_code sl_map_unproject(struct sl_mapping *m, double *xy, size_t n, struct sl_err *e);

SL_CHECKED enum sl_code sl_map_add(struct sl_mapping *m, const struct sl_map_shape *shape,
                                   struct sl_err *e);
SL_CHECKED enum sl_code sl_map_paint_shapes(struct sl_mapping *m, struct sl_err *e);
void sl_map_paint_spots(struct sl_mapping *m);
void sl_map_symbol(struct sl_drawing *d, double x, double y, enum sl_doc_style style);
struct sl_fill sl_map_class_fill(const struct sl_mapping *m, double value);

SL_CHECKED enum sl_code sl_map_grid_lines(struct sl_mapping *m, struct sl_err *e);  /* within the frame */
SL_CHECKED enum sl_code sl_map_grid_labels(struct sl_mapping *m, struct sl_err *e); /* around it */
void sl_map_labels(struct sl_mapping *m);
/* Scale, norths, legend, source below `y`; returns the y below.  Without drawing when `only_measure`. */
double sl_map_beside(struct sl_mapping *m, double y, bool only_measure);

/* A text that is formatted, in the arena; empty when there is no memory (the drawing then has failed). */
struct sl_str sl_map_words(struct sl_mapping *m, const char *phrase, struct sl_str a, struct sl_str b);
struct sl_str sl_map_number(struct sl_mapping *m, double x, int decimals);

#endif
