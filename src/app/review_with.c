/* What was sent in one form: a record that waits, and the records that its repetitions became. */
#include "app/review_parts.h"

#include "app/submission_parts.h"

enum { PARTS_SHOWN = 200 };

struct newest {
	struct sl_arena *a;
	struct sl_revision rev; /* identity, kind, state and who */
	bool any;
};

static enum sl_code take(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                         struct sl_err *e)
{
	struct newest *n = ctx;

	(void)rec;
	n->rev = *rev;
	n->any = true;
	n->rev.identity = review_keep(n->a, rev->identity, e);
	n->rev.author = review_keep(n->a, rev->author, e);
	n->rev.organisation = review_keep(n->a, rev->organisation, e);
	return e->code;
}

/* *out is for a person who may see it only. */
static enum sl_code look(struct sl_programme *p, struct sl_arena *a, const struct sl_person *person,
                         struct sl_uuid record, struct newest *out, struct sl_err *e)
{
	struct sl_standing standing;

	*out = (struct newest){.a = a};
	if (sl_store_history(p->db, record, take, out, e)) {
		if (e->code == SL_NOT_FOUND)
			sl_err_clear(e);
		return e->code;
	}
	if (!out->any || !out->rev.kind) {
		out->any = false;
		return SL_OK;
	}
	standing = sl_standing_of(&out->rev);
	out->any = sl_may_see_record(person, &standing);
	return SL_OK;
}

static void one_json(struct sl_json_writer *w, const struct newest *n)
{
	char uuid[37];

	sl_uuid_text(n->rev.record, uuid);
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "kind", n->rev.kind->name);
	sl_json_kv_str(w, "record", sl_str_from(uuid));
	sl_json_kv_str(w, "id", n->rev.identity);
	sl_json_kv_str(w, "state", sl_str_from(sl_state_name(n->rev.state)));
	sl_json_end(w, '}');
}

enum sl_code review_with_json(struct sl_programme *p, struct sl_arena *a, const struct sl_person *person,
                              const struct sl_revision *rev, struct sl_json_writer *w, struct sl_err *e)
{
	struct sl_parts_known parts;
	struct sl_uuid whole;
	struct newest n;
	bool found;

	if (sl_parts_read(a, rev->entry, &parts, e))
		return e->code;
	sl_json_put_key(w, SL_STR("parts"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < parts.n && i < PARTS_SHOWN; i++) {
		if (look(p, a, person, parts.v[i].record, &n, e))
			return e->code;
		if (n.any)
			one_json(w, &n);
	}
	sl_json_end(w, ']');
	sl_json_kv_int(w, "parts_total", (int64_t)parts.n);
	if (sl_part_whole(p, a, rev->record, &whole, &found, e) || (found && look(p, a, person, whole, &n, e)))
		return e->code;
	sl_json_put_key(w, SL_STR("part_of"));
	if (found && n.any)
		one_json(w, &n);
	else
		sl_json_put_null(w);
	return SL_OK;
}
