/* CQL2 text, by recursive descent over its grammar (OGC 21-065r2, annex B). */
#include "geo/wkb.h"
#include "model/cql2.h"

#include <string.h>

struct reader {
	struct sl_cql2_maker m;
	struct sl_str text;
	size_t at;
	struct sl_err *e;
};

static enum sl_code expected(struct reader *r, const char *what)
{
	struct sl_str rest = {r->text.p + r->at, r->text.n - r->at};

	if (!rest.n)
		return sl_fail(r->e, SL_INVALID, "filter, position %zu: it ends where %s is expected", r->at + 1,
		               what);
	if (rest.n > 20)
		for (rest.n = 20; rest.n && (rest.p[rest.n] & 0xc0) == 0x80;)
			rest.n--;
	return sl_fail(r->e, SL_INVALID, "filter, position %zu: expected %s, not '%.*s'", r->at + 1, what,
	               SL_STR_ARG(rest));
}

static void blanks(struct reader *r)
{
	while (r->at < r->text.n && memchr(" \t\r\n", r->text.p[r->at], 4))
		r->at++;
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || (c & 0x80);
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The word that stands next, without taking it; empty when none does. */
static struct sl_str word_ahead(struct reader *r)
{
	size_t i;

	blanks(r);
	for (i = r->at; i < r->text.n; i++) {
		char c = r->text.p[i];

		if (!letter(c) && !(i > r->at && (digit(c) || c == '.' || c == '-')))
			break;
	}
	return (struct sl_str){r->text.p + r->at, i - r->at};
}

static bool take_word(struct reader *r, const char *word)
{
	struct sl_str w = word_ahead(r);

	if (!sl_str_is_nocase(w, word))
		return false;
	r->at += w.n;
	return true;
}

static bool take_mark(struct reader *r, const char *mark)
{
	size_t n = strlen(mark);

	blanks(r);
	if (r->text.n - r->at < n || memcmp(r->text.p + r->at, mark, n) != 0)
		return false;
	r->at += n;
	return true;
}

/* 'text' with doubled quotes; also "name". */
static enum sl_code take_quoted(struct reader *r, char quote, struct sl_str *out)
{
	size_t from = r->at, n = 0;
	char *copy;

	for (r->at++; r->at < r->text.n; r->at++) {
		if (r->text.p[r->at] != quote)
			continue;
		if (r->at + 1 >= r->text.n || r->text.p[r->at + 1] != quote)
			break;
		r->at++;
	}
	if (r->at >= r->text.n) {
		r->at = from;
		return sl_fail(r->e, SL_INVALID, "filter, position %zu: the %s that begins here has no end",
		               from + 1, quote == '"' ? "name" : "text");
	}
	r->at++;
	copy = sl_arena_alloc(r->m.a, r->at - from, 1, r->e);
	if (!copy)
		return r->e->code;
	for (size_t i = from + 1; i + 1 < r->at; i++) {
		copy[n++] = r->text.p[i];
		if (r->text.p[i] == quote)
			i++;
	}
	*out = (struct sl_str){copy, n};
	return SL_OK;
}

static bool take_number(struct reader *r, double *out)
{
	size_t i, n = 0;

	blanks(r);
	i = r->at;
	if (i < r->text.n && (r->text.p[i] == '-' || r->text.p[i] == '+'))
		i++;
	for (; i < r->text.n; i++) {
		char c = r->text.p[i];

		if (digit(c))
			n++;
		else if ((c == '+' || c == '-') && n && (r->text.p[i - 1] == 'e' || r->text.p[i - 1] == 'E'))
			continue;
		else if (c != '.' && !((c == 'e' || c == 'E') && n))
			break;
	}
	if (!n || !sl_str_double((struct sl_str){r->text.p + r->at, i - r->at}, out))
		return false;
	r->at = i;
	return true;
}

static enum sl_code number(struct reader *r, double *out)
{
	return take_number(r, out) ? SL_OK : expected(r, "a number");
}

static enum sl_code mark(struct reader *r, const char *m, const char *what)
{
	return take_mark(r, m) ? SL_OK : expected(r, what);
}

static enum sl_code enter(struct reader *r)
{
	if (++r->m.depth > SL_CQL2_DEPTH_MAX)
		return sl_fail(r->e, SL_INVALID, "filter, position %zu: nested more than %d deep", r->at + 1,
		               SL_CQL2_DEPTH_MAX);
	return SL_OK;
}

/* ---- geometries ---- */

static enum sl_code bbox(struct reader *r, size_t at, struct sl_cql2 **out)
{
	double x[6];
	int n = 0;

	if (mark(r, "(", "'('"))
		return r->e->code;
	do {
		if (n == 6)
			return expected(r, "')' after at most six numbers");
		if (number(r, &x[n++]))
			return r->e->code;
	} while (take_mark(r, ","));
	if (n != 4 && n != 6)
		return expected(r, "four numbers (west, south, east, north) or six");
	if (mark(r, ")", "')'"))
		return r->e->code;
	if (n == 6) { /* heights are not looked at */
		x[2] = x[3];
		x[3] = x[4];
	}
	return sl_cql2_box(&r->m, x, at, out, r->e);
}

static bool geometry_word(struct sl_str w)
{
	static const char *const words[] = {
	    "POINT",           "LINESTRING",   "POLYGON",           "MULTIPOINT",
	    "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sl_str_is_nocase(w, words[i]))
			return true;
	return false;
}

/* From its word to the parenthesis that closes it: the reader of well-known text judges the rest. */
static enum sl_code well_known(struct reader *r, size_t at, struct sl_cql2 **out)
{
	struct sl_cql2 *n;
	int depth = 0;
	size_t i = at;

	for (; i < r->text.n; i++) {
		depth += r->text.p[i] == '(';
		if (r->text.p[i] == ')' && --depth <= 0)
			break;
	}
	if (i >= r->text.n)
		return sl_fail(r->e, SL_INVALID, "filter, position %zu: the geometry that begins here has no end",
		               at + 1);
	n = sl_cql2_node(&r->m, SL_CQL2_GEOMETRY, at, r->e);
	if (!n || !(n->geometry = sl_arena_alloc(r->m.a, 1, sizeof *n->geometry, r->e)))
		return r->e->code;
	if (sl_wkt_read(r->m.a, (struct sl_str){r->text.p + at, i + 1 - at}, n->geometry, NULL, r->e)) {
		if (r->e->code == SL_UNSUPPORTED)
			r->e->code = SL_INVALID;
		return sl_err_within(r->e, "filter, position %zu", at + 1);
	}
	r->at = i + 1;
	*out = n;
	return SL_OK;
}

/* ---- values ---- */

static enum sl_code property(struct reader *r, struct sl_cql2 **out)
{
	size_t at;

	blanks(r);
	at = r->at;
	*out = sl_cql2_node(&r->m, SL_CQL2_PROPERTY, at, r->e);
	if (!*out)
		return r->e->code;
	if (at < r->text.n && r->text.p[at] == '"')
		return take_quoted(r, '"', &(*out)->text);
	(*out)->text = word_ahead(r);
	if (!(*out)->text.n)
		return expected(r, "the name of a property or a value");
	r->at += (*out)->text.n;
	return SL_OK;
}

static enum sl_code moment(struct reader *r, size_t at, bool day, struct sl_cql2 **out)
{
	struct sl_str text;
	struct sl_cql2 *n;

	blanks(r);
	if (r->at >= r->text.n || r->text.p[r->at] != '\'')
		return expected(r, "a text like '2024-01-31'");
	if (take_quoted(r, '\'', &text) || mark(r, ")", "')'"))
		return r->e->code;
	n = sl_cql2_node(&r->m, day ? SL_CQL2_DATE : SL_CQL2_TIMESTAMP, at, r->e);
	if (!n || sl_cql2_moment(n, text, day, r->e))
		return r->e->code;
	*out = n;
	return SL_OK;
}

static enum sl_code value(struct reader *r, struct sl_cql2 **out);

static enum sl_code casei(struct reader *r, size_t at, struct sl_cql2 **out)
{
	struct sl_cql2 *n = sl_cql2_node(&r->m, SL_CQL2_CASEI, at, r->e), *inner;

	if (!n || enter(r) || value(r, &inner) || mark(r, ")", "')'"))
		return r->e->code;
	r->m.depth--;
	sl_cql2_add(n, inner);
	*out = n;
	return SL_OK;
}

/* A word followed by '(' is a function. */
static enum sl_code function(struct reader *r, struct sl_str w, struct sl_cql2 **out)
{
	const size_t at = r->at;

	if (sl_str_is_nocase(w, "BBOX")) {
		r->at += w.n;
		return bbox(r, at, out);
	}
	if (geometry_word(w))
		return well_known(r, at, out);
	r->at += w.n;
	if (!take_mark(r, "("))
		return expected(r, "'('");
	if (sl_str_is_nocase(w, "DATE") || sl_str_is_nocase(w, "TIMESTAMP"))
		return moment(r, at, sl_str_is_nocase(w, "DATE"), out);
	if (sl_str_is_nocase(w, "CASEI"))
		return casei(r, at, out);
	return sl_fail(
	    r->e, SL_INVALID,
	    "filter, position %zu: the function '%.*s' is not offered; there are S_INTERSECTS and the "
	    "other spatial ones, BBOX, DATE, TIMESTAMP and CASEI",
	    at + 1, SL_STR_ARG(w));
}

static bool followed_by(struct reader *r, struct sl_str w, char c)
{
	size_t i = r->at + w.n;

	while (i < r->text.n && memchr(" \t\r\n", r->text.p[i], 4))
		i++;
	return i < r->text.n && r->text.p[i] == c;
}

static bool reserved(struct sl_str w)
{
	static const char *const words[] = {"AND", "OR", "NOT", "IS", "NULL", "LIKE", "IN", "BETWEEN"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sl_str_is_nocase(w, words[i]))
			return true;
	return false;
}

static enum sl_code value(struct reader *r, struct sl_cql2 **out)
{
	struct sl_str w = word_ahead(r);
	const size_t at = r->at;
	struct sl_cql2 *n;
	double x;

	if (at < r->text.n && r->text.p[at] == '\'') {
		n = sl_cql2_node(&r->m, SL_CQL2_TEXT, at, r->e);
		if (!n || take_quoted(r, '\'', &n->text))
			return r->e->code;
	} else if (take_number(r, &x)) {
		n = sl_cql2_node(&r->m, SL_CQL2_NUMBER, at, r->e);
		if (!n)
			return r->e->code;
		n->number = x;
	} else if (sl_str_is_nocase(w, "TRUE") || sl_str_is_nocase(w, "FALSE")) {
		n = sl_cql2_node(&r->m, SL_CQL2_TRUTH, at, r->e);
		if (!n)
			return r->e->code;
		n->boolean = sl_str_is_nocase(w, "TRUE");
		r->at += w.n;
	} else if (w.n && (followed_by(r, w, '(') || geometry_word(w))) {
		return function(r, w, out);
	} else if (reserved(w)) {
		return expected(r, "the name of a property or a value");
	} else {
		return property(r, out);
	}
	*out = n;
	return SL_OK;
}

/* ---- conditions ---- */

static enum sl_code condition(struct reader *r, struct sl_cql2 **out);

static enum sl_code spatial(struct reader *r, struct sl_str w, enum sl_spatial_predicate p,
                            struct sl_cql2 **out)
{
	struct sl_cql2 *n = sl_cql2_node(&r->m, SL_CQL2_SPATIAL, r->at, r->e), *a, *b;

	if (!n)
		return r->e->code;
	r->at += w.n;
	if (mark(r, "(", "'('") || value(r, &a) || mark(r, ",", "','") || value(r, &b) || mark(r, ")", "')'"))
		return r->e->code;
	n->spatial = p;
	sl_cql2_add(n, a);
	sl_cql2_add(n, b);
	*out = n;
	return SL_OK;
}

static enum sl_code list(struct reader *r, struct sl_cql2 *n)
{
	struct sl_cql2 *item, *last = n->child;

	if (mark(r, "(", "'('"))
		return r->e->code;
	do {
		if (value(r, &item))
			return r->e->code;
		last->next = item;
		last = item;
		n->n++;
	} while (take_mark(r, ","));
	return mark(r, ")", "',' or ')'");
}

/* What follows a value: how it is compared. */
static enum sl_code comparison(struct reader *r, struct sl_cql2 *left, struct sl_cql2 **out)
{
	static const struct {
		const char *mark;
		enum sl_cql2_op op;
	} marks[] = {{"=", SL_CQL2_EQ},  {"<>", SL_CQL2_NE}, {"<=", SL_CQL2_LE},
	             {">=", SL_CQL2_GE}, {"<", SL_CQL2_LT},  {">", SL_CQL2_GT}};
	struct sl_cql2 *n = NULL, *right, *not ;
	bool negated;
	size_t at;

	blanks(r);
	at = r->at;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (take_mark(r, marks[i].mark)) {
			n = sl_cql2_node(&r->m, marks[i].op, at, r->e);
			if (!n || value(r, &right))
				return r->e->code;
			sl_cql2_add(n, left);
			sl_cql2_add(n, right);
			*out = n;
			return SL_OK;
		}
	if (take_word(r, "IS")) {
		negated = take_word(r, "NOT");
		if (!take_word(r, "NULL"))
			return expected(r, "NULL");
		n = sl_cql2_node(&r->m, SL_CQL2_IS_NULL, at, r->e);
		if (!n)
			return r->e->code;
		sl_cql2_add(n, left);
	} else {
		negated = take_word(r, "NOT");
		if (take_word(r, "LIKE")) {
			n = sl_cql2_node(&r->m, SL_CQL2_LIKE, at, r->e);
			if (!n || value(r, &right))
				return r->e->code;
			sl_cql2_add(n, left);
			sl_cql2_add(n, right);
		} else if (take_word(r, "BETWEEN")) {
			n = sl_cql2_node(&r->m, SL_CQL2_BETWEEN, at, r->e);
			if (!n || value(r, &right))
				return r->e->code;
			sl_cql2_add(n, left);
			sl_cql2_add(n, right);
			if (!take_word(r, "AND"))
				return expected(r, "AND");
			if (value(r, &right))
				return r->e->code;
			sl_cql2_add(n, right);
		} else if (take_word(r, "IN")) {
			n = sl_cql2_node(&r->m, SL_CQL2_IN, at, r->e);
			if (!n)
				return r->e->code;
			sl_cql2_add(n, left);
			if (list(r, n))
				return r->e->code;
		} else if (left->type == SL_CQL2_IS_TRUTH && !negated) {
			*out = left;
			return SL_OK;
		} else {
			return expected(r, "=, <>, <, <=, >, >=, LIKE, BETWEEN, IN or IS NULL");
		}
	}
	if (negated) {
		not = sl_cql2_node(&r->m, SL_CQL2_NOT, at, r->e);
		if (!not )
			return r->e->code;
		sl_cql2_add(not, n);
		n = not ;
	}
	*out = n;
	return SL_OK;
}

static enum sl_code primary(struct reader *r, struct sl_cql2 **out)
{
	struct sl_str w = word_ahead(r);
	enum sl_spatial_predicate p;
	struct sl_cql2 *left;
	enum sl_code code;

	if (enter(r))
		return r->e->code;
	if (take_mark(r, "(")) {
		code = condition(r, out) || mark(r, ")", "')', AND or OR") ? r->e->code : SL_OK;
	} else if (sl_str_is_nocase(w, "NOT")) {
		struct sl_cql2 *n = sl_cql2_node(&r->m, SL_CQL2_NOT, r->at, r->e), *inner;

		r->at += w.n;
		code = !n || primary(r, &inner) ? r->e->code : SL_OK;
		if (!code) {
			sl_cql2_add(n, inner);
			*out = n;
		}
	} else if (w.n > 2 && (w.p[0] == 's' || w.p[0] == 'S') && w.p[1] == '_' &&
	           sl_cql2_spatial_word((struct sl_str){w.p + 2, w.n - 2}, &p)) {
		code = spatial(r, w, p, out);
	} else {
		code = value(r, &left) || comparison(r, left, out) ? r->e->code : SL_OK;
	}
	r->m.depth--;
	return code;
}

static enum sl_code chain(struct reader *r, const char *word, enum sl_cql2_op op,
                          enum sl_code (*part)(struct reader *, struct sl_cql2 **), struct sl_cql2 **out)
{
	struct sl_cql2 *first, *last, *next, *n;

	if (part(r, &first))
		return r->e->code;
	*out = first;
	if (!take_word(r, word))
		return SL_OK;
	n = sl_cql2_node(&r->m, op, first->at, r->e);
	if (!n)
		return r->e->code;
	sl_cql2_add(n, first);
	last = first;
	do {
		if (part(r, &next))
			return r->e->code;
		last->next = next;
		last = next;
		n->n++;
	} while (take_word(r, word));
	*out = n;
	return SL_OK;
}

static enum sl_code term(struct reader *r, struct sl_cql2 **out)
{
	return chain(r, "AND", SL_CQL2_AND, primary, out);
}

static enum sl_code condition(struct reader *r, struct sl_cql2 **out)
{
	return chain(r, "OR", SL_CQL2_OR, term, out);
}

enum sl_code sl_cql2_read_text(struct sl_arena *a, struct sl_str text, struct sl_cql2 **out,
                               struct sl_err *e)
{
	struct reader r = {.m = {.a = a}, .text = text, .e = e};
	struct sl_cql2 *tree;

	if (text.n > SL_CQL2_LENGTH_MAX)
		return sl_fail(e, SL_INVALID, "filter: longer than %d bytes", SL_CQL2_LENGTH_MAX);
	if (condition(&r, &tree))
		return e->code;
	blanks(&r);
	if (r.at < text.n)
		return expected(&r, "AND, OR or the end");
	*out = tree;
	return SL_OK;
}
