#include "app/check.h"
#include "cli/command.h"
#include "cli/output.h"

#include <string.h>

extern const struct sl_command sl_command_check;

static enum sl_code print_findings(struct sl_env *env, const char *path, const struct sl_check_request *r,
                                   enum sl_text_format format, bool *errors, struct sl_err *e)
{
	struct sl_programme p;
	struct sl_check_answer answer = {0};
	struct sl_buf b = {0};

	if (!sl_programme_open(&p, path, SL_OPEN_READ, env, e) && !sl_check_answer(&p, r, &answer, e)) {
		if (format == SL_FORMAT_JSON)
			sl_check_json(&b, &answer);
		else if (format == SL_FORMAT_CSV)
			sl_check_csv(&b, &answer);
		else
			sl_check_table(&b, &answer);
		*errors = answer.count[SL_ERROR] > 0;
		(void)!sl_print(&b, e);
	}
	sl_buf_done(&b);
	sl_check_answer_done(&answer);
	sl_programme_close(&p);
	return e->code;
}

static bool severity_from(const char *name, enum sl_severity *out)
{
	*out = SL_NOTE;
	if (!name)
		return true;
	for (int s = SL_NOTE; s <= SL_ERROR; s++)
		if (!strcmp(name, sl_severity_name((enum sl_severity)s))) {
			*out = (enum sl_severity)s;
			return true;
		}
	return false;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct sl_check_request r = {0};
	const char *format_name = NULL, *severity = NULL;
	enum sl_text_format format;
	bool errors = false;
	const struct sl_option options[] = {
	    {"--format", SL_OPTION_TEXT, &format_name}, {"--rule", SL_OPTION_TEXT, &r.rule},
	    {"--kind", SL_OPTION_TEXT, &r.kind},        {"--severity", SL_OPTION_TEXT, &severity},
	    {"--names", SL_OPTION_FLAG, &r.names},      {0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_check, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1)
		return sl_usage_error("check: give one programme file");
	if (!sl_format_from(format_name, &format) || format == SL_FORMAT_GEOJSON)
		return sl_usage_error("check: --format is table, csv or json");
	if (!severity_from(severity, &r.least))
		return sl_usage_error("check: --severity is note, warning or error");
	if (print_findings(env, argv[1], &r, format, &errors, &e))
		return sl_report_error(&e);
	return errors ? 1 : 0;
}

const struct sl_command sl_command_check = {
    "check", run, "what is wrong or doubtful in the data, where, and what to do",
    "safelane check FILE.gpkg [--format table|csv|json] [--rule ID] [--kind KIND]\n"
    "               [--severity note|warning|error] [--names]\n\n"
    "Judges every approved record by itself, in its history and beside all others, and adds what import\n"
    "found in the files. Nothing is changed. --rule, --kind and --severity (that grave or graver) select.\n"
    "--names also compares the names of victims, where their keys are here, to find people recorded "
    "twice;\n"
    "names are never printed. The rules: docs/manual/rules.md. Exit status 1 when there is an error.\n"};
