/* Made, verified, rebuilt, and the history of a record in sentences. */
#include "app/history.h"
#include "app/upkeep.h"
#include "check.h"

#include "app/import.h"
#include "base/io.h"

#include <stdlib.h>
#include <unistd.h>

struct desk {
	char dir[64], path[96], input[96];
	struct sl_env env;
	struct sl_err e;
};

static void start(struct desk *d)
{
	uint64_t places, errors;

	*d = (struct desk){0};
	sl_env_init(&d->env);
	d->env.author = "clerk";
	d->env.device = "laptop";
	d->env.fixed_ms = 1717245296000; /* 2024-06-01 12:34:56 */
	d->env.seed = 3;
	strcpy(d->dir, "/tmp/sl-upkeep-XXXXXX");
	CHECK(mkdtemp(d->dir) != NULL);
	snprintf(d->path, sizeof d->path, "%s/p.gpkg", d->dir);
	snprintf(d->input, sizeof d->input, "%s/in.csv", d->dir);
	CHECK_OK(sl_programme_create(&(struct sl_create_request){.path = d->path, .country = "KHM"}, &d->env,
	                             &places, &errors, &d->e),
	         &d->e);
}

static void finish(struct desk *d)
{
	char command[160];

	snprintf(command, sizeof command, "rm -r %s", d->dir);
	CHECK_INT(system(command), 0);
}

static void import(struct desk *d, const char *csv)
{
	const struct sl_import_options o = {.kind = "hazard",
	                                    .approve = true,
	                                    .crs = "EPSG:4326",
	                                    .no_suggestion = true,
	                                    .organisation = "OP1"};
	const char *paths[] = {d->input};
	struct sl_import_result result;
	struct sl_programme p;
	FILE *f = fopen(d->input, "w");

	fputs(csv, f);
	fclose(f);
	CHECK_OK(sl_programme_open(&p, d->path, SL_OPEN_WRITE, &d->env, &d->e), &d->e);
	CHECK_OK(sl_import_files(&p, &o, paths, 1, &result, &d->e), &d->e);
	sl_programme_close(&p);
}

static bool says(const struct sl_buf *b, const char *text)
{
	bool found = b->p && strstr(b->p, text);

	if (!found)
		printf("no \"%s\" in\n%.*s\n", text, (int)b->n, b->p ? b->p : "");
	return found;
}

TEST(history_tells_who_changed_what)
{
	struct sl_programme p;
	struct sl_buf b = {0};
	struct desk d;

	start(&d);
	import(&d,
	       "id,class,effective_date,name,wkt\n"
	       "HA-1,SHA,2024-01-01,Phum,\"POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))\"\n");
	import(&d, "id,class,effective_date,wkt\n"
	           "HA-1,CHA,2024-02-01,\"POLYGON((102 13,102.002 13,102.002 13.001,102 13.001,102 13))\"\n");
	CHECK_OK(sl_programme_open(&p, d.path, SL_OPEN_READ, &d.env, &d.e), &d.e);
	CHECK_OK(sl_history_text(&p, "ha-1", &b, &d.e), &d.e);
	CHECK(says(&b, "2 revisions"));
	CHECK(says(&b, "1. On 2024-06-01 12:34 UTC clerk"));
	CHECK(says(&b, "effective 2024-01-01; state: approved.\n"));
	CHECK(says(&b, "class is SHA (Suspected hazardous area).\n"));
	CHECK(
	    says(&b, "class changed from SHA (Suspected hazardous area) to CHA (Confirmed hazardous area).\n"));
	CHECK(says(&b, "The geometry changed from 4 points and 12002 m2 to 4 points and 24003 m2.\n"));
	sl_buf_clear(&b);
	CHECK_OK(sl_history_json(&p, "hazard:HA-1", &b, &d.e), &d.e);
	CHECK(says(&b, "{\"field\":\"class\",\"from\":\"SHA\",\"to\":\"CHA\"}"));
	CHECK(says(&b, "\"recorded_at\":\"2024-06-01T12:34:56.000Z\""));
	sl_buf_clear(&b);
	CHECK_INT(sl_history_text(&p, "HA-2", &b, &d.e), SL_NOT_FOUND);
	sl_err_clear(&d.e);
	sl_buf_done(&b);
	sl_programme_close(&p);
	finish(&d);
}

TEST(verify_and_rebuild)
{
	struct sl_verify_answer answer;
	struct sl_programme p;
	struct sl_buf b = {0};
	struct desk d;
	bool same = false;

	start(&d);
	import(&d, "id,class,effective_date,wkt\n"
	           "HA-1,SHA,2024-01-01,\"POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))\"\n");
	CHECK_OK(sl_programme_open(&p, d.path, SL_OPEN_WRITE, &d.env, &d.e), &d.e);
	CHECK_OK(sl_programme_verify(&p, &answer, &d.e), &d.e);
	sl_verify_text(&b, &answer);
	CHECK(says(&b, "1 revisions: every hash, parent and signature is right.\n"));
	sl_buf_clear(&b);
	sl_verify_json(&b, &answer);
	CHECK(says(&b, "{\"revisions\":1,\"damage\":[]}"));
	CHECK_OK(sl_programme_rebuild(&p, true, &same, &d.e), &d.e);
	CHECK(same);
	sl_buf_done(&b);
	sl_programme_close(&p);
	finish(&d);
}

TEST(create_with_boundaries_that_cannot_be_read_leaves_nothing)
{
	struct desk d;
	uint64_t places, errors;
	char other[128], keys[140];

	start(&d);
	snprintf(other, sizeof other, "%s/q.gpkg", d.dir);
	snprintf(keys, sizeof keys, "%s.keys", other);
	CHECK(sl_programme_create(&(struct sl_create_request){.path = other,
	                                                      .country = "KHM",
	                                                      .admin = "/nowhere/boundaries.geojson"},
	                          &d.env, &places, &errors, &d.e) != SL_OK);
	sl_err_clear(&d.e);
	CHECK(!sl_io_exists(other) && !sl_io_exists(keys));
	finish(&d);
}
