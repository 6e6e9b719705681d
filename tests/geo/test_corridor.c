/* Corridors of routes, and how far shapes are apart. */
#include "check.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/corridor.h"
#include "geo/validity.h"
#include "geo/wkb.h"

static double uniform(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) / 9007199254740992.0;
}

static struct sl_geom read_wkt(struct sl_arena *a, const char *text)
{
	struct sl_geom g = {0};
	struct sl_err e = {0};
	int srid;

	CHECK_OK(sl_wkt_read(a, sl_str_from(text), &g, &srid, &e), &e);
	return g;
}

/* A walk of n points, each `step_m` from the one before. */
static void walk(uint64_t *seed, size_t n, double step_m, struct sl_geom_builder *b, struct sl_err *e)
{
	double lon = uniform(seed) * 300 - 150, lat = uniform(seed) * 140 - 70, to = 360 * uniform(seed);

	CHECK(!sl_geom_add_part(b, e) && !sl_geom_add_ring(b, e));
	for (size_t i = 0; i < n; i++) {
		CHECK(!sl_geom_add_point(b, lon, lat, e));
		to += 180 * (uniform(seed) - 0.5);
		sl_geodesic_direct(lon, lat, to, step_m, &lon, &lat);
	}
}

TEST(corridor_of_a_straight_line)
{
	struct sl_arena a = {0};
	struct sl_geom line = read_wkt(&a, "LINESTRING (102.7 13.5, 102.7 13.59)"), ground;
	struct sl_err e = {0};
	double slack, length = sl_geom_length_m(&line), want = length * 100 + 3.14159265358979 * 50 * 50;

	CHECK_OK(sl_corridor(&a, &line, 100, &ground, &slack, &e), &e);
	CHECK_NEAR(sl_geom_area_m2(&ground) / want, 1, 0.005);
	CHECK(sl_geom_area_m2(&ground) >= want && slack == 0);
	sl_arena_done(&a);
}

/* What lies within half of the width is inside, whatever the line does; what lies farther is outside. */
TEST(corridor_holds_its_ground)
{
	uint64_t seed = 20241;

	for (int k = 0; k < 60; k++) {
		struct sl_arena a = {0};
		struct sl_geom_builder b;
		struct sl_geom line, ground = {0};
		struct sl_validity valid;
		struct sl_err e = {0};
		double width = 2 + 500 * uniform(&seed), slack = -1;
		size_t n = k % 10 ? 2 + (size_t)(60 * uniform(&seed)) : 6000;

		sl_geom_build(&b, &a, SL_GEOM_LINE);
		walk(&seed, n, k % 10 ? 400 : 20, &b, &e);
		sl_geom_finish(&b, &line);
		CHECK_OK(sl_corridor(&a, &line, width, &ground, &slack, &e), &e);
		CHECK_OK(sl_geom_validity(&ground, &valid, &e), &e);
		CHECK(valid.valid && ground.n_points <= 2000 && slack >= 0);
		for (int i = 0; i < 200; i++) {
			size_t at = (size_t)(uniform(&seed) * (double)(line.n_points - 1));
			double t = uniform(&seed), to = 360 * uniform(&seed), lon, lat;
			const double *p = line.xy + 2 * at;

			lon = p[0] + t * (p[2] - p[0]);
			lat = p[1] + t * (p[3] - p[1]);
			sl_geodesic_direct(lon, lat, to, width / 2 * 0.999 * uniform(&seed), &lon, &lat);
			CHECK(sl_geom_contains(&ground, lon, lat));
		}
		for (size_t i = 0; i < ground.n_points; i += 7)
			CHECK(sl_geom_distance_m(&line, ground.xy[2 * i], ground.xy[2 * i + 1]) <
			      width / 2 * 1.006 + 2 * slack + 0.2);
		sl_arena_done(&a);
	}
}

TEST(corridor_refuses_what_is_none)
{
	struct sl_arena a = {0};
	struct sl_geom line = read_wkt(&a, "LINESTRING (102.7 13.5, 102.7 13.59)"), ground,
	               polygon = read_wkt(&a, "POLYGON ((1 1, 2 1, 2 2, 1 1))"), far = read_wkt(&a, "LINESTRING (0 0, 9 0)");
	struct sl_err e = {0};
	double slack;
	const struct {
		const struct sl_geom *line;
		double width;
	} bad[] = {{&polygon, 10}, {&far, 10}, {&line, 0}, {&line, -5}, {&line, (double)NAN}, {&line, 1e9}};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_INT(sl_corridor(&a, bad[i].line, bad[i].width, &ground, &slack, &e), SL_INVALID);
		sl_err_clear(&e);
	}
	sl_arena_done(&a);
}

/* Against points along both edges. */
TEST(apart_by_sampling)
{
	uint64_t seed = 77;
	int touching = 0;

	for (int k = 0; k < 300; k++) {
		double lat = uniform(&seed) * 150 - 75, lon = uniform(&seed) * 340 - 170, best = HUGE_VAL, got;
		struct sl_geom g[2];
		double xy[2][8];
		uint32_t ring[2], part = 1;
		bool inside;

		for (int s = 0; s < 2; s++) {
			ring[s] = s && k % 3 == 0 ? 2 : 3 + (uint32_t)(k % 2);
			for (uint32_t i = 0; i < ring[s]; i++)
				sl_geodesic_direct(lon, lat, 360.0 / ring[s] * (i + 0.9 * uniform(&seed)), 500 + 3000 * uniform(&seed),
				                   &xy[s][2 * i], &xy[s][2 * i + 1]);
			g[s] = (struct sl_geom){.type = ring[s] == 2 ? SL_GEOM_LINE : SL_GEOM_POLYGON, .xy = xy[s],
			                        .n_points = ring[s], .ring_end = &ring[s], .n_rings = 1, .part_end = &part,
			                        .n_parts = 1};
			if (k % 5)
				sl_geodesic_direct(lon, lat, 90, 4000 + 60000 * uniform(&seed), &lon, &lat);
		}
		inside = sl_geom_contains(&g[0], xy[1][0], xy[1][1]) || sl_geom_contains(&g[1], xy[0][0], xy[0][1]);
		for (int s = 0; s < 2; s++)
			for (uint32_t i = 0; i + (ring[s] == 2) < ring[s]; i++)
				for (int t = 0; t <= 1000; t++) {
					double w = t / 1000.0;
					const double *p = xy[s] + 2 * i, *q = xy[s] + 2 * ((i + 1) % ring[s]);

					best = fmin(best, sl_geom_distance_m(&g[1 - s], p[0] + w * (q[0] - p[0]), p[1] + w * (q[1] - p[1])));
				}
		got = sl_geom_apart_m(&g[0], &g[1]);
		touching += got == 0;
		if (inside || best < 1)
			CHECK(got == 0 || got <= best);
		else
			CHECK(got > 0 && got <= best * (1 + 1e-5) && got > best * 0.999 - 0.5);
		CHECK_NEAR(sl_geom_apart_m(&g[1], &g[0]), got, 1e-4 * got + 1e-9);
	}
	CHECK(touching > 20 && touching < 250);
}
