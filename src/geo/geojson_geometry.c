#include "geo/wkb.h"

#include <math.h>

static void put_position(struct sl_buf *b, const double *xy)
{
	char *p = sl_buf_room(b, 2 * 32 + 3), *start = p;

	if (!p)
		return;
	*p++ = '[';
	p += sl_double_text(xy[0], p);
	*p++ = ',';
	p += sl_double_text(xy[1], p);
	*p++ = ']';
	b->n += (size_t)(p - start);
	*p = 0;
}

/* Points keep the order in which they were drawn: RFC 7946 section 3.1.6 asks writers for outer rings
 * counter-clockwise and readers for tolerance, and turning a ring would make an export differ from the
 * record it came from. */
void sl_geojson_write(struct sl_buf *b, const struct sl_geom *g)
{
	static const char *const words[] = {"", "Point", "LineString", "Polygon"};
	const bool multi = g->n_parts > 1, polygon = g->type == SL_GEOM_POLYGON;
	size_t ring = 0, i = 0;

	for (size_t k = 0; k < 2 * g->n_points; k++)
		if (!isfinite(g->xy[k])) {
			sl_buf_puts(b, "null");
			return;
		}
	if (g->type == SL_GEOM_NONE) {
		sl_buf_puts(b, "null");
		return;
	}
	sl_buf_puts(b, "{\"type\":\"");
	sl_buf_puts(b, multi ? "Multi" : "");
	sl_buf_puts(b, words[g->type]);
	sl_buf_puts(b, multi ? "\",\"coordinates\":[" : "\",\"coordinates\":");
	for (size_t part = 0; part < g->n_parts; part++) {
		sl_buf_puts(b, part ? "," : "");
		sl_buf_puts(b, polygon ? "[" : "");
		for (size_t first = ring; ring < g->part_end[part]; ring++) {
			size_t start = i;

			sl_buf_puts(b, ring > first ? "," : "");
			sl_buf_puts(b, g->type == SL_GEOM_POINT ? "" : "[");
			for (; i < g->ring_end[ring]; i++) {
				sl_buf_puts(b, i > start ? "," : "");
				put_position(b, g->xy + 2 * i);
			}
			if (polygon && i > start) {
				sl_buf_putc(b, ',');
				put_position(b, g->xy + 2 * start);
			}
			sl_buf_puts(b, g->type == SL_GEOM_POINT ? "" : "]");
		}
		sl_buf_puts(b, polygon ? "]" : "");
	}
	sl_buf_puts(b, multi ? "]}" : "}");
}
