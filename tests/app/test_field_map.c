/* Field maps: bearings and distances lead from point to point, the compass is the model's, and the receiver gets the
 * same points. */
#include "check.h"

#include "app/field_map.h"
#include "app/training.h"
#include "geo/area.h"
#include "geo/declination.h"

#include <stdlib.h>

static const struct sl_doc_table *points_of(const struct sl_document *d)
{
	for (const struct sl_node *n = d->first; n; n = n->next)
		if (n->type == SL_NODE_TABLE)
			return n->table;
	return NULL;
}

static const struct sl_doc_map *map_of(const struct sl_document *d)
{
	for (const struct sl_node *n = d->first; n; n = n->next)
		if (n->type == SL_NODE_MAP)
			return n->map;
	return NULL;
}

static size_t occurs(struct sl_str s, const char *what)
{
	size_t n = 0;

	for (const char *at; (at = sl_str_find(s, what)) != NULL; s = (struct sl_str){at + 1, (size_t)(s.p + s.n - at) - 1})
		n++;
	return n;
}

static void position(const struct sl_doc_cell *cell, double *lat, double *lon)
{
	char text[80];

	snprintf(text, sizeof text, "%.*s", SL_STR_ARG(cell->text));
	CHECK_INT(sscanf(text, "%lf %lf", lat, lon), 2);
}

static void check_sheet(struct sl_programme *p, const char *id, size_t *rows)
{
	const struct sl_field_map_request r = {.record = id, .as_of = "2024-07-01"};
	struct sl_report report = {0};
	struct sl_buf gpx = {0};
	struct sl_err e = {0};
	const struct sl_doc_table *t;
	struct sl_magnetic_field field;
	size_t turning = 0;

	CHECK_OK(sl_field_map_make(p, &r, &report, &gpx, &e), &e);
	t = e.code ? NULL : points_of(report.document);
	for (size_t i = 0; t && i < t->n_rows; i++) {
		const struct sl_doc_cell *cell = t->row[i].cell;
		long next = strtol(cell[3].text.p, NULL, 10);
		double lat, lon, lat_next, lon_next, lat_there, lon_there, bearing = sl_amount_number(&cell[4].amount);

		position(&cell[1], &lat, &lon);
		position(&t->row[next - 1].cell[1], &lat_next, &lon_next);
		sl_geodesic_direct(lon, lat, bearing, sl_amount_number(&cell[6].amount), &lon_there, &lat_there);
		CHECK(sl_distance_m(lon_there, lat_there, lon_next, lat_next) < 0.05); /* positions have 7 decimals: 1 cm */
		CHECK_OK(sl_magnetic_field(lat, lon, 0, sl_decimal_year(19905), &field, &e), &e);
		/* One declination for the sheet: it changes by less than 0.05 degrees over any of them. */
		CHECK_NEAR(remainder(bearing - sl_amount_number(&cell[5].amount) - field.declination_deg, 360), 0, 0.05);
	}
	if (t) {
		const struct sl_doc_map *m = map_of(report.document);

		for (size_t i = 0; i < m->n_shapes; i++)
			turning += m->shape[i].style == SL_STYLE_TURNING_POINT || m->shape[i].style == SL_STYLE_START_POINT;
		CHECK_INT(turning, t->n_rows);
		CHECK(occurs(sl_buf_view(&gpx), "<wpt ") >= t->n_rows);
		/* back to the start */
		CHECK_INT(occurs(sl_buf_view(&gpx), "<trkpt "), t->n_rows ? t->n_rows + 1 : 0);
		*rows += t->n_rows;
	}
	sl_buf_done(&gpx);
	sl_report_done(&report);
}

static void refuse(struct sl_programme *p, struct sl_field_map_request r, enum sl_code code)
{
	struct sl_report report = {0};
	struct sl_buf gpx = {0};
	struct sl_err e = {0};

	CHECK_INT(sl_field_map_make(p, &r, &report, &gpx, &e), code);
	sl_buf_done(&gpx);
	sl_report_done(&report);
}

TEST(field_maps_lead_around)
{
	static struct training t;
	size_t rows = 0, sheets = 0;

	training_open(&t, 60, 5, 0.03);
	for (int i = 1; i <= 60; i++) {
		struct sl_err none = {0};
		const struct sl_kind *kind;
		struct sl_uuid uuid;
		char id[24];

		snprintf(id, sizeof id, "HA-%06d", i);
		if (sl_store_find(t.p.db, sl_str_from(id), &uuid, &kind, &none))
			continue;
		{
			const struct sl_field_map_request r = {.record = id};
			struct sl_report report = {0};
			struct sl_buf gpx = {0};
			bool has_place = sl_field_map_make(&t.p, &r, &report, &gpx, &none) == SL_OK;

			sl_buf_done(&gpx);
			sl_report_done(&report);
			if (!has_place) /* some planted faults have no place */
				continue;
		}
		check_sheet(&t.p, id, &rows);
		sheets++;
	}
	CHECK(sheets > 40 && rows > 200);
	refuse(&t.p, (struct sl_field_map_request){.record = "HA-999999"}, SL_NOT_FOUND);
	refuse(&t.p, (struct sl_field_map_request){.record = "HA-000001", .as_of = "yesterday"}, SL_INVALID);
	refuse(&t.p, (struct sl_field_map_request){.record = "HA-000001", .language = "tlh"}, SL_INVALID);
	training_close(&t);
}
