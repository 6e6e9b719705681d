#include "formats/mvt.h"

#include <string.h>

/* Field numbers of the specification's vector_tile.proto. */
enum {
	TILE_LAYER = 3,
	LAYER_NAME = 1,
	LAYER_FEATURE = 2,
	LAYER_KEY = 3,
	LAYER_VALUE = 4,
	LAYER_EXTENT = 5,
	LAYER_VERSION = 15,
	FEATURE_ID = 1,
	FEATURE_TAGS = 2,
	FEATURE_TYPE = 3,
	FEATURE_GEOMETRY = 4,
	VALUE_TEXT = 1,
	VALUE_DOUBLE = 3,
	VALUE_UNSIGNED = 5,
	VALUE_SIGNED = 6,
	VALUE_BOOL = 7,
	MOVE_TO = 1,
	LINE_TO = 2,
	CLOSE_PATH = 7,
	WIRE_VARINT = 0,
	WIRE_64 = 1,
	WIRE_BYTES = 2,
	VARINT_MAX = 10
};

static inline unsigned char *put_varint(unsigned char *to, uint64_t v)
{
	for (; v >= 128; v >>= 7)
		*to++ = (unsigned char)(v | 128);
	*to++ = (unsigned char)v;
	return to;
}

static inline unsigned char *put_field(unsigned char *to, unsigned field, unsigned wire)
{
	return put_varint(to, field << 3 | wire);
}

static inline uint64_t zigzag(int64_t v)
{
	return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}

static void took(struct sl_buf *b, const unsigned char *end)
{
	b->n = (size_t)((const char *)end - b->p);
}

void sl_mvt_layer_begin(struct sl_mvt_layer *l)
{
	sl_buf_clear(&l->feature);
	sl_buf_clear(&l->key);
	sl_buf_clear(&l->value);
	if (l->key_of.n)
		sl_map_done(&l->key_of);
	if (l->value_of.n)
		sl_map_done(&l->value_of);
	sl_arena_done(&l->texts);
	l->n_keys = l->n_values = l->n_features = 0;
}

void sl_mvt_layer_done(struct sl_mvt_layer *l)
{
	sl_buf_done(&l->feature);
	sl_buf_done(&l->key);
	sl_buf_done(&l->value);
	sl_buf_done(&l->tag);
	sl_buf_done(&l->geometry);
	sl_buf_done(&l->message);
	sl_map_done(&l->key_of);
	sl_map_done(&l->value_of);
	sl_arena_done(&l->texts);
	*l = (struct sl_mvt_layer){0};
}

void sl_mvt_value_write(struct sl_buf *b, const struct sl_mvt_value *v)
{
	unsigned char *to =
	    (unsigned char *)sl_buf_room(b, 2 * VARINT_MAX + (v->type == SL_MVT_TEXT ? v->text.n : 0));
	uint64_t bits;

	if (!to)
		return;
	switch (v->type) {
	case SL_MVT_TEXT:
		to = put_varint(put_field(to, VALUE_TEXT, WIRE_BYTES), v->text.n);
		if (v->text.n)
			memcpy(to, v->text.p, v->text.n);
		to += v->text.n;
		break;
	case SL_MVT_DOUBLE:
		to = put_field(to, VALUE_DOUBLE, WIRE_64);
		memcpy(&bits, &v->number, sizeof bits);
		for (int i = 0; i < 8; i++)
			*to++ = (unsigned char)(bits >> (8 * i));
		break;
	case SL_MVT_INTEGER:
		to = v->integer < 0 ? put_varint(put_field(to, VALUE_SIGNED, WIRE_VARINT), zigzag(v->integer))
		                    : put_varint(put_field(to, VALUE_UNSIGNED, WIRE_VARINT), (uint64_t)v->integer);
		break;
	case SL_MVT_BOOL: to = put_varint(put_field(to, VALUE_BOOL, WIRE_VARINT), v->integer != 0); break;
	}
	took(b, to);
}

static void put_bytes(struct sl_buf *b, unsigned field, struct sl_str s)
{
	unsigned char *to = (unsigned char *)sl_buf_room(b, 2 * VARINT_MAX + s.n);

	if (!to)
		return;
	to = put_varint(put_field(to, field, WIRE_BYTES), s.n);
	if (s.n)
		memcpy(to, s.p, s.n);
	took(b, to + s.n);
}

uint32_t sl_mvt_add_key(struct sl_mvt_layer *l, struct sl_str name)
{
	put_bytes(&l->key, LAYER_KEY, name);
	return l->n_keys++;
}

uint32_t sl_mvt_add_value(struct sl_mvt_layer *l, struct sl_str message)
{
	put_bytes(&l->value, LAYER_VALUE, message);
	return l->n_values++;
}

/* The number of `text` in a table; *is_new when it has to be added. */
static enum sl_code number_of(struct sl_mvt_layer *l, struct sl_map *table, struct sl_str text,
                              uint32_t next, uint32_t *number, bool *is_new, struct sl_err *e)
{
	uint64_t *at = sl_map_get(table, text);

	*is_new = !at;
	if (!at) {
		struct sl_str copy = {sl_arena_strndup(&l->texts, text.p, text.n, e), text.n};

		at = copy.p ? sl_map_put(table, copy, next, is_new, e) : NULL;
		if (!at)
			return e->code;
	}
	*number = (uint32_t)*at;
	return SL_OK;
}

static enum sl_code key_of(struct sl_mvt_layer *l, struct sl_str name, uint32_t *key, struct sl_err *e)
{
	bool is_new;

	if (number_of(l, &l->key_of, name, l->n_keys, key, &is_new, e))
		return e->code;
	if (is_new)
		sl_mvt_add_key(l, name);
	return SL_OK;
}

enum sl_code sl_mvt_tag(struct sl_mvt_layer *l, struct sl_str name, const struct sl_mvt_value *v,
                        struct sl_err *e)
{
	uint32_t key, value;
	bool is_new;

	if (key_of(l, name, &key, e))
		return e->code;
	sl_buf_clear(&l->message);
	sl_mvt_value_write(&l->message, v);
	if (sl_buf_check(&l->message, e) ||
	    number_of(l, &l->value_of, sl_buf_view(&l->message), l->n_values, &value, &is_new, e))
		return e->code;
	if (is_new)
		sl_mvt_add_value(l, sl_buf_view(&l->message));
	sl_mvt_feature_tag(l, key, value);
	return SL_OK;
}

enum sl_code sl_mvt_tag_own(struct sl_mvt_layer *l, struct sl_str name, const struct sl_mvt_value *v,
                            struct sl_err *e)
{
	uint32_t key;

	if (key_of(l, name, &key, e))
		return e->code;
	sl_buf_clear(&l->message);
	sl_mvt_value_write(&l->message, v);
	if (sl_buf_check(&l->message, e))
		return e->code;
	sl_mvt_feature_tag(l, key, sl_mvt_add_value(l, sl_buf_view(&l->message)));
	return SL_OK;
}

void sl_mvt_feature_begin(struct sl_mvt_layer *l, bool has_id, uint64_t id)
{
	sl_buf_clear(&l->tag);
	l->has_id = has_id;
	l->id = id;
}

void sl_mvt_feature_tag(struct sl_mvt_layer *l, uint32_t key, uint32_t value)
{
	unsigned char *to = (unsigned char *)sl_buf_room(&l->tag, 2 * VARINT_MAX);

	if (to)
		took(&l->tag, put_varint(put_varint(to, key), value));
}

static inline unsigned char *put_point(unsigned char *to, struct sl_tile_point p, struct sl_tile_point *at)
{
	to = put_varint(to, zigzag((int64_t)p.x - at->x));
	to = put_varint(to, zigzag((int64_t)p.y - at->y));
	*at = p;
	return to;
}

/* Commands of the specification, 4.3: each ring or line begins where the one before ended. */
static void put_geometry(struct sl_buf *b, const struct sl_tile_shape *s)
{
	unsigned char *to =
	    (unsigned char *)sl_buf_room(b, VARINT_MAX * (2 * (size_t)s->n_points + 3 * (size_t)s->n_rings));
	struct sl_tile_point at = {0, 0};
	uint32_t first = 0;

	if (!to)
		return;
	if (s->type == SL_GEOM_POINT) {
		to = put_varint(to, (uint64_t)s->n_points << 3 | MOVE_TO);
		for (uint32_t i = 0; i < s->n_points; i++)
			to = put_point(to, s->point[i], &at);
		took(b, to);
		return;
	}
	for (uint32_t r = 0; r < s->n_rings; first = s->ring_end[r++]) {
		to = put_varint(to, 1 << 3 | MOVE_TO);
		to = put_point(to, s->point[first], &at);
		to = put_varint(to, (uint64_t)(s->ring_end[r] - first - 1) << 3 | LINE_TO);
		for (uint32_t i = first + 1; i < s->ring_end[r]; i++)
			to = put_point(to, s->point[i], &at);
		if (s->type == SL_GEOM_POLYGON)
			to = put_varint(to, 1 << 3 | CLOSE_PATH);
	}
	took(b, to);
}

static size_t varint_size(uint64_t v)
{
	size_t n = 1;

	for (; v >= 128; v >>= 7)
		n++;
	return n;
}

void sl_mvt_feature_end(struct sl_mvt_layer *l, const struct sl_tile_shape *shape)
{
	size_t size = 2; /* the type */
	unsigned char *to;

	sl_buf_clear(&l->geometry);
	put_geometry(&l->geometry, shape);
	if (l->tag.failed || l->geometry.failed) {
		l->feature.failed = true;
		return;
	}
	if (l->has_id)
		size += 1 + varint_size(l->id);
	if (l->tag.n)
		size += 1 + varint_size(l->tag.n) + l->tag.n;
	size += 1 + varint_size(l->geometry.n) + l->geometry.n;
	to = (unsigned char *)sl_buf_room(&l->feature, size + 2 * VARINT_MAX);
	if (!to)
		return;
	to = put_varint(put_field(to, LAYER_FEATURE, WIRE_BYTES), size);
	if (l->has_id)
		to = put_varint(put_field(to, FEATURE_ID, WIRE_VARINT), l->id);
	if (l->tag.n) {
		to = put_varint(put_field(to, FEATURE_TAGS, WIRE_BYTES), l->tag.n);
		memcpy(to, l->tag.p, l->tag.n);
		to += l->tag.n;
	}
	to = put_varint(put_field(to, FEATURE_TYPE, WIRE_VARINT), shape->type); /* 1 point, 2 line, 3 polygon */
	to = put_varint(put_field(to, FEATURE_GEOMETRY, WIRE_BYTES), l->geometry.n);
	memcpy(to, l->geometry.p, l->geometry.n);
	took(&l->feature, to + l->geometry.n);
	l->n_features++;
}

enum sl_code sl_mvt_layer_write(struct sl_buf *tile, const struct sl_mvt_layer *l, struct sl_str name,
                                struct sl_err *e)
{
	size_t size = 1 + varint_size(name.n) + name.n + l->feature.n + l->key.n + l->value.n + 1 +
	              varint_size(SL_TILE_EXTENT) + 2;
	unsigned char *to;

	if (sl_buf_check(&l->feature, e) || sl_buf_check(&l->key, e) || sl_buf_check(&l->value, e))
		return e->code;
	if (!l->n_features)
		return SL_OK;
	to = (unsigned char *)sl_buf_room(tile, size + 2 * VARINT_MAX);
	if (!to)
		return sl_buf_check(tile, e);
	to = put_varint(put_field(to, TILE_LAYER, WIRE_BYTES), size);
	to = put_varint(put_field(to, LAYER_VERSION, WIRE_VARINT), 2);
	took(tile, to);
	put_bytes(tile, LAYER_NAME, name);
	sl_buf_add(tile, l->feature.p, l->feature.n);
	if (l->key.n)
		sl_buf_add(tile, l->key.p, l->key.n);
	if (l->value.n)
		sl_buf_add(tile, l->value.p, l->value.n);
	to = (unsigned char *)sl_buf_room(tile, 2 * VARINT_MAX);
	if (to)
		took(tile, put_varint(put_field(to, LAYER_EXTENT, WIRE_VARINT), SL_TILE_EXTENT));
	return sl_buf_check(tile, e);
}
