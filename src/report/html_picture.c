#include "report/html_picture.h"

#include "report/chart.h"
#include "report/map.h"
#include "report/svg.h"

#include <stdio.h>

/* Points: as wide as the text of a page on A4, which a screen then scales to its own. */
enum { CHART_WIDTH = 516, MAP_WIDTH = 516, MAP_HEIGHT = 420 };

enum sl_code sl_html_pictures_open(struct sl_html_pictures *x, const struct sl_document *d,
                                   struct sl_err *e)
{
	return sl_fonts_open(&x->arena, d->locale->code, &x->fonts, e);
}

void sl_html_pictures_done(struct sl_html_pictures *x)
{
	sl_arena_done(&x->arena);
	*x = (struct sl_html_pictures){0};
}

enum sl_code sl_html_picture(void *ctx, const struct sl_document *d, const struct sl_node *node,
                             struct sl_buf *b, struct sl_err *e)
{
	struct sl_html_pictures *x = ctx;
	struct sl_arena a = {0};
	struct sl_drawing *drawing = NULL;
	char prefix[16];

	snprintf(prefix, sizeof prefix, "p%d", ++x->n);
	if (node->type == SL_NODE_CHART)
		(void)!sl_chart_draw(&a, x->fonts, d, node->chart, CHART_WIDTH, &drawing, e);
	else if (node->type == SL_NODE_MAP)
		(void)!sl_map_draw(&a, x->fonts, d, node->map, MAP_WIDTH, MAP_HEIGHT, &drawing, e);
	if (drawing && !e->code)
		(void)!sl_svg_write(drawing, prefix, b, e);
	sl_arena_done(&a);
	return e->code;
}
