#include "store/db.h"

enum sl_code sl_store_block_put(struct sl_db *db, int64_t block, struct sl_str bytes, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_ledger (block, data) VALUES ($1, $2) "
	                "ON CONFLICT (block) DO UPDATE SET data = excluded.data",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, block);
	sl_sql_blob(s, 2, bytes.p, bytes.n);
	return sl_sql_finish(s, e);
}

enum sl_code sl_store_block_get(struct sl_db *db, struct sl_arena *a, int64_t block, struct sl_str *bytes,
                                struct sl_err *e)
{
	struct sl_str b = {"", 0};
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT data FROM sl_ledger WHERE block = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, block);
	if (!sl_sql_step(s, &row, e) && row) {
		b = sl_sql_get_blob(s, 0);
		b.p = sl_arena_strndup(a, b.p, b.n, e);
	}
	sl_sql_close(s);
	if (!e->code)
		*bytes = b;
	return e->code;
}

enum sl_code sl_store_blocks(struct sl_db *db, sl_block_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT block, data FROM sl_ledger ORDER BY block", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row && !fn(ctx, sl_sql_get_int(s, 0), sl_sql_get_blob(s, 1), e))
		;
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_blocks_clear(struct sl_db *db, struct sl_err *e)
{
	struct sl_sql *s;

	return sl_sql_open(db->driver, "DELETE FROM sl_ledger", &s, e) ? e->code : sl_sql_finish(s, e);
}
