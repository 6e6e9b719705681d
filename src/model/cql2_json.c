/* CQL2 JSON: {"op": ..., "args": [...]} (OGC 21-065r2, clause 9). */
#include "base/json.h"
#include "model/cql2.h"

#include <math.h>

/* Values have no place in a tree of JSON; the operator's number, in order, stands for it. */
struct reader {
	struct sl_cql2_maker m;
	struct sl_err *e;
};

static enum sl_code wrong(struct reader *r, const char *what)
{
	return sl_fail(r->e, SL_INVALID, "filter, item %zu: expected %s", r->m.n_nodes, what);
}

static bool numbers(const struct sl_json *v, double *x, size_t most, size_t *n)
{
	if (!v || v->type != SL_JSON_ARRAY || v->n > most)
		return false;
	*n = 0;
	for (const struct sl_json *c = v->child; c; c = c->next) {
		if (c->type != SL_JSON_NUMBER || !isfinite(c->number))
			return false;
		x[(*n)++] = c->number;
	}
	return true;
}

/* ---- GeoJSON geometries ---- */

static enum sl_code position(struct reader *r, struct sl_geom_builder *b, const struct sl_json *v)
{
	double x[4];
	size_t n;

	if (!numbers(v, x, 4, &n) || n < 2)
		return wrong(r, "a position: an array of two numbers");
	return sl_geom_add_point(b, x[0], x[1], r->e);
}

static enum sl_code positions(struct reader *r, struct sl_geom_builder *b, const struct sl_json *v)
{
	if (!v || v->type != SL_JSON_ARRAY || !v->n)
		return wrong(r, "an array of positions");
	if (sl_geom_add_ring(b, r->e))
		return r->e->code;
	for (const struct sl_json *c = v->child; c; c = c->next)
		if (position(r, b, c))
			return r->e->code;
	return SL_OK;
}

static enum sl_code part(struct reader *r, struct sl_geom_builder *b, enum sl_geom_type type,
                         const struct sl_json *v)
{
	if (sl_geom_add_part(b, r->e))
		return r->e->code;
	if (type == SL_GEOM_POINT)
		return sl_geom_add_ring(b, r->e) ? r->e->code : position(r, b, v);
	if (type == SL_GEOM_LINE)
		return positions(r, b, v);
	if (!v || v->type != SL_JSON_ARRAY || !v->n)
		return wrong(r, "an array of rings");
	for (const struct sl_json *c = v->child; c; c = c->next)
		if (positions(r, b, c))
			return r->e->code;
	return SL_OK;
}

static enum sl_code geometry(struct reader *r, const struct sl_json *v, struct sl_cql2 **out)
{
	static const struct {
		const char *word;
		enum sl_geom_type type;
		bool multi;
	} words[] = {{"Point", SL_GEOM_POINT, false},     {"MultiPoint", SL_GEOM_POINT, true},
	             {"LineString", SL_GEOM_LINE, false}, {"MultiLineString", SL_GEOM_LINE, true},
	             {"Polygon", SL_GEOM_POLYGON, false}, {"MultiPolygon", SL_GEOM_POLYGON, true}};
	const struct sl_json *coordinates = sl_json_get(v, "coordinates");
	struct sl_str type = sl_json_get_str(v, "type");
	struct sl_cql2 *n = sl_cql2_node(&r->m, SL_CQL2_GEOMETRY, r->m.n_nodes, r->e);
	struct sl_geom_builder b;
	size_t i = 0;

	if (!n || !(n->geometry = sl_arena_alloc(r->m.a, 1, sizeof *n->geometry, r->e)))
		return r->e->code;
	while (i < sizeof words / sizeof *words && !sl_str_is(type, words[i].word))
		i++;
	if (i == sizeof words / sizeof *words)
		return wrong(r, "a geometry of type Point, LineString, Polygon or their Multi forms");
	sl_geom_build(&b, r->m.a, words[i].type);
	if (!words[i].multi) {
		if (part(r, &b, words[i].type, coordinates))
			return r->e->code;
	} else {
		if (!coordinates || coordinates->type != SL_JSON_ARRAY)
			return wrong(r, "an array of coordinates");
		for (const struct sl_json *c = coordinates->child; c; c = c->next)
			if (part(r, &b, words[i].type, c))
				return r->e->code;
	}
	sl_geom_finish(&b, n->geometry);
	*out = n;
	return SL_OK;
}

/* ---- expressions ---- */

static enum sl_code any(struct reader *r, const struct sl_json *v, struct sl_cql2 **out);

static enum sl_code named_value(struct reader *r, const struct sl_json *v, struct sl_cql2 **out)
{
	struct sl_str text = sl_json_get_str(v, "property");
	const size_t at = r->m.n_nodes;
	struct sl_cql2 *n;
	double x[6];
	size_t k;

	if (text.n || sl_json_get(v, "property")) {
		n = sl_cql2_node(&r->m, SL_CQL2_PROPERTY, at, r->e);
		if (!n)
			return r->e->code;
		n->text = text;
	} else if (sl_json_get(v, "date") || sl_json_get(v, "timestamp")) {
		const bool day = sl_json_get(v, "date") != NULL;

		n = sl_cql2_node(&r->m, day ? SL_CQL2_DATE : SL_CQL2_TIMESTAMP, at, r->e);
		if (!n || sl_cql2_moment(n, sl_json_get_str(v, day ? "date" : "timestamp"), day, r->e))
			return r->e->code;
	} else if (sl_json_get(v, "bbox")) {
		if (!numbers(sl_json_get(v, "bbox"), x, 6, &k) || (k != 4 && k != 6))
			return wrong(r, "bbox with four numbers or six");
		if (k == 6) {
			x[2] = x[3];
			x[3] = x[4];
		}
		return sl_cql2_box(&r->m, x, at, out, r->e);
	} else if (sl_json_get(v, "type")) {
		return geometry(r, v, out);
	} else {
		return wrong(r, "an object with op, property, date, timestamp, bbox or a geometry");
	}
	*out = n;
	return SL_OK;
}

static enum sl_code arguments(struct reader *r, struct sl_cql2 *n, const struct sl_json *args, size_t least,
                              size_t most)
{
	struct sl_cql2 *child, *last = NULL;

	if (!args || args->type != SL_JSON_ARRAY || args->n < least || args->n > most)
		return sl_fail(r->e, SL_INVALID, "filter, item %zu: the operator takes %s%zu arguments in \"args\"",
		               n->at + 1, most > least ? "at least " : "", least);
	for (const struct sl_json *c = args->child; c; c = c->next) {
		if (any(r, c, &child))
			return r->e->code;
		*(last ? &last->next : &n->child) = child;
		last = child;
		n->n++;
	}
	return SL_OK;
}

/* "in": the value, then an array. */
static enum sl_code in_list(struct reader *r, struct sl_cql2 *n, const struct sl_json *args)
{
	struct sl_cql2 *child, *last;

	if (!args || args->type != SL_JSON_ARRAY || args->n != 2 || args->child->next->type != SL_JSON_ARRAY ||
	    !args->child->next->n)
		return wrong(r, "in with a value and an array of values in \"args\"");
	if (any(r, args->child, &last))
		return r->e->code;
	sl_cql2_add(n, last);
	for (const struct sl_json *c = args->child->next->child; c; c = c->next) {
		if (any(r, c, &child))
			return r->e->code;
		last->next = child;
		last = child;
		n->n++;
	}
	return SL_OK;
}

static enum sl_code operation(struct reader *r, const struct sl_json *v, struct sl_cql2 **out)
{
	static const struct {
		const char *word;
		enum sl_cql2_op op;
		size_t least, most;
	} words[] = {{"and", SL_CQL2_AND, 2, SIZE_MAX},  {"or", SL_CQL2_OR, 2, SIZE_MAX},
	             {"not", SL_CQL2_NOT, 1, 1},         {"=", SL_CQL2_EQ, 2, 2},
	             {"<>", SL_CQL2_NE, 2, 2},           {"<", SL_CQL2_LT, 2, 2},
	             {"<=", SL_CQL2_LE, 2, 2},           {">", SL_CQL2_GT, 2, 2},
	             {">=", SL_CQL2_GE, 2, 2},           {"like", SL_CQL2_LIKE, 2, 2},
	             {"between", SL_CQL2_BETWEEN, 3, 3}, {"in", SL_CQL2_IN, 2, 2},
	             {"isNull", SL_CQL2_IS_NULL, 1, 1},  {"casei", SL_CQL2_CASEI, 1, 1}};
	struct sl_str op = sl_json_get_str(v, "op");
	const struct sl_json *args = sl_json_get(v, "args");
	const size_t at = r->m.n_nodes;
	enum sl_spatial_predicate p;
	struct sl_cql2 *n = NULL;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sl_str_is(op, words[i].word)) {
			n = sl_cql2_node(&r->m, words[i].op, at, r->e);
			if (!n || (words[i].op == SL_CQL2_IN ? in_list(r, n, args)
			                                     : arguments(r, n, args, words[i].least, words[i].most)))
				return r->e->code;
			*out = n;
			return SL_OK;
		}
	if (op.n > 2 && sl_str_has_prefix(op, "s_") &&
	    sl_cql2_spatial_word((struct sl_str){op.p + 2, op.n - 2}, &p)) {
		n = sl_cql2_node(&r->m, SL_CQL2_SPATIAL, at, r->e);
		if (!n || arguments(r, n, args, 2, 2))
			return r->e->code;
		n->spatial = p;
		*out = n;
		return SL_OK;
	}
	return sl_fail(r->e, SL_INVALID, "filter, item %zu: the operator '%.*s' is not offered", at + 1,
	               SL_STR_ARG(op));
}

static enum sl_code any(struct reader *r, const struct sl_json *v, struct sl_cql2 **out)
{
	const size_t at = r->m.n_nodes;
	struct sl_cql2 *n = NULL;
	enum sl_code code;

	switch (v->type) {
	case SL_JSON_OBJECT:
		if (++r->m.depth > SL_CQL2_DEPTH_MAX)
			return sl_fail(r->e, SL_INVALID, "filter: nested more than %d deep", SL_CQL2_DEPTH_MAX);
		code = sl_json_get(v, "op") ? operation(r, v, out) : named_value(r, v, out);
		r->m.depth--;
		return code;
	case SL_JSON_STRING:
		n = sl_cql2_node(&r->m, SL_CQL2_TEXT, at, r->e);
		if (n)
			n->text = v->text;
		break;
	case SL_JSON_NUMBER:
		if (!isfinite(v->number))
			return wrong(r, "a number that can be told");
		n = sl_cql2_node(&r->m, SL_CQL2_NUMBER, at, r->e);
		if (n)
			n->number = v->number;
		break;
	case SL_JSON_BOOL:
		n = sl_cql2_node(&r->m, SL_CQL2_TRUTH, at, r->e);
		if (n)
			n->boolean = v->boolean;
		break;
	case SL_JSON_NULL:
	case SL_JSON_ARRAY: return wrong(r, "an expression");
	}
	*out = n;
	return n ? SL_OK : r->e->code;
}

/* Everything but values stands for a condition; binding sees to the rest. */
static bool is_condition(const struct sl_cql2 *n)
{
	return n->type == SL_CQL2_IS_TRUTH;
}

enum sl_code sl_cql2_read_json(struct sl_arena *a, struct sl_str text, struct sl_cql2 **out,
                               struct sl_err *e)
{
	struct reader r = {.m = {.a = a}, .e = e};
	struct sl_json *json;
	struct sl_cql2 *tree;

	if (text.n > SL_CQL2_LENGTH_MAX)
		return sl_fail(e, SL_INVALID, "filter: longer than %d bytes", SL_CQL2_LENGTH_MAX);
	if (sl_json_parse(a, text, &json, e))
		return e->code == SL_INVALID ? sl_err_within(e, "filter") : e->code;
	if (any(&r, json, &tree))
		return e->code;
	if (!is_condition(tree))
		return sl_fail(e, SL_INVALID, "filter, item 1: expected a condition: an object with op and args");
	*out = tree;
	return SL_OK;
}
