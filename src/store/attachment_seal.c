/* What is about people: XChaCha20-Poly1305 under the record's own key, bound to the attachment.  The plain bytes never
 * reach the engine, its log or its journal. */
#include "store/attachment_parts.h"

#include "base/json.h"

#include <sodium.h>
#include <string.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES

/* Who this ciphertext belongs to. */
struct bound {
	unsigned char b[10 + 16 + 16];
};

static struct bound bound_to(const struct sl_attachment *at)
{
	struct bound x;

	memcpy(x.b, "attachment", 10);
	memcpy(x.b + 10, at->record.b, 16);
	memcpy(x.b + 26, at->id.b, 16);
	return x;
}

/* Plain text: length of the JSON (8 bytes, little-endian), the JSON of name and caption, the bytes. */
static enum sl_code pack(struct sl_arena *a, const struct sl_attachment *at, struct sl_str bytes, struct sl_str *out,
                         struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_buf b = {0};
	unsigned char *p = NULL;

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "name", at->name);
	sl_json_kv_str(&w, "caption", at->caption);
	sl_json_end(&w, '}');
	if (!sl_buf_check(&b, e))
		p = sl_arena_alloc(a, 8 + b.n + bytes.n, 1, e);
	if (p) {
		for (int i = 0; i < 8; i++)
			p[i] = (unsigned char)((uint64_t)b.n >> (8 * i));
		memcpy(p + 8, b.p, b.n);
		memcpy(p + 8 + b.n, bytes.p, bytes.n);
		*out = (struct sl_str){(char *)p, 8 + b.n + bytes.n};
	}
	sl_buf_done(&b);
	return e->code;
}

enum sl_code sl_attachment_seal(struct sl_db *db, struct sl_arena *a, const struct sl_attachment *at,
                                struct sl_str bytes, struct sl_str *out, struct sl_err *e)
{
	struct bound who = bound_to(at);
	unsigned char key[SL_KEY_BYTES], *c;
	struct sl_str plain;
	enum sl_key_found found;

	if (sl_keys_get(db, at->record, true, &found, key, e))
		return e->code;
	if (found != SL_KEY_PRESENT)
		return sl_fail(e, SL_DENIED, "the person whom this record is about was erased; nothing more is kept of them");
	c = pack(a, at, bytes, &plain, e) ? NULL : sl_arena_alloc(a, NONCE + plain.n + TAG, 1, e);
	if (c) {
		sl_env_random(db->env, c, NONCE);
		crypto_aead_xchacha20poly1305_ietf_encrypt(c + NONCE, NULL, (const unsigned char *)plain.p, plain.n, who.b,
		                                           sizeof who.b, NULL, c, key);
		sodium_memzero((void *)(uintptr_t)plain.p, plain.n);
		*out = (struct sl_str){(const char *)c, NONCE + plain.n + TAG};
	}
	sodium_memzero(key, sizeof key);
	return e->code;
}

static enum sl_code unpack(struct sl_arena *a, struct sl_str plain, struct sl_attachment *at, struct sl_str *bytes,
                           struct sl_err *e)
{
	struct sl_json *json;
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n |= (uint64_t)(unsigned char)plain.p[i] << (8 * i);
	if (n > plain.n - 8)
		return sl_fail(e, SL_CORRUPT, "the sealed attachment is damaged");
	if (sl_json_parse(a, (struct sl_str){plain.p + 8, (size_t)n}, &json, e))
		return e->code;
	at->name = sl_json_get_str(json, "name");
	at->caption = sl_json_get_str(json, "caption");
	*bytes = (struct sl_str){plain.p + 8 + n, plain.n - 8 - (size_t)n};
	return SL_OK;
}

enum sl_code sl_attachment_open(struct sl_db *db, struct sl_arena *a, struct sl_attachment *at, struct sl_str kept,
                                struct sl_str *bytes, struct sl_err *e)
{
	struct bound who = bound_to(at);
	unsigned char key[SL_KEY_BYTES], *plain;
	enum sl_key_found found;
	size_t n;
	int bad;

	if (sl_keys_get(db, at->record, false, &found, key, e))
		return e->code;
	if (found == SL_KEY_ERASED)
		return sl_fail(e, SL_DENIED, "the sealed part of this record was erased");
	if (found == SL_KEY_ABSENT)
		return sl_fail(e, SL_DENIED, "the key of this record is not in %s.keys", db->path);
	if (kept.n < NONCE + TAG + 8) {
		sodium_memzero(key, sizeof key);
		return sl_fail(e, SL_CORRUPT, "the sealed attachment is damaged");
	}
	n = kept.n - NONCE - TAG;
	plain = sl_arena_alloc(a, n, 1, e);
	bad = plain ? crypto_aead_xchacha20poly1305_ietf_decrypt(
	                  plain, NULL, NULL, (const unsigned char *)kept.p + NONCE, kept.n - NONCE, who.b, sizeof who.b,
	                  (const unsigned char *)kept.p, key)
	            : 0;
	sodium_memzero(key, sizeof key);
	if (!plain)
		return e->code;
	if (bad)
		return sl_fail(e, SL_DENIED, "the key in %s.keys does not open this attachment", db->path);
	return unpack(a, (struct sl_str){(char *)plain, n}, at, bytes, e);
}
