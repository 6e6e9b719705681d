#include "mvt_reader.h"
#include "tile_check.h"

#include "formats/mvt.h"

static struct sl_err e;

static const struct sl_tile_point triangle[] = {{3, 6}, {8, 12}, {20, 34}};
static const uint32_t three[] = {3};

/* Mapbox Vector Tile specification 2.1, 4.3.5.6: the example polygon "[ 9 6 12 18 10 12 24 44 15 ]". */
TEST(mvt_polygon_of_the_specification)
{
	static const unsigned char commands[] = {9, 6, 12, 18, 10, 12, 24, 44, 15};
	struct sl_tile_shape s = {SL_GEOM_POLYGON, triangle, three, 3, 1, false};
	struct sl_mvt_layer l = {0};
	struct sl_buf tile = {0};

	sl_mvt_layer_begin(&l);
	sl_mvt_feature_begin(&l, true, 300);
	sl_mvt_feature_end(&l, &s);
	CHECK_INT(l.geometry.n, sizeof commands);
	CHECK(!memcmp(l.geometry.p, commands, sizeof commands));
	CHECK_OK(sl_mvt_layer_write(&tile, &l, SL_STR("x"), &e), &e);
	{
		/* layer 27 bytes: version 2, name "x", feature 16 bytes (id 300, type 3, geometry), extent 4096 */
		static const unsigned char whole[] = {0x1a, 0x1a, 0x78, 2,  0x0a, 1,    'x',  0x12, 0x10, 0x08,
		                                      0xac, 0x02, 0x18, 3,  0x22, 9,    9,    6,    12,   18,
		                                      10,   12,   24,   44, 15,   0x28, 0x80, 0x20};

		CHECK_INT(tile.n, sizeof whole);
		CHECK(tile.n == sizeof whole && !memcmp(tile.p, whole, sizeof whole));
	}
	sl_buf_done(&tile);
	sl_mvt_layer_done(&l);
}

/* 4.3.5.3 and 4.3.5.5: lines "[ 9 4 4 18 0 16 16 0 9 17 17 10 4 8 ]" and points "[ 17 10 14 3 9 ]". */
TEST(mvt_lines_and_points_of_the_specification)
{
	static const unsigned char lines[] = {9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8};
	static const unsigned char points[] = {17, 10, 14, 3, 9};
	static const struct sl_tile_point on_lines[] = {{2, 2}, {2, 10}, {10, 10}, {1, 1}, {3, 5}};
	static const struct sl_tile_point at[] = {{5, 7}, {3, 2}};
	static const uint32_t ends[] = {3, 5}, each[] = {1, 2};
	struct sl_tile_shape s = {SL_GEOM_LINE, on_lines, ends, 5, 2, false};
	struct sl_tile_shape p = {SL_GEOM_POINT, at, each, 2, 2, false};
	struct sl_mvt_layer l = {0};

	sl_mvt_layer_begin(&l);
	sl_mvt_feature_begin(&l, false, 0);
	sl_mvt_feature_end(&l, &s);
	CHECK(l.geometry.n == sizeof lines && !memcmp(l.geometry.p, lines, sizeof lines));
	sl_mvt_feature_begin(&l, false, 0);
	sl_mvt_feature_end(&l, &p);
	CHECK(l.geometry.n == sizeof points && !memcmp(l.geometry.p, points, sizeof points));
	sl_mvt_layer_done(&l);
}

TEST(mvt_attributes_stand_once)
{
	const struct sl_mvt_value v[] = {
	    {.type = SL_MVT_TEXT, .text = SL_STR("SHA")}, {.type = SL_MVT_DOUBLE, .number = -0.25},
	    {.type = SL_MVT_INTEGER, .integer = -7},      {.type = SL_MVT_INTEGER, .integer = INT64_MAX},
	    {.type = SL_MVT_BOOL, .integer = 1},          {.type = SL_MVT_TEXT, .text = SL_STR("")}};
	static const char types[] = "sdnubs";
	struct sl_tile_shape s = {SL_GEOM_POLYGON, triangle, three, 3, 1, false};
	struct sl_mvt_layer l = {0};
	struct sl_buf tile = {0};
	struct mvt_layer back;
	struct mvt_feature f;

	for (int round = 0; round < 2; round++) { /* the memory is used again */
		sl_buf_clear(&tile);
		sl_mvt_layer_begin(&l);
		for (int i = 0; i < 3; i++) {
			sl_mvt_feature_begin(&l, i == 1, 5);
			for (size_t k = 0; k < 6; k++) {
				char key[] = {(char)('a' + k), 0};

				CHECK_OK(sl_mvt_tag(&l, sl_str_from(key), &v[k], &e), &e);
			}
			sl_mvt_feature_end(&l, &s);
		}
		CHECK_OK(sl_mvt_layer_write(&tile, &l, SL_STR("land"), &e), &e);
		CHECK(!mvt_layer_read(sl_buf_view(&tile), &back));
		CHECK_STR(back.name, "land");
		CHECK_INT(back.extent, 4096);
		CHECK_INT(back.n_features, 3);
		CHECK_INT(back.n_keys, 6);
		CHECK_INT(back.n_values, 6);
		for (size_t i = 0; i < back.n_features; i++) {
			CHECK(!mvt_feature_read(&back, i, &f));
			CHECK_INT(f.has_id, i == 1);
			CHECK_INT(f.n_tags, 6);
			for (size_t k = 0; k < f.n_tags; k++)
				CHECK_INT(f.value[k].type, types[k]);
			CHECK_STR(f.value[0].text, "SHA");
			CHECK(f.value[1].number == -0.25 && f.value[2].number == -7 && f.value[3].number == 0x1p63);
			CHECK(!tile_shape_wrong(&f.shape));
		}
		mvt_layer_done(&back);
	}
	sl_mvt_layer_begin(&l); /* no feature, no layer */
	sl_buf_clear(&tile);
	CHECK_OK(sl_mvt_layer_write(&tile, &l, SL_STR("land"), &e), &e);
	CHECK_INT(tile.n, 0);
	sl_buf_done(&tile);
	sl_mvt_layer_done(&l);
}
