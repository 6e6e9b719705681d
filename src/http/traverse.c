/* A polygon by bearings and distances over HTTP: what `safelane traverse` answers, for the page that draws it live. */
#include "http/outline.h"
#include "http/routes.h"

#include <math.h>

enum { BODY_MAX = 256 << 10 };

static enum sl_code read_north(struct sl_str name, enum sl_north *out, struct sl_err *e)
{
	static const char *const names[] = {[SL_NORTH_MAGNETIC] = "magnetic", [SL_NORTH_TRUE] = "true", [SL_NORTH_GRID] = "grid"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sl_str_is(name, names[i])) {
			*out = (enum sl_north)i;
			return SL_OK;
		}
	return sl_fail(e, SL_INVALID, "bearings is magnetic, true or grid");
}

enum sl_code sl_body_number(const struct sl_json *body, const char *key, double *out, struct sl_err *e)
{
	const struct sl_json *v = sl_json_get(body, key);

	if (v && v->type != SL_JSON_NUMBER)
		return sl_fail(e, SL_INVALID, "%s is a number", key);
	*out = v ? v->number : *out;
	return SL_OK;
}

enum sl_code sl_body_traverse(const struct sl_json *body, struct sl_traverse_question *out, struct sl_err *e)
{
	struct sl_traverse_question q = {.date = sl_date_none(), .declination_deg = (double)NAN};
	struct sl_str day = sl_json_get_str(body, "date");

	if (read_north(sl_json_get_str(body, "bearings"), &q.north, e))
		return e->code;
	if (day.n && !sl_date_parse(day, &q.date))
		return sl_fail(e, SL_INVALID, "date is YYYY-MM-DD");
	q.text = sl_json_get_str(body, "text");
	if (sl_body_number(body, "declination_deg", &q.declination_deg, e) || sl_body_number(body, "height_m", &q.height_m, e))
		return e->code;
	*out = q;
	return SL_OK;
}

static enum sl_code traverse(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_traverse_answer answer;
	struct sl_traverse_question q;
	const struct sl_json *adjust;
	struct sl_json *body;

	out->type = "application/json";
	if (sl_json_parse(r->arena, r->body, &body, e) || sl_body_traverse(body, &q, e))
		return e->code;
	adjust = sl_json_get(body, "adjust");
	if (sl_traverse_answer(r->arena, r->programme->dict, &q, &answer, e))
		return e->code;
	return sl_traverse_write(r->arena, &q, &answer, SL_FORMAT_JSON, adjust && adjust->type == SL_JSON_BOOL && adjust->boolean,
	                         &out->body, e);
}

const struct sl_route sl_routes_traverse[] = {
    {.method = SL_POST, .path = "/api/traverse", .role = SL_ROLE_READER, .right = SL_RIGHT_READ_APPROVED,
     .extent = SL_EXTENT_OWN_ORGANISATION, .handler = traverse, .types = "application/json",
     .body_types = "application/json", .body_max = BODY_MAX,
     .summary = "Positions, closure and area of legs by bearing and distance"},
    {0}};
