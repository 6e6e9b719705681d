#include "app/export.h"

#include "app/export_parts.h"
#include "base/csv.h"
#include "base/io.h"
#include "formats/geojson_writer.h"
#include "geo/wkb.h"

#include <string.h>

/* What a cell of a spreadsheet holds. */
#define CELL_MAX 32767
#define DBASE_TEXT_MAX 254
#define DBASE_NAME_MAX 10

enum format { GEOJSON, CSV, GPKG, FGB, KML, GPX, SHP, XLSX, FORMATS };

static const struct {
	const char *ending, *driver;
} formats[FORMATS] = {
    [GEOJSON] = {".geojson", NULL},     [CSV] = {".csv", NULL},     [GPKG] = {".gpkg", "GPKG"},
    [FGB] = {".fgb", "FlatGeobuf"},     [KML] = {".kml", "KML"}, [GPX] = {".gpx", "GPX"},
    [SHP] = {".shp", "ESRI Shapefile"}, [XLSX] = {".xlsx", "XLSX"},
};

struct export
{
	struct sl_programme *p;
	struct sl_arena *a;
	const char *output;
	enum format format;
	struct sl_query query;
	struct sl_export_result *result;
	/* of the table at hand */
	struct export_table table;
	struct sl_value *value;
	struct sl_arena scratch,
	    making;      /* `making` goes before the answer: what is unfinished vanishes with it */
	unsigned places; /* bits of enum export_place: which records this pass writes */
	struct sl_geojson_writer geojson;
	struct sl_gdal_writer *gdal;
	struct sl_io_out csv_out;
	struct sl_csv_writer csv;
	struct sl_buf buf, wkb;
};

static bool format_of(const char *output, enum format *out)
{
	struct sl_str name = sl_str_from(output);

	*out = GEOJSON;
	for (int i = 0; i < FORMATS; i++)
		if (sl_str_has_suffix_nocase(name, formats[i].ending)) {
			*out = (enum format)i;
			return true;
		}
	return sl_str_has_suffix_nocase(name, ".json") || sl_str_has_prefix(name, "/dev/");
}

static void told(struct export *x)
{
	if (x->result->records % 4096 == 0)
		sl_env_progress(x->p->env, "exporting", x->result->records, 0);
}

/* ---- GeoJSON: straight from the documents, without a look at them ---- */

static enum sl_code geojson_row(void *ctx, const struct sl_revision *rev, const struct sl_record *r,
                                struct sl_err *e)
{
	struct export *x = ctx;

	(void)r;
	x->result->records++;
	x->result->without_geometry += !rev->geometry.wkb.n;
	told(x);
	return sl_geojson_writer_add(&x->geojson, rev->document,
	                             x->table.hides_geometry ? (struct sl_str){0} : rev->geometry.wkb, e);
}

static enum sl_code export_geojson(struct export *x, struct sl_err *e)
{
	const struct sl_kind *k = x->query.kind;

	x->table.hides_geometry = k->geometry < 0 || k->field[k->geometry].sensitive;
	x->result->layers = 1;
	if (!sl_geojson_writer_open(&x->geojson, x->a, x->output, k->name, x->p->env, e) &&
	    !sl_store_each(x->p->db, &x->query, true, geojson_row, x, e) &&
	    !sl_geojson_writer_close(&x->geojson, e))
		return SL_OK;
	sl_geojson_writer_discard(&x->geojson);
	return e->code;
}

/* ---- CSV: the geometry is a column of well-known text ---- */

static enum sl_code csv_flush(struct export *x, size_t at, struct sl_err *e)
{
	if (sl_buf_check(&x->buf, e))
		return e->code;
	if (x->buf.n < at)
		return SL_OK;
	if (sl_io_write(&x->csv_out, x->buf.p, x->buf.n, e))
		return e->code;
	sl_buf_clear(&x->buf);
	return SL_OK;
}

static void csv_value(struct export *x, const struct sl_value *v)
{
	if (v->type == SL_VALUE_INTEGER)
		sl_csv_put_int(&x->csv, v->integer);
	else if (v->type == SL_VALUE_DECIMAL)
		sl_csv_put_double(&x->csv, v->decimal);
	else {
		sl_buf_clear(&x->wkb);
		sl_value_text(&x->wkb, v);
		sl_csv_put(&x->csv, sl_buf_view(&x->wkb));
	}
}

static enum sl_code csv_row(void *ctx, const struct sl_revision *rev, const struct sl_record *r,
                            struct sl_err *e)
{
	struct export *x = ctx;
	enum export_place place = export_place_of(&x->table, r);
	struct sl_arena_mark m = sl_arena_mark(&x->scratch);

	(void)rev;
	if (export_row(&x->scratch, &x->table, r, x->value, e))
		return e->code;
	for (size_t i = 0; i < x->table.n_columns; i++)
		csv_value(x, &x->value[i]);
	if (x->table.rows > x->table.placed[PLACE_NONE]) {
		sl_buf_clear(&x->wkb);
		if (place != PLACE_NONE)
			sl_wkt_write(&x->wkb, &r->geometry);
		if (sl_buf_check(&x->wkb, e))
			return e->code;
		sl_csv_put(&x->csv, sl_buf_view(&x->wkb));
	}
	sl_csv_end(&x->csv);
	sl_arena_reset(&x->scratch, m);
	x->result->records++;
	x->result->without_geometry += place == PLACE_NONE;
	told(x);
	return csv_flush(x, 1u << 20, e);
}

static enum sl_code export_csv(struct export *x, struct sl_err *e)
{
	const struct sl_kind *k = x->query.kind;

	x->result->layers = 1;
	if (sl_io_create(&x->csv_out, x->output, e))
		return e->code;
	sl_csv_writer_init(&x->csv, &x->buf, ',', true);
	for (size_t i = 0; i < x->table.n_columns; i++)
		sl_csv_put(&x->csv, x->table.column[i].name);
	if (x->table.rows > x->table.placed[PLACE_NONE])
		sl_csv_put(&x->csv, k->field[k->geometry].name);
	sl_csv_end(&x->csv);
	if (!sl_store_each(x->p->db, &x->query, true, csv_row, x, e) && !csv_flush(x, 0, e) &&
	    !sl_io_commit(&x->csv_out, e))
		return SL_OK;
	sl_io_discard(&x->csv_out);
	return e->code;
}

/* ---- through GDAL ---- */

static bool goes_along(const struct export *x, enum export_place place)
{
	return (x->places >> place & 1) != 0;
}

/* The outline of a polygon as lines, closed: GPX knows no areas. */
static enum sl_code as_track(struct sl_arena *a, const struct sl_geom *g, struct sl_geom *out,
                             struct sl_err *e)
{
	struct sl_geom_builder b;

	sl_geom_build(&b, a, SL_GEOM_LINE);
	for (size_t r = 0; r < g->n_rings; r++) {
		size_t start = sl_geom_ring_start(g, r);

		if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e))
			return e->code;
		for (size_t i = start; i <= g->ring_end[r]; i++) {
			const double *p = &g->xy[2 * (i < g->ring_end[r] ? i : start)];

			if (sl_geom_add_point(&b, p[0], p[1], e))
				return e->code;
		}
	}
	sl_geom_finish(&b, out);
	return SL_OK;
}

static void count_long_texts(struct export *x)
{
	size_t most = x->format == SHP ? DBASE_TEXT_MAX : x->format == XLSX ? CELL_MAX : SIZE_MAX;

	for (size_t i = 0; i < x->table.n_columns; i++)
		if (x->value[i].type == SL_VALUE_TEXT && x->value[i].text.n > most) {
			x->result->texts_cut++;
			x->value[i].text.n = most;
			/* Not in the middle of a character. */
			while (x->value[i].text.n &&
			       ((unsigned char)x->value[i].text.p[x->value[i].text.n] & 0xc0) == 0x80)
				x->value[i].text.n--;
		}
}

/* GPX does not say what is a text: a reader sees digits and makes a number of them, of "07" 7, and of
 * "341.40 10.48; 298.60 10.35" 341.4. */
static void count_like_numbers(struct export *x)
{
	for (size_t i = 0; i < x->table.n_columns; i++) {
		const struct sl_value *v = &x->value[i];
		char number[32];
		double as;
		bool digits = v->type == SL_VALUE_TEXT && v->text.n;

		for (size_t k = 0; digits && k < v->text.n; k++)
			digits = v->text.p[k] && strchr("0123456789.,; ", v->text.p[k]);
		x->result->like_numbers +=
		    digits && !(sl_str_double(v->text, &as) &&
		                sl_str_eq(v->text, (struct sl_str){number, sl_double_text(as, number)}));
	}
}

static enum sl_code gdal_row(void *ctx, const struct sl_revision *rev, const struct sl_record *r,
                             struct sl_err *e)
{
	struct export *x = ctx;
	enum export_place place = export_place_of(&x->table, r);
	struct sl_arena_mark m = sl_arena_mark(&x->scratch);
	struct sl_str wkb = place == PLACE_NONE ? (struct sl_str){0} : rev->geometry.wkb;
	size_t n = x->table.n_columns;
	struct sl_geom track;

	if (!goes_along(x, place))
		return SL_OK;
	if (export_row(&x->scratch, &x->table, r, x->value, e))
		return e->code;
	count_long_texts(x);
	if (x->format == GPX)
		count_like_numbers(x);
	sl_buf_clear(&x->wkb);
	if (x->format == XLSX) { /* a sheet has no geometry of its own */
		x->value[n] = (struct sl_value){0};
		if (place != PLACE_NONE)
			sl_wkt_write(&x->wkb, &r->geometry);
		wkb = (struct sl_str){0};
		if (x->wkb.n > CELL_MAX)
			x->result->texts_cut++;
		else if (x->wkb.n)
			x->value[n] = (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_buf_view(&x->wkb)};
	} else if (x->format == GPX && place == PLACE_POLYGON) {
		if (as_track(&x->scratch, &r->geometry, &track, e))
			return e->code;
		sl_wkb_write(&x->wkb, &track);
		wkb = sl_buf_view(&x->wkb);
		x->result->outlines++;
	}
	if (sl_buf_check(&x->wkb, e) || sl_gdal_writer_row(x->gdal, x->value, wkb, e))
		return e->code;
	sl_arena_reset(&x->scratch, m);
	x->result->records++;
	x->result->without_geometry += place == PLACE_NONE;
	told(x);
	return SL_OK;
}

static enum sl_code gdal_pass(struct export *x, const char *layer, struct sl_gdal_column *column, size_t n,
                              enum sl_gdal_shapes shapes, unsigned places, struct sl_err *e)
{
	x->places = places;
	x->result->layers++;
	if (sl_gdal_writer_layer(x->gdal, layer, column, n, shapes, e))
		return e->code;
	return sl_store_each(x->p->db, &x->query, true, gdal_row, x, e);
}

/* dBase has room for ten letters: names are cut, made different, and listed in a file beside that is a
 * mapping for the way back. */
static enum sl_code cut_names(struct export *x, struct sl_gdal_column *column, struct sl_str *list,
                              struct sl_err *e)
{
	const struct export_table *t = &x->table;
	struct sl_csv_writer w;
	struct sl_buf b = {0};
	char *copy;

	sl_csv_writer_init(&w, &b, ',', false);
	for (int i = 0; i < 5; i++)
		sl_csv_put(&w, sl_str_from(
		                   (const char *[]){"source_field", "kind", "field", "transform", "value_map"}[i]));
	sl_csv_end(&w);
	for (size_t i = 0; i < t->n_columns; i++) {
		struct sl_str name = column[i].name;
		size_t n = name.n < DBASE_NAME_MAX ? name.n : DBASE_NAME_MAX;
		char *cut;

		while (n && n < name.n && ((unsigned char)name.p[n] & 0xc0) == 0x80)
			n--;
		cut = sl_arena_printf(x->a, e, "%.*s", (int)n, name.p);
		for (unsigned k = 1; cut; k++) {
			bool clash = false;

			for (size_t j = 0; j < i; j++)
				clash |= sl_str_is_nocase(column[j].name, cut);
			if (!clash)
				break;
			n = name.n < 7 ? name.n : 7;
			while (n && n < name.n && ((unsigned char)name.p[n] & 0xc0) == 0x80)
				n--;
			cut = sl_arena_printf(x->a, e, "%.*s_%u", (int)n, name.p, k);
		}
		if (!cut) {
			sl_buf_done(&b);
			return e->code;
		}
		column[i].name = sl_str_from(cut);
		if (sl_str_eq(column[i].name, name))
			continue;
		x->result->names_cut++;
		sl_csv_put(&w, column[i].name);
		sl_csv_put(&w, t->kind->name);
		sl_csv_put(&w, t->column[i].field >= 0 ? name : SL_STR(""));
		sl_csv_put(&w, SL_STR(""));
		sl_csv_put(&w, SL_STR(""));
		sl_csv_end(&w);
	}
	copy = sl_buf_check(&b, e) ? NULL : sl_arena_strndup(x->a, b.p, b.n, e);
	*list = copy ? (struct sl_str){copy, b.n} : (struct sl_str){0};
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code beside(struct export *x, const char *suffix, struct sl_str text, struct sl_err *e)
{
	size_t stem = strlen(x->output) - strlen(formats[x->format].ending);

	x->result->also[x->result->n_also] = sl_arena_printf(x->a, e, "%.*s%s", (int)stem, x->output, suffix);
	if (!x->result->also[x->result->n_also++])
		return e->code;
	return text.n ? sl_gdal_writer_beside(x->gdal, suffix, text, e) : SL_OK;
}

/* One kind of shape a file; records without a place stand with the first. */
static enum sl_code shapefiles(struct export *x, struct sl_gdal_column *column, struct sl_err *e)
{
	static const struct {
		enum export_place place;
		enum sl_gdal_shapes shapes;
		const char *name, *suffix;
	} files[] = {{PLACE_POLYGON, SL_GDAL_POLYGONS, "polygon", "_polygon.shp"},
	             {PLACE_LINE, SL_GDAL_LINES, "line", "_line.shp"},
	             {PLACE_POINT, SL_GDAL_POINTS, "point", "_point.shp"},
	             {PLACE_POINTS, SL_GDAL_MULTIPOINTS, "points", "_points.shp"}};
	struct sl_str names;
	bool first = true;

	if (cut_names(x, column, &names, e))
		return e->code;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (!x->table.placed[files[i].place])
			continue;
		if (!first && beside(x, files[i].suffix, (struct sl_str){0}, e))
			return e->code;
		if (gdal_pass(x, files[i].name, column, x->table.n_columns, files[i].shapes,
		              1u << files[i].place | (first ? 1u << PLACE_NONE : 0), e))
			return e->code;
		first = false;
	}
	return x->result->names_cut ? beside(x, ".names.csv", names, e) : SL_OK;
}

static enum sl_code tracks(struct export *x, struct sl_gdal_column *column, struct sl_err *e)
{
	size_t n = x->table.n_columns;

	if (x->table.placed[PLACE_POINTS])
		return sl_fail(e, SL_UNSUPPORTED,
		               "%s: %llu records have several points each, which GPX cannot hold", x->output,
		               (unsigned long long)x->table.placed[PLACE_POINTS]);
	if (x->table.placed[PLACE_POINT] &&
	    gdal_pass(x, "waypoints", column, n, SL_GDAL_POINTS, 1u << PLACE_POINT, e))
		return e->code;
	if (x->table.placed[PLACE_LINE] + x->table.placed[PLACE_POLYGON] &&
	    gdal_pass(x, "tracks", column, n, SL_GDAL_LINES, 1u << PLACE_LINE | 1u << PLACE_POLYGON, e))
		return e->code;
	x->result->left_out = x->table.placed[PLACE_NONE];
	return SL_OK;
}

static enum sl_code one_layer(struct export *x, struct sl_err *e)
{
	struct export_table *t = &x->table;
	bool placed = t->rows > t->placed[PLACE_NONE];
	struct sl_gdal_column *column = sl_arena_alloc(x->a, t->n_columns + 1, sizeof *column, e);
	char *name = column ? sl_str_dup(x->a, t->kind->name, e) : NULL;
	size_t n = t->n_columns;

	if (!name)
		return e->code;
	if (!placed && (x->format == SHP || x->format == GPX || x->format == FGB))
		return sl_fail(e, SL_UNSUPPORTED,
		               "%s: no %s has a place, and this format is made of places; use .csv, .xlsx or .gpkg",
		               x->output, name);
	for (size_t i = 0; i < n; i++)
		column[i] = (struct sl_gdal_column){t->column[i].name, t->column[i].type};
	if (x->format == SHP)
		return shapefiles(x, column, e);
	if (x->format == GPX)
		return tracks(x, column, e);
	if (x->format == XLSX && placed)
		column[n++] = (struct sl_gdal_column){t->kind->field[t->kind->geometry].name, SL_FIELD_TEXT};
	if (x->format == FGB && placed) {
		x->result->left_out = t->placed[PLACE_NONE];
		return gdal_pass(x, name, column, n, SL_GDAL_ANY_SHAPES, ~(1u << PLACE_NONE), e);
	}
	return gdal_pass(x, name, column, n,
	                 x->format == XLSX || !placed ? SL_GDAL_NO_SHAPES : SL_GDAL_ANY_SHAPES, ~0u, e);
}

/* ---- tables ---- */

static enum sl_code look_at(struct export *x, const struct sl_kind *kind, struct sl_err *e)
{
	x->query.kind = kind;
	export_table_done(&x->table);
	if (export_table_look(x->a, x->p->db, &x->query, &x->table, e))
		return e->code;
	x->value = sl_arena_alloc(x->a, x->table.n_columns + 1, sizeof *x->value, e);
	return e->code;
}

static enum sl_code export_gdal(struct export *x, const struct sl_kind *kind, struct sl_err *e)
{
	const struct sl_dictionary *d = x->p->dict;

	if (sl_gdal_writer_open(&x->making, formats[x->format].driver, x->output, &x->gdal, e))
		return e->code;
	if (kind) {
		if (look_at(x, kind, e) || one_layer(x, e))
			return e->code;
	} else
		for (size_t i = 0; i < d->n_kinds; i++)
			if (look_at(x, &d->kind[i], e) || (x->table.rows && one_layer(x, e)))
				return e->code;
	if (!x->result->layers)
		return sl_fail(e, SL_NOT_FOUND, "%s: the programme has no approved records yet", x->output);
	return sl_gdal_writer_close(x->gdal, e);
}

enum sl_code sl_export_possible(const char *output, const char *kind, struct sl_err *e)
{
	enum format format;

	if (!format_of(output, &format))
		return sl_fail(e, SL_INVALID,
		               "%s: the ending tells no format; .geojson .gpkg .fgb .kml .gpx .shp .csv .xlsx .mbtiles do",
		               output);
	if (kind && !strcmp(kind, "all") && format != GPKG && format != XLSX)
		return sl_fail(e, SL_INVALID, "%s: only .gpkg and .xlsx hold all kinds in one file", output);
	return SL_OK;
}

static enum sl_code choose(struct export *x, const char *name, const struct sl_kind **kind,
                           struct sl_err *e)
{
	*kind = NULL;
	if (name && !strcmp(name, "all"))
		return SL_OK;
	*kind = sl_dictionary_kind(x->p->dict, sl_str_from(name ? name : "hazard"));
	if (!*kind)
		return sl_fail(e, SL_INVALID, "%s: there is no such kind of record", name ? name : "hazard");
	return SL_OK;
}

enum sl_code sl_export(struct sl_programme *p, const char *output, const struct sl_export_options *o,
                       struct sl_export_result *out, struct sl_err *e)
{
	struct export x = {.p = p, .a = &p->arena, .output = output, .result = out};
	const struct sl_kind *kind;

	*out = (struct sl_export_result){0};
	if (sl_export_possible(output, o->kind, e))
		return e->code;
	format_of(output, &x.format);
	if (choose(&x, o->kind, &kind, e))
		return e->code;
	x.query = (struct sl_query){.kind = kind, .as_of = o->as_of};
	if (x.format == GEOJSON)
		export_geojson(&x, e);
	else if (x.format != CSV)
		export_gdal(&x, kind, e);
	else if (!look_at(&x, kind, e))
		export_csv(&x, e);
	export_table_done(&x.table);
	sl_buf_done(&x.buf);
	sl_buf_done(&x.wkb);
	sl_arena_done(&x.scratch);
	sl_arena_done(&x.making);
	return e->code;
}
