#include "http/parts.h"

#include <ctype.h>
#include <string.h>

struct sl_str sl_request_query(const struct sl_request *r, const char *name, bool *found)
{
	for (size_t i = 0; i < r->n_query; i++)
		if (sl_str_is(r->query[i].name, name)) {
			if (found)
				*found = true;
			return r->query[i].value;
		}
	if (found)
		*found = false;
	return SL_STR("");
}

struct sl_str sl_request_header(const struct sl_request *r, const char *lower_case_name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (sl_str_is(r->header[i].name, lower_case_name))
			return r->header[i].value;
	return SL_STR("");
}

struct sl_str sl_request_cookie(const struct sl_request *r, const char *name)
{
	struct sl_str rest = sl_request_header(r, "cookie"), part, key;

	while (rest.n && sl_str_split(&rest, ';', &part)) {
		part = sl_str_trim(part);
		if (sl_str_split(&part, '=', &key) && part.p && sl_str_is(key, name))
			return part;
	}
	return SL_STR("");
}

enum sl_code sl_request_int(const struct sl_request *r, const char *name, int64_t otherwise, int64_t low,
                            int64_t high, bool clamp, int64_t *out, struct sl_err *e)
{
	bool found;
	struct sl_str text = sl_request_query(r, name, &found);
	int64_t x = otherwise;

	if (found && !sl_str_int64(text, &x)) /* too many digits is too large, not wrong */
		x = clamp && text.n && strspn(text.p, "0123456789") >= text.n ? INT64_MAX : low - 1;
	if (clamp && x > high)
		x = high;
	if (x < low || x > high)
		return sl_fail(e, SL_INVALID, "%s=%.*s: it is a whole number from %lld to %lld", name,
		               SL_STR_ARG(text), (long long)low, (long long)high);
	*out = x;
	return SL_OK;
}

static const struct sl_parameter *parameter_of(const struct sl_route *route, struct sl_str name)
{
	for (const struct sl_parameter *p = route->query; p && p->name; p++)
		if (sl_str_is(name, p->name))
			return p;
	return NULL;
}

enum sl_code sl_request_judge_query(const struct sl_request *r, struct sl_err *e)
{
	for (size_t i = 0; i < r->n_query; i++) {
		const struct sl_parameter *p = parameter_of(r->route, r->query[i].name);

		if (!p) {
			if (r->route->flags & SL_ROUTE_OPEN_QUERY)
				continue;
			return sl_fail(e, SL_INVALID, "'%.*s' is no parameter of %s", SL_STR_ARG(r->query[i].name),
			               r->route->path);
		}
		for (size_t j = 0; j < i; j++)
			if (sl_str_eq(r->query[j].name, r->query[i].name))
				return sl_fail(e, SL_INVALID, "%s is given twice; give it once", p->name);
		if (!r->query[i].value.n)
			return sl_fail(e, SL_INVALID, "%s is empty; leave it out or give a value", p->name);
	}
	for (const struct sl_parameter *p = r->route->query; p && p->name; p++) {
		bool found;

		sl_request_query(r, p->name, &found);
		if (p->required && !found)
			return sl_fail(e, SL_INVALID, "the parameter %s is missing: %s", p->name, p->description);
	}
	return SL_OK;
}

/* ---- how we are called ---- */

/* Letters, digits, dots and hyphens, or an IPv6 address in brackets; then maybe a port.  Nothing that could end
 * a header, an attribute or a link. */
static bool host_is_sound(struct sl_str h)
{
	size_t i = 0;

	if (!h.n || h.n > 255)
		return false;
	if (h.p[0] == '[') {
		for (i = 1; i < h.n && (isxdigit((unsigned char)h.p[i]) || h.p[i] == ':' || h.p[i] == '.'); i++)
			;
		if (i == h.n || h.p[i++] != ']')
			return false;
	} else {
		for (; i < h.n && (isalnum((unsigned char)h.p[i]) || strchr(".-_", h.p[i])); i++)
			;
	}
	if (i == h.n)
		return true;
	if (i == 0 || h.p[i++] != ':' || h.n - i > 5 || i == h.n)
		return false;
	for (; i < h.n; i++)
		if (!isdigit((unsigned char)h.p[i]))
			return false;
	return true;
}

static bool prefix_is_sound(struct sl_str p)
{
	if (!p.n || p.p[0] != '/' || p.n > 200)
		return false;
	for (size_t i = 0; i < p.n; i++)
		if (!isalnum((unsigned char)p.p[i]) && !strchr("/-._~", p.p[i]))
			return false;
	for (size_t i = 1; i < p.n; i++)
		if (p.p[i] == '/' && p.p[i - 1] == '/') /* "//host" would be another server */
			return false;
	return true;
}

bool sl_host_is_local(struct sl_str h)
{
	struct sl_str name = h;

	if (h.n && h.p[0] == '[')
		return sl_str_is(h, "[::1]") || sl_str_has_prefix(h, "[::1]:");
	if (memchr(h.p, ':', h.n))
		name.n = (size_t)((const char *)memchr(h.p, ':', h.n) - h.p);
	if (sl_str_is_nocase(name, "localhost") || sl_str_has_suffix_nocase(name, ".localhost"))
		return true;
	if (!sl_str_has_prefix(name, "127."))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!isdigit((unsigned char)name.p[i]) && name.p[i] != '.')
			return false;
	return true;
}

/* The first of a list: the proxy nearest to the client wrote it. */
static struct sl_str first_of(struct sl_str list)
{
	struct sl_str first = SL_STR("");

	if (list.n)
		(void)!sl_str_split(&list, ',', &first);
	return sl_str_trim(first);
}

/* RFC 9112, 3.2: more than one Host is refused, because who stands between may believe the other. */
static bool one_host(const struct sl_request *r)
{
	int n = 0;

	for (size_t i = 0; i < r->n_headers; i++)
		n += sl_str_is(r->header[i].name, "host");
	return n < 2;
}

enum sl_code sl_request_seen_as(const struct sl_request *r, bool tls, bool behind_proxy, struct sl_seen_as *out,
                                struct sl_err *e)
{
	struct sl_seen_as s = {tls ? SL_STR("https") : SL_STR("http"), sl_request_header(r, "host"), SL_STR("")};
	struct sl_str x;

	if (behind_proxy) {
		x = first_of(sl_request_header(r, "x-forwarded-proto"));
		if (sl_str_is_nocase(x, "https") || sl_str_is_nocase(x, "http"))
			s.scheme = sl_str_is_nocase(x, "https") ? SL_STR("https") : SL_STR("http");
		x = first_of(sl_request_header(r, "x-forwarded-host"));
		if (x.n)
			s.host = x;
		x = first_of(sl_request_header(r, "x-forwarded-prefix"));
		while (x.n && x.p[x.n - 1] == '/')
			x.n--;
		if (x.n && !prefix_is_sound(x))
			return sl_fail(e, SL_INVALID, "X-Forwarded-Prefix is no path");
		s.prefix = x;
	}
	if (!one_host(r))
		return sl_fail(e, SL_INVALID, "the header Host is given twice");
	if (!host_is_sound(s.host))
		return sl_fail(e, SL_INVALID, "the header Host is missing or names no host");
	*out = s;
	return SL_OK;
}
