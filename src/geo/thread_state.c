#include "geo/thread_state.h"

#include "base/mem.h"
#include "geo/proj_error.h"

#include <geos_c.h>
#include <proj.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct thread_state {
	GEOSContextHandle_t geos;
	char geos_message[200];
	PJ_CONTEXT *proj;
	PJ *grid[SL_GRID_N];
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int key_failed;

static void thread_end(void *p)
{
	struct thread_state *t = p;

	if (t->geos)
		GEOS_finish_r(t->geos);
	for (int i = 0; i < SL_GRID_N; i++)
		proj_destroy(t->grid[i]);
	if (t->proj)
		proj_context_destroy(t->proj);
	sl_mem_free(t);
}

static void make_key(void)
{
	key_failed = pthread_key_create(&key, thread_end);
}

static struct thread_state *this_thread(struct sl_err *e)
{
	struct thread_state *t;

	pthread_once(&once, make_key);
	t = key_failed ? NULL : pthread_getspecific(key);
	if (t)
		return t;
	t = key_failed ? NULL : sl_mem_alloc(sizeof *t);
	if (t) {
		memset(t, 0, sizeof *t);
		if (!pthread_setspecific(key, t))
			return t;
		sl_mem_free(t);
	}
	sl_fail(e, SL_NOMEM, "out of memory");
	return NULL;
}

static void keep_message(const char *message, void *p)
{
	struct thread_state *t = p;

	snprintf(t->geos_message, sizeof t->geos_message, "%s", message);
}

/* Notices repeat what the answers say. */
static void drop_message(const char *message, void *p)
{
	(void)message;
	(void)p;
}

GEOSContextHandle_t sl_geos(struct sl_err *e)
{
	struct thread_state *t = this_thread(e);

	if (!t)
		return NULL;
	t->geos_message[0] = 0;
	if (t->geos)
		return t->geos;
	t->geos = GEOS_init_r();
	if (!t->geos) {
		sl_fail(e, SL_NOMEM, "out of memory");
		return NULL;
	}
	GEOSContext_setErrorMessageHandler_r(t->geos, keep_message, t);
	GEOSContext_setNoticeMessageHandler_r(t->geos, drop_message, NULL);
	return t->geos;
}

enum sl_code sl_geos_fail(struct sl_err *e, const char *doing)
{
	struct thread_state *t = pthread_getspecific(key);
	const char *message = t && t->geos_message[0] ? t->geos_message : "no reason given";

	if (strstr(message, "bad_alloc"))
		return sl_fail(e, SL_NOMEM, "out of memory while %s", doing);
	return sl_fail(e, SL_INVALID, "GEOS while %s: %s", doing, message);
}

PJ *sl_grid_projection(enum sl_grid_projection which, struct sl_err *e)
{
	static const char *const definition[SL_GRID_N] = {
		"+proj=tmerc +lat_0=0 +lon_0=0 +k=0.9996 +x_0=500000 +y_0=0 +ellps=WGS84",
		"+proj=ups +ellps=WGS84",
		"+proj=ups +south +ellps=WGS84",
	};
	struct thread_state *t = this_thread(e);

	if (!t || (!t->proj && !(t->proj = sl_proj_context(e))))
		return NULL;
	if (!t->grid[which]) {
		t->grid[which] = proj_create(t->proj, definition[which]);
		if (!t->grid[which])
			sl_proj_fail(t->proj, e, definition[which]);
	}
	return t->grid[which];
}
