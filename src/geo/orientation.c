#include "geo/orientation.h"

#include <math.h>

/* Product as an unevaluated sum of two doubles (Dekker 1971, doi:10.1007/BF01397083), by the fused
 * multiply-add, which the C library gives exactly on every machine. */
static void two_product(double x, double y, double *hi, double *lo)
{
	*hi = x * y;
	*lo = fma(x, y, -*hi);
}

/* Add `x` to an expansion of n components in increasing order of size (Shewchuk 1997, Grow-Expansion,
 * doi:10.1007/PL00009321). */
static int grow(double *expansion, int n, double x)
{
	double q = x;

	for (int i = 0; i < n; i++) {
		double sum = q + expansion[i], part = sum - q;

		expansion[i] = (q - (sum - part)) + (expansion[i] - part);
		q = sum;
	}
	expansion[n] = q;
	return n + 1;
}

int sl_orientation(const double a[2], const double b[2], const double c[2])
{
	/* The filter of Shewchuk's orient2d: (3 + 16 ε) ε with ε = 2^-53. */
	const double bound = 3.3306690738754716e-16;
	double left = (a[0] - c[0]) * (b[1] - c[1]), right = (a[1] - c[1]) * (b[0] - c[0]);
	double det = left - right;
	/* a×b + b×c + c×a, its six products exactly. */
	const double term[6][2] = {{a[0], b[1]}, {-a[1], b[0]}, {b[0], c[1]}, {-b[1], c[0]},
	                           {c[0], a[1]}, {-c[1], a[0]}};
	double expansion[12];
	int n = 0;

	if (fabs(det) > bound * (fabs(left) + fabs(right)))
		return (det > 0) - (det < 0);
	for (int i = 0; i < 6; i++) {
		double hi, lo;

		two_product(term[i][0], term[i][1], &hi, &lo);
		n = grow(expansion, n, lo);
		n = grow(expansion, n, hi);
	}
	/* Components do not overlap, so the largest that is not zero has the sign of the sum. */
	for (int i = n - 1; i >= 0; i--)
		if (expansion[i] != 0)
			return expansion[i] > 0 ? 1 : -1;
	return 0;
}
