/* The base map of a pack: the tiles of the programme's own map that lie on the ground, as MBTiles. */
#include "app/pack_parts.h"

#include "app/base_map.h"
#include "base/gzip.h"
#include "base/json.h"
#include "store/mbtiles_writer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct cut {
	struct sl_packing *k;
	const struct sl_base_map *map;
	struct sl_tileset set;
	struct sl_box box; /* what both the ground and the map have */
	struct sl_mbtiles *file;
	struct sl_buf packed;
	uint64_t tiles;
	int max_zoom;
};

struct range {
	uint32_t x0, x1, y0, y1;
};

static struct range range_at(const struct cut *c, uint32_t z)
{
	struct sl_tile_id a = sl_tile_at(sl_world_from(c->box.x0, c->box.y1), z),
	                  b = sl_tile_at(sl_world_from(c->box.x1, c->box.y0), z);

	return (struct range){a.x, b.x, a.y, b.y};
}

/* The deepest zoom to which all tiles together are not too many; the pyramid above costs a third more. */
static int deepest(const struct cut *c)
{
	uint64_t total = 0;
	int z = c->set.min_zoom;

	for (; z <= c->set.max_zoom && z <= SL_TILE_ZOOM_MAX; z++) {
		struct range r = range_at(c, (uint32_t)z);

		total += (uint64_t)(r.x1 - r.x0 + 1) * (r.y1 - r.y0 + 1);
		if (total > SL_PACK_TILES_MAX)
			break;
	}
	return z - 1;
}

/* MBTiles 1.3: vector tiles are gzipped, whatever their source did. */
static enum sl_code put(struct cut *c, struct sl_tile_id t, struct sl_str bytes, struct sl_err *e)
{
	if (c->set.form == SL_TILE_MVT && (bytes.n < 2 || memcmp(bytes.p, "\x1f\x8b", 2))) {
		sl_buf_clear(&c->packed);
		if (sl_gzip(bytes, 6, &c->packed, e) || sl_buf_check(&c->packed, e))
			return e->code;
		bytes = sl_buf_view(&c->packed);
	}
	c->tiles++;
	return sl_mbtiles_put(c->file, t, bytes, e);
}

static enum sl_code copy_tiles(struct cut *c, struct sl_err *e)
{
	for (int z = c->set.min_zoom; z <= c->max_zoom; z++) {
		struct range r = range_at(c, (uint32_t)z);

		for (uint32_t y = r.y0; y <= r.y1; y++)
			for (uint32_t x = r.x0; x <= r.x1; x++) {
				struct sl_tile_id id = {(uint32_t)z, x, y};
				struct sl_arena a = {0};
				struct sl_str bytes;

				if (!sl_base_map_tile(c->k->p, &a, c->map, id, &bytes, e) && bytes.n)
					(void)!put(c, id, bytes, e);
				sl_arena_done(&a);
				if (!e->code && sl_env_stopped(c->k->p->env))
					return sl_fail(e, SL_CANCELLED, "stopped");
				if (e->code)
					return e->code;
			}
	}
	return SL_OK;
}

/* ---- what it says of itself ---- */

static enum sl_code say(struct cut *c, const char *name, struct sl_err *e, const char *fmt, ...) SL_PRINTF(4, 5);
static enum sl_code say(struct cut *c, const char *name, struct sl_err *e, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	return sl_mbtiles_say(c->file, name, sl_str_from(text), e);
}

static enum sl_code say_layers(struct cut *c, struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_buf b = {0};

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("vector_layers"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < c->set.n_layers; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "id", c->set.layer[i]);
		sl_json_put_key(&w, SL_STR("fields"));
		sl_json_put_raw(&w, SL_STR("{}"));
		sl_json_kv_int(&w, "minzoom", c->set.min_zoom);
		sl_json_kv_int(&w, "maxzoom", c->max_zoom);
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	if (!sl_buf_check(&b, e))
		(void)!sl_mbtiles_say(c->file, "json", sl_buf_view(&b), e);
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code describe(struct cut *c, struct sl_err *e)
{
	static const char *const formats[] = {
	    [SL_TILE_MVT] = "pbf", [SL_TILE_PNG] = "png", [SL_TILE_JPEG] = "jpg", [SL_TILE_WEBP] = "webp"};
	const struct sl_box *b = &c->box;

	if (sl_mbtiles_say(c->file, "name", c->k->result.map, e) ||
	    sl_mbtiles_say(c->file, "format", sl_str_from(formats[c->set.form]), e) ||
	    sl_mbtiles_say(c->file, "type", SL_STR("baselayer"), e) || sl_mbtiles_say(c->file, "version", SL_STR("1"), e) ||
	    (c->set.attribution.n && sl_mbtiles_say(c->file, "attribution", c->set.attribution, e)) ||
	    say(c, "bounds", e, "%.7f,%.7f,%.7f,%.7f", b->x0, b->y0, b->x1, b->y1) ||
	    say(c, "center", e, "%.7f,%.7f,%d", (b->x0 + b->x1) / 2, (b->y0 + b->y1) / 2, c->max_zoom) ||
	    say(c, "minzoom", e, "%d", c->set.min_zoom) || say(c, "maxzoom", e, "%d", c->max_zoom))
		return e->code;
	return c->set.form == SL_TILE_MVT ? say_layers(c, e) : SL_OK;
}

static bool cut_box(struct cut *c)
{
	const struct sl_box *r = &c->k->reach;

	c->box = (struct sl_box){r->x0, fmax(r->y0, -SL_MERCATOR_LAT_MAX), r->x1, fmin(r->y1, SL_MERCATOR_LAT_MAX)};
	if (c->set.has_box)
		c->box = (struct sl_box){fmax(c->box.x0, c->set.west), fmax(c->box.y0, c->set.south),
		                         fmin(c->box.x1, c->set.east), fmin(c->box.y1, c->set.north)};
	return c->box.x0 <= c->box.x1 && c->box.y0 <= c->box.y1;
}

/* *shown: is anything of the ground on this map?  Without it nothing is left behind. */
static enum sl_code cut(struct sl_packing *k, const struct sl_base_map *map, const char *to, bool *shown,
                        struct sl_err *e)
{
	struct cut c = {.k = k, .map = map};
	struct sl_err close = {0};

	*shown = false;
	if (sl_base_map_describe(k->p, k->a, map, &c.set, e))
		return e->code;
	if (!cut_box(&c) || (c.max_zoom = deepest(&c)) < c.set.min_zoom)
		return SL_OK;
	k->result.map = c.set.name.n ? c.set.name : map->file;
	if (sl_mbtiles_create(to, &c.file, e))
		return e->code;
	if (!describe(&c, e))
		(void)!copy_tiles(&c, e);
	if (sl_mbtiles_close(c.file, !e->code && c.tiles, &close) && !e->code)
		*e = close;
	sl_buf_done(&c.packed);
	if (e->code || !c.tiles) {
		k->result.map = SL_STR("");
		return e->code;
	}
	k->map_attribution = c.set.attribution;
	k->result.tiles = c.tiles;
	k->result.max_zoom = c.max_zoom;
	k->result.map_coarser = c.max_zoom < c.set.max_zoom;
	*shown = true;
	return SL_OK;
}

static enum sl_code one_map(struct sl_packing *k, const char *to, bool *shown, struct sl_err *e)
{
	const struct sl_pack_wish *w = k->wish;
	struct sl_base_map map;

	if (w->map_path) {
		const char *slash = strrchr(w->map_path, '/');

		map = (struct sl_base_map){.file = sl_str_from(slash ? slash + 1 : w->map_path), .path = w->map_path,
		                           .pmtiles = sl_str_has_suffix_nocase(sl_str_from(w->map_path), ".pmtiles")};
	} else if (sl_base_map_find(k->p, k->a, w->map_name, &map, e)) {
		return e->code;
	}
	if (cut(k, &map, to, shown, e))
		return e->code;
	return *shown ? SL_OK
	              : sl_fail(e, SL_INVALID, "the base map %.*s shows nothing of this ground", SL_STR_ARG(map.file));
}

/* A map that cannot be read is passed over: another may do. */
static enum sl_code first_map(struct sl_packing *k, const char *to, bool *shown, struct sl_err *e)
{
	struct sl_base_map *list;
	size_t n;

	if (sl_base_maps(k->p, k->a, &list, &n, e))
		return e->code;
	for (size_t i = 0; i < n && !*shown; i++) {
		struct sl_err wrong = {0};

		if (cut(k, &list[i], to, shown, &wrong) == SL_CANCELLED || wrong.code == SL_NOMEM)
			*e = wrong;
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_pack_map(struct sl_packing *k, struct sl_err *e)
{
	bool shown = false, chosen = k->wish->map_path || k->wish->map_name.n;

	if (k->wish->no_map || (chosen ? one_map(k, k->map_file, &shown, e) : first_map(k, k->map_file, &shown, e)) || !shown)
		return e->code;
	if (sl_pack_add(k, "layers/base-map.mbtiles", SL_STR(""), e))
		return e->code;
	k->part[k->n_parts - 1].path = k->map_file;
	k->part[k->n_parts - 1].packed = false;
	return SL_OK;
}
