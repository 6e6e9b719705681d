/* Which of many places lie within some metres of which hazards: every pair, from shapes in memory.
 *     bench_exposure HAZARDS.bin PLACES.bin METRES [PAIRS.csv] [ROUNDS]
 * The files: little-endian u32 n; for each ring u32 m, m times f64 longitude, latitude, not closed. */
#include "base/parallel.h"
#include "geo/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double cores(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
	       1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static struct sl_geom *read_rings(struct sl_arena *a, const char *path, size_t *n, struct sl_err *e)
{
	FILE *f = fopen(path, "rb");
	struct sl_geom *out = NULL;
	uint32_t count = 0;

	if (!f || fread(&count, sizeof count, 1, f) != 1)
		exit(4);
	out = sl_arena_alloc(a, count, sizeof *out, e);
	for (uint32_t i = 0; out && i < count; i++) {
		uint32_t m;
		struct sl_geom *g = &out[i];

		if (fread(&m, sizeof m, 1, f) != 1)
			exit(4);
		*g = (struct sl_geom){
		    .type = m == 1 ? SL_GEOM_POINT : SL_GEOM_POLYGON, .n_points = m, .n_rings = 1, .n_parts = 1};
		g->xy = sl_arena_alloc(a, 2 * (size_t)m, sizeof *g->xy, e);
		g->ring_end = sl_arena_alloc(a, 1, sizeof *g->ring_end, e);
		g->part_end = sl_arena_alloc(a, 1, sizeof *g->part_end, e);
		if (!g->part_end || fread(g->xy, 2 * sizeof *g->xy, m, f) != m)
			exit(4);
		*g->ring_end = m;
		*g->part_end = 1;
	}
	fclose(f);
	*n = count;
	return out;
}

int main(int argc, char **argv)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	size_t n_hazards, n_places;
	struct sl_geom *hazards, *places;
	int rounds = argc > 5 ? atoi(argv[5]) : 1;

	if (argc < 4)
		return 2;
	hazards = read_rings(&a, argv[1], &n_hazards, &e);
	places = read_rings(&a, argv[2], &n_places, &e);
	for (int round = 0; round < rounds && !e.code; round++) {
		struct sl_arena run = {0};
		struct sl_near *near;
		struct sl_near_table t;
		double start = now(), spent = cores(), built;

		if (sl_near_build(&run, hazards, n_hazards, &near, &e))
			break;
		built = now();
		if (sl_near_all(near, NULL, &run, places, n_places, atof(argv[3]), &t, &e))
			break;
		printf("index %.3f s, pairs %.3f s, together %.3f s, cores %.3f s; %zu pairs\n", built - start,
		       now() - built, now() - start, cores() - spent, t.first[n_places]);
		if (round == rounds - 1 && argc > 4 && strcmp(argv[4], "-")) {
			FILE *f = fopen(argv[4], "w");

			for (size_t i = 0; f && i < n_places; i++)
				for (size_t k = t.first[i]; k < t.first[i + 1]; k++)
					fprintf(f, "%zu,%u,%.6f\n", i + 1, t.hit[k].shape + 1, t.hit[k].m);
			if (!f || fclose(f))
				return 4;
		}
		sl_arena_done(&run);
	}
	if (e.code)
		fprintf(stderr, "%s\n", e.msg);
	sl_arena_done(&a);
	return e.code ? 1 : 0;
}
