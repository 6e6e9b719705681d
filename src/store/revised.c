#include "store/db.h"

enum sl_code sl_store_side_heads(struct sl_db *db, struct sl_arena *a, int64_t **numbers, size_t *n,
                                 struct sl_err *e)
{
	int64_t *v = NULL;
	size_t count = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT number FROM sl_record WHERE head <> approved ORDER BY number", &s,
	                e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		int64_t *grown = sl_arena_grow(a, v, &cap, count + 1, sizeof *grown, e);

		if (!grown)
			break;
		v = grown;
		v[count++] = sl_sql_get_int(s, 0);
	}
	sl_sql_close(s);
	if (!e->code) {
		*numbers = v;
		*n = count;
	}
	return e->code;
}
