/* A small reader of Mapbox Vector Tiles, for tests only: written from the specification, apart from the
 * writer. Strict: what the specification does not allow is a fault. */
#ifndef SL_TESTS_MVT_READER_H
#define SL_TESTS_MVT_READER_H

#include "check.h"
#include "geo/tile.h"

#include <stdlib.h>

enum { MVT_TAGS_MAX = 200 };

struct mvt_value {
	char type; /* s f d i u n(sint) b */
	struct sl_str text;
	double number;
};

struct mvt_feature {
	bool has_id;
	uint64_t id;
	size_t n_tags;
	struct sl_str key[MVT_TAGS_MAX];
	struct mvt_value value[MVT_TAGS_MAX];
	struct sl_tile_shape shape;
};

struct mvt_field {
	unsigned number, wire;
	uint64_t value;      /* varints, fixed */
	struct sl_str bytes; /* wire type 2 */
};

static inline bool mvt_varint(struct sl_str *s, uint64_t *v)
{
	*v = 0;
	for (int shift = 0; shift < 64 && s->n; shift += 7) {
		unsigned char c = (unsigned char)*s->p++;

		s->n--;
		*v |= (uint64_t)(c & 127) << shift;
		if (!(c & 128))
			return true;
	}
	return false;
}

/* The next field of a message; false at its end or when it is damaged (then s->n is not 0). */
static inline bool mvt_next(struct sl_str *s, struct mvt_field *f)
{
	uint64_t head, n;

	if (!s->n || !mvt_varint(s, &head))
		return false;
	*f = (struct mvt_field){.number = (unsigned)(head >> 3), .wire = (unsigned)(head & 7)};
	if (f->wire == 0)
		return mvt_varint(s, &f->value);
	if (f->wire == 2) {
		if (!mvt_varint(s, &n) || n > s->n)
			return false;
		f->bytes = (struct sl_str){s->p, n};
	} else if (f->wire == 1 || f->wire == 5) {
		n = f->wire == 1 ? 8 : 4;
		if (n > s->n)
			return false;
		memcpy(&f->value, s->p, n);
	} else {
		return false;
	}
	s->p += n;
	s->n -= n;
	return true;
}

struct mvt_layer {
	struct sl_str name;
	uint64_t version, extent;
	struct sl_str *key;
	struct mvt_value *value;
	size_t n_keys, n_values, n_features;
	struct sl_str *feature;
	struct sl_tile_point *point; /* of the feature being looked at */
	uint32_t *ring_end;
};

static inline bool mvt_value_read(struct sl_str s, struct mvt_value *v)
{
	struct mvt_field f;
	float single;

	if (!mvt_next(&s, &f) || s.n)
		return false;
	v->text = f.bytes;
	v->number = (double)f.value;
	switch (f.number) {
	case 1: v->type = 's'; return f.wire == 2;
	case 2:
		v->type = 'f';
		memcpy(&single, &f.value, 4);
		v->number = (double)single;
		return f.wire == 5;
	case 3:
		v->type = 'd';
		memcpy(&v->number, &f.value, 8);
		return f.wire == 1;
	case 4:
		v->type = 'i';
		v->number = (double)(int64_t)f.value;
		return f.wire == 0;
	case 5: v->type = 'u'; return f.wire == 0;
	case 6:
		v->type = 'n';
		v->number = (double)((int64_t)(f.value >> 1) ^ -(int64_t)(f.value & 1));
		return f.wire == 0;
	case 7: v->type = 'b'; return f.wire == 0 && f.value <= 1;
	default: return false;
	}
}

static inline void mvt_layer_done(struct mvt_layer *l)
{
	free(l->key);
	free(l->value);
	free(l->feature);
	free(l->point);
	free(l->ring_end);
	*l = (struct mvt_layer){0};
}

/* The tile's only layer; NULL when it is right, else what is wrong.  Release it in any case. */
static inline const char *mvt_layer_read(struct sl_str tile, struct mvt_layer *l)
{
	struct mvt_field f;
	struct sl_str s;
	size_t most = tile.n + 1;

	*l = (struct mvt_layer){.extent = 4096};
	if (!mvt_next(&tile, &f) || f.number != 3 || f.wire != 2 || tile.n)
		return "not one layer";
	s = f.bytes;
	l->key = malloc(most * sizeof *l->key);
	l->value = malloc(most * sizeof *l->value);
	l->feature = malloc(most * sizeof *l->feature);
	l->point = malloc(most * sizeof *l->point);
	l->ring_end = malloc(most * sizeof *l->ring_end);
	while (mvt_next(&s, &f))
		switch (f.number) {
		case 15: l->version = f.value; break;
		case 1: l->name = f.bytes; break;
		case 2: l->feature[l->n_features++] = f.bytes; break;
		case 3: l->key[l->n_keys++] = f.bytes; break;
		case 4:
			if (!mvt_value_read(f.bytes, &l->value[l->n_values++]))
				return "a value that is none";
			break;
		case 5: l->extent = f.value; break;
		default: return "an unknown field of a layer";
		}
	if (s.n)
		return "a damaged layer";
	for (size_t i = 0; i < l->n_keys; i++)
		for (size_t k = 0; k < i; k++)
			if (sl_str_eq(l->key[i], l->key[k]))
				return "a key twice";
	return l->version != 2  ? "not version 2"
	       : !l->name.n     ? "no name"
	       : !l->n_features ? "no feature"
	                        : NULL;
}

static inline const char *mvt_geometry(struct sl_str s, struct sl_tile_shape *shape, struct mvt_layer *l)
{
	int64_t x = 0, y = 0;
	uint64_t command, d;

	shape->point = l->point;
	shape->ring_end = l->ring_end;
	while (s.n) {
		uint64_t id, count;

		if (!mvt_varint(&s, &command))
			return "a damaged command";
		id = command & 7;
		count = command >> 3;
		if (id == 7) {
			if (count != 1 || shape->type != SL_GEOM_POLYGON || !shape->n_rings ||
			    l->ring_end[shape->n_rings - 1] != UINT32_MAX)
				return "ClosePath out of place";
			l->ring_end[shape->n_rings - 1] = shape->n_points;
			continue;
		}
		if (id != 1 && id != 2)
			return "an unknown command";
		if (id == 1) { /* a new ring, line, or all points */
			if (!count || (shape->type != SL_GEOM_POINT && count != 1) ||
			    (shape->type == SL_GEOM_POINT && shape->n_rings))
				return "MoveTo with a wrong count";
			if (shape->n_rings && l->ring_end[shape->n_rings - 1] == UINT32_MAX) {
				if (shape->type == SL_GEOM_POLYGON)
					return "a ring that is not closed";
				l->ring_end[shape->n_rings - 1] = shape->n_points;
			}
			l->ring_end[shape->n_rings++] = UINT32_MAX;
		} else if (!shape->n_rings || l->ring_end[shape->n_rings - 1] != UINT32_MAX ||
		           count < (shape->type == SL_GEOM_POLYGON ? 2 : 1) || shape->type == SL_GEOM_POINT) {
			return "LineTo out of place or too short";
		}
		for (; count; count--) {
			if (!mvt_varint(&s, &d))
				return "a damaged parameter";
			x += (int64_t)(d >> 1) ^ -(int64_t)(d & 1);
			if (!mvt_varint(&s, &d))
				return "a damaged parameter";
			y += (int64_t)(d >> 1) ^ -(int64_t)(d & 1);
			l->point[shape->n_points++] = (struct sl_tile_point){(int32_t)x, (int32_t)y};
		}
	}
	if (!shape->n_rings)
		return "no geometry";
	if (l->ring_end[shape->n_rings - 1] == UINT32_MAX) {
		if (shape->type == SL_GEOM_POLYGON)
			return "a ring that is not closed";
		l->ring_end[shape->n_rings - 1] = shape->n_points;
	}
	return NULL;
}

/* The shape lives until the next call. */
static inline const char *mvt_feature_read(struct mvt_layer *l, size_t i, struct mvt_feature *out)
{
	struct sl_str s = l->feature[i], geometry = {0}, tags = {0};
	struct mvt_field f;

	memset(out, 0, sizeof *out);
	while (mvt_next(&s, &f))
		switch (f.number) {
		case 1:
			out->has_id = true;
			out->id = f.value;
			break;
		case 2: tags = f.bytes; break;
		case 3: out->shape.type = (enum sl_geom_type)f.value; break;
		case 4: geometry = f.bytes; break;
		default: return "an unknown field of a feature";
		}
	if (s.n || out->shape.type < SL_GEOM_POINT || out->shape.type > SL_GEOM_POLYGON)
		return "a damaged feature";
	while (tags.n) {
		uint64_t key, value;

		if (!mvt_varint(&tags, &key) || !mvt_varint(&tags, &value) || key >= l->n_keys ||
		    value >= l->n_values || out->n_tags == MVT_TAGS_MAX)
			return "a tag that leads nowhere";
		for (size_t k = 0; k < out->n_tags; k++)
			if (sl_str_eq(out->key[k], l->key[key]))
				return "an attribute twice";
		out->key[out->n_tags] = l->key[key];
		out->value[out->n_tags++] = l->value[value];
	}
	return mvt_geometry(geometry, &out->shape, l);
}

/* NULL when the feature does not have it. */
static inline const struct mvt_value *mvt_get(const struct mvt_feature *f, const char *key)
{
	for (size_t i = 0; i < f->n_tags; i++)
		if (sl_str_is(f->key[i], key))
			return &f->value[i];
	return NULL;
}

#endif
