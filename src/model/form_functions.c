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

enum sl_code sl_form_functions(struct sl_form_asked *asked, struct sl_err *e)
{
	static const xmlChar javarosa[] = "http://openrosa.org/javarosa";

	if (!register_all(asked->xpath, sl_xpath_number) || !register_all(asked->xpath, sl_xpath_text) ||
	    !register_all(asked->xpath, sl_xpath_date) || !register_all(asked->xpath, sl_xpath_node) ||
	    xmlXPathRegisterNs(asked->xpath, (const xmlChar *)"jr", javarosa) ||
	    xmlXPathRegisterFuncNS(asked->xpath, (const xmlChar *)"choice-name", javarosa, sl_xpath_choice_name) ||
	    xmlXPathRegisterFuncNS(asked->xpath, (const xmlChar *)"itext", javarosa, sl_xpath_untold))
		return sl_fail(e, SL_NOMEM, "out of memory");
	asked->xpath->userData = asked;
	return SL_OK;
}
