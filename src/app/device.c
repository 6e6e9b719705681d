#include "app/device.h"

#include "app/people_parts.h"

#include <string.h>

/* ---- accounts ---- */

/* Quotes and backslashes are escaped by some clients and not by others; a colon ends the name in what is hashed. */
static enum sl_code judge_name(struct sl_str name, struct sl_err *e)
{
	for (size_t i = 0; i < name.n; i++)
		if (strchr(":\"\\", name.p[i]))
			return sl_fail(e, SL_INVALID, "the name of a device has no colon, quotation mark or backslash");
	return SL_OK;
}

/* Of the parts with colons between them, however long they are. */
static struct sl_md5 md5_of(struct sl_arena *a, const struct sl_str *part, size_t n, struct sl_err *e)
{
	size_t size = n, at = 0;
	char *text;

	for (size_t i = 0; i < n; i++)
		size += part[i].n;
	text = sl_arena_alloc(a, size, 1, e);
	if (!text)
		return (struct sl_md5){{0}};
	for (size_t i = 0; i < n; i++) {
		if (i)
			text[at++] = ':';
		memcpy(text + at, part[i].n ? part[i].p : "", part[i].n);
		at += part[i].n;
	}
	return sl_md5_of((struct sl_str){text, at});
}

static enum sl_code put(struct sl_people *p, struct sl_arena *a, const struct sl_actor *by, struct sl_user *u,
                        struct sl_str secret, const char *password, bool *made, struct sl_err *e)
{
	struct sl_device_secret s, old;
	struct sl_user there;
	struct sl_md5 ha1;
	bool found, is_device;

	if (sl_people_user_find(p, a, u->name, &found, &there, NULL, e) ||
	    sl_people_device_find(p, a, u->name, &is_device, &there, &old, e))
		return e->code;
	if (found && !is_device)
		return sl_fail(e, SL_CONFLICT, "'%.*s' is the account of a person; give the device a name of its own",
		               SL_STR_ARG(there.name));
	if (found && u->organisation.n && !sl_organisation_same(there.organisation, u->organisation))
		return sl_fail(e, SL_CONFLICT, "the device '%.*s' belongs to %.*s; 'role' changes that", SL_STR_ARG(there.name),
		               SL_STR_ARG(there.organisation));
	*made = !found;
	if (found)
		*u = there;
	else if (!u->organisation.n)
		return sl_fail(e, SL_INVALID, "a device needs an organisation: its records are that one's (--org)");
	else if (sl_user_insert(p, u, password, by->person, by->address, e))
		return e->code;
	ha1 = md5_of(a, (const struct sl_str[]){u->name, SL_STR(SL_DEVICE_REALM), secret}, 3, e);
	memcpy(s.ha1, ha1.b, sizeof s.ha1);
	if (e->code || sl_people_device_put(p, u->id, &s, sl_env_now_ms(sl_people_env(p)), e) ||
	    sl_people_attempts_set(p, SL_ATTEMPT_NAME, u->name, 0, 0, e))
		return e->code;
	return sl_people_note(p, by->person, by->address, "device-passphrase", u->name, SL_STR(""), e);
}

enum sl_code sl_device_set(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                           struct sl_str organisation, struct sl_str passphrase, bool *made, struct sl_err *e)
{
	struct sl_user u = {.role = SL_ROLE_OPERATOR};
	char password[SL_PASSWORD_TEXT];
	struct sl_arena a = {0};
	struct sl_str secret;
	bool is_new = false;

	if (!sl_user_name(&a, name, "name", &u.name, e) && !judge_name(u.name, e) &&
	    (!organisation.n || !sl_user_name(&a, organisation, "organisation", &u.organisation, e)) &&
	    !sl_user_secret(&a, passphrase, &secret, e) && !sl_user_unknown(p, password, e) && !sl_people_begin(p, e)) {
		(void)!put(p, &a, by, &u, secret, password, &is_new, e);
		if (!sl_people_end(p, e))
			*made = is_new;
	}
	sl_arena_done(&a);
	return e->code;
}

/* ---- Digest ---- */

/* RFC 2617, 3.2.2.1 */
static bool response_right(struct sl_arena *a, const struct sl_digest *d, const char *method,
                           const struct sl_device_secret *secret, struct sl_err *e)
{
	struct sl_md5 ha1;
	char h1[SL_MD5_TEXT], h2[SL_MD5_TEXT], want[SL_MD5_TEXT];

	memcpy(ha1.b, secret->ha1, sizeof ha1.b);
	sl_md5_text(ha1, h1);
	sl_md5_text(md5_of(a, (const struct sl_str[]){sl_str_from(method), d->uri}, 2, e), h2);
	sl_md5_text(md5_of(a, (const struct sl_str[]){sl_str_from(h1), d->nonce, d->nc, d->cnonce, d->qop, sl_str_from(h2)}, 6, e),
	            want);
	return !e->code && sl_secret_equal(sl_str_from(want), d->response);
}

enum sl_code sl_device_check(struct sl_people *p, struct sl_arena *a, const struct sl_digest *d, const char *method,
                             struct sl_str address, enum sl_device_verdict *verdict, struct sl_person *who,
                             struct sl_err *e)
{
	struct sl_device_secret secret = {{0}};
	struct sl_user u = {0};
	int64_t wait_s = 0;
	bool found, failed, right;

	if (sl_attempt_wait(p, d->user, address, &wait_s, &failed, e))
		return e->code;
	*verdict = SL_DEVICE_WAIT;
	if (wait_s)
		return SL_OK;
	if (sl_people_device_find(p, a, d->user, &found, &u, &secret, e))
		return e->code;
	right = response_right(a, d, method, &secret, e) && found && !u.disabled_ms;
	if (e->code)
		return e->code;
	if (!right) {
		*verdict = SL_DEVICE_REFUSED;
		return sl_attempt_begin(p, d->user, address, &wait_s, e);
	}
	if (failed && !sl_people_begin(p, e)) {
		(void)!sl_people_attempts_set(p, SL_ATTEMPT_NAME, d->user, 0, 0, e);
		(void)!sl_people_end(p, e);
	}
	*verdict = SL_DEVICE_KNOWN;
	*who = (struct sl_person){
	    .name = u.name, .organisation = u.organisation, .role = u.role, .scope = SL_SCOPE_DEVICES};
	return e->code;
}
