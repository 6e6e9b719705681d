/* R06: one outline in two records, at the same place or moved. */
#include "checks/index.h"
#include "checks/ring.h"
#include "geo/area.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_withdrawn(const struct sl_check_programme *p, const struct sl_item *item)
{
	return item->what == SL_CHECK_HAZARD && p->hazard.v[item->detail].state == SL_HAZARD_WITHDRAWN;
}

static uint32_t hazard_of(const struct sl_check_programme *p, const struct sl_item *item)
{
	return item->what == SL_CHECK_RELEASE    ? p->release.v[item->detail].hazard
	       : item->what == SL_CHECK_ACTIVITY ? p->activity.v[item->detail].hazard
	                                         : 0;
}

/* Two records of one kind that should not have one outline.  A hazard that reopens has that of the release.
 */
static bool suspicious(const struct sl_check_programme *p, const struct sl_item *a, const struct sl_item *b,
                       bool moved)
{
	uint32_t x = hazard_of(p, a), y = hazard_of(p, b);

	if (a->what != b->what || is_withdrawn(p, a) || is_withdrawn(p, b))
		return false;
	if (a->what == SL_CHECK_HAZARD) {
		const struct sl_hazard_item *g = &p->hazard.v[a->detail], *h = &p->hazard.v[b->detail];
		bool both_open = g->state == SL_HAZARD_OPEN && h->state == SL_HAZARD_OPEN &&
		                 g->class != SL_CLASS_OTHER && h->class != SL_CLASS_OTHER;

		/* Both open on one ground is G10, which says that the outlines are equal. */
		return moved || (!g->reopens && !h->reopens && !both_open);
	}
	if (moved)
		return true;
	/* Survey and clearance of one hazard work the same ground; a release twice is G23. */
	return a->what == SL_CHECK_ACTIVITY && x && y && x != y;
}

static enum sl_code say(struct sl_check_programme *p, uint32_t a, uint32_t b, double moved_m,
                        struct sl_err *e)
{
	const struct sl_shape *x = &p->shape.v[a], *y = &p->shape.v[b];
	const struct sl_item *first = &p->item.v[x->item < y->item ? x->item : y->item],
	                     *second = &p->item.v[x->item < y->item ? y->item : x->item];
	struct sl_spot at = {.field = "geometry", .m2 = y->area_m2};
	char m[40];

	if (moved_m > 0)
		return sl_index_say(p, "R06", second, at, e,
		                    "Has the outline of %.*s, moved by %s m: every corner fits.",
		                    SL_STR_ARG(sl_item_id(p, first)), sl_number_text(moved_m, m));
	return sl_index_say(p, "R06", second, at, e, "Has exactly the outline of %.*s.",
	                    SL_STR_ARG(sl_item_id(p, first)));
}

/* ---- at the same place: equal keys ---- */

struct keyed {
	uint64_t key;
	uint32_t shape;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	return x->key != y->key ? (x->key < y->key ? -1 : 1) : (x->shape > y->shape) - (x->shape < y->shape);
}

static bool is_candidate(const struct sl_check_programme *p, const struct sl_shape *s)
{
	enum sl_check_kind what = p->item.v[s->item].what;

	return what == SL_CHECK_HAZARD || what == SL_CHECK_RELEASE || what == SL_CHECK_ACTIVITY;
}

static enum sl_code equal_outlines(struct sl_check_programme *p, struct sl_err *e)
{
	struct keyed *v = sl_arena_alloc(&p->rule, p->shape.n, sizeof *v, e);
	size_t n = 0;

	if (!v)
		return e->code;
	for (uint32_t i = 0; i < p->shape.n; i++)
		if (p->shape.v[i].current && is_candidate(p, &p->shape.v[i]))
			v[n++] = (struct keyed){p->shape.v[i].key, i};
	qsort(v, n, sizeof *v, by_key);
	for (size_t i = 1, start = 0; i < n; i++) {
		if (v[i].key != v[i - 1].key)
			start = i;
		/* Against the first that it should differ from: one word for each record. */
		for (size_t k = start; k < i && i - start < 1000; k++)
			if (suspicious(p, &p->item.v[p->shape.v[v[k].shape].item],
			               &p->item.v[p->shape.v[v[i].shape].item], false)) {
				if (say(p, v[k].shape, v[i].shape, 0, e))
					return e->code;
				break;
			}
	}
	return SL_OK;
}

/* ---- moved: as in metres, or as in degrees ---- */

/* Of two outlines that are one, moved, the boxes have one size; and when one box lies on the other, every
 * point of each lies on the other's boundary.  Where points were put on a leg, and where a ring begins,
 * does not matter then.  Candidates have nearly equal boxes: they stand in neighbouring cells of a grid of
 * sizes. */

struct outline {
	double width, height, area, perimeter; /* in metres, or in degrees times 111,320 */
	uint32_t shape;
	int32_t cell_x, cell_y;
	enum sl_check_kind what;
};

struct moved_pass {
	struct sl_check_programme *p;
	bool degrees; /* the copy was shifted in degrees: its width in metres changed with the latitude */
	bool *told;   /* by item */
	struct outline *v;
	size_t n;
};

/* Outlines with enough corners and size to be nobody's by chance; boxes and circles are everybody's. */
enum { CORNERS_MIN = 5, CORNERS_MANY = 8, POINTS_MAX = 1000, NEIGHBOURS_MAX = 2000 };

static void scale(const struct moved_pass *m, const struct sl_shape *s, double *sx, double *sy)
{
	if (m->degrees)
		*sx = *sy = 111320; /* so that tolerances in metres mean about the same */
	else
		sl_metres_per_degree((s->box.y0 + s->box.y1) / 2, sx, sy);
}

/* Points that turn: more than 5 cm off the line from the last such point to the next point. */
static size_t count_corners(const struct sl_shape *s, double sx, double sy)
{
	const double *p = s->g.xy, *kept;
	size_t n = s->g.n_points, start = 0, corners = 1;

	for (size_t i = 1; i < n; i++)
		if (p[2 * i] > p[2 * start] || (p[2 * i] == p[2 * start] && p[2 * i + 1] > p[2 * start + 1]))
			start = i;
	kept = p + 2 * start;
	for (size_t i = 1; i < n; i++) {
		const double *q = p + 2 * ((start + i) % n), *next = p + 2 * ((start + i + 1) % n);
		double dx = (next[0] - kept[0]) * sx, dy = (next[1] - kept[1]) * sy,
		       off = dx * (q[1] - kept[1]) * sy - dy * (q[0] - kept[0]) * sx;

		if (off * off <= 0.05 * 0.05 * (dx * dx + dy * dy))
			continue;
		kept = q;
		corners++;
	}
	return corners;
}

static bool measure(const struct moved_pass *m, uint32_t shape, struct outline *out)
{
	const struct sl_shape *s = &m->p->shape.v[shape];
	const double *p = s->g.xy;
	size_t n = s->g.n_points, corners;
	double sx, sy, twice = 0, radius, least;

	if (!is_candidate(m->p, s) || s->g.n_rings != 1 || n < CORNERS_MIN || n > POINTS_MAX)
		return false;
	scale(m, s, &sx, &sy);
	*out = (struct outline){.width = (s->box.x1 - s->box.x0) * sx,
	                        .height = (s->box.y1 - s->box.y0) * sy,
	                        .shape = shape,
	                        .what = m->p->item.v[s->item].what};
	corners = count_corners(s, sx, sy);
	least = corners < CORNERS_MANY ? 30 : 10;
	if (corners < CORNERS_MIN || out->width < least || out->height < least ||
	    sl_ring_is_circle(p, n, m->p->c->limit.circle_tolerance, CORNERS_MIN, &radius))
		return false;
	for (size_t i = 0; i < n; i++) {
		const double *a = p + 2 * i, *b = p + 2 * ((i + 1) % n);
		double dx = (b[0] - a[0]) * sx, dy = (b[1] - a[1]) * sy;

		twice += (a[0] - p[0]) * (b[1] - p[1]) - (b[0] - p[0]) * (a[1] - p[1]);
		out->perimeter += sqrt(dx * dx + dy * dy);
	}
	out->area = fabs(twice) / 2 * sx * sy;
	return true;
}

/* How far a copy may be off: the setting, and less for small outlines, which many resemble. */
static double tolerance(const struct moved_pass *m, const struct outline *o)
{
	return fmin(m->p->c->limit.copied_distance_m, 0.005 * (o->width + o->height));
}

/* Square of the distance of a point to a leg, from the leg's start. */
static double off_leg2(double dx, double dy, double x, double y)
{
	double length2 = dx * dx + dy * dy, along = length2 > 0 ? (x * dx + y * dy) / length2 : 0;

	along = fmin(1, fmax(0, along));
	x -= along * dx;
	y -= along * dy;
	return x * x + y * y;
}

/* Does every point of a lie on the boundary of b, box on box? */
static bool lies_on(const struct sl_shape *a, double ax, double ay, const struct sl_shape *b, double bx,
                    double by, double off_m)
{
	size_t n = b->g.n_points;

	for (size_t i = 0; i < a->g.n_points; i++) {
		double x = (a->g.xy[2 * i] - a->box.x0) * ax, y = (a->g.xy[2 * i + 1] - a->box.y0) * ay;
		bool on = false;

		for (size_t k = 0; k < n && !on; k++) {
			const double *p = b->g.xy + 2 * k, *q = b->g.xy + 2 * ((k + 1) % n);
			double px = (p[0] - b->box.x0) * bx, py = (p[1] - b->box.y0) * by;

			on = off_leg2((q[0] - p[0]) * bx, (q[1] - p[1]) * by, x - px, y - py) <= off_m * off_m;
		}
		if (!on)
			return false;
	}
	return true;
}

static bool is_copy(const struct moved_pass *m, const struct outline *x, const struct outline *y,
                    double *moved_m)
{
	const struct sl_shape *a = &m->p->shape.v[x->shape], *b = &m->p->shape.v[y->shape];
	double ax, ay, bx, by, off = tolerance(m, x);

	if (fabs(x->width - y->width) > 2 * off || fabs(x->height - y->height) > 2 * off ||
	    fabs(x->area - y->area) > off * fmax(x->perimeter, y->perimeter) ||
	    fabs(x->perimeter - y->perimeter) > 0.01 * x->perimeter + 2 * off)
		return false;
	scale(m, a, &ax, &ay);
	scale(m, b, &bx, &by);
	if (!lies_on(a, ax, ay, b, bx, by, off) || !lies_on(b, bx, by, a, ax, ay, off))
		return false;
	*moved_m = sl_distance_m(a->box.x0, a->box.y0, b->box.x0, b->box.y0);
	return *moved_m >= m->p->c->limit.copied_min_shift_m;
}

static int by_cell(const void *a, const void *b)
{
	const struct outline *x = a, *y = b;

	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	if (x->cell_x != y->cell_x)
		return x->cell_x < y->cell_x ? -1 : 1;
	if (x->cell_y != y->cell_y)
		return x->cell_y < y->cell_y ? -1 : 1;
	return (x->shape > y->shape) - (x->shape < y->shape);
}

/* The first outline that does not stand before this cell. */
static size_t from_cell(const struct moved_pass *m, enum sl_check_kind what, int32_t cell_x, int32_t cell_y)
{
	const struct outline cell = {.what = what, .cell_x = cell_x, .cell_y = cell_y};
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (by_cell(&m->v[mid], &cell) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Compare outline i with those from `k` on that stand in the column of cells up to `cell_y`. */
static enum sl_code compare_cells(struct moved_pass *m, size_t i, size_t k, int32_t cell_x, int32_t cell_y,
                                  struct sl_err *e)
{
	const struct sl_check_programme *p = m->p;
	const struct outline *x = &m->v[i];
	uint32_t a = p->shape.v[x->shape].item;

	for (size_t end = k + NEIGHBOURS_MAX; k < m->n && k < end; k++) {
		const struct outline *y = &m->v[k];
		uint32_t b = p->shape.v[y->shape].item, newer = a > b ? a : b;
		double moved_m;

		if (y->what != x->what || y->cell_x != cell_x || y->cell_y > cell_y)
			break;
		if (a == b || m->told[newer] || p->shape.v[x->shape].key == p->shape.v[y->shape].key ||
		    !is_copy(m, x, y, &moved_m) || !suspicious(p, &p->item.v[a], &p->item.v[b], true))
			continue;
		m->told[newer] = true;
		if (say(m->p, x->shape, y->shape, moved_m, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code moved_outlines(struct moved_pass *m, struct sl_err *e)
{
	struct sl_check_programme *p = m->p;
	double cell_m = fmax(0.1, 2 * p->c->limit.copied_distance_m);

	m->n = 0;
	for (uint32_t i = 0; i < p->shape.n; i++) {
		struct outline *o = &m->v[m->n];

		if (!measure(m, i, o) || o->width > 1e6 || o->height > 1e6)
			continue;
		o->cell_x = (int32_t)(o->width / cell_m);
		o->cell_y = (int32_t)(o->height / cell_m);
		m->n++;
	}
	qsort(m->v, m->n, sizeof *m->v, by_cell);
	for (size_t i = 0; i < m->n; i++) {
		const struct outline *o = &m->v[i];

		/* Those behind it in its own column, then the next column: every pair once. */
		if (compare_cells(m, i, i + 1, o->cell_x, o->cell_y + 1, e) ||
		    compare_cells(m, i, from_cell(m, o->what, o->cell_x + 1, o->cell_y - 1), o->cell_x + 1,
		                  o->cell_y + 1, e))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_r06_copies(struct sl_check_programme *p, struct sl_err *e)
{
	struct moved_pass m = {.p = p, .told = sl_arena_alloc(&p->rule, p->item.n, sizeof *m.told, e)};

	m.v = m.told ? sl_arena_alloc(&p->rule, p->shape.n + 1, sizeof *m.v, e) : NULL;
	if (!m.v || equal_outlines(p, e) || moved_outlines(&m, e))
		return e->code;
	m.degrees = true;
	return moved_outlines(&m, e);
}
