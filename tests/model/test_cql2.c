#include "cases.h"
#include "geo/wkb.h"
#include "model/cql2.h"

static const struct sl_cql2_field fields[] = {
    {{"name", 4}, SL_CQL2_IS_TEXT},    {{"n", 1}, SL_CQL2_IS_NUMBER},
    {{"empty", 5}, SL_CQL2_IS_TEXT},   {{"day", 3}, SL_CQL2_IS_DATE},
    {{"at", 2}, SL_CQL2_IS_TIMESTAMP}, {{"geometry", 8}, SL_CQL2_IS_GEOMETRY},
};

static enum sl_code value_of(void *ctx, int column, struct sl_cql2_value *out, struct sl_err *e)
{
	struct sl_date d = sl_date_none();

	(void)e;
	sl_date_from_ymd(2024, 2, 29, &d);
	out->is_null = column == 2;
	out->text = SL_STR("Field of Ali");
	out->number = 5;
	out->ms = (int64_t)d.day * 86400000 + (column == 4 ? 36000000 : 0);
	out->geometry = ctx;
	return SL_OK;
}

static struct sl_str result(struct sl_arena *a, const char *task, const char *input, struct sl_buf *b)
{
	const bool json = strstr(task, "json") != NULL,
	           bound = !strcmp(task, "ask") || !strcmp(task, "bind-refuse");
	struct sl_str text = sl_str_from(input);
	struct sl_cql2 *tree;
	struct sl_geom square;
	struct sl_err e = {0};
	enum sl_truth t;

	if ((json ? sl_cql2_read_json(a, text, &tree, &e) : sl_cql2_read_text(a, text, &tree, &e)) ||
	    (bound && sl_cql2_bind(tree, fields, sizeof fields / sizeof *fields, &e))) {
		sl_buf_puts(b, e.msg);
	} else if (!bound) {
		sl_cql2_text(b, tree);
	} else {
		CHECK_OK(sl_wkt_read(a, SL_STR("POLYGON((0 0,10 0,10 10,0 10,0 0))"), &square, NULL, &e), &e);
		CHECK_OK(sl_cql2_ask(tree, a, value_of, &square, &t, &e), &e);
		sl_buf_puts(b, t == SL_TRUE ? "true" : t == SL_FALSE ? "false" : "unknown");
	}
	return sl_buf_view(b);
}

TEST(cql2_cases)
{
	struct case_file c;
	struct sl_buf b = {0};
	int n = 0;

	if (!case_open(&c, "cql2.txt"))
		return;
	for (; case_next(&c); n++) {
		struct sl_arena a = {0};
		struct sl_str got;

		sl_buf_clear(&b);
		got = result(&a, c.task, c.input, &b);
		if (!sl_str_is(got, c.expect))
			case_fail(&c, b.p ? b.p : "");
		/* What is written means the same when it is read. */
		if (!strcmp(c.task, "text") || !strcmp(c.task, "json")) {
			sl_buf_clear(&b);
			CHECK_STR(result(&a, "text", c.expect, &b), c.expect);
		}
		sl_arena_done(&a);
	}
	CHECK(n > 80);
	sl_buf_done(&b);
}

static bool refused(struct sl_buf *b, bool json, const char *why)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_cql2 *tree;
	enum sl_code code = json ? sl_cql2_read_json(&a, sl_buf_view(b), &tree, &e)
	                         : sl_cql2_read_text(&a, sl_buf_view(b), &tree, &e);

	sl_arena_done(&a);
	return code == SL_INVALID && strstr(e.msg, why);
}

TEST(cql2_limits)
{
	struct sl_buf b = {0};

	for (int i = 0; i < 20000; i++)
		sl_buf_putc(&b, '(');
	CHECK(refused(&b, false, "nested more than 64 deep"));
	sl_buf_clear(&b);
	for (int i = 0; i < 10000; i++)
		sl_buf_puts(&b, "NOT ");
	CHECK(refused(&b, false, "nested more than 64 deep"));
	sl_buf_clear(&b);
	for (int i = 0; i < 5000; i++)
		sl_buf_puts(&b, "CASEI(");
	CHECK(refused(&b, false, "nested more than 64 deep"));
	sl_buf_clear(&b);
	sl_buf_puts(&b, "a IN (0");
	for (int i = 0; i < 5000; i++)
		sl_buf_puts(&b, ",0");
	CHECK(refused(&b, false, "more than 4096 values"));
	sl_buf_clear(&b);
	for (int i = 0; i < 70000; i++)
		sl_buf_putc(&b, ' ');
	CHECK(refused(&b, false, "longer than 65536 bytes"));
	CHECK(refused(&b, true, "longer than 65536 bytes"));
	sl_buf_clear(&b);
	for (int i = 0; i < 100; i++)
		sl_buf_puts(&b, "{\"op\":\"not\",\"args\":[");
	sl_buf_puts(&b, "true");
	for (int i = 0; i < 100; i++)
		sl_buf_puts(&b, "]}");
	CHECK(refused(&b, true, "deep"));
	sl_buf_done(&b);
}

/* The time of a pattern grows with its length, not with the number of ways to match it. */
TEST(cql2_like_is_not_exponential)
{
	char text[3000], pattern[2000];
	struct sl_str long_text = {text, sizeof text};

	memset(text, 'a', sizeof text);
	for (size_t i = 0; i < sizeof pattern; i += 2) {
		pattern[i] = '%';
		pattern[i + 1] = 'a';
	}
	CHECK(sl_cql2_like(long_text, (struct sl_str){pattern, sizeof pattern}));
	pattern[sizeof pattern - 1] = 'b';
	CHECK(!sl_cql2_like(long_text, (struct sl_str){pattern, sizeof pattern}));
	CHECK(sl_cql2_like(SL_STR("50%_\\"), SL_STR("50\\%\\_\\\\")));
	CHECK(!sl_cql2_like(SL_STR("500"), SL_STR("50\\%")));
	CHECK(sl_cql2_like(SL_STR("aé"), SL_STR("a_")));
	CHECK(sl_cql2_like(SL_STR(""), SL_STR("%%")));
}
