/* Frozen accounts: a name once, kept word for word, damage is named, a rebuild leaves them. */
#include "fixture.h"

#include "store/frozen.h"

static enum sl_code freeze(struct fixture *f, const char *name, const char *account)
{
	struct sl_frozen z = {.name = sl_str_from(name), .as_of = {18992}, .known_at_ms = f->env.fixed_ms,
	                      .last_seq = 0, .definition = SL_STR("by these rules"), .author = SL_STR("Dara")};

	sl_err_clear(&f->e);
	if (sl_store_begin(f->db, &f->e))
		return f->e.code;
	if (sl_store_freeze(f->db, &z, sl_str_from(account), &f->e) || sl_store_commit(f->db, &f->e))
		sl_store_rollback(f->db);
	return f->e.code;
}

TEST(frozen_is_kept_word_for_word_under_a_name_used_once)
{
	char longest[SL_FROZEN_NAME_MAX + 2];
	struct sl_frozen *list, one;
	struct sl_str text;
	struct fixture f;
	size_t n;

	fixture_open(&f);
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	CHECK_OK(freeze(&f, "End of 2021", "first\naccount"), &f.e);
	CHECK_OK(freeze(&f, "نهاية 2022", ""), &f.e);
	CHECK_INT(freeze(&f, "END OF  2021", "other"), SL_CONFLICT);
	CHECK_INT(freeze(&f, "", "other"), SL_INVALID);
	CHECK_INT(freeze(&f, " x", "other"), SL_INVALID);
	CHECK_INT(freeze(&f, "two\nlines", "other"), SL_INVALID);
	CHECK_INT(freeze(&f, "\xff", "other"), SL_INVALID);
	CHECK_INT(freeze(&f, longest, "other"), SL_INVALID);
	longest[sizeof longest - 2] = 0;
	CHECK_OK(freeze(&f, longest, "other"), &f.e);
	fixture_expect_sound(&f); /* a rebuild leaves them */
	fixture_reopen(&f, SL_OPEN_READ);
	CHECK_OK(sl_store_frozen(f.db, &f.a, &list, &n, &f.e), &f.e);
	CHECK_INT(n, 3);
	CHECK_STR(list[0].name, "End of 2021");
	CHECK_STR(list[0].author, "Dara");
	CHECK_STR(list[0].definition, "by these rules");
	CHECK_INT(list[0].as_of.day, 18992);
	CHECK_OK(sl_store_frozen_named(f.db, &f.a, SL_STR("end of 2021"), &one, &f.e), &f.e);
	CHECK_INT(one.id, 1);
	CHECK_OK(sl_store_frozen_account(f.db, &f.a, &one, &text, &f.e), &f.e);
	CHECK_STR(text, "first\naccount");
	CHECK_INT(sl_store_frozen_named(f.db, &f.a, SL_STR("end of 2020"), &one, &f.e), SL_NOT_FOUND);
	fixture_close(&f);
}

TEST(frozen_damage_is_named)
{
	static const struct {
		const char *sql, *named;
	} cases[] = {
	    {"UPDATE sl_snapshot SET account = x'00' WHERE id = 1", "its account is not what was frozen"},
	    {"UPDATE sl_snapshot SET account = x'', hash = (SELECT hash FROM sl_snapshot WHERE id = 2) WHERE id = 1",
	     "not what was hashed"},
	    {"UPDATE sl_snapshot SET name = 'end of 2020' WHERE id = 1", "Snapshot 1, 'end of 2020'"},
	    {"UPDATE sl_snapshot SET as_of = as_of + 365 WHERE id = 1", "not what was hashed"},
	    {"UPDATE sl_snapshot SET known_at_ms = 1 WHERE id = 2", "not what was hashed"},
	    {"UPDATE sl_snapshot SET definition = 'other' WHERE id = 2", "not what was hashed"},
	    {"UPDATE sl_snapshot SET author = 'Eve' WHERE id = 2", "not what was hashed"},
	    {"UPDATE sl_snapshot SET last_seq = 7 WHERE id = 2", "not what was hashed"},
	    {"UPDATE sl_snapshot SET signature = zeroblob(64) WHERE id = 2", "signature"},
	    {"UPDATE sl_snapshot SET signer = zeroblob(3) WHERE id = 2", "its row is damaged"},
	    {"DELETE FROM sl_snapshot WHERE id = 1", "the snapshot before it is missing"},
	    {"UPDATE sl_snapshot SET id = 3 WHERE id = 2", "the snapshot before it is missing"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_findings list;
		struct fixture f;
		bool found = false;
		int64_t n;

		fixture_open(&f);
		list = (struct sl_findings){.a = &f.a};
		CHECK_OK(freeze(&f, "end of 2021", "one"), &f.e);
		CHECK_OK(freeze(&f, "end of 2022", ""), &f.e);
		fixture_sql(&f, cases[i].sql);
		fixture_reopen(&f, SL_OPEN_READ);
		CHECK_OK(sl_store_verify(f.db, &list, &n, &f.e), &f.e);
		for (size_t k = 0; k < list.n; k++)
			found |= strstr(list.v[k].text.p, cases[i].named) != NULL;
		if (!found)
			printf("%s is not told as %s\n", cases[i].sql, cases[i].named);
		CHECK(found);
		fixture_close(&f);
	}
}
