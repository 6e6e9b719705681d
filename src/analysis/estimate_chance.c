#include "analysis/estimate_chance.h"

#include "base/env.h"

static void set(void *state, unsigned long seed)
{
	*(uint64_t *)state = seed;
}

static unsigned long get(void *state)
{
	return (unsigned long)(sl_splitmix64(state) >> 32);
}

static double get_double(void *state)
{
	return sl_uniform(state);
}

static const gsl_rng_type splitmix = {"splitmix64", 0xffffffffu, 0, sizeof(uint64_t), set, get, get_double};

gsl_rng *sl_estimate_chance(struct sl_estimate_chance *c, uint64_t seed)
{
	c->state = seed;
	c->rng = (gsl_rng){&splitmix, &c->state};
	return &c->rng;
}
