#include "cli/command.h"
#include "cli/output.h"

static enum sl_code print_account(struct sl_env *env, const char *path, const struct sl_account_request *r,
                                  enum sl_text_format format, struct sl_err *e)
{
	struct sl_programme p;
	struct sl_account_answer answer = {0};
	struct sl_buf b = {0};

	if (!sl_programme_open(&p, path, SL_OPEN_READ, env, e) && !sl_account_answer(&p, r, &answer, e)) {
		if (format == SL_FORMAT_JSON)
			sl_account_json(&b, &answer);
		else if (format == SL_FORMAT_CSV)
			sl_account_csv(&b, &answer);
		else
			sl_account_table(&b, &answer);
		(void)!sl_print(&b, e);
	}
	sl_buf_done(&b);
	sl_account_done(&answer);
	sl_programme_close(&p);
	return e->code;
}

extern const struct sl_command sl_command_account;

static int run(struct sl_env *env, int argc, char **argv)
{
	struct sl_account_request r = {0};
	const char *format_name = NULL;
	enum sl_text_format format;
	const struct sl_option options[] = {
		{"--as-of", SL_OPTION_TEXT, &r.as_of},       {"--from", SL_OPTION_TEXT, &r.from},
		{"--to", SL_OPTION_TEXT, &r.to},             {"--known-at", SL_OPTION_TEXT, &r.known_at},
		{"--by", SL_OPTION_TEXT, &r.by},             {"--format", SL_OPTION_TEXT, &format_name},
		{0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_account, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1)
		return sl_usage_error("account: give one programme file");
	if (!sl_format_from(format_name, &format) || format == SL_FORMAT_GEOJSON)
		return sl_usage_error("account: --format is table, csv or json");
	if (sl_account_check(&r, env, &e))
		return sl_usage_error("account: %s", e.msg);
	return print_account(env, argv[1], &r, format, &e) ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_account = {
	"account", run, "what land was, what moved, what is: balanced to the square metre",
	"safelane account FILE.gpkg [--as-of DATE] [--from DATE --to DATE] [--known-at TIME]\n"
	"                 [--by admin1|admin2|org|contamination|year] [--format table|csv|json]\n\n"
	"Opening stock of suspected (SHA) and confirmed (CHA) land, what was added and released in the period,\n"
	"closing stock. No ground counts twice. Without --from the period begins with the first record; without\n"
	"--as-of or --to it ends today. --known-at answers from what had been approved by that moment.\n"
	"The JSON names the cell of every figure; 'safelane why FILE CELL' lists what is behind it.\n"};
