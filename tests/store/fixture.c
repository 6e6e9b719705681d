#include "fixture.h"

#include "base/io.h"
#include "geo/wkb.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

void fixture_open(struct fixture *f)
{
	*f = (struct fixture){0};
	CHECK_OK(sl_crypto_init(&f->e), &f->e);
	sl_env_init(&f->env);
	f->env.author = "clerk";
	f->env.device = "laptop";
	f->env.fixed_ms = 1700000000000;
	f->env.seed = 42;
	/* Memory is enough of a disk here: a killed process loses nothing that the kernel has. */
	strcpy(f->dir, access("/dev/shm", W_OK) ? "/tmp/sl-store-XXXXXX" : "/dev/shm/sl-store-XXXXXX");
	CHECK(mkdtemp(f->dir) != NULL);
	snprintf(f->path, sizeof f->path, "%s/p.gpkg", f->dir);
	snprintf(f->keys, sizeof f->keys, "%s.keys", f->path);
	CHECK_OK(sl_dictionary_load(&f->a, NULL, &f->dict, &f->e), &f->e);
	CHECK_OK(sl_store_create(f->path, f->dict, &f->env, "KHM", "Training", &f->e), &f->e);
	CHECK_OK(sl_store_open(f->path, SL_OPEN_WRITE, f->dict, &f->env, &f->db, &f->e), &f->e);
}

void fixture_reopen(struct fixture *f, enum sl_open_mode mode)
{
	if (f->db)
		sl_store_close(f->db);
	f->db = NULL;
	CHECK_OK(sl_store_open(f->path, mode, f->dict, &f->env, &f->db, &f->e), &f->e);
}

void fixture_close(struct fixture *f)
{
	DIR *d;

	if (f->db)
		sl_store_close(f->db);
	d = opendir(f->dir);
	for (struct dirent *x; d && (x = readdir(d));) {
		char path[400];

		snprintf(path, sizeof path, "%s/%s", f->dir, x->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(f->dir);
	sl_arena_done(&f->a);
}

static bool set_field(struct fixture *f, struct sl_record *rec, const char *text)
{
	struct sl_str rest = sl_str_from(text), name;
	const struct sl_field *field;
	const char *problem = NULL;

	sl_str_split(&rest, '=', &name);
	field = sl_kind_field(rec->kind, sl_str_dup(&f->a, name, &f->e));
	if (!field) {
		printf("no field %.*s\n", SL_STR_ARG(name));
		return false;
	}
	if (sl_value_read(&f->a, field, rest, &rec->value[field->index], &problem, &f->e) || problem) {
		printf("%s: %s\n", text, problem ? problem : f->e.msg);
		return false;
	}
	return true;
}

bool fixture_append(struct fixture *f, const char *kind, const struct append_options *o,
                    const char *const *field, struct sl_revision *out)
{
	struct sl_buf document = {0}, sealed = {0};
	struct sl_revision r = {.kind = sl_dictionary_kind(f->dict, sl_str_from(kind)),
	                        .record = o->record,
	                        .state = o->state,
	                        .correction = o->correction,
	                        .recorded_ms = o->recorded_ms,
	                        .effective = sl_date_none(),
	                        .entry = SL_STR("{\"file\":\"t.csv\",\"row\":1}")};
	struct sl_record rec;
	bool any = false, ok;
	int srid;

	if (!r.kind || sl_record_new(&f->a, r.kind, &rec, &f->e)) {
		CHECK(!"kind");
		return false;
	}
	for (; *field; field++)
		if (!set_field(f, &rec, *field)) {
			CHECK(!"field");
			return false;
		}
	if (o->date && !sl_date_parse(sl_str_from(o->date), &r.effective))
		CHECK(!"date");
	if (!sl_uuid_is_nil(o->parent)) {
		r.parent[0] = o->parent;
		r.n_parents = 1;
	}
	if (o->wkt && (sl_wkt_read(&f->a, sl_str_from(o->wkt), &rec.geometry, &srid, &f->e) ||
	               sl_geometry_prepare(&f->a, &rec.geometry, &r.geometry, &f->e)))
		printf("%s\n", f->e.msg);
	sl_record_json(&document, &rec);
	sl_record_sealed_json(&sealed, &rec, &any);
	r.identity = sl_record_text(&rec, "id");
	r.document = (struct sl_str){sl_str_dup(&f->a, sl_buf_view(&document), &f->e), document.n};
	if (any)
		r.sealed = (struct sl_str){sl_str_dup(&f->a, sl_buf_view(&sealed), &f->e), sealed.n};
	sl_buf_done(&document);
	sl_buf_done(&sealed);
	ok = !sl_store_append(f->db, &r, &rec, &f->e);
	if (out)
		*out = r;
	return ok;
}

/* What QGIS and GDAL register for the triggers of the spatial index: the envelope in the blob's header. */
static void envelope(sqlite3_context *c, int n, sqlite3_value **v)
{
	const unsigned char *p = sqlite3_value_blob(v[0]);
	size_t which = (size_t)(uintptr_t)sqlite3_user_data(c);
	bool point = p && sqlite3_value_bytes(v[0]) > 8 && !(p[3] & 0x0e);
	double x;

	(void)n;
	if (!p || sqlite3_value_bytes(v[0]) < 40 - 11 * point) {
		sqlite3_result_null(c);
		return;
	}
	memcpy(&x, p + (point ? 13 + 8 * (which / 2) : 8 + 8 * which), sizeof x);
	sqlite3_result_double(c, x);
}

static void is_empty(sqlite3_context *c, int n, sqlite3_value **v)
{
	(void)n;
	sqlite3_result_int(c, sqlite3_value_bytes(v[0]) < 9);
}

static sqlite3 *connection(struct fixture *f)
{
	static const char *const name[] = {"ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"};
	sqlite3 *db = NULL;

	CHECK(sqlite3_open(f->path, &db) == SQLITE_OK);
	for (uintptr_t i = 0; i < 4; i++)
		sqlite3_create_function(db, name[i], 1, SQLITE_UTF8, (void *)i, envelope, NULL, NULL);
	sqlite3_create_function(db, "ST_IsEmpty", 1, SQLITE_UTF8, NULL, is_empty, NULL, NULL);
	sqlite3_busy_timeout(db, 2000);
	return db;
}

void fixture_sql(struct fixture *f, const char *sql)
{
	sqlite3 *db = connection(f);
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message)) {
		printf("%s: %s\n", sql, message);
		test_failures++;
	}
	sqlite3_free(message);
	sqlite3_close(db);
}

int64_t fixture_number(struct fixture *f, const char *sql)
{
	sqlite3 *db = connection(f);
	sqlite3_stmt *s = NULL;
	int64_t x = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) || sqlite3_step(s) != SQLITE_ROW) {
		printf("%s: %s\n", sql, sqlite3_errmsg(db));
		test_failures++;
	} else {
		x = sqlite3_column_int64(s, 0);
	}
	sqlite3_finalize(s);
	sqlite3_close(db);
	return x;
}

void fixture_expect_sound(struct fixture *f)
{
	struct sl_findings list = {.a = &f->a};
	struct sl_hash before, after;
	int64_t n = 0;

	CHECK_OK(sl_store_verify(f->db, &list, &n, &f->e), &f->e);
	for (size_t i = 0; i < list.n; i++)
		printf("finding: %.*s\n", SL_STR_ARG(list.v[i].text));
	CHECK_INT(list.n, 0);
	CHECK_OK(sl_store_digest(f->db, &before, &f->e), &f->e);
	CHECK_OK(sl_store_rebuild(f->db, &f->e), &f->e);
	CHECK_OK(sl_store_digest(f->db, &after, &f->e), &f->e);
	CHECK(sl_hash_eq(before, after));
}

bool fixture_files_hold(struct fixture *f, const char *bytes)
{
	DIR *d = opendir(f->dir);
	size_t n = strlen(bytes);
	bool held = false;

	for (struct dirent *x; d && (x = readdir(d));) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_str all;
		char path[400];

		snprintf(path, sizeof path, "%s/%s", f->dir, x->d_name);
		if (x->d_name[0] != '.' && !sl_io_read(&a, path, 1u << 30, &all, &e))
			for (size_t i = 0; i + n <= all.n && !held; i++)
				held = !memcmp(all.p + i, bytes, n);
		sl_arena_done(&a);
	}
	closedir(d);
	return held;
}
