/* The part of a line, an outline or a cell that is near, by halving. */
#include "analysis/exposure_share.h"

#include "geo/area.h"

#include <math.h>

static const double rad = 0.017453292519943295;

/* Margin of the reach of a piece around its middle: its sides may be curved. */
static const double curved = 1.02;

/* ---- lines ---- */

enum { LINE_HALVINGS = 16 };
static const double line_left_m = 0.5; /* a piece shorter than this is near when its middle is */

static void halve_line(const struct sl_near *hazards, double lon, double lat, double azimuth, double from,
                       double to, double within_m, int depth, struct sl_exposed *io)
{
	double half = (to - from) / 2, x, y, m;

	sl_geodesic_direct(lon, lat, azimuth, from + half, &x, &y);
	m = sl_near_point(hazards, x, y, within_m + half, NULL);
	if (m > within_m + half)
		return;
	if (m + half <= within_m) {
		io->value += 2 * half;
		io->low += 2 * half;
		io->high += 2 * half;
		return;
	}
	if (depth <= 0 || 2 * half <= line_left_m) {
		io->value += m <= within_m ? 2 * half : 0;
		io->high += 2 * half;
		return;
	}
	halve_line(hazards, lon, lat, azimuth, from, from + half, within_m, depth - 1, io);
	halve_line(hazards, lon, lat, azimuth, from + half, to, within_m, depth - 1, io);
}

struct sl_exposed sl_exposed_line(const struct sl_near *hazards, const struct sl_geom *line,
                                  double within_m)
{
	struct sl_exposed out = {0};
	size_t start = 0;

	for (size_t ring = 0; line->type == SL_GEOM_LINE && ring < line->n_rings; ring++) {
		for (size_t i = start; i + 1 < line->ring_end[ring]; i++) {
			const double *p = line->xy + 2 * i, *q = p + 2;
			double azimuth, length;

			sl_geodesic_inverse(p[0], p[1], q[0], q[1], &azimuth, &length);
			if (length > 0)
				halve_line(hazards, p[0], p[1], azimuth, 0, length, within_m, LINE_HALVINGS, &out);
		}
		start = line->ring_end[ring];
	}
	return out;
}

/* ---- pieces of ground ---- */

struct sl_quad sl_quad_part(const struct sl_quad *q, int i, int j, int n)
{
	struct sl_quad out;

	for (int k = 0; k < 4; k++) {
		double u = (double)(i + (k == 1 || k == 2)) / n, v = (double)(j + (k >= 2)) / n;

		out.lon[k] =
		    (1 - v) * ((1 - u) * q->lon[0] + u * q->lon[1]) + v * ((1 - u) * q->lon[3] + u * q->lon[2]);
		out.lat[k] =
		    (1 - v) * ((1 - u) * q->lat[0] + u * q->lat[1]) + v * ((1 - u) * q->lat[3] + u * q->lat[2]);
	}
	return out;
}

void sl_quad_middle(const struct sl_quad *q, double *lon, double *lat, double *reach_m)
{
	double far = 0;

	*lon = (q->lon[0] + q->lon[1] + q->lon[2] + q->lon[3]) / 4;
	*lat = (q->lat[0] + q->lat[1] + q->lat[2] + q->lat[3]) / 4;
	/* Never less than the distance: the largest radii of curvature, the parallel nearer to the equator. */
	for (int k = 0; k < 4; k++) {
		double low = fmin(fabs(*lat), fabs(q->lat[k]));

		far = fmax(far, 6399594.0 * rad * hypot((q->lon[k] - *lon) * cos(low * rad), q->lat[k] - *lat));
	}
	*reach_m = far * curved;
}

/* Relative sizes of pieces of one outline: on the ellipsoid, as if each were flat. */
static double weight(const struct sl_quad *q)
{
	double twice = 0, s = sin((q->lat[0] + q->lat[2]) / 2 * rad), w = 1 - 0.0066943799901413165 * s * s;

	for (int k = 0; k < 4; k++)
		twice += q->lon[k] * q->lat[(k + 1) % 4] - q->lon[(k + 1) % 4] * q->lat[k];
	return fabs(twice) * sqrt(1 - s * s) / (w * w);
}

struct sl_exposed sl_exposed_quad(const struct sl_near *hazards, const struct sl_quad *q, double within_m,
                                  int depth)
{
	struct sl_exposed out = {0};
	double lon, lat, reach, m;

	sl_quad_middle(q, &lon, &lat, &reach);
	m = sl_near_point(hazards, lon, lat, within_m + reach, NULL);
	if (m > within_m + reach)
		return out;
	if (m + reach <= within_m)
		return (struct sl_exposed){1, 1, 1};
	if (depth <= 0)
		return (struct sl_exposed){m <= within_m, 0, 1};
	for (int k = 0; k < 4; k++) {
		struct sl_quad part = sl_quad_part(q, k % 2, k / 2, 2);
		struct sl_exposed p = sl_exposed_quad(hazards, &part, within_m, depth - 1);

		out.value += p.value / 4;
		out.low += p.low / 4;
		out.high += p.high / 4;
	}
	return out;
}

/* ---- outlines ---- */

/* Until a piece is a thirty-second of the distance; at least six times for the shape of the outline itself.
 */
enum { GROUND_HALVINGS_MIN = 6, GROUND_HALVINGS_MAX = 9 };

struct outline {
	const struct sl_near *hazards, *ground, *edge;
	double within_m;
	double inside, near; /* relative sizes, by the middles of pieces */
	double near_low, near_high, far_low,
	    far_high; /* ground of the outline that is near, that is not: at least, at most */
};

static void halve_ground(struct outline *o, const struct sl_quad *q, int depth)
{
	double lon, lat, reach, m, size = weight(q);
	bool inside, whole, near, all_near, none_near;

	sl_quad_middle(q, &lon, &lat, &reach);
	inside = sl_near_point(o->ground, lon, lat, 0, NULL) <= 0;
	whole = sl_near_point(o->edge, lon, lat, reach, NULL) > reach;
	if (whole && !inside)
		return;
	m = sl_near_point(o->hazards, lon, lat, o->within_m + reach, NULL);
	near = m <= o->within_m;
	none_near = m > o->within_m + reach;
	all_near = m + reach <= o->within_m;
	if ((whole && (all_near || none_near)) || depth <= 0) {
		o->inside += inside ? size : 0;
		o->near += inside && near ? size : 0;
		o->near_low += whole && all_near ? size : 0;
		o->near_high += none_near ? 0 : size;
		o->far_low += whole && none_near ? size : 0;
		o->far_high += all_near ? 0 : size;
		return;
	}
	for (int k = 0; k < 4; k++) {
		struct sl_quad part = sl_quad_part(q, k % 2, k / 2, 2);

		halve_ground(o, &part, depth - 1);
	}
}

/* The box, in longitudes that run on when the outline lies across the antimeridian. */
static struct sl_quad box_of(const struct sl_geom *g)
{
	double x0 = HUGE_VAL, x1 = -HUGE_VAL, y0 = HUGE_VAL, y1 = -HUGE_VAL;

	for (size_t i = 0; i < g->n_points; i++) {
		double x = g->xy[0] + remainder(g->xy[2 * i] - g->xy[0], 360);

		x0 = fmin(x0, x);
		x1 = fmax(x1, x);
		y0 = fmin(y0, g->xy[2 * i + 1]);
		y1 = fmax(y1, g->xy[2 * i + 1]);
	}
	return (struct sl_quad){{x0, x1, x1, x0}, {y0, y0, y1, y1}};
}

static double part_of(double near, double far)
{
	return near > 0 ? near / (near + far) : 0;
}

static int ground_halvings(const struct sl_quad *box, double within_m)
{
	double lon, lat, reach;
	int n = GROUND_HALVINGS_MIN;

	sl_quad_middle(box, &lon, &lat, &reach);
	for (reach /= 1 << GROUND_HALVINGS_MIN; n < GROUND_HALVINGS_MAX && reach > fmax(within_m, 50) / 32;
	     reach /= 2)
		n++;
	return n;
}

enum sl_code sl_exposed_ground(const struct sl_near *hazards, const struct sl_geom *polygon,
                               double within_m, struct sl_exposed *out, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_near *ground, *edge;
	struct sl_geom ring = *polygon, closed;
	struct sl_geom_builder b;
	size_t start = 0;

	sl_geom_build(&b, &a, SL_GEOM_LINE);
	for (size_t r = 0; r < polygon->n_rings; r++) {
		size_t n = ring.ring_end[r] - start;

		if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e))
			goto done;
		for (size_t i = 0; i <= n; i++)
			if (sl_geom_add_point(&b, ring.xy[2 * (start + i % n)], ring.xy[2 * (start + i % n) + 1], e))
				goto done;
		start = ring.ring_end[r];
	}
	sl_geom_finish(&b, &closed);
	if (!sl_near_build(&a, polygon, 1, &ground, e) && !sl_near_build(&a, &closed, 1, &edge, e)) {
		struct outline o = {.hazards = hazards, .ground = ground, .edge = edge, .within_m = within_m};
		struct sl_quad box = box_of(polygon);

		halve_ground(&o, &box, ground_halvings(&box, within_m));
		if (o.inside > 0)
			*out = (struct sl_exposed){o.near / o.inside, part_of(o.near_low, o.far_high),
			                           part_of(o.near_high, o.far_low)};
		else /* too thin for pieces: its first corner speaks for it */
			out->value = sl_near_point(hazards, polygon->xy[0], polygon->xy[1], within_m, NULL) <= within_m,
			out->low = 0, out->high = 1;
	}
done:
	sl_arena_done(&a);
	return e->code;
}
