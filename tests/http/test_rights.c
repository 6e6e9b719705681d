/* Who may do what over the whole table of routes, and that a session is nobody's but who signed in. */
#include "office.h"

#include <unistd.h>

#define PARCEL                                                                                             \
	"{\"type\":\"Polygon\",\"coordinates\":[[[40,10],[40.0005,10],[40.0005,10.0005],[40,10.0005],[40,10]]" \
	"]}"

#include "rights_table.h"

static int status_with(const struct office *o, const struct rights_row *row, const char *headers)
{
	struct reply r;
	int status;

	office_request(o, sl_method_name(row->method), row->path, headers, row->body, &r);
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
		const char *const of_scope[OFFICE_SCOPES] = {row->read, row->write, row->devices};

		for (int role = OFFICE_FIRST; role < SL_ROLES; role++) {
			const char *name = sl_role_name((enum sl_role)role);
			struct sl_sign_in in;
			char headers[300];

			office_sign_in(&o, name, &in); /* anew: signing out is one of the routes */
			snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", in.session,
			         in.csrf);
			check_row(row, name, "a session", status_with(&o, row, headers),
			          expected(row, row->session[role - OFFICE_FIRST]));
			for (int s = 0; s < OFFICE_SCOPES; s++) {
				snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", o.token[role][s]);
				check_row(row, name, sl_scope_name(office_scopes[s]), status_with(&o, row, headers),
				          expected(row, of_scope[s][role - OFFICE_FIRST]));
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
	office_sign_in(&o, "administrator", &in);
	office_sign_in(&o, "administrator", &other);
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
		/* A token in the address says who it is: the session beside it counts for nothing. */
		if (sl_str_has_prefix(bare, "/odk/key/"))
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

TEST(rights_session_is_not_fixed_and_not_replayed)
{
	struct sl_sign_in planted;
	char cookie[64], headers[400], csrf[64] = "";
	const char *at;
	struct office o;
	struct reply r;

	office_open(&o);
	/* Eve plants a cookie: one that she made up, and one that is good for her. */
	office_sign_in(&o, "reader", &planted);
	for (int own = 0; own < 2; own++) {
		char value[SL_SECRET_TEXT] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

		if (own)
			memcpy(value, planted.session, sizeof value);
		snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n", value);
		office_request(&o, "POST", "/api/session", headers, "{\"name\":\"officer\",\"password\":\"" PASSWORD "\"}",
		        &r);
		CHECK_INT(r.status, 200);
		office_cookie(&r, cookie);
		CHECK(strlen(cookie) == SL_SECRET_TEXT - 1 && strcmp(cookie, value) != 0);
		CHECK(strstr(r.text.p, "; Path=/; HttpOnly; SameSite=Strict") && !strstr(r.text.p, "; Secure"));
		at = strstr(r.text.p, "\"csrf\":\"");
		snprintf(csrf, sizeof csrf, "%.43s", at ? at + 8 : "");
		reply_done(&r);
		office_request(&o, "GET", "/api/programme", headers, NULL, &r);
		CHECK_INT(r.status, 401);
		reply_done(&r);
	}
	snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", cookie, csrf);
	office_request(&o, "GET", "/api/session", headers, NULL, &r);
	CHECK(strstr(r.text.p, "\"name\":\"officer\"") && strstr(r.text.p, "\"read-audit\":\"all\""));
	CHECK_STR(reply_header(&r, "cache-control"), "no-store");
	reply_done(&r);
	office_request(&o, "DELETE", "/api/session", headers, NULL, &r);
	CHECK_INT(r.status, 204);
	CHECK(strstr(r.text.p, "safelane=; Path=/") && strstr(r.text.p, "Max-Age=0"));
	reply_done(&r);
	office_request(&o, "GET", "/api/programme", headers, NULL, &r);
	CHECK_INT(r.status, 401);
	reply_done(&r);
	office_request(&o, "GET", "/api/session", headers, NULL, &r);
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
	office_request(&o, "GET", body, "Accept: text/html\r\n", NULL, &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, link) && strstr(r.text.p, "action=\"http://localhost/set-up\""));
	CHECK(!strstr(r.text.p, "<script") && strstr(r.text.p, "form-action 'self'"));
	reply_done(&r);
	/* A password that cannot be taken leaves the link good. */
	snprintf(body, sizeof body, "key=%s&name=An%%22na&password=short", link);
	office_request(&o, "POST", "/set-up", "", body, &r);
	CHECK_INT(r.status, 400);
	CHECK(strstr(r.text.p, "role=\"alert\"") && strstr(r.text.p, "value=\"An&quot;na\"") &&
	      !strstr(r.text.p, "short\""));
	reply_done(&r);
	snprintf(body, sizeof body, "key=%s&name=Anna&password=correct+horse+battery", link);
	office_request(&o, "POST", "/set-up", "", body, &r);
	CHECK_INT(r.status, 303);
	office_cookie(&r, cookie);
	CHECK(strlen(cookie) == SL_SECRET_TEXT - 1);
	reply_done(&r);
	office_request(&o, "POST", "/set-up", "", body, &r); /* once */
	CHECK_INT(r.status, 403);
	reply_done(&r);

	snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n", cookie);
	office_request(&o, "GET", "/sign-in", headers, NULL, &r);
	CHECK(strstr(r.text.p, "signed in as <strong>Anna</strong>"));
	at = strstr(r.text.p, "name=\"csrf\" value=\"");
	snprintf(csrf, sizeof csrf, "csrf=%.43s", at ? at + 19 : "");
	reply_done(&r);
	office_request(&o, "POST", "/sign-out", headers, csrf, &r);
	CHECK_INT(r.status, 303);
	CHECK_STR(reply_header(&r, "location"), "http://localhost/sign-in");
	reply_done(&r);
	office_request(&o, "GET", "/api/programme", headers, NULL, &r);
	CHECK_INT(r.status, 401);
	reply_done(&r);

	office_request(&o, "POST", "/sign-in", "", "name=Anna&password=wrong+password", &r);
	CHECK_INT(r.status, 401);
	CHECK(strstr(r.text.p, "<form"));
	reply_done(&r);
	/* Another site's page cannot sign somebody in either. */
	office_request(&o, "POST", "/sign-in", "Origin: https://evil.example\r\n",
	        "name=Anna&password=correct+horse+battery", &r);
	CHECK_INT(r.status, 403);
	CHECK(strstr(r.text.p, "https://evil.example") && !reply_header(&r, "set-cookie").n);
	reply_done(&r);
	office_request(&o, "POST", "/sign-in", "Origin: http://localhost\r\n",
	        "name=Anna&password=correct+horse+battery", &r);
	CHECK_INT(r.status, 303);
	reply_done(&r);
	office_sign_in(&o, "Anna", &in);
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
	office_request(&o, "POST", "/api/session", "X-Forwarded-Proto: https\r\n",
	        "{\"name\":\"Anna\",\"password\":\"" PASSWORD "\"}", &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, "Set-Cookie: __Host-safelane=") &&
	      strstr(r.text.p, "; Path=/; HttpOnly; SameSite=Strict; Secure\r\n"));
	office_cookie(&r, cookie);
	reply_done(&r);
	snprintf(headers, sizeof headers, "X-Forwarded-Proto: https\r\nCookie: __Host-safelane=%s\r\n", cookie);
	office_request(&o, "GET", "/api/programme", headers, NULL, &r);
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

		office_request(&o, "POST", "/api/session", cases[i].headers,
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
		office_request(&o, "POST", "/api/session", "", wrong, &r);
		if (r.status != 401)
			CHECK_INT(r.status, 429);
		reply_done(&r);
	}
	office_request(&o, "POST", "/api/session", "", "{\"name\":\"reader\",\"password\":\"" PASSWORD "\"}", &r);
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
	office_request(o, "GET", path, headers, NULL, &r);
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
		office_sign_in(&o, i ? "quality" : "reviewer", &in);
		snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n", in.session);
		office_request(&o, "GET", "/api/records/victim/V-OTHER/sealed", headers, NULL, &r);
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

TEST(rights_people_tokens_settings_audit)
{
	struct sl_sign_in in, dara;
	struct office o;
	struct reply r;
	char headers[200];

	office_open(&o);
	office_sign_in(&o, "administrator", &in);
	office_manage(&o, &in, "POST", "/api/people",
	       "{\"name\":\"Dara\",\"role\":\"reader\",\"password\":\"" PASSWORD "\"}", 201, NULL);
	office_manage(&o, &in, "POST", "/api/people",
	       "{\"name\":\"dara\",\"role\":\"reader\",\"password\":\"" PASSWORD "\"}", 409, NULL);
	office_manage(&o, &in, "POST", "/api/people",
	       "{\"name\":\"Vy\",\"role\":\"public\",\"password\":\"" PASSWORD "\"}", 400, "is no role");
	office_manage(&o, &in, "GET", "/api/people", NULL, 200, "\"name\":\"Dara\",\"role\":\"reader\"");
	office_sign_in(&o, "Dara", &dara);
	office_manage(&o, &dara, "GET", "/api/audit", NULL, 403, NULL);
	office_manage(&o, &in, "PATCH", "/api/people/Dara", "{\"role\":\"officer\"}", 204, NULL);
	office_manage(&o, &dara, "GET", "/api/audit", NULL, 200,
	       "\"what\":\"user-role\""); /* from the next request on */
	office_manage(&o, &in, "PATCH", "/api/people/Dara", "{\"role\":\"operator\",\"organisation\":\"\"}", 400,
	       NULL);
	office_manage(&o, &in, "PATCH", "/api/people/Dara", "{\"role\":\"reader\",\"disabled\":true}", 400, "one of");
	office_manage(&o, &in, "PATCH", "/api/people/administrator", "{\"disabled\":true}", 409, "last administrator");
	office_manage(&o, &in, "PATCH", "/api/people/Nobody", "{\"disabled\":true}", 404, NULL);
	office_manage(&o, &dara, "POST", "/api/tokens", "{\"scope\":\"read\",\"days\":3,\"label\":\"script\"}", 201,
	       "{\"token\":\"slt_");
	office_manage(&o, &dara, "POST", "/api/tokens", "{\"scope\":\"full\"}", 400, NULL);
	office_manage(&o, &dara, "POST", "/api/tokens", "{\"scope\":\"read\",\"days\":1e300}", 400, "days");
	office_manage(&o, &dara, "GET", "/api/tokens", NULL, 200, "\"label\":\"script\"");
	office_manage(&o, &dara, "DELETE", "/api/tokens/1", NULL, 404, NULL); /* another's */
	office_manage(&o, &in, "DELETE", "/api/tokens/1", NULL, 204, NULL);
	snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", o.token[SL_ROLE_READER][0]);
	office_request(&o, "GET", "/api/programme", headers, NULL, &r);
	CHECK_INT(r.status, 401);
	reply_done(&r);
	office_manage(&o, &dara, "PATCH", "/api/session",
	       "{\"old_password\":\"wrong password\",\"password\":\"another long one\"}", 403, NULL);
	office_manage(&o, &dara, "PATCH", "/api/session",
	       "{\"old_password\":\"" PASSWORD "\",\"password\":\"another long one\"}", 204, NULL);
	office_manage(&o, &dara, "GET", "/api/tokens", NULL, 401, NULL);
	office_manage(&o, &in, "PATCH", "/api/people/Dara", "{\"password\":\"" PASSWORD "\"}", 204, NULL);
	office_sign_in(&o, "Dara", &dara);
	office_manage(&o, &in, "PATCH", "/api/people/Dara", "{\"disabled\":true}", 204, NULL);
	office_manage(&o, &dara, "GET", "/api/tokens", NULL, 401, NULL);
	/* All or none; what is set here holds from the next request on. */
	office_manage(&o, &in, "PATCH", "/api/settings", "{\"public\":true,\"small-cell\":-1}", 400, "small-cell");
	office_manage(&o, &in, "GET", "/api/settings", NULL, 200, "\"public\":false");
	office_manage(&o, &in, "PATCH", "/api/settings", "{\"public\":true,\"small-cell\":7}", 200,
	       "\"small-cell\":7");
	office_request(&o, "GET", "/api/session", "", NULL, &r);
	CHECK(strstr(r.text.p, "\"read-published\":\"all\""));
	reply_done(&r);
	office_manage(&o, &in, "PATCH", "/api/settings", "{\"public\":false}", 200, NULL);
	office_request(&o, "GET", "/api/session", "", NULL, &r);
	CHECK(strstr(r.text.p, "\"read-published\":\"none\""));
	reply_done(&r);
	office_manage(&o, &in, "GET", "/api/audit?limit=2", NULL, 200, "\"chain_broken_at\":null");
	office_manage(&o, &in, "GET", "/api/audit?before=3&limit=1", NULL, 200, "\"seq\":2,");
	office_manage(&o, &in, "GET", "/api/audit?from=yesterday", NULL, 400, "from is a date");
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
	office_request(&o, "GET", path, "", NULL, &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	sl_people_close(o.people);
	server_close(&o.t);
	office_open(&o);
	office_request(&o, "GET", path, "", NULL, &r); /* another office's: refused, and not written down either */
	CHECK_INT(r.status, 403);
	reply_done(&r);
	office_sign_in(&o, "administrator", &in);
	office_manage(&o, &in, "POST", "/api/people",
	       "{\"name\":\"Dara\",\"role\":\"reader\",\"password\":\"" PASSWORD "\"}", 201, NULL);
	office_manage(&o, &in, "PATCH", "/api/people/Dara", "{\"role\":\"nothing\"}", 400, NULL);
	office_request(&o, "POST", "/api/session", "", "{\"name\":\"Dara\",\"password\":\"" PASSWORD "\"}", &r);
	CHECK_INT(r.status, 200);
	reply_done(&r);
	office_request(&o, "POST", "/sign-in", "", "name=" PASSWORD "&password=wrong", &r);
	reply_done(&r);
	snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", o.token[SL_ROLE_READER][0]);
	office_request(&o, "GET", "/api/programme", headers, NULL, &r);
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
