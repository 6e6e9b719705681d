/* One flipped byte anywhere in the log is found and named. */
#include "fixture.h"

#define SQUARE "POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))"
#define BOWTIE "POLYGON((102 13,102.001 13.001,102.001 13,102 13.001,102 13))"

static void start(struct fixture *f)
{
	static const char *const a[] = {"id=HA-1", "class=SHA", "effective_date=2024-03-01", NULL};
	static const char *const b[] = {"id=HA-2", "class=CHA", NULL};
	static const char *const v[] = {"id=V-1", "family_name=Sok", NULL};
	struct sl_revision r;

	fixture_open(f);
	for (int i = 0; i < 3; i++) {
		CHECK_OK(sl_store_begin(f->db, &f->e), &f->e);
		CHECK(fixture_append(f, "hazard",
		                     &(struct append_options){.state = SL_SUBMITTED,
		                                              .date = "2024-03-01",
		                                              .wkt = i == 1 ? BOWTIE : SQUARE},
		                     a, &r));
		CHECK_OK(sl_store_set_state(f->db, r.record, SL_APPROVED, NULL, &f->e), &f->e);
		CHECK(fixture_append(f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = BOWTIE}, b,
		                     &r));
		CHECK(fixture_append(f, "victim", &(struct append_options){.state = SL_APPROVED}, v, &r));
		CHECK_OK(sl_store_commit(f->db, &f->e), &f->e);
	}
}

/* Apply `sql`, verify, expect damage that names `named`, undo by `undo` and expect none. */
static void expect_damage(struct fixture *f, const char *sql, const char *named)
{
	struct sl_findings list = {.a = &f->a};
	bool found = false;
	int64_t n = 0;

	fixture_sql(f, sql);
	fixture_reopen(f, SL_OPEN_READ);
	CHECK_OK(sl_store_verify(f->db, &list, &n, &f->e), &f->e);
	for (size_t i = 0; i < list.n; i++) {
		CHECK(!strcmp(list.v[i].rule, "LOG"));
		found |= strstr(list.v[i].text.p, named) != NULL;
	}
	if (!found)
		for (size_t i = 0; i < list.n; i++)
			printf("%s: %.*s\n", sql, SL_STR_ARG(list.v[i].text));
	if (!found || !list.n)
		printf("%s is not told as %s\n", sql, named);
	CHECK(found);
}

TEST(damage_is_named)
{
	static const struct {
		const char *sql, *named;
	} cases[] = {
	    {"UPDATE sl_content SET document = replace(document, 'SHA', 'CHA') WHERE id = 1",
	     "Revision 1 of HA-1"},
	    {"UPDATE sl_content SET entry = entry || ' ' WHERE id = 2", "Revision 3 of HA-2"},
	    {"UPDATE sl_content SET identity = 'HA-3' WHERE id = 2", "Revision 3 of HA-3"},
	    {"UPDATE sl_content SET said = zeroblob(32) WHERE id = 2", "Revision 3 of"},
	    {"UPDATE sl_content SET hash = zeroblob(32) WHERE id = 2", "Revision 3 of"},
	    {"UPDATE sl_content SET geometry = 2 WHERE id = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_content SET geometry = 0 WHERE id = 1", "Revision 1 of HA-1"},
	    {"DELETE FROM sl_content WHERE id = 1", "Revision 1 of"},
	    {"UPDATE sl_geometry SET wkb = CAST(substr(wkb, 1, 20) || x'00' || substr(wkb, 22) AS BLOB) WHERE "
	     "id = 1",
	     "Revision 1 of HA-1"},
	    {"UPDATE sl_geometry SET repaired = NULL WHERE id = 2", "Revision 3 of HA-2"},
	    {"UPDATE sl_geometry SET area_m2 = area_m2 + 1 WHERE id = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_geometry SET max_x = 103 WHERE id = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_geometry SET shape = 1 WHERE id = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_geometry SET reason = NULL WHERE id = 2", "Revision 3 of HA-2"},
	    {"DELETE FROM sl_geometry WHERE id = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_sealed SET data = zeroblob(length(data)) WHERE content = 3", "Revision 4 of V-1"},
	    {"DELETE FROM sl_sealed WHERE content = 3", "Revision 4 of V-1"},
	    {"UPDATE sl_revision SET effective = effective + 1 WHERE seq = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_revision SET effective = NULL WHERE seq = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_revision SET author = device WHERE seq = 2", "Revision 2 of HA-1"},
	    {"UPDATE sl_revision SET state = 3 WHERE seq = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_revision SET recorded_ms = recorded_ms + 1 WHERE seq = 2", "Revision 2 of HA-1"},
	    {"UPDATE sl_revision SET correction = 1 WHERE seq = 2", "Revision 2 of HA-1"},
	    {"UPDATE sl_revision SET parents = x'' WHERE seq = 2", "Revision 2 of HA-1"},
	    {"UPDATE sl_revision SET parents = x'00' WHERE seq = 2", "Revision 2 of HA-1"},
	    {"UPDATE sl_revision SET parents = (SELECT id FROM sl_revision WHERE seq = 6) WHERE seq = 2",
	     "Revision 2 of HA-1"},
	    {"UPDATE sl_revision SET id = zeroblob(16) WHERE seq = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_revision SET hash = zeroblob(32) WHERE seq = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_revision SET content = 2 WHERE seq = 1", "Revision 1 of"},
	    {"UPDATE sl_revision SET record = 2 WHERE seq = 4", "Revision 4 of"},
	    {"UPDATE sl_record SET uuid = zeroblob(16) WHERE number = 1", "Revision 1 of HA-1"},
	    {"UPDATE sl_record SET kind = (SELECT kind FROM sl_record WHERE number = 3) WHERE number = 1",
	     "Revision 1 of HA-1"},
	    {"UPDATE sl_term SET text = 'clerck' WHERE text = 'clerk'", "Revision 1 of HA-1"},
	    {"DELETE FROM sl_revision WHERE seq = 4", "Revision 4: it is missing"},
	    {"DELETE FROM sl_revision WHERE seq = 12", "Revision 12: it is missing"},
	    {"DELETE FROM sl_revision WHERE seq > 8", "Revision 9: it is missing"},
	    {"UPDATE sl_revision SET seq = 100 WHERE seq = 3; UPDATE sl_revision SET seq = 3 WHERE seq = 4; "
	     "UPDATE sl_revision SET seq = 4 WHERE seq = 100",
	     "Batch 1"},
	    {"DELETE FROM sl_batch WHERE id = 2", "Batch 3"},
	    {"DELETE FROM sl_batch WHERE id = 3", "Revision 9 of HA-1: no signed batch contains it"},
	    {"UPDATE sl_batch SET source = 'x' WHERE id = 2", "Batch 2"},
	    {"UPDATE sl_batch SET file = zeroblob(31) WHERE id = 2", "Batch 2"},
	    {"UPDATE sl_batch SET digest = zeroblob(32) WHERE id = 2", "Batch 2"},
	    {"UPDATE sl_batch SET signature = zeroblob(64) WHERE id = 2", "Batch 2"},
	    {"UPDATE sl_batch SET signer = zeroblob(32) WHERE id = 2", "Batch 2"},
	    {"UPDATE sl_batch SET last_seq = 7 WHERE id = 2", "Batch 2"},
	    {"UPDATE sl_batch SET first_seq = -9000000000000000000, last_seq = 9000000000000000000 WHERE id = "
	     "2",
	     "Batch 2"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture f;

		start(&f);
		if (!i)
			fixture_expect_sound(&f);
		expect_damage(&f, cases[i].sql, cases[i].named);
		fixture_close(&f);
	}
}

/* Bytes of the file flipped anywhere, seeded: whatever happens is an answer, never a crash. */
/* What is derived from the log comes back when somebody dropped it; until then readers are told. */
TEST(dropped_tables_come_back)
{
	static const char *const table[] = {"sl_identity", "sl_land_event", "sl_ledger", "hazard"};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct fixture f;
		struct sl_hash before, after;
		struct sl_identity known;
		struct sl_db *reader;
		char sql[64];
		bool found = false;

		start(&f);
		CHECK_OK(sl_store_digest(f.db, &before, &f.e), &f.e);
		sl_store_close(f.db);
		f.db = NULL;
		snprintf(sql, sizeof sql, "DROP TABLE %s", table[i]);
		fixture_sql(&f, sql);
		if (strcmp(table[i], "hazard")) {
			CHECK_INT(sl_store_open(f.path, SL_OPEN_READ, f.dict, &f.env, &reader, &f.e), SL_CORRUPT);
			CHECK(strstr(f.e.msg, "safelane debug rebuild") != NULL);
			sl_err_clear(&f.e);
		}
		CHECK_OK(sl_store_open(f.path, SL_OPEN_WRITE, f.dict, &f.env, &f.db, &f.e), &f.e);
		CHECK_OK(sl_store_digest(f.db, &after, &f.e), &f.e);
		CHECK(sl_hash_eq(before, after));
		CHECK_OK(sl_store_identify(f.db, sl_dictionary_kind(f.dict, SL_STR("hazard")), SL_STR("HA-1"), &found,
		                           &known, &f.e),
		         &f.e);
		CHECK(found);
		fixture_expect_sound(&f);
		fixture_close(&f);
	}
}

TEST(flipped_bytes_of_the_file_never_crash)
{
	uint64_t seed = 20240301;
	int noticed = 0, rounds = 150;

	for (int i = 0; i < rounds; i++) {
		struct fixture f;
		struct sl_findings list;
		struct sl_err e = {0};
		struct sl_db *db = NULL;
		struct sl_hash h;
		int64_t n = 0;
		FILE *x;
		long size;

		start(&f);
		sl_store_close(f.db);
		f.db = NULL;
		x = fopen(f.path, "r+b");
		fseek(x, 0, SEEK_END);
		size = ftell(x);
		for (int k = 0; k < 200; k++) {
			long at = 100 + (long)(sl_uniform(&seed) * (double)(size - 100));
			int c;

			fseek(x, at, SEEK_SET);
			c = fgetc(x);
			fseek(x, at, SEEK_SET);
			fputc(c ^ (1 << (k % 8)), x);
		}
		fclose(x);
		list = (struct sl_findings){.a = &f.a};
		if (!sl_store_open(f.path, SL_OPEN_READ, f.dict, &f.env, &db, &e)) {
			if (!sl_store_verify(db, &list, &n, &e))
				(void)!sl_store_digest(db, &h, &e);
			sl_store_close(db);
		}
		noticed += e.code != SL_OK || list.n > 0;
		e = (struct sl_err){0};
		if (!sl_store_open(f.path, SL_OPEN_WRITE, f.dict, &f.env, &db, &e)) {
			if (sl_store_rebuild(db, &e))
				e = (struct sl_err){0};
			sl_store_close(db);
		}
		fixture_close(&f);
	}
	CHECK(noticed > rounds / 2);
}
