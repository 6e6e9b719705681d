/* Frozen accounts, and why two accounts differ: docs/formats/api.md.  The server freezes a year's end by itself, when
 * the setting `freeze` says so. */
#include "http/routes.h"

#include "http/server_parts.h"
#include "http/who.h"

#include "app/diff.h"

#include <stdio.h>

#define JSON "application/json"

enum { BODY_MAX = 8 * 1024 };

static enum sl_code snapshots_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	out->type = JSON;
	return sl_snapshots_text(r->programme, SL_FORMAT_JSON, &out->body, e);
}

static const char *text_of(struct sl_request *r, const struct sl_json *body, const char *key, struct sl_err *e)
{
	struct sl_str text = sl_json_get_str(body, key);

	return text.n && !e->code ? sl_str_dup(r->arena, text, e) : NULL;
}

/* Counted beside everybody else's work; only keeping it takes the turn to write. */
static enum sl_code freeze(struct sl_request *r, const struct sl_snapshot_request *q, const struct sl_actor *by,
                           struct sl_people *people, struct sl_buf *b, struct sl_err *e)
{
	struct sl_snapshot s = {0};
	struct sl_programme *writer;
	struct sl_json_writer w;

	if (!sl_snapshot_count(r->programme, q, &s, e) && !sl_server_write_begin(r, &writer, e)) {
		if (!sl_snapshot_keep(writer->db, people, by, &s, e) && b) {
			sl_json_writer_init(&w, b);
			sl_frozen_json(&w, &s.f);
			sl_buf_putc(b, '\n');
		}
		sl_server_write_end(r);
	}
	sl_snapshot_done(&s);
	return e->code;
}

static enum sl_code snapshots_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_snapshot_request q;
	struct sl_people *people;
	struct sl_json *body;

	out->type = JSON;
	if (sl_json_parse(r->arena, r->body, &body, e))
		return e->code;
	if (body->type != SL_JSON_OBJECT)
		return sl_fail(e, SL_INVALID, "the body is no JSON object");
	q = (struct sl_snapshot_request){.name = sl_json_get_str(body, "name"),
	                                 .as_of = text_of(r, body, "as_of", e),
	                                 .known_at = text_of(r, body, "known_at", e),
	                                 .organisation = r->person ? r->person->organisation : SL_STR("")};
	if (e->code || sl_snapshot_check(&q, r->env, e) || sl_request_people(r, &people, e))
		return e->code;
	out->status = 201;
	return freeze(r, &q, &by, people, &out->body, e);
}

static enum sl_code difference(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	static const char *const name[] = {"a", "b", "by"};
	const char *text[3] = {0};
	struct sl_diff_request q;
	struct sl_tile_loan loan;
	struct sl_diff d = {0};

	for (int i = 0; i < 3; i++) {
		struct sl_str given = sl_request_query(r, name[i], NULL);

		if (given.n)
			text[i] = sl_str_dup(r->arena, given, e);
		if (e->code)
			return e->code;
	}
	if (!text[0] || !text[1])
		return sl_fail(e, SL_INVALID, "give a and b: a snapshot's name, a date, or 2025-12-31@2026-03-01");
	q = (struct sl_diff_request){.a = text[0], .b = text[1], .by = text[2]};
	out->type = JSON;
	if (sl_diff_check(&q, e) || sl_request_ledger(r, &loan, e))
		return e->code;
	q.ledger = loan.ledger;
	if (!sl_diff_make(r->programme, &q, &d, e))
		(void)!sl_diff_text(&d, SL_FORMAT_JSON, &out->body, e);
	sl_diff_done(&d);
	sl_tile_ledger_return(&loan);
	return e->code;
}

/* ---- the year's end ---- */

static enum sl_code freeze_year(struct sl_request *r, int *year, struct sl_err *e)
{
	const struct sl_actor by = {SL_STR("Safelane"), SL_STR("server")};
	struct sl_serving serving;
	struct sl_people *people;
	char name[40], day[11];
	struct sl_snapshot_request q = {.as_of = day};

	if (sl_request_people(r, &people, e) || sl_serving_now(people, &serving, e) ||
	    sl_snapshot_year_due(r->programme, serving.freeze_days, year, e) || !*year)
		return e->code;
	snprintf(name, sizeof name, SL_YEAR_END_NAME, *year);
	snprintf(day, sizeof day, "%04d-12-31", *year);
	q.name = sl_str_from(name);
	if (freeze(r, &q, &by, people, NULL, e) == SL_CONFLICT)
		sl_err_clear(e); /* somebody was quicker: it is frozen */
	return e->code;
}

enum sl_code sl_server_freeze(struct sl_server *s, int *year, struct sl_err *e)
{
	struct sl_request r = {.server = s};
	struct sl_arena a = {0};
	struct sl_reader *reader;

	*year = 0;
	if (sl_reader_take(s, &reader, e))
		return e->code;
	r.arena = &a;
	r.reader = reader;
	r.programme = &reader->programme;
	r.version = reader->version;
	r.env = &reader->env;
	if (freeze_year(&r, year, e))
		sl_server_note(s, &r, e);
	sl_arena_done(&a);
	sl_reader_give(s, reader);
	return e->code;
}

#define TEXT "{\"type\":\"string\"}"
static const struct sl_parameter diff_query[] = {
    {.name = "a", .schema = TEXT, .description = "A snapshot's name, a date, or a date@moment.", .required = true},
    {.name = "b", .schema = TEXT, .description = "The same.", .required = true},
    {.name = "by", .schema = "{\"type\":\"string\",\"enum\":[\"admin1\",\"admin2\",\"org\",\"contamination\"]}",
     .description = "The breakdown."},
    {0}};

#define WHOLE .right = SL_RIGHT_READ_APPROVED, .extent = SL_EXTENT_ALL

const struct sl_route sl_routes_snapshots[] = {
    {.method = SL_GET, .path = "/api/snapshots", .role = SL_ROLE_READER, WHOLE, .handler = snapshots_get, .types = JSON,
     .summary = "Accounts that were frozen under a name"},
    {.method = SL_POST, .path = "/api/snapshots", .role = SL_ROLE_READER, .right = SL_RIGHT_MANAGE_LISTS,
     .extent = SL_EXTENT_ALL, .handler = snapshots_post, .types = JSON, .body_types = JSON, .body_max = BODY_MAX,
     .summary = "Freeze the account of a date: name, as_of and, if wanted, known_at",
     .flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/api/diff", .role = SL_ROLE_READER, WHOLE, .handler = difference, .query = diff_query,
     .types = JSON, .summary = "Why two accounts differ, each change with its cause and its record",
     .flags = SL_ROUTE_SLOW},
    {0}};
