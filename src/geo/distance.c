#include "geo/area.h"

#include "geo/geodesic_wgs84.h"
#include "geo/orientation.h"

#include <geodesic.h>
#include <math.h>
#include <pthread.h>

static const double rad = 0.017453292519943295;

static struct geod_geodesic wgs84;
static pthread_once_t wgs84_once = PTHREAD_ONCE_INIT;

static void wgs84_init(void)
{
	geod_init(&wgs84, 6378137.0, 1 / 298.257223563);
}

const struct geod_geodesic *sl_geodesic_wgs84(void)
{
	pthread_once(&wgs84_once, wgs84_init);
	return &wgs84;
}

double sl_distance_m(double lon1, double lat1, double lon2, double lat2)
{
	double s;

	geod_inverse(sl_geodesic_wgs84(), lat1, lon1, lat2, lon2, &s, NULL, NULL);
	return s;
}

void sl_geodesic_direct(double lon, double lat, double azimuth_deg, double distance_m, double *lon2,
                        double *lat2)
{
	geod_direct(sl_geodesic_wgs84(), lat, lon, azimuth_deg, distance_m, lat2, lon2, NULL);
}

void sl_geodesic_inverse(double lon1, double lat1, double lon2, double lat2, double *azimuth_deg, double *distance_m)
{
	double azimuth;

	geod_inverse(sl_geodesic_wgs84(), lat1, lon1, lat2, lon2, distance_m, &azimuth, NULL);
	if (azimuth_deg)
		*azimuth_deg = azimuth < 0 ? azimuth + 360 : azimuth;
}

double sl_geom_length_m(const struct sl_geom *g)
{
	double length = 0;
	size_t start = 0;

	if (g->type != SL_GEOM_LINE && g->type != SL_GEOM_POLYGON)
		return 0;
	for (size_t ring = 0; ring < g->n_rings; ring++) {
		size_t end = g->ring_end[ring];

		for (size_t i = start; i < end; i++) {
			size_t next = i + 1 < end ? i + 1 : start;

			if (next != start || g->type == SL_GEOM_POLYGON)
				length += sl_distance_m(g->xy[2 * i], g->xy[2 * i + 1], g->xy[2 * next],
				                        g->xy[2 * next + 1]);
		}
		start = end;
	}
	return length;
}

/* Where the point lies in one ring: even-odd with an exact side test, the boundary reported apart. */
enum where { OUTSIDE, INSIDE, ON_BOUNDARY };

static enum where ring_where(const double *xy, size_t n, double x, double y)
{
	bool inside = false;

	for (size_t i = 0, k = n - 1; i < n; k = i++) {
		const double *a = xy + 2 * k, *b = xy + 2 * i;
		int side;

		if ((a[1] > y) == (b[1] > y) && !(a[1] == y || b[1] == y))
			continue;
		if ((a[0] < x && b[0] < x) || (a[0] > x && b[0] > x && (a[1] > y) == (b[1] > y)))
			continue;
		side = sl_orientation(a, b, (double[]){x, y});
		if (!side && x >= fmin(a[0], b[0]) && x <= fmax(a[0], b[0]) && y >= fmin(a[1], b[1]) &&
		    y <= fmax(a[1], b[1]))
			return ON_BOUNDARY;
		if ((a[1] > y) != (b[1] > y) && (side > 0) == (b[1] > a[1]))
			inside = !inside;
	}
	return inside ? INSIDE : OUTSIDE;
}

bool sl_geom_contains(const struct sl_geom *g, double lon, double lat)
{
	size_t ring = 0, start = 0;

	if (g->type != SL_GEOM_POLYGON)
		return false;
	for (size_t part = 0; part < g->n_parts; part++) {
		bool inside = false;

		for (size_t first = ring; ring < g->part_end[part]; ring++) {
			enum where w = ring_where(g->xy + 2 * start, g->ring_end[ring] - start, lon, lat);

			start = g->ring_end[ring];
			if (w == ON_BOUNDARY)
				return true;
			if (ring == first)
				inside = w == INSIDE;
			else if (w == INSIDE)
				inside = false;
		}
		if (inside)
			return true;
	}
	return false;
}

/* Metres east and north of the point, by the radii of curvature at the latitude half-way: the error of
 * the length is of the order (distance / radius)² / 24, 1e-5 at 100 km. */
static void offset_m(double lon0, double lat0, const double *p, double *east, double *north)
{
	const double a = 6378137.0, f = 1 / 298.257223563, e2 = f * (2 - f);
	double mid = (lat0 + p[1]) / 2 * rad, s = sin(mid), w = 1 - e2 * s * s, root = sqrt(w);
	double dlon = remainder(p[0] - lon0, 360) * rad;

	*east = a / root * cos(mid) * dlon;
	*north = a * (1 - e2) / (w * root) * (p[1] - lat0) * rad;
}

double sl_geom_distance_m(const struct sl_geom *g, double lon, double lat)
{
	double best = HUGE_VAL, best_lon = 0, best_lat = 0;
	size_t start = 0;

	if (sl_geom_contains(g, lon, lat))
		return 0;
	for (size_t ring = 0; ring < g->n_rings; ring++) {
		size_t end = g->ring_end[ring], n = end - start;
		bool closed = g->type == SL_GEOM_POLYGON && n > 1;
		double ax = 0, ay = 0;
		const double *a = NULL;

		for (size_t i = 0; i < n + closed; i++) {
			const double *b = g->xy + 2 * (start + i % n);
			double bx, by, t = 1, dx, dy, length2, x, y;

			offset_m(lon, lat, b, &bx, &by);
			if (!a) {
				a = b;
				ax = bx;
				ay = by;
			}
			dx = bx - ax;
			dy = by - ay;
			length2 = dx * dx + dy * dy;
			if (length2 > 0)
				t = fmin(1, fmax(0, -(ax * dx + ay * dy) / length2));
			x = ax + t * dx;
			y = ay + t * dy;
			if (x * x + y * y < best) {
				best = x * x + y * y;
				best_lon = a[0] + t * remainder(b[0] - a[0], 360);
				best_lat = a[1] + t * (b[1] - a[1]);
			}
			a = b;
			ax = bx;
			ay = by;
		}
		start = end;
	}
	return isfinite(best) ? sl_distance_m(lon, lat, best_lon, best_lat) : HUGE_VAL;
}
