/* Forms as XLSForm describes them: what is read, and what is said of what cannot be. */
#include "check.h"

#include "model/form.h"

struct bench {
	struct sl_arena a;
	struct sl_workbook book;
	struct sl_sheet sheet[3];
	struct sl_form form;
	struct sl_form_faults faults;
	struct sl_err e;
};

/* "type|name|label / text|q|Question": rows are parted by " / ", cells by '|'. */
static struct sl_sheet sheet(struct bench *b, const char *name, const char *text)
{
	struct sl_str rest = sl_str_from(text), row, cell;
	struct sl_sheet s = {.name = sl_str_from(name)};

	s.row = sl_arena_alloc(&b->a, 64, sizeof *s.row, &b->e);
	while (rest.n && s.n_rows < 64) {
		const char *end = sl_str_find(rest, " / ");
		struct sl_sheet_row *r = &s.row[s.n_rows];

		row = (struct sl_str){rest.p, end ? (size_t)(end - rest.p) : rest.n};
		rest = end ? (struct sl_str){end + 3, rest.n - row.n - 3} : (struct sl_str){rest.p + rest.n, 0};
		r->number = ++s.n_rows;
		r->cell = sl_arena_alloc(&b->a, 32, sizeof *r->cell, &b->e);
		while (sl_str_split(&row, '|', &cell) && r->n < 32)
			r->cell[r->n++] = sl_str_trim(cell);
	}
	return s;
}

static void read_form(struct bench *b, const char *survey, const char *choices, const char *settings)
{
	*b = (struct bench){.book = {.name = SL_STR("test")}};
	b->sheet[b->book.n_sheets++] = sheet(b, "survey", survey);
	if (choices)
		b->sheet[b->book.n_sheets++] = sheet(b, "Choices", choices);
	if (settings)
		b->sheet[b->book.n_sheets++] = sheet(b, "settings", settings);
	b->book.sheet = b->sheet;
	CHECK_OK(sl_form_read(&b->a, &b->book, &b->form, &b->faults, &b->e), &b->e);
}

static void check_fault(const char *survey, const char *choices, const char *sheet_name, size_t row, const char *column,
                        const char *says)
{
	struct bench b;
	bool found = false;

	read_form(&b, survey, choices, NULL);
	for (size_t i = 0; i < b.faults.n; i++) {
		const struct sl_form_fault *f = &b.faults.fault[i];

		found = found || (sl_str_is(f->sheet, sheet_name) && f->row == row && sl_str_is(f->column, column) &&
		                  strstr(f->message, says));
	}
	if (!found)
		for (size_t i = 0; i < b.faults.n; i++)
			printf("%s: row %zu %.*s: %s\n", survey, b.faults.fault[i].row, SL_STR_ARG(b.faults.fault[i].column),
			       b.faults.fault[i].message);
	CHECK(found);
	CHECK(b.faults.n_errors > 0);
	sl_arena_done(&b.a);
}

TEST(form_faults_name_sheet_row_column_and_what_to_do)
{
	check_fault("type|name|label / wrong|q|Q", NULL, "survey", 2, "type", "is not a type: write text");
	check_fault("type|name|label / text|my q|Q", NULL, "survey", 2, "name", "letters, digits");
	check_fault("type|name|label / text||Q", NULL, "survey", 2, "name", "give the question one");
	check_fault("type|name|label / text|q|Q / text|q|Q", NULL, "survey", 3, "name", "row 2");
	check_fault("type|name|label|relevant / text|q|Q|${p} = 1", NULL, "survey", 2, "relevant", "no question named p");
	check_fault("type|name|label|relevant / text|q|Q|(1 = 1", NULL, "survey", 2, "relevant", "missing bracket");
	check_fault("type|name|label|constraint / text|q|Q|. >", NULL, "survey", 2, "constraint", "not an expression");
	check_fault("type|name|label / text|q|See ${p}", NULL, "survey", 2, "label", "no question named p");
	check_fault("type|name|label / select_one l|q|Q", NULL, "survey", 2, "type", "no list l on the sheet choices");
	check_fault("type|name|label / select_one|q|Q", NULL, "survey", 2, "type", "select_one LIST");
	check_fault("type|name|label / begin group|g|G / text|q|Q", NULL, "survey", 2, "type", "never ended");
	check_fault("type|name|label / text|q|Q / end group", NULL, "survey", 3, "type", "nothing was begun");
	check_fault("type|name|label / begin repeat|g|G / text|q|Q / end group", NULL, "survey", 4, "type", "is a repeat");
	check_fault("type|name|label / begin loop over l|g|G", NULL, "survey", 2, "type", "write a repeat");
	check_fault("type|name|label / calculate|q", NULL, "survey", 2, "calculation", "write its calculation");
	check_fault("name|label / q|Q", NULL, "survey", 1, "type", "no such column");
	check_fault("type|name|label / text|q|Q", "list_name|name|label / l|a|A / l|a|B", "choices", 3, "name", "stands twice");
	check_fault("type|name|label / text|q|Q", "list_name|name|label / l||A", "choices", 2, "name", "fill in what is missing");
	check_fault("type|name|label / select_multiple l|q|Q", "list_name|name|label / l|a b|A", "choices", 2, "name",
	            "write _ instead");
	check_fault("type|name|label", NULL, "survey", 0, "", "there is no question");
}

TEST(form_unknown_columns_warn_and_never_fail)
{
	struct bench b;

	read_form(&b, "type|name|label|colour / text|q|Q|red", NULL, "form_id|mood / f|good");
	CHECK_INT(b.faults.n_errors, 0);
	CHECK_INT(b.faults.n, 2);
	CHECK_STR(b.form.id, "f");
	sl_arena_done(&b.a);
}

TEST(form_languages_in_the_order_of_their_columns)
{
	struct bench b;
	const struct sl_form_node *q;

	read_form(&b, "type|name|label::English (en)|label::Arabic (ar)|hint::Arabic (ar) / text|q|Place|مكان|أين", NULL,
	          "default_language / Arabic (ar)");
	CHECK_INT(b.form.n_languages, 2);
	CHECK_STR(b.form.language[0], "Arabic (ar)");
	q = b.form.root->child;
	CHECK_STR(q->words.text[SL_WORD_LABEL][1], "Place");
	CHECK_STR(q->words.text[SL_WORD_HINT][0], "أين");
	CHECK_STR(q->words.text[SL_WORD_HINT][1], "");
	sl_arena_done(&b.a);
}

static void check_expanded(struct bench *b, const char *from, const char *text, bool in_predicate, const char *want)
{
	struct sl_buf out = {0};

	CHECK_OK(sl_form_expand(&b->form, sl_form_find(&b->form, NULL, sl_str_from(from)), sl_str_from(text), in_predicate, &out,
	                        &b->e),
	         &b->e);
	CHECK_STR(sl_buf_view(&out), want);
	sl_buf_done(&out);
}

TEST(form_references_become_paths)
{
	struct bench b;

	read_form(&b,
	          "type|name|label / text|top|T / begin repeat|victim|V / integer|age|A / begin group|more|M / text|job|J / "
	          "end group / end repeat / text|last|L",
	          NULL, "name / report");
	CHECK_INT(b.faults.n_errors, 0);
	check_expanded(&b, "last", "${top} = 1", false, " /report/top  = 1");
	check_expanded(&b, "job", "${top}", false, " /report/top ");
	/* Of the same repeat: relative, so that each victim is asked for its own age. */
	check_expanded(&b, "job", "${age} > 17", false, " ../../age  > 17");
	check_expanded(&b, "age", "${job}", false, " ../more/job ");
	check_expanded(&b, "age", "group = ${job}", true, "group =  current()/../more/job ");
	check_expanded(&b, "last", "${age}", false, " /report/victim/age ");
	check_expanded(&b, "last", "${last-saved#top}", false, " instance('__last-saved')/report/top ");
	sl_arena_done(&b.a);
}

TEST(form_or_other_brings_its_question_and_choice)
{
	struct bench b;
	const struct sl_form_node *q;

	read_form(&b, "type|name|label / select_one l or_other|q|Q", "list_name|name|label / l|a|A", NULL);
	CHECK_INT(b.faults.n_errors, 0);
	q = b.form.root->child->next;
	CHECK_STR(q->name, "q_other");
	CHECK_STR(q->relevant, "selected(../q, 'other')");
	CHECK_INT(b.form.list[0].n, 2);
	CHECK_STR(b.form.list[0].choice[1].name, "other");
	sl_arena_done(&b.a);
}

TEST(form_counts_of_repeats_that_are_expressions_are_calculated_before)
{
	struct bench b;
	const struct sl_form_node *n;

	read_form(&b, "type|name|label|repeat_count / integer|n|N / begin repeat|r|R|${n} + 1 / text|q|Q / end repeat", NULL, NULL);
	CHECK_INT(b.faults.n_errors, 0);
	n = b.form.root->child->next;
	CHECK_STR(n->name, "r_count");
	CHECK_STR(n->calculation, "${n} + 1");
	CHECK_STR(n->next->count, "${r_count}");
	sl_arena_done(&b.a);
}
