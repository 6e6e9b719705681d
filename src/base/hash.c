#include "base/hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(sizeof(crypto_generichash_state) <= sizeof((struct sl_hasher){0}.state), "the state fits");

static crypto_generichash_state *state(struct sl_hasher *h)
{
	return (crypto_generichash_state *)(void *)h->state;
}

enum sl_code sl_crypto_init(struct sl_err *e)
{
	return sodium_init() < 0 ? sl_fail(e, SL_IO, "the system gives no random numbers") : SL_OK;
}

void sl_hash_begin(struct sl_hasher *h)
{
	crypto_generichash_init(state(h), NULL, 0, sizeof(struct sl_hash));
}

void sl_hash_int(struct sl_hasher *h, int64_t x)
{
	unsigned char b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (unsigned char)((uint64_t)x >> (8 * i));
	crypto_generichash_update(state(h), b, sizeof b);
}

void sl_hash_part(struct sl_hasher *h, const void *p, size_t n)
{
	sl_hash_int(h, (int64_t)n);
	if (n)
		crypto_generichash_update(state(h), p, n);
}

struct sl_hash sl_hash_end(struct sl_hasher *h)
{
	struct sl_hash out;

	crypto_generichash_final(state(h), out.b, sizeof out.b);
	return out;
}

struct sl_hash sl_hash_of(const void *p, size_t n)
{
	struct sl_hash out;

	crypto_generichash(out.b, sizeof out.b, n ? p : (const void *)"", n, NULL, 0);
	return out;
}

bool sl_hash_eq(struct sl_hash a, struct sl_hash b)
{
	return !memcmp(a.b, b.b, sizeof a.b);
}

void sl_hash_text(struct sl_hash h, char out[65])
{
	sodium_bin2hex(out, 65, h.b, sizeof h.b);
}

void sl_sha256_base64(const void *p, size_t n, char out[45])
{
	unsigned char sum[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(sum, p, n);
	sodium_bin2base64(out, 45, sum, sizeof sum, sodium_base64_VARIANT_ORIGINAL);
}
