#include "app/attachment.h"

#include "app/browse.h"
#include "base/utf8.h"

#include <string.h>

enum { CAPTION_MAX = 2000, NAME_MAX_BYTES = 255 };

/* ---- what a file is ---- */

static bool begins(struct sl_str bytes, size_t at, const char *with, size_t n)
{
	return bytes.n >= at + n && !memcmp(bytes.p + at, with, n);
}

/* By its first bytes (WHATWG MIME Sniffing, 6.1; ISO 32000 for PDF); empty when they do not tell. */
static const char *seen_type(struct sl_str b)
{
	if (begins(b, 0, "\xff\xd8\xff", 3))
		return "image/jpeg";
	if (begins(b, 0, "\x89PNG\r\n\x1a\n", 8))
		return "image/png";
	if (begins(b, 0, "GIF87a", 6) || begins(b, 0, "GIF89a", 6))
		return "image/gif";
	if (begins(b, 0, "RIFF", 4) && begins(b, 8, "WEBPVP", 6))
		return "image/webp";
	if (begins(b, 0, "%PDF-", 5))
		return "application/pdf";
	return "";
}

bool sl_is_picture(struct sl_str type)
{
	return sl_str_is(type, "image/jpeg") || sl_str_is(type, "image/png") || sl_str_is(type, "image/gif") ||
	       sl_str_is(type, "image/webp");
}

/* What calls itself a picture or a document and is none is bytes of no known kind. */
static struct sl_str type_of(const struct sl_new_attachment *v)
{
	const char *seen = seen_type(v->bytes);

	if (*seen)
		return sl_str_from(seen);
	if (!v->type.n || sl_is_picture(v->type) || sl_str_is(v->type, "application/pdf"))
		return SL_STR("application/octet-stream");
	return v->type;
}

/* ---- the list ---- */

static void put_attachment(struct sl_json_writer *w, const struct sl_attachment *at)
{
	char uuid[37], hash[65], moment[32];

	sl_uuid_text(at->id, uuid);
	sl_hash_text(at->kept, hash);
	sl_time_text(at->recorded_ms, moment);
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "id", sl_str_from(uuid));
	sl_json_kv_str(w, "field", at->field);
	sl_json_kv_str(w, "name", at->name);
	sl_json_kv_str(w, "caption", at->caption);
	sl_json_kv_str(w, "type", at->sealed ? SL_STR("") : at->media_type);
	sl_json_kv_int(w, "bytes", at->size);
	sl_json_put_key(w, SL_STR("sealed"));
	sl_json_put_bool(w, at->sealed);
	sl_json_put_key(w, SL_STR("picture"));
	sl_json_put_bool(w, !at->sealed && sl_is_picture(at->media_type));
	sl_json_kv_str(w, "hash", sl_str_from(hash));
	sl_json_kv_str(w, "author", at->author);
	sl_json_kv_str(w, "organisation", at->organisation);
	sl_json_kv_str(w, "recorded_at", sl_str_from(moment));
	sl_json_end(w, '}');
}

static enum sl_code put_list(struct sl_programme *p, struct sl_arena *a, struct sl_uuid record, bool may_add,
                             struct sl_buf *b, struct sl_err *e)
{
	struct sl_attachment *list;
	struct sl_json_writer w;
	char uuid[37];
	size_t n;

	if (sl_store_attachments(p->db, a, record, &list, &n, e))
		return e->code;
	sl_uuid_text(record, uuid);
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "record", sl_str_from(uuid));
	sl_json_put_key(&w, SL_STR("may_add"));
	sl_json_put_bool(&w, may_add);
	sl_json_put_key(&w, SL_STR("attachments"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < n; i++)
		put_attachment(&w, &list[i]);
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return sl_buf_check(b, e);
}

enum sl_code sl_attachments_json(struct sl_programme *p, const struct sl_person *who, const struct sl_kind *kind,
                                 struct sl_str id, struct sl_buf *b, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_standing standing;
	struct sl_revision rev;

	if (!sl_record_found(p, &a, kind, id, who, &rev, &standing, e))
		(void)!put_list(p, &a, rev.record, sl_may_write_record(who, &standing), b, e);
	sl_arena_done(&a);
	return e->code;
}

/* ---- adding ---- */

static enum sl_code judge(const struct sl_kind *kind, const struct sl_new_attachment *v, struct sl_err *e)
{
	bool is_field = !v->field.n;

	for (size_t i = 0; i < kind->n_fields; i++)
		is_field |= sl_str_eq(kind->field[i].name, v->field);
	if (!is_field)
		return sl_fail(e, SL_INVALID, "%.*s has no field '%.*s'", SL_STR_ARG(kind->name), SL_STR_ARG(v->field));
	if (!sl_utf8_valid(v->name) || !sl_utf8_valid(v->caption) || !sl_utf8_valid(v->type))
		return sl_fail(e, SL_INVALID, "a name or a caption is not UTF-8");
	if (v->name.n > NAME_MAX_BYTES || v->caption.n > CAPTION_MAX)
		return sl_fail(e, SL_INVALID, "a name has at most %d bytes, a caption %d", NAME_MAX_BYTES, CAPTION_MAX);
	return SL_OK;
}

enum sl_code sl_attach_one(struct sl_programme *p, struct sl_arena *a, const struct sl_person *who,
                           const struct sl_kind *kind, struct sl_uuid record, const struct sl_new_attachment *v,
                           struct sl_uuid *id, struct sl_err *e)
{
	struct sl_attachment at = {.record = record,
	                           .field = v->field,
	                           .name = v->name,
	                           .caption = v->caption,
	                           .media_type = type_of(v),
	                           .sealed = v->sealed || sl_attachment_is_sealed(kind, v->field),
	                           .author = who->name,
	                           .organisation = who->organisation};
	bool already;

	if (judge(kind, v, e) || sl_store_attach(p->db, a, &at, v->bytes, &already, e))
		return sl_err_within(e, "%.*s", SL_STR_ARG(v->name.n ? v->name : SL_STR("a file without a name")));
	*id = at.id;
	return SL_OK;
}

enum sl_code sl_attach(struct sl_programme *writer, const struct sl_person *who, const struct sl_kind *kind,
                       struct sl_str id, const struct sl_new_attachment *v, size_t n, struct sl_buf *b,
                       struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_standing standing;
	struct sl_revision rev;
	struct sl_uuid added;

	if (sl_store_begin(writer->db, e))
		return e->code;
	if (!sl_record_found(writer, &a, kind, id, who, &rev, &standing, e) && !sl_may_write_record(who, &standing))
		sl_fail(e, SL_DENIED, "your role does not allow you to add to this record");
	for (size_t i = 0; i < n && !e->code; i++)
		(void)!sl_attach_one(writer, &a, who, rev.kind, rev.record, &v[i], &added, e);
	if (e->code)
		sl_store_rollback(writer->db);
	else if (!sl_store_commit(writer->db, e))
		(void)!put_list(writer, &a, rev.record, true, b, e);
	sl_arena_done(&a);
	return e->code;
}

/* ---- reading ---- */

static enum sl_code may_open(struct sl_people *people, const struct sl_person *who, const struct sl_actor *by,
                             const struct sl_revision *rev, const struct sl_standing *standing, struct sl_arena *a,
                             struct sl_str attachment, struct sl_err *e)
{
	char *name;

	if (!people || !sl_may_see_sensitive(who, standing))
		return sl_fail(e, SL_DENIED, "your role does not read the sensitive part of this record");
	name = sl_arena_printf(a, e, "%.*s:%.*s", SL_STR_ARG(rev->kind->name), SL_STR_ARG(rev->identity));
	if (!name)
		return e->code;
	return sl_audit_note(people, by, "read-sensitive", sl_str_from(name), attachment, e);
}

enum sl_code sl_attachment_get(struct sl_programme *p, struct sl_people *people, const struct sl_person *who,
                               const struct sl_actor *by, const struct sl_kind *kind, struct sl_str id,
                               struct sl_str attachment, struct sl_arena *a, struct sl_attachment *out,
                               struct sl_str *bytes, struct sl_err *e)
{
	struct sl_attachment *list, *at = NULL;
	struct sl_standing standing;
	struct sl_revision rev;
	struct sl_uuid wanted;
	size_t n;

	if (sl_record_found(p, a, kind, id, who, &rev, &standing, e) ||
	    sl_store_attachments(p->db, a, rev.record, &list, &n, e))
		return e->code;
	if (sl_uuid_parse(attachment, &wanted))
		for (size_t i = 0; i < n; i++)
			if (sl_uuid_eq(list[i].id, wanted))
				at = &list[i];
	if (!at)
		return sl_fail(e, SL_NOT_FOUND, "this record has no attachment '%.*s'", SL_STR_ARG(attachment));
	if (at->sealed && may_open(people, who, by, &rev, &standing, a, attachment, e))
		return e->code;
	if (sl_store_attachment_bytes(p->db, a, at, bytes, e))
		return e->code;
	*out = *at;
	return SL_OK;
}
