/* From records ready to draw to the bytes of a tile. */
#include "app/tile_parts.h"

#include <stdlib.h>
#include <string.h>

/* Below zoom 14 points closer than a quarter of a pixel to the line without them are left out. */
#define TOLERANCE 2.0

struct sl_tile_options sl_tile_usual(uint32_t z)
{
	return (struct sl_tile_options){.all_fields = z >= 11, .merge = z < SL_TILE_MAX_ZOOM};
}

/* As OGC API moves them: what is published twice says no more than once. */
double sl_tile_grid_deg(const struct sl_tile_options *o)
{
	return o->generalise_m / 111320.0;
}

int sl_tile_reach(const struct sl_tile_options *o, uint32_t z)
{
	return SL_TILE_REACH + sl_tile_grid_units(sl_tile_grid_deg(o), z);
}

uint32_t sl_tile_variant(const struct sl_tile_options *o)
{
	return (uint32_t)o->all_fields | (uint32_t)o->merge << 1 | (uint32_t)o->exact << 2 | o->generalise_m << 3;
}

enum sl_code sl_tile_check_id(struct sl_tile_id t, struct sl_err *e)
{
	if (t.z > SL_TILE_MAX_ZOOM || !sl_tile_exists(t))
		return sl_fail(e, SL_NOT_FOUND, "there is no tile %u/%u/%u; zooms go from %d to %d", t.z, t.x, t.y,
		               SL_TILE_MIN_ZOOM, SL_TILE_MAX_ZOOM);
	return SL_OK;
}

struct writer {
	struct sl_tile_maker *m;
	struct sl_tile_id tile;
	const struct sl_tile_options *o;
	bool land;
};

static inline const unsigned char *get_varint(const unsigned char *p, uint64_t *v)
{
	uint64_t x = *p & 127;

	for (int shift = 7; *p++ & 128; shift += 7)
		x |= (uint64_t)(*p & 127) << shift;
	*v = x;
	return p;
}

/* ---- keys and values of this layer ---- */

static enum sl_code begin_numbers(struct sl_tile_maker *m, struct sl_err *e)
{
	const struct sl_tiles *t = m->tiles;

	if (t->n_keys > m->cap_key) {
		m->key = sl_arena_grow(&m->keep, m->key, &m->cap_key, t->n_keys, sizeof *m->key, e);
		if (!m->key)
			return e->code;
	}
	if (t->value.n > m->cap_shared) {
		m->shared = sl_arena_grow(&m->keep, m->shared, &m->cap_shared, t->value.n, sizeof *m->shared, e);
		if (!m->shared)
			return e->code;
	}
	if (!++m->stamp) { /* once in four thousand million layers */
		memset(m->key, 0, m->cap_key * sizeof *m->key);
		memset(m->shared, 0, m->cap_shared * sizeof *m->shared);
		m->stamp = 1;
	}
	return SL_OK;
}

static inline uint32_t key_number(struct sl_tile_maker *m, uint64_t key)
{
	struct sl_tile_local *k = &m->key[key];

	if (k->stamp != m->stamp)
		*k = (struct sl_tile_local){m->stamp, sl_mvt_add_key(&m->layer, m->tiles->key[key].name)};
	return k->number;
}

static inline uint32_t value_number(struct sl_tile_maker *m, uint64_t value)
{
	struct sl_tile_local *v = &m->shared[value];

	if (v->stamp != m->stamp)
		*v = (struct sl_tile_local){m->stamp, sl_mvt_add_value(&m->layer, m->tiles->value.text[value])};
	return v->number;
}

/* ---- features ---- */

static enum sl_code tag_land(struct writer *w, const struct sl_tile_item *x, struct sl_err *e)
{
	const struct sl_mvt_value state = {.type = SL_MVT_TEXT,
	                                   .text = sl_str_from(sl_land_state_name(x->state))};
	const struct sl_mvt_value area = {.type = SL_MVT_DOUBLE, .number = x->area_m2};
	const struct sl_mvt_value face = {.type = SL_MVT_INTEGER, .integer = (int64_t)x->id};
	const struct sl_mvt_value cluster = {.type = SL_MVT_INTEGER, .integer = x->cluster};
	struct sl_mvt_layer *l = &w->m->layer;
	struct sl_mvt_value since = {.type = SL_MVT_TEXT};
	char date[11];

	if (sl_mvt_tag(l, SL_STR("state"), &state, e) || sl_mvt_tag_own(l, SL_STR("area_m2"), &area, e) ||
	    sl_mvt_tag_own(l, SL_STR("face"), &face, e) || sl_mvt_tag_own(l, SL_STR("cluster"), &cluster, e))
		return e->code;
	if (x->since == SL_DAY_NONE)
		return SL_OK;
	sl_date_text((struct sl_date){x->since}, date);
	since.text = sl_str_from(date);
	return sl_mvt_tag(l, SL_STR("since"), &since, e);
}

/* The text of words, as a value. */
static struct sl_str join_words(struct sl_tile_maker *m, const unsigned char *at, const unsigned char *end)
{
	struct sl_mvt_value v = {.type = SL_MVT_TEXT};
	uint64_t n;
	char *to;

	at = get_varint(at, &n);
	sl_buf_clear(&m->row);
	to = sl_buf_room(&m->row, n);
	if (!to)
		return (struct sl_str){"", 0};
	v.text = (struct sl_str){to, n};
	while (at < end) {
		struct sl_str word;
		uint64_t number;

		at = get_varint(at, &number);
		if (number) {
			word = m->tiles->word.text[number - 1];
		} else {
			at = get_varint(at, &n);
			word = (struct sl_str){(const char *)at, n};
			at += n;
		}
		if (word.n)
			memcpy(to, word.p, word.n);
		to += word.n;
		if (at < end)
			*to++ = ' ';
	}
	sl_buf_clear(&m->value);
	sl_mvt_value_write(&m->value, &v);
	return sl_buf_view(&m->value);
}

static struct sl_str uuid_value(struct sl_tile_maker *m, const unsigned char *at)
{
	struct sl_uuid u;
	char text[37];

	memcpy(u.b, at, sizeof u.b);
	sl_uuid_text(u, text);
	sl_buf_clear(&m->value);
	sl_mvt_value_write(&m->value, &(struct sl_mvt_value){.type = SL_MVT_TEXT, .text = {text, 36}});
	return sl_buf_view(&m->value);
}

/* Attributes as they were packed.  Those of faces that are the same for all dates are here, the others in
 * tag_land: they never have a key in common. */
static void tag_packed(struct writer *w, const struct sl_packed *p)
{
	const unsigned char *at = p->bytes, *end = at + p->n_tags;
	struct sl_tile_maker *m = w->m;

	while (at < end) {
		uint64_t head, n = sizeof(struct sl_uuid);
		bool wanted;
		uint32_t key;

		at = get_varint(at, &head);
		if ((head & 3) != SL_TAG_UUID)
			at = get_varint(at, &n);
		wanted = w->o->all_fields || m->tiles->key[head >> 2].basic;
		key = wanted ? key_number(m, head >> 2) : 0;
		switch ((enum sl_tag_form)(head & 3)) {
		case SL_TAG_SHARED:
			if (wanted)
				sl_mvt_feature_tag(&m->layer, key, value_number(m, n));
			continue;
		case SL_TAG_OWN:
			if (wanted)
				sl_mvt_feature_tag(&m->layer, key,
				                   sl_mvt_add_value(&m->layer, (struct sl_str){(const char *)at, n}));
			break;
		case SL_TAG_WORDS:
			if (wanted)
				sl_mvt_feature_tag(&m->layer, key, sl_mvt_add_value(&m->layer, join_words(m, at, at + n)));
			break;
		case SL_TAG_UUID:
			if (wanted)
				sl_mvt_feature_tag(&m->layer, key, sl_mvt_add_value(&m->layer, uuid_value(m, at)));
			break;
		}
		at += n;
	}
}

static enum sl_code put_item(struct writer *w, const struct sl_tile_item *x,
                             const struct sl_tile_shape *shape, struct sl_err *e)
{
	sl_mvt_feature_begin(&w->m->layer, true, x->id);
	if (w->land && tag_land(w, x, e))
		return e->code;
	if (x->packed)
		tag_packed(w, x->packed);
	sl_mvt_feature_end(&w->m->layer, shape);
	return SL_OK;
}

/* ---- ground smaller than a pixel ---- */

struct small {
	uint64_t cell, sort; /* place of the pixel; class and status */
	uint32_t item;
	uint32_t first; /* item of those that are drawn as one */
	bool point;
};

static int by_cell(const void *pa, const void *pb)
{
	const struct small *a = pa, *b = pb;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	if (a->sort != b->sort)
		return a->sort < b->sort ? -1 : 1;
	if (a->point != b->point)
		return a->point ? 1 : -1;
	return (a->item > b->item) - (a->item < b->item);
}

static int by_first(const void *pa, const void *pb)
{
	const struct small *a = pa, *b = pb;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static bool drawn_as_one(const struct small *a, const struct small *b)
{
	return a->cell == b->cell && a->sort == b->sort && a->point == b->point;
}

/* Those that are drawn as one stand together, in an order that depends on the records alone: the numbers of values
 * behind `sort` are given as records are read, by whichever thread reads them. */
static void put_together(struct small *list, size_t n)
{
	bool several = false; /* in some cell */

	qsort(list, n, sizeof *list, by_cell);
	for (size_t i = 0; i < n; i++) {
		list[i].first = i && drawn_as_one(&list[i - 1], &list[i]) ? list[i - 1].first : list[i].item;
		several = several || (i && list[i].cell == list[i - 1].cell && list[i].first != list[i - 1].first);
	}
	if (several)
		qsort(list, n, sizeof *list, by_first);
}

/* The packed geometry begins with its type. */
static enum sl_geom_type type_of(const struct sl_packed *p)
{
	return (enum sl_geom_type)p->bytes[p->n_tags];
}

/* Smaller than a pixel both ways.  The same in every tile of a zoom: tiles are whole pixels apart. */
bool sl_tile_is_small(struct sl_world_box b, struct sl_tile_id t)
{
	return sl_tile_unit(b.x1, t.x, t.z) - sl_tile_unit(b.x0, t.x, t.z) < SL_TILE_CELL &&
	       sl_tile_unit(b.y1, t.y, t.z) - sl_tile_unit(b.y0, t.y, t.z) < SL_TILE_CELL;
}

/* True when the item is smaller than a pixel both ways: it is then in `out`, or beside the tile (*beside).
 */
static bool is_small(const struct writer *w, const struct sl_tile_item *x, struct small *out, bool *beside)
{
	const struct sl_packed *p = x->packed;
	struct sl_world_point at = x->at;
	int32_t cx, cy;

	*beside = false;
	if (!w->o->merge || (p && (type_of(p) == SL_GEOM_LINE || !sl_tile_is_small(p->box, w->tile))))
		return false;
	/* The middle in world units, so that neighbouring tiles put it into the same cell. */
	if (!x->placed) {
		at.x = (int32_t)(((int64_t)p->box.x0 + p->box.x1) / 2);
		at.y = (int32_t)(((int64_t)p->box.y0 + p->box.y1) / 2);
	}
	at = sl_world_on_grid(at, w->m->scratch.grid_deg);
	cx = sl_tile_unit(at.x, w->tile.x, w->tile.z) + SL_TILE_BUFFER;
	cy = sl_tile_unit(at.y, w->tile.y, w->tile.z) + SL_TILE_BUFFER;
	if (cx < 0 || cy < 0 || cx >= SL_TILE_EXTENT + 2 * SL_TILE_BUFFER ||
	    cy >= SL_TILE_EXTENT + 2 * SL_TILE_BUFFER) {
		*beside = true;
		return true;
	}
	out->cell = (uint64_t)(cy / SL_TILE_CELL) << 32 | (uint64_t)(cx / SL_TILE_CELL);
	out->sort = w->land ? x->state : (uint64_t)p->class_value << 32 | p->status_value;
	out->point = p && type_of(p) == SL_GEOM_POINT;
	return true;
}

static enum sl_code put_many(struct writer *w, const struct sl_tile_item *x, uint32_t count,
                             const struct sl_tile_shape *shape, struct sl_err *e)
{
	const unsigned char *at = x->packed ? x->packed->bytes : NULL;
	struct sl_tile_maker *m = w->m;
	struct sl_mvt_value v = {.type = SL_MVT_INTEGER, .integer = count};
	int shared = x->packed ? (x->packed->class_value != 0) + (x->packed->status_value != 0) : 0;

	sl_mvt_feature_begin(&m->layer, false, 0);
	if (w->land) {
		struct sl_mvt_value state = {.type = SL_MVT_TEXT,
		                             .text = sl_str_from(sl_land_state_name(x->state))};

		if (sl_mvt_tag(&m->layer, SL_STR("state"), &state, e))
			return e->code;
	}
	/* Class and status, which all of them have in common, stand first. */
	for (; shared > 0; shared--) {
		uint64_t head, value;

		at = get_varint(at, &head);
		at = get_varint(at, &value);
		sl_mvt_feature_tag(&m->layer, key_number(m, head >> 2), value_number(m, value));
	}
	if (sl_mvt_tag(&m->layer, SL_STR("count"), &v, e))
		return e->code;
	sl_mvt_feature_end(&m->layer, shape);
	return SL_OK;
}

static enum sl_code put_small(struct writer *w, const struct sl_tile_item *item, struct small *list,
                              size_t n, struct sl_err *e)
{
	put_together(list, n);
	for (size_t i = 0, j; i < n; i = j) {
		int32_t x = (int32_t)(uint32_t)list[i].cell * SL_TILE_CELL - SL_TILE_BUFFER;
		int32_t y = (int32_t)(list[i].cell >> 32) * SL_TILE_CELL - SL_TILE_BUFFER;
		struct sl_tile_point p[4] = {
		    {x, y}, {x + SL_TILE_CELL, y}, {x + SL_TILE_CELL, y + SL_TILE_CELL}, {x, y + SL_TILE_CELL}};
		uint32_t end[1] = {4};
		struct sl_tile_shape shape = {SL_GEOM_POLYGON, p, end, 4, 1, false};

		for (j = i + 1; j < n && drawn_as_one(&list[i], &list[j]); j++)
			;
		if (list[i].point) {
			p[0] = (struct sl_tile_point){x + SL_TILE_CELL / 2, y + SL_TILE_CELL / 2};
			end[0] = 1;
			shape.type = SL_GEOM_POINT;
			shape.n_points = 1;
		}
		if (j - i == 1 ? put_item(w, &item[list[i].item], &shape, e)
		               : put_many(w, &item[list[i].item], (uint32_t)(j - i), &shape, e))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_tile_write(struct sl_tile_maker *m, struct sl_str layer, struct sl_tile_id t,
                           const struct sl_tile_options *o, const struct sl_tile_item *item, size_t n,
                           bool land, struct sl_err *e)
{
	struct writer w = {m, t, o, land};
	struct sl_world_box reach = sl_tile_world_box(t, sl_tile_reach(o, t.z));
	struct sl_arena_mark mark = sl_arena_mark(&m->arena);
	struct small *list = o->merge && n ? sl_arena_alloc(&m->arena, n, sizeof *list, e) : NULL;
	double tolerance = t.z < SL_TILE_MAX_ZOOM && !o->exact ? TOLERANCE : 0;
	struct sl_tile_shape shape;
	size_t n_small = 0;
	bool beside;

	sl_buf_clear(&m->tile);
	m->scratch.grid_deg = sl_tile_grid_deg(o);
	if (e->code || begin_numbers(m, e))
		return e->code;
	sl_mvt_layer_begin(&m->layer);
	for (size_t i = 0; i < n && !e->code; i++) {
		if (item[i].packed && !sl_world_boxes_meet(item[i].packed->box, reach))
			continue;
		if (list && is_small(&w, &item[i], &list[n_small], &beside)) {
			if (!beside)
				list[n_small++].item = (uint32_t)i;
			continue;
		}
		if (!sl_tile_fit(&m->scratch, sl_packed_geometry(item[i].packed), t, tolerance, &shape, e) &&
		    shape.type != SL_GEOM_NONE)
			put_item(&w, &item[i], &shape, e);
	}
	if (!e->code && n_small)
		(void)!put_small(&w, item, list, n_small, e);
	if (!e->code)
		(void)!sl_mvt_layer_write(&m->tile, &m->layer, layer, e);
	sl_arena_reset(&m->arena, mark);
	return e->code;
}
