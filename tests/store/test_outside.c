/* Layers edited by another program: offered as submitted revisions, never taken as truth, never lost. */
#include "fixture.h"

#define SQUARE "POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))"

static const char *const hazard[] = {
    "id=HA-1", "class=SHA", "status=OPEN", "effective_date=2024-03-01", "area_reported_m2=12000", NULL};

struct last {
	int n;
	struct sl_revision rev;
	char class[16], status[16], name[32], id[16], extra[64], author[64], entry[200];
	size_t points;
	double area;
};

static enum sl_code see(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                        struct sl_err *e)
{
	struct last *s = ctx;

	(void)e;
	s->n++;
	s->rev = *rev;
	snprintf(s->class, sizeof s->class, "%.*s", SL_STR_ARG(sl_record_text(rec, "class")));
	snprintf(s->status, sizeof s->status, "%.*s", SL_STR_ARG(sl_record_text(rec, "status")));
	snprintf(s->name, sizeof s->name, "%.*s", SL_STR_ARG(sl_record_text(rec, "name")));
	snprintf(s->id, sizeof s->id, "%.*s", SL_STR_ARG(sl_record_text(rec, "id")));
	snprintf(s->author, sizeof s->author, "%.*s", SL_STR_ARG(rev->author));
	snprintf(s->entry, sizeof s->entry, "%.*s", SL_STR_ARG(rev->entry));
	s->extra[0] = 0;
	if (rec->n_extra)
		snprintf(s->extra, sizeof s->extra, "%.*s=%.*s", SL_STR_ARG(rec->extra[0].key),
		         SL_STR_ARG(rec->extra[0].value));
	s->points = rec->geometry.n_points;
	s->area = sl_record_number(rec, "area_reported_m2");
	return SL_OK;
}

static void start(struct fixture *f, struct sl_revision *r)
{
	fixture_open(f);
	CHECK_OK(sl_store_begin(f->db, &f->e), &f->e);
	CHECK(fixture_append(
	    f, "hazard", &(struct append_options){.state = SL_APPROVED, .date = "2024-03-01", .wkt = SQUARE},
	    hazard, r));
	CHECK_OK(sl_store_commit(f->db, &f->e), &f->e);
}

/* Edit with `sql`, open again, and look: one revision was submitted and the layer is as the log has it. */
static struct last edited(struct fixture *f, struct sl_uuid record, const char *sql)
{
	struct last s = {0};
	struct sl_hash before, after;
	size_t n = 0;

	CHECK_OK(sl_store_digest(f->db, &before, &f->e), &f->e);
	fixture_sql(f, sql);
	CHECK_OK(sl_store_digest(f->db, &after, &f->e), &f->e);
	/* The edit is in the layer now; a column of somebody else's is no part of the digest. */
	CHECK(!sl_hash_eq(before, after) || strstr(sql, "ADD COLUMN"));
	fixture_reopen(f, SL_OPEN_WRITE);
	CHECK_OK(sl_store_outside_edits(f->db, &n, &f->e), &f->e);
	CHECK_INT(n, 1);
	CHECK_INT(fixture_number(f, "SELECT count(*) FROM sl_outside"), 0);
	CHECK_OK(sl_store_history(f->db, record, see, &s, &f->e), &f->e);
	CHECK_STR(sl_str_from(s.author), "edited outside Safelane");
	CHECK_INT(s.rev.state, SL_SUBMITTED);
	CHECK_INT(fixture_number(f, "SELECT count(*) FROM hazard WHERE class = 'SHA' AND status = 'OPEN' AND "
	                            "area_reported_m2 = 12000 AND fid = 1"),
	          1);
	CHECK_INT(
	    fixture_number(f, "SELECT count(*) FROM rtree_hazard_geom WHERE minx > 101.99 AND maxx < 102.0011"),
	    1);
	fixture_expect_sound(f);
	return s;
}

TEST(outside_update_is_submitted_and_put_back)
{
	struct fixture f;
	struct sl_revision r, t;
	struct last s;

	start(&f, &r);
	s = edited(&f, r.record,
	           "UPDATE hazard SET class = 'CHA', area_reported_m2 = 15000.5, name = 'Phum' WHERE fid = 1");
	CHECK_INT(s.n, 2);
	CHECK_STR(sl_str_from(s.class), "CHA");
	CHECK_STR(sl_str_from(s.name), "Phum");
	CHECK_NEAR(s.area, 15000.5, 0);
	CHECK_INT(s.points, 4);
	CHECK(sl_uuid_eq(s.rev.parent[0], r.id));
	CHECK(strstr(s.entry, "\"outside\":\"update\"") != NULL);
	/* A person approves it, and then it is the truth. */
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK_OK(sl_store_set_state(f.db, r.record, SL_APPROVED, &t, &f.e), &f.e);
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM hazard WHERE class = 'CHA' AND name = 'Phum'"), 1);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(outside_geometry_is_submitted)
{
	struct fixture f;
	struct sl_revision r;
	struct last s;

	start(&f, &r);
	/* GP, version 0, envelope, srs 4326; a triangle from 102 13 to 103 14. */
	s = edited(&f, r.record,
	           "UPDATE hazard SET geom = X'47500003E6100000"
	           "00000000008059400000000000C0594000000000"
	           "00002A400000000000002C40"
	           "0103000000010000000400000000000000008059400000000000002A40"
	           "0000000000C059400000000000002A40"
	           "0000000000C059400000000000002C40"
	           "00000000008059400000000000002A40'");
	CHECK_INT(s.points, 3);
	CHECK(s.rev.geometry.area_m2 > 1e9);
	fixture_close(&f);
}

TEST(outside_rubbish_geometry_is_kept_as_it_stands)
{
	struct fixture f;
	struct sl_revision r;
	struct last s;

	start(&f, &r);
	s = edited(
	    &f, r.record,
	    "UPDATE hazard SET geom = X'47500001E610000001FFFFFFFF000000000000000000000000000000000000000000'");
	CHECK(strstr(s.entry, "47500001e6100000") != NULL);
	CHECK_INT(s.points, 4);
	fixture_close(&f);
}

TEST(outside_delete_is_a_proposal_to_withdraw)
{
	struct fixture f;
	struct sl_revision r;
	struct last s;

	start(&f, &r);
	s = edited(&f, r.record, "DELETE FROM hazard");
	CHECK_STR(sl_str_from(s.status), "EXPD");
	fixture_close(&f);
}

TEST(outside_column_and_unreadable_value_become_extras)
{
	struct fixture f;
	struct sl_revision r;
	struct last s;

	start(&f, &r);
	s = edited(&f, r.record,
	           "ALTER TABLE hazard ADD COLUMN remark TEXT; UPDATE hazard SET remark = 'ask the chief'");
	CHECK_STR(sl_str_from(s.extra), "remark=\"ask the chief\"");
	fixture_close(&f);
	start(&f, &r);
	s = edited(&f, r.record, "UPDATE hazard SET area_reported_m2 = 'about two fields'");
	CHECK_STR(sl_str_from(s.extra), "area_reported_m2=\"about two fields\"");
	CHECK(isnan(s.area));
	fixture_close(&f);
}

TEST(outside_insert_becomes_a_record_that_waits)
{
	struct fixture f;
	struct sl_revision r;
	struct last s = {0};
	struct sl_uuid record;
	const struct sl_kind *kind;
	size_t n = 0;

	start(&f, &r);
	fixture_sql(&f, "INSERT INTO hazard (fid, id, class) VALUES (2, 'HA-NEW', 'CHA')");
	/* Our own next record gets the same number: the edit is taken up first, so they do not meet. */
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED},
	                     (const char *const[]){"id=HA-2", "class=SHA", NULL}, &r));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK_OK(sl_store_outside_edits(f.db, &n, &f.e), &f.e);
	CHECK_INT(n, 1);
	CHECK_OK(sl_store_find(f.db, SL_STR("HA-NEW"), &record, &kind, &f.e), &f.e);
	CHECK_OK(sl_store_history(f.db, record, see, &s, &f.e), &f.e);
	CHECK_INT(s.n, 1);
	CHECK_INT(s.rev.state, SL_SUBMITTED);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM hazard WHERE id = 'HA-NEW'"), 0);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM hazard"), 2);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(outside_edit_that_changes_nothing_submits_nothing)
{
	struct fixture f;
	struct sl_revision r;
	size_t n = 9;

	start(&f, &r);
	fixture_sql(&f, "UPDATE hazard SET class = 'CHA'; UPDATE hazard SET class = 'SHA'");
	fixture_reopen(&f, SL_OPEN_WRITE);
	CHECK_OK(sl_store_outside_edits(f.db, &n, &f.e), &f.e);
	CHECK_INT(n, 0);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_revision"), 1);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

/* Somebody deletes a hazard in QGIS, and a farmer asks before anybody opens the file for writing. */
TEST(near_finds_what_an_outside_edit_took_out)
{
	struct fixture f;
	struct sl_revision r;
	struct last s = {0};

	start(&f, &r);
	fixture_sql(&f, "DELETE FROM hazard");
	fixture_reopen(&f, SL_OPEN_READ);
	CHECK_OK(sl_store_near(f.db, NULL, (struct sl_box){102, 13, 102.001, 13.001}, see, &s, &f.e), &f.e);
	CHECK_INT(s.n, 1);
	fixture_close(&f);
}

TEST(dropped_layer_is_filled_again)
{
	struct fixture f;
	struct sl_revision r;
	struct sl_hash before, after;

	start(&f, &r);
	CHECK_OK(sl_store_digest(f.db, &before, &f.e), &f.e);
	sl_store_close(f.db);
	f.db = NULL;
	fixture_sql(&f, "DROP TABLE hazard; DROP TABLE rtree_hazard_geom; DELETE FROM gpkg_extensions WHERE "
	                "table_name = 'hazard'; DELETE FROM gpkg_geometry_columns WHERE table_name = 'hazard'; "
	                "DELETE FROM gpkg_contents WHERE table_name = 'hazard'");
	fixture_reopen(&f, SL_OPEN_WRITE);
	CHECK_OK(sl_store_digest(f.db, &after, &f.e), &f.e);
	CHECK(sl_hash_eq(before, after));
	fixture_close(&f);
}

/* A plain DROP TABLE leaves the index and the GeoPackage's entries behind. */
TEST(layer_dropped_by_plain_sql_is_filled_again)
{
	struct fixture f;
	struct sl_revision r;
	struct sl_hash before, after;

	start(&f, &r);
	CHECK_OK(sl_store_digest(f.db, &before, &f.e), &f.e);
	sl_store_close(f.db);
	f.db = NULL;
	fixture_sql(&f, "DROP TABLE hazard; DROP TABLE task");
	fixture_reopen(&f, SL_OPEN_WRITE);
	CHECK_OK(sl_store_digest(f.db, &after, &f.e), &f.e);
	CHECK(sl_hash_eq(before, after));
	fixture_close(&f);
}

TEST(triggers_in_the_file_do_not_run_in_ours)
{
	struct fixture f;
	struct sl_revision r;

	start(&f, &r);
	fixture_sql(&f, "CREATE TRIGGER evil AFTER INSERT ON sl_revision BEGIN DELETE FROM sl_content; END");
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED},
	                     (const char *const[]){"id=HA-2", "class=SHA", NULL}, &r));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	fixture_expect_sound(&f);
	fixture_close(&f);
}
