/* Reports of the training programme: every number is what its cell says, the account balances in print,
 * small counts of people cannot be worked out, and what is wrong in a template is said with its line. */
#include "check.h"

#include "app/field_map.h"
#include "app/report.h"
#include "app/report_cell.h"
#include "app/report_parts.h"
#include "app/training.h"
#include "model/article5.h"
#include "report/wording.h"

#include <stdlib.h>

static struct training training;
static bool ready;

static void close_training(void)
{
	if (ready)
		training_close(&training);
}

/* One programme for all of them: making it takes longer than all its reports. */
static struct sl_programme *programme(void)
{
	if (!ready) {
		training_open(&training, 150, 3, 0.03);
		ready = true;
		atexit(close_training);
	}
	return &training.p;
}

/* ---- every number ---- */

struct walk {
	struct sl_programme *p;
	const struct sl_ledger *ledger;
	const char *template_name;
	const struct sl_doc_table *table;
	size_t numbers, cells, wrong;
};

static bool same_value(const struct sl_amount *x, const struct sl_amount *y)
{
	sl_mm2 a = x->units, b = y->units;

	for (int i = x->scale; i < 6; i++)
		a *= 10;
	for (int i = y->scale; i < 6; i++)
		b *= 10;
	return a == b;
}

/* Shares are of two numbers beside them; years and rates of article5 of the numbers above them.  Bearings, lengths and
 * distances are measured on the boundaries in the same table.  Nothing else is without a cell. */
static bool is_no_sum(const struct walk *w, const struct sl_amount *m)
{
	if (m->unit == SL_UNIT_PERCENT)
		return true;
	if (w->table && sl_str_is(w->table->name, "progress"))
		return m->unit == SL_UNIT_YEARS || m->unit == SL_UNIT_KM2_PER_YEAR;
	if (w->table && sl_str_is(w->table->name, "points"))
		return m->unit == SL_UNIT_DEGREES || m->unit == SL_UNIT_M;
	return w->table && sl_str_is(w->table->name, "near") && m->unit == SL_UNIT_M;
}

static void check_amount(struct walk *w, const struct sl_amount *m)
{
	struct sl_amount now;
	struct sl_err e = {0};

	if (m->state != SL_AMOUNT_KNOWN)
		return;
	w->numbers++;
	if (!m->cell.n && is_no_sum(w, m))
		return;
	if (!m->cell.n) {
		printf("%s, %.*s: a number of %lld has no cell\n", w->template_name,
		       SL_STR_ARG(w->table ? w->table->name : SL_STR("text")), (long long)m->units);
		w->wrong++;
		return;
	}
	w->cells++;
	if (sl_report_cell_value(w->p, w->ledger, m->cell, &now, &e) || !same_value(m, &now)) {
		printf("%s: %.*s: %s\n", w->template_name, SL_STR_ARG(m->cell), e.code ? e.msg : "another value");
		w->wrong++;
	}
}

static enum sl_code check_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct walk *w = ctx;

	(void)e;
	for (size_t i = 0; i < w->table->n_columns; i++)
		if (row->cell[i].type == SL_DOC_AMOUNT)
			check_amount(w, &row->cell[i].amount);
	return SL_OK;
}

static void check_document(struct walk *w, const struct sl_document *d, struct sl_err *e)
{
	for (const struct sl_node *node = d->first; node; node = node->next) {
		w->table = NULL;
		for (size_t i = 0; i < node->runs.n; i++)
			if (node->runs.v[i].type == SL_RUN_AMOUNT)
				check_amount(w, &node->runs.v[i].amount);
		if (node->type == SL_NODE_TABLE) {
			w->table = node->table;
			CHECK_OK(sl_doc_table_each(node->table, check_row, w, e), e);
		}
		if (node->type == SL_NODE_CHART)
			for (size_t k = 0; k < node->chart->n_series; k++)
				for (size_t i = 0; i < node->chart->n_categories; i++)
					check_amount(w, &node->chart->series[k].value[i]);
	}
}

/* All there are: of a record, of a place, and of a period. */
static void walk_template(struct walk *w, struct sl_err *e)
{
	static const struct sl_report_fact facts[] = {{SL_STR("deposited"), SL_STR("2016-09-11")},
	                                              {SL_STR("before"), SL_STR("2017-06-30")}};
	bool situation = !strcmp(w->template_name, "situation");
	struct sl_question place = {.at_point = true, .lat = -14.4632935, .lon = 80.4170792};
	struct sl_report_request r = {.template_name = w->template_name,
	                              .as_of = "2019-12-31",
	                              .from = "2016-01-01",
	                              .fact = facts,
	                              .n_facts = situation ? 2 : 1};
	struct sl_report report;

	if (!strcmp(w->template_name, "completion"))
		r.record = "HA-000001";
	if (!strcmp(w->template_name, "plot"))
		r = (struct sl_report_request){.template_name = "plot", .place = &place};
	CHECK_OK(sl_report_make(w->p, &r, &report, e), e);
	if (!e->code)
		check_document(w, report.document, e);
	sl_report_done(&report);
}

TEST(report_every_number_is_what_its_cell_says)
{
	const struct sl_field_map_request sheet = {.record = "HA-000001", .as_of = "2019-12-31"};
	struct sl_programme *p = programme();
	const struct sl_report_template *t;
	struct sl_report report = {0};
	struct sl_ledger ledger;
	struct sl_buf gpx = {0};
	struct sl_err e = {0};
	size_t cells = 0, of_findings = 0, of_changes = 0, n = 0;

	CHECK_OK(sl_ledger_open(&ledger, p->db, p->env, &e), &e);
	for (size_t i = 0; (t = sl_report_template_at(i)) != NULL && !e.code; i++) {
		struct walk w = {.p = p, .ledger = &ledger, .template_name = t->name};

		if (!strcmp(t->name, "parts"))
			continue;
		walk_template(&w, &e);
		CHECK(!w.wrong);
		cells += w.cells;
		of_findings += strcmp(w.template_name, "scorecard") ? 0 : w.cells;
		of_changes += strcmp(w.template_name, "situation") ? 0 : w.cells;
		n++;
	}
	CHECK(n > 15 && cells > 1500 && of_findings > 50 && of_changes > 50);
	CHECK_OK(sl_field_map_make(p, &sheet, &report, &gpx, &e), &e);
	if (!e.code) {
		struct walk w = {.p = p, .ledger = &ledger, .template_name = "fieldmap"};

		check_document(&w, report.document, &e);
		CHECK(!w.wrong && w.numbers > 5);
	}
	sl_report_done(&report);
	sl_buf_done(&gpx);
	sl_ledger_close(&ledger);
}

/* ---- tables ---- */

static const struct sl_doc_table *table_of(const struct sl_document *d, const char *name)
{
	for (const struct sl_node *node = d->first; node; node = node->next)
		if (node->type == SL_NODE_TABLE && sl_str_is(node->table->name, name))
			return node->table;
	return NULL;
}

static int column_of(const struct sl_doc_table *t, const char *name)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (sl_str_is(t->column[i].name, name))
			return (int)i;
	return -1;
}

static sl_mm2 units(const struct sl_doc_table *t, size_t row, const char *column)
{
	int i = column_of(t, column);

	CHECK(i >= 0);
	return i < 0 ? 0 : t->row[row].cell[i].amount.units;
}

/* T4 as a reader checks it: what is printed in a line adds up, to the square millimetre, in each province
 * and in all. */
TEST(report_reconciliation_adds_up_in_each_line)
{
	struct sl_programme *p = programme();
	struct sl_report_request r = {.template_name = "article7", .as_of = "2019-12-31", .from = "2012-01-01"};
	static const char *const plus[] = {"opening_m2", "new_m2", "gain_m2", "reopened_m2"},
	                         *const minus[] = {"cancelled_m2", "reduced_m2", "cleared_m2", "loss_m2",
	                                           "withdrawn_m2"};
	const struct sl_doc_table *t;
	struct sl_report report;
	struct sl_err e = {0};
	sl_mm2 moved = 0;

	CHECK_OK(sl_report_make(p, &r, &report, &e), &e);
	t = e.code ? NULL : table_of(report.document, "t4");
	CHECK(t && t->n_rows > 5);
	for (size_t i = 0; t && i < t->n_rows; i++) {
		sl_mm2 sum = 0;

		for (size_t k = 0; k < 4; k++)
			sum += units(t, i, plus[k]);
		for (size_t k = 0; k < 5; k++)
			sum -= units(t, i, minus[k]);
		CHECK(sum == units(t, i, "closing_m2"));
		CHECK(units(t, i, "residual_m2") == 0);
		moved += units(t, i, "cleared_m2");
	}
	CHECK(moved > 0);
	/* Lines of provinces add up to the last. */
	for (size_t c = 2; t && c < t->n_columns; c++) {
		sl_mm2 sum = 0;

		for (size_t i = 0; i + 1 < t->n_rows; i++)
			sum += t->row[i].cell[c].amount.units;
		CHECK(sum == t->row[t->n_rows - 1].cell[c].amount.units);
	}
	sl_report_done(&report);
}

struct people {
	int64_t all, women_killed;
};

static enum sl_code take_victim(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	struct people *x = ctx;
	struct sl_date d = sl_record_date(rec, "accident_date");

	(void)rev;
	(void)e;
	if (sl_date_is_none(d))
		d = sl_record_date(rec, "effective_date");
	if (sl_date_is_none(d) || sl_date_year(d) < 2005 || sl_date_year(d) > 2019)
		return SL_OK;
	x->all++;
	x->women_killed += sl_record_has_code(rec, "sex", "F") && sl_record_number(rec, "age") >= 18 &&
	                   sl_record_has_code(rec, "outcome", "K");
	return SL_OK;
}

/* Counted once more by hand, from the records. */
TEST(report_counts_of_people_are_those_of_the_records)
{
	struct sl_programme *p = programme();
	struct sl_report_request r = {.template_name = "article7", .as_of = "2019-12-31", .from = "2005-01-01"};
	struct sl_query q = {.kind = sl_dictionary_kind(p->dict, SL_STR("victim"))};
	const struct sl_doc_table *t;
	struct people by_hand = {0};
	struct sl_report report;
	struct sl_err e = {0};

	CHECK(sl_date_from_ymd(2019, 12, 31, &q.as_of));
	CHECK_OK(sl_store_each(p->db, &q, false, take_victim, &by_hand, &e), &e);
	CHECK_OK(sl_report_make(p, &r, &report, &e), &e);
	t = e.code ? NULL : table_of(report.document, "t5");
	CHECK(by_hand.all > 3 && t && t->n_rows > 1);
	if (t && t->n_rows) {
		CHECK(units(t, t->n_rows - 1, "total") == by_hand.all);
		CHECK(units(t, 0, "women") == by_hand.women_killed);
	}
	/* What no record is there for is not nought. */
	t = e.code ? NULL : table_of(report.document, "t8");
	CHECK(t && !t->n_rows && t->empty.n);
	sl_report_done(&report);
}

/* ---- small counts ---- */

static struct sl_doc_table *counts(struct sl_arena *a, size_t rows, size_t columns, const int *v,
                                   struct sl_err *e)
{
	struct sl_doc_table *t = sl_arena_alloc(a, 1, sizeof *t, e);

	t->n_heads = 1;
	t->n_columns = columns + 2;
	t->column = sl_arena_alloc(a, t->n_columns, sizeof *t->column, e);
	for (size_t c = 1; c < t->n_columns; c++)
		t->column[c] = (struct sl_doc_column){.name = SL_STR("part"), .type = SL_COLUMN_AMOUNT};
	t->column[columns + 1].name = SL_STR("total");
	for (size_t r = 0; r <= rows; r++) {
		struct sl_doc_cell *cell;
		int64_t sum = 0;

		CHECK_OK(sl_doc_row_add(a, t, r < rows ? SL_ROW_BODY : SL_ROW_TOTAL, &cell, e), e);
		for (size_t c = 0; c < columns; c++) {
			int64_t n = 0;

			for (size_t i = 0; i < rows; i++)
				n += r < rows ? (i == r ? v[r * columns + c] : 0) : v[i * columns + c];
			cell[c + 1] = sl_doc_amount(
			    (struct sl_amount){.units = n, .state = SL_AMOUNT_KNOWN, .cell = SL_STR("x")});
			sum += n;
		}
		cell[columns + 1] = sl_doc_amount((struct sl_amount){.units = sum, .state = SL_AMOUNT_KNOWN});
	}
	return t;
}

/* No line, across or down, withholds one number alone: it could be taken from the total. */
static void check_withheld(const struct sl_doc_table *t)
{
	for (size_t r = 0; r < t->n_rows; r++) {
		int hidden = 0;

		for (size_t c = 1; c < t->n_columns; c++) {
			const struct sl_amount *m = &t->row[r].cell[c].amount;

			hidden += m->state == SL_AMOUNT_SUPPRESSED;
			if (m->state == SL_AMOUNT_SUPPRESSED)
				CHECK(m->units == 0 && !m->cell.n);
			else if (t->row[r].type == SL_ROW_BODY)
				CHECK(m->units == 0 || m->units >= 5);
		}
		CHECK(hidden != 1);
	}
	for (size_t c = 1; c < t->n_columns; c++) {
		int hidden = 0;

		for (size_t r = 0; r < t->n_rows; r++)
			hidden += t->row[r].cell[c].amount.state == SL_AMOUNT_SUPPRESSED;
		CHECK(hidden != 1);
	}
}

TEST(report_small_counts_cannot_be_worked_out)
{
	static const int one_small[] = {9, 3, 12, 20, 30, 7, 15, 8, 11};
	static const int lone_row[] = {3, 0, 0};
	static const int nothing_small[] = {5, 0, 7, 9};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_doc_table *t = counts(&a, 3, 3, one_small, &e);
	uint64_t seed = 42;
	int v[20];

	CHECK_OK(sl_suppress(&a, t, 5, &e), &e);
	check_withheld(t);
	CHECK(t->row[3].cell[4].amount.state == SL_AMOUNT_KNOWN); /* the total of all stays */
	t = counts(&a, 1, 3, lone_row, &e);
	CHECK_OK(sl_suppress(&a, t, 5, &e), &e);
	check_withheld(t);
	t = counts(&a, 2, 2, nothing_small, &e);
	CHECK_OK(sl_suppress(&a, t, 5, &e), &e);
	for (size_t r = 0; r < 3; r++)
		for (size_t c = 1; c < 4; c++)
			CHECK(t->row[r].cell[c].amount.state == SL_AMOUNT_KNOWN);
	for (int round = 0; round < 300; round++) {
		for (size_t i = 0; i < 20; i++)
			v[i] = (int)(sl_splitmix64(&seed) % 13);
		t = counts(&a, 5, 4, v, &e);
		CHECK_OK(sl_suppress(&a, t, 5, &e), &e);
		check_withheld(t);
	}
	sl_arena_done(&a);
}

/* ---- Article 5 ---- */

TEST(report_progress_to_the_deadline)
{
	struct sl_programme *p = programme();
	struct sl_report_fact deposited = {SL_STR("deposited"), SL_STR("2016-08-31")};
	struct sl_report_request r = {
	    .template_name = "article5", .as_of = "2019-12-31", .fact = &deposited, .n_facts = 1};
	const struct sl_doc_table *t;
	struct sl_report report;
	struct sl_err e = {0};
	struct sl_date day;
	double remaining, required;

	CHECK_OK(sl_report_make(p, &r, &report, &e), &e);
	t = e.code ? NULL : table_of(report.document, "progress");
	CHECK(t && t->n_rows == 14);
	if (t && t->n_rows == 14) {
		/* Deposited on 31 August: in force on 1 February (domain.md C.6), ten years until the deadline. */
		CHECK(sl_date_from_ymd(2017, 2, 1, &day) && t->row[1].cell[1].date.day == day.day);
		CHECK(sl_date_from_ymd(2027, 2, 1, &day) && t->row[3].cell[1].date.day == day.day);
		remaining = sl_amount_number(&t->row[5].cell[1].amount);
		required = sl_amount_number(&t->row[9].cell[1].amount);
		CHECK(remaining > 0);
		CHECK_NEAR(required, remaining / ((day.day - 18261) / 365.2425), 1e-9);
	}
	sl_report_done(&report);
	/* Without the date of deposit nothing is guessed. */
	r.n_facts = 0;
	CHECK_OK(sl_report_make(p, &r, &report, &e), &e);
	t = e.code ? NULL : table_of(report.document, "progress");
	if (t) {
		CHECK(sl_date_is_none(t->row[3].cell[1].date));
		CHECK_INT(t->row[9].cell[1].amount.state, SL_AMOUNT_UNKNOWN);
	}
	sl_report_done(&report);
}

static enum sl_code count_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	(void)e;
	*(size_t *)ctx += row->type == SL_ROW_BODY;
	return SL_OK;
}

/* A list and the figure beside it ask for the same: what is not closed has no day of closing. */
TEST(report_lists_what_its_figure_counts)
{
	struct sl_report_request r = {.template_name = "quality", .from = "2010-01-01", .to = "2024-12-31"};
	const struct sl_doc_table *t;
	struct sl_report report;
	struct sl_err e = {0};
	sl_mm2 open = -1;

	CHECK_OK(sl_report_make(programme(), &r, &report, &e), &e);
	t = e.code ? NULL : table_of(report.document, "open");
	for (const struct sl_node *node = e.code ? NULL : report.document->first; node && open < 0; node = node->next)
		for (size_t i = 0, seen = 0; i < node->runs.n; i++)
			if (node->runs.v[i].type == SL_RUN_AMOUNT && ++seen == 2) /* visits, then what is open */
				open = node->runs.v[i].amount.units;
	CHECK(open > 0 && t);
	if (t) {
		size_t n = 0;

		CHECK_OK(sl_doc_table_each(t, count_row, &n, &e), &e);
		CHECK_INT(n, open);
	}
	sl_report_done(&report);
}

/* ---- a country's own templates ---- */

static void try_template(const char *text, const char *says)
{
	struct sl_programme *p = programme();
	struct sl_report_request r = {.template_name = "own", .folder = training.folder, .as_of = "2019-12-31"};
	struct sl_report report;
	struct sl_err e = {0};
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/own.txt", training.folder);
	f = fopen(path, "w");
	CHECK(f != NULL);
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
	(void)!sl_report_make(p, &r, &report, &e);
	if (!says) {
		CHECK_OK(e.code, &e);
	} else if (!e.code || !strstr(e.msg, says)) {
		printf("a template says '%s', not '%s'\n", e.msg, says);
		test_failures++;
	}
	sl_report_done(&report);
}

TEST(report_templates_say_what_is_wrong_in_which_line)
{
	(void)programme();
	try_template("@title Own\n\nOn {as_of}, {remaining} remained.\n", NULL);
	try_template("@title Own\n\n{nothing}\n", "line 3: nothing is called {nothing}");
	try_template("@title Own\n@wrong\n", "line 2: there is no word '@wrong'");
	try_template("@title Own\n@table t\n\tfrom ground\n\tcolumn a | A | stock.XYZ\n", "line 4");
	try_template("@title Own\n@table t\n\tfrom records nobody\n\tcolumn a | A | count\n",
	             "line 3: there is no kind of record");
	try_template("@title Own\n@table t\n\tfrom records victim\n\tcolumn a | A | count nothing=1\n",
	             "no field 'nothing'");
	try_template("@title Own\n@table t\n\tfrom records victim\n\tcolumn a | A | count family_name=Smith\n",
	             "about a person");
	try_template("@title Own\n@table t\n\tfrom list victim\n\tcolumn a | A | family_name\n",
	             "line 4: records of kind victim have no field");
	try_template("@title Own\n@table t\n\tfrom records victim\n\tby year,month\n\tcolumn a | A | count\n",
	             "no field 'year,month'");
	try_template("@title Own\n\tcaption what\n@room many | Text\n", "1 to 40 lines");
	try_template("@use t9\n", "line 1: parts.txt has no table or chart 't9'");
	try_template("\tindented\n", "line 1: an indented line belongs to an @word");
	try_template("##### Five\n", "line 1: headings have one to 4 marks");
}

TEST(report_requests_that_cannot_be_read)
{
	struct sl_programme *p = programme();
	static const struct {
		struct sl_report_request r;
		const char *says;
	} wrong[] = {
	    {{.template_name = "nothing"}, "there is no template 'nothing'; there are article7"},
	    {{.template_name = "../article7"}, "there is no template"},
	    {{.template_name = "article7", .as_of = "2019-02-30"}, "is no date"},
	    {{.template_name = "article7", .from = "2020-01-01", .to = "2019-12-31"}, "ends before it begins"},
	    {{.template_name = "article7", .as_of = "2020-01-01", .to = "2019-12-31"}, "give one"},
	    {{.template_name = "article7", .language = "xx"}, "there is no language 'xx'"},
	};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct sl_report report;
		struct sl_err e = {0};

		(void)!sl_report_make(p, &wrong[i].r, &report, &e);
		CHECK(e.code && strstr(e.msg, wrong[i].says));
		sl_report_done(&report);
	}
}

/* ---- cells ---- */

TEST(report_cells_are_read_as_they_are_written)
{
	static const char *const good[] = {
	    "stock.SHA+stock.CHA?as_of=2019-12-31",
	    "hazards.stock.CHA?as_of=2019-12-31&by=admin1&key=01",
	    "flow.cancelled+flow.reduced+flow.cleared?as_of=2019-12-31&from=2019-01-01",
	    "count.victim?as_of=2019-12-31&date=accident_date,effective_date&from=2005-01-01&to=2019-12-31&"
	    "outcome=K,KL",
	    "sum.ordnance.destroyed_quantity?as_of=2019-12-31&category=APM",
	    "distinct.release.hazard?as_of=2019-12-31&product=CLR",
	};
	static const char *const bad[] = {
	    "",
	    "?",
	    "stock.XYZ?as_of=2019-12-31",
	    "stock.SHA+hazards.stock.CHA?as_of=2019-12-31",
	    "hazards.flow.cleared?as_of=2019-12-31",
	    "count.nobody?as_of=2019-12-31",
	    "count.victim.sex?as_of=2019-12-31",
	    "sum.victim?as_of=2019-12-31",
	    "count.victim?as_of=2019-13-31",
	    "count.victim?family_name=Smith",
	    "sum.victim.sex?as_of=2019-12-31",
	    "stock.SHA?as_of=2019-12-31&record=nobody",
	};
	struct sl_programme *p = programme();
	struct sl_amount m;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct sl_buf b = {0};
		struct sl_err e = {0};

		CHECK_OK(sl_report_cell_value(p, NULL, sl_str_from(good[i]), &m, &e), &e);
		CHECK(m.units > 0);
		CHECK_OK(sl_report_cell_why(p, NULL, sl_str_from(good[i]), SL_FORMAT_JSON, &b, &e), &e);
		CHECK(b.n > 20);
		sl_buf_done(&b);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sl_err e = {0};

		CHECK(sl_report_cell_value(p, NULL, sl_str_from(bad[i]), &m, &e) && *e.msg);
	}
}
