/* Asking about places: shapes from files of every format, hostile ones too, and what is answered. */
#include "check.h"

#include "app/training.h"

#include "app/ask.h"
#include "geo/area.h"
#include "geo/wkb.h"

#include <stdlib.h>
#include <unistd.h>

static enum sl_code read_shape(struct sl_arena *a, const char *name, struct sl_str bytes, enum sl_asked wanted,
                               struct sl_geom *out, struct sl_err *e)
{
	*e = (struct sl_err){0};
	return sl_asked_from_bytes(a, sl_str_from(name), bytes, NULL, wanted, out, e);
}

#define CORNERS "102.7,13.5 102.71,13.5 102.71,13.51 102.7,13.51 102.7,13.5"
#define KML                                                                                                          \
	"<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Placemark><Polygon><outerBoundaryIs><LinearRing>"      \
	"<coordinates>" CORNERS "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
#define GPX                                                                                                          \
	"<gpx version=\"1.1\" creator=\"t\" xmlns=\"http://www.topografix.com/GPX/1/1\"><wpt lat=\"13\" lon=\"102\"/>"    \
	"<trk><trkseg><trkpt lat=\"13.5\" lon=\"102.7\"/><trkpt lat=\"13.51\" lon=\"102.71\"/></trkseg></trk></gpx>"
#define GEOJSON "{\"type\":\"Polygon\",\"coordinates\":[[[102.7,13.5],[102.71,13.5],[102.71,13.51],[102.7,13.51],[102.7,13.5]]]}"

TEST(asked_shapes_of_every_format)
{
	static const struct {
		const char *name, *bytes;
		enum sl_asked wanted;
		size_t points;
	} file[] = {
	    {"plot.geojson", GEOJSON, SL_ASKED_PARCEL, 4},
	    {"PLOT.KML", KML, SL_ASKED_PARCEL, 4},
	    {"walk.gpx", GPX, SL_ASKED_ROUTE, 2},
	    {"corners.csv", "name,Lat,Long\na,13.5,102.7\nb,13.5,102.71\nc,13.51,102.71\n", SL_ASKED_PARCEL, 3},
	    {"corners.csv", "lat;lon\n13,5;102,7\n13,51;102,71\n", SL_ASKED_ROUTE, 2},
	    {"shape.csv", "id,wkt\n1,\"SRID=4326;POLYGON((102.7 13.5,102.71 13.5,102.71 13.51,102.7 13.5))\"\n", SL_ASKED_PARCEL, 3},
	};

	for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
		struct sl_arena a = {0};
		struct sl_geom g = {0};
		struct sl_err e;

		CHECK_OK(read_shape(&a, file[i].name, sl_str_from(file[i].bytes), file[i].wanted, &g, &e), &e);
		CHECK_INT(g.n_points, file[i].points);
		CHECK(g.type == (file[i].wanted == SL_ASKED_ROUTE ? SL_GEOM_LINE : SL_GEOM_POLYGON));
		if (g.n_points)
			CHECK_NEAR(g.xy[0], 102.7, 1e-9);
		sl_arena_done(&a);
	}
}

/* Refused in words, under the name that its sender knows. */
TEST(asked_shapes_that_are_none)
{
	static const struct {
		const char *name, *bytes, *says;
		enum sl_asked wanted;
	} file[] = {
	    {"plot.exe", GEOJSON, "files that are read here end in", SL_ASKED_PARCEL},
	    {"../../etc/passwd", GEOJSON, "files that are read here end in", SL_ASKED_PARCEL},
	    {"plot.geojson", "{\"type\":", "plot.geojson", SL_ASKED_PARCEL},
	    {"plot.kml", "<kml><broken", "plot.kml", SL_ASKED_PARCEL},
	    {"plot.zip", "PK\x03\x04 no archive", "plot.zip", SL_ASKED_PARCEL},
	    {"walk.gpx", GPX, "to ask about a route give the width", SL_ASKED_PARCEL},
	    {"plot.kml", KML, "leave out the width", SL_ASKED_ROUTE},
	    {"a.csv", "a,b\n1,2\n", "a.csv holds no polygon", SL_ASKED_PARCEL},
	    {"a.csv", "lat,lon\n91,2\n1,2\n3,4\n", "a.csv has a position that is nowhere on earth", SL_ASKED_PARCEL},
	    {"a.csv", "wkt\n\"POLYGON((200000 1,200001 1,200001 2,200000 1))\"\n", "does not say its coordinate system", SL_ASKED_PARCEL},
	    /* A file of a format that would lead elsewhere, under a name that is taken. */
	    {"plot.kml", "<OGRVRTDataSource><OGRVRTLayer name=\"x\"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
	     "plot.kml", SL_ASKED_PARCEL},
	    {"plot.kml", "<!DOCTYPE k [<!ENTITY a \"1234567890\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]><kml>&c;</kml>",
	     "plot.kml", SL_ASKED_PARCEL},
	};

	for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
		struct sl_arena a = {0};
		struct sl_geom g = {0};
		struct sl_err e;
		enum sl_code code = read_shape(&a, file[i].name, sl_str_from(file[i].bytes), file[i].wanted, &g, &e);

		CHECK(code == SL_INVALID || code == SL_IO || code == SL_NOT_FOUND);
		if (!strstr(e.msg, file[i].says) || strstr(e.msg, "/tmp/") || strstr(e.msg, "safelane-"))
			printf("%s: %s\n", file[i].name, e.msg);
		CHECK(strstr(e.msg, file[i].says) != NULL);
		CHECK(!strstr(e.msg, "safelane-"));
		sl_arena_done(&a);
	}
}

TEST(asked_shapes_are_bounded)
{
	struct sl_buf b = {0};
	struct sl_arena a = {0};
	struct sl_geom g;
	struct sl_err e;

	sl_buf_puts(&b, "lat,lon\n");
	for (int i = 0; i <= SL_ASKED_ROWS_MAX; i++)
		sl_buf_printf(&b, "13.%06d,102.7\n", i);
	CHECK_INT(read_shape(&a, "a.csv", sl_buf_view(&b), SL_ASKED_ROUTE, &g, &e), SL_INVALID);
	CHECK(strstr(e.msg, "more than") != NULL);
	sl_buf_done(&b);
	sl_arena_done(&a);
}

/* ---- answers ---- */

struct place {
	double lon, lat;
	char id[64];
	struct sl_geom shape;
	struct sl_arena *a;
};

static enum sl_code take_hazard(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct place *p = ctx;

	if (p->id[0] || rec->geometry.type != SL_GEOM_POLYGON || !sl_record_has_code(rec, "class", "CHA") ||
	    !sl_record_has_code(rec, "status", "OPEN") || rev->geometry.repaired.n || rec->geometry.n_parts > 1)
		return SL_OK;
	p->lon = rec->geometry.xy[0];
	p->lat = rec->geometry.xy[1];
	snprintf(p->id, sizeof p->id, "%.*s", SL_STR_ARG(rev->identity));
	return sl_geom_copy(p->a, &rec->geometry, &p->shape, e);
}

static bool names(const struct sl_ask_answer *answer, const char *id)
{
	for (size_t i = 0; i < answer->n_records; i++)
		if (sl_str_is(answer->record[i].id, id))
			return true;
	return false;
}

static void make_line(struct sl_arena *a, double lon0, double lat0, double lon1, double lat1, struct sl_geom *out)
{
	struct sl_geom_builder b;
	struct sl_err e = {0};

	sl_geom_build(&b, a, SL_GEOM_LINE);
	CHECK(!sl_geom_add_part(&b, &e) && !sl_geom_add_ring(&b, &e) && !sl_geom_add_point(&b, lon0, lat0, &e) &&
	      !sl_geom_add_point(&b, lon1, lat1, &e));
	sl_geom_finish(&b, out);
}

TEST(ask_about_a_parcel_and_a_route)
{
	struct sl_arena a = {0};
	struct place p = {.a = &a};
	struct sl_query all;
	struct sl_question q = {.sort = SL_ASKED_PARCEL};
	struct sl_ask_answer answer;
	struct training t;
	struct sl_buf b = {0};
	double sum = 0, apart;

	training_open(&t, 120, 7, 0);
	all = (struct sl_query){.kind = sl_dictionary_kind(t.p.dict, SL_STR("hazard"))};
	CHECK_OK(sl_store_each(t.p.db, &all, true, take_hazard, &p, &t.e), &t.e);
	CHECK(p.id[0] != 0);

	/* The hazard's own outline: all of it is recorded, and the parts add up to the whole. */
	q.shape = p.shape;
	CHECK_OK(sl_ask(&t.p, &a, &q, &answer, &t.e), &t.e);
	CHECK(answer.state == SL_STATE_CHA && answer.nearest.distance_m == 0 && names(&answer, p.id));
	for (int s = 0; s < SL_STATES; s++)
		sum += answer.state_m2[s];
	CHECK_NEAR(sum, answer.parcel_m2, 0.5);
	CHECK(answer.state_m2[SL_STATE_CHA] > 0.5 * answer.parcel_m2 - 1);
	CHECK(answer.surveyed_m2 >= 0 && answer.surveyed_m2 <= answer.parcel_m2 + 0.01);
	CHECK(answer.known_ms > 0 && answer.version > 0);

	/* A corner of it, as a position is given: micrometres outside, and on hazardous land all the same. */
	q.at_point = true;
	q.lat = p.shape.xy[1] - 2e-11;
	q.lon = p.shape.xy[0];
	CHECK_OK(sl_ask(&t.p, &a, &q, &answer, &t.e), &t.e);
	CHECK(answer.state == SL_STATE_CHA && answer.nearest.distance_m == 0);
	q.lat = p.shape.xy[1] + 2e-11;
	CHECK_OK(sl_ask(&t.p, &a, &q, &answer, &t.e), &t.e);
	CHECK(answer.state == SL_STATE_CHA && answer.nearest.distance_m == 0);

	q.at_point = false;

	/* A route through it, and one that passes at a distance. */
	q.sort = SL_ASKED_ROUTE;
	q.width_m = 20;
	make_line(&a, p.lon - 0.005, p.lat, p.lon + 0.005, p.lat, &q.shape);
	CHECK_OK(sl_ask(&t.p, &a, &q, &answer, &t.e), &t.e);
	CHECK(answer.route && answer.parcel && names(&answer, p.id) && answer.nearest.distance_m == 0);
	CHECK_NEAR(answer.route_m, sl_geom_length_m(&q.shape), 1e-6);
	CHECK_NEAR(answer.parcel_m2 / (answer.route_m * 20 + 314), 1, 0.01);
	sl_ask_json(&b, &answer);
	sl_buf_putc(&b, 0);
	CHECK(strstr(b.p, "\"route_m\":") && strstr(b.p, "\"line\":{\"type\":\"LineString\"") && strstr(b.p, "\"known_at\":\""));
	sl_buf_clear(&b);
	sl_ask_text(&b, &answer);
	sl_buf_putc(&b, 0);
	CHECK(strstr(b.p, "A route of 1.") && strstr(b.p, "in a corridor of 20 m"));

	make_line(&a, p.lon - 0.005, p.lat + 0.05, p.lon + 0.005, p.lat + 0.05, &q.shape);
	CHECK_OK(sl_ask(&t.p, &a, &q, &answer, &t.e), &t.e);
	apart = sl_geom_apart_m(&q.shape, &p.shape);
	for (size_t i = 0; i < answer.n_records; i++)
		if (sl_str_is(answer.record[i].id, p.id))
			CHECK_NEAR(answer.record[i].distance_m, apart - 10, 1);

	q.width_m = 0;
	CHECK_INT(sl_ask(&t.p, &a, &q, &answer, &t.e), SL_INVALID);
	sl_err_clear(&t.e);
	sl_buf_done(&b);
	sl_arena_done(&a);
	training_close(&t);
}
