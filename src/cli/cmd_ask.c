#include "app/ask.h"
#include "app/parcel.h"
#include "cli/command.h"
#include "cli/output.h"
#include "geo/coord.h"

extern const struct sl_command sl_command_ask;

struct question {
	const char *path, *place, *shape, *crs;
	enum sl_asked sort;
	double width_m;
	enum sl_text_format format;
};

static enum sl_code answer_question(struct sl_env *env, const struct question *q, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_programme p = {0};
	struct sl_question asked = {.at_point = !q->shape, .sort = q->sort, .width_m = q->width_m};
	struct sl_ask_answer answer;
	struct sl_coord at;
	struct sl_buf b = {0};
	bool ready;

	if (q->shape) {
		ready = !sl_asked_read(&a, q->shape, q->crs, q->sort, &asked.shape, e);
	} else {
		ready = !sl_coord_parse(sl_str_from(q->place), false, &at, e);
		asked.lat = ready ? at.lat_deg : 0;
		asked.lon = ready ? at.lon_deg : 0;
	}
	if (ready && !sl_programme_open(&p, q->path, SL_OPEN_READ, env, e) && !sl_ask(&p, &a, &asked, &answer, e)) {
		if (q->format == SL_FORMAT_JSON)
			sl_ask_json(&b, &answer);
		else
			sl_ask_text(&b, &answer);
		(void)!sl_print(&b, e);
	}
	sl_buf_done(&b);
	sl_programme_close(&p);
	sl_arena_done(&a);
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct question q = {0};
	const char *format_name = NULL, *parcel = NULL, *route = NULL, *width = NULL;
	const struct sl_option options[] = {{"--parcel", SL_OPTION_TEXT, &parcel},
	                                    {"--route", SL_OPTION_TEXT, &route},
	                                    {"--width", SL_OPTION_TEXT, &width},
	                                    {"--crs", SL_OPTION_TEXT, &q.crs},
	                                    {"--format", SL_OPTION_TEXT, &format_name},
	                                    {0}};
	struct sl_buf place = {0};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_ask, argc, argv, options), status;

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n < 1 || (n >= 2) + (parcel != NULL) + (route != NULL) != 1)
		return sl_usage_error("ask: give the programme file, and a position, --parcel FILE or --route FILE");
	if ((route != NULL) != (width != NULL) || (width && !sl_str_double(sl_str_from(width), &q.width_m)))
		return sl_usage_error("ask: --route goes with --width METRES, the width of its corridor");
	q.shape = route ? route : parcel;
	q.sort = route ? SL_ASKED_ROUTE : SL_ASKED_PARCEL;
	if (!sl_format_from(format_name, &q.format) || q.format == SL_FORMAT_CSV || q.format == SL_FORMAT_GEOJSON)
		return sl_usage_error("ask: --format is table or json");
	for (int i = 2; i <= n; i++)
		sl_buf_printf(&place, "%s%s", i > 2 ? " " : "", argv[i]);
	q.path = argv[1];
	q.place = place.p;
	status = sl_buf_check(&place, &e) || answer_question(env, &q, &e) ? sl_report_error(&e) : 0;
	sl_buf_done(&place);
	return status;
}

const struct sl_command sl_command_ask = {
	"ask", run, "what is recorded at a place, how near, how well surveyed",
	"safelane ask FILE.gpkg LAT LON [--format table|json]\n"
	"safelane ask FILE.gpkg --parcel FILE [--crs CRS] [--format table|json]\n"
	"safelane ask FILE.gpkg --route FILE --width METRES [--crs CRS] [--format table|json]\n\n"
	"The position in any format that 'safelane coord' reads; a parcel or a route from GeoJSON, KML, GPX, a shapefile\n"
	"(zipped, too), or a table with its corners in order. Of a route all the ground is meant that lies within half of\n"
	"the width on either side. The answer is dated and says what is not known:\n"
	"that nothing is recorded somewhere does not mean that it is safe.\n"};
