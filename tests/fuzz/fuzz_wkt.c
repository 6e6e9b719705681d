/* Any text as WKT: refused or read; what was read is written and read back the same. */
#include "fuzz.h"

#include "geo/wkb.h"

#include <stdlib.h>

static void must(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_buf b = {0}, again = {0};
	struct sl_geom g, back, last;
	int srid = 0;

	if (sl_wkt_read(&a, (struct sl_str){(const char *)data, size}, &g, &srid, &e)) {
		must(e.msg[0]);
		sl_arena_done(&a);
		return 0;
	}
	must(srid >= 0);
	/* The first reading strips a closing point; from then on nothing changes any more. */
	sl_wkt_write(&b, &g);
	must(!sl_wkt_read(&a, sl_buf_view(&b), &back, NULL, &e));
	must(sl_geom_equal(&g, &back));
	sl_wkt_write(&again, &back);
	must(sl_str_eq(sl_buf_view(&b), sl_buf_view(&again)));
	sl_buf_clear(&b);
	sl_wkb_write(&b, &g);
	if (g.type != SL_GEOM_NONE) {
		must(!sl_wkb_read(&a, sl_buf_view(&b), &last, &e));
		must(sl_geom_equal(&g, &last));
	}
	sl_buf_done(&b);
	sl_buf_done(&again);
	sl_arena_done(&a);
	return 0;
}
