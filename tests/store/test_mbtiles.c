#include "check.h"

#include "base/io.h"
#include "store/driver.h"
#include "store/mbtiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct sl_err e;
static struct sl_env env;

static void make(const char *path, const char *sql)
{
	struct sl_arena a = {0};
	struct sl_driver *d;

	unlink(path);
	CHECK_OK(sl_driver_open(&a, path, SL_DRIVER_WRITE | SL_DRIVER_CREATE, &env, &d, &e), &e);
	CHECK_OK(sl_driver_exec(d, sql, &e), &e);
	sl_driver_close(d);
	sl_arena_done(&a);
}

#define TABLES "CREATE TABLE metadata (name TEXT, value TEXT); " \
	"CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB); "

TEST(mbtiles_tiles_and_what_they_say)
{
	const char *path = "/tmp/sl-test.mbtiles";
	struct sl_arena a = {0};
	struct sl_tileset t;
	struct sl_str tile;

	sl_env_init(&env);
	make(path, TABLES "INSERT INTO metadata VALUES ('name', 'Town'), ('format', 'png'), ('bounds', '-10, -5,20,6'); "
	                  "INSERT INTO tiles VALUES (1, 0, 0, 'south'), (3, 7, 7, 'far')");
	CHECK_OK(sl_mbtiles_describe(&a, path, &env, &t, &e), &e);
	CHECK_STR(t.name, "Town");
	CHECK_INT(t.form, SL_TILE_PNG);
	CHECK_INT(t.min_zoom, 1); /* not said: looked at */
	CHECK_INT(t.max_zoom, 3);
	CHECK_NEAR(t.south, -5, 0);
	/* MBTiles 1.3: rows of the Tile Map Service, which begin in the south. */
	CHECK_OK(sl_mbtiles_tile(&a, path, &env, (struct sl_tile_id){1, 0, 1}, &tile, &e), &e);
	CHECK_STR(tile, "south");
	CHECK_OK(sl_mbtiles_tile(&a, path, &env, (struct sl_tile_id){3, 7, 0}, &tile, &e), &e);
	CHECK_STR(tile, "far");
	CHECK_OK(sl_mbtiles_tile(&a, path, &env, (struct sl_tile_id){1, 0, 0}, &tile, &e), &e);
	CHECK_INT(tile.n, 0);
	CHECK_OK(sl_mbtiles_tile(&a, path, &env, (struct sl_tile_id){1, 2, 0}, &tile, &e), &e);
	CHECK_INT(tile.n, 0);
	sl_arena_done(&a);
	unlink(path);
}

TEST(mbtiles_hostile)
{
	static const char *const unsound[] = {
	    "CREATE TABLE metadata (name, value)",
	    "CREATE TABLE a (b)",
	    TABLES "INSERT INTO metadata VALUES ('format', 'exe'); INSERT INTO tiles VALUES (0, 0, 0, 'x')",
	    TABLES "INSERT INTO metadata VALUES ('format', 'pbf'); INSERT INTO tiles VALUES (99, 0, 0, 'x')",
	    TABLES "INSERT INTO metadata VALUES ('format', 'pbf'), ('minzoom', '3'), ('maxzoom', '1')",
	    TABLES "INSERT INTO metadata VALUES ('format', 'pbf'), ('minzoom', '0'), ('maxzoom', '1'), ('bounds', '9,9,1,1')",
	};
	const char *path = "/tmp/sl-hostile.mbtiles";
	struct sl_arena a = {0};
	struct sl_tileset t;
	struct sl_str tile;

	sl_env_init(&env);
	for (size_t i = 0; i < sizeof unsound / sizeof *unsound; i++) {
		make(path, unsound[i]);
		CHECK(sl_mbtiles_describe(&a, path, &env, &t, &e) && e.msg[0]);
		sl_err_clear(&e);
	}
	/* What is said in JSON may be no JSON; layers are then not known, and the map is drawn without. */
	make(path, TABLES "INSERT INTO metadata VALUES ('format', 'pbf'), ('json', '{\"vector_layers\":[{'); "
	                  "INSERT INTO tiles VALUES (0, 0, 0, zeroblob(9000000))");
	CHECK_OK(sl_mbtiles_describe(&a, path, &env, &t, &e), &e);
	CHECK_INT(t.n_layers, 0);
	CHECK_INT(sl_mbtiles_tile(&a, path, &env, (struct sl_tile_id){0, 0, 0}, &tile, &e), SL_INVALID);
	sl_err_clear(&e);
	/* A view reads what it may; it writes nothing and loads nothing. */
	make(path, "CREATE TABLE metadata (name TEXT, value TEXT); INSERT INTO metadata VALUES ('format', 'pbf'); "
	           "CREATE VIEW tiles AS SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row, "
	           "load_extension('/tmp/none') AS tile_data");
	CHECK(sl_mbtiles_tile(&a, path, &env, (struct sl_tile_id){0, 0, 0}, &tile, &e));
	sl_err_clear(&e);
	sl_arena_done(&a);
	unlink(path);
}
