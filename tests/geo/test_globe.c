/* Boxes over the antimeridian: they hold what they should and do not go around the world. */
#include "check.h"

#include "geo/globe.h"

#include <math.h>

static struct sl_geom point(double *xy)
{
	static uint32_t one = 1;

	return (struct sl_geom){.type = SL_GEOM_POINT, .xy = xy, .n_points = 1, .ring_end = &one, .n_rings = 1, .part_end = &one, .n_parts = 1};
}

static struct sl_box box_of(double *lon, size_t n)
{
	struct sl_globe globe = {0};

	for (size_t i = 0; i < n; i++) {
		double xy[2] = {lon[i], -17};
		struct sl_geom g = point(xy);

		sl_globe_add(&globe, &g);
	}
	return sl_globe_box(&globe);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

TEST(globe_boxes_over_the_antimeridian)
{
	struct sl_box b = box_of((double[]){179.9, -179.9}, 2);

	CHECK(near(b.x0, 179.9) && near(b.x1, 180.1) && near(b.y0, -17));
	b = box_of((double[]){-179.9, 177.2, 178}, 3);
	CHECK(near(b.x0, 177.2) && near(b.x1, 180.1));
	b = box_of((double[]){-20, 100}, 2); /* no wider than half the world: as it is */
	CHECK(near(b.x0, -20) && near(b.x1, 100));
	b = box_of((double[]){-100, 100}, 2);
	CHECK(near(b.x0, 100) && near(b.x1, 260));
	b = box_of(NULL, 0);
	CHECK(b.x0 > b.x1);
}

TEST(globe_rings_across_are_whole)
{
	double xy[] = {179.99, -17, -179.99, -17, -179.99, -16.9, 179.99, -16.9};
	uint32_t ring = 4, part = 1;
	struct sl_geom g = {.type = SL_GEOM_POLYGON, .xy = xy, .n_points = 4, .ring_end = &ring, .n_rings = 1, .part_end = &part, .n_parts = 1};
	struct sl_globe globe = {0};
	struct sl_box b, half[2];

	sl_globe_add(&globe, &g);
	b = sl_globe_box(&globe);
	CHECK(near(b.x0, 179.99) && near(b.x1, 180.01));
	CHECK(sl_box_halves(b, half) == 2 && near(half[0].x1, 180) && near(half[1].x0, -180) && near(half[1].x1, -179.99));
	CHECK(sl_box_halves((struct sl_box){-181, 0, -179, 1}, half) == 2 && near(half[0].x0, 179) && near(half[1].x1, -179));
	CHECK(sl_box_halves((struct sl_box){10, 0, 20, 1}, half) == 1 && near(half[0].x0, 10) && near(half[0].x1, 20));
	sl_geom_near(&g, 180);
	CHECK(near(xy[2], 180.01) && near(xy[4], 180.01) && near(xy[6], 179.99));
	sl_geom_near(&g, -180);
	CHECK(near(xy[0], -180.01) && near(xy[2], -179.99));
}

TEST(globe_the_whole_world_is_the_whole_world)
{
	struct sl_globe globe = {0};
	struct sl_box b;

	sl_globe_add_box(&globe, (struct sl_box){-180, -90, 180, 90});
	b = sl_globe_box(&globe);
	CHECK(near(b.x0, -180) && near(b.x1, 180));
	globe = (struct sl_globe){0};
	sl_globe_add_box(&globe, (struct sl_box){178, -18, 180, -17});
	sl_globe_add_box(&globe, (struct sl_box){-180, -18, -178, -17});
	b = sl_globe_box(&globe);
	CHECK(near(b.x0, 178) && near(b.x1, 182));
}
