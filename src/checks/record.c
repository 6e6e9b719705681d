#include "checks/check.h"

#include "checks/judge.h"
#include "geo/area.h"
#include "geo/wkb.h"

enum { LAND = SL_CHECK_HAZARD | SL_CHECK_RELEASE | SL_CHECK_ACTIVITY | SL_CHECK_PLACE };

/* Every record rule with the kinds that it judges, in the order of the rule table; those
 * of the form come last. */
static const struct {
	unsigned kinds;
	sl_record_rule *judge;
} rules[] = {
    {SL_CHECK_ANY, sl_g01_invalid},
    {SL_CHECK_ANY, sl_g02_vertices},
    {SL_CHECK_ANY, sl_g03_duplicate_vertices},
    {SL_CHECK_ANY, sl_g04_closing_point},
    {SL_CHECK_ANY, sl_g05_last_two},
    {LAND & ~SL_CHECK_PLACE, sl_g06_long_leg},
    {LAND & ~SL_CHECK_PLACE, sl_g07_intermediate},
    {LAND, sl_g08_duplicate_parts},
    {LAND, sl_g09_parts_overlap},
    {LAND & ~SL_CHECK_PLACE, sl_g13_bearing_reference},
    {LAND & ~SL_CHECK_PLACE, sl_g14_misclosure},
    {LAND | SL_CHECK_ORDNANCE, sl_g15_precision},
    {SL_CHECK_HAZARD | SL_CHECK_RELEASE, sl_g19_area},
    {SL_CHECK_HAZARD | SL_CHECK_RELEASE, sl_g20_unit_slip},
    {SL_CHECK_HAZARD, sl_g22_circle},
    {SL_CHECK_ANY, sl_i05_long_list},
    {SL_CHECK_ANY, sl_i07_required},
    {SL_CHECK_ANY, sl_i08_number},
    {SL_CHECK_ANY, sl_t01_order},
    {SL_CHECK_ANY, sl_t02_future},
    {SL_CHECK_ANY, sl_t06_no_date},
    {SL_CHECK_RELEASE, sl_s03_release_and_reclassified},
    {SL_CHECK_RELEASE, sl_s04_depth},
    {SL_CHECK_HAZARD, sl_s06_reopened},
    {SL_CHECK_RELEASE, sl_s07_certificate},
    {SL_CHECK_HAZARD, sl_s08_withdrawn},
    {SL_CHECK_ACTIVITY, sl_r04_productivity},
    {SL_CHECK_ORDNANCE | SL_CHECK_ACTIVITY, sl_e01_ammunition},
    {SL_CHECK_ORDNANCE, sl_e02_destroyed},
    {SL_CHECK_ORDNANCE | SL_CHECK_ACTIVITY, sl_e05_hoax},
    {SL_CHECK_STOCKPILE, sl_r01_stockpile},
    {SL_CHECK_ACCIDENT, sl_v01_total},
    {SL_CHECK_VICTIM, sl_v02_age},
    {SL_CHECK_VICTIM, sl_v04_consent},
    {SL_CHECK_VICTIM, sl_v06_killed},
    {SL_CHECK_EDUCATION, sl_r03_media},
    {SL_CHECK_EDUCATION, sl_r08_bands},
    {SL_CHECK_QUALITY, sl_q03_accepted},
    {SL_CHECK_QUALITY, sl_q04_sample},
    {SL_CHECK_ANY, sl_i14_constraint},
    {SL_CHECK_ANY, sl_i15_not_asked},
};

/* The polygon that areas are taken from: as entered, or the proposed repair. */
static enum sl_code prepare(struct sl_judged *j, struct sl_geom *repaired, struct sl_err *e)
{
	const struct sl_geom *g = &j->r->geometry;

	if (g->type != SL_GEOM_POLYGON)
		return SL_OK;
	if (j->rev && (j->rev->geometry.wkb.n || j->rev->geometry.reason[0] || j->rev->geometry.repaired.n))
		j->prepared = j->rev->geometry;
	else if (sl_geometry_prepare(j->scratch, g, &j->prepared, e))
		return e->code;
	j->invalid = j->prepared.reason[0] || j->prepared.repaired.n;
	if (!j->invalid) {
		j->shape = g;
		j->area_m2 = j->prepared.area_m2 > 0 ? j->prepared.area_m2 : sl_geom_area_m2(g);
		return SL_OK;
	}
	if (!j->prepared.repaired.n)
		return SL_OK;
	if (sl_wkb_read(j->scratch, j->prepared.repaired, repaired, e))
		return e->code;
	j->shape = repaired;
	j->area_m2 = j->prepared.repaired_area_m2;
	return SL_OK;
}

enum sl_code sl_check_record(const struct sl_check_context *c, const struct sl_record *r,
                             const struct sl_revision *rev, struct sl_findings *out, struct sl_err *e)
{
	struct sl_arena scratch = {0};
	struct sl_geom repaired;
	struct sl_judged j = {
	    .c = c, .r = r, .rev = rev, .kind = sl_check_kind_of(r->kind), .scratch = &scratch, .out = out, .first = out->n};
	enum sl_code code = prepare(&j, &repaired, e);

	for (size_t i = 0; !code && i < sizeof rules / sizeof *rules; i++)
		if (rules[i].kinds & j.kind)
			code = rules[i].judge(&j, e);
	sl_arena_done(&scratch);
	return code;
}
