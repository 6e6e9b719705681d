/* Rules about what is said of land: its status and what was done to it. */
#include "checks/judge.h"

#include <math.h>

static bool releases_land(const struct sl_record *r)
{
	struct sl_str p = sl_record_text(r, "product");

	return sl_str_is(p, "CAN") || sl_str_is(p, "RDT") || sl_str_is(p, "RDN") || sl_str_is(p, "CLR");
}

enum sl_code sl_s03_release_and_reclassified(struct sl_judged *j, struct sl_err *e)
{
	struct sl_str to = sl_record_text(j->r, "reclassified_to");
	double m2 = j->shape ? j->area_m2 : sl_record_number(j->r, "area_reported_m2");
	char a[40];

	if (!to.n || !releases_land(j->r))
		return SL_OK;
	return sl_judge_say(j, "S03", (struct sl_spot){.field = "reclassified_to", .m2 = m2 > 0 ? m2 : 0}, e,
	                    "%s m² are counted as released (%.*s) and reclassified to %.*s in one record.",
	                    isnan(m2) ? "An unknown number of" : sl_number_text(m2, a),
	                    SL_STR_ARG(sl_record_text(j->r, "product")), SL_STR_ARG(to));
}

enum sl_code sl_s04_depth(struct sl_judged *j, struct sl_err *e)
{
	if (!sl_record_has_code(j->r, "product", "CLR") || sl_record_number(j->r, "depth_cm") >= 0)
		return SL_OK;
	return sl_judge_say(
	    j, "S04", (struct sl_spot){.field = "depth_cm", .m2 = j->area_m2}, e,
	    "Cleared land without the depth to which it was cleared%s.",
	    sl_record_get(j->r, "depth_cm").type == SL_VALUE_UNKNOWN ? " (it is said to be unknown)" : "");
}

enum sl_code sl_s06_reopened(struct sl_judged *j, struct sl_err *e)
{
	if (!sl_record_has_code(j->r, "status", "REOP") || sl_record_text(j->r, "reopens").n)
		return SL_OK;
	return sl_judge_say(j, "S06", (struct sl_spot){.field = "reopens", .m2 = j->area_m2}, e,
	                    "The hazard is said to be reopened, and no release is named that it reopens.");
}

enum sl_code sl_s07_certificate(struct sl_judged *j, struct sl_err *e)
{
	if (!sl_record_has_code(j->r, "handed_over", "yes") || sl_record_text(j->r, "handover_certificate").n)
		return SL_OK;
	return sl_judge_say(j, "S07", (struct sl_spot){.field = "handover_certificate", .m2 = j->area_m2}, e,
	                    "The land is said to be handed over, and no certificate is named.");
}

enum sl_code sl_s08_withdrawn(struct sl_judged *j, struct sl_err *e)
{
	bool merged = sl_record_has_code(j->r, "status", "MERG");

	if ((!merged && !sl_record_has_code(j->r, "status", "DUPL")) || sl_record_text(j->r, "merged_into").n)
		return SL_OK;
	return sl_judge_say(j, "S08", (struct sl_spot){.field = "merged_into", .m2 = j->area_m2}, e,
	                    "The hazard is withdrawn as %s, and the hazard that stays is not named.",
	                    merged ? "merged" : "a duplicate");
}

/* The most that the fastest of the named methods does in a day; by hand when none is named. */
static double daily_limit(const struct sl_judged *j, const char **how)
{
	const struct sl_check_limits *l = &j->c->limit;
	double most = l->deminer_m2_per_day;

	*how = "by hand";
	/* Technical survey walks its lanes with instruments where no mines are expected, and the record does
	 * not say whether they are: only manual excavation is held to the pace of clearance. */
	if (sl_record_has_code(j->r, "type", "BAC") || sl_record_has_code(j->r, "method", "VISUAL") ||
	    (sl_record_has_code(j->r, "type", "TS") && !sl_record_has_code(j->r, "method", "MANUAL"))) {
		most = fmax(most, l->battle_m2_per_day);
		*how = "in search without excavation";
	}
	if ((sl_record_has_code(j->r, "method", "DOG") || sl_record_has_code(j->r, "method", "RAT")) &&
	    l->animal_m2_per_day > most) {
		most = l->animal_m2_per_day;
		*how = "with animals";
	}
	if (sl_record_has_code(j->r, "method", "MECH") && l->machine_m2_per_day > most) {
		most = l->machine_m2_per_day;
		*how = "with machines";
	}
	return most;
}

enum sl_code sl_r04_productivity(struct sl_judged *j, struct sl_err *e)
{
	double days = sl_record_number(j->r, "deminer_days");
	double m2 = sl_record_number(j->r, "area_processed_m2"),
	       manual = sl_record_number(j->r, "area_manual_m2");
	double most;
	const char *how;
	char a[40], b[40], c[40], d[40];

	if (!sl_record_has_code(j->r, "type", "CLR") && !sl_record_has_code(j->r, "type", "TS") &&
	    !sl_record_has_code(j->r, "type", "BAC"))
		return SL_OK;
	most = daily_limit(j, &how);
	if (manual > 0) { /* what was done by hand is known by itself */
		m2 = manual;
		most = sl_record_has_code(j->r, "type", "BAC") ? j->c->limit.battle_m2_per_day
		                                               : j->c->limit.deminer_m2_per_day;
		how = "by hand";
	}
	if (!(m2 > 0) || !(days >= 0) || m2 <= most * days)
		return SL_OK;
	if (days == 0)
		return sl_judge_say(j, "R04", (struct sl_spot){.field = "deminer_days", .m2 = m2}, e,
		                    "%s m² were worked in 0 deminer-days.", sl_number_text(m2, a));
	return sl_judge_say(j, "R04", (struct sl_spot){.field = "deminer_days", .m2 = m2}, e,
	                    "%s m² in %s deminer-days are %s m² a day; %s m² are plausible %s.",
	                    sl_number_text(m2, a), sl_number_text(days, b), sl_number_text(m2 / days, c),
	                    sl_number_text(most, d), how);
}
