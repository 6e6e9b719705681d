#include "estimate_country.h"

#include "analysis/estimate_chance.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

enum { REGIONS_MIN = 4, REGIONS_MORE = 6 };

static double between(gsl_rng *r, const double v[2])
{
	return v[0] * pow(v[1] / v[0], gsl_rng_uniform(r));
}

static int whole_between(gsl_rng *r, const int v[2])
{
	return v[0] + (int)(gsl_rng_uniform(r) * (v[1] - v[0] + 1));
}

enum sl_code country_make(struct sl_arena *a, const struct country_design *d, uint64_t seed,
                          struct country *out, struct sl_err *e)
{
	struct sl_estimate_chance chance;
	gsl_rng *r = sl_estimate_chance(&chance, seed);
	struct country c = {.n_regions = REGIONS_MIN + (int)(gsl_rng_uniform(r) * REGIONS_MORE)};
	double prevalence = between(r, d->prevalence), spread = 0.8 + 0.5 * gsl_rng_uniform(r);
	double a_share = 1 + 2 * gsl_rng_uniform(r), b_share = 2 + 3 * gsl_rng_uniform(r);
	double of_region[REGIONS_MIN + REGIONS_MORE], upto[REGIONS_MIN + REGIONS_MORE],
	    effort[REGIONS_MIN + REGIONS_MORE];
	double all = 0;
	bool reached[REGIONS_MIN + REGIONS_MORE];

	c.n = (size_t)whole_between(r, d->hazards);
	c.n_surveyed = (size_t)whole_between(r, d->surveyed);
	for (int i = 0; i < c.n_regions; i++) {
		of_region[i] = prevalence * exp(gsl_ran_gaussian(r, d->between) - d->between * d->between / 2);
		effort[i] = 0.3 + gsl_rng_uniform(r);
		reached[i] = i < 2 || gsl_rng_uniform(r) >= d->unsurveyed;
		upto[i] = all += 0.2 + gsl_rng_uniform(r);
	}
	c.unit = sl_arena_alloc(a, c.n, sizeof *c.unit, e);
	c.contaminated_m2 = c.unit ? sl_arena_alloc(a, c.n, sizeof *c.contaminated_m2, e) : NULL;
	c.chance = c.contaminated_m2 ? sl_arena_alloc(a, c.n, sizeof *c.chance, e) : NULL;
	c.reached = c.chance ? sl_arena_alloc(a, c.n, sizeof *c.reached, e) : NULL;
	for (size_t i = 0; c.reached && i < c.n; i++) {
		double t = gsl_rng_uniform(r) * all, z = gsl_ran_gaussian(r, 1), m2 = 20000 * exp(spread * z);
		int32_t region = 0;
		bool any;

		while (region < c.n_regions - 1 && t > upto[region])
			region++;
		any = gsl_rng_uniform(r) < fmin(0.98, of_region[region] * exp(-d->by_size * z));
		c.contaminated_m2[i] = any ? m2 * gsl_ran_beta(r, a_share, b_share) : 0;
		c.chance[i] = effort[region] * (any ? d->preference : 1);
		c.reached[i] = reached[region];
		c.unit[i] = (struct sl_estimate_unit){.region = region, .open_m2 = m2, .age_years = (double)NAN};
	}
	if (!e->code)
		*out = c;
	return e->code;
}

struct turn {
	double at;
	size_t hazard;
};

static int by_turn(const void *a, const void *b)
{
	double x = ((const struct turn *)a)->at, y = ((const struct turn *)b)->at;

	return (x > y) - (x < y);
}

enum sl_code country_survey(struct sl_arena *a, struct country *c, uint64_t seed, struct sl_err *e)
{
	struct sl_estimate_chance chance;
	gsl_rng *r = sl_estimate_chance(&chance, seed);
	struct turn *turn = sl_arena_alloc(a, c->n, sizeof *turn, e);
	size_t n = 0;

	if (!turn)
		return e->code;
	c->truth_m2 = 0;
	for (size_t i = 0; i < c->n; i++) {
		struct sl_estimate_unit *u = &c->unit[i];

		u->open_m2 += u->settled_m2;
		u->settled_m2 = u->found_m2 = 0;
		if (c->reached[i])
			turn[n++] = (struct turn){gsl_ran_exponential(r, 1 / c->chance[i]), i};
		c->truth_m2 += c->contaminated_m2[i];
	}
	qsort(turn, n, sizeof *turn, by_turn);
	for (size_t i = 0; i < n && i < c->n_surveyed; i++) {
		struct sl_estimate_unit *u = &c->unit[turn[i].hazard];

		u->settled_m2 = u->open_m2;
		u->open_m2 = 0;
		u->found_m2 = c->contaminated_m2[turn[i].hazard];
		c->truth_m2 -= u->found_m2;
	}
	return SL_OK;
}
