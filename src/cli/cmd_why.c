#include "app/report_cell.h"
#include "cli/command.h"
#include "cli/output.h"

extern const struct sl_command sl_command_why;

static enum sl_code print_why(struct sl_env *env, const char *path, const char *cell, enum sl_text_format format,
                              struct sl_err *e)
{
	struct sl_programme p = {0};
	struct sl_buf b = {0};

	if (!sl_programme_open(&p, path, SL_OPEN_READ, env, e) &&
	    !sl_report_cell_why(&p, NULL, sl_str_from(cell), format, &b, e))
		(void)!sl_print(&b, e);
	sl_buf_done(&b);
	sl_programme_close(&p);
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	const char *format_name = NULL;
	enum sl_text_format format;
	const struct sl_option options[] = {{"--format", SL_OPTION_TEXT, &format_name}, {0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_why, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 2)
		return sl_usage_error("why: give the programme file and a cell");
	if (!sl_format_from(format_name, &format))
		return sl_usage_error("why: --format is table, csv, json or geojson");
	return print_why(env, argv[1], argv[2], format, &e) ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_why = {
	"why", run, "the records and polygons behind one figure of an account",
	"safelane why FILE.gpkg CELL [--format table|csv|json|geojson]\n\n"
	"CELL is what 'safelane account --format json' gives under \"cells\", for instance\n"
	"  'flow.cleared?as_of=2025-12-31&from=2025-01-01&by=admin1&key=P03'\n"
	"Each row is ground with the records that put it there; the rows add up to the figure exactly.\n"
	"GeoJSON gives the ground itself.\n"
	"The numbers of a report have cells too: sums of such figures, 'flow.cancelled+flow.reduced?...', and sums\n"
	"over records, 'count.victim?outcome=K&...'; these list the records.\n"};
