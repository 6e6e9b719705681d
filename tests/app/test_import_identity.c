#include "app/import_bench.h"

/* Who is the same record, and what is new about it? */

static struct sl_import_file take(struct import_bench *b, const char *name, const char *rows)
{
	const char *text = sl_arena_printf(&b->a, &b->e, "id,class,effective_date,name\n%s", rows);

	b->o.kind = "hazard";
	return import_bench_ok(b, import_bench_file(b, name, text));
}

TEST(import_later_date_is_a_new_version)
{
	struct import_bench b;
	struct sl_import_file f;
	struct sl_record rec;

	import_bench_begin(&b);
	take(&b, "1.csv", "H1,SHA,2020-01-01,a\n");
	f = take(&b, "2.csv", "H1,CHA,2021-01-01,a\n");
	CHECK_INT(f.n_revised, 1);
	CHECK_INT(f.n_corrected + f.n_added + f.n_unchanged, 0);
	CHECK_INT(import_bench_revisions(&b, "hazard", "H1"), 2);
	CHECK(!import_bench_revision(&b, "hazard", "H1", &rec).correction);
	CHECK_STR(sl_record_text(&rec, "class"), "CHA");
	import_bench_end(&b);
}

TEST(import_versions_in_one_file_in_any_order)
{
	struct import_bench b;
	struct sl_import_file f;
	struct sl_record rec;

	import_bench_begin(&b);
	f = take(&b, "1.csv", "H1,CHA,2021-01-01,a\nH1,SHA,2019-01-01,a\nH1,SHA,2020-01-01,b\n");
	CHECK_INT(f.n_added, 1);
	CHECK_INT(f.n_revised + f.n_history, 2);
	CHECK_INT(import_bench_revisions(&b, "hazard", "H1"), 3);
	import_bench_revision(&b, "hazard", "H1", &rec);
	CHECK_STR(sl_record_text(&rec, "class"), "CHA"); /* the latest date, not the last row */
	/* The same rows with one more: only that one is new. */
	f = take(&b, "2.csv",
	         "H1,CHA,2021-01-01,a\nH1,SHA,2019-01-01,a\nH2,SHA,2019-01-01,a\nH1,SHA,2020-01-01,b\n");
	CHECK_INT(f.n_added, 1);
	CHECK_INT(f.n_unchanged, 3);
	import_bench_end(&b);
}

TEST(import_same_date_in_a_later_file_is_a_correction)
{
	struct import_bench b;
	struct sl_import_file f;
	struct sl_record rec;

	import_bench_begin(&b);
	take(&b, "1.csv", "H1,SHA,2020-01-01,a\n");
	f = take(&b, "2.csv", "h1 ,SHA,2020-01-01,b\n"); /* the identifier as a clerk may write it */
	CHECK_INT(f.n_corrected, 1);
	CHECK(import_bench_revision(&b, "hazard", NULL, &rec).correction);
	CHECK_STR(sl_record_text(&rec, "name"), "b");
	CHECK_INT(import_bench_count(&b, "hazard"), 1);
	import_bench_end(&b);
}

TEST(import_same_date_in_one_file_is_another_record)
{
	struct import_bench b;
	struct sl_import_file f;

	import_bench_begin(&b);
	f = take(&b, "1.csv",
	         "H1,SHA,2020-01-01,a\nH1,CHA,2020-01-01,b\nH1,SHA,2020-01-01,c\nH1,SHA,2020-01-01,a\n");
	CHECK_INT(f.n_added, 3);
	CHECK_INT(f.n_unchanged, 1); /* said twice in the same words */
	CHECK_INT(f.n_findings[SL_ERROR], 2);
	CHECK_INT(import_bench_found(&b, "I01"), 2);
	CHECK_INT(import_bench_revisions(&b, "hazard", "H1-DUP02"), 1);
	CHECK_INT(import_bench_revisions(&b, "hazard", "H1-DUP03"), 1);
	f = take(&b, "2.csv",
	         "H1,SHA,2020-01-01,a\nH1,CHA,2020-01-01,b\nH1,SHA,2020-01-01,c\nH9,SHA,2020-01-01,a\n");
	CHECK_INT(f.n_added, 1);
	CHECK_INT(f.n_unchanged, 3);
	import_bench_end(&b);
}

/* A file that gives all its rows one identifier must end, and keep them all. */
TEST(import_one_identifier_for_all)
{
	struct import_bench b;
	struct sl_import_file f;
	struct sl_buf rows = {0};

	import_bench_begin(&b);
	for (int i = 0; i < 3000; i++)
		sl_buf_printf(&rows, "0,SHA,2020-01-01,n%d\n", i);
	f = take(&b, "1.csv", sl_str_dup(&b.a, sl_buf_view(&rows), &b.e));
	CHECK_INT(f.n_added, 3000);
	sl_buf_done(&rows);
	import_bench_end(&b);
}

TEST(import_rows_without_identifier)
{
	struct import_bench b;
	struct sl_import_file f;

	import_bench_begin(&b);
	/* Three persons, two of them alike in all that is recorded. */
	f = take(&b, "1.csv", ",SHA,2020-01-01,a\n-,SHA,2020-01-01,b\n,SHA,2020-01-01,a\n?,SHA,2021-01-01,b\n");
	CHECK_INT(f.n_added, 4);
	f = take(&b, "2.csv", ",SHA,2020-01-01,a\n,SHA,2020-01-01,a\n,SHA,2020-01-01,a\n-,SHA,2020-01-01,b\n");
	CHECK_INT(f.n_added, 1);
	CHECK_INT(f.n_unchanged, 3);
	CHECK_INT(import_bench_count(&b, "hazard"), 5);
	import_bench_end(&b);
}

TEST(import_goes_back_and_forth)
{
	struct import_bench b;

	import_bench_begin(&b);
	take(&b, "1.csv", "H1,SHA,2020-01-01,a\n");
	take(&b, "2.csv", "H1,SHA,2020-01-01,b\n");
	CHECK_INT(take(&b, "3.csv", "H1,SHA,2020-01-01,a\n\n").n_corrected, 1);
	CHECK_INT(import_bench_revisions(&b, "hazard", "H1"), 3);
	CHECK_INT(take(&b, "4.csv", "H1,SHA,2019-01-01,z\n").n_history, 1);
	CHECK_INT(take(&b, "5.csv", "H1,SHA,2020-01-01,a\n\n\n").n_unchanged, 1);
	import_bench_end(&b);
}
