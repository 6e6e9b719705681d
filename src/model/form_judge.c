/* What a form names has to be there, and its expressions have to be expressions. */
#include "model/form_parts.h"

#include <libxml/uri.h>
#include <libxml/xpath.h>
#include <string.h>

struct judging {
	struct sl_arena *a;
	struct sl_form *form;
	struct sl_form_faults *faults;
	struct sl_err *e;
	xmlXPathContextPtr xpath;
	struct sl_buf text;
};

static void keep_quiet(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

#define SAY(j, node, column, ...) \
	sl_form_fault((j)->a, (j)->faults, true, "survey", (node)->row, column, (j)->e, __VA_ARGS__)

static enum sl_code check_expression(struct judging *j, const struct sl_form_node *node, const char *column,
                                     struct sl_str text, bool in_predicate)
{
	struct sl_err why = {0};
	xmlXPathCompExprPtr compiled;

	if (!text.n)
		return SL_OK;
	sl_buf_clear(&j->text);
	if (sl_form_expand(j->form, node, text, in_predicate, &j->text, &why)) {
		if (why.code == SL_NOMEM)
			return sl_fail(j->e, SL_NOMEM, "out of memory");
		return sl_form_fault(j->a, j->faults, true, "survey", node->row, column, j->e, "%s: correct the name in ${}", why.msg);
	}
	sl_buf_putc(&j->text, 0);
	if (sl_buf_check(&j->text, j->e))
		return j->e->code;
	compiled = xmlXPathCtxtCompile(j->xpath, (const xmlChar *)j->text.p);
	if (!compiled)
		return SAY(j, node, column, "\"%.*s\" is not an expression: look for a missing bracket, quote or operator", SL_STR_ARG(text));
	xmlXPathFreeCompExpr(compiled);
	return SL_OK;
}

/* ${} in labels and hints only has to lead somewhere. */
static enum sl_code check_words(struct judging *j, const struct sl_form_node *node)
{
	static const char *const column[SL_WORDS] = {"label", "hint", "guidance_hint", "constraint_message", "required_message",
	                                             "image", "big-image", "audio", "video"};

	for (int w = 0; w < SL_WORDS; w++)
		for (size_t k = 0; node->words.text[w] && k < j->form->n_languages; k++) {
			struct sl_err why = {0};

			sl_buf_clear(&j->text);
			if (!sl_form_expand(j->form, node, node->words.text[w][k], false, &j->text, &why))
				continue;
			if (why.code == SL_NOMEM)
				return sl_fail(j->e, SL_NOMEM, "out of memory");
			if (sl_form_fault(j->a, j->faults, true, "survey", node->row, column[w], j->e, "%s: correct the name in ${}",
			                  why.msg))
				return j->e->code;
		}
	return SL_OK;
}

static enum sl_code check_reference(struct judging *j, const struct sl_form_node *node, const char *column, struct sl_str text)
{
	struct sl_err why = {0};

	sl_buf_clear(&j->text);
	if (!sl_form_expand(j->form, node, text, false, &j->text, &why))
		return SL_OK;
	if (why.code == SL_NOMEM)
		return sl_fail(j->e, SL_NOMEM, "out of memory");
	return sl_form_fault(j->a, j->faults, true, "survey", node->row, column, j->e, "%s: correct the name in ${}", why.msg);
}

/* An address that a namespace can have: RFC 3986, and not one that XML keeps for itself. */
static bool is_address(struct sl_str text)
{
	char copy[400];
	xmlURIPtr uri;
	bool sound;

	if (!text.n || text.n >= sizeof copy || sl_str_has_prefix(text, "http://www.w3.org/XML/1998/namespace") ||
	    sl_str_has_prefix(text, "http://www.w3.org/2000/xmlns/"))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	uri = strlen(copy) == text.n ? xmlParseURI(copy) : NULL;
	sound = uri && uri->scheme;
	xmlFreeURI(uri);
	return sound;
}

bool sl_form_namespace(struct sl_str *rest, struct sl_str *prefix, struct sl_str *address)
{
	while (rest->n) {
		const char *equal = memchr(rest->p, '=', rest->n);
		const char *open = equal ? memchr(equal, '"', rest->n - (size_t)(equal - rest->p)) : NULL;
		const char *close = open ? memchr(open + 1, '"', rest->n - (size_t)(open + 1 - rest->p)) : NULL;

		if (!close)
			return false;
		*prefix = sl_str_trim((struct sl_str){rest->p, (size_t)(equal - rest->p)});
		*address = (struct sl_str){open + 1, (size_t)(close - open) - 1};
		*rest = (struct sl_str){close + 1, rest->n - (size_t)(close + 1 - rest->p)};
		if (sl_form_is_name(*prefix) && prefix->n < 64 && !sl_str_has_prefix(*prefix, "xml") && is_address(*address))
			return true;
	}
	return false;
}

static bool is_declared(const struct sl_form *form, struct sl_str prefix)
{
	static const char *const ours[] = {"h", "ev", "jr", "odk", "orx", "xsd"};
	struct sl_str rest = form->namespaces, declared, address;

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (sl_str_is(prefix, ours[i]))
			return true;
	while (sl_form_namespace(&rest, &declared, &address))
		if (sl_str_eq(declared, prefix))
			return true;
	return false;
}

/* A column bind::NAME writes an attribute NAME, which has to be one. */
static enum sl_code check_attributes(struct judging *j, const char *sheet, const struct sl_form_node *node, const char *column,
                                     const struct sl_form_attribute *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sl_str local = list[i].name, prefix = {0};
		const char *colon = local.n ? memchr(local.p, ':', local.n) : NULL;
		bool sound;

		if (colon) {
			prefix = (struct sl_str){local.p, (size_t)(colon - local.p)};
			local = (struct sl_str){colon + 1, local.n - prefix.n - 1};
		}
		sound = sl_form_is_name(local) && list[i].name.n < 100 && !sl_str_is(list[i].name, "xmlns");
		if (!sound || (colon && !is_declared(j->form, prefix))) {
			if (sl_form_fault(j->a, j->faults, true, sheet, node->row, column, j->e,
			                  sound ? "\"%.*s\": its prefix is not declared: name it on the sheet settings, column namespaces, as "
			                          "prefix=\"address\""
			                        : "\"%.*s\" cannot be the name of an attribute: write letters, digits, _ and - after the ::",
			                  SL_STR_ARG(list[i].name)))
				return j->e->code;
		} else if (check_reference(j, node, column, list[i].value)) {
			return j->e->code;
		}
	}
	return SL_OK;
}

static enum sl_code check_own(struct judging *j, const struct sl_form_node *node)
{
	for (size_t i = 0; i < node->n_parameters; i++)
		if (check_reference(j, node, "parameters", node->parameter[i].value))
			return j->e->code;
	if (check_attributes(j, "survey", node, "bind", node->bind, node->n_bind) ||
	    check_attributes(j, "survey", node, "body", node->body, node->n_body) ||
	    check_attributes(j, "survey", node, "instance", node->instance, node->n_instance) ||
	    check_reference(j, node, "default", node->value) || check_reference(j, node, "appearance", node->appearance))
		return j->e->code;
	return node->from_file || !node->list.n ? SL_OK : check_reference(j, node, "type", node->list);
}

/* What choices say may name a question too. */
static enum sl_code check_choices(struct judging *j)
{
	for (size_t i = 0; i < j->form->n_lists; i++) {
		const struct sl_form_list *list = &j->form->list[i];

		for (size_t c = 0; c < list->n; c++) {
			const struct sl_form_words *words = &list->choice[c].words;

			for (size_t k = 0; words->text[SL_WORD_LABEL] && k < j->form->n_languages; k++) {
				struct sl_str text = words->text[SL_WORD_LABEL][k];
				struct sl_err why = {0};

				sl_buf_clear(&j->text);
				if (!text.n || !sl_form_expand(j->form, j->form->root, text, false, &j->text, &why))
					continue;
				if (why.code == SL_NOMEM)
					return sl_fail(j->e, SL_NOMEM, "out of memory");
				if (sl_form_fault(j->a, j->faults, true, "choices", list->choice[c].row, "label", j->e, "%s: correct the name in ${}",
				                  why.msg))
					return j->e->code;
			}
		}
	}
	return SL_OK;
}

static bool has_ending(struct sl_str file)
{
	return sl_str_has_suffix_nocase(file, ".csv") || sl_str_has_suffix_nocase(file, ".xml") ||
	       sl_str_has_suffix_nocase(file, ".geojson");
}

static enum sl_code check_list(struct judging *j, const struct sl_form_node *node)
{
	const struct sl_form_list *list;

	if (!node->list.n)
		return SL_OK;
	if (node->from_file)
		return has_ending(node->list)
		           ? SL_OK
		           : SAY(j, node, "type", "%.*s: choices come from a .csv, .xml or .geojson file", SL_STR_ARG(node->list));
	if (memchr(node->list.p, '\'', node->list.n))
		return SAY(j, node, "type", "%.*s: a list cannot have a quote in its name: write letters, digits and _",
		           SL_STR_ARG(node->list));
	if (sl_str_has_prefix(node->list, "${")) /* the choices are the answers of a repeat */
		return SL_OK;
	list = sl_form_list(j->form, node->list);
	if (!list)
		return SAY(j, node, "type", "there is no list %.*s on the sheet choices: add its rows, or correct the name", SL_STR_ARG(node->list));
	for (size_t i = 0; node->type->control == SL_CONTROL_SELECT_MULTIPLE && i < list->n; i++)
		if (memchr(list->choice[i].name.p, ' ', list->choice[i].name.n))
			return sl_form_fault(j->a, j->faults, true, "choices", list->choice[i].row, "name", j->e,
			                     "\"%.*s\" has a blank: the answers of select_multiple are parted by blanks; write _ instead",
			                     SL_STR_ARG(list->choice[i].name));
	return SL_OK;
}

static enum sl_code check_node(struct judging *j, const struct sl_form_node *node)
{
	bool shown = node->type->control != SL_CONTROL_NONE && node->type->control < SL_CONTROL_GROUP;

	if (!strcmp(node->type->name, "calculate") && !node->calculation.n && !node->value.n &&
	    SAY(j, node, "calculation", "%.*s calculates nothing: write its calculation", SL_STR_ARG(node->name)))
		return j->e->code;
	if (shown && !node->words.text[SL_WORD_LABEL] && !node->words.text[SL_WORD_HINT] && !node->words.text[SL_WORD_IMAGE] &&
	    !node->words.text[SL_WORD_AUDIO] && !node->words.text[SL_WORD_VIDEO] &&
	    !sl_str_has_prefix(node->name, "reserved_name_for_") &&
	    sl_form_fault(j->a, j->faults, false, "survey", node->row, "label", j->e, "%.*s has no label: nobody will know what is "
	                  "asked", SL_STR_ARG(node->name)))
		return j->e->code;
	if (sl_str_is(node->name, "model") &&
	    sl_form_fault(j->a, j->faults, false, "survey", node->row, "name", j->e, "Enketo cannot send a form with a question "
	                  "called model: give it another name"))
		return j->e->code;
	if (check_list(j, node) || check_words(j, node) || check_own(j, node) ||
	    check_expression(j, node, "relevant", node->relevant, false) ||
	    check_expression(j, node, "constraint", node->constraint, false) ||
	    check_expression(j, node, "calculation", node->calculation, false) ||
	    check_expression(j, node, "choice_filter", node->choice_filter, true) ||
	    check_expression(j, node, "repeat_count", node->count, false) ||
	    check_expression(j, node, "trigger", node->trigger, false))
		return j->e->code;
	if (!sl_str_is_nocase(node->required, "yes") && !sl_str_is_nocase(node->required, "no") &&
	    check_expression(j, node, "required", node->required, false))
		return j->e->code;
	return sl_str_is_nocase(node->readonly, "yes") || sl_str_is_nocase(node->readonly, "no")
	           ? SL_OK
	           : check_expression(j, node, "readonly", node->readonly, false);
}

enum sl_code sl_form_judge(struct sl_arena *a, struct sl_form *form, struct sl_form_faults *faults, struct sl_err *e)
{
	struct judging j = {.a = a, .form = form, .faults = faults, .e = e};

	if (!form->root->child)
		return faults->n_errors ? SL_OK
		                        : sl_form_fault(a, faults, true, "survey", 0, "", e, "there is no question: add a row for each");
	j.xpath = xmlXPathNewContext(NULL);
	if (!j.xpath)
		return sl_fail(e, SL_NOMEM, "out of memory");
	j.xpath->error = keep_quiet;
	for (struct sl_form_node *n = form->root->child; n && !e->code; n = sl_form_next(form->root, n))
		(void)!check_node(&j, n);
	form->root->row = 2; /* its faults are those of the settings */
	if (!e->code)
		(void)!check_expression(&j, form->root, "instance_name", form->instance_name, false);
	if (!e->code)
		(void)!check_attributes(&j, "settings", form->root, "attribute", form->instance, form->n_instance);
	if (!e->code && form->xmlns.n && !is_address(form->xmlns))
		(void)!sl_form_fault(a, faults, true, "settings", 2, "instance_xmlns", e,
		                     "\"%.*s\" is not an address: write http://... or leave the cell empty", SL_STR_ARG(form->xmlns));
	if (!e->code)
		(void)!check_choices(&j);
	form->root->row = 0;
	xmlXPathFreeContext(j.xpath);
	sl_buf_done(&j.text);
	return e->code;
}
