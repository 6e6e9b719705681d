/* A raster from anybody: a sentence, or numbers within the file's own size, whatever its bytes say. */
#include "fuzz.h"

#include "formats/raster.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[] = "/tmp/sl-fuzz-raster-XXXXXX";
	static int fd = -1;
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_raster r;

	if (fd < 0 && (fd = mkstemp(path)) < 0)
		abort();
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	if (!sl_raster_open(&a, path, &r, &e) && r.columns * r.rows <= 1000000) {
		double *value = sl_arena_alloc(&a, r.columns * r.rows, sizeof *value, &e);
		double *corner = sl_arena_alloc(&a, 2 * (r.columns + 1) * (r.rows + 1), sizeof *corner, &e);
		struct sl_crs *crs;

		if (!value || !corner)
			abort();
		if (!sl_raster_read(&r, 0, r.rows, value, &e) && r.crs.n && !sl_crs_open(&a, r.crs, &crs, &e) &&
		    !sl_raster_corners(&r, crs, 0, r.rows, corner, &e))
			for (size_t i = 0; i < (r.columns + 1) * (r.rows + 1); i++)
				if (!(fabs(corner[2 * i]) <= 180 && fabs(corner[2 * i + 1]) <= 90))
					abort();
	}
	if (e.code && !e.msg[0])
		abort();
	sl_arena_done(&a);
	return 0;
}
