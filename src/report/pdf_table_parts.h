/* A table on paper in the making; for pdf_table.c and pdf_columns.c. */
#ifndef SL_REPORT_PDF_TABLE_PARTS_H
#define SL_REPORT_PDF_TABLE_PARTS_H

#include "report/pdf_parts.h"

#define SL_PAD_X 3.5
#define SL_PAD_X_DENSE 2.0 /* where letters would have to shrink */
#define SL_PAD_Y 2.4
#define SL_PAD_Y_CLOSE 0.9 /* where a few rows would go over the page */

struct sl_paper_column {
	double width, natural, least; /* with padding */
	double usual;                 /* what most of its cells ask for */
	double sum, squares;          /* of the widths of the texts that were measured */
	size_t n_texts;
	double x;
	bool number;
	double keys; /* room behind figures for their keys */
	PangoLayout *layout, *head;
};

struct sl_paper_table {
	struct sl_sheets *p;
	const struct sl_doc_table *t;
	struct sl_paper_column *column;
	double size, leading, width, left, pad, pad_y;
	double head_height, group_height;
	double caption, begin, all, saved; /* heights: see needs() */
	size_t seen, put; /* rows measured, rows that stand */
	bool keyed, open;
	bool below; /* keys stand under their figures: there is no room beside them */
	bool body;  /* some row was painted */
	struct sl_buf text;
};

/* What a cell, or the head of a column, says; lives until the next call. */
struct sl_str sl_paper_cell_text(struct sl_paper_table *w, const struct sl_doc_row *row, size_t i);
struct sl_str sl_paper_heading_text(struct sl_paper_table *w, const struct sl_doc_column *c,
                                    struct sl_buf *b);
/* How many neighbours share the heading above. */
size_t sl_paper_group_span(const struct sl_doc_table *t, size_t i);
/* For the raised numbers behind a head. */
double sl_paper_note_room(const struct sl_paper_table *w, size_t i);
/* What the columns ask for, measured once, in whichever pass needs it first. */
SL_CHECKED enum sl_code sl_paper_measure(struct sl_sheets *p, const struct sl_node *node,
                                         const struct sl_sheet_table **out, struct sl_err *e);
/* Columns get what they ask for, or a share of what is there above their least; too wide a table gets
 * smaller letters. */
void sl_paper_share(struct sl_paper_table *w);

#endif
