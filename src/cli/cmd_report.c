#include "app/field_map.h"
#include "app/report.h"
#include "app/report_own.h"
#include "app/parcel.h"
#include "cli/command.h"
#include "cli/output.h"
#include "geo/coord.h"

#include <stdio.h>
#include <string.h>

extern const struct sl_command sl_command_report;

/* "authority=National Mine Action Authority" */
static bool read_facts(const struct sl_option_list *list, struct sl_report_fact *fact)
{
	for (int i = 0; i < list->n; i++) {
		const char *equals = strchr(list->v[i], '=');

		if (!equals)
			return false;
		fact[i] = (struct sl_report_fact){{list->v[i], (size_t)(equals - list->v[i])}, sl_str_from(equals + 1)};
	}
	return true;
}

static enum sl_code write_report(struct sl_env *env, const char *path, const struct sl_report_request *r,
                                 enum sl_report_format format, const struct sl_html *html, const char *table,
                                 const char *to, struct sl_err *e)
{
	struct sl_programme p = {0};
	struct sl_report report = {0};

	if (!sl_programme_open(&p, path, SL_OPEN_READ, env, e) && !sl_report_make(&p, r, &report, e))
		(void)!sl_save_report(&report, format, html, sl_str_from(table), to, e);
	sl_report_done(&report);
	sl_programme_close(&p);
	return e->code;
}

/* A sheet for one hazard, and beside it the points for a receiver. */
static enum sl_code write_field_map(struct sl_env *env, const char *path, const struct sl_field_map_request *r,
                                    enum sl_report_format format, const char *to, struct sl_err *e)
{
	struct sl_programme p = {0};
	struct sl_report report = {0};
	struct sl_io_out out = {0}, points = {0};
	struct sl_sink sink = sl_file_sink(&out);
	const char *dot = strrchr(to, '.');
	struct sl_buf gpx = {0};
	char beside[1024];

	snprintf(beside, sizeof beside, "%.*s.gpx", (int)(dot ? dot - to : (long)strlen(to)), to);
	if (!sl_programme_open(&p, path, SL_OPEN_READ, env, e) && !sl_field_map_make(&p, r, &report, &gpx, e) &&
	    !sl_io_create(&out, to, e)) {
		if (!sl_report_write(&report, format, NULL, SL_STR(""), &sink, e) &&
		    (strncmp(to, "/dev/", 5) == 0 ||
		     (!sl_io_create(&points, beside, e) && !sl_io_write(&points, gpx.p, gpx.n, e) && !sl_io_commit(&points, e))))
			(void)!sl_io_commit(&out, e);
		sl_io_discard(&points);
		sl_io_discard(&out);
	}
	sl_buf_done(&gpx);
	sl_report_done(&report);
	sl_programme_close(&p);
	return e->code;
}

/* "-14.463,80.416", any position that 'safelane coord' reads, or a file with a parcel. */
static enum sl_code read_place(struct sl_arena *a, const char *at, const char *parcel, const char *crs,
                               struct sl_question *out, struct sl_err *e)
{
	struct sl_coord coord;

	*out = (struct sl_question){.at_point = at != NULL, .sort = SL_ASKED_PARCEL};
	if (!at)
		return sl_asked_read(a, parcel, crs, SL_ASKED_PARCEL, &out->shape, e);
	if (sl_coord_parse(sl_str_from(at), false, &coord, e))
		return e->code;
	out->lat = coord.lat_deg;
	out->lon = coord.lon_deg;
	return SL_OK;
}

static void list_templates(void)
{
	const struct sl_report_template *t;

	for (size_t i = 0; (t = sl_report_template_at(i)) != NULL; i++)
		if (strcmp(t->name, "parts") != 0)
			printf("%s\n", t->name);
}

/* ---- a country's own ---- */

static enum sl_code list_own(struct sl_env *env, const char *path, struct sl_err *e)
{
	struct sl_programme p = {0};
	struct sl_report_own *own;
	struct sl_arena a = {0};
	size_t n;

	if (!sl_programme_open(&p, path, SL_OPEN_READ, env, e) && !sl_report_own_list(&p, &a, &own, &n, e)) {
		for (size_t i = 0; i < n; i++)
			printf("%.*s%s%.*s\tadded by %.*s\n", SL_STR_ARG(own[i].name), own[i].language.n ? "." : "",
			       SL_STR_ARG(own[i].language), SL_STR_ARG(own[i].person));
		list_templates();
	}
	sl_arena_done(&a);
	sl_programme_close(&p);
	return e->code;
}

static enum sl_code show_template(struct sl_env *env, const char *path, const struct sl_report_request *r,
                                  const char *name, struct sl_err *e)
{
	struct sl_programme p = {0};
	struct sl_arena a = {0};
	struct sl_str text;
	const char *file;

	if ((!path || !sl_programme_open(&p, path, SL_OPEN_READ, env, e)) &&
	    !sl_report_template_find(path ? &p : NULL, &a, r->folder, name, r->language ? r->language : "en", &text, &file, e))
		fwrite(text.p, 1, text.n, stdout);
	sl_arena_done(&a);
	sl_programme_close(&p);
	return e->code;
}

/* Into the programme, or out of it. */
static enum sl_code change_own(struct sl_env *env, const char *path, const char *add, const char *take_out, struct sl_err *e)
{
	const struct sl_actor by = {sl_str_from(env->author), SL_STR("console")};
	struct sl_programme p = {0};
	struct sl_people *people = NULL;
	struct sl_arena a = {0};
	struct sl_str text, name, language;

	if (sl_programme_open(&p, path, SL_OPEN_WRITE, env, e) ||
	    sl_programme_people(&p, SL_OPEN_WRITE, SL_PASSWORD_FULL, &people, e))
		goto done;
	if (add && !sl_io_read(&a, add, 1 << 20, &text, e) &&
	    !sl_report_own_judge(&p, NULL, sl_str_from(add), text, e) &&
	    !sl_report_own_put(&p, people, &by, sl_str_from(add), text, e) &&
	    !sl_report_own_name(sl_str_from(add), &name, &language, e))
		printf("'%.*s' is a report of %s: safelane report %s %.*s -o OUT\n", SL_STR_ARG(name), path, path, SL_STR_ARG(name));
	else if (!add && !sl_report_own_name(sl_str_from(take_out), &name, &language, e))
		(void)!sl_report_own_remove(&p, people, &by, name, language, e);
done:
	sl_people_close(people);
	sl_programme_close(&p);
	sl_arena_done(&a);
	return e->code;
}

/* "own/land.fr.txt": the template `land` of that folder, in French unless another language is asked for. */
static enum sl_code read_path(struct sl_arena *a, const char *path, struct sl_report_request *r, struct sl_err *e)
{
	const char *slash = strrchr(path, '/');
	struct sl_str name, language;

	if (!slash && (strlen(path) < 4 || strcmp(path + strlen(path) - 4, ".txt") != 0)) {
		r->template_name = path;
		return SL_OK;
	}
	if (r->folder)
		return sl_fail(e, SL_INVALID, "give a template's file or --templates, not both");
	if (sl_report_own_name(sl_str_from(path), &name, &language, e))
		return e->code;
	if (!sl_io_exists(path))
		return sl_fail(e, SL_NOT_FOUND, "%s: there is no such file", path);
	r->template_name = sl_str_dup(a, name, e);
	r->folder = slash ? sl_arena_strndup(a, path, (size_t)(slash - path) + (slash == path), e) : ".";
	if (!r->language && language.n)
		r->language = sl_str_dup(a, language, e);
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct sl_report_request r = {0};
	struct sl_option_list set = {0};
	struct sl_report_fact fact[64];
	struct sl_html html = {0};
	const char *to = NULL, *table = NULL, *link = NULL, *format_name = NULL, *record = NULL, *paper = NULL;
	const char *at = NULL, *parcel = NULL, *crs = NULL, *add = NULL, *take_out = NULL;
	struct sl_question place;
	struct sl_arena a = {0};
	int status;
	char why[400], end[16];
	bool show = false;
	long long sample = 0, seed = 0;
	const char *side_text = NULL;
	double side = 1;
	const struct sl_option options[] = {
		{"--from", SL_OPTION_TEXT, &r.from},           {"--to", SL_OPTION_TEXT, &r.to},
		{"--as-of", SL_OPTION_TEXT, &r.as_of},         {"--known-at", SL_OPTION_TEXT, &r.known_at},
		{"--lang", SL_OPTION_TEXT, &r.language},       {"--templates", SL_OPTION_TEXT, &r.folder},
		{"--set", SL_OPTION_LIST, &set},               {"--table", SL_OPTION_TEXT, &table},
		{"--link", SL_OPTION_TEXT, &link},             {"--show", SL_OPTION_FLAG, &show},
		{"--record", SL_OPTION_TEXT, &record},         {"--paper", SL_OPTION_TEXT, &paper},
		{"--at", SL_OPTION_TEXT, &at},                 {"--parcel", SL_OPTION_TEXT, &parcel},
		{"--crs", SL_OPTION_TEXT, &crs},               {"-o", SL_OPTION_TEXT, &to},
		{"--format", SL_OPTION_TEXT, &format_name},   {"--add", SL_OPTION_TEXT, &add},
		{"--remove", SL_OPTION_TEXT, &take_out},      {"--sample", SL_OPTION_INT, &sample},
		{"--seed", SL_OPTION_INT, &seed},             {"--unit-side", SL_OPTION_TEXT, &side_text},
		{0}};
	enum sl_report_format format;
	struct sl_err e = {0};
	int n = sl_options(&sl_command_report, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n == 0) {
		list_templates();
		return 0;
	}
	if (show && n <= 2)
		return show_template(env, n == 2 ? argv[1] : NULL, &r, argv[n], &e) ? sl_report_error(&e) : 0;
	if (add || take_out) {
		if (n != 1 || to || (add && take_out))
			return sl_usage_error("report: --add and --remove take a programme file and nothing else");
		return change_own(env, argv[1], add, take_out, &e) ? sl_report_error(&e) : 0;
	}
	if (n == 1 && !to)
		return list_own(env, argv[1], &e) ? sl_report_error(&e) : 0;
	if (n != 2 || !to)
		return sl_usage_error("report: give a programme file, a template and -o OUT");
	snprintf(end, sizeof end, ".%.8s", format_name ? format_name : "");
	if (sl_report_format_of(format_name ? end : to, &format, &e))
		return sl_usage_error("report: %s", e.msg);
	if (sl_account_check(&(struct sl_account_request){.as_of = r.as_of, .from = r.from, .to = r.to, .known_at = r.known_at},
	                     env, &e))
		return sl_usage_error("report: %s", e.msg);
	if (r.language && !sl_locale_find(sl_str_from(r.language)))
		return sl_usage_error("report: there is no language '%.20s'", r.language);
	if (!read_facts(&set, fact))
		return sl_usage_error("report: --set takes NAME=TEXT");
	if (paper && strcmp(paper, "a3") != 0 && strcmp(paper, "a4") != 0)
		return sl_usage_error("report: --paper is a4 or a3");
	if ((sample || seed || side_text) && strcmp(argv[2], "fieldmap") != 0)
		return sl_usage_error("report: squares to inspect are drawn on a fieldmap");
	if (sample < 0 || seed < 0 || (sample > 0) != (seed > 0) || (side_text && !sample))
		return sl_usage_error("report: squares to inspect need --sample N and --seed S, both above 0");
	if (side_text && !sl_str_double(sl_str_from(side_text), &side))
		return sl_usage_error("report: --unit-side is a length in metres");
	if (strcmp(argv[2], "fieldmap") == 0) {
		const struct sl_field_map_request sheet = {.record = record, .language = r.language, .as_of = r.as_of,
		                                           .a3 = paper && !strcmp(paper, "a3"), .sample = sample,
		                                           .unit_side_m = side, .seed = (double)seed};

		if (!record)
			return sl_usage_error("report: a field map is of one hazard: give --record ID");
		return write_field_map(env, argv[1], &sheet, format, to, &e) ? sl_report_error(&e) : 0;
	}
	if (read_path(&a, argv[2], &r, &e)) {
		sl_arena_done(&a);
		return sl_report_error(&e);
	}
	r.record = record;
	r.fact = fact;
	r.n_facts = (size_t)set.n;
	if (link) {
		snprintf(why, sizeof why, "%.300s/why?cell=", link);
		html.why = why;
	}
	if ((at && parcel) || (crs && !parcel)) {
		sl_arena_done(&a);
		return sl_usage_error("report: give --at LAT,LON or --parcel FILE; --crs goes with --parcel");
	}
	if (at || parcel) {
		r.place = &place;
		if (read_place(&a, at, parcel, crs, &place, &e)) {
			sl_arena_done(&a);
			return sl_report_error(&e);
		}
	}
	status = write_report(env, argv[1], &r, format, &html, table, to, &e) ? sl_report_error(&e) : 0;
	sl_arena_done(&a);
	return status;
}

const struct sl_command sl_command_report = {
	"report", run, "a report from a template: web page, PDF, spreadsheet or CSV, each figure with its cell",
	"safelane report FILE.gpkg TEMPLATE [--from DATE --to DATE | --as-of DATE] [--known-at TIME] [--lang CODE]\n"
	"                [--set NAME=TEXT]... [--templates FOLDER] [--link ADDRESS] [--table NAME] -o OUT.{html,pdf,xlsx,csv}\n"
	"safelane report FILE.gpkg completion --record ID [...] -o OUT.pdf\n"
	"safelane report FILE.gpkg plot {--at LAT,LON | --parcel FILE [--crs CRS]} [...] -o OUT.pdf\n"
	"safelane report FILE.gpkg fieldmap --record ID [--paper a4|a3] [--lang CODE] [--as-of DATE]\n"
	"                [--sample N --seed S [--unit-side METRES]] -o OUT.pdf\n"
	"safelane report [FILE.gpkg]                    the templates that there are\n"
	"safelane report [FILE.gpkg] TEMPLATE --show    the text of one: a start for a country's own\n"
	"safelane report FILE.gpkg PATH/own.txt [...] -o OUT    a template from a file\n"
	"safelane report FILE.gpkg --add PATH/own[.CODE].txt    put it in the programme: pages and servers have it too\n"
	"safelane report FILE.gpkg --remove own[.CODE]          take it out again\n\n"
	"Without dates a report is of the last whole year, or month, as its template says.\n\n"
	"  --lang CODE         language of all fixed text: en, ar, es, fr, km, uk\n"
	"  --set NAME=TEXT     what the programme does not hold: authority, contact, deposited, ... (see the template)\n"
	"  --templates FOLDER  a country's own templates, NAME.txt or NAME.CODE.txt, before the built-in ones\n"
	"  --link ADDRESS      of a running 'safelane serve': each figure of the page links to its records there\n"
	"  --format NAME       html, pdf, xlsx or csv, where the name of the file does not end so\n"
	"  --table NAME        CSV of this table alone; without it, one row for each figure of all tables\n"
	"  --record ID         what the report is of: of a field map the hazard (OUT.gpx is written beside it), of a\n"
	"                      completion certificate the hazard, release or task\n"
	"  --at, --parcel      of an answer about a plot: the position, or a file with its boundary\n"
	"  --paper a3          of a field map: the larger sheet\n"
	"  --sample, --seed    of a field map: so many squares to inspect, drawn from this number as 'safelane sample' does\n"};
