/* Workbooks that hold XLSForms: .xlsx (xlsx.c); .xls and .ods through GDAL; .csv, one sheet a file or all sheets in one. */
#ifndef SL_FORMATS_WORKBOOK_H
#define SL_FORMATS_WORKBOOK_H

#include "base/arena.h"
#include "model/sheet.h"

/* `path` is a workbook; a CSV that begins with a column of sheet names; or a CSV that is the sheet `survey`, with
 * choices.csv and settings.csv beside it, where they are there.  A folder stands for the survey.csv in it.
 * SL_INVALID for what is none of these, or unpacks to more than a form can be. */
SL_CHECKED enum sl_code sl_workbook_read(struct sl_arena *a, const char *path, struct sl_workbook *out, struct sl_err *e);
/* One CSV text as one sheet. */
SL_CHECKED enum sl_code sl_sheet_from_csv(struct sl_arena *a, const char *file, struct sl_str name, struct sl_str csv,
                                          struct sl_sheet *out, struct sl_err *e);

#endif
