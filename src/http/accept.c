/* Connections are taken by one thread and dealt out to those that answer, each to the one that has fewest.  Left to
 * the answering threads, all of a client's connections went to whichever woke first, and the others had nothing to do. */
#define _GNU_SOURCE /* accept4 */
#include "http/server_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAUSE_MS = 20 }; /* when there is no room for one more: it waits in the system's queue */

static struct sl_lane *fewest(struct sl_server *s)
{
	struct sl_lane *best = s->lane;

	for (unsigned i = 1; i < s->n_lanes; i++)
		if (atomic_load(&s->lane[i].n) < atomic_load(&best->n))
			best = &s->lane[i];
	return best;
}

static bool room(struct sl_server *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_lanes; i++)
		n += atomic_load(&s->lane[i].n);
	return n < s->options.connections;
}

/* False: nobody waits, or the system has nothing left to give. */
static bool take(struct sl_server *s, bool *exhausted)
{
	struct sockaddr_storage from;
	socklen_t n = sizeof from;
	int fd = accept4(s->socket, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

	*exhausted = fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS);
	if (fd < 0) /* one that went away while it waited is no reason to stop */
		return errno == ECONNABORTED || errno == EINTR;
	sl_daemon_take(fewest(s), fd, (struct sockaddr *)&from, n);
	return true;
}

static void *work(void *ctx)
{
	struct sl_server *s = ctx;
	struct pollfd wait[2] = {{.fd = s->acceptor.ending, .events = POLLIN}, {.fd = s->socket, .events = POLLIN}};

	for (;;) {
		bool exhausted = !room(s);

		wait[1].revents = 0;
		if (poll(wait, exhausted ? 1 : 2, exhausted ? PAUSE_MS : -1) < 0 && errno != EINTR)
			break;
		if (wait[0].revents)
			break;
		while (!exhausted && wait[1].revents && room(s) && take(s, &exhausted))
			;
		if (exhausted)
			poll(wait, 1, PAUSE_MS);
	}
	return NULL;
}

enum sl_code sl_accept_start(struct sl_server *s, struct sl_err *e)
{
	struct sl_acceptor *a = &s->acceptor;

	a->ending = eventfd(0, EFD_CLOEXEC);
	if (a->ending < 0)
		return sl_fail(e, SL_IO, "the system gives no more files");
	a->runs = !pthread_create(&a->thread, NULL, work, s);
	if (!a->runs) {
		close(a->ending);
		return sl_fail(e, SL_IO, "the system gives no more threads");
	}
	return SL_OK;
}

void sl_accept_end(struct sl_server *s)
{
	struct sl_acceptor *a = &s->acceptor;

	if (!a->runs)
		return;
	(void)!eventfd_write(a->ending, 1);
	pthread_join(a->thread, NULL);
	close(a->ending);
	a->runs = false;
}
