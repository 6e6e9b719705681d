/* References: ${name} in an expression or a label becomes the path of the question. */
#include "model/form_parts.h"

#include <string.h>

static size_t depth_of(const struct sl_form_node *node)
{
	size_t n = 0;

	while ((node = node->parent))
		n++;
	return n;
}

static const struct sl_form_node *common(const struct sl_form_node *a, const struct sl_form_node *b)
{
	size_t i = depth_of(a), k = depth_of(b);

	for (; i > k; i--)
		a = a->parent;
	for (; k > i; k--)
		b = b->parent;
	for (; a != b; a = a->parent)
		b = b->parent;
	return a;
}

static bool in_repeat(const struct sl_form_node *node)
{
	for (; node; node = node->parent)
		if (node->type->control == SL_CONTROL_REPEAT)
			return true;
	return false;
}

/* The nearest: below the closest group that holds one of that name. */
const struct sl_form_node *sl_form_find(const struct sl_form *form, const struct sl_form_node *from, struct sl_str name)
{
	const struct sl_form_node *scope = from ? from : form->root;

	for (; scope; scope = scope->parent)
		for (struct sl_form_node *n = (struct sl_form_node *)scope; n; n = sl_form_next(scope, n))
			if (n != form->root && sl_str_eq(n->name, name))
				return n;
	return NULL;
}

static void put_path(const struct sl_form_node *from, const struct sl_form_node *to, bool in_predicate, struct sl_buf *out)
{
	const struct sl_form_node *meet = from ? common(from, to) : NULL;
	size_t up;

	sl_buf_putc(out, ' ');
	if (!meet || !in_repeat(meet)) {
		sl_buf_str(out, to->path);
	} else {
		if (in_predicate)
			sl_buf_puts(out, "current()/");
		up = depth_of(from) - depth_of(meet);
		for (size_t i = 0; i < up; i++)
			sl_buf_puts(out, i ? "/.." : "..");
		if (!up)
			sl_buf_putc(out, '.');
		sl_buf_str(out, (struct sl_str){to->path.p + meet->path.n, to->path.n - meet->path.n});
	}
	sl_buf_putc(out, ' ');
}

enum sl_code sl_form_expand(const struct sl_form *form, const struct sl_form_node *from, struct sl_str text,
                            bool in_predicate, struct sl_buf *out, struct sl_err *e)
{
	static const char saved[] = "last-saved#";

	for (size_t i = 0; i < text.n; i++) {
		const char *end = i + 1 < text.n && text.p[i] == '$' && text.p[i + 1] == '{'
		                      ? memchr(text.p + i, '}', text.n - i)
		                      : NULL;
		const struct sl_form_node *to;
		struct sl_str name;
		bool last;

		if (!end) {
			sl_buf_putc(out, text.p[i]);
			continue;
		}
		name = sl_str_trim((struct sl_str){text.p + i + 2, (size_t)(end - text.p) - i - 2});
		last = sl_str_has_prefix(name, saved);
		if (last)
			name = (struct sl_str){name.p + sizeof saved - 1, name.n - (sizeof saved - 1)};
		to = sl_form_find(form, from, name);
		if (!to)
			return sl_fail(e, SL_INVALID, "there is no question named %.*s", SL_STR_ARG(name));
		if (last) {
			sl_buf_puts(out, " instance('__last-saved')");
			sl_buf_str(out, to->path);
			sl_buf_putc(out, ' ');
		} else {
			put_path(from, to, in_predicate, out);
		}
		i = (size_t)(end - text.p);
	}
	return sl_buf_check(out, e);
}
