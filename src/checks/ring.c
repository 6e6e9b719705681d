#include "checks/ring.h"

#include <math.h>

#define PI 3.14159265358979323846

void sl_metres_per_degree(double lat_deg, double *lon_m, double *lat_m)
{
	/* Series of the WGS 84 radii of curvature in multiples of the latitude. */
	double t = lat_deg * PI / 180;

	*lat_m = 111132.954 - 559.822 * cos(2 * t) + 1.175 * cos(4 * t);
	*lon_m = 111412.84 * cos(t) - 93.5 * cos(3 * t) + 0.118 * cos(5 * t);
}

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static uint64_t point_key(const double *p)
{
	return mix((uint64_t)llround(p[0] * 1e7) * 0x9e3779b97f4a7c15u + mix((uint64_t)llround(p[1] * 1e7)));
}

uint64_t sl_ring_key(const double *lonlat, size_t n)
{
	uint64_t sum = mix(n);

	/* A sum over legs without direction: neither the start nor the sense of rotation changes it. */
	for (size_t i = 0; i < n; i++) {
		uint64_t a = point_key(lonlat + 2 * i), b = point_key(lonlat + 2 * ((i + 1) % n));

		sum += mix((a < b ? a : b) * 31 + (a < b ? b : a));
	}
	return mix(sum);
}

uint64_t sl_part_key(const struct sl_geom *g, size_t part)
{
	uint64_t sum = 0;

	for (size_t r = sl_geom_part_start(g, part); r < g->part_end[part]; r++) {
		size_t start = sl_geom_ring_start(g, r);

		sum += sl_ring_key(g->xy + 2 * start, g->ring_end[r] - start);
	}
	return mix(sum);
}

uint64_t sl_geom_key(const struct sl_geom *g)
{
	uint64_t sum = (uint64_t)g->type;

	for (size_t part = 0; part < g->n_parts; part++)
		sum += sl_part_key(g, part);
	return mix(sum);
}

enum sl_code sl_geom_part(struct sl_arena *a, const struct sl_geom *g, size_t part, struct sl_geom *out,
                          struct sl_err *e)
{
	size_t first = sl_geom_part_start(g, part), start = sl_geom_ring_start(g, first);
	struct sl_geom v = {
	    .type = g->type, .xy = g->xy + 2 * start, .n_rings = g->part_end[part] - first, .n_parts = 1};

	v.ring_end = sl_arena_alloc(a, v.n_rings, sizeof *v.ring_end, e);
	v.part_end = v.ring_end ? sl_arena_alloc(a, 1, sizeof *v.part_end, e) : NULL;
	if (!v.part_end)
		return e->code;
	for (size_t r = 0; r < v.n_rings; r++)
		v.ring_end[r] = (uint32_t)(g->ring_end[first + r] - start);
	v.part_end[0] = (uint32_t)v.n_rings;
	v.n_points = v.n_rings ? v.ring_end[v.n_rings - 1] : 0;
	*out = v;
	return SL_OK;
}

bool sl_ring_is_circle(const double *lonlat, size_t n, double tolerance, size_t min_vertices,
                       double *radius_m)
{
	double x = 0, y = 0, sx, sy, mean = 0, worst = 0, longest = 0;

	if (n < min_vertices || n < 5)
		return false;
	for (size_t i = 0; i < n; i++) {
		x += lonlat[2 * i] / (double)n;
		y += lonlat[2 * i + 1] / (double)n;
	}
	sl_metres_per_degree(y, &sx, &sy);
	for (size_t i = 0; i < n; i++)
		mean += hypot((lonlat[2 * i] - x) * sx, (lonlat[2 * i + 1] - y) * sy) / (double)n;
	for (size_t i = 0; i < n; i++) {
		const double *p = lonlat + 2 * i, *q = lonlat + 2 * ((i + 1) % n);

		worst = fmax(worst, fabs(hypot((p[0] - x) * sx, (p[1] - y) * sy) - mean));
		longest = fmax(longest, hypot((p[0] - q[0]) * sx, (p[1] - q[1]) * sy));
	}
	if (!(mean > 0) || worst > tolerance * mean || longest > 2 * 2 * PI * mean / (double)n)
		return false;
	*radius_m = mean;
	return true;
}

int sl_geom_decimals(const struct sl_geom *g)
{
	int need = 0;
	static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};

	for (size_t i = 0; i < 2 * g->n_points && need < 8; i++)
		while (need < 8 &&
		       fabs(g->xy[i] * power[need] - nearbyint(g->xy[i] * power[need])) > 1e-9 * power[need])
			need++;
	return need;
}
