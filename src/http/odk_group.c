/* Many phones, one writer: whoever comes while it writes waits, and the next transaction takes all who wait.  Whose
 * thread finds nobody writing is the writer until nobody waits; the others hand their request on and go.  Nobody hears
 * of success before it is durable. */
#include "http/odk.h"
#include "http/server_parts.h"

#include "base/mem.h"

enum {
	GROUP_MAX = 256,
	GROUP_BYTES_MAX = 32 << 20, /* of bodies: many videos at once are no transaction that all phones wait for */
};

struct waiting {
	struct sl_request *r;
	struct sl_response *out;
	const struct sl_submission_made *made;
	struct sl_reader *lent; /* whose dictionary `made` names */
	struct sl_submission_result result;
	struct sl_err e;
	struct waiting *next;
};

struct group {
	pthread_mutex_t lock;
	struct waiting *first, *last;
	bool led; /* somebody writes */
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

/* Each on its own: when one that was half written took the transaction of all with it. */
static void write_alone(struct sl_programme *w, struct waiting *x)
{
	x->e = (struct sl_err){0};
	if (sl_store_begin(w->db, &x->e))
		return;
	if (sl_submission_write(w, x->r->arena, x->made, &x->result, &x->e) || sl_store_commit(w->db, &x->e))
		sl_store_rollback(w->db);
}

static void write_all(struct sl_programme *w, struct waiting *list)
{
	struct sl_err e = {0};
	bool whole = !sl_store_begin(w->db, &e);

	for (struct waiting *x = list; x && whole; x = x->next) {
		x->e = (struct sl_err){0};
		(void)!sl_submission_write_record(w, x->r->arena, x->made, &x->result, &x->e);
		whole = !(x->e.code && x->result.touched);
	}
	for (struct waiting *x = list; x && whole; x = x->next)
		if (!x->e.code)
			whole = !sl_submission_write_files(w, x->r->arena, x->made, &x->result, &x->e);
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

/* Those that wait now, as far as they are no more than one transaction may have; the first in any case. */
static struct waiting *take_all(struct group *g)
{
	struct waiting *list, *end;
	size_t bytes;

	pthread_mutex_lock(&g->lock);
	list = end = g->first;
	bytes = list->r->body.n;
	for (size_t n = 1; end->next && n < GROUP_MAX && (bytes += end->next->r->body.n) <= GROUP_BYTES_MAX; n++)
		end = end->next;
	g->first = end->next;
	if (!g->first)
		g->last = NULL;
	end->next = NULL;
	pthread_mutex_unlock(&g->lock);
	return list;
}

static void tell_all(struct sl_server *s, struct waiting *list)
{
	for (struct waiting *x = list, *next; x; x = next) {
		struct sl_reader *lent = x->lent;

		next = x->next; /* x is gone when its request is answered */
		if (!x->e.code)
			sl_odk_received(x->out, &x->result);
		sl_request_answered(x->r, x->out, &x->e);
		sl_reader_return(s, lent);
	}
}

/* One group after the other, as long as somebody waits. */
static void lead(struct sl_server *s, struct group *g)
{
	bool more = true;

	while (more) {
		struct sl_request *first = g->first->r; /* only who leads takes it away */
		struct sl_programme *writer;
		struct waiting *list;
		struct sl_err e = {0};

		/* While we wait for our turn to write, others join. */
		(void)!sl_server_write_begin(first, &writer, &e);
		list = take_all(g);
		if (e.code) {
			for (struct waiting *x = list; x; x = x->next)
				x->e = e;
		} else {
			write_all(writer, list);
			sl_server_write_end(first);
		}
		tell_all(s, list);
		pthread_mutex_lock(&g->lock);
		more = g->led = g->first != NULL;
		pthread_mutex_unlock(&g->lock);
	}
}

enum sl_code sl_odk_write(struct sl_request *r, struct sl_response *out, const struct sl_submission_made *m,
                          struct sl_err *e)
{
	struct waiting *x = sl_arena_alloc(r->arena, 1, sizeof *x, e);
	struct sl_server *s = r->server;
	struct group *g;
	bool leads;
	void *thing;

	if (!x || sl_shared_get(r, &group_slot, &thing, e))
		return e->code;
	g = thing;
	*x = (struct waiting){.r = r, .out = out, .made = m, .lent = sl_reader_lend(r)};
	sl_dispatch_pause(r); /* what was read is used up; a state that is held keeps the log from shrinking */
	pthread_mutex_lock(&g->lock);
	if (g->last)
		g->last->next = x;
	else
		g->first = x;
	g->last = x;
	leads = !g->led;
	g->led = true;
	pthread_mutex_unlock(&g->lock);
	if (leads)
		lead(s, g);
	return SL_OK;
}
