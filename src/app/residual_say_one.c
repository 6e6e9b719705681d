/* What is said about one release: what is left, what one thing more would change, what it hangs on, and its
 * cells. */
#include "app/residual.h"

#include "analysis/density.h"
#include "analysis/fade_out.h"
#include "geo/cells.h"

#include <math.h>
#include <stdlib.h>

enum { FURTHER_PASSES_MAX = 6, TABLE_CELLS_MAX = 20, SHAPE_CELLS_MAX = 20000 };
#define NEXT_SAMPLE 0.1 /* of the ground, where none was sampled yet */
#define WORSE 0.05

/* In 100, rounded down to a tenth: never 100. */
static double in_100(double p)
{
	return fmin(99.9, floor(p * 1000) / 10);
}

static struct sl_str probability_text(struct sl_statement *s, const struct sl_residual_result *r,
                                      struct sl_err *e)
{
	bool one = r->probability_high - r->probability_low < 0.0005;
	const char *p = e->code ? NULL
	                : one
	                    ? sl_arena_printf(s->a, e, "%.3g", r->probability_high)
	                    : sl_arena_printf(s->a, e, "%.3g – %.3g", r->probability_low, r->probability_high);

	return sl_str_from(p ? p : "");
}

static void say_doubts(struct sl_statement *s, const struct sl_residual_result *r, struct sl_err *e)
{
	const struct sl_residual_site *site = r->site;

	if (!isnan(site->stated) && site->any_recorded && fabs(site->stated - site->recorded) > 0.5)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "The release says that {stated} items were found, its ordnance records say "
		                        "{recorded}: the larger number is used."),
		    SL_SAID({"stated", .number = site->stated}, {"recorded", .number = site->recorded}), e);
	if (site->quantity_unknown)
		sl_statement_say(s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis", "An ordnance record has no number of items: it is counted as "
		                                     "one, and more may have been there."),
		                 NULL, 0, e);
	if (site->later > 0)
		sl_statement_say(s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis",
		                         "Items found on this ground after its release: {n}. The search had missed "
		                         "them: look at the ground and at the stated detection again."),
		                 SL_SAID({"n", .number = site->later}), e);
	if (r->sampled > 0)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "Items that quality samples found on searched ground: {n}. By the rules of quality "
		            "control such ground is searched again, whatever is computed here."),
		    SL_SAID({"n", .number = r->sampled}), e);
	if (site->n_silent)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "Quality samples that do not say whether anything was found, and are left out: {n}."),
		    SL_SAID({"n", .number = (double)site->n_silent}), e);
	if (site->area_reported)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "There is no boundary: the area is as reported, and there are no cells."),
		    NULL, 0, e);
	if (!site->n_effort && isnan(site->passes))
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "How often the ground was searched is not recorded; assumed passes: {n}."),
		    SL_SAID({"n", .number = (double)r->n_passes}), e);
	if (!site->n_effort && isnan(site->processed_m2))
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "How much of the ground was searched is not recorded: {n} in 100 is assumed."),
		    SL_SAID({"n", .number = r->search.passes[0].coverage * 100, .decimals = 1}), e);
}

/* Whose number it is: the release's, or that of the option which stood in for it. */
static struct sl_str whose(const struct sl_residual_site *site, double recorded, const char *option)
{
	if (site->n_effort)
		return SL_STR("--effort");
	return isnan(recorded) ? sl_str_from(option) : site->id;
}

static void say_inputs(struct sl_statement *s, const struct sl_residual_settings *set,
                       const struct sl_residual_result *r, struct sl_err *e)
{
	const bool table = set->n_rows && isnan(r->site->probability);
	const struct sl_residual_site *site = r->site;
	struct sl_str by = site->id;

	sl_statement_input(s,
	                   (struct sl_quantity){.name = "release",
	                                        .label = SL_TEXT("analysis", "Release"),
	                                        .text = site->id,
	                                        .value = (double)NAN,
	                                        .source = by},
	                   e);
	if (site->method.n)
		sl_statement_input(s,
		                   (struct sl_quantity){.name = "method",
		                                        .label = SL_TEXT("analysis", "Methods"),
		                                        .text = site->method,
		                                        .value = (double)NAN,
		                                        .source = by},
		                   e);
	sl_residual_input(s, "area_m2", SL_TEXT("analysis", "Area"), SL_TEXT("analysis-unit", "m²"),
	                  site->area_m2, 0, by, e);
	sl_residual_input(s, "found", SL_TEXT("analysis", "Items found by the search"),
	                  SL_TEXT("analysis-unit", "items"), r->found, 0, by, e);
	sl_residual_input(s, "passes", SL_TEXT("analysis", "Passes of the search"), NULL, (double)r->n_passes,
	                  0, whose(site, site->passes, "--passes"), e);
	sl_statement_input(
	    s,
	    (struct sl_quantity){
	        .name = "detection",
	        .label = SL_TEXT("analysis", "Probability of detection of one item in one pass"),
	        .text = probability_text(s, r, e),
	        .value = (double)NAN,
	        .source = whose(site, site->probability, table ? "--detection-table" : "--detection")},
	    e);
	sl_residual_input(
	    s, "trials",
	    SL_TEXT("analysis", "Test items behind the detection probability (0: taken as exactly known)"),
	    NULL, r->search.passes[0].trials, 0,
	    whose(site, site->trials, table ? "--detection-table" : "--trials"), e);
	sl_residual_input(s, "coverage", SL_TEXT("analysis", "Share of the ground searched"), NULL,
	                  r->search.passes[0].coverage, 3, whose(site, site->processed_m2, "--coverage"), e);
	sl_residual_input(s, "depth_cm", SL_TEXT("analysis", "Depth searched to"),
	                  SL_TEXT("analysis-unit", "cm"), site->depth_cm, 0, by, e);
	sl_residual_input(s, "sample_share", SL_TEXT("analysis", "Share of the ground sampled for quality"),
	                  NULL, r->search.sample.coverage, 4, by, e);
	sl_residual_input(s, "sample_found", SL_TEXT("analysis", "Items found by quality samples"),
	                  SL_TEXT("analysis-unit", "items"), r->sampled, 0, by, e);
	if (r->grid)
		sl_residual_input(s, "cell_m", SL_TEXT("analysis", "Side of a cell"), SL_TEXT("analysis-unit", "m"),
		                  r->grid->cell_m, 1, SL_STR(""), e);
}

/* A pass alike the last, or a sample as large as those before (or a tenth of the ground). */
static bool one_more(const struct sl_residual_result *r, bool sample, struct sl_search *out)
{
	*out = r->search;
	if (!sample) {
		if (out->n == SL_PASSES_MAX)
			return false;
		out->passes[out->n] = out->passes[out->n - 1];
		out->n++;
		return true;
	}
	if (!(out->sample.coverage > 0)) {
		out->sample = out->passes[0];
		out->sample.coverage = NEXT_SAMPLE;
	} else
		out->sample.coverage = fmin(1, 2 * out->sample.coverage);
	return out->sample.coverage > r->search.sample.coverage;
}

static enum sl_code say_outlook(struct sl_statement *s, struct sl_residual_work *w,
                                const struct sl_residual_result *r, struct sl_err *e)
{
	struct sl_search more;
	struct sl_outlook x;

	if (one_more(r, false, &more)) {
		if (sl_residual_more(w, r, &more, &x, e))
			return e->code;
		sl_residual_figure(s, "after_pass_expected",
		                   SL_TEXT("analysis", "Expected to be left after one further pass alike"),
		                   SL_TEXT("analysis-unit", "items"), x.expected, sl_residual_places(x.expected),
		                   e);
		sl_residual_figure(s, "after_pass_finds",
		                   SL_TEXT("analysis", "Probability that this pass finds anything"), NULL, x.finds,
		                   3, e);
		sl_residual_items(s, "after_pass_if_nothing",
		                  SL_TEXT("analysis", "Left after one further pass, if it finds nothing"),
		                  &x.if_nothing.items, e);
		sl_residual_figure(s, "after_pass_none",
		                   SL_TEXT("analysis", "Probability that nothing is left then"), NULL,
		                   x.if_nothing.items.none, 4, e);
		sl_statement_say(
		    s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis",
		            "One further pass alike: it finds something with a probability of {finds} in 100, and "
		            "{expected} items are expected to be left after it. If it finds nothing, {nothing} "
		            "are, and the probability that nothing is left rises from {now} to {none} in 100."),
		    SL_SAID({"finds", .number = x.finds * 100, .decimals = 1},
		            {"expected", .number = x.expected, .decimals = sl_residual_places(x.expected)},
		            {"nothing", .number = x.if_nothing.items.mean,
		             .decimals = sl_residual_places(x.if_nothing.items.mean)},
		            {"now", .number = in_100(r->left.items.none), .decimals = 1},
		            {"none", .number = in_100(x.if_nothing.items.none), .decimals = 1}),
		    e);
	}
	if (one_more(r, true, &more)) {
		if (sl_residual_more(w, r, &more, &x, e))
			return e->code;
		sl_residual_figure(s, "after_sample_expected",
		                   SL_TEXT("analysis", "Expected to be left after one further quality sample"),
		                   SL_TEXT("analysis-unit", "items"), x.expected, sl_residual_places(x.expected),
		                   e);
		sl_residual_items(s, "after_sample_if_nothing",
		                  SL_TEXT("analysis", "Left after one further quality sample, if it finds nothing"),
		                  &x.if_nothing.items, e);
		sl_statement_say(
		    s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis", "One further quality sample of {share} in 100 of the ground: it finds "
		                        "something with a probability of {finds} in 100. If it finds nothing, "
		                        "{nothing} items are expected to be left instead of {now}."),
		    SL_SAID(
		        {"share", .number = (more.sample.coverage - r->search.sample.coverage) * 100,
		         .decimals = 1},
		        {"finds", .number = x.finds * 100, .decimals = 1},
		        {"nothing", .number = x.if_nothing.items.mean,
		         .decimals = sl_residual_places(x.if_nothing.items.mean)},
		        {"now", .number = r->left.items.mean, .decimals = sl_residual_places(r->left.items.mean)}),
		    e);
	}
	return e->code;
}

static enum sl_code say_stopping(struct sl_statement *s, struct sl_residual_work *w,
                                 const struct sl_residual_settings *set, const struct sl_residual_result *r,
                                 struct sl_err *e)
{
	struct sl_residual_result step = *r;
	struct sl_polygon_remaining x = r->left;
	int n = 0;

	while (x.items.none < set->target && n < FURTHER_PASSES_MAX && one_more(&step, false, &step.search)) {
		n++;
		if (sl_residual_again(w, &step, &step.search, &x, e))
			return e->code;
	}
	sl_residual_figure(
	    s, "passes_to_target",
	    SL_TEXT("analysis", "Further passes without a find until the level asked for is reached"), NULL,
	    x.items.none >= set->target ? n : (double)NAN, 0, e);
	if (!n)
		sl_statement_say(
		    s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis",
		            "The probability that nothing is left has reached the level asked for, {target} in "
		            "100. Which level is enough is for the authority to say, not for this computation."),
		    SL_SAID({"target", .number = set->target * 100, .decimals = 1}), e);
	else if (x.items.none >= set->target)
		sl_statement_say(
		    s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis", "The probability that nothing is left reaches {target} in 100 when this "
		                        "number of further passes finds nothing: {n}. Which level is enough is for "
		                        "the authority to say, not for this computation."),
		    SL_SAID({"target", .number = set->target * 100, .decimals = 1}, {"n", .number = n}), e);
	else
		sl_statement_say(s, SL_SAYS_ANSWER,
		                 SL_TEXT("analysis", "More passes of the same kind do not bring the probability "
		                                     "that nothing is left to {target} in 100: what they have in "
		                                     "common to miss limits it. Another method would tell more."),
		                 SL_SAID({"target", .number = set->target * 100, .decimals = 1}), e);
	return e->code;
}

/* Where nothing was found the answer leans on how much of such ground holds nothing: what it is without
 * that. */
static enum sl_code say_contaminated(struct sl_statement *s, const struct sl_residual_settings *set,
                                     const struct sl_residual_result *r, struct sl_err *e)
{
	struct sl_residual_prior sure = set->prior;
	struct sl_residual_work *w;
	struct sl_polygon_remaining x;

	if (r->found + r->sampled > 0)
		return SL_OK;
	sure.contaminated = 1;
	if (sl_residual_work_new(s->a, &sure, &w, e) || sl_residual_again(w, r, &r->search, &x, e))
		return e->code;
	sl_residual_items(s, "if_contaminated",
	                  SL_TEXT("analysis", "Left, if the ground surely held something before the search"),
	                  &x.items, e);
	return e->code;
}

/* How much hangs on what nobody has measured. */
static enum sl_code say_sensitivity(struct sl_statement *s, struct sl_residual_work *w,
                                    const struct sl_residual_result *r, struct sl_err *e)
{
	static const struct {
		const char *name, *label;
		double shared, worse;
	} change[] = {
	    {"if_independent", SL_TEXT("analysis", "Left, if passes missed independently of each other"), 0, 0},
	    {"if_in_common", SL_TEXT("analysis", "Left, if all passes missed the same items"), 1, 0},
	    {"if_detection_worse",
	     SL_TEXT("analysis", "Left, if the detection probability were 0.05 lower than stated"), -1, WORSE},
	};

	for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
		struct sl_search search = r->search;
		struct sl_polygon_remaining x;

		if (change[i].shared >= 0 && r->n_passes < 2 && !(r->search.sample.coverage > 0))
			continue;
		if (change[i].shared >= 0)
			search.shared = change[i].shared;
		for (size_t k = 0; k < search.n; k++)
			for (size_t band = 0; band < search.n_bands; band++)
				search.passes[k].probability[band] =
				    fmax(0, search.passes[k].probability[band] - change[i].worse);
		if (sl_residual_again(w, r, &search, &x, e)) {
			if (e->code != SL_INVALID) /* 0.05 lower may be nothing */
				return e->code;
			sl_err_clear(e);
			continue;
		}
		sl_residual_items(s, change[i].name, change[i].label, &x.items, e);
	}
	return e->code;
}

static void say_fade_out(struct sl_statement *s, const struct sl_residual_settings *set,
                         const struct sl_residual_result *r, struct sl_err *e)
{
	double distance, beyond, scatter, recorded = r->site->fade_out_m;

	sl_residual_input(s, "fade_out_m", SL_TEXT("analysis", "Fade-out as recorded"),
	                  SL_TEXT("analysis-unit", "m"), recorded, 1, r->site->id, e);
	if (e->code)
		return;
	if (recorded > 0 && !sl_fade_out_scatter(recorded, set->fade_share, &scatter, e))
		sl_residual_figure(s, "fade_out_scatter_m",
		                   SL_TEXT("analysis",
		                           "Widest scatter (half of the items within) for which the recorded "
		                           "fade-out leaves one in a million outside"),
		                   SL_TEXT("analysis-unit", "m"), scatter, 2, e);
	if (e->code || isnan(set->scatter_m) ||
	    sl_fade_out_distance(set->fade_share, set->scatter_m, &distance, e))
		return;
	sl_residual_figure(s, "fade_out_needed_m",
	                   SL_TEXT("analysis", "Fade-out beyond which one item in a million lies"),
	                   SL_TEXT("analysis-unit", "m"), distance, 1, e);
	if (!(recorded >= 0) || sl_fade_out_beyond(recorded, set->scatter_m, &beyond, e))
		return;
	sl_residual_figure(s, "fade_out_beyond",
	                   SL_TEXT("analysis", "Share of the scatter beyond the recorded fade-out"), NULL,
	                   beyond, 6, e);
	if (recorded < distance)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "The recorded fade-out of {recorded} m is shorter than {needed} m, beyond which one "
		            "item in a million lies when half of them lie within {scatter} m."),
		    SL_SAID({"recorded", .number = recorded, .decimals = 1},
		            {"needed", .number = distance, .decimals = 1},
		            {"scatter", .number = set->scatter_m, .decimals = 1}),
		    e);
}

static enum sl_code add_cell_shape(struct sl_statement *s, const struct sl_residual_result *r, size_t i,
                                   const struct sl_cell_risk *risk, struct sl_err *e)
{
	const struct sl_cell_grid *g = r->grid;
	double west = g->lon0 + g->d_lon * (double)(r->place[i] % g->nx),
	       south = g->lat0 + g->d_lat * (double)(r->place[i] / g->nx);
	double xy[] = {west, south,           west + g->d_lon, south, west + g->d_lon, south + g->d_lat,
	               west, south + g->d_lat};
	struct sl_geom_builder b;
	struct sl_geom *shape = sl_arena_alloc(s->a, 1, sizeof *shape, e);

	if (!shape)
		return e->code;
	sl_geom_build(&b, s->a, SL_GEOM_POLYGON);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e) || sl_geom_add_points(&b, xy, 4, e))
		return e->code;
	sl_geom_finish(&b, shape);
	sl_statement_shape(s,
	                   (struct sl_statement_shape){.geometry = shape,
	                                               .name = r->site->id,
	                                               .record = r->site->record,
	                                               .value = (double)risk->expected,
	                                               .low = (double)NAN,
	                                               .high = (double)NAN},
	                   e);
	return e->code;
}

static enum sl_code say_cells(struct sl_statement *s, struct sl_residual_work *w,
                              const struct sl_residual_result *r, struct sl_err *e)
{
	static const struct sl_statement_column columns[] = {
	    {"cell", SL_TEXT("analysis", "Cell, eastward and northward from the south-west corner"), NULL, true,
	     0},
	    {"area_m2", SL_TEXT("analysis", "Area"), SL_TEXT("analysis-unit", "m²"), false, 1},
	    {"found", SL_TEXT("analysis", "Found"), SL_TEXT("analysis-unit", "items"), false, 0},
	    {"expected", SL_TEXT("analysis", "Expected to be left"), SL_TEXT("analysis-unit", "items"), false,
	     5},
	    {"any", SL_TEXT("analysis", "Probability that anything is left"), NULL, false, 5},
	};
	struct sl_statement_table *t;
	struct sl_polygon_remaining again;
	struct sl_cell_risk *risk;
	struct sl_residual_rank *order;

	if (!r->n_cells)
		return SL_OK;
	if (sl_residual_again(w, r, &r->search, &again, e) || /* the outlook left another posterior behind */
	    !(risk = sl_arena_alloc(s->a, r->n_cells, sizeof *risk, e)) ||
	    !(order = sl_arena_alloc(s->a, r->n_cells, sizeof *order, e)))
		return e->code;
	sl_residual_cells(w, r->cell, r->n_cells, risk);
	for (size_t i = 0; i < r->n_cells; i++)
		order[i] = (struct sl_residual_rank){i, (double)risk[i].expected};
	qsort(order, r->n_cells, sizeof *order, sl_residual_by_expected);
	t = sl_statement_table(s, "cells", SL_TEXT("analysis", "Cells with the most expected to be left"),
	                       columns, sizeof columns / sizeof *columns, e);
	/* Those with finds, then one of those without, which differ by their area alone. */
	for (size_t k = 0, more = 1; t && more && k < r->n_cells && k < TABLE_CELLS_MAX; k++) {
		size_t i = order[k].i, at = r->place[i];
		struct sl_statement_cell *row = sl_statement_row(s, t, e);

		if (!row)
			return e->code;
		row[0].text = sl_str_from(sl_arena_printf(s->a, e, "%zu, %zu", at % r->grid->nx, at / r->grid->nx));
		row[1].number = r->grid->m2[at];
		row[2].number = r->cell[i].found;
		row[3].number = (double)risk[i].expected;
		row[4].number = (double)risk[i].any;
		more = r->cell[i].found > 0;
	}
	for (size_t i = 0; i < r->n_cells && r->n_cells <= SHAPE_CELLS_MAX; i++)
		if (add_cell_shape(s, r, i, &risk[i], e))
			return e->code;
	s->shape_label = SL_TEXT("analysis", "Items expected to be left in each cell");
	s->shape_unit = SL_TEXT("analysis-unit", "items");
	return e->code;
}

enum sl_code sl_residual_say_one(struct sl_statement *s, struct sl_residual_work *w,
                                 const struct sl_residual_settings *set, const struct sl_residual_result *r,
                                 struct sl_err *e)
{
	const struct sl_polygon_remaining *x = &r->left;
	const bool one = r->probability_high - r->probability_low < 0.0005;
	const uint8_t digits =
	    fabs(r->probability_high * 100 - round(r->probability_high * 100)) > 1e-9 ? 3 : 2;
	double found, sampled, remaining, bound;
	struct sl_effect effect;

	sl_statement_say(
	    s, SL_SAYS_ANSWER,
	    SL_TEXT("analysis",
	            "{release}: {expected} items are expected to be left, between {low} and {high} ({level} in "
	            "100 such intervals hold the truth), on {area} m². Items found: {found}; passes of the "
	            "search: {passes}; probability that a pass finds an item: {probability}."),
	    SL_SAID({"release", .text = r->site->id},
	            {"expected", .number = x->items.mean, .decimals = sl_residual_places(x->items.mean)},
	            {"low", .number = x->items.low}, {"high", .number = x->items.high},
	            {"level", .number = SL_RESIDUAL_LEVEL * 100}, {"area", .number = r->site->area_m2},
	            {"found", .number = r->found}, {"passes", .number = (double)r->n_passes},
	            {"probability", .text = one ? (struct sl_str){0} : probability_text(s, r, e),
	             .number = r->probability_high, .decimals = digits}),
	    e);
	sl_statement_say(s, SL_SAYS_ANSWER,
	                 SL_TEXT("analysis",
	                         "The probability that nothing is left is {none} in 100, rounded down, if the "
	                         "search was as it is recorded and the assumptions below hold."),
	                 SL_SAID({"none", .number = in_100(x->items.none), .decimals = 1}), e);
	if (e->code || sl_search_effect(&r->search, &effect, e))
		return e->code;
	sl_effect_mean(&effect, &found, &sampled, &remaining);
	sl_residual_items(s, "remaining_items", SL_TEXT("analysis", "Items left"), &x->items, e);
	sl_residual_figure(s, "nothing_left", SL_TEXT("analysis", "Probability that nothing is left"), NULL,
	                   x->items.none, 4, e);
	sl_residual_figure(s, "detection_all",
	                   SL_TEXT("analysis", "Share of the items that search and samples together find"),
	                   NULL, found + sampled, 4, e);
	sl_residual_figure(
	    s, "never_contaminated",
	    SL_TEXT("analysis", "Probability that the ground never held anything (mostly the prior)"), NULL,
	    x->was_clean, 4, e);
	sl_residual_figure(s, "density_before", SL_TEXT("analysis", "Density before the search, expected"),
	                   SL_TEXT("analysis-unit", "items a hectare"), x->density_ha,
	                   sl_residual_places(x->density_ha), e);
	if (!(r->found + r->sampled > 0)) {
		if (e->code || sl_density_nothing_found(r->site->area_m2, found + sampled, 0.95, &bound, e))
			return e->code;
		sl_residual_figure(
		    s, "density_bound",
		    SL_TEXT("analysis",
		            "Density before the search, at most: from finding nothing alone (95 %, flat prior)"),
		    SL_TEXT("analysis-unit", "items a hectare"), bound, 3, e);
		sl_statement_say(s, SL_SAYS_ANSWER,
		                 SL_TEXT("analysis",
		                         "Nothing found does not prove that nothing is there: by itself it shows "
		                         "only that the ground held fewer than {bound} items a hectare (95 %)."),
		                 SL_SAID({"bound", .number = bound, .decimals = 3}), e);
	}
	if (say_outlook(s, w, r, e) || say_stopping(s, w, set, r, e) || say_contaminated(s, set, r, e) ||
	    say_sensitivity(s, w, r, e))
		return e->code;
	say_doubts(s, r, e);
	say_inputs(s, set, r, e);
	say_fade_out(s, set, r, e);
	return e->code ? e->code : say_cells(s, w, r, e);
}
