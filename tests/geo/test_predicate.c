#include "check.h"
#include "geo/predicate.h"
#include "geo/wkb.h"

#include "base/env.h"

static struct sl_geom wkt(struct sl_arena *a, const char *text)
{
	struct sl_geom g = {0};
	struct sl_err e = {0};

	CHECK_OK(sl_wkt_read(a, sl_str_from(text), &g, NULL, &e), &e);
	return g;
}

static bool holds(struct sl_arena *a, enum sl_spatial_predicate p, const char *one, const char *other)
{
	struct sl_geom g = wkt(a, one), o = wkt(a, other);
	struct sl_spatial_test *t, *turned;
	struct sl_err e = {0};
	bool yes = false, same = false;

	CHECK_OK(sl_spatial_prepare(a, &g, &t, &e), &e);
	CHECK_OK(sl_spatial_ask(t, p, &o, &yes, &e), &e);
	CHECK_OK(sl_spatial_prepare(a, &o, &turned, &e), &e);
	CHECK_OK(sl_spatial_ask(turned, sl_spatial_turned(p), &g, &same, &e), &e);
	CHECK(yes == same);
	return yes;
}

TEST(spatial_predicates)
{
	static const char square[] = "POLYGON((0 0,10 0,10 10,0 10,0 0))",
	                  bow[] = "POLYGON((0 0,10 10,10 0,0 10,0 0))";
	struct sl_arena a = {0};

	CHECK(holds(&a, SL_SPATIAL_INTERSECTS, square, "POINT(10 10)"));
	CHECK(holds(&a, SL_SPATIAL_TOUCHES, square, "POINT(10 10)"));
	CHECK(!holds(&a, SL_SPATIAL_CONTAINS, square, "POINT(10 10)"));
	CHECK(holds(&a, SL_SPATIAL_WITHIN, "POINT(5 5)", square));
	CHECK(holds(&a, SL_SPATIAL_EQUALS, square, "POLYGON((10 0,10 10,0 10,0 0,10 0))"));
	CHECK(holds(&a, SL_SPATIAL_DISJOINT, square, "POINT(11 10)"));
	CHECK(holds(&a, SL_SPATIAL_CROSSES, square, "LINESTRING(-5 5,5 5)"));
	/* A boundary that crosses itself is compared by its repair: the gap between its wings is no ground. */
	CHECK(holds(&a, SL_SPATIAL_INTERSECTS, bow, "POINT(2 5)"));
	CHECK(!holds(&a, SL_SPATIAL_INTERSECTS, bow, "POINT(5 2)"));
	/* Nothing is left of a polygon without ground. */
	CHECK(holds(&a, SL_SPATIAL_DISJOINT, square, "POLYGON((1 1,2 2,1 1))"));
	sl_arena_done(&a);
}

/* Against GEOS: random polygons, lines and points on a small lattice, so that borders touch often. */
TEST(box_meets_as_geos_says)
{
	uint64_t seed = 20261122;
	struct sl_err e = {0};
	int met = 0;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 4000; round++) {
		struct sl_arena a = {0};
		struct sl_geom_builder b;
		struct sl_geom g, rect;
		struct sl_box box;
		struct sl_spatial_test *t;
		enum sl_geom_type type = (enum sl_geom_type)(1 + sl_splitmix64(&seed) % 3);
		size_t n = type == SL_GEOM_POINT ? 1 : type == SL_GEOM_LINE ? 2 + sl_splitmix64(&seed) % 3 : 3;
		char text[200];
		bool want = false;

		sl_geom_build(&b, &a, type);
		CHECK_OK(sl_geom_add_part(&b, &e), &e);
		CHECK_OK(sl_geom_add_ring(&b, &e), &e);
		for (size_t i = 0; i < n; i++)
			CHECK_OK(sl_geom_add_point(&b, (double)(sl_splitmix64(&seed) % 12),
			                           (double)(sl_splitmix64(&seed) % 12), &e),
			         &e);
		sl_geom_finish(&b, &g);
		if (type != SL_GEOM_POINT && sl_geom_box(&g).x0 == sl_geom_box(&g).x1 &&
		    sl_geom_box(&g).y0 == sl_geom_box(&g).y1) {
			sl_arena_done(&a);
			continue;
		}
		box.x0 = (double)(sl_splitmix64(&seed) % 12);
		box.y0 = (double)(sl_splitmix64(&seed) % 12);
		box.x1 = box.x0 + (double)(1 + sl_splitmix64(&seed) % 4);
		box.y1 = box.y0 + (double)(1 + sl_splitmix64(&seed) % 4);
		snprintf(text, sizeof text, "POLYGON((%g %g,%g %g,%g %g,%g %g,%g %g))", box.x0, box.y0, box.x1,
		         box.y0, box.x1, box.y1, box.x0, box.y1, box.x0, box.y0);
		rect = wkt(&a, text);
		/* A triangle without ground is no polygon to GEOS. */
		if (type == SL_GEOM_POLYGON) {
			const double *p = g.xy;

			if ((p[2] - p[0]) * (p[5] - p[1]) == (p[4] - p[0]) * (p[3] - p[1])) {
				sl_arena_done(&a);
				continue;
			}
		}
		CHECK_OK(sl_spatial_prepare(&a, &rect, &t, &e), &e);
		CHECK_OK(sl_spatial_ask(t, SL_SPATIAL_INTERSECTS, &g, &want, &e), &e);
		CHECK(sl_geom_meets_box(&g, box) == want);
		met += want;
		sl_arena_done(&a);
	}
	CHECK(met > 500 && met < 3500);
}

TEST(box_within_hole_does_not_meet)
{
	struct sl_arena a = {0};
	struct sl_geom g = wkt(&a, "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,8 2,8 8,2 8,2 2))");

	CHECK(!sl_geom_meets_box(&g, (struct sl_box){3, 3, 4, 4}));
	CHECK(sl_geom_meets_box(&g, (struct sl_box){1, 1, 1, 1}));
	CHECK(sl_geom_meets_box(&g, (struct sl_box){2, 3, 4, 4}));
	CHECK(sl_geom_meets_box(&g, (struct sl_box){-5, 5, 15, 5}));
	CHECK(!sl_geom_meets_box(&g, (struct sl_box){11, 0, 12, 10}));
	sl_arena_done(&a);
}
