#include "analysis/estimate_outside.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum sl_code sl_share_interval(double k, double n, double level, double *low, double *high,
                               struct sl_err *e)
{
	if (!(n >= 1) || !(k >= 0) || isinf(n) || k > n)
		return sl_fail(e, SL_INVALID,
		               "a sample of squares has one square or more, and not more with an indication than "
		               "were surveyed");
	if (!(level > 0 && level < 1))
		return sl_fail(e, SL_INVALID, "the level of an interval lies between 0 and 1, such as 0.9");
	*low = k > 0 ? gsl_cdf_beta_Pinv((1 - level) / 2, k, n - k + 1) : 0;
	*high = k < n ? gsl_cdf_beta_Pinv((1 + level) / 2, k + 1, n - k) : 1;
	return SL_OK;
}
