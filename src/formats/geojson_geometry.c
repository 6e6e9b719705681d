#include "formats/source.h"

#include "base/json.h"

#include <string.h>

/* The geometry objects of GeoJSON (RFC 7946 section 3.1), read in one pass from the mapped text. */

enum shape { POINT, MULTIPOINT, LINE, MULTILINE, POLYGON, MULTIPOLYGON, COLLECTION, NO_SHAPE };

static enum shape shape_of(struct sl_str name)
{
	static const char *const names[] = {"Point",   "MultiPoint",   "LineString",        "MultiLineString",
	                                    "Polygon", "MultiPolygon", "GeometryCollection"};

	for (int i = 0; i < NO_SHAPE; i++)
		if (sl_str_is(name, names[i]))
			return (enum shape)i;
	return NO_SHAPE;
}

static enum sl_geom_type type_of(enum shape s)
{
	return s <= MULTIPOINT ? SL_GEOM_POINT : s <= MULTILINE ? SL_GEOM_LINE : SL_GEOM_POLYGON;
}

#define LARGE_TEXT ((size_t)1 << 20)

struct reader {
	struct sl_json_cursor c;
	struct sl_geom_builder b;
	bool started; /* the builder has a type */
	bool had_z;
};

/* [x, y] or [x, y, z, ...].  An empty list is an empty point. */
static enum sl_code position(struct reader *r, bool own_part, struct sl_err *e)
{
	double xy[2] = {0}, other;
	size_t n = 0;
	bool first = true, more;

	if (sl_json_open(&r->c, '[', e))
		return e->code;
	for (;;) {
		if (sl_json_more(&r->c, &first, ']', &more, e))
			return e->code;
		if (!more)
			break;
		if (sl_json_number(&r->c, n < 2 ? &xy[n] : &other, NULL, e))
			return e->code;
		n++;
	}
	if (!n && own_part)
		return SL_OK;
	if (n < 2)
		return sl_fail(e, SL_INVALID, "a position has fewer than two numbers");
	r->had_z |= n > 2;
	if (own_part && (sl_geom_add_part(&r->b, e) || sl_geom_add_ring(&r->b, e)))
		return e->code;
	return sl_geom_add_point(&r->b, xy[0], xy[1], e);
}

/* Lists of positions, `depth` lists deep: 0 a position, 1 a ring or line, 2 a polygon, 3 polygons.
 * Where parts and rings begin depends on the shape. */
static enum sl_code positions(struct reader *r, enum shape shape, int depth, struct sl_err *e)
{
	bool first = true, more, points = shape == POINT || shape == MULTIPOINT;

	if (!depth)
		return position(r, points, e);
	if (!points) {
		bool line = shape == LINE || shape == MULTILINE;

		if ((line && depth == 1) || (!line && depth == 2))
			if (sl_geom_add_part(&r->b, e))
				return e->code;
		if (depth == 1 && sl_geom_add_ring(&r->b, e))
			return e->code;
	}
	if (sl_json_open(&r->c, '[', e))
		return e->code;
	for (;;) {
		if (sl_json_more(&r->c, &first, ']', &more, e))
			return e->code;
		if (!more)
			return SL_OK;
		if (positions(r, shape, depth - 1, e))
			return e->code;
	}
}

/* An array that doubles needs three times its size in an arena: a large geometry is counted first. */
static enum sl_code make_room(struct reader *r, struct sl_arena *a, struct sl_err *e)
{
	const size_t left = (size_t)(r->c.end - r->c.p);
	size_t n = 0;

	if (left < LARGE_TEXT)
		return SL_OK;
	for (const char *p = r->c.p; (p = memchr(p, '[', (size_t)(r->c.end - p))); p++)
		n++;
	if (n > SL_ROW_POINTS_MAX + SL_ROW_POINTS_MAX / 8) /* brackets of rings among them */
		return sl_fail(e, SL_INVALID, "more than %u points; split it or make it simpler",
		               SL_ROW_POINTS_MAX);
	r->b.g.xy = sl_arena_alloc(a, n, 2 * sizeof *r->b.g.xy, e);
	if (!r->b.g.xy)
		return e->code;
	r->b.cap_points = n;
	return SL_OK;
}

static enum sl_code geometry(struct reader *r, struct sl_arena *a, int depth, struct sl_err *e);

static enum sl_code members(struct reader *r, struct sl_arena *a, int depth, struct sl_err *e)
{
	bool first = true, more;

	if (sl_json_open(&r->c, '[', e))
		return e->code;
	for (;;) {
		if (sl_json_more(&r->c, &first, ']', &more, e))
			return e->code;
		if (!more)
			return SL_OK;
		if (geometry(r, a, depth + 1, e))
			return e->code;
	}
}

/* "type" may stand after "coordinates": then the coordinates are read in a second pass. */
static enum sl_code geometry(struct reader *r, struct sl_arena *a, int depth, struct sl_err *e)
{
	static const int depth_of[] = {0, 1, 1, 2, 2, 3};
	enum shape shape = NO_SHAPE;
	bool first = true, more, done = false, typed = false;
	const char *later = NULL;
	struct sl_str key, text;

	if (depth > 8)
		return sl_fail(e, SL_INVALID, "collections nested too deeply");
	if (sl_json_open(&r->c, '{', e))
		return e->code;
	for (;;) {
		bool coordinates, geometries;

		if (sl_json_more(&r->c, &first, '}', &more, e))
			return e->code;
		if (!more)
			break;
		if (sl_json_key(&r->c, a, &key, e))
			return e->code;
		coordinates = sl_str_is(key, "coordinates");
		geometries = sl_str_is(key, "geometries");
		if (sl_str_is(key, "type")) {
			if (sl_json_string(&r->c, a, &text, e))
				return e->code;
			shape = shape_of(text);
			if (shape == NO_SHAPE)
				return sl_fail(e, SL_INVALID, "'%.*s' is no kind of geometry", SL_STR_ARG(text));
			typed = true;
			if (shape != COLLECTION) {
				if (!r->started) {
					sl_geom_build(&r->b, a, type_of(shape));
					if (make_room(r, a, e))
						return e->code;
				} else if (r->b.g.type != type_of(shape)) {
					return sl_fail(e, SL_UNSUPPORTED, "a collection of different kinds of geometry");
				}
				r->started = true;
			}
		} else if ((coordinates || geometries) && (!typed || coordinates == (shape == COLLECTION))) {
			later = r->c.p;
			if (sl_json_skip(&r->c, NULL, e))
				return e->code;
		} else if (coordinates && !done) {
			if (positions(r, shape, depth_of[shape], e))
				return e->code;
			done = true;
		} else if (geometries && !done) {
			if (members(r, a, depth, e))
				return e->code;
			done = true;
		} else if (sl_json_skip(&r->c, NULL, e)) {
			return e->code;
		}
	}
	if (!typed)
		return sl_fail(e, SL_INVALID, "the geometry has no type");
	if (!done && later) {
		const char *behind = r->c.p;

		r->c.p = later;
		if (shape == COLLECTION ? members(r, a, depth, e) : positions(r, shape, depth_of[shape], e))
			return e->code;
		r->c.p = behind;
		done = true;
	}
	return done ? SL_OK : sl_fail(e, SL_INVALID, "the geometry has no coordinates");
}

bool sl_geojson_is_geometry(struct sl_str type)
{
	return shape_of(type) != NO_SHAPE;
}

enum sl_code sl_geojson_geometry_at(struct sl_arena *a, struct sl_json_cursor *c, struct sl_geom *out,
                                    const char **problem, struct sl_err *e)
{
	struct reader r = {.c = *c};
	struct sl_err inner = {0};

	*problem = NULL;
	if (geometry(&r, a, 0, &inner)) {
		if (inner.code == SL_NOMEM) {
			*e = inner;
			return e->code;
		}
		*problem = sl_arena_printf(a, e, "%s", inner.msg);
		return *problem ? SL_OK : e->code;
	}
	*c = r.c;
	if (r.started)
		sl_geom_finish(&r.b, out);
	else
		*out = (struct sl_geom){.type = SL_GEOM_NONE};
	out->had_z |= r.had_z;
	return SL_OK;
}

enum sl_code sl_geojson_geometry(struct sl_arena *a, struct sl_str text, struct sl_geom *out,
                                 const char **problem, struct sl_err *e)
{
	struct sl_json_cursor c;

	sl_json_cursor_init(&c, text);
	return sl_geojson_geometry_at(a, &c, out, problem, e);
}
