#include "base/parallel.h"
#include "check.h"

#include <stdlib.h>

struct sums {
	uint64_t seen[10000];
	atomic_uint calls;
	size_t fail_at;
	atomic_bool *stop;
};

static enum sl_code task(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct sums *s = ctx;
	unsigned call = atomic_fetch_add(&s->calls, 1);

	if (worker >= SL_WORKERS_MAX || last > 10000 || first >= last)
		return sl_fail(e, SL_CORRUPT, "slice %zu..%zu of worker %u", first, last, worker);
	for (size_t i = first; i < last; i++) {
		if (s->fail_at && i == s->fail_at)
			return sl_fail(e, SL_INVALID, "item %zu", i);
		s->seen[i] += i + 1;
	}
	if (s->stop && call == 3)
		atomic_store(s->stop, true);
	return SL_OK;
}

static void run_with(const char *threads, size_t n, size_t slice)
{
	static struct sums s;
	struct sl_err e = {0};

	s = (struct sums){.fail_at = 0};
	CHECK(!setenv("SAFELANE_THREADS", threads, 1));
	CHECK_OK(sl_parallel(NULL, n, slice, task, &s, &e), &e);
	for (size_t i = 0; i < 10000; i++)
		if (s.seen[i] != (i < n ? i + 1 : 0)) {
			printf("item %zu of %zu with %s threads was done wrong\n", i, n, threads);
			test_failures++;
			break;
		}
}

TEST(parallel_does_each_item_once)
{
	static const char *const threads[] = {"1", "2", "7", "1000", "0", "junk"};

	for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
		run_with(threads[t], 10000, 1);
		run_with(threads[t], 10000, 64);
		run_with(threads[t], 9999, 10000);
		run_with(threads[t], 1, 0);
		run_with(threads[t], 0, 5);
	}
	unsetenv("SAFELANE_THREADS");
	CHECK(sl_parallel_workers() >= 1);
}

TEST(parallel_error_stops_the_rest)
{
	static struct sums s;
	struct sl_err e = {0};

	s = (struct sums){.fail_at = 500};
	CHECK(!setenv("SAFELANE_THREADS", "4", 1));
	CHECK_INT(sl_parallel(NULL, 10000, 1, task, &s, &e), SL_INVALID);
	CHECK_STR(sl_str_from(e.msg), "item 500");
	CHECK(atomic_load(&s.calls) < 10000);
	unsetenv("SAFELANE_THREADS");
}

TEST(parallel_can_be_interrupted)
{
	static struct sums s;
	atomic_bool stop = false;
	struct sl_env env = {.interrupt = &stop};
	struct sl_err e = {0};

	s = (struct sums){.stop = &stop};
	CHECK_INT(sl_parallel(&env, 10000, 10, task, &s, &e), SL_CANCELLED);
	CHECK(atomic_load(&s.calls) < 1000);
}
