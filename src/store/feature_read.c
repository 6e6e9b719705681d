/* Rows of a layer, and records of the log, as features. */
#include "store/feature.h"

#include "base/json.h"
#include "base/mem.h"
#include "geo/wkb.h"

#include <math.h>
#include <string.h>

static enum sl_cql2_type type_of(const struct sl_field *f)
{
	switch (f->type) {
	case SL_FIELD_INTEGER:
	case SL_FIELD_DECIMAL: return SL_CQL2_IS_NUMBER;
	case SL_FIELD_DATE: return SL_CQL2_IS_DATE;
	default: return SL_CQL2_IS_TEXT;
	}
}

/* The name of the column without its quotes; names with quotes inside are not made by the dictionary. */
static enum sl_code column_name(struct sl_arena *a, const struct sl_layer *l, size_t column,
                                struct sl_str *out, struct sl_err *e)
{
	struct sl_buf b = {0};
	char *copy = NULL;

	sl_layer_column_name(&b, l, column);
	if (!sl_buf_check(&b, e))
		copy = sl_arena_strndup(a, b.p + 1, b.n - 2, e);
	if (copy)
		*out = (struct sl_str){copy, b.n - 2};
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code make_key(struct sl_arena *a, struct sl_feature_property *p, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_json_writer w;
	char *copy = NULL;

	sl_json_writer_init(&w, &b);
	w.comma = true; /* the geometry stands before, see http/ogc_feature.c */
	sl_json_put_key(&w, p->name);
	sl_buf_puts(&b, "null");
	if (!sl_buf_check(&b, e))
		copy = sl_arena_strndup(a, b.p, b.n, e);
	if (copy) {
		p->key = (struct sl_str){copy, b.n - 4};
		p->key_null = (struct sl_str){copy, b.n};
	}
	sl_buf_done(&b);
	return e->code;
}

static void add_own(struct sl_feature_schema *s, const char *name, enum sl_cql2_type type,
                    enum sl_feature_own own)
{
	s->property[s->n_properties++] =
	    (struct sl_feature_property){.name = sl_str_from(name), .type = type, .own = own};
}

static enum sl_code describe(struct sl_db *db, struct sl_feature_reader *r, struct sl_err *e)
{
	const struct sl_layer *l = r->layer;
	struct sl_feature_schema *s = &r->schema;

	s->kind = l->kind;
	s->has_geometry = l->has_geometry;
	s->time = -1;
	s->property = sl_arena_alloc(&db->arena, l->n_columns + 4, sizeof *s->property, e);
	s->field = s->property ? sl_arena_alloc(&db->arena, l->n_columns + 6, sizeof *s->field, e) : NULL;
	r->value = s->field ? sl_arena_alloc(&db->arena, l->n_columns + 4, sizeof *r->value, e) : NULL;
	if (!r->value)
		return e->code;
	for (size_t i = 0; i < l->n_columns; i++) {
		struct sl_feature_property *p = &s->property[s->n_properties++];

		p->field = &l->kind->field[l->column[i]];
		p->type = type_of(p->field);
		if (column_name(&db->arena, l, i, &p->name, e))
			return e->code;
		if (sl_str_is(p->field->name, "effective_date") && p->type == SL_CQL2_IS_DATE)
			s->time = (int)i;
	}
	add_own(s, "unknown", SL_CQL2_IS_TEXT, SL_FEATURE_UNKNOWN_FIELDS);
	add_own(s, "extra", SL_CQL2_IS_TEXT, SL_FEATURE_EXTRA);
	add_own(s, "recorded_at", SL_CQL2_IS_TIMESTAMP, SL_FEATURE_RECORDED_AT);
	if (l->has_geometry)
		add_own(s, "area_m2", SL_CQL2_IS_NUMBER, SL_FEATURE_AREA_M2);
	for (size_t i = 0; i < s->n_properties; i++)
		if (make_key(&db->arena, &s->property[i], e))
			return e->code;
	for (size_t i = 0; i < s->n_properties; i++)
		s->field[s->n_fields++] = (struct sl_cql2_field){s->property[i].name, s->property[i].type};
	s->field[s->n_fields++] = (struct sl_cql2_field){SL_STR("record"), SL_CQL2_IS_TEXT};
	if (l->has_geometry)
		s->field[s->n_fields++] = (struct sl_cql2_field){SL_STR("geometry"), SL_CQL2_IS_GEOMETRY};
	return SL_OK;
}

enum sl_code sl_feature_reader_of(struct sl_db *db, const struct sl_kind *kind,
                                  struct sl_feature_reader **out, struct sl_err *e)
{
	struct sl_feature_reader *r;

	if (!db->features) {
		struct sl_features *all = sl_arena_alloc(&db->arena, 1, sizeof *all, e);

		if (!all || !(all->reader = sl_arena_alloc(&db->arena, db->dict->n_kinds, sizeof *all->reader, e)))
			return e->code;
		db->features = all;
	}
	r = db->features->reader[kind->number];
	if (!r) {
		r = sl_arena_alloc(&db->arena, 1, sizeof *r, e);
		if (!r)
			return e->code;
		r->layer = &db->layer[kind->number];
		if (describe(db, r, e))
			return e->code;
		db->features->reader[kind->number] = r;
	}
	*out = r;
	return SL_OK;
}

enum sl_code sl_feature_schema_of(struct sl_db *db, const struct sl_kind *kind,
                                  const struct sl_feature_schema **out, struct sl_err *e)
{
	struct sl_feature_reader *r;

	if (sl_feature_reader_of(db, kind, &r, e))
		return e->code;
	*out = &r->schema;
	return SL_OK;
}

void sl_features_done(struct sl_db *db)
{
	for (size_t i = 0; db->features && i < db->dict->n_kinds; i++) {
		struct sl_feature_reader *r = db->features->reader[i];

		if (!r)
			continue;
		sl_sql_close(r->by_number);
		sl_sql_close(r->by_list);
		sl_sql_close(r->geometry);
		sl_sql_close(r->boxes);
		sl_mem_free(r->all);
		sl_mem_free(r->placeless);
		sl_mem_free(r->day);
		sl_mem_free(r->elsewhere);
		for (int k = 0; k < SL_FEATURE_FOUND; k++)
			sl_mem_free(r->found[k].number);
	}
	db->features = NULL;
}

void sl_feature_columns(struct sl_buf *b, const struct sl_feature_reader *r, bool picked)
{
	const struct sl_layer *l = r->layer;
	const size_t n = picked ? r->n_pick : r->schema.n_properties;

	sl_buf_puts(b, "SELECT \"fid\", \"record\"");
	for (size_t i = 0; i < n; i++) {
		sl_buf_puts(b, ", ");
		sl_sql_quote(b, r->schema.property[picked ? r->pick[i] : i].name);
	}
	sl_buf_puts(b, l->has_geometry ? ", \"geom\" FROM " : " FROM ");
	sl_sql_quote(b, l->kind->name);
	sl_buf_putc(b, ' ');
}

enum sl_code sl_feature_pick(struct sl_db *db, struct sl_feature_reader *r, const bool *wanted, bool *changed,
                             struct sl_err *e)
{
	const size_t n = r->schema.n_properties;
	size_t k = 0;

	if (!r->pick) {
		r->spread = sl_arena_alloc(&db->arena, n, sizeof *r->spread, e);
		r->pick = r->spread ? sl_arena_alloc(&db->arena, n, sizeof *r->pick, e) : NULL;
		if (!r->pick)
			return e->code;
	}
	*changed = false;
	for (size_t i = 0; i < n; i++) {
		if (wanted && !wanted[i])
			continue;
		*changed |= k >= r->n_pick || r->pick[k] != i;
		r->pick[k++] = (uint16_t)i;
	}
	*changed |= k != r->n_pick;
	r->n_pick = k;
	if (*changed)
		memset(r->spread, 0, n * sizeof *r->spread); /* SL_FEATURE_NULL */
	return SL_OK;
}

static void row_of(const struct sl_feature_reader *r, struct sl_sql *s, size_t n, struct sl_feature *out)
{
	out->number = sl_sql_get_int(s, 0);
	out->record = sl_sql_get_text(s, 1);
	out->geometry = r->layer->has_geometry ? sl_sql_get_blob(s, (int)n + 2) : (struct sl_str){0};
}

void sl_feature_row(struct sl_feature_reader *r, struct sl_sql *s, struct sl_feature *out)
{
	row_of(r, s, r->schema.n_properties, out);
	sl_sql_values(s, 2, r->schema.n_properties, NULL, r->value);
	out->value = r->value;
}

void sl_feature_picked_row(struct sl_feature_reader *r, struct sl_sql *s, struct sl_feature *out)
{
	row_of(r, s, r->n_pick, out);
	sl_sql_values(s, 2, r->n_pick, r->pick, r->spread);
	out->value = r->spread;
}

/* ---- from the log ---- */

static enum sl_code keep_text(struct sl_arena *a, struct sl_str s, struct sl_feature_value *v,
                              struct sl_err *e)
{
	char *copy;

	if (!s.n) {
		v->type = SL_FEATURE_NULL;
		return SL_OK;
	}
	copy = sl_arena_strndup(a, s.p, s.n, e);
	v->type = SL_FEATURE_TEXT;
	v->text = (struct sl_str){copy, s.n};
	return e->code;
}

static enum sl_code field_value(struct sl_arena *a, const struct sl_value *from, struct sl_feature_value *v,
                                struct sl_err *e)
{
	char date[11];

	switch (from->type) {
	case SL_VALUE_TEXT:
		v->type = SL_FEATURE_TEXT;
		v->text = from->text;
		return SL_OK;
	case SL_VALUE_INTEGER:
		v->type = SL_FEATURE_INTEGER;
		v->integer = from->integer;
		return SL_OK;
	case SL_VALUE_DECIMAL:
		v->type = SL_FEATURE_DECIMAL;
		v->decimal = from->decimal;
		return SL_OK;
	case SL_VALUE_DATE: sl_date_text(from->date, date); return keep_text(a, sl_str_from(date), v, e);
	default: v->type = SL_FEATURE_NULL; return SL_OK;
	}
}

static enum sl_code own_value(struct sl_arena *a, enum sl_feature_own own,
                              const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_feature_value *v, struct sl_err *e)
{
	struct sl_buf b = {0};
	char moment[32];

	v->type = SL_FEATURE_NULL;
	switch (own) {
	case SL_FEATURE_UNKNOWN_FIELDS: sl_layer_unknown_text(&b, rec); break;
	case SL_FEATURE_EXTRA: sl_noted(sl_layer_extra_text(a, &b, rec, e)); break;
	case SL_FEATURE_RECORDED_AT:
		sl_time_text(rev->recorded_ms, moment);
		sl_buf_puts(&b, moment);
		break;
	case SL_FEATURE_AREA_M2:
		if (rev->geometry.area_m2 > 0) {
			v->type = SL_FEATURE_DECIMAL;
			v->decimal = rev->geometry.area_m2;
		}
		break;
	case SL_FEATURE_FIELD: break;
	}
	if (!e->code && !sl_buf_check(&b, e) && b.n)
		sl_noted(keep_text(a, sl_buf_view(&b), v, e));
	sl_buf_done(&b);
	return e->code;
}

enum sl_code sl_feature_of_record(struct sl_feature_reader *r, struct sl_arena *text,
                                  const struct sl_revision *rev, const struct sl_record *rec,
                                  struct sl_feature *out, struct sl_err *e)
{
	const struct sl_feature_schema *s = &r->schema;
	char *uuid = sl_arena_alloc(text, 37, 1, e);

	if (!uuid)
		return e->code;
	sl_uuid_text(rev->record, uuid);
	for (size_t i = 0; i < s->n_properties; i++)
		if (s->property[i].field
		        ? field_value(text, &rec->value[s->property[i].field->index], &r->value[i], e)
		        : own_value(text, s->property[i].own, rev, rec, &r->value[i], e))
			return e->code;
	*out = (struct sl_feature){
	    .number = rev->record_number,
	    .record = {uuid, 36},
	    .value = r->value,
	    .geometry = s->has_geometry ? rev->geometry.wkb : (struct sl_str){0},
	};
	return SL_OK;
}

/* ---- a filter ---- */

struct asked {
	const struct sl_feature_reader *r;
	const struct sl_feature *f;
	struct sl_arena scratch;
	struct sl_geom geometry;
	bool has_geometry;
};

static enum sl_code value_of(void *ctx, int column, struct sl_cql2_value *out, struct sl_err *e)
{
	struct asked *q = ctx;
	const struct sl_feature_schema *s = &q->r->schema;
	const struct sl_feature_value *v;

	if ((size_t)column == s->n_properties) {
		out->text = q->f->record;
		return SL_OK;
	}
	if ((size_t)column > s->n_properties) {
		out->is_null = !q->f->geometry.n;
		if (q->f->geometry.n && !q->has_geometry) {
			if (sl_wkb_read(&q->scratch, q->f->geometry, &q->geometry, e))
				return e->code;
			q->has_geometry = true;
		}
		out->geometry = &q->geometry;
		return SL_OK;
	}
	v = &q->f->value[column];
	out->is_null = v->type == SL_FEATURE_NULL;
	out->text = v->text;
	switch (s->property[column].type) {
	case SL_CQL2_IS_NUMBER:
		out->number = v->type == SL_FEATURE_INTEGER ? (double)v->integer : v->decimal;
		break;
	case SL_CQL2_IS_DATE: {
		struct sl_date d;

		if (v->type == SL_FEATURE_TEXT && sl_date_parse(v->text, &d))
			out->ms = (int64_t)d.day * 86400000;
		else
			out->is_null = true;
		break;
	}
	case SL_CQL2_IS_TIMESTAMP:
		if (v->type != SL_FEATURE_TEXT || !sl_time_parse(v->text, &out->ms))
			out->is_null = true;
		break;
	default: break;
	}
	return SL_OK;
}

enum sl_code sl_feature_meant(const struct sl_feature_reader *r, const struct sl_feature *f,
                              struct sl_cql2 *filter, struct sl_arena *keep, bool *yes, struct sl_err *e)
{
	struct asked q = {.r = r, .f = f};
	enum sl_truth t = SL_FALSE;

	sl_noted(sl_cql2_ask(filter, keep, value_of, &q, &t, e));
	sl_arena_done(&q.scratch);
	*yes = t == SL_TRUE;
	return e->code;
}
