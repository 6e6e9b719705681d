/* The lists of a pack: hazards for the map and for questions that choose one, and ordnance by its names. */
#include "app/pack_parts.h"

#include "base/csv.h"
#include "base/json.h"
#include "geo/area.h"
#include "geo/geojson_fixed.h"
#include "geo/wkb.h"
#include "store/feature_query.h"

#include <math.h>
#include <string.h>

/* ---- which ---- */

struct taking {
	struct sl_packing *k;
	const struct sl_feature_schema *schema;
};

static struct sl_str text_of(const struct taking *t, const struct sl_feature *f, const char *name)
{
	for (size_t i = 0; i < t->schema->n_properties; i++)
		if (sl_str_is(t->schema->property[i].name, name))
			return f->value[i].type == SL_FEATURE_TEXT ? f->value[i].text : SL_STR("");
	return SL_STR("");
}

static enum sl_code keep(struct sl_packing *k, struct sl_str from, struct sl_str *to, struct sl_err *e)
{
	char *copy = sl_str_dup(k->a, from, e);

	*to = (struct sl_str){copy ? copy : "", copy ? from.n : 0};
	return e->code;
}

static bool is_one_of(struct sl_str code, const char *const *list)
{
	for (; *list; list++)
		if (sl_str_is(code, *list))
			return true;
	return false;
}

static enum sl_code take(void *ctx, const struct sl_feature *f, struct sl_err *e)
{
	static const char *const no_hazard[] = {"EXPD", "DUPL", "MERG", NULL};
	static const char *const not_for_teams[] = {"NMAA", "RESTRICTED", NULL};
	struct taking *t = ctx;
	struct sl_packing *k = t->k;
	struct sl_pack_hazard h = {0};
	struct sl_geom g;

	if (!f->geometry.n || is_one_of(text_of(t, f, "status"), no_hazard))
		return SL_OK;
	if (sl_wkb_read(k->a, f->geometry, &g, e))
		return e->code;
	if (sl_geom_apart_m(&k->area, &g) > k->wish->margin_m)
		return SL_OK;
	if (is_one_of(text_of(t, f, "access_level"), not_for_teams)) {
		k->result.kept_back++;
		return SL_OK;
	}
	k->hazard = sl_arena_grow(k->a, k->hazard, &k->cap_hazards, k->n_hazards + 1, sizeof *k->hazard, e);
	if (!k->hazard || keep(k, text_of(t, f, "id"), &h.id, e) || keep(k, text_of(t, f, "name"), &h.name, e) ||
	    keep(k, text_of(t, f, "class"), &h.class, e) || keep(k, text_of(t, f, "status"), &h.status, e) ||
	    keep(k, text_of(t, f, "effective_date"), &h.day, e) || keep(k, f->record, &h.record, e) ||
	    sl_geom_copy(k->a, &g, &h.geometry, e))
		return e->code;
	if (!h.id.n)
		h.id = h.record; /* a list needs a name for everything in it */
	k->hazard[k->n_hazards++] = h;
	return SL_OK;
}

static enum sl_code find(struct sl_packing *k, struct sl_err *e)
{
	const struct sl_kind *kind = sl_dictionary_kind(k->p->dict, SL_STR("hazard"));
	const struct sl_person *who = k->wish->person;
	struct sl_feature_query q = {.kind = kind, .box = &k->reach, .n_boxes = 1, .limit = UINT64_MAX};
	struct taking t = {.k = k};
	uint64_t matched;

	if (who && sl_person_may(who, SL_RIGHT_READ_APPROVED) < SL_EXTENT_ALL)
		q.organisation = &who->organisation;
	if (sl_feature_schema_of(k->p->db, kind, &t.schema, e))
		return e->code;
	return sl_feature_each(k->p->db, &q, take, &t, &matched, e);
}

/* ---- in words ---- */

static struct sl_str label_of(const struct sl_packing *k, const char *field, struct sl_str code)
{
	const struct sl_field *f = sl_kind_field(sl_dictionary_kind(k->p->dict, SL_STR("hazard")), field);

	for (size_t i = 0; f && f->list && i < f->list->n; i++)
		if (sl_str_eq(f->list->choice[i].code, code))
			return sl_choice_label(k->p->dict, &f->list->choice[i], k->language);
	return code;
}

/* "HA-7 · Confirmed hazardous area · Open": what a surveyor chooses by. */
static void put_title(struct sl_buf *b, const struct sl_packing *k, const struct sl_pack_hazard *h)
{
	sl_buf_str(b, h->id);
	if (h->name.n) {
		sl_buf_puts(b, " \xc2\xb7 ");
		sl_buf_str(b, h->name);
	}
	if (h->class.n) {
		sl_buf_puts(b, " \xc2\xb7 ");
		sl_buf_str(b, label_of(k, "class", h->class));
	}
	if (h->status.n) {
		sl_buf_puts(b, " \xc2\xb7 ");
		sl_buf_str(b, label_of(k, "status", h->status));
	}
}

/* simplestyle-spec 1.1, which Collect and most viewers of GeoJSON draw by. */
static void put_style(struct sl_json_writer *w, const struct sl_pack_hazard *h)
{
	bool done = sl_str_is(h->status, "CLOSED") || sl_str_is(h->status, "HAND");
	const char *colour = done                          ? "#3f9b3f"
	                     : sl_str_is(h->class, "CHA") ? "#e00000"
	                     : sl_str_is(h->class, "SHA") ? "#f4a718"
	                                                  : "#6b4f9a";

	if (h->geometry.type == SL_GEOM_POINT) {
		sl_json_kv_str(w, "marker-color", sl_str_from(colour));
		return;
	}
	sl_json_kv_str(w, "stroke", sl_str_from(colour));
	sl_json_kv_str(w, "stroke-width", SL_STR("2"));
	sl_json_kv_str(w, "fill", sl_str_from(colour));
	sl_json_kv_double(w, "fill-opacity", 0.3);
}

static void put_feature(struct sl_json_writer *w, const struct sl_packing *k, const struct sl_pack_hazard *h)
{
	struct sl_buf title = {0}, shape = {0};

	put_title(&title, k, h);
	sl_geojson_fixed(&shape, &h->geometry, (struct sl_geojson_style){.decimals = SL_GEOJSON_DEGREE_DECIMALS});
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "type", SL_STR("Feature"));
	sl_json_put_key(w, SL_STR("properties"));
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "id", h->id);
	sl_json_kv_str(w, "title", sl_buf_view(&title));
	sl_json_kv_str(w, "class", h->class);
	sl_json_kv_str(w, "state", h->status);
	sl_json_kv_str(w, "effective_date", h->day);
	put_style(w, h);
	sl_json_end(w, '}');
	sl_json_put_key(w, SL_STR("geometry"));
	sl_json_put_raw(w, sl_buf_view(&shape));
	sl_json_end(w, '}');
	w->b->failed |= title.failed || shape.failed;
	sl_buf_done(&title);
	sl_buf_done(&shape);
}

static enum sl_code geojson(struct sl_packing *k, struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_buf b = {0};

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "type", SL_STR("FeatureCollection"));
	sl_json_kv_str(&w, "name", SL_STR("hazards"));
	sl_json_put_key(&w, SL_STR("features"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < k->n_hazards; i++) {
		put_feature(&w, k, &k->hazard[i]);
		if (i + 1 == k->n_hazards)
			sl_buf_putc(&b, '\n');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(&b, '\n');
	return sl_pack_keep(k, &b, &k->hazards_geojson, e);
}

/* "48.12 37.8 0 0;...": the outer ring of the first part, as ODK writes shapes; a point alone. */
static void put_odk_shape(struct sl_buf *b, const struct sl_geom *g)
{
	size_t n = g->n_rings ? g->ring_end[0] : 0;

	for (size_t i = 0; i < n + (g->type == SL_GEOM_POLYGON); i++) {
		if (i)
			sl_buf_putc(b, ';');
		sl_geojson_put_fixed(b, g->xy[2 * (i % n) + 1], SL_GEOJSON_DEGREE_DECIMALS);
		sl_buf_putc(b, ' ');
		sl_geojson_put_fixed(b, g->xy[2 * (i % n)], SL_GEOJSON_DEGREE_DECIMALS);
		sl_buf_puts(b, " 0 0");
	}
}

static enum sl_code csv(struct sl_packing *k, struct sl_err *e)
{
	static const char *const heads[] = {"name", "label", "class", "state", "effective_date", "geometry"};
	struct sl_buf b = {0}, cell = {0};
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, &b, ',', false);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		sl_csv_put(&w, sl_str_from(heads[i]));
	sl_csv_end(&w);
	for (size_t i = 0; i < k->n_hazards; i++) {
		const struct sl_pack_hazard *h = &k->hazard[i];

		sl_csv_put(&w, h->id);
		sl_buf_clear(&cell);
		put_title(&cell, k, h);
		sl_csv_put(&w, sl_buf_view(&cell));
		sl_csv_put(&w, h->class);
		sl_csv_put(&w, h->status);
		sl_csv_put(&w, h->day);
		sl_buf_clear(&cell);
		put_odk_shape(&cell, &h->geometry);
		sl_csv_put(&w, sl_buf_view(&cell));
		sl_csv_end(&w);
	}
	b.failed |= cell.failed;
	sl_buf_done(&cell);
	return sl_pack_keep(k, &b, &k->hazards_csv, e);
}

enum sl_code sl_pack_hazards(struct sl_packing *k, struct sl_err *e)
{
	if (find(k, e) || geojson(k, e) || csv(k, e) || sl_pack_add(k, "hazards.geojson", k->hazards_geojson, e) ||
	    sl_pack_add(k, "hazards.csv", k->hazards_csv, e))
		return e->code;
	k->result.hazards = k->n_hazards;
	return SL_OK;
}

/* ---- ordnance ---- */

static struct sl_str listed(const struct sl_packing *k, const char *list, struct sl_str code)
{
	const struct sl_choice_list *l = sl_dictionary_list(k->p->dict, sl_str_from(list));

	for (size_t i = 0; l && i < l->n; i++)
		if (sl_str_eq(l->choice[i].code, code))
			return sl_choice_label(k->p->dict, &l->choice[i], k->language);
	return code;
}

enum sl_code sl_pack_ordnance(struct sl_packing *k, struct sl_err *e)
{
	const struct sl_dictionary *d = k->p->dict;
	struct sl_csv_writer w;
	struct sl_buf b = {0};

	sl_csv_writer_init(&w, &b, ',', false);
	sl_csv_put(&w, SL_STR("name"));
	sl_csv_put(&w, SL_STR("label"));
	sl_csv_put(&w, SL_STR("category"));
	sl_csv_put(&w, SL_STR("category_label"));
	sl_csv_put(&w, SL_STR("also_called"));
	sl_csv_end(&w);
	for (size_t i = 0; i < d->n_ordnance; i++) {
		const struct sl_ordnance_type *o = &d->ordnance[i];

		sl_csv_put(&w, o->id);
		sl_csv_put(&w, o->model);
		sl_csv_put(&w, o->category);
		sl_csv_put(&w, listed(k, "contamination_class", o->category));
		sl_csv_put(&w, o->aliases);
		sl_csv_end(&w);
	}
	k->result.ordnance = d->n_ordnance;
	return sl_pack_keep(k, &b, &k->ordnance_csv, e) ? e->code : sl_pack_add(k, "ordnance.csv", k->ordnance_csv, e);
}
