/* Cells of a polygon against the overlay, which goes another way (the arrangement on the grid). */
#include "check.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/cells.h"
#include "geo/overlay.h"
#include "geo/wkb.h"

static struct sl_geom shape(struct sl_arena *a, const char *wkt)
{
	struct sl_geom g = {0};
	struct sl_err e = {0};
	int srid;

	CHECK_OK(sl_wkt_read(a, sl_str_from(wkt), &g, &srid, &e), &e);
	return g;
}

static struct sl_geom cell_shape(struct sl_arena *a, const struct sl_cell_grid *g, size_t x, size_t y)
{
	double w = g->lon0 + g->d_lon * (double)x, s = g->lat0 + g->d_lat * (double)y;
	char wkt[400];

	snprintf(wkt, sizeof wkt, "POLYGON((%.15f %.15f,%.15f %.15f,%.15f %.15f,%.15f %.15f,%.15f %.15f))", w,
	         s, w + g->d_lon, s, w + g->d_lon, s + g->d_lat, w, s + g->d_lat, w, s);
	return shape(a, wkt);
}

static void compare(struct sl_arena *a, const struct sl_geom *geom, double cell_m)
{
	struct sl_err e = {0};
	struct sl_cell_grid g;
	double sum = 0, whole = sl_geom_area_m2(geom);

	CHECK_OK(sl_geom_cells(a, geom, cell_m, 100000, &g, &e), &e);
	for (size_t y = 0; y < g.ny && !e.code; y++)
		for (size_t x = 0; x < g.nx; x++) {
			struct sl_geom cell = cell_shape(a, &g, x, y);
			double want;

			CHECK_OK(sl_overlay_area_m2(geom, &cell, &want, &e), &e);
			CHECK_NEAR(g.m2[y * g.nx + x], want, 1e-4 * cell_m * cell_m);
			sum += g.m2[y * g.nx + x];
		}
	CHECK_NEAR(sum, whole, 1e-9 * whole);
}

TEST(cells_are_what_the_overlay_says)
{
	struct sl_arena a = {0};
	struct sl_geom square = shape(&a, "POLYGON((10 50, 10.001 50, 10.001 50.001, 10 50.001, 10 50))");
	struct sl_geom turned = shape(&a, "POLYGON((10 50, 10 50.001, 10.001 50.001, 10.001 50, 10 50))");
	struct sl_geom holed =
	    shape(&a, "POLYGON((104 -12, 104.002 -12.0003, 104.0021 -11.998, 104.0004 -11.9985, 104 -12),"
	              "(104.0008 -11.9995, 104.0012 -11.9994, 104.0011 -11.999, 104.0008 -11.9995))");
	struct sl_geom two = shape(&a, "MULTIPOLYGON(((0 0,0.001 0,0 0.001,0 0)),((0.002 0.0005,0.003 "
	                               "0.0005,0.0025 0.0015,0.002 0.0005)))");

	compare(&a, &square, 10);
	compare(&a, &turned, 13.7);
	compare(&a, &holed, 17);
	compare(&a, &two, 9);
	sl_arena_done(&a);
}

/* Seeded stars: concave, with edges that end on borders of cells and edges within one cell. */
TEST(cells_of_stars_are_what_the_overlay_says)
{
	uint64_t seed = 6;

	for (int k = 0; k < 10; k++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_geom_builder b;
		struct sl_geom g;
		double lat = sl_uniform(&seed) * 120 - 60;
		int n = 5 + (int)(sl_uniform(&seed) * 60);

		sl_geom_build(&b, &a, SL_GEOM_POLYGON);
		CHECK_OK(sl_geom_add_part(&b, &e), &e);
		CHECK_OK(sl_geom_add_ring(&b, &e), &e);
		for (int i = 0; i < n; i++) {
			double r = 3e-4 * (0.2 + sl_uniform(&seed)), at = 6.283185307179586 * i / n;

			CHECK_OK(sl_geom_add_point(&b, 30 + r * cos(at), lat + r * sin(at), &e), &e);
		}
		sl_geom_finish(&b, &g);
		compare(&a, &g, 4 + sl_uniform(&seed) * 20);
		sl_arena_done(&a);
	}
}

TEST(cells_keep_their_number_and_know_their_points)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom square = shape(&a, "POLYGON((10 50, 10.1 50, 10.1 50.1, 10 50.1, 10 50))"), none = {0};
	struct sl_cell_grid g;
	size_t cell;

	CHECK_OK(sl_geom_cells(&a, &square, 1, 10000, &g, &e), &e);
	CHECK((size_t)g.nx * g.ny <= 10000 && (size_t)g.nx * g.ny > 5000 && g.cell_m > 1);
	CHECK(sl_cell_at(&g, 10, 50, &cell) && cell == 0);
	CHECK(sl_cell_at(&g, 10.1, 50.1, &cell) && cell == (size_t)g.nx * g.ny - 1);
	CHECK(!sl_cell_at(&g, 9.99, 50.05, &cell) && !sl_cell_at(&g, 10.05, 50.3, &cell) &&
	      !sl_cell_at(&g, (double)NAN, 50, &cell));
	CHECK(sl_geom_cells(&a, &none, 10, 10000, &g, &e) == SL_INVALID);
	sl_err_clear(&e);
	CHECK(sl_geom_cells(&a, &square, 0, 10000, &g, &e) == SL_INVALID);
	sl_err_clear(&e);
	CHECK(sl_geom_cells(&a, &square, (double)NAN, 10000, &g, &e) == SL_INVALID);
	sl_arena_done(&a);
}
