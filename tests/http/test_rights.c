/* Who may do what over the whole table of routes, and that a session is nobody's but who signed in. */
#include "support.h"

#include "http/who.h"

#include <unistd.h>

#define PASSWORD "correct horse battery"
#define PARCEL                                                                                             \
	"{\"type\":\"Polygon\",\"coordinates\":[[[40,10],[40.0005,10],[40.0005,10.0005],[40,10.0005],[40,10]]" \
	"]}"

#include "rights_table.h"

enum { FIRST = SL_ROLE_READER, SCOPES = 3 };
static const enum sl_scope scopes[SCOPES] = {SL_SCOPE_READ, SL_SCOPE_WRITE, SL_SCOPE_DEVICES};

struct office {
	struct test_server t;
	struct sl_people *people;
	struct sl_actor by;
	struct sl_err e;
	char token[SL_ROLES][SCOPES][SL_TOKEN_TEXT];
};

static void add_record(struct office *o, const char *kind, const char *id, const char *author,
                       const char *organisation, enum sl_state state, const char *sealed)
{
	struct test_programme *p = &o->t.p;
	struct sl_arena a = {0};
	struct sl_buf json = {0};
	struct sl_record rec;
	struct sl_revision rev = {.kind = sl_dictionary_kind(p->dict, sl_str_from(kind)), .state = state};
	const char *problem = NULL;

	CHECK_OK(sl_record_new(&a, rev.kind, &rec, &p->e), &p->e);
	CHECK_OK(sl_value_read(&a, sl_kind_field(rev.kind, "id"), sl_str_from(id),
	                       &rec.value[sl_kind_field(rev.kind, "id")->index], &problem, &p->e),
	         &p->e);
	CHECK(sl_date_parse(SL_STR("2024-05-01"), &rev.effective));
	sl_record_json(&json, &rec);
	rev.document = sl_buf_view(&json);
	rev.identity = sl_str_from(id);
	rev.entry = SL_STR("{}");
	rev.sealed = sl_str_from(sealed);
	rev.author = sl_str_from(author);
	rev.organisation = sl_str_from(organisation);
	CHECK_OK(sl_store_begin(p->db, &p->e), &p->e);
	CHECK_OK(sl_store_append(p->db, &rev, &rec, &p->e), &p->e);
	CHECK_OK(sl_store_commit(p->db, &p->e), &p->e);
	sl_buf_done(&json);
	sl_arena_done(&a);
}

static void office_empty(struct office *o, bool behind_proxy)
{
	const struct sl_server_options options = {
	    .identify = sl_identify, .password_cost = SL_PASSWORD_CHEAP, .behind_proxy = behind_proxy};

	memset(o, 0, sizeof *o);
	o->by = (struct sl_actor){SL_STR("test"), SL_STR("console")};
	server_open(&o->t, &options);
	CHECK_OK(sl_people_open(o->t.p.path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &o->t.p.env, &o->people, &o->e),
	         &o->e);
}

/* One account a role, with tokens of each scope; records of two organisations. */
static void office_open(struct office *o)
{
	office_empty(o, false);
	for (int role = FIRST; role < SL_ROLES; role++) {
		struct sl_new_user u = {.name = sl_str_from(sl_role_name((enum sl_role)role)),
		                        .role = (enum sl_role)role,
		                        .password = SL_STR(PASSWORD),
		                        .organisation = SL_STR("Clear Ways")};

		CHECK_OK(sl_user_add(o->people, &o->by, &u, &o->e), &o->e);
		for (int s = 0; s < SCOPES; s++)
			CHECK_OK(sl_token_create(o->people, &o->by, u.name, SL_STR("test"), scopes[s], 30,
			                         o->token[role][s], &o->e),
			         &o->e);
	}
	/* Written as another clerk would. */
	add_record(o, "hazard", "OWN", "data-entry", "CLEAR  ways", SL_APPROVED, "");
	add_record(o, "hazard", "OTHER", "somebody", "Others", SL_APPROVED, "");
	add_record(o, "hazard", "WAITS", "somebody", "Others", SL_SUBMITTED, "");
	add_record(o, "hazard", "DRAFT", "data-entry", "Others", SL_DRAFT, "");
	add_record(o, "victim", "V-OWN", "data-entry", "Clear Ways", SL_APPROVED,
	           "{\"family_name\":\"Sealedname\"}");
	add_record(o, "victim", "V-OTHER", "somebody", "Others", SL_APPROVED,
	           "{\"family_name\":\"Sealedname\"}");
}

static void office_close(struct office *o)
{
	struct sl_audit_check c = {0};

	CHECK_OK(sl_people_audit_verify(o->people, &c, &o->e), &o->e);
	CHECK_INT(c.first_wrong, 0);
	sl_people_close(o->people);
	server_close(&o->t);
}

static void sign_in_as(struct office *o, const char *name, struct sl_sign_in *in)
{
	const struct sl_sign_in_request q = {
	    .name = sl_str_from(name), .password = SL_STR(PASSWORD), .address = SL_STR("test")};
	struct sl_arena a = {0};

	CHECK_OK(sl_sign_in(o->people, &a, &q, in, &o->e), &o->e);
	CHECK_INT(in->verdict, SL_SIGNED_IN);
	sl_arena_done(&a);
}

static void request(const struct office *o, const char *method, const char *path, const char *headers,
                    const char *body, struct reply *r)
{
	bool form = !strncmp(path, "/sign-", 6) || !strncmp(path, "/set-up", 7);
	struct sl_buf b = {0};

	sl_buf_printf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, path, headers);
	if (body)
		sl_buf_printf(&b, "Content-Type: %s\r\n",
		              form ? "application/x-www-form-urlencoded" : "application/json");
	if (strcmp(method, "GET"))
		sl_buf_printf(&b, "Content-Length: %zu\r\n", body ? strlen(body) : 0);
	sl_buf_printf(&b, "\r\n%s", body ? body : "");
	ask_raw(&o->t, b.p, r);
	sl_buf_done(&b);
}

static int status_with(const struct office *o, const struct rights_row *row, const char *headers)
{
	struct reply r;
	int status;

	request(o, sl_method_name(row->method), row->path, headers, row->body, &r);
	status = r.status;
	reply_done(&r);
	return status;
}

static int expected(const struct rights_row *row, char sign)
{
	return sign == '+' ? row->good : sign == '-' ? 403 : sign == '0' ? 404 : 401;
}

static void check_row(const struct rights_row *row, const char *who, const char *how, int got, int want)
{
	if (got != want)
		printf("%s %s, %s with %s: %d, not %d\n", sl_method_name(row->method), row->path, who, how, got,
		       want);
	CHECK(got == want);
}

#define ROWS (sizeof rights_table / sizeof *rights_table)

TEST(rights_every_route_has_a_row)
{
	for (const struct sl_route *const *table = sl_route_tables; *table; table++)
		for (const struct sl_route *route = *table; route->path; route++) {
			bool there = false;

			for (size_t i = 0; i < ROWS; i++)
				there |=
				    rights_table[i].method == route->method && !strcmp(rights_table[i].route, route->path);
			if (!there)
				printf("%s %s is not in rights_table.h\n", sl_method_name(route->method), route->path);
			CHECK(there);
		}
	for (size_t i = 0; i < ROWS; i++) {
		struct sl_str path = sl_str_from(rights_table[i].path), bare;
		struct sl_route_match m = {0};
		struct sl_arena a = {0};
		struct sl_err e = {0};

		(void)!sl_str_split(&path, '?', &bare);
		CHECK_OK(sl_route_find(sl_route_tables, &a, rights_table[i].method, bare, &m, &e), &e);
		CHECK(m.route && !strcmp(m.route->path, rights_table[i].route));
		sl_arena_done(&a);
	}
}

TEST(rights_of_every_role_on_every_route)
{
	struct office o;

	office_open(&o);
	for (size_t i = 0; i < ROWS; i++) {
		const struct rights_row *row = &rights_table[i];
		const char *const of_scope[SCOPES] = {row->read, row->write, row->devices};

		for (int role = FIRST; role < SL_ROLES; role++) {
			const char *name = sl_role_name((enum sl_role)role);
			struct sl_sign_in in;
			char headers[300];

			sign_in_as(&o, name, &in); /* anew: signing out is one of the routes */
			snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", in.session,
			         in.csrf);
			check_row(row, name, "a session", status_with(&o, row, headers),
			          expected(row, row->session[role - FIRST]));
			for (int s = 0; s < SCOPES; s++) {
				snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", o.token[role][s]);
				check_row(row, name, sl_scope_name(scopes[s]), status_with(&o, row, headers),
				          expected(row, of_scope[s][role - FIRST]));
			}
		}
		check_row(row, "nobody", "nothing", status_with(&o, row, ""), row->nobody);
	}
	CHECK_OK(sl_serving_change(o.people, &o.by, SL_STR("public"), SL_STR("on"), &o.e), &o.e);
	usleep(400 * 1000); /* set by another program: seen within a quarter of a second */
	for (size_t i = 0; i < ROWS; i++)
		check_row(&rights_table[i], "the public", "nothing", status_with(&o, &rights_table[i], ""),
		          rights_table[i].open);
	office_close(&o);
}

/* What changes something needs the second secret, which another site's page does not have. */
TEST(rights_changes_by_a_session_need_its_second_secret)
{
	struct sl_sign_in in, other;
	struct office o;
	int guarded = 0;

	office_open(&o);
	sign_in_as(&o, "administrator", &in);
	sign_in_as(&o, "administrator", &other);
	for (size_t i = 0; i < ROWS; i++) {
		const struct rights_row *row = &rights_table[i];
		char headers[300];
		struct sl_str path = sl_str_from(row->path), bare;
		struct sl_route_match m = {0};
		struct sl_arena a = {0};

		(void)!sl_str_split(&path, '?', &bare);
		CHECK_OK(sl_route_find(sl_route_tables, &a, row->method, bare, &m, &o.e), &o.e);
		sl_arena_done(&a);
		if (row->method == SL_GET || m.route->flags & SL_ROUTE_DOOR)
			continue;
		guarded++;
		snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n", in.session);
		CHECK_INT(status_with(&o, row, headers), 403);
		snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", in.session,
		         other.csrf);
		CHECK_INT(status_with(&o, row, headers), 403);
	}
	CHECK(guarded > 5);
	office_close(&o);
}

/* ---- the life of a session ---- */

/* The value of the cookie that an answer sets; empty when it sets none or takes it away. */
static void cookie_of(const struct reply *r, char out[64])
{
	struct sl_str rest = reply_header(r, "set-cookie"), value = SL_STR(""), name = SL_STR("");

	if (rest.n && sl_str_split(&rest, ';', &value))
		(void)!sl_str_split(&value, '=', &name);
	snprintf(out, 64, "%.*s", (int)value.n, value.n ? value.p : "");
}

TEST(rights_session_is_not_fixed_and_not_replayed)
{
	struct sl_sign_in planted;
	char cookie[64], headers[400], csrf[64] = "";
	const char *at;
	struct office o;
	struct reply r;

	office_open(&o);
	/* Eve plants a cookie: one that she made up, and one that is good for her. */
	sign_in_as(&o, "reader", &planted);
	for (int own = 0; own < 2; own++) {
		char value[SL_SECRET_TEXT] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

		if (own)
			memcpy(value, planted.session, sizeof value);
		snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n", value);
		request(&o, "POST", "/api/session", headers, "{\"name\":\"officer\",\"password\":\"" PASSWORD "\"}",
		        &r);
		CHECK_INT(r.status, 200);
		cookie_of(&r, cookie);
		CHECK(strlen(cookie) == SL_SECRET_TEXT - 1 && strcmp(cookie, value) != 0);
		CHECK(strstr(r.text.p, "; Path=/; HttpOnly; SameSite=Strict") && !strstr(r.text.p, "; Secure"));
		at = strstr(r.text.p, "\"csrf\":\"");
		snprintf(csrf, sizeof csrf, "%.43s", at ? at + 8 : "");
		reply_done(&r);
		request(&o, "GET", "/api/programme", headers, NULL, &r);
		CHECK_INT(r.status, 401);
		reply_done(&r);
	}
	snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", cookie, csrf);
	request(&o, "GET", "/api/session", headers, NULL, &r);
	CHECK(strstr(r.text.p, "\"name\":\"officer\"") && strstr(r.text.p, "\"read-audit\":\"all\""));
	CHECK_STR(reply_header(&r, "cache-control"), "no-store");
	reply_done(&r);
	request(&o, "DELETE", "/api/session", headers, NULL, &r);
	CHECK_INT(r.status, 204);
	CHECK(strstr(r.text.p, "safelane=; Path=/") && strstr(r.text.p, "Max-Age=0"));
	reply_done(&r);
	request(&o, "GET", "/api/programme", headers, NULL, &r);
	CHECK_INT(r.status, 401);
	reply_done(&r);
	request(&o, "GET", "/api/session", headers, NULL, &r);
	CHECK(strstr(r.text.p, "\"person\":null"));
	reply_done(&r);
	office_close(&o);
}

TEST(rights_forms_work_without_a_script)
{
	char link[SL_SECRET_TEXT], body[300], cookie[64], headers[200], csrf[64];
	struct sl_sign_in in;
	const char *at;
	struct office o;
	struct reply r;

	office_empty(&o, false);
	CHECK_OK(sl_setup_link(o.people, link, &o.e), &o.e);
	snprintf(body, sizeof body, "/set-up?key=%s", link);
	request(&o, "GET", body, "Accept: text/html\r\n", NULL, &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, link) && strstr(r.text.p, "action=\"http://localhost/set-up\""));
	CHECK(!strstr(r.text.p, "<script") && strstr(r.text.p, "form-action 'self'"));
	reply_done(&r);
	/* A password that cannot be taken leaves the link good. */
	snprintf(body, sizeof body, "key=%s&name=An%%22na&password=short", link);
	request(&o, "POST", "/set-up", "", body, &r);
	CHECK_INT(r.status, 400);
	CHECK(strstr(r.text.p, "role=\"alert\"") && strstr(r.text.p, "value=\"An&quot;na\"") &&
	      !strstr(r.text.p, "short\""));
	reply_done(&r);
	snprintf(body, sizeof body, "key=%s&name=Anna&password=correct+horse+battery", link);
	request(&o, "POST", "/set-up", "", body, &r);
	CHECK_INT(r.status, 303);
	cookie_of(&r, cookie);
	CHECK(strlen(cookie) == SL_SECRET_TEXT - 1);
	reply_done(&r);
	request(&o, "POST", "/set-up", "", body, &r); /* once */
	CHECK_INT(r.status, 403);
	reply_done(&r);

	snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n", cookie);
	request(&o, "GET", "/sign-in", headers, NULL, &r);
	CHECK(strstr(r.text.p, "signed in as <strong>Anna</strong>"));
	at = strstr(r.text.p, "name=\"csrf\" value=\"");
	snprintf(csrf, sizeof csrf, "csrf=%.43s", at ? at + 19 : "");
	reply_done(&r);
	request(&o, "POST", "/sign-out", headers, csrf, &r);
	CHECK_INT(r.status, 303);
	CHECK_STR(reply_header(&r, "location"), "http://localhost/sign-in");
	reply_done(&r);
	request(&o, "GET", "/api/programme", headers, NULL, &r);
	CHECK_INT(r.status, 401);
	reply_done(&r);

	request(&o, "POST", "/sign-in", "", "name=Anna&password=wrong+password", &r);
	CHECK_INT(r.status, 401);
	CHECK(strstr(r.text.p, "<form"));
	reply_done(&r);
	/* Another site's page cannot sign somebody in either. */
	request(&o, "POST", "/sign-in", "Origin: https://evil.example\r\n",
	        "name=Anna&password=correct+horse+battery", &r);
	CHECK_INT(r.status, 401);
	CHECK(strstr(r.text.p, "https://evil.example") && !reply_header(&r, "set-cookie").n);
	reply_done(&r);
	request(&o, "POST", "/sign-in", "Origin: http://localhost\r\n",
	        "name=Anna&password=correct+horse+battery", &r);
	CHECK_INT(r.status, 303);
	reply_done(&r);
	sign_in_as(&o, "Anna", &in);
	CHECK_INT(in.person.role, SL_ROLE_ADMINISTRATOR);
	office_close(&o);
}

TEST(rights_cookie_under_tls)
{
	struct sl_new_user u = {.name = SL_STR("Anna"), .role = SL_ROLE_READER, .password = SL_STR(PASSWORD)};
	struct office o;
	struct reply r;
	char cookie[64], headers[200];

	office_empty(&o, true);
	CHECK_OK(sl_user_add(o.people, &o.by, &u, &o.e), &o.e);
	request(&o, "POST", "/api/session", "X-Forwarded-Proto: https\r\n",
	        "{\"name\":\"Anna\",\"password\":\"" PASSWORD "\"}", &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, "Set-Cookie: __Host-safelane=") &&
	      strstr(r.text.p, "; Path=/; HttpOnly; SameSite=Strict; Secure\r\n"));
	cookie_of(&r, cookie);
	reply_done(&r);
	snprintf(headers, sizeof headers, "X-Forwarded-Proto: https\r\nCookie: __Host-safelane=%s\r\n", cookie);
	request(&o, "GET", "/api/programme", headers, NULL, &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	office_close(&o);
}

/* Cookies do not tell ports apart. */
TEST(rights_two_programmes_on_one_machine)
{
	static const struct {
		const char *headers, *cookie;
	} cases[] = {
	    {"X-Forwarded-Host: map.example:8443\r\nX-Forwarded-Proto: https\r\n", "__Host-safelane-8443="},
	    {"X-Forwarded-Host: map.example:8081\r\nX-Forwarded-Prefix: /a:1\r\n", "safelane-8081="},
	    {"X-Forwarded-Host: [::1]:8081\r\n", "safelane-8081="},
	    {"X-Forwarded-Host: [::1]\r\n", "safelane="},
	    {"X-Forwarded-Host: map.example\r\n", "safelane="},
	};
	struct sl_new_user u = {.name = SL_STR("Anna"), .role = SL_ROLE_READER, .password = SL_STR(PASSWORD)};
	struct office o;

	office_empty(&o, true);
	CHECK_OK(sl_user_add(o.people, &o.by, &u, &o.e), &o.e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reply r;

		request(&o, "POST", "/api/session", cases[i].headers,
		        "{\"name\":\"Anna\",\"password\":\"" PASSWORD "\"}", &r);
		if (r.status == 200)
			CHECK(sl_str_has_prefix(reply_header(&r, "set-cookie"), cases[i].cookie));
		else
			CHECK_INT(r.status, 400); /* no such prefix is believed */
		reply_done(&r);
	}
	office_close(&o);
}

TEST(rights_guessing_is_slowed_down)
{
	static const char wrong[] = "{\"name\":\"reader\",\"password\":\"wrong password\"}";
	struct office o;
	struct reply r;
	int64_t wait_s = 0;

	office_open(&o);
	for (int i = 0; i < 6; i++) { /* five are free; the sixth begins the waiting */
		request(&o, "POST", "/api/session", "", wrong, &r);
		if (r.status != 401)
			CHECK_INT(r.status, 429);
		reply_done(&r);
	}
	request(&o, "POST", "/api/session", "", "{\"name\":\"reader\",\"password\":\"" PASSWORD "\"}", &r);
	CHECK_INT(r.status, 429);
	CHECK(sl_str_int64(reply_header(&r, "retry-after"), &wait_s) && wait_s >= 1);
	CHECK(!reply_header(&r, "set-cookie").n);
	reply_done(&r);
	office_close(&o);
}

/* ---- what each may see ---- */

static void see(const struct office *o, enum sl_role role, const char *path, const char *there,
                const char *not_there)
{
	struct reply r;
	char headers[200];

	snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", o->token[role][0]);
	request(o, "GET", path, headers, NULL, &r);
	CHECK_INT(r.status, 200);
	if (there && !strstr(r.text.p, there))
		printf("%s: no %s in %s\n", path, there, r.text.p);
	CHECK(!there || strstr(r.text.p, there));
	CHECK(!not_there || !strstr(r.text.p, not_there));
	reply_done(&r);
}

TEST(rights_operator_sees_the_own_organisation_only)
{
	struct office o;

	office_open(&o);
	see(&o, SL_ROLE_OPERATOR, "/api/records/hazard", "\"total\":1", "OTHER");
	see(&o, SL_ROLE_OPERATOR, "/api/records/hazard?id=o", "\"total\":1", "OTHER");
	see(&o, SL_ROLE_READER, "/api/records/hazard", "\"total\":5", "WAITS");
	see(&o, SL_ROLE_OPERATOR, "/api/programme",
	    "\"kind\":\"hazard\",\"label\":\"Hazardous area\",\"records\":1}", NULL);
	see(&o, SL_ROLE_READER, "/api/programme",
	    "\"kind\":\"hazard\",\"label\":\"Hazardous area\",\"records\":5}", NULL);
	see(&o, SL_ROLE_OPERATOR, "/api/search?q=O", "\"OWN\"", "OTHER");
	see(&o, SL_ROLE_READER, "/api/search?q=O", "\"OTHER\"", NULL);
	see(&o, SL_ROLE_REVIEWER, "/api/findings?limit=1000", "\"record\":\"OTHER\"", NULL);
	see(&o, SL_ROLE_OPERATOR, "/api/findings?limit=1000", "\"record\":\"OWN\"", "OTHER");
	office_close(&o);
}

/* What came before an approval is compared with what the person saw before, not with what was hidden. */
TEST(rights_history_leaves_out_what_waited)
{
	const struct sl_kind *kind;
	struct sl_revision rev;
	struct sl_uuid record;
	struct office o;

	office_open(&o);
	CHECK_OK(sl_store_find(o.t.p.db, SL_STR("hazard:WAITS"), &record, &kind, &o.e), &o.e);
	CHECK_OK(sl_store_begin(o.t.p.db, &o.e), &o.e);
	CHECK_OK(sl_store_set_state(o.t.p.db, record, SL_APPROVED, &rev, &o.e), &o.e);
	CHECK_OK(sl_store_commit(o.t.p.db, &o.e), &o.e);
	see(&o, SL_ROLE_REVIEWER, "/api/history/hazard:WAITS", "\"state\":\"submitted\"", NULL);
	see(&o, SL_ROLE_REVIEWER, "/api/history/hazard:WAITS", "\"changes\":[]", NULL);
	see(&o, SL_ROLE_READER, "/api/history/hazard:WAITS", "\"field\":\"id\",\"from\":null,\"to\":\"WAITS\"",
	    "\"submitted\"");
	see(&o, SL_ROLE_READER, "/api/history/hazard:WAITS", "\"state\":\"approved\"", "\"changes\":[]");
	office_close(&o);
}

TEST(rights_sealed_reading_is_on_record)
{
	struct sl_audit_entry *x = NULL;
	struct sl_arena a = {0};
	struct sl_sign_in in;
	char headers[200];
	struct office o;
	struct reply r;
	size_t n = 0, reads = 0;

	office_open(&o);
	for (int i = 0; i < 2; i++) {
		sign_in_as(&o, i ? "quality" : "reviewer", &in);
		snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n", in.session);
		request(&o, "GET", "/api/records/victim/V-OTHER/sealed", headers, NULL, &r);
		CHECK_INT(r.status, i ? 403 : 200);
		CHECK(!strstr(r.text.p, "Sealedname") == (i == 1));
		CHECK_STR(reply_header(&r, "cache-control"), "no-store");
		reply_done(&r);
	}
	CHECK_OK(sl_people_audit_read(o.people, &a, &(struct sl_audit_range){0}, &x, &n, &o.e), &o.e);
	for (size_t i = 0; i < n; i++)
		if (sl_str_is(x[i].what, "read-sensitive")) {
			reads++;
			CHECK_STR(x[i].person, "reviewer");
			CHECK_STR(x[i].record, "victim:V-OTHER");
			CHECK_STR(x[i].address, "127.0.0.1");
		}
	CHECK_INT(reads, 1);
	sl_arena_done(&a);
	/* In no answer of the other routes. */
	see(&o, SL_ROLE_OFFICER, "/api/records/victim", "V-OTHER", "Sealedname");
	see(&o, SL_ROLE_OFFICER, "/api/records/victim/V-OTHER", "V-OTHER", "Sealedname");
	see(&o, SL_ROLE_OFFICER, "/api/history/victim:V-OTHER", "V-OTHER", "Sealedname");
	office_close(&o);
}

/* ---- looking after people ---- */

static void manage(struct office *o, const struct sl_sign_in *in, const char *method, const char *path,
                   const char *body, int status, const char *holds)
{
	struct reply r;
	char headers[300];

	snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", in->session, in->csrf);
	request(o, method, path, headers, body, &r);
	if (r.status != status || (holds && !strstr(r.text.p, holds)))
		printf("%s %s: %s\n", method, path, r.text.n ? r.text.p : "closed");
	CHECK_INT(r.status, status);
	CHECK(!holds || strstr(r.text.p, holds));
	reply_done(&r);
}

TEST(rights_people_tokens_settings_audit)
{
	struct sl_sign_in in, dara;
	struct office o;
	struct reply r;
	char headers[200];

	office_open(&o);
	sign_in_as(&o, "administrator", &in);
	manage(&o, &in, "POST", "/api/people",
	       "{\"name\":\"Dara\",\"role\":\"reader\",\"password\":\"" PASSWORD "\"}", 201, NULL);
	manage(&o, &in, "POST", "/api/people",
	       "{\"name\":\"dara\",\"role\":\"reader\",\"password\":\"" PASSWORD "\"}", 409, NULL);
	manage(&o, &in, "POST", "/api/people",
	       "{\"name\":\"Vy\",\"role\":\"public\",\"password\":\"" PASSWORD "\"}", 400, "is no role");
	manage(&o, &in, "GET", "/api/people", NULL, 200, "\"name\":\"Dara\",\"role\":\"reader\"");
	sign_in_as(&o, "Dara", &dara);
	manage(&o, &dara, "GET", "/api/audit", NULL, 403, NULL);
	manage(&o, &in, "PATCH", "/api/people/Dara", "{\"role\":\"officer\"}", 204, NULL);
	manage(&o, &dara, "GET", "/api/audit", NULL, 200,
	       "\"what\":\"user-role\""); /* from the next request on */
	manage(&o, &in, "PATCH", "/api/people/Dara", "{\"role\":\"operator\",\"organisation\":\"\"}", 400,
	       NULL);
	manage(&o, &in, "PATCH", "/api/people/Dara", "{\"role\":\"reader\",\"disabled\":true}", 400, "one of");
	manage(&o, &in, "PATCH", "/api/people/administrator", "{\"disabled\":true}", 409, "last administrator");
	manage(&o, &in, "PATCH", "/api/people/Nobody", "{\"disabled\":true}", 404, NULL);
	manage(&o, &dara, "POST", "/api/tokens", "{\"scope\":\"read\",\"days\":3,\"label\":\"script\"}", 201,
	       "{\"token\":\"slt_");
	manage(&o, &dara, "POST", "/api/tokens", "{\"scope\":\"full\"}", 400, NULL);
	manage(&o, &dara, "POST", "/api/tokens", "{\"scope\":\"read\",\"days\":1e300}", 400, "days");
	manage(&o, &dara, "GET", "/api/tokens", NULL, 200, "\"label\":\"script\"");
	manage(&o, &dara, "DELETE", "/api/tokens/1", NULL, 404, NULL); /* another's */
	manage(&o, &in, "DELETE", "/api/tokens/1", NULL, 204, NULL);
	snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", o.token[SL_ROLE_READER][0]);
	request(&o, "GET", "/api/programme", headers, NULL, &r);
	CHECK_INT(r.status, 401);
	reply_done(&r);
	manage(&o, &dara, "PATCH", "/api/session",
	       "{\"old_password\":\"wrong password\",\"password\":\"another long one\"}", 403, NULL);
	manage(&o, &dara, "PATCH", "/api/session",
	       "{\"old_password\":\"" PASSWORD "\",\"password\":\"another long one\"}", 204, NULL);
	manage(&o, &dara, "GET", "/api/tokens", NULL, 401, NULL);
	manage(&o, &in, "PATCH", "/api/people/Dara", "{\"password\":\"" PASSWORD "\"}", 204, NULL);
	sign_in_as(&o, "Dara", &dara);
	manage(&o, &in, "PATCH", "/api/people/Dara", "{\"disabled\":true}", 204, NULL);
	manage(&o, &dara, "GET", "/api/tokens", NULL, 401, NULL);
	/* All or none; what is set here holds from the next request on. */
	manage(&o, &in, "PATCH", "/api/settings", "{\"public\":true,\"small-cell\":-1}", 400, "small-cell");
	manage(&o, &in, "GET", "/api/settings", NULL, 200, "\"public\":false");
	manage(&o, &in, "PATCH", "/api/settings", "{\"public\":true,\"small-cell\":7}", 200,
	       "\"small-cell\":7");
	request(&o, "GET", "/api/session", "", NULL, &r);
	CHECK(strstr(r.text.p, "\"read-published\":\"all\""));
	reply_done(&r);
	manage(&o, &in, "PATCH", "/api/settings", "{\"public\":false}", 200, NULL);
	request(&o, "GET", "/api/session", "", NULL, &r);
	CHECK(strstr(r.text.p, "\"read-published\":\"none\""));
	reply_done(&r);
	manage(&o, &in, "GET", "/api/audit?limit=2", NULL, 200, "\"chain_broken_at\":null");
	manage(&o, &in, "GET", "/api/audit?before=3&limit=1", NULL, 200, "\"seq\":2,");
	manage(&o, &in, "GET", "/api/audit?from=yesterday", NULL, 400, "from is a date");
	office_close(&o);
}

TEST(rights_no_secret_in_the_log)
{
	char text[32768] = "", path[128], headers[300], link[SL_SECRET_TEXT];
	struct sl_sign_in in;
	struct office o;
	struct reply r;
	ssize_t n;

	office_empty(&o, false);
	CHECK_OK(sl_setup_link(o.people, link, &o.e), &o.e);
	snprintf(path, sizeof path, "/set-up?key=%s", link);
	request(&o, "GET", path, "", NULL, &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	sl_people_close(o.people);
	server_close(&o.t);
	office_open(&o);
	request(&o, "GET", path, "", NULL, &r); /* another office's: refused, and not written down either */
	CHECK_INT(r.status, 403);
	reply_done(&r);
	sign_in_as(&o, "administrator", &in);
	manage(&o, &in, "POST", "/api/people",
	       "{\"name\":\"Dara\",\"role\":\"reader\",\"password\":\"" PASSWORD "\"}", 201, NULL);
	manage(&o, &in, "PATCH", "/api/people/Dara", "{\"role\":\"nothing\"}", 400, NULL);
	request(&o, "POST", "/api/session", "", "{\"name\":\"Dara\",\"password\":\"" PASSWORD "\"}", &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	request(&o, "POST", "/sign-in", "", "name=" PASSWORD "&password=wrong", &r);
	reply_done(&r);
	snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", o.token[SL_ROLE_READER][0]);
	request(&o, "GET", "/api/programme", headers, NULL, &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	sl_server_stop(o.t.server, 1000);
	o.t.server = NULL;
	n = pread(o.t.log, text, sizeof text - 1, 0);
	CHECK(n > 0 && strstr(text, "\"path\":\"/set-up\",\"query\":\"key\",\"status\":403"));
	CHECK(!strstr(text, link) && !strstr(text, in.session) && !strstr(text, in.csrf) &&
	      !strstr(text, "slt_") && !strstr(text, "horse") && !strstr(text, "__Host") &&
	      !strstr(text, "safelane="));
	office_close(&o);
}
