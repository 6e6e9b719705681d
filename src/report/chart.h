/* Charts, drawn for report/drawing.h: bars, stacked bars, lines with a band, stacked areas.  Names stand
 * where the thing is, the unit in the title, what is not known is a gap.  Right-to-left documents mirror
 * the page around them, not the axis of time. */
#ifndef SL_REPORT_CHART_H
#define SL_REPORT_CHART_H

#include "report/document.h"
#include "report/fonts.h"

/* So wide; as high as it needs.  Lives in `a`. */
SL_CHECKED enum sl_code sl_chart_draw(struct sl_arena *a, struct sl_fonts *f, const struct sl_document *doc,
                                      const struct sl_doc_chart *chart, double width,
                                      struct sl_drawing **out, struct sl_err *e);

/* What a style looks like, everywhere (web/symbols.js has the same). */
struct sl_look {
	struct sl_fill fill;
	struct sl_stroke stroke;
};
struct sl_look sl_style_look(enum sl_doc_style style);
/* The n-th of things without a style of their own: apart in colour, in grey and by hatch. */
struct sl_look sl_plain_look(size_t n);

/* Round steps from 0 or below to the highest: 1, 2 or 5 times a power of ten. */
struct sl_ticks {
	double low, high, step;
	int n, decimals; /* low + i * step, i < n */
};
struct sl_ticks sl_ticks(double lowest, double highest, int about);

#endif
