#include "app/form.h"

#include "base/io.h"
#include "base/json.h"
#include "formats/field_form.h"
#include "formats/workbook.h"
#include "model/dictionary.h"

/* A kind of the dictionary as a workbook: its sheet, and the choices of all kinds. */
static enum sl_code open_kind(struct sl_arena *a, const struct sl_kind *kind, struct sl_workbook *out, struct sl_err *e)
{
	struct sl_sheet *sheet = sl_arena_alloc(a, 3, sizeof *sheet, e);
	struct sl_sheet_row *row = sheet ? sl_arena_alloc(a, 2, sizeof *row, e) : NULL;
	struct sl_str *cell = row ? sl_arena_alloc(a, 4, sizeof *cell, e) : NULL;

	if (!cell)
		return e->code;
	if (sl_sheet_from_csv(a, "dictionary", SL_STR("survey"), sl_dictionary_csv(kind->name), &sheet[0], e) ||
	    sl_sheet_from_csv(a, "dictionary/choices.csv", SL_STR("choices"), sl_dictionary_csv(SL_STR("choices")), &sheet[1], e))
		return e->code;
	cell[0] = SL_STR("form_title");
	cell[1] = SL_STR("default_language");
	cell[2] = kind->label;
	cell[3] = SL_STR("English (en)");
	row[0] = (struct sl_sheet_row){&cell[0], 2, 1};
	row[1] = (struct sl_sheet_row){&cell[2], 2, 2};
	sheet[2] = (struct sl_sheet){SL_STR("settings"), row, 2};
	*out = (struct sl_workbook){kind->name, sheet, 3};
	return SL_OK;
}

/* No expression of the dictionary names such a field. */
static void rename_elements(struct sl_sheet *survey)
{
	for (size_t c = 0; survey->n_rows && c < survey->row[0].n; c++)
		for (size_t i = 1; sl_str_is(survey->row[0].cell[c], "name") && i < survey->n_rows; i++)
			if (c < survey->row[i].n)
				survey->row[i].cell[c] = sl_form_element_of(survey->row[i].cell[c]);
}

/* Lists that no question of the form asks for: the dictionary has one sheet of choices for all kinds. */
static void drop_unused_lists(struct sl_form *form)
{
	size_t kept = 0;

	for (size_t i = 0; i < form->n_lists; i++) {
		bool used = false;

		for (struct sl_form_node *n = form->root->child; n && !used; n = sl_form_next(form->root, n))
			used = !n->from_file && sl_str_eq(n->list, form->list[i].name);
		if (used)
			form->list[kept++] = form->list[i];
	}
	form->n_lists = kept;
}

/* What was wrong before it was an XLSForm goes behind what is wrong with that. */
static enum sl_code add_faults(struct sl_arena *a, const struct sl_form_faults *more, struct sl_form_faults *faults,
                               struct sl_err *e)
{
	for (size_t i = 0; i < more->n; i++) {
		const struct sl_form_fault *f = &more->fault[i];
		const char *sheet = sl_str_dup(a, f->sheet, e), *column = sheet ? sl_str_dup(a, f->column, e) : NULL;

		if (!column || sl_form_fault(a, faults, f->is_error, sheet, f->row, column, e, "%s", f->message))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_form_open(struct sl_arena *a, const char *name, struct sl_form *out, struct sl_form_faults *faults,
                          struct sl_err *e)
{
	struct sl_dictionary *dict;
	const struct sl_kind *kind;
	struct sl_field_form field;
	struct sl_form_faults made = {0};
	struct sl_workbook book;
	bool of_fields;

	if (sl_dictionary_load(a, NULL, &dict, e))
		return e->code;
	kind = sl_dictionary_kind(dict, sl_str_from(name));
	if (kind                                                 ? open_kind(a, kind, &book, e)
	    : sl_field_form_named(sl_str_from(name), &field) ? sl_field_form_read(a, &field, &book, e)
	                                                     : sl_workbook_read(a, name, &book, e))
		return e->code;
	of_fields = !kind && sl_field_form_is(&book);
	if (of_fields && sl_field_form_expand(a, &book, &book, &made, e))
		return e->code;
	if (kind || of_fields)
		rename_elements(&book.sheet[0]);
	if (sl_form_read(a, &book, out, faults, e) || add_faults(a, &made, faults, e))
		return e->code;
	if (!kind && !of_fields)
		return SL_OK;
	drop_unused_lists(out);
	return sl_form_translate(a, dict, out, e);
}

static size_t questions(const struct sl_form *form)
{
	size_t n = 0;

	for (struct sl_form_node *node = form->root->child; node; node = sl_form_next(form->root, node))
		n += node->type->control < SL_CONTROL_GROUP;
	return n;
}

static void json_faults(struct sl_json_writer *w, const struct sl_form_faults *faults)
{
	sl_json_put_key(w, SL_STR("faults"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < faults->n; i++) {
		const struct sl_form_fault *f = &faults->fault[i];

		sl_json_begin(w, '{');
		sl_json_kv_str(w, "severity", f->is_error ? SL_STR("error") : SL_STR("warning"));
		sl_json_kv_str(w, "sheet", f->sheet);
		sl_json_kv_int(w, "row", (int64_t)f->row);
		sl_json_kv_str(w, "column", f->column);
		sl_json_kv_str(w, "message", sl_str_from(f->message));
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

void sl_form_faults_write(const char *name, const struct sl_form *form, const struct sl_form_faults *faults,
                          enum sl_text_format format, struct sl_buf *b)
{
	struct sl_json_writer w;

	if (format == SL_FORMAT_JSON) {
		sl_json_writer_init(&w, b);
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "form", sl_str_from(name));
		sl_json_kv_str(&w, "id", form->id);
		sl_json_kv_int(&w, "questions", (int64_t)questions(form));
		sl_json_kv_int(&w, "languages", (int64_t)form->n_languages);
		sl_json_kv_int(&w, "errors", (int64_t)faults->n_errors);
		json_faults(&w, faults);
		sl_json_end(&w, '}');
		sl_buf_putc(b, '\n');
		return;
	}
	for (size_t i = 0; i < faults->n; i++) {
		const struct sl_form_fault *f = &faults->fault[i];

		sl_buf_printf(b, "%s: %s: %.*s", f->is_error ? "error" : "warning", name, SL_STR_ARG(f->sheet));
		if (f->row)
			sl_buf_printf(b, ", row %zu", f->row);
		if (f->column.n)
			sl_buf_printf(b, ", %.*s", SL_STR_ARG(f->column));
		sl_buf_printf(b, ": %s\n", f->message);
	}
	sl_buf_printf(b, "%s: %zu questions, %zu language%s, %zu error%s, %zu warning%s\n", name, questions(form),
	              form->n_languages, form->n_languages == 1 ? "" : "s", faults->n_errors,
	              faults->n_errors == 1 ? "" : "s", faults->n - faults->n_errors,
	              faults->n - faults->n_errors == 1 ? "" : "s");
}

const char *sl_form_name(struct sl_arena *a, const struct sl_dictionary *d, size_t i, struct sl_err *e)
{
	struct sl_field_form field;
	size_t n = 0;

	if (sl_field_form(i, &field))
		return field.name;
	while (sl_field_form(n, &field))
		n++;
	return i - n < d->n_kinds ? sl_str_dup(a, d->kind[i - n].name, e) : NULL;
}

enum sl_code sl_form_sheet_write(const char *name, struct sl_buf *b, struct sl_err *e)
{
	struct sl_field_form field;
	struct sl_str csv = sl_field_form_named(sl_str_from(name), &field) ? field.csv : sl_dictionary_csv(sl_str_from(name));

	if (!csv.n)
		return sl_fail(e, SL_NOT_FOUND, "%s: there is no form of that name: 'safelane form list' says which there are", name);
	sl_buf_str(b, csv);
	return sl_buf_check(b, e);
}

enum sl_code sl_form_list_write(struct sl_arena *a, enum sl_text_format format, struct sl_buf *b, struct sl_err *e)
{
	struct sl_dictionary *dict;
	struct sl_json_writer w;
	const char *name;

	if (sl_dictionary_load(a, NULL, &dict, e))
		return e->code;
	sl_json_writer_init(&w, b);
	if (format == SL_FORMAT_JSON)
		sl_json_begin(&w, '[');
	for (size_t i = 0; (name = sl_form_name(a, dict, i, e)); i++) {
		struct sl_form_faults faults;
		struct sl_form form;

		if (sl_form_open(a, name, &form, &faults, e))
			return e->code;
		if (format == SL_FORMAT_JSON) {
			sl_json_begin(&w, '{');
			sl_json_kv_str(&w, "id", form.id);
			sl_json_kv_str(&w, "title", form.title);
			sl_json_kv_str(&w, "kind", form.kind.n ? form.kind : form.id);
			sl_json_kv_int(&w, "questions", (int64_t)questions(&form));
			sl_json_kv_int(&w, "languages", (int64_t)form.n_languages);
			sl_json_end(&w, '}');
		} else {
			sl_buf_printf(b, "%-18s %-34.*s %4zu questions, %zu language%s\n", name, SL_STR_ARG(form.title),
			              questions(&form), form.n_languages, form.n_languages == 1 ? "" : "s");
		}
	}
	if (format == SL_FORMAT_JSON) {
		sl_json_end(&w, ']');
		sl_buf_putc(b, '\n');
	}
	return e->code ? e->code : sl_buf_check(b, e);
}

/* ---- filled in ---- */

static const char *sentence(enum sl_form_breach_kind kind)
{
	static const char *const text[] = {[SL_BREACH_MISSING] = "is required and missing",
	                                   [SL_BREACH_CONSTRAINT] = "does not keep the constraint",
	                                   [SL_BREACH_IRRELEVANT] = "was answered where it is not asked",
	                                   [SL_BREACH_CALCULATION] = "is not what the form calculates"};

	return text[kind];
}

static void json_verdict(const char *file, const struct sl_form_verdict *v, struct sl_buf *b)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "file", sl_str_from(file));
	sl_json_kv_int(&w, "asked", (int64_t)v->asked);
	sl_json_kv_int(&w, "untold", (int64_t)v->untold);
	sl_json_put_key(&w, SL_STR("findings"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < v->n; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "rule", sl_str_from(v->breach[i].rule));
		sl_json_kv_str(&w, "question", v->breach[i].path);
		sl_json_kv_str(&w, "text", sl_str_from(sentence(v->breach[i].kind)));
		if (v->breach[i].kind == SL_BREACH_CALCULATION)
			sl_json_kv_str(&w, "expected", v->breach[i].expected);
		if (v->breach[i].message.n)
			sl_json_kv_str(&w, "message", v->breach[i].message);
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}

enum sl_code sl_form_verdict_write(struct sl_arena *a, struct sl_form_rules *rules, const char *file,
                                   const struct sl_form_moment *at, enum sl_text_format format, struct sl_buf *b,
                                   bool *broken, struct sl_err *e)
{
	struct sl_form_verdict v;
	struct sl_str xml;

	if (sl_io_read(a, file, 16 << 20, &xml, e))
		return e->code;
	if (sl_form_rules_judge(rules, a, xml, at, &v, e))
		return sl_err_within(e, "%s", file);
	*broken = *broken || v.n;
	if (format == SL_FORMAT_JSON) {
		json_verdict(file, &v, b);
		return sl_buf_check(b, e);
	}
	for (size_t i = 0; i < v.n; i++) {
		const struct sl_form_breach *f = &v.breach[i];

		sl_buf_printf(b, "%s: %s: %.*s %s", file, f->rule, SL_STR_ARG(f->path), sentence(f->kind));
		if (f->message.n)
			sl_buf_printf(b, ": %.*s", SL_STR_ARG(f->message));
		sl_buf_putc(b, '\n');
	}
	sl_buf_printf(b, "%s: %zu rules asked, %zu broken, %zu cannot be told here\n", file, v.asked, v.n, v.untold);
	return sl_buf_check(b, e);
}
