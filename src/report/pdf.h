/* A document on paper: PDF, tagged, with bookmarks and page numbers; made by cairo and pango.
 * Pages go out as they are full, so a long annex needs little memory; the same document gives the same bytes. */
#ifndef SL_REPORT_PDF_H
#define SL_REPORT_PDF_H

#include "report/document.h"

typedef enum sl_code sl_pdf_write_fn(void *ctx, const void *bytes, size_t n, struct sl_err *e);

/* `a` holds what is needed while it is made. */
SL_CHECKED enum sl_code sl_pdf_write(struct sl_arena *a, const struct sl_document *doc, sl_pdf_write_fn *write,
                                     void *ctx, struct sl_err *e);

#endif
