#include "support.h"

#include "base/json.h"
#include "http/openapi.h"
#include "http/parts.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int status_of(const struct test_server *t, const char *method, const char *path, const char *headers)
{
	struct reply r;
	int status;

	ask(t, method, path, headers, &r);
	status = r.status;
	reply_done(&r);
	return status;
}

/* The route's path with something in its {...}. */
static void example(const char *path, char out[256])
{
	size_t n = 0;

	for (; *path && n < 200; path++) {
		if (*path == '{') {
			path = strchr(path, '}');
			out[n++] = 'x';
		} else {
			out[n++] = *path;
		}
	}
	out[n] = 0;
}

TEST(server_denies_by_default)
{
	const struct sl_server_options nobody = {.anyone = SL_ROLE_PUBLIC};
	struct test_server t;
	int guarded = 0;

	server_open(&t, &nobody);
	for (const struct sl_route *const *table = sl_route_tables; *table; table++)
		for (const struct sl_route *route = *table; route->path; route++) {
			char path[256];
			int status;

			example(route->path, path);
			status = status_of(&t, sl_method_name(route->method), path, "Content-Length: 0\r\n");
			if (route->flags & SL_ROUTE_DOOR) { /* see test_rights.c */
				CHECK(status >= 200 && status < 500);
			} else if (route->flags & SL_ROUTE_STATIC) {
				CHECK(status == 200 || status == 404);
			} else {
				CHECK_INT(status, 401);
				guarded++;
			}
		}
	CHECK(guarded > 8);
	server_close(&t);
}

TEST(server_public_when_the_programme_says_so)
{
	const struct sl_server_options nobody = {.anyone = SL_ROLE_PUBLIC};
	struct test_server t;

	server_open(&t, &nobody);
	CHECK_INT(status_of(&t, "GET", "/api/programme", ""), 401);
	CHECK_OK(sl_store_set_fact(t.p.db, "public", SL_STR("on"), &t.p.e), &t.p.e);
	/* Open to the public, and yet the records themselves are for readers. */
	CHECK_INT(status_of(&t, "GET", "/api/programme", ""), 401);
	CHECK_INT(status_of(&t, "GET", "/health", ""), 200);
	server_close(&t);
}

TEST(server_answers)
{
	static const struct {
		const char *path;
		int status;
		const char *holds;
	} cases[] = {
	    {"/", 200, "<main "},
	    {"/index", 200, "<main "},
	    {"/map?at=9/1/2&as-of=2020-01-01", 200, "<main "},
	    {"/records/hazard/HA-1", 200, "<main "},
	    {"/nothing", 404, "\"status\":404"},
	    {"/health", 200, "\"status\":\"ok\""},
	    {"/assets/x/style.css", 200, "--ink"},
	    {"/assets/x/../index.html", 404, ""},
	    {"/assets/x/%2e%2e/index.html", 404, ""},
	    {"/api", 200, "\"openapi\":\"3.0.3\""},
	    {"/api/", 200, "\"openapi\":\"3.0.3\""},
	    {"/api/programme", 200, "\"kind\":\"hazard\",\"label\":\"Hazardous area\",\"records\":3"},
	    {"/api/programme", 200, "\"first\":\"2024-01-01\",\"today\":\"2026-01-01\""},
	    {"/api/account?as-of=2025-12-31", 200, "\"CHA\":{\"count\":3,"},
	    {"/api/account?as-of=yesterday", 400, "is no date"},
	    {"/api/account?by=colour", 400, "no breakdown"},
	    {"/api/account?colour=red", 400, "'colour' is no parameter"},
	    {"/api/account?as-of=2025-12-31&as-of=2025-12-31", 400, "twice"},
	    {"/api/why?cell=stock.CHA?as_of=2025-12-31", 200, "\"id\":\"HA-1\""},
	    {"/api/why?cell=stock.CHA%2bstock.SHA?as_of=2025-12-31", 200, "\"id\":\"HA-1\""},
	    {"/api/why?cell=count.hazard?as_of=2025-12-31", 200, "{\"kind\":\"hazard\",\"id\":\"HA-1\",\"value\":1}"},
	    {"/api/why?cell=count.victim?family_name=Smith", 400, "about a person"},
	    {"/api/why?cell=nothing", 400, "names no figure"},
	    {"/api/why", 400, "cell is missing"},
	    {"/api/ask?lat=10.0005&lon=40.0005", 200, "\"id\":\"HA-1\""},
	    {"/api/ask?at=10.0005%2040.0005", 200, "\"id\":\"HA-1\""},
	    {"/api/ask?lat=100&lon=40", 400, "detail"},
	    {"/api/ask?lat=nan&lon=40", 400, "detail"},
	    {"/api/ask?lat=10", 400, "lat and lon"},
	    {"/api/history/HA-1", 200, "\"revisions\""},
	    {"/api/history/none", 404, "no record is called 'none'"},
	    {"/api/findings", 200, "\"counts\""},
	    {"/api/findings?severity=grave", 400, "severity"},
	    {"/api/records/hazard", 200, "\"total\":3"},
	    {"/api/records/hazard?limit=1&offset=2&sort=-id", 200, "\"id\":\"HA-1\""},
	    {"/api/records/hazard?id=ha-&class=CHA", 200, "\"total\":2"},
	    {"/api/records/hazard?class=SHA", 200, "\"total\":0"},
	    {"/api/records/hazard?area_reported_m2=12345", 200, "\"total\":3"},
	    {"/api/records/hazard?area_reported_m2=..12344", 200, "\"total\":0"},
	    {"/api/records/hazard?effective_date=2024-03-01..", 200, "\"total\":3"},
	    {"/api/records/hazard?effective_date=2024..2024", 200, "\"total\":3"},
	    {"/api/records/hazard?locality=none", 200, "\"total\":3"},
	    {"/api/records/hazard?name=%25", 200, "\"total\":0"}, /* a sign of LIKE is an ordinary letter */
	    {"/api/records/hazard?area_reported_m2=many", 400, "not a number"},
	    {"/api/records/hazard?colour=red", 400, "no column 'colour'"},
	    {"/api/records/hazard?sort=geom", 400, "no column 'geom'"},
	    {"/api/records/hazard?limit=0", 400, "limit"},
	    {"/api/records/unicorn", 404, "no kind"},
	    {"/api/records/hazard/HA-1", 200, "\"type\":\"Polygon\""},
	    {"/api/records/hazard/HA%2F3", 200, "\"id\":\"HA/3\""},
	    {"/api/records/hazard/HA-9", 404, "no hazard is called 'HA-9'"},
	    {"/api/records/place/HA-1", 404, "no place"},
	    {"/api/search?q=ha", 200, "\"id\":\"HA-1\""},
	    {"/api/search?q=m%C3%8Dsto", 200, "\"id\":\"P-1\""},
	    {"/api/search?q=10.5%2040.5", 200, "\"what\":\"position\",\"text\":\"10.5000000 40.5000000\""},
	    {"/api/search?q=zzz", 200, "\"results\":[]"},
	    {"/api/search?q=%ff", 400, "not UTF-8"},
	    {"/api/search?q=%00", 400, "NUL"},
	};
	struct test_server t;

	server_open(&t, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reply r;

		ask(&t, "GET", cases[i].path, "", &r);
		if (r.status != cases[i].status || !strstr(r.text.n ? r.text.p : "", cases[i].holds))
			printf("%s: %d\n%s\n", cases[i].path, r.status, r.text.n ? r.text.p : "");
		CHECK_INT(r.status, cases[i].status);
		CHECK(r.text.n && strstr(r.text.p, cases[i].holds));
		CHECK_STR(reply_header(&r, "x-content-type-options"), "nosniff");
		CHECK(strstr(r.text.p, "Content-Security-Policy: default-src "));
		CHECK(!strstr(r.text.p, t.p.path)); /* where the file lies is nobody's business */
		reply_done(&r);
	}
	server_close(&t);
}

/* Only the page of forms compiles WebAssembly; no page runs inline scripts or styles. */
TEST(server_policy_of_pages)
{
	static const char *const paths[] = {"/", "/map", "/enter", "/enter/hazard", "/settings"};
	struct test_server t;
	struct reply r;

	server_open(&t, NULL);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		ask(&t, "GET", paths[i], "", &r);
		CHECK_INT(r.status, 200);
		CHECK(!strstr(r.text.p, "unsafe-inline") && !strstr(r.text.p, "'unsafe-eval'"));
		CHECK(!strstr(r.text.p, "wasm-unsafe-eval") == !strstr(paths[i], "enter"));
		reply_done(&r);
	}
	/* The worker's text changes with the parts that it keeps. */
	ask(&t, "GET", "/enter-worker.js", "", &r);
	CHECK(strstr(r.text.p, sl_asset_hash()) && !strstr(r.text.p, "{{"));
	CHECK_STR(reply_header(&r, "content-type"), "text/javascript; charset=utf-8");
	reply_done(&r);
	server_close(&t);
}

TEST(server_head_is_get_without_a_body)
{
	struct test_server t;
	struct reply get, head;

	server_open(&t, NULL);
	for (const struct sl_route *const *table = sl_route_tables; *table; table++)
		for (const struct sl_route *route = *table; route->path; route++) {
			char path[256];

			if (route->method != SL_GET)
				continue;
			example(route->path, path);
			ask(&t, "GET", path, "", &get);
			ask(&t, "HEAD", path, "", &head);
			CHECK_INT(head.status, get.status);
			CHECK(sl_str_eq(reply_header(&head, "content-length"), reply_header(&get, "content-length")));
			CHECK(sl_str_eq(reply_header(&head, "etag"), reply_header(&get, "etag")));
			CHECK(sl_str_eq((struct sl_str){head.text.p + head.text.n - 4, 4}, SL_STR("\r\n\r\n")));
			reply_done(&get);
			reply_done(&head);
		}
	server_close(&t);
}

TEST(server_says_when_nothing_changed)
{
	struct test_server t;
	struct reply r;
	char known[200];

	server_open(&t, NULL);
	ask(&t, "GET", "/api/records/hazard", "", &r);
	snprintf(known, sizeof known, "If-None-Match: %.*s\r\n", SL_STR_ARG(reply_header(&r, "etag")));
	reply_done(&r);
	CHECK_INT(status_of(&t, "GET", "/api/records/hazard", known), 304);
	CHECK_INT(status_of(&t, "GET", "/api/records/hazard?limit=2", known), 200);
	programme_add(&t.p, "hazard", "HA-4", "2024-05-01", "class=SHA", NULL);
	ask(&t, "GET", "/api/records/hazard", known, &r);
	CHECK_INT(r.status, 200);
	CHECK(r.text.n && strstr(r.text.p, "\"total\":4"));
	reply_done(&r);
	/* What was kept for the older content is made again. */
	ask(&t, "GET", "/api/account?as-of=2025-12-31", "", &r);
	CHECK(r.text.n && strstr(r.text.p, "\"without_boundary\":{\"count\":1"));
	reply_done(&r);
	server_close(&t);
}

TEST(server_compresses)
{
	struct test_server t;
	struct reply plain, zipped;
	struct sl_buf back = {0};

	server_open(&t, NULL);
	ask(&t, "GET", "/api", "", &plain);
	ask(&t, "GET", "/api", "Accept-Encoding: gzip\r\n", &zipped);
	CHECK_STR(reply_header(&plain, "content-encoding"), "");
	CHECK_STR(reply_header(&zipped, "content-encoding"), "gzip");
	CHECK(zipped.body.n < plain.body.n / 2);
	reply_done(&plain);
	reply_done(&zipped);
	/* Parts of the pages come as they were gzipped when the program was built. */
	ask(&t, "GET", "/assets/x/style.css", "", &plain);
	ask(&t, "GET", "/assets/x/style.css", "Accept-Encoding: br, gzip\r\n", &zipped);
	CHECK_OK(sl_gunzip(zipped.body, 1 << 20, &back, &t.p.e), &t.p.e);
	CHECK(sl_str_eq(plain.body, sl_buf_view(&back)));
	reply_done(&plain);
	reply_done(&zipped);
	ask(&t, "GET", "/health", "Accept-Encoding: gzip\r\n", &zipped); /* not worth it */
	CHECK_STR(reply_header(&zipped, "content-encoding"), "");
	reply_done(&zipped);
	sl_buf_done(&back);
	server_close(&t);
}

TEST(server_keeps_parts_of_pages_for_ever)
{
	struct test_server t;
	struct reply r;
	char path[64];
	const char *at;

	server_open(&t, NULL);
	ask(&t, "GET", "/", "", &r);
	at = strstr(r.text.p, "/assets/");
	CHECK(at != NULL);
	snprintf(path, sizeof path, "%.24s/style.css", at ? at : "");
	CHECK(!strstr(r.text.p, "{{"));
	CHECK_STR(reply_header(&r, "cache-control"), "private, no-cache");
	reply_done(&r);
	ask(&t, "GET", path, "", &r);
	CHECK_INT(r.status, 200);
	CHECK_STR(reply_header(&r, "cache-control"), "public, max-age=31536000, immutable");
	CHECK_STR(reply_header(&r, "content-type"), "text/css; charset=utf-8");
	reply_done(&r);
	ask(&t, "GET", "/assets/0123456789abcdef/style.css", "", &r); /* a page from before an update */
	CHECK_INT(r.status, 200);
	CHECK_STR(reply_header(&r, "cache-control"), "no-store");
	reply_done(&r);
	server_close(&t);
}

TEST(server_methods)
{
	struct test_server t;
	struct reply r;

	server_open(&t, NULL);
	ask(&t, "DELETE", "/api/ask", "", &r);
	CHECK_INT(r.status, 405);
	CHECK_STR(reply_header(&r, "allow"), "GET, HEAD, POST, OPTIONS");
	reply_done(&r);
	ask(&t, "OPTIONS", "/api/ask", "", &r);
	CHECK_INT(r.status, 204);
	CHECK_STR(reply_header(&r, "allow"), "GET, HEAD, POST, OPTIONS");
	reply_done(&r);
	CHECK_INT(status_of(&t, "BREW", "/api/ask", ""), 501);
	CHECK_INT(status_of(&t, "OPTIONS", "/no/such/thing", ""), 404);
	server_close(&t);
}

static enum sl_code by_token(void *ctx, struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str token = sl_request_header(r, "authorization");

	(void)ctx;
	(void)out;
	if (sl_str_is(token, "Bearer reader"))
		r->role = SL_ROLE_READER;
	else if (token.n)
		return sl_fail(e, SL_DENIED, "the token does not hold");
	r->open = sl_request_header(r, "x-open").n > 0;
	return SL_OK;
}

TEST(server_asks_who_it_is)
{
	const struct sl_server_options o = {.identify = by_token};
	struct test_server t;
	struct reply r;

	server_open(&t, &o);
	CHECK_INT(status_of(&t, "GET", "/api/programme", ""), 401);
	CHECK_INT(status_of(&t, "GET", "/api/programme", "X-Open: 1\r\n"), 401);
	CHECK_INT(status_of(&t, "GET", "/api/programme", "Authorization: Bearer reader\r\n"), 200);
	CHECK_INT(status_of(&t, "GET", "/api/account", "Authorization: Bearer reader\r\n"), 200); /* on another thread */
	ask(&t, "GET", "/api/programme", "Authorization: Bearer stolen\r\n", &r);
	CHECK_INT(r.status, 401);
	CHECK(reply_header(&r, "www-authenticate").n > 0);
	reply_done(&r);
	server_close(&t);
}

TEST(server_lets_other_sites_read_what_is_public_only)
{
	const struct sl_server_options nobody = {.anyone = SL_ROLE_PUBLIC};
	struct test_server t;
	struct reply r;

	server_open(&t, &nobody);
	ask(&t, "GET", "/ogc/nothing", "Origin: https://map.example\r\n", &r);
	CHECK_STR(reply_header(&r, "access-control-allow-origin"), "*");
	reply_done(&r);
	ask(&t, "GET", "/api/programme", "Origin: https://map.example\r\n", &r);
	CHECK_STR(reply_header(&r, "access-control-allow-origin"), "");
	reply_done(&r);
	server_close(&t);
	/* Who may read without signing in may do so as a person, not by another site's script. */
	server_open(&t, NULL);
	ask(&t, "GET", "/ogc/nothing", "Origin: https://map.example\r\n", &r);
	CHECK_STR(reply_header(&r, "access-control-allow-origin"), "");
	reply_done(&r);
	server_close(&t);
}

TEST(server_error_pages_for_people)
{
	struct test_server t;
	struct reply r;

	server_open(&t, NULL);
	ask(&t, "GET", "/%3Cscript%3E", "Accept: text/html,*/*;q=0.8\r\n", &r);
	CHECK_INT(r.status, 404);
	CHECK_STR(reply_header(&r, "content-type"), "text/html; charset=utf-8");
	CHECK(!strstr(r.text.p, "<script>"));
	reply_done(&r);
	ask(&t, "GET", "/api/history/%3Cscript%3E", "Accept: text/html\r\n", &r);
	CHECK(strstr(r.text.p, "&lt;script&gt;") && !strstr(r.text.p, "<script>"));
	reply_done(&r);
	server_close(&t);
}

static void post(const struct test_server *t, const char *headers, const char *body, struct reply *r)
{
	char text[4096];

	snprintf(text, sizeof text, "POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n%s\r\n%s",
	         strlen(body), headers, body);
	ask_raw(t, text, r);
}

#define PARCEL                                                                                                     \
	"{\"type\":\"Polygon\",\"coordinates\":[[[40,10],[40.0005,10],[40.0005,10.0005],[40,10.0005],[40,10]]]}"

TEST(server_bodies)
{
	static const struct {
		const char *headers, *body;
		int status;
	} cases[] = {
	    {"Content-Type: application/geo+json\r\n", PARCEL, 200},
	    {"Content-Type: Application/GEO+JSON; charset=utf-8\r\n", PARCEL, 200},
	    {"Content-Type: application/json\r\nExpect: 100-continue\r\n", PARCEL, 100},
	    {"Content-Type: application/json\r\nOrigin: http://localhost\r\n", PARCEL, 200},
	    {"Content-Type: application/json\r\nOrigin: http://localhost.evil.example\r\n", PARCEL, 403},
	    {"Content-Type: application/json\r\nOrigin: null\r\n", PARCEL, 403},
	    {"Content-Type: application/json\r\nSec-Fetch-Site: cross-site\r\n", PARCEL, 403},
	    {"Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n", PARCEL, 200},
	    {"Content-Type: text/plain\r\n", PARCEL, 415},
	    {"", PARCEL, 415},
	    {"Content-Type: application/json\r\nContent-Encoding: gzip\r\n", PARCEL, 415},
	    {"Content-Type: application/json\r\n", "{\"type\":\"Point\",\"coordinates\":[1,2]}", 400},
	    {"Content-Type: application/json\r\n", "[[[[[[[[", 400},
	    {"Content-Type: application/json\r\n", "\xff\xfe", 400},
	    {"Content-Type: application/json\r\n", "", 400},
	};
	struct test_server t;

	server_open(&t, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reply r;

		post(&t, cases[i].headers, cases[i].body, &r);
		if (r.status != cases[i].status)
			printf("%s%s: %s\n", cases[i].headers, cases[i].body, r.text.n ? r.text.p : "closed");
		CHECK_INT(r.status, cases[i].status);
		reply_done(&r);
	}
	server_close(&t);
}

TEST(server_bodies_that_are_too_large)
{
	static const char chunked[] = "POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	                              "Transfer-Encoding: chunked\r\n\r\n";
	struct test_server t;
	struct reply r;
	int s;
	bool ended = false;

	server_open(&t, NULL);
	ask_raw(&t, "POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
	            "1000000000\r\n\r\n", &r);
	CHECK_INT(r.status, 413);
	reply_done(&r);
	ask_raw(&t, "GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", &r);
	CHECK_INT(r.status, 413);
	reply_done(&r);
	/* In pieces that say no length: cut off. */
	s = client_connect(&t);
	CHECK(client_send(s, chunked, strlen(chunked)));
	for (int i = 0; i < 10000 && !ended; i++) {
		char piece[1024 + 7];

		memcpy(piece, "400\r\n", 5);
		memset(piece + 5, ' ', 1024);
		memcpy(piece + 5 + 1024, "\r\n", 2);
		ended = !client_send(s, piece, sizeof piece);
	}
	client_read(s, false, &r);
	CHECK(ended || r.closed || r.status >= 400);
	reply_done(&r);
	close(s);
	CHECK_INT(status_of(&t, "GET", "/health", ""), 200);
	server_close(&t);
}

TEST(server_keeps_a_connection)
{
	static const char pipelined[] = "GET /api/account HTTP/1.1\r\nHost: localhost\r\n\r\n"
	                                "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
	                                "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	struct test_server t;
	struct sl_buf all = {0};
	struct reply r;
	char one[1];
	const char *at;
	int s;

	server_open(&t, NULL);
	s = client_connect(&t);
	for (int i = 0; i < 5; i++) {
		static const char *const paths[] = {"/health", "/nothing", "/api/account", "/api/records/hazard/HA-1",
		                                    "/api/account?x=1"};
		char text[200];

		snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", paths[i]);
		CHECK(client_send(s, text, strlen(text)));
		client_read(s, false, &r);
		CHECK(r.status == 200 || r.status == 404 || r.status == 400);
		reply_done(&r);
	}
	close(s);
	/* Three at once are answered in order, and then the connection ends. */
	s = client_connect(&t);
	CHECK(client_send(s, pipelined, strlen(pipelined)));
	while (recv(s, one, 1, 0) == 1)
		sl_buf_add(&all, one, 1);
	CHECK(all.n && (at = strstr(all.p, "HTTP/1.1 200")) && (at = strstr(at, "HTTP/1.1 404")) &&
	      strstr(at, "HTTP/1.1 200"));
	sl_buf_done(&all);
	close(s);
	server_close(&t);
}

TEST(server_other_names_for_this_machine)
{
	struct test_server t;
	struct reply r;

	server_open(&t, NULL);
	ask_raw(&t, "GET /health HTTP/1.1\r\nHost: map.evil.example\r\n\r\n", &r);
	CHECK_INT(r.status, 421);
	reply_done(&r);
	ask_raw(&t, "GET /health HTTP/1.1\r\n\r\n", &r);
	CHECK_INT(r.status, 400);
	reply_done(&r);
	ask_raw(&t, "GET /health HTTP/1.1\r\nHost: a\"b\r\n\r\n", &r);
	CHECK_INT(r.status, 400);
	reply_done(&r);
	server_close(&t);
}

TEST(server_behind_a_proxy)
{
	const struct sl_server_options proxied = {.behind_proxy = true};
	struct test_server t;
	struct reply r;

	server_open(&t, &proxied);
	ask(&t, "GET", "/", "X-Forwarded-Proto: https\r\nX-Forwarded-Host: map.example\r\nX-Forwarded-Prefix: /mine\r\n", &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, "\"https://map.example/mine/assets/"));
	reply_done(&r);
	server_close(&t);
}

TEST(server_log_keeps_no_secrets)
{
	struct test_server t;
	char text[8192] = "";
	ssize_t n;

	server_open(&t, NULL);
	status_of(&t, "GET", "/api/search?q=PersonsName", "Cookie: session=CookieSecret\r\n"
	                                                   "Authorization: Bearer TokenSecret\r\n");
	status_of(&t, "GET", "/setup/LinkSecret?x=QuerySecret", "");
	status_of(&t, "GET", "/%ff%22", "");
	sl_server_stop(t.server, 1000);
	t.server = NULL;
	n = pread(t.log, text, sizeof text - 1, 0);
	CHECK(n > 0);
	CHECK(strstr(text, "\"path\":\"/api/search\",\"query\":\"q\",\"status\":200"));
	CHECK(strstr(text, "\"path\":\"/setup/...\",\"status\":404"));
	CHECK(!strstr(text, "Secret") && !strstr(text, "PersonsName"));
	server_close(&t);
}

TEST(server_openapi_names_every_listed_route_once)
{
	const struct sl_openapi doc = {.title = "t", .description = "d", .server = "http://h", .prefix = ""};
	struct sl_buf b = {0};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_json *tree;
	size_t listed = 0, written = 0;

	sl_openapi_json(&b, &doc);
	CHECK_OK(sl_json_parse(&a, sl_buf_view(&b), &tree, &e), &e);
	for (const struct sl_route *const *t = sl_route_tables; *t; t++)
		for (const struct sl_route *r = *t; r->path; r++)
			listed += !(r->flags & SL_ROUTE_UNLISTED);
	for (const struct sl_json *path = sl_json_get(tree, "paths")->child; path; path = path->next) {
		written += path->n;
		for (const struct sl_json *other = path->next; other; other = other->next)
			CHECK(!sl_str_eq(other->key, path->key));
	}
	CHECK_INT(written, listed);
	sl_buf_done(&b);
	sl_arena_done(&a);
}

TEST(server_refuses_what_it_cannot_do)
{
	const struct sl_server_options cases[] = {
	    {.path = "/nonexistent.gpkg", .listen = "127.0.0.1:0"},
	    {.listen = "here"},
	    {.listen = "127.0.0.1:99999"},
	    {.listen = "127.0.0.1:0", .certificate = "/dev/null"},
	    {.listen = "127.0.0.1:0", .certificate = "/dev/null", .key = "/dev/null"},
	    {.listen = "0.0.0.0:0", .anyone = SL_ROLE_READER},
	};
	struct test_programme p;

	programme_open(&p);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_server_options o = cases[i];
		struct sl_server *server = NULL;
		struct sl_err e = {0};

		o.path = o.path ? o.path : p.path;
		o.log = -1;
		CHECK(sl_server_start(&o, &p.env, &server, &e) != SL_OK);
		CHECK(e.msg[0] && !server);
	}
	programme_close(&p);
}

/* The cookie chooses the language, else the browser does; what says words says in which they are. */
TEST(server_answers_in_the_language_of_the_reader)
{
	static const struct {
		const char *headers, *language, *word;
	} cases[] = {
	    {"Accept: text/html\r\n", "en", "Not found"},
	    {"Accept: text/html\r\nAccept-Language: fr-CH, en;q=0.5\r\n", "fr", "Introuvable"},
	    {"Accept: text/html\r\nAccept-Language: en;q=0.5, xx, fr;q=0.4\r\n", "en", "Not found"},
	    {"Accept: application/json\r\nAccept-Language: fr;q=0.1\r\n", "fr", "Introuvable"},
	    {"Accept: text/html\r\nAccept-Language: en\r\nCookie: a=b; language=fr\r\n", "fr", "Introuvable"},
	    {"Accept: text/html\r\nAccept-Language: fr\r\nCookie: language=../../x\r\n", "fr", "Introuvable"},
	    {"Accept: text/html\r\nAccept-Language: fr;q=0\r\n", "en", "Not found"},
	};
	struct test_server t;
	struct reply r;

	server_open(&t, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ask(&t, "GET", "/nothing-is-here", cases[i].headers, &r);
		CHECK_INT(r.status, 404);
		CHECK(sl_str_is(reply_header(&r, "content-language"), cases[i].language));
		CHECK(sl_str_has_suffix_nocase(reply_header(&r, "vary"), "Accept-Language, Cookie"));
		CHECK(strstr(r.text.p, cases[i].word));
		reply_done(&r);
	}
	ask(&t, "GET", "/map", "Accept-Language: ar\r\n", &r);
	CHECK(strstr(r.text.p, "<html lang=\"ar\" dir=\"rtl\">"));
	CHECK(strstr(r.text.p, "/text/ar.js"));
	CHECK(!strstr(r.text.p, "{{"));
	reply_done(&r);
	ask(&t, "GET", "/map", "", &r);
	CHECK(strstr(r.text.p, "<html lang=\"en\" dir=\"ltr\">"));
	reply_done(&r);
	/* What holds no words is the same for everybody. */
	ask(&t, "GET", "/health", "Accept-Language: fr\r\n", &r);
	CHECK(!reply_header(&r, "content-language").n);
	reply_done(&r);
	server_close(&t);
}
