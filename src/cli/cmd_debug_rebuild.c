#include "app/upkeep.h"
#include "cli/command.h"

#include <stdio.h>

extern const struct sl_command sl_command_debug_rebuild;

static int run(struct sl_env *env, int argc, char **argv)
{
	bool ledger = false, same = false;
	const struct sl_option options[] = {{"--ledger", SL_OPTION_FLAG, &ledger}, {0}};
	struct sl_programme p;
	struct sl_err e = {0};
	int n = sl_options(&sl_command_debug_rebuild, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1)
		return sl_usage_error("debug rebuild: give one programme file");
	if (!sl_programme_open(&p, argv[1], SL_OPEN_WRITE, env, &e))
		(void)!sl_programme_rebuild(&p, ledger, &same, &e);
	sl_programme_close(&p);
	if (e.code)
		return sl_report_error(&e);
	if (ledger)
		printf("%s: the ledger is built anew.\n", argv[1]);
	else
		printf("%s: rebuilt from the log; the layers are %s.\n", argv[1],
		       same ? "as they were" : "not as they were: they had been changed, or the dictionary was");
	return 0;
}

const struct sl_command sl_command_debug_rebuild = {
    "debug rebuild",
    run,
    "drop and rebuild everything that is derived from the log",
    "safelane debug rebuild FILE.gpkg [--ledger]\n\n"
    "The layers, their spatial index, the identifiers and the land events are made anew from the log; the\n"
    "ledger is dropped with them and built at the next account. With --ledger only the ledger is dropped and\n"
    "built. Whatever moment it is stopped at, the file is either as before or rebuilt.\n",
};
