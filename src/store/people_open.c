#include "store/people_db.h"

#include "base/io.h"
#include "base/mem.h"

static enum sl_code migrate(struct sl_people *p, struct sl_err *e)
{
	int64_t version;

	if (sl_people_schema(p, &version, e))
		return e->code;
	if (version > SL_PEOPLE_SCHEMA_VERSION)
		return sl_fail(e, SL_UNSUPPORTED,
		               "%s: a newer version made it; this one knows accounts up to version %d",
		               sl_driver_name(p->driver), SL_PEOPLE_SCHEMA_VERSION);
	if (version == SL_PEOPLE_SCHEMA_VERSION)
		return SL_OK;
	if (p->mode != SL_OPEN_WRITE)
		return sl_fail(e, SL_UNSUPPORTED, "%s: it is of an older version; open it for writing once",
		               sl_driver_name(p->driver));
	if (sl_driver_begin(p->driver, e))
		return e->code;
	/* Asked again: another process may have been quicker. */
	if (!sl_people_schema(p, &version, e))
		while (version < SL_PEOPLE_SCHEMA_VERSION && !sl_people_migrate(p, (int)version, e))
			version++;
	if (e->code || sl_driver_commit(p->driver, e))
		sl_driver_rollback(p->driver);
	return e->code;
}

enum sl_code sl_people_open(const char *programme, enum sl_open_mode mode, enum sl_password_cost cost,
                            struct sl_env *env, struct sl_people **out, struct sl_err *e)
{
	bool write = mode == SL_OPEN_WRITE;
	struct sl_people *p = sl_mem_zeroed(sizeof *p);
	const char *path;

	if (!p)
		return sl_fail(e, SL_NOMEM, "out of memory");
	*p = (struct sl_people){.env = env, .mode = mode, .cost = cost};
	path = sl_arena_printf(&p->arena, e, "%s.people", programme);
	if (path && !write && !sl_io_exists(path)) {
		sl_people_close(p);
		*out = NULL;
		return SL_OK;
	}
	if (!path ||
	    sl_driver_open(&p->arena, path,
	                   SL_DRIVER_SECRETS | (write ? SL_DRIVER_WRITE | SL_DRIVER_CREATE : 0), NULL,
	                   &p->driver, e) ||
	    (write && sl_people_dialect_opened(p, e)) || migrate(p, e)) {
		sl_people_close(p);
		return e->code;
	}
	*out = p;
	return SL_OK;
}

bool sl_people_exist(const char *programme)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	const char *path = sl_arena_printf(&a, &e, "%s.people", programme);
	bool there = path && sl_io_exists(path);

	sl_arena_done(&a);
	return there;
}

void sl_people_close(struct sl_people *p)
{
	if (!p)
		return;
	sl_driver_close(p->driver);
	sl_arena_done(&p->arena);
	sl_mem_free(p);
}

struct sl_env *sl_people_env(const struct sl_people *p)
{
	return p->env;
}

enum sl_password_cost sl_people_cost(const struct sl_people *p)
{
	return p->cost;
}

enum sl_code sl_people_begin(struct sl_people *p, struct sl_err *e)
{
	if (p->mode != SL_OPEN_WRITE)
		return sl_fail(e, SL_DENIED, "%s: it is open for reading", sl_driver_name(p->driver));
	return sl_driver_begin(p->driver, e);
}

enum sl_code sl_people_commit(struct sl_people *p, struct sl_err *e)
{
	return sl_driver_commit(p->driver, e);
}

void sl_people_rollback(struct sl_people *p)
{
	sl_driver_rollback(p->driver);
}

enum sl_code sl_people_text(struct sl_arena *a, struct sl_sql *s, int at, struct sl_str *out,
                            struct sl_err *e)
{
	struct sl_str text = sl_sql_get_text(s, at);
	char *copy = sl_arena_strndup(a, text.p, text.n, e);

	if (!copy)
		return e->code;
	*out = (struct sl_str){copy, text.n};
	return SL_OK;
}

enum sl_code sl_people_serving(struct sl_people *p, struct sl_serving *out, struct sl_err *e)
{
	struct sl_serving serving = sl_serving_default();
	struct sl_sql *s;
	size_t i;
	bool row;

	if (sl_sql_open(p->driver, "SELECT key, value FROM setting", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row)
		if (sl_serving_set(&serving, sl_sql_get_text(s, 0), sl_sql_get_text(s, 1), &i, e)) {
			/* Somebody else wrote it: not our word, so not a user's mistake. */
			e->code = SL_CORRUPT;
			sl_err_within(e, "%s", sl_driver_name(p->driver));
			break;
		}
	sl_sql_close(s);
	if (!e->code)
		*out = serving;
	return e->code;
}

enum sl_code sl_people_serving_put(struct sl_people *p, struct sl_str key, struct sl_str value,
                                   struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(p->driver,
	                "INSERT INTO setting (key, value) VALUES ($1, $2) "
	                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, key);
	sl_sql_text(s, 2, value);
	return sl_sql_finish(s, e);
}
