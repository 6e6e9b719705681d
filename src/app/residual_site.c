/* One release: its effort as a search, its finds in cells, and what may be left. */
#include "app/residual.h"

#include "geo/cells.h"

#include <math.h>
#include <stdio.h>

enum { CELLS_MAX = 250000 };

/* Nothing can be said, and why: in one sentence that names what is missing. */
static enum sl_code refuse(struct sl_residual_result *r, struct sl_err *e)
{
	if (e->code == SL_INVALID) {
		snprintf(r->why, sizeof r->why, "%s", e->msg);
		sl_err_clear(e);
	}
	return e->code;
}

static bool same_band(const struct sl_detection_row *a, const struct sl_detection_row *b)
{
	return !(a->from_cm < b->from_cm) && !(a->from_cm > b->from_cm) && !(a->to_cm < b->to_cm) &&
	       !(a->to_cm > b->to_cm) && isnan(a->from_cm) == isnan(b->from_cm) &&
	       isnan(a->to_cm) == isnan(b->to_cm);
}

static bool fits(const struct sl_detection_row *row, struct sl_str method, struct sl_str soil)
{
	return sl_str_eq(row->method, method) && sl_str_eq(row->soil, soil);
}

/* The rows of the table for a method: those of this soil, else those that name none. */
static enum sl_code from_table(const struct sl_residual_settings *set, const struct sl_residual_site *site,
                               struct sl_str method, struct sl_search *s, struct sl_pass *out,
                               struct sl_err *e)
{
	const struct sl_detection_row *band[SL_DEPTH_BANDS_MAX];
	struct sl_str soil = site->soil;
	size_t n = 0;
	double share = 0, trials = (double)NAN;

	for (int any = 0; any < 2 && !n; any++, soil = SL_STR(""))
		for (size_t i = 0; i < set->n_rows; i++)
			if (fits(&set->row[i], method, soil)) {
				if (n == SL_DEPTH_BANDS_MAX)
					return sl_fail(e, SL_INVALID, "more than %d bands of depth for method %.*s",
					               SL_DEPTH_BANDS_MAX, SL_STR_ARG(method));
				band[n++] = &set->row[i];
			}
	if (!n)
		return sl_fail(e, SL_INVALID,
		               "the table of detection probabilities has no row for method '%.*s' and soil '%.*s'",
		               SL_STR_ARG(method), SL_STR_ARG(site->soil));
	for (size_t i = 0; i < n; i++) {
		double of_items = n == 1 && isnan(band[i]->share) ? 1 : band[i]->share;

		if (isnan(of_items))
			return sl_fail(e, SL_INVALID,
			               "line %zu of the table of detection probabilities: 'share' has to say how many "
			               "of the items "
			               "lie in this band of depth",
			               band[i]->line);
		if (s->n_bands && (s->n_bands != n || fabs(s->depth_share[i] - of_items) > 1e-9))
			return sl_fail(e, SL_INVALID,
			               "methods of one release have different bands of depth in the table");
		for (size_t k = 0; k < i; k++)
			if (same_band(band[k], band[i]))
				return sl_fail(e, SL_INVALID, "method '%.*s' has one band of depth twice in the table",
				               SL_STR_ARG(method));
		out->probability[i] = band[i]->probability;
		share += of_items;
		s->depth_share[i] = of_items;
		/* One pass is as well known as its least known band; 0 test items mean exactly known. */
		if (!isnan(band[i]->trials) &&
		    (isnan(trials) || !(trials > 0) || (band[i]->trials > 0 && band[i]->trials < trials)))
			trials = band[i]->trials;
	}
	if (fabs(share - 1) > 1e-6)
		return sl_fail(e, SL_INVALID,
		               "the shares of items by depth for method '%.*s' sum to %g; they have to sum to 1",
		               SL_STR_ARG(method), share);
	s->n_bands = n;
	out->trials = isnan(trials) ? out->trials : trials;
	return SL_OK;
}

static double either(double first, double second)
{
	return isnan(first) ? second : first;
}

static enum sl_code add_passes(const struct sl_residual_settings *set, const struct sl_residual_site *site,
                               const struct sl_effort *effort, struct sl_search *s, struct sl_err *e)
{
	double probability = either(either(effort->probability, site->probability), (double)NAN);
	double n = either(either(effort->passes, site->passes), set->passes);
	struct sl_pass pass = {.coverage =
	                           either(effort->coverage, site->processed_m2 >= 0
	                                                        ? fmin(1, site->processed_m2 / site->area_m2)
	                                                        : set->coverage),
	                       .trials = either(either(effort->trials, site->trials), set->trials)};

	if (isnan(probability) && set->n_rows) {
		if (from_table(set, site, effort->method, s, &pass, e))
			return e->code;
	} else {
		probability = either(probability, set->probability);
		if (isnan(probability))
			return sl_fail(e, SL_INVALID,
			               "no search effort is recorded: 'detection_probability' is empty, and nothing else says "
			               "what a pass detects");
		if (s->n_bands > 1)
			return sl_fail(
			    e, SL_INVALID,
			    "one pass has a detection probability by depth and another has one for all depths");
		pass.probability[0] = probability;
		s->depth_share[0] = 1;
		s->n_bands = 1;
	}
	if (!(n >= 0) || n != floor(n) || (double)s->n + n > SL_PASSES_MAX)
		return sl_fail(e, SL_INVALID, "searched %g times: passes is a whole number, at most %d in all", n,
		               SL_PASSES_MAX);
	for (; n > 0; n--)
		s->passes[s->n++] = pass;
	return SL_OK;
}

static enum sl_code build_search(const struct sl_residual_settings *set,
                                 const struct sl_residual_site *site, struct sl_search *s, struct sl_err *e)
{
	struct sl_str rest = site->method, method;

	*s = (struct sl_search){.shared = set->shared, .hidden = set->hidden};
	for (size_t i = 0; i < site->n_effort; i++)
		if (add_passes(set, site, &site->effort[i], s, e))
			return e->code;
	if (!site->n_effort) {
		const struct sl_effort own = {.coverage = (double)NAN,
		                              .passes = (double)NAN,
		                              .probability = (double)NAN,
		                              .trials = (double)NAN};
		bool by_method = set->n_rows && isnan(site->probability);

		/* With a table each method went over it so many times; one probability is that of whatever was
		 * used. */
		while (by_method && sl_str_split(&rest, ' ', &method)) {
			struct sl_effort one = own;

			one.method = method;
			if (add_passes(set, site, &one, s, e))
				return e->code;
		}
		if (by_method && !site->method.n)
			return sl_fail(e, SL_INVALID, "no search effort is recorded: the release names no method");
		if (!by_method && add_passes(set, site, &own, s, e))
			return e->code;
	}
	if (!s->n)
		return sl_fail(e, SL_INVALID, "no search effort: the ground was searched 0 times");
	if (site->sample_m2 > 0) {
		s->sample = s->passes[0];
		s->sample.coverage = fmin(1, site->sample_m2 / site->area_m2);
		if (!isnan(set->sample_probability))
			for (size_t i = 0; i < s->n_bands; i++)
				s->sample.probability[i] = set->sample_probability;
	}
	return sl_search_check(s, e);
}

/* Finds in the cells where they were found, and all cells with ground. */
static enum sl_code lay_cells(struct sl_arena *a, const struct sl_residual_settings *set,
                              const struct sl_residual_site_list *list, struct sl_residual_result *r,
                              struct sl_err *e)
{
	const struct sl_residual_site *site = r->site;
	uint32_t *found;
	size_t cell, n;

	if (site->geometry.type != SL_GEOM_POLYGON)
		return SL_OK;
	if (!(r->grid = sl_arena_alloc(a, 1, sizeof *r->grid, e)) ||
	    sl_geom_cells(a, &site->geometry, set->cell_m, CELLS_MAX, r->grid, e))
		return e->code;
	n = (size_t)r->grid->nx * r->grid->ny;
	if (!(found = sl_arena_alloc(a, n, sizeof *found, e)) ||
	    !(r->cell = sl_arena_alloc(a, n, sizeof *r->cell, e)) ||
	    !(r->place = sl_arena_alloc(a, n, sizeof *r->place, e)))
		return e->code;
	for (size_t i = site->first_find; i != SL_NONE_SITE; i = list->find[i].next)
		if (sl_cell_at(r->grid, list->find[i].lon, list->find[i].lat, &cell) && r->grid->m2[cell] > 0)
			found[cell] += (uint32_t)fmin(list->find[i].quantity, 1e6);
	for (size_t i = 0; i < n; i++)
		if (r->grid->m2[i] > 0) {
			r->place[r->n_cells] = i;
			r->cell[r->n_cells++] = (struct sl_searched_cell){(float)r->grid->m2[i], found[i], 0};
		}
	return SL_OK;
}

static enum sl_code count_finds(struct sl_residual_result *r, struct sl_err *e)
{
	const struct sl_residual_site *site = r->site;

	if (isnan(site->stated) && !site->any_recorded)
		return sl_fail(e, SL_INVALID,
		               "nobody said whether anything was found: 'ordnance_found' is empty and no ordnance "
		               "record names the "
		               "release; 0 is an answer, empty is none");
	if (site->stated < 0)
		return sl_fail(e, SL_INVALID, "%g items found: a count is 0 or more", site->stated);
	if (site->sample_found < 0)
		return sl_fail(e, SL_INVALID, "%g items found by quality samples: a count is 0 or more",
		               site->sample_found);
	r->found = fmax(site->recorded, isnan(site->stated) ? 0 : site->stated);
	r->sampled = site->sample_found;
	return SL_OK;
}

static enum sl_code posterior(struct sl_residual_work *w, const struct sl_residual_result *r,
                              const struct sl_search *search, struct sl_polygon_remaining *out,
                              struct sl_err *e)
{
	struct sl_effect effect;
	struct sl_searched_ground ground = {r->site->area_m2, r->found, r->sampled, &effect};

	return sl_search_effect(search, &effect, e) ||
	               sl_residual_polygon(w, &ground, 1, r->cell, r->n_cells, out, e)
	           ? e->code
	           : SL_OK;
}

enum sl_code sl_residual_judge(struct sl_arena *a, struct sl_residual_work *w,
                               const struct sl_residual_settings *set,
                               const struct sl_residual_site_list *list,
                               const struct sl_residual_site *site, struct sl_residual_result *out,
                               struct sl_err *e)
{
	*out = (struct sl_residual_result){.site = site, .probability_low = 1};
	if (!(site->area_m2 > 0))
		(void)sl_fail(e, SL_INVALID, "it has no area: neither a boundary nor 'area_reported_m2'");
	if (e->code || build_search(set, site, &out->search, e) || count_finds(out, e) ||
	    lay_cells(a, set, list, out, e) || posterior(w, out, &out->search, &out->left, e))
		return refuse(out, e);
	out->n_passes = out->search.n;
	for (size_t i = 0; i < out->search.n; i++) {
		double p = 0;

		for (size_t k = 0; k < out->search.n_bands; k++)
			p += out->search.depth_share[k] * out->search.passes[i].probability[k];
		out->probability_low = fmin(out->probability_low, p);
		out->probability_high = fmax(out->probability_high, p);
	}
	return SL_OK;
}

enum sl_code sl_residual_again(struct sl_residual_work *w, const struct sl_residual_result *r,
                               const struct sl_search *search, struct sl_polygon_remaining *out,
                               struct sl_err *e)
{
	return posterior(w, r, search, out, e);
}

enum sl_code sl_residual_more(struct sl_residual_work *w, const struct sl_residual_result *r,
                              const struct sl_search *more, struct sl_outlook *out, struct sl_err *e)
{
	struct sl_effect now, then;
	struct sl_searched_ground ground = {r->site->area_m2, r->found, r->sampled, &now};

	if (sl_search_effect(&r->search, &now, e) || sl_search_effect(more, &then, e))
		return e->code;
	return sl_residual_outlook(w, &ground, 1, r->cell, r->n_cells, &then, out, e);
}
