#include "app/export_parts.h"

#include <math.h>
#include <string.h>

enum export_place export_place_of(const struct export_table *t, const struct sl_record *r)
{
	if (t->hides_geometry)
		return PLACE_NONE;
	switch (r->geometry.type) {
	case SL_GEOM_NONE: return PLACE_NONE;
	case SL_GEOM_POINT: return r->geometry.n_parts > 1 ? PLACE_POINTS : PLACE_POINT;
	case SL_GEOM_LINE: return PLACE_LINE;
	case SL_GEOM_POLYGON: return PLACE_POLYGON;
	}
	return PLACE_NONE;
}

static enum extra_type type_of_extra(struct sl_str json)
{
	int64_t whole;
	double number;

	if (sl_str_int64(json, &whole))
		return EXTRA_INTEGER;
	/* Only numbers that a double holds as they were written. */
	if (json.n <= 16 && sl_str_double(json, &number) && isfinite(number))
		return EXTRA_NUMBER;
	return EXTRA_TEXT;
}

static enum sl_code look_at_extra(struct export_table *t, const struct sl_extra *x, struct sl_err *e)
{
	enum extra_type type = type_of_extra(x->value);
	uint64_t *at = sl_map_get(&t->by_extra, x->key);
	struct sl_str key;
	bool is_new;
	char *copy;

	if (sl_str_is(x->value, "null"))
		return SL_OK;
	if (!at) {
		struct sl_str *keys = sl_arena_grow(t->a, t->extra, &t->cap_extra, t->n_extra + 1, sizeof *keys, e);
		enum extra_type *types =
		    keys ? sl_arena_grow(t->a, t->extra_type, &t->cap_extra_type, t->n_extra + 1, sizeof *types, e)
		         : NULL;

		copy = types ? sl_str_dup(t->a, x->key, e) : NULL;
		if (!copy)
			return e->code;
		key = (struct sl_str){copy, x->key.n};
		t->extra = keys;
		t->extra_type = types;
		at = sl_map_put(&t->by_extra, key, t->n_extra, &is_new, e);
		if (!at)
			return e->code;
		keys[t->n_extra] = key;
		types[t->n_extra++] = type;
		return SL_OK;
	}
	if (t->extra_type[*at] < type)
		t->extra_type[*at] = type;
	return SL_OK;
}

static enum sl_code look(void *ctx, const struct sl_revision *rev, const struct sl_record *r,
                         struct sl_err *e)
{
	struct export_table *t = ctx;

	(void)rev;
	t->rows++;
	t->placed[export_place_of(t, r)]++;
	for (size_t i = 0; i < t->kind->n_fields; i++) {
		t->used[i] |= r->value[i].type != SL_VALUE_NONE;
		t->mixed[i] |= r->value[i].type == SL_VALUE_UNKNOWN || r->value[i].type == SL_VALUE_NA;
	}
	for (size_t i = 0; i < r->n_extra; i++)
		if (look_at_extra(t, &r->extra[i], e))
			return e->code;
	return SL_OK;
}

static bool taken(const struct export_table *t, struct sl_str name)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (sl_str_eq(t->column[i].name, name))
			return true;
	return t->kind->geometry >= 0 && sl_str_eq(t->kind->field[t->kind->geometry].name, name);
}

/* Fields in the order of the dictionary, the identifier always, then what has no field. */
static enum sl_code columns(struct export_table *t, struct sl_err *e)
{
	t->column = sl_arena_alloc(t->a, t->kind->n_fields + t->n_extra, sizeof *t->column, e);
	if (!t->column)
		return e->code;
	for (size_t i = 0; i < t->kind->n_fields; i++) {
		const struct sl_field *f = &t->kind->field[i];
		bool text = f->type == SL_FIELD_SELECT_ONE || f->type == SL_FIELD_SELECT_MULTIPLE || t->mixed[i];

		if (f->sensitive || (int)i == t->kind->geometry || (!t->used[i] && !sl_str_is(f->name, "id")))
			continue;
		t->column[t->n_columns++] =
		    (struct export_column){f->name, text ? SL_FIELD_TEXT : f->type, (int)i, {0}};
	}
	for (size_t i = 0; i < t->n_extra; i++) {
		static const enum sl_field_type types[] = {[EXTRA_NEW] = SL_FIELD_TEXT,
		                                           [EXTRA_INTEGER] = SL_FIELD_INTEGER,
		                                           [EXTRA_NUMBER] = SL_FIELD_DECIMAL,
		                                           [EXTRA_TEXT] = SL_FIELD_TEXT};
		struct sl_str name = t->extra[i];

		if (taken(t, name)) {
			char *other = sl_arena_printf(t->a, e, "extra %.*s", SL_STR_ARG(name));

			if (!other)
				return e->code;
			name = sl_str_from(other);
		}
		t->column[t->n_columns++] = (struct export_column){name, types[t->extra_type[i]], -1, t->extra[i]};
	}
	return SL_OK;
}

enum sl_code export_table_look(struct sl_arena *a, struct sl_db *db, const struct sl_query *q,
                               struct export_table *out, struct sl_err *e)
{
	const struct sl_kind *k = q->kind;

	*out = (struct export_table){.kind = k, .a = a};
	out->hides_geometry = k->geometry < 0 || k->field[k->geometry].sensitive;
	out->used = sl_arena_alloc(a, k->n_fields, sizeof *out->used, e);
	out->mixed = out->used ? sl_arena_alloc(a, k->n_fields, sizeof *out->mixed, e) : NULL;
	if (!out->mixed || sl_store_each(db, q, !out->hides_geometry, look, out, e) || columns(out, e)) {
		export_table_done(out);
		return e->code;
	}
	return SL_OK;
}

void export_table_done(struct export_table *t)
{
	sl_map_done(&t->by_extra);
}

/* The JSON text of an extra as a value: a string loses its quotes, a list or object stays JSON. */
static enum sl_code extra_value(struct sl_arena *a, struct sl_str json, enum sl_field_type type,
                                struct sl_value *out, struct sl_err *e)
{
	struct sl_json_cursor c;

	*out = (struct sl_value){.type = SL_VALUE_TEXT, .text = json};
	if (sl_str_is(json, "null"))
		out->type = SL_VALUE_NONE;
	else if (type == SL_FIELD_INTEGER && sl_str_int64(json, &out->integer))
		out->type = SL_VALUE_INTEGER;
	else if (type == SL_FIELD_DECIMAL && sl_str_double(json, &out->decimal))
		out->type = SL_VALUE_DECIMAL;
	else if (json.n && json.p[0] == '"') {
		sl_json_cursor_init(&c, json);
		return sl_json_string(&c, a, &out->text, e);
	}
	return SL_OK;
}

enum sl_code export_row(struct sl_arena *a, const struct export_table *t, const struct sl_record *r,
                        struct sl_value *value, struct sl_err *e)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		const struct export_column *c = &t->column[i];

		value[i] = (struct sl_value){0};
		if (c->field >= 0) {
			value[i] = r->value[c->field];
			continue;
		}
		for (size_t k = 0; k < r->n_extra; k++)
			if (sl_str_eq(r->extra[k].key, c->extra) &&
			    extra_value(a, r->extra[k].value, c->type, &value[i], e))
				return e->code;
	}
	return SL_OK;
}
