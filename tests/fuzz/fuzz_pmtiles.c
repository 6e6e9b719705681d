/* Any bytes as a base map in PMTiles, the file that an administrator was given by somebody: refused or described, and
 * every tile asked for is refused, empty, or no longer than the file.  The first byte chooses the zooms asked for. */
#include "fuzz.h"

#include "formats/pmtiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *file_of(const uint8_t *data, size_t size)
{
	static char path[64];
	FILE *f;

	snprintf(path, sizeof path, "%s/sl-fuzz-pmtiles-%d", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm",
	         (int)getpid());
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint32_t deep = size ? data[0] % 27 : 0;
	const uint32_t zooms[] = {0, 1, 2, deep};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str tile = {0};
	struct sl_tileset t;
	const char *path;

	if (!size)
		return 0;
	path = file_of(data + 1, size - 1);
	if (sl_pmtiles_describe(&a, path, &t, &e) && !e.msg[0])
		abort();
	sl_err_clear(&e);
	for (size_t i = 0; i < sizeof zooms / sizeof *zooms; i++) {
		const uint32_t last = (1u << zooms[i]) - 1;
		const struct sl_tile_id id = {zooms[i], last / 3, last};

		if (sl_pmtiles_tile(&a, path, id, &tile, &e) ? !e.msg[0] : tile.n > size)
			abort();
		sl_err_clear(&e);
	}
	sl_arena_done(&a);
	unlink(path);
	return 0;
}
