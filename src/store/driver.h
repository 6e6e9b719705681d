/* The thin wall between the store and its engine: connections and prepared statements, nothing about
 * the programme.  SQL uses $1, $2, ... in order of appearance, which SQLite and PostgreSQL both read.
 * driver_sqlite.c is the one implementation now; a PostgreSQL driver implements the same functions. */
#ifndef SL_STORE_DRIVER_H
#define SL_STORE_DRIVER_H

#include "base/env.h"
#include "base/str.h"
#include "store/feature_value.h"

struct sl_driver; /* a connection */
struct sl_sql;    /* a prepared statement in use */

enum sl_driver_flags {
	SL_DRIVER_WRITE = 1,   /* else read only */
	SL_DRIVER_CREATE = 2,  /* make the file when it is not there */
	SL_DRIVER_SECRETS = 4, /* holds keys: mode 0600, deleted content is overwritten */
};

/* `env` (may be NULL) can interrupt long statements: SL_CANCELLED.  Lives in `a`, closed by
 * sl_driver_close. */
SL_CHECKED enum sl_code sl_driver_open(struct sl_arena *a, const char *path, int flags, struct sl_env *env,
                                       struct sl_driver **out, struct sl_err *e);
void sl_driver_close(struct sl_driver *d); /* NULL is allowed */
#define SL_DRIVER_BUSY_MS 5000             /* how long a second writer waits before SL_BUSY */
void sl_driver_busy_timeout(struct sl_driver *d, int ms);
const char *sl_driver_name(const struct sl_driver *d); /* for messages */

SL_CHECKED enum sl_code sl_driver_exec(struct sl_driver *d, const char *sql, struct sl_err *e);
SL_CHECKED enum sl_code sl_driver_begin(struct sl_driver *d, struct sl_err *e); /* SL_BUSY */
SL_CHECKED enum sl_code sl_driver_commit(struct sl_driver *d, struct sl_err *e);
void sl_driver_rollback(struct sl_driver *d); /* no effect outside a transaction */
bool sl_driver_in_transaction(const struct sl_driver *d);
int64_t sl_driver_changes(const struct sl_driver *d); /* rows that the last statement changed */

/* A statement for `sql`, which is a literal of the program: it is kept prepared by its address.
 * Bind, step, then close; a second use while the first is open gets a statement of its own. */
SL_CHECKED enum sl_code sl_sql_open(struct sl_driver *d, const char *sql, struct sl_sql **out,
                                    struct sl_err *e);
/* For text made at run time: not kept after sl_sql_close. */
SL_CHECKED enum sl_code sl_sql_open_text(struct sl_driver *d, struct sl_str sql, struct sl_sql **out,
                                         struct sl_err *e);
/* For text made at run time that is used again and again: owned by the caller, see sl_sql_reset. */
void sl_sql_close(struct sl_sql *s); /* NULL is allowed */
/* Ready for the next round of bind and step; bound values are forgotten. */
void sl_sql_reset(struct sl_sql *s);

/* Columns and parameters count from 1 for binding, from 0 for reading.  Bound text and bytes must live
 * until the statement is reset, closed or run.  A failed bind is told by the next step. */
void sl_sql_int(struct sl_sql *s, int at, int64_t x);
void sl_sql_double(struct sl_sql *s, int at, double x); /* NaN is NULL */
void sl_sql_text(struct sl_sql *s, int at, struct sl_str x);
void sl_sql_blob(struct sl_sql *s, int at, const void *p, size_t n);

/* *row is false when it fails. */
SL_CHECKED enum sl_code sl_sql_step(struct sl_sql *s, bool *row, struct sl_err *e);
/* Step a statement that gives no rows, then reset it. */
SL_CHECKED enum sl_code sl_sql_run(struct sl_sql *s, struct sl_err *e);
/* The same, then close it. */
SL_CHECKED enum sl_code sl_sql_finish(struct sl_sql *s, struct sl_err *e);

/* Of the current row.  Text and bytes are valid until the next step, reset or close. */
bool sl_sql_is_null(struct sl_sql *s, int at);
int64_t sl_sql_get_int(struct sl_sql *s, int at);
double sl_sql_get_double(struct sl_sql *s, int at); /* NAN when NULL */
struct sl_str sl_sql_get_text(struct sl_sql *s, int at);
struct sl_str sl_sql_get_blob(struct sl_sql *s, int at);
/* True and the bytes copied when the column holds exactly n bytes. */
bool sl_sql_get_bytes(struct sl_sql *s, int at, void *out, size_t n);

enum sl_sql_type { SL_SQL_NULL, SL_SQL_INT, SL_SQL_DOUBLE, SL_SQL_TEXT, SL_SQL_BLOB };
/* `n` columns of the current row from `at` on, at once; bytes count as NULL. */
void sl_sql_values(struct sl_sql *s, int at, size_t n, const uint16_t *to, struct sl_feature_value *out);
int sl_sql_columns(struct sl_sql *s);
enum sl_sql_type sl_sql_column_type(struct sl_sql *s, int at);
struct sl_str sl_sql_column_name(struct sl_sql *s, int at);

/* The one number that a query without parameters answers; 0 when NULL or no row. */
SL_CHECKED enum sl_code sl_sql_number(struct sl_driver *d, const char *sql, int64_t *out, struct sl_err *e);

/* "name" with quotes doubled, so that any text is one identifier. */
void sl_sql_quote(struct sl_buf *b, struct sl_str name);

#endif
