/* Accounts, tokens, settings and the audit log, as JSON: docs/formats/api.md. */
#include "http/routes.h"

#include "http/parts.h"
#include "http/who.h"

#include <math.h>

#define JSON "application/json"

enum { BODY_MAX = 16 * 1024, ENTRIES_USUAL = 100, ENTRIES_MAX = 10000, DAYS_USUAL = 90 };

static enum sl_code read_body(struct sl_request *r, struct sl_json **body, struct sl_err *e)
{
	if (sl_json_parse(r->arena, r->body, body, e))
		return e->code;
	return (*body)->type == SL_JSON_OBJECT ? SL_OK : sl_fail(e, SL_INVALID, "the body is no JSON object");
}

static enum sl_code role_of(struct sl_str name, enum sl_role *out, struct sl_err *e)
{
	return sl_role_from(name, out) && *out != SL_ROLE_PUBLIC
	           ? SL_OK
	           : sl_fail(e, SL_INVALID,
	                     "'%.*s' is no role; there are reader, operator, data-entry, reviewer, "
	                     "quality, officer and administrator",
	                     SL_STR_ARG(name));
}

/* ---- accounts ---- */

static enum sl_code people_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_people *people;

	out->type = JSON;
	return sl_request_people(r, &people, e) ? e->code : sl_users_put(people, SL_FORMAT_JSON, &out->body, e);
}

/* A link is shown once to who made it, and goes to the person by whatever way is safe. */
static enum sl_code put_link(struct sl_request *r, struct sl_response *out, const char *link)
{
	struct sl_json_writer w;
	struct sl_buf text = {0};

	sl_buf_printf(&text, "%s/set-up?key=%s", r->base, link);
	out->type = JSON;
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "link", sl_buf_view(&text));
	sl_json_kv_int(&w, "days", SL_LINK_DAYS);
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
	sl_buf_done(&text);
	return SL_OK;
}

static enum sl_code people_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	char link[SL_SECRET_TEXT];
	struct sl_new_user u;
	struct sl_people *people;
	struct sl_json *body;

	if (read_body(r, &body, e))
		return e->code;
	u = (struct sl_new_user){.name = sl_json_get_str(body, "name"),
	                         .organisation = sl_json_get_str(body, "organisation"),
	                         .password = sl_json_get_str(body, "password"),
	                         .link = sl_json_get(body, "password") ? NULL : link};
	if (role_of(sl_json_get_str(body, "role"), &u.role, e) || sl_request_people(r, &people, e) ||
	    sl_user_add(people, &by, &u, e))
		return e->code;
	out->status = 201;
	if (u.link)
		return put_link(r, out, link);
	out->type = JSON;
	sl_buf_puts(&out->body, "{}\n");
	return SL_OK;
}

/* One thing at a time: each is a change of its own, and an entry of its own in the audit log. */
static enum sl_code people_patch(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const struct sl_json *role, *organisation, *disabled, *password, *link;
	char secret[SL_SECRET_TEXT];
	struct sl_actor by = sl_request_actor(r);
	struct sl_people *people;
	struct sl_json *body;
	struct sl_str of;
	enum sl_role to;

	if (read_body(r, &body, e) || sl_request_people(r, &people, e))
		return e->code;
	role = sl_json_get(body, "role");
	organisation = sl_json_get(body, "organisation");
	disabled = sl_json_get(body, "disabled");
	password = sl_json_get(body, "password");
	link = sl_json_get(body, "link");
	if ((role != NULL) + (disabled != NULL) + (password != NULL) + (link != NULL) != 1 || (organisation && !role))
		return sl_fail(e, SL_INVALID,
		               "give one of role (with organisation, if it changes), disabled, password and link");
	if (link)
		return sl_user_link(people, &by, r->value[0], secret, e) ? e->code : put_link(r, out, secret);
	out->status = 204;
	if (role) {
		of = sl_json_get_str(body, "organisation");
		return role_of(sl_json_get_str(body, "role"), &to, e)
		           ? e->code
		           : sl_user_role(people, &by, r->value[0], to, organisation ? &of : NULL, e);
	}
	if (password)
		return sl_user_password(people, &by, r->value[0], sl_json_get_str(body, "password"), e);
	if (disabled->type != SL_JSON_BOOL)
		return sl_fail(e, SL_INVALID, "disabled is true or false");
	return sl_user_disable(people, &by, r->value[0], disabled->boolean, e);
}

/* ---- one's own sessions ---- */

static enum sl_code sessions_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_people *people;

	out->type = JSON;
	return sl_request_people(r, &people, e)
	           ? e->code
	           : sl_sessions_put(people, r->person->name, sl_request_session(r), &out->body, e);
}

static enum sl_code sessions_delete(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_json_writer w;
	struct sl_people *people;
	int64_t n;

	if (sl_request_people(r, &people, e) || sl_sessions_end_others(people, &by, sl_request_session(r), &n, e))
		return e->code;
	out->type = JSON;
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_kv_int(&w, "ended", n);
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
	return SL_OK;
}

/* ---- tokens: one's own; of everybody for who manages people ---- */

/* Whose tokens are meant: `user` as sent, one's own when nothing was. */
static enum sl_code owner_of(struct sl_request *r, struct sl_str user, struct sl_str *out, struct sl_err *e)
{
	bool manages = sl_request_may(r, SL_RIGHT_MANAGE_PEOPLE) == SL_EXTENT_ALL;

	*out = user.n ? user : r->person->name;
	return manages || sl_str_eq(*out, r->person->name)
	           ? SL_OK
	           : sl_fail(e, SL_DENIED, "only administrators see to the tokens of others");
}

static enum sl_code tokens_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str user = sl_request_query(r, "user", NULL), owner;
	struct sl_people *people;

	out->type = JSON;
	if (sl_request_people(r, &people, e) || owner_of(r, user, &owner, e))
		return e->code;
	if (!user.n && sl_request_may(r, SL_RIGHT_MANAGE_PEOPLE) == SL_EXTENT_ALL)
		owner = SL_STR(""); /* of everybody */
	return sl_tokens_put(people, owner, SL_FORMAT_JSON, &out->body, e);
}

static enum sl_code tokens_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	const struct sl_json *days;
	struct sl_json_writer w;
	struct sl_people *people;
	struct sl_json *body;
	struct sl_str owner;
	enum sl_scope scope;
	char token[SL_TOKEN_TEXT];
	double n;

	if (read_body(r, &body, e) || owner_of(r, sl_json_get_str(body, "user"), &owner, e) ||
	    sl_request_people(r, &people, e))
		return e->code;
	if (!sl_scope_from(sl_json_get_str(body, "scope"), &scope))
		return sl_fail(e, SL_INVALID, "scope is read, write or devices");
	days = sl_json_get(body, "days");
	n = days ? days->number : DAYS_USUAL;
	if ((days && days->type != SL_JSON_NUMBER) || !(n >= 1 && n <= SL_TOKEN_DAYS_MAX) || n != floor(n))
		return sl_fail(e, SL_INVALID, "days is a whole number from 1 to %d", SL_TOKEN_DAYS_MAX);
	if (sl_token_create(people, &by, owner, sl_json_get_str(body, "label"), scope, (int64_t)n, token, e))
		return e->code;
	out->status = 201;
	out->type = JSON;
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "token", sl_str_from(token));
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
	return SL_OK;
}

static enum sl_code tokens_delete(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	bool manages = sl_request_may(r, SL_RIGHT_MANAGE_PEOPLE) == SL_EXTENT_ALL;
	struct sl_actor by = sl_request_actor(r);
	struct sl_people *people;
	int64_t id;

	if (!sl_str_int64(r->value[0], &id))
		return sl_fail(e, SL_NOT_FOUND, "'%.*s' is no number of a token", SL_STR_ARG(r->value[0]));
	out->status = 204;
	return sl_request_people(r, &people, e)
	           ? e->code
	           : sl_token_revoke(people, &by, id, manages ? SL_STR("") : r->person->name, e);
}

/* ---- settings ---- */

static enum sl_code settings_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_serving now;
	struct sl_people *people;

	out->type = JSON;
	return sl_request_people(r, &people, e) || sl_serving_now(people, &now, e)
	           ? e->code
	           : sl_serving_put(&now, SL_FORMAT_JSON, &out->body, e);
}

/* The value as `safelane set` takes it. */
static struct sl_str value_of(const struct sl_json *v)
{
	if (v->type == SL_JSON_BOOL)
		return v->boolean ? SL_STR("on") : SL_STR("off");
	return v->type == SL_JSON_STRING || v->type == SL_JSON_NUMBER ? v->text : SL_STR("");
}

static enum sl_code settings_patch(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_serving tried = sl_serving_default();
	struct sl_people *people;
	struct sl_json *body;
	size_t i;

	if (read_body(r, &body, e) || sl_request_people(r, &people, e))
		return e->code;
	/* All or, when one of them is wrong, none. */
	for (const struct sl_json *v = body->child; v; v = v->next)
		if (sl_serving_set(&tried, v->key, value_of(v), &i, e))
			return e->code;
	for (const struct sl_json *v = body->child; v && !e->code; v = v->next)
		(void)!sl_serving_change(people, &by, v->key, value_of(v), e);
	sl_request_settings_changed(r);
	return e->code ? e->code : settings_get(r, out, e);
}

/* ---- the audit log ---- */

static enum sl_code read_day(struct sl_request *r, const char *name, int64_t after, int64_t *ms,
                             struct sl_err *e)
{
	struct sl_str text = sl_request_query(r, name, NULL);
	struct sl_date day;

	*ms = 0;
	if (!text.n)
		return SL_OK;
	if (!sl_date_parse(text, &day))
		return sl_fail(e, SL_INVALID, "%s is a date like 2025-12-31", name);
	*ms = ((int64_t)day.day + after) * 86400000;
	return SL_OK;
}

static enum sl_code audit_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_audit_range range = {.newest_first = true,
	                               .person = sl_request_query(r, "person", NULL),
	                               .what = sl_request_query(r, "what", NULL),
	                               .record = sl_request_query(r, "record", NULL)};
	struct sl_people *people;

	out->type = JSON;
	if (read_day(r, "from", 0, &range.from_ms, e) || read_day(r, "to", 1, &range.to_ms, e) ||
	    sl_request_int(r, "before", 0, 0, INT64_MAX / 2, false, &range.after_seq, e) ||
	    sl_request_int(r, "limit", ENTRIES_USUAL, 1, ENTRIES_MAX, true, &range.limit, e) ||
	    sl_request_people(r, &people, e))
		return e->code;
	/* A broken chain is what this answer is for: chain_broken_at says where. */
	if (sl_audit_put(people, &range, SL_FORMAT_JSON, &out->body, e) == SL_CORRUPT && out->body.n)
		sl_err_clear(e);
	return e->code;
}

#define TEXT "{\"type\":\"string\"}"
#define DATE "{\"type\":\"string\",\"format\":\"date\"}"

static const struct sl_parameter tokens_query[] = {
    {.name = "user", .schema = TEXT, .description = "Only this account's; for administrators."}, {0}};
static const struct sl_parameter audit_query[] = {
    {.name = "from", .schema = DATE, .description = "The first day."},
    {.name = "to", .schema = DATE, .description = "The last day."},
    {.name = "person", .schema = TEXT, .description = "Only what this account did."},
    {.name = "what", .schema = TEXT, .description = "Only this word: sign-in, read-sensitive, user-add..."},
    {.name = "record", .schema = TEXT, .description = "Only about records, accounts or settings with this in the name."},
    {.name = "before",
     .schema = "{\"type\":\"integer\",\"minimum\":0}",
     .description = "Only entries before this one: the seq of the last of the page before."},
    {.name = "limit",
     .schema = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":10000,\"default\":100}",
     .description = "How many at most."},
    {0}};

#define MANAGE                                                                                             \
	.role = SL_ROLE_ADMINISTRATOR, .right = SL_RIGHT_MANAGE_PEOPLE, .extent = SL_EXTENT_ALL,               \
	.types = JSON, .flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW
#define OWN .role = SL_ROLE_READER, .types = JSON, .flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW
#define BODY .body_types = JSON, .body_max = BODY_MAX

const struct sl_route sl_routes_people[] = {
    {.method = SL_GET, .path = "/api/people", .handler = people_get, .summary = "All accounts", MANAGE},
    {.method = SL_POST,
     .path = "/api/people",
     .handler = people_post,
     BODY,
     .summary = "A new account",
     MANAGE},
    {.method = SL_PATCH,
     .path = "/api/people/{name}",
     .handler = people_patch,
     BODY,
     .summary = "Another role, password or link; disable or enable",
     MANAGE},
    {.method = SL_GET,
     .path = "/api/sessions",
     .handler = sessions_get,
     .summary = "Where one is signed in",
     OWN},
    {.method = SL_DELETE,
     .path = "/api/sessions",
     .handler = sessions_delete,
     .summary = "Sign out everywhere else",
     OWN},
    {.method = SL_GET,
     .path = "/api/tokens",
     .handler = tokens_get,
     .query = tokens_query,
     .summary = "One's tokens; all of them for administrators",
     OWN},
    {.method = SL_POST, .path = "/api/tokens", .handler = tokens_post, BODY, .summary = "A new token", OWN},
    {.method = SL_DELETE,
     .path = "/api/tokens/{id}",
     .handler = tokens_delete,
     .summary = "Revoke a token",
     OWN},
    {.method = SL_GET,
     .path = "/api/settings",
     .handler = settings_get,
     .summary = "How the programme is served",
     MANAGE},
    {.method = SL_PATCH,
     .path = "/api/settings",
     .handler = settings_patch,
     BODY,
     .summary = "Change settings",
     MANAGE},
    {.method = SL_GET,
     .path = "/api/audit",
     .role = SL_ROLE_OFFICER,
     .right = SL_RIGHT_READ_AUDIT,
     .extent = SL_EXTENT_ALL,
     .handler = audit_get,
     .query = audit_query,
     .types = JSON,
     .summary = "The audit log, newest first",
     .flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW},
    {0}};
