/* What people and programs come with: sessions, API tokens, the link of the first start. Found by hash. */
#include "store/people_db.h"

enum sl_code sl_people_session_add(struct sl_people *p, int64_t user, const struct sl_session *session,
                                   struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(p->driver,
	                "INSERT INTO session (hash, user, created_ms, used_ms, expires_ms) "
	                "VALUES ($1, $2, $3, $4, $5)",
	                &s, e))
		return e->code;
	sl_sql_blob(s, 1, session->hash.b, sizeof session->hash.b);
	sl_sql_int(s, 2, user);
	sl_sql_int(s, 3, session->created_ms);
	sl_sql_int(s, 4, session->used_ms);
	sl_sql_int(s, 5, session->expires_ms);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_session_find(struct sl_people *p, struct sl_arena *a, struct sl_hash hash,
                                    bool *found, struct sl_session *session, struct sl_user *u,
                                    struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver,
	                "SELECT " SL_USER_COLUMNS ", n.created_ms, n.used_ms, n.expires_ms "
	                "FROM session n JOIN user u ON u.id = n.user WHERE n.hash = $1",
	                &s, e))
		return e->code;
	sl_sql_blob(s, 1, hash.b, sizeof hash.b);
	if (!sl_sql_step(s, &row, e) && row && !sl_user_read(p, a, s, 0, u, e))
		*session = (struct sl_session){.hash = hash,
		                               .created_ms = sl_sql_get_int(s, SL_USER_N_COLUMNS),
		                               .used_ms = sl_sql_get_int(s, SL_USER_N_COLUMNS + 1),
		                               .expires_ms = sl_sql_get_int(s, SL_USER_N_COLUMNS + 2)};
	sl_sql_close(s);
	if (!e->code)
		*found = row;
	return e->code;
}

/* A statement of one hash and, where `now_ms` is not 0, the time before it. */
static enum sl_code with_hash(struct sl_people *p, const char *sql, int64_t now_ms, struct sl_hash hash,
                              struct sl_err *e)
{
	struct sl_sql *s;
	int at = 1;

	if (sl_sql_open(p->driver, sql, &s, e))
		return e->code;
	if (now_ms)
		sl_sql_int(s, at++, now_ms);
	sl_sql_blob(s, at, hash.b, sizeof hash.b);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_session_used(struct sl_people *p, struct sl_hash hash, int64_t now_ms,
                                    struct sl_err *e)
{
	return with_hash(p, "UPDATE session SET used_ms = $1 WHERE hash = $2", now_ms, hash, e);
}

enum sl_code sl_people_session_remove(struct sl_people *p, struct sl_hash hash, struct sl_err *e)
{
	return with_hash(p, "DELETE FROM session WHERE hash = $1", 0, hash, e);
}

static enum sl_code with_numbers(struct sl_people *p, const char *sql, int n, int64_t x, int64_t y,
                                 struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(p->driver, sql, &s, e))
		return e->code;
	sl_sql_int(s, 1, x);
	if (n > 1)
		sl_sql_int(s, 2, y);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_sessions_remove_of(struct sl_people *p, int64_t user, struct sl_err *e)
{
	return with_numbers(p, "DELETE FROM session WHERE user = $1", 1, user, 0, e);
}

enum sl_code sl_people_sessions_remove_others(struct sl_people *p, int64_t user, struct sl_hash keep, int64_t *n,
                                              struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver, "SELECT count(*) FROM session WHERE user = $1 AND hash <> $2", &s, e))
		return e->code;
	sl_sql_int(s, 1, user);
	sl_sql_blob(s, 2, keep.b, sizeof keep.b);
	if (!sl_sql_step(s, &row, e))
		*n = row ? sl_sql_get_int(s, 0) : 0;
	sl_sql_close(s);
	if (e->code || sl_sql_open(p->driver, "DELETE FROM session WHERE user = $1 AND hash <> $2", &s, e))
		return e->code;
	sl_sql_int(s, 1, user);
	sl_sql_blob(s, 2, keep.b, sizeof keep.b);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_sessions(struct sl_people *p, struct sl_arena *a, int64_t user, struct sl_session **out,
                                size_t *n, struct sl_err *e)
{
	struct sl_session *list = NULL;
	size_t count = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver,
	                "SELECT hash, created_ms, used_ms, expires_ms FROM session WHERE user = $1 ORDER BY used_ms DESC, hash",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, user);
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_session x = {.created_ms = sl_sql_get_int(s, 1),
		                       .used_ms = sl_sql_get_int(s, 2),
		                       .expires_ms = sl_sql_get_int(s, 3)};

		list = sl_arena_grow(a, list, &cap, count + 1, sizeof *list, e);
		if (!list)
			break;
		if (!sl_sql_get_bytes(s, 0, x.hash.b, sizeof x.hash.b)) {
			sl_fail(e, SL_CORRUPT, "%s: a session has no hash", sl_driver_name(p->driver));
			break;
		}
		list[count++] = x;
	}
	sl_sql_close(s);
	if (e->code)
		return e->code;
	*out = list;
	*n = count;
	return SL_OK;
}

enum sl_code sl_people_sessions_prune(struct sl_people *p, int64_t now_ms, int64_t idle_ms,
                                      struct sl_err *e)
{
	return with_numbers(p, "DELETE FROM session WHERE expires_ms <= $1 OR used_ms <= $2", 2, now_ms,
	                    idle_ms, e);
}

/* ---- API tokens ---- */
enum sl_code sl_people_token_add(struct sl_people *p, int64_t user, struct sl_hash hash,
                                 struct sl_api_token *t, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(
	        p->driver,
	        "INSERT INTO token (hash, user, name, scope, created_ms, expires_ms, used_ms, revoked_ms) "
	        "VALUES ($1, $2, $3, $4, $5, $6, 0, 0) RETURNING id",
	        &s, e))
		return e->code;
	sl_sql_blob(s, 1, hash.b, sizeof hash.b);
	sl_sql_int(s, 2, user);
	sl_sql_text(s, 3, t->name);
	sl_sql_text(s, 4, sl_str_from(sl_scope_name(t->scope)));
	sl_sql_int(s, 5, t->created_ms);
	sl_sql_int(s, 6, t->expires_ms);
	if (!sl_sql_step(s, &row, e) && row)
		t->id = sl_sql_get_int(s, 0);
	sl_sql_close(s);
	return e->code;
}

#define TOKEN_COLUMNS                                                                                      \
	"SELECT " SL_USER_COLUMNS ", t.id, t.name, t.scope, t.created_ms, t.expires_ms, t.used_ms, "           \
	"t.revoked_ms FROM token t JOIN user u ON u.id = t.user "

static enum sl_code read_token(struct sl_people *p, struct sl_arena *a, struct sl_sql *s,
                               struct sl_api_token *out, struct sl_user *user, struct sl_err *e)
{
	int at = SL_USER_N_COLUMNS;
	struct sl_api_token t = {.id = sl_sql_get_int(s, at),
	                         .created_ms = sl_sql_get_int(s, at + 3),
	                         .expires_ms = sl_sql_get_int(s, at + 4),
	                         .used_ms = sl_sql_get_int(s, at + 5),
	                         .revoked_ms = sl_sql_get_int(s, at + 6)};

	/* A session's scope is none that a token has. */
	if (!sl_scope_from(sl_sql_get_text(s, at + 2), &t.scope) || t.scope == SL_SCOPE_FULL)
		return sl_fail(e, SL_CORRUPT, "%s: token %lld has no known scope", sl_driver_name(p->driver),
		               (long long)t.id);
	if (sl_user_read(p, a, s, 0, user, e) || sl_people_text(a, s, at + 1, &t.name, e))
		return e->code;
	t.user = user->name;
	*out = t;
	return SL_OK;
}

enum sl_code sl_people_token_find(struct sl_people *p, struct sl_arena *a, struct sl_hash hash, bool *found,
                                  struct sl_api_token *t, struct sl_user *u, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver, TOKEN_COLUMNS "WHERE t.hash = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, hash.b, sizeof hash.b);
	if (!sl_sql_step(s, &row, e) && row)
		(void)!read_token(p, a, s, t, u, e);
	sl_sql_close(s);
	if (!e->code)
		*found = row;
	return e->code;
}

enum sl_code sl_people_tokens(struct sl_people *p, struct sl_arena *a, struct sl_api_token **out, size_t *n,
                              struct sl_err *e)
{
	struct sl_api_token *list = NULL;
	size_t count = 0, cap = 0;
	struct sl_user u;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver, TOKEN_COLUMNS "ORDER BY t.id", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		list = sl_arena_grow(a, list, &cap, count + 1, sizeof *list, e);
		if (!list || read_token(p, a, s, &list[count], &u, e))
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

enum sl_code sl_people_token_used(struct sl_people *p, int64_t id, int64_t now_ms, struct sl_err *e)
{
	return with_numbers(p, "UPDATE token SET used_ms = $1 WHERE id = $2", 2, now_ms, id, e);
}

enum sl_code sl_people_token_revoke(struct sl_people *p, int64_t id, int64_t now_ms, struct sl_err *e)
{
	return with_numbers(p, "UPDATE token SET revoked_ms = $1 WHERE id = $2 AND revoked_ms = 0", 2, now_ms,
	                    id, e);
}

/* ---- the link of the first start ---- */
enum sl_code sl_people_setup_put(struct sl_people *p, struct sl_hash hash, int64_t now_ms,
                                 int64_t expires_ms, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(
	        p->driver,
	        "INSERT INTO setup (id, hash, created_ms, expires_ms) VALUES (1, $1, $2, $3) "
	        "ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, created_ms = excluded.created_ms, "
	        "expires_ms = excluded.expires_ms",
	        &s, e))
		return e->code;
	sl_sql_blob(s, 1, hash.b, sizeof hash.b);
	sl_sql_int(s, 2, now_ms);
	sl_sql_int(s, 3, expires_ms);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_setup_valid(struct sl_people *p, struct sl_hash hash, int64_t now_ms, bool *valid,
                                   struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver, "SELECT 1 FROM setup WHERE hash = $1 AND expires_ms > $2", &s, e))
		return e->code;
	sl_sql_blob(s, 1, hash.b, sizeof hash.b);
	sl_sql_int(s, 2, now_ms);
	if (!sl_sql_step(s, &row, e))
		*valid = row;
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_people_setup_clear(struct sl_people *p, struct sl_err *e)
{
	return sl_driver_exec(p->driver, "DELETE FROM setup", e);
}

/* ---- links with which people choose a password ---- */
enum sl_code sl_people_invite_put(struct sl_people *p, int64_t user, struct sl_hash hash, int64_t now_ms,
                                  int64_t expires_ms, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(p->driver,
	                "INSERT INTO invite (user, hash, created_ms, expires_ms) VALUES ($1, $2, $3, $4) "
	                "ON CONFLICT (user) DO UPDATE SET hash = excluded.hash, created_ms = excluded.created_ms, "
	                "expires_ms = excluded.expires_ms",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, user);
	sl_sql_blob(s, 2, hash.b, sizeof hash.b);
	sl_sql_int(s, 3, now_ms);
	sl_sql_int(s, 4, expires_ms);
	return sl_sql_finish(s, e);
}

enum sl_code sl_people_invite_find(struct sl_people *p, struct sl_arena *a, struct sl_hash hash, int64_t now_ms,
                                   bool *found, struct sl_user *u, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver,
	                "SELECT " SL_USER_COLUMNS " FROM invite i JOIN user u ON u.id = i.user "
	                "WHERE i.hash = $1 AND i.expires_ms > $2",
	                &s, e))
		return e->code;
	sl_sql_blob(s, 1, hash.b, sizeof hash.b);
	sl_sql_int(s, 2, now_ms);
	if (!sl_sql_step(s, &row, e) && row)
		(void)!sl_user_read(p, a, s, 0, u, e);
	sl_sql_close(s);
	if (!e->code)
		*found = row;
	return e->code;
}

enum sl_code sl_people_invite_clear(struct sl_people *p, int64_t user, struct sl_err *e)
{
	return with_numbers(p, "DELETE FROM invite WHERE user = $1", 1, user, 0, e);
}
