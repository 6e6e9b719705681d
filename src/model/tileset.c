#include "model/tileset.h"

#include "base/json.h"

enum sl_code sl_tileset_layers(struct sl_arena *a, struct sl_str json, struct sl_tileset *out, struct sl_err *e)
{
	const struct sl_json *layers, *one;
	struct sl_json *all;

	if (!json.n)
		return SL_OK;
	if (sl_json_parse(a, json, &all, e)) {
		if (e->code == SL_INVALID)
			sl_err_clear(e); /* the tiles can be drawn, too, when what is said of them cannot be read */
		return e->code;
	}
	if (all->type != SL_JSON_OBJECT)
		return SL_OK;
	layers = sl_json_get(all, "vector_layers");
	if (!layers || layers->type != SL_JSON_ARRAY)
		return SL_OK;
	for (one = layers->child; one && out->n_layers < SL_TILESET_LAYERS_MAX; one = one->next)
		if (one->type == SL_JSON_OBJECT && sl_json_get_str(one, "id").n)
			out->layer[out->n_layers++] = sl_json_get_str(one, "id");
	return SL_OK;
}

enum sl_code sl_tileset_check(const struct sl_tileset *t, struct sl_err *e)
{
	if (t->min_zoom < 0 || t->max_zoom > SL_TILESET_ZOOM_MAX || t->min_zoom > t->max_zoom)
		return sl_fail(e, SL_INVALID, "its zooms, %d to %d, are none that a map has", t->min_zoom, t->max_zoom);
	if (t->has_box && !(t->west >= -180 && t->west < t->east && t->east <= 180 && t->south >= -90 &&
	                    t->south < t->north && t->north <= 90))
		return sl_fail(e, SL_INVALID, "its extent is not on the earth");
	return SL_OK;
}
