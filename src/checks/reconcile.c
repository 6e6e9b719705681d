#include "checks/reconcile.h"

#include <math.h>

/* Neumaier's compensated sum (Z. Angew. Math. Mech. 54 (1974) 39): the residual of large figures is small.
 */
static double sum(double start, const double *x, size_t n, double sign)
{
	double s = start, lost = 0;

	for (size_t i = 0; i < n; i++) {
		double y = sign * x[i], t = s + y;

		lost += fabs(s) >= fabs(y) ? (s - t) + y : (y - t) + s;
		s = t;
	}
	return s + lost;
}

double sl_reconcile(double opening, const double *flow, size_t n, double closing)
{
	return sum(closing - opening, flow, n, -1);
}

double sl_reconcile_parts(double whole, const double *part, size_t n, double unit)
{
	double difference = sum(whole, part, n, -1);

	/* The figures themselves are decimal: a hair of binary rounding is not a difference. */
	return fabs(difference) <= unit * 0.5 * (double)(n + 1) * (1 + 1e-9) + 1e-12 * fabs(whole) ? 0
	                                                                                           : difference;
}
