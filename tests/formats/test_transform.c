#include "check.h"

#include "formats/transform.h"

/* Carries out the steps; "!" and the problem when it cannot be done, "?" when the steps are refused. */
static const char *run(struct sl_arena *a, const char *steps, const char *text)
{
	struct sl_transform_step step[SL_TRANSFORM_STEPS_MAX];
	struct sl_err e = {0};
	struct sl_str s = sl_str_from(text);
	const char *problem = NULL;
	size_t n;

	if (sl_transform_parse(sl_str_from(steps), step, &n, &e))
		return "?";
	for (size_t i = 0; i < n && !problem; i++)
		CHECK_OK(sl_transform_text(a, &step[i], s, &s, &problem, &e), &e);
	return problem ? "!" : sl_str_dup(a, s, &e);
}

TEST(transform_texts)
{
	static const struct {
		const char *steps, *text, *want;
	} cases[] = {
	    {"", " x ", " x "},
	    {"trim", " x ", "x"},
	    {"upper", "cha-1", "CHA-1"},
	    {"number", "2,006", "2006"},
	    {"number", "1 234 567.5", "1234567.5"},
	    {"number", "1'000", "1000"},
	    {"number",
	     "1\xc2\xa0"
	     "000",
	     "1000"},
	    {"number", "1e3", "1e3"},
	    {"number", "1.2,3", "!"},
	    {"number", "about 5", "!"},
	    {"number", "", "!"},
	    {"decimal_comma", "1.234,5", "1234.5"},
	    {"decimal_comma", "13,5", "13.5"},
	    {"decimal_comma", "1,2,3", "!"},
	    {"ha_to_m2", "3.2", "32000"},
	    {"km2_to_m2", "0.0321", "32100"},
	    {"decimal_comma|ha_to_m2", "1,5", "15000"},
	    {"ha_to_m2", "1,5", "!"},
	    {"negate", "74.23", "-74.23"},
	    {"lpad:5", "5313", "05313"},
	    {"lpad:5", "05313", "05313"},
	    {"lpad:5", "A13", "A13"},
	    {"number|lpad:5", "5,313", "05313"},
	    {"lpad:0", "1", "?"},
	    {"lpad", "1", "?"},
	    {"const:a|b:c", "x", "a|b:c"},
	    {"const:", "x", ""},
	    {"split:/", "AP/AV", "AP;AV"},
	    {"split:/:2", "AP / AV", "AV"},
	    {"split: :1", "5 meter", "5"},
	    {"split:/:9", "AP", ""},
	    {"split:ab", "AP", "?"},
	    {"date:DMY", "03/04/2005", "2005-04-03"},
	    {"date:MDY", "03/04/2005", "2005-03-04"},
	    {"date:YMD", "2005.3.4", "2005-03-04"},
	    {"date:DMY", "3-4-2005 12:30", "2005-04-03"},
	    {"date:DMY", "03/04/05", "!"},
	    {"date:DMY", "31/02/2005", "!"},
	    {"date:DMY", "03/04/20055", "!"},
	    {"date:excel", "25569", "1970-01-01"},
	    {"date:excel", "43831.75", "2020-01-01"},
	    {"date:excel", "1", "!"},
	    {"date:excel", "1e300", "!"},
	    {"sideways", "x", "?"},
	    {"lat|trim", "x", "?"},
	    {"trim|trim|trim|trim|trim", "x", "?"},
	};
	struct sl_arena a = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = run(&a, cases[i].steps, cases[i].text);

		if (strcmp(got, cases[i].want)) {
			printf("%s of '%s' is '%s', not '%s'\n", cases[i].steps, cases[i].text, got, cases[i].want);
			test_failures++;
		}
	}
	sl_arena_done(&a);
}

/* Parts: year, month, day and what the transforms say stands for a missing one. */
TEST(transform_date_parts)
{
	static const struct {
		const char *steps, *values, *want;
	} cases[] = {
	    {"date:year date:month date:day", "2005 4 3", "2005-04-03"},
	    {"date:year date:month date:day", "2005 4 31", ""},
	    {"date:year date:month", "2005 4", ""},
	    {"date:year date:month_end", "2004 2", "2004-02-29"},
	    {"date:year date:month_start", "2004 2", "2004-02-01"},
	    {"date:year_end", "2004", "2004-12-31"},
	    {"date:year_start", "2004", "2004-01-01"},
	    {"date:year", "2004", ""},
	    {"date:month_end", "2", ""},
	    {"date:year date:month_end", "2004.0 2", "2004-02-29"},
	    {"date:year date:month_end", "2004 13", ""},
	    {"date:year date:month_end", "04 3", ""},
	};
	struct sl_arena a = {0};
	struct sl_err e = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_str steps = sl_str_from(cases[i].steps), values = sl_str_from(cases[i].values), s, v;
		struct sl_date_parts parts = {0};
		struct sl_date date;
		char text[11] = "";

		while (sl_str_split(&steps, ' ', &s) && sl_str_split(&values, ' ', &v)) {
			struct sl_transform_step step[SL_TRANSFORM_STEPS_MAX];
			const char *problem = NULL;
			size_t n;

			CHECK_OK(sl_transform_parse(s, step, &n, &e), &e);
			CHECK_OK(sl_date_part_add(&a, &parts, step[0].what, v, &problem, &e), &e);
		}
		if (sl_date_parts_date(&parts, &date))
			sl_date_text(date, text);
		if (strcmp(text, cases[i].want)) {
			printf("%s of %s is '%s', not '%s'\n", cases[i].steps, cases[i].values, text, cases[i].want);
			test_failures++;
		}
	}
	sl_arena_done(&a);
}
