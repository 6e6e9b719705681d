/* Plain pages: headings, lists and tables, without script. */
#include "http/ogc.h"

void sl_ogc_anchor(struct sl_buf *b, struct sl_str href, struct sl_str text)
{
	sl_buf_puts(b, "<a href=\"");
	sl_html_text(b, href);
	sl_buf_puts(b, "\">");
	sl_html_text(b, text);
	sl_buf_puts(b, "</a>");
}

void sl_ogc_page_begin(struct sl_request *r, struct sl_buf *b, struct sl_str title)
{
	sl_buf_puts(b, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	               "<meta name=\"viewport\" content=\"width=device-width\"><title>");
	sl_html_text(b, title);
	sl_buf_puts(b, "</title><link rel=\"stylesheet\" href=\"");
	sl_asset_href(b, r, "style.css");
	sl_buf_puts(b, "\"></head><body><main><nav><a href=\"");
	sl_html_text(b, sl_str_from(r->base));
	sl_buf_puts(b, "/ogc?f=html\">OGC API</a> · <a href=\"");
	sl_html_text(b, sl_str_from(r->base));
	sl_buf_puts(b, "/ogc/collections?f=html\">Collections</a></nav>\n<h1>");
	sl_html_text(b, title);
	sl_buf_puts(b, "</h1>\n");
}

void sl_ogc_page_end(struct sl_request *r, struct sl_buf *b)
{
	struct sl_err e = {0};
	struct sl_str json = sl_ogc_href_with(r, "f", "json", &e);

	if (json.n) {
		sl_buf_puts(b, "<p>");
		sl_ogc_anchor(b, json, SL_STR("This as JSON"));
		sl_buf_puts(b, "</p>");
	}
	sl_buf_puts(b, "</main></body></html>\n");
}
