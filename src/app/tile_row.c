/* A record, from the row of its layer to what a tile is made of. */
#include "app/tile_parts.h"

#include "geo/wkb.h"

#include <math.h>
#include <string.h>

static void put_varint(struct sl_buf *b, uint64_t v)
{
	unsigned char *to = (unsigned char *)sl_buf_room(b, 10), *start = to;

	if (!to)
		return;
	for (; v >= 128; v >>= 7)
		*to++ = (unsigned char)(v | 128);
	*to++ = (unsigned char)v;
	b->n += (size_t)(to - start);
}

enum sl_code sl_tile_pack_tag(struct sl_tile_maker *m, struct sl_str key, bool basic, const struct sl_mvt_value *v,
                              bool repeats, uint32_t *shared, uint32_t *shared_key, struct sl_err *e)
{
	uint32_t number, value = UINT32_MAX;

	sl_buf_clear(&m->value);
	sl_mvt_value_write(&m->value, v);
	if (sl_buf_check(&m->value, e) || sl_tile_key_number(m->tiles, key, basic, &number, e) ||
	    ((repeats || shared) &&
	     sl_tile_share(m->tiles, sl_buf_view(&m->value), shared != NULL, &value, e)))
		return e->code;
	if (shared) {
		*shared = value + 1;
		*shared_key = number;
	}
	put_varint(&m->row, (uint64_t)number << 1 | (value == UINT32_MAX));
	if (value != UINT32_MAX) {
		put_varint(&m->row, value);
	} else {
		put_varint(&m->row, m->value.n);
		sl_buf_add(&m->row, m->value.p, m->value.n);
	}
	return SL_OK;
}

/* Short texts and names without digits are met again and again; numbered ones (ids, moments) are not. */
static bool text_repeats(struct sl_str s)
{
	if (s.n <= 8)
		return true;
	if (s.n > 24)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return false;
	return true;
}

static bool is_one_of(struct sl_str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sl_str_is(name, list[i]))
			return true;
	return false;
}

/* What tells one sort of a kind's records from another. */
static bool is_class(struct sl_str name)
{
	static const char *const names[] = {"class", "product", "type", "category", "kind", "level", "visit_type"};

	return is_one_of(name, names, sizeof names / sizeof *names);
}

static bool is_basic(struct sl_str name)
{
	return sl_str_is(name, "id") || sl_str_is(name, "status") || is_class(name);
}

/* Attributes that are not fields. */
static bool is_own(struct sl_str name)
{
	return sl_str_is(name, "record") || sl_str_is(name, "area_m2");
}

/* False when there is no value. */
static bool value_of(const struct sl_field *f, const struct sl_value *v, char date[11], struct sl_mvt_value *out,
                     bool *repeats)
{
	switch (v->type) {
	case SL_VALUE_TEXT:
		*out = (struct sl_mvt_value){.type = SL_MVT_TEXT, .text = v->text};
		*repeats = f->type == SL_FIELD_SELECT_ONE || f->type == SL_FIELD_SELECT_MULTIPLE ||
		           f->type == SL_FIELD_DATE || text_repeats(v->text);
		return true;
	case SL_VALUE_DATE:
		sl_date_text(v->date, date);
		*out = (struct sl_mvt_value){.type = SL_MVT_TEXT, .text = sl_str_from(date)};
		*repeats = true;
		return true;
	case SL_VALUE_INTEGER:
		*out = (struct sl_mvt_value){.type = SL_MVT_INTEGER, .integer = v->integer};
		*repeats = true;
		return true;
	case SL_VALUE_DECIMAL:
		*out = (struct sl_mvt_value){.type = SL_MVT_DOUBLE, .number = v->decimal};
		*repeats = false;
		return isfinite(v->decimal);
	default: return false;
	}
}

static enum sl_code pack_fields(struct sl_tile_maker *m, const struct sl_kind *kind, const struct sl_layer_row *row,
                                struct sl_packed *head, struct sl_err *e)
{
	int class_field = -1;

	for (size_t i = 0; i < kind->n_fields && class_field < 0; i++)
		if (is_class(kind->field[i].name))
			class_field = (int)i;
	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct sl_field *f = &kind->field[i];
		struct sl_mvt_value v;
		uint32_t *shared = NULL, *shared_key = NULL;
		struct sl_str name = f->name;
		char date[11];
		bool repeats;

		if (f->sensitive || (int)i == kind->geometry || !value_of(f, &row->value[i], date, &v, &repeats))
			continue;
		if ((int)i == class_field) {
			shared = &head->class_value;
			shared_key = &head->class_key;
		} else if (sl_str_is(name, "status")) {
			shared = &head->status_value;
			shared_key = &head->status_key;
		} else if (is_own(name)) { /* as in the layers: docs/formats/programme.md */
			name = sl_str_is(name, "record") ? SL_STR("field_record") : SL_STR("field_area_m2");
		}
		if (sl_tile_pack_tag(m, name, is_basic(name), &v, repeats, shared, shared_key, e))
			return e->code;
	}
	return SL_OK;
}

/* What has no field: each member of the object as "extra.<name>"; an object or array as its JSON text. */
static enum sl_code pack_extra(struct sl_tile_maker *m, struct sl_str extra, struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(&m->arena);
	struct sl_json *all;

	if (sl_json_parse(&m->arena, extra, &all, e))
		goto done;
	for (const struct sl_json *x = all->type == SL_JSON_OBJECT ? all->child : NULL; x; x = x->next) {
		struct sl_mvt_value v = {.type = SL_MVT_TEXT, .text = x->text};
		char *key = sl_arena_printf(&m->arena, e, "extra.%.*s", SL_STR_ARG(x->key));
		bool repeats = true;

		if (!key)
			goto done;
		switch (x->type) {
		case SL_JSON_NULL: continue;
		case SL_JSON_STRING: repeats = text_repeats(x->text); break;
		case SL_JSON_BOOL: v = (struct sl_mvt_value){.type = SL_MVT_BOOL, .integer = x->boolean}; break;
		case SL_JSON_NUMBER:
			v = (struct sl_mvt_value){.type = SL_MVT_DOUBLE, .number = x->number};
			if (sl_str_int64(x->text, &v.integer))
				v.type = SL_MVT_INTEGER;
			repeats = v.type == SL_MVT_INTEGER;
			break;
		default: { /* its text */
			struct sl_buf b = {0};
			struct sl_json_writer w;

			sl_json_writer_init(&w, &b);
			sl_json_put_tree(&w, x, false);
			v.text = (struct sl_str){sl_arena_strndup(&m->arena, b.p, b.n, e), b.n};
			sl_buf_done(&b);
			repeats = false;
			if (!v.text.p)
				goto done;
		}
		}
		if (sl_tile_pack_tag(m, sl_str_from(key), false, &v, repeats, NULL, NULL, e))
			goto done;
	}
done:
	sl_arena_reset(&m->arena, mark);
	return e->code;
}

enum sl_code sl_tile_pack_end(struct sl_tile_maker *m, struct sl_packed *head, const struct sl_geom *g,
                              struct sl_err *e)
{
	if (sl_buf_check(&m->row, e))
		return e->code;
	head->n_tags = (uint32_t)(m->row.n - sizeof *head);
	if (sl_world_pack(&m->row, g, &head->box, e))
		return e->code;
	head->n_geometry = (uint32_t)(m->row.n - sizeof *head - head->n_tags);
	memcpy(m->row.p, head, sizeof *head);
	return SL_OK;
}

enum sl_code sl_tile_pack_row(struct sl_tile_maker *m, const struct sl_kind *kind, const struct sl_layer_row *row,
                              struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(&m->arena);
	struct sl_packed head = {0};
	struct sl_geom g;

	sl_buf_clear(&m->row);
	if (!row->geometry.n)
		return SL_OK;
	if (sl_wkb_read(&m->arena, row->geometry, &g, e))
		return sl_err_within(e, "record %lld", (long long)row->number);
	if (g.type == SL_GEOM_NONE)
		goto done;
	sl_buf_add(&m->row, &head, sizeof head);
	if (sl_tile_pack_tag(m, SL_STR("record"), true, &(struct sl_mvt_value){.type = SL_MVT_TEXT, .text = row->uuid},
	                     false, NULL, NULL, e) ||
	    pack_fields(m, kind, row, &head, e))
		goto done;
	if (!isnan(row->area_m2) &&
	    sl_tile_pack_tag(m, SL_STR("area_m2"), false,
	                     &(struct sl_mvt_value){.type = SL_MVT_DOUBLE, .number = row->area_m2}, false, NULL, NULL, e))
		goto done;
	if (row->extra.n && pack_extra(m, row->extra, e))
		goto done;
	(void)!sl_tile_pack_end(m, &head, &g, e);
done:
	sl_arena_reset(&m->arena, mark);
	return e->code;
}
