#include "checks/slabs.h"

#include <math.h>

static uint32_t slab_of(const struct sl_slabs *s, double lat)
{
	double k = floor((lat - s->box.y0) / s->height);

	return k < 0 ? 0 : k >= s->n ? s->n - 1 : (uint32_t)k;
}

/* Calls for each edge with the slabs that it crosses; counts first, places on the second walk. */
static void walk(struct sl_slabs *s, uint32_t *next)
{
	for (size_t r = 0; r < s->g->n_rings; r++) {
		size_t start = sl_geom_ring_start(s->g, r), n = s->g->ring_end[r] - start;

		for (size_t i = 0; i < n; i++) {
			uint32_t a = (uint32_t)(start + i), b = (uint32_t)(start + (i + 1) % n);
			double ya = s->g->xy[2 * a + 1], yb = s->g->xy[2 * b + 1];

			for (uint32_t k = slab_of(s, fmin(ya, yb)), last = slab_of(s, fmax(ya, yb)); k <= last; k++) {
				if (!s->from) {
					next[k]++;
				} else {
					s->from[next[k]] = a;
					s->to[next[k]++] = b;
				}
			}
		}
	}
}

enum sl_code sl_slabs_build(struct sl_arena *a, const struct sl_geom *g, struct sl_slabs *out,
                            struct sl_err *e)
{
	struct sl_slabs s = {.g = g, .box = sl_geom_box(g)};
	uint32_t *next, total = 0;

	s.n = g->n_points < 32 ? 1 : g->n_points / 4 > 20000 ? 20000 : (uint32_t)(g->n_points / 4);
	s.height = (s.box.y1 - s.box.y0) / s.n;
	if (!(s.height > 0)) {
		s.n = 1;
		s.height = 1;
	}
	s.first = sl_arena_alloc(a, s.n + 1, sizeof *s.first, e);
	next = s.first ? sl_arena_alloc(a, s.n, sizeof *next, e) : NULL;
	if (!next)
		return e->code;
	walk(&s, next);
	for (uint32_t k = 0; k < s.n; k++) {
		s.first[k] = total;
		total += next[k];
		next[k] = s.first[k];
	}
	s.first[s.n] = total;
	s.from = sl_arena_alloc(a, total, sizeof *s.from, e);
	s.to = s.from ? sl_arena_alloc(a, total, sizeof *s.to, e) : NULL;
	if (!s.to)
		return e->code;
	walk(&s, next);
	*out = s;
	return SL_OK;
}

bool sl_slabs_contain(const struct sl_slabs *s, double lon, double lat)
{
	bool inside = false;
	uint32_t k;

	if (!(lon >= s->box.x0 && lon <= s->box.x1 && lat >= s->box.y0 && lat <= s->box.y1))
		return false;
	k = slab_of(s, lat);
	for (uint32_t i = s->first[k]; i < s->first[k + 1]; i++) {
		const double *p = s->g->xy + 2 * (size_t)s->from[i], *q = s->g->xy + 2 * (size_t)s->to[i];

		if ((p[1] > lat) != (q[1] > lat) && lon < p[0] + (lat - p[1]) / (q[1] - p[1]) * (q[0] - p[0]))
			inside = !inside;
	}
	return inside;
}
