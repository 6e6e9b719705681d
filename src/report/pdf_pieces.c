/* On paper: charts and maps, room for signatures and handwriting, codes, and the lists at the end. */
#include "report/pdf_parts.h"

#include "report/chart.h"
#include "report/map.h"
#include "report/qr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ABOVE 8.0 /* a figure and between it and its caption */

struct fitted {
	struct sl_drawing *drawing;
	struct sl_str caption;
	double head, scale;
};

/* Drawn once, when it is first asked for. */
static enum sl_code drawing_of(struct sl_sheets *p, const struct sl_node *node, double room,
                               struct sl_drawing **out, struct sl_err *e)
{
	double wide = p->right - p->left;
	struct sl_sheet_figure *v;

	for (size_t i = 0; i < p->n_figures; i++)
		if (p->figure[i].node == node) {
			*out = p->figure[i].drawing;
			return SL_OK;
		}
	if (node->type == SL_NODE_CHART ? sl_chart_draw(&p->a, p->f, p->d, node->chart, fmin(wide, 540), out, e)
	                                : sl_map_draw(&p->a, p->f, p->d, node->map, wide, room, out, e))
		return e->code;
	v = sl_arena_grow(&p->a, p->figure, &p->cap_figures, p->n_figures + 1, sizeof *v, e);
	if (!v)
		return e->code;
	p->figure = v;
	v[p->n_figures++] = (struct sl_sheet_figure){node, *out};
	return SL_OK;
}

static enum sl_code fit(struct sl_sheets *p, const struct sl_node *node, struct fitted *x, struct sl_err *e)
{
	struct sl_run run = {.type = SL_RUN_TEXT};
	struct sl_runs runs = {&run, 1, 1};
	double room;

	x->caption = run.text = node->type == SL_NODE_CHART ? node->chart->caption : node->map->caption;
	x->head = x->caption.n ? sl_paper_runs_height(p, &runs, SL_BODY, true, 0) : 0;
	x->head = fmin(x->head, (p->bottom - p->top) / 4); /* a caption of pages goes over them */
	room = p->bottom - p->top - x->head - 2 * ABOVE;
	if (drawing_of(p, node, room, &x->drawing, e))
		return e->code;
	x->scale = fmin(1, fmin(room / x->drawing->height, (p->right - p->left) / x->drawing->width));
	return SL_OK;
}

enum sl_code sl_paper_figure_height(struct sl_sheets *p, const struct sl_node *node, double *height,
                                    struct sl_err *e)
{
	struct fitted x;

	if (fit(p, node, &x, e))
		return e->code;
	*height = x.head + ABOVE + x.drawing->height * x.scale;
	return SL_OK;
}

enum sl_code sl_paper_figure(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e)
{
	struct sl_str caption;
	struct sl_drawing *d;
	struct fitted x;
	double head, scale;

	if (fit(p, node, &x, e))
		return e->code;
	caption = x.caption;
	d = x.drawing;
	head = x.head;
	scale = x.scale;
	p->y += p->fresh ? 0 : 5;
	if (sl_paper_room(p, head + d->height * scale, e))
		return e->code;
	if (caption.n && sl_paper_text(p, caption, "Caption", SL_BODY, true, 0, e))
		return e->code;
	p->y += 3;
	if (sl_paper_tag_figure(p, d->description.n ? d->description : d->title, e))
		return e->code;
	if (!p->counting) {
		cairo_save(p->cr);
		cairo_translate(p->cr, sl_paper_x(p, 0, d->width * scale), p->y);
		cairo_scale(p->cr, scale, scale);
		sl_paint_drawing(p->cr, p->f, d);
		cairo_restore(p->cr);
	}
	sl_paper_untag(p, "Figure");
	p->fresh = false;
	p->y += d->height * scale + 10;
	return SL_OK;
}

/* ---- to be written on ---- */

#define SIGN_LINE 30.0
#define SIGN_BLOCK (24 + 3 * SIGN_LINE)
#define SPACE_LINE 22.0
#define CODE_SIDE 85.0

double sl_paper_begins(const struct sl_node *node)
{
	switch (node->type) {
	case SL_NODE_SIGNATURES: return SIGN_BLOCK + 6;
	case SL_NODE_SPACE: return SL_BODY * 2 + SPACE_LINE * (node->level ? node->level : 1);
	case SL_NODE_CODE: return CODE_SIDE + 6;
	default: return 48;
	}
}

enum sl_code sl_paper_signatures(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e)
{
	const struct sl_locale *l = p->d->locale;
	const char *const fields[] = {sl_text(l, "report", "Name and function"),
	                              sl_text(l, "report", "Signature"),
	                              sl_text(l, "report", "Date and place")};
	const double gap = 24, line = SIGN_LINE;
	double wide = (p->right - p->left - gap) / 2;

	for (size_t i = 0; i < node->signatures.n; i++) {
		struct sl_text_look look = sl_paper_look(p, SL_BODY, true),
		                    small = sl_paper_look(p, SL_SMALL, false);
		double x, start, y;

		if (i % 2 == 0 && sl_paper_room(p, SIGN_BLOCK + 6, e))
			return e->code;
		y = p->y;
		x = sl_paper_x(p, i % 2 ? wide + gap : 0, wide);
		start = p->d->right_to_left ? x + wide : x;
		small.rgb = SL_MUTED;
		sl_paper_tag(p, "P", NULL);
		sl_paper_line(p, node->signatures.v[i].role, &look, start, y + 14, wide);
		for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
			double under = y + 22 + line * (double)(k + 1) - 10;
			struct sl_text_look name = sl_paper_look(p, SL_BODY, false);

			sl_paper_rule(p, x, under, x + wide, under, 0.5, SL_INK);
			if (!k && node->signatures.v[i].name.n)
				sl_paper_line(p, node->signatures.v[i].name, &name, start, under - 3, wide);
			sl_paper_line(p, sl_str_from(fields[k]), &small, start, under + 8, wide);
		}
		sl_paper_untag(p, "P");
		p->fresh = false;
		if (i % 2 || i + 1 == node->signatures.n)
			p->y += SIGN_BLOCK + 14;
	}
	return SL_OK;
}

enum sl_code sl_paper_space(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e)
{
	const double line = SPACE_LINE;
	size_t n = node->level ? node->level : 1;

	if (sl_paper_room(p, sl_paper_begins(node), e) ||
	    sl_paper_runs(p, &node->runs, "P", SL_BODY, false, 0, e))
		return e->code;
	for (size_t i = 0; i < n; i++) {
		p->y += line;
		sl_paper_rule(p, p->left, p->y, p->right, p->y, 0.4, SL_MUTED);
	}
	p->fresh = false;
	p->y += 8;
	return SL_OK;
}

/* The code with its corner at x, y, and its text beside or below it. */
static enum sl_code put_code(struct sl_sheets *p, const struct sl_node *node, double x, double y, double side, bool below,
                             struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
	struct sl_buf text = {0};
	struct sl_drawing d, beside;

	for (size_t i = 0; i < node->runs.n; i++)
		if (node->runs.v[i].type == SL_RUN_TEXT || node->runs.v[i].type == SL_RUN_STRONG)
			sl_buf_str(&text, node->runs.v[i].text);
	sl_drawing_init(&d, &p->scratch, side, side);
	if (sl_buf_check(&text, e) || sl_draw_qr(&d, 0, 0, side, sl_buf_view(&text), e) ||
	    sl_paper_tag_figure(p, sl_buf_view(&text), e)) {
		sl_buf_done(&text);
		return e->code;
	}
	if (!p->counting) {
		struct sl_text_look look = sl_paper_look(p, below ? 6 : SL_SMALL, false);
		double wide = below ? SL_CODE_WIDE : p->right - p->left - side - 8;

		cairo_save(p->cr);
		cairo_translate(p->cr, x, y);
		sl_paint_drawing(p->cr, p->f, &d);
		cairo_restore(p->cr);
		sl_drawing_init(&beside, &p->scratch, 0, 0);
		look.direction = SL_LEFT_TO_RIGHT;
		if (below)
			look.anchor = SL_ANCHOR_MIDDLE;
		sl_draw_lines(&beside, p->f, below ? x + side / 2 : p->d->right_to_left ? x - 8 : x + side + 8,
		              below ? y + side + 5 : y + 14, wide, below ? 1 : 7, sl_buf_view(&text), &look);
		sl_paint_drawing(p->cr, p->f, &beside);
	}
	sl_paper_untag(p, "Figure");
	sl_buf_done(&text);
	sl_arena_reset(&p->scratch, mark);
	return e->code;
}

enum sl_code sl_paper_code(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e)
{
	if (sl_paper_room(p, sl_paper_begins(node), e) ||
	    put_code(p, node, sl_paper_x(p, 0, CODE_SIDE), p->y, CODE_SIDE, false, e))
		return e->code;
	p->fresh = false;
	p->y += CODE_SIDE + 8;
	return SL_OK;
}

enum sl_code sl_paper_code_beside(struct sl_sheets *p, const struct sl_node *node, double *low, struct sl_err *e)
{
	const double aside = (SL_CODE_WIDE - CODE_SIDE) / 2; /* the code has an empty border of its own */

	*low = p->y - 8 + CODE_SIDE + 10;
	return put_code(p, node, p->d->right_to_left ? p->left + aside : p->right - CODE_SIDE - aside, p->y - 8, CODE_SIDE,
	                true, e);
}

/* ---- at the end ---- */

static enum sl_code put_end_title(struct sl_sheets *p, struct sl_str title, struct sl_err *e)
{
	struct sl_run run = {.type = SL_RUN_TEXT, .text = title};
	struct sl_runs runs = {&run, 1, 1};

	if (sl_paper_room(p, 70, e))
		return e->code;
	p->y += p->fresh ? 0 : 14;
	return sl_paper_runs(p, &runs, "H2", 12, true, 0, e);
}

static void put_destination(struct sl_sheets *p, const char *kind, size_t number)
{
	char where[80];

	snprintf(where, sizeof where, "name='%s-%zu' x=%.1f y=%.1f", kind, number, p->left, p->y);
	sl_paper_tag(p, CAIRO_TAG_DEST, where);
	sl_paper_untag(p, CAIRO_TAG_DEST);
}

enum sl_code sl_paper_notes(struct sl_sheets *p, struct sl_err *e)
{
	const double size = 8.5;

	if (!p->d->n_notes)
		return SL_OK;
	if (put_end_title(p, p->d->notes_title, e))
		return e->code;
	for (size_t i = 0; i < p->d->n_notes; i++) {
		const struct sl_note *note = &p->d->note[i];
		struct sl_run run[] = {{.type = SL_RUN_STRONG, .text = note->term},
		                       {.type = SL_RUN_TEXT, .text = SL_STR(": ")},
		                       {.type = SL_RUN_TEXT, .text = note->text}};
		struct sl_runs runs = {note->term.n ? run : run + 2, note->term.n ? 3 : 1, 3};
		struct sl_text_look look = sl_paper_look(p, size, false);
		char number[24];

		if (sl_paper_room(p, 2 * size * sl_fonts_leading(p->f), e))
			return e->code;
		put_destination(p, "note", i + 1);
		snprintf(number, sizeof number, "%zu", i + 1);
		look.rgb = SL_ACCENT;
		look.direction = SL_LEFT_TO_RIGHT;
		sl_paper_line(p, sl_str_from(number), &look, p->d->right_to_left ? p->right : p->left,
		              p->y + size * (sl_fonts_leading(p->f) + 0.72) / 2, 20);
		if (sl_paper_runs(p, &runs, "Note", size, false, 18, e))
			return e->code;
		p->y += 2;
	}
	return SL_OK;
}

/* The lines of a key: broken behind a mark where one is near the end, anywhere otherwise. */
static enum sl_code key_lines(struct sl_sheets *p, struct sl_str key, const struct sl_text_look *look, double wide,
                              struct sl_str **line, size_t *n, struct sl_err *e)
{
	size_t most = 2, from = 0;
	double sum = 0;

	if (sl_paper_quick_width(p, key, look->size) < 0)
		return sl_fonts_lines(&p->scratch, p->f, key, look, wide, 60, line, n, e);
	most += (size_t)(sl_paper_quick_width(p, key, look->size) / wide * 2);
	*line = sl_arena_alloc(&p->scratch, most, sizeof **line, e);
	*n = 0;
	for (size_t i = 0; *line && i < key.n; i++) {
		double letter = sl_paper_quick_width(p, (struct sl_str){key.p + i, 1}, look->size);

		sum += letter;
		if (sum > wide && i > from && *n + 1 < most) {
			size_t stop = i;

			while (stop > from + (i - from) * 2 / 3 && !strchr("&,+?", key.p[stop - 1]))
				stop--;
			if (stop == from + (i - from) * 2 / 3)
				stop = i;
			(*line)[(*n)++] = (struct sl_str){key.p + from, stop - from};
			from = stop;
			sum = sl_paper_quick_width(p, (struct sl_str){key.p + from, i + 1 - from}, look->size);
		}
	}
	if (*line && from < key.n)
		(*line)[(*n)++] = (struct sl_str){key.p + from, key.n - from};
	return e->code;
}

/* In as many columns as take the least paper: a long key takes more lines in a narrow one. */
static enum sl_code key_columns(struct sl_sheets *p, const struct sl_text_look *look, double gap,
                                double number_room, size_t *columns, struct sl_err *e)
{
	double least = INFINITY;

	for (size_t n = 1; n <= 3; n++) {
		double wide = (p->right - p->left - gap * (double)(n - 1)) / (double)n - number_room, high = 0;

		for (size_t k = 0; k < p->n_keys; k++) {
			struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
			struct sl_str *line;
			size_t lines;

			if (key_lines(p, p->key[k], look, wide, &line, &lines, e))
				return e->code;
			sl_arena_reset(&p->scratch, mark);
			high += (double)lines / (double)n;
		}
		if (high < least * 0.95) {
			least = high;
			*columns = n;
		}
	}
	return SL_OK;
}

/* In columns; never cut: they are for typing. */
enum sl_code sl_paper_keys(struct sl_sheets *p, struct sl_err *e)
{
	const double size = 5.8, gap = 10, number_room = 19, leading = size * sl_fonts_leading(p->f);
	struct sl_text_look look = {.size = size, .rgb = SL_INK, .direction = SL_LEFT_TO_RIGHT};
	size_t columns, column = 0;
	double wide, top;

	if (!p->n_keys)
		return SL_OK;
	/* One or two need no heading: a field map stays on its sheet. */
	if (p->n_keys > 2 &&
	    (put_end_title(p, sl_str_from(sl_text(p->d->locale, "report", "Where the figures come from")), e) ||
	     sl_paper_text(p,
	                  sl_str_from(sl_text(p->d->locale, "report",
	                                      "Each number in brackets stands for a cell of the account, from which the figure can be worked "
	                                      "out again; the command “safelane why” lists the records behind it.")),
	                  "P", 8.5, false, 0, e)))
		return e->code;
	p->y += 4;
	top = p->y;
	if (key_columns(p, &look, gap, number_room, &columns, e))
		return e->code;
	wide = (p->right - p->left - gap * (double)(columns - 1)) / (double)columns;
	for (size_t k = 0; k < p->n_keys; k++) {
		struct sl_arena_mark mark = sl_arena_mark(&p->scratch);
		struct sl_str *line;
		size_t lines;
		char number[24];
		double x;

		if (key_lines(p, p->key[k], &look, wide - number_room, &line, &lines, e))
			return e->code;
		if (p->y + leading * (double)lines > p->bottom && !p->fresh) {
			if (++column == columns) {
				if (sl_paper_begin(p, p->landscape, e))
					return e->code;
				column = 0;
				top = p->y;
			}
			p->y = top;
		}
		x = sl_paper_x(p, (double)column * (wide + gap), wide);
		put_destination(p, "cell", k + 1);
		snprintf(number, sizeof number, "[%zu]", k + 1);
		sl_paper_tag(p, "Note", NULL);
		look.rgb = SL_ACCENT;
		sl_paper_line(p, sl_str_from(number), &look, x, p->y + 6, number_room + 4);
		look.rgb = SL_INK;
		for (size_t i = 0; i < lines; i++)
			sl_paper_line(p, line[i], &look, x + number_room, p->y + 6 + leading * (double)i, wide);
		sl_paper_untag(p, "Note");
		sl_arena_reset(&p->scratch, mark);
		p->fresh = false;
		p->y += leading * (double)lines;
	}
	return SL_OK;
}
