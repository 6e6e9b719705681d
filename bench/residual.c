/* Residual risk of many polygons with many cells, in memory: bench_residual [POLYGONS] [CELLS]. Fields are
 * drawn from the prior, half of each searched once and half twice, detection uncertain; every polygon gets
 * its interval and every cell its expected number and its probability.  Prints seconds, processor seconds
 * and the peak of memory. */
#include "analysis/residual.h"
#include "base/env.h"
#include "base/parallel.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct bench {
	size_t polygons, cells;
	struct sl_searched_cell *cell;
	struct sl_cell_risk *risk;
	struct sl_effect effect[2];
	struct sl_residual_work *work[SL_WORKERS_MAX];
	double *expected, *high;
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double processor_seconds(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void draw(struct bench *b, const struct sl_residual_prior *p)
{
	gsl_rng *r = gsl_rng_alloc(gsl_rng_taus2);

	gsl_rng_set(r, 6);
	for (size_t i = 0; i < b->polygons; i++) {
		bool contaminated = gsl_rng_uniform(r) < p->contaminated;
		double m = p->mean_ha * exp(gsl_ran_gaussian(r, 1) * p->spread - p->spread * p->spread / 2);
		double c = p->clump * exp(gsl_ran_gaussian(r, 1) * p->clump_spread);

		for (size_t k = 0; k < b->cells; k++) {
			/* every tenth cell lies on a border, with an area of its own */
			float area = k % 10 ? 100 : (float)(5 + 95 * gsl_rng_uniform(r));
			double ha = (double)area / 10000, mean = contaminated ? gsl_ran_gamma(r, c * ha, m / c) : 0;
			uint32_t ground = k >= b->cells / 2;
			double found, sampled, remaining;

			sl_effect_mean(&b->effect[ground], &found, &sampled, &remaining);
			b->cell[i * b->cells + k] =
			    (struct sl_searched_cell){area, gsl_ran_poisson(r, mean * found), ground};
		}
	}
	gsl_rng_free(r);
}

static enum sl_code judge(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct bench *b = ctx;

	for (size_t i = first; i < last; i++) {
		const struct sl_searched_cell *cell = b->cell + i * b->cells;
		struct sl_searched_ground ground[2] = {{.effect = &b->effect[0]}, {.effect = &b->effect[1]}};
		struct sl_polygon_remaining x;

		for (size_t k = 0; k < b->cells; k++) {
			ground[cell[k].ground].area_m2 += (double)cell[k].area_m2;
			ground[cell[k].ground].found += cell[k].found;
		}
		if (sl_residual_polygon(b->work[worker], ground, 2, cell, b->cells, &x, e))
			return e->code;
		sl_residual_cells(b->work[worker], cell, b->cells, b->risk + i * b->cells);
		b->expected[i] = x.items.mean;
		b->high[i] = x.items.high;
	}
	return SL_OK;
}

int main(int argc, char **argv)
{
	struct bench b = {.polygons = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000,
	                  .cells = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000};
	struct sl_residual_prior prior = sl_residual_prior_default();
	struct sl_arena a = {0};
	struct sl_err e = {0};
	double begun, used, sum = 0, cells = 0, found = 0;
	struct rusage r;

	for (size_t i = 0; i < 2; i++) {
		struct sl_search s = {.n = i + 1, .n_bands = 1, .depth_share = {1}, .shared = 0.5};

		s.passes[0] = s.passes[1] = (struct sl_pass){1, {0.9}, 59};
		if (sl_search_effect(&s, &b.effect[i], &e))
			break;
	}
	b.cell = sl_arena_alloc(&a, b.polygons * b.cells, sizeof *b.cell, &e);
	b.risk = e.code ? NULL : sl_arena_alloc(&a, b.polygons * b.cells, sizeof *b.risk, &e);
	b.expected = e.code ? NULL : sl_arena_alloc(&a, b.polygons, sizeof *b.expected, &e);
	b.high = e.code ? NULL : sl_arena_alloc(&a, b.polygons, sizeof *b.high, &e);
	for (unsigned i = 0; !e.code && i < sl_parallel_workers(); i++)
		(void)!sl_residual_work_new(&a, &prior, &b.work[i], &e);
	if (!e.code)
		draw(&b, &prior);
	begun = seconds();
	used = processor_seconds();
	if (e.code || sl_parallel(NULL, b.polygons, 16, judge, &b, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	begun = seconds() - begun;
	used = processor_seconds() - used;
	for (size_t i = 0; i < b.polygons; i++)
		sum += b.expected[i];
	for (size_t i = 0; i < b.polygons * b.cells; i++) {
		cells += (double)b.risk[i].expected;
		found += b.cell[i].found;
	}
	getrusage(RUSAGE_SELF, &r);
	printf("%zu polygons, %zu cells: %.2f s, %.2f s of the processor, %.0f MiB; %.0f found, %.2f expected "
	       "to be left "
	       "(cells: %.2f)\n",
	       b.polygons, b.polygons * b.cells, begun, used, (double)r.ru_maxrss / 1024, found, sum, cells);
	sl_arena_done(&a);
	return fabs(sum - cells) > 1e-3 * sum;
}
