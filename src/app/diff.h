/* Why two accounts differ, line by line, each change with its cause and its revision; the changes of a line add up to
 * its difference exactly, or there is no answer.  An account is a date, a date and the moment whose knowledge counts
 * (2025-12-31@2026-03-01), or the name of a snapshot.  docs/method/differences.md. */
#ifndef SL_APP_DIFF_H
#define SL_APP_DIFF_H

#include "app/snapshot.h"

struct sl_diff_request { /* as typed */
	const char *a, *b, *by;         /* by NULL: the total alone */
	const struct sl_ledger *ledger; /* up to date and kept by the caller; NULL: opened for this answer */
};

struct sl_diff_side {
	const char *label;
	struct sl_account_spec spec;
	bool frozen;
	struct sl_frozen f;
	struct sl_account now;
	struct sl_frozen_cells cells;
};

struct sl_diff_line {
	struct sl_str key;
	sl_mm2 figure[2][SL_FIGURES]; /* of a, of b */
	int64_t loose[2];             /* records without a boundary */
};

/* Changes of the cause SL_CAUSE_DEFINITION have no event; `replaces` tells the side: 0 a, 1 b. */
struct sl_diff {
	struct sl_account_answer answer; /* ledger and names; its arena has everything */
	struct sl_diff_side side[2];
	const char *by;
	struct sl_changes changes; /* .line counts in `line` */
	struct sl_diff_line *line; /* by key; one without a key when there is no breakdown */
	size_t n_lines, cap_lines;
	struct sl_diff_line total;
	sl_mm2 (*sum)[SL_CAUSES][SL_FIGURES]; /* of the changes, by line; the last is of the total */
	struct sl_map by_key;
};

/* SL_INVALID: a side or the breakdown cannot be read. */
SL_CHECKED enum sl_code sl_diff_check(const struct sl_diff_request *r, struct sl_err *e);
/* SL_NOT_FOUND: there is no such snapshot. */
SL_CHECKED enum sl_code sl_diff_make(struct sl_programme *p, const struct sl_diff_request *r, struct sl_diff *out,
                                     struct sl_err *e);
void sl_diff_done(struct sl_diff *d);

/* SL_FORMAT_TABLE, _CSV, _JSON: docs/formats/diff.md.  SL_FORMAT_GEOJSON: the ground whose state differs. */
SL_CHECKED enum sl_code sl_diff_text(struct sl_diff *d, enum sl_text_format format, struct sl_buf *b, struct sl_err *e);

/* ---- diff_words.c ---- */
struct sl_diff_names { /* what a change is called */
	struct sl_told told;      /* its revision; empty of a definition */
	struct sl_told *hazard;   /* the other hazards, at most a few of them */
	size_t n_hazards;
};
SL_CHECKED enum sl_code sl_diff_names(struct sl_diff *d, const struct sl_change *c, struct sl_arena *a,
                                      struct sl_diff_names *out, struct sl_err *e);
/* "release R-3 cleared land of HA-1; information of 2025-03-04, approved 2025-03-05." */
void sl_diff_sentence(struct sl_buf *b, const struct sl_diff *d, const struct sl_change *c,
                      const struct sl_diff_names *n);
/* Is it one of those that are compared? */
bool sl_diff_has_figure(enum sl_figure f);

#endif
