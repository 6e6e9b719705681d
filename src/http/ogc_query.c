/* The parameters of a page of features: OGC 17-069r4 clauses 7.15.2 to 7.15.5, 18-058r1 (crs), 19-079r2
 * (filter). */
#include "http/ogc.h"

#include "app/people.h"
#include "base/mem.h"
#include "geo/crs.h"
#include "model/serving.h"

#include <math.h>
#include <string.h>

const char *const sl_ogc_crs_uri[SL_OGC_CRS_N] = {
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "http://www.opengis.net/def/crs/EPSG/0/3857",
};
static const char *const crs_urn[SL_OGC_CRS_N] = {
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "urn:ogc:def:crs:EPSG::4326",
    "urn:ogc:def:crs:EPSG::3857",
};

#define METRES_PER_DEGREE 111320.0

enum sl_code sl_ogc_read_crs(struct sl_request *r, const char *parameter, enum sl_ogc_crs *out,
                             struct sl_err *e)
{
	bool found;
	struct sl_str text = sl_request_query(r, parameter, &found);

	*out = SL_OGC_CRS84;
	for (int i = 0; found && i < SL_OGC_CRS_N; i++)
		if (sl_str_is(text, sl_ogc_crs_uri[i]) || sl_str_is(text, crs_urn[i])) {
			*out = (enum sl_ogc_crs)i;
			return SL_OK;
		}
	return found ? sl_fail(e, SL_INVALID,
	                       "%s=%.*s is not among the coordinate reference systems of the collection",
	                       parameter, SL_STR_ARG(text))
	             : SL_OK;
}

/* ---- what belongs to this handle ---- */

struct kept_crs {
	struct sl_arena arena;
	struct sl_crs *crs;
};

static enum sl_code make_mercator(struct sl_request *r, void **out, struct sl_err *e)
{
	struct kept_crs *k = sl_mem_zeroed(sizeof *k);

	(void)r;
	if (!k)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (sl_crs_open(&k->arena, SL_STR("EPSG:3857"), &k->crs, e)) {
		sl_arena_done(&k->arena);
		sl_mem_free(k);
		return e->code;
	}
	*out = k;
	return SL_OK;
}

static void free_mercator(void *thing)
{
	struct kept_crs *k = thing;

	sl_arena_done(&k->arena);
	sl_mem_free(k);
}

enum sl_code sl_ogc_mercator(struct sl_request *r, struct sl_crs **out, struct sl_err *e)
{
	static const struct sl_shared_slot slot = {
	    .name = "Web Mercator", .make = make_mercator, .done = free_mercator};
	void *thing;

	if (sl_kept_get(r, &slot, &thing, e))
		return e->code;
	*out = ((struct kept_crs *)thing)->crs;
	return SL_OK;
}

struct kept_people {
	struct sl_people *people; /* NULL as long as the programme has no such file */
};

static enum sl_code make_people(struct sl_request *r, void **out, struct sl_err *e)
{
	(void)r;
	*out = sl_mem_zeroed(sizeof(struct kept_people));
	return *out ? SL_OK : sl_fail(e, SL_NOMEM, "out of memory");
}

static void free_people(void *thing)
{
	struct kept_people *k = thing;

	sl_people_close(k->people);
	sl_mem_free(k);
}

enum sl_code sl_ogc_grid(struct sl_request *r, double *degrees, struct sl_err *e)
{
	static const struct sl_shared_slot slot = {
	    .name = "settings", .make = make_people, .done = free_people};
	struct kept_people *k;
	struct sl_serving serving;
	void *thing;

	*degrees = 0;
	if (sl_ogc_access_of(r) != SL_OGC_PUBLISHED)
		return SL_OK;
	if (sl_kept_get(r, &slot, &thing, e))
		return e->code;
	k = thing;
	if ((!k->people && sl_programme_people(r->programme, SL_OPEN_READ, SL_PASSWORD_FULL, &k->people, e)) ||
	    sl_serving_now(k->people, &serving, e))
		return e->code;
	*degrees = serving.generalise_m / METRES_PER_DEGREE;
	return SL_OK;
}

/* ---- boxes ---- */

static enum sl_code numbers(struct sl_str text, double *x, size_t *n, struct sl_err *e)
{
	struct sl_str part;

	*n = 0;
	while (sl_str_split(&text, ',', &part)) {
		if (*n == 6 || !sl_str_double(part, &x[*n]) || !isfinite(x[*n]))
			return sl_fail(e, SL_INVALID, "bbox takes four numbers (west, south, east, north) or six");
		++*n;
	}
	if (*n != 4 && *n != 6)
		return sl_fail(e, SL_INVALID, "bbox takes four numbers (west, south, east, north) or six, not %zu",
		               *n);
	if (*n == 6) { /* heights are not looked at */
		x[2] = x[3];
		x[3] = x[4];
	}
	return SL_OK;
}

static enum sl_code to_degrees(struct sl_request *r, enum sl_ogc_crs crs, struct sl_geom *g,
                               struct sl_err *e)
{
	struct sl_crs *mercator;

	if (crs == SL_OGC_EPSG_4326)
		for (size_t i = 0; i < g->n_points; i++) {
			double lat = g->xy[2 * i];

			g->xy[2 * i] = g->xy[2 * i + 1];
			g->xy[2 * i + 1] = lat;
		}
	if (crs != SL_OGC_EPSG_3857)
		return SL_OK;
	return sl_ogc_mercator(r, &mercator, e) ? e->code : sl_crs_to_wgs84(mercator, g, e);
}

static enum sl_code read_box(struct sl_request *r, struct sl_ogc_query *q, struct sl_err *e)
{
	enum sl_ogc_crs crs;
	double x[6], grid;
	struct sl_geom corners = {.type = SL_GEOM_POINT, .xy = x, .n_points = 2};
	struct sl_str text;
	bool found;
	size_t n;

	text = sl_request_query(r, "bbox", &found);
	if (sl_ogc_read_crs(r, "bbox-crs", &crs, e) || !found)
		return e->code;
	if (numbers(text, x, &n, e))
		return e->code;
	if (to_degrees(r, crs, &corners, e))
		return sl_err_within(e, "bbox");
	if (fabs(x[0]) > 180 || fabs(x[2]) > 180 || fabs(x[1]) > 90 || fabs(x[3]) > 90)
		return sl_fail(e, SL_INVALID, "bbox: longitudes are from -180 to 180, latitudes from -90 to 90");
	if (x[1] > x[3])
		return sl_fail(e, SL_INVALID, "bbox: its south lies north of its north");
	/* What is published is published on a grid: a box must not tell more than that by being small. */
	if (sl_ogc_grid(r, &grid, e))
		return e->code;
	if (grid > 0) {
		x[0] = fmax(-180, floor(x[0] / grid) * grid - grid);
		x[1] = fmax(-90, floor(x[1] / grid) * grid - grid);
		x[2] = fmin(180, ceil(x[2] / grid) * grid + grid);
		x[3] = fmin(90, ceil(x[3] / grid) * grid + grid);
	}
	q->n_boxes = 1;
	q->box[0] = (struct sl_box){x[0], x[1], x[2], x[3]};
	if (x[0] > x[2]) { /* across the antimeridian */
		q->n_boxes = 2;
		q->box[0].x1 = 180;
		q->box[1] = (struct sl_box){-180, x[1], x[2], x[3]};
	}
	return SL_OK;
}

/* ---- time ---- */

static enum sl_code moment(struct sl_request *r, struct sl_str text, bool end, int64_t *ms,
                           struct sl_err *e)
{
	char *copy;
	struct sl_date d;

	if (!text.n || sl_str_is(text, "..")) {
		*ms = end ? INT64_MAX : INT64_MIN;
		return SL_OK;
	}
	copy = sl_str_dup(r->arena, text, e);
	if (!copy)
		return e->code;
	/* RFC 3339 allows small letters; a "+" that was not encoded has come as a blank. */
	for (char *c = copy; *c; c++)
		*c = *c == 't' || *c == 'z' ? (char)(*c - 32) : *c == ' ' ? '+' : *c;
	if (sl_date_parse((struct sl_str){copy, text.n}, &d)) {
		*ms = (int64_t)d.day * 86400000 + (end ? 86399999 : 0);
		return SL_OK;
	}
	if (text.n > 10 && copy[10] == 'T' && sl_time_parse((struct sl_str){copy, text.n}, ms))
		return SL_OK;
	return sl_fail(
	    e, SL_INVALID,
	    "datetime: '%.*s' is no moment; write 2024-01-31T12:00:00Z, or an interval as start/end with .. "
	    "for an open end",
	    SL_STR_ARG(text));
}

static struct sl_date day_of(int64_t ms)
{
	return (struct sl_date){(int32_t)(ms >= 0 ? ms / 86400000 : -((86399999 - ms) / 86400000))};
}

struct making {
	struct sl_request *r;
	struct sl_cql2_maker m;
	struct sl_cql2 *all; /* AND of all that was asked for; NULL: nothing yet */
	struct sl_err *e;
};

static enum sl_code also(struct making *m, struct sl_cql2 *condition)
{
	struct sl_cql2 *both;

	if (!m->all) {
		m->all = condition;
		return SL_OK;
	}
	both = sl_cql2_node(&m->m, SL_CQL2_AND, 0, m->e);
	if (!both)
		return m->e->code;
	sl_cql2_add(both, m->all);
	sl_cql2_add(both, condition);
	m->all = both;
	return SL_OK;
}

static struct sl_cql2 *property(struct making *m, struct sl_str name)
{
	struct sl_cql2 *n = sl_cql2_node(&m->m, SL_CQL2_PROPERTY, 0, m->e);

	if (n)
		n->text = name;
	return n;
}

static enum sl_code compare(struct making *m, enum sl_cql2_op op, struct sl_cql2 *left,
                            struct sl_cql2 *right, struct sl_cql2 **out)
{
	struct sl_cql2 *n = left && right ? sl_cql2_node(&m->m, op, 0, m->e) : NULL;

	if (!n)
		return m->e->code;
	sl_cql2_add(n, left);
	sl_cql2_add(n, right);
	*out = n;
	return SL_OK;
}

static enum sl_code bound(struct making *m, struct sl_str time, enum sl_cql2_op op, int64_t ms,
                          struct sl_cql2 *into)
{
	struct sl_cql2 *day, *n;

	if (ms == INT64_MAX || ms == INT64_MIN)
		return SL_OK;
	day = sl_cql2_node(&m->m, SL_CQL2_DATE, 0, m->e);
	if (!day)
		return m->e->code;
	day->date = day_of(ms);
	day->ms = (int64_t)day->date.day * 86400000;
	if (compare(m, op, property(m, time), day, &n))
		return m->e->code;
	sl_cql2_add(into, n);
	return SL_OK;
}

/* Features without a time always match. */
static enum sl_code read_datetime(struct making *m, const struct sl_ogc_collection *c)
{
	struct sl_cql2 *any, *within, *without, *name;
	struct sl_str text, start;
	int64_t from, to;
	bool found;

	text = sl_request_query(m->r, "datetime", &found);
	if (!found)
		return SL_OK;
	start = text;
	if (text.n && memchr(text.p, '/', text.n)) {
		(void)!sl_str_split(&text, '/', &start);
		if (moment(m->r, start, false, &from, m->e) || moment(m->r, text, true, &to, m->e))
			return m->e->code;
		if (from == INT64_MIN && to == INT64_MAX)
			return sl_fail(m->e, SL_INVALID, "datetime: one end of the interval must be given");
	} else if (sl_str_is(text, "..")) {
		return sl_fail(m->e, SL_INVALID, "datetime: one end of the interval must be given");
	} else if (moment(m->r, start, false, &from, m->e) || moment(m->r, start, true, &to, m->e)) {
		return m->e->code;
	}
	if (from > to)
		return sl_fail(m->e, SL_INVALID, "datetime: the interval ends before it starts");
	if (c->time < 0)
		return SL_OK;
	name = property(m, c->field[c->time].name);
	without = name ? sl_cql2_node(&m->m, SL_CQL2_IS_NULL, 0, m->e) : NULL;
	any = without ? sl_cql2_node(&m->m, SL_CQL2_OR, 0, m->e) : NULL;
	within = any ? sl_cql2_node(&m->m, SL_CQL2_AND, 0, m->e) : NULL;
	if (!within)
		return m->e->code;
	sl_cql2_add(without, name);
	if (bound(m, c->field[c->time].name, SL_CQL2_GE, from, within) ||
	    bound(m, c->field[c->time].name, SL_CQL2_LE, to, within))
		return m->e->code;
	sl_cql2_add(any, without);
	sl_cql2_add(any, within->n == 1 ? within->child : within);
	return also(m, any);
}

enum sl_code sl_ogc_read_as_of(struct sl_request *r, struct sl_date *out, struct sl_err *e)
{
	bool found;
	struct sl_str text = sl_request_query(r, "as-of", &found);

	*out = sl_date_none();
	if (found && !sl_date_parse(text, out))
		return sl_fail(e, SL_INVALID, "as-of=%.*s is no date; write 2024-01-31", SL_STR_ARG(text));
	return SL_OK;
}

/* ---- conditions ---- */

struct to_degrees_of {
	struct sl_request *r;
	enum sl_ogc_crs crs;
};

static enum sl_code geometry_to_degrees(void *ctx, struct sl_geom *g, struct sl_err *e)
{
	const struct to_degrees_of *t = ctx;

	return to_degrees(t->r, t->crs, g, e);
}

static bool asks_where(const struct sl_cql2 *n)
{
	if (n->op == SL_CQL2_SPATIAL)
		return true;
	for (const struct sl_cql2 *c = n->child; c; c = c->next)
		if (asks_where(c))
			return true;
	return false;
}

static enum sl_code read_filter(struct making *m, const struct sl_ogc_collection *c)
{
	struct sl_str language = sl_request_query(m->r, "filter-lang", NULL);
	struct to_degrees_of t = {.r = m->r};
	struct sl_cql2 *tree;
	struct sl_str text;
	bool found;

	text = sl_request_query(m->r, "filter", &found);
	if (language.n && !sl_str_is(language, "cql2-text") && !sl_str_is(language, "cql2-json"))
		return sl_fail(m->e, SL_INVALID, "filter-lang is cql2-text or cql2-json");
	if (sl_ogc_read_crs(m->r, "filter-crs", &t.crs, m->e) || !found)
		return m->e->code;
	if (sl_str_is(language, "cql2-json") ? sl_cql2_read_json(m->r->arena, text, &tree, m->e)
	                                     : sl_cql2_read_text(m->r->arena, text, &tree, m->e))
		return m->e->code;
	if (t.crs != SL_OGC_CRS84 && sl_cql2_each_geometry(tree, geometry_to_degrees, &t, m->e))
		return m->e->code;
	if (c->access == SL_OGC_PUBLISHED && asks_where(tree))
		return sl_fail(m->e, SL_DENIED, "what is published is on a grid: ask for places with bbox");
	return also(m, tree);
}

static bool of_route(const struct sl_request *r, struct sl_str name)
{
	for (const struct sl_parameter *p = r->route->query; p && p->name; p++)
		if (sl_str_is(name, p->name))
			return true;
	return false;
}

static enum sl_code read_value(struct making *m, const struct sl_ogc_collection *c,
                               const struct sl_pair *pair)
{
	const struct sl_cql2_field *f = NULL;
	struct sl_cql2 *value, *n;

	for (size_t i = 0; i < c->n_fields && !f; i++)
		if (c->field[i].name.n && sl_str_eq(c->field[i].name, pair->name) &&
		    c->field[i].type != SL_CQL2_IS_GEOMETRY)
			f = &c->field[i];
	if (!f)
		return sl_fail(m->e, SL_INVALID, "'%.*s' is neither a parameter nor a queryable of '%.*s'",
		               SL_STR_ARG(pair->name), SL_STR_ARG(c->id));
	value = sl_cql2_node(&m->m, f->type == SL_CQL2_IS_NUMBER ? SL_CQL2_NUMBER : SL_CQL2_TEXT, 0, m->e);
	if (!value)
		return m->e->code;
	value->text = pair->value;
	if (f->type == SL_CQL2_IS_NUMBER && !sl_str_double(pair->value, &value->number))
		return sl_fail(m->e, SL_INVALID, "%.*s=%.*s: it is a number", SL_STR_ARG(pair->name),
		               SL_STR_ARG(pair->value));
	return compare(m, SL_CQL2_EQ, property(m, f->name), value, &n) ? m->e->code : also(m, n);
}

static enum sl_code read_values(struct making *m, const struct sl_ogc_collection *c)
{
	const struct sl_request *r = m->r;

	for (size_t i = 0; i < r->n_query; i++) {
		if (of_route(r, r->query[i].name))
			continue;
		for (size_t j = 0; j < i; j++)
			if (sl_str_eq(r->query[j].name, r->query[i].name))
				return sl_fail(m->e, SL_INVALID, "%.*s is given twice; give it once",
				               SL_STR_ARG(r->query[i].name));
		if (read_value(m, c, &r->query[i]))
			return m->e->code;
	}
	return SL_OK;
}

enum sl_code sl_ogc_read_query(struct sl_request *r, const struct sl_ogc_collection *c,
                               struct sl_ogc_query *out, struct sl_err *e)
{
	struct making m = {.r = r, .m = {.a = r->arena}, .e = e};
	struct sl_ogc_query q = {0};

	if (sl_request_int(r, "limit", SL_OGC_LIMIT_USUAL, 1, SL_OGC_LIMIT_MAX, true, &q.limit, e) ||
	    sl_request_int(r, "offset", 0, 0, INT64_MAX / 2, false, &q.offset, e) || read_box(r, &q, e) ||
	    sl_ogc_read_as_of(r, &q.as_of, e) || sl_ogc_read_crs(r, "crs", &q.crs, e) || read_datetime(&m, c) ||
	    read_filter(&m, c) || read_values(&m, c))
		return e->code;
	if (m.all && sl_cql2_bind(m.all, c->field, c->n_fields, e))
		return e->code;
	q.filter = m.all;
	*out = q;
	return SL_OK;
}
