#include "cli/command.h"

#include "app/import.h"
#include "app/people.h"

#include <stdio.h>

static int run(struct sl_env *env, int argc, char **argv);

const struct sl_command sl_command_import = {
    .name = "import",
    .run = run,
    .summary = "add records from files of any common format",
    .help =
        "usage: safelane import FILE.gpkg INPUT... [--kind KIND] [--map MAPPING.csv] [--org ORG] "
        "[--approve]\n"
        "                [--layer NAME] [--crs CRS] [--set FIELD=VALUE]... [--encoding NAME]\n"
        "\n"
        "Reads GeoJSON, GeoPackage, Shapefile, CSV, KML, GPX, XLSX, FlatGeobuf and others; .gz and .zip "
        "too.\n"
        "Bad data stops nothing: the record is kept and a finding says what is wrong. Each input is taken "
        "whole\n"
        "or not at all, and importing the same file twice adds nothing.\n"
        "\n"
        "  --kind KIND       kind of record, when the file does not tell: hazard, release, activity, ...\n"
        "  --map FILE        mapping: a CSV with source_field,kind,field,transform,value_map. Without one, "
        "names\n"
        "                    and aliases of the dictionary map by themselves, and INPUT.mapping.csv is "
        "written\n"
        "                    with a suggestion for the rest (never over an existing file)\n"
        "  --org ORG         organisation, where the file names none\n"
        "  --approve         approved at once; else submitted for review\n"
        "  --layer NAME      layer of a file that has several\n"
        "  --crs CRS         what the coordinates are in, for instance EPSG:32648; needed when the file "
        "does not\n"
        "                    say, and stronger than what it says\n"
        "  --set FIELD=VALUE a value for every record\n"
        "  --encoding NAME   of a CSV or shapefile that is not UTF-8, for instance windows-1252\n"
        "\n"
        "Exit status: 0, or 1 when something was found that is an error in the data.\n",
};

static void print_file(const struct sl_import_file *f)
{
	if (f->already) {
		printf("%s: imported before in the same way; nothing added\n", f->path);
		return;
	}
	printf("%s: %llu rows read, %llu added, %llu revised, %llu unchanged\n", f->path,
	       (unsigned long long)f->n_rows, (unsigned long long)f->n_added,
	       (unsigned long long)(f->n_revised + f->n_corrected + f->n_history),
	       (unsigned long long)f->n_unchanged);
	if (f->n_corrected || f->n_history)
		printf("  of the revised: %llu later, %llu corrections of the same day, %llu older than what was "
		       "known\n",
		       (unsigned long long)f->n_revised, (unsigned long long)f->n_corrected,
		       (unsigned long long)f->n_history);
	if (f->n_approved)
		printf("  %llu waiting for review were approved\n", (unsigned long long)f->n_approved);
	if (f->n_empty || f->n_unreadable)
		printf("  no record from %llu empty and %llu unreadable rows\n", (unsigned long long)f->n_empty,
		       (unsigned long long)f->n_unreadable);
	if (f->crs)
		printf("  coordinates in %s\n", f->crs);
	printf("  findings: %llu errors, %llu warnings, %llu notes\n",
	       (unsigned long long)f->n_findings[SL_ERROR], (unsigned long long)f->n_findings[SL_WARNING],
	       (unsigned long long)f->n_findings[SL_NOTE]);
	if (f->suggestion)
		printf("  not every column was mapped: see the mapping suggested in %s\n", f->suggestion);
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct sl_import_options o = {0};
	struct sl_option_list set = {.n = 0};
	const struct sl_option options[] = {
	    {"--kind", SL_OPTION_TEXT, &o.kind},
	    {"--map", SL_OPTION_TEXT, &o.mapping},
	    {"--org", SL_OPTION_TEXT, &o.organisation},
	    {"--approve", SL_OPTION_FLAG, &o.approve},
	    {"--layer", SL_OPTION_TEXT, &o.layer},
	    {"--crs", SL_OPTION_TEXT, &o.crs},
	    {"--encoding", SL_OPTION_TEXT, &o.encoding},
	    {"--set", SL_OPTION_LIST, &set},
	    {NULL, SL_OPTION_FLAG, NULL},
	};
	const struct sl_actor by = {sl_str_from(env->author), SL_STR("console")};
	struct sl_programme p;
	struct sl_import_result r = {0};
	struct sl_err e = {0};
	uint64_t errors = 0;
	size_t outside = 0;
	int n = sl_options(&sl_command_import, argc, argv, options), status = 0;

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n < 2)
		return sl_usage_error("import: name the programme file and at least one input");
	o.set = set.v;
	o.n_set = (size_t)set.n;
	o.by = &by;
	if (sl_programme_open(&p, argv[1], SL_OPEN_WRITE, env, &e) ||
	    sl_programme_people_known(&p, &o.people, &e) ||
	    sl_import_files(&p, &o, (const char *const *)(argv + 2), (size_t)n - 1, &r, &e))
		status = 3;
	for (size_t i = 0; i < r.n; i++) {
		print_file(&r.file[i]);
		errors += r.file[i].n_findings[SL_ERROR];
	}
	if (!status && !sl_store_outside_edits(p.db, &outside, &e) && outside)
		printf("%zu %s made by other programs in the layers %s for approval; 'safelane check' lists them.\n",
		       outside, outside == 1 ? "edit" : "edits", outside == 1 ? "waits" : "wait");
	if (e.code)
		status = 3;
	if (status)
		status = sl_report_error(&e);
	else if (errors)
		status = 1;
	if (r.n)
		printf("'safelane check %s' lists what was found and looks further.\n", argv[1]);
	sl_people_close(o.people);
	sl_programme_close(&p);
	return status;
}
