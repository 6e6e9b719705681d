/* Which rules of a form the server cannot judge, whatever is answered: known from the expressions alone. */
#include "model/form_function_parts.h"
#include "model/form_rules.h"

#include <string.h>

enum call { CALL_HERE, CALL_PHONE, CALL_UNKNOWN };

static enum call in_table(const struct sl_xpath_function *f, struct sl_str name)
{
	for (; f->name; f++)
		if (sl_str_is(name, f->name))
			return f->call == sl_xpath_untold ? CALL_PHONE : CALL_HERE;
	return CALL_UNKNOWN;
}

static enum call call_of(struct sl_str name)
{
	/* XPath 1.0, 4: those that ODK takes as they are */
	static const char *const core[] = {"last", "count", "id", "local-name", "namespace-uri", "name", "string", "concat",
	                                   "starts-with", "contains", "substring-before", "substring-after", "substring",
	                                   "string-length", "normalize-space", "translate", "boolean", "not", "true", "false",
	                                   "number", "sum", "floor", "ceiling", "round", "jr:choice-name"};
	const struct sl_xpath_function *const table[] = {sl_xpath_number, sl_xpath_text, sl_xpath_date, sl_xpath_node};
	enum call what = sl_str_is(name, "jr:itext") ? CALL_PHONE : CALL_UNKNOWN;

	for (size_t i = 0; i < sizeof table / sizeof *table && what == CALL_UNKNOWN; i++)
		what = in_table(table[i], name);
	for (size_t i = 0; i < sizeof core / sizeof *core && what == CALL_UNKNOWN; i++)
		what = sl_str_is(name, core[i]) ? CALL_HERE : what;
	return what;
}

bool sl_form_function_is_here(struct sl_str name)
{
	return call_of(name) == CALL_HERE;
}

bool sl_form_function_is_known(struct sl_str name)
{
	return call_of(name) != CALL_UNKNOWN;
}

const char *sl_form_why_untold(struct sl_arena *a, const struct sl_form *form, const struct sl_expression *x,
                               struct sl_err *e)
{
	for (const struct sl_term *t = x->newest; t; t = t->made_before) {
		enum call call = t->kind == SL_TERM_CALL ? call_of(t->text) : CALL_HERE;

		if (call != CALL_HERE)
			return sl_arena_printf(a, e, call == CALL_PHONE ? "%.*s() is known only to the phone"
			                                                : "there is no function %.*s() here",
			                       SL_STR_ARG(t->text));
		if (t->kind == SL_TERM_CALL && sl_str_is(t->text, "instance") && t->left && t->left->kind == SL_TERM_TEXT &&
		    (!form || !sl_form_list(form, t->left->text)))
			return sl_arena_printf(a, e, "the file %.*s is on the phone only", SL_STR_ARG(t->left->text));
	}
	return NULL;
}

struct listing {
	struct sl_arena *a;
	const struct sl_form *form;
	struct sl_form_untold *list;
	size_t n, cap;
	struct sl_err *e;
};

static const char *why_of(struct listing *l, const struct sl_form_node *node, struct sl_str text, bool calculation)
{
	struct sl_buf expanded = {0};
	struct sl_err why = {0};
	struct sl_expression x;
	const char *copy = NULL, *said = NULL;

	if (!sl_form_expand(l->form, node, text, false, &expanded, &why))
		copy = sl_arena_strndup(l->a, expanded.p, expanded.n, &why);
	if (copy && !sl_expression_parse(l->a, (struct sl_str){copy, expanded.n}, &x, &why)) {
		said = sl_form_why_untold(l->a, l->form, &x, &why);
		if (!said && calculation && x.changes)
			said = "it has another value at another time";
	}
	sl_buf_done(&expanded);
	if (why.code == SL_NOMEM)
		(void)!sl_fail(l->e, SL_NOMEM, "out of memory");
	else if (why.code)
		said = sl_arena_printf(l->a, l->e, "%s", why.msg);
	return said;
}

static enum sl_code look(struct listing *l, const struct sl_form_node *node, const char *column, struct sl_str text)
{
	struct sl_form_untold *grown;
	const char *why = text.n ? why_of(l, node, text, !strcmp(column, "calculation")) : NULL;

	if (!why)
		return l->e->code;
	grown = sl_arena_grow(l->a, l->list, &l->cap, l->n + 1, sizeof *grown, l->e);
	if (!grown)
		return l->e->code;
	l->list = grown;
	l->list[l->n++] = (struct sl_form_untold){node, column, text, why};
	return SL_OK;
}

static bool is_word(struct sl_str text)
{
	return sl_str_is_nocase(text, "yes") || sl_str_is_nocase(text, "no") || sl_str_is_nocase(text, "true") ||
	       sl_str_is_nocase(text, "false");
}

enum sl_code sl_form_rules_untold(struct sl_arena *a, const struct sl_form *form, struct sl_form_untold **out, size_t *n,
                                  struct sl_err *e)
{
	struct listing l = {.a = a, .form = form, .e = e};

	for (struct sl_form_node *node = form->root; node && !e->code; node = sl_form_next(form->root, node))
		if (look(&l, node, "relevant", node->relevant) ||
		    look(&l, node, "required", is_word(node->required) ? (struct sl_str){0} : node->required) ||
		    look(&l, node, "constraint", node->constraint) ||
		    look(&l, node, "calculation", node->trigger.n || sl_form_is_identifier(node) ? (struct sl_str){0} : node->calculation))
			return e->code;
	*out = l.list;
	*n = l.n;
	return e->code;
}
