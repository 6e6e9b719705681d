#include "check.h"
#include "geo/geojson_fixed.h"
#include "geo/wkb.h"

#include "base/env.h"

static struct sl_str fixed(struct sl_buf *b, double x, int decimals)
{
	sl_buf_clear(b);
	sl_geojson_put_fixed(b, x, decimals);
	return sl_buf_view(b);
}

/* printf of the C library rounds the exact binary value, ties to even: the same with zeros at the end. */
static void printed(double x, int decimals, char out[64])
{
	size_t n = (size_t)snprintf(out, 64, "%.*f", decimals, x);

	if (decimals) {
		while (out[n - 1] == '0')
			n--;
		n -= out[n - 1] == '.';
	}
	out[n] = 0;
	if (!strcmp(out, "-0"))
		strcpy(out, "0");
}

TEST(fixed_numbers_round_as_the_c_library)
{
	uint64_t seed = 7;
	struct sl_buf b = {0};
	char want[64];

	printf("seed %llu\n", (unsigned long long)seed);
	CHECK_STR(fixed(&b, 47.3241081, 7), "47.3241081");
	CHECK_STR(fixed(&b, -0.0, 7), "0");
	CHECK_STR(fixed(&b, -180, 7), "-180");
	CHECK_STR(fixed(&b, 1e-9, 7), "0");
	CHECK_STR(fixed(&b, 0.00000005, 7), "0"); /* the double is a little less than the tie */
	CHECK_STR(fixed(&b, 0.5, 0), "0");
	CHECK_STR(fixed(&b, 1.5, 0), "2");
	CHECK_STR(fixed(&b, 2.5, 0), "2");
	CHECK_STR(fixed(&b, (double)NAN, 7), "null");
	CHECK_STR(fixed(&b, 1e300, 7), "1e+300");
	for (int i = 0; i < 300000; i++) {
		int decimals = (int)(sl_splitmix64(&seed) % 10);
		double x = (sl_uniform(&seed) - 0.5) * 400;

		if (i % 3 == 0) /* next to a tie */
			x = (floor(x * 1e4) + 0.5) / 1e4;
		if (i % 7 == 0)
			x = ldexp(floor(x * 64), -7);
		printed(x, decimals, want);
		if (!sl_str_is(fixed(&b, x, decimals), want)) {
			printf("%.20g with %d decimals: %.*s, not %s\n", x, decimals, SL_STR_ARG(sl_buf_view(&b)),
			       want);
			CHECK(false);
			break;
		}
	}
	sl_buf_done(&b);
}

static void same(const char *wkt, const char *want, const char *swapped)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom g;
	struct sl_buf b = {0}, bytes = {0};

	CHECK_OK(sl_wkt_read(&a, sl_str_from(wkt), &g, NULL, &e), &e);
	sl_geojson_fixed(&b, &g, (struct sl_geojson_style){7, false});
	CHECK_STR(sl_buf_view(&b), want);
	sl_buf_clear(&b);
	sl_gpkg_write(&bytes, &g);
	CHECK_OK(sl_geojson_fixed_bytes(&b, sl_buf_view(&bytes), (struct sl_geojson_style){7, false}, &e), &e);
	CHECK_STR(sl_buf_view(&b), want);
	sl_buf_clear(&b);
	CHECK_OK(sl_geojson_fixed_bytes(&b, sl_buf_view(&bytes), (struct sl_geojson_style){7, true}, &e), &e);
	CHECK_STR(sl_buf_view(&b), swapped);
	sl_buf_done(&b);
	sl_buf_done(&bytes);
	sl_arena_done(&a);
}

TEST(fixed_geometries)
{
	same("POINT(1.5 2)", "{\"type\":\"Point\",\"coordinates\":[1.5,2]}",
	     "{\"type\":\"Point\",\"coordinates\":[2,1.5]}");
	same("LINESTRING(1 2,3 4)", "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}",
	     "{\"type\":\"LineString\",\"coordinates\":[[2,1],[4,3]]}");
	same("MULTIPOINT(1 2,3 4)", "{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[3,4]]}",
	     "{\"type\":\"MultiPoint\",\"coordinates\":[[2,1],[4,3]]}");
	/* RFC 7946, 3.1.6: outer rings counter-clockwise, holes clockwise, whatever was drawn; the order of the
	 * axes changes nothing on the ground. */
	same("POLYGON((0 0,0 9,9 9,9 0,0 0),(1 1,2 1,2 2,1 1))",
	     "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[2,2],[2,1],[1,1]]]"
	     "}",
	     "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[0,9],[9,9],[9,0],[0,0]],[[1,1],[2,2],[1,2],[1,1]]]"
	     "}");
	same("MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))",
	     "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]"
	     "]]]}",
	     "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[0,1],[1,1],[0,0]]],[[[5,5],[5,6],[6,6],[5,5]"
	     "]]]}");
}

TEST(fixed_geometries_of_hostile_bytes)
{
	struct sl_buf b = {0};
	struct sl_err e = {0};
	static const char lie[] = "\x01\x03\0\0\0\xff\xff\xff\xff";

	CHECK_OK(sl_geojson_fixed_bytes(&b, SL_STR(""), (struct sl_geojson_style){7, false}, &e), &e);
	CHECK_STR(sl_buf_view(&b), "null");
	CHECK(sl_geojson_fixed_bytes(&b, (struct sl_str){lie, sizeof lie - 1},
	                             (struct sl_geojson_style){7, false}, &e) == SL_INVALID);
	sl_err_clear(&e);
	CHECK(sl_geojson_fixed_bytes(&b, SL_STR("GP"), (struct sl_geojson_style){7, false}, &e) == SL_INVALID);
	sl_buf_done(&b);
}
