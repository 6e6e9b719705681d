/* Links with which people choose their own password, and what they see and end of their own sessions. */
#include "app/people_parts.h"

#include <string.h>

#define DAY_MS 86400000

enum sl_code sl_user_unknown(struct sl_people *p, char password[SL_PASSWORD_TEXT], struct sl_err *e)
{
	char secret[SL_SECRET_TEXT];
	struct sl_hash hash;

	sl_secret_new(secret, &hash);
	return sl_password_hash(sl_people_cost(p), sl_str_from(secret), password, e);
}

enum sl_code sl_user_link_put(struct sl_people *p, int64_t user, char link[SL_SECRET_TEXT], struct sl_err *e)
{
	int64_t now = sl_env_now_ms(sl_people_env(p));
	struct sl_hash hash;

	sl_secret_new(link, &hash);
	return sl_people_invite_put(p, user, hash, now, now + (int64_t)SL_LINK_DAYS * DAY_MS, e);
}

enum sl_code sl_user_link(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                          char link[SL_SECRET_TEXT], struct sl_err *e)
{
	char password[SL_PASSWORD_TEXT], text[SL_SECRET_TEXT];
	struct sl_arena a = {0};
	struct sl_user u;
	bool found;

	if (sl_user_unknown(p, password, e) || sl_people_begin(p, e))
		return e->code;
	if (!sl_people_user_find(p, &a, name, &found, &u, NULL, e)) {
		if (!found)
			sl_fail(e, SL_NOT_FOUND, "%.*s: there is no such account", SL_STR_ARG(name));
		else if (u.disabled_ms)
			sl_fail(e, SL_CONFLICT, "%.*s: the account is disabled; enable it first", SL_STR_ARG(u.name));
		else if (!sl_user_password_put(p, &u, password, e) && !sl_user_link_put(p, u.id, text, e))
			(void)!sl_people_note(p, by->person, by->address, "user-link", u.name, SL_STR(""), e);
	}
	if (!sl_people_end(p, e))
		memcpy(link, text, sizeof text);
	sl_arena_done(&a);
	return e->code;
}

/* ---- sessions ---- */

static void kv_time(struct sl_json_writer *w, const char *key, int64_t ms)
{
	char text[32];

	sl_time_text(ms, text);
	sl_json_kv_str(w, key, sl_str_from(text));
}

enum sl_code sl_sessions_put(struct sl_people *p, struct sl_str name, struct sl_str session, struct sl_buf *b,
                             struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_hash mine = {{0}};
	struct sl_session *s = NULL;
	struct sl_json_writer w;
	struct sl_user u;
	size_t n = 0;
	bool found;

	(void)sl_secret_hash(session, &mine);
	if (!sl_people_user_find(p, &a, name, &found, &u, NULL, e) && found)
		(void)!sl_people_sessions(p, &a, u.id, &s, &n, e);
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("sessions"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < n; i++) {
		sl_json_begin(&w, '{');
		kv_time(&w, "created", s[i].created_ms);
		kv_time(&w, "used", s[i].used_ms);
		kv_time(&w, "expires", s[i].expires_ms);
		sl_json_put_key(&w, SL_STR("current"));
		sl_json_put_bool(&w, sl_hash_eq(s[i].hash, mine));
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	sl_arena_done(&a);
	return e->code ? e->code : sl_buf_check(b, e);
}

enum sl_code sl_sessions_end_others(struct sl_people *p, const struct sl_actor *by, struct sl_str session,
                                    int64_t *n, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_hash mine = {{0}};
	int64_t ended = 0;
	struct sl_user u;
	char details[64] = "sessions ended: ";
	bool found;

	(void)sl_secret_hash(session, &mine);
	if (sl_people_begin(p, e))
		return e->code;
	if (!sl_people_user_find(p, &a, by->person, &found, &u, NULL, e) && found &&
	    !sl_people_sessions_remove_others(p, u.id, mine, &ended, e) && ended)
		(void)!sl_people_note(p, u.name, by->address, "sessions-end", u.name,
		                      (struct sl_str){details, 16 + sl_int_text(ended, details + 16)}, e);
	if (!sl_people_end(p, e))
		*n = ended;
	sl_arena_done(&a);
	return e->code;
}
