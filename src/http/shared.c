/* Costly things that follow from the content alone, made once for each content version. */
#include "http/server_parts.h"

#include "base/mem.h"

static struct sl_shared_entry *entry_of(struct sl_server *s, const struct sl_shared_slot *slot)
{
	struct sl_shared *all = &s->shared;
	struct sl_shared_entry *found = NULL;

	pthread_mutex_lock(&all->lock);
	for (size_t i = 0; i < all->n && !found; i++)
		if (all->entry[i].slot == slot)
			found = &all->entry[i];
	if (!found && all->n < SL_SHARED_MAX) {
		found = &all->entry[all->n++];
		found->slot = slot;
		pthread_mutex_init(&found->making, NULL);
	}
	pthread_mutex_unlock(&all->lock);
	return found;
}

/* Under the list's lock: one user less; true when it is to be freed. */
static bool let_go(struct sl_shared_thing *t)
{
	return --t->users == 0;
}

static void thing_free(struct sl_shared_thing *t)
{
	t->entry->slot->done(t->thing);
	sl_mem_free(t);
}

struct use {
	struct sl_shared *all;
	struct sl_shared_thing *thing;
};

static void end_use(void *ctx)
{
	struct use *u = ctx;
	bool last;

	pthread_mutex_lock(&u->all->lock);
	last = let_go(u->thing);
	pthread_mutex_unlock(&u->all->lock);
	if (last)
		thing_free(u->thing);
}

/* The one of this version, with a user more; NULL when there is none. */
static struct sl_shared_thing *take(struct sl_shared *all, struct sl_shared_entry *entry, int64_t version)
{
	struct sl_shared_thing *t;

	pthread_mutex_lock(&all->lock);
	t = entry->now && (entry->slot->lasting || entry->now->version == version) ? entry->now : NULL;
	if (t)
		t->users++;
	pthread_mutex_unlock(&all->lock);
	return t;
}

static enum sl_code make(struct sl_request *r, struct sl_shared_entry *entry, struct sl_shared_thing **out,
                         struct sl_err *e)
{
	struct sl_shared *all = &r->server->shared;
	struct sl_shared_thing *t = sl_mem_zeroed(sizeof *t), *old;
	bool last = false;

	/* A request that stands on an older state than the one kept makes its own and keeps it to itself. */
	if (!t)
		return sl_fail(e, SL_NOMEM, "out of memory");
	t->entry = entry;
	t->version = r->version;
	if (entry->slot->make(r, &t->thing, e)) {
		sl_mem_free(t);
		return e->code;
	}
	t->users = 2; /* the list and who asked */
	pthread_mutex_lock(&all->lock);
	old = entry->now;
	if (old && old->version > t->version)
		t->users = 1;
	else
		entry->now = t;
	if (old && entry->now == t)
		last = let_go(old);
	pthread_mutex_unlock(&all->lock);
	if (last)
		thing_free(old);
	*out = t;
	return SL_OK;
}

bool sl_shared_is_made(struct sl_request *r, const struct sl_shared_slot *slot)
{
	struct sl_shared *all = &r->server->shared;
	struct sl_shared_entry *entry = entry_of(r->server, slot);
	bool made;

	if (!entry)
		return false;
	pthread_mutex_lock(&all->lock);
	made = entry->now && (slot->lasting || entry->now->version == r->version);
	pthread_mutex_unlock(&all->lock);
	return made;
}

enum sl_code sl_shared_get(struct sl_request *r, const struct sl_shared_slot *slot, void **thing, struct sl_err *e)
{
	struct sl_shared *all = &r->server->shared;
	struct sl_shared_entry *entry = entry_of(r->server, slot);
	struct sl_shared_thing *t;
	struct use *u = sl_arena_alloc(r->arena, 1, sizeof *u, e);

	if (!u)
		return e->code;
	if (!entry)
		return sl_fail(e, SL_NOMEM, "no room for %s: raise SL_SHARED_MAX", slot->name);
	t = take(all, entry, r->version);
	if (!t) {
		pthread_mutex_lock(&entry->making);
		t = take(all, entry, r->version); /* somebody else has made it meanwhile */
		if (!t)
			(void)!make(r, entry, &t, e);
		pthread_mutex_unlock(&entry->making);
	}
	if (e->code)
		return e->code;
	*u = (struct use){all, t};
	if (sl_arena_defer(r->arena, end_use, u, e))
		return e->code;
	*thing = t->thing;
	return SL_OK;
}

void sl_shared_done(struct sl_server *s)
{
	for (size_t i = 0; i < s->shared.n; i++) {
		struct sl_shared_entry *entry = &s->shared.entry[i];

		if (entry->now && let_go(entry->now))
			thing_free(entry->now);
		pthread_mutex_destroy(&entry->making);
	}
	s->shared.n = 0;
}
