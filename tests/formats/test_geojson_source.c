#include "formats/formats_bench.h"

#include "base/mem.h"

#define LIST(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define FEATURE(properties, geometry)                                                                      \
	"{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":" geometry "}"

TEST(geojson_cells_keep_their_types)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(formats_bench_text(&b, "a.geojson",
	                            LIST(FEATURE("\"t\":\"a\\\"}{[\\u00e9\",\"n\":-1.50e3,\"b\":true,\"z\":"
	                                         "null,\"o\":{\"x\":[1]},\"e\":\"\",\"\\\\\":\"\\\\\"",
	                                         "null"))),
	         &b.e);
	CHECK_INT(b.n, 1);
	CHECK_STR(formats_bench_cell(&b, 0, "t"), "a\"}{[\xc3\xa9");
	CHECK_STR(formats_bench_cell(&b, 0, "n"), "-1.50e3");
	CHECK_STR(formats_bench_cell(&b, 0, "b"), "true");
	CHECK_STR(formats_bench_cell(&b, 0, "o"), "{\"x\":[1]}");
	CHECK_STR(formats_bench_cell(&b, 0, "\\"), "\\");
	CHECK_INT(b.row[0].cell[0].type, SL_CELL_TEXT);
	CHECK_INT(b.row[0].cell[1].type, SL_CELL_NUMBER);
	CHECK_INT(b.row[0].cell[2].type, SL_CELL_BOOL);
	CHECK_INT(b.row[0].cell[3].type, SL_CELL_EMPTY);
	CHECK_INT(b.row[0].cell[4].type, SL_CELL_JSON);
	CHECK_INT(b.row[0].cell[5].type, SL_CELL_EMPTY);
	CHECK_INT(b.row[0].has, SL_ROW_NULL_GEOMETRY);
	CHECK_INT(b.s.n_columns, 7);
	formats_bench_end(&b);
}

TEST(geojson_geometries)
{
	static const struct {
		const char *text;
		enum sl_geom_type type;
		size_t points, rings, parts;
	} cases[] = {
	    {"{\"type\":\"Point\",\"coordinates\":[1,2]}", SL_GEOM_POINT, 1, 1, 1},
	    {"{\"coordinates\":[1,2],\"type\":\"Point\"}", SL_GEOM_POINT, 1, 1, 1},
	    {"{\"type\":\"Point\",\"coordinates\":[]}", SL_GEOM_NONE, 0, 0, 0},
	    {"{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[3,4]]}", SL_GEOM_POINT, 2, 2, 2},
	    {"{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4],[5,6]]}", SL_GEOM_LINE, 3, 1, 1},
	    {"{\"type\":\"MultiLineString\",\"coordinates\":[[[1,2],[3,4]],[[5,6],[7,8]]]}", SL_GEOM_LINE, 4, 2,
	     2},
	    {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}",
	     SL_GEOM_POLYGON, 6, 2, 1},
	    {"{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,0]]],[[[1,1],[2,1],[2,2]]]]}",
	     SL_GEOM_POLYGON, 6, 2, 2},
	    {"{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[1,2]},"
	     "{\"type\":\"MultiPoint\",\"coordinates\":[[3,4]]}]}",
	     SL_GEOM_POINT, 2, 2, 2},
	    {"{\"type\":\"GeometryCollection\",\"geometries\":[]}", SL_GEOM_NONE, 0, 0, 0},
	};
	struct sl_arena a = {0};
	struct sl_err e = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_geom g;
		const char *problem;

		CHECK_OK(sl_geojson_geometry(&a, sl_str_from(cases[i].text), &g, &problem, &e), &e);
		if (problem)
			printf("%s: %s\n", cases[i].text, problem);
		CHECK(!problem);
		CHECK_INT(g.type, cases[i].type);
		CHECK_INT(g.n_points, cases[i].points);
		CHECK_INT(g.n_rings, cases[i].rings);
		CHECK_INT(g.n_parts, cases[i].parts);
	}
	sl_arena_done(&a);
}

TEST(geojson_geometries_that_are_none)
{
	static const char *const cases[] = {
	    "{\"type\":\"Polygon\"}",
	    "{\"coordinates\":[1,2]}",
	    "{\"type\":\"Circle\",\"coordinates\":[1,2]}",
	    "{\"type\":\"Point\",\"coordinates\":[1]}",
	    "{\"type\":\"Point\",\"coordinates\":[1,null]}",
	    "{\"type\":\"Point\",\"coordinates\":\"1,2\"}",
	    "{\"type\":\"Polygon\",\"coordinates\":[[1,2],[3,4]]}",
	    "{\"type\":\"LineString\",\"coordinates\":[[[1,2]]]}",
	    "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[1,2]},"
	    "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}]}",
	    "[1,2]",
	};
	struct sl_arena a = {0};
	struct sl_err e = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_geom g;
		const char *problem = NULL;

		CHECK_OK(sl_geojson_geometry(&a, sl_str_from(cases[i]), &g, &problem, &e), &e);
		CHECK(problem && problem[0]);
	}
	sl_arena_done(&a);
}

TEST(geojson_crs)
{
	static const struct {
		const char *text, *crs;
	} cases[] = {
	    {LIST(FEATURE("", "null")), "OGC:CRS84"},
	    {"{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:"
	     "28992\"}},\"features\":[]}",
	     "EPSG:28992"},
	    {"{\"type\":\"FeatureCollection\",\"features\":[" FEATURE(
	         "\"crs\":{\"a\":1}",
	         "null") "],"
	                 "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:3857\"}}}\n",
	     "EPSG:3857"},
	    /* A property of that name is no CRS, even at the end of the file. */
	    {LIST("{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"crs\":{\"properties\":{\"name\":"
	          "\"EPSG:1\"}}}}"),
	     "OGC:CRS84"},
	    {"{\"type\":\"FeatureCollection\",\"crs\":null,\"features\":[]}",
	     ""}, /* GeoJSON 2008: none can be assumed */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct formats_bench b;

		formats_bench_begin(&b);
		CHECK_OK(formats_bench_text(&b, "a.geojson", cases[i].text), &b.e);
		CHECK_STR(b.s.crs, cases[i].crs);
		formats_bench_end(&b);
	}
}

TEST(geojson_other_shapes_of_file)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(formats_bench_text(&b, "seq.geojsonl",
	                            FEATURE("\"a\":1", "null") "\n\x1e" FEATURE("\"a\":2", "null") "\n"),
	         &b.e);
	CHECK_INT(b.n, 2);
	CHECK_STR(formats_bench_cell(&b, 1, "a"), "2");
	CHECK_OK(formats_bench_text(&b, "bom.json", "\xef\xbb\xbf \n" FEATURE("\"a\":3", "null")), &b.e);
	CHECK_INT(b.n, 1);
	CHECK_OK(formats_bench_text(&b, "bare.json", "{\"type\":\"Point\",\"coordinates\":[1,2]}"), &b.e);
	CHECK_INT(b.n, 1);
	CHECK_INT(b.row[0].has, SL_ROW_GEOMETRY);
	CHECK_OK(formats_bench_text(&b, "none.json", LIST("")), &b.e);
	CHECK_INT(b.n, 0);
	CHECK_INT(formats_bench_text(&b, "t.json", "{\"type\":\"Topology\",\"objects\":{}}"), SL_INVALID);
	CHECK_INT(formats_bench_text(&b, "cut.json",
	                             "{\"type\":\"FeatureCollection\",\"features\":[" FEATURE("", "null")),
	          SL_INVALID);
	CHECK_INT(formats_bench_text(&b, "cut2.json",
	                             "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Fea}"),
	          SL_INVALID);
	formats_bench_end(&b);
}

TEST(geojson_identifier_of_the_feature)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(formats_bench_text(
	             &b, "a.geojson",
	             LIST("{\"type\":\"Feature\",\"id\":7,\"properties\":{\"a\":1},\"geometry\":null},"
	                  "{\"type\":\"Feature\",\"id\":8,\"properties\":{\"ID\":\"own\"},\"geometry\":null},"
	                  "{\"type\":\"Feature\",\"id\":null,\"properties\":{},\"geometry\":null}")),
	         &b.e);
	CHECK_STR(formats_bench_cell(&b, 0, "id"), "7");
	CHECK_STR(formats_bench_cell(&b, 1, "ID"), "own");
	CHECK_STR(formats_bench_cell(&b, 1, "id"), "(absent)");
	CHECK_STR(formats_bench_cell(&b, 2, "id"), "(absent)");
	formats_bench_end(&b);
}

TEST(geojson_foreign_members_are_data)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(formats_bench_text(
	             &b, "a.geojson",
	             LIST("{\"type\":\"Feature\",\"bbox\":[1,2,3,4],\"title\":\"T\",\"properties\":{\"a\":1},"
	                  "\"geometry\":null}")),
	         &b.e);
	CHECK_STR(formats_bench_cell(&b, 0, "title"), "T");
	CHECK_STR(formats_bench_cell(&b, 0, "bbox"), "(absent)");
	formats_bench_end(&b);
}

TEST(geojson_many_chunks_in_order)
{
	struct formats_bench b;
	struct sl_buf text = {0};

	formats_bench_begin(&b);
	sl_buf_puts(&text, "{\"features\" : [\n");
	for (int i = 0; i < 600; i++)
		sl_buf_printf(&text, "%s {\"type\":\"Feature\",\"properties\":{\"i\":%d},\"geometry\":null}",
		              i ? "\n,\n" : "", i);
	sl_buf_puts(&text, "], \"type\":\"FeatureCollection\"}");
	CHECK_OK(formats_bench_read(&b, formats_bench_file(&b, "a.json", text.p, text.n), NULL, NULL), &b.e);
	CHECK_INT(b.n, 600);
	CHECK_INT(b.row[599].number, 600);
	CHECK_STR(formats_bench_cell(&b, 599, "i"), "599");
	sl_buf_done(&text);
	formats_bench_end(&b);
}

/* Out of memory at every single request: said as such, with nothing leaked (the sanitizer looks). */
TEST(geojson_out_of_memory)
{
	static const char text[] = LIST(FEATURE("\"a\":\"q\\\"\",\"b\":[1]",
	                                        "{\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]]],\"type\":"
	                                        "\"Polygon\"}") "," FEATURE("\"a\":1", "{\"type\":\"Point\"}"));
	unsigned long n = 0;
	enum sl_code code;

	do {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_source s = {.path = "x", .file = SL_STR("x")};
		struct sl_rows rows = {.n = 0};
		struct sl_row row;

		sl_mem_fail_from(++n);
		code = sl_geojson_source(&a, (struct sl_str){text, sizeof text - 1}, &s, &e);
		if (!code)
			code = s.take(&s, &a, &rows, &e);
		for (size_t i = 0; i < rows.n && !code; i++)
			code = s.read(&s, &a, &rows, i, &row, &e);
		sl_mem_fail_from(0);
		CHECK(code == SL_OK || code == SL_NOMEM);
		CHECK_INT(e.code, code);
		sl_arena_done(&a);
	} while (code && n < 1000);
	CHECK(n > 3);
	CHECK_INT(code, SL_OK);
}
