/* Batches: what one input file, or one transaction, added.  The digest covers the batch before and the
 * hash of each revision in order; the device signs it.  So a revision that is taken out, put in or moved
 * breaks the chain at a named place. */
#include "store/db.h"

struct sl_hasher sl_batch_digest_begin(const struct sl_hash *previous, int64_t id, struct sl_str source,
                                       const struct sl_hash *file, int64_t begun_ms, int64_t first)
{
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_part(&h, "batch", 5);
	sl_hash_part(&h, previous->b, sizeof previous->b);
	sl_hash_int(&h, id);
	sl_hash_part(&h, source.p, source.n);
	sl_hash_part(&h, file->b, sizeof file->b);
	sl_hash_int(&h, begun_ms);
	sl_hash_int(&h, first);
	return h;
}

static enum sl_code open_batch(struct sl_db *db, struct sl_str source, struct sl_hash file, bool named,
                               struct sl_err *e)
{
	struct sl_open_batch b = {.open = true, .named = named, .file = file};
	struct sl_sql *s;
	const char *copy;
	bool row;

	if (sl_sql_open(db->driver, "SELECT digest FROM sl_batch WHERE id = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, db->next_batch - 1);
	if (!sl_sql_step(s, &row, e) && row && !sl_sql_get_bytes(s, 0, b.previous.b, sizeof b.previous.b))
		sl_fail(e, SL_CORRUPT, "%s: batch %lld is damaged", db->path, (long long)db->next_batch - 1);
	sl_sql_close(s);
	if (e->code)
		return e->code;
	copy = source.n ? sl_arena_strndup(&db->arena, source.p, source.n, e) : "";
	if (!copy)
		return e->code;
	b.source = (struct sl_str){copy, source.n};
	b.id = db->next_batch;
	b.first = db->next_seq;
	b.begun_ms = sl_env_now_ms(db->env);
	b.digest = sl_batch_digest_begin(&b.previous, b.id, b.source, &b.file, b.begun_ms, b.first);
	db->batch = b;
	db->next_batch++;
	return SL_OK;
}

enum sl_code sl_batch_ensure(struct sl_db *db, struct sl_err *e)
{
	return db->batch.open ? SL_OK : open_batch(db, (struct sl_str){"", 0}, (struct sl_hash){{0}}, false, e);
}

void sl_batch_add(struct sl_db *db, const struct sl_revision *rev)
{
	sl_hash_part(&db->batch.digest, rev->hash.b, sizeof rev->hash.b);
}

enum sl_code sl_batch_close(struct sl_db *db, struct sl_err *e)
{
	struct sl_open_batch *b = &db->batch;
	unsigned char signer[32], signature[64];
	struct sl_hash digest;
	struct sl_sql *s;

	if (!b->open)
		return SL_OK;
	sl_hash_int(&b->digest, db->next_seq - b->first);
	digest = sl_hash_end(&b->digest);
	b->open = false;
	if (sl_keys_sign(db, digest, signer, signature, e) ||
	    sl_sql_open(db->driver,
	                "INSERT INTO sl_batch (id, source, file, begun_ms, first_seq, last_seq, previous, "
	                "digest, signer, signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, b->id);
	sl_sql_text(s, 2, b->source);
	sl_sql_blob(s, 3, b->file.b, sizeof b->file.b);
	sl_sql_int(s, 4, b->begun_ms);
	sl_sql_int(s, 5, b->first);
	sl_sql_int(s, 6, db->next_seq - 1);
	sl_sql_blob(s, 7, b->previous.b, sizeof b->previous.b);
	sl_sql_blob(s, 8, digest.b, sizeof digest.b);
	sl_sql_blob(s, 9, signer, sizeof signer);
	sl_sql_blob(s, 10, signature, sizeof signature);
	return sl_sql_finish(s, e);
}

enum sl_code sl_store_batch_begin(struct sl_db *db, struct sl_str source, struct sl_hash file,
                                  bool *already, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (!sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: a batch belongs into a transaction", db->path);
	if (db->batch.open && db->batch.named)
		return sl_fail(e, SL_CONFLICT, "%s: a batch is open already", db->path);
	if (sl_sql_open(db->driver, "SELECT 1 FROM sl_batch WHERE file = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, file.b, sizeof file.b);
	sl_noted(sl_sql_step(s, &row, e));
	sl_sql_close(s);
	if (e->code)
		return e->code;
	if (!row && (sl_batch_close(db, e) || open_batch(db, source, file, true, e)))
		return e->code;
	*already = row;
	return SL_OK;
}

enum sl_code sl_store_batch_end(struct sl_db *db, struct sl_err *e)
{
	if (!db->batch.open || !db->batch.named)
		return sl_fail(e, SL_CONFLICT, "%s: no batch is open", db->path);
	return sl_batch_close(db, e);
}
