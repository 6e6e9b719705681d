/* Documents in their forms: numbers and dates by language, hostile texts shown as texts, the same bytes
 * each time. */
#include "check.h"

#include "base/csv.h"
#include "report/clean.h"
#include "report/csv_report.h"
#include "report/html.h"
#include "report/template.h"
#include "report/wording.h"
#include "report/xlsx.h"
#include "samples.h"

#include <stdlib.h>

static enum sl_code to_buffer(void *ctx, const void *p, size_t n, struct sl_err *e)
{
	sl_buf_add(ctx, p, n);
	return sl_buf_check(ctx, e);
}

static struct sl_document *document(struct sl_arena *a, const char *language)
{
	struct sl_document *d = NULL;
	struct sl_err e = {0};

	CHECK_OK(sl_document_new(a, sl_locale_find(sl_str_from(language)), &d, &e), &e);
	return d;
}

static void check_amount(const char *language, struct sl_amount m, bool unit, const char *want)
{
	struct sl_arena a = {0};
	struct sl_buf b = {0};

	sl_word_amount(&b, document(&a, language), &m, unit);
	sl_buf_putc(&b, '\0');
	if (strcmp(b.p, want)) {
		printf("%s: '%s', not '%s'\n", language, b.p, want);
		test_failures++;
	}
	sl_buf_done(&b);
	sl_arena_done(&a);
}

static struct sl_amount area(sl_mm2 mm2, enum sl_unit unit, uint8_t decimals)
{
	return (struct sl_amount){
	    .units = mm2, .scale = 6, .decimals = decimals, .state = SL_AMOUNT_KNOWN, .unit = unit};
}

TEST(report_numbers_by_language)
{
	struct sl_amount m = area(INT64_C(1234567891234567), SL_UNIT_M2, 0);

	check_amount("en", m, true, "1\u202f234\u202f567\u202f891\u00a0m²");
	m.decimals = 2;
	check_amount("en", m, false, "1\u202f234\u202f567\u202f891.23");
	check_amount("fr", m, false, "1\u202f234\u202f567\u202f891,23");
	check_amount("es", m, false, "1\u202f234\u202f567\u202f891,23");
	check_amount("uk", m, false, "1\u202f234\u202f567\u202f891,23");
	check_amount("km", m, false, "1\u202f234\u202f567\u202f891,23");
	m.unit = SL_UNIT_KM2;
	check_amount("en", m, false, "1\u202f234.57");
	m.unit = SL_UNIT_HA;
	check_amount("en", m, false, "123\u202f456.79");
	check_amount("en", area(0, SL_UNIT_KM2, 2), false, "0.00");
	/* Half goes away from nought; a minus sign is one, not a hyphen. */
	check_amount("en", area(500000, SL_UNIT_M2, 0), false, "1");
	check_amount("en", area(-500000, SL_UNIT_M2, 0), false, "\u22121");
	check_amount("en", area(499999, SL_UNIT_M2, 0), false, "0");
	check_amount("en", area(-400000, SL_UNIT_M2, 0), false, "0");
	/* The largest area that there can be, exactly. */
	check_amount("en", area((sl_mm2)INT64_MAX * 1000, SL_UNIT_M2, 6), false,
	             "9\u202f223\u202f372\u202f036\u202f854\u202f775.807000");
}

TEST(report_what_is_not_known_is_never_nought)
{
	struct sl_amount m = {.state = SL_AMOUNT_UNKNOWN, .unit = SL_UNIT_M2};

	check_amount("en", m, true, "unknown");
	m.state = SL_AMOUNT_SUPPRESSED;
	check_amount("en", m, true, "withheld");
	m.state = SL_AMOUNT_NOT_APPLICABLE;
	check_amount("en", m, true, "not applicable");
	m.state = SL_AMOUNT_NONE;
	check_amount("en", m, true, "");
	m = (struct sl_amount){.units = 12, .state = SL_AMOUNT_KNOWN, .at_least = true};
	check_amount("en", m, true, "at least 12");
	CHECK(isnan(sl_amount_number(&(struct sl_amount){.state = SL_AMOUNT_UNKNOWN})));
}

static void check_plural(const char *language, int n, const char *want)
{
	check_amount(language, (struct sl_amount){.units = n, .state = SL_AMOUNT_KNOWN, .unit = SL_UNIT_DAYS},
	             true, want);
}

TEST(report_plural_forms_by_language)
{
	check_plural("en", 1, "1 day");
	check_plural("en", 2, "2 days");
	check_plural("en", 0, "0 days");
	check_plural("fr", 0, "0 jour");
	check_plural("fr", 2, "2 jours");
	check_plural("es", 1, "1 día");
	check_plural("uk", 1, "1 день");
	check_plural("uk", 3, "3 дні");
	check_plural("uk", 11, "11 днів");
	check_plural("uk", 21, "21 день");
	check_plural("uk", 112, "112 днів");
}

/* Vectors of the GNU gettext manual, section 11.2.6, and what a catalogue from anywhere may hold. */
TEST(report_plural_expressions)
{
	const struct sl_str
	    slavic = SL_STR("n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"),
	    irish = SL_STR("n==1 ? 0 : n==2 ? 1 : 2"),
	    slovenian = SL_STR("n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3");
	static const int ns[] = {0, 1, 2, 3, 4, 5, 11, 12, 21, 22, 101, 102, 103, 111};
	static const int of_slavic[] = {2, 0, 1, 1, 1, 2, 2, 2, 0, 1, 0, 1, 1, 2},
	                 of_irish[] = {2, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2},
	                 of_slovenian[] = {3, 0, 1, 2, 2, 3, 3, 3, 3, 3, 0, 1, 2, 3};
	char deep[4000];

	for (size_t i = 0; i < sizeof ns / sizeof *ns; i++) {
		CHECK_INT(sl_plural_form(slavic, (uint64_t)ns[i]), of_slavic[i]);
		CHECK_INT(sl_plural_form(irish, (uint64_t)ns[i]), of_irish[i]);
		CHECK_INT(sl_plural_form(slovenian, (uint64_t)ns[i]), of_slovenian[i]);
	}
	CHECK_INT(sl_plural_form(SL_STR("n != 1"), 1), 0);
	CHECK_INT(sl_plural_form(SL_STR("(n > 1)"), 2), 1);
	CHECK_INT(sl_plural_form(SL_STR("!(n*2-1 == 2+3/3)"), 2), 0);
	CHECK_INT(sl_plural_form(SL_STR("!(n*2-1 == 2+3/3)"), 3), 1);
	CHECK_INT(sl_plural_form(SL_STR("n % 0"), 5), 0);
	CHECK_INT(sl_plural_form(SL_STR("n / 0"), 5), 0);
	CHECK_INT(sl_plural_form(SL_STR("n ? 1"), 5), 0);
	CHECK_INT(sl_plural_form(SL_STR("system(1)"), 5), 0);
	CHECK_INT(sl_plural_form(SL_STR(""), 5), 0);
	memset(deep, '(', sizeof deep);
	CHECK_INT(sl_plural_form((struct sl_str){deep, sizeof deep}, 5), 0);
	memset(deep, '!', sizeof deep);
	CHECK_INT(sl_plural_form((struct sl_str){deep, sizeof deep}, 5), 0);
}

TEST(report_dates_by_language)
{
	static const struct {
		const char *language, *want;
	} dates[] = {{"en", "31 December 2025"},        {"fr", "31 décembre 2025"},
	             {"es", "31 de diciembre de 2025"}, {"uk", "31 грудня 2025 року"},
	             {"ar", "31 ديسمبر 2025"},          {"km", "31 ធ្នូ 2025"}};
	struct sl_arena a = {0};
	struct sl_date day;

	CHECK(sl_date_from_ymd(2025, 12, 31, &day));
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		struct sl_buf b = {0};

		sl_word_date(&b, document(&a, dates[i].language), day);
		sl_buf_putc(&b, '\0');
		if (strcmp(b.p, dates[i].want)) {
			printf("%s: '%s', not '%s'\n", dates[i].language, b.p, dates[i].want);
			test_failures++;
		}
		sl_buf_done(&b);
	}
	sl_arena_done(&a);
}

static void check_isolated(const char *language, const char *text, const char *want)
{
	struct sl_arena a = {0};
	struct sl_buf b = {0};

	sl_word_isolated(&b, document(&a, language), sl_str_from(text));
	sl_buf_putc(&b, '\0');
	if (strcmp(b.p, want)) {
		printf("%s: '%s', not '%s'\n", language, b.p, want);
		test_failures++;
	}
	sl_buf_done(&b);
	sl_arena_done(&a);
}

/* Among Arabic words "-13.7 83.8" would be read as 83.8 13.7-: a place in another ocean. */
TEST(report_texts_of_others_keep_their_direction)
{
	check_isolated("en", "Veranda & sons", "Veranda & sons");
	check_isolated("ar", "-13.7018 83.8430", "\u2066-13.7018 83.8430\u2069");
	check_isolated("ar", "+99 100", "\u2066+99 100\u2069");
	check_isolated("en", "قندهار 5", "\u2068قندهار 5\u2069");
	check_isolated("ar", "قندهار 5", "\u2068قندهار 5\u2069");
	/* One that ends the isolate, or turns what follows, is no part of it. */
	check_isolated("en", "a\u2069\u202eevil", "\u2068aevil\u2069");
	check_isolated("ar", "", "");
}

/* A month over a line of a table stands alone: Ukrainian then has the nominative, where a date has the genitive. */
TEST(report_months_alone)
{
	static const struct {
		const char *language, *want;
	} months[] = {{"en", "March"}, {"fr", "mars"}, {"es", "marzo"}, {"uk", "березень"}, {"ar", "مارس"}, {"km", "មីនា"}};

	for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
		struct sl_buf b = {0};

		sl_word_month_alone(&b, sl_locale_find(sl_str_from(months[i].language)), 3);
		sl_buf_putc(&b, '\0');
		if (strcmp(b.p, months[i].want)) {
			printf("%s: '%s', not '%s'\n", months[i].language, b.p, months[i].want);
			test_failures++;
		}
		sl_buf_done(&b);
	}
}

/* ---- hostile texts ---- */

static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "</title><img src=x onerror=alert(1)>",
    "&lt;b&gt;",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=HYPERLINK(\"http://evil\")",
    "\u202eevil\u202c",
    "\u2067\u202eopen",
    "two\nlines",
    "bell\a",
    "nul in \xc0\x80",
    "\xff\xfe",
    "\xed\xa0\x80",
    "_x003D_1+1",
    "'quoted",
    "",
};
enum { N_HOSTILE = sizeof hostile / sizeof *hostile };

static struct sl_document *hostile_document(struct sl_arena *a, const char *language)
{
	struct sl_document *d = document(a, language);
	struct sl_err e = {0};
	struct sl_node *node = sl_doc_add(d, SL_NODE_TABLE, &e);
	struct sl_doc_table *t = node->table;
	char *long_text = sl_arena_alloc(a, 10001, 1, &e), *very_long = sl_arena_alloc(a, 40001, 1, &e);

	memset(long_text, 'x', 10000);
	memset(very_long, '=', 40000);
	d->name = SL_STR("hostile");
	d->title = d->programme = d->subtitle = d->about = d->marking = sl_str_from(hostile[2]);
	d->made_ms = INT64_C(1751328000000);
	t->name = SL_STR("t1");
	t->caption = sl_str_from(hostile[0]);
	t->n_columns = 4;
	t->n_heads = 1;
	t->column = sl_arena_alloc(a, 4, sizeof *t->column, &e);
	t->column[0] = (struct sl_doc_column){.name = SL_STR("name"), .heading = sl_str_from(hostile[4])};
	t->column[1] = (struct sl_doc_column){
	    .name = SL_STR("area_m2"), .heading = SL_STR("Area"), .type = SL_COLUMN_AMOUNT, .unit = SL_UNIT_HA};
	t->column[2] =
	    (struct sl_doc_column){.name = SL_STR("day"), .heading = SL_STR("Day"), .type = SL_COLUMN_DATE};
	t->column[3] = (struct sl_doc_column){.name = SL_STR("note"), .heading = sl_str_from(hostile[1])};
	for (size_t i = 0; i < N_HOSTILE + 2; i++) {
		struct sl_str text = sl_str_from(i < N_HOSTILE    ? hostile[i]
		                                 : i == N_HOSTILE ? long_text
		                                                  : very_long);
		struct sl_doc_cell *cell;

		CHECK_OK(sl_doc_row_add(a, t, SL_ROW_BODY, &cell, &e), &e);
		cell[0] = sl_doc_text(text);
		cell[1] = sl_doc_amount(area(-(sl_mm2)i * 1500000, SL_UNIT_HA, 4));
		cell[1].amount.cell = text;
		cell[2] = sl_doc_date((struct sl_date){(int32_t)i * 1000 - 30000});
		cell[3] = sl_doc_text(text);
		cell[3].record = text;
	}
	return d;
}

TEST(report_html_shows_hostile_text_as_text)
{
	struct sl_html linked = {.why = "/why?cell=", .record = "/record/"}, plain = {0};
	static const char *const never[] = {"<script", "<img", "onmouseover=\"", "\a",
	                                    "\r",      "\xff", "\xed\xa0"};

	for (int i = 0; i < 4; i++) {
		struct sl_arena a = {0};
		struct sl_buf b = {0};
		struct sl_err e = {0};
		struct sl_sink s = {to_buffer, &b};

		CHECK_OK(sl_html_write(hostile_document(&a, i & 1 ? "ar" : "en"), i & 2 ? &linked : &plain, &s, &e),
		         &e);
		for (size_t k = 0; k < sizeof never / sizeof *never; k++)
			if (sl_str_find(sl_buf_view(&b), never[k])) {
				printf("the page has %s\n", never[k]);
				test_failures++;
			}
		CHECK(sl_str_find(sl_buf_view(&b), "&lt;script&gt;alert(1)&lt;/script&gt;") != NULL);
		CHECK(sl_str_find(sl_buf_view(&b), "<bdi>\u202eevil\u202c</bdi>") != NULL);
		CHECK(sl_str_find(sl_buf_view(&b), "nul in \ufffd\ufffd") != NULL);
		CHECK(!!sl_str_find(sl_buf_view(&b), "dir=\"rtl\"") == (i & 1));
		sl_buf_done(&b);
		sl_arena_done(&a);
	}
}

/* Read back by the reader of CSV: a text never begins as a formula does, a number stays the number. */
TEST(report_csv_runs_nothing)
{
	struct sl_arena a = {0};
	struct sl_buf b = {0};
	struct sl_err e = {0};
	struct sl_sink s = {to_buffer, &b};
	struct sl_csv csv;
	struct sl_csv_row row;
	bool more;
	size_t n = 0;
	double x;

	CHECK_OK(sl_csv_report(hostile_document(&a, "en"), SL_STR("t1"), &s, &e), &e);
	CHECK_OK(sl_csv_open(&csv, "report", sl_buf_view(&b), ',', &e), &e);
	while (!sl_csv_next(&csv, &a, &row, &more, &e) && more) {
		for (size_t i = 0; i < row.n; i++)
			if (row.field[i].n && strchr("=+-@\t\r", row.field[i].p[0]) &&
			    !sl_str_double(row.field[i], &x)) {
				printf("line %zu: %.*s\n", row.line, SL_STR_ARG(row.field[i]));
				test_failures++;
			}
		if (n == 2)
			CHECK(sl_str_is(row.field[1], "-1.5"));
		n++;
	}
	CHECK_OK(e.code, &e);
	CHECK_INT(n, N_HOSTILE + 3);
	sl_buf_done(&b);
	b = (struct sl_buf){0};
	CHECK(sl_csv_report(hostile_document(&a, "en"), SL_STR("t9"), &s, &e) == SL_NOT_FOUND &&
	      strstr(e.msg, "it has t1"));
	sl_buf_done(&b);
	sl_arena_done(&a);
}

TEST(report_xlsx_makes_the_same_bytes)
{
	struct sl_buf b[2] = {{0}, {0}};
	struct sl_arena a = {0};
	struct sl_err e = {0};

	for (int i = 0; i < 2; i++) {
		struct sl_sink s = {to_buffer, &b[i]};

		CHECK_OK(sl_xlsx_write(hostile_document(&a, "ar"), NULL, &s, &e), &e);
	}
	CHECK(b[0].n > 4000 && b[0].n == b[1].n && !memcmp(b[0].p, b[1].p, b[0].n));
	CHECK(sl_str_has_prefix(sl_buf_view(&b[0]), "PK"));
	sample_keep("hostile.xlsx", sl_buf_view(&b[0]));
	CHECK(sl_xlsx_write(hostile_document(&a, "en"), "/nowhere", &(struct sl_sink){to_buffer, &b[1]}, &e) ==
	      SL_IO);
	sl_buf_done(&b[0]);
	sl_buf_done(&b[1]);
	sl_arena_done(&a);
}

TEST(report_text_is_cut_between_letters)
{
	struct sl_buf b = {0};

	sl_clean_text(&b, SL_STR("aé\U0001F600b"), 3);
	CHECK(sl_str_is(sl_buf_view(&b), "aé\u2026")); /* the face is two units of UTF-16 */
	sl_buf_clear(&b);
	sl_clean_text(&b, SL_STR("aé\U0001F600b"), 4);
	CHECK(sl_str_is(sl_buf_view(&b), "aé\U0001F600\u2026"));
	sl_buf_clear(&b);
	sl_clean_text(&b, SL_STR("aé\U0001F600b"), 5);
	CHECK(sl_str_is(sl_buf_view(&b), "aé\U0001F600b"));
	sl_buf_done(&b);
}

/* ---- templates ---- */

TEST(report_templates_are_read)
{
	static const char text[] =
	    "\xef\xbb\xbf% a remark\n@title One\n\n# Head\n## Lower\nfirst line\n% within\nsecond line\r\n\n"
	    "- item\n  goes nowhere\n";
	struct sl_arena a = {0};
	struct sl_template t;
	struct sl_err e = {0};

	CHECK(sl_template_read(&a, "x.txt", sl_str_from(text), &t, &e) == SL_INVALID &&
	      strstr(e.msg, "x.txt, line 11"));
	e = (struct sl_err){0};
	CHECK_OK(sl_template_read(&a, "x.txt", (struct sl_str){text, sizeof text - 17}, &t, &e), &e);
	CHECK_INT(t.n, 5);
	CHECK(sl_str_is(t.item[0].word, "title") && sl_str_is(t.item[0].text, "One"));
	CHECK(t.item[2].type == SL_TEMPLATE_HEADING && t.item[2].level == 2 &&
	      sl_str_is(t.item[2].text, "Lower"));
	CHECK(sl_str_is(t.item[3].text, "first line second line"));
	CHECK(t.item[4].type == SL_TEMPLATE_ITEM && sl_str_is(t.item[4].text, "item"));
	CHECK(sl_str_is(sl_template_part(SL_STR(" a |b| c d "), 2), "c d"));
	CHECK(!sl_template_part(SL_STR("a|b"), 2).n);
	sl_arena_done(&a);
}
