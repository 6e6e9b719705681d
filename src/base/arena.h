/* One arena per command, request or import batch: everything "lives in `a`" and goes at once.
 * A scratch arena is reset with mark/reset per row, so a million rows run in flat memory.
 * Foreign objects (GEOS, GDAL, FILE*) hang on it with a deferred destructor. Not thread-safe. */
#ifndef SL_BASE_ARENA_H
#define SL_BASE_ARENA_H

#include "base/err.h"

#include <stddef.h>

struct sl_arena_chunk;
struct sl_arena_deferred;

struct sl_arena {
	struct sl_arena_chunk *chunk;       /* newest first */
	struct sl_arena_deferred *deferred; /* newest first */
};

struct sl_arena_mark {
	struct sl_arena_chunk *chunk;
	size_t used;
	struct sl_arena_deferred *deferred;
};

/* A zeroed struct is a valid empty arena. */
void sl_arena_done(struct sl_arena *a); /* runs destructors, newest first; the arena is empty again */

/* `count` zeroed items of `size` bytes, aligned for any type; NULL with SL_NOMEM in `e`. */
void *sl_arena_alloc(struct sl_arena *a, size_t count, size_t size, struct sl_err *e);

/* Grow an array to at least `need` items (doubling); the old items are copied.  *cap is updated.
 * Returns the array, or NULL with SL_NOMEM. */
void *sl_arena_grow(struct sl_arena *a, void *old, size_t *cap, size_t need, size_t size, struct sl_err *e);

/* NUL-terminated copy of `n` bytes. */
char *sl_arena_strndup(struct sl_arena *a, const char *p, size_t n, struct sl_err *e);
char *sl_arena_printf(struct sl_arena *a, struct sl_err *e, const char *fmt, ...) SL_PRINTF(3, 4);

/* Run fn(ptr) when the arena is reset past this point.  If that cannot be recorded, fn runs now. */
SL_CHECKED enum sl_code sl_arena_defer(struct sl_arena *a, void (*fn)(void *), void *ptr, struct sl_err *e);

struct sl_arena_mark sl_arena_mark(const struct sl_arena *a);
void sl_arena_reset(struct sl_arena *a, struct sl_arena_mark m);

#endif
