/* The impact score against tests/cases/impact.txt, and what is refused. */
#include "cases.h"

#include "analysis/impact.h"

#include <math.h>

static void score(const char *input, char *got, size_t size)
{
	static const char *const classes[] = {"none", "low", "medium", "high"};
	struct sl_impact community = {.mines = false};
	enum sl_impact_class class = SL_IMPACT_NONE;
	char mines[8] = "", ordnance[8] = "";
	long long blocked = 0, victims = 0;
	struct sl_err e = {0};
	double x = 0;

	CHECK_INT(sscanf(input, "%7s %7s %lld %lld", mines, ordnance, &blocked, &victims), 4);
	community.mines = !strcmp(mines, "yes");
	community.ordnance = !strcmp(ordnance, "yes");
	community.victims = victims;
	for (int i = 0; i < SL_IMPACT_BLOCKAGES && i < blocked; i++)
		community.blocked[i] = true;
	if (sl_impact_score(&community, &sl_impact_usual, &x, &class, &e))
		snprintf(got, size, "%s", e.msg);
	else
		snprintf(got, size, "%.17g %s", x, classes[class]);
}

TEST(impact_scores_are_as_published)
{
	struct case_file c;
	size_t n = 0;

	if (!case_open(&c, "impact.txt"))
		return;
	for (; case_next(&c); n++) {
		char got[400];

		score(c.input, got, sizeof got);
		if (strcmp(got, c.expect))
			printf("%s:%d: %s\n", c.name, c.line, got);
		CHECK(!strcmp(got, c.expect));
	}
	CHECK_INT(n, 11);
}

TEST(impact_weights_that_are_none_are_refused)
{
	struct sl_impact_weights bad[3] = {sl_impact_usual, sl_impact_usual, sl_impact_usual};
	const struct sl_impact community = {.mines = true};

	bad[0].mines = -1;
	bad[1].blockage[3] = (double)NAN;
	bad[2].blockage[0] = 1.5;
	for (int i = 0; i < 3; i++) {
		enum sl_impact_class class;
		struct sl_err e = {0};
		double x = 77;

		CHECK_INT(sl_impact_score(&community, &bad[i], &x, &class, &e), SL_INVALID);
		CHECK(x == 77);
	}
}
