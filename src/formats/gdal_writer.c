#include "formats/gdal_writer.h"

#include "base/io.h"
#include "formats/gdal_library.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAYERS_MAX 64

struct layer {
	OGRLayerH handle;
	char file[1400]; /* that holds it */
	char name[64];
	struct sl_gdal_column *column;
	int *field; /* where GDAL has the column: some formats have fields of their own */
	size_t n_columns;
	uint64_t rows;
};

struct sl_gdal_writer {
	struct sl_arena *a;
	const char *driver;
	char folder[1040];                           /* made here, */
	char target[1024], stem[256], extension[16]; /* moved there */
	GDALDatasetH dataset;                        /* of a shapefile: the one of the last layer */
	OGRSpatialReferenceH wgs84;
	struct layer layer[LAYERS_MAX];
	size_t n_layers;
	bool transaction, finished;
	char problem[200]; /* the first failure that GDAL reported */
};

/* GDAL tells of a full disk through its error handler only: keep the first failure. */
static void keep_error(CPLErr class, CPLErrorNum number, const char *message)
{
	struct sl_gdal_writer *w = CPLGetErrorHandlerUserData();

	(void)number;
	if (class < CE_Failure || w->problem[0])
		return;
	snprintf(w->problem, sizeof w->problem, "%.*s", (int)strcspn(message, "\n"), message);
}

static enum sl_code refuse(struct sl_gdal_writer *w, const char *what, struct sl_err *e)
{
	const char *why = w->problem[0] ? w->problem : CPLGetLastErrorMsg();

	return sl_fail(e, SL_IO, "%s: %s%s%.*s", w->target, what, why[0] ? ": " : "", (int)strcspn(why, "\n"),
	               why);
}

static void close_dataset(struct sl_gdal_writer *w)
{
	if (!w->dataset)
		return;
	CPLPushErrorHandlerEx(keep_error, w);
	if (w->transaction && GDALDatasetCommitTransaction(w->dataset) != OGRERR_NONE && !w->problem[0])
		snprintf(w->problem, sizeof w->problem, "cannot be committed");
	GDALClose(w->dataset);
	CPLPopErrorHandler();
	w->dataset = NULL;
	w->transaction = false;
}

static void for_each_file(struct sl_gdal_writer *w, void (*fn)(struct sl_gdal_writer *, const char *))
{
	DIR *d = opendir(w->folder);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			fn(w, entry->d_name);
	if (d)
		closedir(d);
}

static void remove_file(struct sl_gdal_writer *w, const char *name)
{
	char path[1400];

	snprintf(path, sizeof path, "%s/%s", w->folder, name);
	unlink(path);
}

static void discard(void *ptr)
{
	struct sl_gdal_writer *w = ptr;

	close_dataset(w);
	if (w->wgs84)
		OSRDestroySpatialReference(w->wgs84);
	if (w->finished)
		return;
	for_each_file(w, remove_file);
	rmdir(w->folder);
}

enum sl_code sl_gdal_writer_open(struct sl_arena *a, const char *driver, const char *target,
                                 struct sl_gdal_writer **out, struct sl_err *e)
{
	struct sl_gdal_writer *w = sl_arena_alloc(a, 1, sizeof *w, e);
	const char *slash = strrchr(target, '/'), *base = slash ? slash + 1 : target, *dot = strrchr(base, '.');

	if (!w)
		return e->code;
	if (strlen(target) >= sizeof w->target || !dot || dot == base ||
	    (size_t)(dot - base) >= sizeof w->stem || strlen(dot) >= sizeof w->extension)
		return sl_fail(e, SL_INVALID, "%.200s: not a usable file name", target);
	if (sl_gdal_load(e))
		return e->code;
	w->a = a;
	w->driver = driver;
	snprintf(w->target, sizeof w->target, "%s", target);
	snprintf(w->stem, sizeof w->stem, "%.*s", (int)(dot - base), base);
	snprintf(w->extension, sizeof w->extension, "%s", dot);
	/* No ending in the folder's name: GDAL would take "x.xlsx" anywhere in a path for an archive. */
	if (snprintf(w->folder, sizeof w->folder, "%.*s.safelane-part-%ld",
	             slash ? (int)(slash - target) + 1 : 0, target, (long)getpid()) >= (int)sizeof w->folder)
		return sl_fail(e, SL_INVALID, "%.200s: the name is too long", target);
	if (!GDALGetDriverByName(driver))
		return sl_fail(e, SL_UNSUPPORTED, "%s: this GDAL cannot write %s", target, driver);
	if (mkdir(w->folder, 0777))
		return sl_fail(e, errno == ENOENT || errno == ENOTDIR ? SL_NOT_FOUND : SL_IO, "%s: %s", target,
		               strerror(errno));
	if (sl_arena_defer(a, discard, w, e))
		return e->code;
	w->wgs84 = OSRNewSpatialReference(NULL);
	if (!w->wgs84 || OSRImportFromEPSG(w->wgs84, 4326) != OGRERR_NONE)
		return refuse(w, "GDAL does not know WGS 84 (is proj-data installed?)", e);
	OSRSetAxisMappingStrategy(w->wgs84, OAMS_TRADITIONAL_GIS_ORDER);
	*out = w;
	return SL_OK;
}

static bool is(const struct sl_gdal_writer *w, const char *driver)
{
	return !strcmp(w->driver, driver);
}

static enum sl_code create_dataset(struct sl_gdal_writer *w, const char *path, struct sl_err *e)
{
	char **options = NULL;

	if (is(w, "GPX")) /* our fields are not GPX's */
		options = CSLSetNameValue(options, "GPX_USE_EXTENSIONS", "YES");
	CPLPushErrorHandlerEx(keep_error, w);
	w->dataset = GDALCreate(GDALGetDriverByName(w->driver), path, 0, 0, 0, GDT_Unknown, options);
	CPLPopErrorHandler();
	CSLDestroy(options);
	if (!w->dataset)
		return refuse(w, "cannot be made", e);
	w->transaction = GDALDatasetStartTransaction(w->dataset, FALSE) == OGRERR_NONE;
	return SL_OK;
}

static OGRwkbGeometryType type_of(const struct sl_gdal_writer *w, enum sl_gdal_shapes shapes)
{
	bool gpx = is(w, "GPX");

	switch (shapes) {
	case SL_GDAL_NO_SHAPES: return wkbNone;
	case SL_GDAL_POINTS: return is(w, "ESRI Shapefile") || gpx ? wkbPoint : wkbUnknown;
	case SL_GDAL_MULTIPOINTS: return is(w, "ESRI Shapefile") ? wkbMultiPoint : wkbUnknown;
	case SL_GDAL_LINES:
		return gpx ? wkbMultiLineString : is(w, "ESRI Shapefile") ? wkbLineString : wkbUnknown;
	case SL_GDAL_POLYGONS: return is(w, "ESRI Shapefile") ? wkbPolygon : wkbUnknown;
	case SL_GDAL_ANY_SHAPES: break;
	}
	return wkbUnknown;
}

static OGRFieldType field_type(const struct sl_gdal_writer *w, enum sl_field_type t)
{
	/* KML and GPX know no dates: GDAL leaves such fields out or writes a time that nobody stated. */
	if (t == SL_FIELD_DATE && (is(w, "KML") || is(w, "GPX")))
		return OFTString;
	switch (t) {
	case SL_FIELD_INTEGER: return OFTInteger64;
	case SL_FIELD_DECIMAL: return OFTReal;
	case SL_FIELD_DATE: return OFTDate;
	default: return OFTString;
	}
}

/* A GPX point has a `name` already, so a new column is not always the last. */
static int field_called(OGRLayerH layer, struct sl_str name)
{
	OGRFeatureDefnH d = OGR_L_GetLayerDefn(layer);

	for (int i = OGR_FD_GetFieldCount(d) - 1; i >= 0; i--)
		if (sl_str_is(name, OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(d, i))))
			return i;
	return -1;
}

/* GDAL writes the names of columns into KML and GPX as they are: in KML they stand in an attribute, in GPX
 * each is the name of an element, which may hold letters, digits and little else. */
static void xml_name(const struct sl_gdal_writer *w, struct sl_str name, struct sl_buf *b)
{
	bool element = is(w, "GPX");

	sl_buf_clear(b);
	if (element && name.n && name.p[0] >= '0' && name.p[0] <= '9')
		sl_buf_putc(b, '_');
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		bool letter = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (element)
			sl_buf_putc(b, letter || (i && (c == '-' || (c >= '0' && c <= '9'))) ? (char)c : '_');
		else if (c == '&')
			sl_buf_puts(b, "&amp;");
		else if (c == '<')
			sl_buf_puts(b, "&lt;");
		else if (c == '"')
			sl_buf_puts(b, "&quot;");
		else /* XML has no control characters */
			sl_buf_putc(b, c < ' ' ? ' ' : (char)c);
	}
}

static bool used_before(const struct layer *l, size_t column, const char *name)
{
	OGRFeatureDefnH d = OGR_L_GetLayerDefn(l->handle);

	for (size_t i = 0; i < column; i++)
		if (!strcmp(OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(d, l->field[i])), name))
			return true;
	return false;
}

/* As GDAL shall write it; two columns of one file never have the same. */
static char *name_for(const struct sl_gdal_writer *w, const struct layer *l, size_t column, struct sl_err *e)
{
	struct sl_str name = l->column[column].name;
	struct sl_buf b = {0};
	char *out;

	if (!is(w, "KML") && !is(w, "GPX"))
		return sl_str_dup(w->a, name, e);
	xml_name(w, name, &b);
	out = sl_buf_check(&b, e) ? NULL : sl_arena_strndup(w->a, b.p, b.n, e);
	for (unsigned k = 2; out && used_before(l, column, out); k++)
		out = sl_arena_printf(w->a, e, "%.*s_%u", (int)b.n, b.p, k);
	sl_buf_done(&b);
	return out;
}

static enum sl_code add_fields(struct sl_gdal_writer *w, struct layer *l, struct sl_err *e)
{
	for (size_t i = 0; i < l->n_columns; i++) {
		char *name = name_for(w, l, i, e);
		OGRFieldDefnH f;
		OGRErr code;

		if (!name)
			return e->code;
		f = OGR_Fld_Create(name, field_type(w, l->column[i].type));
		/* dBase: numbers as wide as they can be, texts of 254 bytes. */
		if (is(w, "ESRI Shapefile") && l->column[i].type == SL_FIELD_DECIMAL)
			OGR_Fld_SetWidth(f, 0);
		else if (is(w, "ESRI Shapefile") && field_type(w, l->column[i].type) == OFTString)
			OGR_Fld_SetWidth(f, 254);
		CPLPushErrorHandlerEx(keep_error, w);
		code = OGR_L_CreateField(l->handle, f, FALSE);
		CPLPopErrorHandler();
		OGR_Fld_Destroy(f);
		l->field[i] = code ? -1 : field_called(l->handle, sl_str_from(name));
		if (l->field[i] < 0)
			return refuse(w, "a column cannot be made", e);
	}
	return SL_OK;
}

enum sl_code sl_gdal_writer_layer(struct sl_gdal_writer *w, const char *name,
                                  const struct sl_gdal_column *column, size_t n, enum sl_gdal_shapes shapes,
                                  struct sl_err *e)
{
	struct layer *l = &w->layer[w->n_layers];
	bool separate = is(w, "ESRI Shapefile");
	char **options = NULL;

	if (w->n_layers == LAYERS_MAX)
		return sl_fail(e, SL_UNSUPPORTED, "%s: more than %d layers", w->target, LAYERS_MAX);
	l->column = sl_arena_alloc(w->a, n, sizeof *l->column, e);
	l->field = l->column ? sl_arena_alloc(w->a, n, sizeof *l->field, e) : NULL;
	if (!l->field)
		return e->code;
	memcpy(l->column, column, n * sizeof *column);
	l->n_columns = n;
	snprintf(l->name, sizeof l->name, "%s", name);
	if (separate && w->n_layers)
		snprintf(l->file, sizeof l->file, "%s/%s_%s%s", w->folder, w->stem, name, w->extension);
	else
		snprintf(l->file, sizeof l->file, "%s/%s%s", w->folder, w->stem, w->extension);
	if (separate)
		close_dataset(w);
	if (!w->dataset && create_dataset(w, l->file, e))
		return e->code;
	if (is(w, "GPKG")) {
		options = CSLSetNameValue(options, "GEOMETRY_NAME", "geometry");
		options = CSLSetNameValue(options, "FID", "fid");
		for (size_t i = 0; i < n; i++)
			if (sl_str_is_nocase(column[i].name, "fid"))
				options = CSLSetNameValue(options, "FID", "gpkg_fid");
	} else if (separate)
		options = CSLSetNameValue(options, "ENCODING", "UTF-8");
	CPLPushErrorHandlerEx(keep_error, w);
	l->handle = GDALDatasetCreateLayer(w->dataset, name, shapes == SL_GDAL_NO_SHAPES ? NULL : w->wgs84,
	                                   type_of(w, shapes), options);
	CPLPopErrorHandler();
	CSLDestroy(options);
	if (!l->handle)
		return refuse(w, "a layer cannot be made", e);
	w->n_layers++;
	return add_fields(w, l, e);
}

static enum sl_code set_field(struct sl_gdal_writer *w, OGRFeatureH f, int i, const struct sl_value *v,
                              enum sl_field_type type, struct sl_buf *text, struct sl_err *e)
{
	int year, month, day;

	if (v->type == SL_VALUE_NONE)
		return SL_OK;
	if (v->type == SL_VALUE_INTEGER && type == SL_FIELD_INTEGER)
		OGR_F_SetFieldInteger64(f, i, v->integer);
	else if (v->type == SL_VALUE_DECIMAL && type == SL_FIELD_DECIMAL)
		OGR_F_SetFieldDouble(f, i, v->decimal);
	else if (v->type == SL_VALUE_INTEGER && type == SL_FIELD_DECIMAL)
		OGR_F_SetFieldDouble(f, i, (double)v->integer);
	else if (v->type == SL_VALUE_DATE && field_type(w, type) == OFTDate) {
		sl_date_to_ymd(v->date, &year, &month, &day);
		OGR_F_SetFieldDateTime(f, i, year, month, day, 0, 0, 0, 0);
	} else {
		sl_buf_clear(text);
		/* GDAL writes a text that begins with '=' as a formula of the spreadsheet (CWE-1236). */
		if (is(w, "XLSX") && v->type == SL_VALUE_TEXT && v->text.n && strchr("=+-@", v->text.p[0]))
			sl_buf_putc(text, '\'');
		sl_value_text(text, v);
		if (sl_buf_check(text, e))
			return e->code;
		OGR_F_SetFieldString(f, i, text->n ? text->p : "");
	}
	return SL_OK;
}

/* GPX tracks are many-part lines only. */
static OGRGeometryH shape_for(const struct sl_gdal_writer *w, OGRGeometryH g)
{
	return is(w, "GPX") && wkbFlatten(OGR_G_GetGeometryType(g)) == wkbLineString
	           ? OGR_G_ForceToMultiLineString(g)
	           : g;
}

enum sl_code sl_gdal_writer_row(struct sl_gdal_writer *w, const struct sl_value *value, struct sl_str wkb,
                                struct sl_err *e)
{
	struct layer *l = &w->layer[w->n_layers - 1];
	OGRFeatureH f = OGR_F_Create(OGR_L_GetLayerDefn(l->handle));
	struct sl_buf text = {0};
	OGRGeometryH g = NULL;
	OGRErr code = f ? OGRERR_NONE : OGRERR_NOT_ENOUGH_MEMORY;

	for (size_t i = 0; i < l->n_columns && !code && !e->code; i++)
		if (set_field(w, f, l->field[i], &value[i], l->column[i].type, &text, e))
			break;
	sl_buf_done(&text);
	if (!code && !e->code && wkb.n) {
		code = wkb.n > INT32_MAX ? OGRERR_FAILURE : OGR_G_CreateFromWkb(wkb.p, w->wgs84, &g, (int)wkb.n);
		if (!code)
			code = OGR_F_SetGeometryDirectly(f, shape_for(w, g));
	}
	if (!code && !e->code) {
		CPLPushErrorHandlerEx(keep_error, w);
		code = OGR_L_CreateFeature(l->handle, f);
		CPLPopErrorHandler();
	}
	if (f)
		OGR_F_Destroy(f);
	if (e->code)
		return e->code;
	l->rows++;
	return code ? refuse(w, "cannot be written", e) : SL_OK;
}

enum sl_code sl_gdal_writer_beside(struct sl_gdal_writer *w, const char *suffix, struct sl_str text,
                                   struct sl_err *e)
{
	struct sl_io_out out;
	char path[1500];

	snprintf(path, sizeof path, "%s/%s%s", w->folder, w->stem, suffix);
	if (sl_io_create(&out, path, e))
		return e->code;
	if (sl_io_write(&out, text.p, text.n, e)) {
		sl_io_discard(&out);
		return e->code;
	}
	return sl_io_commit(&out, e);
}

/* GDAL does not always tell of a write that failed: what was written has to be there again. */
static enum sl_code count_again(struct sl_gdal_writer *w, const struct layer *l, struct sl_err *e)
{
	/* KML is written by GDAL's plain driver and read by the one that import uses: the plain one reads no rows
	 * without a place. */
	const char *only[] = {is(w, "KML") ? "LIBKML" : w->driver, NULL};
	GDALDatasetH d = GDALOpenEx(l->file, GDAL_OF_VECTOR | GDAL_OF_READONLY, only, NULL, NULL);
	OGRLayerH layer = NULL;
	GIntBig n = -1;

	if (d) {
		layer = is(w, "ESRI Shapefile") ? GDALDatasetGetLayer(d, 0) : GDALDatasetGetLayerByName(d, l->name);
		/* A sheet without rows has no layer when it is read. */
		n = layer ? OGR_L_GetFeatureCount(layer, TRUE) : 0;
		GDALClose(d);
	}
	if (n < 0)
		return sl_fail(e, SL_IO, "%s: what was written cannot be read again; is the disk full?", w->target);
	if (n != (GIntBig)l->rows)
		return sl_fail(e, SL_IO, "%s: %llu rows were written and %lld are there; is the disk full?",
		               w->target, (unsigned long long)l->rows, (long long)n);
	return SL_OK;
}

static void sync_and_move(struct sl_gdal_writer *w, const char *name)
{
	char from[1400], to[1400];
	const char *slash = strrchr(w->target, '/');
	int fd;
	bool bad;

	snprintf(from, sizeof from, "%s/%s", w->folder, name);
	snprintf(to, sizeof to, "%.*s%s", slash ? (int)(slash - w->target) + 1 : 0, w->target, name);
	fd = open(from, O_RDONLY | O_CLOEXEC);
	bad = fd < 0 || fsync(fd);
	if (fd >= 0)
		close(fd);
	if ((bad || rename(from, to)) && !w->problem[0])
		snprintf(w->problem, sizeof w->problem, "%s", strerror(errno));
}

enum sl_code sl_gdal_writer_close(struct sl_gdal_writer *w, struct sl_err *e)
{
	close_dataset(w);
	if (w->problem[0])
		return refuse(w, "cannot be written", e);
	for (size_t i = 0; i < w->n_layers; i++)
		if (count_again(w, &w->layer[i], e))
			return e->code;
	for_each_file(w, sync_and_move);
	if (w->problem[0])
		return refuse(w, "cannot be moved into place", e);
	if (rmdir(w->folder))
		return sl_fail(e, SL_IO, "%s: %s", w->folder, strerror(errno));
	w->finished = true;
	return SL_OK;
}
