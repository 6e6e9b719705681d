#include "check.h"

#include "base/io.h"
#include "formats/pmtiles.h"

#include <stdlib.h>
#include <unistd.h>

static struct sl_err e;

static void put_little(char *to, uint64_t x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (char)(x >> 8 * i);
}

/* Nothing packed.  Root: a leaf from tile 0 on, and 5..20, which are one image of the sea; leaf: the tiles 0, 1 and 4
 * ("zero", "one", "four").  Places along the curve of zoom 1 are (0,0) (0,1) (1,1) (1,0): spec v3, 2.2. */
static struct sl_str small_file(char *to)
{
	static const char root[] = {2, 0, 5, 0, 16, 13, 3, 1, 12};
	static const char leaf[] = {3, 0, 1, 3, 1, 1, 1, 4, 3, 4, 1, 0, 0};
	static const char data[] = "zeroonefoursea", metadata[] = "{\"name\":\"Small\",\"attribution\":\"Me\","
	                                                          "\"vector_layers\":[{\"id\":\"roads\"},{\"id\":7}]}";
	const struct {
		const char *p;
		size_t n;
	} part[] = {{root, sizeof root}, {metadata, sizeof metadata - 1}, {leaf, sizeof leaf}, {data, sizeof data - 1}};
	size_t at = 127;

	memset(to, 0, at);
	memcpy(to, "PMTiles\3", 8);
	for (size_t i = 0; i < 4; i++) {
		put_little(to + 8 + 16 * i, at, 8);
		put_little(to + 16 + 16 * i, part[i].n, 8);
		memcpy(to + at, part[i].p, part[i].n);
		at += part[i].n;
	}
	to[97] = to[98] = to[99] = 1;
	to[101] = 2;
	put_little(to + 102, (uint32_t)-100000000, 4);
	put_little(to + 106, (uint32_t)-50000000, 4);
	put_little(to + 110, 200000000, 4);
	put_little(to + 114, 60000000, 4);
	return (struct sl_str){to, at};
}

static void write_file(const char *path, struct sl_str bytes)
{
	FILE *f = fopen(path, "wb");

	CHECK(f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
	if (f)
		fclose(f);
}

TEST(pmtiles_by_directories_and_leaves)
{
	static const struct {
		struct sl_tile_id id;
		const char *tile;
	} want[] = {{{0, 0, 0}, "zero"}, {{1, 0, 0}, "one"}, {{1, 0, 1}, ""},     {{1, 1, 1}, ""},     {{1, 1, 0}, "four"},
	            {{2, 0, 0}, "sea"},  {{2, 3, 0}, "sea"}, {{3, 0, 0}, ""},     {{2, 4, 0}, ""},     {{60, 0, 0}, ""}};
	char room[400], path[] = "/tmp/sl-pmtiles-XXXXXX";
	struct sl_arena a = {0};
	struct sl_tileset t;
	struct sl_str tile;

	close(mkstemp(path));
	write_file(path, small_file(room));
	CHECK_OK(sl_pmtiles_describe(&a, path, &t, &e), &e);
	CHECK_STR(t.name, "Small");
	CHECK_STR(t.attribution, "Me");
	CHECK_INT(t.form, SL_TILE_MVT);
	CHECK_INT(t.max_zoom, 2);
	CHECK_INT(t.n_layers, 1);
	CHECK_NEAR(t.west, -10, 1e-9);
	CHECK_NEAR(t.north, 6, 1e-9);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		CHECK_OK(sl_pmtiles_tile(&a, path, want[i].id, &tile, &e), &e);
		CHECK_STR(tile, want[i].tile);
	}
	unlink(path);
	CHECK_INT(sl_pmtiles_tile(&a, path, want[0].id, &tile, &e), SL_NOT_FOUND);
	sl_err_clear(&e);
	sl_arena_done(&a);
}

/* Cut anywhere, or with any byte changed: an error or an answer, and never a byte from outside the file. */
TEST(pmtiles_hostile)
{
	char room[400], path[] = "/tmp/sl-pmtiles-XXXXXX";
	struct sl_str whole = small_file(room);

	close(mkstemp(path));
	for (size_t i = 0; i < 3 * whole.n; i++) {
		struct sl_arena a = {0};
		struct sl_err wrong = {0};
		struct sl_tileset t;
		struct sl_str tile = {0}, now = small_file(room);
		enum sl_code code;

		if (i < whole.n)
			now.n = i;
		else
			room[i % whole.n] = (char)(i < 2 * whole.n ? ~room[i % whole.n] : 127);
		write_file(path, now);
		code = sl_pmtiles_describe(&a, path, &t, &wrong);
		CHECK(code == wrong.code && (i >= 127 || code));
		sl_err_clear(&wrong);
		for (uint32_t z = 0; z < 3; z++) {
			code = sl_pmtiles_tile(&a, path, (struct sl_tile_id){z, 0, 0}, &tile, &wrong);
			CHECK(code == wrong.code && (code || tile.n <= now.n));
			sl_err_clear(&wrong);
		}
		sl_arena_done(&a);
	}
	unlink(path);
}
