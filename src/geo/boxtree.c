#include "geo/boxtree.h"

#include <string.h>

enum { FANOUT = 16 };

/* Position on a Hilbert curve of order 16 (Hacker's Delight, 2nd ed., figure 16-9, unrolled to a loop). */
static uint32_t hilbert(uint32_t x, uint32_t y)
{
	uint32_t d = 0;

	for (uint32_t s = 1u << 15; s; s >>= 1) {
		uint32_t rx = (x & s) != 0, ry = (y & s) != 0;

		d += s * s * ((3 * rx) ^ ry);
		if (!ry) {
			uint32_t t;

			if (rx) {
				x = 65535 - x;
				y = 65535 - y;
			}
			t = x;
			x = y;
			y = t;
		}
	}
	return d;
}

static struct sl_grid_box join(struct sl_grid_box a, struct sl_grid_box b)
{
	return (struct sl_grid_box){a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0,
	                            a.x1 > b.x1 ? a.x1 : b.x1, a.y1 > b.y1 ? a.y1 : b.y1};
}

static const struct sl_grid_box empty = {INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN};

/* Stable radix sort of items by a 32-bit key: equal input order gives equal trees. */
static void sort_by_key(uint32_t *key, uint32_t *item, uint32_t *key2, uint32_t *item2, size_t n)
{
	for (int shift = 0; shift < 32; shift += 8) {
		size_t count[257] = {0};

		for (size_t i = 0; i < n; i++)
			count[(key[i] >> shift & 255) + 1]++;
		for (int b = 0; b < 256; b++)
			count[b + 1] += count[b];
		for (size_t i = 0; i < n; i++) {
			size_t to = count[key[i] >> shift & 255]++;

			key2[to] = key[i];
			item2[to] = item[i];
		}
		memcpy(key, key2, n * sizeof *key);
		memcpy(item, item2, n * sizeof *item);
	}
}

static uint32_t cell(int64_t lo, int64_t hi, int64_t from, int64_t to)
{
	double mid = ((double)lo + (double)hi) / 2 - (double)from, span = (double)to - (double)from;

	return span > 0 ? (uint32_t)(mid / span * 65535) : 0;
}

enum sl_code sl_boxtree_build(struct sl_arena *a, const struct sl_grid_box *boxes, size_t n,
                              struct sl_boxtree *out, struct sl_err *e)
{
	struct sl_boxtree t = {.n = (uint32_t)n};
	struct sl_grid_box all = empty;
	struct sl_arena sorting = {0};
	uint32_t *key, *key2, *item2, total = 0, width;

	if (n > UINT32_MAX / 2)
		return sl_fail(e, SL_UNSUPPORTED, "too many shapes for one index");
	for (width = t.n;; width = (width + FANOUT - 1) / FANOUT) {
		t.level_start[t.n_levels++] = total;
		total += width;
		if (width <= 1)
			break;
	}
	key = sl_arena_alloc(&sorting, n, sizeof *key, e);
	key2 = key ? sl_arena_alloc(&sorting, n, sizeof *key2, e) : NULL;
	item2 = key2 ? sl_arena_alloc(&sorting, n, sizeof *item2, e) : NULL;
	t.item = item2 ? sl_arena_alloc(a, n, sizeof *t.item, e) : NULL;
	t.box = t.item ? sl_arena_alloc(a, total, sizeof *t.box, e) : NULL;
	if (!t.box) {
		sl_arena_done(&sorting);
		return e->code;
	}
	for (size_t i = 0; i < n; i++)
		if (boxes[i].x0 <= boxes[i].x1)
			all = join(all, boxes[i]);
	for (size_t i = 0; i < n; i++) {
		bool some = boxes[i].x0 <= boxes[i].x1;

		key[i] = some ? hilbert(cell(boxes[i].x0, boxes[i].x1, all.x0, all.x1),
		                        cell(boxes[i].y0, boxes[i].y1, all.y0, all.y1)) : UINT32_MAX;
		t.item[i] = (uint32_t)i;
	}
	sort_by_key(key, t.item, key2, item2, n);
	sl_arena_done(&sorting);
	for (size_t i = 0; i < n; i++)
		t.box[i] = boxes[t.item[i]];
	for (uint32_t level = 1; level < t.n_levels; level++) {
		uint32_t below = t.level_start[level - 1], here = t.level_start[level];

		for (uint32_t i = below; i < here; i++) {
			uint32_t parent = here + (i - below) / FANOUT;

			t.box[parent] = (i - below) % FANOUT ? join(t.box[parent], t.box[i]) : t.box[i];
		}
	}
	*out = t;
	return SL_OK;
}

static bool search(const struct sl_boxtree *t, uint32_t level, uint32_t node, struct sl_grid_box box,
                   bool (*fn)(void *ctx, uint32_t item), void *ctx)
{
	uint32_t first, last, below;

	if (!sl_grid_boxes_meet(t->box[t->level_start[level] + node], box))
		return true;
	if (!level)
		return fn(ctx, t->item[node]);
	below = t->level_start[level] - t->level_start[level - 1];
	first = node * FANOUT;
	last = first + FANOUT < below ? first + FANOUT : below;
	for (uint32_t i = first; i < last; i++)
		if (!search(t, level - 1, i, box, fn, ctx))
			return false;
	return true;
}

void sl_boxtree_search(const struct sl_boxtree *t, struct sl_grid_box box,
                       bool (*fn)(void *ctx, uint32_t item), void *ctx)
{
	if (t->n)
		search(t, t->n_levels - 1, 0, box, fn, ctx);
}
