/* The only place that asks the C library for memory, so that tests can make any request fail.
 * Everything above uses an arena (base/arena.h) or a builder (base/str.h). */
#ifndef SL_BASE_MEM_H
#define SL_BASE_MEM_H

#include <stddef.h>

void *sl_mem_alloc(size_t n);            /* NULL when there is none */
void *sl_mem_zeroed(size_t n);           /* the same, all bytes zero; large pieces cost nothing until used */
void *sl_mem_realloc(void *p, size_t n); /* NULL when there is none; `p` stays valid */
void sl_mem_free(void *p);

/* For a process that runs for days beside others: large pieces go back to the system when they are freed, and
 * threads share their pools, so that what one request needed does not stay for ever. Before threads begin. */
void sl_mem_give_back(void);
void sl_mem_trim(void); /* after something large was done: what is free goes back now; takes milliseconds */

/* Test seam: the `nth` request from now (1 = next) and all after it fail; 0 switches it off.
 * Returns how many requests were made since the last call.  Not thread-safe: single-threaded tests. */
unsigned long sl_mem_fail_from(unsigned long nth);

#endif
