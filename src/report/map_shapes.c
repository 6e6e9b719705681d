/* Shapes on paper: cut at the frame, projected, without what no eye can see.  What is smaller than a dot of
 * the printer becomes a square of a fine lattice, however many lie there: nothing is left out, nothing is
 * drawn twice. */
#include "report/map_parts.h"

#include "geo/globe.h"

#include <math.h>

#define CELL 0.75 /* points: side of a square of that lattice */
#define FINE 0.3  /* points of an outline nearer to each other than this are one */
#define LABELS_MAX 20000
enum { SPOTS_MAX = 400 };

static bool within(struct sl_box in, struct sl_box of)
{
	return in.x0 >= of.x0 && in.x1 <= of.x1 && in.y0 >= of.y0 && in.y1 <= of.y1;
}

/* One side of the frame after the other (Sutherland and Hodgman 1974, doi:10.1145/360767.360802).  Pieces
 * that go around a corner are joined along the edge, which lies outside of what is shown. */
static double side_of(struct sl_box b, int side, const double *p)
{
	return side == 0 ? p[0] - b.x0 : side == 1 ? b.x1 - p[0] : side == 2 ? p[1] - b.y0 : b.y1 - p[1];
}

static enum sl_code cut(struct sl_mapping *m, double **xy, size_t *n, struct sl_err *e)
{
	double *from = *xy, *to;
	size_t n_from = *n, n_to;

	for (int side = 0; side < 4 && n_from; side++) {
		to = sl_arena_alloc(m->scratch, n_from * 2 + 2, 2 * sizeof *to, e);
		if (!to)
			return e->code;
		n_to = 0;
		for (size_t i = 0; i < n_from; i++) {
			const double *p = from + 2 * (i ? i - 1 : n_from - 1), *q = from + 2 * i;
			double a = side_of(m->seen, side, p), b = side_of(m->seen, side, q);

			if ((a < 0) != (b < 0)) {
				to[2 * n_to] = p[0] + (q[0] - p[0]) * a / (a - b);
				to[2 * n_to++ + 1] = p[1] + (q[1] - p[1]) * a / (a - b);
			}
			if (b >= 0) {
				to[2 * n_to] = q[0];
				to[2 * n_to++ + 1] = q[1];
			}
		}
		from = to;
		n_from = n_to;
	}
	*xy = from;
	*n = n_from;
	return SL_OK;
}

static void put_line(struct sl_drawing *path, const double *xy, size_t n, bool closed)
{
	double x = xy[0], y = xy[1];

	sl_draw_move(path, x, y);
	for (size_t i = 1; i < n; i++) {
		double dx = xy[2 * i] - x, dy = xy[2 * i + 1] - y;

		if (dx * dx + dy * dy < FINE * FINE && (closed || i + 1 < n))
			continue;
		x = xy[2 * i];
		y = xy[2 * i + 1];
		sl_draw_line(path, x, y);
	}
	if (closed)
		sl_draw_close(path);
}

static enum sl_code add_ring(struct sl_mapping *m, struct sl_drawing *path, const double *ring, size_t n,
                             struct sl_box box, struct sl_err *e)
{
	double *xy = sl_arena_alloc(m->scratch, n, 2 * sizeof *xy, e);

	if (!xy)
		return e->code;
	for (size_t i = 0; i < 2 * n; i++)
		xy[i] = ring[i];
	if (!within(box, m->seen) && cut(m, &xy, &n, e))
		return e->code;
	if (n < 3)
		return SL_OK;
	if (sl_map_project(m, xy, n, e))
		return e->code;
	put_line(path, xy, n, true);
	return SL_OK;
}

/* Legs that lie beyond one side of the frame end the line; it begins again behind them. */
static enum sl_code add_line(struct sl_mapping *m, struct sl_drawing *path, const double *line, size_t n,
                             struct sl_err *e)
{
	for (size_t from = 0, to; from + 1 < n; from = to) {
		double *xy;

		for (to = from + 1; to < n; to++) {
			bool beyond = false;

			for (int side = 0; side < 4; side++)
				beyond |= side_of(m->seen, side, line + 2 * to - 2) < 0 &&
				          side_of(m->seen, side, line + 2 * to) < 0;
			if (beyond)
				break;
		}
		if (to - from >= 2) {
			xy = sl_arena_alloc(m->scratch, to - from, 2 * sizeof *xy, e);
			if (!xy)
				return e->code;
			for (size_t i = 0; i < 2 * (to - from); i++)
				xy[i] = line[2 * from + i];
			if (sl_map_project(m, xy, to - from, e))
				return e->code;
			put_line(path, xy, to - from, false);
		}
	}
	return SL_OK;
}

/* True when the square at (x, y) was free. */
static bool take_cell(struct sl_mapping *m, struct sl_map_cells *c, double side, double x, double y)
{
	size_t wide = (size_t)(m->fw / side) + 1, high = (size_t)(m->fh / side) + 1, at;

	x = (x - m->fx) / side;
	y = (y - m->fy) / side;
	if (!(x >= 0 && y >= 0 && x < (double)wide && y < (double)high))
		return false;
	if (!c->bit) {
		c->n = wide * high;
		c->bit = sl_arena_alloc(m->a, c->n / 8 + 1, 1, &m->d->failed);
		if (!c->bit)
			return false;
	}
	at = (size_t)y * wide + (size_t)x;
	if (at >= c->n || c->bit[at / 8] >> at % 8 & 1)
		return false;
	c->bit[at / 8] = (uint8_t)(c->bit[at / 8] | 1u << at % 8);
	return true;
}

static bool is_land(enum sl_doc_style style)
{
	return style == SL_STYLE_SHA || style == SL_STYLE_CHA || style == SL_STYLE_CANCELLED ||
	       style == SL_STYLE_REDUCED || style == SL_STYLE_CLEARED;
}

static enum sl_code add_label(struct sl_mapping *m, const struct sl_map_shape *shape, double x, double y,
                              double wide, double high, struct sl_err *e)
{
	double size = fmax(wide, high);
	bool point = shape->geometry->type == SL_GEOM_POINT;
	struct sl_map_label *v;

	if (is_land(shape->style))
		m->n_hazards++;
	/* A word beside each of a thousand specks tells nothing. */
	if (!shape->label.n || m->n_labels >= LABELS_MAX ||
	    (is_land(shape->style) && size < 5 && m->n_hazards > 60))
		return SL_OK;
	v = sl_arena_grow(m->a, m->label, &m->cap_labels, m->n_labels + 1, sizeof *v, e);
	if (!v)
		return e->code;
	m->label = v;
	v[m->n_labels] =
	    (struct sl_map_label){.x = x, .y = y, .size = size, .wide = wide, .high = high, .style = shape->style, .point = point};
	if (sl_text_tame(m->a, shape->label, 120, &v[m->n_labels].text, e))
		return e->code;
	m->n_labels++;
	return SL_OK;
}

static bool is_cloud(const struct sl_mapping *m, enum sl_doc_style style)
{
	return is_land(style) && m->layer[style].n_spots >= SPOTS_MAX;
}

static enum sl_code add_points(struct sl_mapping *m, const struct sl_map_shape *shape, struct sl_err *e)
{
	const struct sl_geom *g = shape->geometry;
	struct sl_map_layer *l = &m->layer[shape->style];

	for (size_t i = 0; i < g->n_points; i++) {
		double xy[2] = {g->xy[2 * i], g->xy[2 * i + 1]};
		struct sl_draw_spot *v;

		if (!within((struct sl_box){xy[0], xy[1], xy[0], xy[1]}, m->seen))
			continue;
		if (sl_map_project(m, xy, 1, e))
			return e->code;
		/* Thousands of marks are a cloud of specks. */
		if (is_land(shape->style) && l->n_spots >= SPOTS_MAX) {
			(void)take_cell(m, &l->speck, CELL, xy[0], xy[1]);
			continue;
		}
		v = sl_arena_grow(m->a, l->spot, &l->cap_spots, l->n_spots + 1, sizeof *v, e);
		if (!v)
			return e->code;
		l->spot = v;
		v[l->n_spots++] = (struct sl_draw_spot){(float)xy[0], (float)xy[1]};
		if (!i && add_label(m, shape, xy[0], xy[1], 0, 0, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code add_value(struct sl_mapping *m, double value, struct sl_err *e)
{
	struct sl_map_value *v = sl_arena_grow(m->a, m->value, &m->cap_values, m->n_values + 1, sizeof *v, e);

	if (!v)
		return e->code;
	m->value = v;
	sl_draw_paint(&m->values, &(struct sl_fill){0}, NULL);
	if (m->values.failed.code) {
		*e = m->values.failed;
		return e->code;
	}
	if (m->values.last && (!m->n_values || v[m->n_values - 1].item != m->values.last))
		v[m->n_values++] = (struct sl_map_value){value, m->values.last};
	return SL_OK;
}

static enum sl_code add_shape(struct sl_mapping *m, const struct sl_map_shape *shape, struct sl_err *e)
{
	const struct sl_geom *g = shape->geometry;
	struct sl_map_layer *l = &m->layer[shape->style];
	struct sl_drawing *path = shape->style == SL_STYLE_VALUE ? &m->values : &l->path;
	struct sl_box box;
	double middle[2], wide, high, size;

	if (!g || g->type == SL_GEOM_NONE)
		return SL_OK;
	if (g->type == SL_GEOM_POINT)
		return add_points(m, shape, e);
	box = sl_geom_box(g);
	if (!sl_box_meets(box, m->seen))
		return SL_OK;
	wide = (box.x1 - box.x0) * m->per_lon;
	high = (box.y1 - box.y0) * m->per_lat;
	size = fmax(wide, high);
	middle[0] = (fmax(box.x0, m->seen.x0) + fmin(box.x1, m->seen.x1)) / 2;
	middle[1] = (fmax(box.y0, m->seen.y0) + fmin(box.y1, m->seen.y1)) / 2;
	if (sl_map_project(m, middle, 1, e) || add_label(m, shape, middle[0], middle[1], wide, high, e))
		return e->code;
	if (size < 1.5 * CELL && shape->style != SL_STYLE_VALUE && g->type == SL_GEOM_POLYGON) {
		(void)take_cell(m, &l->speck, CELL, middle[0], middle[1]);
		return m->d->failed.code ? (*e = m->d->failed).code : SL_OK;
	}
	for (size_t i = 0; i < g->n_rings; i++) {
		size_t from = sl_geom_ring_start(g, i), n = g->ring_end[i] - from;
		struct sl_box part = {INFINITY, INFINITY, -INFINITY, -INFINITY};

		for (size_t k = from; k < from + n; k++) {
			part.x0 = fmin(part.x0, g->xy[2 * k]);
			part.y0 = fmin(part.y0, g->xy[2 * k + 1]);
			part.x1 = fmax(part.x1, g->xy[2 * k]);
			part.y1 = fmax(part.y1, g->xy[2 * k + 1]);
		}
		if (!n || !sl_box_meets(part, m->seen) ||
		    ((part.x1 - part.x0) * m->per_lon < FINE && (part.y1 - part.y0) * m->per_lat < FINE))
			continue;
		if (g->type == SL_GEOM_POLYGON ? add_ring(m, path, g->xy + 2 * from, n, part, e)
		                               : add_line(m, path, g->xy + 2 * from, n, e))
			return e->code;
	}
	return shape->style == SL_STYLE_VALUE ? add_value(m, shape->value, e) : SL_OK;
}

/* On a map that runs over the antimeridian, what lies beyond it has longitudes that go on. */
enum sl_code sl_map_add(struct sl_mapping *m, const struct sl_map_shape *shape, struct sl_err *e)
{
	struct sl_map_shape moved = *shape;
	struct sl_geom *copy;

	if ((m->seen.x0 >= -180 && m->seen.x1 <= 180) || !shape->geometry || shape->geometry->type == SL_GEOM_NONE)
		return add_shape(m, shape, e);
	copy = sl_arena_alloc(m->scratch, 1, sizeof *copy, e);
	if (!copy || sl_geom_copy(m->scratch, shape->geometry, copy, e))
		return e->code;
	sl_geom_near(copy, m->lon_deg);
	moved.geometry = copy;
	return add_shape(m, &moved, e);
}

/* ---- painting ---- */

/* Squares that lie side by side are one box. */
static void paint_cells(struct sl_mapping *m, const struct sl_map_cells *c, uint32_t rgb)
{
	size_t wide = (size_t)(m->fw / CELL) + 1;

	for (size_t at = 0; c->bit && at < c->n;) {
		size_t to = at, end = (at / wide + 1) * wide;

		if (!c->bit[at / 8]) {
			at = (at / 8 + 1) * 8;
			continue;
		}
		while (to < end && to < c->n && c->bit[to / 8] >> to % 8 & 1)
			to++;
		if (to == at) {
			at++;
			continue;
		}
		sl_draw_box(m->d, m->fx + (double)(at % wide) * CELL, m->fy + (double)(at / wide) * CELL,
		            (double)(to - at) * CELL, CELL);
		at = to;
	}
	sl_draw_paint(m->d, &(struct sl_fill){rgb, 1, SL_HATCH_NONE, 0}, NULL);
}

struct sl_fill sl_map_class_fill(const struct sl_mapping *m, double value)
{
	static const uint32_t ramp[] = {0xe3eef2, 0xbcd9e2, 0x8dbdcd, 0x569bb2, 0x0b6a88, 0x06485d, 0x032c39};
	int n = m->classes.n - 1, i = (int)floor((value - m->classes.low) / m->classes.step);

	if (isnan(value))
		return (struct sl_fill){0xf0f0ec, 1, SL_HATCH_SLANT, 0x9aa0a6};
	i = i < 0 ? 0 : i >= n ? n - 1 : i;
	return (struct sl_fill){ramp[n > 1 ? i * 6 / (n - 1) : 3], 1, SL_HATCH_NONE, 0};
}

static void take_path(struct sl_drawing *d, struct sl_drawing *path)
{
	d->verb = path->verb;
	d->xy = path->xy;
	d->n_verbs = d->cap_verbs = path->n_verbs;
	d->n_xy = d->cap_xy = path->n_xy;
}

enum sl_code sl_map_paint_shapes(struct sl_mapping *m, struct sl_err *e)
{
	static const enum sl_doc_style order[] = {
	    SL_STYLE_COUNTRY,  SL_STYLE_VALUE,     SL_STYLE_ADMIN2, SL_STYLE_ADMIN1,   SL_STYLE_CLEARED,
	    SL_STYLE_REDUCED,  SL_STYLE_CANCELLED, SL_STYLE_SHA,    SL_STYLE_CHA,      SL_STYLE_PLAIN,
	    SL_STYLE_FORECAST, SL_STYLE_TARGET,    SL_STYLE_TASK,   SL_STYLE_EVIDENCE, SL_STYLE_ACCIDENT,
	    SL_STYLE_PLACE,    SL_STYLE_PARCEL,
	};
	double high = 0;

	for (size_t i = 0; i < m->n_values; i++)
		high = fmax(high, m->value[i].value);
	m->classes = sl_ticks(0, high, 5);
	for (size_t i = 0; i < m->n_values; i++) {
		m->value[i].item->fill = sl_map_class_fill(m, m->value[i].value);
		m->value[i].item->stroke = (struct sl_stroke){0x8a9097, 0.4, 0, 0};
	}
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		struct sl_map_layer *l = &m->layer[order[i]];
		struct sl_look look = sl_style_look(order[i]);

		if (l->path.failed.code)
			return (*e = l->path.failed).code;
		if (order[i] == SL_STYLE_VALUE && m->n_values) {
			sl_draw_drawing(m->d, &m->values, 0, 0, 1);
			continue;
		}
		if (l->path.n_verbs) {
			take_path(m->d, &l->path);
			sl_draw_paint(m->d, &look.fill, &look.stroke);
		}
		for (size_t k = 0; k < l->n_spots && is_cloud(m, order[i]); k++)
			(void)take_cell(m, &l->speck, CELL, (double)l->spot[k].x, (double)l->spot[k].y);
		paint_cells(m, &l->speck, look.stroke.rgb);
	}
	return m->d->failed.code ? (*e = m->d->failed).code : SL_OK;
}

static void corners(struct sl_drawing *d, double x, double y, const double *v, int n)
{
	for (int i = 0; i < n; i++)
		(i ? sl_draw_line : sl_draw_move)(d, x + v[2 * i], y + v[2 * i + 1]);
	sl_draw_close(d);
}

void sl_map_symbol(struct sl_drawing *d, double x, double y, enum sl_doc_style style)
{
	static const double diamond[] = {0, -4, 4, 0, 0, 4, -4, 0}, triangle[] = {0, -3.6, 3.6, 2.8, -3.6, 2.8},
	                    square[] = {-2.6, -2.6, 2.6, -2.6, 2.6, 2.6, -2.6, 2.6};
	struct sl_look look = sl_style_look(style);
	const struct sl_fill ink = {SL_INK, 1, SL_HATCH_NONE, 0}, paper = {SL_PAPER, 1, SL_HATCH_NONE, 0};

	switch (style) {
	case SL_STYLE_ACCIDENT: corners(d, x, y, diamond, 4); break;
	case SL_STYLE_EVIDENCE: corners(d, x, y, triangle, 3); break;
	case SL_STYLE_TASK:
		corners(d, x, y, square, 4);
		look.fill.alpha = 1;
		break;
	case SL_STYLE_REFERENCE: /* a square with a cross in it */
		corners(d, x, y, square, 4);
		sl_draw_paint(d, &look.fill, &look.stroke);
		sl_draw_move(d, x - 2.6, y - 2.6);
		sl_draw_line(d, x + 2.6, y + 2.6);
		sl_draw_move(d, x - 2.6, y + 2.6);
		sl_draw_line(d, x + 2.6, y - 2.6);
		sl_draw_paint(d, NULL, &look.stroke);
		return;
	case SL_STYLE_BENCHMARK: /* a triangle with its point, as on maps of surveyors */
		corners(d, x, y, triangle, 3);
		sl_draw_paint(d, &look.fill, &look.stroke);
		sl_draw_circle(d, x, y + 0.6, 0.9);
		sl_draw_paint(d, &ink, NULL);
		return;
	case SL_STYLE_START_POINT:
		sl_draw_circle(d, x, y, 3.6);
		sl_draw_paint(d, &paper, &look.stroke);
		sl_draw_circle(d, x, y, 1.6);
		sl_draw_paint(d, &ink, NULL);
		return;
	case SL_STYLE_TURNING_POINT:
		sl_draw_circle(d, x, y, 1.9);
		sl_draw_paint(d, &ink, &(struct sl_stroke){SL_PAPER, 0.6, 0, 0});
		return;
	case SL_STYLE_SHA: /* recorded without a boundary: hollow, in no sum */
	case SL_STYLE_CHA:
	case SL_STYLE_CANCELLED:
	case SL_STYLE_REDUCED:
	case SL_STYLE_CLEARED:
		look.fill = paper;
		look.fill.alpha = 0.6;
		look.stroke.on = 0;
		sl_draw_circle(d, x, y, 2.4);
		break;
	default: sl_draw_circle(d, x, y, 2.2); break;
	}
	sl_draw_paint(d, &look.fill, &look.stroke);
}

void sl_map_paint_spots(struct sl_mapping *m)
{
	static const enum sl_doc_style order[] = {
	    SL_STYLE_CLEARED,   SL_STYLE_REDUCED,       SL_STYLE_CANCELLED,   SL_STYLE_SHA,
	    SL_STYLE_CHA,       SL_STYLE_PLAIN,         SL_STYLE_PLACE,       SL_STYLE_TASK,
	    SL_STYLE_TARGET,    SL_STYLE_EVIDENCE,      SL_STYLE_ACCIDENT,    SL_STYLE_REFERENCE,
	    SL_STYLE_BENCHMARK, SL_STYLE_TURNING_POINT, SL_STYLE_START_POINT,
	};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		for (size_t k = 0; k < m->layer[order[i]].n_spots && !is_cloud(m, order[i]); k++)
			sl_map_symbol(m->d, (double)m->layer[order[i]].spot[k].x, (double)m->layer[order[i]].spot[k].y,
			              order[i]);
}
