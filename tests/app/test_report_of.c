/* Reports of one record and of one place: a certificate lists what speaks of its record and nothing else, its numbers
 * are what their cells say; an answer about a plot is what is asked of the ledger, and never says that land is safe. */
#include "check.h"

#include "app/report.h"
#include "app/report_cell.h"
#include "app/training.h"

#include <math.h>

struct counted {
	const struct sl_doc_table *t;
	struct sl_programme *p;
	const struct sl_ledger *ledger;
	size_t rows, amounts, cells, wrong;
	double m2;
};

static enum sl_code count_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct counted *x = ctx;

	(void)e;
	x->rows += row->type == SL_ROW_BODY;
	for (size_t i = 0; i < x->t->n_columns; i++) {
		const struct sl_amount *m = &row->cell[i].amount;
		struct sl_amount now;
		struct sl_err why = {0};

		if (row->cell[i].type != SL_DOC_AMOUNT || m->state != SL_AMOUNT_KNOWN)
			continue;
		if (m->unit == SL_UNIT_M2 && row->type == SL_ROW_BODY)
			x->m2 += sl_amount_number(m);
		x->amounts++;
		if (!m->cell.n)
			continue;
		x->cells++;
		if (sl_report_cell_value(x->p, x->ledger, m->cell, &now, &why) ||
		    fabs(sl_amount_number(&now) - sl_amount_number(m)) > 1e-6) {
			printf("%.*s: %s\n", SL_STR_ARG(m->cell), why.code ? why.msg : "another value");
			x->wrong++;
		}
	}
	return SL_OK;
}

static struct counted count(struct training *t, const struct sl_ledger *ledger, const struct sl_document *d,
                            const char *name)
{
	struct counted x = {.p = &t->p, .ledger = ledger};
	struct sl_err e = {0};

	for (const struct sl_node *node = d->first; node; node = node->next)
		if (node->type == SL_NODE_TABLE && sl_str_is(node->table->name, name)) {
			x.t = node->table;
			CHECK_OK(sl_doc_table_each(node->table, count_row, &x, &e), &e);
		}
	return x;
}

/* ---- certificates ---- */

struct naming {
	struct sl_str hazard;
	size_t releases, items;
};

static enum sl_code take_naming(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	struct naming *n = ctx;

	(void)e;
	if (!sl_str_eq(sl_record_text(rec, "hazard"), n->hazard))
		return SL_OK;
	if (sl_str_is(rev->kind->name, "ordnance"))
		n->items++;
	else if (!sl_record_has_code(rec, "product", "REM") && !sl_record_has_code(rec, "product", "INA") &&
	         !sl_record_has_code(rec, "product", "REC") && !sl_record_has_code(rec, "product", "EXT"))
		n->releases++;
	return SL_OK;
}

static struct naming naming(struct training *t, const char *hazard)
{
	static const char *const kinds[] = {"release", "ordnance"};
	struct naming n = {.hazard = sl_str_from(hazard)};
	struct sl_err e = {0};

	for (int i = 0; i < 2; i++) {
		struct sl_query q = {.kind = sl_dictionary_kind(t->p.dict, sl_str_from(kinds[i])), .as_of = sl_date_none()};

		CHECK_OK(sl_store_each(t->p.db, &q, false, take_naming, &n, &e), &e);
	}
	return n;
}

static void check_certificate(struct training *t, const struct sl_ledger *ledger, const char *id, size_t *cells,
                              size_t *standing, size_t *released, size_t *points)
{
	const struct sl_report_request r = {.template_name = "completion", .record = id, .ledger = ledger};
	struct naming n = naming(t, id);
	struct sl_report report;
	struct sl_err e = {0};

	CHECK_OK(sl_report_make(&t->p, &r, &report, &e), &e);
	if (!e.code) {
		struct counted left = count(t, ledger, report.document, "remaining"),
		               done = count(t, ledger, report.document, "released"),
		               items = count(t, ledger, report.document, "ordnance");

		CHECK_INT(done.rows, n.releases);
		CHECK_INT(items.rows, n.items);
		CHECK(left.rows <= 1);
		CHECK(!left.wrong && !done.wrong && !items.wrong);
		*points += count(t, ledger, report.document, "points").rows >= 3; /* not of one known as a point */
		*cells += left.cells + done.cells + items.cells;
		*standing += left.rows;
		*released += done.rows;
	}
	sl_report_done(&report);
}

TEST(certificates_list_what_speaks_of_their_record)
{
	size_t cells = 0, standing = 0, released = 0, points = 0;
	struct training t;
	struct sl_ledger ledger;
	struct sl_err e = {0};

	training_open(&t, 60, 5, 0);
	CHECK_OK(sl_ledger_open(&ledger, t.p.db, t.p.env, &e), &e);
	for (int i = 1; i <= 40; i++) {
		char id[20];

		snprintf(id, sizeof id, "HA-%06d", i);
		check_certificate(&t, &ledger, id, &cells, &standing, &released, &points);
	}
	CHECK(cells > 60 && standing > 5 && standing < 40 && released > 10 && points > 25);
	sl_ledger_close(&ledger);
	training_close(&t);
}

/* ---- answers ---- */

static bool says_safe(struct sl_str text)
{
	const char *at = sl_str_find(text, "safe");

	return at && !sl_str_find(text, "no statement that land is safe");
}

static void check_words(const struct sl_node *node)
{
	for (; node; node = node->next) {
		for (size_t i = 0; i < node->runs.n; i++)
			CHECK(!says_safe(node->runs.v[i].text));
		if (node->type == SL_NODE_TABLE)
			CHECK(!says_safe(node->table->empty) && !says_safe(node->table->caption));
		check_words(node->child);
	}
}

static bool has_words(const struct sl_node *node, const char *words)
{
	for (; node; node = node->next) {
		for (size_t i = 0; i < node->runs.n; i++)
			if (sl_str_find(node->runs.v[i].text, words))
				return true;
		if (has_words(node->child, words))
			return true;
	}
	return false;
}

static enum sl_code take_boundary(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                  struct sl_err *e)
{
	struct sl_geom *out = ctx;
	static struct sl_arena a;

	(void)rev;
	return out->type == SL_GEOM_NONE && rec->geometry.type == SL_GEOM_POLYGON ? sl_geom_copy(&a, &rec->geometry, out, e)
	                                                                          : SL_OK;
}

static void check_answer(struct training *t, const struct sl_question *q, const char *words, bool parcel)
{
	const struct sl_report_request r = {.template_name = "plot", .place = q};
	struct sl_arena a = {0};
	struct sl_ask_answer answer;
	struct sl_report report;
	struct sl_err e = {0};

	CHECK_OK(sl_ask(&t->p, &a, q, &answer, &e), &e);
	CHECK_OK(sl_report_make(&t->p, &r, &report, &e), &e);
	if (!e.code) {
		struct counted ground = count(t, NULL, report.document, "ground");

		check_words(report.document->first);
		CHECK(has_words(report.document->first, words));
		CHECK(parcel == (ground.t != NULL));
		CHECK(!parcel || fabs(ground.m2 - answer.parcel_m2) < 0.01);
	}
	sl_report_done(&report);
	sl_arena_done(&a);
}

TEST(answers_about_a_plot_never_say_that_it_is_safe)
{
	struct training t;
	struct sl_geom boundary = {0};
	struct sl_query q = {.as_of = sl_date_none()};
	struct sl_question on = {.sort = SL_ASKED_PARCEL}, far = {.at_point = true, .lat = 40, .lon = -140};
	struct sl_err e = {0};

	training_open(&t, 60, 5, 0);
	q.kind = sl_dictionary_kind(t.p.dict, SL_STR("hazard"));
	CHECK_OK(sl_store_each(t.p.db, &q, true, take_boundary, &boundary, &e), &e);
	on.shape = boundary;
	check_answer(&t, &on, "m² of the plot", true);
	check_answer(&t, &far, "does not mean that there is no danger", false);
	training_close(&t);
}

TEST(reports_of_one_record_or_place_need_it)
{
	static const struct sl_question nowhere = {.at_point = true, .lat = 91};
	static const struct sl_question place = {.at_point = true};
	static const struct {
		struct sl_report_request r;
		const char *says;
	} bad[] = {
	    {{.template_name = "completion"}, "name it with --record"},
	    {{.template_name = "completion", .record = "HA-999999"}, "no record is called"},
	    {{.template_name = "completion", .record = "HA-000001", .as_of = "1990-01-01"}, "cannot be as of 1990-01-01"},
	    {{.template_name = "plot"}, "give --at"},
	    {{.template_name = "plot", .place = &nowhere}, "nowhere on earth"},
	    {{.template_name = "plot", .place = &place, .as_of = "2020-01-01"}, "is of today"},
	    {{.template_name = "article7", .record = "HA-000001"}, "leave --record away"},
	    {{.template_name = "article7", .place = &place}, "leave --at"},
	};
	struct training t;

	training_open(&t, 60, 5, 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sl_report report;
		struct sl_err e = {0};

		CHECK(sl_report_make(&t.p, &bad[i].r, &report, &e));
		if (!strstr(e.msg, bad[i].says))
			printf("%s: %s\n", bad[i].says, e.msg);
		CHECK(strstr(e.msg, bad[i].says) != NULL);
		sl_report_done(&report);
	}
	training_close(&t);
}

/* ---- what changed ---- */

struct sums {
	double before[2], changes[2], said[2], now[2];
	size_t n, sentences;
};

static enum sl_code add_row(void *ctx, const struct sl_doc_row *row, struct sl_err *e)
{
	struct sums *x = ctx;

	(void)e;
	for (int i = 0; i < 2 && row->type != SL_ROW_GROUP; i++) {
		double m2 = sl_amount_number(&row->cell[4 + i].amount);

		if (row->type == SL_ROW_BODY)
			x->changes[i] += m2;
		else
			(row->type == SL_ROW_TOTAL ? x->now : x->n ? x->said : x->before)[i] = m2;
	}
	x->sentences += row->type == SL_ROW_BODY && row->cell[0].text.n > 10;
	x->n++;
	return SL_OK;
}

static void check_changes(struct training *t, const char *from, const char *to, const char *before, size_t *sentences)
{
	struct sl_report_fact fact = {SL_STR("before"), before ? sl_str_from(before) : SL_STR("")};
	const struct sl_report_request r = {
	    .template_name = "situation", .from = from, .to = to, .fact = &fact, .n_facts = before != NULL};
	struct sl_report report;
	struct sl_err e = {0};

	CHECK_OK(sl_report_make(&t->p, &r, &report, &e), &e);
	for (const struct sl_node *node = e.code ? NULL : report.document->first; node; node = node->next) {
		struct sums x = {.n = 0};
		struct counted cells;

		if (node->type != SL_NODE_TABLE || !sl_str_is(node->table->name, "changes"))
			continue;
		CHECK_OK(sl_doc_table_each(node->table, add_row, &x, &e), &e);
		for (int i = 0; i < 2; i++) {
			CHECK(fabs(x.before[i] + x.changes[i] - x.now[i]) < 0.01);
			CHECK(fabs(x.changes[i] - x.said[i]) < 0.01);
		}
		*sentences += x.sentences;
		cells = count(t, NULL, report.document, "changes");
		CHECK(cells.cells >= 4);
		CHECK_INT(cells.cells, cells.amounts); /* the stocks, and each change */
		CHECK(!cells.wrong);
	}
	sl_report_done(&report);
}

TEST(changes_of_a_situation_add_up)
{
	struct training t;
	size_t sentences = 0, late = 0;

	training_open(&t, 150, 5, 0.02);
	check_changes(&t, "2015-01-01", "2015-01-31", NULL, &sentences);
	check_changes(&t, "2010-01-01", "2019-12-31", NULL, &sentences); /* more than are shown, one by one */
	check_changes(&t, "2015-06-01", "2015-06-30", "2015-07-01", &late);
	CHECK(sentences > 100 && late > 50);
	training_close(&t);
}
