/* Do tables of what remains explain themselves?  Opening, changes and closing by region, whoever made them:
 * the programme's own account or a published report.  Pure. Reconciliation identity: IMAS 05.10; Article 7
 * reporting; the rounding that is allowed for is that of sl_reconcile_parts (checks/reconcile.h). */
#ifndef SL_ANALYSIS_ESTIMATE_STOCK_H
#define SL_ANALYSIS_ESTIMATE_STOCK_H

#include "base/str.h"

struct sl_stock_row {
	struct sl_str region;
	double opening, closing; /* NAN: not given */
};
struct sl_stock_table { /* areas in one unit */
	struct sl_stock_row whole;
	const struct sl_stock_row *row; /* regions that together are the whole; none: only the whole is known */
	size_t n_rows;
	double released; /* taken off in the period; NAN: not given */
	double added;    /* newly identified, reopened, extended; NAN: not given */
	double land;     /* of the whole country; NAN: not known */
	double unit;     /* last place that is printed: 0.01 */
};

enum sl_stock_fault {
	SL_STOCK_RESIDUAL,    /* closing is not opening + added - released: `by` is missing */
	SL_STOCK_ROSE,        /* more at the end than at the start, and nothing was added: `by` more */
	SL_STOCK_REGION_ROSE, /* a region rose while the whole fell: `by` hides in the difference of the wholes
	                       */
	SL_STOCK_PARTS_OPENING,
	SL_STOCK_PARTS_CLOSING, /* the regions do not add up to the whole: `by` */
	SL_STOCK_LAND           /* a whole of half the country's land or more: `by` is the share of it */
};
struct sl_stock_finding {
	enum sl_stock_fault fault;
	struct sl_str region; /* empty: the whole */
	double opening, closing, by;
};
/* In the order above.  SL_INVALID for an area that is negative or infinite, and for a table without its
 * whole. */
SL_CHECKED enum sl_code sl_stock_judge(struct sl_arena *a, const struct sl_stock_table *t,
                                       struct sl_stock_finding **out, size_t *n, struct sl_err *e);

#endif
