/* docs/manual/rules.md prints the table of rules. SAFELANE_REWRITE=1 writes it anew. */
#include "support.h"

#include "base/io.h"

#include <stdlib.h>

#define BEGIN "<!-- rules: begin (printed from src/checks/rules.c; a test compares) -->\n"
#define END "<!-- rules: end -->\n"

static const char *find(struct sl_str text, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= text.n; i++)
		if (!memcmp(text.p + i, what, n))
			return text.p + i;
	return NULL;
}

static void rewrite(const char *path, struct sl_str before, struct sl_str table, struct sl_str after)
{
	struct sl_io_out out;
	struct sl_err e = {0};

	CHECK_OK(sl_io_create(&out, path, &e), &e);
	CHECK_OK(sl_io_write(&out, before.p, before.n, &e), &e);
	CHECK_OK(sl_io_write(&out, table.p, table.n, &e), &e);
	CHECK_OK(sl_io_write(&out, after.p, after.n, &e), &e);
	CHECK_OK(sl_io_commit(&out, &e), &e);
}

TEST(the_manual_prints_the_rules)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_buf table = {0};
	struct sl_str text = {"", 0}, printed = {"", 0};
	char path[1024];
	const char *begin, *end;

	snprintf(path, sizeof path, "%s/docs/manual/rules.md", SL_SOURCE_DIR);
	CHECK_OK(sl_io_read(&a, path, 10000000, &text, &e), &e);
	sl_rules_markdown(&table);
	begin = find(text, BEGIN);
	end = find(text, END);
	CHECK(begin && end && begin < end);
	if (begin && end) {
		begin += sizeof BEGIN - 1;
		printed = (struct sl_str){begin, (size_t)(end - begin)};
		if (getenv("SAFELANE_REWRITE") && !sl_str_eq(printed, sl_buf_view(&table))) {
			rewrite(path, (struct sl_str){text.p, (size_t)(begin - text.p)}, sl_buf_view(&table),
			        (struct sl_str){end, (size_t)(text.p + text.n - end)});
			printed = sl_buf_view(&table);
		}
	}
	CHECK(sl_str_eq(printed, sl_buf_view(&table)));
	sl_buf_done(&table);
	sl_arena_done(&a);
}

TEST(rule_ids_are_in_order_and_unique)
{
	for (size_t i = 0; i < sl_rules_n; i++) {
		const struct sl_rule *r = &sl_rules[i];

		CHECK(strlen(r->id) == 3);
		CHECK(sl_rule_find(sl_str_from(r->id)) == r);
		CHECK(!i || r->id[0] != r[-1].id[0] || strcmp(r->id, r[-1].id) > 0);
		CHECK(r->title[0] >= 'a' && r->title[strlen(r->title) - 1] != '.');
		CHECK(r->advice[strlen(r->advice) - 1] == '.');
		CHECK(r->source[0] != 0);
	}
	CHECK(sl_rule_find(SL_STR("G99")) == NULL);
}
