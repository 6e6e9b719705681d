#include "geo/globe.h"

#include <math.h>

double sl_lon_wrapped(double lon)
{
	if (lon >= -180 && lon <= 180)
		return lon;
	return lon - 360 * floor((lon + 180) / 360);
}

double sl_lon_near(double lon, double middle)
{
	return fabs(lon - middle) <= 180 ? lon : lon + 360 * round((middle - lon) / 360);
}

static size_t bin_of(double lon)
{
	double at = floor((sl_lon_wrapped(lon) + 180) * SL_GLOBE_BINS / 360);

	return at < 0 ? 0 : at >= SL_GLOBE_BINS ? SL_GLOBE_BINS - 1 : (size_t)at;
}

static void take(struct sl_globe *globe, double lon)
{
	size_t i = bin_of(lon);

	lon = sl_lon_wrapped(lon);
	globe->low[i] = globe->taken[i] ? fmin(globe->low[i], lon) : lon;
	globe->high[i] = globe->taken[i] ? fmax(globe->high[i], lon) : lon;
	globe->taken[i] = true;
}

/* From `x0` eastwards to `x1`, at most once around. */
static void take_span(struct sl_globe *globe, double x0, double x1)
{
	const double step = 360.0 / SL_GLOBE_BINS;

	take(globe, x0);
	for (double at = (floor(x0 / step) + 1) * step; at < x1 && at - x0 < 360; at += step) {
		take(globe, at);
		take(globe, fmin(at + step, x1) - 1e-12);
	}
	take(globe, x1);
}

void sl_globe_add_box(struct sl_globe *globe, struct sl_box box)
{
	if (!(box.x0 <= box.x1 && box.y0 <= box.y1))
		return;
	globe->plain = globe->any ? sl_box_join(globe->plain, box) : box;
	globe->any = true;
	take_span(globe, box.x0, box.x1);
}

/* A leg of more than half the world is one across the antimeridian: no boundary is that long. */
static struct sl_box ring_box(const double *xy, size_t n)
{
	struct sl_box b = {xy[0], xy[1], xy[0], xy[1]};
	double x = xy[0];

	for (size_t i = 1; i < n; i++) {
		x = sl_lon_near(xy[2 * i], x);
		b = sl_box_join(b, (struct sl_box){x, xy[2 * i + 1], x, xy[2 * i + 1]});
	}
	return b;
}

void sl_globe_add(struct sl_globe *globe, const struct sl_geom *g)
{
	for (size_t i = 0; i < g->n_rings; i++) {
		size_t from = sl_geom_ring_start(g, i), n = g->ring_end[i] - from;

		if (n && g->type == SL_GEOM_POINT)
			sl_globe_add_box(globe, (struct sl_box){g->xy[2 * from], g->xy[2 * from + 1], g->xy[2 * from],
			                                        g->xy[2 * from + 1]});
		else if (n)
			sl_globe_add_box(globe, ring_box(g->xy + 2 * from, n));
	}
}

struct sl_box sl_globe_box(const struct sl_globe *globe)
{
	size_t best = 0, longest = 0, run = 0;
	struct sl_box b = globe->plain;

	if (!globe->any)
		return (struct sl_box){1, 1, 0, 0};
	if (b.x0 >= -180 && b.x1 <= 180 && b.x1 - b.x0 <= 180)
		return b;
	for (size_t i = 0; i < 2 * SL_GLOBE_BINS; i++) {
		run = globe->taken[i % SL_GLOBE_BINS] ? 0 : run + 1;
		if (run > longest) {
			longest = run;
			best = i + 1; /* the first bin behind the gap */
		}
	}
	if (!longest || longest >= SL_GLOBE_BINS) {
		b.x0 = -180;
		b.x1 = 180;
		return b;
	}
	b.x0 = globe->low[best % SL_GLOBE_BINS];
	b.x1 = globe->high[(best - longest + SL_GLOBE_BINS - 1) % SL_GLOBE_BINS];
	if (b.x1 < b.x0)
		b.x1 += 360;
	return b;
}

int sl_box_halves(struct sl_box box, struct sl_box half[2])
{
	if (box.x1 - box.x0 >= 360) {
		box.x0 = -180;
		box.x1 = 180;
	} else if (box.x0 < -180 || box.x0 > 180) {
		double shift = sl_lon_wrapped(box.x0) - box.x0;

		box.x0 += shift;
		box.x1 += shift;
	}
	half[0] = half[1] = box;
	if (box.x1 <= 180)
		return 1;
	half[0].x1 = 180;
	half[1].x0 = -180;
	half[1].x1 = box.x1 - 360;
	return 2;
}

void sl_geom_near(struct sl_geom *g, double middle)
{
	for (size_t i = 0; i < g->n_rings; i++) {
		size_t from = sl_geom_ring_start(g, i);

		for (size_t k = from; k < g->ring_end[i]; k++)
			g->xy[2 * k] = sl_lon_near(g->xy[2 * k], k == from ? middle : g->xy[2 * k - 2]);
	}
}
