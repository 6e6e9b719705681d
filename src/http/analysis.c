/* The analyses over HTTP: what there is, what one says, and its report. */
#include "http/routes.h"

#include "http/parts.h"
#include "http/report_body.h"

#include "app/analysis.h"

#include <string.h>

#define JSON "application/json"
#define GEOJSON "application/geo+json"

static enum sl_code list(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	out->type = JSON;
	out->worded = true;
	sl_buf_puts(&out->body, "{\"analyses\":");
	sl_analyses_json(&out->body, r->locale);
	sl_buf_puts(&out->body, "}\n");
	return sl_buf_check(&out->body, e);
}

/* Parameters are the analysis' own; an empty one is not given. */
static enum sl_code read_question(struct sl_request *r, struct sl_str name, struct sl_analysis_question *q,
                                  struct sl_err *e)
{
	const struct sl_analysis *analysis = sl_analysis_find(name);

	if (!analysis)
		return sl_fail(e, SL_NOT_FOUND, "there is no analysis '%.*s'", (int)(name.n < 60 ? name.n : 60), name.p);
	if (sl_analysis_ask(analysis, r->arena, q, e))
		return e->code;
	for (size_t i = 0; i < r->n_query; i++) {
		if (!r->query[i].value.n || sl_str_is(r->query[i].name, "format") || sl_str_is(r->query[i].name, "lang"))
			continue;
		for (const struct sl_analysis_parameter *p = analysis->parameter; p->name; p++)
			if (p->type == SL_ANALYSIS_FILE && sl_str_is(r->query[i].name, p->name))
				return sl_fail(e, SL_INVALID, "%s: a server takes no file of its own machine; use `safelane %s`",
				               p->name, analysis->name);
		if (sl_analysis_answer(q, r->query[i].name, r->query[i].value, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code answer(struct sl_request *r, const struct sl_analysis_question *q, struct sl_response *out,
                           struct sl_err *e)
{
	struct sl_statement s;

	if (sl_analysis_run(r->programme, r->arena, q, &s, e))
		return e->code;
	if (strcmp(out->type, GEOJSON) == 0)
		sl_statement_geojson(&out->body, &s);
	else
		sl_statement_json(&out->body, &s, r->locale);
	return sl_buf_check(&out->body, e);
}

static enum sl_code report(struct sl_request *r, const struct sl_analysis_question *q, enum sl_report_format format,
                           const struct sl_locale *l, struct sl_response *out, struct sl_err *e)
{
	const struct sl_sink sink = sl_report_body(out);
	struct sl_report made = {0};

	if (!sl_analysis_report(r->programme, q, l, &made, e))
		(void)!sl_report_write(&made, format, NULL, SL_STR(""), &sink, e);
	sl_report_done(&made);
	return e->code;
}

static enum sl_code with_ledger(struct sl_request *r, struct sl_analysis_question *q, const enum sl_report_format *format,
                                const struct sl_locale *l, struct sl_response *out, struct sl_err *e)
{
	struct sl_tile_loan loan;

	if (sl_report_turn(e))
		return e->code;
	if (!sl_request_ledger(r, &loan, e)) {
		q->ledger = loan.ledger;
		(void)!(format ? report(r, q, *format, l, out, e) : answer(r, q, out, e));
		sl_tile_ledger_return(&loan);
	}
	sl_report_turn_over();
	return e->code;
}

static enum sl_code state(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str format = sl_request_query(r, "format", NULL);
	struct sl_analysis_question q;

	if (format.n && !sl_str_is(format, "json") && !sl_str_is(format, "geojson"))
		return sl_fail(e, SL_INVALID, "format is json or geojson");
	if (read_question(r, r->value[0], &q, e))
		return e->code;
	out->type = sl_str_is(format, "geojson") ? GEOJSON : JSON;
	out->worded = true;
	return with_ledger(r, &q, NULL, r->locale, out, e);
}

/* "residual.pdf" */
static enum sl_code state_as_report(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	static const char *const types[] = {"text/html; charset=utf-8", "application/pdf",
	                                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	                                    "text/csv; charset=utf-8"};
	struct sl_str file = r->value[0], lang = sl_request_query(r, "lang", NULL);
	const struct sl_locale *l = lang.n ? sl_locale_find(lang) : r->locale;
	const char *path = sl_str_dup(r->arena, file, e), *saved;
	struct sl_analysis_question q;
	enum sl_report_format format;

	if (!path)
		return e->code;
	if (!l)
		return sl_fail(e, SL_INVALID, "there is no language '%.*s'", (int)(lang.n < 20 ? lang.n : 20), lang.p);
	if (sl_report_format_of(path, &format, e) ||
	    read_question(r, (struct sl_str){file.p, (size_t)(strrchr(path, '.') - path)}, &q, e) ||
	    !(saved = sl_arena_printf(r->arena, e, "attachment; filename=\"%.100s\"", path)))
		return e->code;
	out->type = types[format];
	out->language = sl_str_from(l->code);
	if (with_ledger(r, &q, &format, l, out, e))
		return e->code;
	if (format == SL_REPORT_HTML)
		return sl_report_policy(r, out, e);
	sl_response_header(out, "Content-Disposition", sl_str_from(saved));
	return SL_OK;
}

#define TEXT "{\"type\":\"string\"}"
static const struct sl_parameter state_query[] = {
    {.name = "format", .schema = "{\"type\":\"string\",\"enum\":[\"json\",\"geojson\"]}",
     .description = "geojson: its shapes, a layer for a map."},
    {0}};
static const struct sl_parameter report_query[] = {
    {.name = "lang", .schema = TEXT, .description = "The language; without it Accept-Language decides."}, {0}};

/* An estimate is made of everybody's records: only for who may see all, as the account. */
#define WHOLE .role = SL_ROLE_READER, .right = SL_RIGHT_READ_APPROVED, .extent = SL_EXTENT_ALL

const struct sl_route sl_routes_analysis[] = {
    {.method = SL_GET, .path = "/api/analysis", WHOLE, .handler = list, .types = JSON,
     .summary = "The analyses that there are, and what each takes"},
    {.method = SL_GET, .path = "/api/analysis/{name}", WHOLE, .handler = state, .query = state_query,
     .types = JSON " " GEOJSON, .summary = "What an analysis says; other parameters are its own",
     .flags = SL_ROUTE_SLOW | SL_ROUTE_OPEN_QUERY},
    {.method = SL_GET, .path = "/analysis/{file}", WHOLE, .handler = state_as_report, .query = report_query,
     .types = "text/html application/pdf application/vnd.openxmlformats-officedocument.spreadsheetml.sheet text/csv",
     .summary = "The same as a report: NAME.html, .pdf, .xlsx or .csv", .flags = SL_ROUTE_SLOW | SL_ROUTE_OPEN_QUERY},
    {0}};
