#include "geo/edge_area.h"

#include <geodesic.h>
#include <math.h>
#include <string.h>

static const double a_m = 6378137.0, f_wgs84 = 1 / 298.257223563;
static const double rad = 0.017453292519943295;

/* Above this the third-order bulge is off by more than 1e-10 of the ground it encloses. */
static const double long_edge_m = 2000;
/* Half-width up to which the series keeps 1e-13. */
static const double narrow_rad = 0.05;

/* Coefficients of the product of two power series. */
static void series_product(const double *p, const double *q, double *out)
{
	double r[SL_EDGE_TERMS] = {0};

	for (int i = 0; i < SL_EDGE_TERMS; i++)
		for (int k = 0; i + k < SL_EDGE_TERMS; k++)
			r[i + k] += p[i] * q[k];
	memcpy(out, r, sizeof r);
}

static void frame_at(struct sl_edge_frame *f, double lat0)
{
	const double e2 = f_wgs84 * (2 - f_wgs84);
	double s[SL_EDGE_TERMS], c[SL_EDGE_TERMS], w[SL_EDGE_TERMS], inv[SL_EDGE_TERMS] = {0}, fact = 1;
	double w0;

	f->lat0 = lat0;
	f->sin0 = sin(lat0);
	f->cos0 = cos(lat0);
	for (int k = 0; k < SL_EDGE_TERMS; k++) { /* Taylor series of sine and cosine at lat0 */
		double ds = k % 2 ? f->cos0 : f->sin0, dc = k % 2 ? -f->sin0 : f->cos0;

		fact *= k ? k : 1;
		s[k] = (k / 2 % 2 ? -ds : ds) / fact;
		c[k] = (k / 2 % 2 ? -dc : dc) / fact;
	}
	series_product(s, s, w);
	for (int k = 0; k < SL_EDGE_TERMS; k++)
		w[k] = (k ? 0 : 1) - e2 * w[k];
	inv[0] = 1 / w[0];
	for (int k = 1; k < SL_EDGE_TERMS; k++) {
		double sum = 0;

		for (int i = 1; i <= k; i++)
			sum += w[i] * inv[k - i];
		inv[k] = -sum / w[0];
	}
	series_product(inv, inv, inv);
	series_product(inv, c, inv); /* cos φ / (1 − e² sin² φ)²: the area element over a²(1 − e²) */
	f->y[0] = 0;
	for (int k = 1; k < SL_EDGE_TERMS; k++)
		f->y[k] = a_m * a_m * (1 - e2) * inv[k - 1] / k;
	w0 = w[0];
	f->m0 = a_m * (1 - e2) / (w0 * sqrt(w0));
	f->dm0 = 3 * f->m0 * e2 * f->sin0 * f->cos0 / w0;
	f->r0 = a_m * f->cos0 / sqrt(w0);
}

void sl_edge_frame_init(struct sl_edge_frame *f, struct sl_box box)
{
	frame_at(f, (box.y0 + box.y1) / 2 * rad);
	f->wide = (box.y1 - box.y0) * rad > 2 * narrow_rad;
}

static double series(const struct sl_edge_frame *f, double d)
{
	double y = f->y[SL_EDGE_TERMS - 1];

	for (int k = SL_EDGE_TERMS - 2; k >= 0; k--)
		y = y * d + f->y[k];
	return y;
}

/* The authalic area function from the equator, m² per radian of longitude (Snyder 1987, eq. 3-12). */
static double from_equator(double lat)
{
	const double e2 = f_wgs84 * (2 - f_wgs84), e = sqrt(e2);
	double s = sin(lat);

	return a_m * a_m * (1 - e2) / 2 * (s / (1 - e2 * s * s) + atanh(e * s) / e);
}

double sl_edge_chord_m2(const struct sl_edge_frame *f, double lon1, double lat1, double lon2, double lat2)
{
	/* Gauss-Legendre, three points: exact to the fifth power of latitude along the chord. */
	static const double off = 0.3872983346207417;
	double dlon = (lon2 - lon1) * rad;
	struct sl_edge_frame own;
	double base = 0, d1, d2, mid, half;

	if (!dlon)
		return 0;
	if (f->wide) {
		frame_at(&own, (lat1 + lat2) / 2 * rad);
		base = from_equator(own.lat0);
		f = &own;
	}
	d1 = lat1 * rad - f->lat0;
	d2 = lat2 * rad - f->lat0;
	mid = (d1 + d2) / 2;
	half = d2 - d1;
	return dlon * (base + (5 * series(f, mid - off * half) + 8 * series(f, mid) +
	                       5 * series(f, mid + off * half)) / 18);
}

/* Trapezium rule along the edge: its error is −h³/12 y''. On a geodesic (Clairaut)
 * y'' = −r² sin φ (1 + 3 cot² α); on the chord y'' = y_φφ (Δφ/Δλ)². Their difference is the bulge. */
double sl_edge_bulge_m2(const struct sl_edge_frame *f, double lon1, double lat1, double lon2, double lat2)
{
	double dlon = (lon2 - lon1) * rad, dlat = (lat2 - lat1) * rad;
	double d, sin_mid, r, east, north;
	struct sl_edge_frame own;

	if (!dlon)
		return 0;
	if (f->wide) {
		frame_at(&own, (lat1 + lat2) / 2 * rad);
		f = &own;
	}
	d = (lat1 + lat2) / 2 * rad - f->lat0;
	sin_mid = f->sin0 + d * (f->cos0 - d / 2 * (f->sin0 + d / 3 * f->cos0));
	r = f->r0 - f->m0 * d * (f->sin0 + d / 2 * f->cos0);
	east = r * dlon;
	north = f->m0 * dlat;
	if (east * east + north * north > long_edge_m * long_edge_m) {
		struct geod_geodesic g;
		double area;

		geod_init(&g, a_m, f_wgs84);
		geod_geninverse(&g, lat1, lon1, lat2, lon2, NULL, NULL, NULL, NULL, NULL, NULL, &area);
		frame_at(&own, (lat1 + lat2) / 2 * rad);
		own.wide = false;
		return area - dlon * from_equator(own.lat0) - sl_edge_chord_m2(&own, lon1, lat1, lon2, lat2);
	}
	return dlon / 12 * (sin_mid * (east * east + 2 * north * north) + dlat * dlat * f->dm0 * r);
}
