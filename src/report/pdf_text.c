/* Prose on paper: runs of text with figures, raised numbers of notes and of account cells. */
#include "report/pdf_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct target { /* bytes of the text that lead somewhere */
	unsigned from, to;
	char destination[24];
};

struct prose {
	struct sl_buf text;
	PangoAttrList *attributes;
	struct target *target;
	size_t n_targets, cap_targets;
};

static void mark_up(struct prose *r, PangoAttribute *a, size_t from)
{
	a->start_index = (guint)from;
	a->end_index = (guint)r->text.n;
	pango_attr_list_insert(r->attributes, a);
}

static void raise_text(struct prose *r, size_t from, double size)
{
	mark_up(r, pango_attr_size_new_absolute((int)(size * 0.62 * PANGO_SCALE)), from);
	mark_up(r, pango_attr_rise_new((int)(size * 0.36 * PANGO_SCALE)), from);
	mark_up(r,
	        pango_attr_foreground_new((SL_ACCENT >> 16 & 255) * 257, (SL_ACCENT >> 8 & 255) * 257,
	                                  (SL_ACCENT & 255) * 257),
	        from);
}

static enum sl_code put_target(struct sl_sheets *p, struct prose *r, const char *kind, size_t number,
                               bool bracketed, double size, struct sl_err *e)
{
	size_t from = r->text.n;
	struct target *v =
	    sl_arena_grow(&p->scratch, r->target, &r->cap_targets, r->n_targets + 1, sizeof *v, e);

	if (!v)
		return e->code;
	r->target = v;
	sl_buf_printf(&r->text, bracketed ? "[%zu]" : "%zu", number);
	raise_text(r, from, size);
	v = &r->target[r->n_targets++];
	v->from = (unsigned)from;
	v->to = (unsigned)r->text.n;
	snprintf(v->destination, sizeof v->destination, "%s-%zu", kind, number);
	return SL_OK;
}

/* A name that came with signs of direction keeps them to itself (Unicode, UAX 9, isolates). */
static void put_tame(struct sl_sheets *p, struct prose *r, struct sl_str text, struct sl_err *e)
{
	struct sl_str tame;
	bool turns = false;

	if (sl_text_tame(&p->scratch, text, 0, &tame, e))
		return;
	for (size_t i = 0; i + 2 < tame.n; i++)
		turns |= (unsigned char)tame.p[i] == 0xe2 &&
		         (((unsigned char)tame.p[i + 1] == 0x80 && (unsigned char)tame.p[i + 2] >= 0xaa) ||
		          ((unsigned char)tame.p[i + 1] == 0x81 && (unsigned char)tame.p[i + 2] >= 0xa6));
	if (turns)
		sl_buf_puts(&r->text, p->d->right_to_left ? "\u2067" : "\u2066");
	sl_buf_str(&r->text, tame);
	if (turns)
		sl_buf_puts(&r->text, "\u2069");
}

/* Among words that run the other way a minus sign stays before its number, and the unit follows in their
 * direction. */
static void put_amount(struct sl_sheets *p, struct prose *r, const struct sl_amount *m)
{
	struct sl_str unit = sl_word_unit(p->d->locale, m->unit);

	if (!p->d->right_to_left || m->state != SL_AMOUNT_KNOWN || m->at_least || m->unit == SL_UNIT_DAYS ||
	    m->unit == SL_UNIT_YEARS) {
		sl_word_amount(&r->text, p->d, m, true);
		return;
	}
	sl_buf_puts(&r->text, "\u2066");
	sl_word_amount(&r->text, p->d, m, false);
	sl_buf_puts(&r->text, m->unit == SL_UNIT_DEGREES ? "\u00b0\u2069" : "\u2069");
	if (unit.n && m->unit != SL_UNIT_DEGREES) {
		sl_buf_puts(&r->text, "\u00a0");
		sl_buf_str(&r->text, unit);
	}
}

static enum sl_code gather(struct sl_sheets *p, const struct sl_runs *runs, double size, struct prose *r,
                           struct sl_err *e)
{
	for (size_t i = 0; i < runs->n && !e->code; i++) {
		const struct sl_run *run = &runs->v[i];
		size_t from = r->text.n, key;

		switch (run->type) {
		case SL_RUN_TEXT: put_tame(p, r, run->text, e); break;
		case SL_RUN_STRONG:
			put_tame(p, r, run->text, e);
			mark_up(r, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from);
			break;
		case SL_RUN_AMOUNT:
			put_amount(p, r, &run->amount);
			if (!sl_paper_key(p, run->amount.cell, &key, e) && key)
				(void)!put_target(p, r, "cell", key, true, size, e);
			break;
		case SL_RUN_DATE: sl_word_date(&r->text, p->d, run->date); break;
		case SL_RUN_NOTE: (void)!put_target(p, r, "note", run->note + 1, false, size, e); break;
		}
	}
	return e->code ? e->code : sl_buf_check(&r->text, e);
}

static PangoLayout *lay_out(struct sl_sheets *p, struct prose *r, double size, bool bold, double from)
{
	PangoLayout *layout = sl_fonts_layout_new(p->f, p->d->right_to_left, size, bold);

	pango_layout_set_width(layout, (int)((p->right - p->left - from) * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(layout, r->text.p, (int)r->text.n);
	pango_layout_set_attributes(layout, r->attributes);
	return layout;
}

/* Where the targets of a line are, as links. */
static void link_line(struct sl_sheets *p, const struct prose *r, PangoLayoutLine *line, double x,
                      double base, double size)
{
	for (size_t i = 0; i < r->n_targets; i++) {
		const struct target *t = &r->target[i];
		int x0, x1;
		char where[160];

		if (t->from < (unsigned)line->start_index || t->to > (unsigned)(line->start_index + line->length))
			continue;
		pango_layout_line_index_to_x(line, (int)t->from, FALSE, &x0);
		pango_layout_line_index_to_x(line, (int)t->to - 1, TRUE, &x1);
		snprintf(where, sizeof where, "dest='%s' rect=[%.2f %.2f %.2f %.2f]", t->destination,
		         x + fmin(x0, x1) / PANGO_SCALE, base - size, fabs((double)(x1 - x0)) / PANGO_SCALE,
		         size * 0.8);
		sl_paper_tag(p, CAIRO_TAG_LINK, where);
		sl_paper_untag(p, CAIRO_TAG_LINK);
	}
}

static enum sl_code put_prose(struct sl_sheets *p, struct prose *r, const char *tag, double size, bool bold,
                              double from, struct sl_err *e)
{
	PangoLayout *layout = lay_out(p, r, size, bold, from);
	double leading = size * sl_fonts_leading(p->f);
	int n = pango_layout_get_line_count(layout);
	bool open = false;

	for (int i = 0; i < n && !e->code; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
		PangoRectangle box;
		double x, base;
		int left = n - i;
		/* No line of several stands alone at the foot or the head of a page. */
		double need = leading * (left == 2 || (!i && n > 1) ? 2 : 1);

		if (!p->fresh && p->y + need > p->bottom + 0.01) {
			if (open)
				sl_paper_untag(p, tag);
			open = false;
			if (sl_paper_begin(p, p->landscape, e))
				break;
		}
		if (!open)
			sl_paper_tag(p, tag, NULL);
		open = true;
		p->fresh = false;
		base = p->y + (leading + size * 0.72) / 2;
		if (!p->counting) {
			pango_layout_line_get_extents(line, NULL, &box);
			x = sl_paper_x(p, from, (double)box.width / PANGO_SCALE);
			/* Only tags without others in them hold text (cairo 1.16). */
			if (r->n_targets)
				sl_paper_tag(p, "Span", NULL);
			sl_paint_rgb(p->cr, SL_INK, 1);
			cairo_move_to(p->cr, x, base);
			pango_cairo_show_layout_line(p->cr, line);
			if (r->n_targets)
				sl_paper_untag(p, "Span");
			link_line(p, r, line, x, base, size);
		}
		p->y += leading;
	}
	if (open)
		sl_paper_untag(p, tag);
	g_object_unref(layout);
	return e->code;
}

enum sl_code sl_paper_runs(struct sl_sheets *p, const struct sl_runs *runs, const char *tag, double size,
                           bool bold, double from, struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
	struct prose r = {.attributes = sl_fonts_attributes()};

	if (!gather(p, runs, size, &r, e) && r.text.n)
		(void)!put_prose(p, &r, tag, size, bold, from, e);
	pango_attr_list_unref(r.attributes);
	sl_buf_done(&r.text);
	sl_arena_reset(&p->scratch, mark);
	return e->code;
}

double sl_paper_runs_height(struct sl_sheets *p, const struct sl_runs *runs, double size, bool bold,
                            double from)
{
	struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
	struct prose r = {.attributes = sl_fonts_attributes()};
	struct sl_err e = {0};
	double height = size;

	if (!gather(p, runs, size, &r, &e) && r.text.n) {
		PangoLayout *layout = lay_out(p, &r, size, bold, from);

		height = pango_layout_get_line_count(layout) * size * sl_fonts_leading(p->f);
		g_object_unref(layout);
	}
	pango_attr_list_unref(r.attributes);
	sl_buf_done(&r.text);
	sl_arena_reset(&p->scratch, mark);
	return height;
}

enum sl_code sl_paper_text(struct sl_sheets *p, struct sl_str text, const char *tag, double size, bool bold,
                           double from, struct sl_err *e)
{
	struct sl_run run = {.type = SL_RUN_TEXT, .text = text};
	struct sl_runs runs = {&run, 1, 1};

	return sl_paper_runs(p, &runs, tag, size, bold, from, e);
}

/* ---- keys of account cells ---- */

enum sl_code sl_paper_key(struct sl_sheets *p, struct sl_str cell, size_t *key, struct sl_err *e)
{
	struct sl_str *v;
	uint64_t *at;
	bool is_new;
	char *copy;

	*key = 0;
	if (!cell.n)
		return SL_OK;
	at = sl_map_get(&p->key_of, cell);
	if (at) {
		*key = (size_t)*at;
		return SL_OK;
	}
	copy = sl_str_dup(&p->a, cell, e);
	v = copy ? sl_arena_grow(&p->a, p->key, &p->cap_keys, p->n_keys + 1, sizeof *v, e) : NULL;
	if (!v)
		return e->code;
	p->key = v;
	v[p->n_keys] = (struct sl_str){copy, cell.n};
	at = sl_map_put(&p->key_of, v[p->n_keys], p->n_keys + 1, &is_new, e);
	if (!at)
		return e->code;
	*key = ++p->n_keys;
	return SL_OK;
}

static struct sl_text_look raised_look(double size)
{
	return (struct sl_text_look){.size = size * 0.62, .rgb = SL_ACCENT, .direction = SL_LEFT_TO_RIGHT};
}

double sl_paper_raised_width(struct sl_sheets *p, const char *text, double size)
{
	struct sl_text_look look = raised_look(size);

	return sl_fonts_width(p->f, sl_str_from(text), &look);
}

void sl_paper_raised(struct sl_sheets *p, const char *text, const char *destination, double x, double y,
                     double size)
{
	struct sl_text_look look = raised_look(size);
	char where[160];

	if (p->counting)
		return;
	if (destination) {
		snprintf(where, sizeof where, "dest='%s' rect=[%.2f %.2f %.2f %.2f]", destination, x, y - size,
		         sl_paper_raised_width(p, text, size), size * 0.8);
		sl_paper_tag(p, CAIRO_TAG_LINK, where);
	}
	sl_paint_rgb(p->cr, SL_ACCENT, 1);
	cairo_move_to(p->cr, x, y - size * 0.36);
	pango_cairo_show_layout_line(
	    p->cr, pango_layout_get_line_readonly(sl_fonts_layout(p->f, sl_str_from(text), &look), 0));
	if (destination)
		sl_paper_untag(p, CAIRO_TAG_LINK);
}
