#include "cli/command.h"

#include "base/date.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef SL_VERSION
#define SL_VERSION "unknown"
#endif

static atomic_bool interrupted;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&interrupted, true);
}

/* The first Ctrl-C asks the work to stop, with nothing half done; a second one ends the process: that loses
 * nothing either, because the store is crash-safe. */
static void catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

struct progress {
	struct timespec last;
	bool shown;
};

static void show_progress(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	struct progress *p = ctx;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (p->shown && done < total && now.tv_sec == p->last.tv_sec &&
	    now.tv_nsec - p->last.tv_nsec < 100000000)
		return;
	p->last = now;
	p->shown = true;
	if (total)
		fprintf(stderr, "\r\033[K%s %3.0f %%", what, 100.0 * (double)done / (double)total);
	else
		fprintf(stderr, "\r\033[K%s %llu", what, (unsigned long long)done);
	fflush(stderr);
}

static void print_usage(FILE *f)
{
	fputs("Safelane: information management for humanitarian mine action.\n\n"
	      "usage: safelane COMMAND ...        safelane COMMAND --help explains one\n\n",
	      f);
	for (const struct sl_command *const *c = sl_commands; *c; c++)
		fprintf(f, "  %-16s %s\n", (*c)->name, (*c)->summary);
	fputs("\nExit status: 0 fine, 1 findings, 2 usage, 3 bad data, 4 input or output, 5 busy.\n", f);
}

/* Whatever a run takes from the world can be fixed from outside, so that tests and the manual's examples
 * repeat exactly: SAFELANE_NOW (ISO 8601), SAFELANE_SEED, SAFELANE_AUTHOR, SAFELANE_DEVICE.
 * A fixed seed makes keys and identifiers predictable: it is for tests only.  The command line goes into
 * it, or two commands on one file would give the same identifiers to different records. */
static int set_env(struct sl_env *env, int argc, char **argv)
{
	const char *now = getenv("SAFELANE_NOW"), *seed = getenv("SAFELANE_SEED");
	const char *author = getenv("SAFELANE_AUTHOR"), *device = getenv("SAFELANE_DEVICE");
	int64_t n;

	if (now && !sl_time_parse(sl_str_from(now), &env->fixed_ms))
		return sl_usage_error("SAFELANE_NOW=%s: not a moment such as 2025-01-31T12:00:00Z", now);
	if (seed) {
		if (!sl_str_int64(sl_str_from(seed), &n) || n <= 0)
			return sl_usage_error("SAFELANE_SEED=%s: not a whole number above 0", seed);
		env->seed = (uint64_t)n;
		for (int i = 1; i < argc; i++)
			for (const char *c = argv[i]; *c; c++)
				env->seed = (env->seed ^ (unsigned char)*c) * 0x100000001b3u;
		env->seed |= 1;
	}
	if (author)
		env->author = author;
	if (device)
		env->device = device;
	return 0;
}

/* Commands of two words ("debug verify") come before those of one. */
static const struct sl_command *find(int argc, char **argv, int *used)
{
	const struct sl_command *c;
	char two[64];

	if (argc > 2 && snprintf(two, sizeof two, "%s %s", argv[1], argv[2]) < (int)sizeof two) {
		c = sl_command_find(two);
		if (c) {
			*used = 2;
			return c;
		}
	}
	*used = 1;
	return sl_command_find(argv[1]);
}

/* An answer that did not reach its reader is no answer. */
static int delivered(int status)
{
	if (status == 4 || !(fflush(stdout) || ferror(stdout))) /* a command that noticed has said so */
		return status;
	fprintf(stderr, "safelane: standard output: %s\n", errno ? strerror(errno) : "cannot be written");
	return 4;
}

int main(int argc, char **argv)
{
	struct progress progress = {0};
	struct sl_env env;
	const struct sl_command *c;
	int used, status;

	if (argc < 2) {
		print_usage(stderr);
		return 2;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		print_usage(stdout);
		return delivered(0);
	}
	if (!strcmp(argv[1], "--version")) {
		puts("safelane " SL_VERSION);
		return delivered(0);
	}
	c = find(argc, argv, &used);
	if (!c)
		return sl_usage_error("%s: unknown command; 'safelane --help' lists them", argv[1]);

	sl_env_init(&env);
	status = set_env(&env, argc, argv);
	if (status)
		return status;
	catch_signals();
	env.interrupt = &interrupted;
	if (isatty(STDERR_FILENO)) {
		env.progress = show_progress;
		env.progress_ctx = &progress;
	}
	status = c->run(&env, argc - used, argv + used);
	if (progress.shown)
		fputs("\r\033[K", stderr);
	return delivered(status);
}
