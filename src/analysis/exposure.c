#include "analysis/exposure.h"

#include "base/parallel.h"

#include <math.h>

struct shares {
	const struct sl_near *hazards;
	const struct sl_exposure_place *place;
	struct sl_exposure_of_place *of;
	struct sl_exposed (*share)[SL_EXPOSURE_BANDS_MAX];
	const double *within_m;
	size_t n_bands;
};

/* Of a place that is near at all: how much of it. */
static enum sl_code share_some(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct shares *s = ctx;

	(void)worker;
	for (size_t i = first; i < last; i++)
		for (size_t k = 0; k < s->n_bands; k++) {
			struct sl_exposed *x = &s->share[i][k];
			bool near = s->of[i].m <= s->within_m[k];

			*x = (struct sl_exposed){near, near, near};
			if (near && s->place[i].at.type == SL_GEOM_POLYGON &&
			    sl_exposed_ground(s->hazards, &s->place[i].at, s->within_m[k], x, e))
				return e->code;
			s->of[i].share[k] = x->value;
		}
	return SL_OK;
}

/* ---- at a limit ---- */

struct settling {
	uint32_t shape;
	bool found;
};

static bool is_it(void *ctx, const struct sl_near_hit *hit)
{
	struct settling *s = ctx;

	s->found = hit->shape == s->shape;
	return !s->found;
}

/* The table is exact about the widest distance; of a narrower one that is so near to `m` that the tolerance
 * decides, the index is asked itself. */
static enum sl_code settle(const struct sl_near *hazards, const struct sl_geom *at, uint32_t shape,
                           const double *within_m, size_t n_bands, double *m, struct sl_err *e)
{
	for (size_t k = 0; k + 1 < n_bands; k++) {
		struct settling s = {.shape = shape};

		if (*m <= 0 || fabs(*m - within_m[k]) > SL_NEAR_TOLERANCE_M)
			continue;
		if (sl_near_each(hazards, at, within_m[k], is_it, &s, e))
			return e->code;
		*m = s.found ? fmin(*m, within_m[k]) : fmax(*m, nextafter(within_m[k], HUGE_VAL));
	}
	return SL_OK;
}

static enum sl_code look_at_inputs(const struct sl_exposure_place *places, size_t n, const double *within_m,
                                   size_t n_bands, struct sl_err *e)
{
	if (!n_bands || n_bands > SL_EXPOSURE_BANDS_MAX)
		return sl_fail(e, SL_INVALID, "give one to %d distances", SL_EXPOSURE_BANDS_MAX);
	for (size_t k = 0; k < n_bands; k++)
		if (!(within_m[k] >= 0 && within_m[k] <= SL_NEAR_REACH_MAX_M) ||
		    (k && within_m[k] <= within_m[k - 1]))
			return sl_fail(e, SL_INVALID, "distances ascend from 0 to %g m", SL_NEAR_REACH_MAX_M);
	for (size_t i = 0; i < n; i++)
		if (places[i].people < 0 || isinf(places[i].people))
			return sl_fail(e, SL_INVALID,
			               "place %zu has %g people; they are a number from 0 on, or not known", i + 1,
			               places[i].people);
	return SL_OK;
}

enum sl_code sl_exposure_of_places(struct sl_arena *a, const struct sl_env *env,
                                   const struct sl_near *hazards, size_t n_hazards,
                                   const struct sl_exposure_place *places, size_t n, const double *within_m,
                                   size_t n_bands, struct sl_exposure *out, struct sl_err *e)
{
	struct sl_arena work = {0};
	struct sl_exposure x = {0};
	struct sl_near_table near;
	struct sl_geom *at = sl_arena_alloc(&work, n, sizeof *at, e);
	struct shares s = {.hazards = hazards, .place = places, .within_m = within_m, .n_bands = n_bands};

	if (!at || look_at_inputs(places, n, within_m, n_bands, e))
		goto done;
	for (size_t i = 0; i < n; i++)
		at[i] = places[i].at;
	if (sl_near_all(hazards, env, &work, at, n, within_m[n_bands - 1], &near, e))
		goto done;
	x.place = sl_arena_alloc(a, n, sizeof *x.place, e);
	x.hazard = x.place ? sl_arena_alloc(a, n_hazards, sizeof *x.hazard, e) : NULL;
	s.share = x.hazard ? sl_arena_alloc(&work, n, sizeof *s.share, e) : NULL;
	if (!s.share)
		goto done;
	for (size_t i = 0; i < n_hazards; i++)
		x.hazard[i] = (struct sl_exposure_of_hazard){.m = HUGE_VAL, .place = SL_NEAR_NONE};
	for (size_t i = 0; i < n; i++) {
		struct sl_exposure_of_place *p = &x.place[i];

		*p = (struct sl_exposure_of_place){.m = HUGE_VAL, .hazard = SL_NEAR_NONE};
		for (size_t h = near.first[i]; h < near.first[i + 1]; h++) {
			struct sl_exposure_of_hazard *z = &x.hazard[near.hit[h].shape];
			double m = near.hit[h].m;

			if (settle(hazards, &at[i], near.hit[h].shape, within_m, n_bands, &m, e))
				goto done;
			if (m < p->m) {
				p->m = m;
				p->hazard = near.hit[h].shape;
			}
			if (m < z->m) {
				z->m = m;
				z->place = (uint32_t)i;
			}
			for (size_t k = 0; k < n_bands; k++)
				if (m <= within_m[k]) {
					p->hazards[k]++;
					z->places[k]++;
					if (isnan(places[i].people))
						z->unknown[k]++;
					else
						z->people[k] += places[i].people;
				}
		}
	}
	s.of = x.place;
	if (sl_parallel(env, n, 64, share_some, &s, e))
		goto done;
	for (size_t i = 0; i < n; i++) {
		bool unknown = isnan(places[i].people);

		x.all.places++;
		x.all.unknown += unknown;
		x.all.people.value += unknown ? 0 : places[i].people;
		for (size_t k = 0; k < n_bands; k++) {
			struct sl_exposure_sum *sum = &x.band[k];

			if (x.place[i].m > within_m[k])
				continue;
			sum->places++;
			sum->unknown += unknown;
			sum->people.value += unknown ? 0 : places[i].people * s.share[i][k].value;
			sum->people.low += unknown ? 0 : places[i].people * s.share[i][k].low;
			sum->people.high += unknown ? 0 : places[i].people * s.share[i][k].high;
		}
	}
	x.all.people.low = x.all.people.high = x.all.people.value;
	*out = x;
done:
	sl_arena_done(&work);
	return e->code;
}
