/* Accounts that were frozen under a name: what was known of a date at a moment, word for word.
 * Part of the log: rows are only added, each is chained to the one before and signed by the device, and a name is
 * used once.  The account is kept as text (docs/formats/snapshot.md); the store does not read it. */
#ifndef SL_STORE_FROZEN_H
#define SL_STORE_FROZEN_H

#include "store/store.h"

#define SL_FROZEN_NAME_MAX 120 /* bytes */

struct sl_frozen {
	int64_t id;                 /* from 1, without gaps; given by the store */
	struct sl_str name;
	struct sl_date as_of;
	int64_t known_at_ms;
	int64_t last_seq;           /* the newest revision of the log that it knew; 0: none */
	struct sl_str definition;   /* by which rules it was counted */
	struct sl_hash account;     /* of the text; given by the store */
	struct sl_str author, organisation, device; /* the device is given by the store */
	int64_t recorded_ms;        /* the same */
};

/* Inside a transaction.  SL_CONFLICT: the name is used already, as a clerk reads it (sl_utf8_key).  SL_INVALID: the
 * name is empty, too long, or not plain text in one line. */
SL_CHECKED enum sl_code sl_store_freeze(struct sl_db *db, struct sl_frozen *f, struct sl_str account,
                                        struct sl_err *e);
/* All of them, in the order in which they were made; in `a`. */
SL_CHECKED enum sl_code sl_store_frozen(struct sl_db *db, struct sl_arena *a, struct sl_frozen **out, size_t *n,
                                        struct sl_err *e);
/* By name.  SL_NOT_FOUND. */
SL_CHECKED enum sl_code sl_store_frozen_named(struct sl_db *db, struct sl_arena *a, struct sl_str name,
                                              struct sl_frozen *out, struct sl_err *e);
/* Its account.  SL_CORRUPT: it is not what was hashed. */
SL_CHECKED enum sl_code sl_store_frozen_account(struct sl_db *db, struct sl_arena *a, const struct sl_frozen *f,
                                                struct sl_str *out, struct sl_err *e);

#endif
