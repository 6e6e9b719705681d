#include "report/svg.h"

#include <math.h>

struct writer {
	struct sl_buf *b;
	const struct sl_drawing *d;
	const char *prefix;
	size_t n_paths, n_clips;
};

static void put_escaped(struct sl_buf *b, struct sl_str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *named = s.p[i] == '&'    ? "&amp;"
		                    : s.p[i] == '<'  ? "&lt;"
		                    : s.p[i] == '>'  ? "&gt;"
		                    : s.p[i] == '"'  ? "&quot;"
		                    : s.p[i] == '\'' ? "&#39;"
		                                     : NULL;

		if (!named)
			continue;
		sl_buf_add(b, s.p + from, i - from);
		sl_buf_puts(b, named);
		from = i + 1;
	}
	sl_buf_add(b, s.p + from, s.n - from);
}

/* Hundredths: finer than any screen or printer. */
static void put_number(struct sl_buf *b, double x)
{
	char text[32];

	if (!isfinite(x))
		x = 0;
	sl_buf_add(b, text, sl_double_text(round(x * 100) / 100 + 0.0, text));
}

static void put_attribute(struct sl_buf *b, const char *name, double x)
{
	sl_buf_printf(b, " %s=\"", name);
	put_number(b, x);
	sl_buf_putc(b, '"');
}

static void put_point(struct sl_buf *b, char verb, const float *p, int n)
{
	sl_buf_putc(b, verb);
	for (int i = 0; i < n; i++) {
		if (i)
			sl_buf_putc(b, ' ');
		put_number(b, (double)p[i]);
	}
}

/* As the file says it, so that what follows is relative to what a reader sees. */
static double rounded(float x)
{
	return round((double)x * 100) / 100;
}

static void put_path(struct sl_buf *b, const struct sl_draw_item *i)
{
	const float *p = i->xy;
	double x = 0, y = 0;

	for (size_t k = 0; k < i->n_verbs; k++)
		switch ((enum sl_verb)i->verb[k]) {
		case SL_MOVE:
			put_point(b, 'M', p, 2);
			x = rounded(p[0]);
			y = rounded(p[1]);
			p += 2;
			break;
		case SL_LINE: /* straight across or down needs one number: specks are many */
			if (fabs(rounded(p[1]) - y) < 0.001)
				put_point(b, 'H', p, 1);
			else if (fabs(rounded(p[0]) - x) < 0.001)
				put_point(b, 'V', p + 1, 1);
			else
				put_point(b, 'L', p, 2);
			x = rounded(p[0]);
			y = rounded(p[1]);
			p += 2;
			break;
		case SL_CURVE:
			put_point(b, 'C', p, 6);
			x = rounded(p[4]);
			y = rounded(p[5]);
			p += 6;
			break;
		case SL_CLOSE: /* a line after it begins elsewhere: none of ours does */ sl_buf_putc(b, 'Z'); break;
		}
}

/* Colours of the page's own text and paper also carry a class, so that a dark page can turn them around. */
static const char *class_of(uint32_t rgb)
{
	return rgb == SL_INK     ? " class=\"ink\""
	       : rgb == SL_MUTED ? " class=\"muted\""
	       : rgb == SL_PAPER ? " class=\"paper\""
	                         : "";
}

static void put_stroke(struct sl_buf *b, const struct sl_stroke *s)
{
	if (!(s->width > 0))
		return;
	sl_buf_printf(b, " stroke=\"#%06x\"", (unsigned)s->rgb);
	put_attribute(b, "stroke-width", s->width);
	if (s->on > 0) {
		sl_buf_puts(b, " stroke-dasharray=\"");
		put_number(b, s->on);
		sl_buf_putc(b, ' ');
		put_number(b, s->off);
		sl_buf_putc(b, '"');
	}
}

static void put_fill(struct sl_buf *b, const struct sl_fill *f)
{
	if (!(f->alpha > 0)) {
		sl_buf_puts(b, " fill=\"none\"");
		return;
	}
	sl_buf_printf(b, " fill=\"#%06x\"", (unsigned)f->rgb);
	if (f->alpha < 1)
		put_attribute(b, "fill-opacity", f->alpha);
}

static void write_path(struct writer *w, const struct sl_draw_item *i)
{
	struct sl_buf *b = w->b;

	if (i->fill.hatch == SL_HATCH_NONE) {
		sl_buf_puts(b, "<path");
		if (i->stroke.width > 0 && !(i->fill.alpha > 0))
			sl_buf_puts(b, i->stroke.rgb == SL_INK ? " class=\"ink-line\"" : "");
		put_fill(b, &i->fill);
		put_stroke(b, &i->stroke);
		sl_buf_puts(b, " stroke-linejoin=\"round\" d=\"");
		put_path(b, i);
		sl_buf_puts(b, "\"/>\n");
		return;
	}
	/* Colour below, hatch above, the outline on top: three uses of one path. */
	w->n_paths++;
	sl_buf_printf(b, "<defs><path id=\"%s-p%zu\" d=\"", w->prefix, w->n_paths);
	put_path(b, i);
	sl_buf_printf(b, "\"/></defs><use href=\"#%s-p%zu\"", w->prefix, w->n_paths);
	put_fill(b, &i->fill);
	sl_buf_printf(b, "/><use href=\"#%s-p%zu\" fill=\"url(#%s-h%d-%06x)\"", w->prefix, w->n_paths,
	              w->prefix, (int)i->fill.hatch, (unsigned)i->fill.hatch_rgb);
	put_stroke(b, &i->stroke);
	sl_buf_puts(b, " stroke-linejoin=\"round\"/>\n");
}

static void write_text(struct writer *w, const struct sl_draw_item *i)
{
	struct sl_buf *b = w->b;
	bool rtl = i->look.direction == SL_RIGHT_TO_LEFT ||
	           (i->look.direction == SL_DIRECTION_OF_TEXT && sl_text_is_rtl(i->text));

	sl_buf_printf(b, "<text%s", class_of(i->look.rgb));
	put_attribute(b, "x", i->x);
	put_attribute(b, "y", i->y);
	put_attribute(b, "font-size", i->look.size);
	sl_buf_printf(b, " fill=\"#%06x\"", (unsigned)i->look.rgb);
	if (i->look.bold)
		sl_buf_puts(b, " font-weight=\"700\"");
	/* "start" is where reading begins. */
	if (i->look.anchor == SL_ANCHOR_MIDDLE)
		sl_buf_puts(b, " text-anchor=\"middle\"");
	else if ((i->look.anchor == SL_ANCHOR_RIGHT) != rtl)
		sl_buf_puts(b, " text-anchor=\"end\"");
	sl_buf_printf(b, " direction=\"%s\"", rtl ? "rtl" : "ltr");
	if (i->look.turn_deg != 0) {
		sl_buf_puts(b, " transform=\"rotate(");
		put_number(b, i->look.turn_deg);
		sl_buf_putc(b, ' ');
		put_number(b, i->x);
		sl_buf_putc(b, ' ');
		put_number(b, i->y);
		sl_buf_puts(b, ")\"");
	}
	if (i->look.halo > 0) {
		sl_buf_printf(b, " stroke=\"#%06x\" stroke-linejoin=\"round\" paint-order=\"stroke\"", SL_PAPER);
		put_attribute(b, "stroke-width", i->look.halo);
	}
	sl_buf_putc(b, '>');
	put_escaped(b, i->text);
	sl_buf_puts(b, "</text>\n");
}

static void write_hatches(struct writer *w)
{
	struct {
		enum sl_hatch hatch;
		uint32_t rgb;
	} seen[64];
	struct sl_buf *b = w->b;
	size_t n = 0;

	for (const struct sl_draw_item *i = w->d->first; i; i = i->next) {
		const struct sl_hatch_form *form = i->kind == SL_DRAW_PATH ? sl_hatch_form(i->fill.hatch) : NULL;
		size_t k = 0;

		while (form && k < n && !(seen[k].hatch == i->fill.hatch && seen[k].rgb == i->fill.hatch_rgb))
			k++;
		if (!form || k < n || n == sizeof seen / sizeof *seen)
			continue;
		seen[n].hatch = i->fill.hatch;
		seen[n++].rgb = i->fill.hatch_rgb;
		sl_buf_printf(b, "%s<pattern id=\"%s-h%d-%06x\" patternUnits=\"userSpaceOnUse\"",
		              n == 1 ? "<defs>" : "", w->prefix, (int)i->fill.hatch, (unsigned)i->fill.hatch_rgb);
		put_attribute(b, "width", form->side);
		put_attribute(b, "height", form->side);
		sl_buf_puts(b, ">");
		if (form->n_lines) {
			sl_buf_printf(b, "<path fill=\"none\" stroke=\"#%06x\" stroke-opacity=\"0.8\"",
			              (unsigned)i->fill.hatch_rgb);
			put_attribute(b, "stroke-width", form->width);
			sl_buf_puts(b, " d=\"");
			for (size_t j = 0; j < form->n_lines; j++) {
				const float to[4] = {(float)form->line[j].x0, (float)form->line[j].y0,
				                     (float)form->line[j].x1, (float)form->line[j].y1};

				put_point(b, 'M', to, 2);
				put_point(b, 'L', to + 2, 2);
			}
			sl_buf_puts(b, "\"/>");
		}
		for (size_t j = 0; j < form->n_dots; j++) {
			sl_buf_printf(b, "<circle fill=\"#%06x\" fill-opacity=\"0.8\"", (unsigned)i->fill.hatch_rgb);
			put_attribute(b, "cx", form->dot[j].x);
			put_attribute(b, "cy", form->dot[j].y);
			put_attribute(b, "r", form->width);
			sl_buf_puts(b, "/>");
		}
		sl_buf_puts(b, "</pattern>");
	}
	if (n)
		sl_buf_puts(b, "</defs>\n");
}

static void write_said(struct sl_buf *b, const char *element, const char *prefix, const char *id,
                       struct sl_str text)
{
	if (!text.n)
		return;
	sl_buf_printf(b, "<%s", element);
	if (id)
		sl_buf_printf(b, " id=\"%s-%s\"", prefix, id);
	sl_buf_putc(b, '>');
	put_escaped(b, text);
	sl_buf_printf(b, "</%s>\n", element);
}

static void write_item(struct writer *w, const struct sl_draw_item *i, char *ends, size_t *depth)
{
	struct sl_buf *b = w->b;

	switch (i->kind) {
	case SL_DRAW_PATH: write_path(w, i); return;
	case SL_DRAW_TEXT: write_text(w, i); return;
	case SL_DRAW_GROUP:
		sl_buf_puts(b, "<g>");
		write_said(b, "title", w->prefix, NULL, i->text);
		write_said(b, "desc", w->prefix, NULL, i->description);
		break;
	case SL_DRAW_LINK:
		sl_buf_puts(b, i->text.n ? "<a href=\"" : "<g>");
		if (i->text.n) {
			put_escaped(b, i->text);
			sl_buf_puts(b, "\">");
		}
		break;
	case SL_DRAW_CLIP:
		w->n_clips++;
		sl_buf_printf(b, "<clipPath id=\"%s-c%zu\"><rect", w->prefix, w->n_clips);
		put_attribute(b, "x", i->x);
		put_attribute(b, "y", i->y);
		put_attribute(b, "width", i->w);
		put_attribute(b, "height", i->h);
		sl_buf_printf(b, "/></clipPath><g clip-path=\"url(#%s-c%zu)\">\n", w->prefix, w->n_clips);
		break;
	case SL_DRAW_MOVED:
		sl_buf_puts(b, "<g transform=\"translate(");
		put_number(b, i->x);
		sl_buf_putc(b, ' ');
		put_number(b, i->y);
		sl_buf_puts(b, ") scale(");
		sl_buf_printf(b, "%.6g)\">\n", i->w);
		break;
	case SL_DRAW_END:
		if (*depth)
			sl_buf_puts(b, ends[--*depth] == 'a' ? "</a>\n" : "</g>\n");
		return;
	}
	ends[(*depth)++] = i->kind == SL_DRAW_LINK && i->text.n ? 'a' : 'g';
}

enum sl_code sl_svg_write(const struct sl_drawing *d, const char *prefix, struct sl_buf *out,
                          struct sl_err *e)
{
	struct writer w = {.b = out, .d = d, .prefix = prefix};
	struct sl_str title, description;
	size_t depth = 0;
	bool links = false;
	char *ends;

	for (const struct sl_draw_item *i = d->first; i; i = i->next)
		links |= i->kind == SL_DRAW_LINK && i->text.n;
	ends = sl_arena_alloc(d->a, d->n_items + 1, 1, e);
	if (!ends || sl_text_tame(d->a, d->title, 2000, &title, e) ||
	    sl_text_tame(d->a, d->description, 8000, &description, e))
		return e->code;
	sl_buf_puts(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
	put_number(out, d->width);
	sl_buf_putc(out, ' ');
	put_number(out, d->height);
	sl_buf_putc(out, '"');
	put_attribute(out, "width", d->width);
	put_attribute(out, "height", d->height);
	/* What holds links is more than one picture to who listens. */
	sl_buf_printf(out, " role=\"%s\"", links ? "group" : "img");
	if (title.n)
		sl_buf_printf(out, " aria-labelledby=\"%s-title\"", prefix);
	if (description.n)
		sl_buf_printf(out, " aria-describedby=\"%s-about\"", prefix);
	sl_buf_printf(out,
	              " xml:lang=\"%s\" lang=\"%s\" font-family=\"Noto Sans, Noto Sans Arabic, Noto Sans "
	              "Khmer, sans-serif\">\n",
	              d->language, d->language);
	write_said(out, "title", prefix, "title", title);
	write_said(out, "desc", prefix, "about", description);
	write_hatches(&w);
	for (const struct sl_draw_item *i = d->first; i; i = i->next)
		write_item(&w, i, ends, &depth);
	sl_buf_puts(out, "</svg>\n");
	return sl_buf_check(out, e);
}
