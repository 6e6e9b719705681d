/* The estimate of a programme: its sample is the ledger's, and what is reported, surveyed and estimated
 * never mixes. */
#include "app/analysis.h"
#include "app/estimate_parts.h"
#include "cases.h"
#include "ledger/programme.h"

#include <math.h>

struct estimated {
	struct test_programme p;
	struct sl_programme reading;
	struct sl_arena a;
	struct sl_statement s;
	struct sl_err e;
};

static void parcel(struct test_programme *p, const char *kind, const char *id, const char *date,
                   const char *fields, int column, int row, double from, double to)
{
	char wkt[300];
	double x = 102.7 + column * .01, y = 13.5 + row * .01, x0 = x + from * .005, x1 = x + to * .005;

	snprintf(wkt, sizeof wkt, "POLYGON((%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f))", x0, y, x1, y,
	         x1, y + .005, x0, y + .005, x0, y);
	programme_add_wkt(p, kind, id, date, fields, wkt);
}

/* `n` suspected hazards of a province, of which the first `cancelled` were cancelled, then `confirmed` ones
 * half confirmed and half cancelled, of which `cleared` were cleared and the next was reduced; the others
 * stand. */
static void province(struct test_programme *p, const char *name, int column, int n, int cancelled,
                     int confirmed, int cleared)
{
	char id[24], fields[120];

	for (int i = 0; i < n; i++) {
		double to = 1 - .01 * i;

		snprintf(id, sizeof id, "%s-%d", name, i);
		snprintf(fields, sizeof fields, "class=SHA;admin1_name=%s;contamination=AP_MINE", name);
		parcel(p, "hazard", id, "2010-03-01", fields, column, i, 0, to);
		if (i >= cancelled + confirmed)
			continue;
		if (i >= cancelled) {
			char cha[24];

			snprintf(cha, sizeof cha, "%s-C%d", name, i);
			snprintf(fields, sizeof fields, "class=CHA;admin1_name=%s;contamination=AP_MINE", name);
			parcel(p, "hazard", cha, "2023-06-01", fields, column, i, 0, to / 2);
			if (i <= cancelled + cleared) {
				snprintf(fields, sizeof fields, "product=%s;hazard=%s;admin1_name=%s",
				         i < cancelled + cleared ? "CLR" : "RDT", cha, name);
				snprintf(id, sizeof id, "%s-L%d", name, i);
				parcel(p, "release", id, "2024-06-01", fields, column, i, 0, to / 2);
			}
		}
		snprintf(fields, sizeof fields, "product=CAN;hazard=%s-%d;admin1_name=%s", name, i, name);
		snprintf(id, sizeof id, "%s-R%d", name, i);
		parcel(p, "release", id, "2023-07-01", fields, column, i, i < cancelled ? 0 : to / 2, to);
	}
}

static void country(struct estimated *t)
{
	*t = (struct estimated){0};
	programme_open(&t->p);
	CHECK_OK(sl_store_begin(t->p.db, &t->p.e), &t->p.e);
	province(&t->p, "North", 0, 30, 12, 4, 3);
	province(&t->p, "South", 4, 24, 9, 6, 4);
	province(&t->p, "East", 8, 3, 0, 0, 0);
	CHECK_OK(sl_store_commit(t->p.db, &t->p.e), &t->p.e);
}

static void done(struct estimated *t)
{
	sl_programme_close(&t->reading);
	sl_arena_done(&t->a);
	programme_close(&t->p);
}

/* With "name=value" for each parameter. */
static enum sl_code estimate(struct estimated *t, const char *parameters)
{
	const struct sl_analysis *n = sl_analysis_find(SL_STR("estimate"));
	struct sl_str rest = sl_str_from(parameters), part;
	struct sl_analysis_question q;

	sl_programme_close(&t->reading);
	sl_arena_done(&t->a);
	t->e = (struct sl_err){0};
	CHECK_OK(sl_analysis_ask(n, &t->a, &q, &t->e), &t->e);
	CHECK_OK(sl_analysis_answer(&q, SL_STR("as-of"), SL_STR("2024-12-31"), &t->e), &t->e);
	while (*parameters && sl_str_split(&rest, ';', &part)) {
		struct sl_str value = part, name;

		CHECK(sl_str_split(&value, '=', &name));
		if (sl_analysis_answer(&q, name, value, &t->e))
			return t->e.code;
	}
	CHECK_OK(sl_programme_open(&t->reading, t->p.path, SL_OPEN_READ, &t->p.env, &t->e), &t->e);
	return t->e.code ? t->e.code : sl_analysis_run(&t->reading, &t->a, &q, &t->s, &t->e);
}

static const struct sl_quantity *figure(const struct sl_statement *s, const char *name)
{
	for (size_t i = 0; i < s->n_figures; i++)
		if (!strcmp(s->figure[i].name, name))
			return &s->figure[i];
	return NULL;
}

static double value(const struct sl_statement *s, const char *name)
{
	const struct sl_quantity *q = figure(s, name);

	return q ? q->value : (double)NAN;
}

static const struct sl_statement_table *table(const struct sl_statement *s, const char *name)
{
	for (size_t i = 0; i < s->n_tables; i++)
		if (!strcmp(s->table[i]->name, name))
			return s->table[i];
	return NULL;
}

static bool warned(const struct sl_statement *s, const char *part, const char *of)
{
	for (size_t i = 0; i < s->n_sentences; i++) {
		bool named = !of;

		for (size_t k = 0; k < s->sentence[i].n; k++)
			named |= of && s->sentence[i].said[k].text.p && sl_str_find(s->sentence[i].said[k].text, of);
		if (s->sentence[i].sort == SL_SAYS_WARNING && strstr(s->sentence[i].text, part) && named)
			return true;
	}
	return false;
}

TEST(the_sample_is_what_the_ledger_says)
{
	struct estimated t;
	struct sl_account account;
	const struct sl_statement_table *x;
	double found = 0, standing = 0;

	country(&t);
	CHECK_OK(estimate(&t, ""), &t.e);
	programme_account(&t.p, &t.p.arena, "2024-12-31", NULL, SL_BY_ADMIN1, &account);
	CHECK_NEAR(value(&t.s, "recorded_suspected_km2"), sl_mm2_to_m2(account.total.closing.mm2[0]) / 1e6, 0);
	CHECK_NEAR(value(&t.s, "recorded_confirmed_km2"), sl_mm2_to_m2(account.total.closing.mm2[1]) / 1e6, 0);
	CHECK_NEAR(value(&t.s, "surveyed_cancelled_km2"),
	           sl_mm2_to_m2(account.total.flow[SL_FLOW_CANCELLED]) / 1e6, 0);
	CHECK_NEAR(value(&t.s, "surveyed_confirmed_km2"),
	           sl_mm2_to_m2(account.total.flow[SL_FLOW_CONFIRMED]) / 1e6, 0);
	CHECK_NEAR(value(&t.s, "cleared_km2"), sl_mm2_to_m2(account.total.flow[SL_FLOW_CLEARED]) / 1e6, 0);
	x = table(&t.s, "surveyed");
	CHECK(x && x->n_rows == 3 && account.n_lines == 3);
	for (size_t i = 0; x && i < x->n_rows; i++) { /* East, North, South */
		static const double surveyed[] = {0, 16, 15}, standing_hazards[] = {3, 14, 9};

		CHECK(sl_str_eq(x->cell[i * x->n_columns].text, account.line[i].key));
		CHECK_NEAR(x->cell[i * x->n_columns + 1].number, sl_mm2_to_m2(account.line[i].closing.mm2[0]) / 1e6,
		           0);
		CHECK_NEAR(x->cell[i * x->n_columns + 3].number,
		           sl_mm2_to_m2(account.line[i].flow[SL_FLOW_CANCELLED]) / 1e6, 0);
		CHECK(x->cell[i * x->n_columns + 7].number == surveyed[i]);
		CHECK(x->cell[i * x->n_columns + 8].number == standing_hazards[i]);
	}
	x = table(&t.s, "estimated");
	for (size_t i = 0; x && i < x->n_rows; i++)
		found += x->cell[i * x->n_columns + 1].number;
	CHECK_NEAR(found, value(&t.s, "estimated_suspected_km2"), 1e-9);
	standing = value(&t.s, "recorded_suspected_km2");
	CHECK_NEAR(value(&t.s, "estimated_confirmed_km2") / value(&t.s, "recorded_confirmed_km2"), 7.0 / 9,
	           0.05);
	CHECK(found > 0.02 * standing && found < 0.5 * standing);
	CHECK(figure(&t.s, "estimated_suspected_km2")->low < found &&
	      figure(&t.s, "estimated_suspected_km2")->high > found);
	CHECK(warned(&t.s, "nothing was surveyed to its end", NULL)); /* East */
	done(&t);
}

/* Every piece of ground that stands is in the population, and in no other class. */
TEST(what_stands_is_estimated_and_nothing_else)
{
	struct estimated t;
	struct sl_account_answer account = {0};
	struct sl_estimate_ground ground;

	country(&t);
	parcel(&t.p, "hazard", "North-N", "2025-06-01", "class=SHA;admin1_name=North;contamination=AP_MINE", 0,
	       0, 0, .7); /* reopens */
	parcel(&t.p, "hazard", "North-20", "2025-06-01", "class=SHA;admin1_name=North;contamination=AP_MINE", 0,
	       20, 0, .3);
	for (int later = 0; later < 2; later++) {
		struct sl_account_request r = {.as_of = later ? "2025-12-31" : "2024-12-31", .by = "admin1"};

		CHECK_OK(sl_programme_open(&t.reading, t.p.path, SL_OPEN_READ, &t.p.env, &t.e), &t.e);
		CHECK_OK(sl_account_answer(&t.reading, &r, &account, &t.e), &t.e);
		for (int strata = 0; strata <= SL_STRATA_EVIDENCE; strata++) {
			CHECK_OK(sl_estimate_gather(&t.a, &account, (enum sl_estimate_strata)strata, &ground, &t.e),
			         &t.e);
			for (int class = 0; class < SL_GROUND_CLASSES; class ++)
				for (size_t r2 = 0; r2 < ground.n_regions; r2++) {
					double open = 0, stock = sl_mm2_to_m2(ground.region[r2].line->closing.mm2[class]);

					for (size_t i = 0; i < ground.n[class]; i++)
						open +=
						    ground.unit[class][i].region == (int32_t)r2 ? ground.unit[class][i].open_m2 : 0;
					CHECK_NEAR(open, stock, 1e-6 * fmax(1, stock));
				}
			for (size_t i = 0; i < ground.n[0]; i++)
				CHECK(ground.unit[0][i].group ==
				      (strata == SL_STRATA_CONTAMINATION ? ground.unit[0][0].group : 0));
			CHECK(strata != SL_STRATA_CONTAMINATION || ground.unit[0][0].group > 0);
		}
		sl_account_done(&account);
		sl_programme_close(&t.reading);
	}
	done(&t);
}

static const char *kind_of(const char *name)
{
	return !strncmp(name, "estimated", 9)  ? "estimated"
	       : !strncmp(name, "reported", 8) ? "reported"
	                                       : "surveyed";
}

static bool is_area(const char *unit)
{
	return unit && !strcmp(unit, "km²");
}

/* A figure of one kind that is the sum of two of different kinds. */
static int mixtures(const struct sl_statement *s)
{
	int n = 0;

	for (size_t i = 0; i < s->n_figures; i++)
		for (size_t k = 0; k < s->n_figures; k++)
			for (size_t m = 0; m < s->n_figures; m++) {
				const struct sl_quantity *a = &s->figure[i], *b = &s->figure[k], *sum = &s->figure[m];

				if (!is_area(a->unit) || !is_area(b->unit) || !is_area(sum->unit) || !(a->value > 0) ||
				    !(b->value > 0) || !strcmp(kind_of(a->name), kind_of(b->name)) ||
				    fabs(a->value + b->value - sum->value) > 1e-9)
					continue;
				printf("%s + %s = %s\n", a->name, b->name, sum->name);
				n++;
			}
	return n;
}

/* What sources report changes nothing that is surveyed or estimated, and no column holds figures of two
 * kinds. */
TEST(reported_surveyed_and_estimated_never_mix)
{
	struct estimated t;
	struct sl_quantity before[20];
	const struct sl_statement_table *x;
	size_t n;

	country(&t);
	CHECK_OK(estimate(&t, ""), &t.e);
	CHECK(!table(&t.s, "reported"));
	n = t.s.n_figures;
	CHECK(n > 6 && n < 20);
	memcpy(before, t.s.figure, n * sizeof *before);
	CHECK_INT(mixtures(&t.s), 0);
	programme_add(
	    &t.p, "source", "R1", "2024-11-21",
	    "kind=NEWS;document=R1;claim=More than 50 000 square miles to be searched;subject=land;"
	    "attribute=area;value_low=50000;unit=square miles;attributed_to=A government;source_reliability=C;"
	    "information_reliability=4",
	    NULL);
	programme_add(
	    &t.p, "source", "R2", "2024-11-21",
	    "kind=NEWS;document=R2;claim=At most a little;subject=land;attribute=area;value_high=1;unit=m2",
	    NULL);
	programme_add(&t.p, "source", "R3", "2024-11-21",
	              "kind=NEWS;document=R3;claim=A large area;subject=land;attribute=area;value_low=7", NULL);
	programme_add(
	    &t.p, "source", "R4", "2024-11-21",
	    "kind=NEWS;document=R4;claim=An amount;subject=aid;attribute=amount;value_low=275;unit=USD", NULL);
	programme_add(
	    &t.p, "source", "R5", "2024-11-21",
	    "kind=NEWS;document=R5;claim=A length;subject=land;attribute=area;value_low=7;unit=furlongs", NULL);
	CHECK_OK(estimate(&t, ""), &t.e);
	CHECK_INT(t.s.n_figures, n);
	for (size_t i = 0; i < n; i++) {
		CHECK(!strcmp(before[i].name, t.s.figure[i].name) && strncmp(before[i].name, "reported", 8) != 0);
		CHECK(before[i].value == t.s.figure[i].value && before[i].low == t.s.figure[i].low &&
		      before[i].high == t.s.figure[i].high);
	}
	CHECK_INT(mixtures(&t.s), 0);
	x = table(&t.s, "reported");
	CHECK(x && x->n_rows == 4); /* the amount is no area */
	if (x && x->n_rows == 4) {
		CHECK_NEAR(x->cell[9].number, 129499.4055168, 1e-6);
		CHECK(isnan(x->cell[10].number) && sl_str_is(x->cell[11].text, "above") &&
		      sl_str_is(x->cell[5].text, "C4"));
		CHECK(sl_str_is(x->cell[12 + 11].text, "below") && sl_str_is(x->cell[12 + 5].text, "--"));
		CHECK(isnan(x->cell[24 + 6].number) && isnan(x->cell[24 + 9].number) &&
		      sl_str_is(x->cell[24 + 11].text, "no number"));
	}
	CHECK(warned(&t.s, "Reported and estimated contradict", "R1"));
	CHECK(warned(&t.s, "Reported and estimated contradict", "R2"));
	CHECK(warned(&t.s, "stands without a number", "has no unit"));
	CHECK(warned(&t.s, "stands without a number", "'furlongs' is no unit of area"));
	CHECK(warned(&t.s, "contradict each other", "R1"));
	for (size_t i = 0; i < t.s.n_tables; i++)
		for (size_t c = 0; c < t.s.table[i]->n_columns; c++) {
			const char *name = t.s.table[i]->column[c].name;

			if (is_area(t.s.table[i]->column[c].unit))
				CHECK(!strcmp(kind_of(name), t.s.table[i]->name));
		}
	done(&t);
}

TEST(no_survey_no_number)
{
	struct estimated t = {0};

	programme_open(&t.p);
	CHECK(estimate(&t, "") == SL_INVALID &&
	      strstr(t.e.msg, "no hazardous ground with a boundary is recorded"));
	province(&t.p, "North", 0, 5, 0, 0, 0);
	CHECK(estimate(&t, "") == SL_INVALID && strstr(t.e.msg, "no hazard was surveyed to its end"));
	CHECK_INT(t.s.n_figures, 0);
	parcel(&t.p, "release", "R-1", "2020-01-01", "product=CAN;hazard=North-0;admin1_name=North", 0, 0, 0,
	       1);
	CHECK(estimate(&t, "") == SL_INVALID && strstr(t.e.msg, "only one hazard was surveyed"));
	parcel(&t.p, "release", "R-2", "2020-01-01", "product=CAN;hazard=North-1;admin1_name=North", 0, 1, 0,
	       1);
	CHECK_OK(estimate(&t, ""), &t.e);
	CHECK(warned(&t.s, "only {n}", NULL) && warned(&t.s, "No surveyed hazard held anything", NULL));
	CHECK(value(&t.s, "estimated_suspected_km2") == 0 && figure(&t.s, "estimated_suspected_km2")->high > 0);
	CHECK(!figure(&t.s, "estimated_to_clear_km2")); /* no confirmed ground was finished */
	CHECK(!figure(&t.s, "years") && warned(&t.s, "Years to finish are not estimated", NULL));
	done(&t);
}

TEST(years_cost_and_ground_outside)
{
	struct estimated t;
	double years;

	country(&t);
	CHECK_OK(estimate(&t, ""), &t.e); /* at the rates of 2022 to 2024 */
	CHECK(value(&t.s, "years") > 0 && !figure(&t.s, "cost"));
	CHECK_OK(estimate(&t, "survey-rate=100000;clearance-rate=20000;rate-spread=0"), &t.e);
	years = value(&t.s, "years");
	CHECK_NEAR(years, value(&t.s, "recorded_suspected_km2") * 10, 0.6 * years);
	CHECK_OK(estimate(&t, "survey-rate=100000;clearance-rate=20000;found-rate=100000;rate-spread=0"), &t.e);
	CHECK(isinf(value(&t.s, "years")) && warned(&t.s, "never ends", NULL));
	CHECK_OK(estimate(&t, "clearance-cost=3;survey-cost=0.1;currency=USD;cost-year=2024;cost-includes=all"),
	         &t.e);
	CHECK(value(&t.s, "cost") > 0 && !strcmp(figure(&t.s, "cost")->unit, "USD 2024"));
	CHECK(!warned(&t.s, "What the costs include", NULL));
	CHECK_OK(estimate(&t, "clearance-cost=3;currency=USD;cost-year=2024"), &t.e);
	CHECK(warned(&t.s, "What the costs include", NULL) &&
	      warned(&t.s, "cost of survey is not stated", NULL));
	CHECK(estimate(&t, "clearance-cost=3;cost-year=2024") == SL_INVALID && strstr(t.e.msg, "currency"));
	CHECK(estimate(&t, "clearance-cost=3;currency=USD") == SL_INVALID &&
	      strstr(t.e.msg, "year of its prices"));
	CHECK(estimate(&t, "clearance-rate=0") == SL_INVALID && strstr(t.e.msg, "rate of clearance is 0"));
	CHECK(estimate(&t, "clearance-rate=nan") == SL_INVALID);
	CHECK(estimate(&t, "outside-squares=50") == SL_INVALID && strstr(t.e.msg, "needs outside-squares"));
	CHECK(estimate(&t, "outside-squares=5;outside-found=6;outside-km2=10") == SL_INVALID);
	CHECK(estimate(&t, "outside-squares=5;outside-found=1;outside-km2=-1") == SL_INVALID);
	CHECK_OK(estimate(&t, "outside-squares=50;outside-found=0;outside-km2=1000"), &t.e);
	CHECK(value(&t.s, "outside_indication_km2") == 0);
	CHECK_NEAR(figure(&t.s, "outside_indication_km2")->high, 1000 * (1 - pow(0.05, 1.0 / 50)), 1e-6);
	done(&t);
}

/* Published tables, told as claims of one document. */
TEST(published_tables_of_what_remains_raise_their_warnings)
{
	static const char *const table_of = "kind=NEWS;subject=mined area;claim=stock;unit=km2";
	struct estimated t;
	struct case_file c;
	char fields[300], id[40], name[40];
	double was, is;
	int n = 0;

	country(&t);
	if (!case_open(&c, "thailand_2015.txt"))
		return;
	CHECK_OK(sl_store_begin(t.p.db, &t.p.e), &t.p.e);
	while (case_next(&c)) {
		CHECK_INT(sscanf(c.input, "%39s %*s %lf %*s %lf", name, &was, &is), 3);
		for (int end = 0; end < 2; end++) {
			snprintf(id, sizeof id, "TH-%d-%d", n, end);
			snprintf(fields, sizeof fields,
			         "%s;document=LM2016;attribute=remaining;value_low=%.2f;value_high=%.2f%s%s", table_of,
			         end ? is : was, end ? is : was, strcmp(name, "total") ? ";admin1_name=" : "",
			         strcmp(name, "total") ? name : "");
			programme_add(&t.p, "source", id, end ? "2015-12-31" : "2014-12-31", fields, NULL);
		}
		n++;
	}
	snprintf(fields, sizeof fields, "%s;document=LM2016;attribute=released;value_low=47;value_high=47",
	         table_of);
	programme_add(&t.p, "source", "TH-R", "2015-12-31", fields, NULL);
	programme_add(&t.p, "source", "TH-Q", "2014-12-31", fields, NULL); /* of the year before */
	/* Angola: two years later twice as much remains, and one survey had two areas */
	for (int end = 0; end < 2; end++) {
		snprintf(fields, sizeof fields, "%s;document=AO;attribute=remaining;value_low=%d;value_high=%d",
		         table_of, end ? 1560 : 793, end ? 1560 : 793);
		programme_add(&t.p, "source", end ? "AO-1" : "AO-0", end ? "2013-12-31" : "2011-12-31", fields,
		              NULL);
		snprintf(fields, sizeof fields,
		         "kind=NEWS;subject=Angola LIS;claim=area;attribute=area;unit=km2;value_low=%d;"
		         "value_high=%d",
		         end ? 175 : 982, end ? 242 : 1239);
		programme_add(&t.p, "source", end ? "LIS-1" : "LIS-0", "2012-01-01", fields, NULL);
	}
	CHECK_OK(sl_store_commit(t.p.db, &t.p.e), &t.p.e);
	CHECK_INT(n, 17);
	CHECK_OK(estimate(&t, ""), &t.e);
	CHECK(warned(&t.s, "km² are not explained", "LM2016"));
	CHECK(warned(&t.s, "while the whole fell", "Chiang_Mai") &&
	      warned(&t.s, "while the whole fell", "Sakeo"));
	CHECK(!warned(&t.s, "while the whole fell", "Surin") && !warned(&t.s, "do not add up", "LM2016"));
	CHECK(warned(&t.s, "nothing says what was added", "AO"));
	CHECK(warned(&t.s, "contradict each other", "LIS-0"));
	for (size_t i = 0; i < t.s.n_sentences; i++) /* 450.74 - (474.26 - 47) */
		if (strstr(t.s.sentence[i].text, "are not explained"))
			CHECK_NEAR(t.s.sentence[i].said[5].number, 23.48, 0.005);
	done(&t);
}

/* The programme's own ledger through the same judge: a province is surveyed again and grows while the whole
 * falls; and the land of the country bounds what can be hazardous. */
TEST(the_own_stock_is_judged_as_published_ones_are)
{
	struct sl_buf json = {0};
	struct estimated t;

	country(&t);
	CHECK_OK(estimate(&t, ""), &t.e);
	CHECK(!warned(&t.s, "while the whole fell", NULL) && !warned(&t.s, "are not explained", NULL));
	parcel(&t.p, "hazard", "East-9", "2024-05-01", "class=SHA;admin1_name=East", 8, 20, 0, 1);
	CHECK_OK(estimate(&t, ""), &t.e);
	CHECK(warned(&t.s, "while the whole fell", "East") && !warned(&t.s, "while the whole fell", "North"));
	CHECK(!warned(&t.s, "of all land of the country", NULL));
	programme_add_wkt(&t.p, "place", "E", "2001-01-01", "level=admin1;name=East;code=East",
	                  "POLYGON((102.77 13.4,102.79 13.4,102.79 13.71,102.77 13.71,102.77 13.4))");
	CHECK_OK(estimate(&t, ""), &t.e);
	CHECK_INT(t.s.n_shapes, 1);
	CHECK(t.s.n_shapes && isnan(t.s.shape[0].value)); /* nothing was surveyed there: no number, hatched */
	sl_statement_json(&json, &t.s, sl_locale_at(0));
	CHECK(
	    sl_str_find(sl_buf_view(&json),
	                "\"shape_label\":\"Estimated: contaminated in suspected ground; hatched: no survey\""));
	sl_buf_done(&json);
	done(&t);
}
