/* Addresses, formats and etags. */
#include "http/ogc.h"

#include <stdarg.h>
#include <stdio.h>

void sl_ogc_put_link(struct sl_json_writer *w, const char *rel, const char *type, const char *title,
                     struct sl_str href)
{
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "href", href);
	sl_json_kv_str(w, "rel", sl_str_from(rel));
	sl_json_kv_str(w, "type", sl_str_from(type));
	sl_json_kv_str(w, "title", sl_str_from(title));
	sl_json_end(w, '}');
}

static struct sl_str kept(struct sl_request *r, struct sl_buf *b, struct sl_err *e)
{
	char *copy =
	    e->code || sl_buf_check(b, e) ? NULL : sl_arena_strndup(r->arena, b->p ? b->p : "", b->n, e);
	struct sl_str s = copy ? (struct sl_str){copy, b->n} : SL_STR("");

	sl_buf_done(b);
	return s;
}

struct sl_str sl_ogc_href(struct sl_request *r, struct sl_err *e, const char *format, ...)
{
	char rest[2000];
	struct sl_buf b = {0};
	va_list ap;

	va_start(ap, format);
	vsnprintf(rest, sizeof rest, format, ap);
	va_end(ap);
	sl_buf_puts(&b, r->base);
	sl_buf_puts(&b, "/ogc");
	sl_buf_puts(&b, rest);
	return kept(r, &b, e);
}

struct sl_str sl_ogc_href_with(struct sl_request *r, const char *name, const char *value, struct sl_err *e)
{
	struct sl_buf b = {0};
	char mark = '?';

	sl_buf_puts(&b, r->base);
	sl_buf_str(&b, r->path);
	for (size_t i = 0; i < r->n_query; i++) {
		if (name && sl_str_is(r->query[i].name, name))
			continue;
		sl_buf_putc(&b, mark);
		sl_percent_encode(&b, r->query[i].name);
		sl_buf_putc(&b, '=');
		sl_percent_encode(&b, r->query[i].value);
		mark = '&';
	}
	if (value) {
		sl_buf_putc(&b, mark);
		sl_buf_puts(&b, name);
		sl_buf_putc(&b, '=');
		sl_buf_puts(&b, value);
	}
	return kept(r, &b, e);
}

enum sl_code sl_ogc_format(struct sl_request *r, struct sl_response *out, const char *json, bool *html,
                           struct sl_err *e)
{
	/* A client that asks for plain JSON gets GeoJSON and the like: each is JSON. */
	const struct sl_offer offers[] = {
	    {"json", json}, {"json", "application/json"}, {"html", SL_OGC_HTML}, {0}};
	const struct sl_offer *chosen;

	if (sl_request_offer(r, out, offers, &chosen, e))
		return e->code;
	*html = chosen == &offers[2];
	out->type = *html ? SL_OGC_HTML_TYPE : json;
	return SL_OK;
}

enum sl_code sl_ogc_etag(struct sl_request *r, struct sl_response *out, bool *known, struct sl_err *e)
{
	struct sl_str organisation = SL_STR("");
	char *salt, day[11];

	/* What is in force today changes with the day; what is shown, with the client's rights. */
	sl_date_text((struct sl_date){(int32_t)(sl_env_now_ms(r->env) / 86400000)}, day);
	if (r->person)
		organisation = r->person->organisation;
	salt = sl_arena_printf(r->arena, e, "%s %d %.*s %s %s", day, (int)sl_ogc_access_of(r),
	                       SL_STR_ARG(organisation), out->type, r->base);
	out->weak_etag = true; /* timeStamp differs and says nothing */
	if (!salt || sl_response_etag(r, out, sl_str_from(salt), e))
		return e->code;
	*known = sl_response_is_known(r, out);
	return SL_OK;
}

void sl_ogc_put_self(struct sl_request *r, struct sl_json_writer *w, const char *json, struct sl_err *e)
{
	sl_ogc_put_link(w, "self", json, "This document", sl_ogc_href_with(r, NULL, NULL, e));
	sl_ogc_put_link(w, "alternate", SL_OGC_HTML, "This document as a page",
	                sl_ogc_href_with(r, "f", "html", e));
}
