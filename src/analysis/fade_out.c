#include "analysis/fade_out.h"

#include <math.h>

static enum sl_code length_check(double m, const char *what, struct sl_err *e)
{
	if (!(m > 0) || !isfinite(m))
		return sl_fail(e, SL_INVALID, "%s of %g m; write metres above 0", what, m);
	return SL_OK;
}

static enum sl_code share_check(double share, struct sl_err *e)
{
	if (!(share > 0) || !(share < 1))
		return sl_fail(e, SL_INVALID, "the share %g beyond the fade-out; write a number between 0 and 1",
		               share);
	return SL_OK;
}

enum sl_code sl_fade_out_beyond(double distance_m, double r50_m, double *out, struct sl_err *e)
{
	if (length_check(r50_m, "a scatter (circular error probable)", e))
		return e->code;
	if (!(distance_m >= 0) || !isfinite(distance_m))
		return sl_fail(e, SL_INVALID, "a fade-out of %g m; write metres, 0 or more", distance_m);
	*out = exp2(-(distance_m / r50_m) * (distance_m / r50_m));
	return SL_OK;
}

enum sl_code sl_fade_out_distance(double share, double r50_m, double *out, struct sl_err *e)
{
	if (length_check(r50_m, "a scatter (circular error probable)", e) || share_check(share, e))
		return e->code;
	*out = r50_m * sqrt(-log2(share));
	return SL_OK;
}

enum sl_code sl_fade_out_scatter(double distance_m, double share, double *out, struct sl_err *e)
{
	if (length_check(distance_m, "a fade-out", e) || share_check(share, e))
		return e->code;
	*out = distance_m / sqrt(-log2(share));
	return SL_OK;
}
