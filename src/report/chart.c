#include "report/chart_parts.h"

#include <ctype.h>
#include <math.h>

struct sl_look sl_series_look(const struct sl_plot *p, size_t series)
{
	size_t plain = 0;

	if (p->chart->series[series].style != SL_STYLE_PLAIN)
		return sl_style_look(p->chart->series[series].style);
	for (size_t i = 0; i < series; i++)
		plain += p->chart->series[i].style == SL_STYLE_PLAIN;
	return sl_plain_look(plain);
}

double sl_plot_value(const struct sl_plot *p, size_t series, size_t category)
{
	return sl_amount_number(&p->chart->series[series].value[category]);
}

double sl_plot_y(const struct sl_plot *p, double value)
{
	return p->y1 - (p->y1 - p->y0) * (value - p->ticks.low) / (p->ticks.high - p->ticks.low);
}

struct sl_text_look sl_plot_text(const struct sl_plot *p, enum sl_anchor anchor)
{
	return (struct sl_text_look){.size = SL_CHART_TEXT,
	                             .rgb = SL_INK,
	                             .anchor = anchor,
	                             .direction = p->doc->right_to_left ? SL_RIGHT_TO_LEFT : SL_LEFT_TO_RIGHT};
}

struct sl_str sl_plot_number(struct sl_plot *p, double x, int decimals)
{
	struct sl_buf b = {0};
	struct sl_str text = {0};
	char *copy;

	if (isnan(x) || p->d->failed.code)
		return text;
	sl_word_number(&b, p->doc->locale, x, decimals);
	if (!sl_buf_check(&b, &p->d->failed)) {
		copy = sl_str_dup(p->a, sl_buf_view(&b), &p->d->failed);
		if (copy)
			text = sl_str_from(copy);
	}
	sl_buf_done(&b);
	return text;
}

void sl_plot_value_axis(struct sl_plot *p)
{
	struct sl_text_look look = sl_plot_text(p, p->mirrored ? SL_ANCHOR_LEFT : SL_ANCHOR_RIGHT);
	const struct sl_stroke line = {SL_HAIRLINE, 0.5, 0, 0}, zero = {SL_INK, 0.8, 0, 0};
	double widest = 0;

	look.direction = SL_LEFT_TO_RIGHT;
	look.rgb = SL_MUTED;
	for (int i = 0; i < p->ticks.n; i++)
		widest =
		    fmax(widest,
		         sl_fonts_width(
		             p->f, sl_plot_number(p, p->ticks.low + i * p->ticks.step, p->ticks.decimals), &look));
	if (p->mirrored)
		p->x1 -= widest + 5;
	else
		p->x0 += widest + 5;
	for (int i = 0; i < p->ticks.n; i++) {
		double value = p->ticks.low + i * p->ticks.step, y = sl_plot_y(p, value);

		sl_draw_rule(p->d, p->x0, y, p->x1, y, fabs(value) < p->ticks.step / 2 ? &zero : &line);
		sl_draw_text(p->d, p->mirrored ? p->x1 + 5 : p->x0 - 5, y + 2.8,
		             sl_plot_number(p, value, p->ticks.decimals), &look);
	}
}

void sl_plot_category_names(struct sl_plot *p, double (*middle)(const struct sl_plot *, size_t),
                            double room)
{
	struct sl_text_look look = sl_plot_text(p, SL_ANCHOR_MIDDLE);
	size_t n = p->chart->n_categories, every = 1;
	double widest = 0, step = n > 1 ? fabs(middle(p, 1) - middle(p, 0)) : room;
	double last = (double)NAN;

	if (p->time)
		look.direction = SL_LEFT_TO_RIGHT;
	for (size_t i = 0; i < n; i++)
		widest = fmax(widest, sl_fonts_width(p->f, p->chart->category[i], &look));
	if (p->time) /* years say what is between them; other names are all needed */
		while (step * (double)every < widest + 6 && every < n)
			every += every == 1 ? 1 : every == 2 ? 3 : 5;
	for (size_t i = 0; i < n; i++) {
		double x = middle(p, i);

		if (!p->time) {
			sl_draw_lines(p->d, p->f, x, p->y1 + 11, room - 3, 2, p->chart->category[i], &look);
			continue;
		}
		/* Counted from the last one back: it is what the report is about. */
		if ((n - 1 - i) % every || (!isnan(last) && x - last < widest + 4))
			continue;
		sl_draw_rule(p->d, x, p->y1, x, p->y1 + 2.5, &(struct sl_stroke){SL_MUTED, 0.5, 0, 0});
		sl_draw_text(p->d, x, p->y1 + 11, p->chart->category[i], &look);
		last = x;
	}
}

void sl_plot_marks(struct sl_plot *p, double first, double step)
{
	const struct sl_stroke line = {SL_INK, 0.8, 2, 2};

	for (size_t i = 0; i < p->chart->n_marks; i++) {
		const struct sl_chart_mark *m = &p->chart->mark[i];
		double x = first + m->at * step, y = sl_plot_y(p, m->level);
		struct sl_text_look look = sl_plot_text(p, SL_ANCHOR_LEFT);

		look.size = SL_CHART_ABOUT;
		look.halo = 2;
		if (!isnan(m->at) && x >= p->x0 - 1 && x <= p->x1 + 1) {
			double width = fmin(sl_fonts_width(p->f, m->text, &look), p->x1 - p->x0);
			/* On the side where there is more room, unless it fits behind. */
			bool left = x + 3 + width > p->x1 && x - p->x0 > p->x1 - x;

			look.anchor = left ? SL_ANCHOR_RIGHT : SL_ANCHOR_LEFT;
			sl_draw_rule(p->d, x, p->y0, x, p->y1, &line);
			sl_draw_lines(p->d, p->f, x + (left ? -3 : 3), p->y0 + 7 + 9 * (double)(i % 4),
			              left ? x - p->x0 - 3 : p->x1 - x - 3, 1, m->text, &look);
		} else if (isnan(m->at) && y >= p->y0 - 1 && y <= p->y1 + 1) {
			sl_draw_rule(p->d, p->x0, y, p->x1, y, &line);
			sl_draw_lines(p->d, p->f, p->x0 + 3, y - 2.5, p->x1 - p->x0 - 6, 1, m->text, &look);
		}
	}
}

void sl_plot_sample(struct sl_drawing *d, double x, double y, double w, double h,
                    const struct sl_look *look)
{
	if (look->fill.alpha > 0 || look->fill.hatch != SL_HATCH_NONE) {
		sl_draw_box(d, x, y, w, h);
		sl_draw_paint(d, &look->fill, &look->stroke);
	} else {
		sl_draw_rule(d, x, y + h / 2, x + w, y + h / 2, &look->stroke);
	}
}

double sl_plot_legend(struct sl_plot *p, double y)
{
	struct sl_text_look look = sl_plot_text(p, p->doc->right_to_left ? SL_ANCHOR_RIGHT : SL_ANCHOR_LEFT);
	bool rtl = p->doc->right_to_left, lines = p->chart->type == SL_CHART_LINES;
	double x = 0, room = p->x1 - p->x0;

	for (size_t i = 0; i < p->chart->n_series; i++) {
		struct sl_look sample = sl_series_look(p, i);
		struct sl_str *name;
		size_t n;
		double width;

		if (p->d->failed.code || sl_fonts_lines(p->a, p->f, p->chart->series[i].name, &look, room - 24, 1,
		                                        &name, &n, &p->d->failed))
			return y;
		width = n ? sl_fonts_width(p->f, name[0], &look) : 0;
		if (x > 0 && x + 18 + width > room) {
			x = 0;
			y += 13;
		}
		if (lines)
			sample.fill = (struct sl_fill){0};
		sl_plot_sample(p->d, rtl ? p->x1 - x - 13 : p->x0 + x, y, 13, 8, &sample);
		if (n)
			sl_draw_text(p->d, rtl ? p->x1 - x - 17 : p->x0 + x + 17, y + 7, name[0], &look);
		x += 17 + width + 14;
	}
	return y + 14;
}

/* Years, months, dates: they run from left to right in every language. */
static bool is_time(const struct sl_doc_chart *c)
{
	for (size_t i = 0; i < c->n_categories; i++) {
		struct sl_str s = c->category[i];

		if (s.n < 4 || !isdigit((unsigned char)s.p[0]) || !isdigit((unsigned char)s.p[1]) ||
		    !isdigit((unsigned char)s.p[2]) || !isdigit((unsigned char)s.p[3]))
			return c->type == SL_CHART_LINES || c->type == SL_CHART_STACKED_AREAS;
	}
	return c->n_categories > 0;
}

struct naming {
	struct sl_str title, unit, programme;
	const struct sl_document *doc;
};

static void fill_name(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct naming *n = ctx;

	if (sl_str_is(name, "title"))
		sl_buf_str(b, n->title);
	else if (sl_str_is(name, "unit"))
		sl_buf_str(b, n->unit);
	else if (sl_str_is(name, "programme"))
		sl_buf_str(b, n->programme);
	else if (sl_str_is(name, "date"))
		sl_word_date(b, n->doc, n->doc->as_of);
}

static struct sl_str phrase(struct sl_plot *p, const char *text, const struct naming *n)
{
	struct sl_buf b = {0};
	struct sl_str made = {0};
	char *copy;

	sl_word_fill(&b, sl_str_from(text), fill_name, (void *)n);
	if (!p->d->failed.code && !sl_buf_check(&b, &p->d->failed)) {
		copy = sl_str_dup(p->a, sl_buf_view(&b), &p->d->failed);
		if (copy)
			made = sl_str_from(copy);
	}
	sl_buf_done(&b);
	return made;
}

static double draw_head(struct sl_plot *p)
{
	const struct sl_doc_chart *c = p->chart;
	struct naming names = {
	    .title = c->value_title, .unit = sl_word_unit(p->doc->locale, c->unit), .doc = p->doc};
	struct sl_text_look look = sl_plot_text(p, p->doc->right_to_left ? SL_ANCHOR_RIGHT : SL_ANCHOR_LEFT);
	struct sl_str title = names.title;
	size_t n;

	look.bold = true;
	if (names.unit.n)
		title = names.title.n ? phrase(p, sl_text(p->doc->locale, "report", "{title} ({unit})"), &names)
		                      : names.unit;
	n = sl_draw_lines(p->d, p->f, p->doc->right_to_left ? p->x1 : p->x0, p->y0 + 9, p->x1 - p->x0, 2, title,
	                  &look);
	return p->y0 + (double)n * look.size * sl_fonts_leading(p->f) + (n ? 5 : 0);
}

static double draw_source(struct sl_plot *p, double y)
{
	struct naming names = {.programme = p->doc->programme, .doc = p->doc};
	struct sl_text_look look = sl_plot_text(p, p->doc->right_to_left ? SL_ANCHOR_RIGHT : SL_ANCHOR_LEFT);
	size_t n;

	look.size = SL_CHART_ABOUT;
	look.rgb = SL_MUTED;
	if (sl_date_is_none(p->doc->as_of))
		return y;
	n = sl_draw_lines(
	    p->d, p->f, p->doc->right_to_left ? p->d->width : 0, y + 8, p->d->width, 2,
	    phrase(p, sl_text(p->doc->locale, "report", "Source: {programme}, as of {date}"), &names), &look);
	return y + 3 + (double)n * look.size * sl_fonts_leading(p->f);
}

enum sl_code sl_chart_draw(struct sl_arena *a, struct sl_fonts *f, const struct sl_document *doc,
                           const struct sl_doc_chart *chart, double width, struct sl_drawing **out,
                           struct sl_err *e)
{
	struct sl_drawing *d = sl_arena_alloc(a, 1, sizeof *d, e);
	struct sl_plot p = {.a = a, .f = f, .doc = doc, .chart = chart, .d = d, .x1 = width, .e = e};
	double y;

	if (!d)
		return e->code;
	sl_drawing_init(d, a, width, 0);
	d->title = chart->caption;
	d->description = chart->description;
	d->language = doc->locale->code;
	d->right_to_left = doc->right_to_left;
	p.time = is_time(chart);
	p.mirrored = doc->right_to_left && !p.time;
	p.y0 = draw_head(&p);
	if (!chart->n_categories || !chart->n_series) {
		struct sl_text_look look = sl_plot_text(&p, doc->right_to_left ? SL_ANCHOR_RIGHT : SL_ANCHOR_LEFT);

		sl_draw_lines(d, f, doc->right_to_left ? width : 0, p.y0 + 10, width, 2, doc->unknown, &look);
		y = p.y0 + 16;
	} else if (chart->type == SL_CHART_LINES) {
		y = sl_chart_lines(&p);
	} else if (chart->type == SL_CHART_STACKED_AREAS) {
		y = sl_chart_areas(&p);
	} else if (chart->horizontal) {
		y = sl_chart_level_bars(&p);
	} else {
		y = sl_chart_bars(&p);
	}
	d->height = draw_source(&p, y) + 2;
	if (sl_drawing_check(d, e))
		return e->code;
	*out = d;
	return SL_OK;
}
