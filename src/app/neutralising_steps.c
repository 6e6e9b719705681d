/* Through time: the days on which what claims leave open changes. */
#include "app/neutralising_parts.h"

#include "model/locale.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS_MAX = 2000 };

/* Not a chart of lines: between two rows nothing falls gradually. */
static const struct sl_statement_column step_columns[] = {
    {.name = "from", .label = SL_TEXT("analysis", "From"), .is_text = true},
    {.name = "lying",
     .label = SL_TEXT("analysis", "Lying there, at most"),
     .unit = SL_TEXT("analysis-unit", "items")},
    {.name = "able_least",
     .label = SL_TEXT("analysis", "May still function, at least"),
     .unit = SL_TEXT("analysis-unit", "items")},
    {.name = "able_most",
     .label = SL_TEXT("analysis", "May still function, at most"),
     .unit = SL_TEXT("analysis-unit", "items")},
    {.name = "lying_least",
     .label = SL_TEXT("analysis", "Lying there, at least"),
     .unit = SL_TEXT("analysis-unit", "items")},
};

static int by_day(const void *a, const void *b)
{
	return *(const int32_t *)a < *(const int32_t *)b ? -1 : *(const int32_t *)a > *(const int32_t *)b;
}

static void add_day(int32_t *day, size_t *n, double at, int32_t not_before)
{
	if (*n < STEPS_MAX && at >= not_before && at < 3e6)
		day[(*n)++] = (int32_t)at;
}

/* The days on which something changes: of laying, and those on which an age passes what a claim names. */
static size_t days_of_change(const struct clock_field *g, size_t n, int32_t *day)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		add_day(day, &count, g[i].from.day, g[i].from.day);
		add_day(day, &count, g[i].to.day, g[i].from.day);
		for (size_t k = 0; k < g[i].type->n; k++) {
			const struct sl_neutral_claim *c = &g[i].type->claim[k].c;
			const double at[] = {c->kind == SL_NEUTRAL_LIFE ? c->low : c->after_hours,
			                     c->kind == SL_NEUTRAL_LIFE ? c->high : (double)NAN};

			for (int j = 0; j < 2; j++) {
				if (isnan(at[j]))
					continue;
				/* One past the threshold: "under its lower end" and "from its upper end on" both have
				 * turned. */
				add_day(day, &count, g[i].from.day - 1 + ceil(at[j] / 24), g[i].from.day);
				add_day(day, &count, g[i].to.day + 1 + ceil(at[j] / 24), g[i].from.day);
			}
		}
	}
	qsort(day, count, sizeof *day, by_day);
	return count;
}

void sl_clock_say_steps(const struct clock *m, const struct clock_field *g, size_t n, struct sl_err *e)
{
	struct sl_statement_table *t;
	struct reckoned last = {.able_low = -1};
	int32_t *day = sl_arena_alloc(m->a, STEPS_MAX, sizeof *day, e);
	size_t count = day ? days_of_change(g, n, day) : 0;

	t = sl_statement_table(m->s, "steps",
	                       SL_TEXT("analysis", "Through time: each row holds until the next"), step_columns,
	                       5, e);
	for (size_t i = 0; i < count && !e->code; i++) {
		struct reckoned r;
		struct sl_statement_cell *c;
		char text[11];

		if ((i && day[i] == day[i - 1]) || sl_clock_reckon(m, g, n, (struct sl_date){day[i]}, &r, e) ||
		    (r.able_low == last.able_low && r.able_high == last.able_high &&
		     r.lying_low == last.lying_low && r.lying_high == last.lying_high) ||
		    !(c = sl_statement_row(m->s, t, e)))
			continue;
		last = r;
		sl_date_text((struct sl_date){day[i]}, text);
		c[0].text = sl_str_from(sl_arena_strndup(m->a, text, 10, e));
		c[1].number = r.lying_high;
		c[2].number = r.able_low;
		c[3].number = r.able_high;
		c[4].number = r.lying_low;
	}
	if (count == STEPS_MAX)
		sl_statement_say(
		    m->s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "More days of change than the table holds: its end is left out."), NULL, 0,
		    e);
}
