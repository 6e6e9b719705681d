/* The server as the command line starts it.  docs/manual/server.md */
#ifndef SL_HTTP_SERVER_H
#define SL_HTTP_SERVER_H

#include "app/people.h"
#include "http/http.h"

struct sl_server_options {
	const char *path;   /* the programme */
	const char *listen; /* "127.0.0.1:8080", "[::1]:0", "0.0.0.0:80"; port 0: any free one */
	const char *certificate, *key; /* PEM files; both or none */
	bool behind_proxy;  /* believe X-Forwarded-Proto, -Host, -Prefix and -For */
	int log;            /* file descriptor of the access log; -1: none */
	unsigned threads;   /* that answer connections; 0: one a processor */
	int tile_cache_mib; /* finished map tiles kept in memory; 0: the usual amount (app/tile.h); -1: none */
	enum sl_role anyone; /* what somebody may who has not signed in */
	const struct sl_route *const *tables; /* NULL: sl_route_tables */

	/* Who asks?  Sets r->person, r->role and r->open, or leaves them; r->programme is set.  An error becomes the answer
	 * (SL_DENIED: a session or token that does not hold).  NULL: nobody is ever signed in. */
	enum sl_code (*identify)(void *ctx, struct sl_request *r, struct sl_response *out, struct sl_err *e);
	void *identify_ctx;
	enum sl_password_cost password_cost; /* SL_PASSWORD_FULL except in tests */

	/* Bounds against floods; 0 takes the usual value. */
	unsigned connections;      /* altogether: 4096 */
	unsigned per_address;      /* 512; no bound on loopback and behind a proxy */
	unsigned head_ms, idle_ms; /* to send a whole request head: 15 s; between two requests: 75 s */
	unsigned slow_threads;     /* that run slow routes: 2 */
};

SL_CHECKED enum sl_code sl_server_start(const struct sl_server_options *options, const struct sl_env *env,
                                        struct sl_server **out, struct sl_err *e);
const char *sl_server_address(const struct sl_server *s); /* "http://127.0.0.1:8080" */
/* Returns when env->interrupt is set: watches over deadlines and the log meanwhile. */
void sl_server_run(struct sl_server *s);
/* Freeze the account of the last 31 December, if the settings say so and it is time: *year, 0 when it was not.  The
 * server does so at its start and every hour. */
SL_CHECKED enum sl_code sl_server_freeze(struct sl_server *s, int *year, struct sl_err *e);
/* Takes no more connections, lets running requests end (up to `grace_ms`), frees everything. */
void sl_server_stop(struct sl_server *s, unsigned grace_ms);

#endif
