/* Begin, commit, rollback: what the handle keeps in memory follows the transaction. */
#include "store/db.h"

static enum sl_code counters(struct sl_db *db, struct sl_err *e)
{
	int64_t seq, record, content, geometry, batch;

	if (sl_sql_number(db->driver, "SELECT max(seq) FROM sl_revision", &seq, e) ||
	    sl_sql_number(db->driver, "SELECT max(number) FROM sl_record", &record, e) ||
	    sl_sql_number(db->driver, "SELECT max(id) FROM sl_content", &content, e) ||
	    sl_sql_number(db->driver, "SELECT max(id) FROM sl_geometry", &geometry, e) ||
	    sl_sql_number(db->driver, "SELECT max(id) FROM sl_batch", &batch, e) ||
	    sl_sql_number(db->driver,
	                  "SELECT count(*) FROM sl_land_event WHERE hazard = 0 AND hazard_key IS NOT NULL",
	                  &db->n_waiting, e))
		return e->code;
	db->next_seq = seq + 1;
	db->next_record = db->first_new_record = record + 1;
	db->next_content = content + 1;
	db->next_geometry = geometry + 1;
	db->next_batch = batch + 1;
	return SL_OK;
}

static void forget(struct sl_db *db)
{
	for (size_t i = 0; i < db->dict->n_kinds; i++) {
		struct sl_layer *l = &db->layer[i];

		l->n_changes = 0;
		l->n_indexed = -1;
		l->dirty = false;
		l->touched = (struct sl_box){1, 1, 0, 0};
	}
	db->batch = (struct sl_open_batch){0};
	sl_chains_forget(db);
	db->failed = false;
}

enum sl_code sl_store_begin(struct sl_db *db, struct sl_err *e)
{
	if (db->mode != SL_OPEN_WRITE)
		return sl_fail(e, SL_DENIED, "%s: it is open for reading", db->path);
	if (sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: a transaction is open already", db->path);
	if (sl_dialect_begin(db, e))
		return e->code;
	forget(db);
	if (counters(db, e) || sl_terms_load(db, e) || sl_outside_take(db, e)) {
		sl_store_rollback(db);
		return e->code;
	}
	return SL_OK;
}

static enum sl_code settle(struct sl_db *db, struct sl_err *e)
{
	if (db->failed)
		return sl_fail(e, SL_CONFLICT,
		               "%s: a change failed half way, so nothing of its transaction is kept", db->path);
	if (sl_chains_sign(db, e) || sl_batch_close(db, e))
		return e->code;
	for (size_t i = 0; i < db->dict->n_kinds; i++) {
		struct sl_layer *l = &db->layer[i];

		if (l->dirty && (sl_spatial_flush(db, l, e) || sl_dialect_layer_touched(db, l, e)))
			return e->code;
	}
	/* Keys first: a key without its record harms nobody, a record without its key is lost. */
	return sl_keys_commit(db, e) ? e->code : sl_driver_commit(db->driver, e);
}

enum sl_code sl_store_commit(struct sl_db *db, struct sl_err *e)
{
	if (!sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CANCELLED, "%s: the transaction was given up; nothing of it is kept",
		               db->path);
	if (settle(db, e)) {
		sl_store_rollback(db);
		return e->code;
	}
	forget(db);
	sl_dialect_ended(db);
	return SL_OK;
}

void sl_store_rollback(struct sl_db *db)
{
	/* SQLite itself may have rolled back already, after an interrupt or a full disk. */
	sl_driver_rollback(db->driver);
	sl_keys_rollback(db);
	sl_terms_forget(db);
	forget(db);
	sl_dialect_ended(db);
}
