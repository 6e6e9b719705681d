/* What changes over time: lines with a band, and areas upon each other.  Time runs to the right in every
 * language. */
#include "report/chart_parts.h"

#include <math.h>

#define NAMES_MAX 0.3 /* of the width */

struct name {
	struct sl_str text;
	double y, wanted;
	size_t series;
};

static double place(const struct sl_plot *p, size_t k)
{
	size_t n = p->chart->n_categories;

	return n < 2 ? (p->x0 + p->x1) / 2 : p->x0 + (p->x1 - p->x0) * (double)k / (double)(n - 1);
}

/* The names at the right end, each as near to its line as the others let it. */
static void spread(struct name *v, size_t n, double low, double high)
{
	double gap = fmin(10.5, n ? (high - low) / (double)n : 10.5);

	for (size_t i = 1; i < n; i++) /* by height; few */
		for (size_t k = i; k && v[k].wanted < v[k - 1].wanted; k--) {
			struct name swap = v[k];

			v[k] = v[k - 1];
			v[k - 1] = swap;
		}
	for (size_t i = 0; i < n; i++)
		v[i].y = fmax(v[i].wanted, i ? v[i - 1].y + gap : low);
	for (size_t i = n; i-- > 0;)
		v[i].y = fmin(v[i].y, i + 1 < n ? v[i + 1].y - gap : high);
}

static void draw_names(struct sl_plot *p, struct name *v, size_t n, double width)
{
	struct sl_text_look look = sl_plot_text(p, SL_ANCHOR_LEFT);

	spread(v, n, p->y0 + 3, p->y1 - 1);
	for (size_t i = 0; i < n; i++) {
		struct sl_look sample = sl_series_look(p, v[i].series);

		if (p->chart->type == SL_CHART_LINES)
			sample.fill = (struct sl_fill){0};
		if (fabs(v[i].y - v[i].wanted) > 3)
			sl_draw_rule(p->d, p->x1 + 1, v[i].wanted, p->x1 + 5, v[i].y,
			             &(struct sl_stroke){SL_MUTED, 0.4, 0, 0});
		sl_plot_sample(p->d, p->x1 + 6, v[i].y - 3.5, 10, 7, &sample);
		look.direction = SL_DIRECTION_OF_TEXT;
		sl_draw_lines(p->d, p->f, p->x1 + 19, v[i].y + 2.8, width - 19, 1, v[i].text, &look);
	}
}

/* How wide the names at the end are; the plot ends before them. */
static double make_room(struct sl_plot *p)
{
	struct sl_text_look look = sl_plot_text(p, SL_ANCHOR_LEFT);
	double width = 0;

	for (size_t s = 0; s < p->chart->n_series; s++)
		width = fmax(width, sl_fonts_width(p->f, p->chart->series[s].name, &look));
	width = fmin(width + 20, p->d->width * NAMES_MAX);
	p->x1 -= width;
	return width;
}

static void begin(struct sl_plot *p, double low, double high)
{
	for (size_t i = 0; i < p->chart->n_marks; i++)
		if (isnan(p->chart->mark[i].at) && !isnan(p->chart->mark[i].level))
			high = fmax(high, p->chart->mark[i].level);
	p->y0 += 8;
	p->y1 = p->y0 + fmin(fmax(p->d->width * 0.28, 120), 240);
	p->ticks = sl_ticks(low, high, 5);
	sl_plot_value_axis(p);
}

static double finish(struct sl_plot *p)
{
	double step = p->chart->n_categories > 1 ? place(p, 1) - place(p, 0) : 0;

	sl_draw_rule(p->d, p->x0, sl_plot_y(p, 0), p->x1, sl_plot_y(p, 0),
	             &(struct sl_stroke){SL_INK, 0.8, 0, 0});
	sl_plot_category_names(p, place, step > 0 ? step : p->x1 - p->x0);
	sl_plot_marks(p, place(p, 0), step);
	return p->y1 + 16;
}

/* ---- lines ---- */

static void draw_band(struct sl_plot *p, size_t s)
{
	const struct sl_chart_series *series = &p->chart->series[s];
	struct sl_look look = sl_series_look(p, s);
	struct sl_fill fill = {look.stroke.rgb, 0.18, SL_HATCH_NONE, 0};
	size_t n = p->chart->n_categories;

	for (size_t from = 0, to; from < n; from = to + 1) {
		for (to = from; to < n && !isnan(sl_amount_number(&series->low[to])) &&
		                !isnan(sl_amount_number(&series->high[to]));)
			to++;
		if (to - from < 2)
			continue;
		for (size_t k = from; k < to; k++)
			(k == from ? sl_draw_move : sl_draw_line)(p->d, place(p, k),
			                                          sl_plot_y(p, sl_amount_number(&series->high[k])));
		for (size_t k = to; k-- > from;)
			sl_draw_line(p->d, place(p, k), sl_plot_y(p, sl_amount_number(&series->low[k])));
		sl_draw_close(p->d);
		sl_draw_paint(p->d, &fill, NULL);
	}
}

static void draw_line(struct sl_plot *p, size_t s)
{
	struct sl_look look = sl_series_look(p, s);
	size_t n = p->chart->n_categories;
	bool on = false;

	for (size_t k = 0; k < n; k++) {
		double v = sl_plot_value(p, s, k);

		if (!isnan(v))
			(on ? sl_draw_line : sl_draw_move)(p->d, place(p, k), sl_plot_y(p, v));
		on = !isnan(v);
	}
	look.stroke.width = fmax(look.stroke.width, 1.2);
	sl_draw_paint(p->d, NULL, &look.stroke);
	for (size_t k = 0; k < n; k++) { /* where there are few, each is a point; one alone always is */
		double v = sl_plot_value(p, s, k);
		bool alone =
		    (!k || isnan(sl_plot_value(p, s, k - 1))) && (k + 1 == n || isnan(sl_plot_value(p, s, k + 1)));

		if (!isnan(v) && (alone || n <= 15))
			sl_draw_circle(p->d, place(p, k), sl_plot_y(p, v), 1.6);
	}
	sl_draw_paint(p->d, &(struct sl_fill){look.stroke.rgb, 1, SL_HATCH_NONE, 0}, NULL);
}

double sl_chart_lines(struct sl_plot *p)
{
	size_t n = p->chart->n_categories, names = 0;
	struct name *name = sl_arena_alloc(p->a, p->chart->n_series, sizeof *name, &p->d->failed);
	double low = 0, high = 0, width = make_room(p);

	if (!name)
		return p->y0;
	for (size_t s = 0; s < p->chart->n_series; s++)
		for (size_t k = 0; k < n; k++) {
			const struct sl_chart_series *series = &p->chart->series[s];

			high = fmax(
			    high, fmax(sl_plot_value(p, s, k), series->high ? sl_amount_number(&series->high[k]) : 0));
			low = fmin(low,
			           fmin(sl_plot_value(p, s, k), series->low ? sl_amount_number(&series->low[k]) : 0));
		}
	begin(p, low, high);
	for (size_t s = 0; s < p->chart->n_series; s++)
		if (p->chart->series[s].low && p->chart->series[s].high)
			draw_band(p, s);
	for (size_t s = 0; s < p->chart->n_series; s++) {
		size_t last = n;

		draw_line(p, s);
		while (last && isnan(sl_plot_value(p, s, last - 1)))
			last--;
		if (last)
			name[names++] =
			    (struct name){p->chart->series[s].name, 0, sl_plot_y(p, sl_plot_value(p, s, last - 1)), s};
	}
	draw_names(p, name, names, width);
	return finish(p);
}

/* ---- areas ---- */

/* Sum of the series below `s`. What is not known there counts as nothing, and the area of `s` has a gap. */
static double below(const struct sl_plot *p, size_t s, size_t k)
{
	double sum = 0;

	for (size_t i = 0; i < s; i++) {
		double v = sl_plot_value(p, i, k);

		sum += isnan(v) ? 0 : v;
	}
	return sum;
}

static void draw_area(struct sl_plot *p, size_t s)
{
	struct sl_look look = sl_series_look(p, s);
	size_t n = p->chart->n_categories;

	look.stroke.width = fmin(look.stroke.width, 0.9);
	for (size_t from = 0, to; from < n; from = to + 1) {
		double wide = n == 1 ? 12 : 0; /* one moment is a narrow column */

		for (to = from; to < n && !isnan(sl_plot_value(p, s, to));)
			to++;
		if (to == from)
			continue;
		if (to - from == 1 && n > 1)
			wide = 1;
		for (size_t k = from; k < to; k++) {
			double y = sl_plot_y(p, below(p, s, k) + sl_plot_value(p, s, k));

			(k == from ? sl_draw_move : sl_draw_line)(p->d, place(p, k) - wide, y);
			if (wide > 0)
				sl_draw_line(p->d, place(p, k) + wide, y);
		}
		for (size_t k = to; k-- > from;) {
			sl_draw_line(p->d, place(p, k) + wide, sl_plot_y(p, below(p, s, k)));
			if (wide > 0)
				sl_draw_line(p->d, place(p, k) - wide, sl_plot_y(p, below(p, s, k)));
		}
		sl_draw_close(p->d);
		sl_draw_paint(p->d, &look.fill, &look.stroke);
	}
}

double sl_chart_areas(struct sl_plot *p)
{
	size_t n = p->chart->n_categories, names = 0;
	struct name *name = sl_arena_alloc(p->a, p->chart->n_series, sizeof *name, &p->d->failed);
	double high = 0, width = make_room(p);

	if (!name)
		return p->y0;
	for (size_t k = 0; k < n; k++)
		high = fmax(high, below(p, p->chart->n_series, k));
	begin(p, 0, high);
	for (size_t s = 0; s < p->chart->n_series; s++) {
		double v = sl_plot_value(p, s, n - 1);

		draw_area(p, s);
		name[names++] = (struct name){p->chart->series[s].name, 0,
		                              sl_plot_y(p, below(p, s, n - 1) + (isnan(v) ? 0 : v / 2)), s};
	}
	draw_names(p, name, names, width);
	return finish(p);
}
