#include "app/sample_parts.h"

#include "app/parcel.h"
#include "geo/area.h"
#include "model/locale.h"

#include <math.h>

enum { DRAWN_MAX = 20000 };

static const struct sl_analysis_parameter parameters[] = {
    {.name = "lot",
     .says = SL_TEXT("analysis", "The ground: a hazard, a release or another record with a polygon"),
     .type = SL_ANALYSIS_RECORD},
    {.name = "outline",
     .says = SL_TEXT("analysis", "The ground, from a file with one polygon"),
     .type = SL_ANALYSIS_FILE},
    {.name = "crs", .says = SL_TEXT("analysis", "Coordinate system of that file, where it names none")},
    {.name = "units",
     .says = SL_TEXT("analysis", "Units of ground in the lot, where no outline is given"),
     .type = SL_ANALYSIS_COUNT,
     .low = 1,
     .high = SL_SAMPLING_LOT_MAX},
    {.name = "unit-side",
     .says = SL_TEXT("analysis", "Side of the square that is one unit"),
     .unit = SL_TEXT("analysis-unit", "m"),
     .type = SL_ANALYSIS_NUMBER,
     .low = 0.1,
     .high = 1000,
     .otherwise = "1"},
    {.name = "level",
     .says = SL_TEXT("analysis", "Inspection level"),
     .choices = "I|II|III",
     .otherwise = "II"},
    {.name = "limit",
     .says = SL_TEXT("analysis", "Acceptance quality limit"),
     .unit = "%",
     .choices = "0.65|1.0|1.5|2.5|4.0|6.5",
     .otherwise = "0.65"},
    {.name = "sample",
     .says = SL_TEXT("analysis", "Units to inspect, instead of those of the standard"),
     .type = SL_ANALYSIS_COUNT,
     .low = 1,
     .high = SL_SAMPLING_LOT_MAX},
    {.name = "missed",
     .says = SL_TEXT("analysis", "Missed items, each in a unit of its own, that the sample is asked about"),
     .type = SL_ANALYSIS_COUNT,
     .low = 1,
     .high = SL_SAMPLING_LOT_MAX,
     .otherwise = "1"},
    {.name = "confidence",
     .says = SL_TEXT("analysis", "Confidence"),
     .type = SL_ANALYSIS_SHARE,
     .otherwise = "0.95"},
    {.name = "seed",
     .says = SL_TEXT("analysis", "Number from which the squares are drawn; none: no squares"),
     .type = SL_ANALYSIS_COUNT,
     .low = 1,
     .high = 9007199254740991.0},
    {.name = "earlier",
     .says = SL_TEXT("analysis",
                     "Decisions on earlier lots of this team, oldest first: A accepted, R rejected")},
    {.name = "targets",
     .says = SL_TEXT("analysis", "Targets laid in a trial of the search"),
     .type = SL_ANALYSIS_COUNT,
     .low = 1,
     .high = SL_SAMPLING_LOT_MAX},
    {.name = "detected",
     .says = SL_TEXT("analysis", "Targets detected in that trial"),
     .type = SL_ANALYSIS_COUNT,
     .low = 0,
     .high = SL_SAMPLING_LOT_MAX},
    {0}};

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

enum sl_code sl_sample_lot(struct sl_programme *p, struct sl_arena *a, struct sl_str record,
                           struct sl_sample_lot *out, struct sl_err *e)
{
	struct sl_sample_lot lot = {0};
	const struct sl_kind *kind;
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_uuid uuid;
	int64_t number = 0;
	char text[37];

	if (sl_store_find(p->db, record, &uuid, &kind, e) ||
	    sl_store_history(p->db, uuid, take_number, &number, e) ||
	    sl_store_by_number(p->db, a, number, &rev, &rec, e))
		return e->code;
	if (rec.geometry.type != SL_GEOM_POLYGON)
		return sl_fail(e, SL_INVALID, "'%.*s' has no polygon: sampling needs the outline of the ground",
		               SL_STR_ARG(record));
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
	bool record = given(m, "lot")->given, file = given(m, "outline")->given,
	     units = given(m, "units")->given;
	const char *path, *crs = NULL;

	if (record + file + units != 1)
		return sl_fail(e, SL_INVALID,
		               "%s: give one of lot (a record with a polygon), outline (a file) and units",
		               record + file + units ? "the ground is given more than once" : "no ground is given");
	if (units) {
		m->units = (int64_t)given(m, "units")->number;
		return given(m, "seed")->given
		           ? sl_fail(e, SL_INVALID,
		                     "squares are drawn on an outline: give lot or outline in place of units")
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

enum sl_code sl_sample_draw(struct sl_arena *a, const struct sl_square_grid *grid, int64_t count,
                            double seed, struct sl_sample_drawn *out, struct sl_err *e)
{
	struct sl_sample_drawn d = {.n = (size_t)count};

	if (count > DRAWN_MAX)
		return sl_fail(e, SL_INVALID, "%lld squares: at most %d are drawn; take larger ones",
		               (long long)count, DRAWN_MAX);
	if (sl_square_draw(a, grid->units, count, (uint64_t)seed, &d.number, e))
		return e->code;
	d.middle = sl_arena_alloc(a, d.n, 2 * sizeof *d.middle, e);
	if (!d.middle || sl_square_shapes(a, grid, d.number, d.n, d.square, d.middle, e))
		return e->code;
	*out = d;
	return SL_OK;
}

static const struct sl_statement_column square_columns[] = {
    {.name = "square", .label = SL_TEXT("analysis", "Square"), .is_text = true},
    {.name = "number", .label = SL_TEXT("analysis", "Number in the grid")},
    {.name = "latitude", .label = SL_TEXT("analysis", "Latitude of its middle"), .decimals = 7},
    {.name = "longitude", .label = SL_TEXT("analysis", "Longitude of its middle"), .decimals = 7},
};

static void say_squares(struct sampling *m, struct sl_err *e)
{
	struct sl_sample_drawn d;
	struct sl_statement_table *t;
	struct sl_geom *one;

	if (e->code || sl_sample_draw(m->a, &m->grid, m->sample, given(m, "seed")->number, &d, e))
		return;
	t = sl_statement_table(m->s, "squares", SL_TEXT("analysis", "Squares to inspect"), square_columns, 4,
	                       e);
	one = sl_arena_alloc(m->a, d.n, sizeof *one, e);
	m->s->shape_label = SL_TEXT("analysis", "Number in the grid");
	for (size_t i = 0; !e->code && i < d.n; i++) {
		static const uint32_t ends[2] = {4, 1};
		const char *name = sl_arena_printf(m->a, e, "%zu", i + 1);
		struct sl_statement_cell *c = sl_statement_row(m->s, t, e);

		if (!name || !c)
			return;
		one[i] = (struct sl_geom){.type = SL_GEOM_POLYGON,
		                          .xy = d.square->xy + 8 * i,
		                          .n_points = 4,
		                          .ring_end = (uint32_t *)&ends[0],
		                          .n_rings = 1,
		                          .part_end = (uint32_t *)&ends[1],
		                          .n_parts = 1};
		c[0].text = sl_str_from(name);
		c[1].number = (double)d.number[i];
		c[2].number = d.middle[2 * i + 1];
		c[3].number = d.middle[2 * i];
		sl_statement_shape(m->s,
		                   (struct sl_statement_shape){.geometry = &one[i],
		                                               .name = c[0].text,
		                                               .record = m->lot.record,
		                                               .value = (double)d.number[i],
		                                               .low = (double)NAN,
		                                               .high = (double)NAN},
		                   e);
	}
	sl_statement_say(m->s, SL_SAYS_ASSUMPTION,
	                 SL_TEXT("analysis",
	                         "The squares are drawn from the seed by SplitMix64 without replacement, each "
	                         "as likely as every other; whoever has the outline, the side, the number and "
	                         "the seed gets the same squares."),
	                 NULL, 0, e);
}

static void add_inputs(struct sampling *m, struct sl_err *e)
{
	static const char *const numbers[] = {"unit-side", "missed",  "confidence",
	                                      "seed",      "targets", "detected"};
	static const char *const texts[] = {"level", "limit", "earlier"};

	if (m->has_grid)
		sl_statement_input(m->s,
		                   (struct sl_quantity){.name = "lot",
		                                        .label = SL_TEXT("analysis", "The ground"),
		                                        .text = m->lot.name,
		                                        .source = m->lot.record,
		                                        .value = (double)NAN},
		                   e);
	if (m->has_grid)
		sl_statement_input(m->s,
		                   (struct sl_quantity){.name = "area",
		                                        .label = SL_TEXT("analysis", "Area of its outline"),
		                                        .unit = SL_TEXT("analysis-unit", "m²"),
		                                        .value = m->grid.area_m2,
		                                        .decimals = 1},
		                   e);
	for (const struct sl_analysis_parameter *p = parameters; p->name; p++) {
		const struct sl_analysis_answer *x = given(m, p->name);
		bool number = false, text = false;

		for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
			number |= sl_str_is(sl_str_from(p->name), numbers[i]);
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
			text |= sl_str_is(sl_str_from(p->name), texts[i]);
		if (x->given && (number || text))
			sl_statement_input(m->s,
			                   (struct sl_quantity){.name = p->name,
			                                        .label = p->says,
			                                        .unit = p->unit,
			                                        .value = x->number,
			                                        .decimals = number && x->number < 10 ? 2 : 0,
			                                        .text = text ? x->text : (struct sl_str){0}},
			                   e);
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
		return sl_fail(e, SL_INVALID,
		               "missed: %lld items, each in a unit of its own, in a lot of %lld units",
		               (long long)m.missed, (long long)m.units);
	if (sl_sampling_plan(m.units, level, limit, &m.plan, e))
		return e->code;
	m.sample = given(&m, "sample")->given ? (int64_t)given(&m, "sample")->number : m.plan.units;
	if (m.sample > m.units)
		return sl_fail(e, SL_INVALID, "sample: %lld units of a lot of %lld", (long long)m.sample,
		               (long long)m.units);
	sl_statement_begin(
	    out, a, "sample/1", SL_TEXT("analysis", "Sampling of land"),
	    "ISO 2859-1 (tables 1 and 2-A, clause 9.3); hypergeometric distribution; Clopper and Pearson 1934, "
	    "doi:10.1093/biomet/26.4.404; squares: Floyd, doi:10.1145/30401.315746, SplitMix64, "
	    "doi:10.1145/2660193.2660195");
	add_inputs(&m, e);
	sl_sample_figures(&m, e);
	sl_sample_words(&m, e);
	sl_sample_power(&m, e);
	sl_sample_clean(&m, e);
	if (given(&m, "seed")->given) {
		sl_sample_form(&m, e);
		say_squares(&m, e);
	}
	return e->code;
}

const struct sl_analysis sl_analysis_sample = {
    "sample", SL_TEXT("analysis", "Sampling of land"),
    SL_TEXT("analysis", "How many units of ground to inspect, what a clean sample does and does not show, "
                        "and which squares."),
    parameters, run};
