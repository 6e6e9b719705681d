/* A packed R-tree over boxes on the grid: built once in Hilbert order (Kamel and Faloutsos 1993,
 * "On packing R-trees"), then only asked.  Asking is thread-safe. */
#ifndef SL_GEO_BOXTREE_H
#define SL_GEO_BOXTREE_H

#include "geo/grid.h"

struct sl_boxtree {
	struct sl_grid_box *box; /* leaves in Hilbert order, then the levels above */
	uint32_t *item;          /* the caller's index of each leaf */
	uint32_t level_start[12];
	uint32_t n_levels, n;
};

/* The boxes are copied; empty boxes (x0 > x1) are never found.  Lives in `a`. */
SL_CHECKED enum sl_code sl_boxtree_build(struct sl_arena *a, const struct sl_grid_box *boxes, size_t n,
                                         struct sl_boxtree *out, struct sl_err *e);
/* Calls fn for each item whose box meets `box`, in Hilbert order; fn returns false to stop. */
void sl_boxtree_search(const struct sl_boxtree *t, struct sl_grid_box box,
                       bool (*fn)(void *ctx, uint32_t item), void *ctx);

#endif
