#include "app/form_publish.h"

#include "base/io.h"
#include "base/utf8.h"
#include "checks/rule.h"
#include "formats/xform.h"
#include "formats/xform_read.h"
#include "model/form_rules.h"
#include "store/submission.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX_BYTES = 32 << 20 };

static enum sl_code read_media(struct sl_arena *a, const char *folder, struct sl_form_file **out, size_t *n,
                               struct sl_err *e)
{
	struct sl_io_entry *entry = NULL;
	struct sl_form_file *v;

	*n = 0;
	if (!folder)
		return SL_OK;
	if (sl_io_list(a, folder, &entry, n, e))
		return e->code;
	v = sl_arena_alloc(a, *n + 1, sizeof *v, e);
	for (size_t i = 0; v && i < *n; i++) {
		char *path = sl_arena_printf(a, e, "%s/%s", folder, entry[i].name);

		v[i].name = sl_str_from(entry[i].name);
		if (!path || sl_io_read(a, path, FILE_MAX_BYTES, &v[i].bytes, e))
			return e->code;
		if (!sl_utf8_valid(v[i].name))
			return sl_fail(e, SL_INVALID, "%s: the name of a file is not UTF-8", folder);
	}
	*out = v;
	return e->code;
}

/* The habit of XLSForm: year, month, day and the number of the version of that day. */
static enum sl_code next_version(struct sl_programme *p, struct sl_arena *a, struct sl_str last, struct sl_str *out,
                                 struct sl_err *e)
{
	char now[32], day[16];
	int64_t n = 0;

	sl_time_text(sl_env_now_ms(p->env), now);
	snprintf(day, sizeof day, "%.4s%.2s%.2s", now, now + 5, now + 8);
	if (last.n >= 10 && sl_str_has_prefix(last, day) && !sl_str_int64((struct sl_str){last.p + 8, last.n - 8}, &n))
		n = 0;
	out->p = sl_arena_printf(a, e, "%s%02lld", day, (long long)n + 1);
	*out = sl_str_from(out->p);
	return e->code;
}

static enum sl_code write_xml(struct sl_arena *a, const struct sl_form *form, struct sl_str *out, struct sl_err *e)
{
	struct sl_buf b = {0};

	if (!sl_xform_write(form, &b, e) && !sl_buf_check(&b, e)) {
		out->p = sl_arena_strndup(a, b.p, b.n, e);
		out->n = b.n;
	}
	sl_buf_done(&b);
	return e->code;
}

/* What a form shows or chooses from is given with it: a phone that cannot fetch it shows no form at all. */
static enum sl_code judge_files(struct sl_str xml, const struct sl_form_file *file, size_t n, struct sl_err *e)
{
	for (size_t at = 0, k; at + 5 < xml.n; at++) {
		const char *p = memchr(xml.p + at, ':', xml.n - at - 2); /* jr:// */
		struct sl_str name;
		bool given = false;

		if (!p)
			break;
		at = (size_t)(p - xml.p);
		if (at < 2 || memcmp(p - 2, "jr://", 5))
			continue;
		for (k = at + 3; k < xml.n && !strchr("\"'<> ", xml.p[k]); k++)
			;
		name = (struct sl_str){p + 3, k - at - 3};
		if (sl_str_has_prefix(name, "instance/") || memchr(name.p, '&', name.n)) /* what was filled in last; escaped */
			continue;
		for (size_t i = name.n; i; i--)
			if (name.p[i - 1] == '/') {
				name = (struct sl_str){name.p + i, name.n - i};
				break;
			}
		for (size_t i = 0; i < n; i++)
			given |= sl_str_eq(file[i].name, name);
		if (!given)
			return sl_fail(e, SL_INVALID, "the form needs the file '%.*s': give the folder that has it with --media",
			               SL_STR_ARG(name));
	}
	return SL_OK;
}

/* In the open transaction.  A form without a version of its own keeps its last one as long as it says the same. */
static enum sl_code put(struct sl_programme *p, struct sl_arena *a, struct sl_form *form, struct sl_published_form *f,
                        struct sl_form_file *file, size_t n, bool *already, struct sl_err *e)
{
	struct sl_published_form *old;
	struct sl_str xml, last = SL_STR("");
	bool own = form->version.n > 0;
	size_t n_old;

	if (sl_store_forms(p->db, a, form->id, true, &old, &n_old, e))
		return e->code;
	if (!own && n_old) {
		last = form->version = f->version = old[n_old - 1].version;
		if (write_xml(a, form, &xml, e) || judge_files(xml, file, n, e))
			return e->code;
		if (!sl_store_publish_form(p->db, f, xml, file, n, already, e) || e->code != SL_CONFLICT)
			return e->code;
		sl_err_clear(e);
	}
	if (!own && next_version(p, a, last, &form->version, e))
		return e->code;
	f->version = form->version;
	return write_xml(a, form, &xml, e) || judge_files(xml, file, n, e) ? e->code : sl_store_publish_form(p->db, f, xml, file, n, already, e);
}

/* Who publishes hears which answers nobody but the phone looks at. */
static enum sl_code warn_of_untold(struct sl_arena *a, const struct sl_form *form, struct sl_form_faults *faults,
                                   struct sl_err *e)
{
	struct sl_form_untold *x = NULL;
	size_t n;

	if (sl_form_rules_untold(a, form, &x, &n, e))
		return e->code;
	for (size_t i = 0; i < n && !e->code; i++)
		(void)!sl_form_fault(a, faults, false, "survey", x[i].node->row, x[i].column, e,
		                     "\"%.*s\" is not judged on the server: %s", SL_STR_ARG(x[i].text), x[i].why);
	return e->code;
}

enum sl_code sl_form_publish(struct sl_programme *w, struct sl_arena *a, const struct sl_publish *wish,
                             struct sl_publish_result *out, struct sl_form_faults *faults, struct sl_err *e)
{
	struct sl_published_form f = {.id = 0};
	struct sl_form_file *file = NULL;
	struct sl_form form;
	bool already = false;
	size_t n;

	if (sl_form_open(a, wish->name, &form, faults, e))
		return e->code;
	if (faults->n_errors)
		return sl_fail(e, SL_INVALID, "%s: the form has errors: 'safelane form check' lists them", wish->name);
	if (warn_of_untold(a, &form, faults, e))
		return e->code;
	f.form = form.id;
	f.title = form.title.n ? form.title : form.id;
	f.kind = wish->kind ? sl_str_from(wish->kind) : form.kind.n ? form.kind : form.id;
	if (!sl_dictionary_kind(w->dict, f.kind))
		return sl_fail(e, SL_INVALID, "%s: there is no kind of record '%.*s'; say with --kind what the form fills",
		               wish->name, SL_STR_ARG(f.kind));
	if (!form.id.n || form.id.n > 249 || form.version.n > 249)
		return sl_fail(e, SL_INVALID, "%s: form_id and version are to have at most 249 bytes", wish->name);
	if (read_media(a, wish->media, &file, &n, e) || sl_store_begin(w->db, e))
		return e->code;
	if (put(w, a, &form, &f, file, n, &already, e) || sl_store_commit(w->db, e)) {
		sl_store_rollback(w->db);
		return e->code;
	}
	*out = (struct sl_publish_result){f.form, f.version, f.title, already};
	return SL_OK;
}

enum sl_code sl_form_close(struct sl_programme *w, struct sl_str form, struct sl_err *e)
{
	bool found = false;

	if (sl_store_begin(w->db, e))
		return e->code;
	if (!sl_store_close_form(w->db, form, &found, e) && !found)
		sl_fail(e, SL_NOT_FOUND, "no form '%.*s' is open", SL_STR_ARG(form));
	if (e->code || sl_store_commit(w->db, e))
		sl_store_rollback(w->db);
	return e->code;
}

static void put_line(struct sl_buf *b, const struct sl_published_form *f, const char *when)
{
	sl_buf_printf(b, "%.*s %.*s: %.*s, records of kind %.*s, published %.10s%s\n", SL_STR_ARG(f->form),
	              SL_STR_ARG(f->version), SL_STR_ARG(f->title), SL_STR_ARG(f->kind), when, f->closed_ms ? ", closed" : "");
}

enum sl_code sl_forms_published_write(struct sl_programme *p, enum sl_text_format format, struct sl_buf *b,
                                      struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_published_form *f = NULL;
	struct sl_json_writer w;
	char when[32];
	size_t n;

	if (!sl_store_forms(p->db, &a, SL_STR(""), true, &f, &n, e)) {
		sl_json_writer_init(&w, b);
		if (format == SL_FORMAT_JSON)
			sl_json_begin(&w, '[');
		for (size_t i = 0; i < n; i++) {
			sl_time_text(f[i].published_ms, when);
			if (format != SL_FORMAT_JSON) {
				put_line(b, &f[i], when);
				continue;
			}
			sl_json_begin(&w, '{');
			sl_json_kv_str(&w, "form", f[i].form);
			sl_json_kv_str(&w, "version", f[i].version);
			sl_json_kv_str(&w, "title", f[i].title);
			sl_json_kv_str(&w, "kind", f[i].kind);
			sl_json_kv_str(&w, "published", sl_str_from(when));
			sl_json_put_key(&w, SL_STR("closed"));
			sl_json_put_bool(&w, f[i].closed_ms != 0);
			sl_json_kv_int(&w, "files", (int64_t)f[i].n_files);
			sl_json_end(&w, '}');
		}
		if (format == SL_FORMAT_JSON) {
			sl_json_end(&w, ']');
			sl_buf_putc(b, '\n');
		}
		(void)!sl_buf_check(b, e);
	}
	sl_arena_done(&a);
	return e->code;
}

/* ---- what is not judged here ---- */

static enum sl_code say_untold(struct sl_arena *a, const struct sl_published_form *f, const struct sl_form_untold *x,
                               struct sl_findings *out, struct sl_err *e)
{
	const struct sl_rule *rule = sl_rule_find(SL_STR("I17"));
	const char *text = sl_arena_printf(a, e, "Form %.*s %.*s, %s of %.*s: %s. It is not judged here: %.*s",
	                                   SL_STR_ARG(f->form), SL_STR_ARG(f->version), x->column, SL_STR_ARG(x->node->name),
	                                   x->why, SL_STR_ARG(x->text));

	return !text ? e->code
	             : sl_findings_add(out,
	                               &(struct sl_finding){.rule = rule->id,
	                                                    .severity = rule->severity,
	                                                    .kind = f->kind,
	                                                    .field = x->node->name,
	                                                    .source = f->form,
	                                                    .text = sl_str_from(text),
	                                                    .suggestion = sl_str_from(rule->advice),
	                                                    .lon = (double)NAN,
	                                                    .lat = (double)NAN},
	                               e);
}

static enum sl_code untold_of(struct sl_programme *p, struct sl_arena *a, const struct sl_published_form *f,
                              struct sl_findings *out, struct sl_err *e)
{
	struct sl_form_untold *x = NULL;
	struct sl_published_form same;
	struct sl_form form;
	struct sl_str xml;
	bool found;
	size_t n;

	if (sl_store_form_version(p->db, a, f->form, f->version, &found, &same, &xml, e) || sl_xform_read(a, xml, &form, e) ||
	    sl_form_rules_untold(a, &form, &x, &n, e)) {
		if (e->code == SL_INVALID) /* each submission says that none of its rules was asked */
			sl_err_clear(e);
		return e->code;
	}
	for (size_t i = 0; i < n && !e->code; i++)
		(void)!say_untold(a, f, &x[i], out, e);
	return e->code;
}

enum sl_code sl_forms_not_judged(struct sl_programme *p, struct sl_findings *out, struct sl_err *e)
{
	struct sl_published_form *f = NULL;
	struct sl_arena a = {0};
	size_t n;

	if (!sl_store_forms(p->db, &a, SL_STR(""), false, &f, &n, e))
		for (size_t i = 0; i < n && !e->code; i++) {
			struct sl_arena one = {0};

			(void)!untold_of(p, &one, &f[i], out, e);
			sl_arena_done(&one);
		}
	sl_arena_done(&a);
	return e->code;
}
