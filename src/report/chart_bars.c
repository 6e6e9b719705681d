/* Bars upwards and sideways, side by side or stacked. */
#include "report/chart_parts.h"

#include <math.h>

static bool stacked(const struct sl_plot *p)
{
	return p->chart->type == SL_CHART_STACKED_BARS;
}

static void find_ticks(struct sl_plot *p, int about)
{
	double low = 0, high = 0;

	for (size_t k = 0; k < p->chart->n_categories; k++) {
		double up = 0, down = 0;

		for (size_t s = 0; s < p->chart->n_series; s++) {
			double v = sl_plot_value(p, s, k);

			if (isnan(v))
				continue;
			if (stacked(p) && v > 0)
				up += v;
			else if (stacked(p))
				down += v;
			high = fmax(high, v);
			low = fmin(low, v);
		}
		high = fmax(high, up);
		low = fmin(low, down);
	}
	for (size_t i = 0; i < p->chart->n_marks; i++)
		if (isnan(p->chart->mark[i].at) && !isnan(p->chart->mark[i].level))
			high = fmax(high, p->chart->mark[i].level);
	p->ticks = sl_ticks(low, high, about);
}

/* What is not known is said, not left as if it were nothing. */
static struct sl_str silence(const struct sl_plot *p, const struct sl_amount *m)
{
	switch (m->state) {
	case SL_AMOUNT_UNKNOWN: return p->doc->unknown;
	case SL_AMOUNT_SUPPRESSED: return p->doc->suppressed;
	case SL_AMOUNT_NOT_APPLICABLE: return p->doc->not_applicable;
	case SL_AMOUNT_NONE:
	case SL_AMOUNT_KNOWN: break;
	}
	return (struct sl_str){0};
}

static double category_step(const struct sl_plot *p)
{
	return (p->x1 - p->x0) / (double)p->chart->n_categories;
}

static double category_middle(const struct sl_plot *p, size_t k)
{
	double step = category_step(p);

	return p->mirrored ? p->x1 - ((double)k + 0.5) * step : p->x0 + ((double)k + 0.5) * step;
}

static void draw_category(struct sl_plot *p, size_t k, double width)
{
	size_t n = stacked(p) ? 1 : p->chart->n_series;
	double up = 0, down = 0, bar = width / (double)n, from = category_middle(p, k) - width / 2;
	struct sl_text_look look = sl_plot_text(p, SL_ANCHOR_LEFT);
	bool silent = false;

	look.size = SL_CHART_ABOUT;
	look.rgb = SL_MUTED;
	for (size_t s = 0; s < p->chart->n_series; s++) {
		double v = sl_plot_value(p, s, k), base = 0;
		size_t place = p->mirrored ? n - 1 - s : s;
		double x = from + (stacked(p) ? 0 : bar * (double)place);
		struct sl_look paint = sl_series_look(p, s);

		if (isnan(v)) {
			struct sl_str said = silence(p, &p->chart->series[s].value[k]);

			silent |= said.n > 0;
			look.turn_deg = -90;
			if (said.n && !stacked(p))
				sl_draw_text(p->d, x + bar / 2 + 2.5, p->y1 - 3, said, &look);
			continue;
		}
		if (stacked(p)) {
			base = v > 0 ? up : down;
			*(v > 0 ? &up : &down) += v;
		}
		if (!(fabs(v) > 0) && (stacked(p) || p->chart->n_series > 1))
			continue;
		paint.stroke.width = fmin(paint.stroke.width, 0.6);
		paint.stroke.on = paint.stroke.off = 0;
		sl_draw_box(p->d, x, sl_plot_y(p, base + v), bar - (n > 1 ? 0.8 : 0),
		            sl_plot_y(p, base) - sl_plot_y(p, base + v));
		sl_draw_paint(p->d, &paint.fill, &paint.stroke);
		/* The figure over its bar, where there is room for it. */
		if (!stacked(p) && p->chart->n_series == 1) {
			struct sl_str figure = sl_plot_number(p, v, p->chart->series[s].value[k].decimals);

			look.turn_deg = 0;
			look.anchor = SL_ANCHOR_MIDDLE;
			look.direction = SL_LEFT_TO_RIGHT;
			if (v >= 0 && sl_fonts_width(p->f, figure, &look) < category_step(p) - 2)
				sl_draw_text(p->d, x + bar / 2, sl_plot_y(p, v) - 3, figure, &look);
		}
	}
	/* A stack that lacks a part is higher than it looks. */
	look.turn_deg = 0;
	look.anchor = SL_ANCHOR_MIDDLE;
	if (silent && stacked(p))
		sl_draw_text(p->d, from + bar / 2, sl_plot_y(p, up) - 3,
		             sl_fonts_width(p->f, p->doc->unknown, &look) < category_step(p) - 2 ? p->doc->unknown
		                                                                                 : SL_STR("?"),
		             &look);
}

double sl_chart_bars(struct sl_plot *p)
{
	double below = p->time ? 16 : 13 + SL_CHART_TEXT * sl_fonts_leading(p->f), step, width;

	if (p->chart->n_series > 1)
		p->y0 = sl_plot_legend(p, p->y0);
	p->y0 += 8;
	p->y1 = p->y0 + fmin(fmax(p->d->width * 0.28, 110), 230);
	find_ticks(p, 5);
	sl_plot_value_axis(p);
	step = category_step(p);
	width = fmin(step * 0.72, 34 * (stacked(p) ? 1.0 : (double)p->chart->n_series));
	for (size_t k = 0; k < p->chart->n_categories; k++)
		draw_category(p, k, width);
	sl_draw_rule(p->d, p->x0, sl_plot_y(p, 0), p->x1, sl_plot_y(p, 0),
	             &(struct sl_stroke){SL_INK, 0.8, 0, 0});
	sl_plot_category_names(p, category_middle, step);
	sl_plot_marks(p, category_middle(p, 0), p->mirrored ? -step : step);
	return p->y1 + below;
}

/* ---- sideways ---- */

static double level_x(const struct sl_plot *p, double v)
{
	double along = (p->x1 - p->x0) * (v - p->ticks.low) / (p->ticks.high - p->ticks.low);

	return p->mirrored ? p->x1 - along : p->x0 + along;
}

static void draw_level(struct sl_plot *p, size_t k, double y, double bar)
{
	double up = 0, down = 0, x;
	struct sl_text_look look = sl_plot_text(p, p->mirrored ? SL_ANCHOR_RIGHT : SL_ANCHOR_LEFT);

	look.size = SL_CHART_ABOUT;
	for (size_t s = 0; s < p->chart->n_series; s++) {
		const struct sl_amount *m = &p->chart->series[s].value[k];
		double v = sl_amount_number(m), base = 0, top = y + (stacked(p) ? 0 : bar * (double)s);
		struct sl_look paint = sl_series_look(p, s);
		struct sl_str said = isnan(v) ? silence(p, m) : sl_plot_number(p, v, m->decimals);

		if (!isnan(v)) {
			if (stacked(p)) {
				base = v > 0 ? up : down;
				*(v > 0 ? &up : &down) += v;
			}
			x = fmin(level_x(p, base), level_x(p, base + v));
			paint.stroke.width = fmin(paint.stroke.width, 0.6);
			paint.stroke.on = paint.stroke.off = 0;
			if (fabs(v) > 0) {
				sl_draw_box(p->d, x, top, fabs(level_x(p, base + v) - level_x(p, base)),
				            bar - (stacked(p) ? 0 : 0.8));
				sl_draw_paint(p->d, &paint.fill, &paint.stroke);
			}
		}
		if (stacked(p))
			continue;
		x = level_x(p, isnan(v) ? 0 : fmax(v, 0)) + (p->mirrored ? -3 : 3);
		look.direction = isnan(v) ? SL_DIRECTION_OF_TEXT : SL_LEFT_TO_RIGHT;
		look.rgb = isnan(v) ? SL_MUTED : SL_INK;
		sl_draw_text(p->d, x, top + bar / 2 + 2.2, said, &look);
	}
	if (stacked(p)) {
		look.direction = SL_LEFT_TO_RIGHT;
		sl_draw_text(p->d, level_x(p, up) + (p->mirrored ? -3 : 3), y + bar / 2 + 2.2,
		             sl_plot_number(p, up, p->chart->series[0].value[k].decimals), &look);
	}
}

double sl_chart_level_bars(struct sl_plot *p)
{
	struct sl_text_look look = sl_plot_text(p, p->mirrored ? SL_ANCHOR_LEFT : SL_ANCHOR_RIGHT);
	double bar = stacked(p) || p->chart->n_series == 1 ? 11 : 8, names = 0, y, room, row, figure;
	size_t n = p->chart->n_categories;

	if (p->chart->n_series > 1)
		p->y0 = sl_plot_legend(p, p->y0);
	/* A name is written from where the bars begin, or, mirrored, up to there. */
	for (size_t k = 0; k < n; k++)
		names = fmax(names, sl_fonts_width(p->f, p->chart->category[k], &look));
	room = fmin(names, (p->x1 - p->x0) * 0.35);
	find_ticks(p, 4);
	figure = sl_fonts_width(p->f, sl_plot_number(p, p->ticks.high, 2), &look) + 6;
	if (p->mirrored) {
		p->x1 -= room + 6;
		p->x0 += figure;
	} else {
		p->x0 += room + 6;
		p->x1 -= figure;
	}
	row = bar * (stacked(p) ? 1.0 : (double)p->chart->n_series) + 5;
	p->y1 = p->y0 + (double)n * row + 2;
	for (int i = 0; i < p->ticks.n; i++) {
		double x = level_x(p, p->ticks.low + i * p->ticks.step);
		struct sl_text_look number = sl_plot_text(p, SL_ANCHOR_MIDDLE);

		number.direction = SL_LEFT_TO_RIGHT;
		number.rgb = SL_MUTED;
		sl_draw_rule(p->d, x, p->y0, x, p->y1, &(struct sl_stroke){SL_HAIRLINE, 0.5, 0, 0});
		sl_draw_text(p->d, x, p->y1 + 10,
		             sl_plot_number(p, p->ticks.low + i * p->ticks.step, p->ticks.decimals), &number);
	}
	y = p->y0 + 3;
	for (size_t k = 0; k < n; k++, y += row) {
		struct sl_str *line;
		size_t n_lines;

		if (p->d->failed.code || sl_fonts_lines(p->a, p->f, p->chart->category[k], &look, room + 0.5, 1,
		                                        &line, &n_lines, &p->d->failed))
			break;
		look.direction = SL_DIRECTION_OF_TEXT;
		if (n_lines)
			sl_draw_text(p->d, p->mirrored ? p->x1 + 5 : p->x0 - 5, y + (row - 5) / 2 + 2.8, line[0],
			             &look);
		draw_level(p, k, y, bar);
	}
	sl_draw_rule(p->d, level_x(p, 0), p->y0, level_x(p, 0), p->y1, &(struct sl_stroke){SL_INK, 0.8, 0, 0});
	return p->y1 + 15;
}
