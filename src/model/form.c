/* The tree of a form, and the whole reading of it. */
#include "base/utf8.h"
#include "model/form_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FAULTS_MAX = 500 };

enum sl_code sl_form_fault(struct sl_arena *a, struct sl_form_faults *faults, bool is_error, const char *sheet, size_t row,
                           const char *column, struct sl_err *e, const char *fmt, ...)
{
	struct sl_form_fault *f;
	char text[400];
	va_list args;
	int n;

	faults->n_errors += is_error;
	if (faults->n == FAULTS_MAX)
		return SL_OK;
	f = sl_arena_grow(a, faults->fault, &faults->cap, faults->n + 1, sizeof *f, e);
	if (!f)
		return e->code;
	faults->fault = f;
	va_start(args, fmt);
	n = vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	f += faults->n;
	f->is_error = is_error;
	f->sheet = sl_str_from(sheet);
	f->row = row;
	f->column = sl_str_from(column);
	f->message = sl_arena_strndup(a, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1, e);
	if (!f->message)
		return e->code;
	faults->n++;
	return SL_OK;
}

/* ---- words ---- */

int sl_form_language(struct sl_arena *a, struct sl_form *form, struct sl_str language, struct sl_err *e)
{
	struct sl_str *more;

	if (!language.n)
		language = form->default_language.n ? form->default_language : SL_STR("default");
	for (size_t i = 0; i < form->n_languages; i++)
		if (sl_str_eq(form->language[i], language))
			return (int)i;
	more = sl_arena_alloc(a, form->n_languages + 1, sizeof *more, e);
	if (!more)
		return -1;
	if (form->n_languages)
		memcpy(more, form->language, form->n_languages * sizeof *more);
	more[form->n_languages] = language;
	form->language = more;
	return (int)form->n_languages++;
}

enum { LANGUAGES_MAX = 64 };

enum sl_code sl_form_set_word(struct sl_arena *a, struct sl_form *form, struct sl_form_words *words,
                              const struct sl_form_head *head, struct sl_str text, struct sl_err *e)
{
	int at = sl_form_language(a, form, head->language, e);

	if (at < 0)
		return e->code;
	if (at >= LANGUAGES_MAX)
		return sl_fail(e, SL_INVALID, "more than %d languages", LANGUAGES_MAX);
	if (!words->text[head->word])
		words->text[head->word] = sl_arena_alloc(a, LANGUAGES_MAX, sizeof(struct sl_str), e);
	if (!words->text[head->word])
		return e->code;
	words->text[head->word][at] = text;
	words->translated[head->word] = words->translated[head->word] || head->language.n;
	return SL_OK;
}

/* ---- the tree ---- */

struct sl_form_node *sl_form_add_node(struct sl_arena *a, struct sl_form_node *parent, struct sl_str name,
                                 const struct sl_form_type *type, size_t row, struct sl_err *e)
{
	struct sl_form_node *node = sl_arena_alloc(a, 1, sizeof *node, e);
	char *path = node ? sl_arena_alloc(a, (parent ? parent->path.n : 0) + name.n + 2, 1, e) : NULL;

	if (!path)
		return NULL;
	if (parent)
		memcpy(path, parent->path.p, parent->path.n);
	path[parent ? parent->path.n : 0] = '/';
	memcpy(path + (parent ? parent->path.n : 0) + 1, name.p, name.n);
	*node = (struct sl_form_node){.name = name, .path = sl_str_from(path), .type = type, .parent = parent, .row = row};
	if (parent && parent->last)
		parent->last->next = node;
	else if (parent)
		parent->child = node;
	if (parent)
		parent->last = node;
	return node;
}

bool sl_form_is_identifier(const struct sl_form_node *node)
{
	return sl_str_is(node->calculation, "once(uuid())");
}

struct sl_form_node *sl_form_next(const struct sl_form_node *root, struct sl_form_node *node)
{
	if (node->child)
		return node->child;
	while (node != root && !node->next)
		node = node->parent;
	return node == root ? NULL : node->next;
}

const struct sl_form_list *sl_form_list(const struct sl_form *form, struct sl_str name)
{
	for (size_t i = 0; i < form->n_lists; i++)
		if (sl_str_eq(form->list[i].name, name))
			return &form->list[i];
	return NULL;
}

enum sl_code sl_form_attribute(struct sl_arena *a, struct sl_form_attribute **list, size_t *n, struct sl_str name,
                               struct sl_str value, struct sl_err *e)
{
	struct sl_form_attribute *more = sl_arena_alloc(a, *n + 1, sizeof *more, e);

	if (!more)
		return e->code;
	if (*n)
		memcpy(more, *list, *n * sizeof *more);
	more[(*n)++] = (struct sl_form_attribute){name, value};
	*list = more;
	return SL_OK;
}

bool sl_form_is_yes(struct sl_str text)
{
	return sl_str_is_nocase(text, "yes") || sl_str_is_nocase(text, "true") || sl_str_is_nocase(text, "true()") ||
	       sl_str_is_nocase(text, "1");
}

/* XML 1.0, 2.3: NameStartChar and NameChar without ':'. */
static bool in_name(uint32_t c, bool first)
{
	static const uint32_t start[][2] = {{'A', 'Z'},         {'_', '_'},         {'a', 'z'},         {0xC0, 0xD6},
	                                    {0xD8, 0xF6},       {0xF8, 0x2FF},      {0x370, 0x37D},     {0x37F, 0x1FFF},
	                                    {0x200C, 0x200D},   {0x2070, 0x218F},   {0x2C00, 0x2FEF},   {0x3001, 0xD7FF},
	                                    {0xF900, 0xFDCF},   {0xFDF0, 0xFFFD},   {0x10000, 0xEFFFF}, /* then */
	                                    {'-', '.'},         {'0', '9'},         {0xB7, 0xB7},       {0x300, 0x36F},
	                                    {0x203F, 0x2040}};

	for (size_t i = 0; i < (first ? 15 : sizeof start / sizeof *start); i++)
		if (c >= start[i][0] && c <= start[i][1])
			return true;
	return false;
}

struct sl_str sl_form_element_of(struct sl_str field)
{
	return sl_str_is(field, "model") ? SL_STR("model_") : field;
}

struct sl_str sl_form_field_of(struct sl_str element)
{
	return sl_str_is(element, "model_") ? SL_STR("model") : element;
}

bool sl_form_is_name(struct sl_str text)
{
	for (size_t i = 0, n; i < text.n; i += n) {
		const unsigned char *p = (const unsigned char *)text.p + i;
		uint32_t c = *p;

		n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
		if (n > 1) {
			if (i + n > text.n || !sl_utf8_valid((struct sl_str){text.p + i, n}))
				return false;
			c &= 0xFFU >> (n + 1);
			for (size_t k = 1; k < n; k++)
				c = c << 6 | (p[k] & 0x3F);
		}
		if (!in_name(c, i == 0))
			return false;
	}
	return text.n > 0;
}

/* ---- settings ---- */

static char *setting_key(struct sl_arena *a, struct sl_str head, struct sl_err *e)
{
	char *key = sl_arena_strndup(a, head.p, head.n, e);

	for (char *p = key; p && *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p == ' ' ? '_' : *p;
	return key;
}

struct setting {
	const char *key;
	size_t at; /* of a struct sl_str in struct sl_form */
};

#define AT(key, member) {key, offsetof(struct sl_form, member)}
static const struct setting settings[] = {
    AT("form_id", id),
    AT("id_string", id),
    AT("form_title", title),
    AT("title", title),
    AT("version", version),
    AT("name", root_name),
    AT("instance_name", instance_name),
    AT("style", style),
    AT("default_language", default_language),
    AT("submission_url", submission_url),
    AT("public_key", public_key),
    AT("auto_send", auto_send),
    AT("auto_delete", auto_delete),
    AT("instance_xmlns", xmlns),
    AT("namespaces", namespaces),
    AT("kind", kind),
};

static enum sl_code read_settings(struct sl_arena *a, const struct sl_sheet *sheet, struct sl_form *form,
                                  bool *duplicates_allowed, struct sl_form_faults *faults, struct sl_err *e)
{
	static const char *const other[] = {"allow_choice_duplicates", "clean_text_values", "sms_keyword", "sms_separator",
	                                    "sms_allow_media", "sms_date_format", "sms_datetime_format", "sms_response",
	                                    "add_none_option", "prefix", "delimiter", "omit_instanceid", "compact_prefix",
	                                    "compact_delimiter", "client_editable", "allow_deprecated"};

	for (size_t c = 0; sheet->n_rows > 1 && c < sheet->row[0].n; c++) {
		struct sl_str head = sheet->row[0].cell[c];
		struct sl_str value = c < sheet->row[1].n ? sheet->row[1].cell[c] : SL_STR("");
		char *key = setting_key(a, head, e);
		bool found = false;

		if (!key)
			return e->code;
		if (!head.n || !value.n)
			continue;
		for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
			if (!strcmp(settings[i].key, key)) {
				*(struct sl_str *)(void *)((char *)form + settings[i].at) = value;
				found = true;
			}
		for (size_t i = 0; i < sizeof other / sizeof *other; i++)
			found = found || !strcmp(other[i], key);
		if (!strcmp(key, "allow_choice_duplicates"))
			*duplicates_allowed = sl_form_is_yes(value);
		if (!strncmp(key, "attribute::", 11)) {
			found = true;
			if (sl_form_attribute(a, &form->instance, &form->n_instance, (struct sl_str){head.p + 11, head.n - 11}, value,
			                      e))
				return e->code;
		}
		if (!found && sl_form_fault(a, faults, false, "settings", sheet->row[0].number, key, e,
		                            "\"%.*s\" is not a setting: it is passed over", SL_STR_ARG(head)))
			return e->code;
	}
	return SL_OK;
}

static const struct sl_sheet *find_sheet(const struct sl_workbook *book, const char *name)
{
	for (size_t i = 0; i < book->n_sheets; i++)
		if (sl_str_is_nocase(sl_str_trim(book->sheet[i].name), name))
			return &book->sheet[i];
	return NULL;
}

static enum sl_code name_form(struct sl_form *form, const struct sl_workbook *book, struct sl_arena *a,
                              struct sl_form_faults *faults, struct sl_err *e)
{
	if (!form->id.n)
		form->id = book->name;
	if (!form->title.n)
		form->title = form->id;
	if (!form->root_name.n)
		form->root_name = SL_STR("data");
	if (!sl_form_is_name(form->root_name))
		return sl_form_fault(a, faults, true, "settings", 2, "name", e,
		                     "\"%.*s\" is not a name: letters, digits, _ and -, a letter first",
		                     SL_STR_ARG(form->root_name));
	return SL_OK;
}

enum sl_code sl_form_read(struct sl_arena *a, const struct sl_workbook *book, struct sl_form *out,
                          struct sl_form_faults *faults, struct sl_err *e)
{
	const struct sl_sheet *survey = book->n_sheets == 1 ? &book->sheet[0] : find_sheet(book, "survey"), *choices = find_sheet(book, "choices"),
	                      *set = find_sheet(book, "settings");
	bool duplicates_allowed = false;

	*out = (struct sl_form){0};
	*faults = (struct sl_form_faults){0};
	if (set && read_settings(a, set, out, &duplicates_allowed, faults, e))
		return e->code;
	if (name_form(out, book, a, faults, e))
		return e->code;
	out->root = sl_form_add_node(a, NULL, out->root_name, sl_form_type_of("group"), 0, e);
	if (!out->root)
		return e->code;
	if (!survey)
		return sl_form_fault(a, faults, true, "survey", 0, "", e,
		                     "there is no sheet named survey: it is where the questions are");
	if (out->default_language.n && sl_form_language(a, out, out->default_language, e) < 0)
		return e->code;
	if (choices && sl_form_read_choices(a, choices, duplicates_allowed, out, faults, e))
		return e->code;
	if (sl_form_read_survey(a, survey, out, faults, e))
		return e->code;
	if (!out->n_languages && sl_form_language(a, out, SL_STR(""), e) < 0)
		return e->code;
	return sl_form_judge(a, out, faults, e);
}
