/* The map of a country: its first-level areas shaded by what remains in each, and the recorded areas as
 * points. */
#include "app/field_map.h"
#include "app/report_parts.h"

#include <math.h>
#include <stdlib.h>

enum { NEAR_M = 3000, METRES_A_DEGREE = 111000 };

struct places {
	struct sl_report_maker *m;
	const struct sl_account_answer *answer;
	struct sl_map_shape *shape;
	size_t n, cap;
	struct sl_box box;
	bool strays; /* some positions were left out */
};

static enum sl_code add(struct places *x, struct sl_map_shape shape, struct sl_err *e)
{
	struct sl_map_shape *v = sl_arena_grow(x->m->a, x->shape, &x->cap, x->n + 1, sizeof *v, e);

	if (!v)
		return e->code;
	x->shape = v;
	x->shape[x->n++] = shape;
	return SL_OK;
}

static double remaining_km2(const struct places *x, struct sl_str code)
{
	const struct sl_account *account = &x->answer->account;

	for (size_t i = 0; i < account->n_lines; i++)
		if (sl_str_eq(account->line[i].key, code))
			return sl_mm2_to_m2(account->line[i].closing.mm2[0] + account->line[i].closing.mm2[1]) / 1e6;
	return 0;
}

static enum sl_code take_place(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                               struct sl_err *e)
{
	struct places *x = ctx;
	struct sl_str code = sl_record_text(rec, "code"), name = sl_record_text(rec, "name");
	struct sl_geom *geometry;
	char *label;

	(void)rev;
	if (!sl_record_has_code(rec, "level", "admin1") || rec->geometry.type != SL_GEOM_POLYGON)
		return SL_OK;
	geometry = sl_arena_alloc(x->m->a, 1, sizeof *geometry, e);
	label = geometry ? sl_str_dup(x->m->a, name, e) : NULL;
	if (!label || sl_geom_copy(x->m->a, &rec->geometry, geometry, e))
		return e->code;
	return add(x,
	           (struct sl_map_shape){geometry,
	                                 SL_STYLE_VALUE,
	                                 {label, name.n},
	                                 remaining_km2(x, code.n ? code : sl_record_text(rec, "id"))},
	           e);
}

/* No finer than the national rule lets uncleared land be published: the picture may go anywhere. */
static double coarse(double step, double degrees)
{
	return step > 0 ? round(degrees / step) * step : degrees;
}

static enum sl_code add_points(struct places *x, enum sl_figure figure, enum sl_doc_style style,
                               struct sl_err *e)
{
	struct sl_account_answer *answer;
	struct sl_arena scratch = {0};
	struct sl_parts parts = {0};
	struct sl_geom *geometry;
	double *xy, step = sl_setting_number(x->m->p->dict, "public.coordinate_deg");
	size_t n = 0;

	if (sl_maker_account(x->m, SL_STR(""), true, &answer, e) ||
	    sl_why(&scratch, &answer->ledger, &answer->spec, &answer->names, SL_STR(""), figure, &parts, e))
		goto done;
	xy = sl_arena_alloc(x->m->a, parts.n * 2 + 2, sizeof *xy, e);
	geometry = xy ? sl_arena_alloc(x->m->a, 1, sizeof *geometry, e) : NULL;
	if (!geometry)
		goto done;
	geometry->ring_end = sl_arena_alloc(x->m->a, parts.n + 1, sizeof *geometry->ring_end, e);
	geometry->part_end =
	    geometry->ring_end ? sl_arena_alloc(x->m->a, parts.n + 1, sizeof *geometry->part_end, e) : NULL;
	if (!geometry->part_end)
		goto done;
	for (size_t i = 0; i < parts.n; i++) {
		if (!isfinite(parts.v[i].lon) || !isfinite(parts.v[i].lat) || parts.v[i].mm2 < SL_COUNT_MM2)
			continue;
		xy[2 * n] = coarse(step, parts.v[i].lon);
		xy[2 * n + 1] = coarse(step, parts.v[i].lat);
		n++;
		geometry->ring_end[n - 1] = geometry->part_end[n - 1] = (uint32_t)n;
	}
	geometry->type = SL_GEOM_POINT;
	geometry->xy = xy;
	geometry->n_points = geometry->n_rings = geometry->n_parts = n;
	if (n)
		(void)!add(x, (struct sl_map_shape){geometry, style, SL_STR(""), (double)NAN}, e);
done:
	sl_arena_done(&scratch);
	return e->code;
}

/* Of the record that the report is of; what has no place is not drawn. */
static enum sl_code subject_map(struct sl_report_maker *m, const struct sl_template_item *item, struct sl_err *e)
{
	if (!m->subject.number)
		return sl_fail(e, SL_INVALID, "%s, line %d: only a template with '@of record' has a map 'of record'",
		               m->template.name, item->line);
	if (m->subject.rec.geometry.type == SL_GEOM_NONE)
		return SL_OK;
	if (sl_field_map_node(m->p, m->d, m->subject.number, m->subject.box, m->to, item->text, e))
		return e->code;
	return sl_maker_plain(m, sl_template_property(item, "caption"), item->line, &m->d->last->map->caption, e);
}

/* Neither boundaries nor areas. */
static enum sl_code say_nothing_drawn(struct sl_report_maker *m, struct sl_err *e)
{
	struct sl_node *node = sl_doc_add(m->d, SL_NODE_PARAGRAPH, e);

	return node ? sl_runs_text(m->a, &node->runs,
	                           sl_str_from(sl_text(m->locale, "report",
	                                               "There is no map: no area and no boundary is recorded on this date.")),
	                           e)
	            : e->code;
}

/* Of the place that the report answers for, as far as the nearest recorded hazard when that is near. */
static enum sl_code place_map(struct sl_report_maker *m, const struct sl_template_item *item, struct sl_err *e)
{
	const struct sl_ask_answer *x = &m->answer;
	struct sl_box also = sl_geom_box(&x->shape);
	double reach = x->nearest.kind.n && x->nearest.distance_m < NEAR_M ? x->nearest.distance_m / METRES_A_DEGREE : 0;

	if (!m->has_answer)
		return sl_fail(e, SL_INVALID, "%s, line %d: only a template with '@of place' has a map 'of place'",
		               m->template.name, item->line);
	also = (struct sl_box){also.x0 - reach, fmax(also.y0 - reach, -90), also.x1 + reach, fmin(also.y1 + reach, 90)};
	if (sl_field_map_place(m->p, m->d, &x->shape, also, m->to, item->text, e))
		return e->code;
	return sl_maker_plain(m, sl_template_property(item, "caption"), item->line, &m->d->last->map->caption, e);
}

static struct sl_geom *own(const struct sl_map_shape *shape)
{
	return (struct sl_geom *)(uintptr_t)shape->geometry; /* made by take_place and add_points */
}

/* A country on both sides of the antimeridian is one: its longitudes go on beyond 180 degrees. */
static enum sl_code bring_together(struct places *x, struct sl_err *e)
{
	struct sl_globe *globe = sl_arena_alloc(x->m->a, 1, sizeof *globe, e);
	struct sl_box b;

	if (!globe)
		return e->code;
	for (size_t i = 0; i < x->n; i++)
		sl_globe_add(globe, x->shape[i].geometry);
	b = sl_globe_box(globe);
	for (size_t i = 0; i < x->n && b.x1 > 180; i++)
		sl_geom_near(own(&x->shape[i]), (b.x0 + b.x1) / 2);
	return SL_OK;
}

/* As maps want it: from -180 on. */
static struct sl_box on_globe(struct sl_box b)
{
	double shift = b.x0 > 180 ? -360 : b.x0 < -180 ? 360 : 0;

	return (struct sl_box){b.x0 + shift, b.y0, fmin(b.x1, b.x0 + 360) + shift, b.y1};
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The middle of all positions, longitude (0) or latitude (1). */
static enum sl_code median(struct places *x, size_t from, int axis, double *out, struct sl_err *e)
{
	size_t n = 0, cap = 0;
	double *v;

	for (size_t i = from; i < x->n; i++)
		cap += x->shape[i].geometry->n_points;
	v = sl_arena_alloc(x->m->a, cap + 1, sizeof *v, e);
	if (!v)
		return e->code;
	for (size_t i = from; i < x->n; i++)
		for (size_t k = 0; k < x->shape[i].geometry->n_points; k++)
			v[n++] = x->shape[i].geometry->xy[2 * k + (size_t)axis];
	qsort(v, n, sizeof *v, by_value);
	*out = n ? v[n / 2] : 0;
	return SL_OK;
}

/* Coordinates that were swapped or lost put an area on another continent, and with it in the picture the country
 * would be a dot: what lies far outside is not drawn, and the map says so.  The shapes from `first` on are points. */
static enum sl_code leave_out_strays(struct places *x, size_t first, struct sl_err *e)
{
	enum { FAR_DEG = 10 };
	struct sl_box country = {1, 1, 0, 0};
	double lon, lat, margin;
	size_t n = first;

	for (size_t i = 0; i < first; i++)
		country = sl_box_join(country, sl_geom_box(x->shape[i].geometry));
	if (median(x, first, 0, &lon, e) || median(x, first, 1, &lat, e))
		return e->code;
	margin = first ? fmax(country.x1 - country.x0, country.y1 - country.y0) / 4 : FAR_DEG;
	if (!first)
		country = (struct sl_box){lon, lat, lon, lat};
	x->box = first ? country : (struct sl_box){1, 1, 0, 0};
	for (size_t i = first; i < x->n; i++) {
		struct sl_geom *g = own(&x->shape[i]);
		size_t kept = 0;

		for (size_t k = 0; k < g->n_points; k++) {
			double px = g->xy[2 * k], py = g->xy[2 * k + 1];

			if (px < country.x0 - margin || px > country.x1 + margin || py < country.y0 - margin || py > country.y1 + margin)
				continue;
			g->xy[2 * kept] = px;
			g->xy[2 * kept++ + 1] = py;
		}
		x->strays |= kept < g->n_points;
		g->n_points = g->n_rings = g->n_parts = kept;
		if (!kept)
			continue;
		x->box = sl_box_join(x->box, sl_geom_box(g));
		x->shape[n++] = x->shape[i];
	}
	x->n = n;
	return SL_OK;
}

static const char *source_words(const struct sl_report_maker *m, bool strays)
{
	return strays ? sl_text(m->locale, "report",
	                        "Positions are rounded; land that is not marked is not thereby known to be safe. Areas whose "
	                        "recorded position lies far outside the country are not drawn.")
	              : sl_text(m->locale, "report",
	                        "Positions are rounded; land that is not marked is not thereby known to be safe.");
}

enum sl_code sl_maker_map(struct sl_report_maker *m, const struct sl_template_item *item, struct sl_err *e)
{
	struct sl_query q = {.kind = sl_dictionary_kind(m->p->dict, SL_STR("place")), .as_of = sl_date_none()};
	struct places x = {.m = m, .box = {1, 1, 0, 0}};
	struct sl_map_legend *legend;
	struct sl_account_answer *answer;
	struct sl_doc_map *map;
	struct sl_node *node;
	size_t first = 0;

	if (sl_str_is(sl_template_property(item, "of"), "record"))
		return subject_map(m, item, e);
	if (sl_str_is(sl_template_property(item, "of"), "place"))
		return place_map(m, item, e);
	if (sl_maker_account(m, SL_STR("admin1"), true, &answer, e))
		return e->code;
	x.answer = answer;
	if (sl_store_each(m->p->db, &q, true, take_place, &x, e))
		return e->code;
	first = x.n;
	if (add_points(&x, SL_FIGURE_STOCK_SHA, SL_STYLE_SHA, e) || add_points(&x, SL_FIGURE_STOCK_CHA, SL_STYLE_CHA, e) ||
	    bring_together(&x, e) || leave_out_strays(&x, first, e))
		return e->code;
	if (!x.n)
		return say_nothing_drawn(m, e);
	node = sl_doc_add(m->d, SL_NODE_MAP, e);
	legend = node ? sl_arena_alloc(m->a, 2, sizeof *legend, e) : NULL;
	if (!legend)
		return e->code;
	legend[0] = (struct sl_map_legend){
	    SL_STYLE_CHA, sl_str_from(sl_text(m->locale, "report", "Confirmed hazardous area"))};
	legend[1] = (struct sl_map_legend){
	    SL_STYLE_SHA, sl_str_from(sl_text(m->locale, "report", "Suspected hazardous area"))};
	map = node->map;
	map->name = item->text;
	map->shape = x.shape;
	map->n_shapes = x.n;
	map->box = on_globe(x.box);
	map->parts = SL_MAP_SCALE_BAR | SL_MAP_NORTH | SL_MAP_LEGEND;
	map->legend = legend;
	map->n_legend = 2;
	map->unit = SL_UNIT_KM2;
	map->value_title = sl_str_from(sl_text(m->locale, "report", "Hazardous land that remains"));
	map->source_text = sl_str_from(source_words(m, x.strays));
	return sl_maker_plain(m, sl_template_property(item, "caption"), item->line, &map->caption, e) ||
	               sl_maker_plain(m, sl_template_property(item, "describe"), item->line, &map->description,
	                              e)
	           ? e->code
	           : SL_OK;
}
