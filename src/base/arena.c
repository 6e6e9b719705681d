#include "base/arena.h"

#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct sl_arena_chunk {
	struct sl_arena_chunk *next;
	size_t used, cap;
	alignas(max_align_t) unsigned char data[];
};

struct sl_arena_deferred {
	struct sl_arena_deferred *next;
	void (*fn)(void *);
	void *ptr;
};

#ifdef SL_ARENA_MALLOC
/* Each piece is its own allocation, so that the address sanitizer sees overruns inside arenas. */
enum { CHUNK_MIN = 1 };
#else
enum { CHUNK_MIN = 16 * 1024 - (int)sizeof(struct sl_arena_chunk) };
#endif

/* Above this the C library gives fresh pages, zero already: filling them with zeros again would touch all of a
 * large array before its first use. */
enum { FRESH = 1 << 18 };

static void *take(struct sl_arena *a, size_t n, bool *zeroed)
{
	struct sl_arena_chunk *c = a->chunk;
	const size_t align = alignof(max_align_t);
	size_t cap;
	void *p;

	if (n > SIZE_MAX - align)
		return NULL;
	n = (n + align - 1) / align * align;
	if (!n)
		n = align;
	if (!c || c->cap - c->used < n) {
		cap = CHUNK_MIN;
#ifndef SL_ARENA_MALLOC
		if (c && c->cap > cap)
			cap = c->cap < (size_t)1 << 22 ? c->cap * 2 : c->cap;
#endif
		if (cap < n)
			cap = n;
		if (cap > SIZE_MAX - sizeof *c)
			return NULL;
		*zeroed = n >= FRESH;
		c = *zeroed ? sl_mem_zeroed(sizeof *c + cap) : sl_mem_alloc(sizeof *c + cap);
		if (!c)
			return NULL;
		c->next = a->chunk;
		c->used = 0;
		c->cap = cap;
		a->chunk = c;
	}
	p = c->data + c->used;
	c->used += n;
	return p;
}

void *sl_arena_alloc(struct sl_arena *a, size_t count, size_t size, struct sl_err *e)
{
	bool zeroed = false;
	size_t n;
	void *p;

	if (__builtin_mul_overflow(count, size, &n) || !(p = take(a, n, &zeroed))) {
		sl_fail(e, SL_NOMEM, "out of memory");
		return NULL;
	}
	return zeroed ? p : memset(p, 0, n);
}

void *sl_arena_grow(struct sl_arena *a, void *old, size_t *cap, size_t need, size_t size, struct sl_err *e)
{
	size_t want = *cap ? *cap : 8;
	void *p;

	if (*cap && need <= *cap)
		return old;
	while (want < need) {
		if (want > SIZE_MAX / 2) {
			sl_fail(e, SL_NOMEM, "out of memory");
			return NULL;
		}
		want *= 2;
	}
	p = sl_arena_alloc(a, want, size, e);
	if (!p)
		return NULL;
	if (*cap)
		memcpy(p, old, *cap * size);
	*cap = want;
	return p;
}

char *sl_arena_strndup(struct sl_arena *a, const char *p, size_t n, struct sl_err *e)
{
	bool zeroed;
	char *s;

	if (n == SIZE_MAX || !(s = take(a, n + 1, &zeroed))) {
		sl_fail(e, SL_NOMEM, "out of memory");
		return NULL;
	}
	if (n)
		memcpy(s, p, n);
	s[n] = 0;
	return s;
}

char *sl_arena_printf(struct sl_arena *a, struct sl_err *e, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = sl_arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1, 1, e);
	if (!s)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(s, (size_t)(n < 0 ? 0 : n) + 1, fmt, ap);
	va_end(ap);
	return s;
}

enum sl_code sl_arena_defer(struct sl_arena *a, void (*fn)(void *), void *ptr, struct sl_err *e)
{
	struct sl_arena_deferred *d = sl_arena_alloc(a, 1, sizeof *d, e);

	if (!d) {
		fn(ptr);
		return e->code;
	}
	d->next = a->deferred;
	d->fn = fn;
	d->ptr = ptr;
	a->deferred = d;
	return SL_OK;
}

struct sl_arena_mark sl_arena_mark(const struct sl_arena *a)
{
	return (struct sl_arena_mark){
	    .chunk = a->chunk, .used = a->chunk ? a->chunk->used : 0, .deferred = a->deferred};
}

void sl_arena_reset(struct sl_arena *a, struct sl_arena_mark m)
{
	while (a->deferred != m.deferred) {
		struct sl_arena_deferred *d = a->deferred;

		a->deferred = d->next;
		d->fn(d->ptr);
	}
	while (a->chunk != m.chunk) {
		struct sl_arena_chunk *c = a->chunk;

		/* Keep one ordinary chunk for the next round: a reset per row must not cost a malloc. */
		if (c->next == m.chunk && !m.chunk && c->cap <= 1 << 20) {
			c->used = 0;
			return;
		}
		a->chunk = c->next;
		sl_mem_free(c);
	}
	if (a->chunk)
		a->chunk->used = m.used;
}

void sl_arena_done(struct sl_arena *a)
{
	while (a->deferred) {
		struct sl_arena_deferred *d = a->deferred;

		a->deferred = d->next;
		d->fn(d->ptr);
	}
	while (a->chunk) {
		struct sl_arena_chunk *c = a->chunk;

		a->chunk = c->next;
		sl_mem_free(c);
	}
}
