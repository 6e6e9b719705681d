#define _LARGEFILE64_SOURCE 1 /* what VSIStatL fills is a struct stat64 */

#include "formats/workbook.h"

#include "base/csv.h"
#include "base/io.h"
#include "formats/gdal_library.h"
#include "formats/workbook_parts.h"

#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 32 << 20 };

enum sl_code sl_sheet_rows_add(struct sl_sheet_rows *r, struct sl_str *cell, size_t n, size_t number, struct sl_err *e)
{
	while (n && !cell[n - 1].n)
		n--;
	if (!n)
		return SL_OK;
	if (r->n == SL_SHEET_ROWS_MAX)
		return sl_fail(e, SL_INVALID, "more than %d rows: this is not a form", SL_SHEET_ROWS_MAX);
	r->cells += n;
	if (r->cells > SL_SHEET_CELLS_MAX)
		return sl_fail(e, SL_INVALID, "more than %d cells: this is not a form", SL_SHEET_CELLS_MAX);
	r->row = sl_arena_grow(r->a, r->row, &r->cap, r->n + 1, sizeof *r->row, e);
	if (!r->row)
		return e->code;
	r->row[r->n++] = (struct sl_sheet_row){cell, n, number};
	return SL_OK;
}

/* ---- CSV ---- */

static enum sl_code trimmed(struct sl_arena *a, const struct sl_csv_row *row, size_t from, struct sl_str **out,
                            struct sl_err *e)
{
	struct sl_str *cell = sl_arena_alloc(a, row->n > from ? row->n - from : 1, sizeof *cell, e);

	for (size_t i = from; cell && i < row->n; i++)
		cell[i - from] = sl_str_trim(row->field[i]);
	*out = cell;
	return e->code;
}

enum sl_code sl_sheet_from_csv(struct sl_arena *a, const char *file, struct sl_str name, struct sl_str csv,
                               struct sl_sheet *out, struct sl_err *e)
{
	struct sl_sheet_rows rows = {.a = a};
	struct sl_csv c;
	struct sl_csv_row row;
	struct sl_str *cell;
	bool more;

	if (sl_csv_open(&c, file, csv, 0, e))
		return e->code;
	for (;;) {
		if (sl_csv_next(&c, a, &row, &more, e))
			return e->code;
		if (!more)
			break;
		if (trimmed(a, &row, 0, &cell, e) || sl_sheet_rows_add(&rows, cell, row.n, row.line, e))
			return e->code;
	}
	*out = (struct sl_sheet){name, rows.row, rows.n};
	return SL_OK;
}

/* The first column holds the name of a sheet where one begins, and nothing elsewhere. */
static bool holds_all_sheets(const struct sl_sheet *s)
{
	return s->n_rows && s->row[0].n >= 1 &&
	       (sl_str_is_nocase(s->row[0].cell[0], "survey") || sl_str_is_nocase(s->row[0].cell[0], "choices") ||
	        sl_str_is_nocase(s->row[0].cell[0], "settings"));
}

static enum sl_code part_sheets(struct sl_arena *a, const struct sl_sheet *all, struct sl_workbook *out, struct sl_err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n_rows; i++)
		n += all->row[i].cell[0].n > 0;
	out->sheet = sl_arena_alloc(a, n, sizeof *out->sheet, e);
	if (!out->sheet)
		return e->code;
	for (size_t i = 0; i < all->n_rows; i++) {
		struct sl_sheet_row *row = &all->row[i];

		if (row->cell[0].n)
			out->sheet[out->n_sheets++] = (struct sl_sheet){.name = row->cell[0], .row = row + 1};
		if (row->cell[0].n && row->n == 1)
			continue;
		if (row->cell[0].n) /* the heads stand beside the name */
			out->sheet[out->n_sheets - 1].row = row;
		row->cell++;
		row->n--;
		out->sheet[out->n_sheets - 1].n_rows++;
	}
	return SL_OK;
}

static enum sl_code read_beside(struct sl_arena *a, const char *path, size_t folder, const char *name,
                                struct sl_workbook *out, struct sl_err *e)
{
	char *file = sl_arena_printf(a, e, "%.*s%s.csv", (int)folder, path, name);
	struct sl_str text;

	if (!file)
		return e->code;
	if (!sl_io_exists(file))
		return SL_OK;
	if (sl_io_read(a, file, FILE_MAX, &text, e))
		return e->code;
	return sl_sheet_from_csv(a, file, sl_str_from(name), text, &out->sheet[out->n_sheets++], e);
}

/* *alone: it is the sheet survey, and others may lie beside it. */
static enum sl_code from_csv(struct sl_arena *a, const char *path, struct sl_str text, struct sl_workbook *out, bool *alone,
                             struct sl_err *e)
{
	struct sl_sheet all;

	if (sl_sheet_from_csv(a, path, SL_STR("survey"), text, &all, e))
		return e->code;
	*alone = !holds_all_sheets(&all);
	if (!*alone)
		return part_sheets(a, &all, out, e);
	out->sheet = sl_arena_alloc(a, 3, sizeof *out->sheet, e);
	if (!out->sheet)
		return e->code;
	out->sheet[out->n_sheets++] = all;
	return SL_OK;
}

enum sl_code sl_workbook_from_csv(struct sl_arena *a, const char *path, struct sl_str text, struct sl_workbook *out,
                                  struct sl_err *e)
{
	bool alone;

	return from_csv(a, path, text, out, &alone, e);
}

static enum sl_code read_csv(struct sl_arena *a, const char *path, struct sl_workbook *out, struct sl_err *e)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	struct sl_str text;
	bool alone;

	if (sl_io_read(a, path, FILE_MAX, &text, e) || from_csv(a, path, text, out, &alone, e) || !alone)
		return e->code;
	return read_beside(a, path, folder, "choices", out, e) ? e->code
	                                                       : read_beside(a, path, folder, "settings", out, e);
}

/* ---- spreadsheets ---- */

static void close_dataset(void *ptr)
{
	GDALClose(ptr);
}

/* What a packed file says it unpacks to, before anything is unpacked. */
static enum sl_code check_unpacked(const char *path, const char *zip, struct sl_err *e)
{
	char **entry = VSIReadDirRecursive(zip);
	uint64_t total = 0;

	for (char **p = entry; p && *p; p++) {
		char full[2048];
		VSIStatBufL stat;

		if (snprintf(full, sizeof full, "%s/%s", zip, *p) < (int)sizeof full && !VSIStatL(full, &stat))
			total += (uint64_t)stat.st_size;
	}
	CSLDestroy(entry);
	if (total > SL_WORKBOOK_UNPACKED_MAX)
		return sl_fail(e, SL_INVALID, "%s: unpacks to %llu MB: this is not a form", path, (unsigned long long)(total >> 20));
	return SL_OK;
}

static enum sl_code read_layer(struct sl_arena *a, OGRLayerH layer, struct sl_sheet *out, struct sl_err *e)
{
	struct sl_sheet_rows rows = {.a = a};
	char *name = sl_arena_printf(a, e, "%s", OGR_L_GetName(layer));
	OGRFeatureH f;

	if (!name)
		return e->code;
	OGR_L_ResetReading(layer);
	while ((f = OGR_L_GetNextFeature(layer))) {
		int n = OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(layer));
		size_t width = (size_t)(n > SL_SHEET_COLUMNS_MAX ? SL_SHEET_COLUMNS_MAX : n);
		struct sl_str *cell = sl_arena_alloc(a, width ? width : 1, sizeof *cell, e);

		for (size_t i = 0; cell && i < width; i++)
			if (OGR_F_IsFieldSetAndNotNull(f, (int)i)) {
				char *text = sl_arena_printf(a, e, "%s", OGR_F_GetFieldAsString(f, (int)i));

				cell[i] = sl_str_trim(sl_str_from(text));
			}
		if (!e->code)
			(void)!sl_sheet_rows_add(&rows, cell, width, (size_t)OGR_F_GetFID(f), e);
		OGR_F_Destroy(f);
		if (e->code)
			return e->code;
	}
	*out = (struct sl_sheet){sl_str_from(name), rows.row, rows.n};
	return SL_OK;
}

static void rows_as_they_are(const char *value, const char *types)
{
	static const char *const driver[] = {"XLS", "ODS"};
	char key[32];

	for (size_t i = 0; i < sizeof driver / sizeof *driver; i++) {
		snprintf(key, sizeof key, "OGR_%s_HEADERS", driver[i]);
		CPLSetThreadLocalConfigOption(key, value);
		snprintf(key, sizeof key, "OGR_%s_FIELD_TYPES", driver[i]);
		CPLSetThreadLocalConfigOption(key, types);
	}
}

static enum sl_code read_layers(struct sl_arena *a, GDALDatasetH d, struct sl_workbook *out, struct sl_err *e)
{
	int n = GDALDatasetGetLayerCount(d);

	out->sheet = sl_arena_alloc(a, n > 0 ? (size_t)n : 1, sizeof *out->sheet, e);
	for (int i = 0; out->sheet && i < n; i++) {
		OGRLayerH layer = GDALDatasetGetLayer(d, i);

		if (layer && read_layer(a, layer, &out->sheet[out->n_sheets++], e))
			break;
	}
	return e->code;
}

static enum sl_code read_spreadsheet(struct sl_arena *a, const char *path, struct sl_workbook *out, struct sl_err *e)
{
	static const char *const drivers[] = {"XLS", "ODS", NULL};
	struct stat file;
	char *zip;
	GDALDatasetH d;

	if (stat(path, &file))
		return sl_fail(e, SL_IO, "%s: there is no such file", path);
	if (file.st_size > FILE_MAX)
		return sl_fail(e, SL_INVALID, "%s: larger than %d MB: this is not a form", path, FILE_MAX >> 20);
	zip = sl_arena_printf(a, e, "/vsizip/{%s}", path);
	if (!zip || sl_gdal_load(e))
		return e->code;
	CPLErrorReset();
	CPLPushErrorHandlerEx(CPLQuietErrorHandler, NULL);
	if (!sl_str_has_suffix_nocase(sl_str_from(path), ".xls") && check_unpacked(path, zip, e)) {
		CPLPopErrorHandler();
		return e->code;
	}
	rows_as_they_are("DISABLE", "STRING");
	d = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, NULL, NULL);
	if (!d)
		(void)!sl_fail(e, SL_INVALID, "%s: not a spreadsheet that can be read: save it as .xlsx or as CSV", path);
	else if (!sl_arena_defer(a, close_dataset, d, e))
		(void)!read_layers(a, d, out, e);
	rows_as_they_are(NULL, NULL);
	CPLPopErrorHandler();
	return e->code;
}

enum sl_code sl_workbook_read(struct sl_arena *a, const char *path, struct sl_workbook *out, struct sl_err *e)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
	struct sl_str bytes;
	struct stat s;

	*out = (struct sl_workbook){.name = {name, dot ? (size_t)(dot - name) : strlen(name)}};
	if (!stat(path, &s) && S_ISDIR(s.st_mode)) {
		char *survey = sl_arena_printf(a, e, "%s/survey.csv", path);

		return survey ? read_csv(a, survey, out, e) : e->code;
	}
	if (sl_str_has_suffix_nocase(sl_str_from(path), ".csv"))
		return read_csv(a, path, out, e);
	if (sl_str_has_suffix_nocase(sl_str_from(path), ".xlsx") || sl_str_has_suffix_nocase(sl_str_from(path), ".xlsm"))
		return sl_io_read(a, path, FILE_MAX, &bytes, e) ? e->code : sl_xlsx_read(a, path, bytes, out, e);
	return read_spreadsheet(a, path, out, e);
}
