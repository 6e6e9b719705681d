/* Is a record meant by a filter? */
#include "base/utf8.h"
#include "model/cql2.h"

#include <string.h>

struct asking {
	struct sl_arena *a;
	struct sl_arena scratch;
	sl_cql2_value_fn *value;
	void *ctx;
	struct sl_err *e;
};

static size_t character(struct sl_str s)
{
	size_t n = 1;

	while (n < s.n && (s.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static struct sl_str behind(struct sl_str s, size_t n)
{
	return (struct sl_str){s.p + n, s.n - n};
}

/* Greedy, going back to the last % only: time is at most the product of the lengths. */
bool sl_cql2_like(struct sl_str text, struct sl_str pattern)
{
	struct sl_str again_text = {0}, again_pattern = {0};
	bool again = false;

	for (;;) {
		if (pattern.n && *pattern.p == '%') {
			pattern = behind(pattern, 1);
			again = true;
			again_pattern = pattern;
			again_text = text;
			continue;
		}
		if (!text.n && !pattern.n)
			return true;
		if (text.n && pattern.n) {
			if (*pattern.p == '_') {
				text = behind(text, character(text));
				pattern = behind(pattern, 1);
				continue;
			}
			const size_t escape = *pattern.p == '\\' && pattern.n > 1;

			if (*text.p == pattern.p[escape]) {
				text = behind(text, 1);
				pattern = behind(pattern, 1 + escape);
				continue;
			}
		}
		if (!again || !again_text.n)
			return false;
		again_text = behind(again_text, character(again_text));
		text = again_text;
		pattern = again_pattern;
	}
}

/* Folded by Unicode, so that CASEI of two spellings is the same text; %, _ and \ stay what they are. */
static enum sl_code folded(struct asking *q, struct sl_str *s)
{
	struct sl_str valid;

	return sl_utf8_scrub(&q->scratch, *s, &valid, q->e) || sl_utf8_casefold(&q->scratch, valid, s, q->e)
	           ? q->e->code
	           : SL_OK;
}

static enum sl_code value_of(struct asking *q, const struct sl_cql2 *n, struct sl_cql2_value *v)
{
	*v = (struct sl_cql2_value){0};
	switch (n->op) {
	case SL_CQL2_PROPERTY: return q->value(q->ctx, n->column, v, q->e);
	case SL_CQL2_CASEI:
		if (value_of(q, n->child, v))
			return q->e->code;
		return v->is_null ? SL_OK : folded(q, &v->text);
	default:
		v->text = n->text;
		v->number = n->op == SL_CQL2_TRUTH ? n->boolean : n->number;
		v->ms = n->ms;
		v->geometry = n->geometry;
		return SL_OK;
	}
}

static int compared(enum sl_cql2_type type, const struct sl_cql2_value *a, const struct sl_cql2_value *b)
{
	if (type == SL_CQL2_IS_TEXT)
		return sl_str_cmp(a->text, b->text);
	if (type == SL_CQL2_IS_NUMBER || type == SL_CQL2_IS_TRUTH)
		return a->number < b->number ? -1 : a->number > b->number;
	return a->ms < b->ms ? -1 : a->ms > b->ms;
}

static enum sl_truth truth(bool yes)
{
	return yes ? SL_TRUE : SL_FALSE;
}

static enum sl_truth by_sign(enum sl_cql2_op op, int sign)
{
	switch (op) {
	case SL_CQL2_EQ: return truth(sign == 0);
	case SL_CQL2_NE: return truth(sign != 0);
	case SL_CQL2_LT: return truth(sign < 0);
	case SL_CQL2_LE: return truth(sign <= 0);
	case SL_CQL2_GT: return truth(sign > 0);
	default: return truth(sign >= 0);
	}
}

static enum sl_truth both(enum sl_truth a, enum sl_truth b)
{
	return a == SL_FALSE || b == SL_FALSE       ? SL_FALSE
	       : a == SL_UNKNOWN || b == SL_UNKNOWN ? SL_UNKNOWN
	                                            : SL_TRUE;
}

static enum sl_truth either(enum sl_truth a, enum sl_truth b)
{
	return a == SL_TRUE || b == SL_TRUE         ? SL_TRUE
	       : a == SL_UNKNOWN || b == SL_UNKNOWN ? SL_UNKNOWN
	                                            : SL_FALSE;
}

static enum sl_truth opposite(enum sl_truth t)
{
	return t == SL_UNKNOWN ? t : truth(t == SL_FALSE);
}

static enum sl_code in_list(struct asking *q, const struct sl_cql2 *n, enum sl_truth *out)
{
	struct sl_cql2_value v, item;
	enum sl_truth t = SL_FALSE;

	if (value_of(q, n->child, &v))
		return q->e->code;
	for (const struct sl_cql2 *c = n->child->next; c && t != SL_TRUE; c = c->next) {
		if (value_of(q, c, &item))
			return q->e->code;
		t = either(t, v.is_null || item.is_null ? SL_UNKNOWN : truth(!compared(n->child->type, &v, &item)));
	}
	*out = t;
	return SL_OK;
}

static enum sl_code between(struct asking *q, const struct sl_cql2 *n, enum sl_truth *out)
{
	struct sl_cql2_value v, low, high;
	enum sl_truth above, below;

	if (value_of(q, n->child, &v) || value_of(q, n->child->next, &low) ||
	    value_of(q, n->child->next->next, &high))
		return q->e->code;
	above = v.is_null || low.is_null ? SL_UNKNOWN : truth(compared(n->child->type, &v, &low) >= 0);
	below = v.is_null || high.is_null ? SL_UNKNOWN : truth(compared(n->child->type, &v, &high) <= 0);
	*out = both(above, below);
	return SL_OK;
}

static enum sl_code spatial(struct asking *q, struct sl_cql2 *n, enum sl_truth *out)
{
	struct sl_cql2 *a = n->child, *b = n->child->next;
	enum sl_spatial_predicate p = n->spatial;
	struct sl_spatial_test *test;
	struct sl_cql2_value va, vb;
	struct sl_arena *keep = q->a;
	bool yes;

	if (value_of(q, a, &va) || value_of(q, b, &vb))
		return q->e->code;
	if (va.is_null || vb.is_null) {
		*out = SL_UNKNOWN;
		return SL_OK;
	}
	/* The literal is prepared, once for the whole filter. */
	if (a->op != SL_CQL2_GEOMETRY && b->op == SL_CQL2_GEOMETRY) {
		struct sl_cql2 *swap = a;

		a = b;
		b = swap;
		p = sl_spatial_turned(p);
		vb = va;
	}
	test = a->test;
	if (!test) {
		if (a->op != SL_CQL2_GEOMETRY)
			keep = &q->scratch;
		if (sl_spatial_prepare(keep, a->op == SL_CQL2_GEOMETRY ? a->geometry : va.geometry, &test, q->e))
			return q->e->code;
		if (a->op == SL_CQL2_GEOMETRY)
			a->test = test;
	}
	if (sl_spatial_ask(test, p, vb.geometry, &yes, q->e))
		return q->e->code;
	*out = truth(yes);
	return SL_OK;
}

static enum sl_code ask(struct asking *q, struct sl_cql2 *n, enum sl_truth *out)
{
	struct sl_cql2_value a, b;
	enum sl_truth t;

	switch (n->op) {
	case SL_CQL2_AND:
	case SL_CQL2_OR:
		*out = truth(n->op == SL_CQL2_AND);
		for (struct sl_cql2 *c = n->child; c; c = c->next) {
			if (ask(q, c, &t))
				return q->e->code;
			*out = n->op == SL_CQL2_AND ? both(*out, t) : either(*out, t);
			if (*out == truth(n->op == SL_CQL2_OR))
				return SL_OK;
		}
		return SL_OK;
	case SL_CQL2_NOT:
		if (ask(q, n->child, &t))
			return q->e->code;
		*out = opposite(t);
		return SL_OK;
	case SL_CQL2_TRUTH: *out = truth(n->boolean); return SL_OK;
	case SL_CQL2_IS_NULL:
		if (value_of(q, n->child, &a))
			return q->e->code;
		*out = truth(a.is_null);
		return SL_OK;
	case SL_CQL2_IN: return in_list(q, n, out);
	case SL_CQL2_BETWEEN: return between(q, n, out);
	case SL_CQL2_SPATIAL: return spatial(q, n, out);
	default: break;
	}
	if (value_of(q, n->child, &a) || value_of(q, n->child->next, &b))
		return q->e->code;
	if (a.is_null || b.is_null)
		*out = SL_UNKNOWN;
	else if (n->op == SL_CQL2_LIKE)
		*out = truth(sl_cql2_like(a.text, b.text));
	else
		*out = by_sign(n->op, compared(n->child->type, &a, &b));
	return SL_OK;
}

void sl_cql2_forget(struct sl_cql2 *tree)
{
	tree->test = NULL;
	for (struct sl_cql2 *c = tree->child; c; c = c->next)
		sl_cql2_forget(c);
}

enum sl_code sl_cql2_ask(struct sl_cql2 *tree, struct sl_arena *a, sl_cql2_value_fn *value, void *ctx,
                         enum sl_truth *out, struct sl_err *e)
{
	struct asking q = {.a = a, .value = value, .ctx = ctx, .e = e};

	ask(&q, tree, out);
	sl_arena_done(&q.scratch);
	return e->code;
}
