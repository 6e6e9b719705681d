/* A drawing painted by cairo: on paper and into pictures. */
#include "report/cairo_parts.h"

enum sl_code sl_cairo_check(cairo_status_t status, struct sl_err *e)
{
	if (status == CAIRO_STATUS_SUCCESS)
		return SL_OK;
	if (status == CAIRO_STATUS_NO_MEMORY)
		return sl_fail(e, SL_NOMEM, "out of memory");
	return sl_fail(e, SL_IO, "it cannot be painted: %s", cairo_status_to_string(status));
}

void sl_paint_rgb(cairo_t *cr, uint32_t rgb, double alpha)
{
	cairo_set_source_rgba(cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0,
	                      alpha);
}

static void trace(cairo_t *cr, const struct sl_draw_item *i)
{
	const float *p = i->xy;

	cairo_new_path(cr);
	for (size_t k = 0; k < i->n_verbs; k++)
		switch ((enum sl_verb)i->verb[k]) {
		case SL_MOVE:
			cairo_move_to(cr, (double)p[0], (double)p[1]);
			p += 2;
			break;
		case SL_LINE:
			cairo_line_to(cr, (double)p[0], (double)p[1]);
			p += 2;
			break;
		case SL_CURVE:
			cairo_curve_to(cr, (double)p[0], (double)p[1], (double)p[2], (double)p[3], (double)p[4],
			               (double)p[5]);
			p += 6;
			break;
		case SL_CLOSE: cairo_close_path(cr); break;
		}
}

/* One square of the hatch, repeated over the surface: kept as lines, also in a PDF. */
static cairo_pattern_t *hatch_pattern(enum sl_hatch hatch, uint32_t rgb)
{
	const struct sl_hatch_form *form = sl_hatch_form(hatch);
	cairo_rectangle_t square = {0, 0, form->side, form->side};
	cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &square);
	cairo_t *cr = cairo_create(surface);
	cairo_pattern_t *pattern;

	sl_paint_rgb(cr, rgb, 0.8);
	cairo_set_line_width(cr, form->width);
	for (size_t i = 0; i < form->n_lines; i++) {
		cairo_move_to(cr, form->line[i].x0, form->line[i].y0);
		cairo_line_to(cr, form->line[i].x1, form->line[i].y1);
	}
	cairo_stroke(cr);
	for (size_t i = 0; i < form->n_dots; i++) {
		cairo_new_sub_path(cr);
		cairo_arc(cr, form->dot[i].x, form->dot[i].y, form->width, 0, 2 * G_PI);
	}
	cairo_fill(cr);
	cairo_destroy(cr);
	pattern = cairo_pattern_create_for_surface(surface);
	cairo_surface_destroy(surface);
	cairo_pattern_set_extend(pattern, CAIRO_EXTEND_REPEAT);
	return pattern;
}

static void paint_path(cairo_t *cr, const struct sl_draw_item *i)
{
	trace(cr, i);
	if (i->fill.alpha > 0) {
		sl_paint_rgb(cr, i->fill.rgb, i->fill.alpha);
		cairo_fill_preserve(cr);
	}
	if (i->fill.hatch != SL_HATCH_NONE) {
		cairo_pattern_t *pattern = hatch_pattern(i->fill.hatch, i->fill.hatch_rgb);

		cairo_set_source(cr, pattern);
		cairo_fill_preserve(cr);
		cairo_pattern_destroy(pattern);
	}
	if (i->stroke.width > 0) {
		sl_paint_rgb(cr, i->stroke.rgb, 1);
		cairo_set_line_width(cr, i->stroke.width);
		cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
		if (i->stroke.on > 0)
			cairo_set_dash(cr, (double[]){i->stroke.on, i->stroke.off}, 2, 0);
		else
			cairo_set_dash(cr, NULL, 0, 0);
		cairo_stroke_preserve(cr);
	}
	cairo_new_path(cr);
}

static void paint_text(cairo_t *cr, struct sl_fonts *f, const struct sl_draw_item *i)
{
	PangoLayoutLine *line = pango_layout_get_line_readonly(sl_fonts_layout(f, i->text, &i->look), 0);
	PangoRectangle box;
	double width;

	pango_layout_line_get_extents(line, NULL, &box);
	width = (double)box.width / PANGO_SCALE;
	cairo_save(cr);
	cairo_translate(cr, i->x, i->y);
	if (i->look.turn_deg != 0)
		cairo_rotate(cr, i->look.turn_deg * G_PI / 180);
	cairo_translate(cr,
	                i->look.anchor == SL_ANCHOR_LEFT     ? 0
	                : i->look.anchor == SL_ANCHOR_MIDDLE ? -width / 2
	                                                     : -width,
	                0);
	if (i->look.halo > 0) {
		cairo_move_to(cr, 0, 0);
		pango_cairo_layout_line_path(cr, line);
		sl_paint_rgb(cr, SL_PAPER, 1);
		cairo_set_line_width(cr, i->look.halo);
		cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
		cairo_set_dash(cr, NULL, 0, 0);
		cairo_stroke(cr);
	}
	sl_paint_rgb(cr, i->look.rgb, 1);
	cairo_move_to(cr, 0, 0);
	pango_cairo_show_layout_line(cr, line);
	cairo_restore(cr);
}

void sl_paint_drawing(cairo_t *cr, struct sl_fonts *f, const struct sl_drawing *d)
{
	cairo_save(cr);
	for (const struct sl_draw_item *i = d->first; i; i = i->next)
		switch (i->kind) {
		case SL_DRAW_PATH: paint_path(cr, i); break;
		case SL_DRAW_TEXT: paint_text(cr, f, i); break;
		case SL_DRAW_CLIP:
			cairo_save(cr);
			cairo_rectangle(cr, i->x, i->y, i->w, i->h);
			cairo_clip(cr);
			break;
		case SL_DRAW_MOVED:
			cairo_save(cr);
			cairo_translate(cr, i->x, i->y);
			cairo_scale(cr, i->w, i->w);
			break;
		case SL_DRAW_GROUP:
		case SL_DRAW_LINK: cairo_save(cr); break;
		case SL_DRAW_END: cairo_restore(cr); break;
		}
	cairo_restore(cr);
}
