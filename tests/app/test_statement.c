/* What an analysis is asked and what it says: parameters are judged before anything is worked out, and every form of
 * the answer says the same. */
#include "check.h"

#include "app/analysis.h"
#include "base/json.h"
#include "report/csv_report.h"

#include <math.h>
#include <string.h>

static const struct sl_analysis_parameter parameters[] = {
    {.name = "items", .says = "Items", .type = SL_ANALYSIS_COUNT, .required = true},
    {.name = "found-share", .says = "Share", .type = SL_ANALYSIS_SHARE, .otherwise = "0.9"},
    {.name = "metres", .says = "Metres", .type = SL_ANALYSIS_NUMBER, .low = 1, .high = 50},
    {.name = "level", .says = "Level", .choices = "I|II|III"},
    {.name = "day", .says = "Day", .type = SL_ANALYSIS_DATE},
    {0}};

static enum sl_code trial(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
                          struct sl_statement *out, struct sl_err *e)
{
	static const struct sl_statement_column column[] = {
	    {.name = "place", .label = "unknown", .is_text = true},
	    {.name = "left", .label = "Figures", .unit = "items", .decimals = 1}};
	const double items = sl_analysis_given(q, "items")->number, share = sl_analysis_given(q, "found-share")->number;
	struct sl_statement_table *t;
	struct sl_statement_cell *cell;

	(void)p;
	sl_statement_begin(out, a, "trial/1", "Figures", "ISO 0:0000, 1");
	sl_statement_input(out, (struct sl_quantity){.name = "items", .label = "Source", .value = items}, e);
	sl_statement_figure(out, (struct sl_quantity){.name = "left", .label = "Value", .unit = "items",
	                                              .value = items * (1 - share), .low = 0, .high = items, .level = 0.9,
	                                              .decimals = 1}, e);
	sl_statement_figure(out, (struct sl_quantity){.name = "deep", .label = "Unit", .value = (double)NAN}, e);
	sl_statement_say(out, SL_SAYS_ANSWER, "{low} to {high} ({level} %)",
	                 SL_SAID({"low", .number = 1234.5, .decimals = 1}, {"high", .text = SL_STR("<b>=cmd()</b>")},
	                         {"level", .number = (double)NAN}), e);
	t = sl_statement_table(out, "cells", "Figures", column, 2, e);
	if (t && (cell = sl_statement_row(out, t, e))) {
		cell[0].text = SL_STR("=cmd()");
		cell[1].number = 2.25;
	}
	return e->code;
}

static const struct sl_analysis analysis = {"trial", "Figures", "Figures", parameters, trial};

struct asked {
	struct sl_arena a;
	struct sl_err e;
	struct sl_analysis_question q;
	struct sl_statement s;
	struct sl_buf b;
};

static void ask(struct asked *t, const char *name, const char *value)
{
	CHECK_OK(sl_analysis_ask(&analysis, &t->a, &t->q, &t->e), &t->e);
	if (!t->e.code)
		(void)!sl_analysis_answer(&t->q, sl_str_from(name), sl_str_from(value), &t->e);
}

static void done(struct asked *t)
{
	sl_buf_done(&t->b);
	sl_arena_done(&t->a);
}

TEST(bad_answers_are_one_sentence_that_names_the_parameter)
{
	static const struct {
		const char *name, *value, *says;
	} bad[] = {
	    {"items", "-1", "items: -1 is not between 0 and 9e+15"},
	    {"items", "1.5", "items: 1.5 is not a whole number"},
	    {"items", "nan", "items: 'nan' is no number"},
	    {"items", "inf", "items: 'inf' is no number"},
	    {"items", "", "items: '' is no number"},
	    {"found-share", "1.01", "found-share: 1.01 is not between 0 and 1"},
	    {"found-share", "-0.1", "found-share: -0.1 is not between 0 and 1"},
	    {"metres", "51", "metres: 51 is not between 1 and 50"},
	    {"level", "IV", "level: 'IV' is none of I|II|III"},
	    {"day", "31.12.2025", "day: '31.12.2025' is no date: write YYYY-MM-DD"},
	    {"depth", "3", "'trial' takes no 'depth'"},
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct asked t = {0};

		ask(&t, bad[i].name, bad[i].value);
		CHECK_INT(t.e.code, SL_INVALID);
		CHECK_STR(sl_str_from(t.e.msg), bad[i].says);
		done(&t);
	}
}

TEST(what_is_required_is_asked_for)
{
	struct asked t = {0};

	ask(&t, "metres", "20");
	CHECK_INT(sl_analysis_run(NULL, &t.a, &t.q, &t.s, &t.e), SL_INVALID);
	CHECK_STR(sl_str_from(t.e.msg), "trial needs 'items'");
	done(&t);
}

static void run(struct asked *t)
{
	ask(t, "items", "40");
	CHECK_OK(sl_analysis_run(NULL, &t->a, &t->q, &t->s, &t->e), &t->e);
}

TEST(json_says_unknown_as_null_and_never_as_zero)
{
	struct asked t = {0};
	struct sl_json *root = NULL;
	const struct sl_json *figures;

	run(&t);
	sl_statement_json(&t.b, &t.s, sl_locale_at(0));
	CHECK_OK(sl_json_parse(&t.a, sl_buf_view(&t.b), &root, &t.e), &t.e);
	CHECK_STR(sl_json_get_str(root, "method"), "trial/1");
	figures = sl_json_get(root, "figures");
	CHECK(figures != NULL);
	CHECK(strstr(t.b.p, "\"name\":\"deep\",\"label\":\"Unit\",\"value\":null") != NULL);
	CHECK(strstr(t.b.p, "\"low\":0,\"high\":40,\"level\":0.9,\"unit\":\"items\"") != NULL);
	CHECK(strstr(t.b.p, " to <b>=cmd()</b> (unknown %)") != NULL);
	CHECK(strstr(t.b.p, "changes the status of no land") != NULL);
	done(&t);
}

TEST(a_spreadsheet_gets_no_formula_and_all_digits)
{
	struct asked t = {0};

	run(&t);
	sl_statement_csv(&t.b, &t.s);
	
	CHECK(strstr(t.b.p, "figure,deep,,,,,,\n") != NULL);
	CHECK(strstr(t.b.p, "input,items,40,,,,,\n") != NULL);
	CHECK(strstr(t.b.p, "\n=cmd()") == NULL && strstr(t.b.p, "=cmd(),2.25\n") != NULL);
	done(&t);
}

TEST(words_come_in_the_language_of_the_reader)
{
	struct asked t = {0};

	run(&t);
	sl_statement_text(&t.b, &t.s, sl_locale_find(SL_STR("fr")));
	
	CHECK(strstr(t.b.p, "inconnu") != NULL);
	CHECK(strstr(t.b.p, "à <b>=cmd()</b>") != NULL);
	CHECK(strstr(t.b.p, "Ceci est une estimation.") != NULL);
	done(&t);
}

TEST(a_document_holds_the_numbers_as_numbers)
{
	struct asked t = {0};
	struct sl_document *d;
	size_t tables = 0;

	run(&t);
	CHECK_OK(sl_document_new(&t.a, sl_locale_at(0), &d, &t.e), &t.e);
	CHECK_OK(sl_statement_document(d, &t.s, &t.e), &t.e);
	for (const struct sl_node *n = d->first; n; n = n->next) {
		if (n->type != SL_NODE_TABLE)
			continue;
		tables++;
		if (!sl_str_is(n->table->name, "figures"))
			continue;
		CHECK_INT(n->table->n_rows, 2);
		CHECK(n->table->row[0].cell[1].amount.units == 4000000);
		CHECK_INT(n->table->row[1].cell[1].amount.state, SL_AMOUNT_UNKNOWN);
		CHECK_INT(n->table->row[1].cell[2].type, SL_DOC_EMPTY);
	}
	CHECK_INT(tables, 3);
	done(&t);
}
