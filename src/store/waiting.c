#include "store/review.h"

#include "store/db.h"

enum sl_code sl_store_waiting(struct sl_db *db, struct sl_arena *a, enum sl_state state, struct sl_waiting **out,
                              size_t *n, struct sl_err *e)
{
	struct sl_waiting *list = NULL, *more;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	/* Most records are approved: those are passed over without a look at the log. */
	if (sl_sql_open(db->driver,
	                "SELECT p.head, p.kind, r.author, r.organisation FROM sl_record p "
	                "JOIN sl_revision r ON r.seq = p.head "
	                "WHERE (p.approved IS NULL OR p.approved <> p.head) AND r.state = $1 ORDER BY p.head",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, state);
	while (!sl_sql_step(s, &row, e) && row) {
		int64_t author = sl_sql_get_int(s, 2), organisation = sl_sql_get_int(s, 3);
		const struct sl_layer *l;

		if (sl_layer_by_term(db, sl_sql_get_int(s, 1), &l, e) || sl_term_meet(db, author, e) ||
		    sl_term_meet(db, organisation, e))
			break;
		if (!l)
			continue;
		more = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!more)
			break;
		list = more;
		list[k++] = (struct sl_waiting){sl_sql_get_int(s, 0), l->kind, sl_store_term(db, author),
		                                sl_store_term(db, organisation)};
	}
	sl_sql_close(s);
	if (!e->code) {
		*out = list;
		*n = k;
	}
	return e->code;
}

enum sl_code sl_store_revision(struct sl_db *db, struct sl_arena *a, int64_t seq, struct sl_revision *rev,
                               struct sl_record *rec, struct sl_err *e)
{
	int64_t content, geometry;
	struct sl_revision r;

	if (sl_revision_by_seq(db, a, seq, true, &r, &content, &geometry, e))
		return e->code;
	if (!r.kind)
		return sl_fail(e, SL_UNSUPPORTED, "%s: the dictionary has no such kind of record", db->path);
	if (sl_record_read(a, &r, true, rec, e))
		return e->code;
	*rev = r;
	return SL_OK;
}
