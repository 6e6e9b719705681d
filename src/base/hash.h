/* BLAKE2b-256 (libsodium): content hashes of revisions and files. */
#ifndef SL_BASE_HASH_H
#define SL_BASE_HASH_H

#include "base/str.h"

#include <stdalign.h>

struct sl_hash {
	unsigned char b[32];
};

struct sl_hasher {
	alignas(64) unsigned char state[384]; /* crypto_generichash_state, checked in hash.c */
};

/* Once per process, before any thread; safe to call again. */
SL_CHECKED enum sl_code sl_crypto_init(struct sl_err *e);

void sl_hash_begin(struct sl_hasher *h);
/* Each part goes in with its length before it, so that no two lists of parts read the same. */
void sl_hash_part(struct sl_hasher *h, const void *p, size_t n);
void sl_hash_int(struct sl_hasher *h, int64_t x);
struct sl_hash sl_hash_end(struct sl_hasher *h);

struct sl_hash sl_hash_of(const void *p, size_t n); /* plain BLAKE2b-256 of the bytes */
bool sl_hash_eq(struct sl_hash a, struct sl_hash b);
void sl_hash_text(struct sl_hash h, char out[65]);

/* SHA-256 in base64, as content policies of pages name a style (CSP level 3, 6.7.3.3). */
void sl_sha256_base64(const void *p, size_t n, char out[45]);

#endif
