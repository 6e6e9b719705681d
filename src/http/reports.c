/* Reports over HTTP: what templates there are, and the bytes that `safelane report` writes. */
#include "http/routes.h"

#include "http/parts.h"
#include "http/report_body.h"

#include "app/field_map.h"
#include "app/report_own.h"
#include "geo/coord.h"

#include <stdio.h>
#include <string.h>

#define JSON "application/json"

enum { FACTS_MAX = 64 };

static const struct {
	const char *name, *type;
	enum sl_report_format format;
} formats[] = {
    {"html", "text/html; charset=utf-8", SL_REPORT_HTML},
    {"pdf", "application/pdf", SL_REPORT_PDF},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", SL_REPORT_XLSX},
    {"csv", "text/csv; charset=utf-8", SL_REPORT_CSV},
    {"gpx", "application/gpx+xml", SL_REPORT_FORMATS},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const struct sl_parameter report_query[];

static const char *text_or_null(struct sl_request *r, const char *name, struct sl_err *e)
{
	struct sl_str text = sl_request_query(r, name, NULL);

	return text.n && !e->code ? sl_str_dup(r->arena, text, e) : NULL;
}

static bool may_read_findings(const struct sl_request *r)
{
	return sl_request_may(r, SL_RIGHT_READ_FINDINGS) == SL_EXTENT_ALL;
}

/* ---- the list ---- */

static void put_formats(struct sl_json_writer *w, const char *names)
{
	struct sl_str rest = sl_str_from(names), one;

	sl_json_put_key(w, SL_STR("formats"));
	sl_json_begin(w, '[');
	while (sl_str_split(&rest, ' ', &one))
		sl_json_put_str(w, one);
	sl_json_end(w, ']');
}

static void put_about(struct sl_json_writer *w, const char *name, const struct sl_report_about *about)
{
	sl_json_kv_str(w, "template", sl_str_from(name));
	sl_json_kv_str(w, "title", about->title);
	sl_json_kv_str(w, "description", about->description);
	sl_json_kv_str(w, "period", about->period);
	sl_json_kv_str(w, "of", about->of);
	sl_json_put_key(w, SL_STR("from"));
	if (*about->from)
		sl_json_put_str(w, sl_str_from(about->from));
	else
		sl_json_put_null(w);
	sl_json_kv_str(w, "to", sl_str_from(about->to));
	put_formats(w, "html pdf xlsx csv");
	sl_json_put_key(w, SL_STR("asks"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < about->n_asks; i++) {
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "name", about->ask[i].name);
		sl_json_kv_str(w, "question", about->ask[i].question);
		sl_json_put_key(w, SL_STR("date"));
		sl_json_put_bool(w, about->ask[i].date);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

/* The languages in which the programme has it; "" is for all of them. */
static void put_own(struct sl_json_writer *w, const struct sl_report_own *own, size_t n, const char *name)
{
	sl_json_put_key(w, SL_STR("own"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < n; i++)
		if (sl_str_is(own[i].name, name))
			sl_json_put_str(w, own[i].language);
	sl_json_end(w, ']');
}

/* One that was right when it was put in may be wrong for this version of the program: that is said, and the others are
 * there. */
static enum sl_code put_report(struct sl_request *r, struct sl_json_writer *w, const struct sl_report_own *own, size_t n,
                               const char *name, struct sl_err *e)
{
	const struct sl_report_request q = {.template_name = name, .language = r->locale->code};
	struct sl_report_about about;
	bool is_own = false;

	for (size_t i = 0; i < n; i++)
		is_own |= sl_str_is(own[i].name, name);
	if (sl_report_about(r->programme, r->arena, &q, &about, e)) {
		if (!is_own || e->code != SL_INVALID)
			return e->code;
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "template", sl_str_from(name));
		put_own(w, own, n, name);
		sl_json_kv_str(w, "problem", sl_str_from(e->msg));
		sl_json_end(w, '}');
		sl_err_clear(e);
		return SL_OK;
	}
	if (about.findings && !may_read_findings(r))
		return SL_OK;
	sl_json_begin(w, '{');
	put_about(w, name, &about);
	put_own(w, own, n, name);
	sl_json_end(w, '}');
	return SL_OK;
}

static bool is_built_in(struct sl_str name)
{
	const struct sl_report_template *t;

	for (size_t i = 0; (t = sl_report_template_at(i)) != NULL; i++)
		if (sl_str_is(name, t->name))
			return true;
	return false;
}

static enum sl_code reports(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const struct sl_report_template *t;
	struct sl_report_own *own;
	struct sl_json_writer w;
	size_t n;

	if (sl_report_own_list(r->programme, r->arena, &own, &n, e))
		return e->code;
	out->type = JSON;
	out->worded = true;
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("reports"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < n && !e->code; i++) {
		const char *name = sl_str_dup(r->arena, own[i].name, e);

		if (name && (!i || !sl_str_eq(own[i].name, own[i - 1].name)) && !is_built_in(own[i].name))
			(void)!put_report(r, &w, own, n, name, e);
	}
	for (size_t i = 0; !e->code && (t = sl_report_template_at(i)) != NULL; i++) {
		const char *name = t->name;

		if (strcmp(name, "parts"))
			(void)!put_report(r, &w, own, n, name, e);
	}
	if (e->code)
		return e->code;
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
	return SL_OK;
}

/* ---- one report ---- */

struct asked {
	struct sl_report_request q;
	struct sl_report_fact fact[FACTS_MAX];
	const char *at, *paper, *file; /* of the answer, as it is saved */
	struct sl_question place;
	size_t format;
};

/* "article7.pdf" */
static enum sl_code read_name(struct sl_request *r, struct asked *a, struct sl_err *e)
{
	struct sl_str file = r->value[0];
	size_t dot = file.n;

	while (dot && file.p[dot - 1] != '.')
		dot--;
	for (a->format = 0; dot > 1 && a->format < FORMATS; a->format++)
		if (sl_str_is((struct sl_str){file.p + dot, file.n - dot}, formats[a->format].name))
			break;
	if (dot <= 1 || a->format == FORMATS)
		return sl_fail(e, SL_NOT_FOUND, "'%.*s': the name of a report ends with .html, .pdf, .xlsx or .csv",
		               SL_STR_ARG(file));
	a->q.template_name = sl_str_dup(r->arena, (struct sl_str){file.p, dot - 1}, e);
	return e->code;
}

static enum sl_code judge_date(const char *name, const char *text, struct sl_err *e)
{
	struct sl_date d;

	if (!text || sl_date_parse(sl_str_from(text), &d))
		return SL_OK;
	return sl_fail(e, SL_INVALID, "%s '%.40s' is no date; write 2025-12-31", name, text);
}

static enum sl_code read_query(struct sl_request *r, struct asked *a, struct sl_err *e)
{
	a->q.from = text_or_null(r, "from", e);
	a->q.to = text_or_null(r, "to", e);
	a->q.as_of = text_or_null(r, "as-of", e);
	a->q.language = text_or_null(r, "lang", e);
	a->q.record = text_or_null(r, "record", e);
	a->at = text_or_null(r, "at", e);
	a->paper = text_or_null(r, "paper", e);
	if (e->code || judge_date("from", a->q.from, e) || judge_date("to", a->q.to, e) ||
	    judge_date("as-of", a->q.as_of, e))
		return e->code;
	if (a->q.to && a->q.as_of)
		return sl_fail(e, SL_INVALID, "as-of and to both name the closing date; give one");
	if (a->q.language && !sl_locale_find(sl_str_from(a->q.language)))
		return sl_fail(e, SL_INVALID, "there is no language '%.20s'", a->q.language);
	if (a->paper && strcmp(a->paper, "a3") && strcmp(a->paper, "a4"))
		return sl_fail(e, SL_INVALID, "paper is a4 or a3");
	if (!a->q.language)
		a->q.language = r->locale->code;
	return SL_OK;
}

static bool is_of_table(struct sl_str name)
{
	for (const struct sl_parameter *p = report_query; p->name; p++)
		if (sl_str_is(name, p->name))
			return true;
	return false;
}

/* What the template asks for comes as parameters of those names; an empty one is not given. */
static enum sl_code read_facts(struct sl_request *r, const struct sl_report_about *about, struct asked *a,
                               struct sl_err *e)
{
	for (size_t i = 0; i < r->n_query; i++) {
		struct sl_str name = r->query[i].name;
		bool known = false, date = false;

		if (is_of_table(name))
			continue;
		for (size_t k = 0; k < about->n_asks && !known; k++) {
			known = sl_str_eq(about->ask[k].name, name);
			date = known && about->ask[k].date;
		}
		for (size_t k = 0; k < a->q.n_facts; k++)
			if (sl_str_eq(a->fact[k].name, name))
				return sl_fail(e, SL_INVALID, "'%.*s' is given twice", SL_STR_ARG(name));
		if (!known || a->q.n_facts == FACTS_MAX)
			return sl_fail(e, SL_INVALID, "the report '%s' asks for no '%.*s'", a->q.template_name,
			               (int)(name.n < 60 ? name.n : 60), name.p);
		if (date && r->query[i].value.n) {
			const char *text = sl_str_dup(r->arena, r->query[i].value, e), *called = sl_str_dup(r->arena, name, e);

			if (e->code || judge_date(called, text, e))
				return e->code;
		}
		if (r->query[i].value.n)
			a->fact[a->q.n_facts++] = (struct sl_report_fact){name, r->query[i].value};
	}
	a->q.fact = a->fact;
	return SL_OK;
}

static enum sl_code write_out(struct sl_request *r, const struct asked *a, const struct sl_report *report,
                              struct sl_response *out, struct sl_err *e)
{
	const struct sl_sink sink = sl_report_body(out);
	struct sl_html html = {.why = sl_arena_printf(r->arena, e, "%s/why?cell=", r->base)};

	return html.why ? sl_report_write(report, formats[a->format].format, &html,
	                                  sl_request_query(r, "table", NULL), &sink, e)
	                : e->code;
}

static enum sl_code make(struct sl_request *r, struct asked *a, struct sl_response *out, struct sl_err *e)
{
	struct sl_report report = {0};
	struct sl_tile_loan loan;

	if (sl_request_ledger(r, &loan, e))
		return e->code;
	a->q.ledger = loan.ledger;
	if (!sl_report_make(r->programme, &a->q, &report, e))
		(void)!write_out(r, a, &report, out, e);
	sl_report_done(&report);
	sl_tile_ledger_return(&loan);
	return e->code;
}

static enum sl_code make_field_map(struct sl_request *r, struct asked *a, struct sl_response *out, struct sl_err *e)
{
	const struct sl_field_map_request q = {.record = a->q.record, .language = a->q.language, .as_of = a->q.as_of,
	                                       .a3 = a->paper && !strcmp(a->paper, "a3")};
	struct sl_report report = {0};
	struct sl_buf gpx = {0};

	if (!sl_field_map_make(r->programme, &q, &report, &gpx, e) && formats[a->format].format != SL_REPORT_FORMATS)
		(void)!write_out(r, a, &report, out, e);
	else if (!e->code)
		sl_buf_str(&out->body, sl_buf_view(&gpx));
	sl_buf_done(&gpx);
	sl_report_done(&report);
	return e->code;
}

/* "@of record" and "@of place" are judged with the template's words by who makes the report. */
static enum sl_code read_place(struct asked *a, struct sl_err *e)
{
	struct sl_coord coord;

	if (!a->at)
		return SL_OK;
	if (sl_coord_parse(sl_str_from(a->at), false, &coord, e))
		return e->code;
	a->place = (struct sl_question){.at_point = true, .lat = coord.lat_deg, .lon = coord.lon_deg};
	a->q.place = &a->place;
	return SL_OK;
}

static enum sl_code judge_subject(const struct asked *a, bool sheet, struct sl_str of, struct sl_err *e)
{
	bool record = sheet || sl_str_is(of, "record");

	if (record && !a->q.record)
		return sl_fail(e, SL_INVALID, "'%s' is of one record: give record, its identifier", a->q.template_name);
	if (sl_str_is(of, "place") && !a->at)
		return sl_fail(e, SL_INVALID, "'%s' is of one place: give at, its coordinates", a->q.template_name);
	if ((a->q.record && !record) || (a->at && !sl_str_is(of, "place")))
		return sl_fail(e, SL_INVALID, "'%s' is not of one %s: leave %s away", a->q.template_name,
		               a->at ? "place" : "record", a->at ? "at" : "record");
	return a->paper && !sheet ? sl_fail(e, SL_INVALID, "paper goes with fieldmap") : SL_OK;
}

/* What is asked for, judged: only then is anything made. */
static enum sl_code judge(struct sl_request *r, struct asked *a, struct sl_err *e)
{
	struct sl_report_about about = {0};
	bool sheet;

	if (read_name(r, a, e) || read_query(r, a, e))
		return e->code;
	if (!strcmp(a->q.template_name, "parts"))
		return sl_fail(e, SL_NOT_FOUND, "there is no template 'parts'");
	sheet = !strcmp(a->q.template_name, "fieldmap");
	if (!sheet && formats[a->format].format == SL_REPORT_FORMATS)
		return sl_fail(e, SL_NOT_FOUND, "only a field map has points for a receiver (.gpx)");
	if (!sheet && sl_report_about(r->programme, r->arena, &a->q, &about, e))
		return e->code;
	if (judge_subject(a, sheet, about.of, e) || read_place(a, e))
		return e->code;
	if (about.findings && !may_read_findings(r))
		return sl_fail(e, SL_DENIED, "your role does not allow this");
	a->file = sheet ? sl_arena_printf(r->arena, e, "attachment; filename=\"fieldmap.%s\"", formats[a->format].name)
	                : sl_arena_printf(r->arena, e, "attachment; filename=\"%s-%s.%s\"", a->q.template_name, about.to,
	                                  formats[a->format].name);
	return a->file ? read_facts(r, &about, a, e) : e->code;
}

static enum sl_code report(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct asked *a = sl_arena_alloc(r->arena, 1, sizeof *a, e);
	char salt[80] = "";
	uint64_t own;

	if (!a || judge(r, a, e) || sl_report_own_version(r->programme, &own, e))
		return e->code;
	/* Without dates a report follows the day; its words and its look follow the program and the programme. */
	sl_date_text((struct sl_date){(int32_t)(sl_env_now_ms(r->env) / 86400000)}, salt);
	snprintf(salt + strlen(salt), sizeof salt - strlen(salt), "%.40s %016llx", sl_asset_hash(), (unsigned long long)own);
	out->language = sl_str_from(a->q.language);
	out->type = formats[a->format].type;
	if (sl_response_etag(r, out, sl_str_from(salt), e) || sl_response_is_known(r, out))
		return e->code;
	if (sl_report_turn(e))
		return e->code;
	(void)!(strcmp(a->q.template_name, "fieldmap") ? make(r, a, out, e) : make_field_map(r, a, out, e));
	sl_report_turn_over();
	if (e->code)
		return e->code;
	if (formats[a->format].format == SL_REPORT_HTML)
		return sl_report_policy(r, out, e);
	sl_response_header(out, "Content-Disposition", sl_str_from(a->file));
	return SL_OK;
}

#define TEXT "{\"type\":\"string\"}"
#define DATE "{\"type\":\"string\",\"format\":\"date\"}"
static const struct sl_parameter report_query[] = {
    {.name = "from", .schema = DATE, .description = "The first day of the period."},
    {.name = "to", .schema = DATE, .description = "The last day of the period; without dates the last whole year or month."},
    {.name = "as-of", .schema = DATE, .description = "The closing date, where there is no period."},
    {.name = "lang", .schema = TEXT, .description = "The language; without it Accept-Language decides."},
    {.name = "table", .schema = TEXT, .description = "Of CSV: this table alone."},
    {.name = "record", .schema = TEXT, .description = "Of fieldmap and completion: the record."},
    {.name = "at", .schema = TEXT, .description = "Of plot: coordinates in any notation."},
    {.name = "paper", .schema = "{\"type\":\"string\",\"enum\":[\"a4\",\"a3\"]}", .description = "Of fieldmap: the sheet."},
    {0}};

/* Sums over everybody's records: only for who may see all, as the account. */
#define WHOLE .role = SL_ROLE_READER, .right = SL_RIGHT_READ_APPROVED, .extent = SL_EXTENT_ALL

const struct sl_route sl_routes_reports[] = {
    {.method = SL_GET, .path = "/api/reports", WHOLE, .handler = reports, .types = JSON,
     .summary = "The reports that can be made, their default periods and what they ask for"},
    {.method = SL_GET, .path = "/reports/{file}", WHOLE, .handler = report, .query = report_query,
     .types = "text/html application/pdf application/vnd.openxmlformats-officedocument.spreadsheetml.sheet text/csv "
              "application/gpx+xml",
     .summary = "A report: TEMPLATE.html, .pdf, .xlsx or .csv; other parameters are what the template asks for",
     .flags = SL_ROUTE_SLOW | SL_ROUTE_OPEN_QUERY},
    {0}};
