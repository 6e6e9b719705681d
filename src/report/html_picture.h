/* Charts and maps of a web page, drawn as on paper: what to give to sl_html.picture. */
#ifndef SL_REPORT_HTML_PICTURE_H
#define SL_REPORT_HTML_PICTURE_H

#include "report/fonts.h"
#include "report/html.h"

struct sl_html_pictures { /* zeroed, then opened */
	struct sl_arena arena;
	struct sl_fonts *fonts;
	int n;
};
/* SL_UNSUPPORTED where the fonts are not installed: the page then shows figures instead of pictures. */
SL_CHECKED enum sl_code sl_html_pictures_open(struct sl_html_pictures *x, const struct sl_document *d,
                                              struct sl_err *e);
void sl_html_pictures_done(struct sl_html_pictures *x);
/* `ctx` is the struct. */
SL_CHECKED enum sl_code sl_html_picture(void *ctx, const struct sl_document *d, const struct sl_node *node,
                                        struct sl_buf *b, struct sl_err *e);

#endif
