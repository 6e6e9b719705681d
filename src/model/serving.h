/* What a programme has decided about being served to others: read by the server, set with `safelane set`.
 */
#ifndef SL_MODEL_SERVING_H
#define SL_MODEL_SERVING_H

#include "base/str.h"

struct sl_serving {
	bool open_to_public; /* public: published layers answer without signing in */
	bool approve_own;    /* approve-own: reviewers may approve what they entered themselves */
	int small_cell;      /* small-cell: a published count of people from 1 to below this is suppressed */
	int generalise_m;    /* generalise: published places are moved to a grid so wide; 0: exact */
	int session_hours;   /* session-hours: a sign-in ends after this */
	int session_idle_minutes; /* session-idle: and after so long without a request */
	int language;         /* language: of the pages, for who has chosen none; 0: as the browser asks */
	int freeze_days;      /* freeze: the server freezes the account of 31 December so many days after it; 0: never */
};

/* Closed, nobody approves their own, 5 people, 100 m, 12 h, 60 min, the browser's language. */
struct sl_serving sl_serving_default(void);

struct sl_serving_key {
	const char *name, *meaning;
	bool on_off;
	int least, most;   /* of a number */
	const char *words; /* the values, separated by blanks; NULL: on or off, or a number */
};
enum { SL_SERVING_LANGUAGE = 6 }; /* its number */
/* In the order in which they are listed; NULL past the end. */
const struct sl_serving_key *sl_serving_key(size_t i);
/* The value of key i as text ("on", "5"), with a NUL. */
void sl_serving_value(const struct sl_serving *s, size_t i, char out[16]);
/* SL_INVALID names what is possible; *i is the key's number. */
SL_CHECKED enum sl_code sl_serving_set(struct sl_serving *s, struct sl_str key, struct sl_str value,
                                       size_t *i, struct sl_err *e);

#endif
