#include "geo/traverse.h"

#include "geo/area.h"
#include "geo/coord.h"
#include "geo/geodesic_wgs84.h"

#include <geodesic.h>
#include <math.h>

static enum sl_code azimuth_of(double lat, double lon, enum sl_north north, double declination_deg, double bearing_deg,
                               double *azimuth, struct sl_err *e)
{
	struct sl_utm utm = {0};

	if (north == SL_NORTH_GRID && sl_utm_from(lat, lon, &utm, e))
		return e->code;
	*azimuth = fmod(bearing_deg + (north == SL_NORTH_MAGNETIC ? declination_deg : 0) + utm.convergence_deg + 720, 360);
	return SL_OK;
}

enum sl_code sl_traverse_step(double lat_deg, double lon_deg, enum sl_north north, double declination_deg,
                              const struct sl_leg *leg, struct sl_station *out, struct sl_err *e)
{
	struct sl_station s = {.distance_m = sl_leg_horizontal_m(leg)};

	if (!(fabs(lat_deg) < 90) || !(fabs(lon_deg) <= 180))
		return sl_fail(e, SL_INVALID, "traverse: %g %g is not a place that legs can be walked from", lat_deg, lon_deg);
	if (azimuth_of(lat_deg, lon_deg, north, declination_deg, leg->bearing_deg, &s.azimuth_deg, e))
		return e->code;
	sl_geodesic_direct(lon_deg, lat_deg, s.azimuth_deg, s.distance_m, &s.lon_deg, &s.lat_deg);
	*out = s;
	return SL_OK;
}

/* Area of the start and all stations but the last, which stands for the start again. */
static enum sl_code ring_area(struct sl_arena *a, double lat, double lon, const struct sl_station *station, size_t n,
                              double *area, struct sl_err *e)
{
	double *ring = sl_arena_alloc(a, 2 * n, sizeof *ring, e);

	if (!ring)
		return e->code;
	ring[0] = lon;
	ring[1] = lat;
	for (size_t i = 1; i < n; i++) {
		ring[2 * i] = station[i - 1].lon_deg;
		ring[2 * i + 1] = station[i - 1].lat_deg;
	}
	*area = fabs(sl_ring_area_m2(ring, n));
	return SL_OK;
}

static void adjust(struct sl_traverse *t)
{
	double walked = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct sl_station *s = &t->station[i];
		struct sl_station *moved = &t->adjusted[i];

		walked += s->distance_m;
		*moved = *s;
		sl_geodesic_direct(s->lon_deg, s->lat_deg, t->misclosure_azimuth_deg, t->misclosure_m * walked / t->perimeter_m,
		                   &moved->lon_deg, &moved->lat_deg);
	}
}

/* What the legs have become between the adjusted stations. */
static void measure_adjusted(struct sl_traverse *t, double lat, double lon)
{
	for (size_t i = 0; i < t->n; i++) {
		struct sl_station *s = &t->adjusted[i];
		double back;

		geod_inverse(sl_geodesic_wgs84(), lat, lon, s->lat_deg, s->lon_deg, &s->distance_m, &s->azimuth_deg, &back);
		s->azimuth_deg = fmod(s->azimuth_deg + 360, 360);
		lat = s->lat_deg;
		lon = s->lon_deg;
	}
}

enum sl_code sl_traverse_walk(struct sl_arena *a, double lat_deg, double lon_deg, enum sl_north north,
                              double declination_deg, const struct sl_leg *legs, size_t n, struct sl_traverse *out,
                              struct sl_err *e)
{
	struct sl_traverse t = {.n = n};
	double lat = lat_deg, lon = lon_deg, back;

	if (!n)
		return sl_fail(e, SL_INVALID, "traverse: there are no legs");
	t.station = sl_arena_alloc(a, n, sizeof *t.station, e);
	t.adjusted = t.station ? sl_arena_alloc(a, n, sizeof *t.adjusted, e) : NULL;
	if (!t.adjusted)
		return e->code;
	for (size_t i = 0; i < n; i++) {
		struct sl_station *s = &t.station[i];

		if (sl_traverse_step(lat, lon, north, declination_deg, &legs[i], s, e))
			return sl_err_within(e, "leg %zu", i + 1);
		t.perimeter_m += s->distance_m;
		lat = s->lat_deg;
		lon = s->lon_deg;
	}
	geod_inverse(sl_geodesic_wgs84(), lat, lon, lat_deg, lon_deg, &t.misclosure_m, &t.misclosure_azimuth_deg, &back);
	t.misclosure_azimuth_deg = fmod(t.misclosure_azimuth_deg + 360, 360);
	adjust(&t);
	t.adjusted[n - 1].lat_deg = lat_deg; /* rounding of 1e-14 degree: the ring closes exactly */
	t.adjusted[n - 1].lon_deg = lon_deg;
	measure_adjusted(&t, lat_deg, lon_deg);
	if (ring_area(a, lat_deg, lon_deg, t.station, n, &t.area_m2, e) ||
	    ring_area(a, lat_deg, lon_deg, t.adjusted, n, &t.adjusted_area_m2, e))
		return e->code;
	*out = t;
	return SL_OK;
}
