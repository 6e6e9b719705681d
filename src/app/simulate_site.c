/* Where the hazards lie.  Sites never meet unless on purpose: a grid of what is already placed is asked
 * first. */
#include "app/simulate_parts.h"

#include <math.h>
#include <stdlib.h>

#define CELL_DEG 0.03
#define GRID_W 320
#define GRID_H 220
#define GAP_M 3.0

/* Two grids: big sites in cells of 0.03 degrees, small ones in cells of a third of that. */
#define SMALL_M 250.0

static uint32_t cell_of(const struct sites *s, struct spot at, double cell, int w, int h)
{
	int i = (int)(((double)at.x / SPOT_DEG - s->grid_west) / cell);
	int j = (int)(((double)at.y / SPOT_DEG - s->grid_south) / cell);

	i = i < 0 ? 0 : i >= w ? w - 1 : i;
	j = j < 0 ? 0 : j >= h ? h - 1 : j;
	return (uint32_t)(j * w + i);
}

static bool clash_in(const struct sites *s, struct spot at, double radius_m, uint32_t except, bool small)
{
	double cell = small ? CELL_DEG / 3 : CELL_DEG,
	       kx = metres_per_degree_lon((double)at.y / SPOT_DEG) / SPOT_DEG;
	double ky = metres_per_degree_lat((double)at.y / SPOT_DEG) / SPOT_DEG;
	double other = small ? SMALL_M : 6000.0;
	int w = small ? GRID_W * 3 : GRID_W, h = small ? GRID_H * 3 : GRID_H;
	int span = (int)((radius_m + other + GAP_M) / (cell * kx * SPOT_DEG)) + 1;
	int at_cell = (int)cell_of(s, at, cell, w, h), ci = at_cell % w, cj = at_cell / w;
	const uint32_t *head = s->head + (small ? (size_t)GRID_W * GRID_H : 0);

	for (int j = cj - span; j <= cj + span; j++)
		for (int i = ci - span; i <= ci + span; i++) {
			if (i < 0 || j < 0 || i >= w || j >= h)
				continue;
			for (uint32_t k = head[j * w + i]; k; k = s->next[k - 1]) {
				const struct site *o = &s->v[k - 1];
				double dx = (double)(o->at.x - at.x) * kx, dy = (double)(o->at.y - at.y) * ky;
				double apart = radius_m + (double)o->radius_m + GAP_M;

				if (k - 1 != except && dx * dx + dy * dy < apart * apart)
					return true;
			}
		}
	return false;
}

bool sites_clash(const struct sites *s, struct spot at, double radius_m, uint32_t except)
{
	return clash_in(s, at, radius_m, except, true) || clash_in(s, at, radius_m, except, false);
}

static void enter(struct sites *s, uint32_t k)
{
	bool small = (double)s->v[k].radius_m <= SMALL_M;
	uint32_t cell = small ? cell_of(s, s->v[k].at, CELL_DEG / 3, GRID_W * 3, GRID_H * 3) + GRID_W * GRID_H
	                      : cell_of(s, s->v[k].at, CELL_DEG, GRID_W, GRID_H);

	s->next[k] = s->head[cell];
	s->head[cell] = k + 1;
}

static void place_anywhere(struct sites *s, const struct country *c, uint64_t seed, uint32_t k)
{
	struct site *site = &s->v[k];
	uint64_t state = chance(seed, CHANCE_PLACE, k);

	for (;;) {
		struct spot at = country_hazard_spot(c, &state);
		int district = country_district(c, at, (double)site->radius_m + 20.0);

		if (district < 0 || sites_clash(s, at, (double)site->radius_m, k))
			continue;
		site->at = at;
		site->district = (int16_t)district;
		enter(s, k);
		return;
	}
}

/* A copied outline lies within a few kilometres of its model; a site of its own when there is no room. */
static void place_copy(struct sites *s, const struct country *c, uint64_t seed, uint32_t k)
{
	struct site *site = &s->v[k];
	const struct site *model = &s->v[site->shape];
	uint64_t state = chance(seed, CHANCE_PLACE, k);

	for (int i = 0; i < 100; i++) {
		double angle = chance_in(&state, 0, 6.2831853),
		       d = (double)site->radius_m * 2.1 + chance_in(&state, 200, 1800);
		struct spot at = spot_at(model->at, d * cos(angle), d * sin(angle));
		int district = country_district(c, at, (double)site->radius_m + 20.0);

		if (district < 0 || sites_clash(s, at, (double)site->radius_m, k))
			continue;
		site->at = at;
		site->district = (int16_t)district;
		enter(s, k);
		return;
	}
	site->kind = SITE_SINGLE;
	site->shape = k;
	site->radius_m = (float)site_radius(seed, SITE_SINGLE, k);
	place_anywhere(s, c, seed, k);
}

struct by_size {
	float radius_m;
	uint32_t site;
};

static int bigger(const void *a, const void *b)
{
	const struct by_size *x = a, *y = b;

	if (x->radius_m > y->radius_m || x->radius_m < y->radius_m)
		return x->radius_m > y->radius_m ? -1 : 1;
	return x->site < y->site ? -1 : 1;
}

/* How many of the hazards' sites are of each kind. */
static void shares(const struct sl_simulation *s, uint32_t n[SITE_FAULT_COPY + 1])
{
	double h = s->hazards, f = s->faults > 0 ? 1 : 0;

	n[SITE_PAIR] = (uint32_t)(0.08 * h);
	n[SITE_DOUBLE] = (uint32_t)(0.01 * h);
	n[SITE_ACROSS] = (uint32_t)(s->overlap * h);
	n[SITE_FAULT_DOUBLE] = (uint32_t)(f + s->faults * 0.06 * h);
	n[SITE_FAULT_ACROSS] = (uint32_t)(f + s->faults * 0.06 * h);
	n[SITE_FAULT_COPY] = (uint32_t)(f + s->faults * 0.04 * h);
	n[SITE_SINGLE] =
	    s->hazards - n[SITE_FAULT_COPY] -
	    2 * (n[SITE_PAIR] + n[SITE_DOUBLE] + n[SITE_ACROSS] + n[SITE_FAULT_DOUBLE] + n[SITE_FAULT_ACROSS]);
}

static bool two_hazards(enum site_kind k)
{
	return k != SITE_SINGLE && k != SITE_FAULT_COPY && k != SITE_MODEL;
}

/* Numbers of hazards do not follow the map: slots are shuffled (Fisher and Yates). */
static void number_hazards(struct sites *s, uint64_t seed, uint32_t hazards)
{
	uint64_t state = chance(seed, CHANCE_ORDER, 0);
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n; i++)
		for (uint32_t half = 0; half < (two_hazards(s->v[i].kind) ? 2u : 1u); half++)
			s->hazard_slot[n++] = i * 2 + half;
	for (uint32_t i = hazards; i > 1; i--) {
		uint32_t j = chance_of(&state, i), t = s->hazard_slot[j];

		s->hazard_slot[j] = s->hazard_slot[i - 1];
		s->hazard_slot[i - 1] = t;
	}
	for (uint32_t i = 0; i < hazards; i++)
		s->hazard_of[s->hazard_slot[i]] = i + 1;
}

enum sl_code sites_make(struct sl_arena *a, const struct sl_simulation *sim, const struct country *c,
                        const struct sl_env *env, struct sites *s, struct sl_err *e)
{
	uint32_t n[SITE_FAULT_COPY + 1], k = 0;
	struct by_size *order;

	shares(sim, n);
	for (int kind = 0; kind <= SITE_FAULT_COPY; kind++)
		s->n += n[kind];
	s->grid_west = c->west - 0.3;
	s->grid_south = c->south - 0.3;
	s->v = sl_arena_alloc(a, s->n, sizeof *s->v, e);
	s->next = s->v ? sl_arena_alloc(a, s->n, sizeof *s->next, e) : NULL;
	s->head = s->next ? sl_arena_alloc(a, 10u * GRID_W * GRID_H, sizeof *s->head, e) : NULL;
	s->hazard_slot = s->head ? sl_arena_alloc(a, sim->hazards, sizeof *s->hazard_slot, e) : NULL;
	s->hazard_of = s->hazard_slot ? sl_arena_alloc(a, 2 * (size_t)s->n, sizeof *s->hazard_of, e) : NULL;
	order = s->hazard_of ? sl_arena_alloc(a, s->n, sizeof *order, e) : NULL;
	if (!order)
		return e->code;
	for (int kind = 0; kind <= SITE_FAULT_COPY; kind++)
		for (uint32_t i = 0; i < n[kind]; i++, k++) {
			uint64_t state = chance(sim->seed, CHANCE_SITE, k);

			s->v[k].kind = (uint8_t)kind;
			s->v[k].shape = k;
			/* The model comes before its copies: single sites are first. */
			if (kind == SITE_FAULT_COPY) {
				do
					s->v[k].shape = chance_of(&state, n[SITE_SINGLE]);
				while (s->v[s->v[k].shape].radius_m < 40.0f);
				s->v[s->v[k].shape].kind = SITE_MODEL;
			}
			s->v[k].radius_m = (float)site_radius(sim->seed, (enum site_kind)kind, s->v[k].shape);
			order[k] = (struct by_size){kind == SITE_FAULT_COPY ? 0.0f : s->v[k].radius_m, k};
		}
	/* The big ones first: later ones find room between them. Copies last: their models must be there. */
	qsort(order, s->n, sizeof *order, bigger);
	for (uint32_t i = 0; i < s->n; i++) {
		if (i % 4096 == 0) {
			sl_env_progress(env, "placing hazards", i, s->n);
			if (sl_env_stopped(env))
				return sl_fail(e, SL_CANCELLED, "interrupted");
		}
		if (s->v[order[i].site].kind == SITE_FAULT_COPY)
			place_copy(s, c, sim->seed, order[i].site);
		else
			place_anywhere(s, c, sim->seed, order[i].site);
	}
	number_hazards(s, sim->seed, sim->hazards);
	return SL_OK;
}
