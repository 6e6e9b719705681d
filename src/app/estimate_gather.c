/* From the ledger to a sample: what became of each hazard's ground.  Only the last story of a piece of
 * ground counts: what was reopened is open again.  Ground that left because a boundary was drawn anew or a
 * record withdrawn was not surveyed: it counts nowhere. */
#include "app/estimate_parts.h"

#include <math.h>
#include <stdlib.h>

enum fate { FATE_NONE, FATE_OPEN, FATE_EMPTY, FATE_FOUND };

struct piece_key { /* a hazard's ground of one class in one region */
	int64_t hazard;
	int32_t region, class;
};

struct gatherer {
	struct sl_arena *a;
	struct sl_arena scratch; /* of one face */
	struct sl_account_answer *account;
	struct sl_estimate_ground *out;
	enum sl_estimate_strata strata;
	struct sl_timeline timeline;
	struct sl_map regions, units; /* key -> region; piece_key -> unit */
	uint64_t *of_place;           /* record number of a unit of level 1 -> region + 1 */
	size_t n_places;
	int32_t *evidence; /* record number -> group */
	size_t n_evidence;
	int32_t *first_day[SL_GROUND_CLASSES];
	size_t cap_days[SL_GROUND_CLASSES];
};

/* What one face tells. */
struct tale {
	int64_t hazard[SL_GROUND_CLASSES];
	int32_t day[SL_GROUND_CLASSES];
	uint32_t event[SL_GROUND_CLASSES];
	enum fate fate[SL_GROUND_CLASSES];
};

static void begin(struct tale *t, enum sl_ground_class class, const struct sl_face_story *s,
                  const struct sl_fold_event *ev)
{
	t->fate[class] = FATE_OPEN;
	t->hazard[class] = ev->hazard >= 0 ? s->slot_record[ev->hazard] : 0;
	t->day[class] = ev->day;
	t->event[class] = ev->event;
}

static void end_with(struct tale *t, enum fate fate)
{
	for (int class = 0; class < SL_GROUND_CLASSES; class ++)
		if (t->fate[class] == FATE_OPEN)
			t->fate[class] = fate;
}

static void follow(struct tale *t, enum sl_flow flow, enum sl_land_state state,
                   const struct sl_face_story *s, const struct sl_fold_event *ev)
{
	switch (flow) {
	case SL_FLOW_NEW_SHA:
	case SL_FLOW_NEW_CHA:
	case SL_FLOW_REOPENED:
	case SL_FLOW_BOUNDARY_GAIN:
		*t = (struct tale){0};
		begin(t, state == SL_STATE_CHA ? SL_GROUND_CONFIRMED : SL_GROUND_SUSPECTED, s, ev);
		break;
	case SL_FLOW_CONFIRMED:
		end_with(t, FATE_FOUND);
		begin(t, SL_GROUND_CONFIRMED, s, ev);
		break;
	case SL_FLOW_DOWNGRADED:
		t->fate[SL_GROUND_CONFIRMED] = FATE_NONE;
		if (t->hazard[SL_GROUND_SUSPECTED]) /* suspected before: the same hazard again */
			t->fate[SL_GROUND_SUSPECTED] = FATE_OPEN;
		else
			begin(t, SL_GROUND_SUSPECTED, s, ev);
		break;
	case SL_FLOW_CANCELLED:
	case SL_FLOW_REDUCED: end_with(t, FATE_EMPTY); break;
	case SL_FLOW_CLEARED: end_with(t, FATE_FOUND); break;
	case SL_FLOW_BOUNDARY_LOSS:
	case SL_FLOW_WITHDRAWN: *t = (struct tale){0}; break;
	default: break;
	}
}

/* ---- regions ---- */

static enum sl_code region_of_key(struct gatherer *g, struct sl_str key, int64_t place, int32_t *out,
                                  struct sl_err *e)
{
	uint64_t *known = sl_map_get(&g->regions, key);
	struct sl_estimate_ground *o = g->out;
	char *copy;

	if (!known) {
		copy = sl_arena_strndup(g->a, key.p, key.n, e);
		o->region =
		    copy ? sl_arena_grow(g->a, o->region, &o->cap_regions, o->n_regions + 1, sizeof *o->region, e)
		         : NULL;
		if (!o->region ||
		    !(known = sl_map_put(&g->regions, (struct sl_str){copy, key.n}, o->n_regions, NULL, e)))
			return e->code;
		o->region[o->n_regions++] = (struct sl_estimate_region){.key = {copy, key.n}};
	}
	*out = (int32_t)*known;
	if (place)
		o->region[*out].place = place;
	return SL_OK;
}

/* The line of the account that the face is in: most ground lies in a unit that was met before. */
static enum sl_code region_of(struct gatherer *g, const struct sl_ledger_face *f, int32_t *out,
                              struct sl_err *e)
{
	const struct sl_ledger *l = &g->account->ledger;
	size_t place = l->has_admin1 && f->admin1 > 0 ? (size_t)f->admin1 : 0;
	struct sl_str key;

	if (place && place < g->n_places && g->of_place[place]) {
		*out = (int32_t)g->of_place[place] - 1;
		return SL_OK;
	}
	if (sl_account_key(&g->timeline, &g->account->spec, &g->account->names, f, &g->scratch, &key, e) ||
	    region_of_key(g, key, (int64_t)place, out, e))
		return e->code;
	if (place) {
		g->of_place = sl_arena_grow(g->a, g->of_place, &g->n_places, place + 1, sizeof *g->of_place, e);
		if (g->of_place)
			g->of_place[place] = (uint64_t)*out + 1;
	}
	return e->code;
}

/* ---- groups ---- */

static enum sl_code take_evidence(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                  struct sl_err *e)
{
	struct gatherer *g = ctx;
	struct sl_str code = sl_record_text(rec, "evidence");
	const struct sl_choice_list *list = sl_dictionary_list(g->account->p->dict, SL_STR("evidence_kind"));
	size_t at = (size_t)rev->record_number;

	g->evidence = sl_arena_grow(g->a, g->evidence, &g->n_evidence, at + 1, sizeof *g->evidence, e);
	for (size_t i = 0; g->evidence && list && i < list->n; i++)
		if (sl_str_eq(code, list->choice[i].code))
			g->evidence[at] = (int32_t)i + 1;
	return e->code;
}

static int32_t group_of(const struct gatherer *g, int64_t hazard, uint32_t event)
{
	uint32_t bits = g->account->ledger.event[event].contamination;
	int32_t group = 0;

	if (g->strata == SL_STRATA_EVIDENCE)
		return hazard > 0 && (size_t)hazard < g->n_evidence ? g->evidence[hazard] : 0;
	if (g->strata != SL_STRATA_CONTAMINATION || !bits)
		return 0;
	while (!(bits >> group & 1))
		group++;
	return group + 1; /* of several the first of the list */
}

static enum sl_code groups(struct gatherer *g, struct sl_err *e)
{
	const struct sl_choice_list *list;
	struct sl_query hazards = {.kind = sl_dictionary_kind(g->account->p->dict, SL_STR("hazard")),
	                           .as_of = g->account->spec.as_of};

	g->out->n_groups = 1;
	if (g->strata == SL_STRATA_NONE)
		return SL_OK;
	list = sl_dictionary_list(g->account->p->dict, g->strata == SL_STRATA_EVIDENCE
	                                                   ? SL_STR("evidence_kind")
	                                                   : SL_STR("contamination_class"));
	g->out->n_groups += list ? (int32_t)list->n : 0;
	return g->strata == SL_STRATA_EVIDENCE
	           ? sl_store_each(g->account->p->db, &hazards, false, take_evidence, g, e)
	           : SL_OK;
}

/* ---- hazards ---- */

static enum sl_code unit_of(struct gatherer *g, const struct tale *t, enum sl_ground_class class,
                            int32_t region, struct sl_estimate_unit **out, struct sl_err *e)
{
	struct sl_estimate_ground *o = g->out;
	const struct piece_key key = {t->hazard[class], region, class};
	struct piece_key *copy;
	uint64_t *known = sl_map_get(&g->units, (struct sl_str){(const char *)&key, sizeof key});

	if (!known) {
		copy = sl_arena_alloc(g->a, 1, sizeof *copy, e);
		o->unit[class] =
		    copy ? sl_arena_grow(g->a, o->unit[class], &o->cap[class], o->n[class] + 1, sizeof **o->unit, e)
		         : NULL;
		g->first_day[class] = o->unit[class] ? sl_arena_grow(g->a, g->first_day[class], &g->cap_days[class],
		                                                     o->n[class] + 1, sizeof **g->first_day, e)
		                                     : NULL;
		if (!g->first_day[class])
			return e->code;
		*copy = key;
		if (!(known = sl_map_put(&g->units, (struct sl_str){(const char *)copy, sizeof *copy}, o->n[class],
		                         NULL, e)))
			return e->code;
		g->first_day[class][o->n[class]] = t->day[class];
		o->unit[class][o->n[class]++] = (struct sl_estimate_unit){
		    .region = region, .group = group_of(g, t->hazard[class], t->event[class])};
	}
	if (t->day[class] < g->first_day[class][*known])
		g->first_day[class][*known] = t->day[class];
	*out = &o->unit[class][*known];
	return SL_OK;
}

static enum sl_code take_face(struct gatherer *g, const struct sl_ledger_face *f, struct sl_err *e)
{
	const struct sl_ledger *l = &g->account->ledger;
	struct sl_face_story story = {0};
	struct sl_fold fold;
	struct tale t = {0};
	double m2 = sl_mm2_to_m2(f->area_mm2);
	int32_t region;

	if (sl_face_story(&g->timeline, &l->cover[f->cover], f->n_cover, g->account->spec.as_of.day,
	                  &g->scratch, &story, e))
		return e->code;
	fold = (struct sl_fold){.active = story.active, .n_slots = (int32_t)story.n_slots};
	for (size_t i = 0; i < story.n; i++) {
		enum sl_flow flow = sl_fold_step(&fold, &story.event[i]);

		follow(&t, flow, fold.state, &story, &story.event[i]);
	}
	if (t.fate[0] == FATE_NONE && t.fate[1] == FATE_NONE)
		return SL_OK;
	if (region_of(g, f, &region, e))
		return e->code;
	for (int class = 0; class < SL_GROUND_CLASSES; class ++) {
		struct sl_estimate_unit *u;

		if (t.fate[class] == FATE_NONE)
			continue;
		if (unit_of(g, &t, (enum sl_ground_class) class, region, &u, e))
			return e->code;
		*(t.fate[class] == FATE_OPEN ? &u->open_m2 : &u->settled_m2) += m2;
		u->found_m2 += t.fate[class] == FATE_FOUND ? m2 : 0;
	}
	return SL_OK;
}

static enum sl_code faces(struct gatherer *g, struct sl_err *e)
{
	const struct sl_ledger *l = &g->account->ledger;

	if (sl_timeline_init(&g->timeline, g->a, l, INT64_MAX, e))
		return e->code;
	for (uint32_t c = 0; c < l->n_clusters; c++)
		for (uint32_t i = 0; !l->cluster[c].dead && i < l->cluster[c].n_faces; i++) {
			struct sl_arena_mark mark = sl_arena_mark(&g->scratch);

			if (take_face(g, &l->face[l->cluster[c].face + i], e))
				return e->code;
			sl_arena_reset(&g->scratch, mark);
		}
	for (int class = 0; class < SL_GROUND_CLASSES; class ++)
		for (size_t i = 0; i < g->out->n[class]; i++)
			g->out->unit[class][i].age_years =
			    g->first_day[class][i] == SL_DAY_NONE
			        ? (double)NAN
			        : (g->account->spec.as_of.day - g->first_day[class][i]) / 365.2425;
	return SL_OK;
}

static int by_key(const void *a, const void *b)
{
	return sl_str_cmp(((const struct sl_estimate_region *)a)->key,
	                  ((const struct sl_estimate_region *)b)->key);
}

/* In the order of their keys, whatever the order of the ground. */
static enum sl_code sort_regions(struct gatherer *g, struct sl_err *e)
{
	struct sl_estimate_ground *o = g->out;
	int32_t *to = sl_arena_alloc(g->a, o->n_regions + 1, sizeof *to, e);

	if (!to)
		return e->code;
	if (o->n_regions)
		qsort(o->region, o->n_regions, sizeof *o->region, by_key);
	for (size_t i = 0; i < o->n_regions; i++)
		to[*sl_map_get(&g->regions, o->region[i].key)] = (int32_t)i;
	for (int class = 0; class < SL_GROUND_CLASSES; class ++)
		for (size_t i = 0; i < o->n[class]; i++)
			o->unit[class][i].region = to[o->unit[class][i].region];
	return SL_OK;
}

enum sl_code sl_estimate_gather(struct sl_arena *a, struct sl_account_answer *account,
                                enum sl_estimate_strata strata, struct sl_estimate_ground *out,
                                struct sl_err *e)
{
	struct sl_estimate_ground made = {0};
	struct gatherer g = {.a = a, .account = account, .out = &made, .strata = strata};

	if (!groups(&g, e) && !faces(&g, e))
		for (size_t i = 0; !e->code && i < account->account.n_lines; i++) {
			int32_t region;

			if (!region_of_key(&g, account->account.line[i].key, 0, &region, e))
				made.region[region].line = &account->account.line[i];
		}
	if (!e->code)
		(void)!sort_regions(&g, e);
	sl_map_done(&g.regions);
	sl_map_done(&g.units);
	sl_arena_done(&g.scratch);
	if (!e->code)
		*out = made;
	return e->code;
}
