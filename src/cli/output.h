/* What commands share in printing an answer. */
#ifndef SL_CLI_OUTPUT_H
#define SL_CLI_OUTPUT_H

#include "app/account.h"

/* "table", "csv", "json" or "geojson"; false when it is none of them. NULL is the table. */
bool sl_format_from(const char *name, enum sl_text_format *out);
/* Write to standard output; SL_IO when it does not take it. */
SL_CHECKED enum sl_code sl_print(const struct sl_buf *b, struct sl_err *e);

#endif
