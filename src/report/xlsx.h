/* A document as a spreadsheet: one sheet a table, real numbers, typed dates, texts that stay texts, no
 * formula anywhere; the cell behind each number in a hidden column.  The same document gives the same
 * bytes. */
#ifndef SL_REPORT_XLSX_H
#define SL_REPORT_XLSX_H

#include "report/document.h"
#include "report/sink.h"

/* `folder`: where the workbook is put together, the system's own when NULL. */
SL_CHECKED enum sl_code sl_xlsx_write(const struct sl_document *d, const char *folder,
                                      const struct sl_sink *s, struct sl_err *e);

#endif
