/* What the feature query needs of SQLite in particular. */
#include "store/feature.h"

enum sl_code sl_dialect_stamp(struct sl_db *db, struct sl_feature_stamp *out, struct sl_err *e)
{
	struct sl_feature_stamp s;

	/* data_version tells commits of others apart; our own are told by their revisions and row changes. */
	if (sl_sql_number(db->driver, "PRAGMA data_version", &s.data_version, e) ||
	    sl_sql_number(db->driver, "SELECT max(seq) FROM sl_revision", &s.seq, e) ||
	    sl_sql_number(db->driver, "SELECT total_changes()", &s.changes, e))
		return e->code;
	*out = s;
	return SL_OK;
}

static enum sl_code run(struct sl_db *db, const char *literal, struct sl_err *e)
{
	struct sl_sql *s;

	return sl_sql_open(db->driver, literal, &s, e) ? e->code : sl_sql_finish(s, e);
}

enum sl_code sl_dialect_read_begin(struct sl_db *db, bool *begun, struct sl_err *e)
{
	*begun = false;
	if (sl_driver_in_transaction(db->driver))
		return SL_OK;
	if (run(db, "BEGIN", e))
		return e->code;
	*begun = true;
	return SL_OK;
}

void sl_dialect_read_end(struct sl_db *db, bool begun)
{
	struct sl_err ignored = {0}; /* nothing was written: there is nothing to lose */

	if (begun && run(db, "COMMIT", &ignored))
		sl_driver_rollback(db->driver);
}

static enum sl_code open_on(struct sl_db *db, const struct sl_layer *l, const char *before, const char *suffix,
                            const char *after, struct sl_sql **out, struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_buf_puts(&b, before);
	sl_spatial_table(&b, l, suffix);
	sl_buf_puts(&b, after);
	if (!sl_buf_check(&b, e))
		sl_noted(sl_sql_open_text(db->driver, sl_buf_view(&b), out, e));
	sl_buf_done(&b);
	return e->code;
}

enum sl_code sl_dialect_hits(struct sl_db *db, struct sl_feature_reader *r, struct sl_arena *a,
                             struct sl_box box, struct sl_feature_hit **out, size_t *n, struct sl_err *e)
{
	struct sl_feature_hit *list = NULL, *more;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	/* The index rounds its boxes outward, so what lies inside by its word does. */
	if (!r->boxes &&
	    open_on(db, r->layer, "SELECT id, maxx <= $1 AND minx >= $2 AND maxy <= $3 AND miny >= $4 FROM ", "",
	            " WHERE minx <= $1 AND maxx >= $2 AND miny <= $3 AND maxy >= $4", &r->boxes, e))
		return e->code;
	s = r->boxes;
	sl_sql_double(s, 1, box.x1);
	sl_sql_double(s, 2, box.x0);
	sl_sql_double(s, 3, box.y1);
	sl_sql_double(s, 4, box.y0);
	while (!sl_sql_step(s, &row, e) && row) {
		more = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!more)
			break;
		list = more;
		list[k++] = (struct sl_feature_hit){sl_sql_get_int(s, 0), sl_sql_get_int(s, 1) != 0};
	}
	sl_sql_reset(s);
	*out = list;
	*n = k;
	return e->code;
}

enum sl_code sl_dialect_placed(struct sl_db *db, const struct sl_layer *l, struct sl_sql **out, struct sl_err *e)
{
	return open_on(db, l, "SELECT rowid FROM ", "_rowid", " ORDER BY rowid", out, e);
}
