/* G26: hazards in or beside populated places.  Not a fault of the record: whoever lives there has to be
 * told, and the hazard is a reason to look at what was recorded about it. */
#include "checks/index.h"

#include "geo/near.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct populated {
	struct sl_geom *at;
	uint32_t *place; /* index in p->place */
	size_t n;
};

/* A point as a geometry; `xy` outlives it. */
static struct sl_geom point_at(double *xy)
{
	static uint32_t one = 1;

	return (struct sl_geom){.type = SL_GEOM_POINT,
	                        .xy = xy,
	                        .n_points = 1,
	                        .ring_end = &one,
	                        .n_rings = 1,
	                        .part_end = &one,
	                        .n_parts = 1};
}

/* Its outline, else a point of it; NONE when it has neither. */
static enum sl_code ground_of(struct sl_check_programme *p, const struct sl_item *item, struct sl_geom *out,
                              struct sl_err *e)
{
	double *xy;

	*out = (struct sl_geom){.type = SL_GEOM_NONE};
	if (item->shape != SL_NO_ITEM && p->shape.v[item->shape].g.type == SL_GEOM_POLYGON) {
		*out = p->shape.v[item->shape].g;
		return SL_OK;
	}
	if (item->sealed_place || !(fabs(item->lon) <= 180 && fabs(item->lat) <= 90))
		return SL_OK;
	if (!(xy = sl_arena_alloc(&p->rule, 2, sizeof *xy, e)))
		return e->code;
	xy[0] = item->lon;
	xy[1] = item->lat;
	*out = point_at(xy);
	return SL_OK;
}

static enum sl_code gather(struct sl_check_programme *p, struct populated *s, struct sl_err *e)
{
	s->at = sl_arena_alloc(&p->rule, p->place.n, sizeof *s->at, e);
	s->place = s->at ? sl_arena_alloc(&p->rule, p->place.n, sizeof *s->place, e) : NULL;
	for (size_t i = 0; s->place && i < p->place.n; i++) {
		const struct sl_place_item *x = &p->place.v[i];

		if (strcmp(x->level, "settlement") != 0)
			continue;
		if (ground_of(p, &p->item.v[x->item], &s->at[s->n], e))
			return e->code;
		s->place[s->n] = (uint32_t)i;
		s->n += s->at[s->n].type != SL_GEOM_NONE;
	}
	return e->code;
}

struct nearest {
	double m;
	uint32_t shape;
	size_t n;
};

static bool look(void *ctx, const struct sl_near_hit *hit)
{
	struct nearest *n = ctx;

	if (!n->n++ || hit->m < n->m) {
		n->m = hit->m;
		n->shape = hit->shape;
	}
	return true;
}

static enum sl_code say(struct sl_check_programme *p, const struct sl_item *item,
                        const struct nearest *near, const struct sl_place_item *place, struct sl_err *e)
{
	struct sl_str id = sl_item_id(p, &p->item.v[place->item]);
	char distance[60] = "in or on", people[60] = "whose inhabitants are not known", others[60] = "",
	     number[40];

	if (near->m > 0)
		snprintf(distance, sizeof distance, "%.0f m from", fmax(1, near->m));
	if (place->population >= 0)
		snprintf(people, sizeof people, "which has %s inhabitants",
		         sl_number_text(place->population, number));
	if (near->n > 1)
		snprintf(others, sizeof others, ", and near %zu more", near->n - 1);
	return sl_index_say(p, "G26", item, (struct sl_spot){.field = "geometry"}, e, "Lies %s %.*s, %s%s.",
	                    distance, SL_STR_ARG(id), people, others);
}

enum sl_code sl_g26_populated(struct sl_check_programme *p, struct sl_err *e)
{
	struct populated s = {0};
	struct sl_near *near;

	if (gather(p, &s, e) || !s.n || sl_near_build(&p->rule, s.at, s.n, &near, e))
		return e->code;
	for (size_t i = 0; i < p->hazard.n; i++) {
		const struct sl_hazard_item *h = &p->hazard.v[i];
		const struct sl_item *item = &p->item.v[h->item];
		struct nearest n = {0};
		struct sl_geom ground;

		if (h->state != SL_HAZARD_OPEN)
			continue;
		if (ground_of(p, item, &ground, e) ||
		    sl_near_each(near, &ground, p->c->limit.hazard_place_m, look, &n, e) ||
		    (n.n && say(p, item, &n, &p->place.v[s.place[n.shape]], e)))
			return e->code;
	}
	return SL_OK;
}
