#include "geo/utm.h"

#include <math.h>
#include <proj.h>

static const double rad = 0.017453292519943295;
static const double false_northing_m = 10000000;

/* NGA.SIG.0012_2.0.0_UTMUPS, section 3 (zones and their exceptions). */
int sl_utm_zone(double lat_deg, double lon_deg)
{
	double lon = lon_deg - 360 * floor((lon_deg + 180) / 360); /* in [-180, 180) */
	int zone = (int)floor((lon + 180) / 6) + 1;

	if (lat_deg >= 56 && lat_deg < 64 && lon >= 3 && lon < 12)
		return 32;
	if (lat_deg >= 72 && lon >= 0 && lon < 42)
		return lon < 9 ? 31 : lon < 21 ? 33 : lon < 33 ? 35 : 37;
	return zone > 60 ? 60 : zone;
}

static double central_meridian(enum sl_grid_projection which, int zone)
{
	return which == SL_GRID_TM ? zone * 6 - 183 : 0;
}

enum sl_code sl_grid_forward(enum sl_grid_projection which, int zone, double lat_deg, double lon_deg,
                             double *x, double *y, struct sl_err *e)
{
	PJ *pj = sl_grid_projection(which, e);
	double lon = remainder(lon_deg - central_meridian(which, zone), 360);
	PJ_COORD c;

	if (!pj)
		return e->code;
	proj_errno_reset(pj);
	c = proj_trans(pj, PJ_FWD, proj_coord(lon * rad, lat_deg * rad, 0, 0));
	if (!isfinite(c.xy.x) || !isfinite(c.xy.y))
		return sl_fail(e, SL_INVALID, "position %.7g %.7g has no place on the grid", lat_deg, lon_deg);
	*x = c.xy.x;
	*y = c.xy.y;
	return SL_OK;
}

enum sl_code sl_grid_inverse(enum sl_grid_projection which, int zone, double x, double y, double *lat_deg,
                             double *lon_deg, struct sl_err *e)
{
	PJ *pj = sl_grid_projection(which, e);
	PJ_COORD c;

	if (!pj)
		return e->code;
	proj_errno_reset(pj);
	c = proj_trans(pj, PJ_INV, proj_coord(x, y, 0, 0));
	if (!isfinite(c.lp.lam) || !isfinite(c.lp.phi))
		return sl_fail(e, SL_INVALID, "%.3f %.3f is no place on the grid", x, y);
	*lat_deg = c.lp.phi / rad;
	*lon_deg = remainder(c.lp.lam / rad + central_meridian(which, zone), 360);
	return SL_OK;
}

enum sl_code sl_utm_from(double lat_deg, double lon_deg, struct sl_utm *out, struct sl_err *e)
{
	struct sl_utm u = {.north = lat_deg >= 0};
	PJ_FACTORS factors;
	PJ *pj;

	if (!(fabs(lat_deg) <= 90) || !(fabs(lon_deg) <= 180))
		return sl_fail(e, SL_INVALID, "%.7g %.7g is no latitude and longitude", lat_deg, lon_deg);
	if (lat_deg < -80 || lat_deg > 84)
		return sl_fail(e, SL_INVALID, "UTM ends at 80 S and 84 N; latitude %.7g needs MGRS or degrees",
		               lat_deg);
	u.zone = sl_utm_zone(lat_deg, lon_deg);
	if (sl_grid_forward(SL_GRID_TM, u.zone, lat_deg, lon_deg, &u.easting_m, &u.northing_m, e))
		return e->code;
	if (!u.north)
		u.northing_m += false_northing_m;
	if (!(pj = sl_grid_projection(SL_GRID_TM, e)))
		return e->code;
	factors = proj_factors(
		pj, proj_coord(remainder(lon_deg - central_meridian(SL_GRID_TM, u.zone), 360) * rad,
	                   lat_deg * rad, 0, 0));
	u.convergence_deg = factors.meridian_convergence / rad;
	*out = u;
	return SL_OK;
}

enum sl_code sl_utm_to(const struct sl_utm *utm, double *lat_deg, double *lon_deg, struct sl_err *e)
{
	double lat, lon, y = utm->northing_m - (utm->north ? 0 : false_northing_m);

	if (utm->zone < 1 || utm->zone > 60)
		return sl_fail(e, SL_INVALID, "UTM has zones 1 to 60, not %d", utm->zone);
	if (!(utm->easting_m > 0 && utm->easting_m < 1000000))
		return sl_fail(e, SL_INVALID, "UTM easting %.10g is not between 0 and 1000000 m", utm->easting_m);
	if (!(utm->northing_m >= 0 && utm->northing_m <= false_northing_m))
		return sl_fail(e, SL_INVALID, "UTM northing %.10g is not between 0 and 10000000 m",
		               utm->northing_m);
	if (sl_grid_inverse(SL_GRID_TM, utm->zone, utm->easting_m, y, &lat, &lon, e))
		return e->code;
	/* A little beyond the ends, since zones are used beyond their edges too. */
	if (lat < -80.5 || lat > 84.5)
		return sl_fail(e, SL_INVALID,
		               "UTM northing %.10g is at latitude %.4g, outside 80 S to 84 N; is it the right hemisphere?",
		               utm->northing_m, lat);
	*lat_deg = lat;
	*lon_deg = lon;
	return SL_OK;
}
