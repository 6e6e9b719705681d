#include "base/env.h"
#include "base/map.h"
#include "base/mem.h"
#include "check.h"

TEST(map_finds_what_was_put)
{
	static char key[20000][12];
	struct sl_map m = {0};
	struct sl_err e = {0};
	bool is_new;

	CHECK(!sl_map_get(&m, SL_STR("x")));
	for (uint64_t i = 0; i < 20000; i++) {
		snprintf(key[i], sizeof key[i], "k%llu", (unsigned long long)i);
		CHECK(sl_map_put(&m, sl_str_from(key[i]), i, &is_new, &e) && is_new);
	}
	for (uint64_t i = 0; i < 20000; i++) {
		uint64_t *v = sl_map_put(&m, sl_str_from(key[i]), 1, &is_new, &e);

		CHECK(v && !is_new && *v == i);
		CHECK(sl_map_get(&m, sl_str_from(key[i])) == v);
	}
	CHECK_INT(m.n, 20000);
	CHECK(!sl_map_get(&m, SL_STR("k20000")) && !sl_map_get(&m, SL_STR("")));
	sl_map_done(&m);
	CHECK_INT(m.n, 0);
}

TEST(map_takes_the_empty_key_and_any_bytes)
{
	struct sl_map m = {0};
	struct sl_err e = {0};

	CHECK(sl_map_put(&m, (struct sl_str){NULL, 0}, 5, NULL, &e));
	CHECK(sl_map_put(&m, (struct sl_str){"\0a", 2}, 6, NULL, &e));
	CHECK(sl_map_put(&m, (struct sl_str){"\0", 1}, 7, NULL, &e));
	CHECK(sl_map_put(&m, (struct sl_str){"\0\0", 2}, 8, NULL, &e));
	CHECK_INT(*sl_map_get(&m, SL_STR("")), 5);
	CHECK_INT(*sl_map_get(&m, (struct sl_str){"\0a", 2}), 6);
	CHECK_INT(*sl_map_get(&m, (struct sl_str){"\0", 1}), 7);
	CHECK_INT(*sl_map_get(&m, (struct sl_str){"\0\0", 2}), 8);
	sl_map_done(&m);
}

TEST(map_reserve_asks_once)
{
	static char key[1000][12];
	struct sl_map m = {0};
	struct sl_err e = {0};
	size_t cap;

	CHECK_OK(sl_map_reserve(&m, 1000, &e), &e);
	cap = m.cap;
	for (uint64_t i = 0; i < 1000; i++) {
		snprintf(key[i], sizeof key[i], "%llu", (unsigned long long)i);
		CHECK(sl_map_put(&m, sl_str_from(key[i]), i, NULL, &e));
	}
	CHECK_INT(m.cap, cap);
	CHECK_OK(sl_map_reserve(&m, 10, &e), &e);
	CHECK_INT(m.cap, cap);
	sl_map_done(&m);
}

TEST(map_out_of_memory_keeps_what_is_there)
{
	struct sl_map m = {0};
	struct sl_err e = {0};
	char key[64][4];
	uint64_t n = 0;

	CHECK(sl_map_put(&m, SL_STR("a"), 1, NULL, &e));
	sl_mem_fail_from(1);
	for (; n < 64; n++) {
		snprintf(key[n], sizeof key[n], "%llu", (unsigned long long)n);
		if (!sl_map_put(&m, sl_str_from(key[n]), n, NULL, &e))
			break;
	}
	CHECK(n < 64 && e.code == SL_NOMEM);
	sl_err_clear(&e);
	CHECK_INT(sl_map_reserve(&m, 100000, &e), SL_NOMEM);
	sl_mem_fail_from(0);
	CHECK_INT(*sl_map_get(&m, SL_STR("a")), 1);
	CHECK_INT(m.n, n + 1);
	sl_map_done(&m);
}

/* Keys that files are full of (numbered, near one another) must not pile up: the longest run of taken
 * slots stays short. */
TEST(map_spreads_numbered_keys)
{
	static char key[50000][24];
	struct sl_map m = {0};
	struct sl_err e = {0};
	size_t run = 0, longest = 0;

	for (uint64_t i = 0; i < 50000; i++) {
		snprintf(key[i], sizeof key[i], "HA-KH-%07llu-A", (unsigned long long)i);
		CHECK(sl_map_put(&m, sl_str_from(key[i]), i, NULL, &e));
	}
	for (size_t i = 0; i < m.cap; i++) {
		run = m.slot[i].key.p ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	CHECK(longest < 150);
	sl_map_done(&m);
}
