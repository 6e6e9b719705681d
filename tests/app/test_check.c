/* Check over a real store: histories, approvals, sealed names, what import has kept, and the selection. */
#include "import_bench.h"

#include "app/check.h"

static size_t run(struct import_bench *b, const struct sl_check_request *r, const char *rule,
                  const char *record)
{
	struct sl_check_answer answer;
	size_t n = 0;

	CHECK_OK(sl_check_answer(&b->p, r, &answer, &b->e), &b->e);
	for (size_t i = 0; i < answer.findings.n; i++) {
		const struct sl_finding *f = &answer.findings.v[i];

		n += !strcmp(f->rule, rule) && (!record || sl_str_is(f->record, record));
	}
	sl_check_answer_done(&answer);
	return n;
}

static size_t found(struct import_bench *b, const char *rule, const char *record)
{
	return run(b, &(struct sl_check_request){0}, rule, record);
}

#define HEADING "id,class,status,effective_date,contamination,reopens,notes\n"

TEST(check_reads_histories)
{
	struct import_bench b;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	b.o.approve = true;
	import_bench_ok(&b, import_bench_file(&b, "one.csv",
	                                      HEADING "HA-1,SHA,OPEN,2020-01-01,APM,,first\n"
	                                              "HA-2,SHA,OPEN,2020-01-01,APM,,first\n"
	                                              "HA-3,SHA,CLOSED,2020-01-01,APM,,first\n"));
	import_bench_ok(&b, import_bench_file(&b, "two.csv",
	                                      HEADING "HA-1,SHA,OPEN,2019-01-01,APM,,older news\n"
	                                              "HA-2,SHA,HAND,2021-01-01,APM,,second\n"
	                                              "HA-3,SHA,WORK,2021-01-01,APM,,second\n"));
	CHECK_INT(found(&b, "T04", NULL), 1);
	CHECK_INT(found(&b, "T04", "HA-1"), 1);
	CHECK_INT(found(&b, "S01", NULL), 1);
	CHECK_INT(found(&b, "S01", "HA-2"), 1);
	CHECK_INT(found(&b, "S06", "HA-3"), 1);
	import_bench_end(&b);
}

TEST(check_knows_who_approved)
{
	struct import_bench b;
	struct sl_revision rev, approved;

	import_bench_begin(&b);
	b.o.kind = "hazard";
	b.o.approve = false;
	b.env.author = "anna";
	import_bench_ok(&b, import_bench_file(&b, "one.csv",
	                                      HEADING "HA-1,SHA,OPEN,2020-01-01,APM,,x\n"
	                                              "HA-2,SHA,OPEN,2020-01-01,APM,,y\n"));
	for (int i = 0; i < 2; i++) {
		rev = import_bench_revision(&b, "hazard", i ? "HA-2" : "HA-1", NULL);
		b.env.author = i ? "boris" : "anna";
		CHECK_OK(sl_store_begin(b.p.db, &b.e), &b.e);
		CHECK_OK(sl_store_set_state(b.p.db, rev.record, SL_APPROVED, &approved, &b.e), &b.e);
		CHECK_OK(sl_store_commit(b.p.db, &b.e), &b.e);
	}
	CHECK_INT(found(&b, "Q01", NULL), 1);
	CHECK_INT(found(&b, "Q01", "HA-1"), 1);
	import_bench_end(&b);
}

TEST(check_adds_what_import_found)
{
	struct import_bench b;
	struct sl_check_answer answer;
	struct sl_buf text = {0};

	import_bench_begin(&b);
	b.o.kind = "hazard";
	b.o.approve = true;
	import_bench_ok(&b, import_bench_file(&b, "one.csv",
	                                      "id,class,effective_date,contamination,soil\n"
	                                      "HA-1,SHA,2020-01-01,APM,MOONDUST\n"
	                                      "HA-2,SHA,2030-01-01,APM,SAND\n"));
	CHECK_INT(import_bench_found(&b, "I02"), 1);
	CHECK_INT(found(&b, "I02", "HA-1"), 1);
	CHECK_INT(found(&b, "T02", "HA-2"), 1);
	CHECK_INT(run(&b, &(struct sl_check_request){.rule = "I02"}, "T02", NULL), 0);
	CHECK_INT(run(&b, &(struct sl_check_request){.kind = "release"}, "I02", NULL), 0);
	CHECK_INT(run(&b, &(struct sl_check_request){.least = SL_ERROR}, "I02", NULL), 0);
	CHECK_INT(run(&b, &(struct sl_check_request){.least = SL_ERROR}, "T02", NULL), 1);
	CHECK(sl_check_answer(&b.p, &(struct sl_check_request){.rule = "X99"}, &answer, &b.e) == SL_INVALID);
	sl_check_answer_done(&answer);
	sl_err_clear(&b.e);
	CHECK(sl_check_answer(&b.p, &(struct sl_check_request){.kind = "minefield"}, &answer, &b.e) ==
	      SL_INVALID);
	sl_check_answer_done(&answer);
	sl_err_clear(&b.e);
	/* Equal programmes give equal bytes. */
	for (int i = 0; i < 2; i++) {
		struct sl_buf again = {0};

		CHECK_OK(sl_check_answer(&b.p, &(struct sl_check_request){0}, &answer, &b.e), &b.e);
		sl_check_json(i ? &again : &text, &answer);
		CHECK(!i || sl_str_eq(sl_buf_view(&text), sl_buf_view(&again)));
		sl_check_answer_done(&answer);
		sl_buf_done(&again);
	}
	sl_buf_done(&text);
	import_bench_end(&b);
}

TEST(check_compares_sealed_names_when_asked)
{
	struct import_bench b;
	struct sl_check_answer answer;
	struct sl_buf text = {0};

	import_bench_begin(&b);
	b.o.kind = "victim";
	b.o.approve = true;
	import_bench_ok(
	    &b,
	    import_bench_file(
	        &b, "one.csv",
	        "id,effective_date,accident_date,given_name,family_name,sex,age,outcome,organisation,locality\n"
	        "V-1,2020-05-03,2020-05-03,Mohd,Ahmed,M,12,I,HOSP,Baraki\n"
	        "V-2,2020-05-05,2020-05-05,Mohammad,Ahmad,M,14,I,NGO,Baraki\n"
	        "V-3,2020-05-05,2020-05-05,Karim,Nazari,M,14,I,NGO,Baraki\n"));
	CHECK_INT(found(&b, "V03", NULL), 0);
	CHECK_INT(run(&b, &(struct sl_check_request){.names = true}, "V03", "V-2"), 1);
	CHECK_INT(run(&b, &(struct sl_check_request){.names = true}, "V03", NULL), 1);
	CHECK_OK(sl_check_answer(&b.p, &(struct sl_check_request){.names = true}, &answer, &b.e), &b.e);
	sl_check_json(&text, &answer);
	sl_check_csv(&text, &answer);
	sl_check_table(&text, &answer);
	sl_buf_putc(&text, 0);
	CHECK(!strstr(text.p, "Ahm") && !strstr(text.p, "Moh") && !strstr(text.p, "Nazari"));
	sl_check_answer_done(&answer);
	sl_buf_done(&text);
	import_bench_end(&b);
}
