/* From a part back to the record that it was sent with. */
#include "app/submission_parts.h"

struct lists {
	struct sl_arena *a;
	struct sl_uuid part;
	bool has;
};

static enum sl_code has_part(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                             struct sl_err *e)
{
	struct lists *l = ctx;
	struct sl_parts_known parts;

	(void)rec;
	if (l->has || sl_parts_read(l->a, rev->entry, &parts, e))
		return e->code;
	for (size_t i = 0; i < parts.n; i++)
		l->has |= sl_uuid_eq(parts.v[i].record, l->part);
	return SL_OK;
}

struct names {
	struct sl_arena *a;
	struct sl_programme *p;
	struct sl_uuid *named; /* records that it names, each once */
	size_t n, cap;
};

static enum sl_code add_named(struct names *x, struct sl_uuid record, struct sl_err *e)
{
	struct sl_uuid *v;

	for (size_t i = 0; i < x->n; i++)
		if (sl_uuid_eq(x->named[i], record))
			return SL_OK;
	v = sl_arena_grow(x->a, x->named, &x->cap, x->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	x->named = v;
	v[x->n++] = record;
	return SL_OK;
}

static enum sl_code take_names(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                               struct sl_err *e)
{
	struct names *x = ctx;

	for (size_t i = 0; rev->kind && i < rev->kind->n_fields; i++) {
		const struct sl_field *f = &rev->kind->field[i];
		const struct sl_kind *to =
		    f->ref.n && !f->sensitive ? sl_dictionary_kind(x->p->dict, f->ref) : NULL;
		struct sl_identity id;
		bool found = false;

		if (!to || rec->value[i].type != SL_VALUE_TEXT)
			continue;
		if (sl_store_identify(x->p->db, to, rec->value[i].text, &found, &id, e) ||
		    (found && add_named(x, id.record, e)))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_part_whole(struct sl_programme *p, struct sl_arena *a, struct sl_uuid part,
                           struct sl_uuid *whole, bool *found, struct sl_err *e)
{
	struct names x = {.a = a, .p = p};

	*found = false;
	if (sl_store_history(p->db, part, take_names, &x, e))
		return e->code;
	for (size_t i = 0; i < x.n && !*found; i++) {
		struct lists l = {.a = a, .part = part};

		if (sl_store_history(p->db, x.named[i], has_part, &l, e))
			return e->code;
		if (l.has)
			*whole = x.named[i];
		*found = l.has;
	}
	return SL_OK;
}
