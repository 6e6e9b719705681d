/* The inside of attachments, shared by their files. */
#ifndef SL_STORE_ATTACHMENT_PARTS_H
#define SL_STORE_ATTACHMENT_PARTS_H

#include "store/attachment.h"
#include "store/db.h"

/* One row of the log of attachments. */
struct sl_attachment_row {
	int64_t number; /* from 1, without gaps */
	struct sl_attachment at;
	struct sl_hash previous, digest;
	struct sl_chain_signature by;
	bool damaged; /* a hash or an identifier has not its length */
};

#define SL_ATTACHMENT_COLUMNS                                                                                         \
	"SELECT id, uuid, record, field, name, caption, media_type, size, sealed, kept, author, organisation, device, "   \
	"recorded_ms, previous, digest, signer, signature FROM sl_attachment "
/* Texts are views of the statement's row. */
void sl_attachment_read(struct sl_sql *s, struct sl_attachment_row *out);
/* Of everything that the row says, and of the row before it. */
struct sl_hash sl_attachment_digest(const struct sl_attachment_row *r);
/* A file that was made before there were attachments, opened for reading, has no table of them. */

/* ---- attachment_seal.c ---- */
/* Name, caption and bytes under the key of the record. */
SL_CHECKED enum sl_code sl_attachment_seal(struct sl_db *db, struct sl_arena *a, const struct sl_attachment *at,
                                           struct sl_str bytes, struct sl_str *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_attachment_open(struct sl_db *db, struct sl_arena *a, struct sl_attachment *at,
                                           struct sl_str kept, struct sl_str *bytes, struct sl_err *e);

#endif
