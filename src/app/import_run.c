#include "app/import_parts.h"

#include "base/parallel.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* A ring of chunks between the threads that read and the one that writes.  Any thread cuts the next rows
 * off the file, one at a time, and makes records of them; the writer takes the chunks in the order of the
 * file.  What is under way is bounded in number and in bytes. */

#define RING 16
#define BYTES_UNDER_WAY ((size_t)64 << 20)
#define KEPT_BYTES ((size_t)4 << 20) /* a chunk of more text gives its memory back at once */

struct ring {
	const struct import_plan *plan;
	pthread_mutex_t cutting, lock;
	pthread_cond_t changed;
	struct import_chunk chunk[RING];
	bool ready[RING];      /* for the writer; under `lock`, as all below */
	uint64_t cut, written; /* chunks begun and chunks done with */
	size_t bytes;          /* of chunks under way */
	bool ended, stop;
};

struct thread {
	struct ring *ring;
	struct import_worker worker;
	pthread_t id;
};

static struct import_chunk *wait_for_room(struct ring *r)
{
	struct import_chunk *c = NULL;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && !r->ended &&
	       (r->cut - r->written == RING || (r->bytes > BYTES_UNDER_WAY && r->cut > r->written)))
		pthread_cond_wait(&r->changed, &r->lock);
	if (!r->stop && !r->ended) {
		c = &r->chunk[r->cut % RING];
		r->ready[r->cut++ % RING] = false;
	}
	pthread_mutex_unlock(&r->lock);
	return c;
}

static void clear(struct import_chunk *c)
{
	struct sl_arena arena = c->arena;

	sl_arena_reset(&arena, (struct sl_arena_mark){0});
	*c = (struct import_chunk){.arena = arena};
}

/* NULL when there is no more to do. */
static struct import_chunk *cut_next(struct ring *r)
{
	struct import_chunk *c;

	pthread_mutex_lock(&r->cutting);
	c = wait_for_room(r);
	if (c) {
		struct sl_source *s = r->plan->source;
		enum sl_code code;

		clear(c);
		code = s->take(s, &c->arena, &c->rows, &c->err);

		pthread_mutex_lock(&r->lock);
		r->bytes += code ? 0 : c->rows.bytes;
		r->ended = r->ended || code || !c->rows.n;
		pthread_mutex_unlock(&r->lock);
	}
	pthread_mutex_unlock(&r->cutting);
	return c;
}

static void hand_over(struct ring *r, struct import_chunk *c)
{
	pthread_mutex_lock(&r->lock);
	r->ready[c - r->chunk] = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static bool work_once(struct ring *r, struct import_worker *w)
{
	struct import_chunk *c = cut_next(r);

	if (!c)
		return false;
	if (!c->err.code && c->rows.n && import_chunk_read(w, c, &c->err)) {
		/* The error stays with the chunk: the writer meets it in the order of the file. */
	}
	hand_over(r, c);
	return true;
}

static void *run_thread(void *arg)
{
	struct thread *t = arg;

	while (work_once(t->ring, &t->worker))
		;
	return NULL;
}

/* The chunk that is next in the file; NULL at the end. */
static struct import_chunk *next_chunk(struct ring *r)
{
	struct import_chunk *c = &r->chunk[r->written % RING];

	pthread_mutex_lock(&r->lock);
	while (!r->ready[r->written % RING] && !(r->ended && r->written == r->cut))
		pthread_cond_wait(&r->changed, &r->lock);
	if (!r->ready[r->written % RING])
		c = NULL;
	pthread_mutex_unlock(&r->lock);
	return c;
}

static void release(struct ring *r, struct import_chunk *c)
{
	size_t bytes = c->rows.bytes;

	/* The writer is the one thread that all wait for: mostly the next reader tidies up. */
	if (bytes > KEPT_BYTES)
		clear(c);
	pthread_mutex_lock(&r->lock);
	r->ready[c - r->chunk] = false;
	r->bytes -= bytes;
	r->written++;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static enum sl_code write_all(struct ring *r, struct import_worker *alone, struct import_writer *w,
                              const struct sl_env *env, struct sl_err *e)
{
	const struct import_plan *plan = r->plan;
	struct import_chunk *c;
	char what[120];

	snprintf(what, sizeof what, "importing %.*s", SL_STR_ARG(plan->label));
	for (;;) {
		if (alone && !work_once(r, alone))
			return SL_OK;
		c = next_chunk(r);
		if (!c)
			return SL_OK;
		if (c->err.code) {
			*e = c->err;
			return e->code;
		}
		if (sl_env_stopped(env))
			return sl_fail(e, SL_CANCELLED, "interrupted; nothing of %s is kept", plan->source->path);
		if (import_write(w, plan, c, e))
			return e->code;
		sl_env_progress(env, what, c->rows.behind, plan->source->total);
		release(r, c);
	}
}

enum sl_code import_run(struct sl_programme *p, const struct import_plan *plan, struct import_writer *w,
                        struct sl_err *e)
{
	struct sl_arena a = {0};
	struct ring *r = sl_arena_alloc(&a, 1, sizeof *r, e);
	unsigned n = sl_parallel_workers(), started = 0;
	struct thread *t = r ? sl_arena_alloc(&a, n, sizeof *t, e) : NULL;
	enum sl_code code;

	if (!t) {
		sl_arena_done(&a);
		return e->code;
	}
	r->plan = plan;
	pthread_mutex_init(&r->cutting, NULL);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	code = import_worker_init(&t[0].worker, plan, e);
	for (unsigned i = 0; i < n && !code; i++) {
		t[i].ring = r;
		if (i)
			code = import_worker_init(&t[i].worker, plan, e);
	}
	while (!code && started < n && !pthread_create(&t[started].id, NULL, run_thread, &t[started]))
		started++;
	if (!code)
		code = write_all(r, started ? NULL : &t[0].worker, w, p->env, e);
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	for (unsigned i = 0; i < started; i++)
		pthread_join(t[i].id, NULL);
	for (unsigned i = 0; i < n; i++)
		import_worker_done(&t[i].worker);
	for (unsigned i = 0; i < RING; i++)
		sl_arena_done(&r->chunk[i].arena);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	pthread_mutex_destroy(&r->cutting);
	sl_arena_done(&a);
	return code;
}
