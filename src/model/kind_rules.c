/* What the sheet of a kind says of its values, read once when the dictionary is. */
#include "model/expression.h"
#include "model/form_rules.h"
#include "model/parts.h"

static int number_of(const void *ctx, struct sl_str name)
{
	const struct sl_kind *k = ctx;
	const uint64_t *slot = sl_map_get(&k->by_name, name);

	return slot ? (int)*slot : -1;
}

struct reading {
	struct sl_arena *a;
	struct sl_kind *kind;
	const size_t *line;
	size_t cap;
	struct sl_err *e;
};

static enum sl_code cannot(struct reading *r, size_t field, const char *column, struct sl_str text, const char *why)
{
	struct sl_unjudged *v =
	    why ? sl_arena_grow(r->a, r->kind->unjudged, &r->cap, r->kind->n_unjudged + 1, sizeof *v, r->e) : NULL;

	if (!v)
		return r->e->code;
	r->kind->unjudged = v;
	v[r->kind->n_unjudged++] = (struct sl_unjudged){(int)field, column, r->line[field], text, why};
	return SL_OK;
}

static const char *why_not(struct reading *r, const struct sl_expression *x)
{
	const char *why = sl_form_why_untold(r->a, NULL, x, r->e);

	for (const struct sl_term *t = x->newest; t && !why && !r->e->code; t = t->made_before)
		if (t->kind == SL_TERM_REF && t->ref < 0)
			why = sl_arena_printf(r->a, r->e, "there is no field %.*s", SL_STR_ARG(t->text));
	return why || r->e->code ? why : "it needs more than the values of one record";
}

/* NULL for none and for what a record cannot be asked; that is listed. */
static enum sl_code read_rule(struct reading *r, size_t field, const char *column, struct sl_str text,
                              const struct sl_expression **out)
{
	struct sl_err why = {0};
	struct sl_expression *x;

	*out = NULL;
	if (!text.n)
		return SL_OK;
	x = sl_arena_alloc(r->a, 1, sizeof *x, r->e);
	if (!x)
		return r->e->code;
	if (sl_expression_parse(r->a, text, x, &why))
		return why.code == SL_NOMEM
		           ? sl_fail(r->e, SL_NOMEM, "out of memory")
		           : cannot(r, field, column, text, sl_arena_printf(r->a, r->e, "%s", why.msg));
	sl_expression_bind(x, number_of, r->kind);
	if (!x->simple)
		return cannot(r, field, column, text, why_not(r, x));
	*out = x;
	return SL_OK;
}

enum sl_code sl_kind_rules(struct sl_arena *a, struct sl_kind *k, const size_t *line, struct sl_err *e)
{
	struct reading r = {.a = a, .kind = k, .line = line, .e = e};

	for (size_t i = 0; i < k->n_fields; i++)
		if (read_rule(&r, i, "relevant", k->field[i].relevant, &k->field[i].relevance) ||
		    read_rule(&r, i, "constraint", k->field[i].constraint, &k->field[i].limit))
			return e->code;
	return SL_OK;
}
