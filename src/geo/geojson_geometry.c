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

/* Twice the signed area in the plane, from the first point, which keeps digits. */
static bool runs_clockwise(const double *p, size_t n)
{
	double area = 0;

	for (size_t i = 2; i < n; i++)
		area += (p[2 * i - 2] - p[0]) * (p[2 * i + 1] - p[1]) - (p[2 * i] - p[0]) * (p[2 * i - 1] - p[1]);
	return area < 0;
}

/* RFC 7946 section 3.1.6: outer rings counter-clockwise, holes clockwise.  A ring begins where it was drawn;
 * import takes a ring for the same whichever way it runs (sl_geom_same_outline). */
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
			const size_t start = i, end = g->ring_end[ring];
			const bool turn =
			    polygon && runs_clockwise(g->xy + 2 * start, end - start) == (ring == first);

			sl_buf_puts(b, ring > first ? "," : "");
			sl_buf_puts(b, g->type == SL_GEOM_POINT ? "" : "[");
			for (; i < end; i++) {
				sl_buf_puts(b, i > start ? "," : "");
				put_position(b, g->xy + 2 * (turn && i > start ? end + start - i : i));
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
