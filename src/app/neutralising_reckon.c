/* How many may still function, and lie there: fields of one type and one time of laying together. */
#include "app/neutralising_parts.h"

#include <math.h>
#include <stdlib.h>

void sl_clock_ages(const struct clock_field *f, struct sl_date date, double *low, double *high)
{
	*low = fmax(0, ((double)date.day - f->to.day - 1) * 24);
	*high = fmax(0, ((double)date.day - f->from.day + 1) * 24);
}

static enum sl_code reckon(const struct clock *m, const struct clock_field *f, struct sl_date date,
                           struct sl_neutral_view *view, struct reckoned *sum, struct sl_err *e)
{
	struct sl_neutral_count count;
	struct sl_share share;
	double low, high;

	if (date.day < f->from.day)
		return SL_OK; /* nothing lies there yet */
	sl_clock_ages(f, date, &low, &high);
	sl_neutral_shares(f->type->plain, f->type->n, low, high, view, &share);
	/* While it is being laid, less may lie there than in the end. */
	if (sl_neutral_items(date.day < f->to.day ? 0 : f->items_low, f->items_high, share, m->level, &count,
	                     e))
		return e->code;
	sum->able_low += count.low;
	sum->able_high += count.high;
	sum->expected_low += count.expected_low;
	sum->expected_high += count.expected_high;
	sum->lying_low += date.day < f->to.day ? 0 : (double)f->items_low;
	sum->lying_high += (double)f->items_high;
	return SL_OK;
}

static int by_type_and_days(const void *x, const void *y)
{
	const struct clock_field *a = x, *b = y;

	if (a->told.n != b->told.n)
		return a->told.n < b->told.n ? -1 : 1;
	if (a->type != b->type)
		return sl_str_cmp(a->type->name, b->type->name) < 0 ? -1 : 1;
	if (a->from.day != b->from.day)
		return a->from.day < b->from.day ? -1 : 1;
	return a->to.day < b->to.day ? -1 : a->to.day > b->to.day;
}

struct clock_field *sl_clock_groups(struct clock *m, size_t *n, struct sl_err *e)
{
	struct clock_field *g = sl_arena_alloc(m->a, m->fields.n + 1, sizeof *g, e);
	size_t count = 0;

	if (!g)
		return NULL;
	if (m->fields.n) /* qsort takes no NULL */
		qsort(m->fields.v, m->fields.n, sizeof *m->fields.v, by_type_and_days);
	for (size_t i = 0; i < m->fields.n && !m->fields.v[i].told.n; i++) {
		const struct clock_field *f = &m->fields.v[i];
		struct clock_field *last = count ? &g[count - 1] : NULL;

		if (last && last->type == f->type && last->from.day == f->from.day && last->to.day == f->to.day &&
		    last->items_high + f->items_high <= SL_NEUTRAL_ITEMS_MAX) {
			last->items_low += f->items_low;
			last->items_high += f->items_high;
		} else {
			g[count++] = *f;
		}
	}
	*n = count;
	return g;
}

enum sl_code sl_clock_reckon(const struct clock *m, const struct clock_field *g, size_t n,
                             struct sl_date date, struct reckoned *out, struct sl_err *e)
{
	struct reckoned sum = {0};
	size_t most = 0;
	struct sl_arena_mark mark = sl_arena_mark(m->a);
	struct sl_neutral_view *view;

	for (size_t i = 0; i < n; i++)
		most = g[i].type->n > most ? g[i].type->n : most;
	view = sl_arena_alloc(m->a, most + 1, sizeof *view, e);
	for (size_t i = 0; view && i < n; i++)
		if (reckon(m, &g[i], date, view, &sum, e))
			break;
	sl_arena_reset(m->a, mark);
	if (!e->code)
		*out = sum;
	return e->code;
}
