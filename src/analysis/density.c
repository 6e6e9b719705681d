#include "analysis/density.h"
#include "analysis/detection.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define M2_PER_HA 10000.0

static enum sl_code searched_check(double area_m2, double detection, double level, struct sl_err *e)
{
	if (!(area_m2 > 0) || !isfinite(area_m2))
		return sl_fail(e, SL_INVALID, "an area of %g m²; write square metres above 0", area_m2);
	if (!sl_is_share(detection))
		return sl_fail(e, SL_INVALID,
		               "the detection probability %g is no probability; write a number from 0 to 1",
		               detection);
	if (!(level > 0) || !(level < 1))
		return sl_fail(e, SL_INVALID, "the level %g of an interval lies between 0 and 1", level);
	return SL_OK;
}

enum sl_code sl_density_posterior(double shape, double rate_ha, double found, double area_m2,
                                  double detection, double level, struct sl_density *out, struct sl_err *e)
{
	double a = shape + found, scale;

	if (searched_check(area_m2, detection, level, e))
		return e->code;
	if (!(found >= 0) || !isfinite(found))
		return sl_fail(e, SL_INVALID, "%g items found; a count is 0 or more", found);
	scale = 1 / (rate_ha + area_m2 / M2_PER_HA * detection);
	if (!(shape >= 0) || !(rate_ha >= 0) || !isfinite(a) || !(a > 0) || !isfinite(scale) || !(scale > 0))
		return sl_fail(e, SL_INVALID,
		               "the prior Gamma(%g, %g) and this search leave no density to speak of", shape,
		               rate_ha);
	*out = (struct sl_density){a * scale, gsl_cdf_gamma_Pinv((1 - level) / 2, a, scale),
	                           gsl_cdf_gamma_Qinv((1 - level) / 2, a, scale)};
	return SL_OK;
}

enum sl_code sl_density_nothing_found(double area_m2, double detection, double level, double *out,
                                      struct sl_err *e)
{
	if (searched_check(area_m2, detection, level, e))
		return e->code;
	if (!(detection > 0))
		return sl_fail(e, SL_INVALID,
		               "a search that finds nothing there is says nothing: its detection is 0");
	*out = gsl_cdf_exponential_Qinv(1 - level, 1 / (area_m2 / M2_PER_HA * detection));
	return SL_OK;
}

enum sl_code sl_expected_remaining(double per_ha, double area_m2, double miss, double *out,
                                   struct sl_err *e)
{
	if (!(per_ha >= 0) || !isfinite(per_ha) || !(area_m2 >= 0) || !isfinite(area_m2) || !sl_is_share(miss))
		return sl_fail(
		    e, SL_INVALID,
		    "density %g a hectare, area %g m², probability of a miss %g: none is negative, the last is "
		    "at most 1",
		    per_ha, area_m2, miss);
	*out = per_ha * area_m2 / M2_PER_HA * miss;
	return SL_OK;
}
