#include "formats/source.h"

#include "base/json.h"
#include "base/utf8.h"
#include "formats/encoding.h"
#include "formats/gdal_crs.h"
#include "geo/wkb.h"

#include <math.h>
#include <string.h>

/* Every other format, through GDAL's C API.  GDAL hands out features one by one; what can be done later
 * (reading the WKB) is left to the threads.  CPLGetLastErrorMsg is the only source of messages. */

/* Formats that hold vector data in one file.  Formats that point to other files, servers or scripts (VRT,
 * OGR_PG, WFS, ...) are left out: an input file must not reach further than itself. */
static const char *const drivers[] = {
    "GPKG", "ESRI Shapefile", "KML",      "LIBKML",     "GPX", "XLSX",       "XLS",    "ODS",
    "GML",  "GeoJSON",        "TopoJSON", "GeoJSONSeq", "CSV", "FlatGeobuf", "SQLite", "MapInfo File",
    "DXF",  "OpenFileGDB",    NULL};

struct layer {
	GDALDatasetH dataset;
	OGRLayerH layer;
	OGRFeatureDefnH definition;
	struct sl_str *name;
	size_t n_fields;
	bool *housekeeping; /* columns that LIBKML adds to every row */
	bool has_geometry;
	uint64_t n;
	bool ended;
};

static void close_dataset(void *ptr)
{
	GDALClose(ptr);
}

static const char *first_line(char *out, size_t n, const char *text)
{
	size_t k = strcspn(text, "\n");

	snprintf(out, n, "%.*s", (int)(k < n ? k : n - 1), text);
	return out;
}

static bool is_sqlite(const char *path)
{
	char head[16] = {0};
	VSILFILE *f = VSIFOpenL(path, "rb");

	if (!f)
		return false;
	VSIFReadL(head, 1, sizeof head, f);
	VSIFCloseL(f);
	return !memcmp(head, "SQLite format 3", 16);
}

static enum sl_code open_dataset(struct sl_arena *a, const char *path, const char *encoding,
                                 GDALDatasetH *out, struct sl_err *e)
{
	struct sl_str name = sl_str_from(path);
	const char *prefix = sl_str_has_suffix_nocase(name, ".gz")    ? "/vsigzip/"
	                     : sl_str_has_suffix_nocase(name, ".zip") ? "/vsizip/"
	                                                              : "";
	char *full = sl_arena_printf(a, e, "%s%s", prefix, path), *option = NULL, why[200];
	const char *options[2] = {NULL, NULL};
	GDALDatasetH d;

	if (!full)
		return e->code;
	if (encoding && sl_str_has_suffix_nocase(name, ".shp")) {
		option = sl_arena_printf(a, e, "ENCODING=%s", encoding);
		if (!option)
			return e->code;
		options[0] = option;
	}
	if (sl_gdal_load(e))
		return e->code;
	CPLErrorReset();
	d = GDALOpenEx(full, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, drivers, options, NULL);
	if (!d) {
		first_line(why, sizeof why, CPLGetLastErrorMsg());
		if (strstr(why, ".shx"))
			return sl_fail(
			    e, SL_INVALID,
			    "%s: the index file (.shx) beside it is missing or damaged; a shapefile is the set"
			    " .shp, .shx, .dbf and .prj",
			    path);
		if (is_sqlite(path))
			return sl_fail(e, SL_INVALID, "%s: a GeoPackage or SQLite file without a table of features",
			               path);
		return sl_fail(e, SL_INVALID, "%s: no format that Safelane reads%s%s", path, why[0] ? ": " : "",
		               why);
	}
	if (sl_arena_defer(a, close_dataset, d, e))
		return e->code;
	*out = d;
	return SL_OK;
}

/* Layers that hold rows.  With `places_first`, tables without a place (styles, lists) stand back where
 * others have one. */
static enum sl_code list_layers(struct sl_arena *a, GDALDatasetH d, bool places_first, struct sl_str **name,
                                size_t *n, struct sl_err *e)
{
	int count = GDALDatasetGetLayerCount(d);
	struct sl_str *list = sl_arena_alloc(a, (size_t)(count > 0 ? count : 0), sizeof *list, e);
	size_t k = 0;
	bool places = false;

	if (!list)
		return e->code;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < count; i++) {
			OGRLayerH l = GDALDatasetGetLayer(d, i);
			char *copy;

			if (!l || !OGR_L_GetFeatureCount(l, TRUE))
				continue;
			if (!round) {
				places |= places_first && OGR_L_GetGeomType(l) != wkbNone;
				continue;
			}
			if (places && OGR_L_GetGeomType(l) == wkbNone)
				continue;
			copy = sl_arena_printf(a, e, "%s", OGR_L_GetName(l));
			if (!copy)
				return e->code;
			list[k++] = sl_str_from(copy);
		}
	*name = list;
	*n = k;
	return SL_OK;
}

enum sl_code sl_gdal_layers(struct sl_arena *a, const char *path, struct sl_str **name, size_t *n,
                            struct sl_err *e)
{
	GDALDatasetH d;

	if (open_dataset(a, path, NULL, &d, e))
		return e->code;
	return list_layers(a, d, false, name, n, e);
}

static enum sl_code no_single_layer(const char *path, const struct sl_str *name, size_t n,
                                    const char *wanted, struct sl_err *e)
{
	struct sl_buf b = {0};
	enum sl_code code;

	for (size_t i = 0; i < n && i < 20; i++)
		sl_buf_printf(&b, "%s%.*s", i ? ", " : "", SL_STR_ARG(name[i]));
	sl_buf_putc(&b, 0);
	if (b.failed)
		code = sl_fail(e, SL_NOMEM, "out of memory");
	else if (wanted)
		code = sl_fail(e, SL_NOT_FOUND, "%s: no layer '%s'; it has %s", path, wanted, n ? b.p : "none");
	else if (!n)
		code = sl_fail(e, SL_INVALID, "%s: no layer in it has rows", path);
	else
		code = sl_fail(e, SL_INVALID, "%s: several layers have rows (%s); choose with --layer", path, b.p);
	sl_buf_done(&b);
	return code;
}

static enum sl_code choose_layer(struct sl_arena *a, const char *path, GDALDatasetH d, const char *wanted,
                                 OGRLayerH *out, struct sl_err *e)
{
	struct sl_str *name;
	size_t n;

	if (wanted && (*out = GDALDatasetGetLayerByName(d, wanted)))
		return SL_OK;
	if (list_layers(a, d, true, &name, &n, e))
		return e->code;
	if (wanted || n != 1)
		return no_single_layer(path, name, n, wanted, e);
	*out = GDALDatasetGetLayerByName(d, name[0].p);
	return *out ? SL_OK : no_single_layer(path, name, 0, NULL, e);
}

/* ---- rows ---- */

static enum sl_code text_cell(struct sl_arena *a, const char *text, size_t n, struct sl_cell *cell,
                              struct sl_err *e)
{
	char *copy = sl_arena_strndup(a, text, n, e);
	struct sl_str raw = {copy, n};

	if (!copy)
		return e->code;
	cell->text = raw;
	if (!sl_utf8_valid(raw) &&
	    (sl_utf8_scrub(a, raw, &cell->text, e) || sl_encoding_hex(a, raw, &cell->hex, e)))
		return e->code;
	cell->type = sl_str_trim(cell->text).n ? SL_CELL_TEXT : SL_CELL_EMPTY;
	return SL_OK;
}

static enum sl_code moment_cell(struct sl_arena *a, OGRFeatureH f, int i, OGRFieldType type,
                                struct sl_cell *cell, struct sl_err *e)
{
	int year, month, day, hour, minute, zone;
	float second;
	char text[64];

	if (!OGR_F_GetFieldAsDateTimeEx(f, i, &year, &month, &day, &hour, &minute, &second, &zone))
		return text_cell(a, OGR_F_GetFieldAsString(f, i), strlen(OGR_F_GetFieldAsString(f, i)), cell, e);
	if (type == OFTDate)
		snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
	else if (type == OFTTime)
		snprintf(text, sizeof text, "%02d:%02d:%02d", hour, minute, (int)second);
	else
		snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d%s", year, month, day, hour, minute,
		         (int)second, zone == 100 ? "Z" : "");
	return text_cell(a, text, strlen(text), cell, e);
}

static enum sl_code list_cell(struct sl_arena *a, OGRFeatureH f, int i, OGRFieldType type,
                              struct sl_cell *cell, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_json_writer w;
	enum sl_code code;
	int n = 0;

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '[');
	if (type == OFTStringList) {
		char **v = OGR_F_GetFieldAsStringList(f, i);

		for (; v && v[n]; n++)
			sl_json_put_str(&w, sl_str_from(v[n]));
	} else if (type == OFTRealList) {
		const double *v = OGR_F_GetFieldAsDoubleList(f, i, &n);

		for (int k = 0; k < n; k++)
			sl_json_put_double(&w, v[k]);
	} else if (type == OFTInteger64List) {
		const GIntBig *v = OGR_F_GetFieldAsInteger64List(f, i, &n);

		for (int k = 0; k < n; k++)
			sl_json_put_int(&w, v[k]);
	} else {
		const int *v = OGR_F_GetFieldAsIntegerList(f, i, &n);

		for (int k = 0; k < n; k++)
			sl_json_put_int(&w, v[k]);
	}
	sl_json_end(&w, ']');
	code = sl_buf_check(&b, e);
	if (!code)
		code = text_cell(a, b.p, b.n, cell, e);
	if (!code)
		cell->type = n ? SL_CELL_JSON : SL_CELL_EMPTY;
	sl_buf_done(&b);
	return code;
}

static enum sl_code field_cell(struct sl_arena *a, OGRFeatureH f, OGRFieldDefnH field, int i,
                               struct sl_cell *cell, struct sl_err *e)
{
	OGRFieldType type = OGR_Fld_GetType(field);
	const char *text;
	char number[32];
	struct sl_str hex;
	int n;

	if (!OGR_F_IsFieldSetAndNotNull(f, i))
		return SL_OK;
	switch (type) {
	case OFTReal:
		if (!isfinite(OGR_F_GetFieldAsDouble(f, i)))
			return SL_OK;
		cell->type = SL_CELL_NUMBER;
		cell->text.n = sl_double_text(OGR_F_GetFieldAsDouble(f, i), number);
		cell->text.p = sl_arena_strndup(a, number, cell->text.n, e);
		return cell->text.p ? SL_OK : e->code;
	case OFTInteger:
	case OFTInteger64:
		if (OGR_Fld_GetSubType(field) == OFSTBoolean) {
			cell->type = SL_CELL_BOOL;
			cell->text = OGR_F_GetFieldAsInteger(f, i) ? SL_STR("true") : SL_STR("false");
			return SL_OK;
		}
		cell->type = SL_CELL_NUMBER;
		cell->text.p = sl_arena_printf(a, e, "%lld", (long long)OGR_F_GetFieldAsInteger64(f, i));
		cell->text = sl_str_from(cell->text.p);
		return cell->text.p ? SL_OK : e->code;
	case OFTDate:
	case OFTTime:
	case OFTDateTime: return moment_cell(a, f, i, type, cell, e);
	case OFTIntegerList:
	case OFTInteger64List:
	case OFTRealList:
	case OFTStringList: return list_cell(a, f, i, type, cell, e);
	case OFTBinary:
		text = (const char *)OGR_F_GetFieldAsBinary(f, i, &n);
		if (sl_encoding_hex(a, (struct sl_str){text, text && n > 0 ? (size_t)n : 0}, &hex, e))
			return e->code;
		cell->text = hex;
		cell->type = hex.n ? SL_CELL_TEXT : SL_CELL_EMPTY;
		return SL_OK;
	default: text = OGR_F_GetFieldAsString(f, i); return text_cell(a, text, strlen(text), cell, e);
	}
}

/* LIBKML gives each row the same dozen columns about drawing. */
static bool is_housekeeping(const char *name)
{
	static const char *const names[] = {"timestamp",  "begin",   "end",        "altitudeMode",
	                                    "tessellate", "extrude", "visibility", "drawOrder",
	                                    "icon",       "snippet"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static bool is_default(struct sl_str text)
{
	return !text.n || sl_str_is(text, "-1") || sl_str_is(text, "0");
}

static enum sl_code take_geometry(struct sl_arena *a, OGRFeatureH f, struct sl_row *row, struct sl_err *e)
{
	OGRGeometryH g = OGR_F_GetGeometryRef(f);
	int n;
	char *wkb;

	row->has = SL_ROW_NULL_GEOMETRY;
	if (!g) {
		char why[200];

		/* A shape that GDAL could not read is not the same as none. */
		if (CPLGetLastErrorType() < CE_Failure)
			return SL_OK;
		row->has = SL_ROW_BAD_GEOMETRY;
		row->problem = sl_arena_printf(a, e, "%s", first_line(why, sizeof why, CPLGetLastErrorMsg()));
		return e->code;
	}
	n = OGR_G_WkbSize(g);
	row->has = SL_ROW_BAD_GEOMETRY; /* until it is read */
	if (n <= 0 || (size_t)n / (8 * (size_t)OGR_G_GetCoordinateDimension(g) + 2) > SL_ROW_POINTS_MAX) {
		row->problem = sl_arena_printf(a, e, "more than %u points; split it or make it simpler",
		                               SL_ROW_POINTS_MAX);
		return e->code;
	}
	wkb = sl_arena_alloc(a, (size_t)n, 1, e);
	if (!wkb)
		return e->code;
	if (OGR_G_ExportToIsoWkb(g, wkbNDR, (unsigned char *)wkb) == OGRERR_NONE)
		row->geometry_text = (struct sl_str){wkb, (size_t)n};
	return SL_OK;
}

static enum sl_code take_feature(struct layer *l, struct sl_arena *a, OGRFeatureH f, struct sl_row *row,
                                 struct sl_err *e)
{
	row->number = ++l->n;
	row->cell = sl_arena_alloc(a, l->n_fields, sizeof *row->cell, e);
	if (!row->cell)
		return e->code;
	for (size_t i = 0; i < l->n_fields; i++) {
		struct sl_cell cell = {.name = l->name[i]};

		if (field_cell(a, f, OGR_FD_GetFieldDefn(l->definition, (int)i), (int)i, &cell, e))
			return e->code;
		if (l->housekeeping[i] && is_default(cell.text))
			continue;
		if (cell.hex.n)
			row->remark = "text that is not UTF-8";
		row->cell[row->n++] = cell;
	}
	return l->has_geometry ? take_geometry(a, f, row, e) : SL_OK;
}

static enum sl_code take(struct sl_source *s, struct sl_arena *a, struct sl_rows *out, struct sl_err *e)
{
	struct layer *l = s->state;
	struct sl_rows r = {.first = l->n + 1};
	char why[200];

	r.row = sl_arena_alloc(a, SL_ROWS_MAX, sizeof *r.row, e);
	if (!r.row)
		return e->code;
	while (r.n < SL_ROWS_MAX && r.bytes < SL_ROWS_BYTES && !l->ended) {
		OGRFeatureH f;
		enum sl_code code;

		CPLErrorReset();
		f = OGR_L_GetNextFeature(l->layer);
		if (!f) {
			if (CPLGetLastErrorType() >= CE_Failure)
				return sl_fail(e, SL_CORRUPT, "%s: row %llu: %s", s->path, (unsigned long long)l->n + 1,
				               first_line(why, sizeof why, CPLGetLastErrorMsg()));
			l->ended = true;
			break;
		}
		code = take_feature(l, a, f, &r.row[r.n], e);
		OGR_F_Destroy(f);
		if (code)
			return sl_err_within(e, "%s", s->path);
		r.bytes += 64 * r.row[r.n].n + r.row[r.n].geometry_text.n;
		r.n++;
	}
	r.behind = l->n;
	*out = r;
	return SL_OK;
}

static enum sl_code read_row(const struct sl_source *s, struct sl_arena *a, const struct sl_rows *rows,
                             size_t i, struct sl_row *out, struct sl_err *e)
{
	struct sl_row row = rows->row[i];
	struct sl_err inner = {0};

	(void)s;
	if (row.has == SL_ROW_BAD_GEOMETRY && row.geometry_text.n) {
		if (!sl_wkb_read(a, row.geometry_text, &row.geometry, &inner)) {
			row.has = row.geometry.type == SL_GEOM_NONE ? SL_ROW_NULL_GEOMETRY : SL_ROW_GEOMETRY;
			if (!row.geometry.had_z)
				row.geometry_text = (struct sl_str){0};
			else if (sl_encoding_hex(a, row.geometry_text, &row.geometry_text, e))
				return e->code;
		} else if (inner.code == SL_NOMEM) {
			*e = inner;
			return e->code;
		} else {
			row.problem = sl_arena_printf(a, e, "%s", inner.msg);
			if (!row.problem || sl_encoding_hex(a, row.geometry_text, &row.geometry_text, e))
				return e->code;
		}
	} else if (row.has == SL_ROW_BAD_GEOMETRY && !row.problem) {
		row.problem = "the geometry cannot be read";
	}
	*out = row;
	return SL_OK;
}

static enum sl_code again(struct sl_source *s, struct sl_err *e)
{
	struct layer *l = s->state;

	(void)e;
	OGR_L_ResetReading(l->layer);
	l->n = 0;
	l->ended = false;
	return SL_OK;
}

static enum sl_code read_columns(struct sl_arena *a, struct layer *l, bool kml, bool gpx, struct sl_err *e)
{
	int n = OGR_FD_GetFieldCount(l->definition);

	l->n_fields = n > 0 ? (size_t)n : 0;
	l->name = sl_arena_alloc(a, l->n_fields, sizeof *l->name, e);
	l->housekeeping = l->name ? sl_arena_alloc(a, l->n_fields, sizeof *l->housekeeping, e) : NULL;
	if (!l->housekeeping)
		return e->code;
	for (size_t i = 0; i < l->n_fields; i++) {
		const char *name = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(l->definition, (int)i));
		struct sl_cell cell = {0};

		/* GDAL writes columns that GPX does not know as <ogr:name>, and calls them so when it reads them.
		 */
		if (gpx && !strncmp(name, "ogr_", 4))
			name += 4;
		if (text_cell(a, name, strlen(name), &cell, e))
			return e->code;
		l->name[i] = cell.text;
		l->housekeeping[i] = kml && is_housekeeping(name);
	}
	return SL_OK;
}

enum sl_code sl_gdal_source(struct sl_arena *a, const char *path, const struct sl_source_options *options,
                            struct sl_source *s, struct sl_err *e)
{
	struct layer *l = sl_arena_alloc(a, 1, sizeof *l, e);
	const char *driver;
	char *copy;
	GIntBig count;

	if (!l || open_dataset(a, path, options->encoding, &l->dataset, e) ||
	    choose_layer(a, path, l->dataset, options->layer, &l->layer, e))
		return e->code;
	driver = GDALGetDriverShortName(GDALGetDatasetDriver(l->dataset));
	l->definition = OGR_L_GetLayerDefn(l->layer);
	l->has_geometry = OGR_FD_GetGeomType(l->definition) != wkbNone;
	copy = sl_arena_printf(a, e, "%s", OGR_L_GetName(l->layer));
	if (!copy || read_columns(a, l, strstr(driver, "KML") != NULL, !strcmp(driver, "GPX"), e) ||
	    sl_gdal_crs(a, OGR_L_GetSpatialRef(l->layer), &s->crs, e))
		return e->code;
	s->layer = sl_str_from(copy);
	copy = sl_arena_printf(a, e, "%s", driver);
	if (!copy)
		return e->code;
	s->format = sl_str_from(copy);
	s->column = l->name;
	s->n_columns = l->n_fields;
	s->has_geometry = l->has_geometry;
	count = OGR_L_GetFeatureCount(l->layer, FALSE);
	s->total = count > 0 ? (uint64_t)count : 0;
	s->take = take;
	s->read = read_row;
	s->rewind = again;
	s->state = l;
	return again(s, e);
}
