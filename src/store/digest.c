/* One hash over everything that is derived from the log: equal before and after a rebuild. */
#include "store/db.h"

#include <string.h>

static void put_row(struct sl_hasher *h, struct sl_sql *s)
{
	for (int i = 0; i < sl_sql_columns(s); i++) {
		struct sl_str x;
		double d;
		int64_t bits;

		sl_hash_int(h, sl_sql_column_type(s, i));
		switch (sl_sql_column_type(s, i)) {
		case SL_SQL_NULL: break;
		case SL_SQL_INT: sl_hash_int(h, sl_sql_get_int(s, i)); break;
		case SL_SQL_DOUBLE:
			d = sl_sql_get_double(s, i);
			memcpy(&bits, &d, sizeof bits);
			sl_hash_int(h, bits);
			break;
		case SL_SQL_TEXT:
			x = sl_sql_get_text(s, i);
			sl_hash_part(h, x.p, x.n);
			break;
		case SL_SQL_BLOB:
			x = sl_sql_get_blob(s, i);
			sl_hash_part(h, x.p, x.n);
			break;
		}
	}
}

static enum sl_code put_rows(struct sl_hasher *h, struct sl_sql *s, struct sl_err *e)
{
	int64_t n = 0;
	bool row;

	for (; !sl_sql_step(s, &row, e) && row; n++)
		put_row(h, s);
	sl_hash_int(h, n);
	sl_sql_close(s);
	return e->code;
}

static enum sl_code put_layer(struct sl_db *db, struct sl_hasher *h, struct sl_layer *l, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_sql *s;

	/* Columns by name: the order in a table depends on when the dictionary gained them. */
	sl_buf_puts(&b, "SELECT \"fid\", \"record\"");
	for (size_t i = 0; i < l->n_columns; i++) {
		sl_buf_puts(&b, ", ");
		sl_layer_column_name(&b, l, i);
	}
	sl_buf_puts(&b, l->has_geometry
	                    ? ", \"unknown\", \"extra\", \"recorded_at\", \"area_m2\", \"geom\" FROM "
	                    : ", \"unknown\", \"extra\", \"recorded_at\" FROM ");
	sl_sql_quote(&b, l->kind->name);
	sl_buf_puts(&b, " ORDER BY \"fid\"");
	sl_hash_part(h, l->kind->name.p, l->kind->name.n);
	if (!sl_buf_check(&b, e) && !sl_sql_open_text(db->driver, sl_buf_view(&b), &s, e))
		sl_noted(put_rows(h, s, e));
	sl_buf_clear(&b);
	if (!e->code && l->has_geometry &&
	    !(sl_driver_in_transaction(db->driver) && sl_spatial_flush(db, l, e))) {
		sl_buf_puts(&b, "SELECT id, minx, maxx, miny, maxy FROM ");
		sl_spatial_table(&b, l, "");
		sl_buf_puts(&b, " ORDER BY id");
		if (!sl_buf_check(&b, e) && !sl_sql_open_text(db->driver, sl_buf_view(&b), &s, e))
			sl_noted(put_rows(h, s, e));
	}
	sl_buf_done(&b);
	return e->code;
}

enum sl_code sl_store_digest(struct sl_db *db, struct sl_hash *out, struct sl_err *e)
{
	static const char *const derived[] = {
	    "SELECT number, head, approved FROM sl_record ORDER BY number",
	    "SELECT t.text, i.key, i.record FROM sl_identity i JOIN sl_term t ON t.id = i.kind "
	    "ORDER BY t.text, i.key, i.record",
	    "SELECT v.seq, v.approved_ms, v.record, v.geometry, v.hazard, v.hazard_key, v.reported_m2, v.lon, "
	    "v.lat, "
	    "v.day, o.text, p.text, q.text, v.contamination, v.what, v.correction, v.polygon FROM "
	    "sl_land_event v "
	    "LEFT JOIN sl_term o ON o.id = v.organisation LEFT JOIN sl_term p ON p.id = v.admin1 "
	    "LEFT JOIN sl_term q ON q.id = v.admin2 ORDER BY v.seq",
	};
	struct sl_hasher h;
	struct sl_sql *s;

	sl_hash_begin(&h);
	for (size_t i = 0; i < sizeof derived / sizeof *derived; i++)
		if (sl_sql_open(db->driver, derived[i], &s, e) || put_rows(&h, s, e))
			return e->code;
	for (size_t i = 0; i < db->dict->n_kinds; i++)
		if (put_layer(db, &h, &db->layer[i], e))
			return e->code;
	*out = sl_hash_end(&h);
	return SL_OK;
}
