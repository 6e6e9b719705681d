#include "report/picture.h"

#include "report/cairo_parts.h"

#include <math.h>

#define DOTS_MAX 1e8

static cairo_status_t take(void *to, const unsigned char *bytes, unsigned n)
{
	sl_buf_add(to, bytes, n);
	return ((struct sl_buf *)to)->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

enum sl_code sl_picture_png(struct sl_fonts *f, const struct sl_drawing *d, double scale,
                            struct sl_buf *out, struct sl_err *e)
{
	double w = ceil(d->width * scale), h = ceil(d->height * scale);
	cairo_surface_t *surface;
	cairo_status_t status;
	size_t before = out->n;
	cairo_t *cr;

	if (!(w >= 1 && h >= 1 && w * h <= DOTS_MAX))
		return sl_fail(e, SL_UNSUPPORTED, "a picture of %.0f by %.0f dots cannot be made", w, h);
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
	cr = cairo_create(surface);
	sl_paint_rgb(cr, SL_PAPER, 1);
	cairo_paint(cr);
	cairo_scale(cr, scale, scale);
	sl_paint_drawing(cr, f, d);
	status = cairo_status(cr);
	cairo_destroy(cr);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, take, out);
	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS)
		out->n = before;
	return sl_cairo_check(status, e);
}
