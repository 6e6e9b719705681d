/* The shapes of a statement for a receiver: a point in the middle of each, under its name. */
#include "app/analysis.h"
#include "app/gpx.h"

void sl_statement_gpx(struct sl_buf *b, const struct sl_statement *s, int64_t made_ms)
{
	sl_gpx_begin(b, made_ms);
	for (size_t i = 0; i < s->n_shapes; i++) {
		struct sl_box box = sl_geom_box(s->shape[i].geometry);

		sl_gpx_point(b, "wpt", (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, s->shape[i].name);
	}
	sl_gpx_end(b);
}
