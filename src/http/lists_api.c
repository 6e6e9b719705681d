/* The programme itself: its name, its organisations, its own values in the lists of the dictionary, and files brought
 * in.  docs/formats/api.md. */
#include "http/routes.h"

#include "app/import.h"
#include "app/lists.h"
#include "app/vocabulary.h"
#include "http/who.h"

#include <string.h>

#define JSON "application/json"

enum { BODY_MAX = 64 * 1024, UPLOAD_MAX = 64 * 1024 * 1024 };

static enum sl_code read_body(struct sl_request *r, struct sl_json **body, struct sl_err *e)
{
	if (sl_json_parse(r->arena, r->body, body, e))
		return e->code;
	return (*body)->type == SL_JSON_OBJECT ? SL_OK : sl_fail(e, SL_INVALID, "the body is no JSON object");
}

/* ---- the programme ---- */

static enum sl_code programme_patch(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_programme *writer;
	struct sl_people *people;
	struct sl_json *body;

	if (read_body(r, &body, e) || sl_request_people(r, &people, e) || sl_server_write_begin(r, &writer, e))
		return e->code;
	(void)!sl_programme_describe(writer, people, &by, sl_json_get_str(body, "name"),
	                             sl_json_get_str(body, "country"), e);
	sl_server_write_end(r);
	out->status = 204;
	return e->code;
}

/* ---- lists of values ---- */

static enum sl_code vocabularies_get(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	out->type = JSON;
	return sl_vocabularies_json(r->programme, sl_str_is(sl_request_query(r, "local", NULL), "true"), &out->body, e);
}

static enum sl_code vocabularies_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_programme *writer;
	struct sl_people *people;
	struct sl_choice choice;
	struct sl_json *body;

	if (read_body(r, &body, e) || sl_request_people(r, &people, e) || sl_server_write_begin(r, &writer, e))
		return e->code;
	choice = (struct sl_choice){.code = sl_json_get_str(body, "code"),
	                            .label = sl_json_get_str(body, "label"),
	                            .aliases = sl_json_get_str(body, "aliases")};
	(void)!sl_vocabulary_put(writer, people, &by, sl_json_get_str(body, "list"), &choice, e);
	sl_server_write_end(r);
	out->status = 204;
	return e->code;
}

/* ---- organisations ---- */

static enum sl_code put_organisation(struct sl_request *r, struct sl_organisation_change *change, struct sl_err *e)
{
	struct sl_actor by = sl_request_actor(r);
	struct sl_programme *writer;
	struct sl_people *people;
	struct sl_json *body;
	struct sl_str before;

	if (read_body(r, &body, e) || sl_request_people(r, &people, e))
		return e->code;
	before = sl_json_get_str(body, "revision");
	if (change->id.n && !sl_uuid_parse(before, &change->before))
		return sl_fail(e, SL_INVALID, "revision is the UUID of the newest revision, as the record's page has it");
	change->value = sl_json_get(body, "values");
	if (sl_server_write_begin(r, &writer, e))
		return e->code;
	(void)!sl_organisation_put(writer, people, r->person, &by, change, e);
	sl_server_write_end(r);
	return e->code;
}

static enum sl_code organisations_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_organisation_change change = {.id = {"", 0}};

	out->type = JSON;
	if (put_organisation(r, &change, e))
		return e->code;
	out->status = 201;
	sl_buf_puts(&out->body, "{}\n");
	return SL_OK;
}

static enum sl_code organisations_patch(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_organisation_change change = {.id = r->value[0]};

	out->status = 204;
	return put_organisation(r, &change, e);
}

/* ---- files ---- */

static const char *text_or_null(struct sl_request *r, const char *name, struct sl_err *e)
{
	struct sl_str text = sl_request_query(r, name, NULL);

	return text.n && !e->code ? sl_str_dup(r->arena, text, e) : NULL;
}

static void put_import(struct sl_response *out, const struct sl_import_file *f)
{
	struct sl_json_writer w;

	out->type = JSON;
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("already"));
	sl_json_put_bool(&w, f->already);
	sl_json_kv_int(&w, "rows", (int64_t)f->n_rows);
	sl_json_kv_int(&w, "added", (int64_t)f->n_added);
	sl_json_kv_int(&w, "revised", (int64_t)(f->n_revised + f->n_corrected + f->n_history));
	sl_json_kv_int(&w, "unchanged", (int64_t)f->n_unchanged);
	sl_json_kv_int(&w, "errors", (int64_t)f->n_findings[SL_ERROR]);
	sl_json_kv_int(&w, "warnings", (int64_t)f->n_findings[SL_WARNING]);
	sl_json_kv_int(&w, "notes", (int64_t)f->n_findings[SL_NOTE]);
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
}

static enum sl_code import_post(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	bool approve = sl_str_is(sl_request_query(r, "approve", NULL), "true");
	const struct sl_actor by = sl_request_actor(r);
	struct sl_import_options o = {.kind = text_or_null(r, "kind", e),
	                              .organisation = text_or_null(r, "organisation", e),
	                              .crs = text_or_null(r, "crs", e),
	                              .layer = text_or_null(r, "layer", e),
	                              .approve = approve,
	                              .by = &by};
	struct sl_import_file done = {0};
	struct sl_programme *writer;

	if (e->code)
		return e->code;
	if (!r->body.n)
		return sl_fail(e, SL_INVALID, "send the file itself as the body");
	/* Who brings a file in has entered it. */
	if (approve && (sl_request_may(r, SL_RIGHT_REVIEW) < SL_EXTENT_ALL || !r->serving.approve_own))
		return sl_fail(e, SL_DENIED, "approve=true needs the right to review and the setting approve-own");
	/* What a file tells by itself is known too late to refuse it. */
	if (sl_request_may(r, SL_RIGHT_WRITE_QUALITY) < SL_EXTENT_ALL && (!o.kind || !strcmp(o.kind, "quality")))
		return sl_fail(e, SL_DENIED, "your role does not write about quality: say with kind= what the records are");
	if (sl_request_people(r, &o.people, e) || sl_server_write_begin(r, &writer, e))
		return e->code;
	(void)!sl_import_upload(writer, &o, sl_request_query(r, "name", NULL), r->body, &done, e);
	sl_server_write_end(r);
	if (!e->code)
		put_import(out, &done);
	return e->code;
}

#define TEXT "{\"type\":\"string\"}"
#define TRUTH "{\"type\":\"boolean\"}"

static const struct sl_parameter vocabularies_query[] = {
    {.name = "local", .schema = TRUTH, .description = "Only what the country added or renamed."}, {0}};
static const struct sl_parameter import_query[] = {
    {.name = "name", .schema = TEXT, .description = "What the file is called; its end tells the format.", .required = true},
    {.name = "kind", .schema = TEXT, .description = "Kind of record, when the file does not tell."},
    {.name = "organisation", .schema = TEXT, .description = "Organisation, where the file names none."},
    {.name = "crs", .schema = TEXT, .description = "What the coordinates are in, for instance EPSG:32648."},
    {.name = "layer", .schema = TEXT, .description = "Layer of a file that has several."},
    {.name = "approve", .schema = TRUTH, .description = "Approved at once; needs the setting approve-own."},
    {0}};

#define LISTS                                                                                                         \
	.role = SL_ROLE_OFFICER, .right = SL_RIGHT_MANAGE_LISTS, .extent = SL_EXTENT_ALL, .types = JSON,                  \
	.body_types = JSON, .body_max = BODY_MAX, .flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW

const struct sl_route sl_routes_lists[] = {
    {.method = SL_PATCH, .path = "/api/programme", .role = SL_ROLE_ADMINISTRATOR, .right = SL_RIGHT_MANAGE_PEOPLE,
     .extent = SL_EXTENT_ALL, .handler = programme_patch, .types = JSON, .body_types = JSON, .body_max = BODY_MAX,
     .summary = "Another name or country", .flags = SL_ROUTE_SESSION | SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/api/vocabularies", .role = SL_ROLE_READER, .right = SL_RIGHT_READ_APPROVED,
     .extent = SL_EXTENT_OWN_ORGANISATION, .handler = vocabularies_get, .query = vocabularies_query, .types = JSON,
     .summary = "The lists of values, and what the country added to them"},
    {.method = SL_POST, .path = "/api/vocabularies", .handler = vocabularies_post,
     .summary = "Add a value, or give one another label", LISTS},
    {.method = SL_POST, .path = "/api/organisations", .handler = organisations_post, .summary = "A new organisation",
     LISTS},
    {.method = SL_PATCH, .path = "/api/organisations/{id}", .handler = organisations_patch,
     .summary = "Change an organisation", LISTS},
    {.method = SL_POST, .path = "/api/import", .role = SL_ROLE_DATA_ENTRY, .right = SL_RIGHT_WRITE,
     .extent = SL_EXTENT_ALL, .handler = import_post, .query = import_query, .types = JSON,
     .body_types = "application/octet-stream", .body_max = UPLOAD_MAX,
     .summary = "Bring in the records of a file", .flags = SL_ROUTE_SLOW | SL_ROUTE_NO_SNAPSHOT},
    {0}};
