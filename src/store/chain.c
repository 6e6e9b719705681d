/* Logs whose rows follow from each other, each with the digest of the one before in its own.  The last row of a
 * transaction is signed when it commits, and by that all before it: a signature for each would cost as much as
 * writing it (docs/decisions/0007-one-signature-a-transaction.md). */
#include "store/db.h"

#include <sodium.h>

static const struct {
	const char *what, *newest, *sign;
} log_of[SL_CHAINS] = {
    [SL_CHAIN_ATTACHMENTS] = {"attachment", "SELECT id, digest FROM sl_attachment ORDER BY id DESC LIMIT 1",
                              "UPDATE sl_attachment SET signer = $1, signature = $2 WHERE id = $3"},
    [SL_CHAIN_SUBMISSIONS] = {"submission", "SELECT id, digest FROM sl_submission ORDER BY id DESC LIMIT 1",
                              "UPDATE sl_submission SET signer = $1, signature = $2 WHERE id = $3"}};

enum sl_code sl_chain_next(struct sl_db *db, enum sl_chain_of of, int64_t *number, struct sl_hash *previous,
                           struct sl_err *e)
{
	struct sl_chain *c = &db->chain[of];
	struct sl_chain newest = {.known = true};
	struct sl_sql *s;
	bool row;

	if (!c->known) {
		if (sl_sql_open(db->driver, log_of[of].newest, &s, e))
			return e->code;
		if (!sl_sql_step(s, &row, e) && row) {
			newest.last = sl_sql_get_int(s, 0);
			if (!sl_sql_get_bytes(s, 1, newest.digest.b, sizeof newest.digest.b))
				sl_fail(e, SL_CORRUPT, "%s: %s %lld is damaged", db->path, log_of[of].what, (long long)newest.last);
		}
		sl_sql_close(s);
		if (e->code)
			return e->code;
		*c = newest;
	}
	*number = c->last + 1;
	*previous = c->digest;
	return SL_OK;
}

void sl_chain_added(struct sl_db *db, enum sl_chain_of of, int64_t number, struct sl_hash digest)
{
	db->chain[of] = (struct sl_chain){.known = true, .waits = true, .last = number, .digest = digest};
}

enum sl_code sl_chains_sign(struct sl_db *db, struct sl_err *e)
{
	for (int of = 0; of < SL_CHAINS; of++) {
		const struct sl_chain *c = &db->chain[of];
		unsigned char signer[32], signature[64];
		struct sl_sql *s;

		if (!c->waits)
			continue;
		if (sl_keys_sign(db, c->digest, signer, signature, e) || sl_sql_open(db->driver, log_of[of].sign, &s, e))
			return e->code;
		sl_sql_blob(s, 1, signer, sizeof signer);
		sl_sql_blob(s, 2, signature, sizeof signature);
		sl_sql_int(s, 3, c->last);
		if (sl_sql_finish(s, e))
			return e->code;
	}
	return SL_OK;
}

void sl_chains_forget(struct sl_db *db)
{
	for (int of = 0; of < SL_CHAINS; of++)
		db->chain[of] = (struct sl_chain){0};
}

bool sl_chain_signature(struct sl_sql *s, int at, struct sl_chain_signature *out)
{
	out->made = sl_sql_get_blob(s, at).n || sl_sql_get_blob(s, at + 1).n;
	return !out->made || (sl_sql_get_bytes(s, at, out->signer, sizeof out->signer) &&
	                      sl_sql_get_bytes(s, at + 1, out->signature, sizeof out->signature));
}

bool sl_chain_signed(const struct sl_chain_signature *x, struct sl_hash digest)
{
	return !crypto_sign_verify_detached(x->signature, digest.b, sizeof digest.b, x->signer);
}
