#include "app/coordinates.h"

#include "geo/area.h"
#include "geo/declination.h"

#include <math.h>
#include <string.h>

static bool next_word(struct sl_str *rest, struct sl_str *word)
{
	static const char between[] = " \t\r,;";

	while (rest->n && strchr(between, *rest->p) && *rest->p)
		rest->p++, rest->n--;
	*word = (struct sl_str){rest->p, 0};
	while (rest->n && (!*rest->p || !strchr(between, *rest->p)))
		rest->p++, rest->n--, word->n++;
	return word->n > 0;
}

/* "lat lon lat lon ..." into one ring of the builder. */
static enum sl_code read_positions(struct sl_str line, struct sl_geom_builder *b, struct sl_err *e)
{
	struct sl_str word;
	double value, lat = 0;

	for (size_t i = 0; next_word(&line, &word); i++) {
		const bool is_lon = i % 2;

		if (!sl_str_double(word, &value))
			return sl_fail(e, SL_INVALID, "\"%.*s\" is no number of degrees", SL_STR_ARG(word));
		if (fabs(value) > (is_lon ? 180 : 90))
			return sl_fail(e, SL_INVALID, "%s %.10g is beyond %d", is_lon ? "longitude" : "latitude", value,
			               is_lon ? 180 : 90);
		if (is_lon && sl_geom_add_point(b, value, lat, e))
			return e->code;
		lat = value;
		if (!is_lon && !line.n)
			return sl_fail(e, SL_INVALID, "the last latitude has no longitude");
	}
	return SL_OK;
}

static enum sl_code measure(const struct sl_coordinates_question *q, struct sl_str line,
                            struct sl_geom_builder *b, struct sl_buf *answer, struct sl_err *e)
{
	const bool area = q->task == SL_COORDINATES_AREA;
	struct sl_geom g;

	if (read_positions(sl_str_trim(line), b, e))
		return e->code;
	sl_geom_finish(b, &g);
	if (g.n_points < (area ? 3 : 2))
		return sl_fail(e, SL_INVALID, "%s needs at least %d positions; %zu found",
		               area ? "an area" : "a distance", area ? 3 : 2, g.n_points);
	sl_buf_printf(answer, "%.4f", area ? fabs(sl_ring_area_m2(g.xy, g.n_points)) : sl_geom_length_m(&g));
	return sl_buf_check(answer, e);
}

static enum sl_code declination(struct sl_str line, struct sl_buf *answer, struct sl_err *e)
{
	static const char *const name[] = {"latitude", "longitude", "height", "year"};
	struct sl_magnetic_field field;
	struct sl_str word;
	double v[4];

	for (size_t i = 0; i < 4; i++)
		if (!next_word(&line, &word) || !sl_str_double(word, &v[i]))
			return sl_fail(e, SL_INVALID, "no %s: a line is latitude, longitude, height in metres and decimal year", name[i]);
	if (next_word(&line, &word))
		return sl_fail(e, SL_INVALID, "\"%.*s\" is too much: a line is latitude, longitude, height in metres and decimal year",
		               SL_STR_ARG(word));
	if (sl_magnetic_field(v[0], v[1], v[2], v[3], &field, e))
		return e->code;
	sl_buf_printf(answer, "%.4f", field.declination_deg);
	return sl_buf_check(answer, e);
}

enum sl_code sl_coordinates_answer(const struct sl_coordinates_question *q, struct sl_str line,
                                   struct sl_buf *answer, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_geom_builder b;
	struct sl_coord c;
	enum sl_code code;
	char text[64];

	if (q->task == SL_COORDINATES_DECLINATION)
		return declination(line, answer, e);
	if (q->task == SL_COORDINATES_CONVERT) {
		if (sl_coord_parse(line, q->corner, &c, e) ||
		    sl_coord_text(c.lat_deg, c.lon_deg, q->format, text, e))
			return e->code;
		sl_buf_puts(answer, text);
		return sl_buf_check(answer, e);
	}
	sl_geom_build(&b, &a, q->task == SL_COORDINATES_AREA ? SL_GEOM_POLYGON : SL_GEOM_LINE);
	code = measure(q, line, &b, answer, e);
	sl_arena_done(&a);
	return code;
}
