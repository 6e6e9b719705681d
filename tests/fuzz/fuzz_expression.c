/* Any text as an expression, and any as a submission: refused, or judged within the limits. */
#include "fuzz.h"

#include "model/expression.h"
#include "model/form_rules.h"

#include <stdlib.h>
#include <string.h>

static struct sl_sheet_row rows[3];
static struct sl_str cells[3][4];

static int any_field(const void *ctx, struct sl_str name)
{
	(void)ctx;
	return (int)(name.n % 4);
}

/* An unknown, a number, a day and a text. */
static bool answer_of(void *ctx, int ref, struct sl_answer *out)
{
	*out = (struct sl_answer){.type = SL_ANSWER_NODE, .counted = ref == 1 || ref == 2, .is_date = ref == 2, .number = 19000};
	if (ref < 0 || ref == 3)
		out->text = *(const struct sl_str *)ctx;
	return ref != 0;
}

/* As of a record: without a submission. */
static void ask_values(struct sl_expression *x, struct sl_str text)
{
	struct sl_answer v;

	sl_expression_bind(x, any_field, NULL);
	if (x->simple && sl_expression_value(x, (struct sl_date){19000}, answer_of, &text, &v) && x->calls &&
	    v.type != SL_ANSWER_BOOLEAN)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *cut = memchr(data, 0, size);
	struct sl_str text = {(const char *)data, cut ? (size_t)(cut - (const char *)data) : size};
	struct sl_str xml = cut ? (struct sl_str){cut + 1, size - text.n - 1} : SL_STR("<data><q>5</q><r>a b</r></data>");
	static const char *const heads[] = {"type", "name", "label", "calculation"}, *const types[] = {"calculate", "text"};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_expression x;
	struct sl_buf b = {0};
	struct sl_sheet sheet = {SL_STR("survey"), rows, 3};
	struct sl_workbook book = {SL_STR("fuzz"), &sheet, 1};
	struct sl_form form;
	struct sl_form_faults faults;
	struct sl_form_rules *rules;
	struct sl_form_verdict verdict;
	struct sl_form_moment at = {.now_ms = 1700000000000};

	if (!sl_expression_parse(&a, text, &x, &e)) {
		sl_expression_xpath(&x, &b);
		ask_values(&x, xml);
		e = (struct sl_err){0};
	}
	e = (struct sl_err){0};
	for (size_t i = 0; i < 4; i++)
		cells[0][i] = sl_str_from(heads[i]);
	for (size_t i = 1; i < 3; i++) {
		cells[i][0] = sl_str_from(types[i - 1]);
		cells[i][1] = i == 1 ? SL_STR("q") : SL_STR("r");
		cells[i][2] = SL_STR("Q");
		cells[i][3] = i == 1 ? text : (struct sl_str){0};
	}
	for (size_t i = 0; i < 3; i++)
		rows[i] = (struct sl_sheet_row){cells[i], 4, i + 1};
	if (!sl_form_read(&a, &book, &form, &faults, &e) && !faults.n_errors && !sl_form_rules_new(&a, &form, &rules, &e))
		if (!sl_form_rules_judge(rules, &a, xml, &at, &verdict, &e) && verdict.n > SL_FORM_BREACHES_MAX)
			abort();
	sl_buf_done(&b);
	sl_arena_done(&a);
	return 0;
}
