#include "app/outline.h"
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
	const char *file, *bearings, *date, *declination, *height, *format, *datum, *fixed_by, *accuracy;
	bool adjust, points;
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

static bool is_track(const char *file)
{
	static const char *const endings[] = {".gpx", ".kml", ".kmz", ".geojson", ".zip"};

	for (size_t i = 0; file && i < sizeof endings / sizeof *endings; i++)
		if (sl_str_has_suffix_nocase(sl_str_from(file), endings[i]))
			return true;
	return false;
}

static enum sl_code answer_corners(struct sl_outline_question *q, const struct words *w, enum sl_text_format format,
                                   struct sl_err *e)
{
	const char *slash = w->file ? strrchr(w->file, '/') : NULL;
	struct sl_arena a = {0};
	struct sl_dictionary *dict = NULL;
	struct sl_buf b = {0}, typed = {0};
	struct sl_outline outline;
	struct sl_str input;

	if (!read_input(&a, w->file, &typed, &input, e) && !sl_dictionary_load(&a, NULL, &dict, e)) {
		if (is_track(w->file)) {
			q->file = input;
			q->file_name = sl_str_from(slash ? slash + 1 : w->file);
		} else {
			q->text = input;
		}
		if (!sl_outline_make(&a, dict, q, &outline, e) && !sl_outline_write(q, &outline, format, &b, e))
			(void)!sl_print(&b, e);
	}
	sl_buf_done(&b);
	sl_buf_done(&typed);
	sl_arena_done(&a);
	return e->code;
}

static int run_corners(const struct words *w, enum sl_text_format format)
{
	struct sl_outline_question q = {.crs = sl_str_from(w->datum), .fixed_by = sl_str_from(w->fixed_by), .accuracy_m = NAN};
	struct sl_err e = {0};

	if (w->bearings || w->date || w->declination || w->height || w->adjust)
		return sl_usage_error("traverse: bearings, their date, declination and adjustment are of legs, not of points");
	if (!number_from(w->accuracy, &q.accuracy_m) || q.accuracy_m < 0)
		return sl_usage_error("traverse: --accuracy is in metres");
	return answer_corners(&q, w, format, &e) ? sl_report_error(&e) : 0;
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
	                                    {"--points", SL_OPTION_FLAG, &w.points},
	                                    {"--datum", SL_OPTION_TEXT, &w.datum},
	                                    {"--fixed-by", SL_OPTION_TEXT, &w.fixed_by},
	                                    {"--accuracy", SL_OPTION_TEXT, &w.accuracy},
	                                    {"--format", SL_OPTION_TEXT, &w.format},
	                                    {0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_traverse, argc, argv, options);

	(void)env;
	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n > 1)
		return sl_usage_error("traverse: give one file, or nothing for standard input");
	if (!sl_format_from(w.format, &format))
		return sl_usage_error("traverse: --format is table, csv, json or geojson");
	w.file = n ? argv[1] : NULL;
	if (w.points || is_track(w.file))
		return run_corners(&w, format);
	if (w.datum || w.fixed_by || w.accuracy)
		return sl_usage_error("traverse: --datum, --fixed-by and --accuracy are for --points and for track files");
	if (!north_from(w.bearings, &q.north))
		return sl_usage_error("traverse: --bearings magnetic, true or grid: say what they are against; a closed traverse "
		                      "does not show the mistake");
	if (w.date && !sl_date_parse(sl_str_from(w.date), &q.date))
		return sl_usage_error("traverse: --date %s: write YYYY-MM-DD", w.date);
	if (!number_from(w.declination, &q.declination_deg) || !number_from(w.height, &q.height_m))
		return sl_usage_error("traverse: --declination is in degrees, east positive, and --height in metres");
	return answer_question(&q, &w, format, &e) ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_traverse = {
	"traverse", run, "a polygon from bearings and distances, or from points: closure, area",
	"safelane traverse [FILE] --bearings magnetic|true|grid [--date DATE | --declination DEG] [--height M]\n"
	"                  [--adjust] [--format table|csv|json|geojson]\n"
	"safelane traverse [FILE] --points [--datum EPSG:N] [--fixed-by CODE] [--accuracy M] [--format ...]\n"
	"safelane traverse TRACK.gpx|.kml [--fixed-by CODE] [--accuracy M] [--format ...]\n\n"
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
	"  --adjust           spread the misclosure over the legs (Bowditch); never done unless asked\n\n"
	"With --points a line is a corner, in any notation (safelane coord --help), a name before it if wanted, and behind\n"
	"'#' what belongs to it:\n"
	"  TP1: 48\u00b007.500'N 37\u00b048.000'E   # 3 m, 09:14\n"
	"  37U DP 12345 67890\n\n"
	"  --datum EPSG:N     of latitudes and longitudes: 4326 is WGS 84, of receivers; not said, that is assumed and said\n"
	"  --fixed-by CODE    how the points were obtained: GPS, DGPS, RTK, MAP, IMG, EST\n"
	"  --accuracy M       as the receiver or the surveyor says\n"};
