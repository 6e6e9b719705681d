/* Geodesic areas of every polygon of a programme, one core: the area loop alone, five times.
 * usage: areas FILE.gpkg */
#include "app/programme.h"
#include "geo/area.h"
#include "geo/wkb.h"

#include <stdio.h>
#include <time.h>

struct polygons {
	struct sl_arena a;
	struct sl_geom *v;
	size_t n, cap;
};

static enum sl_code take(void *ctx, int64_t id, struct sl_str wkb, bool repaired, struct sl_err *e)
{
	struct polygons *p = ctx;

	(void)id;
	(void)repaired;
	p->v = sl_arena_grow(&p->a, p->v, &p->cap, p->n + 1, sizeof *p->v, e);
	return p->v && !sl_wkb_read(&p->a, wkb, &p->v[p->n++], e) ? SL_OK : e->code;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	struct sl_programme p;
	struct polygons all = {0};
	struct sl_env env;
	struct sl_err e = {0};

	sl_env_init(&env);
	if (argc != 2 || sl_programme_open(&p, argv[1], SL_OPEN_READ, &env, &e) ||
	    sl_store_geometries(p.db, 1, INT64_MAX, take, &all, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	for (int run = 0; run < 5; run++) {
		double from = seconds(), sum = 0;

		for (size_t i = 0; i < all.n; i++)
			sum += sl_geom_area_m2(&all.v[i]);
		printf("%zu polygons %.6f m2 %.6f s\n", all.n, sum, seconds() - from);
	}
	sl_arena_done(&all.a);
	sl_programme_close(&p);
	return 0;
}
