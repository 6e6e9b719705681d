/* What was done to a hazard: a task, an activity and a release for each step, the ordnance found, the
 * visits of the quality officers. */
#include "app/simulate_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FINDS_MAX 4

struct find {
	int category, quantity, day;
	enum fault fault;
	struct spot at;
};

/* One step with all that its records need. */
struct work {
	uint32_t hazard;
	int number; /* 1.. */
	const struct step *step;
	const struct life *life;
	const struct shape *shape;
	int half, district;
	struct ring ring;
	double area_m2, reported_m2;
	char hazard_id[24], activity[32], release[32], task[32], organisation[8], team[16];
	struct find find[FINDS_MAX];
	int n_finds, n_items;
	enum fault fault, activity_fault;
	bool bac; /* battle area: no mines expected */
};

static bool is_mine(int category)
{
	return category != 2 && category != 3;
}

static const char *activity_type(const struct work *w)
{
	return w->step->product == PRODUCT_CAN   ? "NTS"
	       : w->step->product != PRODUCT_CLR ? "TS"
	       : w->bac                          ? "BAC"
	                                         : "CLR";
}

/* A third of the cleared areas turn up nothing; larger ones always something. */
static void draw_finds(struct run *r, struct work *w, uint64_t *s)
{
	if (w->step->product != PRODUCT_CLR || (w->area_m2 < 10000 && chance_hits(s, 0.33)))
		return;
	w->n_finds = 1 + (int)chance_of(s, FINDS_MAX);
	for (int i = 0; i < w->n_finds; i++) {
		struct find *f = &w->find[i];

		f->category = w->life->contamination2 >= 0 && chance_hits(s, 0.3) ? w->life->contamination2
		                                                                  : w->life->contamination;
		/* Most finds are few, some are many: an exponential with a long tail. */
		f->quantity = 1 + (int)(-log(1 - sl_uniform(s)) * (chance_hits(s, 0.1) ? 25 : 3));
		f->day = w->step->start + (int)chance_of(s, (uint32_t)(w->step->end - w->step->start + 1));
		f->at = shape_inside(w->shape, w->half, w->step->first, s);
		f->fault =
		    fault_draw(r->s->seed, FAULT_ACTIVITIES_END, FAULT_ORDNANCE_END,
		               ((uint64_t)w->hazard * STEPS_MAX + (uint64_t)w->number) * FINDS_MAX + (uint64_t)i,
		               r->s->faults);
		if (f->fault == FAULT_IN_CANCELLED &&
		    (w->life->step[0].product != PRODUCT_CAN || w->life->step[0].first == w->step->first))
			f->fault = FAULT_NONE;
		if (f->fault == FAULT_IN_CANCELLED)
			f->at = shape_inside(w->shape, w->half, w->life->step[0].first, s);
		if (f->fault == FAULT_HOAX)
			f->category = 5;
		if (f->fault == FAULT_AMMUNITION)
			f->category = 0;
		/* One pit of several items for a task: two might lie so near that they are told together. */
		if (f->fault == FAULT_DISPOSAL && i > 0)
			f->fault = FAULT_NONE;
		if (f->fault == FAULT_DISPOSAL && f->quantity < 3)
			f->quantity = 3;
		w->n_items += f->quantity;
	}
}

static enum sl_code put_finds(struct run *r, const struct work *w, struct sl_err *e)
{
	static const char *const subcategory[] = {"BLAST", "MINE", "SUB", "MORT", "BLAST", "OTH"};

	for (int i = 0; i < w->n_finds; i++) {
		struct writer *o = &r->file[SL_SIMULATED_ORDNANCE];
		const struct find *f = &w->find[i];
		char id[40];

		snprintf(id, sizeof id, "EO-%06u-%d-%d", w->hazard + 1, w->number, i + 1);
		record_begin(o);
		put_text(o, "id", id);
		put_day(o, "effective_date", f->day);
		put_text(o, "organisation", w->organisation);
		put_text(o, "hazard", w->hazard_id);
		put_text(o, "activity", w->activity);
		put_text(o, "category", life_classes[f->category]);
		if (f->fault == FAULT_AMMUNITION)
			put_text(o, "subcategory", "SAA");
		else
			put_text(o, "subcategory", subcategory[f->category]);
		if (f->category == 5)
			put_text(o, "ied_activation", f->fault == FAULT_HOAX ? "HOAX" : "VO");
		put_int(o, "quantity", f->quantity);
		put_text(o, "quantity_state", "EXACT");
		put_day(o, "found_date", f->day);
		put_place(o, r, w->district);
		put_text(o, "fixed_by", "GPS");
		put_number(o, "accuracy_m", 3);
		put_int(o, "depth_cm", (f->quantity * 7 + i * 3) % 14);
		put_text(o, "condition", i % 3 ? "GOOD" : "CORR");
		put_text(o, "state", "DEST");
		put_int(o, "destroyed_quantity", f->quantity + (f->fault == FAULT_MORE_DESTROYED ? 3 : 0));
		put_day(o, "destroyed_date", f->day + i);
		put_text(o, "disposal_method", f->fault == FAULT_DISPOSAL ? "SITE" : "PLACE");
		if (f->fault == FAULT_DISPOSAL) {
			put_number(o, "disposal_lat", (double)f->at.y / SPOT_DEG);
			put_number(o, "disposal_lon", (double)f->at.x / SPOT_DEG);
		}
		if (record_end(o, NULL, &f->at, e))
			return e->code;
		if (f->fault != FAULT_NONE && run_truth(r, f->fault, id, e))
			return e->code;
	}
	return SL_OK;
}

static void put_destroyed(struct writer *a, const struct work *w)
{
	int by[6] = {0};

	for (int i = 0; i < w->n_finds; i++)
		by[w->find[i].category] += w->find[i].quantity;
	put_int(a, "apm_destroyed", by[0] + by[4]);
	put_int(a, "avm_destroyed", by[1]);
	put_int(a, "submunitions_destroyed", by[2]);
	put_int(a, "uxo_destroyed", by[3]);
	put_int(a, "ied_destroyed", by[5]);
	put_int(a, "items_destroyed", w->n_items);
	put_int(a, "saa_destroyed", w->n_items ? (int)(w->hazard % 5) * 10 : 0);
}

static void put_output(struct run *r, struct writer *a, const struct work *w, uint64_t *s)
{
	double days, processed = w->reported_m2;

	put_text(a, "quantity_mode", "incremental");
	if (w->step->product == PRODUCT_CAN) {
		put_text(a, "method", "DESK INTERV");
		put_number(a, "cancelled_m2", w->reported_m2);
		return;
	}
	put_text(a, "method", w->step->product == PRODUCT_CLR ? w->bac ? "VISUAL" : "DETECT MANUAL" : "DETECT");
	/* Technical survey looks at a tenth of the ground. */
	if (w->step->product != PRODUCT_CLR)
		processed = reported_area(r, w->area_m2 / 10, 16 + w->step->organisation, s);
	put_number(a, "area_processed_m2", processed);
	if (w->step->product == PRODUCT_RDT)
		put_number(a, "reduced_with_asset_m2", w->reported_m2);
	else if (w->step->product == PRODUCT_RDN)
		put_number(a, "reduced_without_asset_m2", w->reported_m2);
	else
		put_number(a, "cleared_m2", w->reported_m2);
	if (w->step->product == PRODUCT_CLR) {
		put_int(a, "depth_cm", 13);
		put_text(a, "depth_basis", "TASK");
	}
	days =
	    ceil(processed /
	         (w->bac && w->step->product == PRODUCT_CLR ? chance_in(s, 300, 900) : chance_in(s, 15, 60)) *
	         2) /
	    2;
	if (w->activity_fault == FAULT_PRODUCTIVITY)
		days = ceil(processed / 40000 * 2) / 2 > processed / 4000 ? 0.1 : ceil(processed / 40000 * 2) / 2;
	put_number(a, "deminer_days", days);
}

static enum sl_code put_activity(struct run *r, struct work *w, struct sl_err *e)
{
	struct writer *a = &r->file[SL_SIMULATED_ACTIVITY];
	uint64_t s = chance(r->s->seed, CHANCE_RECORD,
	                    (1ull << 40) + (uint64_t)w->hazard * STEPS_MAX + (unsigned)w->number);
	bool swapped = w->activity_fault == FAULT_START_AFTER_END && w->step->start < w->step->end;
	bool small =
	    w->activity_fault == FAULT_PRODUCTIVITY && (w->step->product != PRODUCT_CLR || w->area_m2 < 300);

	if ((w->activity_fault == FAULT_START_AFTER_END && !swapped) || small)
		w->activity_fault = FAULT_NONE;
	record_begin(a);
	put_text(a, "id", w->activity);
	put_text(a, "type", activity_type(w));
	put_text(a, "status", "COMP");
	put_day(a, "effective_date", w->step->end);
	put_day(a, "start_date", swapped ? w->step->end : w->step->start);
	put_day(a, "end_date", swapped ? w->step->start : w->step->end);
	put_text(a, "organisation", w->organisation);
	put_text(a, "team", w->team);
	put_int(a, "team_size", 6 + (int)chance_of(&s, 8));
	put_text(a, "hazard", w->hazard_id);
	if (w->activity_fault == FAULT_LONG_LIST) {
		struct sl_buf b = {0};

		for (uint32_t k = 0; b.n < 20000; k++)
			sl_buf_printf(&b, "HA-%06u;", (w->hazard + k) % r->s->hazards + 1);
		b.n = b.failed ? 0 : 20000;
		if (b.p)
			b.p[b.n] = 0;
		put_text(a, "other_hazards", b.p ? b.p : "");
		sl_buf_done(&b);
	}
	if (w->activity_fault == FAULT_DANGLING)
		put_text(a, "task", "TK-999999");
	else if (w->step->product == PRODUCT_CLR)
		put_text(a, "task", w->task);
	put_place(a, r, w->district);
	put_output(r, a, w, &s);
	if (w->step->product != PRODUCT_CAN)
		put_destroyed(a, w);
	put_text(a, "community_involved", chance_hits(&s, 0.8) ? "yes" : "UNK");
	put_day(a, "entry_date", w->step->end + 1 + (int)chance_of(&s, 25));
	if (record_end(a, &w->ring, NULL, e))
		return e->code;
	return w->activity_fault == FAULT_NONE ? SL_OK : run_truth(r, w->activity_fault, w->activity, e);
}

/* The outline moved aside by most of its width; false when another hazard lies there. */
static bool move_aside(const struct run *r, struct work *w, uint32_t site)
{
	double m = w->shape->radius_m * 0.8, x = -w->shape->uy * m, y = w->shape->ux * m;
	struct spot from = r->sites.v[site].at, to = spot_at(from, x, y);

	if (sites_clash(&r->sites, to, (double)r->sites.v[site].radius_m, site))
		return false;
	for (int i = 0; i < w->ring.n; i++)
		w->ring.p[i] = (struct spot){w->ring.p[i].x + to.x - from.x, w->ring.p[i].y + to.y - from.y};
	return true;
}

/* Faults for which this step has no room become none. */
static void choose_fault(struct run *r, struct work *w, uint32_t site)
{
	const struct life *l = w->life;
	bool alone = l->n_steps == 1 && !l->closed && !l->confirmed && !l->working && !l->reopened;
	bool last = w->number == l->n_steps && !l->closed && !l->reopened && w->number > 1;
	bool fits = true;

	w->fault = fault_draw(r->s->seed, FAULT_SKETCHES_END, FAULT_RELEASES_END,
	                      (uint64_t)w->hazard * STEPS_MAX + (uint64_t)w->number, r->s->faults * 1.5);
	switch (w->fault) {
	case FAULT_OUTSIDE_PARENT:
		fits = (alone || last) && w->area_m2 > 400 && !w->n_finds && r->sites.v[site].kind == SITE_SINGLE &&
		       move_aside(r, w, site);
		break;
	case FAULT_NO_DEPTH: fits = w->step->product == PRODUCT_CLR; break;
	case FAULT_TOO_EARLY: fits = alone; break;
	case FAULT_MISMATCH: fits = w->step->product == PRODUCT_CAN; break;
	case FAULT_TWICE: fits = !l->reopened; break;
	case FAULT_RELEASE_AREA: fits = w->area_m2 > 50; break;
	default: break;
	}
	if (!fits)
		w->fault = FAULT_NONE;
}

static enum sl_code put_release(struct run *r, struct work *w, const char *id, int day,
                                const char *organisation, struct sl_err *e)
{
	struct writer *o = &r->file[SL_SIMULATED_RELEASE];
	uint64_t s = chance(r->s->seed, CHANCE_RECORD,
	                    (2ull << 40) + (uint64_t)w->hazard * STEPS_MAX + (unsigned)w->number);
	bool cleared = w->step->product == PRODUCT_CLR,
	     handed = cleared && chance_hits(&s, 0.6) && w->step->end < day_of(2025, 4, 1);
	char text[40];

	record_begin(o);
	put_text(o, "id", id);
	put_text(o, "product", w->fault == FAULT_MISMATCH ? "CLR" : product_codes[w->step->product]);
	put_day(o, "effective_date", day);
	put_text(o, "organisation", organisation);
	put_text(o, "hazard", w->hazard_id);
	put_text(o, "activity", w->activity);
	put_place(o, r, w->district);
	put_text(o, "geometry_kind", "POLYGON");
	put_text(o, "fixed_by", "GPS");
	put_number(o, "accuracy_m", 3);
	put_number(o, "area_reported_m2",
	           w->fault == FAULT_RELEASE_AREA ? round(w->area_m2 * 16) / 10 : w->reported_m2);
	put_text(o, "area_unit_entered", "M2");
	snprintf(text, sizeof text, "%s%s%s", life_classes[w->life->contamination],
	         w->life->contamination2 < 0 ? "" : " ",
	         w->life->contamination2 < 0 ? "" : life_classes[w->life->contamination2]);
	put_text(o, "contamination", text);
	put_text(o, "method", w->step->product == PRODUCT_CAN ? "DESK INTERV" : w->bac ? "VISUAL" : "DETECT");
	if ((cleared && w->fault != FAULT_NO_DEPTH) || w->fault == FAULT_MISMATCH) {
		put_int(o, "depth_cm", w->bac ? 20 : 13);
		put_text(o, "depth_basis", "TASK");
	}
	if (cleared)
		put_int(o, "ordnance_found", w->n_items);
	if (w->fault == FAULT_RECLASSIFIED)
		put_text(o, "reclassified_to", "CHA");
	put_day(o, "completion_date", w->step->end);
	put_text(o, "handed_over", handed || w->fault == FAULT_CERTIFICATE ? "yes" : "no");
	if (handed && w->fault != FAULT_CERTIFICATE) {
		snprintf(text, sizeof text, "HC-%06u-%d", w->hazard + 1, w->number);
		put_text(o, "handover_certificate", text);
		put_day(o, "handover_date", w->step->end + 7 + (int)chance_of(&s, 60));
		put_text(o, "recipient_role", "head of the village");
	}
	put_text(o, "land_use_intended", chance_hits(&s, 0.6) ? "CROP" : "GRAZ");
	return record_end(o, &w->ring, NULL, e);
}

static enum sl_code put_releases(struct run *r, struct work *w, struct sl_err *e)
{
	int day = w->step->end;
	char other[40], by[8];

	if (w->fault == FAULT_TOO_EARLY)
		day = w->life->day - 60 - (int)(w->hazard % 300);
	if (put_release(r, w, w->release, day, w->organisation, e))
		return e->code;
	if (w->fault == FAULT_NONE)
		return SL_OK;
	snprintf(other, sizeof other, "%s", w->release);
	if (w->fault == FAULT_TWICE) {
		snprintf(other, sizeof other, "%s-B", w->release);
		operator_code(w->step->organisation + 1, by);
		if (put_release(r, w, other, day + 30, by, e))
			return e->code;
	}
	return run_truth(r, w->fault, other, e);
}

static enum sl_code put_quality(struct run *r, const struct work *w, struct sl_err *e)
{
	struct writer *q = &r->file[SL_SIMULATED_QUALITY];
	uint64_t index = (uint64_t)w->hazard * STEPS_MAX + (uint64_t)w->number;
	uint64_t s = chance(r->s->seed, CHANCE_RECORD, (3ull << 40) + index);
	bool major, inspection = chance_hits(&s, 0.4);
	double what = sl_uniform(&s), sample = round(w->area_m2 * chance_in(&s, 0.08, 0.25));
	int day = inspection ? w->step->end + 3 : w->step->start + (w->step->end - w->step->start) / 2;
	enum fault fault =
	    fault_draw(r->s->seed, FAULT_EDUCATION_END, FAULT_QUALITY_END, index, r->s->faults * 2);
	char id[40];

	if (w->step->product != PRODUCT_CLR || !chance_hits(&s, 0.35))
		return SL_OK;
	if ((fault == FAULT_ACCEPTED || fault == FAULT_SAMPLE) && !inspection)
		fault = FAULT_NONE;
	/* Overdue is what is overdue on the last day that the programme tells of. */
	if (fault == FAULT_OVERDUE && day > day_of(2025, 1, 1))
		fault = FAULT_NONE;
	major = fault == FAULT_OVERDUE || what > 0.95;
	snprintf(id, sizeof id, "QA-%06u-%d", w->hazard + 1, w->number);
	record_begin(q);
	put_text(q, "id", id);
	put_day(q, "effective_date", day);
	put_text(q, "visit_type", inspection ? "post-clearance-inspection" : "monitoring-external");
	put_text(q, "organisation", "NMAC");
	put_text(q, "inspected_organisation", w->organisation);
	put_text(q, "activity", w->activity);
	if (inspection)
		put_text(q, "release", w->release);
	put_text(q, "hazard", w->hazard_id);
	put_text(q, "team", w->team);
	put_place(q, r, w->district);
	put_text(q, "result", major ? "major" : what > 0.8 ? "minor" : "conform");
	put_text(q, "check_sop", "yes");
	put_text(q, "check_marking", what > 0.8 ? "no" : "yes");
	if (major || what > 0.8) {
		put_text(q, "nonconformity", "marking not as the standard asks");
		put_text(q, "nonconformity_category", "PROC");
		put_text(q, "severity", major ? "MAJ" : "MIN");
		put_text(q, "corrective_action", "renew the marking");
		put_day(q, "due_date", day + 14);
		if (fault != FAULT_OVERDUE)
			put_day(q, "closed_date", day + 1 + (int)chance_of(&s, 12));
	}
	if (inspection) {
		put_number(q, "lot_area_m2", round(w->area_m2));
		put_number(q, "sample_area_m2", fault == FAULT_SAMPLE ? round(w->area_m2 * 1.5) : sample);
		put_int(q, "ordnance_found", fault == FAULT_ACCEPTED ? 1 : 0);
		put_text(q, "decision", "ACC");
	}
	if (record_end(q, NULL, NULL, e))
		return e->code;
	return fault == FAULT_NONE ? SL_OK : run_truth(r, fault, id, e);
}

static enum sl_code put_task(struct run *r, const struct work *w, const struct life *l, struct sl_err *e)
{
	struct writer *t = &r->file[SL_SIMULATED_TASK];
	const struct step *last = &l->step[l->n_steps - 1];
	uint64_t s = chance(r->s->seed, CHANCE_RECORD, (4ull << 40) + w->hazard);

	record_begin(t);
	put_text(t, "id", w->task);
	put_text(t, "status", last->until >= 1.0 ? "COMP" : "SUSP");
	put_day(t, "effective_date", w->step->start - 10);
	put_text(t, "organisation", w->organisation);
	put_text(t, "issued_by", "NMAC");
	put_day(t, "issued_date", w->step->start - 10);
	put_text(t, "hazard", w->hazard_id);
	put_text(t, "activity_type", activity_type(w));
	put_day(t, "planned_start", w->step->start);
	put_day(t, "planned_end", last->end + 30);
	put_int(t, "depth_cm", 13);
	put_text(t, "depth_basis", "TASK");
	put_text(t, "priority", chance_hits(&s, 0.3) ? "HIGH" : "MED");
	put_text(t, "admin1", r->country.province[r->country.district[w->district].province].code);
	put_text(t, "admin2", r->country.district[w->district].code);
	return record_end(t, NULL, NULL, e);
}

enum sl_code write_releases(struct run *r, uint32_t hazard, const struct site *site, int half,
                            const struct life *l, const struct shape *shape, struct sl_err *e)
{
	bool tasked = false;

	for (int i = 0; i < l->n_steps; i++) {
		uint64_t index = (uint64_t)hazard * STEPS_MAX + (uint64_t)i + 1;
		uint64_t s = chance(r->s->seed, CHANCE_RECORD, (5ull << 40) + index);
		struct work w = {.hazard = hazard,
		                 .number = i + 1,
		                 .step = &l->step[i],
		                 .life = l,
		                 .shape = shape,
		                 .half = half,
		                 .district = site->district};

		w.bac = !is_mine(l->contamination) && (l->contamination2 < 0 || !is_mine(l->contamination2));
		shape_slices(shape, half, w.step->first, w.step->last, &w.ring);
		w.area_m2 = ring_area_m2(&w.ring);
		w.reported_m2 = reported_area(r, w.area_m2, 8 + w.step->organisation, &s);
		hazard_id(hazard, w.hazard_id);
		operator_code(w.step->organisation, w.organisation);
		snprintf(w.activity, sizeof w.activity, "AC-%06u-%d", hazard + 1, i + 1);
		snprintf(w.release, sizeof w.release, "RL-%06u-%d", hazard + 1, i + 1);
		snprintf(w.task, sizeof w.task, "TK-%06u", hazard + 1);
		snprintf(w.team, sizeof w.team, "%s-T%d", w.organisation, w.step->team);
		w.activity_fault =
		    fault_draw(r->s->seed, FAULT_RELEASES_END, FAULT_ACTIVITIES_END, index, r->s->faults);
		if (w.activity_fault == FAULT_LONG_LIST && index % 8)
			w.activity_fault = FAULT_DANGLING; /* long lists are long: few are enough */
		draw_finds(r, &w, &s);
		choose_fault(r, &w, r->sites.hazard_slot[hazard] / 2);
		if (w.step->product == PRODUCT_CLR && !tasked && put_task(r, &w, l, e))
			return e->code;
		tasked |= w.step->product == PRODUCT_CLR;
		if (put_activity(r, &w, e) || put_releases(r, &w, e) || put_finds(r, &w, e) ||
		    put_quality(r, &w, e))
			return e->code;
	}
	return SL_OK;
}
