/* The HTTP library (GNU libmicrohttpd): the only file that knows it.  Threads with an epoll each answer the
 * connections dealt out to them (accept.c); a slow route leaves its connection asleep and runs on a thread of its own. */
#include "http/server_parts.h"

#include "base/io.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	MEMORY = 32 * 1024,   /* of a connection: bounds the request head (the library answers 431 or 414) */
	STACK = 2 << 20,
	HEADERS_IN_MAX = 100,
	PATIENCE_MS = 30000,  /* for the whole of a body or an answer, and then as below */
	BYTES_A_MS = 16,      /* slower than that is given up */
	STREAM_PIECE = 1 << 16,
	KEPT_MAX = 64,
	PIECE = 128 << 10,    /* of each of them: a phone's form is read and judged in it */
	DEVICE_BYTES_A_MS = 2, /* phones where the network is slow; they were identified before */
	DRAIN_MAX = 4 << 20, DRAIN_KNOWN_MAX = 256 << 20, /* of a refused body */
};

/* DRAINING: refused, and the rest of the body is let by: who still sends would hear a broken connection, not why. */
enum stage { HEAD_READ, BODY_COMES, DRAINING, AT_WORK, ANSWERED };

struct exchange {
	struct exchange *next; /* of those kept for the next request */
	struct sl_arena arena; /* keeps its first piece */
	struct sl_arena_mark empty;
	struct sl_pair header[HEADERS_IN_MAX];
	/* From here on all is zero when a request begins. */
	struct sl_server *server;
	struct sl_connection *connection;
	struct MHD_Connection *mhd;
	struct sl_request r;
	struct sl_response out;
	struct sl_buf body;
	struct sl_job job;
	struct timespec begun;
	uint64_t sent, drained;
	enum stage stage;
	bool counted;
	char method[16];
	char address[INET6_ADDRSTRLEN];
};

static void allow(struct exchange *x, uint64_t bytes)
{
	atomic_store(&x->connection->deadline_ms, sl_monotonic_ms() + PATIENCE_MS + (int64_t)(bytes / BYTES_A_MS));
}

/* ---- the request ---- */

static void exchange_free(struct exchange *x)
{
	sl_arena_done(&x->arena);
	sl_mem_free(x);
}

/* Room for a request: a used one when there is one, so that a request costs no large allocation. */
static struct exchange *take_exchange(struct sl_server *s)
{
	struct sl_err e = {0};
	struct exchange *x;

	pthread_mutex_lock(&s->exchanges.lock);
	x = s->exchanges.first;
	if (x) {
		s->exchanges.first = x->next;
		s->exchanges.n--;
	}
	pthread_mutex_unlock(&s->exchanges.lock);
	if (x) {
		memset((char *)x + offsetof(struct exchange, server), 0, sizeof *x - offsetof(struct exchange, server));
		return x;
	}
	x = sl_mem_zeroed(sizeof *x);
	if (!x)
		return NULL;
	if (!sl_arena_alloc(&x->arena, 1, PIECE, &e)) { /* the piece that stays */
		sl_mem_free(x);
		return NULL;
	}
	sl_arena_reset(&x->arena, x->empty);
	return x;
}

static void give_exchange(struct sl_server *s, struct exchange *x)
{
	bool kept;

	sl_arena_reset(&x->arena, x->empty);
	pthread_mutex_lock(&s->exchanges.lock);
	kept = s->exchanges.n < KEPT_MAX;
	if (kept) {
		x->next = s->exchanges.first;
		s->exchanges.first = x;
		s->exchanges.n++;
	}
	pthread_mutex_unlock(&s->exchanges.lock);
	if (!kept)
		exchange_free(x);
}

/* The whole address as sent: the library's own reading of it cuts and decodes. */
static void *begin_exchange(void *ctx, const char *uri, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct sl_connection *c = info ? info->socket_context : NULL;
	struct exchange *x = c ? take_exchange(ctx) : NULL;
	const char *mark = strchr(uri, '?');
	struct sl_err e = {0};
	char *copy;

	if (!x)
		return NULL;
	/* A request that the library itself refuses is not always completed. */
	if (c->exchange)
		give_exchange(ctx, c->exchange);
	c->exchange = x;
	x->connection = c;
	x->server = ctx;
	x->mhd = mhd;
	clock_gettime(CLOCK_MONOTONIC, &x->begun);
	copy = sl_arena_strndup(&x->arena, uri, strlen(uri), &e);
	if (!copy)
		return NULL; /* the connection keeps it until its end */

	x->r.path = (struct sl_str){copy, mark ? (size_t)(mark - uri) : strlen(uri)};
	x->r.query_text = mark ? sl_str_from(copy + (mark - uri) + 1) : SL_STR("");
	return x;
}

struct headers {
	struct exchange *x;
	struct sl_pair *v;
	size_t n;
	bool failed;
};

static enum MHD_Result take_header(void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_n,
                                   const char *value, size_t value_n)
{
	struct headers *h = ctx;
	struct sl_err e = {0};
	char *lower;

	(void)kind;
	lower = h->n < HEADERS_IN_MAX ? sl_arena_strndup(&h->x->arena, name, name_n, &e) : NULL;
	if (!lower) {
		h->failed = true;
		return MHD_NO;
	}
	for (char *c = lower; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	/* The library keeps the values until the request is completed. */
	h->v[h->n++] = (struct sl_pair){{lower, name_n}, {value ? value : "", value ? value_n : 0}};
	return MHD_YES;
}

static bool read_headers(struct exchange *x)
{
	struct headers h = {.x = x, .v = x->header};

	MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, take_header, &h);
	x->r.header = h.v;
	x->r.n_headers = h.n;
	return !h.failed;
}

static void read_address(struct exchange *x)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;
	struct sl_str forwarded = SL_STR(""), last;

	if (a && a->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, x->address,
		          sizeof x->address);
	else if (a && a->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, x->address,
		          sizeof x->address);
	x->r.address = sl_str_from(x->address);
	/* The last address of the list is the one that our proxy saw; those before it are hearsay. */
	if (x->server->options.behind_proxy)
		forwarded = sl_request_header(&x->r, "x-forwarded-for");
	while (forwarded.n && sl_str_split(&forwarded, ',', &last))
		x->r.address = sl_str_trim(last);
}

static int64_t announced_length(const struct exchange *x)
{
	struct sl_str text = sl_request_header(&x->r, "content-length");
	int64_t n;

	return text.n && sl_str_int64(text, &n) && n >= 0 ? n : text.n ? INT64_MAX : -1;
}

/* ---- the answer ---- */

static ssize_t read_stream(void *ctx, uint64_t at, char *to, size_t max)
{
	struct exchange *x = ctx;
	struct sl_err e = {0};
	size_t n = 0;

	(void)at;
	allow(x, 0);
	if (x->out.stream(x->out.stream_ctx, to, max, &n, &e)) {
		sl_server_note(x->server, &x->r, &e);
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	x->sent += n;
	return n ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static struct MHD_Response *response_of(struct exchange *x)
{
	struct sl_response *out = &x->out;
	struct MHD_Response *m;

	if (out->stream)
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_PIECE, read_stream, x, NULL);
	x->sent = out->body.n ? out->body.n : out->fixed.n;
	if (!out->body.n)
		return MHD_create_response_from_buffer(out->fixed.n, (void *)(uintptr_t)out->fixed.p,
		                                       MHD_RESPMEM_PERSISTENT);
	m = MHD_create_response_from_buffer_with_free_callback(out->body.n, out->body.p, sl_mem_free);
	if (m)
		out->body = (struct sl_buf){0};
	return m;
}

static enum MHD_Result send_answer(struct exchange *x)
{
	struct MHD_Response *m = response_of(x);
	enum MHD_Result sent;

	x->stage = ANSWERED;
	if (!m)
		return MHD_NO;
	for (size_t i = 0; i < x->out.n_headers; i++) {
		char value[4096];

		/* Values are views; the library wants them ended. */
		if (x->out.header[i].value.n < sizeof value) {
			memcpy(value, x->out.header[i].value.n ? x->out.header[i].value.p : "", x->out.header[i].value.n);
			value[x->out.header[i].value.n] = 0;
			MHD_add_response_header(m, x->out.header[i].name.p, value);
		}
	}
	if (atomic_load(&x->server->stopping))
		MHD_add_response_header(m, "Connection", "close");
	allow(x, x->sent);
	sent = MHD_queue_response(x->mhd, (unsigned)x->out.status, m);
	MHD_destroy_response(m);
	return sent;
}

static void wake(struct sl_request *r)
{
	struct exchange *x = (struct exchange *)(void *)((char *)r - offsetof(struct exchange, r));

	x->stage = ANSWERED;
	MHD_resume_connection(x->mhd);
}

static void run_slow(void *ctx)
{
	struct exchange *x = ctx;

	if (sl_dispatch_answer(&x->r, &x->out))
		wake(&x->r);
}

static enum MHD_Result answer(struct exchange *x)
{
	if (!(x->r.route->flags & SL_ROUTE_SLOW) && !(x->r.route->slow && x->r.route->slow(&x->r))) {
		(void)sl_dispatch_answer(&x->r, &x->out);
		return send_answer(x);
	}
	sl_dispatch_pause(&x->r);
	x->stage = AT_WORK;
	atomic_store(&x->connection->deadline_ms, 0); /* it waits for us now */
	x->job = (struct sl_job){.run = run_slow, .ctx = x};
	MHD_suspend_connection(x->mhd);
	if (!sl_slow_add(x->r.route->flags & SL_ROUTE_DEVICE ? &x->server->devices : &x->server->slow, &x->job)) {
		sl_dispatch_refuse(&x->r, &x->out, 503,
		                   "too many long answers are being made; try again in a moment");
		wake(&x->r);
	}
	return MHD_YES;
}

/* ---- what the library calls ---- */

static int64_t drain_max(const struct exchange *x)
{
	return x->r.person ? DRAIN_KNOWN_MAX : DRAIN_MAX;
}

static enum MHD_Result first_call(struct exchange *x, const char *method)
{
	int64_t length;
	bool whole = read_headers(x), body;

	atomic_fetch_add(&x->server->running, 1);
	x->counted = true;
	atomic_store(&x->connection->busy, true);
	allow(x, 0);
	snprintf(x->method, sizeof x->method, "%s", method);
	x->r.arena = &x->arena;
	x->r.server = x->server;
	x->r.ready = wake;
	read_address(x);
	length = announced_length(x);
	body = length > 0 || sl_request_header(&x->r, "transfer-encoding").n;
	x->stage = BODY_COMES;
	if (!whole) {
		sl_dispatch_refuse(&x->r, &x->out, 431, "the request has too many headers");
		x->stage = ANSWERED;
	} else if (!sl_dispatch_begin(&x->r, method, x->server->tls, length, &x->out)) {
		x->stage = ANSWERED;
	}
	/* An answer given now closes the connection, as it must when a body is not read; else it waits for the
	 * next call, which follows at once. */
	if (!body)
		return MHD_YES;
	sl_dispatch_pause(&x->r);
	if (x->stage == ANSWERED && length <= drain_max(x) && !sl_request_header(&x->r, "expect").n)
		x->stage = DRAINING;
	return x->stage == ANSWERED ? send_answer(x) : MHD_YES;
}

/* The whole of it in time, however it trickles. */
static void expect_more(struct exchange *x, uint64_t came)
{
	int64_t begun = (int64_t)x->begun.tv_sec * 1000 + x->begun.tv_nsec / 1000000;
	bool device = x->r.route && x->r.route->flags & SL_ROUTE_DEVICE && x->r.person;

	atomic_store(&x->connection->deadline_ms,
	             begun + PATIENCE_MS + (int64_t)(came / (device ? DEVICE_BYTES_A_MS : BYTES_A_MS)));
}

static enum MHD_Result drain(struct exchange *x, size_t *n)
{
	x->drained += *n;
	*n = 0;
	expect_more(x, x->drained);
	return x->drained <= (uint64_t)drain_max(x) ? MHD_YES : MHD_NO;
}

static enum MHD_Result take_body(struct exchange *x, const char *data, size_t *n)
{
	/* More than the bound, without having said so before. */
	if (*n > x->r.route->body_max - x->body.n) {
		x->drained = x->body.n;
		sl_buf_done(&x->body);
		sl_dispatch_refuse(&x->r, &x->out, 413, "the body is larger than this server takes");
		x->stage = DRAINING;
		return drain(x, n);
	}
	sl_buf_add(&x->body, data, *n);
	*n = 0;
	expect_more(x, x->body.n);
	return x->body.failed ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *n, void **own)
{
	struct exchange *x = *own;

	(void)ctx;
	(void)mhd;
	(void)url;
	(void)version;
	if (!x)
		return MHD_NO;
	switch (x->stage) {
	case HEAD_READ: return first_call(x, method);
	case BODY_COMES:
		if (*n)
			return take_body(x, data, n);
		x->r.body = sl_buf_view(&x->body);
		return answer(x);
	case DRAINING:
		if (*n)
			return drain(x, n);
		return send_answer(x);
	case AT_WORK: return MHD_YES;
	case ANSWERED: return send_answer(x);
	}
	return MHD_NO;
}

static void on_completed(void *ctx, struct MHD_Connection *mhd, void **own, enum MHD_RequestTerminationCode how)
{
	struct exchange *x = *own;
	struct timespec now;

	(void)ctx;
	(void)mhd;
	(void)how;
	if (!x)
		return;
	sl_dispatch_pause(&x->r);
	if (x->counted) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		sl_log_request(x->server, &x->r, x->method, x->out.status, x->sent,
		               (double)(now.tv_sec - x->begun.tv_sec) * 1e3 + (double)(now.tv_nsec - x->begun.tv_nsec) / 1e6);
		atomic_fetch_sub(&x->server->running, 1);
	}
	atomic_store(&x->connection->deadline_ms, sl_monotonic_ms() + x->server->options.idle_ms);
	atomic_store(&x->connection->busy, false);
	x->connection->exchange = NULL;
	sl_buf_done(&x->body);
	sl_buf_done(&x->out.body);
	give_exchange(x->server, x);
	*own = NULL;
}

static void note_address(struct sl_connection *c, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;

	if (a && a->sa_family == AF_INET)
		memcpy(c->address, &((const struct sockaddr_in *)(const void *)a)->sin_addr, 4);
	else if (a && a->sa_family == AF_INET6)
		memcpy(c->address, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, 16);
}

static void on_connection(void *ctx, struct MHD_Connection *mhd, void **own, enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info;
	struct sl_connection *c = *own;
	struct sl_lane *lane = ctx;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
		c = info ? sl_mem_zeroed(sizeof *c) : NULL;
		if (!c)
			return;
		c->socket = info->connect_fd;
		note_address(c, mhd);
		sl_connection_add(lane->server, c);
		*own = c;
		return;
	}
	atomic_fetch_sub(&lane->n, 1);
	if (c) {
		sl_connection_remove(lane->server, c);
		if (c->exchange)
			give_exchange(lane->server, c->exchange);
		sl_mem_free(c);
		*own = NULL;
	}
}

void sl_daemon_take(struct sl_lane *lane, int socket, const struct sockaddr *from, unsigned from_n)
{
	atomic_fetch_add(&lane->n, 1);
	if (MHD_add_connection(lane->daemon, socket, from, from_n) != MHD_YES) /* it is closed then */
		atomic_fetch_sub(&lane->n, 1);
}

/* Escapes are decoded by us, once. */
static size_t leave_escapes(void *ctx, struct MHD_Connection *mhd, char *text)
{
	(void)ctx;
	(void)mhd;
	return strlen(text);
}


/* What the library says while it starts is why it does not; later it speaks of clients that went away. */
__attribute__((format(printf, 2, 0))) static void on_message(void *ctx, const char *format, va_list list)
{
	struct sl_server *s = ctx;

	if (!atomic_load(&s->started) && !s->complaint[0])
		vsnprintf(s->complaint, sizeof s->complaint, format, list);
}

/* ---- start and stop ---- */

static enum sl_code read_pem(struct sl_server *s, const char *path, const char **out, struct sl_err *e)
{
	struct sl_str text;

	if (sl_io_read(&s->arena, path, 1 << 20, &text, e))
		return e->code;
	*out = sl_arena_strndup(&s->arena, text.p, text.n, e);
	return e->code;
}

static enum sl_code start_lane(struct sl_server *s, const char *certificate, const char *key, struct sl_err *e)
{
	const struct sl_server_options *o = &s->options;
	struct sl_lane *lane = &s->lane[s->n_lanes];
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC |
	                 MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem extra[4];
	int n = 0;

	if (s->tls) {
		flags |= MHD_USE_TLS;
		extra[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)certificate};
		extra[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key};
		extra[n++] = (struct MHD_OptionItem){
		    MHD_OPTION_HTTPS_PRIORITIES, 0,
		    (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"};
	}
	extra[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
	lane->server = s;
	/* Dealt out evenly none has more than its part; the one beside it is for a connection just ending. */
	lane->daemon = MHD_start_daemon(
	    flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_message, s,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK,
	    MHD_OPTION_CONNECTION_LIMIT, o->connections / o->threads + 2, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, lane,
	    MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, s, MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, s,
	    MHD_OPTION_ARRAY, extra, MHD_OPTION_END);
	if (!lane->daemon)
		return sl_fail(e, s->tls ? SL_INVALID : SL_IO, "the server cannot start%s%.150s",
		               s->complaint[0] ? ": " : "", s->complaint);
	s->n_lanes++;
	return SL_OK;
}

enum sl_code sl_daemon_start(struct sl_server *s, struct sl_err *e)
{
	const struct sl_server_options *o = &s->options;
	const char *certificate = NULL, *key = NULL;

	if (s->tls && (read_pem(s, o->certificate, &certificate, e) || read_pem(s, o->key, &key, e)))
		return e->code;
	while (s->n_lanes < o->threads)
		if (start_lane(s, certificate, key, e))
			return e->code;
	atomic_store(&s->started, true);
	return sl_accept_start(s, e);
}

void sl_daemon_stop(struct sl_server *s, unsigned grace_ms)
{
	const struct timespec moment = {0, 10000000};
	int64_t until = sl_monotonic_ms() + grace_ms;

	sl_accept_end(s);
	if (s->n_lanes) {
		while (atomic_load(&s->running) && sl_monotonic_ms() < until) {
			sl_connections_expire(s);
			nanosleep(&moment, NULL);
		}
	}
	atomic_store(&s->interrupt, true); /* what still runs gives up at its next look */
	sl_slow_end(&s->slow);
	sl_slow_end(&s->devices);
	for (unsigned i = 0; i < s->n_lanes; i++)
		MHD_stop_daemon(s->lane[i].daemon);
	s->n_lanes = 0;
	for (struct exchange *x = s->exchanges.first, *next; x; x = next) {
		next = x->next;
		exchange_free(x);
	}
	s->exchanges.first = NULL;
}
