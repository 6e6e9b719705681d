#include "store/mbtiles_writer.h"

#include "base/mem.h"
#include "store/driver.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct sl_mbtiles {
	struct sl_arena arena;
	struct sl_driver *driver;
	struct sl_sql *put;
	const char *path, *temp;
};

/* 'MPBX': https://www.sqlite.org/src/artifact?ci=trunk&filename=magic.txt.  No journal: a file that is not whole is
 * thrown away.  The index comes last, over rows that are already there. */
static const char schema[] =
    "PRAGMA journal_mode=OFF; PRAGMA application_id=1297105496; PRAGMA page_size=4096;"
    "CREATE TABLE metadata (name TEXT, value TEXT);"
    "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);";
static const char insert[] =
    "INSERT INTO tiles (zoom_level, tile_column, tile_row, tile_data) VALUES ($1, $2, $3, $4)";
static const char metadata[] = "INSERT INTO metadata (name, value) VALUES ($1, $2)";
static const char indexed[] = "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)";

enum sl_code sl_mbtiles_create(const char *path, struct sl_mbtiles **out, struct sl_err *e)
{
	struct sl_mbtiles *m = sl_mem_zeroed(sizeof *m);
	struct sl_err later = {0};

	if (!m)
		return sl_fail(e, SL_NOMEM, "out of memory");
	m->path = sl_str_dup(&m->arena, sl_str_from(path), e);
	m->temp = m->path ? sl_arena_printf(&m->arena, e, "%s.%ld.part", path, (long)getpid()) : NULL;
	if (m->temp)
		(void)remove(m->temp);
	if (!m->temp || sl_driver_open(&m->arena, m->temp, SL_DRIVER_WRITE | SL_DRIVER_CREATE, NULL, &m->driver, e) ||
	    sl_driver_exec(m->driver, schema, e) || sl_driver_begin(m->driver, e) ||
	    sl_sql_open(m->driver, insert, &m->put, e)) {
		(void)!sl_mbtiles_close(m, false, &later);
		return e->code;
	}
	*out = m;
	return SL_OK;
}

enum sl_code sl_mbtiles_put(struct sl_mbtiles *m, struct sl_tile_id t, struct sl_str bytes, struct sl_err *e)
{
	sl_sql_int(m->put, 1, t.z);
	sl_sql_int(m->put, 2, t.x);
	sl_sql_int(m->put, 3, (INT64_C(1) << t.z) - 1 - t.y); /* TMS counts from the south */
	sl_sql_blob(m->put, 4, bytes.p, bytes.n);
	return sl_sql_run(m->put, e);
}

enum sl_code sl_mbtiles_say(struct sl_mbtiles *m, const char *name, struct sl_str value, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(m->driver, metadata, &s, e))
		return e->code;
	sl_sql_text(s, 1, sl_str_from(name));
	sl_sql_text(s, 2, value);
	return sl_sql_finish(s, e);
}

enum sl_code sl_mbtiles_close(struct sl_mbtiles *m, bool whole, struct sl_err *e)
{
	sl_sql_close(m->put);
	if (whole && (sl_driver_exec(m->driver, indexed, e) || sl_driver_commit(m->driver, e)))
		whole = false;
	if (m->driver)
		sl_driver_close(m->driver);
	if (whole && rename(m->temp, m->path)) {
		sl_fail(e, SL_IO, "%s: %s", m->path, strerror(errno));
		whole = false;
	}
	if (!whole && m->temp)
		(void)remove(m->temp);
	sl_arena_done(&m->arena);
	sl_mem_free(m);
	return e->code;
}
