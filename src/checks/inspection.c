/* Rules about inspections of land. */
#include "checks/judge.h"

enum sl_code sl_q03_accepted(struct sl_judged *j, struct sl_err *e)
{
	double n = sl_record_number(j->r, "ordnance_found");
	char a[40];

	if (!sl_record_has_code(j->r, "decision", "ACC") || !(n > 0))
		return SL_OK;
	return sl_judge_say(j, "Q03",
	                    (struct sl_spot){.field = "decision",
	                                     .m2 = sl_record_number(j->r, "lot_area_m2") > 0
	                                               ? sl_record_number(j->r, "lot_area_m2")
	                                               : 0},
	                    e, "The lot was accepted although %s explosive item%s found in it.",
	                    sl_number_text(n, a), n == 1 ? " was" : "s were");
}

enum sl_code sl_q04_sample(struct sl_judged *j, struct sl_err *e)
{
	double lot = sl_record_number(j->r, "lot_area_m2"), sample = sl_record_number(j->r, "sample_area_m2");
	char a[40], b[40];

	if (!(sample > lot))
		return SL_OK;
	return sl_judge_say(j, "Q04", (struct sl_spot){.field = "sample_area_m2", .m2 = sample - lot}, e,
	                    "The sample has %s m² and the lot %s m².", sl_number_text(sample, a),
	                    sl_number_text(lot, b));
}
