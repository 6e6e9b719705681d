#include "model/cql2.h"

#include "geo/wkb.h"

#include <math.h>

const char *const sl_cql2_spatial_words[SL_SPATIAL_PREDICATES] = {
    [SL_SPATIAL_INTERSECTS] = "INTERSECTS", [SL_SPATIAL_EQUALS] = "EQUALS",
    [SL_SPATIAL_DISJOINT] = "DISJOINT",     [SL_SPATIAL_TOUCHES] = "TOUCHES",
    [SL_SPATIAL_WITHIN] = "WITHIN",         [SL_SPATIAL_OVERLAPS] = "OVERLAPS",
    [SL_SPATIAL_CROSSES] = "CROSSES",       [SL_SPATIAL_CONTAINS] = "CONTAINS",
};

bool sl_cql2_spatial_word(struct sl_str word, enum sl_spatial_predicate *out)
{
	for (int i = 0; i < SL_SPATIAL_PREDICATES; i++)
		if (sl_str_is_nocase(word, sl_cql2_spatial_words[i])) {
			*out = (enum sl_spatial_predicate)i;
			return true;
		}
	return false;
}

static enum sl_cql2_type type_of(enum sl_cql2_op op)
{
	switch (op) {
	case SL_CQL2_TEXT:
	case SL_CQL2_CASEI:
	case SL_CQL2_PROPERTY: return SL_CQL2_IS_TEXT;
	case SL_CQL2_NUMBER: return SL_CQL2_IS_NUMBER;
	case SL_CQL2_DATE: return SL_CQL2_IS_DATE;
	case SL_CQL2_TIMESTAMP: return SL_CQL2_IS_TIMESTAMP;
	case SL_CQL2_GEOMETRY: return SL_CQL2_IS_GEOMETRY;
	default: return SL_CQL2_IS_TRUTH;
	}
}

struct sl_cql2 *sl_cql2_node(struct sl_cql2_maker *m, enum sl_cql2_op op, size_t at, struct sl_err *e)
{
	struct sl_cql2 *n;

	if (++m->n_nodes > SL_CQL2_NODES_MAX) {
		sl_fail(e, SL_INVALID, "filter, position %zu: more than %d values and operators; make it shorter",
		        at + 1, SL_CQL2_NODES_MAX);
		return NULL;
	}
	n = sl_arena_alloc(m->a, 1, sizeof *n, e);
	if (n)
		*n = (struct sl_cql2){.op = op, .type = type_of(op), .at = at, .column = -1};
	return n;
}

void sl_cql2_add(struct sl_cql2 *parent, struct sl_cql2 *child)
{
	struct sl_cql2 **end = &parent->child;

	/* Short lists; the long one, IN, is limited by SL_CQL2_NODES_MAX. */
	while (*end)
		end = &(*end)->next;
	*end = child;
	parent->n++;
}

static enum sl_code box_part(struct sl_geom_builder *b, double x0, double y0, double x1, double y1,
                             struct sl_err *e)
{
	if (sl_geom_add_part(b, e) || sl_geom_add_ring(b, e) || sl_geom_add_point(b, x0, y0, e))
		return e->code;
	if (x0 == x1 && y0 == y1)
		return SL_OK;
	if (x0 == x1 || y0 == y1)
		return sl_geom_add_point(b, x1, y1, e);
	return sl_geom_add_point(b, x1, y0, e) || sl_geom_add_point(b, x1, y1, e) ||
	               sl_geom_add_point(b, x0, y1, e)
	           ? e->code
	           : SL_OK;
}

enum sl_code sl_cql2_box(struct sl_cql2_maker *m, const double box[4], size_t at, struct sl_cql2 **out,
                         struct sl_err *e)
{
	/* A box without width is a line, one without height too, one without either a point. */
	const int flat = (box[0] == box[2]) + (box[1] == box[3]);
	struct sl_cql2 *n = sl_cql2_node(m, SL_CQL2_GEOMETRY, at, e);
	struct sl_geom_builder b;

	if (!n || !(n->geometry = sl_arena_alloc(m->a, 1, sizeof *n->geometry, e)))
		return e->code;
	for (int i = 0; i < 4; i++)
		if (!isfinite(box[i]))
			return sl_fail(e, SL_INVALID, "filter, position %zu: BBOX takes finite numbers", at + 1);
	if (box[1] > box[3])
		return sl_fail(e, SL_INVALID,
		               "filter, position %zu: BBOX: the second number (south) is above the fourth (north)",
		               at + 1);
	sl_geom_build(&b, m->a, flat == 0 ? SL_GEOM_POLYGON : flat == 1 ? SL_GEOM_LINE : SL_GEOM_POINT);
	if (box[0] > box[2]) {
		if (box_part(&b, box[0], box[1], 180, box[3], e) || box_part(&b, -180, box[1], box[2], box[3], e))
			return e->code;
	} else if (box_part(&b, box[0], box[1], box[2], box[3], e)) {
		return e->code;
	}
	sl_geom_finish(&b, n->geometry);
	*out = n;
	return SL_OK;
}

enum sl_code sl_cql2_moment(struct sl_cql2 *node, struct sl_str text, bool whole_day, struct sl_err *e)
{
	if (whole_day) {
		if (!sl_date_parse(text, &node->date))
			return sl_fail(e, SL_INVALID,
			               "filter, position %zu: '%.*s' is no date; write it as DATE('2024-01-31')",
			               node->at + 1, SL_STR_ARG(text));
		node->ms = (int64_t)node->date.day * 86400000;
		return SL_OK;
	}
	if (text.n < 11 || !sl_time_parse(text, &node->ms))
		return sl_fail(e, SL_INVALID,
		               "filter, position %zu: '%.*s' is no moment; write it as "
		               "TIMESTAMP('2024-01-31T12:00:00Z')",
		               node->at + 1, SL_STR_ARG(text));
	return SL_OK;
}

enum sl_code sl_cql2_each_geometry(struct sl_cql2 *tree,
                                   enum sl_code (*fn)(void *ctx, struct sl_geom *g, struct sl_err *e),
                                   void *ctx, struct sl_err *e)
{
	if (tree->geometry && fn(ctx, tree->geometry, e))
		return e->code == SL_INVALID ? sl_err_within(e, "filter, position %zu", tree->at + 1) : e->code;
	for (struct sl_cql2 *c = tree->child; c; c = c->next)
		if (sl_cql2_each_geometry(c, fn, ctx, e))
			return e->code;
	return SL_OK;
}

/* ---- binding ---- */

static const char *const type_words[] = {
    [SL_CQL2_IS_TRUTH] = "a condition",  [SL_CQL2_IS_TEXT] = "a text",
    [SL_CQL2_IS_NUMBER] = "a number",    [SL_CQL2_IS_DATE] = "a date",
    [SL_CQL2_IS_TIMESTAMP] = "a moment", [SL_CQL2_IS_GEOMETRY] = "a geometry",
};

static bool is_time(enum sl_cql2_type t)
{
	return t == SL_CQL2_IS_DATE || t == SL_CQL2_IS_TIMESTAMP;
}

static enum sl_code find_property(struct sl_cql2 *n, const struct sl_cql2_field *field, size_t n_fields,
                                  struct sl_err *e)
{
	for (size_t i = 0; i < n_fields; i++)
		if (n->text.n && sl_str_eq(field[i].name, n->text)) { /* a field without a name is hidden */
			n->column = (int)i;
			n->type = field[i].type;
			return SL_OK;
		}
	return sl_fail(
	    e, SL_INVALID,
	    "filter, position %zu: there is no property '%.*s' here; the collection's queryables list them",
	    n->at + 1, SL_STR_ARG(n->text));
}

/* A text beside a date: many clients write no DATE(). */
static enum sl_code read_as(struct sl_cql2 *n, enum sl_cql2_type wanted, struct sl_err *e)
{
	const bool day = wanted == SL_CQL2_IS_DATE && n->text.n <= 10;

	if (n->op != SL_CQL2_TEXT || !is_time(wanted))
		return SL_OK;
	if (sl_cql2_moment(n, n->text, day, e))
		return e->code;
	n->op = day ? SL_CQL2_DATE : SL_CQL2_TIMESTAMP;
	n->type = type_of(n->op);
	return SL_OK;
}

static enum sl_code must_be(const struct sl_cql2 *n, enum sl_cql2_type wanted, struct sl_err *e)
{
	if (n->type == wanted || (is_time(n->type) && is_time(wanted)))
		return SL_OK;
	if (n->op == SL_CQL2_PROPERTY)
		return sl_fail(e, SL_INVALID, "filter, position %zu: '%.*s' is %s; expected %s", n->at + 1,
		               SL_STR_ARG(n->text), type_words[n->type], type_words[wanted]);
	return sl_fail(e, SL_INVALID, "filter, position %zu: expected %s, not %s", n->at + 1,
	               type_words[wanted], type_words[n->type]);
}

/* A condition stands where a value is expected. */
static enum sl_code must_be_value(const struct sl_cql2 *n, struct sl_err *e)
{
	if (n->op >= SL_CQL2_PROPERTY || n->op == SL_CQL2_TRUTH)
		return SL_OK;
	return sl_fail(e, SL_INVALID, "filter, position %zu: expected a property or a value, not a condition",
	               n->at + 1);
}

/* All children of one type: that of the first property among them, else of the first. */
static enum sl_code alike(struct sl_cql2 *n, struct sl_err *e)
{
	enum sl_cql2_type wanted = n->child->type;

	for (struct sl_cql2 *c = n->child; c; c = c->next)
		if (c->op != SL_CQL2_TEXT) {
			wanted = c->type;
			break;
		}
	if (wanted == SL_CQL2_IS_GEOMETRY ||
	    (wanted == SL_CQL2_IS_TRUTH && n->op != SL_CQL2_EQ && n->op != SL_CQL2_NE))
		return sl_fail(e, SL_INVALID, "filter, position %zu: %s cannot be compared so%s", n->at + 1,
		               type_words[wanted],
		               wanted == SL_CQL2_IS_GEOMETRY ? "; use S_EQUALS or S_INTERSECTS" : "");
	for (struct sl_cql2 *c = n->child; c; c = c->next)
		if (read_as(c, wanted, e) || must_be(c, wanted, e) || must_be_value(c, e))
			return e->code;
	return SL_OK;
}

enum sl_code sl_cql2_bind(struct sl_cql2 *n, const struct sl_cql2_field *field, size_t n_fields,
                          struct sl_err *e)
{
	if (n->op == SL_CQL2_PROPERTY)
		return find_property(n, field, n_fields, e);
	for (struct sl_cql2 *c = n->child; c; c = c->next)
		if (sl_cql2_bind(c, field, n_fields, e))
			return e->code;
	switch (n->op) {
	case SL_CQL2_AND:
	case SL_CQL2_OR:
	case SL_CQL2_NOT:
		for (struct sl_cql2 *c = n->child; c; c = c->next)
			if (must_be(c, SL_CQL2_IS_TRUTH, e))
				return e->code;
		return SL_OK;
	case SL_CQL2_LIKE:
		return must_be(n->child, SL_CQL2_IS_TEXT, e) || must_be(n->child->next, SL_CQL2_IS_TEXT, e)
		           ? e->code
		           : SL_OK;
	case SL_CQL2_IS_NULL: return must_be_value(n->child, e);
	case SL_CQL2_CASEI: return must_be(n->child, SL_CQL2_IS_TEXT, e);
	case SL_CQL2_SPATIAL:
		return must_be(n->child, SL_CQL2_IS_GEOMETRY, e) || must_be(n->child->next, SL_CQL2_IS_GEOMETRY, e)
		           ? e->code
		           : SL_OK;
	case SL_CQL2_EQ:
	case SL_CQL2_NE:
	case SL_CQL2_LT:
	case SL_CQL2_LE:
	case SL_CQL2_GT:
	case SL_CQL2_GE:
	case SL_CQL2_BETWEEN:
	case SL_CQL2_IN: return alike(n, e);
	default: return SL_OK;
	}
}

/* ---- as text ---- */

static void put_literal(struct sl_buf *b, struct sl_str s, char quote)
{
	sl_buf_putc(b, quote);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == quote)
			sl_buf_putc(b, quote);
		sl_buf_putc(b, s.p[i]);
	}
	sl_buf_putc(b, quote);
}

static void put_number(struct sl_buf *b, double x)
{
	char *p = sl_buf_room(b, 33);

	if (!p)
		return;
	b->n += sl_double_text(x, p);
	b->p[b->n] = 0;
}

static void put_list(struct sl_buf *b, const struct sl_cql2 *first, const char *between)
{
	for (const struct sl_cql2 *c = first; c; c = c->next) {
		sl_buf_puts(b, c == first ? "" : between);
		sl_cql2_text(b, c);
	}
}

void sl_cql2_text(struct sl_buf *b, const struct sl_cql2 *n)
{
	static const char *const compares[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
	char moment[32];

	switch (n->op) {
	case SL_CQL2_AND:
	case SL_CQL2_OR:
		sl_buf_putc(b, '(');
		put_list(b, n->child, n->op == SL_CQL2_AND ? " AND " : " OR ");
		sl_buf_putc(b, ')');
		break;
	case SL_CQL2_NOT:
		sl_buf_puts(b, "NOT (");
		sl_cql2_text(b, n->child);
		sl_buf_putc(b, ')');
		break;
	case SL_CQL2_TRUTH: sl_buf_puts(b, n->boolean ? "TRUE" : "FALSE"); break;
	case SL_CQL2_EQ:
	case SL_CQL2_NE:
	case SL_CQL2_LT:
	case SL_CQL2_LE:
	case SL_CQL2_GT:
	case SL_CQL2_GE: put_list(b, n->child, compares[n->op - SL_CQL2_EQ]); break;
	case SL_CQL2_LIKE: put_list(b, n->child, " LIKE "); break;
	case SL_CQL2_BETWEEN:
		sl_cql2_text(b, n->child);
		sl_buf_puts(b, " BETWEEN ");
		put_list(b, n->child->next, " AND ");
		break;
	case SL_CQL2_IN:
		sl_cql2_text(b, n->child);
		sl_buf_puts(b, " IN (");
		put_list(b, n->child->next, ", ");
		sl_buf_putc(b, ')');
		break;
	case SL_CQL2_IS_NULL:
		sl_cql2_text(b, n->child);
		sl_buf_puts(b, " IS NULL");
		break;
	case SL_CQL2_SPATIAL:
		sl_buf_printf(b, "S_%s(", sl_cql2_spatial_words[n->spatial]);
		put_list(b, n->child, ", ");
		sl_buf_putc(b, ')');
		break;
	case SL_CQL2_PROPERTY: put_literal(b, n->text, '"'); break;
	case SL_CQL2_CASEI:
		sl_buf_puts(b, "CASEI(");
		sl_cql2_text(b, n->child);
		sl_buf_putc(b, ')');
		break;
	case SL_CQL2_TEXT: put_literal(b, n->text, '\''); break;
	case SL_CQL2_NUMBER: put_number(b, n->number); break;
	case SL_CQL2_DATE:
		sl_date_text(n->date, moment);
		sl_buf_printf(b, "DATE('%s')", moment);
		break;
	case SL_CQL2_TIMESTAMP:
		sl_time_text(n->ms, moment);
		sl_buf_printf(b, "TIMESTAMP('%s')", moment);
		break;
	case SL_CQL2_GEOMETRY: sl_wkt_write(b, n->geometry); break;
	}
}
