/* A QR code (ISO/IEC 18004) as part of a drawing. */
#ifndef SL_REPORT_QR_H
#define SL_REPORT_QR_H

#include "report/drawing.h"

/* A square so wide, its quiet zone included.  SL_INVALID when the text is too long. */
SL_CHECKED enum sl_code sl_draw_qr(struct sl_drawing *d, double x, double y, double side, struct sl_str text,
                                   struct sl_err *e);

#endif
