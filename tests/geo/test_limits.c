/* Memory that runs out at any request, and many threads at once. */
#include "check.h"

#include "base/mem.h"
#include "base/parallel.h"
#include "geo/coord.h"
#include "geo/crs.h"
#include "geo/validity.h"
#include "geo/wkb.h"

#include <stdlib.h>

static const char bow_ties[] = "MULTIPOLYGON (((0 0, 2 2, 2 0, 0 2, 0 0), (0.5 1, 0.6 1, 0.6 1.1, 0.5 1)), "
                               "((5 5, 7 7, 7 5, 5 7, 5 5)))";

/* Everything that asks for memory, once. */
static enum sl_code work(struct sl_arena *a, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_geom g, copy, mended;
	struct sl_validity v;
	struct sl_crs *crs;
	enum sl_code code;

	if (sl_wkt_read(a, sl_str_from(bow_ties), &g, NULL, e) || sl_geom_copy(a, &g, &copy, e) ||
	    sl_geom_validity(&g, &v, e) || sl_geom_repair(a, &g, &mended, e) ||
	    sl_crs_open(a, SL_STR("EPSG:32648"), &crs, e))
		return e->code;
	for (size_t i = 0; i < 2 * copy.n_points; i++)
		copy.xy[i] = 500000 + copy.xy[i];
	if (sl_crs_to_wgs84(crs, &copy, e))
		return e->code;
	sl_wkb_write(&b, &g);
	code = sl_buf_check(&b, e);
	if (!code)
		code = sl_wkb_read(a, sl_buf_view(&b), &copy, e);
	sl_buf_done(&b);
	return code;
}

TEST(memory_runs_out_at_every_request)
{
	enum sl_code code = SL_NOMEM;
	int n = 0;

	for (unsigned long nth = 1; code != SL_OK && nth < 2000; nth++, n++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};

		sl_mem_fail_from(nth);
		code = work(&a, &e);
		sl_mem_fail_from(0);
		CHECK(code == SL_OK || code == SL_NOMEM);
		CHECK(code == SL_OK || e.code == code);
		sl_arena_done(&a);
	}
	CHECK_INT(code, SL_OK);
	CHECK(n > 3);
}

static enum sl_code many(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	double *sums = ctx;

	(void)worker;
	for (size_t i = first; i < last; i++) {
		struct sl_arena a = {0};
		struct sl_coord c;
		char text[64];
		enum sl_code code = work(&a, e);

		if (!code)
			code = sl_coord_text(-60 + 0.5 * (double)i, (double)i, SL_COORD_MGRS, text, e);
		if (!code)
			code = sl_coord_parse(sl_str_from(text), false, &c, e);
		sl_arena_done(&a);
		if (code)
			return code;
		sums[i] = c.lat_deg + c.lon_deg;
	}
	return SL_OK;
}

TEST(many_threads_give_the_same_answers)
{
	static double sums[160];
	struct sl_err e = {0};

	setenv("SAFELANE_THREADS", "8", 1);
	CHECK_OK(sl_parallel(NULL, 160, 5, many, sums, &e), &e);
	unsetenv("SAFELANE_THREADS");
	for (size_t i = 0; i < 160; i++)
		CHECK_NEAR(sums[i], -60 + 1.5 * (double)i, 2e-5 / cos((-60 + 0.5 * (double)i) * 0.0174533));
}
