/* The log of what phones sent: each row follows from the one before, and the last of a transaction is signed. */
#include "fixture.h"

#include "store/attachment.h"
#include "store/submission.h"

/* As a phone's form becomes a record; in the open transaction. */
static void submit(struct fixture *f, int i)
{
	struct sl_attachment xml = {.name = SL_STR("submission.xml"), .media_type = SL_STR("text/xml")};
	struct sl_submission s = {.form = SL_STR("hazard"), .version = SL_STR("1"), .account = SL_STR("phone-1"),
	                          .organisation = SL_STR("Clear Ways")};
	const char *const field[] = {sl_arena_printf(&f->a, &f->e, "id=HA-%d", i), NULL};
	struct sl_revision r = {0};
	bool already;

	CHECK(fixture_append(f, "hazard", &(struct append_options){.state = SL_SUBMITTED, .date = "2024-01-05"}, field, &r));
	xml.record = s.record = r.record;
	s.revision = r.id;
	CHECK_OK(sl_store_attach(f->db, &f->a, &xml, sl_str_from(field[0]), &already, &f->e), &f->e);
	s.xml = xml.id;
	s.instance = sl_str_from(sl_arena_printf(&f->a, &f->e, "uuid:%d", i));
	CHECK_OK(sl_store_submission_add(f->db, &s, &f->e), &f->e);
	CHECK_INT(s.id, i);
}

/* One alone, and three of one transaction; then what somebody may do to the file, and what verify says of it. */
TEST(submission_damage_is_named)
{
	static const struct {
		const char *sql, *says;
	} damage[] = {
	    {"SELECT 1", NULL},
	    {"UPDATE sl_submission SET account = 'Eve' WHERE id = 1", "Submission 1: its instance"},
	    {"UPDATE sl_submission SET account = 'Eve' WHERE id = 3", "Submission 3: its instance"},
	    {"UPDATE sl_submission SET signature = zeroblob(64) WHERE id = 4", "Submission 4: its signature"},
	    {"UPDATE sl_submission SET signature = x'' WHERE id = 4", "Submission 4: its row is damaged"},
	    {"UPDATE sl_submission SET signer = x'', signature = x'' WHERE id = 4", "Submission 4: what was signed with it"},
	    {"DELETE FROM sl_submission WHERE id = 4", "Submission 3: what was signed with it is missing"},
	    {"DELETE FROM sl_submission WHERE id = 2", "Submission 3: the submission before it is missing"},
	    {"UPDATE sl_submission SET digest = zeroblob(32) WHERE id = 2", "Submission 3: it does not follow"},
	    {"DELETE FROM sl_attachment WHERE id = 2", "Submission 2: its XML is missing"},
	};

	for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
		struct sl_findings found = {0};
		struct fixture f;
		bool named = false;
		int64_t n;

		fixture_open(&f);
		CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
		submit(&f, 1);
		CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
		CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
		submit(&f, 2); /* and is not kept */
		sl_store_rollback(f.db);
		CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
		for (int k = 2; k <= 4; k++)
			submit(&f, k);
		CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
		CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_submission WHERE length(signature) = 64"), 2);
		fixture_sql(&f, damage[i].sql);
		fixture_reopen(&f, SL_OPEN_READ);
		found.a = &f.a;
		CHECK_OK(sl_store_verify(f.db, &found, &n, &f.e), &f.e);
		for (size_t k = 0; k < found.n && damage[i].says; k++)
			named |= sl_str_has_prefix(found.v[k].text, damage[i].says);
		if (damage[i].says ? !named : found.n > 0)
			printf("%s: %s\n", damage[i].sql, found.n ? sl_str_dup(&f.a, found.v[0].text, &f.e) : "nothing found");
		CHECK(damage[i].says ? named : !found.n);
		fixture_close(&f);
	}
}
