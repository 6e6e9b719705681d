/* The file of people: who can read it, what it keeps of secrets, what its audit log notices. */
#include "fixture.h"

#include "store/people_db.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct desk {
	struct fixture f;
	struct sl_people *p;
	char path[120];
};

static void start(struct desk *d)
{
	*d = (struct desk){0};
	fixture_open(&d->f);
	snprintf(d->path, sizeof d->path, "%s.people", d->f.path);
	CHECK_OK(sl_people_open(d->f.path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d->f.env, &d->p, &d->f.e),
	         &d->f.e);
}

static void finish(struct desk *d)
{
	sl_people_close(d->p);
	fixture_close(&d->f);
}

/* As somebody with a hex editor would. */
static void tamper(struct desk *d, const char *sql)
{
	char path[sizeof d->f.path];

	memcpy(path, d->f.path, sizeof path);
	memcpy(d->f.path, d->path, sizeof path);
	fixture_sql(&d->f, sql);
	memcpy(d->f.path, path, sizeof path);
}

static void note(struct desk *d, const char *what, const char *details)
{
	struct sl_audit_entry x = {.at_ms = sl_env_now_ms(&d->f.env),
	                           .person = SL_STR("Anna"),
	                           .address = SL_STR("192.0.2.1"),
	                           .what = sl_str_from(what),
	                           .details = sl_str_from(details)};

	CHECK_OK(sl_people_begin(d->p, &d->f.e), &d->f.e);
	CHECK_OK(sl_people_audit_append(d->p, &x, &d->f.e), &d->f.e);
	CHECK_OK(sl_people_commit(d->p, &d->f.e), &d->f.e);
}

TEST(people_lie_in_a_file_that_only_its_owner_reads)
{
	struct sl_people *reader;
	struct desk d;
	struct stat st;
	char side[140];

	start(&d);
	note(&d, "test", "");
	CHECK(!stat(d.path, &st));
	CHECK_INT(st.st_mode & 0777, 0600);
	snprintf(side, sizeof side, "%s-wal", d.path);
	CHECK(!stat(side, &st));
	CHECK_INT(st.st_mode & 0777, 0600);
	/* Reading does not make it. */
	sl_people_close(d.p);
	d.p = NULL;
	CHECK(!unlink(d.path));
	CHECK_OK(sl_people_open(d.f.path, SL_OPEN_READ, SL_PASSWORD_CHEAP, &d.f.env, &reader, &d.f.e), &d.f.e);
	CHECK(reader == NULL);
	CHECK(access(d.path, F_OK) != 0);
	finish(&d);
}

TEST(people_of_a_newer_or_a_foreign_file_are_refused)
{
	struct sl_people *p = NULL;
	struct desk d;

	start(&d);
	sl_people_close(d.p);
	d.p = NULL;
	tamper(&d, "UPDATE meta SET value = '99' WHERE key = 'schema'");
	CHECK_INT(sl_people_open(d.f.path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d.f.env, &p, &d.f.e),
	          SL_UNSUPPORTED);
	sl_err_clear(&d.f.e);
	tamper(&d, "DROP TABLE audit");
	CHECK_INT(sl_people_open(d.f.path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d.f.env, &p, &d.f.e), SL_CORRUPT);
	CHECK(p == NULL);
	finish(&d);
}

TEST(passwords_are_right_or_wrong)
{
	char stored[SL_PASSWORD_TEXT], again[SL_PASSWORD_TEXT];
	struct sl_err e = {0};
	bool right = false;

	CHECK_OK(sl_crypto_init(&e), &e);
	CHECK_OK(sl_password_hash(SL_PASSWORD_CHEAP, SL_STR("correct horse"), stored, &e), &e);
	CHECK_OK(sl_password_hash(SL_PASSWORD_CHEAP, SL_STR("correct horse"), again, &e), &e);
	CHECK(strcmp(stored, again) != 0); /* salted */
	CHECK(!strncmp(stored, "$argon2id$", 10));
	CHECK_OK(sl_password_check(SL_PASSWORD_CHEAP, stored, SL_STR("correct horse"), &right, &e), &e);
	CHECK(right);
	CHECK_OK(sl_password_check(SL_PASSWORD_CHEAP, stored, SL_STR("correct horsf"), &right, &e), &e);
	CHECK(!right);
	CHECK_OK(sl_password_check(SL_PASSWORD_CHEAP, stored, SL_STR(""), &right, &e), &e);
	CHECK(!right);
	CHECK_OK(sl_password_check(SL_PASSWORD_CHEAP, NULL, SL_STR("correct horse"), &right, &e), &e);
	CHECK(!right);
	/* A file does not choose the cost: neither less nor 4 GiB. */
	CHECK_INT(sl_password_check(SL_PASSWORD_FULL, stored, SL_STR("correct horse"), &right, &e),
	          SL_UNSUPPORTED);
	sl_err_clear(&e);
	CHECK_INT(sl_password_check(SL_PASSWORD_CHEAP,
	                            "$argon2id$v=19$m=4194304,t=9,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
	                            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	                            SL_STR("x"), &right, &e),
	          SL_UNSUPPORTED);
	sl_err_clear(&e);
	memset(stored, 'x', sizeof stored);
	CHECK_INT(sl_password_check(SL_PASSWORD_CHEAP, stored, SL_STR("x"), &right, &e), SL_UNSUPPORTED);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* At the real cost, in processor time, so that a busy machine does not matter. */
TEST(password_of_nobody_takes_as_long)
{
	char stored[SL_PASSWORD_TEXT];
	struct sl_err e = {0};
	double t0, known, unknown;
	bool right;

	CHECK_OK(sl_crypto_init(&e), &e);
	CHECK_OK(sl_password_hash(SL_PASSWORD_FULL, SL_STR("correct horse"), stored, &e), &e);
	t0 = seconds();
	CHECK_OK(sl_password_check(SL_PASSWORD_FULL, stored, SL_STR("wrong horse"), &right, &e), &e);
	known = seconds() - t0;
	t0 = seconds();
	CHECK_OK(sl_password_check(SL_PASSWORD_FULL, NULL, SL_STR("wrong horse"), &right, &e), &e);
	unknown = seconds() - t0;
	CHECK(!right);
	if (!(unknown > known * 0.4 && unknown < known * 2.5)) {
		printf("known %g s, unknown %g s\n", known, unknown);
		test_failures++;
	}
}

TEST(secrets_are_new_each_time_and_nothing_else_is_one)
{
	struct sl_hash h1, h2, back;
	char s1[SL_SECRET_TEXT], s2[SL_SECRET_TEXT], c1[SL_SECRET_TEXT], c2[SL_SECRET_TEXT];
	struct sl_err e = {0};

	CHECK_OK(sl_crypto_init(&e), &e);
	sl_secret_new(s1, &h1);
	sl_secret_new(s2, &h2);
	CHECK(strcmp(s1, s2) != 0 && !sl_hash_eq(h1, h2));
	CHECK_INT(strlen(s1), SL_SECRET_TEXT - 1);
	CHECK(sl_secret_hash(sl_str_from(s1), &back) && sl_hash_eq(back, h1));
	CHECK(sl_secret_csrf(sl_str_from(s1), c1) && sl_secret_csrf(sl_str_from(s2), c2));
	CHECK(strcmp(c1, c2) != 0 && strcmp(c1, s1) != 0);
	CHECK(sl_secret_csrf(sl_str_from(s1), c2) && !strcmp(c1, c2));
	CHECK(!sl_secret_hash(SL_STR(""), &back));
	CHECK(!sl_secret_hash((struct sl_str){s1, 42}, &back));
	CHECK(!sl_secret_hash(SL_STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), &back));
	CHECK(!sl_secret_hash(SL_STR("AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA"), &back));
	s1[42] = '\xff';
	CHECK(!sl_secret_hash(sl_str_from(s1), &back));
	CHECK(sl_secret_equal(SL_STR("abc"), SL_STR("abc")));
	CHECK(!sl_secret_equal(SL_STR("abc"), SL_STR("abd")) && !sl_secret_equal(SL_STR("abc"), SL_STR("ab")));
	CHECK(!sl_secret_equal(SL_STR(""), SL_STR("")));
}

static int64_t first_wrong(struct desk *d)
{
	struct sl_audit_check c = {0};

	CHECK_OK(sl_people_audit_verify(d->p, &c, &d->f.e), &d->f.e);
	return c.first_wrong;
}

TEST(audit_log_notices_what_was_changed)
{
	static const struct {
		const char *sql;
		int64_t wrong;
	} damage[] = {
	    {"UPDATE audit SET details = 'harmless' WHERE seq = 3", 3},
	    {"UPDATE audit SET person = 'Ann', address = 'a192.0.2.1' WHERE seq = 2", 2},
	    {"UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 1", 1},
	    {"UPDATE audit SET hash = zeroblob(32) WHERE seq = 5", 5},
	    {"DELETE FROM audit WHERE seq = 4", 4},
	    {"DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5", 4},
	    {"DELETE FROM audit WHERE seq = 1", 1},
	    {"UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;"
	     "UPDATE audit SET seq = 3 WHERE seq = 9",
	     2},
	    {"INSERT INTO audit SELECT 6, at_ms, person, address, what, record, details, hash FROM audit "
	     "WHERE seq = 5",
	     6},
	};

	for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
		struct desk d;

		start(&d);
		for (int k = 0; k < 5; k++)
			note(&d, "read-sensitive", k % 2 ? "victim V-1" : "victim V-2");
		CHECK_INT(first_wrong(&d), 0);
		tamper(&d, damage[i].sql);
		if (first_wrong(&d) != damage[i].wrong) {
			printf("after %s\n", damage[i].sql);
			test_failures++;
		}
		finish(&d);
	}
}

/* The end that was cut off shows in the head, when somebody noted it. */
TEST(audit_log_has_a_head_to_note)
{
	struct sl_audit_check before, after;
	struct desk d;

	start(&d);
	CHECK_OK(sl_people_audit_verify(d.p, &before, &d.f.e), &d.f.e);
	CHECK_INT(before.n, 0);
	note(&d, "a", "");
	note(&d, "b", "");
	CHECK_OK(sl_people_audit_verify(d.p, &before, &d.f.e), &d.f.e);
	tamper(&d, "DELETE FROM audit WHERE seq = 2");
	CHECK_OK(sl_people_audit_verify(d.p, &after, &d.f.e), &d.f.e);
	CHECK_INT(after.first_wrong, 0);
	CHECK(after.n == 1 && !sl_hash_eq(before.head, after.head));
	finish(&d);
}

TEST(audit_log_is_read_by_range)
{
	struct sl_arena a = {0};
	struct sl_audit_entry *x;
	struct desk d;
	size_t n;

	start(&d);
	for (int k = 0; k < 10; k++) {
		d.f.env.fixed_ms = 1000 * (k + 1);
		note(&d, "k", "");
	}
	CHECK_OK(sl_people_audit_read(d.p, &a, &(struct sl_audit_range){.from_ms = 3000, .to_ms = 6000}, &x, &n,
	                              &d.f.e),
	         &d.f.e);
	CHECK(n == 3 && x[0].seq == 3 && x[2].seq == 5);
	CHECK_OK(sl_people_audit_read(d.p, &a, &(struct sl_audit_range){.after_seq = 8}, &x, &n, &d.f.e),
	         &d.f.e);
	CHECK(n == 2 && x[0].seq == 9);
	CHECK_OK(sl_people_audit_read(d.p, &a, &(struct sl_audit_range){.newest_first = true, .limit = 4}, &x,
	                              &n, &d.f.e),
	         &d.f.e);
	CHECK(n == 4 && x[0].seq == 10 && x[3].seq == 7);
	CHECK_OK(sl_people_audit_read(
	             d.p, &a, &(struct sl_audit_range){.newest_first = true, .limit = 4, .after_seq = 7}, &x,
	             &n, &d.f.e),
	         &d.f.e);
	CHECK(n == 4 && x[0].seq == 6 && x[3].seq == 3);
	sl_arena_done(&a);
	finish(&d);
}

TEST(audit_log_takes_hostile_text)
{
	struct sl_audit_entry *x;
	struct sl_arena a = {0};
	struct desk d;
	char big[5000];
	size_t n;

	start(&d);
	memset(big, 'a', sizeof big);
	for (size_t i = 1; i + 1 < sizeof big; i += 2)
		memcpy(big + i, "\xc3\xa9", 2);
	big[sizeof big - 1] = 0;
	note(&d, "two\nlines\x1b[31m", "bad \xff bytes");
	note(&d, "big", big);
	CHECK_INT(first_wrong(&d), 0);
	CHECK_OK(sl_people_audit_read(d.p, &a, &(struct sl_audit_range){0}, &x, &n, &d.f.e), &d.f.e);
	CHECK_INT(n, 2);
	CHECK_STR(x[0].what, "two lines [31m");
	CHECK_STR(x[0].details, "bad \xef\xbf\xbd bytes");
	CHECK_INT(x[1].details.n, 999); /* not within a character */
	sl_arena_done(&a);
	finish(&d);
}

TEST(accounts_with_a_role_that_nobody_knows_are_damage)
{
	struct sl_user u = {.name = SL_STR("Anna"), .role = SL_ROLE_READER}, *list;
	struct sl_arena a = {0};
	struct desk d;
	size_t n;

	start(&d);
	CHECK_OK(sl_people_begin(d.p, &d.f.e), &d.f.e);
	CHECK_OK(sl_people_user_add(d.p, &u, "x", &d.f.e), &d.f.e);
	CHECK_OK(sl_people_commit(d.p, &d.f.e), &d.f.e);
	tamper(&d, "UPDATE user SET role = 'public'");
	CHECK_INT(sl_people_users(d.p, &a, &list, &n, &d.f.e), SL_CORRUPT);
	sl_err_clear(&d.f.e);
	tamper(&d, "UPDATE user SET role = 'root'");
	CHECK_INT(sl_people_users(d.p, &a, &list, &n, &d.f.e), SL_CORRUPT);
	sl_err_clear(&d.f.e);
	tamper(&d, "INSERT INTO setting VALUES ('public', 'perhaps')");
	CHECK_INT(sl_people_serving(d.p, &(struct sl_serving){0}, &d.f.e), SL_CORRUPT);
	sl_arena_done(&a);
	finish(&d);
}

TEST(a_second_writer_of_people_is_told_busy)
{
	struct sl_people *other;
	struct sl_serving s;
	struct desk d;

	start(&d);
	CHECK_OK(sl_people_open(d.f.path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d.f.env, &other, &d.f.e), &d.f.e);
	sl_driver_busy_timeout(other->driver, 50);
	CHECK_OK(sl_people_begin(d.p, &d.f.e), &d.f.e);
	/* Reading goes on. */
	CHECK_OK(sl_people_serving(other, &s, &d.f.e), &d.f.e);
	CHECK_INT(sl_people_begin(other, &d.f.e), SL_BUSY);
	sl_err_clear(&d.f.e);
	sl_people_rollback(d.p);
	CHECK_OK(sl_people_begin(other, &d.f.e), &d.f.e);
	sl_people_rollback(other);
	sl_people_close(other);
	finish(&d);
}
