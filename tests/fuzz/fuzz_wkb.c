/* Any bytes as WKB, EWKB or a GeoPackage blob: refused or read; what was read is written and read back the
 * same, and can be measured and judged. */
#include "fuzz.h"

#include "geo/area.h"
#include "geo/validity.h"
#include "geo/wkb.h"

#include <math.h>
#include <stdlib.h>

/* GEOS 3.11 loses some hundred bytes inside its buffer when it meets a topology exception and tries again
 * (BufferBuilder::createSubgraphs).  The unit tests look for leaks of our own in the repair. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool has_nan(const struct sl_geom *g)
{
	for (size_t i = 0; i < 2 * g->n_points; i++)
		if (isnan(g->xy[i]))
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_buf b = {0};
	struct sl_geom g, back;
	struct sl_validity v;

	if (sl_wkb_read(&a, (struct sl_str){(const char *)data, size}, &g, &e)) {
		must(e.msg[0]);
		sl_arena_done(&a);
		return 0;
	}
	sl_wkb_write(&b, &g);
	if (g.type != SL_GEOM_NONE && !has_nan(&g)) {
		must(!sl_wkb_read(&a, sl_buf_view(&b), &back, &e));
		/* A ring may begin with its closing point twice; then reading again strips once more. */
		must(back.n_points <= g.n_points && back.n_parts == g.n_parts);
	}
	sl_buf_clear(&b);
	sl_geojson_write(&b, &g);
	sl_gpkg_write(&b, &g);
	if (sl_geom_in_range(&g)) {
		must(isfinite(sl_geom_area_m2(&g)) && isfinite(sl_geom_length_m(&g)));
		must(sl_geom_distance_m(&g, 10, 20) >= 0);
	}
	if (g.n_points < 500) {
		if (sl_geom_validity(&g, &v, &e))
			sl_err_clear(&e);
		if (sl_geom_in_range(&g)) {
			enum sl_code code;

			if (__lsan_disable)
				__lsan_disable();
			code = sl_geom_repair(&a, &g, &back, &e);
			if (__lsan_enable)
				__lsan_enable();
			must(code || (!sl_geom_validity(&back, &v, &e) && v.valid));
		}
	}
	sl_buf_done(&b);
	sl_arena_done(&a);
	return 0;
}
