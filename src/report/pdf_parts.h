/* Paper in the making; for the pdf*.c files.  The document is gone through twice: to see how many pages
 * there are, and to paint them. */
#ifndef SL_REPORT_PDF_PARTS_H
#define SL_REPORT_PDF_PARTS_H

#include "report/cairo_parts.h"
#include "report/document.h"
#include "report/pdf_tail.h"
#include "report/wording.h"

#include "base/map.h"

#define SL_BODY 9.5  /* letters of prose */
#define SL_TABLE 8.0 /* of tables, less where they are wide */
#define SL_SMALL 7.0 /* of heads and feet of pages, sources, keys */

struct sl_sheets {
	const struct sl_document *d;
	struct sl_pdf_tail tail;    /* what cairo writes goes through it */
	struct sl_str *alternative; /* what each figure shows */
	size_t n_alternatives, cap_alternatives;
	struct sl_arena a, scratch;
	struct sl_fonts *f;
	cairo_surface_t *surface;
	cairo_t *cr;
	bool counting; /* first pass: nothing is painted */
	bool landscape;
	bool fresh;                         /* nothing stands on the page yet */
	double width, height;               /* of the page */
	double left, right, top, bottom, y; /* what it may hold; where the next thing goes */
	int page, pages;
	int outline[5];       /* the last bookmark of each level */
	struct sl_map key_of; /* account cell -> its key */
	struct sl_str *key;
	size_t n_keys, cap_keys;
	struct sl_sheet_figure { /* made in the first pass, painted in the second */
		const struct sl_node *node;
		struct sl_drawing *drawing;
	} * figure;
	size_t n_figures, cap_figures;
	struct sl_sheet_table { /* what its columns ask for */
		const struct sl_node *node;
		struct sl_sheet_column {
			double natural, least, usual, keys;
		} * column;
		bool wide; /* too wide for an upright page */
	} * table;
	size_t n_tables, cap_tables;
	float *row_height; /* the same of rows */
	size_t n_rows, cap_rows, at_row;
	double advance[128]; /* of ASCII letters, in letters' sizes: 0 when not yet known */
	struct sl_err *e;    /* of the sink, which cairo calls */
};

/* Begin pages. */
SL_CHECKED enum sl_code sl_paper_begin(struct sl_sheets *p, bool landscape, struct sl_err *e);
SL_CHECKED enum sl_code sl_paper_end(struct sl_sheets *p, struct sl_err *e);
/* So much room below, on a new page if need be. */
SL_CHECKED enum sl_code sl_paper_room(struct sl_sheets *p, double height, struct sl_err *e);
void sl_paper_tag(struct sl_sheets *p, const char *name, const char *attributes);
void sl_paper_untag(struct sl_sheets *p, const char *name);
/* A figure that says so much; NULL-length: nothing. */
SL_CHECKED enum sl_code sl_paper_tag_figure(struct sl_sheets *p, struct sl_str alternative,
                                            struct sl_err *e);
void sl_paper_rule(struct sl_sheets *p, double x0, double y0, double x1, double y1, double width,
                   uint32_t rgb);
/* x of a box so wide that begins `from` behind where reading begins. */
double sl_paper_x(const struct sl_sheets *p, double from, double width);

/* One line, cut to the width; `anchor` is physical. */
void sl_paper_line(struct sl_sheets *p, struct sl_str text, const struct sl_text_look *look, double x,
                   double y, double width);
void sl_paper_lines(struct sl_sheets *p, struct sl_str text, const struct sl_text_look *look, double x,
                    double y, double width, size_t most);
struct sl_text_look sl_paper_look(const struct sl_sheets *p, double size, bool bold);

/* Of ASCII text without asking the shaper; negative when it holds other letters.  Not below the true width:
 * kerning only draws letters together. */
double sl_paper_quick_width(struct sl_sheets *p, struct sl_str s, double size);

/* Prose: runs, or a text, in lines that may go over pages, tagged `tag`; `from`: indent. */
SL_CHECKED enum sl_code sl_paper_runs(struct sl_sheets *p, const struct sl_runs *runs, const char *tag,
                                      double size, bool bold, double from, struct sl_err *e);
SL_CHECKED enum sl_code sl_paper_text(struct sl_sheets *p, struct sl_str text, const char *tag, double size,
                                      bool bold, double from, struct sl_err *e);
double sl_paper_runs_height(struct sl_sheets *p, const struct sl_runs *runs, double size, bool bold,
                            double from);
/* The key of an account cell; 0 when it has none. */
SL_CHECKED enum sl_code sl_paper_key(struct sl_sheets *p, struct sl_str cell, size_t *key,
                                     struct sl_err *e);
/* A small raised text that leads to `destination` (NULL: nowhere). */
double sl_paper_raised_width(struct sl_sheets *p, const char *text, double size);
void sl_paper_raised(struct sl_sheets *p, const char *text, const char *destination, double x, double y,
                     double size);

/* Is it to stand on a page on its side? */
SL_CHECKED enum sl_code sl_paper_table_is_wide(struct sl_sheets *p, const struct sl_node *node, bool *wide,
                                               struct sl_err *e);
/* How much room it needs to begin, `above` below where the page stands. */
SL_CHECKED enum sl_code sl_paper_table_needs(struct sl_sheets *p, const struct sl_node *node, double above,
                                             double *height, struct sl_err *e);
SL_CHECKED enum sl_code sl_paper_table(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e);
/* How high a figure is with its caption. */
SL_CHECKED enum sl_code sl_paper_figure_height(struct sl_sheets *p, const struct sl_node *node,
                                               double *height, struct sl_err *e);
SL_CHECKED enum sl_code sl_paper_figure(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e);
/* How much room anything but a table or a figure needs to begin. */
double sl_paper_begins(const struct sl_node *node);
SL_CHECKED enum sl_code sl_paper_signatures(struct sl_sheets *p, const struct sl_node *node,
                                            struct sl_err *e);
SL_CHECKED enum sl_code sl_paper_space(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e);
SL_CHECKED enum sl_code sl_paper_code(struct sl_sheets *p, const struct sl_node *node, struct sl_err *e);
/* A code beside the title, so much of the width; `low`: its foot. */
#define SL_CODE_WIDE 104.0
SL_CHECKED enum sl_code sl_paper_code_beside(struct sl_sheets *p, const struct sl_node *node, double *low,
                                             struct sl_err *e);
SL_CHECKED enum sl_code sl_paper_notes(struct sl_sheets *p, struct sl_err *e);
SL_CHECKED enum sl_code sl_paper_keys(struct sl_sheets *p, struct sl_err *e);

#endif
