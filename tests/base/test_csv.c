#include "base/csv.h"
#include "base/env.h"
#include "check.h"

static struct sl_arena a;

/* Reads all rows back as fields in <> and rows ended by their line number. */
static void reads(struct sl_str text, char separator, const char *want)
{
	struct sl_buf got = {0};
	struct sl_csv_row row;
	struct sl_err e = {0};
	struct sl_csv c;
	bool more = true;

	CHECK_OK(sl_csv_open(&c, "t.csv", text, separator, &e), &e);
	while (!e.code && !sl_csv_next(&c, &a, &row, &more, &e) && more) {
		for (size_t i = 0; i < row.n; i++) {
			sl_buf_putc(&got, '<');
			sl_buf_str(&got, row.field[i]);
			sl_buf_putc(&got, '>');
		}
		sl_buf_printf(&got, "%zu ", row.line);
	}
	if (e.code)
		sl_buf_puts(&got, e.msg);
	CHECK_STR(sl_buf_view(&got), want);
	sl_buf_done(&got);
	sl_arena_done(&a);
}

TEST(csv_rows_and_fields)
{
	reads(SL_STR(""), 0, "");
	reads(SL_STR("\n\r\n"), 0, "");
	reads(SL_STR("a,b\n1,2\n"), 0, "<a><b>1 <1><2>2 ");
	reads(SL_STR("a,b\r\n1,2"), 0, "<a><b>1 <1><2>2 ");
	reads(SL_STR("a,b\r1,2\r"), 0, "<a><b>1 <1><2>2 ");
	reads(SL_STR("\xef\xbb\xbf"
	             "a,b\n"),
	      0, "<a><b>1 ");
	reads(SL_STR("a,,\n,\n"), 0, "<a><><>1 <><>2 ");
	reads(SL_STR("a\n\n\nb\n"), 0, "<a>1 <b>4 ");
	reads(SL_STR(" a , b \n"), 0, "< a >< b >1 ");
}

TEST(csv_quotes)
{
	reads(SL_STR("\"a,b\",\"c\"\"d\"\n"), 0, "<a,b><c\"d>1 ");
	reads(SL_STR("\"line 1\nline 2\r\nline 3\",x\ny\n"), 0, "<line 1\nline 2\r\nline 3><x>1 <y>4 ");
	reads(SL_STR("\"a\rb\"\nc"), 0, "<a\rb>1 <c>3 ");
	reads(SL_STR("\"\",\"\"\"\"\n"), 0, "<><\">1 ");
	reads(SL_STR("12\" pipe,5'\n"), 0, "<12\" pipe><5'>1 ");
	reads(SL_STR("\"a\"\"\""), 0, "<a\">1 ");
}

TEST(csv_errors_name_line_and_column)
{
	reads(SL_STR("a,b\n1,\"2\n3\n"), 0,
	      "<a><b>1 t.csv: line 2, column 3: the quote that opens here is never closed");
	reads(SL_STR("a,b\n\"1\" ,2\n"), 0,
	      "<a><b>1 t.csv: line 2, column 4: text after a closing quote; double the quotes inside a field");
	/* characters, not bytes */
	reads(SL_STR("\xd0\xbc\xd0\xb8\xd0\xbd\xd0\xb0,\"x\"y\n"), 0,
	      "t.csv: line 1, column 9: text after a closing quote; double the quotes inside a field");
	reads(SL_STR("\"a\nb\"c\n"), 0,
	      "t.csv: line 2, column 3: text after a closing quote; double the quotes inside a field");
}

TEST(csv_refuses_utf16)
{
	struct sl_err e = {0};
	struct sl_csv c;

	CHECK_INT(sl_csv_open(&c, "t.csv",
	                      SL_STR("\xff\xfe"
	                             "a\0"),
	                      0, &e),
	          SL_INVALID);
	CHECK(strstr(e.msg, "UTF-16"));
}

TEST(csv_separators)
{
	reads(SL_STR("a;b,c;d\n"), 0, "<a><b,c><d>1 ");
	reads(SL_STR("a\tb,c\td\n"), 0, "<a><b,c><d>1 ");
	reads(SL_STR("\"a;b;c\",d\n"), 0, "<a;b;c><d>1 ");
	reads(SL_STR("abc\n1;2\n"), 0, "<abc>1 <1;2>2 ");
	reads(SL_STR("sep=;\na,b;c\n"), 0, "<a,b><c>2 ");
	reads(SL_STR("sep=,\r\na;b\n"), 0, "<a;b>2 ");
	reads(SL_STR("sep=x"), '|', "");
	reads(SL_STR("a,b|c\n"), '|', "<a,b><c>1 ");
}

TEST(csv_columns_by_heading)
{
	struct sl_csv_row row;
	struct sl_err e = {0};
	struct sl_csv c;
	bool more;
	int b;

	CHECK_OK(sl_csv_open(&c, "t.csv", SL_STR("a, b ,c\n1, 2\n"), 0, &e), &e);
	CHECK_OK(sl_csv_next(&c, &a, &row, &more, &e), &e);
	b = sl_csv_column(&row, "b");
	CHECK_INT(b, 1);
	CHECK_INT(sl_csv_column(&row, "d"), -1);
	CHECK_OK(sl_csv_next(&c, &a, &row, &more, &e), &e);
	CHECK_STR(sl_csv_get(&row, b), "2");
	CHECK_STR(sl_csv_get(&row, 2), "");
	CHECK_STR(sl_csv_get(&row, -1), "");
	sl_arena_done(&a);
}

/* A reset arena for each row, and rows that share one list, read the same. */
TEST(csv_flat_memory)
{
	struct sl_buf text = {0};
	struct sl_csv_row row;
	struct sl_err e = {0};
	struct sl_csv c;
	bool more = true;
	size_t n = 0;

	for (int i = 0; i < 5000; i++)
		sl_buf_printf(&text, "%d,\"a\"\"%d\",%s\n", i, i, i % 3 ? "x" : "x,y,z,1,2,3,4,5,6,7,8,9");
	for (int share = 0; share < 2; share++) {
		CHECK_OK(sl_csv_open(&c, "t.csv", sl_buf_view(&text), 0, &e), &e);
		c.share = share != 0;
		for (n = 0;; n++) {
			struct sl_arena_mark m = sl_arena_mark(&a);
			char want[20];

			CHECK_OK(sl_csv_next(&c, &a, &row, &more, &e), &e);
			if (!more)
				break;
			snprintf(want, sizeof want, "a\"%zu", n);
			CHECK_STR(row.field[1], want);
			CHECK_INT(row.line, n + 1);
			CHECK_INT(row.n, n % 3 ? 3 : 14);
			if (!share)
				sl_arena_reset(&a, m);
		}
		CHECK_INT(n, 5000);
		sl_arena_done(&a);
	}
	sl_buf_done(&text);
}

static void writes(struct sl_csv_writer *w, const char *field, const char *want)
{
	sl_buf_clear(w->b);
	sl_csv_put(w, sl_str_from(field));
	sl_csv_end(w);
	CHECK_STR(sl_buf_view(w->b), want);
}

TEST(csv_writer_quotes_when_needed)
{
	struct sl_buf b = {0};
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, &b, ',', false);
	writes(&w, "plain", "plain\n");
	writes(&w, "a,b", "\"a,b\"\n");
	writes(&w, "a;b", "a;b\n");
	writes(&w, "say \"x\"", "\"say \"\"x\"\"\"\n");
	writes(&w, "two\nlines", "\"two\nlines\"\n");
	writes(&w, " blank", "\" blank\"\n");
	writes(&w, "", "\"\"\n");
	writes(&w, "=1+1", "=1+1\n");
	sl_buf_clear(&b);
	sl_csv_put_int(&w, -5);
	sl_csv_put_double(&w, 0.25);
	sl_csv_put_double(&w, (double)NAN);
	sl_csv_put(&w, SL_STR(""));
	sl_csv_end(&w);
	CHECK_STR(sl_buf_view(&b), "-5,0.25,,\n");
	sl_buf_done(&b);
}

TEST(csv_writer_guards_formulas)
{
	struct sl_buf b = {0};
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, &b, ';', true);
	writes(&w, "=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"\n");
	writes(&w, "+31 6 1234", "'+31 6 1234\n");
	writes(&w, "@x", "'@x\n");
	writes(&w, "-2;3", "\"'-2;3\"\n");
	writes(&w, "-12.5", "-12.5\n");
	writes(&w, "+5", "+5\n");
	writes(&w, "a=b", "a=b\n");
	sl_buf_done(&b);
}

/* Any fields come back as they were written. */
TEST(csv_round_trip)
{
	static const char letters[] = "a\",;\t\n\r =\xc3\xa9";
	uint64_t seed = 4180;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 5000; round++) {
		struct sl_buf b = {0}, fields = {0};
		size_t n = 1 + sl_splitmix64(&seed) % 6, at = 0, end[6];
		struct sl_csv_writer w;
		struct sl_csv_row row = {0};
		struct sl_err e = {0};
		struct sl_csv c;
		bool more;

		sl_csv_writer_init(&w, &b, ",;\t"[round % 3], false);
		for (size_t i = 0; i < n; i++) {
			size_t len = sl_splitmix64(&seed) % 6;

			for (size_t k = 0; k < len; k++)
				sl_buf_putc(&fields, letters[sl_splitmix64(&seed) % (sizeof letters - 1)]);
			end[i] = fields.n;
			sl_csv_put(&w, (struct sl_str){fields.n ? fields.p + at : "", end[i] - at});
			at = end[i];
		}
		sl_csv_end(&w);
		CHECK_OK(sl_csv_open(&c, "t.csv", sl_buf_view(&b), w.separator, &e), &e);
		CHECK_OK(sl_csv_next(&c, &a, &row, &more, &e), &e);
		CHECK(more && row.n == n);
		for (size_t i = 0; i < row.n && row.n == n; i++)
			CHECK(sl_str_eq(row.field[i], (struct sl_str){fields.n ? fields.p + (i ? end[i - 1] : 0) : "",
			                                              end[i] - (i ? end[i - 1] : 0)}));
		CHECK_OK(sl_csv_next(&c, &a, &row, &more, &e), &e);
		CHECK(!more);
		sl_buf_done(&b);
		sl_buf_done(&fields);
		sl_arena_done(&a);
	}
}
