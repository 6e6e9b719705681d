/* Which route answers a path.  Of several that fit, the one whose path says more from the left wins, so the
 * order of the tables means nothing. */
#include "http/parts.h"

#include <string.h>

static const char *const method_names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

const char *sl_method_name(enum sl_method m)
{
	return method_names[m];
}

bool sl_method_from(const char *name, enum sl_method *out, bool *head)
{
	*head = !strcmp(name, "HEAD");
	if (*head) {
		*out = SL_GET;
		return true;
	}
	for (int m = 0; m < SL_METHODS; m++)
		if (!strcmp(name, method_names[m])) {
			*out = (enum sl_method)m;
			return true;
		}
	return false;
}

enum segment { WORD, ONE, REST };

static enum segment segment_kind(struct sl_str s)
{
	if (s.n < 2 || s.p[0] != '{')
		return WORD;
	return sl_str_has_suffix_nocase(s, "...}") ? REST : ONE;
}

/* The next segment of a path that begins with '/'; false at its end. */
static bool next_segment(struct sl_str *rest, struct sl_str *segment)
{
	const char *slash;

	if (!rest->n)
		return false;
	*segment = (struct sl_str){rest->p + 1, rest->n - 1}; /* behind the slash */
	slash = segment->n ? memchr(segment->p, '/', segment->n) : NULL;
	if (slash)
		segment->n = (size_t)(slash - segment->p);
	rest->p += segment->n + 1;
	rest->n -= segment->n + 1;
	return true;
}

/* Fits `path` (no slash at its end)?  Fills the values, still encoded. */
static bool fits(const char *pattern, struct sl_str path, struct sl_str *value, size_t *n_values)
{
	struct sl_str want, have, pattern_rest = sl_str_from(pattern), rest = path;

	*n_values = 0;
	if (sl_str_is(pattern_rest, "/"))
		return !path.n;
	while (next_segment(&pattern_rest, &want)) {
		enum segment kind = segment_kind(want);

		if (kind == REST) {
			if (!rest.n)
				return false;
			value[(*n_values)++] = (struct sl_str){rest.p + 1, rest.n - 1};
			return true;
		}
		if (!next_segment(&rest, &have))
			return false;
		if (kind == WORD ? !sl_str_eq(want, have) : !have.n)
			return false;
		if (kind == ONE)
			value[(*n_values)++] = have;
	}
	return !rest.n;
}

/* Does `a` say more than `b`?  Both fit the same path. */
static bool says_more(const char *a, const char *b)
{
	struct sl_str x, y, rest_a = sl_str_from(a), rest_b = sl_str_from(b);

	while (next_segment(&rest_a, &x) && next_segment(&rest_b, &y))
		if (segment_kind(x) != segment_kind(y))
			return segment_kind(x) < segment_kind(y);
	return false;
}

static enum sl_code decode_values(struct sl_arena *a, struct sl_route_match *m, struct sl_err *e)
{
	for (size_t i = 0; i < m->n_values; i++) {
		if (sl_percent_decode(a, m->value[i], false, &m->value[i], e))
			return e->code;
		/* No record and no file of ours is called so; who sends it means another folder. */
		if (sl_str_is(m->value[i], ".") || sl_str_is(m->value[i], ".."))
			return sl_fail(e, SL_INVALID, "'%.*s' is no name", SL_STR_ARG(m->value[i]));
	}
	return SL_OK;
}

enum sl_code sl_route_find(const struct sl_route *const *tables, struct sl_arena *a, enum sl_method method,
                           struct sl_str path, struct sl_route_match *out, struct sl_err *e)
{
	struct sl_route_match best = {0}, other = {0};
	const char *most = NULL; /* the path that says most, whatever its methods */
	struct sl_str seen = path;

	if (!path.n || path.p[0] != '/')
		return sl_fail(e, SL_INVALID, "the address does not begin with '/'");
	if (path.p[path.n - 1] == '/') /* "/ogc/" is "/ogc" */
		path.n--;
	for (; *tables; tables++)
		for (const struct sl_route *r = *tables; r->path; r++) {
			if (!fits(r->path, path, other.value, &other.n_values))
				continue;
			if (!most || says_more(r->path, most)) {
				most = r->path;
				best = (struct sl_route_match){0};
			} else if (says_more(most, r->path)) {
				continue;
			}
			best.allowed |= 1u << r->method;
			if (r->method != method)
				continue;
			best.route = r;
			best.n_values = other.n_values;
			memcpy(best.value, other.value, sizeof best.value);
		}
	if (!most)
		return sl_fail(e, SL_NOT_FOUND, "there is nothing at %.*s", SL_STR_ARG(seen));
	if (!best.route) {
		*out = best;
		return sl_fail(e, SL_UNSUPPORTED, "%.*s does not take the method %s", SL_STR_ARG(seen),
		               method_names[method]);
	}
	if (decode_values(a, &best, e))
		return e->code;
	*out = best;
	return SL_OK;
}
