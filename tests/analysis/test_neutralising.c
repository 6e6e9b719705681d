/* The neutralising clock: tests/cases/neutralising.txt, exact distributions, and a million simulated items.
 */
#include "cases.h"

#include "analysis/neutralising.h"
#include "base/env.h"

#include <gsl/gsl_randist.h>
#include <math.h>

enum { CLAIMS_MAX = 8 };

static double part_value(struct sl_str s)
{
	double x = (double)NAN;

	if (sl_str_is(s, "inf"))
		return (double)INFINITY;
	(void)sl_str_double(s, &x);
	return x;
}

/* "life 4 336 1; fail 0 0.1 720 2 @ 719 719" */
static size_t read_claims(const char *text, struct sl_neutral_claim *claim, double age[2])
{
	struct sl_str rest = sl_str_from(text), claims, ages, one, word[5];
	size_t n = 0;

	(void)sl_str_split(&rest, '@', &claims);
	for (int i = 0; i < 2; i++) {
		rest = sl_str_trim(rest);
		(void)sl_str_split(&rest, ' ', &ages);
		age[i] = part_value(ages);
	}
	while (sl_str_split(&claims, ';', &one)) {
		size_t k = 0;

		one = sl_str_trim(one);
		while (k < 5 && sl_str_split(&one, ' ', &word[k]))
			k++;
		if (k < 4)
			continue;
		claim[n] = (struct sl_neutral_claim){.kind = sl_str_is(word[0], "life") ? SL_NEUTRAL_LIFE
		                                                                        : SL_NEUTRAL_FAILURE,
		                                     .low = part_value(word[1]),
		                                     .high = part_value(word[2]),
		                                     .after_hours = (double)NAN};
		if (claim[n].kind == SL_NEUTRAL_FAILURE)
			claim[n].after_hours = part_value(word[3]);
		claim[n].origin = (int)part_value(word[k - 1]);
		n++;
	}
	return n;
}

static void shares_of(const struct case_file *c, char *got, size_t size)
{
	struct sl_neutral_claim claim[CLAIMS_MAX];
	struct sl_neutral_view view[CLAIMS_MAX];
	struct sl_share all;
	struct sl_err e = {0};
	double age[2];
	size_t n = read_claims(c->input, claim, age), used;

	if (sl_neutral_check(claim, n, &e)) {
		CHECK(e.code == SL_INVALID && strlen(e.msg) > 10);
		snprintf(got, size, "refused");
		return;
	}
	sl_neutral_shares(claim, n, age[0], age[1], view, &all);
	used = (size_t)snprintf(got, size, "%g %g", all.low, all.high);
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(got + used, size - used, "; %g %g %g %g", view[i].word.low,
		                         view[i].word.high, view[i].bound.low, view[i].bound.high);
}

TEST(neutralising_follows_its_cases)
{
	struct case_file c;
	char got[500];
	int n = 0;

	if (!case_open(&c, "neutralising.txt"))
		return;
	for (; case_next(&c); n++) {
		if (!strcmp(c.task, "quantile")) {
			double share, p;
			long long items;

			CHECK_INT(sscanf(c.input, "%lld %lf %lf", &items, &share, &p), 3);
			snprintf(got, sizeof got, "%lld", (long long)sl_binomial_quantile(items, share, p));
		} else {
			shares_of(&c, got, sizeof got);
		}
		if (strcmp(got, c.expect))
			case_fail(&c, got);
	}
	CHECK_INT(n, 52);
}

/* The quantiles hold what they say, by adding up the probabilities themselves. */
TEST(intervals_hold_their_level_exactly)
{
	static const double shares[] = {0.001, 0.02, 0.1, 0.5, 0.97};

	for (int i = 0; i < 5; i++)
		for (int64_t n = 1; n <= 4000; n = n * 3 + 1) {
			struct sl_neutral_count c = {0};
			struct sl_err e = {0};
			double under = 0, over = 0;

			CHECK_OK(sl_neutral_items(n, n, (struct sl_share){shares[i], shares[i]}, 0.9, &c, &e), &e);
			CHECK_NEAR(c.expected_low, (double)n * shares[i], 1e-9);
			CHECK_NEAR(c.expected_high, (double)n * shares[i], 1e-9);
			for (int64_t k = 0; k <= n; k++) {
				double p = gsl_ran_binomial_pdf((unsigned)k, shares[i], (unsigned)n);

				under += (double)k < c.low ? p : 0;
				over += (double)k > c.high ? p : 0;
			}
			CHECK(under < 0.05 &&
			      under + gsl_ran_binomial_pdf((unsigned)c.low, shares[i], (unsigned)n) >= 0.05 - 1e-12);
			CHECK(over <= 0.05 + 1e-12);
		}
}

/* A million items, each with an active life somewhere in what is claimed and a chance to fail, watched at
 * many ages: the count is within the interval, and beyond the longest life it is that of the binomial
 * distribution. */
TEST(a_million_items_stay_within_the_bounds)
{
	enum { ITEMS = 1000000, AGES = 12 };
	static const double age[AGES] = {0, 3.9, 4.1, 24, 100, 200, 300, 335, 337, 500, 720, 3000};
	const struct sl_neutral_claim claim[] = {{SL_NEUTRAL_LIFE, 4, 336, (double)NAN, 1},
	                                         {SL_NEUTRAL_FAILURE, 0.08, 0.12, (double)NAN, 1}};
	const double fails = 0.1;
	uint64_t seed = 20241120, state = seed;
	int64_t alive[AGES] = {0};

	for (int i = 0; i < ITEMS; i++) {
		double life = 4 + 332 * sl_uniform(&state);
		bool failed = sl_uniform(&state) < fails;

		for (int k = 0; k < AGES; k++)
			alive[k] += failed || age[k] < life;
	}
	printf("a million items: seed %llu, %lld still function after 720 hours\n", (unsigned long long)seed,
	       (long long)alive[10]);
	for (int k = 0; k < AGES; k++) {
		struct sl_neutral_view view[2];
		struct sl_neutral_count c = {0};
		struct sl_share all;
		struct sl_err e = {0};
		double exact = age[k] < 4 ? 1 : age[k] >= 336 ? fails : fails + (1 - fails) * (336 - age[k]) / 332;

		CHECK_NEAR((double)alive[k] / ITEMS, exact, 4.5 * sqrt(exact * (1 - exact) / ITEMS));
		sl_neutral_shares(claim, 2, age[k], age[k], view, &all);
		CHECK(all.low <= exact && exact <= all.high);
		CHECK_OK(sl_neutral_items(ITEMS, ITEMS, all, 0.9, &c, &e), &e);
		CHECK((double)alive[k] >= c.low && (double)alive[k] <= c.high);
		if (age[k] >= 336) {
			CHECK_OK(sl_neutral_items(ITEMS, ITEMS, (struct sl_share){fails, fails}, 0.9999, &c, &e), &e);
			CHECK((double)alive[k] >= c.low && (double)alive[k] <= c.high);
			CHECK(c.high - c.low < 2500);
		}
	}
}

/* A thousand fields of a thousand items: the 90 % interval holds as often as the binomial distribution
 * says. */
TEST(intervals_cover_as_often_as_they_say)
{
	struct sl_neutral_count c = {0};
	struct sl_err e = {0};
	uint64_t seed = 2026, state = seed;
	int inside = 0;
	double exact = 0;

	CHECK_OK(sl_neutral_items(1000, 1000, (struct sl_share){0.1, 0.1}, 0.9, &c, &e), &e);
	for (int k = (int)c.low; k <= (int)c.high; k++)
		exact += gsl_ran_binomial_pdf((unsigned)k, 0.1, 1000);
	for (int field = 0; field < 5000; field++) {
		int alive = 0;

		for (int i = 0; i < 1000; i++)
			alive += sl_uniform(&state) < 0.1;
		inside += alive >= c.low && alive <= c.high;
	}
	printf("5000 fields: seed %llu, %.2f %% inside, exactly %.2f %%\n", (unsigned long long)seed,
	       inside / 50.0, 100 * exact);
	CHECK_NEAR(inside / 5000.0, exact, 4 * sqrt(exact * (1 - exact) / 5000));
	CHECK(exact >= 0.9 && exact < 0.92);
}

/* More claims never make the interval narrower, except that a share that fails takes the place of none at
 * all. */
TEST(a_claim_more_only_widens)
{
	uint64_t seed = 77;

	for (int run = 0; run < 20000; run++) {
		struct sl_neutral_claim claim[6];
		struct sl_neutral_view view[6];
		struct sl_share before, after;
		double age = sl_uniform(&seed) * 1000;
		size_t n = 1 + (size_t)(sl_uniform(&seed) * 5);

		for (size_t i = 0; i < n + 1 && i < 6; i++) {
			double low = sl_uniform(&seed) * 500, more = sl_uniform(&seed) * 500;

			claim[i] = (struct sl_neutral_claim){SL_NEUTRAL_LIFE, low, low + more, (double)NAN, (int)i};
			if (sl_uniform(&seed) < 0.1)
				claim[i].low = claim[i].high = (double)NAN;
		}
		claim[0] = (struct sl_neutral_claim){SL_NEUTRAL_FAILURE, 0.05, 0.1, (double)NAN, 0};
		n = n < 5 ? n : 5;
		sl_neutral_shares(claim, n, age, age, view, &before);
		sl_neutral_shares(claim, n + 1, age, age, view, &after);
		CHECK(n == 1 || (after.low <= before.low && after.high >= before.high));
		sl_neutral_shares(claim, n + 1, age, age + 100, view, &before);
		CHECK(before.low <= after.low && before.high >= after.high);
	}
}

TEST(items_that_are_no_number_are_refused)
{
	struct sl_neutral_count c = {.high = -7};
	struct sl_share half = {0.5, 0.5};
	struct sl_err e = {0};

	CHECK_INT(sl_neutral_items(-1, 5, half, 0.9, &c, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_neutral_items(6, 5, half, 0.9, &c, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_neutral_items(0, 2000000000, half, 0.9, &c, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_neutral_items(1, 5, half, 1, &c, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_neutral_items(1, 5, (struct sl_share){0.2, 1.2}, 0.9, &c, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_neutral_items(1, 5, (struct sl_share){(double)NAN, 1}, 0.9, &c, &e), SL_INVALID);
	CHECK_NEAR(c.high, -7, 0);
}
