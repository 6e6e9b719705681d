/* The inside of the server, shared by its own files. */
#ifndef SL_HTTP_SERVER_PARTS_H
#define SL_HTTP_SERVER_PARTS_H

#include "http/parts.h"
#include "http/server.h"

#include <pthread.h>
#include <stdatomic.h>

/* ---- reader.c: handles for reading, one for each request at work; one for writing ---- */
struct sl_reader {
	struct sl_programme programme;
	struct sl_env env;
	int64_t version;
	bool public;         /* the programme lets everybody read */
	int64_t looked_ms;   /* when the file itself was last looked at */
	uint64_t device, inode;
	bool snapshot;       /* stands on one state now */
	unsigned lent;       /* requests that still look into its dictionary */
	bool retired;        /* nobody takes it any more: closed when none is left */
	struct sl_kept {     /* what handlers keep with the handle */
		const struct sl_shared_slot *slot;
		void *thing;
	} kept[8];
	size_t n_kept;
	struct sl_reader *next;
};

struct sl_readers {
	pthread_mutex_t lock;
	struct sl_reader *free;
};

/* A reader that stands on one state of the file until it is given back. */
SL_CHECKED enum sl_code sl_reader_take(struct sl_server *s, struct sl_reader **out, struct sl_err *e);
void sl_reader_leave_snapshot(struct sl_reader *r);
void sl_reader_give(struct sl_server *s, struct sl_reader *r);
/* Kinds and fields of its dictionary stay what they are until it is returned, though others read with it meanwhile. */
struct sl_reader *sl_reader_lend(struct sl_request *r);
void sl_reader_return(struct sl_server *s, struct sl_reader *r);
void sl_readers_done(struct sl_server *s);

/* ---- shared.c ---- */
struct sl_shared_thing {
	void *thing;
	int64_t version;
	int users;
	struct sl_shared_entry *entry;
};
struct sl_shared_entry {
	const struct sl_shared_slot *slot;
	pthread_mutex_t making; /* held while it is made */
	struct sl_shared_thing *now;
};
enum { SL_SHARED_MAX = 32 };
struct sl_shared {
	pthread_mutex_t lock; /* of what stands here; never held for long */
	struct sl_shared_entry entry[SL_SHARED_MAX];
	size_t n;
};
void sl_shared_done(struct sl_server *s);

/* ---- log.c ---- */
struct sl_log {
	int fd; /* -1: none */
	pthread_mutex_t lock;
	struct sl_buf lines;
};
void sl_log_request(struct sl_server *s, const struct sl_request *r, const char *method, int status, uint64_t bytes,
                    double ms);
void sl_log_flush(struct sl_server *s);

/* ---- slow.c: threads beside those of the connections ---- */
struct sl_job {
	void (*run)(void *ctx);
	void *ctx;
	struct sl_job *next;
};
struct sl_slow {
	pthread_mutex_t lock;
	pthread_cond_t more;
	pthread_t thread[64];
	unsigned n_threads;
	struct sl_job *first, *last;
	unsigned n_jobs, max_jobs; /* more wait than that: 503 */
	bool ending;
};
SL_CHECKED enum sl_code sl_slow_start(struct sl_slow *w, unsigned threads, unsigned max_jobs, struct sl_err *e);
bool sl_slow_add(struct sl_slow *w, struct sl_job *job); /* false: too many wait already */
void sl_slow_end(struct sl_slow *w);                     /* after the last job has run */

/* ---- connection.c: deadlines, because the library counts silence only and a trickle is not silent ---- */
struct sl_connection {
	struct sl_connection *next, *before;
	int socket;
	unsigned char address[16]; /* who is at its other end; IPv4 in the first four */
	atomic_llong deadline_ms; /* monotonic; 0: none */
	atomic_bool busy;         /* a request is being read or answered */
	struct exchange *exchange; /* the request at hand; daemon.c */
};
struct sl_connections {
	pthread_mutex_t lock;
	struct sl_connection *first;
	unsigned n;
};
/* Socket and address are set; one more than an address may have is shut down at once. */
void sl_connection_add(struct sl_server *s, struct sl_connection *c);
void sl_connection_remove(struct sl_server *s, struct sl_connection *c);
void sl_connections_expire(struct sl_server *s);
int64_t sl_monotonic_ms(void);

/* ---- accept.c: who answers a new connection ---- */
enum { SL_LANES_MAX = 64 };
struct sl_lane { /* one thread that answers */
	struct sl_server *server;
	void *daemon;  /* of the library */
	atomic_uint n; /* connections */
};
struct sl_acceptor {
	pthread_t thread;
	int ending; /* readable: it is to end */
	bool runs;
};
SL_CHECKED enum sl_code sl_accept_start(struct sl_server *s, struct sl_err *e);
void sl_accept_end(struct sl_server *s);

struct sl_server {
	struct sl_arena arena;
	struct sl_server_options options;
	struct sl_env env;       /* copied for each reader; its interrupt is ours */
	const struct sl_env *starter; /* whose interrupt stops us */
	atomic_bool interrupt;   /* requests still running are to give up */
	atomic_bool stopping;
	atomic_uint running;     /* requests begun and not completed */
	bool local_only;         /* listens on loopback and no proxy stands before */
	bool tls;
	char address[128];
	int socket;
	struct sl_lane lane[SL_LANES_MAX];
	unsigned n_lanes;
	struct sl_acceptor acceptor;
	atomic_bool started;
	char complaint[200];     /* what it said when it did not start */
	struct sl_readers readers;
	pthread_mutex_t writing;
	struct sl_programme writer;
	bool writer_open;
	struct sl_env writer_env;
	atomic_uint settings;    /* counts changes of the settings made here */
	struct sl_shared shared;
	struct sl_log log;
	struct sl_slow slow, devices; /* devices: what phones send, so that nobody else waits for it */
	struct sl_job warming;   /* at the start */
	struct sl_job freezer;   /* of a year's end; added again only when it has run */
	atomic_bool freezing;
	struct sl_connections connections;
	struct {
		pthread_mutex_t lock;
		struct exchange *first;
		unsigned n;
	} exchanges; /* kept for the next requests; daemon.c */
};

/* ---- daemon.c: the library ---- */
SL_CHECKED enum sl_code sl_daemon_start(struct sl_server *s, struct sl_err *e);
struct sockaddr;
/* A new connection is the lane's from now on. */
void sl_daemon_take(struct sl_lane *lane, int socket, const struct sockaddr *from, unsigned from_n);
void sl_daemon_stop(struct sl_server *s, unsigned grace_ms);

#endif
