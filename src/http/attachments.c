/* What belongs to one record besides its fields: files, and records that it names or that name it. */
#include "http/routes.h"

#include "app/attachment.h"
#include "app/links.h"
#include "store/listing.h"
#include "http/multipart.h"
#include "http/parts.h"
#include "http/who.h"

#define JSON "application/json"

/* Several photographs of a phone at once, and the heads of their parts. */
enum { BODY_MAX = 48 << 20, LINKS_USUAL = 20, LINKS_MAX = 500 };

static enum sl_code kind_of(struct sl_request *r, const struct sl_kind **out, struct sl_err *e)
{
	*out = sl_dictionary_kind(r->programme->dict, r->value[0]);
	return *out ? SL_OK : sl_fail(e, SL_NOT_FOUND, "there is no kind of record '%.*s'", SL_STR_ARG(r->value[0]));
}

/* ---- files ---- */

static enum sl_code list(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person who = sl_request_person(r);
	const struct sl_kind *kind;

	out->type = JSON;
	return kind_of(r, &kind, e) ? e->code
	                            : sl_attachments_json(r->programme, &who, kind, r->value[1], &out->body, e);
}

/* Each part with a file name is a file; the parts field, caption and sealed before it are said of it. */
static enum sl_code read_files(struct sl_request *r, struct sl_new_attachment **out, size_t *n, struct sl_err *e)
{
	struct sl_new_attachment now = {.caption = SL_STR(""), .field = SL_STR("")}, *v;
	struct sl_form_part *part;
	size_t parts, k = 0;

	if (sl_multipart_read(r->arena, sl_request_header(r, "content-type"), r->body, &part, &parts, e))
		return e->code;
	v = sl_arena_alloc(r->arena, parts, sizeof *v, e);
	if (!v)
		return e->code;
	for (size_t i = 0; i < parts; i++) {
		if (part[i].is_file) {
			if (!part[i].file.n && !part[i].bytes.n)
				continue; /* a form's file field left empty */
			v[k] = now;
			v[k].name = part[i].file;
			v[k].type = part[i].type;
			v[k++].bytes = part[i].bytes;
		} else if (sl_str_is(part[i].name, "field")) {
			now.field = part[i].bytes;
		} else if (sl_str_is(part[i].name, "caption")) {
			now.caption = part[i].bytes;
		} else if (sl_str_is(part[i].name, "sealed")) {
			now.sealed = sl_str_is(part[i].bytes, "true");
		} else {
			return sl_fail(e, SL_INVALID, "'%.*s' is no part of this form: there are file, field, caption and sealed",
			               SL_STR_ARG(part[i].name));
		}
	}
	*out = v;
	*n = k;
	return k ? SL_OK : sl_fail(e, SL_INVALID, "choose a file first");
}

static enum sl_code add(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person who = sl_request_person(r);
	struct sl_new_attachment *v;
	struct sl_programme *writer;
	const struct sl_kind *kind;
	size_t n;

	if (kind_of(r, &kind, e) || read_files(r, &v, &n, e) || sl_server_write_begin(r, &writer, e))
		return e->code;
	out->type = JSON;
	out->status = 201;
	kind = sl_dictionary_kind(writer->dict, r->value[0]);
	if (sl_attach(writer, &who, kind, r->value[1], v, n, &out->body, e))
		out->status = 0;
	sl_server_write_end(r);
	return e->code;
}

/* RFC 6266 with the encoding of RFC 8187, so that any script's names arrive. */
static enum sl_code put_disposition(struct sl_request *r, struct sl_response *out, const struct sl_attachment *at,
                                    bool shown, struct sl_err *e)
{
	struct sl_buf b = {0};
	char *copy;

	sl_buf_puts(&b, shown ? "inline; filename*=UTF-8''" : "attachment; filename*=UTF-8''");
	sl_percent_encode(&b, at->name.n ? at->name : SL_STR("attachment"));
	copy = sl_buf_check(&b, e) ? NULL : sl_arena_strndup(r->arena, b.p, b.n, e);
	if (copy)
		sl_response_header(out, "Content-Disposition", (struct sl_str){copy, b.n});
	sl_buf_done(&b);
	return e->code;
}

/* Whatever the bytes are, they run nowhere: only pictures are shown in place, and nothing that they hold may load,
 * run or send. */
static enum sl_code bytes(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person who = sl_request_person(r);
	struct sl_actor by = sl_request_actor(r);
	const struct sl_kind *kind;
	struct sl_attachment at;
	struct sl_people *people;
	char hash[65], *type;

	if (kind_of(r, &kind, e) || sl_request_people(r, &people, e) ||
	    sl_attachment_get(r->programme, people, &who, &by, kind, r->value[1], r->value[2], r->arena, &at, &out->fixed, e))
		return e->code;
	type = sl_str_dup(r->arena, sl_is_picture(at.media_type) ? at.media_type : SL_STR("application/octet-stream"), e);
	if (!type || put_disposition(r, out, &at, sl_is_picture(at.media_type), e))
		return e->code;
	out->type = type;
	out->security_policy = "default-src 'none'; sandbox; frame-ancestors 'none'";
	if (at.sealed)
		return SL_OK; /* kept nowhere: no-store follows from there being no etag */
	sl_hash_text(at.kept, hash);
	out->etag = sl_str_from(sl_arena_strndup(r->arena, hash, 32, e));
	out->cache = "private, no-cache";
	return e->code;
}

/* ---- links ---- */

/* Once for a file.  When others write for too long, the next request tries again. */
static void index_once(struct sl_request *r)
{
	struct sl_programme *writer;
	struct sl_err e = {0};
	bool there;

	if (sl_store_references_indexed(r->programme->db, &there, &e) || there || sl_server_write_begin(r, &writer, &e))
		return;
	(void)!sl_store_index_references(writer->db, &e);
	sl_server_write_end(r);
}

static enum sl_code links(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	static const struct sl_str nobody = {"", 0};
	struct sl_person who = sl_request_person(r);
	bool all = sl_request_may(r, SL_RIGHT_READ_APPROVED) == SL_EXTENT_ALL;
	const struct sl_kind *kind;
	int64_t limit;

	out->type = JSON;
	if (kind_of(r, &kind, e) || sl_request_int(r, "limit", LINKS_USUAL, 1, LINKS_MAX, true, &limit, e) ||
	    sl_response_etag(r, out, SL_STR(""), e) || sl_response_is_known(r, out))
		return e->code;
	index_once(r);
	return sl_links_json(r->programme, kind, r->value[1], &who,
	                     all         ? NULL
	                     : r->person ? &r->person->organisation
	                                 : &nobody,
	                     limit, &out->body, e);
}

static const struct sl_parameter links_query[] = {
    {.name = "limit", .schema = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":500,\"default\":20}",
     .description = "How many of each kind and field at most."},
    {0}};

/* The handler leaves out what is of others. */
#define OWN .right = SL_RIGHT_READ_APPROVED, .extent = SL_EXTENT_OWN_ORGANISATION

const struct sl_route sl_routes_attachments[] = {
    {.method = SL_GET, .path = "/api/records/{kind}/{id}/attachments", .role = SL_ROLE_READER, OWN, .handler = list,
     .types = JSON, .summary = "The files of a record"},
    {.method = SL_POST, .path = "/api/records/{kind}/{id}/attachments", .role = SL_ROLE_OPERATOR, .handler = add,
     .types = JSON, .summary = "Add files to a record", .body_types = "multipart/form-data", .body_max = BODY_MAX,
     .flags = SL_ROUTE_SLOW | SL_ROUTE_NO_SNAPSHOT},
    {.method = SL_GET, .path = "/api/records/{kind}/{id}/attachments/{attachment}", .role = SL_ROLE_READER, OWN,
     .handler = bytes, .types = "application/octet-stream image/jpeg image/png image/gif image/webp",
     .summary = "One file; the reading of a sealed one is in the audit log", .flags = SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/api/records/{kind}/{id}/links", .role = SL_ROLE_READER, OWN, .handler = links,
     .query = links_query, .types = JSON, .summary = "What a record names, and what names it", .flags = SL_ROUTE_SLOW},
    {0}};
