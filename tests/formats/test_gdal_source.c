#include "formats/formats_bench.h"

/* KML and GPX are text, so these files stand here; the binary formats are tested with the real data. */

TEST(gdal_kml)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(formats_bench_text(
	             &b, "a.kml",
	             "<?xml version=\"1.0\" encoding=\"UTF-8\"?><kml "
	             "xmlns=\"http://www.opengis.net/kml/2.2\"><Document>"
	             "<Placemark><name>Field</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
	             "20,10 20.01,10 20.01,10.01 "
	             "20,10</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
	             "<Placemark><name>No place</name></Placemark></Document></kml>"),
	         &b.e);
	CHECK_INT(b.n, 2);
	CHECK_STR(formats_bench_cell(&b, 0, "Name"), "Field");
	CHECK_STR(formats_bench_cell(&b, 0, "tessellate"), "(absent)"); /* about drawing, not about the land */
	CHECK_INT(b.row[0].has, SL_ROW_GEOMETRY);
	CHECK_INT(b.row[0].geometry.n_points, 3);
	CHECK_INT(b.row[1].has, SL_ROW_NULL_GEOMETRY);
	CHECK_STR(b.s.crs, "EPSG:4326");
	formats_bench_end(&b);
}

TEST(gdal_gpx_takes_the_layer_that_has_rows)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(
	    formats_bench_text(
	        &b, "a.gpx",
	        "<?xml version=\"1.0\"?><gpx version=\"1.1\" xmlns=\"http://www.topografix.com/GPX/1/1\">"
	        "<wpt lat=\"10.5\" lon=\"20.5\"><time>2020-02-03T04:05:06Z</time><name>W1</name></wpt></gpx>"),
	    &b.e);
	CHECK_INT(b.n, 1);
	CHECK_STR(b.s.layer, "waypoints");
	CHECK_STR(formats_bench_cell(&b, 0, "time"), "2020-02-03T04:05:06Z");
	CHECK_NEAR(b.row[0].geometry.xy[1], 10.5, 0);
	formats_bench_end(&b);
}

TEST(gdal_refusals)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_INT(formats_bench_text(&b, "a.gpkg", "not a database"), SL_INVALID);
	CHECK_INT(formats_bench_text(&b, "b.gpkg", "SQLite format 3"), SL_INVALID);
	CHECK_INT(formats_bench_text(&b, "c.zip", "PK\3\4 and no more"), SL_INVALID);
	CHECK_INT(formats_bench_text(&b, "d.gz", "\x1f\x8b and no more"), SL_INVALID);
	CHECK_INT(formats_bench_text(&b, "e.shp", "short"), SL_INVALID);
	/* A file that only points to others is no input. */
	CHECK_INT(formats_bench_text(&b, "f.vrt",
	                             "<OGRVRTDataSource><OGRVRTLayer name=\"x\"><SrcDataSource>/etc/passwd"
	                             "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"),
	          SL_INVALID);
	CHECK_INT(formats_bench_read(&b, "/nonexistent.gpkg", NULL, NULL), SL_NOT_FOUND);
	CHECK_INT(formats_bench_read(&b, "/nonexistent.zip", NULL, NULL), SL_NOT_FOUND);
	CHECK_INT(formats_bench_read(&b, "/tmp", NULL, NULL), SL_INVALID);
	formats_bench_end(&b);
}

TEST(gdal_real_layers)
{
	struct formats_bench b;
	struct sl_str *name;
	const char *path;
	size_t n;

	formats_bench_begin(&b);
	path = formats_bench_shared(&b, "gdal_real_layers", "gpkg/multi.gpkg");
	if (path) {
		CHECK_OK(sl_source_layers(&b.a, path, &name, &n, &b.e), &b.e);
		CHECK_INT(n, 2); /* the layer and a table of styles, which stands back when none is chosen */
		CHECK_OK(formats_bench_read(&b, path, NULL, NULL), &b.e);
		CHECK(b.n > 0);
		CHECK_INT(formats_bench_read(&b, path, "nothing", NULL), SL_NOT_FOUND);
		path = formats_bench_shared(&b, "gdal_real_layers", "gpkg/example.gpkg");
		CHECK_INT(formats_bench_read(&b, path, NULL, NULL), SL_INVALID);
		CHECK(strstr(b.e.msg, "polygon1") && strstr(b.e.msg, "--layer"));
		CHECK_OK(formats_bench_read(&b, path, "polygon1", NULL), &b.e);
		CHECK_INT(b.row[0].geometry.type, SL_GEOM_POLYGON);
	}
	formats_bench_end(&b);
}

TEST(gdal_real_shapefiles)
{
	struct formats_bench b;
	const char *path;

	formats_bench_begin(&b);
	path = formats_bench_shared(&b, "gdal_real_shapefiles", "shapefiles/latin1-property.shp");
	if (path) {
		CHECK_OK(formats_bench_read(&b, path, NULL, NULL), &b.e);
		CHECK_STR(formats_bench_cell(&b, 0, "name"), "México");
		path = formats_bench_shared(&b, "gdal_real_shapefiles", "shapefiles/utf8-property.shp");
		CHECK_OK(formats_bench_read(&b, path, NULL, NULL), &b.e);
		CHECK_STR(formats_bench_cell(&b, 0, "☃"), "ηελλο ςορλδ");
		path = formats_bench_shared(&b, "gdal_real_shapefiles", "shapefiles/null.shp");
		CHECK_OK(formats_bench_read(&b, path, NULL, NULL), &b.e);
		CHECK_INT(b.row[1].has, SL_ROW_NULL_GEOMETRY);
		path = formats_bench_shared(&b, "gdal_real_shapefiles", "shapefiles/polygonm.shp");
		CHECK_INT(formats_bench_read(&b, path, NULL, NULL), SL_INVALID);
		CHECK(strstr(b.e.msg, ".shx") != NULL);
		path = formats_bench_shared(&b, "gdal_real_shapefiles", "shapefiles/date-property.shp");
		CHECK_OK(formats_bench_read(&b, path, NULL, NULL), &b.e);
		CHECK_INT(formats_bench_cell(&b, 0, "date").n, 10);
	}
	formats_bench_end(&b);
}
