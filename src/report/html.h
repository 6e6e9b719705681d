/* A document as one web page: no script, nothing from elsewhere, style by class only, so that the strictest
 * content policy lets it through; right to left where the language runs so; prints on A4. */
#ifndef SL_REPORT_HTML_H
#define SL_REPORT_HTML_H

#include "report/document.h"
#include "report/sink.h"

struct sl_html {
	const char *why; /* address before the escaped cell: "/why?cell="; NULL: the cell stands in a tooltip */
	const char *record;     /* before the UUID of a record; NULL: no links to records */
	const char *stylesheet; /* address; NULL: the style stands in the page */
	/* A chart or map as SVG (report/html_picture.h); NULL: its figures as a table. */
	enum sl_code (*picture)(void *ctx, const struct sl_document *d, const struct sl_node *node,
	                        struct sl_buf *b, struct sl_err *e);
	void *ctx;
};
SL_CHECKED enum sl_code sl_html_write(const struct sl_document *d, const struct sl_html *h,
                                      const struct sl_sink *s, struct sl_err *e);
/* The style alone, for a server that hands it out under an address. */
struct sl_str sl_html_style(void);

#endif
