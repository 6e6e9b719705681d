#include "app/people.h"
#include "cli/command.h"
#include "cli/output.h"

extern const struct sl_command sl_command_set;

static int run(struct sl_env *env, int argc, char **argv)
{
	const char *format_name = NULL;
	const struct sl_option options[] = {{"--format", SL_OPTION_TEXT, &format_name}, {0}};
	struct sl_serving serving = sl_serving_default();
	enum sl_text_format format;
	struct sl_programme p;
	struct sl_people *people = NULL;
	struct sl_actor by = {sl_str_from(env->author), SL_STR("console")};
	struct sl_buf b = {0};
	struct sl_err e = {0};
	size_t i;
	int n = sl_options(&sl_command_set, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1 && n != 3)
		return sl_usage_error("set: give a programme file, and a setting with its value to change it");
	if (!sl_format_from(format_name, &format) || (format != SL_FORMAT_TABLE && format != SL_FORMAT_JSON))
		return sl_usage_error("set: --format is table or json");
	if (n == 3 && sl_serving_set(&serving, sl_str_from(argv[2]), sl_str_from(argv[3]), &i, &e))
		return sl_usage_error("set: %s", e.msg);
	if (sl_programme_open(&p, argv[1], SL_OPEN_READ, env, &e) ||
	    sl_programme_people(&p, n == 3 ? SL_OPEN_WRITE : SL_OPEN_READ, SL_PASSWORD_FULL, &people, &e))
		goto done;
	if (n == 3)
		(void)!sl_serving_change(people, &by, sl_str_from(argv[2]), sl_str_from(argv[3]), &e);
	else if (!sl_serving_now(people, &serving, &e) && !sl_serving_put(&serving, format, &b, &e))
		(void)!sl_print(&b, &e);
done:
	sl_buf_done(&b);
	sl_people_close(people);
	sl_programme_close(&p);
	return e.code ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_set = {
    "set", run, "how the programme is served: open to the public or not, and what is published",
    "safelane set FILE.gpkg [--format json]    all settings\n"
    "safelane set FILE.gpkg KEY VALUE\n\n"
    "  public on|off       published layers answer without signing in (off)\n"
    "  approve-own on|off  reviewers may approve what they entered themselves (off)\n"
    "  small-cell N        published counts of people below N are suppressed (5)\n"
    "  generalise METRES   published places are moved to a grid so wide; 0: exact (100)\n"
    "  session-hours N     a sign-in ends after N hours (12)\n"
    "  session-idle N      and after N minutes without a request (60)\n"
    "  language CODE       the pages, for who has chosen none: en, ar, es, fr, km, uk, or browser (browser)\n"
    "  freeze N            the server freezes the account of 31 December N days after it; 0: never (0)\n"};
