#include "app/import_parts.h"

#include "geo/wkb.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A place is read, brought to WGS 84, and looked at.  What cannot be right (latitude above 90) is kept as
 * entered and not as a geometry; nothing is turned round by itself. */

/* Of a text that cannot be read so much is kept: enough to find it again. */
#define BAD_TEXT_MAX ((size_t)64 << 10)

static enum sl_code keep_text(struct sl_arena *a, struct sl_str text, struct import_geometry *out,
                              struct sl_err *e)
{
	char *copy = sl_str_dup(a, text, e);

	if (!copy)
		return e->code;
	out->original = (struct sl_str){copy, text.n};
	return SL_OK;
}

static enum sl_code keep_wkt(struct import_worker *w, struct sl_arena *a, const struct sl_geom *g,
                             struct import_geometry *out, struct sl_err *e)
{
	sl_buf_clear(&w->text);
	sl_wkt_write(&w->text, g);
	if (sl_buf_check(&w->text, e))
		return e->code;
	return keep_text(a, sl_buf_view(&w->text), out, e);
}

static enum sl_code bad(struct import_geometry *out, const char *rule, const char *problem,
                        const char *suggestion)
{
	out->g = (struct sl_geom){.type = SL_GEOM_NONE};
	out->rule = rule;
	out->problem = problem;
	out->suggestion = suggestion;
	out->severity = SL_ERROR;
	return SL_OK;
}

/* The CRS of an EWKT; one is remembered, because a column mostly holds one. */
static struct sl_crs *crs_of_srid(struct import_worker *w, int srid, struct sl_err *inner)
{
	char name[32];

	if (!w->other || w->other_srid != srid) {
		snprintf(name, sizeof name, "EPSG:%d", srid);
		w->other = NULL;
		if (sl_crs_open(&w->arena, sl_str_from(name), &w->other, inner))
			return NULL;
		w->other_srid = srid;
	}
	return w->other;
}

/* Coordinates that no degree can have: exchanged, or metres of another system. */
static enum sl_code out_of_range(struct import_worker *w, struct sl_arena *a, struct import_geometry *out,
                                 struct sl_err *e)
{
	const struct sl_geom *g = &out->g;
	bool swapped = true, finite = true;
	double x = 0, y = 0;

	for (size_t i = 0; i < g->n_points; i++) {
		const double *p = g->xy + 2 * i;

		finite &= isfinite(p[0]) && isfinite(p[1]);
		swapped &= fabs(p[0]) <= 90 && fabs(p[1]) <= 180;
		if (!(fabs(p[0]) <= 180) || !(fabs(p[1]) <= 90)) {
			x = p[0];
			y = p[1];
		}
	}
	if (!out->original.n && keep_wkt(w, a, g, out, e))
		return e->code;
	if (!finite)
		return bad(out, "G24", "a coordinate is not a number",
		           "Take the coordinates from the original again.");
	if (swapped) {
		const char *text = sl_arena_printf(
		    a, e, "The latitude %.10g is above 90 and would be a longitude: the axes may be exchanged.", y);

		return text ? bad(out, "G16", text,
		                  "Look at the original; when they are exchanged, import again with"
		                  " a mapping that names them rightly.")
		            : e->code;
	}
	const char *text = sl_arena_printf(
	    a, e, "The coordinates %.10g, %.10g are no degrees: the CRS is missing in the file, or wrong.", x,
	    y);

	return text ? bad(out, "G17", text,
	                  "Import again with --crs and the system that the coordinates are in.")
	            : e->code;
}

static enum sl_code look(struct import_worker *w, struct sl_arena *a, struct import_geometry *out,
                         struct sl_err *e)
{
	const struct sl_geom *g = &out->g;

	if (!sl_geom_in_range(g))
		return out_of_range(w, a, out, e);
	if (g->type == SL_GEOM_POINT && g->n_points == 1 && g->xy[0] == 0 && g->xy[1] == 0) {
		out->rule = "G24";
		out->severity = SL_WARNING;
		out->problem = "The coordinates are 0, 0: a place in the Gulf of Guinea, mostly an empty field.";
		out->suggestion = "Enter the coordinates, or empty them when nobody knows the place.";
	}
	return SL_OK;
}

static enum sl_code transform(struct import_worker *w, struct sl_arena *a, struct sl_crs *crs,
                              const struct sl_geom *from, struct sl_str as_entered,
                              struct import_geometry *out, struct sl_err *e)
{
	struct sl_err inner = {0};

	if (as_entered.n ? keep_text(a, as_entered, out, e) : keep_wkt(w, a, from, out, e))
		return e->code;
	if (sl_geom_copy(a, from, &out->g, e))
		return e->code;
	if (!sl_crs_to_wgs84(crs, &out->g, &inner)) {
		if (crs != w->crs && sl_crs_lacks_datum_shift(crs)) { /* of an EWKT; the file's own is told once */
			out->rule = "G17";
			out->severity = SL_WARNING;
			out->problem = "No shift from the datum of these coordinates to WGS 84 is known: the position may be "
			               "off by up to hundreds of metres.";
			out->suggestion = "Ask the source for the system of its coordinates.";
		}
		return SL_OK;
	}
	if (inner.code == SL_NOMEM) {
		*e = inner;
		return e->code;
	}
	const char *text = sl_arena_printf(a, e, "%s", inner.msg);

	return text ? bad(out, "G17", text, "Look whether the CRS is the right one; --crs names another.")
	            : e->code;
}

static enum sl_code own_geometry(struct import_worker *w, struct sl_arena *a, const struct sl_row *row,
                                 struct import_geometry *out, struct sl_err *e)
{
	if (row->has == SL_ROW_BAD_GEOMETRY) {
		struct sl_str text = row->geometry_text;

		if (text.n > BAD_TEXT_MAX)
			text.n = BAD_TEXT_MAX;
		if (keep_text(a, text, out, e))
			return e->code;
		return bad(out, "G24", row->problem,
		           "Draw the boundary again from the original; the text is kept.");
	}
	if (row->has != SL_ROW_GEOMETRY)
		return SL_OK;
	if (w->crs)
		return transform(w, a, w->crs, &row->geometry, (struct sl_str){0}, out, e);
	/* Heights and measures stay in the entry only. */
	if (row->geometry.had_z && row->geometry_text.n && keep_text(a, row->geometry_text, out, e))
		return e->code;
	out->g = row->geometry;
	return SL_OK;
}

static enum sl_code from_columns(struct import_worker *w, struct sl_arena *a,
                                 const struct sl_place_texts *texts, struct import_geometry *out,
                                 struct sl_err *e)
{
	struct sl_place p = {0};
	struct sl_crs *crs = w->crs;
	char *name;

	if (sl_place_read(a, texts, &p, e))
		return e->code;
	if (p.problem)
		return bad(out, p.rule, p.problem,
		           "Take the coordinates from the original; what was written is kept.");
	out->precision_m = p.precision_m;
	if (p.geometry.type == SL_GEOM_NONE)
		return SL_OK;
	if (p.srid && !w->plan->options->crs) {
		struct sl_err inner = {0};

		crs = crs_of_srid(w, p.srid, &inner);
		if (inner.code == SL_NOMEM) {
			*e = inner;
			return e->code;
		}
		if (!crs && keep_text(a, texts->part[SL_PLACE_WKT], out, e))
			return e->code;
		if (!crs) {
			name = sl_arena_printf(a, e, "%s", inner.msg);
			return name ? bad(out, "G17", name, "Say with --crs which system it is.") : e->code;
		}
		name = sl_arena_printf(a, e, "EPSG:%d", p.srid);
		if (!name)
			return e->code;
		out->crs = sl_str_from(name);
		if (sl_crs_is_wgs84(crs))
			crs = NULL;
	} else if (p.wgs84 && !w->plan->options->crs) {
		crs = NULL;
	}
	if (crs)
		return transform(w, a, crs, &p.geometry, texts->part[SL_PLACE_WKT], out, e);
	out->g = p.geometry;
	return SL_OK;
}

enum sl_code import_place(struct import_worker *w, struct sl_arena *a, const struct sl_row *row,
                          const struct import_kind *k, const struct sl_place_texts *texts,
                          struct import_geometry *out, struct sl_err *e)
{
	struct import_geometry r = {.g = {.type = SL_GEOM_NONE}};

	if (k->place_rules ? from_columns(w, a, texts, &r, e) : own_geometry(w, a, row, &r, e))
		return e->code;
	if (r.g.type != SL_GEOM_NONE && look(w, a, &r, e))
		return e->code;
	*out = r;
	return SL_OK;
}
