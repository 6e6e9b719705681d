/* Cells of reports: what stands behind any number of any table.  An account's figure, a sum or difference of several
 * ("flow.cancelled+flow.reduced?as_of=..."), how many hazards stand behind one ("hazards.stock.CHA?..."), a sum over
 * records ("sum.ordnance.destroyed_quantity?category=APM&..."), over findings ("findings.count?rule=G06") or over the
 * changes between two accounts ("change.stock.SHA?a=...&b=...&revision=...").  docs/formats/cell.md */
#ifndef SL_APP_REPORT_CELL_H
#define SL_APP_REPORT_CELL_H

#include "app/account.h"
#include "app/diff.h"
#include "app/finding_sum.h"
#include "app/tally.h"
#include "report/document.h"

#define SL_CELL_TERMS_MAX 20
#define SL_CELL_CONDITIONS_MAX 16

struct sl_cell_term {
	int sign;
	bool hazards; /* how many, not how much ground */
	enum sl_figure figure;
};

enum sl_cell_of { SL_CELL_OF_GROUND, SL_CELL_OF_RECORDS, SL_CELL_OF_FINDINGS, SL_CELL_OF_CHANGES };

struct sl_change_query { /* changes of app/diff.h */
	struct sl_diff_request accounts;
	enum sl_figure figure;
	struct sl_str cause;    /* "new", "late", "correction", ...; empty: all */
	struct sl_str revision; /* UUID; empty: all */
	int64_t after;          /* without the so many heaviest (sl_changes_order) */
};

struct sl_report_cell {
	enum sl_cell_of of;
	struct sl_account_request account; /* of ground, and of records: as_of and known_at */
	struct sl_str key;
	struct sl_str record; /* only the ground that this record stands on: its identifier; empty: all */
	struct sl_cell_term term[SL_CELL_TERMS_MAX];
	size_t n_terms;
	struct sl_tally_query query; /* of records */
	struct sl_tally_condition condition[SL_CELL_CONDITIONS_MAX];
	struct sl_finding_query finding;
	struct sl_change_query change;
};

/* "stock.SHA+hazards.stock.CHA": the names before the question mark. */
SL_CHECKED enum sl_code sl_cell_terms_parse(struct sl_str names, struct sl_cell_term *term, size_t *n,
                                            struct sl_err *e);
SL_CHECKED enum sl_code sl_report_cell_parse(struct sl_arena *a, const struct sl_dictionary *dict,
                                             struct sl_str cell, struct sl_report_cell *out,
                                             struct sl_err *e);
/* The same backwards. */
void sl_account_cell_text(struct sl_buf *b, const struct sl_account_answer *answer, struct sl_str key,
                          const struct sl_cell_term *term, size_t n);
void sl_record_cell_text(struct sl_buf *b, const struct sl_tally_query *q, struct sl_date as_of,
                         const char *known_at);
void sl_cell_put_text(struct sl_buf *b, struct sl_str s); /* a value, what would end it as %XX */
void sl_finding_cell_text(struct sl_buf *b, const struct sl_finding_query *q);
void sl_change_cell_text(struct sl_buf *b, const struct sl_change_query *q);

const char *sl_cause_code(enum sl_cause c); /* as cells name it: "new", "late", ... */
/* Numbers of the changes, what moved most hazardous ground first; in `a`. */
SL_CHECKED enum sl_code sl_changes_order(struct sl_arena *a, const struct sl_changes *changes, size_t **order,
                                         struct sl_err *e);

/* A line's value of such a sum: mm² or hazards. */
sl_mm2 sl_cell_terms_value(const struct sl_account_line *line, const struct sl_cell_term *term, size_t n);
/* What the records say, worked out anew: the ground through its parts, sums through their records.  `r` as
 * sl_account_request: only its ledger counts. */
SL_CHECKED enum sl_code sl_report_cell_value(struct sl_programme *p, const struct sl_ledger *ledger,
                                             struct sl_str cell, struct sl_amount *out, struct sl_err *e);
/* What is behind it, as `safelane why` prints it. */
SL_CHECKED enum sl_code sl_report_cell_why(struct sl_programme *p, const struct sl_ledger *ledger,
                                           struct sl_str cell, enum sl_text_format format, struct sl_buf *b,
                                           struct sl_err *e);

#endif
