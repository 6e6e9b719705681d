/* Inside model/ only: the functions of ODK XForms for libxml2. */
#ifndef SL_MODEL_FORM_FUNCTIONS_H
#define SL_MODEL_FORM_FUNCTIONS_H

#include "model/form.h"

#include <libxml/xpath.h>

/* What an expression is asked in; userData of the XPath context. */
struct sl_form_asked {
	const struct sl_form *form;
	xmlXPathContextPtr xpath;
	xmlNodePtr current;   /* the question that asks */
	int64_t now_ms;
	int language;         /* of the form, for names of choices */
	bool untold;          /* something that only the phone knows: nothing can be said of the answer */
	xmlDocPtr *list;      /* n_lists of the form, made when first asked for */
};

SL_CHECKED enum sl_code sl_form_functions(struct sl_form_asked *asked, struct sl_err *e);
bool sl_form_object_true(xmlXPathObjectPtr o);
struct sl_str sl_form_object_text(xmlXPathObjectPtr o, xmlChar **owned); /* free `owned` by xmlFree */

#endif
