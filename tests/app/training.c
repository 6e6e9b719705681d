#include "app/training.h"

#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void training_folder(struct training *t)
{
	*t = (struct training){0};
	snprintf(t->folder, sizeof t->folder, "/tmp/safelane-test-XXXXXX");
	CHECK(mkdtemp(t->folder) != NULL);
	snprintf(t->files, sizeof t->files, "%s/files", t->folder);
	CHECK(!mkdir(t->files, 0700));
	sl_env_init(&t->env);
	t->env.fixed_ms = INT64_C(1751328000000);
	t->env.seed = 1;
}

bool training_empty(struct training *t, const char *name, char path[96], struct sl_programme *p)
{
	struct sl_arena a = {0};
	struct sl_dictionary *dict;
	struct sl_err *e = &t->e;
	bool made;

	snprintf(path, 96, "%s/%s", t->folder, name);
	made = !sl_crypto_init(e) && !sl_dictionary_load(&a, NULL, &dict, e) &&
	       !sl_store_create(path, dict, &t->env, SL_SIMULATION_COUNTRY, SL_SIMULATION_NAME, e) &&
	       !sl_programme_open(p, path, SL_OPEN_WRITE, &t->env, e);
	sl_arena_done(&a);
	CHECK_OK(t->e.code, &t->e);
	return made;
}

void training_open(struct training *t, uint32_t hazards, uint64_t seed, double faults)
{
	struct sl_simulation s = {.seed = seed, .hazards = hazards, .faults = faults};
	struct sl_import_options o = {.approve = true, .no_suggestion = true};
	struct sl_import_result result;
	int64_t now;

	training_folder(t);
	now = t->env.fixed_ms;
	CHECK_OK(sl_simulate(&s, t->files, &t->env, &t->made, &t->e), &t->e);
	if (t->e.code || !training_empty(t, "training.gpkg", t->path, &t->p))
		return;
	for (int i = 0; i < SL_SIMULATED_FILES && !t->e.code; i++) {
		const char *path = t->made.file[i].path;

		if (!t->made.file[i].records)
			continue;
		o.kind = t->made.file[i].kind;
		if (t->made.file[i].recorded_ms)
			t->env.fixed_ms = t->made.file[i].recorded_ms;
		CHECK_OK(sl_import_files(&t->p, &o, &path, 1, &result, &t->e), &t->e);
		t->env.fixed_ms = now;
	}
}

static void remove_all(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (d && (entry = readdir(d))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (unlink(path))
			remove_all(path);
	}
	if (d)
		closedir(d);
	rmdir(folder);
}

void training_close(struct training *t)
{
	sl_programme_close(&t->p);
	remove_all(t->folder);
}
