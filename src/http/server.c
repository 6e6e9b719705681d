#include "http/server.h"

#include "http/server_parts.h"

#include "base/mem.h"
#include "base/parallel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	SLOW_JOBS = 64,
	DEVICE_JOBS = 512,
	DEVICE_THREADS_MORE = 2, /* than cores: one of them waits for the disk (odk_group.c) */
	WATCH_MS = 200,
	TRIM_TICKS = 25,
	HOUR_TICKS = 3600000 / WATCH_MS,
};

/* ---- the address ---- */

struct place {
	char host[64], port[8];
};

/* "127.0.0.1:8080", "[::1]:8080", "localhost:0" */
static enum sl_code read_place(const char *text, struct place *out, struct sl_err *e)
{
	const char *colon = strrchr(text, ':'), *end = colon;
	int64_t port;

	if (text[0] == '[' && end && end > text + 1 && end[-1] == ']') {
		text++;
		end--;
	}
	if (!colon || !sl_str_int64(sl_str_from(colon + 1), &port) || port < 0 || port > 65535 || end == text ||
	    (size_t)(end - text) >= sizeof out->host || strlen(colon + 1) >= sizeof out->port)
		return sl_fail(e, SL_INVALID, "%.80s: not an address to listen at; write 127.0.0.1:8080 or [::1]:8080",
		               text);
	memcpy(out->host, text, (size_t)(end - text));
	out->host[end - text] = 0;
	memcpy(out->port, colon + 1, strlen(colon + 1) + 1);
	return SL_OK;
}

static bool is_loopback(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24) == 127;
	return a->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

static int port_of(int socket)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a;
	socklen_t n = sizeof a;

	if (getsockname(socket, &a.any, &n))
		return 0;
	return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

static enum sl_code listen_at(struct sl_server *s, struct sl_err *e)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found;
	const int on = 1;
	struct place at;
	int rc;

	if (read_place(s->options.listen, &at, e))
		return e->code;
	rc = getaddrinfo(at.host, at.port, &hints, &found);
	if (rc)
		return sl_fail(e, SL_INVALID, "%s: %s", s->options.listen, gai_strerror(rc));
	s->socket = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->socket >= 0) {
		setsockopt(s->socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		rc = bind(s->socket, found->ai_addr, found->ai_addrlen) || listen(s->socket, SOMAXCONN);
	}
	s->local_only = is_loopback(found->ai_addr) && !s->options.behind_proxy;
	freeaddrinfo(found);
	if (s->socket < 0 || rc)
		return sl_fail(e, SL_IO, "%s: cannot listen there: %s", s->options.listen, strerror(errno));
	snprintf(s->address, sizeof s->address, strchr(at.host, ':') ? "%s://[%s]:%d" : "%s://%s:%d",
	         s->tls ? "https" : "http", at.host, port_of(s->socket));
	return SL_OK;
}

/* A connection is a file to the system; there must be room for all, and for the programme's. */
static void make_room(struct sl_server_options *o)
{
	enum { OURS = 256 };
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	if (limit.rlim_cur < o->connections + OURS) {
		limit.rlim_cur = limit.rlim_max < o->connections + OURS ? limit.rlim_max : o->connections + OURS;
		(void)!setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur < o->connections + OURS)
		o->connections = limit.rlim_cur > 2 * OURS ? (unsigned)limit.rlim_cur - OURS : OURS;
}

/* ---- start, run, stop ---- */

static void usual(struct sl_server_options *o)
{
	if (!o->tables)
		o->tables = sl_route_tables;
	if (!o->threads)
		o->threads = sl_parallel_workers();
	if (o->threads > SL_LANES_MAX)
		o->threads = SL_LANES_MAX;
	if (!o->connections)
		o->connections = 4096;
	if (!o->per_address)
		o->per_address = 512;
	if (!o->head_ms)
		o->head_ms = 15000;
	if (!o->idle_ms)
		o->idle_ms = 75000;
	if (!o->slow_threads)
		o->slow_threads = 2;
}

static enum sl_code begin(struct sl_server *s, struct sl_err *e)
{
	struct sl_reader *first;

	if ((s->options.certificate != NULL) != (s->options.key != NULL))
		return sl_fail(e, SL_INVALID, "a certificate and its key belong together; give both");
	s->tls = s->options.certificate != NULL;
	make_room(&s->options);
	/* What is wrong with the file is said now, not to the first visitor. */
	if (sl_crypto_init(e) || sl_reader_take(s, &first, e))
		return e->code;
	sl_reader_give(s, first);
	(void)sl_asset_hash();
	if (listen_at(s, e))
		return e->code;
	/* Who can open the file on this machine sees no more by a browser; who reaches it from elsewhere would. */
	if (s->options.anyone > SL_ROLE_PUBLIC && !s->local_only)
		return sl_fail(e, SL_INVALID, "%s is reached from other machines: people must sign in there",
		               s->options.listen);
	if (sl_slow_start(&s->slow, s->options.slow_threads, SLOW_JOBS, e) ||
	    sl_slow_start(&s->devices, sl_parallel_workers() + DEVICE_THREADS_MORE, DEVICE_JOBS, e))
		return e->code;
	return sl_daemon_start(s, e);
}

enum sl_code sl_server_start(const struct sl_server_options *options, const struct sl_env *env,
                             struct sl_server **out, struct sl_err *e)
{
	struct sl_server *s = sl_mem_zeroed(sizeof *s);

	if (!s)
		return sl_fail(e, SL_NOMEM, "out of memory");
	sl_mem_give_back();
	s->options = *options;
	usual(&s->options);
	s->starter = env;
	s->env = *env;
	s->env.interrupt = &s->interrupt;
	s->env.progress = NULL;
	s->socket = -1;
	s->log.fd = options->log;
	pthread_mutex_init(&s->readers.lock, NULL);
	pthread_mutex_init(&s->writing, NULL);
	pthread_mutex_init(&s->shared.lock, NULL);
	pthread_mutex_init(&s->log.lock, NULL);
	pthread_mutex_init(&s->connections.lock, NULL);
	pthread_mutex_init(&s->exchanges.lock, NULL);
	pthread_mutex_init(&s->slow.lock, NULL);
	pthread_cond_init(&s->slow.more, NULL);
	pthread_mutex_init(&s->devices.lock, NULL);
	pthread_cond_init(&s->devices.more, NULL);
	if (begin(s, e)) {
		sl_server_stop(s, 0);
		return e->code;
	}
	*out = s;
	return SL_OK;
}

const char *sl_server_address(const struct sl_server *s)
{
	return s->address;
}

/* What the first view of the map needs is read while people still sign in. */
static void warm(void *ctx)
{
	struct sl_server *s = ctx;
	struct sl_arena a = {0};
	struct sl_err e = {0}; /* whoever asks later is told */
	struct sl_reader *reader;

	if (!sl_reader_take(s, &reader, &e)) {
		struct sl_request r = {.arena = &a,
		                       .server = s,
		                       .reader = reader,
		                       .programme = &reader->programme,
		                       .version = reader->version,
		                       .env = &reader->env};

		sl_reader_leave_snapshot(reader);
		(void)!sl_tiles_warm(&r, &e);
		sl_arena_done(&a);
		sl_reader_give(s, reader);
	}
	sl_mem_trim();
}

static void freeze(void *ctx)
{
	struct sl_server *s = ctx;
	struct sl_err e = {0}; /* in the log */
	int year;

	(void)!sl_server_freeze(s, &year, &e);
	atomic_store(&s->freezing, false);
}

static void freeze_when_due(struct sl_server *s)
{
	if (atomic_exchange(&s->freezing, true))
		return; /* the last look is not over */
	s->freezer = (struct sl_job){.run = freeze, .ctx = s};
	if (!sl_slow_add(&s->slow, &s->freezer))
		atomic_store(&s->freezing, false);
}

void sl_server_run(struct sl_server *s)
{
	unsigned ticks = 0;

	s->warming = (struct sl_job){.run = warm, .ctx = s};
	(void)sl_slow_add(&s->slow, &s->warming);
	freeze_when_due(s);
	while (!sl_env_stopped(s->starter)) {
		poll(NULL, 0, WATCH_MS); /* a signal ends it early */
		sl_connections_expire(s);
		sl_log_flush(s);
		if (++ticks % HOUR_TICKS == 0)
			freeze_when_due(s);
		if (ticks % TRIM_TICKS == 0 && !atomic_load(&s->running))
			sl_mem_trim();
	}
}

void sl_server_stop(struct sl_server *s, unsigned grace_ms)
{
	atomic_store(&s->stopping, true);
	sl_daemon_stop(s, grace_ms);
	if (s->socket >= 0)
		close(s->socket);
	sl_readers_done(s); /* what they keep may belong to what is shared */
	sl_shared_done(s);
	sl_log_flush(s);
	sl_buf_done(&s->log.lines);
	pthread_mutex_destroy(&s->readers.lock);
	pthread_mutex_destroy(&s->writing);
	pthread_mutex_destroy(&s->shared.lock);
	pthread_mutex_destroy(&s->log.lock);
	pthread_mutex_destroy(&s->connections.lock);
	pthread_mutex_destroy(&s->exchanges.lock);
	pthread_mutex_destroy(&s->slow.lock);
	pthread_cond_destroy(&s->slow.more);
	pthread_mutex_destroy(&s->devices.lock);
	pthread_cond_destroy(&s->devices.more);
	sl_arena_done(&s->arena);
	sl_mem_free(s);
}
