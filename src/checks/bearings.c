/* G13, G14: outlines measured by bearing and distance.  A traverse whose bearings are read against the
 * wrong north closes perfectly and has the right area, several metres away; so what the bearings are
 * against has to be stated, and closure is a check of its own. */
#include "checks/judge.h"
#include "geo/legs.h"

#include <math.h>

enum sl_code sl_g13_bearing_reference(struct sl_judged *j, struct sl_err *e)
{
	struct sl_value said = sl_record_get(j->r, "bearing_reference");
	bool written = sl_record_text(j->r, "traverse").n > 0;

	if (said.type == SL_VALUE_TEXT || j->c->limit.bearing_reference.n ||
	    (!written && !sl_record_has_code(j->r, "fixed_by", "BRD")))
		return SL_OK;
	return sl_judge_say(
	    j, "G13", (struct sl_spot){.field = "bearing_reference", .m2 = j->area_m2}, e,
	    "%s by bearing and distance, and %s whether the bearings are magnetic, true or grid.",
	    written ? "Measured" : "Said to be measured",
	    said.type == SL_VALUE_UNKNOWN ? "it is not known" : "nothing says");
}

enum sl_code sl_g14_misclosure(struct sl_judged *j, struct sl_err *e)
{
	struct sl_str text = sl_record_text(j->r, "traverse");
	struct sl_legs_sum t;
	double off, allowed;
	char a[40], b[40], c[40];

	if (!text.n)
		return SL_OK;
	sl_legs_sum(text, &t);
	if (t.bad)
		return sl_judge_say(
		    j, "G14",
		    (struct sl_spot){.field = "traverse",
		                     .advice = "Write each leg as a bearing of 0 to 360 degrees and a distance in "
		                               "metres, and split the legs by semicolons: 45 120; 135 80."},
		    e, "Leg %zu of the traverse, \"%.*s\", cannot be read: whether it closes is not known.", t.bad,
		    (int)(t.bad_text.n > 40 ? 40 : t.bad_text.n), t.bad_text.p);
	off = sl_legs_misclosure_m(&t);
	allowed = fmin(j->c->limit.traverse_closure_ratio * t.perimeter_m, j->c->limit.traverse_closure_m);
	if (t.legs == 0 || off <= allowed)
		return SL_OK;
	return sl_judge_say(
	    j, "G14", (struct sl_spot){.field = "traverse", .m2 = j->area_m2}, e,
	    "The %zu legs of the traverse end %s m from where they began, 1 part in %.0f of the "
	    "%s m walked; %s m are allowed.",
	    t.legs, sl_number_text(off, a), fmax(1, t.perimeter_m / off), sl_number_text(t.perimeter_m, b),
	    sl_number_text(allowed, c));
}
