/* The area of a programme's land in the plane, in square degrees, as PostGIS counts it: the faces of its ledger
 * added up.  usage: plane_area FILE.gpkg */
#include "app/programme.h"
#include "ledger/ledger.h"

#include <stdio.h>

/* A ring's area, measured from its first point. */
static long double ring_area(const double *xy, size_t n)
{
	long double twice = 0, x0 = xy[0], y0 = xy[1];

	for (size_t i = 1; i + 1 < n; i++)
		twice += (xy[2 * i] - x0) * (xy[2 * i + 3] - y0) - (xy[2 * i + 2] - x0) * (xy[2 * i + 1] - y0);
	return (twice < 0 ? -twice : twice) / 2;
}

static long double plane_area(const struct sl_geom *g)
{
	long double area = 0;

	for (size_t p = 0; p < g->n_parts; p++)
		for (size_t first = sl_geom_part_start(g, p), r = first; r < g->part_end[p]; r++) {
			size_t from = sl_geom_ring_start(g, r);
			long double ring = ring_area(&g->xy[2 * from], g->ring_end[r] - from);

			area += r == first ? ring : -ring;
		}
	return area;
}

int main(int argc, char **argv)
{
	struct sl_programme p;
	struct sl_ledger l;
	struct sl_env env;
	struct sl_err e = {0};
	long double area = 0;

	sl_env_init(&env);
	if (argc != 2 || sl_programme_open(&p, argv[1], SL_OPEN_READ, &env, &e) ||
	    sl_ledger_open(&l, p.db, &env, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	for (uint32_t c = 0; c < l.n_clusters && !e.code; c++) {
		struct sl_arena a = {0};
		struct sl_geom *face;

		if (!l.cluster[c].dead && !sl_ledger_geometry(&l, p.db, c, &a, &face, &e))
			for (uint32_t f = 0; f < l.cluster[c].n_faces; f++)
				area += plane_area(&face[f]);
		sl_arena_done(&a);
	}
	if (e.code)
		fprintf(stderr, "%s\n", e.msg);
	else
		printf("%zu faces %.18Lf square degrees\n", l.n_faces, area);
	sl_ledger_close(&l);
	sl_programme_close(&p);
	return e.code != SL_OK;
}
