/* Reports of ground that is laid out on purpose: areas within areas, ground released in part, a country on both sides of
 * the antimeridian. */
#include "cases.h"
#include "check.h"

#include "app/field_map.h"
#include "app/report.h"
#include "app/report_cell.h"
#include "geo/area.h"
#include "ledger/programme.h" /* defined in test_snapshot.c */

#include <math.h>
#include <string.h>

static void reading(struct test_programme *p, struct sl_programme *out)
{
	CHECK_OK(sl_programme_open(out, p->path, SL_OPEN_READ, &p->env, &p->e), &p->e);
}

static const struct sl_node *node_of(const struct sl_document *d, enum sl_node_type type, const char *name)
{
	for (const struct sl_node *n = d ? d->first : NULL; n; n = n->next)
		if (n->type == type && (!name || sl_str_is(type == SL_NODE_MAP ? n->map->name : n->table->name, name)))
			return n;
	return NULL;
}

static size_t styled(const struct sl_doc_map *m, enum sl_doc_style style)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_shapes; i++)
		n += m->shape[i].style == style;
	return n;
}

struct listed {
	size_t rows, confirmed, class;
};

static enum sl_code count_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct listed *x = ctx;

	(void)e;
	x->rows += row->type == SL_ROW_BODY;
	x->confirmed += sl_str_is(row->cell[x->class].text, "CHA");
	return SL_OK;
}

/* A suspected area that lies all within a confirmed one still stands: T1 counts it, so T3 lists it. */
TEST(reports_list_as_many_areas_as_they_count)
{
	struct sl_report_request r = {.template_name = "article7", .from = "2020-01-01", .to = "2020-12-31"};
	struct test_programme p;
	struct sl_programme q;
	struct sl_report report;
	const struct sl_node *t1, *t3;
	struct sl_amount m;
	struct listed x = {0};

	programme_open(&p);
	programme_add_wkt(&p, "hazard", "OUTER", "2019-01-01", "class=CHA;status=OPEN",
	                  "POLYGON((10 10,10.01 10,10.01 10.01,10 10.01,10 10))");
	programme_add_wkt(&p, "hazard", "INNER", "2019-02-01", "class=SHA;status=OPEN",
	                  "POLYGON((10.002 10.002,10.004 10.002,10.004 10.004,10.002 10.004,10.002 10.002))");
	programme_add_wkt(&p, "hazard", "APART", "2019-02-01", "class=SHA;status=OPEN",
	                  "POLYGON((10.1 10,10.101 10,10.101 10.001,10.1 10.001,10.1 10))");
	reading(&p, &q);
	CHECK_OK(sl_report_make(&q, &r, &report, &p.e), &p.e);
	t1 = node_of(report.document, SL_NODE_TABLE, "t1");
	t3 = node_of(report.document, SL_NODE_TABLE, "t3");
	CHECK(t1 && t3);
	if (t1 && t3) {
		const struct sl_doc_row *total = &t1->table->row[t1->table->n_rows - 1];

		for (size_t i = 0; i < t1->table->n_columns; i++)
			if (sl_str_is(t1->table->column[i].name, "areas"))
				CHECK_INT(total->cell[i].amount.units, 3);
			else if (sl_str_is(t1->table->column[i].name, "cha"))
				CHECK_INT(total->cell[i].amount.units, 1);
		for (size_t i = 0; i < t3->table->n_columns; i++)
			x.class = sl_str_is(t3->table->column[i].name, "class") ? i : x.class;
		CHECK_OK(sl_doc_table_each(t3->table, count_row, &x, &p.e), &p.e);
		CHECK_INT(x.rows, 3);
		CHECK_INT(x.confirmed, 1); /* each by its own class, as T1 counts them */
	}
	sl_report_done(&report);
	/* And its ground is ground on which it stands. */
	CHECK_OK(sl_report_cell_value(&q, NULL, SL_STR("stock.SHA+stock.CHA?as_of=2020-12-31&record=INNER"), &m, &p.e), &p.e);
	CHECK_NEAR(sl_amount_number(&m), 219.1 * 221.2, 300);
	sl_programme_close(&q);
	programme_close(&p);
}

static struct sl_str words_of(struct sl_arena *a, const struct sl_document *d, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_str out = {0};

	for (const struct sl_node *n = d->first; n; n = n->next)
		for (size_t i = 0; i < n->runs.n; i++) {
			const struct sl_run *run = &n->runs.v[i];

			if (run->type == SL_RUN_AMOUNT)
				sl_buf_printf(&b, "%.0f m2", sl_amount_number(&run->amount));
			else
				sl_buf_str(&b, run->text);
		}
	sl_buf_putc(&b, '\0');
	out.p = sl_str_dup(a, sl_buf_view(&b), e);
	out.n = b.n;
	sl_buf_done(&b);
	return out;
}

/* The sheet shows the ground as it is on its day, and says whose corners its points are. */
TEST(field_maps_show_what_is_left)
{
	struct sl_field_map_request before = {.record = "H1", .as_of = "2019-06-30"}, after = {.record = "H1", .as_of = "2021-06-30"};
	struct test_programme p;
	struct sl_programme q;

	programme_open(&p);
	programme_add_wkt(&p, "hazard", "H1", "2019-01-01", "class=CHA;status=OPEN",
	                  "POLYGON((10 10,10.002 10,10.002 10.002,10 10.002,10 10))");
	programme_add_wkt(&p, "release", "R1", "2020-01-01", "product=CLR;hazard=H1",
	                  "POLYGON((10 10,10.001 10,10.001 10.002,10 10.002,10 10))");
	reading(&p, &q);
	for (int i = 0; i < 2; i++) {
		struct sl_report report = {0};
		struct sl_buf gpx = {0};
		const struct sl_node *map, *points;
		struct sl_str said;

		CHECK_OK(sl_field_map_make(&q, i ? &after : &before, &report, &gpx, &p.e), &p.e);
		map = node_of(report.document, SL_NODE_MAP, NULL);
		points = node_of(report.document, SL_NODE_TABLE, "points");
		CHECK(map && points);
		if (map && points) {
			said = words_of(&report.arena, report.document, &p.e);
			CHECK(styled(map->map, SL_STYLE_CHA) > 0);
			CHECK_INT(styled(map->map, SL_STYLE_CLEARED), (size_t)i);
			CHECK_INT(points->table->n_rows, 4); /* of the recorded boundary, both times */
			CHECK(i ? strstr(said.p, "24254 m2 was still hazardous") && strstr(said.p, "as it was recorded")
			        : strstr(said.p, "all of its ground, 48508 m2, was hazardous") != NULL);
			if (!strstr(said.p, i ? "24254 m2" : "48508 m2"))
				printf("%s\n", said.p);
		}
		sl_buf_done(&gpx);
		sl_report_done(&report);
	}
	sl_programme_close(&q);
	programme_close(&p);
}

/* Fiji: the map of the country and that of a field near 180 degrees are of that place, not of the world. */
TEST(maps_across_the_antimeridian)
{
	struct sl_report_request r = {.template_name = "country", .from = "2020-01-01", .to = "2020-12-31"};
	struct sl_field_map_request sheet = {.record = "EAST", .as_of = "2020-06-30"};
	struct test_programme p;
	struct sl_programme q;
	struct sl_report report;
	struct sl_buf gpx = {0};
	const struct sl_node *map;

	programme_open(&p);
	programme_add_wkt(&p, "place", "W", "2000-01-01", "code=W;name=West;level=admin1",
	                  "POLYGON((177 -18,180 -18,180 -16,177 -16,177 -18))");
	programme_add_wkt(&p, "place", "E", "2000-01-01", "code=E;name=East;level=admin1",
	                  "POLYGON((-180 -18,-179 -18,-179 -16,-180 -16,-180 -18))");
	programme_add_wkt(&p, "hazard", "WEST", "2019-01-01", "class=CHA;status=OPEN",
	                  "POLYGON((179.998 -17,179.999 -17,179.999 -16.999,179.998 -16.999,179.998 -17))");
	programme_add_wkt(&p, "hazard", "EAST", "2019-01-01", "class=SHA;status=OPEN",
	                  "POLYGON((-179.999 -17,-179.998 -17,-179.998 -16.999,-179.999 -16.999,-179.999 -17))");
	programme_add_wkt(&p, "hazard", "FAR", "2019-01-01", "class=SHA;status=OPEN",
	                  "POLYGON((-179.3 -17,-179.299 -17,-179.299 -16.999,-179.3 -16.999,-179.3 -17))");
	reading(&p, &q);
	CHECK_OK(sl_report_make(&q, &r, &report, &p.e), &p.e);
	map = node_of(report.document, SL_NODE_MAP, "country");
	CHECK(map != NULL);
	if (map) {
		CHECK_NEAR(map->map->box.x0, 177, 1e-9);
		CHECK_NEAR(map->map->box.x1, 181, 1e-9);
		CHECK_INT(styled(map->map, SL_STYLE_VALUE), 2);
		CHECK(!sl_str_find(map->map->source_text, "far outside"));
	}
	sl_report_done(&report);
	report = (struct sl_report){0};
	CHECK_OK(sl_field_map_make(&q, &sheet, &report, &gpx, &p.e), &p.e);
	map = node_of(report.document, SL_NODE_MAP, NULL);
	CHECK(map != NULL);
	if (map) {
		CHECK(map->map->box.x1 - map->map->box.x0 < 0.01 && map->map->box.x0 >= -180);
		CHECK_INT(styled(map->map, SL_STYLE_SHA), 1);
		CHECK_INT(styled(map->map, SL_STYLE_CHA), 1); /* the neighbour across, 220 m away */
		CHECK_INT(styled(map->map, SL_STYLE_ADMIN1), 2);
	}
	sl_buf_done(&gpx);
	sl_report_done(&report);
	sl_programme_close(&q);
	programme_close(&p);
}

static const struct sl_amount *amount_at(const struct sl_document *d, const char *table, const char *row, const char *column)
{
	const struct sl_node *n = node_of(d, SL_NODE_TABLE, table);

	for (size_t i = 0; n && i < n->table->n_rows; i++)
		for (size_t k = 0; k < n->table->n_columns; k++)
			if (sl_str_is(n->table->row[i].cell[0].text, row) && sl_str_is(n->table->column[k].name, column))
				return &n->table->row[i].cell[k].amount;
	return NULL;
}

/* The same counts, by outcome and sex in one table and by sex and outcome in the other, and one of them in a sentence: what
 * is withheld in one place is in no other.  Each table alone would withhold other neighbours of the three women. */
TEST(reports_withhold_a_count_everywhere)
{
	static const char text[] =
	    "@title T\n@figure men_killed\n\tfrom records victim\n\tdate effective_date\n"
	    "\twhere outcome=K sex=M\n\tvalue count | count\n\nKilled: {men_killed}.\n\n"
	    "@table a\n\tfrom records victim\n\tby outcome | O\n\tdate effective_date\n\tsuppress yes\n"
	    "\tcolumn F | F | count sex=F | count\n\tcolumn M | M | count sex=M | count\n"
	    "\tcolumn share | % | percent F total | percent\n\tcolumn total | T | count | count\n\n"
	    "@table b\n\tfrom records victim\n\tby sex | S\n\tdate effective_date\n\tsuppress yes\n"
	    "\tcolumn K | K | count outcome=K | count\n\tcolumn I | I | count outcome=I | count\n"
	    "\tcolumn total | T | count outcome=K,I | count\n\n"
	    "@table c\n\tfrom records victim\n\tby sex | S\n\tdate effective_date\n\tcolumn I | I | count outcome=I | count\n";
	static const struct {
		const char *outcome, *sex, *row, *other;
		int n;
	} groups[] = {{"K", "F", "Killed", "Female", 3},   {"K", "M", "Killed", "Male", 12}, {"I", "F", "Injured", "Female", 9},
	              {"I", "M", "Injured", "Male", 20},   {"U", "F", "Unknown", "Female", 5}, {"U", "M", "Unknown", "Male", 31}};
	const struct sl_report_given given = {{text, sizeof text - 1}, "t.txt"};
	struct sl_report_request r = {.template_name = "t", .given = &given, .from = "2019-01-01", .as_of = "2019-12-31"};
	struct test_programme p;
	struct sl_programme q;
	struct sl_report report;
	size_t hidden = 0;

	programme_open(&p);
	for (size_t i = 0, id = 0; i < sizeof groups / sizeof *groups; i++)
		for (int k = 0; k < groups[i].n; k++) {
			char name[16], fields[60];

			snprintf(name, sizeof name, "V%zu", ++id);
			snprintf(fields, sizeof fields, "outcome=%s;sex=%s", groups[i].outcome, groups[i].sex);
			programme_add(&p, "victim", name, "2019-05-01", fields, NULL);
		}
	reading(&p, &q);
	CHECK_OK(sl_report_make(&q, &r, &report, &p.e), &p.e);
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		const struct sl_amount *a = amount_at(report.document, "a", groups[i].row, groups[i].sex),
		                       *b = amount_at(report.document, "b", groups[i].other, groups[i].outcome),
		                       *c = amount_at(report.document, "c", groups[i].other, groups[i].outcome);

		CHECK(a != NULL && (b != NULL) == (i < 4) && (c != NULL) == (i == 2 || i == 3));
		CHECK(!a || !b || (a->state == b->state && a->units == b->units));
		CHECK(!a || !c || (a->state == c->state && a->units == c->units));
		hidden += a && a->state == SL_AMOUNT_SUPPRESSED;
		if (a && a->state == SL_AMOUNT_KNOWN)
			CHECK_INT(a->units, groups[i].n);
	}
	CHECK(hidden >= 4 && amount_at(report.document, "a", "Killed", "F")->state == SL_AMOUNT_SUPPRESSED);
	CHECK_INT(amount_at(report.document, "a", "Killed", "share")->state, SL_AMOUNT_SUPPRESSED);
	for (const struct sl_node *n = report.document->first; n; n = n->next)
		for (size_t i = 0; i < n->runs.n; i++)
			if (n->runs.v[i].type == SL_RUN_AMOUNT)
				CHECK_INT(n->runs.v[i].amount.state, amount_at(report.document, "a", "Killed", "M")->state);
	sl_report_done(&report);
	sl_programme_close(&q);
	programme_close(&p);
}

/* ---- published tables ---- */

static void add_victims(struct test_programme *p, int year, const char *outcome, int n, int *id)
{
	char name[16], fields[40], day[16];

	snprintf(fields, sizeof fields, "outcome=%s", outcome);
	snprintf(day, sizeof day, "%d-06-15", year);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, "V%d", ++*id);
		programme_add(p, "victim", name, day, fields, NULL);
	}
}

/* A block of so many km² near the equator; the next one lies east of it. */
static void block(double *lon, double km2, char wkt[200])
{
	double low = 0, high = 5;

	for (int i = 0; i < 60; i++) {
		double w = (low + high) / 2, xy[8] = {*lon, 0, *lon + w, 0, *lon + w, 0.2, *lon, 0.2};
		uint32_t ring = 4, part = 1;
		struct sl_geom g = {.type = SL_GEOM_POLYGON, .xy = xy, .n_points = 4, .ring_end = &ring, .n_rings = 1, .part_end = &part, .n_parts = 1};

		if (sl_geom_area_m2(&g) < km2 * 1e6)
			low = w;
		else
			high = w;
	}
	snprintf(wkt, 200, "POLYGON((%.9f 0,%.9f 0,%.9f 0.2,%.9f 0.2,%.9f 0))", *lon, *lon + low, *lon + low, *lon, *lon);
	*lon += low + 0.01;
}

static void add_released(struct test_programme *p, int year, const double km2[3], double mines)
{
	static const char *const products[] = {"CLR", "RDT", "CAN"};
	char wkt[200], id[16], fields[80], day[16];
	double lon = 10;

	snprintf(day, sizeof day, "%d-06-15", year);
	for (int i = 0; i < 3; i++) {
		block(&lon, km2[i], wkt);
		snprintf(id, sizeof id, "H%d", i);
		programme_add_wkt(p, "hazard", id, "2000-01-01", "class=SHA;status=OPEN", wkt);
		snprintf(fields, sizeof fields, "product=%s;hazard=%s", products[i], id);
		snprintf(id, sizeof id, "R%d", i);
		programme_add_wkt(p, "release", id, day, fields, wkt);
	}
	snprintf(fields, sizeof fields, "category=APM;destroyed_quantity=%.0f;destroyed_date=%s", mines, day);
	programme_add(p, "ordnance", "O1", day, fields, NULL);
}

static double total(const struct sl_document *d, const char *table, const char *column)
{
	const struct sl_amount *m = amount_at(d, table, "Total", column);

	CHECK(m && m->state == SL_AMOUNT_KNOWN);
	return m ? sl_amount_number(m) : (double)NAN;
}

static void read_case(const struct case_file *c)
{
	static const char share[] = "@title T\n@table t\n\tfrom records funding\n\tby id | G\n\tcolumn done | D | sum target_cleared_m2 | m2\n"
	                            "\tcolumn target | T | sum target_released_m2 | m2\n\tcolumn share | % | percent done target | percent 1\n";
	const struct sl_report_given given = {{share, sizeof share - 1}, "share.txt"};
	bool casualties = !strcmp(c->task, "casualties"), released = !strcmp(c->task, "released");
	struct sl_report_request r = {.template_name = "article7", .given = casualties || released ? NULL : &given};
	struct test_programme p;
	struct sl_programme q;
	struct sl_report report;
	char from[16], to[16], fields[120];
	double v[4], want[2] = {0};
	int year, id = 0;

	CHECK(sscanf(c->input, "%d %lf %lf %lf %lf", &year, &v[0], &v[1], &v[2], &v[3]) >= 3);
	CHECK(sscanf(c->expect, "%lf %lf", &want[0], &want[1]) >= 1);
	snprintf(from, sizeof from, "%d-01-01", year);
	snprintf(to, sizeof to, "%d-12-31", year);
	r.from = from;
	r.to = to;
	programme_open(&p);
	CHECK_OK(sl_store_begin(p.db, &p.e), &p.e);
	if (casualties) {
		add_victims(&p, year, "K", (int)v[0], &id);
		add_victims(&p, year, "I", (int)v[1], &id);
		add_victims(&p, year, "U", (int)v[2], &id);
	} else if (released) {
		add_released(&p, year, v, v[3]);
	} else {
		snprintf(fields, sizeof fields, "target_cleared_m2=%.0f;target_released_m2=%.0f", v[0], v[1]);
		programme_add(&p, "funding", "G", from, fields, NULL);
	}
	CHECK_OK(sl_store_commit(p.db, &p.e), &p.e);
	reading(&p, &q);
	CHECK_OK(sl_report_make(&q, &r, &report, &p.e), &p.e);
	if (!p.e.code && casualties) {
		const struct sl_amount *killed = amount_at(report.document, "t5", "Killed", "total");

		CHECK_NEAR(total(report.document, "t5", "total"), want[0], 0);
		CHECK(killed && killed->units == (sl_mm2)v[0]);
	} else if (!p.e.code && released) {
		CHECK_NEAR(total(report.document, "t2", "released_m2") / 1e6, want[0], 0.005);
		CHECK_NEAR(total(report.document, "t2", "cancelled_m2") / 1e6, v[2], 0.005);
		CHECK_NEAR(total(report.document, "t4", "closing_m2"), 0, 1);
		CHECK_NEAR(total(report.document, "t2-items", "apm") / (total(report.document, "t2", "cleared_m2") / 1e6), want[1], 0.5);
	} else if (!p.e.code) {
		CHECK_NEAR(total(report.document, "t", "share"), want[0], 0.06);
	}
	sl_report_done(&report);
	sl_programme_close(&q);
	programme_close(&p);
}

TEST(reports_of_published_tables)
{
	struct case_file c;
	int n = 0;

	if (!case_open(&c, "monitor.txt"))
		return;
	while (case_next(&c)) {
		int failures = test_failures;

		read_case(&c);
		if (test_failures > failures)
			printf("%s, line %d: %s\n", c.name, c.line, c.source);
		n++;
	}
	CHECK_INT(n, 6);
}
