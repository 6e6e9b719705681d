#include "base/utf8.h"
#include "check.h"

#include <stdlib.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

static struct sl_arena a;

static struct sl_str key(const char *text)
{
	struct sl_err e = {0};
	struct sl_str k = {0};

	CHECK_OK(sl_utf8_key(&a, sl_str_from(text), &k, &e), &e);
	return k;
}

static void same(const char *x, const char *y)
{
	if (!sl_str_eq(key(x), key(y))) {
		printf("\"%s\" and \"%s\" have the keys \"%s\" and \"%s\"\n", x, y, key(x).p, key(y).p);
		test_failures++;
	}
}

TEST(key_makes_spellings_meet)
{
	same("  Minefield \t Alpha ", "minefield alpha");
	same("Pr\xc3\xa9nom", "PRE\xcc\x81NOM"); /* e with acute, composed or not */
	same("\xef\xbc\xa1\xef\xbc\xb0", "ap");  /* full width */
	same("\xd0\x9c\xd0\x98\xd0\x9d\xd0\x90", "\xd0\xbc\xd0\xb8\xd0\xbd\xd0\xb0"); /* МИНА, мина */
	same("a\xc2\xa0\xc2\xa0"
	     "b",
	     "a b"); /* U+00A0 */
	same("\xe3\x80\x80"
	     "a",
	     "a"); /* ideographic blank */
	same("Stra\xc3\x9f"
	     "e",
	     "STRASSE");
	same("\xef\xbb\xbb", "\xd9\x84\xd8\xa7"); /* Arabic ligature lam-alef */
	same("\xe1\x9e\x98\xe1\x9e\xb8\xe1\x9e\x93",
	     " \xe1\x9e\x98\xe1\x9e\xb8\xe1\x9e\x93 "); /* Khmer: mine */
	CHECK(!sl_str_eq(key("\xd9\x83"), key("\xd9\x84")));
	CHECK_STR(key(""), "");
	CHECK_STR(key(" \t"), "");
	sl_arena_done(&a);
}

/* already_folded() in utf8.c lists characters; the library is asked whether each of them, and each two of
 * them in a row, stay as they are. */
TEST(key_fast_path_agrees_with_the_library)
{
	static const unsigned ranges[][2] = {{0xc0, 0x180}, {0x370, 0x6ff}, {0xe80, 0xeff}, {0x1000, 0x17ff}};
	unsigned list[4000];
	size_t n = 0, wrong = 0;

	for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++)
		for (unsigned c = ranges[r][0]; c <= ranges[r][1]; c++)
			list[n++] = c;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j += i % 7 == 0 || j < 200 ? 1 : 13) {
			uint8_t text[16];
			size_t len = (size_t)u8_uctomb(text, list[i], 8), want_n = 0;
			struct sl_arena_mark m = sl_arena_mark(&a);
			struct sl_str got = {0};
			struct sl_err e = {0};
			uint8_t *want;

			len += (size_t)u8_uctomb(text + len, list[j], 8);
			want = u8_casefold(text, len, NULL, UNINORM_NFKC, NULL, &want_n);
			CHECK_OK(sl_utf8_key(&a, (struct sl_str){(char *)text, len}, &got, &e), &e);
			if (!memchr(want, ' ', want_n) && (got.n != want_n || memcmp(got.p, want, want_n)))
				wrong++;
			free(want);
			sl_arena_reset(&a, m);
		}
	CHECK_INT(wrong, 0);
	sl_arena_done(&a);
}

TEST(utf8_valid_and_scrub)
{
	static const char *const bad[] = {"\xff",   "\xc3",    "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80",
	                                  "a\x80z", "\xe2\x82"};
	struct sl_err e = {0};
	struct sl_str out;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK(!sl_utf8_valid(sl_str_from(bad[i])));
		CHECK_INT(sl_utf8_key(&a, sl_str_from(bad[i]), &out, &e), SL_INVALID);
		sl_err_clear(&e);
		CHECK_INT(sl_utf8_nfc(&a, sl_str_from(bad[i]), &out, &e), SL_INVALID);
		sl_err_clear(&e);
		CHECK_OK(sl_utf8_scrub(&a, sl_str_from(bad[i]), &out, &e), &e);
		CHECK(sl_utf8_valid(out) && out.n >= 3);
	}
	CHECK_OK(sl_utf8_scrub(&a, SL_STR("a\x80z"), &out, &e), &e);
	CHECK_STR(out, "a\xef\xbf\xbdz");
	CHECK(sl_utf8_valid(SL_STR("\xf0\x9f\x92\xa3 \xd0\xbc")));
	CHECK_OK(sl_utf8_nfc(&a, SL_STR("e\xcc\x81"), &out, &e), &e);
	CHECK_STR(out, "\xc3\xa9");
	sl_arena_done(&a);
}

TEST(utf8_digits_of_other_scripts)
{
	struct sl_err e = {0};
	struct sl_str out;

	CHECK_OK(sl_utf8_digits(&a, SL_STR("\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa4"), &out, &e),
	         &e); /* Arabic-Indic */
	CHECK_STR(out, "2024");
	CHECK_OK(sl_utf8_digits(&a, SL_STR("\xdb\xb1\xdb\xb2\xd9\xab\xdb\xb5"), &out, &e),
	         &e); /* Persian 12.5 */
	CHECK_STR(out, "12.5");
	CHECK_OK(sl_utf8_digits(&a, SL_STR("\xe1\x9f\xa1\xe1\x9f\xa6/\xe1\x9f\xa0\xe1\x9f\xa1"), &out, &e),
	         &e); /* Khmer */
	CHECK_STR(out, "16/01");
	CHECK_OK(sl_utf8_digits(&a,
	                        SL_STR("\xe2\x88\x92"
	                               "5 \xd0\xbc"),
	                        &out, &e),
	         &e);
	CHECK_STR(out, "-5 \xd0\xbc");
	sl_arena_done(&a);
}
