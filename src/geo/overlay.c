#include "geo/overlay.h"

#include "geo/area.h"
#include "geo/arrangement.h"

#include <math.h>

/* Area and perimeter of one part, holes subtracted and walked. */
static void measure_part(const struct sl_geom *g, size_t part, double *m2, double *perimeter_m)
{
	size_t first = sl_geom_part_start(g, part);

	*m2 = *perimeter_m = 0;
	for (size_t r = first; r < g->part_end[part]; r++) {
		size_t start = sl_geom_ring_start(g, r), n = g->ring_end[r] - start;
		const double *p = g->xy + 2 * start;
		double area = fabs(sl_ring_area_m2(p, n));

		*m2 += r == first ? area : -area;
		for (size_t i = 0; i < n; i++) {
			const double *q = p + 2 * ((i + 1) % n);

			*perimeter_m += sl_distance_m(p[2 * i], p[2 * i + 1], q[0], q[1]);
		}
	}
}

static bool wanted(const struct sl_face *f, size_t n_in)
{
	/* Covers are ascending and the wanted shapes come first: all of them, and nothing else. */
	return f->n_cover == n_in && f->cover[n_in - 1] == n_in - 1;
}

static enum sl_code arrange(struct sl_arena *a, const struct sl_grid_shape *shapes, size_t n, size_t n_in,
                            double min_width_m, struct sl_ground *ground, struct sl_err *e)
{
	struct sl_arrangement faces;
	double largest = 0;

	if (sl_arrange(a, shapes, n, n, min_width_m > 0, &faces, e))
		return e->code;
	for (size_t i = 0; i < faces.n_faces; i++) {
		const struct sl_face *f = &faces.face[i];

		if (!wanted(f, n_in))
			continue;
		if (min_width_m <= 0) {
			ground->m2 += f->area_m2;
			ground->lon = f->lon;
			ground->lat = f->lat;
			continue;
		}
		for (size_t part = 0; part < f->geometry.n_parts; part++) {
			double m2, perimeter_m;

			measure_part(&f->geometry, part, &m2, &perimeter_m);
			if (m2 < min_width_m * perimeter_m / 2)
				continue;
			ground->m2 += m2;
			if (m2 > largest) {
				size_t at = sl_geom_ring_start(&f->geometry, sl_geom_part_start(&f->geometry, part));

				largest = m2;
				ground->lon = f->geometry.xy[2 * at];
				ground->lat = f->geometry.xy[2 * at + 1];
			}
		}
	}
	return SL_OK;
}

static enum sl_code overlay(struct sl_arena *a, const struct sl_geom *const *in, size_t n_in,
                            const struct sl_geom *const *out, size_t n_out, double min_width_m,
                            struct sl_ground *ground, struct sl_err *e)
{
	struct sl_grid_shape *shapes = sl_arena_alloc(a, n_in + n_out, sizeof *shapes, e);
	struct sl_box common = sl_geom_box(in[0]);
	size_t n = n_in;

	if (!shapes)
		return e->code;
	for (size_t i = 0; i < n_in; i++) {
		struct sl_box box = sl_geom_box(in[i]);

		if (in[i]->type != SL_GEOM_POLYGON || !sl_box_meets(common, box))
			return SL_OK;
		common = (struct sl_box){fmax(common.x0, box.x0), fmax(common.y0, box.y0), fmin(common.x1, box.x1),
		                         fmin(common.y1, box.y1)};
		if (sl_grid_shape_from(a, in[i], &shapes[i], e))
			return e->code;
	}
	for (size_t i = 0; i + 1 < n_in; i++)
		if (!sl_grid_meet(&shapes[i], &shapes[i + 1]))
			return SL_OK;
	for (size_t i = 0; i < n_out; i++) {
		if (out[i]->type != SL_GEOM_POLYGON || !sl_box_meets(common, sl_geom_box(out[i])))
			continue;
		if (sl_grid_shape_from(a, out[i], &shapes[n], e))
			return e->code;
		n++;
	}
	/* Most neighbours only touch: the pieces are drawn only when there is ground to look at. */
	if (arrange(a, shapes, n, n_in, 0, ground, e))
		return e->code;
	if (ground->m2 > 0 && min_width_m > 0) {
		*ground = (struct sl_ground){0, NAN, NAN};
		return arrange(a, shapes, n, n_in, min_width_m, ground, e);
	}
	return SL_OK;
}

enum sl_code sl_overlay_ground(const struct sl_geom *const *in, size_t n_in,
                               const struct sl_geom *const *out, size_t n_out, double min_width_m,
                               struct sl_ground *ground, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_ground found = {0, NAN, NAN};
	enum sl_code code = overlay(&a, in, n_in, out, n_out, min_width_m, &found, e);

	sl_arena_done(&a);
	if (!code)
		*ground = found;
	return code;
}

enum sl_code sl_overlay_area_m2(const struct sl_geom *a, const struct sl_geom *b, double *m2,
                                struct sl_err *e)
{
	struct sl_ground ground;

	if (sl_overlay_ground((const struct sl_geom *const[]){a, b}, 2, NULL, 0, 0, &ground, e))
		return e->code;
	*m2 = ground.m2;
	return SL_OK;
}
