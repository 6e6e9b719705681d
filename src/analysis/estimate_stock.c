#include "analysis/estimate_stock.h"

#include "checks/reconcile.h"

#include <math.h>

struct findings {
	struct sl_arena *a;
	struct sl_stock_finding *v;
	size_t n, cap;
};

/* Half the land and more is a whole country's area in the place of a hazardous one (domain C.9). */
#define LAND_SHARE 0.5

static void put(struct findings *f, enum sl_stock_fault fault, const struct sl_stock_row *r, double by,
                struct sl_err *e)
{
	struct sl_stock_finding *v =
	    e->code ? NULL : sl_arena_grow(f->a, f->v, &f->cap, f->n + 1, sizeof *v, e);

	if (!v)
		return;
	f->v = v;
	v[f->n++] = (struct sl_stock_finding){fault, r->region, r->opening, r->closing, by};
}

static bool is_area(double x)
{
	return isnan(x) || (x >= 0 && !isinf(x));
}

static enum sl_code judge_input(const struct sl_stock_table *t, struct sl_err *e)
{
	bool good = is_area(t->whole.opening) && is_area(t->whole.closing) && is_area(t->released) &&
	            is_area(t->added) && is_area(t->land);

	for (size_t i = 0; i < t->n_rows; i++)
		good &= is_area(t->row[i].opening) && is_area(t->row[i].closing);
	if (!good)
		return sl_fail(e, SL_INVALID,
		               "a table of what remains has an area that is negative or no number; correct it");
	if (isnan(t->whole.opening) && isnan(t->whole.closing))
		return sl_fail(e, SL_INVALID, "a table of what remains has no total; add it to its claims");
	if (!(t->unit >= 0))
		return sl_fail(e, SL_INVALID, "a table of what remains does not say to which place it is rounded");
	return SL_OK;
}

static void judge_parts(struct findings *f, const struct sl_stock_table *t, bool closing, struct sl_err *e)
{
	double *part = e->code || !t->n_rows ? NULL : sl_arena_alloc(f->a, t->n_rows, sizeof *part, e);
	double whole = closing ? t->whole.closing : t->whole.opening, by;

	for (size_t i = 0; part && i < t->n_rows; i++)
		part[i] = closing ? t->row[i].closing : t->row[i].opening;
	if (!part)
		return;
	by = sl_reconcile_parts(whole, part, t->n_rows, t->unit);
	if (isfinite(by) && by != 0) /* a part that is not given: nothing can be said */
		put(f, closing ? SL_STOCK_PARTS_CLOSING : SL_STOCK_PARTS_OPENING, &t->whole, by, e);
}

enum sl_code sl_stock_judge(struct sl_arena *a, const struct sl_stock_table *t,
                            struct sl_stock_finding **out, size_t *n, struct sl_err *e)
{
	struct findings f = {.a = a};
	double flow[2] = {isnan(t->added) ? 0 : t->added, -t->released}, by, largest;
	bool rounding;

	if (judge_input(t, e))
		return e->code;
	by = sl_reconcile(t->whole.opening, flow, 2, t->whole.closing);
	rounding = fabs(by) <= t->unit * 2 * (1 + 1e-9); /* four figures, each off by half a unit */
	if (isfinite(by) && !rounding)
		put(&f, SL_STOCK_RESIDUAL, &t->whole, by, e);
	by = t->whole.closing - t->whole.opening;
	if (by > t->unit * (1 + 1e-9) && !(t->added > 0))
		put(&f, SL_STOCK_ROSE, &t->whole, by, e);
	for (size_t i = 0; i < t->n_rows; i++) {
		double rise = t->row[i].closing - t->row[i].opening;

		if (by < 0 && rise > t->unit * 0.5)
			put(&f, SL_STOCK_REGION_ROSE, &t->row[i], rise, e);
	}
	judge_parts(&f, t, false, e);
	judge_parts(&f, t, true, e);
	largest = fmax(t->whole.opening, t->whole.closing);
	if (largest >= LAND_SHARE * t->land)
		put(&f, SL_STOCK_LAND, &t->whole, largest / t->land, e);
	if (e->code)
		return e->code;
	*out = f.v;
	*n = f.n;
	return SL_OK;
}
