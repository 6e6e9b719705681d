/* The body of an XForm: a control for each question. */
#include "formats/xform_parts.h"

#include <string.h>

static void put_word(struct sl_xform *x, const struct sl_form_node *node, enum sl_form_word word, const char *element)
{
	const struct sl_str text = sl_xform_word(x->form, &node->words, word, 0);
	bool in_itext = sl_xform_in_itext(node, word);

	if (!text.n && !in_itext) {
		/* The head of a table has choices and no text; clients still look for a label. */
		if (word == SL_WORD_LABEL && sl_str_has_prefix(node->name, "reserved_name_for_")) {
			sl_xform_open(x, element);
			sl_xform_close(x);
		}
		return;
	}
	sl_xform_open(x, element);
	if (in_itext) {
		sl_buf_clear(&x->text);
		sl_buf_puts(&x->text, "jr:itext('");
		sl_buf_str(&x->text, node->path);
		sl_buf_printf(&x->text, ":%s')", element);
		sl_xform_put_text(x, "ref");
	} else {
		sl_xform_mixed(x, node, text);
	}
	sl_xform_close(x);
}

static void put_body_attributes(struct sl_xform *x, const struct sl_form_node *node)
{
	if (node->appearance.n)
		sl_xform_put_expanded(x, "appearance", node, node->appearance);
	for (size_t i = 0; i < node->n_body; i++) {
		char name[128];

		snprintf(name, sizeof name, "%.*s", SL_STR_ARG(node->body[i].name));
		if (strcmp(name, "jr:count") != 0)
			sl_xform_put_expanded(x, name, node, node->body[i].value);
	}
}

/* ---- choices ---- */

static void put_nodeset(struct sl_xform *x, const struct sl_form_node *node)
{
	const struct sl_form_attribute *randomize = sl_xform_parameter(node, "randomize"), *seed = sl_xform_parameter(node, "seed");
	bool random = randomize && sl_str_is_nocase(randomize->value, "true");
	struct sl_str list = node->list;
	struct sl_buf b = {0};

	if (random)
		sl_buf_puts(&b, "randomize(");
	if (sl_str_has_prefix(list, "${")) {
		if (sl_form_expand(x->form, node, list, false, &b, x->e))
			x->failed = true;
	} else {
		while (node->from_file && list.n && list.p[list.n - 1] != '.')
			list.n--;
		list.n -= node->from_file && list.n;
		sl_buf_puts(&b, "instance('");
		sl_buf_str(&b, list);
		sl_buf_puts(&b, "')/root/item");
	}
	if (node->choice_filter.n) {
		sl_buf_putc(&b, '[');
		if (!x->failed && sl_form_expand(x->form, node, node->choice_filter, true, &b, x->e))
			x->failed = true;
		sl_buf_putc(&b, ']');
	}
	if (random && seed) {
		sl_buf_puts(&b, ", ");
		if (!x->failed && sl_form_expand(x->form, node, seed->value, false, &b, x->e))
			x->failed = true;
	}
	if (random)
		sl_buf_putc(&b, ')');
	sl_buf_putc(&b, 0);
	x->failed = x->failed || b.failed;
	sl_xform_put(x, "nodeset", x->failed ? "" : b.p);
	sl_buf_done(&b);
}

static void put_itemset(struct sl_xform *x, const struct sl_form_node *node)
{
	const struct sl_form_attribute *value = sl_xform_parameter(node, "value"), *label = sl_xform_parameter(node, "label");
	const struct sl_form_list *list = node->from_file ? NULL : sl_form_list(x->form, node->list);
	bool geojson = sl_str_has_suffix_nocase(node->list, ".geojson");

	sl_xform_open(x, "itemset");
	put_nodeset(x, node);
	sl_xform_open(x, "value");
	sl_xform_put_str(x, "ref", value ? value->value : geojson ? SL_STR("id") : SL_STR("name"));
	sl_xform_close(x);
	sl_xform_open(x, "label");
	sl_xform_put_str(x, "ref",
	                 label                                            ? label->value
	                 : list && sl_xform_list_in_itext(x->form, list)  ? SL_STR("jr:itext(itextId)")
	                 : geojson                                        ? SL_STR("title")
	                                                                  : SL_STR("label"));
	sl_xform_close(x);
	sl_xform_close(x);
}

/* ---- questions ---- */

static void put_parameters(struct sl_xform *x, const struct sl_form_node *node)
{
	static const char *const range[][2] = {{"start", "1"}, {"end", "10"}, {"step", "1"}};
	static const char *const geo[] = {"capture-accuracy", "warning-accuracy", "allow-mock-accuracy", "incremental"};
	const struct sl_form_attribute *p;

	for (size_t i = 0; node->type->control == SL_CONTROL_RANGE && i < 3; i++) {
		p = sl_xform_parameter(node, range[i][0]);
		sl_xform_put_str(x, range[i][0], p ? p->value : sl_str_from(range[i][1]));
	}
	p = sl_xform_parameter(node, "rows");
	if (p)
		sl_xform_put_str(x, "rows", p->value);
	for (size_t i = 0; i < sizeof geo / sizeof *geo; i++) {
		p = sl_xform_parameter(node, geo[i]);
		if (p)
			sl_xform_put_str(x, i < 2 ? (i ? "unacceptableAccuracyThreshold" : "accuracyThreshold") : geo[i], p->value);
	}
	p = sl_xform_parameter(node, "app");
	if (p && node->type->mediatype)
		sl_xform_put_str(x, "intent", p->value);
}

/* Questions that are calculated when this one is answered. */
static void put_triggered(struct sl_xform *x, const struct sl_form_node *node)
{
	for (struct sl_form_node *n = x->form->root->child; n; n = sl_form_next(x->form->root, n)) {
		struct sl_str name = n->trigger;

		if (name.n < 4 || name.p[0] != '$')
			continue;
		name = sl_str_trim((struct sl_str){name.p + 2, name.n - 3});
		if (sl_form_find(x->form, n, name) == node)
			sl_xform_setvalue(x, n, "xforms-value-changed", n->calculation);
	}
}

static void put_question(struct sl_xform *x, const struct sl_form_node *node)
{
	static const char *const element[] = {
	    [SL_CONTROL_INPUT] = "input",   [SL_CONTROL_SELECT_ONE] = "select1", [SL_CONTROL_SELECT_MULTIPLE] = "select",
	    [SL_CONTROL_RANK] = "odk:rank", [SL_CONTROL_UPLOAD] = "upload",      [SL_CONTROL_TRIGGER] = "trigger",
	    [SL_CONTROL_RANGE] = "range"};

	if (node->type->control == SL_CONTROL_NONE)
		return;
	sl_xform_open(x, element[node->type->control]);
	sl_xform_put_str(x, "ref", node->path);
	if (node->type->mediatype)
		sl_xform_put(x, "mediatype", node->type->mediatype);
	put_body_attributes(x, node);
	put_parameters(x, node);
	put_word(x, node, SL_WORD_LABEL, "label");
	put_word(x, node, SL_WORD_HINT, "hint");
	if (node->list.n)
		put_itemset(x, node);
	put_triggered(x, node);
	sl_xform_close(x);
}

static void put_nodes(struct sl_xform *x, const struct sl_form_node *first);

static void put_repeat(struct sl_xform *x, const struct sl_form_node *node)
{
	sl_xform_open(x, "group");
	sl_xform_put_str(x, "ref", node->path);
	put_word(x, node, SL_WORD_LABEL, "label");
	sl_xform_open(x, "repeat");
	sl_xform_put_str(x, "nodeset", node->path);
	if (node->count.n)
		sl_xform_put_expanded(x, "jr:count", node->parent, node->count);
	put_body_attributes(x, node);
	for (struct sl_form_node *n = node->child; n; n = sl_form_next(node, n))
		if (n->value.n && sl_xform_is_dynamic(n->value))
			sl_xform_setvalue(x, n, "odk-instance-first-load odk-new-repeat", n->value);
	put_nodes(x, node->child);
	sl_xform_close(x);
	sl_xform_close(x);
}

static void put_nodes(struct sl_xform *x, const struct sl_form_node *first)
{
	for (const struct sl_form_node *node = first; node; node = node->next) {
		if (node->type->control == SL_CONTROL_REPEAT) {
			put_repeat(x, node);
		} else if (node->type->control == SL_CONTROL_GROUP) {
			sl_xform_open(x, "group");
			sl_xform_put_str(x, "ref", node->path);
			put_body_attributes(x, node);
			put_word(x, node, SL_WORD_LABEL, "label");
			put_nodes(x, node->child);
			sl_xform_close(x);
		} else {
			put_question(x, node);
		}
	}
}

void sl_xform_body(struct sl_xform *x)
{
	sl_xform_open(x, "h:body");
	if (x->form->style.n)
		sl_xform_put_str(x, "class", x->form->style);
	put_nodes(x, x->form->root->child);
	sl_xform_close(x);
}
