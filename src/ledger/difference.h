/* Why two accounts differ: one change for each revision that moved something, in each line of a breakdown.
 * The way from one account to the other is walked revision by revision: first what became known, in the order of
 * the log, at the date of the first; then what happened, day by day, up to the date of the second.  Each step is
 * weighed before and after, so the changes add up to the difference exactly, and nothing is counted twice
 * (docs/method/differences.md).  The way back is the same way: B -> A is the minus of A -> B. */
#ifndef SL_LEDGER_DIFFERENCE_H
#define SL_LEDGER_DIFFERENCE_H

#include "ledger/why.h"

enum sl_cause {
	SL_CAUSE_NEW,              /* happened after the date of the first account */
	SL_CAUSE_LATE,             /* had happened, and was approved later */
	SL_CAUSE_CORRECTION,       /* what was known was wrong */
	SL_CAUSE_RESURVEY,         /* another boundary from a later visit */
	SL_CAUSE_BOUNDARY,         /* another boundary for the same day of information */
	SL_CAUSE_RECLASSIFICATION, /* another class of the same ground */
	SL_CAUSE_DEFINITION,       /* the same records, counted otherwise */
	SL_CAUSES
};
const char *sl_cause_name(enum sl_cause c); /* "new information", ... */

struct sl_change {
	enum sl_cause cause;
	uint32_t event;       /* of the ledger: the revision */
	uint32_t replaces;    /* the event that it replaces or follows; UINT32_MAX: none */
	size_t line;          /* in sl_changes.line */
	bool late;            /* the first account did not know it yet */
	sl_mm2 figure[SL_FIGURES]; /* stocks, flows, without boundary, on repairs; openings and naive stay 0 */
	int64_t without_boundary;  /* how many records */
	int64_t *hazard;      /* other records whose standing on the ground changed with it */
	size_t n_hazards, cap_hazards;
	uint32_t face;        /* one of those that changed; UINT32_MAX: none */
};

struct sl_changes {
	struct sl_change *v; /* in the order of the way */
	size_t n, cap;
	struct sl_str *line; /* keys; one empty key when there is no breakdown */
	size_t n_lines, cap_lines;
};

/* Neither has a period; the breakdown is that of `first`, any but SL_BY_YEAR (SL_UNSUPPORTED). */
SL_CHECKED enum sl_code sl_changes_make(struct sl_arena *a, const struct sl_ledger *l,
                                        const struct sl_account_spec *first,
                                        const struct sl_account_spec *second,
                                        const struct sl_account_names *names, struct sl_changes *out,
                                        struct sl_err *e);

/* A figure of a line, as the changes count them. */
sl_mm2 sl_line_figure(const struct sl_account_line *l, enum sl_figure f);

#endif
