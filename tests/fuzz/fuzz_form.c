/* Any bytes as a workbook: as an .xlsx file where they are a zip file, else as a CSV of all sheets ("survey" in its first
 * line), else as the sheet survey.  What has no error becomes an XForm that libxml2 finds well-formed, namespaces too,
 * and the same one each time. */
#include "fuzz.h"

#include "formats/field_form.h"
#include "formats/workbook.h"
#include "formats/workbook_parts.h"
#include "formats/xform.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

static void keep_quiet(void *context, xmlErrorPtr error)
{
	if (error->level >= XML_ERR_ERROR)
		*(bool *)context = true;
}

static void check_xml(struct sl_str xml)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	bool wrong = false;
	xmlDocPtr doc;

	if (!parser)
		return;
	parser->_private = NULL;
	xmlSetStructuredErrorFunc(&wrong, keep_quiet);
	doc = xmlCtxtReadMemory(parser, xml.p, (int)xml.n, NULL, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
	if (!doc || wrong || !parser->wellFormed || !parser->nsWellFormed)
		abort();
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(parser);
}

static void check_form(struct sl_arena *a, const struct sl_workbook *book)
{
	struct sl_err e = {0};
	struct sl_form form;
	struct sl_form_faults faults;
	struct sl_buf xml = {0}, again = {0};
	struct sl_workbook made;

	if (sl_field_form_is(book)) { /* made of the dictionary */
		if (sl_field_form_expand(a, book, &made, &faults, &e)) {
			if (e.code != SL_INVALID)
				abort();
			return;
		}
		book = &made;
	}
	if (sl_form_read(a, book, &form, &faults, &e)) {
		if (e.code != SL_INVALID)
			abort();
		return;
	}
	for (size_t i = 0; i < faults.n; i++)
		if (!faults.fault[i].sheet.n || !faults.fault[i].message[0])
			abort();
	if (faults.n_errors)
		return;
	if (sl_xform_write(&form, &xml, &e) || sl_xform_write(&form, &again, &e))
		abort();
	if (!sl_str_eq(sl_buf_view(&xml), sl_buf_view(&again)))
		abort();
	check_xml(sl_buf_view(&xml));
	sl_buf_done(&xml);
	sl_buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_str bytes = {(const char *)data, size};
	struct sl_workbook book = {.name = SL_STR("fuzz")};
	struct sl_arena a = {0};
	struct sl_err e = {0};

	if (sl_str_has_prefix(bytes, "PK"))
		(void)!sl_xlsx_read(&a, "fuzz.xlsx", bytes, &book, &e);
	else
		(void)!sl_workbook_from_csv(&a, "fuzz.csv", bytes, &book, &e);
	if (e.code && e.code != SL_INVALID)
		abort();
	if (!e.code)
		check_form(&a, &book);
	sl_arena_done(&a);
	return 0;
}
