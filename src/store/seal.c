/* The sensitive part of a record: XChaCha20-Poly1305 under the record's own key, kept in sl_sealed as
 * nonce and ciphertext.  The plain text never reaches the engine, its log or its journal. */
#include "store/db.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
static_assert(SL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key length");

bool sl_kind_hides_geometry(const struct sl_kind *k)
{
	return k->geometry >= 0 && k->field[k->geometry].sensitive;
}

/* Plain text: length of the JSON (8 bytes, little-endian), the JSON, and for kinds whose place is
 * sensitive the entry, because the original coordinates stand in it. */
static enum sl_code pack(struct sl_arena *a, const struct sl_revision *rev, struct sl_str *out,
                         struct sl_err *e)
{
	struct sl_str entry = sl_kind_hides_geometry(rev->kind) ? rev->entry : (struct sl_str){"", 0};
	size_t n = 8 + rev->sealed.n + entry.n;
	char *p = sl_arena_alloc(a, n, 1, e);

	if (!p)
		return e->code;
	for (int i = 0; i < 8; i++)
		p[i] = (char)((uint64_t)rev->sealed.n >> (8 * i));
	if (rev->sealed.n)
		memcpy(p + 8, rev->sealed.p, rev->sealed.n);
	if (entry.n)
		memcpy(p + 8 + rev->sealed.n, entry.p, entry.n);
	*out = (struct sl_str){p, n};
	return SL_OK;
}

static enum sl_code keyed_hash(struct sl_arena *a, const unsigned char key[SL_KEY_BYTES],
                               struct sl_str text, struct sl_str *out, struct sl_err *e)
{
	static const unsigned char purpose[] = "safelane: the same said again";
	unsigned char sub[SL_KEY_BYTES];
	unsigned char *mac = sl_arena_alloc(a, 32, 1, e);

	if (!mac)
		return e->code;
	crypto_generichash(sub, sizeof sub, purpose, sizeof purpose - 1, key, SL_KEY_BYTES);
	crypto_generichash(mac, 32, (const unsigned char *)text.p, text.n, sub, sizeof sub);
	sodium_memzero(sub, sizeof sub);
	*out = (struct sl_str){(const char *)mac, 32};
	return SL_OK;
}

static enum sl_code encrypt(struct sl_db *db, struct sl_arena *a, const struct sl_revision *rev,
                            const unsigned char key[SL_KEY_BYTES], struct sl_str *out, struct sl_err *e)
{
	struct sl_str plain = {"", 0};
	unsigned char *c;

	if (pack(a, rev, &plain, e))
		return e->code;
	c = sl_arena_alloc(a, NONCE + plain.n + TAG, 1, e);
	if (!c)
		return e->code;
	sl_env_random(db->env, c, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(c + NONCE, NULL, (const unsigned char *)plain.p, plain.n,
	                                           rev->record.b, sizeof rev->record.b, NULL, c, key);
	sodium_memzero((void *)(uintptr_t)plain.p, plain.n);
	*out = (struct sl_str){(const char *)c, NONCE + plain.n + TAG};
	return SL_OK;
}

enum sl_code sl_seal(struct sl_db *db, struct sl_arena *a, const struct sl_revision *rev, bool seal,
                     struct sl_str *mac, struct sl_str *sealed, struct sl_err *e)
{
	unsigned char key[SL_KEY_BYTES] = {0};
	enum sl_key_found found;

	*mac = *sealed = (struct sl_str){"", 0};
	if (!rev->sealed.n && !(seal && sl_kind_hides_geometry(rev->kind) && rev->entry.n))
		return SL_OK;
	if (sl_keys_get(db, rev->record, seal, &found, key, e))
		return e->code;
	/* Of an erased person nothing is sealed again. */
	if (found == SL_KEY_PRESENT && !(rev->sealed.n && keyed_hash(a, key, rev->sealed, mac, e)) && seal)
		encrypt(db, a, rev, key, sealed, e);
	sodium_memzero(key, sizeof key);
	return e->code;
}

static enum sl_code sealed_of(struct sl_db *db, struct sl_arena *a, struct sl_uuid revision,
                              struct sl_uuid *record, struct sl_str *data, struct sl_err *e)
{
	struct sl_sql *s;
	char text[37];
	bool row;

	sl_uuid_text(revision, text);
	if (sl_sql_open(db->driver,
	                "SELECT p.uuid, z.data FROM sl_revision r JOIN sl_record p ON p.number = r.record "
	                "LEFT JOIN sl_sealed z ON z.content = r.content WHERE r.id = $1",
	                &s, e))
		return e->code;
	sl_sql_blob(s, 1, revision.b, sizeof revision.b);
	if (!sl_sql_step(s, &row, e)) {
		if (!row)
			sl_fail(e, SL_NOT_FOUND, "%s: there is no revision %s", db->path, text);
		else if (!sl_sql_get_bytes(s, 0, record->b, sizeof record->b))
			sl_fail(e, SL_CORRUPT, "%s: the record of revision %s is damaged", db->path, text);
		*data = sl_sql_get_blob(s, 1);
		data->p = e->code ? NULL : sl_arena_strndup(a, data->p, data->n, e);
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_unseal(struct sl_db *db, struct sl_arena *a, struct sl_uuid revision,
                             struct sl_str *json, struct sl_err *e)
{
	unsigned char key[SL_KEY_BYTES], *plain;
	enum sl_key_found found;
	struct sl_uuid record;
	struct sl_str data = {"", 0};
	uint64_t n = 0;
	int bad;

	if (sealed_of(db, a, revision, &record, &data, e))
		return e->code;
	if (!data.n) {
		*json = (struct sl_str){"", 0};
		return SL_OK;
	}
	if (sl_keys_get(db, record, false, &found, key, e))
		return e->code;
	if (found == SL_KEY_ERASED)
		return sl_fail(e, SL_DENIED, "the sealed part of this record was erased");
	if (found == SL_KEY_ABSENT)
		return sl_fail(e, SL_DENIED, "the key of this record is not in %s.keys", db->path);
	plain = sl_arena_alloc(a, data.n, 1, e);
	if (!plain)
		return e->code;
	bad = data.n < NONCE + TAG + 8 ||
	      crypto_aead_xchacha20poly1305_ietf_decrypt(
	          plain, NULL, NULL, (const unsigned char *)data.p + NONCE, data.n - NONCE, record.b,
	          sizeof record.b, (const unsigned char *)data.p, key);
	sodium_memzero(key, sizeof key);
	for (int i = 0; !bad && i < 8; i++)
		n |= (uint64_t)plain[i] << (8 * i);
	if (bad || n > data.n - NONCE - TAG - 8)
		return sl_fail(e, SL_DENIED, "the key in %s.keys does not open the sealed part of this record",
		               db->path);
	*json = (struct sl_str){(char *)plain + 8, (size_t)n};
	return SL_OK;
}
