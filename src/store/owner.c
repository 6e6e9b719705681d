#include "store/db.h"

enum sl_code sl_store_each_owner(struct sl_db *db, sl_owner_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT p.uuid, p.number, r.recorded_ms, r.organisation, r.state FROM sl_record p "
	                "JOIN sl_revision r ON r.seq = COALESCE(p.approved, p.head) ORDER BY p.uuid",
	                &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_owner o = {.number = sl_sql_get_int(s, 1),
		                     .recorded_ms = sl_sql_get_int(s, 2),
		                     .approved = sl_sql_get_int(s, 4) == SL_APPROVED,
		                     .draft = sl_sql_get_int(s, 4) == SL_DRAFT};

		if (!sl_sql_get_bytes(s, 0, o.uuid.b, sizeof o.uuid.b) || sl_term_meet(db, sl_sql_get_int(s, 3), e))
			break;
		o.organisation = sl_store_term(db, sl_sql_get_int(s, 3));
		if (fn(ctx, &o, e))
			break;
	}
	sl_sql_close(s);
	return e->code;
}
