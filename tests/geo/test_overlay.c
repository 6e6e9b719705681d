/* Ground that polygons share, and what is left of one without the others. */
#include "check.h"

#include "geo/area.h"
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

static struct sl_ground ground(const struct sl_geom *const *in, size_t n_in,
                               const struct sl_geom *const *out, size_t n_out, double width)
{
	struct sl_ground g = {-1, NAN, NAN};
	struct sl_err e = {0};

	CHECK_OK(sl_overlay_ground(in, n_in, out, n_out, width, &g, &e), &e);
	return g;
}

TEST(overlay_of_squares)
{
	struct sl_arena a = {0};
	struct sl_geom square = shape(&a, "POLYGON((10 50, 10.01 50, 10.01 50.01, 10 50.01, 10 50))");
	struct sl_geom east =
	    shape(&a, "POLYGON((10.005 50, 10.015 50, 10.015 50.01, 10.005 50.01, 10.005 50))");
	struct sl_geom half = shape(&a, "POLYGON((10.005 50, 10.01 50, 10.01 50.01, 10.005 50.01, 10.005 50))");
	struct sl_geom west = shape(&a, "POLYGON((10 50, 10.005 50, 10.005 50.01, 10 50.01, 10 50))");
	struct sl_geom far = shape(&a, "POLYGON((11 50, 11.01 50, 11.01 50.01, 11 50))");
	struct sl_geom point = shape(&a, "POINT(10.005 50.005)");
	const struct sl_geom *both[] = {&square, &east}, *touching[] = {&west, &half},
	                     *apart[] = {&square, &far}, *one[] = {&square}, *parts[] = {&half, &west, &far},
	                     *none[] = {&point, &square};
	double m2 = sl_geom_area_m2(&half);
	struct sl_ground g = ground(both, 2, NULL, 0, 0);

	CHECK_NEAR(g.m2, m2, 1e-6 * m2);
	CHECK(sl_geom_contains(&half, g.lon, g.lat));
	CHECK_NEAR(ground(both, 2, NULL, 0, 0.1).m2, m2, 1e-6 * m2);
	CHECK_NEAR(ground(touching, 2, NULL, 0, 0).m2, 0, 0);
	CHECK_NEAR(ground(apart, 2, NULL, 0, 0).m2, 0, 0);
	CHECK_NEAR(ground(none, 2, NULL, 0, 0).m2, 0, 0);
	/* What is left: half of the square without its western part, nothing without both. */
	CHECK_NEAR(ground(one, 1, parts, 1, 0).m2, sl_geom_area_m2(&west), 1e-6 * m2);
	CHECK_NEAR(ground(one, 1, parts, 3, 0.1).m2, 0, 1e-6);
	CHECK_NEAR(ground(one, 1, NULL, 0, 0).m2, sl_geom_area_m2(&square), 1e-6 * m2);
	sl_arena_done(&a);
}

TEST(overlay_leaves_slivers_out)
{
	struct sl_arena a = {0};
	struct sl_geom one = shape(&a, "POLYGON((10 50, 10.01 50, 10.01 50.01, 10 50.01, 10 50))");
	/* 2 cm over its eastern boundary, and 200 m² more at one corner */
	struct sl_geom two =
	    shape(&a, "POLYGON((10.0099997 50.0002, 10.02 50.0002, 10.02 50.01, 10.0099997 50.01, "
	              "10.0099997 50.0002))");
	struct sl_geom three =
	    shape(&a, "MULTIPOLYGON(((10.0099997 50.0002, 10.02 50.0002, 10.02 50.01, "
	              "10.0099997 50.01, 10.0099997 50.0002)), ((10.0098 50, 10.02 50, 10.02 50.0001, "
	              "10.0098 50.0001, 10.0098 50)))");
	const struct sl_geom *first[] = {&one, &two}, *second[] = {&one, &three};

	CHECK(ground(first, 2, NULL, 0, 0).m2 > 20);
	CHECK_NEAR(ground(first, 2, NULL, 0, 0.1).m2, 0, 0);
	CHECK_NEAR(ground(second, 2, NULL, 0, 0.1).m2, 159.5, 1);
	sl_arena_done(&a);
}
