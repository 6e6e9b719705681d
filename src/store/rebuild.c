/* Everything derived is dropped and made again from the log, in the order of the log. */
#include "store/db.h"

static enum sl_code drop_derived(struct sl_db *db, struct sl_err *e)
{
	static const char *const part[] = {
	    "DELETE FROM sl_identity",
	    "DELETE FROM sl_land_event",
	    "DELETE FROM sl_ledger",
	    "UPDATE sl_record SET head = NULL, approved = NULL",
	};
	struct sl_sql *s;

	for (size_t i = 0; i < sizeof part / sizeof *part; i++)
		if (sl_sql_open(db->driver, part[i], &s, e) || sl_sql_finish(s, e))
			return e->code;
	db->n_waiting = 0;
	return sl_dialect_layers_drop(db, e) ? e->code : sl_dialect_layers_make(db, e);
}

static enum sl_code replay_one(struct sl_db *db, struct sl_sql *s, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_revision rev;
	int64_t content, geometry;

	/* A kind that the dictionary does not have stays in the log and out of the layers. */
	if (!sl_revision_read(db, &db->scratch, s, &rev, &content, &geometry, e) && rev.kind &&
	    !sl_geometry_read(db, &db->scratch, geometry, &rev.geometry, e))
		sl_noted(sl_project(db, &rev, geometry, NULL, true, e));
	sl_arena_reset(&db->scratch, m);
	return e->code;
}

static enum sl_code replay(struct sl_db *db, struct sl_err *e)
{
	uint64_t done = 0, total = (uint64_t)db->next_seq - 1;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, SL_REVISION_COLUMNS "ORDER BY r.seq", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row && !replay_one(db, s, e)) {
		if (++done % 1000 == 0)
			sl_env_progress(db->env, "rebuilding", done, total);
		if (sl_env_stopped(db->env)) {
			sl_fail(e, SL_CANCELLED, "interrupted");
			break;
		}
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_rebuild(struct sl_db *db, struct sl_err *e)
{
	if (sl_store_begin(db, e))
		return e->code;
	if (drop_derived(db, e) || replay(db, e) || sl_store_commit(db, e))
		sl_store_rollback(db);
	return e->code;
}

static enum sl_code refill(struct sl_db *db, struct sl_layer *l, struct sl_err *e)
{
	struct sl_sql *s;
	int32_t term;
	bool row;

	if (sl_layer_term(db, l->kind, &term, e) ||
	    sl_sql_open(db->driver,
	                "SELECT number FROM sl_record WHERE kind = $1 AND approved IS NOT NULL "
	                "ORDER BY number",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, term);
	while (!sl_sql_step(s, &row, e) && row && !sl_show_again(db, l, sl_sql_get_int(s, 0), e))
		;
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_layers_refill(struct sl_db *db, struct sl_err *e)
{
	for (size_t i = 0; i < db->dict->n_kinds; i++) {
		struct sl_layer *l = &db->layer[i];

		if (l->made && refill(db, l, e))
			return e->code;
		l->made = false;
	}
	return SL_OK;
}
