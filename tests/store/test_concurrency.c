/* One writer, many readers; interrupted and killed. */
#include "fixture.h"

#include "store/driver.h"
#include "store/db.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SQUARE "POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))"

static bool add(struct fixture *f, int number, struct sl_revision *r)
{
	char id[32];
	const char *const field[] = {id, "class=SHA", NULL};

	snprintf(id, sizeof id, "id=HA-%d", number);
	return fixture_append(f, "hazard", &(struct append_options){.state = SL_APPROVED, .wkt = SQUARE}, field,
	                      r);
}

static enum sl_code count(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                          struct sl_err *e)
{
	(void)rev;
	(void)rec;
	(void)e;
	++*(int *)ctx;
	return SL_OK;
}

TEST(second_writer_is_told_busy_and_readers_go_on)
{
	struct fixture f;
	struct sl_db *other = NULL, *reader = NULL;
	struct sl_query q = {0};
	int n = 0;

	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(add(&f, 1, NULL));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK_OK(sl_store_open(f.path, SL_OPEN_WRITE, f.dict, &f.env, &other, &f.e), &f.e);
	sl_driver_busy_timeout(other->driver, 50);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(add(&f, 2, NULL));
	CHECK_INT(sl_store_begin(other, &f.e), SL_BUSY);
	CHECK_INT(sl_code_exit(f.e.code), 5);
	sl_err_clear(&f.e);
	CHECK_OK(sl_store_open(f.path, SL_OPEN_READ, f.dict, &f.env, &reader, &f.e), &f.e);
	CHECK_OK(sl_store_each(reader, &q, false, count, &n, &f.e), &f.e);
	CHECK_INT(n, 1);
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	n = 0;
	CHECK_OK(sl_store_each(reader, &q, false, count, &n, &f.e), &f.e);
	CHECK_INT(n, 2);
	/* Now the other one may, and it sees what was written meanwhile. */
	CHECK_OK(sl_store_begin(other, &f.e), &f.e);
	CHECK_INT(other->next_record, 3);
	sl_store_rollback(other);
	sl_store_close(other);
	sl_store_close(reader);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(terms_made_by_another_writer_are_known)
{
	struct fixture f;
	struct sl_db *mine, *other = NULL;
	struct sl_land_event *ev;
	size_t n;

	fixture_open(&f);
	CHECK_OK(sl_store_open(f.path, SL_OPEN_WRITE, f.dict, &f.env, &other, &f.e), &f.e);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(add(&f, 1, NULL));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	mine = f.db;
	f.db = other;
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(fixture_append(&f, "hazard", &(struct append_options){.state = SL_APPROVED},
	                     (const char *const[]){"id=HA-2", "organisation=NEW", NULL}, NULL));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK_OK(sl_store_land_events(mine, &f.a, 0, INT64_MAX, &ev, &n, &f.e), &f.e);
	CHECK_INT(n, 2);
	CHECK_STR(sl_store_term(mine, ev[1].organisation), "NEW");
	sl_store_close(mine);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(interrupted_rebuild_leaves_everything_as_it_was)
{
	struct fixture f;
	struct sl_hash before, after;
	atomic_bool stop = false;

	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	for (int i = 0; i < 300; i++)
		CHECK(add(&f, i, NULL));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	CHECK_OK(sl_store_digest(f.db, &before, &f.e), &f.e);
	f.env.interrupt = &stop;
	atomic_store(&stop, true);
	CHECK_INT(sl_store_rebuild(f.db, &f.e), SL_CANCELLED);
	sl_err_clear(&f.e);
	atomic_store(&stop, false);
	CHECK_OK(sl_store_digest(f.db, &after, &f.e), &f.e);
	CHECK(sl_hash_eq(before, after));
	fixture_expect_sound(&f);
	fixture_close(&f);
}

TEST(failed_change_cannot_be_committed)
{
	struct fixture f;
	struct sl_revision r, twice;

	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(add(&f, 1, &r));
	twice = r; /* the same revision id again */
	CHECK_INT(sl_store_append(f.db, &twice, NULL, &f.e), SL_CONFLICT);
	sl_err_clear(&f.e);
	CHECK_INT(sl_store_commit(f.db, &f.e), SL_CONFLICT);
	sl_err_clear(&f.e);
	CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_revision"), 0);
	fixture_close(&f);
}

TEST(refusals_before_writing_harm_nothing)
{
	struct fixture f;
	struct sl_revision r, bad;

	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(add(&f, 1, &r));
	bad = r;
	bad.id = (struct sl_uuid){{0}};
	bad.kind = sl_dictionary_kind(f.dict, SL_STR("release"));
	CHECK_INT(sl_store_append(f.db, &bad, NULL, &f.e),
	          SL_CONFLICT); /* a hazard does not become a release */
	sl_err_clear(&f.e);
	bad = r;
	bad.id = bad.record = (struct sl_uuid){{0}};
	bad.parent[0] = r.id;
	bad.n_parents = 1;
	CHECK_INT(sl_store_append(f.db, &bad, NULL, &f.e), SL_CONFLICT); /* a parent of another record */
	sl_err_clear(&f.e);
	bad.parent[0].b[0] ^= 1;
	CHECK_INT(sl_store_append(f.db, &bad, NULL, &f.e), SL_NOT_FOUND);
	sl_err_clear(&f.e);
	bad.n_parents = 0;
	bad.identity = SL_STR("\xff\xfe");
	CHECK_INT(sl_store_append(f.db, &bad, NULL, &f.e), SL_INVALID);
	sl_err_clear(&f.e);
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

/* ---- killed ---- */
/* The child commits record after record and tells each acknowledged one through the pipe. */
static void child(struct fixture *f, int out, int per_commit, bool rebuild)
{
	struct sl_err e = {0};
	struct sl_db *db;
	int number = (int)getpid();

	if (sl_store_open(f->path, SL_OPEN_WRITE, f->dict, &f->env, &db, &e))
		_exit(1);
	f->db = db;
	for (;;) {
		char line[16][40];

		if (sl_store_begin(db, &e))
			_exit(2);
		for (int i = 0; i < per_commit; i++) {
			struct sl_revision r;

			if (!add(f, number++, &r))
				_exit(3);
			sl_uuid_text(r.record, line[i]);
		}
		if (sl_store_commit(db, &e))
			_exit(4);
		for (int i = 0; i < per_commit; i++)
			if (write(out, line[i], 36) != 36)
				_exit(5);
		if (rebuild && sl_store_rebuild(db, &e))
			_exit(6);
	}
}

static void expect_acknowledged(struct fixture *f, int in, int *total)
{
	char text[37] = "";

	while (read(in, text, 36) == 36) {
		const struct sl_kind *kind;
		struct sl_uuid u;
		int n = 0;

		++*total;
		if (sl_store_find(f->db, sl_str_from(text), &u, &kind, &f->e) ||
		    sl_store_history(f->db, u, count, &n, &f->e)) {
			printf("acknowledged record %s: %s\n", text, f->e.msg);
			test_failures++;
			sl_err_clear(&f->e);
		}
	}
}

TEST(killed_at_random_moments_loses_nothing_acknowledged)
{
	const char *rounds_text = getenv("SAFELANE_KILLS"), *seed_text = getenv("SAFELANE_KILL_SEED");
	int rounds = rounds_text ? atoi(rounds_text) : 40, total = 0;
	uint64_t seed = seed_text ? strtoull(seed_text, NULL, 10) : 77;
	struct timespec t0, t1;
	struct fixture f;
	double step;

	printf("kills: %d, seed %llu\n", rounds, (unsigned long long)seed);
	fixture_open(&f);
	f.env.seed = 0; /* children must not make the same identifiers */
	f.env.fixed_ms = 0;
	/* How long opening and one commit take here, so that kills fall among the commits of any build. */
	clock_gettime(CLOCK_MONOTONIC, &t0);
	fixture_reopen(&f, SL_OPEN_WRITE);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	CHECK(add(&f, 0, NULL));
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	step = (double)(t1.tv_sec - t0.tv_sec) * 1e9 + (double)(t1.tv_nsec - t0.tv_nsec);
	step = step < 1e6 ? 1e6 : step > 9e7 ? 9e7 : step;
	sl_store_close(f.db);
	f.db = NULL;
	for (int i = 0; i < rounds; i++) {
		int pipe_ends[2], status;
		struct timespec wait = {0, (long)(sl_uniform(&seed) * 10 * step)};
		pid_t pid;

		CHECK(!pipe(pipe_ends));
		fflush(stdout);
		pid = fork();
		if (!pid) {
			close(pipe_ends[0]);
			child(&f, pipe_ends[1], 1 + i % 7, i % 3 == 2);
		}
		close(pipe_ends[1]);
		nanosleep(&wait, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		CHECK(WIFSIGNALED(status));
		fixture_reopen(&f, SL_OPEN_WRITE);
		if (!f.db)
			break;
		expect_acknowledged(&f, pipe_ends[0], &total);
		close(pipe_ends[0]);
		if (i % 10 == 9 || i < 3)
			fixture_expect_sound(&f);
		sl_store_close(f.db);
		f.db = NULL;
	}
	CHECK(total > 0);
	printf("acknowledged records: %d\n", total);
	fixture_reopen(&f, SL_OPEN_WRITE);
	fixture_expect_sound(&f);
	fixture_close(&f);
}

/* The first filling of a programme goes another way (schema_sqlite.c): kill it there too. */
TEST(killed_while_filling_leaves_an_empty_programme)
{
	uint64_t seed = 5;

	for (int i = 0; i < 12; i++) {
		struct fixture f;
		struct timespec wait = {0, (long)(sl_uniform(&seed) * 2e8)};
		int status;
		pid_t pid;

		fixture_open(&f);
		sl_store_close(f.db);
		f.db = NULL;
		fflush(stdout);
		pid = fork();
		if (!pid) {
			struct sl_err e = {0};

			if (sl_store_open(f.path, SL_OPEN_WRITE, f.dict, &f.env, &f.db, &e) || sl_store_begin(f.db, &e))
				_exit(1);
			/* A small cache, so that pages go out before the commit. */
			if (sl_driver_exec(f.db->driver, "PRAGMA cache_size=20", &e))
				_exit(1);
			for (int k = 0;; k++)
				if (!add(&f, k, NULL))
					_exit(1);
		}
		nanosleep(&wait, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		CHECK(WIFSIGNALED(status));
		fixture_reopen(&f, SL_OPEN_READ);
		if (f.db)
			CHECK_INT(fixture_number(&f, "SELECT count(*) FROM sl_revision"), 0);
		fixture_reopen(&f, SL_OPEN_WRITE);
		if (!f.db)
			break;
		CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
		CHECK(add(&f, 1, NULL));
		CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
		fixture_expect_sound(&f);
		fixture_close(&f);
	}
}
