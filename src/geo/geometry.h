/* The one geometry: points, lines or polygons on WGS 84, longitude before latitude, degrees.
 * Flat arrays: parts hold rings, rings hold points.  A polygon's ring is stored open (the first point is
 * not repeated at the end): readers strip the closing point, writers add it.
 * Plain data; everything lives in the arena it was read into.  No GEOS type leaves geo/. */
#ifndef SL_GEO_GEOMETRY_H
#define SL_GEO_GEOMETRY_H

#include "base/str.h"

enum sl_geom_type {
	SL_GEOM_NONE,    /* no geometry, or an empty one */
	SL_GEOM_POINT,   /* each part one ring of one point */
	SL_GEOM_LINE,    /* each part one ring */
	SL_GEOM_POLYGON, /* each part: outer ring, then holes */
};

struct sl_geom {
	enum sl_geom_type type;
	double *xy;          /* 2 * n_points: lon_deg, lat_deg, ... (or x, y before transformation) */
	size_t n_points;
	uint32_t *ring_end;  /* n_rings: index of the point after the ring's last */
	size_t n_rings;
	uint32_t *part_end;  /* n_parts: index of the ring after the part's last */
	size_t n_parts;
	bool was_open;       /* some polygon ring came without its closing point */
	bool had_z;          /* heights or measures were there; they stay in the original entry only */
};

struct sl_box {
	double x0, y0, x1, y1; /* empty when x0 > x1 */
};

/* Refused as hostile above this many points in one geometry: it would need more memory than a laptop has. */
#define SL_GEOM_POINTS_MAX 40000000u

struct sl_box sl_geom_box(const struct sl_geom *g);
bool sl_box_meets(struct sl_box a, struct sl_box b);
struct sl_box sl_box_join(struct sl_box a, struct sl_box b);
size_t sl_geom_ring_start(const struct sl_geom *g, size_t ring);
size_t sl_geom_part_start(const struct sl_geom *g, size_t part); /* its first ring */
/* All coordinates finite, |lon| <= 180, |lat| <= 90. */
bool sl_geom_in_range(const struct sl_geom *g);
/* True when the lists are equal, point for point. */
bool sl_geom_equal(const struct sl_geom *a, const struct sl_geom *b);
/* True also when rings run the other way or begin at another of their points: formats turn them. */
bool sl_geom_same_outline(const struct sl_geom *a, const struct sl_geom *b);
SL_CHECKED enum sl_code sl_geom_copy(struct sl_arena *a, const struct sl_geom *from,
                                     struct sl_geom *to, struct sl_err *e);

/* Builder for readers: begin_part / begin_ring / point in order, then finish.  Lives in `a`. */
struct sl_geom_builder {
	struct sl_arena *a;
	struct sl_geom g;
	size_t cap_points, cap_rings, cap_parts;
};
void sl_geom_build(struct sl_geom_builder *b, struct sl_arena *a, enum sl_geom_type type);
SL_CHECKED enum sl_code sl_geom_add_part(struct sl_geom_builder *b, struct sl_err *e);
SL_CHECKED enum sl_code sl_geom_add_ring(struct sl_geom_builder *b, struct sl_err *e);
SL_CHECKED enum sl_code sl_geom_add_point(struct sl_geom_builder *b, double x, double y, struct sl_err *e);
/* `n` points at once, x y x y, any alignment, native byte order. */
SL_CHECKED enum sl_code sl_geom_add_points(struct sl_geom_builder *b, const void *xy, size_t n,
                                           struct sl_err *e);
/* Strips closing points of polygon rings (sets was_open where one was missing), drops empty rings and
 * parts; type becomes SL_GEOM_NONE when nothing is left. */
void sl_geom_finish(struct sl_geom_builder *b, struct sl_geom *out);

#endif
