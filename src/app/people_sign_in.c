/* First start, signing in and out, who is asking. */
#include "app/people_parts.h"

#include <arpa/inet.h>
#include <string.h>

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

/* Guessing is slowed down, for one name and from one address; an office behind one address has more. */
static const struct {
	int64_t free, most_s;
} limit[] = {[SL_ATTEMPT_NAME] = {5, 300}, [SL_ATTEMPT_ADDRESS] = {20, 900}};
#define FORGET_MS HOUR

/* When a session or token was used is noted at most so often: reading must not become writing. */
#define USED_EVERY_MS MINUTE

/* Whoever has one IPv6 address has the 2^64 of its network. */
static struct sl_str network(struct sl_str address, char room[16])
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];

	if (address.n >= sizeof text)
		return address;
	memcpy(text, address.p ? address.p : "", address.n);
	text[address.n] = 0;
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return address;
	memcpy(room, "6:", 2);
	memcpy(room + 2, bytes, 8);
	return (struct sl_str){room, 10};
}

static int64_t wait_ms(enum sl_attempt_by by, int64_t n, int64_t last_ms, int64_t now)
{
	int64_t over = n - limit[by].free, wait;

	if (over < 0)
		return 0;
	wait = over > 20 ? limit[by].most_s : (int64_t)1 << over;
	wait = (wait > limit[by].most_s ? limit[by].most_s : wait) * SECOND;
	/* A clock that was set back does not lock anybody out for longer. */
	return last_ms > now ? wait : last_ms + wait - now;
}

enum sl_code sl_attempt_begin(struct sl_people *p, struct sl_str name, struct sl_str address,
                              int64_t *wait_s, struct sl_err *e)
{
	int64_t now = sl_env_now_ms(sl_people_env(p)), n[2], last[2], wait = 0;
	char room[16];
	struct sl_str key[2] = {name, network(address, room)};

	if (sl_people_begin(p, e))
		return e->code;
	if (sl_people_attempts_prune(p, now - FORGET_MS, e))
		return sl_people_end(p, e);
	for (int by = SL_ATTEMPT_NAME; by <= SL_ATTEMPT_ADDRESS; by++) {
		int64_t w;

		if (sl_people_attempts(p, (enum sl_attempt_by)by, key[by], &n[by], &last[by], e))
			return sl_people_end(p, e);
		w = wait_ms((enum sl_attempt_by)by, n[by], last[by], now);
		wait = w > wait ? w : wait;
	}
	for (int by = SL_ATTEMPT_NAME; by <= SL_ATTEMPT_ADDRESS && wait <= 0; by++)
		if (key[by].n && sl_people_attempts_set(p, (enum sl_attempt_by)by, key[by], n[by] + 1, now, e))
			break;
	if (!sl_people_end(p, e))
		*wait_s = wait > 0 ? (wait + SECOND - 1) / SECOND : 0;
	return e->code;
}

enum sl_code sl_attempt_wait(struct sl_people *p, struct sl_str name, struct sl_str address, int64_t *wait_s,
                             bool *failed, struct sl_err *e)
{
	int64_t now = sl_env_now_ms(sl_people_env(p)), n[2], last, wait = 0;
	char room[16];
	struct sl_str key[2] = {name, network(address, room)};

	for (int by = SL_ATTEMPT_NAME; by <= SL_ATTEMPT_ADDRESS; by++) {
		int64_t w;

		if (sl_people_attempts(p, (enum sl_attempt_by)by, key[by], &n[by], &last, e))
			return e->code;
		w = last + FORGET_MS < now ? 0 : wait_ms((enum sl_attempt_by)by, n[by], last, now);
		wait = w > wait ? w : wait;
	}
	*wait_s = wait > 0 ? (wait + SECOND - 1) / SECOND : 0;
	*failed = n[SL_ATTEMPT_NAME] > 0;
	return SL_OK;
}

enum sl_code sl_attempt_good(struct sl_people *p, struct sl_str name, struct sl_str address,
                             struct sl_err *e)
{
	int64_t n, last;
	char room[16];
	struct sl_str from = network(address, room);

	if (sl_people_attempts_set(p, SL_ATTEMPT_NAME, name, 0, 0, e) ||
	    sl_people_attempts(p, SL_ATTEMPT_ADDRESS, from, &n, &last, e))
		return e->code;
	/* Of the address only this try is taken back: one's own account must not wash away guesses at others.
	 */
	return n ? sl_people_attempts_set(p, SL_ATTEMPT_ADDRESS, from, n - 1, last, e) : SL_OK;
}

/* It was not tried after all, because the machine was busy: that is nobody's guess. */
static void take_back(struct sl_people *p, struct sl_str name, struct sl_str address)
{
	struct sl_err e = {0};
	int64_t n, last;
	char room[16];
	struct sl_str key[2] = {name, network(address, room)};

	if (sl_people_begin(p, &e))
		return;
	for (int by = SL_ATTEMPT_NAME; by <= SL_ATTEMPT_ADDRESS; by++)
		if (sl_people_attempts(p, (enum sl_attempt_by)by, key[by], &n, &last, &e) ||
		    (n && sl_people_attempts_set(p, (enum sl_attempt_by)by, key[by], n - 1, last, &e)))
			break;
	(void)!sl_people_end(p, &e);
}

/* ---- sessions ---- */
static struct sl_person person_of(const struct sl_user *u, enum sl_scope scope)
{
	return (struct sl_person){
	    .name = u->name, .organisation = u->organisation, .role = u->role, .scope = scope};
}

/* A new session in the open transaction; the one that the browser had ends. */
static enum sl_code begin_session(struct sl_people *p, struct sl_user *u, struct sl_str old_session,
                                  struct sl_sign_in *out, struct sl_err *e)
{
	int64_t now = sl_env_now_ms(sl_people_env(p));
	struct sl_session s = {.created_ms = now, .used_ms = now};
	struct sl_serving serving;
	struct sl_hash old;

	if (sl_people_serving(p, &serving, e) ||
	    sl_people_sessions_prune(p, now, now - (int64_t)serving.session_idle_minutes * MINUTE, e) ||
	    (sl_secret_hash(old_session, &old) && sl_people_session_remove(p, old, e)))
		return e->code;
	sl_secret_new(out->session, &s.hash);
	if (!sl_secret_csrf(sl_str_from(out->session), out->csrf))
		return sl_fail(e, SL_CORRUPT, "a new session is not one");
	s.expires_ms = out->expires_ms = now + (int64_t)serving.session_hours * HOUR;
	u->signed_in_ms = now;
	if (sl_people_session_add(p, u->id, &s, e) || sl_people_user_update(p, u, e))
		return e->code;
	out->verdict = SL_SIGNED_IN;
	out->person = person_of(u, SL_SCOPE_FULL);
	return SL_OK;
}

static enum sl_code refuse(struct sl_people *p, const struct sl_sign_in_request *r, bool found,
                           const struct sl_user *u, struct sl_err *e)
{
	if (sl_people_begin(p, e))
		return e->code;
	/* An unknown name is not written down: people type their password there. */
	(void)!sl_people_note(p, found ? u->name : SL_STR(""), r->address, "sign-in-refused",
	                      found ? u->name : SL_STR(""),
	                      !found           ? SL_STR("unknown name")
	                      : u->disabled_ms ? SL_STR("the account is disabled")
	                                       : SL_STR("wrong password"),
	                      e);
	return sl_people_end(p, e);
}

enum sl_code sl_sign_in(struct sl_people *p, struct sl_arena *a, const struct sl_sign_in_request *r,
                        struct sl_sign_in *out, struct sl_err *e)
{
	struct sl_sign_in in = {.verdict = SL_SIGN_IN_WAIT};
	char stored[SL_PASSWORD_TEXT];
	struct sl_user u = {0}, again;
	struct sl_str typed;
	bool found, right, still;

	if (sl_attempt_begin(p, r->name, r->address, &in.wait_s, e))
		return e->code;
	if (in.wait_s) {
		*out = in;
		return SL_OK;
	}
	in.verdict = SL_SIGN_IN_REFUSED;
	if (sl_people_user_find(p, a, r->name, &found, &u, stored, e) ||
	    sl_user_typed(a, r->password, &typed, e) ||
	    sl_password_check(sl_people_cost(p), found ? stored : NULL, typed, &right, e)) {
		if (e->code == SL_BUSY)
			take_back(p, r->name, r->address);
		return e->code;
	}
	if (!right || u.disabled_ms) {
		if (!refuse(p, r, found, &u, e))
			*out = in;
		return e->code;
	}
	if (sl_people_begin(p, e))
		return e->code;
	/* While the password was checked, the account may have been disabled or given another one. */
	if (!sl_people_user_find(p, a, r->name, &still, &again, stored, e)) {
		if (!still || again.disabled_ms || again.password_ms != u.password_ms)
			(void)!sl_people_note(p, u.name, r->address, "sign-in-refused", u.name,
			                      SL_STR("the account changed meanwhile"), e);
		else if (!sl_attempt_good(p, r->name, r->address, e) &&
		         !begin_session(p, &again, r->old_session, &in, e))
			(void)!sl_people_note(p, u.name, r->address, "sign-in", u.name, SL_STR(""), e);
	}
	if (!sl_people_end(p, e))
		*out = in;
	return e->code;
}

enum sl_code sl_sign_out(struct sl_people *p, struct sl_str session, struct sl_str address,
                         struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_session s;
	struct sl_hash hash;
	struct sl_user u;
	bool found;

	if (!sl_secret_hash(session, &hash))
		return SL_OK;
	if (sl_people_begin(p, e))
		return e->code;
	if (!sl_people_session_find(p, &a, hash, &found, &s, &u, e) && found &&
	    !sl_people_session_remove(p, hash, e))
		(void)!sl_people_note(p, u.name, address, "sign-out", u.name, SL_STR(""), e);
	(void)!sl_people_end(p, e);
	sl_arena_done(&a);
	return e->code;
}

/* ---- the first start ---- */
enum sl_code sl_setup_needed(struct sl_people *p, bool *needed, struct sl_err *e)
{
	int64_t all, administrators;

	if (sl_people_user_count(p, &all, &administrators, e))
		return e->code;
	*needed = !administrators;
	return SL_OK;
}

static enum sl_code check_needed(struct sl_people *p, struct sl_err *e)
{
	bool needed;

	if (sl_setup_needed(p, &needed, e))
		return e->code;
	return needed ? SL_OK : sl_fail(e, SL_CONFLICT, "there is an administrator already: sign in");
}

enum sl_code sl_setup_link(struct sl_people *p, char link[SL_SECRET_TEXT], struct sl_err *e)
{
	int64_t now = sl_env_now_ms(sl_people_env(p));
	char text[SL_SECRET_TEXT];
	struct sl_hash hash;

	if (sl_people_begin(p, e))
		return e->code;
	sl_secret_new(text, &hash);
	if (!check_needed(p, e) && !sl_people_setup_put(p, hash, now, now + (int64_t)SL_SETUP_HOURS * HOUR, e))
		(void)!sl_people_note(p, SL_STR(""), SL_STR("console"), "setup-link", SL_STR(""), SL_STR(""), e);
	if (!sl_people_end(p, e))
		memcpy(link, text, sizeof text);
	return e->code;
}

enum sl_code sl_setup_valid(struct sl_people *p, struct sl_str link, bool *valid, struct sl_err *e)
{
	struct sl_hash hash;
	bool needed;

	if (!sl_secret_hash(link, &hash)) {
		*valid = false;
		return SL_OK;
	}
	if (sl_setup_needed(p, &needed, e) ||
	    sl_people_setup_valid(p, hash, sl_env_now_ms(sl_people_env(p)), valid, e))
		return e->code;
	*valid &= needed;
	return SL_OK;
}

static enum sl_code check_link(struct sl_people *p, struct sl_str link, struct sl_err *e)
{
	bool valid;

	if (sl_setup_valid(p, link, &valid, e))
		return e->code;
	return valid ? SL_OK
	             : sl_fail(e, SL_DENIED,
	                       "this set-up link is not valid any more; a restart prints a new one");
}

enum sl_code sl_setup_finish(struct sl_people *p, struct sl_arena *a, struct sl_str link,
                             const struct sl_sign_in_request *r, struct sl_sign_in *out, struct sl_err *e)
{
	struct sl_user u = {.role = SL_ROLE_ADMINISTRATOR};
	struct sl_sign_in in = {0};
	char password[SL_PASSWORD_TEXT];
	struct sl_str secret;

	/* The link goes first, so that nobody without it makes us hash. */
	if (check_link(p, link, e) || sl_user_name(a, r->name, "name", &u.name, e) ||
	    sl_user_secret(a, r->password, &secret, e) ||
	    sl_password_hash(sl_people_cost(p), secret, password, e) || sl_people_begin(p, e))
		return e->code;
	if (!check_link(p, link, e) && !sl_user_insert(p, &u, password, SL_STR(""), r->address, e) &&
	    !begin_session(p, &u, r->old_session, &in, e))
		(void)!sl_people_note(p, u.name, r->address, "sign-in", u.name, SL_STR("through the set-up link"),
		                      e);
	if (!sl_people_end(p, e))
		*out = in;
	return e->code;
}

/* ---- a link with which somebody chooses a password ---- */
static enum sl_code find_welcome(struct sl_people *p, struct sl_arena *a, struct sl_str link, bool *good,
                                 struct sl_user *u, struct sl_err *e)
{
	struct sl_hash hash;

	*good = false;
	if (!sl_secret_hash(link, &hash))
		return SL_OK;
	if (!sl_people_invite_find(p, a, hash, sl_env_now_ms(sl_people_env(p)), good, u, e))
		*good = *good && !u->disabled_ms;
	return e->code;
}

enum sl_code sl_welcome(struct sl_people *p, struct sl_arena *a, struct sl_str link, struct sl_str *name,
                        struct sl_err *e)
{
	struct sl_user u;
	bool good;

	if (find_welcome(p, a, link, &good, &u, e))
		return e->code;
	*name = good ? u.name : SL_STR("");
	return SL_OK;
}

enum sl_code sl_welcome_finish(struct sl_people *p, struct sl_arena *a, struct sl_str link,
                               const struct sl_sign_in_request *r, struct sl_sign_in *out, struct sl_err *e)
{
	struct sl_sign_in in = {0};
	char password[SL_PASSWORD_TEXT];
	struct sl_user u = {0};
	struct sl_str secret;
	bool good;

	if (find_welcome(p, a, link, &good, &u, e))
		return e->code;
	if (!good)
		return sl_fail(e, SL_DENIED, "this link is not valid any more; ask who gave it to you for a new one");
	if (sl_user_secret(a, r->password, &secret, e) || sl_password_hash(sl_people_cost(p), secret, password, e) ||
	    sl_people_begin(p, e))
		return e->code;
	/* Once: while the password was hashed, the link may have been used or replaced. */
	if (!find_welcome(p, a, link, &good, &u, e)) {
		if (!good)
			sl_fail(e, SL_DENIED, "this link is not valid any more; ask who gave it to you for a new one");
		else if (!sl_user_password_put(p, &u, password, e) &&
		         !sl_people_note(p, u.name, r->address, "user-password", u.name, SL_STR("through the link"), e) &&
		         !begin_session(p, &u, r->old_session, &in, e))
			(void)!sl_people_note(p, u.name, r->address, "sign-in", u.name, SL_STR("through the link"), e);
	}
	if (!sl_people_end(p, e))
		*out = in;
	return e->code;
}

/* ---- who is asking ---- */
/* Nobody waits for it and nothing fails with it. */
static void note_use(struct sl_people *p, const struct sl_session *s, const struct sl_api_token *t,
                     int64_t now)
{
	struct sl_err e = {0};

	if (sl_people_begin(p, &e))
		return;
	(void)!(s ? sl_people_session_used(p, s->hash, now, &e) : sl_people_token_used(p, t->id, now, &e));
	(void)!sl_people_end(p, &e);
}

static enum sl_code ask_token(struct sl_people *p, struct sl_arena *a, struct sl_str bearer,
                              struct sl_asking *out, struct sl_err *e)
{
	int64_t now = sl_env_now_ms(sl_people_env(p));
	struct sl_api_token t;
	struct sl_hash hash;
	struct sl_user u;
	bool found = false;

	if (sl_str_has_prefix(bearer, SL_TOKEN_PREFIX) &&
	    sl_secret_hash((struct sl_str){bearer.p + 4, bearer.n - 4}, &hash) &&
	    sl_people_token_find(p, a, hash, &found, &t, &u, e))
		return e->code;
	if (!found || t.revoked_ms || t.expires_ms <= now || u.disabled_ms)
		return sl_fail(e, SL_DENIED, "the token is unknown, expired or revoked");
	if (t.used_ms + USED_EVERY_MS <= now)
		note_use(p, NULL, &t, now);
	*out = (struct sl_asking){
	    .person = person_of(&u, t.scope), .with = SL_CAME_WITH_TOKEN, .expires_ms = t.expires_ms};
	return SL_OK;
}

static bool session_lives(const struct sl_session *s, const struct sl_user *u,
                          const struct sl_serving *serving, int64_t now)
{
	return !u->disabled_ms && s->expires_ms > now &&
	       s->used_ms + (int64_t)serving->session_idle_minutes * MINUTE > now;
}

enum sl_code sl_who_is_asking(struct sl_people *p, struct sl_arena *a, struct sl_str session,
                              struct sl_str bearer, struct sl_asking *out, struct sl_err *e)
{
	int64_t now = sl_env_now_ms(sl_people_env(p));
	struct sl_asking x = {.stale = session.n > 0};
	struct sl_serving serving;
	struct sl_session s;
	struct sl_hash hash;
	struct sl_user u;
	bool found = false;

	if (bearer.n)
		return ask_token(p, a, bearer, out, e);
	if (sl_people_serving(p, &serving, e) ||
	    (sl_secret_hash(session, &hash) && sl_people_session_find(p, a, hash, &found, &s, &u, e)))
		return e->code;
	if (found && session_lives(&s, &u, &serving, now)) {
		if (s.used_ms + USED_EVERY_MS <= now)
			note_use(p, &s, NULL, now);
		x = (struct sl_asking){.person = person_of(&u, SL_SCOPE_FULL),
		                       .with = SL_CAME_WITH_SESSION,
		                       .expires_ms = s.expires_ms};
		(void)sl_secret_csrf(session, x.csrf);
	} else if (serving.open_to_public) {
		x.person = (struct sl_person){.role = SL_ROLE_PUBLIC, .scope = SL_SCOPE_READ};
	}
	*out = x;
	return SL_OK;
}

bool sl_csrf_right(const struct sl_asking *asking, struct sl_str given)
{
	return asking->with == SL_CAME_WITH_SESSION && sl_secret_equal(sl_str_from(asking->csrf), given);
}
