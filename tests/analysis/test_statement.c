#include "analysis/statement.h"
#include "check.h"

#include <math.h>
#include <string.h>

static const struct sl_statement_column columns[] = {{.name = "cell", .label = "Cell", .is_text = true},
                                                     {.name = "items", .label = "Items", .decimals = 1}};

TEST(a_statement_keeps_what_it_was_given_in_order)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_statement s;
	struct sl_statement_table *t;

	sl_statement_begin(&s, &a, "trial/1", "A trial", "none");
	for (int i = 0; i < 100; i++) {
		char text[8] = "before";

		sl_statement_figure(&s, (struct sl_quantity){.name = "n", .value = i}, &e);
		sl_statement_say(&s, SL_SAYS_WARNING, "{n} of {all}", SL_SAID({"n", .number = i}, {"all", .text = SL_STR("all")}),
		                 &e);
		memcpy(text, "after", 6);
	}
	t = sl_statement_table(&s, "cells", "Cells", columns, 2, &e);
	CHECK(t != NULL);
	for (int i = 0; i < 100 && t; i++) {
		struct sl_statement_cell *cell = sl_statement_row(&s, t, &e);

		CHECK(cell && isnan(cell[0].number) && isnan(cell[1].number));
		if (cell)
			cell[1].number = i;
	}
	CHECK_INT(e.code, SL_OK);
	CHECK_INT(s.n_figures, 100);
	CHECK(s.figure[99].value == 99);
	CHECK_INT(s.n_sentences, 100);
	CHECK(s.sentence[42].said[0].number == 42);
	CHECK(sl_str_is(s.sentence[42].said[1].text, "all"));
	CHECK(t && t->n_rows == 100 && t->cell[2 * 57 + 1].number == 57);
	sl_arena_done(&a);
}

TEST(nothing_is_added_while_an_error_is_pending)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_statement s;

	sl_statement_begin(&s, &a, "trial/1", "A trial", "none");
	(void)!sl_fail(&e, SL_INVALID, "no effort is recorded");
	sl_statement_figure(&s, (struct sl_quantity){.name = "n", .value = 1}, &e);
	sl_statement_input(&s, (struct sl_quantity){.name = "n", .value = 1}, &e);
	sl_statement_say(&s, SL_SAYS_ANSWER, "one", NULL, 0, &e);
	CHECK(!sl_statement_table(&s, "cells", "Cells", columns, 2, &e));
	CHECK_INT(s.n_figures + s.n_inputs + s.n_sentences + s.n_tables, 0);
	CHECK_INT(e.code, SL_INVALID);
	sl_arena_done(&a);
}
