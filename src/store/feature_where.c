/* A filter as a condition of SQL, its literals bound as parameters.  SQL has the same three truths as CQL2,
 * so all operators stand as they are; what SQL cannot say (geometries, CASEI) becomes what leaves the
 * question open, and the caller asks the record itself. */
#include "store/feature.h"

#include <string.h>

/* Above this SQLite calls a pattern too complex. */
enum { PATTERN_MAX = 10000 };

struct making {
	struct sl_arena *a;
	const struct sl_feature_reader *r;
	struct sl_feature_where *w;
	struct sl_err *e;
};

static bool sql_can_say(const struct sl_cql2 *n)
{
	if (n->op == SL_CQL2_SPATIAL || n->op == SL_CQL2_CASEI)
		return false;
	if (n->op == SL_CQL2_LIKE &&
	    (n->child->next->op != SL_CQL2_TEXT || n->child->next->text.n > PATTERN_MAX))
		return false;
	if (n->op == SL_CQL2_IS_NULL)
		return n->child->op != SL_CQL2_CASEI;
	for (const struct sl_cql2 *c = n->child; c; c = c->next)
		if (!sql_can_say(c))
			return false;
	return true;
}

static enum sl_code put_bound(struct making *m, const struct sl_cql2 *n, struct sl_str text)
{
	struct sl_feature_where *w = m->w;
	size_t cap = w->cap;
	void *bound = sl_arena_grow(m->a, w->bound, &cap, w->n + 1, sizeof *w->bound, m->e), *texts;

	if (!bound)
		return m->e->code;
	w->bound = bound;
	cap = w->cap;
	texts = sl_arena_grow(m->a, w->text, &cap, w->n + 1, sizeof *w->text, m->e);
	if (!texts)
		return m->e->code;
	w->text = texts;
	w->cap = cap;
	w->bound[w->n] = n;
	w->text[w->n++] = text;
	sl_buf_printf(&w->sql, "$%zu", w->n);
	return SL_OK;
}

/* A pattern of LIKE as one of GLOB, which minds capital letters as CQL2 does. */
static enum sl_code glob(struct making *m, struct sl_str pattern, struct sl_str *out)
{
	char *to = sl_arena_alloc(m->a, pattern.n + 1, 3, m->e);
	size_t k = 0;

	if (!to)
		return m->e->code;
	for (size_t i = 0; i < pattern.n; i++) {
		char c = pattern.p[i];

		if (c == '\\' && i + 1 < pattern.n)
			c = pattern.p[++i];
		else if (c == '%' || c == '_') {
			to[k++] = c == '%' ? '*' : '?';
			continue;
		}
		if (strchr("*?[", c) && c) {
			to[k++] = '[';
			to[k++] = c;
			to[k++] = ']';
		} else {
			to[k++] = c;
		}
	}
	*out = (struct sl_str){to, k};
	return SL_OK;
}

static void put_column(struct making *m, const struct sl_cql2 *n)
{
	const struct sl_feature_schema *s = &m->r->schema;

	if ((size_t)n->column < s->n_properties)
		sl_sql_quote(&m->w->sql, s->property[n->column].name);
	else
		sl_buf_puts(&m->w->sql, (size_t)n->column == s->n_properties ? "\"record\"" : "\"geom\"");
}

/* `as_moment`: a date stands beside a moment, and is its first. */
static enum sl_code put_value(struct making *m, const struct sl_cql2 *n, bool as_moment)
{
	char *text;

	switch (n->op) {
	case SL_CQL2_PROPERTY:
		as_moment &= n->type == SL_CQL2_IS_DATE;
		sl_buf_puts(&m->w->sql, as_moment ? "(" : "");
		put_column(m, n);
		sl_buf_puts(&m->w->sql, as_moment ? " || 'T00:00:00.000Z')" : "");
		return SL_OK;
	case SL_CQL2_TRUTH: sl_buf_puts(&m->w->sql, n->boolean ? "1" : "0"); return SL_OK;
	case SL_CQL2_TEXT: return put_bound(m, n, n->text);
	case SL_CQL2_DATE:
	case SL_CQL2_TIMESTAMP:
		text = sl_arena_alloc(m->a, 32, 1, m->e);
		if (!text)
			return m->e->code;
		if (as_moment || n->op == SL_CQL2_TIMESTAMP)
			sl_time_text(n->ms, text);
		else
			sl_date_text(n->date, text);
		return put_bound(m, n, sl_str_from(text));
	default: return put_bound(m, n, (struct sl_str){0});
	}
}

static enum sl_code condition(struct making *m, const struct sl_cql2 *n, bool positive);

/* The parts of AND or OR as a balanced tree: SQLite limits its depth, not its width. */
static enum sl_code balanced(struct making *m, const struct sl_cql2 *first, size_t n, const char *word,
                             bool positive)
{
	const struct sl_cql2 *middle = first;

	if (n == 1)
		return condition(m, first, positive);
	for (size_t i = 0; i < n / 2; i++)
		middle = middle->next;
	sl_buf_putc(&m->w->sql, '(');
	if (balanced(m, first, n / 2, word, positive))
		return m->e->code;
	sl_buf_puts(&m->w->sql, word);
	if (balanced(m, middle, n - n / 2, word, positive))
		return m->e->code;
	sl_buf_putc(&m->w->sql, ')');
	return SL_OK;
}

static bool mixes_moments(const struct sl_cql2 *n)
{
	bool day = false, moment = false;

	for (const struct sl_cql2 *c = n->child; c; c = c->next) {
		day |= c->type == SL_CQL2_IS_DATE;
		moment |= c->type == SL_CQL2_IS_TIMESTAMP;
	}
	return day && moment;
}

static enum sl_code listed(struct making *m, const struct sl_cql2 *n, const char *first,
                           const char *between, const char *end)
{
	const bool as_moment = mixes_moments(n);
	struct sl_buf *b = &m->w->sql;

	sl_buf_putc(b, '(');
	for (const struct sl_cql2 *c = n->child; c; c = c->next) {
		if (put_value(m, c, as_moment))
			return m->e->code;
		sl_buf_puts(b, c == n->child ? first : c->next ? between : "");
	}
	sl_buf_puts(b, end);
	sl_buf_putc(b, ')');
	return SL_OK;
}

static enum sl_code like(struct making *m, const struct sl_cql2 *n)
{
	struct sl_str pattern;

	sl_buf_putc(&m->w->sql, '(');
	if (glob(m, n->child->next->text, &pattern) || put_value(m, n->child, false))
		return m->e->code;
	sl_buf_puts(&m->w->sql, " GLOB ");
	if (put_bound(m, n->child->next, pattern))
		return m->e->code;
	sl_buf_putc(&m->w->sql, ')');
	return SL_OK;
}

static enum sl_code condition(struct making *m, const struct sl_cql2 *n, bool positive)
{
	static const char *const compares[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
	struct sl_buf *b = &m->w->sql;

	switch (n->op) {
	case SL_CQL2_AND: return balanced(m, n->child, n->n, " AND ", positive);
	case SL_CQL2_OR: return balanced(m, n->child, n->n, " OR ", positive);
	case SL_CQL2_NOT:
		sl_buf_puts(b, "(NOT ");
		if (condition(m, n->child, !positive))
			return m->e->code;
		sl_buf_putc(b, ')');
		return SL_OK;
	case SL_CQL2_TRUTH: sl_buf_puts(b, n->boolean ? "(1=1)" : "(1=0)"); return SL_OK;
	default: break;
	}
	if (!sql_can_say(n)) {
		m->w->exact = false;
		sl_buf_puts(b, positive ? "(1=1)" : "(1=0)");
		return SL_OK;
	}
	switch (n->op) {
	case SL_CQL2_LIKE: return like(m, n);
	case SL_CQL2_IN: return listed(m, n, " IN (", ", ", ")");
	case SL_CQL2_BETWEEN: return listed(m, n, " BETWEEN ", " AND ", "");
	case SL_CQL2_IS_NULL: return listed(m, n, " IS NULL", "", "");
	default: return listed(m, n, compares[n->op - SL_CQL2_EQ], "", "");
	}
}

enum sl_code sl_feature_where_make(struct sl_arena *a, const struct sl_feature_reader *r,
                                   const struct sl_cql2 *filter, struct sl_feature_where *out,
                                   struct sl_err *e)
{
	struct making m = {a, r, out, e};

	*out = (struct sl_feature_where){.exact = true};
	return condition(&m, filter, true) ? e->code : sl_buf_check(&out->sql, e);
}

void sl_feature_where_bind(const struct sl_feature_where *w, struct sl_sql *s)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->text[i].p)
			sl_sql_text(s, (int)i + 1, w->text[i]);
		else if (w->bound[i]->op == SL_CQL2_NUMBER)
			sl_sql_double(s, (int)i + 1, w->bound[i]->number);
		else
			sl_sql_text(s, (int)i + 1, w->bound[i]->text);
	}
}
