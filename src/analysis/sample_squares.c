#include "analysis/sample_squares.h"

#include "analysis/sampling.h"
#include "base/env.h"
#include "geo/crs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define EXTENT_MAX_M 100000.0

struct edge {
	double x0, y0, x1, y1; /* in squares, y0 < y1 */
};

struct span {
	double from, to;
};

static int by_lower_end(const void *a, const void *b)
{
	const struct edge *p = a, *q = b;

	return p->y0 < q->y0 ? -1 : p->y0 > q->y0;
}

static int by_number(const void *a, const void *b)
{
	double p = *(const double *)a, q = *(const double *)b;

	return p < q ? -1 : p > q;
}

static int by_start(const void *a, const void *b)
{
	const struct span *p = a, *q = b;

	return p->from < q->from ? -1 : p->from > q->from;
}

static double at_height(const struct edge *s, double y)
{
	return s->y1 == s->y0 ? s->x0 : s->x0 + (s->x1 - s->x0) * ((y - s->y0) / (s->y1 - s->y0));
}

static enum sl_code open_plane(struct sl_arena *a, double lon, double lat, struct sl_crs **out,
                               struct sl_err *e)
{
	char text[160];
	int n =
	    snprintf(text, sizeof text,
	             "+proj=aeqd +lat_0=%.6f +lon_0=%.6f +datum=WGS84 +units=m +no_defs +type=crs", lat, lon);

	return sl_crs_open(a, (struct sl_str){text, (size_t)n}, out, e);
}

static double plane_area(const struct sl_geom *g)
{
	double total = 0;

	for (size_t part = 0; part < g->n_parts; part++)
		for (size_t ring = sl_geom_part_start(g, part); ring < g->part_end[part]; ring++) {
			size_t first = sl_geom_ring_start(g, ring), end = g->ring_end[ring];
			double sum = 0;

			for (size_t i = first; i < end; i++) {
				size_t next = i + 1 < end ? i + 1 : first;

				sum += g->xy[2 * i] * g->xy[2 * next + 1] - g->xy[2 * next] * g->xy[2 * i + 1];
			}
			total += ring == sl_geom_part_start(g, part) ? fabs(sum) / 2 : -fabs(sum) / 2;
		}
	return total;
}

static enum sl_code add_run(struct sl_arena *a, struct sl_square_grid *g, size_t *cap, double row,
                            double from, double to, struct sl_err *e)
{
	double count = to - from;

	if (count < 1)
		return SL_OK;
	if ((double)g->units + count > SL_SAMPLING_LOT_MAX)
		return sl_fail(e, SL_INVALID, "more than %d squares: take larger squares or a part of the ground",
		               SL_SAMPLING_LOT_MAX);
	g->run = sl_arena_grow(a, g->run, cap, g->n_runs + 1, sizeof *g->run, e);
	if (!g->run)
		return e->code;
	g->run[g->n_runs++] = (struct sl_square_run){(int32_t)row, (int32_t)from, (int32_t)count, g->units};
	g->units += (int64_t)count;
	return SL_OK;
}

/* A row of squares: those whose middle is inside (even-odd), without those that an edge enters. */
static enum sl_code one_row(struct sl_arena *a, struct sl_square_grid *g, size_t *cap, double row,
                            const struct edge *near, size_t n, double *crossing, struct span *cut,
                            struct sl_err *e)
{
	size_t n_crossings = 0, n_cuts = 0, k = 0;
	double middle = row + 0.5;

	for (size_t i = 0; i < n; i++) {
		const struct edge *s = &near[i];
		double y0 = fmax(s->y0, row), y1 = fmin(s->y1, row + 1), xa, xb;

		if (s->y0 <= middle && s->y1 > middle)
			crossing[n_crossings++] = at_height(s, middle);
		if (y0 > y1 || s->y1 <= row || s->y0 >= row + 1)
			continue; /* along the border of the row, it enters none of its squares */
		xa = s->y0 == s->y1 ? fmin(s->x0, s->x1) : fmin(at_height(s, y0), at_height(s, y1));
		xb = s->y0 == s->y1 ? fmax(s->x0, s->x1) : fmax(at_height(s, y0), at_height(s, y1));
		if (ceil(xb) > floor(xa))
			cut[n_cuts++] = (struct span){floor(xa), ceil(xb)};
	}
	qsort(crossing, n_crossings, sizeof *crossing, by_number);
	qsort(cut, n_cuts, sizeof *cut, by_start);
	for (size_t i = 0; i + 1 < n_crossings; i += 2) {
		double from = ceil(crossing[i] - 0.5), to = floor(crossing[i + 1] + 0.5);

		for (; k < n_cuts && cut[k].from < to; k++) {
			if (cut[k].from > from && add_run(a, g, cap, row, from, cut[k].from, e))
				return e->code;
			from = fmax(from, cut[k].to);
		}
		if (add_run(a, g, cap, row, from, to, e))
			return e->code;
		k = 0; /* a wide cut may reach into the next piece */
	}
	return SL_OK;
}

static enum sl_code fill_rows(struct sl_arena *a, struct sl_square_grid *g, struct edge *edge, size_t n,
                              struct sl_err *e)
{
	double *crossing = sl_arena_alloc(a, n, sizeof *crossing, e);
	struct span *cut = crossing ? sl_arena_alloc(a, n, sizeof *cut, e) : NULL;
	struct edge *near = cut ? sl_arena_alloc(a, n, sizeof *near, e) : NULL;
	size_t n_near = 0, next = 0, cap = 0;

	if (!near)
		return e->code;
	qsort(edge, n, sizeof *edge, by_lower_end);
	for (double row = floor(edge[0].y0); next < n || n_near; row++) {
		size_t kept = 0;

		for (size_t i = 0; i < n_near; i++)
			if (near[i].y1 > row)
				near[kept++] = near[i];
		for (n_near = kept; next < n && edge[next].y0 < row + 1; next++)
			near[n_near++] = edge[next];
		if (one_row(a, g, &cap, row, near, n_near, crossing, cut, e))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_square_grid(struct sl_arena *a, const struct sl_geom *polygon, double size_m,
                            struct sl_square_grid *out, struct sl_err *e)
{
	struct sl_square_grid g = {.size_m = size_m};
	struct sl_box box;
	struct sl_geom flat;
	struct sl_crs *plane;
	struct edge *edge;
	size_t n = 0;

	if (!(size_m >= 0.1 && size_m <= 1000))
		return sl_fail(e, SL_INVALID, "squares of %g m: their side is 0.1 to 1000 m", size_m);
	if (polygon->type != SL_GEOM_POLYGON || !polygon->n_points)
		return sl_fail(e, SL_INVALID, "squares are drawn on a polygon; this place is none");
	if (!sl_geom_in_range(polygon))
		return sl_fail(e, SL_INVALID, "the outline has coordinates that are none in WGS 84");
	box = sl_geom_box(polygon);
	g.lon_deg = round((box.x0 + box.x1) / 2 * 1e6) / 1e6;
	g.lat_deg = round((box.y0 + box.y1) / 2 * 1e6) / 1e6;
	if (open_plane(a, g.lon_deg, g.lat_deg, &plane, e) || sl_geom_copy(a, polygon, &flat, e) ||
	    sl_crs_from_wgs84(plane, &flat, e))
		return e->code;
	box = sl_geom_box(&flat);
	if (box.x1 - box.x0 > EXTENT_MAX_M || box.y1 - box.y0 > EXTENT_MAX_M)
		return sl_fail(e, SL_INVALID, "the outline is longer than 100 km: sample a part of it");
	g.area_m2 = plane_area(&flat);
	edge = sl_arena_alloc(a, flat.n_points, sizeof *edge, e);
	if (!edge)
		return e->code;
	for (size_t ring = 0; ring < flat.n_rings; ring++) {
		size_t first = sl_geom_ring_start(&flat, ring), end = flat.ring_end[ring];

		for (size_t i = first; i < end; i++) {
			const double *p = flat.xy + 2 * i, *q = flat.xy + 2 * (i + 1 < end ? i + 1 : first);

			edge[n++] = p[1] <= q[1]
			                ? (struct edge){p[0] / size_m, p[1] / size_m, q[0] / size_m, q[1] / size_m}
			                : (struct edge){q[0] / size_m, q[1] / size_m, p[0] / size_m, p[1] / size_m};
		}
	}
	if (fill_rows(a, &g, edge, n, e))
		return e->code;
	if (!g.units)
		return sl_fail(e, SL_INVALID,
		               "no square of %g m fits wholly inside the outline (%.6g m2): take smaller ones",
		               size_m, g.area_m2);
	*out = g;
	return SL_OK;
}

static uint64_t below(uint64_t *state, uint64_t n)
{
	uint64_t limit = UINT64_MAX - (UINT64_MAX % n + 1) % n, r; /* the last of whole rounds of n */

	do
		r = sl_splitmix64(state);
	while (r > limit);
	return r % n;
}

enum sl_code sl_square_draw(struct sl_arena *a, int64_t units, int64_t count, uint64_t seed, int64_t **out,
                            struct sl_err *e)
{
	unsigned char *taken;
	int64_t *number;
	size_t n = 0;

	if (units < 1 || units > SL_SAMPLING_LOT_MAX || count < 1 || count > units)
		return sl_fail(e, SL_INVALID, "%lld of %lld squares cannot be drawn", (long long)count,
		               (long long)units);
	taken = sl_arena_alloc(a, (size_t)units / 8 + 1, 1, e);
	number = taken ? sl_arena_alloc(a, (size_t)count, sizeof *number, e) : NULL;
	if (!number)
		return e->code;
	for (int64_t last = units - count; last < units; last++) {
		int64_t t = (int64_t)below(&seed, (uint64_t)last + 1);

		if (taken[t / 8] >> (t % 8) & 1)
			t = last;
		taken[t / 8] |= (unsigned char)(1 << (t % 8));
	}
	for (int64_t i = 0; i < units; i++)
		if (taken[i / 8] >> (i % 8) & 1)
			number[n++] = i;
	*out = number;
	return SL_OK;
}

enum sl_code sl_square_shapes(struct sl_arena *a, const struct sl_square_grid *g, const int64_t *number,
                              size_t n, struct sl_geom *out, double *middle, struct sl_err *e)
{
	static const double corner[4][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
	struct sl_geom_builder b;
	struct sl_geom flat, centre;
	struct sl_crs *plane;
	size_t run = 0;

	if (open_plane(a, g->lon_deg, g->lat_deg, &plane, e))
		return e->code;
	sl_geom_build(&b, a, SL_GEOM_POLYGON);
	centre = (struct sl_geom){.type = SL_GEOM_POINT, .xy = middle, .n_points = n};
	for (size_t i = 0; i < n; i++) {
		double x, y;

		while (run + 1 < g->n_runs && number[i] >= g->run[run + 1].before)
			run++;
		x = (double)(g->run[run].column + (number[i] - g->run[run].before));
		y = g->run[run].row;
		if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e))
			return e->code;
		for (int k = 0; k < 4; k++)
			if (sl_geom_add_point(&b, (x + corner[k][0]) * g->size_m, (y + corner[k][1]) * g->size_m, e))
				return e->code;
		middle[2 * i] = (x + 0.5) * g->size_m;
		middle[2 * i + 1] = (y + 0.5) * g->size_m;
	}
	sl_geom_finish(&b, &flat);
	if (sl_crs_to_wgs84(plane, &flat, e) || sl_crs_to_wgs84(plane, &centre, e))
		return e->code;
	*out = flat;
	return SL_OK;
}
