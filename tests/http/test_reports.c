/* Reports over HTTP: the same bytes as from the command, sentences for what cannot be made, and who may not ask. */
#include "office.h"

#include "app/report.h"

#include <string.h>

static enum sl_code to_buf(void *ctx, const void *p, size_t n, struct sl_err *e)
{
	sl_buf_add(ctx, p, n);
	return sl_buf_check(ctx, e);
}

/* What `safelane report --link` writes. */
static void made(struct office *o, const struct sl_report_request *q, enum sl_report_format format, struct sl_buf *b)
{
	struct sl_programme p = {0};
	struct sl_report report = {0};
	struct sl_sink sink = {to_buf, b};
	struct sl_html html = {0};
	char why[80];

	snprintf(why, sizeof why, "http://localhost/why?cell=");
	html.why = why;
	CHECK_OK(sl_programme_open(&p, o->t.p.path, SL_OPEN_READ, &o->t.p.env, &o->e), &o->e);
	CHECK_OK(sl_report_make(&p, q, &report, &o->e), &o->e);
	CHECK_OK(sl_report_write(&report, format, &html, SL_STR(""), &sink, &o->e), &o->e);
	sl_report_done(&report);
	sl_programme_close(&p);
}

static void get(const struct office *o, const struct sl_sign_in *in, const char *path, const char *more, struct reply *r)
{
	char headers[400];

	snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\n%s", in->session, more);
	office_request(o, "GET", path, headers, NULL, r);
}

TEST(reports_are_the_bytes_of_the_command)
{
	static const struct {
		const char *path, *type, *begins;
		enum sl_report_format format;
		bool same; /* a PDF and a spreadsheet carry the moment they were made */
	} rows[] = {
	    {"/reports/article5.html?to=2021-12-31&lang=en&authority=The%20%3Cb%3E%20Authority", "text/html", "<!DOCTYPE html>",
	     SL_REPORT_HTML, true},
	    {"/reports/article5.csv?to=2021-12-31&lang=en&authority=The%20%3Cb%3E%20Authority", "text/csv", "", SL_REPORT_CSV, true},
	    {"/reports/article5.pdf?to=2021-12-31&lang=en", "application/pdf", "%PDF-1", SL_REPORT_PDF, false},
	    {"/reports/article5.xlsx?to=2021-12-31&lang=en", "application/vnd.openxmlformats", "PK", SL_REPORT_XLSX, false},
	};
	const struct sl_report_fact fact = {SL_STR("authority"), SL_STR("The <b> Authority")};
	const struct sl_report_request q = {.template_name = "article5", .to = "2021-12-31", .language = "en",
	                                    .fact = &fact, .n_facts = 1};
	struct sl_sign_in reader;
	struct office o;

	office_open(&o);
	office_sign_in(&o, "reader", &reader);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sl_buf b = {0};
		struct reply r;

		get(&o, &reader, rows[i].path, "", &r);
		CHECK_INT(r.status, 200);
		CHECK(sl_str_has_prefix(reply_header(&r, "content-type"), rows[i].type));
		CHECK(sl_str_has_prefix(r.body, rows[i].begins));
		CHECK(r.body.n > 500);
		if (rows[i].same) {
			made(&o, &q, rows[i].format, &b);
			CHECK(sl_str_eq(r.body, sl_buf_view(&b)));
		}
		if (rows[i].format == SL_REPORT_HTML) {
			struct sl_str policy = reply_header(&r, "content-security-policy");

			CHECK(sl_str_has_prefix(policy, "default-src 'none'; style-src 'sha256-"));
			const char *style = strstr(r.text.p, "<style>") + 7, *end = strstr(style, "</style>");
			char sum[45];

			sl_sha256_base64(style, (size_t)(end - style), sum);
			CHECK(sl_str_find(policy, sum));
			CHECK(!sl_str_find(policy, "unsafe") && !sl_str_find(policy, "script"));
			CHECK(sl_str_find(r.body, "The &lt;b&gt; Authority") && !sl_str_find(r.body, "<b> Authority"));
		} else {
			CHECK(sl_str_find(reply_header(&r, "content-disposition"), "article5-2021-12-31."));
		}
		sl_buf_done(&b);
		reply_done(&r);
	}
	office_close(&o);
}

TEST(reports_that_cannot_be_made_say_why)
{
	static const struct {
		const char *path;
		int status;
		const char *says;
	} rows[] = {
	    {"/reports/nothing.pdf", 404, "there is no template 'nothing'; there are"},
	    {"/reports/..%2F..%2Fetc%2Fpasswd.pdf", 404, "there is no template"},
	    {"/reports/parts.html", 404, "there is no template 'parts'"},
	    {"/reports/article7", 404, "ends with .html, .pdf, .xlsx or .csv"},
	    {"/reports/.pdf", 404, "ends with .html"},
	    {"/reports/article7.docx", 404, "ends with .html"},
	    {"/reports/article7.gpx", 404, "only a field map"},
	    {"/reports/article7.html?to=31.12.2021", 400, "to '31.12.2021' is no date; write 2025-12-31"},
	    {"/reports/article7.html?from=2022-01-01&to=2021-12-31", 400, "ends before it begins"},
	    {"/reports/article7.html?as-of=2021-12-31&to=2021-12-31", 400, "give one"},
	    {"/reports/article7.html?lang=xx", 400, "there is no language 'xx'"},
	    {"/reports/article7.html?deposited=2001-01-01", 400, "asks for no 'deposited'"},
	    {"/reports/article7.html?record=HA-1", 400, "is not of one record"},
	    {"/reports/completion.html", 400, "give record"},
	    {"/reports/completion.html?record=NO-SUCH", 404, NULL},
	    {"/reports/plot.html", 400, "give at"},
	    {"/reports/plot.html?at=nowhere", 400, NULL},
	    {"/reports/article7.html?paper=a3", 400, "paper goes with"},
	    {"/reports/article5.csv?table=none", 404, "none"},
	    {"/reports/article5.html?deposited=yesterday", 400, "deposited 'yesterday' is no date"},
	    {"/reports/article5.html?contact=a&contact=b", 400, "contact"},
	    {"/reports/fieldmap.pdf", 400, "give record"},
	    {"/reports/fieldmap.pdf?record=OWN&paper=a0", 400, "paper is a4 or a3"},
	    {"/reports/fieldmap.pdf?record=NONE", 404, "NONE"},
	};
	struct sl_sign_in reader;
	struct office o;

	office_open(&o);
	office_sign_in(&o, "reader", &reader);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		office_manage(&o, &reader, "GET", rows[i].path, NULL, rows[i].status, rows[i].says);
	office_close(&o);
}

/* The findings of the rules are not for readers: neither as a page nor as a report. */
TEST(reports_list_what_may_be_made)
{
	struct sl_sign_in reader, officer, operator;
	struct office o;
	struct reply r;

	office_open(&o);
	office_sign_in(&o, "reader", &reader);
	office_sign_in(&o, "officer", &officer);
	office_sign_in(&o, "operator", &operator);
	office_manage(&o, &officer, "GET", "/api/reports", NULL, 200, "\"template\":\"scorecard\"");
	office_manage(&o, &reader, "GET", "/api/reports", NULL, 200, "\"name\":\"deposited\",\"question\":\"Day on which");
	get(&o, &reader, "/api/reports", "", &r);
	CHECK(!strstr(r.text.p, "scorecard") && !strstr(r.text.p, "\"parts\""));
	reply_done(&r);
	office_manage(&o, &reader, "GET", "/reports/scorecard.csv", NULL, 403, NULL);
	office_manage(&o, &officer, "GET", "/reports/scorecard.csv", NULL, 200, NULL);
	office_manage(&o, &reader, "GET", "/api/reports", NULL, 200, "\"of\":\"place\"");
	office_manage(&o, &reader, "GET", "/reports/plot.html?at=13.5,102.7&lang=en", NULL, 200, "no record");
	office_manage(&o, &operator, "GET", "/api/reports", NULL, 403, NULL);
	office_manage(&o, &operator, "GET", "/reports/victims.csv", NULL, 403, NULL);
	office_close(&o);
}

/* A template goes in and out, is listed and rendered, and what is wrong in it is said with file and line. */
TEST(reports_of_a_countrys_own_template)
{
	struct sl_sign_in reader, officer;
	struct office o;
	struct reply r, later;
	char etag[200];

	office_open(&o);
	office_sign_in(&o, "reader", &reader);
	office_sign_in(&o, "officer", &officer);
	office_manage(&o, &officer, "POST", "/api/reports",
	              "{\"file\":\"ours.txt\",\"text\":\"@title Ours\\n\\nThere are {remaning}.\\n\"}", 400,
	              "ours.txt, line 3: nothing is called {remaning}");
	office_manage(&o, &officer, "POST", "/api/reports", "{\"file\":\"../x y.txt\",\"text\":\"@title X\\n\"}", 400, "call the file");
	office_manage(&o, &officer, "POST", "/api/reports", "{\"file\":\"parts.txt\",\"text\":\"@title X\\n\"}", 400, "another name");
	office_manage(&o, &reader, "POST", "/api/reports", "{\"file\":\"ours.txt\",\"text\":\"@title X\\n\"}", 403, NULL);
	office_manage(&o, &reader, "GET", "/reports/ours.html", NULL, 404, "there is no template");
	office_manage(&o, &officer, "POST", "/api/reports",
	              "{\"file\":\"ours.txt\",\"text\":\"% What we say.\\n@title Our <b>land</b>\\n\\nThere are {remaining}.\\n\"}", 204, NULL);
	get(&o, &reader, "/api/reports", "", &r);
	CHECK(strstr(r.text.p, "\"template\":\"ours\",\"title\":\"Our <b>land</b>\",\"description\":\"What we say.\""));
	CHECK(strstr(r.text.p, "\"own\":[\"\"]"));
	CHECK(strstr(r.text.p, "\"template\":\"article7\""));
	reply_done(&r);
	get(&o, &reader, "/reports/ours.html?to=2025-12-31&lang=en", "", &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, "Our &lt;b&gt;land&lt;/b&gt;") && strstr(r.text.p, "There are "));
	snprintf(etag, sizeof etag, "If-None-Match: %.*s\r\n", SL_STR_ARG(reply_header(&r, "etag")));
	get(&o, &reader, "/reports/ours.html?to=2025-12-31&lang=en", etag, &later);
	CHECK_INT(later.status, 304);
	reply_done(&later);
	reply_done(&r);
	/* Another text is another report, though no record changed. */
	office_manage(&o, &officer, "POST", "/api/reports", "{\"file\":\"ours.txt\",\"text\":\"@title Otherwise\\n\"}", 204, NULL);
	get(&o, &reader, "/reports/ours.html?to=2025-12-31&lang=en", etag, &later);
	CHECK(later.status == 200 && strstr(later.text.p, "Otherwise"));
	reply_done(&later);
	/* What says findings is for who may read them, whatever it is called. */
	office_manage(&o, &officer, "POST", "/api/reports",
	              "{\"file\":\"ours.txt\",\"text\":\"@title F\\n@table t\\n\\tfrom findings\\n\\tby rule | Rule\\n\\tcolumn n | N | findings\\n\"}", 204, NULL);
	office_manage(&o, &reader, "GET", "/reports/ours.html", NULL, 403, NULL);
	office_manage(&o, &officer, "GET", "/reports/ours.html", NULL, 200, NULL);
	office_manage(&o, &officer, "DELETE", "/api/reports/ours", NULL, 204, NULL);
	office_manage(&o, &officer, "DELETE", "/api/reports/ours", NULL, 404, "no template 'ours'");
	office_manage(&o, &officer, "GET", "/reports/ours.html", NULL, 404, NULL);
	CHECK_INT(office_noted(&o, &o.t.p.arena, "template-set", NULL), 3);
	CHECK_INT(office_noted(&o, &o.t.p.arena, "template-remove", NULL), 1);
	office_close(&o);
}

/* Swapped or lost coordinates: the picture of the country stays one, and says what it leaves out. */
TEST(reports_map_leaves_out_what_lies_on_another_continent)
{
	struct sl_sign_in reader;
	struct office o;
	struct reply r;

	office_open(&o);
	office_sign_in(&o, "reader", &reader);
	get(&o, &reader, "/reports/country.html?to=2025-12-31&lang=en", "", &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, "Positions are rounded") && !strstr(r.text.p, "far outside the country"));
	reply_done(&r);
	programme_add_wkt(&o.t.p, "hazard", "STRAY-1", "2024-03-01", "class=CHA;status=OPEN;area_reported_m2=100",
	                  "POLYGON((-140 -10,-139.999 -10,-139.999 -9.999,-140 -9.999,-140 -10))");
	programme_add_wkt(&o.t.p, "hazard", "STRAY-2", "2024-03-01", "class=SHA;status=OPEN;area_reported_m2=100",
	                  "POLYGON((0 0,0.001 0,0.001 0.001,0 0.001,0 0))");
	get(&o, &reader, "/reports/country.html?to=2025-12-31&lang=en", "", &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.text.p, "far outside the country"));
	reply_done(&r);
	office_close(&o);
}
