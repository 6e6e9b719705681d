#include "app/people_parts.h"

#include "base/utf8.h"

#include <string.h>

enum sl_code sl_programme_people(struct sl_programme *p, enum sl_open_mode mode, enum sl_password_cost cost,
                                 struct sl_people **out, struct sl_err *e)
{
	return sl_people_open(p->path, mode, cost, p->env, out, e);
}

enum sl_code sl_programme_people_known(struct sl_programme *p, struct sl_people **out, struct sl_err *e)
{
	*out = NULL;
	return !sl_people_exist(p->path) ? SL_OK : sl_programme_people(p, SL_OPEN_WRITE, SL_PASSWORD_FULL, out, e);
}

struct sl_standing sl_standing_of(const struct sl_revision *rev)
{
	return (struct sl_standing){.author = rev->author,
	                            .organisation = rev->organisation,
	                            .approved = rev->state == SL_APPROVED,
	                            .draft = rev->state == SL_DRAFT,
	                            .quality = rev->kind && sl_str_is(rev->kind->name, "quality")};
}

enum sl_code sl_people_note(struct sl_people *p, struct sl_str person, struct sl_str address,
                            const char *what, struct sl_str record, struct sl_str details, struct sl_err *e)
{
	struct sl_audit_entry x = {.at_ms = sl_env_now_ms(sl_people_env(p)),
	                           .person = person,
	                           .address = address,
	                           .what = sl_str_from(what),
	                           .record = record,
	                           .details = details};

	return sl_people_audit_append(p, &x, e);
}

enum sl_code sl_people_end(struct sl_people *p, struct sl_err *e)
{
	if (e->code || sl_people_commit(p, e))
		sl_people_rollback(p);
	return e->code;
}

enum sl_code sl_audit_note(struct sl_people *p, const struct sl_actor *by, const char *what,
                           struct sl_str record, struct sl_str details, struct sl_err *e)
{
	if (sl_people_begin(p, e))
		return e->code;
	(void)!sl_people_note(p, by->person, by->address, what, record, details, e);
	return sl_people_end(p, e);
}

/* ---- what may be a name and a password ---- */
enum sl_code sl_user_name(struct sl_arena *a, struct sl_str given, const char *what, struct sl_str *out,
                          struct sl_err *e)
{
	struct sl_str name, key;

	if (!sl_utf8_valid(given))
		return sl_fail(e, SL_INVALID, "the %s is not UTF-8", what);
	if (sl_utf8_nfc(a, sl_str_trim(given), &name, e) || sl_utf8_key(a, name, &key, e))
		return e->code;
	if (!key.n || name.n > SL_NAME_MAX)
		return sl_fail(e, SL_INVALID, "the %s has %zu bytes; it needs 1 to %d", what, name.n, SL_NAME_MAX);
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return sl_fail(e, SL_INVALID, "the %s holds a control character", what);
	*out = name;
	return SL_OK;
}

enum sl_code sl_user_typed(struct sl_arena *a, struct sl_str given, struct sl_str *out, struct sl_err *e)
{
	*out = (struct sl_str){"", 0};
	if (given.n > SL_PASSWORD_BYTES_MAX || !sl_utf8_valid(given))
		return SL_OK;
	return sl_utf8_nfc(a, given, out, e);
}

enum sl_code sl_user_secret(struct sl_arena *a, struct sl_str given, struct sl_str *out, struct sl_err *e)
{
	struct sl_str secret;
	size_t n = 0;

	if (given.n > SL_PASSWORD_BYTES_MAX)
		return sl_fail(e, SL_INVALID, "the password is longer than %d bytes", SL_PASSWORD_BYTES_MAX);
	if (!sl_utf8_valid(given))
		return sl_fail(e, SL_INVALID, "the password is not UTF-8");
	if (sl_utf8_nfc(a, given, &secret, e))
		return e->code;
	for (size_t i = 0; i < secret.n; i++)
		n += ((unsigned char)secret.p[i] & 0xc0) != 0x80;
	if (n < SL_PASSWORD_CHARS_MIN)
		return sl_fail(e, SL_INVALID, "the password has %zu characters; it needs at least %d", n,
		               SL_PASSWORD_CHARS_MIN);
	*out = secret;
	return SL_OK;
}

/* ---- accounts ---- */
static enum sl_code find(struct sl_people *p, struct sl_arena *a, struct sl_str name, struct sl_user *u,
                         struct sl_err *e)
{
	bool found;

	if (sl_people_user_find(p, a, name, &found, u, NULL, e))
		return e->code;
	return found ? SL_OK : sl_fail(e, SL_NOT_FOUND, "%.*s: there is no such account", SL_STR_ARG(name));
}

static enum sl_code check_role(enum sl_role role, struct sl_str organisation, struct sl_err *e)
{
	if (role == SL_ROLE_PUBLIC)
		return sl_fail(e, SL_INVALID,
		               "public is not a role for an account: 'safelane set FILE public on' opens it");
	if (role == SL_ROLE_OPERATOR && !organisation.n)
		return sl_fail(e, SL_INVALID, "an operator needs an organisation: it is all that they may see");
	return SL_OK;
}

/* Would the programme be left without anybody who manages people? */
static enum sl_code check_administrators(struct sl_people *p, const struct sl_user *before,
                                         const struct sl_user *after, struct sl_err *e)
{
	int64_t all, administrators;

	if (before->role != SL_ROLE_ADMINISTRATOR || before->disabled_ms ||
	    (after->role == SL_ROLE_ADMINISTRATOR && !after->disabled_ms))
		return SL_OK;
	if (sl_people_user_count(p, &all, &administrators, e))
		return e->code;
	return administrators > 1
	           ? SL_OK
	           : sl_fail(e, SL_CONFLICT, "%.*s is the last administrator; make another one first",
	                     SL_STR_ARG(before->name));
}

enum sl_code sl_user_insert(struct sl_people *p, struct sl_user *u, const char *password, struct sl_str by,
                            struct sl_str address, struct sl_err *e)
{
	struct sl_buf details = {0};

	sl_buf_printf(&details, "role %s", sl_role_name(u->role));
	if (u->organisation.n)
		sl_buf_printf(&details, ", organisation %.*s", SL_STR_ARG(u->organisation));
	u->created_ms = sl_env_now_ms(sl_people_env(p));
	if (!sl_buf_check(&details, e) && !sl_people_user_add(p, u, password, e) &&
	    !sl_people_note(p, by.n ? by : u->name, address, "user-add", u->name, sl_buf_view(&details), e) &&
	    u->role == SL_ROLE_ADMINISTRATOR)
		(void)!sl_people_setup_clear(p, e); /* the first start is over */
	sl_buf_done(&details);
	return e->code;
}

enum sl_code sl_user_add(struct sl_people *p, const struct sl_actor *by, const struct sl_new_user *new,
                         struct sl_err *e)
{
	char password[SL_PASSWORD_TEXT], link[SL_SECRET_TEXT];
	struct sl_arena a = {0};
	struct sl_user u = {.role = new->role};
	struct sl_str secret;

	if (sl_user_name(&a, new->name, "name", &u.name, e) ||
	    (new->organisation.n &&sl_user_name(&a, new->organisation, "organisation", &u.organisation, e)) ||
	    check_role(u.role, u.organisation, e))
		goto done;
	if (new->link ? sl_user_unknown(p, password, e)
	              : sl_user_secret(&a, new->password, &secret, e) ||
	                    sl_password_hash(sl_people_cost(p), secret, password, e))
		goto done;
	if (sl_people_begin(p, e))
		goto done;
	if (!sl_user_insert(p, &u, password, by->person, by->address, e) && new->link)
		(void)!sl_user_link_put(p, u.id, link, e);
	if (!sl_people_end(p, e) && new->link)
		memcpy(new->link, link, sizeof link);
done:
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_user_disable(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                             bool disabled, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_user before, u;

	if (sl_people_begin(p, e))
		return e->code;
	if (!find(p, &a, name, &before, e)) {
		u = before;
		u.disabled_ms = disabled ? sl_env_now_ms(sl_people_env(p)) : 0;
		if (!before.disabled_ms == !disabled) /* it is so already */
			(void)!check_administrators(p, &before, &u, e);
		else if (!check_administrators(p, &before, &u, e) && !sl_people_user_update(p, &u, e) &&
		         !sl_people_sessions_remove_of(p, u.id, e))
			(void)!sl_people_note(p, by->person, by->address, disabled ? "user-disable" : "user-enable",
			                      u.name, SL_STR(""), e);
	}
	(void)!sl_people_end(p, e);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_user_role(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                          enum sl_role role, const struct sl_str *organisation, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_buf details = {0};
	struct sl_user before, u;

	if (sl_people_begin(p, e))
		return e->code;
	if (!find(p, &a, name, &before, e)) {
		u = before;
		u.role = role;
		if (organisation && !organisation->n)
			u.organisation = *organisation;
		else if (organisation)
			(void)!sl_user_name(&a, *organisation, "organisation", &u.organisation, e);
		sl_buf_printf(&details, "role %s, was %s", sl_role_name(role), sl_role_name(before.role));
		if (!sl_str_eq(u.organisation, before.organisation))
			sl_buf_printf(&details, "; organisation %.*s, was %.*s", SL_STR_ARG(u.organisation),
			              SL_STR_ARG(before.organisation));
		if (!e->code && !check_role(role, u.organisation, e) && !check_administrators(p, &before, &u, e) &&
		    !sl_buf_check(&details, e) && !sl_people_user_update(p, &u, e))
			(void)!sl_people_note(p, by->person, by->address, "user-role", u.name, sl_buf_view(&details),
			                      e);
	}
	(void)!sl_people_end(p, e);
	sl_buf_done(&details);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_user_password_put(struct sl_people *p, const struct sl_user *u, const char *password,
                                  struct sl_err *e)
{
	if (sl_people_user_password(p, u->id, password, sl_env_now_ms(sl_people_env(p)), e) ||
	    sl_people_sessions_remove_of(p, u->id, e) || sl_people_invite_clear(p, u->id, e))
		return e->code;
	return sl_people_attempts_set(p, SL_ATTEMPT_NAME, u->name, 0, 0, e);
}

static enum sl_code set_password(struct sl_people *p, const struct sl_actor *by, const struct sl_user *u,
                                 struct sl_str secret, struct sl_err *e)
{
	char password[SL_PASSWORD_TEXT];

	if (sl_password_hash(sl_people_cost(p), secret, password, e) || sl_people_begin(p, e))
		return e->code;
	if (!sl_user_password_put(p, u, password, e))
		(void)!sl_people_note(p, by->person, by->address, "user-password", u->name, SL_STR(""), e);
	return sl_people_end(p, e);
}

enum sl_code sl_user_password(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                              struct sl_str password, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_str secret;
	struct sl_user u;

	if (!find(p, &a, name, &u, e) && !sl_user_secret(&a, password, &secret, e))
		(void)!set_password(p, by, &u, secret, e);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_user_own_password(struct sl_people *p, const struct sl_actor *by, struct sl_str old,
                                  struct sl_str password, struct sl_err *e)
{
	char stored[SL_PASSWORD_TEXT];
	struct sl_arena a = {0};
	struct sl_str secret, typed;
	struct sl_user u;
	bool found, right;
	int64_t wait_s;

	if (sl_user_secret(&a, password, &secret, e) || sl_user_typed(&a, old, &typed, e) ||
	    sl_people_user_find(p, &a, by->person, &found, &u, stored, e) ||
	    sl_attempt_begin(p, by->person, by->address, &wait_s, e))
		goto done;
	if (wait_s) {
		sl_fail(e, SL_BUSY, "too many wrong passwords; try again in %lld s", (long long)wait_s);
		goto done;
	}
	if (sl_password_check(sl_people_cost(p), found ? stored : NULL, typed, &right, e))
		goto done;
	if (!right || u.disabled_ms)
		sl_fail(e, SL_DENIED, "the old password is wrong");
	else
		(void)!set_password(p, by, &u, secret, e);
done:
	sl_arena_done(&a);
	return e->code;
}

/* ---- API tokens ---- */
enum sl_code sl_token_create(struct sl_people *p, const struct sl_actor *by, struct sl_str user,
                             struct sl_str label, enum sl_scope scope, int64_t days,
                             char token[SL_TOKEN_TEXT], struct sl_err *e)
{
	struct sl_api_token t = {.scope = scope, .name = {"", 0}};
	char secret[SL_SECRET_TEXT], until[32];
	struct sl_arena a = {0};
	struct sl_buf details = {0};
	struct sl_hash hash;
	struct sl_user u;

	if (scope != SL_SCOPE_READ && scope != SL_SCOPE_WRITE && scope != SL_SCOPE_DEVICES)
		return sl_fail(e, SL_INVALID, "the scope of a token is read, write or devices");
	if (days < 1 || days > SL_TOKEN_DAYS_MAX)
		return sl_fail(e, SL_INVALID, "a token lasts 1 to %d days, not %lld", SL_TOKEN_DAYS_MAX,
		               (long long)days);
	if ((label.n && sl_user_name(&a, label, "token's label", &t.name, e)) || sl_people_begin(p, e)) {
		sl_arena_done(&a);
		return e->code;
	}
	if (!find(p, &a, user, &u, e) && u.disabled_ms)
		sl_fail(e, SL_CONFLICT, "%.*s: the account is disabled", SL_STR_ARG(u.name));
	if (!e->code) {
		t.created_ms = sl_env_now_ms(sl_people_env(p));
		t.expires_ms = t.created_ms + days * 86400000;
		sl_secret_new(secret, &hash);
		sl_time_text(t.expires_ms, until);
		if (!sl_people_token_add(p, u.id, hash, &t, e)) {
			sl_buf_printf(&details, "token %lld, scope %s, until %.10s", (long long)t.id,
			              sl_scope_name(scope), until);
			if (!sl_buf_check(&details, e))
				(void)!sl_people_note(p, by->person, by->address, "token-create", u.name,
				                      sl_buf_view(&details), e);
		}
	}
	if (!sl_people_end(p, e)) {
		memcpy(token, SL_TOKEN_PREFIX, 4);
		memcpy(token + 4, secret, SL_SECRET_TEXT);
	}
	sl_buf_done(&details);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_token_revoke(struct sl_people *p, const struct sl_actor *by, int64_t id,
                             struct sl_str owner, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_api_token *list, *t = NULL;
	struct sl_user u = {0};
	char details[40] = "token ";
	size_t n;

	if (sl_people_begin(p, e))
		return e->code;
	if (!sl_people_tokens(p, &a, &list, &n, e) && (!owner.n || !find(p, &a, owner, &u, e)))
		for (size_t i = 0; i < n; i++)
			if (list[i].id == id && (!owner.n || sl_str_eq(list[i].user, u.name)))
				t = &list[i];
	if (!e->code && !t)
		sl_fail(e, SL_NOT_FOUND, "there is no token %lld", (long long)id);
	if (!e->code && !t->revoked_ms && !sl_people_token_revoke(p, id, sl_env_now_ms(sl_people_env(p)), e))
		(void)!sl_people_note(p, by->person, by->address, "token-revoke", t->user,
		                      (struct sl_str){details, 6 + sl_int_text(id, details + 6)}, e);
	(void)!sl_people_end(p, e);
	sl_arena_done(&a);
	return e->code;
}

/* ---- settings ---- */
enum sl_code sl_serving_now(struct sl_people *p, struct sl_serving *out, struct sl_err *e)
{
	if (p)
		return sl_people_serving(p, out, e);
	*out = sl_serving_default();
	return SL_OK;
}

enum sl_code sl_serving_change(struct sl_people *p, const struct sl_actor *by, struct sl_str key,
                               struct sl_str value, struct sl_err *e)
{
	struct sl_buf details = {0};
	struct sl_serving s;
	char before[16], after[16];
	size_t i;

	if (sl_people_begin(p, e))
		return e->code;
	if (!sl_people_serving(p, &s, e)) {
		struct sl_serving old = s;

		if (!sl_serving_set(&s, key, value, &i, e)) {
			sl_serving_value(&old, i, before);
			sl_serving_value(&s, i, after);
			sl_buf_printf(&details, "%s, was %s", after, before);
			if (!sl_buf_check(&details, e) && !sl_people_serving_put(p, key, sl_str_from(after), e))
				(void)!sl_people_note(p, by->person, by->address, "set",
				                      sl_str_from(sl_serving_key(i)->name), sl_buf_view(&details), e);
		}
	}
	(void)!sl_people_end(p, e);
	sl_buf_done(&details);
	return e->code;
}
