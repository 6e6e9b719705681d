#include "store/db.h"

enum sl_code sl_dialect_columns(struct sl_db *db, struct sl_str table, struct sl_sql **out, struct sl_err *e)
{
	if (sl_sql_open(db->driver, "SELECT name FROM pragma_table_info($1)", out, e))
		return e->code;
	sl_sql_text(*out, 1, table);
	return SL_OK;
}
