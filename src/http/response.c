#include "http/odk.h"
#include "http/parts.h"

#include <stdio.h>
#include <string.h>

/* Below this the head is longer than what compression saves. */
#define GZIP_FROM 1024

/* No script, style, frame or connection that is not ours, and no inline script. */
static const char strict_policy[] = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self'; object-src 'none'; "
                                    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

void sl_response_header(struct sl_response *out, const char *name, struct sl_str value)
{
	if (out->n_headers == SL_HEADERS_MAX || memchr(value.n ? value.p : "", '\n', value.n) ||
	    memchr(value.n ? value.p : "", '\r', value.n) || memchr(value.n ? value.p : "", 0, value.n))
		return;
	out->header[out->n_headers++] = (struct sl_pair){sl_str_from(name), value};
}

enum sl_code sl_response_etag(struct sl_request *r, struct sl_response *out, struct sl_str salt, struct sl_err *e)
{
	struct sl_str who = sl_request_header(r, "cookie"), token = sl_request_header(r, "authorization");
	struct sl_hasher h;
	char text[65];
	char *copy;

	sl_hash_begin(&h);
	sl_hash_int(&h, r->version);
	sl_hash_part(&h, r->path.p, r->path.n);
	sl_hash_part(&h, r->query_text.p, r->query_text.n);
	sl_hash_part(&h, r->base, strlen(r->base)); /* links in the answer begin with it */
	sl_hash_part(&h, r->locale->code, strlen(r->locale->code));
	sl_hash_int(&h, r->role);
	if (r->person)
		sl_hash_part(&h, r->person->organisation.p, r->person->organisation.n);
	if (r->programme) /* the country's own values stand in lists and labels */
		sl_hash_part(&h, r->programme->choices.p, r->programme->choices.n);
	sl_hash_int(&h, r->serving.small_cell);
	sl_hash_int(&h, r->serving.generalise_m);
	/* Two people at one browser are not told that nothing changed between them. */
	sl_hash_part(&h, who.p, who.n);
	sl_hash_part(&h, token.p, token.n);
	sl_hash_part(&h, salt.p, salt.n);
	sl_hash_text(sl_hash_end(&h), text);
	copy = sl_arena_strndup(r->arena, text, 32, e);
	if (!copy)
		return e->code;
	out->etag = (struct sl_str){copy, 32};
	return SL_OK;
}

bool sl_response_is_known(const struct sl_request *r, const struct sl_response *out)
{
	return r->method == SL_GET && sl_etag_listed(sl_request_header(r, "if-none-match"), out->etag);
}

enum sl_code sl_response_redirect(struct sl_request *r, struct sl_response *out, int status, const char *path,
                                  struct sl_err *e)
{
	char *to = sl_arena_printf(r->arena, e, "%s%s", r->base, path);

	if (!to)
		return e->code;
	out->status = status;
	sl_response_header(out, "Location", sl_str_from(to));
	return SL_OK;
}

/* ---- what is added to every answer ---- */

static void drop_body(struct sl_response *out)
{
	sl_buf_done(&out->body);
	out->fixed = out->fixed_gzip = (struct sl_str){0};
	out->stream = NULL;
	out->already_gzip = false;
}

/* Send the gzipped form where the client takes it and it is worth it.  Sets *zipped. */
static enum sl_code compress(struct sl_request *r, struct sl_response *out, bool *zipped, struct sl_err *e)
{
	bool taken = sl_accept_gzip(sl_request_header(r, "accept-encoding"));
	struct sl_str plain = out->body.n ? sl_buf_view(&out->body) : out->fixed;
	struct sl_buf other = {0};

	*zipped = taken && (out->already_gzip || out->fixed_gzip.n);
	if (out->already_gzip && !taken) {
		if (sl_gunzip(plain, (size_t)1 << 30, &other, e)) {
			sl_buf_done(&other);
			return e->code;
		}
	} else if (*zipped && out->fixed_gzip.n) {
		out->fixed = out->fixed_gzip;
		return SL_OK;
	} else if (out->already_gzip || !taken || !out->type || !sl_worth_gzip(out->type)) {
		return SL_OK;
	} else if (out->stream) {
		*zipped = true;
		return sl_gzip_stream(r->arena, out, e);
	} else if (plain.n < GZIP_FROM || r->head) {
		return SL_OK;
	} else if (sl_gzip(plain, plain.n > (1 << 20) ? 1 : 4, &other, e)) {
		sl_buf_done(&other);
		return e->code;
	} else {
		*zipped = true;
	}
	drop_body(out);
	out->body = other;
	return SL_OK;
}

static enum sl_code add_etag(struct sl_request *r, struct sl_response *out, bool zipped, struct sl_err *e)
{
	char *text = sl_arena_printf(r->arena, e, "%s\"%.*s%s\"", out->weak_etag ? "W/" : "", SL_STR_ARG(out->etag),
	                             zipped ? "-gz" : "");

	if (text)
		sl_response_header(out, "ETag", sl_str_from(text));
	return e->code;
}

static bool under(const struct sl_request *r, const char *folder)
{
	size_t n = strlen(folder);

	return sl_str_has_prefix(r->path, folder) && (r->path.n == n || r->path.p[n] == '/');
}

/* Scripts of other origins may read what the standards serve: maps on other sites are what it is for.  Cookies
 * never go with such requests ("*").  Where people who have not signed in see more than the public does, because
 * they sit at this machine, other origins' scripts in their browser must not. */
static void add_cors(struct sl_request *r, struct sl_response *out)
{
	if (!sl_server_shares(r->server) || !(under(r, "/ogc") || under(r, "/tiles")))
		return;
	sl_response_header(out, "Access-Control-Allow-Origin", SL_STR("*"));
	sl_response_header(out, "Access-Control-Expose-Headers", SL_STR("Link, Content-Crs, ETag, Location"));
}

static void add_usual(struct sl_request *r, struct sl_response *out)
{
	bool html = out->type && sl_str_has_prefix(sl_str_from(out->type), "text/html");
	const char *cache = out->cache;

	if (!cache)
		cache = !out->etag.n ? "no-store" : r->role == SL_ROLE_PUBLIC ? "no-cache" : "private, no-cache";
	sl_response_header(out, "Cache-Control", sl_str_from(cache));
	sl_response_header(out, "Vary",
	                   out->worded || out->language.n ? SL_STR("Accept, Accept-Encoding, Accept-Language, Cookie")
	                   : out->cache ? SL_STR("Accept-Encoding")
	                                : SL_STR("Accept, Accept-Encoding"));
	if (out->worded || out->language.n)
		sl_response_header(out, "Content-Language", out->worded ? sl_str_from(r->locale->code) : out->language);
	sl_response_header(out, "X-Content-Type-Options", SL_STR("nosniff"));
	sl_response_header(out, "Referrer-Policy", SL_STR("same-origin"));
	/* RFC 6797: who came by TLS once never asks in the clear again.  Not for other names of the domain. */
	if (r->secure)
		sl_response_header(out, "Strict-Transport-Security", SL_STR("max-age=31536000"));
	sl_response_header(out, "Content-Security-Policy",
	                   out->security_policy ? sl_str_from(out->security_policy)
	                   : html               ? sl_str_from(strict_policy)
	                                        : SL_STR("default-src 'none'; frame-ancestors 'none'"));
	add_cors(r, out);
	if (sl_odk_is(r))
		sl_odk_headers(out);
}

enum sl_code sl_response_finish(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	bool zipped = false;

	if (!out->status)
		out->status = 200;
	if (sl_buf_check(&out->body, e))
		return e->code;
	if (out->status == 200 && sl_response_is_known(r, out)) {
		out->status = 304;
		drop_body(out);
	}
	if (out->status != 304 && compress(r, out, &zipped, e))
		return e->code;
	if (zipped)
		sl_response_header(out, "Content-Encoding", SL_STR("gzip"));
	if (out->type && out->status != 304 && out->status != 204)
		sl_response_header(out, "Content-Type", sl_str_from(out->type));
	if (out->etag.n && add_etag(r, out, zipped, e))
		return e->code;
	add_usual(r, out);
	return SL_OK;
}
