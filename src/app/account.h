/* Ask for an account, for what is behind one of its figures, for why two differ. */
#ifndef SL_APP_ACCOUNT_H
#define SL_APP_ACCOUNT_H

#include "app/programme.h"
#include "ledger/why.h"

struct sl_account_request { /* as typed; NULL where not given */
	const char *as_of, *from, *to, *known_at, *by;
	const struct sl_ledger *ledger; /* up to date and kept by the caller; NULL: opened for this answer */
	int64_t last_seq; /* as the log stood after this revision; 0: now */
};

struct sl_account_answer {
	struct sl_arena arena;
	struct sl_programme *p;
	struct sl_ledger ledger;
	struct sl_account_spec spec;
	struct sl_account_names names;
	struct sl_account account;
	const char *by;       /* "admin1", ... or NULL */
	bool known_at_given, from_given, period, ledger_is_callers;
	struct sl_str *admin; /* codes of units, by record number */
	size_t n_admin;
};

/* SL_INVALID when it cannot be read, before anything is opened. */
SL_CHECKED enum sl_code sl_account_check(const struct sl_account_request *r, struct sl_env *env,
                                         struct sl_err *e);
/* SL_INVALID for a date, moment or breakdown that cannot be read. The ledger is brought up to date and
 * stored when the file may be written just now. */
SL_CHECKED enum sl_code sl_account_answer(struct sl_programme *p, const struct sl_account_request *r,
                                          struct sl_account_answer *out, struct sl_err *e);
/* The ledger alone, ready for sl_why and sl_difference. */
SL_CHECKED enum sl_code sl_account_prepare(struct sl_programme *p, const struct sl_account_request *r,
                                           struct sl_account_answer *out, struct sl_err *e);
void sl_account_done(struct sl_account_answer *answer);

/* docs/formats/account.md */
void sl_account_json(struct sl_buf *b, const struct sl_account_answer *answer);
void sl_account_csv(struct sl_buf *b, const struct sl_account_answer *answer);
void sl_account_table(struct sl_buf *b, const struct sl_account_answer *answer);

/* "P%2003" is "P 03"; ended by a NUL byte. */
SL_CHECKED enum sl_code sl_cell_unescape(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e);
/* "flow.cleared?as_of=2025-12-31&from=2025-01-01&by=admin1&key=P03": one figure of one account. */
SL_CHECKED enum sl_code sl_cell_parse(struct sl_arena *a, struct sl_str cell, struct sl_account_request *r,
                                      struct sl_str *key, enum sl_figure *figure, struct sl_err *e);
void sl_cell_text(struct sl_buf *b, const struct sl_account_answer *answer, struct sl_str key,
                  enum sl_figure figure);

enum sl_text_format { SL_FORMAT_TABLE, SL_FORMAT_CSV, SL_FORMAT_JSON, SL_FORMAT_GEOJSON };
/* Parts of a figure with their records' kinds and identifiers; GeoJSON gives the ground itself. */
SL_CHECKED enum sl_code sl_parts_text(struct sl_account_answer *answer, const struct sl_parts *parts,
                                      const char *title, bool difference, enum sl_text_format format,
                                      struct sl_buf *b, struct sl_err *e);

#endif
