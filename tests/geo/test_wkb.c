#include "check.h"

#include "base/env.h"
#include "geo/wkb.h"

static size_t from_hex(const char *hex, char *out)
{
	size_t n = 0;

	for (; hex[0] && hex[1]; hex += 2) {
		unsigned byte;

		if (*hex == ' ') {
			hex--;
			continue;
		}
		sscanf(hex, "%2x", &byte);
		out[n++] = (char)byte;
	}
	return n;
}

static enum sl_code read_hex(struct sl_arena *a, const char *hex, struct sl_geom *g, struct sl_err *e)
{
	char bytes[400];
	size_t n = from_hex(hex, bytes);

	*e = (struct sl_err){0};
	return sl_wkb_read(a, (struct sl_str){bytes, n}, g, e);
}

static void check_wkt(const struct sl_geom *g, const char *want)
{
	struct sl_buf b = {0};

	sl_wkt_write(&b, g);
	CHECK_STR(sl_buf_view(&b), want);
	sl_buf_done(&b);
}

/* Written by PostGIS 3.3 (ST_AsBinary, ST_AsEWKB) and by ogr2ogr into GeoPackage. */
TEST(wkb_of_other_programs)
{
	static const struct { const char *hex, *wkt; bool had_z; } cases[] = {
		{"0101000000000000000000F03F0000000000000040", "POINT (1 2)", false},
		{"00000000013FF00000000000004000000000000000", "POINT (1 2)", false},
		{"0101000020E6100000000000000000F03F0000000000000040", "POINT (1 2)", false},
		{"01E9030000000000000000F03F00000000000000400000000000000840", "POINT (1 2)", true},
		{"0101000080000000000000F03F00000000000000400000000000000840", "POINT (1 2)", true},
		{"01010000C0000000000000F03F000000000000004000000000000008400000000000001040", "POINT (1 2)", true},
		{"0101000000000000000000F87F000000000000F87F", "GEOMETRYCOLLECTION EMPTY", false},
		{"010200000002000000000000000000F03F000000000000004000000000000008400000000000001040",
		 "LINESTRING (1 2, 3 4)", false},
		{"010300000001000000040000000000000000000000000000000000000000000000000000000000000000000040"
		 "000000000000004000000000000000400000000000000000 0000000000000000",
		 "POLYGON ((0 0, 0 2, 2 2, 0 0))", false},
		{"010400000002000000 0101000000000000000000F03F0000000000000040 00000000013FF00000000000004000000000000000",
		 "MULTIPOINT ((1 2), (1 2))", false},
		{"010700000002000000 0101000000000000000000F03F0000000000000040 0101000000000000000000F03F0000000000000040",
		 "MULTIPOINT ((1 2), (1 2))", false},
		{"010700000000000000", "GEOMETRYCOLLECTION EMPTY", false},
		{"4750000100000000 0101000000000000000000F03F0000000000000040", "POINT (1 2)", false},
		{"47500011E6100000 0101000000000000000000F87F000000000000F87F", "GEOMETRYCOLLECTION EMPTY", false},
		{"47500003E6100000 000000000000F03F000000000000F03F00000000000000400000000000000040"
		 "0101000000000000000000F03F0000000000000040", "POINT (1 2)", false},
	};
	struct sl_arena a = {0};
	struct sl_err e;
	struct sl_geom g;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_OK(read_hex(&a, cases[i].hex, &g, &e), &e);
		check_wkt(&g, cases[i].wkt);
		CHECK(g.had_z == cases[i].had_z);
	}
	sl_arena_done(&a);
}

TEST(wkb_hostile)
{
	static const struct { const char *hex; enum sl_code code; } cases[] = {
		{"", SL_INVALID},
		{"01", SL_INVALID},
		{"0101000000", SL_INVALID},
		{"0201000000000000000000F03F0000000000000040", SL_INVALID},   /* byte order 2 */
		{"0101000000000000000000F03F000000000000004000", SL_INVALID}, /* a byte too many */
		{"0102000000FFFFFFFF", SL_INVALID},                           /* four thousand million points */
		{"0102000000FFFFFF7F000000000000F03F0000000000000040", SL_INVALID},
		{"0103000000FFFFFFFF", SL_INVALID},
		{"010300000001000000FFFFFFFF", SL_INVALID},
		{"0104000000FFFFFFFF", SL_INVALID},
		{"010700000004000000", SL_INVALID},
		{"010400000001000000010200000000000000", SL_INVALID},         /* a line in a multipoint */
		{"0100000000", SL_INVALID},
		{"01FF000000", SL_INVALID},
		{"010800000000000000", SL_UNSUPPORTED},                       /* circular string */
		{"01F203000000000000", SL_UNSUPPORTED},                       /* curve polygon Z */
		{"010700000002000000 0101000000000000000000F03F0000000000000040 010200000000000000", SL_UNSUPPORTED},
		{"475000", SL_INVALID},
		{"4750000100000000", SL_INVALID},
		{"47500003E610000000000000", SL_INVALID},
		{"4750000F00000000", SL_INVALID},                             /* envelope code 7 */
		{"4750002100000000", SL_UNSUPPORTED},                         /* extended geometry */
		{"4750010100000000", SL_UNSUPPORTED},                         /* version 1 */
	};
	struct sl_arena a = {0};
	struct sl_err e;
	struct sl_geom g;
	char deep[9 * 100];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(read_hex(&a, cases[i].hex, &g, &e), cases[i].code);
		CHECK(e.msg[0] != 0);
	}
	for (int i = 0; i < 100; i++)
		memcpy(deep + 9 * i, "\1\7\0\0\0\1\0\0\0", 9);
	e = (struct sl_err){0};
	CHECK_INT(sl_wkb_read(&a, (struct sl_str){deep, sizeof deep}, &g, &e), SL_INVALID);
	sl_arena_done(&a);
}

/* A random geometry as its readers would leave it. */
static void make_geometry(struct sl_arena *a, uint64_t *seed, struct sl_geom *g)
{
	struct sl_err e = {0};
	struct sl_geom_builder b;
	enum sl_geom_type type = (enum sl_geom_type)(1 + (int)(sl_uniform(seed) * 3));
	int parts = 1 + (int)(sl_uniform(seed) * 4);

	sl_geom_build(&b, a, type);
	for (int part = 0; part < parts; part++) {
		int rings = type == SL_GEOM_POLYGON ? 1 + (int)(sl_uniform(seed) * 3) : 1;

		CHECK_OK(sl_geom_add_part(&b, &e), &e);
		for (int ring = 0; ring < rings; ring++) {
			int points = type == SL_GEOM_POINT ? 1 : 3 + (int)(sl_uniform(seed) * 30);
			double x0 = 0, y0 = 0;

			CHECK_OK(sl_geom_add_ring(&b, &e), &e);
			for (int i = 0; i < points; i++) {
				double x = sl_uniform(seed) * 360 - 180, y = sl_uniform(seed) * 180 - 90;

				if (sl_uniform(seed) < 0.3) { /* few decimals, as people write them */
					x = nearbyint(x * 1e5) / 1e5;
					y = nearbyint(y * 1e5) / 1e5;
				}
				x0 = i ? x0 : x;
				y0 = i ? y0 : y;
				CHECK_OK(sl_geom_add_point(&b, x, y, &e), &e);
			}
			if (type == SL_GEOM_POLYGON)
				CHECK_OK(sl_geom_add_point(&b, x0, y0, &e), &e);
		}
	}
	sl_geom_finish(&b, g);
}

TEST(wkb_wkt_gpkg_round_trips)
{
	uint64_t seed = 2718281828;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 2000; k++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_buf b = {0};
		struct sl_geom g, back;
		int srid = -1;

		make_geometry(&a, &seed, &g);
		sl_wkb_write(&b, &g);
		CHECK_OK(sl_wkb_read(&a, sl_buf_view(&b), &back, &e), &e);
		CHECK(sl_geom_equal(&g, &back) && !back.was_open && !back.had_z);
		sl_buf_clear(&b);
		sl_gpkg_write(&b, &g);
		CHECK_OK(sl_wkb_read(&a, sl_buf_view(&b), &back, &e), &e);
		CHECK(sl_geom_equal(&g, &back));
		sl_buf_clear(&b);
		sl_wkt_write(&b, &g);
		CHECK_OK(sl_wkt_read(&a, sl_buf_view(&b), &back, &srid, &e), &e);
		CHECK(sl_geom_equal(&g, &back) && srid == 0);
		sl_buf_done(&b);
		sl_arena_done(&a);
	}
}

TEST(wkb_cut_anywhere_and_any_byte_changed)
{
	uint64_t seed = 161803;
	struct sl_arena a = {0};
	struct sl_buf b = {0};
	struct sl_geom g, back;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 20; k++) {
		struct sl_arena_mark mark = sl_arena_mark(&a);

		sl_buf_clear(&b);
		make_geometry(&a, &seed, &g);
		sl_wkb_write(&b, &g);
		for (size_t n = 0; n < b.n; n++) {
			struct sl_err e = {0};

			CHECK_INT(sl_wkb_read(&a, (struct sl_str){b.p, n}, &back, &e), SL_INVALID);
		}
		for (size_t i = 0; i < b.n; i++) {
			struct sl_err e = {0};
			char old = b.p[i];
			enum sl_code code;

			b.p[i] = (char)(sl_splitmix64(&seed) & 0xff);
			code = sl_wkb_read(&a, sl_buf_view(&b), &back, &e);
			CHECK(code == SL_OK || code == SL_INVALID || code == SL_UNSUPPORTED);
			b.p[i] = old;
		}
		sl_arena_reset(&a, mark);
	}
	sl_buf_done(&b);
	sl_arena_done(&a);
}

TEST(wkt_of_other_programs)
{
	static const struct { const char *wkt, *out; int srid; } cases[] = {
		{"POINT(1 2)", "POINT (1 2)", 0},
		{" point z ( 1  2 3 ) ", "POINT (1 2)", 0},
		{"POINTZM(1 2 3 4)", "POINT (1 2)", 0},
		{"SRID=28992;POINT (-1e2 .5)", "POINT (-100 0.5)", 28992},
		{"MULTIPOINT (1 2, 3 4)", "MULTIPOINT ((1 2), (3 4))", 0},
		{"MULTIPOINT ((1 2), EMPTY, (3 4))", "MULTIPOINT ((1 2), (3 4))", 0},
		{"LINESTRING M (1 2 9, 3 4 9)", "LINESTRING (1 2, 3 4)", 0},
		{"POLYGON((0 0,0 2,2 2))", "POLYGON ((0 0, 0 2, 2 2, 0 0))", 0},
		{"MULTIPOLYGON(((0 0,0 2,2 2,0 0)))", "POLYGON ((0 0, 0 2, 2 2, 0 0))", 0},
		{"MULTIPOLYGON(((0 0,0 9,9 9,0 0),(1 2,1 3,2 3,1 2)),((20 20,20 22,22 22,20 20)))",
		 "MULTIPOLYGON (((0 0, 0 9, 9 9, 0 0), (1 2, 1 3, 2 3, 1 2)), ((20 20, 20 22, 22 22, 20 20)))", 0},
		{"GEOMETRYCOLLECTION(POINT(1 2),GEOMETRYCOLLECTION(POINT(3 4)),POINT EMPTY)",
		 "MULTIPOINT ((1 2), (3 4))", 0},
		{"POLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY", 0},
		{"POLYGON (EMPTY)", "GEOMETRYCOLLECTION EMPTY", 0},
	};
	struct sl_arena a = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_err e = {0};
		struct sl_geom g = {.type = SL_GEOM_NONE};
		int srid;

		CHECK_OK(sl_wkt_read(&a, sl_str_from(cases[i].wkt), &g, &srid, &e), &e);
		check_wkt(&g, cases[i].out);
		CHECK_INT(srid, cases[i].srid);
	}
	sl_arena_done(&a);
}

TEST(wkt_refused)
{
	static const struct { const char *wkt; enum sl_code code; } cases[] = {
		{"", SL_INVALID}, {"POINT", SL_INVALID}, {"POINT (1)", SL_INVALID}, {"POINT (1 2", SL_INVALID},
		{"POINT (1 2) x", SL_INVALID}, {"POINT (1 2, 3 4)", SL_INVALID}, {"POINT (1 nan)", SL_INVALID},
		{"POINT (1 2 3 4 5)", SL_INVALID}, {"POINT (1e999 2)", SL_INVALID}, {"POLYGON (0 0, 1 1)", SL_INVALID},
		{"POLYGON ((0 0, 1 1)", SL_INVALID}, {"SRID=x;POINT (1 2)", SL_INVALID}, {"SQUARE (1 2)", SL_INVALID},
		{"MULTIPOINT ((1 2, 3 4))", SL_INVALID}, {"POINTX (1 2)", SL_INVALID}, {"POINT X (1 2)", SL_INVALID},
		{"CIRCULARSTRING (0 0, 1 1, 2 0)", SL_UNSUPPORTED}, {"CURVEPOLYGON EMPTY", SL_INVALID},
		{"GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))", SL_UNSUPPORTED},
	};
	struct sl_arena a = {0};
	struct sl_buf deep = {0};
	struct sl_geom g;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_err e = {0};

		CHECK_INT(sl_wkt_read(&a, sl_str_from(cases[i].wkt), &g, NULL, &e), cases[i].code);
		CHECK(e.msg[0] != 0);
	}
	for (int i = 0; i < 100000; i++)
		sl_buf_puts(&deep, "GEOMETRYCOLLECTION(");
	{
		struct sl_err e = {0};

		CHECK_INT(sl_wkt_read(&a, sl_buf_view(&deep), &g, NULL, &e), SL_INVALID);
	}
	sl_buf_done(&deep);
	sl_arena_done(&a);
}

TEST(geojson_geometry)
{
	static const struct { const char *wkt, *json; } cases[] = {
		{"POINT (1.5 2)", "{\"type\":\"Point\",\"coordinates\":[1.5,2]}"},
		{"MULTIPOINT (1 2, 3 4)", "{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[3,4]]}"},
		{"LINESTRING (1 2, 3 4)", "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}"},
		{"MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))",
		 "{\"type\":\"MultiLineString\",\"coordinates\":[[[1,2],[3,4]],[[5,6],[7,8]]]}"},
		{"POLYGON ((0 0, 9 0, 9 9), (1 1, 2 1, 2 2))",
		 "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,2],[2,1],[1,1]]]}"},
		/* RFC 7946 section 3.1.6, whichever way it was drawn. */
		{"POLYGON ((0 0, 9 9, 9 0), (1 1, 2 2, 2 1))",
		 "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,2],[2,1],[1,1]]]}"},
		{"MULTIPOLYGON (((0 0, 1 0, 1 1)), ((5 5, 6 5, 6 6)))",
		 "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}"},
		{"POINT EMPTY", "null"},
	};
	struct sl_arena a = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_err e = {0};
		struct sl_buf b = {0};
		struct sl_geom g;

		CHECK_OK(sl_wkt_read(&a, sl_str_from(cases[i].wkt), &g, NULL, &e), &e);
		sl_geojson_write(&b, &g);
		CHECK_STR(sl_buf_view(&b), cases[i].json);
		sl_buf_done(&b);
	}
	sl_arena_done(&a);
}
