/* Layers of others, from files: places, people, roads, schools, water points, strikes. */
#include "app/exposure_parts.h"

#include "base/parallel.h"
#include "formats/place.h"
#include "formats/raster.h"
#include "formats/source.h"
#include "geo/crs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCHES = 256 };

/* Rows taken off the file and read on all cores. */
struct reading {
	const struct sl_exposure_file *f;
	const struct sl_kind *place;
	struct sl_source source;
	struct sl_str *heading; /* of a table without headings */
	size_t n_headings;
	struct sl_rows *batch; /* and what became of it */
	struct read_row {
		struct sl_exposure_row row;
		bool has_place, bad, of_words; /* of_words: latitude and longitude, whatever the file's system */
	} * *out;
	struct sl_arena arena[SL_WORKERS_MAX], scratch[SL_WORKERS_MAX], taken;
	struct sl_exposure_rows *rows;
	bool in_crs; /* some position is in the file's system */
};

/* ---- one row ---- */

static bool is_one_of(struct sl_str s, const char *words)
{
	struct sl_str rest = sl_str_from(words), word;

	while (sl_str_split(&rest, '|', &word)) {
		size_t i = 0;

		while (i < s.n && i < word.n && (s.p[i] | 32) == (word.p[i] | 32))
			i++;
		if (i == s.n && i == word.n)
			return true;
	}
	return false;
}

static struct sl_str heading_of(const struct reading *r, const struct sl_row *row, size_t i)
{
	return i < r->n_headings ? r->heading[i] : row->cell[i].name;
}

static enum sl_code take_people(const struct reading *r, const struct sl_row *row, struct sl_str text,
                                struct sl_exposure_row *out, struct sl_err *e)
{
	struct sl_str trimmed = sl_str_trim(text);

	if (!trimmed.n || is_one_of(trimmed, "UNK|unknown|NA"))
		return SL_OK;
	if (!sl_str_double(trimmed, &out->people) || !(out->people >= 0) || isinf(out->people))
		return sl_fail(e, SL_INVALID,
		               "%s, row %llu: '%.*s' people; they are a number from 0 on, or empty when not known",
		               r->f->path, (unsigned long long)row->number, SL_STR_ARG(trimmed));
	return SL_OK;
}

static enum sl_code take_date(const struct reading *r, const struct sl_row *row, struct sl_str text,
                              struct sl_exposure_row *out, struct sl_err *e)
{
	bool ambiguous;

	if (!sl_str_trim(text).n)
		return SL_OK;
	if (!sl_date_parse_loose(text, &out->date, &ambiguous) || ambiguous)
		return sl_fail(e, SL_INVALID, "%s, row %llu: '%.*s' is no date: write YYYY-MM-DD", r->f->path,
		               (unsigned long long)row->number, SL_STR_ARG(text));
	return SL_OK;
}

/* What the columns of a row say besides the place. */
static enum sl_code take_cells(const struct reading *r, struct sl_arena *a, const struct sl_row *row,
                               struct sl_exposure_row *out, struct sl_place_texts *texts, struct sl_err *e)
{
	for (size_t i = 0; i < row->n; i++) {
		struct sl_str heading = heading_of(r, row, i), text = row->cell[i].text;
		enum sl_place_part part = sl_place_part_meant(heading);
		const struct sl_field *f;

		if (!text.n)
			continue;
		if (part != SL_PLACE_PARTS) {
			texts->part[part] = text;
			texts->any = true;
			continue;
		}
		if (r->f->dated && is_one_of(heading, "date|day|strike_date|mission_date|msndate|effective_date")) {
			if (take_date(r, row, text, out, e))
				return e->code;
			continue;
		}
		f = sl_kind_field_meant(r->place, a, heading);
		if (!f)
			continue;
		if (sl_str_is(f->name, "name"))
			out->name = text;
		else if (sl_str_is(f->name, "id"))
			out->id = text;
		else if (sl_str_is(f->name, "admin1"))
			out->admin1 = text;
		else if (sl_str_is(f->name, "population") && take_people(r, row, text, out, e))
			return e->code;
	}
	return SL_OK;
}

/* Reads into the scratch arena; `keep_row` takes from there what stays. */
static enum sl_code read_one(const struct reading *r, struct sl_arena *a, const struct sl_rows *rows,
                             size_t i, struct read_row *out, struct sl_err *e)
{
	struct sl_row row = {0};
	struct sl_place_texts texts = {0};
	struct sl_place place = {0};

	out->row = (struct sl_exposure_row){.people = NAN, .date = sl_date_none()};
	if (r->source.read(&r->source, a, rows, i, &row, e))
		return e->code;
	if (row.unreadable || row.has == SL_ROW_BAD_GEOMETRY) {
		out->bad = true;
		return SL_OK;
	}
	if (take_cells(r, a, &row, &out->row, &texts, e))
		return e->code;
	if (row.has == SL_ROW_GEOMETRY) {
		out->row.at = row.geometry;
		out->has_place = true;
		return SL_OK;
	}
	if (!texts.any)
		return SL_OK;
	if (sl_place_read(a, &texts, &place, e))
		return e->code;
	if (place.problem) {
		out->bad = true;
		return SL_OK;
	}
	out->row.at = place.geometry;
	out->has_place = place.geometry.type != SL_GEOM_NONE;
	out->of_words = place.wgs84 || place.srid == 4326;
	return SL_OK;
}

static enum sl_code keep_text(struct sl_arena *a, struct sl_str *text, struct sl_err *e)
{
	char *copy = text->n ? sl_str_dup(a, *text, e) : NULL;

	if (text->n && !copy)
		return e->code;
	text->p = copy;
	return SL_OK;
}

static enum sl_code keep_row(struct sl_arena *a, struct read_row *row, struct sl_err *e)
{
	struct sl_geom at = row->row.at;

	return sl_geom_copy(a, &at, &row->row.at, e) || keep_text(a, &row->row.id, e) ||
	               keep_text(a, &row->row.name, e) || keep_text(a, &row->row.admin1, e)
	           ? e->code
	           : SL_OK;
}

static enum sl_code read_some(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct reading *r = ctx;
	struct sl_arena *a = &r->arena[worker], *scratch = &r->scratch[worker];

	for (size_t b = first; b < last; b++) {
		r->out[b] = sl_arena_alloc(a, r->batch[b].n, sizeof *r->out[b], e);
		for (size_t i = 0; r->out[b] && i < r->batch[b].n; i++) {
			struct sl_arena_mark mark = sl_arena_mark(scratch);

			if (!read_one(r, scratch, &r->batch[b], i, &r->out[b][i], e))
				(void)!keep_row(a, &r->out[b][i], e);
			sl_arena_reset(scratch, mark);
			if (e->code)
				return e->code;
		}
	}
	return e->code;
}

/* ---- the file ---- */

static void leave_out(struct sl_exposure_rows *rows, uint64_t number)
{
	if (!rows->unreadable++ || number < rows->first_unreadable)
		rows->first_unreadable = number;
}

static enum sl_code keep(struct reading *r, struct sl_arena *a, uint64_t number, const struct read_row *row,
                         struct sl_err *e)
{
	struct sl_exposure_rows *rows = r->rows;
	const enum sl_geom_type *wanted = r->f->wanted;

	if (row->bad)
		leave_out(rows, number);
	rows->without_place += !row->bad && !row->has_place;
	if (row->bad || !row->has_place)
		return SL_OK;
	if (wanted[0] && row->row.at.type != wanted[0] && row->row.at.type != wanted[1])
		return sl_fail(e, SL_INVALID, "%s, row %llu: is no %s", r->f->path, (unsigned long long)number,
		               wanted[0] == SL_GEOM_LINE ? "line"
		               : wanted[1]               ? "point or polygon"
		                                         : "point");
	if (r->f->dated && sl_date_is_none(row->row.date))
		return sl_fail(e, SL_INVALID, "%s, row %llu: has no date", r->f->path, (unsigned long long)number);
	rows->v = sl_arena_grow(a, rows->v, &rows->cap, rows->n + 1, sizeof *rows->v, e);
	if (!rows->v)
		return e->code;
	r->in_crs |= !row->of_words;
	rows->v[rows->n] = row->row;
	rows->v[rows->n++].number = number;
	return SL_OK;
}

static enum sl_code take_all(struct reading *r, struct sl_programme *p, struct sl_arena *a,
                             struct sl_err *e)
{
	for (bool more = true; more;) {
		struct sl_arena_mark mark = sl_arena_mark(&r->taken);
		size_t n = 0;

		for (; n < BATCHES; n++) {
			if (r->source.take(&r->source, &r->taken, &r->batch[n], e))
				return e->code;
			if (!r->batch[n].n)
				break;
		}
		more = n == BATCHES;
		if (sl_parallel(p->env, n, 1, read_some, r, e))
			return e->code;
		for (size_t b = 0; b < n; b++)
			for (size_t i = 0; i < r->batch[b].n; i++)
				if (keep(r, a, r->batch[b].first + i, &r->out[b][i], e))
					return e->code;
		sl_arena_reset(&r->taken, mark);
	}
	return SL_OK;
}

/* FILE#LAYER, unless a file has that name. */
static enum sl_code open_source(struct reading *r, struct sl_arena *a, struct sl_err *e)
{
	const char *hash = strrchr(r->f->path, '#'), *path = r->f->path;
	struct sl_source_options options = {0};
	struct sl_str *layer;
	size_t n;

	if (hash && access(path, F_OK)) {
		options.layer = hash + 1;
		path = sl_arena_strndup(a, path, (size_t)(hash - path), e);
		if (!path)
			return e->code;
	} else if (sl_source_layers(a, path, &layer, &n, e)) {
		return e->code;
	} else if (n > 1) {
		return sl_fail(e, SL_INVALID, "%s has %zu layers; write %s#LAYER, such as %s#%.*s", path, n, path,
		               path, SL_STR_ARG(layer[0]));
	}
	return sl_source_open(a, path, &options, &r->source, e);
}

static enum sl_code name_columns(struct reading *r, struct sl_arena *a, struct sl_err *e)
{
	struct sl_str rest = r->f->columns, one;

	if (!r->source.no_headings)
		return SL_OK;
	if (!rest.n)
		return sl_fail(e, SL_INVALID,
		               "%s has no headings; say what its columns are, such as --columns date,lat,lon "
		               "(which of two numbers "
		               "is the latitude is not guessed)",
		               r->f->path);
	r->heading = sl_arena_alloc(a, rest.n + 1, sizeof *r->heading, e);
	while (r->heading && sl_str_split(&rest, ',', &one))
		r->heading[r->n_headings++] = sl_str_trim(one);
	return e->code;
}

static enum sl_code to_wgs84(struct reading *r, struct sl_arena *a, struct sl_err *e)
{
	struct sl_str definition = r->source.crs.n ? r->source.crs : sl_str_from(r->f->crs);
	struct sl_exposure_rows *rows = r->rows;
	struct sl_crs *crs = NULL;
	size_t kept = 0;

	if (r->in_crs && !definition.n)
		return sl_fail(e, SL_INVALID, "%s does not say its coordinate system; give --crs", r->f->path);
	if (r->in_crs && sl_crs_open(a, definition, &crs, e))
		return sl_err_within(e, "%s", r->f->path);
	for (size_t i = 0; i < rows->n; i++) {
		struct sl_geom *g = &rows->v[i].at;
		struct sl_err off = {0};

		if ((crs && !sl_crs_is_wgs84(crs) && sl_crs_to_wgs84(crs, g, &off)) || !sl_geom_in_range(g))
			leave_out(rows, rows->v[i].number);
		else
			rows->v[kept++] = rows->v[i];
		if (off.code == SL_NOMEM)
			return sl_fail(e, SL_NOMEM, "out of memory");
	}
	rows->n = kept;
	/* One in a hundred may be a slip of somebody's; more say that the columns or the system are not what
	 * they seem. */
	if (rows->unreadable * 100 > rows->unreadable + kept)
		return sl_fail(
		    e, SL_INVALID,
		    "%s: of %zu of its %zu positions it cannot be read where on Earth they are, first in row %llu",
		    r->f->path, rows->unreadable, rows->unreadable + kept,
		    (unsigned long long)rows->first_unreadable);
	return SL_OK;
}

static void done_arena(void *a)
{
	sl_arena_done(a);
}

enum sl_code sl_exposure_read(struct sl_programme *p, struct sl_arena *a, const struct sl_exposure_file *f,
                              struct sl_exposure_rows *out, struct sl_err *e)
{
	struct reading *r = sl_arena_alloc(a, 1, sizeof *r, e);
	struct sl_exposure_rows rows = {0};

	if (!r)
		return e->code;
	r->f = f;
	r->rows = &rows;
	r->place = sl_dictionary_kind(p->dict, SL_STR("place"));
	r->batch = sl_arena_alloc(a, BATCHES, sizeof *r->batch, e);
	r->out = r->batch ? sl_arena_alloc(a, BATCHES, sizeof *r->out, e) : NULL;
	if (!r->out)
		return e->code;
	for (size_t i = 0; i < SL_WORKERS_MAX; i++)
		if (sl_arena_defer(a, done_arena, &r->arena[i], e) ||
		    sl_arena_defer(a, done_arena, &r->scratch[i], e))
			return e->code;
	if (sl_arena_defer(a, done_arena, &r->taken, e))
		return e->code;
	if (open_source(r, a, e) || name_columns(r, a, e) || take_all(r, p, a, e))
		return e->code;
	if (!rows.n && !rows.unreadable)
		return sl_fail(e, SL_INVALID, "%s: none of its rows has a place", f->path);
	if (to_wgs84(r, a, e))
		return e->code;
	rows.file = strrchr(f->path, '/') ? strrchr(f->path, '/') + 1 : f->path;
	*out = rows;
	return SL_OK;
}

/* ---- rasters ---- */

bool sl_exposure_is_raster(const char *path)
{
	static const char *const endings[] = {".tif", ".tiff", ".asc", ".grd"};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (sl_str_has_suffix_nocase(sl_str_from(path), endings[i]))
			return true;
	return false;
}

/* Rows at a time: about a million cells. */
static size_t rows_at_once(const struct sl_raster *r)
{
	size_t n = 1048576 / r->columns;

	return n < 32 ? 32 : n > r->rows ? r->rows : n;
}

enum sl_code sl_exposure_raster(struct sl_programme *p, const struct sl_near *hazards,
                                const struct sl_exposure_file *f, bool density, const double *within_m,
                                size_t n_bands, struct sl_exposure_grid *out, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_raster r;
	struct sl_crs *crs;
	struct sl_exposure_grid grid = {0};
	struct sl_exposure_cells cells = {.density = density};
	struct sl_str definition;
	double *value, *corner;
	size_t rows;

	if (sl_raster_open(&a, f->path, &r, e))
		goto done;
	definition = r.crs.n ? r.crs : sl_str_from(f->crs);
	if (!definition.n) {
		(void)!sl_fail(e, SL_INVALID, "%s does not say its coordinate system; give --crs", f->path);
		goto done;
	}
	if (sl_crs_open(&a, definition, &crs, e)) {
		(void)!sl_err_within(e, "%s", f->path);
		goto done;
	}
	rows = rows_at_once(&r);
	value = sl_arena_alloc(&a, rows * r.columns, sizeof *value, e);
	corner = value ? sl_arena_alloc(&a, 2 * (rows + 1) * (r.columns + 1), sizeof *corner, e) : NULL;
	for (size_t row = 0; corner && row < r.rows; row += rows) {
		size_t n = r.rows - row < rows ? r.rows - row : rows;

		cells.columns = r.columns;
		cells.rows = n;
		cells.value = value;
		cells.corner = corner;
		if (sl_raster_read(&r, row, n, value, e) || sl_raster_corners(&r, crs, row, n, corner, e) ||
		    sl_exposure_add_cells(hazards, p->env, &cells, row, within_m, n_bands, &grid, e)) {
			if (!strstr(e->msg, f->path))
				(void)!sl_err_within(e, "%s", f->path);
			goto done;
		}
		sl_env_progress(p->env, "cells", row + n, r.rows);
	}
	if (!e->code && !grid.cells)
		(void)!sl_fail(e, SL_INVALID, "%s: none of its cells has a value", f->path);
	if (!e->code)
		*out = grid;
done:
	sl_arena_done(&a);
	return e->code;
}
