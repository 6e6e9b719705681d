#include "app/form_publish.h"
#include "cli/command.h"
#include "cli/output.h"

#include "base/io.h"
#include "formats/xform.h"

#include <stdio.h>
#include <string.h>

extern const struct sl_command sl_command_form;

struct wish {
	enum sl_text_format format;
	const char *output, *kind, *media, *language;
	bool all; /* forms of the dictionary */
	struct sl_arena a;
	struct sl_buf out;
	bool refused; /* some form has errors */
};

static enum sl_code open_form(struct wish *w, const char *name, struct sl_form *form, struct sl_form_faults *faults,
                              struct sl_err *e)
{
	if (sl_form_open(&w->a, name, form, faults, e))
		return e->code;
	w->refused = w->refused || faults->n_errors;
	return SL_OK;
}

static enum sl_code check(struct wish *w, const char *name, struct sl_err *e)
{
	struct sl_form form;
	struct sl_form_faults faults;

	if (open_form(w, name, &form, &faults, e))
		return e->code;
	sl_form_faults_write(name, &form, &faults, w->format, &w->out);
	return SL_OK;
}

static enum sl_code put_file(struct wish *w, struct sl_err *e)
{
	struct sl_io_out file;

	if (!w->output || sl_io_create(&file, w->output, e))
		return e->code;
	if (sl_io_write(&file, w->out.p, w->out.n, e) || sl_io_commit(&file, e))
		sl_io_discard(&file);
	sl_buf_clear(&w->out);
	return e->code;
}

/* The XForm goes to the file, or to standard output; what is wrong goes to standard error. */
static enum sl_code convert(struct wish *w, const char *name, struct sl_err *e)
{
	struct sl_form form;
	struct sl_form_faults faults;
	struct sl_buf words = {0};

	if (open_form(w, name, &form, &faults, e))
		return e->code;
	sl_form_faults_write(name, &form, &faults, w->format, &words);
	if (faults.n && !words.failed)
		fwrite(words.p, 1, words.n, stderr);
	sl_buf_done(&words);
	if (faults.n_errors || sl_xform_write(&form, &w->out, e))
		return e->code;
	return put_file(w, e);
}

/* ---- forms of a programme ---- */

static enum sl_code publish_one(struct wish *w, struct sl_programme *p, const char *name, struct sl_err *e)
{
	const struct sl_publish wish = {.name = name, .kind = w->kind, .media = w->media};
	struct sl_publish_result r;
	struct sl_form_faults faults = {0};

	if (sl_form_publish(p, &w->a, &wish, &r, &faults, e))
		return e->code;
	sl_buf_printf(&w->out, "%.*s %.*s: %s\n", SL_STR_ARG(r.form), SL_STR_ARG(r.version),
	              r.already ? "published already" : "published");
	for (size_t i = 0; i < faults.n; i++)
		if (faults.fault[i].row)
			sl_buf_printf(&w->out, "  warning: %.*s, row %zu, %.*s: %s\n", SL_STR_ARG(faults.fault[i].sheet),
			              faults.fault[i].row, SL_STR_ARG(faults.fault[i].column), faults.fault[i].message);
	return SL_OK;
}

static enum sl_code on_programme(struct wish *w, struct sl_env *env, const char *verb, char **arg, int n,
                                 struct sl_err *e)
{
	struct sl_programme p = {0};
	const bool reads = !strcmp(verb, "published");

	if (!sl_programme_open(&p, arg[0], reads ? SL_OPEN_READ : SL_OPEN_WRITE, env, e)) {
		if (reads)
			(void)!sl_forms_published_write(&p, w->format, &w->out, e);
		const char *name;

		for (size_t i = 0; w->all && !e->code && (name = sl_form_name(&w->a, p.dict, i, e)); i++)
			(void)!publish_one(w, &p, name, e);
		for (int i = 1; i < n && !e->code; i++)
			(void)!(!strcmp(verb, "close") ? sl_form_close(&p, sl_str_from(arg[i]), e)
			                               : publish_one(w, &p, arg[i], e));
	}
	sl_programme_close(&p);
	return e->code;
}

static enum sl_code judge(struct wish *w, const struct sl_env *env, int n, char **argv, struct sl_err *e)
{
	struct sl_form_moment at = {sl_env_now_ms(env), sl_str_from(w->language)};
	struct sl_form form;
	struct sl_form_faults faults;
	struct sl_form_rules *rules;

	if (open_form(w, argv[2], &form, &faults, e))
		return e->code;
	if (faults.n_errors) {
		sl_form_faults_write(argv[2], &form, &faults, w->format, &w->out);
		return SL_OK;
	}
	if (sl_form_rules_new(&w->a, &form, &rules, e))
		return e->code;
	for (int i = 3; i <= n && !e->code; i++) {
		struct sl_arena scratch = {0};

		(void)!sl_form_verdict_write(&scratch, rules, argv[i], &at, w->format, &w->out, &w->refused, e);
		sl_arena_done(&scratch);
	}
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct wish w = {0};
	const char *format = NULL;
	const struct sl_option options[] = {
	    {"--format", SL_OPTION_TEXT, &format}, {"-o", SL_OPTION_TEXT, &w.output},
	    {"--kind", SL_OPTION_TEXT, &w.kind}, {"--media", SL_OPTION_TEXT, &w.media}, {"--all", SL_OPTION_FLAG, &w.all},
	    {"--language", SL_OPTION_TEXT, &w.language}, {0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_form, argc, argv, options);
	const char *verb;

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (!sl_format_from(format, &w.format) || w.format == SL_FORMAT_CSV || w.format == SL_FORMAT_GEOJSON)
		return sl_usage_error("form: --format is table or json");
	verb = n ? argv[1] : "";
	if (!strcmp(verb, "list") && n == 1) {
		(void)!sl_form_list_write(&w.a, w.format, &w.out, &e);
	} else if (!strcmp(verb, "sheet") && n == 2) {
		(void)!(sl_form_sheet_write(argv[2], &w.out, &e) || put_file(&w, &e));
	} else if (!strcmp(verb, "check") && n > 1) {
		for (int i = 2; i <= n && !e.code; i++)
			(void)!check(&w, argv[i], &e);
	} else if (!strcmp(verb, "convert") && n == 2) {
		(void)!convert(&w, argv[2], &e);
	} else if ((!strcmp(verb, "publish") && (n > 2 || (n == 2 && w.all))) || (!strcmp(verb, "close") && n > 2) ||
	           (!strcmp(verb, "published") && n == 2)) {
		(void)!on_programme(&w, env, verb, argv + 2, n - 1, &e);
	} else if (!strcmp(verb, "judge") && n > 2) {
		(void)!judge(&w, env, n, argv, &e);
	} else {
		return sl_usage_error("form: list, sheet FORM [-o FILE], check FORM ..., convert FORM [-o FILE], judge FORM SUBMISSION ..., publish FILE FORM "
		                      "..., published FILE or close FILE FORM ...");
	}
	if (!e.code)
		(void)!sl_print(&w.out, &e);
	sl_buf_done(&w.out);
	sl_arena_done(&w.a);
	return e.code ? sl_report_error(&e) : w.refused;
}

const struct sl_command sl_command_form = {
	"form", run, "forms for phones: what is in one, what is wrong with it, as an XForm",
	"safelane form list [--format table|json]             the forms of the dictionary\n"
	"safelane form sheet FORM [-o OUT.csv]                its sheet, to change and publish\n"
	"safelane form check FORM ... [--format table|json]   what is wrong: sheet, row, column, what to do\n"
	"safelane form convert FORM [-o OUT.xml]              as an ODK XForm\n"
	"safelane form judge FORM FILE.xml ... [--language L]  a filled-in form: which of its rules it breaks\n"
	"safelane form publish FILE.gpkg FORM ... | --all     give forms to phones (docs/manual/devices.md)\n"
	"safelane form published FILE.gpkg [--format json]    which forms, which versions\n"
	"safelane form close FILE.gpkg FORM_ID ...            take nothing more with them\n\n"
	"  --kind KIND    of record that a published form fills; without it, the one that its settings or its form_id name\n"
	"  --media DIR    the files that it shows or chooses from\n\n"
	"A form is one of the dictionary (form list) or an XLSForm: .xlsx, .xls, .ods; a CSV of all sheets; or the CSV\n"
	"of the survey sheet with choices.csv and settings.csv beside it. Exit status 1 when a form has errors,\nor breaks a rule.\n"};
