/* Closed forms against tests/cases/residual.txt; the posterior against what it must be where it is known
 * exactly. */
#include "cases.h"

#include "analysis/density.h"
#include "analysis/fade_out.h"
#include "analysis/residual.h"

#include <gsl/gsl_randist.h>

static enum sl_code miss(const double *v, size_t n, double shared, double *out, struct sl_err *e)
{
	struct sl_search s = {.n = n, .depth_share = {1}, .n_bands = 1, .shared = shared};
	struct sl_effect x;

	for (size_t i = 0; i < n; i++)
		s.passes[i] = (struct sl_pass){1, {v[i]}, 0};
	if (!sl_search_effect(&s, &x, e))
		*out = x.remaining[0];
	return e->code;
}

static enum sl_code miss_trials(const double *v, double *out, struct sl_err *e)
{
	struct sl_search s = {.passes = {{1, {v[1]}, v[0]}}, .n = 1, .depth_share = {1}, .n_bands = 1};
	struct sl_effect x;
	double found, sampled;

	if (!sl_search_effect(&s, &x, e))
		sl_effect_mean(&x, &found, &sampled, out);
	return e->code;
}

static enum sl_code miss_coverage(const double *v, double *out, struct sl_err *e)
{
	struct sl_search s = {
	    .passes = {{v[0], {v[1]}, 0}, {v[2], {v[3]}, 0}}, .n = 2, .depth_share = {1}, .n_bands = 1};
	struct sl_effect x;

	if (!sl_search_effect(&s, &x, e))
		*out = x.remaining[0];
	return e->code;
}

static enum sl_code polygon(const double *v, double *out, struct sl_err *e)
{
	struct sl_residual_prior prior = {v[0], v[1], v[2], v[3], v[4]};
	struct sl_effect effect = {.n = 1, .found = {v[8]}, .sampled = {v[9]}, .remaining = {1 - v[8] - v[9]}};
	struct sl_searched_ground ground = {v[5], v[6], v[7], &effect};
	struct sl_polygon_remaining x;
	struct sl_residual_work *w;
	struct sl_arena a = {0};

	if (!sl_residual_work_new(&a, &prior, &w, e) && !sl_residual_polygon(w, &ground, 1, NULL, 0, &x, e))
		*out = x.items.mean;
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code answer(const char *task, const double *v, size_t n, double *out, struct sl_err *e)
{
	struct sl_density d;

	if (!strcmp(task, "nothing-found"))
		return sl_density_nothing_found(v[0], v[1], v[2], out, e);
	if (!strcmp(task, "miss"))
		return miss(v, n, 0, out, e);
	if (!strcmp(task, "miss-shared"))
		return miss(v + 1, n - 1, v[0], out, e);
	if (!strcmp(task, "miss-trials"))
		return miss_trials(v, out, e);
	if (!strcmp(task, "miss-coverage"))
		return miss_coverage(v, out, e);
	if (!strcmp(task, "expected"))
		return sl_expected_remaining(v[0], v[1], v[2], out, e);
	if (!strcmp(task, "alarm"))
		return sl_alarm_value(v[0], v[1], v[2], out, e);
	if (!strcmp(task, "trial"))
		return sl_trial_lower(v[0], v[1], v[2], out, e);
	if (!strcmp(task, "fade-beyond"))
		return sl_fade_out_beyond(v[0], v[1], out, e);
	if (!strcmp(task, "fade-distance"))
		return sl_fade_out_distance(v[0], v[1], out, e);
	if (!strcmp(task, "fade-scatter"))
		return sl_fade_out_scatter(v[0], v[1], out, e);
	if (!strcmp(task, "polygon"))
		return polygon(v, out, e);
	if (!strcmp(task, "posterior")) {
		if (!sl_density_posterior(v[0], v[1], v[2], v[3], v[4], v[5], &d, e))
			*out = d.mean;
		return e->code;
	}
	return sl_fail(e, SL_INVALID, "no such task");
}

TEST(residual_cases)
{
	struct case_file c;
	int n_cases = 0;

	for (bool ok = case_open(&c, "residual.txt"); ok && case_next(&c); n_cases++) {
		double v[12] = {0}, want, got = NAN;
		size_t n = 0;
		struct sl_err e = {0};
		char *p = c.input, *end, text[500];

		for (; n < 12; n++, p = end) {
			v[n] = strtod(p, &end);
			if (end == p)
				break;
		}
		want = strtod(c.expect, &end);
		(void)!answer(c.task, v, n, &got, &e);
		if (e.code)
			snprintf(text, sizeof text, "%s", e.msg);
		else
			snprintf(text, sizeof text, "%.9g", got);
		if (*end ? !e.code || strcmp(text, c.expect) != 0 : e.code || !(fabs(got - want) <= c.tolerance))
			case_fail(&c, text);
	}
	CHECK(n_cases > 60);
}

static struct sl_residual_work *work(struct sl_arena *a, struct sl_residual_prior prior, struct sl_err *e)
{
	struct sl_residual_work *w = NULL;

	CHECK_OK(sl_residual_work_new(a, &prior, &w, e), e);
	return w;
}

static struct sl_effect searched(double detection, size_t passes, double trials, double sample)
{
	struct sl_search s = {.n = passes, .depth_share = {1}, .n_bands = 1, .shared = 0.3};
	struct sl_effect x = {0};
	struct sl_err e = {0};

	for (size_t i = 0; i < passes; i++)
		s.passes[i] = (struct sl_pass){0.9, {detection}, trials};
	s.sample = (struct sl_pass){sample, {0.98}, trials};
	CHECK_OK(sl_search_effect(&s, &x, &e), &e);
	return x;
}

static struct sl_effect effect(double detection, size_t passes, double trials)
{
	return searched(detection, passes, trials, 0.1);
}

/* Density, clumping and detection known, ground surely contaminated: one negative binomial. */
TEST(residual_is_the_negative_binomial_when_all_is_known)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_residual_work *w = work(&a, (struct sl_residual_prior){1, 8, 0, 1.7, 0}, &e);
	struct sl_effect x = {.n = 1, .found = {0.7}, .sampled = {0.05}, .remaining = {0.25}};
	struct sl_searched_ground g = {30000, 6, 1, &x};
	double size = 1.7 * 3 + 7, odds = 0.25 / (1.7 / 8 + 0.75), pmf[200], sum = 0, low = -1, high = -1;
	struct sl_polygon_remaining r;

	CHECK_OK(sl_residual_polygon(w, &g, 1, NULL, 0, &r, &e), &e);
	CHECK_NEAR(r.items.mean, size * odds, 1e-9);
	CHECK_NEAR(r.was_clean, 0, 0);
	sl_residual_pmf(w, pmf, 200);
	for (unsigned i = 0; i < 200; i++) {
		CHECK_NEAR(pmf[i], gsl_ran_negative_binomial_pdf(i, 1 / (1 + odds), size), 1e-12);
		sum += pmf[i];
		if (low < 0 && sum >= 0.05)
			low = i;
		if (high < 0 && sum >= 0.95)
			high = i;
	}
	CHECK_NEAR(sum, 1, 1e-9);
	CHECK_NEAR(r.items.none, pmf[0], 1e-15);
	CHECK_NEAR(r.items.low, low, 0);
	CHECK_NEAR(r.items.high, high, 0);
	sl_arena_done(&a);
}

/* Shapes of disjoint ground add up: cutting a polygon in two with the same effort changes nothing.  The one
 * ground goes through the recursion of one negative binomial, two through that of a product. */
TEST(residual_does_not_hang_on_how_ground_is_cut)
{
	static const double finds[][3] = {{0, 0, 0}, {1, 0, 0}, {4, 3, 1}, {60, 20, 2}, {900, 300, 30}};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_residual_work *w = work(&a, sl_residual_prior_default(), &e);
	struct sl_effect x = effect(0.85, 1, 40);

	for (size_t i = 0; i < sizeof finds / sizeof *finds; i++) {
		struct sl_searched_ground whole = {50000, finds[i][0] + finds[i][1], finds[i][2], &x};
		struct sl_searched_ground cut[2] = {{20000, finds[i][0], finds[i][2], &x},
		                                    {30000, finds[i][1], 0, &x}};
		struct sl_searched_cell cell[2] = {{400, (uint32_t)finds[i][0], 0},
		                                   {400, (uint32_t)finds[i][1], 0}};
		struct sl_polygon_remaining one, two;
		double p1[100], p2[100];

		CHECK_OK(sl_residual_polygon(w, &whole, 1, cell, 2, &one, &e), &e);
		sl_residual_pmf(w, p1, 100);
		cell[1].ground = 1;
		CHECK_OK(sl_residual_polygon(w, cut, 2, cell, 2, &two, &e), &e);
		sl_residual_pmf(w, p2, 100);
		if (finds[i][2] > 0)
			continue; /* where the sample's find lies is told in one and not in the other */
		CHECK_NEAR(two.items.mean, one.items.mean, 1e-9 * one.items.mean);
		CHECK_NEAR(two.items.none, one.items.none, 1e-12);
		CHECK_NEAR(two.items.low, one.items.low, 0);
		CHECK_NEAR(two.items.high, one.items.high, 0);
		CHECK_NEAR(two.was_clean, one.was_clean, 1e-12);
		for (int k = 0; k < 100; k++)
			CHECK_NEAR(p2[k], p1[k], 1e-12);
	}
	sl_arena_done(&a);
}

/* Large counts are answered by bisection, small ones one by one: where they meet they say the same. */
TEST(residual_counts_agree_where_the_two_ways_meet)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_residual_work *w = work(&a, sl_residual_prior_default(), &e);
	struct sl_effect x = effect(0.6, 1, 30), y = effect(0.7, 2, 30);

	for (double found = 20; found < 80; found += 6) {
		struct sl_searched_ground g[2] = {{20000, found, 0, &x}, {10000, found, 1, &y}};
		struct sl_polygon_remaining r;
		double pmf[SL_RESIDUAL_PMF_MAX], sum = 0, low = -1, high = -1;

		CHECK_OK(sl_residual_polygon(w, g, 2, NULL, 0, &r, &e), &e);
		sl_residual_pmf(w, pmf, SL_RESIDUAL_PMF_MAX);
		for (int i = 0; i < SL_RESIDUAL_PMF_MAX; i++) {
			sum += pmf[i];
			if (low < 0 && sum >= 0.05)
				low = i;
			if (high < 0 && sum >= 0.95)
				high = i;
		}
		CHECK_NEAR(r.items.low, low, 0);
		CHECK_NEAR(r.items.high, high, 0);
	}
	sl_arena_done(&a);
}

TEST(residual_cells_sum_to_their_polygon)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_residual_work *w = work(&a, sl_residual_prior_default(), &e);
	struct sl_effect x = effect(0.9, 1, 60), y = effect(0.8, 2, 60);
	struct sl_searched_cell cell[120];
	struct sl_cell_risk risk[120];
	struct sl_searched_ground g[2] = {{0, 0, 2, &x}, {0, 0, 0, &y}};
	struct sl_polygon_remaining r;
	double sum = 0;

	for (uint32_t i = 0; i < 120; i++) {
		cell[i] =
		    (struct sl_searched_cell){(float)(40 + i % 7 * 10), i % 40 == 3 ? 1 + i / 40 : 0, i >= 50};
		g[cell[i].ground].area_m2 += (double)cell[i].area_m2;
		g[cell[i].ground].found += cell[i].found;
	}
	CHECK_OK(sl_residual_polygon(w, g, 2, cell, 120, &r, &e), &e);
	sl_residual_cells(w, cell, 120, risk);
	for (int i = 0; i < 120; i++) {
		struct sl_remaining one;

		sl_residual_cell(w, &cell[i], &one);
		CHECK_NEAR((double)risk[i].expected, one.mean, 1e-6);
		CHECK_NEAR((double)risk[i].any, 1 - one.none, 2e-5);
		CHECK(one.mean >= 1 - one.none - 1e-12 && one.low <= one.high);
		sum += (double)risk[i].expected;
	}
	CHECK_NEAR(sum, r.items.mean, 1e-5);
	sl_arena_done(&a);
}

/* Before one knows what a further pass finds, the answer is the mean over all that it may find: P(it finds
 * k) from the posterior, the answer for each k from a new posterior in which the pass stands as a sample of
 * everything. */
TEST(residual_outlook_is_the_mean_over_what_may_be_found)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_residual_work *w = work(&a, sl_residual_prior_default(), &e);
	struct sl_effect x = searched(0.8, 1, 40, 0), more = searched(0.8, 2, 40, 0), caught, after;
	struct sl_searched_ground g = {20000, 3, 0, &x};
	struct sl_polygon_remaining now, r;
	struct sl_outlook o;
	double p[100], expected = 0, none = 0;

	CHECK_OK(sl_residual_polygon(w, &g, 1, NULL, 0, &now, &e), &e);
	CHECK_OK(sl_residual_outlook(w, &g, 1, NULL, 0, &more, &o, &e), &e);
	CHECK(o.expected < now.items.mean && o.none > now.items.none);
	CHECK(o.if_nothing.items.mean < o.expected && o.if_nothing.items.none > o.none);
	caught = x;
	after = more;
	for (size_t i = 0; i < x.n; i++) {
		caught.remaining[i] = after.sampled[i] = x.remaining[i] - more.remaining[i];
		after.found[i] = x.found[i];
	}
	g.effect = &caught;
	CHECK_OK(sl_residual_polygon(w, &g, 1, NULL, 0, &r, &e), &e);
	sl_residual_pmf(w, p, 100);
	CHECK_NEAR(o.finds, 1 - p[0], 1e-12);
	g.effect = &after;
	for (int k = 0; k < 100; k++) {
		g.sampled = k;
		CHECK_OK(sl_residual_polygon(w, &g, 1, NULL, 0, &r, &e), &e);
		expected += p[k] * r.items.mean;
		none += p[k] * r.items.none;
	}
	CHECK_NEAR(expected, o.expected, 1e-9);
	CHECK_NEAR(none, o.none, 1e-9);
	sl_arena_done(&a);
}
