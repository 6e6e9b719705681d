/* What the kinds of charts share; for the chart_*.c files. */
#ifndef SL_REPORT_CHART_PARTS_H
#define SL_REPORT_CHART_PARTS_H

#include "report/chart.h"
#include "report/wording.h"

#define SL_CHART_TEXT 8.0  /* letters */
#define SL_CHART_ABOUT 7.0 /* letters of what is said beside: source, units */

struct sl_plot {
	struct sl_arena *a;
	struct sl_fonts *f;
	const struct sl_document *doc;
	const struct sl_doc_chart *chart;
	struct sl_drawing *d;
	double x0, y0, x1, y1; /* of what the axes span */
	struct sl_ticks ticks;
	bool mirrored; /* reads from the right, and its axis is not time */
	bool time;
	struct sl_err *e;
};

struct sl_look sl_series_look(const struct sl_plot *p, size_t series);
/* In the unit shown; NAN when it is not known. */
double sl_plot_value(const struct sl_plot *p, size_t series, size_t category);
double sl_plot_y(const struct sl_plot *p, double value); /* of a value on the upward axis */
struct sl_text_look sl_plot_text(const struct sl_plot *p, enum sl_anchor anchor);
struct sl_str sl_plot_number(struct sl_plot *p, double x, int decimals);
/* The axis of values upwards with its lines, from p->ticks; moves x0. */
void sl_plot_value_axis(struct sl_plot *p);
/* Names below; `middle`: the place of a category. `room`: how wide each may be. */
void sl_plot_category_names(struct sl_plot *p, double (*middle)(const struct sl_plot *, size_t),
                            double room);
void sl_plot_marks(struct sl_plot *p, double first, double step); /* `first`: place of category 0 */
/* Samples with names in lines from `y` on; returns the y below. */
double sl_plot_legend(struct sl_plot *p, double y);
void sl_plot_sample(struct sl_drawing *d, double x, double y, double w, double h,
                    const struct sl_look *look);

/* Each draws into a plot whose x0..y1 is what is left for it and whose head is drawn; says how high it got.
 */
double sl_chart_bars(struct sl_plot *p);
double sl_chart_level_bars(struct sl_plot *p); /* categories downwards */
double sl_chart_lines(struct sl_plot *p);
double sl_chart_areas(struct sl_plot *p);

#endif
