/* The account: what land was, what moved, what is; by line; exact to the square millimetre.
 * For each line: closing = opening + new + reopened + boundary gain − cancelled − reduced − cleared −
 * boundary loss − withdrawn (domain.md 9.4); confirmed and downgraded move land between SHA and CHA.
 * All figures are positive areas; the names say the direction. */
#ifndef SL_LEDGER_ACCOUNT_H
#define SL_LEDGER_ACCOUNT_H

#include "ledger/square_millimetres.h"
#include "ledger/timeline.h"

enum sl_account_by {
	SL_BY_NOTHING, SL_BY_ADMIN1, SL_BY_ADMIN2, SL_BY_ORGANISATION, SL_BY_CONTAMINATION, SL_BY_YEAR
};

struct sl_account_spec {
	struct sl_date as_of;   /* closing date */
	struct sl_date from;    /* first day of the period; none: from the first record on */
	int64_t known_at_ms;    /* INT64_MAX: now */
	int64_t last_seq;       /* as the log stood up to this revision; 0: all of it */
	enum sl_account_by by;
};

struct sl_stock {
	sl_mm2 mm2[2];          /* SHA, CHA */
	int64_t count[2];       /* hazards with at least SL_COUNT_MM2 of it; one standing as both counts as CHA */
};

/* Slivers between two surveys of one fence are no hazards left: less than a hundredth of a square metre does
 * not count as a hazard (its area still counts). */
#define SL_COUNT_MM2 10000

struct sl_account_line {
	struct sl_str key;      /* empty for the total */
	struct sl_stock opening, closing;
	sl_mm2 flow[SL_FLOWS];  /* outside and again among them */
	int64_t without_boundary; /* records without a polygon: hazards standing at the end and releases in the period */
	sl_mm2 without_boundary_reported; /* of those that state a size */
	int64_t without_boundary_unstated; /* how many state none */
	sl_mm2 on_repairs;      /* of the closing stock: rests on a proposed repair */
	sl_mm2 naive;           /* of the hazards in the closing stock: their polygons' areas added up */
};

struct sl_account {
	struct sl_account_spec spec;
	struct sl_account_line total;
	struct sl_account_line *line; /* by key, in byte order */
	size_t n_lines;
};

/* Names for keys: codes of administrative units. */
struct sl_account_names {
	struct sl_str (*admin)(void *ctx, int64_t record);
	struct sl_str (*term)(void *ctx, int32_t term);
	const struct sl_choice_list *contamination;
	void *ctx;
};

SL_CHECKED enum sl_code sl_account_make(struct sl_arena *a, const struct sl_ledger *l,
                                        const struct sl_account_spec *spec,
                                        const struct sl_account_names *names, struct sl_account *out,
                                        struct sl_err *e);

/* The key of a face or an event without a polygon under a breakdown: what stood there up to the date.  Several
 * values are joined with '+' (ground that two organisations worked on is one line of its own, counted once);
 * none is "none". */
SL_CHECKED enum sl_code sl_account_key(const struct sl_timeline *t, const struct sl_account_spec *spec,
                                       const struct sl_account_names *names, const struct sl_ledger_face *f,
                                       struct sl_arena *a, struct sl_str *key, struct sl_err *e);

/* The same with what happened up to `until` only, whatever the closing date of `spec`. */
SL_CHECKED enum sl_code sl_account_key_to(const struct sl_timeline *t, enum sl_account_by by,
                                          const struct sl_horizon *until, const struct sl_account_names *names,
                                          const uint32_t *events, size_t n, int64_t admin1, int64_t admin2,
                                          struct sl_arena *a, struct sl_str *key, struct sl_err *e);

/* A total that follows the ledger as records come in: no breakdown, open-ended. */
struct sl_running_total;
SL_CHECKED enum sl_code sl_running_total_new(struct sl_arena *a, const struct sl_ledger *l,
                                             struct sl_date as_of, struct sl_running_total **out,
                                             struct sl_err *e);
/* The watch to give to sl_ledger_sync. */
struct sl_ledger_watch sl_running_total_watch(struct sl_running_total *r);
const struct sl_account_line *sl_running_total_line(const struct sl_running_total *r);

#endif
