/* The model of an XForm: texts, the instance, lists of choices, binds and actions. */
#include "formats/xform_parts.h"

#include <string.h>

/* ---- itext ---- */

static void put_value(struct sl_xform *x, const struct sl_form_node *from, const char *kind, const char *folder,
                      struct sl_str text)
{
	if (!text.n)
		return;
	sl_xform_open(x, "value");
	if (kind)
		sl_xform_put(x, "form", kind);
	if (folder && !sl_str_find(text, "://"))
		sl_xform_text(x, sl_str_from(folder));
	if (kind && folder)
		sl_xform_text(x, text);
	else
		sl_xform_mixed(x, from, text);
	sl_xform_close(x);
}

static void put_media(struct sl_xform *x, const struct sl_form_words *words, size_t language)
{
	put_value(x, NULL, "image", "jr://images/", sl_xform_word(x->form, words, SL_WORD_IMAGE, language));
	put_value(x, NULL, "big-image", "jr://images/", sl_xform_word(x->form, words, SL_WORD_BIG_IMAGE, language));
	put_value(x, NULL, "audio", "jr://audio/", sl_xform_word(x->form, words, SL_WORD_AUDIO, language));
	put_value(x, NULL, "video", "jr://video/", sl_xform_word(x->form, words, SL_WORD_VIDEO, language));
}

static void open_text(struct sl_xform *x, struct sl_str path, const char *what)
{
	sl_xform_open(x, "text");
	sl_buf_clear(&x->text);
	sl_buf_str(&x->text, path);
	sl_buf_puts(&x->text, what);
	sl_xform_put_text(x, "id");
}

static const char *const word_id[SL_WORDS] = {[SL_WORD_LABEL] = ":label",
                                              [SL_WORD_HINT] = ":hint",
                                              [SL_WORD_CONSTRAINT] = ":jr:constraintMsg",
                                              [SL_WORD_REQUIRED] = ":jr:requiredMsg"};

static void put_node_texts(struct sl_xform *x, const struct sl_form_node *node, size_t language)
{
	for (int w = 0; w < SL_WORDS; w++) {
		enum sl_form_word word = (enum sl_form_word)w;

		if (!word_id[w] || !sl_xform_in_itext(node, word))
			continue;
		open_text(x, node->path, word_id[w]);
		put_value(x, node, NULL, NULL, sl_xform_word(x->form, &node->words, word, language));
		if (word == SL_WORD_LABEL)
			put_media(x, &node->words, language);
		if (word == SL_WORD_HINT)
			put_value(x, node, "guidance", NULL, sl_xform_word(x->form, &node->words, SL_WORD_GUIDANCE, language));
		sl_xform_close(x);
	}
}

static void put_list_texts(struct sl_xform *x, const struct sl_form_list *list, size_t language)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct sl_form_choice *choice = &list->choice[i];
		struct sl_str label = sl_xform_word(x->form, &choice->words, SL_WORD_LABEL, language);
		char number[24];
		bool media = choice->words.text[SL_WORD_IMAGE] || choice->words.text[SL_WORD_AUDIO] ||
		             choice->words.text[SL_WORD_VIDEO];

		snprintf(number, sizeof number, "-%zu", i);
		open_text(x, list->name, number);
		put_value(x, x->form->root, NULL, NULL, label.n || media ? label : choice->name);
		put_media(x, &choice->words, language);
		sl_xform_close(x);
	}
}

static bool has_itext(const struct sl_form *form)
{
	for (struct sl_form_node *n = form->root->child; n; n = sl_form_next(form->root, n))
		for (int w = 0; w < SL_WORDS; w++)
			if (word_id[w] && sl_xform_in_itext(n, (enum sl_form_word)w))
				return true;
	for (size_t i = 0; i < form->n_lists; i++)
		if (sl_xform_list_in_itext(form, &form->list[i]))
			return true;
	return false;
}

static void put_itext(struct sl_xform *x)
{
	const struct sl_form *form = x->form;

	if (!has_itext(form))
		return;
	sl_xform_open(x, "itext");
	for (size_t k = 0; k < form->n_languages; k++) {
		sl_xform_open(x, "translation");
		if (form->default_language.n ? sl_str_eq(form->language[k], form->default_language) : k == 0)
			sl_xform_put(x, "default", "true()");
		sl_xform_put_str(x, "lang", form->language[k]);
		for (struct sl_form_node *n = form->root->child; n; n = sl_form_next(form->root, n))
			put_node_texts(x, n, k);
		for (size_t i = 0; i < form->n_lists; i++)
			if (sl_xform_list_in_itext(form, &form->list[i]))
				put_list_texts(x, &form->list[i], k);
		sl_xform_close(x);
	}
	sl_xform_close(x);
}

/* ---- the instance ---- */

static void put_default(struct sl_xform *x, const struct sl_form_node *node)
{
	if (!node->value.n || sl_xform_is_dynamic(node->value))
		return;
	if (node->type->mediatype && !sl_str_find(node->value, "://"))
		sl_xform_text(x, SL_STR("jr://images/"));
	sl_xform_text(x, node->value);
}

static void open_named(struct sl_xform *x, struct sl_str name)
{
	sl_buf_clear(&x->text);
	sl_buf_str(&x->text, name);
	sl_buf_putc(&x->text, 0);
	x->failed = x->failed || x->text.failed;
	sl_xform_open(x, x->failed ? "failed" : x->text.p);
}

static void put_attributes(struct sl_xform *x, const struct sl_form_node *from, const struct sl_form_attribute *list,
                           size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char name[128];

		snprintf(name, sizeof name, "%.*s", SL_STR_ARG(list[i].name));
		sl_xform_put_expanded(x, name, from, list[i].value);
	}
}

/* Two rounds for a repeat: the template, and the first one.  Nested repeats of a template are no templates. */
static void put_instance(struct sl_xform *x, const struct sl_form_node *node, bool in_template)
{
	bool repeat = node->type->control == SL_CONTROL_REPEAT;

	if (!node->type->bind && node->type->control == SL_CONTROL_NONE)
		return; /* csv-external */
	if (node->type->in_meta)
		return;
	for (int round = repeat && !in_template ? 0 : 1; round < 2; round++) {
		open_named(x, node->name);
		put_attributes(x, node, node->instance, node->n_instance);
		if (round == 0)
			sl_xform_put(x, "jr:template", "");
		put_default(x, node);
		for (const struct sl_form_node *child = node->child; child; child = child->next)
			put_instance(x, child, in_template || round == 0);
		sl_xform_close(x);
	}
}

static void put_primary(struct sl_xform *x)
{
	const struct sl_form *form = x->form;

	sl_xform_open(x, "instance");
	open_named(x, form->root_name);
	if (form->xmlns.n)
		sl_xform_put_str(x, "xmlns", form->xmlns);
	sl_xform_put_str(x, "id", form->id);
	if (form->version.n)
		sl_xform_put_str(x, "version", form->version);
	put_attributes(x, NULL, form->instance, form->n_instance);
	for (const struct sl_form_node *child = form->root->child; child; child = child->next)
		put_instance(x, child, false);
	sl_xform_open(x, "meta");
	for (struct sl_form_node *n = form->root->child; n; n = sl_form_next(form->root, n))
		if (n->type->in_meta) {
			open_named(x, n->name);
			sl_xform_close(x);
		}
	sl_xform_open(x, "instanceID");
	sl_xform_close(x);
	if (form->instance_name.n) {
		sl_xform_open(x, "instanceName");
		sl_xform_close(x);
	}
	sl_xform_close(x);
	sl_xform_close(x);
	sl_xform_close(x);
}

/* ---- lists ---- */

static void put_element(struct sl_xform *x, const char *name, struct sl_str text)
{
	sl_xform_open(x, name);
	sl_xform_text(x, text);
	sl_xform_close(x);
}

static void put_list(struct sl_xform *x, const struct sl_form_list *list)
{
	bool in_itext = sl_xform_list_in_itext(x->form, list);

	sl_xform_open(x, "instance");
	sl_xform_put_str(x, "id", list->name);
	sl_xform_open(x, "root");
	for (size_t i = 0; i < list->n; i++) {
		const struct sl_form_choice *choice = &list->choice[i];
		struct sl_str label = sl_xform_word(x->form, &choice->words, SL_WORD_LABEL, 0);
		char id[300];

		snprintf(id, sizeof id, "%.*s-%zu", SL_STR_ARG(list->name), i);
		sl_xform_open(x, "item");
		if (in_itext)
			put_element(x, "itextId", sl_str_from(id));
		put_element(x, "name", choice->name);
		if (!in_itext)
			put_element(x, "label", label.n ? label : choice->name);
		for (size_t k = 0; k < choice->n_extra; k++) {
			open_named(x, choice->extra[k].name);
			sl_xform_text(x, choice->extra[k].value);
			sl_xform_close(x);
		}
		sl_xform_close(x);
	}
	sl_xform_close(x);
	sl_xform_close(x);
}

static void put_external(struct sl_xform *x, struct sl_str id, struct sl_str source)
{
	sl_xform_open(x, "instance");
	sl_xform_put_str(x, "id", id);
	sl_xform_put_str(x, "src", source);
	sl_xform_close(x);
}

/* Files, each once: those of selects, of pulldata('file', ...) and of the type csv-external. */
struct files {
	struct sl_str seen[64];
	size_t n;
};

static void put_file(struct sl_xform *x, struct files *files, struct sl_str stem, const char *ending)
{
	char id[256], source[300];

	for (size_t i = 0; i < files->n; i++)
		if (sl_str_eq(files->seen[i], stem))
			return;
	if (files->n == sizeof files->seen / sizeof *files->seen)
		return;
	files->seen[files->n++] = stem;
	snprintf(id, sizeof id, "%.*s", SL_STR_ARG(stem));
	snprintf(source, sizeof source, "jr://%s/%s%s", !strcmp(ending, ".csv") ? "file-csv" : "file", id, ending);
	put_external(x, sl_str_from(id), sl_str_from(source));
}

static struct sl_str stem_of(struct sl_str file)
{
	while (file.n && file.p[file.n - 1] != '.')
		file.n--;
	return (struct sl_str){file.p, file.n ? file.n - 1 : 0};
}

static void put_pulled(struct sl_xform *x, struct files *files, struct sl_str text)
{
	while (text.n) {
		const char *at = sl_str_find(text, "pulldata("), *end = text.p + text.n, *name;

		if (!at)
			return;
		for (name = at + 9; name < end && (*name == ' ' || *name == '\'' || *name == '"'); name++)
			;
		const char *stop = name;

		while (stop < end && *stop != '\'' && *stop != '"')
			stop++;
		if (stop < end && stop > name)
			put_file(x, files, (struct sl_str){name, (size_t)(stop - name)}, ".csv");
		text = (struct sl_str){stop, (size_t)(end - stop)};
	}
}

static void put_secondary(struct sl_xform *x)
{
	const struct sl_form *form = x->form;
	struct files files = {0};
	bool saved = false;

	for (size_t i = 0; i < form->n_lists; i++)
		put_list(x, &form->list[i]);
	for (struct sl_form_node *n = form->root->child; n; n = sl_form_next(form->root, n)) {
		const struct sl_str texts[] = {n->calculation, n->relevant, n->constraint, n->choice_filter, n->value, n->required};

		if (n->from_file)
			put_file(x, &files, stem_of(n->list), n->list.p + stem_of(n->list).n);
		if (!strcmp(n->type->name, "csv-external"))
			put_file(x, &files, n->name, ".csv");
		if (!strcmp(n->type->name, "xml-external"))
			put_file(x, &files, n->name, ".xml");
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			put_pulled(x, &files, texts[i]);
			saved = saved || (texts[i].n && sl_str_find(texts[i], "${last-saved#"));
		}
	}
	if (saved)
		put_external(x, SL_STR("__last-saved"), SL_STR("jr://instance/last-saved"));
}

/* ---- binds ---- */

static struct sl_str as_boolean(struct sl_str text)
{
	return sl_str_is_nocase(text, "yes") || sl_str_is_nocase(text, "true")   ? SL_STR("true()")
	       : sl_str_is_nocase(text, "no") || sl_str_is_nocase(text, "false") ? SL_STR("false()")
	                                                                         : text;
}

static void put_if(struct sl_xform *x, const char *attribute, const struct sl_form_node *node, struct sl_str text)
{
	if (text.n)
		sl_xform_put_expanded(x, attribute, node, text);
}

static void put_message(struct sl_xform *x, const struct sl_form_node *node, enum sl_form_word word, const char *attribute)
{
	struct sl_str text = sl_xform_word(x->form, &node->words, word, 0);

	if (!text.n)
		return;
	if (sl_xform_in_itext(node, word)) {
		sl_buf_clear(&x->text);
		sl_buf_puts(&x->text, "jr:itext('");
		sl_buf_str(&x->text, node->path);
		sl_buf_printf(&x->text, "%s')", word_id[word]);
		sl_xform_put_text(x, attribute);
	} else {
		sl_xform_put_expanded(x, attribute, node, text);
	}
}

/* Parameters that belong to the bind. */
static void put_bind_parameters(struct sl_xform *x, const struct sl_form_node *node)
{
	static const char *const pairs[][2] = {{"max-pixels", "orx:max-pixels"},
	                                       {"quality", "odk:quality"},
	                                       {"location-priority", "odk:location-priority"},
	                                       {"location-min-interval", "odk:location-min-interval"},
	                                       {"location-max-age", "odk:location-max-age"},
	                                       {"track-changes", "odk:track-changes"},
	                                       {"track-changes-reasons", "odk:track-changes-reasons"},
	                                       {"identify-user", "odk:identify-user"}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const struct sl_form_attribute *p = sl_xform_parameter(node, pairs[i][0]);

		if (p)
			sl_xform_put_str(x, pairs[i][1], p->value);
	}
}

static const char *bind_type(const struct sl_form_node *node)
{
	const struct sl_form_attribute *step = sl_xform_parameter(node, "step"), *start = sl_xform_parameter(node, "start"),
	                               *end = sl_xform_parameter(node, "end");

	if (node->type->control == SL_CONTROL_RANGE &&
	    ((step && memchr(step->value.p, '.', step->value.n)) || (start && memchr(start->value.p, '.', start->value.n)) ||
	     (end && memchr(end->value.p, '.', end->value.n))))
		return "decimal";
	return node->type->bind;
}

static bool names_type(const struct sl_form_node *node)
{
	for (size_t i = 0; i < node->n_bind; i++)
		if (sl_str_is(node->bind[i].name, "type"))
			return true;
	return false;
}

static void put_bind(struct sl_xform *x, const struct sl_form_node *node)
{
	const struct sl_form_type *type = node->type;
	struct sl_str readonly = type->readonly && !node->readonly.n ? SL_STR("true()") : as_boolean(node->readonly);
	bool group = type->control >= SL_CONTROL_GROUP;

	if (!type->bind && !(group && (node->relevant.n || readonly.n || node->n_bind)))
		return;
	sl_xform_open(x, "bind");
	if (type->in_meta) {
		sl_buf_clear(&x->text);
		sl_buf_printf(&x->text, "/%.*s/meta/%.*s", SL_STR_ARG(x->form->root_name), SL_STR_ARG(node->name));
		sl_xform_put_text(x, "nodeset");
	} else {
		sl_xform_put_str(x, "nodeset", node->path);
	}
	if (type->bind && !names_type(node))
		sl_xform_put(x, "type", bind_type(node));
	put_if(x, "readonly", node, readonly);
	put_if(x, "required", node, as_boolean(node->required));
	put_if(x, "relevant", node, node->relevant);
	put_if(x, "constraint", node, node->constraint);
	if (!node->trigger.n)
		put_if(x, "calculate", node, node->calculation);
	put_message(x, node, SL_WORD_CONSTRAINT, "jr:constraintMsg");
	put_message(x, node, SL_WORD_REQUIRED, "jr:requiredMsg");
	if (type->preload) {
		sl_xform_put(x, "jr:preload", type->preload);
		sl_xform_put(x, "jr:preloadParams", type->preload_params);
	}
	put_bind_parameters(x, node);
	put_attributes(x, node, node->bind, node->n_bind);
	sl_xform_close(x);
}

static void put_meta_binds(struct sl_xform *x)
{
	char nodeset[300];

	snprintf(nodeset, sizeof nodeset, "/%.*s/meta/instanceID", SL_STR_ARG(x->form->root_name));
	sl_xform_open(x, "bind");
	sl_xform_put(x, "nodeset", nodeset);
	sl_xform_put(x, "type", "string");
	sl_xform_put(x, "readonly", "true()");
	sl_xform_put(x, "jr:preload", "uid");
	sl_xform_close(x);
	if (!x->form->instance_name.n)
		return;
	snprintf(nodeset, sizeof nodeset, "/%.*s/meta/instanceName", SL_STR_ARG(x->form->root_name));
	sl_xform_open(x, "bind");
	sl_xform_put(x, "nodeset", nodeset);
	sl_xform_put(x, "type", "string");
	sl_xform_put_expanded(x, "calculate", x->form->root, x->form->instance_name);
	sl_xform_close(x);
}

/* ---- actions ---- */

void sl_xform_setvalue(struct sl_xform *x, const struct sl_form_node *node, const char *event, struct sl_str value)
{
	sl_xform_open(x, "setvalue");
	sl_xform_put(x, "event", event);
	sl_xform_put_str(x, "ref", node->path);
	put_if(x, "value", node, value);
	sl_xform_close(x);
}

static void put_action(struct sl_xform *x, const struct sl_form_node *node)
{
	if (node->value.n && sl_xform_is_dynamic(node->value) && !sl_xform_in_repeat(node))
		sl_xform_setvalue(x, node, "odk-instance-first-load", node->value);
	if (!strcmp(node->type->name, "start-geopoint") || !strcmp(node->type->name, "background-audio")) {
		bool audio = node->type->name[0] == 'b';

		sl_xform_open(x, audio ? "odk:recordaction" : "odk:setgeopoint");
		sl_xform_put(x, "event", audio ? "odk-instance-load" : "odk-instance-first-load");
		sl_xform_put_str(x, "ref", node->path);
		sl_xform_close(x);
	}
}

static void put_submission(struct sl_xform *x)
{
	const struct sl_form *form = x->form;

	if (!form->submission_url.n && !form->public_key.n && !form->auto_send.n && !form->auto_delete.n)
		return;
	sl_xform_open(x, "submission");
	if (form->submission_url.n) {
		sl_xform_put_str(x, "action", form->submission_url);
		sl_xform_put(x, "method", "post");
	}
	if (form->public_key.n)
		sl_xform_put_str(x, "base64RsaPublicKey", form->public_key);
	if (form->auto_send.n)
		sl_xform_put_str(x, "orx:auto-send", form->auto_send);
	if (form->auto_delete.n)
		sl_xform_put_str(x, "orx:auto-delete", form->auto_delete);
	sl_xform_close(x);
}

void sl_xform_model(struct sl_xform *x)
{
	const struct sl_form *form = x->form;

	sl_xform_open(x, "model");
	sl_xform_put(x, "odk:xforms-version", "1.0.0");
	put_submission(x);
	put_itext(x);
	put_primary(x);
	put_secondary(x);
	for (struct sl_form_node *n = form->root->child; n; n = sl_form_next(form->root, n))
		put_bind(x, n);
	put_meta_binds(x);
	for (struct sl_form_node *n = form->root->child; n; n = sl_form_next(form->root, n))
		put_action(x, n);
	sl_xform_close(x);
}
