#include "report/qr.h"

#include <qrencode.h>

enum { QUIET = 4 /* modules around it, ISO/IEC 18004 9.1 */ };

enum sl_code sl_draw_qr(struct sl_drawing *d, double x, double y, double side, struct sl_str text,
                        struct sl_err *e)
{
	QRcode *q =
	    text.n ? QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M) : NULL;
	double module;

	if (!q)
		return sl_fail(e, SL_INVALID, "a text of %zu bytes makes no QR code", text.n);
	module = side / (q->width + 2 * QUIET);
	for (int row = 0; row < q->width; row++)
		for (int column = 0; column < q->width; column++) {
			int from = column;

			while (column < q->width && q->data[row * q->width + column] & 1)
				column++;
			if (column > from) /* a little higher than a row, so that no seam shows between rows */
				sl_draw_box(d, x + (from + QUIET) * module, y + (row + QUIET) * module,
				            (column - from) * module, module * 1.01);
		}
	QRcode_free(q);
	sl_draw_paint(d, &(struct sl_fill){0x000000, 1, SL_HATCH_NONE, 0}, NULL);
	return d->failed.code ? (*e = d->failed).code : SL_OK;
}
