#include "store/db.h"

#include "base/io.h"

#include <ctype.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <sodium.h>
#include <unistd.h>

static void handle_free(struct sl_db *db)
{
	struct sl_arena arena;

	if (db->driver)
		sl_store_rollback(db);
	for (size_t i = 0; db->layer && i < db->dict->n_kinds; i++)
		sl_layer_done(&db->layer[i]);
	sl_features_done(db);
	sl_driver_close(db->driver);
	sl_driver_close(db->keys);
	sodium_memzero(db->device_secret, sizeof db->device_secret);
	sl_map_done(&db->terms.by_text);
	sl_arena_done(&db->terms.arena);
	sl_arena_done(&db->scratch);
	arena = db->arena; /* the handle itself lives in it */
	sl_arena_done(&arena);
}

static enum sl_code handle_new(const char *path, enum sl_open_mode mode, int flags,
                               const struct sl_dictionary *dict, struct sl_env *env, struct sl_db **out,
                               struct sl_err *e)
{
	struct sl_arena arena = {0};
	/* The hasher inside wants more alignment than an arena gives. */
	char *room = sl_arena_alloc(&arena, 1, sizeof(struct sl_db) + alignof(struct sl_db), e);
	struct sl_db *db;

	if (!room)
		return e->code;
	db = (struct sl_db *)(void *)(room + (alignof(struct sl_db) - (uintptr_t)room % alignof(struct sl_db)));
	db->dict = dict;
	db->env = env;
	db->mode = mode;
	db->arena = arena;
	db->path = sl_arena_strndup(&db->arena, path, strlen(path), e);
	/* A first piece that stays, so that resetting the scratch arena frees nothing. */
	if (!db->path || !sl_arena_alloc(&db->scratch, 1, 64, e) || sl_crypto_init(e) ||
	    sl_layers_describe(db, e) || sl_driver_open(&db->arena, path, flags, env, &db->driver, e)) {
		handle_free(db);
		return e->code;
	}
	*out = db;
	return SL_OK;
}

static enum sl_code set_schema(struct sl_db *db, int version, struct sl_err *e)
{
	struct sl_sql *s;
	char text[16];

	snprintf(text, sizeof text, "%d", version);
	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_meta (key, value) VALUES ('schema', $1) "
	                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, sl_str_from(text));
	return sl_sql_finish(s, e);
}

static enum sl_code migrate(struct sl_db *db, int from, struct sl_err *e)
{
	for (int v = from; v < SL_SCHEMA_VERSION; v++)
		if (sl_dialect_migrate(db, v, e) || set_schema(db, v + 1, e))
			return e->code;
	return SL_OK;
}

static enum sl_code first_facts(struct sl_db *db, const char *country, const char *name, struct sl_err *e)
{
	struct sl_uuid id = sl_uuid_new(db->env);
	char text[37], now[32];

	sl_uuid_text(id, text);
	sl_time_text(sl_env_now_ms(db->env), now);
	if (sl_store_set_fact(db, "country", sl_str_from(country), e) ||
	    sl_store_set_fact(db, "name", sl_str_from(name && *name ? name : country), e) ||
	    sl_store_set_fact(db, "created", sl_str_from(now), e) ||
	    sl_store_set_fact(db, "programme", sl_str_from(text), e))
		return e->code;
	return SL_OK;
}

static enum sl_code fill_new(struct sl_db *db, const char *country, const char *name, struct sl_err *e)
{
	if (sl_dialect_new_file(db, e) || sl_driver_begin(db->driver, e))
		return e->code;
	if (migrate(db, 0, e) || sl_dialect_attachments_make(db, e) ||
	    sl_dialect_submissions_make(db, e) || sl_dialect_frozen_make(db, e) || sl_dialect_layers_make(db, e) || first_facts(db, country, name, e) ||
	    sl_driver_commit(db->driver, e))
		sl_driver_rollback(db->driver);
	return e->code;
}

/* The file appears under its name when it is whole. */
enum sl_code sl_store_create(const char *path, const struct sl_dictionary *dict, struct sl_env *env,
                             const char *country, const char *name, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_db *db;
	const char *temp;

	if (strlen(country) != 3 || !isupper((unsigned char)country[0]) ||
	    !isupper((unsigned char)country[1]) || !isupper((unsigned char)country[2]))
		return sl_fail(e, SL_INVALID,
		               "country '%.40s' is not an ISO 3166 code of three capital letters, "
		               "for instance KHM",
		               country);
	if (sl_io_exists(path))
		return sl_fail(e, SL_CONFLICT, "%s: there is a file of this name already", path);
	temp = sl_arena_printf(&a, e, "%s.new-%ld", path, (long)getpid());
	if (!temp)
		goto done;
	unlink(temp);
	if (handle_new(temp, SL_OPEN_WRITE, SL_DRIVER_WRITE | SL_DRIVER_CREATE, dict, env, &db, e))
		goto done;
	fill_new(db, country, name, e);
	handle_free(db);
	if (!e->code && rename(temp, path))
		sl_fail(e, SL_IO, "%s: it cannot be created", path);
	if (e->code)
		unlink(temp);
done:
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code schema_of(struct sl_db *db, int *out, struct sl_err *e)
{
	struct sl_sql *s;
	int64_t v = 0;
	bool row;

	if (sl_sql_open(db->driver, "SELECT value FROM sl_meta WHERE key = 'schema'", &s, e))
		return e->code;
	if (!sl_sql_step(s, &row, e) &&
	    (!row || !sl_str_int64(sl_sql_get_text(s, 0), &v) || v < 1 || v > 1000000))
		sl_fail(e, SL_CORRUPT, "%s: it does not say which version made it", db->path);
	sl_sql_close(s);
	*out = (int)v;
	return e->code;
}

static enum sl_code bring_up(struct sl_db *db, struct sl_err *e)
{
	int64_t outside;
	bool programme, made = false, lost;
	int schema = 0;

	if (sl_dialect_is_programme(db, &programme, e))
		return e->code;
	if (!programme)
		return sl_fail(e, SL_INVALID, "%s: this is not a Safelane programme; 'safelane init' makes one",
		               db->path);
	if (schema_of(db, &schema, e))
		return e->code;
	if (schema > SL_SCHEMA_VERSION)
		return sl_fail(e, SL_UNSUPPORTED, "%s: a newer Safelane wrote it (schema %d); install that version",
		               db->path, schema);
	if (db->mode == SL_OPEN_READ && schema < SL_SCHEMA_VERSION)
		return sl_fail(e, SL_UNSUPPORTED,
		               "%s: an older Safelane wrote it; open it once for writing, "
		               "for instance with 'safelane debug rebuild'",
		               db->path);
	if (sl_sql_number(db->driver, "SELECT count(*) FROM (SELECT 1 FROM sl_outside LIMIT 1) AS t", &outside,
	                  e))
		return e->code;
	if (sl_dialect_derived(db, &lost, e))
		return e->code;
	if (lost && db->mode == SL_OPEN_READ)
		return sl_fail(e, SL_CORRUPT,
		               "%s: somebody dropped a table that is derived from the log; 'safelane debug rebuild' makes it "
		               "again",
		               db->path);
	if (db->mode == SL_OPEN_READ) {
		db->outside_pending = outside > 0;
		return SL_OK;
	}
	if (sl_dialect_opened(db, e) || sl_driver_begin(db->driver, e))
		return e->code;
	if (migrate(db, schema, e) || sl_dialect_attachments_make(db, e) ||
	    sl_dialect_submissions_make(db, e) || sl_dialect_frozen_make(db, e) || sl_dialect_layers_make(db, e) ||
	    sl_driver_commit(db->driver, e)) {
		sl_driver_rollback(db->driver);
		return e->code;
	}
	if (lost && sl_store_rebuild(db, e))
		return e->code;
	/* Beginning takes up what was edited outside; a table that somebody dropped is filled again. */
	for (size_t i = 0; i < db->dict->n_kinds; i++)
		made |= db->layer[i].made;
	if ((outside || made) && (sl_store_begin(db, e) || sl_layers_refill(db, e) || sl_store_commit(db, e)))
		sl_store_rollback(db);
	return e->code;
}

enum sl_code sl_store_open(const char *path, enum sl_open_mode mode, const struct sl_dictionary *dict,
                           struct sl_env *env, struct sl_db **out, struct sl_err *e)
{
	struct sl_db *db;

	if (!sl_io_exists(path))
		return sl_fail(e, SL_NOT_FOUND, "%s: there is no such file", path);
	if (handle_new(path, mode, mode == SL_OPEN_WRITE ? SL_DRIVER_WRITE : 0, dict, env, &db, e))
		return e->code;
	if (bring_up(db, e)) {
		handle_free(db);
		return e->code;
	}
	*out = db;
	return SL_OK;
}

void sl_store_close(struct sl_db *db)
{
	handle_free(db);
}

enum sl_code sl_store_fact(struct sl_db *db, struct sl_arena *a, const char *key, struct sl_str *value,
                           struct sl_err *e)
{
	struct sl_sql *s;
	struct sl_str v = {"", 0};
	bool row;

	if (sl_sql_open(db->driver, "SELECT value FROM sl_fact WHERE key = $1", &s, e))
		return e->code;
	sl_sql_text(s, 1, sl_str_from(key));
	if (!sl_sql_step(s, &row, e) && row) {
		v = sl_sql_get_text(s, 0);
		v.p = sl_arena_strndup(a, v.p, v.n, e);
	}
	sl_sql_close(s);
	if (!e->code)
		*value = v;
	return e->code;
}

enum sl_code sl_store_set_fact(struct sl_db *db, const char *key, struct sl_str value, struct sl_err *e)
{
	struct sl_sql *s;

	if (db->mode != SL_OPEN_WRITE)
		return sl_fail(e, SL_DENIED, "%s: it is open for reading", db->path);
	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_fact (key, value) VALUES ($1, $2) "
	                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, sl_str_from(key));
	sl_sql_text(s, 2, value);
	return sl_sql_finish(s, e);
}
