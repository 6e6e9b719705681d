#include "app/diff.h"
#include "cli/command.h"
#include "cli/output.h"

extern const struct sl_command sl_command_diff;

static enum sl_code print_difference(struct sl_env *env, const char *path, const struct sl_diff_request *r,
                                     enum sl_text_format format, struct sl_err *e)
{
	struct sl_programme p = {0};
	struct sl_diff d = {0};
	struct sl_buf b = {0};

	if (!sl_programme_open(&p, path, SL_OPEN_READ, env, e) && !sl_diff_make(&p, r, &d, e) &&
	    !sl_diff_text(&d, format, &b, e))
		(void)!sl_print(&b, e);
	sl_buf_done(&b);
	sl_diff_done(&d);
	sl_programme_close(&p);
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct sl_diff_request r = {0};
	const char *format_name = NULL;
	enum sl_text_format format;
	const struct sl_option options[] = {{"--a", SL_OPTION_TEXT, &r.a},
	                                    {"--b", SL_OPTION_TEXT, &r.b},
	                                    {"--by", SL_OPTION_TEXT, &r.by},
	                                    {"--format", SL_OPTION_TEXT, &format_name},
	                                    {0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_diff, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1 || !r.a || !r.b)
		return sl_usage_error("diff: give one programme file, --a and --b");
	if (!sl_format_from(format_name, &format))
		return sl_usage_error("diff: --format is table, csv, json or geojson");
	if (sl_diff_check(&r, &e))
		return sl_usage_error("diff: %s", e.msg);
	return print_difference(env, argv[1], &r, format, &e) ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_diff = {
	"diff", run, "why two accounts differ, each change with its cause and its record",
	"safelane diff FILE.gpkg --a SNAPSHOT --b SNAPSHOT [--by admin1|admin2|org|contamination]\n"
	"              [--format table|csv|json|geojson]\n\n"
	"A snapshot is a name that 'safelane snapshot' gave, a date, or a date and the moment whose knowledge counts:\n"
	"2025-12-31@2026-03-01. Each change names its cause (new information, late approval, correction, re-survey,\n"
	"boundary, reclassification, definition) and its revision; the changes of a line add up to its difference\n"
	"exactly. GeoJSON gives the ground whose state differs.\n"};
