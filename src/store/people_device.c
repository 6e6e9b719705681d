/* Accounts that are a field device's: what HTTP Digest needs to know of their passphrase. */
#include "store/people_db.h"

#include "base/utf8.h"

enum sl_code sl_people_device_put(struct sl_people *p, int64_t user, const struct sl_device_secret *secret,
                                  int64_t now_ms, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(p->driver,
	                "INSERT INTO device (user, ha1, changed_ms) VALUES ($1, $2, $3) "
	                "ON CONFLICT (user) DO UPDATE SET ha1 = excluded.ha1, changed_ms = excluded.changed_ms",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, user);
	sl_sql_blob(s, 2, secret->ha1, sizeof secret->ha1);
	sl_sql_int(s, 3, now_ms);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_device_find(struct sl_people *p, struct sl_arena *a, struct sl_str name, bool *found,
                                   struct sl_user *u, struct sl_device_secret *secret, struct sl_err *e)
{
	struct sl_str key;
	struct sl_sql *s;
	bool row;

	*found = false;
	if (!sl_utf8_valid(name))
		return SL_OK; /* nobody is called so */
	if (sl_utf8_key(a, name, &key, e) ||
	    sl_sql_open(p->driver,
	                "SELECT " SL_USER_COLUMNS ", d.ha1 FROM user u JOIN device d ON d.user = u.id WHERE u.key = $1", &s,
	                e))
		return e->code;
	sl_sql_text(s, 1, key);
	if (!sl_sql_step(s, &row, e) && row && !sl_user_read(p, a, s, 0, u, e) &&
	    !sl_sql_get_bytes(s, SL_USER_N_COLUMNS, secret->ha1, sizeof secret->ha1))
		sl_fail(e, SL_CORRUPT, "%s: the device '%.*s' is damaged", sl_driver_name(p->driver), SL_STR_ARG(name));
	sl_sql_close(s);
	if (!e->code)
		*found = row;
	return e->code;
}
