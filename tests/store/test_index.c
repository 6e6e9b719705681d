/* The spatial index, packed and row by row, and what other programs say of the file. */
#include "fixture.h"

#include "store/listing.h"

#include <stdlib.h>

#define N 3000

struct place {
	double x, y;
	bool there;
};

static void put(struct fixture *f, struct place *p, int i, struct sl_revision *r, bool again, bool withdraw)
{
	char id[32], wkt[300];
	const char *const field[] = {id, withdraw ? "status=DUPL" : "status=OPEN", NULL};
	struct append_options o = {.state = SL_APPROVED, .date = "2024-01-01", .wkt = wkt};

	snprintf(id, sizeof id, "id=H-%d", i);
	snprintf(wkt, sizeof wkt, "POLYGON((%.7f %.7f,%.7f %.7f,%.7f %.7f,%.7f %.7f))", p->x, p->y, p->x + 0.01,
	         p->y, p->x + 0.01, p->y + 0.01, p->x, p->y);
	if (again) {
		o.record = r->record;
		o.parent = r->id;
	}
	p->there = !withdraw;
	CHECK(fixture_append(f, "hazard", &o, field, r));
}

static enum sl_code count(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                          struct sl_err *e)
{
	(void)rev;
	(void)rec;
	(void)e;
	++*(int *)ctx;
	return SL_OK;
}

static void compare(struct fixture *f, const struct place *p, uint64_t *seed)
{
	for (int k = 0; k < 50; k++) {
		double x = 100 + sl_uniform(seed) * 5, y = 10 + sl_uniform(seed) * 5, side = sl_uniform(seed);
		struct sl_box box = {x, y, x + side, y + side};
		int got = 0, want = 0;

		for (int i = 0; i < N; i++)
			want += p[i].there &&
			        sl_box_meets(box, (struct sl_box){p[i].x, p[i].y, p[i].x + 0.01, p[i].y + 0.01});
		CHECK_OK(sl_store_near(f->db, NULL, box, count, &got, &f->e), &f->e);
		/* Seven decimals are written: a box that ends within 1e-7 may differ. */
		CHECK(abs(got - want) <= 1);
	}
}

TEST(index_equals_brute_force_through_packing_and_single_changes)
{
	static struct place p[N];
	static struct sl_revision r[N];
	uint64_t seed = 11;
	struct fixture f;

	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	for (int i = 0; i < N; i++) { /* packed at commit */
		p[i] = (struct place){100 + sl_uniform(&seed) * 5, 10 + sl_uniform(&seed) * 5, true};
		put(&f, &p[i], i, &r[i], false, false);
	}
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK_INT(fixture_number(&f, "SELECT rtreecheck('rtree_hazard_geom') = 'ok'"), 1);
	compare(&f, p, &seed);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	for (int i = 0; i < 100; i++) { /* few: one by one, some twice */
		int which = (int)(sl_uniform(&seed) * N);

		p[which].x = 100 + sl_uniform(&seed) * 5;
		put(&f, &p[which], which, &r[which], true, i % 3 == 0);
	}
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK_INT(fixture_number(&f, "SELECT rtreecheck('rtree_hazard_geom') = 'ok'"), 1);
	compare(&f, p, &seed);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	for (int i = 0; i < 1500; i++) { /* many: packed anew, some changed more than once */
		int which = (int)(sl_uniform(&seed) * N);

		p[which].y = 10 + sl_uniform(&seed) * 5;
		put(&f, &p[which], which, &r[which], true, i % 3 == 0);
	}
	compare(&f, p, &seed);
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK_INT(fixture_number(&f, "SELECT rtreecheck('rtree_hazard_geom') = 'ok'"), 1);
	CHECK_INT(fixture_number(
	              &f, "SELECT (SELECT count(*) FROM rtree_hazard_geom) - (SELECT count(*) FROM hazard)"),
	          0);
	compare(&f, p, &seed);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

static int run(const char *command)
{
	fflush(stdout);
	return system(command);
}

TEST(others_accept_the_file)
{
	struct fixture f;
	struct sl_revision r;
	char command[400];

	if (run("command -v ogrinfo >/dev/null && /usr/bin/python3 -c 'import "
	        "osgeo_utils.samples.validate_gpkg' "
	        "2>/dev/null")) {
		printf("skipped: gdal-bin and python3-gdal are not installed\n");
		return;
	}
	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(fixture_append(
	    &f, "hazard",
	    &(struct append_options){.state = SL_APPROVED,
	                             .date = "2024-01-01",
	                             .wkt = "POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))"},
	    (const char *const[]){"id=HA-1", "class=SHA", "effective_date=2024-01-01", NULL}, &r));
	CHECK(fixture_append(&f, "accident",
	                     &(struct append_options){.state = SL_APPROVED, .wkt = "POINT(102 13)"},
	                     (const char *const[]){"id=A-1", NULL}, &r));
	CHECK(fixture_append(&f, "victim", &(struct append_options){.state = SL_APPROVED},
	                     (const char *const[]){"id=V-1", "family_name=Sok", NULL}, &r));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	snprintf(command, sizeof command, "/usr/bin/python3 -m osgeo_utils.samples.validate_gpkg -k %s",
	         f.path);
	CHECK_INT(run(command), 0);
	snprintf(command, sizeof command,
	         "ogrinfo -q -al %s hazard 2>&1 | grep -q 'effective_date (Date) = 2024/01/01'", f.path);
	CHECK_INT(run(command), 0);
	/* An edit by GDAL keeps its index, and is offered. */
	snprintf(command, sizeof command, "ogrinfo -q %s -sql \"DELETE FROM accident\" >/dev/null 2>&1",
	         f.path);
	CHECK_INT(run(command), 0);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM rtree_accident_geom"), 0);
	fixture_reopen(&f, SL_OPEN_WRITE);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM rtree_accident_geom"), 1);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_revision"), 4);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

/* A field that names records is found by the whole of it, with and without its index. */
TEST(index_of_references)
{
	static const char *const one[] = {"id=R-1", "hazard=ha-1", NULL}, *const two[] = {"id=R-2", "hazard=HA-1", NULL},
	                  *const other[] = {"id=R-3", "hazard=HA-12", NULL};
	const struct append_options o = {.state = SL_APPROVED, .date = "2024-01-05"};
	const struct sl_list_condition same = {SL_STR("hazard"), SL_STR("=HA-1")};
	struct sl_listing q = {.condition = &same, .n_conditions = 1};
	struct fixture f;
	int64_t total;
	bool there = true;

	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(fixture_append(&f, "release", &o, one, NULL) && fixture_append(&f, "release", &o, two, NULL) &&
	      fixture_append(&f, "release", &o, other, NULL));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	q.kind = sl_dictionary_kind(f.dict, SL_STR("release"));
	for (int indexed = 0; indexed < 2; indexed++) {
		CHECK_OK(sl_store_references_indexed(f.db, &there, &f.e), &f.e);
		CHECK_INT(there, indexed);
		total = -1;
		CHECK_OK(sl_store_list(f.db, &q, NULL, NULL, &total, &f.e), &f.e);
		CHECK_INT(total, 2);
		CHECK_OK(sl_store_index_references(f.db, &f.e), &f.e);
	}
	CHECK(fixture_number(&f, "SELECT count(*) FROM (SELECT 1 FROM release WHERE hazard = 'HA-1' COLLATE NOCASE)") == 2);
	CHECK_INT(sl_store_rebuild(f.db, &f.e), SL_OK);
	CHECK_OK(sl_store_references_indexed(f.db, &there, &f.e), &f.e);
	CHECK(!there);
	fixture_expect_sound(&f);
	fixture_close(&f);
}
