/* What the sheet of a kind says of its values, read once when the dictionary is. */
#include "model/expression.h"
#include "model/parts.h"

static int number_of(const void *ctx, struct sl_str name)
{
	const struct sl_kind *k = ctx;
	const uint64_t *slot = sl_map_get(&k->by_name, name);

	return slot ? (int)*slot : -1;
}

/* NULL for none, and for what is no expression or needs more than the values of one record: `safelane form check`
 * names the first, and a form judges by the second (form_rules.h). */
static enum sl_code read_rule(struct sl_arena *a, const struct sl_kind *k, struct sl_str text,
                              const struct sl_expression **out, struct sl_err *e)
{
	struct sl_err why = {0};
	struct sl_expression *x;

	*out = NULL;
	if (!text.n)
		return SL_OK;
	x = sl_arena_alloc(a, 1, sizeof *x, e);
	if (!x)
		return e->code;
	if (sl_expression_parse(a, text, x, &why))
		return why.code == SL_NOMEM ? sl_fail(e, SL_NOMEM, "out of memory") : SL_OK;
	sl_expression_bind(x, number_of, k);
	if (x->simple)
		*out = x;
	return SL_OK;
}

enum sl_code sl_kind_rules(struct sl_arena *a, struct sl_kind *k, struct sl_err *e)
{
	for (size_t i = 0; i < k->n_fields; i++)
		if (read_rule(a, k, k->field[i].relevant, &k->field[i].relevance, e) ||
		    read_rule(a, k, k->field[i].constraint, &k->field[i].limit, e))
			return e->code;
	return SL_OK;
}
