/* The records of one hazard: its versions, and the faults planted in the first one. */
#include "app/simulate_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PI 3.14159265358979323846

void hazard_id(uint32_t hazard, char out[24])
{
	snprintf(out, 24, "HA-%06u", hazard + 1);
}

void operator_code(int organisation, char out[8])
{
	snprintf(out, 8, "OP%d", organisation % OPERATORS + 1);
}

/* What a team writes differs from the polygon by a little; the last digits of whole numbers go through 0 to
 * 9 for each reporter, as they do when people measure (and do not when they invent). */
double reported_area(struct run *r, double area_m2, int who, uint64_t *state)
{
	double m2 = area_m2 * chance_in(state, 0.982, 1.018);

	if (m2 < 2000)
		return round(m2 * 10) / 10;
	return floor(m2 / 10) * 10 + (double)(r->digit[who]++ * 7 % 10);
}

void put_place(struct writer *w, const struct run *r, int district)
{
	const struct district *d = &r->country.district[district];
	const struct province *p = &r->country.province[d->province];
	int town = r->country.town_of[district];

	put_text(w, "admin1", p->code);
	put_text(w, "admin1_name", p->name);
	put_text(w, "admin2", d->code);
	put_text(w, "admin2_name", d->name);
	if (town) {
		put_text(w, "locality", r->country.town[town - 1].name);
		put_text(w, "place", r->country.town[town - 1].id);
	}
}

static const char *one_of(uint64_t *s, const char *const *list, uint32_t n)
{
	return list[chance_of(s, n)];
}
#define ONE_OF(s, ...)                                                                                     \
	one_of((s), (const char *const[]){__VA_ARGS__},                                                        \
	       (uint32_t)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)))

static void remark(uint64_t *s, char out[200])
{
	static const char *const word[] = {
	    "pasture",  "orchard", "canal",      "bank",     "school",   "track",     "culvert",   "fence",
	    "treeline", "field",   "ridge",      "well",     "bridge",   "farm",      "quarry",    "forest",
	    "belt",     "road",    "verge",      "ditch",    "reported", "by",        "villagers", "survey",
	    "team",     "access",  "restricted", "seasonal", "flood",    "livestock", "northern",  "southern",
	    "edge",     "near",    "the",        "old",      "river",    "crossing"};
	size_t n = 0;

	for (uint32_t k = 6 + chance_of(s, 10); k; k--)
		n += (size_t)snprintf(out + n, 200 - n, "%s%s", n ? " " : "",
		                      word[chance_of(s, sizeof word / sizeof *word)]);
}

/* What all versions of a hazard have in common. */
struct common {
	uint32_t hazard;
	int district, organisation, identified;
	const struct life *life;
	enum fault fault;
	enum sl_simulated_file file;
};

struct version {
	const char *status, *reason, *merged_into, *reopens;
	int day;
	bool cha;
};

static void put_evidence(struct writer *w, const struct common *c, const struct version *v, uint64_t *s)
{
	bool direct = (v->cha && c->fault != FAULT_NO_EVIDENCE) || c->fault == FAULT_STILL_SUSPECTED;

	put_text(w, "evidence", direct || c->fault == FAULT_EVIDENCE_SAID ? "DIRECT" : "INDIRECT");
	put_text(w, "evidence_list",
	         direct                ? ONE_OF(s, "D1", "D2", "D3", "D4", "D5")
	         : c->life->old_survey ? "I1 I6"
	                               : ONE_OF(s, "I2", "I4", "I5", "I6"));
	put_text(w, "evidence_known_by", direct ? "OBS" : "VRB");
	put_text(w, "source_reliability", direct ? ONE_OF(s, "A", "B") : ONE_OF(s, "B", "C", "D"));
	put_text(w, "information_reliability", direct ? ONE_OF(s, "1", "2") : ONE_OF(s, "2", "3", "4"));
}

static void put_land(struct writer *w, uint64_t *s)
{
	int households = (int)chance_of(s, 40), women = households + (int)chance_of(s, 30),
	    men = households + (int)chance_of(s, 30);
	int girls = (int)chance_of(s, 60), boys = (int)chance_of(s, 60);

	put_text(w, "slope", ONE_OF(s, "FLAT", "GENTLE", "MOD", "STEEP"));
	put_text(w, "vegetation", ONE_OF(s, "NONE", "LIGHT", "MED", "DENSE"));
	put_text(w, "land_use_before", ONE_OF(s, "CROP", "GRAZ", "FOREST", "CROP GRAZ", "ROAD", "HOUSE"));
	put_text(w, "blockages", ONE_OF(s, "CROP", "PAST", "WATER", "FOREST", "ROAD", "NONE"));
	put_text(w, "marked", ONE_OF(s, "yes", "no", "no", "UNK"));
	put_text(w, "priority", ONE_OF(s, "HIGH", "MED", "MED", "LOW"));
	put_int(w, "beneficiary_women", women);
	put_int(w, "beneficiary_men", men);
	put_int(w, "beneficiary_girls", girls);
	put_int(w, "beneficiary_boys", boys);
	put_int(w, "beneficiary_total", women + men + girls + boys);
	put_int(w, "households", households);
}

static void put_codes(struct writer *w, const struct run *r, const struct common *c)
{
	const struct district *d = &r->country.district[c->district];
	const char *one = r->country.province[d->province].code;

	if (c->fault != FAULT_LOST_ZERO) {
		put_place(w, r, c->district);
		return;
	}
	put_text(w, "admin1", *one == '0' ? one + 1 : "77");
	put_text(w, "admin1_name", r->country.province[d->province].name);
	put_text(w, "admin2", *d->code == '0' ? d->code + 1 : "7799");
	put_text(w, "admin2_name", d->name);
}

static double district_area_m2(const struct run *r, int district)
{
	struct ring ring = {.n = 4 * EDGE_STEPS};

	memcpy(ring.p, r->country.district[district].ring, sizeof r->country.district[district].ring);
	return ring_area_m2(&ring);
}

/* Some outlines were measured with compass and tape: the legs as the team wrote them down. */
static bool by_compass(const struct run *r, const struct common *c)
{
	uint64_t s = chance(r->s->seed, CHANCE_SURVEY, c->hazard);

	return c->fault == FAULT_NO_REFERENCE || c->fault == FAULT_MISCLOSURE ||
	       (!c->life->old_survey && chance_hits(&s, 0.04));
}

static void put_traverse(struct writer *w, const struct common *c, const struct ring *ring)
{
	double x_m = metres_per_degree_lon((double)ring->p[0].y / SPOT_DEG) / SPOT_DEG;
	double y_m = metres_per_degree_lat((double)ring->p[0].y / SPOT_DEG) / SPOT_DEG;
	char text[RING_MAX * 24];
	size_t n = 0;

	text[0] = 0;
	for (int i = 0; i < ring->n; i++) {
		const struct spot *a = &ring->p[i], *b = &ring->p[(i + 1) % ring->n];
		double x = (double)(b->x - a->x) * x_m, y = (double)(b->y - a->y) * y_m;
		double bearing = atan2(x, y) * 180 / PI, m = hypot(x, y);

		if (c->fault == FAULT_MISCLOSURE && i == ring->n / 2)
			m += 20;
		if (m >= 0.01)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%.2f %.2f", n ? "; " : "",
			                      bearing < 0 ? fmax(0, bearing + 360) : bearing, m);
	}
	if (c->fault != FAULT_NO_REFERENCE)
		put_text(w, "bearing_reference", "MAG");
	put_text(w, "traverse", text);
}

static enum sl_code put_version(struct run *r, const struct common *c, const struct version *v,
                                const char *id, const struct ring *ring, const struct spot *point,
                                struct sl_err *e)
{
	struct writer *w = &r->file[c->file];
	uint64_t s = chance(r->s->seed, CHANCE_RECORD, c->hazard), same = s;
	bool compass = ring && by_compass(r, c);
	double area = ring ? ring_area_m2(ring) : exp(9.1 + chance_normal(&s)), reported;
	char text[200], name[32];
	int entry;

	s = same ^ (uint64_t)v->day;
	fictional_name(&same, name);
	record_begin(w);
	put_text(w, "id", id);
	snprintf(text, sizeof text, "%s %u", name, c->hazard % 97 + 1);
	put_text(w, "name", text);
	put_text(w, "class", v->cha ? "CHA" : "SHA");
	put_text(w, "status", v->status);
	put_day(w, "status_date", v->day);
	put_text(w, "status_reason", v->reason);
	put_text(w, "merged_into", v->merged_into);
	put_text(w, "reopens", v->reopens);
	put_day(w, "effective_date", c->fault == FAULT_FUTURE ? v->day + 365 * 31 : v->day);
	put_day(w, "date_identified", c->identified);
	operator_code(c->organisation, text);
	put_text(w, "organisation", text);
	put_codes(w, r, c);
	put_text(w, "geometry_kind", c->fault == FAULT_CIRCLE ? "CIRCLE" : ring ? "POLYGON" : "POINT");
	put_text(w, "fixed_by", compass ? "BRD" : ring && !c->life->old_survey ? "GPS" : "MAP");
	if (compass)
		put_traverse(w, c, ring);
	put_number(w, "accuracy_m", c->fault == FAULT_COARSE ? 75 : !ring ? 100 : c->life->old_survey ? 10 : 5);
	reported = reported_area(r, area, c->organisation, &s);
	if (c->fault == FAULT_UNIT_SLIP)
		reported = round(area * 1000) / (chance_hits(&s, 0.7) ? 1e7 : 1e9);
	else if (c->fault == FAULT_AREA)
		reported = round(area * chance_in(&s, 1.4, 3.0));
	else if (c->fault == FAULT_TOO_LARGE)
		reported = round(district_area_m2(r, c->district) * chance_in(&s, 1.1, 1.6));
	put_number(w, "area_reported_m2", reported);
	put_text(w, "area_unit_entered", "M2");
	if (c->fault != FAULT_MISSING) {
		snprintf(text, sizeof text, "%s%s%s", life_classes[c->life->contamination],
		         c->life->contamination2 < 0 ? "" : " ",
		         c->life->contamination2 < 0 ? "" : life_classes[c->life->contamination2]);
		put_text(w, "contamination", text);
	}
	put_evidence(w, c, v, &s);
	if (c->fault == FAULT_UNKNOWN_CODE)
		put_text(w, "soil", "MOONDUST");
	put_land(w, &same);
	/* Records reach the office some weeks later (domain.md 8.6: exponential, mean 30 days). */
	entry = v->day + (int)fmin(fmin(200, day_of(2025, 6, 25) - v->day), -30 * log(1 - sl_uniform(&s)));
	put_day(w, "entry_date", c->fault == FAULT_FUTURE ? v->day + 365 * 31 : entry);
	if (chance_hits(&s, 0.05)) {
		fictional_name(&s, name);
		put_text(w, "informant_name", name);
	}
	remark(&s, text);
	put_text(w, "notes", text);
	return record_end(w, ring, point, e);
}

static bool leg_is_free(const struct run *r, uint32_t site, struct spot from, double x_m, double y_m)
{
	for (int i = 1; i <= 20; i++)
		if (sites_clash(&r->sites, spot_at(from, x_m * i / 20, y_m * i / 20), 500, site))
			return false;
	return true;
}

/* Changes the outline as the fault says; a fault for which there is no room becomes none. */
static void plant(struct run *r, uint32_t site, struct common *c, struct ring *ring, uint64_t *s)
{
	struct spot centre = r->sites.v[site].at, p;
	int k = (int)chance_of(s, (uint32_t)ring->n);
	double angle, m, area;

	switch (c->fault) {
	case FAULT_SWAPPED:
		for (int i = 0; i < ring->n; i++)
			ring->p[i] = (struct spot){ring->p[i].y, ring->p[i].x};
		break;
	case FAULT_BOW_TIE:
		for (int i = 0; i < ring->n && !ring_crosses(ring); i++) {
			int a = (k + i) % ring->n, b = (a + 1) % ring->n;

			p = ring->p[a];
			ring->p[a] = ring->p[b];
			ring->p[b] = p;
			if (ring_crosses(ring))
				return;
			ring->p[b] = ring->p[a];
			ring->p[a] = p;
		}
		c->fault = FAULT_NONE;
		break;
	case FAULT_DUPLICATE_VERTEX:
		memmove(&ring->p[k + 1], &ring->p[k], (size_t)(ring->n - k) * sizeof *ring->p);
		ring->n++;
		break;
	case FAULT_LONG_LEG:
		for (int i = 0; i < ring->n; i++) {
			p = ring->p[(k + i) % ring->n];
			angle = atan2((double)(p.y - centre.y), (double)(p.x - centre.x));
			m = chance_in(s, 6500, 9000);
			if (!leg_is_free(r, site, centre, m * cos(angle), m * sin(angle)))
				continue;
			ring->p[(k + i) % ring->n] = spot_at(centre, m * cos(angle), m * sin(angle));
			return;
		}
		c->fault = FAULT_NONE;
		break;
	case FAULT_OUTSIDE_COUNTRY:
		p.x = (int64_t)llround(chance_in(s, 88.0, 92.0) * SPOT_DEG) - centre.x;
		p.y = (int64_t)llround(chance_in(s, -16.0, -10.0) * SPOT_DEG) - centre.y;
		for (int i = 0; i < ring->n; i++)
			ring->p[i] = (struct spot){ring->p[i].x + p.x, ring->p[i].y + p.y};
		break;
	case FAULT_CIRCLE:
		area = ring_area_m2(ring);
		ring->n = 36;
		/* A polygon of n corners has the area n/2 · r² · sin(2π/n). */
		m = sqrt(area / (18 * sin(2 * PI / 36)));
		for (int i = 0; i < ring->n; i++)
			ring->p[i] = spot_at(centre, m * cos(2 * PI * i / 36), m * sin(2 * PI * i / 36));
		break;
	case FAULT_TWO_VERTICES: ring->n = 2; break;
	case FAULT_CLOSING_POINT: ring->p[ring->n++] = ring->p[0]; break;
	case FAULT_LAST_TWO:
		ring->p[ring->n] = ring->p[0];
		ring->p[ring->n + 1] = ring->p[1];
		ring->n += 2;
		break;
	default: break;
	}
}

/* Was the hazard in the report of the last year?  Where faults are planted, some records that stayed as
 * they were stand beside those that did not. */
static bool reached_early(const struct run *r, const struct common *c)
{
	uint64_t s = chance(r->s->seed, CHANCE_SURVEY, (1ull << 40) + c->hazard);

	return c->fault == FAULT_CLOSED_YEAR || (r->s->faults > 0 && c->fault == FAULT_NONE && c->life->quiet &&
	                                         c->life->day < day_of(2024, 1, 1) && chance_hits(&s, 0.02));
}

static enum sl_code first_version(struct run *r, struct common *c, uint32_t site_number, struct ring *ring,
                                  struct sl_err *e)
{
	uint64_t s = chance(r->s->seed, CHANCE_FAULT, c->hazard);
	struct version v = {.status = "OPEN", .day = c->life->day, .cha = c->life->cha};
	char id[24], other[32], ids[80];

	hazard_id(c->hazard, id);
	if (c->life->quiet)
		c->fault = fault_draw(r->s->seed, FAULT_NONE, FAULT_HAZARDS_END, c->hazard, r->s->faults * 3);
	/* Evidence is wrong in one way for confirmed land and in another for suspected land. */
	if (v.cha && (c->fault == FAULT_STILL_SUSPECTED || c->fault == FAULT_EVIDENCE_SAID))
		c->fault = FAULT_NO_EVIDENCE;
	else if (!v.cha && c->fault == FAULT_NO_EVIDENCE)
		c->fault = FAULT_STILL_SUSPECTED;
	if (c->fault == FAULT_CLOSED_YEAR && v.day >= day_of(2024, 1, 1))
		c->fault = FAULT_NONE;
	if (c->fault != FAULT_NONE)
		plant(r, site_number, c, ring, &s);
	if (reached_early(r, c))
		c->file = SL_SIMULATED_EARLY;
	if (put_version(r, c, &v, id, ring, NULL, e))
		return e->code;
	c->file = SL_SIMULATED_HAZARD;
	if (c->fault == FAULT_NONE)
		return SL_OK;
	if (c->fault == FAULT_OLDER_NEWS || c->fault == FAULT_CLOSED_YEAR) {
		v.day = c->fault == FAULT_OLDER_NEWS ? v.day - 30 - (int)chance_of(&s, 200)
		                                     : day_of(2024, 2, 1) + (int)chance_of(&s, 300);
		if (c->fault == FAULT_CLOSED_YEAR)
			v.status = "WORK";
		if (put_version(r, c, &v, id, ring, NULL, e))
			return e->code;
	}
	if (c->fault == FAULT_SPELLED_ID) {
		snprintf(other, sizeof other, "ha-%06u ", c->hazard + 1);
		if (put_version(r, c, &v, other, ring, NULL, e))
			return e->code;
		/* Import tells the two apart by a mark of duplication. */
		snprintf(ids, sizeof ids, "%s|ha-%06u|ha-%06u-DUP02", id, c->hazard + 1, c->hazard + 1);
		return run_truth(r, c->fault, ids, e);
	}
	if (c->fault == FAULT_STATUS) {
		v.status = "HAND";
		v.reason = "handed over to the village";
		v.day += 90 + (int)chance_of(&s, 300);
		if (put_version(r, c, &v, id, ring, NULL, e))
			return e->code;
	}
	return run_truth(r, c->fault, id, e);
}

static enum sl_code later_versions(struct run *r, struct common *c, int half, const struct shape *shape,
                                   const struct ring *whole, struct sl_err *e)
{
	const struct life *l = c->life;
	const struct step *last = l->n_steps ? &l->step[l->n_steps - 1] : NULL;
	struct ring ring;
	char id[24], other[64];
	enum fault fault = fault_draw(r->s->seed, FAULT_COPY, FAULTS, c->hazard, r->s->faults * 5);

	hazard_id(c->hazard, id);
	c->fault = FAULT_NONE;
	if (l->confirmed) {
		shape_slices(shape, half, l->confirmed_slice, -1, &ring);
		if (put_version(r, c, &(struct version){"OPEN", "direct evidence", NULL, NULL, l->confirmed, true},
		                id, &ring, NULL, e))
			return e->code;
	}
	if (l->working) {
		shape_slices(shape, half, l->working_slice, -1, &ring);
		if (put_version(r, c, &(struct version){"WORK", NULL, NULL, NULL, l->working, true}, id, &ring,
		                NULL, e))
			return e->code;
	}
	if (l->closed) {
		/* On the day of the last release, with the ground of that release: the release then ends it. */
		shape_slices(shape, half, last->first, -1, &ring);
		if (put_version(r, c,
		                &(struct version){"CLOSED",
		                                  last->product == PRODUCT_CAN ? "cancelled" : "completed", NULL,
		                                  NULL, last->end, l->cha || l->confirmed},
		                id, &ring, NULL, e))
			return e->code;
	} else if (last && last->until < 1.0 && last->product == PRODUCT_CLR && fault == FAULT_CLOSED) {
		shape_slices(shape, half, last->last + 1, -1, &ring);
		if (put_version(r, c, &(struct version){"CLOSED", "completed", NULL, NULL, last->end + 1, true}, id,
		                &ring, NULL, e) ||
		    run_truth(r, FAULT_CLOSED, id, e))
			return e->code;
	}
	if (l->reopened) {
		bool unlinked = fault == FAULT_REOPENED && l->closed;

		shape_slices(shape, half, l->step[l->reopened_step].first, l->step[l->reopened_step].last, &ring);
		snprintf(other, sizeof other, "RL-%06u-%d", c->hazard + 1, l->reopened_step + 1);
		if (put_version(
		        r, c,
		        &(struct version){"OPEN", "an accident", NULL, unlinked ? NULL : other, l->reopened, true},
		        id, &ring, NULL, e))
			return e->code;
		/* The accident in land that nobody reopened shows it too; it is the next to be written. */
		snprintf(other, sizeof other, "%s|AX-%05llu", id, (unsigned long long)r->n_accidents + 1);
		if (unlinked && run_truth(r, FAULT_REOPENED, other, e))
			return e->code;
	}
	if (l->withdrawn) {
		bool merged = l->withdrawn_into != 0, nowhere = merged && fault == FAULT_MERGED;

		snprintf(other, sizeof other, "HA-%06d", l->withdrawn_into);
		if (put_version(r, c,
		                &(struct version){l->withdrawn_status,
		                                  merged ? "recorded twice" : "entered in error",
		                                  merged && !nowhere ? other : NULL, NULL, l->withdrawn, l->cha},
		                id, whole, NULL, e))
			return e->code;
		if (nowhere && run_truth(r, FAULT_MERGED, id, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code truth_of_site(struct run *r, uint32_t slot, struct sl_err *e)
{
	const struct site *site = &r->sites.v[slot / 2];
	char ids[64];
	uint32_t a, b;

	if (site->kind == SITE_FAULT_COPY) {
		a = r->sites.hazard_of[(size_t)site->shape * 2];
		b = r->sites.hazard_of[slot];
		snprintf(ids, sizeof ids, "HA-%06u|HA-%06u", a, b);
		return run_truth(r, FAULT_COPY, ids, e);
	}
	if (slot % 2 == 0 || (site->kind != SITE_FAULT_DOUBLE && site->kind != SITE_FAULT_ACROSS))
		return SL_OK;
	a = r->sites.hazard_of[slot - 1];
	b = r->sites.hazard_of[slot];
	snprintf(ids, sizeof ids, "HA-%06u|HA-%06u", a, b);
	return run_truth(r, site->kind == SITE_FAULT_DOUBLE ? FAULT_DOUBLE : FAULT_ACROSS, ids, e);
}

enum sl_code write_hazard(struct run *r, uint32_t hazard, struct sl_err *e)
{
	uint32_t slot = r->sites.hazard_slot[hazard];
	int half = (int)(slot % 2);
	const struct site *site = &r->sites.v[slot / 2];
	uint64_t s = chance(r->s->seed, CHANCE_PEOPLE, hazard);
	struct common c = {
	    .hazard = hazard, .district = site->district, .fault = FAULT_NONE, .file = SL_SIMULATED_HAZARD};
	struct life life;
	struct shape shape;
	struct ring ring;
	char id[24], release[32];

	life_make(r->s->seed, hazard, &r->sites, &life);
	c.life = &life;
	c.organisation = life.organisation;
	c.identified = life.day;
	hazard_id(hazard, id);
	if (life.point_only) {
		/* A few are enough: many would be more than half of the country. */
		if (hazard < 3000)
			c.fault =
			    fault_draw(r->s->seed, FAULT_HAZARDS_END, FAULT_SKETCHES_END, hazard, r->s->faults * 2);
		if (put_version(r, &c, &(struct version){.status = "OPEN", .day = life.day}, id, NULL, &site->at,
		                e))
			return e->code;
		return c.fault == FAULT_NONE ? SL_OK : run_truth(r, c.fault, id, e);
	}
	shape_make(r->s->seed, site, slot / 2, half, &shape);
	life_cut(r->s->seed, hazard, half, &life, &shape);
	shape_slices(&shape, half, 0, -1, &ring);
	r->vertices += (uint64_t)ring.n;
	if (first_version(r, &c, slot / 2, &ring, e) || truth_of_site(r, slot, e) ||
	    later_versions(r, &c, half, &shape, &ring, e) ||
	    write_releases(r, hazard, site, half, &life, &shape, e))
		return e->code;
	if (life.accident)
		return write_accident(r, hazard, &life, shape_inside(&shape, half, 0, &s), site->district,
		                      life.accident, NULL, e);
	if (!life.reopened)
		return SL_OK;
	snprintf(release, sizeof release, "RL-%06u-%d", hazard + 1, life.reopened_step + 1);
	return write_accident(r, hazard, &life,
	                      shape_inside(&shape, half, life.step[life.reopened_step].first, &s),
	                      site->district, life.reopened - 2, release, e);
}
