/* OGC API - Features over a real socket: what each parameter answers, links, systems of coordinates,
 * rights. */
#include "support.h"

#include "base/json.h"
#include "http/ogc.h"
#include "http/parts.h"

#include <stdlib.h>

#define ITEMS "/ogc/collections/hazard/items"
#define CRS "http://www.opengis.net/def/crs/"

static void get(const struct test_server *t, const char *path, const char *headers, struct reply *r)
{
	ask(t, "GET", path, headers, r);
}

static struct sl_json *json_of(struct sl_arena *a, const struct reply *r)
{
	struct sl_json *v = NULL;
	struct sl_err e = {0};

	CHECK_OK(sl_json_parse(a, r->body, &v, &e), &e);
	return v;
}

static double number(const struct test_server *t, const char *path, const char *member)
{
	struct sl_arena a = {0};
	struct reply r;
	const struct sl_json *n;
	double x;

	get(t, path, "", &r);
	n = sl_json_get(json_of(&a, &r), member);
	x = n ? n->number : -1;
	reply_done(&r);
	sl_arena_done(&a);
	return x;
}

static double number_matched(const struct test_server *t, const char *path)
{
	return number(t, path, "numberMatched");
}

static double number_returned(const struct test_server *t, const char *path)
{
	return number(t, path, "numberReturned");
}

/* Only what is named, whatever was asked for before on the same handle; filters may use what is not named. */
/* Every byte at every place of texts shorter and longer than the eight that are looked at together. */
TEST(ogc_texts_are_escaped_wherever_they_need_it)
{
	struct sl_buf quick = {0}, plain = {0};
	struct sl_json_writer w;
	char text[20];

	for (size_t n = 0; n <= sizeof text; n++)
		for (size_t at = 0; at < n; at++)
			for (int byte = 1; byte < 0x80; byte++) {
				for (size_t i = 0; i < n; i++)
					text[i] = (char)(i % 2 ? '!' : '~'); /* next to the quote, and to the end of ASCII */
				text[at] = (char)byte;
				sl_buf_clear(&quick);
				sl_buf_clear(&plain);
				sl_ogc_put_text(&quick, (struct sl_str){text, n});
				sl_json_writer_init(&w, &plain);
				sl_json_put_str(&w, (struct sl_str){text, n});
				CHECK(sl_str_eq(sl_buf_view(&quick), sl_buf_view(&plain)));
			}
	sl_buf_clear(&quick);
	sl_ogc_put_text(&quick, SL_STR("Nové Místo, \xc3\xa9"));
	CHECK(sl_str_eq(sl_buf_view(&quick), SL_STR("\"Nové Místo, \xc3\xa9\"")));
	sl_buf_done(&quick);
	sl_buf_done(&plain);
}

TEST(ogc_properties)
{
	static const struct {
		const char *path, *with, *without;
	} asks[] = {
	    {ITEMS "?properties=id", "\"properties\":{ \"id\":\"HA-1\"}", "\"class\""},
	    {ITEMS, "\"former_id\":null", NULL},
	    {ITEMS "?properties=class,id", "{ \"id\":\"HA-1\",\"class\":\"CHA\"}", "former_id"},
	    {ITEMS "?properties=former_id", "{ \"former_id\":null}", "\"class\""},
	    {ITEMS "?properties=id&class=CHA", "\"properties\":{ \"id\":\"HA-1\"}", "\"class\""},
	    {ITEMS "?properties=id&as-of=2024-03-01", "{ \"id\":\"HA-1\"}", "\"class\":"},
	    {ITEMS "?properties=id&limit=1", "properties=id&limit=1&offset=1", "\"class\""},
	    {ITEMS "/HA-1?properties=class", "{ \"class\":\"CHA\"}", "former_id"},
	};
	struct test_server t;

	server_open(&t, NULL);
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		struct reply r;

		get(&t, asks[i].path, "", &r);
		CHECK_INT(r.status, 200);
		if (!strstr(r.text.p, asks[i].with) || (asks[i].without && strstr(r.text.p, asks[i].without)))
			printf("%s: %.*s\n", asks[i].path, SL_STR_ARG(r.body));
		CHECK(strstr(r.text.p, asks[i].with));
		CHECK(!asks[i].without || !strstr(r.text.p, asks[i].without));
		reply_done(&r);
	}
	server_close(&t);
}

TEST(ogc_parameters)
{
	static const struct {
		const char *query;
		int status;
		double matched;
	} asks[] = {
	    {"?limit=2", 200, 3},
	    {"?limit=0", 400, 0},
	    {"?limit=-1", 400, 0},
	    {"?limit=ten", 400, 0},
	    {"?limit=10001", 200, 3},
	    {"?limit=99999999999999999999", 200, 3},
	    {"?limit=", 400, 0},
	    {"?limit=1&limit=2", 400, 0},
	    {"?offset=2", 200, 3},
	    {"?offset=300", 200, 3},
	    {"?offset=-1", 400, 0},
	    {"?bbox=39,9,40.005,11", 200, 1},
	    {"?bbox=39,9,0,40.005,11,5", 200, 1},
	    {"?bbox=40.001,10.001,40.002,10.002", 200, 1},
	    {"?bbox=40.0005,10.0005,40.0005,10.0005", 200, 1},
	    {"?bbox=177,65,-177,70", 200, 0},
	    {"?bbox=39,9,40", 400, 0},
	    {"?bbox=39,9,40,11,5", 400, 0},
	    {"?bbox=39,9,40,11,5,6,7", 400, 0},
	    {"?bbox=39,11,40,9", 400, 0},
	    {"?bbox=39,9,40,nan", 400, 0},
	    {"?bbox=39,9,40,1e999", 400, 0},
	    {"?bbox=39,9,400,11", 400, 0},
	    {"?bbox=39,9,40,91", 400, 0},
	    {"?bbox=a,b,c,d", 400, 0},
	    {"?bbox=9,39,11,40.005&bbox-crs=" CRS "EPSG/0/4326", 200, 1},
	    {"?bbox=4452000,1118000,4453000,1119000&bbox-crs=" CRS "EPSG/0/3857", 200, 1},
	    {"?bbox=4452000,1118000,4453000,1119000&bbox-crs=" CRS "EPSG/0/32637", 400, 0},
	    {"?crs=" CRS "EPSG/0/3857", 200, 3},
	    {"?crs=urn:ogc:def:crs:EPSG::4326", 200, 3},
	    {"?crs=EPSG:4326", 400, 0},
	    {"?datetime=2024-03-01T00:00:00Z", 200, 3},
	    {"?datetime=2024-03-01t12:00:00z", 200, 3},
	    {"?datetime=2024-03-01T00:30:00+01:00", 200, 0},
	    {"?datetime=2024-03-01T23:30:00%2B01:00", 200, 3},
	    {"?datetime=2024-02-28T00:00:00Z/2024-03-02T00:00:00Z", 200, 3},
	    {"?datetime=2024-03-02T00:00:00Z/..", 200, 0},
	    {"?datetime=2024-03-02T00:00:00Z/", 200, 0},
	    {"?datetime=../2024-03-02T00:00:00Z", 200, 3},
	    {"?datetime=/2024-02-01T00:00:00Z", 200, 0},
	    {"?datetime=2024-03-01", 200, 3},
	    {"?datetime=../..", 400, 0},
	    {"?datetime=..", 400, 0},
	    {"?datetime=/", 400, 0},
	    {"?datetime=2024-04-01T00:00:00Z/2024-03-01T00:00:00Z", 400, 0},
	    {"?datetime=2024-03-01/P1M", 400, 0},
	    {"?datetime=yesterday", 400, 0},
	    {"?id=HA-2", 200, 1},
	    {"?id=HA-2&class=SHA", 200, 0},
	    {"?area_reported_m2=12345", 200, 3},
	    {"?area_reported_m2=big", 400, 0},
	    {"?effective_date=2024-03-01", 200, 3},
	    {"?effective_date=March", 400, 0},
	    {"?id=HA-2&id=HA-1", 400, 0},
	    {"?geometry=x", 400, 0},
	    {"?nothing=x", 400, 0},
	    {"?filter=id%3D'HA-2'%20OR%20id%3D'HA-1'", 200, 2},
	    {"?filter=S_INTERSECTS(geometry,BBOX(39,9,40.005,11))&filter-lang=cql2-text", 200, 1},
	    {"?filter=S_INTERSECTS(geometry,POLYGON((9%2039,11%2039,11%2040.005,9%2040.005,9%2039)))&filter-"
	     "crs=" CRS "EPSG/0/4326",
	     200, 1},
	    {"?filter=%7B%22op%22:%22%3D%22,%22args%22:%5B%7B%22property%22:%22id%22%7D,%22HA-2%22%5D%7D&"
	     "filter-lang=cql2-json",
	     200, 1},
	    {"?filter=id%3D'HA-2'&filter-lang=cql2-json", 400, 0},
	    {"?filter=id%3D'HA-2'&filter-lang=cql-text", 400, 0},
	    {"?filter=id%3D", 400, 0},
	    {"?filter=nothing%3D'x'", 400, 0},
	    {"?as-of=2024-02-01", 200, 0},
	    {"?as-of=2024-03-01", 200, 3},
	    {"?as-of=2024-03-01&bbox=39,9,40.005,11", 200, 1},
	    {"?as-of=now", 400, 0},
	    {"?f=html", 200, -1},
	    {"?f=xml", 400, 0},
	    {"?properties=id,class", 200, 3},
	    {"?properties=nothing", 400, 0},
	    {"?properties=id,", 400, 0},
	    {"?properties=geometry", 400, 0},
	    {"?properties=id&f=html", 200, -1},
	};
	struct test_server t;

	server_open(&t, NULL);
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		char path[1000];
		struct reply r;

		snprintf(path, sizeof path, ITEMS "%s", asks[i].query);
		get(&t, path, "", &r);
		if (r.status != asks[i].status) {
			printf("%s: %d, not %d: %.*s\n", path, r.status, asks[i].status, SL_STR_ARG(r.body));
			CHECK(r.status == asks[i].status);
		} else if (r.status == 200 && asks[i].matched >= 0) {
			if (number_matched(&t, path) != asks[i].matched)
				printf("%s\n", path);
			CHECK_NEAR(number_matched(&t, path), asks[i].matched, 0);
		}
		reply_done(&r);
	}
	server_close(&t);
}

/* Every object that links: where to, how it is meant, of what type; absolute. */
static int judge_links(const struct sl_json *v, const char *base)
{
	int n = 0;

	if (sl_json_get(v, "href")) {
		CHECK(sl_str_has_prefix(sl_json_get_str(v, "href"), base));
		CHECK(sl_json_get_str(v, "rel").n > 0);
		CHECK(sl_json_get_str(v, "type").n > 0);
		n = 1;
	}
	for (const struct sl_json *c = v ? v->child : NULL; c; c = c->next)
		n += judge_links(c, base);
	return n;
}

static struct sl_str link_to(const struct sl_json *v, const char *rel)
{
	const struct sl_json *links = sl_json_get(v, "links");

	for (const struct sl_json *c = links ? links->child : NULL; c; c = c->next)
		if (sl_str_is(sl_json_get_str(c, "rel"), rel))
			return sl_json_get_str(c, "href");
	return SL_STR("");
}

TEST(ogc_resources_as_json_and_as_pages)
{
	static const struct {
		const char *path, *type;
		int links;
	} all[] = {
	    {"/ogc", "application/json", 6},
	    {"/ogc/", "application/json", 6},
	    {"/ogc/conformance", "application/json", 2},
	    {"/ogc/api", "application/vnd.oai.openapi+json;version=3.0", 0},
	    {"/ogc/collections", "application/json", 10},
	    {"/ogc/collections/hazard", "application/json", 5},
	    {"/ogc/collections/land", "application/json", 5},
	    {"/ogc/collections/hazard/queryables", "application/schema+json", 0},
	    {"/ogc/collections/land/queryables", "application/schema+json", 0},
	    {ITEMS, "application/geo+json", 3},
	    {ITEMS "/HA-1", "application/geo+json", 3},
	    {ITEMS "/HA%2F3", "application/geo+json", 3},
	    {"/ogc/collections/land/items", "application/geo+json", 3},
	    {"/ogc/collections/place/items", "application/geo+json", 3},
	};
	struct test_server t;

	server_open(&t, NULL);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct sl_arena a = {0};
		struct reply r;

		get(&t, all[i].path, "Accept: application/json\r\n", &r);
		CHECK_INT(r.status, 200);
		CHECK_STR(reply_header(&r, "content-type"), all[i].type);
		CHECK(judge_links(json_of(&a, &r), "http://localhost/ogc") >= all[i].links);
		reply_done(&r);
		get(&t, all[i].path, "Accept: text/html\r\n", &r);
		CHECK_INT(r.status, 200);
		CHECK(sl_str_has_prefix(reply_header(&r, "content-type"), "text/html"));
		CHECK(sl_str_has_prefix(r.body, "<!doctype html>") &&
		      sl_str_has_suffix_nocase(r.body, "</html>\n"));
		reply_done(&r);
		sl_arena_done(&a);
	}
	server_close(&t);
}

TEST(ogc_pages_by_their_links)
{
	struct test_server t;
	struct sl_arena a = {0};
	char path[600] = ITEMS "?limit=1&class=CHA&bbox=39,9,41,11", seen[1000] = "";
	int pages = 0;

	server_open(&t, NULL);
	while (*path && pages < 10) {
		struct sl_json *v;
		struct sl_str next;
		struct reply r;

		get(&t, path, "", &r);
		CHECK_INT(r.status, 200);
		v = json_of(&a, &r);
		for (const struct sl_json *f = sl_json_get(v, "features")->child; f; f = f->next) {
			struct sl_str id = sl_json_get_str(f, "id");
			struct reply one;

			CHECK(!strstr(seen, sl_str_dup(&a, id, &t.p.e)));
			snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%.*s ", SL_STR_ARG(id));
			/* What the list calls it is where it stands. */
			snprintf(path, sizeof path, ITEMS "/%.*s", SL_STR_ARG(id));
			get(&t, path, "", &one);
			CHECK_INT(one.status, 200);
			CHECK(sl_str_eq(sl_json_get_str(json_of(&a, &one), "id"), id));
			reply_done(&one);
		}
		CHECK(pages == 0 || link_to(v, "prev").n);
		next = link_to(v, "next");
		CHECK(!next.n || (strstr(sl_str_dup(&a, next, &t.p.e), "class=CHA") &&
		                  strstr(sl_str_dup(&a, next, &t.p.e), "bbox=")));
		snprintf(path, sizeof path, "%.*s", (int)next.n, next.n ? next.p : "");
		if (*path)
			memmove(path, strstr(path, "/ogc"), strlen(strstr(path, "/ogc")) + 1);
		reply_done(&r);
		pages++;
	}
	CHECK_INT(pages, 3);
	sl_arena_done(&a);
	server_close(&t);
}

static void first_position(struct test_server *t, const char *path, const char *crs, double *x, double *y)
{
	struct sl_arena a = {0};
	const struct sl_json *v;
	struct reply r;
	char want[200];

	get(t, path, "", &r);
	snprintf(want, sizeof want, "<%s>", crs);
	CHECK_STR(reply_header(&r, "content-crs"), want);
	v = sl_json_get(sl_json_get(json_of(&a, &r), "geometry"), "coordinates");
	CHECK(v && v->child && v->child->child && v->child->child->n == 2);
	if (v && v->child && v->child->child && v->child->child->n == 2) {
		*x = v->child->child->child->number;
		*y = v->child->child->child->next->number;
	}
	reply_done(&r);
	sl_arena_done(&a);
}

TEST(ogc_coordinate_reference_systems)
{
	struct test_server t;
	double x = 0, y = 0;

	server_open(&t, NULL);
	first_position(&t, ITEMS "/HA-1", CRS "OGC/1.3/CRS84", &x, &y);
	CHECK_NEAR(x, 40, 0);
	CHECK_NEAR(y, 10, 0);
	first_position(&t, ITEMS "/HA-1?crs=" CRS "EPSG/0/4326", CRS "EPSG/0/4326", &x, &y);
	CHECK_NEAR(x, 10, 0);
	CHECK_NEAR(y, 40, 0);
	/* EPSG Guidance Note 7-2, 1.3.3.2: x = a lon, y = a ln tan(pi/4 + lat/2). */
	first_position(&t, ITEMS "/HA-1?crs=" CRS "EPSG/0/3857", CRS "EPSG/0/3857", &x, &y);
	CHECK_NEAR(x, 4452779.63, 0.005);
	CHECK_NEAR(y, 1118889.97, 0.005);
	server_close(&t);
}

TEST(ogc_etags_and_methods)
{
	struct test_server t;
	struct reply r;
	char headers[200];
	struct sl_str etag;

	server_open(&t, NULL);
	get(&t, ITEMS, "", &r);
	etag = reply_header(&r, "etag");
	CHECK(etag.n > 10);
	snprintf(headers, sizeof headers, "If-None-Match: %.*s\r\n", SL_STR_ARG(etag));
	reply_done(&r);
	get(&t, ITEMS, headers, &r);
	CHECK_INT(r.status, 304);
	CHECK_INT(r.body.n, 0);
	reply_done(&r);
	programme_add_wkt(&t.p, "hazard", "HA-9", "2024-03-01", "class=SHA", "POINT(40 10)");
	get(&t, ITEMS, headers, &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	CHECK_NEAR(number_matched(&t, ITEMS), 4, 0);
	ask(&t, "HEAD", ITEMS, "", &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	ask(&t, "POST", ITEMS, "Content-Length: 0\r\n", &r);
	CHECK_INT(r.status, 405);
	CHECK_STR(reply_header(&r, "allow"), "GET, HEAD, OPTIONS");
	reply_done(&r);
	get(&t, ITEMS "/no%20such", "", &r);
	CHECK_INT(r.status, 404);
	CHECK_STR(reply_header(&r, "content-type"), "application/problem+json");
	reply_done(&r);
	get(&t, "/ogc/collections/nothing/items", "", &r);
	CHECK_INT(r.status, 404);
	reply_done(&r);
	get(&t, ITEMS, "Accept: image/png\r\n", &r);
	CHECK_INT(r.status, 406);
	reply_done(&r);
	server_close(&t);
}

/* ---- rights ---- */

static enum sl_code operator_of(void *ctx, struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	(void)out;
	(void)e;
	r->person = ctx;
	r->role = r->person->role;
	return SL_OK;
}

TEST(ogc_operator_sees_the_own_organisation)
{
	struct sl_person person = {
	    .name = {"o", 1}, .organisation = {"op1", 3}, .role = SL_ROLE_OPERATOR, .scope = SL_SCOPE_FULL};
	const struct sl_server_options o = {.identify = operator_of, .identify_ctx = &person};
	struct test_server t;
	struct reply r;

	server_open(&t, &o);
	programme_add_wkt(&t.p, "hazard", "OWN", "2024-03-01", "class=SHA;organisation=OP1", "POINT(40 10)");
	programme_add_wkt(&t.p, "hazard", "OTHER", "2024-03-01", "class=SHA;organisation=OP2", "POINT(40 10)");
	CHECK_NEAR(number_matched(&t, ITEMS), 1, 0);
	CHECK_NEAR(number_matched(&t, ITEMS "?bbox=39,9,41,11"), 1, 0);
	CHECK_NEAR(number_matched(&t, ITEMS "?as-of=2024-12-31"), 1, 0);
	CHECK_NEAR(number_matched(&t, ITEMS "?filter=S_INTERSECTS(geometry,POINT(40%2010))"), 1, 0);
	CHECK_NEAR(number_matched(&t, ITEMS "?class=SHA"), 1, 0);
	CHECK_NEAR(number_matched(&t, ITEMS "?class=CHA"), 0, 0);
	CHECK_NEAR(number_matched(&t, ITEMS "?organisation=OP2"), 0, 0);
	CHECK_NEAR(number_returned(&t, ITEMS "?properties=id"), 1, 0);
	CHECK_NEAR(number_matched(&t, ITEMS "?filter=organisation%3D'OP2'%20OR%20TRUE"), 1, 0);
	get(&t, ITEMS "/OWN", "", &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	get(&t, ITEMS "/OTHER", "", &r);
	CHECK_INT(r.status, 404);
	reply_done(&r);
	CHECK_NEAR(number_matched(&t, "/ogc/collections/place/items"), 0, 0);
	get(&t, "/ogc/collections/land/items", "", &r);
	CHECK(r.status == 200 && !strstr(r.text.p, "\"records\""));
	reply_done(&r);
	server_close(&t);
}

static enum sl_code nobody(void *ctx, struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	(void)ctx;
	(void)out;
	(void)e;
	r->open = true;
	r->role = SL_ROLE_PUBLIC;
	return SL_OK;
}

TEST(ogc_public_sees_generalised_land)
{
	const struct sl_server_options o = {.identify = nobody};
	struct test_server t;
	struct sl_arena a = {0};
	const struct sl_json *f, *point;
	struct reply r;

	server_open(&t, &o);
	programme_add_wkt(&t.p, "hazard", "HA-8", "2024-03-01", "class=SHA;notes=Ask Maria",
	                  "POINT(41.12345 10.54321)");
	programme_add_wkt(&t.p, "accident", "A-1", "2024-03-01", "", "POINT(41.1 10.5)");
	get(&t, ITEMS "/HA-8", "", &r);
	CHECK_INT(r.status, 200);
	CHECK(!strstr(r.text.p, "Maria") && !strstr(r.text.p, "\"notes\"") && !strstr(r.text.p, "\"extra\""));
	f = json_of(&a, &r);
	point = sl_json_get(sl_json_get(f, "geometry"), "coordinates");
	CHECK(point && point->n == 2);
	/* Moved, and by no more than the grid of 100 m. */
	if (point && point->n == 2) {
		CHECK(fabs(point->child->number - 41.12345) < 0.0009 && point->child->number != 41.12345);
		CHECK(fabs(point->child->next->number - 10.54321) < 0.0009 &&
		      point->child->next->number != 10.54321);
	}
	reply_done(&r);
	static const struct {
		const char *path;
		int status;
	} asks[] = {
	    {"/ogc/collections/accident/items", 404},
	    {"/ogc/collections/victim", 404},
	    {ITEMS "?filter=notes%20LIKE%20'%25Maria%25'", 400},
	    {ITEMS "?notes=Ask%20Maria", 400},
	    {ITEMS "?filter=%22%22%3D'x'", 400},
	    {ITEMS "?filter=S_INTERSECTS(geometry,POINT(41.12345%2010.54321))", 401},
	    {"/ogc/collections/land/items?filter=records%20LIKE%20'%25HA-1%25'", 400},
	    {"/ogc/collections/land/items", 200},
	};
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		get(&t, asks[i].path, "", &r);
		if (r.status != asks[i].status)
			printf("%s\n", asks[i].path);
		CHECK_INT(r.status, asks[i].status);
		reply_done(&r);
	}
	/* A box does not tell more than the grid, however small it is. */
	CHECK_NEAR(number_matched(&t, ITEMS "?bbox=41.1236,10.5433,41.1236,10.5433"), 1, 0);
	get(&t, "/ogc/collections", "", &r);
	CHECK(!strstr(r.text.p, "victim") && !strstr(r.text.p, "accident"));
	reply_done(&r);
	sl_arena_done(&a);
	server_close(&t);
}
