/* Polygons by their corners over HTTP: what `safelane traverse --points` answers, for the page that draws them live; and
 * handing in what was measured, by corners or by bearing and distance. */
#include "http/outline.h"

#include "http/multipart.h"
#include "http/routes.h"

#include <math.h>

#define JSON "application/json"

enum { TEXT_MAX = 256 << 10, BODY_MAX = 8 << 20, VALUES_MAX = 200 };

/* ---- what is sent: a JSON object, alone or as the part "outline" beside a file ---- */

struct sent {
	struct sl_json *body;
	struct sl_str file_name, file;
};

static enum sl_code read_sent(struct sl_request *r, struct sent *out, struct sl_err *e)
{
	const struct sl_form_part *text, *file;
	struct sl_form_part *part;
	struct sl_str json = r->body;
	size_t n;

	*out = (struct sent){0};
	if (sl_str_is(r->body_type, "multipart/form-data")) {
		if (sl_multipart_read(r->arena, sl_request_header(r, "content-type"), r->body, &part, &n, e))
			return e->code;
		text = sl_form_part_named(part, n, "outline");
		file = sl_form_part_named(part, n, "file");
		json = text ? text->bytes : SL_STR("{}");
		if (!file || !file->is_file || !file->bytes.n)
			return sl_fail(e, SL_INVALID, "choose a file first");
		out->file_name = file->file;
		out->file = file->bytes;
	}
	if (json.n > TEXT_MAX)
		return sl_fail(e, SL_INVALID, "more than %d kB of text", TEXT_MAX >> 10);
	if (sl_json_parse(r->arena, json, &out->body, e))
		return e->code;
	return out->body->type == SL_JSON_OBJECT ? SL_OK : sl_fail(e, SL_INVALID, "send a JSON object");
}

static bool is_true(const struct sl_json *body, const char *key)
{
	const struct sl_json *v = sl_json_get(body, key);

	return v && v->type == SL_JSON_BOOL && v->boolean;
}

static enum sl_code read_corners(const struct sent *s, struct sl_outline_question *q, struct sl_err *e)
{
	*q = (struct sl_outline_question){.text = sl_json_get_str(s->body, "text"), .file_name = s->file_name, .file = s->file,
	                                  .crs = sl_json_get_str(s->body, "crs"), .fixed_by = sl_json_get_str(s->body, "fixed_by"),
	                                  .accuracy_m = (double)NAN, .walked = is_true(s->body, "walked")};
	if (sl_body_number(s->body, "accuracy_m", &q->accuracy_m, e))
		return e->code;
	return q->accuracy_m < 0 ? sl_fail(e, SL_INVALID, "accuracy_m is a number of metres") : SL_OK;
}

static enum sl_code preview(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_outline_question q;
	struct sl_outline outline;
	struct sent s;

	out->type = JSON;
	out->worded = true;
	if (read_sent(r, &s, e) || read_corners(&s, &q, e))
		return e->code;
	q.locale = r->locale;
	if (sl_outline_make(r->arena, r->programme->dict, &q, &outline, e))
		return e->code;
	return sl_outline_write(&q, &outline, SL_FORMAT_JSON, &out->body, e);
}

/* ---- handing it in ---- */

static enum sl_code read_values(struct sl_request *r, const struct sl_json *body, struct sl_outline_save *w, struct sl_err *e)
{
	const struct sl_json *values = sl_json_get(body, "values");
	struct sl_outline_value *v;

	if (!values)
		return SL_OK;
	if (values->type != SL_JSON_OBJECT || values->n > VALUES_MAX)
		return sl_fail(e, SL_INVALID, "values is an object of fields and their texts");
	v = sl_arena_alloc(r->arena, values->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	for (const struct sl_json *x = values->child; x; x = x->next) {
		if (x->type != SL_JSON_STRING)
			return sl_fail(e, SL_INVALID, "%.*s: a value is sent as text", SL_STR_ARG(x->key));
		v[w->n_values++] = (struct sl_outline_value){x->key, x->text};
	}
	w->value = v;
	return SL_OK;
}

static enum sl_code read_save(struct sl_request *r, const struct sent *s, struct sl_outline_save *w, struct sl_err *e)
{
	struct sl_str kind = sl_json_get_str(s->body, "kind");

	w->kind = sl_dictionary_kind(r->programme->dict, kind);
	if (!w->kind)
		return sl_fail(e, SL_INVALID, "there is no kind of record '%.*s'", SL_STR_ARG(kind));
	if (!sl_measured_from(sl_json_get_str(s->body, "method"), &w->measured))
		return sl_fail(e, SL_INVALID, "method is legs, points, walk or track");
	if ((w->measured == SL_MEASURED_TRACK) != (s->file.n > 0))
		return sl_fail(e, SL_INVALID, "a file is sent with the method track, and only then");
	w->id = sl_json_get_str(s->body, "id");
	w->adjusted = is_true(s->body, "adjust");
	if (read_values(r, s->body, w, e))
		return e->code;
	return w->measured == SL_MEASURED_LEGS ? sl_body_traverse(s->body, &w->legs, e) : read_corners(s, &w->corners, e);
}

static void put_saved(struct sl_buf *b, const struct sl_locale *l, const struct sl_outline_save *w,
                      const struct sl_outline_saved *done)
{
	struct sl_json_writer j;
	char text[37];

	sl_json_writer_init(&j, b);
	sl_json_begin(&j, '{');
	sl_json_kv_str(&j, "kind", w->kind->name);
	sl_json_kv_str(&j, "id", done->id);
	sl_uuid_text(done->record, text);
	sl_json_kv_str(&j, "record", sl_str_from(text));
	sl_uuid_text(done->revision, text);
	sl_json_kv_str(&j, "revision", sl_str_from(text));
	sl_json_kv_str(&j, "state", SL_STR("submitted"));
	sl_json_put_key(&j, SL_STR("known"));
	sl_json_put_bool(&j, done->known);
	sl_outline_found_json(&j, l, &done->found);
	sl_json_end(&j, '}');
	sl_buf_putc(b, '\n');
}

static enum sl_code save(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person who = sl_request_person(r);
	struct sl_outline_save w = {.who = &who};
	struct sl_outline_saved done;
	struct sl_programme *writer;
	struct sent s;

	if (!who.name.n)
		return sl_fail(e, SL_DENIED, "sign in first");
	out->type = JSON;
	out->worded = true;
	if (read_sent(r, &s, e) || read_save(r, &s, &w, e) || sl_server_write_begin(r, &writer, e))
		return e->code;
	w.kind = sl_dictionary_kind(writer->dict, w.kind->name);
	if (!sl_outline_save(writer, r->arena, &w, &done, e))
		put_saved(&out->body, r->locale, &w, &done);
	sl_server_write_end(r);
	out->status = e->code ? out->status : 201;
	return e->code;
}

const struct sl_route sl_routes_outline[] = {
    {.method = SL_POST, .path = "/api/outline", .role = SL_ROLE_READER, .right = SL_RIGHT_READ_APPROVED,
     .extent = SL_EXTENT_OWN_ORGANISATION, .handler = preview, .types = JSON,
     .body_types = JSON " multipart/form-data", .body_max = BODY_MAX, .flags = SL_ROUTE_SLOW,
     .summary = "Positions, perimeter and area of corners in any notation, or of a track"},
    {.method = SL_POST, .path = "/api/outlines", .role = SL_ROLE_OPERATOR, .right = SL_RIGHT_WRITE,
     .extent = SL_EXTENT_OWN_ENTRIES, .handler = save, .types = JSON,
     .body_types = JSON " multipart/form-data", .body_max = BODY_MAX, .flags = SL_ROUTE_SLOW | SL_ROUTE_NO_SNAPSHOT,
     .summary = "Hand in a measured polygon: it waits for review"},
    {0}};
