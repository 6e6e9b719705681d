/* Create, append, identify, read, verify, rebuild. */
#include "fixture.h"

#include <unistd.h>

#define SQUARE "POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))"
#define OTHER "POLYGON((102.01 13,102.011 13,102.011 13.001,102.01 13.001,102.01 13))"

static const char *const hazard1[] = {"id=HA-1",
                                      "class=SHA",
                                      "status=OPEN",
                                      "effective_date=2024-03-01",
                                      "contamination=APM UXO",
                                      "area_reported_m2=12000",
                                      "admin1=KH01",
                                      "organisation=OP1",
                                      NULL};

static void begin(struct fixture *f)
{
	CHECK_OK(sl_store_begin(f->db, &f->e), &f->e);
}

static void commit(struct fixture *f)
{
	CHECK_OK(sl_store_commit(f->db, &f->e), &f->e);
}

struct seen {
	int n;
	int64_t number;
	struct sl_revision rev;
	char id[64], class[16];
	double area;
	size_t points;
};

static enum sl_code see(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                        struct sl_err *e)
{
	struct seen *s = ctx;

	(void)e;
	s->n++;
	s->number = rev->record_number;
	s->rev = *rev;
	snprintf(s->id, sizeof s->id, "%.*s", SL_STR_ARG(sl_record_text(rec, "id")));
	snprintf(s->class, sizeof s->class, "%.*s", SL_STR_ARG(sl_record_text(rec, "class")));
	s->area = rev->geometry.area_m2;
	s->points = rec->geometry.n_points;
	return SL_OK;
}

TEST(append_and_read_back)
{
	struct fixture f;
	struct sl_revision r;
	struct sl_identity id;
	struct seen s = {0};
	struct sl_query q = {0};
	bool found = false;

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(
	    &f, "hazard", &(struct append_options){.state = SL_APPROVED, .date = "2024-03-01", .wkt = SQUARE},
	    hazard1, &r));
	CHECK_INT(r.seq, 1);
	CHECK_INT(r.record_number, 1);
	CHECK(!sl_uuid_is_nil(r.record));
	commit(&f);
	CHECK_OK(sl_store_identify(f.db, r.kind, SL_STR(" ha-1 "), &found, &id, &f.e), &f.e);
	CHECK(found);
	CHECK(sl_uuid_eq(id.record, r.record));
	CHECK(sl_hash_eq(id.said, r.said));
	CHECK_OK(sl_store_identify(f.db, r.kind, SL_STR("HA-2"), &found, &id, &f.e), &f.e);
	CHECK(!found);
	fixture_reopen(&f, SL_OPEN_READ);
	CHECK_OK(sl_store_each(f.db, &q, true, see, &s, &f.e), &f.e);
	CHECK_INT(s.n, 1);
	CHECK_STR(sl_str_from(s.id), "HA-1");
	CHECK_STR(sl_str_from(s.class), "SHA");
	CHECK_INT(s.points, 4);
	CHECK(s.area > 11000 && s.area < 13000);
	fixture_reopen(&f, SL_OPEN_WRITE);
	fixture_expect_sound(&f);
	CHECK_INT(fixture_number(&f,
	                         "SELECT count(*) FROM hazard WHERE id = 'HA-1' AND class = 'SHA' AND fid = 1 "
	                         "AND contamination = 'APM UXO' AND area_m2 > 11000"),
	          1);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM rtree_hazard_geom"), 1);
	fixture_close(&f);
}

TEST(same_again_is_recognised_whatever_the_entry)
{
	struct fixture f;
	struct sl_revision r, again;
	struct sl_hash said;

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = SQUARE},
	                     hazard1, &r));
	commit(&f);
	again = r;
	again.entry = SL_STR("{\"file\":\"other.csv\",\"row\":77}");
	CHECK_OK(sl_revision_said(f.db, r.record, &again, &said, &f.e), &f.e);
	CHECK(sl_hash_eq(said, r.said));
	again.document = SL_STR("{\"id\":\"HA-1\"}");
	CHECK_OK(sl_revision_said(f.db, r.record, &again, &said, &f.e), &f.e);
	CHECK(!sl_hash_eq(said, r.said));
	fixture_close(&f);
}

/* What a thread prepared ahead is what the store would have made; of texts changed since it is not
 * believed. */
TEST(prepared_ahead_is_the_same)
{
	static const char *const field[] = {"id=HA-1", "name=North field", "class=SHA", "contamination=UNK",
	                                    NULL};
	const struct append_options o = {
	    .state = SL_APPROVED, .date = "2024-01-02", .wkt = "POLYGON ((1 1, 2 1, 2 2, 1 1))"};
	struct sl_prepared_revision prepared, changed;
	struct sl_hash digest[3];
	struct sl_revision first;
	struct fixture f;

	for (int way = 0; way < 3; way++) {
		struct sl_extra extra[] = {{SL_STR("zone"), SL_STR("7")}, {SL_STR("alias"), SL_STR("\"Nord\"")}};
		struct sl_buf document = {0};
		struct sl_revision r;
		struct sl_record rec;

		fixture_open(&f);
		CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
		CHECK(fixture_append(&f, "hazard", &o, field, &first));
		CHECK_OK(sl_record_from_json(&f.a, first.kind, first.document, &rec, &f.e), &f.e);
		rec.extra = extra;
		rec.n_extra = 2;
		sl_record_json(&document, &rec);
		r = (struct sl_revision){.kind = first.kind,
		                         .state = SL_APPROVED,
		                         .effective = first.effective,
		                         .identity = SL_STR("HA-2"),
		                         .document = sl_buf_view(&document),
		                         .entry = SL_STR("{\"row\":2}"),
		                         .geometry = first.geometry};
		if (way) {
			struct sl_revision other = r;

			CHECK_OK(sl_revision_prepare(&f.a, &r, &rec, &prepared, &f.e), &f.e);
			CHECK(sl_str_is(prepared.extra, "{\"alias\":\"Nord\",\"zone\":7}"));
			CHECK(sl_str_is(prepared.unknown, "contamination:UNK"));
			other.entry = SL_STR("{\"row\":9}");
			CHECK_OK(sl_revision_prepare(&f.a, &other, &rec, &changed, &f.e), &f.e);
			CHECK(!sl_hash_eq(changed.content, prepared.content));
			r.prepared = way == 1 ? &prepared : &changed;
		}
		CHECK_OK(sl_store_append(f.db, &r, &rec, &f.e), &f.e);
		CHECK(!way || sl_hash_eq(r.content, prepared.content));
		CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
		CHECK_OK(sl_store_digest(f.db, &digest[way], &f.e), &f.e);
		CHECK(sl_hash_eq(digest[way], digest[0]));
		fixture_expect_sound(&f);
		sl_buf_done(&document);
		fixture_close(&f);
	}
}

TEST(rollback_leaves_nothing)
{
	struct fixture f;
	struct sl_revision r;
	struct sl_hash before, after;

	fixture_open(&f);
	CHECK_OK(sl_store_digest(f.db, &before, &f.e), &f.e);
	begin(&f);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = SQUARE},
	                     hazard1, &r));
	sl_store_rollback(f.db);
	CHECK_OK(sl_store_digest(f.db, &after, &f.e), &f.e);
	CHECK(sl_hash_eq(before, after));
	CHECK_INT(
	    fixture_number(&f, "SELECT (SELECT count(*) FROM sl_revision) + (SELECT count(*) FROM sl_term)"),
	    0);
	begin(&f);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = SQUARE},
	                     hazard1, &r));
	commit(&f);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

/* domain.md C.1: the older information, approved later, changes nothing. */
TEST(older_information_approved_later_changes_nothing)
{
	static const char *const first[] = {"id=HA-1", "class=CHA", "effective_date=2024-03-01", NULL};
	static const char *const older[] = {"id=HA-1", "class=SHA", "effective_date=2024-02-01", NULL};
	static const char *const equal[] = {"id=HA-1", "class=IND", "effective_date=2024-03-01", NULL};
	struct fixture f;
	struct sl_revision r, s;
	struct seen seen = {0};
	struct sl_query q = {0};

	fixture_open(&f);
	begin(&f);
	CHECK(
	    fixture_append(&f, "hazard",
	                   &(struct append_options){
	                       .state = SL_APPROVED, .date = "2024-03-01", .wkt = SQUARE, .recorded_ms = 1000},
	                   first, &r));
	CHECK(fixture_append(&f, "hazard",
	                     &(struct append_options){.state = SL_APPROVED,
	                                              .date = "2024-02-01",
	                                              .record = r.record,
	                                              .parent = r.id,
	                                              .wkt = OTHER,
	                                              .recorded_ms = 2000},
	                     older, &s));
	commit(&f);
	CHECK_OK(sl_store_each(f.db, &q, true, see, &seen, &f.e), &f.e);
	CHECK_STR(sl_str_from(seen.class), "CHA");
	/* As of February the older one is what was true. */
	CHECK(sl_date_parse(SL_STR("2024-02-15"), &q.as_of));
	CHECK_OK(sl_store_each(f.db, &q, true, see, &seen, &f.e), &f.e);
	CHECK_STR(sl_str_from(seen.class), "SHA");
	/* As known before it was approved, nothing was true in February. */
	q.known_at_ms = 1500;
	seen.n = 0;
	CHECK_OK(sl_store_each(f.db, &q, true, see, &seen, &f.e), &f.e);
	CHECK_INT(seen.n, 0);
	/* Of equal dates the one approved later. */
	begin(&f);
	CHECK(fixture_append(&f, "hazard",
	                     &(struct append_options){.state = SL_APPROVED,
	                                              .date = "2024-03-01",
	                                              .record = r.record,
	                                              .parent = s.id,
	                                              .wkt = OTHER,
	                                              .recorded_ms = 3000},
	                     equal, &s));
	commit(&f);
	q = (struct sl_query){0};
	CHECK_OK(sl_store_each(f.db, &q, true, see, &seen, &f.e), &f.e);
	CHECK_STR(sl_str_from(seen.class), "IND");
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM hazard WHERE class = 'IND'"), 1);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(correction_replaces_what_it_corrects)
{
	static const char *const wrong[] = {"id=HA-1", "class=CHA", "effective_date=2024-03-01", NULL};
	static const char *const right[] = {"id=HA-1", "class=SHA", "effective_date=2023-03-01", NULL};
	struct fixture f;
	struct sl_revision r, s, t;
	struct seen seen = {0};
	struct sl_query q = {0};

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(
	    &f, "hazard", &(struct append_options){.state = SL_APPROVED, .date = "2024-03-01", .wkt = SQUARE},
	    wrong, &r));
	CHECK(fixture_append(&f, "hazard",
	                     &(struct append_options){.state = SL_SUBMITTED,
	                                              .date = "2023-03-01",
	                                              .record = r.record,
	                                              .parent = r.id,
	                                              .correction = true,
	                                              .wkt = OTHER},
	                     right, &s));
	commit(&f);
	CHECK_OK(sl_store_each(f.db, &q, true, see, &seen, &f.e), &f.e);
	CHECK_STR(sl_str_from(seen.class), "CHA"); /* submitted only */
	begin(&f);
	CHECK_OK(sl_store_set_state(f.db, r.record, SL_APPROVED, &t, &f.e), &f.e);
	commit(&f);
	CHECK(t.correction);
	CHECK_INT(t.seq, 3);
	CHECK(sl_uuid_eq(t.parent[0], s.id));
	CHECK(sl_hash_eq(t.content, s.content));
	CHECK_OK(sl_store_each(f.db, &q, true, see, &seen, &f.e), &f.e);
	CHECK_STR(sl_str_from(seen.class), "SHA");
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(withdrawn_hazards_leave_the_layer_and_stay_in_the_log)
{
	static const char *const dup[] = {"id=HA-1", "class=SHA", "status=DUPL", "effective_date=2024-05-01",
	                                  NULL};
	struct fixture f;
	struct sl_revision r;
	struct sl_land_event *ev;
	struct seen seen = {0};
	size_t n;

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(
	    &f, "hazard", &(struct append_options){.state = SL_APPROVED, .date = "2024-03-01", .wkt = SQUARE},
	    hazard1, &r));
	CHECK(fixture_append(
	    &f, "hazard",
	    &(struct append_options){
	        .state = SL_APPROVED, .date = "2024-05-01", .record = r.record, .parent = r.id, .wkt = SQUARE},
	    dup, NULL));
	commit(&f);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM hazard"), 0);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM rtree_hazard_geom"), 0);
	CHECK_OK(sl_store_history(f.db, r.record, see, &seen, &f.e), &f.e);
	CHECK_INT(seen.n, 2);
	CHECK_OK(sl_store_land_events(f.db, &f.a, 0, INT64_MAX, &ev, &n, &f.e), &f.e);
	CHECK_INT(n, 2);
	CHECK_INT(ev[0].what, SL_LAND_SHA);
	CHECK_INT(ev[1].what, SL_LAND_WITHDRAWN);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(land_events)
{
	static const char *const release[] = {"id=R-1",
	                                      "product=CLR",
	                                      "hazard=ha-1",
	                                      "effective_date=2024-06-01",
	                                      "area_reported_m2=500",
	                                      "admin2_name=Bavel",
	                                      NULL};
	static const char *const reduced[] = {"id=R-2", "product=RDN", "effective_date=2024-06-02", NULL};
	struct fixture f;
	struct sl_revision r;
	struct sl_land_event *ev;
	const struct sl_choice_list *list;
	size_t n;

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(
	    &f, "release", &(struct append_options){.state = SL_APPROVED, .date = "2024-06-01", .wkt = SQUARE},
	    release, NULL));
	CHECK(fixture_append(
	    &f, "release",
	    &(struct append_options){.state = SL_APPROVED, .date = "2024-06-02", .wkt = "POINT(102 13)"},
	    reduced, NULL));
	commit(&f);
	CHECK_OK(sl_store_land_events(f.db, &f.a, 0, INT64_MAX, &ev, &n, &f.e), &f.e);
	CHECK_INT(n, 2);
	CHECK_INT(ev[0].hazard, -1); /* named, not known yet */
	CHECK_INT(ev[1].hazard, 0);
	CHECK_INT(ev[0].what, SL_LAND_CLEARED);
	CHECK(ev[0].polygon && !ev[1].polygon);
	CHECK_NEAR(ev[0].reported_m2, 500, 0);
	CHECK(isnan(ev[1].reported_m2));
	CHECK_NEAR(ev[1].lon, 102, 0);
	CHECK_NEAR(ev[1].lat, 13, 0);
	CHECK_INT(ev[1].what, SL_LAND_REDUCED);
	CHECK_STR(sl_store_term(f.db, ev[0].admin2), "Bavel");
	/* The hazard is recorded after the release that names it. */
	begin(&f);
	CHECK(fixture_append(
	    &f, "hazard", &(struct append_options){.state = SL_APPROVED, .date = "2024-03-01", .wkt = SQUARE},
	    hazard1, &r));
	commit(&f);
	CHECK_OK(sl_store_land_events(f.db, &f.a, 0, INT64_MAX, &ev, &n, &f.e), &f.e);
	CHECK_INT(n, 3);
	CHECK_INT(ev[0].hazard, r.record_number);
	CHECK_INT(ev[2].what, SL_LAND_SHA);
	CHECK_STR(sl_store_term(f.db, ev[2].organisation), "OP1");
	CHECK_STR(sl_store_term(f.db, ev[2].admin1), "KH01");
	list = sl_dictionary_list(f.dict, SL_STR("contamination_class"));
	for (size_t i = 0; i < list->n; i++)
		CHECK_INT(ev[2].contamination >> i & 1,
		          sl_str_is(list->choice[i].code, "APM") || sl_str_is(list->choice[i].code, "UXO"));
	CHECK_OK(sl_store_land_events(f.db, &f.a, 2, INT64_MAX, &ev, &n, &f.e), &f.e);
	CHECK_INT(n, 1);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(unknown_and_not_applicable_stay_two_things)
{
	static const char *const field[] = {"id=HA-3", "class=SHA", "area_reported_m2=UNK", "organisation=NA",
	                                    NULL};
	struct fixture f;

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED}, field, NULL));
	commit(&f);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM hazard WHERE area_reported_m2 IS NULL AND "
	                             "unknown = 'organisation:NA area_reported_m2:UNK'"),
	          1);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(find_by_name)
{
	static const char *const accident[] = {"id=HA-1", NULL};
	struct fixture f;
	struct sl_revision r;
	struct sl_uuid found;
	const struct sl_kind *kind;
	char text[37];

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = SQUARE},
	                     hazard1, &r));
	CHECK(fixture_append(&f, "accident", &(struct append_options){.state = SL_APPROVED}, accident, NULL));
	commit(&f);
	CHECK_INT(sl_store_find(f.db, SL_STR("HA-1"), &found, &kind, &f.e), SL_CONFLICT);
	CHECK(strstr(f.e.msg, "hazard") && strstr(f.e.msg, "accident"));
	sl_err_clear(&f.e);
	CHECK_OK(sl_store_find(f.db, SL_STR("hazard:ha-1"), &found, &kind, &f.e), &f.e);
	CHECK(sl_uuid_eq(found, r.record));
	sl_uuid_text(r.record, text);
	CHECK_OK(sl_store_find(f.db, sl_str_from(text), &found, &kind, &f.e), &f.e);
	CHECK(kind == r.kind);
	CHECK_INT(sl_store_find(f.db, SL_STR("HA-9"), &found, &kind, &f.e), SL_NOT_FOUND);
	sl_err_clear(&f.e);
	fixture_close(&f);
}

TEST(near_through_the_index)
{
	static const char *const second[] = {"id=HA-2", "class=CHA", NULL};
	struct fixture f;
	struct seen s = {0};

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = SQUARE},
	                     hazard1, NULL));
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = OTHER}, second,
	                     NULL));
	/* Inside the transaction too. */
	CHECK_OK(
	    sl_store_near(f.db, NULL, (struct sl_box){102.0105, 13.0005, 102.0105, 13.0005}, see, &s, &f.e),
	    &f.e);
	CHECK_INT(s.n, 1);
	CHECK_STR(sl_str_from(s.id), "HA-2");
	commit(&f);
	s.n = 0;
	CHECK_OK(sl_store_near(f.db, NULL, (struct sl_box){101, 12, 103, 14}, see, &s, &f.e), &f.e);
	CHECK_INT(s.n, 2);
	s.n = 0;
	CHECK_OK(sl_store_near(f.db, NULL, (struct sl_box){102.002, 13, 102.009, 14}, see, &s, &f.e), &f.e);
	CHECK_INT(s.n, 0);
	fixture_close(&f);
}

TEST(geometry_repair_is_kept_beside_the_entry)
{
	struct fixture f;
	struct sl_revision r;
	struct sl_geom g;
	struct sl_land_event *ev;
	bool repaired = false;
	size_t n;

	fixture_open(&f);
	begin(&f);
	CHECK(fixture_append(
	    &f, "hazard",
	    &(struct append_options){.state = SL_APPROVED,
	                             .wkt = "POLYGON((102 13,102.001 13.001,102.001 13,102 13.001,102 13))"},
	    hazard1, &r));
	commit(&f);
	CHECK(r.geometry.reason[0] != 0);
	CHECK(r.geometry.repaired.n > 0);
	CHECK_OK(sl_store_land_events(f.db, &f.a, 0, INT64_MAX, &ev, &n, &f.e), &f.e);
	CHECK_OK(sl_store_geometry(f.db, &f.a, ev[0].geometry, &g, &repaired, &f.e), &f.e);
	CHECK(repaired);
	CHECK_INT(g.n_parts, 2);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(same_file_twice_is_recognised)
{
	struct fixture f;
	struct sl_hash file = sl_hash_of("bytes", 5);
	bool already = true;

	fixture_open(&f);
	begin(&f);
	CHECK_OK(sl_store_batch_begin(f.db, SL_STR("a.csv"), file, &already, &f.e), &f.e);
	CHECK(!already);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = SQUARE},
	                     hazard1, NULL));
	CHECK_OK(sl_store_batch_end(f.db, &f.e), &f.e);
	commit(&f);
	begin(&f);
	CHECK_OK(sl_store_batch_begin(f.db, SL_STR("renamed.csv"), file, &already, &f.e), &f.e);
	CHECK(already);
	commit(&f);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_batch"), 1);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(create_and_open_refuse_what_they_should)
{
	struct fixture f;
	struct sl_db *db;
	FILE *x;
	char path[128];

	fixture_open(&f);
	CHECK_INT(sl_store_create(f.path, f.dict, &f.env, "KHM", NULL, &f.e), SL_CONFLICT);
	sl_err_clear(&f.e);
	snprintf(path, sizeof path, "%s/q.gpkg", f.dir);
	CHECK_INT(sl_store_create(path, f.dict, &f.env, "Kh", NULL, &f.e), SL_INVALID);
	sl_err_clear(&f.e);
	CHECK(access(path, F_OK) != 0);
	CHECK_INT(sl_store_open(path, SL_OPEN_READ, f.dict, &f.env, &db, &f.e), SL_NOT_FOUND);
	sl_err_clear(&f.e);
	x = fopen(path, "w");
	fputs("id;name\n1;a file that is something else altogether, but long enough to have a header, and so "
	      "on and on "
	      "and on\n",
	      x);
	fclose(x);
	CHECK_INT(sl_store_open(path, SL_OPEN_WRITE, f.dict, &f.env, &db, &f.e), SL_CORRUPT);
	sl_err_clear(&f.e);
	unlink(path);
	x = fopen(path, "w");
	fclose(x);
	CHECK_INT(sl_store_open(path, SL_OPEN_WRITE, f.dict, &f.env, &db, &f.e), SL_INVALID);
	sl_err_clear(&f.e);
	fixture_close(&f);
}

TEST(reading_writes_nothing)
{
	struct fixture f;

	fixture_open(&f);
	fixture_reopen(&f, SL_OPEN_READ);
	CHECK_INT(sl_store_begin(f.db, &f.e), SL_DENIED);
	sl_err_clear(&f.e);
	CHECK_INT(sl_store_set_fact(f.db, "name", SL_STR("x"), &f.e), SL_DENIED);
	sl_err_clear(&f.e);
	fixture_close(&f);
}
