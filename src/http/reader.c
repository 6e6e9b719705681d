/* Handles for reading are kept and taken by whoever answers a request; each stands on one state of the file
 * while it is used.  There is one handle for writing, opened when first needed, under one lock. */
#include "http/server_parts.h"

#include "base/mem.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
	LOOK_MS = 1000,      /* how often the file is looked at: another may stand under its name */
	WRITE_WAIT_S = 5,    /* how long a request waits for its turn to write */
};

static bool same_file(struct sl_reader *r)
{
	int64_t now = sl_monotonic_ms();
	struct stat st;

	if (now - r->looked_ms < LOOK_MS)
		return true;
	r->looked_ms = now;
	return !stat(r->programme.path, &st) && (uint64_t)st.st_dev == r->device && (uint64_t)st.st_ino == r->inode;
}

void sl_reader_leave_snapshot(struct sl_reader *r)
{
	if (r->snapshot)
		sl_store_snapshot_end(r->programme.db);
	r->snapshot = false;
}

static void reader_free(struct sl_reader *r)
{
	sl_reader_leave_snapshot(r);
	while (r->n_kept) {
		r->n_kept--;
		r->kept[r->n_kept].slot->done(r->kept[r->n_kept].thing);
	}
	sl_programme_close(&r->programme);
	sl_mem_free(r);
}

/* Closed now, or when the last has returned it. */
static void retire(struct sl_server *s, struct sl_reader *r)
{
	bool last;

	sl_reader_leave_snapshot(r);
	pthread_mutex_lock(&s->readers.lock);
	r->retired = true;
	last = !r->lent;
	pthread_mutex_unlock(&s->readers.lock);
	if (last)
		reader_free(r);
}

struct sl_reader *sl_reader_lend(struct sl_request *r)
{
	pthread_mutex_lock(&r->server->readers.lock);
	r->reader->lent++;
	pthread_mutex_unlock(&r->server->readers.lock);
	return r->reader;
}

void sl_reader_return(struct sl_server *s, struct sl_reader *r)
{
	bool last;

	pthread_mutex_lock(&s->readers.lock);
	last = !--r->lent && r->retired;
	pthread_mutex_unlock(&s->readers.lock);
	if (last)
		reader_free(r);
}

static enum sl_code reader_new(struct sl_server *s, struct sl_reader **out, struct sl_err *e)
{
	struct sl_reader *r = sl_mem_zeroed(sizeof *r);
	struct stat st;

	if (!r)
		return sl_fail(e, SL_NOMEM, "out of memory");
	r->env = s->env;
	if (sl_programme_open(&r->programme, s->options.path, SL_OPEN_READ, &r->env, e)) {
		reader_free(r);
		return e->code;
	}
	if (!stat(s->options.path, &st)) {
		r->device = (uint64_t)st.st_dev;
		r->inode = (uint64_t)st.st_ino;
	}
	r->looked_ms = sl_monotonic_ms();
	*out = r;
	return SL_OK;
}

/* Fix the state it stands on, and learn what changed since its last use. */
static enum sl_code settle(struct sl_reader *r, bool *stale, struct sl_err *e)
{
	struct sl_look look;
	struct sl_arena a = {0};
	struct sl_str public;

	*stale = false;
	if (sl_store_snapshot_begin(r->programme.db, e))
		return e->code;
	r->snapshot = true;
	if (sl_store_look(r->programme.db, &look, e))
		return e->code;
	*stale = look.other_schema;
	r->version = look.version;
	if (look.changed && !*stale) {
		if (!sl_store_fact(r->programme.db, &a, "public", &public, e))
			r->public = sl_str_is(public, "on");
		sl_arena_done(&a);
		*stale = !e->code && sl_programme_outdated(&r->programme, e);
	}
	return e->code;
}

enum sl_code sl_reader_take(struct sl_server *s, struct sl_reader **out, struct sl_err *e)
{
	struct sl_reader *r;
	bool stale;

	for (;;) {
		pthread_mutex_lock(&s->readers.lock);
		r = s->readers.free;
		if (r)
			s->readers.free = r->next;
		pthread_mutex_unlock(&s->readers.lock);
		if (!r && reader_new(s, &r, e))
			return e->code;
		if (same_file(r)) {
			if (settle(r, &stale, e)) {
				retire(s, r);
				return e->code;
			}
			if (!stale)
				break;
		}
		retire(s, r); /* the next one of the list, or a new one */
	}
	*out = r;
	return SL_OK;
}

void sl_reader_give(struct sl_server *s, struct sl_reader *r)
{
	sl_reader_leave_snapshot(r);
	pthread_mutex_lock(&s->readers.lock);
	r->next = s->readers.free;
	s->readers.free = r;
	pthread_mutex_unlock(&s->readers.lock);
}

enum sl_code sl_kept_get(struct sl_request *r, const struct sl_shared_slot *slot, void **thing, struct sl_err *e)
{
	struct sl_reader *reader = r->reader;

	for (size_t i = 0; i < reader->n_kept; i++)
		if (reader->kept[i].slot == slot) {
			*thing = reader->kept[i].thing;
			return SL_OK;
		}
	if (reader->n_kept == sizeof reader->kept / sizeof *reader->kept)
		return sl_fail(e, SL_NOMEM, "no room for %s beside the handle", slot->name);
	if (slot->make(r, thing, e))
		return e->code;
	reader->kept[reader->n_kept++] = (struct sl_kept){slot, *thing};
	return SL_OK;
}

void sl_readers_done(struct sl_server *s)
{
	struct sl_reader *next;

	for (struct sl_reader *r = s->readers.free; r; r = next) {
		next = r->next;
		reader_free(r);
	}
	s->readers.free = NULL;
	if (s->writer_open)
		sl_programme_close(&s->writer);
	s->writer_open = false;
}

/* ---- writing ---- */

enum sl_code sl_server_write_begin(struct sl_request *r, struct sl_programme **writer, struct sl_err *e)
{
	struct sl_server *s = r->server;
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WRITE_WAIT_S;
	if (pthread_mutex_timedlock(&s->writing, &until))
		return sl_fail(e, SL_BUSY, "others are writing; try again in a moment");
	if (s->writer_open && sl_programme_outdated(&s->writer, e)) {
		sl_programme_close(&s->writer);
		s->writer_open = false;
	}
	if (e->code) {
		pthread_mutex_unlock(&s->writing);
		return e->code;
	}
	if (!s->writer_open) {
		s->writer_env = s->env;
		if (sl_programme_open(&s->writer, s->options.path, SL_OPEN_WRITE, &s->writer_env, e)) {
			sl_programme_close(&s->writer);
			pthread_mutex_unlock(&s->writing);
			return e->code;
		}
		s->writer_open = true;
	}
	*writer = &s->writer;
	return SL_OK;
}

void sl_server_write_end(struct sl_request *r)
{
	sl_store_rollback(r->server->writer.db); /* what was not committed */
	pthread_mutex_unlock(&r->server->writing);
}
