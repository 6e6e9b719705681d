#include "store/review.h"

#include "store/db.h"

enum sl_code sl_store_waiting(struct sl_db *db, struct sl_arena *a, int64_t **seq, size_t *n, struct sl_err *e)
{
	int64_t *list = NULL, *more;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	/* Most records are approved: those are passed over without a look at the log. */
	if (sl_sql_open(db->driver,
	                "SELECT p.head FROM sl_record p JOIN sl_revision r ON r.seq = p.head "
	                "WHERE (p.approved IS NULL OR p.approved <> p.head) AND r.state = $1 ORDER BY p.head",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, SL_SUBMITTED);
	while (!sl_sql_step(s, &row, e) && row) {
		more = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!more)
			break;
		list = more;
		list[k++] = sl_sql_get_int(s, 0);
	}
	sl_sql_close(s);
	if (!e->code) {
		*seq = list;
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
