/* The points of a field map for a receiver. */
#include "app/field_map_parts.h"
#include "app/gpx.h"

#include <stdio.h>

/* The points in order, squares to inspect by their middles, and the way around. */
void sl_field_map_gpx(const struct field_map *m, struct sl_buf *b)
{
	char name[24];

	sl_gpx_begin(b, m->d->made_ms);
	for (int track = 0; track < 2; track++) {
		if (track) {
			sl_buf_puts(b, "<trk><name>");
			sl_gpx_text(b, sl_str_from(m->id));
			sl_buf_puts(b, "</name><trkseg>\n");
		}
		for (size_t i = 0; i <= m->n_shapes; i++) {
			const struct sl_map_shape *s = &m->shape[i < m->n_shapes ? i : 0];
			bool turning = s->style == SL_STYLE_TURNING_POINT || s->style == SL_STYLE_START_POINT;

			if (i == m->n_shapes) { /* back to the start */
				for (size_t k = 0; track && k < m->n_shapes; k++)
					if (m->shape[k].style == SL_STYLE_START_POINT)
						s = &m->shape[k];
				turning = track && s->style == SL_STYLE_START_POINT;
			}
			if (!turning && (track || i == m->n_shapes ||
			                 (s->style != SL_STYLE_REFERENCE && s->style != SL_STYLE_BENCHMARK)))
				continue;
			sl_gpx_point(b, track ? "trkpt" : "wpt", s->geometry->xy[0], s->geometry->xy[1],
			             track ? (struct sl_str){0} : s->label);
		}
		for (size_t i = 0; !track && m->drawn && i < m->drawn->n; i++) {
			int n = snprintf(name, sizeof name, "S%zu", i + 1);

			sl_gpx_point(b, "wpt", m->drawn->middle[2 * i], m->drawn->middle[2 * i + 1], (struct sl_str){name, (size_t)n});
		}
		if (track)
			sl_buf_puts(b, "</trkseg></trk>\n");
	}
	sl_gpx_end(b);
}
