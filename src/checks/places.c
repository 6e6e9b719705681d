/* G12, G16, G21, I03, R02: records and the places that they name. */
#include "checks/index.h"
#include "checks/reconcile.h"
#include "checks/slabs.h"
#include "geo/area.h"
#include "geo/overlay.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const level_name[] = {"admin1", "admin2", "admin3"};

/* ---- where records can be ---- */

struct region {
	struct sl_slabs *place; /* of each place with a polygon; g == NULL when it has none */
	uint32_t *country;      /* places that together are the country */
	size_t n_country;
	struct sl_box box; /* without them: where most records are, and as much around; x0 > x1 when unknown */
};

static const struct sl_geom *shape_of(const struct sl_check_programme *p, const struct sl_place_item *x)
{
	uint32_t s = p->item.v[x->item].shape;

	return s == SL_NO_ITEM ? NULL : &p->shape.v[s].g;
}

static enum sl_code find_country(struct sl_check_programme *p, struct region *r, struct sl_err *e)
{
	static const char *const levels[] = {"country", "admin1", "admin2"};

	r->country = sl_arena_alloc(&p->rule, p->place.n, sizeof *r->country, e);
	if (!r->country)
		return e->code;
	for (size_t level = 0; level < 3 && !r->n_country; level++)
		for (uint32_t i = 0; i < p->place.n; i++)
			if (!strcmp(p->place.v[i].level, levels[level])) {
				if (!shape_of(p, &p->place.v[i])) {
					r->n_country = 0; /* a country with a province missing is no country */
					break;
				}
				r->country[r->n_country++] = i;
			}
	return SL_OK;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

enum { POSITIONS_MIN = 20 };

/* The middle nine tenths of all positions, and as much again on every side. */
static enum sl_code usual_box(struct sl_check_programme *p, struct region *r, struct sl_err *e)
{
	double *lon = sl_arena_alloc(&p->rule, p->item.n, sizeof *lon, e);
	double *lat = lon ? sl_arena_alloc(&p->rule, p->item.n, sizeof *lat, e) : NULL;
	size_t n = 0, low, high;
	double w, h;

	if (!lat)
		return e->code;
	r->box = (struct sl_box){1, 1, 0, 0};
	for (size_t i = 0; i < p->item.n; i++)
		if (isfinite(p->item.v[i].lon)) {
			lon[n] = p->item.v[i].lon;
			lat[n++] = p->item.v[i].lat;
		}
	if (n < POSITIONS_MIN)
		return SL_OK;
	qsort(lon, n, sizeof *lon, by_value);
	qsort(lat, n, sizeof *lat, by_value);
	low = n / 20;
	high = n - 1 - n / 20;
	w = fmax(0.5, lon[high] - lon[low]);
	h = fmax(0.5, lat[high] - lat[low]);
	r->box = (struct sl_box){lon[low] - w, lat[low] - h, lon[high] + w, lat[high] + h};
	return SL_OK;
}

static enum sl_code make_region(struct sl_check_programme *p, struct region *r, struct sl_err *e)
{
	*r = (struct region){.place = sl_arena_alloc(&p->rule, p->place.n, sizeof *r->place, e)};
	if (!r->place || find_country(p, r, e) || usual_box(p, r, e))
		return e->code;
	for (size_t i = 0; i < p->place.n; i++) {
		const struct sl_geom *g = shape_of(p, &p->place.v[i]);

		if (g && sl_slabs_build(&p->rule, g, &r->place[i], e))
			return e->code;
	}
	return SL_OK;
}

/* Can anything be said about where the country is? */
static bool knows(const struct region *r)
{
	return r->n_country || r->box.x0 <= r->box.x1;
}

static bool in_country(const struct region *r, double lon, double lat)
{
	if (!r->n_country)
		return lon >= r->box.x0 && lon <= r->box.x1 && lat >= r->box.y0 && lat <= r->box.y1;
	for (size_t i = 0; i < r->n_country; i++)
		if (sl_slabs_contain(&r->place[r->country[i]], lon, lat))
			return true;
	return false;
}

static double distance_to_country_m(const struct sl_check_programme *p, const struct region *r, double lon,
                                    double lat)
{
	double nearest = INFINITY;

	for (size_t i = 0; i < r->n_country; i++)
		nearest = fmin(nearest, sl_geom_distance_m(shape_of(p, &p->place.v[r->country[i]]), lon, lat));
	return nearest;
}

/* ---- G12, G16 ---- */

enum { SAMPLES_MAX = 32 };

struct samples {
	double lon[SAMPLES_MAX], lat[SAMPLES_MAX];
	size_t n;
	const struct sl_geom *polygon; /* NULL for a point */
	double area_m2;
};

static void take_samples(const struct sl_check_programme *p, const struct sl_item *item, struct samples *s)
{
	const struct sl_geom *g;
	size_t step;

	*s = (struct samples){.lon = {item->lon}, .lat = {item->lat}, .n = 1};
	if (item->shape == SL_NO_ITEM)
		return;
	g = &p->shape.v[item->shape].g;
	if (g->type == SL_GEOM_NONE)
		return;
	s->polygon = g;
	s->area_m2 = p->shape.v[item->shape].area_m2;
	step = (g->n_points + SAMPLES_MAX - 1) / SAMPLES_MAX;
	s->n = 0;
	for (size_t i = 0; i < g->n_points; i += step, s->n++) {
		s->lon[s->n] = g->xy[2 * i];
		s->lat[s->n] = g->xy[2 * i + 1];
	}
}

/* The mistakes by which a position leaves its country, likeliest first; NULL when none explains it. */
static const char *explain(const struct region *r, const struct samples *s)
{
	static const struct {
		bool swap;
		double lon, lat;
		const char *words;
	} ways[] = {
	    {true, 1, 1, "latitude and longitude are exchanged"},
	    {false, -1, 1, "the longitude has lost its sign"},
	    {false, 1, -1, "the latitude has lost its sign"},
	    {false, -1, -1, "both coordinates have lost their signs"},
	    {true, -1, 1, "latitude and longitude are exchanged and a sign is lost"},
	    {true, 1, -1, "latitude and longitude are exchanged and a sign is lost"},
	};

	for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
		size_t inside = 0;

		for (size_t i = 0; i < s->n; i++) {
			double lon = ways[w].swap ? s->lat[i] : s->lon[i], lat = ways[w].swap ? s->lon[i] : s->lat[i];

			inside += in_country(r, lon * ways[w].lon, lat * ways[w].lat);
		}
		if (inside == s->n)
			return ways[w].words;
	}
	return NULL;
}

/* *settled: nothing more needs to be said about this record's place. */
static enum sl_code judge_country(struct sl_check_programme *p, const struct region *r,
                                  const struct sl_item *item, const struct samples *s, bool *settled,
                                  struct sl_err *e)
{
	size_t inside = 0;
	const char *why;
	double m, outside;
	char text[40], area[40];

	for (size_t i = 0; i < s->n; i++)
		inside += in_country(r, s->lon[i], s->lat[i]);
	*settled = !inside;
	if (inside == s->n)
		return SL_OK;
	if (!inside && fabs(s->lon[0]) < 1e-6 && fabs(s->lat[0]) < 1e-6)
		return sl_index_say(p, "G12", item,
		                    (struct sl_spot){.field = "geometry", .graded = true, .severity = SL_ERROR}, e,
		                    "The position is 0°, 0°: no coordinates were entered.");
	if (!inside && (why = explain(r, s)))
		return sl_index_say(p, "G16", item, (struct sl_spot){.field = "geometry", .m2 = s->area_m2}, e,
		                    "Lies outside the country, and inside it when %s.", why);
	if (!r->n_country)
		return SL_OK; /* far from the others, which is no fault by itself */
	if (!inside) {
		m = distance_to_country_m(p, r, s->lon[0], s->lat[0]);
		if (m <= p->c->limit.admin_outside_m)
			return SL_OK;
		return sl_index_say(
		    p, "G12", item,
		    (struct sl_spot){.field = "geometry", .m2 = s->area_m2, .graded = true, .severity = SL_ERROR},
		    e, "Lies outside the country, %s km from its border.", sl_number_text(m / 1000, text));
	}
	if (!s->polygon)
		return SL_OK;
	outside = s->area_m2;
	for (size_t i = 0; i < r->n_country; i++) {
		if (sl_overlay_area_m2(s->polygon, shape_of(p, &p->place.v[r->country[i]]), &m, e))
			return e->code;
		outside -= m;
	}
	if (outside <= p->c->limit.admin_outside_ratio * s->area_m2)
		return SL_OK;
	*settled = true;
	return sl_index_say(p, "G12", item, (struct sl_spot){.field = "geometry", .m2 = outside}, e,
	                    "%s of its %s m² lie outside the country.", sl_number_text(outside, text),
	                    sl_number_text(s->area_m2, area));
}

/* The place with a polygon that a record's finest code names; SL_NO_ITEM. */
static uint32_t named_area(const struct sl_check_programme *p, const struct region *r,
                           const struct sl_item *item, int *level)
{
	for (int l = 2; l >= 0; l--) {
		uint32_t at = sl_index_find_named(p, SL_CHECK_PLACE, item->admin[l]);
		uint32_t place;

		if (at == SL_NO_ITEM)
			continue;
		place = p->item.v[at].detail;
		if (strcmp(p->place.v[place].level, level_name[l]) || !r->place[place].g)
			continue;
		*level = l;
		return place;
	}
	return SL_NO_ITEM;
}

static const struct sl_item *area_around(const struct sl_check_programme *p, const struct region *r,
                                         int level, double lon, double lat)
{
	for (size_t i = 0; i < p->place.n; i++)
		if (r->place[i].g && !strcmp(p->place.v[i].level, level_name[level]) &&
		    sl_slabs_contain(&r->place[i], lon, lat))
			return &p->item.v[p->place.v[i].item];
	return NULL;
}

static enum sl_code judge_area(struct sl_check_programme *p, const struct region *r,
                               const struct sl_item *item, const struct samples *s, struct sl_err *e)
{
	int level = 0;
	uint32_t place = named_area(p, r, item, &level);
	const struct sl_item *other;
	struct sl_str code, elsewhere = {"", 0};
	size_t inside = 0;
	double m, share;
	char text[40];

	if (place == SL_NO_ITEM)
		return SL_OK;
	code = p->term.v[item->admin[level]];
	for (size_t i = 0; i < s->n; i++)
		inside += sl_slabs_contain(&r->place[place], s->lon[i], s->lat[i]);
	if (2 * inside >= s->n)
		return SL_OK; /* a hazard may cross a border; the account divides it */
	other = area_around(p, r, level, s->lon[0], s->lat[0]);
	if (other)
		elsewhere = sl_item_id(p, other);
	if (!s->polygon) {
		m = sl_geom_distance_m(r->place[place].g, s->lon[0], s->lat[0]);
		if (m <= p->c->limit.admin_outside_m)
			return SL_OK;
		return sl_index_say(p, "G12", item, (struct sl_spot){.field = level_name[level]}, e,
		                    "Lies %s km outside %s %.*s, which it names%s%.*s.",
		                    sl_number_text(m / 1000, text), level_name[level], SL_STR_ARG(code),
		                    other ? "; it is in " : "", SL_STR_ARG(elsewhere));
	}
	if (sl_overlay_area_m2(s->polygon, r->place[place].g, &m, e))
		return e->code;
	share = s->area_m2 > 0 ? 1 - m / s->area_m2 : 0;
	if (share <= p->c->limit.admin_straddle_ratio)
		return SL_OK;
	return sl_index_say(p, "G12", item,
	                    (struct sl_spot){.field = level_name[level],
	                                     .m2 = s->area_m2 - m,
	                                     .graded = true,
	                                     .severity = m > 0 ? SL_WARNING : SL_ERROR},
	                    e, "%.0f %% of its ground lies outside %s %.*s, which it names%s%.*s.", 100 * share,
	                    level_name[level], SL_STR_ARG(code), other ? "; most is in " : "",
	                    SL_STR_ARG(elsewhere));
}

enum sl_code sl_g12_g16_places(struct sl_check_programme *p, struct sl_err *e)
{
	enum {
		PLACED = SL_CHECK_HAZARD | SL_CHECK_RELEASE | SL_CHECK_ACTIVITY | SL_CHECK_ORDNANCE |
		         SL_CHECK_ACCIDENT | SL_CHECK_EDUCATION | SL_CHECK_QUALITY
	};
	struct region region;

	if (make_region(p, &region, e) || !knows(&region))
		return e->code;
	for (size_t i = 0; i < p->item.n; i++) {
		const struct sl_item *item = &p->item.v[i];
		struct samples s;
		bool settled, sketched; /* of a sketched polygon only one corner is known here */

		if (!(item->what & PLACED) || !isfinite(item->lon) || item->sealed_place)
			continue;
		take_samples(p, item, &s);
		sketched = item->shape != SL_NO_ITEM && !s.polygon;
		if (judge_country(p, &region, item, &s, &settled, e) ||
		    (!settled && !sketched && judge_area(p, &region, item, &s, e)))
			return e->code;
	}
	return SL_OK;
}

/* ---- G21 ---- */

static double hazard_m2(const struct sl_check_programme *p, const struct sl_hazard_item *h)
{
	uint32_t s = p->item.v[h->item].shape;

	return s != SL_NO_ITEM ? p->shape.v[s].area_m2 : h->reported_m2 > 0 ? h->reported_m2 : 0;
}

enum sl_code sl_g21_too_large(struct sl_check_programme *p, struct sl_err *e)
{
	struct region region;
	double all = 0, country = 0;
	char a[40], b[40];

	if (make_region(p, &region, e))
		return e->code;
	for (size_t i = 0; i < p->hazard.n; i++) {
		const struct sl_hazard_item *h = &p->hazard.v[i];
		const struct sl_item *item = &p->item.v[h->item];
		double m2 = hazard_m2(p, h), area;
		int level = 0;
		uint32_t place;

		if (h->class == SL_CLASS_OTHER || h->state == SL_HAZARD_WITHDRAWN)
			continue;
		if (h->state == SL_HAZARD_OPEN)
			all += m2;
		place = named_area(p, &region, item, &level);
		if (place == SL_NO_ITEM)
			continue;
		area = p->shape.v[p->item.v[p->place.v[place].item].shape].area_m2;
		if (m2 <= p->c->limit.hazard_admin_ratio * area)
			continue;
		if (sl_index_say(p, "G21", item, (struct sl_spot){.field = "area_reported_m2", .m2 = m2}, e,
		                 "A hazard of %s m² in %s %.*s, which has %s m² itself.", sl_number_text(m2, a),
		                 level_name[level], SL_STR_ARG(p->term.v[item->admin[level]]),
		                 sl_number_text(area, b)))
			return e->code;
	}
	for (size_t i = 0; i < region.n_country; i++)
		country += p->shape.v[p->item.v[p->place.v[region.country[i]].item].shape].area_m2;
	if (!(country > 0) || all < p->c->limit.hazard_country_ratio * country)
		return SL_OK;
	return sl_index_say(p, "G21", NULL, (struct sl_spot){.m2 = all}, e,
	                    "All open hazards together have %s m², %.0f %% of the country's %s m².",
	                    sl_number_text(all, a), 100 * all / country, sl_number_text(country, b));
}

/* ---- I03 ---- */

static struct sl_str without_zeros(struct sl_str s)
{
	while (s.n > 1 && *s.p == '0') {
		s.p++;
		s.n--;
	}
	return s;
}

static bool all_digits(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* Codes of one level, by their digits without leading zeros; a code that two share names nobody. */
static enum sl_code codes_of(struct sl_check_programme *p, int level, struct sl_map *map, size_t *n,
                             struct sl_err *e)
{
	*n = 0;
	for (size_t i = 0; i < p->place.n; i++) {
		struct sl_str code = p->term.v[p->place.v[i].code];
		uint64_t *slot;
		bool is_new;

		if (strcmp(p->place.v[i].level, level_name[level]))
			continue;
		(*n)++;
		if (!all_digits(code))
			continue;
		slot = sl_map_put(map, without_zeros(code), i, &is_new, e);
		if (!slot)
			return e->code;
		if (!is_new)
			*slot = UINT64_MAX;
	}
	return SL_OK;
}

static enum sl_code judge_codes(struct sl_check_programme *p, int level, const struct sl_map *map,
                                struct sl_err *e)
{
	for (size_t i = 0; i < p->item.n; i++) {
		const struct sl_item *item = &p->item.v[i];
		uint32_t term = item->admin[level], at;
		const uint64_t *slot;
		struct sl_str code;

		if (!term || item->what == SL_CHECK_PLACE)
			continue;
		at = sl_index_find_named(p, SL_CHECK_PLACE, term);
		if (at != SL_NO_ITEM && !strcmp(p->place.v[p->item.v[at].detail].level, level_name[level]))
			continue;
		code = p->term.v[term];
		slot = all_digits(code) ? sl_map_get(map, without_zeros(code)) : NULL;
		if (slot && *slot != UINT64_MAX) {
			if (sl_index_say(p, "I03", item, (struct sl_spot){.field = level_name[level]}, e,
			                 "The code %.*s has lost its leading zeros: the gazetteer has %.*s.",
			                 SL_STR_ARG(code), SL_STR_ARG(p->term.v[p->place.v[*slot].code])))
				return e->code;
		} else if (sl_index_say(p, "I03", item, (struct sl_spot){.field = level_name[level]}, e,
		                        "The gazetteer has no %s with the code %.*s.", level_name[level],
		                        SL_STR_ARG(code))) {
			return e->code;
		}
	}
	return SL_OK;
}

enum sl_code sl_i03_codes(struct sl_check_programme *p, struct sl_err *e)
{
	for (int level = 0; level < 3; level++) {
		struct sl_map map = {0};
		size_t n;

		if (!codes_of(p, level, &map, &n, e) &&
		    n) /* without a gazetteer of that level nothing can be said */
			judge_codes(p, level, &map, e);
		sl_map_done(&map);
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

/* ---- R02 ---- */

/* Population of a place and of the places one level below that name it as their parent. */
static enum sl_code populations(struct sl_check_programme *p, struct sl_err *e)
{
	double *sum = sl_arena_alloc(&p->rule, p->place.n, sizeof *sum, e);
	uint32_t *children = sum ? sl_arena_alloc(&p->rule, p->place.n, sizeof *children, e) : NULL;
	bool *complete = children ? sl_arena_alloc(&p->rule, p->place.n, sizeof *complete, e) : NULL;

	if (!complete)
		return e->code;
	for (size_t i = 0; i < p->place.n; i++)
		complete[i] = true;
	for (size_t i = 0; i < p->place.n; i++) {
		const struct sl_place_item *x = &p->place.v[i];
		uint32_t at = sl_index_find_named(p, SL_CHECK_PLACE, x->parent), parent;

		if (at == SL_NO_ITEM || strncmp(x->level, "admin", 5)) /* villages do not make up a district */
			continue;
		parent = p->item.v[at].detail;
		children[parent]++;
		if (x->population >= 0 && x->population_year == p->place.v[parent].population_year)
			sum[parent] += x->population;
		else
			complete[parent] = false;
	}
	for (size_t i = 0; i < p->place.n; i++) {
		const struct sl_place_item *x = &p->place.v[i];
		double residual = x->population - sum[i];
		char a[40], b[40];

		if (children[i] < 2 || !complete[i] || !(fabs(residual) >= 1))
			continue;
		if (sl_index_say(p, "R02", &p->item.v[x->item], (struct sl_spot){.field = "population"}, e,
		                 "Has %s inhabitants; its %u parts have %s together.",
		                 sl_number_text(x->population, a), (unsigned)children[i],
		                 sl_number_text(sum[i], b)))
			return e->code;
	}
	return SL_OK;
}

static int by_series(const struct sl_check_programme *p, const struct sl_claim_item *x,
                     const struct sl_claim_item *y)
{
	const struct sl_item *a = &p->item.v[x->item], *b = &p->item.v[y->item];
	const int64_t left[] = {x->document, x->attribute, x->subject, x->unit, a->day},
	              right[] = {y->document, y->attribute, y->subject, y->unit, b->day};

	for (size_t i = 0; i < sizeof left / sizeof *left; i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

struct claim_order {
	const struct sl_check_programme *p;
	uint32_t claim;
};

static int by_claim(const void *a, const void *b)
{
	const struct claim_order *x = a, *y = b;
	int c = by_series(x->p, &x->p->claim.v[x->claim], &y->p->claim.v[y->claim]);

	return c ? c : (x->claim > y->claim) - (x->claim < y->claim);
}

/* One series of claims of one document: the whole, and its first-level areas. */
static enum sl_code judge_series(struct sl_check_programme *p, const struct claim_order *v, size_t n,
                                 size_t n_areas, double *parts, struct sl_err *e)
{
	const struct sl_claim_item *whole = NULL;
	const struct sl_item *item;
	size_t n_parts = 0;
	double unit = 1, residual, least;
	char a[40], b[40], c[40];

	for (size_t i = 0; i < n; i++) {
		const struct sl_claim_item *x = &p->claim.v[v[i].claim];
		const struct sl_item *at = &p->item.v[x->item];

		unit = fmin(unit, pow(10, -x->decimals));
		if (at->admin[1] || at->admin[2] || at->locality || at->place)
			continue;
		if (at->admin[0])
			parts[n_parts++] = x->value;
		else if (whole)
			return SL_OK; /* two totals: which one the parts belong to is not known */
		else
			whole = x;
	}
	if (!whole || n_parts < 2)
		return SL_OK;
	residual = sl_reconcile_parts(whole->value, parts, n_parts, unit);
	least = sl_str_is(p->term.v[whole->unit], "m2") ? p->c->limit.sum_m2 : 0;
	/* Parts that are missing explain a whole that is larger, unless all are there; nothing explains a
	 * smaller one. */
	if (fabs(residual) <= least || (residual > 0 && n_parts != n_areas))
		return SL_OK;
	item = &p->item.v[whole->item];
	return sl_index_say(
	    p, "R02", item, (struct sl_spot){.field = "value_low"}, e,
	    "The whole is given as %s; its %zu parts in the same document add up to %s: %s are not explained.",
	    sl_number_text(whole->value, a), n_parts, sl_number_text(whole->value - residual, b),
	    sl_number_text(fabs(residual), c));
}

enum sl_code sl_r02_parts(struct sl_check_programme *p, struct sl_err *e)
{
	struct claim_order *v = sl_arena_alloc(&p->rule, p->claim.n, sizeof *v, e);
	double *parts = v ? sl_arena_alloc(&p->rule, p->claim.n, sizeof *parts, e) : NULL;
	size_t n_areas = 0, n = 0;

	if (!parts || populations(p, e))
		return e->code;
	for (size_t i = 0; i < p->place.n; i++)
		n_areas += !strcmp(p->place.v[i].level, "admin1");
	for (uint32_t i = 0; i < p->claim.n; i++)
		if (p->claim.v[i].document && p->claim.v[i].attribute)
			v[n++] = (struct claim_order){p, i};
	qsort(v, n, sizeof *v, by_claim);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && !by_series(p, &p->claim.v[v[i].claim], &p->claim.v[v[end].claim]);)
			end++;
		if (judge_series(p, v + i, end - i, n_areas, parts, e))
			return e->code;
	}
	return SL_OK;
}
