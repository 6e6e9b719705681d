#include "app/export_list.h"

#include "base/csv.h"
#include "base/io.h"
#include "formats/gdal_writer.h"
#include "geo/wkb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *ending, *type;
} formats[] = {
    [SL_LIST_CSV] = {".csv", "text/csv; charset=utf-8"},
    [SL_LIST_GEOJSON] = {".geojson", "application/geo+json"},
    [SL_LIST_XLSX] = {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

bool sl_list_format_from(struct sl_str name, enum sl_list_format *out)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (sl_str_has_suffix_nocase(name, formats[i].ending)) {
			*out = (enum sl_list_format)i;
			return true;
		}
	return false;
}

const char *sl_list_format_type(enum sl_list_format f)
{
	return formats[f].type;
}

struct table {
	struct sl_programme *p;
	const struct sl_kind *kind;
	struct sl_arena *a;
	const struct sl_str *column; /* NULL: every one */
	size_t n_columns;
	size_t *at; /* of each column, in the cells; made with the first row */
	size_t n;
	enum sl_list_format format;
	struct sl_csv_writer csv;
	struct sl_json_writer json;
	struct sl_gdal_writer *xlsx;
	struct sl_value *value;
	struct sl_buf *out;
};

/* ---- columns ---- */

static enum sl_field_type type_of(const struct sl_kind *k, struct sl_str name)
{
	for (size_t i = 0; i < k->n_fields; i++)
		if (sl_str_eq(k->field[i].name, name))
			return k->field[i].type;
	return sl_str_is(name, "area_m2") ? SL_FIELD_DECIMAL : sl_str_is(name, "number") ? SL_FIELD_INTEGER : SL_FIELD_TEXT;
}

static enum sl_code begin_sheet(struct table *t, const struct sl_cell *cell, struct sl_err *e)
{
	struct sl_gdal_column *column = sl_arena_alloc(t->a, t->n, sizeof *column, e);
	char *name = column ? sl_str_dup(t->a, t->kind->name, e) : NULL;

	t->value = name ? sl_arena_alloc(t->a, t->n, sizeof *t->value, e) : NULL;
	if (!t->value)
		return e->code;
	for (size_t i = 0; i < t->n; i++)
		column[i] = (struct sl_gdal_column){cell[t->at[i]].name, type_of(t->kind, cell[t->at[i]].name)};
	return sl_gdal_writer_layer(t->xlsx, name, column, t->n, SL_GDAL_NO_SHAPES, e);
}

static enum sl_code find_columns(struct table *t, const struct sl_cell *cell, size_t n, struct sl_err *e)
{
	t->n = t->column ? t->n_columns : n;
	t->at = sl_arena_alloc(t->a, t->n, sizeof *t->at, e);
	if (!t->at)
		return e->code;
	for (size_t i = 0; i < t->n; i++) {
		t->at[i] = t->column ? n : i;
		for (size_t k = 0; t->column && k < n; k++)
			if (sl_str_eq(cell[k].name, t->column[i]))
				t->at[i] = k;
		if (t->at[i] == n)
			return sl_fail(e, SL_INVALID, "%.*s has no column '%.*s'", SL_STR_ARG(t->kind->name),
			               SL_STR_ARG(t->column[i]));
	}
	for (size_t i = 0; t->format == SL_LIST_CSV && i < t->n; i++)
		sl_csv_put(&t->csv, cell[t->at[i]].name);
	if (t->format == SL_LIST_CSV)
		sl_csv_end(&t->csv);
	return t->format == SL_LIST_XLSX ? begin_sheet(t, cell, e) : SL_OK;
}

/* ---- rows ---- */

static void csv_row(struct table *t, const struct sl_cell *cell)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct sl_cell *c = &cell[t->at[i]];

		if (c->type == SL_CELL_INTEGER)
			sl_csv_put_int(&t->csv, c->integer);
		else if (c->type == SL_CELL_DECIMAL)
			sl_csv_put_double(&t->csv, c->decimal);
		else
			sl_csv_put(&t->csv, c->type == SL_CELL_TEXT ? c->text : SL_STR(""));
	}
	sl_csv_end(&t->csv);
}

static enum sl_code put_place(void *ctx, const struct sl_layer_row *row, struct sl_err *e)
{
	struct table *t = ctx;
	struct sl_arena a = {0};
	struct sl_buf shape = {0};
	struct sl_geom g = {0};

	if (row->geometry.n && !sl_wkb_read(&a, row->geometry, &g, e))
		sl_geojson_write(&shape, &g);
	if (!e->code && shape.n)
		sl_json_put_raw(&t->json, sl_buf_view(&shape));
	t->out->failed |= shape.failed;
	sl_buf_done(&shape);
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code geojson_row(struct table *t, const struct sl_cell *cell, struct sl_err *e)
{
	struct sl_json_writer *w = &t->json;
	size_t before;

	sl_json_begin(w, '{');
	sl_json_kv_str(w, "type", SL_STR("Feature"));
	sl_json_put_key(w, SL_STR("geometry"));
	before = t->out->n;
	if (cell[0].type == SL_CELL_INTEGER && sl_store_has_places(t->p->db, t->kind) &&
	    sl_store_layer_rows(t->p->db, t->kind, &cell[0].integer, 1, put_place, t, e))
		return e->code;
	if (t->out->n == before)
		sl_json_put_null(w);
	sl_json_put_key(w, SL_STR("properties"));
	sl_json_begin(w, '{');
	for (size_t i = 0; i < t->n; i++) {
		const struct sl_cell *c = &cell[t->at[i]];

		sl_json_put_key(w, c->name);
		switch (c->type) {
		case SL_CELL_NONE: sl_json_put_null(w); break;
		case SL_CELL_TEXT: sl_json_put_str(w, c->text); break;
		case SL_CELL_INTEGER: sl_json_put_int(w, c->integer); break;
		case SL_CELL_DECIMAL: sl_json_put_double(w, c->decimal); break;
		}
	}
	sl_json_end(w, '}');
	sl_json_end(w, '}');
	return SL_OK;
}

static enum sl_code xlsx_row(struct table *t, const struct sl_cell *cell, struct sl_err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct sl_cell *c = &cell[t->at[i]];
		struct sl_value *v = &t->value[i];

		*v = (struct sl_value){.type = SL_VALUE_NONE};
		if (c->type == SL_CELL_INTEGER)
			*v = (struct sl_value){.type = SL_VALUE_INTEGER, .integer = c->integer};
		else if (c->type == SL_CELL_DECIMAL)
			*v = (struct sl_value){.type = SL_VALUE_DECIMAL, .decimal = c->decimal};
		else if (c->type == SL_CELL_TEXT && type_of(t->kind, c->name) == SL_FIELD_DATE && sl_date_parse(c->text, &v->date))
			v->type = SL_VALUE_DATE;
		else if (c->type == SL_CELL_TEXT)
			*v = (struct sl_value){.type = SL_VALUE_TEXT, .text = c->text};
	}
	return sl_gdal_writer_row(t->xlsx, t->value, SL_STR(""), e);
}

static enum sl_code put_row(void *ctx, const struct sl_cell *cell, size_t n, struct sl_err *e)
{
	struct table *t = ctx;

	if (!t->at && find_columns(t, cell, n, e))
		return e->code;
	if (sl_env_stopped(t->p->env))
		return sl_fail(e, SL_CANCELLED, "interrupted");
	switch (t->format) {
	case SL_LIST_CSV: csv_row(t, cell); break;
	case SL_LIST_GEOJSON: return geojson_row(t, cell, e);
	case SL_LIST_XLSX: return xlsx_row(t, cell, e);
	}
	return SL_OK;
}

static enum sl_code read_sheet(struct table *t, const char *path, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_str bytes;

	if (!sl_gdal_writer_close(t->xlsx, e) && !sl_io_map(&a, path, &bytes, e)) {
		sl_buf_str(t->out, bytes);
		(void)!sl_buf_check(t->out, e);
	}
	sl_arena_done(&a);
	return e->code;
}

/* The writer of spreadsheets makes files: one in a folder of its own, gone when it was read. */
static enum sl_code export_xlsx(struct table *t, const struct sl_listing *all, struct sl_err *e)
{
	const char *under = getenv("TMPDIR");
	char *folder = sl_arena_printf(t->a, e, "%s/safelane-XXXXXX", under && *under ? under : "/tmp"), *path;

	if (!folder)
		return e->code;
	if (!mkdtemp(folder))
		return sl_fail(e, SL_IO, "a folder for the spreadsheet cannot be made");
	path = sl_arena_printf(t->a, e, "%s/list.xlsx", folder);
	if (path && !sl_gdal_writer_open(t->a, "XLSX", path, &t->xlsx, e) &&
	    !sl_store_list(t->p->db, all, put_row, t, NULL, e))
		(void)!(t->at ? read_sheet(t, path, e) : sl_fail(e, SL_INVALID, "there is nothing to export"));
	if (path)
		unlink(path);
	rmdir(folder);
	return e->code;
}

enum sl_code sl_list_export(struct sl_programme *p, const struct sl_listing *q, const struct sl_str *column,
                            size_t n_columns, enum sl_list_format format, struct sl_buf *out, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct table t = {.p = p, .kind = q->kind, .a = &a, .column = column, .n_columns = n_columns, .format = format,
	                  .out = out};
	struct sl_listing all = *q, none = *q;
	int64_t total = 0, most = format == SL_LIST_CSV ? SL_LIST_ROWS_MAX : SL_LIST_PLACES_OR_SHEET_MAX;

	none.limit = 0;
	if (sl_store_list(p->db, &none, NULL, NULL, &total, e))
		return e->code;
	if (total > most)
		return sl_fail(e, SL_INVALID, "these are %lld rows; set a condition, or use 'safelane export' for more than %lld",
		               (long long)total, (long long)most);
	all.offset = 0;
	all.limit = most;
	sl_csv_writer_init(&t.csv, out, ',', true);
	sl_json_writer_init(&t.json, out);
	if (format == SL_LIST_XLSX) {
		(void)!export_xlsx(&t, &all, e);
	} else {
		if (format == SL_LIST_GEOJSON) {
			sl_json_begin(&t.json, '{');
			sl_json_kv_str(&t.json, "type", SL_STR("FeatureCollection"));
			sl_json_put_key(&t.json, SL_STR("features"));
			sl_json_begin(&t.json, '[');
		}
		(void)!sl_store_list(p->db, &all, put_row, &t, NULL, e);
		if (format == SL_LIST_GEOJSON) {
			sl_json_end(&t.json, ']');
			sl_json_end(&t.json, '}');
			sl_buf_putc(out, '\n');
		}
		if (!e->code)
			(void)!sl_buf_check(out, e);
	}
	sl_arena_done(&a);
	return e->code;
}
