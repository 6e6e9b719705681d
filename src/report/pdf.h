/* A document on paper: PDF, tagged, with bookmarks and page numbers; made by cairo and pango.
 * Pages go out as they are full, so a long annex needs little memory; the same document gives the same
 * bytes. */
#ifndef SL_REPORT_PDF_H
#define SL_REPORT_PDF_H

#include "report/document.h"
#include "report/sink.h"

/* SL_UNSUPPORTED when the fonts of reports are not on this machine. */
SL_CHECKED enum sl_code sl_pdf_write(const struct sl_document *d, const struct sl_sink *s,
                                     struct sl_err *e);

#endif
