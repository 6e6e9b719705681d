#include "model/finding.h"

#include "check.h"

TEST(finding_texts_are_copied)
{
	struct sl_arena a = {0};
	struct sl_findings list = {.a = &a};
	struct sl_err e = {0};
	char rule[] = "G06", text[] = "a leg is long", record[] = "HA-1";
	struct sl_finding f = {.rule = rule,
	                       .severity = SL_WARNING,
	                       .record = sl_str_from(record),
	                       .text = sl_str_from(text),
	                       .lon = 102.5,
	                       .lat = 13.5,
	                       .area_m2 = 7};

	CHECK_OK(sl_findings_add(&list, &f, &e), &e);
	rule[0] = text[0] = record[0] = '?';
	CHECK_INT(list.n, 1);
	CHECK_STR(sl_str_from(list.v[0].rule), "G06");
	CHECK_STR(list.v[0].text, "a leg is long");
	CHECK_STR(list.v[0].record, "HA-1");
	CHECK_STR(list.v[0].kind, "");
	CHECK_NEAR(list.v[0].lon, 102.5, 0);
	CHECK_NEAR(list.v[0].area_m2, 7, 0);
	sl_arena_done(&a);
}

TEST(finding_order_is_worst_first_and_does_not_depend_on_input)
{
	static const struct {
		enum sl_severity severity;
		const char *rule, *kind, *record, *text;
	} in_order[] = {{SL_ERROR, "G01", "hazard", "2", ""},  {SL_ERROR, "T01", "accident", "9", "z"},
	                {SL_ERROR, "T01", "hazard", "1", "a"}, {SL_ERROR, "T01", "hazard", "1", "b"},
	                {SL_ERROR, "T01", "hazard", "2", ""},  {SL_WARNING, "A01", "", "", ""},
	                {SL_NOTE, "A00", "hazard", "1", ""}};
	const size_t n = sizeof in_order / sizeof *in_order;
	struct sl_arena a = {0};
	struct sl_err e = {0};

	for (size_t shift = 0; shift < n; shift++) {
		struct sl_findings list = {.a = &a};

		sl_findings_sort(&list);
		for (size_t i = 0; i < n; i++) {
			size_t k = (i * 5 + shift) % n;
			struct sl_finding f = {.rule = in_order[k].rule,
			                       .severity = in_order[k].severity,
			                       .kind = sl_str_from(in_order[k].kind),
			                       .record = sl_str_from(in_order[k].record),
			                       .text = sl_str_from(in_order[k].text)};

			CHECK_OK(sl_findings_add(&list, &f, &e), &e);
		}
		sl_findings_sort(&list);
		for (size_t i = 0; i < n; i++) {
			CHECK_STR(sl_str_from(list.v[i].rule), in_order[i].rule);
			CHECK_STR(list.v[i].record, in_order[i].record);
			CHECK_STR(list.v[i].text, in_order[i].text);
		}
	}
	CHECK_STR(sl_str_from(sl_severity_name(SL_ERROR)), "error");
	CHECK_STR(sl_str_from(sl_severity_name(SL_NOTE)), "note");
	sl_arena_done(&a);
}
