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
