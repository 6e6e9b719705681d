/* Many phones, one writer: whoever comes while it writes waits, and the next transaction takes all who wait.  One
 * of those who wait is the writer of their transaction; nobody hears of success before it is durable. */
#include "http/odk.h"
#include "http/server_parts.h"

#include "base/mem.h"

enum { GROUP_MAX = 256 };

struct waiting {
	struct sl_request *r;
	const struct sl_submission_made *made;
	struct sl_submission_result result;
	struct sl_err e;
	bool done, leads;
	pthread_cond_t changed; /* its own: to wake all would wake most of them for nothing */
	struct waiting *next;
};

struct group {
	pthread_mutex_t lock;
	struct waiting *first, *last;
	bool led; /* somebody writes, or was told to */
};

static enum sl_code make_group(struct sl_request *r, void **out, struct sl_err *e)
{
	struct group *g = sl_mem_zeroed(sizeof *g);

	(void)r;
	if (!g)
		return sl_fail(e, SL_NOMEM, "out of memory");
	pthread_mutex_init(&g->lock, NULL);
	*out = g;
	return SL_OK;
}

static void free_group(void *thing)
{
	struct group *g = thing;

	pthread_mutex_destroy(&g->lock);
	sl_mem_free(g);
}

static const struct sl_shared_slot group_slot = {
    .name = "submissions", .make = make_group, .done = free_group, .lasting = true};

static void write_one(struct sl_programme *w, struct waiting *x)
{
	x->e = (struct sl_err){0};
	(void)!sl_submission_write(w, x->r->arena, x->made, &x->result, &x->e);
}

/* Each on its own: when one that was half written took the transaction of all with it. */
static void write_alone(struct sl_programme *w, struct waiting *x)
{
	x->e = (struct sl_err){0};
	if (sl_store_begin(w->db, &x->e))
		return;
	write_one(w, x);
	if (x->e.code || sl_store_commit(w->db, &x->e))
		sl_store_rollback(w->db);
}

static void write_all(struct sl_programme *w, struct waiting *list)
{
	struct sl_err e = {0};
	bool whole = !sl_store_begin(w->db, &e);

	for (struct waiting *x = list; x && whole; x = x->next) {
		write_one(w, x);
		whole = !(x->e.code && x->result.touched);
	}
	if (whole)
		whole = !sl_store_commit(w->db, &e);
	if (whole)
		return;
	sl_store_rollback(w->db);
	for (struct waiting *x = list; x; x = x->next) {
		if (e.code)
			x->e = e;
		else
			write_alone(w, x);
	}
}

static void lead(struct sl_request *r, struct group *g)
{
	struct sl_programme *writer;
	struct sl_err e = {0};
	struct waiting *list, *end;
	size_t n = 1;

	/* While we wait for our turn to write, others join. */
	(void)!sl_server_write_begin(r, &writer, &e);
	pthread_mutex_lock(&g->lock);
	list = end = g->first;
	while (end->next && n < GROUP_MAX) {
		end = end->next;
		n++;
	}
	g->first = end->next;
	if (!g->first)
		g->last = NULL;
	end->next = NULL;
	pthread_mutex_unlock(&g->lock);
	if (e.code) {
		for (struct waiting *x = list; x; x = x->next)
			x->e = e;
	} else {
		write_all(writer, list);
		sl_server_write_end(r);
	}
	pthread_mutex_lock(&g->lock);
	for (struct waiting *x = list, *next; x; x = next) {
		next = x->next; /* x is gone when its thread sees that it is done */
		x->done = true;
		pthread_cond_signal(&x->changed);
	}
	g->led = g->first != NULL;
	if (g->first) {
		g->first->leads = true;
		pthread_cond_signal(&g->first->changed);
	}
	pthread_mutex_unlock(&g->lock);
}

enum sl_code sl_odk_write(struct sl_request *r, const struct sl_submission_made *m, struct sl_submission_result *out,
                          struct sl_err *e)
{
	struct waiting x = {.r = r, .made = m};
	struct group *g;
	void *thing;

	if (sl_shared_get(r, &group_slot, &thing, e))
		return e->code;
	g = thing;
	sl_reader_leave_snapshot(r->reader); /* what was read is used up; a state that is held keeps the log from shrinking */
	pthread_cond_init(&x.changed, NULL);
	pthread_mutex_lock(&g->lock);
	if (g->last)
		g->last->next = &x;
	else
		g->first = &x;
	g->last = &x;
	x.leads = !g->led;
	g->led = true;
	while (!x.done && !x.leads)
		pthread_cond_wait(&x.changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
	if (!x.done)
		lead(r, g);
	pthread_cond_destroy(&x.changed);
	*e = x.e;
	*out = x.result;
	return e->code;
}
