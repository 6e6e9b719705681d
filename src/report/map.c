#include "report/map_parts.h"

#include "geo/globe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EDGE = 8 /* points along a side of a box that is projected */ };
#define POINTS_A_METRE (72 / 0.0254)
#define UTM_EXTENT_MAX_M 60000
#define EXTENT_MIN_M 120

enum sl_code sl_map_project(struct sl_mapping *m, double *xy, size_t n, struct sl_err *e)
{
	struct sl_geom g = {.type = SL_GEOM_LINE, .xy = xy, .n_points = n};

	for (size_t i = 0; i < n; i++)
		xy[2 * i] = sl_lon_wrapped(xy[2 * i]);
	if (sl_crs_from_wgs84(m->crs, &g, e))
		return e->code;
	for (size_t i = 0; i < n; i++) {
		xy[2 * i] = m->fx + (xy[2 * i] - m->east_m) * m->per_m;
		xy[2 * i + 1] = m->fy + (m->north_m - xy[2 * i + 1]) * m->per_m;
	}
	return SL_OK;
}

enum sl_code sl_map_unproject(struct sl_mapping *m, double *xy, size_t n, struct sl_err *e)
{
	struct sl_geom g = {.type = SL_GEOM_LINE, .xy = xy, .n_points = n};

	for (size_t i = 0; i < n; i++) {
		xy[2 * i] = m->east_m + (xy[2 * i] - m->fx) / m->per_m;
		xy[2 * i + 1] = m->north_m - (xy[2 * i + 1] - m->fy) / m->per_m;
	}
	if (sl_crs_to_wgs84(m->crs, &g, e))
		return e->code;
	for (size_t i = 0; i < n; i++)
		xy[2 * i] = sl_lon_near(xy[2 * i], m->lon_deg);
	return SL_OK;
}

/* Points along the outline of a box. */
static size_t outline(struct sl_box b, double xy[4 * EDGE * 2])
{
	size_t n = 0;

	for (int i = 0; i < EDGE; i++) {
		double t = (double)i / EDGE, w = b.x1 - b.x0, h = b.y1 - b.y0;
		const double side[8] = {b.x0 + t * w, b.y0, b.x1, b.y0 + t * h,
		                        b.x1 - t * w, b.y1, b.x0, b.y1 - t * h};

		memcpy(xy + n, side, sizeof side);
		n += 8;
	}
	return n / 2;
}

static struct sl_box around(const double *xy, size_t n)
{
	struct sl_box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};

	for (size_t i = 0; i < n; i++)
		b = (struct sl_box){fmin(b.x0, xy[2 * i]), fmin(b.y0, xy[2 * i + 1]), fmax(b.x1, xy[2 * i]),
		                    fmax(b.y1, xy[2 * i + 1])};
	return b;
}

/* Small areas on the grid that is on people's receivers; large ones with true areas. */
static enum sl_code open_projection(struct sl_mapping *m, struct sl_err *e)
{
	const struct sl_box *b = &m->map->box;
	double high_m = (b->y1 - b->y0) * 111000,
	       wide_m = (b->x1 - b->x0) * 111000 * cos(m->lat_deg * 3.14159265358979 / 180);
	char text[160];
	int n;

	m->is_utm = fmax(high_m, wide_m) < UTM_EXTENT_MAX_M && m->lat_deg > -79 && m->lat_deg < 83;
	if (m->is_utm && sl_utm_from(m->lat_deg, sl_lon_wrapped(m->lon_deg), &m->centre, e))
		return e->code;
	n = m->is_utm
	        ? snprintf(text, sizeof text, "+proj=utm +zone=%d%s +datum=WGS84 +units=m +no_defs +type=crs",
	                   m->centre.zone, m->centre.north ? "" : " +south")
	        : snprintf(text, sizeof text,
	                   "+proj=laea +lat_0=%.6f +lon_0=%.6f +datum=WGS84 +units=m +no_defs +type=crs",
	                   m->lat_deg, sl_lon_wrapped(m->lon_deg));
	return sl_crs_open(m->scratch, (struct sl_str){text, (size_t)n}, &m->crs, e);
}

/* The next larger of 1 : 1000, 1250, 1500, 2000, ... */
static double round_scale(double denominator)
{
	static const double steps[] = {1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10};
	double power = pow(10, floor(log10(denominator)));

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i] * power >= denominator * 0.9999)
			return steps[i] * power;
	return denominator;
}

/* Where the frame lies on the drawing and on the ground. */
static enum sl_code place_frame(struct sl_mapping *m, double width, double height, struct sl_err *e)
{
	double xy[4 * EDGE * 2], side = m->map->parts & SL_MAP_GRID ? 11 : 0.5, wide, high, beside;
	size_t n = outline(m->map->box, xy);
	struct sl_geom g = {.type = SL_GEOM_LINE, .xy = xy, .n_points = n};
	struct sl_box on_ground;

	for (size_t i = 0; i < n; i++)
		xy[2 * i] = sl_lon_wrapped(xy[2 * i]);
	if (sl_crs_from_wgs84(m->crs, &g, e))
		return e->code;
	on_ground = around(xy, n);
	wide = fmax((on_ground.x1 - on_ground.x0) * 1.08, EXTENT_MIN_M);
	high = fmax((on_ground.y1 - on_ground.y0) * 1.08, EXTENT_MIN_M);
	m->fx = side;
	m->fy = side;
	m->fw = width - 2 * side;
	m->d->width = width;
	beside = sl_map_beside(m, 0, true) + side;
	m->fh = m->map->height_mm ? m->map->height_mm * 72 / 25.4 - side - beside
	                          : fmin(fmax(m->fw * high / wide, m->fw * 0.45), m->fw * 1.2);
	if (height > 0)
		m->fh = fmin(m->fh, height - side - beside);
	m->fh = fmax(m->fh, 60);
	m->denominator = round_scale(POINTS_A_METRE / fmin(m->fw / wide, m->fh / high));
	m->per_m = POINTS_A_METRE / m->denominator;
	/* A box that is flatter than the frame needs no empty ground above and below; some is kept for context.
	 */
	if (!m->map->height_mm)
		m->fh = fmin(m->fh, fmax(high * m->per_m * 1.1, m->fw * 0.45));
	m->east_m = (on_ground.x0 + on_ground.x1) / 2 - m->fw / 2 / m->per_m;
	m->north_m = (on_ground.y0 + on_ground.y1) / 2 + m->fh / 2 / m->per_m;
	n = outline((struct sl_box){m->fx - 4, m->fy - 4, m->fx + m->fw + 4, m->fy + m->fh + 4}, xy);
	if (sl_map_unproject(m, xy, n, e))
		return e->code;
	m->seen = around(xy, n);
	m->per_lon = m->fw / fmax(m->seen.x1 - m->seen.x0, 1e-9);
	m->per_lat = m->fh / fmax(m->seen.y1 - m->seen.y0, 1e-9);
	return SL_OK;
}

static enum sl_code take(void *ctx, const struct sl_map_shape *shape, struct sl_err *e)
{
	struct sl_mapping *m = ctx;
	struct sl_arena_mark mark = sl_arena_mark(m->scratch);
	enum sl_code code = sl_map_add(m, shape, e);

	sl_arena_reset(m->scratch, mark);
	return code;
}

struct words {
	struct sl_str a, b;
};

static void fill_word(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct words *w = ctx;

	sl_buf_str(b, sl_str_is(name, "n") || sl_str_is(name, "title") ? w->a : w->b);
}

static struct sl_str kept(struct sl_mapping *m, struct sl_buf *b)
{
	struct sl_str text = {0};
	char *copy;

	if (!m->d->failed.code && !sl_buf_check(b, &m->d->failed)) {
		copy = sl_str_dup(m->a, sl_buf_view(b), &m->d->failed);
		if (copy)
			text = sl_str_from(copy);
	}
	sl_buf_done(b);
	return text;
}

struct sl_str sl_map_words(struct sl_mapping *m, const char *phrase, struct sl_str a, struct sl_str b)
{
	struct sl_buf made = {0};
	struct words w = {a, b};

	sl_word_fill(&made, sl_str_from(phrase), fill_word, &w);
	return kept(m, &made);
}

struct sl_str sl_map_number(struct sl_mapping *m, double x, int decimals)
{
	struct sl_buf made = {0};

	sl_word_number(&made, m->doc->locale, x, decimals);
	return kept(m, &made);
}

static enum sl_code draw(struct sl_mapping *m, double width, double height, struct sl_err *e)
{
	struct sl_drawing *d = m->d;

	m->lat_deg = (m->map->box.y0 + m->map->box.y1) / 2;
	m->lon_deg = (m->map->box.x0 + m->map->box.x1) / 2;
	if (open_projection(m, e) || place_frame(m, width, height, e) || sl_doc_map_each(m->map, take, m, e))
		return e->code;
	sl_draw_clip(d, m->fx, m->fy, m->fw, m->fh);
	sl_draw_box(d, m->fx, m->fy, m->fw, m->fh);
	sl_draw_paint(d, &(struct sl_fill){0xfbfbf9, 1, SL_HATCH_NONE, 0}, NULL);
	if (sl_map_paint_shapes(m, e))
		return e->code;
	if (m->map->parts & SL_MAP_GRID && sl_map_grid_lines(m, e))
		return e->code;
	sl_map_paint_spots(m);
	sl_map_labels(m);
	sl_draw_end(d);
	sl_draw_box(d, m->fx, m->fy, m->fw, m->fh);
	sl_draw_paint(d, NULL, &(struct sl_stroke){SL_INK, 0.8, 0, 0});
	if (m->map->parts & SL_MAP_GRID && sl_map_grid_labels(m, e))
		return e->code;
	d->height = sl_map_beside(m, m->fy + m->fh + (m->map->parts & SL_MAP_GRID ? 11 : 0), false);
	return sl_drawing_check(d, e);
}

enum sl_code sl_map_draw(struct sl_arena *a, struct sl_fonts *f, const struct sl_document *doc,
                         const struct sl_doc_map *map, double width, double height, struct sl_drawing **out,
                         struct sl_err *e)
{
	struct sl_arena scratch = {0};
	struct sl_drawing *d = sl_arena_alloc(a, 1, sizeof *d, e);
	struct sl_mapping *m = sl_arena_alloc(a, 1, sizeof *m, e);

	if (!d || !m)
		return e->code;
	if (!(map->box.x0 <= map->box.x1 && map->box.y0 <= map->box.y1 && map->box.x0 >= -180 &&
	      map->box.x1 <= fmax(180, fmin(map->box.x0 + 360, 540)) && map->box.y0 >= -90 && map->box.y1 <= 90))
		return sl_fail(e, SL_INVALID, "map %.*s: its box is empty or not on the globe",
		               SL_STR_ARG(map->name));
	sl_drawing_init(d, a, width, height);
	d->title = map->caption;
	d->description = map->description;
	d->language = doc->locale->code;
	d->right_to_left = doc->right_to_left;
	*m = (struct sl_mapping){.a = a, .scratch = &scratch, .f = f, .doc = doc, .map = map, .d = d};
	for (int i = 0; i < SL_MAP_STYLES; i++)
		sl_drawing_init(&m->layer[i].path, a, 0, 0);
	sl_drawing_init(&m->values, a, 0, 0);
	if (!draw(m, width, height, e))
		*out = d;
	sl_arena_done(&scratch);
	return e->code;
}
