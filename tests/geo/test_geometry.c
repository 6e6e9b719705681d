#include "check.h"

#include "geo/wkb.h"

TEST(builder_strips_closing_points_and_empty_pieces)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom_builder b;
	struct sl_geom g;

	sl_geom_build(&b, &a, SL_GEOM_POLYGON);
	CHECK_OK(sl_geom_add_part(&b, &e), &e);
	CHECK_OK(sl_geom_add_ring(&b, &e), &e);
	for (int i = 0; i < 4; i++)
		CHECK_OK(sl_geom_add_point(&b, (double[]){0, 1, 1, 0}[i], (double[]){0, 0, 1, 0}[i], &e), &e);
	CHECK_OK(sl_geom_add_ring(&b, &e), &e); /* an empty hole */
	CHECK_OK(sl_geom_add_part(&b, &e), &e); /* an empty part */
	CHECK_OK(sl_geom_add_part(&b, &e), &e);
	CHECK_OK(sl_geom_add_ring(&b, &e), &e);
	CHECK_OK(sl_geom_add_points(&b, (double[]){5, 5, 6, 5, 6, 6}, 3, &e), &e); /* not closed */
	sl_geom_finish(&b, &g);
	CHECK_INT(g.n_points, 6);
	CHECK_INT(g.n_rings, 2);
	CHECK_INT(g.n_parts, 2);
	CHECK_INT(g.ring_end[0], 3);
	CHECK_INT(sl_geom_ring_start(&g, 1), 3);
	CHECK_INT(sl_geom_part_start(&g, 1), 1);
	CHECK(g.was_open);
	CHECK(g.xy[6] == 5 && g.xy[11] == 6);

	sl_geom_build(&b, &a, SL_GEOM_POLYGON);
	CHECK_OK(sl_geom_add_part(&b, &e), &e);
	CHECK_OK(sl_geom_add_ring(&b, &e), &e); /* an empty outer ring takes its hole along */
	CHECK_OK(sl_geom_add_ring(&b, &e), &e);
	CHECK_OK(sl_geom_add_points(&b, (double[]){5, 5, 6, 5, 6, 6, 5, 5}, 4, &e), &e);
	sl_geom_finish(&b, &g);
	CHECK_INT(g.type, SL_GEOM_NONE);
	CHECK_INT(g.n_points, 0);
	sl_arena_done(&a);
}

TEST(outlines_drawn_another_way)
{
	static const struct {
		const char *wkt;
		bool same;
	} cases[] = {
	    {"POLYGON ((0 0, 9 0, 9 9, 0 9), (1 1, 2 1, 2 2))", true},
	    {"POLYGON ((0 0, 0 9, 9 9, 9 0), (1 1, 2 1, 2 2))", true},
	    {"POLYGON ((9 9, 0 9, 0 0, 9 0), (2 2, 2 1, 1 1))", true},
	    {"POLYGON ((0 0, 9 9, 9 0, 0 9), (1 1, 2 1, 2 2))", false},
	    {"POLYGON ((0 0, 9 0, 9 9, 0 9), (1 1, 2 1, 2 2.5))", false},
	    {"POLYGON ((0 0, 9 0, 9 9), (1 1, 2 1, 2 2, 1 2))", false},
	    {"MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9)), ((1 1, 2 1, 2 2)))", false},
	    {"LINESTRING (0 0, 9 0)", false},
	};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom first, g;

	CHECK_OK(sl_wkt_read(&a, sl_str_from(cases[0].wkt), &first, NULL, &e), &e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_OK(sl_wkt_read(&a, sl_str_from(cases[i].wkt), &g, NULL, &e), &e);
		CHECK_INT(sl_geom_same_outline(&first, &g), cases[i].same);
		CHECK_INT(sl_geom_same_outline(&g, &first), cases[i].same);
	}
	/* The way of a line means something. */
	CHECK_OK(sl_wkt_read(&a, SL_STR("LINESTRING (9 0, 0 0)"), &first, NULL, &e), &e);
	CHECK(!sl_geom_same_outline(&first, &g));
	sl_arena_done(&a);
}

TEST(boxes_and_ranges)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom g, copy, none = {.type = SL_GEOM_NONE};
	struct sl_box box, empty = sl_geom_box(&none);

	CHECK_OK(sl_wkt_read(&a, SL_STR("LINESTRING (1 2, -3 4, 5 0)"), &g, NULL, &e), &e);
	box = sl_geom_box(&g);
	CHECK(box.x0 == -3 && box.y0 == 0 && box.x1 == 5 && box.y1 == 4);
	CHECK(empty.x0 > empty.x1);
	CHECK(!sl_box_meets(box, empty) && !sl_box_meets(empty, empty));
	CHECK(sl_box_meets(box, (struct sl_box){5, 4, 6, 6}));
	CHECK(!sl_box_meets(box, (struct sl_box){5.1, 4, 6, 6}));
	CHECK(sl_box_join(empty, box).x1 == 5 && sl_box_join(box, empty).y0 == 0);
	CHECK(sl_box_join(box, (struct sl_box){9, 9, 9, 9}).x1 == 9);
	CHECK(sl_geom_in_range(&g));
	CHECK_OK(sl_geom_copy(&a, &g, &copy, &e), &e);
	CHECK(sl_geom_equal(&g, &copy) && copy.xy != g.xy);
	copy.xy[0] = 180.0001;
	CHECK(!sl_geom_in_range(&copy) && !sl_geom_equal(&g, &copy));
	copy.xy[0] = (double)NAN;
	CHECK(!sl_geom_in_range(&copy));
	CHECK_OK(sl_geom_copy(&a, &none, &copy, &e), &e);
	CHECK(sl_geom_equal(&none, &copy));
	sl_arena_done(&a);
}
