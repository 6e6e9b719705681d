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

/* Written as UUIDs are written here, so that it comes back the same. */
static bool is_canonical(struct sl_uuid u, struct sl_str text)
{
	char again[37];

	sl_uuid_text(u, again);
	return !memcmp(again, text.p, 36);
}

/* Is it worth taking apart: more than a few words, one blank between each two? */
static bool is_sentence(struct sl_str s)
{
	if (s.n <= 24 || s.p[0] == ' ' || s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == ' ' && s.p[i - 1] == ' ')
			return false;
	return true;
}

static bool is_common_word(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return false;
	return s.n <= 24;
}

static enum sl_code put_words(struct sl_tile_maker *m, struct sl_str text, struct sl_err *e)
{
	struct sl_str rest = text, word;

	sl_buf_clear(&m->value);
	put_varint(&m->value, text.n);
	while (sl_str_split(&rest, ' ', &word)) {
		uint32_t number = UINT32_MAX;

		if (is_common_word(word) && sl_tile_share(m->tiles, &m->tiles->word, word, false, &number, e))
			return e->code;
		put_varint(&m->value, number == UINT32_MAX ? 0 : (uint64_t)number + 1);
		if (number == UINT32_MAX) {
			put_varint(&m->value, word.n);
			sl_buf_str(&m->value, word);
		}
	}
	put_varint(&m->row, m->value.n);
	sl_buf_add(&m->row, m->value.p, m->value.n);
	return sl_buf_check(&m->value, e);
}

enum sl_code sl_tile_pack_tag(struct sl_tile_maker *m, struct sl_str key, bool basic,
                              const struct sl_mvt_value *v, bool repeats, uint32_t *shared,
                              struct sl_err *e)
{
	uint32_t number, value = UINT32_MAX;
	struct sl_uuid uuid;

	if (sl_tile_key_number(m->tiles, key, basic, &number, e))
		return e->code;
	if (v->type == SL_MVT_TEXT && v->text.n == 36 && !shared && sl_uuid_parse(v->text, &uuid) &&
	    is_canonical(uuid, v->text)) {
		put_varint(&m->row, (uint64_t)number << 2 | SL_TAG_UUID);
		sl_buf_add(&m->row, uuid.b, sizeof uuid.b);
		return SL_OK;
	}
	if (v->type == SL_MVT_TEXT && !repeats && !shared && is_sentence(v->text)) {
		put_varint(&m->row, (uint64_t)number << 2 | SL_TAG_WORDS);
		return put_words(m, v->text, e);
	}
	sl_buf_clear(&m->value);
	sl_mvt_value_write(&m->value, v);
	if (sl_buf_check(&m->value, e) ||
	    ((repeats || shared) &&
	     sl_tile_share(m->tiles, &m->tiles->value, sl_buf_view(&m->value), shared != NULL, &value, e)))
		return e->code;
	if (shared)
		*shared = value + 1;
	if (value != UINT32_MAX) {
		put_varint(&m->row, (uint64_t)number << 2 | SL_TAG_SHARED);
		put_varint(&m->row, value);
	} else {
		put_varint(&m->row, (uint64_t)number << 2 | SL_TAG_OWN);
		put_varint(&m->row, m->value.n);
		sl_buf_add(&m->row, m->value.p, m->value.n);
	}
	return SL_OK;
}

/* Names without digits and the codes of places and organisations are met again and again; numbered ones
 * (ids, moments) and sentences are not. */
static bool text_repeats(struct sl_str s, size_t with_digits_max)
{
	if (s.n > 24)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return s.n <= with_digits_max;
	return true;
}

/* Counts are small. */
static bool integer_repeats(int64_t x)
{
	return x > -4096 && x < 4096;
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
	static const char *const names[] = {"class", "product", "type",      "category",
	                                    "kind",  "level",   "visit_type"};

	return is_one_of(name, names, sizeof names / sizeof *names);
}

bool sl_tile_is_basic(struct sl_str name)
{
	return sl_str_is(name, "id") || sl_str_is(name, "status") || is_class(name);
}

/* What each record has its own of. */
static bool is_name(struct sl_str name)
{
	static const char *const names[] = {"id", "former_id", "name"};

	return is_one_of(name, names, sizeof names / sizeof *names);
}

/* Attributes that are not fields. */
static bool is_own(struct sl_str name)
{
	return sl_str_is(name, "record") || sl_str_is(name, "area_m2");
}

/* False when there is no value. */
static bool value_of(const struct sl_field *f, const struct sl_value *v, char date[11],
                     struct sl_mvt_value *out, bool *repeats)
{
	switch (v->type) {
	case SL_VALUE_TEXT:
		*out = (struct sl_mvt_value){.type = SL_MVT_TEXT, .text = v->text};
		*repeats = f->type == SL_FIELD_SELECT_ONE || f->type == SL_FIELD_SELECT_MULTIPLE ||
		           f->type == SL_FIELD_DATE || (!is_name(f->name) && text_repeats(v->text, 12));
		return true;
	case SL_VALUE_DATE:
		sl_date_text(v->date, date);
		*out = (struct sl_mvt_value){.type = SL_MVT_TEXT, .text = sl_str_from(date)};
		*repeats = true;
		return true;
	case SL_VALUE_INTEGER:
		*out = (struct sl_mvt_value){.type = SL_MVT_INTEGER, .integer = v->integer};
		*repeats = integer_repeats(v->integer);
		return true;
	case SL_VALUE_DECIMAL:
		*out = (struct sl_mvt_value){.type = SL_MVT_DOUBLE, .number = v->decimal};
		*repeats = false;
		return isfinite(v->decimal);
	default: return false;
	}
}

static enum sl_code pack_field(struct sl_tile_maker *m, const struct sl_field *f,
                               const struct sl_value *value, uint32_t *shared, struct sl_err *e)
{
	struct sl_str name = f->name;
	struct sl_mvt_value v;
	char date[11];
	bool repeats;

	if (!value_of(f, value, date, &v, &repeats))
		return SL_OK;
	if (is_own(name)) /* as in the layers: docs/formats/programme.md */
		name = sl_str_is(name, "record") ? SL_STR("field_record") : SL_STR("field_area_m2");
	return sl_tile_pack_tag(m, name, sl_tile_is_basic(name), &v, repeats, shared, e);
}

/* Class and status first. */
static enum sl_code pack_fields(struct sl_tile_maker *m, const struct sl_kind *kind,
                                const struct sl_layer_row *row, struct sl_packed *head, struct sl_err *e)
{
	const struct sl_field *class_field = NULL, *status = sl_kind_field(kind, "status");

	for (size_t i = 0; i < kind->n_fields && !class_field; i++)
		if (is_class(kind->field[i].name))
			class_field = &kind->field[i];
	if (class_field && !class_field->sensitive &&
	    pack_field(m, class_field, &row->value[class_field->index], &head->class_value, e))
		return e->code;
	if (status && !status->sensitive &&
	    pack_field(m, status, &row->value[status->index], &head->status_value, e))
		return e->code;
	if (sl_tile_pack_tag(m, SL_STR("record"), true,
	                     &(struct sl_mvt_value){.type = SL_MVT_TEXT, .text = row->uuid}, false, NULL, e))
		return e->code;
	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct sl_field *f = &kind->field[i];

		if (!f->sensitive && (int)i != kind->geometry && f != class_field && f != status &&
		    pack_field(m, f, &row->value[i], NULL, e))
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
		case SL_JSON_STRING: repeats = text_repeats(x->text, 0); break;
		case SL_JSON_BOOL: v = (struct sl_mvt_value){.type = SL_MVT_BOOL, .integer = x->boolean}; break;
		case SL_JSON_NUMBER:
			v = (struct sl_mvt_value){.type = SL_MVT_DOUBLE, .number = x->number};
			if (sl_str_int64(x->text, &v.integer))
				v.type = SL_MVT_INTEGER;
			repeats = v.type == SL_MVT_INTEGER && integer_repeats(v.integer);
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
		if (sl_tile_pack_tag(m, sl_str_from(key), false, &v, repeats, NULL, e))
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

enum sl_code sl_tile_pack_row(struct sl_tile_maker *m, const struct sl_kind *kind,
                              const struct sl_layer_row *row, struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(&m->arena);
	struct sl_packed head = {0};
	struct sl_geom g;

	sl_buf_clear(&m->row);
	if (!row->geometry.n)
		return SL_OK;
	if (sl_wkb_read(&m->arena, row->geometry, &g, e) || g.type == SL_GEOM_NONE)
		goto done;
	sl_buf_add(&m->row, &head, sizeof head);
	if (pack_fields(m, kind, row, &head, e))
		goto done;
	if (!isnan(row->area_m2) &&
	    sl_tile_pack_tag(m, SL_STR("area_m2"), false,
	                     &(struct sl_mvt_value){.type = SL_MVT_DOUBLE, .number = row->area_m2}, false, NULL,
	                     e))
		goto done;
	if (row->extra.n && pack_extra(m, row->extra, e))
		goto done;
	(void)!sl_tile_pack_end(m, &head, &g, e);
done:
	sl_arena_reset(&m->arena, mark);
	/* What cannot be read as a place, or lies nowhere (a coordinate that is not finite), has no place on a
	 * map: one such record must not take the others from it. */
	if (e->code == SL_INVALID || e->code == SL_UNSUPPORTED) {
		sl_err_clear(e);
		sl_buf_clear(&m->row);
	}
	return e->code;
}
