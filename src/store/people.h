/* The people of a programme, in a file of their own beside it: FILE.gpkg.people (mode 0600). Accounts,
 * sessions, API tokens, the set-up link, settings for serving, and the audit log; no record of mine action.
 * Rows only: who may do what is decided in model/role.h, use cases are in app/people.h.
 *
 * A handle belongs to one thread; threads and processes have one each on the same file.  Writers take turns
 * (SL_BUSY after SL_DRIVER_BUSY_MS), readers are never kept waiting.  Whatever writes is called between
 * sl_people_begin and sl_people_commit.  Texts live in the arena given.
 * No secret is kept: of passwords Argon2id strings, of sessions, tokens and links a BLAKE2b hash. */
#ifndef SL_STORE_PEOPLE_H
#define SL_STORE_PEOPLE_H

#include "base/env.h"
#include "base/hash.h"
#include "model/role.h"
#include "model/serving.h"
#include "store/store.h"

struct sl_people;

/* What guessing one password costs.  CHEAP is for tests that sign in a thousand times: a file keeps to one.
 */
enum sl_password_cost {
	SL_PASSWORD_FULL,  /* three passes over 64 MiB, a fifth of a second */
	SL_PASSWORD_CHEAP, /* libsodium's minimum */
};

/* Opens FILE.gpkg.people of the programme at `programme`; with SL_OPEN_WRITE it is made when it is not
 * there, with SL_OPEN_READ *out is then NULL.  sl_crypto_init comes first; `env` outlives the handle. */
SL_CHECKED enum sl_code sl_people_open(const char *programme, enum sl_open_mode mode,
                                       enum sl_password_cost cost, struct sl_env *env,
                                       struct sl_people **out, struct sl_err *e);
bool sl_people_exist(const char *programme); /* is there such a file? */
void sl_people_close(struct sl_people *p); /* NULL is allowed */
struct sl_env *sl_people_env(const struct sl_people *p);
enum sl_password_cost sl_people_cost(const struct sl_people *p);
SL_CHECKED enum sl_code sl_people_begin(struct sl_people *p, struct sl_err *e);  /* SL_BUSY */
SL_CHECKED enum sl_code sl_people_commit(struct sl_people *p, struct sl_err *e); /* durable on return */
void sl_people_rollback(struct sl_people *p); /* no effect outside a transaction */

/* ---- secrets: people_secret.c ---- */
#define SL_SECRET_TEXT 44 /* 256 bits as base64url without padding, and a NUL */
/* Always of the system's generator, whatever seed `env` has: no setting makes a session guessable. */
void sl_secret_new(char text[SL_SECRET_TEXT], struct sl_hash *hash);
/* What is kept of it.  False when the text cannot be one. */
bool sl_secret_hash(struct sl_str text, struct sl_hash *hash);
/* A secret derived from a session's, that tells nothing about it. False when `session` cannot be one. */
bool sl_secret_csrf(struct sl_str session, char out[SL_SECRET_TEXT]);
bool sl_secret_equal(struct sl_str a, struct sl_str b); /* in constant time for equal lengths */

#define SL_PASSWORD_TEXT 128
/* One at a time in a process, because of the memory; SL_BUSY when several wait already. */
SL_CHECKED enum sl_code sl_password_hash(enum sl_password_cost cost, struct sl_str password,
                                         char out[SL_PASSWORD_TEXT], struct sl_err *e);
/* `stored` NULL: of nobody; it takes as long and is never right. SL_UNSUPPORTED: set at another cost. */
SL_CHECKED enum sl_code sl_password_check(enum sl_password_cost cost, const char *stored,
                                          struct sl_str password, bool *right, struct sl_err *e);

/* ---- accounts: people_user.c.  Never deleted: revisions and the audit log name them. ---- */
struct sl_user {
	int64_t id;
	struct sl_str name, organisation;
	enum sl_role role;
	int64_t created_ms, password_ms;
	int64_t disabled_ms;  /* 0: not disabled */
	int64_t signed_in_ms; /* last time; 0: never */
};
/* Fills u->id. SL_CONFLICT when somebody has the name, as sl_utf8_key reads it. */
SL_CHECKED enum sl_code sl_people_user_add(struct sl_people *p, struct sl_user *u, const char *password,
                                           struct sl_err *e);
/* `password` (may be NULL) gets the stored string. */
SL_CHECKED enum sl_code sl_people_user_find(struct sl_people *p, struct sl_arena *a, struct sl_str name,
                                            bool *found, struct sl_user *out,
                                            char password[SL_PASSWORD_TEXT], struct sl_err *e);
SL_CHECKED enum sl_code sl_people_users(struct sl_people *p, struct sl_arena *a, struct sl_user **out,
                                        size_t *n, struct sl_err *e); /* in order of making */
/* Role, organisation, disabled_ms, signed_in_ms as in `u`. */
SL_CHECKED enum sl_code sl_people_user_update(struct sl_people *p, const struct sl_user *u,
                                              struct sl_err *e);
SL_CHECKED enum sl_code sl_people_user_password(struct sl_people *p, int64_t user, const char *password,
                                                int64_t now_ms, struct sl_err *e);
/* All of them, and the administrators who are not disabled. */
SL_CHECKED enum sl_code sl_people_user_count(struct sl_people *p, int64_t *all, int64_t *administrators,
                                             struct sl_err *e);

/* ---- sessions, API tokens, the set-up link: people_session.c ---- */
struct sl_session {
	struct sl_hash hash;
	int64_t created_ms, used_ms, expires_ms;
};
SL_CHECKED enum sl_code sl_people_session_add(struct sl_people *p, int64_t user, const struct sl_session *s,
                                              struct sl_err *e);
SL_CHECKED enum sl_code sl_people_session_find(struct sl_people *p, struct sl_arena *a, struct sl_hash hash,
                                               bool *found, struct sl_session *s, struct sl_user *u,
                                               struct sl_err *e);
SL_CHECKED enum sl_code sl_people_session_used(struct sl_people *p, struct sl_hash hash, int64_t now_ms,
                                               struct sl_err *e);
SL_CHECKED enum sl_code sl_people_session_remove(struct sl_people *p, struct sl_hash hash,
                                                 struct sl_err *e);
SL_CHECKED enum sl_code sl_people_sessions_remove_of(struct sl_people *p, int64_t user, struct sl_err *e);
/* All but `keep`; *n is how many there were. */
SL_CHECKED enum sl_code sl_people_sessions_remove_others(struct sl_people *p, int64_t user, struct sl_hash keep,
                                                         int64_t *n, struct sl_err *e);
/* The last used first; in `a`. */
SL_CHECKED enum sl_code sl_people_sessions(struct sl_people *p, struct sl_arena *a, int64_t user,
                                           struct sl_session **out, size_t *n, struct sl_err *e);
/* Those that expired, and those not used since idle_ms. */
SL_CHECKED enum sl_code sl_people_sessions_prune(struct sl_people *p, int64_t now_ms, int64_t idle_ms,
                                                 struct sl_err *e);

struct sl_api_token {
	int64_t id;
	struct sl_str user, name; /* whose it is; what it is for */
	enum sl_scope scope;
	int64_t created_ms, expires_ms;
	int64_t used_ms, revoked_ms; /* 0: never */
};
/* Fills t->id; t->user is not looked at. */
SL_CHECKED enum sl_code sl_people_token_add(struct sl_people *p, int64_t user, struct sl_hash hash,
                                            struct sl_api_token *t, struct sl_err *e);
SL_CHECKED enum sl_code sl_people_token_find(struct sl_people *p, struct sl_arena *a, struct sl_hash hash,
                                             bool *found, struct sl_api_token *t, struct sl_user *u,
                                             struct sl_err *e);
SL_CHECKED enum sl_code sl_people_tokens(struct sl_people *p, struct sl_arena *a, struct sl_api_token **out,
                                         size_t *n,
                                         struct sl_err *e); /* of everybody, in order of making */
SL_CHECKED enum sl_code sl_people_token_used(struct sl_people *p, int64_t id, int64_t now_ms,
                                             struct sl_err *e);
SL_CHECKED enum sl_code sl_people_token_revoke(struct sl_people *p, int64_t id, int64_t now_ms,
                                               struct sl_err *e);

/* There is at most one; a new one replaces it. */
SL_CHECKED enum sl_code sl_people_setup_put(struct sl_people *p, struct sl_hash hash, int64_t now_ms,
                                            int64_t expires_ms, struct sl_err *e);
SL_CHECKED enum sl_code sl_people_setup_valid(struct sl_people *p, struct sl_hash hash, int64_t now_ms,
                                              bool *valid, struct sl_err *e);
SL_CHECKED enum sl_code sl_people_setup_clear(struct sl_people *p, struct sl_err *e);

/* A link with which the person chooses a password; an account has at most one, a new one replaces it. */
SL_CHECKED enum sl_code sl_people_invite_put(struct sl_people *p, int64_t user, struct sl_hash hash, int64_t now_ms,
                                             int64_t expires_ms, struct sl_err *e);
/* Whose it is; *found is false when it is not known, or over. */
SL_CHECKED enum sl_code sl_people_invite_find(struct sl_people *p, struct sl_arena *a, struct sl_hash hash,
                                              int64_t now_ms, bool *found, struct sl_user *u, struct sl_err *e);
SL_CHECKED enum sl_code sl_people_invite_clear(struct sl_people *p, int64_t user, struct sl_err *e);

/* ---- field devices: people_device.c ---- */
/* MD5 of "account:realm:passphrase" (RFC 2617): what HTTP Digest needs, and all that is kept of a device's passphrase. */
struct sl_device_secret {
	unsigned char ha1[16];
};
SL_CHECKED enum sl_code sl_people_device_put(struct sl_people *p, int64_t user, const struct sl_device_secret *secret,
                                             int64_t now_ms, struct sl_err *e);
/* *found is false for nobody, and for an account that is no device. */
SL_CHECKED enum sl_code sl_people_device_find(struct sl_people *p, struct sl_arena *a, struct sl_str name, bool *found,
                                              struct sl_user *u, struct sl_device_secret *secret, struct sl_err *e);

/* ---- failed sign-ins: people_attempt.c ---- */
enum sl_attempt_by { SL_ATTEMPT_NAME, SL_ATTEMPT_ADDRESS };
/* How many failed in a row, and when the last did; zero when none is remembered. */
SL_CHECKED enum sl_code sl_people_attempts(struct sl_people *p, enum sl_attempt_by by, struct sl_str key,
                                           int64_t *n, int64_t *last_ms, struct sl_err *e);
/* n = 0 forgets it. */
SL_CHECKED enum sl_code sl_people_attempts_set(struct sl_people *p, enum sl_attempt_by by,
                                               struct sl_str key, int64_t n, int64_t now_ms,
                                               struct sl_err *e);
SL_CHECKED enum sl_code sl_people_attempts_prune(struct sl_people *p, int64_t before_ms, struct sl_err *e);

/* ---- settings: people_open.c ---- */
SL_CHECKED enum sl_code sl_people_serving(struct sl_people *p, struct sl_serving *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_people_serving_put(struct sl_people *p, struct sl_str key, struct sl_str value,
                                              struct sl_err *e);

/* ---- the audit log: people_audit.c.  Rows are only added; each carries the hash of all before it. ---- */
struct sl_audit_entry {
	int64_t seq, at_ms;            /* seq from 1, without gaps; given by the store */
	struct sl_str person, address; /* who, from where */
	struct sl_str what;            /* one word: "sign-in", "user-add", "read-sensitive" */
	struct sl_str record, details; /* of which record or thing; one line for people.  Never a secret. */
};
/* Fills seq and hash. Texts that are not UTF-8 are scrubbed, long ones are cut. */
SL_CHECKED enum sl_code sl_people_audit_append(struct sl_people *p, struct sl_audit_entry *entry,
                                               struct sl_err *e);
struct sl_audit_range {
	int64_t from_ms, to_ms; /* from included, to excluded; to 0: no end */
	int64_t after_seq;      /* for the next page */
	int64_t limit;          /* 0: all */
	bool newest_first;      /* then the next page is before after_seq (0: from the end) */
	struct sl_str person, what, record; /* only of this person, this word, about this; empty: all */
};
SL_CHECKED enum sl_code sl_people_audit_read(struct sl_people *p, struct sl_arena *a,
                                             const struct sl_audit_range *r, struct sl_audit_entry **out,
                                             size_t *n, struct sl_err *e);
struct sl_audit_check {
	int64_t n;           /* entries read */
	int64_t first_wrong; /* seq of the first that does not match the chain; 0: none */
	struct sl_hash
	    head; /* hash of the last: kept elsewhere, it shows later that none was cut off the end */
};
SL_CHECKED enum sl_code sl_people_audit_verify(struct sl_people *p, struct sl_audit_check *out,
                                               struct sl_err *e);

#endif
