#include "cli/command.h"
#include "cli/output.h"

#include <string.h>

extern const struct sl_command sl_command_diff;

/* "2025-12-31" or "2025-12-31@2026-03-01": a date, and the moment whose knowledge counts. */
static enum sl_code parse_snapshot(struct sl_arena *a, const char *text, struct sl_account_request *r,
                                   struct sl_err *e)
{
	const char *at = strchr(text, '@');

	*r = (struct sl_account_request){.as_of = sl_arena_strndup(a, text, at ? (size_t)(at - text) : strlen(text), e),
	                                 .known_at = at ? at + 1 : NULL};
	return e->code;
}

static enum sl_code print_difference(struct sl_env *env, const char *path, const char *first, const char *second,
                                     enum sl_text_format format, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_programme p = {0};
	struct sl_account_answer one = {0}, two = {0};
	struct sl_account_request r1, r2;
	struct sl_parts parts;
	struct sl_buf b = {0};
	char *title = sl_arena_printf(&a, e, "%s -> %s", first, second);

	if (title && !parse_snapshot(&a, first, &r1, e) && !parse_snapshot(&a, second, &r2, e) &&
	    !sl_programme_open(&p, path, SL_OPEN_READ, env, e) && !sl_account_prepare(&p, &r1, &one, e) &&
	    !sl_account_prepare(&p, &r2, &two, e) &&
	    !sl_difference(&one.arena, &one.ledger, &one.spec, &two.spec, &parts, e) &&
	    !sl_parts_text(&one, &parts, title, true, format, &b, e))
		(void)!sl_print(&b, e);
	sl_buf_done(&b);
	sl_account_done(&one);
	sl_account_done(&two);
	sl_programme_close(&p);
	sl_arena_done(&a);
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	const char *first = NULL, *second = NULL, *format_name = NULL;
	enum sl_text_format format;
	const struct sl_option options[] = {{"--a", SL_OPTION_TEXT, &first},
	                                    {"--b", SL_OPTION_TEXT, &second},
	                                    {"--format", SL_OPTION_TEXT, &format_name},
	                                    {0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_diff, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1 || !first || !second)
		return sl_usage_error("diff: give one programme file, --a and --b");
	if (!sl_format_from(format_name, &format))
		return sl_usage_error("diff: --format is table, csv, json or geojson");
	return print_difference(env, argv[1], first, second, format, &e) ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_diff = {
	"diff", run, "why two accounts differ, each change with its records",
	"safelane diff FILE.gpkg --a SNAPSHOT --b SNAPSHOT [--format table|csv|json|geojson]\n\n"
	"A snapshot is a date, or a date and the moment whose knowledge counts: 2025-12-31@2026-03-01.\n"
	"Each row is ground whose state differs, with the records that changed it between the two.\n"};
