#include "geo/near_measure.h"

#include "geo/geodesic_wgs84.h"
#include "geo/near.h"

#include <geodesic.h>
#include <math.h>

static const double rad = 0.017453292519943295;
static const double axis_m = 6378137.0,
                    smallest_radius_m = 6335439.0; /* of curvature: the meridian's at the equator */

void sl_eye_at(struct sl_eye *eye, double lon, double lat)
{
	const double f = 1 / 298.257223563, e2 = f * (2 - f);
	double s = sin(lat * rad), c = cos(lat * rad), w2 = 1 - e2 * s * s, w = sqrt(w2);
	double parallel = axis_m * c / w, meridian = axis_m * (1 - e2) / (w2 * w);
	double slope = 3 * meridian * e2 * s * c / w2; /* of the meridian's radius, by latitude */
	double half = rad / 2;                         /* the middle is half of the difference away */
	double steep = (fabs(lat) + 2) * rad;

	*eye = (struct sl_eye){.lon = lon, .lat = lat};
	eye->x0 = parallel * rad;
	eye->x1 = -meridian * s * rad * half;
	eye->x2 = -(meridian * c + slope * s) * rad * half * half / 2;
	eye->y0 = meridian * rad;
	eye->y1 = slope * rad * half;
	eye->y2 = 3 * meridian * e2 * (c * c - s * s) * rad * half * half / 2;
	eye->s0 = s * half;
	eye->s1 = c * half * half;
	eye->third = 0.5 * (1 + tan(steep) * tan(steep)) / (smallest_radius_m * smallest_radius_m);
	eye->far2 = fabs(lat) < 87.9 ? 100000.0 * 100000.0 : 0; /* around a pole meridians are no grid at all */
}

static inline void see(const struct sl_eye *eye, const double *p, double *x, double *y)
{
	double dlon = p[0] - eye->lon, u = p[1] - eye->lat;
	double east = dlon * (eye->x0 + u * (eye->x1 + u * eye->x2));
	double north = u * (eye->y0 + u * (eye->y1 + u * eye->y2));
	double turn = dlon * (eye->s0 + u * eye->s1);

	*x = east - north * turn;
	*y = north + east * turn;
}

/* How far one has to go from a place on a geodesic, along it, until the eye is abeam (on a sphere: exact in
 * the end, where it is nothing).  m: from there to the eye. */
static double along_m(const struct sl_eye *eye, double lon, double lat, double ahead, double *m)
{
	double azimuth;

	geod_inverse(sl_geodesic_wgs84(), lat, lon, eye->lat, eye->lon, m, &azimuth, NULL);
	return axis_m * atan2(sin(*m / axis_m) * cos((azimuth - ahead) * rad), cos(*m / axis_m));
}

/* From the eye to the geodesic from p to q.  Each step leaves about the square of what was left over. */
static double edge_exact_m(const struct sl_eye *eye, const double *p, const double *q)
{
	const struct geod_geodesic *g = sl_geodesic_wgs84();
	struct geod_geodesicline line;
	double length, first, last, from_p, from_q, m, best, at, low = 0, high;

	geod_inverse(g, p[1], p[0], q[1], q[0], &length, &first, &last);
	at = along_m(eye, p[0], p[1], first, &from_p);
	if (!(length > 0) || at <= 0)
		return from_p;
	if (along_m(eye, q[0], q[1], last, &from_q) >= 0)
		return from_q;
	geod_lineinit(&line, g, p[1], p[0], first,
	              GEOD_LATITUDE | GEOD_LONGITUDE | GEOD_AZIMUTH | GEOD_DISTANCE_IN);
	best = fmin(from_p, from_q);
	high = length;
	for (int i = 0; i < 60; i++) {
		double lat, lon, ahead, step;

		if (!(at > low && at < high))
			at = (low + high) / 2;
		geod_position(&line, at, &lat, &lon, &ahead);
		step = along_m(eye, lon, lat, ahead, &m);
		best = fmin(best, m);
		/* Near the foot distances differ by the square of what is left over. */
		if (fabs(step) < 1e-4 * fmin(1, 1e-4 + m) || high - low < 1e-7)
			break;
		if (step > 0)
			low = at;
		else
			high = at;
		at += step;
	}
	return best;
}

double sl_eye_chain_exact_m(const struct sl_eye *eye, const double *xy, size_t n)
{
	double best = HUGE_VAL;

	if (n == 1)
		return edge_exact_m(eye, xy, xy);
	for (size_t i = 0; i + 1 < n; i++)
		best = fmin(best, edge_exact_m(eye, xy + 2 * i, xy + 2 * i + 2));
	return best;
}

/* Never more than the distance of an edge, and never less: by the plane and what it may be wrong by. */
struct between {
	double low, high;
};

static inline struct between planar(const struct sl_eye *eye, double ax, double ay, double bx, double by)
{
	double dx = bx - ax, dy = by - ay, length2 = dx * dx + dy * dy, t = 0, x, y, d, far2, error;

	if (length2 > 0) {
		t = -(ax * dx + ay * dy) / length2;
		t = t < 0 ? 0 : t > 1 ? 1 : t;
	}
	x = ax + t * dx;
	y = ay + t * dy;
	d = sqrt(x * x + y * y);
	far2 = fmax(ax * ax + ay * ay, bx * bx + by * by);
	if (!(far2 < eye->far2))
		return (struct between){0, HUGE_VAL};
	error = eye->third * far2 * sqrt(far2) + 1e-6;
	return (struct between){d - error, d + error};
}

double sl_eye_chain_m(const struct sl_eye *eye, const double *xy, size_t n, double reach_m)
{
	double low = HUGE_VAL, high = HUGE_VAL, ax, ay, best = HUGE_VAL;

	see(eye, xy, &ax, &ay);
	for (size_t i = n > 1; i < n; i++) {
		double bx, by;
		struct between d;

		see(eye, xy + 2 * i, &bx, &by);
		d = planar(eye, ax, ay, bx, by);
		low = fmin(low, d.low);
		high = fmin(high, d.high);
		ax = bx;
		ay = by;
	}
	if (low > reach_m)
		return HUGE_VAL;
	if (high <= reach_m && high - low <= SL_NEAR_TOLERANCE_M)
		return fmax(0, (low + high) / 2);
	/* Too near to the limit, or too far a view, for the plane: only the edges that may be the nearest. */
	see(eye, xy, &ax, &ay);
	for (size_t i = n > 1; i < n; i++) {
		const double *p = xy + 2 * (i - (n > 1)), *q = xy + 2 * i;
		double bx, by;

		see(eye, q, &bx, &by);
		if (planar(eye, ax, ay, bx, by).low <= fmin(high, reach_m))
			best = fmin(best, edge_exact_m(eye, p, q));
		ax = bx;
		ay = by;
	}
	return best <= reach_m ? best : HUGE_VAL;
}

void sl_reach_deg(double lat, double m, double *dlon, double *dlat)
{
	double up = m / smallest_radius_m / rad * 1.000001 + 1e-10, top = fabs(lat) + up;

	*dlat = up;
	*dlon = top >= 89.9 ? 360 : fmin(360, 1.01 * up / cos(top * rad));
}
