/* A workbook as rows of text: what XLSForms are written in.  Pure; formats/workbook.h reads it from a file. */
#ifndef SL_MODEL_SHEET_H
#define SL_MODEL_SHEET_H

#include "base/str.h"

struct sl_sheet_row {
	struct sl_str *cell; /* n texts, blanks around them taken away; the rest of the row is empty */
	size_t n;
	size_t number; /* as the spreadsheet shows it, from 1 */
};

struct sl_sheet {
	struct sl_str name;
	struct sl_sheet_row *row; /* empty rows are left out */
	size_t n_rows;
};

struct sl_workbook {
	struct sl_str name; /* of the file, without folder and ending */
	struct sl_sheet *sheet;
	size_t n_sheets;
};

#endif
