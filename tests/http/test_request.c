#include "check.h"
#include "http/parts.h"

static enum sl_code parse(struct sl_arena *a, struct sl_str text, struct sl_pair **q, size_t *n)
{
	struct sl_err e = {0};
	enum sl_code code = sl_query_parse(a, text, q, n, &e);

	CHECK(!code || e.msg[0]);
	return code;
}

TEST(query_is_decoded_once)
{
	struct sl_arena a = {0};
	struct sl_pair *q;
	size_t n;

	CHECK_INT(parse(&a, SL_STR("a=1+2&b=%2B%253D&&c&d=&=e&bbox=1,2"), &q, &n), SL_OK);
	CHECK_INT(n, 6);
	CHECK_STR(q[0].value, "1 2");
	CHECK_STR(q[1].value, "+%3D");
	CHECK_STR(q[2].name, "c");
	CHECK_STR(q[2].value, "");
	CHECK_STR(q[4].name, "");
	CHECK_STR(q[5].value, "1,2");
	CHECK_INT(parse(&a, SL_STR(""), &q, &n), SL_OK);
	CHECK_INT(n, 0);
	CHECK_INT(parse(&a, SL_STR("a=%"), &q, &n), SL_INVALID);
	CHECK_INT(parse(&a, SL_STR("%1=a"), &q, &n), SL_INVALID);
	CHECK_INT(parse(&a, SL_STR("a=%00"), &q, &n), SL_INVALID);
	CHECK_INT(parse(&a, SL_STR("a=%fe"), &q, &n), SL_INVALID);
	sl_arena_done(&a);
}

TEST(query_has_a_bound)
{
	struct sl_arena a = {0};
	struct sl_buf b = {0};
	struct sl_pair *q;
	size_t n;

	for (int i = 0; i < SL_QUERY_MAX; i++)
		sl_buf_printf(&b, "%sp%d=1", i ? "&" : "", i);
	CHECK_INT(parse(&a, sl_buf_view(&b), &q, &n), SL_OK);
	sl_buf_puts(&b, "&more=1");
	CHECK_INT(parse(&a, sl_buf_view(&b), &q, &n), SL_INVALID);
	sl_buf_done(&b);
	sl_arena_done(&a);
}

static enum sl_code judge(const char *query, unsigned flags)
{
	static const struct sl_parameter known[] = {{.name = "limit", .schema = "{}", .description = "how many"},
	                                            {.name = "cell", .schema = "{}", .description = "which", .required = true},
	                                            {0}};
	const struct sl_route route = {.path = "/x", .query = known, .flags = flags};
	struct sl_arena a = {0};
	struct sl_request r = {.route = &route, .arena = &a};
	struct sl_err e = {0};
	struct sl_pair *q = NULL;
	enum sl_code code;

	CHECK_INT(parse(&a, sl_str_from(query), &q, &r.n_query), SL_OK);
	r.query = q;
	code = sl_request_judge_query(&r, &e);
	sl_arena_done(&a);
	return code;
}

TEST(query_unknown_repeated_empty_missing)
{
	CHECK_INT(judge("cell=a&limit=3", 0), SL_OK);
	CHECK_INT(judge("cell=a&Limit=3", 0), SL_INVALID);
	CHECK_INT(judge("cell=a&other=3", 0), SL_INVALID);
	CHECK_INT(judge("cell=a&other=3", SL_ROUTE_OPEN_QUERY), SL_OK);
	CHECK_INT(judge("cell=a&cell=a", 0), SL_INVALID);
	CHECK_INT(judge("cell=a&cell=b", SL_ROUTE_OPEN_QUERY), SL_INVALID);
	CHECK_INT(judge("cell=a&limit=", 0), SL_INVALID);
	CHECK_INT(judge("limit=3", 0), SL_INVALID);
}

TEST(query_whole_numbers)
{
	static const struct {
		const char *text;
		bool clamp;
		int64_t want; /* -1: refused */
	} cases[] = {{"1", false, 1},    {"100", false, 100}, {"0", false, -1},  {"101", false, -1}, {"101", true, 100},
	             {"-1", true, -1},   {"1.5", true, -1},   {"x", true, -1},   {"1e9", true, -1},
	             {"99999999999999999999999999", true, 100}, {"99999999999999999999999999", false, -1}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_pair q = {SL_STR("limit"), sl_str_from(cases[i].text)};
		struct sl_request r = {.query = &q, .n_query = 1};
		struct sl_err e = {0};
		int64_t x = -1;

		CHECK_INT(sl_request_int(&r, "limit", 10, 1, 100, cases[i].clamp, &x, &e),
		          cases[i].want < 0 ? SL_INVALID : SL_OK);
		CHECK_INT(x, cases[i].want);
	}
}

TEST(request_cookie)
{
	struct sl_pair h = {SL_STR("cookie"), SL_STR("a=1; session=abc=d;  b=; session=second")};
	struct sl_request r = {.header = &h, .n_headers = 1};

	CHECK_STR(sl_request_cookie(&r, "session"), "abc=d");
	CHECK_STR(sl_request_cookie(&r, "a"), "1");
	CHECK_STR(sl_request_cookie(&r, "b"), "");
	CHECK_STR(sl_request_cookie(&r, "sess"), "");
}

static enum sl_code seen(const char *host, const char *proto, const char *forwarded, const char *prefix, bool proxy,
                         struct sl_buf *out)
{
	struct sl_pair h[] = {{SL_STR("host"), sl_str_from(host)},
	                      {SL_STR("x-forwarded-proto"), sl_str_from(proto)},
	                      {SL_STR("x-forwarded-host"), sl_str_from(forwarded)},
	                      {SL_STR("x-forwarded-prefix"), sl_str_from(prefix)}};
	struct sl_request r = {.header = h, .n_headers = 4};
	struct sl_seen_as s;
	struct sl_err e = {0};

	sl_buf_clear(out);
	if (sl_request_seen_as(&r, false, proxy, &s, &e))
		return e.code;
	sl_buf_printf(out, "%.*s://%.*s%.*s", SL_STR_ARG(s.scheme), SL_STR_ARG(s.host), SL_STR_ARG(s.prefix));
	return SL_OK;
}

TEST(request_how_we_are_called)
{
	static const char *const bad[] = {"",        "a b",     "a/b",       "a\"b",   "<x>", ":80",    "a:123456",
	                                  "a:80:90", "[::1",    "[zz]",      "a:",     "a:8x", "a@b",   "ho\xffst"};
	struct sl_buf b = {0};

	CHECK_INT(seen("map.example:8080", "", "", "", false, &b), SL_OK);
	CHECK_STR(sl_buf_view(&b), "http://map.example:8080");
	CHECK_INT(seen("[::1]:80", "https", "evil.example", "/x", false, &b), SL_OK); /* no proxy: not believed */
	CHECK_STR(sl_buf_view(&b), "http://[::1]:80");
	CHECK_INT(seen("inner", "https", "map.example, other", "/mine/", true, &b), SL_OK);
	CHECK_STR(sl_buf_view(&b), "https://map.example/mine");
	CHECK_INT(seen("inner", "gopher", "", "//evil.example", true, &b), SL_INVALID);
	CHECK_INT(seen("inner", "", "", "/a\"b", true, &b), SL_INVALID);
	CHECK_INT(seen("inner", "", "ev il", "", true, &b), SL_INVALID);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(seen(bad[i], "", "", "", false, &b), SL_INVALID);
	sl_buf_done(&b);
}

TEST(request_local_hosts)
{
	static const char *const local[] = {"localhost", "localhost:8080", "LOCALHOST", "127.0.0.1:1", "127.1.2.3",
	                                    "[::1]",     "[::1]:80",       "map.localhost"};
	static const char *const other[] = {"localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1",
	                                    "[::2]", "evil.example:127", "notlocalhost"};

	for (size_t i = 0; i < sizeof local / sizeof *local; i++)
		CHECK(sl_host_is_local(sl_str_from(local[i])));
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		CHECK(!sl_host_is_local(sl_str_from(other[i])));
}

TEST(accept_weights)
{
	CHECK_INT(sl_accept_weight(SL_STR(""), "text/html"), 1000);
	CHECK_INT(sl_accept_weight(SL_STR("text/html;q=0.5, */*;q=0.1"), "text/html"), 500);
	CHECK_INT(sl_accept_weight(SL_STR("text/*;q=0.3 , text/html;q=0.7"), "text/html; charset=utf-8"), 700);
	CHECK_INT(sl_accept_weight(SL_STR("text/html, application/json;q=0"), "application/json"), 0);
	CHECK_INT(sl_accept_weight(SL_STR("image/png"), "application/json"), 0);
	CHECK_INT(sl_accept_weight(SL_STR("APPLICATION/JSON"), "application/json"), 1000);
	CHECK_INT(sl_accept_weight(SL_STR(",,;;q=,*"), "application/json"), 1000);
	CHECK(sl_accept_gzip(SL_STR("deflate, gzip;q=1.0")));
	CHECK(sl_accept_gzip(SL_STR("*")));
	CHECK(!sl_accept_gzip(SL_STR("")));
	CHECK(!sl_accept_gzip(SL_STR("gzip;q=0, *")));
	CHECK(!sl_accept_gzip(SL_STR("identity, br")));
}

TEST(accept_offers)
{
	static const struct sl_offer offers[] = {{"json", "application/geo+json"}, {"html", "text/html"}, {0}};
	struct sl_pair accept = {SL_STR("accept"), SL_STR("text/html,application/xml;q=0.9,*/*;q=0.8")};
	struct sl_pair f = {SL_STR("f"), SL_STR("json")};
	struct sl_request r = {.header = &accept, .n_headers = 1};
	struct sl_response out = {0};
	const struct sl_offer *chosen = NULL;
	struct sl_err e = {0};

	CHECK_INT(sl_request_offer(&r, &out, offers, &chosen, &e), SL_OK);
	CHECK_STR(sl_str_from(chosen->name), "html");
	r.query = &f;
	r.n_query = 1;
	CHECK_INT(sl_request_offer(&r, &out, offers, &chosen, &e), SL_OK);
	CHECK_STR(sl_str_from(chosen->name), "json");
	f.value = SL_STR("xml");
	CHECK_INT(sl_request_offer(&r, &out, offers, &chosen, &e), SL_INVALID);
	sl_err_clear(&e);
	r.n_query = 0;
	accept.value = SL_STR("image/png");
	CHECK_INT(sl_request_offer(&r, &out, offers, &chosen, &e), SL_UNSUPPORTED);
	CHECK_INT(out.status, 406);
}

TEST(etags_listed)
{
	CHECK(sl_etag_listed(SL_STR("\"abc\""), SL_STR("abc")));
	CHECK(sl_etag_listed(SL_STR("\"x\", W/\"abc\""), SL_STR("abc")));
	CHECK(sl_etag_listed(SL_STR("\"abc-gz\""), SL_STR("abc")));
	CHECK(sl_etag_listed(SL_STR("*"), SL_STR("abc")));
	CHECK(!sl_etag_listed(SL_STR("\"abcd\", abc"), SL_STR("abc")));
	CHECK(!sl_etag_listed(SL_STR(""), SL_STR("abc")));
	CHECK(!sl_etag_listed(SL_STR("\"abc\""), SL_STR("")));
}

TEST(gzip_back_and_forth)
{
	struct sl_buf plain = {0}, zipped = {0}, back = {0};
	struct sl_err e = {0};

	for (int i = 0; i < 20000; i++)
		sl_buf_printf(&plain, "%d ", i);
	CHECK_OK(sl_gzip(sl_buf_view(&plain), 6, &zipped, &e), &e);
	CHECK(zipped.n < plain.n / 2);
	CHECK_OK(sl_gunzip(sl_buf_view(&zipped), plain.n, &back, &e), &e);
	CHECK(sl_str_eq(sl_buf_view(&plain), sl_buf_view(&back)));
	sl_buf_clear(&back);
	CHECK_INT(sl_gunzip(sl_buf_view(&zipped), plain.n - 1, &back, &e), SL_INVALID);
	sl_err_clear(&e);
	zipped.n /= 2;
	CHECK_INT(sl_gunzip(sl_buf_view(&zipped), plain.n, &back, &e), SL_INVALID);
	sl_err_clear(&e);
	sl_buf_done(&plain);
	sl_buf_done(&zipped);
	sl_buf_done(&back);
}

struct counting {
	int at, end;
};

static enum sl_code count_up(void *ctx, char *to, size_t max, size_t *n, struct sl_err *e)
{
	struct counting *c = ctx;

	(void)e;
	*n = 0;
	while (c->at < c->end && max - *n > 16)
		*n += (size_t)snprintf(to + *n, max - *n, "%d ", c->at++);
	return SL_OK;
}

TEST(gzip_stream_in_small_pieces)
{
	struct counting c = {0, 30000}, again = {0, 30000};
	struct sl_response out = {.stream = count_up, .stream_ctx = &c};
	struct sl_arena a = {0};
	struct sl_buf zipped = {0}, back = {0};
	struct sl_err e = {0};
	char piece[100], plain[100];
	size_t n, at = 0;

	CHECK_OK(sl_gzip_stream(&a, &out, &e), &e);
	do {
		CHECK_OK(out.stream(out.stream_ctx, piece, sizeof piece, &n, &e), &e);
		sl_buf_add(&zipped, piece, n);
	} while (n);
	CHECK_OK(sl_gunzip(sl_buf_view(&zipped), 1 << 20, &back, &e), &e);
	while (!count_up(&again, plain, sizeof plain, &n, &e) && n) {
		CHECK(at + n <= back.n && !memcmp(back.p + at, plain, n));
		at += n;
	}
	CHECK_INT(at, back.n);
	sl_arena_done(&a);
	sl_buf_done(&zipped);
	sl_buf_done(&back);
}
