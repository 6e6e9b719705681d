/* A table on paper in the making; for pdf_table.c and pdf_columns.c. */
#ifndef SL_REPORT_PDF_TABLE_PARTS_H
#define SL_REPORT_PDF_TABLE_PARTS_H

#include "report/pdf_parts.h"

#define SL_PAD_X 3.5
#define SL_PAD_Y 2.4

struct sl_paper_column {
	double width, natural, least; /* with padding */
	double x;
	bool number;
	double keys; /* room behind figures for their keys */
	PangoLayout *layout, *head;
};

struct sl_paper_table {
	struct sl_sheets *p;
	const struct sl_doc_table *t;
	struct sl_paper_column *column;
	double size, leading, width, left;
	double head_height, group_height;
	size_t seen, put; /* rows measured, rows that stand */
	bool keyed, open;
	bool below; /* keys stand under their figures: there is no room beside them */
	bool body;  /* some row was painted */
	struct sl_buf text;
};

/* Of ASCII text without asking the shaper; negative when it holds other letters.  Not below the true width:
 * kerning only draws letters together. */
double sl_paper_quick_width(struct sl_sheets *p, struct sl_str s, double size);
/* What a cell, or the head of a column, says; lives until the next call. */
struct sl_str sl_paper_cell_text(struct sl_paper_table *w, const struct sl_doc_row *row, size_t i);
struct sl_str sl_paper_heading_text(struct sl_paper_table *w, const struct sl_doc_column *c,
                                    struct sl_buf *b);
/* What the columns ask for, measured once, in whichever pass needs it first. */
SL_CHECKED enum sl_code sl_paper_measure(struct sl_sheets *p, const struct sl_node *node,
                                         const struct sl_sheet_table **out, struct sl_err *e);
/* Columns get what they ask for, or a share of what is there above their least; too wide a table gets
 * smaller letters. */
void sl_paper_share(struct sl_paper_table *w);

#endif
