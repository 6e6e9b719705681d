#include "formats/xform.h"

#include "base/utf8.h"
#include "formats/xform_parts.h"

#include <string.h>

static void note(struct sl_xform *x, int result)
{
	x->failed = x->failed || result < 0;
}

void sl_xform_open(struct sl_xform *x, const char *element)
{
	sl_buf_clear(&x->put);
	note(x, xmlTextWriterStartElement(x->w, (const xmlChar *)element));
}

void sl_xform_close(struct sl_xform *x)
{
	note(x, xmlTextWriterEndElement(x->w));
}

/* XML 1.0, 2.2: what no document can hold, however it is written. */
static bool is_char(const unsigned char *p, size_t n)
{
	if (n == 1)
		return *p >= 0x20 || *p == '\t' || *p == '\n' || *p == '\r';
	return !(n == 3 && p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE); /* U+FFFE and U+FFFF */
}

/* What is in x->text, as XML can hold it: bytes that are no UTF-8 and control characters become U+FFFD. */
static const xmlChar *terminated(struct sl_xform *x)
{
	struct sl_buf clean = {0};
	bool sound = true;

	for (size_t i = 0, n; i < x->text.n; i += n) {
		const unsigned char *p = (const unsigned char *)x->text.p + i;

		n = *p < 0x80 ? 1 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;
		if (i + n > x->text.n || (n > 1 && !sl_utf8_valid((struct sl_str){x->text.p + i, n}))) {
			n = 1;
		} else if (is_char(p, n)) {
			sl_buf_add(&clean, p, n);
			continue;
		}
		sl_buf_puts(&clean, "\xEF\xBF\xBD");
		sound = false;
	}
	if (!sound) {
		sl_buf_clear(&x->text);
		sl_buf_str(&x->text, sl_buf_view(&clean));
	}
	x->failed = x->failed || clean.failed;
	sl_buf_done(&clean);
	sl_buf_putc(&x->text, 0);
	x->failed = x->failed || x->text.failed;
	return x->failed ? (const xmlChar *)"" : (const xmlChar *)x->text.p;
}

/* False when it stands already: what the form itself says comes first. */
static bool is_first(struct sl_xform *x, const char *attribute)
{
	struct sl_str rest = sl_buf_view(&x->put), name;

	while (sl_str_split(&rest, ' ', &name))
		if (sl_str_is(name, attribute))
			return false;
	sl_buf_puts(&x->put, attribute);
	sl_buf_putc(&x->put, ' ');
	x->failed = x->failed || x->put.failed;
	return true;
}

void sl_xform_put_text(struct sl_xform *x, const char *attribute)
{
	const xmlChar *text = terminated(x);

	if (is_first(x, attribute))
		note(x, xmlTextWriterWriteAttribute(x->w, (const xmlChar *)attribute, text));
}

void sl_xform_put_str(struct sl_xform *x, const char *attribute, struct sl_str value)
{
	sl_buf_clear(&x->text);
	sl_buf_str(&x->text, value);
	sl_xform_put_text(x, attribute);
}

void sl_xform_put(struct sl_xform *x, const char *attribute, const char *value)
{
	sl_xform_put_str(x, attribute, sl_str_from(value));
}

void sl_xform_put_expanded(struct sl_xform *x, const char *attribute, const struct sl_form_node *from, struct sl_str value)
{
	sl_buf_clear(&x->text);
	if (!x->failed && sl_form_expand(x->form, from, value, false, &x->text, x->e))
		x->failed = true;
	sl_xform_put_text(x, attribute);
}

void sl_xform_text(struct sl_xform *x, struct sl_str text)
{
	sl_buf_clear(&x->text);
	sl_buf_str(&x->text, text);
	note(x, xmlTextWriterWriteString(x->w, terminated(x)));
}

void sl_xform_mixed(struct sl_xform *x, const struct sl_form_node *from, struct sl_str text)
{
	while (text.n) {
		const char *at = sl_str_find(text, "${");
		const char *end = at ? memchr(at, '}', text.n - (size_t)(at - text.p)) : NULL;

		if (!end) {
			sl_xform_text(x, text);
			return;
		}
		if (at > text.p)
			sl_xform_text(x, (struct sl_str){text.p, (size_t)(at - text.p)});
		sl_xform_open(x, "output");
		sl_xform_put_expanded(x, "value", from, (struct sl_str){at, (size_t)(end - at) + 1});
		sl_xform_close(x);
		text.n -= (size_t)(end + 1 - text.p);
		text.p = end + 1;
	}
}

/* ---- questions about the form ---- */

bool sl_xform_in_itext(const struct sl_form_node *node, enum sl_form_word word)
{
	struct sl_str *const *text = node->words.text;
	bool translated = node->words.translated[word];

	if (word == SL_WORD_LABEL)
		return translated || text[SL_WORD_IMAGE] || text[SL_WORD_BIG_IMAGE] ||
		       text[SL_WORD_AUDIO] || text[SL_WORD_VIDEO];
	if (word == SL_WORD_HINT)
		return translated || text[SL_WORD_GUIDANCE];
	return translated;
}

bool sl_xform_list_in_itext(const struct sl_form *form, const struct sl_form_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; list->choice[i].words.text[SL_WORD_LABEL] && k < form->n_languages; k++)
			if (list->choice[i].words.text[SL_WORD_LABEL][k].n &&
			    sl_str_find(list->choice[i].words.text[SL_WORD_LABEL][k], "${"))
				return true;
	return list->in_itext;
}

struct sl_str sl_xform_word(const struct sl_form *form, const struct sl_form_words *words, enum sl_form_word word,
                            size_t language)
{
	const struct sl_str *text = words->text[word];

	if (!text || text[language].n)
		return text ? text[language] : SL_STR("");
	for (size_t i = 0; i < form->n_languages; i++)
		if (text[i].n)
			return text[i];
	return SL_STR("");
}

/* A reference, or a function called. */
bool sl_xform_is_dynamic(struct sl_str value)
{
	for (size_t i = 0; i + 1 < value.n; i++) {
		char c = value.p[i];

		if (c == '$' && value.p[i + 1] == '{')
			return true;
		if (value.p[i + 1] == '(' && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) && value.p[value.n - 1] == ')')
			return true;
	}
	return false;
}

const struct sl_form_attribute *sl_xform_parameter(const struct sl_form_node *node, const char *name)
{
	for (size_t i = 0; i < node->n_parameters; i++)
		if (sl_str_is_nocase(node->parameter[i].name, name))
			return &node->parameter[i];
	return NULL;
}

bool sl_xform_in_repeat(const struct sl_form_node *node)
{
	for (; node; node = node->parent)
		if (node->type->control == SL_CONTROL_REPEAT)
			return true;
	return false;
}

/* ---- the whole ---- */

static void put_namespaces(struct sl_xform *x, struct sl_str text)
{
	struct sl_str prefix, address;

	while (sl_form_namespace(&text, &prefix, &address)) {
		char name[80];

		snprintf(name, sizeof name, "xmlns:%.*s", SL_STR_ARG(prefix));
		sl_xform_put_str(x, name, address);
	}
}

static void write_document(struct sl_xform *x)
{
	note(x, xmlTextWriterSetIndent(x->w, 0)); /* blanks inside labels are part of them */
	note(x, xmlTextWriterStartDocument(x->w, "1.0", "UTF-8", NULL));
	sl_xform_open(x, "h:html");
	sl_xform_put(x, "xmlns", "http://www.w3.org/2002/xforms");
	sl_xform_put(x, "xmlns:h", "http://www.w3.org/1999/xhtml");
	sl_xform_put(x, "xmlns:ev", "http://www.w3.org/2001/xml-events");
	sl_xform_put(x, "xmlns:jr", "http://openrosa.org/javarosa");
	sl_xform_put(x, "xmlns:odk", "http://www.opendatakit.org/xforms");
	sl_xform_put(x, "xmlns:orx", "http://openrosa.org/xforms");
	sl_xform_put(x, "xmlns:xsd", "http://www.w3.org/2001/XMLSchema");
	put_namespaces(x, x->form->namespaces);
	sl_xform_open(x, "h:head");
	sl_xform_open(x, "h:title");
	sl_xform_text(x, x->form->title);
	sl_xform_close(x);
	sl_xform_model(x);
	sl_xform_close(x);
	sl_xform_body(x);
	sl_xform_close(x);
	note(x, xmlTextWriterEndDocument(x->w));
}

enum sl_code sl_xform_write(const struct sl_form *form, struct sl_buf *out, struct sl_err *e)
{
	xmlBufferPtr bytes = xmlBufferCreate();
	struct sl_xform x = {.form = form, .e = e};

	x.w = bytes ? xmlNewTextWriterMemory(bytes, 0) : NULL;
	if (x.w)
		write_document(&x);
	if (x.w)
		xmlFreeTextWriter(x.w); /* flushes */
	if (!x.w || (x.failed && !e->code))
		(void)!sl_fail(e, SL_NOMEM, "out of memory");
	if (!e->code)
		sl_buf_add(out, xmlBufferContent(bytes), (size_t)xmlBufferLength(bytes));
	if (bytes)
		xmlBufferFree(bytes);
	sl_buf_done(&x.text);
	sl_buf_done(&x.put);
	return e->code ? e->code : sl_buf_check(out, e);
}
