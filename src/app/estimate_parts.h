/* Private to app/estimate*.c: what an estimate is made of.  Three kinds of figures, kept apart to the end:
 * what sources report, what survey and clearance established on the ground (the ledger), and what is
 * estimated. */
#ifndef SL_APP_ESTIMATE_PARTS_H
#define SL_APP_ESTIMATE_PARTS_H

#include "analysis/estimate.h"
#include "analysis/estimate_claim.h"
#include "analysis/estimate_stock.h"
#include "analysis/estimate_work.h"
#include "app/account.h"
#include "app/analysis.h"

enum sl_ground_class { SL_GROUND_SUSPECTED, SL_GROUND_CONFIRMED, SL_GROUND_CLASSES };
enum sl_estimate_strata { SL_STRATA_NONE, SL_STRATA_CONTAMINATION, SL_STRATA_EVIDENCE };

struct sl_estimate_region {
	struct sl_str key;                  /* as in the account */
	int64_t place;                      /* record number of the unit; 0: known by name only */
	const struct sl_account_line *line; /* of the whole time; NULL: none */
};
struct sl_estimate_ground {
	struct sl_estimate_region *region;
	size_t n_regions, cap_regions;
	int32_t n_groups;
	struct sl_estimate_unit *unit[SL_GROUND_CLASSES];
	size_t n[SL_GROUND_CLASSES], cap[SL_GROUND_CLASSES];
};
/* Hazards of the ledger with what became of their ground until the closing date of `account`, which is by
 * admin1. */
SL_CHECKED enum sl_code sl_estimate_gather(struct sl_arena *a, struct sl_account_answer *account,
                                           enum sl_estimate_strata strata, struct sl_estimate_ground *out,
                                           struct sl_err *e);

struct sl_estimate_claim { /* a record of kind `source` that speaks of an area */
	struct sl_area_claim claim;
	struct sl_str record, id, name, said_by,
	    document; /* id: "R1, 1" of a document, else the identifier; name: and who */
	struct sl_date date;
	char reliability, information; /* 'A'..'F', '1'..'6'; 0: not graded */
	bool readable;                 /* false: `problem` says why it stands without a number */
	struct sl_str problem;
};
struct sl_estimate_claims {
	struct sl_arena *a;
	struct sl_estimate_claim *v;
	size_t n, cap;
};
SL_CHECKED enum sl_code sl_estimate_claims_read(struct sl_programme *p, struct sl_arena *a,
                                                struct sl_date as_of, struct sl_estimate_claims *out,
                                                struct sl_err *e);

/* What the tables of stock do not explain, in sentences: the programme's own of the last whole year, and
 * those that sources report (attributes "remaining", "released", "added" of one document). */
SL_CHECKED enum sl_code sl_estimate_own_stock(struct sl_statement *s, struct sl_programme *p,
                                              struct sl_date as_of, const struct sl_ledger *ledger,
                                              double land_m2, struct sl_err *e);
SL_CHECKED enum sl_code sl_estimate_claimed_stock(struct sl_statement *s, struct sl_estimate_claims *claims,
                                                  double land_m2, struct sl_err *e);

/* Everything, while it is worked out. */
struct sl_estimating {
	struct sl_programme *p;
	struct sl_arena *a;
	const struct sl_analysis_question *q;
	struct sl_date as_of;
	struct sl_account_answer account; /* of the whole time, by admin1 */
	struct sl_estimate_ground ground;
	struct sl_estimate of[SL_GROUND_CLASSES];
	bool has[SL_GROUND_CLASSES]; /* enough of the class was surveyed */
	double level;
	uint64_t seed;
	double *clear_m2, *share; /* n_draws: ground to clear; share of the suspected */
	size_t n_draws;
	struct sl_estimate_row beside; /* what claims about the country are set beside: ground to clear, or else
	                                * the contaminated part of the suspected; value and interval alone */
	struct sl_estimate_claims claims;
	double land_m2; /* of all first-level units; NAN: not known */
};
/* estimate_say.c: tables, figures, sentences, shapes */
void sl_estimate_say(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e);
/* estimate_work.c: years and cost */
void sl_estimate_say_work(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e);
/* estimate_outside.c: ground never recorded */
void sl_estimate_say_outside(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e);

#endif
