#include "checks/index.h"

int32_t sl_hazard_since(const struct sl_check_programme *p, const struct sl_hazard_item *h)
{
	int32_t first = p->item.v[h->item].first_day;

	if (h->identified == SL_DAY_NONE)
		return first;
	return first == SL_DAY_NONE || h->identified < first ? h->identified : first;
}

void sl_index_near(const struct sl_check_programme *p, struct sl_box box,
                   bool (*fn)(void *ctx, uint32_t shape), void *ctx)
{
	sl_boxtree_search(&p->shape_tree, sl_index_box(box), fn, ctx);
}

const struct sl_release_item *sl_index_release(const struct sl_check_programme *p, uint32_t shape)
{
	const struct sl_shape *s = &p->shape.v[shape];
	const struct sl_item *item = &p->item.v[s->item];
	const struct sl_release_item *r;

	if (!s->current || item->what != SL_CHECK_RELEASE)
		return NULL;
	r = &p->release.v[item->detail];
	return r->product == SL_PRODUCT_NONE ? NULL : r;
}

enum sl_code sl_grounds_add(struct sl_grounds *g, const struct sl_geom *geom, struct sl_err *e)
{
	const struct sl_geom **v =
	    sl_arena_grow(&g->a, (void *)(uintptr_t)g->v, &g->cap, g->n + 1, sizeof *v, e);

	if (!v)
		return e->code;
	g->v = v;
	g->v[g->n++] = geom;
	return SL_OK;
}

enum sl_code sl_grounds_overlay(const struct sl_check_programme *p, const struct sl_geom *const *in,
                                size_t n_in, struct sl_grounds *out, struct sl_ground *ground,
                                struct sl_err *e)
{
	struct sl_ground made;

	if (!e->code &&
	    !sl_overlay_ground(in, n_in, out->v, out->n, p->c->limit.overlap_sliver_width_m, &made, e))
		*ground = made;
	sl_arena_done(&out->a);
	return e->code;
}

static enum sl_code build_tree(struct sl_check_programme *p, struct sl_err *e)
{
	struct sl_grid_box *box = sl_arena_alloc(&p->rule, p->shape.n, sizeof *box, e);

	if (!box)
		return e->code;
	for (size_t i = 0; i < p->shape.n; i++)
		box[i] = sl_index_box(p->shape.v[i].box);
	(void)!sl_boxtree_build(p->a, box, p->shape.n, &p->shape_tree, e);
	sl_arena_done(&p->rule);
	return e->code;
}

static enum sl_code link_releases(struct sl_check_programme *p, struct sl_err *e)
{
	p->hazard_of_release = sl_arena_alloc(p->a, p->release.n, sizeof(uint32_t), e);
	p->next_release = p->hazard_of_release ? sl_arena_alloc(p->a, p->release.n, sizeof(uint32_t), e) : NULL;
	p->release_of_hazard = p->next_release ? sl_arena_alloc(p->a, p->hazard.n, sizeof(uint32_t), e) : NULL;
	if (!p->release_of_hazard)
		return e->code;
	for (size_t i = 0; i < p->hazard.n; i++)
		p->release_of_hazard[i] = SL_NO_ITEM;
	for (size_t i = p->release.n; i-- > 0;) {
		uint32_t item = sl_index_find(p, SL_CHECK_HAZARD, p->release.v[i].hazard);

		p->hazard_of_release[i] = p->next_release[i] = SL_NO_ITEM;
		if (item == SL_NO_ITEM)
			continue;
		p->hazard_of_release[i] = p->item.v[item].detail;
		p->next_release[i] = p->release_of_hazard[p->item.v[item].detail];
		p->release_of_hazard[p->item.v[item].detail] = (uint32_t)i;
	}
	return SL_OK;
}

static sl_programme_rule *const rules[] = {
    sl_g10_overlap,        sl_g11_outside_hazard,
    sl_g12_g16_places,     sl_g21_too_large,
    sl_g23_released_twice, sl_t03_before_identified,
    sl_s02_remaining,      sl_s03_confirmed_and_released,
    sl_s05_activity,       sl_s06_over_released,
    sl_s07_handed_over,    sl_s09_confirmed,
    sl_s10_suspected,      sl_s11_contradiction,
    sl_e02_unresolved,     sl_e03_disposal,
    sl_e04_released,       sl_i01_identifiers,
    sl_i03_codes,          sl_i04_form_identifiers,
    sl_i06_references,     sl_r02_parts,
    sl_r05_digits,         sl_r06_copies,
    sl_r07_nothing_found,  sl_r09_identical,
    sl_v03_duplicates,     sl_v05_small_cells,
    sl_v06_outcomes,       sl_q01_approvals,
    sl_q02_overdue,        sl_q05_visits,
    sl_g26_populated,
};

enum sl_code sl_check_programme_finish(struct sl_check_programme *p, struct sl_findings *out,
                                       struct sl_err *e)
{
	enum { N = sizeof rules / sizeof *rules };

	p->out = out;
	if (p->horizon == SL_DAY_NONE)
		p->horizon = p->c->today.day;
	if (build_tree(p, e) || link_releases(p, e))
		return e->code;
	for (size_t i = 0; i < N; i++) {
		if (p->env) {
			sl_env_progress(p->env, "checking", i, N);
			if (sl_env_stopped(p->env))
				return sl_fail(e, SL_CANCELLED, "interrupted");
		}
		(void)!rules[i](p, e);
		sl_arena_done(&p->rule);
		if (e->code)
			return e->code;
	}
	if (p->env)
		sl_env_progress(p->env, "checking", N, N);
	return SL_OK;
}
