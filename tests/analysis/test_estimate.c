/* Estimates, claims, stock tables, years and cost: tests/cases/estimate_*.txt, and what must hold of any.
 */
#include "analysis/estimate_outside.h"
#include "analysis/estimate_claim.h"
#include "analysis/estimate_stock.h"
#include "analysis/estimate_work.h"
#include "base/env.h"
#include "cases.h"
#include "estimate_country.h"

#include <math.h>

/* "-" is not stated. */
static double number(const char *text)
{
	return strcmp(text, "-") ? strtod(text, NULL) : (double)NAN;
}

static bool near(double x, double y, double tolerance)
{
	if (isnan(y) || isinf(y))
		return isnan(y) ? isnan(x) : isinf(x);
	return fabs(x - y) <= tolerance * fmax(1, fabs(y));
}

static bool says(const struct sl_err *e, const char *part)
{
	return e->code == SL_INVALID && strstr(e->msg, part) && !strchr(e->msg, '\n');
}

/* ---- claims ---- */

TEST(estimate_claims)
{
	static const char *const words[] = {"overlaps", "above", "below", "open"};
	struct case_file c;
	int n = 0;

	if (!case_open(&c, "estimate_claims.txt"))
		return;
	for (; case_next(&c); n++) {
		char low[40], high[40], unit[60] = "", verdict[20], got[300];
		double estimate[2], want[3], times;
		struct sl_area_claim claim;
		struct sl_err e = {0};

		CHECK_INT(
		    sscanf(c.input, "%39s %39s %59[^|]| %lf %lf", low, high, unit, &estimate[0], &estimate[1]), 5);
		claim = (struct sl_area_claim){
		    .low = number(low), .high = number(high), .unit = sl_str_trim(sl_str_from(unit)), .low_m2 = -1};
		if (sl_str_is(claim.unit, "-"))
			claim.unit = SL_STR("");
		if (sl_area_claim_read(&claim, "the claim", &e)) {
			if (!says(&e, c.expect) || claim.low_m2 != -1)
				case_fail(&c, e.msg);
			continue;
		}
		snprintf(got, sizeof got, "%.12g %.12g %s", claim.low_m2, claim.high_m2,
		         words[sl_area_claim_against(&claim, estimate[0], estimate[1], &times)]);
		if (sscanf(c.expect, "%lf %lf %19s %lf", &want[0], &want[1], verdict, &want[2]) != 4 ||
		    !near(claim.low_m2, want[0], c.tolerance) || !near(claim.high_m2, want[1], c.tolerance) ||
		    !near(times, want[2], c.tolerance) || !strstr(got, verdict))
			case_fail(&c, got);
	}
	CHECK(n >= 17);
}

TEST(claims_contradict_when_they_share_no_value)
{
	struct sl_area_claim a = {
	    .subject = SL_STR("LIS"), .attribute = SL_STR("area"), .low_m2 = 982e6, .high_m2 = 982e6};
	struct sl_area_claim b = a, open = a, denied = a;

	b.low_m2 = b.high_m2 = 1025e6;
	open.high_m2 = (double)NAN;
	denied.denies = true;
	CHECK(sl_area_claims_contradict(&a, &b) && sl_area_claims_contradict(&b, &a));
	CHECK(!sl_area_claims_contradict(&a, &a));
	CHECK(!sl_area_claims_contradict(&open, &b)); /* 982 or more, and 1,025 */
	CHECK(sl_area_claims_contradict(&a, &denied));
	b.subject = SL_STR("another");
	CHECK(!sl_area_claims_contradict(&a, &b));
}

/* ---- tables of what remains ---- */

static const char *const faults[] = {"residual",      "rose",          "region_rose",
                                     "parts_opening", "parts_closing", "land"};

static void check_stock(const struct case_file *c, const struct sl_stock_finding *v, size_t n)
{
	char expect[600], got[600] = "", *save = NULL;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s%s%.*s=%.10g", i ? " " : "",
		         faults[v[i].fault], v[i].region.n ? ":" : "", SL_STR_ARG(v[i].region), v[i].by);
	snprintf(expect, sizeof expect, "%.599s", strcmp(c->expect, "none") ? c->expect : "");
	for (char *part = strtok_r(expect, " ", &save); part; part = strtok_r(NULL, " ", &save), k++) {
		char name[80], *by = strchr(part, '=');

		if (by)
			*by++ = 0;
		if (k < n)
			snprintf(name, sizeof name, "%s%s%.*s", faults[v[k].fault], v[k].region.n ? ":" : "",
			         SL_STR_ARG(v[k].region));
		if (k >= n || !by || strcmp(part, name) || fabs(v[k].by - strtod(by, NULL)) > c->tolerance) {
			case_fail(c, got);
			return;
		}
	}
	if (k != n)
		case_fail(c, got);
}

TEST(tables_of_what_remains)
{
	struct sl_arena a = {0};
	struct case_file c;
	int n = 0;

	if (!case_open(&c, "estimate_stock.txt"))
		return;
	for (; case_next(&c); n++) {
		static struct sl_stock_row row[40];
		static char names[40][40];
		struct sl_stock_table t = {.row = row};
		struct sl_stock_finding *v;
		struct sl_err e = {0};
		char field[6][30], opening[30], closing[30];
		const char *at = strchr(c.input, '|') + 1;
		int used;
		size_t found;

		CHECK_INT(sscanf(c.input, "%29s %29s %29s %29s %29s %29s", field[0], field[1], field[2], field[3],
		                 field[4], field[5]),
		          6);
		t.whole = (struct sl_stock_row){{0}, number(field[0]), number(field[1])};
		t.released = number(field[2]);
		t.added = number(field[3]);
		t.land = number(field[4]);
		t.unit = number(field[5]);
		for (; sscanf(at, "%39s %29s %29s%n", names[t.n_rows], opening, closing, &used) == 3; at += used) {
			row[t.n_rows] =
			    (struct sl_stock_row){sl_str_from(names[t.n_rows]), number(opening), number(closing)};
			t.n_rows++;
		}
		if (!sl_stock_judge(&a, &t, &v, &found, &e))
			check_stock(&c, v, found);
		else if (!says(&e, c.expect))
			case_fail(&c, e.msg);
	}
	CHECK(n >= 14);
	sl_arena_done(&a);
}

/* ---- what is refused ---- */

TEST(estimate_refuses_bad_input_in_a_sentence)
{
	struct sl_arena a = {0};
	struct case_file c;
	int n = 0;

	if (!case_open(&c, "estimate_bad.txt"))
		return;
	for (; case_next(&c); n++) {
		struct sl_estimate_unit unit[8] = {{0}};
		struct sl_estimate out = {.total = {.value_m2 = -1}};
		struct sl_estimate_ask q = {
		    .what = "suspected ground", .unit = unit, .n_regions = 1, .n_groups = 1, .seed = 1};
		const char *at = strchr(c.input, '|') + 1;
		struct sl_err e = {0};
		int used;

		CHECK_INT(sscanf(c.input, "%lf %zu", &q.level, &q.n_draws), 2);
		for (struct sl_estimate_unit *u = unit;
		     sscanf(at, "%lf %lf %lf%n", &u->open_m2, &u->settled_m2, &u->found_m2, &used) == 3;
		     at += used + (at[used] == ','), u++)
			q.n_units++;
		if (sl_estimate_make(&a, &q, &out, &e) == SL_OK || !says(&e, c.expect) || out.total.value_m2 != -1)
			case_fail(&c, e.code ? e.msg : "a number");
	}
	CHECK(n >= 11);
	sl_arena_done(&a);
}

/* ---- the estimate itself ---- */

static const struct country_design ordinary = {{400, 400}, {0.2, 0.2}, {100, 100}, 0.3, 0.2, 0, 1};

static struct sl_estimate_ask ask(const struct country *c, uint64_t seed)
{
	return (struct sl_estimate_ask){.what = "suspected ground",
	                                .unit = c->unit,
	                                .n_units = c->n,
	                                .n_regions = c->n_regions,
	                                .n_groups = 1,
	                                .seed = seed,
	                                .n_draws = 1000,
	                                .level = 0.9};
}

/* Worked by hand (docs/method/estimate.md): four surveyed hazards of one region, 10,000 m2 found in 40,000:
 * a quarter of the 60,000 that stand. */
TEST(estimate_by_hand)
{
	const struct sl_estimate_unit unit[] = {{.settled_m2 = 10000}, {.settled_m2 = 10000},
	                                        {.settled_m2 = 10000}, {.settled_m2 = 10000, .found_m2 = 10000},
	                                        {.open_m2 = 40000},    {.open_m2 = 20000}};
	struct sl_estimate_ask q = {.what = "suspected ground",
	                            .unit = unit,
	                            .n_units = 6,
	                            .n_regions = 1,
	                            .n_groups = 1,
	                            .seed = 1,
	                            .n_draws = 1000,
	                            .level = 0.9};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_estimate x;

	CHECK_OK(sl_estimate_make(&a, &q, &x, &e), &e);
	CHECK_NEAR(x.total.value_m2, 15000, 1e-9);
	CHECK(x.total.low_m2 >= 0 && x.total.low_m2 < 15000 && x.total.high_m2 > 15000 &&
	      x.total.high_m2 <= 60000);
	CHECK_INT(x.total.n_surveyed, 4);
	CHECK_INT(x.total.n_found, 1);
	CHECK_INT(x.total.n_standing, 2);
	sl_arena_done(&a);
}

TEST(the_same_seed_gives_the_same_estimate)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_estimate x, y, z;
	struct sl_estimate_ask q;
	struct country c;

	CHECK_OK(country_make(&a, &ordinary, 7, &c, &e), &e);
	CHECK_OK(country_survey(&a, &c, 7, &e), &e);
	q = ask(&c, 5);
	CHECK_OK(sl_estimate_make(&a, &q, &x, &e), &e);
	CHECK_OK(sl_estimate_make(&a, &q, &y, &e), &e);
	q.seed = 6;
	CHECK_OK(sl_estimate_make(&a, &q, &z, &e), &e);
	CHECK(x.total.low_m2 == y.total.low_m2 && x.total.high_m2 == y.total.high_m2);
	CHECK(x.total.low_m2 != z.total.low_m2 && x.total.value_m2 == z.total.value_m2);
	CHECK_NEAR(z.total.high_m2 / x.total.high_m2, 1, 0.1);
	sl_arena_done(&a);
}

/* Finite population: the regions add up to the country; the less stands, the less there is to be unsure of.
 */
TEST(the_whole_is_its_regions_and_what_is_surveyed_is_not_estimated)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_estimate x, y;
	struct sl_estimate_ask q;
	struct country c;
	double sum = 0, open = 0;

	CHECK_OK(country_make(&a, &ordinary, 11, &c, &e), &e);
	CHECK_OK(country_survey(&a, &c, 11, &e), &e);
	q = ask(&c, 1);
	CHECK_OK(sl_estimate_make(&a, &q, &x, &e), &e);
	for (size_t r = 0; r < x.n_regions; r++) {
		sum += x.region[r].value_m2;
		open += x.region[r].open_m2;
		CHECK(x.region[r].low_m2 <= x.region[r].value_m2 && x.region[r].value_m2 <= x.region[r].high_m2);
		CHECK(x.region[r].high_m2 <= x.region[r].open_m2);
	}
	CHECK_NEAR(sum, x.total.value_m2, 1e-6 * sum);
	CHECK_NEAR(open, x.total.open_m2, 1e-6 * open);
	c.n_surveyed = 390; /* nearly all of them */
	CHECK_OK(country_survey(&a, &c, 11, &e), &e);
	CHECK_OK(sl_estimate_make(&a, &q, &y, &e), &e);
	CHECK(y.total.high_m2 - y.total.low_m2 < 0.3 * (x.total.high_m2 - x.total.low_m2));
	c.n_surveyed = 400;
	CHECK_OK(country_survey(&a, &c, 11, &e), &e);
	CHECK_OK(sl_estimate_make(&a, &q, &y, &e), &e);
	CHECK(y.total.value_m2 == 0 && y.total.high_m2 == 0 && y.total.open_m2 == 0);
	sl_arena_done(&a);
}

/* Nothing found: the value is 0, the interval is not. */
TEST(nothing_found_does_not_show_that_nothing_is_there)
{
	struct sl_estimate_unit unit[60] = {{0}};
	struct sl_estimate_ask q = {.what = "suspected ground",
	                            .unit = unit,
	                            .n_units = 60,
	                            .n_regions = 1,
	                            .n_groups = 1,
	                            .seed = 3,
	                            .n_draws = 1000,
	                            .level = 0.9};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_estimate x;

	for (size_t i = 0; i < 60; i++)
		*(i < 30 ? &unit[i].settled_m2 : &unit[i].open_m2) = 10000;
	CHECK_OK(sl_estimate_make(&a, &q, &x, &e), &e);
	CHECK(x.total.value_m2 == 0 && x.total.low_m2 == 0);
	CHECK(x.total.high_m2 > 2000 && x.total.high_m2 < 60000);
	sl_arena_done(&a);
}

TEST(surveyed_hazards_unlike_the_rest_are_noticed)
{
	struct sl_estimate_unit unit[200] = {{0}};
	struct sl_estimate_ask q = {.what = "suspected ground",
	                            .unit = unit,
	                            .n_units = 200,
	                            .n_regions = 2,
	                            .n_groups = 2,
	                            .seed = 3,
	                            .n_draws = 200,
	                            .level = 0.9};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_estimate x;
	uint64_t seed = 17;

	for (size_t i = 0; i < 200;
	     i++) { /* the surveyed ones are larger, younger, elsewhere and of another kind */
		double size = 1000 * (1 + (double)(sl_splitmix64(&seed) % 100) / 100);
		bool surveyed = i % 2;

		unit[i] = (struct sl_estimate_unit){.region = surveyed && i % 5,
		                                    .group = surveyed && i % 3,
		                                    .age_years = (surveyed ? 5 : 20) + size / 1000};
		*(surveyed ? &unit[i].settled_m2 : &unit[i].open_m2) = surveyed ? 3 * size : size;
	}
	CHECK_OK(sl_estimate_make(&a, &q, &x, &e), &e);
	CHECK(x.balance.size_d > SL_ESTIMATE_UNLIKE && x.balance.age_d < -SL_ESTIMATE_UNLIKE);
	CHECK(x.balance.region_d > SL_ESTIMATE_UNLIKE && x.balance.group_d > SL_ESTIMATE_UNLIKE);
	CHECK_NEAR(x.balance.size_surveyed_m2 / x.balance.size_standing_m2, 3, 0.3);
	for (size_t i = 0; i < 200; i++) { /* the same made alike */
		unit[i].region = (int32_t)(i / 2 % 2);
		unit[i].group = (int32_t)(i / 4 % 2);
		unit[i].age_years = (double)(i / 2);
		*(i % 2 ? &unit[i].settled_m2 : &unit[i].open_m2) = 1000 + (double)(i / 2);
	}
	CHECK_OK(sl_estimate_make(&a, &q, &x, &e), &e);
	CHECK(fabs(x.balance.size_d) < 0.01 && fabs(x.balance.age_d) < 0.01 && x.balance.region_d < 0.01 &&
	      x.balance.group_d < 0.01);
	sl_arena_done(&a);
}

/* ---- outside recorded ground ---- */

TEST(share_of_squares_with_an_indication)
{
	struct sl_err e = {0};
	double low = -1, high = -1;

	/* 0 of 59: 1 - 0.05^(1/59) is the 95 % upper limit; 10 of 100: Clopper and Pearson's chart, 90 % */
	CHECK_OK(sl_share_interval(0, 59, 0.9, &low, &high, &e), &e);
	CHECK_NEAR(low, 0, 0);
	CHECK_NEAR(high, 1 - pow(0.05, 1.0 / 59), 1e-12);
	CHECK_OK(sl_share_interval(59, 59, 0.9, &low, &high, &e), &e);
	CHECK_NEAR(low, pow(0.05, 1.0 / 59), 1e-12);
	CHECK_NEAR(high, 1, 0);
	low = high = -1;
	CHECK(sl_share_interval(3, 2, 0.9, &low, &high, &e) && says(&e, "not more with an indication"));
	e = (struct sl_err){0};
	CHECK(sl_share_interval(0, 0, 0.9, &low, &high, &e) && says(&e, "one square or more"));
	CHECK(low == -1 && high == -1);
}

/* ---- years and cost ---- */

enum { RUNS = 20001 };

static struct sl_work_ask read_work(const struct case_file *c, double clear[RUNS], double share[RUNS],
                                    size_t n, char currency[40])
{
	struct sl_work_ask q = {.clear_m2 = clear, .share = share, .n_draws = n, .seed = 1, .level = 0.9};
	char f[10][40];
	double spread;

	CHECK_INT(sscanf(c->input, "%39s %39s %39s | %39s %39s %39s %lf | %39s %39s %39s %39s", f[0], f[1],
	                 f[2], f[3], f[4], f[5], &spread, f[6], f[7], currency, f[8]),
	          11);
	q.suspected_m2 = number(f[0]);
	for (size_t i = 0; i < n; i++) {
		clear[i] = number(f[1]);
		share[i] = number(f[2]);
	}
	q.survey = (struct sl_spread_of){number(f[3]), spread};
	q.clearance = (struct sl_spread_of){number(f[4]), spread};
	q.found = (struct sl_spread_of){number(f[5]), spread};
	q.survey_cost = (struct sl_spread_of){number(f[6]), spread};
	q.clearance_cost = (struct sl_spread_of){number(f[7]), spread};
	q.currency = strcmp(currency, "-") ? sl_str_from(currency) : SL_STR("");
	q.cost_year = number(f[8]);
	return q;
}

TEST(years_and_cost)
{
	static double clear[RUNS], share[RUNS];
	struct sl_arena a = {0};
	struct case_file c;
	int n = 0;

	if (!case_open(&c, "estimate_work.txt"))
		return;
	for (; case_next(&c); n++) {
		char currency[40], years[40], cost[40], got[200];
		struct sl_work_ask q = read_work(&c, clear, share, 201, currency);
		struct sl_work w = {.years = -1};
		struct sl_err e = {0};

		if (sl_work_project(&a, &q, &w, &e)) {
			if (!says(&e, c.expect) || w.years != -1)
				case_fail(&c, e.msg);
			continue;
		}
		snprintf(got, sizeof got, "%.10g (%d) %.10g (%d)", w.years, w.has_years, w.cost, w.has_cost);
		if (sscanf(c.expect, "%39s %39s", years, cost) != 2 || w.has_years != (strcmp(years, "-") != 0) ||
		    w.has_cost != (strcmp(cost, "-") != 0) ||
		    (w.has_years && !near(w.years, number(years), c.tolerance)) ||
		    (w.has_cost && !near(w.cost, number(cost), c.tolerance)))
			case_fail(&c, got);
	}
	CHECK(n >= 18);
	sl_arena_done(&a);
}

/* A fixed area at a log-normal rate takes a log-normal time: its quantiles are known. */
TEST(the_spread_of_the_rate_is_that_of_the_years)
{
	static double clear[RUNS], share[RUNS];
	struct sl_work_ask q = {.clear_m2 = clear,
	                        .share = share,
	                        .n_draws = RUNS,
	                        .seed = 9,
	                        .level = 0.9,
	                        .survey = {(double)NAN, 0},
	                        .clearance = {5e4, 0.4},
	                        .found = {(double)NAN, 0},
	                        .survey_cost = {(double)NAN, 0},
	                        .clearance_cost = {3, 0.5},
	                        .currency = SL_STR("USD"),
	                        .cost_year = 2024};
	double sigma = sqrt(log1p(0.16)), middle = 1e6 / (5e4 * exp(-sigma * sigma / 2));
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_work w;

	for (size_t i = 0; i < RUNS; i++)
		clear[i] = 1e6;
	CHECK_OK(sl_work_project(&a, &q, &w, &e), &e);
	CHECK_NEAR(w.years / middle, 1, 0.01);
	CHECK_NEAR(w.years_low / (middle * exp(-1.6448536 * sigma)), 1, 0.02);
	CHECK_NEAR(w.years_high / (middle * exp(1.6448536 * sigma)), 1, 0.02);
	sigma = sqrt(log1p(0.25));
	CHECK_NEAR(w.cost / (3e6 * exp(-sigma * sigma / 2)), 1, 0.01);
	CHECK(w.never == 0);
	q.found = (struct sl_spread_of){
	    1e5, 0}; /* half of it contaminated: as much as is cleared in an average run */
	for (size_t i = 0; i < RUNS; i++)
		share[i] = 0.5;
	CHECK_OK(sl_work_project(&a, &q, &w, &e), &e);
	CHECK(w.never > 0.5 && w.never < 0.65 && isinf(w.years) && isinf(w.years_high) &&
	      isfinite(w.years_low));
	sl_arena_done(&a);
}

TEST(achieved_rates)
{
	const double m2[] = {4, 1, 7};
	struct sl_achieved r = sl_achieved_of(m2, 3, 0.5);

	CHECK(r.mean == 4 && r.low == 1 && r.high == 7);
	CHECK_NEAR(r.spread, 3 / sqrt(3) / 4, 1e-12);
	CHECK(sl_achieved_of(m2, 1, 0.5).spread == 0.5);
	CHECK(isnan(sl_achieved_of(m2, 0, 0.5).mean));
}
