#include "app/import_plan.h"
#include "app/people.h"

#include "base/io.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* ---- has this very import been done before? ---- */

static void hash_text(struct sl_hasher *h, const char *text)
{
	sl_hash_part(h, text ? text : "", text ? strlen(text) : 0);
}

/* The bytes of the file and everything that decides what becomes of them. */
static enum sl_code hash_import(struct sl_arena *a, const struct sl_import_options *o, const char *path,
                                struct sl_hash *out, struct sl_err *e)
{
	struct sl_hash file;
	struct sl_str mapping = {"", 0};
	struct sl_hasher h;

	if (sl_source_hash(path, &file, e) ||
	    (o->mapping && sl_io_read(a, o->mapping, (size_t)16 << 20, &mapping, e)))
		return e->code;
	sl_hash_begin(&h);
	sl_hash_part(&h, file.b, sizeof file.b);
	sl_hash_part(&h, mapping.p, mapping.n);
	hash_text(&h, o->kind);
	hash_text(&h, o->organisation);
	hash_text(&h, o->layer);
	hash_text(&h, o->crs);
	hash_text(&h, o->encoding);
	for (size_t i = 0; i < o->n_set; i++)
		hash_text(&h, o->set[i]);
	sl_hash_int(&h, o->approve);
	*out = sl_hash_end(&h);
	return SL_OK;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* ---- layers ---- */

struct job {
	struct sl_programme *p;
	const struct sl_import_options *o;
	const char *path;
	struct sl_import_file *file;
	struct sl_arena a; /* of this file */
};

static enum sl_code import_layer(struct job *j, struct import_writer *w, const struct sl_import_options *o,
                                 bool several, struct sl_err *e)
{
	const struct sl_source_options options = {.layer = o->layer, .encoding = o->encoding};
	struct sl_source source;
	struct import_plan plan;
	const char *suggestion = NULL;
	char *copy;

	if (sl_source_open(&j->a, j->path, &options, &source, e) ||
	    import_plan_make(&j->a, j->p, o, &source, several, &plan, &suggestion, e))
		return e->code;
	if (suggestion) {
		copy = sl_arena_printf(&j->p->arena, e, "%s", suggestion);
		if (!copy)
			return e->code;
		j->file->suggestion = copy;
	}
	if (plan.crs.n) {
		copy = sl_arena_printf(&j->p->arena, e, "%.*s", SL_STR_ARG(plan.crs));
		if (!copy)
			return e->code;
		j->file->crs = copy;
	}
	if (import_plan_findings(&j->a, &plan, w, e) || import_run(j->p, &plan, w, e))
		return e->code;
	return import_layer_end(w, &plan, e);
}

/* A file with a layer for each kind, as Safelane's own files have, is imported layer by layer. */
static bool layers_are_kinds(const struct job *j, const struct sl_str *layer, size_t n)
{
	size_t kinds = 0;

	for (size_t i = 0; i < n; i++)
		kinds += sl_dictionary_kind(j->p->dict, layer[i]) != NULL;
	return kinds >= 2 && !j->o->layer && !j->o->kind && !j->o->mapping;
}

static enum sl_code tell_left_out(struct job *j, struct import_writer *w, const struct sl_str *layer,
                                  size_t n, struct sl_err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct sl_finding f = {.rule = "I12",
		                       .severity = SL_NOTE,
		                       .source = sl_str_from(j->path),
		                       .lon = (double)NAN,
		                       .lat = (double)NAN};
		char *text;

		if (sl_dictionary_kind(j->p->dict, layer[i]))
			continue;
		text = sl_arena_printf(&j->a, e, "The layer '%.*s' is named as no kind of record and was not read.",
		                       SL_STR_ARG(layer[i]));
		if (!text)
			return e->code;
		f.text = sl_str_from(text);
		f.suggestion = SL_STR("Import it with --layer and --kind when it holds records.");
		if (import_writer_finding(w, &f, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code import_layers(struct job *j, struct import_writer *w, struct sl_err *e)
{
	struct sl_str *layer;
	size_t n;

	if (sl_source_layers(&j->a, j->path, &layer, &n, e))
		return e->code;
	if (!layers_are_kinds(j, layer, n))
		return import_layer(j, w, j->o, false, e);
	/* In the order of the dictionary, so that the result does not depend on the order of the layers. */
	for (size_t k = 0; k < j->p->dict->n_kinds; k++)
		for (size_t i = 0; i < n; i++) {
			struct sl_import_options o = *j->o;

			if (sl_dictionary_kind(j->p->dict, layer[i]) != &j->p->dict->kind[k])
				continue;
			o.layer = sl_str_dup(&j->a, layer[i], e);
			if (!o.layer)
				return e->code;
			o.kind = o.layer;
			if (import_layer(j, w, &o, true, e))
				return e->code;
		}
	return tell_left_out(j, w, layer, n, e);
}

/* ---- one file, one transaction ---- */

static enum sl_code import_inside(struct job *j, struct sl_err *e)
{
	struct import_writer *w;
	struct sl_hash hash;
	enum sl_code code;

	if (hash_import(&j->a, j->o, j->path, &hash, e) ||
	    sl_store_batch_begin(j->p->db, sl_str_from(j->o->called ? j->o->called : j->path), hash, &j->file->already, e) ||
	    j->file->already)
		return e->code;
	if (import_writer_begin(&j->a, j->p, j->o, j->file, &w, e))
		return e->code;
	code = import_layers(j, w, e);
	import_writer_done(w);
	return code ? code : sl_store_batch_end(j->p->db, e);
}

static enum sl_code note_import(struct job *j, struct sl_err *e)
{
	const struct sl_import_file *f = j->file;
	const char *name = strrchr(j->path, '/');
	char *details;

	if (!j->o->people)
		return SL_OK;
	details = sl_arena_printf(&j->a, e, "%llu rows: %llu added, %llu revised, %llu approved%s",
	                          (unsigned long long)f->n_rows, (unsigned long long)f->n_added,
	                          (unsigned long long)(f->n_revised + f->n_corrected + f->n_history),
	                          (unsigned long long)f->n_approved, j->o->approve ? "; approved at once" : "");
	return details ? sl_audit_note(j->o->people, j->o->by, "import", sl_str_from(name ? name + 1 : j->path),
	                               sl_str_from(details), e)
	               : e->code;
}

static enum sl_code import_file(struct job *j, struct sl_err *e)
{
	if (!sl_io_exists(j->path))
		return sl_fail(e, SL_NOT_FOUND, "%s: no such file", j->path);
	if (same_file(j->path, j->p->path))
		return sl_fail(e, SL_INVALID, "%s: a programme cannot be imported into itself", j->path);
	if (sl_store_begin(j->p->db, e))
		return e->code;
	if (import_inside(j, e) || j->file->already || note_import(j, e)) {
		sl_store_rollback(j->p->db);
		return e->code;
	}
	return sl_store_commit(j->p->db, e);
}

enum sl_code sl_import_files(struct sl_programme *p, const struct sl_import_options *o,
                             const char *const *paths, size_t n, struct sl_import_result *out,
                             struct sl_err *e)
{
	enum sl_code code = SL_OK;

	out->n = 0;
	out->file = sl_arena_alloc(&p->arena, n, sizeof *out->file, e);
	if (!out->file)
		return e->code;
	for (size_t i = 0; i < n && !code; i++) {
		struct job j = {.p = p, .o = o, .path = paths[i], .file = &out->file[i]};

		j.file->path = paths[i];
		code = import_file(&j, e);
		sl_arena_done(&j.a);
		if (!code)
			out->n++;
	}
	return code;
}
