#include "app/ask.h"

#include "base/json.h"
#include "geo/wkb.h"

static const char *sentence(enum sl_land_state s)
{
	switch (s) {
	case SL_STATE_CHA: return "recorded as CONFIRMED hazardous area (CHA). Do not enter.";
	case SL_STATE_SHA: return "recorded as SUSPECTED hazardous area (SHA). Do not enter.";
	case SL_STATE_CLEARED: return "recorded as cleared.";
	case SL_STATE_REDUCED: return "recorded as reduced after technical survey.";
	case SL_STATE_CANCELLED: return "recorded as cancelled after non-technical survey.";
	default: return "not covered by any record. No record does not mean safe.";
	}
}

static void put_record(struct sl_buf *b, const struct sl_ask_record *r)
{
	char day[11];

	sl_date_text(r->date, day);
	sl_buf_printf(b, "  %-10.*s %-24.*s %-12s", SL_STR_ARG(r->kind), SL_STR_ARG(r->id), day[0] ? day : "no date");
	if (r->m2 > 0)
		sl_buf_printf(b, " shares %.1f m2", r->m2);
	else if (r->distance_m > 0)
		sl_buf_printf(b, " %.0f m away", r->distance_m);
	else
		sl_buf_puts(b, " here");
	if (r->name.n)
		sl_buf_printf(b, "  %.*s", SL_STR_ARG(r->name));
	sl_buf_putc(b, '\n');
}

enum { SHOWN = 20 };

void sl_ask_text(struct sl_buf *b, const struct sl_ask_answer *answer)
{
	char day[11];

	sl_date_text(answer->as_of, day);
	if (answer->route)
		sl_buf_printf(b, "A route of %.1f km in a corridor of %.0f m (%.1f m2), as of %s:\n", answer->route_m / 1000,
		              answer->width_m, answer->parcel_m2, day);
	else if (answer->parcel)
		sl_buf_printf(b, "A parcel of %.1f m2, as of %s:\n", answer->parcel_m2, day);
	else
		sl_buf_printf(b, "Latitude %.7f, longitude %.7f, as of %s:\n", answer->lat, answer->lon, day);
	if (answer->parcel) {
		for (int s = SL_STATES - 1; s >= 0; s--)
			if (answer->state_m2[s] > 0.005)
				sl_buf_printf(b, "  %.1f m2 %s\n", answer->state_m2[s], sentence((enum sl_land_state)s));
	} else {
		sl_buf_printf(b, "  This place is %s\n", sentence(answer->state));
	}
	if (!answer->nearest.kind.n)
		sl_buf_printf(b, "  No hazardous land is recorded within %.1f km.\n", answer->searched_m / 1000);
	else if (answer->nearest.distance_m > 0)
		sl_buf_printf(b, "  The nearest land recorded as hazardous, %.*s, is %.0f m away.\n",
		              SL_STR_ARG(answer->nearest.id), answer->nearest.distance_m);
	if (answer->n_without_boundary)
		sl_buf_printf(b, "  Hazards nearby known only as a point: %lld. How far they reach is not known.\n",
		              (long long)answer->n_without_boundary);
	sl_date_text(answer->last_survey, day);
	if (day[0])
		sl_buf_printf(b, "  Last survey or clearance recorded here: %.*s, %s.\n", SL_STR_ARG(answer->last_survey_id),
		              day);
	else
		sl_buf_puts(b, "  No survey is recorded here: what is in the ground is not known.\n");
	if (answer->parcel && answer->surveyed_m2 > 0.005)
		sl_buf_printf(b, "  Recorded surveys and clearance cover %.1f m2 of it.\n", answer->surveyed_m2);
	if (answer->n_records)
		sl_buf_puts(b, "Records:\n");
	for (size_t i = 0; i < answer->n_records && i < SHOWN; i++)
		put_record(b, &answer->record[i]);
	if (answer->n_records > SHOWN)
		sl_buf_printf(b, "  and %zu more\n", answer->n_records - SHOWN);
}

static void json_record(struct sl_json_writer *w, const struct sl_ask_record *r)
{
	char day[11];

	sl_json_begin(w, '{');
	sl_json_kv_str(w, "kind", r->kind);
	sl_json_kv_str(w, "id", r->id);
	sl_json_kv_str(w, "name", r->name);
	sl_date_text(r->date, day);
	sl_json_put_key(w, SL_STR("date"));
	if (day[0])
		sl_json_put_str(w, sl_str_from(day));
	else
		sl_json_put_null(w);
	sl_json_kv_double(w, "distance_m", r->distance_m);
	sl_json_kv_double(w, "shared_m2", r->m2);
	sl_json_end(w, '}');
}

static void json_shape(struct sl_json_writer *w, const char *key, const struct sl_geom *g)
{
	struct sl_buf shape = {0};

	sl_geojson_write(&shape, g);
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_raw(w, sl_buf_view(&shape));
	w->b->failed |= shape.failed;
	sl_buf_done(&shape);
}

void sl_ask_json(struct sl_buf *b, const struct sl_ask_answer *answer)
{
	struct sl_json_writer w;
	char day[11], moment[32];

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_date_text(answer->as_of, day);
	sl_json_kv_str(&w, "as_of", sl_str_from(day));
	sl_time_text(answer->known_ms, moment);
	sl_json_kv_str(&w, "known_at", sl_str_from(moment));
	sl_json_kv_int(&w, "version", answer->version);
	if (answer->route) {
		sl_json_kv_double(&w, "route_m", answer->route_m);
		sl_json_kv_double(&w, "width_m", answer->width_m);
		sl_json_kv_double(&w, "slack_m", answer->slack_m);
	}
	if (answer->parcel) {
		sl_json_kv_double(&w, "parcel_m2", answer->parcel_m2);
		sl_json_kv_double(&w, "surveyed_m2", answer->surveyed_m2);
		sl_json_put_key(&w, SL_STR("state_m2"));
		sl_json_begin(&w, '{');
		for (int s = 0; s < SL_STATES; s++)
			sl_json_kv_double(&w, sl_land_state_name((enum sl_land_state)s), answer->state_m2[s]);
		sl_json_end(&w, '}');
	} else {
		sl_json_kv_double(&w, "lat", answer->lat);
		sl_json_kv_double(&w, "lon", answer->lon);
	}
	sl_json_kv_str(&w, "state", sl_str_from(sl_land_state_name(answer->state)));
	sl_json_kv_str(&w, "statement", sl_str_from(sentence(answer->state)));
	sl_json_put_key(&w, SL_STR("nearest"));
	if (answer->nearest.kind.n)
		json_record(&w, &answer->nearest);
	else
		sl_json_put_null(&w);
	sl_json_kv_double(&w, "searched_m", answer->searched_m);
	sl_date_text(answer->last_survey, day);
	sl_json_put_key(&w, SL_STR("last_survey"));
	if (day[0])
		sl_json_put_str(&w, sl_str_from(day));
	else
		sl_json_put_null(&w);
	sl_json_kv_int(&w, "hazards_without_boundary", answer->n_without_boundary);
	if (answer->parcel)
		json_shape(&w, "shape", &answer->shape);
	if (answer->route)
		json_shape(&w, "line", &answer->line);
	sl_json_put_key(&w, SL_STR("records"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < answer->n_records; i++)
		json_record(&w, &answer->record[i]);
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}
