/* The account on small worlds: the worked examples of domain.md appendix C and each rule of DESIGN section 4. */
#include "programme.h"

#include "check.h"
#include "geo/area.h"
#include "geo/wkb.h"

/* Rectangles near 13.5 N 102.7 E: x and y in ten-thousandths of a degree. */
static struct sl_geom box(struct sl_arena *a, double x0, double y0, double x1, double y1)
{
	struct sl_err e = {0};
	struct sl_geom g;
	char wkt[200];

	snprintf(wkt, sizeof wkt, "POLYGON((%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f))", 102.7 + x0 * 1e-4,
	         13.5 + y0 * 1e-4, 102.7 + x1 * 1e-4, 13.5 + y0 * 1e-4, 102.7 + x1 * 1e-4, 13.5 + y1 * 1e-4,
	         102.7 + x0 * 1e-4, 13.5 + y1 * 1e-4, 102.7 + x0 * 1e-4, 13.5 + y0 * 1e-4);
	CHECK_OK(sl_wkt_read(a, sl_str_from(wkt), &g, NULL, &e), &e);
	return g;
}

static void add_box(struct test_programme *p, const char *kind, const char *id, const char *date,
                    const char *fields, double x0, double y0, double x1, double y1)
{
	struct sl_geom g = box(&p->arena, x0, y0, x1, y1);

	programme_add(p, kind, id, date, fields, &g);
}

static double area(struct test_programme *p, double x0, double y0, double x1, double y1)
{
	struct sl_geom g = box(&p->arena, x0, y0, x1, y1);

	return sl_geom_area_m2(&g);
}

static void check_balance(const struct sl_account_line *l)
{
	sl_mm2 open = l->opening.mm2[0] + l->opening.mm2[1], close = l->closing.mm2[0] + l->closing.mm2[1];
	const sl_mm2 *f = l->flow;

	CHECK(close == open + f[SL_FLOW_NEW_SHA] + f[SL_FLOW_NEW_CHA] + f[SL_FLOW_REOPENED] +
	                   f[SL_FLOW_BOUNDARY_GAIN] - f[SL_FLOW_CANCELLED] - f[SL_FLOW_REDUCED] -
	                   f[SL_FLOW_CLEARED] - f[SL_FLOW_BOUNDARY_LOSS] - f[SL_FLOW_WITHDRAWN]);
}

static double m2(sl_mm2 v)
{
	return sl_mm2_to_m2(v);
}

/* domain.md C.3: SHA 100,000: 60 % cancelled by survey, the rest confirmed; 15 % reduced, 22 % cleared, 3 %
 * remain; the boundary extended by 1.2 % and cleared. Shares of one rectangle instead of round metres. */
TEST(c3_area_accounting)
{
	struct test_programme p;
	struct sl_account acc;
	double whole;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2020-01-10", "class=SHA;organisation=OP1", 0, 0, 100, 10);
	add_box(&p, "release", "R-1", "2020-06-01", "product=CAN;hazard=HA-1;organisation=OP1", 0, 0, 60, 10);
	add_box(&p, "hazard", "HA-1", "2020-06-02", "class=CHA;organisation=OP1", 60, 0, 100, 10);
	add_box(&p, "release", "R-2", "2021-02-01", "product=RDT;hazard=HA-1;organisation=OP1", 60, 0, 75, 10);
	add_box(&p, "release", "R-3", "2021-08-01", "product=CLR;hazard=HA-1;organisation=OP1", 75, 0, 97, 10);
	whole = area(&p, 0, 0, 100, 10);
	programme_account(&p, &p.arena, "2021-12-31", NULL, SL_BY_NOTHING, &acc);
	check_balance(&acc.total);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_NEW_SHA]), whole, 1e-5);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_CANCELLED]), area(&p, 0, 0, 60, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_CONFIRMED]), area(&p, 60, 0, 100, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_REDUCED]), area(&p, 60, 0, 75, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_CLEARED]), area(&p, 75, 0, 97, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.closing.mm2[1]), area(&p, 97, 0, 100, 10), 1e-3);
	CHECK_INT(acc.total.closing.count[0], 0);
	CHECK_INT(acc.total.closing.count[1], 1);
	/* the extension: a boundary of a known hazard grows, then is cleared */
	add_box(&p, "hazard", "HA-1", "2021-09-01", "class=CHA;organisation=OP1", 97, 0, 101.2, 10);
	add_box(&p, "release", "R-4", "2021-10-01", "product=CLR;hazard=HA-1;organisation=OP1", 100, 0, 101.2, 10);
	programme_account(&p, &p.arena, "2021-12-31", "2021-01-01", SL_BY_NOTHING, &acc);
	check_balance(&acc.total);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_BOUNDARY_GAIN]), area(&p, 100, 0, 101.2, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.opening.mm2[1]), area(&p, 60, 0, 100, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.closing.mm2[1]), area(&p, 97, 0, 100, 10), 1e-3);
	programme_close(&p);
}

/* domain.md C.4: a farmer hits a mine in the reduced part: reopened this year, last year is not rewritten. */
TEST(c4_reopen)
{
	struct test_programme p;
	struct sl_account before, after, year;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2018-01-01", "class=CHA", 0, 0, 50, 50);
	add_box(&p, "release", "R-1", "2019-01-01", "product=RDT;hazard=HA-1", 0, 0, 50, 50);
	programme_account(&p, &p.arena, "2019-12-31", "2019-01-01", SL_BY_NOTHING, &before);
	add_box(&p, "hazard", "HA-2", "2021-05-05", "class=SHA", 10, 10, 15, 15);
	programme_account(&p, &p.arena, "2019-12-31", "2019-01-01", SL_BY_NOTHING, &after);
	CHECK(after.total.flow[SL_FLOW_REDUCED] == before.total.flow[SL_FLOW_REDUCED]);
	programme_account(&p, &p.arena, "2021-12-31", "2021-01-01", SL_BY_NOTHING, &year);
	CHECK_NEAR(m2(year.total.flow[SL_FLOW_REOPENED]), area(&p, 10, 10, 15, 15), 1e-3);
	CHECK(year.total.flow[SL_FLOW_NEW_SHA] == 0);
	check_balance(&year.total);
	programme_close(&p);
}

/* domain.md C.5: two operators recorded the same field; the merged one leaves as "erroneous or duplicate",
 * and only for the ground that the survivor does not cover. */
TEST(c5_duplicate_hazard)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2019-01-01", "class=SHA;organisation=OP1", 0, 0, 100, 10);
	add_box(&p, "hazard", "HA-9", "2019-03-01", "class=SHA;organisation=OP2", 3.5, 0, 103.5, 10);
	programme_account(&p, &p.arena, "2019-12-31", NULL, SL_BY_NOTHING, &acc);
	CHECK_NEAR(m2(acc.total.closing.mm2[0]), area(&p, 0, 0, 103.5, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.naive), 2 * area(&p, 0, 0, 100, 10), 1e-3);
	add_box(&p, "hazard", "HA-9", "2020-02-01", "class=SHA;status=MERG;merged_into=HA-1;organisation=OP2", 3.5, 0,
	        103.5, 10);
	programme_account(&p, &p.arena, "2020-12-31", "2020-01-01", SL_BY_NOTHING, &acc);
	check_balance(&acc.total);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_WITHDRAWN]), area(&p, 100, 0, 103.5, 10), 1e-3);
	CHECK(acc.total.flow[SL_FLOW_CANCELLED] == 0);
	CHECK_NEAR(m2(acc.total.closing.mm2[0]), area(&p, 0, 0, 100, 10), 1e-3);
	CHECK_INT(acc.total.closing.count[0], 1);
	programme_close(&p);
}

/* domain.md C.1: older information approved later does not override newer information. */
TEST(c1_older_information_does_not_override)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2024-03-01", "class=CHA", 0, 0, 10, 10);
	add_box(&p, "hazard", "HA-1", "2024-02-01", "class=SHA", 0, 0, 20, 10);
	programme_account(&p, &p.arena, "2024-12-31", NULL, SL_BY_NOTHING, &acc);
	CHECK(acc.total.closing.mm2[0] == 0);
	CHECK_NEAR(m2(acc.total.closing.mm2[1]), area(&p, 0, 0, 10, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_BOUNDARY_LOSS]), area(&p, 10, 0, 20, 10), 1e-3);
	programme_account(&p, &p.arena, "2024-02-15", NULL, SL_BY_NOTHING, &acc);
	CHECK_NEAR(m2(acc.total.closing.mm2[0]), area(&p, 0, 0, 20, 10), 1e-3);
	programme_close(&p);
}

/* News about a hazard (another contamination, the same boundary and class) does not reopen released land. */
TEST(the_same_boundary_again_is_not_a_new_version)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2020-01-01", "class=CHA;contamination=APM", 0, 0, 10, 10);
	add_box(&p, "release", "R-1", "2021-01-01", "product=CLR;hazard=HA-1", 0, 0, 5, 10);
	add_box(&p, "hazard", "HA-1", "2022-01-01", "class=CHA;contamination=APM UXO", 0, 0, 10, 10);
	programme_account(&p, &p.arena, "2022-12-31", NULL, SL_BY_NOTHING, &acc);
	CHECK(acc.total.flow[SL_FLOW_REOPENED] == 0);
	CHECK_NEAR(m2(acc.total.closing.mm2[1]), area(&p, 5, 0, 10, 10), 1e-3);
	programme_close(&p);
}

TEST(a_cancellation_ends_the_hazard_it_names)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2020-01-01", "class=SHA", 0, 0, 10, 10);
	add_box(&p, "hazard", "HA-2", "2020-01-01", "class=CHA", 5, 0, 15, 10);
	add_box(&p, "release", "R-1", "2021-01-01", "product=CAN;hazard=HA-2", 0, 0, 15, 10);
	programme_account(&p, &p.arena, "2021-12-31", NULL, SL_BY_NOTHING, &acc);
	check_balance(&acc.total);
	CHECK_NEAR(m2(acc.total.closing.mm2[0]), area(&p, 0, 0, 10, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_CANCELLED]), area(&p, 10, 0, 15, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_DOWNGRADED]), area(&p, 5, 0, 10, 10), 1e-3);
	/* a name that nobody knows ends nothing, until it is known */
	add_box(&p, "release", "R-2", "2022-01-01", "product=CAN;hazard=HA-7", 0, 0, 15, 10);
	programme_account(&p, &p.arena, "2022-12-31", NULL, SL_BY_NOTHING, &acc);
	CHECK_NEAR(m2(acc.total.closing.mm2[0]), area(&p, 0, 0, 10, 10), 1e-3);
	programme_close(&p);
}

/* The hazard that a cancellation names is recorded a year late: the running total learns the name in time. */
TEST(the_running_total_follows_a_hazard_named_before_it_was_known)
{
	struct test_programme p;
	struct sl_ledger grown = {0};
	struct sl_running_total *running;
	struct sl_ledger_watch watch;
	struct sl_account acc;
	struct sl_date end;

	programme_open(&p);
	CHECK(sl_date_parse(SL_STR("2021-12-31"), &end));
	add_box(&p, "hazard", "HA-1", "2020-01-01", "class=SHA", 0, 0, 10, 10);
	add_box(&p, "release", "R-1", "2021-01-01", "product=CAN;hazard=HA-2", 0, 0, 15, 10);
	CHECK_OK(sl_ledger_open(&grown, p.db, &p.env, &p.e), &p.e);
	CHECK_OK(sl_running_total_new(&p.arena, &grown, end, &running, &p.e), &p.e);
	watch = sl_running_total_watch(running);
	add_box(&p, "hazard", "HA-2", "2020-01-01", "class=CHA", 5, 0, 15, 10);
	CHECK_OK(sl_ledger_sync(&grown, p.db, &watch, &p.e), &p.e);
	programme_account(&p, &p.arena, "2021-12-31", NULL, SL_BY_NOTHING, &acc);
	for (int i = 0; i < 2; i++)
		CHECK(sl_running_total_line(running)->closing.mm2[i] == acc.total.closing.mm2[i]);
	CHECK_NEAR(m2(acc.total.closing.mm2[1]), 0, 1e-9);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_CANCELLED]), area(&p, 10, 0, 15, 10), 1e-3);
	sl_ledger_close(&grown);
	programme_close(&p);
}

TEST(releases_outside_and_again_are_lines_of_their_own)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2020-01-01", "class=SHA", 0, 0, 10, 10);
	add_box(&p, "release", "R-1", "2021-01-01", "product=CLR;hazard=HA-1", 0, 0, 12, 10);
	add_box(&p, "release", "R-2", "2021-02-01", "product=RDT;hazard=HA-1", 8, 0, 14, 10);
	programme_account(&p, &p.arena, "2021-12-31", NULL, SL_BY_NOTHING, &acc);
	check_balance(&acc.total);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_CLEARED]), area(&p, 0, 0, 10, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_OUTSIDE]), area(&p, 10, 0, 14, 10), 1e-3);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_AGAIN]), area(&p, 8, 0, 12, 10), 1e-3);
	CHECK(acc.total.flow[SL_FLOW_REDUCED] == 0);
	programme_close(&p);
}

/* Land recorded and released on one day counts in both flows: hazards first, then releases. */
/* domain.md C.7: a report of 2026 counts what was released in 2026.  Work that ends on 2 January 2027 is outside,
 * but for the parts that were released with a date of their own. */
TEST(c7_reporting_window)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2020-01-01", "class=CHA", 0, 0, 10, 10);
	add_box(&p, "activity", "A-1", "2027-01-02", "type=CLR;start_date=2026-02-01;end_date=2027-01-02", 0, 0, 10, 10);
	add_box(&p, "release", "R-1", "2026-12-31", "product=CLR;activity=A-1", 0, 0, 2, 10);
	add_box(&p, "release", "R-2", "2027-01-02", "product=CLR;activity=A-1", 2, 0, 10, 10);
	programme_account(&p, &p.arena, "2026-12-31", "2026-01-01", SL_BY_NOTHING, &acc);
	check_balance(&acc.total);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_CLEARED]), area(&p, 0, 0, 2, 10), 1e-3);
	programme_account(&p, &p.arena, "2027-12-31", "2027-01-01", SL_BY_NOTHING, &acc);
	CHECK_NEAR(m2(acc.total.flow[SL_FLOW_CLEARED]), area(&p, 2, 0, 10, 10), 1e-3);
	programme_close(&p);
}

TEST(one_day_counts_both_ways)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	add_box(&p, "release", "R-1", "2020-05-05", "product=CAN", 0, 0, 10, 10);
	add_box(&p, "hazard", "HA-1", "2020-05-05", "class=SHA", 0, 0, 10, 10);
	programme_account(&p, &p.arena, "2020-05-05", "2020-05-05", SL_BY_NOTHING, &acc);
	CHECK(acc.total.flow[SL_FLOW_NEW_SHA] == acc.total.flow[SL_FLOW_CANCELLED]);
	CHECK(acc.total.flow[SL_FLOW_NEW_SHA] > 0);
	CHECK(acc.total.closing.mm2[0] == 0);
	programme_close(&p);
}

/* domain.md 2.8: a viewing point with a size is no circle; it never enters the sums. */
TEST(points_with_a_size_stand_beside_the_sums)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	programme_add_wkt(&p, "hazard", "L-1", "2003-01-01", "class=SHA;area_reported_m2=25000", "POINT(102.7 13.5)");
	programme_add_wkt(&p, "hazard", "L-2", "2003-01-01", "class=SHA", "POINT(102.8 13.5)");
	programme_add_wkt(&p, "release", "R-1", "2004-01-01", "product=CLR;area_reported_m2=1234.5", NULL);
	programme_account(&p, &p.arena, "2004-12-31", NULL, SL_BY_NOTHING, &acc);
	CHECK(acc.total.closing.mm2[0] == 0);
	CHECK_INT(acc.total.without_boundary, 3);
	CHECK_INT(acc.total.without_boundary_unstated, 1);
	CHECK_NEAR(m2(acc.total.without_boundary_reported), 26234.5, 0);
	programme_close(&p);
}

TEST(a_bow_tie_rests_on_its_repair)
{
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	programme_add_wkt(&p, "hazard", "HA-1", "2020-01-01", "class=SHA",
	                  "POLYGON((102.7 13.5,102.701 13.501,102.701 13.5,102.7 13.501,102.7 13.5))");
	programme_account(&p, &p.arena, "2020-12-31", NULL, SL_BY_NOTHING, &acc);
	CHECK(acc.total.closing.mm2[0] > 0);
	CHECK(acc.total.on_repairs == acc.total.closing.mm2[0]);
	programme_close(&p);
}

TEST(breakdowns_add_up_to_the_total)
{
	static const enum sl_account_by all[] = {SL_BY_ADMIN1, SL_BY_ADMIN2, SL_BY_ORGANISATION, SL_BY_CONTAMINATION};
	struct test_programme p;
	struct sl_account acc;

	programme_open(&p);
	add_box(&p, "place", "P01", "2000-01-01", "level=admin1;code=P01;name=West", -100, -100, 20, 100);
	add_box(&p, "place", "P02", "2000-01-01", "level=admin1;code=P02;name=East", 20, -100, 100, 100);
	add_box(&p, "hazard", "HA-1", "2020-01-01", "class=SHA;contamination=APM;organisation=OP1", 0, 0, 30, 10);
	add_box(&p, "hazard", "HA-2", "2020-02-01", "class=CHA;contamination=UXO;organisation=OP2", 25, 0, 60, 10);
	add_box(&p, "release", "R-1", "2021-01-01", "product=CLR;hazard=HA-2;organisation=OP2", 10, 0, 28, 10);
	add_box(&p, "hazard", "HA-3", "2021-01-01", "class=SHA", 90, 0, 120, 10); /* partly outside the country */
	for (size_t b = 0; b < sizeof all / sizeof *all; b++) {
		struct sl_account_line sum = {0};

		programme_account(&p, &p.arena, "2021-12-31", "2021-01-01", all[b], &acc);
		for (size_t i = 0; i < acc.n_lines; i++) {
			check_balance(&acc.line[i]);
			for (int k = 0; k < 2; k++) {
				sum.opening.mm2[k] += acc.line[i].opening.mm2[k];
				sum.closing.mm2[k] += acc.line[i].closing.mm2[k];
			}
			for (int k = 0; k < SL_FLOWS; k++)
				sum.flow[k] += acc.line[i].flow[k];
		}
		CHECK(!memcmp(sum.opening.mm2, acc.total.opening.mm2, sizeof sum.opening.mm2));
		CHECK(!memcmp(sum.closing.mm2, acc.total.closing.mm2, sizeof sum.closing.mm2));
		CHECK(!memcmp(sum.flow, acc.total.flow, sizeof sum.flow));
		CHECK(acc.n_lines >= (all[b] == SL_BY_ADMIN2 ? 1 : 2));
	}
	programme_account(&p, &p.arena, "2020-12-31", NULL, SL_BY_ADMIN1, &acc);
	CHECK_INT(acc.n_lines, 2);
	CHECK_NEAR(m2(acc.line[0].closing.mm2[0]), area(&p, 0, 0, 20, 10), 1e-3);
	programme_close(&p);
}

/* The naive sum is of whole polygons: it does not depend on where the period begins. */
TEST(the_naive_sum_counts_released_parts_too)
{
	struct test_programme p;
	struct sl_account all, year;

	programme_open(&p);
	add_box(&p, "hazard", "HA-1", "2019-01-01", "class=SHA", 0, 0, 100, 10);
	add_box(&p, "release", "R-1", "2020-02-01", "product=CAN;hazard=HA-1", 0, 0, 60, 10);
	programme_account(&p, &p.arena, "2021-12-31", NULL, SL_BY_NOTHING, &all);
	programme_account(&p, &p.arena, "2021-12-31", "2021-01-01", SL_BY_NOTHING, &year);
	CHECK_NEAR(m2(all.total.naive), area(&p, 0, 0, 100, 10), 1e-3);
	CHECK(all.total.naive == year.total.naive);
	programme_close(&p);
}

TEST(known_at_forgets_what_came_later)
{
	struct test_programme p;
	struct sl_account_spec spec = {.by = SL_BY_NOTHING, .from = sl_date_none()};
	struct sl_account then, now;
	struct sl_ledger l = {0};

	programme_open(&p);
	CHECK(sl_date_parse(SL_STR("2024-12-31"), &spec.as_of));
	add_box(&p, "hazard", "HA-1", "2020-01-01", "class=SHA", 0, 0, 10, 10);
	spec.known_at_ms = p.env.fixed_ms;
	p.env.fixed_ms += 86400000;
	add_box(&p, "hazard", "HA-1", "2020-01-01", "class=SHA", 0, 0, 8, 10); /* the same day, told again */
	CHECK_OK(sl_ledger_open(&l, p.db, &p.env, &p.e), &p.e);
	CHECK_OK(sl_account_make(&p.arena, &l, &spec, NULL, &then, &p.e), &p.e);
	spec.known_at_ms = INT64_MAX;
	CHECK_OK(sl_account_make(&p.arena, &l, &spec, NULL, &now, &p.e), &p.e);
	CHECK_NEAR(m2(then.total.closing.mm2[0]), area(&p, 0, 0, 10, 10), 1e-3);
	CHECK_NEAR(m2(now.total.closing.mm2[0]), area(&p, 0, 0, 8, 10), 1e-3);
	CHECK_NEAR(m2(now.total.flow[SL_FLOW_NEW_SHA]), area(&p, 0, 0, 8, 10), 1e-3);
	sl_ledger_close(&l);
	programme_close(&p);
}
