#include "store/mbtiles.h"

#include "store/driver.h"

#include <string.h>

/* Tables may be views of somebody's making: they reach no function that does anything (SQLite, "Defense against the
 * dark arts", 2 and 3). */
static enum sl_code open_tiles(struct sl_arena *a, const char *path, struct sl_env *env, struct sl_driver **out,
                               struct sl_err *e)
{
	if (sl_driver_open(a, path, 0, env, out, e))
		return e->code;
	if (sl_driver_exec(*out, "PRAGMA trusted_schema=OFF; PRAGMA query_only=ON; PRAGMA cache_size=-512", e))
		sl_driver_close(*out);
	return e->code;
}

static void take_form(struct sl_str value, struct sl_tileset *t, bool *known)
{
	static const struct {
		const char *name;
		enum sl_tile_form form;
	} forms[] = {{"pbf", SL_TILE_MVT},  {"mvt", SL_TILE_MVT},  {"application/vnd.mapbox-vector-tile", SL_TILE_MVT},
	             {"png", SL_TILE_PNG},  {"image/png", SL_TILE_PNG}, {"jpg", SL_TILE_JPEG},
	             {"jpeg", SL_TILE_JPEG}, {"image/jpeg", SL_TILE_JPEG}, {"webp", SL_TILE_WEBP},
	             {"image/webp", SL_TILE_WEBP}};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (sl_str_is_nocase(value, forms[i].name)) {
			t->form = forms[i].form;
			*known = true;
		}
}

static void take_box(struct sl_str text, struct sl_tileset *t)
{
	double v[4];
	struct sl_str part;
	size_t n = 0;

	while (n < 4 && sl_str_split(&text, ',', &part) && sl_str_double(sl_str_trim(part), &v[n]))
		n++;
	if (n < 4)
		return;
	t->has_box = true;
	t->west = v[0];
	t->south = v[1];
	t->east = v[2];
	t->north = v[3];
}

static void take_zoom(struct sl_str value, int *zoom)
{
	int64_t n;

	if (sl_str_int64(value, &n) && n >= 0 && n <= SL_TILESET_ZOOM_MAX)
		*zoom = (int)n;
}

static enum sl_code take_row(struct sl_arena *a, struct sl_sql *s, struct sl_tileset *t, bool *known, struct sl_err *e)
{
	struct sl_str key = sl_sql_get_text(s, 0), value = sl_sql_get_text(s, 1);
	char *copy;

	if (value.n > SL_TILESET_METADATA_MAX)
		return SL_OK;
	copy = sl_str_dup(a, value, e);
	if (!copy)
		return e->code;
	value = (struct sl_str){copy, value.n};
	if (sl_str_is(key, "name"))
		t->name = value;
	else if (sl_str_is(key, "attribution"))
		t->attribution = value;
	else if (sl_str_is(key, "format"))
		take_form(value, t, known);
	else if (sl_str_is(key, "bounds"))
		take_box(value, t);
	else if (sl_str_is(key, "minzoom"))
		take_zoom(value, &t->min_zoom);
	else if (sl_str_is(key, "maxzoom"))
		take_zoom(value, &t->max_zoom);
	else if (sl_str_is(key, "json"))
		return sl_tileset_layers(a, value, t, e);
	return SL_OK;
}

/* The zooms that are there: not every maker says them. */
static enum sl_code look_at_zooms(struct sl_driver *d, struct sl_tileset *t, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(d, "SELECT min(zoom_level), max(zoom_level) FROM tiles", &s, e))
		return e->code;
	if (!sl_sql_step(s, &row, e) && row && !sl_sql_is_null(s, 0)) {
		int64_t low = sl_sql_get_int(s, 0), high = sl_sql_get_int(s, 1);

		t->min_zoom = low < 0 || low > SL_TILESET_ZOOM_MAX ? -1 : (int)low;
		t->max_zoom = high < 0 || high > SL_TILESET_ZOOM_MAX ? -1 : (int)high;
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_mbtiles_describe(struct sl_arena *a, const char *path, struct sl_env *env, struct sl_tileset *out,
                                 struct sl_err *e)
{
	struct sl_tileset t = {.min_zoom = -1, .max_zoom = -1};
	struct sl_sql *s = NULL;
	struct sl_driver *d;
	bool row = true, known = false;

	if (open_tiles(a, path, env, &d, e))
		return e->code;
	if (!sl_sql_open(d, "SELECT name, value FROM metadata", &s, e))
		while (!sl_sql_step(s, &row, e) && row && !take_row(a, s, &t, &known, e))
			;
	sl_sql_close(s);
	if (!e->code && (t.min_zoom < 0 || t.max_zoom < 0))
		(void)!look_at_zooms(d, &t, e);
	sl_driver_close(d);
	if (!e->code && !known)
		return sl_fail(e, SL_INVALID, "its tiles are neither pbf, png, jpg nor webp");
	if (e->code || sl_tileset_check(&t, e))
		return e->code;
	*out = t;
	return SL_OK;
}

enum sl_code sl_mbtiles_tile(struct sl_arena *a, const char *path, struct sl_env *env, struct sl_tile_id t,
                             struct sl_str *out, struct sl_err *e)
{
	struct sl_sql *s = NULL;
	struct sl_driver *d;
	struct sl_str found = {0};
	bool row;

	if (t.z > SL_TILESET_ZOOM_MAX || t.x >> t.z || t.y >> t.z) {
		*out = found;
		return SL_OK;
	}
	if (open_tiles(a, path, env, &d, e))
		return e->code;
	if (!sl_sql_open(d, "SELECT tile_data FROM tiles WHERE zoom_level = $1 AND tile_column = $2 AND tile_row = $3", &s,
	                 e)) {
		sl_sql_int(s, 1, t.z);
		sl_sql_int(s, 2, t.x);
		sl_sql_int(s, 3, (int64_t)(1u << t.z) - 1 - t.y); /* rows of MBTiles begin in the south */
		if (!sl_sql_step(s, &row, e) && row) {
			struct sl_str bytes = sl_sql_get_blob(s, 0);

			if (bytes.n > SL_TILESET_TILE_MAX)
				sl_fail(e, SL_INVALID, "a tile of %zu bytes is larger than a map can draw", bytes.n);
			else if (bytes.n)
				found = (struct sl_str){sl_arena_strndup(a, bytes.p, bytes.n, e), bytes.n};
		}
	}
	sl_sql_close(s);
	sl_driver_close(d);
	if (!e->code)
		*out = found;
	return e->code;
}
