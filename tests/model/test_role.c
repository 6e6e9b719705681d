/* The table of rights against tests/cases/roles.txt, and what rights do to records. */
#include "check.h"
#include "model/role.h"
#include "model/serving.h"

static const char *const word[] = {"-", "own", "org", "all"};

/* One row: its name and SL_RIGHTS words. False for comments and at the end. */
static bool next_row(FILE *f, char name[40], char cell[SL_RIGHTS][8], bool *end)
{
	char line[400];
	int n = 0, used;

	*end = !fgets(line, sizeof line, f);
	if (*end || line[0] == '#' || sscanf(line, "%39s%n", name, &used) != 1)
		return false;
	for (const char *p = line + used; n < SL_RIGHTS && sscanf(p, "%7s%n", cell[n], &used) == 1; p += used)
		n++;
	CHECK_INT(n, SL_RIGHTS);
	return n == SL_RIGHTS;
}

TEST(table_of_rights_is_as_written)
{
	FILE *f = fopen(SL_SOURCE_DIR "/tests/cases/roles.txt", "r");
	char name[40], cell[SL_RIGHTS][8];
	int roles = 0, scopes = 0;
	enum sl_scope scope;
	enum sl_role role;
	bool end = !f;

	CHECK(f != NULL);
	while (!end) {
		if (!next_row(f, name, cell, &end))
			continue;
		if (!strncmp(name, "scope:", 6)) {
			CHECK(sl_scope_from(sl_str_from(name + 6), &scope));
			CHECK_INT(scope, scopes++);
			for (int i = 0; i < SL_RIGHTS; i++)
				CHECK_STR(sl_str_from(cell[i]), sl_scope_has(scope, (enum sl_right)i) ? "x" : "-");
			continue;
		}
		CHECK(sl_role_from(sl_str_from(name), &role));
		CHECK_INT(role, roles++);
		for (int i = 0; i < SL_RIGHTS; i++)
			if (strcmp(cell[i], word[sl_role_may(role, (enum sl_right)i)]) != 0) {
				printf("%s, %s: the table has %s, not %s\n", name, sl_right_name((enum sl_right)i),
				       word[sl_role_may(role, (enum sl_right)i)], cell[i]);
				test_failures++;
			}
	}
	CHECK_INT(roles, SL_ROLES);
	CHECK_INT(scopes, 5);
	if (f)
		fclose(f);
}

/* The order of the columns above is that of the names, and names come back. */
TEST(names_of_roles_and_rights)
{
	enum sl_role role;
	enum sl_scope scope;

	CHECK_STR(sl_str_from(sl_right_name(SL_RIGHT_READ_PUBLISHED)), "read-published");
	CHECK_STR(sl_str_from(sl_right_name(SL_RIGHT_READ_SENSITIVE)), "read-sensitive");
	CHECK_STR(sl_str_from(sl_right_name(SL_RIGHT_MANAGE_PEOPLE)), "manage-people");
	CHECK_STR(sl_str_from(sl_right_name(SL_RIGHT_READ_AUDIT)), "read-audit");
	for (int i = 0; i < SL_ROLES; i++) {
		CHECK(sl_role_from(sl_str_from(sl_role_name((enum sl_role)i)), &role));
		CHECK_INT(role, i);
	}
	CHECK(!sl_role_from(SL_STR("king"), &role));
	CHECK(!sl_role_from(SL_STR(""), &role));
	CHECK(!sl_scope_from(SL_STR("all"), &scope));
}

TEST(whatever_is_not_known_is_denied)
{
	struct sl_person nobody = {0};
	struct sl_standing approved = {.approved = true};

	for (int i = 0; i < SL_RIGHTS; i++)
		CHECK_INT(sl_person_may(&nobody, (enum sl_right)i), SL_EXTENT_NONE);
	CHECK(!sl_may_see_record(&nobody, &approved));
	CHECK(!sl_may_approve(&nobody, &approved, true));
	CHECK_INT(sl_role_may((enum sl_role)99, SL_RIGHT_EXPORT), SL_EXTENT_NONE);
	CHECK_INT(sl_role_may(SL_ROLE_OFFICER, (enum sl_right)99), SL_EXTENT_NONE);
	CHECK(!sl_scope_has((enum sl_scope)99, SL_RIGHT_EXPORT));
}

static struct sl_person person(const char *name, const char *organisation, enum sl_role role)
{
	return (struct sl_person){sl_str_from(name), sl_str_from(organisation), role, SL_SCOPE_FULL};
}

static struct sl_standing standing(const char *author, const char *organisation)
{
	return (struct sl_standing){.author = sl_str_from(author), .organisation = sl_str_from(organisation)};
}

TEST(operators_see_the_records_of_their_organisation_only)
{
	struct sl_person op = person("Sok", "MAG", SL_ROLE_OPERATOR),
	                 lost = person("Sok", "", SL_ROLE_OPERATOR);
	struct sl_standing own = standing("Dara", "MAG"), other = standing("Dara", "HALO"),
	                   nobodys = standing("Sok", "");

	for (int approved = 0; approved < 2; approved++) {
		own.approved = other.approved = nobodys.approved = approved;
		CHECK(sl_may_see_record(&op, &own));
		CHECK(sl_may_see_sensitive(&op, &own));
		CHECK(sl_may_write_record(&op, &own));
		CHECK(!sl_may_see_record(&op, &other));
		CHECK(!sl_may_see_sensitive(&op, &other));
		CHECK(!sl_may_write_record(&op, &other));
		/* No organisation is not the same organisation. */
		CHECK(!sl_may_see_record(&op, &nobodys));
		CHECK(!sl_may_see_record(&lost, &nobodys));
		CHECK(!sl_may_see_record(&lost, &own));
	}
	own.organisation = SL_STR(" mag ");
	CHECK(sl_may_see_record(&op, &own));
	own.organisation = SL_STR("MAG2");
	CHECK(!sl_may_see_record(&op, &own));
	own.organisation = SL_STR("MA\xff");
	CHECK(!sl_may_see_record(&op, &own));
}

TEST(drafts_are_their_authors_only)
{
	struct sl_person officer = person("Anna", "", SL_ROLE_OFFICER),
	                 clerk = person("Dara", "", SL_ROLE_DATA_ENTRY),
	                 reader = person("Dara", "", SL_ROLE_READER);
	struct sl_standing draft = standing("Dara", "MAG");

	draft.draft = true;
	CHECK(sl_may_see_record(&clerk, &draft));
	CHECK(sl_may_see_sensitive(&clerk, &draft));
	CHECK(sl_may_write_record(&clerk, &draft));
	CHECK(!sl_may_see_record(&officer, &draft));
	CHECK(!sl_may_see_sensitive(&officer, &draft));
	CHECK(!sl_may_write_record(&officer, &draft));
	CHECK(!sl_may_see_record(&reader, &draft));
}

TEST(sensitive_data_reaches_the_roles_allowed)
{
	struct sl_standing mine = standing("Dara", "MAG"), theirs = standing("Sok", "MAG");
	struct sl_person p = person("Dara", "MAG", SL_ROLE_DATA_ENTRY);

	mine.approved = theirs.approved = true;
	CHECK(sl_may_see_sensitive(&p, &mine));
	CHECK(!sl_may_see_sensitive(&p, &theirs));
	CHECK(sl_may_see_record(&p, &theirs));
	p.role = SL_ROLE_QUALITY;
	CHECK(!sl_may_see_sensitive(&p, &mine));
	p.role = SL_ROLE_READER;
	CHECK(!sl_may_see_sensitive(&p, &mine));
	p.role = SL_ROLE_OFFICER;
	CHECK(sl_may_see_sensitive(&p, &theirs));
	/* With a token nobody sees it. */
	p.scope = SL_SCOPE_WRITE;
	CHECK(!sl_may_see_sensitive(&p, &mine));
	CHECK(sl_may_see_record(&p, &theirs));
}

TEST(quality_writes_quality_and_nothing_else)
{
	struct sl_person q = person("Vy", "", SL_ROLE_QUALITY), clerk = person("Dara", "", SL_ROLE_DATA_ENTRY);
	struct sl_standing hazard = standing("Dara", "MAG"), visit = standing("Vy", "");

	visit.quality = true;
	CHECK(sl_may_write_record(&q, &visit));
	CHECK(!sl_may_write_record(&q, &hazard));
	CHECK(!sl_may_write_record(&clerk, &visit));
	CHECK(sl_may_write_record(&clerk, &hazard));
}

TEST(nobody_approves_what_they_entered)
{
	struct sl_person p = person("Nguyễn Vy", "", SL_ROLE_REVIEWER);
	struct sl_standing own = standing("Nguyễn Vy", "MAG"), other = standing("Dara", "MAG");

	CHECK(!sl_may_approve(&p, &own, false));
	CHECK(sl_may_approve(&p, &own, true));
	CHECK(sl_may_approve(&p, &other, false));
	/* The same name, as another keyboard writes it: decomposed, capitals, two blanks. */
	own.author = SL_STR("NGUYE\xcc\x82\xcc\x83N  vy");
	CHECK(!sl_may_approve(&p, &own, false));
	/* An author that cannot be read may be anybody. */
	own.author = SL_STR("Vy\xff");
	CHECK(!sl_may_approve(&p, &own, false));
	p.role = SL_ROLE_DATA_ENTRY;
	CHECK(!sl_may_approve(&p, &other, true));
	p = person("", "", SL_ROLE_REVIEWER);
	CHECK(!sl_may_approve(&p, &other, true));
	p = person("Anna", "", SL_ROLE_OFFICER);
	p.scope = SL_SCOPE_READ;
	CHECK(!sl_may_approve(&p, &other, true));
}

TEST(settings_for_serving)
{
	struct sl_serving s = sl_serving_default();
	struct sl_err e = {0};
	char text[16];
	size_t i;

	CHECK(!s.open_to_public && !s.approve_own);
	CHECK_OK(sl_serving_set(&s, SL_STR("public"), SL_STR("on"), &i, &e), &e);
	CHECK(s.open_to_public);
	CHECK_OK(sl_serving_set(&s, SL_STR("small-cell"), SL_STR("11"), &i, &e), &e);
	CHECK_INT(s.small_cell, 11);
	sl_serving_value(&s, i, text);
	CHECK_STR(sl_str_from(text), "11");
	CHECK_OK(sl_serving_set(&s, SL_STR("language"), SL_STR("uk"), &i, &e), &e);
	CHECK_INT(i, SL_SERVING_LANGUAGE);
	sl_serving_value(&s, i, text);
	CHECK_STR(sl_str_from(text), "uk");
	CHECK_INT(sl_serving_set(&s, SL_STR("language"), SL_STR("u"), &i, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_serving_set(&s, SL_STR("public"), SL_STR("yes"), &i, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_serving_set(&s, SL_STR("session-hours"), SL_STR("0"), &i, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_serving_set(&s, SL_STR("generalise"), SL_STR("1e9"), &i, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_serving_set(&s, SL_STR("colour"), SL_STR("on"), &i, &e), SL_INVALID);
	CHECK(s.open_to_public && s.small_cell == 11);
	/* Each key sets what it shows. */
	for (i = 0; sl_serving_key(i); i++) {
		struct sl_serving x = sl_serving_default();
		const struct sl_serving_key *key = sl_serving_key(i);
		const char *value = key->words ? "km" : key->on_off ? "on" : "77";
		size_t at;

		sl_err_clear(&e);
		CHECK_OK(sl_serving_set(&x, sl_str_from(key->name), sl_str_from(value), &at, &e), &e);
		CHECK_INT(at, i);
		for (size_t j = 0; sl_serving_key(j); j++) {
			struct sl_serving before = sl_serving_default();
			char was[16];

			sl_serving_value(&before, j, was);
			sl_serving_value(&x, j, text);
			CHECK_STR(sl_str_from(text), j == i ? value : was);
		}
	}
}
