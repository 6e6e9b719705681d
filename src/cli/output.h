/* What commands share in printing an answer. */
#ifndef SL_CLI_OUTPUT_H
#define SL_CLI_OUTPUT_H

#include "app/report.h"
#include "base/io.h"

/* "table", "csv", "json" or "geojson"; false when it is none of them. NULL is the table. */
bool sl_format_from(const char *name, enum sl_text_format *out);
/* Write to standard output; SL_IO when it does not take it. */
SL_CHECKED enum sl_code sl_print(const struct sl_buf *b, struct sl_err *e);
/* Into a file that is being made. */
struct sl_sink sl_file_sink(struct sl_io_out *out);
/* A report as the file `to`: whole, or not there.  `html` and `table` as in sl_report_write. */
SL_CHECKED enum sl_code sl_save_report(const struct sl_report *r, enum sl_report_format format,
                                       const struct sl_html *html, struct sl_str table, const char *to,
                                       struct sl_err *e);

#endif
