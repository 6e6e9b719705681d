/* The first line of a request: method, path and query, through the tables that are really served.  What a route
 * receives is UTF-8 without NUL and never names the folder above. */
#include "fuzz.h"

#include "base/utf8.h"
#include "http/parts.h"

#include <stdlib.h>
#include <string.h>

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void judge_text(struct sl_str s)
{
	must(sl_utf8_valid(s));
	must(!s.n || !memchr(s.p, 0, s.n));
}

static void judge_query(struct sl_arena *a, struct sl_request *r)
{
	struct sl_err e = {0};
	struct sl_pair *query;

	if (sl_query_parse(a, r->query_text, &query, &r->n_query, &e)) {
		must(e.msg[0]);
		return;
	}
	must(r->n_query <= SL_QUERY_MAX);
	r->query = query;
	for (size_t i = 0; i < r->n_query; i++) {
		judge_text(query[i].name);
		judge_text(query[i].value);
	}
	if (r->route && sl_request_judge_query(r, &e))
		must(e.msg[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_str rest = {(const char *)data, size}, line, path;
	struct sl_arena a = {0};
	struct sl_route_match m = {0};
	struct sl_request r = {.arena = &a};
	struct sl_err e = {0};

	if (!size)
		return 0;
	r.method = (enum sl_method)(data[0] % SL_METHODS);
	line = (struct sl_str){rest.p + 1, rest.n - 1};
	r.query_text = line;
	if (!line.n || !sl_str_split(&r.query_text, '?', &path))
		return 0;
	if (!r.query_text.p)
		r.query_text = SL_STR("");
	if (sl_route_find(sl_route_tables, &a, r.method, path, &m, &e)) {
		must(e.msg[0]);
		must(e.code == SL_INVALID || e.code == SL_NOT_FOUND || (e.code == SL_UNSUPPORTED && m.allowed));
	} else {
		must(m.route && m.route->method == r.method && m.n_values <= SL_PATH_VALUES_MAX);
		for (size_t i = 0; i < m.n_values; i++) {
			judge_text(m.value[i]);
			must(!sl_str_is(m.value[i], "..") && !sl_str_is(m.value[i], "."));
		}
		r.route = m.route;
	}
	judge_query(&a, &r);
	sl_arena_done(&a);
	return 0;
}
