#include "app/tile_parts.h"

#include <math.h>

static void field(struct sl_json_writer *w, struct sl_str name, const char *type)
{
	sl_json_put_key(w, name);
	sl_json_put_str(w, sl_str_from(type));
}

/* What TileJSON calls String, Number and Boolean. */
static const char *type_of(const struct sl_field *f)
{
	return f->type == SL_FIELD_INTEGER || f->type == SL_FIELD_DECIMAL ? "Number" : "String";
}

static void land_fields(struct sl_json_writer *w, bool published)
{
	field(w, SL_STR("state"), "String");
	field(w, SL_STR("since"), "String");
	field(w, SL_STR("area_m2"), "Number");
	field(w, SL_STR("face"), "Number");
	field(w, SL_STR("cluster"), "Number");
	if (!published)
		field(w, SL_STR("records"), "String");
	field(w, SL_STR("count"), "Number");
}

static void kind_fields(struct sl_json_writer *w, const struct sl_kind *k, bool published)
{
	field(w, SL_STR("record"), "String");
	for (size_t i = 0; i < k->n_fields; i++) {
		const struct sl_field *f = &k->field[i];

		if (f->sensitive || (int)i == k->geometry || (published && !sl_tile_is_basic(f->name)))
			continue;
		if (sl_str_is(f->name, "record"))
			field(w, SL_STR("field_record"), type_of(f));
		else if (sl_str_is(f->name, "area_m2"))
			field(w, SL_STR("field_area_m2"), type_of(f));
		else
			field(w, f->name, type_of(f));
	}
	if (!published)
		field(w, SL_STR("area_m2"), "Number");
	field(w, SL_STR("count"), "Number");
}

static struct sl_box join(struct sl_box a, struct sl_box b)
{
	return a.x0 > a.x1 ? b : b.x0 > b.x1 ? a : sl_box_join(a, b);
}

/* The land's boundaries are those of hazards and releases. */
enum sl_code sl_tile_bounds(struct sl_db *db, const struct sl_kind *kind, struct sl_box *out, struct sl_err *e)
{
	static const char *const land[] = {"hazard", "release"};
	struct sl_box all = {1, 1, 0, 0}, one;

	if (kind)
		return sl_store_layer_box(db, kind, out, e);
	for (size_t i = 0; i < sizeof land / sizeof *land; i++) {
		const struct sl_kind *k = sl_dictionary_kind(sl_store_dictionary(db), sl_str_from(land[i]));

		if (k && sl_store_layer_box(db, k, &one, e))
			return e->code;
		if (k)
			all = join(all, one);
	}
	*out = all;
	return SL_OK;
}

void sl_tile_layers_json(struct sl_json_writer *w, const struct sl_kind *kind, bool published, uint32_t from,
                         uint32_t to)
{
	sl_json_begin(w, '[');
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "id", kind ? kind->name : SL_STR("land"));
	sl_json_kv_str(w, "description", kind ? kind->label : SL_STR("Land by state"));
	sl_json_kv_int(w, "minzoom", from);
	sl_json_kv_int(w, "maxzoom", to);
	sl_json_put_key(w, SL_STR("fields"));
	sl_json_begin(w, '{');
	if (kind)
		kind_fields(w, kind, published);
	else
		land_fields(w, published);
	sl_json_end(w, '}');
	sl_json_end(w, '}');
	sl_json_end(w, ']');
}

/* A position typed with its signs or axes exchanged stretches the box around the land over half of the world: then a
 * map had better begin where nearly all of it lies. */
static enum sl_code first_view(struct sl_db *db, struct sl_box all, struct sl_box *out, struct sl_err *e)
{
	const struct sl_kind *hazard = sl_dictionary_kind(sl_store_dictionary(db), SL_STR("hazard"));
	struct sl_box most;
	double margin_x, margin_y;

	*out = all;
	if (!hazard || sl_store_layer_middle(db, hazard, &most, e) || most.x0 > most.x1)
		return e->code;
	margin_x = (most.x1 - most.x0) * 0.2 + 0.02;
	margin_y = (most.y1 - most.y0) * 0.2 + 0.02;
	if (all.x1 - all.x0 > 3 * (most.x1 - most.x0) + 0.1 || all.y1 - all.y0 > 3 * (most.y1 - most.y0) + 0.1)
		*out = (struct sl_box){most.x0 - margin_x, most.y0 - margin_y, most.x1 + margin_x, most.y1 + margin_y};
	return SL_OK;
}

/* Within what the projection shows. */
static void put_box(struct sl_json_writer *w, const char *name, struct sl_box box)
{
	sl_json_put_key(w, sl_str_from(name));
	sl_json_begin(w, '[');
	sl_json_put_double(w, fmax(box.x0, -180));
	sl_json_put_double(w, fmax(box.y0, -SL_MERCATOR_LAT_MAX));
	sl_json_put_double(w, fmin(box.x1, 180));
	sl_json_put_double(w, fmin(box.y1, SL_MERCATOR_LAT_MAX));
	sl_json_end(w, ']');
}

/* What is published may be moved, and its bounds are no corner of an exact outline. */
static const double GROW_DEG = 0.01;

enum sl_code sl_tile_json(struct sl_db *db, const struct sl_kind *kind, struct sl_str url, bool published,
                          struct sl_buf *b, struct sl_err *e)
{
	struct sl_str id = kind ? kind->name : SL_STR("land"),
	              label = kind ? kind->label : SL_STR("Land by state");
	struct sl_json_writer w;
	struct sl_box box, view;

	if (kind && !sl_store_has_places(db, kind))
		return sl_fail(e, SL_NOT_FOUND, "records of the kind '%.*s' have no place on a map",
		               SL_STR_ARG(kind->name));
	if (sl_tile_bounds(db, kind, &box, e) || (!kind && first_view(db, box, &view, e)))
		return e->code;
	if (published && box.x0 <= box.x1)
		box = (struct sl_box){floor(box.x0 / GROW_DEG - 1) * GROW_DEG, floor(box.y0 / GROW_DEG - 1) * GROW_DEG,
		                      ceil(box.x1 / GROW_DEG + 1) * GROW_DEG, ceil(box.y1 / GROW_DEG + 1) * GROW_DEG};
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "tilejson", SL_STR("3.0.0"));
	sl_json_kv_str(&w, "name", id);
	sl_json_kv_str(&w, "description", label);
	sl_json_kv_str(&w, "scheme", SL_STR("xyz"));
	sl_json_put_key(&w, SL_STR("tiles"));
	sl_json_begin(&w, '[');
	sl_json_put_str(&w, url);
	sl_json_end(&w, ']');
	sl_json_kv_int(&w, "minzoom", SL_TILE_MIN_ZOOM);
	sl_json_kv_int(&w, "maxzoom", SL_TILE_MAX_ZOOM);
	if (box.x0 <= box.x1)
		put_box(&w, "bounds", box);
	if (box.x0 <= box.x1 && !kind)
		put_box(&w, "view", view);
	sl_json_put_key(&w, SL_STR("vector_layers"));
	sl_tile_layers_json(&w, kind, published, SL_TILE_MIN_ZOOM, SL_TILE_MAX_ZOOM);
	sl_json_end(&w, '}');
	return sl_buf_check(b, e);
}
