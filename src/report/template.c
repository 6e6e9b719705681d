#include "report/template.h"

#include <string.h>

enum { ITEMS_MAX = 5000, LEVEL_MAX = 4 };

struct reading {
	struct sl_arena *a;
	struct sl_template *t;
	int line;
	bool open; /* the last item is a paragraph that the next line goes on */
};

static enum sl_code add(struct reading *r, struct sl_template_item item, struct sl_err *e)
{
	struct sl_template *t = r->t;
	struct sl_template_item *v;

	if (t->n >= ITEMS_MAX)
		return sl_fail(e, SL_INVALID, "%s, line %d: a template has at most %d parts", t->name, r->line,
		               ITEMS_MAX);
	v = sl_arena_grow(r->a, t->item, &t->cap, t->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	t->item = v;
	item.line = r->line;
	t->item[t->n++] = item;
	return SL_OK;
}

/* The word at the front, and the rest without blanks around it. */
static struct sl_str take_word(struct sl_str *rest)
{
	struct sl_str word = {rest->p, 0};

	while (word.n < rest->n && rest->p[word.n] != ' ' && rest->p[word.n] != '\t')
		word.n++;
	*rest = sl_str_trim((struct sl_str){rest->p + word.n, rest->n - word.n});
	return word;
}

static enum sl_code property(struct reading *r, struct sl_str line, struct sl_err *e)
{
	struct sl_template_item *item = r->t->n ? &r->t->item[r->t->n - 1] : NULL;
	struct sl_template_property *v;
	struct sl_str rest = sl_str_trim(line), key;

	if (!item || item->type != SL_TEMPLATE_WORD)
		return sl_fail(e, SL_INVALID,
		               "%s, line %d: an indented line belongs to an @word, and there is none before it",
		               r->t->name, r->line);
	v = sl_arena_grow(r->a, item->property, &item->cap_properties, item->n_properties + 1, sizeof *v, e);
	if (!v)
		return e->code;
	item->property = v;
	key = take_word(&rest);
	item->property[item->n_properties++] = (struct sl_template_property){key, rest, r->line};
	return SL_OK;
}

static enum sl_code go_on(struct reading *r, struct sl_str line, struct sl_err *e)
{
	struct sl_template_item *item = &r->t->item[r->t->n - 1];
	char *joined = sl_arena_alloc(r->a, item->text.n + line.n + 2, 1, e);

	if (!joined)
		return e->code;
	memcpy(joined, item->text.p, item->text.n);
	joined[item->text.n] = ' ';
	memcpy(joined + item->text.n + 1, line.p, line.n);
	item->text = (struct sl_str){joined, item->text.n + 1 + line.n};
	return SL_OK;
}

static enum sl_code take_line(struct reading *r, struct sl_str line, struct sl_err *e)
{
	struct sl_template_item item = {.type = SL_TEMPLATE_TEXT};
	struct sl_str text = sl_str_trim(line);
	bool indented = line.n && (line.p[0] == ' ' || line.p[0] == '\t');

	if (!text.n || text.p[0] == '%') {
		r->open = r->open && text.n; /* a remark does not end a paragraph, an empty line does */
		return SL_OK;
	}
	if (indented) {
		r->open = false;
		return property(r, line, e);
	}
	if (text.p[0] == '@') {
		struct sl_str rest = {text.p + 1, text.n - 1};

		item.type = SL_TEMPLATE_WORD;
		item.word = take_word(&rest);
		item.text = rest;
		r->open = false;
		return add(r, item, e);
	}
	if (text.p[0] == '#') {
		while ((size_t)item.level < text.n && text.p[item.level] == '#')
			item.level++;
		if (item.level > LEVEL_MAX)
			return sl_fail(e, SL_INVALID, "%s, line %d: headings have one to %d marks", r->t->name, r->line,
			               LEVEL_MAX);
		item.type = SL_TEMPLATE_HEADING;
		item.text = sl_str_trim((struct sl_str){text.p + item.level, text.n - (size_t)item.level});
		r->open = false;
		return add(r, item, e);
	}
	if (text.n > 1 && text.p[0] == '-' && text.p[1] == ' ') {
		item.type = SL_TEMPLATE_ITEM;
		item.text = sl_str_trim((struct sl_str){text.p + 2, text.n - 2});
	} else if (r->open) {
		return go_on(r, text, e);
	} else {
		item.text = text;
	}
	r->open = true;
	return add(r, item, e);
}

enum sl_code sl_template_read(struct sl_arena *a, const char *name, struct sl_str text,
                              struct sl_template *out, struct sl_err *e)
{
	struct sl_template t = {.name = name};
	struct reading r = {.a = a, .t = &t};
	struct sl_str rest = text, line;

	if (text.n >= 3 && !memcmp(text.p, "\xef\xbb\xbf", 3))
		rest = (struct sl_str){text.p + 3, text.n - 3};
	while (sl_str_split(&rest, '\n', &line)) {
		r.line++;
		if (take_line(&r, line, e))
			return e->code;
	}
	*out = t;
	return SL_OK;
}

struct sl_str sl_template_property(const struct sl_template_item *item, const char *key)
{
	for (size_t i = 0; i < item->n_properties; i++)
		if (sl_str_is(item->property[i].key, key))
			return item->property[i].value;
	return SL_STR("");
}

struct sl_str sl_template_part(struct sl_str value, size_t n)
{
	struct sl_str rest = value, part = {0};

	for (size_t i = 0; i <= n; i++)
		if (!sl_str_split(&rest, '|', &part))
			return SL_STR("");
	return sl_str_trim(part);
}
