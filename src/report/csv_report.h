/* A document as CSV, for programs: exact values, areas in m², no thousands, a point.  Texts that a
 * spreadsheet would take for a formula get an apostrophe before them (base/csv.h); numbers never do.
 * docs/formats/report.md. */
#ifndef SL_REPORT_CSV_REPORT_H
#define SL_REPORT_CSV_REPORT_H

#include "report/document.h"
#include "report/sink.h"

/* `table` empty: every figure of every table in a row of its own, with its cell.  Else that table as it
 * stands; SL_NOT_FOUND names those that there are. */
SL_CHECKED enum sl_code sl_csv_report(const struct sl_document *d, struct sl_str table,
                                      const struct sl_sink *s, struct sl_err *e);
/* "m2", "count", "percent", ...: in CSV and in tests. */
const char *sl_unit_code(enum sl_unit unit);

#endif
