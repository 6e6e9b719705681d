#include "cli/command.h"

#include "app/import.h"
#include "app/simulate.h"
#include "base/io.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The day on which the training programme was "entered": the same one for every run. */
#define TRAINING_DAY_MS INT64_C(1751328000000) /* 2025-07-01 */

struct wish {
	struct sl_simulation simulation;
	const char *path, *folder;
	bool files_only;
};

extern const struct sl_command sl_command_debug_simulate;

static enum sl_code make_folder(const char *path, struct sl_err *e)
{
	if (mkdir(path, 0777) && errno != EEXIST)
		return sl_fail(e, SL_IO, "%s: %s", path, strerror(errno));
	return SL_OK;
}

static enum sl_code create(const char *path, struct sl_env *env, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_dictionary *dict;
	enum sl_code code = sl_crypto_init(e);

	if (!code)
		code = sl_dictionary_load(&a, NULL, &dict, e);
	if (!code)
		code = sl_store_create(path, dict, env, SL_SIMULATION_COUNTRY, SL_SIMULATION_NAME, e);
	sl_arena_done(&a);
	return code;
}

static enum sl_code import(struct sl_env *env, const struct wish *w, const struct sl_simulated *made,
                           uint64_t n[3], struct sl_err *e)
{
	struct sl_import_options o = {.approve = true, .no_suggestion = true};
	struct sl_import_result result;
	struct sl_programme p;
	enum sl_code code = create(w->path, env, e);

	if (code)
		return code;
	code = sl_programme_open(&p, w->path, SL_OPEN_WRITE, env, e);
	for (int i = 0; !code && i < SL_SIMULATED_FILES; i++) {
		const char *path = made->file[i].path;
		int64_t now = env->fixed_ms;

		if (!made->file[i].records)
			continue;
		o.kind = made->file[i].kind;
		/* What was recorded earlier gets its day in the log. */
		if (made->file[i].recorded_ms)
			env->fixed_ms = made->file[i].recorded_ms;
		code = sl_import_files(&p, &o, &path, 1, &result, e);
		env->fixed_ms = now;
		for (int k = 0; !code && k < 3; k++)
			n[k] += result.file[0].n_findings[k];
	}
	sl_programme_close(&p);
	return code;
}

static enum sl_code run(struct sl_env *env, const struct wish *w, struct sl_err *e)
{
	struct sl_simulated made;
	uint64_t findings[3] = {0}, records = 0;

	if (!w->files_only && sl_io_exists(w->path))
		return sl_fail(e, SL_CONFLICT, "%s: there is a file of this name already", w->path);
	if (make_folder(w->folder, e) || sl_simulate(&w->simulation, w->folder, env, &made, e))
		return e->code;
	for (int i = 0; i < SL_SIMULATED_FILES; i++) {
		if (made.file[i].records)
			printf("%-14s%8" PRIu64 " records   %s\n", made.file[i].kind, made.file[i].records,
			       made.file[i].path);
		records += made.file[i].records;
	}
	printf("%-14s%8" PRIu64 " planted   %s\n", "faults", made.faults, made.truth);
	fflush(stdout);
	if (w->files_only)
		return SL_OK;
	if (import(env, w, &made, findings, e))
		return e->code;
	printf("imported %" PRIu64 " records into %s; reading them found", records, w->path);
	for (int k = SL_ERROR; k >= SL_NOTE; k--)
		printf("%s %" PRIu64 " %s%s", k == SL_ERROR ? "" : ",", findings[k],
		       sl_severity_name((enum sl_severity)k), findings[k] == 1 ? "" : "s");
	putchar('\n');
	return SL_OK;
}

static bool share(const char *text, double most, double *out)
{
	return !text || (sl_str_double(sl_str_from(text), out) && *out >= 0 && *out <= most);
}

static int simulate(struct sl_env *env, int argc, char **argv)
{
	struct wish w = {.simulation = {.faults = 0.03}};
	struct sl_err e = {0};
	const char *faults = NULL, *overlap = NULL;
	long long hazards = 2000, seed = 1;
	char folder[1000];
	size_t stem;
	int n = sl_options(&sl_command_debug_simulate, argc, argv,
	                   (struct sl_option[]){{"--hazards", SL_OPTION_INT, &hazards},
	                                        {"--seed", SL_OPTION_INT, &seed},
	                                        {"--faults", SL_OPTION_TEXT, &faults},
	                                        {"--overlap", SL_OPTION_TEXT, &overlap},
	                                        {"--files", SL_OPTION_TEXT, &w.folder},
	                                        {"--files-only", SL_OPTION_FLAG, &w.files_only},
	                                        {0}});

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1)
		return sl_usage_error("debug simulate: one FILE.gpkg is needed");
	if (hazards < SL_SIMULATION_HAZARDS_MIN || hazards > SL_SIMULATION_HAZARDS_MAX)
		return sl_usage_error("debug simulate: --hazards is a number from %u to %u",
		                      SL_SIMULATION_HAZARDS_MIN, SL_SIMULATION_HAZARDS_MAX);
	if (!share(faults, 0.1, &w.simulation.faults) || !share(overlap, 0.3, &w.simulation.overlap))
		return sl_usage_error("debug simulate: --faults is a share up to 0.1, --overlap up to 0.3");
	w.path = argv[1];
	w.simulation.hazards = (uint32_t)hazards;
	w.simulation.seed = (uint64_t)seed;
	stem = strlen(w.path);
	if (sl_str_has_suffix_nocase(sl_str_from(w.path), ".gpkg"))
		stem -= 5;
	if (stem > sizeof folder - 20)
		return sl_usage_error("debug simulate: the name of the file is too long");
	snprintf(folder, sizeof folder, "%.*s-files", (int)stem, w.path);
	if (!w.folder)
		w.folder = folder;
	/* Everything follows from the seed, the identifiers and the clock included. */
	if (!env->fixed_ms)
		env->fixed_ms = TRAINING_DAY_MS;
	if (!env->seed)
		env->seed = (uint64_t)seed + 1;
	return run(env, &w, &e) ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_debug_simulate = {
    "debug simulate",
    simulate,
    "make a training programme: a fictional country with its records and mistakes",
    "usage: safelane debug simulate FILE.gpkg [--hazards N] [--seed S] [--faults RATE] [--files DIR]\n\n"
    "Writes the input files of a fictional country's mine action programme to DIR (FILE-files when not "
    "given)\n"
    "and imports them into a new FILE.gpkg.  The same numbers give the same bytes.\n\n"
    "  --hazards N      hazards, 50 to 1000000 (2000)\n"
    "  --seed S         which country (1)\n"
    "  --faults RATE    share of records with a planted mistake, 0 to 0.1 (0.03); DIR/truth.csv lists them "
    "with\n"
    "                   the rule that should find each\n"
    "  --overlap SHARE  share of hazards laid across another one on purpose, 0 to 0.3 (0); one in six has "
    "a\n"
    "                   common border with another in any case\n"
    "  --files-only     write the files, make no programme\n",
};
