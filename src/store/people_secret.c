/* Passwords: Argon2id (RFC 9106) through libsodium.  Sessions, tokens and links: 256 random bits, of which
 * a plain hash is enough, because nobody can try them all. */
#include "store/people.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static_assert(SL_PASSWORD_TEXT == crypto_pwhash_STRBYTES, "a stored password fits");
static_assert(SL_SECRET_TEXT == sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
              "a secret fits");
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* How many may stand in line for the memory of one password. */
#define LINE_MAX_PASSWORDS 4

struct cost {
	unsigned long long operations;
	size_t memory;
};

static struct cost cost_of(enum sl_password_cost cost)
{
	return cost == SL_PASSWORD_CHEAP
	           ? (struct cost){crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN}
	           : (struct cost){crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE};
}

void sl_secret_new(char text[SL_SECRET_TEXT], struct sl_hash *hash)
{
	unsigned char secret[32];

	randombytes_buf(secret, sizeof secret);
	sodium_bin2base64(text, SL_SECRET_TEXT, secret, sizeof secret, VARIANT);
	*hash = sl_hash_of(secret, sizeof secret);
	sodium_memzero(secret, sizeof secret);
}

static bool decode(struct sl_str text, unsigned char secret[32])
{
	size_t n = 0;

	return text.n == SL_SECRET_TEXT - 1 &&
	       !sodium_base642bin(secret, 32, text.p, text.n, NULL, &n, NULL, VARIANT) && n == 32;
}

bool sl_secret_hash(struct sl_str text, struct sl_hash *hash)
{
	unsigned char secret[32];
	bool good = decode(text, secret);

	if (good)
		*hash = sl_hash_of(secret, sizeof secret);
	sodium_memzero(secret, sizeof secret);
	return good;
}

bool sl_secret_csrf(struct sl_str session, char out[SL_SECRET_TEXT])
{
	static const unsigned char purpose[] = "safelane csrf 1";
	unsigned char secret[32], derived[32];
	bool good = decode(session, secret);

	if (good) {
		crypto_generichash(derived, sizeof derived, purpose, sizeof purpose - 1, secret, sizeof secret);
		sodium_bin2base64(out, SL_SECRET_TEXT, derived, sizeof derived, VARIANT);
	}
	sodium_memzero(secret, sizeof secret);
	return good;
}

bool sl_secret_equal(struct sl_str a, struct sl_str b)
{
	return a.n && a.n == b.n && !sodium_memcmp(a.p, b.p, a.n);
}

/* ---- passwords ---- */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static atomic_int in_line;

static enum sl_code enter(struct sl_err *e)
{
	if (atomic_fetch_add(&in_line, 1) >= LINE_MAX_PASSWORDS) {
		atomic_fetch_sub(&in_line, 1);
		return sl_fail(e, SL_BUSY, "too many people sign in at this moment; try again in a few seconds");
	}
	pthread_mutex_lock(&one_at_a_time);
	return SL_OK;
}

static void leave(void)
{
	pthread_mutex_unlock(&one_at_a_time);
	atomic_fetch_sub(&in_line, 1);
}

static enum sl_code no_memory(struct cost c, struct sl_err *e)
{
	return sl_fail(e, SL_NOMEM, "no memory to check a password: %zu MiB are needed for a moment",
	               c.memory >> 20);
}

enum sl_code sl_password_hash(enum sl_password_cost cost, struct sl_str password,
                              char out[SL_PASSWORD_TEXT], struct sl_err *e)
{
	struct cost c = cost_of(cost);
	int refused;

	if (enter(e))
		return e->code;
	refused = crypto_pwhash_str(out, password.n ? password.p : "", password.n, c.operations, c.memory);
	leave();
	return refused ? no_memory(c, e) : SL_OK;
}

/* A well-formed string of the same cost that no password matches (a salt and a hash of zeros): to check
 * against it takes as long as against a real one, so that time does not tell which names exist. */
static void nobody(struct cost c, char out[SL_PASSWORD_TEXT])
{
	snprintf(out, SL_PASSWORD_TEXT, "$argon2id$v=19$m=%zu,t=%llu,p=1$%.22s$%.43s", c.memory / 1024,
	         c.operations, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}

enum sl_code sl_password_check(enum sl_password_cost cost, const char *stored, struct sl_str password,
                               bool *right, struct sl_err *e)
{
	struct cost c = cost_of(cost);
	char text[SL_PASSWORD_TEXT];
	int refused, reason;

	memset(text, 0, sizeof text);
	if (stored)
		memcpy(text, stored, strnlen(stored, sizeof text - 1));
	else
		nobody(c, text);
	/* A file from elsewhere must not choose how long we work or how much memory we take. */
	if (crypto_pwhash_str_needs_rehash(text, c.operations, c.memory))
		return sl_fail(e, SL_UNSUPPORTED, "the stored password is of another kind; set it anew");
	if (enter(e))
		return e->code;
	errno = 0;
	refused = crypto_pwhash_str_verify(text, password.n ? password.p : "", password.n);
	reason = errno; /* EINVAL: it does not match; else the memory was not there */
	leave();
	if (refused && reason != EINVAL)
		return no_memory(c, e);
	*right = !refused && stored;
	return SL_OK;
}
