#include "app/upkeep.h"
#include "cli/command.h"

#include <stdio.h>

extern const struct sl_command sl_command_debug_erase;

static int run(struct sl_env *env, int argc, char **argv)
{
	bool sure = false;
	const struct sl_option options[] = {{"--for-good", SL_OPTION_FLAG, &sure}, {0}};
	struct sl_programme p;
	const struct sl_kind *kind;
	struct sl_uuid record;
	struct sl_err e = {0};
	int n = sl_options(&sl_command_debug_erase, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 2)
		return sl_usage_error("debug erase: give a programme file and one record");
	if (!sure)
		return sl_usage_error("debug erase: what is sealed in %s is lost for good; say so with --for-good", argv[2]);
	if (!sl_programme_open(&p, argv[1], SL_OPEN_WRITE, env, &e) &&
	    !sl_store_find(p.db, sl_str_from(argv[2]), &record, &kind, &e) && !sl_person_erase(&p, record, &e))
		printf("%s: the key of %s is destroyed; nobody can read what was sealed, and every hash stays valid.\n",
		       argv[1], argv[2]);
	sl_programme_close(&p);
	return e.code ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_debug_erase = {
	"debug erase", run, "destroy the key to what is sealed in a record: a person is erased",
	"safelane debug erase FILE.gpkg RECORD --for-good\n\n"
	"Names, telephones and exact places of people lie encrypted in the file, under one key for each record in\n"
	"FILE.gpkg.keys. This destroys the record's key. The record itself, without the person, and every hash stay.\n"
	"Copies of the keys file elsewhere have to be dealt with there.\n"};
