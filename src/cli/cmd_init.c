#include "app/upkeep.h"
#include "cli/command.h"

#include <stdio.h>

extern const struct sl_command sl_command_init;

static int run(struct sl_env *env, int argc, char **argv)
{
	struct sl_create_request r = {0};
	const struct sl_option options[] = {
	    {"--country", SL_OPTION_TEXT, &r.country},
	    {"--name", SL_OPTION_TEXT, &r.name},
	    {"--admin", SL_OPTION_TEXT, &r.admin},
	    {0},
	};
	uint64_t n_places, n_errors;
	struct sl_err e = {0};
	int n = sl_options(&sl_command_init, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1)
		return sl_usage_error("init: give the name of one file to make");
	if (!r.country)
		return sl_usage_error(
		    "init: --country is needed: the ISO 3166 code of three letters, for instance KHM");
	r.path = argv[1];
	if (sl_programme_create(&r, env, &n_places, &n_errors, &e))
		return sl_report_error(&e);
	printf("%s: a new programme for %s", r.path, r.country);
	if (r.admin)
		printf(", with %llu places", (unsigned long long)n_places);
	printf("\n");
	if (n_errors)
		printf("The boundaries have %llu errors: 'safelane check %s --kind place' lists them.\n",
		       (unsigned long long)n_errors, r.path);
	return 0;
}

const struct sl_command sl_command_init = {
    "init",
    run,
    "create a programme",
    "safelane init FILE.gpkg --country ISO3 [--name TEXT] [--admin BOUNDARIES]\n\n"
    "Makes an empty programme: a GeoPackage that QGIS opens as it is. The first record makes the\n"
    "file of its keys beside it, FILE.gpkg.keys: keep a copy of that file apart, and never hand it on.\n\n"
    "  --country ISO3      the country's ISO 3166 code of three capital letters\n"
    "  --name TEXT         what the programme is called; the code when it is not given\n"
    "  --admin BOUNDARIES  a file of administrative units in any format that import reads; they become\n"
    "                      approved places, and accounts are split by them\n",
};
