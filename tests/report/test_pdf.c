#include "check.h"

#include "report/pdf.h"
#include "samples.h"

static const char *const languages[] = {"en", "ar", "km"};

static enum sl_code keep(void *ctx, const void *p, size_t n, struct sl_err *e)
{
	(void)e;
	sl_buf_add(ctx, p, n);
	return SL_OK;
}

static enum sl_code make(const struct sl_document *d, struct sl_buf *out, struct sl_err *e)
{
	const struct sl_sink sink = {keep, out};

	return sl_pdf_write(d, &sink, e);
}

TEST(a_report_is_the_same_bytes_again)
{
	for (size_t l = 0; l < 3; l++)
		for (int hostile = 0; hostile < 2; hostile++) {
			struct sl_arena a = {0};
			struct sl_err e = {0};
			struct sl_document *d = sample_report(&a, languages[l], hostile, &e);
			struct sl_buf one = {0}, two = {0};
			char name[40];

			CHECK_OK(make(d, &one, &e), &e);
			CHECK_OK(make(d, &two, &e), &e);
			CHECK(one.n > 10000 && sl_str_eq(sl_buf_view(&one), sl_buf_view(&two)));
			snprintf(name, sizeof name, "%s-%s.pdf", hostile ? "bad" : "report", languages[l]);
			sample_keep(name, sl_buf_view(&one));
			sl_buf_done(&one);
			sl_buf_done(&two);
			sl_arena_done(&a);
		}
}

/* ---- a sink that does not take everything ---- */

static enum sl_code refuse(void *ctx, const void *p, size_t n, struct sl_err *e)
{
	size_t *left = ctx;

	(void)p;
	if (n > *left)
		return sl_fail(e, SL_IO, "the disk is full");
	*left -= n;
	return SL_OK;
}

TEST(a_full_disk_is_said_as_it_is)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_document *d = sample_report(&a, "en", false, &e);

	for (size_t room = 0; room < 200000; room += 20000) {
		size_t left = room;
		const struct sl_sink sink = {refuse, &left};

		CHECK(sl_pdf_write(d, &sink, &e) == SL_IO);
		CHECK_STR(sl_str_from(e.msg), "the disk is full");
		sl_err_clear(&e);
	}
	sl_arena_done(&a);
}

static int readings;

static enum sl_code fails(void *source, sl_doc_row_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_doc_cell cell[8] = {{.type = SL_DOC_EMPTY}};
	struct sl_doc_row row = {SL_ROW_BODY, cell};

	(void)source;
	for (int i = 0; i < 7; i++)
		if (fn(ctx, &row, e))
			return e->code;
	return readings-- > 0 ? SL_OK : sl_fail(e, SL_CORRUPT, "row 7 cannot be read");
}

TEST(rows_that_cannot_be_read_end_the_paper)
{
	/* while columns are measured, pages counted, pages painted */
	for (int good = 0; good < 3; good++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_document *d = sample_annex(&a, "en", 10, &e);
		struct sl_buf out = {0};

		readings = good;
		d->first->table->each = fails;
		CHECK(make(d, &out, &e) == SL_CORRUPT);
		CHECK_STR(sl_str_from(e.msg), "row 7 cannot be read");
		sl_buf_done(&out);
		sl_arena_done(&a);
	}
}

/* ---- pages ---- */

static size_t count(struct sl_str s, const char *what)
{
	size_t n = 0;
	const char *at;

	while ((at = sl_str_find(s, what)) != NULL) {
		n++;
		s = (struct sl_str){at + 1, (size_t)(s.p + s.n - at) - 1};
	}
	return n;
}

/* A long table is no more work than its rows: what it needs grows by its tags alone, and no row is lost. */
TEST(an_annex_needs_little_memory)
{
	size_t pages[2], rows[2], areas[2] = {1500, 6000};

	for (int i = 0; i < 2; i++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_document *d = sample_annex(&a, "en", areas[i], &e);
		struct sl_buf out = {0};

		CHECK_OK(make(d, &out, &e), &e);
		pages[i] = count(sl_buf_view(&out), "/Type /Page %");
		rows[i] = count(sl_buf_view(&out), "/S /TR\n");
		if (!i)
			sample_keep("annex-en.pdf", sl_buf_view(&out));
		/* a bookmark of its rows and tags: 8 cells, 9 tags of some 150 bytes */
		CHECK(out.n < areas[i] * 1700);
		sl_buf_done(&out);
		sl_arena_done(&a);
	}
	/* Columns are as wide as the rows that were measured ask: not quite the same in both. */
	CHECK(pages[0] > 20 && pages[1] > 4 * pages[0] - 8 && pages[1] < 4 * pages[0] + 8);
	CHECK_INT(rows[0], areas[0] + 1);
	CHECK_INT(rows[1], areas[1] + 1);
}

TEST(sheets_of_every_size)
{
	static const struct { enum sl_paper paper; bool landscape; const char *box; } cases[] = {
		{SL_PAPER_A4, false, "/MediaBox [ 0 0 595.27"}, {SL_PAPER_A4, true, "/MediaBox [ 0 0 841.8"},
		{SL_PAPER_A3, false, "/MediaBox [ 0 0 841.8"}, {SL_PAPER_A3, true, "/MediaBox [ 0 0 1190.5"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_document *d = sample_report(&a, "en", false, &e);
		struct sl_buf out = {0};

		d->paper = cases[i].paper;
		d->landscape = cases[i].landscape;
		CHECK_OK(make(d, &out, &e), &e);
		CHECK(sl_str_find(sl_buf_view(&out), cases[i].box) != NULL);
		sl_buf_done(&out);
		sl_arena_done(&a);
	}
}

TEST(an_empty_document_is_a_page)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_document *d;
	struct sl_buf out = {0};

	CHECK_OK(sl_document_new(&a, NULL, &d, &e), &e);
	CHECK_OK(make(d, &out, &e), &e);
	CHECK_INT(count(sl_buf_view(&out), "/Type /Page %"), 1);
	sl_buf_done(&out);
	sl_arena_done(&a);
}

/* What each figure shows is said, and the language; every note and key that is pointed at is there. */
TEST(what_a_reader_hears)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_document *d = sample_report(&a, "ar", false, &e);
	struct sl_buf out = {0};

	CHECK_OK(make(d, &out, &e), &e);
	CHECK(sl_str_find(sl_buf_view(&out), "/Lang (ar)") != NULL);
	CHECK(sl_str_find(sl_buf_view(&out), "/Direction /R2L") != NULL);
	CHECK(sl_str_find(sl_buf_view(&out), "/MarkInfo << /Marked true >>") != NULL);
	CHECK_INT(count(sl_buf_view(&out), "/Alt <FEFF"), 4);
	CHECK(sl_str_find(sl_buf_view(&out), "/S /Table") && sl_str_find(sl_buf_view(&out), "/S /TH"));
	sl_buf_done(&out);
	sl_arena_done(&a);
}
