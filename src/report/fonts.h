/* The letters of reports: Noto Sans in all its scripts, regular and bold, as Debian's fonts-noto-core brings it, and no
 * other font of the machine, so that a report breaks its lines at the same places everywhere.  Shapes, measures and
 * breaks texts (pango, harfbuzz).  Not thread-safe: one for each report. */
#ifndef SL_REPORT_FONTS_H
#define SL_REPORT_FONTS_H

#include "report/drawing.h"

struct sl_fonts;

/* Lives in `a`.  SL_UNSUPPORTED when the fonts are not there. `language`: BCP 47. */
SL_CHECKED enum sl_code sl_fonts_open(struct sl_arena *a, const char *language, struct sl_fonts **out,
                                      struct sl_err *e);

/* How wide the text is on one line, in points. Size, weight and direction of the look count. */
double sl_fonts_width(struct sl_fonts *f, struct sl_str text, const struct sl_text_look *look);
/* From base line to base line, in letters' sizes: scripts that stack need more. */
double sl_fonts_leading(const struct sl_fonts *f);

/* The lines of a text that is no wider than `width`; what would be below `max_lines` is left out, and the last line
 * says so by an ellipsis.  Views into `a`. */
SL_CHECKED enum sl_code sl_fonts_lines(struct sl_arena *a, struct sl_fonts *f, struct sl_str text,
                                       const struct sl_text_look *look, double width, size_t max_lines,
                                       struct sl_str **line, size_t *n_lines, struct sl_err *e);
/* The same, drawn from (x, y) downwards, y the first base line.  Returns how many lines there were. */
size_t sl_draw_lines(struct sl_drawing *d, struct sl_fonts *f, double x, double y, double width, size_t max_lines,
                     struct sl_str text, const struct sl_text_look *look);

#endif
