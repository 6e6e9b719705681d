#include "app/sealed.h"

#include "app/browse.h"

static enum sl_code put_sealed(struct sl_programme *p, struct sl_arena *a, const struct sl_revision *rev,
                               struct sl_buf *b, struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_str sealed;
	char uuid[37];

	if (sl_store_unseal(p->db, a, rev->id, &sealed, e))
		return e->code;
	sl_uuid_text(rev->record, uuid);
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "kind", rev->kind->name);
	sl_json_kv_str(&w, "record", sl_str_from(uuid));
	sl_json_kv_str(&w, "id", rev->identity);
	sl_json_put_key(&w, SL_STR("sealed"));
	sl_json_put_raw(&w, sealed.n ? sealed : SL_STR("{}"));
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return sl_buf_check(b, e);
}

enum sl_code sl_sealed_json(struct sl_programme *p, struct sl_people *people, const struct sl_person *who,
                            const struct sl_actor *by, const struct sl_kind *kind, struct sl_str id,
                            struct sl_buf *b, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_standing standing;
	struct sl_revision rev;
	char *name;

	if (!sl_record_found(p, &a, kind, id, who, &rev, &standing, e)) {
		name = sl_arena_printf(&a, e, "%.*s:%.*s", SL_STR_ARG(kind->name), SL_STR_ARG(rev.identity));
		if (!sl_may_see_sensitive(who, &standing))
			sl_fail(e, SL_DENIED, "your role does not read the sensitive part of this record");
		else if (name && !sl_audit_note(people, by, "read-sensitive", sl_str_from(name), SL_STR(""), e))
			(void)!put_sealed(p, &a, &rev, b, e);
	}
	sl_arena_done(&a);
	return e->code;
}
