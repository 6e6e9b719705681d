/* The packed form: type, number of rings; for each ring its number of points and whether it begins a part;
 * then each point as the difference from the one before, zigzag varints (as Protocol Buffers write them).
 * The closing point of polygon rings is not there, as in struct sl_geom. */
#include "geo/tile.h"

#include <math.h>

static unsigned char *put_varint(unsigned char *to, uint64_t v)
{
	for (; v >= 128; v >>= 7)
		*to++ = (unsigned char)(v | 128);
	*to++ = (unsigned char)v;
	return to;
}

static unsigned char *put_difference(unsigned char *to, int64_t d)
{
	return put_varint(to, ((uint64_t)d << 1) ^ (uint64_t)(d >> 63));
}

static void widen(struct sl_world_box *box, struct sl_world_point p)
{
	box->x0 = p.x < box->x0 ? p.x : box->x0;
	box->x1 = p.x > box->x1 ? p.x : box->x1;
	box->y0 = p.y < box->y0 ? p.y : box->y0;
	box->y1 = p.y > box->y1 ? p.y : box->y1;
}

enum sl_code sl_world_pack(struct sl_buf *b, const struct sl_geom *g, struct sl_world_box *box,
                           struct sl_err *e)
{
	struct sl_world_box all = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
	struct sl_world_point last = {0, 0};
	unsigned char *to;
	size_t part = 0;

	if (g->type == SL_GEOM_NONE || !g->n_points)
		return sl_fail(e, SL_INVALID, "there is no geometry to draw");
	for (size_t i = 0; i < 2 * g->n_points; i++)
		if (!isfinite(g->xy[i]))
			return sl_fail(e, SL_INVALID, "point %zu has no finite coordinates", i / 2 + 1);
	/* Ten bytes for a point, at most ten for each number before. */
	to = (unsigned char *)sl_buf_room(b, 20 + 10 * g->n_rings + 10 * g->n_points);
	if (!to)
		return sl_buf_check(b, e);
	to = put_varint(to, g->type);
	to = put_varint(to, g->n_rings);
	for (size_t r = 0; r < g->n_rings; r++) {
		size_t start = sl_geom_ring_start(g, r), n = g->ring_end[r] - start;
		bool begins;

		while (part < g->n_parts && g->part_end[part] <= r)
			part++;
		begins = part < g->n_parts && sl_geom_part_start(g, part) == r;
		to = put_varint(to, (uint64_t)n << 1 | begins);
		for (size_t i = start; i < start + n; i++) {
			struct sl_world_point p = sl_world_from(g->xy[2 * i], g->xy[2 * i + 1]);

			widen(&all, p);
			to = put_difference(to, (int64_t)p.x - last.x);
			to = put_difference(to, (int64_t)p.y - last.y);
			last = p;
		}
	}
	b->n = (size_t)((char *)to - b->p);
	*box = all;
	return SL_OK;
}
