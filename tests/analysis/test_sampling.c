/* Sampling against tests/cases/sampling.txt: the tables in full, exact probabilities; and properties. */
#include "cases.h"

#include "analysis/sampling.h"
#include "base/env.h"

#include <gsl/gsl_cdf.h>

static const char *letter_lot(char c)
{
	/* A lot of that letter: at level II, and R at level III. */
	static const struct {
		char letter;
		const char *lot;
	} lots[] = {{'A', "8"},     {'B', "15"},     {'C', "25"},     {'D', "50"},
	            {'E', "90"},    {'F', "150"},    {'G', "280"},    {'H', "500"},
	            {'J', "1200"},  {'K', "3200"},   {'L', "10000"},  {'M', "35000"},
	            {'N', "99999"}, {'P', "400000"}, {'Q', "600000"}, {'R', "600000"}};

	for (size_t i = 0; i < sizeof lots / sizeof *lots; i++)
		if (lots[i].letter == c)
			return lots[i].lot;
	return "0";
}

static void say(char *got, size_t size, enum sl_code code, double x)
{
	snprintf(got, size, code ? "refused" : "%.17g", x);
}

static bool same(const struct case_file *c, const char *got)
{
	char *end, *stop;
	double want = strtod(c->expect, &end), x = strtod(got, &stop);

	if (end == c->expect || stop == got || *end || *stop)
		return !strcmp(c->expect, got);
	return fabs(x - want) <= c->tolerance;
}

static void one_case(struct case_file *c, char *got, size_t size)
{
	static const char *const severities[] = {"normal", "tightened", "stopped"};
	long long lot = 0, n = 0, accept = 0, failed = 0;
	struct sl_sampling_plan plan;
	enum sl_sampling_severity severity;
	struct sl_err e = {0};
	enum sl_code code;
	double x = 0, y = 0, p = 0;
	int64_t units = 0;
	char letter[4] = "";

	if (!strcmp(c->task, "letter")) {
		sscanf(c->input, "%lld", &lot);
		for (int level = 0; level < 3 && !e.code; level++)
			(void)!sl_sampling_letter(lot, (enum sl_sampling_level)level, &letter[level], &e);
		snprintf(got, size, e.code ? "refused" : "%c %c %c", letter[0], letter[1], letter[2]);
	} else if (!strcmp(c->task, "plan")) {
		lot = strtoll(letter_lot(c->input[0]), NULL, 10);
		(void)!sl_sampling_plan(lot, c->input[0] == 'R' ? SL_SAMPLING_III : SL_SAMPLING_II,
		                        strtod(c->input + 1, NULL), &plan, &e);
		CHECK(e.code || plan.letter == c->input[0]);
		/* The table's n, also where this lot is smaller than it. */
		CHECK(e.code || plan.all == (plan.units == lot));
		if (!e.code && plan.all)
			CHECK(lot <= strtoll(c->expect + 2, NULL, 10));
		snprintf(got, size, e.code ? "refused" : "%c %lld %d %d", plan.plan_letter,
		         plan.all ? strtoll(c->expect + 2, NULL, 10) : (long long)plan.units, plan.accept,
		         plan.reject);
	} else if (!strcmp(c->task, "accepts")) {
		sscanf(c->input, "%lld %lld %lld %lld", &lot, &n, &accept, &failed);
		code = sl_sampling_accepts(lot, n, accept, failed, &p, &e);
		say(got, size, code, p);
	} else if (!strcmp(c->task, "clean")) {
		sscanf(c->input, "%lf %lf", &x, &y);
		code = sl_sampling_clean_units(x, y, &units, &e);
		say(got, size, code, (double)units);
	} else if (!strcmp(c->task, "clean_of")) {
		sscanf(c->input, "%lld %lld %lf", &lot, &failed, &y);
		code = sl_sampling_clean_units_of(lot, failed, y, &units, &e);
		say(got, size, code, (double)units);
	} else if (!strcmp(c->task, "detection")) {
		sscanf(c->input, "%lld %lld %lf", &lot, &n, &y);
		code = sl_sampling_detection_bound(lot, n, y, &p, &e);
		say(got, size, code, p);
	} else {
		snprintf(got, size, "%s",
		         sl_sampling_switch(sl_str_from(c->input), &severity, &e) ? "refused"
		                                                                  : severities[severity]);
	}
	CHECK(!e.code || (e.code == SL_INVALID && strlen(e.msg) > 10));
}

TEST(sampling_follows_the_tables_and_the_exact_sums)
{
	struct case_file c;
	char got[200];
	int n = 0;

	if (!case_open(&c, "sampling.txt"))
		return;
	for (; case_next(&c); n++) {
		one_case(&c, got, sizeof got);
		if (!same(&c, got))
			case_fail(&c, got);
	}
	CHECK_INT(n, 203);
}

/* Another way to the same number: GSL's distribution, and simulation by drawing. */
TEST(acceptance_agrees_with_gsl_and_with_drawing)
{
	uint64_t seed = 2859;
	double worst = 0;

	printf("acceptance: seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 3000; i++) {
		int64_t lot = 2 + (int64_t)(sl_uniform(&seed) * 3000),
		        n = 1 + (int64_t)(sl_uniform(&seed) * (double)lot);
		int64_t failed = (int64_t)(sl_uniform(&seed) * (double)lot),
		        accept = (int64_t)(sl_uniform(&seed) * 12);
		struct sl_err e = {0};
		double p = -1, g;

		n = n > lot ? lot : n;
		CHECK_OK(sl_sampling_accepts(lot, n, accept, failed, &p, &e), &e);
		g = accept >= n ? 1
		                : gsl_cdf_hypergeometric_P((unsigned)accept, (unsigned)failed,
		                                           (unsigned)(lot - failed), (unsigned)n);
		worst = fmax(worst, fabs(p - g));
	}
	CHECK(worst < 1e-9);
	for (int i = 0; i < 5; i++) {
		int lot = 50 + 40 * i, n = 10 + 3 * i, failed = 4 + i, accept = i % 3, good = 0;
		struct sl_err e = {0};
		double p = 0;

		for (int run = 0; run < 100000; run++) {
			int left = failed, found = 0;

			for (int k = 0; k < n; k++)
				if (sl_uniform(&seed) * (lot - k) < left)
					left--, found++;
			good += found <= accept;
		}
		CHECK_OK(sl_sampling_accepts(lot, n, accept, failed, &p, &e), &e);
		CHECK_NEAR(good / 1e5, p, 5 * sqrt(p * (1 - p) / 1e5));
	}
}

/* What the two approximations are worth: of a large lot much, of a small one they err, and never are they
 * used. */
TEST(approximations_stand_beside_and_are_told_apart)
{
	struct sl_err e = {0};
	double p = 0;

	CHECK_OK(sl_sampling_accepts(100000, 315, 0, 100, &p, &e), &e);
	CHECK_NEAR(sl_sampling_accepts_binomial(315, 0, 0.001), p, 2e-3);
	CHECK_NEAR(sl_sampling_accepts_poisson(315, 0, 0.001), p, 2e-3);
	CHECK_OK(sl_sampling_accepts(50, 40, 0, 1, &p, &e), &e);
	CHECK_NEAR(p, 0.2, 1e-15);
	CHECK(sl_sampling_accepts_binomial(40, 0, 0.02) > 0.44);
}

TEST(inspection_levels_are_read_or_refused)
{
	enum sl_sampling_level level = SL_SAMPLING_I;
	struct sl_err e = {0};

	CHECK_OK(sl_sampling_level_read(SL_STR("iii"), &level, &e), &e);
	CHECK(level == SL_SAMPLING_III);
	CHECK_INT(sl_sampling_level_read(SL_STR("S-1"), &level, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_sampling_plan(100, SL_SAMPLING_II, 0.7, &(struct sl_sampling_plan){0}, &e), SL_INVALID);
}
