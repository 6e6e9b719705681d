/* Deadlines of connections.  The library ends a connection that is silent; one that sends a byte now and then
 * is not silent, and would be held for ever (slow-loris).  So each has a moment by which its request head, its
 * body, its answer or its next request must have come, and is shut down when that has passed. */
#include "http/server_parts.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

int64_t sl_monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void sl_connection_add(struct sl_server *s, struct sl_connection *c)
{
	struct sl_connections *all = &s->connections;
	const bool bound = !s->local_only && !s->options.behind_proxy;
	unsigned same = 1;

	atomic_store(&c->deadline_ms, sl_monotonic_ms() + s->options.head_ms);
	pthread_mutex_lock(&all->lock);
	for (struct sl_connection *o = all->first; o && bound; o = o->next)
		same += !memcmp(o->address, c->address, sizeof c->address);
	if (same > s->options.per_address) {
		atomic_store(&c->deadline_ms, 0);
		shutdown(c->socket, SHUT_RDWR);
	}
	c->next = all->first;
	if (all->first)
		all->first->before = c;
	all->first = c;
	all->n++;
	pthread_mutex_unlock(&all->lock);
}

void sl_connection_remove(struct sl_server *s, struct sl_connection *c)
{
	struct sl_connections *all = &s->connections;

	pthread_mutex_lock(&all->lock);
	if (c->next)
		c->next->before = c->before;
	if (c->before)
		c->before->next = c->next;
	else
		all->first = c->next;
	all->n--;
	pthread_mutex_unlock(&all->lock);
}

void sl_connections_expire(struct sl_server *s)
{
	struct sl_connections *all = &s->connections;
	int64_t now = sl_monotonic_ms();

	/* The library takes a connection from this list before it closes the socket, so under the lock the number
	 * is still that of this connection. */
	pthread_mutex_lock(&all->lock);
	/* When it gets crowded, who only waits waits shorter. */
	if (all->n > s->options.connections / 4 * 3)
		now += s->options.idle_ms - s->options.idle_ms / 8;
	for (struct sl_connection *c = all->first; c; c = c->next) {
		int64_t deadline = atomic_load(&c->deadline_ms);
		int64_t by = atomic_load(&c->busy) ? sl_monotonic_ms() : now;

		if (deadline && deadline < by) {
			atomic_store(&c->deadline_ms, 0);
			shutdown(c->socket, SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&all->lock);
}
