#include "app/field_map_parts.h"

#include "app/land_faces.h"
#include "geo/area.h"
#include "geo/coord.h"
#include "geo/declination.h"
#include "geo/globe.h"
#include "report/wording.h"

#include <math.h>
#include <string.h>

#define PLACE_MARGIN_DEG 0.002 /* some 200 m around a plot */

enum { FACES_MAX = 5000, NEAR_MAX = 400 /* other shapes on the map */, MAP_IN_TEXT_MM = 110, MAP_IN_ANSWER_MM = 95 /* with room to sign below */ };

/* ---- the record ---- */

static enum sl_code take_number(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	(void)rec;
	(void)e;
	*(int64_t *)ctx = rev->record_number;
	return SL_OK;
}

static enum sl_code find(struct field_map *m, const char *record, bool sampled, struct sl_err *e)
{
	const struct sl_kind *kind;
	struct sl_uuid uuid;

	if (sl_store_find(m->p->db, sl_str_from(record), &uuid, &kind, e))
		return e->code;
	if (!sl_str_is(kind->name, "hazard") && !(sampled && sl_str_is(kind->name, "release")))
		return sl_fail(e, SL_INVALID, "'%.100s' is a record of kind %.*s: a field map is of a hazard",
		               record, SL_STR_ARG(kind->name));
	if (sl_store_history(m->p->db, uuid, take_number, &m->number, e) ||
	    sl_store_by_number(m->p->db, m->a, m->number, &m->rev, &m->rec, e))
		return e->code;
	if (m->rec.geometry.type == SL_GEOM_NONE)
		return sl_fail(e, SL_INVALID,
		               "'%.100s' has neither a boundary nor a point: there is nothing to draw", record);
	m->id = sl_str_dup(m->a, m->rev.identity, e);
	return e->code;
}

/* ---- sentences ---- */

static void fill_numbered(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct field_map *m = ctx;

	if (name.n == 1 && name.p[0] >= '0' && name.p[0] < '0' + FILL_MAX)
		sl_buf_str(b, m->fill[name.p[0] - '0']);
}

struct sl_str sl_field_map_keep(struct field_map *m, struct sl_buf *b, struct sl_err *e)
{
	char *copy = NULL;

	if (!e->code && !sl_buf_check(b, e))
		copy = sl_str_dup(m->a, sl_buf_view(b), e);
	sl_buf_done(b);
	return copy ? sl_str_from(copy) : (struct sl_str){0};
}

struct sl_str sl_field_map_say(struct field_map *m, const char *phrase, struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_word_fill(&b, sl_str_from(phrase), fill_numbered, m);
	return sl_field_map_keep(m, &b, e);
}

struct sl_str sl_field_map_number(struct field_map *m, double x, int decimals, struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_word_number(&b, m->l, x, decimals);
	return sl_field_map_keep(m, &b, e);
}

static struct sl_amount measured(enum sl_unit unit, double x, int decimals)
{
	struct sl_amount amount = {
	    .scale = 6, .decimals = (uint8_t)decimals, .state = SL_AMOUNT_KNOWN, .unit = unit};

	if (isnan(x))
		amount.state = SL_AMOUNT_UNKNOWN;
	else
		amount.units = (sl_mm2)llround(x * 1e6);
	return amount;
}

/* ---- the map ---- */

static enum sl_doc_style class_style(const struct sl_record *rec)
{
	if (sl_record_has_code(rec, "product", "CLR"))
		return SL_STYLE_CLEARED;
	if (sl_record_has_code(rec, "product", "RDT") || sl_record_has_code(rec, "product", "RDN"))
		return SL_STYLE_REDUCED;
	if (sl_record_has_code(rec, "product", "CAN"))
		return SL_STYLE_CANCELLED;
	if (rec->kind && sl_str_is(rec->kind->name, "task"))
		return SL_STYLE_TASK;
	return sl_record_has_code(rec, "class", "CHA") ? SL_STYLE_CHA : SL_STYLE_SHA;
}

enum sl_code sl_field_map_shape(struct field_map *m, const struct sl_geom *g, enum sl_doc_style style,
                                struct sl_str label, struct sl_err *e)
{
	struct sl_map_shape *v = sl_arena_grow(m->a, m->shape, &m->cap_shapes, m->n_shapes + 1, sizeof *v, e);
	struct sl_geom *copy = v ? sl_arena_alloc(m->a, 1, sizeof *copy, e) : NULL;
	char *text = copy ? sl_str_dup(m->a, label, e) : NULL;

	if (!text || sl_geom_copy(m->a, g, copy, e))
		return e->code;
	m->shape = v;
	v[m->n_shapes++] = (struct sl_map_shape){copy, style, {text, label.n}, (double)NAN};
	return SL_OK;
}

static enum sl_code add_point(struct field_map *m, double lon, double lat, enum sl_doc_style style,
                              struct sl_str label, struct sl_err *e)
{
	double xy[2] = {lon, lat};
	uint32_t one = 1;
	struct sl_geom g = {.type = SL_GEOM_POINT,
	                    .xy = xy,
	                    .n_points = 1,
	                    .ring_end = &one,
	                    .n_rings = 1,
	                    .part_end = &one,
	                    .n_parts = 1};

	return sl_field_map_shape(m, &g, style, label, e);
}

/* The outlines of what is recorded, under their names; the ground within is drawn by its state. */
static enum sl_code take_outline(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                 struct sl_err *e)
{
	struct field_map *m = ctx;
	bool hazard = sl_str_is(rev->kind->name, "hazard"), polygon = rec->geometry.type == SL_GEOM_POLYGON;

	if ((!hazard && !sl_str_is(rev->kind->name, "release")) ||
	    rev->effective.day > m->date.day || (m->again && sl_box_meets(sl_geom_box(&rec->geometry), m->seen)))
		return SL_OK;
	if ((!polygon && !hazard) || m->n_outlines++ >= NEAR_MAX)
		return SL_OK;
	return sl_field_map_shape(m, &rec->geometry, polygon ? SL_STYLE_ADMIN1 : class_style(rec), rev->identity, e);
}

static enum sl_code take_face(void *ctx, const struct sl_geom *piece, enum sl_land_state state, struct sl_err *e)
{
	struct field_map *m = ctx;
	enum sl_doc_style style = state == SL_STATE_CHA       ? SL_STYLE_CHA
	                          : state == SL_STATE_SHA     ? SL_STYLE_SHA
	                          : state == SL_STATE_CLEARED ? SL_STYLE_CLEARED
	                          : state == SL_STATE_REDUCED ? SL_STYLE_REDUCED
	                                                      : SL_STYLE_CANCELLED;

	return m->n_shapes < FACES_MAX ? sl_field_map_shape(m, piece, style, SL_STR(""), e) : SL_OK;
}

/* Known points that lead there, where the record has them. */
static enum sl_code add_way(struct field_map *m, struct sl_box *box, struct sl_err *e)
{
	static const struct {
		const char *lat, *lon;
		enum sl_doc_style style;
		const char *label;
	} points[] = {
	    {"reference_lat", "reference_lon", SL_STYLE_REFERENCE, "RP"},
	    {"benchmark_lat", "benchmark_lon", SL_STYLE_BENCHMARK, "BM"},
	};

	for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
		double lat = sl_record_number(&m->rec, points[i].lat), lon = sl_record_number(&m->rec, points[i].lon), at;

		if (!(fabs(lat) <= 90 && fabs(lon) <= 180))
			continue;
		/* One that is far away is a mistake, or of no help on this sheet. */
		if (sl_geom_distance_m(&m->rec.geometry, lon, lat) > 2000)
			continue;
		at = sl_lon_near(lon, (box->x0 + box->x1) / 2);
		*box = sl_box_join(*box, (struct sl_box){at, lat, at, lat});
		if (add_point(m, lon, lat, points[i].style, sl_str_from(points[i].label), e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code add_turning_points(struct field_map *m, struct sl_err *e)
{
	const struct sl_geom *g = &m->rec.geometry;
	size_t n = 0;

	for (size_t part = 0; g->type == SL_GEOM_POLYGON && part < g->n_parts; part++) {
		size_t ring = sl_geom_part_start(g, part); /* the outline; holes are not walked around */

		for (size_t i = sl_geom_ring_start(g, ring); i < g->ring_end[ring]; i++) {
			char *label = sl_arena_printf(m->a, e, "%zu", ++n);

			if (!label ||
			    add_point(m, g->xy[2 * i], g->xy[2 * i + 1],
			              n == 1 ? SL_STYLE_START_POINT : SL_STYLE_TURNING_POINT, sl_str_from(label), e))
				return e->code;
		}
	}
	return SL_OK;
}

static enum sl_code add_legend(struct field_map *m, struct sl_doc_map *map, struct sl_err *e)
{
	const struct sl_str place = sl_str_from(sl_text(m->l, "report", "The place asked about"));
	const struct sl_map_legend entries[] = {
	    {SL_STYLE_CHA, sl_str_from(sl_text(m->l, "report", "Confirmed hazardous area"))},
	    {SL_STYLE_SHA, sl_str_from(sl_text(m->l, "report", "Suspected hazardous area"))},
	    {SL_STYLE_CANCELLED, sl_str_from(sl_text(m->l, "report", "Cancelled"))},
	    {SL_STYLE_REDUCED, sl_str_from(sl_text(m->l, "report", "Reduced"))},
	    {SL_STYLE_CLEARED, sl_str_from(sl_text(m->l, "report", "Cleared"))},
	    {SL_STYLE_START_POINT, m->number ? sl_str_from(sl_text(m->l, "report", "Start point")) : place},
	    {SL_STYLE_ADMIN1, sl_str_from(sl_text(m->l, "report", "Recorded boundary"))},
	    {SL_STYLE_PARCEL, place},
	    {SL_STYLE_TASK, sl_str_from(sl_text(m->l, "report", "Square to inspect"))},
	    {SL_STYLE_TURNING_POINT, sl_str_from(sl_text(m->l, "report", "Turning point"))},
	    {SL_STYLE_BENCHMARK, sl_str_from(sl_text(m->l, "report", "Benchmark (BM)"))},
	    {SL_STYLE_REFERENCE, sl_str_from(sl_text(m->l, "report", "Reference point (RP)"))},
	};
	struct sl_map_legend *v = sl_arena_alloc(m->a, sizeof entries / sizeof *entries, sizeof *v, e);

	map->legend = v;
	for (size_t i = 0; v && i < sizeof entries / sizeof *entries; i++) {
		bool used = false;

		for (size_t k = 0; k < m->n_shapes; k++)
			used |= m->shape[k].style == entries[i].style;
		if (used)
			v[map->n_legend++] = entries[i];
	}
	return e->code;
}

/* So high that the points and the code stand on the same sheet, where they are few. */
static uint16_t map_height_mm(const struct sl_geom *g, bool a3)
{
	double rows = g->type == SL_GEOM_POLYGON ? (double)g->n_points : 1;
	/* In points: what a page holds less title, sentences, heads and where a figure comes from; each row in the highest
	 * of scripts. */
	double room = (a3 ? 1075 : 725) - 290 - rows * 19;

	return (uint16_t)(fmin(fmax(room, a3 ? 480 : 270), a3 ? 780 : 440) * 25.4 / 72);
}

/* Wider on each side; over the antimeridian it goes on. */
static struct sl_box widened(struct sl_box b, double by)
{
	double shift = b.x0 - by < -180 ? 360 : b.x0 - by > 180 ? -360 : 0;

	b = (struct sl_box){b.x0 - by + shift, fmax(b.y0 - by, -90), b.x1 + by + shift, fmin(b.y1 + by, 90)};
	b.x1 = fmin(b.x1, b.x0 + 360);
	return b;
}

static enum sl_code box_of(struct field_map *m, struct sl_box *out, struct sl_err *e)
{
	struct sl_globe *globe = sl_arena_alloc(m->a, 1, sizeof *globe, e);

	if (!globe)
		return e->code;
	sl_globe_add(globe, &m->rec.geometry);
	sl_globe_add_box(globe, m->also);
	*out = sl_globe_box(globe);
	return SL_OK;
}

static enum sl_code add_outlines(struct field_map *m, struct sl_box around, struct sl_err *e)
{
	struct sl_box half[2];
	int halves = sl_box_halves(around, half);

	m->seen = half[0];
	for (int i = 0; i < halves && !e->code; i++) {
		m->again = i > 0;
		(void)!sl_store_near(m->p->db, NULL, half[i], take_outline, m, e);
	}
	return e->code;
}

static enum sl_code add_map(struct field_map *m, bool a3, struct sl_err *e)
{
	const struct sl_geom *g = &m->rec.geometry;
	struct sl_node *node = sl_doc_add(m->d, SL_NODE_MAP, e);
	struct sl_box box, around;
	double margin;

	if (!node || box_of(m, &box, e) || (m->number && add_way(m, &box, e)))
		return e->code;
	margin = fmax(fmax(box.x1 - box.x0, box.y1 - box.y0) * 0.15, m->number ? 0.0004 : PLACE_MARGIN_DEG);
	around = widened(box, 6 * margin);
	if (sl_land_faces(m->p, around, m->date, take_face, m, e) || add_outlines(m, around, e) ||
	    (m->number ? add_turning_points(m, e)
	               : sl_field_map_shape(m, g, g->type == SL_GEOM_POINT ? SL_STYLE_START_POINT : SL_STYLE_PARCEL,
	                           SL_STR(""), e)) ||
	    (m->drawn && sl_field_map_square_shapes(m, e)) || add_legend(m, node->map, e))
		return e->code;
	node->map->box = widened(box, margin);
	node->map->name = SL_STR("fieldmap");
	node->map->parts =
	    SL_MAP_SCALE_BAR | SL_MAP_NORTH | SL_MAP_MAGNETIC_NORTH | SL_MAP_GRID | SL_MAP_LEGEND;
	node->map->shape = m->shape;
	node->map->n_shapes = m->n_shapes;
	node->map->declination_deg = m->declination_deg;
	node->map->height_mm = map_height_mm(g, a3);
	m->fill[0] = sl_str_from(m->id);
	m->fill[1] = sl_field_map_number(m, (double)g->n_points, 0, e);
	node->map->description = sl_field_map_say(
	    m, sl_text(m->l, "report", "Map of {0} with its {1} turning points, grid, scale bar and norths."),
	    e);
	if (!m->number)
		node->map->description = sl_str_from(
		    sl_text(m->l, "report", "Map of the place asked about, with the recorded areas around it."));
	node->map->source_text =
	    sl_str_from(sl_text(m->l, "report", "Land that is not marked is not thereby known to be safe."));
	return e->code;
}

/* ---- the points ---- */

static enum sl_code coordinates(struct field_map *m, double lat, double lon, enum sl_coord_format format,
                                struct sl_str *out, struct sl_err *e)
{
	char text[64], *copy;

	if (sl_coord_text(lat, lon, format, text, e))
		return e->code;
	copy = sl_str_dup(m->a, sl_str_from(text), e);
	*out = sl_str_from(copy);
	return e->code;
}

static enum sl_code add_row(struct field_map *m, struct sl_doc_table *t, size_t n, size_t to,
                            const double *from_xy, const double *to_xy, struct sl_err *e)
{
	double azimuth, distance, magnetic;
	struct sl_doc_cell *cell;
	struct sl_str degrees, mgrs;

	sl_geodesic_inverse(from_xy[0], from_xy[1], to_xy[0], to_xy[1], &azimuth, &distance);
	magnetic = fmod(azimuth - m->declination_deg + 720, 360);
	if (coordinates(m, from_xy[1], from_xy[0], SL_COORD_DD, &degrees, e) ||
	    coordinates(m, from_xy[1], from_xy[0], SL_COORD_MGRS, &mgrs, e) ||
	    sl_doc_row_add(m->a, t, SL_ROW_BODY, &cell, e))
		return e->code;
	cell[0] = sl_doc_text(sl_field_map_number(m, (double)n, 0, e));
	cell[1] = sl_doc_text(degrees);
	cell[2] = sl_doc_text(mgrs);
	cell[3] = sl_doc_text(sl_field_map_number(m, (double)to, 0, e));
	cell[4] = sl_doc_amount(measured(SL_UNIT_DEGREES, azimuth, 1));
	cell[5] = sl_doc_amount(measured(SL_UNIT_DEGREES, magnetic, 1));
	cell[6] = sl_doc_amount(measured(SL_UNIT_M, distance, 1));
	return e->code;
}

static enum sl_code point_columns(struct field_map *m, struct sl_doc_table *t, struct sl_err *e)
{
	const struct sl_doc_column columns[] = {
	    {.name = SL_STR("point"), .heading = sl_str_from(sl_text(m->l, "report", "Point"))},
	    {.name = SL_STR("lat_lon"),
	     .heading = sl_str_from(sl_text(m->l, "report", "Latitude and longitude (WGS 84)"))},
	    {.name = SL_STR("mgrs"), .heading = SL_STR("MGRS")},
	    {.name = SL_STR("to"), .heading = sl_str_from(sl_text(m->l, "report", "To point"))},
	    {.name = SL_STR("true_deg"),
	     .heading = sl_str_from(sl_text(m->l, "report", "True bearing")),
	     .type = SL_COLUMN_AMOUNT,
	     .unit = SL_UNIT_DEGREES},
	    {.name = SL_STR("magnetic_deg"),
	     .heading = sl_str_from(sl_text(m->l, "report", "Magnetic bearing")),
	     .type = SL_COLUMN_AMOUNT,
	     .unit = SL_UNIT_DEGREES},
	    {.name = SL_STR("distance_m"),
	     .heading = sl_str_from(sl_text(m->l, "report", "Distance")),
	     .type = SL_COLUMN_AMOUNT,
	     .unit = SL_UNIT_M},
	};

	t->empty = sl_str_from(sl_text(m->l, "report", "No boundary is recorded, only a point."));
	t->n_columns = sizeof columns / sizeof *columns;
	t->n_heads = 1;
	t->column = sl_arena_alloc(m->a, t->n_columns, sizeof columns[0], e);
	if (t->column)
		memcpy(t->column, columns, sizeof columns);
	return e->code;
}

static enum sl_code point_rows(struct field_map *m, struct sl_doc_table *t, struct sl_err *e)
{
	const struct sl_geom *g = &m->rec.geometry;
	size_t before = 0;

	for (size_t part = 0; g->type == SL_GEOM_POLYGON && part < g->n_parts; part++) {
		size_t ring = sl_geom_part_start(g, part), from = sl_geom_ring_start(g, ring),
		       n = g->ring_end[ring] - from;

		for (size_t i = 0; i < n; i++) {
			size_t next = (i + 1) % n;

			if (add_row(m, t, before + i + 1, before + next + 1, g->xy + 2 * (from + i),
			            g->xy + 2 * (from + next), e))
				return e->code;
		}
		before += n;
	}
	return SL_OK;
}

static enum sl_code add_points(struct field_map *m, struct sl_err *e)
{
	struct sl_node *node = sl_doc_add(m->d, SL_NODE_TABLE, e);

	if (!node)
		return e->code;
	node->table->name = SL_STR("points");
	node->table->caption = sl_str_from(sl_text(m->l, "report", "Bearings and distances"));
	return point_columns(m, node->table, e) ? e->code : point_rows(m, node->table, e);
}

/* ---- the sheet ---- */

static struct sl_str class_name(const struct field_map *m)
{
	switch (class_style(&m->rec)) {
	case SL_STYLE_CHA: return sl_str_from(sl_text(m->l, "report", "Confirmed hazardous area"));
	case SL_STYLE_CANCELLED: return sl_str_from(sl_text(m->l, "report", "Cancelled"));
	case SL_STYLE_REDUCED: return sl_str_from(sl_text(m->l, "report", "Reduced"));
	case SL_STYLE_CLEARED: return sl_str_from(sl_text(m->l, "report", "Cleared"));
	default: return sl_str_from(sl_text(m->l, "report", "Suspected hazardous area"));
	}
}

static enum sl_code add_facts(struct field_map *m, struct sl_err *e)
{
	double area = sl_geom_area_m2(&m->rec.geometry);
	struct sl_node *node = sl_doc_add(m->d, SL_NODE_PARAGRAPH, e);
	struct sl_buf date = {0};
	struct sl_str said;

	if (!node)
		return e->code;
	sl_word_date(&date, m->d, m->rev.effective);
	m->fill[0] = class_name(m);
	m->fill[1] = sl_field_map_number(m, area, 0, e);
	m->fill[2] = sl_field_map_number(m, sl_geom_length_m(&m->rec.geometry), 0, e);
	m->fill[3] = sl_field_map_keep(m, &date, e);
	said = m->rec.geometry.type == SL_GEOM_POLYGON
	           ? sl_field_map_say(m, sl_text(m->l, "report", "{0}, {1} m², {2} m around, as of {3}."), e)
	           : sl_field_map_say(m, sl_text(m->l, "report", "{0}, no boundary recorded, as of {3}."), e);
	if (e->code || sl_runs_text(m->a, &node->runs, said, e))
		return e->code;
	if (isnan(m->declination_deg)) {
		said = sl_str_from(sl_text(m->l, "report", " A compass is of no use here: use true bearings."));
		if (sl_runs_text(m->a, &node->runs, said, e))
			return e->code;
	}
	return m->rec.geometry.type == SL_GEOM_POLYGON && sl_str_is(m->rev.kind->name, "hazard") ? sl_field_map_state(m, e)
	                                                                                        : SL_OK;
}

static enum sl_code add_code(struct field_map *m, struct sl_err *e)
{
	struct sl_node *node = sl_doc_add(m->d, SL_NODE_CODE, e);
	struct sl_buf b = {0};

	if (!node)
		return e->code;
	sl_buf_printf(&b, "geo:%.6f,%.6f", m->rec.geometry.xy[1], m->rec.geometry.xy[0]); /* RFC 5870 */
	return sl_runs_text(m->a, &node->runs, sl_field_map_keep(m, &b, e), e);
}

static void find_declination(struct field_map *m)
{
	struct sl_magnetic_field field;
	struct sl_err no_compass = {0};
	struct sl_box box = sl_geom_box(&m->rec.geometry);
	double lon = box.x1 - box.x0 > 180 ? m->rec.geometry.xy[0] : (box.x0 + box.x1) / 2;

	m->declination_deg = (double)NAN;
	if (!sl_magnetic_field((box.y0 + box.y1) / 2, lon, 0, sl_decimal_year(m->date.day),
	                       &field, &no_compass) &&
	    field.horizontal_nt >= SL_COMPASS_BLACKOUT_NT)
		m->declination_deg = field.declination_deg;
}

static enum sl_code compose(struct field_map *m, const struct sl_field_map_request *r, struct sl_err *e)
{
	struct sl_str programme = {0};

	find_declination(m);
	m->d->name = SL_STR("fieldmap");
	m->d->paper = r->a3 ? SL_PAPER_A3 : SL_PAPER_A4;
	m->d->as_of = m->date;
	m->d->made_ms = sl_env_now_ms(m->p->env);
	m->fill[0] = sl_str_from(m->id);
	m->d->title = sl_field_map_say(m, sl_text(m->l, "report", "Field map of {0}"), e);
	m->d->subtitle = sl_record_text(&m->rec, "name");
	if (e->code || sl_store_fact(m->p->db, m->a, "name", &programme, e))
		return e->code;
	m->d->programme = programme;
	m->d->about = sl_str_from(sl_text(m->l, "report",
	                                  "From the approved records; bearings and distances are worked out "
	                                  "from the coordinates on the ellipsoid (WGS 84)."));
	m->d->marking = sl_str_from(sl_text(m->l, "report", "For work in the field; not for publication"));
	if (add_code(m, e) || add_facts(m, e) || (r->sample && sl_field_map_squares(m, r, e)) || add_map(m, r->a3, e) || add_points(m, e) ||
	    (m->drawn && sl_field_map_square_table(m, e)))
		return e->code;
	return SL_OK;
}

enum sl_code sl_field_map_make(struct sl_programme *p, const struct sl_field_map_request *r,
                               struct sl_report *out, struct sl_buf *gpx, struct sl_err *e)
{
	const struct sl_locale *l = r->language ? sl_locale_find(sl_str_from(r->language)) : sl_locale_at(0);
	struct field_map *m = sl_arena_alloc(&out->arena, 1, sizeof *m, e);

	if (!m)
		return e->code;
	if (!l)
		return sl_fail(e, SL_INVALID, "'%.40s' is no language of reports", r->language);
	*m = (struct field_map){
	    .p = p, .a = &out->arena, .l = l, .also = {1, 1, 0, 0}, .date = {(int32_t)(sl_env_now_ms(p->env) / 86400000)}};
	if (r->as_of && !sl_date_parse(sl_str_from(r->as_of), &m->date))
		return sl_fail(e, SL_INVALID, "'%.40s' is no date: write YYYY-MM-DD", r->as_of);
	if (find(m, r->record, r->sample > 0, e) || sl_document_new(m->a, l, &m->d, e) || compose(m, r, e))
		return e->code;
	sl_field_map_gpx(m, gpx);
	if (sl_buf_check(gpx, e))
		return e->code;
	out->document = m->d;
	return SL_OK;
}

enum sl_code sl_field_map_node(struct sl_programme *p, struct sl_document *d, int64_t record_number,
                               struct sl_box also, struct sl_date date, struct sl_str name, struct sl_err *e)
{
	struct field_map *m = sl_arena_alloc(d->a, 1, sizeof *m, e);

	if (!m)
		return e->code;
	*m = (struct field_map){.p = p, .a = d->a, .d = d, .l = d->locale, .date = date, .also = also};
	m->number = record_number;
	if (sl_store_by_number(p->db, m->a, m->number, &m->rev, &m->rec, e))
		return e->code;
	m->id = sl_str_dup(m->a, m->rev.identity, e);
	if (!m->id)
		return e->code;
	find_declination(m);
	if (add_map(m, false, e))
		return e->code;
	d->last->map->name = name;
	d->last->map->height_mm = MAP_IN_TEXT_MM;
	return SL_OK;
}

enum sl_code sl_field_map_place(struct sl_programme *p, struct sl_document *d, const struct sl_geom *place,
                                struct sl_box also, struct sl_date date, struct sl_str name, struct sl_err *e)
{
	struct field_map *m = sl_arena_alloc(d->a, 1, sizeof *m, e);

	if (!m)
		return e->code;
	*m = (struct field_map){.p = p, .a = d->a, .d = d, .l = d->locale, .date = date, .also = also};
	m->id = "";
	m->rec.geometry = *place;
	find_declination(m);
	if (add_map(m, false, e))
		return e->code;
	d->last->map->name = name;
	d->last->map->height_mm = MAP_IN_ANSWER_MM;
	return SL_OK;
}

enum sl_code sl_field_points(struct sl_programme *p, struct sl_document *d, const struct sl_record *rec,
                             struct sl_str heading, struct sl_date date, struct sl_doc_table *out,
                             struct sl_err *e)
{
	struct field_map m = {.p = p, .a = d->a, .d = d, .l = d->locale, .date = date, .rec = *rec};
	struct sl_doc_cell *cell;

	if (!out->column && point_columns(&m, out, e))
		return e->code;
	if (rec->geometry.type != SL_GEOM_POLYGON)
		return SL_OK;
	find_declination(&m);
	if (heading.n) {
		if (sl_doc_row_add(m.a, out, SL_ROW_GROUP, &cell, e))
			return e->code;
		cell[0] = sl_doc_text(heading);
	}
	return point_rows(&m, out, e);
}
