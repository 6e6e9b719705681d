#include "check.h"

#include "analysis/exposure_share.h"
#include "base/env.h"
#include "geo/area.h"
#include "geo/wkb.h"

static struct sl_geom wkt(struct sl_arena *a, const char *text)
{
	struct sl_geom g = {.type = SL_GEOM_NONE};
	struct sl_err e = {0};

	CHECK_OK(sl_wkt_read(a, sl_str_from(text), &g, NULL, &e), &e);
	return g;
}

static struct sl_geom point(struct sl_arena *a, double lon, double lat)
{
	char text[80];

	snprintf(text, sizeof text, "POINT (%.15g %.15g)", lon, lat);
	return wkt(a, text);
}

/* A place so many metres from another, by geodesic.h. */
static struct sl_geom beside(struct sl_arena *a, double lon, double lat, double azimuth, double m)
{
	double x, y;

	sl_geodesic_direct(lon, lat, azimuth, m, &x, &y);
	return point(a, x, y);
}

static struct sl_near *near_of(struct sl_arena *a, const struct sl_geom *g, size_t n)
{
	struct sl_err e = {0};
	struct sl_near *near = NULL;

	CHECK_OK(sl_near_build(a, g, n, &near, &e), &e);
	return near;
}

/* Two hazards whose surroundings overlap, and five places: what is near both counts once in the sums and in
 * each of the hazards; who is not counted anywhere is unknown, not nobody. */
TEST(exposure_counts_each_place_once)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom hazards[2] = {point(&a, 102.7, 13.5), beside(&a, 102.7, 13.5, 90, 600)};
	double within[] = {500, 1000};
	struct sl_exposure x;
	struct sl_exposure_place places[] = {
	    {beside(&a, 102.7, 13.5, 90, 300), 100}, /* 300 m from both */
	    {beside(&a, 102.7, 13.5, 270, 400), 20}, /* 400 m and 1,000 m: the second one is not within 1,000 m
	                                                by a hair */
	    {beside(&a, 102.7, 13.5, 0, 700), NAN},  {beside(&a, 102.7, 13.5, 0, 5000), 7000}, {hazards[0], 1},
	};

	CHECK_OK(sl_exposure_of_places(&a, NULL, near_of(&a, hazards, 2), 2, places, 5, within, 2, &x, &e), &e);
	CHECK_INT(x.band[0].places, 3);
	CHECK_NEAR(x.band[0].people.value, 121, 0);
	CHECK_INT(x.band[0].unknown, 0);
	CHECK_INT(x.band[1].places, 4);
	CHECK_NEAR(x.band[1].people.value, 121, 0);
	CHECK_INT(x.band[1].unknown, 1);
	CHECK_INT(x.all.places, 5);
	CHECK_INT(x.all.unknown, 1);
	CHECK_NEAR(x.all.people.value, 7121, 0);
	CHECK_NEAR(x.hazard[0].people[0], 121, 0);
	CHECK_NEAR(x.hazard[1].people[0], 100, 0);
	CHECK_NEAR(x.hazard[0].people[0] + x.hazard[1].people[0], 221,
	           0); /* more than there are: they overlap */
	CHECK_INT(x.hazard[1].unknown[1], 1);
	CHECK(x.place[3].hazard == SL_NEAR_NONE && isinf(x.place[3].m));
	CHECK_NEAR(x.place[0].m, 300, SL_NEAR_TOLERANCE_M);
	CHECK_INT(x.place[4].hazards[1], 2);
	CHECK(x.place[4].m == 0);
	sl_arena_done(&a);
}

/* A hundredth of a millimetre on either side of a narrower distance, abeam of an edge of 4,800 m: the table
 * of pairs is right to its tolerance there, and does not decide. */
TEST(exposure_decides_each_distance_exactly)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	uint64_t s = 81;

	for (int i = 0; i < 200; i++) {
		double lon = 340 * sl_uniform(&s) - 170, lat = 120 * sl_uniform(&s) - 60,
		       turn = 360 * sl_uniform(&s);
		struct sl_geom west = beside(&a, lon, lat, turn, 3900),
		               east = beside(&a, lon, lat, turn + 180, 900), hazard;
		double within[] = {0, 500, 1000};
		struct sl_exposure_place places[] = {{beside(&a, lon, lat, turn + 90, 500 - 1e-5), 1},
		                                     {beside(&a, lon, lat, turn + 90, 500 + 1e-5), 1}};
		struct sl_exposure x;
		char text[120];

		snprintf(text, sizeof text, "LINESTRING (%.15g %.15g, %.15g %.15g)", west.xy[0], west.xy[1],
		         east.xy[0], east.xy[1]);
		hazard = wkt(&a, text);
		CHECK_OK(sl_exposure_of_places(&a, NULL, near_of(&a, &hazard, 1), 1, places, 2, within, 3, &x, &e),
		         &e);
		CHECK_INT(x.band[0].places, 0);
		CHECK_INT(x.band[1].places, 1);
		CHECK_INT(x.band[2].places, 2);
	}
	sl_arena_done(&a);
}

TEST(exposure_refuses_what_is_no_number_of_people)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom hazard = point(&a, 1, 2);
	struct sl_near *near = near_of(&a, &hazard, 1);
	struct sl_exposure_place places[] = {{hazard, 5}, {hazard, -1}};
	double within[] = {500, 1000}, backwards[] = {1000, 500}, value[] = {3, -9999}, corner[12];
	struct sl_exposure_cells cells = {.columns = 2, .rows = 1, .value = value, .corner = corner};
	struct sl_exposure_grid grid = {0};
	struct sl_exposure x;

	CHECK(sl_exposure_of_places(&a, NULL, near, 1, places, 2, within, 2, &x, &e) == SL_INVALID);
	CHECK(strstr(e.msg, "place 2 has -1 people"));
	e = (struct sl_err){0};
	places[1].people = INFINITY;
	CHECK(sl_exposure_of_places(&a, NULL, near, 1, places, 2, within, 2, &x, &e) == SL_INVALID);
	e = (struct sl_err){0};
	CHECK(sl_exposure_of_places(&a, NULL, near, 1, places, 1, backwards, 2, &x, &e) == SL_INVALID);
	e = (struct sl_err){0};
	for (int i = 0; i < 6; i++) {
		corner[2 * i] = 1 + i % 3 * 0.01;
		corner[2 * i + 1] = 2 - i / 3 * 0.01;
	}
	CHECK(sl_exposure_add_cells(near, NULL, &cells, 40, within, 2, &grid, &e) == SL_INVALID);
	CHECK(strstr(e.msg, "row 41, column 2 holds -9999"));
	CHECK(grid.people == 0 && !grid.cells);
	sl_arena_done(&a);
}

/* Of a line through a point hazard 2 x 500 m are near; of one that passes at 300 m 2 x 400 m; of one that
 * passes two hazards 100 m apart 1,100 m, not 2,000. */
TEST(exposure_of_lines)
{
	struct sl_arena a = {0};
	struct sl_geom hazards[2] = {point(&a, 20, 0), beside(&a, 20, 0, 90, 100)};
	struct sl_geom through = wkt(&a, "LINESTRING (19.9 0, 20.1 0)"),
	               beyond = wkt(&a, "LINESTRING (19.9 0.1, 20.1 0.1)");
	struct sl_geom north = beside(&a, 20, 0, 0, 300);
	char text[120];
	struct sl_geom passing;
	struct sl_exposed x;

	snprintf(text, sizeof text, "LINESTRING (19.9 %.15g, 20.1 %.15g)", north.xy[1], north.xy[1]);
	passing = wkt(&a, text);
	x = sl_exposed_line(near_of(&a, hazards, 1), &through, 500);
	CHECK_NEAR(x.value, 1000, 1);
	CHECK(x.low <= 1000 && x.high >= 1000 && x.high - x.low < 4);
	CHECK_NEAR(sl_exposed_line(near_of(&a, hazards, 1), &passing, 500).value, 800, 1);
	CHECK_NEAR(sl_exposed_line(near_of(&a, hazards, 2), &through, 500).value, 1100, 1);
	CHECK(sl_exposed_line(near_of(&a, hazards, 1), &beyond, 500).high == 0);
	sl_arena_done(&a);
}

/* A circle of 500 m has 785,398 m² (less than 1e-8 is the curvature of the Earth's part in it). */
static const double circle_m2 = 785398.163;

TEST(exposure_of_outlines)
{
	static const double latitudes[] = {0, 35, -60, 75};
	struct sl_err e = {0};

	for (size_t i = 0; i < sizeof latitudes / sizeof *latitudes; i++) {
		struct sl_arena a = {0};
		double lat = latitudes[i], dlat = 0.02, dlon = dlat / cos(lat * 0.017453292519943295);
		struct sl_geom hazards[2] = {point(&a, 179.99, lat), point(&a, 179.99, lat)};
		struct sl_geom square;
		struct sl_exposed x;
		char text[300];
		double west = 179.99 - dlon, east = remainder(179.99 + dlon, 360), area;

		snprintf(text, sizeof text,
		         "POLYGON ((%.12f %.12f, %.12f %.12f, %.12f %.12f, %.12f %.12f, %.12f %.12f))", west,
		         lat - dlat, east, lat - dlat, east, lat + dlat, west, lat + dlat, west, lat - dlat);
		square = wkt(&a, text);
		area = sl_geom_area_m2(&square);
		CHECK_OK(sl_exposed_ground(near_of(&a, hazards, 2), &square, 500, &x, &e), &e);
		CHECK_NEAR(x.value * area, circle_m2,
		           0.01 * circle_m2); /* twice the same hazard, once the ground */
		CHECK(x.low * area <= circle_m2 && x.high * area >= circle_m2);
		CHECK((x.high - x.low) * area < 0.15 * circle_m2);
		CHECK_OK(sl_exposed_ground(near_of(&a, hazards, 1), &square, 9000, &x, &e), &e);
		CHECK_NEAR(x.value, 1, 1e-9);
		CHECK_NEAR(x.low, 1, 1e-9); /* what is near as a whole is not uncertain along its edge */
		sl_arena_done(&a);
	}
}

/* Cells of a grid round a hazard, 1,000 people to the square kilometre, as counts and as a density: 785.4
 * people within 500 m however the cells lie, and none where there is no data. */
static void grid_around(double lat, double cell_deg, bool density, double shift)
{
	enum { SIDE = 70 };
	static double value[SIDE * SIDE], corner[2 * (SIDE + 1) * (SIDE + 1)];
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom hazard = point(&a, 30, lat);
	double dlon = cell_deg / cos(lat * 0.017453292519943295), within[] = {500, 1000};
	struct sl_exposure_cells cells = {
	    .columns = SIDE, .rows = SIDE, .value = value, .corner = corner, .density = density};
	struct sl_exposure_grid grid = {0};

	for (int j = 0; j <= SIDE; j++)
		for (int i = 0; i <= SIDE; i++) {
			corner[2 * (j * (SIDE + 1) + i)] = 30 + (i - SIDE / 2 + shift) * dlon;
			corner[2 * (j * (SIDE + 1) + i) + 1] = lat - (j - SIDE / 2 + shift) * cell_deg;
		}
	for (int j = 0; j < SIDE; j++)
		for (int i = 0; i < SIDE; i++) {
			const double *p = corner + 2 * (j * (SIDE + 1) + i), *q = p + 2 * (SIDE + 2);
			double ring[] = {p[0], p[1], q[0], p[1], q[0], q[1], p[0], q[1]};

			value[j * SIDE + i] = density ? 1000 : fabs(sl_ring_area_m2(ring, 4)) / 1000;
		}
	CHECK_OK(sl_exposure_add_cells(near_of(&a, &hazard, 1), NULL, &cells, 0, within, 2, &grid, &e), &e);
	CHECK_NEAR(grid.near[0].value, circle_m2 / 1000, 0.01 * circle_m2 / 1000);
	CHECK_NEAR(grid.near[1].value, 4 * circle_m2 / 1000, 0.01 * 4 * circle_m2 / 1000);
	CHECK(grid.near[0].low <= circle_m2 / 1000 && grid.near[0].high >= circle_m2 / 1000);
	CHECK_INT(grid.cells, SIDE * SIDE);
	for (int i = 0; i < SIDE * SIDE; i++)
		value[i] = NAN;
	grid = (struct sl_exposure_grid){0};
	CHECK_OK(sl_exposure_add_cells(near_of(&a, &hazard, 1), NULL, &cells, 0, within, 2, &grid, &e), &e);
	CHECK(grid.people == 0 && grid.near[1].high == 0);
	CHECK_INT(grid.empty, SIDE * SIDE);
	sl_arena_done(&a);
}

TEST(exposure_of_cells)
{
	grid_around(0, 0.0008333333, false, 0);
	grid_around(48, 0.0008333333, true, 0.37);
	grid_around(-33, 0.0083333333, false, 0.5); /* cells larger than the circle */
	grid_around(65, 0.0004, false, 0.1);
}

/* Rows in two lots are the rows at once. */
TEST(exposure_of_cells_adds_up)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom hazard = point(&a, 5, 5);
	struct sl_near *near = near_of(&a, &hazard, 1);
	double value[40 * 40], corner[2 * 41 * 41], within[] = {1000};
	struct sl_exposure_cells all = {.columns = 40, .rows = 40, .value = value, .corner = corner},
	                         part = all;
	struct sl_exposure_grid whole = {0}, parts = {0};
	uint64_t s = 83;

	for (int i = 0; i < 41 * 41; i++) {
		corner[2 * i] = 5 + (i % 41 - 20.3) * 0.001;
		corner[2 * i + 1] = 5 - (i / 41 - 19.8) * 0.001;
	}
	for (int i = 0; i < 1600; i++)
		value[i] = floor(50 * sl_uniform(&s));
	CHECK_OK(sl_exposure_add_cells(near, NULL, &all, 0, within, 1, &whole, &e), &e);
	part.rows = 7;
	CHECK_OK(sl_exposure_add_cells(near, NULL, &part, 0, within, 1, &parts, &e), &e);
	part = (struct sl_exposure_cells){
	    .columns = 40, .rows = 33, .value = value + 7 * 40, .corner = corner + 2 * 7 * 41};
	CHECK_OK(sl_exposure_add_cells(near, NULL, &part, 7, within, 1, &parts, &e), &e);
	CHECK_NEAR(parts.near[0].value, whole.near[0].value, 1e-9 * whole.near[0].value);
	CHECK_NEAR(parts.people, whole.people, 0);
	CHECK(whole.near[0].value > 1000);
	sl_arena_done(&a);
}
