#include "app/report.h"

#include "report/csv_report.h"
#include "report/html_picture.h"
#include "report/pdf.h"
#include "report/xlsx.h"

enum sl_code sl_report_format_of(const char *path, enum sl_report_format *out, struct sl_err *e)
{
	static const char *const ends[SL_REPORT_FORMATS] = {".html", ".pdf", ".xlsx", ".csv"};

	for (int i = 0; i < SL_REPORT_FORMATS; i++)
		if (sl_str_has_suffix_nocase(sl_str_from(path), ends[i])) {
			*out = (enum sl_report_format)i;
			return SL_OK;
		}
	return sl_fail(e, SL_INVALID, "'%.200s': the name of a report ends with .html, .pdf, .xlsx or .csv",
	               path);
}

static enum sl_code write_page(const struct sl_report *r, const struct sl_html *html,
                               const struct sl_sink *s, struct sl_err *e)
{
	struct sl_html page = html ? *html : (struct sl_html){0};
	struct sl_html_pictures pictures = {0};

	if (!page.picture) {
		if (!sl_html_pictures_open(&pictures, r->document, e)) {
			page.picture = sl_html_picture;
			page.ctx = &pictures;
		} else if (e->code == SL_UNSUPPORTED) {
			sl_err_clear(e);
		}
	}
	if (!e->code)
		(void)!sl_html_write(r->document, &page, s, e);
	sl_html_pictures_done(&pictures);
	return e->code;
}

enum sl_code sl_report_write(const struct sl_report *r, enum sl_report_format format,
                             const struct sl_html *html, struct sl_str table, const struct sl_sink *s,
                             struct sl_err *e)
{
	switch (format) {
	case SL_REPORT_HTML: return write_page(r, html, s, e);
	case SL_REPORT_PDF: return sl_pdf_write(r->document, s, e);
	case SL_REPORT_XLSX: return sl_xlsx_write(r->document, NULL, s, e);
	case SL_REPORT_CSV:
	case SL_REPORT_FORMATS: break;
	}
	return sl_csv_report(r->document, table, s, e);
}
