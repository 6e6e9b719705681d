#include "formats/xform_read.h"

#include "base/map.h"
#include "formats/xml.h"

#include <stdint.h>
#include <string.h>

/* Depth is bounded by the reader of XML. */
struct reading {
	struct sl_arena *a;
	struct sl_form *form;
	struct sl_err *e;
	struct sl_map node;     /* path -> struct sl_form_node * */
	struct sl_map said;     /* id of a text -> its number */
	struct sl_str *text;    /* n_languages a number */
	size_t n_texts, cap_texts, cap_lists;
};

static struct sl_xml_node *inside(struct sl_xml_node *n, const char *name)
{
	return n ? sl_xml_child(n, name) : NULL;
}

static bool is_element(const struct sl_xml_node *n, const char *name)
{
	return sl_str_is(n->name, name);
}

/* ---- texts ---- */

/* The form's default language is its first. */
static enum sl_code read_languages(struct reading *r, const struct sl_xml_node *itext)
{
	size_t n = 0;

	for (const struct sl_xml_node *t = itext ? itext->child : NULL; t; t = t->next)
		n += is_element(t, "translation");
	r->form->language = sl_arena_alloc(r->a, n + 1, sizeof *r->form->language, r->e);
	if (!r->form->language)
		return r->e->code;
	r->form->language[0] = SL_STR("default");
	r->form->n_languages = n ? n : 1;
	n = 0;
	for (const struct sl_xml_node *t = itext ? itext->child : NULL; t; t = t->next) {
		if (!is_element(t, "translation"))
			continue;
		r->form->language[n] = sl_xml_attribute(t, "lang");
		if (n++ && sl_xml_attribute(t, "default").n) {
			r->form->language[n - 1] = r->form->language[0];
			r->form->language[0] = sl_xml_attribute(t, "lang");
		}
	}
	return SL_OK;
}

static size_t language_of(const struct sl_form *form, struct sl_str name)
{
	for (size_t i = 0; i < form->n_languages; i++)
		if (sl_str_eq(form->language[i], name))
			return i;
	return 0;
}

/* The words, not the names of pictures and sounds. */
static struct sl_str value_in(const struct sl_xml_node *text)
{
	for (const struct sl_xml_node *v = text->child; v; v = v->next)
		if (is_element(v, "value") && !sl_xml_attribute(v, "form").n)
			return sl_str_trim(v->text);
	return (struct sl_str){0};
}

static enum sl_code read_texts(struct reading *r, const struct sl_xml_node *itext)
{
	if (read_languages(r, itext))
		return r->e->code;
	for (const struct sl_xml_node *t = itext ? itext->child : NULL; t; t = t->next)
		for (const struct sl_xml_node *text = t->child; text; text = text->next) {
			uint64_t *number = sl_map_put(&r->said, sl_xml_attribute(text, "id"), r->n_texts, NULL, r->e);
			size_t wide = r->form->n_languages;

			if (!number)
				return r->e->code;
			if (*number == r->n_texts) {
				struct sl_str *grown = sl_arena_grow(r->a, r->text, &r->cap_texts, (r->n_texts + 1) * wide,
				                                     sizeof *r->text, r->e);

				if (!grown)
					return r->e->code;
				r->text = grown;
				memset(&r->text[r->n_texts++ * wide], 0, wide * sizeof *r->text);
			}
			r->text[*number * wide + language_of(r->form, sl_xml_attribute(t, "lang"))] = value_in(text);
		}
	return SL_OK;
}

/* "jr:itext('ID')" is looked up; anything else is the text itself. */
static enum sl_code set_word(struct reading *r, struct sl_form_words *words, enum sl_form_word word, struct sl_str text)
{
	static const char before[] = "jr:itext('", after[] = "')";
	const size_t wide = r->form->n_languages;
	const uint64_t *number = NULL;
	struct sl_str *list;

	if (!text.n)
		return SL_OK;
	list = sl_arena_alloc(r->a, wide, sizeof *list, r->e);
	if (!list)
		return r->e->code;
	if (sl_str_has_prefix(text, before) && sl_str_has_suffix_nocase(text, after)) {
		number = sl_map_get(&r->said, (struct sl_str){text.p + sizeof before - 1, text.n - sizeof before - sizeof after + 2});
		if (number)
			memcpy(list, &r->text[*number * wide], wide * sizeof *list);
	} else {
		for (size_t i = 0; i < wide; i++)
			list[i] = text;
	}
	words->text[word] = list;
	return SL_OK;
}

/* ---- questions ---- */

static struct sl_form_node *node_at(const struct reading *r, struct sl_str path)
{
	const uint64_t *at = sl_map_get(&r->node, path);

	return at ? (struct sl_form_node *)(uintptr_t)*at : NULL;
}

static enum sl_code add_nodes(struct reading *r, const struct sl_xml_node *x, struct sl_form_node *parent)
{
	struct sl_form_node *node = sl_arena_alloc(r->a, 1, sizeof *node, r->e);
	struct sl_form_type *type = node ? sl_arena_alloc(r->a, 1, sizeof *type, r->e) : NULL;
	struct sl_str above = parent ? parent->path : SL_STR("");
	bool fresh;

	if (!type)
		return r->e->code;
	*type = (struct sl_form_type){.name = "", .control = x->child ? SL_CONTROL_GROUP : SL_CONTROL_NONE};
	*node = (struct sl_form_node){.name = x->name, .type = type, .parent = parent};
	node->path.p = sl_arena_printf(r->a, r->e, "%.*s/%.*s", (int)above.n, above.p, (int)x->name.n, x->name.p);
	node->path = sl_str_from(node->path.p);
	if (!node->path.p || !sl_map_put(&r->node, node->path, (uintptr_t)node, &fresh, r->e))
		return r->e->code;
	if (!fresh) /* a repeat stands there as a template, too */
		return SL_OK;
	if (!parent)
		r->form->root = node;
	else if (parent->last)
		parent->last->next = node;
	else
		parent->child = node;
	if (parent)
		parent->last = node;
	for (const struct sl_xml_node *c = x->child; c && !r->e->code; c = c->next)
		if (parent || !is_element(c, "meta"))
			(void)!add_nodes(r, c, node);
	return r->e->code;
}

static enum sl_code read_bind(struct reading *r, const struct sl_xml_node *x)
{
	struct sl_form_node *node = node_at(r, sl_xml_attribute(x, "nodeset"));
	struct sl_str preload = sl_xml_attribute(x, "preload");

	if (!node)
		return SL_OK; /* of meta */
	node->relevant = sl_xml_attribute(x, "relevant");
	node->required = sl_xml_attribute(x, "required");
	node->constraint = sl_xml_attribute(x, "constraint");
	node->readonly = sl_xml_attribute(x, "readonly");
	node->calculation = sl_xml_attribute(x, "calculate");
	if (preload.n)
		((struct sl_form_type *)node->type)->preload = sl_str_dup(r->a, preload, r->e);
	if (r->e->code || set_word(r, &node->words, SL_WORD_CONSTRAINT, sl_xml_attribute(x, "constraintMsg")) ||
	    set_word(r, &node->words, SL_WORD_REQUIRED, sl_xml_attribute(x, "requiredMsg")))
		return r->e->code;
	return SL_OK;
}

/* ---- the body: what people see of a question, and where its choices come from ---- */

/* instance('list')/root/item[...]; anything else is no list of the form's own. */
static struct sl_str list_of(struct sl_str nodeset)
{
	static const char before[] = "instance('";
	const char *at = sl_str_find(nodeset, before), *end;

	at = at ? at + sizeof before - 1 : NULL;
	end = at ? memchr(at, '\'', nodeset.n - (size_t)(at - nodeset.p)) : NULL;
	return end ? (struct sl_str){at, (size_t)(end - at)} : (struct sl_str){0};
}

static enum sl_code read_control(struct reading *r, const struct sl_xml_node *x, enum sl_form_control control)
{
	struct sl_str path = sl_xml_attribute(x, control == SL_CONTROL_REPEAT ? "nodeset" : "ref");
	struct sl_form_node *node = node_at(r, path);
	struct sl_xml_node *label = sl_xml_child(x, "label"), *items = sl_xml_child(x, "itemset");

	if (!node)
		return SL_OK;
	if (node->type->control != SL_CONTROL_REPEAT) /* the group around a repeat has its path */
		((struct sl_form_type *)node->type)->control = control;
	if (items)
		node->list = list_of(sl_xml_attribute(items, "nodeset"));
	if (!label)
		return SL_OK;
	path = sl_xml_attribute(label, "ref");
	return set_word(r, &node->words, SL_WORD_LABEL, path.n ? path : sl_str_trim(label->text));
}

static enum sl_code read_body(struct reading *r, const struct sl_xml_node *in)
{
	static const struct {
		const char *name;
		enum sl_form_control control;
	} known[] = {{"input", SL_CONTROL_INPUT},   {"select1", SL_CONTROL_SELECT_ONE}, {"select", SL_CONTROL_SELECT_MULTIPLE},
	             {"rank", SL_CONTROL_RANK},     {"upload", SL_CONTROL_UPLOAD},      {"trigger", SL_CONTROL_TRIGGER},
	             {"range", SL_CONTROL_RANGE},   {"group", SL_CONTROL_GROUP},        {"repeat", SL_CONTROL_REPEAT}};

	for (const struct sl_xml_node *x = in->child; x && !r->e->code; x = x->next)
		for (size_t i = 0; i < sizeof known / sizeof *known && !r->e->code; i++)
			if (is_element(x, known[i].name) && !read_control(r, x, known[i].control) &&
			    known[i].control >= SL_CONTROL_GROUP)
				(void)!read_body(r, x);
	return r->e->code;
}

/* ---- lists ---- */

static enum sl_code read_choice(struct reading *r, const struct sl_xml_node *item, struct sl_form_choice *out)
{
	size_t n = 0;

	for (const struct sl_xml_node *c = item->child; c; c = c->next)
		n++;
	*out = (struct sl_form_choice){.extra = sl_arena_alloc(r->a, n + 1, sizeof *out->extra, r->e)};
	if (!out->extra)
		return r->e->code;
	for (const struct sl_xml_node *c = item->child; c; c = c->next) {
		struct sl_str text = sl_str_trim(c->text);

		if (is_element(c, "name")) {
			out->name = text;
		} else if (is_element(c, "itextId")) {
			const char *id = sl_arena_printf(r->a, r->e, "jr:itext('%.*s')", (int)text.n, text.p);

			if (!id || set_word(r, &out->words, SL_WORD_LABEL, sl_str_from(id)))
				return r->e->code;
		} else if (is_element(c, "label")) {
			if (set_word(r, &out->words, SL_WORD_LABEL, text))
				return r->e->code;
		} else {
			out->extra[out->n_extra++] = (struct sl_form_attribute){c->name, text};
		}
	}
	return SL_OK;
}

/* A list without anything in it is in a file of the phone's. */
static enum sl_code read_list(struct reading *r, const struct sl_xml_node *instance)
{
	struct sl_form_list list = {.name = sl_xml_attribute(instance, "id")}, *grown;

	if (!list.name.n || !instance->child)
		return SL_OK;
	grown = sl_arena_grow(r->a, r->form->list, &r->cap_lists, r->form->n_lists + 1, sizeof *grown, r->e);
	if (!grown)
		return r->e->code;
	r->form->list = grown;
	for (const struct sl_xml_node *item = instance->child->child; item; item = item->next) {
		struct sl_form_choice *choice = sl_arena_grow(r->a, list.choice, &list.cap, list.n + 1, sizeof *choice, r->e);

		if (!choice)
			return r->e->code;
		list.choice = choice;
		if (read_choice(r, item, &list.choice[list.n++]))
			return r->e->code;
	}
	r->form->list[r->form->n_lists++] = list;
	return SL_OK;
}

static enum sl_code read_model(struct reading *r, struct sl_xml_node *model)
{
	bool primary = true;

	if (read_texts(r, inside(model, "itext")))
		return r->e->code;
	for (const struct sl_xml_node *x = model->child; x && !r->e->code; x = x->next) {
		if (!is_element(x, "instance"))
			continue;
		if (primary && x->child) {
			r->form->root_name = x->child->name;
			r->form->id = sl_xml_attribute(x->child, "id");
			r->form->version = sl_xml_attribute(x->child, "version");
			(void)!add_nodes(r, x->child, NULL);
		} else if (!primary) {
			(void)!read_list(r, x);
		}
		primary = false;
	}
	if (!r->e->code && !r->form->root)
		return sl_fail(r->e, SL_INVALID, "the XForm has no instance");
	for (const struct sl_xml_node *x = model->child; x && !r->e->code; x = x->next)
		if (is_element(x, "bind"))
			(void)!read_bind(r, x);
	return r->e->code;
}

enum sl_code sl_xform_read(struct sl_arena *a, struct sl_str xform, struct sl_form *out, struct sl_err *e)
{
	struct sl_form form = {0};
	struct reading r = {.a = a, .form = &form, .e = e};
	struct sl_xml_node *root, *model, *body;

	if (sl_xml_read(a, xform, &root, e))
		return e->code;
	model = inside(inside(root, "head"), "model");
	body = inside(root, "body");
	if (!model || !body)
		return sl_fail(e, SL_INVALID, "this is no XForm: it has no head/model or no body");
	if (!read_model(&r, model) && !read_body(&r, body))
		*out = form;
	sl_map_done(&r.node);
	sl_map_done(&r.said);
	return e->code;
}
