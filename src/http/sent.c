/* What became of what somebody sent: for the pages as JSON, for phones as a page that needs no script. */
#include "http/odk.h"
#include "http/routes.h"

#include "app/sent.h"
#include "http/parts.h"

#include <string.h>

#define JSON "application/json"

enum { PAGE = 50, PAGE_MAX = 500 };

static enum sl_code read_wish(struct sl_request *r, const struct sl_person *who, struct sl_sent_wish *w, struct sl_err *e)
{
	struct sl_str of = sl_request_query(r, "of", NULL);
	int64_t limit;

	*w = (struct sl_sent_wish){.person = who};
	if (sl_str_is(of, "organisation"))
		w->of = SL_SENT_ORGANISATION;
	else if (sl_str_is(of, "all"))
		w->of = SL_SENT_ALL;
	else if (of.n && !sl_str_is(of, "me"))
		return sl_fail(e, SL_INVALID, "of is me, organisation or all");
	if (sl_request_int(r, "limit", PAGE, 1, PAGE_MAX, true, &limit, e) ||
	    sl_request_int(r, "before", 0, 0, INT64_MAX, false, &w->before, e))
		return e->code;
	w->limit = (size_t)limit;
	return SL_OK;
}

static enum sl_code sent(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person who = sl_request_person(r);
	struct sl_sent_wish wish;
	struct sl_sent *list;
	bool more;
	size_t n;

	if (read_wish(r, &who, &wish, e) || sl_sent_list(r->programme, r->arena, &wish, &list, &n, &more, e))
		return e->code;
	out->type = JSON;
	out->worded = true;
	sl_sent_json(&out->body, r->locale, list, n, more);
	return SL_OK;
}

/* ---- the page for phones ---- */

/* "2026-11-23 05:49 UTC": a phone's clock may be in any zone, and no script says which. */
static void put_moment(struct sl_buf *b, int64_t ms)
{
	char text[32];

	sl_time_text(ms, text);
	sl_buf_printf(b, "<time datetime=\"%s\"><bdi dir=\"ltr\">%.10s %.5s UTC</bdi></time>", text, text, text + 11);
}

/* A form of the dictionary is called as the reader calls the kind; one of a country's own as the country does. */
static struct sl_str title_of(struct sl_request *r, const struct sl_sent *s)
{
	const struct sl_dictionary *d = r->programme->dict;
	const struct sl_kind *kind = sl_str_eq(s->form, s->kind) ? sl_dictionary_kind(d, s->kind) : NULL;
	int language = sl_dictionary_language(d, sl_str_from(r->locale->code));

	return kind ? sl_kind_label(d, kind, language < 0 ? 0 : language) : s->title.n ? s->title : s->form;
}

static void put_one(struct sl_request *r, struct sl_buf *b, const struct sl_sent *s)
{
	sl_buf_printf(b, "<li class=\"%s\"><h2><bdi>", sl_fate_name(s->fate));
	sl_html_text(b, title_of(r, s));
	sl_buf_puts(b, "</bdi> <bdi>");
	sl_html_text(b, s->identity);
	sl_buf_printf(b, "</bdi></h2>\n<p><strong>%s</strong> ", sl_fate_text(r->locale, s->fate));
	if (s->of.n) {
		sl_buf_puts(b, "<bdi>");
		sl_html_text(b, s->of);
		sl_buf_puts(b, "</bdi> ");
	}
	if (s->fate_ms)
		put_moment(b, s->fate_ms);
	sl_buf_puts(b, "</p>\n");
	if (s->questions.n) {
		sl_buf_puts(b, "<blockquote dir=\"auto\">");
		sl_html_text(b, s->questions);
		sl_buf_puts(b, "</blockquote>\n");
	}
	sl_buf_printf(b, "<p><small>%s ", sl_text(r->locale, "sent", "Received:"));
	put_moment(b, s->received_ms);
	sl_buf_puts(b, "</small></p></li>\n");
}

static void put_page(struct sl_request *r, struct sl_response *out, const struct sl_person *who,
                     const struct sl_sent *list, size_t n, bool more)
{
	const char *title = sl_text(r->locale, "sent", "What was sent");
	struct sl_buf *b = &out->body;

	sl_buf_puts(b, "<!doctype html>\n<html");
	sl_html_locale(b, r);
	sl_buf_puts(b, ">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	               "\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	sl_html_text(b, sl_str_from(title));
	sl_buf_puts(b, "</title>\n<link rel=\"stylesheet\" href=\"");
	sl_asset_href(b, r, "style.css");
	sl_buf_printf(b, "\">\n</head>\n<body class=\"plain-page\">\n<main>\n<section class=\"page\">\n<h1>%s</h1>\n<p>", title);
	sl_buf_puts(b, "<bdi>");
	sl_html_text(b, who->name);
	sl_buf_puts(b, "</bdi></p>\n");
	if (!n)
		sl_buf_printf(b, "<p>%s</p>\n", sl_text(r->locale, "sent", "Nothing has come from here yet. What you send stands here as soon as it was received."));
	else
		sl_buf_puts(b, "<ol class=\"sent\">\n");
	for (size_t i = 0; i < n; i++)
		put_one(r, b, &list[i]);
	if (n)
		sl_buf_puts(b, "</ol>\n");
	if (more && n)
		sl_buf_printf(b, "<p><a href=\"?before=%lld\">%s</a></p>\n", (long long)list[n - 1].id,
		              sl_text(r->locale, "sent", "Older"));
	sl_buf_puts(b, "</section>\n</main>\n</body>\n</html>\n");
	out->type = "text/html; charset=utf-8";
	out->worded = true;
}

/* The device's own; whatever it adds to the address, it sees no other's. */
static enum sl_code device_sent(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	static const struct sl_offer offers[] = {{"html", "text/html"}, {"json", JSON}, {0}};
	struct sl_person who = sl_request_person(r);
	const struct sl_offer *chosen;
	struct sl_sent_wish wish;
	struct sl_sent *list;
	bool more;
	size_t n;

	if (sl_request_offer(r, out, offers, &chosen, e) || read_wish(r, &who, &wish, e))
		return e->code;
	wish.of = SL_SENT_MINE;
	if (sl_sent_list(r->programme, r->arena, &wish, &list, &n, &more, e))
		return e->code;
	if (chosen == offers) {
		put_page(r, out, &who, list, n, more);
	} else {
		out->type = JSON;
		out->worded = true;
		sl_sent_json(&out->body, r->locale, list, n, more);
	}
	return SL_OK;
}

#define TEXT "{\"type\":\"string\"}"

static const struct sl_parameter sent_query[] = {
    {.name = "of", .schema = "{\"type\":\"string\",\"enum\":[\"me\",\"organisation\",\"all\"],\"default\":\"me\"}",
     .description = "Who sent it."},
    {.name = "before", .schema = "{\"type\":\"integer\",\"minimum\":0}", .description = "Go on there: next of the answer before."},
    {.name = "limit", .schema = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":500,\"default\":50}",
     .description = "How many at most."},
    {0}};
static const struct sl_parameter device_query[] = {
    {.name = "before", .schema = "{\"type\":\"integer\",\"minimum\":0}", .description = "Go on there: next of the answer before."},
    {.name = "limit", .schema = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":500,\"default\":50}",
     .description = "How many at most."},
    {.name = "f", .schema = TEXT, .description = "html or json."},
    {0}};

#define DEVICE(address)                                                                                                \
	{.method = SL_GET, .path = address, .role = SL_ROLE_OPERATOR, .handler = device_sent, .query = device_query,       \
	 .types = "text/html application/json", .flags = SL_ROUTE_DEVICE | SL_ROUTE_OPEN_QUERY | SL_ROUTE_SLOW,            \
	 .summary = "What became of what this device sent"}

const struct sl_route sl_routes_sent[] = {
    {.method = SL_GET, .path = "/api/sent", .role = SL_ROLE_OPERATOR, .right = SL_RIGHT_READ_SUBMITTED,
     .extent = SL_EXTENT_OWN_ORGANISATION, .handler = sent, .query = sent_query, .types = JSON,
     .summary = "What became of what was sent, the newest first", .flags = SL_ROUTE_SLOW},
    DEVICE("/odk/sent"),
    DEVICE("/odk/key/{token}/sent"),
    {0}};
