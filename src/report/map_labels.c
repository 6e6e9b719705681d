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

static size_t covered(const struct placed *v, size_t n, struct placed b)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i].x0 < b.x1 && b.x0 < v[i].x1 && v[i].y0 < b.y1 && b.y0 < v[i].y1;
	return sum;
}

struct way {
	double x, y;
};
enum { BESIDE = 8, WITHIN = 35 };

/* Beside a point: to its right, left, above, below and at the corners; a turning point is named outside of what it
 * bounds, as far as the middle of all tells. */
static void ways_beside(const struct sl_map_label *l, struct way middle, struct way v[BESIDE])
{
	static const struct way beside[BESIDE] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {-1, -1}, {1, 1}, {-1, 1}};
	double x = l->x - middle.x, y = l->y - middle.y;

	memcpy(v, beside, sizeof beside);
	if (l->style != SL_STYLE_TURNING_POINT && l->style != SL_STYLE_START_POINT)
		return;
	for (size_t i = 1; i < BESIDE; i++) { /* the way out first */
		struct way way = v[i];
		double out = (way.x * x + way.y * y) / hypot(way.x, way.y);
		size_t k = i;

		for (; k && (v[k - 1].x * x + v[k - 1].y * y) / hypot(v[k - 1].x, v[k - 1].y) < out - 1e-9; k--)
			v[k] = v[k - 1];
		v[k] = way;
	}
}

/* An area is named in its middle, or near it where marks stand in the middle. */
static size_t ways_within(const struct sl_map_label *l, struct way v[WITHIN])
{
	static const double aside[] = {0, -0.12, 0.12, -0.22, 0.22}, across[] = {0, -0.12, 0.12, -0.24, 0.24, -0.34, 0.34};
	size_t n = 0;

	if (l->style != SL_STYLE_VALUE) {
		v[0] = (struct way){0, 0};
		return 1;
	}
	for (size_t y = 0; y < sizeof across / sizeof *across; y++)
		for (size_t x = 0; x < sizeof aside / sizeof *aside; x++)
			v[n++] = (struct way){aside[x] * l->wide, across[y] * l->high};
	return n;
}

/* Where it covers no other name and no mark.  The areas that a map shades are named in any case, over as few of the
 * marks as can be: those with the most of them matter most.  v: `marks` of marks, then the names that stand. */
static bool place(struct sl_mapping *m, const struct sl_map_label *l, struct way middle, struct placed *v, size_t marks,
                  size_t n)
{
	struct sl_text_look look = look_of(l->style);
	double w, h = look.size * 1.1, off = 5.5, best_x = 0, best_y = 0;
	size_t tries, lines, least = l->style == SL_STYLE_VALUE ? marks + 1 : 1;
	struct way way[WITHIN];
	struct sl_str *text;
	bool found = false;

	if (l->point)
		ways_beside(l, middle, way);
	tries = l->point ? BESIDE : ways_within(l, way);
	if (m->d->failed.code ||
	    sl_fonts_lines(m->a, m->f, l->text, &look, m->fw * 0.3, 1, &text, &lines, &m->d->failed) || !lines)
		return false;
	w = sl_fonts_width(m->f, *text, &look);
	for (size_t i = 0; i < tries && least; i++) {
		double cx = l->x + (l->point ? way[i].x * (off + w / 2) : way[i].x),
		       cy = l->y + (l->point ? way[i].y * (off + h / 2) : way[i].y);
		struct placed b;
		size_t over;

		if (l->point && way[i].x != 0 && way[i].y != 0) { /* corners are nearer */
			cx -= way[i].x * 1.5;
			cy -= way[i].y * 3;
		}
		b = (struct placed){cx - w / 2 - 1, cy - h / 2 - 0.5, cx + w / 2 + 1, cy + h / 2 + 0.5};
		if (b.x0 < m->fx + 1 || b.x1 > m->fx + m->fw - 1 || b.y0 < m->fy + 1 || b.y1 > m->fy + m->fh - 1 ||
		    covered(v + marks, n - marks, b))
			continue;
		over = covered(v, marks, b);
		if (over >= least)
			continue;
		least = over;
		found = true;
		v[n] = b;
		best_x = cx;
		best_y = cy;
	}
	if (found)
		sl_draw_text(m->d, best_x - w / 2, best_y + look.size * 0.36, *text, &look);
	return found;
}

/* Of the points that bound an area. */
static struct way middle_of_points(const struct sl_mapping *m)
{
	struct way sum = {0, 0};
	size_t n = 0;

	for (size_t i = 0; i < m->n_labels; i++)
		if (m->label[i].style == SL_STYLE_TURNING_POINT || m->label[i].style == SL_STYLE_START_POINT) {
			sum.x += m->label[i].x;
			sum.y += m->label[i].y;
			n++;
		}
	return n ? (struct way){sum.x / (double)n, sum.y / (double)n} : sum;
}

void sl_map_labels(struct sl_mapping *m)
{
	struct placed *v = sl_arena_alloc(m->a, ON_MAP_MAX * 4, sizeof *v, &m->d->failed);
	struct way middle = middle_of_points(m);
	size_t n = 0, on_map = 0, marks;

	if (!v || !m->n_labels)
		return;
	qsort(m->label, m->n_labels, sizeof *m->label, by_rank);
	/* Marks are not to be written over. */
	for (int s = 0; s < SL_MAP_STYLES; s++)
		for (size_t i = 0; i < m->layer[s].n_spots && n < ON_MAP_MAX * 3; i++) {
			double x = (double)m->layer[s].spot[i].x, y = (double)m->layer[s].spot[i].y;

			v[n++] = (struct placed){x - 2.5, y - 2.5, x + 2.5, y + 2.5};
		}
	marks = n;
	for (size_t i = 0; i < m->n_labels && on_map < ON_MAP_MAX; i++)
		if (place(m, &m->label[i], middle, v, marks, n)) {
			n++;
			on_map++;
		}
}
