/* Values on the stack of XPath: taken, turned into what is asked for, and given back. */
#include "model/form_function_parts.h"

#include <math.h>
#include <string.h>

struct sl_form_asked *sl_xpath_asked_of(xmlXPathParserContextPtr c)
{
	return c->context->userData;
}

struct sl_str sl_xpath_view(const xmlChar *text)
{
	return sl_str_from((const char *)text);
}

size_t sl_xpath_items(xmlXPathObjectPtr o)
{
	return o->type != XPATH_NODESET ? 1 : o->nodesetval ? (size_t)o->nodesetval->nodeNr : 0;
}

/* One value of what may be many nodes. */
struct sl_answer sl_xpath_item(xmlXPathObjectPtr o, size_t i, xmlChar **owned)
{
	*owned = NULL;
	switch (o->type) {
	case XPATH_BOOLEAN:
		return (struct sl_answer){.type = SL_ANSWER_BOOLEAN, .boolean = o->boolval};
	case XPATH_NUMBER:
		return (struct sl_answer){.type = SL_ANSWER_NUMBER, .number = o->floatval};
	case XPATH_NODESET:
		if (i < sl_xpath_items(o))
			*owned = xmlNodeGetContent(o->nodesetval->nodeTab[i]);
		return (struct sl_answer){.type = SL_ANSWER_NODE, .text = sl_xpath_view(*owned)};
	default:
		return (struct sl_answer){.type = SL_ANSWER_TEXT, .text = sl_xpath_view(o->stringval)};
	}
}

void sl_xpath_in_order(xmlXPathObjectPtr o)
{
	if (o->type == XPATH_NODESET && o->nodesetval)
		xmlXPathNodeSetSort(o->nodesetval);
}

bool sl_form_object_true(xmlXPathObjectPtr o)
{
	xmlChar *owned;
	struct sl_answer v;

	if (o->type == XPATH_NODESET)
		return sl_xpath_items(o);
	v = sl_xpath_item(o, 0, &owned);
	return sl_answer_is_true(&v);
}

struct sl_str sl_form_object_text(xmlXPathObjectPtr o, xmlChar **owned)
{
	struct sl_answer v;
	char space[32];
	struct sl_str text;

	sl_xpath_in_order(o);
	v = sl_xpath_item(o, 0, owned);
	text = sl_answer_text(&v, space);
	if (!*owned) {
		*owned = xmlStrndup((const xmlChar *)(text.p ? text.p : ""), (int)text.n);
		text = sl_xpath_view(*owned);
	}
	return text;
}

double sl_xpath_object_number(xmlXPathObjectPtr o)
{
	xmlChar *owned;
	struct sl_answer v;
	double x;

	sl_xpath_in_order(o);
	v = sl_xpath_item(o, 0, &owned);
	x = sl_answer_number(&v);
	xmlFree(owned);
	return x;
}

/* Arguments come from the stack, the last one first. */
double sl_xpath_pop_number(xmlXPathParserContextPtr c)
{
	xmlXPathObjectPtr o = valuePop(c);
	double x = o ? sl_xpath_object_number(o) : (double)NAN;

	xmlXPathFreeObject(o);
	return x;
}

bool sl_xpath_pop_true(xmlXPathParserContextPtr c)
{
	xmlXPathObjectPtr o = valuePop(c);
	bool is = o && sl_form_object_true(o);

	xmlXPathFreeObject(o);
	return is;
}

struct sl_str sl_xpath_pop_text(xmlXPathParserContextPtr c, xmlChar **owned)
{
	xmlXPathObjectPtr o = valuePop(c);
	struct sl_str text = {0};

	*owned = NULL;
	if (o)
		text = sl_form_object_text(o, owned);
	xmlXPathFreeObject(o);
	return text;
}

void sl_xpath_give_number(xmlXPathParserContextPtr c, double x)
{
	valuePush(c, xmlXPathNewFloat(x));
}

void sl_xpath_give_true(xmlXPathParserContextPtr c, bool is)
{
	valuePush(c, xmlXPathNewBoolean(is));
}

void sl_xpath_give_text(xmlXPathParserContextPtr c, struct sl_str text)
{
	valuePush(c, xmlXPathWrapString(xmlStrndup((const xmlChar *)(text.p ? text.p : ""), (int)text.n)));
}

void sl_xpath_give_buffer(xmlXPathParserContextPtr c, struct sl_buf *b)
{
	sl_xpath_give_text(c, sl_buf_view(b));
	sl_buf_done(b);
}

/* All values of all arguments, in no order. */
void sl_xpath_over_all(xmlXPathParserContextPtr c, int n, void (*take)(void *ctx, const struct sl_answer *v), void *ctx)
{
	for (; n > 0; n--) {
		xmlXPathObjectPtr o = valuePop(c);

		for (size_t i = 0; o && i < sl_xpath_items(o); i++) {
			xmlChar *owned;
			struct sl_answer v = sl_xpath_item(o, i, &owned);

			take(ctx, &v);
			xmlFree(owned);
		}
		xmlXPathFreeObject(o);
	}
}

bool sl_xpath_next_code(struct sl_str *rest, struct sl_str *code)
{
	*rest = sl_str_trim(*rest);
	code->p = rest->p;
	for (code->n = 0; code->n < rest->n && !strchr(" \t\r\n", rest->p[code->n]); code->n++)
		;
	rest->p += code->n;
	rest->n -= code->n;
	return code->n;
}
