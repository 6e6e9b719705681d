/* How fast the rules of forms are asked: of records by their values, with the plain operators and with functions that
 * libxml2 evaluates, and of submissions.   bench_form_rules [RECORDS] */
#include "checks/judge.h"
#include "formats/workbook.h"
#include "formats/xform.h"
#include "formats/xform_read.h"
#include "model/expression.h"
#include "model/form_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void stop(const struct sl_err *e)
{
	fprintf(stderr, "%s\n", e->msg);
	exit(1);
}

static const char record[] =
    "{\"id\":\"HA-1\",\"class\":\"SHA\",\"effective_date\":\"2024-03-01\",\"status\":\"OPEN\",\"status_date\":\"2024-03-01\","
    "\"contamination\":\"AP\",\"depth_from_cm\":0,\"depth_to_cm\":20,\"marked\":\"yes\",\"marking_date\":\"2024-01-01\","
    "\"emplaced_from_year\":1975,\"emplaced_to_year\":1980,\"accuracy_m\":3.5,\"area_reported_m2\":12000,\"fixed_by\":\"GPS\","
    "\"beneficiary_women\":10,\"beneficiary_men\":9,\"beneficiary_girls\":11,\"beneficiary_boys\":12,\"households\":7}";

static void of_records(const struct sl_dictionary *d, int n)
{
	const struct sl_kind *kind = sl_dictionary_kind(d, SL_STR("hazard"));
	struct sl_findings found = {0};
	struct sl_check_context c;
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_record r;
	double began;

	found.a = &a;
	sl_check_context_init(&c, d, (struct sl_date){19800});
	if (sl_record_from_json(&a, kind, sl_str_from(record), &r, &e))
		stop(&e);
	began = now();
	for (int i = 0; i < n; i++) {
		struct sl_judged j = {.c = &c, .r = &r, .kind = SL_CHECK_HAZARD, .scratch = &a, .out = &found};

		if (sl_i07_required(&j, &e) || sl_i14_constraint(&j, &e) || sl_i15_not_asked(&j, &e))
			stop(&e);
	}
	printf("records: %.0f a second (20 values, I07 I14 I15, %zu findings)\n", n / (now() - began), found.n);
	sl_arena_done(&a);
}

static bool digits(void *ctx, int ref, struct sl_answer *out)
{
	(void)ctx;
	(void)ref;
	*out = (struct sl_answer){.type = SL_ANSWER_NODE, .text = SL_STR("123456")};
	return true;
}

static void of_functions(int n)
{
	static const char *const text[] = {". = '123456' and string-length(.) < 9", "regex(., '^[0-9]{6}$')",
	                                   "count-selected(.) <= 2", ". != '' and coalesce(., 'x') != 'y'"};

	for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_expression x;
		struct sl_answer v;
		double began;

		if (sl_expression_parse(&a, sl_str_from(text[k]), &x, &e))
			stop(&e);
		began = now();
		for (int i = 0; i < n; i++)
			if (!sl_expression_value(&x, (struct sl_date){19800}, digits, NULL, &v) || !sl_answer_is_true(&v))
				exit(1);
		printf("%s: %.0f a second\n", text[k], n / (now() - began));
		sl_arena_done(&a);
	}
}

static void of_submissions(const struct sl_dictionary *d, int n)
{
	static const char xml[] = "<data id=\"hazard\" version=\"1\"><section_identity><id>B-1</id><name>Field</name>"
	                          "<class>SHA</class><effective_date>2026-03-15</effective_date></section_identity>"
	                          "<section_place><geometry>12.5 44.5 0 0;12.5 44.6 0 0;12.6 44.6 0 0;12.5 44.5 0 0</geometry>"
	                          "</section_place><meta><instanceID>uuid:1</instanceID></meta></data>";
	const struct sl_form_moment at = {.now_ms = 1773600000000, .language = SL_STR("en")};
	struct sl_sheet sheet[2];
	struct sl_workbook book = {SL_STR("hazard"), sheet, 2};
	struct sl_form_faults faults = {0};
	struct sl_form form, published;
	struct sl_form_rules *rules;
	struct sl_form_verdict v;
	struct sl_buf xform = {0};
	struct sl_arena a = {0}, one = {0};
	struct sl_err e = {0};
	double began = now();

	if (sl_sheet_from_csv(&a, "hazard", SL_STR("survey"), sl_dictionary_csv(SL_STR("hazard")), &sheet[0], &e) ||
	    sl_sheet_from_csv(&a, "choices", SL_STR("choices"), sl_dictionary_csv(SL_STR("choices")), &sheet[1], &e) ||
	    sl_form_read(&a, &book, &form, &faults, &e) || sl_form_translate(&a, d, &form, &e) ||
	    sl_xform_write(&form, &xform, &e))
		stop(&e);
	began = now();
	if (sl_xform_read(&a, sl_buf_view(&xform), &published, &e) || sl_form_rules_new(&a, &published, &rules, &e))
		stop(&e);
	printf("form: read and compiled in %.1f ms\n", (now() - began) * 1000);
	began = now();
	for (int i = 0; i < n; i++) {
		if (sl_form_rules_judge(rules, &one, SL_STR(xml), &at, &v, &e))
			stop(&e);
		sl_arena_reset(&one, (struct sl_arena_mark){0});
	}
	printf("submissions: %.0f a second on one core (%zu rules asked of each)\n", n / (now() - began), v.asked);
	sl_buf_done(&xform);
	sl_arena_done(&one);
	sl_arena_done(&a);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 200000;
	struct sl_dictionary *d;
	struct sl_arena a = {0};
	struct sl_err e = {0};

	if (n < 10 || sl_dictionary_load(&a, NULL, &d, &e))
		return 1;
	of_records(d, n);
	of_functions(n);
	of_submissions(d, n / 10);
	sl_arena_done(&a);
	return 0;
}
