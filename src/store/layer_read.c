/* Reading the layers themselves, for maps: no log, no JSON, statements kept prepared.
 * While edits from outside wait in the layers, the log is read instead: what is drawn is what was approved.
 */
#include "store/db.h"

#include <math.h>

enum sl_code sl_store_read_begin(struct sl_db *db, struct sl_err *e)
{
	struct sl_sql *s;

	if (!db->reading && sl_driver_in_transaction(db->driver))
		return SL_OK;
	if (!db->reading && (sl_sql_open(db->driver, "BEGIN", &s, e) || sl_sql_finish(s, e)))
		return e->code;
	db->reading++;
	return SL_OK;
}

void sl_store_read_end(struct sl_db *db)
{
	struct sl_err ignored = {0};
	struct sl_sql *s;

	/* A transaction that writes is not ours to end. */
	if (!db->reading || --db->reading)
		return;
	if (sl_sql_open(db->driver, "COMMIT", &s, &ignored) || sl_sql_finish(s, &ignored))
		sl_driver_rollback(db->driver);
}

enum sl_code sl_store_newest(struct sl_db *db, int64_t *seq, struct sl_err *e)
{
	return sl_sql_number(db->driver, "SELECT max(seq) FROM sl_revision", seq, e);
}

enum sl_code sl_store_changed(struct sl_db *db, int64_t after, sl_changed_fn *fn, void *ctx,
                              struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT p.number, p.kind, min(g.min_x), min(g.min_y), max(g.max_x), max(g.max_y) "
	                "FROM (SELECT DISTINCT record FROM sl_revision WHERE seq > $1) d "
	                "JOIN sl_record p ON p.number = d.record JOIN sl_revision r ON r.record = p.number "
	                "JOIN sl_content c ON c.id = r.content LEFT JOIN sl_geometry g ON g.id = c.geometry "
	                "GROUP BY p.number ORDER BY p.number",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, after);
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_box box = {1, 1, 0, 0};
		const struct sl_layer *l;

		if (sl_layer_by_term(db, sl_sql_get_int(s, 1), &l, e))
			break;
		if (!l) /* a kind that is not in this dictionary, or one that is new since the handle was opened */
			continue;
		if (!sl_sql_is_null(s, 2))
			box = (struct sl_box){sl_sql_get_double(s, 2), sl_sql_get_double(s, 3), sl_sql_get_double(s, 4),
			                      sl_sql_get_double(s, 5)};
		if (fn(ctx, sl_sql_get_int(s, 0), l->kind, box, e))
			break;
	}
	sl_sql_close(s);
	return e->code;
}

static struct sl_layer *layer_of(const struct sl_db *db, const struct sl_kind *kind)
{
	return kind->number >= 0 ? &db->layer[kind->number] : NULL;
}

bool sl_store_has_places(const struct sl_db *db, const struct sl_kind *kind)
{
	const struct sl_layer *l = layer_of(db, kind);

	return l && l->has_geometry;
}

enum sl_code sl_store_layer_find(struct sl_db *db, struct sl_arena *a, const struct sl_kind *kind,
                                 struct sl_box box, int64_t **number, size_t *n, struct sl_err *e)
{
	struct sl_layer *l = layer_of(db, kind);

	if (!l || !l->has_geometry) {
		*number = NULL;
		*n = 0;
		return SL_OK;
	}
	return db->outside_pending ? sl_near_by_log(db, a, kind, box, number, n, e)
	                           : sl_spatial_search(db, a, l, box, number, n, e);
}

static enum sl_code open_row(struct sl_db *db, struct sl_layer *l, struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_buf_puts(&b, "SELECT \"record\", \"extra\"");
	sl_buf_puts(&b, l->has_geometry ? ", \"area_m2\", \"geom\"" : ", NULL, NULL");
	for (size_t i = 0; i < l->n_columns; i++) {
		sl_buf_puts(&b, ", ");
		sl_layer_column_name(&b, l, i);
	}
	sl_buf_puts(&b, " FROM ");
	sl_sql_quote(&b, l->kind->name);
	sl_buf_puts(&b, " WHERE \"fid\" = $1");
	if (!sl_buf_check(&b, e))
		sl_noted(sl_sql_open_text(db->driver, sl_buf_view(&b), &l->row, e));
	sl_buf_done(&b);
	return e->code;
}

static struct sl_value value_of(struct sl_sql *s, int at)
{
	switch (sl_sql_column_type(s, at)) {
	case SL_SQL_INT: return (struct sl_value){.type = SL_VALUE_INTEGER, .integer = sl_sql_get_int(s, at)};
	case SL_SQL_DOUBLE:
		return (struct sl_value){.type = SL_VALUE_DECIMAL, .decimal = sl_sql_get_double(s, at)};
	case SL_SQL_TEXT: return (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_sql_get_text(s, at)};
	default: return (struct sl_value){0};
	}
}

static enum sl_code row_of_layer(struct sl_layer *l, int64_t number, struct sl_value *value,
                                 sl_layer_row_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_sql *s = l->row;
	bool there;

	sl_sql_int(s, 1, number);
	if (!sl_sql_step(s, &there, e) && there) {
		struct sl_layer_row row = {number,
		                           sl_sql_get_text(s, 0),
		                           sl_sql_get_blob(s, 3),
		                           sl_sql_get_text(s, 1),
		                           sl_sql_get_double(s, 2),
		                           value};

		for (size_t i = 0; i < l->n_columns; i++)
			value[l->column[i]] = value_of(s, (int)i + 4);
		fn(ctx, &row, e);
	}
	sl_sql_reset(s);
	return e->code;
}

static enum sl_code row_of_log(struct sl_db *db, struct sl_layer *l, int64_t number, struct sl_value *value,
                               sl_layer_row_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_buf extra = {0};
	struct sl_revision rev;
	struct sl_record rec;
	char uuid[37];

	/* The layers do not have withdrawn records; the log does. */
	if (!sl_store_by_number(db, &a, number, &rev, &rec, e) && !sl_record_withdrawn(l, &rec) &&
	    !sl_layer_extra_text(&a, &extra, &rec, e) && !sl_buf_check(&extra, e)) {
		struct sl_layer_row row = {number,
		                           {uuid, 36},
		                           rev.geometry.wkb,
		                           sl_buf_view(&extra),
		                           rev.geometry.area_m2 > 0 ? rev.geometry.area_m2 : (double)NAN,
		                           value};

		sl_uuid_text(rev.record, uuid);
		for (size_t i = 0; i < l->n_columns; i++)
			value[l->column[i]] = rec.value[l->column[i]];
		fn(ctx, &row, e);
	}
	if (e->code == SL_NOT_FOUND)
		sl_err_clear(e);
	sl_buf_done(&extra);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_store_layer_rows(struct sl_db *db, const struct sl_kind *kind, const int64_t *number,
                                 size_t n, sl_layer_row_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_layer *l = layer_of(db, kind);
	struct sl_arena a = {0};
	struct sl_value *value;

	if (!l || !n)
		return SL_OK;
	value = sl_arena_alloc(&a, kind->n_fields + 1, sizeof *value, e);
	if (value && !db->outside_pending && !l->row)
		open_row(db, l, e);
	for (size_t i = 0; i < n && !e->code; i++)
		sl_noted(db->outside_pending ? row_of_log(db, l, number[i], value, fn, ctx, e)
		                             : row_of_layer(l, number[i], value, fn, ctx, e));
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_store_layer_box(struct sl_db *db, const struct sl_kind *kind, struct sl_box *box,
                                struct sl_err *e)
{
	struct sl_box b = {1, 1, 0, 0};
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = $1", &s, e))
		return e->code;
	sl_sql_text(s, 1, kind->name);
	if (!sl_sql_step(s, &row, e) && row && !sl_sql_is_null(s, 0))
		b = (struct sl_box){sl_sql_get_double(s, 0), sl_sql_get_double(s, 1), sl_sql_get_double(s, 2),
		                    sl_sql_get_double(s, 3)};
	sl_sql_close(s);
	if (!e->code)
		*box = b;
	return e->code;
}
