#include "base/mem.h"
#include "check.h"

#include <stdalign.h>

static char order[8];
static size_t n_order;

static void note(void *ptr)
{
	order[n_order++] = *(const char *)ptr;
}

TEST(arena_memory_is_zeroed_and_aligned)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};

	for (size_t size = 1; size < 40000; size = size * 3 + 1) {
		unsigned char *p = sl_arena_alloc(&a, size, 1, &e);
		unsigned sum = 0;

		CHECK(p && (uintptr_t)p % alignof(max_align_t) == 0);
		for (size_t i = 0; i < size; i++)
			sum |= p[i];
		CHECK_INT(sum, 0);
		memset(p, 0xff, size);
	}
	sl_arena_done(&a);
	CHECK(!a.chunk);
}

TEST(arena_reset_gives_zeroed_memory_again)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_arena_mark start = sl_arena_mark(&a);
	char *kept, *p;

	memset(sl_arena_alloc(&a, 100, 1, &e), 1, 100);
	sl_arena_reset(&a, start);
	kept = sl_arena_strndup(&a, "kept", 4, &e);
	for (int round = 0; round < 100; round++) {
		struct sl_arena_mark m = sl_arena_mark(&a);

		p = sl_arena_alloc(&a, 30000, 1, &e);
		CHECK(p && !p[0] && !p[29999]);
		memset(p, 2, 30000);
		sl_arena_reset(&a, m);
	}
	CHECK_STR(sl_str_from(kept), "kept");
	sl_arena_done(&a);
}

/* A million rows with a mark and a reset each ask the C library for memory a handful of times. */
TEST(arena_scratch_of_many_rows_stays_flat)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};

	sl_mem_fail_from(0);
	for (int row = 0; row < 1000000; row++) {
		struct sl_arena_mark m = sl_arena_mark(&a);

		if (!sl_arena_alloc(&a, 200, 1, &e))
			break;
		sl_arena_reset(&a, m);
	}
	CHECK_INT(e.code, SL_OK);
	CHECK(sl_mem_fail_from(0) < 10);
	sl_arena_done(&a);
}

TEST(arena_destructors_run_newest_first)
{
	struct sl_arena a = {0};
	struct sl_arena_mark m;
	struct sl_err e = {0};
	char one = '1', two = '2', three = '3';

	n_order = 0;
	CHECK_OK(sl_arena_defer(&a, note, &one, &e), &e);
	m = sl_arena_mark(&a);
	CHECK_OK(sl_arena_defer(&a, note, &two, &e), &e);
	CHECK_OK(sl_arena_defer(&a, note, &three, &e), &e);
	sl_arena_reset(&a, m);
	CHECK(n_order == 2 && !memcmp(order, "32", 2));
	sl_arena_reset(&a, m);
	CHECK_INT(n_order, 2);
	sl_arena_done(&a);
	CHECK(n_order == 3 && order[2] == '1');
	sl_arena_done(&a);
	CHECK_INT(n_order, 3);
}

TEST(arena_destructor_runs_at_once_when_it_cannot_be_kept)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	char one = '1';

	n_order = 0;
	sl_mem_fail_from(1);
	CHECK_INT(sl_arena_defer(&a, note, &one, &e), SL_NOMEM);
	sl_mem_fail_from(0);
	CHECK_INT(n_order, 1);
	sl_arena_done(&a);
	CHECK_INT(n_order, 1);
}

TEST(arena_refuses_sizes_that_overflow)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	size_t cap = 8;
	int old[8] = {0};

	CHECK(!sl_arena_alloc(&a, SIZE_MAX / 2, 3, &e) && e.code == SL_NOMEM);
	sl_err_clear(&e);
	CHECK(!sl_arena_alloc(&a, SIZE_MAX - 4, 1, &e) && e.code == SL_NOMEM);
	sl_err_clear(&e);
	CHECK(!sl_arena_grow(&a, old, &cap, SIZE_MAX / 2 + 2, sizeof *old, &e) && e.code == SL_NOMEM);
	CHECK_INT(cap, 8);
	sl_arena_done(&a);
}

TEST(arena_grow_keeps_the_items)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	int *v = NULL;
	size_t cap = 0;

	v = sl_arena_grow(&a, v, &cap, 0, sizeof *v, &e);
	CHECK(v && e.code == SL_OK); /* NULL means out of memory and nothing else */
	for (int i = 0; i < 1000; i++) {
		v = sl_arena_grow(&a, v, &cap, (size_t)i + 1, sizeof *v, &e);
		v[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		CHECK_INT(v[i], i);
	sl_arena_done(&a);
}

TEST(arena_printf_and_strndup)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};

	CHECK_STR(sl_str_from(sl_arena_printf(&a, &e, "%d-%s", 5, "x")), "5-x");
	CHECK_STR(sl_str_from(sl_arena_strndup(&a, "abcdef", 3, &e)), "abc");
	CHECK_STR(sl_str_from(sl_arena_strndup(&a, NULL, 0, &e)), "");
	sl_arena_done(&a);
}
