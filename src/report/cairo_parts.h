/* How cairo and pango are reached; for the .c files of this floor that paint. */
#ifndef SL_REPORT_CAIRO_PARTS_H
#define SL_REPORT_CAIRO_PARTS_H

#include "report/fonts.h"

#include <pango/pangocairo.h>

enum { SL_LTR, SL_RTL };

/* A layout for this direction with the look's size and weight and the text, one line of any width: until the next
 * call with that direction. Its text must be tame (sl_text_tame). */
PangoLayout *sl_fonts_layout(struct sl_fonts *f, struct sl_str text, const struct sl_text_look *look);
/* A new one of one's own. */
PangoLayout *sl_fonts_layout_new(struct sl_fonts *f, bool right_to_left, double size, bool bold);
/* What holds for every text: no ligatures of Latin letters, which cannot be searched for in every reader. */
PangoAttrList *sl_fonts_attributes(void);
bool sl_fonts_is_rtl(struct sl_str text, const struct sl_text_look *look);

/* Paints at the origin of the present user space, in its unit. */
void sl_paint_drawing(cairo_t *cr, struct sl_fonts *f, const struct sl_drawing *d);
void sl_paint_rgb(cairo_t *cr, uint32_t rgb, double alpha);
/* cairo's word for what went wrong, as ours. */
SL_CHECKED enum sl_code sl_cairo_check(cairo_status_t status, struct sl_err *e);

#endif
