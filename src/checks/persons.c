/* V03, V06: people in more than one record.  What findings print is never sealed: no names, no places.
 */
#include "checks/index.h"
#include "checks/name_match.h"
#include "geo/area.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- V06: what the accident counts, and the people recorded for it ---- */

static void count_victims(struct sl_check_programme *p)
{
	for (size_t i = 0; i < p->victim.n; i++) {
		struct sl_victim_item *v = &p->victim.v[i];
		uint32_t at = sl_index_find(p, SL_CHECK_ACCIDENT, v->accident);
		struct sl_accident_item *x;
		const struct sl_item *item;

		if (at == SL_NO_ITEM)
			continue;
		x = &p->accident.v[p->item.v[at].detail];
		item = &p->item.v[at];
		if (v->day == SL_DAY_NONE)
			v->day = x->day;
		if (!isfinite(v->lon)) {
			v->lon = item->lon;
			v->lat = item->lat;
		}
		if (!strcmp(v->outcome, "K"))
			x->victims_killed++;
		else if (!strcmp(v->outcome, "I"))
			x->victims_injured++;
		else
			x->victims_unknown++; /* killed later, too: which column that goes to differs */
	}
}

enum sl_code sl_v06_outcomes(struct sl_check_programme *p, struct sl_err *e)
{
	for (size_t i = 0; i < p->accident.n; i++) {
		const struct sl_accident_item *x = &p->accident.v[i];
		uint32_t all = x->victims_killed + x->victims_injured + x->victims_unknown;
		double counted = x->killed + x->injured + (x->unknown > 0 ? x->unknown : 0);

		if (!all || isnan(counted))
			continue;
		if (all > counted) {
			if (sl_index_say(p, "V01", &p->item.v[x->item],
			                 (struct sl_spot){.field = "total", .graded = true, .severity = SL_WARNING}, e,
			                 "%u victims are recorded for this accident, which counts %.0f.", (unsigned)all,
			                 counted))
				return e->code;
			continue;
		}
		if (all < counted ||
		    (x->victims_killed <= x->killed && x->killed <= x->victims_killed + x->victims_unknown))
			continue;
		if (sl_index_say(p, "V06", &p->item.v[x->item], (struct sl_spot){.field = "killed"}, e,
		                 "The accident counts %.0f killed and %.0f injured; the victims recorded are %u "
		                 "killed and %u "
		                 "injured.",
		                 x->killed, x->injured, (unsigned)x->victims_killed, (unsigned)x->victims_injured))
			return e->code;
	}
	return SL_OK;
}

/* ---- V03 ---- */

static bool known_sex(const struct sl_victim_item *v)
{
	return !strcmp(v->sex, "F") || !strcmp(v->sex, "M") || !strcmp(v->sex, "X");
}

static bool dead(const struct sl_victim_item *v)
{
	return v->outcome[0] == 'K';
}

static bool outcomes_agree(const struct sl_victim_item *a, const struct sl_victim_item *b)
{
	bool open = a->outcome[0] == 'U' || b->outcome[0] == 'U' || !a->outcome[0] || !b->outcome[0];

	/* Who was injured may have died later. */
	return open || dead(a) == dead(b) || !strcmp(a->outcome, "KL") || !strcmp(b->outcome, "KL");
}

enum nearness { APART, UNKNOWN_PLACE, SAME_DISTRICT, NEAR, SAME_PLACE };

static enum nearness nearness(const struct sl_check_programme *p, const struct sl_victim_item *a,
                              const struct sl_victim_item *b)
{
	const struct sl_item *x = &p->item.v[a->item], *y = &p->item.v[b->item];

	if ((x->place && x->place == y->place) ||
	    (x->locality && x->locality == y->locality && x->admin[1] == y->admin[1]))
		return SAME_PLACE;
	if (isfinite(a->lon) && isfinite(b->lon))
		return sl_distance_m(a->lon, a->lat, b->lon, b->lat) <= p->c->limit.duplicate_distance_m ? NEAR
		                                                                                         : APART;
	if (x->admin[2] && y->admin[2])
		return x->admin[2] == y->admin[2] ? SAME_PLACE : APART;
	for (int level = 0; level < 2; level++)
		if (x->admin[level] && y->admin[level] && x->admin[level] != y->admin[level])
			return APART;
	return x->admin[1] && x->admin[1] == y->admin[1] ? SAME_DISTRICT : UNKNOWN_PLACE;
}

/* 0: two people.  With names, they decide; without, everything else has to agree, and two different
 * organisations have to have reported. */
static double same_person(const struct sl_check_programme *p, const struct sl_victim_item *a,
                          const struct sl_victim_item *b, struct sl_err *e)
{
	const struct sl_check_limits *l = &p->c->limit;
	bool one_accident = a->accident && a->accident == b->accident;
	double years = fabs(a->age - b->age), names = 0;
	int32_t days = a->day > b->day ? a->day - b->day : b->day - a->day;
	uint32_t by_a = p->item.v[a->item].organisation, by_b = p->item.v[b->item].organisation;
	enum nearness near;

	if (days > (int32_t)l->duplicate_days || years > l->duplicate_age_years ||
	    (known_sex(a) && known_sex(b) && strcmp(a->sex, b->sex)) || !outcomes_agree(a, b) ||
	    (near = nearness(p, a, b)) == APART)
		return 0;
	if (a->name.n && b->name.n) {
		if (sl_name_similarity(a->name, b->name, &names, e) || names < l->duplicate_name_similarity)
			return 0;
		return names;
	}
	if (one_accident || !known_sex(a) || !known_sex(b) || isnan(years) || years > 1 || days > 1 || !by_a ||
	    !by_b || by_a == by_b || near < SAME_DISTRICT || (near == SAME_DISTRICT && years > 0))
		return 0;
	return 0.5 - 0.1 * years - 0.05 * (double)days + (near == SAME_PLACE ? 0.1 : 0);
}

struct dated {
	int32_t day;
	uint32_t victim;
};

static int by_day(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;

	return x->day != y->day ? (x->day < y->day ? -1 : 1)
	                        : (x->victim > y->victim) - (x->victim < y->victim);
}

struct best {
	uint32_t other; /* the earlier record that this one repeats best */
	double score;
	double any; /* best score with any record, earlier or later */
};

/* A flood of victims without a known day or place must not make this quadratic. */
enum { COMPARED_MAX = 2000 };

static enum sl_code pair_up(struct sl_check_programme *p, const struct dated *order, size_t n,
                            struct best *best, struct sl_err *e)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && k - i <= COMPARED_MAX &&
		                       order[k].day - order[i].day <= (int32_t)p->c->limit.duplicate_days;
		     k++) {
			uint32_t older = order[i].victim < order[k].victim ? order[i].victim : order[k].victim,
			         newer = order[i].victim < order[k].victim ? order[k].victim : order[i].victim;
			double score = same_person(p, &p->victim.v[older], &p->victim.v[newer], e);

			if (e->code)
				return e->code;
			best[older].any = fmax(best[older].any, score);
			best[newer].any = fmax(best[newer].any, score);
			if (score > best[newer].score ||
			    (score > 0 && score == best[newer].score && older < best[newer].other)) {
				best[newer].other = older;
				best[newer].score = score;
			}
		}
	return SL_OK;
}

enum sl_code sl_v03_duplicates(struct sl_check_programme *p, struct sl_err *e)
{
	struct dated *order = sl_arena_alloc(&p->rule, p->victim.n, sizeof *order, e);
	struct best *best = order ? sl_arena_alloc(&p->rule, p->victim.n, sizeof *best, e) : NULL;
	size_t n = 0;

	if (!best)
		return e->code;
	count_victims(p);
	for (size_t i = 0; i < p->victim.n; i++)
		if (p->victim.v[i].day != SL_DAY_NONE)
			order[n++] = (struct dated){p->victim.v[i].day, (uint32_t)i};
	qsort(order, n, sizeof *order, by_day);
	if (pair_up(p, order, n, best, e))
		return e->code;
	for (size_t i = 0; i < p->victim.n; i++) {
		const struct sl_victim_item *v = &p->victim.v[i], *o = &p->victim.v[best[i].other];
		int32_t days;
		char names[40] = "", ages[60] = "";

		/* Two men of one age in one accident: only the one whom the other report fits best. */
		if (!(best[i].score > 0) || best[i].score < best[i].any || best[i].score < best[best[i].other].any)
			continue;
		days = v->day - o->day;
		if (v->name.n && o->name.n)
			snprintf(names, sizeof names, ", names %.0f %% alike", 100 * best[i].score);
		if (!isnan(v->age) && !isnan(o->age))
			snprintf(ages, sizeof ages, ", aged %.0f and %.0f", o->age, v->age);
		if (sl_index_say(p, "V03", &p->item.v[v->item], (struct sl_spot){0}, e,
		                 "May be the same person as %.*s: %d day%s apart%s%s.",
		                 SL_STR_ARG(sl_item_id(p, &p->item.v[o->item])), (int)(days < 0 ? -days : days),
		                 days == 1 || days == -1 ? "" : "s", ages, names))
			return e->code;
	}
	return SL_OK;
}
