/* The file of people under faults: memory refused, disk failing or full, the process ended in the middle of
 * a write.  After each point the file opens again, the chain of its audit log is whole, and each change and
 * its entry in the log are there both or not at all; what was acknowledged is there. usage: fault_people
 * [STRIDE]     STRIDE 1 tries every point */
#include "app/people.h"
#include "check.h"
#include "fault/faults.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int test_failures;

static char dir[64], path[128], people[140], base[140];
static struct sl_env env;
static const struct sl_actor by = {{"clerk", 5}, {"console", 7}};
static char session[SL_SECRET_TEXT]; /* of the base file */

static void fail(const char *what, enum fault_kind kind, long nth, const char *message)
{
	printf("FAIL %s, %s at %ld: %s\n", what, fault_name(kind), nth, message);
	test_failures++;
}

/* ---- what is done: each changes one thing and writes one entry ---- */
static enum sl_code do_add(struct sl_people *p, struct sl_err *e)
{
	struct sl_new_user u = {.name = SL_STR("Dara"), .organisation = SL_STR("MAG"),
	                        .password = SL_STR("a long password"), .role = SL_ROLE_OPERATOR};

	return sl_user_add(p, &by, &u, e);
}

static enum sl_code do_sign_in(struct sl_people *p, struct sl_err *e)
{
	struct sl_sign_in_request r = {SL_STR("Anna"), SL_STR("a long password"), SL_STR("192.0.2.1"),
	                               SL_STR("")};
	struct sl_arena a = {0};
	struct sl_sign_in in = {.verdict = SL_SIGNED_IN};

	if (!sl_sign_in(p, &a, &r, &in, e) && in.verdict != SL_SIGNED_IN)
		sl_fail(e, SL_INVALID, "the right password was refused");
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code do_sign_out(struct sl_people *p, struct sl_err *e)
{
	return sl_sign_out(p, sl_str_from(session), SL_STR("192.0.2.1"), e);
}

static enum sl_code do_token(struct sl_people *p, struct sl_err *e)
{
	char token[SL_TOKEN_TEXT];

	return sl_token_create(p, &by, SL_STR("Anna"), SL_STR("test"), SL_SCOPE_READ, 1, token, e);
}

static enum sl_code do_disable(struct sl_people *p, struct sl_err *e)
{
	return sl_user_disable(p, &by, SL_STR("Bob"), true, e);
}

static enum sl_code do_ask(struct sl_people *p, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_asking x = {0};

	if (!sl_who_is_asking(p, &a, sl_str_from(session), SL_STR(""), &x, e) &&
	    !sl_str_is(x.person.name, "Anna"))
		sl_fail(e, SL_INVALID, "the session is not known");
	sl_arena_done(&a);
	return e->code;
}

static const struct workload {
	const char *name;
	enum sl_code (*run)(struct sl_people *, struct sl_err *);
	int entries;
} work[] = {{"add", do_add, 1},     {"sign-in", do_sign_in, 1}, {"sign-out", do_sign_out, 1},
            {"token", do_token, 1}, {"disable", do_disable, 1}, {"ask", do_ask, 0}};

static enum sl_code run(const struct workload *w, struct sl_err *e)
{
	struct sl_people *p;

	if (sl_people_open(path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &env, &p, e))
		return e->code;
	(void)!w->run(p, e);
	sl_people_close(p);
	return e->code;
}

/* ---- the file before and after ---- */
static void copy(const char *from, const char *to)
{
	char command[600];

	snprintf(command, sizeof command, "rm -f %s-wal %s-shm && cp %s %s", to, to, from, to);
	if (system(command))
		abort();
}

struct count {
	int64_t entries, users, disabled, sessions, tokens;
};

/* From the entries of the log, what the tables must hold. */
static enum sl_code count(struct sl_people *p, struct count *log, struct count *have, struct sl_err *e)
{
	struct sl_audit_range all = {0};
	struct sl_arena a = {0};
	struct sl_audit_entry *x;
	struct sl_api_token *t;
	struct sl_user *u, found;
	struct sl_session s;
	struct sl_hash hash;
	bool yes = false;
	size_t n;

	*log = *have = (struct count){0};
	if (sl_people_audit_read(p, &a, &all, &x, &n, e))
		goto done;
	log->entries = have->entries = (int64_t)n;
	for (size_t i = 0; i < n; i++) {
		log->users += sl_str_is(x[i].what, "user-add");
		log->disabled += sl_str_is(x[i].what, "user-disable");
		log->tokens += sl_str_is(x[i].what, "token-create");
		log->sessions -= sl_str_is(x[i].what, "sign-out");
	}
	if (sl_people_users(p, &a, &u, &n, e))
		goto done;
	have->users = (int64_t)n;
	for (size_t i = 0; i < n; i++)
		have->disabled += u[i].disabled_ms != 0;
	if (sl_people_tokens(p, &a, &t, &n, e))
		goto done;
	have->tokens = (int64_t)n;
	/* The session of the base file, which only signing out ends. */
	if (sl_secret_hash(sl_str_from(session), &hash) &&
	    !sl_people_session_find(p, &a, hash, &yes, &s, &found, e))
		have->sessions = yes ? 0 : -1;
done:
	sl_arena_done(&a);
	return e->code;
}

static int64_t judge(const char *what, enum fault_kind kind, long nth)
{
	struct sl_audit_check check = {0};
	struct count log, have;
	struct sl_err e = {0};
	struct sl_people *p;

	if (sl_people_open(path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &env, &p, &e)) {
		fail(what, kind, nth, e.msg);
		return -1;
	}
	if (sl_people_audit_verify(p, &check, &e) || count(p, &log, &have, &e))
		fail(what, kind, nth, e.msg);
	else if (check.first_wrong)
		fail(what, kind, nth, "the chain is broken");
	else if (memcmp(&log, &have, sizeof log) != 0)
		fail(what, kind, nth, "the tables are not what the log says");
	sl_people_close(p);
	return check.n;
}

static bool code_is_fair(enum fault_kind kind, enum sl_code code)
{
	return code == SL_IO || ((kind == FAULT_MEMORY || kind == FAULT_ENGINE_MEMORY) && code == SL_NOMEM);
}

static bool one_point(const struct workload *w, enum fault_kind kind, long nth, int64_t before)
{
	struct sl_err e = {0};
	bool hit;
	int64_t n;

	copy(base, people);
	faults_arm(kind, nth);
	(void)!run(w, &e);
	hit = faults_met();
	faults_arm(FAULT_NONE, 0);
	if (e.code && (!hit || !code_is_fair(kind, e.code)))
		fail(w->name, kind, nth, e.msg);
	n = judge(w->name, kind, nth);
	if (n >= 0 && !e.code && n != before + w->entries)
		fail(w->name, kind, nth, "it is not all there");
	else if (n >= 0 && e.code && n != before && (n != before + w->entries || e.code != SL_IO))
		fail(w->name, kind, nth, "it failed, and something of it stayed");
	return hit;
}

static bool one_crash(const struct workload *w, long nth, int64_t before)
{
	int status = 0;
	int64_t n;
	pid_t pid;

	copy(base, people);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct sl_err e = {0};

		faults_arm(FAULT_CRASH, nth);
		_exit(run(w, &e) ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	n = judge(w->name, FAULT_CRASH, nth);
	if (n >= 0 && n != before && n != before + w->entries)
		fail(w->name, FAULT_CRASH, nth, "half of it is there");
	if (WEXITSTATUS(status) == 0 && n != before + w->entries)
		fail(w->name, FAULT_CRASH, nth, "it was acknowledged and is not there");
	return WEXITSTATUS(status) == 99;
}

static void run_workload(const struct workload *w, enum fault_kind kind, long stride)
{
	int64_t before;
	long points = 0, nth;

	copy(base, people);
	before = judge(w->name, FAULT_NONE, 0);
	for (nth = 1;; nth += stride == 1 || nth < 60 ? 1 : 1 + nth / 25) {
		points++;
		if (!(kind == FAULT_CRASH ? one_crash(w, nth, before) : one_point(w, kind, nth, before)))
			break;
	}
	printf("%-8s %-14s %ld points of %ld\n", w->name, fault_name(kind), points, nth);
	fflush(stdout);
}

static void make_base(void)
{
	static const char *const name[] = {"Anna", "Bob"};
	struct sl_sign_in_request r = {SL_STR("Anna"), SL_STR("a long password"), SL_STR("a"), SL_STR("")};
	struct sl_arena a = {0};
	struct sl_sign_in in = {0};
	struct sl_err e = {0};
	struct sl_people *p;

	CHECK_OK(sl_people_open(path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &env, &p, &e), &e);
	for (int i = 0; i < 2; i++) {
		struct sl_new_user u = {.name = sl_str_from(name[i]), .password = SL_STR("a long password"),
		                        .role = SL_ROLE_OFFICER};

		CHECK_OK(sl_user_add(p, &by, &u, &e), &e);
	}
	CHECK_OK(sl_sign_in(p, &a, &r, &in, &e), &e);
	CHECK_INT(in.verdict, SL_SIGNED_IN);
	memcpy(session, in.session, sizeof session);
	sl_people_close(p);
	sl_arena_done(&a);
	copy(people, base);
}

int main(int argc, char **argv)
{
	long stride = argc > 1 ? atol(argv[1]) : 0;
	char command[100];
	struct sl_err e = {0};

	faults_install();
	CHECK_OK(sl_crypto_init(&e), &e);
	sl_env_init(&env);
	/* A minute after the base was made, so that asking notes the use of the session. */
	env.fixed_ms = 1717245296000;
	strcpy(dir, access("/dev/shm", W_OK) ? "/tmp/sl-fault-XXXXXX" : "/dev/shm/sl-fault-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/p.gpkg", dir);
	snprintf(people, sizeof people, "%s.people", path);
	snprintf(base, sizeof base, "%s/base", dir);
	make_base();
	env.fixed_ms += 60000;
	for (size_t i = 0; i < sizeof work / sizeof *work; i++)
		for (enum fault_kind k = FAULT_MEMORY; k <= FAULT_CRASH; k++)
			run_workload(&work[i], k, stride);
	snprintf(command, sizeof command, "rm -r %s", dir);
	CHECK_INT(system(command), 0);
	printf("%s: %d failures\n", test_failures ? "FAIL" : "ok", test_failures);
	return test_failures != 0;
}
