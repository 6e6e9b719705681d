/* docs/formats/programme.md and people.md against the files that the program makes: every table and column of
 * ours is described with its type, and nothing is described that is not there. */
#include "fixture.h"

#include "base/io.h"
#include "store/people.h"

#include <sqlite3.h>

#define PROGRAMME SL_SOURCE_DIR "/docs/formats/programme.md"
#define PEOPLE SL_SOURCE_DIR "/docs/formats/people.md"

static struct sl_str read_manual(struct fixture *f, const char *path)
{
	struct sl_str text = {"", 0};

	CHECK_OK(sl_io_read(&f->a, path, 1 << 20, &text, &f->e), &f->e);
	return text;
}

/* The lines from "### `table`" to the next heading; empty when there is no such heading. */
static struct sl_str section_of(struct sl_str manual, const char *table)
{
	struct sl_str rest = manual, line, section = {"", 0};
	char heading[80];
	bool inside = false;

	snprintf(heading, sizeof heading, "### `%s`", table);
	while (sl_str_split(&rest, '\n', &line)) {
		if (line.n && line.p[0] == '#') {
			if (inside)
				break;
			inside = sl_str_has_prefix(line, heading);
			section.p = inside ? line.p : section.p;
		}
		if (inside)
			section.n = (size_t)(line.p + line.n - section.p);
	}
	return section;
}

/* Is there a row "| `column` | TYPE |..."? */
static bool has_row(struct sl_str section, const char *column, const char *type)
{
	char row[120];
	struct sl_str line;

	snprintf(row, sizeof row, "| `%s` | %s |", column, type);
	while (sl_str_split(&section, '\n', &line))
		if (sl_str_has_prefix(line, row))
			return true;
	return false;
}

static int rows_in(struct sl_str section)
{
	struct sl_str line;
	int n = 0;

	while (sl_str_split(&section, '\n', &line))
		n += sl_str_has_prefix(line, "| `");
	return n;
}

/* The tables of a file whose names match: how many there are. */
static int compare(struct sl_str manual, const char *path, const char *pattern)
{
	static const char columns[] =
	    "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c "
	    "WHERE m.type = 'table' AND m.name LIKE ?1 ESCAPE '\\' ORDER BY m.name, c.cid";
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	char table[80] = "";
	int n_tables = 0, n_columns = 0;
	bool more;

	CHECK(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
	CHECK(sqlite3_prepare_v2(db, columns, -1, &s, NULL) == SQLITE_OK);
	sqlite3_bind_text(s, 1, pattern, -1, SQLITE_STATIC);
	do {
		const char *name = "", *column = "", *type = "";

		more = sqlite3_step(s) == SQLITE_ROW;
		if (more) {
			name = (const char *)sqlite3_column_text(s, 0);
			column = (const char *)sqlite3_column_text(s, 1);
			type = (const char *)sqlite3_column_text(s, 2);
		}
		if (strcmp(table, name) != 0) {
			if (*table && rows_in(section_of(manual, table)) != n_columns) {
				printf("%s has %d columns, described are %d\n", table, n_columns,
				       rows_in(section_of(manual, table)));
				test_failures++;
			}
			snprintf(table, sizeof table, "%s", name);
			n_tables += more;
			n_columns = 0;
		}
		if (more && !has_row(section_of(manual, table), column, type)) {
			printf("there is no row for %s.%s, %s\n", table, column, type);
			test_failures++;
		}
		n_columns += more;
	} while (more);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n_tables;
}

TEST(format_description_has_every_table_and_column)
{
	static const char *const victim[] = {"id=V-1", "family_name=Chan", NULL};
	struct fixture f;
	struct sl_str manual, rest, line;
	int n_headings = 0, n_tables;

	fixture_open(&f);
	/* The file of keys is made with the first record. */
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(fixture_append(&f, "victim", &(struct append_options){.state = SL_APPROVED}, victim, NULL));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	manual = rest = read_manual(&f, PROGRAMME);
	n_tables = compare(manual, f.path, "sl\\_%");
	CHECK(n_tables > 0);
	CHECK_INT(compare(manual, f.keys, "%"), 2);
	while (sl_str_split(&rest, '\n', &line))
		n_headings += sl_str_has_prefix(line, "### `");
	CHECK_INT(n_headings, n_tables + 2);
	fixture_close(&f);
}

TEST(format_description_names_the_schema_version)
{
	struct fixture f;
	struct sl_str rest, line;
	char want[48];
	bool named = false;

	fixture_open(&f);
	snprintf(
	    want, sizeof want, "This is schema version %lld ",
	    (long long)fixture_number(&f, "SELECT CAST(value AS INTEGER) FROM sl_meta WHERE key = 'schema'"));
	rest = read_manual(&f, PROGRAMME);
	while (sl_str_split(&rest, '\n', &line))
		named |= sl_str_has_prefix(line, want);
	CHECK(named);
	fixture_close(&f);
}

TEST(format_description_of_people_has_every_table_and_column)
{
	struct sl_people *people = NULL;
	struct fixture f;
	struct sl_str manual, rest, line;
	int n_headings = 0, n_tables;
	char path[120];

	fixture_open(&f);
	CHECK_OK(sl_people_open(f.path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &f.env, &people, &f.e), &f.e);
	snprintf(path, sizeof path, "%s.people", f.path);
	manual = rest = read_manual(&f, PEOPLE);
	n_tables = compare(manual, path, "%");
	CHECK_INT(n_tables, 10);
	while (sl_str_split(&rest, '\n', &line))
		n_headings += sl_str_has_prefix(line, "### `");
	CHECK_INT(n_headings, n_tables);
	sl_people_close(people);
	fixture_close(&f);
}
