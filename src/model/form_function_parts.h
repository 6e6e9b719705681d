/* What the functions of XPath share: form_values.c has the values, form_functions_*.c the functions. */
#ifndef SL_MODEL_FORM_FUNCTION_PARTS_H
#define SL_MODEL_FORM_FUNCTION_PARTS_H

#include "model/expression_parts.h"
#include "model/form_functions.h"

#include <libxml/xpathInternals.h>

struct sl_xpath_function {
	const char *name;
	xmlXPathFunction call;
};
/* Each ends with a NULL name. */
extern const struct sl_xpath_function sl_xpath_number[], sl_xpath_text[], sl_xpath_date[], sl_xpath_node[];
void sl_xpath_choice_name(xmlXPathParserContextPtr c, int n); /* jr:choice-name */
void sl_xpath_untold(xmlXPathParserContextPtr c, int n);      /* only the phone knows */
bool sl_form_function_is_here(struct sl_str name);            /* form_untold.c: one that is judged here */
bool sl_form_function_is_known(struct sl_str name);           /* here, or to a phone */

/* Wrong number of arguments: an error of the expression. */
#define ARGUMENTS(c, n, low, high)                    \
	do {                                              \
		if ((n) < (low) || (n) > (high)) {            \
			xmlXPathErr((c), XPATH_INVALID_ARITY);    \
			return;                                   \
		}                                             \
	} while (0)

struct sl_form_asked *sl_xpath_asked_of(xmlXPathParserContextPtr c);
struct sl_str sl_xpath_view(const xmlChar *text);
size_t sl_xpath_items(xmlXPathObjectPtr o);
struct sl_answer sl_xpath_item(xmlXPathObjectPtr o, size_t i, xmlChar **owned);
void sl_xpath_in_order(xmlXPathObjectPtr o);
double sl_xpath_object_number(xmlXPathObjectPtr o);
double sl_xpath_pop_number(xmlXPathParserContextPtr c);
bool sl_xpath_pop_true(xmlXPathParserContextPtr c);
struct sl_str sl_xpath_pop_text(xmlXPathParserContextPtr c, xmlChar **owned);
void sl_xpath_give_number(xmlXPathParserContextPtr c, double x);
void sl_xpath_give_true(xmlXPathParserContextPtr c, bool is);
void sl_xpath_give_text(xmlXPathParserContextPtr c, struct sl_str text);
void sl_xpath_give_buffer(xmlXPathParserContextPtr c, struct sl_buf *b);
void sl_xpath_over_all(xmlXPathParserContextPtr c, int n, void (*take)(void *ctx, const struct sl_answer *v), void *ctx);
bool sl_xpath_next_code(struct sl_str *rest, struct sl_str *code);

#endif
