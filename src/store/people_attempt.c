/* Failed sign-ins, by name and by address.  Only hashes are kept: what was typed as a name may have been a
 * password.  Kept in the file, so that a restart does not give an attacker fresh tries. */
#include "store/people_db.h"

#include "base/utf8.h"

static struct sl_hash key_of(struct sl_str text)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str key = text;
	struct sl_hash h;

	/* Spellings that sign in the same account count as one name. */
	if (sl_utf8_valid(text) && sl_utf8_key(&a, text, &key, &e))
		key = text;
	h = sl_hash_of(key.p, key.n);
	sl_arena_done(&a);
	return h;
}

enum sl_code sl_people_attempts(struct sl_people *p, enum sl_attempt_by by, struct sl_str text, int64_t *n,
                                int64_t *last_ms, struct sl_err *e)
{
	struct sl_hash key = key_of(text);
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver, "SELECT n, last_ms FROM attempt WHERE kind = $1 AND key = $2", &s, e))
		return e->code;
	sl_sql_int(s, 1, by);
	sl_sql_blob(s, 2, key.b, sizeof key.b);
	if (!sl_sql_step(s, &row, e)) {
		*n = row ? sl_sql_get_int(s, 0) : 0;
		*last_ms = row ? sl_sql_get_int(s, 1) : 0;
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_people_attempts_set(struct sl_people *p, enum sl_attempt_by by, struct sl_str text,
                                    int64_t n, int64_t now_ms, struct sl_err *e)
{
	struct sl_hash key = key_of(text);
	struct sl_sql *s;

	if (sl_sql_open(p->driver,
	                n ? "INSERT INTO attempt (kind, key, n, last_ms) VALUES ($1, $2, $3, $4) "
	                    "ON CONFLICT (kind, key) DO UPDATE SET n = excluded.n, last_ms = excluded.last_ms"
	                  : "DELETE FROM attempt WHERE kind = $1 AND key = $2",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, by);
	sl_sql_blob(s, 2, key.b, sizeof key.b);
	if (n) {
		sl_sql_int(s, 3, n);
		sl_sql_int(s, 4, now_ms);
	}
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_attempts_prune(struct sl_people *p, int64_t before_ms, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(p->driver, "DELETE FROM attempt WHERE last_ms < $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, before_ms);
	return sl_sql_finish(s, e);
}
