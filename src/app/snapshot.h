/* Freeze an account under a name; count it again at any time and compare, cell by cell.
 * What is frozen: all breakdowns of the account of one date, as known at one moment, as text
 * (docs/formats/snapshot.md). */
#ifndef SL_APP_SNAPSHOT_H
#define SL_APP_SNAPSHOT_H

#include "app/people.h"
#include "base/map.h"
#include "ledger/difference.h"
#include "store/frozen.h"

/* ---- making ---- */
struct sl_snapshot_request {
	struct sl_str name;
	const char *as_of, *known_at; /* known_at NULL: now */
	struct sl_str organisation;   /* of who asks; empty: none */
};
/* SL_INVALID: the date or moment cannot be read, the name looks like a date, or the date or moment is still to come. */
SL_CHECKED enum sl_code sl_snapshot_check(const struct sl_snapshot_request *r, struct sl_env *env, struct sl_err *e);

struct sl_snapshot {
	struct sl_arena arena;
	struct sl_frozen f; /* name, organisation and author are the caller's texts */
	struct sl_buf account;
};
/* Count, from a programme open for reading; nothing is kept yet. */
SL_CHECKED enum sl_code sl_snapshot_count(struct sl_programme *p, const struct sl_snapshot_request *r,
                                          struct sl_snapshot *out, struct sl_err *e);
/* Keep it, and say so in the audit log where there is one (`people` may be NULL): both or neither. */
SL_CHECKED enum sl_code sl_snapshot_keep(struct sl_db *writer, struct sl_people *people, const struct sl_actor *by,
                                         struct sl_snapshot *s, struct sl_err *e);
void sl_snapshot_done(struct sl_snapshot *s);
/* Both, on a writer of its own: p is open for reading.  *account is the hash of what is frozen. */
SL_CHECKED enum sl_code sl_snapshot_make(struct sl_programme *p, const struct sl_snapshot_request *r,
                                         struct sl_hash *account, struct sl_err *e);

/* ---- the year's end ---- */
#define SL_YEAR_END_NAME "end of %d"
/* The year whose 31 December is to be frozen by now, `days` after it; 0: none, it is too early, `days` is 0, it was
 * done, or nothing was recorded before that year ended. */
SL_CHECKED enum sl_code sl_snapshot_year_due(struct sl_programme *p, int days, int *year, struct sl_err *e);

/* ---- counting again ---- */
struct sl_cell_difference {
	struct sl_str by, key, figure; /* "", "", "stock.SHA" */
	sl_mm2 frozen, now;            /* square millimetres, or how many */
};
struct sl_snapshot_verdict {
	struct sl_frozen f;
	bool same;
	struct sl_str definition; /* by which it is counted now */
	struct sl_cell_difference *cell;
	size_t n_cells, cap_cells;
};
/* In `a`.  The log as it stood then is counted by the rules of now. */
SL_CHECKED enum sl_code sl_snapshot_verify(struct sl_programme *p, struct sl_arena *a, struct sl_str name,
                                           struct sl_snapshot_verdict *out, struct sl_err *e);

/* ---- text ---- */
/* SL_FORMAT_TABLE, _CSV, _JSON */
SL_CHECKED enum sl_code sl_snapshots_text(struct sl_programme *p, enum sl_text_format format, struct sl_buf *b,
                                          struct sl_err *e);
void sl_frozen_json(struct sl_json_writer *w, const struct sl_frozen *f);
void sl_verdict_text(struct sl_buf *b, const struct sl_snapshot_verdict *v, enum sl_text_format format);

/* ---- the frozen text: snapshot_cells.c ---- */
void sl_definition_text(struct sl_buf *b, const struct sl_dictionary *dict);
void sl_snapshot_head(struct sl_buf *b, const struct sl_frozen *f);
/* `by` is "" for the total, else the lines of a breakdown. Cells that are nought are left out. */
void sl_snapshot_lines(struct sl_buf *b, const char *by, const struct sl_account_line *line, size_t n);

struct sl_frozen_cell {
	struct sl_str by, key, figure;
	sl_mm2 value;
};
struct sl_frozen_cells {
	struct sl_frozen_cell *v;
	size_t n, cap;
	struct sl_map index; /* in the heap: sl_map_done */
};
/* SL_CORRUPT: it is no such text. */
SL_CHECKED enum sl_code sl_frozen_cells_read(struct sl_arena *a, struct sl_str text, struct sl_frozen_cells *out,
                                             struct sl_err *e);
/* 0 when it is not there: then it was nought. */
sl_mm2 sl_frozen_cell_value(const struct sl_frozen_cells *c, struct sl_arena *scratch, struct sl_str by,
                            struct sl_str key, struct sl_str figure, struct sl_err *e);
void sl_mm2_digits(struct sl_buf *b, sl_mm2 v); /* whole square millimetres */

#endif
