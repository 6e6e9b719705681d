/* A table as it is shown, conditions, order and columns included, as a file that other programs read. */
#ifndef SL_APP_EXPORT_LIST_H
#define SL_APP_EXPORT_LIST_H

#include "app/programme.h"
#include "store/listing.h"

enum sl_list_format { SL_LIST_CSV, SL_LIST_GEOJSON, SL_LIST_XLSX };
/* By the ending of a file's name. */
bool sl_list_format_from(struct sl_str name, enum sl_list_format *out);
const char *sl_list_format_type(enum sl_list_format f); /* media type */

/* More rows than this go through `safelane export`, which streams: here the whole answer is in memory, and the library
 * that writes spreadsheets takes half a millisecond a row. */
#define SL_LIST_ROWS_MAX 250000        /* CSV */
#define SL_LIST_PLACES_OR_SHEET_MAX 50000 /* GeoJSON, XLSX */

/* All rows that meet q's conditions, in its order (limit and offset do not count), with the columns named, in their
 * order; NULL: every column.  CSV is guarded against formulas; GeoJSON has the place as it was entered, null where a
 * record has none or it is sensitive.  SL_INVALID: no such column, or too many rows. */
SL_CHECKED enum sl_code sl_list_export(struct sl_programme *p, const struct sl_listing *q, const struct sl_str *column,
                                       size_t n_columns, enum sl_list_format format, struct sl_buf *out,
                                       struct sl_err *e);

#endif
