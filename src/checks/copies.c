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
	struct keyed *v = sl_arena_alloc(p->a, p->shape.n, sizeof *v, e);
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

struct outline {
	double area, perimeter; /* in the unit of the pass */
	uint32_t shape, n;
	enum sl_check_kind what;
};

/* Outlines with enough corners and size to be nobody's by chance; boxes and circles are everybody's. */
enum { CORNERS_MIN = 5, CORNERS_MANY = 8, CORNERS_MAX = 1000, NEIGHBOURS_MAX = 2000 };

/* The corners of a ring in metres: points that lie on a straight leg within 5 cm are none, since a
 * neighbour's boundary may end there in one record and not in the other.  Begins at a point that is a
 * corner for certain. */
struct corners {
	double x[CORNERS_MAX], y[CORNERS_MAX];
	size_t n;
};

struct moved_pass {
	struct sl_check_programme *p;
	bool degrees; /* the copy was shifted in degrees: its width in metres changed with the latitude */
	bool *told;   /* by item */
	struct corners a, b; /* the two that are compared */
};

static void scale(const struct moved_pass *m, const struct sl_shape *s, double *sx, double *sy)
{
	if (m->degrees)
		*sx = *sy = 111320; /* so that tolerances in metres mean about the same */
	else
		sl_metres_per_degree((s->box.y0 + s->box.y1) / 2, sx, sy);
}

static int by_size(const void *a, const void *b)
{
	const struct outline *x = a, *y = b;

	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	if (x->area != y->area)
		return x->area < y->area ? -1 : 1;
	return (x->shape > y->shape) - (x->shape < y->shape);
}

static bool on_leg(double ax, double ay, double bx, double by, double x, double y)
{
	double dx = bx - ax, dy = by - ay, along = (x - ax) * dx + (y - ay) * dy, length2 = dx * dx + dy * dy,
	       off = dx * (y - ay) - dy * (x - ax);

	return length2 > 0 && off * off <= 0.05 * 0.05 * length2 && along >= 0 && along <= length2;
}

static void take_corners(const struct moved_pass *m, const struct sl_shape *s, struct corners *c)
{
	const double *p = s->g.xy;
	size_t n = s->g.n_points, start = 0;
	double sx, sy;

	scale(m, s, &sx, &sy);
	for (size_t i = 1; i < n; i++)
		if (p[2 * i] > p[2 * start] || (p[2 * i] == p[2 * start] && p[2 * i + 1] > p[2 * start + 1]))
			start = i;
	c->n = 0;
	for (size_t i = 0; i < n; i++) {
		const double *q = p + 2 * ((start + i) % n), *next = p + 2 * ((start + i + 1) % n);

		if (i && on_leg(c->x[c->n - 1], c->y[c->n - 1], next[0] * sx, next[1] * sy, q[0] * sx, q[1] * sy))
			continue;
		c->x[c->n] = q[0] * sx;
		c->y[c->n++] = q[1] * sy;
	}
}

/* Does b fit on a after a shift, starting at b's corner `start` in this direction? */
static bool fits(const struct corners *a, const struct corners *b, size_t start, bool backwards,
                 double tolerance_m)
{
	size_t n = a->n;

	for (size_t i = 1; i < n; i++) {
		size_t k = backwards ? (start + n - i) % n : (start + i) % n;

		if (fabs((a->x[i] - a->x[0]) - (b->x[k] - b->x[start])) > tolerance_m ||
		    fabs((a->y[i] - a->y[0]) - (b->y[k] - b->y[start])) > tolerance_m)
			return false;
	}
	return true;
}

static bool is_copy(struct moved_pass *m, const struct sl_shape *a, const struct sl_shape *b,
                    double *moved_m)
{
	double tolerance = m->p->c->limit.copied_distance_m;

	take_corners(m, a, &m->a);
	take_corners(m, b, &m->b);
	if (m->a.n != m->b.n)
		return false;
	for (size_t start = 0; start < m->b.n; start++)
		for (int backwards = 0; backwards < 2; backwards++)
			if (fits(&m->a, &m->b, start, backwards, tolerance)) {
				*moved_m = sl_distance_m(a->box.x0, a->box.y0, b->box.x0, b->box.y0);
				return *moved_m >= m->p->c->limit.copied_min_shift_m;
			}
	return false;
}

static bool is_peculiar(const struct sl_check_programme *p, const struct sl_shape *s)
{
	double sx, sy, radius, size_m = s->g.n_points < CORNERS_MANY ? 30 : 10;

	if (!is_candidate(p, s) || s->g.n_rings != 1 || s->g.n_points < CORNERS_MIN ||
	    s->g.n_points > CORNERS_MAX)
		return false;
	sl_metres_per_degree(s->box.y0, &sx, &sy);
	return (s->box.x1 - s->box.x0) * sx >= size_m && (s->box.y1 - s->box.y0) * sy >= size_m &&
	       !sl_ring_is_circle(s->g.xy, s->g.n_points, p->c->limit.circle_tolerance, CORNERS_MIN, &radius);
}

static void measure(struct moved_pass *m, const struct sl_shape *s, struct outline *out)
{
	const double *p = s->g.xy;
	size_t n = s->g.n_points;
	double sx, sy, twice = 0;

	scale(m, s, &sx, &sy);
	out->perimeter = 0;
	for (size_t i = 0; i < n; i++) {
		const double *a = p + 2 * i, *b = p + 2 * ((i + 1) % n);

		twice += (a[0] - p[0]) * (b[1] - p[1]) - (b[0] - p[0]) * (a[1] - p[1]);
		out->perimeter += hypot((b[0] - a[0]) * sx, (b[1] - a[1]) * sy);
	}
	out->area = fabs(twice) / 2 * sx * sy;
	take_corners(m, s, &m->a);
	out->n = (uint32_t)m->a.n;
}

static enum sl_code moved_outlines(struct moved_pass *m, struct sl_err *e)
{
	struct sl_check_programme *p = m->p;
	struct outline *v = sl_arena_alloc(p->a, p->shape.n, sizeof *v, e);
	double tolerance = p->c->limit.copied_distance_m;
	size_t n = 0;

	if (!v)
		return e->code;
	for (uint32_t i = 0; i < p->shape.n; i++)
		if (is_peculiar(p, &p->shape.v[i])) {
			v[n].shape = i;
			v[n].what = p->item.v[p->shape.v[i].item].what;
			measure(m, &p->shape.v[i], &v[n]);
			n += v[n].n >= CORNERS_MIN;
		}
	qsort(v, n, sizeof *v, by_size);
	for (size_t i = 0; i < n; i++)
		/* Corners within the tolerance change the area by no more than the perimeter times it. */
		for (size_t k = i + 1; k < n && k - i <= NEIGHBOURS_MAX && v[k].what == v[i].what &&
		                       v[k].n == v[i].n && v[k].area - v[i].area <= v[k].perimeter * tolerance;
		     k++) {
			const struct sl_shape *a = &p->shape.v[v[i].shape], *b = &p->shape.v[v[k].shape];
			uint32_t newer = a->item > b->item ? a->item : b->item;
			double moved_m;

			if (a->item == b->item || m->told[newer] ||
			    fabs(v[k].perimeter - v[i].perimeter) > 2 * tolerance * v[k].n || a->key == b->key ||
			    !suspicious(p, &p->item.v[a->item], &p->item.v[b->item], true) ||
			    !is_copy(m, a, b, &moved_m))
				continue;
			m->told[newer] = true;
			if (say(p, v[i].shape, v[k].shape, moved_m, e))
				return e->code;
		}
	return SL_OK;
}

enum sl_code sl_r06_copies(struct sl_check_programme *p, struct sl_err *e)
{
	struct moved_pass *m = sl_arena_alloc(p->a, 1, sizeof *m, e);

	if (!m)
		return e->code;
	m->p = p;
	m->told = sl_arena_alloc(p->a, p->item.n, sizeof *m->told, e);
	if (!m->told || equal_outlines(p, e) || moved_outlines(m, e))
		return e->code;
	m->degrees = true;
	return moved_outlines(m, e);
}
