/* Which state of the file a reader looks at. */
#include "store/db.h"

enum sl_code sl_store_look(struct sl_db *db, struct sl_look *look, struct sl_err *e)
{
	int64_t data, schema, seq, outside;

	/* data_version counts commits of other connections, as this one sees them: cheap, no table is read. */
	if (sl_sql_number(db->driver, "PRAGMA data_version", &data, e))
		return e->code;
	if (db->looked && data == db->data_version) {
		*look = (struct sl_look){.version = db->version};
		return SL_OK;
	}
	if (sl_sql_number(db->driver, "PRAGMA schema_version", &schema, e) ||
	    sl_sql_number(db->driver, "SELECT max(seq) FROM sl_revision", &seq, e) ||
	    sl_sql_number(db->driver, "SELECT count(*) FROM (SELECT 1 FROM sl_outside LIMIT 1) AS t", &outside, e))
		return e->code;
	if (db->mode == SL_OPEN_READ)
		db->outside_pending = outside > 0;
	*look = (struct sl_look){
	    .version = seq, .changed = true, .other_schema = db->looked && schema != db->schema_version};
	db->version = seq;
	db->data_version = data;
	db->schema_version = schema;
	db->looked = true;
	return SL_OK;
}

enum sl_code sl_store_snapshot_begin(struct sl_db *db, struct sl_err *e)
{
	struct sl_sql *s;

	if (db->mode != SL_OPEN_READ || sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: a snapshot is of a handle for reading, and one at a time", db->path);
	return sl_sql_open(db->driver, "BEGIN", &s, e) ? e->code : sl_sql_finish(s, e);
}

/* By a statement that is kept: a request does this twice. */
void sl_store_snapshot_end(struct sl_db *db)
{
	struct sl_err e = {0};
	struct sl_sql *s;

	if (!sl_driver_in_transaction(db->driver))
		return;
	if (!sl_sql_open(db->driver, "ROLLBACK", &s, &e))
		sl_noted(sl_sql_finish(s, &e));
	sl_driver_rollback(db->driver); /* when it did not */
}
