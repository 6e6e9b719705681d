/* G01 to G15: the outline of one record.  The faults and two of the limits are those of GICHD's geocheck
 * (2020); unlike it, legs are metres on the ellipsoid and the leg back to the first point counts. */
#include "checks/judge.h"
#include "checks/ring.h"
#include "geo/area.h"
#include "geo/coord.h"
#include "geo/overlay.h"
#include "geo/validity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_polygon(const struct sl_judged *j)
{
	return j->r->geometry.type == SL_GEOM_POLYGON;
}

/* Rings that cannot bound ground are G02's, not G01's. */
static size_t poor_ring(const struct sl_judged *j)
{
	const struct sl_geom *g = &j->r->geometry;

	for (size_t r = 0; r < g->n_rings; r++)
		if ((double)(g->ring_end[r] - sl_geom_ring_start(g, r)) < j->c->limit.polygon_min_vertices)
			return r;
	return SIZE_MAX;
}

/* Several parts, each in order by itself: then they disturb each other, which G08 and G09 say better. */
static enum sl_code only_parts_clash(struct sl_judged *j, bool *yes, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;

	*yes = g->n_parts > 1;
	for (size_t part = 0; *yes && part < g->n_parts; part++) {
		struct sl_geom one;
		struct sl_validity v;

		if (sl_geom_part(j->scratch, g, part, &one, e) || sl_geom_validity(&one, &v, e))
			return e->code;
		*yes = v.valid;
	}
	return SL_OK;
}

enum sl_code sl_g01_invalid(struct sl_judged *j, struct sl_err *e)
{
	char before[40], after[40];
	double lon = j->prepared.reason_lon, lat = j->prepared.reason_lat;
	bool clash;

	if (!j->invalid || poor_ring(j) != SIZE_MAX)
		return SL_OK;
	if (only_parts_clash(j, &clash, e) || clash)
		return e->code;
	return sl_judge_say(
	    j, "G01",
	    (struct sl_spot){.field = "geometry",
	                     .placed = isfinite(lon) && isfinite(lat),
	                     .lon = lon,
	                     .lat = lat,
	                     .m2 = j->prepared.repaired_area_m2},
	    e, "The outline is not a valid polygon (%s): %s m² as entered, %s m² after the proposed repair.",
	    j->prepared.reason[0] ? j->prepared.reason : "see the repair",
	    sl_number_text(j->prepared.area_m2, before), sl_number_text(j->prepared.repaired_area_m2, after));
}

enum sl_code sl_g02_vertices(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;
	size_t r, start;

	if (!is_polygon(j) || (r = poor_ring(j)) == SIZE_MAX)
		return SL_OK;
	start = sl_geom_ring_start(g, r);
	return sl_judge_say(
	    j, "G02",
	    (struct sl_spot){
	        .field = "geometry", .placed = true, .lon = g->xy[2 * start], .lat = g->xy[2 * start + 1]},
	    e, "Ring %zu of the outline has %zu points; ground needs at least %.0f.", r + 1,
	    (size_t)g->ring_end[r] - start, j->c->limit.polygon_min_vertices);
}

static bool same_place(const double *p, const double *q, double deg)
{
	return fabs(p[0] - q[0]) <= deg && fabs(p[1] - q[1]) <= deg;
}

static bool repeats_its_start(const double *p, size_t n, double deg)
{
	return n >= 5 && same_place(p, p + 2 * (n - 2), deg) && same_place(p + 2, p + 2 * (n - 1), deg);
}

/* The point that closes the ring was entered as a point of its own. */
static bool closes_twice(const double *p, size_t n, double deg)
{
	return n >= 4 && same_place(p, p + 2 * (n - 1), deg);
}

static int by_lon(const void *a, const void *b)
{
	const double *p = *(const double *const *)a, *q = *(const double *const *)b;

	return p[0] != q[0] ? (p[0] < q[0] ? -1 : 1) : (p > q) - (p < q);
}

/* How many points of a ring lie on an earlier one; *first is the lowest such point. */
static enum sl_code count_repeats(struct sl_arena *a, const double *p, size_t n, double deg, size_t *count,
                                  size_t *first, struct sl_err *e)
{
	const double **sorted;

	*count = 0;
	*first = n;
	if (n <= 64) {
		for (size_t i = 1; i < n; i++)
			for (size_t k = 0; k < i; k++)
				if (same_place(p + 2 * i, p + 2 * k, deg)) {
					*first = (*count)++ ? *first : i;
					break;
				}
		return SL_OK;
	}
	sorted = sl_arena_alloc(a, n, sizeof *sorted, e);
	if (!sorted)
		return e->code;
	for (size_t i = 0; i < n; i++)
		sorted[i] = p + 2 * i;
	qsort(sorted, n, sizeof *sorted, by_lon);
	for (size_t i = 1; i < n; i++)
		/* A vertical line of very many points would make this quadratic: 200 neighbours are enough. */
		for (size_t k = i; k-- > 0 && i - k <= 200 && sorted[i][0] - sorted[k][0] <= deg;)
			if (same_place(sorted[i], sorted[k], deg)) {
				size_t later = (size_t)((sorted[i] > sorted[k] ? sorted[i] : sorted[k]) - p) / 2;

				(*count)++;
				*first = later < *first ? later : *first;
				break;
			}
	return SL_OK;
}

enum sl_code sl_g03_duplicate_vertices(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;
	double deg = j->c->limit.duplicate_vertex_deg;
	size_t total = 0, first_ring = 0, first_point = 0, at = 0;

	if (!is_polygon(j))
		return SL_OK;
	for (size_t r = 0; r < g->n_rings; r++) {
		size_t start = sl_geom_ring_start(g, r), n = g->ring_end[r] - start, count, first;
		const double *p = g->xy + 2 * start;

		if (count_repeats(j->scratch, p, n, deg, &count, &first, e))
			return e->code;
		if (repeats_its_start(p, n, deg))
			count = count > 2 ? count - 2 : 0; /* G05 speaks of those two */
		else if (closes_twice(p, n, deg))
			count--; /* G04 speaks of that one */
		if (count && !total) {
			first_ring = r + 1;
			first_point = first + 1;
			at = start + first;
		}
		total += count;
	}
	if (!total)
		return SL_OK;
	return sl_judge_say(
	    j, "G03",
	    (struct sl_spot){
	        .field = "geometry", .placed = true, .lon = g->xy[2 * at], .lat = g->xy[2 * at + 1]},
	    e, "%zu of the %zu points repeat another within %.6f°, the first at point %zu of ring %zu.", total,
	    g->n_points, deg, first_point, first_ring);
}

/* "SP: 13.5 102.7": a name before a colon is no part of the place. */
static struct sl_str without_name(struct sl_str point)
{
	struct sl_str rest = point, name;

	return sl_str_split(&rest, ':', &name) && rest.n ? sl_str_trim(rest) : sl_str_trim(point);
}

/* The list of turning points as the form has it: how many there are, and is the last one the first again?
 * Places are compared when both can be read, words otherwise. */
static bool list_repeats_first(struct sl_str list, double deg, size_t *n)
{
	struct sl_str one, first = {0}, last = {0};
	struct sl_coord a, b;
	struct sl_err ignored = {0};

	for (*n = 0; sl_str_split(&list, ';', &one);) {
		one = without_name(one);
		if (!one.n)
			continue;
		last = one;
		if (!(*n)++)
			first = one;
	}
	if (*n < 4)
		return false;
	if (!sl_coord_parse(first, false, &a, &ignored) && !sl_coord_parse(last, false, &b, &ignored))
		return same_place((double[]){a.lon_deg, a.lat_deg}, (double[]){b.lon_deg, b.lat_deg}, deg);
	return sl_str_eq(first, last);
}

enum sl_code sl_g04_closing_point(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;
	double deg = j->c->limit.duplicate_vertex_deg;
	size_t points;

	for (size_t r = 0; is_polygon(j) && r < g->n_rings; r++) {
		size_t start = sl_geom_ring_start(g, r), n = g->ring_end[r] - start;
		const double *p = g->xy + 2 * start;

		if (closes_twice(p, n, deg))
			return sl_judge_say(
			    j, "G04", (struct sl_spot){.field = "geometry", .placed = true, .lon = p[0], .lat = p[1]},
			    e, "The last point of ring %zu is its first again: %zu points are meant, %zu are there.",
			    r + 1, n - 1, n);
	}
	if (!list_repeats_first(sl_record_text(j->r, "turning_points"), deg, &points))
		return SL_OK;
	return sl_judge_say(j, "G04", (struct sl_spot){.field = "turning_points"}, e,
	                    "The last of the %zu turning points listed is the first again: %zu are meant.",
	                    points, points - 1);
}

enum sl_code sl_g05_last_two(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;

	if (!is_polygon(j))
		return SL_OK;
	for (size_t r = 0; r < g->n_rings; r++) {
		size_t start = sl_geom_ring_start(g, r), n = g->ring_end[r] - start;
		const double *p = g->xy + 2 * start;

		if (repeats_its_start(p, n, j->c->limit.duplicate_vertex_deg))
			return sl_judge_say(
			    j, "G05", (struct sl_spot){.field = "geometry", .placed = true, .lon = p[0], .lat = p[1]},
			    e,
			    "The last two points of ring %zu are its first two again: %zu points are meant, %zu "
			    "are there.",
			    r + 1, n - 2, n);
	}
	return SL_OK;
}

/* Walks all legs of a polygon, closing ones included, or of a line.  Legs that cannot be longer than
 * `limit_m` are not measured: almost all of them. */
struct legs {
	size_t over, ring, leg;
	double longest_m, lon, lat;
	bool closing;
};

static void walk_legs(const struct sl_geom *g, double limit_m, struct legs *out)
{
	*out = (struct legs){0};
	for (size_t r = 0; r < g->n_rings; r++) {
		size_t start = sl_geom_ring_start(g, r), n = g->ring_end[r] - start;
		size_t count = n < 2 ? 0 : g->type == SL_GEOM_POLYGON && n > 2 ? n : n - 1;
		const double *p = g->xy + 2 * start;

		for (size_t i = 0; i < count; i++) {
			const double *a = p + 2 * i, *b = p + 2 * ((i + 1) % n);
			double m;

			/* No degree measures more than 111.7 km anywhere. */
			if (hypot(a[0] - b[0], a[1] - b[1]) * 111700 <= limit_m)
				continue;
			m = sl_distance_m(a[0], a[1], b[0], b[1]);
			if (m <= limit_m)
				continue;
			out->over++;
			if (m > out->longest_m) {
				out->longest_m = m;
				out->ring = r + 1;
				out->leg = i + 1;
				out->closing = i + 1 == n;
				out->lon = a[0];
				out->lat = a[1];
			}
		}
	}
}

enum sl_code sl_g06_long_leg(struct sl_judged *j, struct sl_err *e)
{
	struct legs legs;
	char m[40], limit[40];

	if (j->r->geometry.type != SL_GEOM_POLYGON && j->r->geometry.type != SL_GEOM_LINE)
		return SL_OK;
	walk_legs(&j->r->geometry, j->c->limit.leg_max_m, &legs);
	if (!legs.over)
		return SL_OK;
	return sl_judge_say(
	    j, "G06", (struct sl_spot){.field = "geometry", .placed = true, .lon = legs.lon, .lat = legs.lat},
	    e, "%zu leg%s longer than %s m; the longest is %s m, from point %zu of ring %zu%s.", legs.over,
	    legs.over == 1 ? " is" : "s are", sl_number_text(j->c->limit.leg_max_m, limit),
	    sl_number_text(legs.longest_m, m), legs.leg, legs.ring,
	    legs.closing ? " back to its first point" : " to the next");
}

enum sl_code sl_g07_intermediate(struct sl_judged *j, struct sl_err *e)
{
	struct sl_str codes = j->c->limit.intermediate_for, code, fixed_by;
	struct legs legs;
	bool looked_at = sl_str_is(codes, "ALL");
	char m[40];

	if (!is_polygon(j))
		return SL_OK;
	fixed_by = sl_record_text(j->r, "fixed_by");
	while (!looked_at && fixed_by.n && sl_str_split(&codes, ' ', &code))
		looked_at = sl_str_eq(code, fixed_by);
	if (!looked_at)
		return SL_OK;
	walk_legs(&j->r->geometry, j->c->limit.leg_intermediate_m, &legs);
	if (!legs.over)
		return SL_OK;
	return sl_judge_say(
	    j, "G07", (struct sl_spot){.field = "geometry", .placed = true, .lon = legs.lon, .lat = legs.lat},
	    e, "%zu leg%s longer than %.0f m without an intermediate point; the longest is %s m.", legs.over,
	    legs.over == 1 ? " is" : "s are", j->c->limit.leg_intermediate_m,
	    sl_number_text(legs.longest_m, m));
}

static struct sl_box part_box(const struct sl_geom *g, size_t part)
{
	size_t first = sl_geom_part_start(g, part);
	struct sl_box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};

	for (size_t i = sl_geom_ring_start(g, first); i < g->ring_end[first]; i++) {
		b.x0 = fmin(b.x0, g->xy[2 * i]);
		b.y0 = fmin(b.y0, g->xy[2 * i + 1]);
		b.x1 = fmax(b.x1, g->xy[2 * i]);
		b.y1 = fmax(b.y1, g->xy[2 * i + 1]);
	}
	return b;
}

/* More parts than this in one record are compared by key only: no one draws so many by hand. */
enum { PARTS_COMPARED_MAX = 2000 };

struct part {
	uint64_t key;
	size_t index;
};

static int by_key(const void *a, const void *b)
{
	const struct part *p = a, *q = b;

	return p->key != q->key ? (p->key < q->key ? -1 : 1) : (p->index > q->index) - (p->index < q->index);
}

enum sl_code sl_g08_duplicate_parts(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;
	struct part *parts;
	size_t count = 0, first = 0;
	double m2 = 0;
	char area[40];

	if (!is_polygon(j) || g->n_parts < 2)
		return SL_OK;
	parts = sl_arena_alloc(j->scratch, g->n_parts, sizeof *parts, e);
	if (!parts)
		return e->code;
	for (size_t i = 0; i < g->n_parts; i++)
		parts[i] = (struct part){sl_part_key(g, i), i};
	qsort(parts, g->n_parts, sizeof *parts, by_key);
	for (size_t i = 1; i < g->n_parts; i++) {
		struct sl_geom one;

		if (parts[i].key != parts[i - 1].key)
			continue;
		if (sl_geom_part(j->scratch, g, parts[i].index, &one, e))
			return e->code;
		if (!count++)
			first = parts[i].index;
		m2 += sl_geom_area_m2(&one);
	}
	if (!count)
		return SL_OK;
	first = sl_geom_ring_start(g, sl_geom_part_start(g, first));
	return sl_judge_say(
	    j, "G08",
	    (struct sl_spot){.field = "geometry",
	                     .placed = true,
	                     .lon = g->xy[2 * first],
	                     .lat = g->xy[2 * first + 1],
	                     .m2 = m2},
	    e, "%zu of the %zu parts repeat%s another part of the same record: %s m² would count twice.", count,
	    g->n_parts, count == 1 ? "s" : "", sl_number_text(m2, area));
}

enum sl_code sl_g09_parts_overlap(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;
	struct sl_box *box;
	double m2 = 0, lon = 0, lat = 0, largest = 0;
	size_t count = 0;
	char area[40];

	if (!is_polygon(j) || g->n_parts < 2 || g->n_parts > PARTS_COMPARED_MAX)
		return SL_OK;
	box = sl_arena_alloc(j->scratch, g->n_parts, sizeof *box, e);
	if (!box)
		return e->code;
	for (size_t i = 0; i < g->n_parts; i++)
		box[i] = part_box(g, i);
	for (size_t i = 0; i < g->n_parts; i++)
		for (size_t k = i + 1; k < g->n_parts; k++) {
			struct sl_geom a, b;
			struct sl_validity va, vb;
			struct sl_ground both;

			if (!sl_box_meets(box[i], box[k]) || sl_part_key(g, i) == sl_part_key(g, k))
				continue;
			if (sl_geom_part(j->scratch, g, i, &a, e) || sl_geom_part(j->scratch, g, k, &b, e) ||
			    sl_geom_validity(&a, &va, e) || sl_geom_validity(&b, &vb, e))
				return e->code;
			if (!va.valid || !vb.valid)
				continue; /* G01 */
			if (sl_overlay_ground((const struct sl_geom *const[]){&a, &b}, 2, NULL, 0,
			                      j->c->limit.overlap_sliver_width_m, &both, e))
				return e->code;
			if (both.m2 <= j->c->limit.overlap_record_m2)
				continue;
			count++;
			m2 += both.m2;
			if (both.m2 > largest) {
				largest = both.m2;
				lon = both.lon;
				lat = both.lat;
			}
		}
	if (!count)
		return SL_OK;
	return sl_judge_say(
	    j, "G09", (struct sl_spot){.field = "geometry", .placed = true, .lon = lon, .lat = lat, .m2 = m2},
	    e, "Parts of the outline overlap each other in %zu place%s: %s m² would count twice.", count,
	    count == 1 ? "" : "s", sl_number_text(m2, area));
}

enum sl_code sl_g15_precision(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;
	bool polygon = g->type == SL_GEOM_POLYGON, digits;
	double limit = polygon ? j->c->limit.precision_polygon_m : j->c->limit.precision_point_m;
	double metres = sl_record_number(j->r, "accuracy_m");
	int decimals;
	char m[40], most[40];

	if (!polygon && g->type != SL_GEOM_POINT)
		return SL_OK;
	/* A circle drawn around a viewing point is G22's; it never had corners to be precise about. */
	if (sl_record_has_code(j->r, "geometry_kind", "CIRCLE") ||
	    sl_record_has_code(j->r, "fixed_by", "CEN") || (!polygon && j->kind == SL_CHECK_HAZARD))
		return SL_OK;
	decimals = sl_geom_decimals(g);
	digits = !(metres > limit) && (polygon ? g->n_points >= 3 : true);
	if (digits) {
		double half_m = 0.5 * pow(10, -decimals) * 111320;

		if (half_m <= limit)
			return SL_OK;
		return sl_judge_say(
		    j, "G15", (struct sl_spot){.field = "geometry", .graded = !polygon, .severity = SL_NOTE}, e,
		    "The coordinates have %d decimal%s of a degree: each %s may be %s m off, %s m at most are "
		    "wanted.",
		    decimals, decimals == 1 ? "" : "s", polygon ? "corner" : "position", sl_number_text(half_m, m),
		    sl_number_text(limit, most));
	}
	return sl_judge_say(
	    j, "G15", (struct sl_spot){.field = "accuracy_m", .graded = !polygon, .severity = SL_NOTE}, e,
	    "The coordinates are good to %s m; %s m at most are wanted for a %s.", sl_number_text(metres, m),
	    sl_number_text(limit, most), polygon ? "boundary" : "position");
}
