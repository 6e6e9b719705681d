#include "geo/wkb.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 16 };

struct reader {
	struct sl_str text; /* the whole, for messages */
	const char *p, *end;
	struct sl_geom_builder b;
	bool typed;
};

static const struct kind {
	const char *word;
	enum sl_geom_type type;
	bool multi;
} kinds[] = {
	{"POINT", SL_GEOM_POINT, false},
	{"LINESTRING", SL_GEOM_LINE, false},
	{"POLYGON", SL_GEOM_POLYGON, false},
	{"MULTIPOINT", SL_GEOM_POINT, true},
	{"MULTILINESTRING", SL_GEOM_LINE, true},
	{"MULTIPOLYGON", SL_GEOM_POLYGON, true},
	{"GEOMETRYCOLLECTION", SL_GEOM_NONE, true},
};

static void skip_blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || (*r->p >= '\t' && *r->p <= '\r')))
		r->p++;
}

static bool take(struct reader *r, char c)
{
	skip_blanks(r);
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static enum sl_code expected(struct reader *r, const char *what, struct sl_err *e)
{
	struct sl_str rest = {r->p, (size_t)(r->end - r->p)};

	if (!rest.n)
		return sl_fail(e, SL_INVALID, "WKT ends where %s should stand", what);
	rest.n = rest.n > 20 ? 20 : rest.n;
	return sl_fail(e, SL_INVALID, "WKT has \"%.*s\" at character %zu where %s should stand",
	               SL_STR_ARG(rest), (size_t)(r->p - r->text.p) + 1, what);
}

static struct sl_str take_word(struct reader *r)
{
	struct sl_str word;

	skip_blanks(r);
	word.p = r->p;
	while (r->p < r->end && ((*r->p >= 'A' && *r->p <= 'Z') || (*r->p >= 'a' && *r->p <= 'z')))
		r->p++;
	word.n = (size_t)(r->p - word.p);
	return word;
}

static enum sl_code take_number(struct reader *r, double *x, struct sl_err *e)
{
	const char *start;

	skip_blanks(r);
	start = r->p;
	while (r->p < r->end && ((*r->p >= '0' && *r->p <= '9') || strchr("+-.eE", *r->p)) && *r->p)
		r->p++;
	if (!sl_str_double((struct sl_str){start, (size_t)(r->p - start)}, x)) {
		r->p = start;
		return expected(r, "a number", e);
	}
	return SL_OK;
}

static enum sl_code take_point(struct reader *r, struct sl_err *e)
{
	double v[4];
	int n = 0;

	do {
		if (n == 4)
			return expected(r, "',' or ')' after four numbers", e);
		if (take_number(r, &v[n], e))
			return e->code;
		n++;
		skip_blanks(r);
	} while (n < 2 || (r->p < r->end && *r->p != ',' && *r->p != ')'));
	r->b.g.had_z |= n > 2;
	return sl_geom_add_point(&r->b, v[0], v[1], e);
}

/* "(x y, x y, ...)" or EMPTY */
static enum sl_code take_ring(struct reader *r, struct sl_err *e)
{
	if (sl_geom_add_ring(&r->b, e))
		return e->code;
	if (!take(r, '(')) {
		const char *start = r->p;

		if (sl_str_is_nocase(take_word(r), "EMPTY"))
			return SL_OK;
		r->p = start;
		return expected(r, "'('", e);
	}
	do {
		if (take_point(r, e))
			return e->code;
	} while (take(r, ','));
	return take(r, ')') ? SL_OK : expected(r, "',' or ')'", e);
}

/* What stands in one part of the type. */
static enum sl_code take_part(struct reader *r, struct sl_err *e)
{
	const char *start;

	if (sl_geom_add_part(&r->b, e))
		return e->code;
	if (r->b.g.type != SL_GEOM_POLYGON)
		return take_ring(r, e);
	if (!take(r, '(')) {
		start = r->p;
		if (sl_str_is_nocase(take_word(r), "EMPTY"))
			return SL_OK;
		r->p = start;
		return expected(r, "'('", e);
	}
	do {
		if (take_ring(r, e))
			return e->code;
	} while (take(r, ','));
	return take(r, ')') ? SL_OK : expected(r, "',' or ')'", e);
}

/* MULTIPOINT is written in two ways: ((1 2), (3 4)) and (1 2, 3 4). */
static enum sl_code take_member(struct reader *r, struct sl_err *e)
{
	skip_blanks(r);
	if (r->b.g.type == SL_GEOM_POINT && r->p < r->end && *r->p != '(' && *r->p != 'E' && *r->p != 'e')
		return sl_geom_add_part(&r->b, e) || sl_geom_add_ring(&r->b, e) ? e->code : take_point(r, e);
	return take_part(r, e);
}

/* Keyword and dimension: "POLYGON", "POLYGON ZM", "POLYGONZ"; *empty is set when EMPTY follows. */
static enum sl_code take_kind(struct reader *r, const struct kind **kind, bool *empty, struct sl_err *e)
{
	static const char *const marks[] = {"", "Z", "M", "ZM"};
	struct sl_str word, next;
	const char *start;

	word = take_word(r);
	*kind = NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !*kind; i++) {
		size_t n = strlen(kinds[i].word);

		for (size_t k = 0; word.n >= n && k < 4 && !*kind; k++)
			if (sl_str_is_nocase((struct sl_str){word.p, n}, kinds[i].word) &&
			    sl_str_is_nocase((struct sl_str){word.p + n, word.n - n}, marks[k]))
				*kind = &kinds[i];
	}
	if (!*kind) {
		static const char *const other[] = {"CURVE", "SURFACE", "CIRCULARSTRING", "TIN", "TRIANGLE"};

		for (size_t i = 0; word.n && i < sizeof other / sizeof *other; i++)
			if (sl_str_has_suffix_nocase(word, other[i]) ||
			    sl_str_has_suffix_nocase((struct sl_str){word.p, word.n - 1}, other[i]))
				return sl_fail(e, SL_UNSUPPORTED, "geometry type %.*s; make it a polygon",
				               SL_STR_ARG(word));
		r->p = word.p;
		return expected(r, "POINT, LINESTRING, POLYGON or MULTI...", e);
	}
	for (;;) {
		start = (skip_blanks(r), r->p);
		next = take_word(r);
		if (sl_str_is_nocase(next, "EMPTY")) {
			*empty = true;
			return SL_OK;
		}
		if (!next.n)
			return SL_OK;
		if (!sl_str_is_nocase(next, "Z") && !sl_str_is_nocase(next, "M") && !sl_str_is_nocase(next, "ZM")) {
			r->p = start;
			return expected(r, "'('", e);
		}
	}
}

static enum sl_code take_geometry(struct reader *r, int depth, struct sl_err *e)
{
	const struct kind *kind;
	bool empty = false;

	if (take_kind(r, &kind, &empty, e))
		return e->code;
	if (empty)
		return SL_OK;
	if (kind->type != SL_GEOM_NONE) {
		if (r->typed && r->b.g.type != kind->type)
			return sl_fail(e, SL_UNSUPPORTED,
			               "a collection of points, lines and polygons together; split it by kind");
		r->typed = true;
		r->b.g.type = kind->type;
		if (!kind->multi)
			return take_part(r, e);
	}
	if (depth >= DEPTH_MAX)
		return sl_fail(e, SL_INVALID, "WKT collections nested more than %d deep", DEPTH_MAX);
	if (!take(r, '('))
		return expected(r, "'('", e);
	do {
		if (kind->type == SL_GEOM_NONE ? take_geometry(r, depth + 1, e) : take_member(r, e))
			return e->code;
	} while (take(r, ','));
	return take(r, ')') ? SL_OK : expected(r, "',' or ')'", e);
}

static enum sl_code take_srid(struct reader *r, int *srid, struct sl_err *e)
{
	const char *semicolon;
	int64_t n;

	skip_blanks(r);
	*srid = 0;
	if (r->end - r->p < 5 || !sl_str_is_nocase((struct sl_str){r->p, 5}, "SRID="))
		return SL_OK;
	semicolon = memchr(r->p, ';', (size_t)(r->end - r->p));
	if (!semicolon || !sl_str_int64((struct sl_str){r->p + 5, (size_t)(semicolon - r->p) - 5}, &n) ||
	    n < 0 || n > 999999)
		return sl_fail(e, SL_INVALID, "EWKT must begin like \"SRID=4326;\"");
	*srid = (int)n;
	r->p = semicolon + 1;
	return SL_OK;
}

/* An array that doubles needs three times its size in an arena: the points of a large text are counted
 * first, by their commas. */
static enum sl_code make_room(struct reader *r, struct sl_arena *a, struct sl_err *e)
{
	size_t n = 1;

	if (r->text.n < (size_t)1 << 16)
		return SL_OK;
	for (const char *p = r->p; (p = memchr(p, ',', (size_t)(r->end - p))); p++)
		n++;
	if (n > SL_GEOM_POINTS_MAX)
		return sl_fail(e, SL_INVALID, "more than %u points; split it or make it simpler", SL_GEOM_POINTS_MAX);
	r->b.g.xy = sl_arena_alloc(a, n, 2 * sizeof *r->b.g.xy, e);
	if (!r->b.g.xy)
		return e->code;
	r->b.cap_points = n;
	return SL_OK;
}

enum sl_code sl_wkt_read(struct sl_arena *a, struct sl_str text, struct sl_geom *out, int *srid,
                         struct sl_err *e)
{
	struct reader r = {.text = text, .p = text.p, .end = text.p + text.n};
	struct sl_geom g;
	int found;

	sl_geom_build(&r.b, a, SL_GEOM_NONE);
	if (take_srid(&r, &found, e) || make_room(&r, a, e) || take_geometry(&r, 0, e))
		return e->code;
	skip_blanks(&r);
	if (r.p != r.end)
		return expected(&r, "the end", e);
	sl_geom_finish(&r.b, &g);
	if (g.type == SL_GEOM_POINT && g.n_points > g.n_parts)
		return sl_fail(e, SL_INVALID, "WKT point with more than one position; write MULTIPOINT");
	*out = g;
	if (srid)
		*srid = found;
	return SL_OK;
}

static void put_point(struct sl_buf *b, const double *xy)
{
	char x[32], y[32];

	sl_buf_add(b, x, sl_double_text(xy[0], x));
	sl_buf_putc(b, ' ');
	sl_buf_add(b, y, sl_double_text(xy[1], y));
}

void sl_wkt_write(struct sl_buf *b, const struct sl_geom *g)
{
	static const char *const words[] = {"", "POINT", "LINESTRING", "POLYGON"};
	const bool multi = g->n_parts > 1, polygon = g->type == SL_GEOM_POLYGON;
	size_t ring = 0, i = 0;

	if (g->type == SL_GEOM_NONE) {
		sl_buf_puts(b, "GEOMETRYCOLLECTION EMPTY");
		return;
	}
	sl_buf_puts(b, multi ? "MULTI" : "");
	sl_buf_puts(b, words[g->type]);
	sl_buf_puts(b, multi ? " (" : " ");
	for (size_t part = 0; part < g->n_parts; part++) {
		sl_buf_puts(b, part ? ", " : "");
		sl_buf_puts(b, polygon ? "(" : "");
		for (size_t first = ring; ring < g->part_end[part]; ring++) {
			size_t start = i;

			sl_buf_puts(b, ring > first ? ", (" : "(");
			for (; i < g->ring_end[ring]; i++) {
				sl_buf_puts(b, i > start ? ", " : "");
				put_point(b, g->xy + 2 * i);
			}
			if (polygon && i > start) {
				sl_buf_puts(b, ", ");
				put_point(b, g->xy + 2 * start);
			}
			sl_buf_putc(b, ')');
		}
		sl_buf_puts(b, polygon ? ")" : "");
	}
	sl_buf_puts(b, multi ? ")" : "");
}
