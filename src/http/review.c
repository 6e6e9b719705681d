/* The review desk: app/review.h over HTTP.  docs/formats/api.md, "The review desk". */
#include "http/routes.h"

#include "app/review.h"

#define JSON "application/json"

enum { LIMIT_USUAL = 50, LIMIT_MAX = 500, MANY_MAX = 1000, BODY_MAX = 256 * 1024 };

/* ---- the audit log ---- */

static enum sl_code open_people(struct sl_request *r, void **out, struct sl_err *e)
{
	struct sl_people *people;

	if (!sl_programme_people(r->programme, SL_OPEN_WRITE, SL_PASSWORD_FULL, &people, e))
		*out = people;
	return e->code;
}

static void close_people(void *thing)
{
	sl_people_close(thing);
}

static const struct sl_shared_slot people_slot = {.name = "review people", .make = open_people, .done = close_people};

/* ---- looking ---- */

static enum sl_code signed_in(const struct sl_request *r, struct sl_err *e)
{
	return r->person ? SL_OK : sl_fail(e, SL_DENIED, "sign in first: the review desk asks who you are");
}

static enum sl_code inbox(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str kind = sl_request_query(r, "kind", NULL), clean = sl_request_query(r, "clean", NULL),
	              state = sl_request_query(r, "state", NULL);
	struct sl_inbox_request q = {.organisation = sl_request_query(r, "organisation", NULL),
	                             .author = sl_request_query(r, "author", NULL),
	                             .state = SL_SUBMITTED,
	                             .clean = sl_str_is(clean, "true")};

	struct sl_serving serving;
	void *people;

	if (signed_in(r, e) || sl_request_int(r, "limit", LIMIT_USUAL, 1, LIMIT_MAX, true, &q.limit, e) ||
	    sl_request_int(r, "offset", 0, 0, INT64_MAX / 2, false, &q.offset, e))
		return e->code;
	if (clean.n && !q.clean && !sl_str_is(clean, "false"))
		return sl_fail(e, SL_INVALID, "clean is true or false");
	if (sl_str_is(state, "returned"))
		q.state = SL_RETURNED;
	else if (sl_str_is(state, "rejected"))
		q.state = SL_REJECTED;
	else if (state.n && !sl_str_is(state, "submitted"))
		return sl_fail(e, SL_INVALID, "state is submitted, returned or rejected");
	if (kind.n) {
		q.kind = sl_dictionary_kind(r->programme->dict, kind);
		if (!q.kind)
			return sl_fail(e, SL_INVALID, "there is no kind of record '%.*s'", SL_STR_ARG(kind));
	}
	if (sl_kept_get(r, &people_slot, &people, e) || sl_serving_now(people, &serving, e))
		return e->code;
	q.approve_own = serving.approve_own;
	out->type = JSON;
	return sl_inbox_json(r->programme, r->person, &q, &out->body, e);
}

static enum sl_code path_record(const struct sl_request *r, struct sl_uuid *out, struct sl_err *e)
{
	if (!sl_uuid_parse(r->value[0], out))
		return sl_fail(e, SL_NOT_FOUND, "a record is named by its UUID here");
	return SL_OK;
}

static enum sl_code item(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_uuid record;

	if (signed_in(r, e) || path_record(r, &record, e))
		return e->code;
	out->type = JSON;
	return sl_review_item_json(r->programme, r->person, record, &out->body, e);
}

/* ---- acting ---- */

static enum sl_code read_uuid(const struct sl_json *o, const char *name, struct sl_uuid *out, struct sl_err *e)
{
	if (!sl_uuid_parse(sl_json_get_str(o, name), out))
		return sl_fail(e, SL_INVALID, "'%s' is to be a UUID", name);
	return SL_OK;
}

static enum sl_code carry_out(struct sl_request *r, const struct sl_act *act, size_t n, struct sl_acted *done,
                              struct sl_err *e)
{
	struct sl_reviewer who = {.person = r->person, .address = r->address};
	struct sl_programme *writer;
	struct sl_serving serving;
	void *people;

	if (sl_kept_get(r, &people_slot, &people, e))
		return e->code;
	who.people = people;
	if (sl_serving_now(who.people, &serving, e) || sl_server_write_begin(r, &writer, e))
		return e->code;
	who.approve_own = serving.approve_own;
	(void)!sl_review(writer, &who, r->arena, act, n, done, e);
	sl_server_write_end(r);
	return e->code;
}

static void done_json(struct sl_json_writer *w, const struct sl_act *act, const struct sl_acted *done)
{
	char text[37];

	sl_json_begin(w, '{');
	sl_uuid_text(act->record, text);
	sl_json_kv_str(w, "record", sl_str_from(text));
	sl_json_put_key(w, SL_STR("done"));
	sl_json_put_bool(w, !done->code);
	if (done->code) {
		sl_json_kv_str(w, "why", done->why);
	} else {
		sl_uuid_text(done->revision, text);
		sl_json_kv_str(w, "revision", sl_str_from(text));
		sl_json_kv_str(w, "state", sl_str_from(sl_state_name(done->state)));
		sl_json_kv_int(w, "version", done->seq);
	}
	sl_json_end(w, '}');
}

static enum sl_code act_on_one(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_act act = {0};
	struct sl_acted done;
	struct sl_json_writer w;
	struct sl_json *body;

	if (signed_in(r, e) || path_record(r, &act.record, e) || sl_json_parse(r->arena, r->body, &body, e) ||
	    read_uuid(body, "revision", &act.revision, e))
		return e->code;
	if (!sl_deed_from(sl_json_get_str(body, "action"), &act.deed))
		return sl_fail(e, SL_INVALID, "'action' is approve, return, reject, duplicate, link or undo");
	if ((act.deed == SL_DEED_DUPLICATE && read_uuid(body, "duplicate_of", &act.other, e)) ||
	    (act.deed == SL_DEED_LINK && read_uuid(body, "link_to", &act.other, e)))
		return e->code;
	act.field = sl_json_get_str(body, "field");
	act.comment = sl_json_get_str(body, "comment");
	if (carry_out(r, &act, 1, &done, e))
		return e->code;
	if (done.code)
		return sl_fail(e, done.code, "%.*s", SL_STR_ARG(done.why));
	out->type = JSON;
	sl_json_writer_init(&w, &out->body);
	done_json(&w, &act, &done);
	sl_buf_putc(&out->body, '\n');
	return SL_OK;
}

static enum sl_code read_many(struct sl_request *r, struct sl_act **out, size_t *n, struct sl_err *e)
{
	const struct sl_json *list;
	struct sl_json *body;
	struct sl_act *act;
	size_t k = 0;

	if (sl_json_parse(r->arena, r->body, &body, e))
		return e->code;
	list = sl_json_get(body, "approve");
	if (!list || list->type != SL_JSON_ARRAY || !list->n || list->n > MANY_MAX)
		return sl_fail(e, SL_INVALID, "'approve' is to be a list of 1 to %d records", MANY_MAX);
	act = sl_arena_alloc(r->arena, list->n, sizeof *act, e);
	if (!act)
		return e->code;
	for (const struct sl_json *x = list->child; x; x = x->next, k++) {
		act[k] = (struct sl_act){.deed = SL_DEED_APPROVE, .only_clean = true};
		if (read_uuid(x, "record", &act[k].record, e) || read_uuid(x, "revision", &act[k].revision, e))
			return e->code;
	}
	*out = act;
	*n = k;
	return SL_OK;
}

static enum sl_code approve_many(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_acted *done;
	struct sl_act *act;
	size_t n, good = 0;

	if (signed_in(r, e) || read_many(r, &act, &n, e))
		return e->code;
	done = sl_arena_alloc(r->arena, n, sizeof *done, e);
	if (!done || carry_out(r, act, n, done, e))
		return e->code;
	for (size_t i = 0; i < n; i++)
		good += !done[i].code;
	out->type = JSON;
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_kv_int(&w, "approved", (int64_t)good);
	sl_json_kv_int(&w, "refused", (int64_t)(n - good));
	sl_json_put_key(&w, SL_STR("records"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < n; i++)
		done_json(&w, &act[i], &done[i]);
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
	return SL_OK;
}

#define TEXT "{\"type\":\"string\"}"
static const struct sl_parameter inbox_query[] = {
    {.name = "kind", .schema = TEXT, .description = "Only records of this kind."},
    {.name = "organisation", .schema = TEXT, .description = "Only those of this organisation."},
    {.name = "author", .schema = TEXT, .description = "Only those that this person entered."},
    {.name = "state", .schema = "{\"type\":\"string\",\"enum\":[\"submitted\",\"returned\",\"rejected\"],"
                               "\"default\":\"submitted\"}",
     .description = "Records that wait, or that were returned or rejected."},
    {.name = "clean", .schema = "{\"type\":\"boolean\",\"default\":false}",
     .description = "Only those without a warning or an error."},
    {.name = "limit", .schema = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":500,\"default\":50}",
     .description = "How many at most."},
    {.name = "offset", .schema = "{\"type\":\"integer\",\"minimum\":0,\"default\":0}",
     .description = "How many to pass over."},
    {0}};

const struct sl_route sl_routes_review[] = {
    {.method = SL_GET, .path = "/api/review", .role = SL_ROLE_OPERATOR, .right = SL_RIGHT_READ_SUBMITTED,
     .extent = SL_EXTENT_OWN_ORGANISATION, .handler = inbox, .query = inbox_query,
     .types = JSON, .summary = "What waits for approval, the oldest first", .flags = SL_ROUTE_SLOW},
    {.method = SL_POST, .path = "/api/review", .role = SL_ROLE_REVIEWER, .right = SL_RIGHT_REVIEW,
     .extent = SL_EXTENT_ALL, .handler = approve_many, .types = JSON,
     .summary = "Approve many records that have no findings", .body_types = JSON, .body_max = BODY_MAX,
     .flags = SL_ROUTE_SLOW | SL_ROUTE_NO_SNAPSHOT},
    {.method = SL_GET, .path = "/api/review/{record}", .role = SL_ROLE_OPERATOR, .right = SL_RIGHT_READ_SUBMITTED,
     .extent = SL_EXTENT_OWN_ORGANISATION, .handler = item, .types = JSON,
     .summary = "One item: what it says, what it would change, findings, candidates", .flags = SL_ROUTE_SLOW},
    {.method = SL_POST, .path = "/api/review/{record}", .role = SL_ROLE_REVIEWER, .right = SL_RIGHT_REVIEW,
     .extent = SL_EXTENT_ALL, .handler = act_on_one,
     .types = JSON, .summary = "Approve, return, reject, link, mark as duplicate, or undo that", .body_types = JSON,
     .body_max = BODY_MAX, .flags = SL_ROUTE_SLOW | SL_ROUTE_NO_SNAPSHOT},
    {0}};
