/* Private to app/report_cell*.c. */
#ifndef SL_APP_REPORT_CELL_PARTS_H
#define SL_APP_REPORT_CELL_PARTS_H

#include "app/report_cell.h"
#include "base/csv.h"

/* report_cell.c */
SL_CHECKED enum sl_code sl_cell_date(struct sl_str s, struct sl_date *out, struct sl_err *e);

/* report_cell_behind.c: rows behind a figure that is no ground, as `safelane why` prints them */
struct sl_behind {
	struct sl_json_writer json;
	struct sl_csv_writer csv;
	struct sl_buf *b;
	enum sl_text_format format;
	bool texts;
};
/* `what` as in "in 12 records"; `unstated` of them say no number; `texts`: its rows have one.  SL_UNSUPPORTED: GeoJSON. */
SL_CHECKED enum sl_code sl_behind_begin(struct sl_behind *x, struct sl_buf *b, enum sl_text_format format,
                                        struct sl_str cell, const struct sl_amount *total, const char *what, int64_t n,
                                        int64_t unstated, bool texts, struct sl_err *e);
/* `value` NULL: it says none; `text`, may be empty: what is said of the record. */
void sl_behind_row(struct sl_behind *x, struct sl_str kind, struct sl_str id, const struct sl_amount *value,
                   struct sl_str text);
void sl_behind_end(struct sl_behind *x);

/* report_cell_findings.c */
SL_CHECKED enum sl_code sl_finding_cell_read(struct sl_arena *a, struct sl_str names, struct sl_str rest,
                                             struct sl_report_cell *c, struct sl_err *e);
SL_CHECKED enum sl_code sl_finding_cell_value(struct sl_programme *p, const struct sl_report_cell *c,
                                              struct sl_amount *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_finding_cell_why(struct sl_programme *p, const struct sl_report_cell *c, struct sl_str cell,
                                            enum sl_text_format format, struct sl_buf *b, struct sl_err *e);
/* report_cell_changes.c */
SL_CHECKED enum sl_code sl_change_cell_read(struct sl_arena *a, struct sl_str names, struct sl_str rest,
                                            struct sl_report_cell *c, struct sl_err *e);
SL_CHECKED enum sl_code sl_change_cell_value(struct sl_programme *p, const struct sl_report_cell *c,
                                             struct sl_amount *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_change_cell_why(struct sl_programme *p, const struct sl_report_cell *c, struct sl_str cell,
                                           enum sl_text_format format, struct sl_buf *b, struct sl_err *e);

#endif
