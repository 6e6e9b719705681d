/* Names on the map: those that matter more first, each where it covers no other, or not at all. */
#include "report/map_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ON_MAP_MAX = 400 };

struct placed {
	double x0, y0, x1, y1;
};

static int rank(enum sl_doc_style style)
{
	switch (style) {
	case SL_STYLE_START_POINT:
	case SL_STYLE_TURNING_POINT: return 0;
	case SL_STYLE_BENCHMARK:
	case SL_STYLE_REFERENCE:
	case SL_STYLE_PARCEL: return 1;
	case SL_STYLE_ADMIN1:
	case SL_STYLE_VALUE: return 2;
	case SL_STYLE_PLACE: return 3;
	case SL_STYLE_TASK: return 4;
	case SL_STYLE_CHA: return 5;
	case SL_STYLE_SHA: return 6;
	case SL_STYLE_ADMIN2: return 8;
	default: return 7;
	}
}

static int by_rank(const void *a, const void *b)
{
	const struct sl_map_label *p = a, *q = b;
	int order = rank(p->style) - rank(q->style);

	if (!order && p->size > q->size)
		order = -1;
	else if (!order && p->size < q->size)
		order = 1;
	return order ? order : sl_str_cmp(p->text, q->text); /* the same on every machine */
}

static struct sl_text_look look_of(enum sl_doc_style style)
{
	struct sl_text_look look = {.size = SL_MAP_SMALL, .rgb = SL_INK, .anchor = SL_ANCHOR_LEFT, .halo = 1.8};

	if (style == SL_STYLE_ADMIN1 || style == SL_STYLE_VALUE) {
		look.size = SL_MAP_TEXT;
		look.rgb = SL_MUTED;
		look.bold = true;
	} else if (style == SL_STYLE_ADMIN2) {
		look.rgb = SL_MUTED;
	} else if (style == SL_STYLE_TURNING_POINT || style == SL_STYLE_START_POINT) {
		look.bold = true;
	}
	return look;
}

static bool is_free(const struct placed *v, size_t n, struct placed b)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].x0 < b.x1 && b.x0 < v[i].x1 && v[i].y0 < b.y1 && b.y0 < v[i].y1)
			return false;
	return true;
}

/* Beside a point: to its right, left, above, below and at the corners; an area is named in its middle. */
static bool place(struct sl_mapping *m, const struct sl_map_label *l, struct placed *v, size_t n)
{
	static const double beside[][2] = {{1, 0},  {-1, 0},  {0, -1}, {0, 1},
	                                   {1, -1}, {-1, -1}, {1, 1},  {-1, 1}};
	struct sl_text_look look = look_of(l->style);
	double w, h = look.size * 1.1, off = l->point ? 5.5 : 0;
	size_t tries = l->point ? sizeof beside / sizeof *beside : 1, lines;
	struct sl_str *text;

	if (m->d->failed.code ||
	    sl_fonts_lines(m->a, m->f, l->text, &look, m->fw * 0.3, 1, &text, &lines, &m->d->failed) || !lines)
		return false;
	w = sl_fonts_width(m->f, *text, &look);
	for (size_t i = 0; i < tries; i++) {
		double cx = l->x + (l->point ? beside[i][0] * (off + w / 2) : 0),
		       cy = l->y + (l->point ? beside[i][1] * (off + h / 2) : 0);
		struct placed b = {cx - w / 2 - 1, cy - h / 2 - 0.5, cx + w / 2 + 1, cy + h / 2 + 0.5};

		if (l->point && beside[i][0] != 0 && beside[i][1] != 0) { /* corners are nearer */
			double dx = beside[i][0] * -1.5, dy = beside[i][1] * -3;

			b = (struct placed){b.x0 + dx, b.y0 + dy, b.x1 + dx, b.y1 + dy};
			cx += dx;
			cy += dy;
		}
		if (b.x0 < m->fx + 1 || b.x1 > m->fx + m->fw - 1 || b.y0 < m->fy + 1 || b.y1 > m->fy + m->fh - 1 ||
		    !is_free(v, n, b))
			continue;
		v[n] = b;
		sl_draw_text(m->d, cx - w / 2, cy + look.size * 0.36, *text, &look);
		return true;
	}
	return false;
}

void sl_map_labels(struct sl_mapping *m)
{
	struct placed *v = sl_arena_alloc(m->a, ON_MAP_MAX * 4, sizeof *v, &m->d->failed);
	size_t n = 0, on_map = 0;

	if (!v || !m->n_labels)
		return;
	qsort(m->label, m->n_labels, sizeof *m->label, by_rank);
	/* Marks are not to be written over. */
	for (int s = 0; s < SL_MAP_STYLES; s++)
		for (size_t i = 0; i < m->layer[s].n_spots && n < ON_MAP_MAX * 3; i++) {
			double x = (double)m->layer[s].spot[i].x, y = (double)m->layer[s].spot[i].y;

			v[n++] = (struct placed){x - 2.5, y - 2.5, x + 2.5, y + 2.5};
		}
	for (size_t i = 0; i < m->n_labels && on_map < ON_MAP_MAX; i++)
		if (place(m, &m->label[i], v, n)) {
			n++;
			on_map++;
		}
}
