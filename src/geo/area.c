#include "geo/area.h"

#include "geo/edge_area.h"
#include "geo/geodesic_wgs84.h"

#include <geodesic.h>
#include <math.h>

static const double rad = 0.017453292519943295;

/* Bounds of the series, all measured against geodesic.h (tests/geo/area.c, docs/method/area.md): within
 * them the two agree to 1e-11 of the area. */
static const double half_height_max_rad = 0.02;
static const double lat_max_deg = 89;
/* Longest edge: the neglected term grows with the cube of (length / radius · tan φ). */
static const double edge_max_rad = 0.0014;

double sl_ring_area_reference_m2(const double *lonlat, size_t n)
{
	struct geod_polygon p;
	double area = 0;

	if (n < 3)
		return 0;
	geod_polygon_init(&p, 0);
	for (size_t i = 0; i < n; i++)
		geod_polygon_addpoint(sl_geodesic_wgs84(), &p, lonlat[2 * i + 1], lonlat[2 * i]);
	geod_polygon_compute(sl_geodesic_wgs84(), &p, 0, 1, &area, NULL);
	return area;
}

/* Authalic area function relative to the frame's latitude, `terms` coefficients (the first is 0). */
static inline double series(const struct sl_edge_frame *f, int terms, double d)
{
	double y = f->y[terms - 1];

	for (int k = terms - 2; k > 0; k--)
		y = y * d + f->y[k];
	return y * d;
}

/* Sum over the edges of ∫ y dλ; see docs/method/area.md.  False when an edge is too long for it. */
static bool sum_edges(const struct sl_edge_frame *f, int terms, double lat0_deg, const double *lonlat,
                      size_t n, double *area)
{
	double sum = 0, lon_a = lonlat[2 * n - 2], d_a = (lonlat[2 * n - 1] - lat0_deg) * rad;
	double y_a = series(f, terms, d_a), dlon_max = 0, dlat_max = 0;

	for (size_t i = 0; i < n; i++) {
		/* Differences of degrees are exact for neighbours, so small polygons lose nothing. */
		double lon_b = lonlat[2 * i], d_b = (lonlat[2 * i + 1] - lat0_deg) * rad;
		double y_b = series(f, terms, d_b), dlon = (lon_b - lon_a) * rad, dlat = d_b - d_a;
		double d = (d_a + d_b) / 2;
		double sin_mid = f->sin0 + d * (f->cos0 - d / 2 * (f->sin0 + d / 3 * f->cos0));
		double east = (f->r0 - f->m0 * d * (f->sin0 + d / 2 * f->cos0)) * dlon;
		double north = (f->m0 + f->dm0 * d) * dlat;

		sum += dlon * ((y_a + y_b) / 2 + sin_mid / 12 * (east * east + 3 * north * north));
		dlon_max = fmax(dlon_max, fabs(dlon));
		dlat_max = fmax(dlat_max, fabs(dlat));
		lon_a = lon_b;
		d_a = d_b;
		y_a = y_b;
	}
	*area = -sum; /* counter-clockwise goes east along its southern side, where y is small */
	return dlon_max <= edge_max_rad && dlat_max <= edge_max_rad * f->cos0;
}

double sl_ring_area_m2(const double *lonlat, size_t n)
{
	struct sl_edge_frame f;
	double south = HUGE_VAL, north = -HUGE_VAL, half, area;

	if (n < 3)
		return 0;
	for (size_t i = 0; i < n; i++) {
		south = fmin(south, lonlat[2 * i + 1]);
		north = fmax(north, lonlat[2 * i + 1]);
	}
	half = (north - south) / 2 * rad;
	if (half <= half_height_max_rad && south >= -lat_max_deg && north <= lat_max_deg) {
		sl_edge_frame_init(&f, (struct sl_box){0, south, 0, north});
		/* 1 km of half-height needs few terms: the next one is below 1e-16. */
		if (sum_edges(&f, half < 2e-4 ? 5 : SL_EDGE_TERMS, (south + north) / 2, lonlat, n, &area))
			return area;
	}
	return sl_ring_area_reference_m2(lonlat, n);
}

double sl_geom_area_m2(const struct sl_geom *g)
{
	double area = 0;
	size_t ring = 0, start = 0;

	if (g->type != SL_GEOM_POLYGON)
		return 0;
	for (size_t part = 0; part < g->n_parts; part++) {
		for (size_t first = ring; ring < g->part_end[part]; ring++) {
			double a = fabs(sl_ring_area_m2(g->xy + 2 * start, g->ring_end[ring] - start));

			area += ring == first ? a : -a;
			start = g->ring_end[ring];
		}
	}
	return area;
}
