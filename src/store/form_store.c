#include "store/db.h"
#include "store/submission_parts.h"

/* A file made before there were forms, opened for reading, has not their tables; who has them keeps them. */
enum sl_code sl_submissions_there(struct sl_db *db, bool *yes, struct sl_err *e)
{
	if (!db->has_submissions && sl_dialect_table_exists(db, SL_STR("sl_submission"), &db->has_submissions, e))
		return e->code;
	*yes = db->has_submissions;
	return SL_OK;
}

static enum sl_code text(struct sl_arena *a, struct sl_sql *s, int at, struct sl_str *out, struct sl_err *e)
{
	struct sl_str t = sl_sql_get_text(s, at);

	out->p = sl_arena_strndup(a, t.n ? t.p : "", t.n, e);
	out->n = t.n;
	return e->code;
}

static enum sl_code blob(struct sl_arena *a, struct sl_sql *s, int at, struct sl_str *out, struct sl_err *e)
{
	struct sl_str t = sl_sql_get_blob(s, at);

	out->p = sl_arena_strndup(a, t.n ? t.p : "", t.n, e);
	out->n = t.n;
	return e->code;
}

#define FORM_COLUMNS                                                                                                   \
	"SELECT f.id, f.form, f.version, f.title, f.kind, f.md5, f.published_ms, f.closed_ms, "                            \
	"(SELECT count(*) FROM sl_form_file x WHERE x.form = f.id)"

static enum sl_code read_form(struct sl_arena *a, struct sl_sql *s, struct sl_published_form *f, struct sl_err *e)
{
	*f = (struct sl_published_form){.id = sl_sql_get_int(s, 0),
	                                .published_ms = sl_sql_get_int(s, 6),
	                                .closed_ms = sl_sql_get_int(s, 7),
	                                .n_files = (size_t)sl_sql_get_int(s, 8)};
	if (text(a, s, 1, &f->form, e) || text(a, s, 2, &f->version, e) || text(a, s, 3, &f->title, e) ||
	    text(a, s, 4, &f->kind, e) || text(a, s, 5, &f->md5, e))
		return e->code;
	return SL_OK;
}

enum sl_code sl_store_forms(struct sl_db *db, struct sl_arena *a, struct sl_str form, bool all_versions,
                            struct sl_published_form **out, size_t *n, struct sl_err *e)
{
	struct sl_published_form *list = NULL;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	*n = 0;
	if (sl_submissions_there(db, &row, e) || !row)
		return e->code;
	if (sl_sql_open(db->driver,
	                FORM_COLUMNS " FROM sl_form f WHERE ($1 = '' OR f.form = $1) AND ($2 OR (f.closed_ms = 0 AND f.id = "
	                             "(SELECT max(y.id) FROM sl_form y WHERE y.form = f.form AND y.closed_ms = 0))) "
	                             "ORDER BY f.id",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, form);
	sl_sql_int(s, 2, all_versions);
	while (!sl_sql_step(s, &row, e) && row) {
		list = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!list || read_form(a, s, &list[k], e))
			break;
		k++;
	}
	sl_sql_close(s);
	if (e->code)
		return e->code;
	*out = list;
	*n = k;
	return SL_OK;
}

enum sl_code sl_store_form_version(struct sl_db *db, struct sl_arena *a, struct sl_str form, struct sl_str version,
                                   bool *found, struct sl_published_form *out, struct sl_str *xml, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	*found = false;
	if (sl_submissions_there(db, &row, e) || !row ||
	    sl_sql_open(db->driver,
	                xml ? FORM_COLUMNS ", f.xml FROM sl_form f WHERE f.form = $1 AND f.version = $2" /* all its pages */
	                    : FORM_COLUMNS " FROM sl_form f WHERE f.form = $1 AND f.version = $2",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, form);
	sl_sql_text(s, 2, version);
	if (!sl_sql_step(s, &row, e) && row && !read_form(a, s, out, e) && xml)
		sl_noted(blob(a, s, 9, xml, e));
	sl_sql_close(s);
	if (!e->code)
		*found = row;
	return e->code;
}

enum sl_code sl_store_form_files(struct sl_db *db, struct sl_arena *a, int64_t form, struct sl_form_file **out,
                                 size_t *n, struct sl_err *e)
{
	struct sl_form_file *list = NULL;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT id, name, md5 FROM sl_form_file WHERE form = $1 ORDER BY id", &s, e))
		return e->code;
	sl_sql_int(s, 1, form);
	while (!sl_sql_step(s, &row, e) && row) {
		list = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!list)
			break;
		list[k] = (struct sl_form_file){.id = sl_sql_get_int(s, 0)};
		if (text(a, s, 1, &list[k].name, e) || text(a, s, 2, &list[k].md5, e))
			break;
		k++;
	}
	sl_sql_close(s);
	if (e->code)
		return e->code;
	*out = list;
	*n = k;
	return SL_OK;
}

enum sl_code sl_store_form_file(struct sl_db *db, struct sl_arena *a, int64_t id, bool *found, struct sl_form_file *out,
                                struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	*found = false;
	if (sl_submissions_there(db, &row, e) || !row ||
	    sl_sql_open(db->driver, "SELECT id, name, md5, data FROM sl_form_file WHERE id = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, id);
	if (!sl_sql_step(s, &row, e) && row) {
		*out = (struct sl_form_file){.id = id};
		if (!text(a, s, 1, &out->name, e) && !text(a, s, 2, &out->md5, e))
			sl_noted(blob(a, s, 3, &out->bytes, e));
	}
	sl_sql_close(s);
	if (!e->code)
		*found = row;
	return e->code;
}

/* ---- publishing ---- */

static enum sl_code same_files(struct sl_db *db, int64_t form, const struct sl_form_file *file, size_t n, bool *same,
                               struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_form_file *have;
	size_t n_have;

	if (!sl_store_form_files(db, &a, form, &have, &n_have, e)) {
		*same = n == n_have;
		for (size_t i = 0; i < n && *same; i++) {
			bool there = false;

			for (size_t k = 0; k < n_have; k++)
				there |= sl_str_eq(have[k].name, file[i].name) && sl_str_eq(have[k].md5, file[i].md5);
			*same = there;
		}
	}
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code open_again(struct sl_db *db, int64_t id, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, "UPDATE sl_form SET closed_ms = 0 WHERE id = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, id);
	return sl_sql_finish(s, e);
}

static enum sl_code insert_file(struct sl_db *db, int64_t form, const struct sl_form_file *f, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, "INSERT INTO sl_form_file (form, name, md5, data) VALUES ($1, $2, $3, $4)", &s, e))
		return e->code;
	sl_sql_int(s, 1, form);
	sl_sql_text(s, 2, f->name);
	sl_sql_text(s, 3, f->md5);
	sl_sql_blob(s, 4, f->bytes.p, f->bytes.n);
	return sl_sql_finish(s, e);
}

static enum sl_code insert_form(struct sl_db *db, struct sl_published_form *f, struct sl_str xml, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	f->published_ms = sl_env_now_ms(db->env);
	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_form (form, version, title, kind, md5, published_ms, closed_ms, xml) VALUES "
	                "($1, $2, $3, $4, $5, $6, 0, $7) RETURNING id",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, f->form);
	sl_sql_text(s, 2, f->version);
	sl_sql_text(s, 3, f->title);
	sl_sql_text(s, 4, f->kind);
	sl_sql_text(s, 5, f->md5);
	sl_sql_int(s, 6, f->published_ms);
	sl_sql_blob(s, 7, xml.p, xml.n);
	if (!sl_sql_step(s, &row, e) && row)
		f->id = sl_sql_get_int(s, 0);
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_publish_form(struct sl_db *db, struct sl_published_form *f, struct sl_str xml,
                                   struct sl_form_file *file, size_t n_files, bool *already, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_published_form old;
	char md5[SL_MD5_TEXT];
	bool same = false;

	*already = false;
	for (size_t i = 0; i < n_files; i++) {
		sl_md5_text(sl_md5_of(file[i].bytes), md5);
		file[i].md5 = sl_str_from(sl_arena_strndup(&db->scratch, md5, 32, e));
	}
	sl_md5_text(sl_md5_of(xml), md5);
	f->md5 = sl_str_from(md5);
	if (e->code || sl_store_form_version(db, &db->scratch, f->form, f->version, already, &old, NULL, e))
		goto done;
	if (*already && same_files(db, old.id, file, n_files, &same, e))
		goto done;
	if (*already && (!same || !sl_str_eq(old.md5, f->md5))) {
		sl_fail(e, SL_CONFLICT,
		        "form %.*s: version '%.*s' is published already and says something else; give this one a new version",
		        SL_STR_ARG(f->form), SL_STR_ARG(f->version));
	} else if (*already) {
		sl_noted(open_again(db, old.id, e));
	} else if (!insert_form(db, f, xml, e)) {
		for (size_t i = 0; i < n_files && !e->code; i++)
			sl_noted(insert_file(db, f->id, &file[i], e));
	}
done:
	f->md5 = (struct sl_str){"", 0};
	sl_arena_reset(&db->scratch, m);
	return e->code;
}

enum sl_code sl_store_close_form(struct sl_db *db, struct sl_str form, bool *found, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, "UPDATE sl_form SET closed_ms = $1 WHERE form = $2 AND closed_ms = 0", &s, e))
		return e->code;
	sl_sql_int(s, 1, sl_env_now_ms(db->env));
	sl_sql_text(s, 2, form);
	if (!sl_sql_finish(s, e))
		*found = sl_driver_changes(db->driver) > 0;
	return e->code;
}
