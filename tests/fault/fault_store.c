/* The store under faults.  Each workload starts from the same programme and is run with the 1st, 2nd, 3rd
 * ... request failing, until it runs through.  After each: the code says what happened, and the file,
 * opened again, verifies, rebuilds to the same, and holds the log as it was before or as it is after,
 * nothing between. usage: fault_store [STRIDE]     STRIDE 1 tries every point (slow); the default tries a
 * sample of the late ones. */
#include "base/mem.h"
#include "check.h"
#include "fault/faults.h"
#include "geo/wkb.h"
#include "store/attachment.h"
#include "store/frozen.h"
#include "store/store.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int test_failures;

static struct sl_dictionary *dict;
static struct sl_arena keep;
static char dir[64];
static char path[128];
static struct sl_env env;

static void fail(const char *what, enum fault_kind kind, long nth, const char *message)
{
	printf("FAIL %s, %s at %ld: %s\n", what, fault_name(kind), nth, message);
	test_failures++;
}

/* ---- records ---- */
#define BOWTIE "POLYGON((102 13,102.001 13.001,102.001 13,102 13.001,102 13))"
#define SQUARE "POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))"

static enum sl_code append(struct sl_db *db, struct sl_arena *a, const char *kind, const char *id,
                           const char *wkt, const char *field, const char *value, struct sl_uuid *record,
                           struct sl_err *e)
{
	struct sl_revision r = {.kind = sl_dictionary_kind(dict, sl_str_from(kind)),
	                        .state = SL_APPROVED,
	                        .effective = {19000},
	                        .entry = SL_STR("{}")};
	const struct sl_field *f = sl_kind_field(r.kind, field);
	struct sl_buf document = {0}, sealed = {0};
	struct sl_record rec;
	bool any = false;
	int srid;

	if (sl_record_new(a, r.kind, &rec, e))
		return e->code;
	rec.value[sl_kind_field(r.kind, "id")->index] =
	    (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_str_from(id)};
	rec.value[f->index] = (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_str_from(value)};
	if (wkt && (sl_wkt_read(a, sl_str_from(wkt), &rec.geometry, &srid, e) ||
	            sl_geometry_prepare(a, &rec.geometry, &r.geometry, e)))
		return e->code;
	sl_record_json(&document, &rec);
	sl_record_sealed_json(&sealed, &rec, &any);
	r.identity = sl_str_from(id);
	r.document = sl_buf_view(&document);
	if (any)
		r.sealed = sl_buf_view(&sealed);
	if (!sl_buf_check(&document, e) && !sl_buf_check(&sealed, e) && !sl_store_append(db, &r, &rec, e) &&
	    record)
		*record = r.record;
	sl_buf_done(&document);
	sl_buf_done(&sealed);
	return e->code;
}

/* ---- files of records ---- */

/* More than a page of the database, different in every place. */
static struct sl_str picture(struct sl_arena *a, unsigned seed, struct sl_err *e)
{
	enum { N = 9000 };
	char *p = sl_arena_alloc(a, N, 1, e);

	for (size_t i = 0; p && i < N; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = (char)(seed >> 24);
	}
	return (struct sl_str){p, p ? N : 0};
}

static enum sl_code attach(struct sl_db *db, struct sl_arena *a, const char *id, unsigned seed, struct sl_err *e)
{
	struct sl_attachment at = {.name = SL_STR("a.jpg"), .caption = SL_STR("a"), .media_type = SL_STR("image/jpeg")};
	const struct sl_kind *kind;
	struct sl_str bytes = picture(a, seed, e);
	bool already;

	if (!bytes.p || sl_store_find(db, sl_str_from(id), &at.record, &kind, e))
		return e->code;
	at.sealed = sl_attachment_is_sealed(kind, at.field);
	return sl_store_attach(db, a, &at, bytes, &already, e);
}

/* How many files the record has: each is one of `seed`, whole, or was made unreadable with its record. */
static enum sl_code count_attachments(struct sl_db *db, struct sl_arena *a, const char *id, const unsigned seed[2],
                                      int64_t *n, struct sl_err *e)
{
	const struct sl_str first = picture(a, seed[0], e), second = first.p ? picture(a, seed[1], e) : first;
	struct sl_attachment *at;
	const struct sl_kind *kind;
	struct sl_uuid record;
	struct sl_str bytes;
	size_t listed;

	if (e->code || sl_store_find(db, sl_str_from(id), &record, &kind, e) ||
	    sl_store_attachments(db, a, record, &at, &listed, e))
		return e->code;
	for (size_t i = 0; i < listed; i++) {
		enum sl_code code = sl_store_attachment_bytes(db, a, &at[i], &bytes, e);

		if (code == SL_DENIED && at[i].sealed)
			sl_err_clear(e);
		else if (code)
			return code;
		else if (!sl_str_eq(bytes, first) && !sl_str_eq(bytes, second))
			return sl_fail(e, SL_CORRUPT, "a file of %s is not what was added", id);
		++*n;
	}
	return SL_OK;
}

/* ---- workloads: each opens, works and closes ---- */
typedef enum sl_code workload_fn(struct sl_arena *a, struct sl_err *e);

static enum sl_code in_transaction(enum sl_open_mode mode,
                                   enum sl_code (*work)(struct sl_db *, struct sl_arena *, struct sl_err *),
                                   bool transaction, struct sl_arena *a, struct sl_err *e)
{
	struct sl_db *db;

	if (sl_store_open(path, mode, dict, &env, &db, e))
		return e->code;
	if (!transaction) {
		(void)!work(db, a, e);
	} else if (!sl_store_begin(db, e)) {
		if (work(db, a, e))
			sl_store_rollback(db);
		else
			(void)!sl_store_commit(db, e);
	}
	sl_store_close(db);
	return e->code;
}

static enum sl_code do_append(struct sl_db *db, struct sl_arena *a, struct sl_err *e)
{
	bool already;

	if (sl_store_batch_begin(db, SL_STR("new.csv"), sl_hash_of("new", 3), &already, e) ||
	    append(db, a, "hazard", "HA-10", BOWTIE, "class", "SHA", NULL, e) ||
	    append(db, a, "victim", "V-10", NULL, "family_name", "Sok", NULL, e) ||
	    append(db, a, "release", "R-10", SQUARE, "product", "CLR", NULL, e) || sl_store_batch_end(db, e))
		return e->code;
	return SL_OK;
}

static enum sl_code do_approve(struct sl_db *db, struct sl_arena *a, struct sl_err *e)
{
	const struct sl_kind *kind;
	struct sl_uuid record;

	(void)a;
	if (sl_store_find(db, SL_STR("HA-1"), &record, &kind, e) ||
	    sl_store_set_state(db, record, SL_APPROVED, NULL, e))
		return e->code;
	return sl_store_block_put(db, 1, SL_STR("block"), e);
}

static enum sl_code do_rebuild(struct sl_db *db, struct sl_arena *a, struct sl_err *e)
{
	(void)a;
	return sl_store_rebuild(db, e);
}

static enum sl_code do_erase(struct sl_db *db, struct sl_arena *a, struct sl_err *e)
{
	const struct sl_kind *kind;
	struct sl_uuid record;

	(void)a;
	return sl_store_find(db, SL_STR("V-1"), &record, &kind, e) ? e->code : sl_store_erase(db, record, e);
}

static enum sl_code do_attach(struct sl_db *db, struct sl_arena *a, struct sl_err *e)
{
	return attach(db, a, "HA-1", 2, e) ? e->code : attach(db, a, "V-1", 4, e);
}

static enum sl_code do_freeze(struct sl_db *db, struct sl_arena *a, struct sl_err *e)
{
	struct sl_frozen f = {.name = SL_STR("end of 2021"), .as_of = {18992}, .definition = SL_STR("x")};

	return sl_store_freeze(db, &f, picture(a, 6, e), e);
}

/* How many accounts are frozen; each is whole. */
static enum sl_code count_frozen(struct sl_db *db, struct sl_arena *a, int64_t *n, struct sl_err *e)
{
	struct sl_str whole = picture(a, 6, e), account;
	struct sl_frozen *list;
	size_t listed;

	if (e->code || sl_store_frozen(db, a, &list, &listed, e))
		return e->code;
	for (size_t i = 0; i < listed; i++) {
		if (sl_store_frozen_account(db, a, &list[i], &account, e))
			return e->code;
		if (!sl_str_eq(account, whole))
			return sl_fail(e, SL_CORRUPT, "a frozen account is not what was frozen");
		++*n;
	}
	return SL_OK;
}

static enum sl_code see(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                        struct sl_err *e)
{
	(void)ctx;
	(void)rev;
	(void)rec;
	(void)e;
	return SL_OK;
}

static enum sl_code do_read(struct sl_db *db, struct sl_arena *a, struct sl_err *e)
{
	struct sl_findings list = {.a = a};
	struct sl_query q = {.as_of = {19500}};
	struct sl_land_event *ev;
	const struct sl_kind *kind;
	struct sl_uuid record;
	struct sl_hash h;
	int64_t n_revisions;
	int64_t files = 0;
	size_t n;

	if (sl_store_each(db, &q, true, see, NULL, e) ||
	    count_attachments(db, a, "HA-1", (const unsigned[]){1, 2}, &files, e) ||
	    count_attachments(db, a, "V-1", (const unsigned[]){3, 4}, &files, e) ||
	    count_frozen(db, a, &files, e) || sl_store_near(db, NULL, (struct sl_box){102, 13, 103, 14}, see, NULL, e) ||
	    sl_store_land_events(db, a, 0, INT64_MAX, &ev, &n, e) ||
	    sl_store_find(db, SL_STR("HA-1"), &record, &kind, e) ||
	    sl_store_history(db, record, see, NULL, e) || sl_store_verify(db, &list, &n_revisions, e) ||
	    sl_store_digest(db, &h, e))
		return e->code;
	if (list.n)
		return sl_fail(e, SL_CORRUPT, "verify: %.*s", SL_STR_ARG(list.v[0].text));
	return SL_OK;
}

static enum sl_code work_append(struct sl_arena *a, struct sl_err *e)
{
	return in_transaction(SL_OPEN_WRITE, do_append, true, a, e);
}
static enum sl_code work_attach(struct sl_arena *a, struct sl_err *e)
{
	return in_transaction(SL_OPEN_WRITE, do_attach, true, a, e);
}
static enum sl_code work_freeze(struct sl_arena *a, struct sl_err *e)
{
	return in_transaction(SL_OPEN_WRITE, do_freeze, true, a, e);
}
static enum sl_code work_approve(struct sl_arena *a, struct sl_err *e)
{
	return in_transaction(SL_OPEN_WRITE, do_approve, true, a, e);
}
static enum sl_code work_rebuild(struct sl_arena *a, struct sl_err *e)
{
	return in_transaction(SL_OPEN_WRITE, do_rebuild, false, a, e);
}
static enum sl_code work_erase(struct sl_arena *a, struct sl_err *e)
{
	return in_transaction(SL_OPEN_WRITE, do_erase, false, a, e);
}
static enum sl_code work_read(struct sl_arena *a, struct sl_err *e)
{
	return in_transaction(SL_OPEN_READ, do_read, false, a, e);
}
static enum sl_code work_create(struct sl_arena *a, struct sl_err *e)
{
	char other[160];

	(void)a;
	snprintf(other, sizeof other, "%s/other.gpkg", dir);
	return sl_store_create(other, dict, &env, "KHM", "Other", e);
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
	while ((n = fread(buf, 1, sizeof buf, in)) > 0)
		if (fwrite(buf, 1, n, out) != n)
			abort();
	fclose(in);
	fclose(out);
}

static void clean(const char *keep1, const char *keep2)
{
	DIR *d = opendir(dir);

	for (struct dirent *x; d && (x = readdir(d));) {
		char p[400];

		if (x->d_name[0] == '.' || (keep1 && !strcmp(x->d_name, keep1)) ||
		    (keep2 && !strcmp(x->d_name, keep2)))
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

	clean("base.gpkg", "base.keys");
	snprintf(from, sizeof from, "%s/base.gpkg", dir);
	copy_file(from, path);
	snprintf(from, sizeof from, "%s/base.keys", dir);
	snprintf(to, sizeof to, "%s.keys", path);
	copy_file(from, to);
}

/* The reopened file verifies, rebuilds to the same, and has so many revisions, files of records and frozen accounts. */
static int64_t judge(const char *what, enum fault_kind kind, long nth, bool rebuild)
{
	struct sl_arena a = {0};
	struct sl_findings list = {.a = &a};
	struct sl_hash before, after;
	struct sl_err e = {0};
	struct sl_db *db;
	int64_t n = -1;

	if (sl_store_open(path, SL_OPEN_WRITE, dict, &env, &db, &e)) {
		fail(what, kind, nth, e.msg);
		return -1;
	}
	if (sl_store_verify(db, &list, &n, &e) ||
	    count_attachments(db, &a, "HA-1", (const unsigned[]){1, 2}, &n, &e) ||
	    count_attachments(db, &a, "V-1", (const unsigned[]){3, 4}, &n, &e) || count_frozen(db, &a, &n, &e) ||
	    (rebuild &&
	     (sl_store_digest(db, &before, &e) || sl_store_rebuild(db, &e) || sl_store_digest(db, &after, &e))))
		fail(what, kind, nth, e.msg);
	else if (list.n)
		fail(what, kind, nth, list.v[0].text.p);
	else if (rebuild && !sl_hash_eq(before, after))
		fail(what, kind, nth, "the layers do not follow from the log");
	sl_store_close(db);
	sl_arena_done(&a);
	return n;
}

/* ---- one workload under one kind of fault ---- */
struct workload {
	const char *name;
	workload_fn *run;
	int64_t adds; /* revisions and files, when it succeeds */
};

static bool code_is_fair(enum fault_kind kind, enum sl_code code)
{
	if (kind == FAULT_MEMORY || kind == FAULT_ENGINE_MEMORY)
		return code == SL_NOMEM || code == SL_IO;
	return code == SL_IO;
}

/* Returns false when the workload ran through without meeting the fault. */
static bool one_point(const struct workload *w, enum fault_kind kind, long nth, int64_t before, bool deep)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	bool hit;
	int64_t n;

	restore();
	faults_arm(kind, nth);
	(void)!w->run(&a, &e);
	hit = faults_met();
	faults_arm(FAULT_NONE, 0);
	sl_arena_done(&a);
	if (e.code && !hit)
		fail(w->name, kind, nth, e.msg);
	else if (e.code && !code_is_fair(kind, e.code))
		fail(w->name, kind, nth, e.msg);
	n = judge(w->name, kind, nth, deep);
	/* What was acknowledged is there, whole. What was refused is not there at all, but for one case: when
	 * the disk fails in the last sync of a commit, nobody can know, and it may turn out to be there, whole.
	 */
	if (n >= 0 && !e.code && n != before + w->adds)
		fail(w->name, kind, nth, "it is not all there");
	else if (n >= 0 && e.code && n != before && (n != before + w->adds || e.code != SL_IO))
		fail(w->name, kind, nth, "it failed, and something of it stayed");
	return hit;
}

/* The process ends at the nth write, half of it done. */
static bool one_crash(const struct workload *w, long nth, int64_t before, bool deep)
{
	int status = 0;
	int64_t n;
	pid_t pid;

	restore();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct sl_arena a = {0};
		struct sl_err e = {0};

		faults_arm(FAULT_CRASH, nth);
		_exit(w->run(&a, &e) ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	n = judge(w->name, FAULT_CRASH, nth, deep);
	if (n >= 0 && n != before && n != before + w->adds)
		fail(w->name, FAULT_CRASH, nth, "half of it is there");
	if (WEXITSTATUS(status) == 0 && n != before + w->adds)
		fail(w->name, FAULT_CRASH, nth, "it was acknowledged and is not there");
	return WEXITSTATUS(status) == 99;
}

static void run_workload(const struct workload *w, enum fault_kind kind, long stride)
{
	int64_t before;
	long points = 0, nth;

	restore();
	before = judge(w->name, FAULT_NONE, 0, false);
	for (nth = 1;; nth += stride == 1 || nth < 120 ? 1 : 1 + nth / 25) {
		bool hit, deep = points % 10 == 0;

		points++;
		hit = kind == FAULT_CRASH ? one_crash(w, nth, before, deep) : one_point(w, kind, nth, before, deep);
		if (!hit)
			break;
	}
	printf("%-8s %-14s %ld points of %ld\n", w->name, fault_name(kind), points, nth);
	fflush(stdout);
}

static void make_base(void)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_db *db;
	char base[160], keys[160];

	snprintf(base, sizeof base, "%s/base.gpkg", dir);
	snprintf(keys, sizeof keys, "%s/base.keys", dir);
	CHECK_OK(sl_store_create(path, dict, &env, "KHM", NULL, &e), &e);
	CHECK_OK(sl_store_open(path, SL_OPEN_WRITE, dict, &env, &db, &e), &e);
	CHECK_OK(sl_store_begin(db, &e), &e);
	CHECK_OK(append(db, &a, "release", "R-1", SQUARE, "hazard", "HA-10", NULL, &e), &e);
	CHECK_OK(append(db, &a, "hazard", "HA-1", SQUARE, "class", "CHA", NULL, &e), &e);
	CHECK_OK(append(db, &a, "victim", "V-1", NULL, "family_name", "Chan", NULL, &e), &e);
	CHECK_OK(attach(db, &a, "HA-1", 1, &e), &e);
	CHECK_OK(attach(db, &a, "V-1", 3, &e), &e);
	CHECK_OK(sl_store_commit(db, &e), &e);
	sl_store_close(db);
	sl_arena_done(&a);
	copy_file(path, base);
	snprintf(path, sizeof path, "%s/p.gpkg.keys", dir);
	copy_file(path, keys);
	snprintf(path, sizeof path, "%s/p.gpkg", dir);
}

int main(int argc, char **argv)
{
	static const struct workload work[] = {
	    {"append", work_append, 3}, {"attach", work_attach, 2}, {"freeze", work_freeze, 1}, {"approve", work_approve, 1}, {"rebuild", work_rebuild, 0},
	    {"erase", work_erase, 0},   {"read", work_read, 0},       {"create", work_create, 0},
	};
	long stride = argc > 1 ? atol(argv[1]) : 0;
	struct sl_err e = {0};

	faults_install();
	CHECK_OK(sl_crypto_init(&e), &e);
	sl_env_init(&env);
	CHECK_OK(sl_dictionary_load(&keep, NULL, &dict, &e), &e);
	strcpy(dir, access("/dev/shm", W_OK) ? "/tmp/sl-fault-XXXXXX" : "/dev/shm/sl-fault-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/p.gpkg", dir);
	make_base();
	for (size_t i = 0; i < sizeof work / sizeof *work; i++)
		for (enum fault_kind k = FAULT_MEMORY; k <= FAULT_CRASH; k++)
			run_workload(&work[i], k, stride);
	clean(NULL, NULL);
	rmdir(dir);
	sl_arena_done(&keep);
	printf("%s: %d failures\n", test_failures ? "FAIL" : "ok", test_failures);
	return test_failures != 0;
}
