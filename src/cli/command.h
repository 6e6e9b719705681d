/* The command line: one file per subcommand, thin: read the options, call app/, print the answer. */
#ifndef SL_CLI_COMMAND_H
#define SL_CLI_COMMAND_H

#include "base/env.h"
#include "base/err.h"

struct sl_command {
	const char *name;    /* "account", "debug simulate" */
	int (*run)(struct sl_env *env, int argc, char **argv); /* argv[0] is the name; returns the exit status */
	const char *summary; /* one line for the list */
	const char *help;    /* usage and options, what --help prints */
};

extern const struct sl_command *const sl_commands[]; /* ends with NULL; cli/commands.c */

/* Options are a table; `value` points to what is filled. */
enum sl_option_type { SL_OPTION_FLAG, SL_OPTION_TEXT, SL_OPTION_LIST, SL_OPTION_INT };
struct sl_option {
	const char *name; /* "--as-of" or "-o" */
	enum sl_option_type type;
	void *value; /* bool *, const char **, struct sl_option_list *, long long * */
};
struct sl_option_list {
	const char *v[64];
	int n;
};

/* Fills options (ends with a NULL name) and moves the plain arguments to argv[1..]; returns their number,
 * or -1 after printing a usage error (exit status 2). "--help" prints the command's help and returns -2
 * (exit status 0). "--name=value" and "--name value" are the same; "--" ends options. */
int sl_options(const struct sl_command *c, int argc, char **argv, const struct sl_option *options);
const struct sl_command *sl_command_find(const char *name);

/* `run` of every analysis: the entry of that name says what it takes (app/analysis.h). */
int sl_analysis_command(struct sl_env *env, int argc, char **argv);

/* Print "safelane: message" to standard error; returns the exit status for the code. */
int sl_report_error(const struct sl_err *e);
int sl_usage_error(const char *fmt, ...) SL_PRINTF(1, 2); /* returns 2 */

#endif
