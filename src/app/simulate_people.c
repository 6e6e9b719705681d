/* Accidents, the people in them (every name is made of invented syllables), and risk education. */
#include "app/simulate_parts.h"

#include <stdio.h>
#include <string.h>

static enum sl_code put_victim(struct run *r, const char *accident, int number, const char *outcome,
                               int day, int district, const char *device, struct sl_err *e)
{
	struct writer *w = &r->file[SL_SIMULATED_VICTIM];
	uint64_t index = r->n_victims++, s = chance(r->s->seed, CHANCE_PEOPLE, (1ull << 40) + index);
	enum fault fault = fault_draw(r->s->seed, FAULT_ACCIDENTS_END, FAULT_VICTIMS_END, index, r->s->faults);
	int age = chance_hits(&s, 0.45) ? 5 + (int)chance_of(&s, 13) : 18 + (int)chance_of(&s, 55), born,
	    copies;
	char id[64], family[32], given[32], text[128];
	bool male = chance_hits(&s, 0.8), demining = false, agrees = chance_hits(&s, 0.8);
	struct sl_date d = {day};

	fictional_name(&s, family);
	fictional_name(&s, given);
	born = sl_date_year(d) - age;
	copies = fault == FAULT_SAME_VICTIM ? 2 : 1;
	if (fault == FAULT_DEATH && strcmp(outcome, "I"))
		fault = FAULT_NONE;
	for (int i = 0; i < copies; i++) {
		snprintf(id, sizeof id, "%s-V%d%s", accident, number, i ? "-H" : "");
		record_begin(w);
		put_text(w, "id", id);
		put_day(w, "effective_date", day + i);
		/* The hospital does not know the number of the accident. */
		put_text(w, "accident", i ? "" : accident);
		put_text(w, "family_name", family);
		put_text(w, "given_name", given);
		snprintf(text, sizeof text, "+999 %07u", (unsigned)(index * 7919 % 10000000));
		put_text(w, "telephone", chance_hits(&s, 0.4) ? text : "");
		put_text(w, "sex", male ? "M" : "F");
		put_int(w, "birth_year", fault == FAULT_AGE ? born - 30 : born);
		put_int(w, "age", age);
		put_text(w, "accident_date", "");
		put_day(w, "accident_date", day + i);
		put_text(w, "organisation", i ? "HOSP" : "NMAC");
		put_place(w, r, district);
		put_text(w, "device", device);
		put_text(w, "outcome", outcome);
		if (fault == FAULT_DEATH)
			put_text(w, "place_of_death", "district hospital");
		put_text(w, "status", demining ? "DEM" : "CIV");
		put_text(w, "activity_at_accident", number % 3 == 0 ? "HERD" : number % 3 == 1 ? "AGRI" : "COLL");
		put_text(w, "consent_record", "yes");
		put_text(w, "consent_authorities", "yes");
		put_text(w, "consent_ngos", fault == FAULT_CONSENT ? "no" : agrees ? "yes" : "no");
		put_text(w, "access_level", fault == FAULT_CONSENT ? "PARTNER" : agrees ? "PARTNER" : "NMAA");
		if (record_end(w, NULL, NULL, e))
			return e->code;
	}
	if (fault == FAULT_NONE)
		return SL_OK;
	if (fault == FAULT_SAME_VICTIM) {
		snprintf(text, sizeof text, "%s-V%d|%s", accident, number, id);
		return run_truth(r, fault, text, e);
	}
	return run_truth(r, fault, id, e);
}

/* An identifier as maXML writes it. */
static void guid(uint64_t state, char out[40])
{
	uint64_t a = sl_splitmix64(&state), b = sl_splitmix64(&state);

	snprintf(out, 40, "{%08X-%04X-%04X-%04X-%012llX}", (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xffff),
	         (unsigned)(a & 0xffff), (unsigned)(b >> 48), (unsigned long long)(b & 0xffffffffffff));
}

/* The accident form and this one report; a fault of which nobody could tell becomes none. */
static void put_form(struct run *r, struct writer *w, uint64_t index, enum fault *fault)
{
	char form[40], report[40];

	guid(chance(r->s->seed, CHANCE_SURVEY, 2ull << 40), form);
	guid(chance(r->s->seed, CHANCE_SURVEY, (3ull << 40) + index), report);
	if (*fault == FAULT_EXCHANGED && !index)
		*fault = FAULT_NONE;
	put_text(w, "report_guid", *fault == FAULT_EXCHANGED ? report : form);
	put_text(w, "field_report_guid", *fault == FAULT_EXCHANGED ? form : report);
}

enum sl_code write_accident(struct run *r, uint32_t hazard, const struct life *l, struct spot at,
                            int district, int day, const char *release, struct sl_err *e)
{
	struct writer *w = &r->file[SL_SIMULATED_ACCIDENT];
	uint64_t index = r->n_accidents++, s = chance(r->s->seed, CHANCE_PEOPLE, (2ull << 40) + index);
	enum fault fault = fault_draw(r->s->seed, FAULT_ORDNANCE_END, FAULT_ACCIDENTS_END, index, r->s->faults);
	int people = 1 + (int)chance_of(&s, 3), killed = 0, injured = 0, unknown = 0;
	const char *outcome[4], *device = l ? life_classes[l->contamination] : "UXO";
	char id[40], ha[24];

	for (int i = 0; i < people; i++) {
		double u = sl_uniform(&s);

		outcome[i] = u < 0.33 ? "K" : u < 0.99 ? "I" : "U";
		killed += u < 0.33;
		injured += u >= 0.33 && u < 0.99;
		unknown += u >= 0.99;
	}
	snprintf(id, sizeof id, "AX-%05llu", (unsigned long long)index + 1);
	record_begin(w);
	put_text(w, "id", id);
	put_day(w, "effective_date", day);
	put_day(w, "date", day);
	put_text(w, "date_precision", "DAY");
	put_text(w, "organisation", "NMAC");
	put_text(w, "kind", "civilian");
	if (l) {
		hazard_id(hazard, ha);
		put_text(w, "hazard", ha);
	}
	put_text(w, "release", release);
	put_place(w, r, district);
	put_text(w, "location_accuracy", "EXACT");
	put_text(w, "fixed_by", "GPS");
	put_number(w, "accuracy_m", 5);
	put_text(w, "setting", "RURAL");
	put_text(w, "device", device);
	put_text(w, "cause", l && l->contamination != 2 && l->contamination != 3 ? "MINE" : "UXO");
	put_text(w, "casualties", "yes");
	put_int(w, "killed", killed);
	put_int(w, "injured", injured);
	put_int(w, "unknown", unknown);
	put_int(w, "total", people + (fault == FAULT_ACCIDENT_TOTAL ? 1 : 0));
	put_form(r, w, index, &fault);
	put_text(w, "narrative", l ? "On the way to the fields." : "While collecting wood.");
	if (record_end(w, NULL, &at, e) || (fault != FAULT_NONE && run_truth(r, fault, id, e)))
		return e->code;
	for (int i = 0; i < people; i++)
		if (put_victim(r, id, i + 1, outcome[i], day, district, device, e))
			return e->code;
	return SL_OK;
}

/* Accidents away from any recorded hazard. */
static enum sl_code elsewhere(struct run *r, struct sl_err *e)
{
	for (uint32_t i = 0; i < r->s->hazards / 50; i++) {
		uint64_t s = chance(r->s->seed, CHANCE_PEOPLE, (3ull << 40) + i);
		struct spot at = country_hazard_spot(&r->country, &s);
		int district = country_district(&r->country, at, 20.0),
		    day = day_of(2004, 1, 1) + (int)chance_of(&s, 7700);

		if (district < 0 || sites_clash(&r->sites, at, 150.0, UINT32_MAX))
			continue;
		if (write_accident(r, 0, NULL, at, district, day, NULL, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code put_session(struct run *r, uint32_t i, struct sl_err *e)
{
	static const char *const activity[] = {"safety_briefing", "directre", "materialdistribution"};
	struct writer *w = &r->file[SL_SIMULATED_EDUCATION];
	uint64_t s = chance(r->s->seed, CHANCE_EDUCATION, i);
	enum fault fault = fault_draw(r->s->seed, FAULT_VICTIMS_END, FAULT_EDUCATION_END, i, r->s->faults);
	const struct town *t = &r->country.town[chance_of(&s, (uint32_t)r->country.n_towns)];
	int day = day_of(2006, 1, 1) + (int)chance_of(&s, 7000), band[7], sum = 0, media = 0;
	static const char *const fields[7] = {"under5", "m5_12", "f5_12", "m13_17", "f13_17", "m18", "f18"};
	bool radio = chance_hits(&s, 0.08) && fault == FAULT_NONE;
	char id[24], by[8];

	for (int k = 0; k < 7; k++) {
		band[k] = (int)chance_of(&s, 22);
		sum += band[k];
	}
	if (radio || fault == FAULT_MEDIA)
		media = 500 + (int)chance_of(&s, 40000);
	snprintf(id, sizeof id, "RE-%05u", i + 1);
	operator_code((int)chance_of(&s, OPERATORS), by);
	record_begin(w);
	put_text(w, "id", id);
	put_day(w, "effective_date", day);
	put_day(w, "start_date", day);
	put_day(w, "end_date", day + (int)chance_of(&s, 3));
	put_text(w, "organisation", by);
	put_text(w, "admin1", r->country.province[r->country.district[t->district].province].code);
	put_text(w, "admin2", r->country.district[t->district].code);
	put_text(w, "locality", t->name);
	put_text(w, "place", t->id);
	put_lonlat(w, t->at);
	put_text(w, "location_kind", chance_hits(&s, 0.5) ? "education_facility" : "community_centre");
	put_text(w, "category", radio ? "indirect" : "direct");
	put_text(w, "education_activity", radio ? "radio" : activity[chance_of(&s, 3)]);
	if (!radio) {
		put_text(w, "method", "interactive_group_session");
		put_int(w, "sessions", 1 + (int)chance_of(&s, 4));
	} else
		put_text(w, "media_name", "Radio Verania");
	put_text(w, "quantity_mode", "incremental");
	if (!radio) {
		for (int k = 0; k < 7; k++)
			put_int(w, fields[k], band[k]);
		put_int(w, "total", sum + (fault == FAULT_MEDIA ? media : fault == FAULT_BANDS ? -7 : 0));
	}
	if (media)
		put_int(w, "media_reach", media);
	if (record_end(w, NULL, NULL, e))
		return e->code;
	return fault == FAULT_NONE ? SL_OK : run_truth(r, fault, id, e);
}

enum sl_code write_education(struct run *r, struct sl_err *e)
{
	uint32_t n = 20 + r->s->hazards / 20;

	if (elsewhere(r, e))
		return e->code;
	for (uint32_t i = 0; i < n; i++)
		if (put_session(r, i, e))
			return e->code;
	return SL_OK;
}
