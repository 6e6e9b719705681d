#include "app/sample.h"

#include "analysis/sampling.h"
#include "app/parcel.h"
#include "geo/area.h"
#include "model/locale.h"

#include <math.h>

enum { DRAWN_MAX = 20000 };

#define T(text) SL_TEXT("analysis", text)

static const struct sl_analysis_parameter parameters[] = {
    {.name = "lot", .says = T("The ground: a hazard, a release or another record with a polygon"), .type = SL_ANALYSIS_RECORD},
    {.name = "outline", .says = T("The ground, from a file with one polygon"), .type = SL_ANALYSIS_FILE},
    {.name = "crs", .says = T("Coordinate system of that file, where it names none")},
    {.name = "units", .says = T("Units of ground in the lot, where no outline is given"), .type = SL_ANALYSIS_COUNT,
     .low = 1, .high = SL_SAMPLING_LOT_MAX},
    {.name = "unit-side", .says = T("Side of the square that is one unit"), .unit = SL_TEXT("analysis-unit", "m"),
     .type = SL_ANALYSIS_NUMBER, .low = 0.1, .high = 1000, .otherwise = "1"},
    {.name = "level", .says = T("Inspection level"), .choices = "I|II|III", .otherwise = "II"},
    {.name = "limit", .says = T("Acceptance quality limit"), .unit = "%", .choices = "0.65|1.0|1.5|2.5|4.0|6.5",
     .otherwise = "0.65"},
    {.name = "sample", .says = T("Units to inspect, instead of those of the standard"), .type = SL_ANALYSIS_COUNT, .low = 1,
     .high = SL_SAMPLING_LOT_MAX},
    {.name = "missed", .says = T("Missed items, each in a unit of its own, that the sample is asked about"),
     .type = SL_ANALYSIS_COUNT, .low = 1, .high = SL_SAMPLING_LOT_MAX, .otherwise = "1"},
    {.name = "confidence", .says = T("Confidence"), .type = SL_ANALYSIS_SHARE, .otherwise = "0.95"},
    {.name = "seed", .says = T("Number from which the squares are drawn; none: no squares"), .type = SL_ANALYSIS_COUNT,
     .low = 1, .high = 9007199254740991.0},
    {.name = "earlier", .says = T("Decisions on earlier lots of this team, oldest first: A accepted, R rejected")},
    {.name = "targets", .says = T("Targets laid in a trial of the search"), .type = SL_ANALYSIS_COUNT, .low = 1,
     .high = SL_SAMPLING_LOT_MAX},
    {.name = "detected", .says = T("Targets detected in that trial"), .type = SL_ANALYSIS_COUNT, .low = 0,
     .high = SL_SAMPLING_LOT_MAX},
    {0}};

struct sampling {
	struct sl_programme *p;
	struct sl_arena *a;
	const struct sl_analysis_question *q;
	struct sl_statement *s;
	struct sl_sample_lot lot;
	struct sl_square_grid grid;
	bool has_grid;
	int64_t units, sample, missed;
	double confidence;
	struct sl_sampling_plan plan;
};

static const struct sl_analysis_answer *given(const struct sampling *m, const char *name)
{
	return sl_analysis_given(m->q, name);
}

/* ---- the ground ---- */

static enum sl_code take_number(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	(void)rec;
	(void)e;
	*(int64_t *)ctx = rev->record_number;
	return SL_OK;
}

enum sl_code sl_sample_lot(struct sl_programme *p, struct sl_arena *a, struct sl_str record, struct sl_sample_lot *out,
                           struct sl_err *e)
{
	struct sl_sample_lot lot = {0};
	const struct sl_kind *kind;
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_uuid uuid;
	int64_t number = 0;
	char text[37];

	if (sl_store_find(p->db, record, &uuid, &kind, e) || sl_store_history(p->db, uuid, take_number, &number, e) ||
	    sl_store_by_number(p->db, a, number, &rev, &rec, e))
		return e->code;
	if (rec.geometry.type != SL_GEOM_POLYGON)
		return sl_fail(e, SL_INVALID, "'%.*s' has no polygon: sampling needs the outline of the ground", SL_STR_ARG(record));
	sl_uuid_text(uuid, text);
	lot.name = rev.identity.n ? rev.identity : record;
	lot.record = sl_str_from(sl_arena_strndup(a, text, 36, e));
	if (e->code || sl_geom_copy(a, &rec.geometry, &lot.outline, e))
		return e->code;
	*out = lot;
	return SL_OK;
}

static enum sl_code find_ground(struct sampling *m, struct sl_err *e)
{
	bool record = given(m, "lot")->given, file = given(m, "outline")->given, units = given(m, "units")->given;
	const char *path, *crs = NULL;

	if (record + file + units != 1)
		return sl_fail(e, SL_INVALID, "%s: give one of lot (a record with a polygon), outline (a file) and units",
		               record + file + units ? "the ground is given more than once" : "no ground is given");
	if (units) {
		m->units = (int64_t)given(m, "units")->number;
		return given(m, "seed")->given
		           ? sl_fail(e, SL_INVALID, "squares are drawn on an outline: give lot or outline in place of units")
		           : SL_OK;
	}
	if (record && sl_sample_lot(m->p, m->a, given(m, "lot")->text, &m->lot, e))
		return e->code;
	if (file) {
		if (!(path = sl_str_dup(m->a, given(m, "outline")->text, e)) ||
		    (given(m, "crs")->given && !(crs = sl_str_dup(m->a, given(m, "crs")->text, e))) ||
		    sl_asked_read(m->a, path, crs, SL_ASKED_PARCEL, &m->lot.outline, e))
			return e->code;
		m->lot.name = given(m, "outline")->text;
	}
	m->has_grid = true;
	if (sl_square_grid(m->a, &m->lot.outline, given(m, "unit-side")->number, &m->grid, e))
		return e->code;
	m->units = m->grid.units;
	return SL_OK;
}

/* ---- squares ---- */

enum sl_code sl_sample_draw(struct sl_arena *a, const struct sl_square_grid *grid, int64_t count, double seed,
                            struct sl_sample_drawn *out, struct sl_err *e)
{
	struct sl_sample_drawn d = {.n = (size_t)count};

	if (count > DRAWN_MAX)
		return sl_fail(e, SL_INVALID, "%lld squares: at most %d are drawn; take larger ones", (long long)count, DRAWN_MAX);
	if (sl_square_draw(a, grid->units, count, (uint64_t)seed, &d.number, e))
		return e->code;
	d.middle = sl_arena_alloc(a, d.n, 2 * sizeof *d.middle, e);
	if (!d.middle || sl_square_shapes(a, grid, d.number, d.n, d.square, d.middle, e))
		return e->code;
	*out = d;
	return SL_OK;
}

static const struct sl_statement_column square_columns[] = {
    {.name = "square", .label = T("Square"), .is_text = true},
    {.name = "number", .label = T("Number in the grid")},
    {.name = "latitude", .label = T("Latitude of its middle"), .decimals = 7},
    {.name = "longitude", .label = T("Longitude of its middle"), .decimals = 7},
};

static void say_squares(struct sampling *m, struct sl_err *e)
{
	struct sl_sample_drawn d;
	struct sl_statement_table *t;
	struct sl_geom *one;

	if (e->code || sl_sample_draw(m->a, &m->grid, m->sample, given(m, "seed")->number, &d, e))
		return;
	t = sl_statement_table(m->s, "squares", T("Squares to inspect"), square_columns, 4, e);
	one = sl_arena_alloc(m->a, d.n, sizeof *one, e);
	m->s->shape_label = T("Number in the grid");
	for (size_t i = 0; !e->code && i < d.n; i++) {
		static const uint32_t ends[2] = {4, 1};
		const char *name = sl_arena_printf(m->a, e, "%zu", i + 1);
		struct sl_statement_cell *c = sl_statement_row(m->s, t, e);

		if (!name || !c)
			return;
		one[i] = (struct sl_geom){.type = SL_GEOM_POLYGON, .xy = d.square->xy + 8 * i, .n_points = 4,
		                          .ring_end = (uint32_t *)&ends[0], .n_rings = 1, .part_end = (uint32_t *)&ends[1],
		                          .n_parts = 1};
		c[0].text = sl_str_from(name);
		c[1].number = (double)d.number[i];
		c[2].number = d.middle[2 * i + 1];
		c[3].number = d.middle[2 * i];
		sl_statement_shape(m->s, (struct sl_statement_shape){.geometry = &one[i], .name = c[0].text, .record = m->lot.record,
		                                                     .value = (double)d.number[i], .low = (double)NAN,
		                                                     .high = (double)NAN}, e);
	}
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION,
	                 T("The squares are drawn from the seed by SplitMix64 without replacement, each as likely as every other; whoever has the outline, the side, the number and the seed gets the same squares."),
	                 NULL, 0, e);
}

/* ---- figures ---- */

static double passes(const struct sampling *m, int64_t accept, int64_t failed, struct sl_err *e)
{
	double p = (double)NAN;

	if (!e->code)
		(void)!sl_sampling_accepts(m->units, m->sample, accept, failed, &p, e);
	return p;
}

static void add_figures(struct sampling *m, struct sl_err *e)
{
	double pass = passes(m, 0, m->missed, e), bound = (double)NAN;
	bool trial = given(m, "targets")->given;

	sl_statement_figure(m->s, (struct sl_quantity){.name = "lot_units", .label = T("Units of ground in the lot"),
	                                               .unit = SL_TEXT("analysis-unit", "units"), .value = (double)m->units}, e);
	sl_statement_figure(m->s, (struct sl_quantity){.name = "sample_units", .label = T("Units to inspect"),
	                                               .unit = SL_TEXT("analysis-unit", "units"), .value = (double)m->sample}, e);
	sl_statement_figure(m->s, (struct sl_quantity){.name = "sampled_share", .label = T("Share of the lot that is inspected"), .unit = "%",
	                                               .value = 100 * (double)m->sample / (double)m->units, .decimals = 3}, e);
	if (!given(m, "sample")->given) {
		sl_statement_figure(m->s, (struct sl_quantity){.name = "rejection_number",
		                                               .label = T("Rejection number of the standard (for depth and other failures, never for ordnance)"),
		                                               .value = m->plan.reject}, e);
	}
	sl_statement_figure(m->s, (struct sl_quantity){.name = "passes_missed",
	                                               .label = T("Probability that the sample finds none of the missed items"), .unit = "%",
	                                               .value = 100 * pass, .decimals = 3}, e);
	if (trial && !e->code &&
	    !sl_sampling_detection_bound((int64_t)given(m, "targets")->number, (int64_t)given(m, "detected")->number,
	                                 m->confidence, &bound, e))
		sl_statement_figure(m->s, (struct sl_quantity){.name = "detection_bound",
		                                               .label = T("Lower bound of the probability of detection in that trial"), .unit = "%",
		                                               .value = 100 * bound, .decimals = 2}, e);
}

static const struct sl_statement_column pass_columns[] = {
    {.name = "missed", .label = T("Missed items, each in a unit of its own")},
    {.name = "passes", .label = T("The sample finds none"), .unit = "%", .decimals = 3},
    {.name = "passes_standard", .label = T("The standard accepts"), .unit = "%", .decimals = 3},
    {.name = "binomial", .label = T("Finds none, binomial approximation"), .unit = "%", .decimals = 3},
    {.name = "poisson", .label = T("Finds none, Poisson approximation"), .unit = "%", .decimals = 3},
};

/* What the sample lets pass, by how much was missed. */
static void say_power(struct sampling *m, struct sl_err *e)
{
	static const int64_t missed[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
	struct sl_statement_table *t = sl_statement_table(m->s, "power", T("What the sample lets pass"), pass_columns, 5, e);

	if (t)
		t->chart = true;
	for (size_t i = 0; i < sizeof missed / sizeof *missed && missed[i] <= m->units && !e->code; i++) {
		double share = (double)missed[i] / (double)m->units;
		struct sl_statement_cell *c = sl_statement_row(m->s, t, e);

		if (!c)
			return;
		c[0].number = (double)missed[i];
		c[0].text = sl_str_from(sl_arena_printf(m->a, e, "%lld", (long long)missed[i])); /* of the chart */
		c[1].number = 100 * passes(m, 0, missed[i], e);
		if (!given(m, "sample")->given)
			c[2].number = 100 * passes(m, m->plan.accept, missed[i], e);
		c[3].number = 100 * sl_sampling_accepts_binomial(m->sample, 0, share);
		c[4].number = 100 * sl_sampling_accepts_poisson(m->sample, 0, share);
	}
}

static const struct sl_statement_column clean_columns[] = {
    {.name = "failed", .label = T("To exclude so many missed items or more")},
    {.name = "units", .label = T("Units to inspect, all clean"), .unit = SL_TEXT("analysis-unit", "units")},
    {.name = "share", .label = T("Share of the lot"), .unit = "%", .decimals = 2},
};

static void say_clean(struct sampling *m, struct sl_err *e)
{
	static const int64_t failed[] = {1, 2, 5, 10, 50, 100, 1000};
	struct sl_statement_table *t =
	    sl_statement_table(m->s, "clean", T("How much has to be inspected and clean, to say so with this confidence"),
	                       clean_columns, 3, e);

	for (size_t i = 0; i < sizeof failed / sizeof *failed && failed[i] <= m->units && !e->code; i++) {
		struct sl_statement_cell *c = sl_statement_row(m->s, t, e);
		int64_t n;

		if (!c || sl_sampling_clean_units_of(m->units, failed[i], m->confidence, &n, e))
			return;
		c[0].number = (double)failed[i];
		c[1].number = (double)n;
		c[2].number = 100 * (double)n / (double)m->units;
	}
}

/* ---- the quality form ---- */

static const struct sl_statement_column form_columns[] = {
    {.name = "field", .label = T("Field of the quality form"), .is_text = true},
    {.name = "value", .label = T("What to write there"), .is_text = true},
};

static void put_field(struct sampling *m, struct sl_statement_table *t, const char *field, double value, struct sl_str text,
                      struct sl_err *e)
{
	struct sl_statement_cell *c = t ? sl_statement_row(m->s, t, e) : NULL;
	char number[32] = "";

	if (!c)
		return;
	if (!text.n)
		sl_double_text(value, number);
	c[0].text = sl_str_from(field);
	c[1].text = text.n ? text : sl_str_from(sl_arena_printf(m->a, e, "%s", number));
}

/* With these in the record of the visit, anybody can draw the squares again. */
static void say_form(struct sampling *m, struct sl_err *e)
{
	double unit = m->grid.size_m * m->grid.size_m;
	struct sl_statement_table *t =
	    sl_statement_table(m->s, "quality", T("What to write in the quality form"), form_columns, 2, e);

	put_field(m, t, "lot", 0, m->lot.name, e);
	put_field(m, t, "lot_area_m2", round((double)m->units * unit * 100) / 100, SL_STR(""), e);
	put_field(m, t, "sample_area_m2", round((double)m->sample * unit * 100) / 100, SL_STR(""), e);
	put_field(m, t, "lot_units", (double)m->units, SL_STR(""), e);
	put_field(m, t, "unit_side_m", m->grid.size_m, SL_STR(""), e);
	put_field(m, t, "sample_units", (double)m->sample, SL_STR(""), e);
	put_field(m, t, "sample_seed", given(m, "seed")->number, SL_STR(""), e);
}

/* ---- words ---- */

static void say_words(struct sampling *m, struct sl_err *e)
{
	struct sl_str letter = {&m->plan.letter, 1}, used = {&m->plan.plan_letter, 1};
	double pass = passes(m, 0, m->missed, e);
	static const char *const severity[] = {
	    T("After the earlier lots, inspection is normal: these tables hold."),
	    T("After the earlier lots, inspection is tightened: two of five were rejected. Take the tightened plan of the standard, which is not in these tables, until five lots in a row are accepted."),
	    T("After the earlier lots, inspection stops: five lots were rejected on tightened inspection. Sample again when the search itself has been put right."),
	};

	if (given(m, "sample")->given)
		sl_statement_say(m->s, SL_SAYS_ANSWER, T("{n} of {lot} units are inspected."),
		                 SL_SAID({"n", .number = (double)m->sample}, {"lot", .number = (double)m->units}), e);
	else
		sl_statement_say(m->s, SL_SAYS_ANSWER,
		                 m->plan.letter == m->plan.plan_letter
		                     ? T("{n} of {lot} units are inspected (code letter {letter}); the standard rejects the lot when {re} or more of them fail.")
		                     : T("{n} of {lot} units are inspected (code letter {letter}; the table leads to the plan of letter {used}); the standard rejects the lot when {re} or more of them fail."),
		                 SL_SAID({"n", .number = (double)m->sample}, {"lot", .number = (double)m->units},
		                         {"letter", .text = sl_str_from(sl_arena_strndup(m->a, letter.p, 1, e))},
		                         {"used", .text = sl_str_from(sl_arena_strndup(m->a, used.p, 1, e))},
		                         {"re", .number = m->plan.reject}), e);
	sl_statement_say(m->s, SL_SAYS_ANSWER,
	                 T("For explosive ordnance no number is acceptable: one item found rejects the lot, whatever the table allows."),
	                 NULL, 0, e);
	if (m->missed == 1)
		sl_statement_say(m->s, SL_SAYS_ANSWER,
		                 T("With one missed item in {lot} units the sample passes it with {p} %: it finds the item only as often as the share of the ground that it opens."),
		                 SL_SAID({"lot", .number = (double)m->units}, {"p", .number = 100 * pass, .decimals = 1}), e);
	else
		sl_statement_say(m->s, SL_SAYS_ANSWER,
		                 T("With {missed} missed items in {lot} units the sample finds none of them with {p} %."),
		                 SL_SAID({"missed", .number = (double)m->missed}, {"lot", .number = (double)m->units},
		                         {"p", .number = 100 * pass, .decimals = 1}), e);
	if (given(m, "earlier")->given) {
		enum sl_sampling_severity now;

		if (e->code || sl_sampling_switch(given(m, "earlier")->text, &now, e))
			return;
		sl_statement_say(m->s, now == SL_SAMPLING_NORMAL ? SL_SAYS_ANSWER : SL_SAYS_WARNING, severity[now], NULL, 0, e);
	}
	if (m->has_grid)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 T("{left} m² of {area} m² lie along the outline in squares that are not wholly inside: they are in no lot, and the sample says nothing about them."),
		                 SL_SAID({"left", .number = fmax(0, m->grid.area_m2 - (double)m->units * m->grid.size_m * m->grid.size_m)},
		                         {"area", .number = m->grid.area_m2}), e);
	if (m->plan.all && !given(m, "sample")->given)
		sl_statement_say(m->s, SL_SAYS_WARNING, T("The plan asks for as many units as the lot has: all of it is inspected."), NULL, 0, e);
	if (!given(m, "seed")->given && m->has_grid)
		sl_statement_say(m->s, SL_SAYS_WARNING,
		                 T("No squares are drawn: give a seed, a number that neither the team nor the inspector chose, and write it down."), NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION,
	                 T("Every unit is as likely to be inspected as every other, and the inspection of a unit finds whatever lies in it: a search that misses items makes the sample worth less than this."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION, T("A missed item fails one unit of ground."), NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_VALIDATION,
	                 T("All cells of the tables, published vectors and exact fractions are tests; acceptance agrees with 500,000 simulated samples within five standard errors."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_NOT_SHOWN,
	                 T("A clean sample never shows that land is free of mines. It judges the work on the lot, and even that weakly; what was searched, how and how deep is the evidence."),
	                 NULL, 0, e);
	sl_statement_say(m->s, SL_SAYS_NOT_SHOWN,
	                 T("The binomial and Poisson columns are there for comparison: they forget that a lot comes to an end."), NULL, 0, e);
}

static void add_inputs(struct sampling *m, struct sl_err *e)
{
	static const char *const numbers[] = {"unit-side", "missed", "confidence", "seed", "targets", "detected"};
	static const char *const texts[] = {"level", "limit", "earlier"};

	if (m->has_grid)
		sl_statement_input(m->s, (struct sl_quantity){.name = "lot", .label = T("The ground"), .text = m->lot.name,
		                                              .source = m->lot.record, .value = (double)NAN}, e);
	if (m->has_grid)
		sl_statement_input(m->s, (struct sl_quantity){.name = "area", .label = T("Area of its outline"),
		                                              .unit = SL_TEXT("analysis-unit", "m²"), .value = m->grid.area_m2,
		                                              .decimals = 1}, e);
	for (const struct sl_analysis_parameter *p = parameters; p->name; p++) {
		const struct sl_analysis_answer *x = given(m, p->name);
		bool number = false, text = false;

		for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
			number |= sl_str_is(sl_str_from(p->name), numbers[i]);
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			text |= sl_str_is(sl_str_from(p->name), texts[i]);
		if (x->given && (number || text))
			sl_statement_input(m->s, (struct sl_quantity){.name = p->name, .label = p->says, .unit = p->unit,
			                                              .value = x->number, .decimals = number && x->number < 10 ? 2 : 0,
			                                              .text = text ? x->text : (struct sl_str){0}}, e);
	}
}

static enum sl_code run(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
                        struct sl_statement *out, struct sl_err *e)
{
	struct sampling m = {.p = p, .a = a, .q = q, .s = out};
	enum sl_sampling_level level;
	double limit = 0;

	m.missed = (int64_t)given(&m, "missed")->number;
	m.confidence = given(&m, "confidence")->number;
	if (given(&m, "targets")->given != given(&m, "detected")->given)
		return sl_fail(e, SL_INVALID, "a trial needs both targets and detected");
	if (find_ground(&m, e) || sl_sampling_level_read(given(&m, "level")->text, &level, e))
		return e->code;
	(void)sl_str_double(given(&m, "limit")->text, &limit);
	if (m.missed > m.units)
		return sl_fail(e, SL_INVALID, "missed: %lld items, each in a unit of its own, in a lot of %lld units",
		               (long long)m.missed, (long long)m.units);
	if (sl_sampling_plan(m.units, level, limit, &m.plan, e))
		return e->code;
	m.sample = given(&m, "sample")->given ? (int64_t)given(&m, "sample")->number : m.plan.units;
	if (m.sample > m.units)
		return sl_fail(e, SL_INVALID, "sample: %lld units of a lot of %lld", (long long)m.sample, (long long)m.units);
	sl_statement_begin(out, a, "sample/1", T("Sampling of land"),
	                   "ISO 2859-1 (tables 1 and 2-A, clause 9.3); hypergeometric distribution; Clopper and Pearson 1934, "
	                   "doi:10.1093/biomet/26.4.404; squares: Floyd, doi:10.1145/30401.315746, SplitMix64, doi:10.1145/2660193.2660195");
	add_inputs(&m, e);
	add_figures(&m, e);
	say_words(&m, e);
	say_power(&m, e);
	say_clean(&m, e);
	if (given(&m, "seed")->given) {
		say_form(&m, e);
		say_squares(&m, e);
	}
	return e->code;
}

const struct sl_analysis sl_analysis_sample = {
    "sample", T("Sampling of land"),
    T("How many units of ground to inspect, what a clean sample does and does not show, and which squares."), parameters,
    run};
