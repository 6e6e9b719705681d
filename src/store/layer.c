/* The plain layers: one table a kind, one row for each current approved record.
 * Columns: fid (the record number), geom, record (UUID), one for each field of the dictionary that is
 * not sensitive, then unknown, extra, recorded_at, area_m2. */
#include "store/db.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static bool own_column(struct sl_str name)
{
	static const char *const own[] = {"fid",   "geom",        "record", "unknown",
	                                  "extra", "recorded_at", "area_m2"};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (sl_str_is_nocase(name, own[i]))
			return true;
	return false;
}

/* A field named like one of our own columns stands under "field_<name>". */
void sl_layer_column_name(struct sl_buf *b, const struct sl_layer *l, size_t column)
{
	struct sl_str name = l->kind->field[l->column[column]].name;
	struct sl_buf t = {0};

	if (own_column(name))
		sl_buf_puts(&t, "field_");
	sl_buf_str(&t, name);
	if (t.failed)
		b->failed = true;
	else
		sl_sql_quote(b, sl_buf_view(&t));
	sl_buf_done(&t);
}

static int field_of(const struct sl_kind *k, const char *name)
{
	const struct sl_field *f = sl_kind_field(k, name);

	return f ? f->index : -1;
}

static bool has_column(const struct sl_kind *k, size_t field)
{
	return !k->field[field].sensitive && (int)field != k->geometry;
}

static enum sl_code describe(struct sl_db *db, const struct sl_kind *k, struct sl_layer *l,
                             struct sl_err *e)
{
	static const char *const taken[] = {"sl_", "gpkg_", "sqlite_", "rtree_"};

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (sl_str_has_prefix(k->name, taken[i]))
			return sl_fail(e, SL_INVALID,
			               "dictionary: a kind cannot be called '%.*s': names that begin with "
			               "'%s' are taken",
			               SL_STR_ARG(k->name), taken[i]);
	*l = (struct sl_layer){
	    .kind = k,
	    .has_geometry = k->geometry >= 0 && !k->field[k->geometry].sensitive,
	    .n_indexed = -1,
	    .touched = {1, 1, 0, 0},
	    .f_status = field_of(k, "status"),
	    .f_class = field_of(k, "class"),
	    .f_product = field_of(k, "product"),
	    .f_hazard = field_of(k, "hazard"),
	    .f_area = field_of(k, "area_reported_m2"),
	    .f_organisation = field_of(k, "organisation"),
	    .f_contamination = field_of(k, "contamination"),
	    .f_admin1 = field_of(k, "admin1"),
	    .f_admin1_name = field_of(k, "admin1_name"),
	    .f_admin2 = field_of(k, "admin2"),
	    .f_admin2_name = field_of(k, "admin2_name"),
	};
	l->column = sl_arena_alloc(&db->arena, k->n_fields + 1, sizeof *l->column, e);
	if (!l->column)
		return e->code;
	for (size_t i = 0; i < k->n_fields; i++)
		if (has_column(k, i))
			l->column[l->n_columns++] = (int)i;
	return SL_OK;
}

enum sl_code sl_layers_describe(struct sl_db *db, struct sl_err *e)
{
	db->layer = sl_arena_alloc(&db->arena, db->dict->n_kinds + 1, sizeof *db->layer, e);
	if (!db->layer)
		return e->code;
	for (size_t i = 0; i < db->dict->n_kinds; i++)
		if (describe(db, &db->dict->kind[i], &db->layer[i], e))
			return e->code;
	return SL_OK;
}

void sl_layer_done(struct sl_layer *l)
{
	sl_sql_close(l->insert);
	sl_sql_close(l->remove);
	sl_sql_close(l->find);
	sl_sql_close(l->row);
	sl_mem_free(l->change);
	l->insert = l->remove = l->find = l->row = NULL;
	l->change = NULL;
}

static enum sl_code open_statements(struct sl_db *db, struct sl_layer *l, struct sl_err *e)
{
	struct sl_buf b = {0};
	int n = 0;

	sl_buf_puts(&b, "INSERT INTO ");
	sl_sql_quote(&b, l->kind->name);
	sl_buf_puts(&b, " (\"fid\", \"record\"");
	for (size_t i = 0; i < l->n_columns; i++) {
		sl_buf_puts(&b, ", ");
		sl_layer_column_name(&b, l, i);
	}
	sl_buf_puts(&b, ", \"unknown\", \"extra\", \"recorded_at\"");
	if (l->has_geometry)
		sl_buf_puts(&b, ", \"area_m2\", \"geom\"");
	sl_buf_puts(&b, ") VALUES (");
	for (size_t i = 0; i < l->n_columns + 5 + (l->has_geometry ? 2 : 0); i++)
		sl_buf_printf(&b, "%s$%d", n ? ", " : "", n + 1), n++;
	sl_buf_puts(&b, ")");
	if (!sl_buf_check(&b, e))
		sl_noted(sl_sql_open_text(db->driver, sl_buf_view(&b), &l->insert, e));
	sl_buf_clear(&b);
	sl_buf_puts(&b, "DELETE FROM ");
	sl_sql_quote(&b, l->kind->name);
	sl_buf_puts(&b, " WHERE \"fid\" = $1");
	if (!e->code && !sl_buf_check(&b, e))
		sl_noted(sl_sql_open_text(db->driver, sl_buf_view(&b), &l->remove, e));
	sl_buf_done(&b);
	return e->code;
}

/* "age:UNK depth_cm:NA": unknown and not applicable are neither 0 nor empty. */
void sl_layer_unknown_text(struct sl_buf *b, const struct sl_record *rec)
{
	const struct sl_kind *k = rec->kind;
	const size_t begin = b->n;

	for (size_t i = 0; i < k->n_fields; i++) {
		const struct sl_value *v = &rec->value[i];

		if ((v->type != SL_VALUE_UNKNOWN && v->type != SL_VALUE_NA) || !has_column(k, i))
			continue;
		if (b->n > begin)
			sl_buf_putc(b, ' ');
		sl_buf_str(b, k->field[i].name);
		sl_buf_puts(b, v->type == SL_VALUE_NA ? ":NA" : ":UNK");
	}
}

static int by_key(const void *a, const void *b)
{
	const struct sl_extra *x = a, *y = b;

	return sl_str_cmp(x->key, y->key);
}

/* Extras in the order of their names, whatever order the caller has them in: mostly in that one. */
enum sl_code sl_layer_extra_text(struct sl_arena *a, struct sl_buf *b, const struct sl_record *rec,
                                 struct sl_err *e)
{
	const struct sl_extra *v = rec->extra;
	struct sl_extra *sorted;
	struct sl_json_writer w;
	size_t i = 1;

	if (!rec->n_extra || rec->kind->seals_extra)
		return SL_OK;
	while (i < rec->n_extra && by_key(&v[i - 1], &v[i]) <= 0)
		i++;
	if (i < rec->n_extra) {
		sorted = sl_arena_alloc(a, rec->n_extra, sizeof *sorted, e);
		if (!sorted)
			return e->code;
		memcpy(sorted, v, rec->n_extra * sizeof *sorted);
		qsort(sorted, rec->n_extra, sizeof *sorted, by_key);
		v = sorted;
	}
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	for (i = 0; i < rec->n_extra; i++) {
		sl_json_put_key(&w, v[i].key);
		sl_json_put_raw(&w, v[i].value);
	}
	sl_json_end(&w, '}');
	return SL_OK;
}

static void bind_value(struct sl_sql *s, int at, const struct sl_value *v, char date[11])
{
	switch (v->type) {
	case SL_VALUE_TEXT: sl_sql_text(s, at, v->text); break;
	case SL_VALUE_INTEGER: sl_sql_int(s, at, v->integer); break;
	case SL_VALUE_DECIMAL: sl_sql_double(s, at, v->decimal); break;
	case SL_VALUE_DATE:
		sl_date_text(v->date, date);
		sl_sql_text(s, at, sl_str_from(date));
		break;
	case SL_VALUE_NONE:
	case SL_VALUE_UNKNOWN:
	case SL_VALUE_NA: break; /* NULL */
	}
}

/* GeoPackage binary: "GP", version, flags (little-endian; envelope unless a point), srs_id, envelope,
 * then the WKB of the log (clause 2.1.3 of the standard). */
static void blob_of(struct sl_buf *b, const struct sl_prepared_geometry *g)
{
	bool point = g->box.x0 == g->box.x1 && g->box.y0 == g->box.y1;
	double envelope[4] = {g->box.x0, g->box.x1, g->box.y0, g->box.y1};
	unsigned char head[8] = {'G', 'P', 0, point ? 0x01 : 0x03, 4326 & 0xff, 4326 >> 8, 0, 0};

	sl_buf_add(b, head, sizeof head);
	for (int i = 0; i < 4 && !point; i++) {
		unsigned char le[8];
		uint64_t bits;

		memcpy(&bits, &envelope[i], sizeof bits);
		for (int k = 0; k < 8; k++)
			le[k] = (unsigned char)(bits >> (8 * k));
		sl_buf_add(b, le, sizeof le);
	}
	sl_buf_str(b, g->wkb);
}

enum sl_code sl_layer_prepare(struct sl_arena *a, const struct sl_revision *rev,
                              const struct sl_record *rec, struct sl_prepared_revision *out,
                              struct sl_err *e)
{
	struct sl_prepared_revision p = *out;
	struct sl_buf b = {0};
	size_t blob, unknown;
	char *text;

	if (rev->geometry.wkb.n)
		blob_of(&b, &rev->geometry);
	blob = b.n;
	sl_layer_unknown_text(&b, rec);
	unknown = b.n;
	if (!sl_layer_extra_text(a, &b, rec, e) && !sl_buf_check(&b, e) && (text = sl_arena_strndup(a, b.p, b.n, e))) {
		p.blob = (struct sl_str){text, blob};
		p.unknown = (struct sl_str){text + blob, unknown - blob};
		p.extra = (struct sl_str){text + unknown, b.n - unknown};
		p.has_row = true;
		*out = p;
	}
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code insert_row(struct sl_db *db, struct sl_layer *l, const struct sl_revision *rev,
                               const struct sl_record *rec, struct sl_err *e)
{
	const struct sl_prepared_revision *p = sl_prepared_of(rev);
	struct sl_prepared_revision own = {0};
	char(*date)[11] = sl_arena_alloc(&db->scratch, l->n_columns + 1, sizeof *date, e);
	char uuid[37];
	struct sl_sql *s = l->insert;
	int at = 1;

	if (!date)
		return e->code;
	if (!p || !p->has_row) {
		p = &own;
		if (sl_layer_prepare(&db->scratch, rev, rec, &own, e))
			return e->code;
	}
	if (rev->recorded_ms != l->recorded_ms || !l->recorded[0]) {
		l->recorded_ms = rev->recorded_ms;
		sl_time_text(l->recorded_ms, l->recorded);
	}
	sl_uuid_text(rev->record, uuid);
	sl_sql_int(s, at++, rev->record_number);
	sl_sql_text(s, at++, (struct sl_str){uuid, 36});
	for (size_t i = 0; i < l->n_columns; i++)
		bind_value(s, at++, &rec->value[l->column[i]], date[i]);
	if (p->unknown.n)
		sl_sql_text(s, at, p->unknown);
	at++;
	if (p->extra.n)
		sl_sql_text(s, at, p->extra);
	at++;
	sl_sql_text(s, at++, sl_str_from(l->recorded));
	if (l->has_geometry && p->blob.n) {
		if (rev->geometry.area_m2 > 0)
			sl_sql_double(s, at, rev->geometry.area_m2);
		sl_sql_blob(s, at + 1, p->blob.p, p->blob.n);
	}
	return sl_sql_run(s, e);
}

enum sl_code sl_layer_remove(struct sl_db *db, struct sl_layer *l, int64_t record, struct sl_err *e)
{
	struct sl_box_change out = {record, 1, 1, 0, 0};

	if (!l->insert && open_statements(db, l, e))
		return e->code;
	l->dirty = true;
	sl_sql_int(l->remove, 1, record);
	if (sl_sql_run(l->remove, e))
		return e->code;
	return l->has_geometry ? sl_spatial_change(l, &out, e) : SL_OK;
}

enum sl_code sl_layer_put(struct sl_db *db, struct sl_layer *l, const struct sl_revision *rev,
                          const struct sl_record *rec, bool existed, struct sl_err *e)
{
	const struct sl_box *b = &rev->geometry.box;
	struct sl_box_change in = {rev->record_number, b->x0, b->y0, b->x1, b->y1};
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);

	if (!l->insert && open_statements(db, l, e))
		return e->code;
	if (existed && sl_layer_remove(db, l, rev->record_number, e))
		return e->code;
	l->dirty = true;
	insert_row(db, l, rev, rec, e);
	sl_arena_reset(&db->scratch, m);
	if (e->code || !l->has_geometry || !rev->geometry.wkb.n)
		return e->code;
	l->touched = sl_box_join(l->touched, *b);
	return sl_spatial_change(l, &in, e);
}
