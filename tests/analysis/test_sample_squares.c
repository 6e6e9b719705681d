/* Squares drawn on a polygon: the generator's vector, the grid against areas worked out otherwise, the
 * draw's spread. */
#include "check.h"

#include "analysis/sample_squares.h"
#include "base/env.h"
#include "geo/area.h"

static struct sl_geom ring_of(struct sl_arena *a, const double *xy, size_t n, struct sl_err *e)
{
	struct sl_geom_builder b;
	struct sl_geom g = {0};

	sl_geom_build(&b, a, SL_GEOM_POLYGON);
	CHECK_OK(sl_geom_add_part(&b, e), e);
	CHECK_OK(sl_geom_add_ring(&b, e), e);
	CHECK_OK(sl_geom_add_points(&b, xy, n, e), e);
	sl_geom_finish(&b, &g);
	return g;
}

/* A rectangle of width x height metres around 20 E 15 N. */
static struct sl_geom rectangle(struct sl_arena *a, double width, double height, struct sl_err *e)
{
	double x, y, lat, lon, dummy;

	sl_geodesic_direct(20, 15, 90, width / 2, &lon, &dummy);
	sl_geodesic_direct(20, 15, 0, height / 2, &dummy, &lat);
	x = lon - 20;
	y = lat - 15;
	return ring_of(a, (double[]){20 - x, 15 - y, 20 + x, 15 - y, 20 + x, 15 + y, 20 - x, 15 + y}, 4, e);
}

/* The published outputs of SplitMix64 from 1234567, and a set drawn from it by the definition in Python. */
TEST(squares_are_drawn_by_a_generator_that_anybody_can_repeat)
{
	static const uint64_t published[] = {6457827717110365317u, 3203168211198807973u, 9817491932198370423u};
	static const int64_t wanted[] = {11, 2464, 2676, 2984, 6373, 7979, 8505, 9096, 10495, 10581};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	uint64_t state = 1234567;
	int64_t *number = NULL;

	for (size_t i = 0; i < 3; i++)
		CHECK(sl_splitmix64(&state) == published[i]);
	CHECK_OK(sl_square_draw(&a, 12000, 10, 20241121, &number, &e), &e);
	for (size_t i = 0; number && i < 10; i++)
		CHECK_INT(number[i], wanted[i]);
	sl_arena_done(&a);
}

TEST(every_square_is_as_likely_as_every_other)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	int hits[20] = {0}, pairs[20][20] = {{0}};
	double chi = 0, chi_pairs = 0;

	for (uint64_t seed = 1; seed <= 40000; seed++) {
		struct sl_arena_mark mark = sl_arena_mark(&a);
		int64_t *number = NULL;

		CHECK_OK(sl_square_draw(&a, 20, 3, seed, &number, &e), &e);
		CHECK(number[0] >= 0 && number[0] < number[1] && number[1] < number[2] && number[2] < 20);
		for (int i = 0; i < 3; i++) {
			hits[number[i]]++;
			for (int k = i + 1; k < 3; k++)
				pairs[number[i]][number[k]]++;
		}
		sl_arena_reset(&a, mark);
	}
	for (int i = 0; i < 20; i++) {
		chi += pow(hits[i] - 6000.0, 2) / (6000 * 0.85); /* drawn without replacement: less spread */
		for (int k = i + 1; k < 20; k++)
			chi_pairs += pow(pairs[i][k] - 120000.0 / 190, 2) / (120000.0 / 190);
	}
	printf("squares: seeds 1 to 40000, chi square %.1f of 19 and %.1f of 189\n", chi, chi_pairs);
	CHECK(chi < 19 + 4 * sqrt(2 * 19.0));
	CHECK(chi_pairs < 189 + 4 * sqrt(2 * 189.0));
	sl_arena_done(&a);
}

TEST(all_squares_of_a_lot_are_drawn_when_all_are_asked_for)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	int64_t *number = NULL;

	CHECK_OK(sl_square_draw(&a, 100, 100, 7, &number, &e), &e);
	for (int i = 0; number && i < 100; i++)
		CHECK_INT(number[i], i);
	CHECK_INT(sl_square_draw(&a, 100, 101, 7, &number, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_square_draw(&a, 100, 0, 7, &number, &e), SL_INVALID);
	sl_arena_done(&a);
}

/* Every square drawn lies inside (its corners, by another test of the same), none overlaps, and none that
 * fits is left out: in a rectangle that is known, and in a star with a hole by counting corners. */
TEST(squares_lie_wholly_inside_and_none_that_fits_is_left_out)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_square_grid g = {0};
	struct sl_geom r = rectangle(&a, 120.5, 100.5, &e), shapes = {0};
	struct sl_geom_builder b;
	int64_t *number;
	double *middle;
	size_t inside = 0;

	CHECK_OK(sl_square_grid(&a, &r, 1, &g, &e), &e);
	CHECK_INT(g.units, 12000);
	CHECK_NEAR(g.area_m2, 120.5 * 100.5, 0.05);
	CHECK_NEAR(g.area_m2, sl_geom_area_m2(&r), 0.01);

	sl_geom_build(&b, &a, SL_GEOM_POLYGON);
	CHECK_OK(sl_geom_add_part(&b, &e), &e);
	CHECK_OK(sl_geom_add_ring(&b, &e), &e);
	for (int i = 0; i < 22; i++) {
		double radius = i % 2 ? 0.0002 : 0.0006, turn = i * 6.283185307179586 / 22;

		CHECK_OK(sl_geom_add_point(&b, 20 + radius * cos(turn), 15 + radius * sin(turn), &e), &e);
	}
	CHECK_OK(sl_geom_add_ring(&b, &e), &e);
	for (int i = 0; i < 5; i++)
		CHECK_OK(
		    sl_geom_add_point(&b, 20.00004 + 0.00005 * cos(i * 1.2566), 15 + 0.00005 * sin(i * 1.2566), &e),
		    &e);
	sl_geom_finish(&b, &r);
	CHECK_OK(sl_square_grid(&a, &r, 2, &g, &e), &e);
	number = sl_arena_alloc(&a, (size_t)g.units, sizeof *number, &e);
	middle = sl_arena_alloc(&a, (size_t)g.units, 2 * sizeof *middle, &e);
	for (int64_t i = 0; i < g.units; i++)
		number[i] = i;
	CHECK_OK(sl_square_shapes(&a, &g, number, (size_t)g.units, &shapes, middle, &e), &e);
	CHECK_INT(shapes.n_parts, g.units);
	CHECK_NEAR(sl_geom_area_m2(&shapes), 4.0 * (double)g.units, 1e-3);
	for (size_t i = 0; i < shapes.n_points; i++)
		CHECK(sl_geom_contains(&r, shapes.xy[2 * i], shapes.xy[2 * i + 1]));
	for (int64_t i = 0; i < g.units; i++)
		CHECK(sl_geom_contains(&r, middle[2 * i], middle[2 * i + 1]));
	/* All 2 m squares around, by 9 x 9 points each: an edge that passes between them is not seen, so no
	 * fewer. */
	for (int row = -45; row < 45; row++)
		for (int column = -45; column < 45; column++) {
			struct sl_square_grid one = {
			    .lon_deg = g.lon_deg, .lat_deg = g.lat_deg, .size_m = 0.25, .units = 81};
			struct sl_square_run run[9];
			struct sl_geom points;
			double at[162];
			int64_t all[81];
			bool whole = true;

			for (int k = 0; k < 81; k++)
				all[k] = k;
			for (int k = 0; k < 9; k++)
				run[k] = (struct sl_square_run){row * 8 + k, column * 8, 9, 9 * k};
			one.run = run;
			one.n_runs = 9;
			CHECK_OK(sl_square_shapes(&a, &one, all, 81, &points, at, &e), &e);
			for (size_t k = 0; k < 81 && whole; k++)
				whole = sl_geom_contains(&r, points.xy[8 * k], points.xy[8 * k + 1]);
			inside += whole;
		}
	printf("star: %lld squares of 2 m; by points %zu\n", (long long)g.units, inside);
	CHECK(inside >= (size_t)g.units && inside <= (size_t)g.units + 8);
	CHECK(g.units > 400);
	sl_arena_done(&a);
}

TEST(squares_on_what_is_no_polygon_are_refused)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_square_grid g = {0};
	struct sl_geom r = rectangle(&a, 100, 100, &e), none = {0}, far = rectangle(&a, 300000, 100, &e);
	static const double bad[] = {0, -1, 0.01, 5000};

	for (size_t i = 0; i < 4; i++, sl_err_clear(&e))
		CHECK_INT(sl_square_grid(&a, &r, bad[i], &g, &e), SL_INVALID);
	CHECK_INT(sl_square_grid(&a, &r, (double)NAN, &g, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_square_grid(&a, &r, 150, &g, &e), SL_INVALID); /* none fits */
	sl_err_clear(&e);
	CHECK_INT(sl_square_grid(&a, &none, 1, &g, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_square_grid(&a, &far, 1, &g, &e), SL_INVALID);
	sl_err_clear(&e);
	r.xy[0] = (double)NAN;
	CHECK_INT(sl_square_grid(&a, &r, 1, &g, &e), SL_INVALID);
	CHECK_INT(g.units, 0);
	sl_arena_done(&a);
}
