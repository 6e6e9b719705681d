/* The door: first set-up, signing in and out, as JSON for the pages and as plain forms that need no script.
 */
#include "http/routes.h"

#include "http/parts.h"
#include "http/who.h"

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"
#define HTML "text/html; charset=utf-8"

enum { BODY_MAX = 16 * 1024 }; /* a name and two passwords of the longest kind, escaped */

/* ---- what was typed ---- */

struct typed {
	struct sl_str name, password, old_password, key, csrf, next;
};

static enum sl_code read_json(struct sl_request *r, struct typed *out, struct sl_err *e)
{
	struct sl_json *body;

	if (sl_json_parse(r->arena, r->body, &body, e))
		return e->code;
	*out = (struct typed){.name = sl_json_get_str(body, "name"),
	                      .password = sl_json_get_str(body, "password"),
	                      .old_password = sl_json_get_str(body, "old_password"),
	                      .key = sl_json_get_str(body, "key")};
	return SL_OK;
}

static enum sl_code read_form(struct sl_request *r, struct typed *out, struct sl_err *e)
{
	struct sl_pair *pair;
	size_t n;

	*out = (struct typed){0};
	if (sl_query_parse(r->arena, r->body, &pair, &n, e))
		return e->code;
	for (size_t i = 0; i < n; i++) {
		if (sl_str_is(pair[i].name, "name"))
			out->name = pair[i].value;
		else if (sl_str_is(pair[i].name, "password"))
			out->password = pair[i].value;
		else if (sl_str_is(pair[i].name, "key"))
			out->key = pair[i].value;
		else if (sl_str_is(pair[i].name, "csrf"))
			out->csrf = pair[i].value;
		else if (sl_str_is(pair[i].name, "next"))
			out->next = pair[i].value;
	}
	return SL_OK;
}

/* ---- in and out ---- */

static enum sl_code wait(struct sl_request *r, struct sl_response *out, int64_t wait_s, struct sl_err *e)
{
	char *seconds = sl_arena_printf(r->arena, e, "%lld", (long long)wait_s);

	if (!seconds)
		return e->code;
	sl_response_header(out, "Retry-After", sl_str_from(seconds));
	out->status = 429;
	return sl_fail(e, SL_BUSY,
	               "Too many attempts failed. Wait %lld seconds, then try again; an administrator can give you a "
	               "link for a new password.",
	               (long long)wait_s);
}

/* Signs in and hands out the cookie; what did not work out is an error with its status. */
static enum sl_code sign_in(struct sl_request *r, struct sl_response *out, const struct typed *t,
                            struct sl_sign_in *in, struct sl_err *e)
{
	const struct sl_sign_in_request q = {.name = t->name,
	                                     .password = t->password,
	                                     .address = r->address,
	                                     .old_session = sl_request_session(r)};
	struct sl_people *people;
	char *session;

	if (sl_request_people(r, &people, e) || sl_sign_in(people, r->arena, &q, in, e))
		return e->code;
	if (in->verdict == SL_SIGN_IN_WAIT)
		return wait(r, out, in->wait_s, e);
	if (in->verdict != SL_SIGNED_IN) {
		out->status = 401;
		return sl_fail(e, SL_DENIED,
		               "The name or the password is wrong, or the account is disabled. Try again, or ask an "
		               "administrator for a link to choose a new password.");
	}
	session = sl_str_dup(r->arena, sl_str_from(in->session), e);
	return session ? sl_response_session(r, out, sl_str_from(session), e) : e->code;
}

static enum sl_code set_up(struct sl_request *r, struct sl_response *out, const struct typed *t,
                           struct sl_sign_in *in, struct sl_err *e)
{
	const struct sl_sign_in_request q = {.name = t->name,
	                                     .password = t->password,
	                                     .address = r->address,
	                                     .old_session = sl_request_session(r)};
	struct sl_people *people;
	struct sl_str invited;
	char *session;

	if (sl_request_people(r, &people, e) || sl_welcome(people, r->arena, t->key, &invited, e))
		return e->code;
	/* One address for both links: that of the first administrator, and that of who was given an account. */
	if (invited.n ? sl_welcome_finish(people, r->arena, t->key, &q, in, e)
	              : sl_setup_finish(people, r->arena, t->key, &q, in, e)) {
		if (e->code == SL_DENIED)
			out->status = 403;
		return e->code;
	}
	session = sl_str_dup(r->arena, sl_str_from(in->session), e);
	return session ? sl_response_session(r, out, sl_str_from(session), e) : e->code;
}

static enum sl_code sign_out(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_people *people;

	if (sl_request_people(r, &people, e) || sl_sign_out(people, sl_request_session(r), r->address, e))
		return e->code;
	return sl_response_session(r, out, SL_STR(""), e);
}

/* ---- JSON ---- */

static void put_time(struct sl_json_writer *w, const char *key, int64_t ms)
{
	char text[32];

	sl_time_text(ms, text);
	sl_json_kv_str(w, key, sl_str_from(text));
}

/* How far each right goes, so that a page shows what can be done and no more. */
static void put_rights(struct sl_json_writer *w, const struct sl_person *p)
{
	static const char *const extent[] = {"none", "own-entries", "own-organisation", "all"};

	sl_json_put_key(w, SL_STR("rights"));
	sl_json_begin(w, '{');
	for (int i = 0; i < SL_RIGHTS; i++)
		sl_json_kv_str(w, sl_right_name((enum sl_right)i),
		               sl_str_from(extent[sl_person_may(p, (enum sl_right)i)]));
	sl_json_end(w, '}');
}

static void put_session(struct sl_response *out, const struct sl_person *p, const struct sl_serving *serving,
                        struct sl_str csrf, int64_t expires_ms)
{
	char language[16];
	struct sl_json_writer w;

	out->type = JSON;
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("person"));
	if (p->name.n) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "name", p->name);
		sl_json_kv_str(&w, "organisation", p->organisation);
		sl_json_kv_str(&w, "role", sl_str_from(sl_role_name(p->role)));
		sl_json_kv_str(&w, "scope", sl_str_from(sl_scope_name(p->scope)));
		sl_json_end(&w, '}');
		put_time(&w, "expires", expires_ms);
		if (csrf.n)
			sl_json_kv_str(&w, "csrf", csrf);
	} else {
		sl_json_put_null(&w);
	}
	put_rights(&w, p);
	sl_serving_value(serving, SL_SERVING_LANGUAGE, language);
	sl_json_kv_str(&w, "language", sl_str_from(language));
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
}

static enum sl_code session_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person nobody = sl_request_person(r);

	(void)e;
	if (!r->person && !r->open && r->role == SL_ROLE_PUBLIC)
		nobody.scope = SL_SCOPE_NONE;
	put_session(out, r->person ? r->person : &nobody, &r->serving, sl_str_from(r->asking ? r->asking->csrf : ""),
	            r->asking ? r->asking->expires_ms : 0);
	return SL_OK;
}

static enum sl_code session_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_sign_in in;
	struct typed t;

	if (read_json(r, &t, e) || sign_in(r, out, &t, &in, e))
		return e->code;
	put_session(out, &in.person, &r->serving, sl_str_from(in.csrf), in.expires_ms);
	return SL_OK;
}

static enum sl_code session_delete(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	out->status = 204;
	return sign_out(r, out, e);
}

/* One's own password; every session ends, this one too. */
static enum sl_code session_patch(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_people *people;
	struct typed t;

	if (read_json(r, &t, e) || sl_request_people(r, &people, e) ||
	    sl_user_own_password(people, &by, t.old_password, t.password, e))
		return e->code;
	out->status = 204;
	return sl_response_session(r, out, SL_STR(""), e);
}

static enum sl_code setup_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_sign_in in;
	struct typed t;

	if (read_json(r, &t, e) || set_up(r, out, &t, &in, e))
		return e->code;
	out->status = 201;
	put_session(out, &in.person, &r->serving, sl_str_from(in.csrf), in.expires_ms);
	return SL_OK;
}

/* ---- forms ---- */

static void page_begin(struct sl_request *r, struct sl_response *out, const char *title,
                       struct sl_str problem)
{
	struct sl_buf *b = &out->body;

	sl_buf_clear(b);
	out->type = HTML;
	out->worded = true;
	sl_buf_puts(b, "<!doctype html>\n<html");
	sl_html_locale(b, r);
	sl_buf_printf(
	    b,
	    ">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s</title>\n"
	    "<link rel=\"stylesheet\" href=\"",
	    title);
	sl_asset_href(b, r, "style.css");
	sl_buf_printf(b, "\">\n</head>\n<body>\n<main>\n<section class=\"page door\">\n<h1>%s</h1>\n", title);
	if (problem.n) {
		sl_buf_puts(b, "<p class=\"problem\" role=\"alert\">");
		sl_html_text(b, problem);
		sl_buf_puts(b, "</p>\n");
	}
}

static void page_end(struct sl_response *out)
{
	sl_buf_puts(&out->body, "</section>\n</main>\n</body>\n</html>\n");
}

static void form_begin(struct sl_request *r, struct sl_response *out, const char *path)
{
	sl_buf_puts(&out->body, "<form method=\"post\" action=\"");
	sl_html_text(&out->body, sl_str_from(r->base));
	sl_buf_printf(&out->body, "%s\">\n", path);
}

static void hidden(struct sl_response *out, const char *name, struct sl_str value)
{
	sl_buf_printf(&out->body, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	sl_html_text(&out->body, value);
	sl_buf_puts(&out->body, "\">\n");
}

static void name_field(const struct sl_request *r, struct sl_response *out, struct sl_str name)
{
	sl_buf_printf(&out->body, "<p><label for=\"name\">%s</label><input id=\"name\" name=\"name\" required "
	                          "maxlength=\"100\" autocomplete=\"username\" value=\"", sl_text(r->locale, "door", "Name"));
	sl_html_text(&out->body, name);
	sl_buf_puts(&out->body, "\"></p>\n");
}

/* `kind`: "current" or "new", for keepers of passwords. */
static void password_field(const struct sl_request *r, struct sl_response *out, const char *kind, const char *button)
{
	sl_buf_printf(&out->body,
	              "<p><label for=\"password\">%s</label><input id=\"password\" name=\"password\" "
	              "type=\"password\" required autocomplete=\"%s-password\"></p>\n",
	              sl_text(r->locale, "door", "Password"), kind);
	if (*kind == 'n')
		sl_buf_printf(&out->body, "<p class=\"hint\">%s %d. %s</p>\n",
		              sl_text(r->locale, "door", "Characters that the password has at least:"), SL_PASSWORD_CHARS_MIN,
		              sl_text(r->locale, "door", "Three or four words that only you would put together are good."));
	sl_buf_printf(&out->body, "<p><button>%s</button></p>\n</form>\n", button);
}

/* Where to go on: a path of ours and nothing else, or an address of another site would stand behind our own. */
static struct sl_str own_path(struct sl_str path)
{
	bool good = path.n && path.n < 1000 && path.p[0] == '/' && (path.n == 1 || path.p[1] != '/');

	for (size_t i = 0; good && i < path.n; i++)
		good = (unsigned char)path.p[i] > 0x20 && path.p[i] != '\\' && path.p[i] != 0x7f;
	return good ? path : SL_STR("/");
}

/* Only a hint: when it cannot be told, the usual one. */
static bool nobody_yet(struct sl_request *r)
{
	struct sl_err e = {0};
	struct sl_people *people;
	bool needed = false;

	return !sl_request_people(r, &people, &e) && !sl_setup_needed(people, &needed, &e) && needed;
}

static void sign_in_page(struct sl_request *r, struct sl_response *out, struct sl_str name,
                         struct sl_str next, struct sl_str problem)
{
	page_begin(r, out, sl_text(r->locale, "door", "Sign in"), problem);
	form_begin(r, out, "/sign-in");
	hidden(out, "next", own_path(next));
	name_field(r, out, name);
	password_field(r, out, "current", sl_text(r->locale, "door", "Sign in"));
	sl_buf_printf(&out->body, "<p class=\"hint\">%s</p>\n",
	              nobody_yet(r)
	                  ? sl_text(r->locale, "door",
	                            "Nobody has an account yet. Open the link that the server printed when it was started: it "
	                            "makes the first one.")
	                  : sl_text(r->locale, "door",
	                            "No account, or no password any more? An administrator of the programme gives you a link."));
	page_end(out);
}

static enum sl_code sign_in_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	(void)e;
	if (!sl_request_has_session(r)) {
		sign_in_page(r, out, SL_STR(""), sl_request_query(r, "next", NULL), SL_STR(""));
		return SL_OK;
	}
	page_begin(r, out, sl_text(r->locale, "door", "Signed in"), SL_STR(""));
	sl_buf_printf(&out->body, "<p>%s <strong>", sl_text(r->locale, "door", "You are signed in as"));
	sl_html_text(&out->body, r->person->name);
	sl_buf_printf(&out->body, "</strong> (%s).</p>\n", sl_text(r->locale, "role", sl_role_name(r->role)));
	form_begin(r, out, "/sign-out");
	hidden(out, "csrf", sl_str_from(r->asking->csrf));
	sl_buf_printf(&out->body, "<p><button>%s</button></p>\n</form>\n<p><a href=\"", sl_text(r->locale, "door", "Sign out"));
	sl_html_text(&out->body, sl_str_from(r->base));
	sl_buf_printf(&out->body, "/map\">%s</a></p>\n", sl_text(r->locale, "door", "Open the map"));
	page_end(out);
	return SL_OK;
}

/* What a person can put right is said above the form again; the rest is an error as anywhere. */
static bool for_the_form(const struct sl_err *e, const struct sl_response *out)
{
	return e->code == SL_INVALID || e->code == SL_DENIED || out->status == 429;
}

static enum sl_code again(struct sl_request *r, struct sl_response *out, struct sl_err *e,
                          struct sl_str *problem)
{
	struct sl_err said = *e;

	if (!for_the_form(e, out))
		return e->code;
	if (!out->status)
		out->status = sl_status_of(e->code, false);
	sl_err_clear(e);
	*problem = sl_str_from(sl_str_dup(r->arena, sl_str_from(sl_text(r->locale, "error", said.msg)), e));
	return e->code;
}

static enum sl_code sign_in_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str problem;
	struct sl_sign_in in;
	struct typed t;

	if (read_form(r, &t, e))
		return e->code;
	if (!sign_in(r, out, &t, &in, e)) {
		char *next = sl_str_dup(r->arena, own_path(t.next), e);

		return next ? sl_response_redirect(r, out, 303, next, e) : e->code;
	}
	if (!again(r, out, e, &problem))
		sign_in_page(r, out, t.name, t.next, problem);
	return e->code;
}

static enum sl_code sign_out_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct typed t;

	if (read_form(r, &t, e))
		return e->code;
	if (r->asking && !sl_csrf_right(r->asking, t.csrf))
		return sl_fail(e, SL_DENIED, "this form is not from here, or it is old; open /sign-in again");
	return sign_out(r, out, e) ? e->code : sl_response_redirect(r, out, 303, "/sign-in", e);
}

/* `invited` has a name already; who sets up the programme says their own, and three steps more follow (web/first.js). */
static void set_up_page(struct sl_request *r, struct sl_response *out, struct sl_str key,
                        struct sl_str name, struct sl_str invited, struct sl_str problem)
{
	page_begin(r, out,
	           invited.n ? sl_text(r->locale, "door", "Choose your password") : sl_text(r->locale, "door", "Set up Safelane"),
	           problem);
	if (invited.n) {
		sl_buf_printf(&out->body, "<p>%s <strong>", sl_text(r->locale, "door", "You have an account here:"));
		sl_html_text(&out->body, invited);
		sl_buf_printf(&out->body, "</strong>. %s</p>\n",
		              sl_text(r->locale, "door",
		                      "Choose a password; nobody else learns it, administrators neither."));
	} else {
		sl_buf_printf(&out->body, "<p>%s</p>\n",
		              sl_text(r->locale, "door",
		                      "Step 1 of 4: you. Make the account of the first administrator, who gives everybody else theirs. "
		                      "Then: the programme, its organisations, and its data."));
	}
	form_begin(r, out, "/set-up");
	hidden(out, "key", key);
	if (invited.n)
		sl_buf_puts(&out->body, "<input class=\"unseen\" name=\"name\" autocomplete=\"username\" tabindex=\"-1\" "
		                        "aria-hidden=\"true\" readonly value=\"");
	if (invited.n) {
		sl_html_text(&out->body, invited);
		sl_buf_puts(&out->body, "\">\n");
	} else {
		name_field(r, out, name);
	}
	password_field(r, out, "new",
	               invited.n ? sl_text(r->locale, "door", "Take this password and sign in")
	                         : sl_text(r->locale, "door", "Make the account"));
	page_end(out);
}

static enum sl_code set_up_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str key = sl_request_query(r, "key", NULL), invited;
	struct sl_people *people;
	bool valid;

	if (sl_request_people(r, &people, e) || sl_setup_valid(people, key, &valid, e) ||
	    sl_welcome(people, r->arena, key, &invited, e))
		return e->code;
	if (!valid && !invited.n) {
		out->status = 403;
		return sl_fail(e, SL_DENIED,
		               "this link is not valid any more: it is good once. Sign in, or ask who gave it to you for a new "
		               "one; while there is no administrator, a restart of the server prints one");
	}
	set_up_page(r, out, key, SL_STR(""), invited, SL_STR(""));
	return SL_OK;
}

static enum sl_code set_up_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_people *people;
	struct sl_str problem, invited;
	struct sl_sign_in in;
	struct typed t;

	if (read_form(r, &t, e) || sl_request_people(r, &people, e) || sl_welcome(people, r->arena, t.key, &invited, e))
		return e->code;
	if (!set_up(r, out, &t, &in, e))
		return sl_response_redirect(r, out, 303, invited.n ? "/map" : "/start", e);
	if (e->code == SL_INVALID && !again(r, out, e, &problem))
		set_up_page(r, out, t.key, t.name, invited, problem);
	return e->code;
}

static const struct sl_parameter set_up_query[] = {{.name = "key",
                                                    .schema = "{\"type\":\"string\"}",
                                                    .description = "What the start of the server printed.",
                                                    .required = true},
                                                   {0}};

static const struct sl_parameter sign_in_query[] = {
    {.name = "next", .schema = "{\"type\":\"string\"}", .description = "The path to go on to."}, {0}};

#define DOOR .role = SL_ROLE_PUBLIC, .flags = SL_ROUTE_DOOR | SL_ROUTE_SLOW
#define PAGE                                                                                               \
	.role = SL_ROLE_PUBLIC, .types = "text/html", .flags = SL_ROUTE_DOOR | SL_ROUTE_SLOW | SL_ROUTE_UNLISTED

const struct sl_route sl_routes_door[] = {
    {.method = SL_GET,
     .path = "/api/session",
     .role = SL_ROLE_PUBLIC,
     .handler = session_get,
     .types = JSON,
     .flags = SL_ROUTE_DOOR,
     .summary = "Who is asking, and what they may"},
    {.method = SL_POST,
     .path = "/api/session",
     .handler = session_post,
     .types = JSON,
     .body_types = JSON,
     .body_max = BODY_MAX,
     .summary = "Sign in",
     DOOR},
    {.method = SL_PATCH,
     .path = "/api/session",
     .role = SL_ROLE_READER,
     .handler = session_patch,
     .types = JSON,
     .body_types = JSON,
     .body_max = BODY_MAX,
     .flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW,
     .summary = "Change one's own password"},
    {.method = SL_DELETE,
     .path = "/api/session",
     .role = SL_ROLE_READER,
     .handler = session_delete,
     .types = JSON,
     .flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW,
     .summary = "Sign out"},
    {.method = SL_POST,
     .path = "/api/setup",
     .handler = setup_post,
     .types = JSON,
     .body_types = JSON,
     .body_max = BODY_MAX,
     .summary = "Make the first administrator",
     DOOR},
    {.method = SL_GET, .path = "/sign-in", .handler = sign_in_get, .query = sign_in_query,
     .summary = "Sign in", PAGE},
    {.method = SL_POST,
     .path = "/sign-in",
     .handler = sign_in_post,
     .body_types = FORM,
     .body_max = BODY_MAX,
     .summary = "Sign in",
     PAGE},
    {.method = SL_POST,
     .path = "/sign-out",
     .handler = sign_out_post,
     .body_types = FORM,
     .body_max = BODY_MAX,
     .summary = "Sign out",
     PAGE},
    {.method = SL_GET,
     .path = "/set-up",
     .handler = set_up_get,
     .query = set_up_query,
     .summary = "Make the first administrator",
     PAGE},
    {.method = SL_POST,
     .path = "/set-up",
     .handler = set_up_post,
     .body_types = FORM,
     .body_max = BODY_MAX,
     .summary = "Make the first administrator",
     PAGE},
    {0}};
