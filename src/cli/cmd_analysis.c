/* The analyses as commands: what they take follows from their entries (app/analysis.h); cmd_<name>.c says --help. */
#include "app/analysis.h"
#include "cli/command.h"
#include "cli/output.h"

#include <stdio.h>
#include <string.h>

enum { PARAMETERS_MAX = 40 };

struct asked {
	const char *path, *to;
	const struct sl_locale *locale;
	enum sl_text_format format;
	struct sl_analysis_question q;
};

static enum sl_code write_report(struct sl_programme *p, const struct asked *asked, struct sl_err *e)
{
	struct sl_report report = {0};
	enum sl_report_format format;

	if (!sl_report_format_of(asked->to, &format, e) && !sl_analysis_report(p, &asked->q, asked->locale, &report, e))
		(void)!sl_save_report(&report, format, NULL, SL_STR(""), asked->to, e);
	sl_report_done(&report);
	return e->code;
}

/* OUT.gpx: its shapes for a receiver; not a report. */
static bool for_receiver(const char *to)
{
	return sl_str_has_suffix_nocase(sl_str_from(to), ".gpx");
}

static enum sl_code write_points(struct sl_programme *p, struct sl_arena *a, const struct asked *asked,
                                 struct sl_err *e)
{
	struct sl_io_out out = {0};
	struct sl_statement s;
	struct sl_buf b = {0};

	if (sl_analysis_run(p, a, &asked->q, &s, e))
		return e->code;
	if (!s.n_shapes)
		return sl_fail(e, SL_INVALID, "%s: there are no shapes to write for a receiver", asked->to);
	sl_statement_gpx(&b, &s, sl_env_now_ms(p->env));
	if (!sl_buf_check(&b, e) && !sl_io_create(&out, asked->to, e)) {
		if (!sl_io_write(&out, b.p, b.n, e))
			(void)!sl_io_commit(&out, e);
		sl_io_discard(&out);
	}
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code print_statement(struct sl_programme *p, struct sl_arena *a, const struct asked *asked,
                                    struct sl_err *e)
{
	struct sl_statement s;
	struct sl_buf b = {0};

	if (sl_analysis_run(p, a, &asked->q, &s, e))
		return e->code;
	switch (asked->format) {
	case SL_FORMAT_JSON: sl_statement_json(&b, &s, asked->locale); break;
	case SL_FORMAT_CSV: sl_statement_csv(&b, &s); break;
	case SL_FORMAT_GEOJSON: sl_statement_geojson(&b, &s); break;
	default: sl_statement_text(&b, &s, asked->locale); break;
	}
	(void)!sl_print(&b, e);
	sl_buf_done(&b);
	return e->code;
}

static int answer(struct sl_env *env, struct sl_arena *a, const struct asked *asked, struct sl_err *e)
{
	struct sl_programme p = {0};

	if (!sl_programme_open(&p, asked->path, SL_OPEN_READ, env, e))
		(void)!(!asked->to                ? print_statement(&p, a, asked, e)
		        : for_receiver(asked->to) ? write_points(&p, a, asked, e)
		                                  : write_report(&p, asked, e));
	sl_programme_close(&p);
	return e->code ? sl_report_error(e) : 0;
}

int sl_analysis_command(struct sl_env *env, int argc, char **argv)
{
	const struct sl_analysis *analysis = sl_analysis_find(sl_str_from(argv[0]));
	const struct sl_command *command = sl_command_find(argv[0]);
	const char *value[PARAMETERS_MAX] = {0}, *format = NULL, *language = NULL;
	bool flag[PARAMETERS_MAX] = {0};
	char name[PARAMETERS_MAX][40];
	struct sl_option option[PARAMETERS_MAX + 4] = {0};
	struct asked asked = {.locale = sl_locale_at(0)};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	int n, status;
	size_t count = 0;

	for (; analysis->parameter[count].name && count < PARAMETERS_MAX; count++) {
		bool is_flag = analysis->parameter[count].type == SL_ANALYSIS_FLAG;

		snprintf(name[count], sizeof name[count], "--%s", analysis->parameter[count].name);
		option[count] = (struct sl_option){name[count], is_flag ? SL_OPTION_FLAG : SL_OPTION_TEXT,
		                                   is_flag ? (void *)&flag[count] : (void *)&value[count]};
	}
	option[count] = (struct sl_option){"--format", SL_OPTION_TEXT, &format};
	option[count + 1] = (struct sl_option){"--lang", SL_OPTION_TEXT, &language};
	option[count + 2] = (struct sl_option){"-o", SL_OPTION_TEXT, &asked.to};
	n = sl_options(command, argc, argv, option);
	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1)
		return sl_usage_error("%s: give one programme file", analysis->name);
	if (!sl_format_from(format, &asked.format))
		return sl_usage_error("%s: --format is table, csv, json or geojson", analysis->name);
	if (language && !(asked.locale = sl_locale_find(sl_str_from(language))))
		return sl_usage_error("%s: there is no language '%.20s'", analysis->name, language);
	asked.path = argv[1];
	(void)!sl_analysis_ask(analysis, &a, &asked.q, &e);
	for (size_t i = 0; !e.code && i < count; i++)
		if (value[i] || flag[i])
			(void)!sl_analysis_answer(&asked.q, sl_str_from(analysis->parameter[i].name),
			                          sl_str_from(value[i] ? value[i] : "yes"), &e);
	if (e.code == SL_INVALID)
		status = sl_usage_error("%s: %s", analysis->name, e.msg);
	else
		status = e.code ? sl_report_error(&e) : answer(env, &a, &asked, &e);
	sl_arena_done(&a);
	return status;
}
