/* Changes between two accounts: each cause on its own (tests/cases/differences.txt), and that they add up exactly,
 * whatever was edited. */
#include "programme.h"

#include "cases.h"
#include "check.h"
#include "geo/area.h"
#include "geo/wkb.h"
#include "ledger/difference.h"

#include <math.h>
#include <stdlib.h>

enum { first_day = PROGRAMME_FIRST_DAY };
static const int64_t first_ms = PROGRAMME_FIRST_MS, an_hour = PROGRAMME_HOUR_MS;

/* ---- whatever was edited ---- */

/* Two administrative units that cut the ground, the first beginning at x; drawn again, they move. */
static void draw_units(struct test_programme *p, double x)
{
	for (int i = 0; i < 2; i++, x += .012) {
		char wkt[200], id[16], fields[60];

		snprintf(wkt, sizeof wkt, "POLYGON((%.4f 13.4,%.4f 13.4,%.4f 13.6,%.4f 13.6,%.4f 13.4))", x, x + .012, x + .012,
		         x, x);
		snprintf(id, sizeof id, "P%d", i);
		snprintf(fields, sizeof fields, "level=admin1;name=P%d;code=P%d", i, i);
		programme_add_wkt(p, "place", id, "2001-01-01", fields, wkt);
	}
}

static sl_mm2 figure_of(const struct sl_account *acc, struct sl_str key, int f, int64_t *loose)
{
	const struct sl_account_line *line = key.n ? NULL : &acc->total;

	for (size_t i = 0; i < acc->n_lines && key.n; i++)
		if (sl_str_eq(acc->line[i].key, key))
			line = &acc->line[i];
	*loose = line ? line->without_boundary : 0;
	return line ? sl_line_figure(line, (enum sl_figure)f) : 0;
}

/* The changes of a line add up to what the two accounts say of it. */
static void check_line(const struct sl_changes *c, const struct sl_account *x, const struct sl_account *y,
                       struct sl_str key, bool total)
{
	sl_mm2 sum[SL_FIGURES] = {0};
	int64_t loose = 0, had, has;

	for (size_t i = 0; i < c->n; i++)
		if (total || sl_str_eq(c->line[c->v[i].line], key)) {
			for (int f = 0; f < SL_FIGURES; f++)
				sum[f] += c->v[i].figure[f];
			loose += c->v[i].without_boundary;
		}
	for (int f = SL_FIGURE_STOCK_SHA; f < SL_FIGURE_NAIVE; f++)
		CHECK(sum[f] == figure_of(y, key, f, &has) - figure_of(x, key, f, &had));
	CHECK_INT(loose, has - had);
}

static void check_difference(struct test_programme *p, const struct sl_ledger *l, const struct sl_account_spec *one,
                             const struct sl_account_spec *two, long *n_changes)
{
	struct sl_account_names names = programme_names(p);
	struct sl_changes there, back, none;
	struct sl_account x, y;

	CHECK_OK(sl_account_make(&p->arena, l, one, &names, &x, &p->e), &p->e);
	CHECK_OK(sl_account_make(&p->arena, l, two, &names, &y, &p->e), &p->e);
	CHECK_OK(sl_changes_make(&p->arena, l, one, two, &names, &there, &p->e), &p->e);
	check_line(&there, &x, &y, SL_STR(""), true);
	for (size_t i = 0; i < x.n_lines; i++)
		check_line(&there, &x, &y, x.line[i].key, false);
	for (size_t i = 0; i < y.n_lines; i++)
		check_line(&there, &x, &y, y.line[i].key, false);
	CHECK_OK(sl_changes_make(&p->arena, l, two, one, &names, &back, &p->e), &p->e);
	CHECK_INT(back.n, there.n);
	for (size_t i = 0; i < there.n && i < back.n; i++) {
		CHECK_INT(there.v[i].cause, back.v[i].cause);
		CHECK_INT(there.v[i].event, back.v[i].event);
		for (int f = 0; f < SL_FIGURES; f++)
			CHECK(there.v[i].figure[f] == -back.v[i].figure[f]);
	}
	CHECK_OK(sl_changes_make(&p->arena, l, one, one, &names, &none, &p->e), &p->e);
	CHECK_INT(none.n, 0);
	*n_changes += (long)there.n;
}

static struct sl_account_spec random_spec(uint64_t *seed, const struct sl_ledger *l, int n, int by)
{
	struct sl_account_spec s = {.as_of = {first_day - 2 + (int)(sl_uniform(seed) * 44)}, .from = sl_date_none(),
	                            .known_at_ms = INT64_MAX, .by = (enum sl_account_by)by};

	if (sl_uniform(seed) < .8)
		s.known_at_ms = first_ms + (int64_t)(sl_uniform(seed) * (n + 1)) * an_hour;
	if (sl_uniform(seed) < .3 && l->n_events)
		s.last_seq = l->event[(size_t)(sl_uniform(seed) * (double)l->n_events)].seq;
	return s;
}

TEST(changes_add_up_to_the_difference_whatever_was_edited)
{
	uint64_t seed = 20261123;
	long changes = 0, pairs = 0;

	if (getenv("SL_SEED"))
		seed = strtoull(getenv("SL_SEED"), NULL, 10);
	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 60 && !test_failures; round++) {
		struct test_programme p;
		struct sl_ledger l = {0};
		int n = 4 + (int)(sl_uniform(&seed) * 36);

		programme_open(&p);
		if (round % 2)
			draw_units(&p, 102.69);
		for (int i = 0; i < n; i++)
			programme_edit(&p, &seed, i);
		CHECK_OK(sl_ledger_build(&l, p.db, &p.env, &p.e), &p.e);
		for (int pair = 0; pair < 40 && !test_failures; pair++) {
			int by = pair % SL_BY_YEAR;
			struct sl_account_spec one = random_spec(&seed, &l, n, by), two = random_spec(&seed, &l, n, by);

			check_difference(&p, &l, &one, &two, &changes);
			pairs++;
		}
		sl_ledger_close(&l);
		programme_close(&p);
	}
	printf("%ld pairs, %ld changes\n", pairs, changes);
	CHECK(test_failures || (pairs == 2400 && changes > 20000));
}

/* ---- as it was ---- */

static bool same_line(const struct sl_account_line *x, const struct sl_account_line *y)
{
	for (int f = 0; f < SL_FIGURES; f++)
		if (sl_line_figure(x, (enum sl_figure)f) != sl_line_figure(y, (enum sl_figure)f))
			return false;
	for (int i = 0; i < 2; i++)
		if (x->closing.count[i] != y->closing.count[i])
			return false;
	return sl_str_eq(x->key, y->key) && x->without_boundary == y->without_boundary &&
	       x->without_boundary_unstated == y->without_boundary_unstated;
}

static void count_all(struct test_programme *p, const struct sl_ledger *l, struct sl_account_spec spec,
                      struct sl_account out[SL_BY_YEAR + 1])
{
	struct sl_account_names names = programme_names(p);

	for (int by = 0; by <= SL_BY_YEAR; by++) {
		spec.by = (enum sl_account_by)by;
		CHECK_OK(sl_account_make(&p->arena, l, &spec, &names, &out[by], &p->e), &p->e);
	}
}

/* What a snapshot rests on: whatever is edited later, boundaries that cut the old ones and other units among it, the
 * log as it stood is counted the same, to the square millimetre and in every breakdown. */
TEST(the_log_as_it_stood_is_counted_the_same)
{
	uint64_t seed = 31;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 40 && !test_failures; round++) {
		struct sl_account then[SL_BY_YEAR + 1], again[SL_BY_YEAR + 1];
		struct sl_account_spec spec = {.as_of = {first_day + (int)(sl_uniform(&seed) * 42)}, .from = sl_date_none()};
		struct sl_ledger l = {0};
		struct test_programme p;
		int64_t last;
		int n = 1 + (int)(sl_uniform(&seed) * 25), later = 1 + (int)(sl_uniform(&seed) * 25);

		programme_open(&p);
		if (round % 2)
			draw_units(&p, 102.69);
		for (int i = 0; i < n; i++)
			programme_edit(&p, &seed, i);
		spec.known_at_ms = first_ms + (n - (round % 4 ? 0 : n / 2)) * an_hour;
		CHECK_OK(sl_ledger_build(&l, p.db, &p.env, &p.e), &p.e);
		CHECK_OK(sl_store_newest(p.db, &last, &p.e), &p.e);
		spec.last_seq = last;
		count_all(&p, &l, spec, then);
		if (round % 2)
			draw_units(&p, 102.6953);
		/* by the same clock: what comes later in the log may have been recorded before */
		for (int i = 0; i < later; i++)
			programme_edit(&p, &seed, (int)(sl_uniform(&seed) * (n + 5)));
		CHECK_OK(sl_ledger_build_at(&l, p.db, &p.env, last, &p.e), &p.e);
		count_all(&p, &l, spec, again);
		for (int by = 0; by <= SL_BY_YEAR; by++) {
			CHECK(same_line(&then[by].total, &again[by].total));
			CHECK_INT(then[by].n_lines, again[by].n_lines);
			for (size_t i = 0; i < then[by].n_lines && i < again[by].n_lines; i++)
				CHECK(same_line(&then[by].line[i], &again[by].line[i]));
		}
		sl_ledger_close(&l);
		programme_close(&p);
	}
}

/* ---- each cause ---- */

static void box(struct test_programme *p, const double *c, struct sl_geom *out)
{
	char wkt[240];
	double x0 = 102.7 + c[0] * 1e-4, y0 = 13.5 + c[1] * 1e-4, x1 = 102.7 + c[2] * 1e-4, y1 = 13.5 + c[3] * 1e-4;

	snprintf(wkt, sizeof wkt, "POLYGON((%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f))", x0, y0, x1, y0, x1, y1, x0,
	         y1, x0, y0);
	CHECK_OK(sl_wkt_read(&p->arena, sl_str_from(wkt), out, NULL, &p->e), &p->e);
}

static void do_edit(struct test_programme *p, char *text)
{
	char kind[16], id[16], effective[16], approved[16], fields[120], how[16] = "";
	struct sl_geom g;
	double c[4];
	int n = sscanf(text, " %15s %15s %15s %15s %119s %lf %lf %lf %lf %15s", kind, id, effective, approved, fields, &c[0],
	               &c[1], &c[2], &c[3], how);

	CHECK(n >= 9);
	CHECK(sl_time_parse(sl_str_from(approved), &p->env.fixed_ms));
	box(p, c, &g);
	p->correction = how[0] != 0;
	p->state = !strcmp(how, "taken-back") ? SL_REJECTED : SL_APPROVED;
	programme_add(p, kind, id, effective, fields, &g);
	p->correction = false;
	p->state = SL_APPROVED;
}

static struct sl_account_spec account_of(char *text)
{
	struct sl_account_spec s = {.from = sl_date_none()};
	char *at = strchr(text, '@');

	CHECK(at != NULL);
	*at = 0;
	CHECK(sl_date_parse(sl_str_from(text), &s.as_of) && sl_time_parse(sl_str_from(at + 1), &s.known_at_ms));
	return s;
}

/* Take what is expected off the sums; what is left must be nothing. */
static void take_off(struct test_programme *p, char *text, double sum[SL_CAUSES][2])
{
	char *figure = strstr(text, " stock."), sign;
	struct sl_geom g;
	double c[4];

	if (!strcmp(text, "nothing"))
		return;
	CHECK(figure != NULL);
	*figure = 0;
	CHECK_INT(sscanf(figure + 10, " %c %lf %lf %lf %lf", &sign, &c[0], &c[1], &c[2], &c[3]), 5);
	box(p, c, &g);
	for (int cause = 0; cause < SL_CAUSES; cause++)
		if (!strcmp(text + strspn(text, " "), sl_cause_name((enum sl_cause)cause)))
			sum[cause][figure[7] == 'C'] -= (sign == '+' ? 1 : -1) * sl_geom_area_m2(&g);
}

TEST(each_cause_is_what_the_log_says)
{
	struct case_file c;
	int n = 0;

	if (!case_open(&c, "differences.txt"))
		return;
	while (case_next(&c)) {
		double sum[SL_CAUSES][2] = {{0}};
		struct sl_account_spec one, two;
		struct sl_changes changes = {0};
		struct sl_account_names names;
		struct sl_ledger l = {0};
		struct test_programme p;
		char *accounts = strstr(c.input, "||"), first[40], second[40], expect[sizeof c.expect], *save, got[300] = "";
		long changed = 0;

		programme_open(&p);
		names = programme_names(&p);
		CHECK(accounts != NULL);
		CHECK_INT(sscanf(accounts + 2, " %39s %39s", first, second), 2);
		*accounts = 0;
		for (char *part = strtok_r(c.input, "|", &save); part; part = strtok_r(NULL, "|", &save))
			do_edit(&p, part);
		one = account_of(first);
		two = account_of(second);
		CHECK_OK(sl_ledger_build(&l, p.db, &p.env, &p.e), &p.e);
		check_difference(&p, &l, &one, &two, &changed);
		CHECK_OK(sl_changes_make(&p.arena, &l, &one, &two, &names, &changes, &p.e), &p.e);
		for (size_t i = 0; i < changes.n; i++)
			for (int k = 0; k < 2; k++)
				sum[changes.v[i].cause][k] += sl_mm2_to_m2(changes.v[i].figure[SL_FIGURE_STOCK_SHA + k]);
		memcpy(expect, c.expect, sizeof expect);
		for (char *part = strtok_r(expect, "/", &save); part; part = strtok_r(NULL, "/", &save))
			take_off(&p, part, sum);
		for (int cause = 0; cause < SL_CAUSES; cause++)
			for (int k = 0; k < 2; k++)
				if (fabs(sum[cause][k]) > 1e-3) {
					snprintf(got, sizeof got, "%s %s %.3f m2 too much", sl_cause_name((enum sl_cause)cause),
					         k ? "CHA" : "SHA", sum[cause][k]);
					case_fail(&c, got);
				}
		n++;
		sl_ledger_close(&l);
		programme_close(&p);
	}
	CHECK(n > 20);
}

/* ---- a published table ---- */

/* km²: a tenth of what is printed, and more than what corners rounded to 1e-7 degree add up to. */
#define PUBLISHED 1e-3

/* A strip of so many km² to the east of longitude x: [from, to). */
static void strip(struct test_programme *p, double x, double from, double to, struct sl_geom *out)
{
	double side[2] = {from * .0008, to * .0008};
	const double area[2] = {from, to};

	for (int k = 0; k < 2; k++)
		for (int i = 0; i < 6 && area[k] > 0; i++) {
			const double c[4] = {(x - 102.7) * 1e4, 0, (x + side[k] - 102.7) * 1e4, 1000};

			box(p, c, out);
			side[k] *= area[k] * 1e6 / sl_geom_area_m2(out);
		}
	box(p, (const double[]){(x + side[0] - 102.7) * 1e4, 0, (x + side[1] - 102.7) * 1e4, 1000}, out);
}

static void replay_province(struct test_programme *p, int number, const char *name, double was, double is)
{
	double x = 103 + .5 * number;
	char id[16], release[16], fields[120];
	struct sl_geom g;

	snprintf(id, sizeof id, "TH-%d", number);
	snprintf(fields, sizeof fields, "class=SHA;admin1_name=%s", name);
	strip(p, x, 0, was, &g);
	programme_add(p, "hazard", id, "2014-06-01", fields, &g);
	if (is > was) {
		strip(p, x, 0, is, &g);
		programme_add(p, "hazard", id, "2015-06-01", fields, &g);
	} else if (is < was) {
		snprintf(release, sizeof release, "R-%d", number);
		snprintf(fields, sizeof fields, "product=CAN;hazard=%s;admin1_name=%s", id, name);
		strip(p, x, is, was, &g);
		programme_add(p, "release", release, "2015-06-01", fields, &g);
	}
}

static double km2_of(const struct sl_changes *c, const char *line, enum sl_cause cause)
{
	sl_mm2 sum = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].cause == cause && (!strcmp(line, "total") || sl_str_is(c->line[c->v[i].line], line)))
			sum += c->v[i].figure[SL_FIGURE_STOCK_SHA];
	return sl_mm2_to_m2(sum) / 1e6;
}

TEST(the_table_of_thailand_is_explained_by_province)
{
	struct sl_account_spec one = {.as_of = {16435}, .from = sl_date_none(), .known_at_ms = INT64_MAX, .by = SL_BY_ADMIN1};
	struct sl_account_spec two = one;
	struct sl_account_names names;
	struct sl_changes changes = {0};
	struct sl_account first, second;
	struct sl_ledger l = {0};
	struct test_programme p;
	struct case_file c;
	char name[40];
	double was, is;
	int n = 0;

	two.as_of.day += 365;
	programme_open(&p);
	names = programme_names(&p);
	if (!case_open(&c, "thailand_2015.txt"))
		return;
	while (case_next(&c)) {
		CHECK_INT(sscanf(c.input, "%39s %*s %lf %*s %lf", name, &was, &is), 3);
		if (strcmp(name, "total"))
			replay_province(&p, n++, name, was, is);
	}
	CHECK_INT(n, 16);
	CHECK_OK(sl_ledger_build(&l, p.db, &p.env, &p.e), &p.e);
	CHECK_OK(sl_changes_make(&p.arena, &l, &one, &two, &names, &changes, &p.e), &p.e);
	CHECK_OK(sl_account_make(&p.arena, &l, &one, &names, &first, &p.e), &p.e);
	CHECK_OK(sl_account_make(&p.arena, &l, &two, &names, &second, &p.e), &p.e);
	if (!case_open(&c, "thailand_2015.txt"))
		return;
	while (case_next(&c)) {
		double resurvey, released;
		struct sl_str key;
		int64_t loose;

		CHECK_INT(sscanf(c.input, "%39s %*s %lf %*s %lf", name, &was, &is), 3);
		CHECK_INT(sscanf(c.expect, "%lf %lf", &resurvey, &released), 2);
		key = sl_str_from(strcmp(name, "total") ? name : "");
		CHECK_NEAR(sl_mm2_to_m2(figure_of(&first, key, SL_FIGURE_STOCK_SHA, &loose)) / 1e6, was, PUBLISHED);
		CHECK_NEAR(sl_mm2_to_m2(figure_of(&second, key, SL_FIGURE_STOCK_SHA, &loose)) / 1e6, is, PUBLISHED);
		CHECK_NEAR(km2_of(&changes, name, SL_CAUSE_RESURVEY), resurvey, PUBLISHED);
		CHECK_NEAR(km2_of(&changes, name, SL_CAUSE_NEW), released, PUBLISHED);
	}
	sl_ledger_close(&l);
	programme_close(&p);
}
