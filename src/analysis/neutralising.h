/* Ordnance that is said to neutralise itself: how many items may still function at a moment, by what
 * sources claim. Pure, and only numbers, dates and claims.  It counts what may function; what lies there
 * stays ordnance to be cleared and does not become less by itself.
 *
 * Claims are never averaged.  Two kinds: how long items stay active (all of them up to the lower end, none
 * or some of them up to the upper one), and which share fails to neutralise itself, from some age on.  A
 * bound is kept for every origin, and the envelope goes from the lowest to the highest of them: a claim
 * more can only widen it, and the same claim told twice changes nothing.  Unknown is not zero: a claim
 * without a time holds for every age, and as long as no source names a share that fails, up to all of them
 * may.
 *
 * Points of one origin that fit together (10 % after 30 days, 1 in 1,000 after 120) all hold; where they
 * contradict each other, the wider one does.  Docs: docs/method/neutralising.md. */
#ifndef SL_ANALYSIS_NEUTRALISING_H
#define SL_ANALYSIS_NEUTRALISING_H

#include "base/str.h"

enum sl_neutral_kind {
	SL_NEUTRAL_LIFE,    /* active for `low` to `high` hours; NAN: not said */
	SL_NEUTRAL_FAILURE, /* a share of `low` to `high` still functions from `after_hours` on */
};

struct sl_neutral_claim {
	enum sl_neutral_kind kind;
	double low, high; /* NAN: not said */
	double
	    after_hours; /* of a failure: the age from which it is claimed; NAN: once the active life is over */
	int origin;      /* the same number: those of one origin are one voice */
};

/* Design limits of the amended Protocol II (1996) of the Convention on Certain Conventional Weapons,
 * technical annex: at most 10 % fail to destroy themselves within 30 days; with the back-up, at most 1 in
 * 1,000 functions after 120. A limit for designs, not what was found in the field. */
enum { SL_NEUTRAL_LIMITS = 2 };
extern const struct sl_neutral_claim sl_neutral_limit[SL_NEUTRAL_LIMITS];

struct sl_share {
	double low, high; /* of the items, 0 to 1 */
};

/* What one claim says of items whose age is between two bounds (when they were laid is not known to the
 * hour). `word`: taken at its word, as if nothing failed that it does not speak of; only shown.  `bound`:
 * what it leaves open, with the shares that fail by `claims` (of its own origin where that names any, else
 * of all; none: 0 to 1).  A share that fails speaks `alone` only from its age on; before, and without an
 * age, it counts through the claims of active life. */
struct sl_neutral_view {
	struct sl_share word, bound;
	bool alone;
};

/* SL_INVALID, each with the number of the claim: a share outside 0 to 1, negative hours, upper under lower
 * end. */
SL_CHECKED enum sl_code sl_neutral_check(const struct sl_neutral_claim *claim, size_t n, struct sl_err *e);

/* After sl_neutral_check.  `view` has n rows.  The envelope of no claims is 0 to 1. */
void sl_neutral_shares(const struct sl_neutral_claim *claim, size_t n, double age_low_hours,
                       double age_high_hours, struct sl_neutral_view *view, struct sl_share *envelope);

/* Of the same thing, by two origins, and not the same: another time or share, or one says none where the
 * other does. */
bool sl_neutral_differ(const struct sl_neutral_claim *a, const struct sl_neutral_claim *b);

struct sl_neutral_count {
	double expected_low, expected_high; /* items times share */
	double low, high; /* of the interval: the lower end's lower and the upper end's upper quantile */
};

#define SL_NEUTRAL_ITEMS_MAX 1000000000

/* Items that function, of items_low to items_high that each do so with a probability in `share`,
 * independently: the exact quantiles of the binomial distributions at both ends, each with (1 - level) / 2
 * outside. */
SL_CHECKED enum sl_code sl_neutral_items(int64_t items_low, int64_t items_high, struct sl_share share,
                                         double level, struct sl_neutral_count *out, struct sl_err *e);
/* The smallest k with P(X <= k) >= p, X binomial. */
int64_t sl_binomial_quantile(int64_t n, double share, double p);

#endif
