/* Comma-separated text (RFC 4180): quoted fields with separators, line ends and doubled quotes; a byte
 * order mark, LF, CRLF or CR, and ';' or tab as separator are accepted.  A cursor: flat memory for any size
 * of file.  What it does not do: guess an encoding, or repair quotes. */
#ifndef SL_BASE_CSV_H
#define SL_BASE_CSV_H

#include "base/str.h"

struct sl_csv {
	const char *name; /* of the file, for errors */
	const char *start, *p, *end;
	size_t line;  /* line that `p` stands on, from 1 */
	size_t width; /* fields of the widest row so far */
	char separator;
	/* Set it when the arena is not reset between rows: the lists of fields (not the texts) of all rows then
	 * share one place, so a row is gone with the next call. */
	bool share;
	struct sl_str *shared;
	size_t shared_cap;
};

struct sl_csv_row {
	struct sl_str *field; /* views into the text, or unescaped in the arena */
	size_t n;
	size_t line; /* where the row begins, from 1 */
};

/* `separator` 0: the one of , ; and tab that is most frequent in the first row.  A first line "sep=;", as
 * spreadsheets write it, decides.  SL_INVALID for UTF-16.  `name` and `text` must outlive the cursor. */
SL_CHECKED enum sl_code sl_csv_open(struct sl_csv *c, const char *name, struct sl_str text, char separator,
                                    struct sl_err *e);
/* The next row that is not an empty line; *more is false at the end.  The row lives in `a`, which may be
 * reset before the next call.  SL_INVALID names file, line and column of a quote that is wrong. */
SL_CHECKED enum sl_code sl_csv_next(struct sl_csv *c, struct sl_arena *a, struct sl_csv_row *row,
                                    bool *more, struct sl_err *e);
/* Index of the column headed `name` (blanks around it do not count), -1 when there is none. */
int sl_csv_column(const struct sl_csv_row *header, const char *name);
/* The field of that column, trimmed; empty when the row is too short or the column is -1. */
struct sl_str sl_csv_get(const struct sl_csv_row *row, int column);

struct sl_csv_writer {
	struct sl_buf *b;
	char separator;
	/* Spreadsheets run a text that begins with = + - @ as a formula (CWE-1236): put an apostrophe before
	 * it.  Numbers are left alone.  The text is changed by that, so it is for files that people open. */
	bool guard;
	bool in_row;
	size_t row_start; /* in b */
};

void sl_csv_writer_init(struct sl_csv_writer *w, struct sl_buf *b, char separator, bool guard);
void sl_csv_put(struct sl_csv_writer *w, struct sl_str s);
void sl_csv_put_double(struct sl_csv_writer *w, double x); /* NaN and infinities: an empty field */
void sl_csv_put_int(struct sl_csv_writer *w, int64_t x);
void sl_csv_end(struct sl_csv_writer *w); /* ends the row with LF, which every reader takes */

#endif
