/* How wide the columns of a table on paper are. */
#include "report/pdf_table_parts.h"

#include <math.h>

enum { MEASURED = 400 /* rows that are all measured; then one in so many is */ };
#define LETTERS_LEAST 0.6    /* of SL_TABLE: smaller is not read */
#define LETTERS_UPRIGHT 0.84 /* before a table is turned on its side */

double sl_paper_quick_width(struct sl_sheets *p, struct sl_str s, double size)
{
	double sum = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80 || c < ' ')
			return -1;
		if (!(p->advance[c] > 0)) {
			struct sl_text_look look = {.size = 100, .direction = SL_LEFT_TO_RIGHT};
			/* Between two others: a space at an end has no width. */
			char text[] = {'n', (char)c, 'n'};

			p->advance[c] = fmax((sl_fonts_width(p->f, (struct sl_str){text, 3}, &look) -
			                      sl_fonts_width(p->f, SL_STR("nn"), &look)) /
			                         100,
			                     0.01);
		}
		sum += p->advance[c];
	}
	return sum * size * 1.02;
}

static double text_width(struct sl_sheets *p, struct sl_str s, double size, bool bold)
{
	struct sl_text_look look = {.size = size, .bold = bold};
	double quick = bold ? -1 : sl_paper_quick_width(p, s, size);

	return quick >= 0 ? quick : sl_fonts_width(p->f, s, &look);
}

static double longest_word(struct sl_sheets *p, struct sl_str s, double size, bool bold)
{
	struct sl_str word;
	double widest = 0;

	while (sl_str_split(&s, ' ', &word))
		widest = fmax(widest, word.n < 200 ? text_width(p, word, size, bold) : 0);
	return widest;
}

struct sl_str sl_paper_cell_text(struct sl_paper_table *w, const struct sl_doc_row *row, size_t i)
{
	const struct sl_doc_cell *c = &row->cell[i];

	sl_buf_clear(&w->text);
	switch (c->type) {
	case SL_DOC_EMPTY: break;
	case SL_DOC_TEXT: return c->text;
	case SL_DOC_AMOUNT: sl_word_amount(&w->text, w->p->d, &c->amount, w->t->column[i].mixed); break;
	case SL_DOC_DATE: sl_word_date(&w->text, w->p->d, c->date); break;
	}
	return sl_buf_view(&w->text);
}

struct sl_str sl_paper_heading_text(struct sl_paper_table *w, const struct sl_doc_column *c,
                                    struct sl_buf *b)
{
	struct sl_str unit =
	    c->type == SL_COLUMN_AMOUNT && !c->mixed ? sl_word_unit(w->p->d->locale, c->unit) : SL_STR("");

	sl_buf_clear(b);
	sl_buf_str(b, c->heading);
	if (unit.n) {
		sl_buf_puts(b, c->heading.n ? " (" : "(");
		sl_buf_str(b, unit);
		sl_buf_putc(b, ')');
	}
	return sl_buf_view(b);
}

static enum sl_code measure_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct sl_paper_table *w = ctx;
	struct sl_sheets *p = w->p;
	bool bold = row->type != SL_ROW_BODY;
	size_t key;

	w->seen++;
	if (row->type == SL_ROW_GROUP || (w->seen > MEASURED && w->seen % 50))
		return SL_OK;
	for (size_t i = 0; i < w->t->n_columns; i++) {
		struct sl_paper_column *c = &w->column[i];
		struct sl_str s = sl_paper_cell_text(w, row, i);
		double width;

		if (s.n > 400)
			s.n = 400;
		width = text_width(p, s, SL_TABLE, bold) + 2 * SL_PAD_X + 0.5;
		c->natural = fmax(c->natural, width);
		c->sum += width;
		c->squares += width * width;
		c->n_texts++;
		/* Figures and dates stay in one piece. */
		c->least = fmax(c->least, w->t->column[i].type != SL_COLUMN_TEXT
		                              ? c->natural
		                              : fmin(longest_word(p, s, SL_TABLE, bold), 110) + 2 * SL_PAD_X + 0.5);
		if (w->keyed && row->cell[i].type == SL_DOC_AMOUNT) {
			if (sl_paper_key(p, row->cell[i].amount.cell, &key, e))
				return e->code;
			if (key)
				c->keys = 2 + (key < 10 ? 3 : key < 100 ? 4 : key < 1000 ? 5 : 6) * SL_TABLE * 0.62 * 0.5;
		}
	}
	return SL_OK;
}

static void measure_heads(struct sl_paper_table *w)
{
	struct sl_buf b = {0};
	size_t n = w->t->n_columns;

	for (size_t i = 0; i < n; i++) {
		struct sl_paper_column *c = &w->column[i];
		struct sl_str s = sl_paper_heading_text(w, &w->t->column[i], &b);
		double notes = sl_paper_note_room(w, i);

		/* Heads may take three lines. */
		c->least =
		    fmax(c->least, fmin(longest_word(w->p, s, SL_TABLE, true), 110) + 2 * SL_PAD_X + notes + 0.5);
		c->natural = fmax(c->natural, fmin(text_width(w->p, s, SL_TABLE, true), fmax(c->natural, 90)) +
		                                  2 * SL_PAD_X + notes + 0.5);
	}
	/* What stands above several has the room of all of them. */
	for (size_t i = 0, span; i < n; i += span) {
		double least = 0, word = longest_word(w->p, w->t->column[i].group, SL_TABLE, true);

		span = sl_paper_group_span(w->t, i);
		for (size_t k = i; k < i + span; k++)
			least += w->column[k].least;
		word = word > 0 ? fmin(word, 110) + 2 * SL_PAD_X + 0.5 : 0;
		for (size_t k = i; word > least && k < i + span; k++)
			w->column[k].least += (word - least) / (double)span;
	}
	for (size_t i = 0; i < n; i++)
		w->column[i].natural = fmax(w->column[i].natural, w->column[i].least);
	sl_buf_done(&b);
}

/* What all but the longest texts of a column ask for: the mean and one deviation. */
static double usual_width(const struct sl_paper_column *c)
{
	double n = (double)c->n_texts, mean = n > 0 ? c->sum / n : 0,
	       spread = n > 0 ? sqrt(fmax(c->squares / n - mean * mean, 0)) : 0;

	return fmin(fmax(mean + spread, c->least), c->natural);
}

/* Widths between `least` and `natural`: first all get what is usual with them, then the longest texts what is left. */
static void share_room(struct sl_paper_table *w, double room, double natural, double fixed)
{
	double usual = 0, over, share;
	size_t n = w->t->n_columns;

	for (size_t i = 0; i < n; i++)
		usual += w->column[i].usual;
	share = usual <= room ? 1 : (room - fixed) / fmax(usual - fixed, 1e-6);
	over = usual < room ? (room - usual) / fmax(natural - usual, 1e-6) : 0;
	for (size_t i = 0; i < n; i++) {
		struct sl_paper_column *c = &w->column[i];

		c->width = c->least + (c->usual - c->least) * share + (c->natural - c->usual) * over;
	}
}

void sl_paper_share(struct sl_paper_table *w)
{
	double room = w->p->right - w->p->left, natural = 0, least = 0, scale = 1, fixed = 0, hints = 0;
	size_t n = w->t->n_columns;

	w->pad = SL_PAD_X;
	for (size_t i = 0; i < n; i++)
		least += w->column[i].least + w->column[i].keys;
	w->below = least > room;
	least = 0;
	for (size_t i = 0; i < n; i++) {
		if (w->below)
			w->column[i].keys = 0;
		w->column[i].natural += w->column[i].keys;
		w->column[i].usual += w->column[i].keys;
		w->column[i].least += w->column[i].keys;
		least += w->column[i].least;
		hints += w->t->column[i].width;
	}
	/* What is around the letters shrinks first, then they do. */
	if (least > room) {
		w->pad = SL_PAD_X_DENSE;
		scale = (room - 2 * w->pad * (double)n) / (least - 2 * SL_PAD_X * (double)n);
		scale = fmin(fmax(scale, LETTERS_LEAST), 1);
	}
	for (size_t i = 0; i < n; i++) {
		struct sl_paper_column *c = &w->column[i];

		c->natural = (c->natural - 2 * SL_PAD_X) * scale + 2 * w->pad;
		c->usual = (c->usual - 2 * SL_PAD_X) * scale + 2 * w->pad;
		c->least = (c->least - 2 * SL_PAD_X) * scale + 2 * w->pad;
		fixed += c->least;
		natural += c->natural;
	}
	w->size = SL_TABLE * scale;
	w->leading = w->size * sl_fonts_leading(w->p->f);
	if (fixed <= room + 0.5 && natural > room && hints <= 0)
		share_room(w, room, natural, fixed);
	for (size_t i = 0; i < n; i++) {
		struct sl_paper_column *c = &w->column[i];

		if (fixed > room + 0.5) /* nothing helps: letters wrap within words */
			c->width = c->least * room / fixed;
		else if (natural <= room) /* a short table is not pulled apart to the whole width */
			c->width = c->natural + fmin((room - natural) * (c->natural / natural), c->natural * 0.6);
		else if (hints > 0 && !c->number)
			c->width = c->least + fmax(room - fixed, 0) * w->t->column[i].width / hints;
		else if (hints > 0)
			c->width =
			    c->least + fmax(room - fixed, 0) * (c->natural - c->least) / fmax(natural - fixed, 1e-6);
		w->width += c->width;
	}
	w->left = w->p->d->right_to_left ? w->p->right - w->width : w->p->left;
	for (size_t i = 0; i < n; i++) {
		double before = 0;

		for (size_t k = 0; k < i; k++)
			before += w->column[k].width;
		w->column[i].x =
		    w->p->d->right_to_left ? w->left + w->width - before - w->column[i].width : w->left + before;
	}
}

enum sl_code sl_paper_measure(struct sl_sheets *p, const struct sl_node *node,
                              const struct sl_sheet_table **out, struct sl_err *e)
{
	struct sl_paper_table w = {.p = p, .t = node->table, .keyed = !node->table->each};
	size_t n = node->table->n_columns;
	struct sl_sheet_table *v;
	double least = 0, pads = 2 * (double)n, upright;

	for (size_t i = 0; i < p->n_tables; i++)
		if (p->table[i].node == node) {
			*out = &p->table[i];
			return SL_OK;
		}
	v = sl_arena_grow(&p->a, p->table, &p->cap_tables, p->n_tables + 1, sizeof *v, e);
	w.column = v ? sl_arena_alloc(&p->a, n + 1, sizeof *w.column, e) : NULL;
	if (!w.column)
		return e->code;
	p->table = v;
	v = &v[p->n_tables];
	*v =
	    (struct sl_sheet_table){.node = node, .column = sl_arena_alloc(&p->a, n + 1, sizeof *v->column, e)};
	for (size_t i = 0; i < n; i++)
		w.column[i].number = w.t->column[i].type == SL_COLUMN_AMOUNT;
	if (v->column && !sl_doc_table_each(w.t, measure_row, &w, e)) {
		measure_heads(&w);
		for (size_t i = 0; i < n; i++) {
			v->column[i] = (struct sl_sheet_column){w.column[i].natural, w.column[i].least,
			                                        usual_width(&w.column[i]), w.column[i].keys};
			least += w.column[i].least;
		}
		/* In smaller letters up to a point. */
		upright = fmin(p->width, p->height) - (p->width - p->right) - p->left;
		v->wide = (least - SL_PAD_X * pads) * LETTERS_UPRIGHT > upright - SL_PAD_X_DENSE * pads;
		p->n_tables++;
		*out = v;
	}
	sl_buf_done(&w.text);
	return e->code;
}

enum sl_code sl_paper_table_is_wide(struct sl_sheets *p, const struct sl_node *node, bool *wide,
                                    struct sl_err *e)
{
	const struct sl_sheet_table *t;

	if (sl_paper_measure(p, node, &t, e))
		return e->code;
	*wide = t->wide;
	return SL_OK;
}
