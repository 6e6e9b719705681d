/* The tables of FILE.gpkg.people in SQLite's words; docs/formats/people.md explains every column. */
#include "store/people_db.h"

static const char tables[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);"
    "CREATE TABLE user (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE,"
    " role TEXT NOT NULL, organisation TEXT NOT NULL, password TEXT NOT NULL, created_ms INTEGER NOT NULL,"
    " password_ms INTEGER NOT NULL, disabled_ms INTEGER NOT NULL, signed_in_ms INTEGER NOT NULL);"
    "CREATE TABLE session (hash BLOB PRIMARY KEY NOT NULL, user INTEGER NOT NULL REFERENCES user(id),"
    " created_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX session_user ON session(user);"
    "CREATE TABLE token (id INTEGER PRIMARY KEY NOT NULL, hash BLOB NOT NULL UNIQUE,"
    " user INTEGER NOT NULL REFERENCES user(id), name TEXT NOT NULL, scope TEXT NOT NULL,"
    " created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL,"
    " revoked_ms INTEGER NOT NULL);"
    "CREATE TABLE setup (id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1), hash BLOB NOT NULL,"
    " created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL);"
    "CREATE TABLE setting (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);"
    "CREATE TABLE attempt (kind INTEGER NOT NULL, key BLOB NOT NULL, n INTEGER NOT NULL,"
    " last_ms INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;"
    "CREATE TABLE audit (seq INTEGER PRIMARY KEY NOT NULL, at_ms INTEGER NOT NULL, person TEXT NOT NULL,"
    " address TEXT NOT NULL, what TEXT NOT NULL, record TEXT NOT NULL, details TEXT NOT NULL,"
    " hash BLOB NOT NULL);"
    "CREATE INDEX audit_at ON audit(at_ms);"
    "INSERT INTO meta (key, value) VALUES ('schema', '1');";

static const char invites[] =
    "CREATE TABLE invite (user INTEGER PRIMARY KEY NOT NULL REFERENCES user(id), hash BLOB NOT NULL UNIQUE,"
    " created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL);"
    "UPDATE meta SET value = '2' WHERE key = 'schema';";

/* RFC 2617, 3.2.2.2: HA1 is as good as the passphrase, so only accounts of devices have one. */
static const char devices[] =
    "CREATE TABLE device (user INTEGER PRIMARY KEY NOT NULL REFERENCES user(id), ha1 BLOB NOT NULL,"
    " changed_ms INTEGER NOT NULL);"
    "UPDATE meta SET value = '3' WHERE key = 'schema';";

static const char *const step[SL_PEOPLE_SCHEMA_VERSION] = {tables, invites, devices};

enum sl_code sl_people_migrate(struct sl_people *p, int from, struct sl_err *e)
{
	return sl_driver_exec(p->driver, step[from], e);
}

enum sl_code sl_people_schema(struct sl_people *p, int64_t *version, struct sl_err *e)
{
	int64_t n_tables, n_meta;

	if (sl_sql_number(p->driver, "SELECT count(*) FROM sqlite_master", &n_tables, e) ||
	    sl_sql_number(p->driver, "SELECT count(*) FROM sqlite_master WHERE name IN ('meta', 'audit')",
	                  &n_meta, e))
		return e->code;
	*version = 0;
	if (!n_tables)
		return SL_OK;
	if (n_meta != 2)
		return sl_fail(e, SL_CORRUPT, "%s: this is not a file of accounts", sl_driver_name(p->driver));
	return sl_sql_number(p->driver, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'schema'", version,
	                     e);
}

/* WAL: a request that only asks who is asking never waits for one that writes. */
enum sl_code sl_people_dialect_opened(struct sl_people *p, struct sl_err *e)
{
	return sl_driver_exec(p->driver,
	                      "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON", e);
}
