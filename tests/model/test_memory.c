/* Every request for memory fails once: the answer is SL_NOMEM, and nothing leaks (the address sanitizer
 * watches). */
#include "dict.h"

#include "base/mem.h"
#include "model/finding.h"

typedef enum sl_code attempt_fn(struct sl_arena *a, struct sl_err *e);

static unsigned long until_it_works(attempt_fn *attempt)
{
	/* All of the first 500; with one allocation per piece of an arena, where loading makes 16,000 requests,
	 * a sample of the rest. */
	for (unsigned long n = 1;; n += n < 500 ? 1 : 61) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		enum sl_code code;

		sl_mem_fail_from(n);
		code = attempt(&a, &e);
		sl_mem_fail_from(0);
		sl_arena_done(&a);
		if (!code)
			return n - 1;
		if (code != SL_NOMEM || n > 100000) {
			printf("request %lu: %s: %s\n", n, sl_code_name(code), e.msg);
			test_failures++;
			return 0;
		}
		CHECK_STR(sl_str_from(strstr(e.msg, "out of memory")), "out of memory");
	}
}

static enum sl_code load(struct sl_arena *a, struct sl_err *e)
{
	struct sl_dictionary *d;

	return sl_dictionary_load(a, NULL, &d, e);
}

TEST(memory_dictionary_load)
{
	unsigned long n = until_it_works(load);

	printf("%lu points of failure\n", n);
	CHECK(n > 100);
}

static const char *const raws[] = {"2024-01-31",
                                   "12,5",
                                   "2,006",
                                   "AP mine; UXO / Other unexploded ordnance",
                                   "APM Martians",
                                   "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa4",
                                   "Pre\xcc\x81nom",
                                   "03/04/2020",
                                   "unknown",
                                   "suspected area",
                                   "\xff"};

static enum sl_code read_values(struct sl_arena *a, struct sl_err *e)
{
	static const char *const fields[] = {"effective_date", "contamination", "class", "name",
	                                     "area_reported_m2"};

	for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
		const struct sl_field *field = sl_kind_field(test_kind("hazard"), fields[f]);

		for (size_t i = 0; field && i < sizeof raws / sizeof *raws; i++) {
			const char *problem = "untouched";
			struct sl_value v = {.integer = 5};

			if (sl_value_read(a, field, sl_str_from(raws[i]), &v, &problem, e)) {
				CHECK(v.integer == 5 && !strcmp(problem, "untouched"));
				return e->code;
			}
		}
	}
	return SL_OK;
}

TEST(memory_value_read)
{
	test_dictionary();
	CHECK(until_it_works(read_values) > 0);
}

static enum sl_code records(struct sl_arena *a, struct sl_err *e)
{
	struct sl_record r;
	struct sl_buf b = {0};
	enum sl_code code;
	bool any;

	if (sl_record_from_json(a, test_kind("victim"),
	                        SL_STR("{\"_extra\":{\"a\":1,\"b\\n\":2},\"age\":5,\"given_name\":\"x\\ty\","
	                               "\"zz\":[],\"geometry\":\"POINT(1 2)\"}"),
	                        &r, e))
		return e->code;
	sl_record_json(&b, &r);
	sl_record_sealed_json(&b, &r, &any);
	code = sl_buf_check(&b, e);
	sl_buf_done(&b);
	return code;
}

TEST(memory_record_json)
{
	test_dictionary();
	CHECK(until_it_works(records) > 1);
}

static enum sl_code many_extras(struct sl_arena *a, struct sl_err *e)
{
	struct sl_extra extra[100];
	struct sl_record r;
	struct sl_buf b = {0};
	enum sl_code code;

	if (sl_record_new(a, test_kind("hazard"), &r, e))
		return e->code;
	for (size_t i = 0; i < 100; i++)
		extra[i] = (struct sl_extra){SL_STR("k"), SL_STR("1")};
	r.extra = extra;
	r.n_extra = 100;
	sl_record_json(&b, &r);
	code = sl_buf_check(&b, e);
	sl_buf_done(&b);
	return code;
}

TEST(memory_record_with_many_extras)
{
	test_dictionary();
	CHECK(until_it_works(many_extras) > 1);
}

static enum sl_code findings(struct sl_arena *a, struct sl_err *e)
{
	struct sl_findings list = {.a = a};
	struct sl_finding f = {.rule = "G01", .text = SL_STR("text")};

	for (int i = 0; i < 300; i++) {
		size_t n = list.n;

		if (sl_findings_add(&list, &f, e)) {
			CHECK_INT(list.n, n);
			return e->code;
		}
	}
	return SL_OK;
}

TEST(memory_findings)
{
	CHECK(until_it_works(findings) > 1);
}
