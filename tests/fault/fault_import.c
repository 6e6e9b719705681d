/* Import, approval, rebuild and account under faults: whatever fails, the file opened again verifies, and
 * its account is that of the records that were acknowledged: all of the file that was imported, or none.
 * usage: fault_import [STRIDE [KILLS]]   STRIDE 1 tries every point; KILLS: how often it is killed at
 * random. */
#include "app/account.h"
#include "app/import.h"
#include "app/upkeep.h"
#include "base/io.h"
#include "base/mem.h"
#include "check.h"
#include "fault/faults.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int test_failures;

static char dir[64], path[128], input[2][160];
static struct sl_env env;

static void fail(const char *what, enum fault_kind kind, long nth, const char *message)
{
	printf("FAIL %s, %s at %ld: %s\n", what, fault_name(kind), nth, message);
	test_failures++;
}

static enum sl_code import_one(int which, bool approve, struct sl_err *e)
{
	const char *paths[] = {input[which]};
	const struct sl_import_options o = {.kind = "hazard", .approve = approve, .no_suggestion = true};
	struct sl_import_result result;
	struct sl_programme p;

	if (!sl_programme_open(&p, path, SL_OPEN_WRITE, &env, e))
		(void)!sl_import_files(&p, &o, paths, 1, &result, e);
	sl_programme_close(&p);
	return e->code;
}

static enum sl_code work_import(struct sl_err *e)
{
	return import_one(1, true, e);
}

/* The file that waits as submitted is imported again with --approve: that approves it. */
static enum sl_code work_approve(struct sl_err *e)
{
	return import_one(0, true, e);
}

static enum sl_code work_rebuild(struct sl_err *e)
{
	struct sl_programme p;
	bool same;

	if (!sl_programme_open(&p, path, SL_OPEN_WRITE, &env, e) && !sl_programme_rebuild(&p, false, &same, e))
		(void)!sl_programme_rebuild(&p, true, &same, e); /* the ledger */
	sl_programme_close(&p);
	return e->code;
}

static enum sl_code account_text(char *out, size_t cap, struct sl_err *e)
{
	const struct sl_account_request r = {.as_of = "2025-01-01"};
	struct sl_account_answer answer = {0};
	struct sl_programme p;
	struct sl_buf b = {0};

	if (!sl_programme_open(&p, path, SL_OPEN_READ, &env, e) && !sl_account_answer(&p, &r, &answer, e)) {
		sl_account_json(&b, &answer);
		if (!sl_buf_check(&b, e))
			snprintf(out, cap, "%.*s", (int)b.n, b.p);
	}
	sl_buf_done(&b);
	sl_account_done(&answer);
	sl_programme_close(&p);
	return e->code;
}

static enum sl_code work_account(struct sl_err *e)
{
	char text[16384];

	return account_text(text, sizeof text, e);
}

/* ---- the file before and after ---- */
static void copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out;
	char buf[65536];
	size_t n;

	unlink(to);
	if (!in)
		return;
	out = fopen(to, "wb");
	while (out && (n = fread(buf, 1, sizeof buf, in)) > 0)
		if (fwrite(buf, 1, n, out) != n)
			abort();
	fclose(in);
	if (out)
		fclose(out);
}

static void clean(bool all)
{
	DIR *d = opendir(dir);

	for (struct dirent *x; d && (x = readdir(d));) {
		char p[400];

		if (x->d_name[0] == '.' ||
		    (!all && (!strncmp(x->d_name, "base", 4) || !strncmp(x->d_name, "in", 2))))
			continue;
		snprintf(p, sizeof p, "%s/%s", dir, x->d_name);
		unlink(p);
	}
	if (d)
		closedir(d);
}

static void restore(void)
{
	char from[160], to[160];

	clean(false);
	snprintf(from, sizeof from, "%s/base.gpkg", dir);
	copy_file(from, path);
	snprintf(from, sizeof from, "%s/base.keys", dir);
	snprintf(to, sizeof to, "%s.keys", path);
	copy_file(from, to);
}

static void judge(const char *what, enum fault_kind kind, long nth, char *account, size_t cap)
{
	struct sl_verify_answer answer;
	struct sl_programme p;
	struct sl_err e = {0};

	account[0] = 0;
	if (sl_programme_open(&p, path, SL_OPEN_WRITE, &env, &e) || sl_programme_verify(&p, &answer, &e))
		fail(what, kind, nth, e.msg);
	else if (answer.findings.n)
		fail(what, kind, nth, answer.findings.v[0].text.p);
	sl_programme_close(&p);
	if (!e.code && account_text(account, cap, &e))
		fail(what, kind, nth, e.msg);
}

struct workload {
	const char *name;
	enum sl_code (*run)(struct sl_err *e);
	char before[16384], after[16384];
};

static void compare(const struct workload *w, enum fault_kind kind, long nth, bool acknowledged,
                    bool refused)
{
	char now[16384];

	judge(w->name, kind, nth, now, sizeof now);
	if (acknowledged && strcmp(now, w->after))
		fail(w->name, kind, nth, "the account lacks what was acknowledged");
	/* A disk that fails in the last sync, and a process that ends there, leave open which of the two. */
	else if (strcmp(now, w->before) && (refused || strcmp(now, w->after)))
		fail(w->name, kind, nth, "the account is neither that of before nor that of after");
}

static bool one_point(const struct workload *w, enum fault_kind kind, long nth)
{
	struct sl_err e = {0};
	bool memory = kind == FAULT_MEMORY || kind == FAULT_ENGINE_MEMORY, hit;

	restore();
	faults_arm(kind, nth);
	(void)!w->run(&e);
	hit = faults_met();
	faults_arm(FAULT_NONE, 0);
	if (e.code && !hit)
		fail(w->name, kind, nth, e.msg);
	/* PROJ keeps its systems in SQLite too: without memory it knows none. */
	else if (e.code && e.code != SL_IO && !(memory && (e.code == SL_NOMEM || e.code == SL_INVALID)))
		fail(w->name, kind, nth, e.msg);
	compare(w, kind, nth, !e.code, e.code && memory);
	return hit;
}

static bool one_crash(const struct workload *w, long nth)
{
	int status = 0;
	pid_t pid;

	restore();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct sl_err e = {0};

		faults_arm(FAULT_CRASH, nth);
		_exit(w->run(&e) ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	compare(w, FAULT_CRASH, nth, WIFEXITED(status) && WEXITSTATUS(status) == 0, false);
	return WEXITSTATUS(status) == 99;
}

static void run_workload(struct workload *w, enum fault_kind kind, long stride)
{
	long points = 0, nth;

	for (nth = 1;; nth += stride == 1 || nth < 60 ? 1 : 1 + nth / 15) {
		points++;
		if (!(kind == FAULT_CRASH ? one_crash(w, nth) : one_point(w, kind, nth)))
			break;
	}
	printf("%-8s %-14s %ld points of %ld\n", w->name, fault_name(kind), points, nth);
	fflush(stdout);
}

static void kill_at_random(struct workload *w, int times)
{
	uint64_t seed = 2024;
	struct timespec t0, t1;
	struct sl_err e = {0};
	double whole;

	restore();
	clock_gettime(CLOCK_MONOTONIC, &t0);
	CHECK_OK(w->run(&e), &e);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	whole = (double)(t1.tv_sec - t0.tv_sec) * 1e9 + (double)(t1.tv_nsec - t0.tv_nsec);
	for (int i = 0; i < times; i++) {
		double ns = sl_uniform(&seed) * 1.1 * whole;
		struct timespec wait = {(time_t)(ns / 1e9), (long)ns % 1000000000};
		int status = 0;
		pid_t pid;

		restore();
		fflush(stdout);
		pid = fork();
		if (!pid) {
			struct sl_err child = {0};

			_exit(w->run(&child) ? 1 : 0);
		}
		nanosleep(&wait, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		compare(w, FAULT_NONE, i, WIFEXITED(status) && WEXITSTATUS(status) == 0, false);
	}
	printf("%-8s killed at %d random moments, seed 2024\n", w->name, times);
}

static void write_input(int which, int first, int n)
{
	FILE *f = fopen(input[which], "w");

	fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
	for (int i = 0; i < n; i++) {
		double x = 102 + 0.0007 * (first + i), y = 13 + 0.0003 * ((first + i) % 5);

		fprintf(
		    f,
		    "%s{\"type\":\"Feature\",\"properties\":{\"id\":\"HA-%d\",\"class\":\"%s\",\"effective_date\":"
		    "\"2024-0%d-01\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%.4f,%.4f],[%.4f,%.4f],"
		    "[%.4f,%.4f],[%.4f,%.4f],[%.4f,%.4f]]]}}\n",
		    i ? "," : "", first + i, i % 2 ? "SHA" : "CHA", 1 + i % 8, x, y, x + 0.001, y, x + 0.001,
		    y + 0.001, x, y + 0.001, x, y);
	}
	fputs("]}", f);
	fclose(f);
}

static void make_base(void)
{
	struct sl_err e = {0};
	uint64_t places, errors;
	char base[160], keys[160], from[160];

	write_input(0, 1, 6);
	write_input(1, 7, 6);
	CHECK_OK(sl_programme_create(&(struct sl_create_request){.path = path, .country = "KHM"}, &env, &places,
	                             &errors, &e),
	         &e);
	CHECK_OK(import_one(0, false, &e), &e);
	snprintf(base, sizeof base, "%s/base.gpkg", dir);
	snprintf(keys, sizeof keys, "%s/base.keys", dir);
	snprintf(from, sizeof from, "%s.keys", path);
	copy_file(path, base);
	copy_file(from, keys);
}

int main(int argc, char **argv)
{
	static struct workload work[] = {
	    {.name = "import", .run = work_import},
	    {.name = "approve", .run = work_approve},
	    {.name = "rebuild", .run = work_rebuild},
	    {.name = "account", .run = work_account},
	};
	long stride = argc > 1 ? atol(argv[1]) : 0;
	int kills = argc > 2 ? atoi(argv[2]) : 20;
	struct sl_err e = {0};

	setenv("SAFELANE_THREADS", "1", 1); /* counting is not for several threads */
	faults_install();
	sl_env_init(&env);
	strcpy(dir, access("/dev/shm", W_OK) ? "/tmp/sl-fault-XXXXXX" : "/dev/shm/sl-fault-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/p.gpkg", dir);
	snprintf(input[0], sizeof input[0], "%s/in0.geojson", dir);
	snprintf(input[1], sizeof input[1], "%s/in1.geojson", dir);
	make_base();
	for (size_t i = 0; i < sizeof work / sizeof *work; i++) {
		restore();
		CHECK_OK(account_text(work[i].before, sizeof work[i].before, &e), &e);
		restore();
		CHECK_OK(work[i].run(&e), &e);
		CHECK_OK(account_text(work[i].after, sizeof work[i].after, &e), &e);
		for (enum fault_kind k = FAULT_MEMORY; k <= FAULT_CRASH; k++)
			run_workload(&work[i], k, stride);
		kill_at_random(&work[i], kills);
	}
	CHECK(strcmp(work[0].before, work[0].after) != 0);
	CHECK(strcmp(work[1].before, work[1].after) != 0);
	CHECK(!strcmp(work[2].before, work[2].after));
	clean(true);
	rmdir(dir);
	printf("%s: %d failures\n", test_failures ? "FAIL" : "ok", test_failures);
	return test_failures != 0;
}
