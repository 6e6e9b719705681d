#include "check.h"
#include "http/http.h"

static enum sl_code nothing(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	(void)r;
	(void)out;
	(void)e;
	return SL_OK;
}

#define ROUTE(m, p)                                                                                                \
	{                                                                                                              \
		.method = (m), .path = (p), .handler = nothing, .summary = (p)                                             \
	}
static const struct sl_route table[] = {
    ROUTE(SL_GET, "/{page}"),
    ROUTE(SL_GET, "/"),
    ROUTE(SL_GET, "/items/{id}"),
    ROUTE(SL_PUT, "/items/{id}"),
    ROUTE(SL_GET, "/items/new"),
    ROUTE(SL_POST, "/items"),
    ROUTE(SL_GET, "/files/{path...}"),
    {0},
};
static const struct sl_route *const tables[] = {table, NULL};

static enum sl_code find(enum sl_method m, struct sl_str path, struct sl_route_match *out, struct sl_arena *a)
{
	struct sl_err e = {0};
	enum sl_code code = sl_route_find(tables, a, m, path, out, &e);

	CHECK(!code || e.msg[0]);
	return code;
}

TEST(route_that_says_more_wins)
{
	static const struct {
		const char *path, *route, *value;
	} cases[] = {
	    {"/", "/", NULL},
	    {"/items/new", "/items/new", NULL},
	    {"/items/new/", "/items/new", NULL},
	    {"/items/old", "/items/{id}", "old"},
	    {"/items/a%2Fb", "/items/{id}", "a/b"},
	    {"/items/a%252Fb", "/items/{id}", "a%2Fb"}, /* decoded once */
	    {"/items/a+b", "/items/{id}", "a+b"},
	    {"/about", "/{page}", "about"},
	    {"/files/a/b.css", "/files/{path...}", "a/b.css"},
	    {"/files/%D0%BC", "/files/{path...}", "\xd0\xbc"},
	};
	struct sl_arena a = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_route_match m = {0};

		CHECK_INT(find(SL_GET, sl_str_from(cases[i].path), &m, &a), SL_OK);
		CHECK_STR(sl_str_from(m.route ? m.route->path : "none"), cases[i].route);
		CHECK_INT(m.n_values, cases[i].value ? 1 : 0);
		if (m.n_values)
			CHECK_STR(m.value[0], cases[i].value);
	}
	sl_arena_done(&a);
}

TEST(route_methods_of_a_path)
{
	struct sl_arena a = {0};
	struct sl_route_match m = {0};

	CHECK_INT(find(SL_DELETE, SL_STR("/items/7"), &m, &a), SL_UNSUPPORTED);
	CHECK_INT(m.allowed, 1u << SL_GET | 1u << SL_PUT);
	CHECK_INT(find(SL_GET, SL_STR("/items"), &m, &a), SL_UNSUPPORTED); /* not "/{page}" */
	CHECK_INT(m.allowed, 1u << SL_POST);
	CHECK_INT(find(SL_PUT, SL_STR("/items/7"), &m, &a), SL_OK);
	sl_arena_done(&a);
}

TEST(route_tricks_are_refused)
{
	static const struct {
		struct sl_str path;
		enum sl_code code;
	} cases[] = {
	    {{"", 0}, SL_INVALID},
	    {{"items", 5}, SL_INVALID},
	    {{"*", 1}, SL_INVALID},
	    {{"//", 2}, SL_NOT_FOUND},
	    {{"//items/new", 11}, SL_NOT_FOUND},
	    {{"/items//", 8}, SL_NOT_FOUND},
	    {{"/items/../items/new", 19}, SL_NOT_FOUND},
	    {{"/items/..", 9}, SL_INVALID},
	    {{"/items/%2e%2e", 13}, SL_INVALID},
	    {{"/items/%2E", 10}, SL_INVALID},
	    {{"/items/%", 8}, SL_INVALID},
	    {{"/items/%4", 9}, SL_INVALID},
	    {{"/items/%zz", 10}, SL_INVALID},
	    {{"/items/a%00b", 12}, SL_INVALID},
	    {{"/items/a\0b", 10}, SL_INVALID},
	    {{"/items/%ff", 10}, SL_INVALID},
	    {{"/items/%c0%af", 13}, SL_INVALID}, /* an overlong '/' */
	    {{"/items/%ed%a0%80", 16}, SL_INVALID}, /* a surrogate */
	    {{"/files", 6}, SL_OK}, /* a page of that name */
	};
	struct sl_arena a = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_route_match m = {0};

		CHECK_INT(find(SL_GET, cases[i].path, &m, &a), cases[i].code);
	}
	sl_arena_done(&a);
}

/* What the program really serves. */
TEST(route_tables_are_sound)
{
	for (const struct sl_route *const *t = sl_route_tables; *t; t++)
		for (const struct sl_route *r = *t; r->path; r++) {
			size_t values = 0;

			CHECK(r->path[0] == '/' && r->handler && r->summary && *r->summary && r->types && *r->types);
			CHECK(r->method < SL_METHODS && r->role <= SL_ROLE_ADMINISTRATOR);
			CHECK(!r->body_types == !r->body_max);
			CHECK(!r->body_types || r->method != SL_GET);
			CHECK(r->path[1] == 0 || r->path[strlen(r->path) - 1] != '/');
			CHECK(!(r->flags & SL_ROUTE_STATIC) || r->role == SL_ROLE_PUBLIC);
			CHECK(!(r->flags & SL_ROUTE_WITHOUT_PROGRAMME) || !(r->flags & SL_ROUTE_NO_SNAPSHOT));
			for (const char *p = r->path; *p; p++)
				values += *p == '{';
			CHECK(values <= SL_PATH_VALUES_MAX);
			for (const struct sl_parameter *p = r->query; p && p->name; p++)
				CHECK(p->schema && p->description && *p->description);
			for (const struct sl_route *const *u = sl_route_tables; *u; u++)
				for (const struct sl_route *other = *u; other->path; other++)
					CHECK(other == r || other->method != r->method || strcmp(other->path, r->path));
		}
}
