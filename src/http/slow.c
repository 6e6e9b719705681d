#include "http/server_parts.h"

static void *work(void *ctx)
{
	struct sl_slow *w = ctx;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		struct sl_job *job = w->first;

		if (!job) {
			if (w->ending)
				break;
			pthread_cond_wait(&w->more, &w->lock);
			continue;
		}
		w->first = job->next;
		if (!w->first)
			w->last = NULL;
		w->n_jobs--;
		pthread_mutex_unlock(&w->lock);
		job->run(job->ctx);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

enum sl_code sl_slow_start(struct sl_slow *w, unsigned threads, unsigned max_jobs, struct sl_err *e)
{
	enum { STACK = 8 << 20 }; /* geometry is recursive here and there */
	pthread_attr_t how;

	w->max_jobs = max_jobs;
	pthread_attr_init(&how);
	pthread_attr_setstacksize(&how, STACK);
	while (w->n_threads < threads && w->n_threads < sizeof w->thread / sizeof *w->thread) {
		if (pthread_create(&w->thread[w->n_threads], &how, work, w)) {
			pthread_attr_destroy(&how);
			return sl_fail(e, SL_IO, "the system gives no more threads");
		}
		w->n_threads++;
	}
	pthread_attr_destroy(&how);
	return SL_OK;
}

bool sl_slow_add(struct sl_slow *w, struct sl_job *job)
{
	bool room;

	pthread_mutex_lock(&w->lock);
	room = w->n_jobs < w->max_jobs && !w->ending;
	if (room) {
		job->next = NULL;
		if (w->last)
			w->last->next = job;
		else
			w->first = job;
		w->last = job;
		w->n_jobs++;
		pthread_cond_signal(&w->more);
	}
	pthread_mutex_unlock(&w->lock);
	return room;
}

void sl_slow_end(struct sl_slow *w)
{
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_broadcast(&w->more);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->n_threads; i++)
		pthread_join(w->thread[i], NULL);
	w->n_threads = 0;
}
