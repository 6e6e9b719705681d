/* G19, G20, G22: figures and circles beside the polygon. */
#include "checks/claimed_area.h"

#include "checks/judge.h"
#include "checks/ring.h"

#include <math.h>

/* Square metres in the measures that reports are written in; national ones where one value is customary. */
static const struct {
	double factor;
	const char *small, *large; /* the figure is smaller, or larger, by the factor */
} slips[] = {
    {10, "one digit is missing", "one zero too many"},
    {100, "two digits are missing, or it was entered in ares", "two zeros too many"},
    {1e3, "entered in dunums, or three digits are missing",
     "km²/ha/m² taken for each other, or extra zeros"},
    {1600, "entered in rai", "multiplied as if it had been rai"},
    {2000, "entered in jeribs", "multiplied as if it had been jeribs"},
    {4046.8564224, "entered in acres", "multiplied as if it had been acres"},
    {1e4, "entered in hectares", "multiplied as if it had been hectares"},
    {1e6, "entered in square kilometres", "multiplied as if it had been square kilometres"},
    {2589988.110336, "entered in square miles", "multiplied as if it had been square miles"},
};

struct sl_claimed_area sl_claimed_area(const struct sl_check_limits *limit, double reported_m2,
                                       double polygon_m2)
{
	struct sl_claimed_area r = {.difference = fabs(reported_m2 - polygon_m2) / polygon_m2,
	                            .too_small = reported_m2 < polygon_m2};
	double ratio = r.too_small ? polygon_m2 / reported_m2 : reported_m2 / polygon_m2;
	double nearest = limit->area_slip_tolerance;

	r.verdict = r.difference <= limit->area_ok_ratio     ? SL_AREA_AGREES
	            : r.difference <= limit->area_warn_ratio ? SL_AREA_DIFFERS
	                                                     : SL_AREA_FAR;
	for (size_t i = 0; reported_m2 > 0 && i < sizeof slips / sizeof *slips; i++) {
		double off = fabs(ratio / slips[i].factor - 1);

		if (off > nearest)
			continue;
		nearest = off;
		r.verdict = SL_AREA_SLIP;
		r.factor = slips[i].factor;
		r.likely = r.too_small ? slips[i].small : slips[i].large;
	}
	return r;
}

/* True when there are both a figure and a polygon to compare. */
static bool compare(const struct sl_judged *j, double *reported_m2, struct sl_claimed_area *out)
{
	if (!j->shape || !(j->area_m2 > 0))
		return false;
	*reported_m2 = sl_record_number(j->r, "area_reported_m2");
	if (!(*reported_m2 >= 0))
		return false;
	*out = sl_claimed_area(&j->c->limit, *reported_m2, j->area_m2);
	return true;
}

enum sl_code sl_g19_area(struct sl_judged *j, struct sl_err *e)
{
	struct sl_claimed_area claim;
	double reported;
	char a[40], b[40], percent[40];

	if (!compare(j, &reported, &claim) || claim.verdict == SL_AREA_AGREES || claim.verdict == SL_AREA_SLIP)
		return SL_OK;
	return sl_judge_say(j, "G19",
	                    (struct sl_spot){.field = "area_reported_m2",
	                                     .m2 = fabs(reported - j->area_m2),
	                                     .graded = true,
	                                     .severity = claim.verdict == SL_AREA_FAR ? SL_ERROR : SL_WARNING},
	                    e, "%s m² are reported and the polygon has %s m²: %s %% %s.",
	                    sl_number_text(reported, a), sl_number_text(j->area_m2, b),
	                    sl_number_text(100 * claim.difference, percent), claim.too_small ? "less" : "more");
}

enum sl_code sl_g20_unit_slip(struct sl_judged *j, struct sl_err *e)
{
	struct sl_claimed_area claim;
	double reported;
	char a[40], b[40], f[40];

	if (!compare(j, &reported, &claim) || claim.verdict != SL_AREA_SLIP)
		return SL_OK;
	return sl_judge_say(j, "G20",
	                    (struct sl_spot){.field = "area_reported_m2", .m2 = fabs(reported - j->area_m2)}, e,
	                    "%s m² are reported and the polygon has %s m², about %s times %s: %s.",
	                    sl_number_text(reported, a), sl_number_text(j->area_m2, b),
	                    sl_number_text(claim.factor, f), claim.too_small ? "more" : "less", claim.likely);
}

enum sl_code sl_g22_circle(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;
	double reported = sl_record_number(j->r, "area_reported_m2"), radius = 0;
	char a[40], m[40];

	if (g->type == SL_GEOM_POINT && reported > 0)
		return sl_judge_say(
		    j, "G22",
		    (struct sl_spot){.field = "geometry", .m2 = reported, .graded = true, .severity = SL_NOTE}, e,
		    "Known only as a point and a reported size of %s m²: it is counted on its own line, never "
		    "as a boundary.",
		    sl_number_text(reported, a));
	if (g->type != SL_GEOM_POLYGON)
		return SL_OK;
	if (g->n_rings == 1 && sl_ring_is_circle(g->xy, g->n_points, j->c->limit.circle_tolerance,
	                                         (size_t)j->c->limit.circle_min_vertices, &radius))
		return sl_judge_say(
		    j, "G22", (struct sl_spot){.field = "geometry", .m2 = j->area_m2}, e,
		    "The outline is a drawn circle of %s m radius (%s m²), not a surveyed boundary.",
		    sl_number_text(radius, m), sl_number_text(j->area_m2, a));
	if (sl_record_has_code(j->r, "geometry_kind", "CIRCLE"))
		return sl_judge_say(
		    j, "G22", (struct sl_spot){.field = "geometry_kind", .m2 = j->area_m2}, e,
		    "The outline (%s m²) is said to be a circle of equal area, not a surveyed boundary.",
		    sl_number_text(j->area_m2, a));
	return SL_OK;
}
