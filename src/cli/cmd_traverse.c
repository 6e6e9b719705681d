#include "app/traverse.h"
#include "cli/command.h"
#include "cli/output.h"

#include "base/io.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

extern const struct sl_command sl_command_traverse;

enum { TEXT_MAX = 16 << 20 };

struct words {
	const char *file, *bearings, *date, *declination, *height, *format;
	bool adjust;
};

static bool north_from(const char *name, enum sl_north *out)
{
	struct sl_str s = sl_str_from(name ? name : "");

	*out = sl_str_is(s, "magnetic") ? SL_NORTH_MAGNETIC : sl_str_is(s, "grid") ? SL_NORTH_GRID : SL_NORTH_TRUE;
	return *out != SL_NORTH_TRUE || sl_str_is(s, "true");
}

/* Not given: *out stays. */
static bool number_from(const char *text, double *out)
{
	return !text || (sl_str_double(sl_str_from(text), out) && isfinite(*out));
}

static enum sl_code read_input(struct sl_arena *a, const char *file, struct sl_buf *typed, struct sl_str *out,
                               struct sl_err *e)
{
	char *room;

	if (file)
		return sl_io_read(a, file, TEXT_MAX, out, e);
	while (typed->n < TEXT_MAX && (room = sl_buf_room(typed, BUFSIZ))) {
		size_t got = fread(room, 1, BUFSIZ, stdin);

		typed->n += got;
		if (!got)
			break;
	}
	if (ferror(stdin))
		return sl_fail(e, SL_IO, "standard input: %s", strerror(errno));
	*out = sl_buf_view(typed);
	return sl_buf_check(typed, e);
}

static enum sl_code answer_question(struct sl_traverse_question *q, const struct words *w, enum sl_text_format format,
                                    struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_dictionary *dict = NULL;
	struct sl_traverse_answer answer;
	struct sl_buf b = {0}, typed = {0};

	if (!read_input(&a, w->file, &typed, &q->text, e) &&
	    !sl_dictionary_load(&a, NULL, &dict, e)) {
		if (!sl_traverse_answer(&a, dict, q, &answer, e) &&
		    !sl_traverse_write(&a, q, &answer, format, w->adjust, &b, e))
			(void)!sl_print(&b, e);
	}
	sl_buf_done(&b);
	sl_buf_done(&typed);
	sl_arena_done(&a);
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct words w = {0};
	struct sl_traverse_question q = {.date = sl_date_none(), .declination_deg = NAN};
	enum sl_text_format format;
	const struct sl_option options[] = {{"--bearings", SL_OPTION_TEXT, &w.bearings},
	                                    {"--date", SL_OPTION_TEXT, &w.date},
	                                    {"--declination", SL_OPTION_TEXT, &w.declination},
	                                    {"--height", SL_OPTION_TEXT, &w.height},
	                                    {"--adjust", SL_OPTION_FLAG, &w.adjust},
	                                    {"--format", SL_OPTION_TEXT, &w.format},
	                                    {0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_traverse, argc, argv, options);

	(void)env;
	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n > 1)
		return sl_usage_error("traverse: give one file, or nothing for standard input");
	if (!north_from(w.bearings, &q.north))
		return sl_usage_error("traverse: --bearings magnetic, true or grid: say what they are against; a closed traverse "
		                      "does not show the mistake");
	if (w.date && !sl_date_parse(sl_str_from(w.date), &q.date))
		return sl_usage_error("traverse: --date %s: write YYYY-MM-DD", w.date);
	if (!number_from(w.declination, &q.declination_deg) || !number_from(w.height, &q.height_m))
		return sl_usage_error("traverse: --declination is in degrees, east positive, and --height in metres");
	if (!sl_format_from(w.format, &format))
		return sl_usage_error("traverse: --format is table, csv, json or geojson");
	w.file = n ? argv[1] : NULL;
	return answer_question(&q, &w, format, &e) ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_traverse = {
	"traverse", run, "a polygon from bearings and distances: positions, closure, area",
	"safelane traverse [FILE] --bearings magnetic|true|grid [--date DATE | --declination DEG] [--height M]\n"
	"                  [--adjust] [--format table|csv|json|geojson]\n\n"
	"The file, or standard input, has a line for each point, as it was measured:\n"
	"  reference 13.4990 102.6990          a landmark, in any notation; may be left out\n"
	"  benchmark 45 85.5                   bearing and distance from there; or: benchmark at POSITION\n"
	"  start 90 12                         from the benchmark; or: start POSITION\n"
	"  TP1: 45 120                         the legs; \"slope 12\" behind a distance measured along a slope\n"
	"  IP1: 135 40                         ... and the last one back to the start\n\n"
	"  --bearings NORTH   what the bearings are against\n"
	"  --date DATE        day of the measurement: magnetic bearings are turned by the World Magnetic Model\n"
	"  --declination DEG  or by this, east positive, as it was read in the field\n"
	"  --height M         above sea level, for the model; 0 when it is not given\n"
	"  --adjust           spread the misclosure over the legs (Bowditch); never done unless asked\n"};
