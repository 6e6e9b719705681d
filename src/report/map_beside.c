/* What stands under a map: scale bar, norths, legend, source. Mirrored for who reads from the right. */
#include "report/map_parts.h"

#include <math.h>
#include <stdio.h>

#define PI 3.14159265358979323846

struct strip {
	struct sl_mapping *m;
	bool dry, rtl;
	double width;
};

static double at(const struct strip *s, double x)
{
	return s->rtl ? s->width - x : x;
}

static struct sl_text_look text_look(const struct strip *s, double size)
{
	return (struct sl_text_look){.size = size,
	                             .rgb = SL_INK,
	                             .anchor = s->rtl ? SL_ANCHOR_RIGHT : SL_ANCHOR_LEFT,
	                             .direction = s->rtl ? SL_RIGHT_TO_LEFT : SL_LEFT_TO_RIGHT};
}

/* ---- scale ---- */

static void draw_scale(struct strip *s, double y)
{
	struct sl_mapping *m = s->m;
	double most = m->fw * 0.3 / m->per_m, power = pow(10, floor(log10(most))), length;
	struct sl_text_look look = {
	    .size = SL_MAP_SMALL, .rgb = SL_INK, .anchor = SL_ANCHOR_MIDDLE, .direction = SL_LEFT_TO_RIGHT};
	const struct sl_fill ink = {SL_INK, 1, SL_HATCH_NONE, 0}, paper = {SL_PAPER, 1, SL_HATCH_NONE, 0};
	const struct sl_stroke line = {SL_INK, 0.5, 0, 0};
	bool kilometres;
	double left, w, divisor;
	int decimals;

	length = (most / power >= 5 ? 5 : most / power >= 2 ? 2 : 1) * power;
	kilometres = length >= 2000;
	divisor = kilometres ? 1000 : 1;
	decimals = length / 2 / divisor < 1 ? 1 : 0;
	w = length * m->per_m;
	/* From left to right, as distances are measured on any map. */
	left = s->rtl ? s->width - m->fx - w - 12 : m->fx + 4;
	for (int i = 0; i < 4; i++) {
		sl_draw_box(m->d, left + w * i / 4, y + 10, w / 4, 3);
		sl_draw_paint(m->d, i % 2 ? &paper : &ink, &line);
	}
	sl_draw_text(m->d, left, y + 7.5, SL_STR("0"), &look);
	sl_draw_text(m->d, left + w / 2, y + 7.5,
	             sl_map_number(m, length / 2 / divisor,
	                           length / 2 / divisor == floor(length / 2 / divisor) ? 0 : decimals),
	             &look);
	look.anchor = SL_ANCHOR_MIDDLE;
	sl_draw_text(m->d, left + w, y + 7.5,
	             sl_map_words(m,
	                          kilometres ? sl_text(m->doc->locale, "report", "{n} km")
	                                     : sl_text(m->doc->locale, "report", "{n} m"),
	                          sl_map_number(m, length / divisor, 0), (struct sl_str){0}),
	             &look);
	look = text_look(s, SL_MAP_SMALL);
	look.rgb = SL_MUTED;
	sl_draw_lines(m->d, m->f, at(s, m->fx + 4), y + 22, s->width * 0.5, 1,
	              sl_map_words(m, sl_text(m->doc->locale, "report", "{n} on paper"),
	                           sl_map_words(m, "\u20661 : {n}\u2069", sl_map_number(m, m->denominator, 0),
	                                        (struct sl_str){0}),
	                           (struct sl_str){0}),
	              &look);
	if (m->is_utm && m->map->parts & SL_MAP_GRID) {
		struct sl_err ignored = {0};
		char grid[96], mgrs[64] = "";
		int n;

		if (sl_coord_text(m->lat_deg, m->lon_deg, SL_COORD_MGRS, mgrs, &ignored))
			mgrs[0] = 0;
		n = snprintf(grid, sizeof grid, "UTM %d%c, WGS 84%s%.5s", m->centre.zone,
		             m->centre.north ? 'N' : 'S', mgrs[0] ? "; MGRS " : "", mgrs);
		look.direction = SL_LEFT_TO_RIGHT;
		sl_draw_text(m->d, at(s, m->fx + 4), y + 31.5, (struct sl_str){grid, (size_t)n}, &look);
	}
}

/* ---- norths ---- */

static void draw_arrow(struct sl_drawing *d, double x, double y, double length, double angle_deg,
                       bool filled)
{
	double sine = sin(angle_deg * PI / 180), cosine = cos(angle_deg * PI / 180), tx = x + length * sine,
	       ty = y - length * cosine;
	const struct sl_stroke line = {SL_INK, 0.8, 0, 0};
	const struct sl_fill ink = {SL_INK, 1, SL_HATCH_NONE, 0};

	sl_draw_rule(d, x, y, tx, ty, &line);
	sl_draw_move(d, tx, ty);
	sl_draw_line(d, tx - 6 * sine - 2.2 * cosine, ty + 6 * cosine - 2.2 * sine);
	if (filled)
		sl_draw_line(d, tx - 6 * sine + 2.2 * cosine, ty + 6 * cosine + 2.2 * sine);
	else
		sl_draw_line(d, tx - 4.5 * sine, ty + 4.5 * cosine);
	sl_draw_close(d);
	sl_draw_paint(d, &ink, &(struct sl_stroke){SL_INK, 0.4, 0, 0});
}

static void draw_norths(struct strip *s, double y)
{
	struct sl_mapping *m = s->m;
	double convergence = m->is_utm ? m->centre.convergence_deg : 0, declination = m->map->declination_deg,
	       x = at(s, s->width * 0.45), foot = y + 30;
	bool magnetic = m->map->parts & SL_MAP_MAGNETIC_NORTH && !isnan(declination);
	struct sl_text_look look = text_look(s, SL_MAP_SMALL);
	struct sl_str line;

	if (m->map->parts & SL_MAP_NORTH) {
		struct sl_text_look n = {.size = SL_MAP_SMALL,
		                         .bold = true,
		                         .rgb = SL_INK,
		                         .anchor = SL_ANCHOR_MIDDLE,
		                         .direction = SL_LEFT_TO_RIGHT};

		draw_arrow(m->d, x, foot, 21, -convergence, true);
		sl_draw_text(m->d, x + 21 * sin(-convergence * PI / 180), y + 6.5, SL_STR("N"), &n);
	}
	/* Side by side: an angle between them of a degree or two would hide one behind the other. */
	if (magnetic) {
		x += s->rtl ? -14 : 14;
		draw_arrow(m->d, x, foot, 19, declination - convergence, false);
	}
	x += s->rtl ? -12 : 12;
	if (m->map->parts & SL_MAP_NORTH) {
		sl_draw_lines(m->d, m->f, x, y + 12, s->width * 0.49, 1,
		              sl_str_from(sl_text(m->doc->locale, "report", "Full arrow: true north")), &look);
		y += 9.5;
	}
	if (magnetic) {
		line = sl_map_words(
		    m,
		    declination < 0
		        ? sl_text(m->doc->locale, "report", "Half arrow: magnetic north, {n}° west of true")
		        : sl_text(m->doc->locale, "report", "Half arrow: magnetic north, {n}° east of true"),
		    sl_map_number(m, fabs(declination), 1), (struct sl_str){0});
		sl_draw_lines(m->d, m->f, x, y + 12, s->width * 0.49, 1, line, &look);
	}
}

/* ---- legend ---- */

static void draw_sample(struct strip *s, double x, double y, enum sl_doc_style style)
{
	struct sl_drawing *d = s->m->d;
	struct sl_look look = sl_style_look(style);

	switch (style) {
	case SL_STYLE_ACCIDENT:
	case SL_STYLE_PLACE:
	case SL_STYLE_EVIDENCE:
	case SL_STYLE_REFERENCE:
	case SL_STYLE_BENCHMARK:
	case SL_STYLE_START_POINT:
	case SL_STYLE_TURNING_POINT: sl_map_symbol(d, x + 6.5, y + 4, style); break;
	default:
		/* As it stands on the map: a mark where no boundary is known. */
		if (s->m->layer[style].n_spots && !s->m->layer[style].path.n_verbs &&
		    !s->m->layer[style].speck.bit) {
			sl_map_symbol(d, x + 6.5, y + 4, style);
		} else if (look.fill.alpha > 0) {
			sl_draw_box(d, x, y, 13, 8);
			sl_draw_paint(d, &look.fill, &look.stroke);
		} else {
			sl_draw_rule(d, x, y + 4, x + 13, y + 4, &look.stroke);
		}
	}
}

/* One entry; breaks the line where it would not fit. */
static void put_entry(struct strip *s, double *x, double *y, struct sl_str text, const struct sl_fill *fill,
                      enum sl_doc_style style)
{
	struct sl_text_look look = text_look(s, SL_MAP_TEXT);
	struct sl_str *line;
	size_t n;
	double w;

	if (s->m->d->failed.code ||
	    sl_fonts_lines(s->m->a, s->m->f, text, &look, s->width - 30, 1, &line, &n, &s->m->d->failed) || !n)
		return;
	w = sl_fonts_width(s->m->f, line[0], &look) + 18;
	if (*x > 0 && *x + w > s->width - 4) {
		*x = 0;
		*y += 12.5;
	}
	if (!s->dry) {
		double left = s->rtl ? s->width - *x - 17 : *x + 4;

		if (fill) {
			sl_draw_box(s->m->d, left, *y, 13, 8);
			sl_draw_paint(s->m->d, fill, &(struct sl_stroke){0x8a9097, 0.4, 0, 0});
		} else {
			draw_sample(s, left, *y, style);
		}
		sl_draw_text(s->m->d, at(s, *x + 21), *y + 6.8, line[0], &look);
	}
	*x += w + 14;
}

static double put_classes(struct strip *s, double y)
{
	struct sl_mapping *m = s->m;
	struct sl_str unit = sl_word_unit(m->doc->locale, m->map->unit);
	struct sl_text_look look = text_look(s, SL_MAP_TEXT);
	bool unknown = false;
	double x = 0;

	if (!s->dry) {
		struct sl_str title = m->map->value_title;

		look.bold = true;
		if (unit.n && title.n)
			title = sl_map_words(m, sl_text(m->doc->locale, "report", "{title} ({unit})"), title, unit);
		sl_draw_lines(m->d, m->f, at(s, 4), y + 7, s->width - 8, 1, title, &look);
	}
	y += 12.5;
	for (int i = 0; i + 1 < m->classes.n && !s->dry; i++) {
		double low = m->classes.low + i * m->classes.step;
		struct sl_fill fill = sl_map_class_fill(m, low + m->classes.step / 2);

		put_entry(s, &x, &y,
		          sl_map_words(m, "\u2066{n}\u2013{to}\u2069", sl_map_number(m, low, m->classes.decimals),
		                       sl_map_number(m, low + m->classes.step, m->classes.decimals)),
		          &fill, SL_STYLE_PLAIN);
	}
	for (size_t i = 0; i < m->n_values; i++)
		unknown |= isnan(m->value[i].value);
	if (unknown) {
		struct sl_fill fill = sl_map_class_fill(m, (double)NAN);

		put_entry(s, &x, &y, m->doc->unknown, &fill, SL_STYLE_PLAIN);
	}
	return y + 12.5;
}

double sl_map_beside(struct sl_mapping *m, double y, bool only_measure)
{
	struct strip s = {m, only_measure, m->doc->right_to_left, m->d->width};
	uint32_t parts = m->map->parts;

	if (parts & (SL_MAP_SCALE_BAR | SL_MAP_NORTH | SL_MAP_MAGNETIC_NORTH)) {
		if (!only_measure && parts & SL_MAP_SCALE_BAR)
			draw_scale(&s, y);
		if (!only_measure && parts & (SL_MAP_NORTH | SL_MAP_MAGNETIC_NORTH))
			draw_norths(&s, y);
		y += m->is_utm && parts & SL_MAP_GRID ? 36 : 34;
	}
	if (parts & SL_MAP_LEGEND) {
		double x = 0;

		y += 4;
		for (size_t i = 0; i < m->map->n_legend; i++)
			put_entry(&s, &x, &y, m->map->legend[i].text, NULL, m->map->legend[i].style);
		if (m->map->n_legend)
			y += 12.5;
		if (m->map->value_title.n)
			y = put_classes(&s, y);
	}
	if (m->map->source_text.n) {
		struct sl_text_look look = text_look(&s, SL_MAP_SMALL);
		struct sl_str *line;
		size_t n = 0;

		look.rgb = SL_MUTED;
		if (m->d->failed.code || sl_fonts_lines(m->a, m->f, m->map->source_text, &look, s.width - 8, 2,
		                                        &line, &n, &m->d->failed))
			return y;
		if (!only_measure)
			sl_draw_lines(m->d, m->f, at(&s, 4), y + 7, s.width - 8, 2, m->map->source_text, &look);
		y += (double)n * look.size * sl_fonts_leading(m->f) + 2;
	}
	return y + 2;
}
