/* A country's own templates of reports, put in and taken out from the pages. */
#include "http/routes.h"

#include "http/parts.h"
#include "http/report_body.h"
#include "http/who.h"

#include "app/report_own.h"

#define JSON "application/json"

enum { OWN_BODY_MAX = 1 << 20 };

static enum sl_code judge_own(struct sl_request *r, struct sl_str file, struct sl_str text, struct sl_err *e)
{
	struct sl_tile_loan loan;

	if (sl_report_turn(e))
		return e->code;
	if (!sl_request_ledger(r, &loan, e)) {
		(void)!sl_report_own_judge(r->programme, loan.ledger, file, text, e);
		sl_tile_ledger_return(&loan);
	}
	sl_report_turn_over();
	return e->code;
}

static enum sl_code own_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_programme *writer;
	struct sl_people *people;
	struct sl_json *body;
	struct sl_str file, text;

	if (sl_json_parse(r->arena, r->body, &body, e))
		return e->code;
	file = sl_json_get_str(body, "file");
	text = sl_json_get_str(body, "text");
	if (judge_own(r, file, text, e) || sl_request_people(r, &people, e) || sl_server_write_begin(r, &writer, e))
		return e->code;
	(void)!sl_report_own_put(writer, people, &by, file, text, e);
	sl_server_write_end(r);
	out->status = 204;
	return e->code;
}

static enum sl_code own_delete(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_programme *writer;
	struct sl_people *people;
	struct sl_str name, language;

	if (sl_report_own_name(r->value[0], &name, &language, e) || sl_request_people(r, &people, e) ||
	    sl_server_write_begin(r, &writer, e))
		return e->code;
	(void)!sl_report_own_remove(writer, people, &by, name, language, e);
	sl_server_write_end(r);
	out->status = 204;
	return e->code;
}

#define LISTS                                                                                                         \
	.role = SL_ROLE_OFFICER, .right = SL_RIGHT_MANAGE_LISTS, .extent = SL_EXTENT_ALL, .types = JSON,                  \
	.flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW

const struct sl_route sl_routes_report_own[] = {
    {.method = SL_POST, .path = "/api/reports", .handler = own_post, .body_types = JSON, .body_max = OWN_BODY_MAX,
     .summary = "Put a template of the country's own into the programme", LISTS},
    {.method = SL_DELETE, .path = "/api/reports/{template}", .handler = own_delete,
     .summary = "Take one out again: NAME, or NAME.CODE of one language", LISTS},
    {0}};
