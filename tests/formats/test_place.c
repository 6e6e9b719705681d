#include "check.h"

#include "formats/place.h"

static struct sl_place read_parts(struct sl_arena *a, enum sl_place_part p, const char *s,
                                  enum sl_place_part q, const char *t)
{
	struct sl_place_texts texts = {.any = true};
	struct sl_place out = {0};
	struct sl_err e = {0};

	texts.part[p] = sl_str_from(s);
	if (t)
		texts.part[q] = sl_str_from(t);
	CHECK_OK(sl_place_read(a, &texts, &out, &e), &e);
	return out;
}

static void near(struct sl_place p, double lon, double lat)
{
	CHECK(!p.problem);
	CHECK_INT(p.geometry.type, SL_GEOM_POINT);
	if (p.problem || p.geometry.type != SL_GEOM_POINT)
		return;
	CHECK_NEAR(p.geometry.xy[0], lon, 2e-5);
	CHECK_NEAR(p.geometry.xy[1], lat, 2e-5);
}

TEST(place_of_words)
{
	struct sl_arena a = {0};
	struct sl_place p;

	near(read_parts(&a, SL_PLACE_LAT, "13.5", SL_PLACE_LON, "102.7"), 102.7, 13.5);
	near(read_parts(&a, SL_PLACE_LAT, "13,5", SL_PLACE_LON, "102,700"), 102.7, 13.5);
	near(read_parts(&a, SL_PLACE_LAT, "13°30'00\"N", SL_PLACE_LON, "102°42'00\"E"), 102.7, 13.5);
	near(read_parts(&a, SL_PLACE_LATLON, "(6.143703, -75.185183)", 0, NULL), -75.185183, 6.143703);
	near(read_parts(&a, SL_PLACE_UTM, "48N 251034 1493597", 0, NULL), 102.7, 13.5);
	p = read_parts(&a, SL_PLACE_MGRS, "48PTV5103493597", 0, NULL);
	near(p, 102.7, 13.5);
	CHECK(p.wgs84 && p.precision_m > 0);
	CHECK_STR(sl_str_from(read_parts(&a, SL_PLACE_MGRS, "48PTV510349359", 0, NULL).rule), "G18");
	CHECK(read_parts(&a, SL_PLACE_LAT, "north", SL_PLACE_LON, "102.7").problem != NULL);
	CHECK(read_parts(&a, SL_PLACE_LAT, "13.5", SL_PLACE_LON, "").problem != NULL);
	sl_arena_done(&a);
}

TEST(place_of_a_system)
{
	struct sl_arena a = {0};
	struct sl_place p = read_parts(&a, SL_PLACE_X, "155000,5", SL_PLACE_Y, "463000");

	CHECK(!p.problem && !p.wgs84);
	CHECK_NEAR(p.geometry.xy[0], 155000.5, 0);
	/* 251,034 m or 251.034: the mapping has to say. */
	CHECK(read_parts(&a, SL_PLACE_X, "251,034", SL_PLACE_Y, "463000").problem != NULL);
	p = read_parts(&a, SL_PLACE_WKT, "SRID=28992;POINT (155000 463000)", 0, NULL);
	CHECK_INT(p.srid, 28992);
	p = read_parts(&a, SL_PLACE_WKB, "0101000000000000000000f03f0000000000000040", 0, NULL);
	near(p, 1, 2);
	near(read_parts(&a, SL_PLACE_WKT, "0101000000000000000000F03F0000000000000040", 0, NULL), 1, 2);
	CHECK_STR(sl_str_from(read_parts(&a, SL_PLACE_WKT, "POLYGON ((1 2,", 0, NULL).rule), "G24");
	CHECK_STR(sl_str_from(read_parts(&a, SL_PLACE_WKB, "01ff", 0, NULL).rule), "G24");
	CHECK_INT(read_parts(&a, SL_PLACE_WKT, "", 0, NULL).geometry.type, SL_GEOM_NONE);
	sl_arena_done(&a);
}

TEST(place_numbers)
{
	double x;

	CHECK(sl_place_number(SL_STR(" -75,1 "), &x) && x == -75.1);
	CHECK(sl_place_number(SL_STR("102,700"), &x) && x == 102.7);
	CHECK(!sl_place_number(SL_STR("1,2,3"), &x));
	CHECK(!sl_place_number(SL_STR("1.2,3"), &x));
	CHECK(!sl_place_number(SL_STR("251,034"), &x));
	CHECK(sl_place_number(SL_STR("251034,25"), &x) && x == 251034.25);
	CHECK(sl_place_is_wkt(SL_STR(" multipolygon (((0 0")));
	CHECK(!sl_place_is_wkt(SL_STR("POINT")));
	CHECK(!sl_place_is_hex_wkb(SL_STR("0123456789z0")));
}
