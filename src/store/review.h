/* What the review desk asks of the store: what waits, and steps of the workflow that say who took them and why. */
#ifndef SL_STORE_REVIEW_H
#define SL_STORE_REVIEW_H

#include "store/store.h"

/* Places in the log (seq) of the newest revisions of records that wait for approval, ascending: the oldest
 * first; in `a`. */
SL_CHECKED enum sl_code sl_store_waiting(struct sl_db *db, struct sl_arena *a, int64_t **seq, size_t *n,
                                         struct sl_err *e);
/* The revision at that place, with its geometry; texts in `a`. */
SL_CHECKED enum sl_code sl_store_revision(struct sl_db *db, struct sl_arena *a, int64_t seq, struct sl_revision *rev,
                                          struct sl_record *rec, struct sl_err *e);

struct sl_step {
	struct sl_uuid record;
	enum sl_state state;
	struct sl_str author;  /* who takes it */
	int64_t says;          /* place of the revision of the record whose content it has; 0: of the newest */
	bool sets_correction, correction; /* else as that revision has it */
	struct sl_str review;  /* JSON object, kept as member "review" of the entry; empty: the content stays the same
	                        * one, and what an older step said in it is not said again */
};
/* Like sl_store_set_state.  *revision and *seq (may be NULL) are what was appended. */
SL_CHECKED enum sl_code sl_store_step(struct sl_db *db, const struct sl_step *step, struct sl_uuid *revision,
                                      int64_t *seq, struct sl_err *e);

#endif
