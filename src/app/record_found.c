/* A record that is asked for: as it counts, or, by its UUID, as it waits for approval. */
#include "app/browse.h"
#include "app/people.h"

struct newest {
	struct sl_arena *a;
	struct sl_revision rev;
	bool found;
	struct sl_standing standing;
};

static enum sl_code take_revision(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                  struct sl_err *e)
{
	struct newest *n = ctx;
	struct sl_standing s = sl_standing_of(rev);
	char *author = sl_str_dup(n->a, s.author, e), *organisation = sl_str_dup(n->a, s.organisation, e),
	     *identity = sl_str_dup(n->a, rev->identity, e);

	(void)rec;
	if (!author || !organisation || !identity)
		return e->code;
	s.author.p = author;
	s.organisation.p = organisation;
	n->standing = s;
	n->rev = (struct sl_revision){
	    .id = rev->id, .record = rev->record, .kind = rev->kind, .identity = {identity, rev->identity.n}};
	n->found = true;
	return SL_OK;
}

enum sl_code sl_record_found(struct sl_programme *p, struct sl_arena *a, const struct sl_kind *kind, struct sl_str id,
                             const struct sl_person *who, struct sl_revision *rev, struct sl_standing *standing,
                             struct sl_err *e)
{
	struct newest n = {.a = a};
	struct sl_record rec;
	struct sl_uuid uuid;

	if (!sl_record_seen(p, a, kind, id, who, rev, &rec, e)) {
		*standing = sl_standing_of(rev);
		return SL_OK;
	}
	if (e->code != SL_NOT_FOUND || !sl_uuid_parse(id, &uuid))
		return e->code;
	sl_err_clear(e);
	if (sl_store_history(p->db, uuid, take_revision, &n, e) && e->code != SL_NOT_FOUND)
		return e->code;
	sl_err_clear(e);
	if (!n.found || n.rev.kind != kind || !sl_may_see_record(who, &n.standing))
		return sl_fail(e, SL_NOT_FOUND, "no %.*s is called '%.*s'", SL_STR_ARG(kind->name), SL_STR_ARG(id));
	*rev = n.rev;
	*standing = n.standing;
	return SL_OK;
}
