/* What the estimate says: surveyed, estimated and reported in tables, figures and sentences of their own.
 */
#include "app/estimate_parts.h"

#include <math.h>

#define KM2 SL_TEXT("analysis-unit", "km²")

static double km2(double m2)
{
	return m2 / 1e6;
}

static double line_km2(const struct sl_account_line *l, sl_mm2 mm2)
{
	return l ? km2(sl_mm2_to_m2(mm2)) : 0;
}

static void say(struct sl_statement *s, enum sl_sentence_sort sort, const char *text, struct sl_err *e)
{
	sl_statement_say(s, sort, text, NULL, 0, e);
}

/* ---- surveyed: the ledger's own figures ---- */

static const struct sl_statement_column surveyed_columns[] = {
    {.name = "region", .label = SL_TEXT("analysis", "Region"), .is_text = true},
    {.name = "suspected_km2",
     .label = SL_TEXT("analysis", "Recorded: suspected, standing"),
     .unit = KM2,
     .decimals = 3},
    {.name = "confirmed_km2",
     .label = SL_TEXT("analysis", "Recorded: confirmed, standing"),
     .unit = KM2,
     .decimals = 3},
    {.name = "survey_cancelled_km2",
     .label = SL_TEXT("analysis", "Surveyed: cancelled"),
     .unit = KM2,
     .decimals = 3},
    {.name = "survey_reduced_km2",
     .label = SL_TEXT("analysis", "Surveyed: reduced"),
     .unit = KM2,
     .decimals = 3},
    {.name = "survey_confirmed_km2",
     .label = SL_TEXT("analysis", "Surveyed: confirmed"),
     .unit = KM2,
     .decimals = 3},
    {.name = "cleared_km2", .label = SL_TEXT("analysis", "Cleared"), .unit = KM2, .decimals = 3},
    {.name = "hazards_surveyed", .label = SL_TEXT("analysis", "Suspected hazards surveyed to their end")},
    {.name = "hazards_standing", .label = SL_TEXT("analysis", "Suspected hazards standing")}};
enum { SURVEYED_COLUMNS = sizeof surveyed_columns / sizeof *surveyed_columns };

static void put_surveyed(struct sl_statement *s, struct sl_statement_table *t, struct sl_str name,
                         const struct sl_account_line *l, const struct sl_estimate_row *r, struct sl_err *e)
{
	struct sl_statement_cell *c = t ? sl_statement_row(s, t, e) : NULL;

	if (!c)
		return;
	c[0].text = name;
	c[1].number = line_km2(l, l ? l->closing.mm2[0] : 0);
	c[2].number = line_km2(l, l ? l->closing.mm2[1] : 0);
	c[3].number = line_km2(l, l ? l->flow[SL_FLOW_CANCELLED] : 0);
	c[4].number = line_km2(l, l ? l->flow[SL_FLOW_REDUCED] : 0);
	c[5].number = line_km2(l, l ? l->flow[SL_FLOW_CONFIRMED] : 0);
	c[6].number = line_km2(l, l ? l->flow[SL_FLOW_CLEARED] : 0);
	c[7].number = r ? (double)r->n_surveyed : 0;
	c[8].number = r ? (double)r->n_standing : 0;
}

static void say_surveyed(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	const struct sl_account_line *all = &x->account.account.total;
	const struct sl_estimate *of = &x->of[SL_GROUND_SUSPECTED];
	struct sl_statement_table *t = sl_statement_table(
	    s, "surveyed",
	    SL_TEXT("analysis", "What survey and clearance established on the ground (the land ledger)"),
	    surveyed_columns, SURVEYED_COLUMNS, e);
	const struct {
		const char *name, *label;
		sl_mm2 mm2;
	} figures[] = {
	    {"recorded_suspected_km2", SL_TEXT("analysis", "Recorded: suspected, standing"),
	     all->closing.mm2[0]},
	    {"recorded_confirmed_km2", SL_TEXT("analysis", "Recorded: confirmed, standing"),
	     all->closing.mm2[1]},
	    {"surveyed_cancelled_km2", SL_TEXT("analysis", "Surveyed: cancelled"),
	     all->flow[SL_FLOW_CANCELLED]},
	    {"surveyed_reduced_km2", SL_TEXT("analysis", "Surveyed: reduced"), all->flow[SL_FLOW_REDUCED]},
	    {"surveyed_confirmed_km2", SL_TEXT("analysis", "Surveyed: confirmed"),
	     all->flow[SL_FLOW_CONFIRMED]},
	    {"cleared_km2", SL_TEXT("analysis", "Cleared"), all->flow[SL_FLOW_CLEARED]}};

	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		sl_statement_figure(s,
		                    (struct sl_quantity){.name = figures[i].name,
		                                         .label = figures[i].label,
		                                         .unit = KM2,
		                                         .value = km2(sl_mm2_to_m2(figures[i].mm2)),
		                                         .decimals = 3,
		                                         .source = SL_STR("account")},
		                    e);
	for (size_t r = 0; r < x->ground.n_regions; r++)
		put_surveyed(s, t, x->ground.region[r].key, x->ground.region[r].line,
		             x->has[0] ? &of->region[r] : NULL, e);
	sl_statement_say(
	    s, SL_SAYS_ANSWER,
	    SL_TEXT("analysis",
	            "Surveyed: {cancelled} km² were cancelled, {reduced} km² reduced and {confirmed} km² "
	            "confirmed; {cleared} km² were cleared."),
	    SL_SAID({"cancelled", .number = line_km2(all, all->flow[SL_FLOW_CANCELLED]), .decimals = 2},
	            {"reduced", .number = line_km2(all, all->flow[SL_FLOW_REDUCED]), .decimals = 2},
	            {"confirmed", .number = line_km2(all, all->flow[SL_FLOW_CONFIRMED]), .decimals = 2},
	            {"cleared", .number = line_km2(all, all->flow[SL_FLOW_CLEARED]), .decimals = 2}),
	    e);
}

/* ---- estimated ---- */

static const struct sl_statement_column estimated_columns[] = {
    {.name = "region", .label = SL_TEXT("analysis", "Region"), .is_text = true},
    {.name = "estimated_km2",
     .label = SL_TEXT("analysis", "Estimated: contaminated in suspected ground"),
     .unit = KM2,
     .decimals = 3},
    {.name = "estimated_low_km2",
     .label = SL_TEXT("analysis", "Estimated: from"),
     .unit = KM2,
     .decimals = 3},
    {.name = "estimated_high_km2",
     .label = SL_TEXT("analysis", "Estimated: to"),
     .unit = KM2,
     .decimals = 3},
    {.name = "surveyed_here", .label = SL_TEXT("analysis", "Surveyed hazards of the region behind it")}};

static void put_shape(struct sl_estimating *x, struct sl_statement *s, size_t r, struct sl_err *e)
{
	const struct sl_estimate_region *region = &x->ground.region[r];
	const struct sl_estimate_row *row = &x->of[SL_GROUND_SUSPECTED].region[r];
	bool none = !row->n_surveyed; /* nothing was surveyed here: hatched, not shaded */
	struct sl_revision rev;
	struct sl_record *rec;
	char uuid[37], *copy;

	if (e->code || !region->place || !(rec = sl_arena_alloc(s->a, 1, sizeof *rec, e)) ||
	    sl_store_by_number(x->p->db, s->a, region->place, &rev, rec, e))
		return;
	sl_uuid_text(rev.record, uuid);
	copy = sl_arena_strndup(s->a, uuid, 36, e);
	if (copy && rec->geometry.type == SL_GEOM_POLYGON)
		sl_statement_shape(s,
		                   (struct sl_statement_shape){&rec->geometry,
		                                               region->key,
		                                               {copy, 36},
		                                               none ? (double)NAN : km2(row->value_m2),
		                                               none ? (double)NAN : km2(row->low_m2),
		                                               none ? (double)NAN : km2(row->high_m2)},
		                   e);
}

static void say_estimated(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	const struct sl_estimate *of = &x->of[SL_GROUND_SUSPECTED];
	struct sl_statement_table *t;

	if (x->has[0]) {
		t = sl_statement_table(
		    s, "estimated",
		    SL_TEXT("analysis", "Estimated: contaminated in the suspected ground that stands"),
		    estimated_columns, 5, e);
		s->shape_label =
		    SL_TEXT("analysis", "Estimated: contaminated in suspected ground; hatched: no survey");
		s->shape_unit = KM2;
		for (size_t r = 0; t && r < x->ground.n_regions; r++) {
			const struct sl_estimate_row *row = &of->region[r];
			struct sl_statement_cell *c = sl_statement_row(s, t, e);

			if (!c)
				return;
			c[0].text = x->ground.region[r].key;
			c[1].number = km2(row->value_m2);
			c[2].number = km2(row->low_m2);
			c[3].number = km2(row->high_m2);
			c[4].number = (double)row->n_surveyed;
			put_shape(x, s, r, e);
		}
		sl_statement_figure(s,
		                    (struct sl_quantity){
		                        .name = "estimated_suspected_km2",
		                        .label = SL_TEXT("analysis", "Estimated: contaminated in suspected ground"),
		                        .unit = KM2,
		                        .value = km2(of->total.value_m2),
		                        .low = km2(of->total.low_m2),
		                        .high = km2(of->total.high_m2),
		                        .level = x->level,
		                        .decimals = 3},
		                    e);
		sl_statement_say(
		    s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis",
		            "Estimated: of {open} km² that stand as suspected, survey would confirm {value} km², "
		            "{low} to {high} km² ({level} % interval), from {n} surveyed hazards."),
		    SL_SAID({"open", .number = km2(of->total.open_m2), .decimals = 2},
		            {"value", .number = km2(of->total.value_m2), .decimals = 2},
		            {"low", .number = km2(of->total.low_m2), .decimals = 2},
		            {"high", .number = km2(of->total.high_m2), .decimals = 2},
		            {"level", .number = x->level * 100}, {"n", .number = (double)of->total.n_surveyed}),
		    e);
	}
	if (!x->has[SL_GROUND_CONFIRMED])
		return;
	of = &x->of[SL_GROUND_CONFIRMED];
	sl_statement_figure(
	    s,
	    (struct sl_quantity){.name = "estimated_confirmed_km2",
	                         .label = SL_TEXT("analysis", "Estimated: to clear of confirmed ground"),
	                         .unit = KM2,
	                         .value = km2(of->total.value_m2),
	                         .low = km2(of->total.low_m2),
	                         .high = km2(of->total.high_m2),
	                         .level = x->level,
	                         .decimals = 3},
	    e);
	sl_statement_figure(
	    s,
	    (struct sl_quantity){.name = "estimated_to_clear_km2",
	                         .label = SL_TEXT("analysis", "Estimated: ground that will have to be cleared"),
	                         .unit = KM2,
	                         .value = km2(x->beside.value_m2),
	                         .low = km2(x->beside.low_m2),
	                         .high = km2(x->beside.high_m2),
	                         .level = x->level,
	                         .decimals = 3},
	    e);
	sl_statement_say(
	    s, SL_SAYS_ANSWER,
	    SL_TEXT("analysis",
	            "Estimated: {value} km² will have to be cleared, {low} to {high} km² ({level} % "
	            "interval)."),
	    SL_SAID({"value", .number = km2(x->beside.value_m2), .decimals = 2},
	            {"low", .number = km2(x->beside.low_m2), .decimals = 2},
	            {"high", .number = km2(x->beside.high_m2), .decimals = 2},
	            {"level", .number = x->level * 100}),
	    e);
}

/* ---- reported ---- */

static const struct sl_statement_column reported_columns[] = {
    {.name = "source", .label = SL_TEXT("analysis", "Record"), .is_text = true},
    {.name = "said_by", .label = SL_TEXT("analysis", "On whose word"), .is_text = true},
    {.name = "date", .label = SL_TEXT("analysis", "Date"), .is_text = true},
    {.name = "subject", .label = SL_TEXT("analysis", "About"), .is_text = true},
    {.name = "region", .label = SL_TEXT("analysis", "Region"), .is_text = true},
    {.name = "grade", .label = SL_TEXT("analysis", "Grade of source and information"), .is_text = true},
    {.name = "given_low", .label = SL_TEXT("analysis", "Reported: at least"), .decimals = 2},
    {.name = "given_high", .label = SL_TEXT("analysis", "Reported: at most"), .decimals = 2},
    {.name = "given_unit", .label = SL_TEXT("analysis", "Unit"), .is_text = true},
    {.name = "reported_low_km2",
     .label = SL_TEXT("analysis", "Reported: at least"),
     .unit = KM2,
     .decimals = 2},
    {.name = "reported_high_km2",
     .label = SL_TEXT("analysis", "Reported: at most"),
     .unit = KM2,
     .decimals = 2},
    {.name = "beside_estimate", .label = SL_TEXT("analysis", "Beside the estimate"), .is_text = true}};
enum { REPORTED_COLUMNS = sizeof reported_columns / sizeof *reported_columns };

struct beside { /* what a claim is set beside */
	double low_m2, high_m2, recorded_m2;
	bool has;
};

static struct beside beside(const struct sl_estimating *x, const struct sl_estimate_claim *c)
{
	const struct sl_account_line *all = &x->account.account.total;

	if (!c->claim.admin1.n)
		return (struct beside){x->beside.low_m2, x->beside.high_m2,
		                       sl_mm2_to_m2(all->closing.mm2[0] + all->closing.mm2[1]), true};
	for (size_t r = 0; x->has[0] && r < x->ground.n_regions; r++)
		if (sl_str_eq(x->ground.region[r].key, c->claim.admin1)) {
			const struct sl_account_line *l = x->ground.region[r].line;

			return (struct beside){x->of[0].region[r].low_m2, x->of[0].region[r].high_m2,
			                       l ? sl_mm2_to_m2(l->closing.mm2[0] + l->closing.mm2[1]) : 0, true};
		}
	return (struct beside){.has = false};
}

static void say_claim(struct sl_statement *s, const struct sl_estimate_claim *c,
                      enum sl_claim_verdict verdict, const struct beside *b, double times, struct sl_err *e)
{
	double nearer = verdict == SL_CLAIM_BELOW ? c->claim.high_m2 : c->claim.low_m2;
	const struct sl_said said[] = {{"claim", .text = c->name},
	                               {"reported", .number = km2(nearer), .decimals = 0},
	                               {"times", .number = times, .decimals = times >= 10 ? 0 : 2},
	                               {"recorded", .number = km2(b->recorded_m2), .decimals = 2},
	                               {"low", .number = km2(b->low_m2), .decimals = 2},
	                               {"high", .number = km2(b->high_m2), .decimals = 2}};

	if (verdict == SL_CLAIM_ABOVE)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    isnan(times)
		        ? SL_TEXT("analysis",
		                  "Reported and estimated contradict: {claim} says {reported} km² or more; "
		                  "the estimate ends at {high} km². {recorded} km² stand recorded.")
		        : SL_TEXT("analysis",
		                  "Reported and estimated contradict: {claim} says {reported} km² or more, "
		                  "{times} times the {high} km² at which the estimate ends. {recorded} "
		                  "km² stand recorded."),
		    said, 6, e);
	else if (verdict == SL_CLAIM_BELOW)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "Reported and estimated contradict: {claim} says {reported} km² at most; the estimate "
		            "begins at {low} km². {recorded} km² stand recorded."),
		    said, 6, e);
}

static struct sl_str grade_of(struct sl_statement *s, const struct sl_estimate_claim *c, struct sl_err *e)
{
	char *t = e->code ? NULL
	                  : sl_arena_printf(s->a, e, "%c%c", c->reliability ? c->reliability : '-',
	                                    c->information ? c->information : '-');

	return sl_str_from(t);
}

static void put_claim(struct sl_estimating *x, struct sl_statement *s, struct sl_statement_table *t,
                      const struct sl_estimate_claim *c, struct sl_err *e)
{
	static const char *const words[] = {"overlaps", "above", "below", "no number"};
	struct sl_statement_cell *cell = sl_statement_row(s, t, e);
	struct beside b = beside(x, c);
	char day[11], *date;
	double times;
	enum sl_claim_verdict verdict;

	sl_date_text(c->date, day);
	date = cell ? sl_arena_strndup(s->a, day, 10, e) : NULL;
	if (!date)
		return;
	cell[0] = (struct sl_statement_cell){.text = c->id, .number = (double)NAN, .record = c->record};
	cell[1].text = c->said_by;
	cell[2].text = sl_str_from(date);
	cell[3].text = c->claim.subject;
	cell[4].text = c->claim.admin1;
	cell[5].text = grade_of(s, c, e);
	cell[8].text = c->claim.unit;
	if (!c->readable) {
		cell[11].text = SL_STR("no number");
		sl_statement_say(s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis", "Reported: {claim} stands without a number: {problem}."),
		                 SL_SAID({"claim", .text = c->name}, {"problem", .text = c->problem}), e);
		return;
	}
	cell[6].number = c->claim.low;
	cell[7].number = c->claim.high;
	cell[9].number = km2(c->claim.low_m2);
	cell[10].number = km2(c->claim.high_m2);
	if (!b.has)
		return;
	verdict = sl_area_claim_against(&c->claim, b.low_m2, b.high_m2, &times);
	cell[11].text = sl_str_from(words[verdict]);
	say_claim(s, c, verdict, &b, times, e);
}

static void say_contradictions(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	for (size_t i = 0; i < x->claims.n; i++)
		for (size_t k = i + 1; k < x->claims.n; k++) {
			const struct sl_estimate_claim *a = &x->claims.v[i], *b = &x->claims.v[k];

			if (!a->readable || !b->readable || a->date.day != b->date.day ||
			    !sl_area_claims_contradict(&a->claim, &b->claim))
				continue;
			sl_statement_say(
			    s, SL_SAYS_WARNING,
			    SL_TEXT(
			        "analysis",
			        "Reported: {one} and {other} contradict each other about {subject}: {a} and {b} km²."),
			    SL_SAID({"one", .text = a->name}, {"other", .text = b->name},
			            {"subject", .text = a->claim.subject},
			            {"a", .number = km2(isnan(a->claim.low_m2) ? a->claim.high_m2 : a->claim.low_m2),
			             .decimals = 2},
			            {"b", .number = km2(isnan(b->claim.low_m2) ? b->claim.high_m2 : b->claim.low_m2),
			             .decimals = 2}),
			    e);
		}
}

static void say_reported(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	struct sl_statement_table *t;

	if (!x->claims.n) {
		say(s, SL_SAYS_NOT_SHOWN,
		    SL_TEXT("analysis", "No source record speaks of an area: there is nothing reported to set "
		                        "beside the estimate."),
		    e);
		return;
	}
	t = sl_statement_table(s, "reported", SL_TEXT("analysis", "Reported: what sources say of areas"),
	                       reported_columns, REPORTED_COLUMNS, e);
	for (size_t i = 0; t && i < x->claims.n; i++)
		put_claim(x, s, t, &x->claims.v[i], e);
	say_contradictions(x, s, e);
}

/* ---- what makes it doubtful ---- */

static void warn_of_balance(const struct sl_estimate_balance *b, struct sl_statement *s, struct sl_err *e)
{
	if (fabs(b->size_d) > SL_ESTIMATE_UNLIKE)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "The surveyed hazards are not of the size of those that stand: half of them are larger "
		            "than {surveyed} m², half of the standing larger than {standing} m²."),
		    SL_SAID({"surveyed", .number = b->size_surveyed_m2},
		            {"standing", .number = b->size_standing_m2}),
		    e);
	if (fabs(b->age_d) > SL_ESTIMATE_UNLIKE)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT(
		        "analysis",
		        "The surveyed hazards are not of the age of those that stand: {surveyed} years since they "
		        "were recorded against {standing} (medians)."),
		    SL_SAID({"surveyed", .number = b->age_surveyed, .decimals = 1},
		            {"standing", .number = b->age_standing, .decimals = 1}),
		    e);
	if (b->group_d > SL_ESTIMATE_UNLIKE)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "The surveyed hazards are of other kinds than those that stand: their shares differ by "
		            "{percent} %."),
		    SL_SAID({"percent", .number = b->group_d * 100}), e);
	if (b->region_d > SL_ESTIMATE_UNLIKE)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT(
		        "analysis",
		        "The surveyed hazards lie in other regions than those that stand: their shares differ by "
		        "{percent} %."),
		    SL_SAID({"percent", .number = b->region_d * 100}), e);
}

static void warn_of_sample(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	const struct sl_estimate *of = &x->of[SL_GROUND_SUSPECTED];
	const struct sl_estimate_row *t = &of->total;
	size_t none = 0;

	for (size_t r = 0; r < x->ground.n_regions; r++)
		none += of->region[r].open_m2 > 0 && !of->region[r].n_surveyed;
	if (t->n_surveyed < SL_ESTIMATE_FEW)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT(
		        "analysis",
		        "Suspected hazards surveyed to their end: only {n}. The interval rests on very little."),
		    SL_SAID({"n", .number = (double)t->n_surveyed}), e);
	if (!t->n_found)
		say(s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "No surveyed hazard held anything: that does not show that none of the others does."),
		    e);
	if (none)
		sl_statement_say(s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis", "Regions with suspected ground of which nothing was surveyed "
		                                     "to its end: {n}. Their figures "
		                                     "rest on other regions."),
		                 SL_SAID({"n", .number = (double)none}), e);
	if (t->n_partly)
		sl_statement_say(s, SL_SAYS_WARNING,
		                 SL_TEXT("analysis", "Hazards that are partly surveyed: {n}. They are not in the "
		                                     "sample: what is surveyed first of a "
		                                     "hazard is no random part of it."),
		                 SL_SAID({"n", .number = (double)t->n_partly}), e);
	if (of->between_assumed && x->ground.n_regions > 1)
		say(s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "Too few regions were surveyed to measure how regions differ: a spread is assumed."),
		    e);
	warn_of_balance(&of->balance, s, e);
}

static void say_conditions(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	int64_t points = x->account.account.total.without_boundary;

	if (!x->has[SL_GROUND_CONFIRMED])
		say(s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "Too little confirmed ground was finished to say how much of it needs no "
		                        "clearance: ground to clear is not "
		                        "estimated, and years and cost take all of it."),
		    e);
	if (points)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "Records without a boundary: {n}. They are in no figure here."),
		    SL_SAID({"n", .number = (double)points}), e);
	say(s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis",
	            "Within its size, kind and region, which hazards were surveyed first is as good as chance. "
	            "If the worst were "
	            "surveyed first, the figure is too high; if the easiest, too low; no interval shows it."),
	    e);
	say(s, SL_SAYS_ASSUMPTION,
	    SL_TEXT("analysis", "Ground that survey confirmed or that was cleared counts as contaminated; "
	                        "ground that was cancelled or "
	                        "reduced does not."),
	    e);
	say(s, SL_SAYS_VALIDATION,
	    SL_TEXT("analysis", "In 500 simulated countries with known contamination, 90 % intervals held the "
	                        "truth in 88 to 92 % and the bias "
	                        "was below 2 %. Where contaminated hazards were twice as likely to be "
	                        "surveyed, they held it in fewer than "
	                        "half."),
	    e);
	say(s, SL_SAYS_NOT_SHOWN,
	    SL_TEXT("analysis",
	            "Reported, surveyed and estimated areas are three kinds of figures: they are never added."),
	    e);
	say(s, SL_SAYS_NOT_SHOWN,
	    SL_TEXT("analysis",
	            "An area says nothing about how many items lie in it, nor which hazard holds them."),
	    e);
}

static void say_inputs(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	char day[11], *date;

	sl_date_text(x->as_of, day);
	date = e->code ? NULL : sl_arena_strndup(s->a, day, 10, e);
	sl_statement_input(s,
	                   (struct sl_quantity){.name = "as-of",
	                                        .label = SL_TEXT("analysis", "Closing date"),
	                                        .text = sl_str_from(date)},
	                   e);
	sl_statement_input(s,
	                   (struct sl_quantity){
	                       .name = "seed", .label = SL_TEXT("analysis", "Seed"), .value = (double)x->seed},
	                   e);
	sl_statement_input(s,
	                   (struct sl_quantity){.name = "draws",
	                                        .label = SL_TEXT("analysis", "Draws"),
	                                        .value = (double)x->n_draws},
	                   e);
	sl_statement_input(s,
	                   (struct sl_quantity){.name = "strata",
	                                        .label = SL_TEXT("analysis", "Hazards told apart by"),
	                                        .text = sl_analysis_given(x->q, "strata")->text},
	                   e);
	if (x->has[0])
		sl_statement_input(
		    s,
		    (struct sl_quantity){.name = "surveyed",
		                         .label = SL_TEXT("analysis", "Suspected hazards surveyed to their end"),
		                         .value = (double)x->of[0].total.n_surveyed,
		                         .source = SL_STR("account")},
		    e);
	if (x->has[1])
		sl_statement_input(s,
		                   (struct sl_quantity){.name = "finished",
		                                        .label = SL_TEXT("analysis", "Confirmed hazards finished"),
		                                        .value = (double)x->of[1].total.n_surveyed,
		                                        .source = SL_STR("account")},
		                   e);
}

void sl_estimate_say(struct sl_estimating *x, struct sl_statement *s, struct sl_err *e)
{
	say_inputs(x, s, e);
	say_surveyed(x, s, e);
	say_estimated(x, s, e);
	say_reported(x, s, e);
	if (x->has[0])
		warn_of_sample(x, s, e);
	say_conditions(x, s, e);
}
