#include "app/import_bench.h"

#include "base/io.h"
#include "base/mem.h"

#include <stdlib.h>

#define FEATURES(list) "{\"type\":\"FeatureCollection\",\"features\":[" list "]}"
#define SQUARE                                                                                             \
	"{\"type\":\"Polygon\",\"coordinates\":[[[20,10],[20.01,10],[20.01,10.01],[20,10.01],[20,10]]]}"

static bool holds(struct sl_str s, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= s.n; i++)
		if (!memcmp(s.p + i, what, n))
			return true;
	return false;
}

TEST(import_geojson_with_constants)
{
	static const char *const set[] = {"class=SHA", "effective_date=2024-01-01"};
	struct import_bench b;
	struct sl_import_file f;
	struct sl_revision rev;
	struct sl_record rec;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	b.o.set = set;
	b.o.n_set = 2;
	b.o.organisation = "OP1";
	f = import_bench_ok(
	    &b,
	    import_bench_file(
	        &b, "a.geojson",
	        FEATURES(
	            "{\"type\":\"Feature\",\"properties\":{\"HazardID\":\"H-1\",\"AREA_NAME\":\"North\","
	            "\"status\":\"abierto\","
	            "\"size\":12.5,\"colour\":\"red\",\"tags\":[1,2],\"class\":\"CHA\"},\"geometry\":" SQUARE
	            "},"
	            "{\"type\":\"Feature\",\"properties\":{\"HazardID\":\"H-2\",\"org\":\"OP7\"},\"geometry\":"
	            "null}")));
	CHECK_INT(f.n_rows, 2);
	CHECK_INT(f.n_added, 2);
	CHECK_INT(f.n_findings[SL_ERROR], 0);
	rev = import_bench_revision(&b, "hazard", "H-1", &rec);
	CHECK_STR(sl_record_text(&rec, "name"), "North");
	CHECK_STR(sl_record_text(&rec, "status"), "OPEN");
	CHECK_STR(sl_record_text(&rec, "class"), "SHA");
	CHECK_STR(sl_record_text(&rec, "organisation"), "OP1");
	CHECK_STR(rev.organisation, "OP1");
	CHECK_NEAR(sl_record_number(&rec, "area_reported_m2"), 12.5, 0);
	CHECK_INT(rec.geometry.n_points, 4);
	CHECK_INT(rev.state, SL_APPROVED);
	CHECK(rev.effective.day == sl_record_date(&rec, "effective_date").day && rev.effective.day > 0);
	/* Nothing is lost: what has no field, and what the constant stood in for, are extras. */
	CHECK(holds(rev.document, "\"colour\":\"red\""));
	CHECK(holds(rev.document, "\"tags\":[1,2]"));
	CHECK(holds(rev.document, "\"_extra\":{\"class\":\"CHA\""));
	CHECK_STR(rev.entry, "{\"file\":\"a.geojson\",\"raw\":{\"status\":\"abierto\"},\"row\":1}");
	import_bench_revision(&b, "hazard", "H-2", &rec);
	CHECK_STR(sl_record_text(&rec, "organisation"), "OP7");
	CHECK_INT(rec.geometry.type, SL_GEOM_NONE);
	CHECK_INT(import_bench_found(&b, "G25"), 1);
	CHECK_STR(import_bench_first(&b, "G25")->source, "a.geojson, row 2");
	import_bench_end(&b);
}

TEST(import_twice_adds_nothing)
{
	struct import_bench b;
	struct sl_import_file f;
	const char *path;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	path = import_bench_file(
	    &b, "a.geojson",
	    FEATURES(
	        "{\"type\":\"Feature\",\"properties\":{\"id\":\"H-1\",\"class\":\"SHA\"},\"geometry\":null}"));
	import_bench_ok(&b, path);
	f = import_bench_ok(&b, path);
	CHECK(f.already);
	CHECK_INT(f.n_added, 0);
	b.o.organisation = "OP1"; /* another way: the rows are looked at again */
	f = import_bench_ok(&b, path);
	CHECK(!f.already);
	CHECK_INT(f.n_added, 0);
	CHECK_INT(f.n_corrected, 1);
	import_bench_end(&b);
}

/* domain.md C.2: an update acts only on the fields that are filled in.  A list of identifiers and new classes must
 * not take the hazards off the map. */
TEST(import_keeps_what_a_row_leaves_empty)
{
	struct import_bench b;
	struct sl_import_file f;
	struct sl_revision rev;
	struct sl_record rec;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	import_bench_ok(&b, import_bench_file(&b, "a.geojson",
	                                      FEATURES("{\"type\":\"Feature\",\"properties\":{\"id\":\"H-1\",\"class\":"
	                                               "\"SHA\",\"effective_date\":\"2024-01-01\",\"name\":\"North\","
	                                               "\"households\":12,\"of us\":1},\"geometry\":{\"type\":\"Polygon\","
	                                               "\"coordinates\":[[[102,13],[102.001,13],[102.001,13.001],[102,13]]]}}")));
	f = import_bench_ok(&b, import_bench_file(&b, "b.csv",
	                                          "id,class,effective_date,name,households,theirs\n"
	                                          "H-1,CHA,2024-06-01,,UNK,2\n"));
	CHECK_INT(f.n_revised, 1);
	rev = import_bench_revision(&b, "hazard", "H-1", &rec);
	CHECK_STR(sl_record_text(&rec, "class"), "CHA");
	CHECK_STR(sl_record_text(&rec, "name"), "North");
	CHECK(sl_record_get(&rec, "households").type == SL_VALUE_UNKNOWN); /* said: it is not known */
	CHECK(holds(rev.document, "\"of us\":1") && holds(rev.document, "\"theirs\":\"2\""));
	CHECK(rev.geometry.wkb.n > 0 && rev.geometry.area_m2 > 0);
	/* information of a day between: on what was known that day */
	f = import_bench_ok(&b, import_bench_file(&b, "c.csv", "id,effective_date,households\nH-1,2024-03-01,9\n"));
	CHECK_INT(f.n_history, 1);
	CHECK(sl_record_get(&rec, "households").type == SL_VALUE_UNKNOWN);
	/* the same again, in fewer columns, is nothing new */
	f = import_bench_ok(&b, import_bench_file(&b, "d.csv", "id,class,effective_date\nH-1,CHA,2024-06-01\n"));
	CHECK_INT(f.n_unchanged, 1);
	import_bench_end(&b);
}

/* The same of what is sealed: a new telephone does not take away the name. */
TEST(import_keeps_what_is_sealed)
{
	struct import_bench b;
	struct sl_revision rev;
	struct sl_str json;

	import_bench_begin(&b);
	b.o.kind = "victim";
	import_bench_ok(&b, import_bench_file(&b, "v.csv",
	                                      "id,given_name,telephone,sex,lat,lon,effective_date\n"
	                                      "P1,Sok,0700,F,13.5,102.7,2020-01-01\n"));
	import_bench_ok(&b, import_bench_file(&b, "w.csv", "id,telephone,effective_date\nP1,0800,2021-01-01\n"));
	rev = import_bench_revision(&b, "victim", "P1", NULL);
	CHECK_OK(sl_store_unseal(b.p.db, &b.a, rev.id, &json, &b.e), &b.e);
	CHECK(holds(json, "Sok") && holds(json, "0800") && !holds(json, "0700") && holds(json, "102.7"));
	CHECK(!holds(rev.document, "Sok") && holds(rev.document, "\"sex\":\"F\""));
	import_bench_end(&b);
}

TEST(import_approves_what_waits)
{
	struct import_bench b;
	struct sl_import_file f;
	const char *path;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	b.o.approve = false;
	path = import_bench_file(
	    &b, "a.geojson",
	    FEATURES(
	        "{\"type\":\"Feature\",\"properties\":{\"id\":\"H-1\",\"class\":\"SHA\"},\"geometry\":null}"));
	f = import_bench_ok(&b, path);
	CHECK_INT(import_bench_revision(&b, "hazard", "H-1", NULL).state, SL_SUBMITTED);
	b.o.approve = true;
	f = import_bench_ok(&b, path);
	CHECK_INT(f.n_approved, 1);
	CHECK_INT(f.n_added + f.n_corrected, 0);
	CHECK_INT(import_bench_revision(&b, "hazard", "H-1", NULL).state, SL_APPROVED);
	import_bench_end(&b);
}

TEST(import_asks_for_the_kind_and_suggests)
{
	struct import_bench b;
	struct sl_str text;
	const char *path, *suggestion;

	import_bench_begin(&b);
	path = import_bench_file(&b, "stuff.csv",
	                         "ref,who,when_seen\nA1,x,2020-01-01\nA2,y,2020-01-02\nA3,z,2020-01-03\n"
	                         "A4,u,2020-01-03\nA5,v,2020-01-05\n");
	CHECK_INT(import_bench_run(&b, path), SL_INVALID);
	CHECK(strstr(b.e.msg, "--kind") != NULL);
	suggestion = sl_arena_printf(&b.a, &b.e, "%s.mapping.csv", path);
	CHECK(strstr(b.e.msg, suggestion) != NULL);
	b.e = (struct sl_err){0};
	CHECK_OK(sl_io_read(&b.a, suggestion, 10000, &text, &b.e), &b.e);
	CHECK(sl_str_has_prefix(text, "source_field,kind,field,transform,value_map,confidence,why,example\n"));
	/* It is never written over: a person may have worked on it. */
	import_bench_file(&b, "stuff.csv.mapping.csv", "mine");
	CHECK_INT(import_bench_run(&b, path), SL_INVALID);
	b.e = (struct sl_err){0};
	CHECK_OK(sl_io_read(&b.a, suggestion, 10000, &text, &b.e), &b.e);
	CHECK_STR(text, "mine");
	CHECK_INT(import_bench_count(&b, "hazard"), 0);
	import_bench_end(&b);
}

TEST(import_kind_from_name_and_columns)
{
	struct import_bench b;

	import_bench_begin(&b);
	CHECK_INT(import_bench_ok(&b, import_bench_file(&b, "Accidents_2020.csv",
	                                                "id,date,killed,injured\nA1,2020-05-01,1,2\n"))
	              .n_added,
	          1);
	CHECK_INT(import_bench_count(&b, "accident"), 1);
	import_bench_end(&b);
}

TEST(import_never_guesses_a_crs)
{
	struct import_bench b;
	struct sl_record rec;
	struct sl_revision rev;
	const char *wkt, *xy;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	wkt = import_bench_file(&b, "w.csv", "id;WKT\nA1;\"POINT (155000 463000)\"\n");
	CHECK_INT(import_bench_run(&b, wkt), SL_INVALID);
	CHECK(strstr(b.e.msg, "--crs") != NULL);
	xy = import_bench_file(&b, "xy.csv", "id,x,y\nA2,155000,463000\n");
	CHECK_INT(import_bench_run(&b, xy), SL_INVALID);
	b.o.crs = "EPSG:none";
	CHECK_INT(import_bench_run(&b, xy), SL_INVALID);
	b.o.crs = "EPSG:28992"; /* RD New: 155000 463000 is the tower of Amersfoort, 52.15517 N 5.38721 E */
	CHECK_INT(import_bench_ok(&b, wkt).n_added, 1);
	CHECK_INT(import_bench_ok(&b, xy).n_added, 1);
	rev = import_bench_revision(&b, "hazard", "A1", &rec);
	CHECK_NEAR(rec.geometry.xy[0], 5.38721, 2e-5);
	CHECK_NEAR(rec.geometry.xy[1], 52.15517, 2e-5);
	CHECK_STR(
	    rev.entry,
	    "{\"crs\":\"EPSG:28992\",\"file\":\"w.csv\",\"geometry\":\"POINT (155000 463000)\",\"row\":1}");
	rev = import_bench_revision(&b, "hazard", "A2", &rec);
	CHECK_NEAR(rec.geometry.xy[1], 52.15517, 2e-5);
	CHECK(holds(rev.entry, "\"raw\":{\"x\":\"155000\",\"y\":\"463000\"}"));
	import_bench_end(&b);
}

TEST(import_places_in_columns)
{
	struct import_bench b;
	struct sl_record rec;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	import_bench_ok(
	    &b,
	    import_bench_file(&b, "ll.csv", "id;latitude;longitude\nL1;13,5;102,7\nL2;13°30.0'N;102°42.0'E\n"));
	import_bench_ok(
	    &b, import_bench_file(&b, "mgrs.csv", "id,mgrs\nM1,48P TV 51034 93597\nM2,48P TV 5103 936\n"));
	import_bench_ok(&b,
	                import_bench_file(&b, "utm.csv", "id,zone,easting,northing\nU1,48N,251034,1493597\n"));
	import_bench_ok(&b, import_bench_file(&b, "e.csv", "id,geom\nE1,SRID=4326;POINT(102.7 13.5)\n"));
	import_bench_ok(&b, import_bench_file(&b, "hex.csv", "id,lat,lon\nN1,,\nN2,13.5,\n"));
	for (int i = 0; i < 5; i++) {
		static const char *const ids[] = {"L1", "L2", "M1", "U1", "E1"};

		import_bench_revision(&b, "hazard", ids[i], &rec);
		CHECK_INT(rec.geometry.type, SL_GEOM_POINT);
		if (rec.geometry.type != SL_GEOM_POINT)
			continue;
		CHECK_NEAR(rec.geometry.xy[0], 102.7, 2e-5);
		CHECK_NEAR(rec.geometry.xy[1], 13.5, 2e-5);
	}
	/* A reference with seven digits lost one: the place is not made up, the text is kept. */
	CHECK_INT(import_bench_found(&b, "G18"), 1);
	CHECK(holds(import_bench_revision(&b, "hazard", "M2", &rec).entry, "48P TV 5103 936"));
	CHECK_INT(rec.geometry.type, SL_GEOM_NONE);
	CHECK_INT(import_bench_found(&b, "G24"), 1); /* half a place */
	CHECK_INT(import_bench_found(&b, "G25"), 1); /* none */
	import_bench_end(&b);
}

TEST(import_says_that_a_datum_shift_is_not_known)
{
	struct import_bench b;
	struct sl_record rec;
	const char *path;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	path = import_bench_file(&b, "u.csv", "id,x,y\nA,251033,1493596\nB,251033,1493597\n");
	b.o.crs = "EPSG:3148";
	import_bench_ok(&b, path);
	CHECK_INT(import_bench_found(&b, "G17"), 0);
	b.o.crs = "+proj=utm +zone=48 +ellps=evrst30"; /* an ellipsoid is no datum */
	import_bench_ok(&b, path);
	CHECK_INT(import_bench_found(&b, "G17"), 1); /* once a file */
	CHECK_INT(import_bench_first(&b, "G17")->severity, SL_WARNING);
	CHECK(holds(import_bench_first(&b, "G17")->text, "hundreds of metres"));
	b.o.crs = NULL;
	import_bench_ok(&b, import_bench_file(&b, "w.csv",
	                                      "id,wkt\nW,SRID=4022;POINT (102.7 13.5)\nV,SRID=4326;POINT (102.7 13.5)\n"));
	CHECK_INT(import_bench_found(&b, "G17"), 2);
	import_bench_revision(&b, "hazard", "W", &rec);
	CHECK_INT(rec.geometry.type, SL_GEOM_POINT); /* the place is kept */
	import_bench_end(&b);
}

TEST(import_wrong_coordinates_are_kept_and_found)
{
	struct import_bench b;
	struct sl_record rec;
	struct sl_revision rev;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	import_bench_ok(
	    &b, import_bench_file(&b, "a.geojson",
	                          FEATURES("{\"type\":\"Feature\",\"id\":\"S\",\"properties\":{},\"geometry\":{"
	                                   "\"type\":\"Point\",\"coordinates\":[13.5,102.7]}},"
	                                   "{\"type\":\"Feature\",\"id\":\"M\",\"properties\":{},\"geometry\":{"
	                                   "\"type\":\"Point\",\"coordinates\":[155000,463000]}},"
	                                   "{\"type\":\"Feature\",\"id\":\"B\",\"properties\":{},\"geometry\":{"
	                                   "\"type\":\"Point\",\"coordinates\":[13.5,\"x\"]}},"
	                                   "{\"type\":\"Feature\",\"id\":\"N\",\"properties\":{},\"geometry\":{"
	                                   "\"type\":\"Point\",\"coordinates\":[0,0]}},"
	                                   "{\"type\":\"Feature\",\"id\":\"Z\",\"properties\":{},\"geometry\":{"
	                                   "\"type\":\"Point\",\"coordinates\":[20,10,300]}}")));
	rev = import_bench_revision(&b, "hazard", "S", &rec);
	CHECK_INT(rec.geometry.type, SL_GEOM_NONE);
	CHECK(holds(rev.entry, "POINT (13.5 102.7)") || holds(rev.entry, "POINT(13.5 102.7)"));
	CHECK_STR(import_bench_first(&b, "G16")->record, "S");
	CHECK_STR(import_bench_first(&b, "G17")->record, "M");
	rev = import_bench_revision(&b, "hazard", "B", &rec);
	CHECK(holds(rev.entry, "[13.5,\\\"x\\\"]"));
	CHECK_INT(import_bench_found(&b, "G24"), 2);
	import_bench_revision(&b, "hazard", "N", &rec);
	CHECK_INT(rec.geometry.type, SL_GEOM_POINT);
	rev = import_bench_revision(&b, "hazard", "Z", &rec);
	CHECK(holds(rev.entry, "[20,10,300]")); /* the height stays in the entry */
	CHECK_NEAR(rec.geometry.xy[1], 10, 0);
	import_bench_end(&b);
}

TEST(import_values_that_cannot_be_read)
{
	struct import_bench b;
	struct sl_record rec;
	struct sl_revision rev;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	import_bench_ok(&b, import_bench_file(&b, "v.csv",
	                                      "id,class,effective_date,area_reported_m2,admin1\n"
	                                      "V1,minefield,03/04/"
	                                      "2020,much,05\nV2,cha,2020-02-30,\"1,200.5\",5\nV3,SHA,2020-01-"
	                                      "05,7,11\nV4,SHA,2020-01-05,7,12\n"));
	rev = import_bench_revision(&b, "hazard", "V1", &rec);
	CHECK_INT(sl_record_get(&rec, "class").type, SL_VALUE_NONE);
	CHECK_INT(rev.effective.day, SL_DAY_NONE); /* never guessed */
	CHECK(holds(rev.document, "\"class\":\"minefield\""));
	CHECK(holds(rev.entry, "\"effective_date\":\"03/04/2020\""));
	CHECK_INT(import_bench_found(&b, "I02"), 1);
	CHECK_INT(import_bench_found(&b, "T07"), 2);
	CHECK_INT(import_bench_found(&b, "I11"), 2); /* a mapping has to say that the comma parts thousands */
	CHECK_INT(import_bench_found(&b, "I03"), 1);
	CHECK_STR(import_bench_first(&b, "I03")->record, "V2");
	import_bench_revision(&b, "hazard", "V2", &rec);
	CHECK_STR(sl_record_text(&rec, "class"), "CHA");
	CHECK_STR(sl_record_text(&rec, "admin1"), "5"); /* not repaired */
	CHECK(holds(import_bench_revision(&b, "hazard", "V2", &rec).document,
	            "\"area_reported_m2\":\"1,200.5\""));
	import_bench_end(&b);
}

TEST(import_broken_rows_and_cut_files)
{
	struct import_bench b;
	struct sl_import_file f;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	f = import_bench_ok(
	    &b, import_bench_file(
	            &b, "a.geojson",
	            FEATURES(
	                "{\"type\":\"Feature\",\"id\":\"A\",\"properties\":{\"name\":\"x\"},\"geometry\":null},"
	                "{\"type\":\"Feature\",\"id\":\"B\",\"properties\":{\"name\":x},\"geometry\":null},"
	                "null,"
	                "{\"type\":\"Feature\",\"properties\":{\"name\":null},\"geometry\":null},"
	                "{\"type\":\"Feature\",\"id\":\"C\",\"properties\":null,\"geometry\":null}")));
	CHECK_INT(f.n_rows, 5);
	CHECK_INT(f.n_unreadable, 2);
	CHECK_INT(f.n_empty, 1);
	CHECK_INT(f.n_added, 2);
	CHECK_INT(f.n_findings[SL_ERROR], 2);
	CHECK_INT(import_bench_found(&b, "I09"), 3);
	/* Nothing of a file that was cut: the first feature is whole, and still not kept. */
	CHECK_INT(import_bench_run(&b, import_bench_file(&b, "cut.geojson",
	                                                 "{\"type\":\"FeatureCollection\",\"features\":[{"
	                                                 "\"type\":\"Feature\",\"id\":\"D\",\"properties\":{},"
	                                                 "\"geometry\":null},{\"type\":\"Feat")),
	          SL_INVALID);
	CHECK_INT(import_bench_count(&b, "hazard"), 2);
	CHECK_INT(import_bench_run(&b, import_bench_file(&b, "empty.geojson", "")), SL_INVALID);
	CHECK_INT(import_bench_run(&b, import_bench_file(&b, "j.geojson", "{\"a\":1}")), SL_INVALID);
	CHECK_INT(import_bench_run(&b, "/nonexistent/x.geojson"), SL_NOT_FOUND);
	CHECK_INT(import_bench_run(&b, b.p.path), SL_INVALID);
	import_bench_end(&b);
}

TEST(import_interrupted_leaves_nothing)
{
	struct import_bench b;
	atomic_bool stop = true;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	b.env.interrupt = &stop;
	CHECK_INT(
	    import_bench_run(
	        &b, import_bench_file(
	                &b, "a.geojson",
	                FEATURES("{\"type\":\"Feature\",\"id\":\"A\",\"properties\":{},\"geometry\":null}"))),
	    SL_CANCELLED);
	b.env.interrupt = NULL;
	CHECK_INT(import_bench_count(&b, "hazard"), 0);
	CHECK_INT(import_bench_found(&b, NULL), 0);
	import_bench_end(&b);
}

TEST(import_hides_people)
{
	struct import_bench b;
	struct sl_str file, json;
	struct sl_revision rev;
	struct sl_record rec;
	char path[256];

	import_bench_begin(&b);
	b.o.kind = "victim";
	import_bench_ok(
	    &b,
	    import_bench_file(
	        &b, "v.csv",
	        "id,given_name,full_name,birth_date,sex,outcome,lat,lon,phone number,x_note,effective_date\n"
	        "P1,Qadirxyz,Qadirxyz "
	        "Sahibxyz,31.31.1990xyz,F,injured,13.512345,102.712345,0700123xyz,open,2020-01-01\n"));
	rev = import_bench_revision(&b, "victim", "P1", &rec);
	CHECK_STR(sl_record_text(&rec, "sex"), "F");
	CHECK(!holds(rev.document, "xyz"));
	CHECK_OK(sl_store_unseal(b.p.db, &b.a, rev.id, &json, &b.e), &b.e);
	CHECK(holds(json, "Qadirxyz") && holds(json, "0700123xyz") && holds(json, "31.31.1990xyz"));
	CHECK(holds(json, "102.712345"));
	CHECK(holds(json, "\"x_note\":\"open\"")); /* what has no field may name a person too */
	/* Not in the file either: not as text, not in the findings. */
	sl_programme_close(&b.p);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/p.gpkg%s", b.folder, i ? "-wal" : "");
		if (!sl_io_exists(path))
			continue;
		CHECK_OK(sl_io_read(&b.a, path, (size_t)64 << 20, &file, &b.e), &b.e);
		CHECK(!holds(file, "xyz"));
		CHECK(!holds(file, "102.712345"));
		CHECK(!holds(file, "13.512345"));
	}
	snprintf(path, sizeof path, "%s/p.gpkg", b.folder);
	CHECK_OK(sl_programme_open(&b.p, path, SL_OPEN_WRITE, &b.env, &b.e), &b.e);
	import_bench_end(&b);
}

/* A column that would be a telephone, in a kind that seals no extras: that one column is sealed. */
TEST(import_hides_a_column_that_a_field_would_hide)
{
	struct import_bench b;
	struct sl_str json;
	struct sl_revision rev;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	import_bench_ok(
	    &b, import_bench_file(&b, "h.csv",
	                          "id,informant_telephone,contact_phone,colour\nH1,0700111,0700222,red\n"));
	rev = import_bench_revision(&b, "hazard", "H1", NULL);
	CHECK(holds(rev.document, "\"colour\":\"red\""));
	CHECK(!holds(rev.document, "0700") && !holds(rev.entry, "0700"));
	CHECK_OK(sl_store_unseal(b.p.db, &b.a, rev.id, &json, &b.e), &b.e);
	CHECK(holds(json, "\"informant_telephone\":\"0700111\""));
	CHECK(holds(json, "\"_extra\":{\"contact_phone\":\"0700222\"}"));
	import_bench_end(&b);
}

TEST(import_mapping_of_several_kinds)
{
	struct import_bench b;
	struct sl_import_file f;
	struct sl_record rec;

	import_bench_begin(&b);
	b.o.mapping = import_bench_file(&b, "m.csv",
	                                "source_field,kind,field,transform,value_map\n"
	                                "no,release,id,,\n,release,product,const:CLR,\nha,release,area_"
	                                "reported_m2,decimal_comma|ha_to_m2,\n"
	                                "done,release,effective_date,date:DMY,\n"
	                                "item,ordnance,model,,\nno,ordnance,activity,,\n"
	                                "cause,ordnance,category,,tank=AVM;*=UNK\n");
	f = import_bench_ok(
	    &b,
	    import_bench_file(&b, "d.csv",
	                      "no;ha;done;item;cause\nR1;1,5;03/04/2020;TM-57;Tank\nR2;0,25;13.04.2020;;\n"));
	CHECK_INT(f.n_rows, 2);
	CHECK_INT(import_bench_count(&b, "release"), 2);
	/* "no" alone says nothing of an item: its other columns are empty in R2, but it is a column of both. */
	CHECK_INT(import_bench_count(&b, "ordnance"), 2);
	import_bench_revision(&b, "release", "R1", &rec);
	CHECK_NEAR(sl_record_number(&rec, "area_reported_m2"), 15000, 0);
	CHECK_STR(sl_record_text(&rec, "product"), "CLR");
	CHECK(!sl_date_is_none(sl_record_date(&rec, "effective_date")));
	CHECK_INT(import_bench_found(&b, "I02"), 0);
	import_bench_end(&b);
}

TEST(import_set_is_checked)
{
	static const char *const bad_field[] = {"colour=red"}, *const bad_code[] = {"class=MINEFIELD"},
	                         *const no_value[] = {"class"};
	struct import_bench b;
	const char *path;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	path = import_bench_file(&b, "a.csv", "id,name\n1,x\n");
	b.o.n_set = 1;
	b.o.set = bad_field;
	CHECK_INT(import_bench_run(&b, path), SL_INVALID);
	b.o.set = bad_code;
	CHECK_INT(import_bench_run(&b, path), SL_INVALID);
	CHECK(strstr(b.e.msg, "MINEFIELD") != NULL);
	b.o.set = no_value;
	CHECK_INT(import_bench_run(&b, path), SL_INVALID);
	b.o.n_set = 0;
	b.o.kind = "volcano";
	CHECK_INT(import_bench_run(&b, path), SL_INVALID);
	import_bench_end(&b);
}

TEST(import_text_that_is_not_utf8)
{
	struct import_bench b;
	struct sl_record rec;
	const char *path;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	path = import_bench_file(&b, "l.csv", "id,name,class\nA,Espa\xf1ol,SHA\n");
	import_bench_ok(&b, path);
	CHECK(holds(import_bench_revision(&b, "hazard", "A", &rec).entry, "45737061f16f6c")); /* the bytes */
	CHECK_STR(sl_record_text(&rec, "name"), "Espa\xef\xbf\xbdol");
	CHECK_INT(import_bench_found(&b, "I10"), 1);
	b.o.encoding = "ISO-8859-1";
	CHECK_INT(import_bench_ok(&b, path).n_corrected, 1);
	import_bench_revision(&b, "hazard", "A", &rec);
	CHECK_STR(sl_record_text(&rec, "name"), "Espa\xc3\xb1ol");
	CHECK_INT(import_bench_found(&b, "I10"), 0); /* it ended with the correction */
	b.o.encoding = NULL;
	import_bench_ok(&b, import_bench_file(&b, "l.geojson",
	                                      FEATURES("{\"type\":\"Feature\",\"properties\":{\"id\":\"G\","
	                                               "\"name\":\"Espa\xf1ol\"},\"geometry\":null}")));
	CHECK(holds(import_bench_revision(&b, "hazard", "G", &rec).entry, "45737061f16f6c"));
	CHECK_INT(import_bench_found(&b, "I10"), 1);
	b.o.encoding = "klingon";
	CHECK_INT(import_bench_run(&b, path), SL_INVALID);
	import_bench_end(&b);
}

TEST(import_findings_are_bounded)
{
	struct import_bench b;
	struct sl_import_file f;
	struct sl_buf text = {0};

	import_bench_begin(&b);
	b.o.kind = "hazard";
	sl_buf_puts(&text, "id,class\n");
	for (int i = 0; i < 5200; i++)
		sl_buf_printf(&text, "H%d,zone\n", i);
	f = import_bench_ok(&b, import_bench_bytes(&b, "many.csv", text.p, text.n));
	sl_buf_done(&text);
	CHECK_INT(f.n_added, 5200);
	CHECK_INT(f.n_findings[SL_WARNING], 5200);
	CHECK_INT(import_bench_found(&b, "I02"), 5001);
	CHECK(holds(b.found.v[b.found.n - 1].text, "200 more rows"));
	import_bench_end(&b);
}

/* The same file on one thread and on four: equal, revision by revision. */
TEST(import_threads_change_nothing)
{
	struct sl_hash digest[2];
	struct sl_buf text = {0};

	sl_buf_puts(&text, "{\"type\":\"FeatureCollection\",\"features\":[");
	for (int i = 0; i < 3000; i++)
		sl_buf_printf(
		    &text,
		    "%s{\"type\":\"Feature\",\"properties\":{\"id\":\"H%d\",\"class\":\"%s\",\"late%d\":%d},"
		    "\"geometry\":{\"type\":\"Point\",\"coordinates\":[%d.5,%d]}}",
		    i ? "," : "", i, i % 7 ? "SHA" : "?", i / 1500, i, i % 90, i % 50);
	sl_buf_puts(&text, "]}");
	for (int round = 0; round < 2; round++) {
		struct import_bench b;

		setenv("SAFELANE_THREADS", round ? "4" : "1", 1);
		import_bench_begin(&b);
		b.o.kind = "hazard";
		CHECK_INT(import_bench_ok(&b, import_bench_bytes(&b, "a.geojson", text.p, text.n)).n_added, 3000);
		CHECK_OK(sl_store_digest(b.p.db, &digest[round], &b.e), &b.e);
		import_bench_end(&b);
	}
	unsetenv("SAFELANE_THREADS");
	sl_buf_done(&text);
	CHECK(sl_hash_eq(digest[0], digest[1]));
}

/* Memory runs out at some request, on some thread: all of the file is there, or nothing. */
TEST(import_out_of_memory)
{
	static const char *const set[] = {"class=SHA"};
	struct import_bench b;
	unsigned long n = 0, tried = 0;
	const char *path;
	enum sl_code code;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	b.o.set = set;
	b.o.n_set = 1;
	b.o.no_suggestion = true;
	path = import_bench_file(
	    &b, "a.geojson",
	    FEATURES(
	        "{\"type\":\"Feature\",\"id\":\"A\",\"properties\":{\"area\":\"much\",\"x\":\"y\"},"
	        "\"geometry\":" SQUARE "},"
	        "{\"type\":\"Feature\",\"properties\":{\"name\":\"z\"},\"geometry\":{\"type\":\"Point\"}}"));
	do {
		n += 1 + n / 12;
		tried++;
		sl_mem_fail_from(n);
		code = import_bench_run(&b, path);
		sl_mem_fail_from(0);
		CHECK(code == SL_OK || code == SL_NOMEM);
		CHECK_INT(import_bench_count(&b, "hazard"), code ? 0 : 2);
	} while (code && n < 1000000);
	CHECK_INT(code, SL_OK);
	CHECK(tried > 10);
	import_bench_end(&b);
}
