#include "analysis/impact.h"

const struct sl_impact_weights sl_impact_usual = {
    .mines = 2, .ordnance = 1, .victim = 2, .blockage = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}};

static const double blockages_share = 10, low_to = 5, medium_to = 10;

static enum sl_code judge(const struct sl_impact *c, const struct sl_impact_weights *w, struct sl_err *e)
{
	double shared = 0;
	bool good = w->mines >= 0 && w->ordnance >= 0 && w->victim >= 0;

	for (int i = 0; i < SL_IMPACT_BLOCKAGES; i++) {
		good &= w->blockage[i] >= 0;
		shared += w->blockage[i];
	}
	if (c->victims < 0)
		return sl_fail(e, SL_INVALID, "a number of victims is not below 0");
	if (!good)
		return sl_fail(e, SL_INVALID, "a weight of the impact score is negative or no number");
	if (shared > blockages_share)
		return sl_fail(e, SL_INVALID, "the blockages share out %g points, and there are %g", shared, blockages_share);
	return SL_OK;
}

enum sl_code sl_impact_score(const struct sl_impact *c, const struct sl_impact_weights *w, double *score,
                             enum sl_impact_class *class, struct sl_err *e)
{
	double sum;

	if (judge(c, w, e))
		return e->code;
	sum = (c->mines ? w->mines : 0) + (c->ordnance ? w->ordnance : 0) + w->victim * (double)c->victims;
	for (int i = 0; i < SL_IMPACT_BLOCKAGES; i++)
		sum += c->blocked[i] ? w->blockage[i] : 0;
	*score = sum;
	*class = sum <= 0           ? SL_IMPACT_NONE
	         : sum <= low_to    ? SL_IMPACT_LOW
	         : sum <= medium_to ? SL_IMPACT_MEDIUM
	                            : SL_IMPACT_HIGH;
	return SL_OK;
}
