/* Is a point inside a polygon, asked very often: its edges sorted into horizontal slabs.  Thread-safe once
 * built. */
#ifndef SL_CHECKS_SLABS_H
#define SL_CHECKS_SLABS_H

#include "geo/geometry.h"

struct sl_slabs {
	const struct sl_geom *g;
	struct sl_box box;
	double height; /* of one slab, degrees */
	uint32_t n;
	uint32_t *first;     /* n + 1: place of a slab's edges in `edge` */
	uint32_t *from, *to; /* points at the ends of each edge */
};

/* `g` must outlive it; the rest lives in `a`. */
SL_CHECKED enum sl_code sl_slabs_build(struct sl_arena *a, const struct sl_geom *g, struct sl_slabs *out,
                                       struct sl_err *e);
bool sl_slabs_contain(const struct sl_slabs *s, double lon, double lat);

#endif
