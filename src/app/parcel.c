#include "app/parcel.h"

#include "formats/place.h"
#include "formats/source.h"
#include "geo/crs.h"
#include "geo/wkb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct taking {
	struct sl_arena *a;
	enum sl_asked wanted;
	const char *name; /* for messages */
	struct sl_geom found;
	bool of_words; /* latitude and longitude, or the like: WGS 84 by their meaning */
	bool other;    /* a shape of the other sort was there */
	struct sl_geom_builder corners;
	size_t n_corners, n_rows;
};

static enum sl_geom_type type_of(enum sl_asked s)
{
	return s == SL_ASKED_PARCEL ? SL_GEOM_POLYGON : SL_GEOM_LINE;
}

static enum sl_code add_corner(struct taking *t, const struct sl_geom *g, struct sl_err *e);

/* What is most like an outline wins, whichever comes first in the file. */
static enum sl_code take_outline(struct taking *t, const struct sl_geom *g, struct sl_err *e)
{
	if (g->type == SL_GEOM_POINT)
		return add_corner(t, g, e);
	if (g->type == SL_GEOM_NONE || (g->type == SL_GEOM_LINE && t->found.type == SL_GEOM_POLYGON))
		return SL_OK;
	if (g->type == t->found.type)
		return sl_fail(e, SL_INVALID, "%s holds more than one %s; keep the one that was walked", t->name,
		               g->type == SL_GEOM_LINE ? "track" : "polygon");
	t->found = *g;
	return SL_OK;
}

static enum sl_code take_shape(struct taking *t, const struct sl_geom *g, struct sl_err *e)
{
	if (t->wanted == SL_ASKED_OUTLINE)
		return take_outline(t, g, e);
	if (g->type == type_of(t->wanted)) {
		if (t->found.type != SL_GEOM_NONE)
			return sl_fail(e, SL_INVALID, "%s holds more than one %s at a time", t->name,
			               t->wanted == SL_ASKED_ROUTE ? "line; ask about one route" : "polygon; ask about one parcel");
		t->found = *g;
	} else if (g->type == SL_GEOM_LINE || g->type == SL_GEOM_POLYGON) {
		t->other = true;
	}
	return SL_OK;
}

static enum sl_code add_corner(struct taking *t, const struct sl_geom *g, struct sl_err *e)
{
	if (!t->n_corners++) {
		sl_geom_build(&t->corners, t->a, type_of(t->wanted));
		if (sl_geom_add_part(&t->corners, e) || sl_geom_add_ring(&t->corners, e))
			return e->code;
	}
	return sl_geom_add_point(&t->corners, g->xy[0], g->xy[1], e);
}

static enum sl_code take_cells(struct taking *t, const struct sl_row *row, struct sl_err *e)
{
	struct sl_place_texts texts = {0};
	struct sl_place place;

	for (size_t i = 0; i < row->n; i++) {
		enum sl_place_part part = sl_place_part_meant(row->cell[i].name);

		if (part != SL_PLACE_PARTS && row->cell[i].text.n) {
			texts.part[part] = row->cell[i].text;
			texts.any = true;
		}
	}
	if (!texts.any)
		return SL_OK;
	if (sl_place_read(t->a, &texts, &place, e))
		return e->code;
	if (place.problem)
		return sl_fail(e, SL_INVALID, "%s, row %llu: %s", t->name, (unsigned long long)row->number, place.problem);
	if (place.geometry.type == SL_GEOM_POINT && place.wgs84)
		return add_corner(t, &place.geometry, e);
	if (take_shape(t, &place.geometry, e))
		return e->code;
	t->of_words = place.srid == 4326;
	return SL_OK;
}

static enum sl_code take_rows(struct taking *t, struct sl_source *source, struct sl_err *e)
{
	struct sl_rows rows;

	for (;;) {
		if (source->take(source, t->a, &rows, e))
			return e->code;
		if (!rows.n)
			return SL_OK;
		for (size_t i = 0; i < rows.n; i++) {
			struct sl_row row = {0};

			if (++t->n_rows > SL_ASKED_ROWS_MAX)
				return sl_fail(e, SL_INVALID, "%s has more than %d rows; ask about one shape", t->name,
				               SL_ASKED_ROWS_MAX);
			if (source->read(source, t->a, &rows, i, &row, e))
				return e->code;
			if (row.has == SL_ROW_GEOMETRY ? take_shape(t, &row.geometry, e) : take_cells(t, &row, e))
				return e->code;
		}
	}
}

static enum sl_code finish(struct taking *t, const char *crs, struct sl_str of_file, struct sl_geom *out,
                           struct sl_err *e)
{
	bool route = t->wanted == SL_ASKED_ROUTE;
	struct sl_crs *from;

	if (t->found.type == SL_GEOM_NONE && t->n_corners) {
		sl_geom_finish(&t->corners, &t->found);
		t->of_words = t->wanted != SL_ASKED_OUTLINE || !of_file.n;
	}
	if (t->found.type == SL_GEOM_NONE)
		return sl_fail(e, SL_INVALID, "%s holds no %s%s", t->name,
		               route ? "line" : t->wanted == SL_ASKED_OUTLINE ? "polygon, track or points" : "polygon",
		               !t->other ? ""
		               : route   ? "; leave out the width to ask about a parcel"
		                         : "; to ask about a route give the width of its corridor");
	if (t->found.n_points > SL_ASKED_POINTS_MAX)
		return sl_fail(e, SL_INVALID, "%s has more than %d points; simplify it", t->name, SL_ASKED_POINTS_MAX);
	if (!t->of_words) {
		if (!crs && !of_file.n)
			return sl_fail(e, SL_INVALID, "%s does not say its coordinate system; give --crs", t->name);
		if (sl_crs_open(t->a, crs ? sl_str_from(crs) : of_file, &from, e) || sl_crs_to_wgs84(from, &t->found, e))
			return sl_err_within(e, "%s", t->name);
	}
	if (!sl_geom_in_range(&t->found))
		return sl_fail(e, SL_INVALID, "%s has a position that is nowhere on earth; latitude comes first", t->name);
	*out = t->found;
	return SL_OK;
}

/* GPX and KML keep points, routes and tracks in layers of their own: all of them are looked through. */
static enum sl_code read_file(struct sl_arena *a, const char *path, const char *name, const char *crs,
                              enum sl_asked wanted, struct sl_geom *out, struct sl_err *e)
{
	struct taking t = {.a = a, .wanted = wanted, .name = name};
	struct sl_source_options options = {0};
	struct sl_str *layer, of_file = SL_STR("");
	struct sl_source source;
	size_t n;

	if (sl_source_layers(a, path, &layer, &n, e))
		return e->code;
	for (size_t i = 0; i < (n ? n : 1); i++) {
		if (n) {
			options.layer = sl_str_dup(a, layer[i], e);
			if (!options.layer)
				return e->code;
		}
		if (sl_source_open(a, path, &options, &source, e) || take_rows(&t, &source, e))
			return e->code;
		if (source.crs.n)
			of_file = source.crs;
	}
	return finish(&t, crs, of_file, out, e);
}

enum sl_code sl_asked_read(struct sl_arena *a, const char *path, const char *crs, enum sl_asked wanted,
                           struct sl_geom *out, struct sl_err *e)
{
	return read_file(a, path, path, crs, wanted, out, e);
}

enum sl_code sl_asked_from_geojson(struct sl_arena *a, struct sl_str text, enum sl_asked wanted, struct sl_geom *out,
                                   struct sl_err *e)
{
	const char *name = wanted == SL_ASKED_ROUTE ? "the route" : "the parcel";
	struct taking t = {.a = a, .wanted = wanted, .name = name};
	struct sl_source source = {0};

	if (sl_geojson_source(a, text, &source, e))
		return sl_err_within(e, "%s", name);
	return take_rows(&t, &source, e) ? e->code : finish(&t, NULL, source.crs, out, e);
}

/* ---- bytes that were sent ---- */

/* The endings of what is taken: of a name nothing else is believed. */
static const char *ending_of(struct sl_str name)
{
	static const char *const known[] = {".geojson", ".json", ".kml", ".kmz", ".gpx", ".zip", ".csv", NULL};

	for (const char *const *k = known; *k; k++)
		if (sl_str_has_suffix_nocase(name, *k))
			return *k;
	return NULL;
}

static enum sl_code write_bytes(int fd, struct sl_str bytes, struct sl_err *e)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n <= 0)
			return sl_fail(e, SL_IO, "the file that was sent cannot be put down for reading");
		bytes = (struct sl_str){bytes.p + n, bytes.n - (size_t)n};
	}
	return SL_OK;
}

/* Whoever sent the file knows it by its own name, and has no business with ours. */
static void rename_in(struct sl_err *e, const char *path, const char *shown)
{
	char text[sizeof e->msg];

	if (strstr(shown, path))
		return;
	for (char *at; (at = strstr(e->msg, path));) {
		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - e->msg), e->msg, shown, at + strlen(path));
		snprintf(e->msg, sizeof e->msg, "%s", text);
	}
}

enum sl_code sl_asked_from_bytes(struct sl_arena *a, struct sl_str name, struct sl_str bytes, const char *crs,
                                 enum sl_asked wanted, struct sl_geom *out, struct sl_err *e)
{
	const char *ending = ending_of(name), *folder = getenv("TMPDIR");
	struct sl_arena reading = {0}; /* what the reader holds of the file goes before the file does */
	struct sl_geom g;
	char *path, *shown;
	int fd;

	if (!ending)
		return sl_fail(e, SL_INVALID,
		               "%.*s: files that are read here end in .geojson, .kml, .kmz, .gpx, .csv or, for a zipped "
		               "shapefile, .zip",
		               SL_STR_ARG(name));
	path = sl_arena_printf(a, e, "%s/safelane-XXXXXX%s", folder && *folder ? folder : "/tmp", ending);
	shown = sl_arena_printf(a, e, "%.*s", SL_STR_ARG(name));
	if (!path || !shown)
		return e->code;
	fd = mkstemps(path, (int)strlen(ending));
	if (fd < 0)
		return sl_fail(e, SL_IO, "the file that was sent cannot be put down for reading");
	if (!write_bytes(fd, bytes, e))
		(void)!read_file(&reading, path, shown, crs, wanted, &g, e);
	close(fd);
	if (!e->code)
		(void)!sl_geom_copy(a, &g, out, e);
	else
		rename_in(e, path, shown);
	sl_arena_done(&reading);
	unlink(path);
	return e->code;
}
