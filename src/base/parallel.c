#include "base/parallel.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct job {
	const struct sl_env *env;
	enum sl_code (*task)(void *, unsigned, size_t, size_t, struct sl_err *);
	void *ctx;
	size_t n, slice;
	atomic_size_t next;
	atomic_bool stop;
};

struct worker {
	struct job *job;
	unsigned id;
	pthread_t thread;
	struct sl_err err;
};

unsigned sl_parallel_workers(void)
{
	const char *set = getenv("SAFELANE_THREADS");
	long n = set ? strtol(set, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > SL_WORKERS_MAX ? SL_WORKERS_MAX : (unsigned)n;
}

static void *run(void *arg)
{
	struct worker *w = arg;
	struct job *j = w->job;

	while (!atomic_load(&j->stop)) {
		size_t first = atomic_fetch_add(&j->next, j->slice);
		size_t last;

		if (first >= j->n)
			break;
		last = j->n - first > j->slice ? first + j->slice : j->n;
		if (j->env && sl_env_stopped(j->env))
			sl_fail(&w->err, SL_CANCELLED, "interrupted");
		if (w->err.code || j->task(j->ctx, w->id, first, last, &w->err)) {
			atomic_store(&j->stop, true);
			break;
		}
	}
	return NULL;
}

enum sl_code sl_parallel(const struct sl_env *env, size_t n, size_t slice,
                         enum sl_code (*task)(void *ctx, unsigned worker, size_t first, size_t last,
                                              struct sl_err *e),
                         void *ctx, struct sl_err *e)
{
	struct job job = {.env = env, .task = task, .ctx = ctx, .n = n, .slice = slice ? slice : 1};
	struct worker w[SL_WORKERS_MAX];
	unsigned count = sl_parallel_workers(), started = 1;

	if (n <= job.slice)
		count = 1;
	for (unsigned i = 0; i < count; i++)
		w[i] = (struct worker){.job = &job, .id = i};
	for (unsigned i = 1; i < count; i++, started++)
		if (pthread_create(&w[i].thread, NULL, run, &w[i]))
			break; /* fewer threads do the same work */
	run(&w[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(w[i].thread, NULL);
	for (unsigned i = 0; i < started; i++)
		if (w[i].err.code) {
			*e = w[i].err;
			return e->code;
		}
	return SL_OK;
}
