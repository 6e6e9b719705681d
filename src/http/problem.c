/* Errors as answers, in one place: RFC 9457 for programs, a page for people. */
#include "http/odk.h"
#include "http/server_parts.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

int sl_status_of(enum sl_code code, bool signed_in)
{
	switch (code) {
	case SL_OK: return 200;
	case SL_INVALID: return 400;
	case SL_NOT_FOUND: return 404;
	case SL_CONFLICT: return 409;
	case SL_DENIED: return signed_in ? 403 : 401;
	case SL_BUSY:
	case SL_CANCELLED: return 503;
	case SL_UNSUPPORTED: return 501;
	case SL_IO:
	case SL_CORRUPT:
	case SL_NOMEM: break;
	}
	return 500;
}

const char *sl_status_title(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {
	    {400, SL_TEXT("status", "Bad request")},
	    {401, SL_TEXT("status", "Sign in first")},
	    {403, SL_TEXT("status", "Not allowed")},
	    {404, SL_TEXT("status", "Not found")},
	    {405, SL_TEXT("status", "Method not allowed")},
	    {406, SL_TEXT("status", "Not acceptable")},
	    {409, SL_TEXT("status", "Conflict")},
	    {412, SL_TEXT("status", "It has changed")},
	    {413, SL_TEXT("status", "Too large")},
	    {415, SL_TEXT("status", "Unsupported media type")},
	    {421, SL_TEXT("status", "Misdirected request")},
	    {422, SL_TEXT("status", "Cannot be used")},
	    {428, SL_TEXT("status", "State the version")},
	    {429, SL_TEXT("status", "Too many requests")},
	    {431, SL_TEXT("status", "Head too large")},
	    {501, SL_TEXT("status", "Not supported")},
	    {503, SL_TEXT("status", "Busy, try again")},
	};

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (titles[i].status == status)
			return titles[i].title;
	return SL_TEXT("status", "Something is wrong here");
}

void sl_html_text(struct sl_buf *b, struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '<': sl_buf_puts(b, "&lt;"); break;
		case '>': sl_buf_puts(b, "&gt;"); break;
		case '&': sl_buf_puts(b, "&amp;"); break;
		case '"': sl_buf_puts(b, "&quot;"); break;
		case '\'': sl_buf_puts(b, "&#39;"); break;
		default: sl_buf_putc(b, s.p[i]);
		}
}

void sl_html_locale(struct sl_buf *b, const struct sl_request *r)
{
	sl_buf_printf(b, " lang=\"%s\" dir=\"%s\"", r->locale->code,
	              sl_locale_right_to_left(r->locale) ? "rtl" : "ltr");
}

static void write_page(struct sl_request *r, struct sl_response *out, const char *title, struct sl_str detail)
{
	struct sl_buf *b = &out->body;

	out->type = "text/html; charset=utf-8";
	sl_buf_puts(b, "<!doctype html>\n<html");
	sl_html_locale(b, r);
	sl_buf_puts(b, "><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
	sl_html_text(b, sl_str_from(title));
	sl_buf_puts(b, "</title><link rel=\"stylesheet\" href=\"");
	sl_asset_href(b, r, "style.css");
	sl_buf_puts(b, "\"></head><body><main><section class=\"page\"><h1>");
	sl_html_text(b, sl_str_from(title));
	sl_buf_puts(b, "</h1><p>");
	sl_html_text(b, detail);
	sl_buf_puts(b, "</p><p><a href=\"");
	sl_html_text(b, sl_str_from(r->base));
	sl_buf_puts(b, "/\">");
	sl_html_text(b, sl_str_from(sl_text(r->locale, "problem", "To the first page")));
	sl_buf_puts(b, "</a></p></section></main></body></html>\n");
}

static void write_json(struct sl_response *out, const char *title, struct sl_str detail)
{
	struct sl_json_writer w;

	out->type = "application/problem+json";
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "type", SL_STR("about:blank"));
	sl_json_kv_str(&w, "title", sl_str_from(title));
	sl_json_kv_int(&w, "status", out->status);
	sl_json_kv_str(&w, "detail", detail);
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
}

static bool wants_page(const struct sl_request *r)
{
	struct sl_str accept = sl_request_header(r, "accept"), f = sl_request_query(r, "f", NULL);

	if (f.n)
		return sl_str_is(f, "html");
	return accept.n && sl_accept_weight(accept, "text/html") > sl_accept_weight(accept, "application/json");
}

void sl_problem(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	int status = out->status >= 400 ? out->status : sl_status_of(e->code, r->person || r->role > SL_ROLE_PUBLIC);
	struct sl_response fresh = {.status = status};
	struct sl_err second = {0};
	struct sl_str detail = SL_STR(""), message = sl_str_from(e->msg);
	const char *title;
	size_t at = strlen(r->server->options.path);

	/* Where the file lies is nobody's business. */
	if (sl_str_has_prefix(message, r->server->options.path) &&
	    sl_str_has_prefix((struct sl_str){message.p + at, message.n - at}, ": "))
		message = (struct sl_str){message.p + at + 2, message.n - at - 2};
	/* A message that was cut may end within a letter. */
	if (sl_utf8_scrub(r->arena, message, &detail, &second))
		sl_err_clear(&second);
	for (size_t i = 0; i < out->n_headers; i++) /* what the handler said beside it: Allow, Retry-After */
		fresh.header[fresh.n_headers++] = out->header[i];
	sl_buf_done(&out->body);
	*out = fresh;
	if (status == 503)
		sl_response_header(out, "Retry-After", SL_STR("2"));
	if (status == 401 && !sl_odk_is(r))
		sl_response_header(out, "WWW-Authenticate", SL_STR("Bearer realm=\"Safelane\""));
	if (status >= 500 && status != 501 && status != 503) {
		/* What the machine says about itself is for who runs it. */
		sl_server_note(r->server, r, e);
		detail = sl_str_from(
		    SL_TEXT("error", "The server could not answer. Its log says why; tell who looks after it."));
	}
	title = sl_text(r->locale, "status", sl_status_title(status));
	if (detail.n)
		detail = sl_str_from(sl_text(r->locale, "error", detail.p));
	out->worded = true;
	if (sl_odk_is(r))
		sl_odk_message(out, "", detail.n ? detail : sl_str_from(title));
	else if (wants_page(r))
		write_page(r, out, title, detail);
	else
		write_json(out, title, detail);
	sl_err_clear(e);
}
