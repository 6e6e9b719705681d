/* Rules about explosive items and stocks: what is counted, and as what. */
#include "checks/judge.h"
#include "checks/reconcile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_mine(struct sl_str category)
{
	return sl_str_is(category, "APM") || sl_str_is(category, "APM_IMP") || sl_str_is(category, "AVM") ||
	       sl_str_is(category, "AVM_IMP");
}

enum sl_code sl_e01_ammunition(struct sl_judged *j, struct sl_err *e)
{
	struct sl_str category = sl_record_text(j->r, "category"), sub = sl_record_text(j->r, "subcategory");
	double n = sl_record_number(j->r, "quantity");
	char a[40], b[40];

	if (j->kind == SL_CHECK_ACTIVITY) {
		/* items_destroyed is "without small-arms ammunition": equal to the sum with it, it is not. */
		static const char *const counted[] = {"apm_destroyed", "avm_destroyed", "submunitions_destroyed",
		                                      "uxo_destroyed", "ied_destroyed"};
		double sum = 0, small = sl_record_number(j->r, "saa_destroyed"),
		       all = sl_record_number(j->r, "items_destroyed");

		for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
			double x = sl_record_number(j->r, counted[i]);

			sum += x > 0 ? x : 0;
		}
		if (!(small > 0) || all != sum + small)
			return SL_OK;
		return sl_judge_say(j, "E01", (struct sl_spot){.field = "items_destroyed"}, e,
		                    "The %s items destroyed include %s of small-arms ammunition.",
		                    sl_number_text(all, a), sl_number_text(small, b));
	}
	if (!is_mine(category) || (!sl_str_is(sub, "SAA") && !sl_str_is(sub, "FUZ")))
		return SL_OK;
	return sl_judge_say(
	    j, "E01", (struct sl_spot){.field = "category"}, e, "%s %s counted as mines (%.*s).",
	    isnan(n) ? "An unknown number of" : sl_number_text(n, a),
	    sl_str_is(sub, "SAA") ? "rounds of small-arms ammunition are" : "fuzes or components are",
	    SL_STR_ARG(category));
}

/* More destroyed than found.  What was found and is still there is E02 too, in finds.c: it
 * depends on the day until which the programme has been told. */
enum sl_code sl_e02_destroyed(struct sl_judged *j, struct sl_err *e)
{
	double found = sl_record_number(j->r, "quantity"),
	       destroyed = sl_record_number(j->r, "destroyed_quantity");
	char a[40], b[40];

	if (!(destroyed > found))
		return SL_OK;
	return sl_judge_say(
	    j, "E02", (struct sl_spot){.field = "destroyed_quantity", .graded = true, .severity = SL_ERROR}, e,
	    "%s items are reported destroyed and %s found.", sl_number_text(destroyed, a),
	    sl_number_text(found, b));
}

enum sl_code sl_e05_hoax(struct sl_judged *j, struct sl_err *e)
{
	bool hoax = sl_record_has_code(j->r, "ied_activation", "HOAX");
	double n;
	char a[40];

	if (j->kind == SL_CHECK_ACTIVITY) {
		n = sl_record_number(j->r, "items_destroyed");
		if (!sl_record_has_code(j->r, "spot_outcome", "FALSE") || !(n > 0))
			return SL_OK;
		return sl_judge_say(j, "E05", (struct sl_spot){.field = "items_destroyed"}, e,
		                    "The call was a false alarm, and %s items are counted as destroyed.",
		                    sl_number_text(n, a));
	}
	n = sl_record_number(j->r, "quantity");
	if ((!hoax && !sl_record_has_code(j->r, "ied_activation", "FALSE")) || !(n > 0))
		return SL_OK;
	return sl_judge_say(j, "E05", (struct sl_spot){.field = "quantity"}, e,
	                    "%s item%s counted although the device was a %s.", sl_number_text(n, a),
	                    n == 1 ? " is" : "s are", hoax ? "hoax" : "false alarm");
}

enum sl_code sl_r01_stockpile(struct sl_judged *j, struct sl_err *e)
{
	double flow[4] = {
	    sl_record_number(j->r, "acquired_quantity"), -sl_record_number(j->r, "transferred_quantity"),
	    -sl_record_number(j->r, "used_quantity"), -sl_record_number(j->r, "destroyed_quantity")};
	double opening = sl_record_number(j->r, "opening_quantity"),
	       closing = sl_record_number(j->r, "closing_quantity");
	double residual;
	char a[40], b[40], c[40];

	/* A flow that nobody stated is not 0: but then nothing can be reconciled with it either, unless the
	 * stock stands still. */
	for (size_t i = 0; i < 4; i++)
		if (isnan(flow[i]))
			flow[i] = 0;
	if (isnan(opening) || isnan(closing))
		return SL_OK;
	residual = sl_reconcile(opening, flow, 4, closing);
	if (fabs(residual) < 0.5)
		return SL_OK;
	return sl_judge_say(
	    j, "R01", (struct sl_spot){.field = "closing_quantity"}, e,
	    "The stock closes at %s; opening and what came and went give %s: %s items are not explained.",
	    sl_number_text(closing, a), sl_number_text(closing - residual, b),
	    sl_number_text(fabs(residual), c));
}
