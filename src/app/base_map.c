#include "app/base_map.h"

#include "base/io.h"
#include "base/json.h"
#include "base/utf8.h"
#include "formats/pmtiles.h"
#include "store/mbtiles.h"

#include <string.h>

static bool is_one(struct sl_str file)
{
	return sl_utf8_valid(file) && (sl_str_has_suffix_nocase(file, ".mbtiles") || sl_str_has_suffix_nocase(file, ".pmtiles"));
}

enum sl_code sl_base_maps(struct sl_programme *p, struct sl_arena *a, struct sl_base_map **out, size_t *n,
                          struct sl_err *e)
{
	const char *folder = sl_arena_printf(a, e, "%s.maps", p->path);
	struct sl_base_map *list = sl_arena_alloc(a, SL_BASE_MAPS_MAX, sizeof *list, e);
	struct sl_io_entry *entry;
	size_t entries, found = 0;

	if (!folder || !list || sl_io_list(a, folder, &entry, &entries, e))
		return e->code;
	for (size_t i = 0; i < entries && found < SL_BASE_MAPS_MAX; i++) {
		struct sl_str file = sl_str_from(entry[i].name);

		if (!is_one(file))
			continue;
		list[found] = (struct sl_base_map){
		    .file = file, .path = sl_arena_printf(a, e, "%s/%s", folder, entry[i].name),
		    .pmtiles = sl_str_has_suffix_nocase(file, ".pmtiles"),
		    .changed = entry[i].changed_ns ^ (int64_t)(entry[i].bytes << 20)};
		if (!list[found++].path)
			return e->code;
	}
	*out = list;
	*n = found;
	return SL_OK;
}

enum sl_code sl_base_map_find(struct sl_programme *p, struct sl_arena *a, struct sl_str file, struct sl_base_map *out,
                              struct sl_err *e)
{
	struct sl_base_map *list;
	size_t n;

	if (sl_base_maps(p, a, &list, &n, e))
		return e->code;
	for (size_t i = 0; i < n; i++)
		if (sl_str_eq(list[i].file, file)) {
			*out = list[i];
			return SL_OK;
		}
	return sl_fail(e, SL_NOT_FOUND, "there is no base map '%.*s'", SL_STR_ARG(file));
}

/* Said with the name of the map, and without the path: readers are not told where files lie. */
static enum sl_code say_which(const struct sl_base_map *m, struct sl_err *e)
{
	enum sl_code code = e->code;

	if (!strstr(e->msg, m->path))
		return sl_err_within(e, "%.*s", SL_STR_ARG(m->file));
	sl_err_clear(e);
	return sl_fail(e, code, "%.*s: it cannot be read as %s", SL_STR_ARG(m->file), m->pmtiles ? "PMTiles" : "MBTiles");
}

enum sl_code sl_base_map_describe(struct sl_programme *p, struct sl_arena *a, const struct sl_base_map *m,
                                  struct sl_tileset *out, struct sl_err *e)
{
	if (m->pmtiles ? sl_pmtiles_describe(a, m->path, out, e) : sl_mbtiles_describe(a, m->path, p->env, out, e))
		return say_which(m, e);
	return SL_OK;
}

enum sl_code sl_base_map_tile(struct sl_programme *p, struct sl_arena *a, const struct sl_base_map *m,
                              struct sl_tile_id t, struct sl_str *out, struct sl_err *e)
{
	if (m->pmtiles ? sl_pmtiles_tile(a, m->path, t, out, e) : sl_mbtiles_tile(a, m->path, p->env, t, out, e))
		return say_which(m, e);
	return SL_OK;
}

/* A name within an address. */
static void put_segment(struct sl_buf *b, struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c))
			sl_buf_putc(b, (char)c);
		else
			sl_buf_printf(b, "%%%02X", c);
	}
}

static void put_tileset(struct sl_json_writer *w, const struct sl_base_map *m, const struct sl_tileset *t,
                        const char *base)
{
	struct sl_buf url = {0};

	sl_buf_printf(&url, "%s/basemaps/", base);
	put_segment(&url, m->file);
	sl_buf_printf(&url, "/{z}/{x}/{y}?version=%016llx", (unsigned long long)m->changed);
	sl_json_kv_str(w, "name", t->name.n ? t->name : m->file);
	sl_json_kv_str(w, "type", t->form == SL_TILE_MVT ? SL_STR("vector") : SL_STR("raster"));
	sl_json_kv_str(w, "attribution", t->attribution);
	sl_json_kv_str(w, "tiles", sl_buf_view(&url));
	sl_json_kv_int(w, "minzoom", t->min_zoom);
	sl_json_kv_int(w, "maxzoom", t->max_zoom);
	if (t->has_box) {
		sl_json_put_key(w, SL_STR("bounds"));
		sl_json_begin(w, '[');
		sl_json_put_double(w, t->west);
		sl_json_put_double(w, t->south);
		sl_json_put_double(w, t->east);
		sl_json_put_double(w, t->north);
		sl_json_end(w, ']');
	}
	sl_json_put_key(w, SL_STR("vector_layers"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < t->n_layers; i++)
		sl_json_put_str(w, t->layer[i]);
	sl_json_end(w, ']');
	sl_buf_done(&url);
}

enum sl_code sl_base_maps_json(struct sl_programme *p, const char *base, struct sl_buf *b, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_base_map *list;
	struct sl_json_writer w;
	size_t n;

	if (!sl_base_maps(p, &a, &list, &n, e)) {
		sl_json_writer_init(&w, b);
		sl_json_begin(&w, '{');
		sl_json_put_key(&w, SL_STR("basemaps"));
		sl_json_begin(&w, '[');
		for (size_t i = 0; i < n; i++) {
			struct sl_tileset t;
			struct sl_err wrong = {0};

			sl_json_begin(&w, '{');
			sl_json_kv_str(&w, "id", list[i].file);
			if (sl_base_map_describe(p, &a, &list[i], &t, &wrong))
				sl_json_kv_str(&w, "problem", sl_str_from(wrong.msg));
			else
				put_tileset(&w, &list[i], &t, base);
			sl_json_end(&w, '}');
		}
		sl_json_end(&w, ']');
		sl_json_end(&w, '}');
		sl_buf_putc(b, '\n');
	}
	sl_arena_done(&a);
	return e->code ? e->code : sl_buf_check(b, e);
}
