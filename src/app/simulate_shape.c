/* Outlines in metres about their centre.  Slices are cut by parallel lines; the points where a line meets
 * the outline become turning points of the hazard itself, so that slices, what is left, and the neighbour
 * on the other side of a common border agree to the last digit. */
#include "app/simulate_parts.h"

#include <math.h>

#define PI 3.14159265358979323846

static void scale(struct shape *s, double area_m2)
{
	double a = 0, k;

	for (int i = 0, j = s->n - 1; i < s->n; j = i++)
		a += s->x[j] * s->y[i] - s->x[i] * s->y[j];
	k = sqrt(area_m2 / (0.5 * fabs(a)));
	s->radius_m = 0;
	for (int i = 0; i < s->n; i++) {
		s->x[i] *= k;
		s->y[i] *= k;
		s->radius_m = fmax(s->radius_m, hypot(s->x[i], s->y[i]));
	}
}

/* Areas log-normal between 500 m² and 2 km², 5 to 60 turning points, longer than wide. */
static void star(uint64_t *c, bool twice, struct shape *s)
{
	double area = exp(log(9000.0) + 1.25 * chance_normal(c)), phase, u;

	area = area < 500.0 ? 500.0 : area > 2e6 ? 2e6 : area;
	u = sl_uniform(c);
	s->n = 5 + (int)((twice ? -7.0 : -4.3) * (log(1.0 - u) + log(1.0 - sl_uniform(c))));
	s->n = s->n > 60 ? 60 : s->n;
	phase = chance_in(c, 0, 2.0 * PI);
	s->ux = cos(-phase / 2);
	s->uy = sin(-phase / 2);
	for (int i = 0; i < s->n; i++) {
		double angle = (i + chance_in(c, -0.35, 0.35)) * 2.0 * PI / s->n;
		double r = exp(0.16 * chance_normal(c)) * (1.0 + 0.22 * cos(2.0 * angle + phase));

		s->x[i] = r * cos(angle);
		s->y[i] = r * sin(angle);
	}
	scale(s, twice ? 2 * area : area);
}

static double along(const struct shape *s, int i)
{
	return s->x[i] * s->ux + s->y[i] * s->uy;
}

static double aside(const struct shape *s, int i)
{
	return s->y[i] * s->ux - s->x[i] * s->uy;
}

/* Green's theorem on the part of the outline before `t`: the line that closes it adds nothing. */
static double area_before(const struct shape *s, double t)
{
	double area = 0;

	for (int i = 0, j = s->n - 1; i < s->n; j = i++) {
		double t0 = along(s, j), t1 = along(s, i), v0 = aside(s, j), v1 = aside(s, i);

		if (t0 >= t && t1 >= t)
			continue;
		if (t0 > t) {
			v0 += (v1 - v0) * (t - t0) / (t1 - t0);
			t0 = t;
		} else if (t1 > t) {
			v1 = v0 + (v1 - v0) * (t - t0) / (t1 - t0);
			t1 = t;
		}
		area -= (t1 - t0) * (v0 + v1) / 2;
	}
	return area;
}

static void reach(const struct shape *s, double *low, double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (int i = 0; i < s->n; i++) {
		*low = fmin(*low, along(s, i));
		*high = fmax(*high, along(s, i));
	}
}

static int crossings(const struct shape *s, double t, double v[64])
{
	int n = 0;

	for (int i = 0, j = s->n - 1; i < s->n; j = i++) {
		double t0 = along(s, j), t1 = along(s, i);

		if ((t0 < t) != (t1 < t))
			v[n++] = aside(s, j) + (aside(s, i) - aside(s, j)) * (t - t0) / (t1 - t0);
	}
	return n;
}

/* A line is good when it crosses the outline twice, not at a flat angle, and keeps away from turning points
 * and other lines. */
static bool good_line(const struct shape *s, double t)
{
	double point_gap = fmax(0.25, 0.004 * s->radius_m), line_gap = fmax(1.0, 0.02 * s->radius_m), v[64];

	for (int i = 0; i < s->n_cuts; i++)
		if (fabs(s->cut[i] - t) < line_gap)
			return false;
	for (int i = 0, j = s->n - 1; i < s->n; j = i++) {
		double t0 = along(s, j), t1 = along(s, i);

		if (fabs(t1 - t) < point_gap)
			return false;
		if ((t0 < t) != (t1 < t) && fabs(t1 - t0) < 0.15 * hypot(s->x[i] - s->x[j], s->y[i] - s->y[j]))
			return false;
	}
	return crossings(s, t, v) == 2 && fabs(v[0] - v[1]) >= fmax(2.0, 0.1 * s->radius_m);
}

bool shape_cut(struct shape *s, int half, double share, uint64_t *state)
{
	double low, high, before, whole, t, end;
	int at;

	if (s->n_cuts == CUTS_MAX)
		return false;
	reach(s, &low, &high);
	if (s->halved && half)
		low = s->half_at;
	else if (s->halved)
		high = s->half_at;
	before = area_before(s, low);
	whole = area_before(s, high) - before;
	t = low;
	end = high;
	for (int k = 0; k < 24; k++) {
		double mid = (t + end) / 2;

		if (area_before(s, mid) - before < share * whole)
			t = mid;
		else
			end = mid;
	}
	for (int k = 0; k < 24; k++) {
		double try = t + (high - low) * 0.004 * k * (chance_hits(state, 0.5) ? 1 : -1);

		if (try <= low || try >= high || !good_line(s, try))
			continue;
		for (at = s->n_cuts; at > 0 && s->cut[at - 1] > try; at--)
			s->cut[at] = s->cut[at - 1];
		s->cut[at] = try;
		s->n_cuts++;
		if (s->halved && try < s->half_at)
			s->half_cut++;
		return true;
	}
	return false;
}

static void single(uint64_t seed, uint32_t number, uint64_t variant, struct shape *s)
{
	uint64_t c = chance(seed, CHANCE_SHAPE, (uint64_t)number * 64 + variant);

	*s = (struct shape){0};
	star(&c, false, s);
}

/* Two hazards with a common border are one outline cut in two; another outline is drawn until it can be. */
static void pair(uint64_t seed, uint32_t number, struct shape *s)
{
	for (uint64_t variant = 0;; variant++) {
		uint64_t c = chance(seed, CHANCE_SHAPE, (uint64_t)number * 64 + variant);

		*s = (struct shape){0};
		star(&c, true, s);
		if (shape_cut(s, 0, chance_in(&c, 0.35, 0.65), &c)) {
			s->halved = true;
			s->half_cut = 0;
			s->half_at = s->cut[0];
			return;
		}
	}
}

/* Where the second outline of two that lie across each other is, from the first. */
static void across_offset(uint64_t seed, uint32_t number, double radii_m, bool fault, double *x, double *y)
{
	uint64_t c = chance(seed, CHANCE_SHAPE, (uint64_t)number * 64 + 40);
	double d = chance_in(&c, 0.35, fault ? 0.55 : 0.9) * radii_m * 0.72, angle = chance_in(&c, 0, 2.0 * PI);

	*x = d * cos(angle);
	*y = d * sin(angle);
}

void shape_make(uint64_t seed, const struct site *site, uint32_t site_number, int half, struct shape *out)
{
	struct shape first;
	double x, y;

	if (site->kind == SITE_PAIR)
		pair(seed, site->shape, out);
	else if ((site->kind == SITE_ACROSS || site->kind == SITE_FAULT_ACROSS) && half) {
		single(seed, site->shape, 0, &first);
		single(seed, site->shape, 1, out);
		across_offset(seed, site->shape, first.radius_m + out->radius_m, site->kind == SITE_FAULT_ACROSS,
		              &x, &y);
		out->centre = spot_at(site->at, x, y);
		return;
	} else
		single(seed, site->shape, 0, out);
	if ((site->kind == SITE_DOUBLE || site->kind == SITE_FAULT_DOUBLE) && half) {
		/* Another team walked the same edge: each point a little further in or out. */
		uint64_t c = chance(seed, CHANCE_SHAPE, (uint64_t)site_number * 64 + 41);

		for (int i = 0; i < out->n; i++) {
			double k = 1.0 + chance_in(&c, -0.012, 0.012);

			out->x[i] *= k;
			out->y[i] *= k;
		}
	}
	out->centre = site->at;
}

double site_radius(uint64_t seed, enum site_kind kind, uint32_t number)
{
	struct shape a, b;
	double x, y;

	if (kind == SITE_PAIR) {
		pair(seed, number, &a);
		return a.radius_m;
	}
	single(seed, number, 0, &a);
	if (kind == SITE_DOUBLE || kind == SITE_FAULT_DOUBLE)
		return a.radius_m * 1.012;
	if (kind != SITE_ACROSS && kind != SITE_FAULT_ACROSS)
		return a.radius_m;
	single(seed, number, 1, &b);
	across_offset(seed, number, a.radius_m + b.radius_m, kind == SITE_FAULT_ACROSS, &x, &y);
	return fmax(a.radius_m, hypot(x, y) + b.radius_m);
}

int shape_n_slices(const struct shape *s, int half)
{
	return !s->halved ? s->n_cuts + 1 : half ? s->n_cuts - s->half_cut : s->half_cut + 1;
}

void shape_slices(const struct shape *s, int half, int first, int last, struct ring *out)
{
	int base = s->halved && half ? s->half_cut + 1 : 0, low, high;

	if (last < 0)
		last = shape_n_slices(s, half) - 1;
	/* Turning points of slice k have key 2k, points of the line behind it 2k + 1. */
	low = 2 * (base + first) - 1;
	high = 2 * (base + last) + 1;
	out->n = 0;
	for (int i = 0; i < s->n; i++) {
		int j = (i + 1) % s->n, slice = 0, k, step, end;
		double t0 = along(s, i), t1 = along(s, j);

		while (slice < s->n_cuts && s->cut[slice] < t0)
			slice++;
		if (2 * slice >= low && 2 * slice <= high)
			out->p[out->n++] = spot_at(s->centre, s->x[i], s->y[i]);
		/* The lines that this leg crosses, in its direction. */
		step = t1 > t0 ? 1 : -1;
		k = t1 > t0 ? slice : slice - 1;
		end = t1 > t0 ? s->n_cuts : -1;
		for (; k != end && (t1 > t0 ? s->cut[k] < t1 : s->cut[k] > t1); k += step) {
			double f = (s->cut[k] - t0) / (t1 - t0);

			if (2 * k + 1 >= low && 2 * k + 1 <= high)
				out->p[out->n++] = spot_at(s->centre, s->x[i] + f * (s->x[j] - s->x[i]),
				                           s->y[i] + f * (s->y[j] - s->y[i]));
		}
	}
}

struct spot shape_inside(const struct shape *s, int half, int slice, uint64_t *state)
{
	int base = s->halved && half ? s->half_cut + 1 : 0, k = base + slice, n;
	double low, high, t, v, at[64], side[2];

	reach(s, &low, &high);
	if (k > 0)
		low = s->cut[k - 1];
	if (k < s->n_cuts)
		high = s->cut[k];
	t = chance_in(state, low + 0.35 * (high - low), high - 0.35 * (high - low));
	n = crossings(s, t, at);
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && at[j] < at[j - 1]; j--) {
			v = at[j];
			at[j] = at[j - 1];
			at[j - 1] = v;
		}
	side[0] = at[0];
	side[1] = at[1];
	v = chance_in(state, side[0] + 0.3 * (side[1] - side[0]), side[1] - 0.3 * (side[1] - side[0]));
	return spot_at(s->centre, t * s->ux - v * s->uy, t * s->uy + v * s->ux);
}

double ring_area_m2(const struct ring *r)
{
	double a = 0, lat = (double)r->p[0].y / SPOT_DEG;
	double kx = metres_per_degree_lon(lat) / SPOT_DEG, ky = metres_per_degree_lat(lat) / SPOT_DEG;

	for (int i = 0, j = r->n - 1; i < r->n; j = i++) {
		double x0 = (double)(r->p[j].x - r->p[0].x), y0 = (double)(r->p[j].y - r->p[0].y);
		double x1 = (double)(r->p[i].x - r->p[0].x), y1 = (double)(r->p[i].y - r->p[0].y);

		a += (x0 * y1 - x1 * y0) * kx * ky;
	}
	return fabs(a) / 2;
}

static int turn(struct spot a, struct spot b, struct spot c)
{
	int64_t z = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

	return (z > 0) - (z < 0);
}

bool ring_crosses(const struct ring *r)
{
	for (int i = 0; i < r->n; i++)
		for (int j = i + 2; j < r->n; j++) {
			struct spot a = r->p[i], b = r->p[i + 1], c = r->p[j], d = r->p[(j + 1) % r->n];

			if ((j + 1) % r->n == i)
				continue;
			if (turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0)
				return true;
		}
	return false;
}
