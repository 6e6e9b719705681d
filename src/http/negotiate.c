/* What the client takes: Accept, Accept-Encoding, If-None-Match (RFC 9110, sections 12.5 and 13.1.2). */
#include "http/parts.h"

#include <string.h>
#include <strings.h>

/* "0.75" in thousandths; what cannot be read counts in full, as browsers' lists are meant. */
static int weight_of(struct sl_str parameters)
{
	struct sl_str part;
	double q;

	while (sl_str_split(&parameters, ';', &part)) {
		part = sl_str_trim(part);
		if (part.n > 2 && (part.p[0] | 32) == 'q' && part.p[1] == '=' &&
		    sl_str_double((struct sl_str){part.p + 2, part.n - 2}, &q))
			return q <= 0 ? 0 : q >= 1 ? 1000 : (int)(q * 1000 + 0.5);
	}
	return 1000;
}

/* How exactly a range names a type: 0 not at all, 1 all types, 2 the family, 3 the type. */
static int precision(struct sl_str range, struct sl_str type)
{
	const char *slash = memchr(type.p, '/', type.n);
	size_t family = slash ? (size_t)(slash - type.p) + 1 : 0;

	if (sl_str_is(range, "*/*") || sl_str_is(range, "*"))
		return 1;
	if (range.n == family + 1 && range.p[family] == '*' && !strncmp(range.p, type.p, family))
		return 2;
	return range.n == type.n && !strncasecmp(range.p, type.p, type.n) ? 3 : 0;
}

int sl_accept_weight(struct sl_str accept, const char *type)
{
	struct sl_str bare = sl_str_from(type), item, range; /* parameters of ours are not compared */
	const char *semicolon = memchr(bare.p, ';', bare.n);
	int best = 0, weight = 0;

	accept = sl_str_trim(accept);
	if (!accept.n)
		return 1000;
	if (semicolon)
		bare.n = (size_t)(semicolon - bare.p);
	while (sl_str_split(&accept, ',', &item)) {
		int p;

		if (!sl_str_split(&item, ';', &range))
			continue;
		p = precision(sl_str_trim(range), bare);
		if (p > best) {
			best = p;
			weight = weight_of(item);
		}
	}
	return weight;
}

/* The next language of an Accept-Language header, and its weight. */
static bool next_language(struct sl_str *accept, struct sl_str *range, int *weight)
{
	struct sl_str item;

	while (accept->n && sl_str_split(accept, ',', &item)) {
		*weight = weight_of(item);
		if (sl_str_split(&item, ';', range)) {
			*range = sl_str_trim(*range);
			return true;
		}
	}
	return false;
}

const struct sl_locale *sl_request_locale(const struct sl_request *r)
{
	struct sl_str accept = sl_request_header(r, "accept-language"), range;
	const struct sl_locale *best = sl_locale_find(sl_request_cookie(r, "language")), *l;
	int weight = 0, w;

	if (best)
		return best;
	best = sl_locale_at(0);
	while (next_language(&accept, &range, &w))
		if (w > weight && (l = sl_locale_find(range)) != NULL) {
			best = l;
			weight = w;
		}
	return best;
}

int sl_request_language(const struct sl_request *r, struct sl_response *out)
{
	const struct sl_dictionary *d = r->programme->dict;
	struct sl_str accept = sl_request_header(r, "accept-language"), tag;
	int language, weight = 0, w, l;
	bool found;

	tag = sl_request_query(r, "lang", &found);
	language = sl_dictionary_language(d, found ? sl_str_trim(tag) : sl_request_cookie(r, "language"));
	if (!found && language < 0)
		while (next_language(&accept, &tag, &w))
			if (w > weight && (l = sl_dictionary_language(d, tag)) >= 0) {
				language = l;
				weight = w;
			}
	if (language < 0)
		language = 0;
	out->language = d->language[language].code;
	return language;
}

bool sl_accept_gzip(struct sl_str accept)
{
	struct sl_str item, name;
	int gzip = -1, any = -1;

	while (accept.n && sl_str_split(&accept, ',', &item)) {
		if (!sl_str_split(&item, ';', &name))
			continue;
		name = sl_str_trim(name);
		if (sl_str_is_nocase(name, "gzip") || sl_str_is_nocase(name, "x-gzip"))
			gzip = weight_of(item);
		else if (sl_str_is(name, "*"))
			any = weight_of(item);
	}
	return gzip >= 0 ? gzip > 0 : any > 0;
}

bool sl_etag_listed(struct sl_str header, struct sl_str etag)
{
	struct sl_str item;

	while (header.n && etag.n && sl_str_split(&header, ',', &item)) {
		item = sl_str_trim(item);
		if (sl_str_is(item, "*"))
			return true;
		if (sl_str_has_prefix(item, "W/"))
			item = (struct sl_str){item.p + 2, item.n - 2};
		if (item.n < 2 || item.p[0] != '"' || item.p[item.n - 1] != '"')
			continue;
		item = (struct sl_str){item.p + 1, item.n - 2};
		if (item.n == etag.n + 3 && !memcmp(item.p + etag.n, "-gz", 3))
			item.n -= 3;
		if (sl_str_eq(item, etag))
			return true;
	}
	return false;
}

enum sl_code sl_request_offer(const struct sl_request *r, struct sl_response *out, const struct sl_offer *offers,
                              const struct sl_offer **chosen, struct sl_err *e)
{
	struct sl_str accept = sl_request_header(r, "accept"), f;
	const struct sl_offer *best = NULL;
	int weight = 0;
	bool found;

	f = sl_request_query(r, "f", &found);
	for (const struct sl_offer *o = offers; o->name; o++) {
		int w = found ? sl_str_is(f, o->name) : sl_accept_weight(accept, o->type);

		if (w > weight) {
			best = o;
			weight = w;
		}
	}
	if (best) {
		*chosen = best;
		return SL_OK;
	}
	if (found)
		return sl_fail(e, SL_INVALID, "f=%.*s: there is no such format here", SL_STR_ARG(f));
	out->status = 406;
	return sl_fail(e, SL_UNSUPPORTED, "nothing here is of a type that Accept names; leave it out for the usual one");
}
