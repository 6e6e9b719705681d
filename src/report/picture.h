/* A drawing as a picture, where nothing better is understood: PNG. */
#ifndef SL_REPORT_PICTURE_H
#define SL_REPORT_PICTURE_H

#include "report/fonts.h"

/* `scale`: dots a point; the picture has width * scale columns. SL_UNSUPPORTED above 100 million dots. */
SL_CHECKED enum sl_code sl_picture_png(struct sl_fonts *f, const struct sl_drawing *d, double scale,
                                       struct sl_buf *out, struct sl_err *e);

#endif
