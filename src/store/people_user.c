#include "store/people_db.h"

#include "base/utf8.h"

#include <string.h>

enum sl_code sl_user_read(struct sl_people *p, struct sl_arena *a, struct sl_sql *s, int at,
                          struct sl_user *out, struct sl_err *e)
{
	struct sl_user u = {.id = sl_sql_get_int(s, at),
	                    .created_ms = sl_sql_get_int(s, at + 4),
	                    .password_ms = sl_sql_get_int(s, at + 5),
	                    .disabled_ms = sl_sql_get_int(s, at + 6),
	                    .signed_in_ms = sl_sql_get_int(s, at + 7)};

	if (!sl_role_from(sl_sql_get_text(s, at + 3), &u.role) || u.role == SL_ROLE_PUBLIC)
		return sl_fail(e, SL_CORRUPT, "%s: account %lld has no known role", sl_driver_name(p->driver),
		               (long long)u.id);
	if (sl_people_text(a, s, at + 1, &u.name, e) || sl_people_text(a, s, at + 2, &u.organisation, e))
		return e->code;
	*out = u;
	return SL_OK;
}

static enum sl_code select_key(struct sl_people *p, struct sl_str key, struct sl_arena *a, bool *found,
                               struct sl_user *out, char password[SL_PASSWORD_TEXT], struct sl_err *e)
{
	struct sl_sql *s;
	struct sl_str stored;
	bool row;

	if (sl_sql_open(p->driver, "SELECT " SL_USER_COLUMNS ", u.password FROM user u WHERE u.key = $1", &s,
	                e))
		return e->code;
	sl_sql_text(s, 1, key);
	if (!sl_sql_step(s, &row, e) && row && !sl_user_read(p, a, s, 0, out, e) && password) {
		stored = sl_sql_get_text(s, SL_USER_N_COLUMNS);
		memset(password, 0, SL_PASSWORD_TEXT);
		if (stored.n < SL_PASSWORD_TEXT)
			memcpy(password, stored.p, stored.n);
	}
	sl_sql_close(s);
	if (!e->code)
		*found = row;
	return e->code;
}

enum sl_code sl_people_user_find(struct sl_people *p, struct sl_arena *a, struct sl_str name, bool *found,
                                 struct sl_user *out, char password[SL_PASSWORD_TEXT], struct sl_err *e)
{
	struct sl_str key;

	*found = false;
	if (!sl_utf8_valid(name))
		return SL_OK; /* nobody is called so */
	return sl_utf8_key(a, name, &key, e) ? e->code : select_key(p, key, a, found, out, password, e);
}

enum sl_code sl_people_user_add(struct sl_people *p, struct sl_user *u, const char *password,
                                struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_user other;
	struct sl_str key;
	struct sl_sql *s;
	bool found;

	if (sl_utf8_key(&a, u->name, &key, e) || select_key(p, key, &a, &found, &other, NULL, e))
		goto done;
	if (found) {
		sl_fail(e, SL_CONFLICT, "there is an account '%.*s' already%s", SL_STR_ARG(other.name),
		        other.disabled_ms ? "; it is disabled" : "");
		goto done;
	}
	if (sl_sql_open(p->driver,
	                "INSERT INTO user (name, key, role, organisation, password, created_ms, password_ms, "
	                "disabled_ms, signed_in_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0) RETURNING id",
	                &s, e))
		goto done;
	sl_sql_text(s, 1, u->name);
	sl_sql_text(s, 2, key);
	sl_sql_text(s, 3, sl_str_from(sl_role_name(u->role)));
	sl_sql_text(s, 4, u->organisation);
	sl_sql_text(s, 5, sl_str_from(password));
	sl_sql_int(s, 6, u->created_ms);
	sl_sql_int(s, 7, u->created_ms);
	if (!sl_sql_step(s, &found, e) && found)
		u->id = sl_sql_get_int(s, 0);
	sl_sql_close(s);
done:
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_people_users(struct sl_people *p, struct sl_arena *a, struct sl_user **out, size_t *n,
                             struct sl_err *e)
{
	struct sl_user *list = NULL;
	size_t count = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver, "SELECT " SL_USER_COLUMNS " FROM user u ORDER BY u.id", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		list = sl_arena_grow(a, list, &cap, count + 1, sizeof *list, e);
		if (!list || sl_user_read(p, a, s, 0, &list[count], e))
			break;
		count++;
	}
	sl_sql_close(s);
	if (e->code)
		return e->code;
	*out = list;
	*n = count;
	return SL_OK;
}

enum sl_code sl_people_user_update(struct sl_people *p, const struct sl_user *u, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(p->driver,
	                "UPDATE user SET role = $1, organisation = $2, disabled_ms = $3, signed_in_ms = $4 "
	                "WHERE id = $5",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, sl_str_from(sl_role_name(u->role)));
	sl_sql_text(s, 2, u->organisation);
	sl_sql_int(s, 3, u->disabled_ms);
	sl_sql_int(s, 4, u->signed_in_ms);
	sl_sql_int(s, 5, u->id);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_user_password(struct sl_people *p, int64_t user, const char *password,
                                     int64_t now_ms, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(p->driver, "UPDATE user SET password = $1, password_ms = $2 WHERE id = $3", &s, e))
		return e->code;
	sl_sql_text(s, 1, sl_str_from(password));
	sl_sql_int(s, 2, now_ms);
	sl_sql_int(s, 3, user);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_user_count(struct sl_people *p, int64_t *all, int64_t *administrators,
                                  struct sl_err *e)
{
	if (sl_sql_number(p->driver, "SELECT count(*) FROM user", all, e))
		return e->code;
	return sl_sql_number(p->driver,
	                     "SELECT count(*) FROM user WHERE role = 'administrator' AND disabled_ms = 0",
	                     administrators, e);
}
