#include "app/report.h"

#include "report/csv_report.h"
#include "report/xlsx.h"

enum sl_code sl_report_format_of(const char *path, enum sl_report_format *out, struct sl_err *e)
{
	static const char *const ends[SL_REPORT_FORMATS] = {".html", ".xlsx", ".csv"};

	for (int i = 0; i < SL_REPORT_FORMATS; i++)
		if (sl_str_has_suffix_nocase(sl_str_from(path), ends[i])) {
			*out = (enum sl_report_format)i;
			return SL_OK;
		}
	return sl_fail(e, SL_INVALID, "'%.200s': the name of a report ends with .html, .xlsx or .csv", path);
}

enum sl_code sl_report_write(const struct sl_report *r, enum sl_report_format format, const struct sl_html *html,
                             struct sl_str table, const struct sl_sink *s, struct sl_err *e)
{
	static const struct sl_html plain = {0};

	switch (format) {
	case SL_REPORT_HTML:
		return sl_html_write(r->document, html ? html : &plain, s, e);
	case SL_REPORT_XLSX:
		return sl_xlsx_write(r->document, NULL, s, e);
	case SL_REPORT_CSV:
	case SL_REPORT_FORMATS:
		break;
	}
	return sl_csv_report(r->document, table, s, e);
}
