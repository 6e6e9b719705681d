#include "app/outline.h"

#include "app/parcel.h"
#include "base/date.h"
#include "checks/check.h"
#include "geo/area.h"
#include "geo/crs.h"

#include <math.h>
#include <string.h>

struct reading {
	struct sl_arena *a;
	const struct sl_outline_question *q;
	struct sl_outline *out;
	struct sl_crs *crs; /* NULL: WGS 84 */
	struct sl_err *e;
	size_t cap;
};

/* ---- lines ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_axis(struct sl_str word)
{
	static const char *const axes[] = {"n",     "s",    "e",         "w",     "lat",  "lon",  "long", "lng",     "latitude",
	                                   "longitude", "north", "south", "east", "west", "utm", "mgrs",    "zone",
	                                   "easting", "northing"};

	for (size_t i = 0; i < sizeof axes / sizeof *axes; i++)
		if (sl_str_is_nocase(word, axes[i]))
			return true;
	return false;
}

/* "TP3: ", "3) ", "3. ": a name and a blank behind its mark, so that 13:30 and 48.1 are none. */
static bool take_marked(struct sl_str *line, struct sl_str *label)
{
	for (size_t i = 0; i + 1 < line->n && i <= 40; i++) {
		struct sl_str word = {line->p, i};
		bool number = i > 0 && i <= 4;

		if (!strchr(":.)", line->p[i]))
			continue;
		for (size_t k = 0; k < i; k++)
			number &= is_digit(line->p[k]);
		if (!i || (line->p[i + 1] != ' ' && line->p[i + 1] != '\t') || is_axis(sl_str_trim(word)) ||
		    (!number && (is_digit(word.p[0]) || line->p[i] == '.')))
			return false;
		*label = sl_str_trim(word);
		*line = sl_str_trim((struct sl_str){line->p + i + 1, line->n - i - 1});
		return true;
	}
	return false;
}

/* "TP3 48.12 37.80" */
static bool take_word(struct sl_str line, struct sl_str *label, struct sl_str *rest)
{
	size_t n = 0;

	while (n < line.n && line.p[n] != ' ' && line.p[n] != '\t')
		n++;
	*label = (struct sl_str){line.p, n};
	*rest = sl_str_trim((struct sl_str){line.p + n, line.n - n});
	return n && n <= 40 && rest->n && !is_digit(line.p[0]) && !is_axis(*label);
}

/* Latitude and longitude of another datum; grids are of WGS 84, or belong into a file that says of which. */
static enum sl_code move_datum(struct reading *r, struct sl_coord *at)
{
	double xy[2] = {at->lon_deg, at->lat_deg};
	uint32_t one = 1;
	struct sl_geom g = {.type = SL_GEOM_POINT, .xy = xy, .n_points = 1, .ring_end = &one, .n_rings = 1, .part_end = &one,
	                    .n_parts = 1};

	if (!r->crs)
		return SL_OK;
	if (at->format == SL_COORD_UTM || at->format == SL_COORD_MGRS)
		return sl_fail(r->e, SL_INVALID, "UTM and MGRS are read on WGS 84 here; of %.*s give latitude and longitude",
		               SL_STR_ARG(r->q->crs));
	if (sl_crs_to_wgs84(r->crs, &g, r->e))
		return r->e->code;
	/* Two datums differ by some hundred metres: what moves a position farther is a grid, whose numbers are no degrees. */
	if (!(fabs(xy[0] - at->lon_deg) < 0.05 && fabs(xy[1] - at->lat_deg) < 0.05))
		return sl_fail(r->e, SL_INVALID, "%.*s is no datum of latitudes and longitudes", SL_STR_ARG(r->q->crs));
	at->lon_deg = xy[0];
	at->lat_deg = xy[1];
	return SL_OK;
}

static enum sl_code add_point(struct reading *r, const struct sl_outline_point *p)
{
	struct sl_outline *o = r->out;

	if (o->n == SL_ASKED_POINTS_MAX)
		return sl_fail(r->e, SL_INVALID, "more than %d points: simplify the outline", SL_ASKED_POINTS_MAX);
	o->point = sl_arena_grow(r->a, o->point, &r->cap, o->n + 1, sizeof *o->point, r->e);
	if (!o->point)
		return r->e->code;
	o->point[o->n++] = *p;
	return SL_OK;
}

static enum sl_code read_line(struct reading *r, struct sl_str line, size_t number)
{
	struct sl_outline_point p = {.note = SL_STR(""), .label = SL_STR("")};
	const char *mark = line.n ? memchr(line.p, '#', line.n) : NULL;
	struct sl_str rest, label;
	struct sl_err second = {0};

	if (mark) {
		p.note = sl_str_trim((struct sl_str){mark + 1, line.n - (size_t)(mark + 1 - line.p)});
		line.n = (size_t)(mark - line.p);
	}
	line = sl_str_trim(line);
	if (!line.n)
		return SL_OK;
	(void)take_marked(&line, &p.label);
	p.as = line;
	if (sl_coord_parse(line, false, &p.at, r->e)) {
		if (p.label.n || !take_word(line, &label, &rest) || sl_coord_parse(rest, false, &p.at, &second))
			return sl_err_within(r->e, "line %zu", number);
		sl_err_clear(r->e);
		p.label = label;
		p.as = rest;
	}
	if (move_datum(r, &p.at))
		return sl_err_within(r->e, "line %zu", number);
	r->out->precision_m = fmax(r->out->precision_m, p.at.precision_m);
	return add_point(r, &p);
}

static enum sl_code read_text(struct reading *r)
{
	struct sl_str rest = r->q->text, line;
	size_t number = 0;

	while (sl_str_split(&rest, '\n', &line))
		if (read_line(r, line, ++number))
			return r->e->code;
	/* A list that repeats its first point at the end is closed already; G04 is of how it is kept. */
	return r->out->n ? SL_OK
	                 : sl_fail(r->e, SL_INVALID, "there are no points: write one a line, as in 48.1200 37.8000 or TP1: 48°07.2'N "
	                                             "37°48.0'E");
}

static enum sl_code read_file(struct reading *r, bool *walked)
{
	const char *crs = r->q->crs.n ? sl_str_dup(r->a, r->q->crs, r->e) : NULL;
	struct sl_geom g;

	if (r->e->code ||
	    sl_asked_from_bytes(r->a, r->q->file_name, r->q->file, crs, SL_ASKED_OUTLINE, &g, r->e))
		return r->e->code;
	if (g.n_rings > 1 && g.type == SL_GEOM_POLYGON)
		return sl_fail(r->e, SL_INVALID, "%.*s: its polygon has holes or several parts; import it as a file",
		               SL_STR_ARG(r->q->file_name));
	*walked = g.type == SL_GEOM_LINE;
	for (size_t i = 0; i < g.n_points; i++) {
		struct sl_outline_point p = {.label = SL_STR(""), .as = SL_STR(""), .note = SL_STR(""),
		                             .at = {.lat_deg = g.xy[2 * i + 1], .lon_deg = g.xy[2 * i]}};

		if (add_point(r, &p))
			return r->e->code;
	}
	return SL_OK;
}

/* ---- the ring ---- */

static bool same_place(const struct sl_coord *x, const struct sl_coord *y)
{
	return !(x->lat_deg < y->lat_deg || x->lat_deg > y->lat_deg || x->lon_deg < y->lon_deg || x->lon_deg > y->lon_deg);
}

static enum sl_code make_ring(struct reading *r)
{
	struct sl_outline *o = r->out;
	struct sl_geom_builder b;
	size_t n = o->n;

	/* The first point again at the end closes the ring, it is no corner. */
	while (n > 1 && same_place(&o->point[n - 1].at, &o->point[0].at))
		n--;
	sl_geom_build(&b, r->a, SL_GEOM_POLYGON);
	if (sl_geom_add_part(&b, r->e) || sl_geom_add_ring(&b, r->e))
		return r->e->code;
	for (size_t i = 0; i < n; i++) {
		struct sl_outline_point *p = &o->point[i], *next = &o->point[(i + 1) % n];

		p->leg_m = sl_distance_m(p->at.lon_deg, p->at.lat_deg, next->at.lon_deg, next->at.lat_deg);
		if (i && same_place(&p->at, &o->point[i - 1].at)) {
			o->repeats++;
			continue;
		}
		if (sl_geom_add_point(&b, p->at.lon_deg, p->at.lat_deg, r->e))
			return r->e->code;
	}
	if (n - o->repeats < 3)
		return SL_OK;
	/* Readers take the closing point of a ring away: one that is only near the first is kept by closing it here. */
	if (sl_geom_add_point(&b, o->point[0].at.lon_deg, o->point[0].at.lat_deg, r->e))
		return r->e->code;
	sl_geom_finish(&b, &o->ring);
	o->area_m2 = sl_geom_area_m2(&o->ring);
	o->perimeter_m = sl_geom_length_m(&o->ring);
	return SL_OK;
}

/* ---- rules ---- */

enum sl_code sl_outline_judge(const struct sl_dictionary *dict, const struct sl_record *rec, struct sl_findings *found,
                              struct sl_err *e)
{
	struct sl_findings all = {.a = found->a};
	struct sl_revision rev = {.kind = rec->kind, .identity = SL_STR(""), .effective = sl_date_none()};
	struct sl_check_context checks;

	sl_check_context_init(&checks, dict, sl_date_none());
	if (sl_geometry_prepare(found->a, &rec->geometry, &rev.geometry, e) || sl_check_record(&checks, rec, &rev, &all, e))
		return e->code;
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].rule[0] == 'G' && sl_findings_add(found, &all.v[i], e))
			return e->code;
	return SL_OK;
}

static enum sl_code say(struct reading *r, const char *rule, enum sl_severity severity, const char *text, const char *advice)
{
	return sl_findings_add(&r->out->found,
	                       &(struct sl_finding){.rule = rule, .severity = severity, .field = SL_STR("geometry"),
	                                            .text = sl_str_from(text), .suggestion = sl_str_from(advice),
	                                            .lon = (double)NAN, .lat = (double)NAN},
	                       r->e);
}

static enum sl_code judge(struct reading *r, const struct sl_dictionary *dict)
{
	const struct sl_kind *kind = sl_dictionary_kind(dict, SL_STR("hazard"));
	const struct sl_field *fixed = sl_kind_field(kind, "fixed_by"), *accuracy = sl_kind_field(kind, "accuracy_m");
	struct sl_outline *o = r->out;
	double coarse = isnan(r->q->accuracy_m) ? o->precision_m : fmax(r->q->accuracy_m, o->precision_m);
	struct sl_record rec;
	const char *advice = "Say the datum; between two of them lie 100 to 500 m.";

	if (!r->q->file.n && !r->q->crs.n &&
	    say(r, "G17", SL_WARNING, "Nobody said which datum these positions are on: they are read on WGS 84.", advice))
		return r->e->code;
	advice = "Add the missing corners.";
	if (o->n < 3)
		return say(r, "G02", SL_ERROR, "Fewer than three points bound no ground.", advice);
	if (o->ring.type == SL_GEOM_NONE)
		return say(r, "G02", SL_ERROR, "Fewer than three different points bound no ground.", advice);
	if (sl_record_new(r->a, kind, &rec, r->e))
		return r->e->code;
	rec.geometry = o->ring;
	if (r->q->fixed_by.n)
		rec.value[fixed->index] = (struct sl_value){.type = SL_VALUE_TEXT, .text = r->q->fixed_by};
	if (coarse > 0)
		rec.value[accuracy->index] = (struct sl_value){.type = SL_VALUE_DECIMAL, .decimal = coarse};
	return sl_outline_judge(dict, &rec, &o->found, r->e);
}

static bool is_code(const struct sl_dictionary *dict, struct sl_str code)
{
	const struct sl_choice_list *l = sl_dictionary_list(dict, SL_STR("fixed_by"));

	for (size_t i = 0; l && i < l->n; i++)
		if (sl_str_eq(l->choice[i].code, code))
			return true;
	return false;
}

/* PROJ would take whole pipelines and names of files: from whoever sends this, a number. */
static bool is_epsg(struct sl_str crs)
{
	bool good = crs.n > 5 && crs.n < 12 && sl_str_is_nocase((struct sl_str){crs.p, 5}, "EPSG:");

	for (size_t i = 5; good && i < crs.n; i++)
		good = is_digit(crs.p[i]);
	return good;
}

enum sl_code sl_outline_make(struct sl_arena *a, const struct sl_dictionary *dict, const struct sl_outline_question *q,
                             struct sl_outline *out, struct sl_err *e)
{
	struct reading r = {.a = a, .q = q, .out = out, .e = e};
	bool walked = q->walked;
	bool wgs84 = !q->crs.n || sl_str_is_nocase(q->crs, "EPSG:4326");

	*out = (struct sl_outline){.found.a = a, .gap_m = (double)NAN};
	if (q->crs.n && !is_epsg(q->crs))
		return sl_fail(e, SL_INVALID, "the datum is written as its EPSG number, such as EPSG:4326 for WGS 84 (receivers), "
		                              "EPSG:4240 for Indian 1975");
	if (q->fixed_by.n && !is_code(dict, q->fixed_by))
		return sl_fail(e, SL_INVALID, "fixed_by is one of the codes of that list: GPS, DGPS, RTK, MAP, IMG, BRD, EST, UNK");
	if ((!wgs84 && !q->file.n && sl_crs_open(a, q->crs, &r.crs, e)) || (q->file.n ? read_file(&r, &walked) : read_text(&r)) ||
	    make_ring(&r))
		return e->code;
	if (walked && out->n > 2) {
		const struct sl_coord *x = &out->point[out->n - 1].at, *y = &out->point[0].at;

		out->gap_m = sl_distance_m(x->lon_deg, x->lat_deg, y->lon_deg, y->lat_deg);
	}
	return judge(&r, dict);
}
