/* From a request to a response: address, route, person, parameters, body, handler, error.  Every refusal is made
 * here or in the handler, and becomes an answer in one place (problem.c). */
#include "http/server_parts.h"
#include "http/who.h"

#include <string.h>
#include <strings.h>

/* ---- methods ---- */

static void put_allow(struct sl_request *r, struct sl_response *out, const char *header, unsigned allowed,
                      struct sl_err *e)
{
	struct sl_buf b = {0};

	for (int m = 0; m < SL_METHODS; m++)
		if (allowed & 1u << m)
			sl_buf_printf(&b, "%s, ", m == SL_GET ? "GET, HEAD" : sl_method_name((enum sl_method)m));
	sl_buf_puts(&b, "OPTIONS");
	if (!sl_buf_check(&b, e))
		sl_response_header(out, header, sl_str_from(sl_arena_strndup(r->arena, b.p, b.n, e)));
	sl_buf_done(&b);
}

/* What may be done with this address, and for scripts of other origins what they may send (Fetch standard,
 * CORS-preflight). */
static enum sl_code answer_options(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_route_match m = {.allowed = 1u << SL_GET};

	if (!sl_str_is(r->path, "*") && sl_route_find(r->server->options.tables, r->arena, SL_GET, r->path, &m, e)) {
		if (e->code != SL_UNSUPPORTED)
			return e->code;
		sl_err_clear(e);
	}
	out->status = 204;
	put_allow(r, out, "Allow", m.allowed, e);
	if (!e->code && sl_server_shares(r->server) && sl_request_header(r, "access-control-request-method").n) {
		put_allow(r, out, "Access-Control-Allow-Methods", m.allowed, e);
		sl_response_header(out, "Access-Control-Allow-Headers",
		                   SL_STR("Accept, Authorization, Content-Type, Content-Crs, If-Match, If-None-Match"));
		sl_response_header(out, "Access-Control-Max-Age", SL_STR("86400"));
	}
	return e->code;
}

static enum sl_code find_route(struct sl_request *r, const char *method, struct sl_response *out, struct sl_err *e)
{
	struct sl_route_match m = {0};

	if (!sl_method_from(method, &r->method, &r->head))
		return sl_fail(e, SL_UNSUPPORTED, "the method is not known here");
	if (sl_route_find(r->server->options.tables, r->arena, r->method, r->path, &m, e)) {
		if (e->code == SL_UNSUPPORTED) {
			struct sl_err second = {0};

			out->status = 405;
			put_allow(r, out, "Allow", m.allowed, &second);
		}
		return e->code;
	}
	r->route = m.route;
	r->n_values = m.n_values;
	memcpy(r->value, m.value, sizeof r->value);
	return SL_OK;
}

/* ---- addresses ---- */

/* A page of another site can make a name of its own mean 127.0.0.1 and then read what stands here (DNS
 * rebinding): on loopback only local names are ours. */
static enum sl_code name_us(struct sl_request *r, bool tls, struct sl_response *out, struct sl_err *e)
{
	struct sl_server *s = r->server;
	struct sl_seen_as seen;

	if (sl_request_seen_as(r, tls, s->options.behind_proxy, &seen, e))
		return e->code;
	if (s->local_only && !sl_host_is_local(seen.host)) {
		out->status = 421;
		return sl_fail(e, SL_INVALID, "this server answers as localhost only; '%.*s' is not that",
		               SL_STR_ARG(seen.host));
	}
	r->base = sl_arena_printf(r->arena, e, "%.*s://%.*s%.*s", SL_STR_ARG(seen.scheme), (int)seen.host.n,
	                          seen.host.p, (int)seen.prefix.n, seen.prefix.n ? seen.prefix.p : "");
	if (!r->base) {
		r->base = "";
		return e->code;
	}
	r->secure = sl_str_is(seen.scheme, "https");
	return SL_OK;
}

/* A form or script of another site must not act with the rights of who looks at it.  Browsers say where a
 * request comes from; other clients send neither header. */
static enum sl_code same_origin(const struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str origin = sl_request_header(r, "origin"), site = sl_request_header(r, "sec-fetch-site");
	size_t n = origin.n;

	if (r->method == SL_GET || sl_request_header(r, "authorization").n)
		return SL_OK;
	out->status = 403; /* to sign in would not help */
	if (site.n && !sl_str_is(site, "same-origin") && !sl_str_is(site, "none"))
		return sl_fail(e, SL_DENIED, "another site's page asked for this");
	if (n && (strncasecmp(origin.p, r->base, n) || (r->base[n] && r->base[n] != '/')))
		return sl_fail(e, SL_DENIED, "a page of '%.*s' asked for this", SL_STR_ARG(origin));
	out->status = 0;
	return SL_OK;
}

/* ---- rights ---- */

static enum sl_code hold_reader(struct sl_request *r, struct sl_err *e)
{
	struct sl_reader *reader;

	if (r->reader)
		return SL_OK;
	if (sl_reader_take(r->server, &reader, e))
		return e->code;
	r->reader = reader;
	r->programme = &reader->programme;
	r->version = reader->version;
	r->env = &reader->env;
	return SL_OK;
}

static void give_reader(struct sl_request *r)
{
	if (r->reader)
		sl_reader_give(r->server, r->reader);
	r->reader = NULL;
	r->programme = NULL;
	if (r->server)
		r->env = &r->server->env;
}

/* Does the right that the route asks for go far enough? */
static bool may_ask(const struct sl_request *r)
{
	const struct sl_route *route = r->route;

	if (route->extent)
		return sl_request_may(r, route->right) >= route->extent;
	if (route->flags & SL_ROUTE_SESSION)
		return true;
	if (route->flags & SL_ROUTE_DEVICE)
		return sl_request_may(r, SL_RIGHT_WRITE) || sl_request_may(r, SL_RIGHT_WRITE_QUALITY);
	if (route->role == SL_ROLE_PUBLIC)
		return sl_request_may(r, SL_RIGHT_READ_PUBLISHED);
	if (route->method == SL_GET)
		return sl_request_may(r, SL_RIGHT_READ_APPROVED) == SL_EXTENT_ALL;
	return sl_request_may(r, SL_RIGHT_WRITE) || sl_request_may(r, SL_RIGHT_REVIEW) ||
	       sl_request_may(r, SL_RIGHT_WRITE_QUALITY);
}

/* Default deny: who has not signed in sees what says the same to everybody, and what the programme shows to the
 * public. */
static enum sl_code judge_rights(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const struct sl_server_options *o = &r->server->options;

	r->role = o->anyone;
	r->serving = sl_serving_default();
	if (r->route->flags & SL_ROUTE_STATIC)
		return SL_OK;
	if (hold_reader(r, e))
		return e->code;
	r->open = r->reader->public;
	if (o->identify && o->identify(o->identify_ctx, r, out, e))
		return e->code;
	if (r->route->flags & SL_ROUTE_DOOR)
		return SL_OK;
	if (r->role == SL_ROLE_PUBLIC && !r->person && !r->open)
		return sl_fail(e, SL_DENIED, "sign in first; this programme is not open to the public");
	if (r->role < r->route->role)
		return sl_fail(e, SL_DENIED, r->person ? "your role does not allow this" : "sign in first");
	if (r->route->flags & SL_ROUTE_SESSION && !sl_request_has_session(r))
		return sl_fail(e, SL_DENIED, "no token does this: sign in");
	return may_ask(r) ? SL_OK
	                  : sl_fail(e, SL_DENIED,
	                            sl_request_has_session(r) ? "your role does not allow this"
	                                                      : "neither your role nor your token allows this");
}

/* ---- body ---- */

static struct sl_str type_of(struct sl_request *r, struct sl_err *e)
{
	struct sl_str type = sl_request_header(r, "content-type"), bare = SL_STR("");
	char *copy;

	if (type.n)
		(void)!sl_str_split(&type, ';', &bare);
	bare = sl_str_trim(bare);
	copy = sl_str_dup(r->arena, bare, e);
	for (char *c = copy; c && *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	return copy ? (struct sl_str){copy, bare.n} : SL_STR("");
}

static bool listed(const char *types, struct sl_str type)
{
	struct sl_str rest = sl_str_from(types), one;

	while (sl_str_split(&rest, ' ', &one))
		if (type.n && sl_str_eq(one, type))
			return true;
	return false;
}

static enum sl_code judge_body(struct sl_request *r, int64_t length, struct sl_response *out, struct sl_err *e)
{
	bool sent = length > 0 || sl_request_header(r, "transfer-encoding").n;

	if (!sent)
		return SL_OK;
	if (!r->route->body_types) {
		out->status = 413;
		return sl_fail(e, SL_INVALID, "%s takes no body", r->route->path);
	}
	if (length > 0 && (uint64_t)length > r->route->body_max) {
		out->status = 413;
		return sl_fail(e, SL_INVALID, "the body is larger than %zu bytes", r->route->body_max);
	}
	r->body_type = type_of(r, e);
	if (e->code)
		return e->code;
	if (!listed(r->route->body_types, r->body_type)) {
		out->status = 415;
		return sl_fail(e, SL_UNSUPPORTED, "the body is of no type that is taken here: %s", r->route->body_types);
	}
	if (sl_request_header(r, "content-encoding").n &&
	    !sl_str_is_nocase(sl_request_header(r, "content-encoding"), "identity")) {
		out->status = 415;
		return sl_fail(e, SL_UNSUPPORTED, "send the body without Content-Encoding");
	}
	return SL_OK;
}

/* ---- the way through ---- */

static void settle(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_err second = {0};

	give_reader(r);
	if (e->code)
		sl_problem(r, out, e);
	if (!sl_response_finish(r, out, e))
		return;
	/* Out of memory while the answer was made ready: a bare status is what can still be said. */
	sl_buf_done(&out->body);
	*out = (struct sl_response){.status = sl_status_of(e->code, true)};
	sl_server_note(r->server, r, e);
	sl_err_clear(e);
	if (sl_response_finish(r, out, &second))
		*out = (struct sl_response){.status = 500};
}

bool sl_dispatch_begin(struct sl_request *r, const char *method, bool tls, int64_t length, struct sl_response *out)
{
	struct sl_err e = {0};
	struct sl_pair *query;

	*out = (struct sl_response){0};
	r->base = "";
	r->locale = sl_request_locale(r);
	r->env = &r->server->env;
	r->role = r->server->options.anyone;
	if (!name_us(r, tls, out, &e) && !strcmp(method, "OPTIONS")) {
		(void)!answer_options(r, out, &e);
		settle(r, out, &e);
		return false;
	}
	if (!e.code && !find_route(r, method, out, &e) && !same_origin(r, out, &e) &&
	    !sl_query_parse(r->arena, r->query_text, &query, &r->n_query, &e)) {
		r->query = query;
		if (!judge_rights(r, out, &e) && !sl_request_judge_query(r, &e) && !judge_body(r, length, out, &e))
			return true;
	}
	settle(r, out, &e);
	return false;
}

void sl_dispatch_pause(struct sl_request *r)
{
	give_reader(r);
}

bool sl_dispatch_answer(struct sl_request *r, struct sl_response *out)
{
	const bool later = r->route->flags & SL_ROUTE_LATER;
	struct sl_err e = {0};

	if ((r->route->flags & SL_ROUTE_WITHOUT_PROGRAMME) || !hold_reader(r, &e)) {
		if (r->reader && r->route->flags & SL_ROUTE_NO_SNAPSHOT)
			sl_reader_leave_snapshot(r->reader);
		if (!r->route->handler(r, out, &e) && later)
			return false;
	}
	settle(r, out, &e);
	return true;
}

void sl_request_answered(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	settle(r, out, e);
	if (r->ready)
		r->ready(r);
}

void sl_dispatch_refuse(struct sl_request *r, struct sl_response *out, int status, const char *why)
{
	struct sl_err e = {0};

	*out = (struct sl_response){.status = status};
	if (!r->base)
		r->base = "";
	if (!r->locale)
		r->locale = sl_locale_at(0);
	sl_fail(&e, status == 503 ? SL_BUSY : SL_INVALID, "%s", why);
	settle(r, out, &e);
}

bool sl_server_shares(const struct sl_server *s)
{
	return s->options.anyone == SL_ROLE_PUBLIC;
}
