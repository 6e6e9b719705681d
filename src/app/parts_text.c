/* The parts of a figure as a table, JSON, CSV or GeoJSON. */
#include "app/account.h"

#include "base/csv.h"
#include "geo/wkb.h"

#include <math.h>
#include <stdio.h>

struct name { /* how a record is called */
	struct sl_str kind, id;
};

static enum sl_code name_of(struct sl_account_answer *answer, struct sl_arena *a, int64_t record,
                            struct name *out, struct sl_err *e)
{
	struct sl_revision rev;
	struct sl_record rec;
	char uuid[37];

	if (sl_store_by_number(answer->p->db, a, record, &rev, &rec, e)) {
		if (e->code != SL_NOT_FOUND)
			return e->code;
		sl_err_clear(e); /* withdrawn since: no longer a current record */
		*out = (struct name){SL_STR("record"), sl_str_from(sl_arena_printf(a, e, "#%lld", (long long)record))};
		return e->code;
	}
	out->kind = rev.kind->name;
	out->id = rev.identity;
	if (!out->id.n) {
		sl_uuid_text(rev.record, uuid);
		out->id = sl_str_from(sl_arena_strndup(a, uuid, 36, e));
	}
	return e->code;
}

static enum sl_code put_properties(struct sl_account_answer *answer, const struct sl_part *p, bool difference,
                                   struct sl_json_writer *w, struct sl_arena *a, struct sl_err *e)
{
	char day[11];

	sl_json_begin(w, '{');
	sl_json_put_key(w, SL_STR("m2"));
	sl_json_put_mm2(w, p->mm2);
	if (difference) {
		sl_json_kv_str(w, "from", sl_str_from(sl_land_state_name(p->from)));
		sl_json_kv_str(w, "to", sl_str_from(sl_land_state_name(p->to)));
	} else {
		sl_date_text((struct sl_date){p->day}, day);
		sl_json_put_key(w, SL_STR("date"));
		if (day[0])
			sl_json_put_str(w, sl_str_from(day));
		else
			sl_json_put_null(w);
	}
	sl_json_put_key(w, SL_STR("records"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < p->n_records; i++) {
		struct name name;

		if (name_of(answer, a, p->record[i], &name, e))
			return e->code;
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "kind", name.kind);
		sl_json_kv_str(w, "id", name.id);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
	sl_json_kv_double(w, "lon", p->lon);
	sl_json_kv_double(w, "lat", p->lat);
	sl_json_end(w, '}');
	return SL_OK;
}

static enum sl_code put_json(struct sl_account_answer *answer, const struct sl_parts *parts, const char *title,
                             bool difference, struct sl_buf *b, struct sl_err *e)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, difference ? "difference" : "cell", sl_str_from(title));
	sl_json_put_key(&w, SL_STR("m2"));
	sl_json_put_mm2(&w, parts->total);
	sl_json_put_key(&w, SL_STR("parts"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < parts->n; i++) {
		struct sl_arena a = {0};

		(void)!put_properties(answer, &parts->v[i], difference, &w, &a, e);
		sl_arena_done(&a);
		if (e->code)
			return e->code;
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return SL_OK;
}

static uint32_t cluster_of_face(const struct sl_ledger *l, uint32_t face)
{
	return l->cluster_of[l->cover[l->face[face].cover]];
}

static enum sl_code put_geojson(struct sl_account_answer *answer, const struct sl_parts *parts, bool difference,
                                struct sl_buf *b, struct sl_err *e)
{
	const struct sl_ledger *l = &answer->ledger;
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_buf_puts(b, "{\"type\":\"FeatureCollection\",\"features\":[\n");
	for (size_t i = 0; i < parts->n; i++)
		for (size_t f = 0; f < parts->v[i].n_faces; f++) {
			struct sl_arena a = {0};
			struct sl_part one = parts->v[i];
			uint32_t face = one.face[f], cluster = cluster_of_face(l, face);
			struct sl_geom *geometry;

			one.mm2 = l->face[face].area_mm2;
			w.comma = false;
			sl_buf_puts(b, i || f ? ",\n{\"type\":\"Feature\",\"properties\":" : "{\"type\":\"Feature\",\"properties\":");
			if (!put_properties(answer, &one, difference, &w, &a, e) &&
			    !sl_ledger_geometry(&answer->ledger, answer->p->db, cluster, &a, &geometry, e)) {
				sl_buf_puts(b, ",\"geometry\":");
				sl_geojson_write(b, &geometry[face - l->cluster[cluster].face]);
				sl_buf_putc(b, '}');
			}
			sl_arena_done(&a);
			if (e->code)
				return e->code;
		}
	sl_buf_puts(b, "\n]}\n");
	return SL_OK;
}

/* "hazard:HA-1, release:R-2" */
static enum sl_code put_names(struct sl_account_answer *answer, const struct sl_part *p, const char *between,
                              struct sl_buf *b, struct sl_err *e)
{
	struct sl_arena a = {0};

	for (size_t k = 0; k < p->n_records && !e->code; k++) {
		struct name name;

		if (!name_of(answer, &a, p->record[k], &name, e))
			sl_buf_printf(b, "%s%.*s:%.*s", k ? between : "", SL_STR_ARG(name.kind), SL_STR_ARG(name.id));
	}
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code put_csv(struct sl_account_answer *answer, const struct sl_parts *parts, bool difference,
                            struct sl_buf *b, struct sl_err *e)
{
	struct sl_csv_writer w;
	struct sl_buf text = {0};

	sl_csv_writer_init(&w, b, ',', true);
	sl_buf_puts(b, "m2,from,to,date,records,lon,lat\n");
	for (size_t i = 0; i < parts->n && !e->code; i++) {
		const struct sl_part *p = &parts->v[i];
		char day[11];

		sl_buf_clear(&text);
		sl_mm2_text(&text, p->mm2);
		sl_csv_put(&w, sl_buf_view(&text));
		sl_csv_put(&w, difference ? sl_str_from(sl_land_state_name(p->from)) : SL_STR(""));
		sl_csv_put(&w, difference ? sl_str_from(sl_land_state_name(p->to)) : SL_STR(""));
		sl_date_text((struct sl_date){p->day}, day);
		sl_csv_put(&w, sl_str_from(day));
		sl_buf_clear(&text);
		(void)!put_names(answer, p, ";", &text, e);
		sl_csv_put(&w, sl_buf_view(&text));
		sl_csv_put_double(&w, round(p->lon * 1e7) / 1e7);
		sl_csv_put_double(&w, round(p->lat * 1e7) / 1e7);
		sl_csv_end(&w);
	}
	b->failed |= text.failed;
	sl_buf_done(&text);
	return e->code;
}

static void put_aligned_m2(struct sl_buf *b, sl_mm2 v)
{
	struct sl_buf text = {0};

	sl_mm2_text(&text, v);
	sl_buf_printf(b, "  %20.*s  ", SL_STR_ARG(sl_buf_view(&text)));
	b->failed |= text.failed;
	sl_buf_done(&text);
}

static enum sl_code put_table(struct sl_account_answer *answer, const struct sl_parts *parts, const char *title,
                              bool difference, struct sl_buf *b, struct sl_err *e)
{
	sl_buf_printf(b, "%s\n\n  %20s  %-26s records\n", title, "m2", difference ? "from -> to" : "date");
	for (size_t i = 0; i < parts->n; i++) {
		const struct sl_part *p = &parts->v[i];
		char day[11], change[40] = "";

		sl_date_text((struct sl_date){p->day}, day);
		if (difference)
			snprintf(change, sizeof change, "%s -> %s", sl_land_state_name(p->from), sl_land_state_name(p->to));
		put_aligned_m2(b, p->mm2);
		sl_buf_printf(b, "%-26s ", difference ? change : day);
		if (put_names(answer, p, ", ", b, e))
			return e->code;
		sl_buf_putc(b, '\n');
	}
	sl_buf_puts(b, "  --------------------\n");
	put_aligned_m2(b, parts->total);
	sl_buf_puts(b, "total\n");
	return SL_OK;
}

enum sl_code sl_parts_text(struct sl_account_answer *answer, const struct sl_parts *parts, const char *title,
                           bool difference, enum sl_text_format format, struct sl_buf *b, struct sl_err *e)
{
	if (format == SL_FORMAT_JSON)
		return put_json(answer, parts, title, difference, b, e);
	if (format == SL_FORMAT_GEOJSON)
		return put_geojson(answer, parts, difference, b, e);
	if (format == SL_FORMAT_CSV)
		return put_csv(answer, parts, difference, b, e);
	return put_table(answer, parts, title, difference, b, e);
}
