#include "checks/check.h"

#include <stddef.h>

static const struct {
	const char *key;
	size_t at;
} numbers[] = {
#define NUMBER(key, field)                                                                                 \
	{                                                                                                      \
		key, offsetof(struct sl_check_limits, field)                                                       \
	}
    NUMBER("polygon.min_vertices", polygon_min_vertices),
    NUMBER("duplicate_vertex.deg", duplicate_vertex_deg),
    NUMBER("leg.max_m", leg_max_m),
    NUMBER("leg.intermediate_m", leg_intermediate_m),
    NUMBER("overlap.record_m2", overlap_record_m2),
    NUMBER("overlap.min_m2", overlap_min_m2),
    NUMBER("overlap.iou", overlap_iou),
    NUMBER("overlap.duplicate_iou", overlap_duplicate_iou),
    NUMBER("overlap.sliver_width_m", overlap_sliver_width_m),
    NUMBER("release.outside_ratio", release_outside_ratio),
    NUMBER("release.outside_m2", release_outside_m2),
    NUMBER("admin.outside_ratio", admin_outside_ratio),
    NUMBER("admin.outside_m", admin_outside_m),
    NUMBER("admin.straddle_ratio", admin_straddle_ratio),
    NUMBER("precision.polygon_m", precision_polygon_m),
    NUMBER("precision.point_m", precision_point_m),
    NUMBER("area.ok_ratio", area_ok_ratio),
    NUMBER("area.warn_ratio", area_warn_ratio),
    NUMBER("area.slip_tolerance", area_slip_tolerance),
    NUMBER("circle.tolerance", circle_tolerance),
    NUMBER("circle.min_vertices", circle_min_vertices),
    NUMBER("hazard.admin_ratio", hazard_admin_ratio),
    NUMBER("hazard.country_ratio", hazard_country_ratio),
    NUMBER("hazard.place_m", hazard_place_m),
    NUMBER("date.future_days", date_future_days),
    NUMBER("depth.max_cm", depth_max_cm),
    NUMBER("closed.remaining_m2", closed_remaining_m2),
    NUMBER("ordnance_disposal_same_point_n", disposal_same_n),
    NUMBER("ordnance_disposal_same_point_m", disposal_same_m),
    NUMBER("ordnance.unresolved_days", unresolved_days),
    NUMBER("quantity.max", quantity_max),
    NUMBER("duplicate.days", duplicate_days),
    NUMBER("duplicate.age_years", duplicate_age_years),
    NUMBER("duplicate.distance_m", duplicate_distance_m),
    NUMBER("duplicate.name_similarity", duplicate_name_similarity),
    NUMBER("victim.age_max", victim_age_max),
    NUMBER("victim.age_tolerance", victim_age_tolerance),
    NUMBER("child.age_below", child_age_below),
    NUMBER("small_cell", small_cell),
    NUMBER("qa.visit_days", visit_days),
    NUMBER("nonconformity.critical_days", critical_days),
    NUMBER("nonconformity.major_days", major_days),
    NUMBER("reconcile.residual_m2", residual_m2),
    NUMBER("reconcile.sum_m2", sum_m2),
    NUMBER("deminer.m2_per_day", deminer_m2_per_day),
    NUMBER("animal.m2_per_day", animal_m2_per_day),
    NUMBER("machine.m2_per_day", machine_m2_per_day),
    NUMBER("battle_area.m2_per_day", battle_m2_per_day),
    NUMBER("terminal_digit.p", terminal_digit_p),
    NUMBER("terminal_digit.n", terminal_digit_n),
    NUMBER("identical_days.n", identical_days_n),
    NUMBER("copied_geometry.distance_m", copied_distance_m),
    NUMBER("copied_geometry.min_shift_m", copied_min_shift_m),
    NUMBER("zero_eo.hectares", zero_eo_hectares),
    NUMBER("links.max_chars", links_max_chars),
    NUMBER("traverse.closure_ratio", traverse_closure_ratio),
    NUMBER("traverse.closure_m", traverse_closure_m),
    NUMBER("evidence.independent_sources", evidence_independent_sources),
#undef NUMBER
};

/* "04-30"; the treaty's own day when a country wrote something else. */
static void closing_day(struct sl_str s, int *month, int *day)
{
	struct sl_str first;
	int64_t m, d;

	*month = 4;
	*day = 30;
	if (sl_str_split(&s, '-', &first) && sl_str_int64(first, &m) && sl_str_int64(s, &d) && m >= 1 &&
	    m <= 12 && d >= 1 && d <= 31) {
		*month = (int)m;
		*day = (int)d;
	}
}

void sl_check_context_init(struct sl_check_context *c, const struct sl_dictionary *dict,
                           struct sl_date today)
{
	*c = (struct sl_check_context){.dict = dict, .today = today};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		*(double *)(void *)((char *)&c->limit + numbers[i].at) = sl_setting_number(dict, numbers[i].key);
	c->limit.bearing_reference = sl_setting_text(dict, "traverse.bearing_reference");
	c->limit.direct_source = sl_setting_text(dict, "evidence.direct_min_source");
	c->limit.direct_information = sl_setting_text(dict, "evidence.direct_min_information");
	c->limit.independent_source = sl_setting_text(dict, "evidence.independent_min_source");
	c->limit.independent_information = sl_setting_text(dict, "evidence.independent_min_information");
	c->limit.intermediate_for = sl_setting_text(dict, "leg.intermediate_for");
	if (!sl_date_parse(sl_setting_text(dict, "date.earliest"), &c->limit.earliest))
		c->limit.earliest = sl_date_none();
	closing_day(sl_setting_text(dict, "closed_year.day"), &c->limit.closed_month, &c->limit.closed_day);
}

enum sl_check_kind sl_check_kind_of(const struct sl_kind *kind)
{
	static const struct {
		const char *name;
		enum sl_check_kind kind;
	} kinds[] = {
	    {"hazard", SL_CHECK_HAZARD},
	    {"activity", SL_CHECK_ACTIVITY},
	    {"release", SL_CHECK_RELEASE},
	    {"ordnance", SL_CHECK_ORDNANCE},
	    {"accident", SL_CHECK_ACCIDENT},
	    {"victim", SL_CHECK_VICTIM},
	    {"education", SL_CHECK_EDUCATION},
	    {"quality", SL_CHECK_QUALITY},
	    {"stockpile", SL_CHECK_STOCKPILE},
	    {"place", SL_CHECK_PLACE},
	    {"organisation", SL_CHECK_ORGANISATION},
	    {"source", SL_CHECK_SOURCE},
	    {"task", SL_CHECK_TASK},
	    {"funding", SL_CHECK_FUNDING},
	    {"assistance", SL_CHECK_ASSISTANCE},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (sl_str_is(kind->name, kinds[i].name))
			return kinds[i].kind;
	return (enum sl_check_kind)0;
}
