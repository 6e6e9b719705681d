/* Inside geo/ only: what near*.c share. */
#ifndef SL_GEO_NEAR_PARTS_H
#define SL_GEO_NEAR_PARTS_H

#include "geo/boxtree.h"
#include "geo/near.h"

enum { SL_CHUNK_POINTS = 24 };

/* Consecutive points of a ring or a line, in longitudes that run on over the antimeridian; one point: a
 * point. */
struct sl_chunk {
	struct sl_box box; /* of the points */
	size_t first;      /* in xy */
	uint32_t n, shape;
	bool ground; /* of a polygon */
	bool whole;  /* all of its shape */
};

struct sl_chunks {
	struct sl_chunk *v;
	size_t n;
	double *xy;
};
SL_CHECKED enum sl_code sl_chunks_cut(struct sl_arena *a, const struct sl_geom *shapes, size_t n,
                                      struct sl_chunks *out, struct sl_err *e);

struct sl_near {
	struct sl_chunks chunks; /* in the order of the tree */
	struct sl_boxtree tree;
	struct sl_box all;
	size_t n_shapes;
	uint32_t *first_of, *chunk_of; /* the chunks of each shape */
	struct sl_boxtree ground;      /* polygons of several chunks */
	uint32_t *ground_shape;
};

bool sl_near_chunk_holds(const struct sl_near *near, const struct sl_chunk *c, double x, double y);
/* The polygons of several chunks that hold the point. */
void sl_near_holders(const struct sl_near *near, double x, double y, void (*fn)(void *ctx, uint32_t shape),
                     void *ctx);
/* The box in each turn of the longitudes in which something lies. */
void sl_near_turns(const struct sl_near *near, struct sl_box box,
                   void (*fn)(void *ctx, double turn, struct sl_grid_box b), void *ctx);

#endif
