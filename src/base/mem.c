#include "base/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

static unsigned long requests;
static unsigned long fail_from;

static int refuse(void)
{
	return __atomic_add_fetch(&requests, 1, __ATOMIC_RELAXED) >= fail_from && fail_from;
}

/* A large piece is fresh memory: taken in huge pages where the system has them, it costs a hundredth of the
 * page faults, a fifth of the time of an account. */
static void *in_huge_pages(void *p, size_t n)
{
#ifdef MADV_HUGEPAGE
	const size_t huge = (size_t)1 << 21;

	if (p && n >= 2 * huge) {
		uintptr_t start = ((uintptr_t)p + huge - 1) / huge * huge, end = ((uintptr_t)p + n) / huge * huge;

		(void)madvise((void *)start, end - start, MADV_HUGEPAGE); /* advice: refusing it changes nothing */
	}
#endif
	return p;
}

void *sl_mem_alloc(size_t n)
{
	return refuse() ? NULL : in_huge_pages(malloc(n ? n : 1), n);
}

void *sl_mem_zeroed(size_t n)
{
	return refuse() ? NULL : in_huge_pages(calloc(n ? n : 1, 1), n);
}

void *sl_mem_realloc(void *p, size_t n)
{
	return refuse() ? NULL : realloc(p, n ? n : 1);
}

void sl_mem_free(void *p)
{
	free(p);
}

/* The GNU C library otherwise raises its limit for mapped pieces with the largest that was freed, and keeps a pool
 * for each of many threads: a server of 200,000 hazards held 60 MiB that nobody used. */
void sl_mem_give_back(void)
{
#ifdef __GLIBC__
	(void)mallopt(M_ARENA_MAX, 2);
	(void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}

void sl_mem_trim(void)
{
#ifdef __GLIBC__
	(void)malloc_trim(0);
#endif
}

unsigned long sl_mem_fail_from(unsigned long nth)
{
	unsigned long n = requests;

	requests = 0;
	fail_from = nth;
	return n;
}
