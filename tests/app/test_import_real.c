#include "app/import_bench.h"

#include "base/io.h"

#include <dirent.h>
#include <stdlib.h>

/* Real files that nobody here made; skipped with a line when they are absent. */

static struct sl_import_file take(struct import_bench *b, const char *path, const char *mapping)
{
	b->o.mapping =
	    mapping ? sl_arena_printf(&b->a, &b->e, "%s/tests/data/mappings/%s", SL_SOURCE_DIR, mapping) : NULL;
	return import_bench_ok(b, path);
}

TEST(import_real_amsterdam)
{
	static const struct {
		const char *file, *mapping, *kind;
		size_t n;
	} parts[] = {
	    {"verdachte_gebieden.csv", "amsterdam_suspected.csv", "hazard", 4},
	    {"gevrijwaard_gebied.csv", "amsterdam_cleared.csv", "release", 19},
	    {"reeds_uitgevoerd_ce_onderzoek.csv", "amsterdam_surveys.csv", "activity", 9},
	    {"inslagen.csv", "amsterdam_craters.csv", "source", 27},
	};
	struct import_bench b;
	struct sl_record rec;
	struct sl_revision rev;

	import_bench_begin(&b);
	b.o.crs = "EPSG:28992";
	for (size_t i = 0; i < 4; i++) {
		const char *path = import_bench_shared(
		    &b, "import_real_amsterdam", sl_arena_printf(&b.a, &b.e, "amsterdam_uxo/%s", parts[i].file));

		if (!path) {
			import_bench_end(&b);
			return;
		}
		CHECK_INT(take(&b, path, parts[i].mapping).n_rows, parts[i].n);
		CHECK_INT(import_bench_count(&b, parts[i].kind), parts[i].n);
	}
	/* The city states 24,969.0 m² in the plane of RD New; on the ellipsoid it is within a thousandth. */
	rev = import_bench_revision(&b, "hazard", "VGA_400712A", &rec);
	CHECK_NEAR(sl_record_number(&rec, "area_reported_m2"), 24969.0, 0.1);
	CHECK_NEAR(rev.geometry.area_m2 / 24969.01, 1, 1e-3);
	CHECK_NEAR(sl_record_number(&rec, "accuracy_m"), 5, 0);
	CHECK_INT(rev.effective.day, SL_DAY_NONE); /* the file says no date, so there is none */
	rev = import_bench_revision(&b, "release", "GG_015", &rec);
	CHECK_INT(sl_date_year(rev.effective), 2016);
	CHECK_INT(import_bench_found(&b, "I02"), 0);
	CHECK_INT(import_bench_found(&b, "G24"), 0);
	import_bench_end(&b);
}

static enum sl_code sum_area(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                             struct sl_err *e)
{
	double *sum = ctx;

	(void)e;
	CHECK(!sl_date_is_none(rev->effective));
	CHECK_INT(sl_record_text(rec, "admin2").n, 5);
	*sum += sl_record_number(rec, "area_reported_m2");
	return SL_OK;
}

TEST(import_real_colombia_clearance)
{
	struct import_bench b;
	struct sl_query q = {0};
	const char *path;
	double sum = 0;

	import_bench_begin(&b);
	path = import_bench_shared(&b, "import_real_colombia_clearance",
	                           "colombia_clearance_2004_2019/desminado_v1.csv");
	if (path) {
		CHECK_INT(take(&b, path, "colombia_clearance.csv").n_added, 3129);
		q.kind = sl_dictionary_kind(b.p.dict, SL_STR("release"));
		CHECK_OK(sl_store_each(b.p.db, &q, false, sum_area, &sum, &b.e), &b.e);
		CHECK_NEAR(sum, 6008612, 0);
	}
	import_bench_end(&b);
}

TEST(import_real_colombia_victims)
{
	struct import_bench b;
	struct sl_import_file f;
	const char *path;

	import_bench_begin(&b);
	path = import_bench_shared(&b, "import_real_colombia_victims",
	                           "colombia_victims_1990_2012/situacion_victimas_1990_2012.csv.gz");
	if (path) {
		/* By its names alone: the swapped headings, the comma in years and the lost zeros are found. */
		b.o.kind = "victim";
		f = take(&b, path, NULL);
		CHECK_INT(f.n_added, 10445);
		CHECK_INT(import_bench_found(&b, "I12"), 2);
		CHECK(import_bench_found(&b, "I11") > 5000);
		CHECK(import_bench_found(&b, "I03") > 5000);
		CHECK(f.suggestion != NULL);
		/* With a mapping nothing is left to find but what the mapping mended. */
		f = take(&b, path, "colombia_victims.csv");
		CHECK_INT(f.n_added, 0);
		CHECK_INT(f.n_revised + f.n_corrected + f.n_history, 10445);
		CHECK_INT(f.n_findings[SL_WARNING] + f.n_findings[SL_ERROR], 0);
		CHECK_INT(f.n_findings[SL_NOTE], 4);
	}
	import_bench_end(&b);
}

TEST(import_real_colombia_events)
{
	struct import_bench b;
	const char *path;

	import_bench_begin(&b);
	path = import_bench_shared(&b, "import_real_colombia_events", "colombia_events_1990_2012/2004.json.gz");
	if (path) {
		struct sl_import_file f = take(&b, path, "colombia_events.csv");

		CHECK(f.n_rows > 1000);
		CHECK_INT(f.n_added, f.n_rows);
		CHECK_INT(f.n_findings[SL_ERROR] + f.n_findings[SL_WARNING], 0);
	}
	import_bench_end(&b);
}

TEST(import_real_claims)
{
	struct import_bench b;
	const char *path;

	import_bench_begin(&b);
	path = import_bench_shared(&b, "import_real_claims", "reports_2024_11/claims.csv");
	if (path) {
		CHECK_INT(take(&b, path, "reports_claims.csv").n_added, 30);
		CHECK_INT(import_bench_count(&b, "source"), 30);
		CHECK_INT(import_bench_found(&b, "I11"), 2); /* one claim is a date, in columns for numbers */
	}
	import_bench_end(&b);
}

/* None crashes; each is imported or says in one line what is wrong. */
static void every_file(const char *test, const char *folder, const char *suffix, size_t least)
{
	const char *shared = getenv("SAFELANE_SHARED");
	struct import_bench b;
	struct dirent *entry;
	size_t n = 0, good = 0;
	const char *path;
	DIR *d;

	import_bench_begin(&b);
	path = shared ? sl_arena_printf(&b.a, &b.e, "%s/data/%s", shared, folder)
	              : sl_arena_printf(&b.a, &b.e, "%s/../shared/data/%s", SL_SOURCE_DIR, folder);
	d = opendir(path);
	if (!d)
		printf("skip %s: %s is not there\n", test, folder);
	while (d && (entry = readdir(d))) /* the parts of a shapefile belong together */
		if (entry->d_name[0] != '.')
			import_bench_copy(&b, sl_arena_printf(&b.a, &b.e, "%s/%s", path, entry->d_name));
	if (d)
		rewinddir(d);
	b.o.kind = "place";
	while (d && (entry = readdir(d))) {
		enum sl_code code;

		if (!sl_str_has_suffix_nocase(sl_str_from(entry->d_name), suffix))
			continue;
		n++;
		code = import_bench_run(&b, sl_arena_printf(&b.a, &b.e, "%s/%s", b.folder, entry->d_name));
		good += code == SL_OK;
		CHECK(code == SL_OK || (code == SL_INVALID && strstr(b.e.msg, entry->d_name)));
	}
	if (d) {
		CHECK(n >= least);
		CHECK(good > 0);
		closedir(d);
	}
	import_bench_end(&b);
}

TEST(import_real_shapefiles)
{
	every_file("import_real_shapefiles", "shapefiles", ".shp", 20);
}

TEST(import_real_geopackages)
{
	every_file("import_real_geopackages", "gpkg", ".gpkg", 9);
}
