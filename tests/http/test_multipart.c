#include "check.h"
#include "http/multipart.h"

#define TYPE "multipart/form-data; boundary=XX"
#define DISPOSITION "Content-Disposition: form-data; name=\"a\""
#define PART "--XX\r\n" DISPOSITION "\r\n\r\n"
#define END "\r\n--XX--\r\n"

static enum sl_code read_parts(struct sl_arena *a, const char *type, struct sl_str body, struct sl_form_part **part, size_t *n,
                               struct sl_err *e)
{
	*e = (struct sl_err){0};
	*n = 0;
	return sl_multipart_read(a, sl_str_from(type), body, part, n, e);
}

/* What a body is read as: "name|file|type|bytes" for each part, or the complaint. */
static void check_reads(const char *type, struct sl_str body, const char *want)
{
	struct sl_arena a = {0};
	struct sl_buf got = {0};
	struct sl_form_part *part;
	struct sl_err e;
	size_t n;

	if (read_parts(&a, type, body, &part, &n, &e)) {
		CHECK(e.code == SL_INVALID);
		sl_buf_puts(&got, e.msg);
	}
	for (size_t i = 0; i < n; i++) {
		sl_buf_printf(&got, "%s%.*s|", i ? " " : "", SL_STR_ARG(part[i].name));
		sl_buf_printf(&got, part[i].is_file ? "%.*s|" : "%.*s-|", SL_STR_ARG(part[i].file));
		sl_buf_printf(&got, "%.*s|%.*s", SL_STR_ARG(part[i].type), SL_STR_ARG(part[i].bytes));
	}
	sl_buf_putc(&got, 0);
	if (strcmp(got.p, want)) {
		printf("got  %s\nwant %s\n", got.p, want);
		test_failures++;
	}
	sl_buf_done(&got);
	sl_arena_done(&a);
}

#define READS(body, want) check_reads(TYPE, SL_STR(body), want)

TEST(multipart_as_browsers_and_curl_send_it)
{
	READS(PART "1" END, "a|-|text/plain|1");
	READS(PART "" END, "a|-|text/plain|");
	READS(PART "one\r\ntwo\n\r\r\n" END, "a|-|text/plain|one\r\ntwo\n\r\r\n");
	READS("--XX\r\n" DISPOSITION "; filename=\"plot.kml\"\r\nContent-Type: Application/VND.google-earth.kml+xml; x=1\r\n\r\n<k/>"
	      "\r\n--XX\r\nContent-Type: text/plain\r\nCONTENT-DISPOSITION: form-data; name=b\r\nX-Other: y\r\n\r\n2" END,
	      "a|plot.kml|application/vnd.google-earth.kml+xml|<k/> b|-|text/plain|2");
	/* A form's file field left empty. */
	READS("--XX\r\n" DISPOSITION "; filename=\"\"\r\n\r\n" END, "a||text/plain|");
	/* A preamble and an epilogue are nobody's (RFC 2046, 5.1.1). */
	READS("for old mail readers\r\n" PART "1" END "trailing", "a|-|text/plain|1");
	READS("--XX  \t\r\n" DISPOSITION "\r\n\r\n1\r\n--XX-- \t", "a|-|text/plain|1");
	check_reads("Multipart/Form-Data; charset=utf-8; boundary=\"a b'(+)\"", SL_STR("--a b'(+)\r\n" DISPOSITION "\r\n\r\n1\r\n--a b'(+)--"),
	            "a|-|text/plain|1");
}

TEST(multipart_boundary_that_is_split_or_only_begun_is_content)
{
	READS(PART "1\r\n--X\r\nX" END, "a|-|text/plain|1\r\n--X\r\nX");
	READS(PART "\r\n--XXX\r\n--XX-\r\n--XX \rY" END, "a|-|text/plain|\r\n--XXX\r\n--XX-\r\n--XX \rY");
	READS(PART "1\n--XX--\n" END, "a|-|text/plain|1\n--XX--\n");
	READS(PART "\r" END, "a|-|text/plain|\r");
	READS(PART "\r\r\n-" END, "a|-|text/plain|\r\r\n-");
}

/* Cut anywhere before its end, a body is refused: never is half of a file taken for the whole. */
TEST(multipart_cut_anywhere_is_refused)
{
	static const char whole[] = "x\r\n" PART "one\r\n--XX\r\n" DISPOSITION "; filename=\"f\"\r\n\r\ntwo\r\n--XX--";
	struct sl_form_part *part;
	struct sl_err e;
	size_t n;

	for (size_t k = 0; k < sizeof whole; k++) {
		struct sl_arena a = {0};
		enum sl_code code = read_parts(&a, TYPE, (struct sl_str){whole, k}, &part, &n, &e);

		CHECK_INT(code, k == sizeof whole - 1 ? SL_OK : SL_INVALID);
		CHECK(!code || (e.msg[0] && !n));
		sl_arena_done(&a);
	}
	READS(PART "1", "the body ends within part 1: it was cut off on the way; send it again");
	READS(PART "1\r\n--XX\r\nContent-Dis", "part 2 of the body: its head does not end: it was cut off on the way; send it again");
}

TEST(multipart_names)
{
#define FILE_NAMED(f) "--XX\r\n" DISPOSITION "; filename=" f "\r\n\r\n" END
	/* How curl, browsers (HTML) and the browsers of old write a quotation mark and folders. */
	READS(FILE_NAMED("\"a\\\"b.jpg\""), "a|a\"b.jpg|text/plain|");
	READS(FILE_NAMED("\"a%22b 100%25.jpg\""), "a|a\"b 100%25.jpg|text/plain|");
	READS(FILE_NAMED("\"C:\\Users\\me\\b.jpg\""), "a|b.jpg|text/plain|");
	READS(FILE_NAMED("\"..\\..\\/etc/passwd\""), "a|passwd|text/plain|");
	READS(FILE_NAMED("\"..\""), "a||text/plain|");
	READS(FILE_NAMED("\"a%0D%0ASet-Cookie: x\""), "a|aSet-Cookie: x|text/plain|");
	READS(FILE_NAMED("token.csv"), "a|token.csv|text/plain|");
	READS(FILE_NAMED("\"\\\\\\\\\""), "a||text/plain|");
	READS(FILE_NAMED("\"x; filename=\\\"y\\\"; name=\\\"z\""), "a|x; filename=\"y\"; name=\"z|text/plain|");
	READS(FILE_NAMED("\"\xd9\x82\xd8\xb7\xd8\xb9\xd8\xa9.kml\""), "a|\xd9\x82\xd8\xb7\xd8\xb9\xd8\xa9.kml|text/plain|");
	READS(FILE_NAMED("\"\xff\""), "part 1 of the body: its name is not UTF-8");
	READS(FILE_NAMED("\"x"), "part 1 of the body: Content-Disposition: a quoted value does not end");
	READS(FILE_NAMED("\"x\"y"), "part 1 of the body: Content-Disposition: behind a parameter stands what is none");
	READS(FILE_NAMED("\"x\"; filename=\"y\""), "part 1 of the body: it is named twice");
	READS("--XX\r\nContent-Disposition: form-data\r\n\r\n" END, "part 1 of the body: its field has no name");
	READS("--XX\r\nContent-Disposition: form-data; filename=\"f\"\r\n\r\n" END, "part 1 of the body: its field has no name");
	READS("--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n" END,
	      "part 1 of the body: the name of its field is to have 1 to 255 bytes");
	READS("--XX\r\nContent-Disposition: form-data; name=\"a%0Ab\"\r\n\r\n" END,
	      "part 1 of the body: the name of its field has a control character");
	READS("--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n" END,
	      "part 1 of the body: its Content-Disposition is not form-data");
	READS("--XX\r\nContent-Type: text/plain\r\n\r\n" END, "part 1 of the body: it has no Content-Disposition");
}

TEST(multipart_long_file_name_keeps_its_end)
{
	struct sl_buf b = {0};
	struct sl_arena a = {0};
	struct sl_form_part *part;
	struct sl_err e;
	size_t n;

	sl_buf_puts(&b, "--XX\r\n" DISPOSITION "; filename=\"");
	for (int i = 0; i < 300; i++)
		sl_buf_puts(&b, "\xd9\x82");
	sl_buf_puts(&b, ".jpeg\"\r\n\r\n" END);
	CHECK_OK(read_parts(&a, TYPE, sl_buf_view(&b), &part, &n, &e), &e);
	CHECK(n == 1 && part[0].file.n <= SL_PART_NAME_MAX && sl_str_has_suffix_nocase(part[0].file, ".jpeg"));
	CHECK(n == 1 && part[0].file.p[0] == '\xd9'); /* no half of a letter */
	sl_buf_done(&b);
	sl_arena_done(&a);
}

TEST(multipart_head_is_bounded_and_strict)
{
	struct sl_buf b = {0};

	sl_buf_puts(&b, "--XX\r\n" DISPOSITION "\r\nX: ");
	for (int i = 0; i < SL_PART_HEAD_MAX; i++)
		sl_buf_putc(&b, 'x');
	sl_buf_puts(&b, "\r\n\r\n1" END);
	check_reads(TYPE, sl_buf_view(&b), "part 1 of the body: its head is longer than 4096 bytes");
	sl_buf_clear(&b);
	for (int i = 0; i <= SL_PARTS_MAX; i++)
		sl_buf_puts(&b, PART "1\r\n");
	sl_buf_puts(&b, "--XX--");
	check_reads(TYPE, sl_buf_view(&b), "the body has more than 128 parts");
	sl_buf_done(&b);
	READS("--XX\r\n" DISPOSITION "\r\n folded\r\n\r\n1" END, "part 1 of the body: a line of its head is no header");
	READS("--XX\r\n" DISPOSITION "\r\nno header\r\n\r\n1" END, "part 1 of the body: a line of its head is no header");
	READS("--XX\r\n" DISPOSITION "\n\n1" END, "part 1 of the body: a line of its head does not end with CR LF");
	READS("--XX\r\n" DISPOSITION "\r\nX: \0\r\n\r\n1" END, "part 1 of the body: its head has a control character");
	READS("--XX\r\n" DISPOSITION "\r\n" DISPOSITION "\r\n\r\n1" END, "part 1 of the body: it has two Content-Dispositions");
	READS("--XX\r\n" DISPOSITION "\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==" END,
	      "part 1 of the body: its bytes are encoded as base64; send them as they are");
	READS("--XX\r\n" DISPOSITION "\r\nContent-Transfer-Encoding: Binary\r\nContent-Type: <script>\r\n\r\n1" END,
	      "a|-|application/octet-stream|1");
	READS("--XX--", "the body has no parts");
	READS("", "the body does not have the boundary that its header names");
}

TEST(multipart_boundary_of_the_header)
{
	static const char *const bad[] = {"", "multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=XX",
	                                  "multipart/form-data; boundary=\"XX", "multipart/form-data; boundary=X\xc3\xa9",
	                                  "multipart/form-data; boundary=XX; boundary=YY", "multipart/form-data; boundary=\"X \"",
	                                  "multipart/form-data; boundary=\"X\rX\"", "multipart/form-data; boundary",
	                                  "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x"};
	struct sl_arena a = {0};
	struct sl_form_part *part;
	struct sl_err e;
	size_t n;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_INT(read_parts(&a, bad[i], SL_STR(PART "1" END), &part, &n, &e), SL_INVALID);
		CHECK(e.msg[0] != 0);
	}
	sl_arena_done(&a);
}

TEST(multipart_part_named)
{
	struct sl_arena a = {0};
	struct sl_form_part *part;
	struct sl_err e;
	size_t n;

	CHECK_OK(read_parts(&a, TYPE, SL_STR(PART "1\r\n" PART "2" END), &part, &n, &e), &e);
	CHECK_INT(n, 2);
	CHECK(sl_form_part_named(part, n, "a") == part);
	CHECK(!sl_form_part_named(part, n, "b"));
	sl_arena_done(&a);
}
