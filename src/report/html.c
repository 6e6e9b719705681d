#include "report/html.h"

#include "report/clean.h"
#include "report/wording.h"

#include <string.h>

extern const char sl_report_style[], sl_report_style_end[];

enum { PIECE = 1 << 16 };

struct writing {
	const struct sl_document *d;
	const struct sl_html *h;
	const struct sl_sink *sink;
	struct sl_buf b;
	const struct sl_doc_table *table;
	bool in_body;
};

struct sl_str sl_html_style(void)
{
	return (struct sl_str){sl_report_style, (size_t)(sl_report_style_end - sl_report_style)};
}

/* ---- text ---- */

static void put_text(struct sl_buf *b, struct sl_str s)
{
	const char *end = s.p + s.n;

	for (const char *p = s.p; p < end;) {
		size_t n = sl_clean_length(p, end);

		if (!n)
			sl_buf_puts(b, "\ufffd");
		else if (*p == '<')
			sl_buf_puts(b, "&lt;");
		else if (*p == '>')
			sl_buf_puts(b, "&gt;");
		else if (*p == '&')
			sl_buf_puts(b, "&amp;");
		else if (*p == '"')
			sl_buf_puts(b, "&quot;");
		else
			sl_buf_add(b, p, n);
		p += n ? n : 1;
	}
}

/* For an address: what is no letter or digit goes as %XX. */
static void put_escaped(struct sl_buf *b, struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c))
			sl_buf_putc(b, (char)c);
		else
			sl_buf_printf(b, "%%%02X", c);
	}
}

/* What comes from records runs in its own direction and cannot turn what stands around it. */
static void put_isolated(struct sl_buf *b, struct sl_str s)
{
	sl_buf_puts(b, "<bdi>");
	put_text(b, s);
	sl_buf_puts(b, "</bdi>");
}

static void put_amount(struct writing *w, const struct sl_amount *m, bool with_unit)
{
	struct sl_buf *b = &w->b;
	/* A minus sign or a unit keeps its side of the number among words that run the other way. */
	const char *direction = !w->d->right_to_left || m->state != SL_AMOUNT_KNOWN ? ""
	                        : with_unit && m->unit != SL_UNIT_COUNT             ? " dir=\"auto\""
	                                                                            : " dir=\"ltr\"";

	if (m->state == SL_AMOUNT_NONE)
		return;
	if (m->state != SL_AMOUNT_KNOWN)
		sl_buf_puts(b, "<span class=\"none\">");
	if (m->cell.n && w->h->why) {
		sl_buf_printf(b, "<a%s href=\"", direction);
		put_text(b, sl_str_from(w->h->why));
		put_escaped(b, m->cell);
		sl_buf_puts(b, "\">");
	} else if (m->cell.n && m->state == SL_AMOUNT_KNOWN) {
		sl_buf_printf(b, "<data%s value=\"", direction);
		sl_amount_exact(b, m);
		sl_buf_puts(b, "\" title=\"");
		put_text(b, m->cell);
		sl_buf_puts(b, "\">");
	} else if (*direction) {
		sl_buf_printf(b, "<bdi%s>", direction);
	}
	sl_word_amount(b, w->d, m, with_unit);
	if (m->cell.n && w->h->why)
		sl_buf_puts(b, "</a>");
	else if (m->cell.n && m->state == SL_AMOUNT_KNOWN)
		sl_buf_puts(b, "</data>");
	else if (*direction)
		sl_buf_puts(b, "</bdi>");
	if (m->state != SL_AMOUNT_KNOWN)
		sl_buf_puts(b, "</span>");
}

static void put_note(struct sl_buf *b, size_t note)
{
	sl_buf_printf(b, "<sup><a href=\"#note-%zu\">%zu</a></sup>", note + 1, note + 1);
}

static void put_runs(struct writing *w, const struct sl_runs *runs)
{
	struct sl_buf *b = &w->b;

	for (size_t i = 0; i < runs->n; i++) {
		const struct sl_run *r = &runs->v[i];

		switch (r->type) {
		case SL_RUN_TEXT: put_text(b, r->text); break;
		case SL_RUN_STRONG:
			sl_buf_puts(b, "<strong>");
			put_text(b, r->text);
			sl_buf_puts(b, "</strong>");
			break;
		case SL_RUN_AMOUNT: put_amount(w, &r->amount, true); break;
		case SL_RUN_DATE: sl_word_date(b, w->d, r->date); break;
		case SL_RUN_NOTE: put_note(b, r->note); break;
		}
	}
}

/* ---- tables ---- */

static void put_heading(struct writing *w, const struct sl_doc_column *c, const char *span)
{
	struct sl_buf *b = &w->b;
	struct sl_str unit =
	    c->type == SL_COLUMN_AMOUNT && !c->mixed ? sl_word_unit(w->d->locale, c->unit) : SL_STR("");

	sl_buf_printf(b, "<th scope=\"col\"%s%s>", c->type == SL_COLUMN_AMOUNT ? " class=\"n\"" : "", span);
	put_text(b, c->heading);
	if (unit.n) {
		sl_buf_puts(b, c->heading.n ? " (" : "(");
		put_text(b, unit);
		sl_buf_putc(b, ')');
	}
	for (size_t i = 0; i < c->n_notes; i++) {
		sl_buf_puts(b, i ? "<sup>, </sup>" : "");
		put_note(b, c->note[i]);
	}
	sl_buf_puts(b, "</th>");
}

static void put_head(struct writing *w, const struct sl_doc_table *t)
{
	struct sl_buf *b = &w->b;
	bool groups = false;
	size_t n;

	for (size_t i = 0; i < t->n_columns; i++)
		groups |= t->column[i].group.n > 0;
	sl_buf_puts(b, "<thead>");
	if (groups) {
		sl_buf_puts(b, "<tr>");
		for (size_t i = 0; i < t->n_columns; i += n) {
			for (n = 1; i + n < t->n_columns && t->column[i].group.n &&
			            sl_str_eq(t->column[i + n].group, t->column[i].group);)
				n++;
			if (!t->column[i].group.n) {
				put_heading(w, &t->column[i], " rowspan=\"2\"");
				continue;
			}
			sl_buf_printf(b, "<th class=\"group\" scope=\"colgroup\" colspan=\"%zu\">", n);
			put_text(b, t->column[i].group);
			sl_buf_puts(b, "</th>");
		}
		sl_buf_puts(b, "</tr>");
	}
	sl_buf_puts(b, "<tr>");
	for (size_t i = 0; i < t->n_columns; i++)
		if (!groups || t->column[i].group.n)
			put_heading(w, &t->column[i], "");
	sl_buf_puts(b, "</tr></thead>\n");
}

static void put_cell(struct writing *w, const struct sl_doc_cell *c, bool with_unit)
{
	struct sl_buf *b = &w->b;

	switch (c->type) {
	case SL_DOC_EMPTY: break;
	case SL_DOC_TEXT:
		if (c->record.n && w->h->record) {
			sl_buf_puts(b, "<a href=\"");
			put_text(b, sl_str_from(w->h->record));
			put_escaped(b, c->record);
			sl_buf_puts(b, "\">");
			put_isolated(b, c->text);
			sl_buf_puts(b, "</a>");
		} else if (c->text.n) {
			put_isolated(b, c->text);
		}
		break;
	case SL_DOC_AMOUNT: put_amount(w, &c->amount, with_unit); break;
	case SL_DOC_DATE: sl_word_date(b, w->d, c->date); break;
	}
}

/* An empty cell heads nothing. */
static bool is_head(const struct sl_doc_table *t, const struct sl_doc_row *row, size_t i)
{
	const struct sl_doc_cell *c = &row->cell[i];

	return i < t->n_heads && c->type != SL_DOC_EMPTY && (c->type != SL_DOC_TEXT || c->text.n);
}

static enum sl_code put_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	static const char *const classes[] = {"", " class=\"group\"", " class=\"subtotal\"",
	                                      " class=\"total\""};
	struct writing *w = ctx;
	const struct sl_doc_table *t = w->table;
	struct sl_buf *b = &w->b;

	if (!w->in_body)
		sl_buf_puts(b, "<tbody>\n");
	w->in_body = true;
	sl_buf_printf(b, "<tr%s>", classes[row->type]);
	for (size_t i = 0; i < t->n_columns; i++) {
		bool number = t->column[i].type == SL_COLUMN_AMOUNT;

		if (row->type == SL_ROW_GROUP && i == 0)
			sl_buf_printf(b, "<th scope=\"row\" colspan=\"%zu\">", t->n_columns);
		else if (is_head(t, row, i))
			sl_buf_printf(b, "<th scope=\"row\"%s>", number ? " class=\"n\"" : "");
		else
			sl_buf_printf(b, "<td class=\"%s\">",
			              number                                ? "n"
			              : t->column[i].type == SL_COLUMN_TEXT ? "t"
			                                                    : "d");
		put_cell(w, &row->cell[i], t->column[i].mixed);
		sl_buf_puts(b, is_head(t, row, i) || row->type == SL_ROW_GROUP ? "</th>" : "</td>");
		if (row->type == SL_ROW_GROUP)
			break;
	}
	sl_buf_puts(b, "</tr>\n");
	return sl_sink_drain(w->sink, b, PIECE, e);
}

static enum sl_code put_table(struct writing *w, const struct sl_doc_table *t, struct sl_err *e)
{
	struct sl_buf *b = &w->b;

	if (!t->each && !t->n_rows && t->empty.n) {
		sl_buf_puts(b, "<p id=\"");
		put_text(b, t->name);
		sl_buf_puts(b, "\"><strong>");
		put_text(b, t->caption);
		sl_buf_puts(b, "</strong><br>");
		put_text(b, t->empty);
		sl_buf_puts(b, "</p>\n");
		return SL_OK;
	}
	/* Wide tables scroll; a region that scrolls has a name and takes the focus. */
	sl_buf_puts(b, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
	put_text(b, t->caption);
	sl_buf_puts(b, "\"><table id=\"");
	put_text(b, t->name);
	sl_buf_puts(b, "\"><caption>");
	put_text(b, t->caption);
	sl_buf_puts(b, "</caption>\n");
	put_head(w, t);
	w->table = t;
	w->in_body = false;
	if (sl_doc_table_each(t, put_row, w, e))
		return e->code;
	sl_buf_puts(b, w->in_body ? "</tbody></table></div>\n" : "</table></div>\n");
	return SL_OK;
}

/* ---- pictures ---- */

/* The figures of a chart, for who cannot see it and where nothing draws it. */
static void put_chart_table(struct writing *w, const struct sl_doc_chart *c)
{
	struct sl_buf *b = &w->b;

	sl_buf_puts(b, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
	put_text(b, c->caption);
	sl_buf_puts(b, "\"><table><thead><tr><th scope=\"col\">");
	put_text(b, c->category_title);
	sl_buf_puts(b, "</th>");
	for (size_t k = 0; k < c->n_series; k++) {
		struct sl_str unit = sl_word_unit(w->d->locale, c->unit);

		sl_buf_puts(b, "<th scope=\"col\" class=\"n\">");
		put_text(b, c->series[k].name);
		if (unit.n) {
			sl_buf_puts(b, " (");
			put_text(b, unit);
			sl_buf_putc(b, ')');
		}
		sl_buf_puts(b, "</th>");
	}
	sl_buf_puts(b, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < c->n_categories; i++) {
		sl_buf_puts(b, "<tr><th scope=\"row\">");
		put_isolated(b, c->category[i]);
		sl_buf_puts(b, "</th>");
		for (size_t k = 0; k < c->n_series; k++) {
			sl_buf_puts(b, "<td class=\"n\">");
			put_amount(w, &c->series[k].value[i], false);
			sl_buf_puts(b, "</td>");
		}
		sl_buf_puts(b, "</tr>\n");
	}
	sl_buf_puts(b, "</tbody></table></div>\n");
}

static enum sl_code put_picture(struct writing *w, const struct sl_node *node, struct sl_err *e)
{
	bool chart = node->type == SL_NODE_CHART;
	struct sl_str name = chart ? node->chart->name : node->map->name;
	struct sl_buf *b = &w->b;

	sl_buf_puts(b, "<figure id=\"");
	put_text(b, name);
	sl_buf_puts(b, "\"><figcaption>");
	put_text(b, chart ? node->chart->caption : node->map->caption);
	sl_buf_puts(b, "</figcaption>\n");
	if (w->h->picture) {
		/* Not smaller than its letters can be read: on a phone it scrolls. */
		sl_buf_puts(b, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
		put_text(b, chart ? node->chart->caption : node->map->caption);
		sl_buf_puts(b, "\">\n");
		if (w->h->picture(w->h->ctx, w->d, node, b, e))
			return e->code;
		sl_buf_puts(b, "</div>\n");
		if (chart) {
			sl_buf_puts(b, "<details><summary>");
			sl_buf_puts(b, sl_text(w->d->locale, "report", "The figures of this chart"));
			sl_buf_puts(b, "</summary>\n");
			put_chart_table(w, node->chart);
			sl_buf_puts(b, "</details>\n");
		}
	} else if (chart) {
		put_chart_table(w, node->chart);
	} else {
		sl_buf_puts(b, "<p>");
		put_text(b, node->map->description);
		sl_buf_puts(b, "</p>\n");
	}
	if (!chart && !w->h->picture && node->map->source_text.n) {
		sl_buf_puts(b, "<p class=\"source\">");
		put_text(b, node->map->source_text);
		sl_buf_puts(b, "</p>\n");
	}
	sl_buf_puts(b, "</figure>\n");
	return sl_sink_drain(w->sink, b, PIECE, e);
}

static void put_signatures(struct writing *w, const struct sl_node *node)
{
	const struct sl_locale *l = w->d->locale;
	const char *const fields[] = {sl_text(l, "report", "Name and function"),
	                              sl_text(l, "report", "Signature"),
	                              sl_text(l, "report", "Date and place")};
	struct sl_buf *b = &w->b;

	sl_buf_puts(b, "<div class=\"signatures\">\n");
	for (size_t i = 0; i < node->signatures.n; i++) {
		sl_buf_puts(b, "<div class=\"signature\"><strong>");
		put_text(b, node->signatures.v[i].role);
		sl_buf_puts(b, "</strong><dl>");
		for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
			sl_buf_puts(b, "<dt>");
			put_text(b, sl_str_from(fields[k]));
			sl_buf_puts(b, "</dt><dd>");
			if (!k)
				put_text(b, node->signatures.v[i].name);
			sl_buf_puts(b, "</dd>");
		}
		sl_buf_puts(b, "</dl></div>\n");
	}
	sl_buf_puts(b, "</div>\n");
}

/* ---- the page ---- */

static enum sl_code put_node(struct writing *w, const struct sl_node *node, struct sl_err *e)
{
	struct sl_buf *b = &w->b;
	const char *page = node->hints & SL_PAGE_BREAK_BEFORE ? " class=\"break\"" : "";

	switch (node->type) {
	case SL_NODE_HEADING:
		sl_buf_printf(b, "<h%d%s>", node->level + 1, page);
		put_runs(w, &node->runs);
		sl_buf_printf(b, "</h%d>\n", node->level + 1);
		break;
	case SL_NODE_PARAGRAPH:
		sl_buf_printf(b, "<p%s>", page);
		put_runs(w, &node->runs);
		sl_buf_puts(b, "</p>\n");
		break;
	case SL_NODE_LIST:
		sl_buf_puts(b, "<ul>\n");
		for (const struct sl_node *item = node->child; item; item = item->next) {
			sl_buf_puts(b, "<li>");
			put_runs(w, &item->runs);
			sl_buf_puts(b, "</li>\n");
		}
		sl_buf_puts(b, "</ul>\n");
		break;
	case SL_NODE_TABLE: return put_table(w, node->table, e);
	case SL_NODE_CHART:
	case SL_NODE_MAP: return put_picture(w, node, e);
	case SL_NODE_SIGNATURES: put_signatures(w, node); break;
	case SL_NODE_SPACE:
		sl_buf_puts(b, "<p>");
		put_runs(w, &node->runs);
		sl_buf_printf(b, "</p><div class=\"room%s\"></div>\n", node->level > 5 ? " tall" : "");
		break;
	case SL_NODE_CODE:
		sl_buf_puts(b, "<p><code>");
		put_runs(w, &node->runs);
		sl_buf_puts(b, "</code></p>\n");
		break;
	}
	return sl_sink_drain(w->sink, b, PIECE, e);
}

static void put_top(struct writing *w)
{
	const struct sl_document *d = w->d;
	struct sl_buf *b = &w->b;

	sl_buf_printf(b,
	              "<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
	              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	              d->locale->code, d->right_to_left ? "rtl" : "ltr");
	put_text(b, d->title);
	sl_buf_puts(b, " · ");
	put_text(b, d->programme);
	sl_buf_puts(b, "</title>\n");
	if (w->h->stylesheet) {
		sl_buf_puts(b, "<link rel=\"stylesheet\" href=\"");
		put_text(b, sl_str_from(w->h->stylesheet));
		sl_buf_puts(b, "\">\n");
	} else {
		sl_buf_puts(b, "<style>\n");
		sl_buf_str(b, sl_html_style());
		sl_buf_puts(b, "</style>\n");
	}
	sl_buf_puts(b, "</head>\n<body>\n<main>\n<header class=\"title\">\n");
	if (d->marking.n) {
		sl_buf_puts(b, "<p class=\"marking\">");
		put_text(b, d->marking);
		sl_buf_puts(b, "</p>\n");
	}
	sl_buf_puts(b, "<h1>");
	put_text(b, d->title);
	sl_buf_puts(b, "</h1>\n<p class=\"subtitle\">");
	put_text(b, d->subtitle);
	sl_buf_puts(b, "</p>\n</header>\n");
}

static void put_notes(struct writing *w)
{
	const struct sl_document *d = w->d;
	struct sl_buf *b = &w->b;

	if (!d->n_notes)
		return;
	sl_buf_puts(b, "<section class=\"notes\">\n<h2>");
	put_text(b, d->notes_title);
	sl_buf_puts(b, "</h2>\n<dl>\n");
	for (size_t i = 0; i < d->n_notes; i++) {
		sl_buf_printf(b, "<dt id=\"note-%zu\">%zu. ", i + 1, i + 1);
		put_text(b, d->note[i].term);
		sl_buf_puts(b, "</dt><dd>");
		put_text(b, d->note[i].text);
		sl_buf_puts(b, "</dd>\n");
	}
	sl_buf_puts(b, "</dl>\n</section>\n");
}

enum sl_code sl_html_write(const struct sl_document *d, const struct sl_html *h, const struct sl_sink *s,
                           struct sl_err *e)
{
	struct writing w = {.d = d, .h = h, .sink = s};

	put_top(&w);
	for (const struct sl_node *node = d->first; node && !e->code; node = node->next)
		(void)!put_node(&w, node, e);
	if (!e->code) {
		put_notes(&w);
		sl_buf_puts(&w.b, "<footer>");
		put_text(&w.b, d->about);
		sl_buf_puts(&w.b, "</footer>\n</main>\n</body>\n</html>\n");
		(void)!sl_sink_drain(s, &w.b, 0, e);
	}
	sl_buf_done(&w.b);
	return e->code;
}
