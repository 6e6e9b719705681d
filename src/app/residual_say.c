/* What is said about many releases, and with either: inputs beside every number. */
#include "app/residual.h"

#include <math.h>
#include <stdlib.h>

/* So many that three digits show. */
uint8_t sl_residual_places(double x)
{
	return x >= 100 ? 0 : x >= 10 ? 1 : x >= 1 ? 2 : x >= 0.1 ? 3 : x >= 0.01 ? 4 : 6;
}

void sl_residual_figure(struct sl_statement *s, const char *name, const char *label, const char *unit,
                        double value, uint8_t decimals, struct sl_err *e)
{
	sl_statement_figure(
	    s,
	    (struct sl_quantity){
	        .name = name, .label = label, .unit = unit, .value = value, .decimals = decimals},
	    e);
}

void sl_residual_items(struct sl_statement *s, const char *name, const char *label,
                       const struct sl_remaining *x, struct sl_err *e)
{
	sl_statement_figure(s,
	                    (struct sl_quantity){.name = name,
	                                         .label = label,
	                                         .unit = SL_TEXT("analysis-unit", "items"),
	                                         .value = x->mean,
	                                         .low = x->low,
	                                         .high = x->high,
	                                         .level = SL_RESIDUAL_LEVEL,
	                                         .decimals = sl_residual_places(x->mean)},
	                    e);
}

void sl_residual_input(struct sl_statement *s, const char *name, const char *label, const char *unit,
                       double value, uint8_t decimals, struct sl_str source, struct sl_err *e)
{
	if (!isnan(value))
		sl_statement_input(s,
		                   (struct sl_quantity){.name = name,
		                                        .label = label,
		                                        .unit = unit,
		                                        .value = value,
		                                        .decimals = decimals,
		                                        .source = source},
		                   e);
}

int sl_residual_by_expected(const void *a, const void *b)
{
	const struct sl_residual_rank *x = a, *y = b;

	return x->expected < y->expected ? 1 : x->expected > y->expected ? -1 : x->i < y->i ? -1 : x->i > y->i;
}

/* ---- many ---- */

static void add_refused(struct sl_statement *s, const struct sl_residual_result *r, size_t n,
                        struct sl_err *e)
{
	static const struct sl_statement_column columns[] = {
	    {"release", SL_TEXT("analysis", "Release"), NULL, true, 0},
	    {"why", SL_TEXT("analysis", "Why nothing can be said"), NULL, true, 0},
	};
	struct sl_statement_table *t = NULL;
	size_t refused = 0;

	for (size_t i = 0; i < n && !e->code; i++) {
		struct sl_statement_cell *row;

		if (!r[i].why[0])
			continue;
		refused++;
		if (!t)
			t = sl_statement_table(s, "not_estimated",
			                       SL_TEXT("analysis", "Releases about which nothing can be said"), columns,
			                       2, e);
		if (!t || t->n_rows == SL_RESIDUAL_ROWS_MAX || !(row = sl_statement_row(s, t, e)))
			continue;
		row[0] = (struct sl_statement_cell){
		    .text = r[i].site->id, .number = (double)NAN, .record = r[i].site->record};
		row[1].text = sl_str_from(r[i].why);
	}
	if (refused)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "Releases of searched ground that say too little for an estimate: {n}. They are in no "
		            "number here, and that is no statement that nothing is left on them."),
		    SL_SAID({"n", .number = (double)refused}), e);
}

enum sl_code sl_residual_say_many(struct sl_statement *s, const struct sl_residual_settings *set,
                                  const struct sl_residual_result *r, size_t n, struct sl_err *e)
{
	static const struct sl_statement_column columns[] = {
	    {"release", SL_TEXT("analysis", "Release"), NULL, true, 0},
	    {"expected", SL_TEXT("analysis", "Expected to be left"), SL_TEXT("analysis-unit", "items"), false,
	     3},
	    {"low", SL_TEXT("analysis", "At least (90 %)"), SL_TEXT("analysis-unit", "items"), false, 0},
	    {"high", SL_TEXT("analysis", "At most (90 %)"), SL_TEXT("analysis-unit", "items"), false, 0},
	    {"none", SL_TEXT("analysis", "Probability that nothing is left"), NULL, false, 4},
	    {"area_m2", SL_TEXT("analysis", "Area"), SL_TEXT("analysis-unit", "m²"), false, 0},
	    {"found", SL_TEXT("analysis", "Found"), SL_TEXT("analysis-unit", "items"), false, 0},
	    {"passes", SL_TEXT("analysis", "Passes of the search"), NULL, false, 0},
	    {"detection", SL_TEXT("analysis", "Lowest probability of detection"), NULL, false, 3},
	    {"sample_share", SL_TEXT("analysis", "Share of the ground sampled for quality"), NULL, false, 3},
	};
	struct sl_residual_rank *order = sl_arena_alloc(s->a, n + 1, sizeof *order, e);
	struct sl_statement_table *t;
	double area = 0, found = 0;
	struct sl_residual_sum sum = {0};
	struct sl_remaining all = {0};
	size_t judged = 0;

	(void)set;
	if (!order)
		return e->code;
	for (size_t i = 0; i < n; i++) {
		if (r[i].why[0])
			continue;
		order[judged++] = (struct sl_residual_rank){i, r[i].left.items.mean};
		sl_residual_sum_add(&sum, &r[i].left);
		area += r[i].site->area_m2;
		found += r[i].found + r[i].sampled;
	}
	qsort(order, judged, sizeof *order, sl_residual_by_expected);
	sl_residual_sum_interval(&sum, SL_RESIDUAL_LEVEL, &all.low, &all.high);
	all.mean = sum.mean;
	sl_statement_say(s, SL_SAYS_ANSWER,
	                 SL_TEXT("analysis",
	                         "Releases of searched ground: {n}, with {area} m² together. {expected} items "
	                         "are expected to be left, between {low} and {high} ({level} in 100 such "
	                         "intervals hold the truth). Items found: {found}."),
	                 SL_SAID({"n", .number = (double)judged}, {"area", .number = area},
	                         {"expected", .number = sum.mean, .decimals = sl_residual_places(sum.mean)},
	                         {"low", .number = all.low}, {"high", .number = all.high},
	                         {"level", .number = SL_RESIDUAL_LEVEL * 100}, {"found", .number = found}),
	                 e);
	sl_statement_say(s, SL_SAYS_ANSWER,
	                 SL_TEXT("analysis", "Nothing found does not prove that nothing is there."), NULL, 0,
	                 e);
	sl_statement_say(
	    s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis",
	            "The interval of the sum takes what is uncertain about detection as wrong everywhere in "
	            "the same way, and everything else as independent from release to release."),
	    NULL, 0, e);
	sl_residual_items(s, "remaining_items", SL_TEXT("analysis", "Items left"), &all, e);
	sl_residual_figure(s, "releases", SL_TEXT("analysis", "Releases that are judged"), NULL, (double)judged,
	                   0, e);
	sl_residual_figure(s, "area_m2", SL_TEXT("analysis", "Area"), SL_TEXT("analysis-unit", "m²"), area, 0,
	                   e);
	sl_residual_figure(s, "found", SL_TEXT("analysis", "Found"), SL_TEXT("analysis-unit", "items"), found,
	                   0, e);
	t = sl_statement_table(s, "releases",
	                       SL_TEXT("analysis", "Releases, with the most expected to be left first"),
	                       columns, sizeof columns / sizeof *columns, e);
	for (size_t k = 0; t && k < judged; k++) {
		const struct sl_residual_result *x = &r[order[k].i];
		struct sl_statement_cell *row = k < SL_RESIDUAL_ROWS_MAX ? sl_statement_row(s, t, e) : NULL;

		if (row) {
			row[0] = (struct sl_statement_cell){
			    .text = x->site->id, .number = (double)NAN, .record = x->site->record};
			row[1].number = x->left.items.mean;
			row[2].number = x->left.items.low;
			row[3].number = x->left.items.high;
			row[4].number = x->left.items.none;
			row[5].number = x->site->area_m2;
			row[6].number = x->found;
			row[7].number = (double)x->n_passes;
			row[8].number = x->probability_low;
			row[9].number = x->search.sample.coverage;
		}
		if (x->site->geometry.type == SL_GEOM_POLYGON)
			sl_statement_shape(s,
			                   (struct sl_statement_shape){&x->site->geometry, x->site->id, x->site->record,
			                                               x->left.items.mean, x->left.items.low,
			                                               x->left.items.high},
			                   e);
	}
	if (judged > SL_RESIDUAL_ROWS_MAX)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "The table has the first {n} releases; the layer for the map has all."),
		    SL_SAID({"n", .number = SL_RESIDUAL_ROWS_MAX}), e);
	s->shape_label = SL_TEXT("analysis", "Items expected to be left on each release");
	s->shape_unit = SL_TEXT("analysis-unit", "items");
	add_refused(s, r, n, e);
	return e->code;
}

/* ---- with either ---- */

void sl_residual_say_common(struct sl_statement *s, const struct sl_residual_settings *set,
                            struct sl_err *e)
{
	const struct sl_residual_prior *p = &set->prior;

	sl_statement_say(
	    s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis",
	            "Before the search such ground held anything with a probability of {contaminated}; where "
	            "it did, {mean} items a hectare on average, very unevenly: most hectares none, a few many "
	            "(negative binomial of size {clump} a hectare, spread {spread})."),
	    SL_SAID({"contaminated", .number = p->contaminated, .decimals = 3},
	            {"mean", .number = p->mean_ha, .decimals = 2}, {"clump", .number = p->clump, .decimals = 3},
	            {"spread", .number = p->spread, .decimals = 2}),
	    e);
	sl_statement_say(
	    s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis", "Passes do not miss independently: {shared} of the misses are common to all of "
	                        "them, and {hidden} of the items are found by none. Nobody has measured these "
	                        "shares; the figures say what else would follow."),
	    SL_SAID({"shared", .number = set->shared, .decimals = 2},
	            {"hidden", .number = set->hidden, .decimals = 2}),
	    e);
	sl_statement_say(
	    s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis",
	            "The search was as it is recorded: the detection probability holds for this ground, this "
	            "depth and these items, and ground that the widest pass left out was searched by none."),
	    NULL, 0, e);
	sl_statement_say(
	    s, SL_SAYS_ASSUMPTION,
	    SL_TEXT(
	        "analysis",
	        "Cells share information only through what they have in common: the density of their release, "
	        "its unevenness and its detection. A find does not make the cell beside it likelier."),
	    NULL, 0, e);
	sl_statement_say(
	    s, SL_SAYS_VALIDATION,
	    SL_TEXT("analysis",
	            "On 1,000 simulated fields each, the interval held the truth in 89 to 92 of 100 where the "
	            "prior fits, and in 87 to 93 where density, share of contaminated ground or unevenness "
	            "were up to ten times other than assumed. Where the true detection was 0.1 lower than "
	            "stated it held only 79 of 100 among fields with finds, and too little was expected: "
	            "nothing in the finds shows that."),
	    NULL, 0, e);
	sl_statement_say(
	    s, SL_SAYS_NOT_SHOWN,
	    SL_TEXT("analysis", "Nothing is said of ground outside these boundaries, below the depth searched, "
	                        "or of items of kinds that the search was not made for."),
	    NULL, 0, e);
	sl_statement_say(s, SL_SAYS_NOT_SHOWN,
	                 SL_TEXT("analysis",
	                         "This is no certificate of safety, and no probability makes land safe. It is "
	                         "one of the inputs of a decision that people answer for."),
	                 NULL, 0, e);
	sl_residual_input(s, "contaminated",
	                  SL_TEXT("analysis", "Prior probability that the ground held anything"), NULL,
	                  p->contaminated, 3, SL_STR(""), e);
	sl_residual_input(s, "density", SL_TEXT("analysis", "Prior density where it did"),
	                  SL_TEXT("analysis-unit", "items a hectare"), p->mean_ha, 2, SL_STR(""), e);
	sl_residual_input(s, "shared", SL_TEXT("analysis", "Share of misses that passes have in common"), NULL,
	                  set->shared, 2, SL_STR(""), e);
	sl_residual_input(s, "hidden", SL_TEXT("analysis", "Share of items that no pass finds"), NULL,
	                  set->hidden, 3, SL_STR(""), e);
}
