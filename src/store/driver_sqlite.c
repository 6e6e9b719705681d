#include "store/driver.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* Statements kept prepared, found by the address of their text. A power of two, well above their number. */
#define CACHE_SLOTS 512
/* How many steps of SQLite's machine between two looks at the interrupt: about a millisecond. */
#define INTERRUPT_STEPS 20000

struct sl_sql {
	sqlite3_stmt *stmt;
	struct sl_driver *driver;
	int bind_rc; /* the first failed bind */
	bool kept, in_use;
};

struct cached {
	const char *sql;
	struct sl_sql *s;
};

struct sl_driver {
	sqlite3 *db;
	struct sl_env *env;
	struct sl_arena *a;
	const char *name;
	struct cached cache[CACHE_SLOTS];
	size_t n_cached;
};

/* SQLite's result codes become ours here, and nowhere else. */
static enum sl_code translate(const struct sl_driver *d, int rc, struct sl_err *e)
{
	const char *name = d->name, *text = d->db ? sqlite3_errmsg(d->db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW: return SL_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return sl_fail(e, SL_BUSY, "%s: someone else is writing to it; try again in a moment", name);
	case SQLITE_FULL: return sl_fail(e, SL_IO, "%s: the disk is full", name);
	case SQLITE_READONLY: return sl_fail(e, SL_IO, "%s: it cannot be written to (%s)", name, text);
	case SQLITE_CANTOPEN: return sl_fail(e, SL_IO, "%s: it cannot be opened", name);
	case SQLITE_IOERR:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_PROTOCOL:
	case SQLITE_NOLFS:
		if (rc == SQLITE_IOERR_NOMEM)
			return sl_fail(e, SL_NOMEM, "out of memory");
		return sl_fail(e, SL_IO, "%s: %s", name, text);
	case SQLITE_CORRUPT: return sl_fail(e, SL_CORRUPT, "%s: the file is damaged (%s)", name, text);
	case SQLITE_NOTADB: return sl_fail(e, SL_CORRUPT, "%s: this is not a programme file", name);
	case SQLITE_NOMEM: return sl_fail(e, SL_NOMEM, "out of memory");
	case SQLITE_INTERRUPT:
	case SQLITE_ABORT: return sl_fail(e, SL_CANCELLED, "interrupted");
	case SQLITE_CONSTRAINT: return sl_fail(e, SL_CONFLICT, "%s: %s", name, text);
	case SQLITE_TOOBIG: return sl_fail(e, SL_UNSUPPORTED, "%s: a value is too large for one cell", name);
	default:
		/* Also SQLITE_ERROR: a table or column that is not there, so somebody changed the file. */
		return sl_fail(e, SL_CORRUPT, "%s: %s", name, text);
	}
}

static int look_at_interrupt(void *ctx)
{
	return sl_env_stopped(ctx);
}

static enum sl_code settings(struct sl_driver *d, int flags, struct sl_err *e)
{
	int rc;

	sqlite3_extended_result_codes(d->db, 1);
	/* The triggers in the file are for other programs (layer_sqlite.c); a hostile file's triggers,
	 * views and functions must not run in ours. */
	rc = sqlite3_db_config(d->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	if (!rc)
		rc = sqlite3_db_config(d->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (!rc) /* a column that is not there is an error, not a text of its own name */
		rc = sqlite3_db_config(d->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	if (rc)
		return translate(d, rc, e);
	if (flags & SL_DRIVER_SECRETS)
		return sl_driver_exec(d, "PRAGMA secure_delete=ON; PRAGMA synchronous=FULL", e);
	if (d->env)
		sqlite3_progress_handler(d->db, INTERRUPT_STEPS, look_at_interrupt, d->env);
	if (sl_driver_exec(d, "PRAGMA secure_delete=OFF; PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON",
	                   e))
		return e->code;
	/* An import keeps its indexes at hand; a reader goes through once, and fresh memory is what costs it
	 * time. */
	return sl_driver_exec(
	    d, flags & SL_DRIVER_WRITE ? "PRAGMA cache_size=-65536" : "PRAGMA cache_size=-4096", e);
}

/* A file on a medium that cannot be written has no room for the shared memory of WAL: it is read as
 * one that nobody changes. */
static int open_frozen(struct sl_driver *d, const char *path)
{
	struct sl_buf uri = {0};
	int rc;

	sl_buf_puts(&uri, "file:");
	for (const char *p = path; *p; p++)
		if (strchr("%?#", *p))
			sl_buf_printf(&uri, "%%%02X", (unsigned)*p);
		else
			sl_buf_putc(&uri, *p);
	sl_buf_puts(&uri, "?immutable=1");
	if (uri.failed)
		return SQLITE_NOMEM;
	rc = sqlite3_open_v2(uri.p, &d->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
	sl_buf_done(&uri);
	return rc;
}

static int open_file(struct sl_driver *d, const char *path, int flags)
{
	int how = SQLITE_OPEN_NOMUTEX |
	          (flags & SL_DRIVER_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
	          (flags & SL_DRIVER_CREATE ? SQLITE_OPEN_CREATE : 0);
	int rc = sqlite3_open_v2(path, &d->db, how, NULL);

	if (!rc) /* another that closes the file holds all of it for a moment */
		rc = sqlite3_busy_timeout(d->db, SL_DRIVER_BUSY_MS);
	if (!rc)
		rc = sqlite3_exec(d->db, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
	if (rc && !(flags & SL_DRIVER_WRITE) &&
	    ((rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_READONLY)) {
		sqlite3_close_v2(d->db);
		d->db = NULL;
		rc = open_frozen(d, path);
	}
	return rc;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Counting every byte that SQLite uses takes a lock shared by all threads, and nobody reads the sum.  Refused,
 * without harm, when another library has begun to use SQLite. */
static void count_nothing(void)
{
	(void)!sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum sl_code sl_driver_open(struct sl_arena *a, const char *path, int flags, struct sl_env *env,
                            struct sl_driver **out, struct sl_err *e)
{
	struct sl_driver *d = sl_arena_alloc(a, 1, sizeof *d, e);
	int fd;
	int rc;

	if (!d)
		return e->code;
	pthread_once(&once, count_nothing);
	d->a = a;
	d->env = env;
	d->name = sl_arena_strndup(a, path, strlen(path), e);
	if (!d->name)
		return e->code;
	/* Made before SQLite makes it, so that it is never readable by others; its journal follows it. Only when
	 * it is new: closing a file that SQLite has open would drop SQLite's locks. */
	if (flags & SL_DRIVER_SECRETS && flags & SL_DRIVER_CREATE) {
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0)
			close(fd);
		else if (errno != EEXIST)
			return sl_fail(e, SL_IO, "%s: %s", path, strerror(errno));
	}
	rc = open_file(d, path, flags);
	if (rc ? translate(d, rc, e) : settings(d, flags, e)) {
		sl_driver_close(d);
		return e->code;
	}
	*out = d;
	return SL_OK;
}

void sl_driver_close(struct sl_driver *d)
{
	if (!d || !d->db)
		return;
	for (size_t i = 0; i < CACHE_SLOTS; i++)
		if (d->cache[i].s)
			sqlite3_finalize(d->cache[i].s->stmt);
	sqlite3_progress_handler(d->db, 0, NULL, NULL);
	sqlite3_close_v2(d->db);
	d->db = NULL;
}

void sl_driver_busy_timeout(struct sl_driver *d, int ms)
{
	sqlite3_busy_timeout(d->db, ms);
}

const char *sl_driver_name(const struct sl_driver *d)
{
	return d->name;
}

enum sl_code sl_driver_exec(struct sl_driver *d, const char *sql, struct sl_err *e)
{
	return translate(d, sqlite3_exec(d->db, sql, NULL, NULL, NULL), e);
}

enum sl_code sl_driver_begin(struct sl_driver *d, struct sl_err *e)
{
	return sl_driver_exec(d, "BEGIN IMMEDIATE", e);
}

enum sl_code sl_driver_commit(struct sl_driver *d, struct sl_err *e)
{
	enum sl_code code;

	/* The commit itself is short and is not interrupted half way. */
	sqlite3_progress_handler(d->db, 0, NULL, NULL);
	code = sl_driver_exec(d, "COMMIT", e);
	if (d->env)
		sqlite3_progress_handler(d->db, INTERRUPT_STEPS, look_at_interrupt, d->env);
	return code;
}

void sl_driver_rollback(struct sl_driver *d)
{
	if (!sl_driver_in_transaction(d))
		return;
	sqlite3_progress_handler(d->db, 0, NULL, NULL);
	sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL);
	if (d->env)
		sqlite3_progress_handler(d->db, INTERRUPT_STEPS, look_at_interrupt, d->env);
}

bool sl_driver_in_transaction(const struct sl_driver *d)
{
	return !sqlite3_get_autocommit(d->db);
}

int64_t sl_driver_changes(const struct sl_driver *d)
{
	return sqlite3_changes64(d->db);
}

static enum sl_code prepare(struct sl_driver *d, const char *sql, size_t n, bool kept, struct sl_sql **out,
                            struct sl_err *e)
{
	sqlite3_stmt *stmt = NULL;
	struct sl_sql *s;
	int rc = n > INT_MAX ? SQLITE_TOOBIG
	                     : sqlite3_prepare_v3(d->db, sql, (int)n, kept ? SQLITE_PREPARE_PERSISTENT : 0,
	                                          &stmt, NULL);

	if (rc)
		return translate(d, rc, e);
	/* Kept statements live as long as the connection; others are freed when closed. */
	if (kept) {
		s = sl_arena_alloc(d->a, 1, sizeof *s, e);
	} else {
		s = sl_mem_alloc(sizeof *s);
		if (!s)
			sl_fail(e, SL_NOMEM, "out of memory");
	}
	if (!s) {
		sqlite3_finalize(stmt);
		return e->code;
	}
	*s = (struct sl_sql){.stmt = stmt, .driver = d, .kept = kept, .in_use = true};
	*out = s;
	return SL_OK;
}

static struct cached *slot_of(struct sl_driver *d, const char *sql)
{
	size_t i = ((uintptr_t)sql * 0x9e3779b97f4a7c15u) >> 55;

	while (d->cache[i % CACHE_SLOTS].sql && d->cache[i % CACHE_SLOTS].sql != sql)
		i++;
	return &d->cache[i % CACHE_SLOTS];
}

enum sl_code sl_sql_open(struct sl_driver *d, const char *sql, struct sl_sql **out, struct sl_err *e)
{
	struct cached *c = slot_of(d, sql);

	if (c->s && !c->s->in_use) {
		c->s->in_use = true;
		*out = c->s;
		return SL_OK;
	}
	if (c->s || d->n_cached > CACHE_SLOTS / 2)
		return prepare(d, sql, strlen(sql), false, out, e);
	if (prepare(d, sql, strlen(sql), true, &c->s, e))
		return e->code;
	c->sql = sql;
	d->n_cached++;
	*out = c->s;
	return SL_OK;
}

enum sl_code sl_sql_open_text(struct sl_driver *d, struct sl_str sql, struct sl_sql **out, struct sl_err *e)
{
	return prepare(d, sql.p, sql.n, false, out, e);
}

void sl_sql_reset(struct sl_sql *s)
{
	sqlite3_reset(s->stmt);
	sqlite3_clear_bindings(s->stmt);
	s->bind_rc = SQLITE_OK;
}

void sl_sql_close(struct sl_sql *s)
{
	if (!s)
		return;
	if (s->kept) {
		sl_sql_reset(s);
		s->in_use = false;
		return;
	}
	sqlite3_finalize(s->stmt);
	sl_mem_free(s);
}

static void bound(struct sl_sql *s, int rc)
{
	if (rc && !s->bind_rc)
		s->bind_rc = rc;
}

void sl_sql_int(struct sl_sql *s, int at, int64_t x)
{
	bound(s, sqlite3_bind_int64(s->stmt, at, x));
}

void sl_sql_double(struct sl_sql *s, int at, double x)
{
	bound(s, isnan(x) ? sqlite3_bind_null(s->stmt, at) : sqlite3_bind_double(s->stmt, at, x));
}

void sl_sql_text(struct sl_sql *s, int at, struct sl_str x)
{
	bound(s, sqlite3_bind_text64(s->stmt, at, x.n ? x.p : "", x.n, SQLITE_STATIC, SQLITE_UTF8));
}

void sl_sql_blob(struct sl_sql *s, int at, const void *p, size_t n)
{
	bound(s, sqlite3_bind_blob64(s->stmt, at, n ? p : (const void *)"", n, SQLITE_STATIC));
}

enum sl_code sl_sql_step(struct sl_sql *s, bool *row, struct sl_err *e)
{
	int rc = s->bind_rc ? s->bind_rc : sqlite3_step(s->stmt);

	*row = false;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		translate(s->driver, rc, e);
		sqlite3_reset(s->stmt);
		return e->code;
	}
	*row = rc == SQLITE_ROW;
	return SL_OK;
}

enum sl_code sl_sql_run(struct sl_sql *s, struct sl_err *e)
{
	bool row;
	enum sl_code code = sl_sql_step(s, &row, e);

	sl_sql_reset(s);
	return code;
}

enum sl_code sl_sql_finish(struct sl_sql *s, struct sl_err *e)
{
	bool row;
	enum sl_code code = sl_sql_step(s, &row, e);

	sl_sql_close(s);
	return code;
}

bool sl_sql_is_null(struct sl_sql *s, int at)
{
	return sqlite3_column_type(s->stmt, at) == SQLITE_NULL;
}

int64_t sl_sql_get_int(struct sl_sql *s, int at)
{
	return sqlite3_column_int64(s->stmt, at);
}

double sl_sql_get_double(struct sl_sql *s, int at)
{
	return sl_sql_is_null(s, at) ? (double)NAN : sqlite3_column_double(s->stmt, at);
}

struct sl_str sl_sql_get_text(struct sl_sql *s, int at)
{
	const char *p = (const char *)sqlite3_column_text(s->stmt, at);

	return p ? (struct sl_str){p, (size_t)sqlite3_column_bytes(s->stmt, at)} : (struct sl_str){"", 0};
}

struct sl_str sl_sql_get_blob(struct sl_sql *s, int at)
{
	const char *p = sqlite3_column_blob(s->stmt, at);

	return p ? (struct sl_str){p, (size_t)sqlite3_column_bytes(s->stmt, at)} : (struct sl_str){"", 0};
}

bool sl_sql_get_bytes(struct sl_sql *s, int at, void *out, size_t n)
{
	struct sl_str x = sl_sql_get_blob(s, at);

	if (x.n != n)
		return false;
	memcpy(out, x.p, n);
	return true;
}

void sl_sql_values(struct sl_sql *s, int at, size_t n, const uint16_t *to, struct sl_feature_value *all)
{
	for (size_t i = 0; i < n; i++) {
		sqlite3_value *v = sqlite3_column_value(s->stmt, at + (int)i);
		struct sl_feature_value *out = &all[to ? to[i] : i];
		const char *p;

		switch (sqlite3_value_type(v)) {
		case SQLITE_TEXT:
			p = (const char *)sqlite3_value_text(v);
			out->type = p ? SL_FEATURE_TEXT : SL_FEATURE_NULL;
			out->text = (struct sl_str){p, p ? (size_t)sqlite3_value_bytes(v) : 0};
			break;
		case SQLITE_INTEGER:
			out->type = SL_FEATURE_INTEGER;
			out->integer = sqlite3_value_int64(v);
			break;
		case SQLITE_FLOAT:
			out->type = SL_FEATURE_DECIMAL;
			out->decimal = sqlite3_value_double(v);
			break;
		default: out->type = SL_FEATURE_NULL;
		}
	}
}

int sl_sql_columns(struct sl_sql *s)
{
	return sqlite3_column_count(s->stmt);
}

enum sl_sql_type sl_sql_column_type(struct sl_sql *s, int at)
{
	switch (sqlite3_column_type(s->stmt, at)) {
	case SQLITE_INTEGER: return SL_SQL_INT;
	case SQLITE_FLOAT: return SL_SQL_DOUBLE;
	case SQLITE_TEXT: return SL_SQL_TEXT;
	case SQLITE_BLOB: return SL_SQL_BLOB;
	default: return SL_SQL_NULL;
	}
}

struct sl_str sl_sql_column_name(struct sl_sql *s, int at)
{
	return sl_str_from(sqlite3_column_name(s->stmt, at));
}

enum sl_code sl_sql_number(struct sl_driver *d, const char *sql, int64_t *out, struct sl_err *e)
{
	struct sl_sql *s;
	bool row = false;

	if (sl_sql_open(d, sql, &s, e))
		return e->code;
	if (!sl_sql_step(s, &row, e))
		*out = row ? sl_sql_get_int(s, 0) : 0;
	sl_sql_close(s);
	return e->code;
}

void sl_sql_quote(struct sl_buf *b, struct sl_str name)
{
	sl_buf_putc(b, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"')
			sl_buf_putc(b, '"');
		sl_buf_putc(b, name.p[i]);
	}
	sl_buf_putc(b, '"');
}
