/* Names, telephones and exact places of people: sealed, and gone when the key is. */
#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#define PLANTED "Sokhapheaktra"

static const char *const victim[] = {"id=V-1",
                                     "family_name=" PLANTED,
                                     "given_name=Dara",
                                     "telephone=012345678",
                                     "effective_date=2024-01-05",
                                     "age=UNK",
                                     NULL};

static void add_victim(struct fixture *f, struct sl_revision *r)
{
	CHECK_OK(sl_store_begin(f->db, &f->e), &f->e);
	CHECK(fixture_append(f, "victim",
	                     &(struct append_options){.state = SL_APPROVED,
	                                              .date = "2024-01-05",
	                                              .wkt = "POINT(102.123456 13.654321)"},
	                     victim, r));
	CHECK(!fixture_files_hold(f, PLANTED)); /* in the journal while the transaction is open */
	CHECK_OK(sl_store_commit(f->db, &f->e), &f->e);
}

TEST(sealed_values_stand_nowhere_in_clear)
{
	struct fixture f;
	struct sl_revision r;
	struct sl_str json = {"", 0};
	struct stat st;

	fixture_open(&f);
	/* A first revision, so that the next transaction goes through WAL. */
	add_victim(&f, &r);
	CHECK(!fixture_files_hold(&f, PLANTED));
	add_victim(&f, &r);
	CHECK(!fixture_files_hold(&f, PLANTED));
	CHECK(!fixture_files_hold(&f, "13.654321"));
	CHECK(fixture_files_hold(&f, "V-1")); /* the search does find what is there */
	CHECK_OK(sl_store_unseal(f.db, &f.a, r.id, &json, &f.e), &f.e);
	CHECK(strstr(sl_str_dup(&f.a, json, &f.e), PLANTED) != NULL);
	CHECK(strstr(sl_str_dup(&f.a, json, &f.e), "13.654321") != NULL);
	CHECK(!stat(f.keys, &st) && (st.st_mode & 0777) == 0600);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM pragma_table_info('victim') WHERE name IN "
	                             "('family_name', 'telephone', 'geom', 'geometry')"),
	          0);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM victim WHERE unknown = 'age:UNK'"), 2);
	fixture_expect_sound(&f);
	CHECK(!fixture_files_hold(&f, PLANTED));
	fixture_close(&f);
}

TEST(entry_of_a_hidden_place_is_sealed_too)
{
	struct fixture f;
	struct sl_revision r;

	fixture_open(&f);
	add_victim(&f, &r);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_content WHERE entry = ''"), 1);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_geometry"), 0);
	fixture_close(&f);
}

TEST(place_of_a_person_without_seal_is_refused)
{
	static const char *const bare[] = {"id=V-2", NULL};
	struct fixture f;
	struct sl_revision r = {.state = SL_APPROVED, .document = SL_STR("{}"), .geometry.wkb = SL_STR("x")};

	fixture_open(&f);
	r.kind = sl_dictionary_kind(f.dict, SL_STR("victim"));
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK_INT(sl_store_append(f.db, &r, NULL, &f.e), SL_INVALID);
	sl_err_clear(&f.e);
	CHECK(fixture_append(&f, "victim", &(struct append_options){.state = SL_APPROVED}, bare, NULL));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(same_person_again_is_recognised)
{
	struct fixture f;
	struct sl_revision r, again;
	struct sl_hash said;

	fixture_open(&f);
	add_victim(&f, &r);
	again = r;
	CHECK_OK(sl_revision_said(f.db, r.record, &again, &said, &f.e), &f.e);
	CHECK(sl_hash_eq(said, r.said));
	again.sealed = SL_STR("{\"family_name\":\"Other\"}");
	CHECK_OK(sl_revision_said(f.db, r.record, &again, &said, &f.e), &f.e);
	CHECK(!sl_hash_eq(said, r.said));
	fixture_close(&f);
}

TEST(erased_person_is_gone_and_every_hash_stays_valid)
{
	struct fixture f;
	struct sl_revision r, other, again;
	struct sl_hash said, later;
	struct sl_str json;

	fixture_open(&f);
	add_victim(&f, &r);
	add_victim(&f, &other);
	CHECK_OK(sl_store_erase(f.db, r.record, &f.e), &f.e);
	CHECK_OK(sl_store_erase(f.db, r.record, &f.e), &f.e); /* once more changes nothing */
	CHECK_INT(sl_store_unseal(f.db, &f.a, r.id, &json, &f.e), SL_DENIED);
	sl_err_clear(&f.e);
	CHECK_OK(sl_store_unseal(f.db, &f.a, other.id, &json, &f.e), &f.e);
	fixture_expect_sound(&f);
	/* The same person in the next file is recognised and does not come back. */
	again = r;
	CHECK_OK(sl_revision_said(f.db, r.record, &again, &said, &f.e), &f.e);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	again.id = (struct sl_uuid){{0}};
	again.parent[0] = r.id;
	again.n_parents = 1;
	CHECK_OK(sl_store_append(f.db, &again, NULL, &f.e), &f.e);
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK(sl_hash_eq(again.said, said));
	CHECK_OK(sl_store_unseal(f.db, &f.a, again.id, &json, &f.e), &f.e);
	CHECK_INT(json.n, 0);
	CHECK_OK(sl_revision_said(f.db, r.record, &again, &later, &f.e), &f.e);
	CHECK(sl_hash_eq(later, said));
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(programme_without_its_keys_reads_and_verifies)
{
	struct fixture f;
	struct sl_revision r;
	struct sl_str json;
	char away[128];

	fixture_open(&f);
	add_victim(&f, &r);
	sl_store_close(f.db);
	f.db = NULL;
	snprintf(away, sizeof away, "%s.away", f.keys);
	CHECK(!rename(f.keys, away));
	fixture_reopen(&f, SL_OPEN_READ);
	CHECK_INT(sl_store_unseal(f.db, &f.a, r.id, &json, &f.e), SL_DENIED);
	CHECK(strstr(f.e.msg, ".keys") != NULL);
	sl_err_clear(&f.e);
	fixture_reopen(&f, SL_OPEN_WRITE);
	CHECK_INT(sl_store_erase(f.db, r.record, &f.e), SL_NOT_FOUND);
	sl_err_clear(&f.e);
	fixture_expect_sound(&f);
	/* Another office's keys do not open it. */
	add_victim(&f, &r);
	CHECK_OK(sl_store_unseal(f.db, &f.a, r.id, &json, &f.e), &f.e);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

/* Keys destroyed: the erased one's bytes are nowhere in the key file. */
TEST(erased_key_leaves_no_bytes)
{
	struct fixture f;
	struct sl_revision r;
	unsigned char key[32];
	FILE *x;
	char all[65536];
	size_t n, at = 0;

	fixture_open(&f);
	add_victim(&f, &r);
	/* The key stands in the file beside the record's UUID: record header, UUID, key. */
	x = fopen(f.keys, "rb");
	n = fread(all, 1, sizeof all, x);
	fclose(x);
	for (size_t i = 0; i + 48 <= n && !at; i++)
		if (!memcmp(all + i, r.record.b, 16))
			at = i;
	CHECK(at > 0);
	memcpy(key, all + at + 16, sizeof key);
	CHECK_OK(sl_store_erase(f.db, r.record, &f.e), &f.e);
	x = fopen(f.keys, "rb");
	n = fread(all, 1, sizeof all, x);
	fclose(x);
	for (size_t i = 0; i + 32 <= n; i++)
		CHECK(memcmp(all + i, key, 32) != 0);
	fixture_close(&f);
}
