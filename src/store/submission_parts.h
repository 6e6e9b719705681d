/* The inside of submissions, shared by their files. */
#ifndef SL_STORE_SUBMISSION_PARTS_H
#define SL_STORE_SUBMISSION_PARTS_H

#include "store/db.h"
#include "store/submission.h"

struct sl_submission_row {
	struct sl_submission s;
	struct sl_hash previous, digest;
	struct sl_chain_signature by;
	bool damaged; /* a hash or an identifier has not its length */
};

SL_CHECKED enum sl_code sl_submissions_there(struct sl_db *db, bool *yes, struct sl_err *e);

#define SL_SUBMISSION_COLUMNS                                                                                          \
	"SELECT id, instance, form, version, record, revision, xml, edits, files, account, organisation, device, "         \
	"received_ms, previous, digest, signer, signature FROM sl_submission "
/* Texts are views of the statement's row. */
void sl_submission_read(struct sl_sql *s, struct sl_submission_row *out);
SL_CHECKED enum sl_code sl_submission_copy(struct sl_arena *a, struct sl_submission *x, struct sl_err *e);
struct sl_hash sl_submission_digest(const struct sl_submission_row *r);

#endif
