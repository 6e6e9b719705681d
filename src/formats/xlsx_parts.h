/* What the readers of the parts of an .xlsx file share: xlsx.c, xlsx_cell.c. */
#ifndef SL_FORMATS_XLSX_PARTS_H
#define SL_FORMATS_XLSX_PARTS_H

#include "base/arena.h"
#include "base/str.h"

enum sl_xlsx_moment { SL_XLSX_NUMBER, SL_XLSX_DATE, SL_XLSX_TIME, SL_XLSX_DATETIME, SL_XLSX_DURATION };

/* ECMA-376 part 1, 18.8.30: what a number format shows; `code` is empty for those built in. */
enum sl_xlsx_moment sl_xlsx_moment_of(long id, struct sl_str code);
/* A number as a form means it: "2", "0.5", "2025-06-30". */
SL_CHECKED enum sl_code sl_xlsx_number(struct sl_arena *a, struct sl_str text, enum sl_xlsx_moment moment, bool from_1904,
                                       struct sl_str *out, struct sl_err *e);
/* ECMA-376 part 1, 22.9.2.19: _x000D_ is a character. */
SL_CHECKED enum sl_code sl_xlsx_text(struct sl_arena *a, struct sl_str text, struct sl_str *out, struct sl_err *e);
/* "AB12": column from 0; false when it is none. */
bool sl_xlsx_place(struct sl_str ref, size_t *column);

#endif
