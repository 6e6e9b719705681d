/* The inside of frozen accounts, shared by their files. */
#ifndef SL_STORE_FROZEN_PARTS_H
#define SL_STORE_FROZEN_PARTS_H

#include "store/db.h"
#include "store/frozen.h"

struct sl_frozen_row {
	struct sl_frozen f;
	struct sl_hash previous, digest;
	unsigned char signer[32], signature[64];
	bool damaged; /* a hash has not its length */
};

#define SL_FROZEN_COLUMNS                                                                                             \
	"SELECT id, name, as_of, known_at_ms, last_seq, definition, hash, author, organisation, device, recorded_ms, "    \
	"previous, digest, signer, signature, account FROM sl_snapshot "
/* Texts are views of the statement's row. */
void sl_frozen_read(struct sl_sql *s, struct sl_frozen_row *out);
/* Of everything that the row says, and of the row before it. */
struct sl_hash sl_frozen_digest(const struct sl_frozen_row *r);

#endif
