/* A fictional country on an empty part of the Indian Ocean: a lattice of districts with winding common
 * borders, grouped into provinces, with towns, roads and an old front line. */
#include "app/simulate_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WEST 78.0
#define EAST 87.0
#define SOUTH (-16.0)
#define NORTH (-10.0)

void fictional_name(uint64_t *state, char out[32])
{
	static const char *const first[] = {"Ba",  "Dor", "Vel", "Mi", "Sar", "Tol", "Ka",  "Ren", "Or", "Zu",
	                                    "Pel", "Ni",  "Gra", "Lu", "Ash", "Tem", "Hol", "Cur", "Ye", "Fan"};
	static const char *const middle[] = {"ra", "lo", "ve", "ni", "da", "mu",
	                                     "se", "ti", "ga", "po", "ri", "ke"};
	static const char *const last[] = {"n",   "sk", "va", "th",  "m",   "lin",
	                                   "dar", "ss", "ko", "bel", "ria", "t"};
	const char *a = first[chance_of(state, 20)], *b = middle[chance_of(state, 12)];
	const char *c = chance_hits(state, 0.45) ? middle[chance_of(state, 12)] : "";
	const char *d = last[chance_of(state, 12)];

	snprintf(out, 32, "%s%s%s%s", a, b, c, d);
}

/* ---- the lattice and its winding sides ---- */

static struct spot node(const struct country *c, int i, int j)
{
	uint64_t s = chance(c->seed, CHANCE_COUNTRY, (uint64_t)(i * 1000 + j));
	double x = c->west + (i + chance_in(&s, -0.17, 0.17)) * c->cell_w;
	double y = c->south + (j + chance_in(&s, -0.17, 0.17)) * c->cell_h;

	return (struct spot){(int64_t)llround(x * SPOT_DEG), (int64_t)llround(y * SPOT_DEG)};
}

/* Midpoint displacement by at most a tenth of each leg: the line stays within thin wedges, so sides never
 * cross themselves or each other. */
static void wind(struct spot *p, int n, uint64_t *state)
{
	double shift = chance_in(state, -0.1, 0.1);
	double dx = (double)(p[n].x - p[0].x), dy = (double)(p[n].y - p[0].y);

	if (n < 2)
		return;
	p[n / 2].x = (p[0].x + p[n].x) / 2 - (int64_t)llround(dy * shift);
	p[n / 2].y = (p[0].y + p[n].y) / 2 + (int64_t)llround(dx * shift);
	wind(p, n / 2, state);
	wind(p + n / 2, n / 2, state);
}

/* The side from node (i, j) eastwards, or northwards when `up`: EDGE_STEPS + 1 points, the same for both
 * neighbours. */
static void side(const struct country *c, int i, int j, bool up, struct spot p[EDGE_STEPS + 1])
{
	uint64_t s = chance(c->seed, CHANCE_COUNTRY, (uint64_t)(1000000 + (i * 1000 + j) * 2 + up));

	p[0] = node(c, i, j);
	p[EDGE_STEPS] = up ? node(c, i, j + 1) : node(c, i + 1, j);
	wind(p, EDGE_STEPS, &s);
}

/* Outline of the block of cells i0..i1 by j0..j1 (ends excluded), counter-clockwise, open. */
static int block(const struct country *c, int i0, int j0, int i1, int j1, struct spot *out)
{
	struct spot p[EDGE_STEPS + 1];
	int n = 0;

	for (int i = i0; i < i1; i++) {
		side(c, i, j0, false, p);
		for (int k = 0; k < EDGE_STEPS; k++)
			out[n++] = p[k];
	}
	for (int j = j0; j < j1; j++) {
		side(c, i1, j, true, p);
		for (int k = 0; k < EDGE_STEPS; k++)
			out[n++] = p[k];
	}
	for (int i = i1 - 1; i >= i0; i--) {
		side(c, i, j1, false, p);
		for (int k = EDGE_STEPS; k > 0; k--)
			out[n++] = p[k];
	}
	for (int j = j1 - 1; j >= j0; j--) {
		side(c, i0, j, true, p);
		for (int k = EDGE_STEPS; k > 0; k--)
			out[n++] = p[k];
	}
	return n;
}

static enum sl_code make_areas(struct sl_arena *a, struct country *c, struct sl_err *e)
{
	static const int plan[][4] = {{4, 3, 3, 2}, {5, 3, 2, 2}, {4, 4, 3, 2}, {6, 3, 2, 2},
	                              {5, 4, 3, 2}, {6, 4, 2, 2}, {5, 5, 2, 2}, {5, 4, 2, 2}};
	uint64_t s = chance(c->seed, CHANCE_COUNTRY, 1u << 30);
	const int *p = plan[chance_of(&s, sizeof plan / sizeof *plan)];
	int nx = p[0] * p[2], ny = p[1] * p[3], longest;

	c->columns = p[0];
	c->rows = p[1];
	c->across = p[2];
	c->down = p[3];
	c->west = WEST;
	c->south = SOUTH;
	c->cell_w = (EAST - WEST) / nx;
	c->cell_h = (NORTH - SOUTH) / ny;
	for (int j = 0; j < c->rows; j++)
		for (int i = 0; i < c->columns; i++) {
			struct province *v = &c->province[c->n_provinces++];

			snprintf(v->code, sizeof v->code, "%02d", c->n_provinces % 100);
			fictional_name(&s, v->name);
			longest = 2 * (c->across + c->down) * EDGE_STEPS;
			v->ring = sl_arena_alloc(a, (size_t)longest, sizeof *v->ring, e);
			if (!v->ring)
				return e->code;
			v->n = block(c, i * c->across, j * c->down, (i + 1) * c->across, (j + 1) * c->down, v->ring);
		}
	for (int j = 0; j < ny; j++)
		for (int i = 0; i < nx; i++) {
			struct district *d = &c->district[c->n_districts++];
			int number = (j % c->down) * c->across + i % c->across + 1;
			char province[4];

			d->province = (j / c->down) * c->columns + i / c->across;
			memcpy(province, c->province[d->province].code, sizeof province);
			snprintf(d->code, sizeof d->code, "%s%02d", province, number % 100);
			fictional_name(&s, d->name);
			block(c, i, j, i + 1, j + 1, d->ring);
		}
	c->outline = sl_arena_alloc(a, (size_t)(2 * (nx + ny) * EDGE_STEPS), sizeof *c->outline, e);
	if (!c->outline)
		return e->code;
	c->n_outline = block(c, 0, 0, nx, ny, c->outline);
	return SL_OK;
}

/* ---- where is a point? ---- */

static bool within(const struct district *d, double x, double y)
{
	bool in = false;

	for (int i = 0, j = 4 * EDGE_STEPS - 1; i < 4 * EDGE_STEPS; j = i++) {
		double xi = (double)d->ring[i].x, yi = (double)d->ring[i].y;
		double xj = (double)d->ring[j].x, yj = (double)d->ring[j].y;

		if ((yi > y) != (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi)
			in = !in;
	}
	return in;
}

static bool near_border(const struct district *d, struct spot at, double radius_m)
{
	double kx = metres_per_degree_lon((double)at.y / SPOT_DEG) / SPOT_DEG;
	double ky = metres_per_degree_lat((double)at.y / SPOT_DEG) / SPOT_DEG;

	for (int i = 0, j = 4 * EDGE_STEPS - 1; i < 4 * EDGE_STEPS; j = i++) {
		double ax = (double)(d->ring[j].x - at.x) * kx, ay = (double)(d->ring[j].y - at.y) * ky;
		double bx = (double)(d->ring[i].x - at.x) * kx, by = (double)(d->ring[i].y - at.y) * ky;
		double dx = bx - ax, dy = by - ay, t = -(ax * dx + ay * dy) / (dx * dx + dy * dy);

		t = t < 0 ? 0 : t > 1 ? 1 : t;
		if (hypot(ax + t * dx, ay + t * dy) <= radius_m)
			return true;
	}
	return false;
}

int country_district(const struct country *c, struct spot at, double radius_m)
{
	int nx = c->columns * c->across, ny = c->rows * c->down;
	int i0 = (int)floor(((double)at.x / SPOT_DEG - c->west) / c->cell_w);
	int j0 = (int)floor(((double)at.y / SPOT_DEG - c->south) / c->cell_h);

	for (int k = 0; k < 9; k++) {
		/* The cell itself first: it is nearly always the one. */
		static const int order[9][2] = {{0, 0}, {1, 0},   {-1, 0}, {0, 1}, {0, -1},
		                                {1, 1}, {-1, -1}, {1, -1}, {-1, 1}};
		int i = i0 + order[k][0], j = j0 + order[k][1];

		if (i < 0 || j < 0 || i >= nx || j >= ny)
			continue;
		if (within(&c->district[j * nx + i], (double)at.x, (double)at.y))
			return near_border(&c->district[j * nx + i], at, radius_m) ? -1 : j * nx + i;
	}
	return -1;
}

/* ---- towns, roads and the front ---- */

static struct spot spot_in_country(const struct country *c, uint64_t *s, double margin_m, int *district)
{
	for (;;) {
		struct spot at;

		at.x = (int64_t)llround(chance_in(s, WEST, EAST) * SPOT_DEG);
		at.y = (int64_t)llround(chance_in(s, SOUTH, NORTH) * SPOT_DEG);
		*district = country_district(c, at, margin_m);
		if (*district >= 0)
			return at;
	}
}

static enum sl_code make_towns(struct sl_arena *a, struct country *c, uint32_t hazards, struct sl_err *e)
{
	int wanted = (int)(hazards / 300u);

	c->n_towns = wanted < 60 ? 60 : wanted > 600 ? 600 : wanted;
	c->town = sl_arena_alloc(a, (size_t)c->n_towns, sizeof *c->town, e);
	if (!c->town)
		return e->code;
	for (int i = 0; i < c->n_towns; i++) {
		uint64_t s = chance(c->seed, CHANCE_TOWN, (uint64_t)i);
		struct town *t = &c->town[i];

		t->at = spot_in_country(c, &s, 500.0, &t->district);
		fictional_name(&s, t->name);
		t->people = (int)exp(chance_in(&s, 4.6, 11.0));
		snprintf(t->id, sizeof t->id, "PL%04d", i + 1);
		if (!c->town_of[t->district])
			c->town_of[t->district] = i + 1;
	}
	return SL_OK;
}

static void displace(double *p, int n, double rough, uint64_t *s)
{
	double dx = p[2 * n] - p[0], dy = p[2 * n + 1] - p[1], shift = rough * chance_normal(s);

	if (n < 2)
		return;
	p[n] = (p[0] + p[2 * n]) / 2 - dy * shift;
	p[n + 1] = (p[1] + p[2 * n + 1]) / 2 + dx * shift;
	displace(p, n / 2, rough, s);
	displace(p + n, n / 2, rough, s);
}

/* A line through the anchors with `steps` (a power of two) winding legs between them. */
static enum sl_code make_line(struct sl_arena *a, const double *anchor, int n_anchors, int steps,
                              double rough, uint64_t *s, struct polyline *out, struct sl_err *e)
{
	out->n = (n_anchors - 1) * steps + 1;
	out->lonlat = sl_arena_alloc(a, (size_t)out->n * 2, sizeof *out->lonlat, e);
	out->length = out->lonlat ? sl_arena_alloc(a, (size_t)out->n, sizeof *out->length, e) : NULL;
	if (!out->length)
		return e->code;
	for (int i = 0; i < n_anchors; i++)
		memcpy(out->lonlat + (ptrdiff_t)2 * i * steps, anchor + (ptrdiff_t)2 * i, 2 * sizeof *anchor);
	for (int i = 0; i + 1 < n_anchors; i++)
		displace(out->lonlat + (ptrdiff_t)2 * i * steps, steps, rough, s);
	for (int i = 1; i < out->n; i++)
		out->length[i] = out->length[i - 1] + hypot(out->lonlat[2 * i] - out->lonlat[2 * i - 2],
		                                            out->lonlat[2 * i + 1] - out->lonlat[2 * i - 1]);
	return SL_OK;
}

static enum sl_code make_lines(struct sl_arena *a, struct country *c, struct sl_err *e)
{
	uint64_t s = chance(c->seed, CHANCE_FRONT, 0);
	double front[10];

	for (int i = 0; i < 5; i++) {
		front[2 * i] = WEST + 0.3 + (EAST - WEST - 0.6) * i / 4.0;
		front[2 * i + 1] = chance_in(&s, SOUTH + 1.2, NORTH - 1.2);
	}
	if (make_line(a, front, 5, 64, 0.12, &s, &c->front, e))
		return e->code;
	c->n_roads = c->n_towns * 3 / 4;
	c->road = sl_arena_alloc(a, (size_t)c->n_roads, sizeof *c->road, e);
	if (!c->road)
		return e->code;
	for (int i = 0; i < c->n_roads; i++) {
		uint64_t r = chance(c->seed, CHANCE_ROAD, (uint64_t)i);
		const struct town *from = &c->town[i], *to = NULL;
		double best = INFINITY, ends[4];

		/* To the nearest of a few towns: roads are short more often than long. */
		for (int k = 0; k < 6; k++) {
			const struct town *t = &c->town[chance_of(&r, (uint32_t)c->n_towns)];
			double d = hypot((double)(t->at.x - from->at.x), (double)(t->at.y - from->at.y));

			if (t != from && d < best) {
				best = d;
				to = t;
			}
		}
		if (!to)
			to = &c->town[(i + 1) % c->n_towns];
		ends[0] = (double)from->at.x / SPOT_DEG;
		ends[1] = (double)from->at.y / SPOT_DEG;
		ends[2] = (double)to->at.x / SPOT_DEG;
		ends[3] = (double)to->at.y / SPOT_DEG;
		if (make_line(a, ends, 2, 32, 0.06, &r, &c->road[i], e))
			return e->code;
	}
	return SL_OK;
}

static struct spot beside(const struct polyline *line, double sigma_m, uint64_t *s)
{
	double at = sl_uniform(s) * line->length[line->n - 1], t;
	int low = 1, high = line->n - 1;
	struct spot p;

	while (low < high) {
		int mid = (low + high) / 2;

		if (line->length[mid] < at)
			low = mid + 1;
		else
			high = mid;
	}
	t = (at - line->length[low - 1]) / (line->length[low] - line->length[low - 1]);
	p.x = (int64_t)llround((line->lonlat[2 * low - 2] * (1 - t) + line->lonlat[2 * low] * t) * SPOT_DEG);
	p.y =
	    (int64_t)llround((line->lonlat[2 * low - 1] * (1 - t) + line->lonlat[2 * low + 1] * t) * SPOT_DEG);
	t = chance_normal(s) * sigma_m;
	return spot_at(p, t, chance_normal(s) * sigma_m);
}

/* Shares as along real fronts: most of it at the front, then roads, then towns. */
struct spot country_hazard_spot(const struct country *c, uint64_t *s)
{
	double what = sl_uniform(s);
	double x;

	if (what < 0.58)
		return beside(&c->front, 9000.0, s);
	if (what < 0.88)
		return beside(&c->road[chance_of(s, (uint32_t)c->n_roads)], 900.0, s);
	x = chance_normal(s) * 6000.0;
	return spot_at(c->town[chance_of(s, (uint32_t)c->n_towns)].at, x, chance_normal(s) * 6000.0);
}

enum sl_code country_make(struct sl_arena *a, uint64_t seed, uint32_t hazards, struct country *c,
                          struct sl_err *e)
{
	c->seed = seed;
	if (make_areas(a, c, e) || make_towns(a, c, hazards, e))
		return e->code;
	return make_lines(a, c, e);
}
