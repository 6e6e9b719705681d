/* The points of a field map for a receiver. */
#include "app/field_map_parts.h"

#include "report/clean.h"

static void put_xml(struct sl_buf *b, struct sl_str s)
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

/* GPX 1.1 (www.topografix.com/GPX/1/1): the points in order, and the way around them. */
void sl_field_map_gpx(const struct field_map *m, struct sl_buf *b)
{
	char made[32], text[32];

	sl_time_text(m->d->made_ms, made);
	sl_buf_printf(b,
	              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Safelane\" "
	              "xmlns=\"http://www.topografix.com/GPX/1/1\">\n"
	              "<metadata><time>%s</time></metadata>\n",
	              made);
	for (int track = 0; track < 2; track++) {
		if (track) {
			sl_buf_puts(b, "<trk><name>");
			put_xml(b, sl_str_from(m->id));
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
			sl_buf_printf(b, "<%s lat=\"", track ? "trkpt" : "wpt");
			sl_buf_add(b, text, sl_double_text(s->geometry->xy[1], text));
			sl_buf_puts(b, "\" lon=\"");
			sl_buf_add(b, text, sl_double_text(s->geometry->xy[0], text));
			sl_buf_puts(b, "\">");
			if (!track) {
				sl_buf_puts(b, "<name>");
				put_xml(b, s->label);
				sl_buf_puts(b, "</name>");
			}
			sl_buf_printf(b, "</%s>\n", track ? "trkpt" : "wpt");
		}
		if (track)
			sl_buf_puts(b, "</trkseg></trk>\n");
	}
	sl_buf_puts(b, "</gpx>\n");
}
