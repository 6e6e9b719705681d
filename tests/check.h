/* Tests: TEST(name) { CHECK(...); }.  Each file's tests register themselves; one binary per floor;
 * arguments filter by name.  The last line counts. */
#ifndef SL_TESTS_CHECK_H
#define SL_TESTS_CHECK_H

#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

extern struct test *test_list;
extern int test_failures; /* of the running test */

#define TEST(id)                                                                                   \
	static void test_##id(void);                                                                   \
	__attribute__((constructor)) static void register_##id(void)                                   \
	{                                                                                              \
		static struct test t = {#id, test_##id, NULL};                                             \
		t.next = test_list;                                                                        \
		test_list = &t;                                                                            \
	}                                                                                              \
	static void test_##id(void)

#define CHECK(cond)                                                                                \
	do {                                                                                           \
		if (!(cond)) {                                                                             \
			printf("%s:%d: %s\n", __FILE__, __LINE__, #cond);                                      \
			test_failures++;                                                                       \
		}                                                                                          \
	} while (0)
#define CHECK_OK(call, e)                                                                          \
	do {                                                                                           \
		if ((call) != SL_OK) {                                                                     \
			printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #call, (e)->msg);                        \
			test_failures++;                                                                       \
		}                                                                                          \
	} while (0)
#define CHECK_NEAR(got, want, tol)                                                                 \
	do {                                                                                           \
		double got_ = (got), want_ = (want);                                                       \
		if (!(fabs(got_ - want_) <= (tol))) {                                                      \
			printf("%s:%d: %s is %.17g, not %.17g\n", __FILE__, __LINE__, #got, got_, want_);      \
			test_failures++;                                                                       \
		}                                                                                          \
	} while (0)
#define CHECK_INT(got, want)                                                                       \
	do {                                                                                           \
		long long got_ = (long long)(got), want_ = (long long)(want);                              \
		if (got_ != want_) {                                                                       \
			printf("%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, got_, want_);        \
			test_failures++;                                                                       \
		}                                                                                          \
	} while (0)
#define CHECK_STR(got, want)                                                                       \
	do {                                                                                           \
		struct sl_str got_ = (got);                                                                \
		if (!sl_str_is(got_, (want))) {                                                            \
			printf("%s:%d: %s is \"%.*s\", not \"%s\"\n", __FILE__, __LINE__, #got,                \
			       SL_STR_ARG(got_), (want));                                                      \
			test_failures++;                                                                       \
		}                                                                                          \
	} while (0)

#endif
