/* A session or a token becomes a person, once a request.  Each handle for reading keeps a handle on the
 * people's file beside it. */
#include "http/who.h"

#include "http/odk.h"
#include "http/server_parts.h"

#include "base/mem.h"

#include <stdio.h>

/* Changes of settings by other programs are seen this late by who has not signed in. */
enum { SETTINGS_MS = 250 };

struct people_kept {
	struct sl_people *people;
	struct sl_serving serving;
	int64_t read_ms; /* monotonic; 0: not yet */
	unsigned seen;   /* of server->settings */
};

static enum sl_code open_people(struct sl_request *r, void **out, struct sl_err *e)
{
	struct people_kept *k = sl_mem_zeroed(sizeof *k);

	if (!k)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (sl_programme_people(r->programme, SL_OPEN_WRITE, r->server->options.password_cost, &k->people, e)) {
		sl_mem_free(k);
		return e->code;
	}
	*out = k;
	return SL_OK;
}

static void close_people(void *thing)
{
	struct people_kept *k = thing;

	sl_people_close(k->people);
	sl_mem_free(k);
}

static const struct sl_shared_slot people_slot = {
    .name = "people", .make = open_people, .done = close_people};

enum sl_code sl_request_people(struct sl_request *r, struct sl_people **out, struct sl_err *e)
{
	void *thing;

	if (!sl_kept_get(r, &people_slot, &thing, e))
		*out = ((struct people_kept *)thing)->people;
	return e->code;
}

void sl_request_settings_changed(struct sl_request *r)
{
	atomic_fetch_add(&r->server->settings, 1);
}

static enum sl_code read_settings(struct sl_request *r, struct people_kept *k, struct sl_err *e)
{
	unsigned seen = atomic_load(&r->server->settings);
	int64_t now = sl_monotonic_ms();

	if (!k->read_ms || k->seen != seen || now - k->read_ms > SETTINGS_MS) {
		if (sl_serving_now(k->people, &k->serving, e))
			return e->code;
		k->read_ms = now;
		k->seen = seen;
	}
	r->serving = k->serving;
	r->open = k->serving.open_to_public;
	return SL_OK;
}

/* ---- the cookie ---- */

/* The port of "https://host:8443/prefix"; empty without one. */
static struct sl_str port_of(const char *base)
{
	struct sl_str host = sl_str_from(base), port = {base, 0};
	int64_t number;

	for (int slashes = 0; host.n && slashes < 2; host.p++, host.n--)
		slashes += *host.p == '/';
	for (size_t i = 0; i < host.n && host.p[i] != '/'; i++)
		port = host.p[i] == ':' ? (struct sl_str){host.p + i + 1, 0} : (struct sl_str){port.p, port.n + 1};
	return port.p > base && sl_str_int64(port, &number) ? port : SL_STR("");
}

/* Under TLS the browser itself holds to it that nobody else may set a cookie so named (RFC
 * 6265bis, 4.1.3.2). Cookies do not tell ports apart: two programmes served on one machine have two names.
 * 64 bytes. */
static const char *cookie_name(const struct sl_request *r, char name[64])
{
	struct sl_str port = port_of(r->base);

	snprintf(name, 64, "%ssafelane%s%.*s", r->secure ? "__Host-" : "", port.n ? "-" : "",
	         (int)(port.n < 8 ? port.n : 8), port.p);
	return name;
}

struct sl_str sl_request_session(const struct sl_request *r)
{
	char name[64];

	return sl_request_cookie(r, cookie_name(r, name));
}

enum sl_code sl_response_session(struct sl_request *r, struct sl_response *out, struct sl_str session,
                                 struct sl_err *e)
{
	char name[64];
	char *text =
	    sl_arena_printf(r->arena, e, "%s=%.*s; Path=/; HttpOnly; SameSite=Strict%s%s", cookie_name(r, name),
	                    SL_STR_ARG(session), r->secure ? "; Secure" : "", session.n ? "" : "; Max-Age=0");

	if (text)
		sl_response_header(out, "Set-Cookie", sl_str_from(text));
	return e->code;
}

/* ---- who asks ---- */

static enum sl_code read_bearer(const struct sl_request *r, struct sl_str *out, struct sl_err *e)
{
	struct sl_str rest = sl_str_trim(sl_request_header(r, "authorization")), scheme = SL_STR("");

	*out = SL_STR("");
	if (!rest.n)
		return SL_OK;
	if (!sl_str_split(&rest, ' ', &scheme) || !sl_str_is_nocase(scheme, "bearer") || !sl_str_trim(rest).n)
		return sl_fail(e, SL_DENIED, "only 'Authorization: Bearer TOKEN' is understood");
	*out = sl_str_trim(rest);
	return SL_OK;
}

bool sl_request_has_session(const struct sl_request *r)
{
	return r->asking && r->asking->with == SL_CAME_WITH_SESSION;
}

enum sl_code sl_identify(void *ctx, struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str session = sl_request_session(r), bearer;
	const bool device = r->route->flags & SL_ROUTE_DEVICE;
	bool known = false;
	struct sl_asking *asking;
	struct people_kept *k;
	void *thing;

	(void)ctx;
	if (sl_kept_get(r, &people_slot, &thing, e))
		return e->code;
	k = thing;
	if (read_settings(r, k, e) || (device && sl_odk_identify(k->people, r, out, &known, e)))
		return e->code;
	if (known)
		return SL_OK;
	if (read_bearer(r, &bearer, e))
		return e->code;
	if (!session.n && !bearer.n)
		return device ? sl_odk_challenge(r, out, false, e) : SL_OK;
	asking = sl_arena_alloc(r->arena, 1, sizeof *asking, e);
	if (!asking || sl_who_is_asking(k->people, r->arena, session, bearer, asking, e))
		return e->code;
	if (asking->with == SL_CAME_WITH_NOTHING)
		return device ? sl_odk_challenge(r, out, false, e) : SL_OK;
	r->asking = asking;
	r->person = &asking->person;
	r->role = asking->person.role;
	if (r->method != SL_GET && asking->with == SL_CAME_WITH_SESSION && !(r->route->flags & SL_ROUTE_DOOR) &&
	    !sl_csrf_right(asking, sl_request_header(r, "x-csrf-token")))
		return sl_fail(e, SL_DENIED, "send the token of GET /api/session in the header X-CSRF-Token");
	return SL_OK;
}

struct sl_actor sl_request_actor(const struct sl_request *r)
{
	return (struct sl_actor){.person = r->person ? r->person->name : SL_STR(""), .address = r->address};
}

/* ---- what they may ---- */

struct sl_person sl_request_person(const struct sl_request *r)
{
	return r->person ? *r->person : (struct sl_person){.role = r->role, .scope = SL_SCOPE_READ};
}

enum sl_extent sl_request_may(const struct sl_request *r, enum sl_right right)
{
	struct sl_person p = sl_request_person(r);

	return sl_person_may(&p, right);
}

bool sl_request_may_see(const struct sl_request *r, const struct sl_standing *s)
{
	struct sl_person p = sl_request_person(r);

	return sl_may_see_record(&p, s);
}
