/* Heads of columns: xlsform.org/en/#the-survey-worksheet, and the older spellings that pyxform still takes. */
#include "model/form_parts.h"

#include <string.h>

enum { NAME_MAX_BYTES = 64 };

/* Lower case, blanks and hyphens as underscores. */
static bool plain(struct sl_str text, char out[NAME_MAX_BYTES])
{
	text = sl_str_trim(text);
	if (text.n >= NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == ' ' || c == '-' ? '_' : c;
	}
	out[text.n] = 0;
	return true;
}

static const struct {
	const char *name;
	enum sl_form_column column;
	enum sl_form_word word;
} columns[] = {
    {"type", SL_COLUMN_TYPE, 0},
    {"command", SL_COLUMN_TYPE, 0},
    {"name", SL_COLUMN_NAME, 0},
    {"tag", SL_COLUMN_NAME, 0},
    {"label", SL_COLUMN_WORD, SL_WORD_LABEL},
    {"caption", SL_COLUMN_WORD, SL_WORD_LABEL},
    {"hint", SL_COLUMN_WORD, SL_WORD_HINT},
    {"guidance_hint", SL_COLUMN_WORD, SL_WORD_GUIDANCE},
    {"constraint_message", SL_COLUMN_WORD, SL_WORD_CONSTRAINT},
    {"constraint_msg", SL_COLUMN_WORD, SL_WORD_CONSTRAINT},
    {"constraintmsg", SL_COLUMN_WORD, SL_WORD_CONSTRAINT},
    {"required_message", SL_COLUMN_WORD, SL_WORD_REQUIRED},
    {"required_msg", SL_COLUMN_WORD, SL_WORD_REQUIRED},
    {"requiredmsg", SL_COLUMN_WORD, SL_WORD_REQUIRED},
    {"image", SL_COLUMN_WORD, SL_WORD_IMAGE},
    {"big_image", SL_COLUMN_WORD, SL_WORD_BIG_IMAGE},
    {"audio", SL_COLUMN_WORD, SL_WORD_AUDIO},
    {"video", SL_COLUMN_WORD, SL_WORD_VIDEO},
    {"relevant", SL_COLUMN_RELEVANT, 0},
    {"relevance", SL_COLUMN_RELEVANT, 0},
    {"constraint", SL_COLUMN_CONSTRAINT, 0},
    {"required", SL_COLUMN_REQUIRED, 0},
    {"readonly", SL_COLUMN_READONLY, 0},
    {"read_only", SL_COLUMN_READONLY, 0},
    {"calculation", SL_COLUMN_CALCULATION, 0},
    {"calculate", SL_COLUMN_CALCULATION, 0},
    {"default", SL_COLUMN_DEFAULT, 0},
    {"appearance", SL_COLUMN_APPEARANCE, 0},
    {"choice_filter", SL_COLUMN_CHOICE_FILTER, 0},
    {"repeat_count", SL_COLUMN_COUNT, 0},
    {"jr:count", SL_COLUMN_COUNT, 0},
    {"trigger", SL_COLUMN_TRIGGER, 0},
    {"parameters", SL_COLUMN_PARAMETERS, 0},
    {"disabled", SL_COLUMN_DISABLED, 0},
    /* Of the dictionary (dictionary/README.md), and of people who leave notes. */
    {"aliases", SL_COLUMN_IGNORED, 0},
    {"sensitive", SL_COLUMN_IGNORED, 0},
    {"ref", SL_COLUMN_IGNORED, 0},
    {"unit", SL_COLUMN_IGNORED, 0},
    {"quantity", SL_COLUMN_IGNORED, 0},
    {"note", SL_COLUMN_IGNORED, 0},
    {"comment", SL_COLUMN_IGNORED, 0},
    {"comments", SL_COLUMN_IGNORED, 0},
    {"sms_field", SL_COLUMN_IGNORED, 0},
    {"sms_option", SL_COLUMN_IGNORED, 0},
};

/* bind::relevant is the same as relevant. */
static const struct {
	const char *bind;
	const char *column;
} long_hand[] = {
    {"relevant", "relevant"},       {"constraint", "constraint"},           {"required", "required"},
    {"readonly", "readonly"},       {"calculate", "calculation"},           {"jr:constraintmsg", "constraint_message"},
    {"appearance", "appearance"},   {"jr:requiredmsg", "required_message"}, {"jr:count", "repeat_count"},
};

static bool known(const char *name, struct sl_form_head *out)
{
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (!strcmp(columns[i].name, name)) {
			out->column = columns[i].column;
			out->word = columns[i].word;
			return true;
		}
	return false;
}

/* Splits at "::", or where there is none at the first ':'. */
static struct sl_str take_part(struct sl_str *rest)
{
	struct sl_str part = *rest;
	size_t wide = rest->n;

	for (size_t i = 0; i + 1 < rest->n && wide == rest->n; i++)
		if (rest->p[i] == ':' && rest->p[i + 1] == ':')
			wide = i;
	if (wide < rest->n) {
		part.n = wide;
		*rest = (struct sl_str){rest->p + wide + 2, rest->n - wide - 2};
		return sl_str_trim(part);
	}
	for (size_t i = 0; i < rest->n; i++)
		if (rest->p[i] == ':') {
			part.n = i;
			*rest = (struct sl_str){rest->p + i + 1, rest->n - i - 1};
			return sl_str_trim(part);
		}
	*rest = (struct sl_str){rest->p + rest->n, 0};
	return sl_str_trim(part);
}

static void attribute_head(enum sl_form_column kind, struct sl_str rest, struct sl_form_head *out)
{
	char name[NAME_MAX_BYTES];
	struct sl_str tail = rest, first;

	/* The language behind a message: bind::jr:constraintMsg::French. */
	for (size_t i = 0; i + 1 < rest.n; i++)
		if (rest.p[i] == ':' && rest.p[i + 1] == ':') {
			out->language = sl_str_trim((struct sl_str){rest.p + i + 2, rest.n - i - 2});
			tail = (struct sl_str){rest.p, i};
			break;
		}
	first = sl_str_trim(tail);
	for (size_t i = 0; plain(first, name) && kind != SL_COLUMN_INSTANCE && i < sizeof long_hand / sizeof *long_hand; i++)
		if (!strcmp(long_hand[i].bind, name)) {
			(void)known(long_hand[i].column, out);
			return;
		}
	out->column = kind;
	out->attribute = first;
}

struct sl_form_head sl_form_head_of(struct sl_str text, bool in_choices)
{
	struct sl_form_head head = {.text = sl_str_trim(text)};
	struct sl_str rest = head.text, first;
	char name[NAME_MAX_BYTES];

	if (!plain(rest, name))
		return head;
	if (in_choices && (!strcmp(name, "list_name") || !strcmp(name, "value") || !strcmp(name, "name"))) {
		head.column = name[0] == 'l' ? SL_COLUMN_LIST_NAME : SL_COLUMN_NAME;
		return head;
	}
	if (!strcmp(name, "jr:count") || known(name, &head)) {
		head.column = !strcmp(name, "jr:count") ? SL_COLUMN_COUNT : head.column;
		return head;
	}
	if (!strcmp(name, "rows") || !strcmp(name, "autoplay")) {
		head.column = SL_COLUMN_BODY;
		head.attribute = !strcmp(name, "rows") ? SL_STR("rows") : SL_STR("autoplay");
		return head;
	}
	if (!strcmp(name, "noapperrorstring") || !strcmp(name, "no_app_error_string")) {
		head.column = SL_COLUMN_BIND;
		head.attribute = SL_STR("jr:noAppErrorString");
		return head;
	}
	first = take_part(&rest);
	if (!rest.n || !plain(first, name))
		return head;
	if (!strcmp(name, "media"))
		first = take_part(&rest);
	if (!strcmp(name, "bind"))
		attribute_head(SL_COLUMN_BIND, rest, &head);
	else if (!strcmp(name, "control") || !strcmp(name, "body"))
		attribute_head(SL_COLUMN_BODY, rest, &head);
	else if (!strcmp(name, "instance"))
		attribute_head(SL_COLUMN_INSTANCE, rest, &head);
	else if (plain(first, name) && known(name, &head) && head.column == SL_COLUMN_WORD)
		head.language = sl_str_trim(rest);
	else
		head.column = SL_COLUMN_UNKNOWN;
	return head;
}
