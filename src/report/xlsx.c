#include "report/xlsx.h"

#include "base/io.h"
#include "report/chart.h"
#include "report/clean.h"
#include "report/map.h"
#include "report/picture.h"
#include "report/wording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { DECIMALS = 7, TEXT_MAX = 32760, SHEET_NAME_MAX = 31, LINES_MAX = 25, WIDE_MAX = 64, WORDS_WIDE = 74 /* digits */ };

struct writing {
	const struct sl_document *d;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *title, *strong, *head, *number_head, *group, *text, *plain, *total_text, *none, *date;
	lxw_format *number[DECIMALS + 1], *total[DECIMALS + 1];
	const struct sl_doc_table *table;
	lxw_row_t row;
	double wide[WIDE_MAX]; /* of the columns of the table, in digits */
	struct sl_buf scratch;
	struct sl_arena *a;
	struct sl_fonts *fonts; /* NULL: the machine has none, and there are no pictures */
	bool failed, too_long;
};

static void took(struct writing *w, lxw_error code)
{
	w->failed |= code != LXW_NO_ERROR;
}

/* Never through worksheet_write of a guessed type: a text that begins with = stays a text. */
static void put_text(struct writing *w, lxw_col_t column, struct sl_str s, lxw_format *format)
{
	if (!s.n) {
		took(w, worksheet_write_blank(w->sheet, w->row, column, format));
		return;
	}
	sl_buf_clear(&w->scratch);
	sl_clean_text(&w->scratch, s, TEXT_MAX);
	sl_buf_putc(&w->scratch, '\0');
	if (w->scratch.failed)
		w->failed = true;
	else
		took(w, worksheet_write_string(w->sheet, w->row, column, w->scratch.p, format));
}

/* How many lines a text takes in a cell so many digits wide, broken between words. */
static int lines_of(struct sl_str s, double width)
{
	struct sl_str word;
	double used = 0;
	int lines = 1;

	while (sl_str_split(&s, ' ', &word) && lines < LINES_MAX) {
		double n = 0;

		for (size_t i = 0; i < word.n; i++)
			n += ((unsigned char)word.p[i] & 0xc0) != 0x80;
		if (used > 0 && used + 1 + n > width) {
			lines++;
			used = 0;
		}
		used += n + (used > 0);
		while (used > width && lines < LINES_MAX) {
			lines++;
			used -= width;
		}
	}
	return lines;
}

/* Not every program makes a row as high as its texts: said before the row's first cell. */
static void make_room(struct writing *w, int lines)
{
	if (lines > 1)
		took(w, worksheet_set_row(w->sheet, w->row, 15.0 * lines, NULL));
}

/* A number that says its unit: still a number. */
static lxw_format *with_unit(struct writing *w, const struct sl_amount *m)
{
	struct sl_str unit = sl_word_unit(w->d->locale, m->unit);
	lxw_format *f = workbook_add_format(w->book);
	char pattern[80];

	if (!f) {
		w->failed = true;
		return NULL;
	}
	snprintf(pattern, sizeof pattern, "#,##0%s%.*s\"\u00a0%.*s\"", m->decimals ? "." : "",
	         m->decimals > DECIMALS ? DECIMALS : m->decimals, "0000000", SL_STR_ARG(unit));
	format_set_num_format(f, pattern);
	return f;
}

static void put_amount(struct writing *w, lxw_col_t column, const struct sl_amount *m, bool total,
                       bool unit)
{
	int decimals = m->decimals > DECIMALS ? DECIMALS : m->decimals;
	struct sl_buf words = {0};

	if (m->state == SL_AMOUNT_NONE)
		return;
	if (m->state == SL_AMOUNT_KNOWN) {
		took(w, worksheet_write_number(w->sheet, w->row, column, sl_amount_number(m),
		                               unit    ? with_unit(w, m)
		                               : total ? w->total[decimals]
		                                       : w->number[decimals]));
		return;
	}
	sl_word_amount(&words, w->d, m, false);
	put_text(w, column, sl_buf_view(&words), w->none);
	w->failed |= words.failed;
	sl_buf_done(&words);
}

/* Spreadsheets know no day before 1900; such a date stays a text. */
static void put_date(struct writing *w, lxw_col_t column, struct sl_date date)
{
	lxw_datetime when = {0};
	char text[11];

	if (sl_date_is_none(date)) {
		put_text(w, column, w->d->unknown, w->none);
		return;
	}
	sl_date_to_ymd(date, &when.year, &when.month, &when.day);
	sl_date_text(date, text);
	if (when.year < 1901)
		put_text(w, column, sl_str_from(text), NULL);
	else
		took(w, worksheet_write_datetime(w->sheet, w->row, column, &when, w->date));
}

/* ---- a table ---- */

static void heading_text(struct writing *w, const struct sl_doc_column *c, struct sl_buf *text)
{
	struct sl_str unit =
	    c->type == SL_COLUMN_AMOUNT && !c->mixed ? sl_word_unit(w->d->locale, c->unit) : SL_STR("");

	sl_buf_str(text, c->heading);
	if (unit.n) {
		sl_buf_puts(text, text->n ? " (" : "(");
		sl_buf_str(text, unit);
		sl_buf_putc(text, ')');
	}
}

static void put_heading(struct writing *w, lxw_col_t column, const struct sl_doc_column *c)
{
	struct sl_buf text = {0};

	heading_text(w, c, &text);
	put_text(w, column, sl_buf_view(&text), c->type == SL_COLUMN_AMOUNT ? w->number_head : w->head);
	w->failed |= text.failed;
	sl_buf_done(&text);
}

static enum sl_code put_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct writing *w = ctx;
	const struct sl_doc_table *t = w->table;
	bool total = row->type != SL_ROW_BODY;
	lxw_col_t hidden = (lxw_col_t)t->n_columns;
	int lines = 1;

	if (w->row >= LXW_ROW_MAX - 1) {
		w->too_long = true;
		return sl_fail(e, SL_UNSUPPORTED,
		               "table %.*s has more rows than a spreadsheet takes; write it as CSV",
		               SL_STR_ARG(t->name));
	}
	for (size_t i = 0; i < t->n_columns && row->type != SL_ROW_GROUP; i++)
		if (row->cell[i].type == SL_DOC_TEXT && row->cell[i].text.n + 2 > w->wide[i < WIDE_MAX ? i : WIDE_MAX - 1]) {
			int n = lines_of(row->cell[i].text, w->wide[i < WIDE_MAX ? i : WIDE_MAX - 1]);

			lines = n > lines ? n : lines;
		}
	make_room(w, lines);
	for (size_t i = 0; i < t->n_columns; i++) {
		const struct sl_doc_cell *c = &row->cell[i];
		lxw_col_t column = (lxw_col_t)i;

		if (c->type == SL_DOC_TEXT)
			put_text(w, column, c->text, total ? w->total_text : w->text);
		else if (c->type == SL_DOC_AMOUNT)
			put_amount(w, column, &c->amount, total, t->column[i].mixed);
		else if (c->type == SL_DOC_DATE)
			put_date(w, column, c->date);
	}
	for (size_t i = 0; i < t->n_columns; i++) {
		if (t->column[i].type != SL_COLUMN_AMOUNT)
			continue;
		if (row->cell[i].type == SL_DOC_AMOUNT && row->cell[i].amount.cell.n)
			put_text(w, hidden, row->cell[i].amount.cell, NULL);
		hidden++;
	}
	w->row++;
	return SL_OK;
}

/* Widths of what stands in the first rows; a long table is not read twice. */
static double width_of(const struct sl_doc_table *t, size_t column)
{
	double width = t->column[column].type == SL_COLUMN_TEXT ? 14 : 12;

	for (size_t i = 0; i < t->n_rows && i < 200; i++) {
		const struct sl_doc_cell *c = &t->row[i].cell[column];

		if (c->type == SL_DOC_TEXT && t->row[i].type != SL_ROW_GROUP && (double)c->text.n + 2 > width)
			width = (double)c->text.n + 2;
	}
	return width > 48 ? 48 : width;
}

static void put_heads(struct writing *w)
{
	const struct sl_doc_table *t = w->table;
	bool groups = false;
	lxw_col_t hidden = (lxw_col_t)t->n_columns;
	lxw_row_col_options hide = {.hidden = 1};
	int lines = 1;

	for (size_t i = 0; i < t->n_columns; i++) {
		groups |= t->column[i].group.n > 0;
		w->wide[i < WIDE_MAX ? i : WIDE_MAX - 1] = width_of(t, i);
		took(w, worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i, width_of(t, i), NULL));
	}
	put_text(w, 0, t->caption, w->strong);
	w->row += 2;
	for (size_t i = 0; groups && i < t->n_columns; i++)
		if (t->column[i].group.n && (i == 0 || !sl_str_eq(t->column[i].group, t->column[i - 1].group)))
			put_text(w, (lxw_col_t)i, t->column[i].group, w->group);
	w->row += groups;
	for (size_t i = 0; i < t->n_columns; i++) {
		struct sl_buf text = {0};
		int n;

		heading_text(w, &t->column[i], &text);
		n = lines_of(sl_buf_view(&text), width_of(t, i) * 0.85); /* bold */
		lines = n > lines ? n : lines;
		sl_buf_done(&text);
	}
	make_room(w, lines);
	for (size_t i = 0; i < t->n_columns; i++)
		put_heading(w, (lxw_col_t)i, &t->column[i]);
	for (size_t i = 0; i < t->n_columns; i++)
		if (t->column[i].type == SL_COLUMN_AMOUNT) {
			struct sl_buf name = {0};

			sl_buf_str(&name, t->column[i].name);
			sl_buf_puts(&name, "_cell");
			put_text(w, hidden, sl_buf_view(&name), w->head);
			took(w, worksheet_set_column_opt(w->sheet, hidden, hidden, 40, NULL, &hide));
			w->failed |= name.failed;
			sl_buf_done(&name);
			hidden++;
		}
	w->row++;
	worksheet_freeze_panes(w->sheet, w->row, (lxw_col_t)t->n_heads);
	took(w, worksheet_repeat_rows(w->sheet, w->row - 1 - groups, w->row - 1));
}

/* A name that spreadsheets allow and that is not there yet: letters, digits, '-' and '_'. */
static void new_sheet(struct writing *w, struct sl_str wanted)
{
	char name[SHEET_NAME_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < wanted.n && n < SHEET_NAME_MAX - 4; i++)
		name[n++] = (char)(((wanted.p[i] | 32) >= 'a' && (wanted.p[i] | 32) <= 'z') ||
		                           (wanted.p[i] >= '0' && wanted.p[i] <= '9') || wanted.p[i] == '-'
		                       ? wanted.p[i]
		                       : '_');
	name[n] = '\0';
	for (int k = 2; !n || workbook_get_worksheet_by_name(w->book, name); k++)
		snprintf(name + n, sizeof name - n, "-%d", k), n = n ? n : 1;
	w->sheet = workbook_add_worksheet(w->book, name);
	w->row = 0;
	if (!w->sheet) {
		w->failed = true;
		return;
	}
	if (w->d->right_to_left)
		worksheet_right_to_left(w->sheet);
	worksheet_set_paper(w->sheet, w->d->paper == SL_PAPER_A3 ? 8 : 9);
	worksheet_fit_to_pages(w->sheet, 1, 0);
}

static void put_table(struct writing *w, const struct sl_doc_table *t, struct sl_err *e)
{
	new_sheet(w, t->name);
	if (w->failed)
		return;
	if (t->n_columns > 6)
		worksheet_set_landscape(w->sheet);
	w->table = t;
	put_heads(w);
	if (!t->each && !t->n_rows && t->empty.n)
		put_text(w, 0, t->empty, w->plain); /* over the cells behind it */
	else
		(void)!sl_doc_table_each(t, put_row, w, e);
}

/* ---- the rest ---- */

static void put_runs(struct writing *w, const struct sl_runs *runs, lxw_format *format)
{
	struct sl_buf b = {0};

	for (size_t i = 0; i < runs->n; i++) {
		const struct sl_run *r = &runs->v[i];

		if (r->type == SL_RUN_AMOUNT)
			sl_word_amount(&b, w->d, &r->amount, true);
		else if (r->type == SL_RUN_DATE)
			sl_word_date(&b, w->d, r->date);
		else if (r->type == SL_RUN_NOTE)
			sl_buf_printf(&b, " [%zu]", r->note + 1);
		else
			sl_buf_str(&b, r->text);
	}
	if (format == w->text)
		make_room(w, lines_of(sl_buf_view(&b), WORDS_WIDE));
	put_text(w, 0, sl_buf_view(&b), format);
	w->row++;
	w->failed |= b.failed;
	sl_buf_done(&b);
}

/* The first sheet: the words. */
static void put_words(struct writing *w)
{
	const struct sl_document *d = w->d;

	new_sheet(w, SL_STR("report"));
	if (w->failed)
		return;
	took(w, worksheet_set_column(w->sheet, 0, 0, WORDS_WIDE + 4, NULL));
	put_text(w, 0, d->title, w->title);
	w->row++;
	put_text(w, 0, d->subtitle, w->strong);
	w->row++;
	make_room(w, lines_of(d->about, WORDS_WIDE));
	put_text(w, 0, d->about, w->text);
	w->row += 2;
	for (const struct sl_node *node = d->first; node; node = node->next) {
		if (node->type == SL_NODE_HEADING)
			put_runs(w, &node->runs, w->strong);
		else if (node->type == SL_NODE_PARAGRAPH || node->type == SL_NODE_SPACE)
			put_runs(w, &node->runs, w->text);
		else if (node->type == SL_NODE_LIST)
			for (const struct sl_node *item = node->child; item; item = item->next)
				put_runs(w, &item->runs, w->text);
	}
}

/* The drawing that the page and the paper have, as a picture with what it shows in words. */
static void put_picture(struct writing *w, const struct sl_node *node, lxw_col_t column, struct sl_err *e)
{
	const double dots = 2 /* a point */, width = 500;
	struct sl_arena_mark mark = sl_arena_mark(w->a);
	struct sl_drawing *drawn = NULL;
	struct sl_buf png = {0}, said = {0};

	if (!w->fonts || w->failed)
		return;
	if (node->type == SL_NODE_CHART)
		(void)!sl_chart_draw(w->a, w->fonts, w->d, node->chart, width, &drawn, e);
	else
		(void)!sl_map_draw(w->a, w->fonts, w->d, node->map, width, 0, &drawn, e);
	if (drawn && !e->code && !sl_picture_png(w->fonts, drawn, dots, &png, e)) {
		lxw_image_options options = {.x_scale = 96.0 / 72 / dots, .y_scale = 96.0 / 72 / dots};

		sl_clean_text(&said, drawn->description.n ? drawn->description : drawn->title, 2000);
		sl_buf_putc(&said, '\0');
		options.description = said.failed ? NULL : said.p;
		took(w, worksheet_insert_image_buffer_opt(w->sheet, w->row, column, (const unsigned char *)png.p, png.n, &options));
	}
	sl_buf_done(&said);
	sl_buf_done(&png);
	sl_arena_reset(w->a, mark);
}

static void put_map(struct writing *w, const struct sl_node *node, struct sl_err *e)
{
	if (!w->fonts)
		return;
	new_sheet(w, node->map->name);
	if (w->failed)
		return;
	put_text(w, 0, node->map->caption, w->strong);
	w->row += 2;
	put_picture(w, node, 0, e);
}

static void put_chart(struct writing *w, const struct sl_node *node, struct sl_err *e)
{
	const struct sl_doc_chart *c = node->chart;

	new_sheet(w, c->name);
	if (w->failed)
		return;
	took(w, worksheet_set_column(w->sheet, 0, (lxw_col_t)c->n_series, 18, NULL));
	put_text(w, 0, c->caption, w->strong);
	w->row += 2;
	put_picture(w, node, (lxw_col_t)(c->n_series + 2), e);
	put_text(w, 0, c->category_title, w->head);
	for (size_t k = 0; k < c->n_series; k++)
		put_text(w, (lxw_col_t)(k + 1), c->series[k].name, w->number_head);
	w->row++;
	worksheet_freeze_panes(w->sheet, w->row, 1);
	for (size_t i = 0; i < c->n_categories; i++, w->row++) {
		put_text(w, 0, c->category[i], w->text);
		for (size_t k = 0; k < c->n_series; k++)
			put_amount(w, (lxw_col_t)(k + 1), &c->series[k].value[i], false, false);
	}
}

static void put_notes(struct writing *w)
{
	if (!w->d->n_notes)
		return;
	new_sheet(w, SL_STR("definitions"));
	if (w->failed)
		return;
	took(w, worksheet_set_column(w->sheet, 0, 0, 30, NULL));
	took(w, worksheet_set_column(w->sheet, 1, 1, WORDS_WIDE + 4, NULL));
	put_text(w, 0, w->d->notes_title, w->title);
	w->row += 2;
	worksheet_freeze_panes(w->sheet, w->row, 1);
	for (size_t i = 0; i < w->d->n_notes; i++, w->row++) {
		make_room(w, lines_of(w->d->note[i].text, WORDS_WIDE));
		put_text(w, 0, w->d->note[i].term, w->strong);
		put_text(w, 1, w->d->note[i].text, w->text);
	}
}

static lxw_format *format_of(struct writing *w, bool bold, uint8_t align, const char *number)
{
	lxw_format *f = workbook_add_format(w->book);

	if (!f) {
		w->failed = true;
		return NULL;
	}
	if (bold)
		format_set_bold(f);
	if (align)
		format_set_align(f, align);
	if (number)
		format_set_num_format(f, number);
	return f;
}

static void make_formats(struct writing *w)
{
	char number[32] = "#,##0";

	w->title = format_of(w, true, 0, NULL);
	w->strong = format_of(w, true, LXW_ALIGN_VERTICAL_TOP, NULL);
	w->head = format_of(w, true, LXW_ALIGN_VERTICAL_BOTTOM, NULL);
	w->number_head = format_of(w, true, LXW_ALIGN_RIGHT, NULL);
	w->group = format_of(w, true, 0, NULL);
	w->text = format_of(w, false, LXW_ALIGN_VERTICAL_TOP, NULL);
	w->plain = format_of(w, false, 0, NULL);
	w->total_text = format_of(w, true, 0, NULL);
	w->none = format_of(w, false, LXW_ALIGN_RIGHT, NULL);
	w->date = format_of(w, false, LXW_ALIGN_RIGHT, "yyyy-mm-dd");
	for (int i = 0; i <= DECIMALS; i++) {
		if (i == 1)
			strcat(number, ".");
		if (i)
			strcat(number, "0");
		w->number[i] = format_of(w, false, 0, number);
		w->total[i] = format_of(w, true, 0, number);
	}
	if (w->failed)
		return;
	format_set_font_size(w->title, 16);
	format_set_text_wrap(w->head);
	format_set_text_wrap(w->number_head);
	format_set_text_wrap(w->text);
	format_set_bottom(w->head, LXW_BORDER_THIN);
	format_set_bottom(w->number_head, LXW_BORDER_THIN);
	format_set_italic(w->none);
	format_set_align(w->none, LXW_ALIGN_VERTICAL_TOP);
	format_set_align(w->date, LXW_ALIGN_VERTICAL_TOP);
	format_set_align(w->number_head, LXW_ALIGN_VERTICAL_BOTTOM);
	for (int i = 0; i <= DECIMALS; i++) {
		format_set_align(w->number[i], LXW_ALIGN_VERTICAL_TOP);
		format_set_align(w->total[i], LXW_ALIGN_VERTICAL_TOP);
	}
	/* Texts run as the page does, whatever their first letter is. */
	if (w->d->right_to_left) {
		lxw_format *const texts[] = {w->title, w->strong, w->head,       w->number_head, w->group,
		                             w->text,  w->plain,  w->total_text, w->none};

		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			format_set_reading_order(texts[i], 2);
			format_set_align(texts[i], LXW_ALIGN_RIGHT);
		}
	}
}

/* The moment is the document's own, so that the bytes can be made again. */
static void set_properties(struct writing *w, struct sl_buf *title)
{
	lxw_doc_properties p = {.created = (time_t)(w->d->made_ms / 1000), .company = ""};

	sl_clean_text(title, w->d->title, 200);
	sl_buf_putc(title, '\0');
	w->failed |= title->failed;
	if (w->failed)
		return;
	p.title = title->p;
	took(w, workbook_set_properties(w->book, &p));
}

static enum sl_code make_book(const struct sl_document *d, const char *path, struct sl_err *e)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	struct writing w = {.d = d, .book = workbook_new_opt(path, &options)};
	struct sl_arena a = {0};
	struct sl_buf title = {0};
	lxw_error closed;

	if (!w.book)
		return sl_fail(e, SL_NOMEM, "out of memory for a workbook");
	w.a = &a;
	if (sl_fonts_open(&a, d->locale->code, &w.fonts, e)) {
		w.fonts = NULL;
		if (e->code == SL_UNSUPPORTED)
			sl_err_clear(e);
	}
	make_formats(&w);
	set_properties(&w, &title);
	if (!w.failed)
		put_words(&w);
	for (const struct sl_node *node = d->first; node && !w.failed && !e->code; node = node->next)
		if (node->type == SL_NODE_TABLE)
			put_table(&w, node->table, e);
		else if (node->type == SL_NODE_CHART)
			put_chart(&w, node, e);
		else if (node->type == SL_NODE_MAP)
			put_map(&w, node, e);
	if (!w.failed && !e->code)
		put_notes(&w);
	closed = workbook_close(w.book);
	sl_arena_done(&a);
	sl_buf_done(&title);
	sl_buf_done(&w.scratch);
	if (e->code)
		return e->code;
	if (w.failed || closed)
		return sl_fail(e, SL_IO, "the workbook could not be written: %s",
		               closed ? lxw_strerror(closed) : "a value did not fit");
	return SL_OK;
}

enum sl_code sl_xlsx_write(const struct sl_document *d, const char *folder, const struct sl_sink *s,
                           struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_str bytes;
	char path[1024];
	int file;

	if (!folder)
		folder = getenv("TMPDIR");
	if (snprintf(path, sizeof path, "%s/safelane-XXXXXX", folder && *folder ? folder : "/tmp") >=
	    (int)sizeof path)
		return sl_fail(e, SL_INVALID, "the name of the folder for temporary files is too long");
	file = mkstemp(path);
	if (file < 0)
		return sl_fail(e, SL_IO, "no temporary file in %s: %s", folder && *folder ? folder : "/tmp",
		               strerror(errno));
	close(file);
	if (!make_book(d, path, e) && !sl_io_map(&a, path, &bytes, e))
		(void)!s->write(s->ctx, bytes.p, bytes.n, e);
	sl_arena_done(&a);
	unlink(path);
	return e->code;
}
