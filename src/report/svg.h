/* A drawing for browsers: SVG 1.1 with presentation attributes only (no style, no script: it stands in a page of the
 * strictest content policy), texts as text. */
#ifndef SL_REPORT_SVG_H
#define SL_REPORT_SVG_H

#include "report/drawing.h"

/* The element <svg>.  `prefix`: of the ids in it, ASCII letters and digits, unlike others in the same page. */
SL_CHECKED enum sl_code sl_svg_write(const struct sl_drawing *d, const char *prefix, struct sl_buf *out,
                                     struct sl_err *e);

#endif
