#include "report/pdf.h"

#include "report/pdf_parts.h"

#include <cairo-pdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MARGIN 48.0
#define MARKED 9.0 /* the foot is so much higher where a marking stands below it, within what printers reach */
#define HEAD 30.0 /* from the edge to the base line of a page's head, and of its foot */

static const double paper_size[][2] = {
    [SL_PAPER_A4] = {595.276, 841.89}, [SL_PAPER_A3] = {841.89, 1190.551}};

/* ---- small things ---- */

void sl_paper_tag(struct sl_sheets *p, const char *name, const char *attributes)
{
	if (!p->counting)
		cairo_tag_begin(p->cr, name, attributes);
}

void sl_paper_untag(struct sl_sheets *p, const char *name)
{
	if (!p->counting)
		cairo_tag_end(p->cr, name);
}

enum sl_code sl_paper_tag_figure(struct sl_sheets *p, struct sl_str alternative, struct sl_err *e)
{
	struct sl_str *v;

	if (p->counting)
		return SL_OK;
	v = sl_arena_grow(&p->a, p->alternative, &p->cap_alternatives, p->n_alternatives + 1, sizeof *v, e);
	if (!v)
		return e->code;
	p->alternative = v;
	if (sl_text_tame(&p->a, alternative, 2000, &v[p->n_alternatives], e))
		return e->code;
	p->n_alternatives++;
	cairo_tag_begin(p->cr, "Figure", NULL);
	return SL_OK;
}

void sl_paper_rule(struct sl_sheets *p, double x0, double y0, double x1, double y1, double width,
                   uint32_t rgb)
{
	if (p->counting)
		return;
	sl_paint_rgb(p->cr, rgb, 1);
	cairo_set_line_width(p->cr, width);
	cairo_set_dash(p->cr, NULL, 0, 0);
	cairo_move_to(p->cr, x0, y0);
	cairo_line_to(p->cr, x1, y1);
	cairo_stroke(p->cr);
}

double sl_paper_x(const struct sl_sheets *p, double from, double width)
{
	return p->d->right_to_left ? p->right - from - width : p->left + from;
}

struct sl_text_look sl_paper_look(const struct sl_sheets *p, double size, bool bold)
{
	return (struct sl_text_look){.size = size,
	                             .bold = bold,
	                             .rgb = SL_INK,
	                             .anchor = p->d->right_to_left ? SL_ANCHOR_RIGHT : SL_ANCHOR_LEFT,
	                             .direction = p->d->right_to_left ? SL_RIGHT_TO_LEFT : SL_LEFT_TO_RIGHT};
}

void sl_paper_line(struct sl_sheets *p, struct sl_str text, const struct sl_text_look *look, double x,
                   double y, double width)
{
	sl_paper_lines(p, text, look, x, y, width, 1);
}

void sl_paper_lines(struct sl_sheets *p, struct sl_str text, const struct sl_text_look *look, double x,
                    double y, double width, size_t most)
{
	struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
	struct sl_drawing d;

	if (p->counting)
		return;
	sl_drawing_init(&d, &p->scratch, 0, 0);
	sl_draw_lines(&d, p->f, x, y, width, most, text, look);
	sl_paint_drawing(p->cr, p->f, &d);
	sl_arena_reset(&p->scratch, mark);
}

/* ---- pages ---- */

struct numbering {
	const struct sl_sheets *p;
};

static void fill_number(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct sl_sheets *p = ((const struct numbering *)ctx)->p;

	sl_word_integer(b, p->d->locale, sl_str_is(name, "n") ? p->page : p->pages);
}

/* What stands above and below every page; no part of the text: it is painted where only tags that hold
 * others are open, and those mark no content (cairo 1.16). */
static void paint_frame(struct sl_sheets *p)
{
	const struct sl_document *d = p->d;
	struct sl_text_look start = sl_paper_look(p, SL_SMALL, false), end = start;
	double wide = p->right - p->left, head = HEAD + 4, foot = p->height - HEAD + 4 - (d->marking.n ? MARKED : 0),
	       near = d->right_to_left ? p->right : p->left, far = d->right_to_left ? p->left : p->right;
	struct numbering numbers = {p};
	struct sl_buf b = {0};

	if (p->counting)
		return;
	start.rgb = end.rgb = SL_MUTED;
	end.anchor = d->right_to_left ? SL_ANCHOR_LEFT : SL_ANCHOR_RIGHT;
	if (p->page > 1) {
		double name = fmin(sl_fonts_width(p->f, d->programme, &end) + 1, wide * 0.36);

		sl_paper_line(p, d->title, &start, near, head, wide - name - 12);
		sl_paper_line(p, d->programme, &end, far, head, name);
		sl_paper_rule(p, p->left, head + 4.5, p->right, head + 4.5, 0.4, SL_HAIRLINE);
	}
	if (d->marking.n) {
		struct sl_text_look marking = start;

		marking.bold = true;
		marking.rgb = SL_INK;
		marking.anchor = SL_ANCHOR_MIDDLE;
		sl_paper_line(p, d->marking, &marking, (p->left + p->right) / 2, HEAD - 7, wide);
		sl_paper_line(p, d->marking, &marking, (p->left + p->right) / 2, foot + 14, wide);
	}
	sl_paper_rule(p, p->left, foot - 13, p->right, foot - 13, 0.4, SL_HAIRLINE);
	sl_paper_lines(p, d->about, &start, near, foot - 4, wide * 0.82, 2);
	sl_word_fill(&b, sl_str_from(sl_text(d->locale, "report", "Page {n} of {total}")), fill_number,
	             &numbers);
	if (!b.failed)
		sl_paper_line(p, sl_buf_view(&b), &end, far, foot - 4, wide * 0.16);
	sl_buf_done(&b);
}

static void close_page(struct sl_sheets *p)
{
	if (p->counting)
		return;
	paint_frame(p);
	cairo_show_page(p->cr);
}

enum sl_code sl_paper_begin(struct sl_sheets *p, bool landscape, struct sl_err *e)
{
	const double *size = paper_size[p->d->paper == SL_PAPER_A3 ? SL_PAPER_A3 : SL_PAPER_A4];

	if (p->page)
		close_page(p);
	p->page++;
	p->landscape = landscape;
	p->width = size[landscape];
	p->height = size[!landscape];
	p->left = MARGIN;
	p->right = p->width - MARGIN;
	p->top = MARGIN + 6;
	p->bottom = p->height - MARGIN - 10;
	p->y = p->top;
	p->fresh = true;
	if (!p->counting) {
		cairo_pdf_surface_set_size(p->surface, p->width, p->height);
		return p->e->code ? (*e = *p->e).code : sl_cairo_check(cairo_status(p->cr), e);
	}
	return SL_OK;
}

enum sl_code sl_paper_room(struct sl_sheets *p, double height, struct sl_err *e)
{
	if (p->fresh || p->y + height <= p->bottom + 0.01)
		return SL_OK;
	return sl_paper_begin(p, p->landscape, e);
}

enum sl_code sl_paper_end(struct sl_sheets *p, struct sl_err *e)
{
	close_page(p);
	sl_paper_untag(p, "Document");
	p->pages = p->page;
	return p->counting ? SL_OK : sl_cairo_check(cairo_status(p->cr), e);
}

/* ---- nodes ---- */

static bool holds(struct sl_str text, struct sl_str part)
{
	for (size_t i = 0; i + part.n <= text.n; i++)
		if (!memcmp(text.p + i, part.p, part.n))
			return true;
	return false;
}

/* A code that comes first stands beside the title, at the far end. */
static bool is_beside_title(const struct sl_sheets *p, const struct sl_node *node)
{
	return node && node == p->d->first && node->type == SL_NODE_CODE;
}

static enum sl_code put_title(struct sl_sheets *p, struct sl_err *e)
{
	const struct sl_document *d = p->d;
	bool beside = is_beside_title(p, d->first);
	double left = p->left, right = p->right, low = 0;

	if (beside) {
		if (sl_paper_code_beside(p, d->first, &low, e))
			return e->code;
		p->left += d->right_to_left ? SL_CODE_WIDE : 0;
		p->right -= d->right_to_left ? 0 : SL_CODE_WIDE;
	}
	if (d->title.n) {
		if (sl_paper_text(p, d->title, "H1", 19, true, 0, e))
			return e->code;
	}
	p->y += 2;
	if (d->subtitle.n && sl_paper_text(p, d->subtitle, "P", 11.5, false, 0, e))
		return e->code;
	if (d->programme.n && !holds(d->title, d->programme) && !holds(d->subtitle, d->programme) &&
	    sl_paper_text(p, d->programme, "P", SL_BODY, false, 0, e))
		return e->code;
	p->left = left;
	p->right = right;
	p->y = fmax(p->y + 4, low);
	sl_paper_rule(p, p->left, p->y, p->right, p->y, 1.2, SL_ACCENT);
	p->y += 12;
	return SL_OK;
}

static enum sl_code bookmark(struct sl_sheets *p, const struct sl_node *node, int level, struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
	struct sl_buf b = {0};
	struct sl_str tame;
	char where[100], *name;
	int parent = 0;

	if (p->counting)
		return SL_OK;
	for (size_t i = 0; i < node->runs.n; i++)
		if (node->runs.v[i].type == SL_RUN_TEXT || node->runs.v[i].type == SL_RUN_STRONG)
			sl_buf_str(&b, node->runs.v[i].text);
	for (int i = 1; i < level; i++)
		if (p->outline[i])
			parent = p->outline[i];
	snprintf(where, sizeof where, "page=%d pos=[%.0f %.0f]", p->page, p->left, fmax(p->y - 4, 0));
	if (!sl_buf_check(&b, e) && !sl_text_tame(&p->scratch, sl_buf_view(&b), 300, &tame, e)) {
		name = sl_str_dup(&p->scratch, tame, e);
		if (name)
			p->outline[level] = cairo_pdf_surface_add_outline(p->surface, parent, name, where,
			                                                  level < 2 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
	}
	for (int i = level + 1; i < 5; i++)
		p->outline[i] = 0;
	sl_buf_done(&b);
	sl_arena_reset(&p->scratch, mark);
	return e->code;
}

static const double heading_size[] = {14, 14, 11.5, 10, SL_BODY};

static int heading_level(const struct sl_node *node)
{
	return node->level < 1 ? 1 : node->level > 4 ? 4 : node->level;
}

/* How much room a heading needs with some of what it heads, a figure whole; `above`: what stands before it, in room. */
static enum sl_code heading_needs(struct sl_sheets *p, const struct sl_node *node, double above, double *out,
                                  struct sl_err *e)
{
	double size = heading_size[heading_level(node)], sum = above, below;
	const struct sl_node *next = node->next;

	sum += (p->fresh && above <= 0 ? 0 : size * 1.1) + sl_paper_runs_height(p, &node->runs, size, true, 0) + 3;
	if (next && next->hints & SL_PAGE_BREAK_BEFORE)
		next = NULL;
	if (next && next->type == SL_NODE_HEADING)
		return heading_needs(p, next, sum, out, e);
	below = next ? sl_paper_begins(next) : 0;
	if (next && (next->type == SL_NODE_CHART || next->type == SL_NODE_MAP) &&
	    sl_paper_figure_height(p, next, &below, e))
		return e->code;
	if (next && next->type == SL_NODE_TABLE && sl_paper_table_needs(p, next, sum, &below, e))
		return e->code;
	*out = sum + below;
	return SL_OK;
}

static enum sl_code put_heading(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e)
{
	int level = heading_level(node);
	char tag[] = "H2";
	double need;

	tag[1] = (char)('1' + level);
	if (heading_needs(p, node, 0, &need, e) || sl_paper_room(p, fmin(need, p->bottom - p->top), e))
		return e->code;
	p->y += p->fresh ? 0 : heading_size[level] * 1.1;
	if (bookmark(p, node, level, e) || sl_paper_runs(p, &node->runs, tag, heading_size[level], true, 0, e))
		return e->code;
	p->y += 3;
	return SL_OK;
}

static enum sl_code put_list(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e)
{
	if (sl_paper_room(p, SL_BODY * sl_fonts_leading(p->f), e))
		return e->code;
	sl_paper_tag(p, "L", NULL);
	for (const struct sl_node *item = node->child; item; item = item->next) {
		struct sl_text_look look = sl_paper_look(p, SL_BODY, false);

		if (sl_paper_room(p, SL_BODY * sl_fonts_leading(p->f), e))
			return e->code;
		sl_paper_line(p, SL_STR("\u2022"), &look, p->d->right_to_left ? p->right - 4 : p->left + 4,
		              p->y + SL_BODY * (sl_fonts_leading(p->f) + 0.72) / 2, 10);
		if (sl_paper_runs(p, &item->runs, "LI", SL_BODY, false, 14, e))
			return e->code;
		p->y += 1.5;
	}
	sl_paper_untag(p, "L");
	p->y += 4;
	return SL_OK;
}

/* A wide table is turned, and its heading with it. */
static enum sl_code is_landscape(struct sl_sheets *p, const struct sl_node *node, bool *landscape,
                                 struct sl_err *e)
{
	*landscape = p->d->landscape || node->hints & SL_PAGE_LANDSCAPE;
	while (!*landscape && node->type == SL_NODE_HEADING && node->next &&
	       !(node->next->hints & SL_PAGE_BREAK_BEFORE)) {
		node = node->next;
		*landscape = node->hints & SL_PAGE_LANDSCAPE;
	}
	if (*landscape || node->type != SL_NODE_TABLE)
		return SL_OK;
	return sl_paper_table_is_wide(p, node, landscape, e);
}

static enum sl_code put_node(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e)
{
	bool landscape;

	if (is_landscape(p, node, &landscape, e))
		return e->code;
	/* What is short stays behind a turned table. */
	if (p->landscape && !landscape && !p->fresh && node->type == SL_NODE_SIGNATURES &&
	    !(node->hints & SL_PAGE_BREAK_BEFORE) && p->y + sl_paper_begins(node) <= p->bottom)
		landscape = true;
	if ((node->hints & SL_PAGE_BREAK_BEFORE && !p->fresh) || (landscape != p->landscape && !p->fresh)) {
		if (sl_paper_begin(p, landscape, e))
			return e->code;
	} else if (landscape != p->landscape) { /* nothing stands on it yet: the page is turned */
		p->page--;
		if (sl_paper_begin(p, landscape, e))
			return e->code;
	}
	switch (node->type) {
	case SL_NODE_HEADING: return put_heading(p, node, e);
	case SL_NODE_PARAGRAPH:
		if (node->hints & SL_PAGE_KEEP_TOGETHER &&
		    sl_paper_room(
		        p, fmin(sl_paper_runs_height(p, &node->runs, SL_BODY, false, 0), p->bottom - p->top), e))
			return e->code;
		if (sl_paper_runs(p, &node->runs, "P", SL_BODY, false, 0, e))
			return e->code;
		p->y += 5;
		return SL_OK;
	case SL_NODE_LIST: return put_list(p, node, e);
	case SL_NODE_TABLE: return sl_paper_table(p, node, e);
	case SL_NODE_CHART:
	case SL_NODE_MAP: return sl_paper_figure(p, node, e);
	case SL_NODE_SIGNATURES: return sl_paper_signatures(p, node, e);
	case SL_NODE_SPACE: return sl_paper_space(p, node, e);
	case SL_NODE_CODE: return sl_paper_code(p, node, e);
	}
	return SL_OK;
}

/* ---- the two passes ---- */

static enum sl_code pass(struct sl_sheets *p, struct sl_err *e)
{
	const struct sl_node *first = p->d->first;
	bool landscape = p->d->landscape || (first && first->hints & SL_PAGE_LANDSCAPE);

	p->page = 0;
	p->at_row = 0;
	if (sl_paper_begin(p, landscape, e))
		return e->code;
	sl_paper_tag(p, "Document", NULL);
	if (put_title(p, e))
		return e->code;
	for (const struct sl_node *node = first; node; node = node->next)
		if (!is_beside_title(p, node) && put_node(p, node, e))
			return e->code;
	if (sl_paper_notes(p, e) || sl_paper_keys(p, e))
		return e->code;
	return sl_paper_end(p, e);
}

/* What cannot be written is remembered, and cairo told nothing of it: on a refused write, cairo 1.16 ends
 * by reading what it did not make. Pages and rows look at it. */
static cairo_status_t hand_on(void *ctx, const unsigned char *bytes, unsigned n)
{
	struct sl_sheets *p = ctx;

	if (!p->e->code)
		(void)!sl_pdf_tail_write(&p->tail, bytes, n, p->e);
	return CAIRO_STATUS_SUCCESS;
}

static void put_metadata(struct sl_sheets *p, cairo_pdf_metadata_t what, struct sl_str text,
                         struct sl_err *e)
{
	struct sl_str tame;
	char *copy;

	if (!text.n || e->code || sl_text_tame(&p->scratch, text, 500, &tame, e))
		return;
	copy = sl_str_dup(&p->scratch, tame, e);
	if (copy)
		cairo_pdf_surface_set_metadata(p->surface, what, copy);
}

static enum sl_code paint(struct sl_sheets *p, struct sl_err *e)
{
	enum sl_code code;
	char made[32];

	p->counting = false;
	p->surface = cairo_pdf_surface_create_for_stream(hand_on, p, 595, 842);
	cairo_pdf_surface_restrict_to_version(p->surface,
	                                      CAIRO_PDF_VERSION_1_4 /* whose objects are plain: pdf_tail.c */);
	sl_time_text(p->d->made_ms, made);
	put_metadata(p, CAIRO_PDF_METADATA_TITLE, p->d->title, e);
	put_metadata(p, CAIRO_PDF_METADATA_AUTHOR, p->d->programme, e);
	put_metadata(p, CAIRO_PDF_METADATA_SUBJECT, p->d->subtitle, e);
	put_metadata(p, CAIRO_PDF_METADATA_CREATOR, SL_STR("Safelane"), e);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, made);
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_MOD_DATE, made);
	p->cr = cairo_create(p->surface);
	code = e->code ? e->code : pass(p, e);
	if (!code)
		code = sl_cairo_check(cairo_status(p->cr), e);
	cairo_destroy(p->cr);
	cairo_surface_finish(p->surface);
	if (p->e->code && !e->code)
		*e = *p->e;
	if (!e->code)
		(void)!sl_cairo_check(cairo_surface_status(p->surface), e);
	cairo_surface_destroy(p->surface);
	if (!e->code)
		(void)!sl_pdf_tail_finish(&p->tail, p->d->locale->code, p->d->right_to_left, p->alternative,
		                          p->n_alternatives, e);
	return e->code;
}

enum sl_code sl_pdf_write(const struct sl_document *d, const struct sl_sink *s, struct sl_err *e)
{
	struct sl_err of_sink = {0};
	struct sl_sheets p = {.d = d, .counting = true, .e = &of_sink};

	p.tail = (struct sl_pdf_tail){.a = &p.a, .sink = s};
	if (!sl_fonts_open(&p.a, d->locale->code, &p.f, e) && !pass(&p, e))
		(void)!paint(&p, e);
	sl_pdf_tail_done(&p.tail);
	sl_map_done(&p.key_of);
	sl_arena_done(&p.scratch);
	sl_arena_done(&p.a);
	return e->code;
}
