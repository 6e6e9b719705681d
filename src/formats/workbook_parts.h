/* What the readers of workbooks share: rows as they come, kept below what a form can be. */
#ifndef SL_FORMATS_WORKBOOK_PARTS_H
#define SL_FORMATS_WORKBOOK_PARTS_H

#include "base/arena.h"
#include "model/sheet.h"

enum {
	SL_SHEET_COLUMNS_MAX = 2000,
	SL_SHEET_ROWS_MAX = 200000,
	SL_SHEET_CELLS_MAX = 4000000,          /* blank ones count: each takes room in its row */
	SL_WORKBOOK_UNPACKED_MAX = 128 << 20
};

struct sl_sheet_rows {
	struct sl_arena *a;
	struct sl_sheet_row *row;
	size_t n, cap, cells;
};

/* Takes away empty cells at the end; rows without any are left out. */
SL_CHECKED enum sl_code sl_sheet_rows_add(struct sl_sheet_rows *r, struct sl_str *cell, size_t n, size_t number,
                                          struct sl_err *e);
/* A CSV of all sheets, or of the sheet survey. */
SL_CHECKED enum sl_code sl_workbook_from_csv(struct sl_arena *a, const char *path, struct sl_str text,
                                             struct sl_workbook *out, struct sl_err *e);
/* The bytes of an .xlsx file.  Cells are texts: TRUE and FALSE, the shortest form of a number, dates and times as
 * ISO 8601 where the number format says that they are one.  Views into the arena. */
SL_CHECKED enum sl_code sl_xlsx_read(struct sl_arena *a, const char *path, struct sl_str bytes, struct sl_workbook *out,
                                     struct sl_err *e);

#endif
