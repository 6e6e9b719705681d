/* The life of a programme file itself: made, verified, rebuilt. */
#ifndef SL_APP_UPKEEP_H
#define SL_APP_UPKEEP_H

#include "app/programme.h"

struct sl_create_request {
	const char *path, *country; /* country: ISO 3166 alpha-3 */
	const char *name;           /* NULL: the country's code */
	const char *admin;          /* boundaries to import as approved places; NULL: none */
};
/* SL_CONFLICT when the file exists. When the boundaries cannot be imported, no programme is left.
 * *n_places: how many places it has; *n_errors: findings of severity error among them. */
SL_CHECKED enum sl_code sl_programme_create(const struct sl_create_request *r, struct sl_env *env,
                                            uint64_t *n_places, uint64_t *n_errors, struct sl_err *e);

struct sl_verify_answer {
	struct sl_findings findings; /* damage; in the programme's arena */
	int64_t n_revisions;
};
/* Recompute all hashes, links and signatures. */
SL_CHECKED enum sl_code sl_programme_verify(struct sl_programme *p, struct sl_verify_answer *out,
                                            struct sl_err *e);
/* One line a damaged revision, and a last line that counts. */
void sl_verify_text(struct sl_buf *b, const struct sl_verify_answer *answer);
void sl_verify_json(struct sl_buf *b, const struct sl_verify_answer *answer);

/* Drop and rebuild everything derived from the log; with `ledger` only the ledger.
 * *same: the rebuilt content equals what was there (always true for the ledger, which is not compared). */
SL_CHECKED enum sl_code sl_programme_rebuild(struct sl_programme *p, bool ledger, bool *same,
                                             struct sl_err *e);

/* Destroy the key to what is sealed in a record, and in the record that it was sent in one form with, since the form as
 * it was sent lies there; the audit log says so first, where there is one. */
SL_CHECKED enum sl_code sl_person_erase(struct sl_programme *p, struct sl_uuid record, struct sl_err *e);

#endif
