/* Files of records: chained, signed, kept once, sealed where they are about people. */
#include "fixture.h"

#include "store/attachment.h"

#include <stdlib.h>

#define BYTES "\xff\xd8\xff\xe0 a photograph, not really"

static struct sl_uuid add_record(struct fixture *f, const char *kind, const char *id)
{
	const char *const field[] = {id, NULL};
	struct sl_revision r = {0};

	CHECK_OK(sl_store_begin(f->db, &f->e), &f->e);
	CHECK(fixture_append(f, kind, &(struct append_options){.state = SL_APPROVED, .date = "2024-01-05"}, field, &r));
	CHECK_OK(sl_store_commit(f->db, &f->e), &f->e);
	return r.record;
}

static struct sl_attachment attach(struct fixture *f, struct sl_uuid record, const char *field, struct sl_str bytes,
                                   bool sealed, bool *already)
{
	struct sl_attachment at = {.record = record,
	                           .field = sl_str_from(field),
	                           .name = SL_STR("IMG_0001-Sokha.jpg"),
	                           .caption = SL_STR("the northern fence"),
	                           .media_type = SL_STR("image/jpeg"),
	                           .sealed = sealed,
	                           .author = SL_STR("Ana"),
	                           .organisation = SL_STR("Clear Ways")};

	CHECK_OK(sl_store_begin(f->db, &f->e), &f->e);
	CHECK_OK(sl_store_attach(f->db, &f->a, &at, bytes, already, &f->e), &f->e);
	CHECK_OK(sl_store_commit(f->db, &f->e), &f->e);
	return at;
}

static size_t read_all(struct fixture *f, struct sl_uuid record, struct sl_attachment **list)
{
	size_t n = 0;

	CHECK_OK(sl_store_attachments(f->db, &f->a, record, list, &n, &f->e), &f->e);
	return n;
}

TEST(attachment_is_there_after_reopening)
{
	struct sl_attachment *list;
	struct sl_str bytes = {"", 0};
	struct sl_uuid record, other;
	struct fixture f;
	bool already = true;

	fixture_open(&f);
	record = add_record(&f, "hazard", "id=HA-1");
	other = add_record(&f, "hazard", "id=HA-2");
	attach(&f, record, "", SL_STR(BYTES), false, &already);
	CHECK(!already);
	attach(&f, record, "", SL_STR("%PDF-1.7"), false, &already);
	fixture_reopen(&f, SL_OPEN_READ);
	CHECK_INT(read_all(&f, other, &list), 0);
	CHECK_INT(read_all(&f, record, &list), 2);
	CHECK(sl_str_is(list[0].name, "IMG_0001-Sokha.jpg") && sl_str_is(list[0].caption, "the northern fence"));
	CHECK(sl_str_is(list[0].author, "Ana") && sl_str_is(list[0].organisation, "Clear Ways"));
	CHECK(sl_str_is(list[0].device, "laptop") && list[0].recorded_ms == 1700000000000);
	CHECK_INT(list[0].size, sizeof BYTES - 1);
	CHECK_OK(sl_store_attachment_bytes(f.db, &f.a, &list[0], &bytes, &f.e), &f.e);
	CHECK(sl_str_eq(bytes, SL_STR(BYTES)));
	fixture_reopen(&f, SL_OPEN_WRITE);
	fixture_expect_sound(&f);
	CHECK_INT(read_all(&f, record, &list), 2); /* a rebuild leaves them */
	fixture_close(&f);
}

TEST(attachment_sent_twice_is_added_once)
{
	struct sl_attachment first, again, *list;
	struct sl_uuid record, victim, other;
	struct fixture f;
	bool already;

	fixture_open(&f);
	record = add_record(&f, "hazard", "id=HA-1");
	other = add_record(&f, "hazard", "id=HA-2");
	victim = add_record(&f, "victim", "id=V-1");
	first = attach(&f, record, "", SL_STR(BYTES), false, &already);
	again = attach(&f, record, "", SL_STR(BYTES), false, &already);
	CHECK(already && sl_uuid_eq(first.id, again.id));
	attach(&f, record, "name", SL_STR(BYTES), false, &already);
	CHECK(!already); /* of another field */
	attach(&f, other, "", SL_STR(BYTES), false, &already);
	CHECK(!already); /* of another record: the bytes are kept once */
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_blob"), 1);
	CHECK_INT(read_all(&f, record, &list), 2);
	attach(&f, victim, "", SL_STR(BYTES), true, &already);
	CHECK(!already);
	attach(&f, victim, "", SL_STR(BYTES), true, &already);
	CHECK(already); /* though no ciphertext is like another */
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_blob"), 2);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(attachment_of_people_stands_nowhere_in_clear)
{
	struct sl_attachment *list;
	struct sl_str bytes = {"", 0};
	struct sl_uuid victim;
	struct fixture f;
	bool already;

	fixture_open(&f);
	CHECK(sl_attachment_is_sealed(sl_dictionary_kind(f.dict, SL_STR("victim")), SL_STR("")));
	CHECK(sl_attachment_is_sealed(sl_dictionary_kind(f.dict, SL_STR("hazard")), SL_STR("landowner")));
	CHECK(!sl_attachment_is_sealed(sl_dictionary_kind(f.dict, SL_STR("hazard")), SL_STR("name")));
	CHECK(!sl_attachment_is_sealed(sl_dictionary_kind(f.dict, SL_STR("hazard")), SL_STR("")));
	victim = add_record(&f, "victim", "id=V-1");
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	sl_store_rollback(f.db); /* so that the next goes through WAL */
	attach(&f, victim, "", SL_STR("Sokhapheaktra in a photograph"), true, &already);
	CHECK(!fixture_files_hold(&f, "Sokhapheaktra"));
	CHECK(!fixture_files_hold(&f, "IMG_0001"));
	CHECK(!fixture_files_hold(&f, "northern fence"));
	CHECK_INT(read_all(&f, victim, &list), 1);
	CHECK(list[0].sealed && !list[0].name.n && !list[0].caption.n);
	CHECK_OK(sl_store_attachment_bytes(f.db, &f.a, &list[0], &bytes, &f.e), &f.e);
	CHECK(sl_str_is(bytes, "Sokhapheaktra in a photograph"));
	CHECK(sl_str_is(list[0].name, "IMG_0001-Sokha.jpg") && sl_str_is(list[0].caption, "the northern fence"));
	/* A ciphertext put under another attachment does not open there. */
	list[0].id.b[3] ^= 1;
	CHECK_INT(sl_store_attachment_bytes(f.db, &f.a, &list[0], &bytes, &f.e), SL_DENIED);
	sl_err_clear(&f.e);
	list[0].id.b[3] ^= 1;
	CHECK_OK(sl_store_erase(f.db, victim, &f.e), &f.e);
	CHECK_INT(sl_store_attachment_bytes(f.db, &f.a, &list[0], &bytes, &f.e), SL_DENIED);
	sl_err_clear(&f.e);
	fixture_expect_sound(&f); /* every hash stays */
	fixture_close(&f);
}

TEST(attachment_not_committed_is_not_there)
{
	struct sl_attachment at = {.name = SL_STR("a"), .media_type = SL_STR("text/plain")}, *list;
	struct fixture f;
	bool already;

	fixture_open(&f);
	at.record = add_record(&f, "hazard", "id=HA-1");
	CHECK_INT(sl_store_attach(f.db, &f.a, &at, SL_STR("x"), &already, &f.e), SL_CONFLICT);
	sl_err_clear(&f.e);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK_INT(sl_store_attach(f.db, &f.a, &at, SL_STR(""), &already, &f.e), SL_INVALID);
	sl_err_clear(&f.e);
	CHECK_OK(sl_store_attach(f.db, &f.a, &at, SL_STR("x"), &already, &f.e), &f.e);
	at.record.b[0] ^= 1;
	CHECK_INT(sl_store_attach(f.db, &f.a, &at, SL_STR("x"), &already, &f.e), SL_NOT_FOUND);
	sl_err_clear(&f.e);
	sl_store_rollback(f.db);
	at.record.b[0] ^= 1;
	CHECK_INT(read_all(&f, at.record, &list), 0);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_blob"), 0);
	fixture_close(&f);
}

/* Each thing that somebody may do to the file, and what verify says of it. */
TEST(attachment_damage_is_named)
{
	static const struct {
		const char *sql, *says;
	} damage[] = {
	    {"UPDATE sl_attachment SET author = 'Eve' WHERE id = 2", "Attachment 2: its record, names"},
	    {"UPDATE sl_attachment SET record = (SELECT uuid FROM sl_record WHERE number = 2) WHERE id = 1",
	     "Attachment 1: its record, names"},
	    {"UPDATE sl_attachment SET sealed = 1 WHERE id = 1", "Attachment 1: its record, names"},
	    {"UPDATE sl_attachment SET signature = zeroblob(64) WHERE id = 3", "Attachment 3: its signature"},
	    {"UPDATE sl_attachment SET kept = x'00' WHERE id = 3", "Attachment 3: its row is damaged"},
	    {"DELETE FROM sl_attachment WHERE id = 2", "Attachment 3: the attachment before it is missing"},
	    {"DELETE FROM sl_attachment WHERE id = 1; UPDATE sl_attachment SET id = id - 1", "Attachment 1: it does not follow"},
	    {"UPDATE sl_attachment SET signer = x'' WHERE id = 3", "Attachment 3: its row is damaged"},
	    {"UPDATE sl_attachment SET signer = x'', signature = x'' WHERE id = 3", "Attachment 3: what was signed with it"},
	    {"DELETE FROM sl_blob WHERE id = 1", "Attachment 1: its bytes are missing"},
	    {"UPDATE sl_blob SET data = data || x'00' WHERE id = 2", "Attachment 2: its bytes are not what was hashed"},
	};

	for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
		struct sl_findings found = {0};
		struct sl_uuid record;
		struct fixture f;
		bool already, named = false;
		int64_t n;

		fixture_open(&f);
		record = add_record(&f, "hazard", "id=HA-1");
		add_record(&f, "hazard", "id=HA-2");
		attach(&f, record, "", SL_STR("one"), false, &already);
		attach(&f, record, "", SL_STR("two"), false, &already);
		attach(&f, record, "", SL_STR("three"), false, &already);
		fixture_sql(&f, damage[i].sql);
		fixture_reopen(&f, SL_OPEN_READ);
		found.a = &f.a;
		CHECK_OK(sl_store_verify(f.db, &found, &n, &f.e), &f.e);
		for (size_t k = 0; k < found.n; k++)
			named |= sl_str_has_prefix(found.v[k].text, damage[i].says);
		if (!named)
			printf("%s: %s\n", damage[i].sql, found.n ? sl_str_dup(&f.a, found.v[0].text, &f.e) : "nothing found");
		CHECK(named);
		fixture_close(&f);
	}
}

/* The last of a transaction is signed, and those before it by that: nobody can take it away, nor strike out its signature
 * and leave the rest. */
TEST(attachment_signature_is_of_all_of_a_transaction)
{
	static const struct {
		const char *sql, *says;
	} damage[] = {
	    {"SELECT 1", NULL},
	    {"DELETE FROM sl_attachment WHERE id = 4", "Attachment 3: what was signed with it is missing"},
	    {"UPDATE sl_attachment SET signer = x'', signature = x'' WHERE id = 4", "Attachment 4: what was signed with it"},
	    {"UPDATE sl_attachment SET caption = 'no fence' WHERE id = 2", "Attachment 2: its record, names"},
	    {"UPDATE sl_attachment SET signature = zeroblob(64) WHERE id = 4", "Attachment 4: its signature"},
	    {"UPDATE sl_attachment SET digest = zeroblob(32) WHERE id = 3", "Attachment 4: it does not follow"},
	};

	for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
		struct sl_attachment at = {.name = SL_STR("a"), .media_type = SL_STR("text/plain")};
		struct sl_findings found = {0};
		struct fixture f;
		bool already, named = false;
		int64_t n;

		fixture_open(&f);
		at.record = add_record(&f, "hazard", "id=HA-1");
		attach(&f, at.record, "", SL_STR("one"), false, &already);
		CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
		CHECK_OK(sl_store_attach(f.db, &f.a, &at, SL_STR("two"), &already, &f.e), &f.e);
		CHECK_OK(sl_store_attach(f.db, &f.a, &at, SL_STR("three"), &already, &f.e), &f.e);
		CHECK_OK(sl_store_attach(f.db, &f.a, &at, SL_STR("four"), &already, &f.e), &f.e);
		CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
		CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_attachment WHERE length(signature) = 64"), 2);
		fixture_sql(&f, damage[i].sql);
		fixture_reopen(&f, SL_OPEN_READ);
		found.a = &f.a;
		CHECK_OK(sl_store_verify(f.db, &found, &n, &f.e), &f.e);
		for (size_t k = 0; k < found.n && damage[i].says; k++)
			named |= sl_str_has_prefix(found.v[k].text, damage[i].says);
		CHECK(damage[i].says ? named : !found.n);
		fixture_close(&f);
	}
}

/* A file made before there were attachments. */
TEST(attachment_tables_come_to_an_older_file)
{
	struct sl_attachment *list;
	struct sl_uuid record;
	struct fixture f;
	bool already;

	fixture_open(&f);
	record = add_record(&f, "hazard", "id=HA-1");
	fixture_sql(&f, "DROP TABLE sl_attachment; DROP TABLE sl_blob;"
	                "DELETE FROM gpkg_contents WHERE table_name LIKE 'sl\\_%' ESCAPE '\\'");
	fixture_reopen(&f, SL_OPEN_READ);
	CHECK_INT(read_all(&f, record, &list), 0);
	fixture_reopen(&f, SL_OPEN_WRITE);
	attach(&f, record, "", SL_STR("one"), false, &already);
	CHECK_INT(read_all(&f, record, &list), 1);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM gpkg_contents WHERE table_name LIKE 'sl\\_%' ESCAPE '\\'"), 2);
	fixture_expect_sound(&f);
	fixture_close(&f);
}
