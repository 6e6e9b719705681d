#include "app/history.h"
#include "cli/command.h"
#include "cli/output.h"

extern const struct sl_command sl_command_history;

static int run(struct sl_env *env, int argc, char **argv)
{
	const char *format_name = NULL;
	enum sl_text_format format;
	const struct sl_option options[] = {{"--format", SL_OPTION_TEXT, &format_name}, {0}};
	struct sl_programme p;
	struct sl_buf b = {0};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_history, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 2)
		return sl_usage_error("history: give a programme file and one record");
	if (!sl_format_from(format_name, &format) || (format != SL_FORMAT_TABLE && format != SL_FORMAT_JSON))
		return sl_usage_error("history: --format is json, or left out");
	if (!sl_programme_open(&p, argv[1], SL_OPEN_READ, env, &e) &&
	    !(format == SL_FORMAT_JSON ? sl_history_json(&p, argv[2], &b, &e)
	                               : sl_history_text(&p, argv[2], &b, &e)))
		(void)!sl_print(&b, &e);
	sl_buf_done(&b);
	sl_programme_close(&p);
	return e.code ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_history = {
    "history",
    run,
    "every revision of a record: who said what, and when",
    "safelane history FILE.gpkg RECORD [--format json]\n\n"
    "RECORD is the identifier of the source (HA-1), the kind and the identifier (hazard:HA-1) where "
    "several\n"
    "records share it, or a UUID. Revisions come oldest first, each with what it changed in the one it\n"
    "builds on. Nothing that was recorded is ever overwritten. docs/formats/history.md explains the "
    "JSON.\n",
};
