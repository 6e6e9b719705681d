#include "cases.h"
#include "tile_check.h"

#include "base/env.h"
#include "geo/crs.h"
#include "geo/wkb.h"

static struct sl_err e;

static bool near(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance;
}

TEST(tiles_of_the_web_mercator)
{
	struct case_file c;
	char got[100];

	for (bool more = case_open(&c, "tile.txt"); more && case_next(&c);) {
		double a = 0, b = 0, lon, lat;
		unsigned z = 0, x = 0, y = 0, tx = 0, ty = 0;
		struct sl_tile_id t;
		struct sl_box box;

		if (!strcmp(c.task, "tile")) {
			CHECK(sscanf(c.input, "%lf %lf %u", &lon, &lat, &z) == 3 &&
			      sscanf(c.expect, "%u %u", &tx, &ty) == 2);
			t = sl_tile_at(sl_world_from(lon, lat), z);
			snprintf(got, sizeof got, "%u %u", t.x, t.y);
			if (t.x != tx || t.y != ty)
				case_fail(&c, got);
			continue;
		}
		CHECK(sscanf(c.input, "%u %u %u", &z, &x, &y) == 3 && sscanf(c.expect, "%lf %lf", &a, &b) == 2);
		t = (struct sl_tile_id){z, x, y};
		CHECK(sl_tile_exists(t));
		box = sl_tile_box(t, 0);
		lon = box.x0;
		lat = y ? box.y1 : SL_MERCATOR_LAT_MAX;
		if (!strcmp(c.task, "metres")) { /* the world's 2^31 units are 2 * 20037508.34 m */
			struct sl_world_box w = sl_tile_world_box(t, 0);

			lon = (w.x0 / 2147483648.0 - 0.5) * 2 * 20037508.342789244;
			lat = (0.5 - w.y0 / 2147483648.0) * 2 * 20037508.342789244;
		}
		snprintf(got, sizeof got, "%.12f %.12f", lon, lat);
		if (!near(lon, a, c.tolerance) || !near(lat, b, c.tolerance))
			case_fail(&c, got);
	}
}

TEST(tiles_agree_with_proj)
{
	struct sl_arena a = {0};
	struct sl_crs *mercator;
	uint64_t chance = 5;

	CHECK_OK(sl_crs_open(&a, SL_STR("EPSG:3857"), &mercator, &e), &e);
	for (int i = 0; i < 2000 && !e.code; i++) {
		double xy[2] = {(sl_uniform(&chance) - 0.5) * 40e6, (sl_uniform(&chance) - 0.5) * 40e6};
		uint32_t ring_end = 1, part_end = 1;
		struct sl_geom g = {SL_GEOM_POINT, xy, 1, &ring_end, 1, &part_end, 1, false, false};
		double x = (xy[0] / (2 * 20037508.342789244) + 0.5) * 2147483648.0;
		double y = (0.5 - xy[1] / (2 * 20037508.342789244)) * 2147483648.0;
		struct sl_world_point p;
		double lon, lat;

		CHECK_OK(sl_crs_to_wgs84(mercator, &g, &e), &e);
		p = sl_world_from(xy[0], xy[1]);
		CHECK_NEAR((double)p.x, x, 0.51);
		CHECK_NEAR((double)p.y, y, 0.51);
		sl_world_degrees(x, y, &lon, &lat);
		CHECK_NEAR(lon, xy[0], 1e-9);
		CHECK_NEAR(lat, xy[1], 1e-9);
	}
	sl_arena_done(&a);
}

TEST(tile_units_round_to_the_nearest)
{
	CHECK_INT(sl_tile_unit(0, 0, 14), 0);
	CHECK_INT(sl_tile_unit(15, 0, 14), 0); /* a unit of zoom 14 is 32 of the world */
	CHECK_INT(sl_tile_unit(16, 0, 14), 1);
	CHECK_INT(sl_tile_unit(0, 1, 14), -4096);
	CHECK_INT(sl_tile_unit(INT32_MAX, 0, 0), 4096);
	CHECK_INT(sl_tile_unit(7, 0, 19), 7);
	CHECK(!sl_tile_exists((struct sl_tile_id){3, 8, 0}));
	CHECK(!sl_tile_exists((struct sl_tile_id){20, 0, 0}));
}

/* ---- shapes ---- */

static struct sl_tile_scratch scratch;

/* A geometry whose coordinates are units of the tile 10/512/512. */
static const struct sl_tile_id here = {10, 512, 512};

static void to_degrees(struct sl_geom *g)
{
	for (size_t i = 0; i < g->n_points; i++) {
		double side = exp2(SL_WORLD_BITS - 10.0), unit = side / SL_TILE_EXTENT;

		sl_world_degrees(here.x * side + g->xy[2 * i] * unit, here.y * side + g->xy[2 * i + 1] * unit,
		                 &g->xy[2 * i], &g->xy[2 * i + 1]);
	}
}

static struct sl_tile_shape fit(const char *wkt, double tolerance)
{
	struct sl_tile_shape s = {0};
	struct sl_world_box box;
	struct sl_arena a = {0};
	struct sl_buf b = {0};
	struct sl_geom g;

	CHECK_OK(sl_wkt_read(&a, sl_str_from(wkt), &g, NULL, &e), &e);
	to_degrees(&g);
	CHECK_OK(sl_world_pack(&b, &g, &box, &e), &e);
	CHECK_OK(sl_tile_fit(&scratch, sl_buf_view(&b), here, tolerance, &s, &e), &e);
	sl_buf_done(&b);
	sl_arena_done(&a);
	return s;
}

static void check_shape(const struct sl_tile_shape *s, const char *of)
{
	const char *wrong = tile_shape_wrong(s);

	if (wrong)
		printf("%.300s: %s\n", of, wrong);
	CHECK(!wrong);
}

static int64_t area2(const struct sl_tile_shape *s)
{
	int64_t sum = 0;

	for (uint32_t r = 0; r < s->n_rings; r++) {
		uint32_t from = r ? s->ring_end[r - 1] : 0;

		sum += sl_tile_ring_area2(s->point + from, s->ring_end[r] - from);
	}
	return sum;
}

TEST(tile_shapes_by_hand)
{
	static const struct {
		const char *wkt;
		double tolerance;
		uint32_t rings;
		int64_t area2;
		bool mended;
	} of[] = {
	    /* either direction; collinear points go */
	    {"POLYGON((0 0,0 100,100 100,100 0,0 0))", 0, 1, 20000, false},
	    {"POLYGON((0 0,50 0,100 0,100 100,0 100,0 0))", 0, 1, 20000, false},
	    {"POLYGON((0 0,100 0,100 100,0 100,0 0),(10 10,20 10,20 20,10 20,10 10))", 0, 2, 19800, false},
	    /* two parts, the second in the hole of the first */
	    {"MULTIPOLYGON(((0 0,100 0,100 100,0 100,0 0),(10 10,90 10,90 90,10 90,10 10)),((40 40,60 40,60 "
	     "60,40 60,40 40)))",
	     0, 3, 20000 - 12800 + 800, true},
	    /* clipped at the buffer: 64 units to the west and north */
	    {"POLYGON((-500 -500,100 -500,100 100,-500 100,-500 -500))", 0, 1, 2 * 164 * 164, false},
	    /* the whole tile and its buffer */
	    {"POLYGON((-9000 -9000,9000 -9000,9000 9000,-9000 9000,-9000 -9000))", 0, 1, 2 * 4224 * 4224,
	     false},
	    /* a comb whose teeth are cut off: three pieces, not joined along the border */
	    {"POLYGON((-500 0,50 0,50 10,-200 10,-200 20,50 20,50 30,-200 30,-200 40,50 40,50 50,-500 50,-500 "
	     "0))",
	     0, 3, 2 * 3 * 114 * 10, true},
	    /* a bow tie: both halves */
	    {"POLYGON((0 0,100 100,100 0,0 100,0 0))", 0, 2, 10000, true},
	    /* a hole that touches the outline at a point after rounding */
	    {"POLYGON((0 0,100 0,100 100,0 100,0 0),(0.3 50,50 40,50 60,0.3 50))", 0, 2, 20000 - 1000, true},
	    /* far thinner than a unit: a band, not nothing */
	    {"POLYGON((10 10,60 10.1,60 10.2,10 10.1,10 10))", 0, 1, 100, false},
	    {"POLYGON((10.1 10.1,10.2 10.1,10.2 10.2,10.1 10.2,10.1 10.1))", 0, 1, 2, false},
	    /* less than half a unit beside a straight line goes when lines are simplified */
	    {"POLYGON((0 0,50 1,100 0,100 100,0 100,0 0))", 2, 1, 20000, false},
	    {"POLYGON((0 0,50 1,100 0,100 100,0 100,0 0))", 0, 1, 19900, false},
	};

	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct sl_tile_shape s = fit(of[i].wkt, of[i].tolerance);

		CHECK_INT(s.type, SL_GEOM_POLYGON);
		check_shape(&s, of[i].wkt);
		CHECK_INT(s.n_rings, of[i].rings);
		CHECK_INT(area2(&s), of[i].area2);
		CHECK_INT(s.mended, of[i].mended);
		if (area2(&s) != of[i].area2 || s.mended != of[i].mended)
			printf("  of %s\n", of[i].wkt);
	}
	CHECK_INT(fit("POLYGON((5000 0,6000 0,6000 100,5000 0))", 0).type, SL_GEOM_NONE);
	/* its box meets the tile, it does not */
	CHECK_INT(fit("POLYGON((-1000 3500,600 5100,500 5200,-1100 3600,-1000 3500))", 0).type, SL_GEOM_NONE);
	sl_tile_scratch_done(&scratch);
}

TEST(tile_lines_and_points)
{
	struct sl_tile_shape s = fit("LINESTRING(-500 10,100 10,100 -500,200 -500,200 10,9000 10)", 0);

	check_shape(&s, "a line that leaves the tile twice");
	CHECK_INT(s.n_rings, 2);
	CHECK_INT(s.point[0].x, -64);
	s = fit("LINESTRING(10 10,10.2 10.1)", 0);
	check_shape(&s, "a line shorter than a unit");
	CHECK_INT(s.n_points, 2);
	s = fit("LINESTRING(0 0,50 1,100 0)", 2);
	CHECK_INT(s.n_points, 2);
	s = fit("MULTIPOINT((10 20),(5000 5000),(-64 4160))", 0);
	check_shape(&s, "points");
	CHECK_INT(s.n_points, 2);
	CHECK_INT(s.point[1].y, 4160);
	CHECK_INT(fit("POINT(4161 0)", 0).type, SL_GEOM_NONE);
	sl_tile_scratch_done(&scratch);
}

/* Stars, some of them with loops, holes and several parts, of all sizes and places about the tile. */
static void star(struct sl_buf *b, uint64_t *chance, double x, double y, double radius, bool loops)
{
	int n = 3 + (int)(sl_splitmix64(chance) % 40);
	char first[80] = "";

	sl_buf_puts(b, "(");
	for (int i = 0; i < n; i++) {
		double angle = 2 * M_PI * (i + (loops ? 3 * sl_uniform(chance) : 0)) / n;
		double r = radius * (0.3 + 0.7 * sl_uniform(chance));
		char at[80];

		snprintf(at, sizeof at, "%.6f %.6f", x + r * cos(angle), y + r * sin(angle));
		if (!i)
			snprintf(first, sizeof first, "%s", at);
		sl_buf_printf(b, "%s,", at);
	}
	sl_buf_printf(b, "%s)", first);
}

TEST(tile_shapes_at_random_are_valid)
{
	uint64_t chance = 42, start;
	int n_mended = 0, n_quick = 0;

	for (int i = 0; i < 6000; i++) {
		double radius, x, y;
		struct sl_buf b = {0};
		struct sl_tile_shape s;

		start = chance;
		radius = exp2(sl_uniform(&chance) * 14 - 2);
		x = (sl_uniform(&chance) - 0.1) * 5000;
		y = (sl_uniform(&chance) - 0.1) * 5000;
		sl_buf_puts(&b, "MULTIPOLYGON((");
		star(&b, &chance, x, y, radius, i % 3 == 0);
		if (i % 4 == 1) {
			sl_buf_puts(&b, ",");
			star(&b, &chance, x, y, radius * 0.28, false);
		}
		if (i % 5 == 2) {
			sl_buf_puts(&b, "),(");
			star(&b, &chance, x + 1.5 * radius * sl_uniform(&chance), y, radius, false);
		}
		sl_buf_puts(&b, "))");
		sl_buf_putc(&b, 0);
		s = fit(b.p, i % 2 ? 2 : 0);
		if (s.type != SL_GEOM_NONE) {
			const char *wrong = tile_shape_wrong(&s);

			n_mended += s.mended;
			n_quick += !s.mended;
			CHECK(!wrong);
			if (wrong)
				printf("seed %llu: %s: %.2000s\n", (unsigned long long)start, wrong, b.p);
		} else {
			/* Nothing to show only when it is not there: a small one beside the tile, or a large one about
			 * it. */
			CHECK(radius > 60 || x < 0 || y < 0 || x > 4096 || y > 4096);
		}
		sl_buf_done(&b);
	}
	CHECK(n_mended > 500);
	CHECK(n_quick > 500);
	sl_tile_scratch_done(&scratch);
}

TEST(packed_geometries_that_are_damaged_are_refused)
{
	struct sl_tile_shape s;
	struct sl_world_box box;
	struct sl_arena a = {0};
	struct sl_buf b = {0};
	struct sl_geom g;
	uint64_t chance = 9;

	CHECK_OK(
	    sl_wkt_read(&a, SL_STR("POLYGON((0 0,1 0,1 1,0 1,0 0),(.2 .2,.4 .2,.4 .4,.2 .2))"), &g, NULL, &e),
	    &e);
	CHECK_OK(sl_world_pack(&b, &g, &box, &e), &e);
	for (size_t n = 0; n < b.n; n++) {
		CHECK_INT(sl_tile_fit(&scratch, (struct sl_str){b.p, n}, here, 0, &s, &e), SL_CORRUPT);
		sl_err_clear(&e);
	}
	for (int i = 0; i < 20000; i++) { /* whatever the bytes say, what comes out is valid */
		char copy[200];
		size_t at = sl_splitmix64(&chance) % b.n;

		memcpy(copy, b.p, b.n);
		copy[at] = (char)sl_splitmix64(&chance);
		copy[sl_splitmix64(&chance) % b.n] ^= (char)(1 << sl_splitmix64(&chance) % 8);
		if (sl_tile_fit(&scratch, (struct sl_str){copy, b.n}, (struct sl_tile_id){0, 0, 0}, i % 2, &s, &e))
			sl_err_clear(&e);
		else if (s.type != SL_GEOM_NONE)
			check_shape(&s, "damaged");
	}
	sl_buf_done(&b);
	sl_arena_done(&a);
	sl_tile_scratch_done(&scratch);
}
