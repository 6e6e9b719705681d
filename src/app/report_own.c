#include "app/report_own.h"

#include "app/report.h"
#include "base/utf8.h"

#include <string.h>

#define FACT "templates" /* sl_store_fact: JSON, a list of objects */

enum { OWN_MAX = 100, TEXT_MAX = 1 << 18 };

/* ---- reading ---- */

enum sl_code sl_report_own_list(struct sl_programme *p, struct sl_arena *a, struct sl_report_own **out, size_t *n,
                                struct sl_err *e)
{
	struct sl_str text;
	struct sl_json *list = NULL;
	struct sl_report_own *v;

	*n = 0;
	*out = NULL;
	if (sl_store_fact(p->db, a, FACT, &text, e) || !text.n)
		return e->code;
	if (sl_json_parse(a, text, &list, e))
		return sl_err_within(e, "the templates of the programme");
	v = sl_arena_alloc(a, list->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	for (const struct sl_json *x = list->child; x; x = x->next) {
		const struct sl_json *added = sl_json_get(x, "added_ms");

		v[(*n)++] = (struct sl_report_own){.name = sl_json_get_str(x, "name"),
		                                   .language = sl_json_get_str(x, "language"),
		                                   .text = sl_json_get_str(x, "text"),
		                                   .person = sl_json_get_str(x, "person"),
		                                   .added_ms = added ? (int64_t)added->number : 0};
	}
	*out = v;
	return SL_OK;
}

enum sl_code sl_report_own_version(struct sl_programme *p, uint64_t *version, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_str text;

	*version = 0;
	if (!sl_store_fact(p->db, &a, FACT, &text, e) && text.n) {
		struct sl_hash h = sl_hash_of(text.p, text.n);

		memcpy(version, &h, sizeof *version);
	}
	sl_arena_done(&a);
	return e->code;
}

/* ---- names ---- */

enum sl_code sl_report_own_name(struct sl_str file, struct sl_str *name, struct sl_str *language, struct sl_err *e)
{
	struct sl_str rest = file, base = file, part;

	while (sl_str_split(&rest, '/', &part))
		base = part;
	rest = base;
	*language = SL_STR("");
	if (base.n > 4 && !memcmp(base.p + base.n - 4, ".txt", 4))
		rest = (struct sl_str){base.p, base.n - 4};
	if (sl_str_split(&rest, '.', name) && rest.n) {
		*language = rest;
		if (!sl_locale_find(rest))
			return sl_fail(e, SL_INVALID, "'%.*s': there is no language '%.*s'; a template is called NAME.txt, or "
			               "NAME.CODE.txt with en, ar, es, fr, km or uk", SL_STR_ARG(base), SL_STR_ARG(rest));
	}
	for (size_t i = 0; i < name->n; i++)
		if (!((name->p[i] >= 'a' && name->p[i] <= 'z') || (name->p[i] >= '0' && name->p[i] <= '9') ||
		      name->p[i] == '-' || name->p[i] == '_'))
			name->n = 0;
	if (!name->n || name->n > 60 || base.n > 80)
		return sl_fail(e, SL_INVALID, "'%.80s': call the file NAME.txt, with small letters a to z, digits, - and _ in "
		               "its name, at most 60", base.p);
	return SL_OK;
}

/* ---- writing ---- */

static void put(struct sl_json_writer *w, const struct sl_report_own *t)
{
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "name", t->name);
	sl_json_kv_str(w, "language", t->language);
	sl_json_kv_str(w, "person", t->person);
	sl_json_kv_int(w, "added_ms", t->added_ms);
	sl_json_kv_str(w, "text", t->text);
	sl_json_end(w, '}');
}

static int order(const struct sl_report_own *a, const struct sl_report_own *b)
{
	int c = sl_str_cmp(a->name, b->name);

	return c ? c : sl_str_cmp(a->language, b->language);
}

/* The list with `one` in its place, or (without a text) without it; `was`: it had been there. */
static enum sl_code write(struct sl_programme *writer, const struct sl_report_own *one, bool *was, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_report_own *v;
	struct sl_json_writer w;
	struct sl_buf b = {0};
	bool done = !one->text.n;
	size_t n, kept = 0;

	*was = false;
	if (!sl_report_own_list(writer, &a, &v, &n, e)) {
		sl_json_writer_init(&w, &b);
		sl_json_begin(&w, '[');
		for (size_t i = 0; i < n; i++) {
			int c = order(&v[i], one);

			if (c >= 0 && !done) {
				put(&w, one);
				done = true;
				kept++;
			}
			*was |= c == 0;
			if (c) {
				put(&w, &v[i]);
				kept++;
			}
		}
		if (!done)
			put(&w, one);
		sl_json_end(&w, ']');
		if (kept + !done > OWN_MAX)
			sl_fail(e, SL_INVALID, "a programme has at most %d templates of its own: remove one first", OWN_MAX);
		else if (!sl_buf_check(&b, e))
			(void)!sl_store_set_fact(writer->db, FACT, sl_buf_view(&b), e);
	}
	sl_buf_done(&b);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_report_own_judge(struct sl_programme *p, const struct sl_ledger *ledger, struct sl_str file,
                                 struct sl_str text, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_report_given given = {.text = text};
	struct sl_report_request r = {.given = &given, .ledger = ledger};
	struct sl_report_about about = {0};
	struct sl_report report = {0};
	struct sl_str name, language;

	if (sl_report_own_name(file, &name, &language, e))
		return e->code;
	if (sl_str_is(name, "parts") || sl_str_is(name, "fieldmap"))
		return sl_fail(e, SL_INVALID, "'%.*s' is no template of a report: give it another name", SL_STR_ARG(name));
	if (!sl_str_trim(text).n)
		return sl_fail(e, SL_INVALID, "%.*s: there is nothing in it", SL_STR_ARG(file));
	if (text.n > TEXT_MAX || !sl_utf8_valid(text))
		return sl_fail(e, SL_INVALID, "%.*s: a template is a text in UTF-8 of at most %d kB", SL_STR_ARG(file),
		               TEXT_MAX >> 10);
	r.template_name = sl_str_dup(&a, name, e);
	r.language = e->code || !language.n ? NULL : sl_str_dup(&a, language, e);
	given.file = e->code ? NULL : sl_str_dup(&a, file, e);
	if (!e->code && !sl_report_about(p, &a, &r, &about, e) && about.of.n)
		(void)!sl_report_read(p, &r, &report, e);
	else if (!e->code)
		(void)!sl_report_make(p, &r, &report, e);
	sl_report_done(&report);
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code change(struct sl_programme *writer, struct sl_people *people, const struct sl_actor *by,
                           const struct sl_report_own *one, struct sl_err *e)
{
	struct sl_arena a = {0};
	char *label = sl_arena_printf(&a, e, "%.*s%s%.*s", SL_STR_ARG(one->name), one->language.n ? "." : "",
	                              SL_STR_ARG(one->language));
	bool was;

	if (!label || sl_store_begin(writer->db, e)) {
		sl_arena_done(&a);
		return e->code;
	}
	/* It is in the audit log before it counts. */
	if (!write(writer, one, &was, e) && !one->text.n && !was)
		sl_fail(e, SL_NOT_FOUND, "the programme has no template '%s' of its own", label);
	if (e->code ||
	    sl_audit_note(people, by, one->text.n ? "template-set" : "template-remove", sl_str_from(label), SL_STR(""), e) ||
	    sl_store_commit(writer->db, e))
		sl_store_rollback(writer->db);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_report_own_put(struct sl_programme *writer, struct sl_people *people, const struct sl_actor *by,
                               struct sl_str file, struct sl_str text, struct sl_err *e)
{
	struct sl_report_own one = {.text = text, .person = by->person, .added_ms = sl_env_now_ms(writer->env)};

	return sl_report_own_name(file, &one.name, &one.language, e) ? e->code : change(writer, people, by, &one, e);
}

enum sl_code sl_report_own_remove(struct sl_programme *writer, struct sl_people *people, const struct sl_actor *by,
                                  struct sl_str name, struct sl_str language, struct sl_err *e)
{
	const struct sl_report_own one = {.name = name, .language = language};

	return change(writer, people, by, &one, e);
}
