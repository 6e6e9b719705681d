/* The pages and their parts, and whether the server is well. */
#include "http/routes.h"

#include "http/parts.h"

#include <string.h>

static const char *type_of(struct sl_str path)
{
	static const struct {
		const char *suffix, *type;
	} types[] = {
	    {".html", "text/html; charset=utf-8"},
	    {".css", "text/css; charset=utf-8"},
	    {".js", "text/javascript; charset=utf-8"},
	    {".mjs", "text/javascript; charset=utf-8"},
	    {".json", "application/json"},
	    {".geojson", "application/geo+json"},
	    {".webmanifest", "application/manifest+json"},
	    {".svg", "image/svg+xml"},
	    {".png", "image/png"},
	    {".jpg", "image/jpeg"},
	    {".webp", "image/webp"},
	    {".ico", "image/vnd.microsoft.icon"},
	    {".woff2", "font/woff2"},
	    {".pbf", "application/x-protobuf"},
	    {".wasm", "application/wasm"},
	    {".csv", "text/csv; charset=utf-8"},
	    {".txt", "text/plain; charset=utf-8"},
	};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (sl_str_has_suffix_nocase(path, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

/* "/assets/{hash}/{path...}": for ever under the right hash; under another (a page from before an update) what
 * there is now, and not kept. */
static enum sl_code asset(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_asset found;

	if (!sl_asset_find(r->value[1], &found))
		return sl_fail(e, SL_NOT_FOUND, "there is no part '%.*s'", SL_STR_ARG(r->value[1]));
	out->type = type_of(r->value[1]);
	out->fixed = found.bytes;
	if (found.gzip.n < found.bytes.n && sl_worth_gzip(out->type))
		out->fixed_gzip = found.gzip;
	/* The map engine's worker is bound by the policy that came with its script, and fetches tiles of ours. */
	if (sl_str_has_prefix(sl_str_from(out->type), "text/javascript"))
		out->security_policy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";
	if (sl_str_is(r->value[0], sl_asset_hash())) {
		out->etag = r->value[0];
		out->cache = "public, max-age=31536000, immutable";
	}
	return SL_OK;
}

/* "en=English|ar=العربية|..." for the choice that a page offers. */
static void put_languages(struct sl_buf *b)
{
	const struct sl_locale *l;

	for (size_t i = 0; (l = sl_locale_at(i)) != NULL; i++) {
		sl_buf_printf(b, "%s%s=", i ? "|" : "", l->code);
		sl_html_text(b, sl_str_from(sl_locale_name(l)));
	}
}

/* What stands for "{{...}}" in a page: addresses that depend on how we are called, and the reader's language. False
 * when it means nothing. */
static bool put_mark(struct sl_request *r, struct sl_buf *b, struct sl_str mark)
{
	char text[200];

	if (sl_str_is(mark, "assets"))
		sl_buf_printf(b, "%s/assets/%s", r->base, sl_asset_hash());
	else if (sl_str_is(mark, "base"))
		sl_buf_puts(b, r->base);
	else if (sl_str_is(mark, "language"))
		sl_buf_puts(b, r->locale->code);
	else if (sl_str_is(mark, "lang-dir"))
		sl_html_locale(b, r);
	else if (sl_str_is(mark, "languages"))
		put_languages(b);
	else if (sl_str_has_prefix(mark, "text:") && mark.n - 5 < sizeof text) {
		memcpy(text, mark.p + 5, mark.n - 5);
		text[mark.n - 5] = 0;
		sl_html_text(b, sl_str_from(sl_text(r->locale, "html", text)));
	} else
		return false;
	return true;
}

/* The end of "{{...}}" at `at`; NULL when it is none. */
static const char *mark_end(const char *at, const char *end)
{
	if (end - at < 4 || at[1] != '{')
		return NULL;
	for (const char *p = at + 2; p + 1 < end && *p != '\n'; p++)
		if (p[0] == '}' && p[1] == '}')
			return p;
	return NULL;
}

/* An asset with its marks filled in. */
static enum sl_code filled(struct sl_request *r, struct sl_response *out, const char *name, struct sl_err *e)
{
	struct sl_asset found;
	const char *at, *end, *mark, *close;

	if (!sl_asset_find(sl_str_from(name), &found))
		return sl_fail(e, SL_NOT_FOUND, "there is no page here");
	out->type = type_of(sl_str_from(name));
	at = found.bytes.p;
	end = at + found.bytes.n;
	while (at < end && (mark = memchr(at, '{', (size_t)(end - at))) != NULL) {
		sl_buf_add(&out->body, at, (size_t)(mark - at));
		close = mark_end(mark, end);
		if (close && put_mark(r, &out->body, (struct sl_str){mark + 2, (size_t)(close - mark - 2)})) {
			at = close + 2;
		} else {
			sl_buf_putc(&out->body, '{');
			at = mark + 1;
		}
	}
	sl_buf_add(&out->body, at, (size_t)(end - at));
	return sl_response_etag(r, out, sl_str_from(sl_asset_hash()), e);
}

static enum sl_code page(struct sl_request *r, struct sl_response *out, const char *name, struct sl_err *e)
{
	out->worded = true;
	return filled(r, out, name, e);
}

/* What a view is made of is fetched while the page is still being read: a list of parts, each with how the page takes
 * it in. */
struct part {
	const char *path, *as;
};

static enum sl_code preload(struct sl_request *r, struct sl_response *out, const struct part *parts, size_t n, struct sl_err *e)
{
	struct sl_buf b = {0};

	for (size_t i = 0; i < n; i++)
		sl_buf_printf(&b, "%s<%s/assets/%s/%s>; rel=%s", i ? ", " : "", r->base, sl_asset_hash(), parts[i].path,
		              parts[i].as ? parts[i].as : "modulepreload");
	if (!sl_buf_check(&b, e))
		sl_response_header(out, "Link", sl_str_from(sl_arena_strndup(r->arena, b.p, b.n, e)));
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code preload_map(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	static const struct part parts[] = {{"foreign/maplibre-gl.mjs", NULL}, {"map.js", NULL},    {"chart.js", NULL},
	                                    {"layers.js", NULL},               {"symbols.js", NULL}, {"legend.js", NULL},
	                                    {"panel.js", NULL},                {"coordinates.js", NULL},
	                                    {"base_map.js", NULL}};

	return preload(r, out, parts, sizeof parts / sizeof *parts, e);
}

/* The engine first: it is the largest by far. */
static enum sl_code preload_form(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	static const struct part parts[] = {{"foreign/web-forms-engine.js", "preload; as=script"},
	                                    {"foreign/web-forms-parser.wasm", "preload; as=fetch; crossorigin"},
	                                    {"foreign/web-forms-xpath.wasm", "preload; as=fetch; crossorigin"},
	                                    {"foreign/web-forms.css", "preload; as=style"},
	                                    {"foreign/web-forms.js", NULL},
	                                    {"enter/fill.js", NULL},
	                                    {"enter/forms.js", NULL},
	                                    {"enter/edit.js", NULL},
	                                    {"enter/names.js", NULL},
	                                    {"enter/repeat.js", NULL},
	                                    {"enter/positions.js", NULL},
	                                    {"enter/scan.js", NULL},
	                                    {"enter/list.js", NULL}};

	return preload(r, out, parts, sizeof parts / sizeof *parts, e);
}

static enum sl_code first_page(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	bool map = sl_str_is(sl_str_from(r->route->path), "/") || sl_str_is(sl_str_from(r->route->path), "/map");

	if (map && preload_map(r, out, e))
		return e->code;
	return page(r, out, "index.html", e);
}

static enum sl_code named_page(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	char *name = sl_arena_printf(r->arena, e, "%.*s.html", SL_STR_ARG(r->value[0]));

	return name ? page(r, out, name, e) : e->code;
}

/* The page on which forms are filled in.  The engine of @getodk/web-forms reads XPath with a parser that is
 * WebAssembly, in the script itself: this page, and no other, may compile it.  Nothing else is let in that the
 * strict policy keeps out: no inline script or style, no eval. */
static enum sl_code entry_page(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	out->security_policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; "
	                       "media-src 'self' blob:; worker-src 'self'; object-src 'none'; base-uri 'self'; "
	                       "form-action 'self'; frame-ancestors 'none'";
	if (sl_str_is(sl_str_from(r->route->path), "/enter/{form}") && preload_form(r, out, e))
		return e->code;
	return page(r, out, "enter.html", e);
}

/* What keeps that page in the browser: another text for other parts, so that a browser takes the new ones. */
static enum sl_code entry_worker(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	out->security_policy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";
	return filled(r, out, "enter/worker.js", e);
}

/* For whoever watches over the machine: it says that requests are answered and that the file can be read. */
static enum sl_code health(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_json_writer w;

	(void)e;
	out->type = "application/json";
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "status", SL_STR("ok"));
	sl_json_kv_int(&w, "version", r->version);
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
	return SL_OK;
}

/* Every view is an address of its own, and the scripts of the one page tell them apart (web/main.js): whoever
 * opens or reloads one gets that page. */
#define VIEW(address)                                                                                                 \
	{.method = SL_GET, .path = address, .role = SL_ROLE_PUBLIC, .handler = first_page, .types = "text/html",          \
	 .summary = "A view", .query = view_query, .flags = PAGE_FLAGS | SL_ROUTE_OPEN_QUERY}

#define PAGE_FLAGS (SL_ROUTE_WITHOUT_PROGRAMME | SL_ROUTE_UNLISTED | SL_ROUTE_STATIC)

/* What the address says is for the scripts. */
static const struct sl_parameter view_query[] = {
    {.name = "as-of", .schema = "{\"type\":\"string\",\"format\":\"date\"}", .description = "The date shown."}, {0}};

const struct sl_route sl_routes_pages[] = {
    {.method = SL_GET, .path = "/health", .role = SL_ROLE_PUBLIC, .handler = health, .types = "application/json",
     .summary = "Whether the server answers and the programme can be read", .flags = SL_ROUTE_STATIC},
    VIEW("/"),
    VIEW("/map"),
    VIEW("/records"),
    VIEW("/records/{kind}"),
    VIEW("/records/{kind}/{id}"),
    VIEW("/review"),
    VIEW("/account"),
    VIEW("/why"),
    VIEW("/findings"),
    VIEW("/ask"),
    VIEW("/reports"),
    VIEW("/analysis"),
    VIEW("/traverse"),
    VIEW("/sent"),
    VIEW("/settings"),
    VIEW("/settings/{section}"),
    VIEW("/start"),
    {.method = SL_GET, .path = "/enter", .role = SL_ROLE_PUBLIC, .handler = entry_page, .types = "text/html",
     .summary = "Forms to fill in, and what waits to be sent", .flags = PAGE_FLAGS | SL_ROUTE_OPEN_QUERY},
    {.method = SL_GET, .path = "/enter/{form}", .role = SL_ROLE_PUBLIC, .handler = entry_page, .types = "text/html",
     .summary = "A form to fill in", .flags = PAGE_FLAGS | SL_ROUTE_OPEN_QUERY},
    {.method = SL_GET, .path = "/enter-worker.js", .role = SL_ROLE_PUBLIC, .handler = entry_worker,
     .types = "text/javascript", .summary = "The worker that keeps these pages in the browser", .flags = PAGE_FLAGS},
    {.method = SL_GET, .path = "/{page}", .role = SL_ROLE_PUBLIC, .handler = named_page, .types = "text/html",
     .summary = "A page", .flags = PAGE_FLAGS},
    {.method = SL_GET, .path = "/assets/{hash}/{path...}", .role = SL_ROLE_PUBLIC, .handler = asset,
     .types = "application/octet-stream", .summary = "A part of the pages", .flags = PAGE_FLAGS},
    {0}};
