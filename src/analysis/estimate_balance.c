/* Do the surveyed hazards resemble those that stand?  Standardised differences (Austin 2009,
 * doi:10.1002/sim.3697): above SL_ESTIMATE_UNLIKE they differ, and an estimate from the one says little
 * about the other. */
#include "analysis/estimate.h"

#include <math.h>

struct sample {
	double *size, *age, *weight; /* weight: by region and by group */
	size_t n, n_ages;
};

static bool belongs(const struct sl_estimate_unit *u, bool surveyed)
{
	return sl_estimate_surveyed(u) == surveyed && (surveyed || u->open_m2 > 0);
}

static enum sl_code take(struct sl_arena *a, const struct sl_estimate_ask *q, bool surveyed,
                         struct sample *s, struct sl_err *e)
{
	s->size = sl_arena_alloc(a, q->n_units + 1, sizeof *s->size, e);
	s->age = s->size ? sl_arena_alloc(a, q->n_units + 1, sizeof *s->age, e) : NULL;
	s->weight =
	    s->age ? sl_arena_alloc(a, (size_t)(q->n_regions + q->n_groups), sizeof *s->weight, e) : NULL;
	if (!s->weight)
		return e->code;
	for (size_t i = 0; i < q->n_units; i++) {
		const struct sl_estimate_unit *u = &q->unit[i];

		if (!belongs(u, surveyed))
			continue;
		s->size[s->n++] = log(u->open_m2 + u->settled_m2);
		if (isfinite(u->age_years))
			s->age[s->n_ages++] = u->age_years;
		s->weight[u->region]++;
		s->weight[q->n_regions + u->group]++;
	}
	return SL_OK;
}

static void moments(const double *v, size_t n, double *mean, double *var)
{
	*mean = *var = 0;
	for (size_t i = 0; i < n; i++)
		*mean += v[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		*var += (v[i] - *mean) * (v[i] - *mean) / (double)(n - 1);
}

static double standardised(const double *x, size_t n_x, const double *y, size_t n_y)
{
	double mean_x, var_x, mean_y, var_y, scale;

	if (n_x < 2 || n_y < 2)
		return (double)NAN;
	moments(x, n_x, &mean_x, &var_x);
	moments(y, n_y, &mean_y, &var_y);
	scale = sqrt((var_x + var_y) / 2);
	if (!(scale > 0))
		return mean_x == mean_y ? 0 : copysign(10, mean_x - mean_y);
	return (mean_x - mean_y) / scale;
}

static double mix(const double *x, const double *y, int32_t n, size_t n_x, size_t n_y)
{
	double sum = 0;

	if (!n_x || !n_y)
		return (double)NAN;
	for (int32_t i = 0; i < n; i++)
		sum += fabs(x[i] / (double)n_x - y[i] / (double)n_y) / 2;
	return sum;
}

enum sl_code sl_estimate_weigh(struct sl_arena *a, const struct sl_estimate_ask *q,
                               struct sl_estimate_balance *out, struct sl_err *e)
{
	struct sample x = {0}, y = {0};

	if (take(a, q, true, &x, e) || take(a, q, false, &y, e))
		return e->code;
	*out = (struct sl_estimate_balance){
	    .size_d = standardised(x.size, x.n, y.size, y.n),
	    .age_d = standardised(x.age, x.n_ages, y.age, y.n_ages),
	    .region_d = mix(x.weight, y.weight, q->n_regions, x.n, y.n),
	    .group_d = mix(x.weight + q->n_regions, y.weight + q->n_regions, q->n_groups, x.n, y.n)};
	out->size_surveyed_m2 = x.n ? exp(sl_estimate_quantile(x.size, x.n, 0.5)) : (double)NAN;
	out->size_standing_m2 = y.n ? exp(sl_estimate_quantile(y.size, y.n, 0.5)) : (double)NAN;
	out->age_surveyed = x.n_ages ? sl_estimate_quantile(x.age, x.n_ages, 0.5) : (double)NAN;
	out->age_standing = y.n_ages ? sl_estimate_quantile(y.age, y.n_ages, 0.5) : (double)NAN;
	return SL_OK;
}
