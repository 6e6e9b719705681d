#include "app/upkeep.h"
#include "cli/command.h"
#include "cli/output.h"

extern const struct sl_command sl_command_debug_verify;

static int run(struct sl_env *env, int argc, char **argv)
{
	const char *format_name = NULL;
	enum sl_text_format format;
	const struct sl_option options[] = {{"--format", SL_OPTION_TEXT, &format_name}, {0}};
	struct sl_verify_answer answer;
	struct sl_programme p;
	struct sl_buf b = {0};
	struct sl_err e = {0};
	bool damaged = false;
	int n = sl_options(&sl_command_debug_verify, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1)
		return sl_usage_error("debug verify: give one programme file");
	if (!sl_format_from(format_name, &format) || (format != SL_FORMAT_TABLE && format != SL_FORMAT_JSON))
		return sl_usage_error("debug verify: --format is json, or left out");
	if (!sl_programme_open(&p, argv[1], SL_OPEN_READ, env, &e) && !sl_programme_verify(&p, &answer, &e)) {
		damaged = answer.findings.n > 0;
		(format == SL_FORMAT_JSON ? sl_verify_json : sl_verify_text)(&b, &answer);
		(void)!sl_print(&b, &e);
	}
	sl_buf_done(&b);
	sl_programme_close(&p);
	return e.code ? sl_report_error(&e) : damaged;
}

const struct sl_command sl_command_debug_verify = {
    "debug verify",
    run,
    "recompute every hash and signature of the log",
    "safelane debug verify FILE.gpkg [--format json]\n\n"
    "Reads the whole log, recomputes the hash of each revision and its content, follows every parent and\n"
    "every signed batch, and names what is damaged. Needs no keys. Exit status 1 when something is.\n",
};
