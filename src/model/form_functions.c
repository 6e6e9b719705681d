/* ODK XForms functions (getodk.github.io/xforms-spec/#xpath-functions) for libxml2.  Where the text of the
 * specification leaves a choice, what ODK Web Forms does decides (tests/model/odk_rules_test.mjs asks both). */
#include "model/form_function_parts.h"

static bool register_all(xmlXPathContextPtr xpath, const struct sl_xpath_function *f)
{
	for (; f->name; f++) {
		(void)xmlXPathRegisterFunc(xpath, (const xmlChar *)f->name, NULL); /* the one of XPath 1.0 goes */
		if (xmlXPathRegisterFunc(xpath, (const xmlChar *)f->name, f->call))
			return false;
	}
	return true;
}

/* Asked before the functions that are registered: what nobody knows cannot be told; libxml2 would complain on standard
 * error each time. */
static xmlXPathFunction unknown(void *data, const xmlChar *name, const xmlChar *space)
{
	struct sl_str s = sl_xpath_view(name);

	(void)data;
	if (space)
		return sl_str_is(s, "choice-name") || sl_str_is(s, "itext") ? NULL : sl_xpath_untold;
	return sl_form_function_is_known(s) ? NULL : sl_xpath_untold;
}

enum sl_code sl_form_functions(struct sl_form_asked *asked, struct sl_err *e)
{
	static const xmlChar javarosa[] = "http://openrosa.org/javarosa";

	if (!register_all(asked->xpath, sl_xpath_number) || !register_all(asked->xpath, sl_xpath_text) ||
	    !register_all(asked->xpath, sl_xpath_date) || !register_all(asked->xpath, sl_xpath_node) ||
	    xmlXPathRegisterNs(asked->xpath, (const xmlChar *)"jr", javarosa) ||
	    xmlXPathRegisterFuncNS(asked->xpath, (const xmlChar *)"choice-name", javarosa, sl_xpath_choice_name) ||
	    xmlXPathRegisterFuncNS(asked->xpath, (const xmlChar *)"itext", javarosa, sl_xpath_untold))
		return sl_fail(e, SL_NOMEM, "out of memory");
	xmlXPathRegisterFuncLookup(asked->xpath, unknown, NULL);
	asked->xpath->userData = asked;
	return SL_OK;
}
