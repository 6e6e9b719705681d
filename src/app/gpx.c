#include "app/gpx.h"

#include "base/date.h"
#include "report/clean.h"

void sl_gpx_begin(struct sl_buf *b, int64_t made_ms)
{
	char made[32];

	sl_time_text(made_ms, made);
	sl_buf_printf(b,
	              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Safelane\" "
	              "xmlns=\"http://www.topografix.com/GPX/1/1\">\n"
	              "<metadata><time>%s</time></metadata>\n",
	              made);
}

void sl_gpx_text(struct sl_buf *b, struct sl_str s)
{
	for (const char *p = s.p, *end = s.p + s.n; p < end;) {
		size_t n = sl_clean_length(p, end);

		if (!n)
			sl_buf_puts(b, "\ufffd");
		else if (*p == '<' || *p == '>' || *p == '&')
			sl_buf_puts(b, *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : "&amp;");
		else
			sl_buf_add(b, p, n);
		p += n ? n : 1;
	}
}

void sl_gpx_point(struct sl_buf *b, const char *element, double lon_deg, double lat_deg, struct sl_str name)
{
	char text[32];

	sl_buf_printf(b, "<%s lat=\"", element);
	sl_buf_add(b, text, sl_double_text(lat_deg, text));
	sl_buf_puts(b, "\" lon=\"");
	sl_buf_add(b, text, sl_double_text(lon_deg, text));
	sl_buf_puts(b, "\">");
	if (name.p) {
		sl_buf_puts(b, "<name>");
		sl_gpx_text(b, name);
		sl_buf_puts(b, "</name>");
	}
	sl_buf_printf(b, "</%s>\n", element);
}

void sl_gpx_end(struct sl_buf *b)
{
	sl_buf_puts(b, "</gpx>\n");
}
