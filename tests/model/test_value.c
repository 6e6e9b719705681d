#include "dict.h"

#include "base/env.h"

static struct sl_arena a;

static struct sl_value value;
static const char *problem;

/* What `raw` is in a field of that type, as text with its type before it, or "problem: ...". */
static const char *read_as(enum sl_field_type type, const char *list, struct sl_str raw)
{
	static const char *const names[] = {"none", "UNKNOWN", "NA", "text", "integer", "decimal", "date"};
	struct sl_field f = {.name = SL_STR("f"), .type = type, .unit = {"", 0}};
	struct sl_buf b = {0};
	struct sl_err e = {0};
	const char *out;

	if (list)
		f.list = sl_dictionary_list(test_dictionary(), sl_str_from(list));
	CHECK_OK(sl_value_read(&a, &f, raw, &value, &problem, &e), &e);
	CHECK(!problem || value.type == SL_VALUE_NONE);
	sl_value_text(&b, &value);
	out = sl_arena_printf(&a, &e, "%s%s%s", problem ? "problem: " : names[value.type],
	                      problem || !b.n ? "" : " ",
	                      problem ? problem
	                      : b.n   ? b.p
	                              : "");
	sl_buf_done(&b);
	return out;
}

#define READS(type, raw, want) CHECK_STR(sl_str_from(read_as(type, NULL, SL_STR(raw))), want)

TEST(value_nothing_unknown_not_applicable_are_three_things)
{
	static const enum sl_field_type types[] = {SL_FIELD_INTEGER, SL_FIELD_DECIMAL, SL_FIELD_DATE,
	                                           SL_FIELD_DATETIME, SL_FIELD_TEXT};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		READS(types[i], "", "none");
		READS(types[i], " \t\xc2\xa0", "none");
		READS(types[i], " UNK ", "UNKNOWN UNK");
		READS(types[i], "NA", "NA NA");
	}
	READS(SL_FIELD_INTEGER, "Unknown", "UNKNOWN UNK");
	READS(SL_FIELD_DATE, "n/a", "NA NA");
	READS(SL_FIELD_DECIMAL, "na", "NA NA");
	/* A village may be called so. */
	READS(SL_FIELD_TEXT, "unknown", "text unknown");
	READS(SL_FIELD_TEXT, "na", "text na");
	READS(SL_FIELD_INTEGER, "0", "integer 0");
	sl_arena_done(&a);
}

TEST(value_integers)
{
	READS(SL_FIELD_INTEGER, " 42 ", "integer 42");
	READS(SL_FIELD_INTEGER, "-7", "integer -7");
	READS(SL_FIELD_INTEGER, "+007", "integer 7");
	READS(SL_FIELD_INTEGER, "12.0", "integer 12");
	READS(SL_FIELD_INTEGER, "12,0", "integer 12");
	READS(SL_FIELD_INTEGER, "1e3", "integer 1000");
	READS(SL_FIELD_INTEGER, "9223372036854775807", "integer 9223372036854775807");
	READS(SL_FIELD_INTEGER, "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa4", "integer 2024");
	READS(SL_FIELD_INTEGER, "2,006",
	      "problem: the number '2,006' has a thousands comma or a decimal comma; write 2006");
	READS(SL_FIELD_INTEGER, "2.006",
	      "problem: the number '2.006' has a thousands point or a decimal point; write 2006");
	READS(SL_FIELD_INTEGER, "6,008,612",
	      "problem: the number '6,008,612' has thousands separators; write 6008612");
	READS(SL_FIELD_INTEGER, "6 008 612",
	      "problem: the number '6 008 612' has thousands separators; write 6008612");
	READS(SL_FIELD_INTEGER, "1 234", "problem: the number '1 234' has thousands separators; write 1234");
	READS(SL_FIELD_INTEGER, "12.5", "problem: '12.5' is not a whole number");
	READS(SL_FIELD_INTEGER, "12,5", "problem: '12,5' is not a whole number");
	READS(SL_FIELD_INTEGER, "99999999999999999999", "problem: '99999999999999999999' is too large");
	READS(SL_FIELD_INTEGER, "12 mines", "problem: '12 mines' is not a number");
	READS(SL_FIELD_INTEGER, "0x10", "problem: '0x10' is not a number");
	READS(SL_FIELD_INTEGER, "-", "problem: '-' is not a number");
	READS(SL_FIELD_INTEGER, "1-2", "problem: '1-2' is not a number");
	READS(SL_FIELD_INTEGER, "1 2", "problem: '1 2' is not a number");
	READS(SL_FIELD_INTEGER, "\xff", "problem: the text is not UTF-8; name the encoding of the file");
	sl_arena_done(&a);
}

TEST(value_decimals)
{
	READS(SL_FIELD_DECIMAL, "12.5", "decimal 12.5");
	READS(SL_FIELD_DECIMAL, "12,5", "decimal 12.5");
	READS(SL_FIELD_DECIMAL, "-0,125", "decimal -0.125");
	READS(SL_FIELD_DECIMAL, "1234,567", "decimal 1234.567");
	READS(SL_FIELD_DECIMAL, "2.006", "decimal 2.006");
	READS(SL_FIELD_DECIMAL, "12,3456", "decimal 12.3456");
	READS(SL_FIELD_DECIMAL, "1e-5", "decimal 0.00001");
	READS(SL_FIELD_DECIMAL, "-0", "decimal 0");
	READS(SL_FIELD_DECIMAL, "\xdb\xb1\xdb\xb2\xd9\xab\xdb\xb5", "decimal 12.5");
	READS(SL_FIELD_DECIMAL, "2,006",
	      "problem: the number '2,006' has a thousands comma or a decimal comma; write 2006 or 2.006");
	READS(
	    SL_FIELD_DECIMAL, "-12,345",
	    "problem: the number '-12,345' has a thousands comma or a decimal comma; write -12345 or -12.345");
	READS(SL_FIELD_DECIMAL, "1,234.5",
	      "problem: the number '1,234.5' has thousands separators; write 1234.5");
	READS(SL_FIELD_DECIMAL, "1.234.567,5",
	      "problem: the number '1.234.567,5' has thousands separators; write 1234567.5");
	READS(SL_FIELD_DECIMAL, "1'234.5",
	      "problem: the number '1'234.5' has thousands separators; write 1234.5");
	READS(SL_FIELD_DECIMAL, "12 %", "problem: '12 %' has a percent sign; write the number alone");
	READS(SL_FIELD_DECIMAL, "$5", "problem: '$5' is not a number");
	READS(SL_FIELD_DECIMAL, "5 ha", "problem: '5 ha' is not a number");
	READS(SL_FIELD_DECIMAL, "nan", "problem: 'nan' is not a number");
	READS(SL_FIELD_DECIMAL, "inf", "problem: 'inf' is not a number");
	READS(SL_FIELD_DECIMAL, "1e999", "problem: '1e999' is not a number");
	READS(SL_FIELD_DECIMAL, ",5", "problem: ',5' is not a number");
	READS(SL_FIELD_DECIMAL, "5,", "problem: '5,' is not a number");
	sl_arena_done(&a);
}

TEST(value_problem_names_the_unit)
{
	struct sl_field f = {.type = SL_FIELD_DECIMAL, .unit = SL_STR("m2")};
	struct sl_err e = {0};

	CHECK_OK(sl_value_read(&a, &f, SL_STR("5 ha"), &value, &problem, &e), &e);
	CHECK_STR(sl_str_from(problem), "'5 ha' is not a number; write the number alone, in m2");
	sl_arena_done(&a);
}

TEST(value_dates)
{
	READS(SL_FIELD_DATE, "2024-02-29", "date 2024-02-29");
	READS(SL_FIELD_DATE, "31/12/2023", "date 2023-12-31");
	READS(SL_FIELD_DATE, "2023-12-31T10:00:00Z", "date 2023-12-31");
	READS(SL_FIELD_DATE,
	      "\xe1\x9f\xa1\xe1\x9f\xa6.\xe1\x9f\xa0\xe1\x9f\xa1."
	      "\xe1\x9f\xa2\xe1\x9f\xa0\xe1\x9f\xa2\xe1\x9f\xa4",
	      "date 2024-01-16");
	READS(SL_FIELD_DATE, "03/04/2020",
	      "problem: in the date '03/04/2020' day and month could be swapped; write YYYY-MM-DD");
	READS(SL_FIELD_DATE, "2020", "problem: '2020' is a year without month and day; write YYYY-MM-DD");
	READS(SL_FIELD_DATE, "2023-02-29", "problem: '2023-02-29' is not a date; write YYYY-MM-DD");
	READS(SL_FIELD_DATE, "43861", "problem: '43861' is not a date; write YYYY-MM-DD");
	READS(SL_FIELD_DATETIME, "2024-02-29 10:30:00+07:00", "text 2024-02-29T10:30:00+07:00");
	READS(SL_FIELD_DATETIME, "2024-02-29", "date 2024-02-29");
	READS(SL_FIELD_DATETIME, "2024-02-30T10:30",
	      "problem: '2024-02-30T10:30' is not a date; write YYYY-MM-DD");
	sl_arena_done(&a);
}

TEST(value_texts)
{
	READS(SL_FIELD_TEXT, "  Kampong  Cham \n", "text Kampong  Cham");
	READS(SL_FIELD_TEXT, "e\xcc\x81", "text \xc3\xa9");
	READS(SL_FIELD_TEXT, "007", "text 007");
	READS(SL_FIELD_TEXT, "a\0b", "problem: the text holds a byte 0");
	READS(SL_FIELD_TEXT, "caf\xe9", "problem: the text is not UTF-8; name the encoding of the file");
	READS(SL_FIELD_GEOMETRY, "POINT(1 2)", "problem: a geometry is not read as a value");
	sl_arena_done(&a);
}

#define CODE(list, raw, want) CHECK_STR(sl_str_from(read_as(SL_FIELD_SELECT_ONE, list, SL_STR(raw))), want)
#define CODES(list, raw, want)                                                                             \
	CHECK_STR(sl_str_from(read_as(SL_FIELD_SELECT_MULTIPLE, list, SL_STR(raw))), want)

TEST(value_select_one)
{
	CODE("land_class", "CHA", "text CHA");
	CODE("land_class", " confirmed ", "text CHA");
	CODE("land_class", "Moon", "problem: 'Moon' is not in the list land_class; map it to one of its codes");
	CODE("land_class", "SHA CHA",
	     "problem: 'SHA CHA' is not in the list land_class; map it to one of its codes");
	CODE("land_class", "UNK", "UNKNOWN UNK");
	CODE("land_class", "unknown", "UNKNOWN UNK");
	CODE("yes_no", "desconocido", "UNKNOWN UNK");
	CODE("yes_no", "no aplica", "NA NA");
	CODE("yes_no", "NA", "NA NA");
	/* This list has a code of its own for it. */
	CODE("outcome", "UNK", "text U");
	CODE("outcome", "Unknown", "text U");
	CODE("outcome", "NA", "NA NA");
	sl_arena_done(&a);
}

TEST(value_select_multiple)
{
	CODES("contamination_class", "UXO APM", "text APM UXO");
	CODES("contamination_class", "APM;UXO;APM", "text APM UXO");
	CODES("contamination_class", "AP mine, Other unexploded ordnance | IED", "text APM IED UXO");
	CODES("contamination_class", "AP mine + UXO/AXO", "text APM AXO UXO");
	/* A label with a comma of its own is tried whole first. */
	CODES("contamination_class", "Improvised device, not victim-operated or not determined", "text IED");
	CODES("land_use", "School, health or religious place", "text SCHOOL");
	CODES("contamination_class", "APM\nUXO", "text APM UXO");
	CODES("contamination_class", ";;APM,,", "text APM");
	CODES("contamination_class", "APM; Martians",
	      "problem: 'Martians' is not in the list contamination_class; map it to one of its codes");
	CODES("contamination_class", "APM Martians",
	      "problem: 'Martians' is not in the list contamination_class; map it to one of its codes");
	CODES("contamination_class", "unknown", "UNKNOWN UNK");
	CODES("contamination_class", "NA", "NA NA");
	CODES("contamination_class", "APM UNK", "text APM UNK");
	CODES("outcome", "N/A", "NA NA");
	CODES("contamination_class", "", "none");
	sl_arena_done(&a);
}

/* Any bytes: a value, or a problem, and never an error; what was read reads again as the same. */
TEST(value_survives_any_bytes)
{
	static const char letters[] = "0123456789.,;-+/ eETZ:'%UNKAPMSH|\xc3\xa9\xff\xd9\xa2\0";
	const struct sl_kind *k = test_kind("hazard");
	uint64_t seed = 990;
	size_t read = 0;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 200000; i++) {
		const struct sl_field *f = &k->field[sl_splitmix64(&seed) % k->n_fields];
		struct sl_value v, again;
		struct sl_buf b = {0};
		struct sl_err e = {0};
		char text[14];
		size_t n = sl_splitmix64(&seed) % sizeof text;

		for (size_t c = 0; c < n; c++)
			text[c] = letters[sl_splitmix64(&seed) % (sizeof letters - 1)];
		CHECK_OK(sl_value_read(&a, f, (struct sl_str){text, n}, &v, &problem, &e), &e);
		if (!problem && v.type != SL_VALUE_NONE) {
			read++;
			sl_value_text(&b, &v);
			CHECK_OK(sl_value_read(&a, f, sl_buf_view(&b), &again, &problem, &e), &e);
			if (problem || again.type != v.type || !sl_str_eq(again.text, v.text) ||
			    again.integer != v.integer || again.decimal != v.decimal || again.date.day != v.date.day) {
				printf("%.*s: \"%.*s\" became \"%s\" and then %s\n", SL_STR_ARG(f->name), (int)n, text,
				       b.p ? b.p : "", problem ? problem : "another value");
				test_failures++;
			}
			sl_buf_done(&b);
		}
		sl_arena_done(&a);
	}
	CHECK(read > 20000);
}
