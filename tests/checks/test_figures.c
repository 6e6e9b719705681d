/* Pure functions against published figures: tests/cases/area_claims.txt, reconcile.txt, survey_effort.txt,
 * traverse.txt. */
#include "support.h"

#include "checks/claimed_area.h"
#include "checks/reconcile.h"
#include "checks/survey_effort.h"
#include "geo/legs.h"

static struct sl_str word(struct sl_str *rest)
{
	struct sl_str w = {0};

	*rest = sl_str_trim(*rest);
	sl_str_split(rest, ' ', &w);
	return w;
}

static double number(struct sl_str *rest)
{
	double x = NAN;

	CHECK(sl_str_double(word(rest), &x));
	return x;
}

static bool next_case(struct sl_str *text, struct sl_str *line)
{
	while (sl_str_split(text, '\n', line)) {
		*line = sl_str_trim(*line);
		if (line->n && line->p[0] != '#')
			return true;
	}
	return false;
}

TEST(claimed_areas_are_compared)
{
	static const char *const verdicts[] = {"agrees", "differs", "far", "slip"};
	struct bench b;
	struct sl_str text, line;
	int n = 0;

	bench_begin(&b, "2025-06-30");
	text = bench_case_file(&b, "area_claims.txt");
	for (; next_case(&text, &line); n++) {
		struct sl_str all = line;
		double reported = number(&line), polygon = number(&line);
		struct sl_str verdict = word(&line);
		struct sl_claimed_area r = sl_claimed_area(&b.c.limit, reported, polygon);

		if (!sl_str_is(verdict, verdicts[r.verdict]))
			printf("%.*s\n", SL_STR_ARG(all));
		CHECK_STR(verdict, verdicts[r.verdict]);
		if (r.verdict == SL_AREA_SLIP) {
			CHECK_NEAR(r.factor, number(&line), 1e-9);
			CHECK(r.likely != NULL);
		}
	}
	CHECK(n >= 15);
	bench_end(&b);
}

TEST(reported_figures_reconcile)
{
	struct bench b;
	struct sl_str text, line;
	int n = 0;

	bench_begin(&b, "2025-06-30");
	text = bench_case_file(&b, "reconcile.txt");
	for (; next_case(&text, &line); n++) {
		struct sl_str all = line, what = word(&line), w;
		double a = number(&line), second = number(&line), part[32], got, want;
		size_t parts = 0;

		while (!sl_str_is(w = word(&line), "=") && parts < 32)
			CHECK(sl_str_double(w, &part[parts++]));
		want = number(&line);
		got = sl_str_is(what, "stock") ? sl_reconcile(a, part, parts, second)
		                               : sl_reconcile_parts(a, part, parts, second);
		if (!(fabs(got - want) <= number(&line))) {
			printf("%.*s: the residual is %.17g\n", SL_STR_ARG(all), got);
			CHECK(false);
		}
	}
	CHECK(n >= 20);
	bench_end(&b);
}

TEST(survey_effort_follows_the_class)
{
	struct bench b;
	struct sl_str text, line;
	int n = 0;

	bench_begin(&b, "2025-06-30");
	text = bench_case_file(&b, "survey_effort.txt");
	for (; next_case(&text, &line); n++) {
		struct sl_str class_code = word(&line);
		double sector = number(&line), done = number(&line);
		struct sl_survey_effort r;
		bool known = sl_thai_technical_survey(class_code, sector, done, &r);

		CHECK_STR(word(&line), "=");
		if (sl_str_is(sl_str_trim(line), "refused")) {
			CHECK(!known);
			continue;
		}
		CHECK(known);
		CHECK_NEAR(r.sample_m2, number(&line), 1e-9);
		CHECK_NEAR(100 * r.done_ratio, number(&line), 1e-9);
		CHECK_NEAR(r.released_m2, number(&line), 1e-9);
	}
	CHECK(n >= 7);
	bench_end(&b);
}

TEST(traverses_close_or_not)
{
	struct bench b;
	struct sl_str text, line, legs;
	int n = 0;

	bench_begin(&b, "2025-06-30");
	text = bench_case_file(&b, "traverse.txt");
	while (sl_str_split(&text, '\n', &line)) {
		struct sl_str all = line;
		struct sl_legs_sum t;

		if (!line.n || line.p[0] == '#')
			continue;
		n++;
		CHECK(sl_str_split(&line, '|', &legs));
		sl_legs_sum(legs, &t);
		if (sl_str_has_prefix(sl_str_trim(line), "refused at leg ")) {
			line = sl_str_trim(line);
			line = (struct sl_str){line.p + 15, line.n - 15};
			CHECK_INT(t.bad, (int)number(&line));
		} else {
			double off;

			if (t.bad)
				printf("%.*s: leg %zu\n", SL_STR_ARG(all), t.bad);
			CHECK_INT(t.bad, 0);
			CHECK_INT(t.legs, (int)number(&line));
			CHECK_NEAR(t.perimeter_m, number(&line), 1e-9);
			off = number(&line);
			CHECK_NEAR(sl_legs_misclosure_m(&t), off, number(&line));
		}
	}
	CHECK(n >= 18);
	bench_end(&b);
}
