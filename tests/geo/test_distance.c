#include "check.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/wkb.h"

static struct sl_geom read_wkt(struct sl_arena *a, const char *text)
{
	struct sl_geom g = {.type = SL_GEOM_NONE};
	struct sl_err e = {0};

	CHECK_OK(sl_wkt_read(a, sl_str_from(text), &g, NULL, &e), &e);
	return g;
}

TEST(length_of_lines_and_perimeters)
{
	struct sl_arena a = {0};
	struct sl_geom line = read_wkt(&a, "LINESTRING (0 0, 0 1, 1 1)");
	struct sl_geom square = read_wkt(&a, "POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0))");
	double meridian = sl_distance_m(0, 0, 0, 1), top = sl_distance_m(0, 1, 1, 1);

	CHECK_NEAR(meridian, 110574.3885578, 1e-6); /* Karney's GeodSolve, one degree of meridian */
	CHECK_NEAR(sl_geom_length_m(&line), meridian + top, 1e-6);
	CHECK_NEAR(sl_geom_length_m(&square), 2 * meridian + top + sl_distance_m(0, 0, 1, 0), 1e-6);
	sl_arena_done(&a);
}

TEST(contains_counts_the_boundary_and_not_the_holes)
{
	struct sl_arena a = {0};
	struct sl_geom g = read_wkt(&a, "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1)), "
	                                "((10 0, 12 2, 10 4, 8 2, 10 0)))");

	CHECK(sl_geom_contains(&g, 0.5, 0.5));
	CHECK(!sl_geom_contains(&g, 2, 2));
	CHECK(sl_geom_contains(&g, 1, 2)); /* on the hole's edge */
	CHECK(sl_geom_contains(&g, 4, 4)); /* a corner */
	CHECK(sl_geom_contains(&g, 4, 1));
	CHECK(!sl_geom_contains(&g, 4.0000001, 1));
	CHECK(!sl_geom_contains(&g, 5, 4));
	CHECK(!sl_geom_contains(&g, -1, 0)); /* level with a horizontal edge */
	CHECK(sl_geom_contains(&g, 10, 2));
	CHECK(sl_geom_contains(&g, 9, 1)); /* on a slanting edge */
	CHECK(sl_geom_contains(&g, 8, 2));
	CHECK(!sl_geom_contains(&g, 7, 2)); /* level with a corner */
	CHECK(!sl_geom_contains(&g, 8.5, 0.5));
	sl_arena_done(&a);
}

TEST(distance_to_ground)
{
	struct sl_arena a = {0};
	struct sl_geom g = read_wkt(&a, "POLYGON ((102.70 13.50, 102.71 13.50, 102.71 13.51, 102.70 13.51, 102.70 13.50))");
	struct sl_geom none = {.type = SL_GEOM_NONE}, point = read_wkt(&a, "POINT (102.7 13.5)");
	double d;

	CHECK(sl_geom_distance_m(&g, 102.705, 13.505) == 0);
	CHECK(isinf(sl_geom_distance_m(&none, 0, 0)));
	CHECK_NEAR(sl_geom_distance_m(&point, 102.7, 13.6), sl_distance_m(102.7, 13.5, 102.7, 13.6), 1e-6);
	d = sl_distance_m(102.705, 13.52, 102.705, 13.51);
	CHECK_NEAR(sl_geom_distance_m(&g, 102.705, 13.52) / d, 1, 1e-4);
	CHECK_NEAR(sl_geom_distance_m(&g, 102.72, 13.52), sl_distance_m(102.72, 13.52, 102.71, 13.51), 1e-6);
	sl_arena_done(&a);
}

/* Against many points along the edges. */
TEST(distance_to_ground_by_sampling)
{
	uint64_t seed = 31337;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 200; k++) {
		double lat = sl_uniform(&seed) * 150 - 75, lon = sl_uniform(&seed) * 340 - 170, best = HUGE_VAL;
		double xy[6], qx, qy, got;
		uint32_t ring_end = 3, part_end = 1;
		struct sl_geom g = {.type = SL_GEOM_POLYGON, .xy = xy, .n_points = 3, .ring_end = &ring_end,
		                    .n_rings = 1, .part_end = &part_end, .n_parts = 1};

		for (int i = 0; i < 3; i++)
			sl_geodesic_direct(lon, lat, 360 * sl_uniform(&seed), 5000 * sl_uniform(&seed), &xy[2 * i],
			                   &xy[2 * i + 1]);
		sl_geodesic_direct(lon, lat, 360 * sl_uniform(&seed), 6000 + 89000 * sl_uniform(&seed), &qx, &qy);
		for (int i = 0; i < 3; i++)
			for (int t = 0; t <= 2000; t++) {
				double w = t / 2000.0;
				const double *p = xy + 2 * i, *q = xy + 2 * ((i + 1) % 3);

				best = fmin(best, sl_distance_m(qx, qy, p[0] + w * (q[0] - p[0]), p[1] + w * (q[1] - p[1])));
			}
		got = sl_geom_distance_m(&g, qx, qy);
		CHECK_NEAR(got / best, 1, 1e-4);
	}
}
