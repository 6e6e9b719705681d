#include "base/mem.h"

#include <stdlib.h>

static unsigned long requests;
static unsigned long fail_from;

static int refuse(void)
{
	return __atomic_add_fetch(&requests, 1, __ATOMIC_RELAXED) >= fail_from && fail_from;
}

void *sl_mem_alloc(size_t n)
{
	return refuse() ? NULL : malloc(n ? n : 1);
}

void *sl_mem_realloc(void *p, size_t n)
{
	return refuse() ? NULL : realloc(p, n ? n : 1);
}

void sl_mem_free(void *p)
{
	free(p);
}

unsigned long sl_mem_fail_from(unsigned long nth)
{
	unsigned long n = requests;

	requests = 0;
	fail_from = nth;
	return n;
}
