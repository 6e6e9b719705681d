#include "app/outline.h"

#include "base/csv.h"
#include "checks/rule.h"
#include "geo/wkb.h"

#include <math.h>

static const char *const formats[] = {
    [SL_COORD_DD] = "dd", [SL_COORD_DM] = "dm", [SL_COORD_DMS] = "dms", [SL_COORD_UTM] = "utm", [SL_COORD_MGRS] = "mgrs"};

static void put_table(struct sl_buf *b, const struct sl_outline *o)
{
	sl_buf_puts(b, "Point  Name          Latitude     Longitude  To the next m  As written\n");
	for (size_t i = 0; i < o->n; i++) {
		const struct sl_outline_point *p = &o->point[i];

		sl_buf_printf(b, "%5zu  %-8.*s %11.8f  %12.8f  %13.3f", i + 1, SL_STR_ARG(p->label), p->at.lat_deg,
		              p->at.lon_deg, p->leg_m);
		if (p->as.n)
			sl_buf_printf(b, "  %.*s", SL_STR_ARG(p->as));
		sl_buf_putc(b, '\n');
	}
	if (o->ring.type != SL_GEOM_NONE)
		sl_buf_printf(b, "\nPerimeter   %.3f m\nArea        %.2f m2\n", o->perimeter_m, o->area_m2);
	if (!isnan(o->gap_m))
		sl_buf_printf(b, "Closure     the walk ends %.2f m from where it began\n", o->gap_m);
	if (o->precision_m > 0)
		sl_buf_printf(b, "Precision   as written, a point may be %.2g m off\n", o->precision_m);
	if (o->repeats)
		sl_buf_printf(b, "Left out    %zu point%s, the same as the one before\n", o->repeats, o->repeats == 1 ? "" : "s");
	for (size_t i = 0; i < o->found.n; i++)
		sl_buf_printf(b, "%s: %.*s %.*s (%s)\n", sl_severity_name(o->found.v[i].severity), SL_STR_ARG(o->found.v[i].text),
		              SL_STR_ARG(o->found.v[i].suggestion), o->found.v[i].rule);
}

static void put_csv(struct sl_buf *b, const struct sl_outline *o)
{
	static const char *const head[] = {"point", "label", "lat", "lon", "notation", "precision_m", "as_written", "note", "leg_m"};
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, b, ',', true);
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		sl_csv_put(&w, sl_str_from(head[i]));
	sl_csv_end(&w);
	for (size_t i = 0; i < o->n; i++) {
		const struct sl_outline_point *p = &o->point[i];

		sl_csv_put_int(&w, (int64_t)i + 1);
		sl_csv_put(&w, p->label);
		sl_csv_put_double(&w, p->at.lat_deg);
		sl_csv_put_double(&w, p->at.lon_deg);
		sl_csv_put(&w, p->as.n ? sl_str_from(formats[p->at.format]) : SL_STR(""));
		sl_csv_put_double(&w, p->as.n ? p->at.precision_m : (double)NAN);
		sl_csv_put(&w, p->as);
		sl_csv_put(&w, p->note);
		sl_csv_put_double(&w, p->leg_m);
		sl_csv_end(&w);
	}
}

static void put_points(struct sl_json_writer *w, const struct sl_outline *o)
{
	sl_json_put_key(w, SL_STR("points"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < o->n; i++) {
		const struct sl_outline_point *p = &o->point[i];

		sl_json_begin(w, '{');
		sl_json_kv_str(w, "label", p->label);
		if (p->as.n) {
			sl_json_kv_str(w, "as", p->as);
			sl_json_kv_str(w, "notation", sl_str_from(formats[p->at.format]));
			sl_json_kv_double(w, "precision_m", p->at.precision_m);
		}
		if (p->note.n)
			sl_json_kv_str(w, "note", p->note);
		sl_json_kv_double(w, "lat", p->at.lat_deg);
		sl_json_kv_double(w, "lon", p->at.lon_deg);
		sl_json_kv_double(w, "leg_m", p->leg_m);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

void sl_outline_found_json(struct sl_json_writer *w, const struct sl_locale *l, const struct sl_findings *found)
{
	sl_json_put_key(w, SL_STR("findings"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < found->n; i++) {
		const struct sl_finding *f = &found->v[i];
		const struct sl_rule *rule = sl_rule_find(sl_str_from(f->rule));

		sl_json_begin(w, '{');
		sl_json_kv_str(w, "rule", sl_str_from(f->rule));
		sl_json_kv_str(w, "title", rule ? sl_str_from(sl_text(l, "rule", rule->title)) : SL_STR(""));
		sl_json_kv_str(w, "severity", sl_str_from(sl_severity_name(f->severity)));
		sl_json_kv_str(w, "text", f->text);
		sl_json_kv_str(w, "suggestion", f->suggestion.n ? sl_str_from(sl_text(l, "rule", f->suggestion.p)) : f->suggestion);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

static void put_json(struct sl_buf *b, const struct sl_outline_question *q, const struct sl_outline *o, bool feature)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	if (feature) {
		sl_json_kv_str(&w, "type", SL_STR("Feature"));
		sl_json_put_key(&w, SL_STR("properties"));
		sl_json_begin(&w, '{');
	}
	sl_json_kv_str(&w, "crs", q->crs.n ? q->crs : SL_STR("EPSG:4326"));
	put_points(&w, o);
	sl_json_kv_double(&w, "area_m2", o->area_m2);
	sl_json_kv_double(&w, "perimeter_m", o->perimeter_m);
	if (!isnan(o->gap_m))
		sl_json_kv_double(&w, "gap_m", o->gap_m);
	sl_json_kv_double(&w, "precision_m", o->precision_m);
	sl_json_kv_int(&w, "repeats", (int64_t)o->repeats);
	sl_outline_found_json(&w, q->locale, &o->found);
	if (feature)
		sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("geometry"));
	sl_geojson_write(b, &o->ring);
	w.comma = true;
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}

enum sl_code sl_outline_write(const struct sl_outline_question *q, const struct sl_outline *o, enum sl_text_format format,
                              struct sl_buf *b, struct sl_err *e)
{
	switch (format) {
	case SL_FORMAT_CSV: put_csv(b, o); break;
	case SL_FORMAT_JSON: put_json(b, q, o, false); break;
	case SL_FORMAT_GEOJSON: put_json(b, q, o, true); break;
	default: put_table(b, o); break;
	}
	return sl_buf_check(b, e);
}
