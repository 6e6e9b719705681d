#include "check.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/near.h"
#include "geo/near_measure.h"
#include "geo/wkb.h"

#include <stdlib.h>

/* The nearest place of a geodesic by trying: 30 places, then ever finer around the best.  Slow, and nothing
 * in common with what it judges but geodesic.h. */
static double yardstick_m(double lon, double lat, const double *p, const double *q)
{
	double azimuth, length, low = 0, high, best = HUGE_VAL, at = 0;

	sl_geodesic_inverse(p[0], p[1], q[0], q[1], &azimuth, &length);
	high = length;
	for (int round = 0; round < 12; round++) {
		double step = (high - low) / 30;

		for (int i = 0; i <= 30; i++) {
			double x, y, m;

			sl_geodesic_direct(p[0], p[1], azimuth, low + i * step, &x, &y);
			m = sl_distance_m(lon, lat, x, y);
			if (m < best) {
				best = m;
				at = low + i * step;
			}
		}
		low = fmax(0, at - 1.5 * step);
		high = fmin(length, at + 1.5 * step);
	}
	return best;
}

static void away(uint64_t *s, double lon, double lat, double m, double *out)
{
	sl_geodesic_direct(lon, lat, 360 * sl_uniform(s), m, &out[0], &out[1]);
	out[0] = lon + remainder(out[0] - lon, 360);
}

TEST(near_edge_against_trying)
{
	uint64_t s = 71;

	for (int i = 0; i < 300; i++) {
		double lon = 360 * sl_uniform(&s) - 180, lat = 178 * sl_uniform(&s) - 89, xy[4], got;
		struct sl_eye eye;

		away(&s, lon, lat, pow(10, 6 * sl_uniform(&s)), xy);
		away(&s, xy[0], xy[1], pow(10, 5.7 * sl_uniform(&s)), xy + 2);
		sl_eye_at(&eye, lon, lat);
		got = sl_eye_chain_exact_m(&eye, xy, 2);
		CHECK_NEAR(got, yardstick_m(lon, lat, xy, xy + 2), 1e-6 + 1e-9 * got);
	}
}

/* What the plane says is right within the tolerance, and at the limit nothing is left to it. */
TEST(near_plane_within_its_bound)
{
	uint64_t s = 72;
	double worst = 0;

	for (int i = 0; i < 30000; i++) {
		double lat = i % 8 ? 160 * sl_uniform(&s) - 80 : 89.999 - 4 * pow(sl_uniform(&s), 2), lon = 40,
		       xy[4], exact, got;
		double far = pow(10, 5.2 * sl_uniform(&s));
		struct sl_eye eye;

		away(&s, lon, lat, far, xy);
		away(&s, xy[0], xy[1], far * 2 * sl_uniform(&s), xy + 2);
		sl_eye_at(&eye, lon, lat);
		exact = sl_eye_chain_exact_m(&eye, xy, 2);
		got = sl_eye_chain_m(&eye, xy, 2, exact * 1.5 + 1);
		worst = fmax(worst, fabs(got - exact));
		if (!(fabs(got - exact) <= SL_NEAR_TOLERANCE_M / 2)) {
			CHECK_NEAR(got, exact, SL_NEAR_TOLERANCE_M / 2);
			printf("  seed 72, case %d: latitude %.9g, edge %g m away\n", i, lat, exact);
			return;
		}
		CHECK(isfinite(sl_eye_chain_m(&eye, xy, 2, exact + 1e-5 + 1e-9 * exact)));
		CHECK(isinf(sl_eye_chain_m(&eye, xy, 2, exact - 1e-5 - 1e-9 * exact)));
	}
	CHECK(worst > 1e-9); /* else the plane was never used */
}

/* ---- many shapes against all pairs one by one ---- */

enum { SHAPES = 90 };

/* A star around a place: a point, a line or a polygon with up to `corners` corners. */
static struct sl_geom star(struct sl_arena *a, uint64_t *s, double lon, double lat, double radius_m,
                           int corners)
{
	struct sl_err e = {0};
	struct sl_geom_builder b;
	struct sl_geom g;
	int kind = (int)(3 * sl_uniform(s)), n = kind == 0 ? 1 : 3 + (int)(corners * sl_uniform(s));

	sl_geom_build(&b, a, kind == 0 ? SL_GEOM_POINT : kind == 1 ? SL_GEOM_LINE : SL_GEOM_POLYGON);
	CHECK(!sl_geom_add_part(&b, &e) && !sl_geom_add_ring(&b, &e));
	for (int i = 0; i < n; i++) {
		double x, y;

		sl_geodesic_direct(lon, lat, -360.0 * i / n, radius_m * (0.3 + 0.7 * sl_uniform(s)), &x, &y);
		CHECK(!sl_geom_add_point(&b, lon + remainder(x - lon, 360), y, &e));
	}
	sl_geom_finish(&b, &g);
	return g;
}

static void scatter(struct sl_arena *a, uint64_t *s, struct sl_geom *out, double lat, double spread_m)
{
	for (int i = 0; i < SHAPES; i++) {
		double at[2];

		away(s, 10, lat, spread_m * sqrt(sl_uniform(s)), at);
		out[i] = star(a, s, at[0], at[1], spread_m * pow(10, -2.5 * sl_uniform(s)), i % 9 ? 12 : 90);
	}
}

static size_t edges_of(const struct sl_geom *g)
{
	return g->type == SL_GEOM_POINT ? 1 : g->type == SL_GEOM_LINE ? g->n_points - 1 : g->n_points;
}

static double corners_to_edges(const struct sl_geom *a, const struct sl_geom *b)
{
	double best = HUGE_VAL;

	for (size_t i = 0; i < a->n_points; i++) {
		struct sl_eye eye;

		if (sl_geom_contains(b, a->xy[2 * i], a->xy[2 * i + 1]))
			return 0;
		sl_eye_at(&eye, a->xy[2 * i], a->xy[2 * i + 1]);
		for (size_t k = 0; k < edges_of(b); k++) {
			size_t next = (k + 1) % b->n_points;
			double edge[] = {b->xy[2 * k], b->xy[2 * k + 1], b->xy[2 * next], b->xy[2 * next + 1]};

			best = fmin(best, sl_eye_chain_exact_m(&eye, edge, b->type == SL_GEOM_POINT ? 1 : 2));
		}
	}
	return best;
}

/* Crossing edges are 0 apart, which corners alone do not show: sl_geom_apart_m sees them. */
static double apart_m(const struct sl_geom *a, const struct sl_geom *b)
{
	return sl_geom_apart_m(a, b) <= 0 ? 0 : fmin(corners_to_edges(a, b), corners_to_edges(b, a));
}

static void compare(const struct sl_geom *left, const struct sl_geom *right, double reach_m, size_t *n)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_near *near;
	struct sl_near_table t;

	CHECK_OK(sl_near_build(&a, left, SHAPES, &near, &e), &e);
	CHECK_OK(sl_near_all(near, NULL, &a, right, SHAPES, reach_m, &t, &e), &e);
	for (size_t i = 0; i < SHAPES; i++) {
		size_t at = t.first[i];
		double nearest = HUGE_VAL;

		for (uint32_t k = 0; k < SHAPES; k++) {
			double m = apart_m(&left[k], &right[i]);
			bool found = at < t.first[i + 1] && t.hit[at].shape == k;

			nearest = fmin(nearest, m);
			if (m > 0 && fabs(m - reach_m) < 1e-5) {
				at += found;
				continue;
			}
			CHECK(found == (m <= reach_m));
			if (found)
				CHECK_NEAR(t.hit[at].m, m, SL_NEAR_TOLERANCE_M);
			at += found;
		}
		CHECK(at == t.first[i + 1]);
		if (right[i].type == SL_GEOM_POINT) {
			uint32_t which;
			double m = sl_near_point(near, right[i].xy[0], right[i].xy[1], reach_m, &which);

			CHECK((which == SL_NEAR_NONE) == (nearest > reach_m));
			if (nearest <= reach_m)
				CHECK_NEAR(m, nearest, SL_NEAR_TOLERANCE_M);
		}
	}
	*n += t.first[SHAPES];
	sl_arena_done(&a);
}

TEST(near_all_against_all_pairs)
{
	static const double latitudes[] = {0, 12, -47, 68, 83};
	uint64_t s = 73;
	size_t n = 0;

	for (size_t i = 0; i < sizeof latitudes / sizeof *latitudes; i++) {
		struct sl_arena a = {0};
		struct sl_geom left[SHAPES], right[SHAPES];

		scatter(&a, &s, left, latitudes[i], 6000);
		scatter(&a, &s, right, latitudes[i], 6000);
		compare(left, right, 700, &n);
		compare(left, right, 0, &n);
		sl_arena_done(&a);
	}
	CHECK(n > 1000);
}

/* The same ground elsewhere along its parallel, over the antimeridian too, has the same neighbours. */
TEST(near_goes_over_the_antimeridian)
{
	static const double latitudes[] = {-17, 66, 89.95};
	uint64_t s = 74;

	for (size_t i = 0; i < sizeof latitudes / sizeof *latitudes; i++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_geom left[SHAPES], right[SHAPES];
		struct sl_near_table here, there;
		struct sl_near *near;

		scatter(&a, &s, left, latitudes[i], 4000);
		scatter(&a, &s, right, latitudes[i], 4000);
		for (int k = 0; latitudes[i] > 89 && k < SHAPES;
		     k++) /* a polygon near a pole may hold it: lines and points */
			for (struct sl_geom *g = &left[k];; g = &right[k]) {
				g->type = g->type == SL_GEOM_POLYGON ? SL_GEOM_LINE : g->type;
				if (g == &right[k])
					break;
			}
		for (int k = 0; k < SHAPES; k++)
			for (size_t v = 0; v < left[k].n_points; v++)
				left[k].xy[2 * v] = remainder(left[k].xy[2 * v], 360);
		for (int k = 0; k < SHAPES; k++)
			for (size_t v = 0; v < right[k].n_points; v++)
				right[k].xy[2 * v] = remainder(right[k].xy[2 * v], 360);
		CHECK_OK(sl_near_build(&a, left, SHAPES, &near, &e), &e);
		CHECK_OK(sl_near_all(near, NULL, &a, right, SHAPES, 500, &here, &e), &e);
		for (int k = 0; k < SHAPES; k++) {
			for (size_t v = 0; v < left[k].n_points; v++)
				left[k].xy[2 * v] = remainder(left[k].xy[2 * v] + 170, 360);
			for (size_t v = 0; v < right[k].n_points; v++)
				right[k].xy[2 * v] = remainder(right[k].xy[2 * v] + 170, 360);
		}
		CHECK_OK(sl_near_build(&a, left, SHAPES, &near, &e), &e);
		CHECK_OK(sl_near_all(near, NULL, &a, right, SHAPES, 500, &there, &e), &e);
		CHECK_INT(there.first[SHAPES], here.first[SHAPES]);
		CHECK(here.first[SHAPES] > SHAPES);
		for (size_t k = 0; k < here.first[SHAPES] && k < there.first[SHAPES]; k++) {
			CHECK_INT(there.hit[k].shape, here.hit[k].shape);
			CHECK_NEAR(there.hit[k].m, here.hit[k].m, 1e-3);
		}
		sl_arena_done(&a);
	}
}

TEST(near_ground_with_holes_poles_and_nothing)
{
	static const char *const texts[] = {
	    "MULTIPOLYGON (((179 -1, -179 -1, -179 1, 179 1, 179 -1), (-179.5 -0.5, 179.5 -0.5, 179.5 0.5, "
	    "-179.5 0.5, "
	    "-179.5 -0.5)))",
	    "POLYGON ((0 80, 90 80, 180 80, -90 80, 0 80))",
	    "POLYGON EMPTY",
	};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom g[3];
	struct sl_near *near;
	uint32_t which;

	for (int i = 0; i < 3; i++)
		CHECK_OK(sl_wkt_read(&a, sl_str_from(texts[i]), &g[i], NULL, &e), &e);
	CHECK_OK(sl_near_build(&a, g, 3, &near, &e), &e);
	CHECK(sl_near_point(near, 179.2, 0, 10, &which) == 0);
	CHECK_INT(which, 0);
	CHECK(sl_near_point(near, -179.2, 0, 10, &which) == 0);
	CHECK(isinf(sl_near_point(near, 180, 0, 10, &which))); /* in the hole */
	CHECK_INT(which, SL_NEAR_NONE);
	CHECK(isinf(sl_near_point(near, -180, 0, 10, &which)));
	CHECK_NEAR(sl_near_point(near, -179.6, 0, 20000, &which), sl_distance_m(-179.6, 0, -179.5, 0), 0.01);
	CHECK(sl_near_point(near, 123, 90, 10, &which) == 0);
	CHECK_INT(which, 1);
	CHECK(sl_near_point(near, -100, 85, 10, &which) == 0);
	CHECK(isinf(sl_near_point(near, 45, 79, 10, &which)));
	/* The geodesic over 90 degrees of a parallel at 80 runs at 82.9 degrees in its middle (geodesic.h). */
	CHECK_NEAR(sl_near_point(near, 0, 79, 200000, &which), sl_distance_m(0, 79, 0, 80), 0.01);
	sl_arena_done(&a);
}

TEST(near_refuses_what_is_nowhere)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	double xy[] = {NAN, 3};
	uint32_t one = 1;
	struct sl_geom g = {.type = SL_GEOM_POINT,
	                    .xy = xy,
	                    .n_points = 1,
	                    .ring_end = &one,
	                    .n_rings = 1,
	                    .part_end = &one,
	                    .n_parts = 1};
	struct sl_near *near;
	struct sl_near_table t;

	CHECK(sl_near_build(&a, &g, 1, &near, &e) == SL_INVALID);
	CHECK(strstr(e.msg, "nowhere on Earth"));
	e = (struct sl_err){0};
	CHECK_OK(sl_near_build(&a, &g, 0, &near, &e), &e);
	CHECK(isinf(sl_near_point(near, 0, 0, 1000, NULL)));
	CHECK(sl_near_all(near, NULL, &a, &g, 1, 100, &t, &e) == SL_INVALID);
	e = (struct sl_err){0};
	xy[0] = 1;
	CHECK(sl_near_all(near, NULL, &a, &g, 1, -1, &t, &e) == SL_INVALID);
	e = (struct sl_err){0};
	CHECK(sl_near_all(near, NULL, &a, &g, 1, NAN, &t, &e) == SL_INVALID);
	e = (struct sl_err){0};
	CHECK_OK(sl_near_all(near, NULL, &a, &g, 1, 100, &t, &e), &e);
	CHECK_INT(t.first[1], 0);
	sl_arena_done(&a);
}
