/* Reports of work that was never done, as they came to light in a real programme (Clearing Cluster Munition
 * Remnants 2018, Laos): one operator whose areas are all round, a team of it that never finds anything, and
 * one that reports the same output day by day.  Each shows over many reports only. */
#include "app/simulate_parts.h"

#include <math.h>
#include <stdio.h>

struct report {
	int team, day, items;
	double m2;
};

static enum sl_code put_report(struct run *r, int number, const struct report *p, struct sl_err *e)
{
	struct writer *w = &r->file[SL_SIMULATED_ACTIVITY];
	uint64_t s = chance(r->s->seed, CHANCE_INVENTED, (uint64_t)number);
	struct spot at;
	int district;
	char text[24];

	do {
		at = country_hazard_spot(&r->country, &s);
		district = country_district(&r->country, at, 20);
	} while (district < 0);
	record_begin(w);
	snprintf(text, sizeof text, "AI-%04d", number);
	put_text(w, "id", text);
	put_text(w, "type", "BAC");
	put_text(w, "status", "COMP");
	put_day(w, "effective_date", p->day);
	put_day(w, "start_date", p->day);
	put_day(w, "end_date", p->day);
	put_text(w, "organisation", INVENTING_OPERATOR);
	snprintf(text, sizeof text, INVENTING_OPERATOR "-T%d", p->team);
	put_text(w, "team", text);
	put_place(w, r, district);
	put_text(w, "quantity_mode", "incremental");
	put_text(w, "method", "VISUAL");
	put_number(w, "area_processed_m2", p->m2);
	put_number(w, "deminer_days", ceil(p->m2 / 500));
	put_int(w, "items_destroyed", p->items);
	put_day(w, "entry_date", p->day + 1);
	return record_end(w, NULL, &at, e);
}

bool has_invented(const struct run *r)
{
	return r->s->faults > 0 && r->s->hazards >= 500;
}

enum sl_code write_invented(struct run *r, struct sl_err *e)
{
	/* 55 round areas are more than the test of last digits asks for; 9 · 1.5 ha are more than 10 ha. */
	enum { ROUND = 55, EMPTY = 9, EQUAL = 7 };
	int first = day_of(2023, 3, 6), number = 1;
	char id[24];

	for (int i = 0; has_invented(r) && i < ROUND + EMPTY + EQUAL; i++, number++) {
		struct report p = {
		    .team = 1, .day = first + i, .items = 1 + i % 4, .m2 = 300 + 10 * (i * 37 % 101)};
		enum fault fault = i == 0               ? FAULT_ROUNDED
		                   : i == ROUND         ? FAULT_NOTHING_FOUND
		                   : i == ROUND + EMPTY ? FAULT_IDENTICAL
		                                        : FAULT_NONE;

		if (i >= ROUND)
			p = (struct report){.team = 2, .day = first + i, .m2 = 15003 + 17 * i};
		if (i >= ROUND + EMPTY)
			p = (struct report){.team = 3, .day = first + i, .items = 1, .m2 = 1250};
		if (put_report(r, number, &p, e))
			return e->code;
		snprintf(id, sizeof id, "AI-%04d", number);
		if (fault != FAULT_NONE && run_truth(r, fault, id, e))
			return e->code;
	}
	return SL_OK;
}
