#include "app/traverse.h"

#include "base/csv.h"
#include "base/json.h"
#include "geo/wkb.h"

#include <math.h>

static const char *const north_name[] = {[SL_NORTH_MAGNETIC] = "magnetic", [SL_NORTH_TRUE] = "true", [SL_NORTH_GRID] = "grid"};

/* "1:501"; a traverse that closes to a tenth of a millimetre has no ratio worth printing. */
static void put_ratio(struct sl_buf *b, const struct sl_traverse *t)
{
	if (t->misclosure_m < 1e-4)
		sl_buf_puts(b, "it closes");
	else
		sl_buf_printf(b, "1:%.0f", t->perimeter_m / t->misclosure_m);
}

static void put_point(struct sl_buf *b, const char *name, bool there, const struct sl_coord *at)
{
	if (there)
		sl_buf_printf(b, "%-10s %.8f %.8f\n", name, at->lat_deg, at->lon_deg);
}

static void put_table(struct sl_buf *b, const struct sl_traverse_question *q, const struct sl_traverse_answer *answer,
                      bool adjusted)
{
	const struct sl_traverse *t = &answer->traverse;
	const struct sl_station *station = adjusted ? t->adjusted : t->station;

	sl_buf_printf(b, "Bearings against %s north", north_name[q->north]);
	if (q->north == SL_NORTH_MAGNETIC)
		sl_buf_printf(b, ", declination %+.2f degrees (%s)", answer->declination_deg,
		              answer->field.model ? answer->field.model : "as given");
	sl_buf_puts(b, ".\n");
	put_point(b, "Reference", answer->has_reference, &answer->reference);
	put_point(b, "Benchmark", answer->has_benchmark, &answer->benchmark);
	put_point(b, "Start", true, &answer->start);
	sl_buf_puts(b, "\nLeg  To        Azimuth  Distance m     Latitude     Longitude  To the start m\n");
	for (size_t i = 0; i < t->n; i++)
		sl_buf_printf(b, "%3zu  %-8.*s %8.3f  %10.3f  %11.8f  %12.8f  %14.3f\n", i + 1, SL_STR_ARG(answer->leg[i].label),
		              station[i].azimuth_deg, station[i].distance_m, station[i].lat_deg, station[i].lon_deg,
		              adjusted && i + 1 == t->n ? 0 : answer->back_m[i]);
	sl_buf_printf(b, "\nPerimeter   %.3f m\nMisclosure  %.4f m, ", t->perimeter_m, t->misclosure_m);
	put_ratio(b, t);
	sl_buf_printf(b, "; %.2f m are allowed\nArea        %.2f m2 as measured\n", answer->allowed_m, t->area_m2);
	if (adjusted)
		sl_buf_printf(b, "            %.2f m2 adjusted: the positions above are adjusted by Bowditch's rule\n",
		              t->adjusted_area_m2);
	else if (t->misclosure_m >= 1e-4)
		sl_buf_printf(b, "            %.2f m2 if adjusted (--adjust): the positions above are not\n",
		              t->adjusted_area_m2);
	for (size_t i = 0; i < answer->n_warnings; i++)
		sl_buf_printf(b, "warning: %.*s\n", SL_STR_ARG(answer->warning[i]));
}

static void put_csv(struct sl_buf *b, const struct sl_traverse_answer *answer)
{
	static const char *const head[] = {"leg", "label", "bearing_deg", "distance_m", "slope_deg", "azimuth_deg",
	                                   "horizontal_m", "lat", "lon", "to_start_m", "adjusted_lat", "adjusted_lon"};
	const struct sl_traverse *t = &answer->traverse;
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, b, ',', false);
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		sl_csv_put(&w, sl_str_from(head[i]));
	sl_csv_end(&w);
	for (size_t i = 0; i < t->n; i++) {
		const struct sl_leg *leg = &answer->leg[i];
		const double figures[] = {leg->bearing_deg, leg->distance_m, leg->slope_deg,
		                          t->station[i].azimuth_deg, t->station[i].distance_m, t->station[i].lat_deg,
		                          t->station[i].lon_deg, answer->back_m[i], t->adjusted[i].lat_deg,
		                          t->adjusted[i].lon_deg};

		sl_csv_put_int(&w, (int64_t)i + 1);
		sl_csv_put(&w, leg->label);
		for (size_t k = 0; k < sizeof figures / sizeof *figures; k++)
			sl_csv_put_double(&w, figures[k]);
		sl_csv_end(&w);
	}
}

static void json_point(struct sl_json_writer *w, const char *key, double lat, double lon)
{
	if (key)
		sl_json_put_key(w, sl_str_from(key));
	sl_json_begin(w, '{');
	sl_json_kv_double(w, "lat", lat);
	sl_json_kv_double(w, "lon", lon);
	sl_json_end(w, '}');
}

static void json_head(struct sl_json_writer *w, const struct sl_traverse_question *q,
                      const struct sl_traverse_answer *answer)
{
	sl_json_kv_str(w, "bearings", sl_str_from(north_name[q->north]));
	if (q->north == SL_NORTH_MAGNETIC) {
		sl_json_kv_double(w, "declination_deg", answer->declination_deg);
		if (answer->field.model) {
			sl_json_kv_str(w, "declination_model", sl_str_from(answer->field.model));
			sl_json_kv_double(w, "declination_deg_per_year", answer->field.declination_deg_per_year);
		}
	}
	if (answer->has_reference)
		json_point(w, "reference", answer->reference.lat_deg, answer->reference.lon_deg);
	if (answer->has_benchmark)
		json_point(w, "benchmark", answer->benchmark.lat_deg, answer->benchmark.lon_deg);
	json_point(w, "start", answer->start.lat_deg, answer->start.lon_deg);
}

static void json_legs(struct sl_json_writer *w, const struct sl_traverse_answer *answer)
{
	const struct sl_traverse *t = &answer->traverse;

	sl_json_put_key(w, SL_STR("legs"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < t->n; i++) {
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "label", answer->leg[i].label);
		sl_json_kv_double(w, "bearing_deg", answer->leg[i].bearing_deg);
		sl_json_kv_double(w, "distance_m", answer->leg[i].distance_m);
		sl_json_kv_double(w, "slope_deg", answer->leg[i].slope_deg);
		sl_json_kv_double(w, "azimuth_deg", t->station[i].azimuth_deg);
		sl_json_kv_double(w, "horizontal_m", t->station[i].distance_m);
		sl_json_kv_double(w, "lat", t->station[i].lat_deg);
		sl_json_kv_double(w, "lon", t->station[i].lon_deg);
		sl_json_kv_double(w, "to_start_m", answer->back_m[i]);
		json_point(w, "adjusted", t->adjusted[i].lat_deg, t->adjusted[i].lon_deg);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

/* Everything but the outline: members of the JSON answer, properties of the GeoJSON one. */
static void json_figures(struct sl_json_writer *w, const struct sl_traverse_question *q,
                         const struct sl_traverse_answer *answer, bool adjusted)
{
	const struct sl_traverse *t = &answer->traverse;

	json_head(w, q, answer);
	json_legs(w, answer);
	sl_json_kv_double(w, "perimeter_m", t->perimeter_m);
	sl_json_kv_double(w, "misclosure_m", t->misclosure_m);
	sl_json_kv_double(w, "misclosure_allowed_m", answer->allowed_m);
	sl_json_kv_double(w, "ratio", t->misclosure_m > 0 ? t->perimeter_m / t->misclosure_m : (double)NAN);
	sl_json_kv_double(w, "area_m2", t->area_m2);
	sl_json_kv_double(w, "adjusted_area_m2", t->adjusted_area_m2);
	sl_json_put_key(w, SL_STR("is_adjusted"));
	sl_json_put_bool(w, adjusted);
	sl_json_put_key(w, SL_STR("warnings"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < answer->n_warnings; i++)
		sl_json_put_str(w, answer->warning[i]);
	sl_json_end(w, ']');
}

static void put_json(struct sl_buf *b, const struct sl_traverse_question *q, const struct sl_traverse_answer *answer,
                     const struct sl_geom *ring, bool adjusted, bool feature)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	if (feature) {
		sl_json_kv_str(&w, "type", SL_STR("Feature"));
		sl_json_put_key(&w, SL_STR("properties"));
		sl_json_begin(&w, '{');
	}
	json_figures(&w, q, answer, adjusted);
	if (feature)
		sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("geometry"));
	sl_geojson_write(b, ring);
	w.comma = true;
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}

enum sl_code sl_traverse_write(struct sl_arena *a, const struct sl_traverse_question *q,
                               const struct sl_traverse_answer *answer, enum sl_text_format format, bool adjusted,
                               struct sl_buf *b, struct sl_err *e)
{
	struct sl_geom ring;

	if (sl_traverse_ring(a, answer, adjusted, &ring, e))
		return e->code;
	switch (format) {
	case SL_FORMAT_CSV: put_csv(b, answer); break;
	case SL_FORMAT_JSON: put_json(b, q, answer, &ring, adjusted, false); break;
	case SL_FORMAT_GEOJSON: put_json(b, q, answer, &ring, adjusted, true); break;
	default: put_table(b, q, answer, adjusted); break;
	}
	return sl_buf_check(b, e);
}
