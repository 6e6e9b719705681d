/* What happens to a hazard between 2004 and 2025: an old survey suspects it, non-technical survey cancels
 * half to four fifths of that and confirms the rest, technical survey reduces it, teams clear it in slices
 * over years, and now and then an accident reopens what was released. */
#include "app/simulate_parts.h"

const char *const life_classes[] = {"APM", "AVM", "SUB", "UXO", "APM_IMP", "IED"};
const char *const product_codes[] = {"CAN", "RDT", "RDN", "CLR"};

#define LAST_YEAR 2025

static int contamination(uint64_t *c)
{
	static const double share[] = {0.45, 0.57, 0.72, 0.92, 0.97};
	double u = sl_uniform(c);
	int i = 0;

	while (i < 5 && u >= share[i])
		i++;
	return i;
}

static int days(uint64_t *c, int low, int high)
{
	return low + (int)chance_of(c, (uint32_t)(high - low + 1));
}

static struct step *add_step(struct life *l, uint64_t *c, enum product product, double until, int start,
                             int end)
{
	struct step *s = &l->step[l->n_steps++];

	*s = (struct step){.product = product, .until = until, .start = start, .end = end};
	s->organisation = (int)chance_of(c, OPERATORS);
	s->team = 1 + (int)chance_of(c, 6);
	return s;
}

/* Survey and clearance from the first day on; what would end after the last day has not happened yet. */
static void work(struct life *l, uint64_t *c)
{
	int t = l->day, stop = day_of(LAST_YEAR, 5, 31), clearances;
	bool confirmed = l->cha;
	double until = 0, rest, what;

	if (!confirmed && chance_hits(c, l->old_survey ? 0.75 : 0.5)) {
		t += l->old_survey ? days(c, 200, 5000) : days(c, 60, 900);
		what = sl_uniform(c);
		if (t > stop)
			return;
		if (what < 0.85) {
			until = what < 0.4 ? 1.0 : chance_in(c, 0.5, 0.8);
			add_step(l, c, PRODUCT_CAN, until, t - days(c, 0, 12), t);
		}
		if (what >= 0.4) {
			/* A later version on the same day would come before the cancellation (rule 4). */
			t += days(c, 1, 20);
			confirmed = true;
			l->confirmed = t;
		}
	}
	if (!confirmed || until >= 1.0)
		return;
	if (chance_hits(c, 0.35)) {
		t += days(c, 60, 700);
		if (t + 40 > stop)
			return;
		until += (1.0 - until) * chance_in(c, 0.2, 0.45);
		add_step(l, c, chance_hits(c, 0.75) ? PRODUCT_RDT : PRODUCT_RDN, until, t, t + days(c, 5, 40));
		t += 40;
	}
	if (!chance_hits(c, 0.55))
		return;
	clearances = 1 + (int)chance_of(c, 4);
	rest = 1.0 - until;
	if (chance_hits(c, 0.35))
		rest *= chance_in(c, 0.4, 0.85);
	for (int i = 0; i < clearances; i++) {
		int start = t + days(c, 30, 400), end = start + days(c, 20, 200);

		if (end > stop)
			return;
		until += rest / clearances;
		add_step(l, c, PRODUCT_CLR, until, start, end);
		t = end;
	}
	if (l->step[l->n_steps - 1].until > 0.999)
		l->step[l->n_steps - 1].until = 1.0;
}

/* Two operators recorded the same ground; after a while one of the two records gives way. */
static void recorded_twice(uint64_t seed, const struct sites *sites, uint32_t slot, struct life *l)
{
	uint64_t c = chance(seed, CHANCE_LIFE, (1ull << 40) + slot / 2);

	*l = (struct life){.day = day_of(2009, 1, 1) + days(&c, 0, 4000), .cha = chance_hits(&c, 0.6)};
	l->contamination = contamination(&c);
	l->contamination2 = -1;
	l->organisation = (int)chance_of(&c, OPERATORS);
	if (slot % 2 == 0)
		return;
	l->organisation = (l->organisation + 1) % OPERATORS;
	l->day += days(&c, 20, 300);
	if (sites->v[slot / 2].kind == SITE_DOUBLE) {
		l->withdrawn = l->day + days(&c, 200, 900);
		l->withdrawn_status = chance_hits(&c, 0.5) ? "MERG" : "DUPL";
		l->withdrawn_into = (int)sites->hazard_of[slot - 1];
	}
}

void life_make(uint64_t seed, uint32_t hazard, const struct sites *sites, struct life *l)
{
	uint32_t slot = sites->hazard_slot[hazard];
	enum site_kind kind = (enum site_kind)sites->v[slot / 2].kind;
	uint64_t c = chance(seed, CHANCE_LIFE, hazard);

	if (kind == SITE_DOUBLE || kind == SITE_FAULT_DOUBLE) {
		recorded_twice(seed, sites, slot, l);
		return;
	}
	*l = (struct life){.old_survey = chance_hits(&c, 0.4), .contamination2 = -1};
	l->day =
	    l->old_survey ? day_of(2004, 1, 10) + days(&c, 0, 1400) : day_of(2008, 1, 1) + days(&c, 0, 5600);
	l->cha = !l->old_survey && chance_hits(&c, 0.55);
	l->organisation = (int)chance_of(&c, OPERATORS);
	l->contamination = contamination(&c);
	if (chance_hits(&c, 0.25)) {
		l->contamination2 = chance_hits(&c, 0.5) ? 3 : 1;
		if (l->contamination2 == l->contamination)
			l->contamination2 = -1;
	}
	if (kind == SITE_FAULT_ACROSS || kind == SITE_FAULT_COPY || kind == SITE_MODEL)
		return;
	if (l->old_survey && kind == SITE_SINGLE && chance_hits(&c, 0.12)) {
		l->point_only = true;
		return;
	}
	work(l, &c);
	if (l->n_steps || l->confirmed)
		return;
	if (chance_hits(&c, 0.02)) {
		l->withdrawn = l->day + days(&c, 100, 700);
		l->withdrawn_status = "EXPD";
	} else if (chance_hits(&c, 0.06))
		l->accident = l->day + days(&c, 20, 700);
	l->quiet = kind == SITE_SINGLE && !l->withdrawn && !l->accident;
}

void life_cut(uint64_t seed, uint32_t hazard, int half, struct life *l, struct shape *s)
{
	uint64_t c = chance(seed, CHANCE_CUT, hazard);
	int n = 0, slice = 0, clearances = 0;
	bool all;

	for (int i = 0; i < l->n_steps; i++) {
		struct step step = l->step[i];

		if (step.until < 1.0 && !shape_cut(s, half, step.until, &c))
			continue;
		step.first = step.last = slice;
		slice += step.until < 1.0;
		if (step.product == PRODUCT_CAN)
			l->confirmed_slice = slice;
		l->step[n++] = step;
	}
	l->n_steps = n;
	all = n > 0 && l->step[n - 1].until >= 1.0;
	for (int i = 0; i < n; i++)
		if (l->step[i].product == PRODUCT_CLR) {
			if (!clearances++ && chance_hits(&c, 0.5)) {
				l->working = l->step[i].start;
				l->working_slice = l->step[i].first;
			}
			/* A find in cleared land; in land that was cancelled or reduced it would be a fault (E04). */
			if (all && !l->reopened && chance_hits(&c, 0.02)) {
				l->reopened = l->step[n - 1].end + days(&c, 200, 1500);
				l->reopened_step = i;
			}
		}
	if (l->reopened > day_of(LAST_YEAR, 5, 31))
		l->reopened = 0;
	l->closed = all && chance_hits(&c, 0.7);
	/* A version that follows on the day of another one would have to come after it. */
	if (l->working && (l->working <= l->confirmed || l->working <= l->day))
		l->working = 0;
	for (int i = 0; i < n && l->working; i++)
		if (l->step[i].product != PRODUCT_CLR && l->step[i].end >= l->working)
			l->working = 0;
}
