/* Tables on paper: columns as wide as what they hold, heads on every page, rows never cut. */
#include "report/pdf_table_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	BEGIN_ROWS = 4, /* with its head, the least of a table that goes on over the page */
	END_ROWS = 3    /* the least that goes over, its sum among them */
};
#define SHORT 0.3      /* of a page: a table that is never torn apart */
#define LEFT_EMPTY 0.3 /* of a page, to keep a longer one in one piece */

/* ---- cells ---- */

/* Hebrew to Arabic Extended, and their presentation forms. */
static bool has_rtl(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i], d = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;

		if ((c >= 0xd6 && c <= 0xdf) || (c == 0xe0 && d >= 0xa0 && d <= 0xa3) || (c == 0xef && d >= 0xac))
			return true;
	}
	return false;
}

static void set_text(struct sl_paper_table *w, PangoLayout *layout, struct sl_str text, double width,
                     size_t most)
{
	struct sl_str tame = text;
	struct sl_err e = {0};

	/* The fast way: what is plainly printable needs no taming. */
	if (sl_paper_quick_width(w->p, text, 1) < 0 && sl_text_tame(&w->p->scratch, text, 6000, &tame, &e))
		tame = (struct sl_str){0};
	if (tame.n > 6000)
		tame.n = 6000;
	/* Figures, dates and coordinates without a letter of the page's own direction keep their order: a
	 * position read backwards is another place. */
	if (w->p->d->right_to_left && tame.n && !has_rtl(tame)) {
		char *p = sl_arena_alloc(&w->p->scratch, tame.n + 7, 1, &e);

		if (p) {
			memcpy(p, "\u2066", 3);
			memcpy(p + 3, tame.p, tame.n);
			memcpy(p + 3 + tame.n, "\u2069", 3);
			tame = (struct sl_str){p, tame.n + 6};
		}
	}
	pango_layout_set_width(layout, (int)(fmax(width, 4) * PANGO_SCALE));
	pango_layout_set_height(layout, most < 1000 ? -(int)most : -1000);
	pango_layout_set_text(layout, tame.p ? tame.p : "", (int)tame.n);
}

static size_t lines_most(const struct sl_paper_table *w)
{
	double room = w->p->bottom - w->p->top - w->head_height - 2 * w->pad_y - 20;

	return room > 3 * w->leading ? (size_t)(room / w->leading) : 3;
}

static double inner(const struct sl_paper_table *w, const struct sl_paper_column *c)
{
	return c->width - 2 * w->pad - c->keys;
}

/* How many lines a cell takes; its layout is ready unless the quick way told. */
static int cell_lines(struct sl_paper_table *w, size_t i, struct sl_str s, bool bold, double width)
{
	double quick;

	if (!s.n)
		return 0;
	quick = bold ? -1 : sl_paper_quick_width(w->p, s, w->size);
	if (w->p->counting && quick >= 0 && quick <= width)
		return 1;
	set_text(w, bold ? w->column[i].head : w->column[i].layout, s, width, lines_most(w));
	return pango_layout_get_line_count(bold ? w->column[i].head : w->column[i].layout);
}

static void paint_lines(struct sl_paper_table *w, PangoLayout *layout, double x, double width, double y,
                        bool flush_right)
{
	int n = pango_layout_get_line_count(layout);

	for (int i = 0; i < n; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
		PangoRectangle box;
		double at = x;

		if (flush_right || w->p->d->right_to_left) {
			pango_layout_line_get_extents(line, NULL, &box);
			at = x + width - (double)box.width / PANGO_SCALE;
		}
		cairo_move_to(w->p->cr, at, y + (w->leading + w->size * 0.72) / 2);
		pango_cairo_show_layout_line(w->p->cr, line);
		y += w->leading;
	}
}

/* ---- the head ---- */

size_t sl_paper_group_span(const struct sl_doc_table *t, size_t i)
{
	size_t n = 1;

	while (i + n < t->n_columns && t->column[i].group.n &&
	       sl_str_eq(t->column[i + n].group, t->column[i].group))
		n++;
	return n;
}

/* Raised numbers behind a head, as large as its letters ask. */
double sl_paper_note_room(const struct sl_paper_table *w, size_t i)
{
	return (double)w->t->column[i].n_notes * 6 * (w->size > 0 ? w->size / SL_TABLE : 1);
}

static double head_width(const struct sl_paper_table *w, size_t i)
{
	const struct sl_paper_column *c = &w->column[i];

	return c->width - 2 * w->pad - sl_paper_note_room(w, i) - (c->number ? c->keys : 0);
}

static void measure_head_height(struct sl_paper_table *w)
{
	struct sl_buf b = {0};
	int lines = 1, group_lines = 0;

	for (size_t i = 0; i < w->t->n_columns; i++) {
		struct sl_paper_column *c = &w->column[i];

		set_text(w, c->head, sl_paper_heading_text(w, &w->t->column[i], &b), head_width(w, i), 6);
		lines = (int)fmax(lines, pango_layout_get_line_count(c->head));
	}
	for (size_t i = 0, n; i < w->t->n_columns; i += n) {
		double width = 0;

		n = sl_paper_group_span(w->t, i);
		for (size_t k = i; k < i + n; k++)
			width += w->column[k].width;
		if (!w->t->column[i].group.n)
			continue;
		set_text(w, w->column[i].head, w->t->column[i].group, width - 2 * w->pad, 3);
		group_lines = (int)fmax(group_lines, pango_layout_get_line_count(w->column[i].head));
	}
	w->group_height = group_lines ? group_lines * w->leading + w->pad_y : 0;
	w->head_height = lines * w->leading + 2 * w->pad_y + w->group_height;
	sl_buf_done(&b);
}

static void tag_head(struct sl_paper_table *w, const char *tag)
{
	if (!w->body)
		sl_paper_tag(w->p, tag, NULL);
}

static void untag_head(struct sl_paper_table *w, const char *tag)
{
	if (!w->body)
		sl_paper_untag(w->p, tag);
}

/* Tagged the first time only: on later pages it is repeated for the eye. */
static void paint_head(struct sl_paper_table *w)
{
	struct sl_sheets *p = w->p;
	struct sl_buf b = {0};
	double y = p->y + w->pad_y + w->group_height;

	sl_paint_rgb(p->cr, SL_INK, 1);
	if (w->group_height > 0) {
		tag_head(w, "TR");
		for (size_t i = 0, n; i < w->t->n_columns; i += n) {
			double width = 0, x = INFINITY;

			n = sl_paper_group_span(w->t, i);
			for (size_t k = i; k < i + n; k++) {
				width += w->column[k].width;
				x = fmin(x, w->column[k].x);
			}
			if (!w->t->column[i].group.n)
				continue;
			set_text(w, w->column[i].head, w->t->column[i].group, width - 2 * w->pad, 3);
			tag_head(w, "TH");
			paint_lines(w, w->column[i].head, x + w->pad, width - 2 * w->pad, p->y + w->pad_y, false);
			untag_head(w, "TH");
			sl_paper_rule(p, x + w->pad, y - 1, x + width - w->pad, y - 1, 0.4, SL_MUTED);
			sl_paint_rgb(p->cr, SL_INK, 1);
		}
		untag_head(w, "TR");
	}
	tag_head(w, "TR");
	for (size_t i = 0; i < w->t->n_columns; i++) {
		struct sl_paper_column *c = &w->column[i];
		double notes = sl_paper_note_room(w, i), top, x;
		PangoRectangle box;
		int n;

		set_text(w, c->head, sl_paper_heading_text(w, &w->t->column[i], &b), head_width(w, i), 6);
		n = pango_layout_get_line_count(c->head);
		top = p->y + w->head_height - w->pad_y - n * w->leading; /* heads stand on their line */
		tag_head(w, "TH");
		sl_paint_rgb(p->cr, SL_INK, 1);
		if (notes > 0)
			tag_head(w, "Span");
		/* The notes stand behind its last line. */
		pango_layout_line_get_extents(pango_layout_get_line_readonly(c->head, n - 1), NULL, &box);
		if (c->number)
			x = c->x + c->width - w->pad - c->keys - (p->d->right_to_left ? 0 : notes);
		else
			x = p->d->right_to_left ? c->x + c->width - w->pad
			                        : c->x + w->pad + (double)box.width / PANGO_SCALE;
		paint_lines(w, c->head, c->x + w->pad, x - c->x - w->pad, top, c->number);
		if (p->d->right_to_left)
			x -= (double)box.width / PANGO_SCALE + notes;
		if (notes > 0)
			untag_head(w, "Span");
		for (size_t k = 0; k < w->t->column[i].n_notes; k++) {
			char number[24], destination[32];

			snprintf(number, sizeof number, "%zu", w->t->column[i].note[k] + 1);
			snprintf(destination, sizeof destination, "note-%zu", w->t->column[i].note[k] + 1);
			sl_paper_raised(p, number, w->body ? NULL : destination, x + notes * (double)k / (double)w->t->column[i].n_notes + 1,
			                top + (n - 1) * w->leading + (w->leading + w->size * 0.72) / 2, w->size);
		}
		untag_head(w, "TH");
	}
	untag_head(w, "TR");
	sl_paper_rule(p, w->left, p->y, w->left + w->width, p->y, 0.9, SL_INK);
	sl_paper_rule(p, w->left, p->y + w->head_height, w->left + w->width, p->y + w->head_height, 0.6,
	              SL_INK);
	sl_buf_done(&b);
}

static void begin_piece(struct sl_paper_table *w)
{
	if (!w->body)
		sl_paper_tag(w->p, "Table", NULL);
	if (!w->p->counting)
		paint_head(w);
	w->p->y += w->head_height;
	w->p->fresh = false;
	w->open = true;
}

static void end_piece(struct sl_paper_table *w)
{
	if (!w->open)
		return;
	sl_paper_rule(w->p, w->left, w->p->y, w->left + w->width, w->p->y, 0.9, SL_INK);
	w->open = false;
}

/* ---- rows ---- */

static double row_height(struct sl_paper_table *w, const struct sl_doc_row *row)
{
	bool bold = row->type != SL_ROW_BODY;
	int lines = 1;

	if (row->type == SL_ROW_GROUP) {
		lines = cell_lines(w, 0, sl_paper_cell_text(w, row, 0), true, w->width - 2 * w->pad);
		return fmax(lines, 1) * w->leading + 2 * w->pad_y;
	}
	for (size_t i = 0; i < w->t->n_columns; i++)
		lines =
		    (int)fmax(lines, cell_lines(w, i, sl_paper_cell_text(w, row, i), bold, inner(w, &w->column[i])));
	return lines * w->leading + 2 * w->pad_y + (w->below && w->keyed ? w->size * 0.7 : 0);
}

static void paint_cell(struct sl_paper_table *w, const struct sl_doc_row *row, size_t i, double y)
{
	struct sl_paper_column *c = &w->column[i];
	const struct sl_doc_cell *cell = &row->cell[i];
	bool bold = row->type != SL_ROW_BODY, group = row->type == SL_ROW_GROUP;
	double width = group ? w->width - 2 * w->pad : inner(w, c),
	       x = group ? w->left + w->pad : c->x + w->pad;
	PangoLayout *layout = bold ? c->head : c->layout;
	bool known = cell->type != SL_DOC_AMOUNT || cell->amount.state == SL_AMOUNT_KNOWN;
	struct sl_str s = sl_paper_cell_text(w, row, i);
	struct sl_err ignored = {0};
	size_t key;

	if (!s.n)
		return;
	set_text(w, layout, s, width, lines_most(w));
	sl_paint_rgb(w->p->cr, known ? SL_INK : SL_MUTED, 1);
	if (!w->keyed || cell->type != SL_DOC_AMOUNT || sl_paper_key(w->p, cell->amount.cell, &key, &ignored))
		key = 0;
	if (key) /* only tags without others in them hold text (cairo 1.16) */
		sl_paper_tag(w->p, "Span", NULL);
	paint_lines(w, layout, x, width, y, c->number && !group);
	if (key) {
		char text[32], destination[32];

		sl_paper_untag(w->p, "Span");
		snprintf(text, sizeof text, "[%zu]", key);
		snprintf(destination, sizeof destination, "cell-%zu", key);
		if (w->below)
			sl_paper_raised(w->p, text, destination, x + width - sl_paper_raised_width(w->p, text, w->size),
			                y + pango_layout_get_line_count(layout) * w->leading + w->size * 0.85, w->size);
		else
			sl_paper_raised(w->p, text, destination, x + width + 1, y + (w->leading + w->size * 0.72) / 2,
			                w->size);
	}
}

static void paint_row(struct sl_paper_table *w, const struct sl_doc_row *row, double height)
{
	struct sl_sheets *p = w->p;
	struct sl_arena_mark mark = sl_arena_mark(&p->scratch);

	if (row->type == SL_ROW_GROUP) {
		sl_paint_rgb(p->cr, 0xf3f3ef, 1);
		cairo_rectangle(p->cr, w->left, p->y, w->width, height);
		cairo_fill(p->cr);
	}
	sl_paper_tag(p, "TR", NULL);
	for (size_t i = 0; i < w->t->n_columns; i++) {
		const char *tag = i < w->t->n_heads || row->type == SL_ROW_GROUP ? "TH" : "TD";

		sl_paper_tag(p, tag, NULL);
		paint_cell(w, row, i, p->y + w->pad_y);
		sl_paper_untag(p, tag);
		if (row->type == SL_ROW_GROUP)
			break;
	}
	sl_paper_untag(p, "TR");
	sl_arena_reset(&p->scratch, mark);
}

static enum sl_code put_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct sl_paper_table *w = ctx;
	struct sl_sheets *p = w->p;
	double height, need;
	size_t follow;

	if (p->counting) {
		struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
		float *v = sl_arena_grow(&p->a, p->row_height, &p->cap_rows, p->n_rows + 1, sizeof *v, e);

		if (!v)
			return e->code;
		p->row_height = v;
		height = row_height(w, row);
		p->row_height[p->n_rows++] = (float)height;
		sl_arena_reset(&p->scratch, mark);
	} else {
		height = p->at_row < p->n_rows ? (double)p->row_height[p->at_row++] : 2 * w->leading;
	}
	height = (double)(float)height;
	w->put++;
	/* What heads others is not the last on a page, and the sum of all not alone on the next. */
	follow = !w->t->each && w->put + END_ROWS > w->t->n_rows && w->t->n_rows > BEGIN_ROWS + END_ROWS
	             ? w->t->n_rows - w->put
	             : row->type == SL_ROW_GROUP;
	need = height + (double)follow * (w->leading + 2 * w->pad_y + (w->below && w->keyed ? w->size * 0.7 : 0));
	if (w->open && p->y + need > p->bottom + 0.01) {
		end_piece(w);
		if (sl_paper_begin(p, p->landscape, e))
			return e->code;
	}
	if (!w->open) {
		if (sl_paper_room(p, w->head_height + need, e))
			return e->code;
		begin_piece(w);
	} else {
		bool sum = row->type == SL_ROW_TOTAL || row->type == SL_ROW_SUBTOTAL;

		sl_paper_rule(p, w->left, p->y, w->left + w->width, p->y, sum ? 0.6 : 0.3,
		              sum ? SL_INK : SL_HAIRLINE);
	}
	if (!p->counting)
		paint_row(w, row, height);
	p->y += height;
	w->body = true;
	return p->e->code ? (*e = *p->e).code : SL_OK;
}

static void prepare(struct sl_paper_table *w)
{
	for (size_t i = 0; i < w->t->n_columns; i++) {
		PangoLayout *made[2];

		for (int bold = 0; bold < 2; bold++) {
			made[bold] = sl_fonts_layout_new(w->p->f, w->p->d->right_to_left, w->size, bold);
			pango_layout_set_wrap(made[bold], PANGO_WRAP_WORD_CHAR);
			pango_layout_set_ellipsize(made[bold], PANGO_ELLIPSIZE_END);
		}
		w->column[i].layout = made[0];
		w->column[i].head = made[1];
	}
	measure_head_height(w);
}

/* Caption, head and all rows; how much of it closer rows would save.  Infinite where that is more than two pages. */
static void measure_all(struct sl_paper_table *w)
{
	double page = w->p->bottom - w->p->top;

	w->caption = w->t->caption.n ? SL_BODY * sl_fonts_leading(w->p->f) : 0;
	w->begin = w->all = w->caption + w->head_height + 2;
	for (size_t i = 0; !w->t->each && i < w->t->n_rows && w->all < 2 * page; i++) {
		struct sl_arena_mark mark = sl_arena_mark(&w->p->scratch);

		w->all += row_height(w, &w->t->row[i]);
		w->begin = i < BEGIN_ROWS ? w->all : w->begin;
		sl_arena_reset(&w->p->scratch, mark);
	}
	if (w->t->each)
		w->begin += BEGIN_ROWS * (w->leading + 2 * w->pad_y);
	w->all = w->t->each || w->all >= 2 * page ? (double)INFINITY : w->all;
	w->saved = 2 * (SL_PAD_Y - SL_PAD_Y_CLOSE) * (double)w->t->n_rows;
}

/* How much room it needs to begin `above` below where the page stands: all of it, when it fits on a page, may not be
 * torn apart or leaves little behind that would stay empty; some of its rows otherwise. */
static double needs(struct sl_paper_table *w, const struct sl_node *node, double above)
{
	struct sl_sheets *p = w->p;
	double page = p->bottom - p->top, room = p->bottom - p->y - above,
	       whole = node->hints & SL_PAGE_KEEP_TOGETHER || room < page * LEFT_EMPTY ? page : page * SHORT;

	if (w->all > room && w->all - w->saved <= room)
		return w->all - w->saved;
	return w->all <= whole ? w->all : fmin(w->begin, page);
}

/* Where a few rows would go over the page, all stand closer. */
static void close_up(struct sl_paper_table *w, double room)
{
	if (w->all <= room || w->all - w->saved > room)
		return;
	w->pad_y = SL_PAD_Y_CLOSE;
	measure_head_height(w);
}

static enum sl_code put_rows(struct sl_paper_table *w, struct sl_err *e)
{
	(void)!sl_doc_table_each(w->t, put_row, w, e);
	end_piece(w);
	if (w->body)
		sl_paper_untag(w->p, "Table");
	return e->code;
}

static enum sl_code begin_table(struct sl_sheets *p, const struct sl_node *node, struct sl_paper_table *w,
                                struct sl_err *e)
{
	const struct sl_sheet_table *measured;

	*w = (struct sl_paper_table){.p = p, .t = node->table, .keyed = !node->table->each};
	if (sl_paper_measure(p, node, &measured, e))
		return e->code;
	w->column = sl_arena_alloc(&p->scratch, w->t->n_columns + 1, sizeof *w->column, e);
	if (!w->column)
		return e->code;
	for (size_t i = 0; i < w->t->n_columns; i++)
		w->column[i] = (struct sl_paper_column){.number = w->t->column[i].type == SL_COLUMN_AMOUNT,
		                                        .natural = measured->column[i].natural,
		                                        .least = measured->column[i].least,
		                                        .usual = measured->column[i].usual,
		                                        .keys = measured->column[i].keys};
	sl_paper_share(w);
	w->pad_y = SL_PAD_Y;
	prepare(w);
	measure_all(w);
	return SL_OK;
}

static void end_table(struct sl_paper_table *w)
{
	for (size_t i = 0; w->column && i < w->t->n_columns; i++) {
		g_object_unref(w->column[i].layout);
		g_object_unref(w->column[i].head);
	}
	sl_buf_done(&w->text);
}

enum sl_code sl_paper_table_needs(struct sl_sheets *p, const struct sl_node *node, double above,
                                  double *height, struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
	struct sl_paper_table w;

	if (!begin_table(p, node, &w, e))
		*height = needs(&w, node, above + 5) + 5;
	end_table(&w);
	sl_arena_reset(&p->scratch, mark);
	return e->code;
}

enum sl_code sl_paper_table(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
	struct sl_paper_table w;

	if (!begin_table(p, node, &w, e)) {
		p->y += p->fresh ? 0 : 5;
		if (!sl_paper_room(p, needs(&w, node, 0), e))
			close_up(&w, p->bottom - p->y);
		if (!e->code && w.t->caption.n)
			(void)!sl_paper_text(p, w.t->caption, "Caption", SL_BODY, true, 0, e);
		p->y += 2;
		if (!e->code && w.t->n_columns && !put_rows(&w, e) && !w.body)
			(void)!sl_paper_text(p, w.t->empty, "P", SL_BODY, false, 0, e);
		p->y += 10;
	}
	end_table(&w);
	sl_arena_reset(&p->scratch, mark);
	return e->code;
}
