#include "app/simulate.h"

#include "app/simulate_parts.h"

#include <stdio.h>
#include <string.h>

static const char *const task_columns[] = {
    "id",          "status",      "effective_date", "organisation",  "issued_by",
    "issued_date", "hazard",      "activity_type",  "planned_start", "planned_end",
    "depth_cm",    "depth_basis", "priority",       "admin1",        "admin2"};
static const char *const organisation_columns[] = {"id",      "name",         "type", "effective_date",
                                                   "country", "accreditation"};
static const char *const victim_columns[] = {"id",
                                             "effective_date",
                                             "accident",
                                             "family_name",
                                             "given_name",
                                             "telephone",
                                             "sex",
                                             "birth_year",
                                             "age",
                                             "accident_date",
                                             "organisation",
                                             "admin1",
                                             "admin1_name",
                                             "admin2",
                                             "admin2_name",
                                             "locality",
                                             "place",
                                             "device",
                                             "outcome",
                                             "place_of_death",
                                             "status",
                                             "activity_at_accident",
                                             "consent_record",
                                             "consent_authorities",
                                             "consent_ngos",
                                             "access_level"};
static const char *const education_columns[] = {"id",           "effective_date",
                                                "start_date",   "end_date",
                                                "organisation", "admin1",
                                                "admin2",       "locality",
                                                "place",        "latitude",
                                                "longitude",    "location_kind",
                                                "category",     "education_activity",
                                                "method",       "sessions",
                                                "media_name",   "quantity_mode",
                                                "under5",       "m5_12",
                                                "f5_12",        "m13_17",
                                                "f13_17",       "m18",
                                                "f18",          "total",
                                                "media_reach"};
static const char *const quality_columns[] = {"id",
                                              "effective_date",
                                              "visit_type",
                                              "organisation",
                                              "inspected_organisation",
                                              "activity",
                                              "release",
                                              "hazard",
                                              "team",
                                              "admin1",
                                              "admin1_name",
                                              "admin2",
                                              "admin2_name",
                                              "locality",
                                              "place",
                                              "result",
                                              "check_sop",
                                              "check_marking",
                                              "nonconformity",
                                              "nonconformity_category",
                                              "severity",
                                              "corrective_action",
                                              "due_date",
                                              "closed_date",
                                              "lot_area_m2",
                                              "sample_area_m2",
                                              "ordnance_found",
                                              "decision"};
static const char *const truth_columns[] = {"fault", "rule", "kind", "record", "text"};

#define COLUMNS(c) .columns = c, .n_columns = (int)(sizeof c / sizeof *c)
static const struct {
	const char *kind;
	const char *const *columns; /* NULL: GeoJSON */
	int n_columns;
	const char *name; /* NULL: the kind */
	int64_t recorded_ms;
} files[SL_SIMULATED_FILES] = {
    /* On 20 April 2025; the report for 2024 is due on the 30th. */
    [SL_SIMULATED_EARLY] = {"hazard", NULL, 0, "hazard-early", INT64_C(1745150400000)},
    [SL_SIMULATED_ORGANISATION] = {.kind = "organisation", COLUMNS(organisation_columns)},
    [SL_SIMULATED_PLACE] = {.kind = "place"},
    [SL_SIMULATED_TASK] = {.kind = "task", COLUMNS(task_columns)},
    [SL_SIMULATED_HAZARD] = {.kind = "hazard"},
    [SL_SIMULATED_ACTIVITY] = {.kind = "activity"},
    [SL_SIMULATED_RELEASE] = {.kind = "release"},
    [SL_SIMULATED_ORDNANCE] = {.kind = "ordnance"},
    [SL_SIMULATED_ACCIDENT] = {.kind = "accident"},
    [SL_SIMULATED_VICTIM] = {.kind = "victim", COLUMNS(victim_columns)},
    [SL_SIMULATED_EDUCATION] = {.kind = "education", COLUMNS(education_columns)},
    [SL_SIMULATED_QUALITY] = {.kind = "quality", COLUMNS(quality_columns)},
};

static enum sl_code put_organisation(struct run *r, const char *id, const char *name, const char *type,
                                     struct sl_err *e)
{
	struct writer *w = &r->file[SL_SIMULATED_ORGANISATION];

	record_begin(w);
	put_text(w, "id", id);
	put_text(w, "name", name);
	put_text(w, "type", type);
	put_day(w, "effective_date", day_of(2004, 1, 1));
	put_text(w, "country", SL_SIMULATION_COUNTRY);
	put_text(w, "accreditation", !strcmp(type, "NGO") || !strcmp(type, "COM") ? "FULL" : "");
	return record_end(w, NULL, NULL, e);
}

static enum sl_code write_organisations(struct run *r, struct sl_err *e)
{
	char id[8], name[48];

	if (put_organisation(r, "NMAC", "National Mine Action Centre of Verania", "NMAC", e) ||
	    put_organisation(r, "HOSP", "Verania District Hospitals", "HOSP", e))
		return e->code;
	if (has_invented(r) && put_organisation(r, INVENTING_OPERATOR, "Training Operator 9", "COM", e))
		return e->code;
	for (int i = 0; i < OPERATORS; i++) {
		operator_code(i, id);
		snprintf(name, sizeof name, "Training Operator %d", i + 1);
		if (put_organisation(r, id, name, i % 4 == 3 ? "COM" : "NGO", e))
			return e->code;
	}
	return SL_OK;
}

struct area {
	const char *code, *level, *name, *parent, *admin1, *admin2;
};

static void begin_place(struct writer *w, const struct area *a)
{
	record_begin(w);
	put_text(w, "id", a->code);
	put_text(w, "code", a->code);
	put_text(w, "level", a->level);
	put_text(w, "name", a->name);
	put_text(w, "parent", a->parent);
	put_text(w, "admin1", a->admin1);
	put_text(w, "admin2", a->admin2);
	put_day(w, "effective_date", day_of(2004, 1, 1));
}

enum sl_code write_country(struct run *r, struct sl_err *e)
{
	struct writer *w = &r->file[SL_SIMULATED_PLACE];
	const struct country *c = &r->country;

	if (write_organisations(r, e))
		return e->code;
	begin_place(w, &(struct area){SL_SIMULATION_COUNTRY, "country", "Verania", NULL, NULL, NULL});
	if (record_end_long(w, c->outline, c->n_outline, e))
		return e->code;
	for (int i = 0; i < c->n_provinces; i++) {
		const struct province *p = &c->province[i];

		begin_place(w, &(struct area){p->code, "admin1", p->name, SL_SIMULATION_COUNTRY, p->code, NULL});
		if (record_end_long(w, p->ring, p->n, e))
			return e->code;
	}
	for (int i = 0; i < c->n_districts; i++) {
		const struct district *d = &c->district[i];
		const char *province = c->province[d->province].code;

		begin_place(w, &(struct area){d->code, "admin2", d->name, province, province, d->code});
		if (record_end_long(w, d->ring, 4 * EDGE_STEPS, e))
			return e->code;
	}
	for (int i = 0; i < c->n_towns; i++) {
		const struct town *t = &c->town[i];
		const struct district *d = &c->district[t->district];

		begin_place(w, &(struct area){t->id, "settlement", t->name, d->code, c->province[d->province].code,
		                              d->code});
		put_int(w, "population", t->people);
		put_int(w, "population_year", 2015);
		if (record_end(w, NULL, &t->at, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code write_all(struct run *r, struct sl_err *e)
{
	if (write_country(r, e))
		return e->code;
	for (uint32_t i = 0; i < r->s->hazards; i++) {
		if (i % 1024 == 0) {
			sl_env_progress(r->env, "writing hazards", i, r->s->hazards);
			if (sl_env_stopped(r->env))
				return sl_fail(e, SL_CANCELLED, "interrupted");
		}
		if (write_hazard(r, i, e))
			return e->code;
	}
	return write_invented(r, e) ? e->code : write_education(r, e);
}

static enum sl_code open_all(struct run *r, const char *folder, struct sl_simulated *out, struct sl_err *e)
{
	for (int i = 0; i < SL_SIMULATED_FILES; i++) {
		const char *name = files[i].name ? files[i].name : files[i].kind;

		out->file[i].kind = files[i].kind;
		out->file[i].recorded_ms = files[i].recorded_ms;
		if (snprintf(out->file[i].path, sizeof out->file[i].path, "%s/%s.%s", folder, name,
		             files[i].columns ? "csv" : "geojson") >= (int)sizeof out->file[i].path)
			return sl_fail(e, SL_INVALID, "%.200s: the name is too long", folder);
		if (writer_open(&r->file[i], out->file[i].path, name, files[i].columns, files[i].n_columns, e))
			return e->code;
	}
	if (snprintf(out->truth, sizeof out->truth, "%s/truth.csv", folder) >= (int)sizeof out->truth)
		return sl_fail(e, SL_INVALID, "%.200s: the name is too long", folder);
	return writer_open(&r->truth, out->truth, "truth", truth_columns,
	                   (int)(sizeof truth_columns / sizeof *truth_columns), e);
}

static enum sl_code close_all(struct run *r, struct sl_simulated *out, struct sl_err *e)
{
	for (int i = 0; i < SL_SIMULATED_FILES; i++) {
		out->file[i].records = r->file[i].records;
		if (writer_close(&r->file[i], e))
			return e->code;
	}
	out->faults = r->faults;
	out->vertices = r->vertices;
	return writer_close(&r->truth, e);
}

enum sl_code sl_simulate(const struct sl_simulation *s, const char *folder, const struct sl_env *env,
                         struct sl_simulated *out, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct run *r = sl_arena_alloc(&a, 1, sizeof *r, e);
	enum sl_code code;

	if (!r)
		return e->code;
	*r = (struct run){.s = s, .env = env};
	if (s->hazards < SL_SIMULATION_HAZARDS_MIN || s->hazards > SL_SIMULATION_HAZARDS_MAX)
		code = sl_fail(e, SL_INVALID, "%u hazards: from %u to %u can be made", s->hazards,
		               SL_SIMULATION_HAZARDS_MIN, SL_SIMULATION_HAZARDS_MAX);
	else if (!(s->faults >= 0 && s->faults <= 0.1) || !(s->overlap >= 0 && s->overlap <= 0.3))
		code = sl_fail(e, SL_INVALID, "the share of faults is 0 to 0.1, that of overlaps 0 to 0.3");
	else {
		*out = (struct sl_simulated){0};
		code = country_make(&a, s->seed, s->hazards, &r->country, e);
		if (!code)
			code = sites_make(&a, s, &r->country, env, &r->sites, e);
		if (!code)
			code = open_all(r, folder, out, e);
		if (!code)
			code = write_all(r, e);
		if (!code)
			code = close_all(r, out, e);
		for (int i = 0; i < SL_SIMULATED_FILES; i++)
			writer_discard(&r->file[i]);
		writer_discard(&r->truth);
	}
	sl_arena_done(&a);
	return code;
}
