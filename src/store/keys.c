/* Keys live outside the programme, in FILE.gpkg.keys, readable by its owner only: the device's signing
 * key (Ed25519) and one random key for each record that has sealed data.  Destroying a record's key
 * erases the person; the programme's hashes do not depend on it. */
#include "store/db.h"

#include "base/io.h"

#include <sodium.h>
#include <string.h>

static const char tables[] =
    "PRAGMA journal_mode=DELETE; PRAGMA temp_store=MEMORY;"
    "CREATE TABLE IF NOT EXISTS device (id INTEGER PRIMARY KEY NOT NULL, public_key BLOB NOT NULL,"
    " secret_key BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS record_key (record BLOB PRIMARY KEY NOT NULL, key BLOB, erased_ms "
    "INTEGER);";

enum sl_code sl_keys_open(struct sl_db *db, bool create, struct sl_err *e)
{
	bool write = db->mode == SL_OPEN_WRITE;
	struct sl_driver *keys;
	const char *path;

	if (db->keys)
		return SL_OK;
	path = sl_arena_printf(&db->arena, e, "%s.keys", db->path);
	if (!path)
		return e->code;
	if (!sl_io_exists(path) && !(create && write))
		return SL_OK; /* absent: whoever needs a key says so */
	if (sl_driver_open(&db->arena, path,
	                   SL_DRIVER_SECRETS | (write ? SL_DRIVER_WRITE | SL_DRIVER_CREATE : 0), NULL, &keys,
	                   e))
		return e->code;
	if (write && sl_driver_exec(keys, tables, e)) {
		sl_driver_close(keys);
		return e->code;
	}
	db->keys = keys;
	return SL_OK;
}

static enum sl_code begin(struct sl_db *db, struct sl_err *e)
{
	if (sl_keys_open(db, true, e))
		return e->code;
	return sl_driver_in_transaction(db->keys) ? SL_OK : sl_driver_begin(db->keys, e);
}

enum sl_code sl_keys_commit(struct sl_db *db, struct sl_err *e)
{
	return db->keys && sl_driver_in_transaction(db->keys) ? sl_driver_commit(db->keys, e) : SL_OK;
}

void sl_keys_rollback(struct sl_db *db)
{
	if (db->keys)
		sl_driver_rollback(db->keys);
}

static enum sl_code device_key(struct sl_db *db, unsigned char pub[32], unsigned char secret[64],
                               struct sl_err *e)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	struct sl_sql *s;
	bool row, whole = false;

	/* Three signatures a submission: the key is read once, and never while it might still be given up. */
	if (db->has_key) {
		memcpy(pub, db->device_public, 32);
		memcpy(secret, db->device_secret, 64);
		return SL_OK;
	}
	if (sl_sql_open(db->keys, "SELECT public_key, secret_key FROM device WHERE id = 1", &s, e))
		return e->code;
	if (!sl_sql_step(s, &row, e) && row)
		whole = sl_sql_get_bytes(s, 0, pub, 32) && sl_sql_get_bytes(s, 1, secret, 64);
	sl_sql_close(s);
	if (!e->code && whole && !sl_driver_in_transaction(db->keys)) {
		memcpy(db->device_public, pub, 32);
		memcpy(db->device_secret, secret, 64);
		db->has_key = true;
	}
	if (e->code || whole)
		return e->code;
	if (row)
		return sl_fail(e, SL_CORRUPT, "%s: the signing key is damaged", sl_driver_name(db->keys));
	sl_env_random(db->env, seed, sizeof seed);
	crypto_sign_seed_keypair(pub, secret, seed);
	sodium_memzero(seed, sizeof seed);
	if (begin(db, e) ||
	    sl_sql_open(db->keys, "INSERT INTO device (id, public_key, secret_key) VALUES (1, $1, $2)", &s, e))
		return e->code;
	sl_sql_blob(s, 1, pub, 32);
	sl_sql_blob(s, 2, secret, 64);
	return sl_sql_finish(s, e);
}

enum sl_code sl_keys_sign(struct sl_db *db, struct sl_hash digest, unsigned char signer[32],
                          unsigned char signature[64], struct sl_err *e)
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];

	if (sl_keys_open(db, true, e) || device_key(db, signer, secret, e))
		return e->code;
	crypto_sign_detached(signature, NULL, digest.b, sizeof digest.b, secret);
	sodium_memzero(secret, sizeof secret);
	return SL_OK;
}

enum sl_code sl_keys_get(struct sl_db *db, struct sl_uuid record, bool make, enum sl_key_found *found,
                         unsigned char key[SL_KEY_BYTES], struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	*found = SL_KEY_ABSENT;
	if (sl_keys_open(db, make, e))
		return e->code;
	if (!db->keys)
		return SL_OK;
	if (sl_sql_open(db->keys, "SELECT key FROM record_key WHERE record = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, record.b, sizeof record.b);
	if (!sl_sql_step(s, &row, e) && row)
		*found = sl_sql_is_null(s, 0)                        ? SL_KEY_ERASED
		         : sl_sql_get_bytes(s, 0, key, SL_KEY_BYTES) ? SL_KEY_PRESENT
		                                                     : SL_KEY_ABSENT;
	sl_sql_close(s);
	if (e->code || row || !make)
		return e->code;
	sl_env_random(db->env, key, SL_KEY_BYTES);
	if (begin(db, e) ||
	    sl_sql_open(db->keys, "INSERT INTO record_key (record, key) VALUES ($1, $2)", &s, e))
		return e->code;
	sl_sql_blob(s, 1, record.b, sizeof record.b);
	sl_sql_blob(s, 2, key, SL_KEY_BYTES);
	if (!sl_sql_finish(s, e))
		*found = SL_KEY_PRESENT;
	return e->code;
}

enum sl_code sl_store_erase(struct sl_db *db, struct sl_uuid record, struct sl_err *e)
{
	unsigned char key[SL_KEY_BYTES];
	enum sl_key_found found;
	struct sl_sql *s;
	char text[37];

	sl_uuid_text(record, text);
	if (db->mode != SL_OPEN_WRITE)
		return sl_fail(e, SL_DENIED, "%s: it is open for reading", db->path);
	if (sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: erase outside a transaction: it cannot be taken back",
		               db->path);
	if (sl_keys_get(db, record, false, &found, key, e))
		return e->code;
	sodium_memzero(key, sizeof key);
	if (found == SL_KEY_ERASED)
		return SL_OK;
	if (found == SL_KEY_ABSENT)
		return sl_fail(e, SL_NOT_FOUND,
		               "%s.keys: no key of record %s is here; erase it where it was entered", db->path,
		               text);
	if (begin(db, e) ||
	    sl_sql_open(db->keys, "UPDATE record_key SET key = NULL, erased_ms = $1 WHERE record = $2", &s,
	                e)) {
		sl_keys_rollback(db);
		return e->code;
	}
	sl_sql_int(s, 1, sl_env_now_ms(db->env));
	sl_sql_blob(s, 2, record.b, sizeof record.b);
	if (sl_sql_finish(s, e) || sl_keys_commit(db, e)) {
		sl_keys_rollback(db);
		return e->code;
	}
	return sl_driver_exec(db->keys, "VACUUM", e);
}
