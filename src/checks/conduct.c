/* Q01, Q02, Q05, R05, R07, R09: how the work is done and reported. */
#include "checks/conduct.h"

#include "base/map.h"
#include "checks/index.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum sl_code sl_q01_approvals(struct sl_check_programme *p, struct sl_err *e)
{
	for (size_t i = 0; i < p->approval.n; i++) {
		const struct sl_approvals *a = &p->approval.v[i];
		const struct sl_item *item = &p->item.v[a->item];

		if (sl_index_say(p, "Q01", item, (struct sl_spot){0}, e,
		                 "%u record%s, this one first, approved by %.*s, who entered %s.", (unsigned)a->n,
		                 a->n == 1 ? " was" : "s were", SL_STR_ARG(p->term.v[a->author]),
		                 a->n == 1 ? "it" : "them"))
			return e->code;
	}
	return SL_OK;
}

/* ---- Q02, Q05: overdue on the day until which the programme has been told ---- */

enum sl_code sl_q02_overdue(struct sl_check_programme *p, struct sl_err *e)
{
	bool *has_parts = sl_arena_alloc(&p->rule, p->term.n + 1, sizeof *has_parts, e); /* by term: visits */

	if (!has_parts)
		return e->code;
	for (size_t i = 0; i < p->quality.n; i++)
		has_parts[p->quality.v[i].visit] = p->quality.v[i].visit != 0;
	for (size_t i = 0; i < p->quality.n; i++) {
		const struct sl_quality_item *q = &p->quality.v[i];
		const struct sl_item *item = &p->item.v[q->item];
		int32_t due = q->due;
		char a[11], b[11];

		if (q->closed || (!q->critical && !q->major))
			continue;
		/* Its nonconformities are records of their own: each is due by itself. */
		if (q->by_result && has_parts[item->id_term])
			continue;
		if (due == SL_DAY_NONE && item->day != SL_DAY_NONE)
			due = item->day + (int32_t)(q->critical ? p->c->limit.critical_days : p->c->limit.major_days);
		if (due == SL_DAY_NONE || p->horizon <= due)
			continue;
		if (sl_index_say(p, "Q02", item, (struct sl_spot){.field = "closed_date"}, e,
		                 "A %s nonconformity was due on %s and is still open on %s.",
		                 q->critical ? "critical" : "major", sl_day_text((struct sl_date){due}, a),
		                 sl_day_text((struct sl_date){p->horizon}, b)))
			return e->code;
	}
	return SL_OK;
}

static void later(int32_t *known, int32_t day)
{
	if (day != SL_DAY_NONE && (*known == SL_DAY_NONE || day > *known))
		*known = day;
}

enum sl_code sl_q05_visits(struct sl_check_programme *p, struct sl_err *e)
{
	int32_t *last; /* visit, by term of the activity, hazard or task that it names */

	if (!p->quality.n)
		return SL_OK; /* quality is not recorded here */
	last = sl_arena_alloc(&p->rule, p->term.n, sizeof *last, e);
	if (!last)
		return e->code;
	for (size_t i = 0; i < p->term.n; i++)
		last[i] = SL_DAY_NONE;
	for (size_t i = 0; i < p->quality.n; i++) {
		const struct sl_quality_item *q = &p->quality.v[i];
		int32_t day = p->item.v[q->item].day;

		later(&last[q->activity], day);
		later(&last[q->hazard], day);
		later(&last[q->task], day);
	}
	last[0] = SL_DAY_NONE;
	for (size_t i = 0; i < p->activity.n; i++) {
		const struct sl_activity_item *a = &p->activity.v[i];
		const struct sl_item *item = &p->item.v[a->item];
		int32_t seen = last[item->id_term], since, days;
		char day[11];

		if (strcmp(a->status, "ONGO") ||
		    (strcmp(a->type, "CLR") && strcmp(a->type, "TS") && strcmp(a->type, "BAC")))
			continue;
		later(&seen, last[a->task]);
		later(&seen, last[a->hazard]);
		since = seen != SL_DAY_NONE ? seen : a->start != SL_DAY_NONE ? a->start : item->day;
		if (since == SL_DAY_NONE || p->horizon - since <= (int32_t)p->c->limit.visit_days)
			continue;
		days = p->horizon - since;
		if (seen == SL_DAY_NONE
		        ? sl_index_say(p, "Q05", item, (struct sl_spot){0}, e,
		                       "Ongoing for %d days without a quality visit.", (int)days)
		        : sl_index_say(p, "Q05", item, (struct sl_spot){0}, e,
		                       "Ongoing, and the last quality visit was on %s, %d days before.",
		                       sl_day_text((struct sl_date){seen}, day), (int)days))
			return e->code;
	}
	return SL_OK;
}

/* ---- R05: last digits ---- */

double sl_uniform_digits_p(const size_t count[10])
{
	double n = 0, chi2 = 0, x;

	for (int d = 0; d < 10; d++)
		n += (double)count[d];
	if (!(n > 0))
		return 1;
	for (int d = 0; d < 10; d++)
		chi2 += ((double)count[d] - n / 10) * ((double)count[d] - n / 10) / (n / 10);
	/* Upper tail of chi-squared with 9 degrees of freedom (Abramowitz and Stegun 26.4.4). */
	x = sqrt(chi2);
	return erfc(x / sqrt(2.0)) + 2 * exp(-chi2 / 2) / sqrt(2 * 3.14159265358979323846) *
	                                 (x + x * x * x / 3 + pow(x, 5) / 15 + pow(x, 7) / 105);
}

struct digits {
	uint32_t organisation;
	size_t count[10], n;
	uint32_t item;
};

/* Enough for chi-squared: five values expected of each digit (Cochran 1954, doi:10.2307/3001666). */
enum { VALUES_MIN = 50, AREA_MIN = 100 };

static void count_digit(struct digits *d, double m2, uint32_t item)
{
	if (!(m2 >= AREA_MIN) || m2 > 1e15 || m2 != floor(m2))
		return;
	if (!d->n++)
		d->item = item;
	d->count[(size_t)fmod(m2, 10)]++;
}

enum sl_code sl_r05_digits(struct sl_check_programme *p, struct sl_err *e)
{
	struct digits *by_term = sl_arena_alloc(&p->rule, p->term.n, sizeof *by_term, e);
	double least = fmax(VALUES_MIN, p->c->limit.terminal_digit_n);
	size_t tested = 0;

	if (!by_term)
		return e->code;
	for (size_t i = 0; i < p->release.n; i++)
		count_digit(&by_term[p->item.v[p->release.v[i].item].organisation], p->release.v[i].reported_m2,
		            p->release.v[i].item);
	for (size_t i = 0; i < p->activity.n; i++)
		count_digit(&by_term[p->item.v[p->activity.v[i].item].organisation], p->activity.v[i].processed_m2,
		            p->activity.v[i].item);
	for (size_t t = 1; t < p->term.n; t++)
		tested += (double)by_term[t].n >= least;
	for (size_t t = 1; t < p->term.n; t++) {
		const struct digits *d = &by_term[t];
		size_t most = 0;
		double chance;

		if ((double)d->n < least)
			continue;
		chance = sl_uniform_digits_p(d->count);
		if (chance >=
		    p->c->limit.terminal_digit_p / (double)tested) /* Bonferroni: many organisations, few alarms */
			continue;
		for (size_t k = 1; k < 10; k++)
			most = d->count[k] > d->count[most] ? k : most;
		if (sl_index_say(p, "R05", &p->item.v[d->item], (struct sl_spot){.field = "organisation"}, e,
		                 "Of %zu areas reported by %.*s in whole m², %zu end in %zu; chance would give "
		                 "about %.0f (p = %.1g).",
		                 d->n, SL_STR_ARG(p->term.v[t]), d->count[most], most, (double)d->n / 10,
		                 fmax(chance, 1e-99)))
			return e->code;
	}
	return SL_OK;
}

/* ---- R07: a team that never finds anything ---- */

struct team {
	uint32_t organisation, team, item;
	double empty_m2;
	bool found;
};

static uint64_t *team_slot(struct sl_check_programme *p, struct sl_map *map, const struct sl_item *item,
                           size_t n, bool *is_new, struct sl_err *e)
{
	char *key = sl_arena_printf(&p->rule, e, "%u/%u", (unsigned)item->organisation, (unsigned)item->team);

	return key ? sl_map_put(map, sl_str_from(key), n, is_new, e) : NULL;
}

static enum sl_code collect_teams(struct sl_check_programme *p, struct sl_map *map, struct team *teams,
                                  size_t *n, const bool *has_find, struct sl_err *e)
{
	for (size_t i = 0; i < p->activity.n; i++) {
		const struct sl_activity_item *a = &p->activity.v[i];
		const struct sl_item *item = &p->item.v[a->item];
		double m2 = a->cleared_m2 > 0 ? a->cleared_m2 : a->processed_m2;
		struct team *team;
		uint64_t *slot;
		bool is_new;

		if (!item->team || (strcmp(a->type, "CLR") && strcmp(a->type, "BAC")))
			continue;
		slot = team_slot(p, map, item, *n, &is_new, e);
		if (!slot)
			return e->code;
		team = &teams[*slot];
		if (is_new) {
			*team = (struct team){.organisation = item->organisation, .team = item->team, .item = a->item};
			(*n)++;
		}
		team->found |= a->found > 0 || has_find[i];
		/* Nothing said is not nothing found. */
		if (m2 > 0 && (a->found == 0 || (a->none_found && !(a->found > 0))))
			team->empty_m2 += m2;
	}
	return SL_OK;
}

enum sl_code sl_r07_nothing_found(struct sl_check_programme *p, struct sl_err *e)
{
	struct team *teams = sl_arena_alloc(&p->rule, p->activity.n, sizeof *teams, e);
	bool *has_find = teams ? sl_arena_alloc(&p->rule, p->activity.n, sizeof *has_find, e) : NULL;
	struct sl_map map = {0};
	size_t n = 0;

	if (!has_find)
		return e->code;
	for (size_t i = 0; i < p->ordnance.n; i++) {
		uint32_t at = sl_index_find(p, SL_CHECK_ACTIVITY, p->ordnance.v[i].activity);

		if (at != SL_NO_ITEM && p->ordnance.v[i].counts)
			has_find[p->item.v[at].detail] = true;
	}
	for (size_t i = 0; i < p->release.n; i++) {
		uint32_t at = sl_index_find(p, SL_CHECK_ACTIVITY, p->release.v[i].activity);

		if (at != SL_NO_ITEM && p->release.v[i].found > 0)
			has_find[p->item.v[at].detail] = true;
	}
	collect_teams(p, &map, teams, &n, has_find, e);
	sl_map_done(&map);
	for (size_t i = 0; i < n && !e->code; i++) {
		char ha[40];

		if (teams[i].found || teams[i].empty_m2 <= p->c->limit.zero_eo_hectares * 1e4)
			continue;
		if (sl_index_say(p, "R07", &p->item.v[teams[i].item],
		                 (struct sl_spot){.field = "team", .m2 = teams[i].empty_m2}, e,
		                 "Team %.*s cleared %s ha and reports that it found nothing at all.",
		                 SL_STR_ARG(p->term.v[teams[i].team]), sl_number_text(teams[i].empty_m2 / 1e4, ha)))
			break;
	}
	return e->code;
}

/* ---- R09: the same output again and again ---- */

struct output {
	uint32_t organisation, team, activity;
	int32_t day;
	double m2;
};

static int by_team_and_day(const void *a, const void *b)
{
	const struct output *x = a, *y = b;

	if (x->organisation != y->organisation)
		return x->organisation < y->organisation ? -1 : 1;
	if (x->team != y->team)
		return x->team < y->team ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->activity > y->activity) - (x->activity < y->activity);
}

enum sl_code sl_r09_identical(struct sl_check_programme *p, struct sl_err *e)
{
	struct output *v = sl_arena_alloc(&p->rule, p->activity.n, sizeof *v, e);
	size_t n = 0;

	if (!v)
		return e->code;
	for (size_t i = 0; i < p->activity.n; i++) {
		const struct sl_activity_item *a = &p->activity.v[i];
		const struct sl_item *item = &p->item.v[a->item];

		if (item->team && a->processed_m2 > 0 && !a->cumulative)
			v[n++] = (struct output){item->organisation, item->team, (uint32_t)i,
			                         a->start != SL_DAY_NONE ? a->start : item->day, a->processed_m2};
	}
	qsort(v, n, sizeof *v, by_team_and_day);
	for (size_t i = 0, end; i < n; i = end) {
		char m2[40];

		for (end = i + 1; end < n && v[end].organisation == v[i].organisation && v[end].team == v[i].team &&
		                  v[end].m2 == v[i].m2;)
			end++;
		if ((double)(end - i) < p->c->limit.identical_days_n)
			continue;
		if (sl_index_say(p, "R09", &p->item.v[p->activity.v[v[i].activity].item],
		                 (struct sl_spot){.field = "area_processed_m2", .m2 = v[i].m2 * (double)(end - i)},
		                 e, "Team %.*s reports %s m² in %zu records in a row.",
		                 SL_STR_ARG(p->term.v[v[i].team]), sl_number_text(v[i].m2, m2), end - i))
			return e->code;
	}
	return SL_OK;
}
