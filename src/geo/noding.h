/* Inside the arrangement: segments in, segments that meet only at their ends out. */
#ifndef SL_GEO_NODING_H
#define SL_GEO_NODING_H

#include "geo/grid.h"

struct sl_segment {
	struct sl_grid_point p, q;
	uint32_t shape;
	uint32_t origin; /* the original segment: its chord carries the bulge (geo/edge_area.h) */
	bool dirty;      /* moved since it was last compared with the others */
};

struct sl_segments {
	struct sl_segment *v;
	size_t n, cap;
};

/* Splits every segment where another crosses or touches it, on the grid; repeats while rounding of a
 * crossing made new ones.  SL_UNSUPPORTED after 100 rounds. */
SL_CHECKED enum sl_code sl_node(struct sl_arena *a, struct sl_segments *s, struct sl_err *e);

#endif
