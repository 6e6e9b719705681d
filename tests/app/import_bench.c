#include "app/import_bench.h"

#include "base/io.h"
#include "geo/wkb.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

void import_bench_begin(struct import_bench *b)
{
	struct sl_dictionary *dict;
	char *path;

	*b = (struct import_bench){
	    .env = {.fixed_ms = 1700000000000, .seed = 7, .author = "clerk", .device = "desk"}};
	snprintf(b->folder, sizeof b->folder, "/tmp/sl-import-XXXXXX");
	CHECK(mkdtemp(b->folder) != NULL);
	CHECK_OK(sl_crypto_init(&b->e), &b->e);
	CHECK_OK(sl_dictionary_load(&b->a, NULL, &dict, &b->e), &b->e);
	path = sl_arena_printf(&b->a, &b->e, "%s/p.gpkg", b->folder);
	CHECK_OK(sl_store_create(path, dict, &b->env, "XVE", "Verania", &b->e), &b->e);
	CHECK_OK(sl_programme_open(&b->p, path, SL_OPEN_WRITE, &b->env, &b->e), &b->e);
	b->o.approve = true;
}

void import_bench_end(struct import_bench *b)
{
	DIR *d = opendir(b->folder);
	struct dirent *entry;
	char path[512];

	sl_programme_close(&b->p);
	while (d && (entry = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", b->folder, entry->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(b->folder);
	sl_arena_done(&b->a);
}

const char *import_bench_bytes(struct import_bench *b, const char *name, const void *bytes, size_t n)
{
	const char *path = sl_arena_printf(&b->a, &b->e, "%s/%s", b->folder, name);
	FILE *f = fopen(path, "wb");

	CHECK(f && fwrite(bytes, 1, n, f) == n);
	if (f)
		fclose(f);
	return path;
}

const char *import_bench_file(struct import_bench *b, const char *name, const char *text)
{
	return import_bench_bytes(b, name, text, strlen(text));
}

const char *import_bench_copy(struct import_bench *b, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct sl_err e = {0};
	struct sl_str text;

	if (sl_io_read(&b->a, path, (size_t)64 << 20, &text, &e))
		return NULL;
	return import_bench_bytes(b, slash ? slash + 1 : path, text.p, text.n);
}

const char *import_bench_shared(struct import_bench *b, const char *test, const char *path)
{
	const char *shared = getenv("SAFELANE_SHARED");
	const char *full = shared ? sl_arena_printf(&b->a, &b->e, "%s/data/%s", shared, path)
	                          : sl_arena_printf(&b->a, &b->e, "%s/../shared/data/%s", SL_SOURCE_DIR, path);

	if (sl_io_exists(full))
		return import_bench_copy(b, full);
	printf("skip %s: %s is not there\n", test, path);
	return NULL;
}

enum sl_code import_bench_run(struct import_bench *b, const char *path)
{
	b->e = (struct sl_err){0};
	return sl_import_files(&b->p, &b->o, &path, 1, &b->r, &b->e);
}

struct sl_import_file import_bench_ok(struct import_bench *b, const char *path)
{
	CHECK_OK(import_bench_run(b, path), &b->e);
	return b->r.n ? b->r.file[0] : (struct sl_import_file){0};
}

size_t import_bench_found(struct import_bench *b, const char *rule)
{
	struct sl_err e = {0};
	size_t n = 0;

	b->found = (struct sl_findings){.a = &b->a};
	CHECK_OK(sl_store_findings(b->p.db, &b->found, &e), &e);
	for (size_t i = 0; i < b->found.n; i++)
		n += !rule || !strcmp(b->found.v[i].rule, rule);
	return n;
}

const struct sl_finding *import_bench_first(struct import_bench *b, const char *rule)
{
	import_bench_found(b, rule);
	for (size_t i = 0; i < b->found.n; i++)
		if (!strcmp(b->found.v[i].rule, rule))
			return &b->found.v[i];
	return NULL;
}

struct looking {
	struct import_bench *b;
	const char *identity;
	size_t n;
	struct sl_revision rev;
	struct sl_record rec;
};

static struct sl_str keep(struct import_bench *b, struct sl_str s)
{
	return (struct sl_str){sl_str_dup(&b->a, s, &b->e), s.n};
}

static enum sl_code look(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                         struct sl_err *e)
{
	struct looking *l = ctx;

	if (l->identity && !sl_str_is(rev->identity, l->identity))
		return SL_OK;
	l->n++;
	l->rev = *rev;
	l->rev.document = keep(l->b, rev->document);
	l->rev.entry = keep(l->b, rev->entry);
	l->rev.identity = keep(l->b, rev->identity);
	l->rev.organisation = keep(l->b, rev->organisation);
	if (sl_record_from_json(&l->b->a, rev->kind, l->rev.document, &l->rec, e))
		return e->code;
	return rec ? sl_geom_copy(&l->b->a, &rec->geometry, &l->rec.geometry, e) : SL_OK;
}

static const struct sl_kind *kind_named(struct import_bench *b, const char *kind)
{
	return sl_dictionary_kind(b->p.dict, sl_str_from(kind));
}

size_t import_bench_count(struct import_bench *b, const char *kind)
{
	struct looking l = {.b = b};
	struct sl_query q = {.kind = kind_named(b, kind), .all_states = !b->o.approve};
	struct sl_err e = {0};

	CHECK_OK(sl_store_each(b->p.db, &q, false, look, &l, &e), &e);
	return l.n;
}

struct sl_revision import_bench_revision(struct import_bench *b, const char *kind, const char *identity,
                                         struct sl_record *rec)
{
	struct looking l = {.b = b, .identity = identity, .rev = {.document = {"", 0}, .entry = {"", 0}}};
	struct sl_query q = {.kind = kind_named(b, kind), .all_states = !b->o.approve};
	struct sl_err e = {0};

	CHECK_OK(sl_store_each(b->p.db, &q, true, look, &l, &e), &e);
	if (!l.n)
		CHECK_OK(sl_record_new(&b->a, q.kind, &l.rec, &e), &e);
	if (rec)
		*rec = l.rec;
	return l.rev;
}

size_t import_bench_revisions(struct import_bench *b, const char *kind, const char *identity)
{
	struct sl_identity id;
	struct looking l = {.b = b};
	struct sl_err e = {0};
	bool found = false;

	CHECK_OK(sl_store_identify(b->p.db, kind_named(b, kind), sl_str_from(identity), &found, &id, &e), &e);
	if (found)
		CHECK_OK(sl_store_history(b->p.db, id.record, look, &l, &e), &e);
	return l.n;
}
