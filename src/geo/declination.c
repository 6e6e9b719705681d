#include "geo/declination.h"

#include <math.h>

enum { DEGREE = 12, TERMS = (DEGREE + 1) * (DEGREE + 2) / 2 };

struct model {
	const char *name;
	double epoch; /* good for five years from then */
	double g[TERMS], h[TERMS], dg[TERMS], dh[TERMS]; /* nT and nT a year, Schmidt semi-normalised */
};

static const struct model models[] = {
#include "wmm_coefficients.inc"
};

static const double rad = 0.017453292519943295;
static const double years_of_a_model = 5;
static const double geomagnetic_radius_m = 6371200; /* the model's own, not the Earth's */

static int at(int n, int m)
{
	return n * (n + 1) / 2 + m;
}

/* Schmidt semi-normalised associated Legendre functions of sin(latitude) and their derivatives by latitude. */
static void legendre(double sin_lat, double cos_lat, double *p, double *dp)
{
	p[0] = 1;
	dp[0] = 0;
	for (int n = 1; n <= DEGREE; n++) {
		for (int m = 0; m < n; m++) {
			double a = 2 * n - 1, b = m <= n - 2 ? sqrt((n - 1) * (n - 1) - m * m) : 0;
			double scale = sqrt(n * n - m * m), p2 = b > 0 ? p[at(n - 2, m)] : 0, d2 = b > 0 ? dp[at(n - 2, m)] : 0;

			p[at(n, m)] = (a * sin_lat * p[at(n - 1, m)] - b * p2) / scale;
			dp[at(n, m)] =
			    (a * (cos_lat * p[at(n - 1, m)] + sin_lat * dp[at(n - 1, m)]) - b * d2) / scale;
		}
		double k = n > 1 ? sqrt((2 * n - 1) / (2.0 * n)) : 1;

		p[at(n, n)] = k * cos_lat * p[at(n - 1, n - 1)];
		dp[at(n, n)] = k * (cos_lat * dp[at(n - 1, n - 1)] - sin_lat * p[at(n - 1, n - 1)]);
	}
}

struct vector {
	double north, east, down;
};

/* The sums of the field in the geocentric frame: WMM2020 report, equations 10 to 12 (and 13 to 15 for the
 * change in a year, which are the same sums over other coefficients). */
static struct vector sum(const double *g, const double *h, double after_years, const double *dg, const double *dh,
                         const double *p, const double *dp, double cos_lat, double lon, double ratio)
{
	struct vector v = {0};
	double power = ratio * ratio;

	for (int n = 1; n <= DEGREE; n++) {
		power *= ratio;
		for (int m = 0; m <= n; m++) {
			int k = at(n, m);
			double gk = g[k] + after_years * dg[k], hk = h[k] + after_years * dh[k];
			double along = gk * cos(m * lon) + hk * sin(m * lon);

			v.north -= power * along * dp[k];
			v.east += power * m * (gk * sin(m * lon) - hk * cos(m * lon)) * p[k] / cos_lat;
			v.down -= power * (n + 1) * along * p[k];
		}
	}
	return v;
}

/* From the geocentric frame to that of the plumb line: equation 16. */
static struct vector turn(struct vector v, double psi)
{
	return (struct vector){v.north * cos(psi) - v.down * sin(psi), v.east,
	                       v.north * sin(psi) + v.down * cos(psi)};
}

static const struct model *model_of(double year)
{
	for (size_t i = 0; i < sizeof models / sizeof *models; i++)
		if (year >= models[i].epoch && year < models[i].epoch + years_of_a_model)
			return &models[i];
	return NULL;
}

static enum sl_code refuse(double lat_deg, double lon_deg, double height_m, double year, struct sl_err *e)
{
	if (!(fabs(lat_deg) < 90) || !(fabs(lon_deg) <= 360))
		return sl_fail(e, SL_INVALID,
		               "declination: latitude %g, longitude %g: give a place on Earth that is not a pole",
		               lat_deg, lon_deg);
	if (!(height_m >= -10000 && height_m <= 600000))
		return sl_fail(e, SL_INVALID, "declination: height %g m: the model goes from -10000 to 600000 m", height_m);
	if (!model_of(year))
		return sl_fail(e, SL_INVALID,
		               "declination: year %g: the models go from %g to %g; give the declination as it was read from "
		               "the map or the instrument",
		               year, models[0].epoch, models[sizeof models / sizeof *models - 1].epoch + years_of_a_model);
	return SL_OK;
}

enum sl_code sl_magnetic_field(double lat_deg, double lon_deg, double height_m, double year,
                               struct sl_magnetic_field *out, struct sl_err *e)
{
	static const double major_m = 6378137, flattening = 1 / 298.257223563;
	const double eccentricity2 = flattening * (2 - flattening);
	double p[TERMS], dp[TERMS], lat = lat_deg * rad, lon = lon_deg * rad;
	const struct model *model = model_of(year);

	if (refuse(lat_deg, lon_deg, height_m, year, e))
		return e->code;
	/* Geodetic to geocentric: equations 7 and 8. */
	double curvature = major_m / sqrt(1 - eccentricity2 * sin(lat) * sin(lat));
	double from_axis = (curvature + height_m) * cos(lat);
	double from_equator = (curvature * (1 - eccentricity2) + height_m) * sin(lat);
	double radius = hypot(from_axis, from_equator), sin_lat = from_equator / radius, cos_lat = from_axis / radius;
	double psi = asin(sin_lat) - lat, after = year - model->epoch, ratio = geomagnetic_radius_m / radius;
	static const double none[TERMS];

	legendre(sin_lat, cos_lat, p, dp);
	struct vector b = turn(sum(model->g, model->h, after, model->dg, model->dh, p, dp, cos_lat, lon, ratio), psi);
	struct vector d = turn(sum(model->dg, model->dh, 0, none, none, p, dp, cos_lat, lon, ratio), psi);
	double horizontal2 = b.north * b.north + b.east * b.east;

	*out = (struct sl_magnetic_field){
	    .declination_deg = atan2(b.east, b.north) / rad,
	    .inclination_deg = atan2(b.down, sqrt(horizontal2)) / rad,
	    .horizontal_nt = sqrt(horizontal2),
	    .total_nt = sqrt(horizontal2 + b.down * b.down),
	    .declination_deg_per_year = (b.north * d.east - b.east * d.north) / horizontal2 / rad,
	    .model = model->name,
	};
	return SL_OK;
}

double sl_decimal_year(int32_t day)
{
	struct sl_date first, next;
	int year = sl_date_year((struct sl_date){day});

	if (!sl_date_from_ymd(year, 1, 1, &first) || !sl_date_from_ymd(year + 1, 1, 1, &next))
		return year;
	return year + (day - first.day + 0.5) / (next.day - first.day);
}
