/* What the settings change over HTTP: each leaves one entry in the audit log, holds at once, and is refused in words. */
#include "office.h"

#include <unistd.h>

static void csrf_headers(const struct sl_sign_in *in, char out[300])
{
	snprintf(out, 300, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", in->session, in->csrf);
}

/* The text between `before` and the next quote. */
static void cut(const struct reply *r, const char *before, char *out, size_t size)
{
	const char *at = r->text.n ? strstr(r->text.p, before) : NULL;

	snprintf(out, size, "%.*s", at ? (int)strcspn(at + strlen(before), "\"") : 0, at ? at + strlen(before) : "");
}

TEST(settings_every_change_is_one_entry)
{
	static const struct {
		const char *method, *path, *body;
		int status;
		const char *what;
	} rows[] = {
	    {"POST", "/api/people", "{\"name\":\"Dara\",\"role\":\"reader\"}", 201, "user-add"},
	    {"PATCH", "/api/people/Dara", "{\"role\":\"officer\"}", 204, "user-role"},
	    {"PATCH", "/api/people/Dara", "{\"password\":\"" PASSWORD "\"}", 204, "user-password"},
	    {"PATCH", "/api/people/Dara", "{\"link\":true}", 200, "user-link"},
	    {"PATCH", "/api/people/Dara", "{\"disabled\":true}", 204, "user-disable"},
	    {"PATCH", "/api/people/Dara", "{\"disabled\":false}", 204, "user-enable"},
	    {"POST", "/api/tokens", "{\"scope\":\"read\",\"days\":3}", 201, "token-create"},
	    {"DELETE", "/api/tokens/1", NULL, 204, "token-revoke"},
	    {"PATCH", "/api/settings", "{\"small-cell\":9}", 200, "set"},
	    {"PATCH", "/api/programme", "{\"name\":\"New name\"}", 204, "programme-set"},
	    {"POST", "/api/vocabularies", "{\"list\":\"soil\",\"code\":\"gravel\",\"label\":\"Gravel\"}", 204, "vocabulary-set"},
	    {"POST", "/api/organisations", "{\"values\":{\"id\":\"CW\",\"name\":\"Clear Ways\"}}", 201, "organisation-add"},
	    {"GET", "/api/records/victim/V-OTHER/sealed", NULL, 403, NULL},
	    {"PATCH", "/api/people/Dara", "{\"role\":\"king\"}", 400, NULL},
	    {"PATCH", "/api/settings", "{\"small-cell\":-9}", 400, NULL},
	    {"PATCH", "/api/programme", "{\"country\":\"lao\"}", 400, NULL},
	    {"POST", "/api/organisations", "{\"values\":{\"id\":\"cw\",\"name\":\"Again\"}}", 409, NULL},
	    {"PATCH", "/api/organisations/CW", "{\"revision\":\"01900000-0000-7000-8000-000000000000\",\"values\":{}}", 409, NULL},
	    {"POST", "/api/vocabularies", "{\"list\":\"soil\",\"code\":\"two words\",\"label\":\"x\"}", 400, NULL},
	    {"POST", "/api/import?name=x.csv&approve=true", NULL, 400, NULL},
	};
	struct sl_arena a = {0};
	struct sl_audit_entry last = {0};
	struct sl_sign_in in;
	struct office o;
	int before;

	office_open(&o);
	office_sign_in(&o, "administrator", &in);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		before = office_noted(&o, &a, NULL, NULL);
		office_manage(&o, &in, rows[i].method, rows[i].path, rows[i].body, rows[i].status, NULL);
		CHECK_INT(office_noted(&o, &a, NULL, &last), before + (rows[i].what != NULL));
		if (rows[i].what) {
			CHECK_STR(last.what, rows[i].what);
			CHECK_STR(last.person, "administrator");
			CHECK_STR(last.address, "127.0.0.1");
		}
	}
	/* What was set is seen at once, though no record changed. */
	office_manage(&o, &in, "GET", "/api/programme", NULL, 200, "\"name\":\"New name\"");
	office_manage(&o, &in, "GET", "/api/vocabularies?local=true", NULL, 200, "\"code\":\"gravel\"");
	office_manage(&o, &in, "GET", "/api/records/organisation/CW", NULL, 200, "Clear Ways");
	office_manage(&o, &in, "GET", "/api/audit?what=set&person=administrator", NULL, 200, "\"record\":\"small-cell\"");
	sl_arena_done(&a);
	office_close(&o);
}

TEST(settings_an_organisation_is_revised_as_it_was_seen)
{
	char revision[64], body[200];
	struct sl_sign_in in;
	struct office o;
	struct reply r;
	char headers[300];

	office_open(&o);
	office_sign_in(&o, "officer", &in);
	csrf_headers(&in, headers);
	for (int i = 0; i < 2; i++) {
		if (!i) {
			office_request(&o, "GET", "/api/records/organisation/ORG-1", headers, NULL, &r);
			cut(&r, "\"revision\":\"", revision, sizeof revision);
			reply_done(&r);
		}
		snprintf(body, sizeof body, "{\"revision\":\"%s\",\"values\":{\"short_name\":\"C%d\"}}", revision, i);
		/* The second still stands on the first. */
		office_manage(&o, &in, "PATCH", "/api/organisations/ORG-1", body, i ? 409 : 204, i ? "look at it again" : NULL);
	}
	office_manage(&o, &in, "GET", "/api/records/organisation/ORG-1", NULL, 200, "\"short_name\":\"C0\"");
	office_close(&o);
}

TEST(settings_link_to_choose_a_password)
{
	char key[64], path[200], body[300], cookie[64], headers[300];
	struct sl_sign_in in;
	struct office o;
	struct reply r;

	office_open(&o);
	office_sign_in(&o, "administrator", &in);
	csrf_headers(&in, headers);
	office_request(&o, "POST", "/api/people", headers, "{\"name\":\"Da<ra\",\"role\":\"reader\"}", &r);
	CHECK_INT(r.status, 201);
	cut(&r, "\"link\":\"http://localhost/set-up?key=", key, sizeof key);
	CHECK_INT(strlen(key), SL_SECRET_TEXT - 1);
	reply_done(&r);
	snprintf(path, sizeof path, "/set-up?key=%s", key);
	office_request(&o, "GET", path, "Accept: text/html\r\n", NULL, &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, "Da&lt;ra") && !strstr(r.text.p, "Step 1 of 4"));
	reply_done(&r);
	snprintf(body, sizeof body, "key=%s&name=administrator&password=short", key);
	office_request(&o, "POST", "/set-up", "", body, &r);
	CHECK_INT(r.status, 400);
	reply_done(&r);
	snprintf(body, sizeof body, "key=%s&name=administrator&password=four+words+of+mine", key);
	office_request(&o, "POST", "/set-up", "", body, &r);
	CHECK_INT(r.status, 303);
	CHECK_STR(reply_header(&r, "location"), "http://localhost/map");
	office_cookie(&r, cookie);
	reply_done(&r);
	snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n", cookie);
	office_request(&o, "GET", "/api/session", headers, NULL, &r);
	CHECK(strstr(r.text.p, "\"name\":\"Da<ra\"") && strstr(r.text.p, "\"role\":\"reader\"")); /* not who the form said */
	reply_done(&r);
	office_request(&o, "POST", "/set-up", "", body, &r);
	CHECK_INT(r.status, 403);
	reply_done(&r);
	office_close(&o);
}

TEST(settings_password_and_sessions_of_ones_own)
{
	struct sl_sign_in one, two, three;
	struct office o;

	office_open(&o);
	office_sign_in(&o, "reader", &one);
	office_sign_in(&o, "reader", &two);
	office_sign_in(&o, "operator", &three);
	office_manage(&o, &one, "GET", "/api/sessions", NULL, 200, "\"current\":true");
	office_manage(&o, &one, "DELETE", "/api/sessions", NULL, 200, "{\"ended\":1}");
	office_manage(&o, &two, "GET", "/api/sessions", NULL, 401, NULL);
	office_manage(&o, &three, "GET", "/api/sessions", NULL, 200, NULL); /* another's stays */
	/* A new password ends all of them, that of who changes it too. */
	office_sign_in(&o, "reader", &two);
	office_manage(&o, &one, "PATCH", "/api/session",
	              "{\"old_password\":\"" PASSWORD "\",\"password\":\"another long one\"}", 204, NULL);
	office_manage(&o, &one, "GET", "/api/sessions", NULL, 401, NULL);
	office_manage(&o, &two, "GET", "/api/sessions", NULL, 401, NULL);
	office_close(&o);
}

TEST(settings_signing_in_goes_on_to_a_page_of_ours_only)
{
	static const struct {
		const char *next, *to;
	} cases[] = {
	    {"%2Frecords%2Fhazard%3Fsort%3Did", "http://localhost/records/hazard?sort=id"},
	    {"", "http://localhost/"},
	    {"%2F%2Fevil.example", "http://localhost/"},
	    {"%2F%5Cevil.example", "http://localhost/"},
	    {"https%3A%2F%2Fevil.example", "http://localhost/"},
	    {"%2Fx%0D%0ASet-Cookie%3A%20a", "http://localhost/"},
	    {"%2F%09%2Fevil.example", "http://localhost/"},
	};
	struct office o;
	struct reply r;
	char body[300];

	office_open(&o);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(body, sizeof body, "name=reader&password=correct+horse+battery&next=%s", cases[i].next);
		office_request(&o, "POST", "/sign-in", "", body, &r);
		CHECK_INT(r.status, 303);
		CHECK_STR(reply_header(&r, "location"), cases[i].to);
		reply_done(&r);
	}
	office_close(&o);
}

TEST(settings_tls_is_kept_to)
{
	struct office o;
	struct reply r;

	office_empty(&o, true);
	office_request(&o, "GET", "/sign-in", "X-Forwarded-Proto: https\r\n", NULL, &r);
	CHECK_STR(reply_header(&r, "strict-transport-security"), "max-age=31536000");
	reply_done(&r);
	office_request(&o, "GET", "/sign-in", "", NULL, &r);
	CHECK_INT(reply_header(&r, "strict-transport-security").n, 0);
	reply_done(&r);
	office_close(&o);
}

/* Who brings a file in has entered it: it waits, unless people may approve their own. */
TEST(settings_import_over_http)
{
	static const char csv[] = "id,class\nUP-1,CHA\n";
	char headers[400];
	struct sl_sign_in in;
	struct office o;
	struct reply r;

	office_open(&o);
	/* Data entry does not write about quality, by whatever way. */
	for (int i = 0; i < 4; i++) {
		struct sl_buf b = {0};

		office_sign_in(&o, i < 3 ? "data-entry" : "officer", &in);
		csrf_headers(&in, headers);
		sl_buf_printf(&b, "POST /api/import?name=q.csv%s HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: application/octet-stream\r\n"
		                  "Content-Length: 12\r\n\r\nid,name\nQ,x\n",
		              i == 1 || i == 3 ? "&kind=quality" : i == 2 ? "&kind=task" : "", headers);
		ask_raw(&o.t, b.p, &r);
		CHECK_INT(r.status, i < 2 ? 403 : 200);
		reply_done(&r);
		sl_buf_done(&b);
	}
	for (int i = 0; i < 3; i++) {
		const char *path = i == 0 ? "/api/import?name=up.csv&kind=hazard" : "/api/import?name=up.csv&kind=hazard&approve=true";
		struct sl_buf b = {0};

		if (i == 2) {
			CHECK_OK(sl_serving_change(o.people, &o.by, SL_STR("approve-own"), SL_STR("on"), &o.e), &o.e);
			usleep(400 * 1000);
		}
		office_sign_in(&o, i ? "officer" : "data-entry", &in);
		csrf_headers(&in, headers);
		sl_buf_printf(&b, "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n%s",
		              path, headers, strlen(csv), csv);
		ask_raw(&o.t, b.p, &r);
		CHECK_INT(r.status, i == 1 ? 403 : 200);
		CHECK(strstr(r.text.p, i == 1 ? "approve-own" : i ? "\"unchanged\":" : "\"added\":1"));
		reply_done(&r);
		sl_buf_done(&b);
		/* Waiting, refused, then approved. */
		office_manage(&o, &in, "GET", "/api/records/hazard/UP-1", NULL, i == 2 ? 200 : 404, NULL);
	}
	office_close(&o);
}
