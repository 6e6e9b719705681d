/* What the files of this floor share, and no handler needs. */
#ifndef SL_HTTP_PARTS_H
#define SL_HTTP_PARTS_H

#include "app/tile.h"
#include "base/gzip.h"
#include "http/http.h"

/* ---- tiles.c: the land ledger, one for all; to be given back (sl_tile_ledger_return) before the handler ends ---- */
SL_CHECKED enum sl_code sl_request_ledger(struct sl_request *r, struct sl_tile_loan *out, struct sl_err *e);

/* The tiles that a map shows first, made and kept; the handle is in no transaction. */
SL_CHECKED enum sl_code sl_tiles_warm(struct sl_request *r, struct sl_err *e);

/* ---- query.c ---- */
SL_CHECKED enum sl_code sl_percent_decode(struct sl_arena *a, struct sl_str s, bool plus, struct sl_str *out,
                                          struct sl_err *e);
void sl_percent_encode(struct sl_buf *b, struct sl_str s);

/* ---- route.c ---- */
bool sl_method_from(const char *name, enum sl_method *out, bool *head);

/* ---- request.c ---- */
/* Refuses parameters that the route does not know, repeated ones and missing ones that it needs. */
SL_CHECKED enum sl_code sl_request_judge_query(const struct sl_request *r, struct sl_err *e);
/* How we are called: from Host, and behind a proxy from what it forwards. */
struct sl_seen_as {
	struct sl_str scheme, host, prefix;
};
/* SL_INVALID when Host is missing or is no host name. */
SL_CHECKED enum sl_code sl_request_seen_as(const struct sl_request *r, bool tls, bool behind_proxy,
                                           struct sl_seen_as *out, struct sl_err *e);
bool sl_host_is_local(struct sl_str host); /* localhost, 127.x.x.x, [::1], with or without port */

/* ---- negotiate.c ---- */
/* Weight 0..1000 that an Accept header gives a media type; 1000 when the header is empty. */
int sl_accept_weight(struct sl_str accept, const char *type);
/* What the cookie "language" names, else the best that Accept-Language names, else English. */
const struct sl_locale *sl_request_locale(const struct sl_request *r);
/* Does an Accept-Encoding header take gzip? */
bool sl_accept_gzip(struct sl_str accept);
/* Does an If-None-Match header name the etag (weak comparison, with or without our "-gz")? */
bool sl_etag_listed(struct sl_str header, struct sl_str etag);

/* ---- gzip.c ---- */
bool sl_worth_gzip(const char *type); /* does a media type get smaller? */
/* A stream gzipped as it is made. */
SL_CHECKED enum sl_code sl_gzip_stream(struct sl_arena *a, struct sl_response *out, struct sl_err *e);

/* ---- problem.c ---- */
const char *sl_status_title(int status);
void sl_html_text(struct sl_buf *b, struct sl_str s); /* escaped, for text and quoted attributes */
void sl_html_locale(struct sl_buf *b, const struct sl_request *r); /* ' lang="ar" dir="rtl"', of the answer */
/* Make of the error what goes out; `e` is cleared. */
void sl_problem(struct sl_request *r, struct sl_response *out, struct sl_err *e);

/* ---- response.c ---- */
/* 304, compression, and the headers that every answer has. */
SL_CHECKED enum sl_code sl_response_finish(struct sl_request *r, struct sl_response *out, struct sl_err *e);

/* ---- asset.c: the files of web/, built into the binary ---- */
struct sl_asset {
	const char *path; /* "style.css" */
	struct sl_str bytes, gzip;
};
const struct sl_asset *sl_asset_find(struct sl_str path, struct sl_asset *out); /* NULL: there is none */
const char *sl_asset_hash(void); /* of all of them: 16 letters; call once before there are threads */
void sl_asset_href(struct sl_buf *b, const struct sl_request *r, const char *path); /* safe inside an attribute */

/* ---- dispatch.c: from a request to a response, without a socket ---- */
/* Fills route, base, role, ... of a request that has arena, server, method, path, query_text, header and address.
 * False when the response is settled already; else the body may be read (route->body_max) and sl_dispatch_answer
 * gives the response.  `tls`: the connection is.  `length`: of the body as announced, -1: not. */
bool sl_dispatch_begin(struct sl_request *r, const char *method, bool tls, int64_t length, struct sl_response *out);
/* Between the two, when time passes: the reader is given back. */
void sl_dispatch_pause(struct sl_request *r);
/* False: it was handed on (SL_ROUTE_LATER), and is not the caller's any more. */
bool sl_dispatch_answer(struct sl_request *r, struct sl_response *out);
/* What was handed on has its answer in `out`, or the error `e`. */
void sl_request_answered(struct sl_request *r, struct sl_response *out, struct sl_err *e);

/* An answer that the server itself gives, without looking further. */
void sl_dispatch_refuse(struct sl_request *r, struct sl_response *out, int status, const char *why);

/* ---- what the request's side asks of the server (server_parts.h has its inside) ---- */
bool sl_server_shares(const struct sl_server *s); /* may other origins' scripts read the standards' paths? */
void sl_server_note(struct sl_server *s, const struct sl_request *r, const struct sl_err *e); /* into the log */

#endif
