#include "base/date.h"
#include "check.h"

static void loose(const char *text, const char *want)
{
	struct sl_date d = sl_date_none();
	bool ambiguous = true;
	char got[11];
	bool ok = sl_date_parse_loose(sl_str_from(text), &d, &ambiguous);

	sl_date_text(d, got);
	if (ok != (want != NULL) || ambiguous || (want && strcmp(got, want))) {
		printf("\"%s\" is read as %s%s\n", text, ok ? got : "no date", ambiguous ? ", ambiguous" : "");
		test_failures++;
	}
}

TEST(date_loose_formats)
{
	loose("2020-01-31", "2020-01-31");
	loose(" 2020/1/31 ", "2020-01-31");
	loose("20200131", "2020-01-31");
	loose("2020.01.31", "2020-01-31");
	loose("31.01.2020", "2020-01-31");
	loose("01.02.2020", "2020-02-01");
	loose("31/01/2020", "2020-01-31");
	loose("01/31/2020", "2020-01-31");
	loose("5/5/2020", "2020-05-05");
	loose("31-1-2020", "2020-01-31");
	loose("3 March 2020", "2020-03-03");
	loose("3-Mar-2020", "2020-03-03");
	loose("03 SEPT. 2020", "2020-09-03");
	loose("Mar 3, 2020", "2020-03-03");
	loose("March 3 2020", "2020-03-03");
	loose("2020-01-31T12:30:00Z", "2020-01-31");
	loose("2020-01-31 12:30:00.123+02:00", "2020-01-31");
	loose("2020/01/31 00:00:00", "2020-01-31");
	loose("1/31/2020 12:00:00 AM", "2020-01-31");
	loose("2020-01-31Z", "2020-01-31");
	loose("2020-01-31+07:00", "2020-01-31");
	loose("2020-02-29", "2020-02-29");
	loose("0001-01-01", "0001-01-01");
	loose("9999-12-31", "9999-12-31");
}

TEST(date_loose_refuses)
{
	static const char *const no[] = {"",
	                                 " ",
	                                 "2020",
	                                 "2020-01",
	                                 "2019-02-29",
	                                 "1900-02-29",
	                                 "2020-02-30",
	                                 "31.04.2020",
	                                 "2020-13-01",
	                                 "2020-00-10",
	                                 "2020-01-00",
	                                 "00/00/2020",
	                                 "0/5/2020",
	                                 "32/01/2020",
	                                 "13/13/2020",
	                                 "31/01/20",
	                                 "2020-1/31",
	                                 "2020-01-31 to 2020-02-05",
	                                 "2020-01-31T",
	                                 "2020-01-31 x",
	                                 "20201",
	                                 "202001311",
	                                 "0000-01-01",
	                                 "marbles 3 2020",
	                                 "3 Marsh 2020",
	                                 "31 2020",
	                                 "March 2020",
	                                 "3 March 2020 and later",
	                                 "2020-01-31T25:99",
	                                 "- 3 March 2020",
	                                 "\xff\xfe",
	                                 "2020-01-31-",
	                                 "43861",
	                                 "31/01/2020/5"};

	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		loose(no[i], NULL);
}

TEST(date_is_never_guessed)
{
	static const char *const two[] = {"03/04/2020", "3-4-2020", "12/11/2020 10:00", "1/2/2020"};
	struct sl_date d = sl_date_none();

	for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
		bool ambiguous = false;

		CHECK(!sl_date_parse_loose(sl_str_from(two[i]), &d, &ambiguous));
		CHECK(ambiguous && sl_date_is_none(d));
	}
}

TEST(date_iso_only)
{
	struct sl_date d;

	CHECK(sl_date_parse(SL_STR("2024-02-29"), &d) && sl_date_year(d) == 2024);
	CHECK(!sl_date_parse(SL_STR("2023-02-29"), &d));
	CHECK(!sl_date_parse(SL_STR("2024-2-29"), &d));
	CHECK(!sl_date_parse(SL_STR(" 2024-02-29"), &d));
	CHECK(!sl_date_parse(SL_STR("2024-02-29T00:00"), &d));
}

/* Every day of 400 years, which repeat exactly, against a naive calendar. */
TEST(date_days_run_through)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct sl_date first, d;
	int32_t day;

	CHECK(sl_date_from_ymd(1970, 1, 1, &d) && d.day == 0);
	CHECK(sl_date_from_ymd(2000, 3, 1, &d) && d.day == 11017);
	CHECK(sl_date_from_ymd(1800, 1, 1, &first));
	day = first.day;
	for (int y = 1800; y < 2200; y++)
		for (int m = 1; m <= 12; m++) {
			bool leap = y % 400 == 0 || (y % 4 == 0 && y % 100 != 0);

			for (int k = 1; k <= length[m - 1] + (m == 2 && leap); k++) {
				int gy, gm, gk;

				sl_date_to_ymd((struct sl_date){day}, &gy, &gm, &gk);
				if (gy != y || gm != m || gk != k || !sl_date_from_ymd(y, m, k, &d) || d.day != day++) {
					printf("wrong on %d-%d-%d\n", y, m, k);
					test_failures++;
					return;
				}
			}
		}
}

TEST(date_text_of_the_ends)
{
	char text[11];
	struct sl_date d;
	int y, m, k;

	sl_date_text(sl_date_none(), text);
	CHECK_STR(sl_str_from(text), "");
	CHECK(sl_date_from_ymd(9999, 12, 31, &d));
	sl_date_text(d, text);
	CHECK_STR(sl_str_from(text), "9999-12-31");
	sl_date_to_ymd((struct sl_date){SL_DAY_MAX}, &y, &m, &k); /* no overflow: UBSan watches */
	CHECK(y > 9999 && !sl_date_from_ymd(y, m, k, &d));
	CHECK(!sl_date_from_ymd(0, 1, 1, &d) && !sl_date_from_ymd(2020, 0, 1, &d) &&
	      !sl_date_from_ymd(2020, 1, 32, &d));
}

TEST(time_parse_and_text)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {{"1970-01-01T00:00:00Z", 0},
	            {"1970-01-01T00:00:00.250Z", 250},
	            {"1970-01-01T07:00:00+07:00", 0},
	            {"1969-12-31 19:00-0500", 0},
	            {"1970-01-01", 86399999},
	            {"2025-01-31T12:00:00Z", 1738324800000},
	            {"1970-01-01T00:00:00.1239999Z", 123}};
	static const char *const bad[] = {"",
	                                  "2025",
	                                  "2025-01-31T",
	                                  "2025-01-31T24:00",
	                                  "2025-01-31T12:60",
	                                  "2025-01-31T12",
	                                  "2025-01-31T12:00:00.",
	                                  "2025-01-31T12:00+15:00",
	                                  "2025-01-31T12:00Zx",
	                                  "2025-02-30T00:00Z"};
	char text[32];
	int64_t ms;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		CHECK(sl_time_parse(sl_str_from(good[i].text), &ms));
		CHECK_INT(ms, good[i].ms);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (sl_time_parse(sl_str_from(bad[i]), &ms)) {
			printf("\"%s\" was read as a moment\n", bad[i]);
			test_failures++;
		}
	sl_time_text(1738324800007, text);
	CHECK_STR(sl_str_from(text), "2025-01-31T12:00:00.007Z");
	sl_time_text(-1, text);
	CHECK_STR(sl_str_from(text), "1969-12-31T23:59:59.999Z");
}
