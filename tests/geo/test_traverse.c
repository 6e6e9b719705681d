/* Traverses on the ground: the worked vectors of the domain reference (2.7; WGS 84, geodesic direct) and what
 * must hold for every traverse. */
#include "cases.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/coord.h"
#include "geo/geodesic_wgs84.h"
#include "geo/traverse.h"

#include <geodesic.h>

static size_t read_legs(const char *text, struct sl_leg *legs, size_t room)
{
	struct sl_str rest = sl_str_from(text);
	size_t n = 0;

	while (n < room && sl_leg_next(&rest, &legs[n]) == SL_LEG_READ)
		n++;
	return n;
}

struct walk {
	struct sl_arena arena;
	struct sl_leg legs[64];
	struct sl_traverse t;
	struct sl_err e;
};

static void walk(struct walk *w, double lat, double lon, enum sl_north north, double declination, const char *text)
{
	size_t n = read_legs(text, w->legs, 64);

	CHECK_OK(sl_traverse_walk(&w->arena, lat, lon, north, declination, w->legs, n, &w->t, &w->e), &w->e);
}

static void check_station(const struct sl_station *s, double lat, double lon)
{
	CHECK_NEAR(s->lat_deg, lat, 6e-9); /* printed to 1e-8 */
	CHECK_NEAR(s->lon_deg, lon, 6e-9);
}

TEST(a_traverse_that_closes)
{
	struct walk w = {0};

	walk(&w, 13.5, 102.7, SL_NORTH_TRUE, 0, "45 120; 135 80; 225 120; 315 80");
	CHECK_INT(w.t.n, 4);
	check_station(&w.t.station[0], 13.50076696, 102.70078376);
	check_station(&w.t.station[1], 13.50025565, 102.70130627);
	check_station(&w.t.station[2], 13.49948869, 102.70052251);
	check_station(&w.t.station[3], 13.5, 102.7);
	CHECK_NEAR(w.t.area_m2, 9600.04, 0.005);
	CHECK_NEAR(w.t.misclosure_m, 0.0006, 5e-5);
	CHECK_NEAR(w.t.perimeter_m, 400, 1e-9);
	sl_arena_done(&w.arena);
}

TEST(a_traverse_that_does_not_close_and_its_adjustment)
{
	struct walk w = {0};

	walk(&w, 13.5, 102.7, SL_NORTH_TRUE, 0, "45 120; 135 80; 225 118; 313 80");
	check_station(&w.t.station[3], 13.49999462, 102.69999515);
	CHECK_NEAR(w.t.misclosure_m, 0.793, 5e-4);
	CHECK_NEAR(w.t.perimeter_m / w.t.misclosure_m, 501, 1);
	CHECK_NEAR(w.t.area_m2, 9520.04, 0.005);
	CHECK(w.t.adjusted[3].lat_deg == 13.5 && w.t.adjusted[3].lon_deg == 102.7);
	/* The first leg is 120 of 398 m: its end moves by that share of the misclosure. */
	CHECK_NEAR(sl_distance_m(w.t.station[0].lon_deg, w.t.station[0].lat_deg, w.t.adjusted[0].lon_deg,
	                         w.t.adjusted[0].lat_deg),
	           0.793 * 120 / 398, 5e-4);
	sl_arena_done(&w.arena);
}

TEST(bearings_against_the_wrong_north_close_as_well)
{
	struct walk w = {0};
	struct sl_station far;

	walk(&w, 13.5, 102.7, SL_NORTH_TRUE, 0, "45 120; 135 80; 225 120; 315 80");
	far = w.t.station[1];
	walk(&w, 13.5, 102.7, SL_NORTH_MAGNETIC, 3, "45 120; 135 80; 225 120; 315 80");
	CHECK_NEAR(w.t.area_m2, 9600.04, 0.005);
	CHECK_NEAR(w.t.misclosure_m, 0.0006, 2e-4);
	CHECK_NEAR(w.t.station[0].azimuth_deg, 48, 1e-12);
	CHECK_NEAR(sl_distance_m(far.lon_deg, far.lat_deg, w.t.station[1].lon_deg, w.t.station[1].lat_deg), 7.55, 0.005);
	sl_arena_done(&w.arena);
}

TEST(bearings_against_the_grid_turn_by_the_convergence)
{
	struct walk w = {0};

	/* (13.5, 102.7) lies in 48N with a convergence of -0.53720 degrees: domain reference, 2.8. */
	walk(&w, 13.5, 102.7, SL_NORTH_GRID, 99, "90 10");
	CHECK_NEAR(w.t.station[0].azimuth_deg, 90 - 0.53720, 5e-6);
	walk(&w, -12.35, 17.0, SL_NORTH_GRID, 99, "0 10");
	CHECK_NEAR(w.t.station[0].azimuth_deg, 360 - 0.42793, 1e-3);
	sl_arena_done(&w.arena);
}

TEST(what_cannot_be_walked_is_said)
{
	struct walk w = {0};

	CHECK_INT(sl_traverse_walk(&w.arena, 13.5, 102.7, SL_NORTH_TRUE, 0, w.legs, 0, &w.t, &w.e), SL_INVALID);
	w.e = (struct sl_err){0};
	CHECK_INT(read_legs("45 120; 46 20", w.legs, 64), 2);
	CHECK_INT(sl_traverse_walk(&w.arena, 91, 102.7, SL_NORTH_TRUE, 0, w.legs, 2, &w.t, &w.e), SL_INVALID);
	w.e = (struct sl_err){0};
	CHECK_INT(sl_traverse_walk(&w.arena, 88, 102.7, SL_NORTH_GRID, 0, w.legs, 2, &w.t, &w.e), SL_INVALID);
	CHECK(strstr(w.e.msg, "leg 1") != NULL);
	sl_arena_done(&w.arena);
}

/* A polygon's own legs, measured against any north, lead back along it: within 1 cm everywhere. */
TEST(the_legs_of_any_polygon_give_it_back)
{
	uint64_t seed = 20261123;
	struct walk w = {0};

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 3000 && test_failures < 10; k++) {
		double lat0 = sl_uniform(&seed) * 164 - 80, lon0 = sl_uniform(&seed) * 360 - 180;
		double declination = sl_uniform(&seed) * 60 - 30, ring[2 * 33];
		enum sl_north north = (enum sl_north)(k % 3);
		size_t n = 3 + (size_t)(sl_uniform(&seed) * 29);

		for (size_t i = 0; i < n; i++)
			sl_geodesic_direct(lon0, lat0, 360.0 * (double)i / (double)n, 5 + 800 * sl_uniform(&seed), &ring[2 * i],
			                   &ring[2 * i + 1]);
		ring[2 * n] = ring[0];
		ring[2 * n + 1] = ring[1];
		for (size_t i = 0; i < n; i++) {
			double azimuth, back;
			struct sl_utm utm = {0};

			geod_inverse(sl_geodesic_wgs84(), ring[2 * i + 1], ring[2 * i], ring[2 * i + 3], ring[2 * i + 2],
			             &w.legs[i].distance_m, &azimuth, &back);
			if (north == SL_NORTH_GRID)
				CHECK_OK(sl_utm_from(ring[2 * i + 1], ring[2 * i], &utm, &w.e), &w.e);
			w.legs[i].bearing_deg =
			    azimuth - (north == SL_NORTH_MAGNETIC ? declination : 0) - utm.convergence_deg;
			w.legs[i].slope_deg = 0;
		}
		CHECK_OK(sl_traverse_walk(&w.arena, ring[1], ring[0], north, declination, w.legs, n, &w.t, &w.e), &w.e);
		CHECK(w.t.misclosure_m < 0.01);
		for (size_t i = 0; i < n; i++)
			CHECK(sl_distance_m(ring[2 * i + 2], ring[2 * i + 3], w.t.station[i].lon_deg, w.t.station[i].lat_deg) <
			      0.01);
		/* And with blunders put into every leg, the adjusted ring still ends where it began. */
		for (size_t i = 0; i < n; i++)
			w.legs[i].bearing_deg += sl_uniform(&seed) * 4 - 2;
		CHECK_OK(sl_traverse_walk(&w.arena, ring[1], ring[0], north, declination, w.legs, n, &w.t, &w.e), &w.e);
		CHECK(w.t.adjusted[n - 1].lat_deg == ring[1] && w.t.adjusted[n - 1].lon_deg == ring[0]);
	}
	sl_arena_done(&w.arena);
}
