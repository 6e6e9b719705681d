/* What cairo 1.16 leaves out of a tagged PDF, added behind it as an incremental update (ISO
 * 32000-1, 7.5.6): that it is tagged, its language and direction, and what each figure shows.  The bytes
 * pass through; only the objects concerned are kept. For the pdf*.c files. */
#ifndef SL_REPORT_PDF_TAIL_H
#define SL_REPORT_PDF_TAIL_H

#include "report/sink.h"

struct sl_pdf_object {
	uint64_t number;
	struct sl_str body; /* from "<<" to ">>" */
};

struct sl_pdf_tail {
	struct sl_arena *a;
	const struct sl_sink *sink;
	uint64_t bytes;
	char line[256]; /* the present line, and what stood before it */
	size_t n_line;
	uint64_t number; /* of the object that begins; 0: none */
	bool keeping;
	struct sl_buf body;
	struct sl_pdf_object catalogue, *figure;
	size_t n_figures, cap_figures;
	struct sl_buf end; /* from the last "trailer" on */
	bool in_trailer;
};

SL_CHECKED enum sl_code sl_pdf_tail_write(struct sl_pdf_tail *t, const void *bytes, size_t n,
                                          struct sl_err *e);
/* `alternative`: of each figure, in order.  Nothing is added to a file that is not as expected. */
SL_CHECKED enum sl_code sl_pdf_tail_finish(struct sl_pdf_tail *t, const char *language, bool right_to_left,
                                           const struct sl_str *alternative, size_t n, struct sl_err *e);
void sl_pdf_tail_done(struct sl_pdf_tail *t);

#endif
