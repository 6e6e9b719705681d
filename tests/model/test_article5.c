/* tests/cases/article5.txt */
#include "cases.h"
#include "check.h"
#include "model/article5.h"

static struct sl_date date_of(const char *text)
{
	struct sl_date d = sl_date_none();

	CHECK(text[0] == '-' || sl_date_parse(sl_str_from(text), &d));
	return d;
}

TEST(article5_deadlines)
{
	struct case_file c;

	if (!case_open(&c, "article5.txt"))
		return;
	while (case_next(&c)) {
		char deposited[16], granted[16], in_force[11], deadline[11], got[40];
		struct sl_article5 a;

		if (!strcmp(c.task, "withdrawal")) {
			sl_date_text(sl_article20_of(date_of(c.input)), in_force);
			if (strcmp(in_force, c.expect))
				case_fail(&c, in_force);
			continue;
		}
		CHECK_INT(sscanf(c.input, "%15s %15s", deposited, granted), 2);
		a = sl_article5_of(date_of(deposited), date_of(granted));
		sl_date_text(a.in_force, in_force);
		sl_date_text(a.deadline, deadline);
		snprintf(got, sizeof got, "%s %s", in_force[0] ? in_force : "-", deadline[0] ? deadline : "-");
		if (strcmp(got, c.expect))
			case_fail(&c, got);
	}
}
