/* Ground that was never recorded: recorded data alone cannot say anything about it; a random sample outside
 * can. */
#include "app/estimate_parts.h"

#include "analysis/estimate_outside.h"

void sl_estimate_say_outside(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	const struct sl_analysis_answer *squares = sl_analysis_given(x->q, "outside-squares");
	const struct sl_analysis_answer *found = sl_analysis_given(x->q, "outside-found");
	const struct sl_analysis_answer *km2 = sl_analysis_given(x->q, "outside-km2");
	double n = squares->number, k = found->number, low, high;

	if (e->code)
		return;
	if (!squares->given && !found->given && !km2->given) {
		sl_statement_say(
		    s, SL_SAYS_NOT_SHOWN,
		    SL_TEXT("analysis",
		            "Ground that was never recorded as hazardous is not covered: records cannot tell how "
		            "much of it is contaminated. A random sample outside recorded ground would "
		            "(--outside-squares)."),
		    NULL, 0, e);
		return;
	}
	if (!squares->given || !found->given || !km2->given) {
		(void)!sl_fail(
		    e, SL_INVALID,
		    "a sample outside recorded ground needs outside-squares, outside-found and outside-km2");
		return;
	}
	if (!(km2->number > 0)) {
		(void)!sl_fail(e, SL_INVALID, "outside-km2: the area from which squares were drawn is above 0");
		return;
	}
	if (sl_share_interval(k, n, x->level, &low, &high, e))
		return;
	sl_statement_figure(
	    s,
	    (struct sl_quantity){.name = "outside_indication_km2",
	                         .label = SL_TEXT("analysis", "Estimated: squares with an indication outside "
	                                                      "recorded ground"),
	                         .unit = SL_TEXT("analysis-unit", "km²"),
	                         .value = k / n * km2->number,
	                         .low = low * km2->number,
	                         .high = high * km2->number,
	                         .level = x->level,
	                         .decimals = 1},
	    e);
	sl_statement_say(
	    s, SL_SAYS_NOT_SHOWN,
	    SL_TEXT("analysis",
	            "The figure outside recorded ground is the area of squares with an indication, not of "
	            "contaminated ground; it is added to no other figure, and it stands only if the squares "
	            "were drawn at random."),
	    NULL, 0, e);
}
