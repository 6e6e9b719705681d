#include "formats/xml.h"

#include "base/utf8.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

struct reading {
	struct sl_arena *a;
	struct sl_err *e;
	struct sl_xml_node *root, *open;
	xmlParserCtxtPtr parser;
	struct sl_buf text; /* of the element that is open, since its last child began or ended */
	size_t n, depth;
};

__attribute__((format(printf, 2, 3))) static void stop(struct reading *r, const char *fmt, ...)
{
	char text[200];
	va_list list;

	if (!r->e->code) {
		va_start(list, fmt);
		vsnprintf(text, sizeof text, fmt, list);
		va_end(list);
		sl_fail(r->e, SL_INVALID, "line %d of the XML: %s", r->parser ? xmlSAX2GetLineNumber(r->parser) : 1, text);
	}
	if (r->parser)
		xmlStopParser(r->parser);
}

static struct sl_str copy(struct reading *r, const void *p, size_t n)
{
	const char *c = n ? sl_arena_strndup(r->a, p, n, r->e) : "";

	if (!c && r->parser)
		xmlStopParser(r->parser);
	return (struct sl_str){c ? c : "", c ? n : 0};
}

/* What stood between two tags is added to the element's own text. */
static void keep_text(struct reading *r)
{
	struct sl_str now = sl_buf_view(&r->text), whole;
	char *p;

	if (r->open && sl_str_trim(now).n) {
		whole = r->open->text;
		p = sl_arena_alloc(r->a, whole.n + now.n + 1, 1, r->e);
		if (p) {
			memcpy(p, whole.n ? whole.p : "", whole.n);
			memcpy(p + whole.n, now.p, now.n);
			r->open->text = (struct sl_str){p, whole.n + now.n};
		}
	}
	sl_buf_clear(&r->text);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int n_spaces,
                     const xmlChar **spaces, int n_attributes, int n_defaulted, const xmlChar **attribute)
{
	struct reading *r = ctx;
	struct sl_xml_node *n;

	(void)prefix;
	(void)n_spaces;
	(void)spaces;
	(void)n_defaulted;
	if (r->e->code)
		return;
	keep_text(r);
	if (++r->n > SL_XML_NODES_MAX) {
		stop(r, "there are more than %d elements", SL_XML_NODES_MAX);
		return;
	}
	if (++r->depth > SL_XML_DEPTH_MAX || n_attributes > SL_XML_ATTRIBUTES_MAX) {
		stop(r, "elements stand more than %d deep, or one has too many attributes", SL_XML_DEPTH_MAX);
		return;
	}
	n = sl_arena_alloc(r->a, 1, sizeof *n, r->e);
	if (!n)
		return;
	if (strlen((const char *)name) > SL_XML_NAME_MAX) {
		stop(r, "an element has a name of more than %d bytes", SL_XML_NAME_MAX);
		return;
	}
	n->name = copy(r, name, strlen((const char *)name));
	n->space = copy(r, space, space ? strlen((const char *)space) : 0);
	n->text = (struct sl_str){"", 0};
	n->parent = r->open;
	for (int i = 0; i < n_attributes; i++) {
		const xmlChar **at = attribute + (size_t)i * 5; /* name, prefix, namespace, value, its end */
		struct sl_xml_attribute *x = sl_arena_alloc(r->a, 1, sizeof *x, r->e);

		if (!x)
			return;
		x->name = copy(r, at[0], strlen((const char *)at[0]));
		x->spaced = at[2] != NULL;
		x->value = copy(r, at[3], (size_t)(at[4] - at[3]));
		x->next = n->attribute;
		n->attribute = x;
	}
	if (!r->open)
		r->root = n;
	else if (r->open->last)
		r->open->last->next = n;
	else
		r->open->child = n;
	if (r->open)
		r->open->last = n;
	r->open = n;
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
	struct reading *r = ctx;

	(void)name;
	(void)prefix;
	(void)space;
	if (r->e->code || !r->open)
		return;
	keep_text(r);
	r->open = r->open->parent;
	r->depth--;
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
	struct reading *r = ctx;

	if (!r->e->code)
		sl_buf_add(&r->text, text, (size_t)n);
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
	(void)name;
	(void)public;
	(void)system;
	stop(ctx, "it has a DOCTYPE, which is not taken here");
}

static void on_entity(void *ctx, const xmlChar *name)
{
	stop(ctx, "the entity &%.40s; is not taken here", (const char *)name);
}

static xmlEntityPtr get_entity(void *ctx, const xmlChar *name)
{
	xmlEntityPtr known = xmlGetPredefinedEntity(name);

	if (!known)
		on_entity(ctx, name);
	return known;
}

/* Behind the text, or behind all. */
static size_t skip_to(struct sl_str s, size_t i, const char *text)
{
	const size_t n = strlen(text);

	for (; i + n <= s.n; i++) {
		const char *p = memchr(s.p + i, text[0], s.n - i - n + 1);

		if (!p)
			return s.n;
		i = (size_t)(p - s.p);
		if (!memcmp(p, text, n))
			return i + n;
	}
	return s.n;
}

/* libxml2 compares each attribute and namespace with all before it, and says nothing until all are there.  As far as the
 * document is well-formed this sees the same tags; beyond, the parser does not go. */
static bool has_too_many_attributes(struct sl_str s)
{
	for (size_t i = skip_to(s, 0, "<"); i < s.n; i = skip_to(s, i, "<")) {
		struct sl_str rest = {s.p + i, s.n - i};
		size_t n = 0;

		if (rest.n && rest.p[0] == '!' && sl_str_has_prefix(rest, "!--")) {
			i = skip_to(s, i + 3, "-->");
		} else if (rest.n && rest.p[0] == '!' && sl_str_has_prefix(rest, "![CDATA[")) {
			i = skip_to(s, i, "]]>");
		} else if (rest.p[0] == '?') {
			i = skip_to(s, i, "?>");
		} else {
			for (; i < s.n && s.p[i] != '>'; i++) {
				if (s.p[i] == '"' || s.p[i] == '\'')
					i = skip_to(s, i + 1, s.p[i] == '"' ? "\"" : "'") - 1;
				else if (s.p[i] == '=' && ++n > 2 * SL_XML_ATTRIBUTES_MAX) /* twice: namespaces are none of them */
					return true;
			}
		}
	}
	return false;
}

static void on_error(void *ctx, xmlErrorPtr error)
{
	struct reading *r = ctx;
	size_t n = error->message ? strcspn(error->message, "\n") : 0;

	if (error->level >= XML_ERR_ERROR && error->domain != XML_FROM_NAMESPACE)
		stop(r, "%.*s", (int)(n > 150 ? 150 : n), error->message ? error->message : "");
}

enum sl_code sl_xml_read(struct sl_arena *a, struct sl_str bytes, struct sl_xml_node **root, struct sl_err *e)
{
	xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
	                     .startElementNs = on_start,
	                     .endElementNs = on_end,
	                     .characters = on_text,
	                     .ignorableWhitespace = on_text,
	                     .cdataBlock = on_text,
	                     .internalSubset = on_doctype,
	                     .getEntity = get_entity,
	                     .reference = on_entity,
	                     .serror = on_error};
	struct reading r = {.a = a, .e = e};

	if (bytes.n >= 3 && !memcmp(bytes.p, "\xef\xbb\xbf", 3))
		bytes = (struct sl_str){bytes.p + 3, bytes.n - 3};
	if (!bytes.n || bytes.n > INT32_MAX)
		return sl_fail(e, SL_INVALID, bytes.n ? "the XML is too large" : "the XML is empty");
	if (!sl_utf8_valid(bytes) || memchr(bytes.p, 0, bytes.n))
		return sl_fail(e, SL_INVALID, "the XML is not UTF-8");
	if (has_too_many_attributes(bytes))
		return sl_fail(e, SL_INVALID, "the XML has an element with too many attributes");
	r.parser = xmlCreatePushParserCtxt(&sax, &r, NULL, 0, NULL);
	if (!r.parser)
		return sl_fail(e, SL_NOMEM, "out of memory");
	xmlCtxtUseOptions(r.parser, XML_PARSE_NONET | XML_PARSE_BIG_LINES);
	xmlSwitchEncoding(r.parser, XML_CHAR_ENCODING_UTF8);
	if (xmlParseChunk(r.parser, bytes.p, (int)bytes.n, 1) && !e->code)
		stop(&r, "it is not well-formed");
	if (!e->code && (!r.root || r.open))
		stop(&r, "it does not end");
	if (!e->code && r.text.failed)
		sl_fail(e, SL_NOMEM, "out of memory");
	xmlFreeParserCtxt(r.parser);
	sl_buf_done(&r.text);
	if (!e->code)
		*root = r.root;
	return e->code;
}

struct sl_str sl_xml_attribute(const struct sl_xml_node *n, const char *name)
{
	struct sl_str found = {"", 0};

	for (const struct sl_xml_attribute *x = n->attribute; x; x = x->next)
		if (sl_str_is(x->name, name)) {
			if (!x->spaced)
				return x->value;
			found = x->value;
		}
	return found;
}

struct sl_xml_node *sl_xml_child(const struct sl_xml_node *n, const char *name)
{
	for (struct sl_xml_node *c = n->child; c; c = c->next)
		if (sl_str_is(c->name, name))
			return c;
	return NULL;
}
