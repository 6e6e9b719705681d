/* What the review desk asks of the store: what waits, and steps of the workflow that say who took them and why. */
#ifndef SL_STORE_REVIEW_H
#define SL_STORE_REVIEW_H

#include "store/store.h"

/* A record whose newest revision is in a state, as far as it takes to know who may see it. */
struct sl_waiting {
	int64_t seq; /* of that revision */
	const struct sl_kind *kind;
	struct sl_str author, organisation; /* live as long as the handle */
};
/* Records whose newest revision is in that state (SL_SUBMITTED: they wait for approval) and is not the one that
 * counts, the oldest in the log first; in `a`.  Kinds that the dictionary does not have are left out. */
SL_CHECKED enum sl_code sl_store_waiting(struct sl_db *db, struct sl_arena *a, enum sl_state state,
                                         struct sl_waiting **out, size_t *n, struct sl_err *e);
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

/* The entry with the review as its member, whatever review stood in it before.  Lives in `a`. */
SL_CHECKED enum sl_code sl_entry_with_review(struct sl_arena *a, struct sl_str entry, struct sl_str review,
                                             struct sl_str *out, struct sl_err *e);

#endif
