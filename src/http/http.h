/* What a handler sees of HTTP: a route of the table, a request that is already decoded and judged, and a
 * response to fill.  No socket, no header line, no library.  A handler is thin: it calls app/ and formats.
 *
 * From the route tables (http/routes.c) come dispatch, the OpenAPI documents and the authorisation tests, so
 * that none of the three can know a route that the others do not. */
#ifndef SL_HTTP_HTTP_H
#define SL_HTTP_HTTP_H

#include "app/programme.h"
#include "model/locale.h"
#include "model/role.h"
#include "model/serving.h"

struct sl_request;
struct sl_response;
struct sl_server;

/* ---- routes ---- */
enum sl_method { SL_GET, SL_POST, SL_PUT, SL_PATCH, SL_DELETE, SL_METHODS };
const char *sl_method_name(enum sl_method m);

struct sl_parameter {
	const char *name;        /* NULL ends a table */
	const char *schema;      /* JSON Schema as the OpenAPI document has it: "{\"type\":\"integer\"}" */
	const char *description; /* one sentence */
	bool required;
	bool list; /* comma-separated: style form, explode false */
};

#define SL_PATH_VALUES_MAX 8

enum sl_route_flags {
	SL_ROUTE_OPEN_QUERY = 1, /* takes parameters beyond its table (queryables): the handler judges them */
	SL_ROUTE_SLOW = 2, /* may take longer than a tenth of a second: runs beside the connections' threads */
	SL_ROUTE_WITHOUT_PROGRAMME = 4, /* answers without reading the file: request->programme is NULL */
	SL_ROUTE_UNLISTED = 8,          /* not in OpenAPI documents: pages, their parts, sign-in forms */
	SL_ROUTE_STATIC = 16, /* says the same to everybody: needs no session, is cached by shared caches */
	SL_ROUTE_NO_SNAPSHOT = 32, /* the handle is in no transaction: what it calls takes one for itself */
	SL_ROUTE_DOOR = 64, /* answers who has not signed in, open to the public or not: sign-in and set-up */
	SL_ROUTE_DEVICE = 256, /* phones come here too, by Digest or with a token in the path (http/odk.h) */
	SL_ROUTE_SESSION = 128, /* only for people who have signed in: no token, whatever its scope */
	/* With SL_ROUTE_SLOW: when the handler returns SL_OK it has handed the request on, and may not touch it any more;
	 * whoever has the answer calls sl_request_answered. */
	SL_ROUTE_LATER = 512,
};

typedef enum sl_code sl_handler(struct sl_request *r, struct sl_response *out, struct sl_err *e);

struct sl_route {
	enum sl_method method; /* GET answers HEAD too */
	const char *path;      /* "/ogc/collections/{collection}/items/{feature}"; a segment that is "{...}" whole
	                        * takes any one segment, "{name...}" at the end takes the rest with its slashes;
	                        * "{kind}.json" is not possible: take "{file}" and look at its end */
	enum sl_role role;     /* the least role that may ask; roles are no ladder, so a right is asked, too */
	enum sl_right right;   /* with an extent: the right that is asked, */
	enum sl_extent extent; /* and how far it must go at least; the handler looks at each record where it
	                        * does not go to all.  NONE: above the public READ_APPROVED to all for GET, else
	                        * the right to write, review or write quality records */
	sl_handler *handler;
	const char *summary;
	const struct sl_parameter *query; /* NULL: none */
	const char *types;     /* media types of the answer, separated by blanks; the first is the usual one */
	const char *body_types; /* media types that the body may have; NULL: no body is taken */
	size_t body_max;       /* bytes; 413 above it */
	unsigned flags;        /* enum sl_route_flags */
	bool (*slow)(const struct sl_request *r); /* may this request take long?  NULL: as SL_ROUTE_SLOW says */
};

/* One table an area, each ending with a NULL path: the list of all of them (http/routes.c). */
extern const struct sl_route *const sl_route_tables[]; /* ends with NULL */

/* The route that answers, and the values in its path: raw text, percent-decoded once, valid UTF-8, without
 * NUL.  SL_NOT_FOUND when no route has the path; SL_UNSUPPORTED when one has it with other methods only, and
 * then *allowed has bit (1 << method) set for each; SL_INVALID for a path that cannot be decoded. */
struct sl_route_match {
	const struct sl_route *route;
	struct sl_str value[SL_PATH_VALUES_MAX];
	size_t n_values;
	unsigned allowed;
};
SL_CHECKED enum sl_code sl_route_find(const struct sl_route *const *tables, struct sl_arena *a,
                                      enum sl_method method, struct sl_str path, struct sl_route_match *out,
                                      struct sl_err *e);

/* ---- the request ---- */
struct sl_pair {
	struct sl_str name, value;
};

/* Name=value pairs of a query or of a form body: percent-decoded once, '+' is a blank; SL_INVALID for broken
 * escapes, for text that is no UTF-8, for NUL and for more than SL_QUERY_MAX pairs. */
#define SL_QUERY_MAX 256
SL_CHECKED enum sl_code sl_query_parse(struct sl_arena *a, struct sl_str text, struct sl_pair **out, size_t *n,
                                       struct sl_err *e);

struct sl_asking; /* app/people.h */

struct sl_request {
	struct sl_arena *arena; /* lives until the answer has gone out */
	struct sl_server *server;
	const struct sl_route *route;
	enum sl_method method;  /* SL_GET for HEAD */
	bool head;
	struct sl_str path;     /* as sent, not decoded */
	struct sl_str query_text; /* as sent, without '?' */
	struct sl_str value[SL_PATH_VALUES_MAX]; /* of the route's {...}, in order */
	size_t n_values;
	const struct sl_pair *query; /* decoded, in the order sent; unknown and repeated ones have been refused,
	                              * unless the route takes an open query: then only repeated ones of its table */
	size_t n_query;
	const struct sl_pair *header; /* names in lower case */
	size_t n_headers;
	struct sl_str body, body_type; /* type without its parameters, lower case */
	const char *base;       /* "https://host/prefix", without a slash at the end, as the client sees us */
	bool secure;            /* TLS here or at the proxy */
	struct sl_str address;  /* of the client, as text */
	enum sl_role role;      /* SL_ROLE_PUBLIC when nobody signed in */
	const struct sl_person *person; /* NULL when nobody signed in */
	const struct sl_asking
	    *asking;               /* session or token that they came with; NULL when they came with nothing */
	struct sl_serving serving; /* the programme's settings for being served */
	bool open;              /* the programme shows itself to who has not signed in */
	struct sl_programme *programme; /* this thread's, for reading only */
	int64_t version;        /* content version: seq of the last revision of the log */
	const struct sl_locale *locale; /* the language of who reads the answer; never NULL in a handler */
	struct sl_env *env;     /* this thread's clock and chance; `interrupt` is set when the server stops */
	struct sl_reader *reader; /* the server's own: what `programme` belongs to */
	void (*ready)(struct sl_request *r); /* what was handed on has its answer; NULL: nobody waits */
};

/* Value of a parameter; *found (may be NULL) tells whether it was sent at all. */
struct sl_str sl_request_query(const struct sl_request *r, const char *name, bool *found);
struct sl_str sl_request_header(const struct sl_request *r, const char *lower_case_name); /* empty when absent */
struct sl_str sl_request_cookie(const struct sl_request *r, const char *name);            /* empty when absent */

/* How far a right goes of who asks, and whether they may see a record (its public part). */
struct sl_person sl_request_person(const struct sl_request *r); /* without a name when nobody signed in */
enum sl_extent sl_request_may(const struct sl_request *r, enum sl_right right);
bool sl_request_may_see(const struct sl_request *r, const struct sl_standing *s);

/* A whole number within low..high; `otherwise` when it was not sent; SL_INVALID names the parameter.  Above
 * `high` the answer is `high` when `clamp` is set (OGC API: a limit too large is not an error). */
SL_CHECKED enum sl_code sl_request_int(const struct sl_request *r, const char *name, int64_t otherwise,
                                       int64_t low, int64_t high, bool clamp, int64_t *out, struct sl_err *e);

/* Which of the offers the client wants: by the parameter "f" when it was sent (SL_INVALID when there is no
 * such offer), else by Accept with its weights, else the first.  406 in out->status with SL_UNSUPPORTED when
 * Accept names none of them. */
struct sl_offer {
	const char *name; /* value of f; NULL ends the list */
	const char *type; /* media type */
};
SL_CHECKED enum sl_code sl_request_offer(const struct sl_request *r, struct sl_response *out,
                                         const struct sl_offer *offers, const struct sl_offer **chosen,
                                         struct sl_err *e);

/* The language of the dictionary that the reader wants: by the parameter "lang" when it was sent, else by the
 * cookie "language", else by Accept-Language, else English (0).  Sets out->language.  It may be one that the
 * pages do not have (request->locale): a country adds it to the dictionary. */
int sl_request_language(const struct sl_request *r, struct sl_response *out);

/* ---- the response ---- */
#define SL_HEADERS_MAX 16

/* Puts up to `max` bytes at `to`; *n = 0 ends the answer.  Called after the handler has returned, maybe on
 * another thread: it must not touch request->programme.  An error cuts the connection. */
typedef enum sl_code sl_stream_fn(void *ctx, char *to, size_t max, size_t *n, struct sl_err *e);

struct sl_response {
	int status;        /* 0: 200, or what the error's code says; a handler that fails may set a more exact one */
	const char *type;  /* media type; lives as long as the request */
	struct sl_buf body; /* the server takes it */
	struct sl_str fixed; /* or bytes that live as long as the request or longer (arena, embedded, cache) */
	struct sl_str fixed_gzip; /* the same gzipped, when it is at hand */
	bool already_gzip; /* `fixed` or `body` is gzipped: sent so, or unpacked for who does not take it */
	sl_stream_fn *stream; /* or made bit by bit */
	void *stream_ctx;
	struct sl_str etag;   /* without quotes; 304 follows by itself; empty: the server adds none */
	bool weak_etag;
	const char *cache;    /* Cache-Control; NULL: "no-cache" with an etag, "no-store" without */
	const char *security_policy; /* Content-Security-Policy; NULL: the strict one */
	struct sl_str language; /* of words from the dictionary: Content-Language and Vary say so, too */
	bool worded; /* its words are in request->locale: Content-Language and Vary say so */
	struct sl_pair header[SL_HEADERS_MAX];
	size_t n_headers;
};

/* Texts live as long as the request.  Header values with a line end or NUL are left out. */
void sl_response_header(struct sl_response *out, const char *name, struct sl_str value);
/* An etag from what the answer depends on: content version, path and query as sent, and `salt` (role, format,
 * language; may be empty). */
SL_CHECKED enum sl_code sl_response_etag(struct sl_request *r, struct sl_response *out, struct sl_str salt,
                                         struct sl_err *e);
/* True when the client already has this etag: the handler may return with an empty body, 304 goes out. */
bool sl_response_is_known(const struct sl_request *r, const struct sl_response *out);
/* 303 or another redirection, to a path of ours ("/account") with the base put before it. */
SL_CHECKED enum sl_code sl_response_redirect(struct sl_request *r, struct sl_response *out, int status,
                                             const char *path, struct sl_err *e);

/* HTTP status of an error's code: SL_INVALID 400, SL_NOT_FOUND 404, SL_DENIED 403 (401 when nobody signed in),
 * SL_CONFLICT 409, SL_BUSY 503 with Retry-After, SL_UNSUPPORTED 501 (415 set by who judges a body), others 500.
 * Errors go out as application/problem+json, or as a page when HTML was asked for; of codes that answer 500
 * the message goes to the log only. */
int sl_status_of(enum sl_code code, bool signed_in);

/* ---- the server, as a handler needs it ---- */
/* The one handle for writing, under its lock: SL_BUSY when another program holds the file for longer than a
 * few seconds.  Always end what was begun. */
SL_CHECKED enum sl_code sl_server_write_begin(struct sl_request *r, struct sl_programme **writer,
                                              struct sl_err *e);
void sl_server_write_end(struct sl_request *r);

/* Something costly, made when first asked for and shared by the threads: a ledger, findings, a cache of tiles.
 * `make` runs under the slot's own lock; `done` frees the thing when nobody uses it any more.  It may be read by
 * several threads at once, and must not keep r->programme, which is somebody else's after the request.  `slot` is
 * a static object of the caller's.  Let go of by itself when the request's arena goes. */
struct sl_shared_slot {
	const char *name;
	enum sl_code (*make)(struct sl_request *r, void **out, struct sl_err *e);
	void (*done)(void *thing);
	bool lasting; /* follows the content by itself: made once; else anew for each content version */
};
bool sl_shared_is_made(struct sl_request *r, const struct sl_shared_slot *slot); /* for the state that r stands on */
SL_CHECKED enum sl_code sl_shared_get(struct sl_request *r, const struct sl_shared_slot *slot, void **thing,
                                      struct sl_err *e);
/* The same for what belongs to one handle and is used by one request at a time (statements, a tile maker): made
 * once for each handle, which is r->programme's; done before the handle is closed. */
SL_CHECKED enum sl_code sl_kept_get(struct sl_request *r, const struct sl_shared_slot *slot, void **thing,
                                    struct sl_err *e);

#endif
