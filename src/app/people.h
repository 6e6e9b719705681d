/* Accounts and rights of a programme: first start, signing in, who is asking, accounts, tokens, settings,
 * the audit log.  What each role may do is in model/role.h; the caller asks it before it calls what manages
 * people.  Every change here is in the audit log, in one transaction with the change.
 * Each thread has its own sl_people; SL_BUSY when others write for too long.  No message and no entry of
 * the audit log holds a password, a token or a link. */
#ifndef SL_APP_PEOPLE_H
#define SL_APP_PEOPLE_H

#include "app/account.h"
#include "app/programme.h"
#include "store/people.h"

/* FILE.gpkg.people of an open programme.  With SL_OPEN_READ and no such file, *out is NULL: nobody is
 * known, settings are the default; only sl_serving_now, sl_users_put, sl_tokens_put and sl_audit_put take
 * NULL. `cost` is SL_PASSWORD_FULL except in tests. Closed by sl_people_close, before the programme. */
SL_CHECKED enum sl_code sl_programme_people(struct sl_programme *p, enum sl_open_mode mode,
                                            enum sl_password_cost cost, struct sl_people **out,
                                            struct sl_err *e);
/* The same for writing where the file is there; *out is NULL, and nothing is made, where it is not. */
SL_CHECKED enum sl_code sl_programme_people_known(struct sl_programme *p, struct sl_people **out, struct sl_err *e);

/* Who does something, for the audit log. */
struct sl_actor {
	struct sl_str person;  /* account name, or who is at the keyboard */
	struct sl_str address; /* of the client; "console" for the command line */
};

/* What the rights look at (model/role.h) in a revision. */
struct sl_standing sl_standing_of(const struct sl_revision *rev);

/* ---- coming in: people_sign_in.c ---- */
#define SL_SETUP_HOURS 24
#define SL_NAME_MAX 100          /* bytes of an account's name */
#define SL_PASSWORD_CHARS_MIN 10 /* characters */
#define SL_PASSWORD_BYTES_MAX 1024

/* Is there no administrator yet? */
SL_CHECKED enum sl_code sl_setup_needed(struct sl_people *p, bool *needed, struct sl_err *e);
/* A new secret for the set-up link, good once and for a day; an older one is void. SL_CONFLICT when not
 * needed. */
SL_CHECKED enum sl_code sl_setup_link(struct sl_people *p, char link[SL_SECRET_TEXT], struct sl_err *e);
SL_CHECKED enum sl_code sl_setup_valid(struct sl_people *p, struct sl_str link, bool *valid,
                                       struct sl_err *e);

enum sl_sign_in_verdict {
	SL_SIGN_IN_REFUSED, /* name or password is wrong, or the account is disabled: never said which */
	SL_SIGN_IN_WAIT,    /* too many failed; nothing was tried: wait_s */
	SL_SIGNED_IN,
};
struct sl_sign_in {
	enum sl_sign_in_verdict verdict;
	int64_t wait_s;
	char session[SL_SECRET_TEXT]; /* for the cookie; given once, always new */
	char csrf[SL_SECRET_TEXT];
	int64_t expires_ms;
	struct sl_person person;
};
struct sl_sign_in_request {
	struct sl_str name, password, address;
	struct sl_str old_session; /* what the browser came with, if anything: it ends */
};
/* SL_OK with a verdict whatever was typed; an error is the machine's (SL_BUSY, SL_IO, ...). A wrong
 * password takes as long as an unknown name. Five failures for a name or twenty from an address are free,
 * then waiting doubles up to 5 and 15 minutes; an hour without a failure forgets them. Texts in `a`. */
SL_CHECKED enum sl_code sl_sign_in(struct sl_people *p, struct sl_arena *a,
                                   const struct sl_sign_in_request *r, struct sl_sign_in *out,
                                   struct sl_err *e);
/* Make the first administrator and sign in. SL_DENIED: the link is not good (any more). SL_INVALID: the
 * name or password cannot be taken; the link stays good. */
SL_CHECKED enum sl_code sl_setup_finish(struct sl_people *p, struct sl_arena *a, struct sl_str link,
                                        const struct sl_sign_in_request *r, struct sl_sign_in *out,
                                        struct sl_err *e);
/* Whose link is it, to choose a password with?  *name is empty when it is not good (any more). */
SL_CHECKED enum sl_code sl_welcome(struct sl_people *p, struct sl_arena *a, struct sl_str link, struct sl_str *name,
                                   struct sl_err *e);
/* Take r->password as theirs and sign them in; r->name is not looked at.  Fails as sl_setup_finish. */
SL_CHECKED enum sl_code sl_welcome_finish(struct sl_people *p, struct sl_arena *a, struct sl_str link,
                                          const struct sl_sign_in_request *r, struct sl_sign_in *out,
                                          struct sl_err *e);
/* The session is gone from the file on return; SL_OK when it was not there. */
SL_CHECKED enum sl_code sl_sign_out(struct sl_people *p, struct sl_str session, struct sl_str address,
                                    struct sl_err *e);

enum sl_came_with { SL_CAME_WITH_NOTHING, SL_CAME_WITH_SESSION, SL_CAME_WITH_TOKEN };
struct sl_asking {
	struct sl_person person; /* may do nothing, or what the public may, when nobody is signed in */
	enum sl_came_with with;
	bool stale;                /* a session was given that is over: the cookie can go */
	char csrf[SL_SECRET_TEXT]; /* of the session; empty without one */
	int64_t expires_ms;        /* of the session or token */
};
/* `session`: the cookie's value; `bearer`: the token of an Authorization header; empty when absent. A token
 * goes first. SL_DENIED: the token is unknown, expired, revoked, or of a disabled account. */
SL_CHECKED enum sl_code sl_who_is_asking(struct sl_people *p, struct sl_arena *a, struct sl_str session,
                                         struct sl_str bearer, struct sl_asking *out, struct sl_err *e);
/* Is this what the page was given?  For every request of a session that changes something. */
bool sl_csrf_right(const struct sl_asking *asking, struct sl_str given);

/* ---- one's own sessions: people_own.c ---- */
/* {"sessions": [{created, used, expires, current}...]}, the last used first. */
SL_CHECKED enum sl_code sl_sessions_put(struct sl_people *p, struct sl_str name, struct sl_str session,
                                        struct sl_buf *b, struct sl_err *e);
/* Sign out everywhere else; *n sessions ended. */
SL_CHECKED enum sl_code sl_sessions_end_others(struct sl_people *p, const struct sl_actor *by, struct sl_str session,
                                               int64_t *n, struct sl_err *e);

/* ---- accounts ---- */
#define SL_LINK_DAYS 7
struct sl_new_user {
	struct sl_str name, organisation, password;
	enum sl_role role;
	char *link; /* SL_SECRET_TEXT: where it is not NULL, a link is put there instead of a password: see sl_user_link */
};
/* SL_INVALID: name, password, or an operator without organisation. SL_CONFLICT: the name is taken. */
SL_CHECKED enum sl_code sl_user_add(struct sl_people *p, const struct sl_actor *by,
                                    const struct sl_new_user *u, struct sl_err *e);
/* Below: SL_NOT_FOUND when nobody has the name; SL_CONFLICT when no administrator would be left. */
/* Disabling ends all sessions at once, and tokens while it lasts. */
SL_CHECKED enum sl_code sl_user_disable(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                                        bool disabled, struct sl_err *e);
/* `organisation` NULL: as it was. It holds from the next request on. */
SL_CHECKED enum sl_code sl_user_role(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                                     enum sl_role role, const struct sl_str *organisation,
                                     struct sl_err *e);
/* Ends all sessions of the account, forgets its failed sign-ins. */
SL_CHECKED enum sl_code sl_user_password(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                                         struct sl_str password, struct sl_err *e);
/* A link with which the person chooses a password, once and within SL_LINK_DAYS: the old password is void and all
 * sessions end at once.  SL_CONFLICT: the account is disabled. */
SL_CHECKED enum sl_code sl_user_link(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                                     char link[SL_SECRET_TEXT], struct sl_err *e);
/* By the person: SL_DENIED when `old` is wrong, counted like a failed sign-in (SL_BUSY: wait). The session
 * they came with ends too: sign in anew. */
SL_CHECKED enum sl_code sl_user_own_password(struct sl_people *p, const struct sl_actor *by,
                                             struct sl_str old, struct sl_str password, struct sl_err *e);

/* ---- API tokens ---- */
#define SL_TOKEN_PREFIX "slt_" /* so that scanners for forgotten secrets know one */
#define SL_TOKEN_TEXT (SL_SECRET_TEXT + 4)
#define SL_TOKEN_DAYS_MAX 366
/* The token is given once. Of a disabled account: SL_CONFLICT. */
SL_CHECKED enum sl_code sl_token_create(struct sl_people *p, const struct sl_actor *by, struct sl_str user,
                                        struct sl_str label, enum sl_scope scope, int64_t days,
                                        char token[SL_TOKEN_TEXT], struct sl_err *e);
/* `owner` empty: anybody's.  SL_NOT_FOUND: no such token of theirs. */
SL_CHECKED enum sl_code sl_token_revoke(struct sl_people *p, const struct sl_actor *by, int64_t id,
                                        struct sl_str owner, struct sl_err *e);

/* ---- settings ---- */
SL_CHECKED enum sl_code sl_serving_now(struct sl_people *p, struct sl_serving *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_serving_change(struct sl_people *p, const struct sl_actor *by, struct sl_str key,
                                          struct sl_str value, struct sl_err *e);

/* ---- the audit log ---- */
/* On record before it returns: sealed data is given out only after SL_OK.  `details`: never a secret. */
SL_CHECKED enum sl_code sl_audit_note(struct sl_people *p, const struct sl_actor *by, const char *what,
                                      struct sl_str record, struct sl_str details, struct sl_err *e);
/* Reading it: sl_people_audit_read, sl_people_audit_verify (store/people.h). */

/* ---- as text (SL_FORMAT_TABLE) or JSON (SL_FORMAT_JSON): people_text.c ---- */
SL_CHECKED enum sl_code sl_users_put(struct sl_people *p, enum sl_text_format format, struct sl_buf *b,
                                     struct sl_err *e);
/* `owner` empty: of everybody */
SL_CHECKED enum sl_code sl_tokens_put(struct sl_people *p, struct sl_str owner, enum sl_text_format format,
                                      struct sl_buf *b, struct sl_err *e);
SL_CHECKED enum sl_code sl_serving_put(const struct sl_serving *s, enum sl_text_format format,
                                       struct sl_buf *b, struct sl_err *e);
/* The entries of the range, and whether the chain of the whole log is right; SL_CORRUPT when it is not,
 * after writing them. */
SL_CHECKED enum sl_code sl_audit_put(struct sl_people *p, const struct sl_audit_range *r,
                                     enum sl_text_format format, struct sl_buf *b, struct sl_err *e);

#endif
