/* Checks of one record: pure, thread-safe, no I/O.  What a record breaks becomes findings; the record is
 * never changed.  Rules that need other records are in checks/programme.h. */
#ifndef SL_CHECKS_CHECK_H
#define SL_CHECKS_CHECK_H

#include "checks/rule.h"
#include "store/store.h"

/* National settings of dictionary/rules.csv, read once.  Names are those of the file. */
struct sl_check_limits {
	double polygon_min_vertices, duplicate_vertex_deg, leg_max_m, leg_intermediate_m, overlap_record_m2,
	    overlap_min_m2, overlap_iou, overlap_duplicate_iou, overlap_sliver_width_m, release_outside_ratio,
	    release_outside_m2, admin_outside_ratio, admin_outside_m, admin_straddle_ratio, precision_polygon_m,
	    precision_point_m, area_ok_ratio, area_warn_ratio, area_slip_tolerance, circle_tolerance,
	    circle_min_vertices, hazard_admin_ratio, hazard_country_ratio, hazard_place_m, date_future_days, depth_max_cm,
	    closed_remaining_m2, disposal_same_n, disposal_same_m, unresolved_days, quantity_max,
	    duplicate_days, duplicate_age_years, duplicate_distance_m, duplicate_name_similarity,
	    victim_age_max, victim_age_tolerance, child_age_below, small_cell, visit_days, critical_days,
	    major_days, residual_m2, sum_m2, deminer_m2_per_day, animal_m2_per_day, machine_m2_per_day,
	    battle_m2_per_day, terminal_digit_p, terminal_digit_n, identical_days_n, copied_distance_m,
	    copied_min_shift_m, zero_eo_hectares, links_max_chars, traverse_closure_ratio, traverse_closure_m,
	    evidence_independent_sources;
	struct sl_str intermediate_for;  /* codes of fixed_by whose outlines G07 looks at; ALL: every one */
	struct sl_str bearing_reference; /* of all traverses that do not say it; empty: they have to */
	/* Grades that direct evidence needs, alone or beside another of independent origin; empty: none. */
	struct sl_str direct_source, direct_information, independent_source, independent_information;
	struct sl_date earliest;
	int closed_month, closed_day; /* the report of a year closes on this day of the next */
};

/* Kinds that have rules of their own, as bits. */
enum sl_check_kind {
	SL_CHECK_HAZARD = 1 << 0,
	SL_CHECK_ACTIVITY = 1 << 1,
	SL_CHECK_RELEASE = 1 << 2,
	SL_CHECK_ORDNANCE = 1 << 3,
	SL_CHECK_ACCIDENT = 1 << 4,
	SL_CHECK_VICTIM = 1 << 5,
	SL_CHECK_EDUCATION = 1 << 6,
	SL_CHECK_QUALITY = 1 << 7,
	SL_CHECK_STOCKPILE = 1 << 8,
	SL_CHECK_PLACE = 1 << 9,
	SL_CHECK_ORGANISATION = 1 << 10,
	SL_CHECK_SOURCE = 1 << 11,
	SL_CHECK_TASK = 1 << 12,
	SL_CHECK_FUNDING = 1 << 13,
	SL_CHECK_ASSISTANCE = 1 << 14,
	SL_CHECK_ANY = (1 << 15) - 1,
};

struct sl_check_context {
	const struct sl_dictionary *dict;
	struct sl_check_limits limit;
	struct sl_date today;
};

void sl_check_context_init(struct sl_check_context *c, const struct sl_dictionary *dict,
                           struct sl_date today);
enum sl_check_kind sl_check_kind_of(const struct sl_kind *kind); /* 0 for a kind that has no rules */

/* All record rules.  `rev` gives identity, dates and the prepared geometry; fields that it lacks are made
 * from the record.  Findings are added to `out`. */
SL_CHECKED enum sl_code sl_check_record(const struct sl_check_context *c, const struct sl_record *r,
                                        const struct sl_revision *rev, struct sl_findings *out,
                                        struct sl_err *e);

/* Rules of the dictionary's sheets that no record is asked, each said once (I17). */
SL_CHECKED enum sl_code sl_check_not_judged(const struct sl_dictionary *dict, struct sl_findings *out, struct sl_err *e);

/* One approved revision, as the history rules see it. */
struct sl_check_version {
	struct sl_date effective;
	int64_t recorded_ms;
	struct sl_str author, status, class, reopens; /* status, class: codes, empty when not stated */
	bool correction, land_withdrawn;
	struct sl_hash content;
};

/* History rules over the approved revisions of one record, oldest entry first. `last` names the record. */
SL_CHECKED enum sl_code sl_check_history(const struct sl_check_context *c, const struct sl_revision *last,
                                         const struct sl_record *record, const struct sl_check_version *v,
                                         size_t n, struct sl_findings *out, struct sl_err *e);

#endif
